/* The same form sent again is the same choice; any other is another. */

#include "tap.h"
#include "heap.h"
#include "consent/cg_once.h"

#define NOW   UINT64_C(1000000)        /* ms */
#define HOLD  5000


static const cg_once_from_t  from = {
    { 4, (const unsigned char *) "site" },
    { 6, (const unsigned char *) "policy" },
    { 11, (const unsigned char *) "AAAAAAAAAAA" },
    { 9, (const unsigned char *) "192.0.2.1" },
    { 2, (const unsigned char *) "UA" },
};


static void
keys_of(cg_keys_t *keys, const char *text)
{
    unsigned  line;

    if (cg_keys_read(keys, cg_str_from(text), &line) != CG_OK) {
        printf("Bail out! a key of the test\n");
    }
}


static void
follows(const cg_keys_t *keys, const cg_once_from_t *of, const char *what,
    uint32_t rev, unsigned char cid[CG_CID_LEN], cg_once_names_t *names)
{
    cg_once_t  once;

    if (cg_once_make(keys, of, &once) != CG_OK
        || cg_once_cid(&once, cid) != CG_OK
        || cg_once_names(&once, cg_str_from(what), rev, names) != CG_OK)
    {
        ok(0, "something follows from a form");
    }
}


static void
a_form_leads_where_it_led(void)
{
    cg_keys_t        keys, other;
    cg_once_t        once;
    unsigned char    cid[2][CG_CID_LEN];
    cg_once_names_t  names[2];

    keys_of(&keys, "sIF7M8je4vKejhPTBz4BS3YKnOjGvv07yiNubpIYsvc");
    keys_of(&other, "tIF7M8je4vKejhPTBz4BS3YKnOjGvv07yiNubpIYsvc");

    follows(&keys, &from, "accept", 0, cid[0], &names[0]);
    follows(&keys, &from, "accept", 0, cid[1], &names[1]);
    ok(memcmp(cid[0], cid[1], sizeof(cid[0])) == 0
       && memcmp(&names[0], &names[1], sizeof(names[0])) == 0,
       "the same form: the same person, receipt and nonce");
    ok(memcmp(names[0].rid, names[0].nonce, sizeof(names[0].rid)) != 0
       && memcmp(names[0].rid, cid[0], sizeof(cid[0])) != 0,
       "of which none is told by another");

    follows(&keys, &from, "reject", 0, cid[1], &names[1]);
    ok(memcmp(cid[0], cid[1], sizeof(cid[0])) == 0
       && memcmp(names[0].nonce, names[1].nonce, sizeof(names[0].nonce)) != 0,
       "another choice of it: the same person, another decision");

    follows(&keys, &from, "accept", 1, cid[1], &names[1]);
    ok(memcmp(names[0].nonce, names[1].nonce, sizeof(names[0].nonce)) != 0
       && memcmp(names[0].rid, names[1].rid, sizeof(names[0].rid)) != 0,
       "on top of another revision: another decision");

    follows(&other, &from, "accept", 0, cid[1], &names[1]);
    ok(memcmp(cid[0], cid[1], sizeof(cid[0])) != 0,
       "without our key nobody tells the person");

    memset(&other, 0, sizeof(other));
    is_int(cg_once_make(&other, &from, &once), CG_EINVAL,
           "without a key nothing follows");
}


static void
whatever_differs_is_another(void)
{
    size_t           i;
    cg_keys_t        keys;
    cg_str_t        *part;
    unsigned char    cid[2][CG_CID_LEN];
    cg_once_from_t   of;
    cg_once_names_t  names;

    static const char *const  parts[] = {
        "site", "policy", "form", "address", "browser"
    };

    keys_of(&keys, "sIF7M8je4vKejhPTBz4BS3YKnOjGvv07yiNubpIYsvc");
    follows(&keys, &from, "accept", 0, cid[0], &names);

    for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        of = from;
        part = (cg_str_t *[]) { &of.site, &of.policy, &of.form, &of.address,
                                &of.agent }[i];
        part->len--;

        follows(&keys, &of, "accept", 0, cid[1], &names);
        ok(memcmp(cid[0], cid[1], sizeof(cid[0])) != 0,
           "another %s is another person", parts[i]);
    }
}


static cg_once_names_t
named(unsigned n)
{
    cg_once_names_t  names;

    memset(&names, 0, sizeof(names));
    memcpy(names.nonce, &n, sizeof(n));
    names.nonce[7] = (unsigned char) (n % 255 + 1);

    return names;
}


static void
a_claim_is_one_callers(void)
{
    unsigned          i, free_ones = 0;
    cg_claims_t      *claims = cg_claims_init(malloc(CG_CLAIMS_SIZE));
    cg_once_names_t   a = named(1), b = named(2);

    is_int(cg_claims_take(claims, &a, NOW, HOLD), 1, "it is free");
    is_int(cg_claims_take(claims, &a, NOW + 1, HOLD), 0, "and then is not");
    is_int(cg_claims_take(claims, &b, NOW + 1, HOLD), 1, "another is");
    cg_claims_drop(claims, &a);
    is_int(cg_claims_take(claims, &a, NOW + 2, HOLD), 1, "until it is dropped");
    is_int(cg_claims_take(claims, &a, NOW + 1 + HOLD, HOLD), 0,
           "or its time is over");
    is_int(cg_claims_take(claims, &a, NOW + 2 + HOLD, HOLD), 1,
           "whatever became of the first");

    for (i = 0; i < 100000; i++) {
        a = named(i);
        free_ones += (unsigned) cg_claims_take(claims, &a, NOW + 9 * HOLD,
                                               HOLD);
    }

    ok(free_ones > 99000, "a flood fills nothing");
    cg_claims_drop(claims, &b);
    free(claims);
}


int
main(void)
{
    a_form_leads_where_it_led();
    whatever_differs_is_another();
    a_claim_is_one_callers();

    return tap_done();
}
