/* What the preferences page says of the people behind a policy, out of a policy
 * as it is written. */

#include "tap.h"
#include "feed.h"

#include "notice/cg_notice.h"

#define BEFORE                                                               \
    "consent_vendor v { name V; provider \"V Inc.\" US; receives ip; "       \
    "host v.example.com; }"                                                  \
    "consent_policy p { controller \"C Corporation\"; notice /privacy/; "    \
    "version 3 effective=2023-05-01 approver=\"Taro Yamada\"; "              \
    "languages en ja; purpose necessary required; "                          \
    "purpose analytics slot=1; "

#define PEOPLE                                                               \
    BEFORE                                                                   \
    "contact Desk /contact/ postal=\"1 A Street, Tokyo\" "                   \
    "tel=\"+81 (3) 1234-5678\" fax=03-1235 email=d@c.example; "              \
    "contact Complaints email=x@c.example; contact Nobody; "                 \
    "operator \"Host K.K.\"; jurisdiction JP; "                              \
    "region EU Europe https://eu.example/; region US America /us/; "         \
    "personal ip cookie_id; "                                                \
    "joint_use \"G Ltd.\" TW items=name,cookie_id,shoe_size "                \
    "responsible=\"Head of G\"; "                                            \
    "vendor v purpose=analytics path=relayed "                               \
    "info=https://law.example/us; }"

typedef struct {
    feed_t    feed;
    cg_out_t  out;
} shown_t;


/* The page, NUL-terminated; valid until dropped. */

static const char *
page_of(shown_t *s, const char *text, const char *lang, char what)
{
    cg_page_t     page;
    cg_view_t     view;
    cg_consent_t  consent;

    memset(&page, 0, sizeof(page));
    memset(&view, 0, sizeof(view));
    memset(&consent, 0, sizeof(consent));
    memset(s, 0, sizeof(*s));

    heap_init(&s->feed.heap);
    feed_text(&s->feed, text);
    cg_out_init(&s->out, &s->feed.heap.arena, 1024 * 1024);

    view.policy = cg_policies_find(s->feed.set, cg_str("p"));
    view.consent = &consent;
    view.lang = cg_str_from(lang);
    view.uri = cg_str("/.consent/");

    if (view.policy == NULL) {
        return s->feed.diag.text;
    }

    if (what == 'b') {
        cg_notice_banner(&s->out, &view);

    } else {
        cg_notice_page(&s->out, &view, &page);
    }

    cg_out_byte(&s->out, '\0');

    return s->out.status == CG_OK ? (const char *) s->out.data : "";
}


static void
every_contact_can_be_reached(void)
{
    shown_t      s;
    const char  *html = page_of(&s, PEOPLE, "en", 'p');

    ok(strstr(html, "Contact: Desk<ul>") && strstr(html, "Contact: Complaints")
       && strstr(html, "Contact: Nobody</li>"), "every contact is named");
    ok(strstr(html, "<a href=\"/contact/\">") != NULL, "its page is linked");
    ok(strstr(html, "E-mail: <a href=\"mailto:d@c.example\">d@c.example</a>")
       && strstr(html, "<a href=\"mailto:x@c.example\">"),
       "mail addresses open a mail");
    ok(strstr(html, "Telephone: <a href=\"tel:+81312345678\">"
                    "+81 (3) 1234-5678</a>") != NULL,
       "a telephone number is dialled without its blanks");
    ok(strstr(html, "<li>Fax: 03-1235</li>") != NULL, "a fax is no link");
    ok(strstr(html, "<li>Address: 1 A Street, Tokyo</li>") != NULL,
       "nor is an address");
    cg_out_reset(&s.out);
    feed_drop(&s.feed);

    html = page_of(&s, PEOPLE, "en", 'b');
    ok(strstr(html, "href=\"/contact/\"") && !strstr(html, "x@c.example"),
       "the banner has the main contact's page and no more");
    cg_out_reset(&s.out);
    feed_drop(&s.feed);
}


static void
law_and_regions_are_told(void)
{
    shown_t      s;
    const char  *html = page_of(&s, PEOPLE, "en", 'p');

    ok(strstr(html, "Applicable law: Japan") != NULL, "the law that holds");
    ok(strstr(html, "<a href=\"https://eu.example/\">Europe</a>")
       && strstr(html, "<a href=\"/us/\">America</a>"),
       "sites for other regions are linked");
    ok(strstr(html, "Operated by Host K.K. on behalf of C Corporation."),
       "whoever runs the site is named");
    ok(strstr(html, "Approved by Taro Yamada") != NULL, "who approved it");
    ok(strstr(html, "In force since 1 May 2023") != NULL, "since when");
    ok(strstr(html, "C Corporation treats the following as personal "
                    "information:</p><ul><li>IP address</li>"
                    "<li>cookie identifier</li></ul>") != NULL,
       "what is called personal information");
    cg_out_reset(&s.out);
    feed_drop(&s.feed);
}


static void
joint_use_is_told(void)
{
    shown_t      s;
    const char  *html = page_of(&s, PEOPLE, "en", 'p');

    ok(strstr(html, "<h4>G Ltd. (Taiwan)</h4>") != NULL,
       "party of joint use and its country");
    ok(strstr(html, "<li>name</li><li>cookie identifier</li>"
                    "<li>shoe_size</li>") != NULL,
       "its items, in words where there are any");
    ok(strstr(html, "<dd>Head of G</dd>") != NULL, "who answers for it");
    ok(strstr(html, "<a href=\"https://law.example/us\">Data protection law "
                    "of that country</a>") != NULL,
       "a vendor's country has its law linked");
    ok(strstr(html, "through this website, which passes it on") != NULL,
       "a vendor that is relayed to is said to be");
    cg_out_reset(&s.out);
    feed_drop(&s.feed);
}


static void
what_is_not_said_is_not_shown(void)
{
    shown_t      s;
    const char  *html = page_of(&s, BEFORE "}", "en", 'p');

    ok(strstr(html, "C Corporation") && !strstr(html, "Contact:")
       && !strstr(html, "Applicable law") && !strstr(html, "other regions")
       && !strstr(html, "Operated by") && !strstr(html, "Joint use")
       && !strstr(html, "personal information") && !strstr(html, "<ul></ul>"),
       "a policy that says none of it shows none of it");
    cg_out_reset(&s.out);
    feed_drop(&s.feed);
}


static void
it_is_told_in_japanese(void)
{
    shown_t      s;
    const char  *html = page_of(&s, PEOPLE, "ja", 'p');

    ok(strstr(html, "&#x5171;&#x540c;&#x5229;&#x7528;")
       && !strstr(html, "Joint use") && !strstr(html, "Applicable law")
       && !strstr(html, "Telephone"), "in Japanese: all of it");
    cg_out_reset(&s.out);
    feed_drop(&s.feed);
}


int
main(void)
{
    every_contact_can_be_reached();
    law_and_regions_are_told();
    joint_use_is_told();
    what_is_not_said_is_not_shown();
    it_is_told_in_japanese();

    return tap_done();
}
