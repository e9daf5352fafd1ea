/*
 * Seals of a consent log (evidence/cg_seal.h): seal_root.c keeps the root key
 * in the state directory, for the master; seal.c makes a worker's seals.
 *
 * The files are `seal`, the root of now; `seal.first`, the first one, until
 * `consentctl key --seal` has printed it; and `seal.lock`, held while the root
 * goes on, since two masters may share a log.  All are the master's user's and
 * 0600: workers, who own the directory, cannot read them.
 */

#ifndef NGX_HTTP_CONSENT_SEAL_H
#define NGX_HTTP_CONSENT_SEAL_H

#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_event.h>
#include <ngx_thread_pool.h>

#include "evidence/cg_heads.h"
#include "evidence/cg_seal.h"

typedef struct ngx_http_consent_log_s  ngx_http_consent_log_t;

/* Of one log. */

typedef struct {
    ngx_uint_t                lines;       /* a seal is due after so many */
    ngx_uint_t                seconds;     /* and after so long */
    cg_seal_root_t            root;        /* the master's; a worker wipes it */
    ngx_uint_t                has_root;
    ngx_uint_t                published;   /* the configuration took effect */

    /* of one worker process */
    cg_seal_t                 seal;        /* the next of its lane */
    ngx_uint_t                on;
    ngx_uint_t                unsealed;    /* lines since the last */
    ngx_msec_t                sealed;      /* when that was */
    ngx_event_t               tick;
    ngx_thread_pool_t        *threads;
    struct ngx_http_consent_seal_look_s  *look;
} ngx_http_consent_seals_t;


/* How many heads of other lanes a seal names. */
#define NGX_HTTP_CONSENT_SEAL_HEADS  4

/* seal_root.c: all in the master; errors are told in `to`.  NGX_INVALID_FILE:
 * no lock was had. */
ngx_fd_t ngx_http_consent_root_lock(ngx_http_consent_log_t *log,
    ngx_log_t *to);
void ngx_http_consent_root_unlock(ngx_fd_t lock);
ngx_int_t ngx_http_consent_root_read(ngx_http_consent_log_t *log,
    ngx_log_t *to);
ngx_int_t ngx_http_consent_root_evolve(ngx_http_consent_log_t *log,
    ngx_log_t *to);
void ngx_http_consent_root_wipe(void *data);

/* seal.c: in a worker.  made: one was written, `next` is due. */
ngx_int_t ngx_http_consent_seal_open(ngx_cycle_t *cycle,
    ngx_http_consent_log_t *log);
void ngx_http_consent_seal_close(ngx_http_consent_log_t *log);
void ngx_http_consent_seal_line(ngx_http_consent_log_t *log);
void ngx_http_consent_seal_make(ngx_http_consent_log_t *log,
    const cg_head_t *heads, size_t n);
void ngx_http_consent_seal_made(ngx_http_consent_log_t *log,
    const cg_seal_t *next);

#endif /* NGX_HTTP_CONSENT_SEAL_H */
