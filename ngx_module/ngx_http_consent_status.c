/*
 * consent_status: what was counted, as Prometheus text or JSON.  Nothing in it
 * is about a person; who may read it, the location says.
 */

#include "ngx_http_consent_unknown.h"
#include "evidence/cg_metrics.h"
#include "ngx_http_consent_redis_target.h"

#define CONSENT_STATUS_MAX      (256 * 1024)   /* bytes of an answer */
#define CONSENT_STATUS_UNKNOWN  32             /* names of one kind */


/* One answer under way. */

typedef struct {
    cg_metrics_t                   metrics;
    ngx_http_consent_main_conf_t  *mcf;
    ngx_http_consent_shared_t     *shared;
    uint64_t                       counts[NGX_HTTP_CONSENT_COUNTS];
    uint64_t                       workers;
    uint64_t                       redis[NGX_HTTP_CONSENT_TARGETS]
                                        [NGX_HTTP_CONSENT_REDIS_READY + 1];
    uint64_t                       in_flight[NGX_HTTP_CONSENT_TARGETS];
    uint64_t                       logs[NGX_HTTP_CONSENT_TARGETS];
    cg_inventory_row_t             rows[CG_INVENTORY_ROWS];
} consent_status_t;


static void
consent_status_gauge(consent_status_t *status,
    const ngx_http_consent_gauge_t *gauge)
{
    uint64_t    state;
    ngx_uint_t  i;

    if (gauge->owner >> 32 != status->mcf->generation) {
        return;
    }

    status->workers++;

    for (i = 0; i < NGX_HTTP_CONSENT_TARGETS; i++) {
        state = gauge->redis[i] & 0xFF;
        status->in_flight[i] += gauge->redis[i] >> 8;
        status->redis[i][ngx_min(state, NGX_HTTP_CONSENT_REDIS_READY)]++;
        status->logs[i] += gauge->log[i] != 0;
    }
}


static void
consent_status_collect(consent_status_t *status)
{
    ngx_uint_t                  i, k;
    ngx_http_consent_counts_t  *counts = status->shared->counts;

    for (i = 0; i < NGX_HTTP_CONSENT_ROWS; i++) {
        for (k = 0; k < NGX_HTTP_CONSENT_COUNTS; k++) {
            status->counts[k] += __atomic_load_n(&counts->rows[i][k],
                                                 __ATOMIC_RELAXED);
        }

        consent_status_gauge(status, &counts->gauges[i]);
    }
}


/* A list of counters under one label. */

static void
consent_status_list(consent_status_t *status, const cg_metric_t *metric,
    const char *const *names, ngx_uint_t from, ngx_uint_t n)
{
    ngx_uint_t  i;

    cg_metrics_open(&status->metrics, metric);

    for (i = 0; i < n; i++) {
        cg_metrics_put(&status->metrics, cg_str_from(names[i]), cg_str_null,
                       status->counts[from + i]);
    }
}


static void
consent_status_one(consent_status_t *status, const cg_metric_t *metric,
    uint64_t value)
{
    cg_metrics_open(&status->metrics, metric);
    cg_metrics_put(&status->metrics, cg_str_null, cg_str_null, value);
}


static void
consent_status_requests(consent_status_t *status)
{
    ngx_uint_t   i;
    const char  *states[NGX_HTTP_CONSENT_STATES];

    static const cg_metric_t  requests = {
        "requests", "Requests under a policy by the visitor's state", 1,
        { "state" }
    };

    static const cg_metric_t  lookups = {
        "lookups", "The same by where the state was learned", 1, { "outcome" }
    };

    static const cg_metric_t  pages = {
        "pages", "Documents by what the page memory had of them", 1,
        { "memory" }
    };

    static const char *const  outcomes[NGX_HTTP_CONSENT_LOOKUPS] = {
        "none", "cache", "redis", "timeout", "error"
    };

    static const char *const  memories[NGX_HTTP_CONSENT_PAGES] = {
        "hit", "miss", "bypass", "part"
    };

    for (i = 0; i < NGX_HTTP_CONSENT_STATES - 1; i++) {
        states[i] = cg_state_name((cg_state_t) i);
    }

    states[i] = "undecided";

    consent_status_list(status, &requests, states,
                        NGX_HTTP_CONSENT_COUNT_REQUESTS,
                        NGX_HTTP_CONSENT_STATES);
    consent_status_list(status, &lookups, outcomes,
                        NGX_HTTP_CONSENT_COUNT_LOOKUPS,
                        NGX_HTTP_CONSENT_LOOKUPS);
    consent_status_list(status, &pages, memories,
                        NGX_HTTP_CONSENT_COUNT_PAGES, NGX_HTTP_CONSENT_PAGES);
}


static void
consent_status_decisions(consent_status_t *status)
{
    ngx_uint_t  i, k;

    static const cg_metric_t  decisions = {
        "decisions", "Choices that took effect or failed, by what became of "
        "them", 1, { "act", "result" }
    };

    static const cg_metric_t  limited = {
        "limited", "Accepting choices that came too fast (429)", 1, { NULL }
    };

    static const cg_metric_t  pending = {
        "pending", "Withdrawals that wait for Redis on this host", 0, { NULL }
    };

    static const char *const  acts[NGX_HTTP_CONSENT_ACTS] = {
        "refuse", "grant", "change", "withdraw", "erase"
    };

    static const char *const  ends[NGX_HTTP_CONSENT_ENDS] = {
        "recorded", "logged", "pending", "unknown", "failed", "repeated",
        "unlogged"
    };

    cg_metrics_open(&status->metrics, &decisions);

    for (i = 0; i < NGX_HTTP_CONSENT_ACTS; i++) {
        for (k = 0; k < NGX_HTTP_CONSENT_ENDS; k++) {
            cg_metrics_put(&status->metrics, cg_str_from(acts[i]),
                           cg_str_from(ends[k]),
                           status->counts[NGX_HTTP_CONSENT_COUNT_DECISIONS
                                          + i * NGX_HTTP_CONSENT_ENDS + k]);
        }
    }

    consent_status_one(status, &limited,
                       status->counts[NGX_HTTP_CONSENT_COUNT_LIMITED]);
    consent_status_one(status, &pending,
                       cg_shut_count(status->shared->shut));
}


/* The lease of a target, which its servers have; NULL: none. */

static const cg_lease_t *
consent_status_lease(consent_status_t *status,
    ngx_http_consent_redis_conf_t *target)
{
    ngx_uint_t                      i;
    ngx_http_consent_srv_conf_t   **servers = status->mcf->servers.elts;

    for (i = 0; i < status->mcf->servers.nelts; i++) {
        if (servers[i]->redis == target) {
            return servers[i]->lease;
        }
    }

    return NULL;
}


static void
consent_status_targets(consent_status_t *status)
{
    cg_str_t                         name;
    ngx_uint_t                       i, k, n;
    ngx_http_consent_redis_conf_t  **targets = status->mcf->targets.elts;

    static const cg_metric_t  connections = {
        "redis_connections", "Workers by the state of their connection", 0,
        { "target", "state" }
    };

    static const cg_metric_t  in_flight = {
        "redis_in_flight", "Commands that wait for their answer", 0,
        { "target" }
    };

    static const char *const  states[NGX_HTTP_CONSENT_REDIS_READY + 1] = {
        "down", "asking", "greeting", "paused", "ready"
    };

    n = ngx_min(status->mcf->targets.nelts, NGX_HTTP_CONSENT_TARGETS);
    cg_metrics_open(&status->metrics, &connections);

    for (i = 0; i < n; i++) {
        name = ngx_http_consent_str(targets[i]->name);

        for (k = 0; k <= NGX_HTTP_CONSENT_REDIS_READY; k++) {
            cg_metrics_put(&status->metrics, name, cg_str_from(states[k]),
                           status->redis[i][k]);
        }
    }

    cg_metrics_open(&status->metrics, &in_flight);

    for (i = 0; i < n; i++) {
        cg_metrics_put(&status->metrics,
                       ngx_http_consent_str(targets[i]->name), cg_str_null,
                       status->in_flight[i]);
    }
}


static void
consent_status_feeds(consent_status_t *status)
{
    int64_t                          age;
    ngx_uint_t                       i;
    const cg_lease_t                *lease;
    ngx_http_consent_redis_conf_t  **targets = status->mcf->targets.elts;

    static const cg_metric_t  feed = {
        "feed_age_seconds", "Since the log of decisions was read", 0,
        { "target" }
    };

    cg_metrics_open(&status->metrics, &feed);

    for (i = 0; i < status->mcf->targets.nelts; i++) {
        lease = consent_status_lease(status, targets[i]);
        age = cg_lease_age(lease, ngx_http_consent_now_ms());

        if (age >= 0) {
            cg_metrics_put_ms(&status->metrics,
                              ngx_http_consent_str(targets[i]->name),
                              cg_str_null, (uint64_t) age);
        }
    }
}


static void
consent_status_redis(consent_status_t *status)
{
    ngx_uint_t   i;
    const char  *causes[NGX_HTTP_CONSENT_FAULTS];

    static const cg_metric_t  connects = {
        "redis_connects", "Connections that were made and greeted", 1,
        { NULL }
    };

    static const cg_metric_t  faults = {
        "redis_faults", "Connections lost, paused or not made, by the cause",
        1, { "cause" }
    };

    consent_status_targets(status);
    consent_status_one(status, &connects,
                       status->counts[NGX_HTTP_CONSENT_COUNT_CONNECTS]);

    for (i = 0; i < NGX_HTTP_CONSENT_FAULTS; i++) {
        causes[i] = ngx_http_consent_fault_cause((ngx_http_consent_fault_e) i);
    }

    consent_status_list(status, &faults, causes + 1,
                        NGX_HTTP_CONSENT_COUNT_FAULTS + 1,
                        NGX_HTTP_CONSENT_FAULTS - 1);
    consent_status_feeds(status);
}


static void
consent_status_logs(consent_status_t *status)
{
    size_t                    k;
    ngx_uint_t                i;
    ngx_http_consent_log_t  **logs = status->mcf->logs.elts;

    static const cg_metric_t  up = {
        "log_writable", "Workers that can write the consent log", 0, { "log" }
    };

    static const cg_metric_t  counters[] = {
        { "log_lines", "Lines written", 1, { NULL } },
        { "log_bytes", "Bytes of them", 1, { NULL } },
        { "log_writes", "Groups that they were written in", 1, { NULL } },
        { "log_syncs", "Groups that were synced", 1, { NULL } },
        { "log_faults", "Times that it could not be written any more", 1,
          { NULL } },
        { "log_lost", "Events that found no room", 1, { NULL } },
    };

    cg_metrics_open(&status->metrics, &up);

    for (i = 0; i < ngx_min(status->mcf->logs.nelts,
                            NGX_HTTP_CONSENT_TARGETS); i++)
    {
        cg_metrics_put(&status->metrics, ngx_http_consent_str(logs[i]->path),
                       cg_str_null, status->logs[i]);
    }

    for (k = 0; k < sizeof(counters) / sizeof(counters[0]); k++) {
        consent_status_one(status, &counters[k],
                           status->counts[NGX_HTTP_CONSENT_COUNT_LINES + k]);
    }
}


static void
consent_status_cache(consent_status_t *status)
{
    cg_cache_stats_t  stats;

    static const cg_metric_t  slots = {
        "cache_slots", "Decisions that consent_zone has room for", 0, { NULL }
    };

    static const cg_metric_t  used = {
        "cache_used", "Decisions in it; of a large one an estimate", 0,
        { NULL }
    };

    static const cg_metric_t  evictions = {
        "cache_evictions", "Decisions that made room for others", 1, { NULL }
    };

    cg_cache_stats(status->shared->cache, &stats);

    consent_status_one(status, &slots, stats.slots);
    consent_status_one(status, &used, stats.used);
    consent_status_one(status, &evictions, stats.evictions);
}


/* Names that were seen and that no policy promises, the commonest first. */

static void
consent_status_unknown(consent_status_t *status, const cg_metric_t *metric,
    cg_seen_action_t action)
{
    size_t               i, k, n;
    cg_inventory_row_t  *rows = status->rows;

    cg_metrics_open(&status->metrics, metric);

    for (k = 0; k < CG_SEEN_KINDS; k++) {
        n = cg_inventory_list(status->shared->inventory, 0, (cg_seen_kind_t) k,
                              rows, CG_INVENTORY_ROWS);

        for (i = 0; i < ngx_min(n, CONSENT_STATUS_UNKNOWN); i++) {
            cg_metrics_put(&status->metrics,
                           cg_str_from(cg_seen_kind_name((cg_seen_kind_t) k)),
                           (cg_str_t) { rows[i].len, rows[i].name },
                           rows[i].n[action]);
        }
    }
}


static void
consent_status_inventory(consent_status_t *status)
{
    static const cg_metric_t  held = {
        "unknown_held", "Sightings of what no policy promises, and that was"
        " held", 1, { "kind", "name" }
    };

    static const cg_metric_t  passed = {
        "unknown_passed", "The same that went through", 1, { "kind", "name" }
    };

    static const cg_metric_t  reported = {
        "unknown_reported", "The same as browsers report it", 1,
        { "kind", "name" }
    };

    static const cg_metric_t  lost = {
        "unknown_lost", "Sightings that found no room in the inventory", 1,
        { NULL }
    };

    consent_status_unknown(status, &held, CG_SEEN_HELD);
    consent_status_unknown(status, &passed, CG_SEEN_PASSED);
    consent_status_unknown(status, &reported, CG_SEEN_BLOCKED);
    consent_status_one(status, &lost,
                       cg_inventory_lost(status->shared->inventory));
}


static cg_str_t
consent_status_body(ngx_http_consent_main_conf_t *mcf, cg_arena_t *arena,
    ngx_uint_t json)
{
    cg_out_t           out;
    consent_status_t  *status = cg_arena_zero(arena, sizeof(*status));

    static const cg_metric_t  workers = {
        "workers", "Workers that these numbers are of", 0, { NULL }
    };

    if (status == NULL) {
        return cg_str_null;
    }

    ngx_http_consent_count_say();

    status->mcf = mcf;
    status->shared = mcf->zone->data;
    consent_status_collect(status);

    cg_out_init(&out, arena, CONSENT_STATUS_MAX);
    cg_metrics_begin(&status->metrics, &out, json ? NULL : "ngx_consent_");

    consent_status_one(status, &workers, status->workers);
    consent_status_requests(status);
    consent_status_decisions(status);
    consent_status_redis(status);
    consent_status_logs(status);
    consent_status_cache(status);
    consent_status_inventory(status);

    cg_metrics_end(&status->metrics);

    return cg_out_slice(&out);
}


/* ?format= decides, then whether Accept names JSON. */

ngx_uint_t
ngx_http_consent_wants_json(ngx_http_request_t *r)
{
    ngx_str_t   format, *accept;

    if (ngx_http_arg(r, (u_char *) "format", 6, &format) == NGX_OK) {
        return format.len == 4 && ngx_strncmp(format.data, "json", 4) == 0;
    }

    accept = ngx_http_consent_header_in(r, "accept");

    return accept && ngx_strlcasestrn(accept->data,
                                      accept->data + accept->len,
                                      (u_char *) "application/json",
                                      sizeof("application/json") - 2) != NULL;
}


static ngx_int_t
consent_status_send(ngx_http_request_t *r, cg_str_t body, ngx_uint_t json)
{
    ngx_int_t                rc;
    ngx_buf_t               *b = ngx_calloc_buf(r->pool);
    ngx_chain_t              out;
    ngx_http_consent_ctx_t  *ctx = ngx_http_consent_get_ctx(r);

    static ngx_str_t  text = ngx_string("text/plain; version=0.0.4; "
                                        "charset=utf-8");
    static ngx_str_t  object = ngx_string("application/json");
    static ngx_str_t  fresh = ngx_string("no-store");
    static ngx_str_t  vary = ngx_string("Accept");

    if (b == NULL || body.data == NULL
        || ngx_http_consent_add_header(r, "Cache-Control", fresh) != NGX_OK
        || ngx_http_consent_add_header(r, "Vary", vary) != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (ctx) {
        ctx->answered = 1;             /* nothing here is to be judged */
    }

    r->headers_out.status = NGX_HTTP_OK;
    r->headers_out.content_length_n = (off_t) body.len;
    r->headers_out.content_type = json ? object : text;
    r->headers_out.content_type_len = r->headers_out.content_type.len;

    rc = ngx_http_send_header(r);

    if (rc == NGX_ERROR || rc > NGX_OK || r->header_only) {
        return rc;
    }

    b->pos = (u_char *) body.data;
    b->last = b->pos + body.len;
    b->memory = 1;
    b->last_buf = 1;

    out.buf = b;
    out.next = NULL;

    return ngx_http_output_filter(r, &out);
}


static ngx_int_t
consent_status_handler(ngx_http_request_t *r)
{
    ngx_int_t                      rc;
    ngx_uint_t                     json;
    cg_arena_t                     arena;
    ngx_http_consent_main_conf_t  *mcf;

    if (!(r->method & (NGX_HTTP_GET|NGX_HTTP_HEAD))) {
        return NGX_HTTP_NOT_ALLOWED;
    }

    rc = ngx_http_discard_request_body(r);
    if (rc != NGX_OK) {
        return rc;
    }

    mcf = ngx_http_get_module_main_conf(r, ngx_http_consent_module);
    json = ngx_http_consent_wants_json(r);
    ngx_http_consent_arena(&arena, r->pool);

    return consent_status_send(r, consent_status_body(mcf, &arena, json),
                               json);
}


char *
ngx_http_consent_status(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_core_loc_conf_t      *clcf;
    ngx_http_consent_main_conf_t  *mcf;

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);
    mcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_consent_module);

    if (clcf->handler == consent_status_handler) {
        return "is duplicate";
    }

    clcf->handler = consent_status_handler;

    if (!mcf->status.line) {
        ngx_http_consent_here(cf, &mcf->status);
    }

    return NGX_CONF_OK;
}


ngx_int_t
ngx_http_consent_status_check(ngx_conf_t *cf,
    ngx_http_consent_main_conf_t *mcf)
{
    if (!mcf->status.line || mcf->servers.nelts) {
        return NGX_OK;
    }

    ngx_log_error(NGX_LOG_EMERG, cf->log, 0, "\"consent_status\" has nothing "
                  "to tell, no server is under a policy: add \"consent "
                  "POLICY;\" to one or remove it in %s:%ui", mcf->status.file,
                  mcf->status.line);

    return NGX_ERROR;
}
