#include "cg_html_charref.h"
#include "cg_html_entities.h"
#include "base/cg_ascii.h"
#include "base/cg_find.h"
#include "base/cg_utf8.h"

#define CHARREF_BAD     0xFFFD
#define CHARREF_MAX     0x10FFFF
#define CHARREF_BAD_STR cg_str("\xEF\xBF\xBD")

/* What 0x80 to 0x9F stand for (13.2.5.80); 0: themselves. */

static const uint16_t  charref_c1[32] = {
    0x20AC, 0, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
    0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017D, 0,
    0, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
    0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0, 0x017E, 0x0178
};


/* The first row of [low, high), all alike up to byte `at`, whose byte there is
 * at least `c`; a row that ends before has none, which is less than all. */

static size_t
charref_bound(size_t low, size_t high, size_t at, unsigned c)
{
    size_t           mid;
    unsigned         got;
    const entity_t  *row;

    while (low < high) {
        mid = low + (high - low) / 2;
        row = &entities[mid];
        got = at < row->len ? (unsigned char) entity_names[row->at + at] : 0;

        if (got < c) {
            low = mid + 1;

        } else {
            high = mid;
        }
    }

    return low;
}


/* The longest name that `s` begins with, or NULL. */

static const entity_t *
charref_find(cg_str_t s)
{
    size_t           at;
    size_t           low = 0;
    size_t           high = ENTITIES;
    const entity_t  *found = NULL;

    for (at = 0; at < s.len && at < ENTITY_LONGEST; at++) {
        low = charref_bound(low, high, at, s.data[at]);
        high = charref_bound(low, high, at, s.data[at] + 1u);

        if (low == high) {
            break;
        }

        if (entities[low].len == at + 1) {
            found = &entities[low];
        }
    }

    return found;
}


/* Each reads a reference at the start of `s`, which is behind the "&", and
 * returns the bytes that it took; 0: the "&" is an "&". */

static size_t
charref_named(cg_out_t *out, cg_str_t s, int attr)
{
    unsigned char    next;
    const entity_t  *found = charref_find(s);

    if (found == NULL) {
        return 0;
    }

    if (attr && s.data[found->len - 1] != ';' && found->len < s.len) {
        next = s.data[found->len];

        if (next == '=' || cg_ascii_is_alpha(next) || cg_ascii_is_digit(next)) {
            return 0;
        }
    }

    cg_out_bytes(out, found->text, found->text_len);

    return found->len;
}


static uint32_t
charref_code(uint32_t code)
{
    if (code >= 0x80 && code < 0xA0 && charref_c1[code - 0x80]) {
        return charref_c1[code - 0x80];
    }

    if (code == 0 || code > CHARREF_MAX || (code >= 0xD800 && code < 0xE000)) {
        return CHARREF_BAD;
    }

    return code;
}


static size_t
charref_numeric(cg_out_t *out, cg_str_t s)
{
    int            digit;
    size_t         i = 1;
    size_t         first;
    uint32_t       base = 10;
    uint32_t       code = 0;
    unsigned char  bytes[4];

    if (i < s.len && (s.data[i] | 0x20) == 'x') {
        base = 16;
        i++;
    }

    for (first = i; i < s.len; i++) {
        digit = cg_ascii_hex(s.data[i]);

        if (digit < 0 || (uint32_t) digit >= base) {
            break;
        }

        if (code <= CHARREF_MAX) {           /* more digits only add to it */
            code = code * base + (uint32_t) digit;
        }
    }

    if (i == first) {
        return 0;
    }

    if (i < s.len && s.data[i] == ';') {
        i++;
    }

    cg_out_bytes(out, bytes, cg_utf8_put(charref_code(code), bytes));

    return i;
}


static size_t
charref_read(cg_out_t *out, cg_str_t s, int attr)
{
    size_t  took;

    if (s.len && s.data[0] == '#') {
        took = charref_numeric(out, s);

    } else if (cg_str_starts(s, cg_str("amp;"))) {     /* most of them */
        cg_out_byte(out, '&');
        return 4;

    } else {
        took = charref_named(out, s, attr);
    }

    if (took == 0) {
        cg_out_byte(out, '&');
    }

    return took;
}


/* NUL & CR: what may stand for something else. */

static const cg_set_t  charref_signs = {
    .low = { [0] = 0x01, [6] = 0x04, [13] = 0x01 },
    .high = { [0] = 0x01, [2] = 0x04 }
};


static void
charref_decode(cg_out_t *out, cg_str_t raw, int attr)
{
    size_t  i = 0;
    size_t  from;

    while (i < raw.len) {
        from = i;
        i = (size_t) (cg_find_any(&charref_signs, raw.data + i,
                                  raw.data + raw.len) - raw.data);
        cg_out_str(out, cg_str_sub(raw, from, i));

        if (i == raw.len) {
            break;
        }

        switch (raw.data[i++]) {

        case '&':
            i += charref_read(out, cg_str_sub(raw, i, raw.len), attr);
            break;

        case '\r':
            cg_out_byte(out, '\n');
            i += i < raw.len && raw.data[i] == '\n';
            break;

        default:                             /* NUL */
            cg_out_str(out, attr ? CHARREF_BAD_STR
                                 : (cg_str_t) { 1, raw.data + i - 1 });
        }
    }
}


void
cg_html_charref_attr(cg_out_t *out, cg_str_t raw)
{
    charref_decode(out, raw, 1);
}


void
cg_html_charref_text(cg_out_t *out, cg_str_t raw)
{
    charref_decode(out, raw, 0);
}
