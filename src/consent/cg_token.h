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


/* Appends the token, signed by the first key.  Errors stick to `out`. */
void cg_token_write(cg_out_t *out, const cg_keys_t *keys,
    const cg_binding_t *binding, const cg_token_t *token);

/* Reads and verifies.  CG_EINVAL: malformed, forged or bound elsewhere; the
 * token is then zeroed.  Does not look at the times. */
CG_MUST_CHECK cg_status_t cg_token_read(cg_str_t text, const cg_keys_t *keys,
    const cg_binding_t *binding, cg_token_t *token);

/* Adds one more valid token of the same request to what is believed
 * (DESIGN.md 7): the same cid: the newest counts; different ones, a refusal
 * among them: only what all grant, and nothing if they are different people's.
 * Start with `have` zeroed and *n = 0. */
void cg_token_merge(cg_token_t *have, size_t *n, const cg_token_t *token);

#endif /* CG_TOKEN_H */
