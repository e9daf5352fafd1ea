/*
 * Events in the order in which they happened.  Within a lane that is the order
 * of its lines; lines of different lanes may stand in a file seconds apart from
 * where their times would have them, since each worker writes in groups.
 *
 * What is newer than ten seconds waits, at most ORDER_HELD events; what comes
 * later than that comes out of order.
 */

#ifndef CTL_ORDER_H
#define CTL_ORDER_H

#include "events.h"

#define CTL_ORDER_MS    10000
#define CTL_ORDER_HELD  32768          /* events */


typedef struct ctl_held_s  ctl_held_t;

typedef struct {
    ctl_held_t   **heap;               /* private; the oldest first */
    size_t         n;
    int64_t        newest;
    uint64_t       arrived;
    ctl_table_t    lanes;              /* place of the last event of each */
    ctl_event_fn   fn;
    void          *ctx;
    int            failed;             /* no memory */
} ctl_order_t;


/* 0: no memory. */
int ctl_order_begin(ctl_order_t *order, ctl_event_fn fn, void *ctx);

void ctl_order_event(ctl_order_t *order, const ctl_event_t *event);

/* Tells what still waits. */
void ctl_order_end(ctl_order_t *order);

#endif /* CTL_ORDER_H */
