/* Writes a consent log event by event through the library's own code: lanes,
 * envelopes and hashes are those that a worker makes. */

#ifndef WEEK_H
#define WEEK_H

#include <stdio.h>
#include <stdlib.h>

#include "evidence/cg_event.h"
#include "evidence/cg_event_seen.h"
#include "evidence/cg_field.h"

#define WEEK_MONDAY  INT64_C(1794787200000)  /* 2026-11-16T00:00:00Z */
#define WEEK_HOUR    INT64_C(3600000)
#define WEEK_DAY     (24 * WEEK_HOUR)


typedef struct {
    cg_chain_t  chain;
    int64_t     opened;
    int         id;
} week_lane_t;

typedef struct {
    FILE        *out;
    cg_arena_t   arena;
    cg_out_t     line;
    int64_t      t;                          /* of the next event */
    cg_head_t    heads[CG_MAX_HEADS];        /* of lanes that were closed */
    size_t       n_heads;
    int64_t      closed;                     /* the last of them */
    int          lanes;
    const char  *host;                       /* of the next event, and so on */
    const char  *policy;
    uint64_t     version;
    const char  *clause;
} week_log_t;


static void *
week_alloc(void *ctx, size_t size)
{
    void  *block = malloc(size);

    (void) ctx;

    return block ? block : (abort(), NULL);
}


static void
week_free(void *ctx, void *block)
{
    (void) ctx;
    free(block);
}


static void
week_log_init(week_log_t *log, FILE *out)
{
    memset(log, 0, sizeof(*log));
    log->out = out;
    log->arena = (cg_arena_t) { week_alloc, week_free, NULL };
    log->t = WEEK_MONDAY;
    cg_out_init(&log->line, &log->arena, CG_MAX_LINE);
}


static void
week_begin(week_log_t *log, week_lane_t *lane, const char *type)
{
    cg_str_t    clause = cg_str_from(log->clause ? log->clause : "");
    cg_event_t  event;

    memset(&event, 0, sizeof(event));
    event.type = type;
    event.time_ms = (uint64_t) log->t;
    event.mono_ms = (uint64_t) (log->t - lane->opened);

    if (log->host) {
        event.host = cg_str_from(log->host);
        event.policy = cg_str_from(log->policy);
        event.version = log->version;
        event.clauses = &clause;
        event.n_clauses = log->clause != NULL;
    }

    cg_chain_begin(&lane->chain, &log->line, &event);
}


static void
week_finish(week_log_t *log, week_lane_t *lane)
{
    cg_str_t  line;

    if (cg_chain_finish(&lane->chain, &log->line) != CG_OK) {
        abort();
    }

    line = cg_out_slice(&log->line);

    if (fwrite(line.data, 1, line.len, log->out) != line.len) {
        abort();
    }
}


static void
week_open(week_log_t *log, week_lane_t *lane, cg_open_reason_t reason)
{
    unsigned char    seed[CG_LANE_SEED] = { 0xc0, 0x45, 0xe7 };
    cg_event_open_t  open;

    memset(&open, 0, sizeof(open));
    memset(lane, 0, sizeof(*lane));
    lane->id = ++log->lanes;
    lane->opened = log->t;
    seed[CG_LANE_SEED - 1] = (unsigned char) lane->id;
    seed[CG_LANE_SEED - 2] = (unsigned char) (lane->id >> 8);

    open.reason = reason;
    open.build = cg_str("week");
    open.pid = (uint64_t) (4700 + lane->id);
    open.follows = log->heads;
    open.n_follows = log->n_heads;

    /* what is far from the end of the file is not read for this */

    if (log->t - log->closed > WEEK_HOUR) {
        open.n_follows = log->n_heads = 0;
    }

    log->host = NULL;
    cg_chain_open(&lane->chain, seed);
    week_begin(log, lane, CG_EVENT_CHAIN_OPEN);
    cg_event_open(&log->line, &open);
    week_finish(log, lane);
}


static void
week_close(week_log_t *log, week_lane_t *lane, const char *reason)
{
    cg_event_close_t  close;

    memset(&close, 0, sizeof(close));
    close.reason = cg_str_from(reason);

    log->host = NULL;
    week_begin(log, lane, CG_EVENT_CHAIN_CLOSE);
    cg_event_close(&log->line, &close);
    week_finish(log, lane);

    if (log->n_heads == CG_MAX_HEADS) {
        memmove(log->heads, log->heads + 1,
                (CG_MAX_HEADS - 1) * sizeof(*log->heads));
        log->n_heads--;
    }

    if (cg_heads_of(&lane->chain, &log->heads[log->n_heads]) == CG_OK) {
        log->n_heads++;
        log->closed = log->t;
    }
}


/* Fields of what the story tells. */

static void
week_str(week_log_t *log, const char *key, const char *value)
{
    cg_field_str(&log->line, key, cg_str_from(value));
}


static void
week_time(week_log_t *log, const char *key, int64_t t)
{
    cg_field_time(&log->line, key, (uint64_t) t);
}


static void
week_uint(week_log_t *log, const char *key, uint64_t value)
{
    cg_field_uint(&log->line, key, value);
}


/* `words`, with blanks between, as an array. */

static void
week_words(week_log_t *log, const char *key, const char *words)
{
    size_t  len;

    cg_field_array_begin(&log->line, key);

    for ( /* void */ ; *words; words += len + (words[len] == ' ')) {
        len = strcspn(words, " ");
        cg_field_item_str(&log->line, (cg_str_t) {
            len, (const unsigned char *) words });
    }

    cg_field_array_end(&log->line);
}


/* {"ch","seq"} of a line. */

static void
week_ref(week_log_t *log, const cg_place_t *place)
{
    cg_field_object_begin(&log->line, "ref");
    cg_field_str(&log->line, "ch", (cg_str_t) { CG_LANE_LEN, place->ch });
    week_uint(log, "seq", place->seq);
    cg_field_object_end(&log->line);
}


/* {NAME: n} in an object that is open. */

static void
week_named(week_log_t *log, const char *name, uint64_t n)
{
    cg_field_key(&log->line, cg_str_from(name));
    cg_field_item_uint(&log->line, n);
}

#endif /* WEEK_H */
