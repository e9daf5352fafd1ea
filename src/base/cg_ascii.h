/*
 * ASCII only, never the locale: byte classes and case-insensitive compares as
 * the HTML, URL and cookie specifications define them ("ASCII whitespace",
 * "ASCII alpha", "ASCII lowercase").
 */

#ifndef CG_ASCII_H
#define CG_ASCII_H

#include "cg_base.h"


static inline unsigned char
cg_ascii_lower(unsigned char c)
{
    return (unsigned char) (c >= 'A' && c <= 'Z' ? c | 0x20 : c);
}


static inline int
cg_ascii_is_alpha(unsigned char c)
{
    c = (unsigned char) (c | 0x20);

    return c >= 'a' && c <= 'z';
}


static inline int
cg_ascii_is_digit(unsigned char c)
{
    return c >= '0' && c <= '9';
}


/* The value of a hexadecimal digit, or -1. */

static inline int
cg_ascii_hex(unsigned char c)
{
    if (cg_ascii_is_digit(c)) {
        return c - '0';
    }

    c = (unsigned char) (c | 0x20);

    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}


/* HTML: tab, LF, FF, CR, space. */

static inline int
cg_ascii_is_space(unsigned char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r';
}


static inline int
cg_ascii_eq_nocase(cg_str_t a, cg_str_t b)
{
    size_t  i;

    if (a.len != b.len) {
        return 0;
    }

    for (i = 0; i < a.len; i++) {
        if (cg_ascii_lower(a.data[i]) != cg_ascii_lower(b.data[i])) {
            return 0;
        }
    }

    return 1;
}


/* The slice without leading and trailing HTML whitespace. */

static inline cg_str_t
cg_ascii_trim(cg_str_t s)
{
    while (s.len && cg_ascii_is_space(s.data[0])) {
        s.data++;
        s.len--;
    }

    while (s.len && cg_ascii_is_space(s.data[s.len - 1])) {
        s.len--;
    }

    return s;
}

#endif /* CG_ASCII_H */
