/*
 * Hosts that a document or a header leads to and that the policy does not
 * promise: a few names of one response, for the inventory.  The judge notes
 * them where it comes to its verdict; where nobody is unknown nothing is done.
 *
 * Names are cut, address literals are not named, and there is no path and no
 * query.  Each host is noted once.
 */

#ifndef CG_UNKNOWN_H
#define CG_UNKNOWN_H

#include "base/cg_base.h"

#define CG_UNKNOWN_ROWS  8         /* hosts of one response; more are counted */
#define CG_UNKNOWN_NAME  64        /* bytes; of a longer one the last labels */

typedef struct {
    cg_str_t       vendor;         /* id of a vendor that the policy does not
                                      name; absent: nobody declared it */
    const char    *where;          /* a constant: "script" */
    unsigned char  len;
    unsigned char  passes;         /* whatever the policy says: a form's action
                                      is a place where a person goes */
    unsigned char  name[CG_UNKNOWN_NAME];
} cg_unknown_row_t;

/* Zeroed: none. */

typedef struct {
    cg_unknown_row_t  rows[CG_UNKNOWN_ROWS];
    unsigned          n;
    unsigned          placed;      /* of them, those whose `where` is known */
    uint32_t          more;        /* hosts that found no room */
} cg_unknown_t;


/* `host`: normalised; `vendor` is kept. */
void cg_unknown_note(cg_unknown_t *unknown, cg_str_t host, cg_str_t vendor);

void cg_unknown_place_new(cg_unknown_t *unknown, cg_str_t element);

/* Those that came since the last time stand in an element of this name.  Asked
 * of every element, mostly for nothing. */
static inline void
cg_unknown_place(cg_unknown_t *unknown, cg_str_t element)
{
    if (unknown->placed != unknown->n) {
        cg_unknown_place_new(unknown, element);
    }
}

/* All that came behind the first `n` pass. */
void cg_unknown_pass(cg_unknown_t *unknown, unsigned n);

#endif /* CG_UNKNOWN_H */
