/*
 * The site's own policies let our inline elements and files in, where they say
 * nothing else of them: without a nonce, that is, and without 'unsafe-inline'.
 * What is asked for is what this very response is to hold.
 */

#include "ngx_http_consent_module.h"
#include "ngx_http_consent_texts.h"

/* A policy has room for this much more. */
#define CONSENT_CSP_HASHES  1024
#define CONSENT_CSP_FILES   4096


typedef ngx_int_t (*consent_csp_line_pt)(ngx_http_consent_ctx_t *ctx,
    const cg_csp_ours_t *ours, ngx_table_elt_t *h);


/* Each policy of the site's, until one says otherwise than NGX_OK. */

static ngx_int_t
consent_csp_each(ngx_http_consent_ctx_t *ctx, const cg_csp_ours_t *ours,
    consent_csp_line_pt line)
{
    ngx_int_t         rc;
    ngx_uint_t        i;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    for (part = &ctx->request->headers_out.headers.part; part;
         part = part->next)
    {
        h = part->elts;

        for (i = 0; i < part->nelts; i++) {
            if (h[i].hash == 0 || !ngx_http_consent_csp_is(&h[i])) {
                continue;
            }

            rc = line(ctx, ours, &h[i]);

            if (rc != NGX_OK) {
                return rc;
            }
        }
    }

    return NGX_OK;
}


static cg_status_t
consent_csp_write(ngx_http_consent_ctx_t *ctx, const cg_csp_ours_t *ours,
    ngx_table_elt_t *h, cg_out_t *out)
{
    cg_str_t  line = ngx_http_consent_str(h->value);

    /* no directive is named in less than ten bytes, each gets ours once */
    cg_out_init(out, &ctx->arena, line.len + (line.len / 10 + 1)
                * (ours->scripts.len + ours->styles.len
                   + ours->script_files.len + ours->style_files.len
                   + ours->endpoints.len));

    return cg_csp_admit(line, &ctx->nonces, ours, out);
}


static ngx_int_t
consent_csp_wants(ngx_http_consent_ctx_t *ctx, const cg_csp_ours_t *ours,
    ngx_table_elt_t *h)
{
    cg_out_t  out;

    return consent_csp_write(ctx, ours, h, &out) == CG_NONE ? NGX_OK
                                                            : NGX_DECLINED;
}


/* Without memory it stays as it is: narrower, not wider. */

static ngx_int_t
consent_csp_widen(ngx_http_consent_ctx_t *ctx, const cg_csp_ours_t *ours,
    ngx_table_elt_t *h)
{
    cg_out_t  out;

    if (consent_csp_write(ctx, ours, h, &out) == CG_OK) {
        h->value = ngx_http_consent_ngx(cg_out_slice(&out));
    }

    return NGX_OK;
}


static ngx_int_t
consent_csp_is_plain(cg_str_t text, const char *more)
{
    size_t  i;

    for (i = 0; i < text.len; i++) {
        if (!(text.data[i] >= 'a' && text.data[i] <= 'z')
            && !(text.data[i] >= 'A' && text.data[i] <= 'Z')
            && !(text.data[i] >= '0' && text.data[i] <= '9')
            && ngx_strchr(more, text.data[i]) == NULL)
        {
            return 0;
        }
    }

    return text.len != 0;
}


/* ":8443" of the host as it was asked for; absent: the scheme's own. */

static cg_str_t
consent_csp_port(ngx_http_consent_ctx_t *ctx)
{
    size_t            n;
    cg_str_t          host;
    ngx_table_elt_t  *h = ctx->request->headers_in.host;

    host = h ? ngx_http_consent_str(h->value) : cg_str_null;

    for (n = host.len; n && host.data[n - 1] >= '0' && host.data[n - 1] <= '9';
         n--)
    {
        /* void */
    }

    return n && n < host.len && host.data[n - 1] == ':'
           ? cg_str_sub(host, n - 1, host.len) : cg_str_null;
}


/* A name that is no word of a policy's gets none. */

static unsigned
consent_csp_speaks(ngx_http_consent_ctx_t *ctx)
{
    return consent_csp_is_plain(ctx->judge.request_host, ".-")
           && consent_csp_is_plain(ngx_http_consent_str(ctx->conf->uri),
                                   "/._-~");
}


/* One of ours, at this host and port: another port may be somebody else's. */

static void
consent_csp_file(ngx_http_consent_ctx_t *ctx, cg_out_t *out, cg_str_t name)
{
    cg_out_byte(out, ' ');
    cg_out_str(out, ctx->judge.request_host);
    cg_out_str(out, consent_csp_port(ctx));
    cg_out_str(out, ngx_http_consent_str(ctx->conf->uri));
    cg_out_str(out, name);
}


static cg_str_t
consent_csp_assets(ngx_http_consent_ctx_t *ctx, cg_asset_kind_t first,
    cg_asset_kind_t last)
{
    cg_out_t         out;
    cg_asset_kind_t  kind;

    cg_out_init(&out, &ctx->arena, CONSENT_CSP_FILES);

    for (kind = first; kind <= last; kind++) {
        consent_csp_file(ctx, &out, ctx->conf->texts->assets[kind]);
    }

    return cg_out_slice(&out);
}


/* What the client and the forms ask of us; only a POST is redirected. */

static cg_str_t
consent_csp_endpoints(ngx_http_consent_ctx_t *ctx)
{
    cg_out_t  out;

    cg_out_init(&out, &ctx->arena, CONSENT_CSP_FILES);
    consent_csp_file(ctx, &out, cg_str("choice"));
    consent_csp_file(ctx, &out, cg_str("state"));
    consent_csp_file(ctx, &out, cg_str("show"));

    return cg_out_slice(&out);
}


static cg_str_t
consent_csp_hashes(ngx_http_consent_ctx_t *ctx, const char *tag,
    cg_str_t head, cg_str_t banner)
{
    cg_out_t  out;

    cg_out_init(&out, &ctx->arena, CONSENT_CSP_HASHES);
    cg_csp_hashes(head, tag, &out);
    cg_csp_hashes(banner, tag, &out);

    return cg_out_slice(&out);
}


/* Most sites have no policy, and most policies a nonce: these cost a look. */

void
ngx_http_consent_csp_admit(ngx_http_consent_ctx_t *ctx, cg_str_t head,
    unsigned banner)
{
    cg_str_t       text;
    cg_csp_ours_t  ours = { cg_str(" x"), cg_str(" x"), cg_str(" x"),
                            cg_str(" x"), cg_str(" x") };

    if (consent_csp_each(ctx, &ours, consent_csp_wants) == NGX_OK) {
        return;
    }

    text = banner ? ngx_http_consent_texts_banner(ctx, cg_str_null, 0)
                  : cg_str_null;

    ours.scripts = consent_csp_hashes(ctx, "script", head, text);
    ours.styles = consent_csp_hashes(ctx, "style", head, text);
    ours.script_files = cg_str_null;
    ours.style_files = cg_str_null;
    ours.endpoints = cg_str_null;

    if (consent_csp_speaks(ctx)) {
        ours.script_files = consent_csp_assets(ctx, CG_ASSET_SCRIPT,
                                               CG_ASSET_EMBED);
        ours.style_files = consent_csp_assets(ctx, CG_ASSET_FRAME,
                                              CG_ASSET_FRAME);
        ours.endpoints = consent_csp_endpoints(ctx);
    }

    (void) consent_csp_each(ctx, &ours, consent_csp_widen);
}
