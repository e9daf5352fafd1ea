/* br by libbrotlidec. */

#include "cg_coding_kind.h"

#ifdef CG_HAVE_BROTLI

#include <brotli/decode.h>


typedef struct {
    BrotliDecoderState  *brotli;
    unsigned             begun:1;
    unsigned             done:1;
} coding_brotli_t;


static void *
coding_brotli_start(cg_coding_memory_t *memory)
{
    coding_brotli_t  *state = cg_arena_zero(memory->arena, sizeof(*state));

    if (state == NULL) {
        return NULL;
    }

    state->brotli = BrotliDecoderCreateInstance(cg_coding_alloc,
                                                cg_coding_release, memory);

    return state->brotli ? state : NULL;
}


static cg_status_t
coding_brotli_error(const coding_brotli_t *state)
{
    BrotliDecoderErrorCode  code = BrotliDecoderGetErrorCode(state->brotli);

    return code <= BROTLI_DECODER_ERROR_ALLOC_CONTEXT_MODES
           && code >= BROTLI_DECODER_ERROR_ALLOC_BLOCK_TYPE_TREES
           ? CG_ENOMEM : CG_EINVAL;
}


/* What follows the stream's end is ignored, as browsers do. */

static cg_status_t
coding_brotli_run(void *data, cg_str_t *in, cg_coding_room_t *room)
{
    size_t               take = in->len;
    size_t               make = room->size;
    coding_brotli_t     *state = data;
    const uint8_t       *next = in->data;
    BrotliDecoderResult  rc;

    if (state->done) {
        cg_coding_took(in, in->len);
        return CG_OK;
    }

    state->begun |= in->len != 0;

    rc = BrotliDecoderDecompressStream(state->brotli, &take, &next, &make,
                                       &room->next, NULL);

    cg_coding_took(in, in->len - take);
    room->size = make;

    if (rc == BROTLI_DECODER_RESULT_ERROR) {
        return coding_brotli_error(state);
    }

    if (rc == BROTLI_DECODER_RESULT_SUCCESS) {
        state->done = 1;
        cg_coding_took(in, in->len);
    }

    return CG_OK;
}


static cg_status_t
coding_brotli_end(void *data)
{
    coding_brotli_t  *state = data;

    return state->done || !state->begun ? CG_OK : CG_EINVAL;
}


const cg_coding_kind_t  cg_coding_br = {
    { 2, (const unsigned char *) "br" },
    coding_brotli_start, coding_brotli_run, coding_brotli_end
};

#endif
