/*
 * What is put into pages, made when the configuration is loaded: the head
 * script of a policy, its banner and its settings link in each language.  A
 * request only fills the gaps.
 */

#include "ngx_http_consent_module.h"


/* Servers with one policy and one consent_uri share their texts. */

static const ngx_http_consent_texts_t *
consent_texts_find(ngx_http_consent_main_conf_t *mcf, const cg_policy_t *policy,
    ngx_str_t *uri)
{
    ngx_uint_t                  i;
    ngx_http_consent_texts_t  **texts = mcf->texts.elts;

    for (i = 0; i < mcf->texts.nelts; i++) {
        if (texts[i]->policy == policy && texts[i]->uri.len == uri->len
            && ngx_strncmp(texts[i]->uri.data, uri->data, uri->len) == 0)
        {
            return texts[i];
        }
    }

    return NULL;
}


static const ngx_http_consent_texts_t *
consent_texts_make(ngx_http_consent_main_conf_t *mcf,
    const cg_policy_t *policy, ngx_str_t *uri)
{
    ngx_http_consent_texts_t  *texts, **slot;

    texts = cg_arena_zero(&mcf->arena, sizeof(ngx_http_consent_texts_t));
    slot = ngx_array_push(&mcf->texts);

    if (texts == NULL || slot == NULL) {
        return NULL;
    }

    texts->policy = policy;
    texts->uri = *uri;
    texts->head = cg_head_create(&mcf->arena, policy);
    texts->stencils = cg_stencils_create(&mcf->arena, policy,
                                         ngx_http_consent_str(*uri));
    *slot = texts;

    return texts->head && texts->stencils ? texts : NULL;
}


ngx_int_t
ngx_http_consent_texts(ngx_conf_t *cf, ngx_http_consent_srv_conf_t *scf)
{
    size_t                         n = scf->policy->nlanguages;
    ngx_http_consent_main_conf_t  *mcf;

    mcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_consent_module);

    scf->texts = consent_texts_find(mcf, scf->policy, &scf->uri);

    if (scf->texts == NULL) {
        scf->texts = consent_texts_make(mcf, scf->policy, &scf->uri);
    }

    scf->npromises = n ? n : 1;
    scf->promises = ngx_pcalloc(cf->pool, scf->npromises
                                          * sizeof(ngx_http_consent_promise_t));

    return scf->texts && scf->promises ? NGX_OK : NGX_ERROR;
}


/* Where the banner's notice in this language is kept, or is to be. */

static ngx_http_consent_promise_t *
consent_texts_promise(ngx_http_consent_srv_conf_t *conf, cg_str_t lang)
{
    ngx_uint_t                   i;
    ngx_http_consent_promise_t  *promise = conf->promises;

    for (i = 0; i < conf->npromises - 1; i++) {
        if (promise[i].shown == 0 || cg_str_eq(promise[i].lang, lang)) {
            break;
        }
    }

    return &promise[i];
}


/* A notice names nobody and its time is in seconds: those who see the banner
 * within one second see the same, so it is signed once for all of them. */

cg_str_t
ngx_http_consent_texts_notice(ngx_http_consent_ctx_t *ctx, cg_str_t lang)
{
    cg_str_t                     text;
    ngx_http_consent_promise_t  *promise;

    promise = consent_texts_promise(ctx->conf, lang);

    if (promise->shown != ngx_time() || !cg_str_eq(promise->lang, lang)) {
        text = ngx_http_consent_notice(ctx, lang, "banner");

        if (text.data == NULL || text.len > sizeof(promise->text)) {
            promise->shown = 0;
            return text;
        }

        ngx_memcpy(promise->text, text.data, text.len);
        promise->len = text.len;
        promise->lang = lang;
        promise->shown = ngx_time();
    }

    text.data = promise->text;
    text.len = promise->len;

    return text;
}
