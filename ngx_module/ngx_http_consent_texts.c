/*
 * What is put into pages, made when the configuration is loaded: the head
 * script of a policy, its banner and its settings link in each language.  A
 * request only fills the gaps.
 */

#include "ngx_http_consent_class.h"
#include "ngx_http_consent_texts.h"

#define CONSENT_TEXTS_MAX  32768       /* bytes of one */


/* Servers with one policy and one consent_uri share their texts. */

static ngx_http_consent_texts_t *
consent_texts_find(ngx_http_consent_main_conf_t *mcf, const cg_policy_t *policy,
    ngx_str_t *uri)
{
    ngx_uint_t                  i;
    ngx_http_consent_texts_t  **texts = mcf->texts.elts;

    for (i = 0; i < mcf->texts.nelts; i++) {
        if (texts[i]->policy == policy && texts[i]->uri.len == uri->len
            && ngx_strncmp(texts[i]->uri.data, uri->data, uri->len) == 0)
        {
            return texts[i];
        }
    }

    return NULL;
}


const ngx_http_consent_texts_t *
ngx_http_consent_texts_of(ngx_http_consent_main_conf_t *mcf,
    const cg_policy_t *policy)
{
    ngx_uint_t                  i;
    ngx_http_consent_texts_t  **texts = mcf->texts.elts;

    for (i = 0; i < mcf->texts.nelts; i++) {
        if (texts[i]->policy == policy) {
            return texts[i];
        }
    }

    return NULL;
}


/* Their hashes are taken once. */

static ngx_int_t
consent_texts_assets(cg_arena_t *arena, ngx_http_consent_texts_t *texts)
{
    cg_out_t         out;
    cg_asset_kind_t  kind;

    for (kind = CG_ASSET_SCRIPT; kind <= CG_ASSET_FRAME; kind++) {
        cg_out_init(&out, arena, CG_MAX_TOKEN);
        cg_notice_asset_name(&out, kind);

        if (out.status != CG_OK) {
            return NGX_ERROR;
        }

        texts->assets[kind] = cg_out_slice(&out);
    }

    return NGX_OK;
}


static ngx_http_consent_texts_t *
consent_texts_make(ngx_http_consent_main_conf_t *mcf,
    const cg_policy_t *policy, ngx_str_t *uri)
{
    ngx_http_consent_texts_t  *texts, **slot;

    texts = cg_arena_zero(&mcf->arena, sizeof(ngx_http_consent_texts_t));
    slot = ngx_array_push(&mcf->texts);

    if (texts == NULL || slot == NULL) {
        return NULL;
    }

    texts->policy = policy;
    texts->uri = *uri;
    texts->head = cg_head_create(&mcf->arena, policy);
    texts->stencils = cg_stencils_create(&mcf->arena, policy,
                                         ngx_http_consent_str(*uri));
    texts->placeholders = cg_placeholders_create(&mcf->arena, policy,
                                                 ngx_http_consent_str(*uri));
    texts->notices = cg_notice_texts(&mcf->arena, policy);
    *slot = texts;

    return texts->head && texts->stencils && texts->placeholders
           && texts->notices
           && consent_texts_assets(&mcf->arena, texts) == NGX_OK
           ? texts : NULL;
}


ngx_int_t
ngx_http_consent_texts(ngx_conf_t *cf, ngx_http_consent_srv_conf_t *scf)
{
    size_t                         n = scf->policy->nlanguages;
    ngx_http_consent_main_conf_t  *mcf;

    mcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_consent_module);

    scf->texts = consent_texts_find(mcf, scf->policy, &scf->uri);

    if (scf->texts == NULL) {
        scf->texts = consent_texts_make(mcf, scf->policy, &scf->uri);

        if (scf->texts == NULL
            || ngx_http_consent_transmissions(cf, scf->texts) != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    scf->npromises = n ? n : 1;
    scf->promises = ngx_pcalloc(cf->pool, scf->npromises
                                          * sizeof(ngx_http_consent_promise_t));

    return scf->promises ? NGX_OK : NGX_ERROR;
}


/* Where the banner's notice in this language is kept, or is to be. */

static ngx_http_consent_promise_t *
consent_texts_promise(ngx_http_consent_srv_conf_t *conf, cg_str_t lang)
{
    ngx_uint_t                   i;
    ngx_http_consent_promise_t  *promise = conf->promises;

    for (i = 0; i < conf->npromises - 1; i++) {
        if (promise[i].shown == 0 || cg_str_eq(promise[i].lang, lang)) {
            break;
        }
    }

    return &promise[i];
}


/* A notice names nobody and its time is in seconds: those who see the banner
 * within one second see the same, so it is signed once for all of them. */

static cg_str_t
consent_texts_notice(ngx_http_consent_ctx_t *ctx, cg_str_t lang)
{
    cg_str_t                     text;
    ngx_http_consent_promise_t  *promise;

    promise = consent_texts_promise(ctx->conf, lang);

    if (promise->shown != ngx_time() || !cg_str_eq(promise->lang, lang)) {
        text = ngx_http_consent_notice(ctx, lang, "banner");

        if (text.data == NULL || text.len > sizeof(promise->text)) {
            promise->shown = 0;
            return text;
        }

        ngx_memcpy(promise->text, text.data, text.len);
        promise->len = text.len;
        promise->lang = lang;
        promise->shown = ngx_time();
    }

    text.data = promise->text;
    text.len = promise->len;

    return text;
}


/* NULL: it is not kept, or never was. */

CG_HOT static ngx_http_consent_kept_t *
consent_texts_kept(ngx_http_consent_ctx_t *ctx, cg_str_t lang)
{
    uint32_t                   granted = ngx_http_consent_granted(ctx);
    ngx_uint_t                 i;
    ngx_http_consent_kept_t   *kept;
    ngx_http_consent_texts_t  *texts = ctx->conf->texts;

    for (i = 0; i < texts->nkept; i++) {
        kept = &texts->kept[i];

        if (kept->granted == granted
            && kept->ahead == ctx->judge.ahead
            && (lang.len == 0 || kept->state == ctx->consent.state)
            && cg_str_eq(kept->lang, lang))
        {
            return kept;
        }
    }

    return NULL;
}


/* For all who granted the same; where it can't be kept, each makes his own. */

static void
consent_texts_keep(ngx_http_consent_ctx_t *ctx, cg_str_t lang, cg_str_t text)
{
    ngx_http_consent_kept_t       *kept;
    ngx_http_consent_texts_t      *texts = ctx->conf->texts;
    ngx_http_consent_main_conf_t  *mcf;

    if (text.data == NULL || texts->nkept == NGX_HTTP_CONSENT_KEPT) {
        return;
    }

    mcf = ngx_http_get_module_main_conf(ctx->request, ngx_http_consent_module);
    kept = &texts->kept[texts->nkept];
    kept->granted = ngx_http_consent_granted(ctx);
    kept->ahead = ctx->judge.ahead;
    kept->state = ctx->consent.state;
    kept->lang = lang;
    kept->text = cg_arena_copy(&mcf->arena, text);

    texts->nkept += kept->text.data != NULL;
}


static cg_str_t
consent_texts_write_head(ngx_http_consent_ctx_t *ctx)
{
    cg_out_t  out;

    cg_out_init(&out, &ctx->arena, CONSENT_TEXTS_MAX);
    cg_head_write(&out, ctx->conf->texts->head, ngx_http_consent_granted(ctx),
                  ctx->judge.ahead, ctx->nonces.script);

    return cg_out_slice(&out);
}


/* With a nonce it is of one response only. */

CG_HOT cg_str_t
ngx_http_consent_texts_head(ngx_http_consent_ctx_t *ctx)
{
    cg_str_t                  text;
    ngx_http_consent_kept_t  *kept;

    if (ctx->nonces.script.data) {
        text = consent_texts_write_head(ctx);
        return text.len ? text : cg_str_null;
    }

    kept = consent_texts_kept(ctx, cg_str_null);

    if (kept) {
        return kept->text.len ? kept->text : cg_str_null;
    }

    text = consent_texts_write_head(ctx);
    consent_texts_keep(ctx, cg_str_null, text);

    return text.len ? text : cg_str_null;
}


/* What does not count here is not among what the page's script watches: `here`
 * is what does. */

static void
consent_texts_view(ngx_http_consent_ctx_t *ctx, cg_str_t lang,
    cg_view_t *view, cg_consent_t *here)
{
    ngx_http_consent_view(ctx, view, lang);

    *here = ctx->consent;
    here->granted = ngx_http_consent_granted(ctx);
    view->consent = here;
}


cg_str_t
ngx_http_consent_texts_origin(ngx_http_consent_ctx_t *ctx)
{
    cg_out_t          out;
    ngx_table_elt_t  *host = ctx->request->headers_in.host;

    cg_out_init(&out, &ctx->arena, CONSENT_TEXTS_MAX);
    cg_host_origin(&out, ngx_http_consent_is_tls(ctx) != 0,
                   host ? ngx_http_consent_str(host->value) : cg_str_null);

    return out.len ? cg_out_slice(&out) : cg_str_null;
}


/* What few pages ask for is written anew. */

static void
consent_texts_write(ngx_http_consent_ctx_t *ctx, cg_view_t *view,
    unsigned based, cg_out_t *out)
{
    int                   undecided = cg_consent_undecided(&ctx->consent);
    const cg_stencils_t  *stencils = ctx->conf->texts->stencils;

    cg_out_init(out, &ctx->arena, CONSENT_TEXTS_MAX);

    if (based) {
        view->origin = ngx_http_consent_texts_origin(ctx);
    }

    if (view->origin.len) {
        (undecided ? cg_notice_banner : cg_notice_settings)(out, view);

    } else {
        (undecided ? cg_stencils_banner : cg_stencils_settings)(out, stencils,
                                                                view);
    }
}


static cg_str_t
consent_texts_write_settings(ngx_http_consent_ctx_t *ctx, cg_str_t lang,
    unsigned based)
{
    cg_out_t      out;
    cg_view_t     view;
    cg_consent_t  here;

    consent_texts_view(ctx, lang, &view, &here);
    consent_texts_write(ctx, &view, based, &out);

    return cg_out_slice(&out);
}


static cg_str_t
consent_texts_settings(ngx_http_consent_ctx_t *ctx, cg_str_t lang,
    unsigned based)
{
    cg_str_t                  text;
    ngx_uint_t                own = ctx->nonces.script.data
                                    || ctx->nonces.style.data || based;
    ngx_http_consent_kept_t  *kept = own ? NULL
                                         : consent_texts_kept(ctx, lang);

    if (kept) {
        return kept->text;
    }

    text = consent_texts_write_settings(ctx, lang, based);

    if (!own) {
        consent_texts_keep(ctx, lang, text);
    }

    return text;
}


/* A page keeps the policy that it came with: vendors that our wall shuts out
 * stay out of it, whatever is granted meanwhile.  Nor can a page be opened as a
 * whole where something stays shut whatever is granted. */

unsigned
ngx_http_consent_texts_live(ngx_http_consent_ctx_t *ctx)
{
    ngx_http_consent_loc_conf_t  *lcf;

    lcf = ngx_http_get_module_loc_conf(ctx->request, ngx_http_consent_module);

    return lcf->release == NGX_HTTP_CONSENT_RELEASE_LIVE
           && ctx->csp != NGX_HTTP_CONSENT_CSP_ENFORCE
           && !ctx->typed && !ctx->judge.closed && ctx->narrowed == 0;
}


static cg_str_t
consent_texts_ask(ngx_http_consent_ctx_t *ctx, cg_str_t lang, unsigned based)
{
    cg_out_t      out;
    cg_view_t     view;
    cg_consent_t  here;

    consent_texts_view(ctx, lang, &view, &here);

    view.notice = consent_texts_notice(ctx, view.lang);
    view.once = ngx_http_consent_once_form(&ctx->arena);
    view.live = ngx_http_consent_texts_live(ctx);

    if (view.notice.data == NULL || view.once.data == NULL) {
        return cg_str_null;
    }

    consent_texts_write(ctx, &view, based, &out);

    return cg_out_slice(&out);
}


CG_HOT cg_str_t
ngx_http_consent_texts_banner(ngx_http_consent_ctx_t *ctx, cg_str_t page_lang,
    unsigned based)
{
    cg_str_t  lang = ngx_http_consent_lang(ctx, page_lang);

    return cg_consent_undecided(&ctx->consent)
           ? consent_texts_ask(ctx, lang, based)
           : consent_texts_settings(ctx, lang, based);
}


/* Texts that are kept for all who granted the same: one of them stands for the
 * head and the settings link of its state. */

CG_HOT uint64_t
ngx_http_consent_texts_edition(ngx_http_consent_ctx_t *ctx, cg_str_t page_lang,
    unsigned based)
{
    ngx_http_consent_kept_t  *kept;

    if (based || ctx->nonces.script.data || ctx->nonces.style.data
        || cg_consent_undecided(&ctx->consent))
    {
        return 0;
    }

    kept = consent_texts_kept(ctx, ngx_http_consent_lang(ctx, page_lang));

    return kept ? (uint64_t) (kept - ctx->conf->texts->kept) + 1 : 0;
}
