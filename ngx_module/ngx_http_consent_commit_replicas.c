/*
 * With replicas=, what opens is not acknowledged before so many replicas have
 * it: WAIT goes behind the script, on a connection of its own, since Redis
 * answers nothing on it meanwhile.  A script that was sent a second time, since
 * Redis had forgotten it or another node has its keys, was not what WAIT
 * counted: no answer comes of it.
 *
 * Too few in time is as good as no answer.  What opens is sent again
 * (commit_resolve.c), finds its own nonce, and WAIT counts anew.  What closes
 * is kept here, and brought to whoever is master until that one has its
 * replicas (replay.c): nobody waits for it.
 */

#include "ngx_http_consent_choice.h"


ngx_http_consent_redis_conf_t *
ngx_http_consent_choice_line(ngx_http_consent_choice_t *c)
{
    ngx_http_consent_redis_conf_t  *redis = c->ctx->conf->redis;

    if (redis->writer == NULL) {
        return redis;
    }

    return c->opening
           || ngx_http_consent_redis_ready(redis->writer, c->command.shard)
           ? redis->writer : redis;
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

    c->kept = have >= c->ctx->conf->redis->replicas;

    if (status == NGX_HTTP_CONSENT_REDIS_ERROR) {
        ngx_log_error(NGX_LOG_ERR, c->ctx->request->connection->log, 0,
                      "consent: redis refused to wait for replicas: \"%V\"",
                      error);
    }

    ngx_http_consent_choice_answered(c);
}


/* On the line that look-ups are on nobody waits. */

void
ngx_http_consent_choice_wait(ngx_http_consent_choice_t *c,
    ngx_http_consent_redis_conf_t *line)
{
    ngx_http_consent_redis_conf_t  *redis = c->ctx->conf->redis;

    c->kept = redis->replicas == 0;

    if (c->kept || line != redis->writer) {
        return;
    }

    c->ticket[1] = ngx_http_consent_redis_wait(line, c->command.shard,
                                               consent_replicas_counted, c);
    if (c->ticket[1]) {
        c->waiting++;
    }
}
