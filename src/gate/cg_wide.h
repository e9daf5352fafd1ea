/*
 * The gate for a document whose markup is not ASCII by the byte: UTF-16 and
 * ISO-2022-JP.  It is decoded into UTF-8 on the way to the gate, and what the
 * gate lets leave is the document's own bytes again: nothing is encoded, so
 * that malformed bytes, lone surrogates and idle escape sequences leave as
 * they came.
 *
 * Two readers (cg_units.h) go over the same bytes: the one ahead reads for the
 * gate, the one behind follows what leaves or is dropped, and so knows the
 * bytes of every character.  Additions are widened, or written in ASCII between
 * the escape sequences that this takes; they must be ASCII, other characters
 * become "?".  Kept are the bytes of what the gate keeps, at most four times as
 * many.
 *
 * Any cut of the input gives the same output; limits are the gate's, in bytes
 * of UTF-8.
 */

#ifndef CG_WIDE_H
#define CG_WIDE_H

#include "cg_gate.h"
#include "charset/cg_charset.h"


typedef struct cg_wide_s  cg_wide_t;

/* As cg_gate_create(); `charset` is a wide one.  `sink` gets the document in
 * its encoding. */
cg_wide_t *cg_wide_create(cg_arena_t *arena, const cg_gate_conf_t *conf,
    const cg_sink_t *sink, const cg_charset_t *charset);

/* As cg_gate_feed(), cg_gate_end() and cg_gate_done(). */
CG_MUST_CHECK cg_status_t cg_wide_feed(cg_wide_t *wide, cg_str_t bytes);
CG_MUST_CHECK cg_status_t cg_wide_end(cg_wide_t *wide);
int cg_wide_done(const cg_wide_t *wide);

/* The gate within, for its tally and verdict. */
cg_gate_t *cg_wide_gate(const cg_wide_t *wide);

#endif /* CG_WIDE_H */
