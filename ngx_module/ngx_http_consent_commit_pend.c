/* A choice that closes and that Redis did not take: it is shut on this host and
 * kept until Redis has it. */

#include "ngx_http_consent_choice.h"
#include "ngx_http_consent_pending.h"


static void
consent_pend_on_keep(void *data, ngx_int_t rc)
{
    ngx_http_consent_choice_t  *c = data;

    c->keep = NULL;
    c->pending = rc == NGX_OK;
    ngx_http_consent_choice_answered(c);
}


/* A record that opens something may stand there. */

static ngx_uint_t
consent_pend_must(ngx_http_consent_choice_t *c)
{
    if (c->opening || !c->known || c->committed || c->unusable || c->held
        || (c->stale && c->tries < NGX_HTTP_CONSENT_TRIES))
    {
        return 0;
    }

    return c->reading_failed || (c->old.rev && (c->erase || c->old.granted));
}


ngx_int_t
ngx_http_consent_choice_line_of(ngx_http_consent_choice_t *c,
    cg_pending_t *line)
{
    ngx_http_consent_srv_conf_t  *conf = c->ctx->conf;

    ngx_memzero(line, sizeof(cg_pending_t));

    line->name = c->name;
    line->at = ngx_time();
    line->expires = ngx_max(c->token.expires,
                            line->at + conf->policy->grant_lifetime);
    line->how = c->erase ? CG_HOW_ERASE
                : c->opening || c->record.how == CG_HOW_WITHDRAW
                ? c->record.how : CG_HOW_REJECT_ALL;
    ngx_memcpy(line->rid, c->record.rid, sizeof(line->rid));

    return cg_pending_line_of(c->record.evidence, line) == CG_OK
           ? ngx_http_consent_pending_where(conf, line->where) : NGX_ERROR;
}


ngx_int_t
ngx_http_consent_choice_pend(ngx_http_consent_choice_t *c)
{
    ngx_uint_t                  was;
    cg_pending_t                line;
    ngx_http_consent_shared_t  *shared = ngx_http_consent_shared(c->ctx);

    c->step = NGX_HTTP_CONSENT_STEP_DONE;

    if (!consent_pend_must(c)) {
        return NGX_OK;
    }

    was = cg_shut_has(shared->shut, &c->name);

    if (cg_shut_add(shared->shut, &c->name) != CG_OK) {
        ngx_log_error(NGX_LOG_ERR, c->ctx->request->connection->log, 0,
                      "consent: no room for one more withdrawal that waits "
                      "for redis");
    }

    /* it waits already: one line for a name, so that nobody fills the file */

    if ((was && !c->erase)
        || ngx_http_consent_choice_line_of(c, &line) != NGX_OK)
    {
        return NGX_OK;
    }

    c->keep = ngx_http_consent_pending_keep(c->ctx->conf->log, &line,
                                            consent_pend_on_keep, c);
    if (c->keep == NULL) {
        return NGX_OK;
    }

    c->waiting++;

    return NGX_AGAIN;
}
