/*
 * The next byte of a set, many bytes at a time.
 *
 * A set holds ASCII bytes, as two tables that one instruction looks up for 16
 * bytes at once: bit h of low[c & 15] is set where the byte h << 4 | (c & 15)
 * is in it, and high[h] is that bit.  Where the processor has AVX2 it is used;
 * the plain loop elsewhere gives the same answers.  Nothing outside of the
 * bytes given is read.
 */

#ifndef CG_FIND_H
#define CG_FIND_H

#include "cg_base.h"

#define CG_FIND_BLOCK  64          /* bytes that one mask stands for */


typedef struct {
    unsigned char  low[16];
    unsigned char  high[16];
} cg_set_t;                        /* zeroed: empty */


/* `c` < 0x80 becomes one of the set. */
void cg_set_add(cg_set_t *set, unsigned char c);

static inline int
cg_set_has(const cg_set_t *set, unsigned char c)
{
    return (set->low[c & 15] & set->high[c >> 4]) != 0;
}


/* Which of the `n` bytes at `p` are in the set: bit i for p[i].  `n` is at
 * most CG_FIND_BLOCK. */
uint64_t cg_find_mask(const cg_set_t *set, const unsigned char *p, size_t n);

/* The first byte of the set in [p, end), or `end`. */
const unsigned char *cg_find_any(const cg_set_t *set, const unsigned char *p,
    const unsigned char *end);

/* As cg_find_mask(), byte by byte: what the other one must agree with. */
uint64_t cg_find_mask_plain(const cg_set_t *set, const unsigned char *p,
    size_t n);

#endif /* CG_FIND_H */
