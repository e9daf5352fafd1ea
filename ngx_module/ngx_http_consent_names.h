/*
 * Names of headers and types, compared with those that we know.  Inlined: how
 * long these are is known when it is compiled.
 */

#ifndef NGX_HTTP_CONSENT_NAMES_H
#define NGX_HTTP_CONSENT_NAMES_H

#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "base/cg_base.h"


/* Asked of every header for many names: most differ in the first letter. */

static ngx_inline ngx_int_t
ngx_http_consent_header_is(ngx_table_elt_t *h, const char *name)
{
    return h->hash != 0 && h->key.len != 0
           && ((h->key.data[0] ^ name[0]) & ~0x20) == 0
           && h->key.len == ngx_strlen(name)
           && ngx_strncasecmp(h->key.data, (u_char *) name, h->key.len) == 0;
}


/* The value of a request header by its lower-case name, or NULL.  Of several
 * lines the first. */

ngx_str_t *ngx_http_consent_header_named(ngx_http_request_t *r,
    const char *lowcase, size_t len);

static ngx_inline ngx_str_t *
ngx_http_consent_header_in(ngx_http_request_t *r, const char *lowcase)
{
    return ngx_http_consent_header_named(r, lowcase, ngx_strlen(lowcase));
}


static ngx_inline ngx_int_t
ngx_http_consent_type_is(cg_str_t essence, const char *type)
{
    return essence.len == ngx_strlen(type)
           && (ngx_memcmp(essence.data, type, essence.len) == 0
               || ngx_strncasecmp((u_char *) essence.data, (u_char *) type,
                                  essence.len) == 0);
}

/* What a response may say of itself, by groups of header names: where a group
 * is not there, nobody need look for one of its names. */

#define NGX_HTTP_CONSENT_LINES_GATED  0x01     /* store, fetch or connect */
#define NGX_HTTP_CONSENT_LINES_CACHE  0x02     /* of copies of it, and whose
                                                  it is */
#define NGX_HTTP_CONSENT_LINES_CODED  0x04     /* Content-Encoding */
#define NGX_HTTP_CONSENT_LINES_TYPE   0x08     /* Content-Type, by add_header */

/* lines.c: the first when the configuration is loaded; then bits of these.  An
 * ETag or Last-Modified that nginx knows of does not count. */
void ngx_http_consent_lines_init(void);
ngx_uint_t ngx_http_consent_lines(ngx_http_request_t *r);


#endif /* NGX_HTTP_CONSENT_NAMES_H */
