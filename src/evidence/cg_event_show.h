/*
 * show_once: somebody, of whom nothing is kept, had one held frame shown.
 */

#ifndef CG_EVENT_SHOW_H
#define CG_EVENT_SHOW_H

#include "cg_event_config.h"

#define CG_EVENT_SHOW_ONCE  "show_once"


typedef struct {
    cg_str_t                  rid;         /* receipt, random */
    const cg_event_vendor_t  *to;          /* NULL: nobody declared it */
    cg_str_t                  name;        /* its host then */
    cg_str_t                  notice;      /* hash of the text shown */
    cg_str_t                  lang;
    uint64_t                  shown_ms;    /* since 1970 */
    cg_str_t                  tls;         /* absent: plain */
    int                       gpc;         /* the signal was sent */
} cg_event_show_t;

void cg_event_show(cg_out_t *out, const cg_event_show_t *show);

#endif /* CG_EVENT_SHOW_H */
