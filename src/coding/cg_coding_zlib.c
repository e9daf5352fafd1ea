/*
 * gzip and deflate by zlib.  Two bytes are looked at before zlib sees them:
 * they say whether another gzip member begins, and which deflate this is.
 */

#define ZLIB_CONST

#include <zlib.h>

#include "cg_coding_kind.h"

#define CODING_ZLIB_STEP  (1U << 30)       /* zlib counts in unsigned int */


typedef enum {
    CODING_LOOKING = 0,            /* at a member's first two bytes */
    CODING_INFLATING,
    CODING_IGNORING                /* all members have ended */
} coding_zlib_e;

typedef struct {
    z_stream        z;
    coding_zlib_e   at;
    unsigned char   head[2];
    unsigned        nhead;         /* in head, not inflated yet */
    unsigned        gzip:1;
    unsigned        begun:1;       /* z is set up */
} coding_zlib_t;


static voidpf
coding_zlib_alloc(voidpf opaque, uInt items, uInt size)
{
    return cg_coding_alloc(opaque, (size_t) items * size);
}


static void
coding_zlib_release(voidpf opaque, voidpf data)
{
    cg_coding_release(opaque, data);
}


static coding_zlib_t *
coding_zlib_start(cg_coding_memory_t *memory)
{
    coding_zlib_t  *state = cg_arena_zero(memory->arena, sizeof(*state));

    if (state) {
        state->z.zalloc = coding_zlib_alloc;
        state->z.zfree = coding_zlib_release;
        state->z.opaque = memory;
    }

    return state;
}


static void *
coding_gzip_start(cg_coding_memory_t *memory)
{
    coding_zlib_t  *state = coding_zlib_start(memory);

    if (state) {
        state->gzip = 1;
    }

    return state;
}


static void *
coding_deflate_start(cg_coding_memory_t *memory)
{
    return coding_zlib_start(memory);
}


/* RFC 1950, 2.2.  A raw stream that looks like it begins with a stored block
 * whose padding is not zero: no encoder writes that. */

static int
coding_zlib_wrapped(const unsigned char *head)
{
    return (head[0] & 0x0F) == Z_DEFLATED && head[0] >> 4 <= 7
           && ((unsigned) head[0] << 8 | head[1]) % 31 == 0;
}


static cg_status_t
coding_zlib_begin(coding_zlib_t *state)
{
    int  rc, bits;

    if (state->gzip && (state->head[0] != 0x1F || state->head[1] != 0x8B)) {
        state->at = CODING_IGNORING;
        return state->begun ? CG_OK : CG_EINVAL;
    }

    if (state->begun) {
        rc = inflateReset(&state->z);

    } else {
        bits = state->gzip ? 16 + MAX_WBITS
               : coding_zlib_wrapped(state->head) ? MAX_WBITS : -MAX_WBITS;
        rc = inflateInit2(&state->z, bits);
    }

    state->begun = 1;
    state->at = CODING_INFLATING;

    return rc == Z_OK ? CG_OK : CG_ENOMEM;
}


static cg_status_t
coding_zlib_look(coding_zlib_t *state, cg_str_t *in)
{
    state->head[state->nhead++] = *in->data;
    cg_coding_took(in, 1);

    return state->nhead == 2 ? coding_zlib_begin(state) : CG_OK;
}


static cg_status_t
coding_zlib_inflate(coding_zlib_t *state, cg_str_t *in,
    cg_coding_room_t *room)
{
    int     rc;
    uInt    take, make;

    take = (uInt) (in->len < CODING_ZLIB_STEP ? in->len : CODING_ZLIB_STEP);
    make = (uInt) (room->size < CODING_ZLIB_STEP ? room->size
                                                 : CODING_ZLIB_STEP);

    state->z.next_in = in->data;
    state->z.avail_in = take;
    state->z.next_out = room->next;
    state->z.avail_out = make;

    rc = inflate(&state->z, Z_SYNC_FLUSH);

    cg_coding_took(in, take - state->z.avail_in);
    cg_coding_made(room, make - state->z.avail_out);

    switch (rc) {
    case Z_STREAM_END:
        state->at = state->gzip ? CODING_LOOKING : CODING_IGNORING;
        return CG_OK;

    case Z_OK:
    case Z_BUF_ERROR:              /* nothing to take, or no room */
        return CG_OK;

    case Z_MEM_ERROR:
        return CG_ENOMEM;

    default:
        return CG_EINVAL;
    }
}


/* The bytes that were looked at, then the input. */

static cg_status_t
coding_zlib_step(coding_zlib_t *state, cg_str_t *in, cg_coding_room_t *room)
{
    cg_str_t     head = { state->nhead, state->head };
    cg_status_t  rc;

    if (state->nhead == 0) {
        return coding_zlib_inflate(state, in, room);
    }

    rc = coding_zlib_inflate(state, &head, room);

    memmove(state->head, head.data, head.len);
    state->nhead = (unsigned) head.len;

    return rc;
}


static cg_status_t
coding_zlib_run(void *data, cg_str_t *in, cg_coding_room_t *room)
{
    cg_status_t     rc = CG_OK;
    coding_zlib_t  *state = data;

    /* zlib keeps no input back: it may hold output without any, which one
       step without input gets */

    if (state->at == CODING_INFLATING) {
        rc = coding_zlib_step(state, in, room);
    }

    while (rc == CG_OK && in->len && room->size) {
        switch (state->at) {
        case CODING_LOOKING:
            rc = coding_zlib_look(state, in);
            break;

        case CODING_INFLATING:
            rc = coding_zlib_step(state, in, room);
            break;

        case CODING_IGNORING:
            cg_coding_took(in, in->len);
            break;
        }
    }

    return rc;
}


static cg_status_t
coding_zlib_end(void *data)
{
    coding_zlib_t  *state = data;

    switch (state->at) {
    case CODING_LOOKING:
        return state->begun || state->nhead == 0 ? CG_OK : CG_EINVAL;

    case CODING_IGNORING:
        return state->begun ? CG_OK : CG_EINVAL;

    default:
        return CG_EINVAL;
    }
}


const cg_coding_kind_t  cg_coding_gzip = {
    { 4, (const unsigned char *) "gzip" },
    coding_gzip_start, coding_zlib_run, coding_zlib_end
};

const cg_coding_kind_t  cg_coding_x_gzip = {
    { 6, (const unsigned char *) "x-gzip" },
    coding_gzip_start, coding_zlib_run, coding_zlib_end
};

const cg_coding_kind_t  cg_coding_deflate = {
    { 7, (const unsigned char *) "deflate" },
    coding_deflate_start, coding_zlib_run, coding_zlib_end
};
