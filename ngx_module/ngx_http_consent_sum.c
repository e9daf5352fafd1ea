/*
 * What is handled is counted for each site in tables of the worker's, and told
 * to the log at the end of a period, and of the worker.  A period begins with
 * the first exchange in it: a site that nobody visits says nothing.
 */

#include "ngx_http_consent_address.h"
#include "ngx_http_consent_body.h"
#include "ngx_http_consent_class.h"
#include "ngx_http_consent_evidence.h"
#include "ngx_http_consent_sum.h"

#include "evidence/cg_sum.h"


/* Servers of one site and one policy that write into one log are one. */

struct ngx_http_consent_sum_s {
    ngx_http_consent_sum_t       *next;
    ngx_http_consent_srv_conf_t  *conf;    /* the first of them */
    cg_sum_conf_t                 words;
    cg_sum_t                     *tables;
    uint64_t                      from;    /* ms since 1970; 0: nothing yet */
};

struct ngx_http_consent_sums_s {
    ngx_http_consent_log_t       *log;
    ngx_http_consent_sum_t       *first;
    ngx_event_t                   timer;
};


static const char *const  consent_walls[NGX_HTTP_CONSENT_WALLS] = {
    "headers", "markup", "csp", "csp-report"
};


/* A policy that only reports is no wall, but it was there. */

ngx_uint_t
ngx_http_consent_walls(ngx_http_consent_ctx_t *ctx)
{
    ngx_uint_t  walls = 1;

    if (ctx->body) {
        walls |= 1 << 1;
    }

    if (ctx->csp == NGX_HTTP_CONSENT_CSP_ENFORCE) {
        walls |= 1 << 2;

    } else if (ctx->csp == NGX_HTTP_CONSENT_CSP_REPORT) {
        walls |= 1 << 3;
    }

    return walls;
}


size_t
ngx_http_consent_wall_names(ngx_uint_t walls,
    cg_str_t names[NGX_HTTP_CONSENT_WALLS])
{
    size_t      n = 0;
    ngx_uint_t  i;

    for (i = 0; i < NGX_HTTP_CONSENT_WALLS; i++) {
        if (walls & 1u << i) {
            names[n++] = cg_str_from(consent_walls[i]);
        }
    }

    return n;
}


static uint64_t
consent_sum_now(void)
{
    ngx_time_t  *tp = ngx_timeofday();

    return (uint64_t) tp->sec * 1000 + tp->msec;
}


/* telling */


/* Not lost if the log does not take it: it is part of the next one. */

static ngx_int_t
consent_sum_append(ngx_http_consent_log_t *log, cg_out_t *line)
{
    ngx_int_t  rc;

    rc = ngx_http_consent_journal_append(log->journal, line,
                                         NGX_HTTP_CONSENT_LINE_SPARE,
                                         NULL, NULL, NULL);
    if (rc == NGX_OK) {
        ngx_http_consent_seal_line(log);
    }

    return rc;
}


static ngx_int_t
consent_sum_tell(ngx_http_consent_sums_t *sums, ngx_http_consent_sum_t *sum,
    cg_out_t *line)
{
    size_t                        from, at = 0;
    uint64_t                      now = consent_sum_now();
    cg_event_t                    event;
    cg_status_t                   more;
    ngx_http_consent_log_t       *log = sums->log;
    ngx_http_consent_srv_conf_t  *conf = sum->conf;

    do {
        from = at;
        ngx_http_consent_log_event(log, &event, CG_EVENT_HANDLING_SUM);
        event.host = ngx_http_consent_str(conf->site);
        event.policy = conf->policy->id;
        event.version = conf->policy->version;
        event.clauses = cg_sum_clauses(sum->tables, &event.n_clauses);

        cg_chain_begin(&log->chain, line, &event);
        more = cg_sum_write(sum->tables, line, sum->from, now, &at);

        if (consent_sum_append(log, line) != NGX_OK) {
            return NGX_ERROR;
        }

        cg_sum_told(sum->tables, from, at);

    } while (more == CG_MORE);

    sum->from = 0;

    return NGX_OK;
}


/* NGX_AGAIN: something remains to be told. */

static ngx_int_t
consent_sums_tell(ngx_http_consent_sums_t *sums)
{
    cg_out_t                 line;
    ngx_int_t                rc = NGX_OK;
    cg_arena_t               arena;
    ngx_pool_t              *pool = ngx_create_pool(4096, ngx_cycle->log);
    ngx_http_consent_sum_t  *sum;

    if (pool == NULL) {
        return NGX_AGAIN;
    }

    ngx_http_consent_arena(&arena, pool);
    cg_out_init(&line, &arena, CG_MAX_LINE);

    for (sum = sums->first; sum; sum = sum->next) {
        if (!cg_sum_empty(sum->tables)
            && consent_sum_tell(sums, sum, &line) != NGX_OK)
        {
            rc = NGX_AGAIN;
        }
    }

    ngx_destroy_pool(pool);

    return rc;
}


static void
consent_sums_timer(ngx_event_t *ev)
{
    ngx_http_consent_sums_t  *sums = ev->data;

    if (consent_sums_tell(sums) == NGX_AGAIN && !ngx_exiting) {
        ngx_add_timer(ev, sums->log->handling * 1000);
    }
}


void
ngx_http_consent_sums_close(ngx_http_consent_log_t *log)
{
    if (log->sums == NULL) {
        return;
    }

    if (log->sums->timer.timer_set) {
        ngx_del_timer(&log->sums->timer);
    }

    if (consent_sums_tell(log->sums) != NGX_OK) {
        ngx_log_error(NGX_LOG_ERR, ngx_cycle->log, 0, "consent: what was "
                      "handled last could not be written to \"%V\"",
                      &log->path);
    }
}


/* making */


/* Bits that must be granted for what is tied to a purpose. */

static uint32_t
consent_sum_unlisted(const cg_policy_t *policy)
{
    switch (policy->unlisted_host) {
    case CG_UNLISTED_ALLOW:
        return 0;
    case CG_UNLISTED_PURPOSE:
        return policy->unlisted_host_purpose->bit;
    default:
        return CG_SUM_NEVER;
    }
}


/* Asked of the policy itself, not of the judge: a sum is to show where the
 * judge was wrong. */

static ngx_int_t
consent_sum_vendors(cg_sum_conf_t *words, const cg_policy_t *policy,
    cg_arena_t *arena)
{
    size_t            i, n = policy->nrecipients;
    cg_sum_vendor_t  *vendors;

    vendors = cg_arena_zero(arena, (n + 1) * sizeof(*vendors));
    if (vendors == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < n; i++) {
        vendors[i].id = policy->recipients[i].vendor->id;
        vendors[i].need = policy->recipients[i].purpose->bit;
    }

    vendors[n].id = cg_str("unlisted");
    vendors[n].need = consent_sum_unlisted(policy);
    words->vendors = vendors;
    words->n_vendors = n + 1;
    words->strangers = vendors[n].need;

    return NGX_OK;
}


static ngx_int_t
consent_sum_purposes(cg_sum_conf_t *words, const cg_policy_t *policy,
    cg_arena_t *arena)
{
    size_t             i, n = 0;
    cg_sum_purpose_t  *purposes;

    purposes = cg_arena_zero(arena, policy->npurposes * sizeof(*purposes));
    if (purposes == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < policy->npurposes; i++) {
        if (policy->purposes[i].bit) {
            purposes[n].id = policy->purposes[i].id;
            purposes[n++].bit = policy->purposes[i].bit;
        }
    }

    words->purposes = purposes;
    words->n_purposes = n;

    return NGX_OK;
}


static void
consent_sum_words(cg_sum_conf_t *words)
{
    ngx_uint_t  i;

    for (i = 0; i < CG_SUM_WORDS; i++) {
        words->states[i] = cg_str_from(cg_state_name((cg_state_t) i));
    }

    for (i = 0; i <= NGX_HTTP_CONSENT_LOOKUP_ERROR; i++) {
        words->lookups[i] = cg_str_from(ngx_http_consent_lookup_name(i));
    }

    for (i = 0; i < NGX_HTTP_CONSENT_WALLS; i++) {
        words->walls[i] = cg_str_from(consent_walls[i]);
    }

    for (i = 0; i <= NGX_HTTP_CONSENT_CLASSES; i++) {
        words->classes[i] = cg_str_from(ngx_http_consent_class_name(i));
    }

    for (i = 0; i < CG_SUM_FORMS; i++) {
        words->forms[i] = cg_str_from(
                              cg_address_form_name((cg_address_form_t) i));
    }
}


static ngx_http_consent_sums_t *
consent_sums_of(ngx_http_consent_log_t *log)
{
    ngx_http_consent_sums_t  *sums = log->sums;

    if (sums == NULL) {
        sums = ngx_pcalloc(ngx_cycle->pool, sizeof(ngx_http_consent_sums_t));
        if (sums == NULL) {
            return NULL;
        }

        sums->log = log;
        sums->timer.handler = consent_sums_timer;
        sums->timer.data = sums;
        sums->timer.log = ngx_cycle->log;
        sums->timer.cancelable = 1;    /* keeps no worker from ending */

        log->sums = sums;
    }

    return sums;
}


CG_COLD static ngx_http_consent_sum_t *
consent_sum_find(ngx_http_consent_sums_t *sums,
    ngx_http_consent_srv_conf_t *conf)
{
    ngx_http_consent_sum_t  *sum;

    for (sum = sums->first; sum; sum = sum->next) {
        if (sum->conf->policy == conf->policy
            && sum->conf->site.len == conf->site.len
            && ngx_memcmp(sum->conf->site.data, conf->site.data,
                          conf->site.len) == 0)
        {
            break;
        }
    }

    return sum;
}


/* Most workers see some of their sites only: made with the first exchange. */

CG_COLD static ngx_http_consent_sum_t *
consent_sum_make(ngx_http_consent_sums_t *sums,
    ngx_http_consent_srv_conf_t *conf)
{
    cg_arena_t               arena;
    ngx_http_consent_sum_t  *sum;

    ngx_http_consent_arena(&arena, ngx_cycle->pool);
    sum = cg_arena_zero(&arena, sizeof(ngx_http_consent_sum_t));

    if (sum == NULL
        || consent_sum_vendors(&sum->words, conf->policy, &arena) != NGX_OK
        || consent_sum_purposes(&sum->words, conf->policy, &arena) != NGX_OK)
    {
        return NULL;
    }

    consent_sum_words(&sum->words);
    sum->conf = conf;
    sum->tables = cg_sum_create(&arena, &sum->words);

    if (sum->tables == NULL) {
        return NULL;
    }

    sum->next = sums->first;
    sums->first = sum;

    return sum;
}


static ngx_http_consent_sum_t *
consent_sum_of(ngx_http_consent_srv_conf_t *conf)
{
    ngx_http_consent_sums_t  *sums;

    if (conf->sum == NULL) {
        sums = consent_sums_of(conf->log);
        conf->sum = sums ? consent_sum_find(sums, conf) : NULL;

        if (sums && conf->sum == NULL) {
            conf->sum = consent_sum_make(sums, conf);
        }
    }

    return conf->sum;
}


/* counting */


static void
consent_sum_exchange(ngx_http_consent_ctx_t *ctx, cg_sum_t *tables)
{
    cg_sum_exchange_t  exchange;

    ngx_memzero(&exchange, sizeof(cg_sum_exchange_t));

    exchange.state = ctx->consent.state;
    exchange.granted = ngx_http_consent_granted(ctx);
    exchange.lookup = ctx->lookup;
    exchange.walls = (unsigned) ngx_http_consent_walls(ctx);
    exchange.classes = (unsigned) ctx->classes
                       & ~(1u << NGX_HTTP_CONSENT_CLASS_NONE);

    if (ctx->bypass.len) {
        exchange.rewrite = ctx->bypass;

    } else if (ctx->body) {
        exchange.rewrite = cg_str("ok");
    }

    if (ctx->address) {
        exchange.has_ip = 1;
        exchange.ip_site = ctx->address->forms.site;
        exchange.ip_log = ctx->address->forms.log;
        exchange.combined = ngx_http_consent_address_combined(ctx);
    }

    cg_sum_exchange(tables, &exchange);
}


static void
consent_sum_cookies(cg_sum_t *tables, cg_sum_kind_t kind, ngx_array_t *list)
{
    ngx_uint_t  i;
    cg_str_t   *names = list->elts;

    for (i = 0; i < list->nelts; i++) {
        cg_sum_cookie(tables, kind, names[i]);
    }
}


static void
consent_sum_body(cg_sum_t *tables, const cg_tally_t *tally)
{
    size_t  i;

    if (tally == NULL) {
        return;
    }

    for (i = 0; i < tally->n; i++) {
        cg_sum_tags(tables, tally->rows[i].vendor, tally->rows[i].held,
                    tally->rows[i].passed);
        cg_sum_clause(tables, tally->rows[i].clause);
    }

    if (tally->more_held + tally->more_passed) {
        cg_sum_tags_more(tables, tally->more_held, tally->more_passed);
    }
}


CG_HOT void
ngx_http_consent_sum(ngx_http_consent_ctx_t *ctx, const cg_tally_t *tally)
{
    cg_str_t                *clauses = ctx->clauses.elts;
    ngx_uint_t               i;
    ngx_http_consent_log_t  *log = ctx->conf->log;
    ngx_http_consent_sum_t  *sum = consent_sum_of(ctx->conf);

    if (sum == NULL) {
        log->lost++;                   /* no memory */
        return;
    }

    consent_sum_exchange(ctx, sum->tables);
    consent_sum_body(sum->tables, tally);
    consent_sum_cookies(sum->tables, CG_SUM_REQUEST, &ctx->dropped);
    consent_sum_cookies(sum->tables, CG_SUM_SET, &ctx->refused);
    consent_sum_cookies(sum->tables, CG_SUM_EXPIRED, &ctx->expired);
    consent_sum_cookies(sum->tables, CG_SUM_CAPPED, &ctx->capped);

    for (i = 0; i < ctx->clauses.nelts; i++) {
        cg_sum_clause(sum->tables, clauses[i]);
    }

    if (sum->from == 0) {
        sum->from = consent_sum_now();

        if (!log->sums->timer.timer_set) {
            ngx_add_timer(&log->sums->timer, log->handling * 1000);
        }
    }
}
