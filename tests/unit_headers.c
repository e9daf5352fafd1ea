#include "tap.h"
#include "heap.h"
#include "site.h"

#include "gate/cg_headers.h"


static const struct {
    const char  *line;
    const char  *want;         /* NULL: untouched */
} link_cases[] = {
    { "</a.css>; rel=preload; as=style", NULL },
    { "<https://www.google-analytics.com/analytics.js>; rel=preload", "" },
    { "<https://www.google-analytics.com>; rel=\"Preconnect\"", "" },
    { "</a.css>; rel=preload, <//www.google-analytics.com/x>;rel=prefetch"
      " , </b.css>; rel=stylesheet",
      "</a.css>; rel=preload, </b.css>; rel=stylesheet" },
    { "<https://www.google-analytics.com/a,b>; rel=preload; t=\"a,b;c\", "
      "</x>; rel=preload", "</x>; rel=preload" },
    { "<https://other.example/>; rel=canonical", NULL },
    { "<https://other.example/>; rel=\"canonical preload\"", "" },
    { "<https://other.example/>", NULL },
    { "<https://other.example/>; rel=preload; rel=author", "" },
    { "<https://other.example/>; rel=\"auth\\or\"", "" },
    { "</x>; rel=preload; as=image; "
      "imagesrcset=\"/a 1x, https://other.example/b 2x\"", "" },
    { "</x>; rel=preload; as=image; imagesrcset=\"/a 1x, /b 2x\"", NULL },
    { "garbage", "" },
    { "</x>; rel=\"unclosed", "" },
    { "</x; rel=preload", "" },
    { "</x> nonsense, </y>; rel=preload", "" },
    { "", NULL },
    { " , ,</x>; rel=preload;", NULL },
};


static void
link_lines(void)
{
    int           good = 1;
    size_t        i;
    site_t        site;
    cg_out_t      out;
    cg_str_t      line;
    cg_judge_t    judge;
    cg_status_t   rc;
    cg_verdict_t  verdict;

    site_init(&site, "hold");
    judge = site_judge(&site, 0);

    for (i = 0; i < sizeof(link_cases) / sizeof(link_cases[0]) && good; i++) {
        line = heap_exact(cg_str_from(link_cases[i].line));
        cg_out_init(&out, &site.heap.arena, 4096);
        memset(&verdict, 0, sizeof(verdict));
        verdict.pass = 1;
        rc = cg_headers_link(&judge, &site.heap.arena, line, &out, &verdict);

        good = link_cases[i].want == NULL
               ? rc == CG_NONE
               : rc == CG_OK && !verdict.pass && verdict.counted
                 && cg_str_eq(cg_out_slice(&out),
                              cg_str_from(link_cases[i].want));

        if (!good) {
            tap_show("line", line);
            tap_show("got", cg_out_slice(&out));
            printf("# status %d\n", rc);
        }

        free((void *) line.data);
    }

    ok(good, "Link: values that fetch from a held host are dropped, "
       "unreadable lines go");

    site_drop(&site);
}


static void
refresh_lines(void)
{
    static const struct {
        const char  *line;
        int          pass;
    } cases[] = {
        { "0;url=https://other.example/", 0 },
        { "0; URL = 'https://other.example/'x", 0 },
        { "0,https://other.example/", 0 },
        { "0 https://other.example/", 0 },
        { "5.5;url=\"//other.example", 0 },
        { " 0;url=https://www.google-analytics.com/", 0 },
        { "0;url=/next", 1 },
        { "0;url=https://www.example.org/", 1 },
        { "300", 1 },
        { "", 1 },
        { "0;url=", 1 },
    };

    size_t        i;
    site_t        site;
    cg_str_t      line;
    cg_judge_t    judge;
    cg_verdict_t  verdict;

    site_init(&site, "hold");
    judge = site_judge(&site, 0);

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        line = heap_exact(cg_str_from(cases[i].line));
        verdict = cg_headers_refresh(&judge, &site.heap.arena, line);
        is_int(verdict.pass, cases[i].pass, "refresh: %s", cases[i].line);
        free((void *) line.data);
    }

    site_drop(&site);
}


static void
quoted_lines(void)
{
    static const struct {
        const char  *line;
        int          pass;
    } cases[] = {
        { "{\"group\":\"a\",\"endpoints\":[{\"url\":"
          "\"https://www.google-analytics.com/r\"}]}", 0 },
        { "{\"endpoints\":[{\"url\":\"https://www.example.org/r\"}]}", 1 },
        { "a=\"/r\", b=\"https://other.example/r\"", 0 },
        { "a=\"/r\"", 1 },
        { "a=\"//other.example/unclosed", 0 },
        { "a=\"", 1 },
        { "{\"url\":\"https:\\/\\/www.example.org/r\"}", 0 },
        { "max-age=5", 1 },
        { "", 1 },
    };

    size_t        i;
    site_t        site;
    cg_str_t      line;
    cg_judge_t    judge;
    cg_verdict_t  verdict;

    site_init(&site, "hold");
    judge = site_judge(&site, 0);

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        line = heap_exact(cg_str_from(cases[i].line));
        verdict = cg_headers_quoted(&judge, &site.heap.arena, line);
        is_int(verdict.pass, cases[i].pass, "quoted: %s", cases[i].line);
        free((void *) line.data);
    }

    site_drop(&site);
}


int
main(void)
{
    link_lines();
    refresh_lines();
    quoted_lines();

    return tap_done();
}
