/* A policy as the builder would freeze it, for what shows policies: three
 * optional purposes, vendors, clauses, two languages. */

#ifndef NOTICE_POLICY_H
#define NOTICE_POLICY_H

#include "policy/cg_policy.h"

#define S(literal)  { sizeof(literal) - 1, (const unsigned char *) (literal) }
#define N(array)    (sizeof(array) / sizeof((array)[0]))

static const cg_str_t  np_languages[] = { S("en"), S("ja") };

static const cg_clause_t  np_clauses[] = {
    { .id = S("EX-2.1"), .text = S("Cookies that the website needs") },
    { .id = S("EX-4.2"),
      .text = S("Google Analytics is used to analyse access logs") },
    { .id = S("EX-5"), .text = S("Videos of products come from YouTube") },
};

static const cg_contact_t  np_contacts[] = {
    { .name = S("Privacy Desk"), .url = S("https://example.org/contact/") },
};

static const cg_purpose_t  np_purposes[] = {
    { .id = S("necessary"), .required = 1, .clause = S("EX-2.1") },
    { .id = S("analytics"), .bit = 1, .slot = 1, .clause = S("EX-4.2"),
      .signal = S("analytics_storage") },
    { .id = S("marketing"), .bit = 2, .slot = 2 },
    { .id = S("media"), .bit = 4, .slot = 3, .clause = S("EX-5") },
    { .id = S("functional"), .bit = 8, .slot = 4 },    /* np_policy_of_five() */
    { .id = S("fonts"), .bit = 16, .slot = 5 },
};

#define NP_PURPOSES  4             /* one of them required */

static const cg_str_t  np_receives[] = {
    S("ip"), S("cookie_id"), S("url"), S("referrer"), S("ua")
};

static const cg_vendor_cookie_t  np_ga_cookies[] = {
    { .name = S("_ga"), .pattern = S("_ga"), .lifetime = 2 * 365 * 86400,
      .description = S("Distinguishes visitors") },
    { .pattern = S("^_ga_"), .lifetime = 2 * 365 * 86400,
      .description = S("Keeps session state") },
    { .name = S("_gid"), .pattern = S("_gid"), .lifetime = 86400,
      .description = S("Distinguishes visitors of a day") },
};

static const cg_vendor_cookie_t  np_fb_cookies[] = {
    { .name = S("_fbp"), .pattern = S("_fbp"), .lifetime = 90 * 86400,
      .description = S("Identifies browsers for advertising") },
};

static const cg_vendor_cookie_t  np_yt_cookies[] = {
    { .name = S("YSC"), .pattern = S("YSC"),
      .description = S("Counts views of a video") },
};

static const cg_vendor_t  np_vendors[] = {
    { .id = S("google-analytics"), .name = S("Google Analytics"),
      .provider = S("Google LLC"), .country = S("US"),
      .privacy = S("https://policies.google.com/privacy"),
      .receives = np_receives, .nreceives = 5,
      .cookies = np_ga_cookies, .ncookies = N(np_ga_cookies) },
    { .id = S("meta-pixel"), .name = S("Meta Pixel"),
      .provider = S("Meta Platforms, Inc."), .country = S("US"),
      .privacy = S("https://www.facebook.com/privacy/policy/"),
      .receives = np_receives, .nreceives = 4,
      .cookies = np_fb_cookies, .ncookies = N(np_fb_cookies) },
    { .id = S("youtube"), .name = S("YouTube"),
      .provider = S("Google LLC"), .country = S("US"),
      .privacy = S("https://policies.google.com/privacy"),
      .receives = np_receives, .nreceives = 3,
      .cookies = np_yt_cookies, .ncookies = N(np_yt_cookies) },
    { .id = S("google-maps"), .name = S("Google Maps"),
      .provider = S("Google LLC"), .country = S("US"),
      .receives = np_receives, .nreceives = 3 },
};

static const cg_recipient_t  np_recipients[] = {
    { .vendor = &np_vendors[0], .purpose = &np_purposes[1],
      .role = CG_ROLE_PROCESSOR, .clause = S("EX-4.2") },
    { .vendor = &np_vendors[1], .purpose = &np_purposes[2],
      .role = CG_ROLE_JOINT },
    { .vendor = &np_vendors[2], .purpose = &np_purposes[3],
      .role = CG_ROLE_THIRD, .clause = S("EX-5") },
    { .vendor = &np_vendors[3], .purpose = &np_purposes[3],
      .role = CG_ROLE_THIRD, .clause = S("EX-4.2") },
};


/* Its slices live for ever; what points into the struct itself, does not. */

__attribute__((unused)) static cg_policy_t
np_policy(void)
{
    cg_policy_t  policy;

    memset(&policy, 0, sizeof(policy));

    policy.id = cg_str("example");
    policy.controller = cg_str("Example Corporation");
    policy.contact_name = cg_str("Privacy Desk");
    policy.contact_url = cg_str("https://example.org/contact/");
    policy.contacts = np_contacts;
    policy.ncontacts = N(np_contacts);
    policy.notice = cg_str("/privacy/");
    policy.version = 3;
    policy.revised = cg_str("2023-04-01");
    policy.languages = np_languages;
    policy.nlanguages = N(np_languages);
    policy.clauses = np_clauses;
    policy.nclauses = N(np_clauses);
    policy.purposes = np_purposes;
    policy.npurposes = NP_PURPOSES;
    policy.recipients = np_recipients;
    policy.nrecipients = N(np_recipients);
    policy.optional = 7;
    memset(policy.terms_hash, 't', sizeof(policy.terms_hash));
    memset(policy.text_hash, 'x', sizeof(policy.text_hash));

    return policy;
}

/* Five optional purposes, two of them without a vendor. */

__attribute__((unused)) static cg_policy_t
np_policy_of_five(void)
{
    cg_policy_t  policy = np_policy();

    policy.npurposes = N(np_purposes);
    policy.optional = 31;

    return policy;
}

#endif /* NOTICE_POLICY_H */
