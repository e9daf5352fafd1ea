/*
 * Response headers that make a browser store, fetch or connect: what they ask
 * for is judged as if a tag asked for it.
 */

#include "ngx_http_consent_unknown.h"
#include "cookie/cg_cookie_cap.h"


/* A cookie that passes lives no longer than the policy promises; without memory
 * to say so it does not pass.  Our own token has its own promise. */

static void
consent_gated_cap(ngx_http_consent_ctx_t *ctx, ngx_table_elt_t *h,
    cg_str_t name)
{
    cg_out_t            out;
    cg_status_t         status;
    const cg_policy_t  *policy = ctx->conf->policy;

    if (policy->cookie_lifetime == 0 || ngx_http_consent_token_is_name(name)) {
        return;
    }

    cg_out_init(&out, &ctx->arena, h->value.len + 32);
    status = cg_set_cookie_cap(ngx_http_consent_str(h->value), ngx_time(),
                               policy->cookie_lifetime, &out);

    if (status == CG_NONE) {
        return;
    }

    if (status == CG_OK) {
        h->value = ngx_http_consent_ngx(cg_out_slice(&out));

    } else {
        h->hash = 0;
    }

    ngx_http_consent_note(ctx, &ctx->capped, name);
    ngx_http_consent_note(ctx, &ctx->clauses,
                          cg_policy_clause(policy, cg_str("lifetime")));
}


static void
consent_gated_set_cookie(ngx_http_consent_ctx_t *ctx, ngx_table_elt_t *h)
{
    cg_verdict_t     verdict;
    cg_set_cookie_t  cookie;

    if (cg_set_cookie_read(ngx_http_consent_str(h->value), &cookie) != CG_OK) {
        return;                        /* no browser stores it */
    }

    verdict = cg_judge_cookie(&ctx->judge, cookie.sent);
    ngx_http_consent_unknown_cookie(ctx, cookie.sent, &verdict);

    if (verdict.pass) {
        consent_gated_cap(ctx, h, cookie.sent);
        return;
    }

    h->hash = 0;
    ngx_http_consent_note(ctx, &ctx->refused, cookie.sent);
    ngx_http_consent_note(ctx, &ctx->clauses, verdict.clause);
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

    ngx_http_consent_note(ctx, &ctx->clauses, verdict.clause);

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
        ngx_http_consent_note(ctx, &ctx->clauses, verdict.clause);
    }
}


static ngx_int_t
consent_gated_reporting(ngx_http_consent_ctx_t *ctx, ngx_table_elt_t *h)
{
    cg_verdict_t  verdict;

    verdict = cg_headers_quoted(&ctx->judge, &ctx->arena,
                                ngx_http_consent_str(h->value));
    if (verdict.pass) {
        return NGX_OK;
    }

    h->hash = 0;
    ngx_http_consent_note(ctx, &ctx->clauses, verdict.clause);

    return NGX_DECLINED;
}


static void
consent_gated_hide(ngx_http_request_t *r, const char *name)
{
    ngx_table_elt_t  *h;

    while ((h = ngx_http_consent_header_out(r, name)) != NULL) {
        h->hash = 0;
    }
}


/*
 * Where reports about the network go (NEL), Report-To says: of this response,
 * or of an earlier one that a browser remembers.  So it passes with a Report-To
 * that passed, not alone.
 */

static void
consent_gated_nel(ngx_http_consent_ctx_t *ctx, ngx_uint_t groups)
{
    if (!groups && !cg_judge_all_open(&ctx->judge)) {
        consent_gated_hide(ctx->request, "NEL");
    }
}


/* One line; NGX_OK: a Report-To that passed, NGX_DECLINED: one that did not,
 * NGX_DONE: any other. */

static ngx_int_t
consent_gated_line(ngx_http_consent_ctx_t *ctx, ngx_table_elt_t *h)
{
    if (ngx_http_consent_header_is(h, "Set-Cookie")) {
        consent_gated_set_cookie(ctx, h);

    } else if (ngx_http_consent_header_is(h, "Link")) {
        consent_gated_link(ctx, h);

    } else if (ngx_http_consent_header_is(h, "Refresh")) {
        consent_gated_refresh(ctx, h);

    } else if (ngx_http_consent_header_is(h, "Report-To")) {
        return consent_gated_reporting(ctx, h);

    } else if (ngx_http_consent_header_is(h, "Reporting-Endpoints")
               || ngx_http_consent_header_is(h, "Expect-CT"))
    {
        (void) consent_gated_reporting(ctx, h);

    } else if (ngx_http_consent_header_is(h, "Speculation-Rules")
               && !cg_judge_all_open(&ctx->judge))
    {
        h->hash = 0;                   /* the rules name URLs, not the line */

    } else if (ngx_http_consent_csp_is(h)) {
        ngx_http_consent_csp_line(ctx, h);
    }

    return NGX_DONE;
}


/* Whether it may be one of those above, by its first letter. */

static ngx_uint_t
consent_gated_may_be(ngx_table_elt_t *h)
{
    static const uint32_t  letters = 1 << ('c' & 31) | 1 << ('e' & 31)
                                     | 1 << ('l' & 31) | 1 << ('r' & 31)
                                     | 1 << ('s' & 31);

    return h->key.len && letters >> (h->key.data[0] & 31) & 1;
}


static void
consent_gated_lines(ngx_http_consent_ctx_t *ctx)
{
    ngx_int_t         rc;
    ngx_uint_t        i, passed = 0, held = 0;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    part = &ctx->request->headers_out.headers.part;

    for ( /* void */ ; part; part = part->next) {
        h = part->elts;

        for (i = 0; i < part->nelts; i++) {
            if (!consent_gated_may_be(&h[i])) {
                continue;
            }

            rc = consent_gated_line(ctx, &h[i]);

            passed |= rc == NGX_OK;
            held |= rc == NGX_DECLINED;
        }
    }

    consent_gated_nel(ctx, passed && !held);
}


void
ngx_http_consent_gate_headers(ngx_http_consent_ctx_t *ctx)
{
    unsigned             i;
    static cg_unknown_t  unknown;      /* of one call */

    unknown.n = 0;
    ctx->judge.unknown = &unknown;
    consent_gated_lines(ctx);
    ctx->judge.unknown = NULL;

    for (i = 0; i < unknown.n; i++) {
        unknown.rows[i].where = "header";
    }

    ngx_http_consent_unknown_hosts(ctx, &unknown);
}


/* Whether a person goes there, as by a link.  Everything else is fetched
 * because a page, or a guess of the browser's, wants it. */

static ngx_int_t
consent_gated_navigation(ngx_http_request_t *r)
{
    ngx_str_t  *accept, *dest = ngx_http_consent_header_in(r, "sec-fetch-dest");

    if (ngx_http_consent_header_in(r, "sec-purpose")
        || ngx_http_consent_header_in(r, "purpose"))
    {
        return 0;
    }

    if (dest) {
        return dest->len == sizeof("document") - 1
               && ngx_strncmp(dest->data, "document", dest->len) == 0;
    }

    accept = ngx_http_consent_header_in(r, "accept");

    return accept && ngx_strlcasestrn(accept->data, accept->data + accept->len,
                                      (u_char *) "text/html", 9 - 1) != NULL;
}


static ngx_int_t
consent_gated_redirects(ngx_uint_t status)
{
    return status == NGX_HTTP_MOVED_PERMANENTLY
           || status == NGX_HTTP_MOVED_TEMPORARILY
           || status == NGX_HTTP_SEE_OTHER
           || status == NGX_HTTP_TEMPORARY_REDIRECT
           || status == NGX_HTTP_PERMANENT_REDIRECT;
}


/* NGX_DECLINED: to be withheld.  r->headers_out.location does not always name
 * what an upstream sent. */

static ngx_int_t
consent_gated_locations(ngx_http_consent_ctx_t *ctx)
{
    ngx_uint_t        i;
    cg_verdict_t      verdict = cg_judge_free();
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    part = &ctx->request->headers_out.headers.part;

    for ( /* void */ ; part; part = part->next) {
        h = part->elts;

        for (i = 0; i < part->nelts; i++) {
            if (ngx_http_consent_header_is(&h[i], "Location")) {
                cg_verdict_add(&verdict,
                               cg_judge_url(&ctx->judge, &ctx->arena,
                                            ngx_http_consent_str(h[i].value)));
            }
        }
    }

    if (verdict.pass) {
        return NGX_OK;
    }

    ngx_http_consent_note(ctx, &ctx->clauses, verdict.clause);

    return NGX_DECLINED;
}


/* An image, a script or a frame of the own host that leads on to a gated one
 * becomes 204: it is there, and it is nothing. */

void
ngx_http_consent_gate_redirect(ngx_http_consent_ctx_t *ctx)
{
    ngx_http_request_t  *r = ctx->request;

    if (!consent_gated_redirects(r->headers_out.status)
        || consent_gated_navigation(r)
        || consent_gated_locations(ctx) == NGX_OK)
    {
        return;
    }

    ctx->bypass = cg_str("redirect withheld");

    consent_gated_hide(r, "Location");
    ngx_http_clear_location(r);
    ngx_http_clear_content_length(r);
    ngx_http_clear_accept_ranges(r);

    r->headers_out.status = NGX_HTTP_NO_CONTENT;
    ngx_str_null(&r->headers_out.status_line);
}
