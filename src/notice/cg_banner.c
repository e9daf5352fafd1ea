#include "cg_part.h"

#include "cg_embedded.h"


/* <style> and <script> that we add say so, and carry the page's nonce. */

static void
banner_open(cg_out_t *out, const cg_view_t *view, const char *tag,
    cg_gap_t nonce)
{
    cg_out_byte(out, '<');
    cg_out_text(out, tag);
    cg_out_text(out, " data-ngxc-ui");
    cg_part_gap(out, view, nonce);
    cg_out_byte(out, '>');
}


/* A visitor gets the rules of one layout only. */

static void
banner_style(cg_out_t *out, const cg_view_t *view)
{
    banner_open(out, view, "style", CG_GAP_STYLE_NONCE);
    cg_out_str(out, cg_embedded_banner_css);

    switch (view->policy->layout) {

    case CG_LAYOUT_BAR:
        cg_out_str(out, cg_embedded_layout_bar_css);

        if (view->policy->layout_top) {
            cg_out_str(out, cg_embedded_layout_top_css);
        }

        break;

    case CG_LAYOUT_BOX:
        cg_out_str(out, cg_embedded_layout_box_css);
        break;

    case CG_LAYOUT_CENTER:
        cg_out_str(out, cg_embedded_layout_center_css);
    }

    cg_out_text(out, "</style>");
}


/* What the client has to know of the policy: the purposes, "+" before those
 * that must always be, and the signals that each stands for. */

static void
banner_policy(cg_out_t *out, const cg_view_t *view)
{
    size_t               i;
    const char          *blank = "";
    const cg_purpose_t  *purpose = view->policy->purposes;

    cg_out_text(out, " data-ngxc-purposes=\"");

    for (i = 0; i < view->policy->npurposes; i++) {
        cg_out_text(out, i ? " " : "");
        cg_out_text(out, purpose[i].bit ? "" : "+");
        cg_out_html(out, purpose[i].id);
    }

    cg_out_text(out, "\" data-ngxc-signals=\"");

    for (i = 0; i < view->policy->npurposes; i++) {
        if (purpose[i].signal.len) {
            cg_out_text(out, blank);
            cg_out_html(out, purpose[i].id);
            cg_out_byte(out, ':');
            cg_out_html(out, purpose[i].signal);
            blank = " ";
        }
    }

    cg_out_byte(out, '"');
}


static void
banner_client(cg_out_t *out, const cg_view_t *view)
{
    cg_out_text(out, " data-ngxc-state=\"");
    cg_part_gap(out, view, CG_GAP_STATE);
    cg_out_text(out, "\" data-ngxc-release=\"");
    cg_part_gap(out, view, CG_GAP_RELEASE);
    cg_out_text(out, "\" data-ngxc-client=\"");
    cg_part_url(out, view, view->uri);
    cg_notice_asset_name(out, CG_ASSET_SCRIPT);
    cg_out_text(out, "\" data-ngxc-settings=\"");
    cg_part_say(out, view, "settings.link");
    cg_out_text(out, "\" data-ngxc-saved=\"");
    cg_part_say(out, view, "page.saved");
    cg_out_byte(out, '"');
    banner_policy(out, view);
}


static void
banner_text(cg_out_t *out, const cg_view_t *view)
{
    cg_out_text(out, "<div class=\"ngxc-t\">"
                     "<h2 id=\"ngxc-h\">");
    cg_part_say(out, view, "banner.title");
    cg_out_text(out, "</h2>");
    cg_part_tag(out, view, "p", "banner.text");

    cg_out_text(out, "<ul><li>");
    cg_part_link_say(out, view, view->policy->notice, "banner.notice");
    cg_out_text(out, "</li><li>");
    cg_part_link_say(out, view, view->uri, "banner.more");

    if (view->policy->contact_url.len) {
        cg_out_text(out, "</li><li>");
        cg_part_link_say(out, view, view->policy->contact_url,
                         "banner.contact");
    }

    cg_out_text(out, "</li></ul></div>");
}


/* A purpose without a choice is text: a switch that cannot be moved would be
 * a lie about who decides. */

static void
banner_purpose(cg_out_t *out, const cg_view_t *view,
    const cg_purpose_t *purpose)
{
    cg_word_t  word;

    cg_out_text(out, purpose->bit ? "<div><label>"
                                  : "<div><div class=\"ngxc-n\">");

    if (purpose->bit) {
        cg_part_purpose_box(out, purpose, 0);
    }

    cg_out_text(out, "<b>");
    cg_part_purpose_name(out, view, purpose);
    cg_out_text(out, "</b>");

    if (purpose->bit == 0) {
        cg_out_text(out, "<small>");
        cg_part_say(out, view, "banner.always");
        cg_out_text(out, "</small>");
    }

    cg_out_text(out, purpose->bit ? "</label>" : "</div>");
    cg_out_text(out, "<p id=\"ngxc-d-");
    cg_out_html(out, purpose->id);
    cg_out_text(out, "\">");
    cg_part_purpose_text(out, view, purpose);

    if (cg_part_purpose_vendors(view->policy, purpose)) {
        memset(&word, 0, sizeof(word));
        word.name = "names";
        word.vendors_of = purpose;

        cg_out_text(out, "<br>");
        cg_part_say_with(out, view, "banner.services", &word, 1);
    }

    cg_part_purpose_more(out, view, purpose, "<br>");
    cg_out_text(out, "</p></div>");
}


static void
banner_details(cg_out_t *out, const cg_view_t *view)
{
    size_t  i;

    cg_out_text(out, "<details><summary>");
    cg_part_say(out, view, "banner.settings");
    cg_out_text(out, "</summary><fieldset aria-label=\"");
    cg_part_say(out, view, "banner.purposes");
    cg_out_text(out, "\">");

    for (i = 0; i < view->policy->npurposes; i++) {
        banner_purpose(out, view, &view->policy->purposes[i]);
    }

    cg_out_text(out, "</fieldset>");
    cg_part_button(out, view, "save", "banner.save");
    cg_out_text(out, "<small>");
    cg_part_version(out, view);
    cg_out_text(out, "</small></details>");
}


void
cg_notice_banner(cg_out_t *out, const cg_view_t *view)
{
    banner_style(out, view);

    cg_out_text(out, "<section id=\"ngx-consent\" class=\"ngxc\" "
                     "role=\"region\" aria-labelledby=\"ngxc-h\" "
                     "tabindex=\"0\" data-nosnippet data-ngxc-ui");
    banner_client(out, view);
    cg_part_lang(out, view->lang);
    cg_out_byte(out, '>');

    banner_text(out, view);

    cg_part_choice_open(out, view);
    cg_out_text(out, "<div class=\"ngxc-b\">");
    cg_part_button(out, view, "reject", "banner.reject");
    cg_part_button(out, view, "accept", "banner.accept");
    cg_out_text(out, "</div>");
    banner_details(out, view);
    cg_out_text(out, "</form></section>");

    banner_open(out, view, "script", CG_GAP_NONCE);
    cg_out_str(out, cg_embedded_banner_js);
    cg_out_text(out, "</script>");
}


/* What was open when the page was made, for the script to compare with, and
 * what may not be kept in the browser. */

static void
banner_script(cg_out_t *out, const cg_view_t *view)
{
    cg_out_text(out, "<script async data-ngxc-ui");
    cg_part_gap(out, view, CG_GAP_NONCE);
    cg_out_text(out, " src=\"");
    cg_part_url(out, view, view->uri);
    cg_notice_asset_name(out, CG_ASSET_SCRIPT);
    cg_out_text(out, "\" data-ngxc-granted=\"");
    cg_part_gap(out, view, CG_GAP_GRANTED);
    cg_out_text(out, "\" data-ngxc-state=\"");
    cg_part_gap(out, view, CG_GAP_STATE);
    cg_out_byte(out, '"');
    cg_part_gap(out, view, CG_GAP_SHUT);
    banner_policy(out, view);
    cg_out_text(out, "></script>");
}


void
cg_notice_settings(cg_out_t *out, const cg_view_t *view)
{
    banner_open(out, view, "style", CG_GAP_STYLE_NONCE);
    cg_out_str(out, cg_embedded_settings_css);

    cg_out_text(out, "</style><a id=\"ngxc-settings\" data-ngxc=\"settings\" "
                     "data-nosnippet data-ngxc-ui href=\"");
    cg_part_url(out, view, view->uri);
    cg_out_byte(out, '"');
    cg_part_lang(out, view->lang);
    cg_out_byte(out, '>');
    cg_part_gap(out, view, CG_GAP_SAVED);
    cg_part_say(out, view, "settings.link");
    cg_part_gap(out, view, CG_GAP_SIGNAL);
    cg_out_text(out, "</a>");

    banner_script(out, view);
}
