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

#include "base/cg_out.h"

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
    cg_out_t         *notes;       /* NULL: nothing is written down */
    unsigned          noted:1;     /* private: a host since the last place */
    unsigned          opened:1;    /* private, likewise */
    unsigned          from;
} cg_unknown_t;

/* What is done here is written down in bytes from this one on; the others are
 * whoever's that shares the notes. */

#define CG_UNKNOWN_NOTES  0x80


/* `host`: normalised; `vendor` is kept. */
void cg_unknown_note(cg_unknown_t *unknown, cg_str_t host, cg_str_t vendor);

void cg_unknown_place_new(cg_unknown_t *unknown, cg_str_t element);

/* Those that came since the last time stand in an element of this name.  Asked
 * of every element, mostly for nothing. */
static inline void
cg_unknown_place(cg_unknown_t *unknown, cg_str_t element)
{
    if (unknown->placed != unknown->n || unknown->noted) {
        cg_unknown_place_new(unknown, element);
    }
}

/* What is noted between the two may pass all the same: `from` is what the first
 * one returned. */
unsigned cg_unknown_open(cg_unknown_t *unknown);
void cg_unknown_close(cg_unknown_t *unknown, unsigned from, int pass);

/* A byte for the notes; it cannot be written down: their status says so. */
void cg_unknown_write(cg_unknown_t *unknown, unsigned byte);
void cg_unknown_lose(cg_unknown_t *unknown);

/* Does once more what a byte of the notes says, which were made beside `of`. */
void cg_unknown_again(cg_unknown_t *unknown, const cg_unknown_t *of,
    unsigned byte);

#endif /* CG_UNKNOWN_H */
