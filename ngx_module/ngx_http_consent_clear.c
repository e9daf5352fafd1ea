/*
 * consent_clear: when a visitor takes something back, what the site's pages
 * kept in the browser goes with it (Clear-Site-Data).  Never "cookies": the
 * refusal itself is one, and so is the session of the site.
 */

#include "ngx_http_consent_choice.h"

#define CONSENT_CLEAR_STORAGE  1
#define CONSENT_CLEAR_CACHE    2


char *
ngx_http_consent_clear(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_uint_t                    i, bit;
    ngx_str_t                    *value = cf->args->elts;
    ngx_http_consent_srv_conf_t  *scf = conf;

    if (scf->clear != NGX_CONF_UNSET_UINT) {
        return "is duplicate";
    }

    scf->clear = 0;

    if (cf->args->nelts == 2 && ngx_strcmp(value[1].data, "off") == 0) {
        return NGX_CONF_OK;
    }

    for (i = 1; i < cf->args->nelts; i++) {
        bit = ngx_strcmp(value[i].data, "storage") == 0
              ? CONSENT_CLEAR_STORAGE
              : ngx_strcmp(value[i].data, "cache") == 0
              ? CONSENT_CLEAR_CACHE : 0;

        if (bit == 0 || (scf->clear & bit)) {
            return "must be storage, cache, both or off";
        }

        scf->clear |= bit;
    }

    return NGX_CONF_OK;
}


/* Browsers heed it over TLS only. */

ngx_int_t
ngx_http_consent_clear_site(ngx_http_consent_ctx_t *ctx)
{
    ngx_str_t  value;

    static const char *const  values[] = {
        "", "\"storage\"", "\"cache\"", "\"storage\", \"cache\""
    };

    if (ctx->conf->clear == 0 || !ngx_http_consent_is_tls(ctx)) {
        return NGX_OK;
    }

    value.data = (u_char *) values[ctx->conf->clear];
    value.len = ngx_strlen(value.data);

    return ngx_http_consent_add_header(ctx->request, "Clear-Site-Data", value);
}
