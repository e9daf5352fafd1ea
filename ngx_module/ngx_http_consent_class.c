/*
 * consent_class: what a page is to its visitors.  A request has the classes of
 * all locations that it went through: a form stays one though another location
 * answers it (try_files, index, error_page).
 *
 *   form        third and joint parties get nothing, whatever was granted
 *   sensitive   the same, unless the visitor granted the purpose of that name;
 *               and other sites do not learn the address of the page
 *   identified  who it is, is known here: see address.c
 *   security    the site gets the whole address
 */

#include "ngx_http_consent_module.h"


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


void
ngx_http_consent_class_note(ngx_http_consent_ctx_t *ctx)
{
    ngx_http_consent_loc_conf_t  *lcf;

    lcf = ngx_http_get_module_loc_conf(ctx->request, ngx_http_consent_module);
    ctx->classes |= 1u << lcf->class;
}


ngx_uint_t
ngx_http_consent_class_is(ngx_http_consent_ctx_t *ctx,
    ngx_http_consent_class_e class)
{
    return (ctx->classes & 1u << class) != 0;
}


ngx_uint_t
ngx_http_consent_class_closes(ngx_http_consent_ctx_t *ctx)
{
    const cg_purpose_t  *purpose;

    if (ngx_http_consent_class_is(ctx, NGX_HTTP_CONSENT_CLASS_FORM)) {
        return 1;
    }

    if (!ngx_http_consent_class_is(ctx, NGX_HTTP_CONSENT_CLASS_SENSITIVE)) {
        return 0;
    }

    purpose = cg_policy_purpose(ctx->conf->policy, cg_str("sensitive"));

    return purpose == NULL || !(purpose->bit & ctx->consent.granted);
}


/* What the page says of its own address to other sites: nothing.  A policy of
 * the site's that says no more than that stays. */

ngx_int_t
ngx_http_consent_class_referrer(ngx_http_consent_ctx_t *ctx)
{
    ngx_str_t            value = ngx_string("same-origin");
    ngx_uint_t           i;
    ngx_list_part_t     *part;
    ngx_table_elt_t     *h;
    ngx_http_request_t  *r = ctx->request;

    if (!ngx_http_consent_class_is(ctx, NGX_HTTP_CONSENT_CLASS_SENSITIVE)) {
        return NGX_OK;
    }

    for (part = &r->headers_out.headers.part; part; part = part->next) {
        h = part->elts;

        for (i = 0; i < part->nelts; i++) {
            if (ngx_http_consent_header_is(&h[i], "Referrer-Policy")) {
                if (h[i].value.len == sizeof("no-referrer") - 1
                    && ngx_strncasecmp(h[i].value.data,
                                       (u_char *) "no-referrer",
                                       h[i].value.len) == 0)
                {
                    value = h[i].value;
                }

                h[i].hash = 0;
            }
        }
    }

    return ngx_http_consent_add_header(r, "Referrer-Policy", value);
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
