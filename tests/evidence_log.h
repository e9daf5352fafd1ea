/* A log in memory for the evidence units: lanes that write into one buffer. */

#ifndef EVIDENCE_LOG_H
#define EVIDENCE_LOG_H

#include "heap.h"

#include "evidence/cg_event.h"
#include "evidence/cg_event_handling.h"

#define LOG_SEAL_LINES  4
#define LOG_SEAL_TIME   60

#define LOG_EPOCH  1795321201532u            /* 2026-11-22T04:20:01.532Z */

typedef struct {
    heap_t    heap;
    cg_out_t  bytes;
    cg_out_t  line;
} log_t;


__attribute__((unused)) static void
log_init(log_t *log)
{
    heap_init(&log->heap);
    cg_out_init(&log->bytes, &log->heap.arena, 1 << 20);
    cg_out_init(&log->line, &log->heap.arena, CG_MAX_LINE);
}


__attribute__((unused)) static void
log_begin(log_t *log, cg_chain_t *lane, const char *type)
{
    cg_event_t  event;

    memset(&event, 0, sizeof(event));
    event.type = type;
    event.time_ms = LOG_EPOCH + lane->seq;
    event.mono_ms = lane->seq;

    cg_chain_begin(lane, &log->line, &event);
}


__attribute__((unused)) static void
log_finish(log_t *log, cg_chain_t *lane)
{
    if (cg_chain_finish(lane, &log->line) != CG_OK) {
        abort();
    }

    cg_out_str(&log->bytes, cg_out_slice(&log->line));
}


/* Opens a lane that follows every head in the log. */

__attribute__((unused)) static void
log_open(log_t *log, cg_chain_t *lane, unsigned char id,
    cg_open_reason_t reason)
{
    cg_head_t        heads[CG_MAX_HEADS];
    cg_event_open_t  open;
    unsigned char    seed[CG_LANE_SEED];

    memset(&open, 0, sizeof(open));
    memset(seed, id, sizeof(seed));

    if (cg_heads_read(cg_out_slice(&log->bytes), heads, &open.n_follows)
        != CG_OK)
    {
        abort();
    }

    open.reason = reason;
    open.build = cg_str("test");
    open.pid = id;
    open.follows = heads;

    cg_chain_open(lane, seed);
    log_begin(log, lane, CG_EVENT_CHAIN_OPEN);
    cg_event_open(&log->line, &open);
    log_finish(log, lane);
}


__attribute__((unused)) static void
log_close(log_t *log, cg_chain_t *lane)
{
    cg_event_close_t  close;

    memset(&close, 0, sizeof(close));
    close.reason = cg_str("exit");

    log_begin(log, lane, CG_EVENT_CHAIN_CLOSE);
    cg_event_close(&log->line, &close);
    log_finish(log, lane);
}


__attribute__((unused)) static void
log_handling(log_t *log, cg_chain_t *lane)
{
    cg_str_t             walls[] = { cg_str("markup") };
    cg_str_t             names[] = { cg_str("_ga"), cg_str("_fbp") };
    cg_event_tag_t       tags[] = { { cg_str("google-analytics"), 2, 0 } };
    cg_event_handling_t  handling;

    memset(&handling, 0, sizeof(handling));
    handling.state = cg_str("none");
    handling.status = 200;
    handling.tags = tags;
    handling.n_tags = 1;
    handling.request.names = names;
    handling.request.n = 2;
    handling.lookup = cg_str("none");
    handling.walls = walls;
    handling.n_walls = 1;

    log_begin(log, lane, CG_EVENT_HANDLING);
    cg_event_handling(&log->line, &handling);
    log_finish(log, lane);
}


/* Returns the seq of the decision. */

__attribute__((unused)) static uint64_t
log_decision(log_t *log, cg_chain_t *lane, cg_act_t act)
{
    uint64_t             seq = lane->seq;
    cg_event_decision_t  decision;
    cg_event_purpose_t   purposes[] = { { cg_str("analytics"), 0 },
                                        { cg_str("marketing"), 0 } };

    memset(&decision, 0, sizeof(decision));
    decision.rid = cg_str("9fQ");
    decision.purposes = purposes;
    decision.n_purposes = 2;
    decision.rev = 1;
    decision.expires_ms = LOG_EPOCH + 15552000000u;
    decision.act = act;

    if (act == CG_ACT_GRANT) {
        purposes[0].granted = 1;
        decision.sub = cg_str("uQ3");
        decision.means = CG_MEANS_CUSTOM;
        decision.notice = cg_str("5d77");
        decision.lang = cg_str("ja");
        decision.shown_ms = LOG_EPOCH - 4000;
        decision.tls = cg_str("TLSv1.3");
    }

    log_begin(log, lane, CG_EVENT_DECISION);
    cg_event_decision(&log->line, &decision);
    log_finish(log, lane);

    return seq;
}


__attribute__((unused)) static void
log_outcome(log_t *log, cg_chain_t *lane, uint64_t seq)
{
    cg_event_outcome_t  outcome;

    memset(&outcome, 0, sizeof(outcome));
    outcome.seq = seq;
    outcome.result = CG_RESULT_RECORDED;
    outcome.rev = 1;

    log_begin(log, lane, CG_EVENT_OUTCOME);
    cg_event_outcome(&log->line, &outcome);
    log_finish(log, lane);
}


/* The decision stands in a lane `of`. */

__attribute__((unused)) static void
log_outcome_of(log_t *log, cg_chain_t *lane, const cg_chain_t *of,
    uint64_t seq)
{
    cg_event_outcome_t  outcome;

    memset(&outcome, 0, sizeof(outcome));
    outcome.ch = (cg_str_t) { CG_LANE_LEN, of->ch };
    outcome.seq = seq;
    outcome.result = CG_RESULT_RECORDED;
    outcome.rev = 1;

    log_begin(log, lane, CG_EVENT_OUTCOME);
    cg_event_outcome(&log->line, &outcome);
    log_finish(log, lane);
}


/* Sealed lanes: their own mono, since seals are as often as they say. */

typedef struct {
    cg_chain_t  chain;
    cg_seal_t   seal;
    uint64_t    mono;
} sealed_t;


__attribute__((unused)) static void
log_sealed_begin(log_t *log, sealed_t *lane, const char *type)
{
    cg_event_t  event;

    memset(&event, 0, sizeof(event));
    event.type = type;
    event.time_ms = LOG_EPOCH + lane->mono;
    event.mono_ms = lane->mono;

    cg_chain_begin(&lane->chain, &log->line, &event);
}


__attribute__((unused)) static void
log_sealed_finish(log_t *log, sealed_t *lane)
{
    cg_seal_sign(&lane->seal, &lane->chain, &log->line);
    log_finish(log, &lane->chain);

    if (cg_seal_evolve(&lane->seal) != CG_OK) {
        abort();
    }
}


static void
log_sealed_opening(log_t *log, sealed_t *lane, cg_event_open_t *open)
{
    cg_head_t  heads[CG_MAX_HEADS];

    if (cg_heads_read(cg_out_slice(&log->bytes), heads, &open->n_follows)
        != CG_OK)
    {
        abort();
    }

    open->build = cg_str("test");
    open->follows = heads;
    open->seal = &lane->seal;

    log_sealed_begin(log, lane, CG_EVENT_CHAIN_OPEN);
    cg_event_open(&log->line, open);
    log_sealed_finish(log, lane);
}


__attribute__((unused)) static void
log_sealed_open(log_t *log, sealed_t *lane, unsigned char id,
    const cg_seal_root_t *root)
{
    cg_event_open_t  open;
    unsigned char    seed[CG_LANE_SEED];

    memset(&open, 0, sizeof(open));
    memset(lane, 0, sizeof(*lane));
    memset(seed, id, sizeof(seed));

    cg_chain_open(&lane->chain, seed);
    lane->seal.lines = LOG_SEAL_LINES;
    lane->seal.seconds = LOG_SEAL_TIME;

    if (cg_seal_begin(&lane->seal, root, &lane->chain) != CG_OK) {
        abort();
    }

    log_sealed_opening(log, lane, &open);
}


/* The process goes on in another lane, instead of what is behind `left`. */

__attribute__((unused)) static void
log_sealed_go_on(log_t *log, sealed_t *lane, unsigned char id,
    const cg_chain_t *left)
{
    cg_event_open_t  open;
    unsigned char    seed[CG_LANE_SEED];

    memset(&open, 0, sizeof(open));
    memset(seed, id, sizeof(seed));
    open.reason = CG_OPEN_FAULT;
    cg_chain_place(left, &open.instead);
    cg_chain_open(&lane->chain, seed);

    if (cg_seal_go_on(&lane->seal, &lane->chain) != CG_OK) {
        abort();
    }

    log_sealed_opening(log, lane, &open);
}


/* A seal that names the heads of the others. */

__attribute__((unused)) static void
log_seal(log_t *log, sealed_t *lane)
{
    cg_head_t        heads[CG_MAX_HEADS];
    cg_event_seal_t  event = { &lane->seal, heads, 0 };

    if (cg_heads_read(cg_out_slice(&log->bytes), heads, &event.n_heads)
        != CG_OK)
    {
        abort();
    }

    log_sealed_begin(log, lane, CG_EVENT_SEAL);
    cg_event_seal(&log->line, &event);
    log_sealed_finish(log, lane);
}


__attribute__((unused)) static void
log_sealed_handling(log_t *log, sealed_t *lane, size_t n)
{
    for ( /* void */ ; n; n--) {
        log_handling(log, &lane->chain);
    }
}


/* `next`: the epoch that it announces, or 0. */

__attribute__((unused)) static void
log_sealed_close(log_t *log, sealed_t *lane, uint64_t next)
{
    cg_event_close_t  close;

    memset(&close, 0, sizeof(close));
    close.reason = cg_str("exit");
    close.next = next;
    close.seal = &lane->seal;

    log_sealed_begin(log, lane, CG_EVENT_CHAIN_CLOSE);
    cg_event_close(&log->line, &close);
    log_sealed_finish(log, lane);
}


__attribute__((unused)) static void
log_drop(log_t *log)
{
    heap_drop(&log->heap);
}

#endif /* EVIDENCE_LOG_H */
