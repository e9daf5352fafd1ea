/*
 * What is written into the consent log, and when: a lane for each worker, and
 * a short one of the master's for each configuration that takes effect.
 */

#include "ngx_http_consent_module.h"

#include <openssl/rand.h>

#define CONSENT_TAIL      (256 * 1024)     /* bytes searched for heads */
#define CONSENT_BUILD     "ngx-consent/" NGX_HTTP_CONSENT_VERSION " " NGINX_VER
#define CONSENT_CLAUSES   32               /* cited in one line */


static uint64_t
consent_evidence_time(void)
{
    ngx_time_t  *tp = ngx_timeofday();

    return (uint64_t) tp->sec * 1000 + tp->msec;
}


static ngx_int_t
consent_evidence_lane(cg_chain_t *chain)
{
    unsigned char  seed[CG_LANE_SEED];

    if (RAND_bytes(seed, sizeof(seed)) != 1) {
        return NGX_ERROR;
    }

    cg_chain_open(chain, seed);

    return NGX_OK;
}


/* The envelope of a line that concerns no request. */

static void
consent_evidence_event(ngx_http_consent_log_t *log, cg_event_t *event,
    const char *type)
{
    ngx_memzero(event, sizeof(cg_event_t));

    event->type = type;
    event->time_ms = consent_evidence_time();
    event->mono_ms = ngx_current_msec - log->opened;
}


/* Seals the line and hands it to the journal.  A line that is not taken is as
 * if it had never been begun: the chain keeps its place. */

static ngx_int_t
consent_evidence_append(ngx_http_consent_log_t *log, cg_out_t *out,
    ngx_http_consent_waiter_pt handler, void *data,
    ngx_http_consent_waiter_t **waiter)
{
    ngx_int_t   rc = NGX_ERROR;
    cg_chain_t  saved = log->chain;

    if (log->journal && cg_chain_finish(&log->chain, out) == CG_OK) {
        rc = ngx_http_consent_journal_append(log->journal,
                                      ngx_http_consent_ngx(cg_out_slice(out)),
                                      handler, data, waiter);
    }

    if (rc != NGX_OK) {
        log->chain = saved;
    }

    return rc;
}


ngx_int_t
ngx_http_consent_log_open(ngx_cycle_t *cycle, ngx_http_consent_log_t *log)
{
    cg_out_t         out;
    ngx_int_t        rc;
    ngx_pool_t      *pool;
    cg_arena_t       arena;
    cg_event_t       event;
    cg_event_open_t  open;

    log->opened = ngx_current_msec;
    log->journal = ngx_http_consent_journal_open(cycle, log->file, log->sync);

    if (log->journal == NULL || consent_evidence_lane(&log->chain) != NGX_OK) {
        return NGX_ERROR;
    }

    pool = ngx_create_pool(4096, cycle->log);
    if (pool == NULL) {
        return NGX_ERROR;
    }

    ngx_http_consent_arena(&arena, pool);
    cg_out_init(&out, &arena, CG_MAX_LINE);
    ngx_memzero(&open, sizeof(cg_event_open_t));

    open.build = cg_str(CONSENT_BUILD);
    open.pid = (uint64_t) ngx_pid;
    open.follows = log->heads;
    open.n_follows = log->nheads;

    consent_evidence_event(log, &event, CG_EVENT_CHAIN_OPEN);
    cg_chain_begin(&log->chain, &out, &event);
    cg_event_open(&out, &open);

    rc = consent_evidence_append(log, &out, NULL, NULL, NULL);

    ngx_destroy_pool(pool);

    return rc;
}


void
ngx_http_consent_log_close(ngx_http_consent_log_t *log)
{
    cg_out_t          out;
    ngx_pool_t       *pool;
    cg_arena_t        arena;
    cg_event_t        event;
    cg_event_close_t  close;

    if (log->journal == NULL) {
        return;
    }

    pool = ngx_create_pool(4096, ngx_cycle->log);

    if (pool) {
        ngx_http_consent_arena(&arena, pool);
        cg_out_init(&out, &arena, CG_MAX_LINE);
        ngx_memzero(&close, sizeof(cg_event_close_t));
        close.reason = cg_str("exit");

        consent_evidence_event(log, &event, CG_EVENT_CHAIN_CLOSE);
        cg_chain_begin(&log->chain, &out, &event);
        cg_event_close(&out, &close);
        (void) consent_evidence_append(log, &out, NULL, NULL, NULL);

        ngx_destroy_pool(pool);
    }

    ngx_http_consent_journal_close(log->journal);
    log->journal = NULL;
}


/* The end of the file as it stands: what a new lane follows. */

static void
consent_evidence_heads(ngx_http_consent_log_t *log, ngx_pool_t *pool)
{
    off_t        size;
    ssize_t      n = 0;
    ngx_fd_t     fd;
    u_char      *tail = ngx_pnalloc(pool, CONSENT_TAIL);
    struct stat  info;
    cg_str_t     bytes;

    log->nheads = 0;
    fd = ngx_open_file(log->path.data, NGX_FILE_RDONLY, NGX_FILE_OPEN, 0);

    if (fd == NGX_INVALID_FILE) {
        return;
    }

    if (tail && fstat(fd, &info) == 0) {
        size = info.st_size;
        n = pread(fd, tail, CONSENT_TAIL,
                  size > CONSENT_TAIL ? size - CONSENT_TAIL : 0);
    }

    if (n > 0) {
        bytes.data = tail;
        bytes.len = (size_t) n;

        if (cg_heads_read(bytes, log->heads, &log->nheads) != CG_OK) {
            log->nheads = 0;
        }
    }

    ngx_close_file(fd);
}


/* A line of the master's own lane, gathered in `lines`. */

static ngx_int_t
consent_publish_line(cg_chain_t *chain, cg_out_t *line, cg_out_t *lines)
{
    if (cg_chain_finish(chain, line) != CG_OK) {
        return NGX_ERROR;
    }

    cg_out_str(lines, cg_out_slice(line));

    return lines->status == CG_OK ? NGX_OK : NGX_ERROR;
}


static const char *
consent_publish_role(cg_role_t role)
{
    switch (role) {
    case CG_ROLE_SELF:
        return "self";
    case CG_ROLE_PROCESSOR:
        return "processor";
    case CG_ROLE_JOINT:
        return "joint";
    default:
        return "third";
    }
}


/* The policies under which a server of this log stands, each once. */

static size_t
consent_publish_policies(ngx_http_consent_main_conf_t *mcf,
    ngx_http_consent_log_t *log, const cg_policy_t **policies)
{
    size_t                        k, n = 0;
    ngx_uint_t                    i;
    ngx_http_consent_srv_conf_t **servers = mcf->servers.elts;

    for (i = 0; i < mcf->servers.nelts; i++) {
        if (servers[i]->log != log) {
            continue;
        }

        for (k = 0; k < n && policies[k] != servers[i]->policy; k++) {
            /* void */
        }

        if (k == n) {
            policies[n++] = servers[i]->policy;
        }
    }

    return n;
}


typedef struct {
    ngx_http_consent_log_t  *log;
    cg_arena_t               arena;
    cg_chain_t               chain;
    cg_out_t                 line;
    cg_out_t                 lines;
    const cg_policy_t      **policies;
    size_t                   npolicies;
    cg_event_config_t        config;
} consent_publish_t;


static ngx_int_t
consent_publish_servers(consent_publish_t *pub,
    ngx_http_consent_main_conf_t *mcf)
{
    size_t                        n = 0;
    ngx_uint_t                    i;
    cg_event_server_t            *rows;
    ngx_http_consent_srv_conf_t **servers = mcf->servers.elts;

    rows = cg_arena_zero(&pub->arena, mcf->servers.nelts * sizeof(*rows));
    if (rows == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < mcf->servers.nelts; i++) {
        if (servers[i]->log == pub->log) {
            rows[n].host = ngx_http_consent_str(servers[i]->site);
            rows[n++].policy = servers[i]->policy->id;
        }
    }

    pub->config.servers = rows;
    pub->config.n_servers = n;

    return NGX_OK;
}


static ngx_int_t
consent_publish_vendors(consent_publish_t *pub)
{
    size_t              i, k, n = 0;
    cg_event_vendor_t  *rows;
    const cg_policy_t  *policy;

    for (i = 0; i < pub->npolicies; i++) {
        n += pub->policies[i]->nrecipients;
    }

    rows = cg_arena_zero(&pub->arena, (n ? n : 1) * sizeof(*rows));
    if (rows == NULL) {
        return NGX_ERROR;
    }

    pub->config.vendors = rows;
    pub->config.n_vendors = n;

    for (i = 0; i < pub->npolicies; i++) {
        policy = pub->policies[i];

        for (k = 0; k < policy->nrecipients; k++, rows++) {
            rows->policy = policy->id;
            rows->id = policy->recipients[k].vendor->id;
            rows->country = policy->recipients[k].vendor->country;
            rows->purpose = policy->recipients[k].purpose->id;
            rows->role = cg_str_from(
                           consent_publish_role(policy->recipients[k].role));
        }
    }

    return NGX_OK;
}


/* The configuration's hash binds which policies, to the letter, stood where. */

static ngx_int_t
consent_publish_config(consent_publish_t *pub,
    ngx_http_consent_main_conf_t *mcf)
{
    size_t              i, n = 0;
    cg_str_t           *parts;
    cg_event_policy_t  *rows;

    if (consent_publish_servers(pub, mcf) != NGX_OK
        || consent_publish_vendors(pub) != NGX_OK)
    {
        return NGX_ERROR;
    }

    rows = cg_arena_zero(&pub->arena, pub->npolicies * sizeof(*rows));
    parts = cg_arena_zero(&pub->arena,
                          (2 * pub->npolicies + 4 * pub->config.n_servers)
                          * sizeof(*parts));
    if (rows == NULL || parts == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < pub->npolicies; i++) {
        rows[i].id = pub->policies[i]->id;
        rows[i].version = pub->policies[i]->version;
        ngx_memcpy(rows[i].terms, pub->policies[i]->terms_hash,
                   CG_SHA256_LEN);
        ngx_memcpy(rows[i].text, pub->policies[i]->text_hash, CG_SHA256_LEN);
        parts[n].data = rows[i].terms;
        parts[n++].len = CG_SHA256_LEN;
        parts[n].data = rows[i].text;
        parts[n++].len = CG_SHA256_LEN;
    }

    for (i = 0; i < pub->config.n_servers; i++) {
        parts[n++] = pub->config.servers[i].host;
        parts[n++] = cg_str("\n");
        parts[n++] = pub->config.servers[i].policy;
        parts[n++] = cg_str("\n");
    }

    pub->config.policies = rows;
    pub->config.n_policies = pub->npolicies;

    return cg_sha256(parts, n, pub->config.hash) == CG_OK ? NGX_OK
                                                          : NGX_ERROR;
}


static ngx_int_t
consent_publish_open(consent_publish_t *pub, ngx_uint_t reload)
{
    cg_event_t       event;
    cg_event_open_t  open;

    ngx_memzero(&open, sizeof(cg_event_open_t));

    open.reason = reload ? CG_OPEN_RELOAD : CG_OPEN_START;
    open.build = cg_str(CONSENT_BUILD);
    open.pid = (uint64_t) ngx_pid;
    open.follows = pub->log->heads;
    open.n_follows = pub->log->nheads;

    consent_evidence_event(pub->log, &event, CG_EVENT_CHAIN_OPEN);
    cg_chain_begin(&pub->chain, &pub->line, &event);
    cg_event_open(&pub->line, &open);

    return consent_publish_line(&pub->chain, &pub->line, &pub->lines);
}


static ngx_int_t
consent_publish_body(consent_publish_t *pub)
{
    size_t              i;
    cg_event_t          event;
    cg_status_t         more;
    cg_event_cursor_t   cursor;
    cg_event_publish_t  publish;
    const cg_policy_t  *policy;

    ngx_memzero(&cursor, sizeof(cg_event_cursor_t));

    do {
        consent_evidence_event(pub->log, &event, CG_EVENT_CONFIG_LOAD);
        cg_chain_begin(&pub->chain, &pub->line, &event);
        more = cg_event_config(&pub->line, &pub->config, &cursor);

        if (consent_publish_line(&pub->chain, &pub->line, &pub->lines)
            != NGX_OK)
        {
            return NGX_ERROR;
        }

    } while (more == CG_MORE);

    for (i = 0; i < pub->npolicies; i++) {
        policy = pub->policies[i];
        ngx_memzero(&publish, sizeof(cg_event_publish_t));

        publish.id = policy->id;
        publish.version = policy->version;
        publish.enacted = policy->enacted;
        publish.revised = policy->revised;
        ngx_memcpy(publish.terms, policy->terms_hash, CG_SHA256_LEN);
        ngx_memcpy(publish.text, policy->text_hash, CG_SHA256_LEN);

        consent_evidence_event(pub->log, &event, CG_EVENT_POLICY_PUBLISH);
        cg_chain_begin(&pub->chain, &pub->line, &event);
        cg_event_publish(&pub->line, &publish);

        if (consent_publish_line(&pub->chain, &pub->line, &pub->lines)
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_int_t
consent_publish_close(consent_publish_t *pub)
{
    cg_event_t        event;
    cg_event_close_t  close;

    ngx_memzero(&close, sizeof(cg_event_close_t));
    close.reason = cg_str("published");

    consent_evidence_event(pub->log, &event, CG_EVENT_CHAIN_CLOSE);
    cg_chain_begin(&pub->chain, &pub->line, &event);
    cg_event_close(&pub->line, &close);

    return consent_publish_line(&pub->chain, &pub->line, &pub->lines);
}


static ngx_int_t
consent_publish_log(consent_publish_t *pub, ngx_http_consent_main_conf_t *mcf,
    ngx_uint_t reload)
{
    cg_str_t  lines;

    pub->policies = cg_arena_zero(&pub->arena,
                                  mcf->servers.nelts * sizeof(cg_policy_t *));
    if (pub->policies == NULL) {
        return NGX_ERROR;
    }

    pub->npolicies = consent_publish_policies(mcf, pub->log, pub->policies);

    if (pub->npolicies == 0) {
        return NGX_OK;                 /* named, but no server writes to it */
    }

    if (consent_evidence_lane(&pub->chain) != NGX_OK
        || consent_publish_config(pub, mcf) != NGX_OK
        || consent_publish_open(pub, reload) != NGX_OK
        || consent_publish_body(pub) != NGX_OK
        || consent_publish_close(pub) != NGX_OK)
    {
        return NGX_ERROR;
    }

    lines = cg_out_slice(&pub->lines);

    if (ngx_write_fd(pub->log->file->fd, (void *) lines.data, lines.len)
        != (ssize_t) lines.len)
    {
        return NGX_ERROR;
    }

    return fdatasync(pub->log->file->fd) == 0 ? NGX_OK : NGX_ERROR;
}


/* The master, once for each configuration that takes effect, before it forks.
 * A log that cannot be written is said, and stops nothing but decisions. */

ngx_int_t
ngx_http_consent_publish(ngx_cycle_t *cycle,
    ngx_http_consent_main_conf_t *mcf)
{
    ngx_uint_t                i, reload;
    ngx_pool_t               *pool;
    consent_publish_t         pub;
    ngx_http_consent_log_t  **logs = mcf->logs.elts;

    reload = !ngx_is_init_cycle(cycle->old_cycle);

    for (i = 0; i < mcf->logs.nelts; i++) {
        pool = ngx_create_pool(4096, cycle->log);
        if (pool == NULL) {
            return NGX_ERROR;
        }

        ngx_memzero(&pub, sizeof(consent_publish_t));

        pub.log = logs[i];
        pub.log->opened = ngx_current_msec;
        ngx_http_consent_arena(&pub.arena, pool);
        cg_out_init(&pub.line, &pub.arena, CG_MAX_LINE);
        cg_out_init(&pub.lines, &pub.arena, 1024 * 1024);

        consent_evidence_heads(logs[i], pool);

        if (consent_publish_log(&pub, mcf, reload) != NGX_OK) {
            ngx_log_error(NGX_LOG_CRIT, cycle->log, ngx_errno, "consent: log "
                          "\"%V\" could not be written", &logs[i]->path);
        }

        consent_evidence_heads(logs[i], pool);

        ngx_destroy_pool(pool);
    }

    return NGX_OK;
}


static void
consent_evidence_request(ngx_http_consent_ctx_t *ctx, cg_event_t *event,
    const char *type)
{
    consent_evidence_event(ctx->conf->log, event, type);

    event->host = ctx->judge.request_host;
    event->policy = ctx->conf->policy->id;
    event->version = ctx->conf->policy->version;
}


ngx_int_t
ngx_http_consent_log_decision(ngx_http_consent_ctx_t *ctx,
    const cg_event_decision_t *decision, uint64_t *seq,
    ngx_http_consent_waiter_pt handler, void *data,
    ngx_http_consent_waiter_t **waiter)
{
    size_t                   i, n = 0;
    cg_out_t                 out;
    cg_str_t                 clauses[CG_MAX_PURPOSES];
    cg_event_t               event;
    const cg_policy_t       *policy = ctx->conf->policy;
    ngx_http_consent_log_t  *log = ctx->conf->log;

    for (i = 0; i < policy->npurposes && n < CG_MAX_PURPOSES; i++) {
        if (policy->purposes[i].bit && policy->purposes[i].clause.len) {
            clauses[n++] = policy->purposes[i].clause;
        }
    }

    cg_out_init(&out, &ctx->arena, CG_MAX_LINE);
    consent_evidence_request(ctx, &event, CG_EVENT_DECISION);

    event.clauses = clauses;
    event.n_clauses = n;

    cg_chain_begin(&log->chain, &out, &event);
    cg_event_decision(&out, decision);

    *seq = log->chain.seq;

    return consent_evidence_append(log, &out, handler, data, waiter);
}


ngx_int_t
ngx_http_consent_log_outcome(ngx_http_consent_ctx_t *ctx,
    const cg_event_outcome_t *outcome)
{
    cg_out_t                 out;
    cg_event_t               event;
    ngx_http_consent_log_t  *log = ctx->conf->log;

    cg_out_init(&out, &ctx->arena, CG_MAX_LINE);
    consent_evidence_request(ctx, &event, CG_EVENT_OUTCOME);
    cg_chain_begin(&log->chain, &out, &event);
    cg_event_outcome(&out, outcome);

    return consent_evidence_append(log, &out, NULL, NULL, NULL);
}


/* The rows of the gate as they stand in a handling line. */

static size_t
consent_evidence_tags(ngx_http_consent_ctx_t *ctx, cg_event_tag_t *tags)
{
    size_t             i, n = 0;
    const cg_tally_t  *tally = ngx_http_consent_body_tally(ctx);

    for (i = 0; tally && i < tally->n; i++) {
        tags[n].vendor = tally->rows[i].vendor;
        tags[n].held = tally->rows[i].held;
        tags[n++].passed = tally->rows[i].passed;
        ngx_http_consent_note(&ctx->clauses, tally->rows[i].clause);
    }

    return n;
}


static cg_str_t
consent_evidence_lookup(ngx_http_consent_ctx_t *ctx)
{
    static const char  *names[] = {
        "none", "cache", "redis", "timeout", "error"
    };

    return cg_str_from(names[ctx->lookup]);
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
    consent_evidence_request(ctx, &event, CG_EVENT_HANDLING);

    event.clauses = ctx->clauses.elts;
    event.n_clauses = ngx_min(ctx->clauses.nelts, CONSENT_CLAUSES);

    cg_chain_begin(&log->chain, &out, &event);
    cg_event_handling(&out, handling);

    (void) consent_evidence_append(log, &out, NULL, NULL, NULL);
}


/* One event where something was withheld or let through. */

ngx_int_t
ngx_http_consent_log_phase(ngx_http_request_t *r)
{
    cg_str_t                 walls[2];
    cg_event_tag_t           tags[CG_TALLY_ROWS];
    cg_event_handling_t      handling;
    ngx_http_consent_ctx_t  *ctx = ngx_http_consent_get_ctx(r);

    if (ctx == NULL || ctx->conf->policy == NULL || ctx->own || ctx->off) {
        return NGX_OK;
    }

    ngx_memzero(&handling, sizeof(cg_event_handling_t));

    handling.n_tags = consent_evidence_tags(ctx, tags);
    handling.tags = tags;
    handling.bypass = ctx->bypass;
    consent_evidence_names(&handling.request, &ctx->dropped);
    consent_evidence_names(&handling.set, &ctx->refused);
    consent_evidence_names(&handling.expired, &ctx->expired);

    if (ctx->consent.state == CG_STATE_UNKNOWN) {
        ctx->conf->log->unknown++;
    }

    if (handling.n_tags + handling.request.n + handling.set.n == 0
        && handling.bypass.len == 0)
    {
        return NGX_OK;
    }

    walls[0] = cg_str("headers");
    walls[1] = cg_str("markup");

    handling.walls = walls;
    handling.n_walls = ctx->body ? 2 : 1;
    handling.state = cg_str_from(cg_state_name(ctx->consent.state));
    handling.status = r->headers_out.status;
    handling.lookup = consent_evidence_lookup(ctx);

    consent_evidence_handling(ctx, &handling);

    return NGX_OK;
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
    log->unknown = 0;

    ngx_http_consent_arena(&arena, pool);
    cg_out_init(&out, &arena, CG_MAX_LINE);

    consent_evidence_event(log, &event, up ? CG_EVENT_DEGRADED_STOP
                                           : CG_EVENT_DEGRADED_START);
    cg_chain_begin(&log->chain, &out, &event);
    cg_event_degraded(&out, &degraded);
    (void) consent_evidence_append(log, &out, NULL, NULL, NULL);

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
