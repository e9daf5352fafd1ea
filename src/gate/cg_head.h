/*
 * The head insertion: stubs for the globals of vendors that are held, the real
 * consent state as Google Consent Mode defaults, and for Microsoft's tags where
 * the policy has them (Universal Event Tracking: "consent", "default"; Clarity:
 * "consentv2"), and where third parties read the page's address, its query
 * without what they are not to learn (DESIGN.md 6).  One inline script, pure
 * ASCII, or nothing.
 */

#ifndef CG_HEAD_H
#define CG_HEAD_H

#include "policy/cg_policy.h"
#include "base/cg_out.h"


/* What a policy has to say there, read out of it once. */

typedef struct cg_head_text_s  cg_head_text_t;

/* NULL: no memory.  Keeps nothing of `policy`; lives as long as the arena. */
cg_head_text_t *cg_head_create(cg_arena_t *arena, const cg_policy_t *policy);

/* Appends the script element for a visitor with `granted`, of whom vendors of
 * mode=advanced go `ahead` for these purposes (cg_judge_t); nothing if the
 * policy declares no signal, no held vendor has a stub, and nothing is to be
 * taken out of the address.  That is done, for the keys of `scrub` in any case
 * of letters, where a third or joint party may be open; what a browser fetches
 * ahead of all scripts saw the address.  `nonce` may be absent.  A global that
 * a vendor shares with one that is let through gets no stub: it is that one's.
 * Errors stick to `out`. */
void cg_head_write(cg_out_t *out, const cg_head_text_t *head, uint32_t granted,
    uint32_t ahead, cg_str_t nonce);

#endif /* CG_HEAD_H */
