/*
 * The consent log: a process' lane in it, what a worker writes there and what
 * the master does.
 */

#ifndef NGX_HTTP_CONSENT_EVIDENCE_H
#define NGX_HTTP_CONSENT_EVIDENCE_H

#include "ngx_http_consent_module.h"
#include "evidence/cg_event_show.h"


/* lane.c, evidence.c, publish.c */
ngx_int_t ngx_http_consent_log_open(ngx_cycle_t *cycle,
    ngx_http_consent_log_t *log);
void ngx_http_consent_log_close(ngx_http_consent_log_t *log);
ngx_int_t ngx_http_consent_log_lane(cg_chain_t *chain);
void ngx_http_consent_log_heads(ngx_http_consent_log_t *log,
    ngx_pool_t *pool);
ngx_int_t ngx_http_consent_log_append(ngx_http_consent_log_t *log,
    cg_out_t *out, ngx_http_consent_line_e kind,
    ngx_http_consent_waiter_pt handler, void *data,
    ngx_http_consent_waiter_t **waiter);
void ngx_http_consent_rotate(ngx_open_file_t *file, ngx_log_t *log);
void ngx_http_consent_log_event(ngx_http_consent_log_t *log,
    cg_event_t *event, const char *type);
ngx_int_t ngx_http_consent_publish(ngx_cycle_t *cycle,
    ngx_http_consent_main_conf_t *conf);
ngx_int_t ngx_http_consent_log_phase(ngx_http_request_t *r);
const char *ngx_http_consent_lookup_name(ngx_http_consent_lookup_e lookup);

/* *h: of the line, 64 digits; absent if it was not taken. */
ngx_int_t ngx_http_consent_log_decision(ngx_http_consent_ctx_t *ctx,
    const cg_event_decision_t *decision, cg_str_t *h,
    ngx_http_consent_waiter_pt handler, void *data,
    ngx_http_consent_waiter_t **waiter);
/* A frame is shown once.  `handler` hears when that is on disk; NGX_ERROR: it
 * was not taken. */
ngx_int_t ngx_http_consent_log_show(ngx_http_consent_ctx_t *ctx,
    const cg_event_show_t *show, cg_str_t clause,
    ngx_http_consent_waiter_pt handler, void *data,
    ngx_http_consent_waiter_t **waiter);
void ngx_http_consent_log_seen(ngx_http_consent_log_t *log,
    ngx_http_consent_srv_conf_t *conf, const cg_event_seen_t *seen);
ngx_int_t ngx_http_consent_log_outcome(ngx_http_consent_ctx_t *ctx,
    const cg_event_outcome_t *outcome);

/* A vendor of a policy as lines have it. */
void ngx_http_consent_publish_vendor(cg_event_vendor_t *row,
    const cg_policy_t *policy, const cg_recipient_t *recipient);
void ngx_http_consent_degraded(void *data, ngx_uint_t up, const char *cause);

#endif /* NGX_HTTP_CONSENT_EVIDENCE_H */
