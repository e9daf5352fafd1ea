/*
 * The same form sent again, by a finger that clicks twice or a network that
 * lost the answer, is the same choice: whose record it will be, and what the
 * decision is called, follow from random bits that the form bears.
 *
 * Those bits are no secret of ours and no name of anybody's: whoever sends them
 * is part of what follows, so that a page which a broken cache gave to two
 * visitors makes two persons of them.
 */

#ifndef CG_ONCE_H
#define CG_ONCE_H

#include "cg_keys.h"
#include "cg_token.h"

#define CG_ONCE_FORM     8         /* random bytes in a form of ours */
#define CG_ONCE_TEXT     11        /* characters of base64url they make */
#define CG_ONCE_WINDOW   60        /* seconds: a later one is another choice */

typedef struct {
    cg_str_t  site;
    cg_str_t  policy;
    cg_str_t  form;                /* its bits, as they were sent */
    cg_str_t  address;             /* of who sends it, in any form */
    cg_str_t  agent;               /* its User-Agent; may be absent */
} cg_once_from_t;

typedef struct {
    unsigned char  seed[CG_SHA256_LEN];
} cg_once_t;

typedef struct {
    unsigned char  rid[16];
    unsigned char  nonce[16];
} cg_once_names_t;


/* What follows from a form, under the first key.  CG_EINVAL: no key;
 * CG_ENOMEM. */
CG_MUST_CHECK cg_status_t cg_once_make(const cg_keys_t *keys,
    const cg_once_from_t *from, cg_once_t *once);

/* The identity of a visitor who had none. */
CG_MUST_CHECK cg_status_t cg_once_cid(const cg_once_t *once,
    unsigned char cid[CG_CID_LEN]);

/* What the decision is called that replaces revision `rev` (0: none).
 *   what   which choice of that form, and what it grants */
CG_MUST_CHECK cg_status_t cg_once_names(const cg_once_t *once, cg_str_t what,
    uint32_t rev, cg_once_names_t *names);


/* Choices under way, or made of late, in memory that the worker processes
 * share; of each some bits, for a time.  One that finds its place taken by
 * another takes it over: then two may go on side by side, which Redis tells
 * apart.  All fields private. */

#define CG_CLAIMS_SIZE  (64 * 1024)        /* bytes of the table */

typedef struct cg_claims_s  cg_claims_t;   /* lies at the block's start */

/* Lays an empty table into CG_CLAIMS_SIZE bytes at `block`, aligned to 8. */
cg_claims_t *cg_claims_init(void *block);

/* Under the nonce of revision 0.  1: the caller's, for `hold_ms` at most.  0:
 * somebody has it.  `now_ms`: of a clock that does not go back, below 2^38. */
int cg_claims_take(cg_claims_t *claims, const cg_once_names_t *names,
    uint64_t now_ms, uint64_t hold_ms);

/* By whoever took it. */
void cg_claims_drop(cg_claims_t *claims, const cg_once_names_t *names);

#endif /* CG_ONCE_H */
