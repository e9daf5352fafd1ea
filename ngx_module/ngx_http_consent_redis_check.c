/*
 * Whether Redis is set up to keep what it is given.  Where we may not ask, or
 * it does not say, nobody is warned.
 */

#include "ngx_http_consent_redis_target.h"


typedef struct {
    cg_str_t     name;
    const char  *value;            /* the one that is good, or */
    const char  *bad;              /* the only one that is not */
    const char  *sentence;
} consent_check_t;


static const consent_check_t  consent_checks[] = {
    { { 16, (const unsigned char *) "maxmemory-policy" }, "noeviction", NULL,
      "consents are deleted when memory is short" },
    { { 10, (const unsigned char *) "appendonly" }, "yes", NULL,
      "consents are lost when Redis ends" },
    { { 11, (const unsigned char *) "appendfsync" }, NULL, "no",
      "consents are lost when the host ends" },
    { { 25, (const unsigned char *) "no-appendfsync-on-rewrite" }, "no", NULL,
      "consents are lost when the host ends during a rewrite" }
};

#define CONSENT_CHECKS  (sizeof(consent_checks) / sizeof(consent_checks[0]))


ngx_int_t
ngx_http_consent_redis_check(ngx_http_consent_redis_t *redis)
{
    size_t        i;
    cg_command_t  command;

    if (redis->checked || redis->conf->unasked || ngx_worker != 0
        || redis->conf->scripts[0].len == 0)
    {
        return NGX_OK;
    }

    redis->checked = 1;

    cg_command_start(&command, CG_REPLY_NESTED);
    cg_command_word(&command, cg_str("CONFIG"));
    cg_command_word(&command, cg_str("GET"));

    for (i = 0; i < CONSENT_CHECKS; i++) {
        cg_command_word(&command, consent_checks[i].name);
    }

    return ngx_http_consent_ticket_queue(redis, &command,
                                         NGX_HTTP_CONSENT_TICKET_CHECK)
           ? NGX_OK : NGX_ERROR;
}


static void
consent_check_value(ngx_http_consent_redis_t *redis,
    const consent_check_t *check, cg_str_t value)
{
    ngx_str_t  name, set;

    if (check->value ? cg_str_eq(value, cg_str_from(check->value))
                     : !cg_str_eq(value, cg_str_from(check->bad)))
    {
        return;
    }

    name.data = (u_char *) check->name.data;
    name.len = check->name.len;
    set.data = (u_char *) value.data;
    set.len = value.len;

    ngx_log_error(NGX_LOG_WARN, redis->log, 0,
                  "consent redis \"%V\" has %V \"%V\": %s",
                  &redis->conf->name, &name, &set, check->sentence);
}


void
ngx_http_consent_redis_checked(ngx_http_consent_redis_t *redis,
    const cg_reply_t *reply)
{
    size_t  i, j;

    for (i = 0; i + 1 < reply->n; i += 2) {
        for (j = 0; j < CONSENT_CHECKS; j++) {
            if (cg_str_eq(reply->items[i], consent_checks[j].name)) {
                consent_check_value(redis, &consent_checks[j],
                                    reply->items[i + 1]);
            }
        }
    }
}
