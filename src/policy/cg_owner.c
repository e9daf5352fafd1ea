#include "cg_owner.h"

/* A host, as a part of owner_hosts. */

typedef struct {
    uint32_t  at;
    uint16_t  owner;
    uint8_t   len;
    uint8_t   category;
} owner_row_t;

#include "cg_owner_table.h"


/* Rows are in the order of their bytes, a prefix before what it begins. */

static int
owner_order(cg_str_t host, const owner_row_t *row)
{
    size_t  len = host.len < row->len ? host.len : row->len;
    int     order = memcmp(host.data, owner_hosts + row->at, len);

    return order ? order : (int) host.len - (int) row->len;
}


static const owner_row_t *
owner_find(cg_str_t host)
{
    int     order;
    size_t  low = 0, high = OWNER_ROWS, middle;

    while (low < high) {
        middle = low + (high - low) / 2;
        order = owner_order(host, &owner_rows[middle]);

        if (order == 0) {
            return &owner_rows[middle];
        }

        if (order < 0) {
            high = middle;

        } else {
            low = middle + 1;
        }
    }

    return NULL;
}


static void
owner_tell(const owner_row_t *row, cg_owner_t *owner)
{
    const uint16_t  *at = &owner_name_at[row->owner];

    owner->name.data = (const unsigned char *) owner_names + at[0];
    owner->name.len = (size_t) (at[1] - at[0]);
    owner->category = cg_str_from(owner_categories[row->category]);
}


cg_status_t
cg_owner_of(cg_str_t host, cg_owner_t *owner)
{
    const owner_row_t    *row;
    const unsigned char  *dot;

    memset(owner, 0, sizeof(*owner));

    if (host.len > CG_MAX_HOST) {
        return CG_NONE;
    }

    while (host.len) {
        row = owner_find(host);

        if (row) {
            owner_tell(row, owner);
            return CG_OK;
        }

        dot = memchr(host.data, '.', host.len);
        if (dot == NULL) {
            break;
        }

        host = cg_str_sub(host, (size_t) (dot + 1 - host.data), host.len);
    }

    return CG_NONE;
}
