/*
 * GET /: the preferences page, with what its visitor chose before; and what
 * follows a form.
 *
 * A form is answered with a redirect to this page, which says what was done (a
 * MAC, cg_said_t) and sees whether the browser brought the cookie back: if so
 * it leads on to where the form was sent from, else it says so.  It decides
 * nothing, and reading it again changes nothing.
 */

#include "ngx_http_consent_rights.h"

#define CONSENT_HOME_TO   2048         /* bytes of a path in an address */
#define CONSENT_HOME_URL  8192         /* bytes of an address of ours */


typedef struct {
    cg_said_t  said;                   /* kind NONE: nothing was */
    unsigned   kept:1;                 /* the browser has the cookie of it */
    unsigned   marks:1;                /* where it leads to may be marked */
    cg_str_t   to;                     /* absent: to this page */
} consent_home_t;


static cg_str_t
consent_home_arg(ngx_http_consent_ctx_t *ctx, const char *name)
{
    ngx_str_t  value;

    return ngx_http_arg(ctx->request, (u_char *) name, ngx_strlen(name),
                        &value) == NGX_OK
           ? ngx_http_consent_str(value) : cg_str_null;
}


/* A path of the site beside our own. */

static cg_str_t
consent_home_to(ngx_http_consent_ctx_t *ctx)
{
    u_char    *src, *dst, *start;
    cg_str_t   to = consent_home_arg(ctx, "to");

    if (to.len == 0) {
        return cg_str_null;
    }

    start = ngx_pnalloc(ctx->request->pool, to.len);
    if (start == NULL) {
        return cg_str_null;
    }

    src = (u_char *) to.data;
    dst = start;
    ngx_unescape_uri(&dst, &src, to.len, 0);

    to.data = start;
    to.len = (size_t) (dst - start);
    to = cg_choice_back(to);

    return cg_str_starts(to, ngx_http_consent_str(ctx->conf->uri))
           ? cg_str_null : to;
}


/* The token that came is the one that the form was answered with. */

static unsigned
consent_home_kept(ngx_http_consent_ctx_t *ctx, const cg_said_t *said)
{
    if (!ctx->has_token) {
        return 0;
    }

    return said->kind == CG_SAID_SAVED
           ? ctx->token.has_cid && ctx->token.issued >= said->at
           : !ctx->token.has_cid;
}


static void
consent_home_read(ngx_http_consent_ctx_t *ctx, consent_home_t *home)
{
    cg_str_t                      said = consent_home_arg(ctx, "said");
    ngx_http_consent_srv_conf_t  *conf = ctx->conf;

    ngx_memzero(home, sizeof(consent_home_t));

    home->to = consent_home_to(ctx);
    home->marks = consent_home_arg(ctx, "mark").len != 0;

    if (cg_said_read(said, conf->keys, ngx_http_consent_str(conf->site),
                     conf->policy, ngx_time(), &home->said) == CG_OK)
    {
        home->kept = consent_home_kept(ctx, &home->said);
    }
}


/* Without its fragment, which is of the page before. */

static cg_str_t
consent_home_marked(ngx_http_consent_ctx_t *ctx, cg_str_t to)
{
    size_t    n;
    cg_out_t  out;

    for (n = 0; n < to.len && to.data[n] != '#'; n++) { /* void */ }

    cg_out_init(&out, &ctx->arena, to.len + sizeof("#ngxc-saved"));
    cg_out_str(&out, cg_str_sub(to, 0, n));
    cg_out_text(&out, "#ngxc-saved");

    return cg_out_slice(&out);
}


/* Somebody goes there, with a window or a frame.  A script or a style that is
 * fetched is not led on: a policy of the site's that lets in what lies here
 * asks behind a redirect for the host alone (CSP 3, 7.6). */

static ngx_uint_t
consent_home_navigates(ngx_http_consent_ctx_t *ctx)
{
    size_t      i;
    ngx_str_t  *dest = ngx_http_consent_header_in(ctx->request,
                                                  "sec-fetch-dest");
    ngx_str_t  *accept = ngx_http_consent_header_in(ctx->request, "accept");

    static const ngx_str_t  windows[] = {
        ngx_string("document"), ngx_string("iframe"), ngx_string("frame")
    };

    for (i = 0; dest && i < sizeof(windows) / sizeof(windows[0]); i++) {
        if (dest->len == windows[i].len
            && ngx_memcmp(dest->data, windows[i].data, dest->len) == 0)
        {
            return 1;
        }
    }

    return dest == NULL
           && (accept == NULL
               || ngx_strlcasestrn(accept->data, accept->data + accept->len,
                                   (u_char *) "text/html",
                                   sizeof("text/html") - 2) != NULL);
}


ngx_int_t
ngx_http_consent_home_onward(ngx_http_consent_ctx_t *ctx)
{
    cg_str_t        to;
    consent_home_t  home;

    consent_home_read(ctx, &home);

    if (home.to.data == NULL || (home.said.kind && !home.kept)
        || !consent_home_navigates(ctx))
    {
        return NGX_DECLINED;
    }

    to = home.said.kind && home.marks ? consent_home_marked(ctx, home.to)
                                      : home.to;

    return to.data ? ngx_http_consent_send_redirect(ctx, NGX_HTTP_SEE_OTHER,
                                                    to)
                   : NGX_HTTP_INTERNAL_SERVER_ERROR;
}


/* Nothing that opens by itself: it is read once more for this page. */

static void
consent_home_past(ngx_http_consent_choice_t *c, cg_page_t *page,
    struct cg_history_s *history)
{
    page->past = CG_PAST_READ;

    if (c == NULL) {
        return;                        /* a refusal: nothing is recorded */
    }

    if (c->reading_failed || c->unusable || !c->right->read) {
        page->past = CG_PAST_FAILED;
        return;
    }

    history->record = &c->old;
    history->past = c->right->history;
    page->history = history;
}


ngx_int_t
ngx_http_consent_send_home(ngx_http_consent_ctx_t *ctx,
    ngx_http_consent_choice_t *c)
{
    cg_page_t            page;
    consent_home_t       home;
    struct cg_history_s  history;

    static const char  *messages[] = {
        NULL, "page.saved", "page.refused", "page.withdrawn"
    };

    ngx_memzero(&page, sizeof(cg_page_t));
    consent_home_read(ctx, &home);
    consent_home_past(c, &page, &history);

    page.message = messages[home.said.kind];
    page.change = home.said.kind != CG_SAID_NONE;

    if (home.said.kind && !home.kept) {
        page.message = "error.cookies";
        page.error = 1;
        page.change = 0;
        page.from = home.to;
    }

    return ngx_http_consent_send_page(ctx, NGX_HTTP_OK, &page);
}


/* Whoever has a record is shown what stands in it. */

ngx_int_t
ngx_http_consent_home(ngx_http_consent_ctx_t *ctx)
{
    ngx_http_consent_choice_t  *c;

    if (!ctx->has_token || !ctx->token.has_cid) {
        return ngx_http_consent_send_home(ctx, NULL);
    }

    c = ngx_http_consent_right_create(ctx, CG_RIGHT_NONE);
    if (c == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    c->ask = 1;
    c->right->home = 1;

    ngx_http_consent_choice_start(c);

    return NGX_DONE;
}


static void
consent_home_write_said(ngx_http_consent_choice_t *c, cg_out_t *out)
{
    cg_said_t                     said;
    ngx_http_consent_srv_conf_t  *conf = c->ctx->conf;

    said.kind = c->opening ? CG_SAID_SAVED
                : c->choice.kind == CG_CHOICE_WITHDRAW ? CG_SAID_WITHDRAWN
                                                       : CG_SAID_REFUSED;
    said.at = c->opening ? c->ctx->token.issued : ngx_time();

    cg_out_str(out, ngx_http_consent_str(conf->uri));
    cg_out_text(out, "?said=");
    cg_said_write(out, conf->keys, ngx_http_consent_str(conf->site),
                  conf->policy, &said);

    if (c->has_notice && conf->policy->nlanguages > 1) {
        cg_out_text(out, "&lang=");
        cg_out_str(out, c->notice.lang);
    }
}


/* Absent: it would be too long, or there is no memory. */

static cg_str_t
consent_home_address(ngx_http_consent_choice_t *c)
{
    u_char     to[3 * CONSENT_HOME_TO];
    size_t     n;
    cg_out_t   out;
    cg_str_t   back = c->choice.back;

    if (back.len > CONSENT_HOME_TO) {
        return cg_str_null;
    }

    cg_out_init(&out, &c->ctx->arena, CONSENT_HOME_URL);
    consent_home_write_said(c, &out);

    if (!cg_str_starts(back, ngx_http_consent_str(c->ctx->conf->uri))) {
        n = (size_t) ((u_char *) ngx_escape_uri(to, (u_char *) back.data,
                                                back.len,
                                                NGX_ESCAPE_URI_COMPONENT)
                      - to);
        cg_out_text(&out, "&to=");
        cg_out_str(&out, (cg_str_t) { n, to });
        cg_out_text(&out, c->choice.marks ? "&mark=1" : "");
    }

    return cg_out_slice(&out);
}


/* A form of ours, which carries a `once`; others go straight where they ask
 * for. */

ngx_int_t
ngx_http_consent_send_back(ngx_http_consent_choice_t *c)
{
    cg_str_t  to = c->choice.once.data ? consent_home_address(c)
                                       : cg_str_null;

    return ngx_http_consent_send_redirect(c->ctx, NGX_HTTP_SEE_OTHER,
                                          to.data ? to : c->choice.back);
}
