/*
 * The decision cache that the worker processes share: a block of memory of
 * fixed 64-byte slots in 8-way sets, no allocation, no lock that a reader
 * could wait for.  A slot is copied, then its checksum is compared: a torn or
 * foreign one is a miss.  A writer that cannot have the set at once does not
 * write; a set whose holder died is taken over after 100 ms and emptied.
 *
 * A slot counts only while the epoch that it was written under is its set's:
 * moving the epoch empties the set at once, and a writer that was stopped in
 * the middle for any time can bring nothing back.
 *
 * Only C11-style atomics on the caller's memory (the compiler's __atomic
 * builtins); times in milliseconds of a monotonic clock that all processes
 * share.
 */

#ifndef CG_CACHE_H
#define CG_CACHE_H

#include "cg_record.h"

typedef struct cg_cache_s  cg_cache_t;     /* lies at the block's start */

typedef struct {
    unsigned char  name[16];       /* see cg_cache_name() */
} cg_cache_name_t;

#define CG_CACHE_TERMS  UINT32_C(0xFFFFFF)     /* the bits that count */

typedef struct {
    uint32_t       rev;
    uint32_t       granted;        /* bits */
    uint32_t       terms;          /* 24 bits, see cg_cache_get() */
    uint8_t        state;          /* cg_state_t */
    int64_t        expires;        /* of the record, seconds since the epoch;
                                      40 bits */
    int64_t        read_ms;        /* when Redis said so */
} cg_cached_t;

typedef struct {
    uint64_t       slots;          /* room */
    uint64_t       used;           /* of them; beyond CG_CACHE_COUNTED, an
                                      estimate from so many */
    uint64_t       evictions;
} cg_cache_stats_t;


#define CG_CACHE_COUNTED  8192     /* slots that are looked at, to be counted */

/* The least size of a block, bytes. */
#define CG_CACHE_MIN  (64 * 1024)

#define CG_CACHE_TAKEOVER_MS  100      /* after which a holder is dead */
#define CG_CACHE_PIN_MS       60000    /* a closing decision is not evicted
                                          while others can be */


/* The name of a visitor's decision: the record's own, which is an HMAC over
 * site and cid already, so that an entry of Redis' log leads to it.  CG_EINVAL:
 * no name of a record. */
CG_MUST_CHECK cg_status_t cg_cache_name(const cg_record_name_t *record,
    cg_cache_name_t *name);

/* The label that the record and its log have in Redis, < CG_SHARDS. */
size_t cg_cache_shard(const cg_cache_name_t *name);

/* Lays an empty cache into `size` bytes at `block` (aligned to 64, zeroed or
 * not).  `layout` names the configuration's meaning of the slots.  NULL: too
 * small or not aligned. */
cg_cache_t *cg_cache_init(void *block, size_t size, uint64_t layout);

/* A cache laid there before; NULL if it is another version or layout. */
cg_cache_t *cg_cache_attach(void *block, size_t size, uint64_t layout);

/* Where one process found an entry, and what it said then: for it alone, zeroed
 * at first.  The fields are private. */

typedef struct {
    void      *set;
    size_t     way;
    uint64_t   w[7];
} cg_cache_sight_t;

/* CG_OK: found, of these terms, and read from Redis at most `lease_ms` ago (a
 * decision that grants nothing counts for `shut_ms`).  CG_NONE: a miss; `found`
 * is zeroed.  `terms` stands for all that the name does not hold: policy and
 * its terms, where Redis is.  Never waits.  Does not look at `expires`. */
cg_status_t cg_cache_get(cg_cache_t *cache, const cg_cache_name_t *name,
    uint32_t terms, int64_t now_ms, int64_t lease_ms, int64_t shut_ms,
    cg_cached_t *found);

/* The same, and sooner for an entry that is where it was and as it was. */
cg_status_t cg_cache_get_again(cg_cache_t *cache, cg_cache_sight_t *sight,
    const cg_cache_name_t *name, uint32_t terms, int64_t now_ms,
    int64_t lease_ms, int64_t shut_ms, cg_cached_t *found);

/* A counter of the set that changes with every cg_cache_shut() and
 * cg_cache_heed(): take it before the look-up is sent, hand it to
 * cg_cache_put(). */
uint32_t cg_cache_epoch(cg_cache_t *cache, const cg_cache_name_t *name);

/* Stores what a look-up answered, unless the set's epoch moved since, or a
 * higher revision stands there; that of a closing decision counts for
 * CG_CACHE_PIN_MS, since it may be one that was never recorded.  Best
 * effort. */
void cg_cache_put(cg_cache_t *cache, const cg_cache_name_t *name,
    uint32_t epoch, const cg_cached_t *value, int64_t now_ms);

/* A decision of this host that grants, as Redis recorded it, takes effect:
 * what an older revision granted counts no more, and moves the epoch.  `epoch`
 * is from before the record was sent: if it moved since, or a higher revision
 * stands there, somebody may have closed meanwhile, and nothing is stored. */
void cg_cache_grant(cg_cache_t *cache, const cg_cache_name_t *name,
    uint32_t epoch, const cg_cached_t *value, int64_t now_ms);

/* A closing decision of this host takes effect: stores it whatever stood there
 * and moves the epoch, so that no older reply comes after it.  This must not
 * fail: it tries for about 1 ms to have the set, then empties it by moving the
 * epoch alone. */
void cg_cache_shut(cg_cache_t *cache, const cg_cache_name_t *name,
    const cg_cached_t *value, int64_t now_ms);

/* Redis' log says that revision `rev` was written, granting `granted`; erased:
 * nothing and 0.  A cached decision that may be another is dropped and will be
 * read again; a decision of this host that closes stays.  Moves the epoch in
 * any case, and must not fail, as above. */
void cg_cache_heed(cg_cache_t *cache, const cg_cache_name_t *name,
    uint32_t rev, uint32_t granted, int64_t now_ms);

void cg_cache_stats(const cg_cache_t *cache, cg_cache_stats_t *stats);

#endif /* CG_CACHE_H */
