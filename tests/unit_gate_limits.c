/* Limits, memory, faults, and what the gate says of a page. */

#include "gate_run.h"


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
    run_t   whole = { 0 }, run = { 0 };
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
    ok(is_big(&conf, in, cg_str("<p>a b"), 1),
       "a tag beyond its limit is withheld, and counted");
    free((void *) in.data);

    in = repeat("<noscript>a<!--", "0123456789", 110000,
                "--></noscript><img src=" T ">");
    ok(is_big(&conf, in, cg_str("<noscript>a </noscript><img " GA
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
    ok(is_big(&conf, in, cg_str("<p>a b"), 1),
       "a tag with more attributes than the table is withheld");
    free((void *) in.data);

    in = repeat("<script>a</script x=\"", "0123456789", 110000,
                "\"><img src=" T ">");
    ok(is_big(&conf, in, cg_str("<script>a </script><img " GA
                                " data-ngxc-src=" T ">"), 1),
       "an end tag beyond its limit loses its attributes, and is counted");
    free((void *) in.data);

    in = repeat("<p>a<img src=" T " alt=\"", "0123456789", 110000, "");
    ok(is_big(&conf, in, cg_str("<p>a"), 1),
       "a tag beyond its limit that never ends is withheld");
    free((void *) in.data);

    site_drop(&site);
}


/* Among several readings nothing can be dropped: the document ends there. */

static void
what_is_cut_counts_once(void)
{
    site_t          site;
    cg_str_t        in;
    cg_gate_conf_t  conf;

    site_init(&site, "hold");
    memset(&conf, 0, sizeof(conf));
    conf.judge = site_judge(&site, 0);
    conf.inline_limit = 4096;

    in = repeat("<select><style>", "<img src=//x>", 200, "");
    ok(is_big(&conf, in, cg_str("<select>"), 1),
       "a document cut for edits that wait counts as withheld");
    free((void *) in.data);

    in = repeat("<p>x<select><title><img title=\"", "a", CG_MAX_TAG + 9999,
                "\">b");
    ok(is_big(&conf, in, cg_str("<p>x<select><title>"), 1),
       "and one cut for a tag beyond its limit");
    free((void *) in.data);

    in = repeat("<frameset>", "<script>", 9, "b");
    ok(is_big(&conf, in, cg_str("<frameset>"), 8),
       "and one cut for its readings, beside seven scripts in doubt");
    free((void *) in.data);

    site_drop(&site);
}


/* A script of one reading grows beyond its limit: that it is done with must not
 * depend on the cut, since then two readings may become one. */

static void
readings_become_one_at_any_cut(void)
{
    int       good = 1;
    run_t     whole;
    site_t    site;
    cg_str_t  in = repeat("<frameset>", "<script>aaaa", 14, "");

    site_init(&site, "hold");
    memset(&whole, 0, sizeof(whole));
    whole.conf.judge = site_judge(&site, 0);

    for (whole.conf.inline_limit = 40; whole.conf.inline_limit < 60;
         whole.conf.inline_limit++)
    {
        run_pieces(&whole, in, 0, 0);
        good = good && is_gated(&whole.conf, in, whole.out);
        run_free(&whole);
    }

    ok(good, "readings become one at the same place, wherever the input is "
       "cut within a script beyond its limit");
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
    conf.inline_limit = 1024 * 1024;
    conf.banner = say_b;

    in = repeat("<html><style>", "p{}", 87374, "</style><body>x</body>\n");
    want = repeat("<html><style>", "p{}", 87374,
                  "</style><body>[B]x</body>\n");
    ok(is_big(&conf, in, want, 0),
       "a <body> that begins before 256 kB is the banner's place");
    free((void *) in.data);
    free((void *) want.data);

    in = repeat("<html><style>", "p{}", 87374, "</style> <body>x</body>\n");
    want = repeat("<html><style>", "p{}", 87374,
                  "</style> <body>x</body>\n[B]");
    ok(is_big(&conf, in, want, 0),
       "256 kB without an answer: the banner goes to the end");
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
nothing_waits_while_the_place_is_sought(void)
{
    static const char  unit[] = "<meta name=\"a\"><link rel=x>\n";

    size_t          at, n = 0, memory = 0;
    site_t          site;
    heap_t          heap;
    sink_t          state;
    cg_str_t        in = repeat("<html>", unit, 1000 * 8, "");
    cg_gate_t      *gate;
    cg_sink_t       sink = { sink_span, sink_held, sink_text, NULL,
                             NULL, NULL };
    cg_gate_conf_t  conf;

    site_init(&site, "hold");
    heap_init(&heap);
    memset(&state, 0, sizeof(state));
    memset(&conf, 0, sizeof(conf));
    sink.ctx = &state;
    conf.judge = site_judge(&site, 0);
    conf.banner = say_b;
    gate = cg_gate_create(&heap.arena, &conf, &sink);

    for (at = 0; at < in.len && state.len == at; at += n) {
        state.input = cg_str_sub(in, at, at ? at + 8 * strlen(unit) : 6);
        n = state.input.len;

        if (cg_gate_feed(gate, state.input) != CG_OK) {
            break;
        }

        memory = at ? memory : heap.count;
    }

    is_int(state.len, in.len, "nothing waits while the place is sought");
    is_int(heap.count, memory, "and no memory is taken for it");

    free(state.data);
    free((void *) in.data);
    heap_drop(&heap);
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
    cg_sink_t       sink = { sink_span, sink_held, sink_text, NULL,
                             NULL, NULL };
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
    run_t           run = { 0 };
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

    run_t     small = { 0 }, large = { 0 };
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
    run_t     run = { 0 };
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
    scripts_beyond_the_limit_are_held();
    tags_beyond_a_limit_are_withheld();
    what_is_cut_counts_once();
    readings_become_one_at_any_cut();
    limits_are_void_where_all_is_granted();
    places_have_limits();
    nothing_waits_while_the_place_is_sought();
    decided_visitors_step_out();
    the_tally_counts_elements();
    memory_does_not_grow_with_the_page();
    faults_let_nothing_out();

    return tap_done();
}
