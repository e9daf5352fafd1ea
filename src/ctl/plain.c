#include "plain.h"
#include "base/cg_ascii.h"
#include "base/cg_utf8.h"

#include <arpa/inet.h>

#define PLAIN_FULL_AT  0xFF20      /* U+FF20, the @ of a Japanese keyboard */


static int
plain_is_of_v6(unsigned char c)
{
    return cg_ascii_hex(c) >= 0 || c == ':' || c == '.';
}


/* Four numbers with dots between, wherever they stand. */

static int
plain_starts_v4(cg_str_t text)
{
    int     part = 0, digits = 0;
    size_t  i;

    for (i = 0; i < text.len; i++) {
        if (cg_ascii_is_digit(text.data[i])) {
            if (++digits > 3) {
                return 0;
            }

        } else if (text.data[i] == '.' && digits && part < 3) {
            part++;
            digits = 0;

        } else {
            break;
        }
    }

    return part == 3 && digits;
}


/* A run of what an IPv6 address is made of, as it stands and without the dot or
 * colon of a sentence behind it. */

static int
plain_is_v6(cg_str_t run)
{
    char             text[INET6_ADDRSTRLEN];
    unsigned char    address[16];

    if (run.len < 2 || run.len >= sizeof(text)) {
        return 0;
    }

    memcpy(text, run.data, run.len);
    text[run.len] = '\0';

    if (inet_pton(AF_INET6, text, address) == 1) {
        return 1;
    }

    if (text[run.len - 1] != '.' && text[run.len - 1] != ':') {
        return 0;
    }

    text[run.len - 1] = '\0';

    return inet_pton(AF_INET6, text, address) == 1;
}


static int
plain_has_address(cg_str_t text)
{
    size_t  i, n;

    for (i = 0; i < text.len; i += n + (n == 0)) {
        for (n = 0; i + n < text.len && plain_is_of_v6(text.data[i + n]); n++)
        {
            if ((n == 0 || !cg_ascii_is_digit(text.data[i + n - 1]))
                && plain_starts_v4(cg_str_sub(text, i + n, text.len)))
            {
                return 1;
            }
        }

        if (plain_is_v6(cg_str_sub(text, i, i + n))) {
            return 1;
        }
    }

    return 0;
}


const char *
ctl_plain_text(cg_str_t text)
{
    uint32_t              code;
    const unsigned char  *p = text.data, *end = text.data + text.len;

    if (text.len == 0) {
        return "is empty";
    }

    if (text.len > CTL_PLAIN) {
        return "is longer than 256 bytes";
    }

    while (p < end) {
        code = cg_utf8_next(&p, end);

        if (code == CG_UTF8_BAD) {
            return "is no UTF-8";
        }

        if (code < 0x20 || (code >= 0x7F && code < 0xA0)) {
            return "holds a control character";
        }

        if (code == '@' || code == PLAIN_FULL_AT) {
            return "holds an @: name no person here";
        }
    }

    return plain_has_address(text) ? "holds an IP address: name no person here"
                                   : NULL;
}


const char *
ctl_plain_word(cg_str_t text)
{
    size_t  i;

    for (i = 0; i < text.len; i++) {
        if (!cg_ascii_is_alpha(text.data[i])
            && !cg_ascii_is_digit(text.data[i])
            && (text.data[i] == '\0'
                || strchr("._-:/+", text.data[i]) == NULL))
        {
            return "is no word of letters, digits and . _ - : / +";
        }
    }

    return ctl_plain_text(text);
}


const char *
ctl_plain_date(cg_str_t text)
{
    size_t       i;
    const char  *shape = "0000-00-00";

    for (i = 0; i < text.len && i < 10; i++) {
        if (shape[i] == '0' ? !cg_ascii_is_digit(text.data[i])
                            : text.data[i] != '-')
        {
            break;
        }
    }

    return i == 10 && text.len == 10
           && memcmp(text.data + 5, "00", 2) > 0
           && memcmp(text.data + 5, "13", 2) < 0
           && memcmp(text.data + 8, "00", 2) > 0
           && memcmp(text.data + 8, "32", 2) < 0
           ? NULL : "is no date like 2026-01-31";
}


const char *
ctl_plain_hex(cg_str_t text, size_t len)
{
    size_t  i;

    for (i = 0; i < text.len; i++) {
        if (cg_ascii_hex(text.data[i]) < 0
            || (text.data[i] >= 'A' && text.data[i] <= 'F'))
        {
            break;
        }
    }

    return i == text.len && text.len == len ? NULL
           : "is not so many lower-case hexadecimal digits";
}
