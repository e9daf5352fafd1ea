/*
 * For pending.c: the file of decisions that close while Redis is away, as a
 * thread reads and writes it.  All workers of all masters of this host share
 * it, under one lock, and the table of shut names changes under that lock, too:
 * whoever reads a line that another one blanks shuts nobody anew.
 *
 * The file is an array of places of CG_PENDING_LINE bytes; a place without a
 * whole line is free.
 */

#ifndef NGX_HTTP_CONSENT_PENDING_FILE_H
#define NGX_HTTP_CONSENT_PENDING_FILE_H

#include <ngx_config.h>
#include <ngx_core.h>

#include "consent/cg_pending.h"
#include "consent/cg_shut.h"

#define NGX_HTTP_CONSENT_PENDING_MOST   4096   /* lines of a file */
#define NGX_HTTP_CONSENT_PENDING_BYTES                                       \
    (NGX_HTTP_CONSENT_PENDING_MOST * CG_PENDING_LINE)

typedef struct {
    u_char        *path;           /* of the file */
    u_char        *lock;           /* of the file whose lock elects */
    cg_shut_t     *shut;

    /* to be done */
    cg_pending_t  *put;
    size_t         nput;
    cg_pending_t  *drop;           /* their names are shut no more */
    size_t         ndrop;
    ngx_uint_t     elect;

    /* done */
    ngx_err_t      err;            /* of what was to be put; else 0 */
    size_t         nfull;          /* of those, the last ones: no room */
    ngx_fd_t       elected;        /* the lock that we hold */
    cg_pending_t  *found;          /* all lines there are, to be freed */
    size_t         nfound;
} ngx_http_consent_pending_job_t;


/* Does it, blocking.  Without lines `found` is NULL. */
void ngx_http_consent_pending_work(ngx_http_consent_pending_job_t *job);

#endif /* NGX_HTTP_CONSENT_PENDING_FILE_H */
