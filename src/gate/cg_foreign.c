#include "cg_foreign.h"
#include "html/cg_html_charref.h"
#include "html/cg_html_tree.h"


static int
foreign_is_wide(const cg_html_token_t *token)
{
    return token->end - token->start > CG_MAX_TAG;
}


/* Whether a start tag makes a child of an element of SVG.  A font may. */

static int
foreign_has_child(cg_flow_t *flow, const cg_html_token_t *token)
{
    cg_str_t         bytes;
    cg_html_tree_t   tree;
    cg_html_token_t  svg;

    if (foreign_is_wide(token) || cg_edit_is(token, cg_str("font"))) {
        return 1;
    }

    memset(&tree, 0, sizeof(tree));
    memset(&svg, 0, sizeof(svg));
    svg.kind = CG_HTML_START_TAG;
    svg.name_len = 3;
    memcpy(svg.name, "svg", 3);
    (void) cg_html_tree_start(&tree, &svg, cg_str(""));

    bytes = cg_flow_bytes(flow, token->start, token->end);

    return cg_html_tree_start(&tree, token, bytes).foreign;
}


/* Whether a style goes on behind a tag: behind a child of it, or an end tag
 * that may be nothing. */

static int
foreign_goes_on(cg_flow_t *flow, const cg_html_token_t *token)
{
    if (token->kind == CG_HTML_START_TAG) {
        return foreign_has_child(flow, token);
    }

    return token->kind == CG_HTML_END_TAG
           && !cg_edit_is(token, cg_str("style"))
           && !cg_edit_is(token, cg_str("svg"));
}


/* Text, what parts it only, and the element's own end. */

static int
foreign_is_plain(const cg_script_t *script, const cg_html_token_t *token)
{
    if (token->kind == CG_HTML_END_TAG) {
        return cg_edit_is(token, script->style ? cg_str("style")
                                               : cg_str("script"));
    }

    return token->kind == CG_HTML_TEXT || token->kind == CG_HTML_IGNORED;
}


void
cg_foreign_token(cg_script_t *script, cg_edit_t *edit,
    const cg_html_token_t *token)
{
    if (!foreign_is_plain(script, token) || foreign_is_wide(token)) {
        script->odd = 1;
    }

    script->nested |= foreign_goes_on(edit->flow, token) ? 1 : 0;

    if (token->kind == CG_HTML_START_TAG || token->kind == CG_HTML_END_TAG) {
        cg_script_close(script, edit, token->start);
    }
}


/* The next of what a tokenizer takes out of text: a sign of CDATA, or "</>".
 * Absent: none, and *at is the end. */

static cg_str_t
foreign_sign(cg_str_t body, int section, size_t *at)
{
    cg_str_t  rest, none = cg_str("</>");
    cg_str_t  sign = section ? cg_str("]]>") : cg_str("<![CDATA[");

    for ( ; *at < body.len; (*at)++) {
        rest = cg_str_sub(body, *at, body.len);

        if (cg_str_starts(rest, sign)) {
            return sign;
        }

        if (!section && cg_str_starts(rest, none)) {
            return none;
        }
    }

    return cg_str_null;
}


cg_str_t
cg_foreign_text(cg_arena_t *scratch, cg_str_t body)
{
    int       section = 0;
    size_t    at, from;
    cg_out_t  out;
    cg_str_t  sign, text;

    cg_out_init(&out, scratch, 2 * body.len);
    cg_out_str(&out, cg_str(""));

    for (from = 0; from < body.len; from = at + sign.len) {
        at = from;
        sign = foreign_sign(body, section, &at);
        text = cg_str_sub(body, from, at);

        if (section) {
            cg_out_str(&out, text);

        } else {
            cg_html_charref_text(&out, text);
        }

        section = sign.len && sign.data[1] == '!';
    }

    return cg_out_slice(&out);
}
