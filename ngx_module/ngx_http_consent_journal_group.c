/*
 * What the journal's thread does.
 *
 * It writes through a descriptor that it opened itself.  What nginx opened
 * before it forked is one open file for all workers, and of one open file the
 * kernel tells a failed write-back once: to whichever worker syncs first.  The
 * others would hear that all is well.
 *
 * After a short write it goes on at the beginning of the line that was cut, and
 * puts nothing before it.
 */

#include "ngx_http_consent_journal_group.h"

#define CONSENT_GROUP_BATCH  64        /* lines of one write */
#define CONSENT_GROUP_CUTS   2         /* writes without one whole line */
#define CONSENT_GROUP_GRACE  10000     /* ms: between mv and USR1 */


static void
consent_group_fail(ngx_http_consent_group_t *group,
    ngx_http_consent_journal_fault_e fault, ngx_err_t err)
{
    group->fault = fault;
    group->err = err;
}


/* The file */


static ngx_uint_t
consent_group_same(const ngx_file_info_t *a, const ngx_file_info_t *b)
{
    return a->st_ino == b->st_ino && a->st_dev == b->st_dev;
}


static void
consent_group_close(ngx_fd_t *fd)
{
    if (*fd != NGX_INVALID_FILE) {
        (void) ngx_close_file(*fd);
        *fd = NGX_INVALID_FILE;
    }
}


/* A failed sync says that what was written to this descriptor may be gone,
 * once: the next one has to be another. */

static void
consent_group_sync(ngx_http_consent_group_t *group)
{
    if (!group->dirty || group->never) {
        return;
    }

    if (fdatasync(group->fd) == -1) {
        consent_group_fail(group, NGX_HTTP_CONSENT_JOURNAL_SYNC, ngx_errno);
        consent_group_close(&group->fd);
    }

    group->dirty = 0;
}


/* nginx makes its logs readable to everybody: who decided what, when, is not
 * for everybody.  Who cannot change that goes on. */

static void
consent_group_shut(ngx_fd_t fd)
{
    ngx_file_info_t  file;

    if (ngx_fd_info(fd, &file) != NGX_FILE_ERROR && ngx_is_file(&file)
        && (file.st_mode & S_IRWXO))
    {
        (void) fchmod(fd, file.st_mode & (mode_t) ~S_IRWXO & 07777);
    }
}


/* The file that nginx has open, opened anew, wherever it may stand by now. */

static void
consent_group_open(ngx_http_consent_group_t *group)
{
    u_char  path[sizeof("/proc/self/fd/") + NGX_INT_T_LEN];

    (void) ngx_sprintf(path, "/proc/self/fd/%d%Z", group->file);

    group->fd = ngx_open_file(path, NGX_FILE_APPEND|O_CLOEXEC|NGX_FILE_NONBLOCK,
                              NGX_FILE_OPEN, 0);

    if (group->fd == NGX_INVALID_FILE) {
        consent_group_fail(group, NGX_HTTP_CONSENT_JOURNAL_WRITE, ngx_errno);
        return;
    }

    consent_group_shut(group->fd);
}


/* USR1 gave nginx another file: what was written to the old one is synced
 * there first. */

static void
consent_group_follow(ngx_http_consent_group_t *group)
{
    ngx_file_info_t  own, file;

    if (ngx_fd_info(group->file, &file) == NGX_FILE_ERROR) {
        consent_group_fail(group, NGX_HTTP_CONSENT_JOURNAL_WRITE, ngx_errno);
        return;
    }

    if (group->fd != NGX_INVALID_FILE) {
        if (ngx_fd_info(group->fd, &own) != NGX_FILE_ERROR
            && consent_group_same(&own, &file))
        {
            return;
        }

        consent_group_sync(group);
        consent_group_close(&group->fd);
    }

    if (group->fault == NGX_HTTP_CONSENT_JOURNAL_OK) {
        consent_group_open(group);
    }
}


static uint64_t
consent_group_now(void)
{
    struct timespec  ts = { 0, 0 };

    (void) clock_gettime(CLOCK_MONOTONIC, &ts);

    return (uint64_t) ts.tv_sec * 1000 + (uint64_t) ts.tv_nsec / 1000000 + 1;
}


/* Evidence in a file that nobody will find is none.  Where the path may not
 * be looked at there is nothing to compare. */

static void
consent_group_place(ngx_http_consent_group_t *group)
{
    ngx_err_t        err;
    ngx_file_info_t  own, there;

    if (ngx_fd_info(group->fd, &own) == NGX_FILE_ERROR
        || !S_ISREG(own.st_mode))
    {
        return;
    }

    group->inode = (uint64_t) own.st_ino;
    group->size = (uint64_t) own.st_size;

    if (own.st_nlink == 0) {
        consent_group_fail(group, NGX_HTTP_CONSENT_JOURNAL_PLACE, NGX_ENOENT);
        return;
    }

    err = ngx_file_info(group->path, &there) == NGX_FILE_ERROR ? ngx_errno : 0;

    if (err == NGX_EACCES || (err == 0 && consent_group_same(&own, &there))) {
        group->astray = 0;
        return;
    }

    if (group->astray == 0) {
        group->astray = consent_group_now();
    }

    if (consent_group_now() - group->astray >= CONSENT_GROUP_GRACE) {
        consent_group_fail(group, NGX_HTTP_CONSENT_JOURNAL_PLACE, err);
    }
}


/* The lines */


static int
consent_group_fill(ngx_http_consent_group_t *group, ngx_queue_t *q,
    struct iovec *iov)
{
    int                         n = 0;
    ngx_http_consent_waiter_t  *line;

    while (q != ngx_queue_sentinel(&group->lines)
           && n < CONSENT_GROUP_BATCH)
    {
        line = ngx_http_consent_journal_line(q);

        iov[n].iov_base = line->bytes;
        iov[n++].iov_len = line->len;

        q = ngx_queue_next(q);
    }

    return n;
}


/* Writes from `first` on, marks the lines that are whole, and returns the
 * first that is not; NULL: it failed. */

static ngx_queue_t *
consent_group_write_batch(ngx_http_consent_group_t *group, ngx_queue_t *first)
{
    int                         n;
    size_t                      left;
    ssize_t                     size;
    ngx_queue_t                *q = first;
    struct iovec                iov[CONSENT_GROUP_BATCH];
    ngx_http_consent_waiter_t  *line;

    n = consent_group_fill(group, first, iov);

    do {
        size = writev(group->fd, iov, n);
    } while (size == -1 && ngx_errno == NGX_EINTR);

    if (size == -1) {
        consent_group_fail(group, NGX_HTTP_CONSENT_JOURNAL_WRITE, ngx_errno);
        return NULL;
    }

    group->dirty = 1;

    for (left = (size_t) size; n > 0; n--) {
        line = ngx_http_consent_journal_line(q);

        if (left < line->len) {
            break;
        }

        left -= line->len;
        line->written = 1;
        q = ngx_queue_next(q);
    }

    return q;
}


/* A full disk takes a piece and gives its reason at the next attempt. */

static void
consent_group_write_lines(ngx_http_consent_group_t *group)
{
    ngx_uint_t    cuts = 0;
    ngx_queue_t  *q = ngx_queue_head(&group->lines);
    ngx_queue_t  *next;

    while (q != ngx_queue_sentinel(&group->lines)) {
        next = consent_group_write_batch(group, q);

        if (next == NULL) {
            return;
        }

        cuts = next == q ? cuts + 1 : 0;

        if (cuts == CONSENT_GROUP_CUTS) {
            consent_group_fail(group, NGX_HTTP_CONSENT_JOURNAL_WRITE,
                               NGX_ENOSPC);
            return;
        }

        q = next;
    }
}


void
ngx_http_consent_group_write(ngx_http_consent_group_t *group)
{
    group->err = 0;
    group->fault = NGX_HTTP_CONSENT_JOURNAL_OK;

    consent_group_follow(group);

    if (group->fault == NGX_HTTP_CONSENT_JOURNAL_OK) {
        consent_group_place(group);
    }

    if (group->fault == NGX_HTTP_CONSENT_JOURNAL_OK) {
        consent_group_write_lines(group);
    }

    if (group->sync
        && (group->fault == NGX_HTTP_CONSENT_JOURNAL_OK
            || group->fault == NGX_HTTP_CONSENT_JOURNAL_WRITE))
    {
        consent_group_sync(group);
    }

    group->synced = !group->dirty
                    && group->fault != NGX_HTTP_CONSENT_JOURNAL_SYNC;
    consent_group_close(&group->file);

    ngx_memory_barrier();
    group->done = 1;
}
