/*
 * GET vendors: the notice of external transmission, made when the
 * configuration is loaded, in each language of its policy.
 */

#include "ngx_http_consent_texts.h"


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
