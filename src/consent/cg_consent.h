/*
 * What is believed of a visitor, and why.  Pure: token, record, policy, time
 * and signals in, state and grants out.  Zeroed memory is an unknown visitor
 * who grants nothing.
 */

#ifndef CG_CONSENT_H
#define CG_CONSENT_H

#include "cg_record.h"


typedef enum {
    CG_STATE_NONE = 0,             /* no valid token */
    CG_STATE_GRANTED,              /* every optional purpose */
    CG_STATE_PARTIAL,
    CG_STATE_REFUSED,              /* also: granted once, withdrawn since */
    CG_STATE_STALE,                /* the terms grew, or version too old */
    CG_STATE_EXPIRED,
    CG_STATE_UNKNOWN,              /* a grant that Redis did not confirm */
    CG_STATE_GPC                   /* the browser's signal, no choice made */
} cg_state_t;

typedef struct {
    cg_state_t    state;
    uint32_t      granted;         /* bits */
    unsigned      settled:1;       /* no look-up could change it */
} cg_consent_t;


/* "granted", for variables and evidence. */
const char *cg_state_name(cg_state_t state);

/* Whether the visitor is to be asked: no valid decision and no signal that
 * stands for one; never in CG_STATE_UNKNOWN. */
int cg_consent_undecided(const cg_consent_t *consent);

/* Whether gated cookies may be expired in the browser (DESIGN.md 6: expiry
 * needs knowledge). */
int cg_consent_may_expire(const cg_consent_t *consent);

/* By the token alone.  `token` NULL: none was valid.  A refusal is settled; a
 * grant is CG_STATE_UNKNOWN and unsettled until cg_consent_confirm(). `signal`:
 * Sec-GPC or DNT as the policy honours them. */
cg_consent_t cg_consent_from_token(const cg_policy_t *policy,
    const cg_token_t *token, int signal, int64_t now);

/* The record's word on a grant: status as from cg_record_read().  Opens only
 * what token and record both grant, under terms that have not changed. */
cg_consent_t cg_consent_confirm(const cg_policy_t *policy,
    const cg_token_t *token, cg_status_t status, const cg_record_t *record,
    int64_t now);

#endif /* CG_CONSENT_H */
