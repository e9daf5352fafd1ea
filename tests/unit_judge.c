#include "tap.h"
#include "heap.h"
#include "site.h"


/* "vendor/purpose/clause" of a verdict, with what becomes of it in front. */

static cg_str_t
show(const cg_verdict_t *verdict, char *text, size_t size)
{
    int  n = snprintf(text, size, "%s%s %.*s/%.*s/%.*s",
                      verdict->pass ? "pass" : "hold",
                      verdict->counted ? "" : " uncounted",
                      (int) verdict->vendor.len, verdict->vendor.data,
                      (int) verdict->purpose.len, verdict->purpose.data,
                      (int) verdict->clause.len, verdict->clause.data);

    return (cg_str_t) { (size_t) n, (unsigned char *) text };
}


static const struct {
    const char  *unlisted;
    uint32_t     granted;
    const char  *url;
    const char  *want;
} url_cases[] = {
    { "hold", 0, "https://www.google-analytics.com/analytics.js",
      "hold google-analytics/analytics/T-1" },
    { "hold", 1, "https://www.google-analytics.com/analytics.js",
      "pass google-analytics/analytics/T-1" },
    { "hold", 2, "https://www.google-analytics.com/analytics.js",
      "hold google-analytics/analytics/T-1" },
    { "hold", 0, "//WWW.google-analytics.com./x",
      "hold google-analytics/analytics/T-1" },
    { "hold", 0, "https://www.googletagmanager.com/gtag/js?id=G-1",
      "hold google-analytics/analytics/T-1" },
    { "hold", 0, "https://www.googletagmanager.com/gtm.js?id=GTM-1",
      "hold google-tag-manager/analytics/T-1" },
    { "hold", 0, "https://connect.facebook.net/en_US/fbevents.js",
      "hold meta-pixel/marketing/T-2" },
    { "hold", 3, "https://cdn.other.example/x.js", "hold unlisted//" },
    { "allow", 0, "https://cdn.other.example/x.js", "pass unlisted//" },
    { "analytics", 0, "https://cdn.other.example/x.js",
      "hold unlisted/analytics/T-1" },
    { "analytics", 1, "https://cdn.other.example/x.js",
      "pass unlisted/analytics/T-1" },
    { "hold", 3, "https://stray.example/t.js", "hold stray//" },
    { "allow", 0, "https://stray.example/t.js", "pass stray//" },
    { "hold", 0, "/js/app.js", "pass uncounted //" },
    { "hold", 0, "js/app.js", "pass uncounted //" },
    { "hold", 0, "", "pass uncounted //" },
    { "hold", 0, "#x", "pass uncounted //" },
    { "hold", 0, "https://www.example.org/x", "pass uncounted //" },
    { "hold", 0, "https://shop.example.org/x", "pass uncounted //" },
    { "hold", 0, "//a.example-cdn.net/x", "pass uncounted //" },
    { "hold", 0, "https://example.org.evil.example/", "hold unlisted//" },
    { "hold", 0, "https://notgoogle-analytics.com/", "hold unlisted//" },
    { "hold", 0, "/?u=https://www.google-analytics.com/",
      "pass uncounted //" },
    { "hold", 0, "/g/collect?v=2", "hold google-analytics/analytics/T-1" },
    { "hold", 1, "/g/collect?v=2", "pass google-analytics/analytics/T-1" },
    { "hold", 0, "https://www.example.org/g/collect",
      "hold google-analytics/analytics/T-1" },
    { "hold", 0, "../g/collect", "hold google-analytics/analytics/T-1" },
    { "hold", 0, "data:image/gif;base64,R0lGODlhAQABAAAAACw=",
      "pass uncounted //" },
    { "hold", 0, "javascript:void(0)", "pass uncounted //" },
    { "hold", 0, "https://a b/", "hold unlisted//" },
    { "hold", 0, "https:///", "hold unlisted//" },
    { "hold", 0, "https://www.example.org:99999/", "hold unlisted//" },
};


static void
urls_are_judged_by_host_and_path(void)
{
    int           good = 1;
    char          text[256], again[256];
    size_t        i;
    site_t        site;
    cg_str_t      value, got;
    cg_judge_t    judge;
    cg_domains_t  domains;
    cg_verdict_t  verdict;

    memset(&domains, 0, sizeof(domains));

    for (i = 0; i < sizeof(url_cases) / sizeof(url_cases[0]) && good; i++) {
        site_init(&site, url_cases[i].unlisted);
        judge = site_judge(&site, url_cases[i].granted);
        judge.request_path = cg_str("/news/a.html");
        value = heap_exact(cg_str_from(url_cases[i].url));
        verdict = cg_judge_url(&judge, &site.heap.arena, value);
        got = show(&verdict, text, sizeof(text));
        good = cg_str_eq(got, cg_str_from(url_cases[i].want));

        judge.domains = &domains;
        verdict = cg_judge_url(&judge, &site.heap.arena, value);
        good = good && cg_str_eq(got, show(&verdict, again, sizeof(again)));

        if (!good) {
            tap_show("url", value);
            tap_show("got", got);
            tap_show("want", cg_str_from(url_cases[i].want));
        }

        free((void *) value.data);
        site_drop(&site);
    }

    ok(good, "a URL is held unless it is own, granted or allowed");
}


static void
plain_values_cost_no_memory(void)
{
    static const char *const  urls[] = {
        "/x/y.js", "img/a.png", "?q", "#f", "",
        "https://www.google-analytics.com/analytics.js",
        "https://www.example.org/", "data:,x",
    };

    size_t        i, before;
    site_t        site;
    cg_judge_t    judge;
    cg_verdict_t  verdict;

    site_init(&site, "hold");
    judge = site_judge(&site, 0);
    before = site.heap.count;

    for (i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
        verdict = cg_judge_url(&judge, &site.heap.arena,
                               cg_str_from(urls[i]));
        (void) verdict;
    }

    is_int(site.heap.count - before, 0,
           "relative URLs and plain hosts are judged without an allocation");

    site.heap.fail_at = site.heap.count + 1;
    verdict = cg_judge_url(&judge, &site.heap.arena,
                           cg_str("https://www.EXAMPLE.org/"));
    ok(!verdict.pass, "no memory to read a host: held");

    site_drop(&site);
}


static void
inline_scripts_are_judged_by_what_they_load(void)
{
    static const struct {
        uint32_t     granted;
        const char  *script;
        const char  *want;
    } cases[] = {
        { 0, "s.src='https://www.googletagmanager.com/gtm.js?id='+i",
          "hold google-tag-manager/analytics/T-1" },
        { 1, "s.src='https://www.googletagmanager.com/gtm.js?id='+i",
          "pass google-tag-manager/analytics/T-1" },
        { 1, "a='https://www.google-analytics.com/analytics.js';"
             "b='https://connect.facebook.net/fbevents.js'",
          "hold meta-pixel/marketing/T-2" },
        { 0, "ga('send','pageview');fbq('track','PageView')",
          "pass uncounted //" },
        { 0, "", "pass uncounted //" },
    };

    char          text[256];
    size_t        i;
    site_t        site;
    cg_str_t      script;
    cg_judge_t    judge;
    cg_verdict_t  verdict;

    site_init(&site, "hold");

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        judge = site_judge(&site, cases[i].granted);
        script = heap_exact(cg_str_from(cases[i].script));
        verdict = cg_judge_inline(&judge, script);
        is_str(show(&verdict, text, sizeof(text)),
               cg_str_from(cases[i].want), "inline: %s", cases[i].script);
        free((void *) script.data);
    }

    site_drop(&site);
}


static void
cookies_and_paths(void)
{
    static const struct {
        uint32_t     granted;
        const char  *name;
        const char  *want;
    } cases[] = {
        { 0, "_ga", "hold google-analytics/analytics/T-1" },
        { 1, "_ga", "pass google-analytics/analytics/T-1" },
        { 0, "_ga_ABC", "hold google-analytics/analytics/T-1" },
        { 1, "_fbp", "hold meta-pixel/marketing/T-2" },
        { 0, "PHPSESSID", "pass /necessary/" },
        { 0, "basket", "pass unlisted//" },
        { 3, "_stray", "hold stray//" },
    };

    char          text[256];
    size_t        i;
    site_t        site;
    cg_judge_t    judge;
    cg_verdict_t  verdict;

    site_init(&site, "hold");

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        judge = site_judge(&site, cases[i].granted);
        verdict = cg_judge_cookie(&judge, cg_str_from(cases[i].name));
        is_str(show(&verdict, text, sizeof(text)),
               cg_str_from(cases[i].want), "cookie: %s", cases[i].name);
    }

    judge = site_judge(&site, 0);
    verdict = cg_judge_path(&judge, cg_str("/g/collect?tid=1"));
    ok(!verdict.pass && verdict.counted, "a relayed endpoint is held");
    verdict = cg_judge_path(&judge, cg_str("/"));
    ok(verdict.pass && !verdict.counted, "any other path passes, uncounted");

    site_drop(&site);
    site_init(&site, "allow");
    judge = site_judge(&site, 0);
    verdict = cg_judge_cookie(&judge, cg_str("_stray"));
    ok(verdict.pass, "where unlisted third parties are allowed, the cookie of "
       "a vendor that the policy does not name is, too");
    site_drop(&site);
}


static void
all_open_takes_every_grant(void)
{
    static const struct {
        const char  *unlisted;
        uint32_t     granted;
        int          open;
    } cases[] = {
        { "allow", 3, 1 }, { "allow", 1, 0 }, { "allow", 0, 0 },
        { "hold", 3, 0 }, { "analytics", 3, 1 }, { "analytics", 2, 0 },
    };

    size_t      i;
    site_t      site;
    cg_judge_t  judge;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        site_init(&site, cases[i].unlisted);
        judge = site_judge(&site, cases[i].granted);
        is_int(cg_judge_all_open(&judge), cases[i].open,
               "all open: unlisted %s, granted %u", cases[i].unlisted,
               cases[i].granted);
        site_drop(&site);
    }

    memset(&judge, 0, sizeof(judge));
    is_int(cg_judge_all_open(&judge), 0, "a zeroed judge opens nothing");
}


/* In an encoding where an ASCII byte may be half of a character, a host or an
 * endpoint is not judged by such bytes (rewriters.md 3-D 32). */

static void
legacy_bytes_are_not_trusted(void)
{
    static const struct {
        const char  *url;
        int          utf8;             /* passes there */
        int          legacy;
        const char  *promise;
    } cases[] = {
        { "https://www.example.org/x", 1, 1, "plain hosts" },
        { "/\x95\x5C.jpg", 1, 1, "own paths with such bytes" },
        { "\x83\x5C/a?\x83\x40", 1, 1, "relative ones" },
        { "https://www.google-analytics.com\xE3\x83\x83@www.example.org/", 1, 0,
          "an '@' that is half of a character" },
        { "//\xE3\x83\x83\\@www.example.org/", 0, 0, "a '\\' that is one" },
        { "//www.example.org\x83\x40", 0, 0, "a host" },
        { "//www\xE3\x80\x82" "example.org/", 1, 0, "one that is UTF-8" },
        { "/x\x83\\/../g/collect", 1, 0, "an endpoint behind a segment" },
        { "/x\x83\\/%2e%2E/g/collect", 1, 0, "... in other words" },
        { "x\x83\\/..\\/g/collect", 1, 0, "... relative" },
        { "/g/collect", 0, 0, "an endpoint" },
    };

    size_t      i;
    site_t      site;
    cg_str_t    url;
    cg_judge_t  judge;

    site_init(&site, "hold");
    judge = site_judge(&site, 0);

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        url = heap_exact(cg_str_from(cases[i].url));
        judge.legacy = 0;
        is_int(cg_judge_url(&judge, &site.heap.arena, url).pass, cases[i].utf8,
               "UTF-8: %s", cases[i].promise);
        judge.legacy = 1;
        is_int(cg_judge_url(&judge, &site.heap.arena, url).pass,
               cases[i].legacy, "other bytes: %s", cases[i].promise);
        free((void *) url.data);
    }

    site_drop(&site);
}


/* A form: grants do not count, but what needs none does. */

static void
a_closed_page_has_no_third_party(void)
{
    static const struct {
        const char  *unlisted;
        const char  *url;
        int          pass;
        const char  *promise;
    } cases[] = {
        { "hold", "https://www.google-analytics.com/a.js", 0,
          "a vendor that was granted is held" },
        { "hold", "/g/collect", 0, "so is its relayed endpoint" },
        { "analytics", "https://cdn.other.example/x.js", 0,
          "and an unlisted host under a purpose that was" },
        { "allow", "https://cdn.other.example/x.js", 1,
          "unlisted hosts that are allowed pass" },
        { "hold", "/js/app.js", 1, "own hosts pass" },
    };

    size_t      i;
    site_t      site;
    cg_judge_t  judge;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        site_init(&site, cases[i].unlisted);
        judge = site_judge(&site, 3);
        judge.closed = CG_CLOSED_ALL;
        is_int(cg_judge_url(&judge, &site.heap.arena,
                            cg_str_from(cases[i].url)).pass,
               cases[i].pass, "closed: %s", cases[i].promise);
        ok(!cg_judge_all_open(&judge), "and the page is read");
        site_drop(&site);
    }
}


/* A sensitive page: grants count for purposes that say so, and for no other. */

static void
a_sensitive_purpose_opens_a_sensitive_page(void)
{
    site_t         site;
    cg_judge_t     judge;
    cg_policy_t    policy;
    cg_match_t     match;
    cg_purpose_t   purpose;

    site_init(&site, "hold");
    judge = site_judge(&site, 3);
    judge.closed = CG_CLOSED_SENSITIVE;

    ok(cg_policy_match_url(judge.policy, cg_str("www.google-analytics.com"),
                           cg_str("/a.js"), &match) == CG_OK
       && !cg_judge_match(&judge, &match).pass,
       "sensitive: a purpose that was granted opens nothing");

    purpose = *match.purpose;
    purpose.sensitive = 1;
    match.purpose = &purpose;
    ok(cg_judge_match(&judge, &match).pass,
       "one that is sensitive opens what it was granted for");

    judge.closed = CG_CLOSED_ALL;
    ok(!cg_judge_match(&judge, &match).pass, "but not on a form");

    judge.closed = CG_CLOSED_SENSITIVE;
    judge.granted = 0;
    ok(!cg_judge_match(&judge, &match).pass, "nor ungranted");

    policy = *judge.policy;
    policy.unlisted_host = CG_UNLISTED_PURPOSE;
    policy.unlisted_host_purpose = &purpose;
    judge.policy = &policy;
    judge.granted = 3;
    ok(cg_judge_unlisted(&judge).pass && !cg_judge_all_open(&judge),
       "unlisted hosts go with their purpose, and the page is read");

    site_drop(&site);
}


/* Advanced consent mode: what of Google's loads before anybody has decided. */

static void
an_advanced_vendor_goes_ahead_of_the_choice(void)
{
    size_t           i;
    site_t           site;
    cg_judge_t       judge;
    cg_arena_t      *arena;
    cg_recipient_t  *who;

    static const char  tag[] = "https://www.googletagmanager.com/gtag/js";

    site_init(&site, "hold");
    arena = &site.heap.arena;
    judge = site_judge(&site, 0);
    judge.ahead = SITE_ANALYTICS | SITE_MARKETING;

    ok(!cg_judge_url(&judge, arena, cg_str_from(tag)).pass,
       "a basic vendor goes ahead of nobody");

    for (i = 0; i < site.policy->nrecipients; i++) {
        who = (cg_recipient_t *) &site.policy->recipients[i];
        who->advanced = cg_str_eq(who->vendor->id,
                                  cg_str("google-analytics")) != 0;
    }

    ok(cg_judge_url(&judge, arena, cg_str_from(tag)).pass
       && cg_judge_path(&judge, cg_str("/g/collect")).pass
       && cg_judge_inline(&judge, cg_str("s.src='//www.googletagmanager.com/"
                                         "gtag/js'")).pass,
       "an advanced one does: its tag, its endpoint, its loader");
    ok(cg_judge_url(&judge, arena, cg_str_from(tag)).counted,
       "... and is counted");
    ok(!cg_judge_url(&judge, arena, cg_str("//www.googletagmanager.com/gtm.js"))
            .pass
       && !cg_judge_url(&judge, arena, cg_str("//connect.facebook.net/")).pass
       && !cg_judge_url(&judge, arena, cg_str("//x.example/")).pass,
       "... and takes nobody with it");
    ok(!cg_judge_cookie(&judge, cg_str("_ga")).pass,
       "... its cookies stay shut");
    ok(!cg_judge_inline(&judge, cg_str("document.cookie='_ga=1;path=/'")).pass,
       "... and so do scripts that set them by themselves");
    ok(!cg_judge_all_open(&judge), "the page is read");

    judge.closed = CG_CLOSED_ALL;
    ok(!cg_judge_url(&judge, arena, cg_str_from(tag)).pass,
       "not in a page that is closed to third parties");
    judge.closed = CG_CLOSED_NOT;
    judge.ahead = SITE_MARKETING;
    ok(!cg_judge_url(&judge, arena, cg_str_from(tag)).pass,
       "not ahead of a choice that was made");

    site_drop(&site);
}


int
main(void)
{
    an_advanced_vendor_goes_ahead_of_the_choice();
    urls_are_judged_by_host_and_path();
    plain_values_cost_no_memory();
    inline_scripts_are_judged_by_what_they_load();
    cookies_and_paths();
    all_open_takes_every_grant();
    legacy_bytes_are_not_trusted();
    a_closed_page_has_no_third_party();
    a_sensitive_purpose_opens_a_sensitive_page();

    return tap_done();
}
