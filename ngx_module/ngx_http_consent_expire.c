/*
 * Gated cookies that a browser still has are expired.
 */

#include "ngx_http_consent_module.h"

#define CONSENT_EXPIRE_LINES  12       /* of one response */
#define CONSENT_EXPIRE_BYTES  1500


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

ngx_int_t
ngx_http_consent_expire(ngx_http_consent_ctx_t *ctx)
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
