/*
 * Cookies that a browser is told to forget.
 */

#ifndef NGX_HTTP_CONSENT_EXPIRE_H
#define NGX_HTTP_CONSENT_EXPIRE_H

#include "ngx_http_consent_module.h"


/* expire.c: of the response whose header is filtered, all that may go. */
ngx_int_t ngx_http_consent_expire_cookies(ngx_http_consent_ctx_t *ctx);


/* Most visitors have no cookie that is to go, nor a token of a former name. */

static ngx_inline ngx_int_t
ngx_http_consent_expire(ngx_http_consent_ctx_t *ctx)
{
    return ctx->dropped.nelts || ctx->conf->domain.len
           ? ngx_http_consent_expire_cookies(ctx) : NGX_OK;
}

#endif /* NGX_HTTP_CONSENT_EXPIRE_H */
