/*
 * In which language visitors are told: consent_language, the site's own map of
 * its pages, and who else has a say.
 */

#include "ngx_http_consent_choice.h"
#include "ngx_http_consent_texts.h"
#include "policy/cg_words.h"


struct ngx_http_consent_language_s {
    ngx_http_complex_value_t  value;
    ngx_http_consent_place_t  place;
};


char *
ngx_http_consent_language(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_str_t                         *value = cf->args->elts;
    ngx_http_consent_loc_conf_t       *lcf = conf;
    ngx_http_compile_complex_value_t   ccv;

    if (lcf->language) {
        return "is duplicate";
    }

    if (value[1].data[0] != '$'
        && !cg_word_is_language(ngx_http_consent_str(value[1])))
    {
        return "must be a language like ja, or a variable like $site_language";
    }

    lcf->language = ngx_pcalloc(cf->pool,
                                sizeof(struct ngx_http_consent_language_s));
    if (lcf->language == NULL) {
        return NGX_CONF_ERROR;
    }

    ngx_http_consent_here(cf, &lcf->language->place);
    ngx_memzero(&ccv, sizeof(ngx_http_compile_complex_value_t));

    ccv.cf = cf;
    ccv.value = &value[1];
    ccv.complex_value = &lcf->language->value;

    return ngx_http_compile_complex_value(&ccv) == NGX_OK ? NGX_CONF_OK
                                                          : NGX_CONF_ERROR;
}


/* A language in so many words is one that the policy has. */

char *
ngx_http_consent_language_merge(ngx_conf_t *cf,
    ngx_http_consent_loc_conf_t *prev, ngx_http_consent_loc_conf_t *conf,
    ngx_http_consent_srv_conf_t *scf)
{
    ngx_http_complex_value_t  *value;

    if (conf->language == NULL) {
        conf->language = prev->language;
        return NGX_CONF_OK;
    }

    value = &conf->language->value;

    if (scf->policy == NULL || value->lengths
        || cg_notice_lang_of(scf->policy, ngx_http_consent_str(value->value))
           .data)
    {
        return NGX_CONF_OK;
    }

    ngx_log_error(NGX_LOG_EMERG, cf->log, 0, "consent_language is \"%V\", "
                  "which is not among the languages of consent_policy \"%V\", "
                  "add it to them or write one of them in %s:%ui",
                  &value->value, &scf->policy_id, conf->language->place.file,
                  conf->language->place.line);

    return NGX_CONF_ERROR;
}


/* As the site has it; absent: it says nothing of this page, or names a language
 * that the policy has not. */

static cg_str_t
consent_language_mapped(ngx_http_consent_ctx_t *ctx)
{
    ngx_str_t                     lang;
    ngx_http_consent_loc_conf_t  *lcf;

    lcf = ngx_http_get_module_loc_conf(ctx->request, ngx_http_consent_module);

    if (lcf->language == NULL
        || ngx_http_complex_value(ctx->request, &lcf->language->value, &lang)
           != NGX_OK)
    {
        return cg_str_null;
    }

    return cg_notice_lang_of(ctx->conf->policy, ngx_http_consent_str(lang));
}


cg_str_t
ngx_http_consent_lang_asked(ngx_http_consent_ctx_t *ctx)
{
    size_t              i;
    ngx_str_t           lang;
    const cg_policy_t  *policy = ctx->conf->policy;

    if (!ctx->own || ngx_http_arg(ctx->request, (u_char *) "lang", 4, &lang)
                     != NGX_OK)
    {
        return cg_str_null;
    }

    for (i = 0; i < policy->nlanguages; i++) {
        if (cg_str_eq(policy->languages[i], ngx_http_consent_str(lang))) {
            return policy->languages[i];
        }
    }

    return cg_str_null;
}


/* Most pages of a site are in one language, and most visitors ask for one: what
 * the last one was told is kept. */

static cg_str_t
consent_language_last(ngx_http_consent_last_lang_t *last,
    const cg_policy_t *policy, cg_str_t text, ngx_http_consent_lang_pt read)
{
    if (text.len == last->len && text.len
        && ngx_memcmp(text.data, last->text, text.len) == 0)
    {
        return last->lang;
    }

    if (text.len == 0 || text.len > sizeof(last->text)) {
        return read(policy, text);
    }

    last->lang = read(policy, text);
    last->len = text.len;
    ngx_memcpy(last->text, text.data, text.len);

    return last->lang;
}


static cg_str_t
consent_language_accepted(const cg_policy_t *policy, cg_str_t accept)
{
    return cg_notice_lang(policy, cg_str_null, accept);
}


/* What is asked for in so many words, or mapped; absent: neither. */

static cg_str_t
consent_language_told(ngx_http_consent_ctx_t *ctx)
{
    cg_str_t  lang = ngx_http_consent_lang_asked(ctx);

    if (lang.data) {
        return lang;
    }

    if (ctx->own && ctx->choice && ctx->choice->has_notice) {
        return ctx->choice->notice.lang;
    }

    return consent_language_mapped(ctx);
}


CG_HOT cg_str_t
ngx_http_consent_lang(ngx_http_consent_ctx_t *ctx, cg_str_t page)
{
    cg_str_t                      lang = cg_str_null;
    ngx_str_t                    *accept;
    const cg_policy_t            *policy = ctx->conf->policy;
    ngx_http_consent_texts_t     *texts = ctx->conf->texts;
    ngx_http_consent_loc_conf_t  *lcf;

    lcf = ngx_http_get_module_loc_conf(ctx->request, ngx_http_consent_module);

    if (ctx->own || lcf->language) {
        lang = consent_language_told(ctx);
    }

    if (lang.data == NULL && page.len) {
        lang = consent_language_last(&texts->page_lang, policy, page,
                                     cg_notice_lang_of);
    }

    if (lang.data) {
        return lang;
    }

    accept = ngx_http_consent_header_in(ctx->request, "accept-language");

    return consent_language_last(&texts->accept_lang, policy,
                                 accept ? ngx_http_consent_str(*accept)
                                        : cg_str_null,
                                 consent_language_accepted);
}
