/*
 * Which attributes of which elements make a browser fetch, and what the judge
 * says of one element.  Private to the room.
 *
 * Elements are known by name alone, HTML or SVG: where readings differ, both
 * are gated.
 */

#ifndef CG_ELEMENT_H
#define CG_ELEMENT_H

#include "cg_carrier.h"
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
    CG_GROUP_TYPE = 256,               /* of a script that is held */
    CG_GROUP_SRCDOC = 512,
    CG_GROUP_ACTION = 1024,
    CG_GROUP_ANIMATED = 2048           /* values of an animation */
} cg_group_t;

/* What attributes of any element may carry. */

typedef enum {
    CG_CONTENT_NONE = 0,
    CG_CONTENT_CSS,                    /* style, presentation attributes */
    CG_CONTENT_SCRIPT,                 /* event handlers */
    CG_CONTENT_MARK                    /* what only the gate may say */
} cg_content_t;

typedef struct cg_element_row_s  cg_element_row_t;

typedef struct {
    cg_verdict_t  verdict;             /* the element's */
    unsigned      present;             /* groups that the tag has */
    unsigned      held;                /* groups to be renamed */
    unsigned      content:1;           /* cg_content_t: one is held */
    unsigned      forged:1;            /* the page has a mark of ours in it */
} cg_element_t;


/* The rows of this element, or NULL: it has no attributes of its own. */
const cg_element_row_t *cg_element_find(const cg_html_token_t *token);

/* `rows` may be NULL; `bytes` are the tag's. */
void cg_element_judge(const cg_element_row_t *rows, const cg_reader_t *reader,
    const cg_html_token_t *token, cg_str_t bytes, cg_element_t *element);

/* What an attribute of this name carries, and what the judge says of its
 * decoded value. */
cg_content_t cg_element_content(cg_str_t name);
cg_verdict_t cg_element_judge_content(const cg_reader_t *reader,
    cg_content_t content, cg_str_t raw);

/* The value with its character references decoded; absent: no memory. */
cg_str_t cg_element_decode(cg_arena_t *scratch, cg_str_t raw);

/* The group of one attribute, or 0; `rows` may be NULL. */
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
