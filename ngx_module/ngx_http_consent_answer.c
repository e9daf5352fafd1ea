/*
 * What our own pages say: HTML pages, JSON, assets, and the token's cookie.
 * Every answer is no-store unless it is immutable; no page of ours can be
 * framed.
 */

#include "ngx_http_consent_choice.h"
#include "ngx_http_consent_embed.h"
#include "ngx_http_consent_texts.h"
#include "evidence/cg_field.h"
#include "notice/cg_messages.h"

#define CONSENT_PAGE_MAX  (512 * 1024)     /* bytes of one answer */


#define CONSENT_PAGE_CSP                                                      \
    "default-src 'none'; style-src 'self'; script-src 'self'; "               \
    "connect-src 'self'; img-src 'self'; form-action 'self'; "                \
    "base-uri 'none'; frame-ancestors 'none'"

#define CONSENT_ALONE_CSP                                                     \
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; "     \
    "base-uri 'none'; frame-ancestors 'none'"


static ngx_int_t
consent_answer_headers(ngx_http_request_t *r, const char *cache,
    const char *csp)
{
    size_t     i;
    ngx_str_t  value;

    static const char *const  headers[][2] = {
        { "X-Content-Type-Options", "nosniff" },
        { "Referrer-Policy", "same-origin" },
        { "X-Robots-Tag", "noindex" },
    };

    for (i = 0; i < sizeof(headers) / sizeof(headers[0]); i++) {
        value.data = (u_char *) headers[i][1];
        value.len = ngx_strlen(value.data);

        if (ngx_http_consent_add_header(r, headers[i][0], value) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    value.data = (u_char *) csp;
    value.len = ngx_strlen(csp);

    if (ngx_http_consent_add_header(r, "Content-Security-Policy", value)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    value.data = (u_char *) cache;
    value.len = ngx_strlen(cache);

    return ngx_http_consent_add_header(r, "Cache-Control", value);
}


static ngx_int_t
consent_answer_send(ngx_http_consent_ctx_t *ctx, ngx_uint_t status,
    const char *type, cg_str_t body, const char *cache, const char *csp)
{
    ngx_buf_t           *b;
    ngx_int_t            rc;
    ngx_chain_t          out;
    ngx_http_request_t  *r = ctx->request;

    if (body.data == NULL || consent_answer_headers(r, cache, csp) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    r->headers_out.status = status;
    r->headers_out.content_length_n = (off_t) body.len;
    r->headers_out.content_type.data = (u_char *) type;
    r->headers_out.content_type.len = ngx_strlen(type);
    r->headers_out.content_type_len = r->headers_out.content_type.len;
    r->headers_out.content_type_lowcase = NULL;

    ctx->answered = 1;                 /* nothing here is to be judged */
    rc = ngx_http_send_header(r);

    if (rc == NGX_ERROR || rc > NGX_OK || r->header_only) {
        return rc;
    }

    b = ngx_calloc_buf(r->pool);
    if (b == NULL) {
        return NGX_ERROR;
    }

    b->pos = (u_char *) body.data;
    b->last = b->pos + body.len;
    b->memory = body.len != 0;
    b->last_buf = 1;
    b->sync = body.len == 0;

    out.buf = b;
    out.next = NULL;

    return ngx_http_output_filter(r, &out);
}


ngx_int_t
ngx_http_consent_send(ngx_http_consent_ctx_t *ctx, ngx_uint_t status,
    const char *type, cg_str_t body)
{
    return consent_answer_send(ctx, status, type, body, "no-store",
                               CONSENT_PAGE_CSP);
}


ngx_int_t
ngx_http_consent_send_under(ngx_http_consent_ctx_t *ctx, cg_str_t body,
    cg_str_t csp)
{
    return consent_answer_send(ctx, NGX_HTTP_OK, "text/html; charset=utf-8",
                               body, "no-store", (const char *) csp.data);
}


ngx_int_t
ngx_http_consent_send_alone(ngx_http_consent_ctx_t *ctx, cg_str_t body)
{
    return consent_answer_send(ctx, NGX_HTTP_OK, "text/html; charset=utf-8",
                               body, "no-store", CONSENT_ALONE_CSP);
}


/* Where a form on the page leads back to: where the one led that is answered
 * with it, else to the page. */

static cg_str_t
consent_answer_back(ngx_http_consent_ctx_t *ctx)
{
    if (!ctx->own) {
        return ngx_http_consent_str(ctx->request->unparsed_uri);
    }

    return ctx->choice && ctx->choice->choice.returns
           ? ctx->choice->choice.back : ngx_http_consent_str(ctx->conf->uri);
}


/* What the visitor is shown now, signed; absent: no memory. */

cg_str_t
ngx_http_consent_notice(ngx_http_consent_ctx_t *ctx, cg_str_t lang,
    const char *control)
{
    cg_out_t                      out;
    cg_notice_t                   notice;
    ngx_http_consent_srv_conf_t  *conf = ctx->conf;

    ngx_memzero(&notice, sizeof(cg_notice_t));

    notice.lang = lang;
    notice.control = cg_str_from(control);
    notice.shown = ngx_time();
    ngx_memcpy(notice.hash, cg_notice_text(conf->texts->notices, lang)->hash,
               CG_SHA256_LEN);

    cg_out_init(&out, &ctx->arena, CG_NOTICE_TEXT);
    cg_notice_write(&out, conf->keys, ngx_http_consent_str(conf->site),
                    conf->policy, &notice);

    return cg_out_slice(&out);
}


/* All but the notice. */

void
ngx_http_consent_view(ngx_http_consent_ctx_t *ctx, cg_view_t *view,
    cg_str_t page_lang)
{
    ngx_http_consent_srv_conf_t  *conf = ctx->conf;

    ngx_memzero(view, sizeof(cg_view_t));

    view->policy = conf->policy;
    view->consent = &ctx->consent;
    view->lang = ngx_http_consent_lang(ctx, page_lang);
    view->uri = ngx_http_consent_str(conf->uri);
    view->nonce = ctx->nonces.script;
    view->style_nonce = ctx->nonces.style;
    view->asked = ngx_http_consent_lang_asked(ctx).data != NULL;
    view->back = consent_answer_back(ctx);
}


ngx_int_t
ngx_http_consent_send_page(ngx_http_consent_ctx_t *ctx, ngx_uint_t status,
    cg_page_t *page)
{
    cg_out_t   out;
    cg_view_t  view;

    ngx_http_consent_view(ctx, &view, cg_str_null);
    view.notice = ngx_http_consent_notice(ctx, view.lang, page->confirm
                                                          ? "confirm" : "page");
    view.once = ngx_http_consent_once_form(&ctx->arena);

    if (view.notice.data == NULL || view.once.data == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    view.cookie = ngx_http_consent_token_name(ctx);
    page->token = ctx->has_token ? &ctx->token : NULL;
    page->signal = ctx->signal;

    cg_out_init(&out, &ctx->arena, CONSENT_PAGE_MAX);
    cg_notice_page(&out, &view, page);

    return ngx_http_consent_send(ctx, status, "text/html; charset=utf-8",
                                 cg_out_slice(&out));
}


ngx_int_t
ngx_http_consent_send_error(ngx_http_consent_ctx_t *ctx, ngx_uint_t status,
    const char *message, ngx_uint_t json)
{
    cg_out_t   out;
    cg_page_t  page;

    if (!json) {
        ngx_memzero(&page, sizeof(cg_page_t));
        page.message = message;
        page.error = 1;

        return ngx_http_consent_send_page(ctx, status, &page);
    }

    cg_out_init(&out, &ctx->arena, 4096);
    cg_field_object_begin(&out, NULL);
    cg_field_str(&out, "error",
                 cg_message(ctx->conf->policy,
                            ngx_http_consent_lang(ctx, cg_str_null),
                            cg_str_from(message)));
    cg_field_object_end(&out);

    return ngx_http_consent_send(ctx, status, "application/json",
                                 cg_out_slice(&out));
}


void
ngx_http_consent_answer_purposes(ngx_http_consent_ctx_t *ctx, cg_out_t *out)
{
    size_t               i;
    const cg_policy_t   *policy = ctx->conf->policy;
    const cg_purpose_t  *purpose;

    cg_field_object_begin(out, "purposes");

    for (i = 0; i < policy->npurposes; i++) {
        purpose = &policy->purposes[i];

        cg_field_key(out, purpose->id);
        cg_field_bool(out, NULL, purpose->bit == 0
                                 || (ctx->consent.granted & purpose->bit));
    }

    cg_field_object_end(out);
}


/* What the visitor's consent is now.  `receipt` only after a choice; without
 * it a fresh notice, for whoever asks by script. */

ngx_int_t
ngx_http_consent_send_state(ngx_http_consent_ctx_t *ctx, cg_str_t receipt)
{
    cg_out_t   out;
    cg_str_t   notice;

    notice = ngx_http_consent_notice(ctx,
                                     ngx_http_consent_lang(ctx, cg_str_null),
                                     "api");
    if (notice.data == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    cg_out_init(&out, &ctx->arena, CONSENT_PAGE_MAX);
    cg_field_object_begin(&out, NULL);
    cg_field_str(&out, "state",
                 cg_str_from(cg_state_name(ctx->consent.state)));
    ngx_http_consent_answer_purposes(ctx, &out);
    cg_field_str(&out, "policy", ctx->conf->policy->id);
    cg_field_uint(&out, "version", ctx->conf->policy->version);

    if (receipt.data) {
        cg_field_str(&out, "receipt", receipt);

    } else {
        cg_field_str(&out, "notice", notice);
    }

    cg_field_object_end(&out);

    return ngx_http_consent_send(ctx, NGX_HTTP_OK, "application/json",
                                 cg_out_slice(&out));
}


/* Its name is its hash. */

ngx_int_t
ngx_http_consent_send_immutable(ngx_http_consent_ctx_t *ctx, const char *type,
    cg_str_t body)
{
    return consent_answer_send(ctx, NGX_HTTP_OK, type, body,
                               "public, max-age=31536000, immutable",
                               CONSENT_PAGE_CSP);
}


ngx_int_t
ngx_http_consent_send_asset(ngx_http_consent_ctx_t *ctx, cg_str_t name)
{
    cg_asset_t  asset;

    if (cg_notice_asset(name, &asset) != CG_OK) {
        return ngx_http_consent_send_error(ctx, NGX_HTTP_NOT_FOUND,
                                           "error.not_found", 0);
    }

    if (asset.current) {
        return ngx_http_consent_send_immutable(ctx,
                                               (const char *) asset.type.data,
                                               asset.body);
    }

    return consent_answer_send(ctx, NGX_HTTP_OK,
                               (const char *) asset.type.data, asset.body,
                               "public, max-age=60", CONSENT_PAGE_CSP);
}


ngx_int_t
ngx_http_consent_send_redirect(ngx_http_consent_ctx_t *ctx, ngx_uint_t status,
    cg_str_t path)
{
    if (ngx_http_consent_add_header(ctx->request, "Location",
                                    ngx_http_consent_ngx(path)) != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_http_consent_send(ctx, status, "text/plain", cg_str(""));
}


static void
consent_answer_cookie(cg_out_t *out, ngx_http_consent_ctx_t *ctx,
    int64_t max_age)
{
    cg_str_t  domain = ngx_http_consent_token_domain(ctx);

    if (domain.data) {
        cg_out_text(out, "; Domain=");
        cg_out_str(out, domain);
    }

    cg_out_text(out, "; Path=/; Max-Age=");
    cg_out_uint(out, max_age > 0 ? (uint64_t) max_age : 0);

    if (ngx_http_consent_is_tls(ctx)) {
        cg_out_text(out, "; Secure");
    }

    cg_out_text(out, "; HttpOnly; SameSite=Lax");
}


/* The cookie that carries a token; NULL: the cookie is expired. */

ngx_int_t
ngx_http_consent_set_token(ngx_http_consent_ctx_t *ctx,
    const cg_token_t *token)
{
    cg_out_t                      out;
    cg_str_t                      value;
    cg_binding_t                  binding;
    ngx_http_consent_srv_conf_t  *conf = ctx->conf;

    binding.site = ngx_http_consent_str(conf->site);
    binding.policy = conf->policy->id;
    binding.slots_hash = conf->policy->slots_hash;

    cg_out_init(&out, &ctx->arena, 1024);
    cg_out_str(&out, ngx_http_consent_token_name(ctx));
    cg_out_byte(&out, '=');

    if (token) {
        cg_token_write(&out, conf->keys, &binding, token);
    }

    consent_answer_cookie(&out, ctx,
                          token ? token->expires - ngx_time() : 0);

    value = cg_out_slice(&out);

    return value.data == NULL
           || ngx_http_consent_token_forget(ctx) != NGX_OK ? NGX_ERROR
           : ngx_http_consent_add_header(ctx->request, "Set-Cookie",
                                         ngx_http_consent_ngx(value));
}
