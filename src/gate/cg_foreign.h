/*
 * Scripts and styles in SVG: markup in them is markup, their text may lie in
 * pieces, with references and CDATA sections (WHATWG HTML 13.2.5, 13.2.6.5).
 * Private to the room.
 */

#ifndef CG_FOREIGN_H
#define CG_FOREIGN_H

#include "cg_edit.h"


/* A token within, or behind, of an active one: what is more than text makes it
 * odd, a tag closes it. */
void cg_foreign_token(cg_script_t *script, cg_edit_t *edit,
    const cg_html_token_t *token);

/* The text of a body that is not odd, as a browser has it: without the signs of
 * CDATA and what is no tag, references decoded but for those in CDATA.  Absent:
 * no memory. */
cg_str_t cg_foreign_text(cg_arena_t *scratch, cg_str_t body);

#endif /* CG_FOREIGN_H */
