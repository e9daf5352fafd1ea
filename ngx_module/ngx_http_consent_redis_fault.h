/*
 * What can be wrong with a Redis target, and what its error replies say of it
 * (reliability.md 7).
 */

#ifndef NGX_HTTP_CONSENT_REDIS_FAULT_H
#define NGX_HTTP_CONSENT_REDIS_FAULT_H

#include <ngx_config.h>
#include <ngx_core.h>

typedef enum {
    NGX_HTTP_CONSENT_FAULT_NONE = 0,
    NGX_HTTP_CONSENT_FAULT_REFUSED,
    NGX_HTTP_CONSENT_FAULT_UNREACHABLE,
    NGX_HTTP_CONSENT_FAULT_RESOURCES,
    NGX_HTTP_CONSENT_FAULT_CLOSED,
    NGX_HTTP_CONSENT_FAULT_PROTOCOL,
    NGX_HTTP_CONSENT_FAULT_TIMEOUT,
    NGX_HTTP_CONSENT_FAULT_ERROR,
    NGX_HTTP_CONSENT_FAULT_AUTH,
    NGX_HTTP_CONSENT_FAULT_LOADING,
    NGX_HTTP_CONSENT_FAULT_CLIENTS,        /* too many of them */
    NGX_HTTP_CONSENT_FAULT_BUSY,           /* with a script */
    NGX_HTTP_CONSENT_FAULT_CLUSTER,        /* down, or the keys are moved */
    NGX_HTTP_CONSENT_FAULT_REPLICA,        /* no master, or without one */
    NGX_HTTP_CONSENT_FAULT_TLS,            /* no handshake, or with nobody
                                              whom we trust */

    NGX_HTTP_CONSENT_FAULTS                /* how many there are */
} ngx_http_consent_fault_e;

/* What an error reply means for the connection that it came on. */

typedef enum {
    NGX_HTTP_CONSENT_EFFECT_KEEP = 0,      /* the command failed, no more */
    NGX_HTTP_CONSENT_EFFECT_PAUSE,         /* nothing is sent but a probe */
    NGX_HTTP_CONSENT_EFFECT_SLOT,          /* the same, if it holds all keys;
                                              a node of several: KEEP */
    NGX_HTTP_CONSENT_EFFECT_CLOSE,
    NGX_HTTP_CONSENT_EFFECT_RETRY          /* the script is unknown there */
} ngx_http_consent_effect_e;

typedef struct {
    ngx_str_t                  word;       /* that the reply begins with */
    ngx_http_consent_fault_e   fault;
    ngx_http_consent_effect_e  effect;
} ngx_http_consent_error_t;


/* A fault in a word, for messages. */
const char *ngx_http_consent_fault_cause(ngx_http_consent_fault_e fault);

/* What is known of an error reply; of others ERROR and KEEP. */
const ngx_http_consent_error_t *ngx_http_consent_fault_of(
    const ngx_str_t *error);

#endif /* NGX_HTTP_CONSENT_REDIS_FAULT_H */
