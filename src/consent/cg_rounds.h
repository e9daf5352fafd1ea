/*
 * Which round of something the same sender gets next, for a short while: a
 * table in memory that the worker processes share.  It knows nobody: of what
 * names a sender only a few bits of a hash under a seed that never leaves the
 * table are kept, one sender's overwrite another's, and a row that was not
 * moved for CG_ROUNDS_FORGET seconds counts from the beginning.
 *
 * Only the compiler's __atomic builtins; a race costs a round given twice.
 */

#ifndef CG_ROUNDS_H
#define CG_ROUNDS_H

#include "base/cg_crypto.h"

#define CG_ROUNDS_SIZE    (16 * 1024)  /* bytes of the table */
#define CG_ROUNDS_SEED    16
#define CG_ROUNDS_FORGET  600          /* seconds */

typedef struct cg_rounds_s  cg_rounds_t;   /* lies at the block's start */


/* Lays an empty table into CG_ROUNDS_SIZE bytes at `block`, aligned to 8. */
cg_rounds_t *cg_rounds_init(void *block,
    const unsigned char seed[CG_ROUNDS_SEED]);

/* The round for the sender that the slices (at most CG_ROUNDS_PARTS, the rest
 * does not count) name: 0 at first, then 1, 2 …; `rounds`, for good, when all
 * of them were given.  `now`: seconds of any clock that does not go back. */
#define CG_ROUNDS_PARTS  32
unsigned cg_rounds_next(cg_rounds_t *table, const cg_str_t *parts, size_t n,
    unsigned rounds, int64_t now);

#endif /* CG_ROUNDS_H */
