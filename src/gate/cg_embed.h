/*
 * What a frame, an embed or an object that is held would have shown, for the
 * placeholder that stands there instead.  Private to the room, but for the
 * types.
 *
 * Only elements that show something: not one that is hidden, by an attribute or
 * by its own style, nor one that is no wider or higher than a pixel; nothing
 * for a frame whose other document passes; nothing while several readings of
 * the page are followed, and nothing within SVG and MathML.  A page has a
 * bounded number of them, since each is kept for as long as the response.
 */

#ifndef CG_EMBED_H
#define CG_EMBED_H

#include "base/cg_out.h"

#define CG_EMBED_URL  2048         /* bytes; a longer one is not told */
#define CG_EMBED_MAX  64           /* of a page; those behind stay empty */


typedef enum {
    CG_EMBED_FRAME = 0,            /* <iframe> */
    CG_EMBED_EMBED,
    CG_EMBED_OBJECT
} cg_embed_kind_t;

/* Slices are borrowed for the call; absent where the tag has none. */

typedef struct {
    cg_embed_kind_t  kind;
    cg_str_t         vendor;       /* id; "unlisted" */
    cg_str_t         purpose;      /* id; absent: none opens it */
    cg_str_t         url;          /* ASCII, "https://..", "http://.." or
                                      "//..": one that can be shown by itself */
    cg_str_t         host;         /* of it, normalised */
    cg_str_t         sandbox;      /* value; "" if there is none in it */
    cg_str_t         width;        /* of embed and object */
    cg_str_t         height;
    cg_str_t         lang;         /* the page's, as written */
    unsigned         titled:1;     /* it says itself what it is */
    unsigned         based:1;      /* relative URLs in the placeholder may lead
                                      to another origin (cg_gate.h) */
} cg_embed_t;

/* The placeholder; it outlives the gate, an absent one inserts nothing.  The
 * same for the same element, however often it is asked for.
 *   a frame       attributes, with a blank before the first
 *   embed         what goes before the element
 *   object        what goes behind its start tag
 * In a frame, "srcdoc" and, unless it is titled, "title" may be given. */
typedef cg_str_t (*cg_embed_text_t)(void *ctx, const cg_embed_t *embed);


/* All of it as bytes that can be kept, and back; views of `bytes`. */
void cg_embed_write(cg_out_t *out, const cg_embed_t *embed);
void cg_embed_read(cg_str_t bytes, cg_embed_t *embed);

#endif /* CG_EMBED_H */
