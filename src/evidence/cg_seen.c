#include "cg_seen.h"

#include "cg_inventory.h"


static const char *const  seen_kinds[CG_SEEN_KINDS] = {
    "host", "cookie", "endpoint"
};

static const char *const  seen_actions[CG_SEEN_ACTIONS] = {
    "held", "passed", "blocked"
};


const char *
cg_seen_kind_name(cg_seen_kind_t kind)
{
    return seen_kinds[kind];
}


const char *
cg_seen_action_name(cg_seen_action_t action)
{
    return seen_actions[action];
}


cg_status_t
cg_seen_init(cg_seen_t *seen, cg_arena_t *arena, size_t cap)
{
    memset(seen, 0, sizeof(*seen));

    seen->rows = cg_arena_zero(arena, cap * sizeof(*seen->rows));
    seen->hashes = cg_arena_zero(arena, cap * sizeof(*seen->hashes));
    seen->cap = seen->rows && seen->hashes ? cap : 0;

    return seen->cap ? CG_OK : CG_ENOMEM;
}


static int
seen_is(const cg_seen_row_t *row, const cg_seen_key_t *key)
{
    if (row->key.owner != key->owner || row->key.kind != key->kind
        || row->key.action != key->action
        || !cg_str_eq(row->key.name, key->name))
    {
        return 0;
    }

    return key->directive == NULL
           || (row->key.directive
               && strcmp(row->key.directive, key->directive) == 0);
}


/* The row of this key, else a free one, else NULL.  It is looked for from its
 * place on, all around: most are found there. */

static cg_seen_row_t *
seen_find(cg_seen_t *seen, const cg_seen_key_t *key, uint32_t hash)
{
    size_t          i, at = hash % seen->cap;
    cg_seen_row_t  *room = NULL;

    for (i = 0; i < seen->cap; i++, at = at + 1 == seen->cap ? 0 : at + 1) {
        if (seen->hashes[at] == hash && seen_is(&seen->rows[at], key)) {
            return &seen->rows[at];
        }

        if (room == NULL && seen->rows[at].key.owner == NULL) {
            room = &seen->rows[at];
        }
    }

    return room;
}


static cg_status_t
seen_tell(cg_seen_t *seen, int64_t now)
{
    if (now / 60 != seen->minute) {
        seen->minute = now / 60;
        seen->told = 0;
    }

    return seen->told++ < CG_SEEN_FIRST ? CG_OK : CG_NONE;
}


cg_status_t
cg_seen_note(cg_seen_t *seen, int64_t now, const cg_seen_key_t *key)
{
    uint32_t        hash;
    cg_status_t     rc = CG_NONE;
    cg_seen_row_t  *row = NULL;

    hash = (uint32_t) cg_inventory_hash(key->kind, key->name);

    if (key->name.len <= CG_MAX_HOST && seen->cap) {
        row = seen_find(seen, key, hash);
    }

    if (row == NULL) {
        seen->lost++;
        return CG_NONE;
    }

    if (row->key.owner == NULL) {
        row->key = *key;
        memcpy(row->name, key->name.data, key->name.len);
        row->key.name.data = row->name;
        row->n = 0;
        seen->hashes[row - seen->rows] = hash;

        rc = seen_tell(seen, now);
    }

    row->n += rc == CG_NONE && row->n < UINT32_MAX;

    return rc;
}


const cg_seen_row_t *
cg_seen_take(cg_seen_t *seen, size_t *at)
{
    cg_seen_row_t  *row;

    if (*at) {
        seen->rows[*at - 1].n = 0;     /* the one before was told */
    }

    while (*at < seen->cap) {
        row = &seen->rows[(*at)++];

        if (row->n) {
            return row;
        }

        row->key.owner = NULL;
    }

    return NULL;
}


uint64_t
cg_seen_lost(cg_seen_t *seen)
{
    uint64_t  lost = seen->lost;

    seen->lost = 0;

    return lost;
}


int
cg_seen_empty(const cg_seen_t *seen)
{
    size_t  i;

    for (i = 0; i < seen->cap; i++) {
        if (seen->rows[i].key.owner) {
            return 0;
        }
    }

    return seen->lost == 0;
}
