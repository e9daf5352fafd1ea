#include "cg_limit.h"
#include "cg_frame.h"

#define LIMIT_WAYS  4
#define LIMIT_SETS  ((CG_LIMIT_SIZE - CG_LIMIT_SEED) / 8 / LIMIT_WAYS)
#define LIMIT_TIME  ((UINT64_C(1) << 48) - 1)

/* A row: 16 bits of the name, 48 bits of microseconds: when the bucket will be
 * empty.  0 is nobody's. */

struct cg_limit_s {
    unsigned char  seed[CG_LIMIT_SEED];
    uint64_t       rows[LIMIT_SETS][LIMIT_WAYS];
};


cg_limit_t *
cg_limit_init(void *block, const unsigned char seed[CG_LIMIT_SEED])
{
    cg_limit_t  *table = block;

    memset(table, 0, sizeof(*table));
    memcpy(table->seed, seed, CG_LIMIT_SEED);

    return table;
}


/* The sender's row, or the one of its set that is empty first. */

static uint64_t *
limit_row(uint64_t set[LIMIT_WAYS], uint64_t tag)
{
    size_t     i;
    uint64_t   row, least = UINT64_MAX, *found = set;

    for (i = 0; i < LIMIT_WAYS; i++) {
        row = __atomic_load_n(&set[i], __ATOMIC_RELAXED);

        if (row >> 48 == tag) {
            return &set[i];
        }

        if ((row & LIMIT_TIME) < least) {
            least = row & LIMIT_TIME;
            found = &set[i];
        }
    }

    return found;
}


/* As long as somebody else writes the row, once more. */

static uint64_t
limit_count(uint64_t *row, uint64_t tag, const cg_rate_t *rate, uint64_t now)
{
    uint64_t  empty, next, was = __atomic_load_n(row, __ATOMIC_RELAXED);

    do {
        empty = was >> 48 == tag ? was & LIMIT_TIME : 0;
        empty = empty < now ? now : empty;

        if (empty - now > rate->burst * rate->interval_us) {
            return empty - now - rate->burst * rate->interval_us;
        }

        next = tag << 48 | ((empty + rate->interval_us) & LIMIT_TIME);

    } while (!__atomic_compare_exchange_n(row, &was, next, 0, __ATOMIC_RELAXED,
                                          __ATOMIC_RELAXED));

    return 0;
}


uint64_t
cg_limit_take(cg_limit_t *table, const cg_rate_t *rate, cg_str_t sender,
    uint64_t now_ms)
{
    cg_str_t        seed = { CG_LIMIT_SEED, table->seed };
    uint64_t        bits, tag;
    unsigned char   mac[CG_SHA256_LEN];

    if (rate->interval_us == 0
        || cg_frame_mac(seed, &sender, 1, mac) != CG_OK)
    {
        return 0;
    }

    memcpy(&bits, mac, sizeof(bits));
    tag = (bits >> 48) | 1;            /* an empty row is nobody's */

    return (limit_count(limit_row(table->rows[bits % LIMIT_SETS], tag), tag,
                        rate, now_ms * 1000) + 999) / 1000;
}
