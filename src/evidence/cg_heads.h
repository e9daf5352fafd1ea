/*
 * The heads of the lanes in a log: what a new lane names in its chain.open,
 * so that cutting the end of an older lane shows.
 */

#ifndef CG_HEADS_H
#define CG_HEADS_H

#include "cg_chain.h"

#define CG_MAX_HEADS    16       /* heads that one line names */


typedef struct {
    unsigned char  ch[CG_LANE_LEN];
    uint64_t       seq;
    unsigned char  h[CG_SHA256_LEN];
} cg_head_t;


/*
 * Reads the last line of each lane out of `tail`, the last bytes of a log
 * (any number; a quarter megabyte is plenty).  A line cut by the beginning,
 * torn pieces and lines whose hash is wrong are passed over.
 *   heads   out: the lanes that wrote last, the newest last
 *   n       out: how many, at most CG_MAX_HEADS; 0 for a new file
 * CG_ENOMEM: libcrypto failed; *n is 0.
 */
CG_MUST_CHECK cg_status_t cg_heads_read(cg_str_t tail,
    cg_head_t heads[CG_MAX_HEADS], size_t *n);

/* The head of a lane that this process writes itself.  CG_NONE: the lane has
 * no line yet. */
CG_MUST_CHECK cg_status_t cg_heads_of(const cg_chain_t *chain,
    cg_head_t *head);

#endif /* CG_HEADS_H */
