#include "cg_recent.h"

#define RECENT_FIRST  64         /* lines that the first block holds */


static uint64_t *
recent_bucket(const cg_recent_t *recent, const void *lane, uint64_t seq)
{
    uint64_t  mixed = ((uint64_t) (uintptr_t) lane ^ seq << 20)
                      * UINT64_C(0x9e3779b97f4a7c15);

    return &recent->buckets[(mixed >> 32) & (recent->size - 1)];
}


static cg_recent_line_t *
recent_line(const cg_recent_t *recent, uint64_t number)
{
    return &recent->lines[(number - 1) & (recent->size - 1)];
}


/* What was pushed out of the ring ends a bucket: older ones are out, too. */

static int
recent_is_there(const cg_recent_t *recent, uint64_t number)
{
    return number != 0 && recent->n - number < recent->size;
}


static void
recent_link(cg_recent_t *recent, uint64_t number)
{
    cg_recent_line_t  *line = recent_line(recent, number);
    uint64_t          *bucket = recent_bucket(recent, line->lane, line->seq);

    line->older = *bucket;
    *bucket = number;
}


/* Before the ring is full for the first time: it has not come round yet. */

static cg_status_t
recent_grow(cg_recent_t *recent)
{
    cg_recent_t  grown = *recent;
    uint64_t     number;

    grown.size = recent->size ? recent->size * 2 : RECENT_FIRST;
    grown.lines = cg_arena_zero(recent->arena,
                                grown.size * sizeof(*grown.lines));
    grown.buckets = cg_arena_zero(recent->arena,
                                  grown.size * sizeof(*grown.buckets));

    if (grown.lines == NULL || grown.buckets == NULL) {
        return CG_ENOMEM;
    }

    if (recent->n) {
        memcpy(grown.lines, recent->lines,
               recent->size * sizeof(*grown.lines));
    }

    for (number = 1; number <= grown.n; number++) {
        recent_link(&grown, number);
    }

    cg_arena_outgrown(recent->arena, recent->lines);
    cg_arena_outgrown(recent->arena, recent->buckets);
    *recent = grown;

    return CG_OK;
}


cg_status_t
cg_recent_add(cg_recent_t *recent, const void *lane, uint64_t seq,
    const unsigned char h[CG_SHA256_LEN])
{
    cg_status_t        rc;
    cg_recent_line_t  *line;

    if (recent->n == recent->size && recent->size < CG_RECENT_LINES) {
        rc = recent_grow(recent);
        if (rc != CG_OK) {
            return rc;
        }
    }

    recent->n++;
    line = recent_line(recent, recent->n);
    line->lane = lane;
    line->seq = seq;
    memcpy(line->h, h, CG_RECENT_BRIEF);
    recent_link(recent, recent->n);

    return CG_OK;
}


cg_status_t
cg_recent_compare(const cg_recent_t *recent, const void *lane, uint64_t seq,
    const unsigned char h[CG_SHA256_LEN])
{
    uint64_t           number;
    cg_recent_line_t  *line;

    if (recent->size == 0) {
        return CG_NONE;
    }

    for (number = *recent_bucket(recent, lane, seq);
         recent_is_there(recent, number);
         number = line->older)
    {
        line = recent_line(recent, number);

        if (line->lane == lane && line->seq == seq) {
            return memcmp(line->h, h, CG_RECENT_BRIEF) == 0 ? CG_OK
                                                            : CG_EINVAL;
        }
    }

    return CG_NONE;
}
