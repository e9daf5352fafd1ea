/* The banner is asked for once, in the language that the page names, and told
 * whether a <base> before it may lead elsewhere. */

#include "tap.h"
#include "heap.h"
#include "site.h"

#include "gate/cg_gate.h"


typedef struct {
    unsigned  asked;
    int       based;
    cg_out_t  lang;
    cg_out_t  out;
} said_t;


static cg_str_t
say(void *ctx, cg_str_t lang, int based)
{
    said_t  *said = ctx;

    said->asked++;
    said->based = based;
    cg_out_reset(&said->lang);
    cg_out_str(&said->lang, lang.data ? lang : cg_str("none"));

    return cg_str("[B]");
}


static cg_status_t
take(void *ctx, cg_str_t bytes)
{
    said_t  *said = ctx;

    cg_out_str(&said->out, bytes);

    return CG_OK;
}


static int
says(site_t *site, uint32_t granted, cg_str_t in, cg_str_t lang, int based,
    size_t cut)
{
    int             good;
    heap_t          heap;
    said_t          said;
    cg_str_t        one, two;
    cg_gate_t      *gate;
    cg_sink_t       sink = { take, take, take, &said, NULL, NULL };
    cg_gate_conf_t  conf;

    heap_init(&heap);
    memset(&said, 0, sizeof(said));
    memset(&conf, 0, sizeof(conf));
    cg_out_init(&said.lang, &heap.arena, 64);
    cg_out_init(&said.out, &heap.arena, 1024);

    conf.judge = site_judge(site, granted);
    conf.inline_limit = 4096;
    conf.banner = say;
    conf.banner_ctx = &said;

    one = heap_exact(cg_str_sub(in, 0, cut));
    two = heap_exact(cg_str_sub(in, cut, in.len));

    gate = cg_gate_create(&heap.arena, &conf, &sink);
    good = cg_gate_feed(gate, one) == CG_OK;
    free((void *) one.data);
    good = good && cg_gate_feed(gate, two) == CG_OK
           && cg_gate_end(gate) == CG_OK
           && said.asked == 1
           && cg_str_eq(cg_out_slice(&said.lang), lang)
           && said.based == based
           && said.out.len == in.len + 3;
    free((void *) two.data);

    heap_drop(&heap);

    return good;
}


typedef struct {
    cg_str_t  in;
    cg_str_t  lang;
    int       based;
} case_t;

static const case_t  langs[] = {
    { cg_str("<html lang=ja><body>x"), cg_str("ja"), 0 },
    { cg_str("<!doctype html><HTML class=x LANG='en-US'><body>"),
      cg_str("en-US"), 0 },
    { cg_str("<html><body lang=fr>"), cg_str("none"), 0 },
    { cg_str("<html lang><body>"), cg_str("none"), 0 },
    { cg_str("<html lang=a-tag-that-is-far-too-long><body>"),
      cg_str("none"), 0 },
};

#define OWN   "www.example.org/"
#define NONE  cg_str("none")

static const case_t  bases[] = {
    { cg_str("<html><base href=/sub/><body>x"), NONE, 0 },
    { cg_str("<html><base href='?a#b'><body>x"), NONE, 0 },
    { cg_str("<html><base target=_top><body>x"), NONE, 0 },
    { cg_str("<html><base><body>x"), NONE, 0 },
    { cg_str("<html><a href=http://" OWN ">x</a>"), NONE, 0 },
    { cg_str("<html><base href=http://" OWN "><body>x"), NONE, 1 },
    { cg_str("<html><BASE class=x HREF='&#47;/" OWN "'><body>x"), NONE, 1 },
    { cg_str("<html><base href=/a><base href=//" OWN "><body>x"), NONE, 1 },
    { cg_str("<html><base href='\\\\" OWN "'><body>x"), NONE, 1 },
    { cg_str("<html><base href=https:x><body>x"), NONE, 1 },
    { cg_str("<html><base href=mailto:x><body>x"), NONE, 1 },
    { cg_str("<html><body>x<base href=http://" OWN ">"), NONE, 0 },

    /* where anything is gated this one is held */

    { cg_str("<html><base href='http://['><body>x"), NONE, 1 },
};


/* However the page is cut. */

static int
all_say(site_t *site, uint32_t granted, const case_t *cases, size_t n)
{
    int     good = 1;
    size_t  i, cut;

    for (i = 0; i < n; i++) {
        for (cut = 0; cut <= cases[i].in.len; cut++) {
            if (!says(site, granted, cases[i].in, cases[i].lang,
                      cases[i].based, cut))
            {
                tap_show("case", cases[i].in);
                printf("# cut at %zu\n", cut);
                good = 0;
                break;
            }
        }
    }

    return good;
}


int
main(void)
{
    site_t  site;

    site_init(&site, "allow");

    ok(all_say(&site, 0, langs, sizeof(langs) / sizeof(langs[0])),
       "the banner is asked for once, with the language of <html>");
    ok(all_say(&site, UINT32_MAX, bases, sizeof(bases) / sizeof(bases[0])),
       "where all is open it is told of a <base> that may lead elsewhere");
    ok(all_say(&site, 0, bases, sizeof(bases) / sizeof(bases[0]) - 1),
       "... and where something is gated");

    site_drop(&site);

    return tap_done();
}
