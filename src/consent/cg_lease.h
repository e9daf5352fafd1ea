/*
 * How long a cached grant is believed: the lease.  By itself five seconds from
 * its reading.  A feed that reads Redis' log renews it: as long as every entry
 * up to now was read, and did not name it, a grant is as Redis has it, for up
 * to a minute.
 *
 * A lease lies in the memory that the workers share, one for each place where
 * records are.  One process at a time is its feeder; when it falls silent,
 * another goes on where it stood.  All words are atomic, and any process may be
 * stopped between any two of them for any time: it can only make a lease
 * shorter than it is.
 *
 * Each shard has a lease of its own, as it may be in a Redis of its own:
 *
 *   round   of the shards that one Redis holds, all or some: TIME; the log of
 *           each of them from where its last round ended; only a round that
 *           got all of them renews them
 *   gap     the last entry that was read is gone, though Redis keeps entries
 *           for ten minutes; Redis' clock went back; or an entry is not ours:
 *           no grant of these shards that was read before is believed any more;
 *           nor one of a shard whose last entry a new connection cannot show
 *           to be there, for its data may be others
 *
 * Data that are lost without any of these (a flush where no decision was made
 * for ten minutes) are noticed when the minute is over.
 */

#ifndef CG_LEASE_H
#define CG_LEASE_H

#include "cg_cache.h"

#define CG_LEASES         32       /* of one zone */
#define CG_LEASE_MS       5000     /* a grant's own, and the feed's */
#define CG_LEASE_MOST_MS  60000    /* whatever the feed says */
#define CG_LEASE_DEAD_MS  1000     /* after which a silent feeder is none */

/* All fields are private, and zeroed at first. */

typedef struct {
    uint64_t  seen;                /* when the last whole round began, ms */
    uint64_t  since;               /* grants read before it are void, ms */
    uint64_t  time;                /* Redis' clock as last told, ms; 0: never */
    uint64_t  at;                  /* id:63 entry:1, see cg_lease.c */
} cg_lease_shard_t;

typedef struct {
    uint64_t          target;      /* whose it is; 0: nobody's */
    uint64_t          feeder;      /* pid:24 ms:40 */
    uint64_t          unused[6];
    cg_lease_shard_t  shards[CG_SHARDS];
} cg_lease_t;

#define CG_LEASE_ALL       (~UINT64_C(0))          /* shards, a bit each */
#define CG_LEASE_BIT(i)    (UINT64_C(1) << (i))

/* One round, of the feeder process.  All fields are private. */

typedef struct {
    cg_lease_t  *lease;
    uint64_t     shards;
    int64_t      asked_ms;
    int64_t      time;
    unsigned     fresh:1;          /* the connection has shown nothing yet */
    uint64_t     proved;           /* shards whose last entry is there */
    uint64_t     more;             /* shards that are read again */
} cg_feeding_t;


/* The lease of `target` (any number but 0) among CG_LEASES; takes a free one if
 * there is none.  NULL: all are taken. */
cg_lease_t *cg_lease_find(cg_lease_t *leases, uint64_t target);

/* The age in ms that a cached grant of the i-th shard may have now, negative:
 * none.  For cg_cache_get().  `lease` NULL: no feed. */
int64_t cg_lease_reach(const cg_lease_t *lease, size_t shard, int64_t now_ms);

/* For how many ms the shard that was read longest ago was not read; negative:
 * one never was.  `lease` may be NULL. */
int64_t cg_lease_age(const cg_lease_t *lease, int64_t now_ms);

/* Whether this process is the feeder, as it remains or becomes by asking.  To
 * be asked more often than each CG_LEASE_DEAD_MS. */
int cg_lease_hold(cg_lease_t *lease, uint32_t pid, int64_t now_ms);

/* Another may take it at once.  No-op for whoever is not the feeder. */
void cg_lease_leave(cg_lease_t *lease, uint32_t pid);

/* A round of `shards` begins, TIME is asked now.  `fresh`: the first one of a
 * connection that comes to its end. */
void cg_lease_round(cg_feeding_t *round, cg_lease_t *lease, uint64_t shards,
    int fresh, int64_t now_ms);

/* No grant of these shards that was read before is believed any more: they came
 * from another Redis to the one of this round, whose connection is not new. */
void cg_lease_void(cg_feeding_t *round, uint64_t shards, int64_t now_ms);

/* Redis' clock was told.  Here and below now_ms is the clock just read, not one
 * from before the reply came. */
void cg_lease_time(cg_feeding_t *round, int64_t time_ms, int64_t now_ms);

/* Where to read the log of a shard from, for cg_record_feed(). */
uint64_t cg_lease_from(const cg_feeding_t *round, size_t shard);

/* The reply; what it names is no longer believed.  CG_MORE: ask again.
 * CG_EINVAL: no such reply; the round must not be ended. */
CG_MUST_CHECK cg_status_t cg_lease_read(cg_feeding_t *round, size_t shard,
    const cg_reply_t *reply, cg_cache_t *cache, int64_t now_ms);

/* All shards of the round were read to their end. */
void cg_lease_renew(cg_feeding_t *round, int64_t now_ms);

#endif /* CG_LEASE_H */
