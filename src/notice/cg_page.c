#include "cg_page.h"
#include "cg_part.h"
#include "cg_people.h"
#include "cg_rights.h"
#include "cg_vendors.h"


static const char *
page_state_key(cg_state_t state)
{
    switch (state) {
    case CG_STATE_NONE:    return "state.none";
    case CG_STATE_GRANTED: return "state.granted";
    case CG_STATE_PARTIAL: return "state.partial";
    case CG_STATE_REFUSED: return "state.refused";
    case CG_STATE_STALE:   return "state.stale";
    case CG_STATE_EXPIRED: return "state.expired";
    case CG_STATE_UNKNOWN: return "state.unknown";
    case CG_STATE_GPC:     return "state.gpc";
    }

    return "state.unknown";
}


void
cg_page_head(cg_out_t *out, const cg_view_t *view, const char *title)
{
    cg_page_head_with(out, view, title, NULL, 0);
}


void
cg_page_head_with(cg_out_t *out, const cg_view_t *view, const char *title,
    const cg_word_t *words, size_t n)
{
    cg_out_text(out, "<!DOCTYPE html><html");
    cg_part_lang(out, view->lang);
    cg_out_text(out, "><head><meta charset=\"utf-8\">"
                     "<meta name=\"viewport\" "
                     "content=\"width=device-width, initial-scale=1\">"
                     "<meta name=\"robots\" content=\"noindex\">"
                     "<meta name=\"color-scheme\" content=\"light dark\">");
    cg_out_text(out, "<title>");
    cg_part_say_with(out, view, title, words, n);
    cg_out_text(out, "</title><link rel=\"stylesheet\" href=\"");
    cg_out_html(out, view->uri);
    cg_notice_asset_name(out, CG_ASSET_STYLE);

    if (view->policy->style.len) {
        cg_out_text(out, "\"><link rel=\"stylesheet\" href=\"");
        cg_out_html(out, view->policy->style);
    }

    cg_out_text(out, "\"></head>");
}


void
cg_page_languages(cg_out_t *out, const cg_view_t *view)
{
    size_t     i;
    cg_view_t  other = *view;

    if (view->policy->nlanguages < 2) {
        return;
    }

    cg_out_text(out, "<nav aria-label=\"");
    cg_part_say(out, view, "page.languages");
    cg_out_text(out, "\"><ul>");

    for (i = 0; i < view->policy->nlanguages; i++) {
        other.lang = view->policy->languages[i];

        cg_out_text(out, "<li><a href=\"");
        cg_out_html(out, view->uri);
        cg_out_text(out, "?lang=");
        cg_out_html(out, other.lang);
        cg_out_text(out, "\" hreflang=\"");
        cg_out_html(out, other.lang);
        cg_out_byte(out, '"');
        cg_part_lang(out, other.lang);
        cg_out_text(out, cg_str_eq(other.lang, view->lang)
                         ? " aria-current=\"true\">" : ">");
        cg_part_say(out, &other, "language.name");
        cg_out_text(out, "</a></li>");
    }

    cg_out_text(out, "</ul></nav>");
}


/* Behind what was said: on to where the visitor was, or to change it. */

static void
page_onward(cg_out_t *out, const cg_view_t *view, const cg_page_t *page)
{
    if (page->from.len) {
        cg_out_text(out, " ");
        cg_part_link_say(out, view, page->from, "page.back");
    }

    if (page->change) {
        cg_out_text(out, " <a href=\"#choose\">");
        cg_part_say(out, view, "page.change");
        cg_out_text(out, "</a>");
    }
}


static void
page_message(cg_out_t *out, const cg_view_t *view, const cg_page_t *page)
{
    if (page->message) {
        cg_out_text(out, page->error
                         ? "<p class=\"message bad\" role=\"status\">"
                         : "<p class=\"message\" role=\"status\">");
        cg_part_say(out, view, page->message);
        page_onward(out, view, page);
        cg_out_text(out, "</p>");
    }

    if (page->right) {
        cg_rights_number(out, view, page->right);
    }
}


static void
page_open(cg_out_t *out, const cg_view_t *view, const cg_page_t *page,
    const char *title)
{
    cg_page_head(out, view, title);
    cg_out_text(out, "<body><header>");
    cg_page_languages(out, view);
    cg_part_tag(out, view, "h1", title);
    cg_out_text(out, "</header><main>");
    page_message(out, view, page);
}


/* Back to where the visitor came from; to the site's front, if that is here. */

static void
page_back(cg_out_t *out, const cg_view_t *view, const cg_page_t *page)
{
    cg_str_t  to = page->from.len ? page->from : view->back;

    if (to.len == 0 || cg_str_starts(to, view->uri)) {
        to = cg_str("/");
    }

    cg_out_text(out, "<p>");
    cg_part_link_say(out, view, to, "page.back");
    cg_out_text(out, "</p>");
}


static void
page_close(cg_out_t *out, const cg_view_t *view, const cg_page_t *page)
{
    cg_out_text(out, "</main><footer>");
    cg_people_contact(out, view);
    cg_out_text(out, "<p>");
    cg_part_version(out, view);
    cg_out_text(out, "</p>");
    page_back(out, view, page);
    cg_out_text(out, "</footer></body></html>");
}


/* When it was decided, as the token says: of a refusal nothing else is kept. */

static void
page_decided(cg_out_t *out, const cg_view_t *view, const cg_token_t *token)
{
    cg_word_t  words[3];

    memset(words, 0, sizeof(words));

    words[0].name = "date";
    words[0].day = cg_part_day(token->issued);
    words[1].name = "until";
    words[1].day = cg_part_day(token->expires);
    words[2].name = "version";
    words[2].number = token->version;

    cg_out_text(out, "<p>");
    cg_part_say_with(out, view, "page.decided", words, 3);
    cg_out_text(out, "</p>");
}


/* Withdrawing is offered to whoever holds a grant, confirmed or not: closing
 * works while Redis is away. */

static void
page_withdraw(cg_out_t *out, const cg_view_t *view, const cg_token_t *token)
{
    if (view->consent->granted == 0 && (token == NULL || !token->has_cid)) {
        return;
    }

    cg_part_tag(out, view, "p", "page.withdraw_text");
    cg_part_choice_open(out, view);
    cg_part_button(out, view, "withdraw", "page.withdraw");
    cg_out_text(out, "</form>");
}


/* Purpose by purpose, in words. */

static void
page_choices(cg_out_t *out, const cg_view_t *view)
{
    size_t               i;
    const cg_purpose_t  *purpose = view->policy->purposes;

    cg_out_text(out, "<ul class=\"plain\">");

    for (i = 0; i < view->policy->npurposes; i++, purpose++) {
        if (purpose->bit) {
            cg_out_text(out, "<li>");
            cg_part_purpose_name(out, view, purpose);
            cg_part_colon(out, view);
            cg_out_text(out, "<b>");
            cg_part_say(out, view, purpose->bit & view->consent->granted
                                   ? "receipt.yes" : "receipt.no");
            cg_out_text(out, "</b></li>");
        }
    }

    cg_out_text(out, "</ul>");
}


static void
page_current(cg_out_t *out, const cg_view_t *view, const cg_page_t *page)
{
    cg_out_text(out, "<section>");
    cg_part_tag(out, view, "h2", "page.current");
    cg_part_tag(out, view, "p", page_state_key(view->consent->state));

    if (page->signal && view->consent->granted) {
        cg_part_tag(out, view, "p", "page.signal_over");
    }

    page_choices(out, view);

    if (page->token) {
        page_decided(out, view, page->token);
    }

    page_withdraw(out, view, page->token);
    cg_out_text(out, "</section>");
}


static void
page_purpose(cg_out_t *out, const cg_view_t *view,
    const cg_purpose_t *purpose)
{
    cg_out_text(out, "<fieldset><legend>");

    if (purpose->bit) {
        cg_out_text(out, "<label>");
        cg_part_purpose_box(out, purpose,
                            (purpose->bit & view->consent->granted) != 0);
        cg_out_text(out, "<span>");
        cg_part_purpose_name(out, view, purpose);
        cg_out_text(out, "</span></label>");

    } else {
        cg_part_purpose_name(out, view, purpose);
        cg_out_text(out, " <small>");
        cg_part_say(out, view, "banner.always");
        cg_out_text(out, "</small>");
    }

    cg_out_text(out, "</legend><p id=\"ngxc-d-");
    cg_out_html(out, purpose->id);
    cg_out_text(out, "\">");
    cg_part_purpose_text(out, view, purpose);
    cg_part_purpose_more(out, view, purpose, "<br>");
    cg_out_text(out, "</p>");

    if (purpose->clause.len) {
        cg_out_text(out, "<p class=\"clause\">");
        cg_part_clause_say(out, view, purpose->clause);
        cg_out_text(out, "</p>");
    }

    cg_vendors_own(out, view, purpose);
    cg_vendors_of(out, view, purpose);
    cg_out_text(out, "</fieldset>");
}


/* To the notice of external transmission, in the same language. */

static void
page_transmission(cg_out_t *out, const cg_view_t *view)
{
    cg_out_text(out, "<p><a href=\"");
    cg_out_html(out, view->uri);
    cg_out_text(out, "vendors?lang=");
    cg_out_html(out, view->lang);
    cg_out_text(out, "\">");
    cg_part_say(out, view, "transmission.link");
    cg_out_text(out, "</a></p>");
}


/* Begun ones count. */

static uint64_t
page_days(int64_t seconds)
{
    return seconds > 0 ? ((uint64_t) seconds + 86399) / 86400 : 0;
}


/* The cookie that is set whatever is chosen. */

static void
page_token(cg_out_t *out, const cg_view_t *view)
{
    cg_word_t  words[3];

    memset(words, 0, sizeof(words));

    words[0].name = "name";
    words[0].text = view->cookie.len ? view->cookie : cg_str("ngxc");
    words[1].name = "grant";
    words[1].number = page_days(view->policy->grant_lifetime);
    words[2].name = "refusal";
    words[2].number = page_days(view->policy->refusal_lifetime);

    cg_out_text(out, "<p>");
    cg_part_say_with(out, view, "page.token", words, 3);
    cg_out_text(out, "</p>");
}


static void
page_choose(cg_out_t *out, const cg_view_t *view)
{
    size_t  i;

    cg_out_text(out, "<section id=\"choose\">");
    cg_part_tag(out, view, "h2", "page.purposes");
    cg_part_choice_open(out, view);

    for (i = 0; i < view->policy->npurposes; i++) {
        page_purpose(out, view, &view->policy->purposes[i]);
    }

    if (view->policy->unlisted_host == CG_UNLISTED_ALLOW) {
        cg_part_tag(out, view, "p", "page.unlisted");
    }

    cg_out_text(out, "<div class=\"buttons\">");
    cg_part_button(out, view, "reject", "banner.reject");
    cg_part_button(out, view, "save", "banner.save");
    cg_part_button(out, view, "accept", "banner.accept");
    cg_out_text(out, "</div></form>");
    page_token(out, view);
    page_transmission(out, view);
    cg_out_text(out, "</section>");
}


/* To a page of ours, in the language that this one was asked for in. */

static void
page_address(cg_out_t *out, const cg_view_t *view, const char *name,
    const char *query)
{
    cg_out_html(out, view->uri);
    cg_out_text(out, name);
    cg_out_text(out, query);

    if (view->asked) {
        cg_out_text(out, query[0] ? "&#38;lang=" : "?lang=");
        cg_out_html(out, view->lang);
    }
}


static void
page_file(cg_out_t *out, const cg_view_t *view, const char *query,
    const char *key)
{
    cg_out_text(out, "<li><a download href=\"");
    page_address(out, view, "record", query);
    cg_out_text(out, "\">");
    cg_part_say(out, view, key);
    cg_out_text(out, "</a></li>");
}


/* Only for whoever brought a token: nothing else is kept of anybody. */

static void
page_record(cg_out_t *out, const cg_view_t *view)
{
    cg_out_text(out, "<section id=\"record\">");
    cg_part_tag(out, view, "h2", "page.record_title");
    cg_part_tag(out, view, "p", "page.record_text");

    cg_out_text(out, "<ul class=\"plain\">");
    page_file(out, view, "?format=html", "page.record");
    page_file(out, view, "?format=json", "page.record_json");
    cg_out_text(out, "</ul>");

    cg_part_tag(out, view, "p", "page.erase_text");
    cg_out_text(out, "<form method=\"post\" action=\"");
    page_address(out, view, "erase", "");
    cg_out_text(out, "\"><button type=\"submit\" class=\"ngxc-k\">");
    cg_part_say(out, view, "page.erase");
    cg_out_text(out, "</button></form></section>");
}


/* An opening choice of uncertain origin: its purposes again, in a form of our
 * own, for the visitor to send. */

static void
page_confirm(cg_out_t *out, const cg_view_t *view, const cg_page_t *page)
{
    size_t               i;
    const cg_purpose_t  *purpose;

    cg_part_tag(out, view, "p", "confirm.text");
    cg_part_choice_open(out, view);
    cg_out_text(out, "<ul>");

    for (i = 0; i < view->policy->npurposes; i++) {
        purpose = &view->policy->purposes[i];

        if (purpose->bit & page->asked) {
            cg_out_text(out, "<li><input type=\"hidden\" name=\"p\" value=\"");
            cg_out_html(out, purpose->id);
            cg_out_text(out, "\"><b>");
            cg_part_purpose_name(out, view, purpose);
            cg_out_text(out, "</b><br>");
            cg_part_purpose_text(out, view, purpose);
            cg_part_purpose_more(out, view, purpose, "<br>");
            cg_out_text(out, "</li>");
        }
    }

    cg_out_text(out, "</ul><div class=\"buttons\">");
    cg_part_button(out, view, "reject", "confirm.reject");
    cg_part_button(out, view, page->adds ? "add" : "save", "confirm.accept");
    cg_out_text(out, "</div></form>");
}


void
cg_notice_page(cg_out_t *out, const cg_view_t *view, const cg_page_t *page)
{
    if (page->confirm) {
        page_open(out, view, page, "confirm.title");
        page_confirm(out, view, page);
        page_close(out, view, page);
        return;
    }

    page_open(out, view, page, "page.title");

    if (page->right && page->right->explain) {
        cg_rights_explain(out, view, page->right);
        page_close(out, view, page);
        return;
    }

    cg_part_tag(out, view, "p", "page.intro");
    cg_people_personal(out, view);
    page_current(out, view, page);
    page_choose(out, view);
    cg_people_joint(out, view);

    if (page->token && page->past != CG_PAST_UNASKED) {
        cg_history_section(out, view, page);
    }

    if (page->token) {
        page_record(out, view);
        cg_rights_section(out, view);
    }

    page_close(out, view, page);
}
