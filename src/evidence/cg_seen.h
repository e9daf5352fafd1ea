/*
 * Who was seen that nobody promised: a table of fixed size, so that the log
 * tells each host once and then how often, however many reports are sent.
 *
 * A new row is told at once, CG_SEEN_FIRST a minute at most; what comes after
 * it is counted, and told when the owner of the table takes it, every
 * CG_SEEN_EVERY seconds.  A row that was quiet in between is forgotten.  What
 * finds no room is counted as a whole.
 */

#ifndef CG_SEEN_H
#define CG_SEEN_H

#include "base/cg_base.h"

#define CG_SEEN_ROWS   64
#define CG_SEEN_FIRST  20          /* rows told at once, a minute */
#define CG_SEEN_EVERY  600         /* seconds */


typedef struct {
    const void  *owner;            /* of whose site; lives as long as the row */
    cg_str_t     host;             /* CG_MAX_HOST bytes at most */
    cg_str_t     vendor;           /* id, lives on; may be absent */
    const char  *directive;        /* a constant */
    int          blocked;
} cg_seen_key_t;

/* All fields private but for `key` and `n`, of a row that was taken. */

typedef struct {
    cg_seen_key_t  key;            /* owner NULL: free */
    uint32_t       n;              /* not told yet */
    unsigned char  host[CG_MAX_HOST];
} cg_seen_row_t;

/* Zeroed, it is empty.  All fields private. */

typedef struct {
    cg_seen_row_t  rows[CG_SEEN_ROWS];
    uint64_t       lost;
    int64_t        minute;
    unsigned       told;           /* in that minute */
} cg_seen_t;


/* One sighting.  `now`: seconds, of any clock that goes on.  CG_OK: to be told
 * now, as one; CG_NONE: counted. */
CG_MUST_CHECK cg_status_t cg_seen_note(cg_seen_t *seen, int64_t now,
    const cg_seen_key_t *key);

/* The rows to be told, one a call until NULL; `at` begins with 0.  The row is
 * valid until the next call of any function here. */
const cg_seen_row_t *cg_seen_take(cg_seen_t *seen, size_t *at);

/* Sightings that found no room since the last time. */
uint64_t cg_seen_lost(cg_seen_t *seen);

/* 1 if there is nothing left to take or to forget. */
int cg_seen_empty(const cg_seen_t *seen);

#endif /* CG_SEEN_H */
