/*
 * One element: judged, and held where the verdict says so.  Private to the
 * room.
 */

#ifndef CG_HOLD_H
#define CG_HOLD_H

#include "cg_edit.h"


/* A start tag, with its `bytes`.  1: the body of the element, a script or a
 * style, is to be judged as well. */
int cg_hold_element(cg_edit_t *edit, const cg_html_token_t *token,
    cg_str_t bytes, int foreign);

#endif /* CG_HOLD_H */
