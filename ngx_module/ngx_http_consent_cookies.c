/*
 * The Cookie lines of a request.  They are taken aside before anything can
 * read them, and what the visitor granted is put back.  Our own token never
 * goes on: it is nobody else's business.
 */

#include "ngx_http_consent_class.h"
#include "ngx_http_consent_unknown.h"
#include "cookie/cg_cookie.h"


static ngx_int_t
consent_cookies_keep(ngx_http_consent_ctx_t *ctx, ngx_table_elt_t *elt)
{
    ngx_http_consent_cookie_t  *cookie = ngx_array_push(&ctx->cookies);

    if (cookie == NULL) {
        return NGX_ERROR;
    }

    cookie->elt = elt;
    cookie->line = elt;
    cookie->full = elt->value;
    cookie->ours = 0;

    return NGX_OK;
}


static ngx_int_t
consent_cookies_find(ngx_http_consent_ctx_t *ctx)
{
#if (nginx_version >= 1023000)

    ngx_table_elt_t  *h;

    for (h = ctx->request->headers_in.cookie; h; h = h->next) {
        if (consent_cookies_keep(ctx, h) != NGX_OK) {
            return NGX_ERROR;
        }
    }

#else

    ngx_uint_t         i;
    ngx_table_elt_t  **h = ctx->request->headers_in.cookies.elts;

    for (i = 0; i < ctx->request->headers_in.cookies.nelts; i++) {
        if (consent_cookies_keep(ctx, h[i]) != NGX_OK) {
            return NGX_ERROR;
        }
    }

#endif

    return NGX_OK;
}


typedef struct {
    ngx_http_consent_ctx_t  *ctx;
    ngx_uint_t               all;      /* nothing is gated here */
    ngx_uint_t               first;    /* none of it was looked at before */
} consent_cookies_filter_t;


/* Into the inventory, once a request: what passes when it is first looked at,
 * what is held when that is decided, and what passes only then. */

static void
consent_cookies_unknown(const consent_cookies_filter_t *filter, cg_str_t name,
    const cg_verdict_t *verdict)
{
    ngx_http_consent_ctx_t  *ctx = filter->ctx;

    if (verdict->unlisted && !ctx->counted
        && (verdict->pass
            ? filter->first || verdict->purpose.len : ctx->decided))
    {
        ngx_http_consent_unknown_cookie(ctx, name, verdict);
    }
}


static int
consent_cookies_may_stay(void *data, cg_str_t name)
{
    cg_verdict_t               verdict;
    consent_cookies_filter_t  *filter = data;
    ngx_http_consent_ctx_t    *ctx = filter->ctx;

    if (ngx_http_consent_token_is_name(name)) {
        return 0;
    }

    if (filter->all) {
        return 1;
    }

    verdict = cg_judge_cookie(&ctx->judge, name);
    consent_cookies_unknown(filter, name, &verdict);

    if (verdict.pass) {
        return 1;
    }

    ctx->withheld = 1;

    if (ctx->decided) {
        ngx_http_consent_note(ctx, &ctx->dropped, name);
        ngx_http_consent_note(ctx, &ctx->clauses, verdict.clause);
    }

    return 0;
}


/* An empty line is no line. */

static ngx_int_t
consent_cookies_line(ngx_http_request_t *r, ngx_http_consent_cookie_t *cookie)
{
    ngx_table_elt_t  *line = cookie->line;

    if (cookie->elt->value.len == 0) {
        cookie->line = NULL;
        return line ? ngx_http_consent_header_drop(r, line) : NGX_OK;
    }

    if (line == NULL) {
        line = ngx_list_push(&r->headers_in.headers);
        if (line == NULL) {
            return NGX_ERROR;
        }

        *line = *cookie->elt;
        cookie->line = line;
    }

    line->value = cookie->elt->value;

    return NGX_OK;
}


/* Nothing of a line that cannot be read, or that holds but our token. */

static cg_str_t
consent_cookies_kept(consent_cookies_filter_t *filter,
    ngx_http_consent_cookie_t *cookie)
{
    cg_out_t  out;
    cg_str_t  kept;

    if (cookie->ours) {
        return cg_str("");
    }

    cg_out_init(&out, &filter->ctx->arena, cookie->full.len);

    return cg_cookie_filter(ngx_http_consent_str(cookie->full),
                            consent_cookies_may_stay, filter, &out, &kept)
           == CG_OK ? kept : cg_str("");
}


/* Gives every line the form that the present consent allows.  What passed while
 * less was granted passes still: then there is nothing to do again.  Where less
 * counts than before there is. */

CG_HOT ngx_int_t
ngx_http_consent_cookies_apply(ngx_http_consent_ctx_t *ctx)
{
    ngx_uint_t                  i;
    ngx_http_consent_cookie_t  *cookie = ctx->cookies.elts;
    consent_cookies_filter_t    filter = { ctx, ctx->off, !ctx->applied };

    ngx_http_consent_purposes_judge(ctx);

    if (ctx->applied && !ctx->withheld
        && (ctx->given & ~ctx->judge.granted) == 0)
    {
        return NGX_OK;
    }

    ctx->applied = 1;
    ctx->given = ctx->judge.granted;
    ctx->withheld = 0;

    for (i = 0; i < ctx->cookies.nelts; i++) {
        cookie[i].elt->value = ngx_http_consent_ngx(
                                   consent_cookies_kept(&filter, &cookie[i]));

        if (consent_cookies_line(ctx->request, &cookie[i]) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    ctx->counted = ctx->decided;

    return NGX_OK;
}


/* A variable that says whether the connection is TLS is asked before the token
 * is read: even that one must not see what is gated. */

CG_HOT ngx_int_t
ngx_http_consent_cookies_aside(ngx_http_consent_ctx_t *ctx)
{
    if (consent_cookies_find(ctx) != NGX_OK) {
        return NGX_ERROR;
    }

    return ctx->conf->tls == NGX_HTTP_CONSENT_TLS_VARIABLE
           ? ngx_http_consent_cookies_apply(ctx) : NGX_OK;
}
