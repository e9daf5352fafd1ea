/*
 * What happened, counted: numbers in consent_zone, which a reload leaves alone.
 * Each worker adds to a row of its own (two of one number, while one leaves,
 * to the same), and whoever reads adds the rows up.
 *
 * What is, not what happened: each worker says once a second, for whoever asks.
 */

#ifndef NGX_HTTP_CONSENT_COUNT_H
#define NGX_HTTP_CONSENT_COUNT_H

#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_http_consent_redis_fault.h"

/* Where each list of counters begins, and how long it is. */

enum {
    NGX_HTTP_CONSENT_STATES = 9,           /* cg_state_t, and none so far */
    NGX_HTTP_CONSENT_LOOKUPS = 5,          /* ngx_http_consent_lookup_e */
    NGX_HTTP_CONSENT_PAGES = 4,            /* hit, miss, bypass, part */
    NGX_HTTP_CONSENT_ACTS = 5,             /* cg_act_t */
    NGX_HTTP_CONSENT_ENDS = 7              /* ngx_http_consent_end_e */
};

enum {
    NGX_HTTP_CONSENT_COUNT_REQUESTS = 0,
    NGX_HTTP_CONSENT_COUNT_LOOKUPS = NGX_HTTP_CONSENT_COUNT_REQUESTS
                                     + NGX_HTTP_CONSENT_STATES,
    NGX_HTTP_CONSENT_COUNT_PAGES = NGX_HTTP_CONSENT_COUNT_LOOKUPS
                                   + NGX_HTTP_CONSENT_LOOKUPS,
    NGX_HTTP_CONSENT_COUNT_DECISIONS = NGX_HTTP_CONSENT_COUNT_PAGES
                                       + NGX_HTTP_CONSENT_PAGES,
    NGX_HTTP_CONSENT_COUNT_FAULTS = NGX_HTTP_CONSENT_COUNT_DECISIONS
                                    + NGX_HTTP_CONSENT_ACTS
                                      * NGX_HTTP_CONSENT_ENDS,
    NGX_HTTP_CONSENT_COUNT_CONNECTS = NGX_HTTP_CONSENT_COUNT_FAULTS
                                      + NGX_HTTP_CONSENT_FAULTS,
    NGX_HTTP_CONSENT_COUNT_LIMITED,        /* choices turned down: 429 */
    NGX_HTTP_CONSENT_COUNT_LINES,
    NGX_HTTP_CONSENT_COUNT_BYTES,
    NGX_HTTP_CONSENT_COUNT_GROUPS,
    NGX_HTTP_CONSENT_COUNT_SYNCS,
    NGX_HTTP_CONSENT_COUNT_LOG_FAULTS,
    NGX_HTTP_CONSENT_COUNT_LOST,
    NGX_HTTP_CONSENT_COUNTS
};

/* What became of a decision. */

typedef enum {
    NGX_HTTP_CONSENT_END_RECORDED = 0,
    NGX_HTTP_CONSENT_END_LOGGED,           /* there is nothing to record */
    NGX_HTTP_CONSENT_END_PENDING,
    NGX_HTTP_CONSENT_END_UNKNOWN,
    NGX_HTTP_CONSENT_END_FAILED,
    NGX_HTTP_CONSENT_END_REPEATED,         /* it was made before */
    NGX_HTTP_CONSENT_END_UNLOGGED          /* one of too many refusals */
} ngx_http_consent_end_e;

#define NGX_HTTP_CONSENT_ROWS     64       /* workers told apart */
#define NGX_HTTP_CONSENT_TARGETS  16       /* that are told of, and logs */

/* What a worker says of itself. */

typedef struct {
    uint64_t  owner;                       /* generation:32 pid:32; 0: nobody */
    uint64_t  redis[NGX_HTTP_CONSENT_TARGETS];     /* in flight:56 state:8 */
    uint64_t  log[NGX_HTTP_CONSENT_TARGETS];       /* 1: it can be written */
} ngx_http_consent_gauge_t;

/* In the zone, zeroed at first. */

typedef struct {
    uint64_t                  generation;  /* of configurations */
    uint64_t                  rows[NGX_HTTP_CONSENT_ROWS]
                                  [(NGX_HTTP_CONSENT_COUNTS + 7) & ~7];
    ngx_http_consent_gauge_t  gauges[NGX_HTTP_CONSENT_ROWS];
} ngx_http_consent_counts_t;


/* The row of this process, never NULL. */
extern uint64_t  *ngx_http_consent_counts;

static ngx_inline void
ngx_http_consent_count_add(ngx_uint_t i, uint64_t n)
{
    (void) __atomic_fetch_add(&ngx_http_consent_counts[i], n,
                              __ATOMIC_RELAXED);
}

static ngx_inline void
ngx_http_consent_count(ngx_uint_t i)
{
    ngx_http_consent_count_add(i, 1);
}

#endif /* NGX_HTTP_CONSENT_COUNT_H */
