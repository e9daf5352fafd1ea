/*
 * What the visitor sees, as HTML out of a policy: banner, settings link,
 * preferences page, confirmation and error pages; the messages in each
 * language.  Output is pure ASCII (numeric references), so that it is right in
 * any page's charset.  Nothing here decides anything.
 */

#ifndef CG_NOTICE_H
#define CG_NOTICE_H

#include "policy/cg_policy.h"
#include "consent/cg_consent.h"
#include "base/cg_out.h"


/* A notice is a promise about what was shown: a stateless MAC over policy,
 * text hash, language, control and time, valid for 24 hours. */

#define CG_NOTICE_VALID  86400     /* seconds */
#define CG_NOTICE_TEXT   256       /* bytes of one, at most */

typedef struct {
    cg_str_t       lang;           /* one of the policy's languages */
    cg_str_t       control;        /* "banner", "page", "confirm",
                                      "api", "frame" */
    int64_t        shown;          /* seconds since the epoch */
    unsigned char  hash[CG_SHA256_LEN];    /* of the text shown, see below */
} cg_notice_t;

/* What visitors are shown, as a page that needs nothing else and is the same
 * wherever it stands: what the banner says, purposes with their vendors, the
 * preferences page's texts, whom to ask.  Its hash is the SHA-256 of its
 * bytes. */

#define CG_NOTICE_HTML  (64 * 1024 * 1024)  /* bytes of one, at most */

typedef struct {
    cg_str_t       lang;
    cg_str_t       html;
    unsigned char  hash[CG_SHA256_LEN];
} cg_notice_text_t;

typedef struct {
    cg_notice_text_t  *texts;
    size_t             n;          /* 1 at least: English, if no language */
} cg_notice_texts_t;

/* In each language of the policy.  NULL: no memory, or too long. */
const cg_notice_texts_t *cg_notice_texts(cg_arena_t *arena,
    const cg_policy_t *policy);

/* `lang` as cg_notice_lang() returned it. */
const cg_notice_text_t *cg_notice_text(const cg_notice_texts_t *texts,
    cg_str_t lang);

/* Appends <lang>.<control>.<shown>.<hash, 16 hex>.<MAC, 22 base64url>. */
void cg_notice_write(cg_out_t *out, const cg_keys_t *keys, cg_str_t site,
    const cg_policy_t *policy, const cg_notice_t *notice);

/* CG_EINVAL: malformed, forged, of another text, from the future or too old. */
CG_MUST_CHECK cg_status_t cg_notice_read(cg_str_t text, const cg_keys_t *keys,
    cg_str_t site, const cg_policy_t *policy, const cg_notice_texts_t *texts,
    int64_t now, cg_notice_t *notice);


/* What was decided a moment ago, for the page that follows a form: a MAC over
 * site, policy, what and when, in an address.  It names nobody and opens
 * nothing. */

#define CG_SAID_VALID  300         /* seconds */
#define CG_SAID_TEXT   64          /* bytes of one, at most */

typedef enum {
    CG_SAID_NONE = 0,
    CG_SAID_SAVED,                 /* something is granted */
    CG_SAID_REFUSED,
    CG_SAID_WITHDRAWN
} cg_said_kind_t;

typedef struct {
    cg_said_kind_t  kind;
    int64_t         at;            /* seconds since the epoch */
} cg_said_t;

/* Appends <word>.<at>.<MAC, 22 base64url>; not of CG_SAID_NONE. */
void cg_said_write(cg_out_t *out, const cg_keys_t *keys, cg_str_t site,
    const cg_policy_t *policy, const cg_said_t *said);

/* CG_EINVAL: malformed, forged, of another site, from the future, too old. */
CG_MUST_CHECK cg_status_t cg_said_read(cg_str_t text, const cg_keys_t *keys,
    cg_str_t site, const cg_policy_t *policy, int64_t now, cg_said_t *said);


/* The policy's language that serves a reader best: the page's own if the
 * policy has it, else by Accept-Language (RFC 9110, 12.5.4), else the first.
 * Both may be absent. */
cg_str_t cg_notice_lang(const cg_policy_t *policy, cg_str_t page_lang,
    cg_str_t accept_language);

/* The policy's language that serves `lang`, a tag; absent: none does. */
cg_str_t cg_notice_lang_of(const cg_policy_t *policy, cg_str_t lang);

/* 1 if every message exists in `lang`; otherwise *key names a missing one. */
int cg_notice_complete(const cg_policy_t *policy, cg_str_t lang,
    const char **key);

/* CG_EINVAL: nothing would show the policy's `text`, its key is of no message
 * (*word is absent), or would fill its {word}.  Keys and words are those of
 * conf/messages; those of purposes and countries are names, without words. */
CG_MUST_CHECK cg_status_t cg_notice_check(const cg_policy_t *policy,
    const cg_text_t *text, cg_str_t *word);


typedef struct cg_stencil_s  cg_stencil_t;

typedef struct {
    const cg_policy_t   *policy;
    const cg_consent_t  *consent;
    cg_str_t             lang;
    cg_str_t             uri;      /* consent_uri, "/.consent/" */
    cg_str_t             origin;   /* "https://host": goes before each path in
                                      banner, settings link and placeholders,
                                      where the page's <base> would lead it to
                                      another host; else absent */
    cg_str_t             back;     /* path to return to; page and query */
    cg_str_t             notice;   /* as cg_notice_write() made it */
    cg_str_t             once;     /* of this form alone (cg_once.h) */
    cg_str_t             cookie;   /* that remembers a choice; absent:
                                      "ngxc" */
    cg_str_t             nonce;    /* of the page's CSP, for scripts; may be
                                      absent */
    cg_str_t             style_nonce;  /* for styles */
    unsigned             asked:1;  /* for this language, by ?lang= */
    unsigned             live:1;   /* what was held can be released in the
                                      page; zeroed: it is loaded again */
    cg_stencil_t        *stencil;  /* private; NULL */
} cg_view_t;

/* The banner: style, section#ngx-consent, the form, first-stage script. */
void cg_notice_banner(cg_out_t *out, const cg_view_t *view);

/* The settings link of a decided visitor, and the client script. */
void cg_notice_settings(cg_out_t *out, const cg_view_t *view);


/* A whole page.  `message`: a message key to be shown as status ("page.saved",
 * "error.not_recorded"), may be NULL. */

typedef enum {
    CG_PAST_UNASKED = 0,               /* nothing is said of it */
    CG_PAST_READ,
    CG_PAST_FAILED                     /* Redis did not answer */
} cg_past_t;

typedef struct {
    const char          *message;
    int                  error;        /* the message is bad news */
    int                  change;       /* with a link to the choice */
    cg_str_t             from;         /* where the visitor was before; absent:
                                          view->back */
    const cg_token_t    *token;        /* NULL: none */
    cg_past_t            past;
    const struct cg_history_s  *history;   /* cg_rights.h; NULL: no record */
    int                  signal;       /* the browser refuses for its visitor,
                                          whatever counts */
    int                  confirm;      /* an opening choice waits for its
                                          confirmation (DESIGN.md 8) */
    uint32_t             asked;        /* its bits */
    int                  adds;         /* to what is granted now */
    const struct cg_page_right_s  *right;  /* cg_rights.h; NULL: no request */
} cg_page_t;

void cg_notice_page(cg_out_t *out, const cg_view_t *view,
    const cg_page_t *page);


/* The immutable assets.  `name` is what follows consent_uri:
 * "ngx-consent.HASH.js" or ".css".  CG_NONE: no such asset.  current: 0 if the
 * HASH is another one (then the answer must not be cached for long). */
typedef struct {
    cg_str_t    body;
    cg_str_t    type;                  /* media type with charset */
    unsigned    current:1;
} cg_asset_t;

CG_MUST_CHECK cg_status_t cg_notice_asset(cg_str_t name, cg_asset_t *asset);

typedef enum {
    CG_ASSET_SCRIPT = 0,               /* the client */
    CG_ASSET_RELEASE,                  /* its release stage: ".js" as well */
    CG_ASSET_EMBED,                    /* of placeholders */
    CG_ASSET_STYLE,                    /* of our pages */
    CG_ASSET_FRAME                     /* of placeholders: ".css" as well */
} cg_asset_kind_t;

/* Appends the current name of an asset, with the first 16 hex digits of the
 * SHA-256 of its body. */
void cg_notice_asset_name(cg_out_t *out, cg_asset_kind_t kind);

#endif /* CG_NOTICE_H */
