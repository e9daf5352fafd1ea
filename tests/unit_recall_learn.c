/* What is learnt of a page, and what is not. */

#include "recall_world.h"


static void
world_forget(world_t *world)
{
    cg_memos_drop(world->run.memos);
    heap_drop(&world->heap);
    site_drop(&world->site);
}


/* A tag with two edits in it stands where what can be learnt ends. */

static void
a_page_that_is_too_long_is_not_learnt(void)
{
    int       good = 1;
    size_t    i;
    heap_t    heap;
    world_t   world;
    cg_out_t  out;

    heap_init(&heap);

    for (i = 0; i < 24 && good; i += 4) {
        world_init(&world, 4 * CG_MEMO_DOCUMENT, CG_MEMO_PIECE);
        cg_out_init(&out, &heap.arena, 2 * CG_MEMO_DOCUMENT);
        cg_out_text(&out, "<html><body><p>");

        while (out.len < CG_MEMO_DOCUMENT - i) {
            cg_out_byte(&out, 'x');
        }

        cg_out_text(&out, "<img src=" T "><p>and so on");
        meet(&world, cg_out_slice(&out));
        good = cg_memos_size(world.run.memos) == 0
               && is_live(&world, cg_out_slice(&out), 0, 0);
        world_forget(&world);
    }

    ok(good, "a page that is too long is gated, and not learnt");
    heap_drop(&heap);
}


/* Memory that is missing once. */

static size_t    once;

static void *
alloc_but_once(void *ctx, size_t size)
{
    return --once == 0 ? NULL : heap_alloc(ctx, size);
}


/* What a gate makes of a page that it has no memory for is more than is right
 * to hold, or to count: the next visitor's is another one. */

static void
what_a_fault_made_is_not_learnt(void)
{
    int       good = 1;
    size_t    i;
    heap_t    heap;
    world_t   world;
    cg_str_t  in = cg_str("<html><body><style>a{background:url(" T ")}</style>"
                          "<p style=\"color:red;background:url(" T ")\">x</p>"
                          "<iframe srcdoc=\"<img src=" T ">\"></iframe>");

    for (i = 1; i < 150 && good; i++) {
        world_init(&world, KNOWN_MAX, 7);
        run_pieces(&world.run, in, 0, 0);
        run_free(&world.run);

        heap_init(&heap);
        heap.arena.alloc = alloc_but_once;
        once = i;
        run_in_pieces(&world.run, &heap, in, 0, 9, 0);
        run_free(&world.run);
        heap_drop(&heap);

        good = is_live(&world, in, 0, 0);
        world_forget(&world);
    }

    ok(good, "what was read where memory was missing is not learnt");
}


int
main(void)
{
    a_page_that_is_too_long_is_not_learnt();
    what_a_fault_made_is_not_learnt();

    return tap_done();
}
