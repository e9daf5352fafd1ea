/*
 * The other reading of noscript.  We read its content as markup; a browser
 * with scripting takes it as text that ends at the first "</noscript".  Both
 * agree unless that hides in a comment, an attribute or the text of a style
 * element: then what follows it is markup for one and not for the other.  So
 * what hides it never leaves.  Private to the room.
 */

#ifndef CG_NOSCRIPT_H
#define CG_NOSCRIPT_H

#include "cg_flow.h"
#include "html/cg_html_tok.h"


/* Zeroed: outside. */

typedef struct {
    uint64_t  calm;                /* both readings agree up to here: nothing
                                      behind it may leave unread */
    unsigned  inside:1;
    unsigned  hidden:1;            /* out, of cg_noscript_token(): the text
                                      before the token was dropped */
} cg_noscript_t;


/* Each token, before anything else is done about it.  Drops what must not
 * leave of the text before it; 1: the token itself must not leave, either. */
int cg_noscript_token(cg_noscript_t *noscript, cg_flow_t *flow,
    const cg_html_token_t *token);

/* A start tag of noscript, in HTML: inside from its end on. */
void cg_noscript_open(cg_noscript_t *noscript, uint64_t at);

/* The document ends. */
void cg_noscript_finish(cg_noscript_t *noscript, cg_flow_t *flow,
    uint64_t end);

#endif /* CG_NOSCRIPT_H */
