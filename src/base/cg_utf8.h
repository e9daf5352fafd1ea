/* UTF-8 as the Encoding Standard decodes it (maximal subparts). */

#ifndef CG_UTF8_H
#define CG_UTF8_H

#include "cg_base.h"

#define CG_UTF8_BAD  0xFFFFFFFFu


/* Reads one code point at *p (p < end) and moves *p behind it.  CG_UTF8_BAD:
 * malformed; *p moved over the maximal subpart, at least one byte. */
uint32_t cg_utf8_next(const unsigned char **p, const unsigned char *end);

/* Writes `code` (at most U+10FFFF) to `dst` (4 bytes are enough); returns the
 * number of bytes written. */
size_t cg_utf8_put(uint32_t code, unsigned char *dst);

#endif /* CG_UTF8_H */
