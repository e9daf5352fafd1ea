#include "cg_lane.h"


void
cg_lanes_init(cg_lanes_t *lanes, cg_arena_t *arena)
{
    memset(lanes, 0, sizeof(*lanes));
    lanes->arena = arena;
    lanes->recent.arena = arena;
}


/* The place of `ch`, or where it would be put in. */

static size_t
lane_place(const cg_lanes_t *lanes, const unsigned char ch[CG_LANE_LEN])
{
    size_t  low = 0, high = lanes->n, mid;

    while (low < high) {
        mid = low + (high - low) / 2;

        if (memcmp(lanes->lanes[mid]->ch, ch, CG_LANE_LEN) < 0) {
            low = mid + 1;

        } else {
            high = mid;
        }
    }

    return low;
}


cg_lane_t *
cg_lane_find(const cg_lanes_t *lanes, const unsigned char ch[CG_LANE_LEN])
{
    size_t  i = lane_place(lanes, ch);

    if (i < lanes->n && memcmp(lanes->lanes[i]->ch, ch, CG_LANE_LEN) == 0) {
        return lanes->lanes[i];
    }

    return NULL;
}


/* Room for one more element of `size` bytes; what was there is copied. */

static cg_status_t
lane_reserve(cg_arena_t *arena, void **block, size_t n, size_t *cap,
    size_t size)
{
    void    *data;
    size_t   grown = *cap ? *cap * 2 : 8;

    if (n < *cap) {
        return CG_OK;
    }

    data = cg_arena_raw(arena, grown * size);
    if (data == NULL) {
        return CG_ENOMEM;
    }

    if (n) {
        memcpy(data, *block, n * size);
    }

    cg_arena_outgrown(arena, *block);
    *block = data;
    *cap = grown;

    return CG_OK;
}


cg_status_t
cg_lane_add(cg_lanes_t *lanes, const unsigned char ch[CG_LANE_LEN],
    uint64_t seq, cg_lane_t **lane)
{
    void         *block = lanes->lanes;
    size_t        i;
    cg_status_t   rc;

    if (lanes->n == CG_VERIFY_LANES) {
        return CG_ELIMIT;
    }

    rc = lane_reserve(lanes->arena, &block, lanes->n, &lanes->cap,
                      sizeof(*lanes->lanes));
    if (rc != CG_OK) {
        return rc;
    }

    lanes->lanes = block;

    *lane = cg_arena_zero(lanes->arena, sizeof(**lane));
    if (*lane == NULL) {
        return CG_ENOMEM;
    }

    memcpy((*lane)->ch, ch, CG_LANE_LEN);
    (*lane)->next = seq;
    (*lane)->known = seq;

    i = lane_place(lanes, ch);
    memmove(lanes->lanes + i + 1, lanes->lanes + i,
            (lanes->n - i) * sizeof(*lanes->lanes));
    lanes->lanes[i] = *lane;
    lanes->n++;

    return CG_OK;
}


cg_status_t
cg_lane_advance(cg_lanes_t *lanes, cg_lane_t *lane, const cg_line_t *line,
    uint64_t number)
{
    if (line->seq != lane->next) {
        lane->known = line->seq;
    }

    memcpy(lane->head, line->h, CG_SHA256_LEN);
    lane->next = line->seq + 1;
    lane->line = number;
    lane->torn = 0;
    lane->altered = 0;
    lane->unended = 0;

    return cg_recent_add(&lanes->recent, lane, line->seq, line->h);
}


cg_status_t
cg_lane_compare(const cg_lanes_t *lanes, const cg_lane_t *lane, uint64_t seq,
    const unsigned char h[CG_SHA256_LEN])
{
    if (seq >= lane->next) {
        return CG_MORE;
    }

    if (seq < lane->known) {
        return CG_NONE;
    }

    return cg_recent_compare(&lanes->recent, lane, seq, h);
}


cg_status_t
cg_lane_expect(cg_lanes_t *lanes, cg_lane_t *lane, cg_intents_t *list,
    uint64_t seq, uint64_t line)
{
    void         *block = list->items;
    cg_status_t   rc;

    if (list->n == CG_VERIFY_OPEN) {
        lane->crowded = 1;
        return CG_OK;
    }

    rc = lane_reserve(lanes->arena, &block, list->n, &list->cap,
                      sizeof(*list->items));
    if (rc != CG_OK) {
        return rc;
    }

    list->items = block;
    list->items[list->n].seq = seq;
    list->items[list->n].line = line;
    list->n++;

    return CG_OK;
}


cg_status_t
cg_lane_settle(cg_intents_t *list, uint64_t seq)
{
    size_t  i;

    for (i = 0; i < list->n; i++) {
        if (list->items[i].seq == seq) {
            list->n--;
            memmove(list->items + i, list->items + i + 1,
                    (list->n - i) * sizeof(*list->items));
            return CG_OK;
        }
    }

    return CG_NONE;
}


void
cg_lane_leave(cg_lane_t *lane, uint64_t seq)
{
    cg_intents_t  *open = &lane->open;

    lane->left = 1;

    while (open->n && open->items[open->n - 1].seq >= seq) {
        open->n--;
    }
}
