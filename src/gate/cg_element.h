/*
 * Which attributes of which elements make a browser fetch, and what the judge
 * says of one element.  Private to the room.
 *
 * Elements are known by name alone, HTML or SVG: where readings differ, both
 * are gated.
 */

#ifndef CG_ELEMENT_H
#define CG_ELEMENT_H

#include "cg_judge.h"
#include "html/cg_html_tok.h"


/* Attributes that stand in for each other are one group: if one of a group is
 * held, all are renamed, or the next one would become live. */

typedef enum {
    CG_GROUP_SRC = 1,
    CG_GROUP_HREF = 2,                 /* href and xlink:href */
    CG_GROUP_SRCSET = 4,
    CG_GROUP_DATA = 8,
    CG_GROUP_POSTER = 16,
    CG_GROUP_BACKGROUND = 32,
    CG_GROUP_PING = 64,
    CG_GROUP_CONTENT = 128,
    CG_GROUP_TYPE = 256                /* of a script that is held */
} cg_group_t;

typedef struct cg_element_row_s  cg_element_row_t;

typedef struct {
    cg_verdict_t  verdict;             /* the element's */
    unsigned      present;             /* groups that the tag has */
    unsigned      held;                /* groups to be renamed */
} cg_element_t;


/* The rows of this element, or NULL: nothing of it is ever gated. */
const cg_element_row_t *cg_element_find(const cg_html_token_t *token);

/* `bytes` are the tag's; `scratch` gets no memory back. */
void cg_element_judge(const cg_element_row_t *rows, const cg_judge_t *judge,
    cg_arena_t *scratch, const cg_html_token_t *token, cg_str_t bytes,
    cg_element_t *element);

/* The group of one attribute, or 0. */
unsigned cg_element_group(const cg_element_row_t *rows, cg_str_t name);

/* Whether a browser runs what stands between the tags of this script, or acts
 * on it (HTML 4.12.1.1; by any duplicate of `type`, with parameters or not). */
int cg_element_is_executable(cg_arena_t *scratch,
    const cg_html_token_t *token, cg_str_t bytes);


/* Pieces that header lines need as well. */

/* Whether any of the link types in `rel` makes a browser fetch or connect:
 * all do but those known not to.  No link type: nothing happens. */
int cg_element_rel_fetches(cg_str_t rel);

/* The strictest verdict on the URLs of a srcset (HTML 4.8.4.2.1). */
cg_verdict_t cg_element_srcset(const cg_judge_t *judge, cg_arena_t *scratch,
    cg_str_t value);

/* Name and value of the i-th attribute, as written. */
cg_str_t cg_element_name(const cg_html_token_t *token, cg_str_t bytes,
    size_t i);
cg_str_t cg_element_value(const cg_html_token_t *token, cg_str_t bytes,
    size_t i);

#endif /* CG_ELEMENT_H */
