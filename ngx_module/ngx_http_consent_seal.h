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

#endif /* NGX_HTTP_CONSENT_SEAL_H */
