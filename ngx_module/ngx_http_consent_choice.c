/* A choice as it arrives: its origin, its notice, whose record it will be. */

#include "ngx_http_consent_choice.h"
#include "ngx_http_consent_texts.h"
#include "ngx_http_consent_pending.h"

#include <openssl/rand.h>


static void
consent_choice_cleanup(void *data)
{
    ngx_http_consent_choice_t  *c = data;

    ngx_http_consent_redis_abandon(c->ticket[0]);
    ngx_http_consent_redis_abandon(c->ticket[1]);
    ngx_http_consent_redis_abandon(c->ticket[2]);

    ngx_http_consent_pending_abandon(c->keep);
    ngx_http_consent_once_drop(c);

    if (c->look.timer_set) {
        ngx_del_timer(&c->look);
    }

    if (c->waiter) {
        ngx_http_consent_journal_abandon(c->waiter);
    }
}


ngx_http_consent_choice_t *
ngx_http_consent_choice_create(ngx_http_consent_ctx_t *ctx)
{
    ngx_pool_cleanup_t         *cln;
    ngx_http_consent_choice_t  *c;

    cln = ngx_pool_cleanup_add(ctx->request->pool,
                               sizeof(ngx_http_consent_choice_t));
    if (cln == NULL) {
        return NULL;
    }

    c = cln->data;
    ngx_memzero(c, sizeof(ngx_http_consent_choice_t));

    c->ctx = ctx;
    ctx->choice = c;
    cln->handler = consent_choice_cleanup;

    return c;
}


ngx_int_t
ngx_http_consent_choice_identity(ngx_http_consent_choice_t *c)
{
    ngx_memzero(&c->token, sizeof(cg_token_t));
    ngx_memzero(&c->old, sizeof(cg_record_t));

    c->known = 0;
    c->derived = 0;
    c->has_once = 0;
    c->has_salt = 0;
    c->salt_failed = 0;
    c->unusable = 0;
    c->token.has_cid = 1;

    if (RAND_bytes(c->token.cid, CG_CID_LEN) != 1) {
        return NGX_ERROR;
    }

    return ngx_http_consent_naming(c->ctx, &c->token, &c->name, &c->cached);
}


/* An identity that the same form leads to again. */

static ngx_int_t
consent_choice_derive(ngx_http_consent_choice_t *c)
{
    ngx_memzero(&c->token, sizeof(cg_token_t));

    c->derived = 1;
    c->token.has_cid = 1;

    if (cg_once_cid(&c->once, c->token.cid) != CG_OK) {
        return NGX_ERROR;
    }

    return ngx_http_consent_naming(c->ctx, &c->token, &c->name, &c->cached);
}


/* Whose record it will be: the visitor's own, or a fresh one.  An id that an
 * older key of the ring signed would have another name under the first key; a
 * name that is closed stays closed: whoever opens with it gets a fresh one. */

static ngx_int_t
consent_choice_whose(ngx_http_consent_choice_t *c)
{
    ngx_int_t                rc;
    ngx_http_consent_ctx_t  *ctx = c->ctx;

    c->known = ctx->has_token && ctx->token.has_cid
               && !(c->opening && ctx->token.key != 0);

    if (!c->known && !c->opening) {
        return NGX_OK;
    }

    if (c->known) {
        c->token = ctx->token;
        rc = ngx_http_consent_naming(ctx, &c->token, &c->name, &c->cached);

    } else if (c->has_once) {
        rc = consent_choice_derive(c);

    } else {
        return ngx_http_consent_choice_identity(c);
    }

    return rc == NGX_OK && c->opening
           && cg_shut_has(ngx_http_consent_shared(ctx)->shut, &c->name)
           ? ngx_http_consent_choice_identity(c) : rc;
}


void
ngx_http_consent_choice_start(ngx_http_consent_choice_t *c)
{
    ngx_http_consent_ctx_t  *ctx = c->ctx;

    if (ngx_http_consent_once_init(c) != NGX_OK
        || consent_choice_whose(c) != NGX_OK)
    {
        ngx_http_consent_choice_finish(c, NGX_HTTP_INTERNAL_SERVER_ERROR);
        return;
    }

    ctx->request->write_event_handler = ngx_http_consent_choice_resume;

    if (!c->opening && !c->ask && c->known) {

        /* closing needs no permission: first here, then in Redis */

        ngx_http_consent_choice_believe(c);
        ngx_http_consent_choice_shut(c, NGX_MAX_UINT32_VALUE);
    }

    ngx_http_consent_choice_run(c);
}


cg_str_t
ngx_http_consent_choice_tls(ngx_http_consent_choice_t *c)
{
#if (NGX_HTTP_SSL)
    if (c->ctx->request->connection->ssl) {
        return cg_str_from(SSL_get_version(
                              c->ctx->request->connection->ssl->connection));
    }
#endif

    return ngx_http_consent_is_tls(c->ctx) ? cg_str("offloaded") : cg_str_null;
}


ngx_uint_t
ngx_http_consent_choice_promised(ngx_http_consent_choice_t *c)
{
    ngx_http_consent_srv_conf_t  *conf = c->ctx->conf;

    c->has_notice = c->choice.notice.data
                    && cg_notice_read(c->choice.notice, conf->keys,
                                      ngx_http_consent_str(conf->site),
                                      conf->policy, conf->texts->notices,
                                      ngx_time(), &c->notice)
                       == CG_OK;

    return c->has_notice;
}


/* NGX_OK: the choice may take effect.  NGX_DONE: *rc is the answer. */

static ngx_int_t
consent_choice_allowed(ngx_http_consent_choice_t *c, cg_origin_t origin,
    ngx_int_t *rc)
{
    cg_page_t                page;
    ngx_http_consent_ctx_t  *ctx = c->ctx;

    if (origin == CG_ORIGIN_CROSS) {
        *rc = ngx_http_consent_send_error(ctx, NGX_HTTP_FORBIDDEN,
                                          "error.cross_site", c->choice.json);
        return NGX_DONE;
    }

    if (!ngx_http_consent_choice_promised(c) && c->opening) {
        *rc = ngx_http_consent_send_error(ctx, NGX_HTTP_BAD_REQUEST,
                                          "error.bad_request", c->choice.json);
        return NGX_DONE;
    }

    if (!c->opening) {
        return NGX_OK;
    }

    ngx_memzero(&page, sizeof(cg_page_t));

    if (origin == CG_ORIGIN_UNSURE
        && !cg_str_eq(c->notice.control, cg_str("confirm")))
    {
        page.confirm = 1;
        page.adds = c->choice.adds != 0;
        page.asked = c->choice.granted;
        *rc = ngx_http_consent_send_page(ctx, NGX_HTTP_OK, &page);
        return NGX_DONE;
    }

    return NGX_OK;
}


cg_str_t
ngx_http_consent_choice_header(ngx_http_request_t *r, const char *name)
{
    ngx_str_t  *value = ngx_http_consent_header_in(r, name);

    return value ? ngx_http_consent_str(*value) : cg_str_null;
}


cg_origin_t
ngx_http_consent_choice_origin(ngx_http_consent_ctx_t *ctx)
{
    ngx_http_request_t  *r = ctx->request;

    return cg_choice_origin(ngx_http_consent_choice_header(r, "sec-fetch-site"),
                            ngx_http_consent_choice_header(r, "origin"),
                            ngx_http_consent_choice_header(r, "host"),
                            ngx_http_consent_is_tls(ctx) != 0);
}


ngx_int_t
ngx_http_consent_choice_refused(ngx_http_consent_choice_t *c,
    cg_status_t status)
{
    ngx_uint_t   code = NGX_HTTP_BAD_REQUEST;
    const char  *message = "error.bad_request";

    if (status == CG_NONE) {
        code = NGX_HTTP_UNSUPPORTED_MEDIA_TYPE;
        message = "error.unsupported";

    } else if (status == CG_ELIMIT) {
        code = NGX_HTTP_REQUEST_ENTITY_TOO_LARGE;
        message = "error.too_large";

    } else if (status == CG_ENOMEM) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_http_consent_send_error(c->ctx, code, message, c->choice.json);
}


void
ngx_http_consent_choose(ngx_http_request_t *r)
{
    cg_str_t                    body;
    ngx_int_t                   rc;
    const char                 *error;
    cg_status_t                 status;
    ngx_http_consent_ctx_t     *ctx = ngx_http_consent_get_ctx(r);
    ngx_http_consent_choice_t  *c = ngx_http_consent_choice_create(ctx);

    if (c == NULL || ngx_http_consent_body(ctx, &body) != NGX_OK) {
        ngx_http_finalize_request(r, NGX_HTTP_INTERNAL_SERVER_ERROR);
        return;
    }

    status = cg_choice_read(&ctx->arena, ctx->conf->policy,
                            ngx_http_consent_choice_header(r, "content-type"),
                            body, &c->choice, &error);
    if (status != CG_OK) {
        ngx_http_consent_choice_finish(c,
                              ngx_http_consent_choice_refused(c, status));
        return;
    }

    c->opening = c->choice.granted != 0;

    if (consent_choice_allowed(c, ngx_http_consent_choice_origin(ctx), &rc)
        == NGX_DONE
        || ngx_http_consent_limited(c, &rc) == NGX_DONE)
    {
        ngx_http_consent_choice_finish(c, rc);
        return;
    }

    ngx_http_consent_choice_start(c);
}
