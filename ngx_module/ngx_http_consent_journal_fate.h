/*
 * What becomes of lines after an attempt to write them: the event loop's half
 * of the journal that decides, and its state.
 */

#ifndef NGX_HTTP_CONSENT_JOURNAL_FATE_H
#define NGX_HTTP_CONSENT_JOURNAL_FATE_H

#include "ngx_http_consent_journal_group.h"

#include <ngx_event.h>
#include <ngx_thread_pool.h>


struct ngx_http_consent_journal_s {
    ngx_open_file_t                 *file;
    ngx_http_consent_sync_e          sync;
    ngx_log_t                       *log;
    ngx_thread_pool_t               *pool;
    ngx_thread_task_t                task;
    ngx_http_consent_group_t         group;

    cg_chain_t                      *chain;
    const ngx_http_consent_owner_t  *owner;
    void                            *data;

    ngx_queue_t                      lines;      /* waiting, oldest first */
    ngx_queue_t                      unproven;   /* written, not synced */
    size_t                           bytes;      /* of all lines here */
    size_t                           doubtful;   /* of those unproven */
    ngx_msec_t                       synced;     /* when */
    ngx_msec_t                       retry;      /* ms till the next attempt */
    uint64_t                         inode;      /* of the file, lately */
    uint64_t                         size;

    ngx_http_consent_journal_fault_e  fault;     /* as it was told */
    cg_chain_t                       left;       /* if `doubt`: the chain before
                                                    the first line that counts
                                                    no more */
    unsigned                         busy:1;     /* a group is in flight */
    unsigned                         urgent:1;   /* of those waiting, one is */
    unsigned                         hopeless:1; /* nobody waits for them */
    unsigned                         doubt:1;    /* a lane was left, and the one
                                                    after it is not proven */
    unsigned                         stale:1;    /* that one is to be made */

    ngx_event_t                      work;       /* keeps the worker alive */
    ngx_event_t                      later;      /* cancelable */
    ngx_event_t                      patience;   /* cancelable */
};


/* The group has been written, or could not be: every line goes where it
 * belongs, and whoever waits is told. */
void ngx_http_consent_journal_settle(ngx_http_consent_journal_t *journal);

/* The group takes too long: nobody waits for it any more. */
void ngx_http_consent_journal_despair(ngx_http_consent_journal_t *journal);

/* If the lane was left behind: lines that wait are made again in a new one.
 * NGX_ERROR: not now. */
ngx_int_t ngx_http_consent_journal_renew(ngx_http_consent_journal_t *journal);

/* A finished line behind all others; `before` is the chain without it. */
ngx_http_consent_waiter_t *ngx_http_consent_journal_take(
    ngx_http_consent_journal_t *journal, cg_str_t line,
    ngx_http_consent_line_e kind, const cg_chain_t *before);

void ngx_http_consent_journal_free(ngx_queue_t *lines);

#endif /* NGX_HTTP_CONSENT_JOURNAL_FATE_H */
