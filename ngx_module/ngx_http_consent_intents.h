/*
 * Decisions under way, written down beside the log, for whoever comes after a
 * worker that was killed: intents.c keeps a worker's own, recover.c takes over
 * those of the dead and asks Redis, recover_file.c is its thread.
 *
 * A worker has one file in the state directory and a lock on it as long as it
 * lives.  The journal's thread writes it before it writes the lines of a group:
 * no decision stands in the log that does not stand here, until a group behind
 * the one with its outcome is written.  It is not synced: after a kill the file
 * is as it was written; after a power cut it may not be, and an intent then
 * stays open.
 */

#ifndef NGX_HTTP_CONSENT_INTENTS_H
#define NGX_HTTP_CONSENT_INTENTS_H

#include "ngx_http_consent_module.h"

#include "consent/cg_intent.h"
#include "evidence/cg_sought.h"

#define NGX_HTTP_CONSENT_INTENTS       1024    /* under way in one worker */
#define NGX_HTTP_CONSENT_INTENTS_SIZE                                        \
    (NGX_HTTP_CONSENT_INTENTS * CG_INTENT_PLACE)
#define NGX_HTTP_CONSENT_INTENTS_NAME  "intents."   /* and a lane */


/* In init_process, behind the lane's opening; in exit_process, when no thread
 * writes any more.  `said`: all that was said is in the log. */
void ngx_http_consent_intents_open(ngx_cycle_t *cycle,
    ngx_http_consent_log_t *log);
void ngx_http_consent_intents_close(ngx_http_consent_log_t *log,
    ngx_uint_t said);

/* Writes one down; 0: no room, or no file.  Otherwise its number. */
ngx_uint_t ngx_http_consent_intents_put(ngx_http_consent_log_t *log,
    const cg_intent_t *intent);

/* All that is to be said of it is in the journal; 0 is fine. */
void ngx_http_consent_intents_leave(ngx_http_consent_log_t *log,
    ngx_uint_t number);

/* For the journal: a group is put together (`well`: whatever was in the ones
 * before is written); a thread writes it. */
void ngx_http_consent_intents_gather(ngx_http_consent_log_t *log,
    ngx_uint_t well);
void ngx_http_consent_intents_write(ngx_http_consent_log_t *log);


/* recover_file.c */

typedef struct {
    cg_intent_t   intent;
    ngx_uint_t    done;            /* said in the log, or nothing to be said */
} ngx_http_consent_orphan_t;

typedef struct {
    u_char       *folder;          /* the state directory */
    u_char       *log;             /* the log's path */

    u_char        path[NGX_MAX_PATH];          /* of a dead worker's file */
    ngx_fd_t      fd;              /* it, and our lock; invalid: none found */
    ngx_http_consent_orphan_t  *orphans;       /* to be freed */
    size_t        n;
} ngx_http_consent_recover_job_t;

/* Finds a file whose worker is dead, and the intents in it of which the log
 * has no outcome, blocking.  What needs nothing is removed at once. */
void ngx_http_consent_recover_work(ngx_http_consent_recover_job_t *job);

/* Gives the file back; `done`: for good. */
void ngx_http_consent_recover_drop(ngx_http_consent_recover_job_t *job,
    ngx_uint_t done);


/* recover.c: in init_process and exit_process. */
ngx_int_t ngx_http_consent_recover_open(ngx_cycle_t *cycle,
    ngx_http_consent_main_conf_t *mcf, ngx_http_consent_log_t *log);
void ngx_http_consent_recover_close(ngx_http_consent_log_t *log);

#endif /* NGX_HTTP_CONSENT_INTENTS_H */
