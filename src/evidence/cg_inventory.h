/*
 * What was seen that nobody promised, counted over all workers since the zone
 * was made: a table in shared memory, without locks.  It is for whoever looks
 * at the status; the log has its own (cg_seen.h).
 *
 * A row is claimed by one compare-and-swap and readable when it is whole; its
 * numbers are atomic.  When there is no room, a row that was not seen for
 * CG_INVENTORY_OLD seconds makes way; else the sighting counts as lost.  Who is
 * killed while writing a row leaves it unused.  A reader may meet a name that
 * is being replaced and leaves it out.
 */

#ifndef CG_INVENTORY_H
#define CG_INVENTORY_H

#include "cg_seen.h"

#define CG_INVENTORY_ROWS  256
#define CG_INVENTORY_NAME  64      /* bytes of a name; a longer one is cut */
#define CG_INVENTORY_OLD   86400   /* seconds */

#define CG_INVENTORY_SIZE  (CG_INVENTORY_ROWS * 128)   /* bytes, at most */

typedef struct cg_inventory_s  cg_inventory_t;


/* `block`: CG_INVENTORY_SIZE bytes, aligned for uint64_t. */
cg_inventory_t *cg_inventory_init(void *block);

/* Of names, the same in every process. */
uint64_t cg_inventory_hash(cg_seen_kind_t kind, cg_str_t name);

/* One sighting on a site, told from others by a number that is not 0; `now` in
 * seconds since the epoch. */
void cg_inventory_note(cg_inventory_t *inventory, int64_t now, uint32_t site,
    cg_seen_kind_t kind, cg_seen_action_t action, cg_str_t name);


typedef struct {
    cg_seen_kind_t  kind;
    size_t          len;
    unsigned char   name[CG_INVENTORY_NAME];
    uint64_t        n[CG_SEEN_ACTIONS];
} cg_inventory_row_t;

/* The rows of one kind and of one site, 0: of all, those that were seen most
 * first; returns how many of `max` were written.  `rows` of CG_INVENTORY_ROWS
 * is always enough. */
size_t cg_inventory_list(const cg_inventory_t *inventory, uint32_t site,
    cg_seen_kind_t kind, cg_inventory_row_t *rows, size_t max);

/* Sightings that found no room. */
uint64_t cg_inventory_lost(const cg_inventory_t *inventory);

#endif /* CG_INVENTORY_H */
