/*
 * The header filter decides: cookies and fetching headers are judged here, and
 * whether the body is edited.  The body filter only moves bytes.
 */

#include "ngx_http_consent_module.h"
#include "cookie/cg_cookie.h"

#define CONSENT_EXPIRE_LINES  12       /* of one response */
#define CONSENT_EXPIRE_BYTES  1500
#define CONSENT_INSERTION     32768    /* bytes of a banner or head script */


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


ngx_int_t
ngx_http_consent_header_is(ngx_table_elt_t *h, const char *name)
{
    return h->hash != 0 && h->key.len == ngx_strlen(name)
           && ngx_strncasecmp(h->key.data, (u_char *) name, h->key.len) == 0;
}


static void
consent_headers_set_cookie(ngx_http_consent_ctx_t *ctx, ngx_table_elt_t *h)
{
    cg_verdict_t     verdict;
    cg_set_cookie_t  cookie;

    if (cg_set_cookie_read(ngx_http_consent_str(h->value), &cookie) != CG_OK) {
        return;                        /* no browser stores it */
    }

    verdict = cg_judge_cookie(&ctx->judge, cookie.sent);

    if (verdict.pass) {
        return;
    }

    h->hash = 0;
    ngx_http_consent_note(&ctx->refused, cookie.sent);
    ngx_http_consent_note(&ctx->clauses, verdict.clause);
}


static void
consent_headers_link(ngx_http_consent_ctx_t *ctx, ngx_table_elt_t *h)
{
    cg_out_t      out;
    cg_verdict_t  verdict;

    cg_out_init(&out, &ctx->arena, h->value.len);

    if (cg_headers_link(&ctx->judge, &ctx->arena,
                        ngx_http_consent_str(h->value), &out, &verdict)
        == CG_NONE)
    {
        return;
    }

    ngx_http_consent_note(&ctx->clauses, verdict.clause);

    if (out.status != CG_OK || out.len == 0) {
        h->hash = 0;
        return;
    }

    h->value = ngx_http_consent_ngx(cg_out_slice(&out));
}


static void
consent_headers_refresh(ngx_http_consent_ctx_t *ctx, ngx_table_elt_t *h)
{
    cg_verdict_t  verdict;

    verdict = cg_headers_refresh(&ctx->judge, &ctx->arena,
                                 ngx_http_consent_str(h->value));
    if (!verdict.pass) {
        h->hash = 0;
        ngx_http_consent_note(&ctx->clauses, verdict.clause);
    }
}


/* Report-To (JSON) and Reporting-Endpoints (RFC 8941) hold URLs in quotes.  An
 * escape could hide one: no URL needs it. */

static void
consent_headers_reporting(ngx_http_consent_ctx_t *ctx, ngx_table_elt_t *h)
{
    size_t        i, from = 0, quoted = 0;
    cg_str_t      line = ngx_http_consent_str(h->value);
    cg_verdict_t  verdict;

    for (i = 0; i < line.len; i++) {
        if (line.data[i] == '\\') {
            ngx_memzero(&verdict, sizeof(cg_verdict_t));
            verdict.pass = cg_judge_all_open(&ctx->judge) != 0;

        } else if (line.data[i] != '"') {
            continue;

        } else if (!quoted) {
            quoted = 1;
            from = i + 1;
            continue;

        } else {
            quoted = 0;
            verdict = cg_judge_url(&ctx->judge, &ctx->arena,
                                   cg_str_sub(line, from, i));
        }

        if (!verdict.pass) {
            h->hash = 0;
            ngx_http_consent_note(&ctx->clauses, verdict.clause);
            return;
        }
    }
}


static void
consent_headers_judge(ngx_http_consent_ctx_t *ctx)
{
    ngx_uint_t        i;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    part = &ctx->request->headers_out.headers.part;

    for ( /* void */ ; part; part = part->next) {
        h = part->elts;

        for (i = 0; i < part->nelts; i++) {
            if (ngx_http_consent_header_is(&h[i], "Set-Cookie")) {
                consent_headers_set_cookie(ctx, &h[i]);

            } else if (ngx_http_consent_header_is(&h[i], "Link")) {
                consent_headers_link(ctx, &h[i]);

            } else if (ngx_http_consent_header_is(&h[i], "Refresh")) {
                consent_headers_refresh(ctx, &h[i]);

            } else if (ngx_http_consent_header_is(&h[i], "Report-To")
                       || ngx_http_consent_header_is(&h[i],
                                                     "Reporting-Endpoints"))
            {
                consent_headers_reporting(ctx, &h[i]);
            }
        }
    }
}


typedef struct {
    ngx_http_consent_ctx_t  *ctx;
    ngx_uint_t               lines;
    size_t                   bytes;
} consent_expire_t;


/* One Set-Cookie that removes `name`; NGX_DONE: the response holds enough. */

static ngx_int_t
consent_expire_line(consent_expire_t *expire, cg_str_t name, cg_str_t domain)
{
    u_char     *p;
    ngx_str_t   value;

    static const char  rest[] =
        "=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0";

    value.len = name.len + sizeof(rest) - 1
                + (domain.len ? sizeof("; Domain=") - 1 + domain.len : 0);

    if (expire->lines == CONSENT_EXPIRE_LINES
        || expire->bytes + value.len > CONSENT_EXPIRE_BYTES)
    {
        return NGX_DONE;
    }

    p = ngx_pnalloc(expire->ctx->request->pool, value.len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    value.data = p;
    p = ngx_cpymem(p, name.data, name.len);
    p = ngx_cpymem(p, rest, sizeof(rest) - 1);

    if (domain.len) {
        p = ngx_cpymem(p, "; Domain=", sizeof("; Domain=") - 1);
        ngx_memcpy(p, domain.data, domain.len);
    }

    expire->lines++;
    expire->bytes += value.len;

    return ngx_http_consent_add_header(expire->ctx->request, "Set-Cookie",
                                       value);
}


/* Gated cookies that the browser still sends.  It does not say with which
 * attributes it keeps them: the likeliest go first, host-only, then the
 * registrable domain, where scripts of vendors put them, then the host. */

static ngx_int_t
consent_headers_expire(ngx_http_consent_ctx_t *ctx)
{
    cg_str_t          host, domain, *name = ctx->dropped.elts;
    ngx_int_t         rc = NGX_OK;
    ngx_uint_t        i;
    consent_expire_t  expire = { ctx, 0, 0 };

    if (!ctx->decided || !cg_consent_may_expire(&ctx->consent)) {
        return NGX_OK;
    }

    host = ctx->judge.request_host;
    domain = host.data ? cg_host_registrable(host) : cg_str_null;

    for (i = 0; rc == NGX_OK && i < ctx->dropped.nelts; i++) {
        rc = consent_expire_line(&expire, name[i], cg_str_null);

        if (rc == NGX_OK && domain.len) {
            rc = consent_expire_line(&expire, name[i], domain);
        }

        if (rc == NGX_OK && domain.len && !cg_str_eq(host, domain)) {
            rc = consent_expire_line(&expire, name[i], host);
        }

        ngx_http_consent_note(&ctx->expired, name[i]);
    }

    return rc == NGX_ERROR ? NGX_ERROR : NGX_OK;
}


/* What cannot be read is walled off whole: nothing but this host's own images
 * and style sheets is fetched, no script runs. */

static ngx_int_t
consent_headers_wall(ngx_http_request_t *r)
{
    ngx_str_t  policy = ngx_string(
        "default-src 'none'; img-src 'self' data:; style-src 'self' "
        "'unsafe-inline'; font-src 'self'; base-uri 'none'; "
        "form-action 'self'; sandbox allow-forms allow-same-origin "
        "allow-top-navigation allow-popups");
    ngx_str_t  off = ngx_string("off");

    return ngx_http_consent_add_header(r, "Content-Security-Policy", policy)
           == NGX_OK
           ? ngx_http_consent_add_header(r, "X-DNS-Prefetch-Control", off)
           : NGX_ERROR;
}


/* A document is this visitor's, an open one above all: it is kept by no shared
 * cache, and confirmed by no validator of the origin's. */

static ngx_int_t
consent_headers_private(ngx_http_request_t *r)
{
    ngx_uint_t        i, no_store = 0;
    ngx_str_t         value = ngx_string("private, no-cache");
    ngx_str_t         vary = ngx_string("Cookie");
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    for (part = &r->headers_out.headers.part; part; part = part->next) {
        h = part->elts;

        for (i = 0; i < part->nelts; i++) {
            if (ngx_http_consent_header_is(&h[i], "Cache-Control")) {
                no_store |= ngx_strlcasestrn(h[i].value.data,
                                             h[i].value.data + h[i].value.len,
                                             (u_char *) "no-store", 8 - 1)
                            != NULL;
                h[i].hash = 0;

            } else if (ngx_http_consent_header_is(&h[i], "Expires")
                       || ngx_http_consent_header_is(&h[i],
                                                     "Surrogate-Control")
                       || ngx_http_consent_header_is(&h[i],
                                                     "CDN-Cache-Control"))
            {
                h[i].hash = 0;
            }
        }
    }

    if (no_store) {
        ngx_str_set(&value, "no-store");
    }

    ngx_http_clear_last_modified(r);
    ngx_http_clear_etag(r);

    return ngx_http_consent_add_header(r, "Cache-Control", value) == NGX_OK
           ? ngx_http_consent_add_header(r, "Vary", vary) : NGX_ERROR;
}


/* A banner is for the document that a person navigates to. */

static ngx_int_t
consent_headers_navigation(ngx_http_request_t *r)
{
    ngx_str_t  *dest = ngx_http_consent_header_in(r, "sec-fetch-dest");
    ngx_str_t  *with = ngx_http_consent_header_in(r, "x-requested-with");

    if (dest) {
        return dest->len == sizeof("document") - 1
               && ngx_strncmp(dest->data, "document", dest->len) == 0;
    }

    return with == NULL;
}


/* Written when the gate has found the place, and with it the language. */

static cg_str_t
consent_headers_banner(void *data, cg_str_t lang)
{
    cg_out_t                 out;
    cg_view_t                view;
    ngx_http_consent_ctx_t  *ctx = data;

    if (ngx_http_consent_view(ctx, &view, "banner", lang) != NGX_OK) {
        return cg_str_null;
    }

    cg_out_init(&out, &ctx->arena, CONSENT_INSERTION);

    if (cg_consent_undecided(&ctx->consent)) {
        cg_notice_banner(&out, &view);

    } else {
        cg_notice_settings(&out, &view);
    }

    return cg_out_slice(&out);
}


static ngx_int_t
consent_headers_wants_banner(ngx_http_consent_ctx_t *ctx)
{
    ngx_http_consent_loc_conf_t  *lcf;

    lcf = ngx_http_get_module_loc_conf(ctx->request, ngx_http_consent_module);

    if (!ctx->decided || ctx->consent.state == CG_STATE_UNKNOWN
        || !consent_headers_navigation(ctx->request))
    {
        return 0;
    }

    return cg_consent_undecided(&ctx->consent) ? lcf->banner : lcf->settings;
}


static cg_str_t
consent_headers_head(ngx_http_consent_ctx_t *ctx)
{
    cg_out_t  out;

    cg_out_init(&out, &ctx->arena, CONSENT_INSERTION);
    cg_head_write(&out, ctx->conf->policy, ctx->consent.granted, cg_str_null);

    return out.len ? cg_out_slice(&out) : cg_str_null;
}


static ngx_int_t
consent_headers_document(ngx_http_consent_ctx_t *ctx,
    ngx_http_consent_document_e document)
{
    cg_gate_conf_t                gate;
    ngx_http_request_t           *r = ctx->request;
    ngx_http_consent_loc_conf_t  *lcf;

    if (consent_headers_private(r) != NGX_OK) {
        return NGX_ERROR;
    }

    if (!ngx_http_consent_readable(ctx, document)) {
        return cg_judge_all_open(&ctx->judge) ? NGX_OK
                                              : consent_headers_wall(r);
    }

    lcf = ngx_http_get_module_loc_conf(r, ngx_http_consent_module);

    ngx_memzero(&gate, sizeof(cg_gate_conf_t));

    gate.judge = ctx->judge;
    gate.inline_limit = lcf->inline_limit;

    if (!ngx_http_consent_type_is(ngx_http_consent_essence(r),
                                  "application/xhtml+xml"))
    {
        gate.head = consent_headers_head(ctx);

        if (consent_headers_wants_banner(ctx)) {
            gate.banner = consent_headers_banner;
            gate.banner_ctx = ctx;
        }
    }

    if (gate.head.data == NULL && gate.banner == NULL
        && cg_judge_all_open(&ctx->judge))
    {
        return NGX_OK;
    }

    ngx_http_clear_content_length(r);
    ngx_http_clear_accept_ranges(r);

    ngx_http_consent_decode_hide(ctx);

    return r->header_only || r->method == NGX_HTTP_HEAD
           ? NGX_OK : ngx_http_consent_body_start(ctx, &gate);
}


ngx_int_t
ngx_http_consent_header_filter(ngx_http_request_t *r)
{
    ngx_http_consent_ctx_t       *ctx;
    ngx_http_consent_loc_conf_t  *lcf;
    ngx_http_consent_srv_conf_t  *conf;
    ngx_http_consent_document_e   document;

    conf = ngx_http_get_module_srv_conf(r, ngx_http_consent_module);

    if (r != r->main || conf->policy == NULL) {
        return ngx_http_consent_next_header_filter(r);
    }

    /* a response that came before our phases has no decision: it is shut */

    ctx = ngx_http_consent_need_ctx(r);
    if (ctx == NULL) {
        return NGX_ERROR;
    }

#if (NGX_HTTP_GZIP)
    r->gzip_tested = 0;

    if (ctx->accept_encoding) {
        r->headers_in.accept_encoding = ctx->accept_encoding;
    }
#endif

    ctx->body = NULL;                  /* of a response that was given up */

    /* where the response comes from counts, not where the request went:
       error_page and return skip the phases that looked before */

    lcf = ngx_http_get_module_loc_conf(r, ngx_http_consent_module);
    ctx->off = !lcf->enable;

    if (ctx->answered || ctx->off) {
        return ngx_http_consent_next_header_filter(r);
    }

    ctx->judge.granted = ctx->consent.granted;

    consent_headers_judge(ctx);

    document = ngx_http_consent_document(ctx);

    if (document != NGX_HTTP_CONSENT_DOCUMENT_NONE
        && (consent_headers_expire(ctx) != NGX_OK
            || consent_headers_document(ctx, document) != NGX_OK))
    {
        return NGX_ERROR;
    }

    return ngx_http_consent_next_header_filter(r);
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

        ctx->judge.granted = ctx->consent.granted;
        consent_headers_judge(ctx);
    }

    return ngx_http_consent_next_early_hints_filter(r);
}

#endif
