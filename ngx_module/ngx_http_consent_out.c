/*
 * What leaves for the browser: slices of the buffers that came, copies, and
 * texts of the configuration, linked in the order of the document.
 */

#include "ngx_http_consent_out.h"

#define CONSENT_OUT_SHELLS  3              /* links made at one time */
#define CONSENT_OUT_STORE   2048           /* bytes of a buffer for copies */
#define CONSENT_OUT_SHORT   256            /* bytes of a text that is copied */


typedef struct {
    ngx_chain_t  link;
    ngx_buf_t    buf;
} consent_out_shell_t;


/* Links with bufs, made several at a time. */

static ngx_int_t
consent_out_shells(ngx_http_consent_out_t *out)
{
    ngx_uint_t            i;
    consent_out_shell_t  *shell;

    shell = cg_arena_raw(out->arena,
                         CONSENT_OUT_SHELLS * sizeof(consent_out_shell_t));
    if (shell == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < CONSENT_OUT_SHELLS; i++) {
        shell[i].link.buf = &shell[i].buf;
        shell[i].link.next = out->shells;
        out->shells = &shell[i].link;
    }

    return NGX_OK;
}


/* A link with a buf of ours. */

CG_HOT static ngx_chain_t *
consent_out_link(ngx_http_consent_out_t *out)
{
    ngx_chain_t  *cl;

    if (out->shells == NULL && consent_out_shells(out) != NGX_OK) {
        return NULL;
    }

    cl = out->shells;
    out->shells = cl->next;
    cl->next = NULL;

    ngx_memzero(cl->buf, sizeof(ngx_buf_t));
    cl->buf->tag = (ngx_buf_tag_t) &ngx_http_consent_module;

    return cl;
}


static void
consent_out_append(ngx_http_consent_out_t *out, ngx_chain_t *cl)
{
    *out->last = cl;
    out->last = &cl->next;
    out->open = 0;
    out->store = NULL;
    out->text = NULL;
}


/* Two spans that touch are one: an unedited buffer stays one link. */

CG_HOT static cg_status_t
consent_out_span(void *data, cg_str_t bytes)
{
    ngx_buf_t               *b;
    ngx_chain_t             *cl;
    ngx_http_consent_out_t  *out = data;

    if (bytes.len == 0) {
        return CG_OK;
    }

    out->made += (off_t) bytes.len;

    if (out->open && out->slice->last == bytes.data) {
        out->slice->last += bytes.len;
        return CG_OK;
    }

    cl = consent_out_link(out);
    if (cl == NULL) {
        return CG_ENOMEM;
    }

    b = cl->buf;
    b->memory = 1;                     /* never to be written into */
    b->pos = (u_char *) bytes.data;
    b->last = b->pos + bytes.len;

    consent_out_append(out, cl);
    out->slice = b;
    out->open = 1;

    return CG_OK;
}


/* A buf with memory of its own for `size` bytes. */

static ngx_chain_t *
consent_out_store(ngx_http_consent_out_t *out, size_t size)
{
    ngx_buf_t     *b;
    ngx_chain_t   *cl, **ll;

    for (ll = &out->stores; *ll; ll = &(*ll)->next) {
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

    cl = ngx_alloc_chain_link(out->pool);
    b = ngx_create_temp_buf(out->pool,
                            ngx_max(size, CONSENT_OUT_STORE));

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
consent_out_open(ngx_http_consent_out_t *out, size_t size)
{
    ngx_buf_t    *b;
    ngx_chain_t  *cl, *text = out->text;

    cl = consent_out_store(out, size + CONSENT_OUT_SHORT);
    if (cl == NULL) {
        return NULL;
    }

    b = cl->buf;

    if (text) {
        b->last = ngx_cpymem(b->last, text->buf->pos,
                             text->buf->last - text->buf->pos);

        cl->buf = text->buf;
        text->buf = b;
        cl->next = out->shells;
        out->shells = cl;
        out->text = NULL;

    } else {
        consent_out_append(out, cl);
    }

    out->store = b;

    return b;
}


/* Behind what was copied before, where nothing came in between. */

static cg_status_t
consent_out_held(void *data, cg_str_t bytes)
{
    ngx_buf_t               *b;
    ngx_http_consent_out_t  *out = data;

    if (bytes.len == 0) {
        return CG_OK;
    }

    out->made += (off_t) bytes.len;
    b = out->store;

    if (b == NULL || (size_t) (b->end - b->last) < bytes.len) {
        b = consent_out_open(out, bytes.len);
        if (b == NULL) {
            return CG_ENOMEM;
        }
    }

    b->last = ngx_cpymem(b->last, bytes.data, bytes.len);

    return CG_OK;
}


/* A short text costs less to copy behind another one than a link of its own. */

CG_HOT static cg_status_t
consent_out_text(void *data, cg_str_t bytes)
{
    ngx_uint_t               is_short = bytes.len <= CONSENT_OUT_SHORT;
    ngx_chain_t             *cl;
    ngx_http_consent_out_t  *out = data;

    if (bytes.len == 0 || (is_short && (out->store || out->text))) {
        return consent_out_held(out, bytes);
    }

    cl = consent_out_link(out);
    if (cl == NULL) {
        return CG_ENOMEM;
    }

    out->made += (off_t) bytes.len;

    cl->buf->memory = 1;
    cl->buf->pos = (u_char *) bytes.data;
    cl->buf->last = cl->buf->pos + bytes.len;
    consent_out_append(out, cl);
    out->text = is_short ? cl : NULL;

    return CG_OK;
}


/* What a buf says beside its bytes, in a special buf of its own. */

ngx_int_t
ngx_http_consent_out_flags(ngx_http_consent_out_t *out, ngx_buf_t *b)
{
    ngx_chain_t  *cl;

    if (!b->flush && !b->last_buf && !b->last_in_chain && !b->sync) {
        return NGX_OK;
    }

    cl = ngx_alloc_chain_link(out->pool);
    if (cl == NULL) {
        return NGX_ERROR;
    }

    cl->buf = ngx_calloc_buf(out->pool);
    if (cl->buf == NULL) {
        return NGX_ERROR;
    }

    cl->buf->flush = b->flush;
    cl->buf->last_buf = b->last_buf;
    cl->buf->last_in_chain = b->last_in_chain;
    cl->buf->sync = 1;
    cl->next = NULL;
    consent_out_append(out, cl);

    return NGX_OK;
}


CG_HOT off_t
ngx_http_consent_out_rest(ngx_http_consent_out_t *out, ngx_chain_t *in)
{
    off_t  size = 0;

    out->rest = out->last;
    *out->last = in;

    for ( /* void */ ; in; in = in->next) {
        size += ngx_buf_size(in->buf);
    }

    out->made += size;

    return size;
}


/* The gate has the bytes: sent as slices, or copied.  The buffer is done when
 * its last slice is sent, or now.  1 if that slice carries the flush as well:
 * an endless page that is flushed piece by piece takes no memory for it. */

CG_HOT ngx_uint_t
ngx_http_consent_out_consume(ngx_http_consent_out_t *out, ngx_buf_t *b)
{
    ngx_buf_t   *slice = out->slice;
    ngx_uint_t   last = out->open;

    out->open = 0;
    out->slice = NULL;

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


/* Takes back what was sent, marks the buffers under it as done. */

CG_HOT void
ngx_http_consent_out_update(ngx_http_consent_out_t *out)
{
    ngx_buf_t    *b;
    ngx_chain_t  *cl;

    while (out->busy) {
        cl = out->busy;
        b = cl->buf;

        if (ngx_buf_size(b) != 0) {
            break;
        }

        out->busy = cl->next;

        /* one that only says something may be somebody's still */

        if (b->tag != (ngx_buf_tag_t) &ngx_http_consent_module) {
            ngx_free_chain(out->pool, cl);
            continue;
        }

        if (b->shadow) {
            b->shadow->pos = b->shadow->last;
            b->shadow->file_pos = b->shadow->file_last;
        }

        if (b->start) {
            cl->next = out->stores;
            out->stores = cl;

        } else {
            cl->next = out->shells;
            out->shells = cl;
        }
    }
}


CG_HOT void
ngx_http_consent_out_init(ngx_http_consent_out_t *out, ngx_pool_t *pool,
    cg_arena_t *arena, cg_sink_t *sink)
{
    ngx_memzero(out, sizeof(ngx_http_consent_out_t));

    out->pool = pool;
    out->arena = arena;
    out->last = &out->chain;

    sink->span = consent_out_span;
    sink->held = consent_out_held;
    sink->text = consent_out_text;
    sink->note = NULL;
    sink->drop = NULL;
    sink->ctx = out;
}


/* All that is ready has been passed on. */

CG_HOT void
ngx_http_consent_out_passed(ngx_http_consent_out_t *out)
{
    ngx_chain_t  **ll;

    if (out->rest) {
        *out->rest = NULL;             /* these links are the caller's */
        out->rest = NULL;
    }

    for (ll = &out->busy; *ll; ll = &(*ll)->next) { /* void */ }

    *ll = out->chain;
    out->chain = NULL;
    out->last = &out->chain;
    out->store = NULL;
    out->text = NULL;

    ngx_http_consent_out_update(out);
}
