#include "cg_rounds.h"
#include "cg_frame.h"

#define ROUNDS_ROWS  (CG_ROUNDS_SIZE / 8 - CG_ROUNDS_SEED / 8)

/* A row: 16 bits of the name, 40 bits of seconds, 8 bits: rounds given. */

struct cg_rounds_s {
    unsigned char  seed[CG_ROUNDS_SEED];
    uint64_t       rows[ROUNDS_ROWS];
};


cg_rounds_t *
cg_rounds_init(void *block, const unsigned char seed[CG_ROUNDS_SEED])
{
    cg_rounds_t  *table = block;

    memset(table, 0, sizeof(*table));
    memcpy(table->seed, seed, CG_ROUNDS_SEED);

    return table;
}


static uint64_t
rounds_row(uint64_t tag, int64_t now, unsigned given)
{
    return tag << 48 | ((uint64_t) now & ((UINT64_C(1) << 40) - 1)) << 8
           | given;
}


/* How many rounds a row tells that were given to `tag`. */

static unsigned
rounds_given(uint64_t row, uint64_t tag, int64_t now)
{
    int64_t  then = (int64_t) (row >> 8 & ((UINT64_C(1) << 40) - 1));

    if (row >> 48 != tag || now < then || now - then >= CG_ROUNDS_FORGET) {
        return 0;
    }

    return row & 0xFF;
}


unsigned
cg_rounds_next(cg_rounds_t *table, const cg_str_t *parts, size_t n,
    unsigned rounds, int64_t now)
{
    cg_str_t        seed = { CG_ROUNDS_SEED, table->seed };
    unsigned        given;
    uint64_t       *row, bits, tag;
    unsigned char   mac[CG_SHA256_LEN];

    n = n < CG_ROUNDS_PARTS ? n : CG_ROUNDS_PARTS;

    if (cg_frame_mac(seed, parts, n, mac) != CG_OK) {
        return 0;
    }

    memcpy(&bits, mac, sizeof(bits));
    tag = (bits >> 48) | 1;            /* an empty row is nobody's */
    row = &table->rows[bits % ROUNDS_ROWS];

    given = rounds_given(__atomic_load_n(row, __ATOMIC_RELAXED), tag, now);

    if (given >= rounds) {
        return rounds;
    }

    __atomic_store_n(row, rounds_row(tag, now, given + 1), __ATOMIC_RELAXED);

    return given;
}
