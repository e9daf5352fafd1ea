#include "tap.h"
#include "feed.h"

#include "policy/cg_policy.h"

/* The shipped vendors under the shipped cc-link profile; the reader belongs to
 * the program, not to the library. */
#include "ctl/dump.c"
#include "ctl/conf.c"

#define MAX  8


static feed_t              shipped;
static const cg_policy_t  *policy;


static int
load(void)
{
    FILE  *out = fopen("build/tests/unit_policy_match.conf", "w");

    if (out == NULL) {
        return 0;
    }

    fputs("include ../../conf/vendors/*.conf;\n"
          "include ../../conf/policies/cc-link.conf;\n", out);
    fclose(out);

    heap_init(&shipped.heap);
    shipped.set = cg_policies_create(&shipped.heap.arena);

    if (ctl_conf_load("build/tests/unit_policy_match.conf", shipped.set,
                      &shipped.diag) != 0
        || cg_policies_freeze(shipped.set, &shipped.diag) != CG_OK)
    {
        printf("# %s:%u: %s\n", shipped.diag.file ? shipped.diag.file : "?",
               shipped.diag.line, shipped.diag.text);
        return 0;
    }

    policy = cg_policies_find(shipped.set, cg_str("cc-link"));

    return policy != NULL;
}


/* "" for a slice that is absent. */

static int
says(cg_str_t got, const char *want)
{
    return cg_str_eq(got, cg_str_from(want));
}


static int
purpose_is(const cg_match_t *match, const char *want)
{
    return match->purpose ? says(match->purpose->id, want) : *want == '\0';
}


static void
urls_find_their_recipient(void)
{
    static const struct {
        const char  *host;
        const char  *path;
        const char  *vendor;       /* "": nobody */
        const char  *purpose;
    } cases[] = {
        { "www.google-analytics.com", "/analytics.js", "google-analytics",
          "analytics" },
        { "google-analytics.com", "/", "google-analytics", "analytics" },
        { "ssl.google-analytics.com", "/ga.js", "google-analytics",
          "analytics" },
        { "region1.google-analytics.com", "/g/collect?v=2",
          "google-analytics", "analytics" },
        { "www.googletagmanager.com", "/gtag/js?id=G-1", "google-analytics",
          "analytics" },
        { "googletagmanager.com", "/gtag/js", "google-analytics",
          "analytics" },
        { "www.googletagmanager.com", "/gtag/jsx", "google-tag-manager",
          "analytics" },
        { "www.googletagmanager.com", "/gtm.js?id=GTM-1",
          "google-tag-manager", "analytics" },
        { "www.googletagmanager.com", "/ns.html?id=GTM-1",
          "google-tag-manager", "analytics" },
        { "stats.g.doubleclick.net", "/j/collect", "google-analytics",
          "analytics" },
        { "googleads.g.doubleclick.net", "/pagead/x", "google-ads",
          "marketing" },
        { "www.google.com", "/ads/ga-audiences?t=sr", "google-analytics",
          "analytics" },
        { "www.google.com", "/ads/measurement", "google-ads", "marketing" },
        { "www.google.com", "/pagead/1p-user-list/1", "google-ads",
          "marketing" },
        { "www.google.com", "/maps/embed?pb=1", "google-maps", "media" },
        { "www.google.co.jp", "/maps?q=x", "google-maps", "media" },
        { "maps.google.co.jp", "", "google-maps", "media" },
        { "www.google.com", "/", "", "" },
        { "www.google.com", "/mapsearch", "", "" },
        { "connect.facebook.net", "/en_US/fbevents.js", "meta-pixel",
          "marketing" },
        { "www.facebook.com", "/tr?id=1&ev=PageView", "meta-pixel",
          "marketing" },
        { "www.facebook.com", "/tr/", "meta-pixel", "marketing" },
        { "www.facebook.com", "/track", "", "" },
        { "www.facebook.com", "/plugins/like.php", "meta-pixel",
          "marketing" },
        { "www.youtube-nocookie.com", "/embed/x", "youtube", "media" },
        { "i.ytimg.com", "/vi/x/hq.jpg", "youtube", "media" },
        { "fonts.googleapis.com", "/css2?family=Noto", "google-fonts",
          "media" },
        { "maps.googleapis.com", "/maps/api/js", "google-maps", "media" },
        { "ajax.googleapis.com", "/ajax/libs/jquery/3/jquery.js",
          "infrastructure", "" },
        { "cdn.jsdelivr.net", "/npm/x", "infrastructure", "" },
        { "notgoogle-analytics.com", "/", "", "" },
        { "google-analytics.com.evil.example", "/", "", "" },
        { "com", "/", "", "" },
        { "", "", "", "" },
        { "127.0.0.1", "/gtag/js", "", "" },
    };

    size_t       i;
    cg_match_t   match;
    cg_status_t  status;
    cg_str_t     host, path;
    size_t       failed = 0;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        memset(&match, 0, sizeof(match));
        host = heap_exact(cg_str_from(cases[i].host));
        path = heap_exact(cg_str_from(cases[i].path));
        status = cg_policy_match_url(policy, host, path, &match);
        free((void *) host.data);
        free((void *) path.data);

        if (status != (*cases[i].vendor ? CG_OK : CG_NONE)
            || !says(match.vendor, cases[i].vendor)
            || !purpose_is(&match, cases[i].purpose))
        {
            failed++;
            printf("# %s%s\n", cases[i].host, cases[i].path);
            tap_show("vendor", match.vendor);
        }
    }

    is_int(failed, 0, "longest host, then longest path: %zu URLs", i);

    (void) cg_policy_match_url(policy, cg_str("www.google-analytics.com"),
                               cg_str("/"), &match);
    is_str(match.clause, cg_str("CC-6.4c"), "a match cites its clause");
}


static void
relayed_endpoints_are_found(void)
{
    cg_match_t  match;

    ok(cg_policy_match_path(policy, cg_str("/g/collect?v=2"), &match) == CG_OK
       && says(match.vendor, "google-analytics"), "relayed /g/collect");
    ok(cg_policy_match_path(policy, cg_str("/j/collect"), &match) == CG_OK,
       "relayed /j/collect");
    ok(cg_policy_match_path(policy, cg_str("/%67/c%6Fllect"), &match) == CG_OK,
       "and with its letters coded");
    ok(cg_policy_match_path(policy, cg_str("/g/collection"), &match)
       == CG_NONE, "/g/collection is the site's own");
    ok(cg_policy_match_path(policy, cg_str("/collect?x"), &match) == CG_NONE,
       "/collect is the site's own");
}


#define GTM_SNIPPET                                                          \
    "(function(w,d,s,l,i){w[l]=w[l]||[];w[l].push({'gtm.start':\n"           \
    "new Date().getTime(),event:'gtm.js'});var f=d.getElementsByTagName(s)"  \
    "[0],\nj=d.createElement(s),dl=l!='dataLayer'?'&l='+l:'';j.async=true;"  \
    "j.src=\n'https://www.googletagmanager.com/gtm.js?id='+i+dl;"            \
    "f.parentNode.insertBefore(j,f);\n})(window,document,'script',"          \
    "'dataLayer','GTM-XXXX');"

static const struct {
    const char  *promise;
    const char  *script;
    const char  *vendors;          /* in any order, a blank behind each */
} scripts[] = {
    { "the usual Tag Manager loader", GTM_SNIPPET, "google-tag-manager " },
    { "the usual GA4 set-up calls a stub",
      "window.dataLayer = window.dataLayer || [];\n"
      "function gtag(){dataLayer.push(arguments);}\n"
      "gtag('js', new Date());\n\ngtag('config', 'G-XXXXXXX');", "" },
    { "the loader of analytics.js",
      "(function(i,s,o,g,r,a,m){i['GoogleAnalyticsObject']=r;i[r]=i[r]||"
      "function(){(i[r].q=i[r].q||[]).push(arguments)},i[r].l=1*new Date();"
      "a=s.createElement(o),m=s.getElementsByTagName(o)[0];a.async=1;a.src=g;"
      "m.parentNode.insertBefore(a,m)})(window,document,'script',"
      "'//www.google-analytics.com/analytics.js','ga');"
      "ga('create','UA-1-1','auto');ga('send','pageview');",
      "google-analytics " },
    { "the loader of ga.js, host in two halves",
      "var _gaq = _gaq || [];_gaq.push(['_setAccount','UA-1-1']);"
      "(function() { var ga = document.createElement('script'); ga.src = "
      "('https:' == document.location.protocol ? 'https://ssl' : "
      "'http://www') + '.google-analytics.com/ga.js'; })();",
      "google-analytics " },
    { "ga.js with advertising features: the longer host decides",
      "ga.src = ('https:' == document.location.protocol ? 'https://' : "
      "'http://') + 'stats.g.doubleclick.net/dc.js';", "google-analytics " },
    { "gtag.js loaded by hand",
      "s.src='https://www.googletagmanager.com/gtag/js?id='+id;",
      "google-analytics " },
    { "the Meta pixel",
      "!function(f,b,e,v,n,t,s){if(f.fbq)return;n=f.fbq=function(){"
      "n.callMethod?n.callMethod.apply(n,arguments):n.queue.push(arguments)};"
      "t=b.createElement(e);t.async=!0;t.src=v;}(window,document,'script',"
      "'https://connect.facebook.net/en_US/fbevents.js');"
      "fbq('init','1');fbq('track','PageView');", "meta-pixel " },
    { "calls alone", "ga('send','event','a','b'); gtag('event','x');"
      "fbq('track','Lead'); _gaq.push(['_trackPageview']);", "" },
    { "escaped slashes",
      "{\"u\":\"https:\\/\\/www.google-analytics.com\\/ga.js\"}",
      "google-analytics " },
    { "slashes as \\u002F",
      "\"https:\\u002F\\u002Fconnect.facebook.net\\u002Fx.js\"",
      "meta-pixel " },
    { "slashes as \\x2f", "'\\x2f\\x2fyoutu.be\\x2fx'", "youtube " },
    { "letters as \\u{...}",
      "'https://www.google-analyti\\u{63}s.com/x'", "google-analytics " },
    { "letters as octal digits",
      "'https://www.\\147oogle-analytics.com/x'", "google-analytics " },
    { "letters behind a backslash that they do not need",
      "'https://www.goog\\le\\-analytics.com/x'", "google-analytics " },
    { "a line that goes on",
      "'https://www.goo\\\r\ngle-ana\\\nlytics.com\\\xE2\x80\xA8/x'",
      "google-analytics " },
    { "an expression that tests for a host",
      "/^https?:..www\\.google-analytics\\.com/.test(u)", "" },
    { "capitals", "'HTTPS://WWW.GOOGLE-ANALYTICS.COM/ga.js'",
      "google-analytics " },
    { "two vendors, each once", GTM_SNIPPET GTM_SNIPPET
      "'//connect.facebook.net/a'", "google-tag-manager meta-pixel " },
    { "a host in a template", "`https://${x}.google-analytics.com/g/collect`",
      "google-analytics " },
    { "a host alone behind //", "var h='//www.google-analytics.com';",
      "google-analytics " },
    { "a host with a port", "'https://www.google-analytics.com:443/x'",
      "google-analytics " },
    { "a host with the root's dot", "'https://www.google-analytics.com./x'",
      "google-analytics " },
    { "userinfo before the host", "'https://a@google-analytics.com/x'",
      "google-analytics " },
    { "a host quoted alone is a word", "['google-analytics.com']", "" },
    { "a host in a sentence", "// see google-analytics.com/ for more", "" },
    { "another host that ends like it", "'https://notgoogle-analytics.com/'",
      "" },
    { "another host that begins like it",
      "'https://google-analytics.com.example.org/'", "" },
    { "another top-level domain", "'https://google-analytics.community/'", "" },
    { "a path of the same host that is nobody's",
      "'https://www.google.com/search?q=x'", "" },
    { "a path pattern", "i.src='https://www.facebook.com/tr?id=1'",
      "meta-pixel " },
    { "another path", "a.href='https://www.facebook.com/company'", "" },
    { "document.cookie with a vendor's cookie",
      "document.cookie='_ga='+x+';path=/'", "google-analytics " },
    { "the name before the jar",
      "var n=\"_fbp\";function g(d){return d.cookie.match(n)}",
      "meta-pixel " },
    { "the name alone", "var n='_ga';", "" },
    { "the jar alone", "document.cookie='theme=dark'", "" },
    { "a longer name", "document.cookie='my_ga=1;_gab=2'", "" },
    { "another case of the name", "document.cookie='_GA=1'", "" },
    { "a vendor that the policy does not name",
      "s.src='//cdn.jsdelivr.net/npm/x'", "infrastructure " },
    { "nothing", "", "" },
    { "a lone backslash", "\\", "" },
    { "a line that goes on with nothing", "a\\\n", "" },
    { "cut escapes", "\\8\\777\\u00\\x2\\u{2f\\u{}\\u{0000000000}", "" },
    { "bytes that are not ASCII",
      "'\xff\xfe//\xe3\x82\xb0\xe3.google-analytics.com/x'",
      "google-analytics " },
};


static int
found_is(const cg_match_t *matches, size_t n, const char *vendors)
{
    char    id[80];
    size_t  i, len = 0;

    for (i = 0; i < n; i++) {
        snprintf(id, sizeof(id), "%.*s ", (int) matches[i].vendor.len,
                 (const char *) matches[i].vendor.data);
        len += strlen(id);

        if (strstr(vendors, id) == NULL) {
            return 0;
        }
    }

    return len == strlen(vendors);
}


static void
scripts_are_seen_through(void)
{
    size_t      i, n;
    cg_str_t    script;
    cg_match_t  matches[MAX];

    for (i = 0; i < sizeof(scripts) / sizeof(scripts[0]); i++) {
        script = heap_exact(cg_str_from(scripts[i].script));
        n = cg_policy_match_inline(policy, script, matches, MAX);

        if (!ok(found_is(matches, n, scripts[i].vendors), "inline: %s",
                scripts[i].promise))
        {
            while (n) {
                tap_show("found", matches[--n].vendor);
            }
        }

        free((void *) script.data);
    }

    is_int(cg_policy_match_inline(policy,
                                  cg_str("'//youtu.be/''//youtube.com/'"
                                         "'//connect.facebook.net/'"),
                                  matches, 1),
           1, "no more matches than there is room for");
}


static void
long_scripts_stay_bounded(void)
{
    size_t          n, len = 1024 * 1024;
    cg_str_t        script;
    cg_match_t      matches[MAX];
    unsigned char  *data = malloc(len);

    memset(data, 'a', len);
    script.data = data;
    script.len = len;
    is_int(cg_policy_match_inline(policy, script, matches, MAX), 0,
           "a megabyte of nothing");

    memcpy(data + len - 31, "//www.google-analytics.com/ga.js", 31);
    n = cg_policy_match_inline(policy, script, matches, MAX);
    ok(found_is(matches, n, "google-analytics "),
       "a mark at the very end of it");

    memset(data, '\\', len);
    is_int(cg_policy_match_inline(policy, script, matches, MAX), 0,
           "a megabyte of backslashes");
    free(data);
}


/* A script with escapes is read in windows: wherever their edges are. */

static void
windows_have_no_edges(void)
{
    int             good = 1;
    size_t          at, n, len = 20000;
    cg_str_t        script, mark = cg_str("'//www.google-analytics.com:443/x'");
    cg_match_t      matches[MAX];
    unsigned char  *data = malloc(len);

    script.data = data;
    script.len = len;

    for (at = 14000; at < 18000; at++) {
        memset(data, '.', len);
        memcpy(data, "\\/", 2);
        memcpy(data + at, mark.data, mark.len);
        n = cg_policy_match_inline(policy, script, matches, MAX);
        good &= found_is(matches, n, "google-analytics ");
    }

    ok(good, "a mark at any place of a script with escapes");

    memset(data, '0', len);
    memcpy(data, "//www.facebook.com:", 19);
    memcpy(data + len - 6, "443/tr", 6);
    n = cg_policy_match_inline(policy, script, matches, MAX);
    ok(found_is(matches, n, "meta-pixel "),
       "a host whose path is out of sight counts with any");
    free(data);
}


static void
cookies_have_owners(void)
{
    static const struct {
        const char  *name;
        const char  *vendor;
        const char  *purpose;
        cg_status_t  status;
    } cases[] = {
        { "_ga", "google-analytics", "analytics", CG_OK },
        { "_ga_ABC123", "google-analytics", "analytics", CG_OK },
        { "_gat_gtag_UA_1", "google-analytics", "analytics", CG_OK },
        { "__utmz", "google-analytics", "analytics", CG_OK },
        { "_gcl_au", "google-ads", "marketing", CG_OK },
        { "_gcl_aw", "google-ads", "marketing", CG_OK },
        { "_fbp", "meta-pixel", "marketing", CG_OK },
        { "PHPSESSID", "", "necessary", CG_OK },
        { "_GA", "", "", CG_NONE },
        { "x_ga_1", "", "", CG_NONE },
        { "session", "", "", CG_NONE },
        { "", "", "", CG_NONE },
    };

    size_t       i, failed = 0;
    cg_str_t     name;
    cg_match_t   match;
    cg_status_t  status;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        memset(&match, 0, sizeof(match));
        name = heap_exact(cg_str_from(cases[i].name));
        status = cg_policy_match_cookie(policy, name, &match);
        free((void *) name.data);

        if (status != cases[i].status || !says(match.vendor, cases[i].vendor)
            || !purpose_is(&match, cases[i].purpose))
        {
            failed++;
            printf("# %s\n", cases[i].name);
        }
    }

    is_int(failed, 0, "cookies: exact names, then patterns (%zu names)", i);

    (void) cg_policy_match_cookie(policy, cg_str("PHPSESSID"), &match);
    is_str(match.vendor, cg_str_null, "a cookie of the site has no vendor");
    is_str(match.clause, cg_str("CC-4.2"), "but a clause");
}


#define VENDOR(id, lines)                                                    \
    "consent_vendor " id " { name V; provider V US; receives ip; " lines " }"
#define POLICY(id, lines)                                                    \
    "consent_policy " id " { controller C; notice /; version 1; languages "  \
    "en; purpose necessary required; purpose a slot=1; purpose b slot=2; "   \
    lines " }"


static void
policies_of_one_set_differ(void)
{
    size_t              n;
    feed_t              feed;
    cg_match_t          match, matches[MAX];
    const cg_policy_t  *p, *q;

    memset(&feed, 0, sizeof(feed));
    heap_init(&feed.heap);
    feed_text(&feed,
        VENDOR("x", "host x.example.com; cookie both 1d; cookie ~ ^re 1d; "
               "inline ~ \"(a+)+$\"; path /hit;")
        VENDOR("y", "host y.example.com; cookie both 1d; cookie ~ ^re 1d; "
               "inline YesMark; inline \xe8\xa8\x88\xe6\xb8\xac; "
               "url x.example.com/y/*/z;")
        POLICY("p", "vendor x purpose=a; vendor y purpose=b; "
               "cookie ~ ^rest purpose=b; cookie own purpose=necessary;")
        POLICY("q", "vendor y purpose=a;"));

    p = cg_policies_find(feed.set, cg_str("p"));
    q = cg_policies_find(feed.set, cg_str("q"));

    if (!ok(p && q, "two policies over the same vendors")) {
        printf("# %s\n", feed.diag.text);
        return;
    }

    ok(cg_policy_match_url(q, cg_str("x.example.com"), cg_str("/"), &match)
       == CG_OK && says(match.vendor, "x") && match.purpose == NULL,
       "a vendor that the policy does not name has no purpose");
    ok(cg_policy_match_path(q, cg_str("/hit"), &match) == CG_OK
       && match.purpose == NULL, "nor has its relayed endpoint");
    ok(cg_policy_match_url(p, cg_str("a.x.example.com"), cg_str("/y/1/z"),
                           &match) == CG_OK && says(match.vendor, "y"),
       "a star inside of a path");
    ok(cg_policy_match_cookie(p, cg_str("both"), &match) == CG_OK
       && says(match.vendor, "x"), "a cookie of two vendors: the first");
    ok(cg_policy_match_cookie(q, cg_str("both"), &match) == CG_OK
       && says(match.vendor, "y") && says(match.purpose->id, "a"),
       "or the one that the policy names");
    ok(cg_policy_match_cookie(q, cg_str("re1"), &match) == CG_OK
       && says(match.vendor, "y"), "with patterns too");
    ok(cg_policy_match_cookie(p, cg_str("rest"), &match) == CG_OK
       && says(match.vendor, "") && says(match.purpose->id, "b"),
       "the policy's own cookie lines come first");
    ok(cg_policy_match_inline(p, cg_str("var yesmark;"), matches, MAX) == 1
       && says(matches[0].vendor, "y"), "a literal in any case of letters");
    ok(cg_policy_match_inline(p,
                              cg_str("a('\xe8\xa8\x88\xe6\xb8\xac')"),
                              matches, MAX) == 1
       && says(matches[0].vendor, "y"), "a literal without an ASCII byte");

    n = cg_policy_match_inline(p, cg_str("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
                                         "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab"),
                               matches, MAX);
    ok(n == 1 && says(matches[0].vendor, "x"),
       "a regular expression that runs into its limit counts as matched");

    feed_drop(&feed);
}


/* One text inside of another, at its end, at its beginning, the same twice. */

static void
texts_may_overlap(void)
{
    static const struct {
        const char  *script;
        const char  *vendors;
    } cases[] = {
        { "a long tail b", "long short same1 same2 " },
        { "a tail b", "short same1 same2 " },
        { "a long tai tail", "short same1 same2 " },
        { "long long tail", "long short same1 same2 " },
        { "tailor", "short same1 same2 longest " },
        { "long tailor", "long short same1 same2 longest " },
        { "long tai", "" },
    };

    size_t              i, n, failed = 0;
    feed_t              feed;
    cg_match_t          matches[MAX];
    const cg_policy_t  *p;

    memset(&feed, 0, sizeof(feed));
    heap_init(&feed.heap);
    feed_text(&feed,
        VENDOR("long", "inline \"long tail\";")
        VENDOR("short", "inline \"tail\";") VENDOR("same1", "inline TAIL;")
        VENDOR("same2", "inline Tail;") VENDOR("longest", "inline tailor;")
        POLICY("p", ""));
    p = cg_policies_find(feed.set, cg_str("p"));

    for (i = 0; p && i < sizeof(cases) / sizeof(cases[0]); i++) {
        n = cg_policy_match_inline(p, cg_str_from(cases[i].script), matches,
                                   MAX);

        if (!found_is(matches, n, cases[i].vendors)) {
            failed++;
            printf("# %s: %zu\n", cases[i].script, n);
        }
    }

    ok(p && failed == 0, "inline texts that overlap are all found");
    feed_drop(&feed);
}


static void
a_zeroed_policy_names_nobody(void)
{
    cg_match_t   match;
    cg_policy_t  zero;

    memset(&zero, 0, sizeof(zero));
    ok(cg_policy_match_url(&zero, cg_str("a.example"), cg_str("/"), &match)
       == CG_NONE
       && cg_policy_match_path(&zero, cg_str("/"), &match) == CG_NONE
       && cg_policy_match_cookie(&zero, cg_str("a"), &match) == CG_NONE
       && cg_policy_match_inline(&zero, cg_str("a"), &match, 1) == 0,
       "a zeroed policy declares nothing");
}


int
main(void)
{
    if (ok(load(), "the shipped vendors and the cc-link profile load")) {
        urls_find_their_recipient();
        relayed_endpoints_are_found();
        scripts_are_seen_through();
        long_scripts_stay_bounded();
    windows_have_no_edges();
        cookies_have_owners();
    }

    policies_of_one_set_differ();
    texts_may_overlap();
    a_zeroed_policy_names_nobody();
    feed_drop(&shipped);

    return tap_done();
}
