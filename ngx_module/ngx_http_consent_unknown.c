/*
 * What nobody promised is counted in two tables: one in consent_zone, for the
 * status, over all workers; one of this worker's, for the log, which tells each
 * name once and then, every ten minutes, how often.
 */

#include "ngx_http_consent_unknown.h"
#include "ngx_http_consent_evidence.h"


struct ngx_http_consent_seen_s {
    cg_seen_t                inventory;
    cg_seen_t                reports;
    ngx_event_t              timer;
    ngx_http_consent_log_t  *log;
};


static void
consent_unknown_tell(ngx_http_consent_seen_t *seen, const cg_seen_key_t *key,
    uint64_t n)
{
    cg_event_seen_t  event;

    ngx_memzero(&event, sizeof(cg_event_seen_t));

    event.name = key->name;
    event.kind = key->kind;
    event.vendor = key->vendor;
    event.where = cg_str_from(key->where);
    event.action = key->action;
    event.count = n;

    if (key->directive) {
        event.directive = cg_str_from(key->directive);
    }

    ngx_http_consent_log_seen(seen->log,
                              (ngx_http_consent_srv_conf_t *) key->owner,
                              &event);
}


/* What the rows hold since they were last told.  A line that the log does not
 * take is a line less. */

static void
consent_unknown_flush(ngx_http_consent_seen_t *seen, cg_seen_t *table)
{
    size_t                at = 0;
    cg_event_seen_t       event;
    const cg_seen_row_t  *row;

    while ((row = cg_seen_take(table, &at)) != NULL) {
        consent_unknown_tell(seen, &row->key, row->n);
    }

    ngx_memzero(&event, sizeof(cg_event_seen_t));
    event.count = cg_seen_lost(table);

    if (event.count) {
        ngx_http_consent_log_seen(seen->log, NULL, &event);
    }
}


static void
consent_unknown_timer(ngx_event_t *ev)
{
    ngx_http_consent_seen_t  *seen = ev->data;

    consent_unknown_flush(seen, &seen->inventory);
    consent_unknown_flush(seen, &seen->reports);

    if (!ngx_exiting && !(cg_seen_empty(&seen->inventory)
                          && cg_seen_empty(&seen->reports)))
    {
        ngx_add_timer(ev, CG_SEEN_EVERY * 1000);
    }
}


void
ngx_http_consent_unknown_close(ngx_http_consent_log_t *log)
{
    if (log->seen == NULL) {
        return;
    }

    if (log->seen->timer.timer_set) {
        ngx_del_timer(&log->seen->timer);
    }

    consent_unknown_flush(log->seen, &log->seen->inventory);
    consent_unknown_flush(log->seen, &log->seen->reports);
}


/* Most workers of a site that knows itself see nothing: the tables are made
 * with the first sighting. */

static ngx_http_consent_seen_t *
consent_unknown_tables(ngx_http_consent_log_t *log)
{
    cg_arena_t                arena;
    ngx_http_consent_seen_t  *seen = log->seen;

    if (seen) {
        return seen;
    }

    ngx_http_consent_arena(&arena, ngx_cycle->pool);
    seen = ngx_pcalloc(ngx_cycle->pool, sizeof(ngx_http_consent_seen_t));

    if (seen == NULL
        || cg_seen_init(&seen->inventory, &arena, CG_SEEN_ROWS) != CG_OK
        || cg_seen_init(&seen->reports, &arena, CG_SEEN_REPORTS) != CG_OK)
    {
        return NULL;
    }

    seen->log = log;
    seen->timer.handler = consent_unknown_timer;
    seen->timer.data = seen;
    seen->timer.log = ngx_cycle->log;
    seen->timer.cancelable = 1;        /* keeps no worker from ending */

    log->seen = seen;

    return seen;
}


/* Servers of one site share what is seen there. */

static uint32_t
consent_unknown_site(const ngx_http_consent_srv_conf_t *conf)
{
    uint64_t  hash;

    hash = cg_inventory_hash(CG_SEEN_HOST, ngx_http_consent_str(conf->site));

    return (uint32_t) hash | 1;
}


static void
consent_unknown_share(const cg_seen_key_t *key)
{
    ngx_http_consent_shared_t     *shared;
    ngx_http_consent_main_conf_t  *mcf;

    mcf = ngx_http_cycle_get_module_main_conf(ngx_cycle,
                                              ngx_http_consent_module);
    shared = mcf->zone->data;

    /* what browsers report is told apart, whatever they say became of it */

    cg_inventory_note(shared->inventory, ngx_time(),
                      consent_unknown_site(key->owner), key->kind,
                      key->directive ? CG_SEEN_BLOCKED : key->action,
                      key->name);
}


size_t
ngx_http_consent_unknown_list(ngx_http_consent_srv_conf_t *conf,
    cg_inventory_row_t *rows)
{
    ngx_http_consent_shared_t     *shared;
    ngx_http_consent_main_conf_t  *mcf;

    mcf = ngx_http_cycle_get_module_main_conf(ngx_cycle,
                                              ngx_http_consent_module);
    shared = mcf->zone->data;

    return cg_inventory_list(shared->inventory, consent_unknown_site(conf),
                             CG_SEEN_HOST, rows, CG_INVENTORY_ROWS);
}


void
ngx_http_consent_unknown_note(const cg_seen_key_t *key)
{
    const ngx_http_consent_srv_conf_t  *conf = key->owner;
    ngx_http_consent_seen_t            *seen;

    seen = consent_unknown_tables(conf->log);
    if (seen == NULL) {
        return;
    }

    consent_unknown_share(key);

    if (cg_seen_note(key->directive ? &seen->reports : &seen->inventory,
                     ngx_time(), key)
        == CG_OK)
    {
        consent_unknown_tell(seen, key, 1);
    }

    if (!seen->timer.timer_set) {
        ngx_add_timer(&seen->timer, CG_SEEN_EVERY * 1000);
    }
}


static cg_seen_action_t
consent_unknown_action(const cg_verdict_t *verdict)
{
    return verdict->pass ? CG_SEEN_PASSED : CG_SEEN_HELD;
}


/* "unlisted" is nobody's name. */

static cg_str_t
consent_unknown_vendor(const cg_verdict_t *verdict)
{
    return cg_str_eq(verdict->vendor, cg_str("unlisted")) ? cg_str_null
                                                          : verdict->vendor;
}


void
ngx_http_consent_unknown_cookie(ngx_http_consent_ctx_t *ctx, cg_str_t name,
    const cg_verdict_t *verdict)
{
    cg_seen_key_t  key;

    if (!verdict->unlisted) {
        return;
    }

    ngx_memzero(&key, sizeof(cg_seen_key_t));

    key.owner = ctx->conf;
    key.kind = CG_SEEN_COOKIE;
    key.name = cg_str_sub(name, 0, ngx_min(name.len, CG_INVENTORY_NAME));
    key.vendor = consent_unknown_vendor(verdict);
    key.where = "header";
    key.action = consent_unknown_action(verdict);

    ngx_http_consent_unknown_note(&key);
}


/* By its vendor: its path is no more than that, or says who asked. */

CG_HOT void
ngx_http_consent_unknown_endpoint(ngx_http_consent_ctx_t *ctx,
    const cg_verdict_t *verdict)
{
    cg_seen_key_t  key;

    if (!verdict->unlisted) {
        return;
    }

    ngx_memzero(&key, sizeof(cg_seen_key_t));

    key.owner = ctx->conf;
    key.kind = CG_SEEN_ENDPOINT;
    key.name = verdict->vendor;
    key.vendor = consent_unknown_vendor(verdict);
    key.where = "header";
    key.action = consent_unknown_action(verdict);

    ngx_http_consent_unknown_note(&key);
}


/* What became of one, became of all: hosts that the policy does not promise
 * share one rule. */

CG_HOT void
ngx_http_consent_unknown_hosts(ngx_http_consent_ctx_t *ctx,
    const cg_unknown_t *unknown)
{
    unsigned                 i;
    cg_verdict_t             verdict;
    cg_seen_key_t            key;
    const cg_unknown_row_t  *row = unknown->rows;

    if (unknown->n == 0) {
        return;
    }

    ngx_memzero(&key, sizeof(cg_seen_key_t));
    verdict = cg_judge_unlisted(&ctx->judge);

    for (i = 0; i < unknown->n; i++, row++) {
        key.owner = ctx->conf;
        key.kind = CG_SEEN_HOST;
        key.name.data = row->name;
        key.name.len = row->len;
        key.vendor = row->vendor;
        key.where = row->where;
        key.action = row->passes ? CG_SEEN_PASSED
                                 : consent_unknown_action(&verdict);

        ngx_http_consent_unknown_note(&key);
    }
}
