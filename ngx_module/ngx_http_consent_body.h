/*
 * How a body is read: its coding, its encoding, the gate of that encoding.
 */

#ifndef NGX_HTTP_CONSENT_BODY_H
#define NGX_HTTP_CONSENT_BODY_H

#include "ngx_http_consent_module.h"

typedef struct ngx_http_consent_decode_s  ngx_http_consent_decode_t;
typedef struct ngx_http_consent_reader_s  ngx_http_consent_reader_t;


/* body.c */

/* The body of the response is edited; `length` bytes come, -1: unknown. */
ngx_int_t ngx_http_consent_body_start(ngx_http_consent_ctx_t *ctx,
    const cg_gate_conf_t *gate, off_t length);

/* Sends the header of the response, or leaves it to the body filter. */
ngx_int_t ngx_http_consent_body_header(ngx_http_consent_ctx_t *ctx);

/* The request is gone, with all bodies that were begun for it. */
void ngx_http_consent_bodies_close(ngx_http_consent_ctx_t *ctx);
const char *ngx_http_consent_body_known(ngx_http_consent_ctx_t *ctx);
const cg_tally_t *ngx_http_consent_body_tally(ngx_http_consent_ctx_t *ctx);

/* charset.c */
ngx_int_t ngx_http_consent_charset_read(ngx_http_consent_ctx_t *ctx);
ngx_int_t ngx_http_consent_charset_begin(ngx_http_consent_ctx_t *ctx);
ngx_int_t ngx_http_consent_charset_name(ngx_http_consent_ctx_t *ctx);

/* pages.c: to be closed with the request. */
cg_recall_t *ngx_http_consent_pages_gate(ngx_http_consent_ctx_t *ctx,
    const cg_gate_conf_t *conf, const cg_sink_t *sink);

/* reader.c */
ngx_http_consent_reader_t *ngx_http_consent_reader_create(
    ngx_http_consent_ctx_t *ctx, const cg_gate_conf_t *conf,
    const cg_sink_t *sink);
cg_status_t ngx_http_consent_reader_feed(ngx_http_consent_reader_t *reader,
    cg_str_t bytes, ngx_uint_t now);
cg_status_t ngx_http_consent_reader_end(ngx_http_consent_reader_t *reader);

/* Called once at last, whatever became of the body: what was sent may be the
 * reader's. */
void ngx_http_consent_reader_close(ngx_http_consent_reader_t *reader);
ngx_int_t ngx_http_consent_reader_done(
    const ngx_http_consent_reader_t *reader);

/* As cg_recall_promise(): of a page of that length. */
off_t ngx_http_consent_reader_promise(ngx_http_consent_reader_t *reader,
    off_t length);

/* As cg_recall_expected() and cg_recall_passed(), behind such a promise. */
cg_str_t ngx_http_consent_reader_expected(
    const ngx_http_consent_reader_t *reader);
void ngx_http_consent_reader_passed(ngx_http_consent_reader_t *reader,
    off_t len);
const char *ngx_http_consent_reader_known(
    const ngx_http_consent_reader_t *reader);
const cg_tally_t *ngx_http_consent_reader_tally(
    const ngx_http_consent_reader_t *reader);

/* decode.c */
#define NGX_HTTP_CONSENT_BUFFERED  0x40        /* of r->connection->buffered */
ngx_int_t ngx_http_consent_decode_read(ngx_http_consent_ctx_t *ctx);
void ngx_http_consent_decode_hide(ngx_http_consent_ctx_t *ctx);
ngx_http_consent_decode_t *ngx_http_consent_decode_start(
    ngx_http_consent_ctx_t *ctx);
ngx_int_t ngx_http_consent_decode_take(ngx_http_consent_decode_t *decode,
    ngx_chain_t *in);
ngx_int_t ngx_http_consent_decode_next(ngx_http_consent_decode_t *decode,
    ngx_buf_t **plain);
ngx_int_t ngx_http_consent_decode_ready(ngx_http_consent_decode_t *decode);

#endif /* NGX_HTTP_CONSENT_BODY_H */
