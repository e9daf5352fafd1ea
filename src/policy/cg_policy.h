/*
 * The promises of a site, frozen: purposes, vendors, cookies, texts, and who
 * is behind a host, a path, a script or a cookie.
 *
 * Built once by the builder (cg_policy_build.h), read-only afterwards, shared
 * by whoever wants.  It says who is concerned, never whether that is allowed:
 * cg_judge.h does.  Every slice lives as long as the policy's arena.
 */

#ifndef CG_POLICY_H
#define CG_POLICY_H

#include "address/cg_address.h"
#include "base/cg_crypto.h"
#include "base/cg_re.h"


typedef struct cg_matcher_s   cg_matcher_t;    /* private */


typedef enum {
    CG_ROLE_THIRD = 0,             /* the strictest is the default */
    CG_ROLE_SELF,
    CG_ROLE_PROCESSOR,
    CG_ROLE_JOINT
} cg_role_t;

#define CG_ROLES  4

/* How what a vendor receives gets there. */

typedef enum {
    CG_PATH_DIRECT = 0,            /* from the visitor's browser */
    CG_PATH_RELAYED                /* through the site's own host */
} cg_path_t;

/* What becomes of a third party or a cookie that nobody declared. */

typedef enum {
    CG_UNLISTED_HOLD = 0,
    CG_UNLISTED_ALLOW,
    CG_UNLISTED_PURPOSE            /* tied to a declared purpose */
} cg_unlisted_t;

/* How the banner stands in the page; never in front of all of it, and on a
 * narrow screen always as a bar at the bottom. */

typedef enum {
    CG_LAYOUT_BAR = 0,
    CG_LAYOUT_BOX,                 /* in the corner where lines end */
    CG_LAYOUT_CENTER
} cg_layout_t;


typedef struct {
    cg_str_t      id;              /* [a-z][a-z0-9_]* */
    uint32_t      bit;             /* 1 << (slot - 1); 0: required, no choice */
    unsigned      slot;            /* 1 .. 32; 0: none */
    unsigned      required:1;      /* always on: "strictly necessary" */
    unsigned      sensitive:1;     /* opens in sensitive locations, too */
    cg_str_t      clause;          /* may be absent */
    cg_str_t      signal;          /* Google Consent Mode names, a comma
                                      between them; may be absent */
} cg_purpose_t;

typedef struct {
    cg_str_t      name;            /* exact; absent if `re` is set */
    cg_re_t      *re;              /* searched, case-sensitive */
    cg_str_t      pattern;         /* as written, for tables */
    int64_t       lifetime;        /* seconds; 0: session */
    cg_str_t      description;     /* may be absent */
} cg_vendor_cookie_t;

/* A key of localStorage or sessionStorage. */

typedef struct {
    cg_str_t      key;             /* "*" in it: any characters */
    cg_str_t      description;     /* may be absent */
} cg_vendor_storage_t;

typedef struct {
    cg_str_t             id;       /* [a-z0-9][a-z0-9-]* */
    cg_str_t             name;
    cg_str_t             provider;
    cg_str_t             country;  /* ISO 3166-1 alpha-2 */
    cg_str_t             privacy;  /* URL, may be absent */
    const cg_str_t      *receives;
    size_t               nreceives;
    const cg_vendor_cookie_t  *cookies;
    size_t               ncookies;
    const cg_vendor_storage_t  *storages;
    size_t               nstorages;
    const cg_str_t      *stubs;    /* globals that pages call; "name[]": an
                                      array that pages push to */
    size_t               nstubs;
} cg_vendor_t;

/* A vendor under a policy. */

typedef struct {
    const cg_vendor_t   *vendor;
    const cg_purpose_t  *purpose;
    cg_role_t            role;
    cg_str_t             clause;   /* the vendor's, else the purpose's */
    cg_path_t            path;
    unsigned             advanced:1;   /* Google Consent Mode: it loads before
                                          the visitor has decided, and is told
                                          that nothing is granted */
    cg_str_t             contract; /* the processor's; these may be absent: */
    cg_str_t             approval; /* who allowed it */
    cg_str_t             info;     /* URL: the law of the vendor's country */
    const char          *file;     /* where the line stands */
    unsigned             line;
} cg_recipient_t;

typedef struct {
    cg_str_t      id;
    cg_str_t      text;
    unsigned      organisational:1;    /* nothing that a proxy enforces */
} cg_clause_t;

/* A line that cites a clause: `directive` is its first word. */

typedef struct {
    cg_str_t      directive;
    cg_str_t      clause;
    const char   *file;
    unsigned      line;
} cg_cite_t;

/* Who answers questions, and how to reach them; all but the name may be
 * absent. */

typedef struct {
    cg_str_t      name;
    cg_str_t      url;             /* http, https, or a path of the site */
    cg_str_t      postal;
    cg_str_t      tel;             /* digits, blanks and "+-()." */
    cg_str_t      fax;
    cg_str_t      email;           /* name@host */
} cg_contact_t;

/* The group's site for another region. */

typedef struct {
    cg_str_t      code;            /* "EU", "US", "APAC" */
    cg_str_t      name;
    cg_str_t      url;
} cg_region_t;

/* Joint use of personal data: with whom, of what, and who answers for it. */

typedef struct {
    cg_str_t         party;
    cg_str_t         country;      /* ISO 3166-1 alpha-2 */
    const cg_str_t  *items;        /* "name", "cookie_id" */
    size_t           nitems;
    cg_str_t         responsible;
} cg_joint_use_t;

/* What is told of visitors' addresses: cg_policy_address(). */

typedef struct {
    cg_address_form_t    form;     /* nothing but `full` was asked for: FULL */
    unsigned             combine:1;    /* reduced where something else tells
                                          who it is */
    const cg_purpose_t  *purpose;  /* where it is granted the site gets all of
                                      it; NULL: nowhere */
    cg_str_t             clause;   /* may be absent */
} cg_policy_address_t;

typedef struct {
    cg_str_t      lang;            /* "ja" */
    cg_str_t      key;             /* "banner.title" */
    cg_str_t      text;            /* UTF-8 */
    const char   *file;            /* where it stands, for messages */
    unsigned      line;
} cg_text_t;


typedef struct {

    /* what every request asks for, near together */

    cg_str_t               id;
    uint32_t               optional;       /* all bits a visitor may grant */
    uint32_t               advanced;       /* those with an advanced vendor */
    uint32_t               version;
    uint32_t               material_since; /* grants below it are stale */
    unsigned               signal_gpc:1;
    unsigned               signal_dnt:1;
    cg_unlisted_t          unlisted_host;
    const cg_purpose_t    *unlisted_host_purpose;
    const cg_matcher_t    *matcher;        /* private */
    uint32_t               starts[8];      /* private */
    cg_str_t               referrer;       /* Referrer-Policy, may be absent */
    const cg_str_t        *scrub;          /* keys of queries that third
                                              parties do not get */
    size_t                 nscrub;
    const cg_str_t        *languages;      /* first one is the default */
    size_t                 nlanguages;

    cg_str_t               controller;
    cg_str_t               contact_name;   /* of the main contact, */
    cg_str_t               contact_url;    /*   both may be absent */
    const cg_contact_t    *contacts;       /* the main one first */
    size_t                 ncontacts;
    cg_str_t               operator_name;  /* runs the site for the controller,
                                              may be absent */
    cg_str_t               operator_contract;
    cg_str_t               notice;         /* URL of the privacy policy */
    cg_str_t               enacted;        /* YYYY-MM-DD, may be absent */
    cg_str_t               revised;
    cg_str_t               effective;
    cg_str_t               approver;       /* name, may be absent */
    cg_str_t               jurisdiction;   /* ISO 3166-1 alpha-2 or "EU", may
                                              be absent */

    const cg_clause_t     *clauses;
    size_t                 nclauses;
    const cg_cite_t       *cites;          /* all lines with clause=, in
                                              source order */
    size_t                 ncites;
    const cg_purpose_t    *purposes;       /* in source order */
    size_t                 npurposes;
    const cg_recipient_t  *recipients;
    size_t                 nrecipients;
    const cg_str_t        *own_hosts;      /* patterns, for cg_site_t */
    size_t                 nown_hosts;
    const cg_text_t       *texts;          /* overrides */
    size_t                 ntexts;
    const cg_region_t     *regions;
    size_t                 nregions;
    const cg_str_t        *personal;       /* items called personal data */
    size_t                 npersonal;
    const cg_joint_use_t  *joint_uses;
    size_t                 njoint_uses;
    unsigned               roles;          /* 1 << cg_role_t: those that its
                                              vendors may have */

    cg_unlisted_t          unlisted_cookie;
    const cg_purpose_t    *unlisted_cookie_purpose;

    int64_t                grant_lifetime;     /* seconds */
    int64_t                refusal_lifetime;
    int64_t                cookie_lifetime;    /* of any cookie; 0: no limit */
    cg_layout_t            layout;
    unsigned               layout_top:1;   /* of a bar; else at the bottom */
    cg_str_t               style;          /* path of the site's own style
                                              sheet for the pages under
                                              consent_uri, may be absent */
    cg_policy_address_t    address;

    unsigned char          slots_hash[CG_SHA256_LEN];  /* ordered slots */
    unsigned char          terms_hash[CG_SHA256_LEN];  /* what was agreed to */
    unsigned char          text_hash[CG_SHA256_LEN];   /* all else */
} cg_policy_t;


/* Who is concerned, and under which promise. */

typedef struct {
    cg_str_t             vendor;   /* id; "unlisted" for nobody declared;
                                      absent for a cookie of the site's own */
    const cg_purpose_t  *purpose;  /* NULL: no purpose covers it */
    cg_str_t             clause;   /* may be absent */
    unsigned             outside:1;    /* a recipient of role third or joint */
    unsigned             advanced:1;   /* as in cg_recipient_t */
} cg_match_t;


/* The recipient behind a normalised host and its path (with query).  Longest
 * host, then longest path pattern wins; a vendor that the policy does not name
 * matches with purpose NULL.  CG_NONE: no vendor block names it. */
cg_status_t cg_policy_match_url(const cg_policy_t *policy, cg_str_t host,
    cg_str_t path, cg_match_t *match);

/* A tracking endpoint relayed through the own host.  CG_NONE: none. */
cg_status_t cg_policy_match_path(const cg_policy_t *policy, cg_str_t path,
    cg_match_t *match);

/* Where a vendor lives: a `host` or a `url` of a vendor block. */

typedef struct {
    cg_str_t    host;          /* normalised; its sub-domains too */
    cg_str_t    path;          /* as written, "*" in it; empty: every path */
    cg_match_t  match;         /* what cg_policy_match_url() says there */
} cg_endpoint_t;

/* The i-th one of all vendor blocks, for whoever has to list them; one host's
 * are neighbours, the longest path first.  CG_NONE: behind the last one. */
cg_status_t cg_policy_endpoint(const cg_policy_t *policy, size_t i,
    cg_endpoint_t *endpoint);

/* Every recipient that the text of an inline script loads or sets, each once,
 * up to `max`; returns how many: where that is `max`, there may be more, so
 * hold.  A regular expression that hits its match limit counts as matched: it
 * could not be seen to be harmless.  What marks a vendor:
 *   inline "text"  anywhere, ASCII letters in any case
 *   inline ~ re    in the script as it stands
 *   host, url      "//host", "host/path", ".host/path" in it, matched like
 *                  the URL of an attribute
 *   cookie NAME    quoted or as NAME=, where the script uses a `.cookie`
 * "\/", "\x2F" and "\u002F" are read as the character that they stand for.
 * A call of a vendor's global alone is no mark: it meets a stub. */
size_t cg_policy_match_inline(const cg_policy_t *policy, cg_str_t script,
    cg_match_t *matches, size_t max);

/* Whose cookie it is.  CG_NONE: nobody declared it. */
cg_status_t cg_policy_match_cookie(const cg_policy_t *policy, cg_str_t name,
    cg_match_t *match);

/* The form of a visitor's address that the site gets, and the one that nginx
 * prints into its logs.  `granted`: bits; `identified`: the request has
 * something else that tells who it is. */

typedef struct {
    cg_address_form_t  site;
    cg_address_form_t  log;
} cg_address_forms_t;

cg_address_forms_t cg_policy_address(const cg_policy_t *policy,
    uint32_t granted, int identified);

/* NULL: the policy declares no such purpose. */
const cg_purpose_t *cg_policy_purpose(const cg_policy_t *policy, cg_str_t id);

/* A cookie of the site's own. */

typedef struct {
    cg_str_t             name;
    int                  is_pattern;   /* `name` is an expression */
    const cg_purpose_t  *purpose;      /* NULL: none covers it */
} cg_own_cookie_t;

/* The i-th of the policy's `cookie` lines.  CG_NONE: behind the last one. */
cg_status_t cg_policy_own_cookie(const cg_policy_t *policy, size_t i,
    cg_own_cookie_t *cookie);

/* The clause that the first line of `directive` ("lifetime") that cites one
 * cites, or absent. */
cg_str_t cg_policy_clause(const cg_policy_t *policy, cg_str_t directive);

/* What a vendor of role joint receives though no `joint_use` names it: the
 * i-th such item and its recipient.  CG_NONE: behind the last one. */
cg_status_t cg_policy_unshared(const cg_policy_t *policy, size_t i,
    const cg_recipient_t **recipient, cg_str_t *item);

/* The override of a message, or absent. */
cg_str_t cg_policy_text(const cg_policy_t *policy, cg_str_t lang,
    cg_str_t key);

#endif /* CG_POLICY_H */
