/*
 * What a visitor decided: the token in the cookie, the cache that the workers
 * share, Redis.  Until one of them speaks for the visitor, nothing is granted.
 */

#include "ngx_http_consent_module.h"
#include "cookie/cg_cookie.h"


ngx_http_consent_shared_t *
ngx_http_consent_shared(ngx_http_consent_ctx_t *ctx)
{
    ngx_http_consent_main_conf_t  *mcf;

    mcf = ngx_http_get_module_main_conf(ctx->request, ngx_http_consent_module);

    return mcf->zone->data;
}


/* ngx_current_msec is monotonic, and one clock for all processes. */

int64_t
ngx_http_consent_now_ms(void)
{
    return (int64_t) ngx_current_msec;
}


/* *known: the last valid token of the line, where it is remembered. */

static void
consent_lookup_line(ngx_http_consent_ctx_t *ctx,
    ngx_http_consent_cookie_t *cookie, cg_str_t name, size_t *n,
    cg_known_token_t **known)
{
    size_t                         at = 0, ours = 0, others = 0;
    cg_str_t                       line = ngx_http_consent_str(cookie->full);
    cg_token_t                     token;
    cg_cookie_t                    pair;
    cg_binding_t                   binding;
    ngx_http_consent_main_conf_t  *mcf;

    mcf = ngx_http_get_module_main_conf(ctx->request, ngx_http_consent_module);

    if (*n == 0
        && cg_known_line(mcf->tokens, ctx->conf, line, name, &ctx->token,
                         known)
           == CG_OK)
    {
        *n = 1;
        cookie->ours = 1;
        return;
    }

    binding.site = ngx_http_consent_str(ctx->conf->site);
    binding.policy = ctx->conf->policy->id;
    binding.slots_hash = ctx->conf->policy->slots_hash;

    while (cg_cookie_next(line, &at, &pair) == CG_OK) {
        if (!cg_str_eq(pair.name, name)) {
            others++;
            continue;
        }

        ours++;

        if (cg_known_read(mcf->tokens, ctx->conf, pair.value, ctx->conf->keys,
                          &binding, &token, known)
            == CG_OK)
        {
            cg_token_merge(&ctx->token, n, &token);
        }
    }

    cookie->ours = ours && others == 0;
}


/* What is remembered of the one token that the visitor sent; of several, none
 * is the visitor's. */

static cg_known_token_t *
consent_lookup_tokens(ngx_http_consent_ctx_t *ctx)
{
    size_t                      n = 0;
    cg_str_t                    name = ngx_http_consent_token_name(ctx);
    cg_known_token_t           *known = NULL;
    ngx_uint_t                  i;
    ngx_http_consent_cookie_t  *cookie = ctx->cookies.elts;

    for (i = 0; i < ctx->cookies.nelts; i++) {
        consent_lookup_line(ctx, &cookie[i], name, &n, &known);
    }

    ctx->has_token = n != 0;

    return n == 1 ? known : NULL;
}


/* Several Sec-GPC lines: one that is exactly "1" suffices (GPC, 3.2). */

CG_HOT static ngx_int_t
consent_lookup_signal(ngx_http_request_t *r, const ngx_str_t *name)
{
    ngx_uint_t        i;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    for (part = &r->headers_in.headers.part; part; part = part->next) {
        h = part->elts;

        for (i = 0; i < part->nelts; i++) {
            if (h[i].key.len == name->len
                && ngx_memcmp(h[i].lowcase_key, name->data, name->len) == 0
                && h[i].value.len == 1 && h[i].value.data[0] == '1')
            {
                return 1;
            }
        }
    }

    return 0;
}


ngx_int_t
ngx_http_consent_naming(ngx_http_consent_ctx_t *ctx, const cg_token_t *token,
    cg_record_name_t *name, cg_cache_name_t *cached)
{
    ngx_http_consent_srv_conf_t  *conf = ctx->conf;

    if (cg_record_name(conf->keys, ngx_http_consent_str(conf->site), token,
                       name) != CG_OK)
    {
        return NGX_ERROR;
    }

    return cg_cache_name(name, cached) == CG_OK ? NGX_OK : NGX_ERROR;
}


static ngx_int_t
consent_lookup_named(ngx_http_consent_ctx_t *ctx, cg_known_token_t *known)
{
    if (known && known->named) {
        ctx->name = known->name;
        ctx->cached = known->cached;
        return NGX_OK;
    }

    if (ngx_http_consent_naming(ctx, &ctx->token, &ctx->name, &ctx->cached)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (known) {
        known->name = ctx->name;
        known->cached = ctx->cached;
        known->named = 1;
    }

    return NGX_OK;
}


/* What closed here and waits for Redis is closed, whatever Redis says. */

CG_HOT static ngx_uint_t
consent_lookup_shut(ngx_http_consent_ctx_t *ctx)
{
    cg_cached_t  cached;

    if (!cg_shut_has(ngx_http_consent_shared(ctx)->shut, &ctx->name)) {
        return 0;
    }

    ngx_memzero(&cached, sizeof(cg_cached_t));
    cached.state = CG_STATE_REFUSED;

    ctx->consent = cg_consent_from_cache(ctx->conf->policy, &ctx->token,
                                         &cached, ngx_time());
    return 1;
}


static void
consent_lookup_cache(ngx_http_consent_ctx_t *ctx, cg_known_token_t *known)
{
    int64_t                       now = ngx_http_consent_now_ms();
    cg_cached_t                   cached;
    cg_cache_sight_t              once;
    ngx_http_consent_srv_conf_t  *conf = ctx->conf;

    if (consent_lookup_shut(ctx)) {
        ctx->lookup = NGX_HTTP_CONSENT_LOOKUP_CACHE;
        return;
    }

    once.set = NULL;

    if (cg_cache_get_again(ngx_http_consent_shared(ctx)->cache,
                           known ? &known->sight : &once, &ctx->cached,
                           conf->terms, now,
                           cg_lease_reach(conf->lease, ctx->name.at, now),
                           NGX_HTTP_CONSENT_SHUT, &cached) != CG_OK)
    {
        return;
    }

    ctx->consent = cg_consent_from_cache(conf->policy, &ctx->token, &cached,
                                         ngx_time());
    if (ctx->consent.settled) {
        ctx->lookup = NGX_HTTP_CONSENT_LOOKUP_CACHE;
        cg_consent_heed(&ctx->consent, ctx->signal);
    }
}


/* Without waiting for anything: what the token says, and the cache. */

CG_HOT ngx_int_t
ngx_http_consent_begin(ngx_http_consent_ctx_t *ctx)
{
    cg_known_token_t   *known = consent_lookup_tokens(ctx);
    const cg_policy_t  *policy = ctx->conf->policy;

    static const ngx_str_t  gpc = ngx_string("sec-gpc");
    static const ngx_str_t  dnt = ngx_string("dnt");

    ctx->signal = (policy->signal_gpc
                   && consent_lookup_signal(ctx->request, &gpc))
                  || (policy->signal_dnt
                      && consent_lookup_signal(ctx->request, &dnt));

    ctx->consent = cg_consent_from_token(policy,
                                         ctx->has_token ? &ctx->token : NULL,
                                         ctx->signal, ngx_time());
    if (ctx->consent.settled) {
        return NGX_OK;
    }

    if (consent_lookup_named(ctx, known) != NGX_OK) {
        ctx->consent.settled = 1;      /* unknown, and shut */
        ctx->lookup = NGX_HTTP_CONSENT_LOOKUP_ERROR;
        return NGX_OK;
    }

    consent_lookup_cache(ctx, known);

    return NGX_OK;
}


static void
consent_lookup_learn(ngx_http_consent_ctx_t *ctx, const cg_reply_t *reply)
{
    cg_cached_t                   cached;
    cg_record_t                   record;
    cg_status_t                   rc;
    ngx_http_consent_srv_conf_t  *conf = ctx->conf;

    rc = cg_record_read(reply, conf->keys, ngx_http_consent_str(conf->site),
                        conf->policy->id, &ctx->name, &record);

    ctx->consent = cg_consent_confirm(conf->policy, &ctx->token, rc, &record,
                                      ngx_time());
    ctx->consent.settled = 1;
    ctx->lookup = NGX_HTTP_CONSENT_LOOKUP_REDIS;

    if (consent_lookup_shut(ctx)) {
        return;
    }

    if (rc < CG_OK) {
        ctx->lookup = NGX_HTTP_CONSENT_LOOKUP_ERROR;
        return;
    }

    ngx_memzero(&cached, sizeof(cg_cached_t));

    cached.terms = conf->terms;
    cached.state = (uint8_t) ctx->consent.state;
    cached.read_ms = ctx->asked_ms;
    cached.expires = ctx->token.expires;

    if (rc == CG_OK) {
        cached.rev = record.rev;
        cached.expires = record.expires;
    }

    if (ctx->consent.granted) {
        cached.granted = record.granted;
    }

    cg_cache_put(ngx_http_consent_shared(ctx)->cache, &ctx->cached, ctx->epoch,
                 &cached, ngx_http_consent_now_ms());
}


void
ngx_http_consent_lookup_answer(ngx_http_consent_ctx_t *ctx,
    ngx_http_consent_redis_e status, const cg_reply_t *reply)
{
    ctx->consent.settled = 1;

    switch (status) {

    case NGX_HTTP_CONSENT_REDIS_OK:
        consent_lookup_learn(ctx, reply);
        cg_consent_heed(&ctx->consent, ctx->signal);
        break;

    case NGX_HTTP_CONSENT_REDIS_TIMEOUT:
        ctx->lookup = NGX_HTTP_CONSENT_LOOKUP_TIMEOUT;
        break;

    default:
        ctx->lookup = NGX_HTTP_CONSENT_LOOKUP_ERROR;
    }

    ngx_post_event(ctx->request->connection->write, &ngx_posted_events);
}


/* NGX_OK: the consent is as settled as it will be.  NGX_AGAIN: Redis is asked;
 * the connection's write event is posted when it has answered. */

CG_HOT ngx_int_t
ngx_http_consent_settle(ngx_http_consent_ctx_t *ctx)
{
    if (ctx->consent.settled) {
        return NGX_OK;
    }

    if (ctx->asking || ngx_http_consent_flight_join(ctx) == NGX_OK) {
        return NGX_AGAIN;
    }

    ctx->lookup = NGX_HTTP_CONSENT_LOOKUP_ERROR;
    ctx->consent.settled = 1;

    return NGX_OK;
}
