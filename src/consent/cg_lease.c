#include "cg_lease.h"

#define LEASE_MS_BITS   40
#define LEASE_MS_MASK   ((UINT64_C(1) << LEASE_MS_BITS) - 1)

/* Clocks are read in ticks of up to 10 ms. */

#define LEASE_TICK_MS   20

/* An entry may be gone a little before its time is over; Redis' clock may be
 * set back a little. */

#define LEASE_KEPT_MS   (CG_FEED_KEPT_MS - 5000)
#define LEASE_SLEW_MS   2000

/* at[]: the lowest bit says that an entry of this id was read, else it is a
 * time from which to read. */

#define LEASE_ENTRY     UINT64_C(1)


static uint64_t
lease_load(const uint64_t *word)
{
    return __atomic_load_n(word, __ATOMIC_SEQ_CST);
}


static void
lease_store(uint64_t *word, uint64_t value)
{
    __atomic_store_n(word, value, __ATOMIC_SEQ_CST);
}


static int
lease_swap(uint64_t *word, uint64_t from, uint64_t to)
{
    return __atomic_compare_exchange_n(word, &from, to, 0, __ATOMIC_SEQ_CST,
                                       __ATOMIC_SEQ_CST);
}


/* Never back: a process that was stopped may be the one that writes. */

static void
lease_raise(uint64_t *word, uint64_t value)
{
    uint64_t  now = lease_load(word);

    while (now < value && !lease_swap(word, now, value)) {
        now = lease_load(word);
    }
}


cg_lease_t *
cg_lease_find(cg_lease_t *leases, uint64_t target)
{
    size_t  i;

    for (i = 0; i < CG_LEASES; i++) {
        if (lease_load(&leases[i].target) == target
            || lease_swap(&leases[i].target, 0, target)
            || lease_load(&leases[i].target) == target)
        {
            return &leases[i];
        }
    }

    return NULL;
}


int64_t
cg_lease_age(const cg_lease_t *lease, int64_t now_ms)
{
    size_t    i;
    uint64_t  seen, least = UINT64_MAX;

    for (i = 0; lease && i < CG_SHARDS; i++) {
        seen = lease_load(&lease->shards[i].seen);
        least = seen < least ? seen : least;
    }

    if (lease == NULL || least == 0) {
        return -1;
    }

    return now_ms > (int64_t) least ? now_ms - (int64_t) least : 0;
}


CG_HOT int64_t
cg_lease_reach(const cg_lease_t *lease, size_t shard, int64_t now_ms)
{
    int64_t  own, since, seen, reach = CG_LEASE_MS;

    if (lease == NULL) {
        return reach;
    }

    seen = (int64_t) lease_load(&lease->shards[shard].seen);
    since = (int64_t) lease_load(&lease->shards[shard].since);
    own = now_ms - since;

    if (seen && now_ms - seen <= CG_LEASE_MS) {
        reach = CG_LEASE_MOST_MS;
    }

    return own < reach ? own : reach;
}


static uint64_t
lease_word(uint32_t pid, int64_t now_ms)
{
    return (uint64_t) pid << LEASE_MS_BITS
           | ((uint64_t) now_ms & LEASE_MS_MASK);
}


static int
lease_is_silent(uint64_t word, int64_t now_ms)
{
    int64_t  age = (int64_t) (((uint64_t) now_ms - word) & LEASE_MS_MASK);

    /* one from the future is none, but clocks are not read at one time */

    return age > CG_LEASE_DEAD_MS
           && age < (int64_t) LEASE_MS_MASK - CG_LEASE_DEAD_MS;
}


int
cg_lease_hold(cg_lease_t *lease, uint32_t pid, int64_t now_ms)
{
    uint64_t  word = lease_load(&lease->feeder);

    if (word != 0 && word >> LEASE_MS_BITS != pid
        && !lease_is_silent(word, now_ms))
    {
        return 0;
    }

    return lease_swap(&lease->feeder, word, lease_word(pid, now_ms));
}


void
cg_lease_leave(cg_lease_t *lease, uint32_t pid)
{
    uint64_t  word = lease_load(&lease->feeder);

    if (word >> LEASE_MS_BITS == pid) {
        (void) lease_swap(&lease->feeder, word, 0);
    }
}


void
cg_lease_void(cg_feeding_t *round, uint64_t shards, int64_t now_ms)
{
    size_t  i;

    for (i = 0; i < CG_SHARDS; i++) {
        if (shards & CG_LEASE_BIT(i)) {
            lease_raise(&round->lease->shards[i].since,
                        (uint64_t) (now_ms + LEASE_TICK_MS));
        }
    }
}


static void
lease_void(cg_feeding_t *round, int64_t now_ms)
{
    cg_lease_void(round, round->shards, now_ms);

    round->fresh = 0;              /* there is nothing left to be shown */
}


static uint64_t
lease_at_time(int64_t time_ms)
{
    return CG_FEED_ID(time_ms - LEASE_SLEW_MS) << 1;
}


void
cg_lease_round(cg_feeding_t *round, cg_lease_t *lease, uint64_t shards,
    int fresh, int64_t now_ms)
{
    round->lease = lease;
    round->shards = shards;
    round->asked_ms = now_ms;
    round->time = 0;
    round->fresh = fresh != 0;
    round->proved = 0;
    round->more = 0;
}


/* The first time ever, or a clock that went back: reading goes on from now. */

static void
lease_time_of(cg_feeding_t *round, size_t i, int64_t time_ms, int64_t now_ms)
{
    cg_lease_shard_t  *shard = &round->lease->shards[i];
    int64_t            before = (int64_t) lease_load(&shard->time);

    if (before == 0 || time_ms < before - LEASE_SLEW_MS / 2) {
        lease_store(&shard->at, lease_at_time(time_ms));
        cg_lease_void(round, CG_LEASE_BIT(i), now_ms);
    }

    lease_store(&shard->time, (uint64_t) time_ms);
}


void
cg_lease_time(cg_feeding_t *round, int64_t time_ms, int64_t now_ms)
{
    size_t  i;

    round->time = time_ms;

    for (i = 0; i < CG_SHARDS; i++) {
        if (round->shards & CG_LEASE_BIT(i)) {
            lease_time_of(round, i, time_ms, now_ms);
        }
    }
}


uint64_t
cg_lease_from(const cg_feeding_t *round, size_t shard)
{
    return lease_load(&round->lease->shards[shard].at) >> 1;
}


/* Whether an entry that was read must still be there. */

static int
lease_is_owed(const cg_feeding_t *round, uint64_t at)
{
    return at & LEASE_ENTRY
           && round->time - CG_FEED_ID_MS(at >> 1) < LEASE_KEPT_MS;
}


static void
lease_heed(cg_feeding_t *round, const cg_feed_t *feed, cg_cache_t *cache,
    int64_t now_ms)
{
    cg_cache_name_t  name;

    if (feed->how == CG_HOW_NONE
        || cg_cache_name(&feed->name, &name) != CG_OK)
    {
        lease_void(round, now_ms);         /* who knows what it says */
        return;
    }

    cg_cache_heed(cache, &name, feed->rev, feed->granted, now_ms);
}


/* What stands first in the reply to a shard: the entry that was read last, if
 * nothing was lost.  Where to go on from. */

static uint64_t
lease_first(cg_feeding_t *round, size_t shard, uint64_t at, int found,
    int64_t now_ms)
{
    if (found) {
        if (!(round->more & CG_LEASE_BIT(shard))) {
            round->proved |= CG_LEASE_BIT(shard);
        }

        return at;
    }

    if (!lease_is_owed(round, at)) {
        return at;
    }

    lease_void(round, now_ms);

    return lease_at_time(round->time);
}


cg_status_t
cg_lease_read(cg_feeding_t *round, size_t shard, const cg_reply_t *reply,
    cg_cache_t *cache, int64_t now_ms)
{
    int          found;
    size_t       i = 0, n;
    uint64_t     id = 0, last, at;
    cg_feed_t    feed;
    cg_status_t  rc;

    at = lease_load(&round->lease->shards[shard].at);
    rc = cg_record_feed_next(shard, reply, &i, &id, &feed);
    found = rc == CG_OK && (id << 1 | LEASE_ENTRY) == at;
    last = lease_first(round, shard, at, found, now_ms);

    for (n = 0; rc == CG_OK; n++) {
        if (n > 0 || !found) {
            lease_heed(round, &feed, cache, now_ms);
            last = id << 1 | LEASE_ENTRY;
        }

        rc = cg_record_feed_next(shard, reply, &i, &id, &feed);
    }

    if (rc != CG_NONE) {
        return CG_EINVAL;
    }

    lease_store(&round->lease->shards[shard].at, last);

    if (n < CG_FEED_ENTRIES) {
        return CG_OK;
    }

    round->more |= CG_LEASE_BIT(shard);

    return CG_MORE;
}


void
cg_lease_renew(cg_feeding_t *round, int64_t now_ms)
{
    size_t  i;

    if (round->fresh) {
        cg_lease_void(round, round->shards & ~round->proved, now_ms);
    }

    for (i = 0; i < CG_SHARDS; i++) {
        if (round->shards & CG_LEASE_BIT(i)) {
            lease_raise(&round->lease->shards[i].seen,
                        (uint64_t) round->asked_ms);
        }
    }
}
