/*
 * The Set-Cookie lines that remove cookies of which only the names are known.
 * A browser does not say under which domain and path it keeps a cookie, so
 * all likely places are tried, in this order:
 *
 *   1  for each name: host-only, the registrable domain, the host; path "/"
 *   2  for each name: the domains between host and registrable domain
 *   3  for each name: the directories of the request's path, deepest first,
 *      with and without a slash at their end; in the three domains of 1
 *
 * A response takes a round of them, within the limits below; the next round is
 * for a later response, if the browser still sends the cookies then.
 */

#ifndef CG_EXPIRY_H
#define CG_EXPIRY_H

#include "base/cg_out.h"

#define CG_EXPIRY_LINES   12       /* of one round */
#define CG_EXPIRY_BYTES   1500     /* of its header lines, whole */
#define CG_EXPIRY_ROUNDS  5


typedef struct {
    const cg_str_t  *names;
    size_t           nnames;
    cg_str_t         host;         /* normalised; may be absent */
    cg_str_t         domain;       /* its registrable domain; may be absent */
    cg_str_t         path;         /* of the request, as it was sent */
} cg_expiry_t;

/* One line's value, a view that is gone after the call.  Anything but CG_OK
 * ends the round and is returned. */
typedef cg_status_t (*cg_expiry_emit_pt)(void *ctx, cg_str_t line);


/* Emits the lines of one round, 0 the first; none if there is no such round.
 * `arena` is used for one line at a time.  CG_OK, CG_ENOMEM, or what `emit`
 * said. */
CG_MUST_CHECK cg_status_t cg_expiry_emit(const cg_expiry_t *expiry,
    unsigned round, cg_arena_t *arena, cg_expiry_emit_pt emit, void *ctx);

/* How many rounds there are, CG_EXPIRY_ROUNDS at most. */
unsigned cg_expiry_rounds(const cg_expiry_t *expiry, cg_arena_t *arena);

#endif /* CG_EXPIRY_H */
