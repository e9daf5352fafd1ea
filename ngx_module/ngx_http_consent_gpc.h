/*
 * /.well-known/gpc.json: the site's word that it honours Global Privacy
 * Control (GPC, 5: https://www.w3.org/TR/gpc/).  It speaks of the policy, never
 * of who asks: the same for everybody, made while the configuration is read.
 */

#ifndef NGX_HTTP_CONSENT_GPC_H
#define NGX_HTTP_CONSENT_GPC_H

#include "ngx_http_consent_module.h"


/* Makes the answer of a server whose policy honours the signal, in conf->gpc;
 * none for others. */
ngx_int_t ngx_http_consent_gpc_make(ngx_conf_t *cf,
    ngx_http_consent_srv_conf_t *conf);

/* Leaves the file to a site that has a location for exactly its path. */
void ngx_http_consent_gpc_location(ngx_http_core_loc_conf_t *clcf,
    ngx_http_consent_srv_conf_t *conf);

/* Whether the file is asked for, and ours. */
ngx_int_t ngx_http_consent_gpc_is(ngx_http_consent_ctx_t *ctx);

/* Sends it.  NGX_DONE: the request is finished. */
ngx_int_t ngx_http_consent_gpc_send(ngx_http_consent_ctx_t *ctx);

#endif /* NGX_HTTP_CONSENT_GPC_H */
