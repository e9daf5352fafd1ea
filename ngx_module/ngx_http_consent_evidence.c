/*
 * What a worker writes into the consent log, and when.
 */

#include "ngx_http_consent_address.h"
#include "ngx_http_consent_body.h"
#include "ngx_http_consent_choice.h"
#include "ngx_http_consent_class.h"
#include "ngx_http_consent_evidence.h"
#include "ngx_http_consent_sum.h"
#include "ngx_http_consent_unknown.h"
#include "policy/cg_owner.h"

#define CONSENT_CLAUSES   32               /* cited in one line */
#define CONSENT_LINE_H    (sizeof("\"}\n") - 1)     /* behind a line's h */
#define CONSENT_HANDLING  1024             /* bytes of most handling lines */


static uint64_t
consent_evidence_time(void)
{
    ngx_time_t  *tp = ngx_timeofday();

    return (uint64_t) tp->sec * 1000 + tp->msec;
}


/* The envelope of a line that concerns no request. */

void
ngx_http_consent_log_event(ngx_http_consent_log_t *log, cg_event_t *event,
    const char *type)
{
    ngx_memzero(event, sizeof(cg_event_t));

    event->type = type;
    event->time_ms = consent_evidence_time();
    event->mono_ms = ngx_current_msec - log->opened;
}


/* A line that is not taken is as if it had never been begun: the chain keeps
 * its place. */

ngx_int_t
ngx_http_consent_log_append(ngx_http_consent_log_t *log, cg_out_t *out,
    ngx_http_consent_line_e kind, ngx_http_consent_waiter_pt handler,
    void *data, ngx_http_consent_waiter_t **waiter)
{
    ngx_int_t  rc;

    rc = ngx_http_consent_journal_append(log->journal, out, kind, handler,
                                         data, waiter);

    if (rc == NGX_OK) {
        ngx_http_consent_seal_line(log);

    } else {
        log->lost++;
        ngx_http_consent_count(NGX_HTTP_CONSENT_COUNT_LOST);
    }

    return rc;
}


static void
consent_evidence_request(ngx_http_consent_ctx_t *ctx, cg_event_t *event,
    const char *type)
{
    ngx_http_consent_log_event(ctx->conf->log, event, type);

    event->host = ngx_http_consent_str(ctx->conf->site);
    event->policy = ctx->conf->policy->id;
    event->version = ctx->conf->policy->version;
}


static ngx_uint_t
consent_evidence_opens(const cg_event_decision_t *decision)
{
    return decision->act == CG_ACT_GRANT || decision->act == CG_ACT_CHANGE;
}


/* The clauses under which a decision was asked for. */

static size_t
consent_evidence_clauses(const cg_policy_t *policy,
    cg_str_t clauses[CG_MAX_PURPOSES])
{
    size_t  i, n = 0;

    for (i = 0; i < policy->npurposes && n < CG_MAX_PURPOSES; i++) {
        if (policy->purposes[i].bit && policy->purposes[i].clause.len) {
            clauses[n++] = policy->purposes[i].clause;
        }
    }

    return n;
}


/* A log that cannot be written is waited for by nobody: who opens is turned
 * down at once, who closes goes on, and the line is written when it can be. */

static ngx_int_t
consent_evidence_decide(ngx_http_consent_log_t *log, cg_out_t *out,
    ngx_uint_t opens, ngx_http_consent_waiter_pt handler, void *data,
    ngx_http_consent_waiter_t **waiter)
{
    if (ngx_http_consent_journal_ok(log->journal)) {
        return ngx_http_consent_log_append(log, out, opens
                                           ? NGX_HTTP_CONSENT_LINE_OPENING
                                           : NGX_HTTP_CONSENT_LINE_KEEP,
                                           handler, data, waiter);
    }

    if (opens) {
        log->turned_down++;

    } else {
        (void) ngx_http_consent_log_append(log, out,
                                           NGX_HTTP_CONSENT_LINE_KEEP,
                                           NULL, NULL, NULL);
    }

    return NGX_ERROR;
}


ngx_int_t
ngx_http_consent_log_decision(ngx_http_consent_ctx_t *ctx,
    const cg_event_decision_t *decision, cg_str_t *h,
    ngx_http_consent_waiter_pt handler, void *data,
    ngx_http_consent_waiter_t **waiter)
{
    ngx_int_t                rc;
    cg_out_t                 out;
    cg_str_t                 clauses[CG_MAX_PURPOSES];
    cg_event_t               event;
    ngx_http_consent_log_t  *log = ctx->conf->log;

    cg_out_init(&out, &ctx->arena, CG_MAX_LINE);
    consent_evidence_request(ctx, &event, CG_EVENT_DECISION);

    event.clauses = clauses;
    event.n_clauses = consent_evidence_clauses(ctx->conf->policy, clauses);

    cg_chain_begin(&log->chain, &out, &event);
    cg_event_decision(&out, decision);

    rc = consent_evidence_decide(log, &out, consent_evidence_opens(decision),
                                 handler, data, waiter);

    /* the line is whole, wherever its bytes are now */

    *h = rc == NGX_OK ? cg_str_sub(cg_out_slice(&out),
                                   out.len - CONSENT_LINE_H - 2 * CG_SHA256_LEN,
                                   out.len - CONSENT_LINE_H)
                      : cg_str_null;

    return rc;
}


ngx_int_t
ngx_http_consent_log_show(ngx_http_consent_ctx_t *ctx,
    const cg_event_show_t *show, cg_str_t clause,
    ngx_http_consent_waiter_pt handler, void *data,
    ngx_http_consent_waiter_t **waiter)
{
    cg_out_t                 out;
    cg_event_t               event;
    ngx_http_consent_log_t  *log = ctx->conf->log;

    cg_out_init(&out, &ctx->arena, CG_MAX_LINE);
    consent_evidence_request(ctx, &event, CG_EVENT_SHOW_ONCE);

    event.clauses = &clause;
    event.n_clauses = clause.len != 0;

    cg_chain_begin(&log->chain, &out, &event);
    cg_event_show(&out, show);

    return consent_evidence_decide(log, &out, 1, handler, data, waiter);
}


/* The decision's lane may have been left behind since. */

ngx_int_t
ngx_http_consent_log_outcome(ngx_http_consent_ctx_t *ctx,
    const cg_event_outcome_t *outcome)
{
    cg_out_t                 out;
    cg_event_t               event;
    cg_event_outcome_t       known = *outcome;
    ngx_http_consent_log_t  *log = ctx->conf->log;

    known.ch = ctx->choice->record.evidence;
    known.ch.len = CG_LANE_LEN;

    cg_out_init(&out, &ctx->arena, CG_MAX_LINE);
    consent_evidence_request(ctx, &event, CG_EVENT_OUTCOME);
    cg_chain_begin(&log->chain, &out, &event);
    cg_event_outcome(&out, &known);

    return ngx_http_consent_log_append(log, &out, NGX_HTTP_CONSENT_LINE_KEEP,
                                       NULL, NULL, NULL);
}


/* The rows of the gate as they stand in a handling line. */

static void
consent_evidence_tags(ngx_http_consent_ctx_t *ctx,
    cg_event_handling_t *handling, cg_event_tag_t *tags)
{
    size_t             i;
    const cg_tally_t  *tally = ngx_http_consent_body_tally(ctx);

    if (tally == NULL) {
        return;
    }

    for (i = 0; i < tally->n; i++) {
        tags[i].vendor = tally->rows[i].vendor;
        tags[i].held = tally->rows[i].held;
        tags[i].passed = tally->rows[i].passed;
        ngx_http_consent_note(ctx, &ctx->clauses, tally->rows[i].clause);
    }

    handling->tags = tags;
    handling->n_tags = tally->n;
    handling->more.held = tally->more_held;
    handling->more.passed = tally->more_passed;
}


const char *
ngx_http_consent_lookup_name(ngx_http_consent_lookup_e lookup)
{
    static const char  *names[] = {
        "none", "cache", "redis", "timeout", "error"
    };

    return names[lookup];
}


static size_t
consent_evidence_granted(ngx_http_consent_ctx_t *ctx,
    cg_str_t granted[CG_MAX_PURPOSES])
{
    size_t              i, n = 0;
    const cg_policy_t  *policy = ctx->conf->policy;

    for (i = 0; i < policy->npurposes && n < CG_MAX_PURPOSES; i++) {
        if (policy->purposes[i].bit & ngx_http_consent_granted(ctx)) {
            granted[n++] = policy->purposes[i].id;
        }
    }

    return n;
}


static void
consent_evidence_names(cg_event_names_t *names, ngx_array_t *list)
{
    names->names = list->elts;
    names->n = list->nelts;
}


static void
consent_evidence_handling(ngx_http_consent_ctx_t *ctx,
    const cg_event_handling_t *handling)
{
    cg_out_t                 out;
    cg_event_t               event;
    ngx_http_consent_log_t  *log = ctx->conf->log;

    cg_out_init(&out, &ctx->arena, CG_MAX_LINE);
    cg_out_reserve(&out, CONSENT_HANDLING);
    consent_evidence_request(ctx, &event, CG_EVENT_HANDLING);

    event.clauses = ctx->clauses.elts;
    event.n_clauses = ngx_min(ctx->clauses.nelts, CONSENT_CLAUSES);

    cg_chain_begin(&log->chain, &out, &event);
    cg_event_handling(&out, handling);

    (void) ngx_http_consent_log_append(log, &out,
                                       NGX_HTTP_CONSENT_LINE_SPARE,
                                       NULL, NULL, NULL);
}


static void
consent_evidence_count(ngx_http_consent_ctx_t *ctx)
{
    ngx_uint_t   state = NGX_HTTP_CONSENT_STATES - 1;
    const char  *page;

    if (ctx->decided) {
        state = (ngx_uint_t) ctx->consent.state;
    }

    ngx_http_consent_count(NGX_HTTP_CONSENT_COUNT_REQUESTS + state);
    ngx_http_consent_count(NGX_HTTP_CONSENT_COUNT_LOOKUPS + ctx->lookup);

    if (ctx->body) {
        page = ngx_http_consent_body_known(ctx);
        ngx_http_consent_count(NGX_HTTP_CONSENT_COUNT_PAGES
                               + (page[0] == 'h' ? 0 : page[0] == 'm' ? 1
                                  : page[0] == 'b' ? 2 : 3));
    }
}


/* One event where something was withheld or let through. */

static void
consent_evidence_each(ngx_http_consent_ctx_t *ctx)
{
    cg_str_t             walls[NGX_HTTP_CONSENT_WALLS];
    cg_str_t             granted[CG_MAX_PURPOSES];
    cg_str_t             classes[NGX_HTTP_CONSENT_CLASSES];
    cg_event_tag_t       tags[CG_TALLY_ROWS];
    cg_event_handling_t  handling;

    ngx_memzero(&handling, sizeof(cg_event_handling_t));

    consent_evidence_tags(ctx, &handling, tags);
    handling.bypass = ctx->bypass;
    consent_evidence_names(&handling.request, &ctx->dropped);
    consent_evidence_names(&handling.set, &ctx->refused);
    consent_evidence_names(&handling.expired, &ctx->expired);
    consent_evidence_names(&handling.capped, &ctx->capped);

    if (handling.n_tags + handling.request.n + handling.set.n
        + handling.capped.n == 0
        && handling.bypass.len == 0)
    {
        return;
    }

    handling.walls = walls;
    handling.n_walls = ngx_http_consent_wall_names(ngx_http_consent_walls(ctx),
                                                   walls);
    handling.state = cg_str_from(cg_state_name(ctx->consent.state));
    handling.granted = granted;
    handling.n_granted = consent_evidence_granted(ctx, granted);
    handling.status = ctx->request->headers_out.status;
    handling.lookup = cg_str_from(ngx_http_consent_lookup_name(ctx->lookup));
    ngx_http_consent_address_forms(ctx, &handling);
    handling.classes = classes;
    handling.n_classes = ngx_http_consent_class_list(ctx, classes);

    consent_evidence_handling(ctx, &handling);
}


CG_HOT ngx_int_t
ngx_http_consent_log_phase(ngx_http_request_t *r)
{
    const cg_tally_t        *tally;
    ngx_http_consent_ctx_t  *ctx = ngx_http_consent_get_ctx(r);

    if (r != r->main || ctx == NULL || ctx->conf->policy == NULL
        || ctx->answered || ctx->off)
    {
        return NGX_OK;                 /* also: a part, by log_subrequest */
    }

    consent_evidence_count(ctx);
    tally = ngx_http_consent_body_tally(ctx);

    if (tally) {
        ngx_http_consent_unknown_hosts(ctx, &tally->unknown);
    }

    if (ctx->consent.state == CG_STATE_UNKNOWN) {
        ctx->conf->log->unknown++;
    }

    if (ctx->conf->log->handling) {
        ngx_http_consent_sum(ctx, tally);

    } else {
        consent_evidence_each(ctx);
    }

    return NGX_OK;
}


/* Whose a host is goes into the log with it: whoever reads it later may have
 * another list. */

static cg_event_seen_t
consent_evidence_named(const cg_event_seen_t *seen)
{
    cg_owner_t       owner;
    cg_event_seen_t  named = *seen;

    (void) cg_owner_of(seen->kind == CG_SEEN_HOST ? seen->name : cg_str(""),
                       &owner);
    named.owner = owner.name;
    named.category = owner.category;

    return named;
}


/* Of one site, or of all that the log is for (conf NULL). */

void
ngx_http_consent_log_seen(ngx_http_consent_log_t *log,
    ngx_http_consent_srv_conf_t *conf, const cg_event_seen_t *seen)
{
    cg_out_t          out;
    cg_arena_t        arena;
    cg_event_t        event;
    ngx_pool_t       *pool = ngx_create_pool(4096, ngx_cycle->log);
    cg_event_seen_t   named = consent_evidence_named(seen);

    if (pool == NULL) {
        return;
    }

    ngx_http_consent_arena(&arena, pool);
    cg_out_init(&out, &arena, CG_MAX_LINE);
    ngx_http_consent_log_event(log, &event, CG_EVENT_UNKNOWN_SEEN);

    if (conf) {
        event.host = ngx_http_consent_str(conf->site);
        event.policy = conf->policy->id;
        event.version = conf->policy->version;
    }

    cg_chain_begin(&log->chain, &out, &event);
    cg_event_seen(&out, &named);
    (void) ngx_http_consent_log_append(log, &out,
                                       NGX_HTTP_CONSENT_LINE_SPARE,
                                       NULL, NULL, NULL);

    ngx_destroy_pool(pool);
}


/* Redis came or went: every log of a server that depends on it says so. */

static void
consent_evidence_degraded(ngx_http_consent_log_t *log, ngx_uint_t up,
    const char *cause)
{
    cg_out_t             out;
    cg_arena_t           arena;
    cg_event_t           event;
    ngx_pool_t          *pool = ngx_create_pool(4096, ngx_cycle->log);
    cg_event_degraded_t  degraded;

    if (pool == NULL) {
        return;
    }

    degraded.cause = cg_str_from(cause);
    degraded.requests = log->unknown;
    degraded.unsaved = log->unsaved;
    log->unknown = 0;
    log->unsaved = 0;

    ngx_http_consent_arena(&arena, pool);
    cg_out_init(&out, &arena, CG_MAX_LINE);

    ngx_http_consent_log_event(log, &event, up ? CG_EVENT_DEGRADED_STOP
                                           : CG_EVENT_DEGRADED_START);
    cg_chain_begin(&log->chain, &out, &event);
    cg_event_degraded(&out, &degraded);
    (void) ngx_http_consent_log_append(log, &out,
                                       NGX_HTTP_CONSENT_LINE_KEEP,
                                       NULL, NULL, NULL);

    ngx_destroy_pool(pool);
}


void
ngx_http_consent_degraded(void *data, ngx_uint_t up, const char *cause)
{
    ngx_uint_t                      i, k;
    ngx_http_consent_log_t        **logs;
    ngx_http_consent_srv_conf_t   **servers;
    ngx_http_consent_main_conf_t   *mcf;
    ngx_http_consent_redis_conf_t  *redis = data;

    mcf = ngx_http_cycle_get_module_main_conf(ngx_cycle,
                                              ngx_http_consent_module);
    logs = mcf->logs.elts;
    servers = mcf->servers.elts;

    for (i = 0; i < mcf->logs.nelts; i++) {
        for (k = 0; k < mcf->servers.nelts; k++) {
            if (servers[k]->log == logs[i] && servers[k]->redis == redis) {
                consent_evidence_degraded(logs[i], up, cause);
                break;
            }
        }
    }
}
