/* What stands in a page for a frame that is held. */

#include "ngx_http_consent_embed.h"
#include "ngx_http_consent_texts.h"

#define CONSENT_EMBED_MAX  (256 * 1024)    /* bytes of one */


/* Made with the first one of a response; all of them, however often they are
 * written, are the same to the byte. */

static cg_view_t *
consent_embed_view(ngx_http_consent_ctx_t *ctx, cg_str_t lang)
{
    cg_view_t  *view = ctx->embed;

    if (view) {
        return view;
    }

    view = cg_arena_zero(&ctx->arena, sizeof(cg_view_t));
    if (view == NULL) {
        return NULL;
    }

    ngx_http_consent_view(ctx, view, lang);
    view->notice = ngx_http_consent_notice(ctx, view->lang, "frame");
    view->once = ngx_http_consent_once_form(&ctx->arena);
    view->live = ngx_http_consent_texts_live(ctx);

    if (view->notice.data == NULL || view->once.data == NULL) {
        return NULL;
    }

    ctx->embed = view;

    return view;
}


/* What would open it on this page: a purpose that does not count here opens
 * nothing. */

static cg_str_t
consent_embed_purpose(ngx_http_consent_ctx_t *ctx, cg_str_t id)
{
    const cg_purpose_t  *purpose = id.len
                                   ? cg_policy_purpose(ctx->conf->policy, id)
                                   : NULL;

    return purpose && (purpose->bit & ctx->narrowed) ? cg_str_null : id;
}


cg_str_t
ngx_http_consent_embed(void *data, const cg_embed_t *embed)
{
    cg_out_t                 out;
    cg_view_t               *view;
    cg_placeholder_t         what;
    ngx_http_consent_ctx_t  *ctx = data;

    view = consent_embed_view(ctx, embed->lang);
    if (view == NULL) {
        return cg_str_null;
    }

    view->origin = embed->based ? ngx_http_consent_texts_origin(ctx)
                                : cg_str_null;

    ngx_memzero(&what, sizeof(cg_placeholder_t));

    what.vendor = embed->vendor;
    what.purpose = consent_embed_purpose(ctx, embed->purpose);
    what.url = embed->url;
    what.host = embed->host;
    what.sandbox = embed->sandbox;
    what.width = embed->width;
    what.height = embed->height;
    what.titled = embed->titled;
    what.own = embed->kind != CG_EMBED_FRAME;
    what.inside = embed->kind == CG_EMBED_OBJECT;
    what.shut = ctx->judge.closed != CG_CLOSED_NOT;

    cg_out_init(&out, &ctx->arena, CONSENT_EMBED_MAX);
    cg_placeholder_write(&out, &ctx->arena, ctx->conf->texts->placeholders,
                         view, &what);

    return out.len ? cg_out_slice(&out) : cg_str_null;
}
