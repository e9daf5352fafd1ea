#include "cg_seen.h"


static int
seen_is(const cg_seen_row_t *row, const cg_seen_key_t *key)
{
    return row->key.owner == key->owner && row->key.blocked == key->blocked
           && strcmp(row->key.directive, key->directive) == 0
           && cg_str_eq(row->key.host, key->host);
}


/* The row of this key, else a free one, else NULL. */

static cg_seen_row_t *
seen_find(cg_seen_t *seen, const cg_seen_key_t *key)
{
    size_t          i;
    cg_seen_row_t  *room = NULL;

    for (i = 0; i < CG_SEEN_ROWS; i++) {
        if (seen->rows[i].key.owner == NULL) {
            room = room ? room : &seen->rows[i];

        } else if (seen_is(&seen->rows[i], key)) {
            return &seen->rows[i];
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
    cg_status_t     rc = CG_NONE;
    cg_seen_row_t  *row = NULL;

    if (key->host.len <= CG_MAX_HOST) {
        row = seen_find(seen, key);
    }

    if (row == NULL) {
        seen->lost++;
        return CG_NONE;
    }

    if (row->key.owner == NULL) {
        row->key = *key;
        memcpy(row->host, key->host.data, key->host.len);
        row->key.host.data = row->host;
        row->n = 0;

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

    while (*at < CG_SEEN_ROWS) {
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

    for (i = 0; i < CG_SEEN_ROWS; i++) {
        if (seen->rows[i].key.owner) {
            return 0;
        }
    }

    return seen->lost == 0;
}
