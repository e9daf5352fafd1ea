/*
 * The token in the visitor's cookie (DESIGN.md 7):
 *
 *   1.<cid>.<purpose bits>.<version>.<issued>.<expires>.<MAC>
 *
 * cid: 22 characters of base64url (128 bits), "-" for a refusal; bits: lower
 * hex; version: decimal; times: seconds since the epoch, decimal, rounded to
 * the day for a refusal; MAC: 22 characters (128 bits of HMAC-SHA-256 over
 * everything before it, the site, the policy's id and its ordered slots).
 * One spelling per value: no signs, no leading zeros.
 */

#ifndef CG_TOKEN_H
#define CG_TOKEN_H

#include "cg_keys.h"
#include "base/cg_out.h"

#define CG_CID_LEN  16


typedef struct {
    unsigned       has_cid:1;      /* 0: a refusal */
    unsigned char  cid[CG_CID_LEN];
    uint32_t       bits;
    uint32_t       version;
    int64_t        issued;         /* seconds since the epoch */
    int64_t        expires;
    size_t         key;            /* which key of the ring verified it */
} cg_token_t;

/* What a token is bound to: it is worth nothing anywhere else. */

typedef struct {
    cg_str_t              site;
    cg_str_t              policy;
    const unsigned char  *slots_hash;      /* CG_SHA256_LEN bytes */
} cg_binding_t;


/* The token of a grant: `bits` not 0, `cid` fresh from a random source or the
 * visitor's own.  Times in seconds. */
void cg_token_grant(cg_token_t *token, const unsigned char cid[CG_CID_LEN],
    uint32_t bits, uint32_t version, int64_t now, int64_t lifetime);

/* The token of a refusal or a withdrawal: no id; issued rounded down to the
 * day, expires up: it holds at least as long as promised. */
void cg_token_refusal(cg_token_t *token, uint32_t version, int64_t now,
    int64_t lifetime);

/* Appends the token, signed by the first key.  A refusal's times are rounded
 * here as well, so that no exact one ever leaves.  Errors stick to `out`:
 * CG_EINVAL if there is no key, or the token is none that cg_token_read()
 * would take (a grant of nothing, a refusal with bits, times out of order). */
void cg_token_write(cg_out_t *out, const cg_keys_t *keys,
    const cg_binding_t *binding, const cg_token_t *token);

/* Reads and verifies.  CG_EINVAL: malformed, forged or bound elsewhere; the
 * token is then zeroed.  Does not compare the times with any clock. */
CG_MUST_CHECK cg_status_t cg_token_read(cg_str_t text, const cg_keys_t *keys,
    const cg_binding_t *binding, cg_token_t *token);

/* Adds one more valid token of the same request to what is believed
 * (DESIGN.md 7): the same cid: the newest counts (of two equally old ones, what
 * both grant); different ones, a refusal among them: only what all grant, and
 * nothing if they are different people's: `have` becomes a refusal, from the
 * earliest `issued` to the latest `expires`, and stays one.  The order of the
 * tokens does not matter.  Start with `have` zeroed and *n = 0. */
void cg_token_merge(cg_token_t *have, size_t *n, const cg_token_t *token);

#endif /* CG_TOKEN_H */
