/*
 * The phases.  SERVER_REWRITE closes first: gated cookies are gone before a
 * variable, a sub-request or a log can read them, and our own pages answer.
 * PRECONTENT, behind limits and access, settles what needs Redis, and opens.
 */

#include "ngx_http_consent_address.h"
#include "ngx_http_consent_class.h"
#include "ngx_http_consent_gpc.h"
#include "ngx_http_consent_unknown.h"


/* The first that we see of a request is its error page: nginx gave it up
 * before all of its headers were read.  A token among them may be one of
 * several, so none of them is believed. */

static ngx_int_t
consent_request_begin(ngx_http_consent_ctx_t *ctx)
{
    if (!ctx->request->internal) {
        return ngx_http_consent_begin(ctx);
    }

    ctx->consent.state = CG_STATE_UNKNOWN;
    ctx->consent.settled = 1;

    return NGX_OK;
}


CG_HOT ngx_int_t
ngx_http_consent_close_first(ngx_http_request_t *r)
{
    ngx_http_consent_ctx_t       *ctx;
    ngx_http_consent_srv_conf_t  *conf;

    conf = ngx_http_get_module_srv_conf(r, ngx_http_consent_module);

    if (conf->policy == NULL || r != r->main) {
        return NGX_DECLINED;
    }

    ctx = ngx_http_consent_need_ctx(r);
    if (ctx == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (ctx->begun) {
        return NGX_DECLINED;
    }

    ctx->begun = 1;

    if (ngx_http_consent_cookies_aside(ctx) != NGX_OK
        || consent_request_begin(ctx) != NGX_OK
        || ngx_http_consent_cookies_apply(ctx) != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (ngx_http_consent_gpc_is(ctx)) {
        return ngx_http_consent_gpc_send(ctx);
    }

    if (!ngx_http_consent_is_own(ctx) || conf->own_location) {
        return NGX_DECLINED;
    }

    return ngx_http_consent_endpoint(ctx);
}


/* An extension under which no site serves documents.  A page that hides behind
 * one may come coded or cut: then it is walled off, not passed. */

static ngx_int_t
consent_request_static(ngx_http_request_t *r)
{
    size_t  i;

    static const char  *extens[] = {
        "css", "js", "mjs", "gif", "png", "jpg", "jpeg", "webp", "avif",
        "ico", "woff", "woff2", "ttf", "otf", "eot", "mp3", "mp4", "m4a",
        "m4v", "mov", "ogg", "ogv", "wav", "webm", "pdf", "zip", "gz"
    };

    for (i = 0; i < sizeof(extens) / sizeof(extens[0]); i++) {
        if (r->exten.len == ngx_strlen(extens[i])
            && ngx_strncasecmp(r->exten.data, (u_char *) extens[i],
                               r->exten.len) == 0)
        {
            return 1;
        }
    }

    return 0;
}


/* A person goes there, says the browser. */

static ngx_int_t
consent_request_navigation(ngx_str_t *dest)
{
    return dest && dest->len == sizeof("document") - 1
           && ngx_memcmp(dest->data, "document", sizeof("document") - 1) == 0;
}


/* A response that may be a document must not be coded, cut or confirmed by
 * the origin: what is read must be whole and plain.  Sec-Fetch-Dest says which
 * request that is; old browsers are known by Accept and by what they ask
 * for. */

static ngx_int_t
consent_request_document(ngx_http_consent_ctx_t *ctx)
{
    size_t               i;
    ngx_str_t           *accept, *dest = ctx->dest;
    ngx_http_request_t  *r = ctx->request;

    static const char  *dests[] = {
        "iframe", "frame", "embed", "object", "empty"
    };

    if (ctx->navigation) {
        return 1;
    }

    if (dest) {
        for (i = 0; i < sizeof(dests) / sizeof(dests[0]); i++) {
            if (dest->len == ngx_strlen(dests[i])
                && ngx_strncmp(dest->data, dests[i], dest->len) == 0)
            {
                return 1;
            }
        }

        return 0;
    }

    accept = ngx_http_consent_header_in(r, "accept");

    if (consent_request_static(r)) {
        return accept
               && ngx_strnstr(accept->data, "text/html", accept->len);
    }

    return accept == NULL
           || ngx_strnstr(accept->data, "text/html", accept->len)
           || ngx_strnstr(accept->data, "*/*", accept->len);
}


/* What makes of a page a part of it, or a mere confirmation. */

static ngx_uint_t
consent_request_partial(ngx_http_request_t *r)
{
    return r->headers_in.range || r->headers_in.if_range
           || r->headers_in.if_none_match || r->headers_in.if_modified_since
           || r->headers_in.if_match || r->headers_in.if_unmodified_since;
}


CG_HOT static ngx_int_t
consent_request_whole(ngx_http_consent_ctx_t *ctx)
{
    ngx_http_request_t  *r = ctx->request;

    static const ngx_str_t  names[] = {
        ngx_string("range"), ngx_string("if-range"),
        ngx_string("if-none-match"), ngx_string("if-modified-since"),
        ngx_string("if-match"), ngx_string("if-unmodified-since"),
        ngx_null_string
    };

    if (!(r->method & (NGX_HTTP_GET|NGX_HTTP_HEAD))
        || !consent_request_partial(r))
    {
        return NGX_OK;
    }

    ctx->conditional = r->headers_in.if_none_match
                       || r->headers_in.if_modified_since;

    r->headers_in.range = NULL;
    r->headers_in.if_range = NULL;
    r->headers_in.if_none_match = NULL;
    r->headers_in.if_modified_since = NULL;
    r->headers_in.if_match = NULL;
    r->headers_in.if_unmodified_since = NULL;

    return ngx_http_consent_headers_drop(r, names);
}


/* nginx's own filters read headers_in, the origin gets the list: both are
 * told. */

static ngx_int_t
consent_request_plain(ngx_http_consent_ctx_t *ctx)
{
    ngx_http_request_t  *r = ctx->request;

    static const ngx_str_t  names[] = {
        ngx_string("accept-encoding"), ngx_null_string
    };

#if (NGX_HTTP_GZIP)

    /* no pre-compressed file, and gunzip where it is on; the header filter
       lets gzip ask again.  gzip_static looks at the header, not at the
       bits */

    r->gzip_tested = 1;
    r->gzip_ok = 0;

    if (r->headers_in.accept_encoding == NULL) {
        return consent_request_whole(ctx);
    }

    ctx->accept_encoding = r->headers_in.accept_encoding;
    r->headers_in.accept_encoding = NULL;

#endif

    return ngx_http_consent_headers_drop(r, names) == NGX_OK
           ? consent_request_whole(ctx) : NGX_ERROR;
}


/* An endpoint of a vendor that is relayed through the own host, or a location
 * with consent_require. */

static ngx_int_t
consent_request_relayed(ngx_http_consent_ctx_t *ctx,
    ngx_http_consent_loc_conf_t *lcf)
{
    cg_verdict_t         verdict;
    ngx_http_request_t  *r = ctx->request;

    /* as the browser spelt it, and as the site will read it */

    verdict = cg_judge_path(&ctx->judge,
                            ngx_http_consent_str(r->unparsed_uri));
    if (verdict.pass
        && !cg_str_eq(ngx_http_consent_str(r->unparsed_uri),
                      ngx_http_consent_str(r->uri)))
    {
        verdict = cg_judge_path(&ctx->judge, ngx_http_consent_str(r->uri));
    }

    ngx_http_consent_unknown_endpoint(ctx, &verdict);

    if (!verdict.pass) {
        ngx_http_consent_note(ctx, &ctx->clauses, verdict.clause);
        ctx->bypass = cg_str("relayed endpoint withheld");
        return NGX_HTTP_NO_CONTENT;
    }

    if ((lcf->require_bits & ngx_http_consent_granted(ctx))
        != lcf->require_bits)
    {
        ctx->bypass = cg_str("required purpose not granted");
        return (ngx_int_t) lcf->require_status;
    }

    return NGX_DECLINED;
}


static ngx_int_t
consent_request_open(ngx_http_consent_ctx_t *ctx,
    ngx_http_consent_loc_conf_t *lcf)
{
    ngx_int_t            rc;
    ngx_http_request_t  *r = ctx->request;

    ctx->decided = 1;
    ctx->dest = ngx_http_consent_header_in(r, "sec-fetch-dest");
    ctx->navigation = consent_request_navigation(ctx->dest) != 0;

    if (ngx_http_consent_cookies_apply(ctx) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ngx_http_consent_address_serve(ctx);
    rc = consent_request_relayed(ctx, lcf);

    if (rc != NGX_DECLINED) {
        return rc;
    }

    ctx->document = consent_request_document(ctx) != 0;

    if (ctx->document && consent_request_plain(ctx) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return NGX_DECLINED;
}


CG_HOT ngx_int_t
ngx_http_consent_precontent(ngx_http_request_t *r)
{
    ngx_http_consent_ctx_t       *ctx;
    ngx_http_consent_loc_conf_t  *lcf;

    if (r != r->main) {
        return NGX_DECLINED;
    }

    ctx = ngx_http_consent_get_ctx(r);

    if (ctx == NULL) {
        return NGX_DECLINED;
    }

    if (ctx->conf->own_location && ngx_http_consent_is_own(ctx)) {
        return ngx_http_consent_endpoint(ctx);
    }

    ngx_http_consent_class_note(ctx);

    lcf = ngx_http_get_module_loc_conf(r, ngx_http_consent_module);
    ctx->off = !lcf->enable;

    if (ctx->off) {
        return ngx_http_consent_cookies_apply(ctx) == NGX_OK
               ? NGX_DECLINED : NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (ngx_http_consent_settle(ctx) == NGX_AGAIN) {

        /* a visitor who leaves while we wait is noticed, or has left */

        r->read_event_handler = ngx_http_test_reading;

        if (r->connection->read->ready) {
            ngx_post_event(r->connection->read, &ngx_posted_events);
        }

        return NGX_AGAIN;
    }

    r->read_event_handler = ngx_http_block_reading;

    return consent_request_open(ctx, lcf);
}
