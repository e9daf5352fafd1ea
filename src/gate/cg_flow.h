/*
 * The document's way from the input to the sink: what is given away, what is
 * kept for the next feed, and tokens in one piece.  Private to the room.
 *
 * Offsets are in the stream.  The carry holds bytes of earlier feeds, up to
 * the input or, where a token had to be in one piece, into it.
 */

#ifndef CG_FLOW_H
#define CG_FLOW_H

#include "cg_gate.h"


typedef struct {
    cg_status_t  status;           /* sticky: after an error nothing leaves */
    uint64_t     sent;             /* all before has left, or was dropped */

    cg_sink_t    sink;             /* private, and all below */
    cg_str_t     input;
    uint64_t     input_at;
    cg_out_t     carry;
    uint64_t     carry_at;
} cg_flow_t;


/* `max`: bytes that are ever kept. */
void cg_flow_init(cg_flow_t *flow, cg_arena_t *arena, const cg_sink_t *sink,
    size_t max);

/* The next input, borrowed until cg_flow_close(). */
void cg_flow_open(cg_flow_t *flow, cg_str_t input);
void cg_flow_close(cg_flow_t *flow);

/* The offset behind the last byte that was opened. */
uint64_t cg_flow_end(const cg_flow_t *flow);

/* Bytes up to `to` leave as they are. */
void cg_flow_emit(cg_flow_t *flow, uint64_t to);

/* [from, to) never leaves; what is before does. */
void cg_flow_drop(cg_flow_t *flow, uint64_t from, uint64_t to);

/* Additions: text of the configuration, or memory of this call. */
void cg_flow_text(cg_flow_t *flow, cg_str_t text);
void cg_flow_held(cg_flow_t *flow, cg_str_t bytes);

/* Keeps [keep, end of input) for the next feed. */
void cg_flow_keep(cg_flow_t *flow, uint64_t keep);

/* [from, to) in one piece, valid until the next call; none of it was dropped
 * or, where it begins before the input, left out of cg_flow_keep().  Absent
 * after an error. */
cg_str_t cg_flow_bytes(cg_flow_t *flow, uint64_t from, uint64_t to);

/* One byte; as above. */
unsigned char cg_flow_byte(const cg_flow_t *flow, uint64_t at);

#endif /* CG_FLOW_H */
