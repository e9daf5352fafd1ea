/*
 * Who and what was seen that nobody promised: a table of fixed size, so that
 * the log tells each host, cookie and endpoint once and then how often, however
 * many requests or reports name it.
 *
 * A new row is told at once, CG_SEEN_FIRST a minute at most; what comes after
 * it is counted, and told when the owner of the table takes it, every
 * CG_SEEN_EVERY seconds.  A row that was quiet in between is forgotten.  What
 * finds no room is counted as a whole.
 */

#ifndef CG_SEEN_H
#define CG_SEEN_H

#include "base/cg_arena.h"

#define CG_SEEN_ROWS     256       /* of an inventory */
#define CG_SEEN_REPORTS  64        /* of what browsers report */
#define CG_SEEN_FIRST    20        /* rows told at once, a minute */
#define CG_SEEN_EVERY    600       /* seconds */


typedef enum {
    CG_SEEN_HOST = 0,
    CG_SEEN_COOKIE,
    CG_SEEN_ENDPOINT,
    CG_SEEN_KINDS
} cg_seen_kind_t;

typedef enum {
    CG_SEEN_HELD = 0,              /* by the gate */
    CG_SEEN_PASSED,
    CG_SEEN_BLOCKED,               /* by a browser, as our policy asks */
    CG_SEEN_ACTIONS
} cg_seen_action_t;

/* "host" "cookie" "endpoint", "held" "passed" "blocked". */
const char *cg_seen_kind_name(cg_seen_kind_t kind);
const char *cg_seen_action_name(cg_seen_action_t action);

/* All but `where` and `vendor` tell one row from another. */

typedef struct {
    const void       *owner;       /* of whose site; lives as long as the row */
    cg_str_t          name;        /* CG_MAX_HOST bytes at most */
    cg_str_t          vendor;      /* id, lives on; may be absent */
    const char       *where;       /* a constant: "script", "header" */
    const char       *directive;   /* a constant: "img-src"; NULL: no report */
    cg_seen_kind_t    kind;
    cg_seen_action_t  action;
} cg_seen_key_t;

/* All fields private but for `key` and `n`, of a row that was taken. */

typedef struct {
    cg_seen_key_t  key;            /* owner NULL: free */
    uint32_t       n;              /* not told yet */
    unsigned char  name[CG_MAX_HOST];
} cg_seen_row_t;

/* All fields private. */

typedef struct {
    cg_seen_row_t  *rows;
    uint32_t       *hashes;        /* of their keys, in the same order */
    size_t          cap;
    uint64_t        lost;
    int64_t         minute;
    unsigned        told;          /* in that minute */
} cg_seen_t;


/* Empty, with room for `cap` rows; the arena is asked once.  CG_ENOMEM. */
CG_MUST_CHECK cg_status_t cg_seen_init(cg_seen_t *seen, cg_arena_t *arena,
    size_t cap);

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
