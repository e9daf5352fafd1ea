/*
 * What was done to a document, for the evidence: elements by vendor and clause,
 * and the hosts that the policy does not promise.
 *
 * What is counted can be written down as well, one after the other, so that a
 * part of it is counted once more into another tally (cg_recall.h).
 */

#ifndef CG_TALLY_H
#define CG_TALLY_H

#include "cg_judge.h"

#define CG_TALLY_ROWS  64      /* elements of further vendors: more_... */


typedef struct {
    cg_str_t     vendor;
    cg_str_t     clause;
    uint32_t     held;
    uint32_t     passed;
} cg_tally_row_t;

typedef struct {
    cg_tally_row_t  rows[CG_TALLY_ROWS];
    size_t          n;
    uint32_t        more_held;
    uint32_t        more_passed;
    uint32_t        withheld;  /* tags and scripts beyond a limit */
    unsigned        banner:1;  /* inserted */
    cg_unknown_t    unknown;   /* hosts that the policy does not promise */
} cg_tally_t;


/* One element.  What finds no row cannot be written down: the status of the
 * notes, which are those of `unknown`, says so. */
void cg_tally_count(cg_tally_t *tally, const cg_verdict_t *verdict);

/* Counts what `notes`, or a part of them between two elements, say of the tally
 * `of`, which they were made beside. */
void cg_tally_again(cg_tally_t *tally, const cg_tally_t *of, cg_str_t notes);

#endif /* CG_TALLY_H */
