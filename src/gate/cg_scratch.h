/*
 * Memory for one tag: an arena whose blocks are all free again after a reset,
 * so that a page full of odd URLs costs no more of it than one.  Private to
 * the room.
 */

#ifndef CG_SCRATCH_H
#define CG_SCRATCH_H

#include "base/cg_arena.h"


typedef struct cg_scratch_block_s  cg_scratch_block_t;

typedef struct {
    cg_arena_t           arena;        /* hand out this */
    cg_arena_t          *from;
    cg_scratch_block_t  *blocks;
} cg_scratch_t;                        /* all fields private but `arena` */


/* `from` is kept; nothing is allocated yet.  `scratch` must not move. */
void cg_scratch_init(cg_scratch_t *scratch, cg_arena_t *from);

/* What was handed out is void; the memory stays. */
void cg_scratch_reset(cg_scratch_t *scratch);

#endif /* CG_SCRATCH_H */
