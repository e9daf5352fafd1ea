/*
 * POST csp: what browsers report of our Content-Security-Policy.  Hosts are
 * counted in a table of the worker's, and told to the log sparingly: whoever
 * sends reports cannot fill it.
 */

#include "ngx_http_consent_evidence.h"
#include "evidence/cg_field.h"
#include "evidence/cg_seen.h"
#include "gate/cg_report.h"


struct ngx_http_consent_seen_s {
    cg_seen_t                table;
    ngx_event_t              timer;
    ngx_http_consent_log_t  *log;
};


/* What the rows hold since they were last told.  A line that the log does not
 * take is a line less. */

static void
consent_reports_flush(ngx_http_consent_seen_t *seen)
{
    size_t                        at = 0;
    cg_event_seen_t               event;
    const cg_seen_row_t          *row;
    ngx_http_consent_srv_conf_t  *conf = NULL;

    while ((row = cg_seen_take(&seen->table, &at)) != NULL) {
        conf = (ngx_http_consent_srv_conf_t *) row->key.owner;

        event.host = row->key.host;
        event.vendor = row->key.vendor;
        event.directive = cg_str_from(row->key.directive);
        event.blocked = row->key.blocked;
        event.count = row->n;

        ngx_http_consent_log_seen(seen->log, conf, &event);
    }

    ngx_memzero(&event, sizeof(cg_event_seen_t));
    event.count = cg_seen_lost(&seen->table);

    if (event.count) {
        ngx_http_consent_log_seen(seen->log, NULL, &event);
    }
}


static void
consent_reports_timer(ngx_event_t *ev)
{
    ngx_http_consent_seen_t  *seen = ev->data;

    consent_reports_flush(seen);

    if (!cg_seen_empty(&seen->table) && !ngx_exiting) {
        ngx_add_timer(ev, CG_SEEN_EVERY * 1000);
    }
}


/* Of a worker that ends. */

void
ngx_http_consent_seen_close(ngx_http_consent_log_t *log)
{
    if (log->seen == NULL) {
        return;
    }

    if (log->seen->timer.timer_set) {
        ngx_del_timer(&log->seen->timer);
    }

    consent_reports_flush(log->seen);
}


/* Most workers never see a report: the table is made with the first one. */

static ngx_http_consent_seen_t *
consent_reports_table(ngx_http_consent_log_t *log)
{
    ngx_http_consent_seen_t  *seen = log->seen;

    if (seen == NULL) {
        seen = ngx_pcalloc(ngx_cycle->pool, sizeof(ngx_http_consent_seen_t));
        if (seen == NULL) {
            return NULL;
        }

        seen->log = log;
        seen->timer.handler = consent_reports_timer;
        seen->timer.data = seen;
        seen->timer.log = ngx_cycle->log;
        seen->timer.cancelable = 1;    /* keeps no worker from ending */

        log->seen = seen;
    }

    return seen;
}


static void
consent_reports_note(ngx_http_consent_srv_conf_t *conf,
    const cg_report_t *report)
{
    cg_seen_key_t             key;
    cg_event_seen_t           event;
    ngx_http_consent_seen_t  *seen = consent_reports_table(conf->log);

    if (seen == NULL) {
        return;
    }

    key.owner = conf;
    key.host = report->host;
    key.vendor = report->vendor;
    key.directive = report->directive;
    key.blocked = report->blocked;

    if (cg_seen_note(&seen->table, ngx_time(), &key) == CG_OK) {
        event.host = report->host;
        event.vendor = report->vendor;
        event.directive = cg_str_from(report->directive);
        event.blocked = report->blocked;
        event.count = 1;

        ngx_http_consent_log_seen(conf->log, conf, &event);
    }

    if (!seen->timer.timer_set) {
        ngx_add_timer(&seen->timer, CG_SEEN_EVERY * 1000);
    }
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
