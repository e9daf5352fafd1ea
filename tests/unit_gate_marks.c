/* Marks that the page itself brings are not the gate's: the client releases
 * nothing by them. */

#include "gate_run.h"

#define STAYS   " data-ngxc-stays"
#define FORGED  " data-ngxc-hold=x data-ngxc-purpose=analytics"
#define BARE    " data-ngxc-hold=google-analytics data-ngxc-purpose=analytics"
#define N       "//nobody.example/"


typedef struct {
    const char  *promise;
    const char  *in;
    const char  *want;             /* NULL: as it came */
} case_t;

static const case_t  cases[] = {
    { "a name that begins with \"=\" stays one behind a mark",
      "<img\n==\">\" data-ngxc-hold=x><script>" T "</script>"
      "<style ==\">\"<script data-ngxc-purpose=x>a{b:url(//x.example/p)}"
      "</style>",
      "<img data-ngxc-stays=\"\"\n==\">\" data-ngxc-hold=x>"
      "<script " PLAIN GA ">" T "</script>"
      "<style " PLAIN NOBODY " data-ngxc-stays=\"\" ==\">\""
      "<script data-ngxc-purpose=x>x-ngxc-{}a{b:url(//x.example/p)}"
      "</style>" },
    { "what would be fetched by marks stays where it is",
      "<img" FORGED " data-ngxc-src=" N ">"
      "<iframe" FORGED " data-ngxc-srcdoc='<img src=" N ">'></iframe>"
      "<link rel=stylesheet" FORGED " data-ngxc-href=" N ">"
      "<picture><source" FORGED " data-ngxc-srcset=" N "></picture>",
      "<img" STAYS FORGED " data-ngxc-src=" N ">"
      "<iframe" STAYS FORGED " data-ngxc-srcdoc='<img src=" N ">'></iframe>"
      "<link" STAYS " rel=stylesheet" FORGED " data-ngxc-href=" N ">"
      "<picture><source" STAYS FORGED " data-ngxc-srcset=" N "></picture>" },
    { "what was not looked at in a value stays, and so does the value",
      "<iframe srcdoc='<script href=" T ">/stray.example/</script>'></iframe>",
      "<iframe " GA STAYS " data-ngxc-srcdoc='<script href=" T
      ">/stray.example/</script>'></iframe>" },
    { "... on elements that load nothing else",
      "<!doctype html><body>x<p" FORGED " data-ngxc-style='b:url(" N ")'>y</p>"
      "<a href=/ data-id=1 data-ngxc-ping=" N ">z</a>"
      "<b title=t data-ngxc-hold>y</b><i data-ngxc-added=''>y</i>"
      "<x-y data-ngxc-onclick=f()>y</x-y>",
      "<!doctype html><body>x<p" STAYS FORGED " data-ngxc-style='b:url(" N
      ")'>y</p><a" STAYS " href=/ data-id=1 data-ngxc-ping=" N ">z</a>"
      "<b" STAYS " title=t data-ngxc-hold>y</b><i" STAYS
      " data-ngxc-added=''>y</i><x-y" STAYS " data-ngxc-onclick=f()>y</x-y>" },
    { "... in any spelling that a browser takes for ours",
      "<IMG/DATA-NGXC-HOLD=x\tData-Ngxc-Purpose = 'analytics'\r\n"
      "data-ngxC-Src=" N "><p\fdAta-ngxc-ui>x<b id=\"a\"data-ngxc-hold>y"
      "<img data-ngxc-hold=x data-ngxc-hold=y src=/ data-ngxc-src=" N ">",
      "<IMG" STAYS "/DATA-NGXC-HOLD=x\tData-Ngxc-Purpose = 'analytics'\r\n"
      "data-ngxC-Src=" N "><p" STAYS "\fdAta-ngxc-ui>x<b" STAYS
      " id=\"a\"data-ngxc-hold>y"
      "<img" STAYS " data-ngxc-hold=x data-ngxc-hold=y src=/ data-ngxc-src=" N
      ">" },
    { "... and not in others, and not where it is text",
      "<img data-ngx-hold=x data-ngxc data-ngxcx=1 data-ngxc&#45;hold=x "
      "xdata-ngxc-hold title='<p data-ngxc-hold>' data-n data-ngx=1>"
      "<!-- <p data-ngxc-hold> --><textarea><p data-ngxc-hold></textarea>"
      "</p data-ngxc-hold>", NULL },
    { "what is documented for authors is theirs",
      "<button data-ngxc=accept name=choice>x</button>"
      "<p data-ngxc-purpose=analytics>x<a href=/ DATA-NGXC=settings>y</a>",
      NULL },
    { "in SVG, templates, noscript and select",
      "<svg><image" FORGED " data-ngxc-href=" N " /></svg>"
      "<template><img" FORGED " data-ngxc-src=" N "></template>"
      "<noscript><img" FORGED " data-ngxc-src=" N "></noscript>"
      "<select><xmp><img" FORGED " data-ngxc-src=" N "></xmp></select>",
      "<svg><image" STAYS FORGED " data-ngxc-href=" N " /></svg>"
      "<template><img" STAYS FORGED " data-ngxc-src=" N "></template>"
      "<noscript><img" STAYS FORGED " data-ngxc-src=" N "></noscript>"
      "<select><xmp><img" STAYS FORGED " data-ngxc-src=" N
      "></xmp></select>" },
    { "scripts and styles that run say so as well",
      "<script" FORGED " data-ngxc-src=" N "></script>"
      "<script type=text/plain" FORGED " data-ngxc-src=" N "></script>"
      "<script data-ngxc-type=module>own()</script>"
      "<style data-ngxc-hold>a{b:c}</style>"
      "<svg><script data-ngxc-href=" N " /></svg>",
      "<script" STAYS FORGED " data-ngxc-src=" N "></script>"
      "<script" STAYS " type=text/plain" FORGED " data-ngxc-src=" N
      "></script>"
      "<script" STAYS " data-ngxc-type=module>own()</script>"
      "<style" STAYS " data-ngxc-hold>a{b:c}</style>"
      "<svg><script" STAYS " data-ngxc-href=" N " /></svg>" },
    { "what is held with a forged mark beside it is not released with it",
      "<img data-ngxc-src=" N " src=" T ">"
      "<script data-ngxc-src=" N " src=" T "></script>"
      "<script data-ngxc-src=" N ">connect.facebook.net</script>"
      "<style data-ngxc-onload=f()>a{b:url(" T ")}</style>"
      "<img data-ngxc-src=" N " src=" N ">",
      "<img " GA STAYS " data-ngxc-src=" N " data-ngxc-src=" T ">"
      "<script " PLAIN GA STAYS " data-ngxc-src=" N " data-ngxc-src=" T
      "></script>"
      "<script " PLAIN META STAYS " data-ngxc-src=" N ">connect.facebook.net"
      "</script>"
      "<style " GA STAYS " data-ngxc-onload=f()>a{b:x-ngxc-url(" T ")}"
      "</style>"
      "<img " NOBODY STAYS " data-ngxc-src=" N " data-ngxc-src=" N ">" },
    { "what our word hides in a style is not released with what is held there",
      "<img style='b:x-ngxc-url(" N ")' src=" T ">"
      "<p style='a:url(" T ");b:ux-ngxc-rl(" N ")'>"
      "<img STYLE='b:x-ng&#120;c-url(" N ")' src=" T ">"
      "<style>a{b:url(" T ")}c{d:x-ngxc-url(" N ")}</style>"
      "<svg><style>a{b:url(" T ")}c{d:x&#45;ngxc-url(" N ")}</style></svg>",
      "<img " GA STAYS " style='b:x-ngxc-url(" N ")' data-ngxc-src=" T ">"
      "<p " GA STAYS " style='a:x-ngxc-url(" T ");b:ux-ngxc-rl(" N ")'>"
      "<img " GA STAYS " STYLE='b:x-ng&#120;c-url(" N ")' data-ngxc-src=" T
      "><style " GA STAYS ">a{b:x-ngxc-url(" T ")}c{d:x-ngxc-url(" N ")}"
      "</style><svg><style" BARE "  type=text/plain" BARE STAYS
      " >x-ngxc-{}a{b:x-ngxc-url(" T ")}c{d:x&#45;ngxc-url(" N ")}"
      "</style></svg>" },
    { "... nor is what it hides in any other attribute",
      "<svg><rect fill='x-ngxc-url(" N ")' mask='url(" T ")'/></svg>"
      "<video src=x-ngxc-http:" N " poster=" T "></video>"
      "<iframe title=x&#45;ngxc- src=" T "></iframe>"
      "<style style='b:x-ng&#120;c-url(" N ")'>a{b:url(" T ")}</style>"
      "<script title=x-ngxc->connect.facebook.net</script>",
      "<svg><rect " GA STAYS " fill='x-ngxc-url(" N ")' mask='x-ngxc-url("
      T ")'/></svg>"
      "<video " GA STAYS " src=x-ngxc-http:" N " data-ngxc-poster=" T
      "></video>"
      "<iframe " GA STAYS " title=x&#45;ngxc- data-ngxc-src=" T "></iframe>"
      "<style " GA STAYS " style='b:x-ng&#120;c-url(" N ")'>"
      "a{b:x-ngxc-url(" T ")}</style>"
      "<script " PLAIN META STAYS " title=x-ngxc->connect.facebook.net"
      "</script>" },
    { "a purpose that the page names opens nothing of what stands in it",
      "<style data-ngxc-purpose=analytics>a{b:url(" N ")}</style>"
      "<style data-ngxc-purpose=analytics>a{b:url(" T ")}</style>"
      "<style data-ngxc-purpose=analytics>a{b:c}</style>"
      "<style data-ngxc-purpose=analytics>a{b:x-ngxc-url(" N ")}</style>"
      "<script data-ngxc-purpose=analytics>own()</script>"
      "<script type=importmap data-ngxc-purpose=analytics>"
      "{\"imports\":{\"a\":\"" N "\"}}</script>",
      "<style " PLAIN MARKED("analytics") STAYS " data-ngxc-purpose=analytics>"
      "x-ngxc-{}a{b:url(" N ")}</style>"
      "<style " PLAIN MARKED("analytics") " data-ngxc-purpose=analytics>"
      "x-ngxc-{}a{b:url(" T ")}</style>"
      "<style " PLAIN MARKED("analytics") " data-ngxc-purpose=analytics>"
      "x-ngxc-{}a{b:c}</style>"
      "<style " PLAIN MARKED("analytics") STAYS " data-ngxc-purpose=analytics>"
      "x-ngxc-{}a{b:x-ngxc-url(" N ")}</style>"
      "<script " PLAIN MARKED("analytics") " data-ngxc-purpose=analytics>"
      "own()</script>"
      "<script " PLAIN MARKED("analytics") STAYS " data-ngxc-type=importmap "
      "data-ngxc-purpose=analytics>{\"imports\":{\"a\":\"" N "\"}}</script>" },
    { "nor does what holds their tag",
      "<style onload=\"connect.facebook.net\">a{b:url(" N ")}</style>"
      "<script onload='connect.facebook.net'>own()</script>"
      "<script src=" T " onload='connect.facebook.net'></script>",
      "<style " PLAIN META STAYS " data-ngxc-onload=\"connect.facebook.net\">"
      "x-ngxc-{}a{b:url(" N ")}</style>"
      "<script " PLAIN META STAYS " data-ngxc-onload='connect.facebook.net'>"
      "own()</script>"
      "<script " PLAIN GA " data-ngxc-src=" T
      " data-ngxc-onload='connect.facebook.net'></script>" },
    { "what may be merged into another tag's element says what stays",
      "<body background=" T ">x<body style='b:url(" N ")'>"
      "<html style='b:url(" N ")'><body style='b:x-ngxc-url(" N ")'>"
      "<html title=t><body style='b:url(" T ")'>",
      "<body " GA " data-ngxc-background=" T ">x"
      "<body " NOBODY STAYS " style='b:x-ngxc-url(" N ")'>"
      "<html " NOBODY STAYS " style='b:x-ngxc-url(" N ")'>"
      "<body" STAYS " style='b:x-ngxc-url(" N ")'>"
      "<html title=t><body " GA " style='b:x-ngxc-url(" T ")'>" },
    { "... and is left where nothing is",
      "<p style='b:x-ngxc-url(" N ")'><style>a{b:x-ngxc-url(" N ")}</style>"
      "<img data-style='x-ngxc-'>", NULL },
};


static void
run_cases(const site_t *site, uint32_t granted, int come_through)
{
    size_t          i;
    cg_str_t        in, want;
    cg_gate_conf_t  conf;

    memset(&conf, 0, sizeof(conf));
    conf.judge = site_judge(site, granted);
    conf.inline_limit = 4096;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        in = cg_str_from(cases[i].in);
        want = cases[i].want && !come_through ? cg_str_from(cases[i].want)
                                              : in;
        ok(is_gated(&conf, in, want), "%s%s", cases[i].promise,
           come_through ? ": nothing is held, nothing is edited" : "");
    }
}


int
main(void)
{
    site_t  site;

    site_init(&site, "hold");
    run_cases(&site, 0, 0);
    site_drop(&site);

    site_init(&site, "allow");
    run_cases(&site, SITE_ANALYTICS | SITE_MARKETING, 1);
    site_drop(&site);

    return tap_done();
}
