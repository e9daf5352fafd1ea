/*
 * Markup declarations and comments (13.2.5.41 to 52; where a doctype ends).
 *
 * The "comment less-than sign" states (46 to 49) are not here: they tell
 * errors apart and lead to the same tokens.
 */

#include "cg_html_tok_impl.h"


static const unsigned char *
comment_done(cg_html_tok_t *tok, const unsigned char *p, uint64_t tail)
{
    cg_html_tok_emit_comment(tok, tok_at(tok, p + 1), tail);

    return p + 1;
}


void
cg_html_tok_emit_comment(cg_html_tok_t *tok, uint64_t end, uint64_t tail)
{
    cg_html_token_t  *token = &tok->token;

    if (tok->keep_text) {
        token->data_end = tok_rel64(tok, end - tail);

    } else {
        token->data = 0;
    }

    cg_html_tok_emit(tok, end);
}


/* Behind "<!".  What begins like "--" or a word but is none goes on as a bogus
 * comment, whose data begin here too. */

const unsigned char *
cg_html_tok_markup(cg_html_tok_t *tok, const unsigned char *p,
    const unsigned char *end)
{
    (void) end;

    switch (*p) {

    case '-':
        return tok_next(tok, TOK_MARKUP_DASH, p);

    case 'd':
    case 'D':
        tok->word = cg_str("doctype");
        break;

    case '[':
        if (tok->cdata) {
            tok->word = cg_str("[CDATA[");
            break;
        }

        return tok_again(tok, TOK_BOGUS, p);

    default:
        return tok_again(tok, TOK_BOGUS, p);
    }

    tok->matched = 1;

    return tok_next(tok, TOK_MARKUP_WORD, p);
}


const unsigned char *
cg_html_tok_markup_dash(cg_html_tok_t *tok, const unsigned char *p,
    const unsigned char *end)
{
    (void) end;

    if (*p == '-') {
        tok->token.data = 4;
        return tok_next(tok, TOK_COMMENT_START, p);
    }

    return tok_again(tok, TOK_BOGUS, p);
}


static const unsigned char *
markup_word_done(cg_html_tok_t *tok, const unsigned char *p)
{
    if (tok->word.data[0] == 'd') {
        tok->token.kind = CG_HTML_DOCTYPE;
        tok->token.data = 0;
        return tok_next(tok, TOK_DOCTYPE, p);
    }

    tok->token.kind = CG_HTML_IGNORED;
    tok->token.data = 0;
    cg_html_tok_emit(tok, tok_at(tok, p + 1));

    if (tok->status == CG_OK) {
        tok->mode = CG_HTML_CDATA;
        tok->state = TOK_CDATA;
    }

    return p + 1;
}


/* "doctype" is the one in lower case: it is compared without case, "[CDATA["
 * with it. */

const unsigned char *
cg_html_tok_markup_word(cg_html_tok_t *tok, const unsigned char *p,
    const unsigned char *end)
{
    unsigned char  c = *p;

    (void) end;

    if (tok->word.data[0] == 'd') {
        c = cg_ascii_lower(c);
    }

    if (c != tok->word.data[tok->matched]) {
        return tok_again(tok, TOK_BOGUS, p);
    }

    if (++tok->matched == tok->word.len) {
        return markup_word_done(tok, p);
    }

    return p + 1;
}


const unsigned char *
cg_html_tok_bogus(cg_html_tok_t *tok, const unsigned char *p,
    const unsigned char *end)
{
    p = tok_find(p, end, '>');

    return p == end ? end : comment_done(tok, p, 1);
}


/* "<!-->" and "<!--->" are whole comments without data. */

const unsigned char *
cg_html_tok_comment_start(cg_html_tok_t *tok, const unsigned char *p,
    const unsigned char *end)
{
    (void) end;

    if (*p == '-') {
        return tok_next(tok, TOK_COMMENT_START_DASH, p);
    }

    return *p == '>' ? comment_done(tok, p, 1)
                     : tok_again(tok, TOK_COMMENT, p);
}


const unsigned char *
cg_html_tok_comment_start_dash(cg_html_tok_t *tok, const unsigned char *p,
    const unsigned char *end)
{
    (void) end;

    if (*p == '-') {
        return tok_next(tok, TOK_COMMENT_END, p);
    }

    return *p == '>' ? comment_done(tok, p, 2)
                     : tok_again(tok, TOK_COMMENT, p);
}


const unsigned char *
cg_html_tok_comment(cg_html_tok_t *tok, const unsigned char *p,
    const unsigned char *end)
{
    p = tok_find(p, end, '-');

    return p == end ? end : tok_next(tok, TOK_COMMENT_END_DASH, p);
}


const unsigned char *
cg_html_tok_comment_end_dash(cg_html_tok_t *tok, const unsigned char *p,
    const unsigned char *end)
{
    (void) end;

    if (*p == '-') {
        return tok_next(tok, TOK_COMMENT_END, p);
    }

    return tok_again(tok, TOK_COMMENT, p);
}


const unsigned char *
cg_html_tok_comment_end(cg_html_tok_t *tok, const unsigned char *p,
    const unsigned char *end)
{
    (void) end;

    switch (*p) {

    case '>':
        return comment_done(tok, p, 3);

    case '!':
        return tok_next(tok, TOK_COMMENT_END_BANG, p);

    case '-':
        return p + 1;                        /* "--->": the first is data */

    default:
        return tok_again(tok, TOK_COMMENT, p);
    }
}


const unsigned char *
cg_html_tok_comment_end_bang(cg_html_tok_t *tok, const unsigned char *p,
    const unsigned char *end)
{
    (void) end;

    switch (*p) {

    case '>':
        return comment_done(tok, p, 4);

    case '-':
        return tok_next(tok, TOK_COMMENT_END_DASH, p);

    default:
        return tok_again(tok, TOK_COMMENT, p);
    }
}


/* A ">" ends a doctype in each of its states, inside quotes too. */

const unsigned char *
cg_html_tok_doctype(cg_html_tok_t *tok, const unsigned char *p,
    const unsigned char *end)
{
    p = tok_find(p, end, '>');

    if (p == end) {
        return end;
    }

    cg_html_tok_emit(tok, tok_at(tok, p + 1));

    return p + 1;
}


void
cg_html_tok_cut_markup(cg_html_tok_t *tok)
{
    switch (tok->state) {

    case TOK_DOCTYPE:
        cg_html_tok_emit(tok, tok->fed);
        break;

    case TOK_COMMENT_START_DASH:
    case TOK_COMMENT_END_DASH:
        cg_html_tok_emit_comment(tok, tok->fed, 1);
        break;

    case TOK_COMMENT_END:
        cg_html_tok_emit_comment(tok, tok->fed, 2);
        break;

    case TOK_COMMENT_END_BANG:
        cg_html_tok_emit_comment(tok, tok->fed, 3);
        break;

    default:
        cg_html_tok_emit_comment(tok, tok->fed, 0);
        break;
    }
}
