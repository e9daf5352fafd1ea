/*
 * The document's way from the input to the sink: what is given away, what is
 * kept for the next feed, and tokens in one piece.  Private to the room.
 *
 * Offsets are in the stream.  The carry holds bytes of earlier feeds, up to
 * the input or, where a token had to be in one piece, into it.
 *
 * As long as one reading of the document is followed, edits leave as they are
 * made.  Several make theirs in any order: they are deferred, put in order,
 * and leave with cg_flow_settle().
 */

#ifndef CG_FLOW_H
#define CG_FLOW_H

#include "cg_gate.h"

#define CG_FLOW_TEXTS  7           /* of one insertion */
#define CG_FLOW_EDITS  256         /* deferred ones */


typedef struct {
    uint64_t     at;
    size_t       n;
    cg_str_t     texts[CG_FLOW_TEXTS];
} cg_insertion_t;

typedef struct {
    cg_status_t  status;           /* sticky: after an error nothing leaves */
    uint64_t     sent;             /* all before has left, or was dropped */

    unsigned     blank:1;          /* what is dropped leaves a blank: its
                                      neighbours must not become one token */
    unsigned     gap:1;            /* private: one is due */
    unsigned     deferred:1;
    unsigned     cut:1;            /* nothing behind cut_at ever leaves */
    uint64_t     cut_at;

    cg_sink_t    sink;             /* private, and all below */
    cg_arena_t  *arena;
    cg_insertion_t  *queue;        /* by offset */
    size_t       nqueue;
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

/* [from, to) never leaves; what is before does.  0: deferred, where [from, to)
 * may be something else to another reading: the document is cut at `from`. */
int cg_flow_drop(cg_flow_t *flow, uint64_t from, uint64_t to);

/* The document ends at `at`: deferred only. */
void cg_flow_cut(cg_flow_t *flow, uint64_t at);

/* Puts texts in at an offset; they are of the configuration or constants.  0:
 * deferred, and another reading has put in the same there. */
int cg_flow_insert(cg_flow_t *flow, uint64_t at, const cg_str_t *texts,
    size_t n);

/* From here on insertions are deferred. */
void cg_flow_defer(cg_flow_t *flow);

/* All edits before or at `to` are made: they leave, and bytes up to `to`.  With
 * `alone`, and nothing left that is deferred, edits leave at once again. */
void cg_flow_settle(cg_flow_t *flow, uint64_t to, int alone);

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

/* The first byte of [from, to) that is no white space, or `to`; as above. */
uint64_t cg_flow_skip_space(const cg_flow_t *flow, uint64_t from,
    uint64_t to);

#endif /* CG_FLOW_H */
