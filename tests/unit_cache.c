#define _DEFAULT_SOURCE            /* MAP_ANONYMOUS */

#include "tap.h"
#include "cache_block.h"


#define NOW     INT64_C(1000000)   /* ms */
#define LEASE   5000
#define SHUT    30000
#define TERMS   UINT32_C(0xABCDEF)


static cg_cached_t
grant_of(uint32_t rev, int64_t read_ms)
{
    cg_cached_t  value;

    memset(&value, 0, sizeof(value));
    value.rev = rev;
    value.granted = 5;
    value.terms = TERMS;
    value.state = CG_STATE_GRANTED;
    value.expires = VISIT_NOW;
    value.read_ms = read_ms;

    return value;
}


static cg_cached_t
refusal_of(uint32_t rev, int64_t read_ms)
{
    cg_cached_t  value = grant_of(rev, read_ms);

    value.granted = 0;
    value.state = CG_STATE_REFUSED;

    return value;
}


static void
put(cg_cache_t *cache, const cg_cache_name_t *name, cg_cached_t value,
    int64_t now_ms)
{
    cg_cache_put(cache, name, cg_cache_epoch(cache, name), &value, now_ms);
}


static int
holds(cg_cache_t *cache, const cg_cache_name_t *name, int64_t now_ms)
{
    cg_cached_t  found;

    return cg_cache_get(cache, name, TERMS, now_ms, LEASE, SHUT, &found)
           == CG_OK;
}


static void
blocks_are_laid_and_found_again(void)
{
    void              *block = block_of(2 * CG_CACHE_MIN);
    cg_cache_t        *cache;
    cg_cache_name_t    name;
    cg_cache_stats_t   stats;

    ok(cg_cache_init(block, CG_CACHE_MIN - 1, LAYOUT) == NULL
       && cg_cache_init((char *) block + 8, CG_CACHE_MIN, LAYOUT) == NULL
       && cg_cache_init(NULL, CG_CACHE_MIN, LAYOUT) == NULL,
       "too small, not aligned or no block: no cache");
    ok(cg_cache_attach(block, CG_CACHE_MIN, LAYOUT) == NULL,
       "a block that holds no cache is not taken for one");

    cache = cg_cache_init(block, CG_CACHE_MIN, LAYOUT);
    name = name_in(cache, 3, 1);
    put(cache, &name, grant_of(1, NOW), NOW);
    cg_cache_stats(cache, &stats);

    is_int(stats.used, 1, "one of them is in use");
    ok(stats.slots * 64 > CG_CACHE_MIN * 8 / 10
       && stats.slots * 64 < CG_CACHE_MIN, "a slot takes 64 bytes (%llu of "
       "them)", (unsigned long long) stats.slots);
    ok(sizeof(cache_slot_t) == 64 && sizeof(cache_set_t) == 9 * 64
       && sizeof(cg_cache_t) == 2 * 64, "and lies within a line");
    ok(cg_cache_attach(block, CG_CACHE_MIN, LAYOUT) == cache
       && holds(cache, &name, NOW), "a reload finds what was there");
    ok(cg_cache_attach(block, CG_CACHE_MIN, LAYOUT + 1) == NULL,
       "another layout does not");
    ok(cg_cache_attach(block, 2 * CG_CACHE_MIN, LAYOUT) == NULL,
       "nor another size");
    cg_cache_init(block, CG_CACHE_MIN, LAYOUT);
    ok(!holds(cache, &name, NOW), "a new cache is empty");

    munmap(block, 2 * CG_CACHE_MIN);
}


static void
names_are_those_of_the_records(void)
{
    size_t            shard;
    cg_keys_t         keys;
    cg_token_t        token;
    cg_cache_name_t   a, b;
    cg_record_name_t  record;

    visit_keys(&keys, VISIT_KEY_A "\n");
    visit_grant(&token, 7, 5);

    ok(cg_record_name(&keys, VISIT_SITE, &token, &record) == CG_OK
       && cg_cache_name(&record, &a) == CG_OK, "a record's decision is named");
    shard = cg_cache_shard(&a);
    ok(shard < CG_SHARDS && strcmp(cg_record_shard(shard), record.shard) == 0,
       "its name says where Redis keeps it");

    visit_grant(&token, 8, 5);
    ok(cg_record_name(&keys, VISIT_SITE, &token, &record) == CG_OK
       && cg_cache_name(&record, &b) == CG_OK
       && memcmp(&a, &b, sizeof(a)) != 0, "another record's is another");

    record.text[3] = '!';
    ok(cg_cache_name(&record, &b) == CG_EINVAL, "and what is no name has none");
}


static void
other_terms_are_a_miss(void)
{
    cg_cache_t       *cache = cache_of();
    cg_cached_t       found, value = grant_of(1, NOW);
    cg_cache_name_t   name = name_in(cache, 1, 1);

    value.expires = (INT64_C(1) << 40) - 1;
    put(cache, &name, value, NOW);

    ok(cg_cache_get(cache, &name, TERMS ^ 1, NOW, LEASE, SHUT, &found)
       == CG_NONE && found.granted == 0,
       "what was read under other terms is not found");
    ok(cg_cache_get(cache, &name, TERMS, NOW, LEASE, SHUT, &found) == CG_OK
       && found.expires == value.expires && found.terms == TERMS,
       "under its own it is, with the latest of expiries");

    cache_drop(cache);
}


static void
leases_end(void)
{
    cg_cache_t        *cache = cache_of();
    cg_cached_t        found;
    cg_cache_name_t    grant = name_in(cache, 1, 1);
    cg_cache_name_t    refusal = name_in(cache, 2, 1);

    put(cache, &grant, grant_of(9, NOW), NOW);
    put(cache, &refusal, refusal_of(9, NOW), NOW);

    ok(cg_cache_get(cache, &grant, TERMS, NOW, LEASE, SHUT, &found) == CG_OK
       && found.rev == 9 && found.granted == 5
       && found.state == CG_STATE_GRANTED && found.expires == VISIT_NOW
       && found.read_ms == NOW, "what was put is found");
    ok(holds(cache, &grant, NOW + LEASE)
       && !holds(cache, &grant, NOW + LEASE + 1), "a grant has its lease");
    ok(holds(cache, &refusal, NOW + SHUT)
       && !holds(cache, &refusal, NOW + SHUT + 1),
       "what grants nothing has another");
    ok(cg_cache_get(cache, &grant, TERMS, NOW + LEASE + 1, LEASE, SHUT, &found)
       == CG_NONE && found.granted == 0, "a miss leaves no grant behind");
    ok(holds(cache, &grant, NOW - 1000) && !holds(cache, &grant, NOW - 1001),
       "a reading from the future is none");

    cache_drop(cache);
}


static void
revisions_go_one_way(void)
{
    cg_cache_t       *cache = cache_of();
    cg_cached_t       found, value;
    cg_cache_name_t   name = name_in(cache, 1, 1);

    put(cache, &name, grant_of(4, NOW), NOW);
    put(cache, &name, refusal_of(3, NOW), NOW);
    ok(cg_cache_get(cache, &name, TERMS, NOW, LEASE, SHUT, &found) == CG_OK
       && found.rev == 4, "an older revision does not replace a newer one");

    put(cache, &name, grant_of(4, NOW + 9), NOW + 9);
    ok(cg_cache_get(cache, &name, TERMS, NOW + 9, LEASE, SHUT, &found) == CG_OK
       && found.read_ms == NOW + 9, "the same one renews its lease");

    value = refusal_of(2, NOW + 9);
    cg_cache_shut(cache, &name, &value, NOW + 9);
    ok(cg_cache_get(cache, &name, TERMS, NOW + 9, LEASE, SHUT, &found) == CG_OK
       && found.granted == 0 && found.rev == 2,
       "a closing decision of this host replaces whatever stood there");

    cache_drop(cache);
}


/* One worker's grant is recorded, another worker closes, and only then does
 * the first hear of its grant. */

static void
late_grant_does_not_reopen(void)
{
    size_t            i;
    uint32_t          epoch;
    cg_cache_t       *cache = cache_of();
    cg_cached_t       found, grant = grant_of(5, NOW), shut, older;
    cg_cache_name_t   name = name_in(cache, 1, 1), other;

    older = grant_of(4, NOW);
    put(cache, &name, older, NOW);
    epoch = cg_cache_epoch(cache, &name);
    cg_cache_grant(cache, &name, epoch, &grant, NOW);
    ok(cg_cache_get(cache, &name, TERMS, NOW, LEASE, SHUT, &found) == CG_OK
       && found.rev == 5, "a grant that was recorded counts at once");
    cg_cache_put(cache, &name, epoch, &older, NOW);
    ok(cg_cache_get(cache, &name, TERMS, NOW, LEASE, SHUT, &found) == CG_OK
       && found.rev == 5, "and no older reply comes after it");

    epoch = cg_cache_epoch(cache, &name);
    shut = refusal_of(UINT32_MAX, NOW);
    cg_cache_shut(cache, &name, &shut, NOW);
    grant = grant_of(6, NOW);
    cg_cache_grant(cache, &name, epoch, &grant, NOW);
    ok(cg_cache_get(cache, &name, TERMS, NOW, LEASE, SHUT, &found) == CG_OK
       && found.granted == 0, "a grant from before a withdrawal stays outside");

    cg_cache_grant(cache, &name, cg_cache_epoch(cache, &name), &grant, NOW);
    ok(cg_cache_get(cache, &name, TERMS, NOW, LEASE, SHUT, &found) == CG_OK
       && found.granted == 0, "so does one that was sent behind it, and read "
                              "before it");

    for (i = 2; i < 40; i++) {
        other = name_in(cache, 1, i);
        put(cache, &other, grant_of(1, NOW + 90000), NOW + 90000);
    }

    cg_cache_grant(cache, &name, epoch, &grant, NOW + 90000);
    ok(!holds(cache, &name, NOW + 90000), "also when the slot is gone");

    cache_drop(cache);
}


static void
narrower_grant_counts_in_any_case(void)
{
    uint32_t          epoch;
    cg_cache_t       *cache = cache_of();
    cg_cached_t       grant = grant_of(5, NOW), shut = refusal_of(2, NOW);
    cg_cache_name_t   name = name_in(cache, 1, 1), other = name_in(cache, 1, 2);

    put(cache, &name, grant_of(4, NOW), NOW);
    epoch = cg_cache_epoch(cache, &name);
    cg_cache_shut(cache, &other, &shut, NOW);
    cg_cache_grant(cache, &name, epoch, &grant, NOW);

    ok(!holds(cache, &name, NOW), "a neighbour closed: what the older revision "
                                  "granted counts no more");
    ok(holds(cache, &other, NOW), "the neighbour's decision does");
    cache_drop(cache);
}


/* A closing decision that Redis never heard of has no revision. */

static void
closing_decision_does_not_bar_for_ever(void)
{
    cg_cache_t       *cache = cache_of();
    cg_cached_t       found, shut = refusal_of(UINT32_MAX, NOW);
    cg_cache_name_t   name = name_in(cache, 1, 1);

    cg_cache_shut(cache, &name, &shut, NOW);
    put(cache, &name, refusal_of(6, NOW + 59999), NOW + 59999);
    ok(!holds(cache, &name, NOW + 59999), "a closing decision of unknown "
       "revision gives way to none");

    put(cache, &name, refusal_of(6, NOW + 60000), NOW + 60000);
    ok(cg_cache_get(cache, &name, TERMS, NOW + 60000, LEASE, SHUT,
                    &found) == CG_OK
       && found.rev == 6, "after a minute what Redis says is kept again");

    cache_drop(cache);
}


/* A reply is held back, the visitor withdraws, the reply arrives. */

static void
late_reply_does_not_reopen(void)
{
    size_t            i;
    uint32_t          epoch;
    cg_cache_t       *cache = cache_of();
    cg_cached_t       found, late = grant_of(9, NOW), shut;
    cg_cache_name_t   name = name_in(cache, 1, 1), other;

    epoch = cg_cache_epoch(cache, &name);
    shut = refusal_of(4, NOW);
    cg_cache_shut(cache, &name, &shut, NOW);
    cg_cache_put(cache, &name, epoch, &late, NOW);

    ok(cg_cache_get(cache, &name, TERMS, NOW, LEASE, SHUT, &found) == CG_OK
       && found.granted == 0, "a reply from before stays outside, whatever "
                              "its revision");

    /* it must not come in after the closing decision left, either */

    for (i = 2; i < 40; i++) {
        other = name_in(cache, 1, i);
        put(cache, &other, grant_of(1, NOW + 90000), NOW + 90000);
    }

    cg_cache_put(cache, &name, epoch, &late, NOW + 90000);
    ok(!holds(cache, &name, NOW + 90000), "nor when the slot is gone");

    cache_drop(cache);
}


/* What Redis' log says of a decision, and what stays of it. */

static void
log_entries_drop_what_they_supersede(void)
{
    size_t            i, wrong = 0;
    uint32_t          epoch;
    cg_cache_t       *cache = cache_of();
    cg_cached_t       late;
    cg_cache_name_t   name = name_in(cache, 1, 1), other = name_in(cache, 1, 2);

    static const struct {
        uint32_t     rev, granted;     /* of the entry; cached: 4, 5 */
        int          stays;
        const char  *what;
    } cases[] = {
        { 5, 0, 0, "withdrawn" },
        { 5, 5, 0, "changed, or renewed" },
        { 4, 0, 0, "erased" },
        { 4, 4, 0, "of this revision, less" },
        { 4, 5, 1, "itself" },
        { 4, 7, 1, "of this revision, more" },
        { 3, 0, 1, "an older one" },
        { 0, 0, 0, "erased, with what stood there unknown" }
    };

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        put(cache, &name, grant_of(4, NOW), NOW);
        put(cache, &other, grant_of(4, NOW), NOW);
        epoch = cg_cache_epoch(cache, &name);
        cg_cache_heed(cache, &name, cases[i].rev, cases[i].granted, NOW);

        late = grant_of(4, NOW);
        late.read_ms = NOW + 1;
        cg_cache_put(cache, &name, epoch, &late, NOW);

        if (holds(cache, &name, NOW) != cases[i].stays
            || !holds(cache, &other, NOW)
            || cg_cache_epoch(cache, &name) == epoch)
        {
            printf("# %s\n", cases[i].what);
            wrong++;
        }

        cg_cache_init(cache, CG_CACHE_MIN, LAYOUT);
    }

    is_int(wrong, 0, "an entry of the log drops what it supersedes, nobody "
                     "else's, and a reading from before stays outside");

    late = refusal_of(2, NOW);
    cg_cache_shut(cache, &name, &late, NOW);
    cg_cache_heed(cache, &name, 9, 5, NOW);
    ok(holds(cache, &name, NOW), "a closing decision of this host stays");

    put(cache, &other, grant_of(4, NOW), NOW);
    cache->sets[1].lock = (uint64_t) NOW << CACHE_TICKET_BITS | 3;
    cg_cache_heed(cache, &other, 5, 0, NOW);
    ok(!holds(cache, &other, NOW), "an entry takes effect where the set is "
                                   "held, too");
    cache_drop(cache);
}


static void
decisions_of_others_stay(void)
{
    size_t            i, kept = 0;
    cg_cache_t       *cache = cache_of();
    cg_cached_t       shut = refusal_of(2, NOW);
    cg_cache_name_t   name;

    for (i = 1; i <= 4; i++) {
        name = name_in(cache, 1, i);
        put(cache, &name, grant_of(1, NOW), NOW);
    }

    name = name_in(cache, 1, 2);
    cg_cache_shut(cache, &name, &shut, NOW);

    for (i = 1; i <= 4; i++) {
        name = name_in(cache, 1, i);
        kept += (size_t) holds(cache, &name, NOW);
    }

    is_int(kept, 4, "a set's other decisions survive one that takes effect");
    cache_drop(cache);
}


static void
least_used_leaves_first(void)
{
    size_t             i;
    cg_cache_t        *cache = cache_of();
    cg_cache_name_t    name;
    cg_cache_stats_t   stats;

    for (i = 0; i < CACHE_WAYS; i++) {
        name = name_in(cache, 1, i);
        put(cache, &name, grant_of(1, NOW), NOW + (int64_t) i * 200);
    }

    name = name_in(cache, 1, 0);
    ok(holds(cache, &name, NOW + 2000), "a full set holds all eight");

    name = name_in(cache, 1, 100);
    put(cache, &name, grant_of(1, NOW), NOW + 2001);

    ok(holds(cache, &name, NOW + 2001), "a ninth comes in");
    name = name_in(cache, 1, 0);
    ok(holds(cache, &name, NOW + 2001), "what was just used stays");
    name = name_in(cache, 1, 1);
    ok(!holds(cache, &name, NOW + 2001), "what was not used for longest "
                                         "leaves");

    cg_cache_stats(cache, &stats);
    is_int(stats.evictions, 1, "and that is counted");
    cache_drop(cache);
}


static void
closing_decisions_leave_last(void)
{
    size_t            i, kept = 0;
    cg_cache_t       *cache = cache_of();
    cg_cached_t       shut;
    cg_cache_name_t   name;

    for (i = 0; i < CACHE_WAYS; i++) {
        name = name_in(cache, 1, i);
        shut = refusal_of(2, NOW);
        cg_cache_shut(cache, &name, &shut, NOW);
    }

    for (i = 100; i < 120; i++) {
        name = name_in(cache, 1, i);
        put(cache, &name, grant_of(1, NOW + 5), NOW + 5);
        kept += (size_t) holds(cache, &name, NOW + 5);
    }

    is_int(kept, 0, "a set full of fresh closing decisions takes no grant");

    name = name_in(cache, 1, 200);
    shut = refusal_of(1, NOW + 6);
    cg_cache_shut(cache, &name, &shut, NOW + 6);
    ok(holds(cache, &name, NOW + 6), "but one more closing decision");

    name = name_in(cache, 1, 100);
    put(cache, &name, grant_of(1, NOW + 60000), NOW + 60000);
    ok(holds(cache, &name, NOW + 60000), "after a minute it takes grants");
    cache_drop(cache);
}


static cache_slot_t *
slot_of(cache_set_t *set, const cg_cache_name_t *name)
{
    size_t  i;

    for (i = 0; i < CACHE_WAYS; i++) {
        if (memcmp(set->slots[i].w, name->name, sizeof(name->name)) == 0) {
            return &set->slots[i];
        }
    }

    abort();
}


static uint64_t
held_since(int64_t ms)
{
    return (uint64_t) ms << CACHE_TICKET_BITS | 3;
}


static void
dead_holder_is_taken_over(void)
{
    uint32_t          epoch;
    cg_cache_t       *cache = cache_of();
    cg_cached_t       shut, found;
    cg_cache_name_t   name = name_in(cache, 1, 1);
    cg_cache_name_t   other = name_in(cache, 1, 2);
    cache_set_t      *set = &cache->sets[1];

    put(cache, &name, grant_of(1, NOW), NOW);
    set->lock = held_since(NOW);

    put(cache, &other, grant_of(1, NOW), NOW + 100);
    ok(!holds(cache, &other, NOW) && set->lock == held_since(NOW),
       "a set that is held is not written, and nobody waits");
    ok(holds(cache, &name, NOW), "but read");

    epoch = cg_cache_epoch(cache, &name);
    put(cache, &other, grant_of(1, NOW), NOW + 101);
    ok(set->lock == 0, "after 100 ms its holder is dead");
    ok(!holds(cache, &name, NOW) && !holds(cache, &other, NOW)
       && cg_cache_epoch(cache, &name) != epoch, "and the set is empty");
    put(cache, &other, grant_of(1, NOW), NOW + 102);
    ok(holds(cache, &other, NOW), "and then it serves again");

    /* closing while somebody holds the set */

    set->lock = held_since(NOW + 200);
    shut = refusal_of(2, NOW + 200);
    cg_cache_shut(cache, &other, &shut, NOW + 200);
    ok(!holds(cache, &other, NOW + 200),
       "a closing decision takes effect even then");

    set->lock = held_since(NOW + 200);
    cg_cache_shut(cache, &other, &shut, NOW + 301);
    ok(cg_cache_get(cache, &other, TERMS, NOW + 301, LEASE, SHUT,
                    &found) == CG_OK
       && found.granted == 0 && set->lock == 0,
       "and is stored where the holder is dead");

    set->lock = held_since(NOW + 10000);
    put(cache, &name, grant_of(1, NOW + 400), NOW + 400);
    put(cache, &name, grant_of(1, NOW + 400), NOW + 400);
    ok(holds(cache, &name, NOW + 400),
       "a holder from the future is dead as well");

    cache_drop(cache);
}


/* A writer is stopped for long, taken for dead, and then goes on. */

static void
late_writer_brings_nothing_back(void)
{
    size_t            i, opened = 0;
    cg_cache_t       *cache = cache_of();
    cg_cached_t       found, shut = refusal_of(2, NOW + 200);
    cache_slot_t      half, *slot;
    cg_cache_name_t   name = name_in(cache, 1, 1);

    put(cache, &name, grant_of(9, NOW), NOW);

    slot = slot_of(&cache->sets[1], &name);
    half = *slot;
    cg_cache_shut(cache, &name, &shut, NOW + 200);

    for (i = CACHE_WORDS; i-- > 0; /* void */ ) {
        slot->w[i] = half.w[i];
        opened += cg_cache_get(cache, &name, TERMS, NOW + 200, LEASE, SHUT,
                               &found)
                  == CG_OK && found.granted;
    }

    is_int(opened, 0, "what a stopped writer finishes is not believed, at no "
                      "word");
    cache_drop(cache);
}


static void
torn_slots_are_misses(void)
{
    size_t            k, taken = 0;
    cg_cache_t       *cache = cache_of();
    cache_slot_t     *slot;
    cg_cache_name_t   name = name_in(cache, 1, 1);

    put(cache, &name, grant_of(1, NOW), NOW);
    slot = slot_of(&cache->sets[1], &name);

    for (k = 0; k < 64 * (CACHE_SUMMED + 1); k++) {
        slot->w[k / 64] ^= UINT64_C(1) << k % 64;
        taken += (size_t) holds(cache, &name, NOW);
        slot->w[k / 64] ^= UINT64_C(1) << k % 64;
    }

    ok(holds(cache, &name, NOW), "an untouched slot is found");
    is_int(taken, 0, "one with any bit flipped is not");
    cache_drop(cache);
}


/* What cg_cache_get_again() says beside cg_cache_get(). */

static int
again(cg_cache_t *cache, cg_cache_sight_t *sight, const cg_cache_name_t *name,
    uint32_t terms, int64_t now_ms)
{
    cg_cached_t  a, b;
    cg_status_t  seen, found;

    seen = cg_cache_get_again(cache, sight, name, terms, now_ms, LEASE, SHUT,
                              &a);
    found = cg_cache_get(cache, name, terms, now_ms, LEASE, SHUT, &b);

    if (seen != found || memcmp(&a, &b, sizeof(a)) != 0) {
        return -1;
    }

    return seen == CG_OK ? (int) a.rev : 0;
}


static void
an_entry_that_was_seen_is_found_sooner_and_never_longer(void)
{
    cg_cache_t        *cache = cache_of();
    cg_cached_t        value = grant_of(1, NOW);
    cg_cache_name_t    name = name_in(cache, 1, 1);
    cg_cache_name_t    other = name_in(cache, 1, 2);
    cg_cache_sight_t   sight;

    memset(&sight, 0, sizeof(sight));
    is_int(again(cache, &sight, &name, TERMS, NOW), 0, "not there, not seen");
    put(cache, &name, value, NOW);
    is_int(again(cache, &sight, &name, TERMS, NOW), 1, "there, and seen");
    is_int(again(cache, &sight, &name, TERMS, NOW + 1), 1, "there still");
    is_int(again(cache, &sight, &other, TERMS, NOW + 1), 0,
           "nobody else's sight");
    is_int(again(cache, &sight, &name, TERMS ^ 1, NOW + 1), 0,
           "under other terms it is a miss");
    is_int(again(cache, &sight, &name, TERMS, NOW + LEASE + 1), 0,
           "and when it is too old");

    value = grant_of(2, NOW + 2);
    put(cache, &name, value, NOW + 2);
    is_int(again(cache, &sight, &name, TERMS, NOW + 2), 2,
           "what was put in its place is what is found");

    cg_cache_heed(cache, &name, 9, 0, NOW + 3);
    is_int(again(cache, &sight, &name, TERMS, NOW + 3), 0,
           "what is known to be old by now is gone");

    value.rev = 10;
    value.granted = 0;
    cg_cache_shut(cache, &name, &value, NOW + 4);
    is_int(again(cache, &sight, &name, TERMS, NOW + 4), 10,
           "and what was shut is shut");

    munmap(cache, CG_CACHE_MIN);
}


int
main(void)
{
    blocks_are_laid_and_found_again();
    names_are_those_of_the_records();
    other_terms_are_a_miss();
    leases_end();
    revisions_go_one_way();
    late_reply_does_not_reopen();
    late_grant_does_not_reopen();
    narrower_grant_counts_in_any_case();
    closing_decision_does_not_bar_for_ever();
    log_entries_drop_what_they_supersede();
    decisions_of_others_stay();
    least_used_leaves_first();
    closing_decisions_leave_last();
    dead_holder_is_taken_over();
    late_writer_brings_nothing_back();
    torn_slots_are_misses();
    an_entry_that_was_seen_is_found_sooner_and_never_longer();

    return tap_done();
}
