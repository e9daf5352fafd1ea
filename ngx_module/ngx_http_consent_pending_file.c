#include "ngx_http_consent_pending_file.h"

#include <sys/file.h>


typedef struct {
    ngx_fd_t   fd;
    u_char    *bytes;              /* NGX_HTTP_CONSENT_PENDING_BYTES */
    size_t     size;               /* of the file, whole places */
    size_t     place;              /* no free one before it */
} consent_file_t;


static ngx_err_t
consent_file_read(consent_file_t *file)
{
    ssize_t  n;

    file->size = 0;

    do {
        n = pread(file->fd, file->bytes + file->size,
                  NGX_HTTP_CONSENT_PENDING_BYTES - file->size,
                  (off_t) file->size);

        if (n == -1) {
            return ngx_errno;
        }

        file->size += (size_t) n;

    } while (n > 0 && file->size < NGX_HTTP_CONSENT_PENDING_BYTES);

    /* a piece of a line at the end is a free place, too */

    n = (ssize_t) (file->size % CG_PENDING_LINE);

    if (n) {
        ngx_memset(file->bytes + file->size, ' ', CG_PENDING_LINE - (size_t) n);
        file->size += CG_PENDING_LINE - (size_t) n;
    }

    return 0;
}


static ngx_uint_t
consent_file_at(consent_file_t *file, size_t place, cg_pending_t *pending)
{
    size_t    at = 0, begin;
    cg_str_t  bytes = { CG_PENDING_LINE, file->bytes + place };

    return cg_pending_next(bytes, &at, pending, &begin) == CG_OK;
}


static ngx_err_t
consent_file_write(consent_file_t *file, size_t place)
{
    ssize_t  n;

    do {
        n = pwrite(file->fd, file->bytes + place, CG_PENDING_LINE,
                   (off_t) place);
    } while (n == -1 && ngx_errno == NGX_EINTR);

    return n == CG_PENDING_LINE ? 0 : n == -1 ? ngx_errno : NGX_ENOSPC;
}


static ngx_uint_t
consent_file_is_dropped(ngx_http_consent_pending_job_t *job,
    const cg_pending_t *pending)
{
    size_t  i;

    for (i = 0; i < job->ndrop; i++) {
        if (ngx_memcmp(&job->drop[i], pending, sizeof(cg_pending_t)) == 0) {
            return 1;
        }
    }

    return 0;
}


/* Lines that stay are shut here, whoever put them in; one whose record has
 * expired by now closes nothing any more. */

static void
consent_file_sort(ngx_http_consent_pending_job_t *job, consent_file_t *file)
{
    size_t         place;
    cg_pending_t  *pending;

    for (place = 0; place < file->size; place += CG_PENDING_LINE) {
        pending = &job->found[job->nfound];

        if (!consent_file_at(file, place, pending)) {
            continue;
        }

        if (consent_file_is_dropped(job, pending)
            || pending->expires <= (int64_t) time(NULL))
        {
            ngx_memset(file->bytes + place, ' ', CG_PENDING_LINE);

            job->err = consent_file_write(file, place);

            if (job->err == 0) {
                continue;
            }
        }

        /* no room in the table: Redis decides */

        (void) (cg_shut_add(job->shut, &pending->name) == CG_OK);
        job->nfound++;
    }
}


/* A name may stand in a second line. */

static void
consent_file_open_names(ngx_http_consent_pending_job_t *job)
{
    size_t  i, k;

    for (i = 0; i < job->ndrop; i++) {
        for (k = 0; k < job->nfound; k++) {
            if (ngx_memcmp(job->drop[i].name.text, job->found[k].name.text,
                           CG_RECORD_NAME) == 0)
            {
                break;
            }
        }

        if (k == job->nfound) {
            cg_shut_remove(job->shut, &job->drop[i].name);
        }
    }
}


static ngx_uint_t
consent_file_free(consent_file_t *file)
{
    cg_pending_t  pending;

    while (file->place < file->size
           && consent_file_at(file, file->place, &pending))
    {
        file->place += CG_PENDING_LINE;
    }

    return file->place < NGX_HTTP_CONSENT_PENDING_BYTES;
}


static void
consent_file_put(ngx_http_consent_pending_job_t *job, consent_file_t *file)
{
    size_t  i;

    for (i = 0; i < job->nput && job->err == 0; i++) {
        if (!consent_file_free(file)) {
            job->nfull = job->nput - i;
            return;
        }

        if (cg_pending_write(&job->put[i], file->bytes + file->place)
            != CG_OK)
        {
            job->err = NGX_EINVAL;
            return;
        }

        job->err = consent_file_write(file, file->place);
        job->found[job->nfound++] = job->put[i];
        file->place += CG_PENDING_LINE;
        file->size = ngx_max(file->size, file->place);
    }
}


static void
consent_file_locked(ngx_http_consent_pending_job_t *job, consent_file_t *file)
{
    job->err = consent_file_read(file);

    if (job->err) {
        return;
    }

    job->found = malloc((file->size / CG_PENDING_LINE + job->nput + 1)
                        * sizeof(cg_pending_t));
    if (job->found == NULL) {
        job->err = NGX_ENOMEM;
        return;
    }

    consent_file_sort(job, file);
    consent_file_put(job, file);
    consent_file_open_names(job);

    if (job->nfound == 0 && file->size && ftruncate(file->fd, 0) == -1) {
        job->err = ngx_errno;
    }

    if ((job->nput || job->ndrop) && fdatasync(file->fd) == -1) {
        job->err = ngx_errno;
    }
}


/* Until it is closed, by whatever end of the process. */

static void
consent_file_elect(ngx_http_consent_pending_job_t *job)
{
    if (!job->elect || job->elected != NGX_INVALID_FILE) {
        return;
    }

    job->elected = open((char *) job->lock, O_RDWR|O_CREAT|O_CLOEXEC, 0600);

    if (job->elected != NGX_INVALID_FILE
        && flock(job->elected, LOCK_EX|LOCK_NB) == -1)
    {
        (void) ngx_close_file(job->elected);
        job->elected = NGX_INVALID_FILE;
    }
}


/* Most of the time nothing waits, and nothing is to be done. */

static ngx_uint_t
consent_file_is_idle(ngx_http_consent_pending_job_t *job)
{
    struct stat  info;

    return job->nput == 0 && job->ndrop == 0
           && (stat((char *) job->path, &info) == -1 || info.st_size == 0);
}


void
ngx_http_consent_pending_work(ngx_http_consent_pending_job_t *job)
{
    consent_file_t  file;

    job->err = 0;
    job->nfull = 0;
    job->found = NULL;
    job->nfound = 0;

    consent_file_elect(job);

    if (consent_file_is_idle(job)) {
        return;
    }

    ngx_memzero(&file, sizeof(consent_file_t));

    file.bytes = malloc(NGX_HTTP_CONSENT_PENDING_BYTES);
    if (file.bytes == NULL) {
        job->err = NGX_ENOMEM;
        return;
    }

    file.fd = open((char *) job->path, O_RDWR|O_CREAT|O_CLOEXEC, 0600);

    if (file.fd == NGX_INVALID_FILE || flock(file.fd, LOCK_EX) == -1) {
        job->err = ngx_errno;

    } else {
        consent_file_locked(job, &file);
    }

    if (file.fd != NGX_INVALID_FILE) {
        (void) ngx_close_file(file.fd);
    }

    free(file.bytes);
}
