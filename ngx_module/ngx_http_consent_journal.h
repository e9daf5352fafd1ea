/*
 * The consent log's writer in one worker process: whole lines in, written and
 * synced in groups by the thread pool, one group in flight.  The event loop
 * never waits for a disk.  It knows lines, not events.
 */

#ifndef NGX_HTTP_CONSENT_JOURNAL_H
#define NGX_HTTP_CONSENT_JOURNAL_H

#include <ngx_config.h>
#include <ngx_core.h>

typedef enum {
    NGX_HTTP_CONSENT_SYNC_ALWAYS = 0,      /* fdatasync for every group */
    NGX_HTTP_CONSENT_SYNC_EVERYSEC,
    NGX_HTTP_CONSENT_SYNC_OFF
} ngx_http_consent_sync_e;

typedef struct ngx_http_consent_journal_s  ngx_http_consent_journal_t;
typedef struct ngx_http_consent_waiter_s   ngx_http_consent_waiter_t;

/* NGX_OK: the line is on disk, as `sync` promises it.  NGX_ERROR: it could
 * not be made so; it stays queued and will be written when that is possible.
 * Called from the event loop; copies and posts, like a ticket's handler. */
typedef void (*ngx_http_consent_waiter_pt)(void *data, ngx_int_t rc);


/* In init_process.  `file` is nginx's own (reopened by USR1).  NULL: no
 * memory, or no thread pool. */
ngx_http_consent_journal_t *ngx_http_consent_journal_open(ngx_cycle_t *cycle,
    ngx_open_file_t *file, ngx_http_consent_sync_e sync);

/* In exit_process: what waits is written and synced, blocking. */
void ngx_http_consent_journal_close(ngx_http_consent_journal_t *journal);

/* 0 after a failed write or sync, until one succeeds again. */
ngx_uint_t ngx_http_consent_journal_ok(ngx_http_consent_journal_t *journal);

/* Takes a copy of a whole line.  `handler` may be NULL; otherwise *waiter can
 * be abandoned.  NGX_ERROR: not taken (no memory, or 1 MiB waits already); the
 * handler is not called then. */
ngx_int_t ngx_http_consent_journal_append(
    ngx_http_consent_journal_t *journal, ngx_str_t line,
    ngx_http_consent_waiter_pt handler, void *data,
    ngx_http_consent_waiter_t **waiter);

void ngx_http_consent_journal_abandon(ngx_http_consent_waiter_t *waiter);

#endif /* NGX_HTTP_CONSENT_JOURNAL_H */
