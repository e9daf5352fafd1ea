/*
 * For this room and its tests: how the cache lies in its block.  A header,
 * then sets; a set is a line of its own (lock, epoch) and eight slots.  All
 * words are read and written atomically, one by one; what makes a slot whole
 * is its checksum.
 *
 *   w[0..1]  name                w[4]  read_ms
 *   w[2]     granted:32 rev:32   w[5]  flags:16 state:16 epoch:32
 *   w[3]     terms:24 expires:40 w[6]  checksum of the words before
 *                                w[7]  last use, ms (not under the checksum)
 */

#ifndef CG_CACHE_SET_H
#define CG_CACHE_SET_H

#include "cg_cache.h"

#define CACHE_MAGIC    UINT64_C(0x6e6778632d633102)    /* with the version */
#define CACHE_WAYS     8
#define CACHE_WORDS    8
#define CACHE_SUMMED   6           /* words under the checksum */
#define CACHE_USED     7           /* the word of the last use */
#define CACHE_EXPIRES  40          /* bits */

#define CACHE_PRESENT  1u          /* flags */
#define CACHE_PINNED   2u

/* A lock word: the holder's time in ms, and a ticket that no other holder of
 * that moment has.  0: free. */

#define CACHE_TICKET_BITS  24


typedef struct {
    uint64_t      w[CACHE_WORDS];
} cache_slot_t;

typedef struct {
    uint64_t      lock;
    uint32_t      epoch;
    uint32_t      unused[13];
    cache_slot_t  slots[CACHE_WAYS];
} cache_set_t;

struct cg_cache_s {
    uint64_t      magic;
    uint64_t      layout;
    uint64_t      nsets;
    uint64_t      ticket;
    uint64_t      unused[6];
    uint64_t      evictions;
    uint64_t      unused2[5];
    cache_set_t   sets[];
};

#endif /* CG_CACHE_SET_H */
