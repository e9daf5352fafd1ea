/* The begin of an open page, in one piece: the very bytes that a gate makes,
 * for each edition its own, and no more of them than there is room for. */

#include "recall_world.h"

#define PAGE  "<html lang=en><head><title>t</title></head><body><p>a</p>"


static uint64_t  edition;


static uint64_t
say_edition(void *ctx, cg_str_t lang, int based)
{
    (void) ctx;

    return based || !cg_str_eq(lang, cg_str("en")) ? 0 : edition;
}


static cg_str_t
say_text(void *ctx, cg_str_t lang, int based)
{
    (void) ctx;
    (void) lang;
    (void) based;

    return banner;
}


/* Whoever visits granted all, and nothing is held. */

static void
open_init(world_t *world, size_t max, size_t piece)
{
    world_init(world, max, piece);
    site_drop(&world->site);
    site_init(&world->site, "allow");
    world->run.conf.judge = site_judge(&world->site,
                                       SITE_ANALYTICS | SITE_MARKETING);
    world->run.conf.banner = say_text;
    world->run.conf.edition = say_edition;
    edition = 1;
}


static void
open_drop(world_t *world)
{
    cg_memos_drop(world->run.memos);
    ok(world->heap.blocks == NULL, "nothing of the memory is left behind");
    heap_drop(&world->heap);
    site_drop(&world->site);
}


/* Pieces in which the page leaves when it comes at once: of the input, and
 * texts. */

static size_t  texts;

static cg_status_t
sink_counted(void *ctx, cg_str_t bytes)
{
    texts++;

    return sink_text(ctx, bytes);
}


static size_t
pieces_of(world_t *world, cg_str_t in)
{
    heap_t        heap;
    sink_t        state;
    cg_recall_t  *recall;
    cg_sink_t     sink = {
        sink_span, sink_held, sink_counted, &state, NULL, NULL
    };

    memset(&state, 0, sizeof(state));
    texts = 0;
    state.input = in;
    heap_init(&heap);
    recall = cg_recall_create(&heap.arena, &world->run.conf, &sink,
                              world->run.memos);

    if (cg_recall_feed(recall, in, 0) != CG_OK
        || cg_recall_end(recall) != CG_OK)
    {
        ok(0, "the page is read");
    }

    cg_recall_close(recall);
    heap_drop(&heap);
    free(state.data);

    return texts + state.spans;
}


static void
a_known_begin_leaves_in_one_piece(void)
{
    int       good = 1;
    size_t    first, piece;
    world_t   world;
    cg_str_t  in = cg_str(PAGE "<p>more of it</p></body></html>");

    open_init(&world, KNOWN_MAX, 4);
    meet(&world, in);
    ok(pieces_of(&world, in) > 2, "learnt, and not yet written as a whole");
    is_int(pieces_of(&world, in), 2, "once more: the begin, and the rest");
    ok(is_live(&world, in, 0, 0), "which are the bytes of a gate");

    for (first = 0; first < in.len; first++) {
        for (piece = 0; piece < 9; piece++) {
            good = good && is_live(&world, in, first, piece);
        }
    }

    ok(good, "however the page comes");
    ok(is_live(&world, cg_str(PAGE "<p>another end"), 0, 0),
       "and whatever follows the begin");
    ok(is_live(&world, cg_str("<html lang=en><head><title>u</title></head>"
                              "<body><p>a</p><p>more of it</p></body>"), 0, 0),
       "another page is another page");
    open_drop(&world);
}


/* The texts change with their number: where it stays, they are not compared. */

static void
each_edition_has_its_own_begin(void)
{
    size_t    i;
    world_t   world;
    cg_str_t  in = cg_str(PAGE "<p>more of it</p></body></html>");

    open_init(&world, KNOWN_MAX, 4);
    meet(&world, in);
    pieces_of(&world, in);
    is_int(pieces_of(&world, in), 2, "the first edition's is kept");

    edition = 2;
    banner = cg_str("[other banner]");
    world.run.conf.head = cg_str("[other head]");
    ok(is_live(&world, in, 0, 0), "another edition gets its own texts");

    edition = 0;
    banner = cg_str("[nobody else's]");
    ok(is_live(&world, in, 0, 0) && is_live(&world, in, 0, 0),
       "and so does who has none");

    edition = 2;
    banner = cg_str("[other banner]");

    for (i = 0; i < CG_MEMO_CREDIT; i++) {
        pieces_of(&world, in);
    }

    is_int(pieces_of(&world, in), 2, "one that nobody asks for any more makes "
           "room for the one that is");
    ok(is_live(&world, in, 0, 0), "with the texts of that one");
    open_drop(&world);
}


static void
some_pages_have_none(void)
{
    world_t   world;
    cg_str_t  in = cg_str(PAGE "<p>more of it</p></body></html>");
    cg_str_t  strange = cg_str("<html lang=xx><head></head><body><p>a</p>"
                               "<p>b</p></body></html>");

    open_init(&world, KNOWN_MAX, 4);
    meet(&world, strange);
    pieces_of(&world, strange);
    ok(pieces_of(&world, strange) > 2, "a page in a language for which nothing "
       "lasts");
    world.run.conf.judge.request_path = cg_str("/none");
    world.run.conf.edition = NULL;
    meet(&world, in);
    pieces_of(&world, in);
    ok(pieces_of(&world, in) > 2, "a caller that has no editions");
    open_drop(&world);

    open_init(&world, KNOWN_MAX, 4);
    meet(&world, in);
    banner = cg_str_null;
    pieces_of(&world, in);
    ok(pieces_of(&world, in) > 2 && is_live(&world, in, 0, 0),
       "a page whose banner fails");
    open_drop(&world);
}


static void
no_more_of_them_than_there_is_room_for(void)
{
    char      path[40];
    size_t    i, max = 30000;
    world_t   world;
    cg_str_t  in = cg_str(PAGE "<p>more of it</p></body></html>");

    open_init(&world, max, 4);

    for (i = 0; i < 200; i++) {
        snprintf(path, sizeof(path), "/%zu", i);
        world.run.conf.judge.request_path = cg_str_from(path);
        meet(&world, in);
        pieces_of(&world, in);
    }

    ok(cg_memos_size(world.run.memos) <= max, "begins count, as pages do");
    ok(is_live(&world, in, 0, 0), "and are right");
    open_drop(&world);
}


static void
without_memory_it_leaves_as_it_did(void)
{
    int       good = 1;
    size_t    i;
    world_t   world;
    heap_t    heap;
    cg_str_t  in = cg_str(PAGE "<p>more of it</p></body></html>");
    run_t     live;

    open_init(&world, KNOWN_MAX, 4);
    live = world.run;
    live.memos = NULL;
    run_pieces(&live, in, 0, 0);
    meet(&world, in);
    world.heap.fail_at = 1;

    for (i = 0; i < 3; i++) {
        heap_init(&heap);
        run_in_pieces(&world.run, &heap, in, 0, 0, 0);
        good = good && world.run.status == CG_OK
               && cg_str_eq(world.run.out, live.out);
        run_free(&world.run);
        heap_drop(&heap);
    }

    ok(good, "no memory for a begin: the page all the same");
    world.heap.fail_at = 0;
    heap_init(&heap);
    run_in_pieces(&world.run, &heap, in, 0, 0, 1);
    ok(world.run.status == CG_ELIMIT, "an error of the sink is returned");
    run_free(&world.run);
    heap_drop(&heap);
    run_free(&live);
    open_drop(&world);
}


int
main(void)
{
    a_known_begin_leaves_in_one_piece();
    each_edition_has_its_own_begin();
    some_pages_have_none();
    no_more_of_them_than_there_is_room_for();
    without_memory_it_leaves_as_it_did();

    return tap_done();
}
