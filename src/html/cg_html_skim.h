/*
 * Skimming: whole tags that neither fetch nor change how the rest is read are
 * passed over as if they were text, at a fraction of a token's cost.  Both
 * lists are of what may be passed over: an element or an attribute that stands
 * in neither is tokenized as ever.
 *
 * For a caller who looks at start tags for what they load, in the data state
 * and in HTML content only; see cg_html_skim_set() for when that holds.  Text
 * means nothing to him, so none is told.
 */

#ifndef CG_HTML_SKIM_H
#define CG_HTML_SKIM_H

#include "cg_html_tok.h"


/* From the next byte on: skims, or tokenizes all.  To be called from the
 * handler.  What is skimmed must not matter to the tree: it stands in HTML
 * (depth 0), in doubt or not.  No text token comes while it is on. */
void cg_html_skim_set(cg_html_tok_t *tok, int on);

/* What the tokenizer asks in its data state, `p` at a '<': the first '<' from
 * there on that begins something else than a tag to be skimmed, whole, before
 * `end`; `end` if there is none. */
const unsigned char *cg_html_skim(const unsigned char *p,
    const unsigned char *end);

#endif /* CG_HTML_SKIM_H */
