/*
 * From whoever asks to the target that answers, and what of it every worker
 * opens and closes.
 */

#include "ngx_http_consent_redis_cluster.h"

#define CONSENT_WAIT_PART(timeout)  ((timeout) - (timeout) / 4)   /* ms */


/* NULL: there is none now. */

static ngx_http_consent_redis_t *
consent_route(ngx_http_consent_redis_conf_t *conf, size_t shard)
{
    ngx_http_consent_redis_t  *redis = conf->runtime;

    if (conf->nodes) {
        redis = ngx_http_consent_cluster_target(conf->nodes, shard);
    }

    return redis && ngx_http_consent_target_ready(redis) ? redis : NULL;
}


ngx_int_t
ngx_http_consent_redis_open(ngx_cycle_t *cycle,
    ngx_http_consent_redis_conf_t *conf,
    ngx_http_consent_redis_change_pt change, void *data)
{
    if (conf->cluster) {
        conf->nodes = ngx_http_consent_cluster_open(cycle->log, conf, change,
                                                    data);
    } else {
        conf->runtime = ngx_http_consent_target_open(cycle->log, conf, change,
                                                     data);
    }

    if (conf->nodes == NULL && conf->runtime == NULL) {
        return NGX_ERROR;
    }

    return conf->writer
           ? ngx_http_consent_redis_open(cycle, conf->writer, NULL, NULL)
           : NGX_OK;
}


void
ngx_http_consent_redis_close(ngx_http_consent_redis_conf_t *conf)
{
    if (conf->writer) {
        ngx_http_consent_redis_close(conf->writer);
    }

    if (conf->runtime) {
        ngx_http_consent_target_close(conf->runtime);
        conf->runtime = NULL;
    }

    if (conf->nodes) {
        ngx_http_consent_cluster_close(conf->nodes);
        conf->nodes = NULL;
    }
}


ngx_uint_t
ngx_http_consent_redis_ready(ngx_http_consent_redis_conf_t *conf, size_t shard)
{
    return consent_route(conf, shard) != NULL;
}


ngx_uint_t
ngx_http_consent_redis_in_flight(ngx_http_consent_redis_conf_t *conf)
{
    if (conf->nodes) {
        return ngx_http_consent_cluster_in_flight(conf->nodes);
    }

    return conf->runtime ? conf->runtime->in_flight : 0;
}


ngx_atomic_uint_t
ngx_http_consent_redis_where(ngx_http_consent_redis_conf_t *conf, size_t shard)
{
    ngx_http_consent_redis_t  *redis = consent_route(conf, shard);

    return redis ? redis->link.connection->number : 0;
}


ngx_http_consent_ticket_t *
ngx_http_consent_redis_send(ngx_http_consent_redis_conf_t *conf,
    const cg_command_t *command, ngx_http_consent_redis_handler_pt handler,
    void *data)
{
    ngx_http_consent_redis_t   *redis = consent_route(conf, command->shard);
    ngx_http_consent_ticket_t  *ticket;

    if (redis == NULL) {
        return NULL;
    }

    ticket = ngx_http_consent_ticket_queue(redis, command,
                                           NGX_HTTP_CONSENT_TICKET_COMMAND);
    if (ticket) {
        ticket->handler = handler;
        ticket->data = data;
    }

    return ticket;
}


static cg_str_t
consent_route_number(u_char buf[NGX_INT_T_LEN], ngx_int_t n)
{
    return (cg_str_t) { (size_t) (ngx_sprintf(buf, "%i", n) - buf), buf };
}


ngx_http_consent_ticket_t *
ngx_http_consent_redis_wait(ngx_http_consent_redis_conf_t *conf, size_t shard,
    ngx_http_consent_redis_handler_pt handler, void *data)
{
    u_char        n[NGX_INT_T_LEN], ms[NGX_INT_T_LEN];
    cg_command_t  command;

    cg_command_start(&command, 1);
    command.shard = shard;
    command.behind = 1;
    cg_command_word(&command, cg_str("WAIT"));
    cg_command_word(&command, consent_route_number(n, conf->replicas));
    cg_command_word(&command, consent_route_number(ms,
                             (ngx_int_t) CONSENT_WAIT_PART(conf->timeout)));

    return ngx_http_consent_redis_send(conf, &command, handler, data);
}
