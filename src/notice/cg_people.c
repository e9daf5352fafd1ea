#include "cg_people.h"

#include "base/cg_ascii.h"
#include "cg_part.h"

#define PEOPLE_URL  512            /* bytes of a mailto: or tel: link */


static void
people_say(cg_out_t *out, const cg_view_t *view, const char *key,
    const char *name, cg_str_t text)
{
    cg_word_t  word;

    memset(&word, 0, sizeof(word));
    word.name = name;
    word.text = text;

    cg_part_say_with(out, view, key, &word, 1);
}


/* <li>LABEL: text</li>, the text a link where `scheme` makes it one.  Of a
 * telephone number only "+" and digits are dialled. */

static void
people_reach(cg_out_t *out, const cg_view_t *view, const char *key,
    const char *scheme, cg_str_t text)
{
    size_t         i, n = strlen(scheme);
    cg_str_t       url;
    unsigned char  buf[PEOPLE_URL];

    if (text.len == 0) {
        return;
    }

    memcpy(buf, scheme, n);

    for (i = 0; i < text.len && n < sizeof(buf); i++) {
        if (scheme[0] != 't' || text.data[i] == '+'
            || cg_ascii_is_digit(text.data[i]))
        {
            buf[n++] = text.data[i];
        }
    }

    url.data = buf;
    url.len = n;

    cg_out_text(out, "<li>");
    cg_part_say(out, view, key);
    cg_part_colon(out, view);

    if (scheme[0]) {
        cg_part_link(out, url, text);

    } else {
        cg_out_html(out, text);
    }

    cg_out_text(out, "</li>");
}


static void
people_ways(cg_out_t *out, const cg_view_t *view, const cg_contact_t *contact)
{
    cg_out_text(out, "<ul>");

    if (contact->url.len) {
        cg_out_text(out, "<li>");
        cg_part_link(out, contact->url, contact->url);
        cg_out_text(out, "</li>");
    }

    people_reach(out, view, "contact.email", "mailto:", contact->email);
    people_reach(out, view, "contact.tel", "tel:", contact->tel);
    people_reach(out, view, "contact.fax", "", contact->fax);
    people_reach(out, view, "contact.postal", "", contact->postal);
    cg_out_text(out, "</ul>");
}


static void
people_one(cg_out_t *out, const cg_view_t *view, const cg_contact_t *contact)
{
    cg_out_text(out, "<li>");
    people_say(out, view, "page.contact", "name", contact->name);

    if (contact->url.len || contact->email.len || contact->tel.len
        || contact->fax.len || contact->postal.len)
    {
        people_ways(out, view, contact);
    }

    cg_out_text(out, "</li>");
}


static void
people_law(cg_out_t *out, const cg_view_t *view)
{
    const cg_policy_t  *policy = view->policy;

    if (policy->jurisdiction.len) {
        cg_out_text(out, "<li>");
        cg_part_say(out, view, "page.jurisdiction");
        cg_part_colon(out, view);
        cg_part_term(out, view, "country.", policy->jurisdiction);
        cg_out_text(out, "</li>");
    }

    if (policy->approver.len) {
        cg_out_text(out, "<li>");
        people_say(out, view, "page.approver", "name", policy->approver);
        cg_out_text(out, "</li>");
    }
}


static void
people_effective(cg_out_t *out, const cg_view_t *view)
{
    cg_word_t  word;

    memset(&word, 0, sizeof(word));
    word.name = "date";
    word.day = cg_part_day_read(view->policy->effective);

    if (word.day.month) {
        cg_out_text(out, "<li>");
        cg_part_say_with(out, view, "page.effective", &word, 1);
        cg_out_text(out, "</li>");
    }
}


static void
people_regions(cg_out_t *out, const cg_view_t *view)
{
    size_t              i;
    const cg_region_t  *region = view->policy->regions;

    if (view->policy->nregions == 0) {
        return;
    }

    cg_part_tag(out, view, "h2", "page.regions");
    cg_out_text(out, "<ul>");

    for (i = 0; i < view->policy->nregions; i++, region++) {
        cg_out_text(out, "<li>");
        cg_part_link(out, region->url, region->name);
        cg_out_text(out, "</li>");
    }

    cg_out_text(out, "</ul>");
}


void
cg_people_contact(cg_out_t *out, const cg_view_t *view)
{
    size_t              i;
    const cg_policy_t  *policy = view->policy;

    cg_part_tag(out, view, "h2", "page.contact_title");
    cg_out_text(out, "<p>");
    cg_out_html(out, policy->controller);
    cg_out_text(out, "</p>");

    if (policy->operator_name.len) {
        cg_out_text(out, "<p>");
        people_say(out, view, "page.operator", "name", policy->operator_name);
        cg_out_text(out, "</p>");
    }

    cg_out_text(out, "<ul>");

    for (i = 0; i < policy->ncontacts; i++) {
        people_one(out, view, &policy->contacts[i]);
    }

    cg_out_text(out, "<li>");
    cg_part_link_say(out, view, policy->notice, "banner.notice");
    cg_out_text(out, "</li>");

    people_law(out, view);
    people_effective(out, view);
    cg_out_text(out, "</ul>");
    people_regions(out, view);
}


static void
people_items(cg_out_t *out, const cg_view_t *view, const cg_str_t *items,
    size_t n)
{
    size_t  i;

    cg_out_text(out, "<ul>");

    for (i = 0; i < n; i++) {
        cg_out_text(out, "<li>");
        cg_part_term(out, view, "item.", items[i]);
        cg_out_text(out, "</li>");
    }

    cg_out_text(out, "</ul>");
}


static void
people_party(cg_out_t *out, const cg_view_t *view, const cg_joint_use_t *use)
{
    cg_out_text(out, "<article><h4>");
    cg_out_html(out, use->party);
    cg_out_text(out, " (");
    cg_part_term(out, view, "country.", use->country);
    cg_out_text(out, ")</h4><dl>");

    cg_part_tag(out, view, "dt", "joint.items");
    cg_out_text(out, "<dd>");
    people_items(out, view, use->items, use->nitems);
    cg_out_text(out, "</dd>");

    cg_part_tag(out, view, "dt", "joint.responsible");
    cg_out_text(out, "<dd>");
    cg_out_html(out, use->responsible);
    cg_out_text(out, "</dd></dl></article>");
}


void
cg_people_joint(cg_out_t *out, const cg_view_t *view)
{
    size_t  i;

    if (view->policy->njoint_uses == 0) {
        return;
    }

    cg_out_text(out, "<section>");
    cg_part_tag(out, view, "h2", "joint.title");
    cg_part_tag(out, view, "p", "joint.text");

    for (i = 0; i < view->policy->njoint_uses; i++) {
        people_party(out, view, &view->policy->joint_uses[i]);
    }

    cg_out_text(out, "</section>");
}


void
cg_people_personal(cg_out_t *out, const cg_view_t *view)
{
    if (view->policy->npersonal) {
        cg_part_tag(out, view, "p", "page.personal");
        people_items(out, view, view->policy->personal,
                     view->policy->npersonal);
    }
}
