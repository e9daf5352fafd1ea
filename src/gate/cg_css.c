#include "cg_css.h"
#include "cg_css_hop.h"
#include "cg_css_lex.h"
#include "base/cg_utf8.h"


/* The bytes [from, to) without escapes and line continuations. */

static cg_str_t
css_decode(const cg_css_t *css, size_t from, size_t to, cg_out_t *scratch)
{
    int            c;
    size_t         n;
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
            cg_css_skip_newline(&part);

        } else {
            n = cg_utf8_put(cg_css_escape(&part), utf8);
            cg_out_bytes(scratch, utf8, n);
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

    cg_css_skip_space(css);
    c = css_peek(css, 0);
    bare = c != '"' && c != '\'';
    from = css->at + (bare ? 0 : 1);
    to = bare ? cg_css_skip_url(css, &bad) : cg_css_string(css->text, &css->at);

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
css_is_image_function(const cg_css_name_t *name)
{
    return css_is(name, cg_str("image-set"))
           || css_is(name, cg_str("-webkit-image-set"))
           || css_is(name, cg_str("image")) || css_is(name, cg_str("src"));
}


/* Functions that may stand for a string. */

static int
css_is_variable(const cg_css_name_t *name)
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
    cg_css_name_t  name;

    cg_css_read_name(css, &name);

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


/* No import begins in an image function, and no image is named by one; the
 * function comes first, since edits only go forth. */

static cg_status_t
css_at_rule(cg_css_t *css, cg_css_url_t *url)
{
    cg_css_name_t   name;
    cg_status_t  rc = CG_NONE;

    css->at++;

    if (!css_is_ident(css, 0)) {
        return rc;
    }

    cg_css_read_name(css, &name);
    css->import = 0;
    css->namespace = !name.nul
                     && (css_is(&name, cg_str("namespace"))
                         || css_is(&name, cg_str("x-ngxc-import")));

    if (css_is(&name, cg_str("import"))) {
        rc = css->set ? css_unknown(css, css->set - 1, url) : CG_NONE;
        css->import = name.from + 1;
    }

    return rc;
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
    cg_css_name_t  name;

    if (c == '"' || c == '\'') {
        return css_string(css, scratch, url);
    }

    if (c == '/' && css_peek(css, 1) == '*') {
        cg_css_skip_comment(css);

    } else if (css_is_number(css)) {
        cg_css_skip_number(css);

    } else if (c == '-' && css_peek(css, 1) == '-' && css_peek(css, 2) == '>') {
        css->at += 3;

    } else if (c == '<' && css_peek(css, 1) == '!' && css_peek(css, 2) == '-'
               && css_peek(css, 3) == '-')
    {
        css->at += 4;

    } else if (css_is_ident(css, 0)) {
        return css_ident(css, scratch, url);

    } else if (c == '@') {
        return css_at_rule(css, url);

    } else if (c == '#') {
        css->at++;
        cg_css_read_name(css, &name);

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
