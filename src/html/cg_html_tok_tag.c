/* Tag and attribute states (13.2.5.6 to 8, 32 to 40). */

#include "cg_html_tok_impl.h"
#include "base/cg_near.h"

#define TAG_SPACE  1
#define TAG_SLASH  2
#define TAG_END    4
#define TAG_EQUAL  8

static const unsigned char  tag_class[256] = {
    ['\t'] = TAG_SPACE,
    ['\n'] = TAG_SPACE,
    ['\f'] = TAG_SPACE,
    ['\r'] = TAG_SPACE,
    [' '] = TAG_SPACE,
    ['/'] = TAG_SLASH,
    ['>'] = TAG_END,
    ['='] = TAG_EQUAL
};


static const unsigned char *
tag_skip(const unsigned char *p, const unsigned char *end)
{
    while (p != end && tag_class[*p] == TAG_SPACE) {
        p++;
    }

    return p;
}


static inline int
tag_ends_name(unsigned char c)
{
    return tag_class[c] & (TAG_SPACE | TAG_SLASH | TAG_END);
}


static const unsigned char *
tag_until(const unsigned char *p, const unsigned char *end, unsigned stop)
{
    while (p != end && !(tag_class[*p] & stop)) {
        p++;
    }

    return p;
}


static const unsigned char *
tag_done(cg_html_tok_t *tok, const unsigned char *p)
{
    cg_html_tok_emit(tok, tok_at(tok, p + 1));

    return p + 1;
}


const unsigned char *
cg_html_tok_tag_open(cg_html_tok_t *tok, const unsigned char *p,
    const unsigned char *end)
{
    (void) end;

    if (cg_ascii_is_alpha(*p)) {
        cg_html_tok_begin(tok, CG_HTML_START_TAG);
        return tok_again(tok, TOK_TAG_NAME, p);
    }

    switch (*p) {

    case '/':
        return tok_next(tok, TOK_END_TAG_OPEN, p);

    case '!':
        cg_html_tok_begin(tok, CG_HTML_COMMENT);
        tok->token.data = 2;
        return tok_next(tok, TOK_MARKUP, p);

    case '?':
        cg_html_tok_begin(tok, CG_HTML_COMMENT);
        tok->token.data = 1;
        return tok_again(tok, TOK_BOGUS, p);

    default:
        return tok_again(tok, TOK_DATA, p);
    }
}


const unsigned char *
cg_html_tok_end_tag_open(cg_html_tok_t *tok, const unsigned char *p,
    const unsigned char *end)
{
    (void) end;

    if (cg_ascii_is_alpha(*p)) {
        cg_html_tok_begin(tok, CG_HTML_END_TAG);
        return tok_again(tok, TOK_TAG_NAME, p);
    }

    if (*p == '>') {
        cg_html_tok_begin(tok, CG_HTML_IGNORED);
        return tag_done(tok, p);
    }

    cg_html_tok_begin(tok, CG_HTML_COMMENT);
    tok->token.data = 2;

    return tok_again(tok, TOK_BOGUS, p);
}


const unsigned char *
cg_html_tok_tag_name(cg_html_tok_t *tok, const unsigned char *p,
    const unsigned char *end)
{
    size_t            i;
    cg_html_token_t  *token = &tok->token;

    for (i = token->name_len; p != end && !tag_ends_name(*p); i++, p++) {
        if (i < CG_HTML_NAME) {
            token->name[i] = cg_ascii_lower(*p);
        }
    }

    token->name_len = i;

    if (p == end) {
        return end;
    }

    token->name_end = tok_rel(tok, p);

    return tok_again(tok, TOK_BEFORE_ATTR, p);
}


/* The table grows in steps and stops at CG_MAX_ATTRS. */

static cg_status_t
tag_grow(cg_html_tok_t *tok)
{
    size_t           n = tok->nrows * 4;
    cg_html_attr_t  *rows;

    if (n > CG_MAX_ATTRS) {
        n = CG_MAX_ATTRS;
    }

    rows = cg_arena_raw(tok->arena, n * sizeof(*rows));
    if (rows == NULL) {
        return CG_ENOMEM;
    }

    memcpy(rows, tok->rows, tok->nrows * sizeof(*rows));
    cg_arena_outgrown(tok->arena, tok->rows);

    tok->rows = rows;
    tok->nrows = n;

    return CG_OK;
}


/* An attribute that is whole, name="value", in one go; `p` behind the first
 * byte of its name.  Others take the states, byte for byte. */

static const unsigned char *
tag_attr_quick(cg_html_tok_t *tok, const unsigned char *p,
    const unsigned char *end)
{
    cg_html_attr_t       *attr = tok->attr;
    const unsigned char  *close, *equal = cg_near_name_end(p, end);

    if (end - equal < 3 || equal[0] != '='
        || (equal[1] != '"' && equal[1] != '\''))
    {
        return p;
    }

    close = cg_near_byte(equal + 2, end, equal[1]);

    if (close == end) {
        return p;
    }

    attr->has_value = 1;
    attr->quote = equal[1];
    attr->name_end = tok_rel(tok, equal);
    attr->value = attr->name_end + 2;
    attr->value_end = tok_rel(tok, close);
    tok->state = TOK_BEFORE_ATTR;

    return close + 1;
}


static const unsigned char *
tag_attr_begin(cg_html_tok_t *tok, const unsigned char *p,
    const unsigned char *end)
{
    cg_html_token_t  *token = &tok->token;

    tok->attr = &tok->spare;

    if (token->nattrs == CG_MAX_ATTRS) {
        token->overflow = 1;

    } else {
        if (token->nattrs == tok->nrows) {
            tok->status = tag_grow(tok);

            if (tok->status != CG_OK) {
                return p;
            }
        }

        tok->attr = &tok->rows[token->nattrs++];
    }

    memset(tok->attr, 0, sizeof(*tok->attr));
    tok->attr->name = tok_rel(tok, p);

    /* the first byte belongs to the name even if it is "=" */

    tok->state = TOK_ATTR_NAME;

    return tag_attr_quick(tok, p + 1, end);
}


const unsigned char *
cg_html_tok_before_attr(cg_html_tok_t *tok, const unsigned char *p,
    const unsigned char *end)
{
    do {
        p = tag_skip(p, end);

        if (p == end) {
            return end;
        }

        switch (*p) {

        case '/':
            return tok_next(tok, TOK_SELF_CLOSING, p);

        case '>':
            return tag_done(tok, p);

        default:
            p = tag_attr_begin(tok, p, end);
        }
    } while (tok->state == TOK_BEFORE_ATTR && tok->status == CG_OK);

    return p;
}


const unsigned char *
cg_html_tok_attr_name(cg_html_tok_t *tok, const unsigned char *p,
    const unsigned char *end)
{
    p = tag_until(p, end, TAG_SPACE | TAG_SLASH | TAG_END | TAG_EQUAL);

    if (p == end) {
        return end;
    }

    tok->attr->name_end = tok_rel(tok, p);
    tok->attr->value = tok->attr->name_end;
    tok->attr->value_end = tok->attr->name_end;

    return tok_again(tok, TOK_AFTER_ATTR, p);
}


const unsigned char *
cg_html_tok_after_attr(cg_html_tok_t *tok, const unsigned char *p,
    const unsigned char *end)
{
    p = tag_skip(p, end);

    if (p == end) {
        return end;
    }

    if (*p == '=') {
        tok->attr->has_value = 1;
        return tok_next(tok, TOK_BEFORE_VALUE, p);
    }

    return tok_again(tok, TOK_BEFORE_ATTR, p);
}


const unsigned char *
cg_html_tok_before_value(cg_html_tok_t *tok, const unsigned char *p,
    const unsigned char *end)
{
    cg_html_attr_t  *attr = tok->attr;

    p = tag_skip(p, end);

    if (p == end) {
        return end;
    }

    attr->value = tok_rel(tok, p);
    attr->value_end = attr->value;

    switch (*p) {

    case '"':
    case '\'':
        attr->quote = *p;
        attr->value = tok_rel(tok, p + 1);
        attr->value_end = attr->value;
        return tok_next(tok, TOK_QUOTED, p);

    case '>':
        return tag_done(tok, p);

    default:
        return tok_again(tok, TOK_UNQUOTED, p);
    }
}


const unsigned char *
cg_html_tok_quoted(cg_html_tok_t *tok, const unsigned char *p,
    const unsigned char *end)
{
    p = tok_find(p, end, tok->attr->quote);

    if (p == end) {
        return end;
    }

    tok->attr->value_end = tok_rel(tok, p);

    /* "after attribute value (quoted)" tells errors, not tokens, apart */

    return tok_next(tok, TOK_BEFORE_ATTR, p);
}


const unsigned char *
cg_html_tok_unquoted(cg_html_tok_t *tok, const unsigned char *p,
    const unsigned char *end)
{
    p = tag_until(p, end, TAG_SPACE | TAG_END);

    if (p == end) {
        return end;
    }

    tok->attr->value_end = tok_rel(tok, p);

    return tok_again(tok, TOK_BEFORE_ATTR, p);
}


const unsigned char *
cg_html_tok_self_closing(cg_html_tok_t *tok, const unsigned char *p,
    const unsigned char *end)
{
    (void) end;

    if (*p == '>') {
        tok->token.self_closing = 1;
        return tag_done(tok, p);
    }

    return tok_again(tok, TOK_BEFORE_ATTR, p);
}
