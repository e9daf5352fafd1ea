/*
 * What the master says of a configuration in one consent log.
 */

#ifndef NGX_HTTP_CONSENT_PUBLISH_H
#define NGX_HTTP_CONSENT_PUBLISH_H

#include "ngx_http_consent_evidence.h"

typedef struct {
    ngx_cycle_t                *cycle;
    ngx_http_consent_log_t     *log;
    cg_arena_t                  arena;
    cg_chain_t                  chain;
    cg_seal_t                   seal;
    cg_out_t                    line;
    cg_out_t                    lines;
    const cg_policy_t         **policies;
    size_t                      npolicies;
    cg_event_config_t           config;
    cg_event_before_t          *before;    /* one a policy; NULL: not known */
} ngx_http_consent_publish_t;


/* publish_config.c: fills pub->config from mcf and pub->policies. */
ngx_int_t ngx_http_consent_publish_config(ngx_http_consent_publish_t *pub,
    ngx_http_consent_main_conf_t *mcf);

/* The i-th policy, as pub->config has it. */
void ngx_http_consent_publish_policy(ngx_http_consent_publish_t *pub, size_t i,
    cg_event_publish_t *publish);

#endif /* NGX_HTTP_CONSENT_PUBLISH_H */
