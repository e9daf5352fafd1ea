#include "ngx_http_consent_redis.h"
#include "ngx_http_consent_redis_fault.h"


/* In the order of ngx_http_consent_fault_e. */

static const char *const  consent_fault_causes[] = {
    "none", "refused", "unreachable", "resources", "closed", "protocol",
    "timeout", "error", "auth", "loading", "clients", "busy", "cluster",
    "replica", "tls"
};


#define CONSENT_FAULT(word, fault, effect)                                    \
    { ngx_string(word), NGX_HTTP_CONSENT_FAULT_##fault,                       \
      NGX_HTTP_CONSENT_EFFECT_##effect }

static const ngx_http_consent_error_t  consent_fault_errors[] = {
    CONSENT_FAULT("LOADING ", LOADING, PAUSE),
    CONSENT_FAULT("BUSY ", BUSY, PAUSE),
    CONSENT_FAULT("MASTERDOWN ", REPLICA, PAUSE),
    CONSENT_FAULT("CLUSTERDOWN Hash slot", CLUSTER, SLOT),
    CONSENT_FAULT("CLUSTERDOWN ", CLUSTER, PAUSE),
    CONSENT_FAULT("TRYAGAIN ", CLUSTER, SLOT),
    CONSENT_FAULT("MOVED ", CLUSTER, KEEP),
    CONSENT_FAULT("ASK ", CLUSTER, KEEP),
    CONSENT_FAULT("READONLY ", REPLICA, CLOSE),
    CONSENT_FAULT("NOAUTH ", AUTH, CLOSE),
    CONSENT_FAULT("WRONGPASS ", AUTH, CLOSE),
    CONSENT_FAULT("NOPERM ", AUTH, CLOSE),
    CONSENT_FAULT("DENIED ", AUTH, CLOSE),         /* protected mode */
    CONSENT_FAULT("ERR max number of clients", CLIENTS, CLOSE),
    CONSENT_FAULT("ERR Protocol error", PROTOCOL, CLOSE),
    CONSENT_FAULT("EXECABORT ", PROTOCOL, CLOSE),
    CONSENT_FAULT("NOSCRIPT ", ERROR, RETRY),
    { ngx_null_string, NGX_HTTP_CONSENT_FAULT_ERROR,
      NGX_HTTP_CONSENT_EFFECT_KEEP }
};


const char *
ngx_http_consent_fault_cause(ngx_http_consent_fault_e fault)
{
    return consent_fault_causes[fault];
}


ngx_uint_t
ngx_http_consent_redis_moving(const ngx_str_t *error)
{
    return ngx_http_consent_fault_of(error)->fault
           == NGX_HTTP_CONSENT_FAULT_CLUSTER;
}


const ngx_http_consent_error_t *
ngx_http_consent_fault_of(const ngx_str_t *error)
{
    const ngx_http_consent_error_t  *known;

    for (known = consent_fault_errors; known->word.len; known++) {
        if (error->len >= known->word.len
            && ngx_memcmp(error->data, known->word.data, known->word.len)
               == 0)
        {
            break;
        }
    }

    return known;
}
