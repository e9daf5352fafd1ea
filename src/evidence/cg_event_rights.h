/*
 * Requests of individuals, and what was destroyed for them.
 */

#ifndef CG_EVENT_RIGHTS_H
#define CG_EVENT_RIGHTS_H

#include "cg_chain.h"

#define CG_EVENT_DSR_RECEIVED      "dsr.received"
#define CG_EVENT_DSR_VERIFIED      "dsr.verified"
#define CG_EVENT_DSR_INVESTIGATED  "dsr.investigated"
#define CG_EVENT_DSR_EXPLAINED     "dsr.explained"
#define CG_EVENT_DSR_ACK           "dsr.ack"
#define CG_EVENT_DSR_FULFILLED     "dsr.fulfilled"
#define CG_EVENT_DSR_REFUSED       "dsr.refused"
#define CG_EVENT_DSR_NOTIFIED      "dsr.notified"
#define CG_EVENT_ERASE             "erase"
#define CG_EVENT_ERASE_FINAL       "erase.final"


/* What every dsr.* has; its own fields are written behind it. */

typedef struct {
    cg_str_t  id;                  /* 16 hex digits, the request's number */
    cg_str_t  sub;                 /* pseudonym; may be absent */
    cg_str_t  rid;                 /* receipt; likewise */
    cg_str_t  right;               /* "stop_use" */
    cg_str_t  by;                  /* "subject" or "operator" */
} cg_event_dsr_t;

void cg_event_dsr(cg_out_t *out, const cg_event_dsr_t *dsr);


/* erase: record and salt left Redis; its files are another matter. */

typedef struct {
    cg_str_t  sub;                 /* may be absent */
    cg_str_t  rid;                 /* of the decision that asked for it */
    cg_str_t  scope;               /* "record", "salt" or "all" */
    cg_str_t  means;               /* "delete" or "salt" */
} cg_event_erase_t;

void cg_event_erase(cg_out_t *out, const cg_event_erase_t *erase);

#endif /* CG_EVENT_RIGHTS_H */
