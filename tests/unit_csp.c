/* The second wall: which hosts our Content-Security-Policy names, and what is
 * read out of a site's own. */

#include "tap.h"
#include "heap.h"
#include "site.h"

#include "gate/cg_csp.h"

#define KEYWORDS  "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:"
#define OWN       " http://*.example-cdn.net:* ws://*.example-cdn.net:*" \
                  " http://example.org:* ws://example.org:*" \
                  " http://*.example.org:* ws://*.example.org:*"
#define BASE      "; base-uri 'self' http://*.example-cdn.net:*" \
                  " http://example.org:* http://*.example.org:*"
#define REPORT    "; report-uri /.consent/csp"
#define BOTH(h)   " " h " wss://" h " *." h " wss://*." h


static cg_str_t
policy_of(const cg_judge_t *judge, heap_t *heap)
{
    cg_out_t  vendors, out;

    cg_out_init(&vendors, &heap->arena, CG_MAX_CSP);
    cg_out_init(&out, &heap->arena, CG_MAX_CSP);

    if (cg_csp_vendors(judge, &heap->arena, &vendors) != CG_OK) {
        return cg_str_null;
    }

    cg_csp_write(judge, cg_out_slice(&vendors), cg_str("/.consent/csp"),
                 &out);

    return cg_out_slice(&out);
}


static void
each_state_has_its_list(void)
{
    static const struct {
        const char  *unlisted;
        uint32_t     granted;
        const char  *want;
        const char  *promise;
    } cases[] = {
        { "hold", 0, KEYWORDS OWN BASE REPORT,
          "nothing granted: the site's own hosts, no vendor" },
        { "hold", SITE_ANALYTICS,
          KEYWORDS OWN BOTH("google-analytics.com")
          BOTH("googletagmanager.com") BASE REPORT,
          "analytics: its vendors, hosts and sub-domains; a URL on a host that "
          "is open is not said twice" },
        { "hold", SITE_MARKETING,
          KEYWORDS OWN BOTH("facebook.net") " www.facebook.com/tr"
          " www.facebook.com/tr/ *.www.facebook.com/tr"
          " *.www.facebook.com/tr/" BOTH("youtube.com") BASE REPORT,
          "marketing: a URL's path, and what is beneath it" },
        { "hold", SITE_ANALYTICS | SITE_MARKETING,
          KEYWORDS OWN BOTH("facebook.net") BOTH("google-analytics.com")
          BOTH("googletagmanager.com") " www.facebook.com/tr"
          " www.facebook.com/tr/ *.www.facebook.com/tr"
          " *.www.facebook.com/tr/" BOTH("youtube.com") BASE REPORT,
          "everything granted: a vendor that the policy does not name is shut"
          " while unlisted hosts are held" },
        { "allow", 0, NULL,
          "unlisted hosts allowed: no list says \"all but\", so no wall" },
        { "allow", SITE_ANALYTICS | SITE_MARKETING, NULL,
          "everything open: no wall" },
        { "analytics", 0, KEYWORDS OWN BASE REPORT,
          "unlisted hosts tied to a purpose that is shut: a wall" },
        { "analytics", SITE_ANALYTICS, NULL,
          "unlisted hosts tied to a purpose that is open: none" },
        { "analytics", SITE_MARKETING,
          KEYWORDS OWN BOTH("facebook.net") " www.facebook.com/tr"
          " www.facebook.com/tr/ *.www.facebook.com/tr"
          " *.www.facebook.com/tr/" BOTH("youtube.com") BASE REPORT,
          "tied to a purpose, another one granted: a wall" },
    };

    size_t      i;
    site_t      site;
    cg_str_t    got;
    cg_judge_t  judge;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        site_init(&site, cases[i].unlisted);
        judge = site_judge(&site, cases[i].granted);
        got = policy_of(&judge, &site.heap);

        is_str(got, cases[i].want ? cg_str_from(cases[i].want) : cg_str_null,
               "%s", cases[i].promise);

        if (i == 0 || i == 3) {
            printf("# %zu bytes\n", got.len);
        }

        site_drop(&site);
    }
}


/* A policy of its own: `vendors` are "id purpose word word ...", one a line,
 * the words hosts, or URLs where they hold a slash. */

static void
crowd_feed(site_t *site, const char *vendors, const char *const *policy)
{
    int          open = 0;
    char         line[256], id[32], purpose[32], word[128];
    size_t       n;
    const char  *p;
    cg_diag_t    diag;

    memset(site, 0, sizeof(*site));
    memset(&diag, 0, sizeof(diag));
    heap_init(&site->heap);
    site->policies = cg_policies_create(&site->heap.arena);

    for (p = vendors; *p; p += strcspn(p, "\n"), p += *p != '\0') {
        n = (size_t) sscanf(p, "%31s %31s", id, purpose);
        snprintf(line, sizeof(line), "consent_vendor %s", id);
        site_feed(site, line, "", &open);
        site_feed(site, "name x", "", &open);
        site_feed(site, "provider x US", "", &open);
        site_feed(site, "receives ip", "", &open);

        snprintf(line, sizeof(line), "%.*s", (int) strcspn(p, "\n"), p);

        for (n = strlen(id) + strlen(purpose) + 2; n < strlen(line);
             n += strlen(word) + 1)
        {
            sscanf(line + n, "%127s", word);
            snprintf(id, sizeof(id), "%s", strchr(word, '/') ? "url" : "host");
            {
                char  mark[192];

                snprintf(mark, sizeof(mark), "%s %s", id, word);
                site_feed(site, mark, "", &open);
            }
        }
    }

    for ( /* void */ ; *policy; policy++) {
        site_feed(site, *policy, "", &open);
    }

    for (p = vendors; *p; p += strcspn(p, "\n"), p += *p != '\0') {
        sscanf(p, "%31s %31s", id, purpose);
        snprintf(line, sizeof(line), "vendor %s purpose=%s", id, purpose);
        site_feed(site, line, "", &open);
    }

    site_check(cg_policies_end(site->policies, &diag), "end", &diag);
    site_check(cg_policies_freeze(site->policies, &diag), "freeze", &diag);
    site->policy = cg_policies_find(site->policies, cg_str("crowd"));
    cg_site_init(&site->site, &site->heap.arena);
}


static const char *const  crowd_policy[] = {
    "consent_policy crowd", "controller x", "contact x /contact",
    "notice /privacy", "version 1", "languages en",
    "purpose necessary required", "purpose a slot=1", "purpose b slot=2",
    "unlisted third_party=hold", NULL
};


/* What stands behind the keywords and own hosts, up to base-uri. */

static cg_str_t
vendors_of(site_t *site, uint32_t granted)
{
    cg_out_t    out;
    cg_judge_t  judge = site_judge(site, granted);

    cg_out_init(&out, &site->heap.arena, CG_MAX_CSP);

    if (cg_csp_vendors(&judge, &site->heap.arena, &out) != CG_OK) {
        return cg_str_null;
    }

    cg_out_byte(&out, '.');        /* an empty list is not an absent one */

    return cg_out_slice(&out);
}


static void
a_shut_vendor_is_never_reached(void)
{
    static const struct {
        const char  *vendors;
        uint32_t     granted;
        const char  *want;
        const char  *promise;
    } cases[] = {
        { "x a doubleclick.net\ny b stats.g.doubleclick.net\n", 1,
          " doubleclick.net wss://doubleclick.net www.doubleclick.net"
          " wss://www.doubleclick.net.",
          "a shut vendor below an open one's host: of its sub-domains www" },
        { "x a g.example\ny b www.g.example\n", 1,
          " g.example wss://g.example.", "... unless www is the shut one" },
        { "x a g.example/p\ny b a.g.example/q www.g.example/p/s\n", 1,
          " g.example/p g.example/p/ *.g.example/p.",
          "... or has a place there" },
        { "x a g.example www.g.example\ny b a.g.example\n", 1,
          " g.example wss://g.example" BOTH("www.g.example") ".",
          "... and once" },
        { "x a doubleclick.net\ny b stats.g.doubleclick.net\n", 2,
          BOTH("stats.g.doubleclick.net") ".",
          "the other way round the narrower host is open whole" },
        { "x a gtm.example\ny b gtm.example/gtag/js\n", 1, ".",
          "a shut vendor's URL on an open one's host: the host stays shut" },
        { "x a gtm.example\ny b gtm.example/gtag/js\n", 2,
          " gtm.example/gtag/js gtm.example/gtag/js/ *.gtm.example/gtag/js"
          " *.gtm.example/gtag/js/.",
          "an open URL on a shut vendor's host: just this path" },
        { "x a g.example/ads\ny b g.example/ads/ga\n", 1,
          " g.example/ads *.g.example/ads.",
          "a shut path beneath an open one: not what is beneath" },
        { "x a g.example/ads\ny b g.example/ads/ga\n", 2,
          " g.example/ads/ga g.example/ads/ga/ *.g.example/ads/ga"
          " *.g.example/ads/ga/.",
          "and the one beneath alone" },
        { "x a g.example/maps/\n", 1, " g.example/maps/ *.g.example/maps/.",
          "a path that ends in a slash is a directory" },
        { "x a g.example/p/*/c\n", 1, " g.example/p/ *.g.example/p/.",
          "a star: the directory before it" },
        { "x a g.example/p/*/c\ny b g.example/p/q\n", 1, ".",
          "a star, but a shut vendor in that directory: nothing" },
        { "x a g.example/a g.example/ab\ny b g.example/abc\n", 1,
          " g.example/ab g.example/ab/ *.g.example/ab *.g.example/ab/"
          " g.example/a g.example/a/ *.g.example/a *.g.example/a/.",
          "neighbours that share letters do not share paths" },
        { "x a www.g.example\ny b g.example\n", 1, BOTH("www.g.example") ".",
          "a host below a shut vendor's is its own" },
        { "x necessary n.example\ny a g.example\n", 0, BOTH("n.example") ".",
          "what a required purpose covers is always in the list" },
        { "x a g.example/a;b g.example/c,d\n", 1, ".",
          "what would end a source cannot be said" },
    };

    size_t  i;
    site_t  site;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        crowd_feed(&site, cases[i].vendors, crowd_policy);
        is_str(vendors_of(&site, cases[i].granted), cg_str_from(cases[i].want),
               "%s", cases[i].promise);
        site_drop(&site);
    }
}


/* Whether a browser would let a request through (CSP 3, 6.7.2.7 and 8), less
 * schemes and ports: "host/path", one source after the other. */

static int
browser_allows(cg_str_t list, const char *host, const char *path)
{
    char         source[256];
    char        *p, *slash;
    size_t       n, at = 0;
    const char  *dot;

    while (at < list.len) {
        for (n = 0; at + n < list.len && list.data[at + n] != ' '; n++) {
            /* void */
        }

        snprintf(source, sizeof(source), "%.*s", (int) n, list.data + at);
        at += n + 1;
        p = strstr(source, "://") ? strstr(source, "://") + 3 : source;
        slash = strchr(p, '/');

        if (slash ? slash[strlen(slash) - 1] == '/'
                    ? strncmp(path, slash, strlen(slash)) != 0
                    : strcmp(path, slash) != 0
                  : 0)
        {
            continue;
        }

        if (slash) {
            *slash = '\0';
        }

        dot = strlen(host) > strlen(p) - 1
              ? host + strlen(host) - (strlen(p) - 1) : host;

        if (*p == '*' ? dot > host && strcmp(dot, p + 1) == 0
                      : strcmp(host, p) == 0)
        {
            return 1;
        }
    }

    return 0;
}


/* Every host and path that the vendors of the table have, and some around
 * them, in every state: a vendor that the judge holds, no browser lets through.
 * (What nobody declared may lie in the directory that stands for a star.) */

static void
one_state_is_sound(site_t *site, uint32_t granted, int *bad, int *passed)
{
    char                host[128], path[128];
    size_t              i, k, h, p;
    cg_str_t            list = vendors_of(site, granted);
    cg_judge_t          judge = site_judge(site, granted);
    cg_match_t          match;
    cg_endpoint_t       one, other;
    static const char  *hosts[] = { "%.*s", "www.%.*s", "a.%.*s", "x%.*s" };
    static const char  *paths[] = { "%.*s", "%.*s/", "%.*s/x", "%.*sx", "/" };

    list.len--;                        /* the dot */

    for (i = 0; cg_policy_endpoint(site->policy, i, &one) == CG_OK; i++) {
        for (k = 0; cg_policy_endpoint(site->policy, k, &other) == CG_OK; k++)
        {
            for (h = 0; h < 4; h++) {
                for (p = 0; p < 5; p++) {
                    snprintf(host, sizeof(host), hosts[h], (int) one.host.len,
                             one.host.data);
                    snprintf(path, sizeof(path), paths[p],
                             (int) other.path.len, other.path.data);

                    if (cg_policy_match_url(site->policy, cg_str_from(host),
                                            cg_str_from(path[0] ? path : "/"),
                                            &match) == CG_OK
                        && cg_judge_match(&judge, &match).pass)
                    {
                        *passed += browser_allows(list, host, path);

                    } else if (strchr(path, '*') == NULL
                               && cg_policy_match_url(site->policy,
                                        cg_str_from(host), cg_str_from(path),
                                        &match) == CG_OK
                               && browser_allows(list, host, path))
                    {
                        (*bad)++;
                        printf("# %s%s in %.*s\n", host, path,
                               (int) list.len, list.data);
                    }
                }
            }
        }
    }
}


static void
no_state_lets_a_shut_vendor_through(void)
{
    int       bad = 0, passed = 0;
    site_t    site;
    uint32_t  granted;

    crowd_feed(&site,
               "x a doubleclick.net google.com/ads google.com/p/*/c\n"
               "y b stats.g.doubleclick.net google.com/ads/ga a.google.com\n"
               "z a gtm.example www.t.example t.example/m/\n"
               "w b gtm.example/gtag/js t.example t.example/m/a www.q.example\n"
               "v a q.example a.q.example/x google.com/p/q\n"
               "n necessary n.example gtm.example/gtag/js/n\n", crowd_policy);

    for (granted = 0; granted < 4; granted++) {
        one_state_is_sound(&site, granted, &bad, &passed);
    }

    is_int(bad, 0, "as a browser reads it, no list reaches a shut vendor");
    ok(passed > 200, "and open ones are reached, %d times", passed);
    site_drop(&site);
}


static cg_str_t
own_of(site_t *site, const char *request, uint32_t granted)
{
    cg_str_t    policy, end = cg_str("; base-uri");
    cg_judge_t  judge = site_judge(site, granted);

    judge.request_host = request ? cg_str_from(request) : cg_str_null;
    policy = policy_of(&judge, &site->heap);
    policy = cg_str_sub(policy, sizeof(KEYWORDS) - 1, policy.len);

    while (!cg_str_starts(policy, end)) {      /* to the part without ws: */
        policy = cg_str_sub(policy, 1, policy.len);
    }

    policy = cg_str_sub(policy, sizeof("; base-uri 'self'") - 1, policy.len);

    return cg_str_sub(policy, 0, policy.len - (sizeof(REPORT) - 1));
}


static void
own_hosts(void)
{
    static const struct {
        const char  *names;        /* " own" ones begin with '=' */
        const char  *request;
        const char  *vendors;
        const char  *want;
        const char  *promise;
    } cases[] = {
        { "www.example.org", "www.example.org", "x a t.example\n",
          " http://example.org:* http://*.example.org:*",
          "a name's whole domain" },
        { "", "shop.example.org", "x a t.example\n",
          " http://example.org:* http://*.example.org:*",
          "without names, the domain that was asked for" },
        { "www.example.org", "www.other.example", "x a t.example\n",
          " http://example.org:* http://*.example.org:*"
          " http://other.example:* http://*.other.example:*",
          "asked for under another name, its domain as well" },
        { "localhost", "localhost", "x a t.example\n", " http://localhost:*",
          "a single label is only itself" },
        { "127.0.0.1", NULL, "x a t.example\n", " http://127.0.0.1:*",
          "so is an address" },
        { "", "[::1]", "x a t.example\n", "",
          "an IPv6 address has no form there; 'self' is it" },
        { "", "a;b.example", "x a t.example\n", "",
          "a host that would end the list is left out" },
        { "b\xC3\xBC" "cher.example", NULL, "x a t.example\n",
          " http://xn--bcher-kva.example:* http://*.xn--bcher-kva.example:*",
          "names beyond ASCII in their ASCII form" },
        { "www.example.org =*.cdn.example =.img.example =one.example", NULL,
          "x a t.example\n",
          " http://one.example:* http://img.example:* http://*.img.example:*"
          " http://*.cdn.example:* http://example.org:*"
          " http://*.example.org:*", "own_host in its three forms" },
        { "www.example.org =static.example.org", "www.example.org",
          "x a metrics.example.org\n",
          " http://static.example.org:* http://www.example.org:*"
          " http://example.org:*",
          "a shut vendor below the own domain: hosts one by one" },
        { "www.example.org =metrics.example.org", "www.example.org",
          "x a metrics.example.org\n",
          " http://www.example.org:* http://example.org:*",
          "even where own_host names the vendor's" },
        { "www.example.org", "www.example.org", "x a example.org\n", "",
          "a vendor that is the own domain: the page's own host is left" },
        { "www.example.org", "www.example.org",
          "x a metrics.example.org/m.php\n",
          " http://www.example.org:* http://example.org:*",
          "with a path: the host is not named either" },
        { "www.example.org", "www.example.org",
          "x necessary metrics.example.org\n",
          " http://example.org:* http://*.example.org:*",
          "an open vendor below it does not matter" },
    };

    char           names[256], *word;
    size_t         i;
    site_t         site;
    cg_judge_t     judge;
    const char    *error;
    cg_endpoint_t  endpoint;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        crowd_feed(&site, cases[i].vendors, crowd_policy);
        snprintf(names, sizeof(names), "%s", cases[i].names);

        for (word = strtok(names, " "); word; word = strtok(NULL, " ")) {
            if ((*word == '='
                 ? cg_site_add_own(&site.site, cg_str_from(word + 1), &error)
                 : cg_site_add_name(&site.site, cg_str_from(word))) != CG_OK)
            {
                ok(0, "%s is a name", word);
            }
        }

        is_str(own_of(&site, cases[i].request, 0),
               cg_str_from(cases[i].want), "%s", cases[i].promise);

        judge = site_judge(&site, 0);
        judge.request_host = cg_str_null;
        is_int(cg_csp_crowded(&judge, &endpoint),
               strstr(cases[i].vendors, " a ") != NULL
               && strstr(cases[i].vendors, "example.org") != NULL,
               "... and whether a vendor stands among them is known");
        site_drop(&site);
    }
}


static void
nonces(void)
{
    static const struct {
        const char  *lines[2];
        const char  *script;
        const char  *style;
        const char  *promise;
    } cases[] = {
        { { "script-src 'nonce-r4nd0m+/=' 'strict-dynamic'" }, "r4nd0m+/=",
          NULL, "of scripts" },
        { { "default-src 'self' 'nonce-aA_-'" }, "aA_-", "aA_-",
          "default-src is for both" },
        { { "Style-Src 'self' 'NONCE-x'; SCRIPT-SRC 'nonce-y'" }, "y", "x",
          "names in any case, each its own" },
        { { "default-src 'nonce-d'; script-src 'self'" }, NULL, "d",
          "script-src stands for default-src" },
        { { "script-src 'nonce-a'; script-src-elem 'nonce-b'" }, "b", NULL,
          "script-src-elem comes first" },
        { { "script-src 'nonce-a'; script-src 'nonce-b'" }, "a", NULL,
          "a second directive of a name does not count" },
        { { "script-src 'self', script-src 'nonce-b'" }, "b", NULL,
          "policies are parted by commas" },
        { { "script-src 'nonce-a'", "script-src 'nonce-b'" }, "a", NULL,
          "the first line that has one" },
        { { "img-src 'self'", "style-src\t'nonce-b'" }, NULL, "b",
          "or the second" },
        { { "script-src 'nonce-a" }, NULL, NULL, "without its quote, none" },
        { { "script-src 'nonce-'" }, NULL, NULL, "empty, none" },
        { { "script-src 'nonce-a\"><b'" }, NULL, NULL,
          "with bytes that no nonce has, none" },
        { { "script-src 'nonce-\"' 'nonce-b'" }, "b", NULL,
          "but the next may be one" },
        { { "xscript-src 'nonce-a'; script-srcx 'nonce-a'" }, NULL, NULL,
          "of other directives, none" },
        { { "" }, NULL, NULL, "of nothing, none" },
        { { " ; ,, ;" }, NULL, NULL, "nor of less" },
    };

    size_t           i, k;
    cg_str_t         line[2];
    cg_csp_nonces_t  got;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        memset(&got, 0, sizeof(got));
        memset(line, 0, sizeof(line));

        for (k = 0; k < 2 && cases[i].lines[k]; k++) {
            line[k] = heap_exact(cg_str_from(cases[i].lines[k]));
            cg_csp_nonces(line[k], &got);
        }

        is_str(got.script, cases[i].script ? cg_str_from(cases[i].script)
                                           : cg_str_null,
               "nonce: %s", cases[i].promise);
        is_str(got.style, cases[i].style ? cg_str_from(cases[i].style)
                                         : cg_str_null,
               "nonce: %s (styles)", cases[i].promise);
        free((void *) line[0].data);
        free((void *) line[1].data);
    }
}


static void
reports(void)
{
    static const struct {
        const char  *line;
        const char  *want;             /* NULL: untouched */
    } cases[] = {
        { "default-src 'self'; report-uri /csp", NULL },
        { "default-src 'self'; report-uri https://shop.example.org/csp",
          NULL },
        { "default-src 'self'; report-uri https://www.google-analytics.com/c; "
          "img-src *", "default-src 'self'; ; img-src *" },
        { "REPORT-URI\thttps://www.google-analytics.com/c", "" },
        { "report-uri https://other.example/r;", "" },
        { "report-uri /a https://other.example/r  /b;x y", "report-uri /a /b;x "
          "y" },
        { "img-src 'self';report-uri https://other.example/r, script-src a, "
          " report-uri //other.example/r", "img-src 'self';, script-src a,  " },
        { "report-to other; img-src https://other.example", NULL },
        { "report-uri", NULL },
        { "report-uri /g/collect", "" },
        { "", NULL },
        { ";;,,;", NULL },
    };

    size_t        i;
    site_t        site;
    cg_out_t      out;
    cg_str_t      line;
    cg_judge_t    judge;
    cg_status_t   rc;
    cg_verdict_t  verdict;

    site_init(&site, "hold");
    judge = site_judge(&site, 0);

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        line = heap_exact(cg_str_from(cases[i].line));
        cg_out_init(&out, &site.heap.arena, line.len + 16);
        memset(&verdict, 0, sizeof(verdict));
        rc = cg_csp_reports(&judge, &site.heap.arena, line, &out, &verdict);

        is_int(rc, cases[i].want ? CG_OK : CG_NONE,
               "a report is a request: \"%s\"", cases[i].line);
        if (cases[i].want) {
            ok(cg_str_eq((cg_str_t) { out.len, out.data },
                         cg_str_from(cases[i].want))
               && verdict.counted && !verdict.pass,
               "... to \"%s\"", cases[i].want);
        }

        free((void *) line.data);
    }

    site_drop(&site);
}


static void
short_memory(void)
{
    size_t      fail, failed = 0;
    heap_t      heap;
    site_t      site;
    cg_out_t    out;
    cg_judge_t  judge;

    site_init(&site, "hold");
    judge = site_judge(&site, SITE_ANALYTICS);

    for (fail = 1; fail < 10; fail++) {
        heap_init(&heap);
        heap.fail_at = fail;
        cg_out_init(&out, &heap.arena, CG_MAX_CSP);

        if (cg_csp_vendors(&judge, &heap.arena, &out) != CG_OK
            || out.status != CG_OK)
        {
            failed++;
            ok(out.len == 0 || cg_out_slice(&out).data == NULL,
               "without memory no list, least of all a longer one");
        }

        heap_drop(&heap);
    }

    ok(failed > 1, "memory was short");
    site_drop(&site);
}


int
main(void)
{
    each_state_has_its_list();
    a_shut_vendor_is_never_reached();
    no_state_lets_a_shut_vendor_through();
    own_hosts();
    nonces();
    reports();
    short_memory();

    return tap_done();
}
