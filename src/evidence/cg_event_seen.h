/*
 * unknown.seen: what was seen and is nobody's that the policy names.
 */

#ifndef CG_EVENT_SEEN_H
#define CG_EVENT_SEEN_H

#include "cg_seen.h"
#include "base/cg_out.h"


/* Anybody can send a cookie or a report: it is a hint where to look. */

typedef struct {
    cg_str_t          name;        /* absent: so many of whom there was no room
                                      to tell them apart */
    cg_seen_kind_t    kind;
    cg_str_t          vendor;      /* whose it is, if anybody's */
    cg_str_t          owner;       /* the company behind a host, where known */
    cg_str_t          category;    /* and what it is for: "ad" */
    cg_str_t          where;       /* "script" "img" "frame" "style" "link"
                                      "form" "header" "csp" */
    cg_str_t          directive;   /* "img-src", of a report */
    cg_seen_action_t  action;
    uint64_t          count;
} cg_event_seen_t;

void cg_event_seen(cg_out_t *out, const cg_event_seen_t *seen);

#endif /* CG_EVENT_SEEN_H */
