/* Where browsers may read on in different ways, or only a tree could tell:
 * what any reading shows is held, and no edit changes how another reads. */

#include "gate_run.h"

#define BARE  "data-ngxc-hold=google-analytics data-ngxc-purpose=analytics "
#define X     "x-ngxc-"
#define ODD   "type=text/plain data-ngxc-hold=inline-limit data-ngxc-stays "
#define IMG   "<img src=" T ">"
#define URL   "p{b:url(" T ")}"
#define HELD  "<img " BARE " data-ngxc-src=" T ">"
#define SURE  "<img " GA " data-ngxc-src=" T ">"


typedef struct {
    const char  *promise;
    const char  *in;
    const char  *want;             /* NULL: as it came */
} case_t;

static const case_t  cases[] = {
    { "a style in a noscript is judged though the page is cut in an end tag",
      "<noscript><style>a{b:url(" T ")}</style </noscript",
      "<noscript><style " PLAIN GA ">x-ngxc-{}a{b:url(" T ")}" },
    { "select: newer browsers read a style, older ones ignore its tag",
      "<select><style><!--</style>" IMG "--></select>",
      "<select><style " ODD ">" X "{}<!--</style>" HELD "--></select>" },
    { "select: and the other way round",
      "<select><style>" IMG "</style></select>" IMG,
      "<select><style>" HELD "</style></select>" SURE },
    { "select: xmp, iframe, title, noembed",
      "<select><xmp>" IMG "</xmp><iframe>" IMG "</iframe><title>" IMG
      "</title><noembed>" IMG "</noembed></select>",
      "<select><xmp>" HELD "</xmp><iframe>" HELD "</iframe><title>" HELD
      "</title><noembed>" HELD "</noembed></select>" },
    { "select: plaintext to the end, or not",
      "<select><plaintext></select>" IMG,
      "<select><plaintext></select>" HELD },
    { "select: an unclosed one does not stop the page",
      "<select><option>a<p><iframe src=/x></iframe>" IMG "<p>b",
      "<select><option>a<p><iframe src=/x></iframe>" SURE "<p>b" },
    { "select: scripts in it are read one way",
      "<select><script>'<style>'</script>" IMG "</select>",
      "<select><script>'<style>'</script>" SURE "</select>" },
    { "select: what it ignores begins no CDATA section",
      "<select><title><![CDATA[>" IMG "]]>",
      "<select><title><![CDATA[>" HELD "]]>" },
    { "select: nor does a style",
      "<select><style><![CDATA[><script src=" T "></script>]]></style>",
      "<select><style " ODD ">" X "{}<![CDATA[><script type=text/plain " BARE
      " data-ngxc-src=" T "></script>]]></style>" },
    { "frameset: nor does what it ignores",
      "<frameset><title><![CDATA[><script src=" T "></script>",
      "<frameset><title><![CDATA[><script type=text/plain " BARE
      " data-ngxc-src=" T "></script>" },
    { "SVG in doubt: its own elements begin one",
      "<svg></div><title><![CDATA[>" IMG "]]>" IMG,
      "<svg></div><title><![CDATA[>" IMG "]]>" HELD },
    { "frameset: what it ignores, a preload scanner reads",
      "<frameset><style><!--</style>" IMG "-->",
      "<frameset><style><!--</style>" HELD "-->" },
    { "frameset: and the other way round",
      "<frameset><noframes>" IMG "</noframes></frameset>" IMG,
      "<frameset><noframes>" HELD "</noframes></frameset>" SURE },
    { "a template's columns ignore a style",
      "<template><col><style></template>" IMG "</style>",
      "<template><col><style " ODD ">" X "{}</template>" HELD "</style>" },

    { "SVG: an end tag that may be HTML's",
      "<svg></div><style>" IMG "</style></svg><style>" IMG "</style>",
      "<svg></div><style>" HELD "</style></svg><style>" IMG "</style>" },
    { "SVG: nested, and a breakout that leaves all of it",
      "<svg><svg><p><style><!--</style>" IMG "-->",
      "<svg><svg><p><style><!--</style>" SURE "-->" },
    { "SVG: an end tag p breaks out",
      "<svg><g><svg></p><style><!--</style>" IMG "-->",
      "<svg><g><svg></p><style><!--</style>" HELD "-->" },
    { "SVG: text of its own style is markup",
      "<svg><style>" IMG "</style>", "<svg><style>" HELD "</style>" },
    { "SVG: its style goes on behind an end tag that is nothing",
      "<svg><style></script a=/*>" URL "</style></svg>",
      "<svg><style " ODD ">" X "{}</script a=/*>" URL "</style></svg>" },
    { "SVG: and behind a font that does not break out",
      "<svg><style><font a=/*></font>" URL "</style></svg>",
      "<svg><style " ODD ">" X "{}<font a=/*></font>" URL "</style></svg>" },
    { "SVG: and behind a doctype",
      "<svg><style><!doctype a/*>" URL "</style></svg>",
      "<svg><style " ODD ">" X "{}<!doctype a/*>" URL "</style></svg>" },
    { "SVG: what is no tag parts no text",
      "<svg><style>p{a:u</>rl(" T ")}</style></svg>",
      "<svg><style type=text/plain " BARE ">" X "{}p{a:u</>rl(" T ")}</style>"
      "</svg>" },
    { "SVG: a CDATA section that did not begin does not end",
      "<svg><style>/]]>*{a:'\\<![CDATA['{}]]>';}" URL "/*'*/</style></svg>",
      "<svg><style type=text/plain " BARE ">" X "{}/]]>*{a:'\\<![CDATA['{}]]>"
      "';}" URL "/*'*/</style></svg>" },
    { "SVG: what its own comment hides, a preload scanner fetches",
      "<svg><style><!--</style>" IMG "--></style></svg>" IMG,
      "<svg><style><!--</style>" HELD "--></style></svg>" SURE },
    { "SVG: likewise in a script and a title",
      "<svg><script>/*<!--*/</script>" IMG "--></svg><svg><title><!--</title>"
      IMG "--></svg>",
      "<svg><script type=text/plain data-ngxc-hold=inline-limit "
      "data-ngxc-stays >/*<!--*/"
      "</script>" HELD "--></svg><svg><title><!--</title>"
      HELD "--></svg>" },
    { "SVG: to a preload scanner, a CDATA section is a comment",
      "<svg><g/><![CDATA[ ><img src=" T "> ]]></svg>" IMG,
      "<svg><g/><![CDATA[ >" HELD " ]]></svg>" SURE },
    { "SVG: ordinary icons are read one way behind their title and style",
      "<svg><title>a</title><style><![CDATA[a{fill:url(#b)}]]></style>"
      "</svg>" IMG,
      "<svg><title>a</title><style><![CDATA[a{fill:url(#b)}]]></style>"
      "</svg>" SURE },
    { "SVG: what is closed in itself is not, to a preload scanner",
      "<svg><title/><!--</title>" IMG "--></svg>" IMG,
      "<svg><title/><!--</title>" HELD "--></svg>" SURE },
    { "SVG: CDATA in an integration point",
      "<svg><desc><![CDATA[>" IMG "]]>",
      "<svg><desc><![CDATA[>" HELD "]]>" },
    { "SVG: CDATA that may be a comment, and a tag in its text",
      "<svg></div><![CDATA[ x > " IMG " ]]>" IMG,
      "<svg></div><![CDATA[ x > " HELD " ]]>" SURE },
    { "SVG: behind an integration point a formatting element may stay open",
      "<p><b></p><svg><title>x</title><style><!--</style>" IMG "--></svg>",
      "<p><b></p><svg><title>x</title><style><!--</style>" HELD "--></svg>" },
    { "SVG: and end behind the SVG",
      "<p><b></p><svg><desc>x</svg></b></desc><style>" IMG "</style>",
      "<p><b></p><svg><desc>x</svg></b></desc><style>" HELD "</style>" },
    { "MathML: mglyph, malignmark, annotation-xml",
      "<math><mtext><mglyph><style><!--</style>" IMG "-->",
      "<math><mtext><mglyph><style><!--</style>" HELD "-->" },
    { "MathML: annotation-xml with an encoding or without",
      "<math><annotation-xml><style><!--</style>" IMG "--></math>",
      "<math><annotation-xml><style " ODD ">" X "{}<!--</style>" HELD
      "--></math>" },
    { "MathML: title in it",
      "<math><svg><title><style>" IMG "</style>",
      "<math><svg><title><style>" HELD "</style>" },
    { "the form that is closed inside a glyph",
      "<form><math><mtext></form><form><mglyph><svg><mtext><style>"
      "<path id=\"</style>" IMG "\">",
      "<form><math><mtext></form><form><mglyph><svg><mtext><style " ODD ">" X
      "{}<path id=\"</style>" HELD "\">" },

    { "readings that end in different places, and a CDATA section behind",
      "<svg><style><p>--></style><![CDATA[ ><script src=/own.js> ]]>" IMG
      "</script></svg>" IMG,
      "<svg><style><p>--></style><![CDATA[ ><script type=text/plain"
      " data-ngxc-hold=inline-limit data-ngxc-stays  src=/own.js> ]]>" HELD
      "</script></svg>" SURE },
    { "wherever the input is cut, readings become one at the same place",
      "<svg><style><i </style><[<i><script t]]><sett>", NULL },
    { "a script in doubt: read as one, and as markup",
      "<svg></div><script src=" T "></script></svg>",
      "<svg></div><script type=text/plain " BARE " data-ngxc-src=" T
      "></script></svg>" },
    { "a script in doubt that loads is held by both",
      "<svg></div><script>connect.facebook.net</script></svg>",
      "<svg></div><script type=text/plain data-ngxc-hold=meta-pixel"
      " data-ngxc-purpose=marketing >connect.facebook.net</script></svg>" },
    { "a script in doubt that is no business of ours",
      "<svg></div><script>a &amp;&amp; b</script></svg>" IMG,
      "<svg></div><script>a &amp;&amp; b</script></svg>" SURE },
    { "a style in doubt",
      "<svg></div><style>a{background:url(" T ")}</style></svg>",
      "<svg></div><style " BARE ">a{background:x-ngxc-url(" T ")}</style>"
      "</svg>" },
    { "an attribute in quotes to one reading, markup to the other",
      "<select><style><a title=\"</style>" IMG "\"></select>",
      "<select><style " ODD ">" X "{}<a title=\"</style>" HELD "\"></select>" },
    { "name and slash: the mark swallows neither",
      "<select><style></select><img/src=" T "/></style>",
      "<select><style " ODD ">" X "{}</select><img " BARE "/data-ngxc-src=" T
      "/></style>" },
};


static void
cases_hold(const cg_gate_conf_t *conf)
{
    size_t        i;
    const case_t  *c;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        c = &cases[i];

        ok(is_gated(conf, cg_str_from(c->in),
                    cg_str_from(c->want ? c->want : c->in)), "%s",
           c->promise);
    }
}


/* While another reading is blind, its end tag may never come. */

static void
banner_goes_in(const cg_gate_conf_t *conf)
{
    cg_gate_conf_t  with = *conf;

    with.banner = say_b;

    ok(is_gated(&with, cg_str("<html><svg><title/></svg><body><p>" IMG "</p>"),
                cg_str("<html>[B]<svg><title/></svg><body><p>" HELD "</p>")),
       "a banner goes in before what only some read on behind");
    ok(is_gated(&with, cg_str("<head><title>x</title><svg><title/></svg></head>"
                              "<body><p>" IMG "</p>"),
                cg_str("<head><title>x</title>[B]<svg><title/></svg></head>"
                       "<body><p>" HELD "</p>")),
       "and into a head that is none");
    ok(is_gated(&with, cg_str("<!doctype html><select><title></select>"
                              "<body>" IMG),
                cg_str("<!doctype html>[B]<select><title></select>"
                       "<body>" HELD)),
       "and where the rest is text to one of them");
}


/* Where some take it for text, it could end that text: then they would read on
 * behind it, in a way that nobody foresaw. */

static void
banner_ends_no_text(const cg_gate_conf_t *conf)
{
    cg_gate_conf_t  with = *conf;

    with.banner = say_b;

    ok(is_gated(&with, cg_str("<body><a href=#x><svg></div><style><p><svg>"
                              "<desc><script></svg></svg><xmp></style><p></a>"
                              "</desc><style><i>"),
                cg_str("<body><a href=#x><svg></div><style><p><svg><desc>"
                       "<script " ODD "></svg></svg><xmp></style><p></a>"
                       "</desc><style><i>")),
       "no banner goes in where another reading takes it for text");
    ok(is_gated(&with, cg_str("<body><a href=#x><svg><title/></svg>a</a><p>b"),
                cg_str("<body><a href=#x><svg><title/></svg>a</a><p>b[B]")),
       "but at the end, where nothing follows that could be misread");
    ok(is_gated(&with, cg_str("<body><a href=#x><svg><title/></svg>a</a>"
                              "<svg><title>b</title></svg>"),
                cg_str("<body><a href=#x><svg><title/></svg>a</a>"
                       "<svg><title>b</title></svg>[B]")),
       "and behind the text, where all read alike again");

    ok(is_gated(&with, cg_str("<svg></t><![CDATA[><p><!DOCTYPE><style>"),
                cg_str("<svg></t><![CDATA[><p><!DOCTYPE><style>")),
       "and not into a CDATA section that the end cuts");
    ok(is_gated(&with, cg_str("<svg><style><i/</style><!DOCTYPE><t>-"
                              "<![CDATA[><script type=]]></svg>"),
                cg_str("<svg><style><i/</style><!DOCTYPE><t>-"
                       "<![CDATA[><script type=]]></svg>")),
       "nor where a tree builder may take it for a script's text");

    with.banner = NULL;
    with.head = cg_str("[H]");

    ok(is_gated(&with, cg_str("<svg><script><p><html><style><i></style>"),
                cg_str("<svg><script " ODD "><p><html><style><i></style>")),
       "and no head insertion");
}


/* The limit is passed within a tag: as early for one cut as for another. */

static void
limits_know_no_cut(const cg_gate_conf_t *conf)
{
    cg_gate_conf_t  narrow = *conf;

    narrow.inline_limit = 64;

    ok(is_gated(&narrow, cg_str("<select><style><!--</style>" IMG "-->"
                                "</--           </style>" IMG "</select>"),
                cg_str("<select><style " ODD ">" X "{}<!--</style>" HELD "-->"
                       "</--           </style>" SURE "</select>")),
       "a style beyond its limit is held before readings are compared");
}


static void
held_once(const cg_gate_conf_t *conf)
{
    run_t  run = { 0 };

    run.conf = *conf;
    run_pieces(&run, cg_str("<svg></div><iframe src=" T "></iframe></svg>"),
               0, 0);
    ok(run.tally.n == 1 && run.tally.rows[0].held == 1,
       "an element that two readings see counts once");
    run_free(&run);

    run_pieces(&run, cg_str("<select><style>" IMG "</style></select>"), 0, 0);
    ok(run.tally.n == 1 && run.tally.rows[0].held == 1,
       "and one that only the second reading sees counts");
    run_free(&run);
}


int
main(void)
{
    site_t          site;
    cg_gate_conf_t  conf;

    site_init(&site, "hold");
    memset(&conf, 0, sizeof(conf));
    conf.judge = site_judge(&site, 0);
    conf.inline_limit = 4096;

    cases_hold(&conf);
    limits_know_no_cut(&conf);
    held_once(&conf);
    banner_goes_in(&conf);
    banner_ends_no_text(&conf);
    site_drop(&site);

    return tap_done();
}
