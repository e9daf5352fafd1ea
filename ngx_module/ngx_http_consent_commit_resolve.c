/*
 * A record was sent and no answer came: it may be written, or not, or be
 * written yet, by a Redis that was stopped.  The same script is sent again as
 * soon as Redis can be asked: where the record stands it says so, else it
 * writes it; one that arrives later still finds its own nonce and does nothing.
 * Looking only would leave that one a way.
 *
 * A cluster that moves the keys refuses for a moment: then, too.
 */

#include "ngx_http_consent_choice.h"

#define CONSENT_RESOLVE_LOOK  50       /* ms between looks at the line */
#define CONSENT_RESOLVE_MOST  5000     /* ms that a visitor waits for it */


static void
consent_resolve_look(ngx_event_t *ev)
{
    ngx_http_consent_choice_answered(ev->data);
}


/* A worker that leaves has lost its last connection. */

static ngx_uint_t
consent_resolve_gives_up(ngx_http_consent_choice_t *c)
{
    return ngx_exiting || ngx_terminate || ngx_quit
           || ngx_current_msec - c->lost_at >= CONSENT_RESOLVE_MOST;
}


static void
consent_resolve_again(ngx_http_consent_choice_t *c)
{
    if (!c->sending) {
        c->sending = 1;
        c->lost_at = ngx_current_msec;
    }

    c->lost = 1;
}


void
ngx_http_consent_choice_lost(ngx_http_consent_choice_t *c)
{
    c->unsure = 1;
    consent_resolve_again(c);
}


ngx_uint_t
ngx_http_consent_choice_moving(ngx_http_consent_choice_t *c,
    const ngx_str_t *error)
{
    if (!c->ctx->conf->redis->cluster
        || !ngx_http_consent_redis_moving(error))
    {
        return 0;
    }

    c->moving = 1;
    consent_resolve_again(c);

    return 1;
}


ngx_int_t
ngx_http_consent_choice_resolve(ngx_http_consent_choice_t *c)
{
    if (c->committed && !c->kept) {
        c->committed = 0;
        c->unsure = 1;

        if (c->opening) {
            consent_resolve_again(c);
        }
    }

    if (!c->lost || consent_resolve_gives_up(c)) {
        c->step = NGX_HTTP_CONSENT_STEP_PEND;
        return NGX_OK;
    }

    /* keys that are on their way are not there at once */

    if (!c->moving && ngx_http_consent_choice_send(c) == NGX_OK) {
        return NGX_AGAIN;
    }

    c->moving = 0;

    c->look.handler = consent_resolve_look;
    c->look.data = c;
    c->look.log = c->ctx->request->connection->log;

    ngx_add_timer(&c->look, CONSENT_RESOLVE_LOOK);
    c->waiting++;

    return NGX_AGAIN;
}
