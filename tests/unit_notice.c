#include "tap.h"
#include "heap.h"
#include "notice_shown.h"

#include "notice/cg_notice.h"
#include "notice/cg_messages.h"
#include "notice/cg_part.h"
#include "notice/cg_stencil.h"

#define EVIL  "\"'><script>alert(1)</script><!--&amp;\xe5\x90\x8c\xff\x01"


static int
is_ascii(const char *text)
{
    for ( ; *text; text++) {
        if ((*text < 0x20 && *text != '\n') || *text > 0x7E) {
            return 0;
        }
    }

    return 1;
}


static void
policies_override_messages(void)
{
    static const cg_text_t  texts[] = {
        { S("ja"), S("banner.title"), S("JA"), NULL, 0 },
        { S("en"), S("purpose.media.name"), S("Films"), NULL, 0 },
        { S("en"), S("banner.version"),
          S("{version} {controller} {no} {date"), NULL, 0 },
    };

    shown_t      s;
    const char  *html, *key = NULL;

    shown_init(&s);

    ok(cg_notice_complete(&s.policy, cg_str("en"), &key)
       && cg_notice_complete(&s.policy, cg_str("ja"), &key)
       && cg_notice_complete(&s.policy, cg_str("en-GB"), &key),
       "English and Japanese are complete, a region is its language");
    ok(!cg_notice_complete(&s.policy, cg_str("xx"), &key) && key
       && strcmp(key, cg_message_key(0)) == 0,
       "an unknown language is not: the first missing key is named");

    s.policy.texts = texts;
    s.policy.ntexts = N(texts);

    is_str(cg_message(&s.policy, cg_str("ja"), cg_str("banner.title")),
           cg_str("JA"), "a policy's text comes before the built-in one");
    is_str(cg_message(&s.policy, cg_str("en"), cg_str("banner.title")),
           cg_str("Cookies on this website"), "in its own language only");
    is_str(cg_message(&s.policy, cg_str("en"), cg_str("no.such")),
           cg_str_null, "an unknown key says nothing");

    html = shown(&s, 'b');
    ok(strstr(html, "<b>Films</b>") != NULL, "a purpose's name too");
    ok(strstr(html, "<small>3 Example Corporation {no} {date</small>") != NULL,
       "unknown words in braces stay as they are");

    heap_drop(&s.heap);
}


static void
an_unnamed_purpose_is_its_id_and_clause(void)
{
    static const cg_purpose_t  purposes[] = {
        { .id = S("ip_combine"), .bit = 1, .slot = 1, .clause = S("EX-5") },
    };

    shown_t      s;
    const char  *html;

    shown_init(&s);
    s.policy.purposes = purposes;
    s.policy.npurposes = 1;
    s.policy.nrecipients = 0;

    html = shown(&s, 'b');
    ok(strstr(html, "<b>ip_combine</b>")
       && strstr(html, "Videos of products come from YouTube"),
       "a purpose without texts is shown by its id and its clause");
    ok(strstr(html, "Services:") == NULL,
       "no services are announced where there are none");

    heap_drop(&s.heap);
}


static void
the_banner_is_fair(void)
{
    shown_t      s;
    size_t       len;
    const char  *html, *reject, *accept;

    shown_init(&s);
    html = shown(&s, 'b');

    reject = strstr(html, "<button");
    accept = reject ? strstr(reject + 1, "<button") : NULL;
    len = strlen("<button type=\"submit\" class=\"ngxc-k\" name=\"choice\"");

    ok(reject && strstr(reject, "value=\"reject\"")
       && strstr(reject, "value=\"reject\"") < accept,
       "reject is the first button: also what Enter in the form means");
    ok(reject && accept && memcmp(reject, accept, len) == 0
       && strncmp(accept + len, " value=\"accept\"", 15) == 0,
       "accept is the second, same element, same class");
    is_int(count(html, "<button"), 3, "save is the third and last");
    is_int(count(html, " checked"), 0, "nothing is ticked beforehand");
    is_int(count(html, "type=\"checkbox\""), 3,
           "one box per purpose with a choice, none for the required one");
    ok(strstr(html, "<b>Necessary</b><small>always active") != NULL,
       "the required one says that it is always active");
    is_int(count(html, "<form"), 1, "one form");
    ok(strstr(html, "<form method=\"post\" action=\"/.consent/choice\">")
       && strstr(html, "name=\"notice\" value=\"en.banner.1.00.AA\">")
       && strstr(html, "name=\"once\" value=\"AAAAAAAAAAA\">")
       && strstr(html, "name=\"return\" value=\"/a?b=1&#38;c=2\">"),
       "it sends notice, what tells it from others, and way back");
    ok(strstr(html, "</h2><p>We use cookies ") != NULL,
       "the first sentence says plainly what is done");
    ok(strstr(html, "href=\"/privacy/\"")
       && strstr(html, "href=\"/.consent/\"")
       && strstr(html, "href=\"https://example.org/contact/\""),
       "policy, details and contact are linked");
    ok(strstr(html, "Version 3, 1 April 2023") != NULL,
       "the text's version and date are there");
    ok(strstr(html, "Services: YouTube, Google Maps</p>") != NULL,
       "a purpose names its services");
    is_int(count(html, " style="), 0, "no style attributes");
    ok(!strstr(html, "sticky") && !strstr(html, "<dialog")
       && !strstr(html, "overflow:hidden}") && !strstr(html, "autofocus"),
       "no dialog, no stolen focus");

    heap_drop(&s.heap);
}


static void
what_is_added_says_so(void)
{
    shown_t      s;
    const char  *html;

    shown_init(&s);
    html = shown(&s, 'b');

    ok(strncmp(html, "<style data-ngxc-ui>", 20) == 0
       && strstr(html, "</style><section id=\"ngx-consent\" class=\"ngxc\" "
                       "role=\"region\" aria-labelledby=\"ngxc-h\"")
       && strstr(html, "</section><script data-ngxc-ui>"),
       "banner: a style, the section, a script, all marked, nothing else");
    is_int(count(html, "nonce"), 0, "no nonce where the page has none");

    s.view.nonce = cg_str("r4nd0m+/=");
    s.view.style_nonce = s.view.nonce;
    html = shown(&s, 'b');
    is_int(count(html, " nonce=\"r4nd0m+/=\">"), 2,
           "the page's nonce is on style and script");

    s.consent.state = CG_STATE_PARTIAL;
    s.consent.granted = 5;
    html = shown(&s, 's');
    ok(strncmp(html, "<style data-ngxc-ui nonce=", 26) == 0
       && strstr(html, "</style><a id=\"ngxc-settings\" "
                       "data-ngxc=\"settings\"")
       && strstr(html, "</a><script async data-ngxc-ui nonce=")
       && strstr(html, "data-ngxc-granted=\"analytics media\" "
                       "data-ngxc-state=\"partial\" data-ngxc-cookies=\""),
       "settings: a style, the link, the script that knows what is granted");

    s.consent.state = CG_STATE_REFUSED;
    s.consent.granted = 0;
    html = shown(&s, 's');
    ok(strstr(html, "data-ngxc-granted=\"\" data-ngxc-state=\"refused\""),
       "... or that nothing is");
    is_int(count(html, "opt-out signal"), 0, "who chose hears of no signal");

    s.consent.state = CG_STATE_GPC;
    html = shown(&s, 's');
    is_int(count(html, "<br>Browser&#x2019;s opt-out signal honoured</a>"), 1,
           "settings: whose browser refuses is told that it is honoured");

    heap_drop(&s.heap);
}


static void
output_is_ascii_in_every_language(void)
{
    shown_t      s;
    size_t       i;
    int          good = 1;
    const char  *html;

    shown_init(&s);
    s.page.token = &s.token;
    s.page.message = "error.not_recorded";
    s.page.asked = 7;
    s.consent.granted = 7;

    for (i = 0; i < 8; i++) {
        s.view.lang = i & 1 ? cg_str("ja") : cg_str("en");
        html = shown(&s, "bspc"[i / 2]);
        good &= html[0] != '\0' && is_ascii(html);
    }

    ok(good, "banner, settings and pages are ASCII only");

    s.view.lang = cg_str("ja");
    html = shown(&s, 'p');
    ok(strstr(html, "2023&#x5e74;4&#x6708;1&#x65e5;") != NULL,
       "dates are written as the language writes them");
    ok(strstr(html, "<html lang=\"ja\" dir=\"ltr\">") != NULL,
       "the page says its language");

    s.view.lang = cg_str("ar-EG");
    html = shown(&s, 'b');
    ok(strstr(html, "lang=\"ar-EG\" dir=\"rtl\">") != NULL,
       "right to left where the language is");
    ok(strstr(html, ">Reject all</button>") != NULL,
       "a missing message is English, never an empty button");

    heap_drop(&s.heap);
}


static void
hostile_texts_stay_texts(void)
{
    static const cg_text_t  texts[] = {
        { S("en"), S("banner.text"), S(EVIL), NULL, 0 },
        { S("en"), S("purpose." EVIL ".name"), S(EVIL), NULL, 0 },
        { S("en"), S("banner.reject"), S(EVIL "{controller}"), NULL, 0 },
        { S("en"), S("page.title"), S(EVIL), NULL, 0 },
    };
    static const cg_str_t  evil = S(EVIL);
    static const cg_vendor_cookie_t  cookies[] = {
        { .pattern = S(EVIL), .description = S(EVIL), .lifetime = 7 },
        { .pattern = S("^") }, { .pattern = S("$") }, { .pattern = S("") },
        { .pattern = S("^$") },
    };

    static const cg_vendor_storage_t  storages[] = {
        { S(EVIL), S(EVIL) }, { S("v:*"), { 0, NULL } },
    };

    shown_t         s;
    size_t          i;
    int             good = 1;
    const char     *html;
    cg_clause_t     clause = { .id = evil, .text = evil };
    cg_vendor_t     vendor;
    cg_purpose_t    purpose = { .id = evil, .bit = 1, .clause = evil };
    cg_region_t     region = { evil, evil, S("javascript:alert(1)//" EVIL) };
    cg_joint_use_t  use = { evil, evil, &evil, 1, evil };
    cg_contact_t    contact = { evil, S("data:text/html,x"), evil, evil, evil,
                                evil };
    cg_recipient_t  who = { .vendor = &vendor, .purpose = &purpose,
                            .clause = S("x"), .path = CG_PATH_RELAYED,
                            .info = S("javascript:alert(1)//" EVIL) };

    memset(&vendor, 0, sizeof(vendor));
    vendor.name = vendor.provider = vendor.country = evil;
    vendor.privacy = cg_str("JavaScript:alert(1)");
    vendor.receives = &evil;
    vendor.nreceives = 1;
    vendor.cookies = cookies;
    vendor.ncookies = N(cookies);
    vendor.storages = storages;
    vendor.nstorages = N(storages);

    shown_init(&s);
    s.policy.controller = s.policy.contact_name = evil;
    s.policy.contact_url = contact.url;
    s.policy.operator_name = s.policy.approver = s.policy.jurisdiction = evil;
    s.policy.contacts = &contact;
    s.policy.regions = &region;
    s.policy.joint_uses = &use;
    s.policy.personal = &evil;
    s.policy.ncontacts = s.policy.nregions = s.policy.njoint_uses = 1;
    s.policy.npersonal = 1;
    s.policy.notice = cg_str("javascript:alert(1)//" EVIL);
    s.policy.languages = &evil;
    s.policy.nlanguages = 1;
    s.policy.purposes = &purpose;
    s.policy.npurposes = 1;
    s.policy.clauses = &clause;
    s.policy.nclauses = 1;
    s.policy.recipients = &who;
    s.policy.nrecipients = 1;
    s.policy.texts = texts;
    s.policy.ntexts = N(texts);
    s.view.uri = s.view.back = s.view.notice = s.view.nonce = evil;
    s.view.style_nonce = evil;
    s.page.token = &s.token;
    s.page.asked = s.consent.granted = 1;

    for (i = 0; i < 4; i++) {
        html = shown(&s, "bspc"[i]);
        good &= html[0] != '\0' && is_ascii(html) && !strstr(html, "alert(1)<")
                && !strstr(html, "><script>") && !strstr(html, "<!--")
                && !strstr(html, "href=\"javascript:")
                && !strstr(html, "href=\"JavaScript:")
                && !strstr(html, "href=\"data:");
    }

    ok(good, "texts of policy and request never become markup or script links");
    ok(strstr(shown(&s, 'b'), "&#34;&#39;&#62;&#60;script&#62;alert(1)"
                              "&#60;/script&#62;") != NULL,
       "they are shown as they are written");
    ok(strstr(shown(&s, 'p'), "<code>v:*</code></th><td>kept in web storage"
                              "</td>") != NULL,
       "keys of web storage stand among the cookies");

    heap_drop(&s.heap);
}


static void
the_page_says_how_things_are(void)
{
    static const struct {
        cg_state_t   state;
        uint32_t     granted;
        int          token;        /* 0: none, 1: a refusal, 2: with an id */
        const char  *sentence;
        int          withdraw;
        int          record;
        int          ticks;
    } cases[] = {
        { CG_STATE_NONE, 0, 0, "You have not chosen yet.", 0, 0, 0 },
        { CG_STATE_GRANTED, 7, 2, "allowed all optional", 1, 1, 3 },
        { CG_STATE_PARTIAL, 5, 2, "that are ticked below", 1, 1, 2 },
        { CG_STATE_REFUSED, 0, 1, "You have refused.", 0, 1, 0 },
        { CG_STATE_STALE, 0, 2, "has changed since", 1, 1, 0 },
        { CG_STATE_EXPIRED, 0, 1, "has expired", 0, 1, 0 },
        { CG_STATE_UNKNOWN, 0, 2, "could not be confirmed right now; nothing "
                                  "optional is loaded", 1, 1, 0 },
        { CG_STATE_GPC, 0, 0, "Global Privacy Control", 0, 0, 0 },
    };

    shown_t      s;
    size_t       i;
    const char  *html;

    shown_init(&s);

    for (i = 0; i < N(cases); i++) {
        s.consent.state = cases[i].state;
        s.consent.granted = cases[i].granted;
        s.token.has_cid = cases[i].token == 2;
        s.page.token = cases[i].token ? &s.token : NULL;

        html = shown(&s, 'p');

        ok(strstr(html, cases[i].sentence)
           && count(html, "value=\"withdraw\"") == cases[i].withdraw
           && count(html, "/.consent/record?format=json\"") == cases[i].record
           && count(html, "/.consent/erase\"") == cases[i].record
           && count(html, " checked") == cases[i].ticks,
           "page: %s", cases[i].sentence);
    }

    s.page.token = &s.token;
    html = shown(&s, 'p');
    ok(strstr(html, "Chosen on 14 November 2023, under version 3 of this text."
                    " Valid until 12 May 2024.") != NULL,
       "it says when the choice was made and how long it holds");
    ok(strstr(html, "<a href=\"/a?b=1&#38;c=2\">Back") != NULL,
       "it leads back to where the visitor was");
    is_int(count(html, "<script"), 0, "it needs no script");
    is_int(count(html, "style>"), 0, "nor inline style");

    s.view.back = cg_str("/.consent/?lang=ja");
    ok(strstr(shown(&s, 'p'), "<a href=\"/\">Back") != NULL,
       "or to the front, if that was the page itself");

    heap_drop(&s.heap);
}


static void
the_page_describes_each_vendor(void)
{
    shown_t      s;
    const char  *html;

    shown_init(&s);
    html = shown(&s, 'p');

    ok(strstr(html, "<h4>Google Analytics</h4>")
       && strstr(html, "Google LLC (United States)")
       && strstr(html, "acts on our behalf")
       && strstr(html, "<li>IP address</li>")
       && strstr(html, "href=\"https://policies.google.com/privacy\""),
       "name, provider, country, role, what it receives, its own policy");
    ok(strstr(html, "<code>_ga</code></th><td>2 years</td>"
                    "<td>Distinguishes visitors</td>")
       && strstr(html, "<code>_ga_*</code>")
       && strstr(html, "<td>1 day</td>") && strstr(html, "<td>3 months</td>")
       && strstr(html, "<td>until the browser is closed</td>"),
       "its cookies with lifetime and description");
    ok(strstr(html, "Basis: EX-4.2, &#x201c;Google Analytics is used to "
                    "analyse access logs&#x201d;") != NULL,
       "the clause of the privacy policy that it rests on");
    ok(strstr(html, "?lang=ja\" hreflang=\"ja\" lang=\"ja\" dir=\"ltr\">"
                    "&#x65e5;&#x672c;&#x8a9e;</a>") != NULL,
       "other languages are linked under their own names");
    is_int(count(html, "role=\"status\""), 0, "no message where there is none");

    s.page.message = "page.saved";
    ok(strstr(shown(&s, 'p'), "<p class=\"message\" role=\"status\">"
                              "Your choice has been saved.</p>") != NULL,
       "a message is a status");

    s.page.message = "error.not_recorded";
    s.page.error = 1;
    ok(strstr(shown(&s, 'p'),
              "bad\" role=\"status\">Your choice could not be saved. Nothing "
              "was saved, and nothing optional will be loaded.") != NULL,
       "what could not be recorded is said to be not saved");

    heap_drop(&s.heap);
}


static void
what_nobody_declared_is_not_hidden(void)
{
    shown_t      s;
    size_t       i;
    int          good = 1;
    const char  *html;

    shown_init(&s);
    s.page.asked = 7;

    for (i = 0; i < 3; i++) {
        s.policy.unlisted_host = CG_UNLISTED_HOLD;
        html = shown(&s, "bpc"[i]);
        good &= count(html, "also covers") == 0
                && !strstr(html, "independently");

        s.policy.unlisted_host = CG_UNLISTED_PURPOSE;
        s.policy.unlisted_host_purpose = &np_purposes[2];
        s.policy.unlisted_cookie = CG_UNLISTED_PURPOSE;
        s.policy.unlisted_cookie_purpose = &np_purposes[1];
        html = shown(&s, "bpc"[i]);
        good &= count(html, "also covers other outside services") == 1
                && count(html, "also covers cookies") == 1;
        s.policy.unlisted_cookie = CG_UNLISTED_HOLD;
    }

    ok(good, "a purpose that opens unlisted hosts or cookies says so");

    s.policy.unlisted_host = CG_UNLISTED_ALLOW;
    ok(strstr(shown(&s, 'p'), "is loaded independently of this choice") != NULL,
       "hosts that are let through in any case are owned up to");

    heap_drop(&s.heap);
}


static void
confirmation_asks_for_what_was_asked(void)
{
    shown_t      s;
    const char  *html;

    shown_init(&s);
    s.page.asked = 5;
    html = shown(&s, 'c');

    ok(count(html, "name=\"p\"") == 2
       && strstr(html, "type=\"hidden\" name=\"p\" value=\"analytics\"")
       && strstr(html, "type=\"hidden\" name=\"p\" value=\"media\""),
       "confirmation: the purposes that were asked for, no others");
    ok(count(html, "<form") == 1 && count(html, "<button") == 2
       && strstr(html, "value=\"reject\"") < strstr(html, "value=\"save\""),
       "it can be refused as easily as given");

    heap_drop(&s.heap);
}


static void
no_memory_is_an_error(void)
{
    shown_t      s;
    size_t       i;
    int          good = 1;

    for (i = 0; i < 40; i++) {
        shown_init(&s);
        s.heap.fail_at = 1 + i / 4;
        cg_out_reset(&s.out);
        s.page.token = &s.token;
        s.consent.granted = 7;
        shown(&s, "bspc"[i % 4]);
        good &= s.out.status == CG_OK || s.out.status == CG_ENOMEM;
        good &= s.out.status == CG_ENOMEM || s.heap.count < s.heap.fail_at;
        heap_drop(&s.heap);
    }

    ok(good, "each allocation failing is an error in the buffer, no more");
}


/* Every visitor of one language. */

static int
stencils_differ(shown_t *s, const cg_stencils_t *stencils, cg_out_t *filled)
{
    int     differ;
    size_t  i;

    static const uint32_t  granted[] = { 0, 1, 5, 7 };

    cg_out_reset(filled);
    cg_stencils_banner(filled, stencils, &s->view);
    cg_out_byte(filled, '\0');
    differ = strcmp(shown(s, 'b'), (const char *) filled->data);

    for (i = 0; i < N(granted); i++) {
        s->consent.granted = granted[i];

        cg_out_reset(filled);
        cg_stencils_settings(filled, stencils, &s->view);
        cg_out_byte(filled, '\0');
        differ |= strcmp(shown(s, 's'), (const char *) filled->data);
    }

    s->consent.granted = 0;
    s->consent.state = CG_STATE_GPC;

    cg_out_reset(filled);
    cg_stencils_settings(filled, stencils, &s->view);
    cg_out_byte(filled, '\0');
    differ |= strcmp(shown(s, 's'), (const char *) filled->data);

    s->consent.state = CG_STATE_NONE;

    return differ;
}


static void
a_filled_stencil_is_what_is_written_anew(void)
{
    size_t          i;
    shown_t         s;
    cg_out_t        filled;
    cg_stencils_t  *stencils;

    shown_init(&s);
    cg_out_init(&filled, &s.heap.arena, 1024 * 1024);
    stencils = cg_stencils_create(&s.heap.arena, &s.policy, s.view.uri);

    for (i = 0; i < s.policy.nlanguages; i++) {
        s.view.lang = s.policy.languages[i];
        s.view.nonce = s.view.style_nonce = cg_str_null;
        ok(!stencils_differ(&s, stencils, &filled), "language %zu, plain", i);

        s.view.nonce = s.view.style_nonce = cg_str(EVIL);
        s.view.back = cg_str("/?" EVIL);
        s.view.notice = cg_str(EVIL);
        ok(!stencils_differ(&s, stencils, &filled),
           "language %zu, whatever stands in the gaps", i);
    }

    s.policy.nlanguages = 0;
    s.view.lang = cg_str("en");
    stencils = cg_stencils_create(&s.heap.arena, &s.policy, s.view.uri);
    ok(!stencils_differ(&s, stencils, &filled),
       "a policy without languages speaks English");

    heap_drop(&s.heap);
}


/* What would be led astray by the page's <base> names its host. */

static void
with_an_origin_every_path_has_it(void)
{
    shown_t      s;
    const char  *html;

    shown_init(&s);
    s.view.origin = cg_str("https://a.example:8443");
    s.view.live = 1;
    s.policy.notice = cg_str("/privacy/");

    html = shown(&s, 'b');
    ok(strstr(html, "action=\"https://a.example:8443/.consent/choice\"")
       && strstr(html, "client=\"https://a.example:8443/.consent/ngx-")
       && strstr(html, "release=\"https://a.example:8443/.consent/ngx-")
       && strstr(html, "href=\"https://a.example:8443/.consent/\"")
       && strstr(html, "href=\"https://a.example:8443/privacy/\"")
       && strstr(html, "href=\"/") == NULL
       && strstr(html, "action=\"/") == NULL,
       "banner: form, client, release stage, links");

    html = shown(&s, 's');
    ok(strstr(html, "href=\"https://a.example:8443/.consent/\"")
       && strstr(html, "src=\"https://a.example:8443/.consent/ngx-")
       && strstr(html, "\"/") == NULL,
       "settings: the link and the client");

    s.policy.notice = cg_str("https://b.example/privacy/");
    ok(strstr(shown(&s, 'b'), "href=\"https://b.example/privacy/\""),
       "an address with a host of its own is left alone");

    s.view.origin = cg_str(EVIL);
    ok(strstr(shown(&s, 'b'), EVIL) == NULL, "it is escaped");

    heap_drop(&s.heap);
}


static void
stencils_are_whole_or_none(void)
{
    size_t   n;
    shown_t  s;

    for (n = 1; n < 200; n++) {
        shown_init(&s);
        s.heap.fail_at = n;

        if (cg_stencils_create(&s.heap.arena, &s.policy, s.view.uri)) {
            break;
        }

        heap_drop(&s.heap);
    }

    ok(n > 10 && n < 200, "without memory for any of %zu blocks: none", n - 1);
    heap_drop(&s.heap);
}


int
main(void)
{
    policies_override_messages();
    an_unnamed_purpose_is_its_id_and_clause();
    the_banner_is_fair();
    what_is_added_says_so();
    output_is_ascii_in_every_language();
    hostile_texts_stay_texts();
    the_page_says_how_things_are();
    the_page_describes_each_vendor();
    what_nobody_declared_is_not_hidden();
    confirmation_asks_for_what_was_asked();
    no_memory_is_an_error();
    a_filled_stencil_is_what_is_written_anew();
    with_an_origin_every_path_has_it();
    stencils_are_whole_or_none();

    return tap_done();
}
