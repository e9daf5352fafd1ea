/* A handling.sum that did not fit into one line goes on in the next ones of its
 * lane (docs/log.md, Sums): here they are one event again. */

#ifndef CTL_SUMS_H
#define CTL_SUMS_H

#include "events.h"


typedef struct {
    ctl_table_t  parts;                /* lane: what is not whole yet */
    int          failed;               /* no memory */
} ctl_sums_t;


void ctl_sums_begin(ctl_sums_t *sums);

/* Calls `fn` for what `event` makes whole, with `event` itself if it is no
 * part of a sum. */
void ctl_sums_event(ctl_sums_t *sums, const ctl_event_t *event,
    ctl_event_fn fn, void *ctx);

/* Parts whose rest is not in the log come as they are. */
void ctl_sums_end(ctl_sums_t *sums, ctl_event_fn fn, void *ctx);

#endif /* CTL_SUMS_H */
