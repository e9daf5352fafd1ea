/*
 * zstd by libzstd.  The one function of its that takes an allocator stands in
 * the part of its header that asks for this definition.
 */

#include "cg_coding_kind.h"

#ifdef CG_HAVE_ZSTD

#define ZSTD_STATIC_LINKING_ONLY

#include <zstd.h>
#include <zstd_errors.h>

#define CODING_ZSTD_WINDOW  23             /* log2 of bytes; RFC 9659, 3 */


typedef struct {
    ZSTD_DCtx  *zstd;
    unsigned    inside:1;          /* a frame has begun and not ended */
} coding_zstd_t;


static void *
coding_zstd_start(cg_coding_memory_t *memory)
{
    size_t          rc;
    coding_zstd_t  *state = cg_arena_zero(memory->arena, sizeof(*state));
    ZSTD_customMem  functions = { cg_coding_alloc, cg_coding_release, memory };

    if (state == NULL) {
        return NULL;
    }

    state->zstd = ZSTD_createDCtx_advanced(functions);
    if (state->zstd == NULL) {
        return NULL;
    }

    rc = ZSTD_DCtx_setParameter(state->zstd, ZSTD_d_windowLogMax,
                                CODING_ZSTD_WINDOW);

    return ZSTD_isError(rc) ? NULL : state;
}


static cg_status_t
coding_zstd_error(size_t rc)
{
    switch (ZSTD_getErrorCode(rc)) {
    case ZSTD_error_memory_allocation:
        return CG_ENOMEM;

    case ZSTD_error_frameParameter_windowTooLarge:
        return CG_ELIMIT;

    default:
        return CG_EINVAL;
    }
}


static cg_status_t
coding_zstd_run(void *data, cg_str_t *in, cg_coding_room_t *room)
{
    size_t          rc;
    coding_zstd_t  *state = data;
    ZSTD_inBuffer   from = { in->data, in->len, 0 };
    ZSTD_outBuffer  to = { room->next, room->size, 0 };

    /* it may hold output of a frame that it was given whole */

    while (to.pos < to.size && (from.pos < from.size || state->inside)) {
        rc = ZSTD_decompressStream(state->zstd, &to, &from);

        if (ZSTD_isError(rc)) {
            return coding_zstd_error(rc);
        }

        state->inside = rc != 0;

        if (from.pos == from.size) {
            break;
        }
    }

    cg_coding_took(in, from.pos);
    cg_coding_made(room, to.pos);

    return CG_OK;
}


static cg_status_t
coding_zstd_end(void *data)
{
    coding_zstd_t  *state = data;

    return state->inside ? CG_EINVAL : CG_OK;
}


const cg_coding_kind_t  cg_coding_zstd = {
    { 4, (const unsigned char *) "zstd" },
    coding_zstd_start, coding_zstd_run, coding_zstd_end
};

#endif
