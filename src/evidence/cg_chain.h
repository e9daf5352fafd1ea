/*
 * One lane of the consent log: the lines that one writer appends, each bound
 * to the one before by a hash.  Lanes share a file and no lock.
 *
 * A line is one JSON object, pure ASCII, ended by a line feed:
 *
 *   {"v":1,"ch":LANE,"seq":N,"t":TIME,"mono":MS,"ty":TYPE,"host":...,
 *    "pol":...,"pv":N,"cl":[...], body, "prev":HASH,"h":HASH}
 *
 *   h = SHA-256(0x01 || LANE (16 ASCII bytes) || prev (32 bytes) ||
 *               the bytes of the line before its last 72, `,"h":"..."}`)
 *
 * The first line of a lane is seq 0, type chain.open, prev all zeros; every
 * `prev` after it is the `h` before, every `seq` one more.  docs/log.md is
 * the specification for readers.
 *
 * How the caller writes: begin, body (cg_event.h), finish; then write() of one
 * or several whole lines to a file opened with O_APPEND.  After a short
 * write, go on at the beginning of the line that was cut, and put nothing
 * before it, no line feed either: the verifier knows the torn piece by the
 * line that starts behind it.  A failed fdatasync() says nothing about what
 * came before: open a new lane that says which lines it stands in for, and
 * write there what is needed of them (cg_chain_again).
 */

#ifndef CG_CHAIN_H
#define CG_CHAIN_H

#include "base/cg_crypto.h"
#include "base/cg_out.h"

#define CG_LANE_LEN     16       /* ASCII bytes of a lane's name */
#define CG_LANE_SEED    8        /* random bytes it is made of */


/* Private; the caller keeps it, one for each lane. */

typedef struct {
    unsigned char  ch[CG_LANE_LEN];          /* lower-case hexadecimal */
    unsigned char  prev[CG_SHA256_LEN];      /* the last line's h */
    uint64_t       seq;                      /* of the next line */
} cg_chain_t;


/* One line of a log. */

typedef struct {
    unsigned char  ch[CG_LANE_LEN];
    uint64_t       seq;
} cg_place_t;


/* The envelope.  All slices are borrowed until cg_chain_begin() returned. */

typedef struct {
    const char      *type;         /* CG_EVENT_*, see cg_event.h */
    uint64_t         time_ms;      /* since 1970, UTC */
    uint64_t         mono_ms;      /* since the lane was opened, monotonic */
    cg_str_t         host;         /* absent: no field; cut at CG_MAX_HOST */
    cg_str_t         policy;       /* absent: neither pol nor pv */
    uint64_t         version;
    const cg_str_t  *clauses;      /* ids of what was executed; may repeat */
    size_t           n_clauses;    /* 0: no field */
} cg_event_t;


/* A new lane out of random bytes.  The next line must be a chain.open. */
void cg_chain_open(cg_chain_t *chain, const unsigned char seed[CG_LANE_SEED]);

/* Forgets what `out` holds and writes the envelope; the object stays open for
 * the body.  `out` should have a max of CG_MAX_LINE. */
void cg_chain_begin(const cg_chain_t *chain, cg_out_t *out,
    const cg_event_t *event);

/* Closes the line: prev, h, line feed.  Only on CG_OK does the chain move on
 * and `out` hold the line; else the chain is as it was, and the line may be
 * built again.  CG_ELIMIT: longer than CG_MAX_LINE; CG_ENOMEM. */
CG_MUST_CHECK cg_status_t cg_chain_finish(cg_chain_t *chain, cg_out_t *out);

/* Where the next line will stand. */
void cg_chain_place(const cg_chain_t *chain, cg_place_t *place);

/* Makes a finished line again, as the next of `chain`: what it says is the
 * same, and in "first_at" it says where it stood first.  `line` with its line
 * feed; `out` as for cg_chain_begin(), and not the line's own memory.
 * CG_EINVAL: no line; else like cg_chain_finish(). */
CG_MUST_CHECK cg_status_t cg_chain_again(cg_chain_t *chain, cg_str_t line,
    cg_out_t *out);

#endif /* CG_CHAIN_H */
