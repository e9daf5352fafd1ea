/*
 * POST /rights and POST /erase, GET /record: who may ask, and for what.
 * Whoever holds the token is the person (possession of 128 random bits under
 * our MAC); an address or a pseudonym proves nothing.
 */

#include "ngx_http_consent_rights.h"
#include "ngx_http_consent_evidence.h"
#include "ngx_http_consent_texts.h"

#include <openssl/rand.h>


static void
consent_right_number(struct ngx_http_consent_right_s *right)
{
    (void) ngx_hex_dump(right->id, right->ack.id, CG_RIGHT_ID);
}


ngx_http_consent_choice_t *
ngx_http_consent_right_create(ngx_http_consent_ctx_t *ctx,
    cg_right_kind_t kind)
{
    ngx_http_consent_choice_t        *c = ngx_http_consent_choice_create(ctx);
    struct ngx_http_consent_right_s  *right;

    right = ngx_pcalloc(ctx->request->pool, sizeof(*right));

    if (c == NULL || right == NULL
        || RAND_bytes(right->ack.id, CG_RIGHT_ID) != 1)
    {
        return NULL;
    }

    right->kind = kind;
    right->ack.kind = kind;
    consent_right_number(right);
    c->right = right;

    return c;
}


static void
consent_right_binding(ngx_http_consent_ctx_t *ctx, cg_binding_t *binding)
{
    binding->site = ngx_http_consent_str(ctx->conf->site);
    binding->policy = ctx->conf->policy->id;
    binding->slots_hash = ctx->conf->policy->slots_hash;
}


/* Whether the page that explained it was answered; the number is then that of
 * the request which the page was for. */

static void
consent_right_acked(ngx_http_consent_choice_t *c)
{
    cg_binding_t                      binding;
    cg_right_ack_t                    ack;
    ngx_http_consent_ctx_t           *ctx = c->ctx;
    struct ngx_http_consent_right_s  *right = c->right;

    consent_right_binding(ctx, &binding);
    ngx_memzero(&ack, sizeof(cg_right_ack_t));
    ack.kind = right->kind;

    if (cg_right_ack_read(c->choice.ack, ctx->conf->keys, &binding,
                          &ctx->token, ngx_time(), &ack) == CG_OK)
    {
        right->ack = ack;
        right->acked = 1;
        consent_right_number(right);
    }
}


/* What the request makes of the choice.  1: it is a decision. */

static ngx_uint_t
consent_right_decides(ngx_http_consent_choice_t *c)
{
    uint32_t                          named = c->choice.granted;
    ngx_http_consent_ctx_t           *ctx = c->ctx;
    struct ngx_http_consent_right_s  *right = c->right;

    c->choice.kind = CG_CHOICE_WITHDRAW;
    c->choice.granted = 0;

    switch (right->kind) {

    case CG_RIGHT_ADD:
        named |= ctx->consent.granted;
        /* fall through */

    case CG_RIGHT_CORRECT:
        c->choice.kind = CG_CHOICE_SAVE;
        c->choice.granted = named;
        return right->acked;

    case CG_RIGHT_STOP_USE:
        right->suspends = 1;
        return right->acked;

    case CG_RIGHT_STOP_PROVISION:
        c->choice.kind = CG_CHOICE_SAVE;
        c->choice.granted = ctx->consent.granted
                            & cg_rights_own(ctx->conf->policy);
        right->narrows = 1;

        /* whatever cannot be confirmed now is closed altogether */

        return c->choice.granted != ctx->consent.granted
               || ctx->consent.state == CG_STATE_UNKNOWN;

    case CG_RIGHT_DELETE:
        c->erase = 1;
        return 1;

    default:
        return 0;
    }
}


/* The consent is as settled as it will be. */

static void
consent_right_start(ngx_http_consent_choice_t *c)
{
    ngx_int_t  rc;

    c->ask = !consent_right_decides(c);
    c->opening = !c->ask && c->choice.granted != 0;

    if (c->ask) {
        c->choice.once = cg_str_null;

    } else if (c->opening && !c->right->narrows && !c->has_notice) {
        ngx_http_consent_choice_finish(c,
                          ngx_http_consent_send_error(c->ctx,
                                                      NGX_HTTP_BAD_REQUEST,
                                                      "error.bad_request", 0));
        return;
    }

    /* what closes is never turned down; a question may be */

    c->opening |= c->ask;
    rc = ngx_http_consent_limited(c, &rc) == NGX_DONE ? rc : NGX_OK;
    c->opening &= !c->ask;

    if (rc != NGX_OK) {
        ngx_http_consent_choice_finish(c, rc);
        return;
    }

    ngx_http_consent_choice_start(c);
}


static void
consent_right_settled(ngx_http_request_t *r)
{
    ngx_http_consent_ctx_t  *ctx = ngx_http_consent_get_ctx(r);

    if (ngx_http_consent_settle(ctx) == NGX_AGAIN) {
        r->write_event_handler = consent_right_settled;
        return;
    }

    r->write_event_handler = ngx_http_request_empty_handler;
    consent_right_start(ctx->choice);
}


/* Nobody is told anything, and nothing is done. */

static ngx_int_t
consent_right_unverified(ngx_http_consent_choice_t *c)
{
    ngx_int_t  rc = NGX_OK;

    c->opening = 1;

    if (ngx_http_consent_limited(c, &rc) == NGX_DONE) {
        return rc;
    }

    ngx_http_consent_right_received(c);
    ngx_http_consent_right_refused(c, "unverified");

    return ngx_http_consent_send_error(c->ctx, NGX_HTTP_FORBIDDEN,
                                       "rights.unverified", 0);
}


static ngx_uint_t
consent_right_closes(cg_right_kind_t kind)
{
    return kind == CG_RIGHT_DELETE || kind == CG_RIGHT_STOP_USE
           || kind == CG_RIGHT_STOP_PROVISION;
}


/* NGX_DONE: *rc is the answer. */

static ngx_int_t
consent_right_allowed(ngx_http_consent_choice_t *c, ngx_int_t *rc)
{
    cg_origin_t              origin = ngx_http_consent_choice_origin(c->ctx);
    ngx_http_consent_ctx_t  *ctx = c->ctx;

    c->has_notice = c->choice.notice.data
                    && cg_notice_read(c->choice.notice, ctx->conf->keys,
                                      ngx_http_consent_str(ctx->conf->site),
                                      ctx->conf->policy,
                                      ctx->conf->texts->notices, ngx_time(),
                                      &c->notice) == CG_OK;

    if (origin == CG_ORIGIN_CROSS) {
        *rc = ngx_http_consent_send_error(ctx, NGX_HTTP_FORBIDDEN,
                                          "error.cross_site", 0);
        return NGX_DONE;
    }

    if (!ctx->has_token) {
        *rc = consent_right_unverified(c);
        return NGX_DONE;
    }

    if (origin != CG_ORIGIN_SAME && !c->has_notice
        && !consent_right_closes(c->right->kind))
    {
        *rc = ngx_http_consent_send_error(ctx, NGX_HTTP_BAD_REQUEST,
                                          "error.bad_request", 0);
        return NGX_DONE;
    }

    return NGX_OK;
}


void
ngx_http_consent_rights(ngx_http_request_t *r)
{
    cg_str_t                    body;
    ngx_int_t                   rc;
    const char                 *error;
    cg_status_t                 status;
    ngx_http_consent_ctx_t     *ctx = ngx_http_consent_get_ctx(r);
    ngx_http_consent_choice_t  *c;

    c = ngx_http_consent_right_create(ctx, CG_RIGHT_NONE);

    if (c == NULL || ngx_http_consent_body(ctx, &body) != NGX_OK) {
        ngx_http_finalize_request(r, NGX_HTTP_INTERNAL_SERVER_ERROR);
        return;
    }

    status = cg_choice_read_right(&ctx->arena, ctx->conf->policy,
                                  ngx_http_consent_choice_header(r,
                                                           "content-type"),
                                  body, &c->choice, &error);
    if (status != CG_OK) {
        ngx_http_consent_choice_finish(c,
                              ngx_http_consent_choice_refused(c, status));
        return;
    }

    c->right->kind = c->choice.right;
    c->right->ack.kind = c->choice.right;
    c->right->as_json = c->choice.as_json;

    if (consent_right_allowed(c, &rc) == NGX_DONE) {
        ngx_http_consent_choice_finish(c, rc);
        return;
    }

    consent_right_acked(c);
    consent_right_settled(r);
}


/* The button of the preferences page: a request for deletion, which closes and
 * so never waits for anything but a cookie. */

void
ngx_http_consent_erase(ngx_http_request_t *r)
{
    ngx_http_consent_ctx_t     *ctx = ngx_http_consent_get_ctx(r);
    ngx_http_consent_choice_t  *c;

    c = ngx_http_consent_right_create(ctx, CG_RIGHT_DELETE);

    if (c == NULL) {
        ngx_http_finalize_request(r, NGX_HTTP_INTERNAL_SERVER_ERROR);
        return;
    }

    if (!ctx->has_token) {
        c->right->kind = CG_RIGHT_NONE;        /* nobody's: nothing to log */
    }

    c->erase = 1;
    c->choice.kind = CG_CHOICE_WITHDRAW;

    if (ngx_http_consent_choice_origin(ctx) == CG_ORIGIN_CROSS) {
        ngx_http_consent_choice_finish(c, ngx_http_consent_send_error(ctx,
                                     NGX_HTTP_FORBIDDEN, "error.cross_site",
                                     0));
        return;
    }

    (void) ngx_http_consent_limited(c, NULL);
    ngx_http_consent_choice_start(c);
}


static ngx_uint_t
consent_right_wants_page(ngx_http_request_t *r)
{
    ngx_str_t  format, *accept;

    if (ngx_http_arg(r, (u_char *) "format", 6, &format) == NGX_OK) {
        return format.len == 4 && ngx_strncmp(format.data, "html", 4) == 0;
    }

    accept = ngx_http_consent_header_in(r, "accept");

    return accept && ngx_strlcasestrn(accept->data, accept->data + accept->len,
                                      (u_char *) "text/html", 9 - 1) != NULL;
}


/* NGX_DONE: it is answered when Redis has answered. */

ngx_int_t
ngx_http_consent_record(ngx_http_consent_ctx_t *ctx)
{
    ngx_http_consent_choice_t  *c;

    if (!ctx->has_token) {
        return ngx_http_consent_send_error(ctx, NGX_HTTP_FORBIDDEN,
                                           "page.record_missing", 0);
    }

    c = ngx_http_consent_right_create(ctx, CG_RIGHT_NONE);
    if (c == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    c->ask = 1;
    c->right->as_json = !consent_right_wants_page(ctx->request);

    ngx_http_consent_choice_start(c);

    return NGX_DONE;
}
