/*
 * What a reply means: for whoever waits for it, and for the target.
 */

#include "ngx_http_consent_redis_cluster.h"


/* Any error in the greeting is the end of it.  What is said of AUTH could hold
 * the password. */

static ngx_http_consent_fault_e
consent_reply_unwelcome(ngx_http_consent_redis_t *redis,
    ngx_http_consent_ticket_e kind, const ngx_str_t *error)
{
    ngx_http_consent_fault_e  fault = ngx_http_consent_fault_of(error)->fault;

    if (kind == NGX_HTTP_CONSENT_TICKET_AUTH) {
        return fault == NGX_HTTP_CONSENT_FAULT_ERROR
               ? NGX_HTTP_CONSENT_FAULT_AUTH : fault;
    }

    ngx_http_consent_redis_quote(redis, error);

    return fault;
}


/* The effect of an error on the connection, whoever it was for. */

static ngx_http_consent_fault_e
consent_reply_suffer(ngx_http_consent_redis_t *redis,
    const ngx_str_t *error, ngx_uint_t probe)
{
    const ngx_http_consent_error_t  *known = ngx_http_consent_fault_of(error);

    switch (known->effect) {

    case NGX_HTTP_CONSENT_EFFECT_CLOSE:
        ngx_http_consent_redis_quote(redis, error);
        return known->fault;

    case NGX_HTTP_CONSENT_EFFECT_SLOT:
        if (redis->node) {
            break;
        }

        /* fall through */

    case NGX_HTTP_CONSENT_EFFECT_PAUSE:
        ngx_http_consent_redis_pause(redis, known->fault, error, probe);
        break;

    default:
        break;
    }

    return NGX_HTTP_CONSENT_FAULT_NONE;
}


/* Who may not write may read: that the script is denied concerns nobody
 * else. */

static ngx_http_consent_fault_e
consent_reply_refused(ngx_http_consent_redis_t *redis,
    ngx_http_consent_ticket_t *ticket, const ngx_str_t *error)
{
    ngx_int_t                        rc = NGX_DECLINED;
    ngx_http_consent_fault_e         fault = NGX_HTTP_CONSENT_FAULT_NONE;
    const ngx_http_consent_error_t  *known = ngx_http_consent_fault_of(error);

    if (known->effect == NGX_HTTP_CONSENT_EFFECT_RETRY) {
        rc = ngx_http_consent_ticket_retry(ticket);

    } else if (redis->node) {
        rc = ngx_http_consent_cluster_redirect(ticket, error);
    }

    if (rc != NGX_DECLINED) {
        return rc == NGX_OK ? NGX_HTTP_CONSENT_FAULT_NONE
                            : NGX_HTTP_CONSENT_FAULT_RESOURCES;
    }

    if (!ticket->script || known->fault != NGX_HTTP_CONSENT_FAULT_AUTH) {
        fault = consent_reply_suffer(redis, error, 0);
        redis->doubt |= known->effect == NGX_HTTP_CONSENT_EFFECT_CLOSE
                        || known->fault == NGX_HTTP_CONSENT_FAULT_CLUSTER;
    }

    ngx_http_consent_ticket_finish(ticket, NGX_HTTP_CONSENT_REDIS_ERROR, NULL,
                                   error);
    return fault;
}


/* Of one that is astray the answer is about something else: as good as none. */

static ngx_http_consent_fault_e
consent_reply_command(ngx_http_consent_redis_t *redis,
    ngx_http_consent_ticket_t *ticket, const ngx_http_consent_answer_t *answer)
{
    if (answer->failed) {
        return consent_reply_refused(redis, ticket, &answer->error);
    }

    ngx_http_consent_redis_useful(redis);

    if (ticket->astray) {
        ngx_http_consent_ticket_finish(ticket, NGX_HTTP_CONSENT_REDIS_DOWN,
                                       NULL, NULL);
        return NGX_HTTP_CONSENT_FAULT_NONE;
    }

    ngx_http_consent_ticket_finish(ticket, NGX_HTTP_CONSENT_REDIS_OK,
                                   &answer->reply, NULL);

    return NGX_HTTP_CONSENT_FAULT_NONE;
}


/* A reply to what redis_greet.c said. */

static ngx_http_consent_fault_e
consent_reply_greeted(ngx_http_consent_redis_t *redis,
    ngx_http_consent_ticket_e kind, const ngx_http_consent_answer_t *answer)
{
    ngx_http_consent_fault_e  fault;

    if (answer->failed) {
        return redis->state == NGX_HTTP_CONSENT_REDIS_GREETING
               ? consent_reply_unwelcome(redis, kind, &answer->error)
               : consent_reply_suffer(redis, &answer->error, 1);
    }

    fault = ngx_http_consent_redis_greeted(redis, kind, &answer->reply);

    if (fault == NGX_HTTP_CONSENT_FAULT_NONE
        && kind == NGX_HTTP_CONSENT_TICKET_PING)
    {
        fault = ngx_http_consent_redis_begin(redis);
    }

    return fault;
}


static ngx_http_consent_fault_e
consent_reply_own(ngx_http_consent_redis_t *redis,
    ngx_http_consent_ticket_t *ticket, const ngx_http_consent_answer_t *answer)
{
    ngx_http_consent_ticket_e  kind = ticket->kind;

    ngx_http_consent_ticket_finish(ticket, NGX_HTTP_CONSENT_REDIS_OK, NULL,
                                   NULL);

    switch (kind) {

    case NGX_HTTP_CONSENT_TICKET_CHECK:
        if (!answer->failed) {
            ngx_http_consent_redis_checked(redis, &answer->reply);
        }

        return NGX_HTTP_CONSENT_FAULT_NONE;

    case NGX_HTTP_CONSENT_TICKET_ASKING:
        return NGX_HTTP_CONSENT_FAULT_NONE;    /* what follows will show */

    default:
        return consent_reply_greeted(redis, kind, answer);
    }
}


ngx_int_t
ngx_http_consent_redis_owed(void *data)
{
    ngx_http_consent_ticket_t  *ticket = ngx_http_consent_ticket_next(data);

    return ticket ? (ngx_int_t) ticket->answers : NGX_ERROR;
}


ngx_http_consent_fault_e
ngx_http_consent_redis_answer(void *data,
    const ngx_http_consent_answer_t *answer)
{
    ngx_http_consent_ticket_t  *ticket = ngx_http_consent_ticket_next(data);

    if (ngx_http_consent_ticket_late(ticket)) {
        ticket->status = NGX_HTTP_CONSENT_REDIS_TIMEOUT;
        return NGX_HTTP_CONSENT_FAULT_TIMEOUT;
    }

    return ticket->kind == NGX_HTTP_CONSENT_TICKET_COMMAND
           ? consent_reply_command(data, ticket, answer)
           : consent_reply_own(data, ticket, answer);
}
