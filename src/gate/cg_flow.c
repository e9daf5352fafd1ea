#include "cg_flow.h"
#include "base/cg_ascii.h"


void
cg_flow_init(cg_flow_t *flow, cg_arena_t *arena, const cg_sink_t *sink,
    size_t max)
{
    memset(flow, 0, sizeof(*flow));
    flow->sink = *sink;
    flow->arena = arena;

    if (flow->sink.note == NULL) {
        flow->sink.note = flow->sink.held;
    }

    cg_out_init(&flow->carry, arena, max);
}


void
cg_flow_open(cg_flow_t *flow, cg_str_t input)
{
    flow->input = input;
}


void
cg_flow_close(cg_flow_t *flow)
{
    flow->input_at += flow->input.len;
    flow->input = cg_str_null;
}


uint64_t
cg_flow_end(const cg_flow_t *flow)
{
    return flow->input_at + flow->input.len;
}


static cg_str_t
flow_input(const cg_flow_t *flow, uint64_t from, uint64_t to)
{
    return cg_str_sub(flow->input, (size_t) (from - flow->input_at),
                      (size_t) (to - flow->input_at));
}


static uint64_t
flow_carry_end(const cg_flow_t *flow)
{
    return flow->carry_at + flow->carry.len;
}


static void
flow_put(cg_flow_t *flow, cg_status_t (*put)(void *ctx, cg_str_t bytes),
    cg_str_t bytes)
{
    if (flow->status != CG_OK || bytes.len == 0) {
        return;
    }

    if (flow->gap) {
        flow->gap = 0;
        flow->status = flow->sink.text(flow->sink.ctx, cg_str(" "));
    }

    if (flow->status == CG_OK) {
        flow->status = put(flow->sink.ctx, bytes);
    }
}


void
cg_flow_text(cg_flow_t *flow, cg_str_t text)
{
    flow_put(flow, flow->sink.text, text);
}


void
cg_flow_held(cg_flow_t *flow, cg_str_t bytes)
{
    flow_put(flow, flow->sink.note, bytes);
}


void
cg_flow_emit(cg_flow_t *flow, uint64_t to)
{
    size_t    offset;
    uint64_t  end, carry_end = flow_carry_end(flow);

    if (flow->sent < to && flow->sent < carry_end) {
        end = to < carry_end ? to : carry_end;
        offset = (size_t) (flow->sent - flow->carry_at);

        flow_put(flow, flow->sink.held,
                 (cg_str_t) { (size_t) (end - flow->sent),
                              flow->carry.data + offset });
        flow->sent = end;
    }

    if (flow->sent < to) {
        flow_put(flow, flow->sink.span, flow_input(flow, flow->sent, to));
        flow->sent = to;
    }
}


void
cg_flow_cut(cg_flow_t *flow, uint64_t at)
{
    if (!flow->cut || at < flow->cut_at) {
        flow->cut = 1;
        flow->cut_at = at;
    }
}


int
cg_flow_drop(cg_flow_t *flow, uint64_t from, uint64_t to)
{
    if (flow->deferred) {
        cg_flow_cut(flow, from);
        return 0;
    }

    cg_flow_emit(flow, from);

    if (flow->sent >= to) {
        return 1;
    }

    if (flow->status == CG_OK && flow->sink.drop) {
        flow->status = flow->sink.drop(flow->sink.ctx, to - flow->sent);
    }

    flow->gap = flow->blank;
    flow->sent = to;

    return 1;
}


static int
flow_compare_text(cg_str_t a, cg_str_t b)
{
    int  order = memcmp(a.data, b.data, a.len < b.len ? a.len : b.len);

    return order ? order : (a.len > b.len) - (a.len < b.len);
}


/* By offset; those of two readings at the same one by their texts, so that it
 * does not matter which of them came first. */

static int
flow_compare(const cg_insertion_t *one, uint64_t at, const cg_str_t *texts,
    size_t n)
{
    int     order = (one->at > at) - (one->at < at);
    size_t  i;

    for (i = 0; order == 0 && i < n && i < one->n; i++) {
        order = flow_compare_text(one->texts[i], texts[i]);
    }

    return order ? order : (one->n > n) - (one->n < n);
}


static int
flow_queue(cg_flow_t *flow, uint64_t at, const cg_str_t *texts, size_t n)
{
    int              order = -1;
    size_t           i;
    cg_insertion_t  *one;

    for (i = flow->nqueue; i > 0; i--) {
        order = flow_compare(&flow->queue[i - 1], at, texts, n);

        if (order <= 0) {
            break;
        }
    }

    if (i > 0 && order == 0) {
        return 0;
    }

    if (flow->nqueue == CG_FLOW_EDITS) {
        cg_flow_cut(flow, at);
        return 0;
    }

    one = &flow->queue[i];
    memmove(one + 1, one, (flow->nqueue - i) * sizeof(*one));
    one->at = at;
    one->n = n;
    memcpy(one->texts, texts, n * sizeof(*texts));
    flow->nqueue++;

    return 1;
}


int
cg_flow_insert(cg_flow_t *flow, uint64_t at, const cg_str_t *texts, size_t n)
{
    size_t  i;

    if (flow->deferred) {
        return flow_queue(flow, at, texts, n);
    }

    cg_flow_emit(flow, at);

    for (i = 0; i < n; i++) {
        cg_flow_text(flow, texts[i]);
    }

    return 1;
}


void
cg_flow_defer(cg_flow_t *flow)
{
    if (flow->queue == NULL) {
        flow->queue = cg_arena_raw(flow->arena,
                                   CG_FLOW_EDITS * sizeof(*flow->queue));
    }

    if (flow->queue == NULL) {
        flow->status = CG_ENOMEM;
        return;
    }

    flow->deferred = 1;
}


void
cg_flow_settle(cg_flow_t *flow, uint64_t to, int alone)
{
    size_t           i, k;
    cg_insertion_t  *one;

    if (flow->cut && flow->cut_at < to) {
        to = flow->cut_at;
    }

    for (i = 0; i < flow->nqueue && flow->queue[i].at <= to; i++) {
        one = &flow->queue[i];
        cg_flow_emit(flow, one->at);

        for (k = 0; k < one->n; k++) {
            cg_flow_text(flow, one->texts[k]);
        }
    }

    if (i) {
        flow->nqueue -= i;
        memmove(flow->queue, flow->queue + i,
                flow->nqueue * sizeof(*flow->queue));
    }

    cg_flow_emit(flow, to);

    if (alone && flow->nqueue == 0 && !flow->cut) {
        flow->deferred = 0;
    }
}


void
cg_flow_keep(cg_flow_t *flow, uint64_t keep)
{
    uint64_t  from = flow_carry_end(flow), end = cg_flow_end(flow);

    if (keep >= from || keep == end) {
        cg_out_reset(&flow->carry);
        flow->carry_at = keep;
        from = keep;
    }

    if (from < end) {
        cg_out_str(&flow->carry, flow_input(flow, from, end));
    }

    if (flow->status == CG_OK) {
        flow->status = flow->carry.status;
    }
}


cg_str_t
cg_flow_bytes(cg_flow_t *flow, uint64_t from, uint64_t to)
{
    uint64_t  carry_end = flow_carry_end(flow);

    if (from == to) {
        return cg_str("");
    }

    if (from >= flow->input_at) {
        return flow_input(flow, from, to);
    }

    if (to > carry_end) {
        cg_out_str(&flow->carry, flow_input(flow, carry_end, to));
    }

    if (flow->carry.status != CG_OK) {
        flow->status = flow->carry.status;
        return cg_str_null;
    }

    return (cg_str_t) { (size_t) (to - from),
                        flow->carry.data + (from - flow->carry_at) };
}


unsigned char
cg_flow_byte(const cg_flow_t *flow, uint64_t at)
{
    return at < flow->input_at ? flow->carry.data[at - flow->carry_at]
                               : flow->input.data[at - flow->input_at];
}


uint64_t
cg_flow_skip_space(const cg_flow_t *flow, uint64_t from, uint64_t to)
{
    const unsigned char  *p, *start, *end;

    while (from < to && from < flow->input_at
           && cg_ascii_is_space(cg_flow_byte(flow, from)))
    {
        from++;
    }

    if (from == to || from < flow->input_at) {
        return from;
    }

    start = flow->input.data + (from - flow->input_at);
    end = start + (to - from);

    for (p = start; p != end && *p <= ' ' && cg_ascii_is_space(*p); p++) {
        /* void */
    }

    return from + (uint64_t) (p - start);
}
