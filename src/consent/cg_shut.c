#include "cg_shut.h"
#include "base/cg_crypto.h"

/* A name stands in one of so many rows behind the one that its bits choose, so
 * that a look is bounded; names are HMACs and spread evenly: with the table
 * half full so many are never taken. */

#define SHUT_REACH  128

typedef enum {
    SHUT_FREE = 0,
    SHUT_BUSY,                         /* being written; a dead writer's */
    SHUT_NAMED
} shut_state_t;

typedef struct {
    uint64_t  state;
    uint64_t  name[2];
} shut_row_t;

struct cg_shut_s {
    uint32_t    count;
    uint32_t    unused[15];
    shut_row_t  rows[CG_SHUT_ROWS];
};


cg_shut_t *
cg_shut_init(void *block)
{
    memset(block, 0, sizeof(cg_shut_t));

    return block;
}


/* The 128 bits of a name; 0 for one that is none. */

static int
shut_bits(const cg_record_name_t *name, uint64_t bits[2])
{
    cg_str_t       text = { CG_RECORD_NAME, name->text };
    unsigned char  bytes[16];

    if (cg_base64url_read(text, bytes, sizeof(bytes)) != CG_OK) {
        return 0;
    }

    memcpy(bits, bytes, sizeof(bytes));

    return 1;
}


static int
shut_is(const shut_row_t *row, const uint64_t bits[2])
{
    return __atomic_load_n(&row->state, __ATOMIC_ACQUIRE) == SHUT_NAMED
           && __atomic_load_n(&row->name[0], __ATOMIC_RELAXED) == bits[0]
           && __atomic_load_n(&row->name[1], __ATOMIC_RELAXED) == bits[1];
}


/* The next row from `i` on that bears the name; SHUT_REACH: none. */

static size_t
shut_find(const cg_shut_t *table, const uint64_t bits[2], size_t i)
{
    for ( /* void */ ; i < SHUT_REACH; i++) {
        if (shut_is(&table->rows[(bits[0] + i) % CG_SHUT_ROWS], bits)) {
            break;
        }
    }

    return i;
}


uint32_t
cg_shut_count(const cg_shut_t *table)
{
    return __atomic_load_n(&table->count, __ATOMIC_ACQUIRE);
}


CG_HOT int
cg_shut_has(const cg_shut_t *table, const cg_record_name_t *name)
{
    uint64_t  bits[2];

    return cg_shut_count(table) != 0
           && shut_bits(name, bits)
           && shut_find(table, bits, 0) < SHUT_REACH;
}


static int
shut_take(shut_row_t *row, const uint64_t bits[2])
{
    uint64_t  is_free = SHUT_FREE;

    if (!__atomic_compare_exchange_n(&row->state, &is_free, SHUT_BUSY, 0,
                                     __ATOMIC_ACQ_REL, __ATOMIC_RELAXED))
    {
        return 0;
    }

    __atomic_store_n(&row->name[0], bits[0], __ATOMIC_RELAXED);
    __atomic_store_n(&row->name[1], bits[1], __ATOMIC_RELAXED);
    __atomic_store_n(&row->state, SHUT_NAMED, __ATOMIC_RELEASE);

    return 1;
}


cg_status_t
cg_shut_add(cg_shut_t *table, const cg_record_name_t *name)
{
    size_t    i;
    uint64_t  bits[2];

    if (!shut_bits(name, bits)) {
        return CG_EINVAL;
    }

    if (shut_find(table, bits, 0) < SHUT_REACH) {
        return CG_OK;
    }

    /* counted first: nobody may look away from a name that is there */

    if (__atomic_add_fetch(&table->count, 1, __ATOMIC_ACQ_REL)
        <= CG_SHUT_MOST)
    {
        for (i = 0; i < SHUT_REACH; i++) {
            if (shut_take(&table->rows[(bits[0] + i) % CG_SHUT_ROWS], bits)) {
                return CG_OK;
            }
        }
    }

    (void) __atomic_sub_fetch(&table->count, 1, __ATOMIC_ACQ_REL);

    return CG_ELIMIT;
}


/* Two writers may have put the same name in. */

void
cg_shut_remove(cg_shut_t *table, const cg_record_name_t *name)
{
    size_t    i;
    uint64_t  bits[2], named;

    if (!shut_bits(name, bits)) {
        return;
    }

    for (i = 0; (i = shut_find(table, bits, i)) < SHUT_REACH; i++) {
        named = SHUT_NAMED;

        if (__atomic_compare_exchange_n(
                &table->rows[(bits[0] + i) % CG_SHUT_ROWS].state, &named,
                SHUT_FREE, 0, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED))
        {
            (void) __atomic_sub_fetch(&table->count, 1, __ATOMIC_ACQ_REL);
        }
    }
}
