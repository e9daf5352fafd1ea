#define _DEFAULT_SOURCE            /* MAP_ANONYMOUS */

#include "tap.h"
#include "cache_block.h"

#include "consent/cg_lease.h"

#include <stdio.h>


#define NOW    INT64_C(1000000)    /* ms, of our clock */
#define REDIS  INT64_C(1790000000000)      /* ms, of Redis' */
#define TERMS  7
#define TICK   20                  /* by which a lease is cut short */
#define MOST   600                 /* entries of a log */


/* The log of one shard, the others are empty. */

typedef struct {
    uint64_t     ids[MOST];
    const char  *op[MOST];         /* NULL: a stranger's */
    unsigned     rev[MOST];
    size_t       n;
} log_t;

typedef struct {
    cg_lease_t        lease;
    cg_cache_t       *cache;
    cg_feeding_t      round;
    log_t             log;
    size_t            shard;
    cg_record_name_t  name;
    cg_cache_name_t   cached;
} world_t;


static void
world_begin(world_t *w)
{
    cg_keys_t   keys;
    cg_token_t  token;

    memset(w, 0, sizeof(*w));
    visit_keys(&keys, VISIT_KEY_A "\n");
    visit_grant(&token, 7, 5);

    if (cg_record_name(&keys, VISIT_SITE, &token, &w->name) != CG_OK
        || cg_cache_name(&w->name, &w->cached) != CG_OK)
    {
        abort();
    }

    w->shard = cg_cache_shard(&w->cached);
    w->cache = cache_of();
}


static void
world_end(world_t *w)
{
    cache_drop(w->cache);
}


static void
write_entry(world_t *w, int64_t ms, const char *op, unsigned rev)
{
    w->log.ids[w->log.n] = CG_FEED_ID(ms) | w->log.n % 1000;
    w->log.op[w->log.n] = op;
    w->log.rev[w->log.n++] = rev;
}


static void
trim(log_t *log, size_t n)
{
    log->n -= n;
    memmove(log->ids, log->ids + n, log->n * sizeof(log->ids[0]));
    memmove(log->op, log->op + n, log->n * sizeof(log->op[0]));
    memmove(log->rev, log->rev + n, log->n * sizeof(log->rev[0]));
}


/* What Redis would say; static, good until the next one. */

static cg_reply_t
answer_of(const world_t *w, size_t shard, uint64_t from)
{
    static char      text[CG_FEED_ENTRIES][2][32];
    static cg_str_t  items[CG_FEED_ENTRIES * 13];
    static size_t    inside[CG_FEED_ENTRIES * 13];

    size_t        i, k = 0;
    cg_str_t     *item;
    cg_reply_t    reply = { items, 0, inside };
    const log_t  *log = &w->log;

    for (i = 0; shard == w->shard && i < log->n && k < CG_FEED_ENTRIES; i++) {
        if (log->ids[i] < from) {
            continue;
        }

        snprintf(text[k][0], 32, "%llu-%llu",
                 (unsigned long long) (log->ids[i] >> 20),
                 (unsigned long long) (log->ids[i] & 0xFFFFF));
        snprintf(text[k][1], 32, "%u", log->rev[i]);

        item = items + reply.n;
        memset(inside + reply.n, 0, 13 * sizeof(size_t));
        inside[reply.n] = 12;
        inside[reply.n + 2] = 10;
        item[0] = item[2] = cg_str_null;
        item[1] = cg_str_from(text[k][0]);
        item[3] = cg_str("op");
        item[4] = cg_str_from(log->op[i] ? log->op[i] : "?");
        item[5] = cg_str("k");
        item[6] = (cg_str_t) { CG_RECORD_NAME, w->name.text };
        item[7] = cg_str("rev");
        item[8] = cg_str_from(text[k][1]);
        item[9] = cg_str("policy");
        item[10] = cg_str("shop");
        item[11] = cg_str("bits");
        item[12] = cg_str("0");

        if (cg_str_eq(item[4], cg_str("accept_all"))) {
            item[12] = cg_str("5");
        }

        reply.n += 13;
        k++;
    }

    return reply;
}


/* A round that gets everything; it takes no time. */

static void
feed_round_of(world_t *w, uint64_t shards, int fresh, int64_t now,
    int64_t redis)
{
    size_t      i;
    cg_reply_t  reply;

    cg_lease_round(&w->round, &w->lease, shards, fresh, now);
    cg_lease_time(&w->round, redis, now);

    for (i = 0; i < CG_SHARDS; i++) {
        if (!(shards & CG_LEASE_BIT(i))) {
            continue;
        }

        do {
            reply = answer_of(w, i, cg_lease_from(&w->round, i));
        } while (cg_lease_read(&w->round, i, &reply, w->cache, now)
                 == CG_MORE);
    }

    cg_lease_renew(&w->round, now);
}


static void
feed_round(world_t *w, int fresh, int64_t now, int64_t redis)
{
    feed_round_of(w, CG_LEASE_ALL, fresh, now, redis);
}


static void
cache_grant_of(world_t *w, const cg_cache_name_t *name, uint32_t rev,
    int64_t read_ms)
{
    cg_cached_t  value;

    memset(&value, 0, sizeof(value));
    value.rev = rev;
    value.granted = 5;
    value.terms = TERMS;
    value.state = CG_STATE_GRANTED;
    value.expires = VISIT_NOW;
    value.read_ms = read_ms;

    cg_cache_put(w->cache, name, cg_cache_epoch(w->cache, name), &value,
                 read_ms);
}


static void
cache_grant(world_t *w, uint32_t rev, int64_t read_ms)
{
    cache_grant_of(w, &w->cached, rev, read_ms);
}


static int
believes_of(world_t *w, const cg_cache_name_t *name, int64_t now)
{
    cg_cached_t  found;

    return cg_cache_get(w->cache, name, TERMS, now,
                        cg_lease_reach(&w->lease, cg_cache_shard(name), now),
                        0, &found) == CG_OK;
}


static int
believes(world_t *w, int64_t now)
{
    return believes_of(w, &w->cached, now);
}


static void
grants_live_by_their_own(void)
{
    world_t  w;

    world_begin(&w);
    cache_grant(&w, 1, NOW);

    ok(cg_lease_age(NULL, NOW) < 0, "without a feed there is nothing old");
    ok(cg_lease_reach(NULL, 0, NOW) == CG_LEASE_MS,
       "without a feed it is 5 s");
    ok(believes(&w, NOW + 5000) && !believes(&w, NOW + 5001),
       "nor is there one before its first round");

    world_end(&w);
}


static void
grants_live_by_the_feed(void)
{
    int64_t  t;
    world_t  w;

    world_begin(&w);
    cache_grant(&w, 1, NOW);
    feed_round(&w, 1, NOW, REDIS);
    ok(!believes(&w, NOW + TICK), "what was read before the feed began is "
                                  "read again");

    t = NOW + TICK;
    cache_grant(&w, 1, t);
    feed_round(&w, 0, t + 30000, REDIS + 30000);
    ok(believes(&w, t + 35000) && !believes(&w, t + 35001),
       "a grant is believed for 5 s after the round before");
    is_int(cg_lease_age(&w.lease, t + 35000), 5000, "which is so long ago");
    feed_round(&w, 0, t + 60000, REDIS + 60000);
    ok(believes(&w, t + 60000) && !believes(&w, t + 60001),
       "but for a minute at most");

    cache_grant(&w, 1, t + 70000);
    ok(believes(&w, t + 75000) && !believes(&w, t + 75001),
       "when the feed is cut, a new one has its own 5 s");
    feed_round(&w, 0, t + 80000, REDIS + 80000);
    ok(believes(&w, t + 80000), "when it goes on, nothing was lost");

    world_end(&w);
}


static void
entries_end_grants(void)
{
    world_t          w;
    cg_cache_name_t  other;

    world_begin(&w);
    other = w.cached;
    other.name[15] ^= 1;
    feed_round(&w, 1, NOW, REDIS);
    cache_grant(&w, 1, NOW + 100);
    cache_grant_of(&w, &other, 1, NOW + 100);
    write_entry(&w, REDIS + 200, "withdraw", 2);
    ok(believes(&w, NOW + 500), "before the round a grant stands");
    feed_round(&w, 0, NOW + 500, REDIS + 500);
    ok(!believes(&w, NOW + 500), "after it, it is withdrawn");
    ok(believes_of(&w, &other, NOW + 500), "and nobody else's");

    cache_grant(&w, 3, NOW + 600);
    feed_round(&w, 0, NOW + 1000, REDIS + 1000);
    ok(believes(&w, NOW + 1000), "an entry counts once");

    world_end(&w);
}


static void
a_round_that_fails_renews_nothing(void)
{
    size_t      inside[3] = { 2, 0, 0 };
    world_t     w;
    cg_str_t    items[3] = { { 0, NULL }, { 0, NULL }, { 0, NULL } };
    cg_reply_t  reply = { items, 3, inside };

    world_begin(&w);
    feed_round(&w, 1, NOW, REDIS);
    cache_grant(&w, 1, NOW + TICK);

    cg_lease_round(&w.round, &w.lease, CG_LEASE_ALL, 0, NOW + 4000);
    cg_lease_time(&w.round, REDIS + 4000, NOW + 4000);
    ok(cg_lease_read(&w.round, 3, &reply, w.cache, NOW + 4000) == CG_EINVAL,
       "a reply that is none is seen");
    ok(!believes(&w, NOW + TICK + 5001), "a round without an end does not "
                                         "renew");
    world_end(&w);
}


static void
long_logs_are_read_to_their_end(void)
{
    int      i;
    world_t  w;

    world_begin(&w);
    feed_round(&w, 1, NOW, REDIS);
    cache_grant(&w, 1, NOW + TICK);

    for (i = 0; i < 300; i++) {
        write_entry(&w, REDIS + 100 + i, "accept_all", 1);
    }

    feed_round(&w, 0, NOW + 550, REDIS + 550);
    ok(believes(&w, NOW + 550), "what 300 entries say again stays");

    for (i = 0; i < 250; i++) {
        write_entry(&w, REDIS + 560, "accept_all", 1);
    }

    w.log.op[w.log.n - 1] = "erase";
    feed_round(&w, 0, NOW + 600, REDIS + 600);
    ok(!believes(&w, NOW + 600), "the last of a log counts");

    world_end(&w);
}


static void
gaps_void_everything(void)
{
    world_t  w;

    world_begin(&w);
    write_entry(&w, REDIS, "withdraw", 2);
    write_entry(&w, REDIS + 1, "withdraw", 2);
    feed_round(&w, 1, NOW, REDIS);
    cache_grant(&w, 5, NOW + TICK);
    feed_round(&w, 0, NOW + 500, REDIS + 500);
    ok(believes(&w, NOW + 500), "what is whole is believed");

    trim(&w.log, 1);
    feed_round(&w, 0, NOW + 1000, REDIS + 1000);
    ok(believes(&w, NOW + 1000), "an entry may go that is not the last");

    trim(&w.log, 1);
    feed_round(&w, 0, NOW + 1500, REDIS + 1500);
    ok(!believes(&w, NOW + 1500) && !believes(&w, NOW + 1500 + TICK),
       "a log that lost its last entry was lost: nothing is believed");

    cache_grant(&w, 5, NOW + 2000);
    feed_round(&w, 0, NOW + 2000, REDIS + 2000);
    ok(believes(&w, NOW + 2000), "then it goes on");

    write_entry(&w, REDIS + 2500, "accept_all", 1);
    feed_round(&w, 0, NOW + 2500, REDIS + 2500);
    cache_grant(&w, 5, NOW + 3000);
    feed_round(&w, 0, NOW + 3050, REDIS + 3050);
    ok(believes(&w, NOW + 3050), "what is whole again is believed");
    trim(&w.log, 1);
    write_entry(&w, REDIS + 3100, "accept_all", 1);
    feed_round(&w, 0, NOW + 3200, REDIS + 3200);
    ok(!believes(&w, NOW + 3200), "a younger entry does not stand in for it");

    world_end(&w);
}


static void
old_entries_may_go(void)
{
    int64_t  t;
    world_t  w;

    world_begin(&w);
    write_entry(&w, REDIS, "accept_all", 1);
    feed_round(&w, 1, NOW, REDIS);

    for (t = 0; t <= 600000; t += 4000) {
        feed_round(&w, 0, NOW + t, REDIS + t);
    }

    cache_grant(&w, 1, NOW + 599900);
    trim(&w.log, 1);
    feed_round(&w, 0, NOW + 600500, REDIS + 600500);
    ok(believes(&w, NOW + 600500), "after ten minutes an entry may be gone");
    write_entry(&w, REDIS + 600600, "withdraw", 2);
    feed_round(&w, 0, NOW + 601000, REDIS + 601000);
    ok(!believes(&w, NOW + 601000), "and what follows is read");

    world_end(&w);
}


static void
new_connections_have_something_to_show(void)
{
    int              i;
    world_t          w;
    cg_cache_name_t  other;

    world_begin(&w);
    other = w.cached;
    other.name[0] ^= 0x80;
    feed_round(&w, 1, NOW, REDIS);
    cache_grant(&w, 1, NOW + 500);
    feed_round(&w, 1, NOW + 1000, REDIS + 1000);
    ok(!believes(&w, NOW + 1000), "behind a new connection, with nothing to "
                                  "show, Redis may be another");

    write_entry(&w, REDIS + 1500, "accept_all", 1);
    feed_round(&w, 0, NOW + 2000, REDIS + 2000);
    cache_grant(&w, 1, NOW + 2500);
    cache_grant_of(&w, &other, 1, NOW + 2500);
    feed_round(&w, 1, NOW + 3000, REDIS + 3000);
    ok(believes(&w, NOW + 3000), "one that has the last entry is the same");
    ok(!believes_of(&w, &other, NOW + 3000), "for its shard; what others "
                                             "lost without a word is read "
                                             "again");

    /* a position that no entry stands for, and a log of more than one reply */

    world_end(&w);
    world_begin(&w);
    feed_round(&w, 1, NOW, REDIS);
    cache_grant(&w, 1, NOW + 500);

    for (i = 0; i < 150; i++) {
        write_entry(&w, REDIS + 600, "accept_all", 1);
    }

    feed_round(&w, 1, NOW + 1000, REDIS + 1000);
    ok(!believes(&w, NOW + 1000), "entries that it had not seen show nothing");

    world_end(&w);
}


static void
clocks_that_go_back_void_everything(void)
{
    world_t  w;

    world_begin(&w);
    feed_round(&w, 1, NOW, REDIS);
    cache_grant(&w, 1, NOW + 500);
    feed_round(&w, 0, NOW + 1000, REDIS - 100);
    ok(believes(&w, NOW + 1000), "Redis' clock may be set right a little");
    feed_round(&w, 0, NOW + 1500, REDIS - 86400000);
    ok(!believes(&w, NOW + 1500), "one that went back voids everything");

    cache_grant(&w, 1, NOW + 2000);
    write_entry(&w, REDIS - 86400000 + 600, "withdraw", 2);
    feed_round(&w, 0, NOW + 2500, REDIS - 86400000 + 1000);
    ok(!believes(&w, NOW + 2500), "entries of the earlier time are read");

    world_end(&w);
}


static void
strangers_entries_void_everything(void)
{
    world_t  w;

    world_begin(&w);
    feed_round(&w, 1, NOW, REDIS);
    cache_grant(&w, 1, NOW + 500);
    write_entry(&w, REDIS + 600, NULL, 1);
    feed_round(&w, 0, NOW + 1000, REDIS + 1000);
    ok(!believes(&w, NOW + 1000), "an entry that is not understood may say "
                                  "anything: all is read again");
    cache_grant(&w, 1, NOW + 1500);
    feed_round(&w, 0, NOW + 2000, REDIS + 2000);
    ok(believes(&w, NOW + 2000), "once");

    world_end(&w);
}


static void
one_process_feeds(void)
{
    cg_lease_t  lease;

    memset(&lease, 0, sizeof(lease));

    ok(cg_lease_hold(&lease, 11, NOW) && !cg_lease_hold(&lease, 12, NOW + 999)
       && cg_lease_hold(&lease, 11, NOW + 999), "one process is the feeder");
    ok(!cg_lease_hold(&lease, 12, NOW + 1999)
       && cg_lease_hold(&lease, 12, NOW + 2000), "a second of silence, and "
                                                 "another is");
    ok(!cg_lease_hold(&lease, 11, NOW + 2500), "who was stopped comes back as "
                                               "nobody");
    ok(!cg_lease_hold(&lease, 11, NOW + 1990), "clocks are not read at once");
    cg_lease_leave(&lease, 11);
    ok(!cg_lease_hold(&lease, 11, NOW + 2500), "nor gives away what it lost");
    cg_lease_leave(&lease, 12);
    ok(cg_lease_hold(&lease, 11, NOW + 2500), "who leaves makes room at once");
}


/* It asked, was stopped for a minute while another fed, and goes on. */

static void
a_stopped_feeder_lengthens_nothing(void)
{
    world_t       w;
    cg_feeding_t  stopped;

    world_begin(&w);
    feed_round(&w, 1, NOW, REDIS);
    cg_lease_round(&stopped, &w.lease, CG_LEASE_ALL, 0, NOW + 500);
    cg_lease_time(&stopped, REDIS + 500, NOW + 500);

    feed_round(&w, 0, NOW + 60000, REDIS + 60000);
    cache_grant(&w, 1, NOW + 55100);
    cg_lease_renew(&stopped, NOW + 61000);
    ok(believes(&w, NOW + 65000) && !believes(&w, NOW + 65001),
       "a round that ends late counts from its beginning, and takes nothing "
       "from another's");
    world_end(&w);
}


/* Redis in several places: what befalls one of them is nobody else's. */

static void
shards_have_leases_of_their_own(void)
{
    world_t          w;
    uint64_t         ours, theirs;
    cg_cache_name_t  other;

    world_begin(&w);
    other = w.cached;
    other.name[0] ^= 0x80;
    ours = CG_LEASE_BIT(w.shard);
    theirs = CG_LEASE_ALL & ~ours;

    feed_round_of(&w, ours, 1, NOW, REDIS);
    feed_round_of(&w, theirs, 1, NOW, REDIS + 7200000);
    cache_grant(&w, 1, NOW + 500);
    cache_grant_of(&w, &other, 1, NOW + 500);
    feed_round_of(&w, theirs, 0, NOW + 4000, REDIS + 7204000);
    ok(!believes(&w, NOW + 5501) && believes_of(&w, &other, NOW + 5501),
       "one place is silent: the others' grants live by their feed");

    cache_grant(&w, 1, NOW + 6000);
    feed_round_of(&w, theirs, 0, NOW + 6500, REDIS);
    ok(believes(&w, NOW + 6500) && !believes_of(&w, &other, NOW + 6500),
       "one clock goes back: only its grants are read again");

    cache_grant_of(&w, &other, 1, NOW + 7000);
    feed_round_of(&w, ours, 1, NOW + 7500, REDIS + 7500);
    ok(!believes(&w, NOW + 7500) && believes_of(&w, &other, NOW + 7500),
       "one connection is new, with nothing to show: likewise");

    cache_grant(&w, 1, NOW + 8000);
    cg_lease_round(&w.round, &w.lease, CG_LEASE_ALL, 0, NOW + 8500);
    cg_lease_void(&w.round, ours, NOW + 8500);
    ok(!believes(&w, NOW + 8500) && believes_of(&w, &other, NOW + 8500),
       "a shard that moves is read again, alone");

    world_end(&w);
}


static void
leases_belong_to_targets(void)
{
    size_t      i, wrong = 0;
    cg_lease_t  leases[CG_LEASES];

    memset(leases, 0, sizeof(leases));

    for (i = 0; i < CG_LEASES; i++) {
        wrong += cg_lease_find(leases, i + 100) != &leases[i];
    }

    for (i = 0; i < CG_LEASES; i++) {
        wrong += cg_lease_find(leases, i + 100) != &leases[i];
    }

    is_int(wrong, 0, "each target has a lease and finds it again");
    ok(cg_lease_find(leases, 99) == NULL, "one too many has none");
}


int
main(void)
{
    grants_live_by_their_own();
    grants_live_by_the_feed();
    entries_end_grants();
    a_round_that_fails_renews_nothing();
    long_logs_are_read_to_their_end();
    gaps_void_everything();
    old_entries_may_go();
    new_connections_have_something_to_show();
    clocks_that_go_back_void_everything();
    strangers_entries_void_everything();
    one_process_feeds();
    a_stopped_feeder_lengthens_nothing();
    shards_have_leases_of_their_own();
    leases_belong_to_targets();

    return tap_done();
}
