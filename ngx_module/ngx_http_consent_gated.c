/*
 * Response headers that make a browser store, fetch or connect: what they ask
 * for is judged as if a tag asked for it.
 */

#include "ngx_http_consent_module.h"
#include "cookie/cg_cookie.h"


static void
consent_gated_set_cookie(ngx_http_consent_ctx_t *ctx, ngx_table_elt_t *h)
{
    cg_verdict_t     verdict;
    cg_set_cookie_t  cookie;

    if (cg_set_cookie_read(ngx_http_consent_str(h->value), &cookie) != CG_OK) {
        return;                        /* no browser stores it */
    }

    verdict = cg_judge_cookie(&ctx->judge, cookie.sent);

    if (verdict.pass) {
        return;
    }

    h->hash = 0;
    ngx_http_consent_note(&ctx->refused, cookie.sent);
    ngx_http_consent_note(&ctx->clauses, verdict.clause);
}


static void
consent_gated_link(ngx_http_consent_ctx_t *ctx, ngx_table_elt_t *h)
{
    cg_out_t      out;
    cg_verdict_t  verdict;

    cg_out_init(&out, &ctx->arena, h->value.len);

    if (cg_headers_link(&ctx->judge, &ctx->arena,
                        ngx_http_consent_str(h->value), &out, &verdict)
        == CG_NONE)
    {
        return;
    }

    ngx_http_consent_note(&ctx->clauses, verdict.clause);

    if (out.status != CG_OK || out.len == 0) {
        h->hash = 0;
        return;
    }

    h->value = ngx_http_consent_ngx(cg_out_slice(&out));
}


static void
consent_gated_refresh(ngx_http_consent_ctx_t *ctx, ngx_table_elt_t *h)
{
    cg_verdict_t  verdict;

    verdict = cg_headers_refresh(&ctx->judge, &ctx->arena,
                                 ngx_http_consent_str(h->value));
    if (!verdict.pass) {
        h->hash = 0;
        ngx_http_consent_note(&ctx->clauses, verdict.clause);
    }
}


/* Report-To (JSON) and Reporting-Endpoints (RFC 8941) hold URLs in quotes.  An
 * escape could hide one: no URL needs it. */

static void
consent_gated_reporting(ngx_http_consent_ctx_t *ctx, ngx_table_elt_t *h)
{
    size_t        i, from = 0, quoted = 0;
    cg_str_t      line = ngx_http_consent_str(h->value);
    cg_verdict_t  verdict;

    for (i = 0; i < line.len; i++) {
        if (line.data[i] == '\\') {
            ngx_memzero(&verdict, sizeof(cg_verdict_t));
            verdict.pass = cg_judge_all_open(&ctx->judge) != 0;

        } else if (line.data[i] != '"') {
            continue;

        } else if (!quoted) {
            quoted = 1;
            from = i + 1;
            continue;

        } else {
            quoted = 0;
            verdict = cg_judge_url(&ctx->judge, &ctx->arena,
                                   cg_str_sub(line, from, i));
        }

        if (!verdict.pass) {
            h->hash = 0;
            ngx_http_consent_note(&ctx->clauses, verdict.clause);
            return;
        }
    }
}


void
ngx_http_consent_gate_headers(ngx_http_consent_ctx_t *ctx)
{
    ngx_uint_t        i;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    part = &ctx->request->headers_out.headers.part;

    for ( /* void */ ; part; part = part->next) {
        h = part->elts;

        for (i = 0; i < part->nelts; i++) {
            if (ngx_http_consent_header_is(&h[i], "Set-Cookie")) {
                consent_gated_set_cookie(ctx, &h[i]);

            } else if (ngx_http_consent_header_is(&h[i], "Link")) {
                consent_gated_link(ctx, &h[i]);

            } else if (ngx_http_consent_header_is(&h[i], "Refresh")) {
                consent_gated_refresh(ctx, &h[i]);

            } else if (ngx_http_consent_header_is(&h[i], "Report-To")
                       || ngx_http_consent_header_is(&h[i],
                                                     "Reporting-Endpoints"))
            {
                consent_gated_reporting(ctx, &h[i]);
            }
        }
    }
}
