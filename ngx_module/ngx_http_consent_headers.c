/*
 * The header filter decides whether the body is edited, and what a document
 * says about itself.  The body filter only moves bytes.
 */

#include "ngx_http_consent_expire.h"
#include "ngx_http_consent_embed.h"
#include "ngx_http_consent_body.h"
#include "ngx_http_consent_class.h"
#include "ngx_http_consent_texts.h"


ngx_int_t
ngx_http_consent_add_header(ngx_http_request_t *r, const char *name,
    ngx_str_t value)
{
    ngx_table_elt_t  *h = ngx_list_push(&r->headers_out.headers);

    if (h == NULL) {
        return NGX_ERROR;
    }

    ngx_memzero(h, sizeof(ngx_table_elt_t));

    h->hash = 1;
    h->key.data = (u_char *) name;
    h->key.len = ngx_strlen(name);
    h->value = value;

    return NGX_OK;
}


/* What cannot be read is walled off whole: nothing but this host's own images
 * and style sheets is fetched, no script runs. */

CG_COLD static ngx_int_t
consent_headers_wall(ngx_http_consent_ctx_t *ctx)
{
    ngx_http_request_t  *r = ctx->request;
    ngx_str_t  policy = ngx_string(
        "default-src 'none'; img-src 'self' data:; style-src 'self' "
        "'unsafe-inline'; font-src 'self'; base-uri 'none'; "
        "form-action 'self'; sandbox allow-forms allow-same-origin "
        "allow-top-navigation allow-popups");
    ngx_str_t  off = ngx_string("off");

    if (r->http_version < NGX_HTTP_VERSION_10) {
        return NGX_ERROR;              /* no header leaves, so no wall stands */
    }

    ctx->csp = NGX_HTTP_CONSENT_CSP_ENFORCE;

    return ngx_http_consent_add_header(r, "Content-Security-Policy", policy)
           == NGX_OK
           ? ngx_http_consent_add_header(r, "X-DNS-Prefetch-Control", off)
           : NGX_ERROR;
}


/* Whether a header's list has this word; "Cookie" is not in "X-Cookie". */

static ngx_int_t
consent_headers_lists(ngx_table_elt_t *h, const char *word)
{
    size_t    i, end;
    cg_str_t  list = ngx_http_consent_str(h->value);

    for (i = 0; i < list.len; i = end + 1) {
        for (end = i; end < list.len && list.data[end] != ','; end++) {
            /* void */
        }

        if (cg_ascii_eq_nocase(cg_ascii_trim(cg_str_sub(list, i, end)),
                               cg_str_from(word)))
        {
            return 1;
        }
    }

    return 0;
}


/* What the origin says about keeping and confirming its document. */

typedef struct {
    unsigned  no_store:1;
    unsigned  personal:1;              /* to be kept by no shared cache */
    unsigned  no_transform:1;
    unsigned  varies:1;                /* by Cookie, or by everything */
} consent_headers_cache_t;


/* Whether it may be one of those below, by its first letter. */

static ngx_uint_t
consent_headers_may_count(ngx_table_elt_t *h)
{
    static const uint32_t  letters = 1 << ('c' & 31) | 1 << ('e' & 31)
                                     | 1 << ('l' & 31) | 1 << ('s' & 31)
                                     | 1 << ('v' & 31);

    return h->hash && h->key.len && letters >> (h->key.data[0] & 31) & 1;
}


static void
consent_headers_cache_line(ngx_table_elt_t *h, consent_headers_cache_t *cache)
{
    size_t  i;

    static const char  *dropped[] = {
        "Expires", "Surrogate-Control", "CDN-Cache-Control",
        "Cloudflare-CDN-Cache-Control", "ETag", "Last-Modified"
    };

    if (ngx_http_consent_header_is(h, "Cache-Control")) {
        cache->no_store |= consent_headers_lists(h, "no-store") != 0;
        cache->personal |= cache->no_store
                           || consent_headers_lists(h, "private");
        cache->no_transform |= consent_headers_lists(h, "no-transform") != 0;
        h->hash = 0;
        return;
    }

    if (ngx_http_consent_header_is(h, "Vary")) {
        cache->varies |= consent_headers_lists(h, "cookie")
                         || consent_headers_lists(h, "*");
        return;
    }

    cache->personal |= ngx_http_consent_header_is(h, "Set-Cookie") != 0;

    for (i = 0; i < sizeof(dropped) / sizeof(dropped[0]); i++) {
        if (ngx_http_consent_header_is(h, dropped[i])) {
            h->hash = 0;
        }
    }
}


static void
consent_headers_cache(ngx_http_request_t *r, consent_headers_cache_t *cache)
{
    ngx_uint_t        i;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    for (part = &r->headers_out.headers.part; part; part = part->next) {
        h = part->elts;

        for (i = 0; i < part->nelts; i++) {
            if (consent_headers_may_count(&h[i])
                && &h[i] != r->headers_out.etag
                && &h[i] != r->headers_out.last_modified)
            {
                consent_headers_cache_line(&h[i], cache);
            }
        }
    }
}


/* A document is this visitor's, an open one above all: it is kept by no shared
 * cache, and confirmed by no validator of the origin's. */

CG_HOT static ngx_int_t
consent_headers_private(ngx_http_consent_ctx_t *ctx)
{
    ngx_str_t                 vary = ngx_string("Cookie");
    ngx_uint_t                i;
    ngx_http_request_t       *r = ctx->request;
    consent_headers_cache_t   cache;

    static ngx_str_t  values[] = {
        ngx_string("private, no-cache"),
        ngx_string("private, no-cache, no-transform"),
        ngx_string("no-store"),
        ngx_string("no-store, no-transform")
    };

    ngx_memzero(&cache, sizeof(consent_headers_cache_t));

    if (ctx->lines & NGX_HTTP_CONSENT_LINES_CACHE) {
        consent_headers_cache(r, &cache);
    }

    ctx->personal = cache.personal;

    ngx_http_clear_last_modified(r);
    ngx_http_clear_etag(r);

    i = 2 * cache.no_store + cache.no_transform;

    if (ngx_http_consent_add_header(r, "Cache-Control", values[i]) != NGX_OK) {
        return NGX_ERROR;
    }

    return cache.varies ? NGX_OK
                        : ngx_http_consent_add_header(r, "Vary", vary);
}


/* A banner is for the document that a person navigates to. */

static ngx_int_t
consent_headers_navigation(ngx_http_consent_ctx_t *ctx)
{
    return ctx->navigation
           || (ctx->dest == NULL
               && ngx_http_consent_header_in(ctx->request, "x-requested-with")
                  == NULL);
}


/* Written when the gate has found the place, and with it the language. */

CG_HOT static cg_str_t
consent_headers_banner(void *data, cg_str_t lang, int based)
{
    return ngx_http_consent_texts_banner(data, lang, based ? 1 : 0);
}


CG_HOT static uint64_t
consent_headers_edition(void *data, cg_str_t lang, int based)
{
    return ngx_http_consent_texts_edition(data, lang, based ? 1 : 0);
}


static ngx_int_t
consent_headers_wants_banner(ngx_http_consent_ctx_t *ctx)
{
    ngx_http_consent_loc_conf_t  *lcf;

    lcf = ngx_http_get_module_loc_conf(ctx->request, ngx_http_consent_module);

    if (!ctx->decided || ctx->consent.state == CG_STATE_UNKNOWN
        || !consent_headers_navigation(ctx))
    {
        return 0;
    }

    return cg_consent_undecided(&ctx->consent) ? lcf->banner : lcf->settings;
}


static ngx_int_t
consent_headers_document(ngx_http_consent_ctx_t *ctx,
    ngx_http_consent_document_e document)
{
    off_t                         length;
    cg_gate_conf_t                gate;
    ngx_http_request_t           *r = ctx->request;
    ngx_http_consent_loc_conf_t  *lcf;

    if (consent_headers_private(ctx) != NGX_OK) {
        return NGX_ERROR;
    }

    if (!ngx_http_consent_readable(ctx, document)) {
        return cg_judge_all_open(&ctx->judge) ? NGX_OK
                                              : consent_headers_wall(ctx);
    }

    lcf = ngx_http_get_module_loc_conf(r, ngx_http_consent_module);

    if (lcf->csp != NGX_HTTP_CONSENT_CSP_OFF
        && ngx_http_consent_csp_send(ctx) != NGX_OK)
    {
        return NGX_ERROR;
    }

    ngx_memzero(&gate, sizeof(cg_gate_conf_t));

    gate.judge = ctx->judge;
    gate.inline_limit = lcf->inline_limit;

    if (document != NGX_HTTP_CONSENT_DOCUMENT_XHTML) {
        gate.head = ngx_http_consent_texts_head(ctx);
        gate.embed = ngx_http_consent_embed;
        gate.embed_ctx = ctx;
        gate.edition = consent_headers_edition;
        gate.banner_ctx = ctx;

        if (consent_headers_wants_banner(ctx)) {
            gate.banner = consent_headers_banner;
        }
    }

    if (gate.head.data == NULL && gate.banner == NULL
        && cg_judge_all_open(&ctx->judge))
    {
        return NGX_OK;
    }

    if (ctx->ruled && document != NGX_HTTP_CONSENT_DOCUMENT_XHTML) {
        ngx_http_consent_csp_admit(ctx, gate.head, gate.banner != NULL);
    }

    length = r->headers_out.content_length_n;

    ngx_http_clear_content_length(r);
    ngx_http_clear_accept_ranges(r);

    ngx_http_consent_decode_hide(ctx);

    if (ngx_http_consent_charset_begin(ctx) != NGX_OK) {
        return NGX_ERROR;
    }

    return r->header_only || r->method == NGX_HTTP_HEAD
           ? NGX_OK : ngx_http_consent_body_start(ctx, &gate, length);
}


static ngx_int_t
consent_headers_script(ngx_http_consent_ctx_t *ctx)
{
    ngx_int_t  rc = ngx_http_consent_csp_script(ctx);

    return rc == NGX_DONE ? consent_headers_private(ctx) : rc;
}


/* Everything about a response under a policy. */

static ngx_int_t
consent_headers_response(ngx_http_consent_ctx_t *ctx)
{
    ngx_http_consent_document_e  document;

    ngx_http_consent_class_note(ctx);
    ngx_http_consent_purposes_judge(ctx);
    ctx->judge.closed = ngx_http_consent_class_closes(ctx);
    ctx->csp = NGX_HTTP_CONSENT_CSP_OFF;
    ctx->typed = 0;
    ctx->ruled = 0;
    ngx_memzero(&ctx->nonces, sizeof(cg_csp_nonces_t));

    ctx->lines = ngx_http_consent_lines(ctx->request);

    if (ctx->lines & NGX_HTTP_CONSENT_LINES_GATED) {
        ngx_http_consent_gate_headers(ctx);
    }

    if (ctx->request->headers_out.status >= NGX_HTTP_SPECIAL_RESPONSE) {
        ngx_http_consent_gate_redirect(ctx);
    }

    document = ngx_http_consent_document(ctx);

    if (document != NGX_HTTP_CONSENT_DOCUMENT_NONE) {
        return ngx_http_consent_referrer(ctx) == NGX_OK
               && ngx_http_consent_expire(ctx) == NGX_OK
               ? consent_headers_document(ctx, document) : NGX_ERROR;
    }

    return consent_headers_script(ctx);
}


/* A new response, maybe in place of one that was given up. */

static void
consent_headers_begin(ngx_http_consent_ctx_t *ctx)
{
    ngx_http_request_t           *r = ctx->request;
    ngx_http_consent_loc_conf_t  *lcf;

#if (NGX_HTTP_GZIP)
    r->gzip_tested = 0;

    if (ctx->accept_encoding) {
        r->headers_in.accept_encoding = ctx->accept_encoding;
    }
#endif

    ctx->body = NULL;
    ctx->waits = 0;

    /* where the response comes from counts, not where the request went:
       error_page and return skip the phases that looked before */

    lcf = ngx_http_get_module_loc_conf(r, ngx_http_consent_module);
    ctx->off = !lcf->enable;
}


CG_HOT ngx_int_t
ngx_http_consent_header_filter(ngx_http_request_t *r)
{
    ngx_http_consent_ctx_t       *ctx;
    ngx_http_consent_srv_conf_t  *conf;

    conf = ngx_http_get_module_srv_conf(r, ngx_http_consent_module);

    if (r != r->main || conf->policy == NULL) {
        return ngx_http_consent_next_header_filter(r);
    }

    /* a response that came before our phases has no decision: it is shut */

    ctx = ngx_http_consent_need_ctx(r);
    if (ctx == NULL) {
        return NGX_ERROR;
    }

    consent_headers_begin(ctx);

    if (ctx->answered || ctx->off) {
        return ngx_http_consent_next_header_filter(r);
    }

    /* the origin was not asked whether the copy of a document that a browser
       has, from before the gate stood here, is still good: it is not */

    if (r->headers_out.status == NGX_HTTP_NOT_MODIFIED && ctx->conditional) {
        ctx->conditional = 0;
        return ngx_http_filter_finalize_request(r, &ngx_http_consent_module,
                                                NGX_HTTP_BAD_GATEWAY);
    }

    if (consent_headers_response(ctx) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_http_consent_body_header(ctx);
}


#if (nginx_version >= 1029000)

/* A 103 makes a browser fetch before the response is there to be judged. */

ngx_int_t
ngx_http_consent_early_hints_filter(ngx_http_request_t *r)
{
    ngx_http_consent_ctx_t       *ctx;
    ngx_http_consent_loc_conf_t  *lcf;
    ngx_http_consent_srv_conf_t  *conf;

    conf = ngx_http_get_module_srv_conf(r, ngx_http_consent_module);
    lcf = ngx_http_get_module_loc_conf(r, ngx_http_consent_module);

    if (conf->policy && lcf->enable) {
        ctx = ngx_http_consent_need_ctx(r);
        if (ctx == NULL) {
            return NGX_OK;             /* no hint at all */
        }

        ngx_http_consent_class_note(ctx);
        ngx_http_consent_purposes_judge(ctx);
        ctx->judge.closed = ngx_http_consent_class_closes(ctx);
        ngx_http_consent_gate_headers(ctx);
    }

    return ngx_http_consent_next_early_hints_filter(r);
}

#endif
