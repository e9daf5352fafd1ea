#include "cg_css.h"
#include "cg_css_hop.h"
#include "base/cg_ascii.h"
#include "base/cg_utf8.h"

#define CSS_NAME  24               /* bytes of the longest name we look for */


/* A name without its escapes, in lower case; longer ones are none of ours. */

typedef struct {
    unsigned char  text[CSS_NAME];
    size_t         len;
    size_t         from;           /* in the style sheet */
    unsigned       nul:1;          /* NULs were passed over */
} css_name_t;


/* The byte `n` behind the next one; -1: the text has ended. */

static int
css_peek(const cg_css_t *css, size_t n)
{
    return css->text.len - css->at > n ? css->text.data[css->at + n] : -1;
}


static int
css_is_newline(int c)
{
    return c == '\n' || c == '\r' || c == '\f';
}


static int
css_is_space(int c)
{
    return c == ' ' || c == '\t' || css_is_newline(c);
}


static int
css_is_digit(int c)
{
    return c >= '0' && c <= '9';
}


static int
css_starts_name(int c)
{
    return c == 0 || c == '_' || c >= 0x80
           || (c > 0 && cg_ascii_is_alpha((unsigned char) c));
}


static int
css_is_name(int c)
{
    return css_starts_name(c) || css_is_digit(c) || c == '-';
}


/* 4.3.8; what the end of the text cuts is one as well. */

static int
css_is_escape(int c, int next)
{
    return c == '\\' && !css_is_newline(next);
}


/* 4.3.9 */

static int
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

static int
css_is_number(const cg_css_t *css)
{
    size_t  n = css_peek(css, 0) == '+' || css_peek(css, 0) == '-';

    return css_is_digit(css_peek(css, n))
           || (css_peek(css, n) == '.' && css_is_digit(css_peek(css, n + 1)));
}


static void
css_skip_newline(cg_css_t *css)
{
    css->at += css_peek(css, 0) == '\r' && css_peek(css, 1) == '\n' ? 2 : 1;
}


/* 4.3.7, behind the backslash. */

static uint32_t
css_escape(cg_css_t *css)
{
    int                   c = css_peek(css, 0);
    size_t                n;
    uint32_t              code = 0;
    const unsigned char  *p = css->text.data + css->at;

    if (c < 0) {
        return 0xFFFD;
    }

    if (c >= 0x80) {
        code = cg_utf8_next(&p, css->text.data + css->text.len);
        css->at = (size_t) (p - css->text.data);

        return code == CG_UTF8_BAD ? 0xFFFD : code;
    }

    if (cg_ascii_hex((unsigned char) c) < 0) {
        css->at++;
        return (uint32_t) c;
    }

    for (n = 0; n < 6 && c >= 0 && cg_ascii_hex((unsigned char) c) >= 0; n++) {
        code = code * 16 + (uint32_t) cg_ascii_hex((unsigned char) c);
        css->at++;
        c = css_peek(css, 0);
    }

    if (css_is_space(c)) {
        css_skip_newline(css);
    }

    return code == 0 || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)
           ? 0xFFFD : code;
}


/* 4.3.11 */

static void
css_read_name(cg_css_t *css, css_name_t *name)
{
    int       c;
    uint32_t  code;

    name->len = 0;
    name->from = css->at;
    name->nul = 0;

    for ( ;; ) {
        c = css_peek(css, 0);

        if (css_is_escape(c, css_peek(css, 1))) {
            css->at++;
            code = css_escape(css);

        } else if (css_is_name(c)) {
            css->at++;
            code = (uint32_t) c;

        } else {
            return;
        }

        name->nul |= code == 0;

        if (code != 0 && name->len < CSS_NAME) {
            name->text[name->len++] = code < 0x80
                                      ? cg_ascii_lower((unsigned char) code)
                                      : 0xFF;
        }
    }
}


static int
css_is(const css_name_t *name, cg_str_t word)
{
    return cg_str_eq((cg_str_t) { name->len, name->text }, word);
}


static void
css_skip_digits(cg_css_t *css)
{
    while (css_is_digit(css_peek(css, 0))) {
        css->at++;
    }
}


/* 4.3.3: the unit of a number makes no function. */

static void
css_skip_number(cg_css_t *css)
{
    int         next, sign;
    css_name_t  unit;

    css->at += css_peek(css, 0) == '+' || css_peek(css, 0) == '-';
    css_skip_digits(css);

    if (css_peek(css, 0) == '.' && css_is_digit(css_peek(css, 1))) {
        css->at++;
        css_skip_digits(css);
    }

    if ((css_peek(css, 0) | 0x20) == 'e') {
        next = css_peek(css, 1);
        sign = next == '+' || next == '-';

        if (css_is_digit(css_peek(css, 1 + (size_t) sign))) {
            css->at += 1 + (size_t) sign;
            css_skip_digits(css);
        }
    }

    if (css_is_ident(css, 0)) {
        css_read_name(css, &unit);
    }
}


static void
css_skip_comment(cg_css_t *css)
{
    const unsigned char  *star;

    css->at += 2;

    while (css->at < css->text.len) {
        star = memchr(css->text.data + css->at, '*', css->text.len - css->at);

        if (star == NULL) {
            css->at = css->text.len;
            return;
        }

        css->at = (size_t) (star - css->text.data) + 1;

        if (css_peek(css, 0) == '/') {
            css->at++;
            return;
        }
    }
}


static void
css_skip_space(cg_css_t *css)
{
    while (css_is_space(css_peek(css, 0))) {
        css->at++;
    }
}


/* 4.3.14, from behind the parenthesis on; returns where the URL ends.
 * `bad`: a browser takes it for none. */

static size_t
css_skip_url(cg_css_t *css, int *bad)
{
    int     c;
    size_t  end;

    *bad = 0;
    css->at = cg_css_bare(css->text, css->at);
    end = css->at;

    for ( ; (c = css_peek(css, 0)) >= 0 && c != ')'; css->at++) {
        if (css_is_space(c)) {
            continue;
        }

        *bad |= end != css->at || c == '"' || c == '\'' || c == '('
                || (c > 0 && c < ' ') || c == 0x7F
                || (c == '\\' && !css_is_escape(c, css_peek(css, 1)));

        if (css_is_escape(c, css_peek(css, 1))) {
            css->at++;
            css_escape(css);
            css->at--;
        }

        if (!*bad) {
            end = css->at + 1;
        }
    }

    css->at += c == ')';

    return end;
}


/* The bytes [from, to) without escapes and line continuations. */

static cg_str_t
css_decode(const cg_css_t *css, size_t from, size_t to, cg_out_t *scratch)
{
    int            c;
    cg_css_t       part;
    unsigned char  utf8[4];

    part.text = cg_str_sub(css->text, from, to);
    part.at = 0;

    if (part.text.len == 0
        || memchr(part.text.data, '\\', part.text.len) == NULL)
    {
        return part.text;
    }

    cg_out_reset(scratch);

    while ((c = css_peek(&part, 0)) >= 0) {
        part.at++;

        if (c != '\\') {
            cg_out_byte(scratch, (unsigned char) c);

        } else if (css_is_newline(css_peek(&part, 0))) {
            css_skip_newline(&part);

        } else {
            cg_out_bytes(scratch, utf8, cg_utf8_put(css_escape(&part), utf8));
        }
    }

    return cg_out_slice(scratch);
}


/* What is made of something that only a browser knows. */

static cg_status_t
css_unknown(cg_css_t *css, size_t name, cg_css_url_t *url)
{
    memset(url, 0, sizeof(*url));
    url->name = name;
    url->url = cg_str("");
    url->sheet = css->import != 0;
    url->unknown = 1;
    css->import = 0;

    return CG_OK;
}


/* What was found between `from` and `to` is a URL by the name at `name`.  NUL
 * stands for nothing to who looks ahead for imports, to all others for a
 * character: a style sheet within the URL has another sense then. */

static cg_status_t
css_found(cg_css_t *css, size_t name, size_t from, size_t to,
    cg_out_t *scratch, cg_css_url_t *url)
{
    if (memchr(css->text.data + from, '\0', to - from) != NULL) {
        return css_unknown(css, name, url);
    }

    memset(url, 0, sizeof(*url));
    url->name = name;
    url->sheet = css->import != 0;
    url->url = css_decode(css, from, to, scratch);

    return url->url.data == NULL ? scratch->status : CG_OK;
}


/* url( and what stands in it.  CG_NONE: nothing that is fetched. */

static cg_status_t
css_url(cg_css_t *css, size_t name, cg_out_t *scratch, cg_css_url_t *url)
{
    int          c, bad = 0, bare;
    size_t       from, to;
    cg_status_t  rc;

    css_skip_space(css);
    c = css_peek(css, 0);
    bare = c != '"' && c != '\'';
    from = css->at + (bare ? 0 : 1);
    to = bare ? css_skip_url(css, &bad) : cg_css_string(css->text, &css->at);

    /* the depth in an image function stays right: our ")" is still to come */

    css->depth += css->set && !bare;

    if (css->namespace || (bad && css->import == 0)) {
        return CG_NONE;
    }

    rc = css_found(css, css->import ? css->import - 1 : name, from, to,
                   scratch, url);
    css->import = 0;

    if (bare && !url->sheet) {
        url->from = from;
        url->to = to;
    }

    return rc;
}


static int
css_is_image_function(const css_name_t *name)
{
    return css_is(name, cg_str("image-set"))
           || css_is(name, cg_str("-webkit-image-set"))
           || css_is(name, cg_str("image")) || css_is(name, cg_str("src"));
}


/* Functions that may stand for a string. */

static int
css_is_variable(const css_name_t *name)
{
    return css_is(name, cg_str("var")) || css_is(name, cg_str("env"))
           || css_is(name, cg_str("attr")) || css_is(name, cg_str("if"))
           || css_is(name, cg_str("inherit"))
           || (name->len > 2 && name->text[0] == '-'
               && name->text[1] == '-');
}


/* A name, and the parenthesis that makes it a function.  With a NUL it is
 * "url" only to who looks ahead for imports, and has no content of its own
 * then. */

static cg_status_t
css_ident(cg_css_t *css, cg_out_t *scratch, cg_css_url_t *url)
{
    css_name_t  name;

    css_read_name(css, &name);

    if (css_peek(css, 0) != '(') {
        return CG_NONE;
    }

    css->at++;

    if (css_is(&name, cg_str("url")) && !name.nul) {
        return css_url(css, name.from, scratch, url);
    }

    css->depth += css->set != 0;

    if (css->import && name.nul) {
        return css_unknown(css, css->import - 1, url);
    }

    if (css->set) {
        if (css_is_variable(&name)) {
            return css_unknown(css, css->set - 1, url);
        }

    } else if (css_is_image_function(&name)) {
        css->set = name.from + 1;
        css->depth = 1;
    }

    return CG_NONE;
}


static cg_status_t
css_string(cg_css_t *css, cg_out_t *scratch, cg_css_url_t *url)
{
    size_t       to, from = css->at + 1;
    cg_status_t  rc = CG_NONE;

    to = cg_css_string(css->text, &css->at);

    if (css->import) {
        rc = css_found(css, css->import - 1, from, to, scratch, url);
        css->import = 0;

    } else if (css->set) {
        rc = css_found(css, css->set - 1, from, to, scratch, url);
    }

    return rc;
}


static void
css_at_rule(cg_css_t *css)
{
    css_name_t  name;

    css->at++;

    if (css_is_ident(css, 0)) {
        css_read_name(css, &name);
        css->import = css_is(&name, cg_str("import")) ? name.from + 1 : 0;
        css->namespace = !name.nul
                         && (css_is(&name, cg_str("namespace"))
                             || css_is(&name, cg_str("x-ngxc-import")));
    }
}


static void
css_delimiter(cg_css_t *css, int c)
{
    css->at++;

    if (c == ';' || c == '{' || c == '}') {
        css->import = 0;
        css->namespace = 0;

    } else if (css->set && c == '(') {
        css->depth++;

    } else if (css->set && c == ')' && --css->depth == 0) {
        css->set = 0;
    }
}


/* 4.3.1 */

static cg_status_t
css_token(cg_css_t *css, int c, cg_out_t *scratch, cg_css_url_t *url)
{
    css_name_t  name;

    if (c == '"' || c == '\'') {
        return css_string(css, scratch, url);
    }

    if (c == '/' && css_peek(css, 1) == '*') {
        css_skip_comment(css);

    } else if (css_is_number(css)) {
        css_skip_number(css);

    } else if (c == '-' && css_peek(css, 1) == '-' && css_peek(css, 2) == '>') {
        css->at += 3;

    } else if (c == '<' && css_peek(css, 1) == '!' && css_peek(css, 2) == '-'
               && css_peek(css, 3) == '-')
    {
        css->at += 4;

    } else if (css_is_ident(css, 0)) {
        return css_ident(css, scratch, url);

    } else if (c == '@') {
        css_at_rule(css);

    } else if (c == '#') {
        css->at++;
        css_read_name(css, &name);

    } else {
        css_delimiter(css, c);
    }

    return CG_NONE;
}


void
cg_css_start(cg_css_t *css, cg_str_t text)
{
    memset(css, 0, sizeof(*css));
    css->text = text;
}


cg_status_t
cg_css_next(cg_css_t *css, cg_out_t *scratch, cg_css_url_t *url)
{
    int          c;
    cg_status_t  rc = CG_NONE;

    while (rc == CG_NONE && css->at < css->text.len) {
        if (!css->import && !css->set && !css->namespace) {
            css->at = cg_css_hop(css->text, css->at);
        }

        c = css_peek(css, 0);

        if (c < 0) {
            break;
        }

        rc = css_token(css, c, scratch, url);
    }

    return rc;
}
