/*
 * With replicas=, what opens is not acknowledged before so many replicas have
 * it: WAIT goes behind the script, on a connection of its own, since Redis
 * answers nothing on it meanwhile.  A script that was sent a second time, since
 * Redis had forgotten it or another node has its keys, was not what WAIT
 * counted: no answer comes of it.  Too few in time is as good as no answer:
 * the script is sent again (commit_resolve.c), finds its own nonce, and WAIT
 * counts anew.  What closes does not wait.
 */

#include "ngx_http_consent_choice.h"

#define CONSENT_WAIT_PART(timeout)  ((timeout) - (timeout) / 4)   /* ms */


ngx_http_consent_redis_conf_t *
ngx_http_consent_choice_line(ngx_http_consent_choice_t *c)
{
    ngx_http_consent_redis_conf_t  *redis = c->ctx->conf->redis;

    return c->opening && redis->writer ? redis->writer : redis;
}


static void
consent_replicas_counted(void *data, ngx_http_consent_redis_e status,
    const cg_reply_t *reply, const ngx_str_t *error)
{
    ngx_int_t                   have = NGX_ERROR;
    ngx_http_consent_choice_t  *c = data;

    c->ticket[1] = NULL;

    if (status == NGX_HTTP_CONSENT_REDIS_OK) {
        have = ngx_atoi((u_char *) reply->items[0].data, reply->items[0].len);
    }

    c->kept = have >= ngx_http_consent_choice_line(c)->replicas;

    if (status == NGX_HTTP_CONSENT_REDIS_ERROR) {
        ngx_log_error(NGX_LOG_ERR, c->ctx->request->connection->log, 0,
                      "consent: redis refused to wait for replicas: \"%V\"",
                      error);
    }

    ngx_http_consent_choice_answered(c);
}


static cg_str_t
consent_replicas_number(u_char buf[NGX_INT_T_LEN], ngx_int_t n)
{
    return (cg_str_t) { (size_t) (ngx_sprintf(buf, "%i", n) - buf), buf };
}


void
ngx_http_consent_choice_wait(ngx_http_consent_choice_t *c)
{
    u_char                          n[NGX_INT_T_LEN], ms[NGX_INT_T_LEN];
    cg_command_t                    command;
    ngx_http_consent_redis_conf_t  *redis = ngx_http_consent_choice_line(c);

    c->kept = redis->replicas == 0;

    if (c->kept) {
        return;
    }

    cg_command_start(&command, 1);
    command.shard = c->command.shard;
    command.behind = 1;
    cg_command_word(&command, cg_str("WAIT"));
    cg_command_word(&command, consent_replicas_number(n, redis->replicas));
    cg_command_word(&command, consent_replicas_number(ms,
                        (ngx_int_t) CONSENT_WAIT_PART(redis->timeout)));

    c->ticket[1] = ngx_http_consent_redis_send(redis, &command,
                                               consent_replicas_counted, c);
    if (c->ticket[1]) {
        c->waiting++;
    }
}
