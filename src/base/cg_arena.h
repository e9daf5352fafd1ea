/*
 * Where the core's memory comes from: a region that its owner drops as a
 * whole.  The core allocates and never frees, with one exception: a buffer
 * that was outgrown may be handed back early, if the region wants it.
 *
 *   alloc   returns `size` bytes aligned for any type, not cleared, or NULL
 *   free    may be NULL: then outgrown buffers stay until the region is dropped
 */

#ifndef CG_ARENA_H
#define CG_ARENA_H

#include "cg_base.h"


typedef struct {
    void  *(*alloc)(void *ctx, size_t size);
    void   (*free)(void *ctx, void *block);
    void    *ctx;
} cg_arena_t;


/* Uncleared memory, or NULL. */

static inline void *
cg_arena_raw(cg_arena_t *arena, size_t size)
{
    return arena->alloc(arena->ctx, size);
}


/* Cleared memory, or NULL.  Zero denies: use this one for anything that holds
 * a decision.  memset() itself clears a few hundred bytes sooner than what
 * compilers write where they know how many there are. */

static inline void *
cg_arena_zero(cg_arena_t *arena, size_t size)
{
    void  *block = arena->alloc(arena->ctx, size);

    __asm__ ("" : "+r" (size));

    return block ? memset(block, 0, size) : NULL;
}


static inline void
cg_arena_outgrown(cg_arena_t *arena, void *block)
{
    if (block && arena->free) {
        arena->free(arena->ctx, block);
    }
}


/* A copy of `s` in the arena (a NUL byte follows it), or an absent slice. */

static inline cg_str_t
cg_arena_copy(cg_arena_t *arena, cg_str_t s)
{
    cg_str_t        copy = cg_str_null;
    unsigned char  *block = cg_arena_raw(arena, s.len + 1);

    if (block) {
        if (s.len) {
            memcpy(block, s.data, s.len);
        }

        block[s.len] = '\0';
        copy.data = block;
        copy.len = s.len;
    }

    return copy;
}

#endif /* CG_ARENA_H */
