#include "ngx_http_consent_intents.h"

#include <sys/file.h>


struct ngx_http_consent_intents_s {
    ngx_fd_t     fd;
    u_char       path[NGX_MAX_PATH];
    u_char      *places;           /* NGX_HTTP_CONSENT_INTENTS_SIZE bytes */
    ngx_uint_t   high;             /* places up to the last one taken */
    ngx_uint_t   written;          /* of them, as the file has them */
    ngx_uint_t   group;            /* number of the last one gathered */
    ngx_uint_t   dirty;
    ngx_uint_t   told;             /* that the file cannot be written */
    u_char       used[NGX_HTTP_CONSENT_INTENTS];
    ngx_uint_t   last[NGX_HTTP_CONSENT_INTENTS];   /* group with all that is
                                                      said; 0: under way */

    /* the thread's */
    u_char      *bytes;
    size_t       len;              /* to be written */
    ngx_err_t    err;
};


/* Nobody takes for dead what has no lock yet: the name that is looked for comes
 * last. */

static ngx_int_t
consent_intents_create(ngx_http_consent_log_t *log,
    ngx_http_consent_intents_t *intents)
{
    u_char    fresh[NGX_MAX_PATH];
    ngx_fd_t  fd;

    (void) ngx_snprintf(intents->path, NGX_MAX_PATH - 1, "%V/"
                        NGX_HTTP_CONSENT_INTENTS_NAME "%*s%Z", &log->state,
                        (size_t) CG_LANE_LEN, log->chain.ch);
    (void) ngx_snprintf(fresh, NGX_MAX_PATH - 1, "%s.new%Z", intents->path);

    fd = open((char *) fresh, O_RDWR|O_CREAT|O_EXCL|O_CLOEXEC, 0600);

    if (fd == NGX_INVALID_FILE) {
        return NGX_ERROR;
    }

    /* a full disk is met here, not in the middle of a decision */

    if (flock(fd, LOCK_EX|LOCK_NB) == -1
        || posix_fallocate(fd, 0, NGX_HTTP_CONSENT_INTENTS_SIZE) != 0
        || ngx_rename_file(fresh, intents->path) == NGX_FILE_ERROR)
    {
        (void) ngx_delete_file(fresh);
        (void) ngx_close_file(fd);
        return NGX_ERROR;
    }

    intents->fd = fd;

    return NGX_OK;
}


static void
consent_intents_free(ngx_http_consent_intents_t *intents)
{
    if (intents) {
        ngx_free(intents->places);
        ngx_free(intents->bytes);
        ngx_free(intents);
    }
}


/* Without them decisions are taken all the same. */

void
ngx_http_consent_intents_open(ngx_cycle_t *cycle, ngx_http_consent_log_t *log)
{
    ngx_http_consent_intents_t  *intents;

    intents = ngx_calloc(sizeof(ngx_http_consent_intents_t), cycle->log);

    if (intents) {
        intents->places = ngx_calloc(NGX_HTTP_CONSENT_INTENTS_SIZE,
                                     cycle->log);
        intents->bytes = ngx_alloc(NGX_HTTP_CONSENT_INTENTS_SIZE, cycle->log);
    }

    if (intents == NULL || intents->places == NULL || intents->bytes == NULL
        || consent_intents_create(log, intents) != NGX_OK)
    {
        ngx_log_error(NGX_LOG_ERR, cycle->log, ngx_errno, "consent: decisions "
                      "under way cannot be kept in \"%V\": those of a worker "
                      "that is killed stay open in the log", &log->state);
        consent_intents_free(intents);
        return;
    }

    log->intents = intents;
}


/* What could not be said is left to whoever comes after. */

void
ngx_http_consent_intents_close(ngx_http_consent_log_t *log, ngx_uint_t said)
{
    ngx_uint_t                   i, open = 0;
    ngx_http_consent_intents_t  *intents = log->intents;

    if (intents == NULL) {
        return;
    }

    for (i = 0; i < intents->high; i++) {
        open += intents->used[i] && intents->last[i] == 0;
    }

    if (said && open == 0) {
        (void) ngx_delete_file(intents->path);
    }

    (void) ngx_close_file(intents->fd);
    consent_intents_free(intents);
    log->intents = NULL;
}


ngx_uint_t
ngx_http_consent_intents_put(ngx_http_consent_log_t *log,
    const cg_intent_t *intent)
{
    ngx_uint_t                   i;
    ngx_http_consent_intents_t  *intents = log->intents;

    if (intents == NULL) {
        return 0;
    }

    for (i = 0; i < NGX_HTTP_CONSENT_INTENTS && intents->used[i]; i++) {
        /* void */
    }

    if (i == NGX_HTTP_CONSENT_INTENTS
        || cg_intent_write(intent, intents->places + i * CG_INTENT_PLACE)
           != CG_OK)
    {
        return 0;
    }

    intents->used[i] = 1;
    intents->last[i] = 0;
    intents->high = ngx_max(intents->high, i + 1);
    intents->dirty = 1;

    return i + 1;
}


void
ngx_http_consent_intents_leave(ngx_http_consent_log_t *log, ngx_uint_t number)
{
    if (number && log->intents) {
        log->intents->last[number - 1] = log->intents->group + 1;
    }
}


static void
consent_intents_drop(ngx_http_consent_intents_t *intents)
{
    ngx_uint_t  i;

    for (i = 0; i < intents->high; i++) {
        if (intents->used[i] && intents->last[i]
            && intents->last[i] < intents->group)
        {
            ngx_memzero(intents->places + i * CG_INTENT_PLACE,
                        CG_INTENT_PLACE);
            intents->used[i] = 0;
            intents->dirty = 1;
        }
    }

    while (intents->high && !intents->used[intents->high - 1]) {
        intents->high--;
    }
}


static void
consent_intents_complain(ngx_http_consent_log_t *log)
{
    ngx_http_consent_intents_t  *intents = log->intents;

    if (intents->err && !intents->told) {
        ngx_log_error(NGX_LOG_ERR, ngx_cycle->log, intents->err, "consent: "
                      "\"%s\" cannot be written: decisions of a worker that "
                      "is killed stay open in the log", intents->path);
    }

    intents->told = intents->err != 0;
}


void
ngx_http_consent_intents_gather(ngx_http_consent_log_t *log, ngx_uint_t well)
{
    ngx_uint_t                   places;
    ngx_http_consent_intents_t  *intents = log->intents;

    if (intents == NULL) {
        return;
    }

    consent_intents_complain(log);
    intents->len = 0;

    if (well) {
        intents->group++;
        consent_intents_drop(intents);
    }

    if (!intents->dirty) {
        return;
    }

    places = ngx_max(intents->high, intents->written);
    intents->len = places * CG_INTENT_PLACE;
    ngx_memcpy(intents->bytes, intents->places, intents->len);
    intents->written = intents->high;
    intents->dirty = 0;
}


void
ngx_http_consent_intents_write(ngx_http_consent_log_t *log)
{
    size_t                       at;
    ssize_t                      n;
    ngx_http_consent_intents_t  *intents = log->intents;

    if (intents == NULL) {
        return;
    }

    intents->err = 0;

    for (at = 0; at < intents->len; at += (size_t) n) {
        n = pwrite(intents->fd, intents->bytes + at, intents->len - at,
                   (off_t) at);

        if (n <= 0) {
            intents->err = n ? ngx_errno : NGX_ENOSPC;
            return;
        }
    }
}
