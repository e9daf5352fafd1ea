#include "cg_consent.h"


static const char *const  consent_names[] = {
    "none", "granted", "partial", "refused", "stale", "expired", "unknown",
    "gpc"
};

#define CONSENT_STATES  (sizeof(consent_names) / sizeof(consent_names[0]))


const char *
cg_state_name(cg_state_t state)
{
    return (size_t) state < CONSENT_STATES ? consent_names[state] : "unknown";
}


int
cg_consent_may_expire(const cg_consent_t *consent)
{
    return consent->settled
           && consent->state != CG_STATE_GRANTED
           && consent->state != CG_STATE_UNKNOWN;
}


static cg_consent_t
consent_shut(cg_state_t state)
{
    cg_consent_t  consent;

    memset(&consent, 0, sizeof(consent));
    consent.state = state;
    consent.settled = 1;

    return consent;
}


static cg_consent_t
consent_unknown(void)
{
    cg_consent_t  consent = consent_shut(CG_STATE_UNKNOWN);

    consent.settled = 0;

    return consent;
}


/* The only place that opens anything. */

static cg_consent_t
consent_open(const cg_policy_t *policy, uint32_t bits)
{
    cg_consent_t  consent = consent_shut(CG_STATE_REFUSED);

    consent.granted = bits & policy->optional;

    if (consent.granted) {
        consent.state = consent.granted == policy->optional ? CG_STATE_GRANTED
                                                            : CG_STATE_PARTIAL;
    }

    return consent;
}


CG_HOT cg_consent_t
cg_consent_from_token(const cg_policy_t *policy, const cg_token_t *token,
    int signal, int64_t now)
{
    if (token == NULL || token->issued > now + CG_CONSENT_SKEW) {
        return consent_shut(signal ? CG_STATE_GPC : CG_STATE_NONE);
    }

    if (token->expires <= now) {
        return consent_shut(signal ? CG_STATE_GPC : CG_STATE_EXPIRED);
    }

    if (!token->has_cid || (token->bits & policy->optional) == 0) {
        return consent_shut(CG_STATE_REFUSED);
    }

    if (token->version < policy->material_since) {
        return consent_shut(CG_STATE_STALE);
    }

    return consent_unknown();
}


static int
consent_same_terms(const cg_policy_t *policy, const cg_record_t *record)
{
    return record->version >= policy->material_since
           && memcmp(record->terms, policy->terms_hash, CG_SHA256_LEN) == 0;
}


/* A record that verified, against a token that awaits it. */

static cg_consent_t
consent_from_record(const cg_policy_t *policy, const cg_token_t *token,
    const cg_record_t *record, int64_t now)
{
    if (record->expires <= now) {
        return consent_shut(CG_STATE_EXPIRED);
    }

    if (record->decided > now + CG_CONSENT_SKEW) {
        return consent_shut(CG_STATE_UNKNOWN);
    }

    if (record->granted == 0) {
        return consent_shut(CG_STATE_REFUSED);
    }

    if (!consent_same_terms(policy, record)) {
        return consent_shut(CG_STATE_STALE);
    }

    return consent_open(policy, token->bits & record->granted);
}


cg_consent_t
cg_consent_confirm(const cg_policy_t *policy, const cg_token_t *token,
    cg_status_t status, const cg_record_t *record, int64_t now)
{
    cg_consent_t  consent = cg_consent_from_token(policy, token, 0, now);

    if (consent.settled) {
        return consent;
    }

    switch (status) {

    case CG_OK:
        return consent_from_record(policy, token, record, now);

    case CG_NONE:
        return consent_shut(CG_STATE_NONE);

    case CG_EINVAL:
        return consent_shut(CG_STATE_UNKNOWN);

    case CG_MORE:
    case CG_ENOMEM:
    case CG_ELIMIT:
        break;
    }

    return consent_unknown();
}


CG_HOT cg_consent_t
cg_consent_from_cache(const cg_policy_t *policy, const cg_token_t *token,
    const cg_cached_t *cached, int64_t now)
{
    cg_consent_t  consent = cg_consent_from_token(policy, token, 0, now);

    if (consent.settled) {
        return consent;
    }

    if (cached->state != CG_STATE_GRANTED
        && cached->state != CG_STATE_PARTIAL)
    {
        return consent_shut((cg_state_t) cached->state);
    }

    if (cached->expires <= now) {
        return consent_shut(CG_STATE_EXPIRED);
    }

    return consent_open(policy, token->bits & cached->granted);
}


CG_HOT void
cg_consent_heed(cg_consent_t *consent, int signal)
{
    if (signal && consent->settled
        && (consent->state == CG_STATE_NONE
            || consent->state == CG_STATE_EXPIRED))
    {
        consent->state = CG_STATE_GPC;
    }
}
