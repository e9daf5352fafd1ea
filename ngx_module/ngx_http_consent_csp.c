/*
 * The second wall: our Content-Security-Policy beside the site's own, which
 * lends its nonces and loses reports to gated hosts.
 */

#include "ngx_http_consent_module.h"


static cg_str_t
consent_csp_report(ngx_http_consent_srv_conf_t *conf, cg_arena_t *arena)
{
    cg_out_t  out;

    cg_out_init(&out, arena, conf->uri.len + sizeof("csp"));
    cg_out_str(&out, ngx_http_consent_str(conf->uri));
    cg_out_text(&out, "csp");

    return cg_out_slice(&out);
}


/* What one server is told when the configuration is loaded. */

static void
consent_csp_warn(ngx_conf_t *cf, ngx_http_consent_srv_conf_t *scf,
    const char *what)
{
    ngx_log_error(NGX_LOG_WARN, cf->log, 0, "site \"%V\": %s in %s:%ui",
                  &scf->site, what, scf->place.file, scf->place.line);
}


/* A vendor's host below the site's own domain: no source expression means "all
 * but this one". */

static void
consent_csp_crowded(ngx_conf_t *cf, ngx_http_consent_srv_conf_t *scf,
    const cg_judge_t *judge)
{
    ngx_str_t      host, vendor;
    cg_endpoint_t  endpoint;

    if (!cg_csp_crowded(judge, &endpoint)) {
        return;
    }

    host = ngx_http_consent_ngx(endpoint.host);
    vendor = ngx_http_consent_ngx(endpoint.match.vendor);

    ngx_log_error(NGX_LOG_WARN, cf->log, 0, "site \"%V\": host \"%V\" of "
                  "vendor \"%V\" is among the site's own, so while it is shut "
                  "consent_csp names own hosts one by one: those of "
                  "server_name and of own_host, add what is missing in %s:%ui",
                  &scf->site, &host, &vendor, scf->place.file,
                  scf->place.line);
}


static ngx_int_t
consent_csp_check_server(ngx_conf_t *cf, ngx_http_consent_srv_conf_t *scf)
{
    cg_out_t                       vendors, out;
    cg_judge_t                     judge;
    ngx_http_consent_main_conf_t  *mcf;

    mcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_consent_module);

    ngx_memzero(&judge, sizeof(cg_judge_t));
    judge.policy = scf->policy;
    judge.site = &scf->hosts;

    if (cg_judge_unlisted(&judge).pass) {
        consent_csp_warn(cf, scf, "the policy allows unlisted third parties, "
                         "no Content-Security-Policy can shut out some hosts "
                         "of all: consent_csp sends none");
        return NGX_OK;
    }

    consent_csp_crowded(cf, scf, &judge);

    judge.granted = scf->policy->optional;

    cg_out_init(&vendors, &mcf->arena, CG_MAX_CSP);
    cg_out_init(&out, &mcf->arena, CG_MAX_CSP);

    switch (cg_csp_vendors(&judge, &mcf->arena, &vendors)) {

    case CG_NONE:
        return NGX_OK;

    case CG_OK:
        break;

    default:
        return NGX_ERROR;
    }

    cg_csp_write(&judge, cg_out_slice(&vendors),
                 consent_csp_report(scf, &mcf->arena), &out);

    if (vendors.status == CG_ELIMIT || out.status == CG_ELIMIT) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0, "site \"%V\": the vendors of "
                      "its policy have more hosts than a "
                      "Content-Security-Policy of %d bytes can name, drop "
                      "vendors or set \"consent_csp off;\" in %s:%ui",
                      &scf->site, CG_MAX_CSP, scf->place.file,
                      scf->place.line);
        return NGX_ERROR;
    }

    return out.status == CG_OK ? NGX_OK : NGX_ERROR;
}


/* After all servers are merged. */

ngx_int_t
ngx_http_consent_csp_check(ngx_conf_t *cf)
{
    ngx_uint_t                     i;
    ngx_http_conf_ctx_t           *ctx;
    ngx_http_core_srv_conf_t     **servers;
    ngx_http_core_main_conf_t     *cmcf;
    ngx_http_consent_srv_conf_t   *scf;
    ngx_http_consent_loc_conf_t   *lcf;

    cmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);
    servers = cmcf->servers.elts;

    for (i = 0; i < cmcf->servers.nelts; i++) {
        ctx = servers[i]->ctx;
        scf = ctx->srv_conf[ngx_http_consent_module.ctx_index];
        lcf = ctx->loc_conf[ngx_http_consent_module.ctx_index];

        if (scf->policy == NULL) {
            continue;
        }

        if (lcf->csp == NGX_HTTP_CONSENT_CSP_OFF) {
            consent_csp_warn(cf, scf, "consent_csp is off: scripts that are "
                             "let through may still call vendors, "
                             "\"consent_csp report;\" shows which");

        } else if (consent_csp_check_server(cf, scf) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


ngx_int_t
ngx_http_consent_csp_is(ngx_table_elt_t *h)
{
    return ngx_http_consent_header_is(h, "Content-Security-Policy")
           || ngx_http_consent_header_is(h, "Content-Security-Policy"
                                            "-Report-Only");
}


/* Whether scripts can be put in only by those whom the page trusts to. */

static unsigned
consent_csp_types(cg_str_t line)
{
    static u_char  name[] = "trusted-types";

    return ngx_strlcasestrn((u_char *) line.data,
                            (u_char *) line.data + line.len, name,
                            sizeof(name) - 2) != NULL;
}


/* A policy of the site's. */

void
ngx_http_consent_csp_line(ngx_http_consent_ctx_t *ctx, ngx_table_elt_t *h)
{
    cg_out_t      out;
    cg_str_t      line = ngx_http_consent_str(h->value);
    cg_verdict_t  verdict;

    cg_csp_nonces(line, &ctx->nonces);
    ctx->typed |= consent_csp_types(line);
    ctx->ruled = 1;
    cg_out_init(&out, &ctx->arena, line.len);

    if (cg_csp_reports(&ctx->judge, &ctx->arena, line, &out, &verdict)
        == CG_NONE)
    {
        return;
    }

    if (out.status == CG_OK) {
        ngx_http_consent_note(ctx, &ctx->clauses, verdict.clause);
    }

    if (out.status != CG_OK || out.len == 0) {
        h->hash = 0;
        return;
    }

    h->value = ngx_http_consent_ngx(cg_out_slice(&out));
}


/* Without room or memory for the vendors, none of them: narrower, not wider. */

static ngx_int_t
consent_csp_vendors(ngx_http_consent_ctx_t *ctx, const cg_judge_t *judge,
    cg_str_t *vendors)
{
    cg_out_t     out;
    cg_status_t  rc;

    cg_out_init(&out, &ctx->arena, CG_MAX_CSP);
    rc = cg_csp_vendors(judge, &ctx->arena, &out);

    *vendors = rc == CG_NONE ? cg_str_null
               : rc == CG_OK && out.status == CG_OK && out.len
               ? cg_out_slice(&out) : cg_str("");

    return rc == CG_ENOMEM || out.status == CG_ENOMEM ? NGX_ERROR : NGX_OK;
}


static ngx_str_t
consent_csp_value(ngx_http_consent_ctx_t *ctx, const cg_judge_t *judge,
    cg_str_t vendors)
{
    cg_out_t  out;
    cg_str_t  report = consent_csp_report(ctx->conf, &ctx->arena);

    cg_out_init(&out, &ctx->arena, CG_MAX_CSP);
    cg_csp_write(judge, vendors, report, &out);

    if (out.status == CG_ELIMIT) {
        cg_out_reset(&out);
        cg_csp_write(judge, cg_str_null, report, &out);
    }

    return ngx_http_consent_ngx(cg_out_slice(&out));
}


/* Made in the request's pool, kept in the worker's copy of the configuration:
 * NULL, where it can't be, is no error. */

static ngx_http_consent_csp_t *
consent_csp_keep(ngx_http_consent_ctx_t *ctx, ngx_http_consent_csp_t *state)
{
    cg_arena_t                    *arena;
    ngx_http_consent_csp_t        *slot;
    ngx_http_consent_srv_conf_t   *conf = ctx->conf;
    ngx_http_consent_main_conf_t  *mcf;

    mcf = ngx_http_get_module_main_conf(ctx->request, ngx_http_consent_module);
    arena = &mcf->arena;

    if (conf->csp == NULL) {
        conf->csp = cg_arena_zero(arena, NGX_HTTP_CONSENT_CSP_STATES
                                         * sizeof(ngx_http_consent_csp_t));
    }

    if (conf->csp == NULL || conf->ncsp == NGX_HTTP_CONSENT_CSP_STATES) {
        return NULL;
    }

    slot = &conf->csp[conf->ncsp];
    *slot = *state;

    if (state->vendors.data) {
        slot->vendors = cg_arena_copy(arena, state->vendors);
        slot->value = ngx_http_consent_ngx(cg_arena_copy(arena,
                                      ngx_http_consent_str(state->value)));

        if (slot->vendors.data == NULL || slot->value.data == NULL) {
            return NULL;
        }
    }

    conf->ncsp++;

    return slot;
}


/* What this visitor's grants come to; `spare` is for one that is not kept. */

static ngx_http_consent_csp_t *
consent_csp_state(ngx_http_consent_ctx_t *ctx, ngx_http_consent_csp_t *spare)
{
    uint32_t                 granted;
    ngx_int_t                rc;
    cg_judge_t               judge = ctx->judge;
    ngx_uint_t               i;
    ngx_http_consent_csp_t  *kept;

    granted = ctx->judge.granted & ctx->judge.policy->optional;

    for (i = 0; i < ctx->conf->ncsp; i++) {
        if (ctx->conf->csp[i].granted == granted
            && ctx->conf->csp[i].ahead == judge.ahead
            && ctx->conf->csp[i].closed == judge.closed)
        {
            return &ctx->conf->csp[i];
        }
    }

    judge.granted = granted;
    judge.request_host = cg_str_null;

    ngx_memzero(spare, sizeof(ngx_http_consent_csp_t));

    spare->granted = granted;
    spare->ahead = judge.ahead;
    spare->closed = judge.closed;
    rc = consent_csp_vendors(ctx, &judge, &spare->vendors);

    if (spare->vendors.data) {
        spare->value = consent_csp_value(ctx, &judge, spare->vendors);
        rc = spare->value.data ? rc : NGX_ERROR;
    }

    kept = rc == NGX_OK ? consent_csp_keep(ctx, spare) : NULL;

    return kept ? kept : spare;
}


/* Adds the policy for these grants, where the location wants one and something
 * is shut. */

ngx_int_t
ngx_http_consent_csp_send(ngx_http_consent_ctx_t *ctx)
{
    ngx_str_t                     value;
    ngx_http_consent_csp_t        spare, *state;
    ngx_http_consent_loc_conf_t  *lcf;

    lcf = ngx_http_get_module_loc_conf(ctx->request, ngx_http_consent_module);

    if (lcf->csp == NGX_HTTP_CONSENT_CSP_OFF) {
        return NGX_OK;
    }

    state = consent_csp_state(ctx, &spare);

    if (state->vendors.data == NULL) {
        return NGX_OK;
    }

    value = state->value;

    if (!cg_site_owns(&ctx->conf->hosts, cg_str_null, ctx->judge.request_host))
    {
        value = consent_csp_value(ctx, &ctx->judge, state->vendors);
    }

    if (value.data == NULL) {
        return NGX_ERROR;
    }

    ctx->csp = lcf->csp;

    return ngx_http_consent_add_header(ctx->request,
                                       lcf->csp == NGX_HTTP_CONSENT_CSP_ENFORCE
                                       ? "Content-Security-Policy"
                                       : "Content-Security-Policy-Report-Only",
                                       value);
}


static ngx_int_t
consent_csp_is_script(ngx_http_request_t *r)
{
    ngx_str_t  *type = &r->headers_out.content_type;

    return type->len
           && ngx_strlcasestrn(type->data, type->data + type->len,
                               (u_char *) "script", 6 - 1) != NULL;
}


/*
 * A worker obeys the policy that came with its script, not the page's.  A
 * script that is fetched for a worker is this visitor's.  Any other one may be
 * run as a worker later, out of a browser's cache, where its requests say
 * nothing of that (plain http) above all: it is like any other file to caches,
 * so it says the same to everybody, the least.  NGX_DONE: to be kept by no
 * shared cache.
 */

ngx_int_t
ngx_http_consent_csp_script(ngx_http_consent_ctx_t *ctx)
{
    uint32_t                      granted = ctx->judge.granted;
    uint32_t                      ahead = ctx->judge.ahead;
    ngx_int_t                     rc;
    ngx_str_t                    *dest;
    ngx_http_consent_loc_conf_t  *lcf;

    lcf = ngx_http_get_module_loc_conf(ctx->request, ngx_http_consent_module);

    if (lcf->csp == NGX_HTTP_CONSENT_CSP_OFF
        || !consent_csp_is_script(ctx->request))
    {
        return NGX_OK;
    }

    dest = ngx_http_consent_header_in(ctx->request, "sec-fetch-dest");

    if (dest
        && ngx_strlcasestrn(dest->data, dest->data + dest->len,
                            (u_char *) "worker", 6 - 1))
    {
        rc = ngx_http_consent_csp_send(ctx);

        return rc == NGX_OK && lcf->csp == NGX_HTTP_CONSENT_CSP_ENFORCE
               ? NGX_DONE : rc;
    }

    ctx->judge.granted = 0;
    ctx->judge.ahead = 0;
    rc = ngx_http_consent_csp_send(ctx);
    ctx->judge.granted = granted;
    ctx->judge.ahead = ahead;

    return rc;
}
