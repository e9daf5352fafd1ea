#include "cg_css_hop.h"
#include "base/cg_ascii.h"
#include "base/cg_find.h"


/* NUL " ' ( / @ \ : with these, something begins that matters or that hides
 * what follows. */

static const cg_set_t  hop_stops = {
    .low = { [0] = 0x11, [2] = 0x04, [7] = 0x04, [8] = 0x04, [12] = 0x20,
             [15] = 0x04 },
    .high = { [0] = 0x01, [2] = 0x04, [4] = 0x10, [5] = 0x20 }
};

/* LF FF CR " ' \ : what may end a string or go on in it. */

static const cg_set_t  hop_string = {
    .low = { [2] = 0x04, [7] = 0x04, [10] = 0x01, [12] = 0x21, [13] = 0x01 },
    .high = { [0] = 0x01, [2] = 0x04, [5] = 0x20 }
};

/* Controls, space " ' ( ) \ DEL : what is more than a byte of a URL. */

static const cg_set_t  hop_bare = {
    .low = { 0x07, 0x03, 0x07, 0x03, 0x03, 0x03, 0x03, 0x07, 0x07, 0x07, 0x03,
             0x03, 0x23, 0x03, 0x03, 0x83 },
    .high = { [0] = 0x01, [1] = 0x02, [2] = 0x04, [5] = 0x20, [7] = 0x80 }
};


static size_t
hop_find(const cg_set_t *set, cg_str_t text, size_t at)
{
    return (size_t) (cg_find_any(set, text.data + at, text.data + text.len)
                     - text.data);
}


static int
hop_is_name(unsigned char c)
{
    return cg_ascii_is_alpha(c) || cg_ascii_is_digit(c) || c == '-' || c == '_'
           || c >= 0x80;
}


/* Where to read from so that a name that ends before `at` is read as it would
 * be from `from` on.  Numbers may be cut in two: neither half is a function.
 * A hash begins before its name, and "<!--" is no beginning of one. */

static size_t
hop_back(cg_str_t text, size_t from, size_t at)
{
    size_t  start = at;

    while (start > from && hop_is_name(text.data[start - 1])) {
        start--;
    }

    if (start > from && text.data[start - 1] == '#') {
        return start - 1;
    }

    if (start - from >= 2 && text.data[start - 1] == '!'
        && text.data[start - 2] == '<')
    {
        return start - 2;
    }

    return start;
}


/* By their last two letters: url, image-set, image, src. */

static int
hop_is_function(cg_str_t text, size_t from, size_t at)
{
    unsigned char  a, b;

    if (at - from < 3) {
        return 0;
    }

    a = cg_ascii_lower(text.data[at - 2]);
    b = cg_ascii_lower(text.data[at - 1]);

    return (a == 'r' && (b == 'l' || b == 'c'))
           || (b == 'e' && a == 'g') || (b == 't' && a == 'e');
}


size_t
cg_css_hop(cg_str_t text, size_t at)
{
    size_t  from = at;

    for ( ;; ) {
        at = hop_find(&hop_stops, text, at);

        if (at == text.len) {
            return at;
        }

        switch (text.data[at]) {

        case '/':
            if (text.len - at > 1 && text.data[at + 1] == '*') {
                return at;
            }

            break;

        case '(':
            if (hop_is_function(text, from, at)) {
                return hop_back(text, from, at);
            }

            break;

        case '\0':
        case '\\':
            return hop_back(text, from, at);

        default:
            return at;
        }

        at++;
    }
}


static size_t
hop_newline(cg_str_t text, size_t at)
{
    return text.len - at > 1 && text.data[at] == '\r'
           && text.data[at + 1] == '\n' ? 2 : 1;
}


/* 4.3.7, and a line that goes on: the last byte of what the backslash at `at`
 * begins.  The blank behind hexadecimal digits may be a newline. */

static size_t
hop_escape(cg_str_t text, size_t at)
{
    size_t         n = 0, i = at + 1;
    unsigned char  c;

    while (n < 6 && i < text.len && cg_ascii_hex(text.data[i]) >= 0) {
        n++;
        i++;
    }

    if (i == text.len) {
        return i - 1;
    }

    c = text.data[i];

    if (c == '\n' || c == '\r' || c == '\f') {
        return i + hop_newline(text, i) - 1;
    }

    return n && c != ' ' && c != '\t' ? i - 1 : i;
}


size_t
cg_css_string(cg_str_t text, size_t *at)
{
    size_t         i, to;
    unsigned char  c, quote = text.data[*at];

    for (i = *at + 1; ; i++) {
        i = hop_find(&hop_string, text, i);
        to = i;

        if (i == text.len) {
            break;
        }

        c = text.data[i];

        if (c == quote) {
            i++;
            break;
        }

        if (c == '\n' || c == '\r' || c == '\f') {
            break;                         /* a bad string: it ends here */
        }

        if (c == '\\') {
            i = hop_escape(text, i);
        }
    }

    *at = i;

    return to;
}


size_t
cg_css_bare(cg_str_t text, size_t at)
{
    return hop_find(&hop_bare, text, at);
}
