/* Placeholders: which held elements get one, where it goes, and what it is
 * told. */

#include "gate_run.h"

#define V      "https://www.youtube.com/embed/x"

typedef struct {
    const char  *promise;
    const char  *in;
    const char  *want;             /* NULL: as without placeholders */
} case_t;

static const case_t  cases[] = {
    { "a frame: in its tag, behind the marks",
      "<iframe src=" V "></iframe>",
      "<iframe " TUBE " {0 youtube marketing " V " www.youtube.com lang=}"
      " data-ngxc-src=" V "></iframe>" },
    { "... its title is kept",
      "<iframe title='A film' src=" V "></iframe>",
      "<iframe " TUBE " {0 youtube marketing " V " www.youtube.com titled"
      " lang=} title='A film' data-ngxc-src=" V "></iframe>" },
    { "... an empty one makes way",
      "<iframe title src=" V "></iframe>",
      "<iframe " TUBE " {0 youtube marketing " V " www.youtube.com lang=}"
      " data-ngxc-title data-ngxc-src=" V "></iframe>" },
    { "... sandbox and csp make way, and are told",
      "<iframe SANDBOX='allow-scripts allow-&#115;ame-origin' csp=x src=" V
      "></iframe>",
      "<iframe " TUBE " {0 youtube marketing " V " www.youtube.com"
      " sandbox=allow-scripts allow-same-origin lang=}"
      " data-ngxc-SANDBOX='allow-scripts allow-&#115;ame-origin'"
      " data-ngxc-csp=x data-ngxc-src=" V "></iframe>" },
    { "... a sandbox without a word is one",
      "<iframe sandbox src=" V "></iframe><iframe sandbox='' src=" V
      "></iframe>",
      "<iframe " TUBE " {0 youtube marketing " V " www.youtube.com sandbox="
      " lang=} data-ngxc-sandbox data-ngxc-src=" V "></iframe><iframe " TUBE
      " {0 youtube marketing " V " www.youtube.com sandbox= lang=}"
      " data-ngxc-sandbox='' data-ngxc-src=" V "></iframe>" },
    { "... the page's language is known",
      "<!doctype html><html lang=ja><body><iframe src=" V "></iframe>",
      "<!doctype html><html lang=ja><body><iframe " TUBE
      " {0 youtube marketing " V " www.youtube.com lang=ja} data-ngxc-src=" V
      "></iframe>" },
    { "... whether a <base> before it may lead elsewhere",
      "<base href=/x><iframe src=" V "></iframe>"
      "<base href=//www.example.org><iframe src=" V "></iframe>",
      "<base href=/x><iframe " TUBE " {0 youtube marketing " V
      " www.youtube.com lang=} data-ngxc-src=" V "></iframe>"
      "<base href=//www.example.org><iframe " TUBE " {0 youtube marketing " V
      " www.youtube.com based lang=} data-ngxc-src=" V "></iframe>" },
    { "... in noscript, too",
      "<noscript><iframe src=" V "></iframe></noscript>",
      "<noscript><iframe " TUBE " {0 youtube marketing " V
      " www.youtube.com lang=} data-ngxc-src=" V "></iframe></noscript>" },
    { "... not beside marks that the page brings: nobody must restore those",
      "<iframe data-ngxc-onload=f() src=" V "></iframe>"
      "<iframe src=" V " data-ngxc-UI></iframe>"
      "<iframe src=" V " style=\"x-ngxc-url('//t.example')\"></iframe>",
      "<iframe " TUBE " data-ngxc-stays data-ngxc-onload=f() data-ngxc-src=" V
      "></iframe><iframe " TUBE " data-ngxc-stays data-ngxc-src=" V
      " data-ngxc-UI></iframe><iframe " TUBE " data-ngxc-stays data-ngxc-src="
      V " style=\"x-ngxc-url('//t.example')\"></iframe>" },
    { "a host that nobody declared",
      "<iframe src=//a.example.net/b?c&amp;d></iframe>",
      "<iframe " NOBODY " {0 unlisted - //a.example.net/b?c&d a.example.net"
      " lang=} data-ngxc-src=//a.example.net/b?c&amp;d></iframe>" },

    { "... and a host that is more than a word in a policy",
      "<iframe src='https://a.b;script-src/'></iframe>",
      "<iframe " NOBODY " {0 unlisted - - - lang=} data-ngxc-src="
      "'https://a.b;script-src/'></iframe>" },

    { "the URL is told as a browser reads it, in ASCII",
      "<iframe src=' https://www.you&#116;ube.com/a&#10;b/\xC3\xA9 c&quot; '>"
      "</iframe>",
      "<iframe " TUBE " {0 youtube marketing"
      " https://www.youtube.com/ab/%C3%A9%20c\" www.youtube.com lang=}"
      " data-ngxc-src=' https://www.you&#116;ube.com/a&#10;b/\xC3\xA9 c&quot;"
      " '></iframe>" },
    { "... and not where it is no page of a host",
      "<iframe src='data:text/html,<script src=//www.youtube.com/x></script>'>"
      "</iframe>",
      "<iframe " TUBE " {0 youtube marketing - - lang=}"
      " data-ngxc-src='data:text/html,<script src=//www.youtube.com/x>"
      "</script>'></iframe>" },

    { "a document of its own that passes is shown by itself",
      "<iframe srcdoc='<p>x' src=" V "></iframe>",
      "<iframe " TUBE " srcdoc='<p>x' data-ngxc-src=" V "></iframe>" },
    { "... one that is held makes way",
      "<iframe srcdoc='<img src=" V ">' src=" V "></iframe>",
      "<iframe " TUBE " {0 youtube marketing " V " www.youtube.com lang=}"
      " data-ngxc-srcdoc='<img src=" V ">' data-ngxc-src=" V "></iframe>" },
    { "... one without a URL, too",
      "<iframe srcdoc='<img src=" V ">'></iframe>",
      "<iframe " TUBE " {0 youtube marketing - - lang=}"
      " data-ngxc-srcdoc='<img src=" V ">'></iframe>" },
    { "... and where the URL behind it passes, that is shown",
      "<iframe srcdoc='<img src=" V ">' src=/own></iframe>",
      "<iframe " TUBE " data-ngxc-srcdoc='<img src=" V ">' src=/own></iframe>"
    },

    { "embed: before it", "a<embed width=400 height='3&#48;0' src=" V ">",
      "a {1 youtube marketing " V " www.youtube.com 400x300 lang=}<embed " TUBE
      " width=400 height='3&#48;0' data-ngxc-src=" V ">" },
    { "object: in it", "<object data=" V " width=50%><p>x</object>",
      "<object " TUBE " data-ngxc-data=" V " width=50%> {2 youtube marketing "
      V " www.youtube.com 50%x lang=}<p>x</object>" },

    { "hidden: none", "<iframe hidden src=" V "></iframe>", NULL },
    { "0 wide", "<iframe width=0 src=" V "></iframe>", NULL },
    { "1 high", "<iframe height=' 1px ' src=" V "></iframe>", NULL },
    { "00", "<iframe height=00 src=" V "></iframe>", NULL },
    { "display: none", "<iframe style='a:b;DISPLAY : none !important' src=" V
      "></iframe>", NULL },
    { "visibility", "<iframe style='visibility:&#104;idden' src=" V
      "></iframe>", NULL },
    { "style of a pixel", "<iframe style='border:0;width:1px' src=" V
      "></iframe>", NULL },
    { "an embed that is hidden", "<embed hidden src=" V ">", NULL },
    { "images, media, frames of a frameset",
      "<img src=" V "><video src=" V "></video><audio src=" V "></audio>",
      NULL },
    { "within SVG", "<svg><iframe src=" V "></iframe></svg>", NULL },
    { "while several readings are followed",
      "<select><style></select><iframe src=" V "></iframe>", NULL },
    { "what passes", "<iframe src=/own></iframe><object data=/x></object>",
      NULL },
    { "what is held for its style alone",
      "<iframe src=/own style='a:url(" V ")'></iframe>", NULL },
};

#define CASES  (sizeof(cases) / sizeof(cases[0]))


/* Attribute or element alike: what we were told. */

static cg_str_t
told(void *ctx, const cg_embed_t *embed)
{
    static char  text[4096];

    int  n;

    (void) ctx;

#define DASH(s)  (int) ((s).data ? (s).len : 1),                             \
                 (s).data ? (const char *) (s).data : "-"

    n = snprintf(text, sizeof(text), " {%d %.*s %.*s %.*s %.*s", embed->kind,
                 DASH(embed->vendor), DASH(embed->purpose), DASH(embed->url),
                 DASH(embed->host));

    if (embed->based) {
        n += snprintf(text + n, sizeof(text) - (size_t) n, " based");
    }

    if (embed->titled) {
        n += snprintf(text + n, sizeof(text) - (size_t) n, " titled");
    }

    if (embed->sandbox.data) {
        n += snprintf(text + n, sizeof(text) - (size_t) n, " sandbox=%.*s",
                      (int) embed->sandbox.len,
                      (const char *) embed->sandbox.data);
    }

    if (embed->width.data) {
        n += snprintf(text + n, sizeof(text) - (size_t) n, " %.*sx%.*s",
                      (int) embed->width.len,
                      (const char *) embed->width.data,
                      (int) embed->height.len,
                      embed->height.len ? (const char *) embed->height.data
                                        : "");
    }

    n += snprintf(text + n, sizeof(text) - (size_t) n, " lang=%.*s}",
                  (int) embed->lang.len,
                  embed->lang.len ? (const char *) embed->lang.data : "");

    return (cg_str_t) { (size_t) n, (unsigned char *) text };
}


static cg_str_t
untold(void *ctx, const cg_embed_t *embed)
{
    (void) ctx;
    (void) embed;

    return cg_str_null;
}


static void
conf_init(cg_gate_conf_t *conf, site_t *site, cg_embed_text_t text)
{
    memset(conf, 0, sizeof(*conf));
    conf->judge = site_judge(site, 0);
    conf->inline_limit = 4096;
    conf->embed = text;
}


static void
each_gets_its_placeholder(void)
{
    run_t           plain;
    size_t          i;
    site_t          site;
    cg_str_t        in, want;
    cg_gate_conf_t  conf;

    site_init(&site, "hold");

    for (i = 0; i < CASES; i++) {
        in = cg_str_from(cases[i].in);

        memset(&plain, 0, sizeof(plain));
        conf_init(&plain.conf, &site, NULL);
        run_pieces(&plain, in, 0, 0);

        want = cases[i].want ? cg_str_from(cases[i].want) : plain.out;
        conf_init(&conf, &site, told);
        ok(is_gated(&conf, in, want), "%s", cases[i].promise);

        conf_init(&conf, &site, untold);
        ok(is_gated(&conf, in, plain.out), "... no memory for it: %s",
           cases[i].promise);
        run_free(&plain);
    }

    site_drop(&site);
}


/* What is remembered says what stands there, not how it looked. */

static cg_str_t
another(void *ctx, const cg_embed_t *embed)
{
    (void) embed;

    return cg_str_from(ctx);
}


static void
visitors_get_their_own(void)
{
    int         i;
    char        text[16], want[512];
    run_t       run;
    heap_t      heap;
    site_t      site;
    cg_str_t    in = cg_str("<p>a<iframe src=" V "></iframe>b"
                            "<iframe src=" V "></iframe>c");

    site_init(&site, "hold");
    heap_init(&heap);
    memset(&run, 0, sizeof(run));
    conf_init(&run.conf, &site, another);
    run.conf.embed_ctx = text;
    run.memos = cg_memos_create(&heap.arena, 1 << 20, 16);

    for (i = 0; i < 5; i++) {
        snprintf(text, sizeof(text), " n=%d", i);
        run_pieces(&run, in, 0, 9);

        snprintf(want, sizeof(want), "<p>a<iframe " TUBE "%s data-ngxc-src="
                 V "></iframe>b<iframe " TUBE "%s data-ngxc-src=" V
                 "></iframe>c", text, text);
        is_str(run.out, cg_str_from(want),
               "a page that is known shows each visitor's own");
        run_free(&run);
    }

    ok(cg_memos_size(run.memos) > 0, "and it was known");
    cg_memos_drop(run.memos);
    heap_drop(&heap);
    site_drop(&site);
}


/* Each is kept as long as the response. */

static void
a_page_has_so_many(void)
{
    int        i, cut, seen;
    char       in[(CG_EMBED_MAX + 8) * 34] = "";
    run_t      run;
    site_t     site;
    cg_str_t   rest;

    static const char  frame[] = "<iframe src=//x.example></iframe>";

    site_init(&site, "hold");

    for (i = 0; i < (int) (sizeof(in) / sizeof(frame)); i++) {
        strcat(in, frame);
    }

    for (cut = 0; cut < 40; cut += 3) {
        memset(&run, 0, sizeof(run));
        conf_init(&run.conf, &site, told);
        run_pieces(&run, cg_str_from(in), 0, (size_t) cut);
        rest = run.out;

        for (seen = 0; rest.len; rest = cg_str_sub(rest, 1, rest.len)) {
            seen += rest.data[0] == '{';
        }

        is_int(seen, CG_EMBED_MAX,
               "placeholders of a page of %d frames, pieces of %d", i, cut);
        run_free(&run);
    }

    site_drop(&site);
}


/* It could not be sent back in a form. */

static void
long_addresses_are_not_told(void)
{
    int             n;
    char            in[2 * CG_EMBED_URL + 64], *p;
    run_t           run;
    site_t          site;

    site_init(&site, "hold");

    for (n = CG_EMBED_URL; n <= CG_EMBED_URL + 1; n++) {
        memset(&run, 0, sizeof(run));
        conf_init(&run.conf, &site, told);
        p = in + sprintf(in, "<iframe src=" V);
        memset(p, 'a', (size_t) n - strlen(V));
        strcpy(p + n - strlen(V), ">");
        run_pieces(&run, cg_str_from(in), 0, 0);
        is_int(strstr(in, V) != NULL
               && memchr(run.out.data, '{', run.out.len) != NULL
               && strncmp((char *) memchr(run.out.data, '{', run.out.len),
                          "{0 youtube marketing - -", 24) == 0,
               n > CG_EMBED_URL, "an address of %d bytes", n);
        run_free(&run);
    }

    site_drop(&site);
}


int
main(void)
{
    long_addresses_are_not_told();
    each_gets_its_placeholder();
    a_page_has_so_many();
    visitors_get_their_own();

    return tap_done();
}
