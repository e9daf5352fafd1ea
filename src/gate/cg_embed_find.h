/* Which held elements get a placeholder.  Private to the room. */

#ifndef CG_EMBED_FIND_H
#define CG_EMBED_FIND_H

#include "cg_edit.h"
#include "cg_element.h"


/* Whether one is due for this tag, which is held; `embed` says what it shows,
 * with slices of the edit's scratch. */
int cg_embed_find(cg_edit_t *edit, const cg_html_token_t *token,
    cg_str_t bytes, const cg_element_t *element, int foreign,
    cg_embed_t *embed);

/* Whether an attribute of that name has to be out of the placeholder's way. */
int cg_embed_replaces(const cg_embed_t *embed, cg_str_t name);

#endif /* CG_EMBED_FIND_H */
