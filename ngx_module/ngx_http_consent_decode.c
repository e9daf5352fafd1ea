/*
 * A coded body is decoded in front of the gate.  Its buffers are taken over
 * and turned into a few plain ones, which are used again once they were sent:
 * however much a buffer holds when it is decoded, what stands in memory stays
 * the same.  Until one is free, the rest waits, and the connection is marked as
 * buffered, so that nginx comes back.
 */

#include "ngx_http_consent_body.h"
#include "coding/cg_coding.h"

#define CONSENT_CODINGS     256            /* bytes of their names */
#define CONSENT_PLAIN       4
#define CONSENT_PLAIN_SIZE  16384          /* bytes */


struct ngx_http_consent_decode_s {
    ngx_http_consent_ctx_t  *ctx;
    cg_coding_t             *coding;
    ngx_chain_t             *in;           /* taken over, not decoded yet */
    size_t                   taken;        /* bytes of its first buffer */
    ngx_buf_t               *plain[CONSENT_PLAIN];   /* empty: free */
};


static ngx_int_t
consent_decode_is(ngx_table_elt_t *h)
{
    ngx_str_t  name = ngx_string("Content-Encoding");

    return h->hash != 0 && h->key.len == name.len
           && ngx_strncasecmp(h->key.data, name.data, name.len) == 0;
}


/* Every line of them, as one list; absent: longer than any we can read. */

static cg_str_t
consent_decode_list(ngx_http_consent_ctx_t *ctx)
{
    cg_out_t          out;
    ngx_uint_t        i;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    cg_out_init(&out, &ctx->arena, CONSENT_CODINGS);

    for (part = &ctx->request->headers_out.headers.part; part;
         part = part->next)
    {
        h = part->elts;

        for (i = 0; i < part->nelts; i++) {
            if (consent_decode_is(&h[i])) {
                cg_out_bytes(&out, h[i].value.data, h[i].value.len);
                cg_out_text(&out, ",");
            }
        }
    }

    if (out.status == CG_OK && out.len == 0) {
        return cg_str("");
    }

    return cg_out_slice(&out);
}


/* NGX_OK: plain, or a coding that we undo; NGX_DECLINED: it cannot be read. */

CG_HOT ngx_int_t
ngx_http_consent_decode_read(ngx_http_consent_ctx_t *ctx)
{
    size_t  n;

    ctx->coding = cg_str("");

    if ((ctx->lines & NGX_HTTP_CONSENT_LINES_CODED) == 0) {
        return NGX_OK;
    }

    ctx->coding = consent_decode_list(ctx);

    if (ctx->coding.data == NULL
        || cg_coding_read(ctx->coding, &n) != CG_OK)
    {
        return NGX_DECLINED;
    }

    if (n == 0) {
        ctx->coding.len = 0;
    }

    return NGX_OK;
}


/* What leaves is plain: gzip and brotli, behind us, may code it again. */

CG_HOT void
ngx_http_consent_decode_hide(ngx_http_consent_ctx_t *ctx)
{
    ngx_uint_t           i;
    ngx_list_part_t     *part;
    ngx_table_elt_t     *h;
    ngx_http_request_t  *r = ctx->request;

    if (ctx->coding.len == 0) {
        return;
    }

    for (part = &r->headers_out.headers.part; part; part = part->next) {
        h = part->elts;

        for (i = 0; i < part->nelts; i++) {
            if (consent_decode_is(&h[i])) {
                h[i].hash = 0;
            }
        }
    }

    r->headers_out.content_encoding = NULL;
}


ngx_http_consent_decode_t *
ngx_http_consent_decode_start(ngx_http_consent_ctx_t *ctx)
{
    cg_coding_limits_t          limits = cg_coding_limits;
    ngx_http_consent_decode_t  *decode;

    decode = ngx_pcalloc(ctx->request->pool,
                         sizeof(ngx_http_consent_decode_t));

    if (decode == NULL
        || cg_coding_create(&ctx->arena, ctx->coding, &limits,
                            &decode->coding)
           != CG_OK)
    {
        return NULL;
    }

    decode->ctx = ctx;

    return decode;
}


ngx_int_t
ngx_http_consent_decode_take(ngx_http_consent_decode_t *decode,
    ngx_chain_t *in)
{
    return ngx_chain_add_copy(decode->ctx->request->pool, &decode->in, in);
}


static ngx_buf_t *
consent_decode_free(ngx_http_consent_decode_t *decode)
{
    ngx_uint_t  i;

    for (i = 0; i < CONSENT_PLAIN; i++) {
        if (decode->plain[i] == NULL || ngx_buf_size(decode->plain[i]) == 0) {
            break;
        }
    }

    if (i == CONSENT_PLAIN) {
        return NULL;
    }

    if (decode->plain[i] == NULL) {
        decode->plain[i] = ngx_create_temp_buf(decode->ctx->request->pool,
                                               CONSENT_PLAIN_SIZE);
    }

    return decode->plain[i];
}


/* 1: a plain buffer is free, or can be had. */

ngx_int_t
ngx_http_consent_decode_ready(ngx_http_consent_decode_t *decode)
{
    return consent_decode_free(decode) != NULL;
}


static ngx_int_t
consent_decode_error(ngx_http_consent_decode_t *decode, cg_status_t rc)
{
    ngx_str_t                coding;
    ngx_http_consent_ctx_t  *ctx = decode->ctx;

    coding = ngx_http_consent_ngx(ctx->coding);
    ctx->bypass = rc == CG_ELIMIT ? cg_str("coded body beyond its limits")
                                  : cg_str("not of its coding");

    ngx_log_error(NGX_LOG_ERR, ctx->request->connection->log, 0,
                  "consent: a body coded as \"%V\" %s: it was cut off", &coding,
                  rc == CG_ENOMEM ? "found no memory"
                  : rc == CG_ELIMIT ? "exceeds its limits"
                                    : "is not, or not whole");

    return NGX_ERROR;
}


/* NGX_OK: `plain` has bytes; NGX_DECLINED: `b` is used up; NGX_BUSY: no plain
 * buffer is free. */

static ngx_int_t
consent_decode_some(ngx_http_consent_decode_t *decode, ngx_buf_t *b,
    ngx_buf_t **plain)
{
    size_t        len;
    cg_str_t      bytes = cg_str("");
    ngx_buf_t    *to;
    cg_status_t   rc;

    if (ngx_buf_in_memory(b)) {
        bytes.data = b->pos + decode->taken;
        bytes.len = (size_t) (b->last - bytes.data);

    } else if (b->in_file && b->file_last > b->file_pos) {
        ngx_log_error(NGX_LOG_ALERT, decode->ctx->request->connection->log, 0,
                      "consent: a coded buffer that is not in memory");
        return NGX_ERROR;
    }

    to = consent_decode_free(decode);
    if (to == NULL) {
        return NGX_BUSY;
    }

    rc = cg_coding_next(decode->coding, &bytes, to->start,
                        (size_t) (to->end - to->start), &len);

    if (ngx_buf_in_memory(b)) {
        decode->taken = (size_t) (b->last - b->pos) - bytes.len;
    }

    if (rc == CG_MORE) {

        /* whoever owns it may use it again from here on, not before */

        decode->taken = 0;
        b->pos = b->last;
        b->file_pos = b->file_last;
        return b->last_buf ? NGX_DONE : NGX_DECLINED;
    }

    if (rc != CG_OK) {
        return consent_decode_error(decode, rc);
    }

    to->pos = to->start;
    to->last = to->start + len;
    *plain = to;

    return NGX_OK;
}


/* The next buffer for the gate: plain bytes, or one that only says flush or
 * last.  NGX_DECLINED: none until more comes in; NGX_BUSY: none until plain
 * buffers were sent. */

ngx_int_t
ngx_http_consent_decode_next(ngx_http_consent_decode_t *decode,
    ngx_buf_t **plain)
{
    ngx_int_t     rc;
    ngx_buf_t    *b;
    cg_status_t   end;
    ngx_chain_t  *cl;

    while (decode->in) {
        b = decode->in->buf;
        rc = consent_decode_some(decode, b, plain);

        if (rc == NGX_DONE) {
            end = cg_coding_end(decode->coding);

            if (end != CG_OK) {
                return consent_decode_error(decode, end);
            }

        } else if (rc != NGX_DECLINED) {
            return rc;
        }

        cl = decode->in;
        decode->in = cl->next;
        ngx_free_chain(decode->ctx->request->pool, cl);

        if (b->flush || b->last_buf || b->last_in_chain || b->sync) {
            *plain = b;
            return NGX_OK;
        }
    }

    return NGX_DECLINED;
}
