/*
 * Which vendors a decision opens and closes, told behind its outcome.
 */

#ifndef NGX_HTTP_CONSENT_PROVISION_H
#define NGX_HTTP_CONSENT_PROVISION_H

#include "ngx_http_consent_choice.h"
#include "ngx_http_consent_pending.h"


/* A choice that was recorded, beside what its record said before. */
void ngx_http_consent_provision(ngx_http_consent_choice_t *c);

/* One that closes and was recorded later: r->old is what it closed. */
void ngx_http_consent_provision_replayed(ngx_http_consent_log_t *log,
    ngx_http_consent_replay_t *r, const cg_pending_t *line);

#endif /* NGX_HTTP_CONSENT_PROVISION_H */
