#include "ngx_http_consent_feed_hint.h"
#include "ngx_http_consent_redis_target.h"

#define CONSENT_HINT_AGAIN  2000       /* ms: half to whole of it at random */
#define CONSENT_HINT_AUTH   20000      /* where only a person can help */
#define CONSENT_HINT_PING   10000
#define CONSENT_HINT_NAME   "ngx-consent-hint"     /* in CLIENT LIST */


struct ngx_http_consent_hint_s {
    ngx_http_consent_redis_conf_t  *conf;
    void                          (*heard)(void *data);
    void                           *data;
    ngx_http_consent_link_t         link;
    ngx_uint_t                      addr;      /* of several */
    ngx_event_t                     timer;     /* of the dial, the next one, or
                                                  the next PING */
    unsigned                        up:1;      /* something was answered */
    unsigned                        silent:1;  /* nothing since the last PING */
    unsigned                        told:1;    /* of a fault */
};


static ngx_int_t
consent_hint_auth(ngx_http_consent_hint_t *hint)
{
    cg_command_t  command;

    return ngx_http_consent_redis_auth(hint->conf, &command) == NGX_OK
           ? ngx_http_consent_link_queue(&hint->link, &command) : NGX_OK;
}


static ngx_int_t
consent_hint_name(ngx_http_consent_hint_t *hint)
{
    cg_command_t  command;

    ngx_http_consent_redis_name(cg_str(CONSENT_HINT_NAME), &command);

    return ngx_http_consent_link_queue(&hint->link, &command);
}


/* A decision is published under the name of the log that it is in. */

static ngx_int_t
consent_hint_subscribe(ngx_http_consent_hint_t *hint)
{
    u_char        pattern[128];
    size_t        len;
    cg_command_t  command;

    len = (size_t) (ngx_snprintf(pattern, sizeof(pattern), "%V:{*}:log",
                                 &hint->conf->prefix) - pattern);

    cg_command_start(&command, 1);
    cg_command_word(&command, cg_str("PSUBSCRIBE"));
    cg_command_word(&command, (cg_str_t) { len, pattern });

    return ngx_http_consent_link_queue(&hint->link, &command);
}


/* Messages come unasked: there is always one more. */

static ngx_int_t
consent_hint_owed(void *data)
{
    return CG_REPLY_NESTED;
}


/* A server without the right to subscribe, or the like: the connection is of no
 * use. */

static ngx_http_consent_fault_e
consent_hint_answer(void *data, const ngx_http_consent_answer_t *answer)
{
    ngx_http_consent_hint_t  *hint = data;

    hint->silent = 0;

    if (!hint->up) {
        hint->up = 1;
        ngx_add_timer(&hint->timer, CONSENT_HINT_PING);
    }

    if (answer->failed) {
        return ngx_http_consent_fault_of(&answer->error)->fault;
    }

    if (answer->reply.n
        && cg_str_eq(answer->reply.items[0], cg_str("pmessage")))
    {
        hint->heard(hint->data);
    }

    return NGX_HTTP_CONSENT_FAULT_NONE;
}


static void
consent_hint_lost(void *data, ngx_http_consent_fault_e fault)
{
    ngx_msec_t                most = CONSENT_HINT_AGAIN;
    ngx_http_consent_hint_t  *hint = data;

    if (fault == NGX_HTTP_CONSENT_FAULT_AUTH) {
        most = CONSENT_HINT_AUTH;
    }

    ngx_http_consent_link_hang_up(&hint->link);
    hint->up = 0;
    hint->addr++;

    if (!hint->told) {
        hint->told = 1;
        ngx_log_error(NGX_LOG_INFO, hint->link.log, 0,
                      "consent redis \"%V\" sends no hints: %s",
                      &hint->conf->name, ngx_http_consent_fault_cause(fault));
    }

    ngx_add_timer(&hint->timer, most / 2
                                + (ngx_msec_t) ngx_random() % (most / 2));
}


static void
consent_hint_dial(ngx_http_consent_hint_t *hint)
{
    ngx_http_consent_fault_e          fault;
    ngx_http_consent_redis_place_t   *place;
    ngx_http_consent_redis_places_t  *places = hint->conf->places;

    ngx_add_timer(&hint->timer, hint->conf->connect_timeout);

    place = &places->list[hint->addr % places->n];
    fault = ngx_http_consent_link_dial(&hint->link, &place->addr, place->host);

    if (fault == NGX_HTTP_CONSENT_FAULT_NONE
        && (consent_hint_auth(hint) != NGX_OK
            || consent_hint_name(hint) != NGX_OK
            || consent_hint_subscribe(hint) != NGX_OK))
    {
        fault = NGX_HTTP_CONSENT_FAULT_RESOURCES;
    }

    if (fault) {
        consent_hint_lost(hint, fault);
    }
}


/* The only answer that PING has here is that something comes. */

static void
consent_hint_ping(ngx_http_consent_hint_t *hint)
{
    cg_command_t  command;

    cg_command_start(&command, 1);
    cg_command_word(&command, cg_str("PING"));

    if (hint->silent) {
        consent_hint_lost(hint, NGX_HTTP_CONSENT_FAULT_TIMEOUT);
        return;
    }

    hint->silent = 1;
    ngx_add_timer(&hint->timer, CONSENT_HINT_PING);

    if (ngx_http_consent_link_queue(&hint->link, &command) != NGX_OK) {
        consent_hint_lost(hint, NGX_HTTP_CONSENT_FAULT_RESOURCES);
    }
}


static void
consent_hint_timer(ngx_event_t *ev)
{
    ngx_http_consent_hint_t  *hint = ev->data;

    if (hint->up) {
        consent_hint_ping(hint);

    } else if (hint->link.connection) {
        consent_hint_lost(hint, NGX_HTTP_CONSENT_FAULT_TIMEOUT);

    } else {
        consent_hint_dial(hint);
    }
}


ngx_http_consent_hint_t *
ngx_http_consent_hint_open(ngx_http_consent_redis_conf_t *conf,
    ngx_log_t *log, void (*heard)(void *data), void *data)
{
    ngx_http_consent_hint_t  *hint;

    hint = ngx_calloc(sizeof(ngx_http_consent_hint_t), log);
    if (hint == NULL) {
        return NULL;
    }

    hint->conf = conf;
    hint->heard = heard;
    hint->data = data;

    hint->link.owed = consent_hint_owed;
    hint->link.answer = consent_hint_answer;
    hint->link.lost = consent_hint_lost;
    hint->link.data = hint;
    hint->link.log = log;
    hint->link.tls = &conf->tls;

    hint->timer.handler = consent_hint_timer;
    hint->timer.data = hint;
    hint->timer.log = log;
    hint->timer.cancelable = 1;

    consent_hint_dial(hint);

    return hint;
}


void
ngx_http_consent_hint_close(ngx_http_consent_hint_t *hint)
{
    if (hint == NULL) {
        return;
    }

    if (hint->timer.timer_set) {
        ngx_del_timer(&hint->timer);
    }

    ngx_http_consent_link_hang_up(&hint->link);
    ngx_free(hint);
}
