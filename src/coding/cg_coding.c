/*
 * A chain of decoders.  The last coding that was applied is the first to be
 * undone; each writes into a buffer that the next reads, the last one into the
 * caller's.
 */

#include "base/cg_ascii.h"
#include "cg_coding_kind.h"

#define CODING_BETWEEN  (16 * 1024)        /* bytes between two decoders */


typedef struct {
    const cg_coding_kind_t  *kind;
    void                    *state;
    cg_str_t                 in;       /* not taken yet; not of the first */
    unsigned char           *buffer;   /* what it makes; not of the last */
    uint64_t                 made;
    unsigned                 full:1;   /* its room was used up: more may be */
} coding_step_t;

struct cg_coding_s {
    cg_coding_memory_t   memory;
    cg_coding_limits_t   limits;
    coding_step_t        steps[CG_MAX_CODINGS];
    size_t               n;
    uint64_t             taken;
    cg_status_t          status;       /* sticky */
};


static const cg_coding_kind_t  *coding_kinds[] = {
    &cg_coding_gzip,
    &cg_coding_x_gzip,
    &cg_coding_deflate,
#ifdef CG_HAVE_BROTLI
    &cg_coding_br,
#endif
#ifdef CG_HAVE_ZSTD
    &cg_coding_zstd,
#endif
};


static const cg_coding_kind_t *
coding_find(cg_str_t name)
{
    size_t  i;

    for (i = 0; i < sizeof(coding_kinds) / sizeof(coding_kinds[0]); i++) {
        if (cg_ascii_eq_nocase(name, coding_kinds[i]->name)) {
            return coding_kinds[i];
        }
    }

    return NULL;
}


/* The kinds in the order in which they were applied.  Empty elements of the
 * list say nothing (RFC 9110, 5.6.1). */

static cg_status_t
coding_list(cg_str_t list, const cg_coding_kind_t **kinds, size_t *n)
{
    size_t    from, to;
    cg_str_t  name;

    *n = 0;

    for (from = 0; from < list.len; from = to + 1) {
        for (to = from; to < list.len && list.data[to] != ','; to++) {
            /* void */
        }

        name = cg_ascii_trim(cg_str_sub(list, from, to));

        if (name.len == 0 || cg_ascii_eq_nocase(name, cg_str("identity"))) {
            continue;
        }

        if (*n == CG_MAX_CODINGS) {
            return CG_ELIMIT;
        }

        kinds[*n] = coding_find(name);
        if (kinds[*n] == NULL) {
            return CG_NONE;
        }

        (*n)++;
    }

    return CG_OK;
}


cg_status_t
cg_coding_read(cg_str_t content_encoding, size_t *n)
{
    const cg_coding_kind_t  *kinds[CG_MAX_CODINGS];

    return coding_list(content_encoding, kinds, n);
}


static cg_status_t
coding_start(cg_coding_t *coding, const cg_coding_kind_t **kinds)
{
    size_t          i;
    cg_arena_t     *arena = coding->memory.arena;
    coding_step_t  *step;

    for (i = 0; i < coding->n; i++) {
        step = &coding->steps[i];
        step->kind = kinds[coding->n - 1 - i];
        step->in = cg_str("");

        step->state = step->kind->start(&coding->memory);
        if (step->state == NULL) {
            return CG_ENOMEM;
        }

        if (i + 1 < coding->n) {
            step->buffer = cg_arena_raw(arena, CODING_BETWEEN);
            if (step->buffer == NULL) {
                return CG_ENOMEM;
            }
        }
    }

    return CG_OK;
}


cg_status_t
cg_coding_create(cg_arena_t *arena, cg_str_t content_encoding,
    const cg_coding_limits_t *limits, cg_coding_t **coding)
{
    size_t                   n;
    cg_coding_t             *made;
    cg_status_t              rc;
    const cg_coding_kind_t  *kinds[CG_MAX_CODINGS];

    rc = coding_list(content_encoding, kinds, &n);
    if (rc != CG_OK) {
        return rc;
    }

    made = cg_arena_zero(arena, sizeof(*made));
    if (made == NULL) {
        return CG_ENOMEM;
    }

    made->memory.arena = arena;
    made->limits = *limits;
    made->n = n;

    rc = coding_start(made, kinds);
    if (rc == CG_OK) {
        *coding = made;
    }

    return rc;
}


static cg_status_t
coding_count(cg_coding_t *coding, coding_step_t *step, size_t n)
{
    step->made += n;

    if (step->made > coding->limits.total) {
        return CG_ELIMIT;
    }

    return step->made > coding->limits.free
           && step->made / coding->limits.ratio > coding->taken
           ? CG_ELIMIT : CG_OK;
}


/* One decoder, once; `len` bytes came of it. */

static cg_status_t
coding_step(cg_coding_t *coding, coding_step_t *step, cg_str_t *in,
    cg_coding_room_t room, size_t *len)
{
    size_t       had = in->len;
    size_t       size = room.size;
    cg_status_t  rc;

    *len = 0;

    if (in->len == 0 && !step->full) {
        return CG_OK;
    }

    rc = step->kind->run(step->state, in, &room);

    if (step == coding->steps) {
        coding->taken += had - in->len;
    }

    step->full = room.size == 0;
    *len = size - room.size;

    return rc == CG_OK ? coding_count(coding, step, *len) : rc;
}


/* From the last decoder to the first until one makes something, and on with
 * that. */

static cg_status_t
coding_run(cg_coding_t *coding, cg_str_t *in, cg_coding_room_t out,
    size_t *len)
{
    size_t             i = coding->n - 1;
    cg_status_t        rc;
    coding_step_t     *step;
    cg_coding_room_t   between;

    for ( ;; ) {
        step = &coding->steps[i];
        between.next = step->buffer;
        between.size = CODING_BETWEEN;

        rc = coding_step(coding, step, i ? &step->in : in,
                         i + 1 < coding->n ? between : out, len);

        if (rc != CG_OK || (*len && i + 1 == coding->n)) {
            return rc;
        }

        if (*len) {
            i++;
            step[1].in.data = step->buffer;
            step[1].in.len = *len;

        } else if (i == 0) {
            return CG_MORE;

        } else {
            i--;
        }
    }
}


/* No coding at all: as it is. */

static cg_status_t
coding_copy(cg_str_t *in, cg_coding_room_t out, size_t *len)
{
    *len = in->len < out.size ? in->len : out.size;

    if (*len == 0) {
        return CG_MORE;
    }

    memcpy(out.next, in->data, *len);
    cg_coding_took(in, *len);

    return CG_OK;
}


cg_status_t
cg_coding_next(cg_coding_t *coding, cg_str_t *in, unsigned char *out,
    size_t size, size_t *len)
{
    cg_status_t       rc;
    cg_coding_room_t  room = { out, size };

    *len = 0;

    if (coding->status != CG_OK) {
        return coding->status;
    }

    rc = coding->n ? coding_run(coding, in, room, len)
                   : coding_copy(in, room, len);

    if (rc < CG_OK) {
        *len = 0;
        coding->status = rc;
    }

    return rc;
}


cg_status_t
cg_coding_end(cg_coding_t *coding)
{
    size_t  i;

    for (i = 0; i < coding->n && coding->status == CG_OK; i++) {
        coding->status = coding->steps[i].kind->end(coding->steps[i].state);
    }

    return coding->status;
}
