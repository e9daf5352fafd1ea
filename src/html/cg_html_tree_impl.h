/* Private to the tree: what the specification says about element names. */

#ifndef CG_HTML_TREE_IMPL_H
#define CG_HTML_TREE_IMPL_H

#include "cg_html_tree.h"

#define NAME_VOID      0x01      /* has no content and no end tag */
#define NAME_BREAKOUT  0x02      /* leaves SVG and MathML */
#define NAME_TABLE     0x04      /* its end tag looks through other scopes */
#define NAME_ROOT      0x08      /* svg, math */
#define NAME_SVG_POINT  0x10     /* integration point in SVG */
#define NAME_MATH_POINT 0x20     /* in MathML; annotation-xml may be one */


/* Flags of an HTML element or tag. */
unsigned cg_html_tree_flags(const cg_html_token_t *token);

/* The text mode that follows a start tag in HTML. */
cg_html_mode_t cg_html_tree_mode(const cg_html_token_t *token);


static inline int
tree_is(const cg_html_token_t *token, cg_str_t name)
{
    return token->name_len == name.len
           && memcmp(token->name, name.data, name.len) == 0;
}

#endif /* CG_HTML_TREE_IMPL_H */
