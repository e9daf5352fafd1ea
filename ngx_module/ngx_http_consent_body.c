/*
 * The body filter feeds the gate and passes on what comes out (out.c).  Nothing
 * decided is ever kept back: what the gate gives goes on in the same call.
 *
 * The header leaves with the first of it.  It names a length only if nothing
 * can change it any more: when the whole body came at once, when nothing is
 * left to do and the rest goes on as it is, or when the gate of a page that is
 * known promises it.
 */

#include "ngx_http_consent_body.h"
#include "ngx_http_consent_out.h"


extern ngx_module_t  ngx_http_copy_filter_module;


/* What of the body goes around us. */

typedef enum {
    CONSENT_BODY_READ = 0,             /* nothing */
    CONSENT_BODY_COMPARE,              /* what is as expected */
    CONSENT_BODY_THROUGH               /* all: nothing is left to do */
} consent_body_way_e;


struct ngx_http_consent_body_s {
    ngx_http_consent_ctx_t     *ctx;
    ngx_http_consent_body_t    *former;    /* given up, for an error page */
    ngx_http_consent_reader_t  *reader;
    ngx_http_consent_decode_t  *decode;    /* NULL: the body is plain */

    ngx_http_consent_out_t   out;

    off_t                    length;       /* bytes to come; -1: unknown */
    off_t                    fed;          /* bytes that came */

    consent_body_way_e       way;
    cg_str_t                 expected;     /* to be compared with */
    off_t                    passed;       /* bytes that were the same, and are
                                              not told yet */

    unsigned                 failed:1;
    unsigned                 done:1;       /* the rest goes on as it is */
    unsigned                 ended:1;      /* the document is read */
    unsigned                 headed:1;     /* the header has left */
};


/* The last byte is known by the length as well, or by its mark alone. */

static ngx_int_t
consent_body_is_last(ngx_http_consent_body_t *body, ngx_buf_t *b)
{
    return b->last_buf || (body->length >= 0 && body->fed == body->length);
}


CG_HOT static ngx_int_t
consent_body_feed(ngx_http_consent_body_t *body, ngx_buf_t *b)
{
    cg_str_t     bytes = cg_str("");
    ngx_uint_t   carried;
    cg_status_t  rc;

    if (ngx_buf_in_memory(b) && b->last > b->pos) {
        bytes.data = b->pos;
        bytes.len = (size_t) (b->last - b->pos);

    } else if (b->in_file && b->file_last > b->file_pos) {
        ngx_log_error(NGX_LOG_ALERT, body->ctx->request->connection->log, 0,
                      "consent: a buffer that is not in memory");
        return NGX_ERROR;
    }

    if (body->ended && body->length >= 0 && bytes.len) {
        ngx_log_error(NGX_LOG_ALERT, body->ctx->request->connection->log, 0,
                      "consent: a body that goes on behind its end");
        return NGX_ERROR;
    }

    body->fed += (off_t) bytes.len;

    rc = ngx_http_consent_reader_feed(body->reader, bytes, b->flush
                                      || consent_body_is_last(body, b));

    carried = ngx_http_consent_out_consume(&body->out, b);

    if (rc == CG_OK && consent_body_is_last(body, b)) {

        /* an unfinished tag is judged here */

        body->ended = 1;
        rc = ngx_http_consent_reader_end(body->reader);
    }

    if (rc != CG_OK) {
        return NGX_ERROR;
    }

    return carried ? NGX_OK : ngx_http_consent_out_flags(&body->out, b);
}


/* What may be a file by then, and is none of ours, goes on as it came. */

static ngx_int_t
consent_body_take(ngx_http_consent_body_t *body, ngx_chain_t *in)
{
    for ( /* void */ ; in && !body->done; in = in->next) {
        if (consent_body_feed(body, in->buf) != NGX_OK) {
            return NGX_ERROR;
        }

        body->done = !body->ended && ngx_http_consent_reader_done(body->reader);
    }

    if (in) {
        body->fed += ngx_http_consent_out_rest(&body->out, in);
    }

    return NGX_OK;
}


/* Sends the header.  We read the body; whether the filters behind us want it in
 * memory as well, they say here. */

static ngx_int_t
consent_body_head(ngx_http_consent_body_t *body)
{
    ngx_int_t                rc;
    ngx_http_consent_ctx_t  *ctx = body->ctx;
    ngx_http_request_t      *r = ctx->request;

    body->headed = 1;

    r->main_filter_need_in_memory = ctx->memory;
    rc = ngx_http_consent_next_header_filter(r);
    ctx->memory = r->main_filter_need_in_memory;
    r->main_filter_need_in_memory = 1;

    return rc;
}


/* The length that the document leaves with; -1: it may be any. */

static off_t
consent_body_measure(ngx_http_consent_body_t *body)
{
    off_t  length;

    if ((body->done && body->fed <= body->length)
        || (body->ended && body->fed == body->length))
    {
        return body->out.made + body->length - body->fed;
    }

    if (body->length < 0 || body->ended || body->fed > body->length) {
        return -1;
    }

    length = ngx_http_consent_reader_promise(body->reader, body->length);
    if (length == 0) {
        return -1;
    }

    body->way = CONSENT_BODY_COMPARE;
    body->expected = ngx_http_consent_reader_expected(body->reader);

    return length;
}


CG_HOT static ngx_int_t
consent_body_pass(ngx_http_consent_body_t *body)
{
    ngx_int_t            rc;
    ngx_http_request_t  *r = body->ctx->request;

    if (body->ctx->waits) {
        return NGX_OK;                 /* nobody knows the encoding yet */
    }

    if (!body->headed) {
        r->headers_out.content_length_n = consent_body_measure(body);
        rc = consent_body_head(body);

        if (rc == NGX_ERROR || rc > NGX_OK) {
            body->failed = 1;
            return NGX_ERROR;
        }
    }

    rc = ngx_http_consent_next_body_filter(r, body->out.chain);

    ngx_http_consent_out_passed(&body->out);

    return rc;
}


/* Feeds what can be decoded now; NGX_DECLINED: all of it, NGX_BUSY: no plain
 * buffer is free. */

static ngx_int_t
consent_body_decode(ngx_http_consent_body_t *body)
{
    ngx_int_t   rc;
    ngx_buf_t  *b;

    for ( ;; ) {
        rc = ngx_http_consent_decode_next(body->decode, &b);

        if (rc == NGX_OK) {
            rc = consent_body_feed(body, b);
        }

        if (rc != NGX_OK) {
            return rc;
        }
    }
}


static ngx_int_t
consent_body_coded(ngx_http_consent_body_t *body, ngx_chain_t *in)
{
    ngx_int_t          rc, passed;
    ngx_connection_t  *c = body->ctx->request->connection;

    c->buffered &= ~NGX_HTTP_CONSENT_BUFFERED;

    body->failed |= ngx_http_consent_decode_take(body->decode, in) != NGX_OK;

    for ( ;; ) {
        rc = body->failed ? NGX_ERROR : consent_body_decode(body);

        if (rc == NGX_ERROR) {
            body->failed = 1;
            return NGX_ERROR;
        }

        if (body->out.chain == NULL && body->out.busy == NULL
            && (in || c->buffered == 0))
        {
            return NGX_OK;
        }

        passed = consent_body_pass(body);

        if (passed == NGX_ERROR || rc == NGX_DECLINED) {
            return passed;
        }

        if (!ngx_http_consent_decode_ready(body->decode)) {
            c->buffered |= NGX_HTTP_CONSENT_BUFFERED;
            return NGX_AGAIN;
        }
    }
}


/*
 * Nothing can be held and nothing is left to be put in: what comes goes on as
 * it is.  The copy filter, which reads files for us, is told that we read them
 * no longer: what follows may be sent from the file.
 */

static void
consent_body_step_out(ngx_http_consent_body_t *body)
{
    ngx_http_consent_ctx_t  *ctx = body->ctx;
    ngx_output_chain_ctx_t  *copy;

    if (!body->headed || !body->done) {
        return;
    }

    body->way = CONSENT_BODY_THROUGH;

    copy = ngx_http_get_module_ctx(ctx->request, ngx_http_copy_filter_module);

    if (copy) {
        copy->need_in_memory = ctx->memory
                               || ctx->request->filter_need_in_memory;
    }
}


/*
 * A page that is known and whose length was promised goes on as it came, up to
 * the banner's place: it is compared, and that is all.  What is a file as well
 * might be sent from there, and is not what was compared.
 */

static ngx_int_t
consent_body_is_expected(ngx_http_consent_body_t *body, ngx_chain_t *in)
{
    size_t      size;
    ngx_buf_t  *b;
    cg_str_t    rest = body->expected;

    for ( /* void */ ; in; in = in->next) {
        b = in->buf;
        size = (size_t) ngx_buf_size(b);

        if (b->in_file || b->last_buf || size >= rest.len
            || (size && ngx_memcmp(rest.data, b->pos, size) != 0))
        {
            return 0;
        }

        rest.data += size;
        rest.len -= size;
    }

    body->passed += (off_t) (body->expected.len - rest.len);
    body->expected = rest;

    return 1;
}


/* The reader is told what went around it, and goes on. */

static void
consent_body_compared(ngx_http_consent_body_t *body)
{
    ngx_http_consent_reader_passed(body->reader, body->passed);
    body->fed += body->passed;
    body->passed = 0;
    body->way = CONSENT_BODY_READ;
}


static ngx_int_t
consent_body_goes_around(ngx_http_consent_body_t *body, ngx_chain_t *in)
{
    if (body->way == CONSENT_BODY_THROUGH
        || (!body->failed && consent_body_is_expected(body, in)))
    {
        return 1;
    }

    consent_body_compared(body);

    return 0;
}


/* Where there is a body to edit, the header waits for the first of it, unless
 * that could tell nothing. */

CG_HOT ngx_int_t
ngx_http_consent_body_header(ngx_http_consent_ctx_t *ctx)
{
    ngx_http_consent_body_t  *body = ctx->body;

    if (body == NULL) {
        return ngx_http_consent_next_header_filter(ctx->request);
    }

    return ctx->waits || body->length >= 0 ? NGX_OK : consent_body_head(body);
}


CG_HOT ngx_int_t
ngx_http_consent_body_filter(ngx_http_request_t *r, ngx_chain_t *in)
{
    ngx_int_t                 rc;
    ngx_http_consent_ctx_t   *ctx;
    ngx_http_consent_body_t  *body;

    ctx = ngx_http_get_module_ctx(r, ngx_http_consent_module);

    if (ctx == NULL || r != r->main || (body = ctx->body) == NULL) {
        return ngx_http_consent_next_body_filter(r, in);
    }

    if (body->decode) {
        return consent_body_coded(body, in);
    }

    if (body->way != CONSENT_BODY_READ && consent_body_goes_around(body, in)) {
        rc = ngx_http_consent_next_body_filter(r, in);
        ngx_http_consent_out_update(&body->out);
        return rc;
    }

    body->failed |= consent_body_take(body, in) != NGX_OK;

    if (body->failed) {

        /* nothing that the gate did not judge goes on, and no regular end */

        return NGX_ERROR;
    }

    /* without input too: what was sent meanwhile gives its buffers back, or
       the origin's pipe would wait for them for ever */

    if (body->out.chain == NULL && body->out.busy == NULL) {
        return in || !body->headed
               ? NGX_OK : ngx_http_consent_next_body_filter(r, NULL);
    }

    rc = consent_body_pass(body);

    consent_body_step_out(body);

    return rc;
}


CG_HOT ngx_int_t
ngx_http_consent_body_start(ngx_http_consent_ctx_t *ctx,
    const cg_gate_conf_t *gate, off_t length)
{
    cg_sink_t                 sink;
    ngx_http_consent_body_t  *body;

    body = cg_arena_zero(&ctx->arena, sizeof(ngx_http_consent_body_t));
    if (body == NULL) {
        return NGX_ERROR;
    }

    body->ctx = ctx;
    body->length = ctx->coding.len ? -1 : length;

    if (ctx->coding.len) {
        body->decode = ngx_http_consent_decode_start(ctx);
        if (body->decode == NULL) {
            return NGX_ERROR;
        }
    }

    ngx_http_consent_out_init(&body->out, ctx->request->pool, &ctx->arena,
                              &sink);

    body->reader = ngx_http_consent_reader_create(ctx, gate, &sink);
    if (body->reader == NULL) {
        return NGX_ERROR;
    }

    body->former = ctx->bodies;
    ctx->bodies = body;
    ctx->body = body;
    ctx->memory = ctx->request->main_filter_need_in_memory;
    ctx->request->main_filter_need_in_memory = 1;

    return NGX_OK;
}


CG_HOT void
ngx_http_consent_bodies_close(ngx_http_consent_ctx_t *ctx)
{
    ngx_http_consent_body_t  *body;

    for (body = ctx->bodies; body; body = body->former) {
        ngx_http_consent_reader_close(body->reader);
    }
}


/* Whether the page was one that the worker knows: "hit", "part", "miss", or
 * "bypass" where nothing is remembered. */

CG_HOT const char *
ngx_http_consent_body_known(ngx_http_consent_ctx_t *ctx)
{
    return ctx->body ? ngx_http_consent_reader_known(ctx->body->reader)
                     : "bypass";
}


/* NULL: the body was not edited, or nothing of it came. */

CG_HOT const cg_tally_t *
ngx_http_consent_body_tally(ngx_http_consent_ctx_t *ctx)
{
    ngx_http_consent_body_t  *body = ctx->body;

    if (body == NULL) {
        return NULL;
    }

    if (body->way == CONSENT_BODY_COMPARE) {
        consent_body_compared(body);
    }

    return ngx_http_consent_reader_tally(body->reader);
}
