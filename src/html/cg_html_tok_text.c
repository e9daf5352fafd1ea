/* Text states: data, RCDATA, RAWTEXT, PLAINTEXT, CDATA (13.2.5.1 to 3, 5, 9 to
 * 14, 69 to 71). */

#include "cg_html_skim.h"
#include "cg_html_tok_impl.h"


const unsigned char *
cg_html_tok_data(cg_html_tok_t *tok, const unsigned char *p,
    const unsigned char *end)
{
    p = tok_find(p, end, '<');

    if (p != end && tok->skim) {
        p = cg_html_skim(p, end);
    }

    if (p == end) {
        return end;
    }

    tok->mark = tok_at(tok, p);

    return tok_next(tok, TOK_TAG_OPEN, p);
}


const unsigned char *
cg_html_tok_raw(cg_html_tok_t *tok, const unsigned char *p,
    const unsigned char *end)
{
    p = tok_find(p, end, '<');

    if (p == end) {
        return end;
    }

    tok->mark = tok_at(tok, p);
    tok->raw = TOK_RAW;

    return tok_next(tok, TOK_RAW_LT, p);
}


const unsigned char *
cg_html_tok_plaintext(cg_html_tok_t *tok, const unsigned char *p,
    const unsigned char *end)
{
    (void) tok;
    (void) p;

    return end;
}


const unsigned char *
cg_html_tok_raw_lt(cg_html_tok_t *tok, const unsigned char *p,
    const unsigned char *end)
{
    (void) end;

    if (*p == '/') {
        return tok_next(tok, TOK_RAW_END_OPEN, p);
    }

    return tok_again(tok, tok->raw, p);
}


const unsigned char *
cg_html_tok_raw_end_open(cg_html_tok_t *tok, const unsigned char *p,
    const unsigned char *end)
{
    (void) end;

    if (cg_ascii_is_alpha(*p)) {
        tok->matched = 0;
        return tok_again(tok, TOK_RAW_END_NAME, p);
    }

    return tok_again(tok, tok->raw, p);
}


/* A name that cannot become the appropriate one is text at its first wrong
 * byte: what is pending stays shorter than the name. */

static int
raw_name_goes_on(const cg_html_tok_t *tok, unsigned char c)
{
    return cg_ascii_is_alpha(c)
           && tok->last_len <= CG_HTML_NAME
           && tok->matched < tok->last_len
           && tok->last[tok->matched] == cg_ascii_lower(c);
}


static void
raw_begin_end_tag(cg_html_tok_t *tok, const unsigned char *p)
{
    cg_html_tok_begin(tok, CG_HTML_END_TAG);

    memcpy(tok->token.name, tok->last, tok->last_len);
    tok->token.name_len = tok->last_len;
    tok->token.name_end = tok_rel(tok, p);
}


const unsigned char *
cg_html_tok_raw_end_name(cg_html_tok_t *tok, const unsigned char *p,
    const unsigned char *end)
{
    while (p != end && raw_name_goes_on(tok, *p)) {
        tok->matched++;
        p++;
    }

    if (p == end) {
        return end;
    }

    if (tok->matched != tok->last_len
        || !(cg_ascii_is_space(*p) || *p == '/' || *p == '>'))
    {
        return tok_again(tok, tok->raw, p);
    }

    raw_begin_end_tag(tok, p);

    /* it reads space, "/" and ">" just as this state is told to */

    return tok_again(tok, TOK_BEFORE_ATTR, p);
}


const unsigned char *
cg_html_tok_cdata(cg_html_tok_t *tok, const unsigned char *p,
    const unsigned char *end)
{
    p = tok_find(p, end, ']');

    if (p == end) {
        return end;
    }

    tok->mark = tok_at(tok, p);

    return tok_next(tok, TOK_CDATA_BRACKET, p);
}


const unsigned char *
cg_html_tok_cdata_bracket(cg_html_tok_t *tok, const unsigned char *p,
    const unsigned char *end)
{
    (void) end;

    if (*p == ']') {
        return tok_next(tok, TOK_CDATA_END, p);
    }

    return tok_again(tok, TOK_CDATA, p);
}


const unsigned char *
cg_html_tok_cdata_end(cg_html_tok_t *tok, const unsigned char *p,
    const unsigned char *end)
{
    (void) end;

    if (*p == ']') {
        tok->mark++;                         /* "]]]": the first is text */
        return p + 1;
    }

    if (*p == '>') {
        cg_html_tok_begin(tok, CG_HTML_IGNORED);
        cg_html_tok_emit(tok, tok_at(tok, p + 1));
        return p + 1;
    }

    return tok_again(tok, TOK_CDATA, p);
}
