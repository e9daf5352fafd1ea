/* Violation reports: which host, by which directive, and nothing else. */

#include "tap.h"
#include "heap.h"
#include "site.h"

#include "gate/cg_report.h"

#define CSP   "application/csp-report"
#define API   "application/reports+json"
#define JSON  "application/json; charset=utf-8"
#define GA    "https://www.google-analytics.com/g/collect?cid=1"


static const struct {
    const char  *type;
    const char  *body;
    int          enforced;
    const char  *want;             /* "host vendor directive +|-;..." */
    const char  *promise;
} good[] = {
    { CSP, "{\"csp-report\":{\"document-uri\":\"https://x/?secret\","
      "\"blocked-uri\":\"" GA "\",\"violated-directive\":\"connect-src\","
      "\"effective-directive\":\"connect-src\",\"disposition\":\"enforce\"}}",
      0, "www.google-analytics.com google-analytics connect-src +;",
      "as Chromium and Firefox send it" },
    { CSP, "{\"csp-report\":{\"blocked-uri\":\"https://NOBODY.example.:8443\","
      "\"violated-directive\":\"img-src 'self' data:\"}}", 1,
      "nobody.example  img-src +;",
      "an old browser's: the directive's first word, what the server does" },
    { CSP, "{\"csp-report\":{\"blocked-uri\":\"//nobody.example\","
      "\"effective-directive\":\"x\\ny\",\"disposition\":\"report\"}}", 1,
      "nobody.example  other -;", "a directive that none is" },
    { CSP, "{\"csp-report\":{\"blocked-uri\":\"inline\","
      "\"effective-directive\":\"script-src-elem\"}}", 1, "",
      "inline, eval, data and so on name no host" },
    { CSP, "{\"csp-report\":{\"blocked-uri\":\"https://a b/\","
      "\"effective-directive\":\"img-src\"}}", 1, "", "nor does a bad one" },
    { CSP, "{\"csp-report\":{\"blocked-uri\":7,"
      "\"effective-directive\":\"img-src\"}}", 1, "", "nor a number" },
    { API, "[{\"type\":\"csp-violation\",\"age\":1,\"url\":\"https://x/\","
      "\"body\":{\"blockedURL\":\"" GA "\",\"effectiveDirective\":"
      "\"img-src\",\"disposition\":\"report\"}},{\"type\":\"deprecation\","
      "\"body\":null},{\"type\":\"csp-violation\",\"body\":{\"blockedURL\":"
      "\"wss://b.example/\",\"effectiveDirective\":\"connect-src\"}}]", 0,
      "www.google-analytics.com google-analytics img-src -;"
      "b.example  connect-src -;", "several, of the Reporting API" },
    { API, "[]", 0, "", "none of it" },
    { JSON, "{\"csp-report\":{\"blocked-uri\":\"" GA "\","
      "\"effective-directive\":\"img-src\"}}", 0,
      "www.google-analytics.com google-analytics img-src -;",
      "either one as application/json" },
    { JSON, "[]", 0, "", "either one" },
};

static const struct {
    const char  *type;
    const char  *body;
    cg_status_t  want;
    const char  *promise;
} bad[] = {
    { NULL, "{}", CG_NONE, "no content type" },
    { "text/plain", "{}", CG_NONE, "another content type" },
    { CSP, "", CG_EINVAL, "nothing" },
    { CSP, "{\"csp-report\":{", CG_EINVAL, "half of one" },
    { CSP, "[]", CG_EINVAL, "a list under the other type" },
    { API, "{\"csp-report\":{\"effective-directive\":\"a\"}}", CG_EINVAL,
      "and the other way round" },
    { CSP, "{\"csp-report\":[]}", CG_EINVAL, "a list for an object" },
    { CSP, "{\"csp-report\":{}}", CG_EINVAL, "a report that says nothing" },
    { CSP, "{\"csp-report\":{\"effective-directive\":\"a\",\"blocked-uri\":1,"
      "\"blocked-uri\":2}}", CG_EINVAL, "a name twice" },
    { API, "[1]", CG_EINVAL, "a list of numbers" },
    { API, "[{\"type\":\"csp-violation\"}]", CG_EINVAL, "a violation of "
      "nothing" },
    { CSP, "{\"csp-report\":{\"effective-directive\":\"a\\u0000b\"}}",
      CG_EINVAL, "a NUL" },
};


static void
show(const cg_report_t *reports, size_t n, char *text, size_t size)
{
    size_t  i, len = 0;

    text[0] = '\0';

    for (i = 0; i < n; i++) {
        len += (size_t) snprintf(text + len, size - len, "%.*s %.*s %s %c;",
                                 (int) reports[i].host.len,
                                 reports[i].host.data,
                                 (int) reports[i].vendor.len,
                                 reports[i].vendor.data,
                                 reports[i].directive,
                                 reports[i].blocked ? '+' : '-');
    }
}


static void
reads_what_browsers_send(void)
{
    char          text[512];
    size_t        i, n;
    site_t        site;
    cg_str_t      body;
    const char   *error;
    cg_status_t   rc;
    cg_report_t   reports[CG_REPORTS];

    site_init(&site, "hold");

    for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        body = heap_exact(cg_str_from(good[i].body));
        rc = cg_report_read(&site.heap.arena, site.policy,
                            cg_str_from(good[i].type), body, good[i].enforced,
                            reports, &n, &error);
        free((void *) body.data);
        show(reports, n, text, sizeof(text));
        ok(rc == CG_OK && error == NULL && strcmp(text, good[i].want) == 0,
           "%s", good[i].promise);

        if (strcmp(text, good[i].want) != 0) {
            printf("# status %d, got %s\n", rc, text);
        }
    }

    site_drop(&site);
}


static void
refuses_what_is_none(void)
{
    size_t        i, n;
    site_t        site;
    cg_str_t      body, type = cg_str_null;
    const char   *error;
    cg_status_t   rc;
    cg_report_t   reports[CG_REPORTS];

    site_init(&site, "hold");

    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        body = heap_exact(cg_str_from(bad[i].body));
        type = bad[i].type ? cg_str_from(bad[i].type) : cg_str_null;
        rc = cg_report_read(&site.heap.arena, site.policy, type, body, 1,
                            reports, &n, &error);
        free((void *) body.data);
        ok(rc == bad[i].want && n == 0
           && (error != NULL) == (rc == CG_EINVAL), "no report: %s",
           bad[i].promise);
    }

    site_drop(&site);
}


static void
reads_so_many(void)
{
    char          body[4096] = "[";
    size_t        i, n;
    site_t        site;
    const char   *error;
    cg_report_t   reports[CG_REPORTS];

    site_init(&site, "hold");

    for (i = 0; i < 3 * CG_REPORTS; i++) {
        snprintf(body + strlen(body), sizeof(body) - strlen(body),
                 "%s{\"type\":\"csp-violation\",\"body\":{\"blockedURL\":"
                 "\"//h%zu\",\"effectiveDirective\":\"x\"}}",
                 i ? "," : "", i);
    }

    strcat(body, "]");

    ok(cg_report_read(&site.heap.arena, site.policy, cg_str(API),
                      cg_str_from(body), 1, reports, &n, &error) == CG_OK
       && n == CG_REPORTS, "a flood in one body is cut");

    site.heap.fail_at = site.heap.count + 1;
    ok(cg_report_read(&site.heap.arena, site.policy, cg_str(API),
                      cg_str_from(body), 1, reports, &n, &error) == CG_ENOMEM
       && n == 0, "without memory there is none");

    site_drop(&site);
}


int
main(void)
{
    reads_what_browsers_send();
    refuses_what_is_none();
    reads_so_many();

    return tap_done();
}
