/*
 * The pieces of a style sheet's tokens (CSS Syntax 3, 4.3): names, escapes,
 * numbers, comments, URLs without quotes.  Private to the reader of style
 * sheets.
 */

#ifndef CG_CSS_LEX_H
#define CG_CSS_LEX_H

#include "cg_css.h"
#include "base/cg_ascii.h"

#define CG_CSS_NAME  24         /* bytes of the longest name we look for */


/* A name without its escapes, in lower case; longer ones are none of ours. */

typedef struct {
    unsigned char  text[CG_CSS_NAME];
    size_t         len;
    size_t         from;           /* in the style sheet */
    unsigned       nul:1;          /* NULs were passed over */
} cg_css_name_t;


/* Each moves css->at behind what it reads, which must begin there. */

/* 4.3.11: a name; it may be empty behind a "#". */
void cg_css_read_name(cg_css_t *css, cg_css_name_t *name);

/* 4.3.7, from behind the backslash on: the character. */
uint32_t cg_css_escape(cg_css_t *css);

/* 4.3.3: a number, and its unit, which makes no function. */
void cg_css_skip_number(cg_css_t *css);

/* 4.3.2, or the end of the text. */
void cg_css_skip_comment(cg_css_t *css);

void cg_css_skip_newline(cg_css_t *css);
void cg_css_skip_space(cg_css_t *css);

/* 4.3.14, from behind the parenthesis on; returns where the URL ends.
 * `bad`: a browser takes it for none. */
size_t cg_css_skip_url(cg_css_t *css, int *bad);


/* The byte `n` behind the next one; -1: the text has ended. */

static inline int
css_peek(const cg_css_t *css, size_t n)
{
    return css->text.len - css->at > n ? css->text.data[css->at + n] : -1;
}


static inline int
css_is_newline(int c)
{
    return c == '\n' || c == '\r' || c == '\f';
}


static inline int
css_is_space(int c)
{
    return c == ' ' || c == '\t' || css_is_newline(c);
}


static inline int
css_is_digit(int c)
{
    return c >= '0' && c <= '9';
}


static inline int
css_starts_name(int c)
{
    return c == 0 || c == '_' || c >= 0x80
           || (c > 0 && cg_ascii_is_alpha((unsigned char) c));
}


static inline int
css_is_name(int c)
{
    return css_starts_name(c) || css_is_digit(c) || c == '-';
}


/* 4.3.8; what the end of the text cuts is one as well. */

static inline int
css_is_escape(int c, int next)
{
    return c == '\\' && !css_is_newline(next);
}


/* 4.3.9 */

static inline int
css_is_ident(const cg_css_t *css, size_t n)
{
    int  c = css_peek(css, n), next = css_peek(css, n + 1);

    if (c == '-') {
        return css_starts_name(next) || next == '-'
               || css_is_escape(next, css_peek(css, n + 2));
    }

    return css_starts_name(c) || css_is_escape(c, next);
}


/* 4.3.10 */

static inline int
css_is_number(const cg_css_t *css)
{
    size_t  n = css_peek(css, 0) == '+' || css_peek(css, 0) == '-';

    return css_is_digit(css_peek(css, n))
           || (css_peek(css, n) == '.' && css_is_digit(css_peek(css, n + 1)));
}


static inline int
css_is(const cg_css_name_t *name, cg_str_t word)
{
    return cg_str_eq((cg_str_t) { name->len, name->text }, word);
}

#endif /* CG_CSS_LEX_H */
