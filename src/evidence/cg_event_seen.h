/*
 * unknown.seen: what was seen and is nobody's that the policy names.
 */

#ifndef CG_EVENT_SEEN_H
#define CG_EVENT_SEEN_H

#include "base/cg_out.h"


/* What browsers reported of the second wall.  Anybody can send a report: it is
 * a hint where to look. */

typedef struct {
    cg_str_t  host;                /* absent: so many reports of hosts that
                                      there was no room to tell them apart */
    cg_str_t  vendor;              /* whose host it is, if anybody's */
    cg_str_t  owner;               /* the company behind it, where known */
    cg_str_t  category;            /* and what it is for: "ad" */
    cg_str_t  directive;           /* "img-src" */
    int       blocked;             /* 0: it went through */
    uint64_t  count;
} cg_event_seen_t;

void cg_event_seen(cg_out_t *out, const cg_event_seen_t *seen);

#endif /* CG_EVENT_SEEN_H */
