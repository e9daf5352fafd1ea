/*
 * GET vendors: the notice of external transmission, made when the
 * configuration is loaded, in each language of its policy.
 */

#include "ngx_http_consent_texts.h"
#include "ngx_http_consent_unknown.h"


/* Written into memory that goes away, kept in as much as it takes. */

static ngx_int_t
consent_transmission_keep(ngx_conf_t *cf, cg_arena_t *arena, cg_out_t *out,
    cg_str_t *text)
{
    if (out->status != CG_OK) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0, "the notice of what is sent "
                      "to vendors is longer than %d bytes",
                      CG_TRANSMISSION_MAX);
        return NGX_ERROR;
    }

    *text = cg_arena_copy(arena, cg_out_slice(out));

    return text->data ? NGX_OK : NGX_ERROR;
}


static ngx_int_t
consent_transmission_make(ngx_conf_t *cf, cg_arena_t *arena,
    const cg_policy_t *policy, ngx_http_consent_transmission_t *notice)
{
    cg_out_t    out;
    ngx_int_t   rc;
    cg_arena_t  scratch;
    ngx_pool_t  *pool = ngx_create_pool(16384, cf->log);

    if (pool == NULL) {
        return NGX_ERROR;
    }

    ngx_http_consent_arena(&scratch, pool);
    cg_out_init(&out, &scratch, CG_TRANSMISSION_MAX);
    cg_transmission(&out, policy, notice->lang);
    rc = consent_transmission_keep(cf, arena, &out, &notice->page);

    if (rc == NGX_OK) {
        rc = ngx_http_consent_rc(cg_sha256(&notice->page, 1, notice->hash));
    }

    if (rc == NGX_OK) {
        cg_out_init(&out, &scratch, CG_TRANSMISSION_MAX);
        cg_transmission_json(&out, policy, notice->lang, notice->hash);
        rc = consent_transmission_keep(cf, arena, &out, &notice->json);
    }

    ngx_destroy_pool(pool);

    return rc;
}


ngx_int_t
ngx_http_consent_transmissions(ngx_conf_t *cf,
    ngx_http_consent_texts_t *texts)
{
    size_t              i;
    cg_arena_t          arena;
    const cg_policy_t  *policy = texts->policy;

    ngx_http_consent_arena(&arena, cf->pool);

    texts->transmissions = ngx_pcalloc(cf->pool, policy->nlanguages
                                * sizeof(ngx_http_consent_transmission_t));
    if (texts->transmissions == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < policy->nlanguages; i++) {
        texts->transmissions[i].lang = policy->languages[i];

        if (consent_transmission_make(cf, &arena, policy,
                                      &texts->transmissions[i]) != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


ngx_int_t
ngx_http_consent_send_transmission(ngx_http_consent_ctx_t *ctx)
{
    size_t                            i;
    cg_view_t                         view;
    const cg_policy_t                *policy = ctx->conf->policy;
    ngx_http_consent_transmission_t  *notice = ctx->conf->texts->transmissions;

    ngx_http_consent_view(ctx, &view, cg_str_null);

    for (i = 0; i + 1 < policy->nlanguages; i++, notice++) {
        if (cg_str_eq(notice->lang, view.lang)) {
            break;
        }
    }

    return ngx_http_consent_wants_json(ctx->request)
           ? ngx_http_consent_send(ctx, NGX_HTTP_OK, "application/json",
                                   notice->json)
           : ngx_http_consent_send(ctx, NGX_HTTP_OK,
                                   "text/html; charset=utf-8", notice->page);
}


/* Hosts that markup or headers of this site led to.  What only browsers report,
 * anybody can: it does not stand on a page of ours. */

static ngx_int_t
consent_transmission_hosts(ngx_http_consent_ctx_t *ctx, cg_str_t **hosts,
    size_t *n)
{
    size_t               i, rows;
    cg_inventory_row_t  *row;

    row = ngx_palloc(ctx->request->pool, CG_INVENTORY_ROWS * sizeof(*row));
    *hosts = ngx_palloc(ctx->request->pool,
                        CG_INVENTORY_ROWS * sizeof(**hosts));

    if (row == NULL || *hosts == NULL) {
        return NGX_ERROR;
    }

    *n = 0;
    rows = ngx_http_consent_unknown_list(ctx->conf, row);

    for (i = 0; i < rows; i++) {
        if (row[i].n[CG_SEEN_HELD] + row[i].n[CG_SEEN_PASSED]) {
            (*hosts)[(*n)++] = (cg_str_t) { row[i].len, row[i].name };
        }
    }

    return NGX_OK;
}


ngx_int_t
ngx_http_consent_send_seen(ngx_http_consent_ctx_t *ctx)
{
    size_t              n;
    cg_out_t            out;
    cg_str_t           *hosts;
    cg_view_t           view;
    const cg_policy_t  *policy = ctx->conf->policy;

    if (!cg_transmission_opens(policy)) {
        return ngx_http_consent_send_error(ctx, NGX_HTTP_NOT_FOUND,
                                           "error.not_found", 0);
    }

    if (consent_transmission_hosts(ctx, &hosts, &n) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ngx_http_consent_view(ctx, &view, cg_str_null);
    cg_out_init(&out, &ctx->arena, CG_TRANSMISSION_MAX);

    if (ngx_http_consent_wants_json(ctx->request)) {
        cg_transmission_seen_json(&out, policy, hosts, n);

        return ngx_http_consent_send(ctx, NGX_HTTP_OK, "application/json",
                                     cg_out_slice(&out));
    }

    cg_transmission_seen(&out, policy, view.lang, hosts, n);

    return ngx_http_consent_send(ctx, NGX_HTTP_OK, "text/html; charset=utf-8",
                                 cg_out_slice(&out));
}
