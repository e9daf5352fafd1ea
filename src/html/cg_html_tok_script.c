/* Script data states (13.2.5.4, 15 to 31).  Within `<!--` a script may hold
 * `<script>` and `</script>` pairs that do not end it. */

#include "cg_html_tok_impl.h"

#define SCRIPT_WORD  "script"
#define SCRIPT_LEN   (sizeof(SCRIPT_WORD) - 1)


/* The next '-' or '<', eight bytes at a time: two memchr() would look at the
 * same bytes again and again where one of them is far away. */

static const unsigned char *
script_find(const unsigned char *p, const unsigned char *end)
{
    uint64_t        w, dash, less;
    const uint64_t  ones = ~UINT64_C(0) / 255;
    const uint64_t  highs = ones << 7;

    while (end - p >= 8) {
        memcpy(&w, p, 8);

        dash = w ^ ones * '-';
        less = w ^ ones * '<';

        if ((((dash - ones) & ~dash) | ((less - ones) & ~less)) & highs) {
            break;
        }

        p += 8;
    }

    while (p != end && *p != '-' && *p != '<') {
        p++;
    }

    return p;
}


const unsigned char *
cg_html_tok_script(cg_html_tok_t *tok, const unsigned char *p,
    const unsigned char *end)
{
    p = tok_find(p, end, '<');

    if (p == end) {
        return end;
    }

    tok->mark = tok_at(tok, p);

    return tok_next(tok, TOK_SCRIPT_LT, p);
}


const unsigned char *
cg_html_tok_script_lt(cg_html_tok_t *tok, const unsigned char *p,
    const unsigned char *end)
{
    (void) end;

    if (*p == '/') {
        tok->raw = TOK_SCRIPT;
        return tok_next(tok, TOK_RAW_END_OPEN, p);
    }

    if (*p == '!') {
        return tok_next(tok, TOK_ESCAPE_START, p);
    }

    return tok_again(tok, TOK_SCRIPT, p);
}


const unsigned char *
cg_html_tok_escape_start(cg_html_tok_t *tok, const unsigned char *p,
    const unsigned char *end)
{
    (void) end;

    if (*p == '-') {
        return tok_next(tok, TOK_ESCAPE_START_DASH, p);
    }

    return tok_again(tok, TOK_SCRIPT, p);
}


const unsigned char *
cg_html_tok_escape_start_dash(cg_html_tok_t *tok, const unsigned char *p,
    const unsigned char *end)
{
    (void) end;

    if (*p == '-') {
        return tok_next(tok, TOK_ESCAPED_DASH_DASH, p);
    }

    return tok_again(tok, TOK_SCRIPT, p);
}


static const unsigned char *
script_escaped_less(cg_html_tok_t *tok, const unsigned char *p)
{
    tok->mark = tok_at(tok, p);

    return tok_next(tok, TOK_ESCAPED_LT, p);
}


const unsigned char *
cg_html_tok_escaped(cg_html_tok_t *tok, const unsigned char *p,
    const unsigned char *end)
{
    p = script_find(p, end);

    if (p == end) {
        return end;
    }

    if (*p == '-') {
        return tok_next(tok, TOK_ESCAPED_DASH, p);
    }

    return script_escaped_less(tok, p);
}


const unsigned char *
cg_html_tok_escaped_dash(cg_html_tok_t *tok, const unsigned char *p,
    const unsigned char *end)
{
    (void) end;

    if (*p == '-') {
        return tok_next(tok, TOK_ESCAPED_DASH_DASH, p);
    }

    return tok_again(tok, TOK_ESCAPED, p);
}


const unsigned char *
cg_html_tok_escaped_dash_dash(cg_html_tok_t *tok, const unsigned char *p,
    const unsigned char *end)
{
    (void) end;

    if (*p == '-') {
        return p + 1;
    }

    if (*p == '>') {
        return tok_next(tok, TOK_SCRIPT, p);
    }

    return tok_again(tok, TOK_ESCAPED, p);
}


const unsigned char *
cg_html_tok_escaped_lt(cg_html_tok_t *tok, const unsigned char *p,
    const unsigned char *end)
{
    (void) end;

    if (*p == '/') {
        tok->raw = TOK_ESCAPED;
        return tok_next(tok, TOK_RAW_END_OPEN, p);
    }

    if (cg_ascii_is_alpha(*p)) {
        tok->matched = 0;
        return tok_again(tok, TOK_DOUBLE_START, p);
    }

    return tok_again(tok, TOK_ESCAPED, p);
}


/* Reads on in the word behind `<` or `</`.  At its end: goes to `hit` if it
 * was "script", else to `miss`. */

static const unsigned char *
script_word(cg_html_tok_t *tok, const unsigned char *p,
    const unsigned char *end, cg_html_tok_state_t hit,
    cg_html_tok_state_t miss)
{
    for ( /* void */ ; p != end && cg_ascii_is_alpha(*p); p++) {

        if (tok->matched < SCRIPT_LEN
            && cg_ascii_lower(*p)
               == (unsigned char) SCRIPT_WORD[tok->matched])
        {
            tok->matched++;

        } else {
            tok->matched = SCRIPT_LEN + 1;   /* another word */
        }
    }

    if (p == end) {
        return end;
    }

    if (cg_ascii_is_space(*p) || *p == '/' || *p == '>') {
        return tok_next(tok, tok->matched == SCRIPT_LEN ? hit : miss, p);
    }

    return tok_again(tok, miss, p);
}


const unsigned char *
cg_html_tok_double_start(cg_html_tok_t *tok, const unsigned char *p,
    const unsigned char *end)
{
    return script_word(tok, p, end, TOK_DOUBLE, TOK_ESCAPED);
}


const unsigned char *
cg_html_tok_double_escaped(cg_html_tok_t *tok, const unsigned char *p,
    const unsigned char *end)
{
    p = script_find(p, end);

    if (p == end) {
        return end;
    }

    return tok_next(tok, *p == '-' ? TOK_DOUBLE_DASH : TOK_DOUBLE_LT, p);
}


const unsigned char *
cg_html_tok_double_dash(cg_html_tok_t *tok, const unsigned char *p,
    const unsigned char *end)
{
    (void) end;

    if (*p == '-') {
        return tok_next(tok, TOK_DOUBLE_DASH_DASH, p);
    }

    return tok_again(tok, TOK_DOUBLE, p);
}


const unsigned char *
cg_html_tok_double_dash_dash(cg_html_tok_t *tok, const unsigned char *p,
    const unsigned char *end)
{
    (void) end;

    if (*p == '-') {
        return p + 1;
    }

    if (*p == '>') {
        return tok_next(tok, TOK_SCRIPT, p);
    }

    return tok_again(tok, TOK_DOUBLE, p);
}


const unsigned char *
cg_html_tok_double_lt(cg_html_tok_t *tok, const unsigned char *p,
    const unsigned char *end)
{
    (void) end;

    if (*p == '/') {
        tok->matched = 0;
        return tok_next(tok, TOK_DOUBLE_END, p);
    }

    return tok_again(tok, TOK_DOUBLE, p);
}


const unsigned char *
cg_html_tok_double_end(cg_html_tok_t *tok, const unsigned char *p,
    const unsigned char *end)
{
    return script_word(tok, p, end, TOK_ESCAPED, TOK_DOUBLE);
}
