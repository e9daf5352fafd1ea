/*
 * provision.start, provision.stop: from which day on, and until which, the
 * vendors of a person's choice are let through.
 */

#ifndef CG_EVENT_PROVISION_H
#define CG_EVENT_PROVISION_H

#include "cg_event_config.h"


typedef struct {
    cg_str_t                  sub;         /* absent: not known */
    cg_str_t                  rid;         /* receipt of the decision */
    cg_str_t                  was;         /* of the one that ends, where `sub`
                                              is not known; may be absent */
    cg_str_t                  ch;          /* where the decision stands */
    uint64_t                  seq;
    uint64_t                  at_ms;       /* since 1970; its day is told */
    uint64_t                  expires_ms;  /* 0: it is a stop */
    const cg_event_vendor_t  *to;          /* their `policy` is not told */
    size_t                    n_to;
} cg_event_provision_t;

/* Writes the body of one line; `*at`, 0 before the first, is the vendor that it
 * begins with.  CG_MORE: finish this line, begin another and call again. */
CG_MUST_CHECK cg_status_t cg_event_provision(cg_out_t *out,
    const cg_event_provision_t *provision, size_t *at);

#endif /* CG_EVENT_PROVISION_H */
