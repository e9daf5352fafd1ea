/*
 * What the verifier remembers of each lane: where it stands, and the decisions
 * that still wait for an outcome; and of all lanes the last lines (a new lane
 * may name a head that was passed since).
 */

#ifndef CG_LANE_H
#define CG_LANE_H

#include "cg_line.h"
#include "cg_recent.h"
#include "cg_verify.h"


typedef struct {
    uint64_t  seq;
    uint64_t  line;
} cg_intent_t;

typedef struct {
    unsigned char  ch[CG_LANE_LEN];
    unsigned char  head[CG_SHA256_LEN];      /* h of seq next - 1 */
    uint64_t       next;                     /* seq that is due */
    uint64_t       known;                    /* no gap since this seq */
    uint64_t       line;                     /* of seq next - 1 */
    uint64_t       torn;                     /* line of a piece of next */
    unsigned       altered:1;                /* `head` can't be relied on */
    unsigned       closed:1;                 /* chain.close was read */
    unsigned       left:1;                   /* another lane goes on for it */
    unsigned       unended:1;                /* the last line had no \n */
    unsigned       crowded:1;                /* an intent was not kept */
    cg_intent_t   *intents;                  /* ascending seq */
    size_t         n_intents;
    size_t         cap_intents;
} cg_lane_t;

typedef struct {
    cg_arena_t   *arena;
    cg_lane_t   **lanes;                     /* sorted by ch */
    size_t        n;
    size_t        cap;
    cg_recent_t   recent;
} cg_lanes_t;

/* A table without lanes. */
void cg_lanes_init(cg_lanes_t *lanes, cg_arena_t *arena);


/* NULL: not seen so far. */
cg_lane_t *cg_lane_find(const cg_lanes_t *lanes,
    const unsigned char ch[CG_LANE_LEN]);

/* A new lane whose first line here is `seq`; `ch` is not in the table yet. */
CG_MUST_CHECK cg_status_t cg_lane_add(cg_lanes_t *lanes,
    const unsigned char ch[CG_LANE_LEN], uint64_t seq, cg_lane_t **lane);

/* Moves on behind `line`, from wherever the lane stood.  CG_ENOMEM. */
CG_MUST_CHECK cg_status_t cg_lane_advance(cg_lanes_t *lanes, cg_lane_t *lane,
    const cg_line_t *line, uint64_t number);

/* CG_OK: the head is a line of the lane; CG_EINVAL: it is another line;
 * CG_MORE: the lane has not come so far; CG_NONE: too long ago to tell. */
CG_MUST_CHECK cg_status_t cg_lane_compare(const cg_lanes_t *lanes,
    const cg_lane_t *lane, uint64_t seq,
    const unsigned char h[CG_SHA256_LEN]);

/* A decision waits.  CG_ENOMEM; over CG_VERIFY_OPEN the lane is crowded. */
CG_MUST_CHECK cg_status_t cg_lane_expect(cg_lanes_t *lanes, cg_lane_t *lane,
    uint64_t seq, uint64_t line);

/* Its outcome came.  CG_NONE: none waits under this seq. */
CG_MUST_CHECK cg_status_t cg_lane_settle(cg_lane_t *lane, uint64_t seq);

/* From `seq` on the lane is void, and goes on no more. */
void cg_lane_leave(cg_lane_t *lane, uint64_t seq);

#endif /* CG_LANE_H */
