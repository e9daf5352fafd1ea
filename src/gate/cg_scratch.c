#include "cg_scratch.h"


struct cg_scratch_block_s {
    cg_scratch_block_t  *next;
    unsigned char       *data;         /* allocated apart: aligned for all */
    size_t               size;
    int                  used;
};


static void *
scratch_alloc(void *ctx, size_t size)
{
    cg_scratch_t        *scratch = ctx;
    cg_scratch_block_t  *block;

    for (block = scratch->blocks; block; block = block->next) {
        if (!block->used && block->size >= size) {
            block->used = 1;
            return block->data;
        }
    }

    block = cg_arena_raw(scratch->from, sizeof(*block));
    if (block == NULL) {
        return NULL;
    }

    block->data = cg_arena_raw(scratch->from, size);
    if (block->data == NULL) {
        return NULL;
    }

    block->size = size;
    block->used = 1;
    block->next = scratch->blocks;
    scratch->blocks = block;

    return block->data;
}


static void
scratch_free(void *ctx, void *data)
{
    cg_scratch_t        *scratch = ctx;
    cg_scratch_block_t  *block;

    for (block = scratch->blocks; block; block = block->next) {
        if (block->data == data) {
            block->used = 0;
            return;
        }
    }
}


void
cg_scratch_init(cg_scratch_t *scratch, cg_arena_t *from)
{
    scratch->from = from;
    scratch->blocks = NULL;
    scratch->arena.alloc = scratch_alloc;
    scratch->arena.free = scratch_free;
    scratch->arena.ctx = scratch;
}


void
cg_scratch_reset(cg_scratch_t *scratch)
{
    cg_scratch_block_t  *block;

    for (block = scratch->blocks; block; block = block->next) {
        block->used = 0;
    }
}
