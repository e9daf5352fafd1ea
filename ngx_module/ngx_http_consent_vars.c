#include "ngx_http_consent_address.h"
#include "ngx_http_consent_body.h"
#include "ngx_http_consent_class.h"


typedef enum {
    CONSENT_VAR_STATE = 0,
    CONSENT_VAR_PURPOSES,
    CONSENT_VAR_POLICY,
    CONSENT_VAR_VERSION,
    CONSENT_VAR_VISITOR,
    CONSENT_VAR_LOOKUP,
    CONSENT_VAR_HELD,
    CONSENT_VAR_COOKIES,
    CONSENT_VAR_PAGE,
    CONSENT_VAR_REMOTE_ADDR
} consent_var_e;

typedef struct {
    ngx_str_t      name;
    consent_var_e  var;
} consent_var_t;

static const consent_var_t  consent_vars[] = {
    { ngx_string("consent_state"), CONSENT_VAR_STATE },
    { ngx_string("consent_purposes"), CONSENT_VAR_PURPOSES },
    { ngx_string("consent_policy"), CONSENT_VAR_POLICY },
    { ngx_string("consent_version"), CONSENT_VAR_VERSION },
    { ngx_string("consent_visitor"), CONSENT_VAR_VISITOR },
    { ngx_string("consent_lookup"), CONSENT_VAR_LOOKUP },
    { ngx_string("consent_held"), CONSENT_VAR_HELD },
    { ngx_string("consent_cookies"), CONSENT_VAR_COOKIES },
    { ngx_string("consent_page"), CONSENT_VAR_PAGE },
    { ngx_string("consent_remote_addr"), CONSENT_VAR_REMOTE_ADDR },
};


static void
consent_vars_words(cg_out_t *out, const cg_str_t *words, size_t n)
{
    size_t  i;

    for (i = 0; i < n; i++) {
        if (out->len) {
            cg_out_byte(out, ',');
        }

        cg_out_str(out, words[i]);
    }
}


static void
consent_vars_purposes(cg_out_t *out, ngx_http_consent_ctx_t *ctx)
{
    size_t              i;
    const cg_policy_t  *policy = ctx->conf->policy;

    for (i = 0; i < policy->npurposes; i++) {
        if (policy->purposes[i].bit == 0
            || (policy->purposes[i].bit & ngx_http_consent_granted(ctx)))
        {
            consent_vars_words(out, &policy->purposes[i].id, 1);
        }
    }
}


/* A pseudonym of who has granted anything; it leads neither to the record nor
 * to the evidence. */

static void
consent_vars_visitor(cg_out_t *out, ngx_http_consent_ctx_t *ctx)
{
    cg_str_t  name;

    if (ctx->consent.granted) {
        name.data = ctx->cached.name;
        name.len = sizeof(ctx->cached.name);
        cg_out_base64url(out, name);
    }
}


static void
consent_vars_held(cg_out_t *out, ngx_http_consent_ctx_t *ctx)
{
    size_t             i;
    const cg_tally_t  *tally = ngx_http_consent_body_tally(ctx);

    for (i = 0; tally && i < tally->n; i++) {
        if (tally->rows[i].held) {
            consent_vars_words(out, &tally->rows[i].vendor, 1);
        }
    }
}


static void
consent_vars_write(cg_out_t *out, ngx_http_consent_ctx_t *ctx,
    consent_var_e var)
{
    static const char  *lookups[] = {
        "none", "cache", "redis", "timeout", "error"
    };

    switch (var) {

    case CONSENT_VAR_STATE:
        cg_out_text(out, cg_state_name(ctx->consent.state));
        break;

    case CONSENT_VAR_PURPOSES:
        consent_vars_purposes(out, ctx);
        break;

    case CONSENT_VAR_POLICY:
        cg_out_str(out, ctx->conf->policy->id);
        break;

    case CONSENT_VAR_VERSION:
        cg_out_uint(out, ctx->conf->policy->version);
        break;

    case CONSENT_VAR_VISITOR:
        consent_vars_visitor(out, ctx);
        break;

    case CONSENT_VAR_LOOKUP:
        cg_out_text(out, lookups[ctx->lookup]);
        break;

    case CONSENT_VAR_HELD:
        consent_vars_held(out, ctx);
        break;

    case CONSENT_VAR_COOKIES:
        consent_vars_words(out, ctx->dropped.elts, ctx->dropped.nelts);
        break;

    case CONSENT_VAR_PAGE:
        cg_out_text(out, ngx_http_consent_body_known(ctx));
        break;

    case CONSENT_VAR_REMOTE_ADDR:
        ngx_http_consent_address_write(out, ctx);
        break;
    }
}


static ngx_int_t
consent_vars_get(ngx_http_request_t *r, ngx_http_variable_value_t *v,
    uintptr_t data)
{
    cg_out_t                 out;
    cg_str_t                 value;
    ngx_http_consent_ctx_t  *ctx = ngx_http_consent_get_ctx(r);

    if (ctx == NULL || ctx->conf->policy == NULL) {
        v->not_found = 1;
        return NGX_OK;
    }

    cg_out_init(&out, &ctx->arena, 16 * 1024);
    consent_vars_write(&out, ctx, (consent_var_e) data);
    value = cg_out_slice(&out);

    if (value.data == NULL) {
        return NGX_ERROR;
    }

    v->data = (u_char *) value.data;
    v->len = (unsigned) value.len;
    v->valid = 1;
    v->no_cacheable = 0;
    v->not_found = 0;

    return NGX_OK;
}


/* $consent_PURPOSE: the purpose is found by name, since servers of one
 * configuration may stand under different policies. */

static ngx_int_t
consent_vars_get_purpose(ngx_http_request_t *r, ngx_http_variable_value_t *v,
    uintptr_t data)
{
    ngx_str_t               *id = (ngx_str_t *) data;
    ngx_uint_t               granted;
    const cg_purpose_t      *purpose;
    ngx_http_consent_ctx_t  *ctx = ngx_http_consent_get_ctx(r);

    if (ctx == NULL || ctx->conf->policy == NULL
        || (purpose = cg_policy_purpose(ctx->conf->policy,
                                        ngx_http_consent_str(*id))) == NULL)
    {
        v->not_found = 1;
        return NGX_OK;
    }

    granted = purpose->bit == 0
              || (purpose->bit & ngx_http_consent_granted(ctx));

    v->data = (u_char *) (granted ? "1" : "0");
    v->len = 1;
    v->valid = 1;
    v->no_cacheable = 0;
    v->not_found = 0;

    return NGX_OK;
}


static ngx_int_t
consent_vars_add(ngx_conf_t *cf, ngx_str_t *name,
    ngx_http_get_variable_pt get, uintptr_t data, ngx_uint_t flags)
{
    ngx_http_variable_t  *var;

    var = ngx_http_add_variable(cf, name, NGX_HTTP_VAR_NOCACHEABLE|flags);
    if (var == NULL) {
        return NGX_ERROR;
    }

    var->get_handler = get;
    var->data = data;

    return NGX_OK;
}


static ngx_int_t
consent_vars_add_purposes(ngx_conf_t *cf, const cg_policy_t *policy)
{
    size_t      i;
    u_char     *p;
    ngx_str_t  *words;

    for (i = 0; i < policy->npurposes; i++) {
        words = ngx_pcalloc(cf->pool, 2 * sizeof(ngx_str_t));
        if (words == NULL) {
            return NGX_ERROR;
        }

        words[0] = ngx_http_consent_ngx(policy->purposes[i].id);
        words[1].len = sizeof("consent_") - 1 + words[0].len;
        words[1].data = ngx_pnalloc(cf->pool, words[1].len);

        if (words[1].data == NULL) {
            return NGX_ERROR;
        }

        p = ngx_cpymem(words[1].data, "consent_", sizeof("consent_") - 1);
        ngx_memcpy(p, words[0].data, words[0].len);

        /* the builder lets no purpose take the name of a variable above */

        if (consent_vars_add(cf, &words[1], consent_vars_get_purpose,
                             (uintptr_t) &words[0], NGX_HTTP_VAR_CHANGEABLE)
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


ngx_int_t
ngx_http_consent_add_variables(ngx_conf_t *cf)
{
    size_t                         i;
    ngx_str_t                      name;
    const cg_policy_t             *policy;
    ngx_http_consent_main_conf_t  *mcf;

    mcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_consent_module);

    for (i = 0; i < sizeof(consent_vars) / sizeof(consent_vars[0]); i++) {
        name = consent_vars[i].name;

        if (consent_vars_add(cf, &name, consent_vars_get,
                             consent_vars[i].var, 0) != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    for (i = 0; (policy = cg_policies_at(mcf->policies, i)) != NULL; i++) {
        if (consent_vars_add_purposes(cf, policy) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}
