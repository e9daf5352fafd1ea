/*
 * What is believed of a visitor, and why.  Pure: token, record, policy, time
 * and signals in, state and grants out.  Zeroed memory is an unknown visitor
 * who grants nothing.
 */

#ifndef CG_CONSENT_H
#define CG_CONSENT_H

#include "cg_cache.h"
#include "cg_record.h"

#define CG_CONSENT_SKEW  300       /* seconds that a clock may be ahead */


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


/* "granted", for variables and evidence; "unknown" for a value that is none. */
const char *cg_state_name(cg_state_t state);

/* Whether the visitor is to be asked: no valid decision and no signal that
 * stands for one; never in CG_STATE_UNKNOWN, never unsettled (zeroed memory is
 * no knowledge). */
static inline int
cg_consent_undecided(const cg_consent_t *consent)
{
    return consent->settled
           && (consent->state == CG_STATE_NONE
               || consent->state == CG_STATE_STALE
               || consent->state == CG_STATE_EXPIRED);
}


/* Whether gated cookies may be expired in the browser (DESIGN.md 6: expiry
 * needs knowledge): settled, and neither granted nor unknown.  In
 * CG_STATE_PARTIAL only those of the shut purposes. */
int cg_consent_may_expire(const cg_consent_t *consent);

/* By the token alone.  `token` NULL: none was valid; one issued more than
 * CG_CONSENT_SKEW from now counts as none.  Refusal, expiry and a grant of a
 * version below material_since are settled; any other grant is
 * CG_STATE_UNKNOWN and unsettled until cg_consent_confirm(). `signal`: Sec-GPC
 * or DNT as the policy honours them; it stands in where there is no choice or
 * an expired one. */
cg_consent_t cg_consent_from_token(const cg_policy_t *policy,
    const cg_token_t *token, int signal, int64_t now);

/* The record's word on a grant: status as from cg_record_read().  Opens only
 * what token and record both grant, under terms that have not changed.
 *
 *   CG_NONE     the data is lost or erased: CG_STATE_NONE, asked anew
 *   CG_EINVAL   CG_STATE_UNKNOWN, settled: nothing would mend it but a choice
 *   any other   (time out, no memory) CG_STATE_UNKNOWN, unsettled
 *
 * The hash tells that terms changed, not whether they grew or shrank: both are
 * CG_STATE_STALE, the safe side. */
cg_consent_t cg_consent_confirm(const cg_policy_t *policy,
    const cg_token_t *token, cg_status_t status, const cg_record_t *record,
    int64_t now);

/* The same from the shared cache, whose entry came from a confirmed record or
 * a decision of this host. */
cg_consent_t cg_consent_from_cache(const cg_policy_t *policy,
    const cg_token_t *token, const cg_cached_t *cached, int64_t now);

/* What the browser says stands in where no choice is left: nothing was
 * recorded, or it has expired.  Never opens or closes anything. */
void cg_consent_heed(cg_consent_t *consent, int signal);

#endif /* CG_CONSENT_H */
