/*
 * The body filter feeds the gate and links what comes out.  Untouched bytes
 * leave as slices of the buffers they came in; the last slice of a buffer
 * carries it as its shadow, and when that slice is sent, the buffer is done.
 * Nothing decided is ever kept back: what the gate gives goes on in the same
 * call.
 */

#include "ngx_http_consent_module.h"

#define CONSENT_STORE_MIN  2048            /* bytes of a buffer for copies */
#define CONSENT_TEXT_SHORT 256             /* bytes of a text that is copied */


extern ngx_module_t  ngx_http_copy_filter_module;


struct ngx_http_consent_body_s {
    ngx_http_consent_ctx_t  *ctx;
    ngx_http_consent_reader_t  *reader;
    ngx_http_consent_decode_t  *decode;    /* NULL: the body is plain */

    ngx_buf_t               *slice;        /* the last slice of the buffer
                                              being fed */
    unsigned                 open:1;       /* and nothing stands behind it */
    ngx_buf_t               *store;        /* of copies, the last in `out` */
    ngx_chain_t             *text;         /* a short one, the last in `out` */

    ngx_chain_t             *out;          /* of this call */
    ngx_chain_t            **last;
    ngx_chain_t             *busy;         /* passed on, not sent yet */
    ngx_chain_t             *shells;       /* links and bufs to use again */
    ngx_chain_t             *stores;       /* the same, with memory */

    unsigned                 failed:1;
    unsigned                 through:1;    /* all is done, the rest is theirs */
};


/* A link with a buf of ours out of a free list, or a new one. */

static ngx_chain_t *
consent_body_link(ngx_http_consent_body_t *body)
{
    ngx_pool_t   *pool = body->ctx->request->pool;
    ngx_chain_t  *cl = body->shells;

    if (cl) {
        body->shells = cl->next;
        ngx_memzero(cl->buf, sizeof(ngx_buf_t));

    } else {
        cl = ngx_alloc_chain_link(pool);
        if (cl == NULL) {
            return NULL;
        }

        cl->buf = ngx_calloc_buf(pool);
        if (cl->buf == NULL) {
            return NULL;
        }
    }

    cl->buf->tag = (ngx_buf_tag_t) &ngx_http_consent_module;
    cl->next = NULL;

    return cl;
}


static void
consent_body_append(ngx_http_consent_body_t *body, ngx_chain_t *cl)
{
    *body->last = cl;
    body->last = &cl->next;
    body->open = 0;
    body->store = NULL;
    body->text = NULL;
}


/* Two spans that touch are one: an unedited buffer stays one link. */

static cg_status_t
consent_body_span(void *data, cg_str_t bytes)
{
    ngx_buf_t                *b;
    ngx_chain_t              *cl;
    ngx_http_consent_body_t  *body = data;

    if (bytes.len == 0) {
        return CG_OK;
    }

    if (body->open && body->slice->last == bytes.data) {
        body->slice->last += bytes.len;
        return CG_OK;
    }

    cl = consent_body_link(body);
    if (cl == NULL) {
        return CG_ENOMEM;
    }

    b = cl->buf;
    b->memory = 1;                     /* never to be written into */
    b->pos = (u_char *) bytes.data;
    b->last = b->pos + bytes.len;

    consent_body_append(body, cl);
    body->slice = b;
    body->open = 1;

    return CG_OK;
}


/* A buf with memory of its own for `size` bytes. */

static ngx_chain_t *
consent_body_store(ngx_http_consent_body_t *body, size_t size)
{
    ngx_buf_t     *b;
    ngx_chain_t   *cl, **ll;

    for (ll = &body->stores; *ll; ll = &(*ll)->next) {
        b = (*ll)->buf;

        if ((size_t) (b->end - b->start) >= size) {
            cl = *ll;
            *ll = cl->next;
            b->pos = b->start;
            b->last = b->start;
            cl->next = NULL;
            return cl;
        }
    }

    cl = ngx_alloc_chain_link(body->ctx->request->pool);
    b = ngx_create_temp_buf(body->ctx->request->pool,
                            ngx_max(size, CONSENT_STORE_MIN));

    if (cl == NULL || b == NULL) {
        return NULL;
    }

    b->tag = (ngx_buf_tag_t) &ngx_http_consent_module;
    cl->buf = b;
    cl->next = NULL;

    return cl;
}


/* Opens a store in place of the short text that came last, or behind all. */

static ngx_buf_t *
consent_body_open(ngx_http_consent_body_t *body, size_t size)
{
    ngx_buf_t    *b;
    ngx_chain_t  *cl, *text = body->text;

    cl = consent_body_store(body, size + CONSENT_TEXT_SHORT);
    if (cl == NULL) {
        return NULL;
    }

    b = cl->buf;

    if (text) {
        b->last = ngx_cpymem(b->last, text->buf->pos,
                             text->buf->last - text->buf->pos);

        cl->buf = text->buf;
        text->buf = b;
        cl->next = body->shells;
        body->shells = cl;
        body->text = NULL;

    } else {
        consent_body_append(body, cl);
    }

    body->store = b;

    return b;
}


/* Behind what was copied before, where nothing came in between. */

static cg_status_t
consent_body_held(void *data, cg_str_t bytes)
{
    ngx_buf_t                *b;
    ngx_http_consent_body_t  *body = data;

    if (bytes.len == 0) {
        return CG_OK;
    }

    b = body->store;

    if (b == NULL || (size_t) (b->end - b->last) < bytes.len) {
        b = consent_body_open(body, bytes.len);
        if (b == NULL) {
            return CG_ENOMEM;
        }
    }

    b->last = ngx_cpymem(b->last, bytes.data, bytes.len);

    return CG_OK;
}


/* A short text costs less to copy behind another one than a link of its own. */

static cg_status_t
consent_body_text(void *data, cg_str_t bytes)
{
    ngx_uint_t                is_short = bytes.len <= CONSENT_TEXT_SHORT;
    ngx_chain_t              *cl;
    ngx_http_consent_body_t  *body = data;

    if (bytes.len == 0 || (is_short && (body->store || body->text))) {
        return consent_body_held(body, bytes);
    }

    cl = consent_body_link(body);
    if (cl == NULL) {
        return CG_ENOMEM;
    }

    cl->buf->memory = 1;
    cl->buf->pos = (u_char *) bytes.data;
    cl->buf->last = cl->buf->pos + bytes.len;
    consent_body_append(body, cl);
    body->text = is_short ? cl : NULL;

    return CG_OK;
}


/* What a buf says beside its bytes, in a special buf of its own. */

static ngx_int_t
consent_body_flags(ngx_http_consent_body_t *body, ngx_buf_t *b)
{
    ngx_chain_t  *cl;

    if (!b->flush && !b->last_buf && !b->last_in_chain && !b->sync) {
        return NGX_OK;
    }

    cl = ngx_alloc_chain_link(body->ctx->request->pool);
    if (cl == NULL) {
        return NGX_ERROR;
    }

    cl->buf = ngx_calloc_buf(body->ctx->request->pool);
    if (cl->buf == NULL) {
        return NGX_ERROR;
    }

    cl->buf->flush = b->flush;
    cl->buf->last_buf = b->last_buf;
    cl->buf->last_in_chain = b->last_in_chain;
    cl->buf->sync = 1;
    cl->next = NULL;
    consent_body_append(body, cl);

    return NGX_OK;
}


/* The gate has the bytes: sent as slices, or copied.  The buffer is done when
 * its last slice is sent, or now.  1 if that slice carries the flush as well:
 * an endless page that is flushed piece by piece takes no memory for it. */

static ngx_uint_t
consent_body_consume(ngx_http_consent_body_t *body, ngx_buf_t *b)
{
    ngx_buf_t   *slice = body->slice;
    ngx_uint_t   last = body->open;

    body->open = 0;
    body->slice = NULL;

    if (slice == NULL) {
        b->pos = b->last;
        b->file_pos = b->file_last;
        return 0;
    }

    slice->shadow = b;
    slice->recycled = b->recycled;

    if (!last || b->last_buf || b->last_in_chain || b->sync) {
        return 0;
    }

    slice->flush = b->flush;

    return 1;
}


static ngx_int_t
consent_body_feed(ngx_http_consent_body_t *body, ngx_buf_t *b)
{
    cg_str_t     bytes = cg_str("");
    ngx_uint_t   carried;
    cg_status_t  rc;

    body->slice = NULL;

    if (ngx_buf_in_memory(b) && b->last > b->pos) {
        bytes.data = b->pos;
        bytes.len = (size_t) (b->last - b->pos);

    } else if (b->in_file && b->file_last > b->file_pos) {
        ngx_log_error(NGX_LOG_ALERT, body->ctx->request->connection->log, 0,
                      "consent: a buffer that is not in memory");
        return NGX_ERROR;
    }

    rc = ngx_http_consent_reader_feed(body->reader, bytes,
                                      b->flush || b->last_buf);

    carried = consent_body_consume(body, b);

    if (rc == CG_OK && b->last_buf) {

        /* an unfinished tag is judged here */

        rc = ngx_http_consent_reader_end(body->reader);
    }

    if (rc != CG_OK) {
        return NGX_ERROR;
    }

    return carried ? NGX_OK : consent_body_flags(body, b);
}


/* Takes back what was sent, marks the buffers under it as done. */

static void
consent_body_update(ngx_http_consent_body_t *body)
{
    ngx_buf_t    *b;
    ngx_chain_t  *cl;

    while (body->busy) {
        cl = body->busy;
        b = cl->buf;

        if (ngx_buf_size(b) != 0) {
            break;
        }

        body->busy = cl->next;

        if (b->shadow) {
            b->shadow->pos = b->shadow->last;
            b->shadow->file_pos = b->shadow->file_last;
        }

        if (b->tag != (ngx_buf_tag_t) &ngx_http_consent_module) {
            ngx_free_chain(body->ctx->request->pool, cl);
            continue;
        }

        if (b->start) {
            cl->next = body->stores;
            body->stores = cl;

        } else {
            cl->next = body->shells;
            body->shells = cl;
        }
    }
}


static ngx_int_t
consent_body_pass(ngx_http_consent_body_t *body)
{
    ngx_int_t      rc;
    ngx_chain_t  **ll;

    if (body->ctx->waits) {
        return NGX_OK;                 /* the header has not left */
    }

    rc = ngx_http_consent_next_body_filter(body->ctx->request, body->out);

    for (ll = &body->busy; *ll; ll = &(*ll)->next) { /* void */ }

    *ll = body->out;
    body->out = NULL;
    body->last = &body->out;
    body->store = NULL;
    body->text = NULL;

    consent_body_update(body);

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

        if (body->out == NULL && body->busy == NULL
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

    if (ctx->waits || !ngx_http_consent_reader_done(body->reader)) {
        return;
    }

    body->through = 1;

    copy = ngx_http_get_module_ctx(ctx->request, ngx_http_copy_filter_module);

    if (copy) {
        copy->need_in_memory = ctx->memory
                               || ctx->request->filter_need_in_memory;
    }
}


/* Sends the header.  We read the body; whether the filters behind us want it in
 * memory as well, they say here. */

ngx_int_t
ngx_http_consent_body_header(ngx_http_consent_ctx_t *ctx)
{
    ngx_int_t            rc;
    ngx_http_request_t  *r = ctx->request;

    if (ctx->body == NULL) {
        return ngx_http_consent_next_header_filter(r);
    }

    r->main_filter_need_in_memory = ctx->memory;
    rc = ngx_http_consent_next_header_filter(r);
    ctx->memory = r->main_filter_need_in_memory;
    r->main_filter_need_in_memory = 1;

    return rc;
}


ngx_int_t
ngx_http_consent_body_filter(ngx_http_request_t *r, ngx_chain_t *in)
{
    ngx_int_t                 rc;
    ngx_chain_t              *cl;
    ngx_http_consent_ctx_t   *ctx;
    ngx_http_consent_body_t  *body;

    ctx = ngx_http_get_module_ctx(r, ngx_http_consent_module);

    if (ctx == NULL || r != r->main || (body = ctx->body) == NULL) {
        return ngx_http_consent_next_body_filter(r, in);
    }

    if (body->decode) {
        return consent_body_coded(body, in);
    }

    if (body->through) {
        rc = ngx_http_consent_next_body_filter(r, in);
        consent_body_update(body);
        return rc;
    }

    for (cl = in; cl && !body->failed; cl = cl->next) {
        body->failed = consent_body_feed(body, cl->buf) != NGX_OK;
    }

    if (body->failed) {

        /* nothing that the gate did not judge goes on, and no regular end */

        return NGX_ERROR;
    }

    consent_body_step_out(body);

    /* without input too: what was sent meanwhile gives its buffers back, or
       the origin's pipe would wait for them for ever */

    if (body->out == NULL && body->busy == NULL) {
        return in || ctx->waits
               ? NGX_OK : ngx_http_consent_next_body_filter(r, NULL);
    }

    return consent_body_pass(body);
}


ngx_int_t
ngx_http_consent_body_start(ngx_http_consent_ctx_t *ctx,
    const cg_gate_conf_t *gate)
{
    cg_sink_t                 sink;
    ngx_http_consent_body_t  *body;

    body = ngx_pcalloc(ctx->request->pool, sizeof(ngx_http_consent_body_t));
    if (body == NULL) {
        return NGX_ERROR;
    }

    body->ctx = ctx;
    body->last = &body->out;

    if (ctx->coding.len) {
        body->decode = ngx_http_consent_decode_start(ctx);
        if (body->decode == NULL) {
            return NGX_ERROR;
        }
    }

    sink.span = consent_body_span;
    sink.held = consent_body_held;
    sink.text = consent_body_text;
    sink.note = NULL;
    sink.drop = NULL;
    sink.ctx = body;

    body->reader = ngx_http_consent_reader_create(ctx, gate, &sink);
    if (body->reader == NULL) {
        return NGX_ERROR;
    }

    ctx->body = body;
    ctx->memory = ctx->request->main_filter_need_in_memory;
    ctx->request->main_filter_need_in_memory = 1;

    return NGX_OK;
}


/* Whether the page was one that the worker knows: "hit", "miss", or "bypass"
 * where nothing is remembered. */

const char *
ngx_http_consent_body_known(ngx_http_consent_ctx_t *ctx)
{
    return ctx->body ? ngx_http_consent_reader_known(ctx->body->reader)
                     : "bypass";
}


/* NULL: the body was not edited, or nothing of it came. */

const cg_tally_t *
ngx_http_consent_body_tally(ngx_http_consent_ctx_t *ctx)
{
    return ctx->body ? ngx_http_consent_reader_tally(ctx->body->reader) : NULL;
}
