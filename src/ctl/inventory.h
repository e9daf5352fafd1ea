/*
 * What nobody promised, over a log: one row a site, kind and name; and the
 * vendor blocks that it may become.
 */

#ifndef CTL_INVENTORY_H
#define CTL_INVENTORY_H

#include "ask.h"


typedef struct {
    const char   *kind;                      /* NULL: a new row */
    const char   *name;
    const char   *site;
    const char   *policy;
    const char   *where;
    const char   *action;                    /* of the last that was not let
                                                through; "passed" if any was */
    const char   *vendor;                    /* these three may be "" */
    const char   *owner;
    const char   *category;
    int64_t       first;                     /* seen */
    int64_t       last;
    int64_t       opened;                    /* let through, first and last */
    int64_t       open;
    int64_t       n;
    int64_t       passed;
    ctl_place_t   place;                     /* of the last */
} inventory_row_t;

typedef struct {
    ctl_table_t   rows;
    int64_t       days;
    int           draft;
} inventory_t;


inventory_t *ctl_inventory_state(ctl_ask_t *ask);

/* All rows, hosts first, the commonest first; from malloc.  NULL: no memory. */
const inventory_row_t **ctl_inventory_rows(ctl_ask_t *ask, size_t *n);

/* Directives for whoever completes them: a consent_vendor per owner, and the
 * lines of the policies.  No `nginx -t` passes before what they leave open is
 * done. */
json_t *ctl_inventory_draft(const inventory_row_t *const *rows, size_t n);

#endif /* CTL_INVENTORY_H */
