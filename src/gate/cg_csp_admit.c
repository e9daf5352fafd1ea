/*
 * What of ours the site's own policies let in.  A policy that already does, by
 * a nonce, by 'unsafe-inline' or by 'self', keeps its bytes; another one gets
 * the hashes of our inline elements and the place of our files, in the
 * directives that count and nowhere else.
 */

#include "cg_csp.h"
#include "cg_csp_words.h"
#include "base/cg_ascii.h"
#include "base/cg_crypto.h"

#include <stdio.h>

#define CSP_NAMES  3


typedef enum {
    CSP_SCRIPT,
    CSP_STYLE,
    CSP_CONNECT,
    CSP_FORM
} csp_need_e;

#define CSP_NEEDS  (CSP_FORM + 1)

/* The directives that say it, the nearest one first (CSP 3, 6.8.3); where none
 * of them is there, nothing is forbidden. */

static const char *const  csp_says_it[CSP_NEEDS][CSP_NAMES] = {
    { "script-src-elem", "script-src", "default-src" },
    { "style-src-elem", "style-src", "default-src" },
    { "connect-src", "default-src", "" },
    { "form-action", "", "" },
};

/* The values that count in one policy; absent: nothing is forbidden. */

typedef struct {
    cg_str_t  value[CSP_NEEDS];
} csp_policy_t;


/* The first one of a name counts; the policy begins at `at`. */

static cg_str_t
csp_value(cg_str_t line, size_t at, const char *name)
{
    csp_directive_t  directive;

    directive.last = 0;

    while (*name && !directive.last
           && cg_csp_directive(line, &at, &directive))
    {
        if (cg_ascii_eq_nocase(directive.name, cg_str_from(name))) {
            return directive.value;
        }
    }

    return cg_str_null;
}


static csp_policy_t
csp_policy(cg_str_t line, size_t at)
{
    size_t        need, i;
    csp_policy_t  policy;

    for (need = 0; need < CSP_NEEDS; need++) {
        policy.value[need] = cg_str_null;

        for (i = 0; i < CSP_NAMES && policy.value[need].data == NULL; i++) {
            policy.value[need] = csp_value(line, at, csp_says_it[need][i]);
        }
    }

    return policy;
}


static int
csp_has(cg_str_t value, const char *source)
{
    size_t    at = 0;
    cg_str_t  word;

    while ((word = cg_csp_word(value, &at)).len) {
        if (cg_ascii_eq_nocase(word, cg_str_from(source))) {
            return 1;
        }
    }

    return 0;
}


/* A nonce is compared to the letter. */

static int
csp_has_nonce(cg_str_t value, cg_str_t nonce)
{
    size_t    at = 0;
    cg_str_t  word;

    while (nonce.len && (word = cg_csp_word(value, &at)).len) {
        if (word.len == nonce.len + sizeof("'nonce-'") - 1
            && cg_ascii_eq_nocase(cg_str_sub(word, 0, 7), cg_str("'nonce-"))
            && cg_str_eq(cg_str_sub(word, 7, word.len - 1), nonce))
        {
            return 1;
        }
    }

    return 0;
}


/* Whether inline elements pass: 'unsafe-inline' counts for nothing beside a
 * nonce, a hash or 'strict-dynamic' (CSP 3, 6.7.3.2). */

static int
csp_inline(cg_str_t value)
{
    size_t    i, at = 0;
    cg_str_t  word;

    static const char *const  stricter[] = {
        "'nonce-", "'sha256-", "'sha384-", "'sha512-", "'strict-dynamic'"
    };

    while ((word = cg_csp_word(value, &at)).len) {
        for (i = 0; i < sizeof(stricter) / sizeof(stricter[0]); i++) {
            if (word.len >= strlen(stricter[i])
                && cg_ascii_eq_nocase(cg_str_sub(word, 0, strlen(stricter[i])),
                                      cg_str_from(stricter[i])))
            {
                return 0;
            }
        }
    }

    return csp_has(value, "'unsafe-inline'");
}


static int
csp_reaches(cg_str_t value)
{
    return csp_has(value, "'self'") || csp_has(value, "*");
}


/* What one directive has to let in. */

typedef struct {
    unsigned  scripts:1;
    unsigned  styles:1;
    unsigned  script_files:1;
    unsigned  style_files:1;
    unsigned  endpoints:1;
} csp_lack_t;


static void
csp_lack(csp_lack_t *lack, csp_need_e need, cg_str_t value,
    const cg_csp_nonces_t *nonces)
{
    cg_str_t  nonce = need == CSP_SCRIPT ? nonces->script
                      : need == CSP_STYLE ? nonces->style : cg_str_null;

    if (csp_has_nonce(value, nonce)) {
        return;
    }

    lack->scripts |= need == CSP_SCRIPT && !csp_inline(value);
    lack->styles |= need == CSP_STYLE && !csp_inline(value);

    if (csp_reaches(value)) {
        return;
    }

    lack->script_files |= need == CSP_SCRIPT;
    lack->style_files |= need == CSP_STYLE;
    lack->endpoints |= need == CSP_CONNECT || need == CSP_FORM;
}


/* 'none' means nothing beside another source (CSP 3, 6.7.2.6). */

static void
csp_widen(cg_out_t *out, cg_str_t value, const csp_lack_t *lack,
    const cg_csp_ours_t *ours)
{
    size_t    at = 0;
    cg_str_t  only = cg_csp_word(value, &at);

    if (!cg_ascii_eq_nocase(only, cg_str("'none'"))
        || cg_csp_word(value, &at).len)
    {
        cg_out_str(out, value);
    }

    cg_out_str(out, lack->scripts ? ours->scripts : cg_str_null);
    cg_out_str(out, lack->styles ? ours->styles : cg_str_null);
    cg_out_str(out, lack->script_files ? ours->script_files : cg_str_null);
    cg_out_str(out, lack->style_files ? ours->style_files : cg_str_null);
    cg_out_str(out, lack->endpoints ? ours->endpoints : cg_str_null);
}


static int
csp_lacks(const csp_lack_t *lack, const cg_csp_ours_t *ours)
{
    return (lack->scripts && ours->scripts.len)
           || (lack->styles && ours->styles.len)
           || (lack->script_files && ours->script_files.len)
           || (lack->style_files && ours->style_files.len)
           || (lack->endpoints && ours->endpoints.len);
}


cg_status_t
cg_csp_admit(cg_str_t line, const cg_csp_nonces_t *nonces,
    const cg_csp_ours_t *ours, cg_out_t *out)
{
    size_t           at = 0, copied = 0, value;
    csp_need_e       need;
    csp_lack_t       lack;
    csp_policy_t     policy = csp_policy(line, 0);
    csp_directive_t  directive;

    while (cg_csp_directive(line, &at, &directive)) {
        memset(&lack, 0, sizeof(lack));

        for (need = CSP_SCRIPT; need < CSP_NEEDS; need++) {
            if (policy.value[need].data
                && policy.value[need].data == directive.value.data)
            {
                csp_lack(&lack, need, directive.value, nonces);
            }
        }

        if (csp_lacks(&lack, ours)) {
            value = (size_t) (directive.value.data - line.data);
            cg_out_str(out, cg_str_sub(line, copied, value));
            csp_widen(out, directive.value, &lack, ours);
            copied = value + directive.value.len;
        }

        if (directive.last && at < line.len) {
            policy = csp_policy(line, at);
        }
    }

    if (copied == 0) {
        return CG_NONE;
    }

    cg_out_str(out, cg_str_sub(line, copied, line.len));

    return out->status;
}


static void
csp_hash(cg_out_t *out, cg_str_t body)
{
    unsigned char  digest[CG_SHA256_LEN];

    if (cg_sha256(&body, 1, digest) != CG_OK) {
        out->status = out->status == CG_OK ? CG_ENOMEM : out->status;
        return;
    }

    cg_out_text(out, " 'sha256-");
    cg_out_base64url(out, (cg_str_t) { CG_SHA256_LEN, digest });
    cg_out_text(out, "='");
}


/* Where `text` begins in s, from *at on; s.len: nowhere. */

static size_t
csp_find(cg_str_t s, size_t at, const char *text)
{
    size_t  len = strlen(text);

    while (at + len <= s.len && memcmp(s.data + at, text, len) != 0) {
        at++;
    }

    return at + len <= s.len ? at : s.len;
}


void
cg_csp_hashes(cg_str_t markup, const char *tag, cg_out_t *out)
{
    char    open[16], close[16];
    size_t  at = 0, body, end;

    snprintf(open, sizeof(open), "<%s", tag);
    snprintf(close, sizeof(close), "</%s>", tag);

    while ((at = csp_find(markup, at, open)) < markup.len) {
        body = csp_find(markup, at, ">") + 1;
        end = csp_find(markup, at, close);

        if (end == markup.len) {
            return;
        }

        if (end > body) {
            csp_hash(out, cg_str_sub(markup, body, end));
        }

        at = end;
    }
}
