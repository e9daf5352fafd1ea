/*
 * What the tree builder would say to the tokenizer: which text mode follows a
 * start tag, and whether CDATA is allowed (WHATWG HTML 13.2.6, only as much as
 * feeds back).  It keeps a bounded stack of SVG and MathML elements: not a
 * tree.
 *
 * Where only a tree could tell, or where browsers and their preload scanners
 * are known to differ, it does not guess but says so: the caller then reads on
 * both ways (cg_html_feedback_t).  That is so for text modes
 *
 *   - in `select`, which takes markup in newer browsers only, and in a
 *     `frameset`;
 *   - in SVG and MathML: preload scanners know neither, they take everything
 *     for HTML, a CDATA section for a comment;
 *   - where an end tag of HTML stood in SVG or MathML, or an integration point
 *     ended (a formatting element may have been reopened in it): the foreign
 *     content may be over, or not.  That doubt ends with its outermost
 *     element's end tag, or with a tag that breaks out: behind them, everybody
 *     is in HTML content.
 *
 * `noscript` content is read as markup (scripting off): what a browser with
 * scripting takes as text is then gated as well, which is the safe side.
 */

#ifndef CG_HTML_TREE_H
#define CG_HTML_TREE_H

#include "cg_html_tok.h"

#define CG_HTML_DEPTH  32        /* levels that are told apart; deeper ones are
                                    a doubt */


typedef struct {
    unsigned char   flags;
    unsigned char   name_len;
    unsigned char   name[CG_HTML_NAME];
} cg_html_level_t;

typedef struct {
    uint32_t        depth;       /* open levels from the outermost `svg` or
                                    `math` on; 0: HTML, or a doubt */
    uint32_t        doubt;       /* 0: what is open is known for sure; else
                                    private */
    uint32_t        templates;   /* private, and all below */
    unsigned        select:1;
    unsigned        points:1;    /* there was an integration point */
    unsigned        pointed:1;   /* and one may have begun in the doubt */
    unsigned        text:1;      /* the next tag ends a text mode */
    unsigned        lost:1;      /* the doubt never ends, and SVG or MathML may
                                    be open in it */
    cg_html_level_t root;        /* of the doubt */
    cg_html_level_t stack[CG_HTML_DEPTH];
} cg_html_tree_t;                /* zeroed memory is the start of a document */


typedef enum {
    CG_HTML_CDATA_NONE = 0,      /* "<![CDATA[" begins a bogus comment */
    CG_HTML_CDATA_SECTION,
    CG_HTML_CDATA_EITHER         /* one or the other */
} cg_html_cdata_t;

typedef struct {
    cg_html_mode_t  mode;        /* what follows the tag */
    cg_html_cdata_t cdata;       /* what CDATA is after the tag */
    unsigned        foreign:1;   /* the element itself is SVG or MathML */
    unsigned        doubt:1;     /* of a start tag: cg_html_tree_other() may be
                                    right instead */
    unsigned        ignored:1;   /* ... and the tag be nobody's, not SVG's */
} cg_html_feedback_t;


/* Each tag once, in order.  `bytes` are the token's [start, end): attributes
 * decide for `annotation-xml`.  Of a tag that was not kept, `bytes`
 * may be the beginning only, or absent: attributes beyond are not seen. */
cg_html_feedback_t cg_html_tree_start(cg_html_tree_t *tree,
    const cg_html_token_t *token, cg_str_t bytes);
cg_html_feedback_t cg_html_tree_end(cg_html_tree_t *tree,
    const cg_html_token_t *token);

/* The other answer to a start tag whose feedback is in doubt. */
cg_html_feedback_t cg_html_tree_other(const cg_html_token_t *token,
    cg_html_feedback_t feedback);

/* Whether tags that make no text mode and fetch nothing may be left out: they
 * tell the tree nothing now. */
int cg_html_tree_may_skim(const cg_html_tree_t *tree);

/* Whether what follows stands outside of SVG and MathML for sure: a doubt may
 * be one about text modes alone. */
int cg_html_tree_is_html(const cg_html_tree_t *tree);

/* Whether nothing is open that it would keep count of: all that it remembers
 * then fits into a number, from which it can be made anew, zeroed before. */
int cg_html_tree_rests(const cg_html_tree_t *tree);
uint32_t cg_html_tree_memory(const cg_html_tree_t *tree);
void cg_html_tree_remember(cg_html_tree_t *tree, uint32_t memory);

/* What "<![CDATA[" is now. */
cg_html_cdata_t cg_html_tree_cdata(const cg_html_tree_t *tree);

/* Two readings of one document have come to the same place: `tree` stands for
 * both from now on.  What was said of CDATA and skimming may change. */
void cg_html_tree_join(cg_html_tree_t *tree, const cg_html_tree_t *other);

#endif /* CG_HTML_TREE_H */
