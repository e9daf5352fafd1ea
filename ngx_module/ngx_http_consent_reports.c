/*
 * POST csp: what browsers report of our Content-Security-Policy.  Hosts are
 * counted (unknown.c), and told to the log sparingly: whoever sends reports
 * cannot fill it.
 */

#include "ngx_http_consent_unknown.h"
#include "evidence/cg_field.h"
#include "gate/cg_report.h"


static void
consent_reports_note(ngx_http_consent_srv_conf_t *conf,
    const cg_report_t *report)
{
    cg_seen_key_t  key;

    ngx_memzero(&key, sizeof(cg_seen_key_t));

    key.owner = conf;
    key.kind = CG_SEEN_HOST;
    key.name = report->host;
    key.vendor = report->vendor;
    key.where = "csp";
    key.directive = report->directive;
    key.action = report->blocked ? CG_SEEN_BLOCKED : CG_SEEN_PASSED;

    ngx_http_consent_unknown_note(&key);
}


static ngx_int_t
consent_reports_error(ngx_http_consent_ctx_t *ctx, ngx_uint_t status,
    const char *sentence)
{
    cg_out_t  out;

    cg_out_init(&out, &ctx->arena, 256);
    cg_field_object_begin(&out, NULL);
    cg_field_str(&out, "error", cg_str_from(sentence));
    cg_field_object_end(&out);

    return ngx_http_consent_send(ctx, status, "application/json",
                                 cg_out_slice(&out));
}


static ngx_int_t
consent_reports_take(ngx_http_consent_ctx_t *ctx, cg_str_t body)
{
    size_t                        i, n;
    ngx_str_t                    *type;
    const char                   *error;
    cg_report_t                   reports[CG_REPORTS];
    ngx_http_consent_loc_conf_t  *lcf;

    lcf = ngx_http_get_module_loc_conf(ctx->request, ngx_http_consent_module);
    type = ngx_http_consent_header_in(ctx->request, "content-type");

    switch (cg_report_read(&ctx->arena, ctx->conf->policy,
                           type ? ngx_http_consent_str(*type) : cg_str_null,
                           body, lcf->csp == NGX_HTTP_CONSENT_CSP_ENFORCE,
                           reports, &n, &error))
    {
    case CG_OK:
        break;

    case CG_NONE:
        return consent_reports_error(ctx, NGX_HTTP_UNSUPPORTED_MEDIA_TYPE,
                                     "a report is application/csp-report, "
                                     "application/reports+json or "
                                     "application/json");

    case CG_EINVAL:
        return consent_reports_error(ctx, NGX_HTTP_BAD_REQUEST, error);

    default:
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    for (i = 0; i < n; i++) {
        consent_reports_note(ctx->conf, &reports[i]);
    }

    return ngx_http_consent_send(ctx, NGX_HTTP_NO_CONTENT, "text/plain",
                                 cg_str(""));
}


void
ngx_http_consent_reports(ngx_http_request_t *r)
{
    cg_str_t                 body;
    ngx_http_consent_ctx_t  *ctx = ngx_http_consent_get_ctx(r);

    ngx_http_finalize_request(r,
                              ngx_http_consent_body(ctx, &body) == NGX_OK
                              ? consent_reports_take(ctx, body)
                              : NGX_HTTP_INTERNAL_SERVER_ERROR);
}
