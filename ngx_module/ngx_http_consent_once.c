/*
 * A choice that may be the one before, sent again: it waits for that one, finds
 * what became of it, and is answered with that.
 */

#include "ngx_http_consent_choice.h"

#include <openssl/rand.h>

#define CONSENT_ONCE_LOOK  50          /* ms between looks at the other one */
#define CONSENT_ONCE_MOST  5000        /* ms that it is waited for */
#define CONSENT_ONCE_POOL  4096        /* random bytes that are fetched */


/* Fetched for many forms at a time, since asking costs more than the bytes. */

cg_str_t
ngx_http_consent_once_form(cg_arena_t *arena)
{
    cg_str_t   bytes;
    cg_out_t   out;

    static u_char  pool[CONSENT_ONCE_POOL];
    static size_t  left;

    if (left < CG_ONCE_FORM) {
        if (RAND_bytes(pool, sizeof(pool)) != 1) {
            return cg_str_null;
        }

        left = sizeof(pool);
    }

    left -= CG_ONCE_FORM;
    bytes = (cg_str_t) { CG_ONCE_FORM, pool + left };

    cg_out_init(&out, arena, CG_ONCE_TEXT);
    cg_out_base64url(&out, bytes);
    ngx_memzero(pool + left, CG_ONCE_FORM);

    return cg_out_slice(&out);
}


/* What of the choice makes it another one of the same form. */

static cg_status_t
consent_once_names(ngx_http_consent_choice_t *c, uint32_t rev,
    cg_once_names_t *names)
{
    u_char    what[5];
    cg_str_t  slice = { sizeof(what), what };

    what[0] = (u_char) c->choice.kind;
    what[1] = (u_char) (c->choice.granted >> 24);
    what[2] = (u_char) (c->choice.granted >> 16);
    what[3] = (u_char) (c->choice.granted >> 8);
    what[4] = (u_char) c->choice.granted;

    return cg_once_names(&c->once, slice, rev, names);
}


/* The exact one: its text may have been reduced (address.c). */

static cg_str_t
consent_once_address(ngx_connection_t *c)
{
    cg_str_t              address;
    struct sockaddr_in   *sin;
#if (NGX_HAVE_INET6)
    struct sockaddr_in6  *sin6;
#endif

    switch (c->sockaddr->sa_family) {

    case AF_INET:
        sin = (struct sockaddr_in *) c->sockaddr;
        address.data = (u_char *) &sin->sin_addr;
        address.len = sizeof(sin->sin_addr);
        return address;

#if (NGX_HAVE_INET6)
    case AF_INET6:
        sin6 = (struct sockaddr_in6 *) c->sockaddr;
        address.data = sin6->sin6_addr.s6_addr;
        address.len = sizeof(sin6->sin6_addr);
        return address;
#endif

    default:
        return cg_str("unix");
    }
}


ngx_int_t
ngx_http_consent_once_init(ngx_http_consent_choice_t *c)
{
    ngx_str_t               *agent;
    cg_once_from_t           from;
    ngx_http_consent_ctx_t  *ctx = c->ctx;

    if (c->choice.once.data == NULL) {
        return NGX_OK;
    }

    agent = ngx_http_consent_header_in(ctx->request, "user-agent");

    from.site = ngx_http_consent_str(ctx->conf->site);
    from.policy = ctx->conf->policy->id;
    from.form = c->choice.once;
    from.address = consent_once_address(ctx->request->connection);
    from.agent = agent ? ngx_http_consent_str(*agent) : cg_str_null;

    if (cg_once_make(ctx->conf->keys, &from, &c->once) != CG_OK
        || consent_once_names(c, 0, &c->claim) != CG_OK)
    {
        return NGX_ERROR;
    }

    c->has_once = 1;

    return NGX_OK;
}


static void
consent_once_look(ngx_event_t *ev)
{
    ngx_http_consent_choice_answered(ev->data);
}


/* A refusal of somebody of whom nothing is kept leaves nothing to be found but
 * that it was made. */

static ngx_int_t
consent_once_refusal(ngx_http_consent_choice_t *c)
{
    if (!cg_claims_take(ngx_http_consent_shared(c->ctx)->claims, &c->claim,
                        ngx_current_msec, CG_ONCE_WINDOW * 1000))
    {
        c->unlogged = 1;
        c->step = NGX_HTTP_CONSENT_STEP_DONE;
    }

    return NGX_OK;
}


ngx_int_t
ngx_http_consent_once_claim(ngx_http_consent_choice_t *c)
{
    c->step = NGX_HTTP_CONSENT_STEP_READ;

    if (!c->has_once) {
        return NGX_OK;
    }

    if (!c->opening && !c->known) {
        return consent_once_refusal(c);
    }

    c->claimed = cg_claims_take(ngx_http_consent_shared(c->ctx)->claims,
                                &c->claim, ngx_current_msec,
                                CONSENT_ONCE_MOST) != 0;

    if (c->claimed || c->looks++ == CONSENT_ONCE_MOST / CONSENT_ONCE_LOOK) {
        return NGX_OK;
    }

    c->step = NGX_HTTP_CONSENT_STEP_CLAIM;

    c->look.handler = consent_once_look;
    c->look.data = c;
    c->look.log = c->ctx->request->connection->log;

    ngx_add_timer(&c->look, CONSENT_ONCE_LOOK);
    c->waiting++;

    return NGX_AGAIN;
}


void
ngx_http_consent_once_drop(ngx_http_consent_choice_t *c)
{
    if (c->claimed) {
        c->claimed = 0;
        cg_claims_drop(ngx_http_consent_shared(c->ctx)->claims, &c->claim);
    }
}


ngx_int_t
ngx_http_consent_once_found(ngx_http_consent_choice_t *c)
{
    cg_once_names_t  names;

    if (!c->has_once || c->old.rev == 0) {
        return NGX_OK;
    }

    if (ngx_time() - c->old.decided > CG_ONCE_WINDOW) {
        return c->derived ? ngx_http_consent_choice_identity(c) : NGX_OK;
    }

    if (consent_once_names(c, c->old.rev - 1, &names) != CG_OK) {
        return NGX_ERROR;
    }

    if (ngx_memcmp(names.nonce, c->old.nonce, sizeof(names.nonce)) == 0) {
        c->record = c->old;
        c->committed = 1;
        c->again = 1;
    }

    return NGX_OK;
}


ngx_int_t
ngx_http_consent_once_record(ngx_http_consent_choice_t *c)
{
    cg_once_names_t  names;

    if (!c->has_once) {
        return NGX_OK;
    }

    if (consent_once_names(c, c->old.rev, &names) != CG_OK) {
        return NGX_ERROR;
    }

    ngx_memcpy(c->record.rid, names.rid, sizeof(names.rid));
    ngx_memcpy(c->record.nonce, names.nonce, sizeof(names.nonce));

    return NGX_OK;
}
