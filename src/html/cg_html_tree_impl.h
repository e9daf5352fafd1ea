/* Private to the tree: what the specification says about element names, and
 * the stack of what is open. */

#ifndef CG_HTML_TREE_IMPL_H
#define CG_HTML_TREE_IMPL_H

#include "cg_html_tree.h"

#define NAME_VOID      0x01      /* has no content and no end tag */
#define NAME_BREAKOUT  0x02      /* leaves SVG and MathML */
#define NAME_TABLE     0x04      /* its end tag looks through other scopes */
#define NAME_ROOT      0x08      /* svg, math */
#define NAME_SVG_POINT  0x10     /* integration point in SVG */
#define NAME_MATH_POINT 0x20     /* in MathML; annotation-xml may be one */

/* Of a level of the stack. */

#define LEVEL_SVG         0x01
#define LEVEL_MATH        0x02
#define LEVEL_FOREIGN     (LEVEL_SVG | LEVEL_MATH)       /* neither: HTML */
#define LEVEL_HTML_POINT  0x04   /* HTML integration point */
#define LEVEL_TEXT_POINT  0x08   /* MathML text integration point */
#define LEVEL_ANNOTATION  0x10   /* annotation-xml */
#define LEVEL_POINT       (LEVEL_HTML_POINT | LEVEL_TEXT_POINT)
#define LEVEL_ROOT        0x20   /* `svg` and `math`, wherever they stand */

#define TREE_FOR_EVER     UINT32_MAX         /* a doubt that nothing ends */


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


static inline int
tree_has(const cg_html_token_t *token, unsigned flags)
{
    return (cg_html_tree_flags(token) & flags) != 0;
}


/* The flags of the level on top; none: HTML. */

static inline unsigned
tree_top(const cg_html_tree_t *tree)
{
    return tree->depth ? tree->stack[tree->depth - 1].flags : 0;
}


static inline int
tree_is_level(const cg_html_token_t *token, const cg_html_level_t *level)
{
    return token->name_len == level->name_len
           && memcmp(token->name, level->name, level->name_len) == 0;
}


/* An element more.  False where it lies deeper than is told apart, or its name
 * is too long: now there is a doubt, to be told of the tag. */
int cg_html_tree_push(cg_html_tree_t *tree, const cg_html_token_t *token,
    unsigned flags);

/* Nothing but SVG, none of its integration points and no `math`: all trees are
 * alike there. */
int cg_html_tree_is_plain(const cg_html_tree_t *tree);

/* Inside of what is open, or behind it: its own end tag will tell, once for
 * each of the roots that are open. */
void cg_html_tree_doubt(cg_html_tree_t *tree);

/* A doubt that nothing ends. */
void cg_html_tree_give_up(cg_html_tree_t *tree);

/* Likewise, about text modes: what is open of SVG and MathML is as it was. */
void cg_html_tree_give_up_modes(cg_html_tree_t *tree);

#endif /* CG_HTML_TREE_IMPL_H */
