/* A gate with a memory: whatever comes instead of what it knows, the output is
 * a gate's; what it knows is bounded, and nobody's but the page's. */

#include "recall_world.h"


static const char *const  documents[] = {
    "<!doctype html><html lang=ja><head><title>a</title></head><body>"
    "<p>text</p><script src=" T "></script><img alt=x src=" T ">"
    "<script>connect.facebook.net</script><p>more <b>text</b></p>",

    "<html><body><style>a{background:url(" T ")}</style><p style=\"color:red;"
    "background:url(" T ")\">x</p><iframe srcdoc=\"<img src=" T ">\"></iframe>",

    "<select><style><!--</style><img src=" T ">--></style></select>"
    "<svg></div><style><img src=" T "></style></svg><body><a href=/>x</a>",

    "<html><body><noscript><img src=" T "></noscript><img src=" T
    "?aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa></noscript><!-- c -->"
    "<template><img srcset='/a 1x, " T " 2x'></template>",
};

static int       arounds;              /* pieces that went around a gate */


/* One byte is another one from here on, or the document ends, or goes on. */

static cg_str_t
differs(cg_str_t document, size_t at, int how)
{
    size_t          len = how == 1 ? at : document.len + (how == 2 ? 40 : 0);
    unsigned char  *data = malloc(len + 1);

    memset(data, 'x', len + 1);
    memcpy(data, document.data, document.len < len ? document.len : len);

    if (how == 0) {
        data[at] ^= 2;
    }

    return (cg_str_t) { len, data };
}


static int
is_live_wherever_it_differs(cg_str_t document, size_t piece, size_t cut)
{
    int       good = 1, how;
    size_t    at;
    cg_str_t  in;
    world_t   world;

    for (at = 0; at < document.len && good; at++) {
        for (how = 0; how < 2 + (at == 0) && good; how++) {
            world_init(&world, KNOWN_MAX, piece);
            world.run.now = at & 1;
            meet(&world, document);
            in = differs(document, at, how);
            good = is_live(&world, in, 0, cut);
            free((void *) in.data);
            cg_memos_drop(world.run.memos);
            heap_drop(&world.heap);
            site_drop(&world.site);
        }
    }

    return good;
}


static void
another_document_is_gated_as_if_nothing_were_known(void)
{
    int     good = 1;
    size_t  i;

    for (i = 0; i < sizeof(documents) / sizeof(documents[0]); i++) {
        good = good
               && is_live_wherever_it_differs(cg_str_from(documents[i]), 7, 0)
               && is_live_wherever_it_differs(cg_str_from(documents[i]), 1, 1)
               && is_live_wherever_it_differs(cg_str_from(documents[i]), 40, 9)
               && is_live_wherever_it_differs(cg_str_from(documents[i]), 512,
                                              0);
    }

    ok(good, "a document that differs, ends or goes on, at any byte");
}


static void
a_document_that_is_known_is_compared_only(void)
{
    size_t    gate;
    world_t   world;
    cg_str_t  in = cg_str_from(documents[0]);

    world_init(&world, KNOWN_MAX, 7);
    run_pieces(&world.run, in, 0, 0);
    gate = world.run.allocs;
    run_free(&world.run);
    is_int(cg_memos_size(world.run.memos), 0, "met once, nothing is kept");

    run_pieces(&world.run, in, 0, 0);
    run_free(&world.run);
    ok(cg_memos_size(world.run.memos) > in.len, "met twice, it is known");

    run_pieces(&world.run, in, 0, 0);
    ok(world.run.allocs < gate, "no gate is made for it then (%zu, %zu)",
       world.run.allocs, gate);
    ok(world.run.tally.n == 2 && world.run.tally.banner, "but counted it is");
    run_free(&world.run);
    world_drop(&world);
}


static void
edits_near_to_each_other_are_one(void)
{
    size_t    gate;
    world_t   world;
    cg_str_t  in = cg_str("<img src=" T "><img src=" T "><img src=" T ">"
                          "<script src=" T "></script><p>text</p>");

    world_init(&world, KNOWN_MAX, 512);
    run_pieces(&world.run, in, 0, 0);
    gate = world.run.spans;
    run_free(&world.run);
    meet(&world, in);

    run_pieces(&world.run, in, 0, 0);
    ok(world.run.spans <= 2 && world.run.spans < gate,
       "what stands between two edits is put in with them (%zu spans, %zu)",
       world.run.spans, gate);
    run_free(&world.run);

    ok(is_live(&world, in, 0, 0) && is_live(&world, in, 0, 3),
       "the document is the same");
    world_drop(&world);
}


static void
head_and_banner_are_the_visitors_own(void)
{
    world_t   world;
    cg_str_t  in = cg_str("<html><body><p>a</p><img src=" T "></body>");

    world_init(&world, KNOWN_MAX, 7);
    meet(&world, in);
    world.run.conf.head = cg_str("<script nonce=other></script>");
    banner = cg_str("another banner");
    ok(is_live(&world, in, 0, 0), "another head, another banner");

    banner = cg_str_null;
    ok(is_live(&world, in, 0, 3), "no banner: and none is counted");
    world_drop(&world);

    world_init(&world, KNOWN_MAX, 7);
    banner = cg_str_null;
    meet(&world, in);
    banner = cg_str("[banner]");
    ok(is_live(&world, in, 0, 0), "a place that was not shown is not known");
    world_drop(&world);

    world_init(&world, KNOWN_MAX, 7);
    in = cg_str("<html lang=de><body><p>a</p>");
    meet(&world, in);
    ok(is_live(&world, in, 0, 2), "the banner is asked for in the language");
    world_drop(&world);

    world_init(&world, KNOWN_MAX, 7);
    in = cg_str("<html><base href=http://www.example.org/><body><p>a</p>");
    meet(&world, in);
    ok(is_live(&world, in, 0, 2), "... and behind a <base> as one of these");
    world_drop(&world);
}


static void
nothing_is_known_under_another_configuration(void)
{
    size_t      i;
    world_t     world;
    cg_str_t    in = cg_str_from(documents[0]);
    cg_judge_t *judge = &world.run.conf.judge;

    static const char *const  titles[] = {
        "of other grants", "of another path", "of another host",
        "with another limit", "in another encoding", "without a head",
        "without a banner"
    };

    for (i = 0; i < sizeof(titles) / sizeof(titles[0]); i++) {
        world_init(&world, KNOWN_MAX, 7);
        meet(&world, in);

        judge->granted = i == 0 ? SITE_ANALYTICS : judge->granted;
        judge->request_path = i == 1 ? cg_str("/") : judge->request_path;
        judge->request_host = i == 2 ? cg_str("a.example")
                                     : judge->request_host;
        world.run.conf.inline_limit = i == 3 ? 8 : 4096;
        judge->legacy = i == 4;
        world.run.conf.head = i == 5 ? cg_str_null : world.run.conf.head;
        world.run.conf.banner = i == 6 ? NULL : say;

        ok(is_live(&world, in, 0, 0), "a document %s", titles[i]);
        world_drop(&world);
    }
}


/* As a request that is broken off. */

static void
of_a_part_a_part_is_counted(void)
{
    int           good = 1;
    size_t        at;
    world_t       world;
    cg_str_t      in = cg_str_from(documents[0]);
    cg_gate_t    *gate;
    cg_recall_t  *recall;
    sink_t        state;
    cg_sink_t     sink = { sink_span, sink_held, sink_text, NULL, NULL, NULL };

    world_init(&world, KNOWN_MAX, 7);
    meet(&world, in);

    for (at = 0; at < in.len && good; at++) {
        memset(&state, 0, sizeof(state));
        sink.ctx = &state;
        recall = cg_recall_create(&world.heap.arena, &world.run.conf, &sink,
                                  world.run.memos);
        state.input = in;
        good = cg_recall_feed(recall, cg_str_sub(in, 0, at), 0) == CG_OK;
        gate = cg_gate_create(&world.heap.arena, &world.run.conf, &sink);
        good = good && cg_gate_feed(gate, cg_str_sub(in, 0, at)) == CG_OK
               && same_tally(cg_recall_tally(recall), cg_gate_tally(gate));
        cg_recall_close(recall);
        free(state.data);
    }

    ok(good, "broken off at any byte, what came until then is counted");
    cg_memos_drop(world.run.memos);
    heap_drop(&world.heap);
    site_drop(&world.site);
}


static cg_recall_t *
follow(world_t *world, cg_str_t in, size_t upto, sink_t *state)
{
    cg_recall_t  *recall;
    cg_sink_t     sink = { sink_span, sink_held, sink_text, state, NULL, NULL };

    memset(state, 0, sizeof(*state));
    state->input = in;
    recall = cg_recall_create(&world->heap.arena, &world->run.conf, &sink,
                              world->run.memos);

    if (cg_recall_feed(recall, cg_str_sub(in, 0, upto), 0) != CG_OK) {
        ok(0, "the page is read");
    }

    return recall;
}


/* One insertion taken out of what left: where it was, from 1; 0: nowhere. */

static int
loses(sink_t *state, const char *text)
{
    size_t  i, len = strlen(text);

    for (i = 0; i + len <= state->len; i++) {
        if (memcmp(state->data + i, text, len) == 0) {
            memmove(state->data + i, state->data + i + len,
                    state->len - i - len);
            state->len -= len;
            return (int) i + 1;
        }
    }

    return 0;
}


/* Around the gate, if that is what is expected. */

static int
goes_around(cg_recall_t *recall, sink_t *state, cg_str_t bytes)
{
    if (!cg_str_starts(cg_recall_expected(recall), bytes)) {
        return 0;
    }

    (void) sink_add(state, bytes);
    cg_recall_passed(recall, bytes.len);
    arounds++;

    return 1;
}


/* What leaves of `in` when the length was promised after `upto` bytes of it:
 * that long, and the document's bytes with both insertions among them.  Where
 * the banner was, from 1; 0: it was not promised. */

static int
keeps_its_promise(world_t *world, cg_str_t in, size_t upto, size_t piece,
    int around, int *good)
{
    int           place;
    size_t        at = upto, n;
    sink_t        state;
    cg_str_t      part;
    uint64_t      length;
    cg_recall_t  *recall = follow(world, in, upto, &state);

    length = cg_recall_promise(recall, in.len);

    for ( /* void */ ; at < in.len; at += n) {
        n = in.len - at < piece ? in.len - at : piece;
        part = cg_str_sub(in, at, at + n);
        state.input = in;

        if (!around || !goes_around(recall, &state, part)) {
            *good = *good && cg_recall_feed(recall, part, (int) (at & 1))
                             == CG_OK;
        }
    }

    *good = *good && cg_recall_end(recall) == CG_OK
            && (length == 0 || (length == state.len
                                && loses(&state, "[head]")));

    place = length ? loses(&state, "[banner]") : 0;
    *good = *good && (length == 0
                      || (place && cg_str_eq((cg_str_t) { state.len,
                                                 (void *) state.data }, in)));

    cg_recall_close(recall);
    free(state.data);

    return place;
}


/* Another page than the one that was known is not counted as that one. */

static void
what_is_another_page_is_not_counted(world_t *world)
{
    sink_t             state;
    cg_str_t           known = cg_str("<html><head><script src=" T "></script>"
                                      "<title>text</title><link rel=icon "
                                      "href=" T "></head><body>text");
    cg_recall_t       *recall, *before;
    const cg_tally_t  *tally;

    meet(world, known);
    recall = follow(world, known, 80, &state);
    ok(cg_recall_promise(recall, 90) > 0
       && cg_recall_feed(recall, cg_str("another..."), 0) == CG_OK
       && cg_recall_end(recall) == CG_OK, "another page than was promised");
    free(state.data);
    tally = cg_recall_tally(recall);
    before = follow(world, known, 80, &state);
    ok(same_tally(tally, cg_recall_tally(before)),
       "only what was there before is counted");
    cg_recall_close(recall);
    cg_recall_close(before);
    free(state.data);

    meet(world, known);
    recall = follow(world, known, 80, &state);
    ok(cg_recall_promise(recall, known.len) > 0
       && goes_around(recall, &state, cg_str_sub(known, 80, 150)),
       "what was there goes around the gate");
    tally = cg_recall_tally(recall);
    free(state.data);
    before = follow(world, known, 150, &state);
    ok(same_tally(tally, cg_recall_tally(before)),
       "and is counted all the same");
    cg_recall_close(recall);
    cg_recall_close(before);
    free(state.data);
}


/* Whatever document comes, read, or as far as may be around the gate. */

static int
keeps_it_either_way(world_t *world, cg_str_t known, cg_str_t in, size_t upto,
    int *good)
{
    int  around, place[2];

    for (around = 0; around < 2; around++) {
        cg_memos_drop(world->run.memos);
        world->run.memos = cg_memos_create(&world->heap.arena, KNOWN_MAX, 4);
        meet(world, known);
        place[around] = keeps_its_promise(world, in, upto,
                                          1 + (upto + in.len) % 5, around,
                                          good);
    }

    *good = *good && place[0] == place[1];

    return place[0] != 0;
}


static void
what_is_promised_is_kept(world_t *world, cg_str_t known)
{
    int       good = 1, how, promised = 0, others = 0;
    size_t    upto, at;
    cg_str_t  in;

    for (upto = 0; upto <= known.len && good; upto++) {
        promised += keeps_it_either_way(world, known, known, upto, &good);

        for (at = upto; at < known.len && good; at++) {
            for (how = 0; how < 3 && good; how++) {
                in = differs(known, at, how);
                others += keeps_it_either_way(world, known, in, upto, &good);
                free((void *) in.data);
            }
        }
    }

    cg_memos_drop(world->run.memos);
    world->run.memos = cg_memos_create(&world->heap.arena, KNOWN_MAX, 4);

    ok(good && promised > 0 && others > promised,
       "a length that is promised is kept, whatever comes (%d, %d others)",
       promised, others);
}


static void
a_page_with_nothing_to_hold_is_known_by_its_begin(void)
{
    world_t   world;
    cg_str_t  in = cg_str("<html><body><p>a</p><p>and much text</p></body>");
    cg_str_t  more;

    world_init(&world, KNOWN_MAX, 4);
    site_drop(&world.site);
    site_init(&world.site, "allow");
    world.run.conf.judge = site_judge(&world.site,
                                      SITE_ANALYTICS | SITE_MARKETING);
    meet(&world, in);
    ok(cg_memos_size(world.run.memos) > 0
       && cg_memos_size(world.run.memos) < sizeof(cg_memo_t) + 400,
       "granted all: kept until the last insertion");

    more = differs(in, 0, 2);
    ok(is_live(&world, more, 0, 0) && is_live(&world, more, 0, 1)
       && is_live(&world, more, 9, 0), "whatever follows passes");
    free((void *) more.data);
    ok(is_live(&world, in, 0, 3), "and the document itself");
    what_is_promised_is_kept(&world, in);
    what_is_promised_is_kept(&world, cg_str("<html><head><script>a</script>"
                                            "<title>text</title></head>"));
    ok(arounds > 1000, "and so it is around the gate (%d)", arounds);
    what_is_another_page_is_not_counted(&world);
    meet(&world, in);
    ok(is_live(&world, cg_str_sub(in, 0, 7), 0, 3), "and a part of it");
    cg_memos_drop(world.run.memos);
    heap_drop(&world.heap);
    site_drop(&world.site);
}


/* Documents of about a kilobyte, each under a path of its own. */

static void
meet_many(world_t *world, size_t n, const char *prefix)
{
    char      path[40], text[1100];
    size_t    i;
    cg_str_t  in = { sizeof(text), (unsigned char *) text };

    memset(text, 'a', sizeof(text));
    memcpy(text, "<html><body>", 12);

    for (i = 0; i < n; i++) {
        snprintf(path, sizeof(path), "/%s%zu", prefix, i);
        world->run.conf.judge.request_path = cg_str_from(path);
        meet(world, in);
    }
}


static void
what_is_known_is_bounded(void)
{
    world_t           world;
    cg_memo_t        *memo;
    cg_memo_key_t  no_key;
    cg_recall_t      *recall;
    sink_t            state;
    cg_sink_t         sink = { sink_span, sink_held, sink_text, NULL, NULL,
                               NULL };

    world_init(&world, 40000, 64);
    meet_many(&world, 5, "a");
    ok(cg_memos_size(world.run.memos) > 5 * 1100, "five documents are known");

    memset(&state, 0, sizeof(state));
    sink.ctx = &state;
    recall = cg_recall_create(&world.heap.arena, &world.run.conf, &sink,
                              world.run.memos);
    meet_many(&world, 400, "b");
    ok(cg_memos_size(world.run.memos) <= 40000, "of many, the latest stay");
    ok(cg_recall_tally(recall) != NULL,
       "one that is in use outlives its place");
    cg_recall_close(recall);
    free(state.data);

    memset(&no_key, 0, sizeof(no_key));
    memo = cg_memos_find(world.run.memos, &no_key);
    ok(memo == NULL, "what was never met is not found");

    cg_memos_drop(world.run.memos);
    heap_drop(&world.heap);
    site_drop(&world.site);
}


static void
what_is_never_the_same_is_left_alone(void)
{
    int        i;
    char       text[] = "<html><body><p>----------------</p><img src=" T ">";
    size_t     most = 0, size;
    world_t    world;
    cg_str_t   in = { sizeof(text) - 1, (unsigned char *) text };

    world_init(&world, KNOWN_MAX, 7);

    for (i = 0; i < 60; i++) {
        memset(text + 12, '0' + i, sizeof(text) - 13);
        run_pieces(&world.run, in, 0, 0);
        run_free(&world.run);
        size = cg_memos_size(world.run.memos);
        most += size != 0;
    }

    ok(most > 0 && most < 10,
       "after two that differ, no more are learnt for a while (%zu)", most);

    for (i = 0; i < CG_MEMO_REST + 3; i++) {
        run_pieces(&world.run, in, 0, 0);
        run_free(&world.run);
    }

    ok(cg_memos_size(world.run.memos) > 0, "and then they are again");
    world_drop(&world);
}


static void
faults_let_nothing_out(void)
{
    int       good = 1, sinks = 1;
    size_t    i;
    heap_t    heap;
    run_t     live;
    world_t   world;
    cg_str_t  in = cg_str_from(documents[0]), other = differs(in, 150, 0);

    world_init(&world, KNOWN_MAX, 7);
    live = world.run;
    live.memos = NULL;
    run_pieces(&live, other, 0, 0);

    for (i = 1; i < 40; i++) {
        meet(&world, in);
        heap_init(&heap);
        heap.fail_at = i;
        run_in_pieces(&world.run, &heap, other, 0, 9, 0);
        good = good && (world.run.status == CG_ENOMEM
                        || cg_str_eq(world.run.out, live.out))
               && cg_str_starts(live.out, world.run.out);
        run_free(&world.run);
        heap_drop(&heap);

        meet(&world, in);
        heap_init(&heap);
        run_in_pieces(&world.run, &heap, in, 0, 9, i);
        sinks = sinks && (world.run.status == CG_ELIMIT || i > 20);
        run_free(&world.run);
        heap_drop(&heap);
    }

    ok(good, "no memory, wherever it is needed: a part of a gate's output");
    ok(sinks, "an error of the sink ends it, and is returned");

    run_free(&live);
    free((void *) other.data);
    world_drop(&world);
}


int
main(void)
{
    a_document_that_is_known_is_compared_only();
    edits_near_to_each_other_are_one();
    another_document_is_gated_as_if_nothing_were_known();
    head_and_banner_are_the_visitors_own();
    nothing_is_known_under_another_configuration();
    of_a_part_a_part_is_counted();
    a_page_with_nothing_to_hold_is_known_by_its_begin();
    what_is_known_is_bounded();
    what_is_never_the_same_is_left_alone();
    faults_let_nothing_out();

    return tap_done();
}
