/*
 * One element: judged, and held where the verdict says so.  Private to the
 * room.
 */

#ifndef CG_HOLD_H
#define CG_HOLD_H

#include "cg_edit.h"
#include "cg_element.h"


typedef struct {
    const cg_element_row_t  *rows;     /* of its name; NULL: none */
    cg_element_t             element;
    cg_verdict_t             marked;   /* what its body is held for, if it has
                                          one; no vendor: nothing */
} cg_hold_t;


/* A start tag, with its `bytes`: judged and counted.  1: it is held. */
int cg_hold_judge(cg_edit_t *edit, const cg_html_token_t *token,
    cg_str_t bytes, cg_hold_t *hold);

/* Any <base>: whether it may lead to another origin.  One that no browser will
 * follow counts as well. */
void cg_hold_base(cg_edit_t *edit, const cg_html_token_t *token,
    cg_str_t bytes);

/* One that is held is edited. */
void cg_hold_edit(cg_edit_t *edit, const cg_html_token_t *token,
    cg_str_t bytes, const cg_hold_t *hold, int foreign);

/* Whether of one that is not the body, a script or a style, is to be judged. */
int cg_hold_has_body(cg_edit_t *edit, const cg_html_token_t *token,
    cg_str_t bytes, const cg_hold_t *hold, int foreign);

#endif /* CG_HOLD_H */
