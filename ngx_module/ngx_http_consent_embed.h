/*
 * What stands in a page for a frame that is held, and POST show, which shows
 * one once.
 */

#ifndef NGX_HTTP_CONSENT_EMBED_H
#define NGX_HTTP_CONSENT_EMBED_H

#include "ngx_http_consent_module.h"


/* embed.c: a cg_embed_text_t, with the context. */
cg_str_t ngx_http_consent_embed(void *data, const cg_embed_t *embed);

/* show.c: with the body that was read. */
void ngx_http_consent_show(ngx_http_request_t *r);

/* answer.c: as ngx_http_consent_send(), an HTML page under a
 * Content-Security-Policy of its own, which ends in a NUL. */
ngx_int_t ngx_http_consent_send_under(ngx_http_consent_ctx_t *ctx,
    cg_str_t body, cg_str_t csp);

#endif /* NGX_HTTP_CONSENT_EMBED_H */
