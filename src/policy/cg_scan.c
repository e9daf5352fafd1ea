/*
 * Many texts looked for at once.  Each is known by four of its bytes, around
 * one that is rare in scripts, its anchor: whoever scans hops from anchor to
 * anchor, and compares only where the four bytes' hash leads to a text.
 */

#include "cg_matcher.h"

#include "base/cg_ascii.h"

#define SCAN_MAX  256              /* bytes of a text that are compared */


/* The value of `n` hexadecimal digits at p, or -1. */

static long
scan_hex(const unsigned char *p, const unsigned char *end, size_t n)
{
    int     digit;
    long    value = 0;
    size_t  i;

    if ((size_t) (end - p) < n) {
        return -1;
    }

    for (i = 0; i < n; i++) {
        digit = cg_ascii_hex(p[i]);

        if (digit < 0) {
            return -1;
        }

        value = value << 4 | digit;
    }

    return value;
}


/* ECMA-262, 12.9.4: the length of "\u{...}" behind the backslash, or 0. */

static size_t
scan_braced(const unsigned char *p, const unsigned char *end, long *value)
{
    size_t  n;

    for (n = 2; n < 10 && p + n < end; n++) {
        if (p[n] == '}') {
            *value = n > 2 ? scan_hex(p + 2, end, n - 2) : -1;
            return n + 1;
        }
    }

    return 0;
}


/* Annex B.1.2: up to three octal digits, at most 0377. */

static size_t
scan_octal(const unsigned char *p, const unsigned char *end, long *value)
{
    size_t  n;

    *value = 0;

    for (n = 0; n < 3 && p + n < end && (p[n] & 0xF8) == '0'; n++) {
        if (*value * 8 + (p[n] - '0') > 0377) {
            break;
        }

        *value = *value * 8 + (p[n] - '0');
    }

    return n;
}


/* A line that goes on: the length of the terminator behind the backslash. */

static size_t
scan_continued(const unsigned char *p, const unsigned char *end)
{
    size_t  left = (size_t) (end - p);

    if (left && (*p == '\n' || *p == '\r')) {
        return left > 1 && p[0] == '\r' && p[1] == '\n' ? 2 : 1;
    }

    return left > 2 && p[0] == 0xE2 && p[1] == 0x80 && (p[2] & 0xFE) == 0xA8
           ? 3 : 0;
}


/* An escape's value and the bytes it takes behind the backslash; -1: none that
 * stands for an ASCII character.  A dot keeps its backslash: strings need none,
 * regular expressions do. */

static size_t
scan_escape(const unsigned char *p, const unsigned char *end, long *value)
{
    switch (*p) {

    case 'x':
        *value = scan_hex(p + 1, end, 2);
        return 3;

    case 'u':
        if (end - p > 1 && p[1] == '{') {
            return scan_braced(p, end, value);
        }

        *value = scan_hex(p + 1, end, 4);
        return 5;

    case 'b': case 'f': case 'n': case 'r': case 't': case 'v':
        return 0;

    default:
        if ((*p & 0xF8) == '0') {
            return scan_octal(p, end, value);
        }

        *value = *p == '/' || *p == '-' || cg_ascii_is_alpha(*p)
                 || cg_ascii_is_digit(*p) ? *p : -1;
        return 1;
    }
}


int
cg_scan_is_escape(const unsigned char *p, const unsigned char *end)
{
    long  value = -1;

    if (end - p < 2) {
        return 0;
    }

    (void) scan_escape(p + 1, end, &value);

    return value >= 0 || scan_continued(p + 1, end) != 0;
}


unsigned char
cg_scan_next(const unsigned char **p, const unsigned char *end)
{
    long                  value = -1;
    size_t                n;
    const unsigned char  *at = *p;

    while (*at == '\\' && (n = scan_continued(at + 1, end)) != 0) {
        if (end - at - 1 == (ptrdiff_t) n) {
            break;                           /* nothing it could go on with */
        }

        at += n + 1;
    }

    *p = at + 1;

    if (*at != '\\' || end - at < 2) {
        return *at;
    }

    n = scan_escape(at + 1, end, &value);

    if (value < 0 || value > 0x7F) {
        return '\\';
    }

    *p += n;

    return (unsigned char) value;
}


/* The text as it is compared: without escapes, in lower case unless the case
 * counts. */

static cg_status_t
scan_read(cg_arena_t *arena, cg_needle_t *needle)
{
    size_t                n = 0;
    unsigned char         c, *text;
    const unsigned char  *p = needle->text.data;
    const unsigned char  *end = p + needle->text.len;

    text = cg_arena_raw(arena, needle->text.len + 1);
    if (text == NULL) {
        return CG_ENOMEM;
    }

    while (p != end && n < SCAN_MAX) {
        c = cg_scan_next(&p, end);
        text[n++] = needle->kind == CG_NEEDLE_COOKIE ? c : cg_ascii_lower(c);
    }

    needle->text.data = text;
    needle->text.len = n;

    return CG_OK;
}


/* How good an anchor a byte is, 1 the best: the dot, which is in all hosts, and
 * then by how rare bytes are in scripts. */

static size_t
scan_rank(unsigned char c)
{
    static const char  order[] = "._@%^~#|jqzxk/-vwyb=gh(fmpducl)siaonrte";

    const char  *at = memchr(order, cg_ascii_lower(c), sizeof(order) - 1);

    return at ? (size_t) (at - order) + 1 : sizeof(order) + (c >= 0x80);
}


/* Of equal bytes, the last one: what follows the first dot of a host is less
 * its own. */

static size_t
scan_anchor(cg_str_t text)
{
    size_t  i, best = 0, rank = scan_rank(text.data[0]);

    for (i = 1; i < text.len; i++) {
        if (scan_rank(text.data[i]) <= rank) {
            best = i;
            rank = scan_rank(text.data[i]);
        }
    }

    return best;
}


/* A text without an ASCII byte makes every byte an anchor. */

static void
scan_add_anchor(cg_scan_t *scan, unsigned char c, unsigned windows)
{
    scan->windows[c] |= (unsigned char) windows;

    if (c >= 0x80) {
        scan->dense = 1;

    } else {
        cg_set_add(&scan->anchors, c);
    }
}


/* How many bytes of its window stand before the anchor. */

static size_t
scan_before(cg_str_t text, size_t anchor)
{
    size_t  before, behind = text.len - anchor;

    before = anchor < CG_SCAN_WINDOW - 1 ? anchor : CG_SCAN_WINDOW - 1;

    return behind < CG_SCAN_WINDOW - before ? CG_SCAN_WINDOW - behind : before;
}


/* Into the chain of its window, or of those that are shorter than one. */

static void
scan_insert(cg_scan_t *scan, uint32_t number)
{
    size_t         before;
    unsigned       window = CG_SCAN_LOOSE;
    uint32_t      *link = &scan->loose;
    cg_needle_t   *needle = &scan->needles[number];
    cg_str_t       text = needle->text;
    unsigned char  anchor;

    needle->anchor = scan_anchor(text);
    anchor = text.data[needle->anchor];

    if (text.len >= CG_SCAN_WINDOW) {
        before = scan_before(text, needle->anchor);
        window = 1u << before;
        link = &scan->heads[cg_scan_hash(text.data + needle->anchor - before)];
    }

    scan_add_anchor(scan, anchor, window);

    if (cg_ascii_is_alpha(anchor)) {
        scan_add_anchor(scan, anchor ^ 0x20, window);
    }

    while (*link) {
        link = &scan->needles[*link - 1].next;
    }

    *link = number + 1;
}


cg_status_t
cg_scan_build(cg_arena_t *arena, cg_scan_t *scan)
{
    uint32_t  i;

    for (i = 0; i < scan->nneedles; i++) {
        if (scan_read(arena, &scan->needles[i]) != CG_OK) {
            return CG_ENOMEM;
        }

        if (scan->needles[i].text.len) {
            scan_insert(scan, i);
        }
    }

    return CG_OK;
}
