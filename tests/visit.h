/*
 * For tests of the room consent: a key ring, a policy with two optional
 * purposes, a visitor and a decision, all of fixed values.
 */

#ifndef VISIT_H
#define VISIT_H

#include "heap.h"

#include "consent/cg_consent.h"

#define VISIT_NOW   INT64_C(1790000000)    /* 2026-09-21T14:13:20Z */
#define VISIT_DAY   86400
#define VISIT_SITE  cg_str("www.example.org")

/* base64url of 32 bytes of 0x00, of 0x04, of 0x08 */

#define VISIT_KEY_A  "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
#define VISIT_KEY_B  "BAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQ"
#define VISIT_KEY_C  "CAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAg"


static const cg_purpose_t  visit_purposes[] = {
    { .id = { 9, (const unsigned char *) "necessary" }, .required = 1 },
    { .id = { 9, (const unsigned char *) "analytics" }, .bit = 1, .slot = 1 },
    { .id = { 5, (const unsigned char *) "media" }, .bit = 4, .slot = 3 },
};


__attribute__((unused)) static void
visit_keys(cg_keys_t *keys, const char *file)
{
    unsigned  line;

    if (cg_keys_read(keys, cg_str_from(file), &line) != CG_OK) {
        abort();
    }
}


__attribute__((unused)) static void
visit_policy(cg_policy_t *policy)
{
    memset(policy, 0, sizeof(*policy));

    policy->id = cg_str("shop");
    policy->version = 3;
    policy->material_since = 2;
    policy->purposes = visit_purposes;
    policy->npurposes = sizeof(visit_purposes) / sizeof(visit_purposes[0]);
    policy->optional = 5;
    memset(policy->slots_hash, 0x51, CG_SHA256_LEN);
    memset(policy->terms_hash, 0x7E, CG_SHA256_LEN);
}


__attribute__((unused)) static cg_binding_t
visit_binding(const cg_policy_t *policy)
{
    cg_binding_t  binding = { VISIT_SITE, policy->id, policy->slots_hash };

    return binding;
}


__attribute__((unused)) static void
visit_grant(cg_token_t *token, unsigned char who, uint32_t bits)
{
    unsigned char  cid[CG_CID_LEN];

    memset(cid, who, sizeof(cid));
    cg_token_grant(token, cid, bits, 3, VISIT_NOW, 180 * VISIT_DAY);
}


__attribute__((unused)) static void
visit_record(const cg_policy_t *policy, cg_record_t *record,
    uint32_t granted)
{
    memset(record, 0, sizeof(*record));

    record->granted = granted;
    record->version = 3;
    record->rev = 1;
    record->decided = VISIT_NOW;
    record->expires = VISIT_NOW + 180 * VISIT_DAY;
    record->how = granted ? CG_HOW_CUSTOM : CG_HOW_WITHDRAW;
    memcpy(record->terms, policy->terms_hash, CG_SHA256_LEN);
    memset(record->rid, 0x11, sizeof(record->rid));
    memset(record->nonce, 0x22, sizeof(record->nonce));
    record->lang = cg_str("ja");
    record->notice = cg_str("0123456789abcdef");
    record->shown = VISIT_NOW - 7;
    record->evidence = cg_str("w1:42");
}

#endif /* VISIT_H */
