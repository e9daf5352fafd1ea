/*
 * Where the master is, by Redis Sentinel: asked before each connection, and now
 * and again while there is one, since a master that was replaced and cut off
 * does not know.  A sentinel is asked on a connection of its own, closed behind
 * the answer; who is silent, or does not know, gives way to the next.
 */

#include "ngx_http_consent_redis_target.h"

#define CONSENT_SENTINEL_WATCH  1000           /* ms between questions */


static void
consent_sentinel_stop(ngx_event_t *ev)
{
    if (ev->timer_set) {
        ngx_del_timer(ev);
    }
}


static ngx_http_consent_fault_e
consent_sentinel_say(ngx_http_consent_redis_t *redis)
{
    cg_command_t                    command;
    ngx_http_consent_redis_conf_t  *conf = redis->conf;

    cg_command_start(&command, CG_REPLY_NESTED);
    cg_command_word(&command, cg_str("SENTINEL"));
    cg_command_word(&command, cg_str("GET-MASTER-ADDR-BY-NAME"));
    cg_command_word(&command, (cg_str_t) { conf->sentinel.len,
                                           conf->sentinel.data });

    return ngx_http_consent_link_queue(&redis->sentinel.link, &command)
           == NGX_OK ? NGX_HTTP_CONSENT_FAULT_NONE
                     : NGX_HTTP_CONSENT_FAULT_RESOURCES;
}


/* One answer is owed, and no second one. */

static ngx_int_t
consent_sentinel_owed(void *data)
{
    ngx_http_consent_redis_t  *redis = data;

    return redis->sentinel.answered ? NGX_ERROR : CG_REPLY_NESTED;
}


/* An address, and nothing to be resolved; nil: it knows no such master. */

static ngx_int_t
consent_sentinel_take(ngx_http_consent_sentinel_t *s, const cg_reply_t *reply)
{
    ngx_int_t  port;

    if (reply->n != 2 || reply->items[0].data == NULL
        || reply->items[0].len >= sizeof(s->text))
    {
        return NGX_ERROR;
    }

    s->host.data = s->text;
    s->host.len = reply->items[0].len;
    *ngx_cpymem(s->text, reply->items[0].data, s->host.len) = '\0';

    port = ngx_atoi((u_char *) reply->items[1].data, reply->items[1].len);
    s->found.sockaddr = &s->room.sockaddr;
    s->found.socklen = ngx_http_consent_link_address(&s->room, &s->host, port);

    return s->found.socklen ? NGX_OK : NGX_ERROR;
}


/* Whatever it says, the connection has done its work. */

static ngx_http_consent_fault_e
consent_sentinel_answer(void *data, const ngx_http_consent_answer_t *answer)
{
    ngx_str_t                     unknown = ngx_string("no address from "
                                                       "the sentinel");
    ngx_http_consent_redis_t     *redis = data;
    ngx_http_consent_sentinel_t  *s = &redis->sentinel;

    if (answer->failed) {
        s->fault = ngx_http_consent_fault_of(&answer->error)->fault;
        ngx_http_consent_redis_quote(redis, &answer->error);

    } else if (consent_sentinel_take(s, &answer->reply) == NGX_OK) {
        s->fault = NGX_HTTP_CONSENT_FAULT_NONE;

    } else {
        s->fault = NGX_HTTP_CONSENT_FAULT_UNREACHABLE;
        ngx_http_consent_redis_quote(redis, &unknown);
    }

    s->answered = 1;

    return NGX_HTTP_CONSENT_FAULT_CLOSED;
}


/* Dials them in turn, the one that knew last first. */

static void
consent_sentinel_next(ngx_http_consent_redis_t *redis)
{
    ngx_http_consent_redis_conf_t   *conf = redis->conf;
    ngx_http_consent_sentinel_t     *s = &redis->sentinel;
    ngx_http_consent_redis_place_t  *place;

    while (s->tried++ < conf->places->n) {
        place = &conf->places->list[s->at % conf->places->n];

        s->answered = 0;
        s->fault = ngx_http_consent_link_dial(&s->link, &place->addr,
                                              place->host);

        if (s->fault == NGX_HTTP_CONSENT_FAULT_NONE) {
            s->fault = consent_sentinel_say(redis);
        }

        if (s->fault == NGX_HTTP_CONSENT_FAULT_NONE) {
            ngx_add_timer(&s->deadline, conf->timeout);
            return;
        }

        ngx_http_consent_link_hang_up(&s->link);
        s->at = (s->at + 1) % conf->places->n;
    }

    s->asking = 0;
    ngx_http_consent_redis_found(redis, NULL, s->fault);
}


static void
consent_sentinel_lost(void *data, ngx_http_consent_fault_e fault)
{
    ngx_http_consent_redis_t     *redis = data;
    ngx_http_consent_sentinel_t  *s = &redis->sentinel;

    consent_sentinel_stop(&s->deadline);

    if (!s->answered) {
        s->fault = fault;

        if (s->link.said.text.len) {
            ngx_http_consent_redis_quote(redis, &s->link.said.text);
        }
    }

    ngx_http_consent_link_hang_up(&s->link);

    if (s->fault == NGX_HTTP_CONSENT_FAULT_NONE) {
        s->asking = 0;
        ngx_http_consent_redis_found(redis, &s->found, s->fault);
        return;
    }

    s->at = (s->at + 1) % redis->conf->places->n;
    consent_sentinel_next(redis);
}


static void
consent_sentinel_late(ngx_event_t *ev)
{
    consent_sentinel_lost(ev->data, NGX_HTTP_CONSENT_FAULT_TIMEOUT);
}


void
ngx_http_consent_sentinel_ask(ngx_http_consent_redis_t *redis)
{
    ngx_http_consent_sentinel_t  *s = &redis->sentinel;

    if (!s->asking) {
        s->asking = 1;
        s->tried = 0;
        consent_sentinel_next(redis);
    }
}


static void
consent_sentinel_again(ngx_event_t *ev)
{
    ngx_add_timer(ev, CONSENT_SENTINEL_WATCH);
    ngx_http_consent_sentinel_ask(ev->data);
}


void
ngx_http_consent_sentinel_watch(ngx_http_consent_redis_t *redis)
{
    if (redis->conf->sentinel.len) {
        ngx_add_timer(&redis->sentinel.watch, CONSENT_SENTINEL_WATCH / 2
                      + (ngx_msec_t) ngx_random() % CONSENT_SENTINEL_WATCH);
    }
}


void
ngx_http_consent_sentinel_stop(ngx_http_consent_redis_t *redis)
{
    ngx_http_consent_sentinel_t  *s = &redis->sentinel;

    consent_sentinel_stop(&s->watch);
    consent_sentinel_stop(&s->deadline);
    ngx_http_consent_link_hang_up(&s->link);
    s->asking = 0;
}


void
ngx_http_consent_sentinel_init(ngx_http_consent_redis_t *redis)
{
    ngx_http_consent_sentinel_t  *s = &redis->sentinel;

    s->link.owed = consent_sentinel_owed;
    s->link.answer = consent_sentinel_answer;
    s->link.lost = consent_sentinel_lost;
    s->link.data = redis;
    s->link.log = redis->log;
    s->link.tls = &redis->conf->tls;

    s->deadline.handler = consent_sentinel_late;
    s->watch.handler = consent_sentinel_again;
    s->deadline.data = s->watch.data = redis;
    s->deadline.log = s->watch.log = redis->log;
    s->deadline.cancelable = s->watch.cancelable = 1;
}
