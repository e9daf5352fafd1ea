#include "ngx_http_consent_gpc.h"
#include "evidence/cg_field.h"

#define CONSENT_GPC_DAY  10            /* YYYY-MM-DD */
#define CONSENT_GPC_MAX  64            /* bytes of the file */


static const ngx_str_t  consent_gpc_path =
    ngx_string("/.well-known/gpc.json");


/* The day of the policy's last change, that of this configuration where the
 * policy names none.  Nothing was last updated tomorrow. */

static cg_str_t
consent_gpc_day(const cg_policy_t *policy, cg_str_t today)
{
    cg_str_t  day = policy->revised.len ? policy->revised
                                        : policy->effective;

    return day.len == CONSENT_GPC_DAY
           && ngx_memcmp(day.data, today.data, CONSENT_GPC_DAY) <= 0
           ? day : today;
}


ngx_int_t
ngx_http_consent_gpc_make(ngx_conf_t *cf, ngx_http_consent_srv_conf_t *conf)
{
    u_char                         text[CONSENT_GPC_DAY + 1];
    cg_out_t                       out;
    ngx_tm_t                       tm;
    cg_str_t                       today;
    ngx_http_consent_main_conf_t  *mcf;

    if (!conf->policy->signal_gpc) {
        return NGX_OK;
    }

    mcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_consent_module);

    ngx_gmtime(ngx_time(), &tm);
    today.data = text;
    today.len = (size_t) (ngx_snprintf(text, sizeof(text), "%4d-%02d-%02d",
                                       tm.ngx_tm_year, tm.ngx_tm_mon,
                                       tm.ngx_tm_mday)
                          - text);

    cg_out_init(&out, &mcf->arena, CONSENT_GPC_MAX);
    cg_field_object_begin(&out, NULL);
    cg_field_bool(&out, "gpc", 1);
    cg_field_str(&out, "lastUpdate", consent_gpc_day(conf->policy, today));
    cg_field_object_end(&out);
    conf->gpc = ngx_http_consent_ngx(cg_out_slice(&out));

    return conf->gpc.data ? NGX_OK : NGX_ERROR;
}


static ngx_int_t
consent_gpc_names(const ngx_str_t *path)
{
    return path->len == consent_gpc_path.len
           && ngx_strncmp(path->data, consent_gpc_path.data,
                          consent_gpc_path.len) == 0;
}


void
ngx_http_consent_gpc_location(ngx_http_core_loc_conf_t *clcf,
    ngx_http_consent_srv_conf_t *conf)
{
    if (!clcf->named && !clcf->noname && clcf->name.data
        && consent_gpc_names(&clcf->name))
    {
        ngx_str_null(&conf->gpc);
    }
}


CG_HOT ngx_int_t
ngx_http_consent_gpc_is(ngx_http_consent_ctx_t *ctx)
{
    return ctx->conf->gpc.len && consent_gpc_names(&ctx->request->uri);
}


static ngx_int_t
consent_gpc_refuse(ngx_http_consent_ctx_t *ctx)
{
    ngx_str_t  allow = ngx_string("GET, HEAD");

    if (ngx_http_consent_add_header(ctx->request, "Allow", allow) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_http_consent_send_error(ctx, NGX_HTTP_NOT_ALLOWED,
                                       "error.bad_request", 1);
}


ngx_int_t
ngx_http_consent_gpc_send(ngx_http_consent_ctx_t *ctx)
{
    ngx_int_t            rc;
    ngx_http_request_t  *r = ctx->request;

    ctx->own = 1;
    rc = ngx_http_discard_request_body(r);

    if (rc == NGX_OK) {
        rc = r->method & (NGX_HTTP_GET|NGX_HTTP_HEAD)
             ? ngx_http_consent_send(ctx, NGX_HTTP_OK, "application/json",
                                     ngx_http_consent_str(ctx->conf->gpc))
             : consent_gpc_refuse(ctx);
    }

    ngx_http_finalize_request(r, rc);

    return NGX_DONE;
}
