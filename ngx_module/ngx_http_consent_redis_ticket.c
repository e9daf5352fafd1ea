/*
 * Commands in flight, in the order of their replies.  A ticket outlives whoever
 * waits for it: its reply is owed and keeps its place.
 */

#include "ngx_http_consent_redis_target.h"


static void
consent_ticket_expired(ngx_event_t *ev)
{
    ngx_http_consent_ticket_t  *ticket = ev->data;

    ticket->status = NGX_HTTP_CONSENT_REDIS_TIMEOUT;
    ngx_http_consent_redis_lost(ticket->redis, NGX_HTTP_CONSENT_FAULT_TIMEOUT);
}


static ngx_int_t
consent_ticket_hashed(ngx_http_consent_redis_t *redis,
    const cg_command_t *command)
{
    cg_command_t  hashed = *command;

    hashed.words[0] = cg_str("EVALSHA");
    hashed.words[1].data = redis->sha[command->script - 1];
    hashed.words[1].len = NGX_HTTP_CONSENT_REDIS_SHA;

    return ngx_http_consent_link_queue(&redis->link, &hashed);
}


/* A script by its hash, if it was loaded.  What it is in whole is kept for the
 * case that Redis has forgotten it; in a cluster, that another node has the
 * keys. */

static ngx_int_t
consent_ticket_send(ngx_http_consent_redis_t *redis,
    const cg_command_t *command, ngx_http_consent_ticket_t *ticket)
{
    ngx_int_t  rc;

    ticket->hashed = command->script && command->script <= redis->nscripts;

    if (!ticket->hashed && redis->node == NULL) {
        return ngx_http_consent_link_queue(&redis->link, command);
    }

    if (ngx_http_consent_wire_format(command, &ticket->whole) != NGX_OK) {
        return NGX_ERROR;
    }

    rc = ticket->hashed
         ? consent_ticket_hashed(redis, command)
         : ngx_http_consent_link_bytes(&redis->link, &ticket->whole);

    if (rc != NGX_OK) {
        ngx_http_consent_wire_free(&ticket->whole);
    }

    return rc;
}


/* The greeting has one deadline for all of it; what is sent behind it has its
 * own from the beginning. */

static void
consent_ticket_time(ngx_http_consent_ticket_t *ticket)
{
    ngx_http_consent_redis_t  *redis = ticket->redis;

    ticket->timer.handler = consent_ticket_expired;
    ticket->timer.data = ticket;
    ticket->timer.log = redis->log;
    ticket->timer.cancelable = ticket->kind != NGX_HTTP_CONSENT_TICKET_COMMAND;

    if (ticket->kind == NGX_HTTP_CONSENT_TICKET_COMMAND
        || redis->state != NGX_HTTP_CONSENT_REDIS_GREETING)
    {
        ngx_add_timer(&ticket->timer, redis->conf->timeout);
    }
}


ngx_http_consent_ticket_t *
ngx_http_consent_ticket_queue(ngx_http_consent_redis_t *redis,
    const cg_command_t *command, ngx_http_consent_ticket_e kind)
{
    ngx_http_consent_ticket_t  *ticket;

    ticket = ngx_calloc(sizeof(ngx_http_consent_ticket_t), redis->log);
    if (ticket == NULL) {
        return NULL;
    }

    if (consent_ticket_send(redis, command, ticket) != NGX_OK) {
        ngx_free(ticket);
        return NULL;
    }

    ticket->redis = redis;
    ticket->kind = kind;
    ticket->answers = command->answers;
    ticket->shard = command->shard;
    ticket->script = command->script != 0;
    ticket->behind = command->behind;

    ngx_queue_insert_tail(&redis->tickets, &ticket->queue);
    redis->in_flight++;

    consent_ticket_time(ticket);

    return ticket;
}


ngx_http_consent_ticket_t *
ngx_http_consent_ticket_next(ngx_http_consent_redis_t *redis)
{
    if (ngx_queue_empty(&redis->tickets)) {
        return NULL;
    }

    return ngx_queue_data(ngx_queue_head(&redis->tickets),
                          ngx_http_consent_ticket_t, queue);
}


/* A loop that was held up, or stopped, reads sockets before it looks at the
 * timers. */

ngx_uint_t
ngx_http_consent_ticket_late(const ngx_http_consent_ticket_t *ticket)
{
    const ngx_event_t  *ev = ticket->timer.timer_set
                             ? &ticket->timer : &ticket->redis->deadline;

    return ev->timer_set
           && (ngx_msec_int_t) (ev->timer.key - ngx_current_msec) <= 0;
}


/* What stands behind it is answered before it, or by another. */

static void
consent_ticket_again(ngx_http_consent_ticket_t *ticket,
    ngx_http_consent_redis_t *redis)
{
    ngx_queue_t                *q = ngx_queue_next(&ticket->queue);
    ngx_http_consent_ticket_t  *next;

    if (q != ngx_queue_sentinel(&ticket->redis->tickets)) {
        next = ngx_queue_data(q, ngx_http_consent_ticket_t, queue);
        next->astray |= next->behind;
    }

    ticket->hashed = 0;
    ticket->redis->in_flight--;
    ticket->redis = redis;
    redis->in_flight++;

    ngx_queue_remove(&ticket->queue);
    ngx_queue_insert_tail(&redis->tickets, &ticket->queue);
}


ngx_int_t
ngx_http_consent_ticket_retry(ngx_http_consent_ticket_t *ticket)
{
    ngx_http_consent_redis_t  *redis = ticket->redis;

    if (!ticket->hashed) {
        return NGX_DECLINED;
    }

    if (ngx_http_consent_link_bytes(&redis->link, &ticket->whole) != NGX_OK) {
        return NGX_ERROR;
    }

    consent_ticket_again(ticket, redis);

    return NGX_OK;
}


ngx_int_t
ngx_http_consent_ticket_move(ngx_http_consent_ticket_t *ticket,
    ngx_http_consent_redis_t *to, ngx_uint_t asking)
{
    cg_command_t  command;

    cg_command_start(&command, 1);
    cg_command_word(&command, cg_str("ASKING"));

    if (asking
        && ngx_http_consent_ticket_queue(to, &command,
                                         NGX_HTTP_CONSENT_TICKET_ASKING)
           == NULL)
    {
        return NGX_ERROR;
    }

    if (ngx_http_consent_link_bytes(&to->link, &ticket->whole) != NGX_OK) {
        return NGX_ERROR;
    }

    consent_ticket_again(ticket, to);

    return NGX_OK;
}


void
ngx_http_consent_ticket_finish(ngx_http_consent_ticket_t *ticket,
    ngx_http_consent_redis_e status, const cg_reply_t *reply,
    const ngx_str_t *error)
{
    void                               *data = ticket->data;
    ngx_http_consent_redis_handler_pt   handler = ticket->handler;

    if (ticket->timer.timer_set) {
        ngx_del_timer(&ticket->timer);
    }

    if (ticket->whole.len) {
        ngx_http_consent_wire_free(&ticket->whole);
    }

    ticket->redis->in_flight--;
    ngx_queue_remove(&ticket->queue);
    ngx_free(ticket);

    if (handler) {
        handler(data, status, reply, error);
    }
}


void
ngx_http_consent_ticket_fail(ngx_queue_t *tickets, ngx_uint_t quiet)
{
    ngx_http_consent_ticket_t  *ticket;

    while (!ngx_queue_empty(tickets)) {
        ticket = ngx_queue_data(ngx_queue_head(tickets),
                                ngx_http_consent_ticket_t, queue);

        if (quiet) {
            ticket->handler = NULL;
        }

        ngx_http_consent_ticket_finish(ticket, ticket->status, NULL, NULL);
    }
}


void
ngx_http_consent_redis_abandon(ngx_http_consent_ticket_t *ticket)
{
    if (ticket) {
        ticket->handler = NULL;
    }
}
