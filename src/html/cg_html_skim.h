/*
 * Skimming: whole tags that neither fetch nor change how the rest is read are
 * passed over as if they were text, at a fraction of a token's cost.  Both
 * lists are of what may be passed over: an element or an attribute that stands
 * in neither is tokenized as ever.
 *
 * For a caller who looks at start tags for what they load, in the data state
 * and in HTML content only; see cg_html_skim_set() for when that holds.
 */

#ifndef CG_HTML_SKIM_H
#define CG_HTML_SKIM_H

#include "cg_html_tree.h"


/* From the next byte on: skims while `tree` is given, tokenizes all if it is
 * NULL.  To be called from the handler.  The tree must stand in HTML (depth
 * 0); it goes on counting what is open.  Text tokens then hold the tags that
 * were skimmed. */
void cg_html_skim_set(cg_html_tok_t *tok, cg_html_tree_t *tree);

/* What the tokenizer asks in its data state, `p` at a '<': the first '<' from
 * there on that begins something else than a tag to be skimmed, whole, before
 * `end`; `end` if there is none. */
const unsigned char *cg_html_skim(cg_html_tree_t *tree,
    const unsigned char *p, const unsigned char *end);

#endif /* CG_HTML_SKIM_H */
