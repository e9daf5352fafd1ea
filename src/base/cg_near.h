/*
 * The next byte of a kind where it is likely to be near: inline, without the
 * cost of a call.  Sixteen bytes at a time with SSE2, else one by one; both
 * give the same answers.  Nothing outside of [p, end) is read.
 */

#ifndef CG_NEAR_H
#define CG_NEAR_H

#include "cg_base.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#define CG_NEAR_STEP   16
#define CG_NEAR_STEPS  4           /* after so many, a call is cheaper */


/* Ends an attribute's or a tag's name: blanks and controls, "/", "=", ">". */

static inline int
cg_near_ends_name(unsigned char c)
{
    return c <= ' ' || c == '/' || c == '=' || c == '>';
}


static inline const unsigned char *
cg_near_name_end_plain(const unsigned char *p, const unsigned char *end)
{
    while (p != end && !cg_near_ends_name(*p)) {
        p++;
    }

    return p;
}


static inline const unsigned char *
cg_near_byte_plain(const unsigned char *p, const unsigned char *end,
    unsigned char c)
{
    while (p != end && *p != c) {
        p++;
    }

    return p;
}


#ifdef __SSE2__

static inline __m128i
cg_near_load(const unsigned char *p)
{
    return _mm_loadu_si128((const __m128i *) (const void *) p);
}


static inline __m128i
cg_near_eq(__m128i bytes, char c)
{
    return _mm_cmpeq_epi8(bytes, _mm_set1_epi8(c));
}


/* The first of the bytes that were found, or CG_NEAR_STEP. */

static inline size_t
cg_near_first(__m128i found)
{
    unsigned  mask = (unsigned) _mm_movemask_epi8(found);

    return (unsigned) __builtin_ctz(mask | 1u << CG_NEAR_STEP);
}

#endif


/* Where the first `c` stands among the CG_NEAR_STEP bytes at `p`, which are all
 * there; CG_NEAR_STEP if it does not. */

static inline size_t
cg_near_step_plain(const unsigned char *p, unsigned char c)
{
    size_t  i;

    for (i = 0; i < CG_NEAR_STEP && p[i] != c; i++) {
        /* void */
    }

    return i;
}


static inline size_t
cg_near_step(const unsigned char *p, unsigned char c)
{
#ifdef __SSE2__
    return cg_near_first(cg_near_eq(cg_near_load(p), (char) c));
#else
    return cg_near_step_plain(p, c);
#endif
}


/* The same for what ends a name. */

static inline size_t
cg_near_name_step_plain(const unsigned char *p)
{
    size_t  i;

    for (i = 0; i < CG_NEAR_STEP && !cg_near_ends_name(p[i]); i++) {
        /* void */
    }

    return i;
}


static inline size_t
cg_near_name_step(const unsigned char *p)
{
#ifdef __SSE2__
    __m128i  bytes = cg_near_load(p), found;

    found = _mm_cmpeq_epi8(_mm_min_epu8(bytes, _mm_set1_epi8(' ')), bytes);
    found = _mm_or_si128(found, cg_near_eq(bytes, '/'));
    found = _mm_or_si128(found, cg_near_eq(bytes, '='));
    found = _mm_or_si128(found, cg_near_eq(bytes, '>'));

    return cg_near_first(found);
#else
    return cg_near_name_step_plain(p);
#endif
}


/* The same for blanks, controls and ">"; "/" and "=" do not end it. */

static inline size_t
cg_near_blank_step_plain(const unsigned char *p)
{
    size_t  i;

    for (i = 0; i < CG_NEAR_STEP && p[i] > ' ' && p[i] != '>'; i++) {
        /* void */
    }

    return i;
}


static inline size_t
cg_near_blank_step(const unsigned char *p)
{
#ifdef __SSE2__
    __m128i  bytes = cg_near_load(p), blank;

    blank = _mm_cmpeq_epi8(_mm_min_epu8(bytes, _mm_set1_epi8(' ')), bytes);

    return cg_near_first(_mm_or_si128(blank, cg_near_eq(bytes, '>')));
#else
    return cg_near_blank_step_plain(p);
#endif
}


/* The first byte that ends a name, or `end`. */

static inline const unsigned char *
cg_near_name_end(const unsigned char *p, const unsigned char *end)
{
    size_t  n;

    while (end - p >= CG_NEAR_STEP) {
        n = cg_near_name_step(p);
        p += n;

        if (n != CG_NEAR_STEP) {
            return p;
        }
    }

    return cg_near_name_end_plain(p, end);
}


/* The first `c`, or `end`. */

static inline const unsigned char *
cg_near_byte(const unsigned char *p, const unsigned char *end,
    unsigned char c)
{
    size_t  n, i;

    for (i = 0; i < CG_NEAR_STEPS && end - p >= CG_NEAR_STEP; i++) {
        n = cg_near_step(p, c);
        p += n;

        if (n != CG_NEAR_STEP) {
            return p;
        }
    }

    if (p == end) {
        return end;
    }

    p = memchr(p, c, (size_t) (end - p));

    return p ? p : end;
}

#endif /* CG_NEAR_H */
