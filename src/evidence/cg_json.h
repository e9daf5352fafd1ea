/* What the verifier asks of a line as JSON; jansson reads it. */

#ifndef CG_JSON_H
#define CG_JSON_H

#include <jansson.h>

#include "base/cg_base.h"


/* The name of the first field of the envelope that is missing or of another
 * type, or NULL.  ch, seq, prev and h are known from the frame, see
 * cg_line.h.  `json` is an object; borrowed. */
const char *cg_json_envelope(const json_t *json);

/* Whether `text` is the beginning of a line and no more: its JSON is right as
 * far as it goes, and so are prev and h, which have a known length. */
int cg_json_is_piece(cg_str_t text);

#endif /* CG_JSON_H */
