#include "cg_flow.h"


void
cg_flow_init(cg_flow_t *flow, cg_arena_t *arena, const cg_sink_t *sink,
    size_t max)
{
    memset(flow, 0, sizeof(*flow));
    flow->sink = *sink;
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
    if (flow->status == CG_OK && bytes.len) {
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
    flow_put(flow, flow->sink.held, bytes);
}


void
cg_flow_emit(cg_flow_t *flow, uint64_t to)
{
    size_t    offset;
    uint64_t  end, carry_end = flow_carry_end(flow);

    if (flow->sent < to && flow->sent < carry_end) {
        end = to < carry_end ? to : carry_end;
        offset = (size_t) (flow->sent - flow->carry_at);

        cg_flow_held(flow, (cg_str_t) { (size_t) (end - flow->sent),
                                        flow->carry.data + offset });
        flow->sent = end;
    }

    if (flow->sent < to) {
        flow_put(flow, flow->sink.span, flow_input(flow, flow->sent, to));
        flow->sent = to;
    }
}


void
cg_flow_drop(cg_flow_t *flow, uint64_t from, uint64_t to)
{
    cg_flow_emit(flow, from);

    if (flow->sent < to) {
        flow->sent = to;
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
