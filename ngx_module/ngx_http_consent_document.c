/*
 * What a response is to a browser: a document that can be edited, one that can
 * only be walled off, or none.
 */

#include "ngx_http_consent_body.h"


/* The media type without its parameters. */

cg_str_t
ngx_http_consent_essence(ngx_http_request_t *r)
{
    size_t    len = 0;
    cg_str_t  type = ngx_http_consent_str(r->headers_out.content_type);

    while (len < type.len && type.data[len] != ';'
           && !cg_ascii_is_space(type.data[len]))
    {
        len++;
    }

    return cg_str_sub(type, 0, len);
}


/* As nearly every page has it. */

static ngx_int_t
consent_document_is_plain(ngx_str_t *type)
{
    static const char  html[] = "text/html";

    return type->len >= sizeof(html) - 1
           && ngx_memcmp(type->data, html, sizeof(html) - 1) == 0
           && (type->len == sizeof(html) - 1
               || type->data[sizeof(html) - 1] == ';');
}


/* Opaque: types that a browser sniffs (WHATWG MIME Sniffing, 7), and XML,
 * where a prefix or an entity makes an element of anything. */

CG_HOT ngx_http_consent_document_e
ngx_http_consent_document(ngx_http_consent_ctx_t *ctx)
{
    size_t               i;
    cg_str_t             type;
    ngx_http_request_t  *r = ctx->request;

    static const char  *sniffed[] = {
        "*/*", "unknown/unknown", "application/unknown"
    };

    if (r->headers_out.status == NGX_HTTP_NO_CONTENT
        || r->headers_out.status == NGX_HTTP_NOT_MODIFIED
        || r->headers_out.status < NGX_HTTP_OK)
    {
        return NGX_HTTP_CONSENT_DOCUMENT_NONE;
    }

    if (consent_document_is_plain(&r->headers_out.content_type)) {
        return NGX_HTTP_CONSENT_DOCUMENT_HTML;
    }

    type = ngx_http_consent_essence(r);

    if (type.len == 0 || ngx_http_consent_type_is(type, "text/html")) {
        return NGX_HTTP_CONSENT_DOCUMENT_HTML;
    }

    if (ngx_http_consent_type_is(type, "application/xhtml+xml")) {
        return NGX_HTTP_CONSENT_DOCUMENT_XHTML;
    }

    for (i = 0; i < sizeof(sniffed) / sizeof(sniffed[0]); i++) {
        if (ngx_http_consent_type_is(type, sniffed[i])) {
            return NGX_HTTP_CONSENT_DOCUMENT_OPAQUE;
        }
    }

    if (memchr(type.data, '/', type.len) == NULL) {
        return NGX_HTTP_CONSENT_DOCUMENT_OPAQUE;
    }

    /* an image or a feed that a page fetches is none */

    if ((ctx->document || !ctx->decided)
        && (ngx_http_consent_type_is(type, "text/xml")
            || ngx_http_consent_type_is(type, "application/xml")
            || (type.len > 4
                && ngx_http_consent_type_is(cg_str_sub(type, type.len - 4,
                                                       type.len),
                                            "+xml"))))
    {
        return NGX_HTTP_CONSENT_DOCUMENT_OPAQUE;
    }

    return NGX_HTTP_CONSENT_DOCUMENT_NONE;
}


CG_HOT ngx_int_t
ngx_http_consent_readable(ngx_http_consent_ctx_t *ctx,
    ngx_http_consent_document_e document)
{
    ngx_http_request_t  *r = ctx->request;

    if (document == NGX_HTTP_CONSENT_DOCUMENT_OPAQUE) {
        ctx->bypass = cg_str("a document that is no HTML");
        return 0;
    }

    if (ngx_http_consent_decode_read(ctx) != NGX_OK) {
        ctx->bypass = cg_str("coded body");
        return 0;
    }

    if (r->headers_out.status == NGX_HTTP_PARTIAL_CONTENT) {
        ctx->bypass = cg_str("part of a body");
        return 0;
    }

    if (ngx_http_consent_charset_read(ctx) != NGX_OK) {
        ctx->bypass = cg_str("unreadable charset");
        return 0;
    }

    return 1;
}
