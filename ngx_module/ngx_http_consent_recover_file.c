/*
 * The thread's part of recovery: whose lock can be had is dead, and what its
 * file names is looked for in the log, from where the decision was made on.
 * A log that was rotated since is looked for by its inode, in its directory.
 */

#include "ngx_http_consent_intents.h"

#include <dirent.h>
#include <sys/file.h>

#define CONSENT_RECOVER_CHUNK  (256 * 1024)    /* more than the longest line */


/* The log */


/* The name of a file of that inode in the log's directory, or the log's own. */

static ngx_fd_t
consent_recover_find(ngx_http_consent_recover_job_t *job, uint64_t inode)
{
    DIR            *dir;
    u_char          folder[NGX_MAX_PATH], path[NGX_MAX_PATH], *slash;
    ngx_fd_t        fd = NGX_INVALID_FILE;
    struct dirent  *entry;

    (void) ngx_cpystrn(folder, job->log, NGX_MAX_PATH);
    slash = (u_char *) strrchr((char *) folder, '/');

    if (slash == NULL || inode == 0) {
        return NGX_INVALID_FILE;
    }

    slash[1] = '\0';
    dir = opendir((char *) folder);

    if (dir == NULL) {
        return NGX_INVALID_FILE;
    }

    while (fd == NGX_INVALID_FILE && (entry = readdir(dir)) != NULL) {
        if ((uint64_t) entry->d_ino == inode) {
            (void) ngx_snprintf(path, NGX_MAX_PATH - 1, "%s%s%Z", folder,
                                entry->d_name);
            fd = open((char *) path, O_RDONLY|O_CLOEXEC|O_NONBLOCK);
        }
    }

    (void) closedir(dir);

    return fd;
}


/* From `at` on; what begins within a line is no line. */

static void
consent_recover_scan(ngx_fd_t fd, off_t at, cg_sought_t *sought, size_t n)
{
    size_t    len = 0, from;
    ssize_t   got;
    u_char   *chunk = malloc(CONSENT_RECOVER_CHUNK);
    cg_str_t  text;

    while (chunk) {
        got = pread(fd, chunk + len, CONSENT_RECOVER_CHUNK - len, at);

        if (got <= 0) {
            break;
        }

        at += got;
        len += (size_t) got;
        text = (cg_str_t) { len, chunk };
        from = cg_sought_read(sought, n, text);

        if (from == 0 && len == CONSENT_RECOVER_CHUNK) {
            from = len;                /* no line of ours is as long */
        }

        len -= from;
        memmove(chunk, chunk + from, len);
    }

    free(chunk);
}


/* The file in which it was decided, and what was written since. */

static void
consent_recover_look(ngx_http_consent_recover_job_t *job, cg_sought_t *sought)
{
    size_t            i, first = 0;
    ngx_fd_t          old, fd;
    cg_intent_t      *intent;
    ngx_file_info_t   info;

    for (i = 1; i < job->n; i++) {
        if (job->orphans[i].intent.size < job->orphans[first].intent.size) {
            first = i;
        }
    }

    intent = &job->orphans[first].intent;
    fd = open((char *) job->log, O_RDONLY|O_CLOEXEC|O_NONBLOCK);

    if (fd == NGX_INVALID_FILE || ngx_fd_info(fd, &info) == NGX_FILE_ERROR) {
        return;
    }

    if (intent->file == 0 || intent->file == (uint64_t) info.st_ino) {
        consent_recover_scan(fd, (off_t) intent->size, sought, job->n);

    } else {
        old = consent_recover_find(job, intent->file);

        if (old != NGX_INVALID_FILE) {
            consent_recover_scan(old, (off_t) intent->size, sought, job->n);
            (void) ngx_close_file(old);
        }

        consent_recover_scan(fd, 0, sought, job->n);
    }

    (void) ngx_close_file(fd);
}


/* What is not in the log, or has its outcome there, is done. */

static ngx_int_t
consent_recover_sort(ngx_http_consent_recover_job_t *job)
{
    size_t        i, n;
    cg_sought_t  *sought = calloc(job->n, sizeof(cg_sought_t));

    if (sought == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < job->n; i++) {
        ngx_memcpy(sought[i].place.ch, job->orphans[i].intent.decision.lane,
                   CG_LANE_LEN);
        sought[i].place.seq = job->orphans[i].intent.decision.seq;
    }

    consent_recover_look(job, sought);

    for (i = 0, n = 0; i < job->n; i++) {
        if (sought[i].decided && !sought[i].settled) {
            job->orphans[n++] = job->orphans[i];
        }
    }

    job->n = n;
    free(sought);

    return NGX_OK;
}


/* The dead worker's file */


static ngx_int_t
consent_recover_read(ngx_http_consent_recover_job_t *job)
{
    size_t   i, len = 0;
    ssize_t  got;
    u_char  *bytes = malloc(NGX_HTTP_CONSENT_INTENTS_SIZE);

    job->n = 0;
    job->orphans = calloc(NGX_HTTP_CONSENT_INTENTS,
                          sizeof(ngx_http_consent_orphan_t));

    if (bytes == NULL || job->orphans == NULL) {
        free(bytes);
        return NGX_ERROR;
    }

    do {
        got = pread(job->fd, bytes + len, NGX_HTTP_CONSENT_INTENTS_SIZE - len,
                    (off_t) len);
        len += got > 0 ? (size_t) got : 0;
    } while (got > 0);

    for (i = 0; (i + 1) * CG_INTENT_PLACE <= len; i++) {
        job->n += cg_intent_read(bytes + i * CG_INTENT_PLACE,
                                 &job->orphans[job->n].intent) == CG_OK;
    }

    free(bytes);

    return NGX_OK;
}


void
ngx_http_consent_recover_drop(ngx_http_consent_recover_job_t *job,
    ngx_uint_t done)
{
    if (job->fd != NGX_INVALID_FILE) {
        if (done) {
            (void) ngx_delete_file(job->path);
        }

        (void) ngx_close_file(job->fd);
        job->fd = NGX_INVALID_FILE;
    }

    free(job->orphans);
    job->orphans = NULL;
    job->n = 0;
}


/* 1: it holds what is to be brought to an end. */

static ngx_uint_t
consent_recover_take(ngx_http_consent_recover_job_t *job)
{
    job->fd = open((char *) job->path, O_RDWR|O_CLOEXEC|O_NOFOLLOW|O_NONBLOCK);

    if (job->fd == NGX_INVALID_FILE) {
        return 0;
    }

    if (flock(job->fd, LOCK_EX|LOCK_NB) == -1) {
        ngx_http_consent_recover_drop(job, 0);     /* it lives */
        return 0;
    }

    if (consent_recover_read(job) != NGX_OK
        || (job->n && consent_recover_sort(job) != NGX_OK))
    {
        ngx_http_consent_recover_drop(job, 0);
        return 0;
    }

    if (job->n == 0) {
        ngx_http_consent_recover_drop(job, 1);
    }

    return job->n != 0;
}


static ngx_uint_t
consent_recover_is_name(const char *name)
{
    size_t  len = sizeof(NGX_HTTP_CONSENT_INTENTS_NAME) - 1;

    return ngx_strncmp(name, NGX_HTTP_CONSENT_INTENTS_NAME, len) == 0
           && ngx_strlen(name) == len + CG_LANE_LEN;
}


void
ngx_http_consent_recover_work(ngx_http_consent_recover_job_t *job)
{
    DIR            *dir = opendir((char *) job->folder);
    ngx_uint_t      found = 0;
    struct dirent  *entry;

    if (dir == NULL) {
        return;
    }

    while (!found && (entry = readdir(dir)) != NULL) {
        if (consent_recover_is_name(entry->d_name)) {
            (void) ngx_snprintf(job->path, NGX_MAX_PATH - 1, "%s/%s%Z",
                                job->folder, entry->d_name);
            found = consent_recover_take(job);
        }
    }

    (void) closedir(dir);
}
