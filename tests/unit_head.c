#include "tap.h"
#include "heap.h"
#include "site.h"

#include "gate/cg_head.h"


static cg_str_t
said(heap_t *heap, cg_out_t *out, const cg_policy_t *policy, uint32_t granted,
    cg_str_t nonce)
{
    cg_head_text_t  *head = cg_head_create(&heap->arena, policy);

    cg_out_init(out, &heap->arena, 4096);
    cg_head_write(out, head, granted, 0, nonce);

    return cg_out_slice(out);
}


static cg_str_t
written(heap_t *heap, cg_out_t *out, const site_t *site, uint32_t granted,
    cg_str_t nonce)
{
    return said(heap, out, site->policy, granted, nonce);
}


static int
has(cg_str_t s, const char *text)
{
    size_t    i;
    cg_str_t  part = cg_str_from(text);

    for (i = 0; i + part.len <= s.len; i++) {
        if (memcmp(s.data + i, part.data, part.len) == 0) {
            return 1;
        }
    }

    return 0;
}


static void
a_shut_visitor_gets_stubs_and_denials(void)
{
    size_t    i;
    int       ascii = 1;
    heap_t    heap;
    site_t    site;
    cg_out_t  out;
    cg_str_t  got;

    heap_init(&heap);
    site_init(&site, "hold");
    got = written(&heap, &out, &site, 0, cg_str("a\"b"));

    ok(cg_str_starts(got, cg_str("<script data-ngxc-ui nonce=\"a&#34;b\">"
                                 "((w,fns,queues)=>{")),
       "marked as ours, with the nonce, without the file's comment");
    ok(has(got, "})(window,[\"ga\",\"gtag\",\"fbq\",\"_fbq\"],"
                "[\"dataLayer\"]);"),
       "each global once, functions and queues apart");
    ok(has(got, "{let w=window,d='denied',g='granted';")
       && has(got, "gtag('consent','default',{analytics_storage:d,"
                   "ad_storage:d});}</script>"),
       "Consent Mode defaults say what is so");
    ok(got.len <= 1500, "all together at most 1500 bytes (%zu)", got.len);

    for (i = 0; i < got.len; i++) {
        ascii = ascii && got.data[i] < 0x80;
    }

    ok(ascii && !has(cg_str_sub(got, 1, got.len - 9), "</"),
       "pure ASCII, one element");

    site_drop(&site);
    heap_drop(&heap);
}


static void
a_decided_visitor_gets_little(void)
{
    heap_t    heap;
    site_t    site;
    cg_out_t  out;
    cg_str_t  got;

    heap_init(&heap);
    site_init(&site, "hold");

    got = written(&heap, &out, &site, 3, cg_str_null);
    ok(cg_str_starts(got, cg_str("<script data-ngxc-ui>{let w=window,")),
       "everything granted: no stub");
    ok(has(got, "{analytics_storage:g,ad_storage:g}"),
       "everything granted: said so");
    ok(got.len <= 500, "at most 500 bytes (%zu)", got.len);

    got = written(&heap, &out, &site, SITE_ANALYTICS, cg_str_null);
    ok(has(got, "(window,[\"fbq\",\"_fbq\"],[]);"),
       "one purpose granted: stubs of the others only");

    got = written(&heap, &out, &site, SITE_MARKETING, cg_str_null);
    ok(has(got, "(window,[\"ga\",\"gtag\"],[\"dataLayer\"]);"),
       "the other one granted: its stubs go");

    site_drop(&site);
    heap_drop(&heap);
}


static void
nothing_to_say_is_nothing(void)
{
    heap_t        heap;
    cg_out_t      out;
    cg_policy_t   policy;
    cg_purpose_t  purposes[2];

    heap_init(&heap);
    memset(&policy, 0, sizeof(policy));
    memset(purposes, 0, sizeof(purposes));
    policy.purposes = purposes;
    policy.npurposes = 1;

    is_str(said(&heap, &out, &policy, 0, cg_str("n")), cg_str(""),
           "no signal, no stub: nothing");

    purposes[0].signal = cg_str("ad_storage");
    purposes[0].required = 1;
    ok(has(said(&heap, &out, &policy, 0, cg_str_null),
           "{ad_storage:g}"),
       "a required purpose is granted");

    purposes[1].signal = cg_str("ad_user_data,ad_storage");
    purposes[1].bit = 1;
    policy.npurposes = 2;
    ok(has(said(&heap, &out, &policy, 0, cg_str_null),
           "{ad_storage:d,ad_user_data:d}"),
       "a signal of several purposes is granted by all of them only");

    heap_drop(&heap);
}


static void
a_shared_global_belongs_to_whoever_is_open(void)
{
    heap_t          heap;
    cg_out_t        out;
    cg_str_t        stubs[] = { { 9, (const unsigned char *) "dataLayer" },
                                { 6, (const unsigned char *) "_paq[]" },
                                { 10, (const unsigned char *) "_sat.track" } };
    cg_str_t        queue = cg_str("dataLayer[]");
    cg_policy_t     policy;
    cg_vendor_t     one, two;
    cg_purpose_t    purposes[2];
    cg_recipient_t  recipients[2];

    heap_init(&heap);
    memset(&policy, 0, sizeof(policy));
    memset(&one, 0, sizeof(one));
    memset(purposes, 0, sizeof(purposes));
    memset(recipients, 0, sizeof(recipients));
    purposes[0].bit = 1;
    purposes[1].bit = 2;
    one.stubs = stubs;
    one.nstubs = 3;
    two = one;
    two.stubs = &queue;
    two.nstubs = 1;
    recipients[0].vendor = &one;
    recipients[0].purpose = &purposes[0];
    recipients[1].vendor = &two;
    recipients[1].purpose = &purposes[1];
    policy.recipients = recipients;
    policy.nrecipients = 2;

    ok(has(said(&heap, &out, &policy, 2, cg_str_null),
           "(window,[\"_sat.track\"],[\"_paq\"]);</script>"),
       "a global that an open vendor shares is left alone");

    purposes[1].bit = 0;
    purposes[1].required = 1;
    ok(has(said(&heap, &out, &policy, 0, cg_str_null),
           "(window,[\"_sat.track\"],[\"_paq\"]);</script>"),
       "so is one that a vendor of a required purpose shares");

    recipients[1].purpose = NULL;
    ok(has(said(&heap, &out, &policy, 0, cg_str_null),
           "(window,[\"_sat.track\"],[\"dataLayer\",\"_paq\"]);</script>"),
       "a vendor without a purpose opens nothing");

    heap_drop(&heap);
}


/* Whoever reads the address of a page does not read its visitor's. */

static void
the_address_is_scrubbed_for_third_parties(void)
{
    size_t          n;
    heap_t          heap;
    cg_out_t        out;
    cg_str_t        got, nonce = cg_str_null;
    cg_str_t        keys[] = { { 5, (const unsigned char *) "email" },
                               { 3, (const unsigned char *) "a.b" } };
    cg_policy_t     policy;
    cg_vendor_t     vendor;
    cg_purpose_t    purposes[2];
    cg_recipient_t  who;

    heap_init(&heap);
    memset(&policy, 0, sizeof(policy));
    memset(&vendor, 0, sizeof(vendor));
    memset(purposes, 0, sizeof(purposes));
    memset(&who, 0, sizeof(who));
    purposes[0].bit = 1;
    purposes[1].bit = 2;
    who.vendor = &vendor;
    who.purpose = &purposes[0];
    policy.recipients = &who;
    policy.nrecipients = 1;
    policy.scrub = keys;
    policy.nscrub = 2;

    is_str(said(&heap, &out, &policy, 2, nonce), cg_str(""),
           "while no third party is open, nothing is taken out");
    got = said(&heap, &out, &policy, 1, cg_str("n"));
    ok(cg_str_starts(got, cg_str("<script data-ngxc-ui nonce=\"n\">{let d"))
       && has(got, "/^(email|a\\.b)$/i.test(unescape(k))"),
       "where one is, a script of its own has the keys");

    who.role = CG_ROLE_JOINT;
    ok(has(said(&heap, &out, &policy, 1, nonce), "email"),
       "a joint party is one");
    who.role = CG_ROLE_PROCESSOR;
    is_int(said(&heap, &out, &policy, 3, nonce).len, 0, "a processor is none");
    policy.unlisted_host = CG_UNLISTED_PURPOSE;
    policy.unlisted_host_purpose = &purposes[1];
    ok(has(said(&heap, &out, &policy, 2, nonce), "email"),
       "nobody knows what unlisted ones are");
    policy.unlisted_host = CG_UNLISTED_ALLOW;
    ok(has(said(&heap, &out, &policy, 0, nonce), "email"),
       "where they are allowed, without any choice");

    policy.unlisted_host = CG_UNLISTED_HOLD;
    who.role = CG_ROLE_THIRD;
    purposes[0].bit = 0;
    purposes[0].required = 1;
    ok(has(said(&heap, &out, &policy, 0, nonce), "email"),
       "a required third party needs no choice either");

    purposes[1].signal = cg_str("ad_storage,analytics_storage");
    policy.purposes = purposes;
    policy.npurposes = 2;
    n = said(&heap, &out, &policy, 2, nonce).len;
    ok(n > 300 && n <= 500, "with consent defaults: %zu bytes of 500", n);

    heap_drop(&heap);
}


/* Where Microsoft's tags are in the policy they find the state when they load,
 * as Google's do. */

static void
microsofts_tags_hear_it_first(void)
{
    heap_t          heap;
    cg_out_t        out;
    cg_str_t        got, uetq = cg_str("uetq[]"), clarity = cg_str("clarity");
    cg_policy_t     policy;
    cg_vendor_t     vendors[2];
    cg_purpose_t    purposes[2];
    cg_recipient_t  who[2];

    heap_init(&heap);
    memset(&policy, 0, sizeof(policy));
    memset(vendors, 0, sizeof(vendors));
    memset(purposes, 0, sizeof(purposes));
    memset(who, 0, sizeof(who));
    purposes[0].bit = 1;
    purposes[0].signal = cg_str("analytics_storage,functionality_storage,"
                                "personalization_storage,security_storage");
    purposes[1].bit = 2;
    purposes[1].signal = cg_str("ad_storage,ad_user_data,ad_personalization");
    vendors[0].stubs = &uetq;
    vendors[1].stubs = &clarity;
    vendors[0].nstubs = vendors[1].nstubs = 1;
    who[0].vendor = &vendors[0];
    who[0].purpose = &purposes[1];
    who[1].vendor = &vendors[1];
    who[1].purpose = &purposes[0];
    policy.purposes = purposes;
    policy.npurposes = 2;
    policy.recipients = who;

    ok(!has(said(&heap, &out, &policy, 3, cg_str_null), "uetq"),
       "a policy without Microsoft's tags: not a word about them");

    policy.nrecipients = 2;
    got = said(&heap, &out, &policy, 3, cg_str_null);
    ok(has(got, ".push('consent','default',{ad_storage:g});")
       && has(got, "'consentv2',{ad_Storage:g,analytics_Storage:g});}"),
       "with them: each in its own words");
    ok(got.len <= 500, "all signals, all tags: %zu bytes of 500", got.len);

    got = said(&heap, &out, &policy, 1, cg_str_null);
    ok(has(got, "(window,[],[\"uetq\"]);{let ")
       && has(got, "'default',{ad_storage:d}")
       && has(got, "{ad_Storage:d,analytics_Storage:g}"),
       "behind the stubs, and what is so");

    purposes[1].signal = cg_str_null;
    got = said(&heap, &out, &policy, 2, cg_str_null);
    ok(!has(got, ".push('consent") && has(got, "{ad_Storage:d,"),
       "a signal that nobody can grant is denied, or not told");

    heap_drop(&heap);
}


static void
analytics_is_off_where_another_tag_would_serve_it(void)
{
    heap_t    heap;
    site_t    site;
    cg_out_t  out;

    heap_init(&heap);
    site_init(&site, "hold");

    ok(!has(written(&heap, &out, &site, 0, cg_str_null), "ga-disable"),
       "all of Google's tags are held: no switch is needed");
    ok(!has(written(&heap, &out, &site, 3, cg_str_null), "ga-disable"),
       "... nor where all are granted");

    ((cg_recipient_t *) &site.policy->recipients[1])->purpose
        = cg_policy_purpose(site.policy, cg_str("necessary"));
    ok(cg_str_eq(site.policy->recipients[1].vendor->id,
                 cg_str("google-tag-manager"))
       && has(written(&heap, &out, &site, 0, cg_str_null), "'ga-disable-'"),
       "a tag manager is let through, and analytics is not: off");
    ok(!has(written(&heap, &out, &site, SITE_ANALYTICS, cg_str_null),
            "ga-disable"), "... until it is granted");

    site_drop(&site);
    heap_drop(&heap);
}


static void
an_advanced_vendor_keeps_its_globals(void)
{
    heap_t           heap;
    site_t           site;
    size_t           i;
    cg_out_t         out;
    cg_str_t         got;
    cg_head_text_t  *head;
    cg_recipient_t  *who;

    heap_init(&heap);
    site_init(&site, "hold");

    for (i = 0; i < site.policy->nrecipients; i++) {
        who = (cg_recipient_t *) &site.policy->recipients[i];
        who->advanced = cg_str_eq(who->vendor->id,
                                  cg_str("google-analytics")) != 0;
    }

    head = cg_head_create(&heap.arena, site.policy);
    cg_out_init(&out, &heap.arena, 4096);
    cg_head_write(&out, head, 0, SITE_ANALYTICS, cg_str_null);
    got = cg_out_slice(&out);

    ok(has(got, "(window,[\"fbq\",\"_fbq\"],[]);"),
       "an advanced vendor that loads ahead of the choice gets no stubs");
    ok(has(got, "{analytics_storage:d,ad_storage:d});"
                "gtag('set','ads_data_redaction',true);"),
       "... it is told that nothing is granted, and to leave out clicks");

    cg_out_reset(&out);
    cg_head_write(&out, head, 0, 0, cg_str_null);
    got = cg_out_slice(&out);
    ok(has(got, "\"gtag\"") && !has(got, "redaction"),
       "once somebody refused, it is a vendor like others");

    site_drop(&site);
    heap_drop(&heap);
}


int
main(void)
{
    an_advanced_vendor_keeps_its_globals();
    analytics_is_off_where_another_tag_would_serve_it();
    a_shut_visitor_gets_stubs_and_denials();
    a_decided_visitor_gets_little();
    nothing_to_say_is_nothing();
    a_shared_global_belongs_to_whoever_is_open();

    the_address_is_scrubbed_for_third_parties();
    microsofts_tags_hear_it_first();

    return tap_done();
}
