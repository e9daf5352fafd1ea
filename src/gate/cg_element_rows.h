/*
 * The table of elements behind cg_element_find().  Private to cg_element.c.
 */

#ifndef CG_ELEMENT_ROWS_H
#define CG_ELEMENT_ROWS_H

#include "cg_element.h"


/* A text in a constant table. */
#define S(text)  { sizeof(text) - 1, (const unsigned char *) (text) }


typedef enum {
    ELEMENT_URL = 0,               /* of a document or a script */
    ELEMENT_IMAGE,                 /* a URL; a `data:` one fetches nothing */
    ELEMENT_LINK,                  /* a URL, if the link types fetch */
    ELEMENT_ACTION,                /* of a form: the visitor's own doing */
    ELEMENT_DOCUMENT,              /* no URL, but the document itself */
    ELEMENT_VALUES,                /* of an animation: URLs, or a style */
    ELEMENT_SRCSET,
    ELEMENT_LIST,                  /* URLs between spaces */
    ELEMENT_REFRESH                /* of a meta with http-equiv=refresh */
} cg_element_kind_t;

typedef struct {
    cg_str_t            name;      /* in lower case */
    cg_group_t          group;
    cg_element_kind_t   kind;
} cg_element_attr_t;

struct cg_element_row_s {
    uint64_t                  word;    /* of the element's name */
    size_t                    len;     /* of all of it */
    const cg_element_attr_t  *attrs;
    size_t                    nattrs;
};


/* `type` counts, though it fetches nothing. */
int cg_element_row_is_script(const cg_element_row_t *row);

#endif /* CG_ELEMENT_ROWS_H */
