/*
 * The long stretches of a style sheet in which nothing can be fetched, taken
 * in strides.  Private to the reader of style sheets.
 */

#ifndef CG_CSS_HOP_H
#define CG_CSS_HOP_H

#include "base/cg_base.h"


/* From a token's first byte, outside of an @import, an @namespace and an image
 * function: the first byte of the next token that must be read, or the end of
 * the text.  What is passed over is no string, no at-rule, holds no escape and
 * is no function of a name that we look for. */
size_t cg_css_hop(cg_str_t text, size_t at);

/* 4.3.5: the string whose quote stands at *at; moves *at behind it.  Returns
 * where its content ends. */
size_t cg_css_string(cg_str_t text, size_t *at);

/* 4.3.14: behind the bytes at `at` that are just bytes of a URL without
 * quotes. */
size_t cg_css_bare(cg_str_t text, size_t at);

#endif /* CG_CSS_HOP_H */
