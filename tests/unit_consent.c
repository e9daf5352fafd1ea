#include "tap.h"
#include "visit.h"

#define LEN(a)  (sizeof(a) / sizeof((a)[0]))


static void
is_consent(cg_consent_t got, cg_state_t state, uint32_t granted, int settled,
    const char *promise)
{
    if (!ok(got.state == state && got.granted == granted
            && got.settled == (unsigned) settled, "%s", promise))
    {
        printf("# got %s, bits %x, settled %u; want %s, bits %x\n",
               cg_state_name(got.state), got.granted, got.settled,
               cg_state_name(state), granted);
    }
}


static void
zeroed_memory_denies(void)
{
    cg_consent_t  zero;

    memset(&zero, 0, sizeof(zero));

    ok(zero.granted == 0 && zero.state == CG_STATE_NONE && !zero.settled,
       "zeroed memory grants nothing");
    ok(!cg_consent_undecided(&zero) && !cg_consent_may_expire(&zero),
       "and is no knowledge: no banner, no expiry");
}


static void
states_have_names(void)
{
    static const char *const  names[] = {
        "none", "granted", "partial", "refused", "stale", "expired",
        "unknown", "gpc"
    };

    size_t  i, wrong = 0;

    for (i = 0; i < LEN(names); i++) {
        wrong += strcmp(cg_state_name((cg_state_t) i), names[i]) != 0;
    }

    wrong += strcmp(cg_state_name((cg_state_t) 8), "unknown") != 0;

    is_int(wrong, 0, "states have the names of $consent_state");
}


static void
who_is_asked_and_whose_cookies_go(void)
{
    static const struct { cg_state_t state; int asked, expire; } cases[] = {
        { CG_STATE_NONE, 1, 1 },
        { CG_STATE_GRANTED, 0, 0 },
        { CG_STATE_PARTIAL, 0, 1 },
        { CG_STATE_REFUSED, 0, 1 },
        { CG_STATE_STALE, 1, 1 },
        { CG_STATE_EXPIRED, 1, 1 },
        { CG_STATE_UNKNOWN, 0, 0 },
        { CG_STATE_GPC, 0, 1 },
    };

    size_t        i, wrong = 0;
    cg_consent_t  consent;

    memset(&consent, 0, sizeof(consent));

    for (i = 0; i < LEN(cases); i++) {
        consent.state = cases[i].state;
        consent.settled = 1;
        wrong += cg_consent_undecided(&consent) != cases[i].asked
                 || cg_consent_may_expire(&consent) != cases[i].expire;
        consent.settled = 0;
        wrong += cg_consent_undecided(&consent)
                 || cg_consent_may_expire(&consent);
    }

    is_int(wrong, 0, "who is asked, and whose cookies may be expired");
}


static void
token_alone_opens_nothing(const cg_policy_t *policy)
{
    size_t        i;
    uint32_t      opened = 0;
    int64_t       now;
    cg_token_t    token;
    cg_consent_t  got;

    for (i = 0; i < 8; i++) {
        for (now = VISIT_NOW - 400; now < VISIT_NOW + 181 * VISIT_DAY;
             now += VISIT_DAY / 2)
        {
            visit_grant(&token, 7, (uint32_t) i);
            got = cg_consent_from_token(policy, &token, i & 1, now);
            opened |= got.granted;
        }
    }

    is_int(opened, 0, "a token alone opens nothing, ever");
}


static void
token_says_what_it_can(const cg_policy_t *policy)
{
    int64_t     end = VISIT_NOW + 180 * VISIT_DAY;
    cg_token_t  grant, refusal, other;

    visit_grant(&grant, 7, 5);
    cg_token_refusal(&refusal, 3, VISIT_NOW, 180 * VISIT_DAY);

    is_consent(cg_consent_from_token(policy, NULL, 0, VISIT_NOW),
               CG_STATE_NONE, 0, 1, "no token: a first visit");
    is_consent(cg_consent_from_token(policy, NULL, 1, VISIT_NOW),
               CG_STATE_GPC, 0, 1, "no token, but a signal");
    is_consent(cg_consent_from_token(policy, &grant, 1, VISIT_NOW),
               CG_STATE_UNKNOWN, 0, 0, "a grant waits, signal or not");
    is_consent(cg_consent_from_token(policy, &refusal, 1, VISIT_NOW),
               CG_STATE_REFUSED, 0, 1, "a refusal is settled");
    is_consent(cg_consent_from_token(policy, &grant, 0, end - 1),
               CG_STATE_UNKNOWN, 0, 0, "to its last second");
    is_consent(cg_consent_from_token(policy, &grant, 0, end),
               CG_STATE_EXPIRED, 0, 1, "a grant ends");
    is_consent(cg_consent_from_token(policy, &refusal, 0, end + VISIT_DAY),
               CG_STATE_EXPIRED, 0, 1, "a refusal ends, too");
    is_consent(cg_consent_from_token(policy, &grant, 1, end),
               CG_STATE_GPC, 0, 1, "then the signal stands in");
    is_consent(cg_consent_from_token(policy, &grant, 0, VISIT_NOW - 300),
               CG_STATE_UNKNOWN, 0, 0, "clocks may differ by 5 minutes");
    is_consent(cg_consent_from_token(policy, &grant, 0, VISIT_NOW - 301),
               CG_STATE_NONE, 0, 1, "a token from the future is none");

    other = grant;
    other.bits = 2;
    is_consent(cg_consent_from_token(policy, &other, 0, VISIT_NOW),
               CG_STATE_REFUSED, 0, 1, "bits of no purpose grant nothing");

    other = grant;
    other.version = 1;
    is_consent(cg_consent_from_token(policy, &other, 0, VISIT_NOW),
               CG_STATE_STALE, 0, 1, "a grant below material_since is stale");

    other = refusal;
    other.version = 1;
    is_consent(cg_consent_from_token(policy, &other, 0, VISIT_NOW),
               CG_STATE_REFUSED, 0, 1, "a refusal never is");
}


static void
only_what_both_grant_opens(const cg_policy_t *policy)
{
    uint32_t      token_bits, record_bits, want, wrong = 0;
    cg_token_t    token;
    cg_record_t   record;
    cg_consent_t  got;

    for (token_bits = 0; token_bits < 16; token_bits++) {
        for (record_bits = 0; record_bits < 16; record_bits++) {
            visit_grant(&token, 7, token_bits);
            visit_record(policy, &record, record_bits);
            got = cg_consent_confirm(policy, &token, CG_OK, &record,
                                     VISIT_NOW);
            want = token_bits & record_bits & 5;

            wrong += got.granted != want || !got.settled
                     || got.state != (want == 5 ? CG_STATE_GRANTED
                                      : want ? CG_STATE_PARTIAL
                                      : CG_STATE_REFUSED);
        }
    }

    is_int(wrong, 0, "open is what token, record and policy all name");
}


static void
record_has_the_last_word(const cg_policy_t *policy)
{
    cg_token_t   token;
    cg_record_t  record, zero;

    memset(&zero, 0, sizeof(zero));
    visit_grant(&token, 7, 5);
    visit_record(policy, &record, 5);

#define CONFIRM(status, record)                                              \
    cg_consent_confirm(policy, &token, (status), (record), VISIT_NOW)

    is_consent(CONFIRM(CG_OK, &record), CG_STATE_GRANTED, 5, 1,
               "token and record agree");
    is_consent(CONFIRM(CG_NONE, &record), CG_STATE_NONE, 0, 1,
               "no record: data is lost, the visitor is asked anew");
    is_consent(CONFIRM(CG_EINVAL, &record), CG_STATE_UNKNOWN, 0, 1,
               "a record that is not ours: shut, and not asked");
    is_consent(CONFIRM(CG_ENOMEM, &record), CG_STATE_UNKNOWN, 0, 0,
               "no memory: shut");
    is_consent(CONFIRM(CG_MORE, &record), CG_STATE_UNKNOWN, 0, 0,
               "no answer: shut");
    is_consent(CONFIRM(CG_ELIMIT, &record), CG_STATE_UNKNOWN, 0, 0,
               "too much of an answer: shut");
    is_consent(CONFIRM(CG_OK, &zero), CG_STATE_EXPIRED, 0, 1,
               "a zeroed record opens nothing");

    visit_record(policy, &record, 0);
    is_consent(CONFIRM(CG_OK, &record), CG_STATE_REFUSED, 0, 1,
               "withdrawn: an old token opens nothing");

    visit_record(policy, &record, 5);
    record.terms[31] ^= 1;
    is_consent(CONFIRM(CG_OK, &record), CG_STATE_STALE, 0, 1,
               "other terms: stale");

    visit_record(policy, &record, 5);
    record.version = 1;
    is_consent(CONFIRM(CG_OK, &record), CG_STATE_STALE, 0, 1,
               "decided below material_since: stale");

    visit_record(policy, &record, 5);
    record.expires = VISIT_NOW;
    is_consent(CONFIRM(CG_OK, &record), CG_STATE_EXPIRED, 0, 1,
               "the record's time is over, whatever the token says");

    visit_record(policy, &record, 5);
    record.decided = VISIT_NOW + 301;
    is_consent(CONFIRM(CG_OK, &record), CG_STATE_UNKNOWN, 0, 1,
               "a decision from the future opens nothing");
}


static void
record_alone_opens_nothing(const cg_policy_t *policy)
{
    cg_token_t   token;
    cg_record_t  record;

    visit_record(policy, &record, 5);
    is_consent(cg_consent_confirm(policy, NULL, CG_OK, &record, VISIT_NOW),
               CG_STATE_NONE, 0, 1, "a record without a token opens nothing");

    cg_token_refusal(&token, 3, VISIT_NOW, VISIT_DAY);
    is_consent(CONFIRM(CG_OK, &record), CG_STATE_REFUSED, 0, 1,
               "nor does it against a refusal");

    visit_grant(&token, 7, 5);
    token.expires = VISIT_NOW;
    is_consent(CONFIRM(CG_OK, &record), CG_STATE_EXPIRED, 0, 1,
               "nor against an expired token");
}


static void
cache_says_the_same(const cg_policy_t *policy)
{
    cg_token_t   token;
    cg_cached_t  cached;

    visit_grant(&token, 7, 5);
    memset(&cached, 0, sizeof(cached));
    cached.state = CG_STATE_GRANTED;
    cached.granted = 5;
    cached.expires = VISIT_NOW + 1;

#define CACHED()  cg_consent_from_cache(policy, &token, &cached, VISIT_NOW)

    is_consent(CACHED(), CG_STATE_GRANTED, 5, 1, "a cached grant opens");

    token.bits = 4;
    is_consent(CACHED(), CG_STATE_PARTIAL, 4, 1,
               "only what the token grants, too");
    token.bits = 5;

    cached.expires = VISIT_NOW;
    is_consent(CACHED(), CG_STATE_EXPIRED, 0, 1, "while its record lives");

    cached.state = CG_STATE_REFUSED;
    is_consent(CACHED(), CG_STATE_REFUSED, 0, 1,
               "a closing decision is no grant, whatever its bits");

    cached.expires = VISIT_NOW + 1;
    cached.state = CG_STATE_GRANTED;
    token.expires = VISIT_NOW;
    is_consent(CACHED(), CG_STATE_EXPIRED, 0, 1,
               "nothing opens for an expired token");
}


static void
a_signal_stands_in_for_no_choice(void)
{
    int           i, wrong = 0;
    cg_state_t    want;
    cg_consent_t  consent;

    for (i = CG_STATE_NONE; i <= CG_STATE_GPC; i++) {
        memset(&consent, 0, sizeof(consent));
        consent.state = (cg_state_t) i;
        consent.granted = 3;
        cg_consent_heed(&consent, 1);
        wrong += consent.state != (cg_state_t) i;

        consent.settled = 1;
        cg_consent_heed(&consent, 0);
        wrong += consent.state != (cg_state_t) i;

        cg_consent_heed(&consent, 1);
        want = i == CG_STATE_NONE || i == CG_STATE_EXPIRED ? CG_STATE_GPC
                                                           : (cg_state_t) i;
        wrong += consent.state != want || consent.granted != 3;
    }

    is_int(wrong, 0, "a signal stands in for no choice and an expired one, and "
                     "for no other");
}


int
main(void)
{
    cg_policy_t  policy;

    visit_policy(&policy);

    zeroed_memory_denies();
    states_have_names();
    who_is_asked_and_whose_cookies_go();
    token_alone_opens_nothing(&policy);
    token_says_what_it_can(&policy);
    only_what_both_grant_opens(&policy);
    record_has_the_last_word(&policy);
    record_alone_opens_nothing(&policy);
    cache_says_the_same(&policy);
    a_signal_stands_in_for_no_choice();

    return tap_done();
}
