/* Hosts that the policy does not promise are named by what leads to them. */

#include "gate_run.h"


/* "where:host where:host(passes) ..." */

static cg_str_t
said(const cg_unknown_t *unknown)
{
    static char  text[2048];

    size_t    len = 0;
    unsigned  i;

    text[0] = '\0';

    for (i = 0; i < unknown->n; i++) {
        len += (size_t) snprintf(text + len, sizeof(text) - len, "%s%s:%.*s%s",
                                 i ? " " : "", unknown->rows[i].where,
                                 unknown->rows[i].len, unknown->rows[i].name,
                                 unknown->rows[i].passes ? "(passes)" : "");
    }

    return cg_str_from(text);
}


static void
markup_names_them(void)
{
    static const struct {
        const char  *page;
        const char  *want;
    } cases[] = {
        { "<p>x</p><a href=https://a.example/>x</a>", "" },
        { "<script src=https://cdn.a.example/x.js?id=17></script>",
          "script:cdn.a.example" },
        { "<script src=https://www.google-analytics.com/a></script>", "" },
        { "<img src=//B.example./p.gif><img src=//b.example/q.gif>",
          "img:b.example" },
        { "<img srcset='//b.example/1 1x, //c.example/2 2x'>",
          "img:b.example img:c.example" },
        { "<iframe src=https://f.example/></iframe>", "frame:f.example" },
        { "<link rel=preconnect href=https://l.example>", "link:l.example" },
        { "<link rel=author href=https://l.example>", "" },
        { "<style>@import url(https://s.example/a.css);</style>",
          "style:s.example" },
        { "<p style=\"background:url(//p.example/x)\">", "other:p.example" },
        { "<form action=https://f.example/go></form>",
          "form:f.example(passes)" },
        { "<form action=https://f.example/></form><img src=//f.example/>",
          "form:f.example(passes) img:f.example" },
        { "<iframe srcdoc='<img src=https://d.example/>'></iframe>",
          "img:d.example" },
        { "<img src=https://stray.example/>", "img:stray.example" },
        { "<img src=https://static.example-cdn.net/><img src=/a>", "" },
        { "<img src=http://192.0.2.7/person><img src=\"http://[2001:db8::7]\">",
          "img:address" },
        { "<base href=https://base.example/x/><img src=y>",
          "other:base.example" },
    };

    size_t  i;
    run_t   run;
    site_t  site;

    site_init(&site, "hold");

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        memset(&run, 0, sizeof(run));
        run.conf.judge = site_judge(&site, 0);
        run.conf.inline_limit = 4096;
        run_pieces(&run, cg_str_from(cases[i].page), 0, 0);
        is_str(said(&run.tally.unknown), cg_str_from(cases[i].want), "%s",
               cases[i].page);
        run_free(&run);
    }

    site_drop(&site);
}


static void
the_list_is_short(void)
{
    char          host[200];
    int           i;
    cg_unknown_t  unknown;

    memset(&unknown, 0, sizeof(unknown));

    for (i = 0; i < 12; i++) {
        snprintf(host, sizeof(host), "h%d.example", i);
        cg_unknown_note(&unknown, cg_str_from(host), cg_str_null);
        cg_unknown_note(&unknown, cg_str_from(host), cg_str_null);
    }

    is_int(unknown.n, CG_UNKNOWN_ROWS, "so many hosts, each once");
    is_int(unknown.more, 8, "further ones are a number");

    memset(&unknown, 0, sizeof(unknown));
    memset(host, 'a', sizeof(host));
    memcpy(host + 120, ".shop.example", 14);
    cg_unknown_note(&unknown, cg_str_from(host), cg_str_null);
    is_str(said(&unknown), cg_str("other:shop.example"),
           "of a long one the last labels");
}


int
main(void)
{
    markup_names_them();
    the_list_is_short();

    return tap_done();
}
