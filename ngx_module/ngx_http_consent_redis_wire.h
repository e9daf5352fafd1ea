/*
 * Redis's protocol, bytes on one side and words on the other; hiredis is the
 * codec and is seen by this file's .c only, so that 0.14 and 1.x behave alike.
 * No sockets, no waiting.
 *
 * A reply within these limits is accepted, anything else is NGX_ERROR: RESP2
 * types, arrays of at most 64 elements, one array inside another, 64 KiB.
 */

#ifndef NGX_HTTP_CONSENT_REDIS_WIRE_H
#define NGX_HTTP_CONSENT_REDIS_WIRE_H

#include <ngx_config.h>
#include <ngx_core.h>

#include "consent/cg_record.h"

#define NGX_HTTP_CONSENT_WIRE_ITEMS  64
#define NGX_HTTP_CONSENT_WIRE_BYTES  (64 * 1024)

typedef struct ngx_http_consent_wire_s  ngx_http_consent_wire_t;

/* One reply.  `failed`: Redis said no, `error` is its text; else `reply`.  An
 * error or an array inside the array makes the whole reply a failed one: a
 * flat list cannot tell it. */

typedef struct {
    ngx_uint_t  failed;
    cg_reply_t  reply;
    ngx_str_t   error;
} ngx_http_consent_answer_t;


/* The reader of one connection.  NULL: no memory. */
ngx_http_consent_wire_t *ngx_http_consent_wire_open(ngx_log_t *log);
void ngx_http_consent_wire_close(ngx_http_consent_wire_t *wire);

/* Bytes as they came.  NGX_ERROR here and below: the connection is of no use
 * any more. */
ngx_int_t ngx_http_consent_wire_feed(ngx_http_consent_wire_t *wire,
    const u_char *data, size_t len);

/* NGX_OK: one reply, borrowed until the next call.  NGX_AGAIN: feed me. */
ngx_int_t ngx_http_consent_wire_next(ngx_http_consent_wire_t *wire,
    ngx_http_consent_answer_t *answer);

/* A command's bytes; they are wiped by ngx_http_consent_wire_free(). */
ngx_int_t ngx_http_consent_wire_format(const cg_command_t *command,
    ngx_str_t *bytes);
void ngx_http_consent_wire_free(ngx_str_t *bytes);

#endif /* NGX_HTTP_CONSENT_REDIS_WIRE_H */
