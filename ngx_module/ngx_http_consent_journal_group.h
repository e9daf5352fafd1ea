/*
 * Lines that are written and synced together, blocking: the part of the
 * journal that runs in a thread.  It logs nothing, allocates nothing and
 * touches nothing but the group.
 */

#ifndef NGX_HTTP_CONSENT_JOURNAL_GROUP_H
#define NGX_HTTP_CONSENT_JOURNAL_GROUP_H

#include "ngx_http_consent_journal.h"


/* A line and who waits for it.  The thread reads `len` and `bytes` and sets
 * `written`; the rest is the event loop's at all times. */

struct ngx_http_consent_waiter_s {
    ngx_queue_t                  queue;
    ngx_http_consent_waiter_pt   handler;      /* NULL: nobody */
    void                        *data;
    ngx_uint_t                   tried;
    ngx_uint_t                   written;      /* whole, in the file */
    size_t                       len;
    u_char                       bytes[1];
};


typedef struct {
    ngx_queue_t     lines;
    ngx_fd_t        fd;            /* ours, whatever USR1 does meanwhile */
    ngx_fd_t        unsynced;      /* written to, not synced yet; or none */
    ngx_uint_t      sync;          /* this time */
    ngx_uint_t      later;         /* if not: fd is kept as `unsynced` */
    ngx_err_t       write_err;     /* 0: every line is in the file */
    ngx_err_t       sync_err;
    ngx_atomic_t    done;          /* set last */
} ngx_http_consent_group_t;


/* Writes the lines, syncs as asked, and closes fd (or keeps it). */
void ngx_http_consent_group_write(ngx_http_consent_group_t *group);


static ngx_inline ngx_http_consent_waiter_t *
ngx_http_consent_journal_line(ngx_queue_t *q)
{
    return ngx_queue_data(q, ngx_http_consent_waiter_t, queue);
}

#endif /* NGX_HTTP_CONSENT_JOURNAL_GROUP_H */
