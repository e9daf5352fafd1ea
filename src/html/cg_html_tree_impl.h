/* Private to the tree: what the specification says about element names. */

#ifndef CG_HTML_TREE_IMPL_H
#define CG_HTML_TREE_IMPL_H

#include "cg_html_tree.h"

#define NAME_SPECIAL   0x001     /* "special" (13.2.4.2) */
#define NAME_SCOPE     0x002     /* ends the scope of what is inside */
#define NAME_FORMAT    0x004     /* "formatting" */
#define NAME_VOID      0x008     /* has no content and no end tag */
#define NAME_IGNORED   0x010     /* makes no element where we keep a stack */
#define NAME_BREAKOUT  0x020     /* leaves SVG and MathML */
#define NAME_CLOSES_P  0x040     /* closes an open `p` */
#define NAME_TABLE     0x080     /* its end tag looks through other scopes */
#define NAME_STAYS     0x100     /* its end tag pops nothing above it */


/* The hash of a name in lower case, byte by byte (FNV-1a). */

#define CG_HTML_TREE_HASH  2166136261u

static inline uint32_t
cg_html_tree_hash_step(uint32_t hash, unsigned char c)
{
    return (hash ^ c) * 16777619u;
}


/* One more, or one less, HTML element of that name is open; depth 0. */
void cg_html_tree_count(cg_html_tree_t *tree, uint32_t hash, int closing);

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
