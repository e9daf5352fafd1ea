/*
 * The hashes of the last lines of a log, of whatever lane, in the order of
 * the file: a line may name a head that was passed since, by as many lines as
 * were written between its making and its writing.
 *
 * Memory: from the arena, 56 bytes a line, doubled as lines come, at most
 * CG_RECENT_LINES of them.
 */

#ifndef CG_RECENT_H
#define CG_RECENT_H

#include "base/cg_arena.h"
#include "base/cg_crypto.h"

#define CG_RECENT_LINES  65536
#define CG_RECENT_BRIEF  16      /* bytes kept of a hash */


typedef struct {
    const void     *lane;
    uint64_t        seq;
    uint64_t        older;       /* number of one in the same bucket; 0: none */
    unsigned char   h[CG_RECENT_BRIEF];
} cg_recent_line_t;

/* Private; zero it and set `arena`. */

typedef struct {
    cg_arena_t        *arena;
    cg_recent_line_t  *lines;    /* line number N, from 1, at N - 1 mod size */
    uint64_t          *buckets;  /* number of the newest in it; 0: none */
    uint64_t           size;     /* of both; a power of two, or 0 */
    uint64_t           n;        /* lines seen */
} cg_recent_t;


/* `lane` is a name only; a lane and a seq come once.  CG_ENOMEM: nothing was
 * added. */
CG_MUST_CHECK cg_status_t cg_recent_add(cg_recent_t *recent, const void *lane,
    uint64_t seq, const unsigned char h[CG_SHA256_LEN]);

/* CG_OK: that is its hash; CG_EINVAL: it has another one; CG_NONE: not among
 * the last lines. */
CG_MUST_CHECK cg_status_t cg_recent_compare(const cg_recent_t *recent,
    const void *lane, uint64_t seq, const unsigned char h[CG_SHA256_LEN]);

#endif /* CG_RECENT_H */
