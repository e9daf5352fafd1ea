/*
 * What the journal's thread does.  After a short write it goes on at the
 * beginning of the line that was cut, and puts nothing before it.
 */

#include "ngx_http_consent_journal_group.h"

#define CONSENT_JOURNAL_BATCH  64      /* lines of one write */


static int
consent_journal_fill(ngx_http_consent_group_t *group, ngx_queue_t *q,
    struct iovec *iov)
{
    int                         n = 0;
    ngx_http_consent_waiter_t  *line;

    while (q != ngx_queue_sentinel(&group->lines)
           && n < CONSENT_JOURNAL_BATCH)
    {
        line = ngx_http_consent_journal_line(q);

        iov[n].iov_base = line->bytes;
        iov[n++].iov_len = line->len;

        q = ngx_queue_next(q);
    }

    return n;
}


/* Writes from `first` on, marks the lines that are whole, and returns the
 * first that is not.  NULL: nothing whole was written, *err says why. */

static ngx_queue_t *
consent_journal_write_batch(ngx_http_consent_group_t *group,
    ngx_queue_t *first, ngx_err_t *err)
{
    int                         n;
    size_t                      left;
    ssize_t                     size;
    ngx_queue_t                *q = first;
    struct iovec                iov[CONSENT_JOURNAL_BATCH];
    ngx_http_consent_waiter_t  *line;

    n = consent_journal_fill(group, first, iov);

    do {
        size = writev(group->fd, iov, n);
    } while (size == -1 && ngx_errno == NGX_EINTR);

    if (size == -1) {
        *err = ngx_errno;
        return NULL;
    }

    for (left = (size_t) size; n > 0; n--) {
        line = ngx_http_consent_journal_line(q);

        if (left < line->len) {
            break;
        }

        left -= line->len;
        line->written = 1;
        q = ngx_queue_next(q);
    }

    *err = NGX_ENOSPC;             /* if not one line went in whole */

    return q == first ? NULL : q;
}


static void
consent_journal_write(ngx_http_consent_group_t *group)
{
    ngx_err_t     err = 0;
    ngx_queue_t  *q = ngx_queue_head(&group->lines);
    ngx_queue_t  *next;

    group->write_err = 0;

    while (q != ngx_queue_sentinel(&group->lines)) {
        next = consent_journal_write_batch(group, q, &err);

        if (next == NULL) {
            group->write_err = err;
            return;
        }

        q = next;
    }
}


/* The file that waits for its sync is another one since USR1. */

static ngx_uint_t
consent_journal_rotated(ngx_http_consent_group_t *group)
{
    ngx_file_info_t  a;
    ngx_file_info_t  b;

    return ngx_fd_info(group->unsynced, &a) != -1
           && ngx_fd_info(group->fd, &b) != -1
           && (a.st_ino != b.st_ino || a.st_dev != b.st_dev);
}


static void
consent_journal_sync(ngx_http_consent_group_t *group)
{
    group->sync_err = 0;

    if (group->unsynced != NGX_INVALID_FILE) {
        if (consent_journal_rotated(group)
            && fdatasync(group->unsynced) == -1)
        {
            group->sync_err = ngx_errno;
        }

        (void) ngx_close_file(group->unsynced);
        group->unsynced = NGX_INVALID_FILE;
    }

    if (!group->sync && group->later) {
        group->unsynced = group->fd;

    } else {
        if (group->sync && fdatasync(group->fd) == -1) {
            group->sync_err = ngx_errno;
        }

        (void) ngx_close_file(group->fd);
    }

    group->fd = NGX_INVALID_FILE;
}


void
ngx_http_consent_group_write(ngx_http_consent_group_t *group)
{
    consent_journal_write(group);
    consent_journal_sync(group);

    ngx_memory_barrier();
    group->done = 1;
}
