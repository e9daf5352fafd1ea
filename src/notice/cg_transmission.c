#include "cg_transmission.h"

#include "cg_page.h"
#include "cg_part.h"
#include "cg_people.h"
#include "cg_vendors.h"
#include "policy/cg_owner.h"


static void
transmission_view(cg_view_t *view, const cg_policy_t *policy, cg_str_t lang)
{
    memset(view, 0, sizeof(*view));
    view->policy = policy;
    view->lang = lang;
    view->uri = cg_str("");            /* links are relative */
}


/* The preferences page, seen from here. */

static void
transmission_settings(cg_out_t *out, const cg_view_t *view, const char *key)
{
    cg_out_text(out, "<a href=\"./\">");
    cg_part_say(out, view, key);
    cg_out_text(out, "</a>");
}


static void
transmission_opt_out(cg_out_t *out, const cg_view_t *view,
    const cg_purpose_t *purpose)
{
    cg_part_tag(out, view, "dt", "vendor.opt_out");
    cg_out_text(out, "<dd>");

    if (purpose->bit) {
        transmission_settings(out, view, "opt_out.settings");

    } else {
        cg_part_say(out, view, "opt_out.required");
    }

    cg_out_text(out, "</dd>");
}


static void
transmission_vendor(cg_out_t *out, const cg_view_t *view,
    const cg_recipient_t *who)
{
    cg_out_text(out, "<article id=\"");
    cg_out_html(out, who->vendor->id);
    cg_out_text(out, "\"><h3>");
    cg_out_html(out, who->vendor->name);
    cg_out_text(out, "</h3><dl>");

    cg_vendors_rows(out, view, who);
    transmission_opt_out(out, view, who->purpose);
    cg_out_text(out, "</dl></article>");
}


static void
transmission_purpose(cg_out_t *out, const cg_view_t *view,
    const cg_purpose_t *purpose)
{
    size_t                 i;
    const cg_recipient_t  *who = view->policy->recipients;

    cg_out_text(out, "<section><h2>");
    cg_part_purpose_name(out, view, purpose);
    cg_out_text(out, "</h2><p>");
    cg_part_purpose_text(out, view, purpose);
    cg_out_text(out, "</p>");

    for (i = 0; i < view->policy->nrecipients; i++, who++) {
        if (who->purpose == purpose) {
            transmission_vendor(out, view, who);
        }
    }

    cg_out_text(out, "</section>");
}


static void
transmission_purposes(cg_out_t *out, const cg_view_t *view)
{
    size_t              i;
    const cg_policy_t  *policy = view->policy;

    if (policy->nrecipients == 0) {
        cg_part_tag(out, view, "p", "transmission.none");
    }

    for (i = 0; i < policy->npurposes; i++) {
        if (cg_part_purpose_vendors(policy, &policy->purposes[i])) {
            transmission_purpose(out, view, &policy->purposes[i]);
        }
    }
}


/* What becomes of whoever stands nowhere above. */

static void
transmission_unlisted(cg_out_t *out, const cg_view_t *view)
{
    static const char *const  keys[] = {
        "unlisted.hold", "unlisted.allow", "unlisted.purpose"
    };

    const cg_policy_t  *policy = view->policy;

    cg_out_text(out, "<section>");
    cg_part_tag(out, view, "h2", "unlisted.title");
    cg_part_tag(out, view, "p", keys[policy->unlisted_host]);

    if (policy->unlisted_host == CG_UNLISTED_PURPOSE) {
        cg_out_text(out, "<p><b>");
        cg_part_purpose_name(out, view, policy->unlisted_host_purpose);
        cg_out_text(out, "</b></p>");
    }

    if (cg_transmission_opens(policy)) {
        cg_out_text(out, "<p><a href=\"seen?lang=");
        cg_out_html(out, view->lang);
        cg_out_text(out, "\">");
        cg_part_say(out, view, "unlisted.seen");
        cg_out_text(out, "</a></p>");
    }

    cg_out_text(out, "</section>");
}


static void
transmission_open(cg_out_t *out, const cg_view_t *view, const char *title)
{
    cg_page_head(out, view, title);
    cg_out_text(out, "<body><header>");
    cg_page_languages(out, view);
    cg_part_tag(out, view, "h1", title);
    cg_out_text(out, "</header><main class=\"list\">");
}


static void
transmission_close(cg_out_t *out, const cg_view_t *view)
{
    cg_out_text(out, "</main><footer>");
    cg_people_contact(out, view);
    cg_out_text(out, "<p>");
    cg_part_version(out, view);
    cg_out_text(out, "</p></footer></body></html>\n");
}


void
cg_transmission(cg_out_t *out, const cg_policy_t *policy, cg_str_t lang)
{
    cg_view_t  view;

    transmission_view(&view, policy, lang);
    transmission_open(out, &view, "transmission.title");

    cg_part_tag(out, &view, "p", "transmission.intro");
    cg_out_text(out, "<p>");
    cg_part_say(out, &view, "transmission.choice");
    cg_out_byte(out, ' ');
    transmission_settings(out, &view, "page.title");
    cg_out_text(out, "</p>");

    transmission_purposes(out, &view);
    transmission_unlisted(out, &view);
    cg_people_joint(out, &view);
    transmission_close(out, &view);
}


int
cg_transmission_opens(const cg_policy_t *policy)
{
    return policy->unlisted_host != CG_UNLISTED_HOLD;
}


static void
transmission_host(cg_out_t *out, cg_str_t host)
{
    cg_owner_t  owner;

    cg_out_text(out, "<li><code>");
    cg_out_html(out, host);
    cg_out_text(out, "</code>");

    if (cg_owner_of(host, &owner) == CG_OK) {
        cg_out_text(out, " (");
        cg_out_html(out, owner.name);
        cg_out_byte(out, ')');
    }

    cg_out_text(out, "</li>");
}


void
cg_transmission_seen(cg_out_t *out, const cg_policy_t *policy, cg_str_t lang,
    const cg_str_t *hosts, size_t n)
{
    size_t     i;
    cg_view_t  view;

    transmission_view(&view, policy, lang);
    transmission_open(out, &view, "unlisted.seen");
    cg_part_tag(out, &view, "p", "unlisted.seen_text");

    if (n == 0) {
        cg_part_tag(out, &view, "p", "unlisted.none_seen");

    } else {
        cg_out_text(out, "<ul>");

        for (i = 0; i < n; i++) {
            transmission_host(out, hosts[i]);
        }

        cg_out_text(out, "</ul>");
    }

    cg_out_text(out, "<p><a href=\"vendors?lang=");
    cg_out_html(out, view.lang);
    cg_out_text(out, "\">");
    cg_part_say(out, &view, "transmission.title");
    cg_out_text(out, "</a></p>");
    transmission_close(out, &view);
}


cg_status_t
cg_transmission_hash(cg_arena_t *arena, const cg_policy_t *policy,
    cg_str_t lang, unsigned char hash[CG_SHA256_LEN])
{
    cg_out_t  out;
    cg_str_t  page;

    cg_out_init(&out, arena, CG_TRANSMISSION_MAX);
    cg_transmission(&out, policy, lang);

    if (out.status != CG_OK) {
        return out.status;
    }

    page = cg_out_slice(&out);

    return cg_sha256(&page, 1, hash);
}
