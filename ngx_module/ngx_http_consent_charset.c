/*
 * The encoding of a page as its header names it; and as we name it there, so
 * that nothing in the page makes a browser read it in another one than we did
 * (rewriters.md 3-D).
 */

#include "ngx_http_consent_body.h"


/* The Content-Type as nginx would send it. */

static ngx_int_t
consent_charset_type(ngx_http_request_t *r, ngx_str_t *type)
{
    u_char  *p;

    *type = r->headers_out.content_type;

    if (r->headers_out.charset.len == 0
        || r->headers_out.content_type_len != type->len)
    {
        return NGX_OK;
    }

    p = ngx_pnalloc(r->pool, type->len + sizeof("; charset=") - 1
                             + r->headers_out.charset.len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    type->len = (size_t) (ngx_sprintf(p, "%V; charset=%V",
                                      &r->headers_out.content_type,
                                      &r->headers_out.charset) - p);
    type->data = p;

    return NGX_OK;
}


/* A second Content-Type, by add_header: browsers mix the two. */

static ngx_int_t
consent_charset_is_mixed(ngx_http_consent_ctx_t *ctx)
{
    return ctx->lines & NGX_HTTP_CONSENT_LINES_TYPE
           && ngx_http_consent_header_out(ctx->request, "Content-Type") != NULL;
}


/* Most pages of a site have one type: what the last one said is kept. */

static cg_charset_type_t
consent_charset_type_read(ngx_http_request_t *r, ngx_str_t *type)
{
    ngx_http_consent_type_t       *last;
    ngx_http_consent_main_conf_t  *mcf;

    mcf = ngx_http_get_module_main_conf(r, ngx_http_consent_module);
    last = &mcf->type;

    if (type->len == last->len && type->len
        && ngx_memcmp(type->data, last->text, type->len) == 0)
    {
        return last->read;
    }

    last->read = cg_charset_type(ngx_http_consent_str(*type));
    last->len = 0;

    if (type->len && type->len <= sizeof(last->text)) {
        ngx_memcpy(last->text, type->data, type->len);
        last->len = type->len;
    }

    return last->read;
}


/* NGX_DECLINED: a page that is nothing we could read, or not for sure. */

CG_HOT ngx_int_t
ngx_http_consent_charset_read(ngx_http_consent_ctx_t *ctx)
{
    ngx_str_t          type;
    cg_charset_type_t  read;

    ctx->waits = 0;
    ctx->charset = NULL;
    ctx->charset_clear = 0;

    if (consent_charset_type(ctx->request, &type) != NGX_OK
        || consent_charset_is_mixed(ctx))
    {
        return NGX_DECLINED;
    }

    read = consent_charset_type_read(ctx->request, &type);
    ctx->charset = read.charset;
    ctx->charset_clear = read.clear;

    return read.charset && read.charset->form == CG_CHARSET_REPLACEMENT
           ? NGX_DECLINED : NGX_OK;
}


/* Names ctx->charset in the header.  What was not clear there is left out,
 * with all other parameters. */

ngx_int_t
ngx_http_consent_charset_name(ngx_http_consent_ctx_t *ctx)
{
    size_t               len;
    u_char              *p;
    cg_str_t             type;
    ngx_http_request_t  *r = ctx->request;

    type = ngx_http_consent_essence(r);

    if (ctx->charset_clear) {
        type = ngx_http_consent_str(r->headers_out.content_type);
    }

    if (ctx->charset == NULL) {
        r->headers_out.content_type = ngx_http_consent_ngx(type);

    } else {
        len = type.len + sizeof("; charset=") - 1
              + ngx_strlen(ctx->charset->name);

        p = ngx_pnalloc(r->pool, len);
        if (p == NULL) {
            return NGX_ERROR;
        }

        r->headers_out.content_type.data = p;
        r->headers_out.content_type.len = len;
        p = ngx_cpymem(p, type.data, type.len);
        p = ngx_cpymem(p, "; charset=", sizeof("; charset=") - 1);
        ngx_memcpy(p, ctx->charset->name, ngx_strlen(ctx->charset->name));
    }

    /* what nginx compares with gzip_types stays as long as it was */

    if (!ctx->charset_clear) {
        r->headers_out.content_type_len = type.len;
        r->headers_out.content_type_lowcase = NULL;
    }

    ngx_str_null(&r->headers_out.charset);
    ctx->charset_clear = 1;

    return NGX_OK;
}


/* Before the body of a page is read: what is not clear is made so.  Where no
 * encoding is named, the header waits for the begin of the page (see reader.c);
 * a page without any type is left to the browser, who may find it to be no page
 * at all. */

CG_HOT ngx_int_t
ngx_http_consent_charset_begin(ngx_http_consent_ctx_t *ctx)
{
    ngx_http_request_t  *r = ctx->request;

    if (!ctx->charset_clear && ngx_http_consent_charset_name(ctx) != NGX_OK) {
        return NGX_ERROR;
    }

    ctx->waits = ctx->charset == NULL && r->headers_out.content_type.len
                 && !r->header_only && r->method != NGX_HTTP_HEAD;

    return NGX_OK;
}
