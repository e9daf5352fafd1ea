/*
 * The lane that a process writes in the consent log: how it begins and ends.
 */

#include "ngx_http_consent_module.h"

#include <openssl/rand.h>

#define CONSENT_TAIL  (256 * 1024)         /* bytes searched for heads */


/* A lane of its own for whoever writes. */

ngx_int_t
ngx_http_consent_log_lane(cg_chain_t *chain)
{
    unsigned char  seed[CG_LANE_SEED];

    if (RAND_bytes(seed, sizeof(seed)) != 1) {
        return NGX_ERROR;
    }

    cg_chain_open(chain, seed);

    return NGX_OK;
}


/* The end of the file as it stands: what a new lane follows.  A worker that may
 * not read it keeps what the master read. */

void
ngx_http_consent_log_heads(ngx_http_consent_log_t *log, ngx_pool_t *pool)
{
    off_t        size;
    ssize_t      n = 0;
    ngx_fd_t     fd;
    u_char      *tail = ngx_pnalloc(pool, CONSENT_TAIL);
    struct stat  info;
    cg_str_t     bytes;

    fd = ngx_open_file(log->path.data, NGX_FILE_RDONLY|NGX_FILE_NONBLOCK,
                       NGX_FILE_OPEN, 0);

    if (fd == NGX_INVALID_FILE) {
        return;
    }

    log->nheads = 0;

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

    if (log->journal == NULL
        || ngx_http_consent_log_lane(&log->chain) != NGX_OK)
    {
        return NGX_ERROR;
    }

    pool = ngx_create_pool(4096, cycle->log);
    if (pool == NULL) {
        return NGX_ERROR;
    }

    ngx_http_consent_log_heads(log, pool);
    ngx_http_consent_arena(&arena, pool);
    cg_out_init(&out, &arena, CG_MAX_LINE);
    ngx_memzero(&open, sizeof(cg_event_open_t));

    open.build = cg_str(NGX_HTTP_CONSENT_BUILD);
    open.pid = (uint64_t) ngx_pid;
    open.follows = log->heads;
    open.n_follows = log->nheads;

    ngx_http_consent_log_event(log, &event, CG_EVENT_CHAIN_OPEN);
    cg_chain_begin(&log->chain, &out, &event);
    cg_event_open(&out, &open);

    rc = ngx_http_consent_log_append(log, &out, NULL, NULL, NULL);

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

    ngx_http_consent_seen_close(log);

    pool = ngx_create_pool(4096, ngx_cycle->log);

    if (pool) {
        ngx_http_consent_arena(&arena, pool);
        cg_out_init(&out, &arena, CG_MAX_LINE);
        ngx_memzero(&close, sizeof(cg_event_close_t));
        close.reason = cg_str("exit");

        ngx_http_consent_log_event(log, &event, CG_EVENT_CHAIN_CLOSE);
        cg_chain_begin(&log->chain, &out, &event);
        cg_event_close(&out, &close);
        (void) ngx_http_consent_log_append(log, &out, NULL, NULL, NULL);

        ngx_destroy_pool(pool);
    }

    ngx_http_consent_journal_close(log->journal);
    log->journal = NULL;
}
