/*
 * What the tree builder would say to the tokenizer: which text mode follows a
 * start tag, and whether CDATA is allowed (WHATWG HTML 13.2.6, only as much as
 * feeds back).  It keeps a bounded stack of SVG and MathML elements, their
 * integration points and the HTML elements inside those: not a tree.
 *
 * Where it has to guess (tables, adoption, elements closed by implication), it
 * takes the page for well nested.
 *
 * `noscript` content is read as markup (scripting off): what a browser with
 * scripting takes as text is then gated as well, which is the safe side.
 */

#ifndef CG_HTML_TREE_H
#define CG_HTML_TREE_H

#include "cg_html_tok.h"

#define CG_HTML_DEPTH  128       /* levels that are told apart */
#define CG_HTML_OPEN   512       /* counters of open HTML elements */


typedef struct {
    uint32_t        depth;       /* open levels from the outermost `svg` or
                                    `math` on; 0: HTML */
    uint32_t        stack[CG_HTML_DEPTH];    /* private; deeper levels repeat
                                                the last one */
    uint16_t        open[CG_HTML_OPEN];      /* private: HTML elements open
                                                outside, by a hash of names */
} cg_html_tree_t;                /* zeroed memory is the start of a document */

typedef struct {
    cg_html_mode_t  mode;        /* what follows the tag */
    unsigned        foreign:1;   /* the element itself is SVG or MathML */
    unsigned        cdata:1;     /* CDATA is allowed after the tag */
} cg_html_feedback_t;


/* Each tag once, in order.  `bytes` are the token's [start, end): attributes
 * decide for `font` and `annotation-xml`.  Of a tag that was not kept, `bytes`
 * may be the beginning only, or absent: attributes beyond are not seen. */
cg_html_feedback_t cg_html_tree_start(cg_html_tree_t *tree,
    const cg_html_token_t *token, cg_str_t bytes);
cg_html_feedback_t cg_html_tree_end(cg_html_tree_t *tree,
    const cg_html_token_t *token);

#endif /* CG_HTML_TREE_H */
