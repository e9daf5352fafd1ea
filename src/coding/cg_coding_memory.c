#include "cg_coding_kind.h"


/* In front of what is handed out, and as large as the strictest alignment. */

struct cg_coding_block_s {
    union {
        struct {
            cg_coding_block_t  *next;
            size_t              class;     /* CG_CODING_CLASSES: larger */
        } is;
        unsigned char           align[16];
    } u;
};


void *
cg_coding_alloc(void *opaque, size_t size)
{
    size_t               class = 0;
    cg_coding_block_t   *block;
    cg_coding_memory_t  *memory = opaque;

    while (class < CG_CODING_CLASSES
           && size > (size_t) 1 << (class + CG_CODING_SMALL))
    {
        class++;
    }

    if (class < CG_CODING_CLASSES) {
        size = (size_t) 1 << (class + CG_CODING_SMALL);
        block = memory->blocks[class];

        if (block) {
            memory->blocks[class] = block->u.is.next;
            return block + 1;
        }
    }

    if (size > SIZE_MAX - sizeof(*block)) {
        return NULL;
    }

    block = cg_arena_raw(memory->arena, sizeof(*block) + size);
    if (block == NULL) {
        return NULL;
    }

    block->u.is.class = class;

    return block + 1;
}


void
cg_coding_release(void *opaque, void *data)
{
    cg_coding_block_t   *block;
    cg_coding_memory_t  *memory = opaque;

    if (data == NULL) {
        return;
    }

    block = (cg_coding_block_t *) data - 1;

    if (block->u.is.class == CG_CODING_CLASSES) {
        cg_arena_outgrown(memory->arena, block);
        return;
    }

    block->u.is.next = memory->blocks[block->u.is.class];
    memory->blocks[block->u.is.class] = block;
}
