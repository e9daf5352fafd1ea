/*
 * What the master writes into the consent log, once for each configuration
 * that takes effect: a short lane that says which policies stand where.
 */

#include "ngx_http_consent_archive.h"

#define CONSENT_PUBLISH_LINES  (64 * 1024 * 1024)


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


/* The lane's two ends have its seals. */

static ngx_int_t
consent_publish_sealed(ngx_http_consent_publish_t *pub)
{
    if (pub->log->seals.has_root) {
        cg_seal_sign(&pub->seal, &pub->chain, &pub->line);

        if (cg_seal_evolve(&pub->seal) != CG_OK) {
            return NGX_ERROR;
        }
    }

    return consent_publish_line(&pub->chain, &pub->line, &pub->lines);
}


static ngx_int_t
consent_publish_lane(ngx_http_consent_publish_t *pub)
{
    if (ngx_http_consent_log_lane(&pub->chain) != NGX_OK) {
        return NGX_ERROR;
    }

    pub->seal.lines = pub->log->seals.lines;
    pub->seal.seconds = pub->log->seals.seconds;

    return pub->log->seals.has_root
           ? ngx_http_consent_rc(cg_seal_begin(&pub->seal,
                                               &pub->log->seals.root,
                                               &pub->chain))
           : NGX_OK;
}


static const cg_seal_t *
consent_publish_seal(ngx_http_consent_publish_t *pub)
{
    return pub->log->seals.has_root ? &pub->seal : NULL;
}


static ngx_int_t
consent_publish_open(ngx_http_consent_publish_t *pub, ngx_uint_t reload)
{
    cg_event_t       event;
    cg_event_open_t  open;

    ngx_memzero(&open, sizeof(cg_event_open_t));

    open.reason = reload ? CG_OPEN_RELOAD : CG_OPEN_START;
    open.build = cg_str(NGX_HTTP_CONSENT_BUILD);
    open.pid = (uint64_t) ngx_pid;
    open.follows = pub->log->heads;
    open.n_follows = pub->log->nheads;
    open.seal = consent_publish_seal(pub);

    ngx_http_consent_log_event(pub->log, &event, CG_EVENT_CHAIN_OPEN);
    cg_chain_begin(&pub->chain, &pub->line, &event);
    cg_event_open(&pub->line, &open);

    return consent_publish_sealed(pub);
}


static ngx_int_t
consent_publish_body(ngx_http_consent_publish_t *pub)
{
    size_t              i;
    cg_event_t          event;
    cg_status_t         more;
    cg_event_cursor_t   cursor;
    cg_event_publish_t  publish;

    ngx_memzero(&cursor, sizeof(cg_event_cursor_t));

    do {
        ngx_http_consent_log_event(pub->log, &event, CG_EVENT_CONFIG_LOAD);
        cg_chain_begin(&pub->chain, &pub->line, &event);
        more = cg_event_config(&pub->line, &pub->config, &cursor);

        if (consent_publish_line(&pub->chain, &pub->line, &pub->lines)
            != NGX_OK)
        {
            return NGX_ERROR;
        }

    } while (more == CG_MORE);

    for (i = 0; i < pub->npolicies; i++) {
        ngx_http_consent_publish_policy(pub, i, &publish);

        ngx_http_consent_log_event(pub->log, &event, CG_EVENT_POLICY_PUBLISH);
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


/* And with it the epoch ends in which it was sealed. */

static ngx_int_t
consent_publish_close(ngx_http_consent_publish_t *pub, const char *reason)
{
    cg_event_t        event;
    cg_event_close_t  close;

    ngx_memzero(&close, sizeof(cg_event_close_t));
    close.reason = cg_str_from(reason);
    close.seal = consent_publish_seal(pub);
    close.next = close.seal ? pub->seal.root + 1 : 0;

    ngx_http_consent_log_event(pub->log, &event, CG_EVENT_CHAIN_CLOSE);
    cg_chain_begin(&pub->chain, &pub->line, &event);
    cg_event_close(&pub->line, &close);

    return consent_publish_sealed(pub);
}


/* One write: a lane that is cut short is explained by what follows it. */

static ngx_int_t
consent_publish_write(ngx_fd_t fd, cg_str_t lines)
{
    ssize_t  n = ngx_write_fd(fd, (void *) lines.data, lines.len);

    if (n >= 0 && (size_t) n < lines.len) {
        ngx_set_errno(NGX_ENOSPC);
        return NGX_ERROR;
    }

    return n == -1 || fdatasync(fd) == -1 ? NGX_ERROR : NGX_OK;
}


static ngx_int_t
consent_publish_log(ngx_http_consent_publish_t *pub,
    ngx_http_consent_main_conf_t *mcf, ngx_uint_t reload)
{
    pub->policies = cg_arena_zero(&pub->arena,
                                  mcf->servers.nelts * sizeof(cg_policy_t *));
    if (pub->policies == NULL) {
        return NGX_ERROR;
    }

    pub->npolicies = consent_publish_policies(mcf, pub->log, pub->policies);

    if (pub->npolicies == 0) {
        return NGX_OK;                 /* named, but no server writes to it */
    }

    if (consent_publish_lane(pub) != NGX_OK
        || ngx_http_consent_publish_config(pub, mcf) != NGX_OK)
    {
        return NGX_ERROR;
    }

    ngx_http_consent_archive(pub, mcf);

    if (consent_publish_open(pub, reload) != NGX_OK
        || consent_publish_body(pub) != NGX_OK
        || consent_publish_close(pub, "published") != NGX_OK
        || consent_publish_write(pub->log->file->fd,
                                 cg_out_slice(&pub->lines)) != NGX_OK)
    {
        return NGX_ERROR;
    }

    ngx_http_consent_archive_last(pub);

    return NGX_OK;
}


/* Workers open the file anew (journal_group.c), as nginx has them do at USR1;
 * like nginx then, the master sees to it that they may. */

static void
consent_publish_give(ngx_cycle_t *cycle, ngx_http_consent_log_t *log)
{
    ngx_fd_t          fd = log->file->fd;
    ngx_core_conf_t  *ccf;
    ngx_file_info_t   info;

    ccf = (ngx_core_conf_t *) ngx_get_conf(cycle->conf_ctx, ngx_core_module);

    if (!ccf->master || ccf->user == (ngx_uid_t) NGX_CONF_UNSET_UINT
        || ngx_fd_info(fd, &info) == NGX_FILE_ERROR
        || !S_ISREG(info.st_mode))
    {
        return;
    }

    if ((info.st_uid != ccf->user
         && fchown(fd, ccf->user, (gid_t) -1) == -1)
        || fchmod(fd, (info.st_mode & (mode_t) ~S_IRWXO)
                      | S_IRUSR | S_IWUSR) == -1)
    {
        ngx_log_error(NGX_LOG_ERR, cycle->log, ngx_errno, "consent log \"%V\" "
                      "cannot be given to the workers' user", &log->path);
    }
}


/* What is said in a lane, and then the root goes on.  `mcf` NULL: nothing but
 * that it does. */

static ngx_int_t
consent_publish_turn(ngx_http_consent_publish_t *pub,
    ngx_http_consent_main_conf_t *mcf, ngx_uint_t reload, ngx_log_t *error_log)
{
    ngx_int_t  rc = NGX_OK;

    if (mcf) {
        rc = consent_publish_log(pub, mcf, reload);

    } else if (consent_publish_lane(pub) != NGX_OK
               || consent_publish_open(pub, 1) != NGX_OK
               || consent_publish_close(pub, "rotated") != NGX_OK
               || consent_publish_write(pub->log->file->fd,
                                        cg_out_slice(&pub->lines)) != NGX_OK)
    {
        rc = NGX_ERROR;
    }

    if (rc == NGX_OK && pub->lines.len && pub->log->seals.has_root) {
        (void) ngx_http_consent_root_evolve(pub->log, error_log);
    }

    cg_crypto_wipe(&pub->seal, sizeof(cg_seal_t));

    return rc;
}


static ngx_int_t
consent_publish(ngx_http_consent_log_t *log, ngx_cycle_t *cycle,
    ngx_http_consent_main_conf_t *mcf, ngx_uint_t reload, ngx_log_t *error_log)
{
    ngx_fd_t                     lock;
    ngx_pool_t                  *pool = ngx_create_pool(4096, error_log);
    ngx_http_consent_publish_t   pub;

    if (pool == NULL) {
        return NGX_ERROR;
    }

    ngx_memzero(&pub, sizeof(ngx_http_consent_publish_t));

    pub.cycle = cycle;
    pub.log = log;
    ngx_http_consent_arena(&pub.arena, pool);
    cg_out_init(&pub.line, &pub.arena, CG_MAX_LINE);
    cg_out_init(&pub.lines, &pub.arena, CONSENT_PUBLISH_LINES);

    ngx_http_consent_log_heads(log, pool);
    lock = ngx_http_consent_root_lock(log, error_log);

    if (lock != NGX_INVALID_FILE) {
        (void) ngx_http_consent_root_read(log, error_log);
    }

    ngx_set_errno(0);

    if (consent_publish_turn(&pub, mcf, reload, error_log) != NGX_OK) {
        ngx_log_error(NGX_LOG_CRIT, error_log, ngx_errno, "consent: log "
                      "\"%V\" could not be written", &log->path);
    }

    ngx_http_consent_root_unlock(lock);
    ngx_destroy_pool(pool);

    return NGX_OK;
}


/* USR1, before the file is opened anew: nginx calls this in each process.  A
 * worker goes on with the keys it has. */

void
ngx_http_consent_rotate(ngx_open_file_t *file, ngx_log_t *log)
{
    ngx_http_consent_log_t  *conf = file->data;

    if ((ngx_process == NGX_PROCESS_MASTER || ngx_process == NGX_PROCESS_SINGLE)
        && conf->seals.published)
    {
        (void) consent_publish(conf, NULL, NULL, 1, log);
    }

    if (ngx_process == NGX_PROCESS_SINGLE) {
        ngx_http_consent_root_wipe(conf);
    }
}


/* The key goes with the configuration. */

static ngx_int_t
consent_publish_forget(ngx_cycle_t *cycle, ngx_http_consent_log_t *log)
{
    ngx_pool_cleanup_t  *cln = ngx_pool_cleanup_add(cycle->pool, 0);

    if (cln == NULL) {
        return NGX_ERROR;
    }

    cln->handler = ngx_http_consent_root_wipe;
    cln->data = log;

    return NGX_OK;
}


/* The master, once for each configuration that takes effect, before it forks.
 * A log that cannot be written is said, and stops nothing but decisions. */

ngx_int_t
ngx_http_consent_publish(ngx_cycle_t *cycle,
    ngx_http_consent_main_conf_t *mcf)
{
    ngx_uint_t                i, reload;
    ngx_http_consent_log_t  **logs = mcf->logs.elts;

    reload = !ngx_is_init_cycle(cycle->old_cycle);

    for (i = 0; i < mcf->logs.nelts; i++) {
        logs[i]->opened = ngx_current_msec;
        logs[i]->seals.published = 1;
        consent_publish_give(cycle, logs[i]);

        if (consent_publish_forget(cycle, logs[i]) != NGX_OK
            || consent_publish(logs[i], cycle, mcf, reload, cycle->log)
               != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}
