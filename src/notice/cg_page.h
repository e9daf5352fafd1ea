/* What all whole pages have.  Private to this room. */

#ifndef CG_PAGE_H
#define CG_PAGE_H

#include "cg_part.h"


/* From the doctype to </head>; `title` is a message. */
void cg_page_head(cg_out_t *out, const cg_view_t *view, const char *title);

/* The same; words of the title are filled in. */
void cg_page_head_with(cg_out_t *out, const cg_view_t *view,
    const char *title, const cg_word_t *words, size_t n);

/* Each language under its own name; a link says which one is shown.  Nothing
 * where there is only one. */
void cg_page_languages(cg_out_t *out, const cg_view_t *view);

#endif /* CG_PAGE_H */
