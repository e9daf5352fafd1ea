/*
 * Ten times as many visitors as slots: how often the cache finds one, beside a
 * list that forgets exactly the least recently used.
 */

#define _DEFAULT_SOURCE            /* MAP_ANONYMOUS */

#include "tap.h"
#include "cache_block.h"

#include <stdlib.h>

#define VISITS  1000000


/* Visitors by their number, the most recent behind 0. */

typedef struct {
    uint32_t  *next, *prev;
    size_t     held, room;
} lru_t;


static uint64_t
mix(uint64_t x)
{
    x = (x + UINT64_C(0x9e3779b97f4a7c15)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 31)) * UINT64_C(0x94d049bb133111eb);

    return x ^ (x >> 29);
}


/* Half of all visits are of an eighth of the visitors. */

static uint32_t
somebody(uint64_t i, size_t visitors)
{
    double  u = (double) (mix(i) >> 11) / 9007199254740992.0;

    return 1 + (uint32_t) (u * u * u * (double) visitors);
}


static void
lru_take_out(lru_t *lru, uint32_t who)
{
    lru->next[lru->prev[who]] = lru->next[who];
    lru->prev[lru->next[who]] = lru->prev[who];
    lru->next[who] = lru->prev[who] = UINT32_MAX;
    lru->held--;
}


/* 1 if there. */

static int
lru_visit(lru_t *lru, uint32_t who)
{
    int  there = lru->next[who] != UINT32_MAX;

    if (there) {
        lru_take_out(lru, who);

    } else if (lru->held == lru->room) {
        lru_take_out(lru, lru->prev[0]);
    }

    lru->next[who] = lru->next[0];
    lru->prev[who] = 0;
    lru->prev[lru->next[0]] = who;
    lru->next[0] = who;
    lru->held++;

    return there;
}


static lru_t
lru_of(size_t room, size_t visitors)
{
    size_t  size = (visitors + 2) * sizeof(uint32_t);
    lru_t   lru = { malloc(size), malloc(size), 0, room };

    if (lru.next == NULL || lru.prev == NULL) {
        abort();
    }

    memset(lru.next, 0xFF, size);
    memset(lru.prev, 0xFF, size);
    lru.next[0] = lru.prev[0] = 0;

    return lru;
}


static int
cache_visit(cg_cache_t *cache, uint32_t who, int64_t now_ms)
{
    uint64_t         words[2] = { mix(who), mix(~(uint64_t) who) };
    cg_cached_t      value;
    cg_cache_name_t  name;

    memcpy(name.name, words, sizeof(words));

    if (cg_cache_get(cache, &name, 0, now_ms, INT32_MAX, INT32_MAX, &value)
        == CG_OK)
    {
        return 1;
    }

    memset(&value, 0, sizeof(value));
    value.rev = 1;
    value.granted = 1;
    value.state = CG_STATE_GRANTED;
    value.read_ms = now_ms;
    cg_cache_put(cache, &name, cg_cache_epoch(cache, &name), &value, now_ms);

    return 0;
}


static void
finds_nearly_as_many_as_the_best(void)
{
    size_t             i, ours = 0, best = 0, slots;
    lru_t              lru;
    cg_cache_t        *cache = cache_of();
    cg_cache_stats_t   stats;

    cg_cache_stats(cache, &stats);
    slots = (size_t) stats.slots;
    lru = lru_of(slots, 10 * slots);

    for (i = 0; i < VISITS; i++) {
        uint32_t  who = somebody(i, 10 * slots);

        ours += (size_t) cache_visit(cache, who, (int64_t) i);
        best += (size_t) lru_visit(&lru, who);
    }

    cg_cache_stats(cache, &stats);
    printf("# %d visits of %zu visitors, %zu slots: found %zu, an exact list "
           "%zu, evictions %llu\n", VISITS, 10 * slots, slots, ours, best,
           (unsigned long long) stats.evictions);

    ok(ours > best - VISITS / 20, "ten times as many visitors as slots: at "
       "most 5 of a hundred visits are looked up for want of an exact list");
    ok(stats.evictions + slots >= VISITS - ours
       && stats.evictions <= VISITS - ours, "each that came in moved one out");

    free(lru.next);
    free(lru.prev);
    cache_drop(cache);
}


int
main(void)
{
    finds_nearly_as_many_as_the_best();

    return tap_done();
}
