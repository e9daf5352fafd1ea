/*
 * A site whose pages are remembered: what tests of cg_recall.h meet again and
 * again.
 */

#ifndef RECALL_WORLD_H
#define RECALL_WORLD_H

#include "gate_run.h"

#define KNOWN_MAX  (1 << 20)


static cg_str_t  banner;


__attribute__((unused)) static cg_str_t
say(void *ctx, cg_str_t lang, int based)
{
    (void) ctx;

    return based ? cg_str("[based]") : lang.len ? cg_str("[lang]") : banner;
}


typedef struct {
    site_t  site;
    heap_t  heap;
    run_t   run;
} world_t;


__attribute__((unused)) static void
world_init(world_t *world, size_t max, size_t piece)
{
    memset(world, 0, sizeof(*world));
    site_init(&world->site, "hold");
    heap_init(&world->heap);
    banner = cg_str("[banner]");
    world->run.conf.judge = site_judge(&world->site, 0);
    world->run.conf.judge.request_path = cg_str("/page");
    world->run.conf.inline_limit = 4096;
    world->run.conf.head = cg_str("[head]");
    world->run.conf.banner = say;
    world->run.memos = cg_memos_create(&world->heap.arena, max, piece);
}


__attribute__((unused)) static void
world_drop(world_t *world)
{
    cg_memos_drop(world->run.memos);
    ok(world->heap.blocks == NULL, "nothing of the memory is left behind");
    heap_drop(&world->heap);
    site_drop(&world->site);
}


/* The second time is when a document is learnt. */

__attribute__((unused)) static void
meet(world_t *world, cg_str_t in)
{
    int  i;

    for (i = 0; i < 2; i++) {
        run_pieces(&world->run, in, 0, 0);
        run_free(&world->run);
    }
}


/* What a gate without a memory makes of it. */

__attribute__((unused)) static int
is_live(world_t *world, cg_str_t in, size_t first, size_t piece)
{
    int    good;
    run_t  live = world->run;

    live.memos = NULL;
    run_pieces(&live, in, 0, 0);
    good = is_run(&world->run, &live, in, live.out, first, piece);
    run_free(&live);

    return good;
}

#endif /* RECALL_WORLD_H */
