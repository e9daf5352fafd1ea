/*
 * The consent log's writer in one worker process: whole lines in, written and
 * synced in groups by the thread pool, one group in flight.  The event loop
 * never waits for a disk.  It knows lines and their chain, not events.
 */

#ifndef NGX_HTTP_CONSENT_JOURNAL_H
#define NGX_HTTP_CONSENT_JOURNAL_H

#include <ngx_config.h>
#include <ngx_core.h>

#include "evidence/cg_chain.h"

typedef enum {
    NGX_HTTP_CONSENT_SYNC_ALWAYS = 0,      /* fdatasync for every group */
    NGX_HTTP_CONSENT_SYNC_EVERYSEC,
    NGX_HTTP_CONSENT_SYNC_OFF
} ngx_http_consent_sync_e;

typedef enum {
    NGX_HTTP_CONSENT_JOURNAL_OK = 0,
    NGX_HTTP_CONSENT_JOURNAL_WRITE,
    NGX_HTTP_CONSENT_JOURNAL_SYNC,
    NGX_HTTP_CONSENT_JOURNAL_PLACE,        /* deleted, or moved away */
    NGX_HTTP_CONSENT_JOURNAL_SLOW
} ngx_http_consent_journal_fault_e;

/* What becomes of a line when things go wrong. */

typedef enum {
    NGX_HTTP_CONSENT_LINE_KEEP = 0,        /* it is written when it can be */
    NGX_HTTP_CONSENT_LINE_SPARE,           /* the same, while there is room */
    NGX_HTTP_CONSENT_LINE_OPENING,         /* void unless acknowledged */
    NGX_HTTP_CONSENT_LINE_LANE             /* its beginning, its seals: a new
                                              lane has its own */
} ngx_http_consent_line_e;

typedef struct ngx_http_consent_journal_s  ngx_http_consent_journal_t;
typedef struct ngx_http_consent_waiter_s   ngx_http_consent_waiter_t;

/* NGX_OK: the line is on disk, as `sync` promises it.  NGX_ERROR: it could
 * not be made so in time.  Called from the event loop; copies and posts, like
 * a ticket's handler. */
typedef void (*ngx_http_consent_waiter_pt)(void *data, ngx_int_t rc);

/* Who fills the journal.  All are called from the event loop and may append. */

typedef struct {
    /* The lane is left: `left` is where the chain stood before the first line
     * that counts no more.  Makes the chain a new lane and appends the line
     * that opens it. */
    ngx_int_t  (*lane)(void *data, const cg_chain_t *left);

    /* It cannot be written (once, when that begins); JOURNAL_OK: it can be
     * again. */
    void       (*fault)(void *data, ngx_http_consent_journal_fault_e fault);

    /* A line of LINE_OPENING is on disk after all, at `place`, after whoever
     * waited for it had heard NGX_ERROR, or had been abandoned. */
    void       (*late)(void *data, const cg_place_t *place);

    /* A group is put together; `well`: all that was in those before is
     * written, and this one has all that waits. */
    void       (*gather)(void *data, ngx_uint_t well);

    /* In the thread, before its lines are written. */
    void       (*beside)(void *data);
} ngx_http_consent_owner_t;


/* In init_process.  `file` is nginx's own (reopened by USR1).  `chain` is the
 * lane that is written, `owner` and `data` are kept.  NULL: no memory, or no
 * thread pool. */
ngx_http_consent_journal_t *ngx_http_consent_journal_open(ngx_cycle_t *cycle,
    ngx_open_file_t *file, ngx_http_consent_sync_e sync, cg_chain_t *chain,
    const ngx_http_consent_owner_t *owner, void *data);

/* In exit_process: what waits is written and synced, blocking.  NGX_ERROR: not
 * all of it; NGX_AGAIN: nor does the disk answer, so a thread is still in
 * there. */
ngx_int_t ngx_http_consent_journal_close(ngx_http_consent_journal_t *journal);

/* 0: it cannot be written, and nothing shall wait for it. */
ngx_uint_t ngx_http_consent_journal_ok(ngx_http_consent_journal_t *journal);

/* Where the file was a moment ago, at most: its inode (0: not known yet) and
 * its size. */
void ngx_http_consent_journal_at(ngx_http_consent_journal_t *journal,
    uint64_t *file, uint64_t *size);

/* Finishes the line (cg_chain_begin, body) as the next of the chain and takes
 * a copy.  `handler` may be NULL; otherwise *waiter can be abandoned.
 * NGX_ERROR: not taken (too long, no memory, no room): the chain is as it was,
 * the handler is not called. */
ngx_int_t ngx_http_consent_journal_append(
    ngx_http_consent_journal_t *journal, cg_out_t *line,
    ngx_http_consent_line_e kind, ngx_http_consent_waiter_pt handler,
    void *data, ngx_http_consent_waiter_t **waiter);

void ngx_http_consent_journal_abandon(ngx_http_consent_waiter_t *waiter);

#endif /* NGX_HTTP_CONSENT_JOURNAL_H */
