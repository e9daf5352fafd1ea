/*
 * Memory for tests: an arena with one malloc per object, so that a sanitizer
 * sees every overrun, which can be told to fail; and copies of input in heap
 * blocks of exactly their size.
 */

#ifndef HEAP_H
#define HEAP_H

#include <stdlib.h>
#include <string.h>

#include "base/cg_arena.h"

typedef struct heap_block_s  heap_block_t;

struct heap_block_s {
    heap_block_t  *next;
    void          *data;
};

typedef struct {
    cg_arena_t     arena;          /* hand out &heap.arena */
    heap_block_t  *blocks;
    size_t         count;          /* allocations so far */
    size_t         fail_at;        /* fails from this one on; 0: never */
} heap_t;


__attribute__((unused)) static void *
heap_alloc(void *ctx, size_t size)
{
    heap_t        *heap = ctx;
    heap_block_t  *block;

    heap->count++;

    if (heap->fail_at && heap->count >= heap->fail_at) {
        return NULL;
    }

    block = malloc(sizeof(*block));
    block->data = malloc(size ? size : 1);
    memset(block->data, 0xA5, size);
    block->next = heap->blocks;
    heap->blocks = block;

    return block->data;
}


__attribute__((unused)) static void
heap_free(void *ctx, void *data)
{
    heap_t         *heap = ctx;
    heap_block_t  **link, *block;

    for (link = &heap->blocks; *link; link = &(*link)->next) {
        if ((*link)->data == data) {
            block = *link;
            *link = block->next;
            free(block->data);
            free(block);
            return;
        }
    }

    abort();                       /* not a block of this arena */
}


/* Blocks live until heap_drop(). */

__attribute__((unused)) static void
heap_init(heap_t *heap)
{
    memset(heap, 0, sizeof(*heap));
    heap->arena.alloc = heap_alloc;
    heap->arena.free = heap_free;
    heap->arena.ctx = heap;
}


__attribute__((unused)) static void
heap_drop(heap_t *heap)
{
    while (heap->blocks) {
        heap_free(heap, heap->blocks->data);
    }
}


/* A copy in a block of exactly s.len bytes; free() its data. */

__attribute__((unused)) static cg_str_t
heap_exact(cg_str_t s)
{
    cg_str_t        copy;
    unsigned char  *data = malloc(s.len ? s.len : 1);

    if (s.len) {
        memcpy(data, s.data, s.len);
    }

    copy.data = data;
    copy.len = s.len;

    return copy;
}

#endif /* HEAP_H */
