/*
 * What the verifier remembers of each lane: where it stands, and the decisions
 * that still wait for an outcome; and of all lanes the last lines (a new lane
 * may name a head that was passed since).
 */

#ifndef CG_LANE_H
#define CG_LANE_H

#include "cg_line.h"
#include "cg_recent.h"
#include "cg_seal.h"
#include "cg_verify.h"


typedef struct {
    uint64_t  seq;
    uint64_t  line;
} cg_intent_t;

/* Decisions of one lane that wait for something; ascending seq in most logs. */

typedef struct {
    cg_intent_t  *items;
    size_t        n;
    size_t        cap;
} cg_intents_t;

/* Of a lane that has seals. */

typedef struct {
    cg_seal_t  seal;                         /* as its lines say; the key if it
                                                is known */
    uint64_t   mono;                         /* of the last seal */
    uint64_t   lines;                        /* since then */
    uint64_t   overdue;                      /* of them, when one was due */
    unsigned   keyed:1;
    unsigned   unread:1;                     /* one may be among lines that
                                                could not be read */
    unsigned   wrong:1;                      /* told: a seal does not fit */
    unsigned   late:1;                       /* told: one is missing */
} cg_sealed_t;

typedef struct {
    unsigned char  ch[CG_LANE_LEN];
    unsigned char  head[CG_SHA256_LEN];      /* h of seq next - 1 */
    uint64_t       next;                     /* seq that is due */
    uint64_t       known;                    /* no gap since this seq */
    uint64_t       line;                     /* of seq next - 1 */
    uint64_t       torn;                     /* line of a piece of next */
    uint64_t       doubt;                    /* line that has to be written
                                                again; 0: none */
    unsigned       altered:1;                /* `head` can't be relied on */
    unsigned       closed:1;                 /* chain.close was read */
    unsigned       left:1;                   /* another lane goes on for it */
    unsigned       unended:1;                /* the last line had no \n */
    unsigned       crowded:1;                /* one that waits was not kept */
    unsigned       opened:1;                 /* its chain.open was read */
    cg_sealed_t   *sealed;                   /* NULL: no seal so far */
    cg_intents_t   open;                     /* for an outcome */
    cg_intents_t   pending;                  /* for a replay */
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

/* A decision waits, in one of the lane's lists.  CG_ENOMEM; over CG_VERIFY_OPEN
 * the lane is crowded. */
CG_MUST_CHECK cg_status_t cg_lane_expect(cg_lanes_t *lanes, cg_lane_t *lane,
    cg_intents_t *list, uint64_t seq, uint64_t line);

/* What it waited for came.  CG_NONE: none waits under this seq. */
CG_MUST_CHECK cg_status_t cg_lane_settle(cg_intents_t *list, uint64_t seq);

/* From `seq` on the lane is void, and goes on no more. */
void cg_lane_leave(cg_lane_t *lane, uint64_t seq);

#endif /* CG_LANE_H */
