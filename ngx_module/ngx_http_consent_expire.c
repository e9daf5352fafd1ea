/*
 * Gated cookies that a browser still sends are expired, in rounds: what the
 * first could not remove comes again in the next request, and the next round
 * with it.
 */

#include "ngx_http_consent_expire.h"
#include "ngx_http_consent_class.h"
#include "cookie/cg_cookie.h"
#include "cookie/cg_expiry.h"


static ngx_int_t
consent_expire_is_dropped(ngx_http_consent_ctx_t *ctx, cg_str_t name)
{
    cg_str_t    *dropped = ctx->dropped.elts;
    ngx_uint_t   i;

    for (i = 0; i < ctx->dropped.nelts; i++) {
        if (cg_str_eq(dropped[i], name)) {
            return 1;
        }
    }

    return 0;
}


/* The gated pairs of a request say whose turn it is; where one of them went,
 * the rest begins with its likeliest places again. */

static ngx_uint_t
consent_expire_round(ngx_http_consent_ctx_t *ctx, ngx_uint_t rounds)
{
    size_t                      at, n = 0;
    ngx_uint_t                  i;
    cg_str_t                    line, parts[CG_ROUNDS_PARTS];
    cg_cookie_t                 pair;
    ngx_http_consent_cookie_t  *cookie = ctx->cookies.elts;

    parts[n++] = ctx->judge.request_host;

    for (i = 0; i < ctx->cookies.nelts; i++) {
        line = ngx_http_consent_str(cookie[i].full);

        for (at = 0; n < CG_ROUNDS_PARTS
                     && cg_cookie_next(line, &at, &pair) == CG_OK; )
        {
            if (consent_expire_is_dropped(ctx, pair.name)) {
                parts[n++] = cg_str_sub(line, pair.start, pair.end);
            }
        }
    }

    return cg_rounds_next(ngx_http_consent_shared(ctx)->rounds, parts, n,
                          (unsigned) rounds, (int64_t) ngx_time());
}


static cg_status_t
consent_expire_line(void *data, cg_str_t line)
{
    ngx_str_t                value;
    ngx_uint_t               i;
    cg_str_t                *dropped, copy;
    ngx_http_consent_ctx_t  *ctx = data;

    copy = cg_arena_copy(&ctx->arena, line);
    if (copy.data == NULL) {
        return CG_ENOMEM;
    }

    value = ngx_http_consent_ngx(copy);
    dropped = ctx->dropped.elts;

    for (i = 0; i < ctx->dropped.nelts; i++) {
        if (cg_str_starts(line, dropped[i])
            && line.data[dropped[i].len] == '=')
        {
            ngx_http_consent_note(ctx, &ctx->expired, dropped[i]);
        }
    }

    return ngx_http_consent_add_header(ctx->request, "Set-Cookie", value)
           == NGX_OK ? CG_OK : CG_ENOMEM;
}


/* On TLS a token of the host alone has another name than the domain's; without,
 * one cannot be told from the other before the visitor chooses. */

static ngx_int_t
consent_expire_token(ngx_http_consent_ctx_t *ctx)
{
    return ctx->decided && ctx->consent.settled
           && ctx->consent.state != CG_STATE_UNKNOWN
           && ngx_http_consent_is_tls(ctx)
           ? ngx_http_consent_token_forget(ctx) : NGX_OK;
}


/* The names to be expired.  A cookie that is only not for this location stays
 * in the browser: elsewhere the visitor's grant counts. */

static ngx_int_t
consent_expire_names(ngx_http_consent_ctx_t *ctx, cg_expiry_t *expiry)
{
    cg_str_t    *names, *dropped = ctx->dropped.elts;
    ngx_uint_t   i;
    cg_judge_t   judge = ctx->judge;

    expiry->names = dropped;
    expiry->nnames = ctx->dropped.nelts;

    if (ngx_http_consent_granted(ctx) == ctx->consent.granted) {
        return NGX_OK;
    }

    names = ngx_palloc(ctx->request->pool,
                       ctx->dropped.nelts * sizeof(cg_str_t));
    if (names == NULL) {
        return NGX_ERROR;
    }

    judge.granted = ctx->consent.granted;
    expiry->names = names;
    expiry->nnames = 0;

    for (i = 0; i < ctx->dropped.nelts; i++) {
        if (!cg_judge_cookie(&judge, dropped[i]).pass) {
            names[expiry->nnames++] = dropped[i];
        }
    }

    return NGX_OK;
}


ngx_int_t
ngx_http_consent_expire_cookies(ngx_http_consent_ctx_t *ctx)
{
    cg_expiry_t  expiry;
    ngx_uint_t   round = 0, rounds;

    if (ctx->conf->domain.len && consent_expire_token(ctx) != NGX_OK) {
        return NGX_ERROR;
    }

    if (!ctx->decided || ctx->dropped.nelts == 0
        || !cg_consent_may_expire(&ctx->consent))
    {
        return NGX_OK;
    }

    if (consent_expire_names(ctx, &expiry) != NGX_OK) {
        return NGX_ERROR;
    }

    if (expiry.nnames == 0) {
        return NGX_OK;
    }

    expiry.host = ctx->judge.request_host;
    expiry.domain = expiry.host.data ? cg_host_registrable(expiry.host)
                                     : cg_str_null;
    expiry.path = ctx->judge.request_path;

    rounds = cg_expiry_rounds(&expiry, &ctx->arena);

    if (rounds > 1) {
        round = consent_expire_round(ctx, rounds);
    }

    if (round == rounds) {
        return NGX_OK;                 /* they lie where no line reaches */
    }

    return ngx_http_consent_rc(cg_expiry_emit(&expiry, (unsigned) round,
                                              &ctx->arena,
                                              consent_expire_line, ctx));
}
