/* What is held, what passes, and where insertions go. */

#include "gate_run.h"

#define FB  "connect.facebook.net"


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
    { "what the page's author says it is for",
      "<script data-ngxc-purpose=analytics src=/own.js></script>"
      "<script data-ngxc-purpose='marketing' async>own()</script>"
      "<iframe src=/f DATA-ngxc-Purpose=marketing></iframe>"
      "<img src=/i.gif srcset='/j.gif 2x' data-ngxc-purpose=\"analytics "
      "necessary\">",
      "<script " PLAIN MARKED("analytics") " data-ngxc-purpose=analytics "
      "data-ngxc-src=/own.js></script>"
      "<script " PLAIN MARKED("marketing") " data-ngxc-purpose='marketing' "
      "async>own()</script>"
      "<iframe " MARKED("marketing") " data-ngxc-src=/f "
      "DATA-ngxc-Purpose=marketing></iframe>"
      "<img " MARKED("analytics") " data-ngxc-src=/i.gif "
      "data-ngxc-srcset='/j.gif 2x' data-ngxc-purpose=\"analytics "
      "necessary\">" },
    { "... closes, and opens nothing",
      "<script data-ngxc-purpose=necessary src=" T "></script>"
      "<script data-ngxc-purpose src=/own.js></script>"
      "<script data-ngxc-purpose=necessary>own()</script>",
      "<script " PLAIN GA " data-ngxc-purpose=necessary data-ngxc-src=" T
      "></script>"
      "<script data-ngxc-purpose src=/own.js></script>"
      "<script data-ngxc-purpose=necessary>own()</script>" },
    { "... a purpose that there is not is shut to everybody",
      "<script data-ngxc-purpose=analitics src=/own.js></script>",
      "<script " PLAIN NOBODY " data-ngxc-stays data-ngxc-purpose=analitics "
      "data-ngxc-src=/own.js></script>" },
    { "... and what nobody declared is not released with a purpose",
      "<img data-ngxc-purpose=analytics src=//x.example/p>"
      "<img data-ngxc-hold=x DATA-NGXC-PURPOSE=analytics src=//x.example/p>"
      "<style data-ngxc-purpose=necessary>a{b:url(//x.example/p)}</style>"
      "<style type type type type data-ngxc-purpose=necessary>"
      "a{b:url(//x.example/p)}</style>",
      "<img " NOBODY " data-ngxc-stays data-ngxc-purpose=analytics "
      "data-ngxc-src=//x.example/p>"
      "<img " NOBODY " data-ngxc-stays data-ngxc-hold=x "
      "DATA-NGXC-PURPOSE=analytics data-ngxc-src=//x.example/p>"
      "<style " NOBODY " data-ngxc-stays data-ngxc-purpose=necessary>"
      "a{b:x-ngxc-url(//x.example/p)}</style>"
      "<style " NOBODY " data-ngxc-stays type type type type "
      "data-ngxc-purpose=necessary>a{b:x-ngxc-url(//x.example/p)}</style>" },
    { "... says nothing of what neither fetches nor runs",
      "<p data-ngxc-purpose=analytics>x<script type=text/template "
      "data-ngxc-purpose=analytics>y</script>", NULL },
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
      "<noscript> x</noscript>y" },
    { "... in an end tag",
      "<noscript><b>x</b title='</noscript><img src=" T ">'>y</noscript>",
      "<noscript><b>x </b>y</noscript>" },
    { "... in a comment",
      "<noscript>a<!--</NOscript><img src=" T ">--><!--b--></noscript>",
      "<noscript>a <!--b--></noscript>" },
    { "... in the text of an element",
      "<noscript><style>p{}</noscript><img src=" T "></style>x</noscript>",
      "<noscript><style> </style>x</noscript>" },
    { "... in text that never ends",
      "<noscript><style></noscript><img src=" T ">", "<noscript><style>" },
    { "... in a comment that never ends",
      "<noscript><!-- </noscript><img src=" T ">", "<noscript>" },
    { "... in a script",
      "<noscript><script>connect.facebook.net</noscript><img src=" T ">"
      "</script></noscript>",
      "<noscript><script " PLAIN META "> </script></noscript>" },
    { "... what stands around it does not become one tag",
      "<noscript><<b title='</noscript>'>/<!--b--><base href=" T "></noscript>",
      "<noscript>< /<!--b--><base " GA " data-ngxc-href=" T "></noscript>" },
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
      "<svg><script type=text/plain data-ngxc-hold=google-analytics"
      " data-ngxc-purpose=analytics  data-ngxc-type=text/plain "
      "data-ngxc-xlink:href=" T " /></svg>" },
    { "... and what stands in it is none, though scanners take it for HTML's",
      "<svg><script href=" T ">a()</script><script xlink:href=" T " /></svg>",
      "<svg><script type=text/plain data-ngxc-hold=google-analytics"
      " data-ngxc-purpose=analytics  data-ngxc-href=" T ">a()</script>"
      "<script type=text/plain data-ngxc-hold=google-analytics"
      " data-ngxc-purpose=analytics  data-ngxc-xlink:href=" T " /></svg>" },
    { "SVG script inline: references are decoded",
      "<svg><script>s='connect&#46;facebook.net'</script></svg>"
      "<svg><script>a&amp;b</script><script /></svg>",
      "<svg><script type=text/plain data-ngxc-hold=meta-pixel"
      " data-ngxc-purpose=marketing >s='connect&#46;facebook.net'</script>"
      "</svg><svg><script>a&amp;b</script><script /></svg>" },
    { "an SVG script goes on behind an end tag that is nothing",
      "<svg><script></d>s='//connect.facebook.net'</script></svg>",
      "<svg><script type=text/plain data-ngxc-hold=inline-limit "
      "data-ngxc-stays "
      " type=text/plain data-ngxc-hold=meta-pixel"
      " data-ngxc-purpose=marketing ></d>"
      "s='//connect.facebook.net'</script></svg>" },
    { "what nobody can grant, beside what a purpose opens, says so",
      "<img src=" T " srcset='//t.example/a 2x'><img srcset='" T ", " T " 2x'>"
      "<style>a{b:url(" T ")}@import '//t.example/';</style>",
      "<img " GA " data-ngxc-stays data-ngxc-src=" T
      " data-ngxc-srcset='//t.example/a 2x'>"
      "<img " GA " data-ngxc-srcset='" T ", " T " 2x'>"
      "<style " GA " data-ngxc-stays>a{b:x-ngxc-url(" T ")}"
      "@x-ngxc-import '//t.example/';</style>" },
    { "types that an optimiser of pages keeps scripts under until it runs them",
      "<script type='837bc6f3918be9efc265f010-text/javascript'>//" FB
      "</script><script type=\"837bc6f3918be9efc265f010-\">//" FB "</script>"
      "<script type='837BC6F3918BE9EFC265F010-module'>//" FB "</script>",
      "<script " PLAIN META " data-ngxc-type="
      "'837bc6f3918be9efc265f010-text/javascript'>//" FB "</script><script "
      PLAIN META " data-ngxc-type=\"837bc6f3918be9efc265f010-\">//" FB
      "</script><script " PLAIN META " data-ngxc-type="
      "'837BC6F3918BE9EFC265F010-module'>//" FB "</script>" },
    { "... and types that only look so are data",
      "<script type='37bc6f3918be9efc265f010-text/javascript'>//" FB
      "</script><script type='837bc6f3918be9efc265f01g-text/javascript'>//" FB
      "</script><script type='837bc6f3918be9efc265f010-text/plain'>//" FB
      "</script>", NULL },
    { "data that names a vendor is no loader of it",
      "<script>window.S={\"u\":\"//" FB "/x.js\"}</script>", NULL },
    { "... but what is done with it is",
      "<script>S={u:'//" FB "/x.js'};load(S.u)</script>",
      "<script " PLAIN META ">S={u:'//" FB "/x.js'};load(S.u)</script>" },
    { "the end tag of a void element ends no SVG",
      "<base><svg></base><noframes><image href=" T " />",
      "<base><svg></base><noframes><image"
      " data-ngxc-hold=google-analytics data-ngxc-purpose=analytics "
      " data-ngxc-href=" T " />" },
    { "SVG script with markup in it is not readable",
      "<svg><script>a<g/>b</script></svg>",
      "<svg><script type=text/plain data-ngxc-hold=inline-limit "
      "data-ngxc-stays >a<g/>b"
      "</script></svg>" },
    { "a page of another gate's making: nothing is left to hold",
      "<script " PLAIN GA " data-ngxc-src=\"" T "\"></script>"
      "<script " PLAIN META " data-ngxc-type=module>connect.facebook.net"
      "</script><img " GA " data-ngxc-src=" T ">",
      "<script data-ngxc-stays " PLAIN GA " data-ngxc-src=\"" T "\"></script>"
      "<script data-ngxc-stays " PLAIN META " data-ngxc-type=module>"
      "connect.facebook.net</script>"
      "<img data-ngxc-stays " GA " data-ngxc-src=" T ">" },
    { "our own marks open nothing",
      "<img data-ngxc-ui id=ngx-consent src=" T ">",
      "<img " GA " data-ngxc-stays data-ngxc-ui id=ngx-consent data-ngxc-src="
      T ">" },
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
    run_t           run = { 0 };
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
        again = again && is_edited_no_more(&conf, in);
        free((void *) in.data);
    }

    ok(again, "what was gated is held no further by another gate");
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
    { "columns of a template tell nothing of where a body begins",
      "<html><head><template><col></template></head><body>x",
      "<html><head>[H]<template><col></template></head><body>[B]x" },
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
    { "before what would be an end tag with it", "<head></",
      "<head>[H][B]</" },
    { "nowhere in a noscript, where scripts make it text",
      "<head><noscript></", "<head>[H]<noscript></" },
    { "a skip link comes first",
      "<html><body>\n <a href=\"#main\">Skip</a><p>x",
      "<html>[H]<body>\n <a href=\"#main\">Skip</a>[B]<p>x" },
    { "a box of skip links comes first",
      "<body><div class=x><ul><li><a href=#a>A</a></li>\n<li><a href='#b'>"
      "<span>B</span></a></li></ul> </div><p>x",
      "[H]<body><div class=x><ul><li><a href=#a>A</a></li>\n<li>"
      "<a href='#b'><span>B</span></a></li></ul> </div>[B]<p>x" },
    { "a list of skip links without end tags",
      "<html><body><ul><li><a href=#a>A</a><li><a href=#b>B</a></ul><p>x",
      "<html>[H]<body><ul><li><a href=#a>A</a><li><a href=#b>B</a></ul>[B]"
      "<p>x" },
    { "a skip link in a paragraph without an end",
      "<html><body><p><a href=#a>A</a><div><a href=#b>B</a></div><p>x",
      "<html>[H]<body><p><a href=#a>A</a><div><a href=#b>B</a></div>[B]<p>x" },
    { "wrappers that end crosswise",
      "<html><body><div><span><a href=#a>A</a></div></span><p>x",
      "<html>[H]<body><div><span><a href=#a>A</a>[B]</div></span><p>x" },
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
    { "a box that is held is none to look into: it is edited, and leaves",
      "<body><div style='a:url(" T ")'><a href=#m>A</a></div>x",
      "[H]<body>[B]<div " GA " style='a:x-ngxc-url(" T ")'>"
      "<a href=#m>A</a></div>x" },
    { "... where the body is implied",
      "<!doctype html><p onclick=\"connect.facebook.net\"> x",
      "<!doctype html>[H][B]<p " META " data-ngxc-onclick=\""
      "connect.facebook.net\"> x" },
    { "... and the body itself, behind which it goes in",
      "<body background=" T "> <a href=#m>A</a>x",
      "[H]<body " GA " data-ngxc-background=" T "> <a href=#m>A</a>[B]x" },
    { "what is held among it all",
      "<html><script src=" T "></script><body><div><img src=" T ">",
      "<html>[H]<script " PLAIN GA " data-ngxc-src=" T "></script><body>[B]"
      "<div><img " GA " data-ngxc-src=" T ">" },
    { "a page that another gate has edited",
      "<html><head><script data-ngxc-ui>1</script></head><body><p>x",
      "<html><head><script data-ngxc-stays data-ngxc-ui>1</script></head>"
      "<body><p>x" },
    { "a banner that another gate has put there",
      "<html><body>\n<style DATA-NGXC-UI>p{}</style><p>x",
      "<html>[H]<body>\n<style data-ngxc-stays DATA-NGXC-UI>p{}</style><p>x" },
    { "and what only says so",
      "<!doctype html><p data-ngxc-ui>x",
      "<!doctype html>[H][B]<p data-ngxc-stays data-ngxc-ui>x" },
};

#define PLACE_EDITED  7                /* of them: edited without insertions */


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

    for (i = 0; i < sizeof(place_cases) / sizeof(place_cases[0])
                    - PLACE_EDITED; i++)
    {
        in = cg_str_from(place_cases[i].in);
        good = good && is_gated(&conf, in, in);
    }

    ok(good, "nothing to insert: nothing is inserted");
    site_drop(&site);
}


int
main(void)
{
    what_is_held_stays_inert_in_place();
    what_is_granted_passes_untouched();
    insertions_have_their_places();

    return tap_done();
}
