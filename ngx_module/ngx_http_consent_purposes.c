/*
 * consent_purposes: which purposes apply here.  What was granted for another
 * one does not count: marketing that was granted in the shop opens nothing
 * among the vacancies.  As with consent_class, a request is under all locations
 * that it went through.
 *
 * Before its location is known, only those cookies are let through that every
 * location of the server lets through.
 */

#include "ngx_http_consent_class.h"


static ngx_int_t
consent_purposes_has(ngx_array_t *list, ngx_str_t *word)
{
    ngx_str_t   *known = list->elts;
    ngx_uint_t   i;

    for (i = 0; i < list->nelts; i++) {
        if (known[i].len == word->len
            && ngx_strncmp(known[i].data, word->data, word->len) == 0)
        {
            return 1;
        }
    }

    return 0;
}


char *
ngx_http_consent_purposes(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_str_t                    *slot, *value = cf->args->elts;
    ngx_uint_t                    i;
    ngx_http_consent_loc_conf_t  *lcf = conf;

    if (lcf->purposes != NGX_CONF_UNSET_PTR) {
        return "is duplicate";
    }

    lcf->purposes = ngx_array_create(cf->pool, 2, sizeof(ngx_str_t));
    if (lcf->purposes == NULL) {
        return NGX_CONF_ERROR;
    }

    ngx_http_consent_here(cf, &lcf->purposes_place);

    for (i = 1; i < cf->args->nelts; i++) {
        if (consent_purposes_has(lcf->purposes, &value[i])) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "\"%V\" stands twice in "
                               "\"consent_purposes\", keep one", &value[i]);
            return NGX_CONF_ERROR;
        }

        slot = ngx_array_push(lcf->purposes);
        if (slot == NULL) {
            return NGX_CONF_ERROR;
        }

        *slot = value[i];
    }

    return NGX_CONF_OK;
}


static char *
consent_purposes_bad(ngx_conf_t *cf, ngx_http_consent_loc_conf_t *lcf,
    ngx_http_consent_srv_conf_t *scf, ngx_str_t *word)
{
    if (scf->policy == NULL) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0, "consent_purposes in a server "
                      "without a policy, add \"consent POLICY;\" to the "
                      "server in %s:%ui", lcf->purposes_place.file,
                      lcf->purposes_place.line);

    } else {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0, "consent_purposes names "
                      "\"%V\", which is no purpose of policy \"%V\", write one "
                      "of its purposes in %s:%ui", word, &scf->policy_id,
                      lcf->purposes_place.file, lcf->purposes_place.line);
    }

    return NGX_CONF_ERROR;
}


static char *
consent_purposes_bits(ngx_conf_t *cf, ngx_http_consent_loc_conf_t *lcf,
    ngx_http_consent_srv_conf_t *scf)
{
    uint32_t             bits = 0;
    ngx_str_t           *word = lcf->purposes->elts;
    ngx_uint_t           i;
    const cg_purpose_t  *purpose;

    for (i = 0; i < lcf->purposes->nelts; i++) {
        purpose = scf->policy
                  ? cg_policy_purpose(scf->policy,
                                      ngx_http_consent_str(word[i]))
                  : NULL;

        if (purpose == NULL) {
            return consent_purposes_bad(cf, lcf, scf, &word[i]);
        }

        bits |= purpose->bit;
    }

    lcf->narrowed = scf->policy->optional & ~bits;

    return NGX_CONF_OK;
}


char *
ngx_http_consent_purposes_merge(ngx_conf_t *cf,
    ngx_http_consent_loc_conf_t *prev, ngx_http_consent_loc_conf_t *conf,
    ngx_http_consent_srv_conf_t *scf)
{
    if (conf->purposes == NGX_CONF_UNSET_PTR) {
        conf->purposes = prev->purposes == NGX_CONF_UNSET_PTR
                         ? NULL : prev->purposes;
        conf->narrowed = prev->narrowed;

    } else if (consent_purposes_bits(cf, conf, scf) != NGX_CONF_OK) {
        return NGX_CONF_ERROR;
    }

    scf->narrowed |= conf->narrowed;

    return NGX_CONF_OK;
}
