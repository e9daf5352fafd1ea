/*
 * handling.sum: what a worker handled for a site, counted and told once in a
 * while.
 */

#ifndef NGX_HTTP_CONSENT_SUM_H
#define NGX_HTTP_CONSENT_SUM_H

#include "ngx_http_consent_module.h"

#define NGX_HTTP_CONSENT_SUM_PERIOD   60       /* seconds, by default */
#define NGX_HTTP_CONSENT_SUM_LONGEST  3600


/* The walls of an exchange, as bits, for sums and for single events. */

#define NGX_HTTP_CONSENT_WALLS  4

ngx_uint_t ngx_http_consent_walls(ngx_http_consent_ctx_t *ctx);
size_t ngx_http_consent_wall_names(ngx_uint_t walls,
    cg_str_t names[NGX_HTTP_CONSENT_WALLS]);

/* In the log phase: one exchange more, with the tally of its body (NULL: none
 * was read).  Asks for memory only with the first one of a site. */
void ngx_http_consent_sum(ngx_http_consent_ctx_t *ctx,
    const cg_tally_t *tally);

/* Of a worker that ends: what is not told yet. */
void ngx_http_consent_sums_close(ngx_http_consent_log_t *log);

#endif /* NGX_HTTP_CONSENT_SUM_H */
