/*
 * What leaves for the browser, as a chain: slices of the buffers that came,
 * copies, and texts of the configuration.  A slice is never written into; the
 * last one of a buffer has it as its shadow, and when that slice is sent, the
 * buffer is done.
 */

#ifndef NGX_HTTP_CONSENT_OUT_H
#define NGX_HTTP_CONSENT_OUT_H

#include "ngx_http_consent_body.h"


typedef struct {
    ngx_pool_t    *pool;
    cg_arena_t    *arena;              /* the request's: for small things */
    ngx_chain_t   *chain;              /* to be passed on */
    ngx_chain_t   *busy;               /* passed on, not sent yet */
    off_t          made;               /* bytes that were put into `chain` */

    /* private */
    ngx_chain_t  **last;
    ngx_chain_t  **rest;               /* where the caller's links begin, or
                                          NULL */
    ngx_buf_t     *slice;              /* the last one of the buffer being
                                          read */
    ngx_buf_t     *store;              /* of copies, the last in `chain` */
    ngx_chain_t   *text;               /* a short one, the last in `chain` */
    ngx_chain_t   *shells;             /* links and bufs to use again */
    ngx_chain_t   *stores;             /* the same, with memory */
    unsigned       open:1;             /* nothing stands behind `slice` */
} ngx_http_consent_out_t;


/* Empty; *sink puts behind what is there. */
void ngx_http_consent_out_init(ngx_http_consent_out_t *out, ngx_pool_t *pool,
    cg_arena_t *arena, cg_sink_t *sink);

/* Puts `in`, which nobody reads, behind all that is there, as the last of it
 * before ngx_http_consent_out_passed(): the links stay the caller's.  The
 * bytes in it. */
off_t ngx_http_consent_out_rest(ngx_http_consent_out_t *out, ngx_chain_t *in);

/* The sink has had all of this buffer; it is done when its last slice is sent,
 * or now.  1 if that slice carries the flush as well: an endless page that is
 * flushed piece by piece takes no memory for it. */
ngx_uint_t ngx_http_consent_out_consume(ngx_http_consent_out_t *out,
    ngx_buf_t *b);

/* What a buffer says beside its bytes, in a special buf of its own. */
ngx_int_t ngx_http_consent_out_flags(ngx_http_consent_out_t *out,
    ngx_buf_t *b);

/* All of `chain` has been passed on. */
void ngx_http_consent_out_passed(ngx_http_consent_out_t *out);

/* Takes back what was sent, marks the buffers under it as done. */
void ngx_http_consent_out_update(ngx_http_consent_out_t *out);

#endif /* NGX_HTTP_CONSENT_OUT_H */
