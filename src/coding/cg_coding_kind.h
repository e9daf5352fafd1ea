/*
 * What a coding is to the chain of them: three functions.  Private to the room.
 */

#ifndef CG_CODING_KIND_H
#define CG_CODING_KIND_H

#include "cg_coding.h"

#define CG_CODING_SMALL    5       /* classes of blocks: 2^5 bytes... */
#define CG_CODING_CLASSES  12      /* ...to 2^16 */


/* The libraries allocate and free as they go, the arena only gives: what they
 * free is kept by its size and given again.  Beyond the largest class it goes
 * back to the arena. */

typedef struct cg_coding_block_s  cg_coding_block_t;

typedef struct {
    cg_arena_t         *arena;
    cg_coding_block_t  *blocks[CG_CODING_CLASSES];
} cg_coding_memory_t;

/* Of the libraries' own shape: `opaque` is a cg_coding_memory_t.  Aligned for
 * any type, not cleared; NULL: no memory. */
void *cg_coding_alloc(void *opaque, size_t size);
void cg_coding_release(void *opaque, void *data);


/* Where a decoder writes: `size` bytes are left. */

typedef struct {
    unsigned char  *next;
    size_t          size;
} cg_coding_room_t;

typedef struct {
    cg_str_t      name;            /* lower case */

    /* NULL: no memory */
    void         *(*start)(cg_coding_memory_t *memory);

    /* Takes from `in` and writes to `room`, moves both on, until one of them
     * is used up; CG_OK, or an error. */
    cg_status_t  (*run)(void *state, cg_str_t *in, cg_coding_room_t *room);

    /* CG_OK: what was taken is whole. */
    cg_status_t  (*end)(void *state);
} cg_coding_kind_t;

extern const cg_coding_kind_t  cg_coding_gzip;
extern const cg_coding_kind_t  cg_coding_x_gzip;
extern const cg_coding_kind_t  cg_coding_deflate;
extern const cg_coding_kind_t  cg_coding_br;
extern const cg_coding_kind_t  cg_coding_zstd;


static inline void
cg_coding_took(cg_str_t *in, size_t n)
{
    in->data += n;
    in->len -= n;
}


static inline void
cg_coding_made(cg_coding_room_t *room, size_t n)
{
    room->next += n;
    room->size -= n;
}

#endif /* CG_CODING_KIND_H */
