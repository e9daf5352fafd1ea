#include "cg_css_lex.h"
#include "cg_css_hop.h"
#include "base/cg_utf8.h"


void
cg_css_skip_newline(cg_css_t *css)
{
    css->at += css_peek(css, 0) == '\r' && css_peek(css, 1) == '\n' ? 2 : 1;
}


uint32_t
cg_css_escape(cg_css_t *css)
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
        cg_css_skip_newline(css);
    }

    return code == 0 || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)
           ? 0xFFFD : code;
}


void
cg_css_read_name(cg_css_t *css, cg_css_name_t *name)
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
            code = cg_css_escape(css);

        } else if (css_is_name(c)) {
            css->at++;
            code = (uint32_t) c;

        } else {
            return;
        }

        name->nul |= code == 0;

        if (code != 0 && name->len < CG_CSS_NAME) {
            name->text[name->len++] = code < 0x80
                                      ? cg_ascii_lower((unsigned char) code)
                                      : 0xFF;
        }
    }
}


static void
css_skip_digits(cg_css_t *css)
{
    while (css_is_digit(css_peek(css, 0))) {
        css->at++;
    }
}


void
cg_css_skip_number(cg_css_t *css)
{
    int         next, sign;
    cg_css_name_t  unit;

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
        cg_css_read_name(css, &unit);
    }
}


void
cg_css_skip_comment(cg_css_t *css)
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


void
cg_css_skip_space(cg_css_t *css)
{
    while (css_is_space(css_peek(css, 0))) {
        css->at++;
    }
}


size_t
cg_css_skip_url(cg_css_t *css, int *bad)
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
            cg_css_escape(css);
            css->at--;
        }

        if (!*bad) {
            end = css->at + 1;
        }
    }

    css->at += c == ')';

    return end;
}
