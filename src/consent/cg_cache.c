#include "cg_cache_set.h"
#include "base/cg_crypto.h"

#define CACHE_EXPIRES_MASK  ((UINT64_C(1) << CACHE_EXPIRES) - 1)

#define CACHE_SPIN      100      /* tries of whoever may give up */
#define CACHE_SPIN_MS   20000    /* about one millisecond */
#define CACHE_TOUCH_MS  100      /* how exact the last use is */
#define CACHE_FREELY    (UINT64_C(1) << 63)    /* rank: not pinned */
#define CACHE_SKEW_MS   1000     /* processes' clocks are read at times of
                                    their own */


static uint64_t
cache_load(const uint64_t *word)
{
    return __atomic_load_n(word, __ATOMIC_ACQUIRE);
}


static void
cache_store(uint64_t *word, uint64_t value)
{
    __atomic_store_n(word, value, __ATOMIC_RELEASE);
}


static void
cache_count(uint64_t *counter)
{
    (void) __atomic_fetch_add(counter, 1, __ATOMIC_RELAXED);
}


static uint32_t
cache_epoch(const cache_set_t *set)
{
    return __atomic_load_n(&set->epoch, __ATOMIC_ACQUIRE);
}


static uint32_t
cache_move_epoch(cache_set_t *set)
{
    return __atomic_add_fetch(&set->epoch, 1, __ATOMIC_SEQ_CST);
}


cg_status_t
cg_cache_name(const cg_record_name_t *record, cg_cache_name_t *name)
{
    cg_str_t  text = { CG_RECORD_NAME, record->text };

    return cg_base64url_read(text, name->name, sizeof(name->name));
}


size_t
cg_cache_shard(const cg_cache_name_t *name)
{
    return name->name[0] >> 2;
}


static uint64_t
cache_sets(const void *block, size_t size)
{
    if (block == NULL || (uintptr_t) block % 64 != 0
        || size < CG_CACHE_MIN)
    {
        return 0;
    }

    return (size - sizeof(cg_cache_t)) / sizeof(cache_set_t);
}


cg_cache_t *
cg_cache_init(void *block, size_t size, uint64_t layout)
{
    uint64_t     nsets = cache_sets(block, size);
    cg_cache_t  *cache = block;

    if (nsets == 0) {
        return NULL;
    }

    memset(block, 0, size);

    cache->layout = layout;
    cache->nsets = nsets;
    cache_store(&cache->magic, CACHE_MAGIC);

    return cache;
}


cg_cache_t *
cg_cache_attach(void *block, size_t size, uint64_t layout)
{
    uint64_t     nsets = cache_sets(block, size);
    cg_cache_t  *cache = block;

    if (nsets == 0
        || cache_load(&cache->magic) != CACHE_MAGIC
        || cache->layout != layout
        || cache->nsets != nsets)
    {
        return NULL;
    }

    return cache;
}


/* Names are HMACs: any bits of them are evenly spread. */

static cache_set_t *
cache_set(cg_cache_t *cache, const cg_cache_name_t *name)
{
    uint64_t  bits;

    memcpy(&bits, name->name, sizeof(bits));

    return &cache->sets[bits % cache->nsets];
}


/* Not against forgers (who writes here has won already), but against torn
 * copies: every bit of every word reaches every bit of the sum. */

static uint64_t
cache_sum(const cg_cache_t *cache, const uint64_t *w)
{
    size_t    i;
    uint64_t  sum = CACHE_MAGIC ^ cache->layout;

    for (i = 0; i < CACHE_SUMMED; i++) {
        sum = (sum ^ w[i]) * UINT64_C(0x9e3779b97f4a7c15);
        sum ^= sum >> 29;
        sum *= UINT64_C(0xbf58476d1ce4e5b9);
        sum ^= sum >> 32;
    }

    return sum;
}


static uint32_t
cache_slot_flags(const uint64_t *w)
{
    return (uint32_t) (w[5] >> 48);
}


/* Copies a slot; 1 if it is whole and of this epoch. */

static int
cache_copy(const cg_cache_t *cache, const cache_slot_t *slot, uint32_t epoch,
    uint64_t w[CACHE_WORDS])
{
    size_t  i;

    for (i = 0; i < CACHE_WORDS; i++) {
        w[i] = cache_load(&slot->w[i]);
    }

    return cache_slot_flags(w) & CACHE_PRESENT
           && (uint32_t) w[5] == epoch
           && w[CACHE_SUMMED] == cache_sum(cache, w);
}


static void
cache_unpack(const uint64_t *w, cg_cached_t *value)
{
    memset(value, 0, sizeof(*value));

    value->rev = (uint32_t) w[2];
    value->granted = (uint32_t) (w[2] >> 32);
    value->terms = (uint32_t) (w[3] >> CACHE_EXPIRES);
    value->expires = (int64_t) (w[3] & CACHE_EXPIRES_MASK);
    value->read_ms = (int64_t) w[4];
    value->state = (uint8_t) (w[5] >> 32);
}


/* The checksum first: until the last word is in, the slot is torn. */

static void
cache_write(const cg_cache_t *cache, cache_slot_t *slot,
    const cg_cache_name_t *name, const cg_cached_t *value, uint32_t epoch,
    uint32_t flags, int64_t now_ms)
{
    size_t    i;
    uint64_t  w[CACHE_WORDS];

    memcpy(w, name->name, sizeof(name->name));
    w[2] = (uint64_t) value->granted << 32 | value->rev;
    w[3] = (uint64_t) (value->terms & CG_CACHE_TERMS) << CACHE_EXPIRES
           | ((uint64_t) value->expires & CACHE_EXPIRES_MASK);
    w[4] = (uint64_t) value->read_ms;
    w[5] = (uint64_t) flags << 48 | (uint64_t) value->state << 32 | epoch;
    w[CACHE_SUMMED] = cache_sum(cache, w);
    w[CACHE_USED] = (uint64_t) now_ms;

    for (i = CACHE_WORDS; i-- > 0; /* void */ ) {
        cache_store(&slot->w[i], w[i]);
    }
}


static int
cache_is_named(const uint64_t *w, const cg_cache_name_t *name)
{
    return memcmp(w, name->name, sizeof(name->name)) == 0;
}


/* Most slots of a set are not looked at any closer. */

static int
cache_may_be(const cache_slot_t *slot, const cg_cache_name_t *name)
{
    uint64_t  word;

    memcpy(&word, name->name, sizeof(word));

    return cache_load(&slot->w[0]) == word;
}


static void
cache_touch(cache_slot_t *slot, int64_t now_ms)
{
    if (now_ms - (int64_t) cache_load(&slot->w[CACHE_USED]) >= CACHE_TOUCH_MS) {
        cache_store(&slot->w[CACHE_USED], (uint64_t) now_ms);
    }
}


static int
cache_is_fresh(const cg_cached_t *value, int64_t now_ms, int64_t lease_ms,
    int64_t shut_ms)
{
    int64_t  age = now_ms - value->read_ms;

    return age >= -CACHE_SKEW_MS
           && age <= (value->granted ? lease_ms : shut_ms);
}


CG_HOT static int
cache_is_good(const uint64_t *w, uint32_t terms, int64_t now_ms,
    int64_t lease_ms, int64_t shut_ms, cg_cached_t *found)
{
    cache_unpack(w, found);

    return found->terms == (terms & CG_CACHE_TERMS)
           && cache_is_fresh(found, now_ms, lease_ms, shut_ms);
}


/* Every word is as it was when it was whole: so it is now. */

static int
cache_is_seen(const cache_set_t *set, const cg_cache_sight_t *sight,
    const cg_cache_name_t *name)
{
    size_t               i;
    const cache_slot_t  *slot;

    if (sight->way >= CACHE_WAYS || !cache_is_named(sight->w, name)
        || (uint32_t) sight->w[5] != cache_epoch(set))
    {
        return 0;
    }

    slot = &set->slots[sight->way];

    for (i = 0; i <= CACHE_SUMMED; i++) {
        if (cache_load(&slot->w[i]) != sight->w[i]) {
            return 0;
        }
    }

    return 1;
}


CG_HOT cg_status_t
cg_cache_get_again(cg_cache_t *cache, cg_cache_sight_t *sight,
    const cg_cache_name_t *name, uint32_t terms, int64_t now_ms,
    int64_t lease_ms, int64_t shut_ms, cg_cached_t *found)
{
    size_t        i;
    uint32_t      epoch;
    uint64_t      w[CACHE_WORDS];
    cache_set_t  *set = sight->set;

    if (set && cache_is_seen(set, sight, name)
        && cache_is_good(sight->w, terms, now_ms, lease_ms, shut_ms, found))
    {
        cache_touch(&set->slots[sight->way], now_ms);
        return CG_OK;
    }

    set = cache_set(cache, name);
    epoch = cache_epoch(set);

    for (i = 0; i < CACHE_WAYS; i++) {
        if (cache_may_be(&set->slots[i], name)
            && cache_copy(cache, &set->slots[i], epoch, w)
            && cache_is_named(w, name)
            && cache_is_good(w, terms, now_ms, lease_ms, shut_ms, found))
        {
            sight->set = set;
            sight->way = i;
            memcpy(sight->w, w, sizeof(sight->w));
            cache_touch(&set->slots[i], now_ms);
            return CG_OK;
        }
    }

    memset(found, 0, sizeof(*found));

    return CG_NONE;
}


cg_status_t
cg_cache_get(cg_cache_t *cache, const cg_cache_name_t *name, uint32_t terms,
    int64_t now_ms, int64_t lease_ms, int64_t shut_ms, cg_cached_t *found)
{
    cg_cache_sight_t  sight = { NULL, 0, { 0 } };

    return cg_cache_get_again(cache, &sight, name, terms, now_ms, lease_ms,
                              shut_ms, found);
}


uint32_t
cg_cache_epoch(cg_cache_t *cache, const cg_cache_name_t *name)
{
    return cache_epoch(cache_set(cache, name));
}


/* A word that no other holder has. */

static uint64_t
cache_ticket(cg_cache_t *cache, int64_t now_ms)
{
    uint64_t  ticket;

    ticket = __atomic_add_fetch(&cache->ticket, 1, __ATOMIC_RELAXED);
    ticket = ticket << 1 | 1;      /* never the word of a free set */
    ticket &= (UINT64_C(1) << CACHE_TICKET_BITS) - 1;

    return (uint64_t) now_ms << CACHE_TICKET_BITS | ticket;
}


static int
cache_is_dead(uint64_t word, int64_t now_ms)
{
    int64_t  since = (int64_t) (word >> CACHE_TICKET_BITS);

    return now_ms - since > CG_CACHE_TAKEOVER_MS
           || since - now_ms > CACHE_SKEW_MS;
}


/* The word that holds the set now, or 0.  A dead holder may have left anything
 * there: the set is emptied. */

static uint64_t
cache_lock(cg_cache_t *cache, cache_set_t *set, int64_t now_ms,
    unsigned tries)
{
    uint64_t  seen, word = cache_ticket(cache, now_ms);

    while (tries--) {
        seen = cache_load(&set->lock);

        if (seen != 0 && !cache_is_dead(seen, now_ms)) {
            continue;
        }

        if (__atomic_compare_exchange_n(&set->lock, &seen, word, 0,
                                        __ATOMIC_ACQ_REL, __ATOMIC_RELAXED))
        {
            if (seen != 0) {
                (void) cache_move_epoch(set);
            }

            return word;
        }
    }

    return 0;
}


/* No-op for whoever was taken for dead. */

static void
cache_unlock(cache_set_t *set, uint64_t word)
{
    (void) __atomic_compare_exchange_n(&set->lock, &word, 0, 0,
                                       __ATOMIC_ACQ_REL, __ATOMIC_RELAXED);
}


static int
cache_is_pinned(const uint64_t *w, int64_t now_ms)
{
    return cache_slot_flags(w) & CACHE_PINNED
           && now_ms - (int64_t) w[4] < CG_CACHE_PIN_MS;
}


/* The revision that nothing older replaces; 0: anything does. */

static uint32_t
cache_rev(const uint64_t *w, int64_t now_ms)
{
    return cache_slot_flags(w) & CACHE_PINNED && !cache_is_pinned(w, now_ms)
           ? 0 : (uint32_t) w[2];
}


/* How gladly a slot is given up: by idle time, all pinned ones last. */

static uint64_t
cache_rank(const uint64_t *w, int64_t now_ms)
{
    int64_t   idle = now_ms - (int64_t) w[CACHE_USED];
    uint64_t  rank = idle > 0 ? (uint64_t) idle + 1 : 1;

    return cache_is_pinned(w, now_ms) ? rank : rank | CACHE_FREELY;
}


static cache_slot_t *
cache_find(const cg_cache_t *cache, cache_set_t *set,
    const cg_cache_name_t *name, uint64_t w[CACHE_WORDS])
{
    size_t    i;
    uint32_t  epoch = cache_epoch(set);

    for (i = 0; i < CACHE_WAYS; i++) {
        if (cache_may_be(&set->slots[i], name)
            && cache_copy(cache, &set->slots[i], epoch, w)
            && cache_is_named(w, name))
        {
            return &set->slots[i];
        }
    }

    return NULL;
}


/* The slot for `name`: its own, else a free one, else the one of the highest
 * rank; NULL if that is pinned and `must` is 0.  `rev`: of its own, if that one
 * is valid. */

static cache_slot_t *
cache_place(cg_cache_t *cache, cache_set_t *set, const cg_cache_name_t *name,
    int64_t now_ms, int must, uint32_t *rev)
{
    size_t         i;
    uint64_t       w[CACHE_WORDS], rank, best = 0;
    uint32_t       epoch = cache_epoch(set);
    cache_slot_t  *slot, *spare = NULL, *oldest = NULL;

    *rev = 0;

    for (i = 0; i < CACHE_WAYS; i++) {
        slot = &set->slots[i];

        if (!cache_copy(cache, slot, epoch, w)) {
            spare = slot;
            continue;
        }

        if (cache_is_named(w, name)) {
            *rev = cache_rev(w, now_ms);
            return slot;
        }

        rank = cache_rank(w, now_ms);

        if (rank > best) {
            best = rank;
            oldest = slot;
        }
    }

    if (spare != NULL || (!must && !(best & CACHE_FREELY))) {
        return spare;
    }

    cache_count(&cache->evictions);

    return oldest;
}


void
cg_cache_put(cg_cache_t *cache, const cg_cache_name_t *name, uint32_t epoch,
    const cg_cached_t *value, int64_t now_ms)
{
    uint32_t       rev;
    uint64_t       word;
    cache_set_t   *set = cache_set(cache, name);
    cache_slot_t  *slot;

    word = cache_lock(cache, set, now_ms, CACHE_SPIN);

    if (word == 0) {
        return;
    }

    if (cache_epoch(set) == epoch) {
        slot = cache_place(cache, set, name, now_ms, 0, &rev);

        if (slot != NULL && rev <= value->rev) {
            cache_write(cache, slot, name, value, epoch, CACHE_PRESENT,
                        now_ms);
        }
    }

    cache_unlock(set, word);
}


/* Moves the epoch and takes the set's valid slots along, but for `leave`. */

static uint32_t
cache_carry(const cg_cache_t *cache, cache_set_t *set,
    const cache_slot_t *leave)
{
    size_t    i;
    uint32_t  epoch, before = cache_epoch(set);
    uint64_t  w[CACHE_WORDS];

    epoch = cache_move_epoch(set);

    for (i = 0; i < CACHE_WAYS; i++) {
        if (&set->slots[i] == leave
            || !cache_copy(cache, &set->slots[i], before, w))
        {
            continue;
        }

        w[5] = (w[5] & ~UINT64_C(0xFFFFFFFF)) | epoch;
        cache_store(&set->slots[i].w[CACHE_SUMMED], cache_sum(cache, w));
        cache_store(&set->slots[i].w[5], w[5]);
    }

    return epoch;
}


void
cg_cache_grant(cg_cache_t *cache, const cg_cache_name_t *name, uint32_t epoch,
    const cg_cached_t *value, int64_t now_ms)
{
    int            meanwhile;
    uint32_t       rev, now;
    uint64_t       word;
    cache_set_t   *set = cache_set(cache, name);
    cache_slot_t  *slot;

    word = cache_lock(cache, set, now_ms, CACHE_SPIN_MS);

    if (word == 0) {
        (void) cache_move_epoch(set);
        return;
    }

    meanwhile = cache_epoch(set) != epoch;
    slot = cache_place(cache, set, name, now_ms, 0, &rev);

    if (rev <= value->rev) {
        now = cache_carry(cache, set, slot);

        if (slot != NULL && !meanwhile) {
            cache_write(cache, slot, name, value, now, CACHE_PRESENT, now_ms);
        }
    }

    cache_unlock(set, word);
}


void
cg_cache_shut(cg_cache_t *cache, const cg_cache_name_t *name,
    const cg_cached_t *value, int64_t now_ms)
{
    uint32_t       rev, epoch;
    uint64_t       word;
    cache_set_t   *set = cache_set(cache, name);
    cache_slot_t  *slot;

    word = cache_lock(cache, set, now_ms, CACHE_SPIN_MS);

    if (word == 0) {
        (void) cache_move_epoch(set);
        return;
    }

    slot = cache_place(cache, set, name, now_ms, 1, &rev);
    epoch = cache_carry(cache, set, slot);
    cache_write(cache, slot, name, value, epoch, CACHE_PRESENT | CACHE_PINNED,
                now_ms);

    cache_unlock(set, word);
}


/* Whether a slot may be another decision than the one that was written. */

static int
cache_is_superseded(const uint64_t *w, uint32_t rev, uint32_t granted,
    int64_t now_ms)
{
    uint32_t  cached_rev = (uint32_t) w[2];
    uint32_t  cached = (uint32_t) (w[2] >> 32);

    if (cache_is_pinned(w, now_ms)) {
        return 0;
    }

    return cached_rev < rev || (cached & ~granted && cached_rev == rev)
           || (cached && rev == 0);
}


void
cg_cache_heed(cg_cache_t *cache, const cg_cache_name_t *name, uint32_t rev,
    uint32_t granted, int64_t now_ms)
{
    uint64_t       word, w[CACHE_WORDS];
    cache_set_t   *set = cache_set(cache, name);
    cache_slot_t  *slot;

    word = cache_lock(cache, set, now_ms, CACHE_SPIN_MS);

    if (word == 0) {
        (void) cache_move_epoch(set);
        return;
    }

    slot = cache_find(cache, set, name, w);

    if (slot && !cache_is_superseded(w, rev, granted, now_ms)) {
        slot = NULL;
    }

    (void) cache_carry(cache, set, slot);

    cache_unlock(set, word);
}


/* Evenly spread ones, since names are. */

static uint64_t
cache_used(const cg_cache_t *cache)
{
    size_t              k;
    uint64_t            i, n, used = 0;
    const cache_set_t  *set;

    n = cache->nsets < CG_CACHE_COUNTED / CACHE_WAYS
        ? cache->nsets : CG_CACHE_COUNTED / CACHE_WAYS;

    for (i = 0; i < n; i++) {
        set = &cache->sets[i * cache->nsets / n];

        for (k = 0; k < CACHE_WAYS; k++) {
            used += cache_load(&set->slots[k].w[5]) >> 48 & CACHE_PRESENT;
        }
    }

    return used * cache->nsets / n;
}


void
cg_cache_stats(const cg_cache_t *cache, cg_cache_stats_t *stats)
{
    stats->slots = cache->nsets * CACHE_WAYS;
    stats->used = cache_used(cache);
    stats->evictions = cache_load(&cache->evictions);
}
