/*
 * How often one sender may do something: a leaky bucket each, in a table in
 * memory that the worker processes share (GCRA, ITU-T I.371: of a bucket only
 * the time is kept at which it will be empty).
 *
 * The table knows nobody: of what names a sender only a few bits of a hash
 * under a seed that never leaves the table are kept.  It is bounded: a sender
 * for whom there is no room takes the place of the one that asked least.
 */

#ifndef CG_LIMIT_H
#define CG_LIMIT_H

#include "base/cg_crypto.h"

#define CG_LIMIT_SIZE  (64 * 1024)     /* bytes of the table */
#define CG_LIMIT_SEED  16

typedef struct cg_limit_s  cg_limit_t;     /* lies at the block's start */

/* One each `interval`, and `burst` more at one time. */

typedef struct {
    uint64_t  interval_us;             /* 0: no limit */
    uint64_t  burst;
} cg_rate_t;


/* Lays an empty table into CG_LIMIT_SIZE bytes at `block`, aligned to 8. */
cg_limit_t *cg_limit_init(void *block,
    const unsigned char seed[CG_LIMIT_SEED]);

/* 0: the sender may, and it counts.  Else milliseconds until it may again.
 * `now_ms`: of a clock that does not go back, below 2^38. */
uint64_t cg_limit_take(cg_limit_t *table, const cg_rate_t *rate,
    cg_str_t sender, uint64_t now_ms);

#endif /* CG_LIMIT_H */
