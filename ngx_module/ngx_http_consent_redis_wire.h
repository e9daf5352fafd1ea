/*
 * Redis's protocol, bytes on one side and words on the other; hiredis is the
 * codec and is seen by this file's .c only, so that 0.14 and 1.x behave alike.
 * No sockets, no waiting.
 *
 * A reply within these limits is accepted, anything else is NGX_ERROR: RESP2
 * types; the number of elements that its command names, or a nested array; and
 * so many bytes.
 */

#ifndef NGX_HTTP_CONSENT_REDIS_WIRE_H
#define NGX_HTTP_CONSENT_REDIS_WIRE_H

#include <ngx_config.h>
#include <ngx_core.h>

#include "consent/cg_command.h"

#define NGX_HTTP_CONSENT_WIRE_BULK    4096          /* bytes of a string */
#define NGX_HTTP_CONSENT_WIRE_LINE    1024          /* of a status or error */
#define NGX_HTTP_CONSENT_WIRE_BYTES   (256 * 1024)  /* of a reply */
#define NGX_HTTP_CONSENT_WIRE_ITEMS   2048          /* in all, nested */
#define NGX_HTTP_CONSENT_WIRE_LEVELS  4             /* of arrays, nested */

typedef struct ngx_http_consent_wire_s  ngx_http_consent_wire_t;

/* One reply.  `failed`: Redis said no, `error` is its text; else `reply`.  An
 * error inside an array makes the whole reply a failed one. */

typedef struct {
    ngx_uint_t  failed;
    cg_reply_t  reply;
    ngx_str_t   error;
} ngx_http_consent_answer_t;


/* The reader of one connection.  `items` of a nested reply, with as many more
 * bytes; 0: as above.  NULL: no memory. */
ngx_http_consent_wire_t *ngx_http_consent_wire_open(ngx_log_t *log,
    size_t items);
void ngx_http_consent_wire_close(ngx_http_consent_wire_t *wire);

/* Bytes as they came.  NGX_ERROR here and below: the connection is of no use
 * any more. */
ngx_int_t ngx_http_consent_wire_feed(ngx_http_consent_wire_t *wire,
    const u_char *data, size_t len);

/* The next reply.  `answers`: its elements as in cg_command_t, or NGX_ERROR if
 * none is owed: then any byte is one too many.  NGX_OK: it is here, borrowed
 * until the next call.  NGX_AGAIN: feed me. */
ngx_int_t ngx_http_consent_wire_next(ngx_http_consent_wire_t *wire,
    ngx_int_t answers, ngx_http_consent_answer_t *answer);

/* A command's bytes; they are wiped by ngx_http_consent_wire_free(). */
ngx_int_t ngx_http_consent_wire_format(const cg_command_t *command,
    ngx_str_t *bytes);
void ngx_http_consent_wire_free(ngx_str_t *bytes);

#endif /* NGX_HTTP_CONSENT_REDIS_WIRE_H */
