#include "table.h"

#include <stdlib.h>
#include <string.h>

#define TABLE_FIRST  64                      /* slots; a power of two */
#define TABLE_HEAD   16                      /* bytes before a block */


/* In front of a block; behind it stands the key. */

typedef struct {
    uint64_t  hash;
} table_entry_t;


static void *
table_block(const table_entry_t *entry)
{
    return (char *) (uintptr_t) entry + TABLE_HEAD;
}


static char *
table_key(const ctl_table_t *table, const table_entry_t *entry)
{
    return (char *) table_block(entry) + table->size;
}


/* FNV-1a: keys are random numbers in most tables. */

static uint64_t
table_hash(const char *key)
{
    uint64_t  hash = UINT64_C(14695981039346656037);

    for ( /* void */ ; *key; key++) {
        hash = (hash ^ (unsigned char) *key) * UINT64_C(1099511628211);
    }

    return hash ^ hash >> 32;
}


void
ctl_table_init(ctl_table_t *table, size_t size)
{
    memset(table, 0, sizeof(*table));
    table->size = size;
}


/* The slot of `key`, or the empty one where it would be. */

static size_t
table_slot(const ctl_table_t *table, const char *key, uint64_t hash)
{
    size_t          at = (size_t) hash & (table->cap - 1);
    table_entry_t  *entry;

    for (entry = table->slots[at]; entry; entry = table->slots[at]) {
        if (entry->hash == hash && strcmp(table_key(table, entry), key) == 0) {
            break;
        }

        at = (at + 1) & (table->cap - 1);
    }

    return at;
}


static int
table_grow(ctl_table_t *table)
{
    size_t        i, cap = table->cap ? table->cap * 2 : TABLE_FIRST;
    ctl_table_t   next = *table;

    next.slots = calloc(cap, sizeof(*next.slots));
    next.cap = cap;

    if (next.slots == NULL) {
        return 0;
    }

    for (i = 0; i < table->cap; i++) {
        table_entry_t  *entry = table->slots[i];

        if (entry) {
            next.slots[table_slot(&next, table_key(table, entry),
                                  entry->hash)] = entry;
        }
    }

    free(table->slots);
    *table = next;

    return 1;
}


void *
ctl_table_find(const ctl_table_t *table, const char *key)
{
    const table_entry_t  *entry;

    if (table->n == 0) {
        return NULL;
    }

    entry = table->slots[table_slot(table, key, table_hash(key))];

    return entry ? table_block(entry) : NULL;
}


static table_entry_t *
table_entry(const ctl_table_t *table, const char *key, uint64_t hash)
{
    size_t          len = strlen(key) + 1;
    table_entry_t  *entry = calloc(1, TABLE_HEAD + table->size + len);

    if (entry) {
        entry->hash = hash;
        memcpy(table_key(table, entry), key, len);
    }

    return entry;
}


void *
ctl_table_take(ctl_table_t *table, const char *key)
{
    size_t    at;
    uint64_t  hash = table_hash(key);

    if (table->n * 3 >= table->cap * 2 && !table_grow(table)) {
        return NULL;
    }

    at = table_slot(table, key, hash);

    if (table->slots[at] == NULL) {
        table->slots[at] = table_entry(table, key, hash);
        table->n += table->slots[at] != NULL;
    }

    return table->slots[at] ? table_block(table->slots[at]) : NULL;
}


const char *
ctl_table_name(ctl_table_t *table, const char *key)
{
    char  *block = ctl_table_take(table, key);

    return block ? block + table->size : NULL;
}


/* What stands behind an emptied slot moves up, where it is looked for. */

void
ctl_table_drop(ctl_table_t *table, const char *key)
{
    size_t          at;
    table_entry_t  *entry;

    if (table->n == 0) {
        return;
    }

    at = table_slot(table, key, table_hash(key));

    if (table->slots[at] == NULL) {
        return;
    }

    free(table->slots[at]);
    table->slots[at] = NULL;
    table->n--;

    for (at = (at + 1) & (table->cap - 1); table->slots[at];
         at = (at + 1) & (table->cap - 1))
    {
        entry = table->slots[at];
        table->slots[at] = NULL;
        table->slots[table_slot(table, table_key(table, entry), entry->hash)]
            = entry;
    }
}


void *
ctl_table_next(const ctl_table_t *table, size_t *at, const char **key)
{
    const table_entry_t  *entry;

    while (*at < table->cap) {
        entry = table->slots[(*at)++];

        if (entry) {
            if (key) {
                *key = table_key(table, entry);
            }

            return table_block(entry);
        }
    }

    return NULL;
}


void
ctl_table_free(ctl_table_t *table)
{
    size_t  i;

    for (i = 0; i < table->cap; i++) {
        free(table->slots[i]);
    }

    free(table->slots);
    ctl_table_init(table, table->size);
}
