#include "ngx_http_consent_address.h"

#define CONSENT_ADDRESS_VARS  3


/* A variable of nginx, and what it did before. */

typedef struct {
    ngx_str_t                  name;
    ngx_http_get_variable_pt   get;
    uintptr_t                  data;
} consent_address_var_t;


static consent_address_var_t  consent_address_vars[CONSENT_ADDRESS_VARS] = {
    { ngx_string("remote_addr"), NULL, 0 },
    { ngx_string("proxy_add_x_forwarded_for"), NULL, 0 },
    { ngx_string("proxy_protocol_addr"), NULL, 0 },
};


static ngx_int_t
consent_address_protocol(ngx_http_consent_ctx_t *ctx,
    ngx_http_variable_value_t *v, cg_address_form_t form)
{
    cg_out_t  out;
    cg_str_t  text = { v->len, v->data };

    if (!v->valid || v->len == 0 || form == CG_ADDRESS_FULL) {
        return NGX_OK;
    }

    cg_out_init(&out, &ctx->arena, CG_ADDRESS_TEXT);

    if (cg_address_text(&out, text, form) != CG_OK) {
        return NGX_ERROR;
    }

    v->data = out.data;
    v->len = (unsigned) out.len;

    return NGX_OK;
}


static ngx_int_t
consent_address_get(ngx_http_request_t *r, ngx_http_variable_value_t *v,
    uintptr_t data)
{
    ngx_int_t                    rc;
    ngx_http_consent_ctx_t      *ctx = ngx_http_consent_get_ctx(r);
    consent_address_var_t       *var = &consent_address_vars[data];
    ngx_http_consent_address_t  *a = ctx ? ctx->address : NULL;

    if (a == NULL) {
        return var->get(r, v, var->data);
    }

    ngx_http_consent_address_again(ctx);

    a->connection->addr_text = a->serving ? a->site : a->log;
    rc = var->get(r, v, var->data);
    a->connection->addr_text = a->log;

    v->no_cacheable = 1;

    if (rc == NGX_OK && data == CONSENT_ADDRESS_VARS - 1) {
        return consent_address_protocol(ctx, v, a->serving ? a->forms.site
                                                           : a->forms.log);
    }

    return rc;
}


static void
consent_address_take(ngx_http_core_main_conf_t *cmcf, ngx_uint_t i)
{
    ngx_uint_t              n;
    ngx_hash_key_t         *key = cmcf->variables_keys->keys.elts;
    ngx_http_variable_t    *v;
    consent_address_var_t  *var = &consent_address_vars[i];

    for (n = 0; n < cmcf->variables_keys->keys.nelts; n++) {
        v = key[n].value;

        if (key[n].key.len == var->name.len
            && ngx_strncmp(key[n].key.data, var->name.data, var->name.len) == 0
            && v->get_handler != consent_address_get)
        {
            var->get = v->get_handler;
            var->data = v->data;
            v->get_handler = consent_address_get;
            v->data = i;
            v->flags |= NGX_HTTP_VAR_NOCACHEABLE;
        }
    }
}


void
ngx_http_consent_address_take(ngx_conf_t *cf)
{
    ngx_uint_t                  i;
    ngx_http_core_main_conf_t  *cmcf;

    cmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);

    for (i = 0; i < CONSENT_ADDRESS_VARS; i++) {
        consent_address_take(cmcf, i);
    }
}


/* $consent_remote_addr */

void
ngx_http_consent_address_write(cg_out_t *out, ngx_http_consent_ctx_t *ctx)
{
    ngx_str_t          text;
    cg_address_form_t  form = ctx->conf->policy->address.form;

    if (form == CG_ADDRESS_FULL) {
        form = CG_ADDRESS_T24;
    }

    text = ngx_http_consent_address_print(ctx->request->connection, form,
                                          ctx->request->pool);
    cg_out_str(out, ngx_http_consent_str(text));
}


/* Those that may hold an address and stand in a log: known by their places. */

static ngx_int_t
consent_address_is_var(ngx_str_t *name)
{
    ngx_uint_t  i;

    if (name->len > 5 && ngx_strncmp(name->data, "http_", 5) == 0) {
        return 1;
    }

    for (i = 0; i < CONSENT_ADDRESS_VARS; i++) {
        if (name->len == consent_address_vars[i].name.len
            && ngx_strncmp(name->data, consent_address_vars[i].name.data,
                           name->len) == 0)
        {
            return 1;
        }
    }

    return 0;
}


ngx_int_t
ngx_http_consent_address_vars(ngx_cycle_t *cycle,
    ngx_http_consent_main_conf_t *mcf)
{
    ngx_uint_t                  i, *index;
    ngx_http_variable_t        *v;
    ngx_http_core_main_conf_t  *cmcf;

    cmcf = ngx_http_cycle_get_module_main_conf(cycle, ngx_http_core_module);
    v = cmcf->variables.elts;

    for (i = 0; mcf->binds.nelts && i < cmcf->variables.nelts; i++) {
        if (!consent_address_is_var(&v[i].name)) {
            continue;
        }

        index = ngx_array_push(&mcf->address_vars);
        if (index == NULL) {
            return NGX_ERROR;
        }

        *index = i;
    }

    return NGX_OK;
}


void
ngx_http_consent_address_forget(ngx_http_request_t *r)
{
    ngx_uint_t                     i, *index;
    ngx_http_consent_main_conf_t  *mcf;

    mcf = ngx_http_get_module_main_conf(r, ngx_http_consent_module);
    index = mcf->address_vars.elts;

    for (i = 0; i < mcf->address_vars.nelts; i++) {
        r->variables[index[i]].valid = 0;
        r->variables[index[i]].not_found = 0;
    }
}
