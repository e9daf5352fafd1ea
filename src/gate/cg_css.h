/*
 * What a style sheet, or the value of a style attribute, would fetch: the
 * tokenizer of CSS Syntax 3 as far as it takes to find URLs.  One pass over
 * the whole text, no memory but for URLs with escapes.  Private to the room.
 *
 * It finds url() in all spellings, the strings of @import, image-set(),
 * image() and src(), wherever they stand: whether the rule is valid there is
 * not asked.  NUL is passed over in names, as one browser's preloader does; a
 * URL with it is not to be known.
 */

#ifndef CG_CSS_H
#define CG_CSS_H

#include "base/cg_out.h"


typedef struct {
    cg_str_t   text;
    size_t     at;
    size_t     import;             /* name of the at-rule, + 1; 0: none */
    size_t     set;                /* name of the image function, + 1 */
    size_t     depth;              /* parentheses open in it */
    unsigned   namespace:1;        /* in @namespace, or in an import made
                                      inert: URLs are but names */
} cg_css_t;                        /* private; started by cg_css_start() */

/*
 * name     where the name begins that makes it a fetch: letters put in front
 *          of it make it unknown, and so nothing is fetched
 * from,to  the URL as written, where it stands without quotes; else empty
 * url      as a browser reads it: a view of the text or of `scratch`
 * sheet    what it leads to would be a style sheet
 * unknown  made of variables, or with NUL in it: not to be known
 */

typedef struct {
    size_t     name;
    size_t     from;
    size_t     to;
    cg_str_t   url;
    unsigned   sheet:1;
    unsigned   unknown:1;
} cg_css_url_t;


/* `text` is borrowed as long as `css` is used. */
void cg_css_start(cg_css_t *css, cg_str_t text);

/* The next URL.  `scratch` is reset; `url` lives until it is used again.
 * CG_OK, CG_NONE: no further one, or CG_ENOMEM, CG_ELIMIT of `scratch`: then
 * `url` is set but for its url, which is absent. */
CG_MUST_CHECK cg_status_t cg_css_next(cg_css_t *css, cg_out_t *scratch,
    cg_css_url_t *url);

#endif /* CG_CSS_H */
