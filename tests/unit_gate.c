#include "tap.h"
#include "heap.h"
#include "site.h"

#include "gate/cg_gate.h"


/* A sink that copies, and watches over what it is given. */

typedef struct {
    char         *data;
    size_t        len;
    size_t        cap;
    cg_str_t      input;           /* being fed */
    size_t        spans;
    size_t        held;            /* bytes */
    size_t        left;            /* calls until it fails; 0: never */
    int           stray;           /* a span from elsewhere */
} sink_t;

typedef struct {
    cg_gate_conf_t  conf;
    cg_str_t        out;           /* malloc'd */
    cg_tally_t      tally;
    size_t          spans;
    size_t          held;
    size_t          allocs;
    cg_status_t     status;
    int             stray;
} run_t;


static cg_str_t
say_b(void *ctx, cg_str_t lang)
{
    (void) ctx;
    (void) lang;

    return cg_str("[B]");
}



static cg_status_t
sink_add(sink_t *sink, cg_str_t bytes)
{
    if (sink->left && --sink->left == 0) {
        return CG_ELIMIT;
    }

    if (sink->len + bytes.len > sink->cap) {
        sink->cap = 2 * (sink->len + bytes.len);
        sink->data = realloc(sink->data, sink->cap);
    }

    memcpy(sink->data + sink->len, bytes.data, bytes.len);
    sink->len += bytes.len;

    return CG_OK;
}


static cg_status_t
sink_span(void *ctx, cg_str_t bytes)
{
    sink_t  *sink = ctx;

    sink->spans++;
    sink->stray |= bytes.data < sink->input.data
                   || bytes.data + bytes.len
                      > sink->input.data + sink->input.len;

    return sink_add(sink, bytes);
}


static cg_status_t
sink_held(void *ctx, cg_str_t bytes)
{
    ((sink_t *) ctx)->held += bytes.len;

    return sink_add(ctx, bytes);
}


static cg_status_t
sink_text(void *ctx, cg_str_t bytes)
{
    return sink_add(ctx, bytes);
}


/* Feeds `in` in pieces: the first `first` bytes, then pieces of `piece`
 * bytes (0: all the rest), each in a block of its own that dies at once. */

static void
run_in_pieces(run_t *run, heap_t *heap, cg_str_t in, size_t first,
    size_t piece, size_t fail_sink)
{
    size_t      at, n;
    sink_t      state;
    cg_str_t    block;
    cg_gate_t  *gate;
    cg_sink_t   sink = { sink_span, sink_held, sink_text, NULL };

    memset(&state, 0, sizeof(state));
    state.left = fail_sink;
    state.cap = 64;
    state.data = malloc(state.cap);
    sink.ctx = &state;
    run->status = CG_ENOMEM;
    memset(&run->tally, 0, sizeof(run->tally));

    gate = cg_gate_create(&heap->arena, &run->conf, &sink);

    if (gate) {
        run->status = CG_OK;

        for (at = 0; at < in.len && run->status == CG_OK; at += n) {
            n = at == 0 && first ? first : piece ? piece : in.len - at;
            n = n < in.len - at ? n : in.len - at;
            block = heap_exact(cg_str_sub(in, at, at + n));
            state.input = block;
            run->status = cg_gate_feed(gate, block);
            free((void *) block.data);
        }

        state.input = cg_str_null;

        if (run->status == CG_OK) {
            run->status = cg_gate_end(gate);
        }

        run->tally = *cg_gate_tally(gate);
    }

    run->out.data = (unsigned char *) state.data;
    run->out.len = state.len;
    run->spans = state.spans;
    run->held = state.held;
    run->stray = state.stray;
}


static void
run_pieces(run_t *run, cg_str_t in, size_t first, size_t piece)
{
    heap_t  heap;

    heap_init(&heap);
    run_in_pieces(run, &heap, in, first, piece, 0);
    run->allocs = heap.count;
    heap_drop(&heap);
}


static void
run_free(run_t *run)
{
    free((void *) run->out.data);
    run->out = cg_str_null;
}


static int
same_tally(const cg_tally_t *a, const cg_tally_t *b)
{
    size_t  i;

    if (a->n != b->n || a->more != b->more || a->withheld != b->withheld
        || a->banner != b->banner)
    {
        return 0;
    }

    for (i = 0; i < a->n; i++) {
        if (!cg_str_eq(a->rows[i].vendor, b->rows[i].vendor)
            || !cg_str_eq(a->rows[i].clause, b->rows[i].clause)
            || a->rows[i].held != b->rows[i].held
            || a->rows[i].passed != b->rows[i].passed)
        {
            return 0;
        }
    }

    return 1;
}


/* One way of feeding against the wanted output and the tally of the whole. */

static int
is_run(run_t *run, const run_t *whole, cg_str_t in, cg_str_t want,
    size_t first, size_t piece)
{
    int  good;

    run_pieces(run, in, first, piece);
    good = run->status == CG_OK && !run->stray && cg_str_eq(run->out, want)
           && (whole == NULL || same_tally(&run->tally, &whole->tally));

    if (!good) {
        printf("# status %d, stray %d, first piece %zu, others %zu, "
               "withheld %u\n", run->status, run->stray, first, piece,
               run->tally.withheld);
        tap_show("in  ", in);
        tap_show("got ", run->out);
        tap_show("want", want);
    }

    run_free(run);

    return good;
}


/* Whole, in every two pieces, byte by byte. */

static int
is_gated(const cg_gate_conf_t *conf, cg_str_t in, cg_str_t want)
{
    int     good;
    run_t   whole, run;
    size_t  cut;

    whole.conf = *conf;
    run.conf = *conf;
    good = is_run(&whole, NULL, in, want, 0, 0);

    for (cut = 1; cut < in.len && good; cut++) {
        good = is_run(&run, &whole, in, want, cut, 0);
    }

    return good && is_run(&run, &whole, in, want, 0, 1)
           && is_run(&run, &whole, in, want, 0, 3);
}


/* Shorthands in the tables: what our marks look like. */

#define HOLD(vendor, purpose)                                                \
    "data-ngxc-hold=\"" vendor "\" data-ngxc-purpose=\"" purpose "\""

#define GA    HOLD("google-analytics", "analytics")
#define GTM   HOLD("google-tag-manager", "analytics")
#define META  HOLD("meta-pixel", "marketing")
#define TUBE  HOLD("youtube", "marketing")
#define NOBODY  "data-ngxc-hold=\"unlisted\""
#define PLAIN "type=\"text/plain\" "
#define T     "https://www.google-analytics.com/a"

typedef struct {
    const char  *promise;
    const char  *in;
    const char  *want;             /* NULL: as it came */
} case_t;

static const case_t  held_cases[] = {
    { "script by URL",
      "<p><script src=\"" T "\" async></script>x",
      "<p><script " PLAIN GA " data-ngxc-src=\"" T "\" async></script>x" },
    { "script: its type is kept under another name, all duplicates",
      "<SCRIPT Type=module src=" T " TYPE='b'></SCRIPT>",
      "<SCRIPT " PLAIN GA " data-ngxc-Type=module data-ngxc-src=" T
      " data-ngxc-TYPE='b'></SCRIPT>" },
    { "script: every duplicate of the URL attribute is renamed",
      "<script src=/own.js src=" T "></script>",
      "<script " PLAIN GA " data-ngxc-src=/own.js data-ngxc-src=" T
      "></script>" },
    { "script of a type that does not run: a browser may still fetch it",
      "<script type=text/template src=" T "></script>",
      "<script " PLAIN GA " data-ngxc-type=text/template data-ngxc-src=" T
      "></script>" },
    { "script without space between name and attribute",
      "<script/src=" T "></script>",
      "<script " PLAIN GA "/data-ngxc-src=" T "></script>" },
    { "own scripts stay", "<script src=/a.js></script>"
      "<script src='https://cdn.example.org/b.js'></script>", NULL },
    { "a third party nobody declared",
      "<script src=//x.example/y.js></script>",
      "<script " PLAIN NOBODY " data-ngxc-src=//x.example/y.js></script>" },
    { "a vendor block that the policy does not name: no purpose",
      "<img src=//stray.example/p>",
      "<img data-ngxc-hold=\"stray\" data-ngxc-src=//stray.example/p>" },
    { "references in the URL",
      "<script src=&#104;ttps&colon;//www.google-analytics&period;com/a>"
      "</script>",
      "<script " PLAIN GA " data-ngxc-src=&#104;ttps&colon;//"
      "www.google-analytics&period;com/a></script>" },

    { "inline script that loads",
      "a<script>s.src='https://connect.facebook.net/x'</script>b",
      "a<script " PLAIN META ">s.src='https://connect.facebook.net/x'"
      "</script>b" },
    { "inline script that calls", "<script>ga('send','pageview');a<b</script>",
      NULL },
    { "inline script with type and nonce",
      "<script nonce=x type=\"text/javascript\">connect.facebook.net"
      "</script>",
      "<script " PLAIN META " nonce=x data-ngxc-type=\"text/javascript\">"
      "connect.facebook.net</script>" },
    { "inline data is no script",
      "<script type=application/ld+json>{\"u\":\"connect.facebook.net\"}"
      "</script>", NULL },
    { "inline scripts that run under other names",
      "<script type=' Text/ECMAscript;x=y '>connect.facebook.net</script>"
      "<script language=JavaScript1.2>connect.facebook.net</script>"
      "<script language=vbscript>connect.facebook.net</script>"
      "<script type>connect.facebook.net</script>"
      "<script type=speculationrules>connect.facebook.net</script>",
      "<script " PLAIN META " data-ngxc-type=' Text/ECMAscript;x=y '>"
      "connect.facebook.net</script>"
      "<script " PLAIN META " language=JavaScript1.2>connect.facebook.net"
      "</script>"
      "<script language=vbscript>connect.facebook.net</script>"
      "<script " PLAIN META " data-ngxc-type>connect.facebook.net</script>"
      "<script " PLAIN META " data-ngxc-type=speculationrules>"
      "connect.facebook.net</script>" },
    { "a script with src has no body of its own",
      "<script src=/a.js>connect.facebook.net</script>", NULL },
    { "escaped script data hides an end tag",
      "<script><!--<script></script>connect.facebook.net--></script>x",
      "<script " PLAIN META "><!--<script></script>connect.facebook.net-->"
      "</script>x" },
    { "an inline script cut by the end is judged, too",
      "<script>connect.facebook.net",
      "<script " PLAIN META ">connect.facebook.net" },
    { "a script tag cut by the end leaves as it came",
      "<p><script src=" T, NULL },
    { "an unclosed script with src is held",
      "<script src=" T ">", "<script " PLAIN GA " data-ngxc-src=" T ">" },
    { "what looks like a tag in text modes is none",
      "<title><img src=" T "></title><textarea><script src=" T "></script>"
      "</textarea><style><img src=" T "></style><!-- <img src=" T "> -->",
      NULL },

    { "iframe, frame, embed, object",
      "<iframe src=//www.youtube.com/embed/x width=1></iframe>"
      "<embed src=//www.youtube.com/x><object data='//www.youtube.com/x'>"
      "</object>",
      "<iframe " TUBE " data-ngxc-src=//www.youtube.com/embed/x width=1>"
      "</iframe><embed " TUBE " data-ngxc-src=//www.youtube.com/x>"
      "<object " TUBE " data-ngxc-data='//www.youtube.com/x'></object>" },
    { "frame", "<frameset><frame src=" T "></frameset>",
      "<frameset><frame " GA " data-ngxc-src=" T "></frameset>" },
    { "img", "<img alt=\"x\"src='" T "'>",
      "<img " GA " alt=\"x\"data-ngxc-src='" T "'>" },
    { "srcset: one held candidate, the whole attribute",
      "<img src=/a srcset=\"/b 1x, " T " 2x\">",
      "<img " GA " src=/a data-ngxc-srcset=\"/b 1x, " T " 2x\">" },
    { "srcset: commas in URLs, descriptors in parentheses",
      "<img srcset=\"/a,b 1x,/c (x,y),, " T ",\">"
      "<img srcset='/a, b, data:image/png;base64,AA== 2x'>",
      "<img " GA " data-ngxc-srcset=\"/a,b 1x,/c (x,y),, " T ",\">"
      "<img srcset='/a, b, data:image/png;base64,AA== 2x'>" },
    { "srcset: candidates without descriptors",
      "<img srcset='/a, " T "'>", "<img " GA " data-ngxc-srcset='/a, " T
      "'>" },
    { "image data with an ampersand passes",
      "<img src=\"data:image/svg+xml,&lt;svg//www.google-analytics.com\">",
      NULL },
    { "media", "<video src=" T " poster=/p><source src=" T "></video>"
      "<video poster=" T "></video><audio src=" T "><track src=" T ">"
      "<picture><source srcset=" T "></picture><input type=image src=" T ">",
      "<video " GA " data-ngxc-src=" T " poster=/p><source " GA
      " data-ngxc-src=" T "></video><video " GA " data-ngxc-poster=" T
      "></video><audio " GA " data-ngxc-src=" T "><track " GA
      " data-ngxc-src=" T "><picture><source " GA " data-ngxc-srcset=" T
      "></picture><input " GA " type=image data-ngxc-src=" T ">" },
    { "background",
      "<body background=" T "><table background=" T "><tr background=" T
      "><td background=" T ">",
      "<body " GA " data-ngxc-background=" T "><table " GA
      " data-ngxc-background=" T "><tr " GA " data-ngxc-background=" T
      "><td " GA " data-ngxc-background=" T ">" },
    { "background of the other parts of a table",
      "<table><thead background=" T "><tr><th background=" T ">"
      "<tbody background=" T "><tfoot background=" T ">",
      "<table><thead " GA " data-ngxc-background=" T "><tr><th " GA
      " data-ngxc-background=" T "><tbody " GA " data-ngxc-background=" T
      "><tfoot " GA " data-ngxc-background=" T ">" },
    { "link that loads or connects",
      "<link rel=stylesheet href=" T "><link rel='DNS-prefetch' href=" T ">"
      "<link href=" T " rel=\"alternate stylesheet\">",
      "<link " GA " rel=stylesheet data-ngxc-href=" T ">"
      "<link " GA " rel='DNS-prefetch' data-ngxc-href=" T ">"
      "<link " GA " data-ngxc-href=" T " rel=\"alternate stylesheet\">" },
    { "link that does neither",
      "<link rel=canonical href=" T "><link href=" T ">"
      "<link rel='author me' href=" T "><link rel=alternate href=" T ">",
      NULL },
    { "link: any duplicate of rel",
      "<link rel=author rel=preload href=" T ">",
      "<link " GA " rel=author rel=preload data-ngxc-href=" T ">" },
    { "link: image candidates",
      "<link rel=preload as=image imagesrcset='/a 1x, " T " 2x'>",
      "<link " GA " rel=preload as=image data-ngxc-imagesrcset='/a 1x, " T
      " 2x'>" },
    { "base to a held host, and to the own one",
      "<base href=" T "><base href=/x/><base target=_top>",
      "<base " GA " data-ngxc-href=" T "><base href=/x/>"
      "<base target=_top>" },
    { "noscript content is markup",
      "<noscript><iframe src=//www.googletagmanager.com/ns.html></iframe>"
      "</noscript><noscript><img src=//www.facebook.com/tr?id=1></noscript>",
      "<noscript><iframe " GTM " data-ngxc-src="
      "//www.googletagmanager.com/ns.html></iframe></noscript><noscript>"
      "<img " META " data-ngxc-src=//www.facebook.com/tr?id=1></noscript>" },
    { "noscript: what ends it for scripting browsers hides in an attribute",
      "<noscript><a title='</noscript><img src=" T ">'>x</noscript>y",
      "<noscript>x</noscript>y" },
    { "... in an end tag",
      "<noscript><b>x</b title='</noscript><img src=" T ">'>y</noscript>",
      "<noscript><b>x</b>y</noscript>" },
    { "... in a comment",
      "<noscript>a<!--</NOscript><img src=" T ">--><!--b--></noscript>",
      "<noscript>a<!--b--></noscript>" },
    { "... in the text of an element",
      "<noscript><style>p{}</noscript><img src=" T "></style>x</noscript>",
      "<noscript><style></style>x</noscript>" },
    { "... in text that never ends",
      "<noscript><style></noscript><img src=" T ">", "<noscript><style>" },
    { "... in a comment that never ends",
      "<noscript><!-- </noscript><img src=" T ">", "<noscript>" },
    { "... in a script",
      "<noscript><script>connect.facebook.net</noscript><img src=" T ">"
      "</script></noscript>",
      "<noscript><script " PLAIN META "></script></noscript>" },
    { "noscript with nothing hidden in it stays",
      "<noscript><style>p{}</style><!--x--><p title='<noscript>'>"
      "<textarea><b></textarea><script>a</script></p></noscript>", NULL },
    { "noscript: names that only begin like its end tag hide nothing",
      "<noscript><p></noscriptx/a b></p title='</noscript-'></noscript>",
      NULL },
    { "template content", "<template><img src=" T "></template>",
      "<template><img " GA " data-ngxc-src=" T "></template>" },
    { "meta refresh",
      "<meta http-equiv=Refresh content='0;url=" T "'>"
      "<meta content=0;url=/x http-equiv=refresh>"
      "<meta name=refresh content='0;url=" T "'>",
      "<meta " GA " http-equiv=Refresh data-ngxc-content='0;url=" T "'>"
      "<meta content=0;url=/x http-equiv=refresh>"
      "<meta name=refresh content='0;url=" T "'>" },
    { "ping, and no link of the page",
      "<a href=" T " ping='/own " T "'>x</a><area ping=" T ">"
      "<a href=" T ">y</a>",
      "<a " GA " href=" T " data-ngxc-ping='/own " T "'>x</a>"
      "<area " GA " data-ngxc-ping=" T "><a href=" T ">y</a>" },
    { "SVG image, use, feImage: href and xlink:href stand in for each other",
      "<svg><image href=/a xlink:href=" T " /><use xlink:href=" T " />"
      "<use href=#x /><feImage href=" T " /></svg>",
      "<svg><image " GA " data-ngxc-href=/a data-ngxc-xlink:href=" T " />"
      "<use " GA " data-ngxc-xlink:href=" T " /><use href=#x />"
      "<feImage " GA " data-ngxc-href=" T " /></svg>" },
    { "image is another word for img, in HTML",
      "<image src=" T " srcset=" T ">",
      "<image " GA " data-ngxc-src=" T " data-ngxc-srcset=" T ">" },
    { "SVG script by URL",
      "<svg><script type=text/plain xlink:href=" T " /></svg>",
      "<svg><script " PLAIN GA " data-ngxc-type=text/plain "
      "data-ngxc-xlink:href=" T " /></svg>" },
    { "SVG script inline: references are decoded",
      "<svg><script>s='connect&#46;facebook.net'</script></svg>"
      "<svg><script>a&amp;b</script><script /></svg>",
      "<svg><script " PLAIN META ">s='connect&#46;facebook.net'</script>"
      "</svg><svg><script>a&amp;b</script><script /></svg>" },
    { "an SVG script goes on behind an end tag that is nothing",
      "<svg><script></d>s='//connect.facebook.net'</script></svg>",
      "<svg><script " PLAIN "data-ngxc-hold=\"inline-limit\"></d>"
      "s='//connect.facebook.net'</script></svg>" },
    { "the end tag of a void element ends no SVG",
      "<base><svg></base><noframes><image href=" T " />",
      "<base><svg></base><noframes><image " GA " data-ngxc-href=" T " />" },
    { "SVG script with markup in it is not readable",
      "<svg><script>a<g/>b</script></svg>",
      "<svg><script " PLAIN "data-ngxc-hold=\"inline-limit\">a<g/>b"
      "</script></svg>" },
    { "a page of our own making: nothing is left to hold",
      "<script " PLAIN GA " data-ngxc-src=\"" T "\"></script>"
      "<script " PLAIN META " data-ngxc-type=module>connect.facebook.net"
      "</script><img " GA " data-ngxc-src=" T ">", NULL },
    { "our own marks open nothing",
      "<img data-ngxc-ui id=ngx-consent src=" T ">",
      "<img " GA " data-ngxc-ui id=ngx-consent data-ngxc-src=" T ">" },
    { "odd bytes stay",
      "\xEF\xBB\xBF<P\tCLASS = 'a' b=\xFF>\r\n</ x></></p\f><<b><1>&amp;"
      "<?php?><![CDATA[x]]>\x83\x5C", NULL },
};


static void
run_cases(const case_t *cases, size_t n, const cg_gate_conf_t *conf)
{
    size_t    i;
    cg_str_t  in, want;

    for (i = 0; i < n; i++) {
        in = cg_str_from(cases[i].in);
        want = cases[i].want ? cg_str_from(cases[i].want) : in;
        ok(is_gated(conf, in, want), "%s", cases[i].promise);
    }
}


static void
what_is_held_stays_inert_in_place(void)
{
    site_t          site;
    cg_gate_conf_t  conf;

    site_init(&site, "hold");
    memset(&conf, 0, sizeof(conf));
    conf.judge = site_judge(&site, 0);
    conf.inline_limit = 4096;

    run_cases(held_cases, sizeof(held_cases) / sizeof(held_cases[0]), &conf);

    site_drop(&site);
}


static void
what_is_granted_passes_untouched(void)
{
    int             good = 1, again = 1;
    run_t           run;
    site_t          site;
    size_t          i;
    cg_str_t        in;
    cg_gate_conf_t  conf;

    site_init(&site, "allow");
    memset(&conf, 0, sizeof(conf));
    conf.judge = site_judge(&site, 3);

    for (i = 0; i < sizeof(held_cases) / sizeof(held_cases[0]); i++) {
        in = cg_str_from(held_cases[i].in);
        good = good && is_gated(&conf, in, in);
    }

    ok(good, "everything granted: every page is the origin's");

    conf.inline_limit = 4096;
    conf.judge.granted = SITE_ANALYTICS;
    ok(is_gated(&conf, cg_str("<script src=" T "></script>"
                              "<img src=//www.facebook.com/tr>"),
                cg_str("<script src=" T "></script><img " META
                       " data-ngxc-src=//www.facebook.com/tr>")),
       "one purpose granted: its vendors pass, others do not");
    site_drop(&site);

    site_init(&site, "hold");
    conf.judge = site_judge(&site, 0);
    run.conf = conf;

    for (i = 0; i < sizeof(held_cases) / sizeof(held_cases[0]); i++) {
        run_pieces(&run, cg_str_from(held_cases[i].in), 0, 0);
        in = run.out;
        again = again && is_gated(&conf, in, in);
        free((void *) in.data);
    }

    ok(again, "what was gated is not edited again");
    site_drop(&site);
}


/* [H] is the head insertion, [B] the banner. */

static const case_t  place_cases[] = {
    { "head: behind doctype, html, head, meta and title",
      "<!doctype html><!-- c --><html><head><meta charset=x><title>a</title>"
      "<link rel=icon href=/i></head><body><p>x",
      "<!doctype html><!-- c --><html><head><meta charset=x><title>a</title>"
      "[H]<link rel=icon href=/i></head><body>[B]<p>x" },
    { "head: before </head>, banner: behind body",
      "<html><head></head>\n<body class=x>x",
      "<html><head>[H]</head>\n<body class=x>[B]x" },
    { "no body tag: before the first element that implies one",
      "<!doctype html><title>a</title><div>x</div>",
      "<!doctype html><title>a</title>[H][B]<div>x</div>" },
    { "no body tag: before the first text, behind white space",
      "<!doctype html><title>a</title>\n x", "<!doctype html><title>a</title>"
      "\n [H][B]x" },
    { "a byte order mark is no text", "\xEF\xBB\xBF<html>\n<body>x",
      "\xEF\xBB\xBF<html>\n[H]<body>[B]x" },
    { "an end tag that implies a body", "<html><head></head></body></html>",
      "<html><head>[H]</head>[B]</body></html>" },
    { "no banner in a fragment",
      "<div>x<script src=/a.js></script></div>", NULL },
    { "no banner before a frameset",
      "<html><head></head><frameset><frame src=/a></frameset></html>",
      "<html><head>[H]</head><frameset><frame src=/a></frameset></html>" },
    { "nor behind a body that a frameset replaces",
      "<html><body><frameset>", "<html>[H]<body><frameset>" },
    { "a body in noscript, template, select or SVG is none",
      "<html><noscript><body></noscript><template><body></template>"
      "<svg><body>",
      "<html>[H]<noscript><body></noscript><template><body></template>"
      "[B]<svg><body>" },
    { "noscript in the head implies no body",
      "<html><head><noscript><img src=/p></noscript></head><body>x",
      "<html><head>[H]<noscript><img src=/p></noscript></head><body>[B]x" },
    { "a document that begins late",
      "<script src=/a></script><html><body>x",
      "<script src=/a></script><html>[H]<body>[B]x" },
    { "nothing but a doctype", "<!doctype html>", "<!doctype html>[H][B]" },
    { "body and the end", "<body>", "[H]<body>[B]" },
    { "an open title takes no insertion", "<html><title>x",
      "<html><title>x" },
    { "an open comment takes no insertion", "<html><!-- x", "<html><!-- x" },
    { "before a tag that the end cuts", "<html><img src=" T,
      "<html>[H][B]<img src=" T },
    { "a skip link comes first",
      "<html><body>\n <a href=\"#main\">Skip</a><p>x",
      "<html>[H]<body>\n <a href=\"#main\">Skip</a>[B]<p>x" },
    { "a box of skip links comes first",
      "<body><div class=x><ul><li><a href=#a>A</a></li>\n<li><a href='#b'>"
      "<span>B</span></a></li></ul> </div><p>x",
      "[H]<body><div class=x><ul><li><a href=#a>A</a></li>\n<li>"
      "<a href='#b'><span>B</span></a></li></ul> </div>[B]<p>x" },
    { "a skip link in the page's own box",
      "<body><div id=page><a href=#m>A</a><header>x",
      "[H]<body><div id=page><a href=#m>A</a><header>[B]x" },
    { "boxes without a skip link", "<body><div><header><a href=/x>x</a>",
      "[H]<body>[B]<div><header><a href=/x>x</a>" },
    { "text before the link", "<body><div>Hi <a href=#m>A</a>",
      "[H]<body>[B]<div>Hi <a href=#m>A</a>" },
    { "a link that is none", "<body><a href=#>A</a>",
      "[H]<body>[B]<a href=#>A</a>" },
    { "a skip link where the body is implied",
      "<html><head></head><a href=#m>A</a>x",
      "<html><head>[H]</head><a href=#m>A</a>[B]x" },
    { "a skip link without an end", "<body><a href=#m>A",
      "[H]<body><a href=#m>A[B]" },
    { "what is held among it all",
      "<html><script src=" T "></script><body><div><img src=" T ">",
      "<html>[H]<script " PLAIN GA " data-ngxc-src=" T "></script><body>[B]"
      "<div><img " GA " data-ngxc-src=" T ">" },
};


static void
insertions_have_their_places(void)
{
    int             good = 1;
    size_t          i;
    site_t          site;
    cg_str_t        in;
    cg_gate_conf_t  conf;

    site_init(&site, "hold");
    memset(&conf, 0, sizeof(conf));
    conf.judge = site_judge(&site, 0);
    conf.inline_limit = 4096;
    conf.head = cg_str("[H]");
    conf.banner = say_b;

    run_cases(place_cases, sizeof(place_cases) / sizeof(place_cases[0]),
              &conf);

    conf.head = cg_str_null;
    conf.banner = NULL;

    for (i = 0; i < sizeof(place_cases) / sizeof(place_cases[0]) - 1; i++) {
        in = cg_str_from(place_cases[i].in);
        good = good && is_gated(&conf, in, in);
    }

    ok(good, "nothing to insert: nothing is inserted");
    site_drop(&site);
}


/* `n` times `unit` between two ends, in memory of its own. */

static cg_str_t
repeat(const char *head, const char *unit, size_t n, const char *tail)
{
    size_t    i, len = strlen(unit);
    char     *data = malloc(strlen(head) + n * len + strlen(tail) + 1);
    cg_str_t  s = { 0, (unsigned char *) data };

    strcpy(data, head);
    s.len = strlen(head);

    for (i = 0; i < n; i++) {
        memcpy(data + s.len, unit, len);
        s.len += len;
    }

    strcpy(data + s.len, tail);
    s.len += strlen(tail);

    return s;
}


/* Large pages: whole and in pieces of a few sizes. */

static int
is_big(const cg_gate_conf_t *conf, cg_str_t in, cg_str_t want,
    unsigned withheld)
{
    static const size_t  pieces[] = { 1000, 4096, 65536, 1048577 };

    int     good;
    run_t   whole, run;
    size_t  i;

    whole.conf = *conf;
    run.conf = *conf;
    good = is_run(&whole, NULL, in, want, 0, 0)
           && whole.tally.withheld == withheld;

    for (i = 0; i < sizeof(pieces) / sizeof(pieces[0]) && good; i++) {
        good = is_run(&run, &whole, in, want, 0, pieces[i]);
    }

    return good;
}


static void
scripts_beyond_the_limit_are_held(void)
{
    site_t          site;
    cg_str_t        in, want;
    cg_gate_conf_t  conf;

    site_init(&site, "hold");
    memset(&conf, 0, sizeof(conf));
    conf.judge = site_judge(&site, 0);
    conf.inline_limit = 5000;

    in = repeat("a<script type=x type=module>", "1234567890", 501,
                "</script>b");
    want = repeat("a<script " PLAIN "data-ngxc-hold=\"inline-limit\""
                  " data-ngxc-type=x data-ngxc-type=module>", "1234567890",
                  501, "</script>b");
    ok(is_big(&conf, in, want, 1),
       "an inline script beyond the limit is held, and counted");
    free((void *) in.data);
    free((void *) want.data);

    in = repeat("<script>", "1234567890", 500, "</script>");
    ok(is_big(&conf, in, in, 0), "one at the limit is judged");
    free((void *) in.data);

    in = repeat("<script type=text/x>", "1234567890", 501, "</script>");
    ok(is_big(&conf, in, in, 0), "data of any length streams");
    free((void *) in.data);

    site_drop(&site);
}


static void
tags_beyond_a_limit_are_withheld(void)
{
    site_t          site;
    cg_str_t        in, want;
    cg_gate_conf_t  conf;

    site_init(&site, "hold");
    memset(&conf, 0, sizeof(conf));
    conf.judge = site_judge(&site, 0);
    conf.inline_limit = 5000;

    in = repeat("<p>a<img src=" T " alt=\"", "0123456789", 110000, "\">b");
    ok(is_big(&conf, in, cg_str("<p>ab"), 1),
       "a tag beyond its limit is withheld, and counted");
    free((void *) in.data);

    in = repeat("<noscript>a<!--", "0123456789", 110000,
                "--></noscript><img src=" T ">");
    ok(is_big(&conf, in, cg_str("<noscript>a</noscript><img " GA
                                " data-ngxc-src=" T ">"), 1),
       "what is too long to be read twice in a noscript is withheld");
    free((void *) in.data);

    in = repeat("<noscript><script>", "0123456789", 1000,
                "</script></noscript>");
    want = repeat("<noscript><script " PLAIN "data-ngxc-hold=\"inline-limit"
                  "\">", "0123456789", 1000, "</script></noscript>");
    ok(is_big(&conf, in, want, 1), "the limit of a script in a noscript");
    free((void *) in.data);
    free((void *) want.data);

    in = repeat("<p>a<img ", "b=c ", 600, "src=" T ">b");
    ok(is_big(&conf, in, cg_str("<p>ab"), 1),
       "a tag with more attributes than the table is withheld");
    free((void *) in.data);

    in = repeat("<script>a</script x=\"", "0123456789", 110000,
                "\"><img src=" T ">");
    ok(is_big(&conf, in, cg_str("<script>a</script><img " GA
                                " data-ngxc-src=" T ">"), 1),
       "an end tag beyond its limit loses its attributes, and is counted");
    free((void *) in.data);

    in = repeat("<p>a<img src=" T " alt=\"", "0123456789", 110000, "");
    ok(is_big(&conf, in, cg_str("<p>a"), 1),
       "a tag beyond its limit that never ends is withheld");
    free((void *) in.data);

    site_drop(&site);
}


static void
limits_are_void_where_all_is_granted(void)
{
    site_t          site;
    cg_str_t        in;
    cg_gate_conf_t  conf;

    memset(&conf, 0, sizeof(conf));
    site_init(&site, "allow");
    conf.judge = site_judge(&site, 3);
    conf.head = cg_str("[H]");
    in = repeat("a<img alt=\"", "0123456789", 110000, "\">b");
    ok(is_big(&conf, in, in, 0), "all granted: no limit withholds anything");
    free((void *) in.data);
    site_drop(&site);
}


static void
places_have_limits(void)
{
    site_t          site;
    cg_str_t        in, want;
    cg_gate_conf_t  conf;

    site_init(&site, "hold");
    memset(&conf, 0, sizeof(conf));
    conf.judge = site_judge(&site, 0);
    conf.banner = say_b;

    in = repeat("<html><style>", "p{}", 30000, "</style><body>x</body>\n");
    want = repeat("<html><style>", "p{}", 30000,
                  "</style><body>x</body>\n[B]");
    ok(is_big(&conf, in, want, 0),
       "64 kB without an answer: the banner goes to the end");
    free((void *) in.data);
    free((void *) want.data);

    in = repeat("<body>", " \n", 2100, "<a href=#m>A</a>");
    want = repeat("<body>[B]", " \n", 2100, "<a href=#m>A</a>");
    ok(is_big(&conf, in, want, 0),
       "no more than 4 kB are held in search of a skip link");
    free((void *) in.data);
    free((void *) want.data);

    site_drop(&site);
}


static void
decided_visitors_step_out(void)
{
    size_t          at;
    site_t          site;
    heap_t          heap;
    sink_t          state;
    cg_str_t        in = cg_str("<!doctype html><head><title>a</title></head>"
                                "<body><p><img src=" T "><script>");
    cg_gate_t      *gate;
    cg_sink_t       sink = { sink_span, sink_held, sink_text, NULL };
    cg_gate_conf_t  conf;

    site_init(&site, "allow");
    heap_init(&heap);
    memset(&state, 0, sizeof(state));
    memset(&conf, 0, sizeof(conf));
    sink.ctx = &state;
    conf.judge = site_judge(&site, 3);
    conf.head = cg_str("[H]");
    conf.banner = say_b;
    gate = cg_gate_create(&heap.arena, &conf, &sink);

    for (at = 0; at < in.len && !cg_gate_done(gate); at++) {
        state.input = cg_str_sub(in, at, at + 1);

        if (cg_gate_feed(gate, state.input) != CG_OK) {
            break;
        }
    }

    is_str(cg_str_sub(in, 0, at),
           cg_str("<!doctype html><head><title>a</title></head><body><p>"
                  "<img src=" T ">"),
           "the gate is done at the tag behind the banner's place");
    is_int(state.len, at + 6, "and holds nothing back then");
    free(state.data);

    conf.head = cg_str_null;
    conf.banner = NULL;
    gate = cg_gate_create(&heap.arena, &conf, &sink);
    ok(cg_gate_done(gate), "nothing to hold, nothing to insert: done at once");

    conf.judge.granted = 1;
    gate = cg_gate_create(&heap.arena, &conf, &sink);
    ok(!cg_gate_done(gate), "a purpose is shut: never done before the end");

    heap_drop(&heap);
    site_drop(&site);
}


static void
the_tally_counts_elements(void)
{
    run_t           run;
    site_t          site;
    cg_tally_row_t  *rows = run.tally.rows;

    site_init(&site, "hold");
    memset(&run, 0, sizeof(run));
    run.conf.judge = site_judge(&site, SITE_MARKETING);
    run.conf.inline_limit = 100;
    run.conf.banner = say_b;
    run_pieces(&run, cg_str("<body><script src=" T "></script>"
                            "<img src=" T " srcset='" T "'>"
                            "<img src=//www.facebook.com/tr>"
                            "<script>connect.facebook.net</script>"
                            "<script>var a;</script><img src=/own>"
                            "<iframe src=//x.example></iframe>"), 0, 0);

    is_int(run.tally.n, 3, "vendors without an element have no row");
    is_str(rows[0].vendor, cg_str("google-analytics"), "held: vendor");
    is_str(rows[0].clause, cg_str("T-1"), "held: clause");
    is_int(rows[0].held, 2, "held: elements, not attributes");
    is_int(rows[0].passed, 0, "held: none passed");
    is_str(rows[1].vendor, cg_str("meta-pixel"), "passed: vendor");
    is_int(rows[1].passed, 2, "passed: an image and a script");
    is_str(rows[2].vendor, cg_str("unlisted"), "held: unlisted");
    is_int(rows[2].held, 1, "held: unlisted frame");
    ok(run.tally.banner, "the banner is noted");
    run_free(&run);
    site_drop(&site);
}


static void
memory_does_not_grow_with_the_page(void)
{
    static const char  unit[] =
        "<p class=x><a href=/y>text</a> <img src=\"//WWW.Google-analytics.com"
        "/&amp;x\"><script>var a = 1;</script></p>\n";

    run_t     small, large;
    site_t    site;
    cg_str_t  in;

    site_init(&site, "hold");
    memset(&small, 0, sizeof(small));
    small.conf.judge = site_judge(&site, 0);
    small.conf.inline_limit = 4096;
    large = small;

    in = repeat("<html><body>", unit, 1000 / sizeof(unit), "");
    run_pieces(&small, in, 0, 700);
    free((void *) in.data);
    in = repeat("<html><body>", unit, 1000000 / sizeof(unit), "");
    run_pieces(&large, in, 0, 700);
    free((void *) in.data);

    ok(large.out.len > in.len && large.tally.n == 1, "both pages are gated");
    ok(large.allocs <= small.allocs + 2,
       "1 MB takes as many allocations as 1 KB (%zu, %zu)", large.allocs,
       small.allocs);
    run_free(&small);
    run_free(&large);

    in = repeat("<html><body>", "<p>text</p>", 10000, "");
    run_pieces(&large, in, 0, 0);
    is_int(large.spans, 1, "an untouched run of the input leaves as one span");
    is_int(large.held, 0, "and no byte of it is copied");
    run_free(&large);
    free((void *) in.data);

    site_drop(&site);
}


static void
faults_let_nothing_out(void)
{
    int       memory = 1, sink = 1, prefix = 1;
    run_t     run;
    site_t    site;
    heap_t    heap;
    size_t    i, n;
    cg_str_t  in = cg_str("<html><body><script src=" T "></script>"
                          "<script>connect.facebook.net</script>"
                          "<img src='//WWW.google-analytics.com/&amp;'>"
                          "<img srcset='/a 1x, " T " 2x'>");

    site_init(&site, "hold");
    memset(&run, 0, sizeof(run));
    run.conf.judge = site_judge(&site, 0);
    run.conf.inline_limit = 4096;
    run.conf.banner = say_b;
    run_pieces(&run, in, 0, 7);
    n = run.allocs;
    run_free(&run);

    for (i = 1; i <= n; i++) {
        heap_init(&heap);
        heap.fail_at = i;
        run_in_pieces(&run, &heap, in, 0, 7, 0);
        run.out.len++;
        run.out.data = realloc((void *) run.out.data, run.out.len);
        ((unsigned char *) run.out.data)[run.out.len - 1] = '\0';
        memory = memory && run.status <= CG_OK
                 && strstr((const char *) run.out.data, " src=") == NULL
                 && strstr((const char *) run.out.data, " srcset=") == NULL
                 && strstr((const char *) run.out.data, "<script>") == NULL;
        run_free(&run);
        heap_drop(&heap);
    }

    ok(n > 5 && memory, "no memory at any of %zu allocations: nothing gated "
       "leaves", n);

    for (i = 1; i < 30; i++) {
        heap_init(&heap);
        run_in_pieces(&run, &heap, in, 0, 7, i);
        sink = sink && run.status == CG_ELIMIT;
        prefix = prefix && run.out.len < in.len + 300;
        run_free(&run);
        heap_drop(&heap);
    }

    ok(sink, "an error of the sink ends the gate, and is returned");
    ok(prefix, "and nothing leaves behind it");
    site_drop(&site);
}


int
main(void)
{
    what_is_held_stays_inert_in_place();
    what_is_granted_passes_untouched();
    insertions_have_their_places();
    scripts_beyond_the_limit_are_held();
    tags_beyond_a_limit_are_withheld();
    limits_are_void_where_all_is_granted();
    places_have_limits();
    decided_visitors_step_out();
    the_tally_counts_elements();
    memory_does_not_grow_with_the_page();
    faults_let_nothing_out();

    return tap_done();
}
