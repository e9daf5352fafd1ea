/*
 * What a stretch of a log says of some decisions: is the decision there, and
 * does an outcome of it stand anywhere?  For whoever goes on after a worker
 * that was killed.  Lines that another lane stands in for do not count; those
 * that were made again do.
 *
 * Lines are found by their frame and not verified: whoever could alter them
 * could alter the answer as well.
 */

#ifndef CG_SOUGHT_H
#define CG_SOUGHT_H

#include "cg_line.h"


typedef struct {
    cg_place_t  place;             /* where the decision stood first; set by
                                      the caller, the rest zeroed */
    int         decided;           /* out: it is there, and counts */
    int         settled;           /* out: so does an outcome of it */
    cg_place_t  decided_at;        /* private */
    cg_place_t  settled_at;        /* private */
} cg_sought_t;


/* Reads whole lines, the last without its line feed or cut: such a piece is
 * passed over.  Stretches must come in the order of the log and begin at
 * lines.  Returns how many bytes of `text` were read: up to its last line
 * feed. */
size_t cg_sought_read(cg_sought_t *sought, size_t n, cg_str_t text);

#endif /* CG_SOUGHT_H */
