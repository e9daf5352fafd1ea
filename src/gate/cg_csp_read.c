/*
 * A site's own policies (CSP 3, 2.2.1 "parse a serialized CSP"): nonces, and
 * where they report to.
 */

#include "cg_csp.h"
#include "cg_csp_words.h"
#include "base/cg_ascii.h"


cg_str_t
cg_csp_word(cg_str_t s, size_t *at)
{
    size_t  from;

    while (*at < s.len && cg_ascii_is_space(s.data[*at])) {
        (*at)++;
    }

    from = *at;

    while (*at < s.len && !cg_ascii_is_space(s.data[*at])) {
        (*at)++;
    }

    return cg_str_sub(s, from, *at);
}


int
cg_csp_directive(cg_str_t line, size_t *at, csp_directive_t *directive)
{
    size_t    to = *at, from = 0;
    cg_str_t  text;

    if (to > line.len) {
        return 0;
    }

    while (to < line.len && line.data[to] != ';' && line.data[to] != ',') {
        to++;
    }

    text = cg_str_sub(line, *at, to);
    *at = to + 1;

    directive->name = cg_csp_word(text, &from);
    directive->value = cg_str_sub(text, from, text.len);
    directive->last = to == line.len || line.data[to] == ',';

    return 1;
}


/* CSP 3, 2.3.1: 'nonce-' and base64 or base64url. */

static cg_str_t
csp_nonce(cg_str_t value)
{
    size_t    i, at = 0;
    cg_str_t  word;

    while ((word = cg_csp_word(value, &at)).len) {
        if (word.len < 9 || word.data[word.len - 1] != '\''
            || !cg_ascii_eq_nocase(cg_str_sub(word, 0, 7), cg_str("'nonce-")))
        {
            continue;
        }

        word = cg_str_sub(word, 7, word.len - 1);

        for (i = 0; i < word.len
                    && (cg_ascii_is_alpha(word.data[i])
                        || cg_ascii_is_digit(word.data[i])
                        || memchr("+/-_=", word.data[i], 5)); i++)
        {
            /* void */
        }

        if (i == word.len) {
            return word;
        }
    }

    return cg_str_null;
}


/* The directives that say which inline scripts and styles run, the nearest one
 * first (CSP 3, 6.8.3); the last one is for both. */

#define CSP_KINDS  3

static const char *const  csp_names[2][CSP_KINDS] = {
    { "script-src-elem", "script-src", "default-src" },
    { "style-src-elem", "style-src", "default-src" },
};

typedef struct {
    cg_str_t  value[CSP_KINDS];    /* absent: no such directive */
} csp_effective_t;


static void
csp_effective(csp_effective_t *effective, const csp_directive_t *directive,
    const char *const *names)
{
    size_t  i;

    for (i = 0; i < CSP_KINDS; i++) {
        if (effective->value[i].data == NULL
            && cg_ascii_eq_nocase(directive->name, cg_str_from(names[i])))
        {
            effective->value[i] = directive->value;
        }
    }
}


static cg_str_t
csp_effective_nonce(csp_effective_t *effective)
{
    size_t    i;
    cg_str_t  nonce = cg_str_null;

    for (i = 0; i < CSP_KINDS; i++) {
        if (effective->value[i].data) {
            nonce = csp_nonce(effective->value[i]);
            break;
        }
    }

    memset(effective, 0, sizeof(*effective));

    return nonce;
}


void
cg_csp_nonces(cg_str_t line, cg_csp_nonces_t *nonces)
{
    size_t           at = 0;
    cg_str_t         nonce;
    csp_effective_t  script = { { { 0, NULL } } }, style = script;
    csp_directive_t  directive;

    while (cg_csp_directive(line, &at, &directive)) {
        csp_effective(&script, &directive, csp_names[0]);
        csp_effective(&style, &directive, csp_names[1]);

        if (!directive.last) {
            continue;
        }

        nonce = csp_effective_nonce(&script);

        if (nonces->script.data == NULL) {
            nonces->script = nonce;
        }

        nonce = csp_effective_nonce(&style);

        if (nonces->style.data == NULL) {
            nonces->style = nonce;
        }
    }
}


/* The addresses of a report-uri that pass.  Returns whether any was dropped. */

static int
csp_keep(const cg_judge_t *judge, cg_arena_t *arena, cg_str_t value,
    cg_out_t *out, cg_verdict_t *verdict)
{
    int           dropped = 0;
    size_t        at = 0;
    cg_str_t      word;
    cg_verdict_t  one;

    while ((word = cg_csp_word(value, &at)).len) {
        one = cg_judge_url(judge, arena, word);

        if (one.pass) {
            cg_out_byte(out, ' ');
            cg_out_str(out, word);

        } else {
            *verdict = one;
            dropped = 1;
        }
    }

    return dropped;
}


static int
csp_says_nothing(cg_str_t line)
{
    size_t           at = 0;
    csp_directive_t  directive;

    while (cg_csp_directive(line, &at, &directive)) {
        if (directive.name.len) {
            return 0;
        }
    }

    return 1;
}


cg_status_t
cg_csp_reports(const cg_judge_t *judge, cg_arena_t *arena, cg_str_t line,
    cg_out_t *out, cg_verdict_t *verdict)
{
    size_t           at = 0, copied = 0, from;
    cg_out_t         kept;
    csp_directive_t  directive;

    while (cg_csp_directive(line, &at, &directive)) {
        if (!cg_ascii_eq_nocase(directive.name, cg_str("report-uri"))) {
            continue;
        }

        cg_out_init(&kept, arena, line.len + 1);

        if (csp_keep(judge, arena, directive.value, &kept, verdict)) {
            from = (size_t) (directive.name.data - line.data);
            cg_out_str(out, cg_str_sub(line, copied, from));

            if (kept.len) {
                cg_out_str(out, directive.name);
                cg_out_str(out, cg_out_slice(&kept));
            }

            copied = at - 1;
        }

        if (kept.status != CG_OK) {
            return kept.status;
        }
    }

    if (copied == 0) {
        return CG_NONE;
    }

    cg_out_str(out, cg_str_sub(line, copied, line.len));

    if (out->status == CG_OK && csp_says_nothing(cg_out_slice(out))) {
        cg_out_reset(out);
    }

    return out->status;
}
