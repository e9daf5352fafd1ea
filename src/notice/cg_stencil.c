#include "cg_stencil.h"
#include "cg_part.h"

#define STENCIL_GAPS  8              /* of one text, at most */
#define STENCIL_MAX   (64 * 1024)    /* bytes of one text */


struct cg_stencil_s {
    cg_str_t   text;
    size_t     at[STENCIL_GAPS];     /* ascending offsets */
    cg_gap_t   gap[STENCIL_GAPS];
    size_t     n;
    cg_str_t   release;              /* name of the asset, hashed once */
};

typedef struct {
    cg_str_t       lang;
    cg_stencil_t   banner;
    cg_stencil_t   settings;
} stencil_lang_t;

struct cg_stencils_s {
    stencil_lang_t  *langs;
    size_t           n;
};


static void
stencil_granted(cg_out_t *out, const cg_view_t *view)
{
    size_t               i;
    const char          *blank = "";
    const cg_purpose_t  *purpose;

    for (i = 0; i < view->policy->npurposes; i++) {
        purpose = &view->policy->purposes[i];

        if (purpose->bit & view->consent->granted) {
            cg_out_text(out, blank);
            cg_out_html(out, purpose->id);
            blank = " ";
        }
    }
}


static void
stencil_nonce(cg_out_t *out, cg_str_t nonce)
{
    if (nonce.data) {
        cg_out_text(out, " nonce=\"");
        cg_out_html(out, nonce);
        cg_out_byte(out, '"');
    }
}


/* In the banner's place, for whom no banner asks. */

static void
stencil_signal(cg_out_t *out, const cg_view_t *view)
{
    if (view->consent->state == CG_STATE_GPC) {
        cg_out_text(out, "<br>");
        cg_part_say(out, view, "settings.signal");
    }
}


/* Shown by the address that a form leads back to (#ngxc-saved), and true of
 * whoever is led there: it stands only where somebody decided. */

static void
stencil_saved(cg_out_t *out, const cg_view_t *view)
{
    if (view->consent->state != CG_STATE_GPC) {
        cg_out_text(out, "<span id=\"ngxc-saved\" role=\"status\" hidden>");
        cg_part_say(out, view, "settings.saved");
        cg_out_text(out, "</span>");
    }
}


static int
stencil_is_shut(const cg_view_t *view, const cg_purpose_t *purpose)
{
    return purpose == NULL
           || (!purpose->required
               && (purpose->bit & view->consent->granted) == 0);
}


/* A line for each name; "~" before one that is an expression. */

static void
stencil_cookies(cg_out_t *out, const cg_vendor_t *vendor)
{
    size_t  i;

    for (i = 0; i < vendor->ncookies; i++) {
        cg_out_text(out, vendor->cookies[i].re ? "~" : "");
        cg_out_html(out, vendor->cookies[i].pattern);
        cg_out_byte(out, '\n');
    }
}


static void
stencil_storages(cg_out_t *out, const cg_vendor_t *vendor)
{
    size_t  i;

    for (i = 0; i < vendor->nstorages; i++) {
        cg_out_html(out, vendor->storages[i].key);
        cg_out_byte(out, '\n');
    }
}


static void
stencil_each_shut(cg_out_t *out, const cg_view_t *view,
    void (*write)(cg_out_t *out, const cg_vendor_t *vendor))
{
    size_t                 i;
    const cg_recipient_t  *who;

    for (i = 0; i < view->policy->nrecipients; i++) {
        who = &view->policy->recipients[i];

        if (stencil_is_shut(view, who->purpose)) {
            write(out, who->vendor);
        }
    }
}


static void
stencil_shut(cg_out_t *out, const cg_view_t *view)
{
    cg_out_text(out, " data-ngxc-cookies=\"");
    stencil_each_shut(out, view, stencil_cookies);
    cg_out_text(out, "\" data-ngxc-storage=\"");
    stencil_each_shut(out, view, stencil_storages);
    cg_out_byte(out, '"');
}


/* `name` absent: to be made. */

static void
stencil_release(cg_out_t *out, const cg_view_t *view, cg_str_t name)
{
    if (!view->live) {
        cg_out_text(out, "reload");
        return;
    }

    cg_part_url(out, view, view->uri);

    if (name.data) {
        cg_out_str(out, name);

    } else {
        cg_notice_asset_name(out, CG_ASSET_RELEASE);
    }
}


static void
stencil_value(cg_out_t *out, const cg_view_t *view, cg_gap_t gap,
    cg_str_t release)
{
    switch (gap) {

    case CG_GAP_NOTICE:
        cg_out_html(out, view->notice);
        break;

    case CG_GAP_ONCE:
        cg_out_html(out, view->once);
        break;

    case CG_GAP_BACK:
        cg_out_html(out, view->back);
        break;

    case CG_GAP_GRANTED:
        stencil_granted(out, view);
        break;

    case CG_GAP_STATE:
        cg_out_text(out, cg_state_name(view->consent->state));
        break;

    case CG_GAP_SHUT:
        stencil_shut(out, view);
        break;

    case CG_GAP_RELEASE:
        stencil_release(out, view, release);
        break;

    case CG_GAP_SIGNAL:
        stencil_signal(out, view);
        break;

    case CG_GAP_SAVED:
        stencil_saved(out, view);
        break;

    case CG_GAP_NONCE:
        stencil_nonce(out, view->nonce);
        break;

    case CG_GAP_STYLE_NONCE:
        stencil_nonce(out, view->style_nonce);
    }
}


void
cg_part_gap(cg_out_t *out, const cg_view_t *view, cg_gap_t gap)
{
    cg_stencil_t  *stencil = view->stencil;

    if (stencil == NULL) {
        stencil_value(out, view, gap, cg_str_null);
        return;
    }

    if (stencil->n == STENCIL_GAPS) {
        out->status = CG_ELIMIT;
        return;
    }

    stencil->at[stencil->n] = out->len;
    stencil->gap[stencil->n++] = gap;
}


static cg_status_t
stencil_make(cg_arena_t *arena, cg_view_t *view, cg_stencil_t *stencil,
    void (*write)(cg_out_t *out, const cg_view_t *view))
{
    cg_out_t  out, name;

    view->stencil = stencil;

    cg_out_init(&out, arena, STENCIL_MAX);
    cg_out_init(&name, arena, STENCIL_MAX);
    write(&out, view);
    cg_notice_asset_name(&name, CG_ASSET_RELEASE);
    stencil->text = cg_out_slice(&out);
    stencil->release = cg_out_slice(&name);

    return out.status == CG_OK ? name.status : out.status;
}


static cg_status_t
stencil_lang(cg_arena_t *arena, const cg_policy_t *policy, cg_str_t uri,
    stencil_lang_t *lang)
{
    cg_view_t     view;
    cg_status_t   rc;
    cg_consent_t  consent;

    memset(&view, 0, sizeof(view));
    memset(&consent, 0, sizeof(consent));

    view.policy = policy;
    view.consent = &consent;
    view.lang = lang->lang;
    view.uri = uri;

    rc = stencil_make(arena, &view, &lang->banner, cg_notice_banner);

    return rc == CG_OK ? stencil_make(arena, &view, &lang->settings,
                                      cg_notice_settings)
                       : rc;
}


cg_stencils_t *
cg_stencils_create(cg_arena_t *arena, const cg_policy_t *policy, cg_str_t uri)
{
    size_t          i, n = policy->nlanguages ? policy->nlanguages : 1;
    cg_stencils_t  *stencils = cg_arena_zero(arena, sizeof(*stencils));

    if (stencils == NULL) {
        return NULL;
    }

    stencils->langs = cg_arena_zero(arena, n * sizeof(stencil_lang_t));
    if (stencils->langs == NULL) {
        return NULL;
    }

    stencils->n = n;

    for (i = 0; i < n; i++) {
        stencils->langs[i].lang = policy->nlanguages ? policy->languages[i]
                                                     : cg_str("en");

        if (stencil_lang(arena, policy, uri, &stencils->langs[i]) != CG_OK) {
            return NULL;
        }
    }

    return stencils;
}


static const stencil_lang_t *
stencil_find(const cg_stencils_t *stencils, cg_str_t lang)
{
    size_t  i;

    for (i = stencils->n - 1; i; i--) {
        if (cg_str_eq(stencils->langs[i].lang, lang)) {
            break;
        }
    }

    return &stencils->langs[i];
}


static void
stencil_fill(cg_out_t *out, const cg_stencil_t *stencil,
    const cg_view_t *view)
{
    size_t  i, at = 0;

    cg_out_reserve(out, stencil->text.len + view->notice.len + view->once.len
                        + view->back.len + STENCIL_GAPS * (view->nonce.len
                                          + view->style_nonce.len + 16));

    for (i = 0; i < stencil->n; i++) {
        cg_out_str(out, cg_str_sub(stencil->text, at, stencil->at[i]));
        stencil_value(out, view, stencil->gap[i], stencil->release);
        at = stencil->at[i];
    }

    cg_out_str(out, cg_str_sub(stencil->text, at, stencil->text.len));
}


void
cg_stencils_banner(cg_out_t *out, const cg_stencils_t *stencils,
    const cg_view_t *view)
{
    stencil_fill(out, &stencil_find(stencils, view->lang)->banner, view);
}


void
cg_stencils_settings(cg_out_t *out, const cg_stencils_t *stencils,
    const cg_view_t *view)
{
    stencil_fill(out, &stencil_find(stencils, view->lang)->settings, view);
}
