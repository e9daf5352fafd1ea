/*
 * consent_class: what a page is to its visitors.  A request has the classes of
 * all locations that it went through: a form stays one though another location
 * answers it (try_files, index, error_page).
 *
 *   form        third and joint parties get nothing, whatever was granted
 *   sensitive   the same, but for purposes that are `sensitive`, and unless the
 *               visitor granted the purpose of that name; and other sites do
 *               not learn the address of the page (referrer.c)
 *   identified  who it is, is known here: see address.c
 *   security    the site gets the whole address
 */

#include "ngx_http_consent_class.h"


static const char *const  consent_class_names[] = {
    "none", "form", "sensitive", "identified", "security", NULL
};


char *
ngx_http_consent_class(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_uint_t                    i;
    ngx_str_t                    *value = cf->args->elts;
    ngx_http_consent_loc_conf_t  *lcf = conf;

    if (lcf->class != NGX_CONF_UNSET_UINT) {
        return "is duplicate";
    }

    for (i = 0; consent_class_names[i]; i++) {
        if (ngx_strcmp(value[1].data, consent_class_names[i]) == 0) {
            lcf->class = i;
            return NGX_CONF_OK;
        }
    }

    return "must be form, sensitive, identified, security or none";
}


cg_closed_t
ngx_http_consent_class_closes(ngx_http_consent_ctx_t *ctx)
{
    const cg_purpose_t  *purpose;

    if (ngx_http_consent_class_is(ctx, NGX_HTTP_CONSENT_CLASS_FORM)) {
        return CG_CLOSED_ALL;
    }

    if (!ngx_http_consent_class_is(ctx, NGX_HTTP_CONSENT_CLASS_SENSITIVE)) {
        return CG_CLOSED_NOT;
    }

    purpose = cg_policy_purpose(ctx->conf->policy, cg_str("sensitive"));

    return purpose && (purpose->bit & ngx_http_consent_granted(ctx))
           ? CG_CLOSED_NOT : CG_CLOSED_SENSITIVE;
}


const char *
ngx_http_consent_class_name(ngx_http_consent_class_e class)
{
    return consent_class_names[class];
}


size_t
ngx_http_consent_class_list(ngx_http_consent_ctx_t *ctx, cg_str_t *names)
{
    size_t      n = 0;
    ngx_uint_t  i;

    for (i = 1; consent_class_names[i]; i++) {
        if (ctx->classes & 1u << i) {
            names[n++] = cg_str_from(consent_class_names[i]);
        }
    }

    return n;
}
