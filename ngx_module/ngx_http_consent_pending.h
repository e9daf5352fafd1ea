/*
 * What closes while Redis is away is kept in a file beside the consent log and
 * shut on this host until Redis has it: pending.c keeps it and looks after the
 * file, replay.c brings it to Redis, pending_file.c is the file.
 *
 * The names stand in a table in consent_zone, which every look-up asks first;
 * one worker of the host replays.  A name that was closed is never opened again
 * (whoever grants anew gets a fresh one), so a line that is replayed twice, or
 * late, harms nobody.
 */

#ifndef NGX_HTTP_CONSENT_PENDING_H
#define NGX_HTTP_CONSENT_PENDING_H

#include "ngx_http_consent_module.h"
#include "ngx_http_consent_pending_file.h"

typedef struct ngx_http_consent_keep_s  ngx_http_consent_keep_t;

/* NGX_OK: it will last, come what may.  NGX_ERROR: on this host, until nginx
 * is started anew.  Copies and posts, like a ticket's handler. */
typedef void (*ngx_http_consent_keep_pt)(void *data, ngx_int_t rc);


/* What is replayed: a batch of lines, one after the other. */

typedef struct {
    cg_pending_t                 *lines;       /* NULL: nothing is replayed */
    size_t                        n;
    size_t                        at;
    size_t                        ndone;       /* of them, moved to the front */
    unsigned                      through:1;   /* and to be dropped */

    /* of the line at hand */
    ngx_uint_t                    step;
    ngx_uint_t                    tries;
    ngx_http_consent_srv_conf_t  *conf;
    ngx_pool_t                   *pool;
    cg_arena_t                    arena;
    cg_record_t                   old;         /* without its slices */
    cg_event_replay_t             result;
    ngx_http_consent_ticket_t    *ticket;
    ngx_http_consent_waiter_t    *waiter;
    ngx_event_t                   next;
} ngx_http_consent_replay_t;


/* Of one log in one worker process. */

struct ngx_http_consent_pending_s {
    ngx_http_consent_main_conf_t   *mcf;
    ngx_http_consent_log_t         *conf;
    ngx_log_t                      *log;
    ngx_thread_pool_t              *threads;
    ngx_thread_task_t               task;
    ngx_http_consent_pending_job_t  job;
    ngx_uint_t                      busy;
    ngx_uint_t                      elected;   /* as of the last job */
    ngx_queue_t                     waiting;   /* keeps to be put in */
    ngx_queue_t                     writing;   /* that the job puts in */
    ngx_event_t                     tick;
    ngx_event_t                     patience;
    ngx_msec_t                      hold;      /* no replay before */
    ngx_http_consent_replay_t       replay;
};


/* In init_module, never under -t: the directory, and what waits from before. */
void ngx_http_consent_pending_prepare(ngx_cycle_t *cycle,
    ngx_http_consent_main_conf_t *mcf);

/* In init_process and exit_process. */
ngx_int_t ngx_http_consent_pending_open(ngx_cycle_t *cycle,
    ngx_http_consent_main_conf_t *mcf, ngx_http_consent_log_t *log);
void ngx_http_consent_pending_close(ngx_http_consent_log_t *log);

/* Where records of a server belong. */
ngx_int_t ngx_http_consent_pending_where(ngx_http_consent_srv_conf_t *conf,
    unsigned char where[CG_PENDING_WHERE]);

/* The server whose record a line names; NULL: none here. */
ngx_http_consent_srv_conf_t *ngx_http_consent_pending_server(
    ngx_http_consent_main_conf_t *mcf, ngx_http_consent_log_t *log,
    const cg_pending_t *line);

/* 1: this worker is the one of all on this host that works for the dead. */
ngx_uint_t ngx_http_consent_pending_elected(ngx_http_consent_log_t *log);

/* Keeps a line, which is copied.  NULL: no memory; `handler` is not called. */
ngx_http_consent_keep_t *ngx_http_consent_pending_keep(
    ngx_http_consent_log_t *log, const cg_pending_t *line,
    ngx_http_consent_keep_pt handler, void *data);

/* Nobody waits any more; NULL is fine. */
void ngx_http_consent_pending_abandon(ngx_http_consent_keep_t *keep);

/* replay.c: takes p->job.found over and begins, if this worker is the one. */
void ngx_http_consent_replay_start(ngx_http_consent_pending_t *p);
void ngx_http_consent_replay_stop(ngx_http_consent_pending_t *p);

/* The batch is through: what is done is dropped from the file. */
void ngx_http_consent_pending_drop(ngx_http_consent_pending_t *p);

#endif /* NGX_HTTP_CONSENT_PENDING_H */
