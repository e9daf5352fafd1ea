#include "cg_inventory.h"

#include <stdlib.h>

#define INVENTORY_PROBES  32       /* rows that a name may stand in */

enum {
    INVENTORY_FREE = 0,
    INVENTORY_CLAIMED,
    INVENTORY_READY
};

typedef struct {
    uint64_t       hash;
    uint64_t       n[CG_SEEN_ACTIONS];
    int64_t        last;
    uint32_t       state;
    uint32_t       site;
    unsigned char  kind;
    unsigned char  len;
    unsigned char  name[CG_INVENTORY_NAME];
} inventory_row_t;

struct cg_inventory_s {
    uint64_t         lost;
    inventory_row_t  rows[CG_INVENTORY_ROWS];
};


cg_inventory_t *
cg_inventory_init(void *block)
{
    cg_inventory_t  *inventory = block;

    memset(inventory, 0, sizeof(*inventory));

    return inventory;
}


/* FNV-1a. */

uint64_t
cg_inventory_hash(cg_seen_kind_t kind, cg_str_t name)
{
    size_t    i;
    uint64_t  hash = UINT64_C(14695981039346656037) ^ (uint64_t) kind;

    for (i = 0; i < name.len; i++) {
        hash = (hash ^ name.data[i]) * UINT64_C(1099511628211);
    }

    return hash ^ hash >> 32;
}


static uint32_t
inventory_state(const inventory_row_t *row)
{
    return __atomic_load_n(&row->state, __ATOMIC_ACQUIRE);
}


static int
inventory_claim(inventory_row_t *row, uint32_t from)
{
    return __atomic_compare_exchange_n(&row->state, &from, INVENTORY_CLAIMED,
                                       0, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
}


static void
inventory_fill(inventory_row_t *row, uint64_t hash, uint32_t site,
    cg_seen_kind_t kind, cg_str_t name)
{
    memset(row->n, 0, sizeof(row->n));
    row->hash = hash;
    row->site = site;
    row->kind = (unsigned char) kind;
    row->len = (unsigned char) name.len;
    memcpy(row->name, name.data, name.len);

    __atomic_store_n(&row->state, INVENTORY_READY, __ATOMIC_RELEASE);
}


static int
inventory_is(const inventory_row_t *row, uint64_t hash, uint32_t site,
    cg_seen_kind_t kind, cg_str_t name)
{
    return inventory_state(row) == INVENTORY_READY && row->hash == hash
           && row->site == site && row->kind == kind && row->len == name.len
           && memcmp(row->name, name.data, name.len) == 0;
}


static int64_t
inventory_last(const inventory_row_t *row)
{
    return __atomic_load_n(&row->last, __ATOMIC_RELAXED);
}


/* The row of the name; else the first that it may have, marked as claimed and
 * filled in; else NULL. */

static inventory_row_t *
inventory_find(cg_inventory_t *inventory, int64_t now, uint32_t site,
    cg_seen_kind_t kind, cg_str_t name)
{
    size_t            i;
    uint64_t          hash = cg_inventory_hash(kind, name);
    inventory_row_t  *row, *old = NULL;

    for (i = 0; i < INVENTORY_PROBES; i++) {
        row = &inventory->rows[(hash + site + i) % CG_INVENTORY_ROWS];

        if (inventory_is(row, hash, site, kind, name)) {
            return row;
        }

        if (inventory_state(row) == INVENTORY_FREE
            && inventory_claim(row, INVENTORY_FREE))
        {
            inventory_fill(row, hash, site, kind, name);
            return row;
        }

        if (inventory_last(row) < now - CG_INVENTORY_OLD
            && (old == NULL || inventory_last(row) < inventory_last(old)))
        {
            old = row;
        }
    }

    if (old && inventory_claim(old, INVENTORY_READY)) {
        inventory_fill(old, hash, site, kind, name);
        return old;
    }

    return NULL;
}


void
cg_inventory_note(cg_inventory_t *inventory, int64_t now, uint32_t site,
    cg_seen_kind_t kind, cg_seen_action_t action, cg_str_t name)
{
    inventory_row_t  *row;

    name.len = name.len < CG_INVENTORY_NAME ? name.len : CG_INVENTORY_NAME;
    row = inventory_find(inventory, now, site, kind, name);

    if (row == NULL) {
        (void) __atomic_fetch_add(&inventory->lost, 1, __ATOMIC_RELAXED);
        return;
    }

    (void) __atomic_fetch_add(&row->n[action], 1, __ATOMIC_RELAXED);

    if (inventory_last(row) != now) {
        __atomic_store_n(&row->last, now, __ATOMIC_RELAXED);
    }
}


static uint64_t
inventory_sum(const cg_inventory_row_t *row)
{
    size_t    i;
    uint64_t  sum = 0;

    for (i = 0; i < CG_SEEN_ACTIONS; i++) {
        sum += row->n[i];
    }

    return sum;
}


/* A copy that is whole; 0: there is none.  Of a row that another name takes
 * meanwhile the hash is another one. */

static int
inventory_copy(const inventory_row_t *row, cg_seen_kind_t kind,
    cg_inventory_row_t *copy)
{
    size_t    i;
    uint64_t  hash;

    if (inventory_state(row) != INVENTORY_READY || row->kind != kind) {
        return 0;
    }

    hash = row->hash;
    copy->kind = kind;
    copy->len = row->len < CG_INVENTORY_NAME ? row->len : CG_INVENTORY_NAME;
    memcpy(copy->name, row->name, copy->len);

    for (i = 0; i < CG_SEEN_ACTIONS; i++) {
        copy->n[i] = __atomic_load_n(&row->n[i], __ATOMIC_RELAXED);
    }

    return inventory_state(row) == INVENTORY_READY
           && cg_inventory_hash(kind, (cg_str_t) { copy->len, copy->name })
              == hash;
}


/* A name may have a row on each site; and two workers that met it at one time
 * may both have made one. */

static int
inventory_merge(cg_inventory_row_t *rows, size_t n,
    const cg_inventory_row_t *copy)
{
    size_t  i, k;

    for (i = 0; i < n; i++) {
        if (rows[i].len == copy->len
            && memcmp(rows[i].name, copy->name, copy->len) == 0)
        {
            for (k = 0; k < CG_SEEN_ACTIONS; k++) {
                rows[i].n[k] += copy->n[k];
            }

            return 1;
        }
    }

    return 0;
}


static int
inventory_order(const void *a, const void *b)
{
    uint64_t  x = inventory_sum(a), y = inventory_sum(b);

    return x < y ? 1 : x > y ? -1
           : strncmp((const char *) ((const cg_inventory_row_t *) a)->name,
                     (const char *) ((const cg_inventory_row_t *) b)->name,
                     CG_INVENTORY_NAME);
}


size_t
cg_inventory_list(const cg_inventory_t *inventory, uint32_t site,
    cg_seen_kind_t kind, cg_inventory_row_t *rows, size_t max)
{
    size_t              i, n = 0;
    cg_inventory_row_t  copy;

    memset(&copy, 0, sizeof(copy));

    for (i = 0; i < CG_INVENTORY_ROWS && n < max; i++) {
        memset(copy.name, 0, sizeof(copy.name));

        if ((site == 0 || inventory->rows[i].site == site)
            && inventory_copy(&inventory->rows[i], kind, &copy)
            && !inventory_merge(rows, n, &copy))
        {
            rows[n++] = copy;
        }
    }

    qsort(rows, n, sizeof(*rows), inventory_order);

    return n;
}


uint64_t
cg_inventory_lost(const cg_inventory_t *inventory)
{
    return __atomic_load_n(&inventory->lost, __ATOMIC_RELAXED);
}
