/*
 * The map of a cluster: asked for at the beginning, now and again, and soon
 * after anything that makes it look old.  Whoever is ready is asked first, then
 * the addresses of the configuration; on a connection of its own, closed behind
 * the answer.
 */

#include "ngx_http_consent_redis_cluster.h"

#define CONSENT_SLOTS_ITEMS  16384             /* of a reply: 1000 ranges */
#define CONSENT_SLOTS_SOON   100               /* ms between two questions */
#define CONSENT_SLOTS_LAME   500               /* ms, while a shard is shut */
#define CONSENT_SLOTS_TURN   10000             /* ms, while all is well */
#define CONSENT_SLOTS_REST   100               /* ms, doubled each time, to */
#define CONSENT_SLOTS_MOST   2000


static ngx_uint_t
consent_slots_leaving(void)
{
    return ngx_exiting || ngx_terminate || ngx_quit;
}


static void
consent_slots_stop(ngx_event_t *ev)
{
    if (ev->timer_set) {
        ngx_del_timer(ev);
    }
}


/* A half of it is random, so that workers and hosts do not come at once. */

static ngx_msec_t
consent_slots_about(ngx_msec_t ms)
{
    return ms / 2 + (ngx_msec_t) ngx_random() % (ms / 2) + 1;
}


static ngx_int_t
consent_slots_owed(void *data)
{
    ngx_http_consent_cluster_t  *cluster = data;

    if (cluster->answered) {
        return NGX_ERROR;
    }

    return cluster->greeting ? 1 : CG_REPLY_NESTED;
}


static void
consent_slots_quote(ngx_http_consent_cluster_t *cluster,
    const ngx_str_t *text)
{
    cluster->said.data = cluster->text;
    cluster->said.len = ngx_min(text->len, sizeof(cluster->text));
    ngx_memcpy(cluster->text, text->data, cluster->said.len);
}


/* What is said of AUTH could hold the password. */

static ngx_http_consent_fault_e
consent_slots_refused(ngx_http_consent_cluster_t *cluster,
    const ngx_str_t *error)
{
    ngx_http_consent_fault_e  fault = ngx_http_consent_fault_of(error)->fault;

    if (!cluster->greeting) {
        consent_slots_quote(cluster, error);

    } else if (fault == NGX_HTTP_CONSENT_FAULT_ERROR) {
        fault = NGX_HTTP_CONSENT_FAULT_AUTH;
    }

    return fault;
}


/* Whatever it says, the connection has done its work. */

static ngx_http_consent_fault_e
consent_slots_answer(void *data, const ngx_http_consent_answer_t *answer)
{
    ngx_http_consent_cluster_t  *cluster = data;

    if (answer->failed) {
        cluster->fault = consent_slots_refused(cluster, &answer->error);

    } else if (cluster->greeting) {
        cluster->greeting = 0;
        return NGX_HTTP_CONSENT_FAULT_NONE;

    } else {
        cluster->fault = ngx_http_consent_cluster_learn(cluster,
                                                        &answer->reply);
    }

    cluster->answered = 1;

    return NGX_HTTP_CONSENT_FAULT_CLOSED;
}


/* The n-th of those to be asked; NGX_DONE: there is none. */

static ngx_int_t
consent_slots_whom(ngx_http_consent_cluster_t *cluster, ngx_uint_t n,
    const ngx_addr_t **addr, const ngx_str_t **host)
{
    ngx_queue_t                      *q;
    ngx_http_consent_node_t          *node;
    ngx_http_consent_redis_places_t  *places = cluster->conf->places;

    for (q = ngx_queue_head(&cluster->nodes);
         q != ngx_queue_sentinel(&cluster->nodes); q = ngx_queue_next(q))
    {
        node = ngx_queue_data(q, ngx_http_consent_node_t, queue);

        if (node->target->state == NGX_HTTP_CONSENT_REDIS_READY && n-- == 0) {
            *addr = &node->addr;
            *host = &node->host;
            return NGX_OK;
        }
    }

    if (n >= places->n) {
        return NGX_DONE;
    }

    n = (cluster->first + n) % places->n;
    *addr = &places->list[n].addr;
    *host = places->list[n].host;

    return NGX_OK;
}


static ngx_int_t
consent_slots_say(ngx_http_consent_cluster_t *cluster)
{
    cg_command_t  command;

    cluster->greeting = ngx_http_consent_redis_auth(cluster->conf, &command)
                        == NGX_OK;

    if (cluster->greeting
        && ngx_http_consent_link_queue(&cluster->link, &command) != NGX_OK)
    {
        return NGX_ERROR;
    }

    cg_slots_command(&command);

    return ngx_http_consent_link_queue(&cluster->link, &command);
}


static ngx_http_consent_fault_e
consent_slots_dial(ngx_http_consent_cluster_t *cluster, const ngx_addr_t *addr,
    const ngx_str_t *host)
{
    ngx_http_consent_fault_e  fault;

    ngx_memcpy(&cluster->asked, addr->sockaddr, addr->socklen);
    cluster->asked_len = addr->socklen;

    cluster->host.data = cluster->hosttext;
    cluster->host.len = ngx_min(host->len, sizeof(cluster->hosttext) - 1);
    *ngx_cpymem(cluster->hosttext, host->data, cluster->host.len) = '\0';

    cluster->answered = 0;
    cluster->said.len = 0;

    fault = ngx_http_consent_link_dial(&cluster->link, addr, &cluster->host);

    if (fault) {
        return fault;
    }

    return consent_slots_say(cluster) == NGX_OK
           ? NGX_HTTP_CONSENT_FAULT_NONE : NGX_HTTP_CONSENT_FAULT_RESOURCES;
}


static void
consent_slots_next(ngx_http_consent_cluster_t *cluster)
{
    const ngx_str_t   *host;
    const ngx_addr_t  *addr;

    while (consent_slots_whom(cluster, cluster->tried++, &addr, &host)
           == NGX_OK)
    {
        cluster->fault = consent_slots_dial(cluster, addr, host);

        if (cluster->fault == NGX_HTTP_CONSENT_FAULT_NONE) {
            ngx_add_timer(&cluster->deadline, cluster->conf->connect_timeout);
            return;
        }

        ngx_http_consent_link_hang_up(&cluster->link);
    }

    cluster->asking = 0;
    cluster->backoff = ngx_max(cluster->backoff * 2, CONSENT_SLOTS_REST);
    cluster->backoff = ngx_min(cluster->backoff, CONSENT_SLOTS_MOST);
    ngx_add_timer(&cluster->refresh, consent_slots_about(cluster->backoff));

    ngx_http_consent_cluster_failed(cluster, cluster->fault);
}


static void
consent_slots_done(ngx_http_consent_cluster_t *cluster)
{
    ngx_msec_t  turn = cluster->up ? CONSENT_SLOTS_TURN : CONSENT_SLOTS_LAME;

    cluster->asking = 0;
    cluster->backoff = 0;
    ngx_add_timer(&cluster->refresh, consent_slots_about(turn));

    if (cluster->again) {
        ngx_http_consent_slots_soon(cluster);
    }
}


static void
consent_slots_lost(void *data, ngx_http_consent_fault_e fault)
{
    ngx_http_consent_cluster_t  *cluster = data;

    consent_slots_stop(&cluster->deadline);

    if (!cluster->answered) {
        cluster->fault = fault;

        if (cluster->link.said.text.len) {
            consent_slots_quote(cluster, &cluster->link.said.text);
        }
    }

    ngx_http_consent_link_hang_up(&cluster->link);

    if (consent_slots_leaving()) {
        return;
    }

    if (cluster->fault == NGX_HTTP_CONSENT_FAULT_NONE) {
        consent_slots_done(cluster);

    } else {
        consent_slots_next(cluster);
    }
}


static void
consent_slots_late(ngx_event_t *ev)
{
    consent_slots_lost(ev->data, NGX_HTTP_CONSENT_FAULT_TIMEOUT);
}


static void
consent_slots_turn(ngx_event_t *ev)
{
    ngx_http_consent_cluster_t  *cluster = ev->data;

    if (consent_slots_leaving()) {
        return;
    }

    cluster->asking = 1;
    cluster->again = 0;
    cluster->told = 0;
    cluster->tried = 0;
    cluster->first = (ngx_uint_t) ngx_random();
    cluster->asked_at = ngx_current_msec;

    consent_slots_next(cluster);
}


void
ngx_http_consent_slots_soon(ngx_http_consent_cluster_t *cluster)
{
    ngx_msec_t  rest = CONSENT_SLOTS_SOON,
                past = ngx_current_msec - cluster->asked_at;

    if (cluster->asking) {
        cluster->again = 1;
        return;
    }

    rest = past < rest ? rest - past : 1;

    if (!cluster->refresh.timer_set
        || (ngx_msec_int_t) (cluster->refresh.timer.key - ngx_current_msec)
           > (ngx_msec_int_t) rest)
    {
        ngx_add_timer(&cluster->refresh, rest);
    }
}


void
ngx_http_consent_slots_stop(ngx_http_consent_cluster_t *cluster)
{
    consent_slots_stop(&cluster->refresh);
    consent_slots_stop(&cluster->deadline);
    ngx_http_consent_link_hang_up(&cluster->link);
}


void
ngx_http_consent_slots_init(ngx_http_consent_cluster_t *cluster)
{
    cluster->link.owed = consent_slots_owed;
    cluster->link.answer = consent_slots_answer;
    cluster->link.lost = consent_slots_lost;
    cluster->link.data = cluster;
    cluster->link.log = cluster->log;
    cluster->link.tls = &cluster->conf->tls;
    cluster->link.items = CONSENT_SLOTS_ITEMS;

    cluster->deadline.handler = consent_slots_late;
    cluster->refresh.handler = consent_slots_turn;
    cluster->deadline.data = cluster->refresh.data = cluster;
    cluster->deadline.log = cluster->refresh.log = cluster->log;
    cluster->deadline.cancelable = cluster->refresh.cancelable = 1;

    /* from the loop: `change` shall not be called before open() is done */

    ngx_add_timer(&cluster->refresh, 0);
}
