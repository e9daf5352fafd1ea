/*
 * Character references and newlines, decoded (WHATWG HTML 13.2.5.72 to 80 and
 * 13.2.3.5), on UTF-8 or on the bytes of another ASCII-compatible encoding,
 * where references are written as UTF-8.
 */

#ifndef CG_HTML_CHARREF_H
#define CG_HTML_CHARREF_H

#include "base/cg_out.h"


/* Appends an attribute value decoded; `&amp=x` and `&ampx` keep their
 * historical reading; NUL becomes U+FFFD.  `raw` is borrowed; errors stick to
 * `out`. */
void cg_html_charref_attr(cg_out_t *out, cg_str_t raw);

/* Appends text (data and RCDATA states) decoded.  NUL stays: what becomes of it
 * depends on the state.  A reference, or a CR LF, that two text tokens share is
 * only seen if they are decoded together. */
void cg_html_charref_text(cg_out_t *out, cg_str_t raw);

#endif /* CG_HTML_CHARREF_H */
