/*
 * The passive inventory: hosts, cookies and endpoints that are seen and that
 * the policy does not promise, by name alone.
 */

#ifndef NGX_HTTP_CONSENT_UNKNOWN_H
#define NGX_HTTP_CONSENT_UNKNOWN_H

#include "ngx_http_consent_module.h"
#include "evidence/cg_inventory.h"


/* One sighting; key->owner is the site's configuration, its name is copied.
 * What browsers report (key->directive) has a table of its own: whoever sends
 * reports must not push out what the gate has seen. */
void ngx_http_consent_unknown_note(const cg_seen_key_t *key);

/* A cookie about which the judge said `verdict`, if nobody promised it. */
void ngx_http_consent_unknown_cookie(ngx_http_consent_ctx_t *ctx,
    cg_str_t name, const cg_verdict_t *verdict);

/* A request for an endpoint of a vendor whom the policy does not name. */
void ngx_http_consent_unknown_endpoint(ngx_http_consent_ctx_t *ctx,
    const cg_verdict_t *verdict);

/* The hosts that markup or headers of this response lead to. */
void ngx_http_consent_unknown_hosts(ngx_http_consent_ctx_t *ctx,
    const cg_unknown_t *unknown);

/* Hosts that were seen on the site of `conf`, CG_INVENTORY_ROWS at most, with
 * n[CG_SEEN_BLOCKED] what browsers reported of them; returns how many. */
size_t ngx_http_consent_unknown_list(ngx_http_consent_srv_conf_t *conf,
    cg_inventory_row_t *rows);

/* Of a worker that ends: what is left is told. */
void ngx_http_consent_unknown_close(ngx_http_consent_log_t *log);

#endif /* NGX_HTTP_CONSENT_UNKNOWN_H */
