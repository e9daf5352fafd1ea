#include "cg_vendors.h"
#include "cg_part.h"


/* A lifetime in the largest unit that divides it. */

typedef struct {
    int64_t      seconds;
    const char  *one;
    const char  *many;
} vendors_unit_t;

static const vendors_unit_t  vendors_units[] = {
    { 365 * 86400, "time.year", "time.years" },
    { 30 * 86400, "time.month", "time.months" },
    { 86400, "time.day", "time.days" },
    { 3600, "time.hour", "time.hours" },
    { 60, "time.minute", "time.minutes" },
    { 1, "time.second", "time.seconds" }
};


static void
vendors_lifetime(cg_out_t *out, const cg_view_t *view, int64_t lifetime)
{
    cg_word_t              word;
    const vendors_unit_t  *unit = vendors_units;

    if (lifetime <= 0) {
        cg_part_say(out, view, "time.session");
        return;
    }

    while (lifetime % unit->seconds) {
        unit++;
    }

    memset(&word, 0, sizeof(word));
    word.name = "n";
    word.number = (uint64_t) (lifetime / unit->seconds);

    cg_part_say_with(out, view, word.number == 1 ? unit->one : unit->many,
                     &word, 1);
}


/* An expression as people write it: "^_ga_" is any name that begins so. */

static void
vendors_pattern(cg_out_t *out, cg_str_t pattern)
{
    size_t  to = pattern.len;
    int     whole = to && pattern.data[to - 1] == '$';

    if (to && pattern.data[0] == '^') {
        cg_out_html(out, cg_str_sub(pattern, 1, whole && to > 1 ? to - 1 : to));

    } else {
        cg_out_byte(out, '*');
        cg_out_html(out, cg_str_sub(pattern, 0, whole ? to - 1 : to));
    }

    cg_out_text(out, whole ? "" : "*");
}


void
cg_vendors_own(cg_out_t *out, const cg_view_t *view,
    const cg_purpose_t *purpose)
{
    size_t           i, n = 0;
    cg_own_cookie_t  cookie;

    for (i = 0; cg_policy_own_cookie(view->policy, i, &cookie) == CG_OK; i++) {
        if (cookie.purpose != purpose) {
            continue;
        }

        if (n++ == 0) {
            cg_out_text(out, "<p>");
            cg_part_say(out, view, "page.own_cookies");
        }

        cg_out_text(out, " <code>");

        if (cookie.is_pattern) {
            vendors_pattern(out, cookie.name);

        } else {
            cg_out_html(out, cookie.name);
        }

        cg_out_text(out, "</code>");
    }

    cg_out_text(out, n ? "</p>" : "");
}


static void
vendors_cookie(cg_out_t *out, const cg_view_t *view,
    const cg_vendor_cookie_t *cookie)
{
    cg_out_text(out, "<tr><th scope=\"row\"><code>");

    if (cookie->name.data) {
        cg_out_html(out, cookie->name);

    } else {
        vendors_pattern(out, cookie->pattern);
    }

    cg_out_text(out, "</code></th><td>");
    vendors_lifetime(out, view, cookie->lifetime);
    cg_out_text(out, "</td><td>");
    cg_out_html(out, cg_message_described(view->lang, cookie->description));
    cg_out_text(out, "</td></tr>");
}


/* Web storage has no lifetime of its own. */

static void
vendors_storage(cg_out_t *out, const cg_view_t *view,
    const cg_vendor_storage_t *storage)
{
    cg_out_text(out, "<tr><th scope=\"row\"><code>");
    cg_out_html(out, storage->key);
    cg_out_text(out, "</code></th>");
    cg_part_tag(out, view, "td", "time.storage");
    cg_out_text(out, "<td>");
    cg_out_html(out, cg_message_described(view->lang, storage->description));
    cg_out_text(out, "</td></tr>");
}


static void
vendors_cookies(cg_out_t *out, const cg_view_t *view,
    const cg_vendor_t *vendor)
{
    size_t  i;

    if (vendor->ncookies + vendor->nstorages == 0) {
        cg_part_say(out, view, "vendor.no_cookies");
        return;
    }

    cg_out_text(out, "<table><thead><tr>");
    cg_part_tag(out, view, "th", "cookie.name");
    cg_part_tag(out, view, "th", "cookie.lifetime");
    cg_part_tag(out, view, "th", "cookie.purpose");
    cg_out_text(out, "</tr></thead><tbody>");

    for (i = 0; i < vendor->ncookies; i++) {
        vendors_cookie(out, view, &vendor->cookies[i]);
    }

    for (i = 0; i < vendor->nstorages; i++) {
        vendors_storage(out, view, &vendor->storages[i]);
    }

    cg_out_text(out, "</tbody></table>");
}


static void
vendors_receives(cg_out_t *out, const cg_view_t *view,
    const cg_vendor_t *vendor)
{
    size_t  i;

    cg_out_text(out, "<ul>");

    for (i = 0; i < vendor->nreceives; i++) {
        cg_out_text(out, "<li>");
        cg_part_term(out, view, "item.", vendor->receives[i]);
        cg_out_text(out, "</li>");
    }

    cg_out_text(out, "</ul>");
}


static void
vendors_role(cg_out_t *out, const cg_view_t *view, cg_role_t role)
{
    static const char *const  keys[] = {
        "role.third", "role.self", "role.processor", "role.joint"
    };

    cg_part_say(out, view, keys[role]);
}


static void
vendors_provider(cg_out_t *out, const cg_view_t *view,
    const cg_recipient_t *who)
{
    const cg_vendor_t  *vendor = who->vendor;

    cg_out_html(out, vendor->provider);

    if (vendor->country.len) {
        cg_out_text(out, " (");
        cg_part_term(out, view, "country.", vendor->country);
        cg_out_byte(out, ')');
    }

    if (vendor->privacy.len) {
        cg_out_text(out, "<br>");
        cg_part_link_say(out, view, vendor->privacy, "vendor.privacy");
    }

    if (who->info.len) {
        cg_out_text(out, "<br>");
        cg_part_link_say(out, view, who->info, "vendor.info");
    }
}


/* What the policy cites for the vendor, if it is not what it cites for the
 * purpose. */

static void
vendors_clause(cg_out_t *out, const cg_view_t *view,
    const cg_recipient_t *who)
{
    if (who->clause.len && !cg_str_eq(who->clause, who->purpose->clause)) {
        cg_out_text(out, "<p class=\"clause\">");
        cg_part_clause_say(out, view, who->clause);
        cg_out_text(out, "</p>");
    }
}


void
cg_vendors_rows(cg_out_t *out, const cg_view_t *view,
    const cg_recipient_t *who)
{
    cg_part_tag(out, view, "dt", "vendor.provider");
    cg_out_text(out, "<dd>");
    vendors_provider(out, view, who);
    cg_out_text(out, "</dd>");

    cg_part_tag(out, view, "dt", "vendor.role");
    cg_out_text(out, "<dd>");
    vendors_role(out, view, who->role);
    cg_out_text(out, "</dd>");
    cg_part_tag(out, view, "dt", "vendor.route");
    cg_part_tag(out, view, "dd", who->path == CG_PATH_RELAYED
                                 ? "route.relayed" : "route.direct");

    if (who->vendor->nreceives) {
        cg_part_tag(out, view, "dt", "vendor.receives");
        cg_out_text(out, "<dd>");
        vendors_receives(out, view, who->vendor);
        cg_out_text(out, "</dd>");
    }

    cg_part_tag(out, view, "dt", "vendor.cookies");
    cg_out_text(out, "<dd>");
    vendors_cookies(out, view, who->vendor);
    cg_out_text(out, "</dd>");
}


static void
vendors_one(cg_out_t *out, const cg_view_t *view, const cg_recipient_t *who)
{
    cg_out_text(out, "<article><h4>");
    cg_out_html(out, who->vendor->name);
    cg_out_text(out, "</h4>");
    vendors_clause(out, view, who);
    cg_out_text(out, "<dl>");
    cg_vendors_rows(out, view, who);
    cg_out_text(out, "</dl></article>");
}


void
cg_vendors_of(cg_out_t *out, const cg_view_t *view,
    const cg_purpose_t *purpose)
{
    size_t                 i;
    cg_word_t              word;
    const cg_recipient_t  *who = view->policy->recipients;

    memset(&word, 0, sizeof(word));
    word.name = "n";
    word.number = cg_part_purpose_vendors(view->policy, purpose);

    if (word.number == 0) {
        cg_part_tag(out, view, "p", "page.no_services");
        return;
    }

    cg_out_text(out, "<details><summary>");
    cg_part_say_with(out, view, "page.services", &word, 1);
    cg_out_text(out, "</summary>");

    for (i = 0; i < view->policy->nrecipients; i++, who++) {
        if (who->purpose == purpose) {
            vendors_one(out, view, who);
        }
    }

    cg_out_text(out, "</details>");
}
