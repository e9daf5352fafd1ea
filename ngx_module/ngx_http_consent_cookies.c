/*
 * The Cookie lines of a request.  They are taken aside before anything can
 * read them, and what the visitor granted is put back.  Our own token never
 * goes on: it is nobody else's business.
 */

#include "ngx_http_consent_module.h"
#include "cookie/cg_cookie.h"


/* __Host- binds the cookie to this very host, over TLS only. */

cg_str_t
ngx_http_consent_token_name(ngx_http_consent_ctx_t *ctx)
{
    return ngx_http_consent_is_tls(ctx) ? cg_str("__Host-ngxc")
                                        : cg_str("ngxc");
}


static ngx_int_t
consent_cookies_keep(ngx_http_consent_ctx_t *ctx, ngx_table_elt_t *elt)
{
    ngx_http_consent_cookie_t  *cookie = ngx_array_push(&ctx->cookies);

    if (cookie == NULL) {
        return NGX_ERROR;
    }

    cookie->elt = elt;
    cookie->full = elt->value;
    cookie->listed = 1;

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


/* Takes one element out of the header list without moving any other: whoever
 * holds a pointer to one keeps it.  The list's part is split around it. */

ngx_int_t
ngx_http_consent_unlist(ngx_http_request_t *r, ngx_table_elt_t *elt)
{
    ngx_uint_t        i;
    ngx_list_t       *list = &r->headers_in.headers;
    ngx_list_part_t  *part, *rest;
    ngx_table_elt_t  *h;

    for (part = &list->part; part; part = part->next) {
        h = part->elts;

        if (elt >= h && elt < h + part->nelts) {
            break;
        }
    }

    if (part == NULL) {
        return NGX_OK;
    }

    rest = ngx_palloc(r->pool, sizeof(ngx_list_part_t));
    if (rest == NULL) {
        return NGX_ERROR;
    }

    i = elt - h;

    rest->elts = elt + 1;
    rest->nelts = part->nelts - i - 1;
    rest->next = part->next;

    part->nelts = i;
    part->next = rest;

    if (list->last == part) {

        /* the next push must not believe that a whole part is free here:
           full, and it opens a new one */

        list->last = rest;

        if (rest->nelts != list->nalloc) {
            part = ngx_pcalloc(r->pool, sizeof(ngx_list_part_t));
            if (part == NULL) {
                return NGX_ERROR;
            }

            part->elts = ngx_palloc(r->pool, list->nalloc * list->size);
            if (part->elts == NULL) {
                return NGX_ERROR;
            }

            rest->next = part;
            list->last = part;
        }
    }

    return NGX_OK;
}


typedef struct {
    ngx_http_consent_ctx_t  *ctx;
    ngx_uint_t               all;      /* nothing is gated here */
} consent_cookies_filter_t;


static int
consent_cookies_may_stay(void *data, cg_str_t name)
{
    cg_verdict_t               verdict;
    consent_cookies_filter_t  *filter = data;
    ngx_http_consent_ctx_t    *ctx = filter->ctx;

    if (cg_str_eq(name, cg_str("__Host-ngxc"))
        || cg_str_eq(name, cg_str("ngxc")))
    {
        return 0;
    }

    if (filter->all) {
        return 1;
    }

    verdict = cg_judge_cookie(&ctx->judge, name);

    if (verdict.pass) {
        return 1;
    }

    if (ctx->decided) {
        ngx_http_consent_note(&ctx->dropped, name);
        ngx_http_consent_note(&ctx->clauses, verdict.clause);
    }

    return 0;
}


/* An empty line is no line: it leaves the list, and comes back as a copy. */

static ngx_int_t
consent_cookies_set(ngx_http_request_t *r, ngx_http_consent_cookie_t *cookie,
    cg_str_t value)
{
    ngx_table_elt_t  *copy;

    cookie->elt->value = ngx_http_consent_ngx(value);

    if (value.len == 0) {
        if (!cookie->listed) {
            return NGX_OK;
        }

        cookie->listed = 0;

        return ngx_http_consent_unlist(r, cookie->elt);
    }

    if (cookie->listed) {
        return NGX_OK;
    }

    copy = ngx_list_push(&r->headers_in.headers);
    if (copy == NULL) {
        return NGX_ERROR;
    }

    *copy = *cookie->elt;
    cookie->listed = 1;

    return NGX_OK;
}


/* Gives every line the form that the present consent allows.  On an error the
 * lines that were not reached keep the form they had. */

ngx_int_t
ngx_http_consent_cookies_apply(ngx_http_consent_ctx_t *ctx)
{
    cg_out_t                    out;
    cg_str_t                    kept;
    ngx_uint_t                  i;
    ngx_http_consent_cookie_t  *cookie = ctx->cookies.elts;
    consent_cookies_filter_t    filter = { ctx, ctx->off };

    ctx->judge.granted = ctx->consent.granted;

    for (i = 0; i < ctx->cookies.nelts; i++) {
        cg_out_init(&out, &ctx->arena, cookie[i].full.len);

        if (cg_cookie_filter(ngx_http_consent_str(cookie[i].full),
                             consent_cookies_may_stay, &filter, &out, &kept)
            != CG_OK)
        {
            kept = cg_str("");
        }

        if (consent_cookies_set(ctx->request, &cookie[i], kept) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


ngx_int_t
ngx_http_consent_cookies_aside(ngx_http_consent_ctx_t *ctx)
{
    return consent_cookies_find(ctx) == NGX_OK
           ? ngx_http_consent_cookies_apply(ctx) : NGX_ERROR;
}
