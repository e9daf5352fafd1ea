/* The banner is asked for once, in the language that the page names. */

#include "tap.h"
#include "heap.h"
#include "site.h"

#include "gate/cg_gate.h"


typedef struct {
    unsigned  asked;
    cg_out_t  lang;
    cg_out_t  out;
} said_t;


static cg_str_t
say(void *ctx, cg_str_t lang)
{
    said_t  *said = ctx;

    said->asked++;
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
says(site_t *site, cg_str_t in, cg_str_t lang, size_t cut)
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

    conf.judge = site_judge(site, 0);
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
           && said.out.len == in.len + 3;
    free((void *) two.data);

    heap_drop(&heap);

    return good;
}


int
main(void)
{
    static const struct {
        cg_str_t  in;
        cg_str_t  lang;
    } cases[] = {
        { cg_str("<html lang=ja><body>x"), cg_str("ja") },
        { cg_str("<!doctype html><HTML class=x LANG='en-US'><body>"),
          cg_str("en-US") },
        { cg_str("<html><body lang=fr>"), cg_str("none") },
        { cg_str("<html lang><body>"), cg_str("none") },
        { cg_str("<html lang=a-tag-that-is-far-too-long><body>"),
          cg_str("none") },
    };

    int     good = 1;
    size_t  i, cut;
    site_t  site;

    site_init(&site, "hold");

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        for (cut = 0; cut <= cases[i].in.len; cut++) {
            if (!says(&site, cases[i].in, cases[i].lang, cut)) {
                tap_show("case", cases[i].in);
                printf("# cut at %zu\n", cut);
                good = 0;
                break;
            }
        }
    }

    ok(good, "the banner is asked for once, with the language of <html>");

    site_drop(&site);

    return tap_done();
}
