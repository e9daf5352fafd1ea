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
    ngx_http_consent_line_e      kind;
    ngx_uint_t                   failed;       /* whoever waited knows it */
    ngx_uint_t                   written;      /* whole, in the file */
    cg_chain_t                   before;       /* the chain without it */
    size_t                       len;
    u_char                       bytes[1];
};


typedef struct {
    ngx_queue_t                  lines;
    ngx_fd_t                     file;     /* a dup of nginx's, for one run */
    ngx_fd_t                     fd;       /* our own, kept */
    u_char                      *path;
    ngx_uint_t                   dirty;    /* written to since its sync */
    uint64_t                     astray;   /* ms; since when the file is not at
                                              its path; 0: it is there */
    ngx_uint_t                   sync;     /* asked for, this time */
    ngx_uint_t                   never;    /* is it synced */

    uint64_t                     inode;    /* out: of the file, and its size */
    uint64_t                     size;     /* before this run */
    ngx_uint_t                   synced;   /* out: whatever was written */
    ngx_err_t                    err;      /* out */
    ngx_http_consent_journal_fault_e  fault;   /* out: what err is about */
    ngx_atomic_t                 done;     /* set last */
} ngx_http_consent_group_t;


/* Writes the lines, syncs as asked, closes `file`. */
void ngx_http_consent_group_write(ngx_http_consent_group_t *group);


static ngx_inline ngx_http_consent_waiter_t *
ngx_http_consent_journal_line(ngx_queue_t *q)
{
    return ngx_queue_data(q, ngx_http_consent_waiter_t, queue);
}

#endif /* NGX_HTTP_CONSENT_JOURNAL_GROUP_H */
