/*
 * handling.sum: what was handled in a period, counted instead of told one by
 * one.  Bounded tables, made once; counting asks for no memory, and what finds
 * no room in a table is counted beside it, so that totals lose nothing.
 *
 * Whoever counts says what happened in numbers; cg_sum_conf_t has the words
 * for them.  Names of cookies come from visitors: they are cut, and what is no
 * printable ASCII of them is "?", so that two of them never are one key of the
 * line twice.
 */

#ifndef CG_SUM_H
#define CG_SUM_H

#include "base/cg_arena.h"
#include "base/cg_out.h"

#define CG_SUM_ROWS       16       /* states with their grants */
#define CG_SUM_STRANGERS  8        /* vendors that nobody announced */
#define CG_SUM_VENDORS    48       /* of one row, written */
#define CG_SUM_NAMES      64       /* cookies told apart */
#define CG_SUM_NAME_LEN   64       /* bytes of one; longer ones end in "..." */
#define CG_SUM_REASONS    16       /* why a body was not edited */
#define CG_SUM_CLAUSES    32
#define CG_SUM_WORDS      8        /* states, lookups, walls, classes */
#define CG_SUM_FORMS      4        /* of an address */
#define CG_SUM_IPS        32       /* kinds of exchanges that addresses are told
                                      of, written */

#define CG_SUM_NEVER      0xFFFFFFFFu


/* Words, borrowed for the life of the sum. */

typedef struct {
    cg_str_t  id;
    uint32_t  need;                /* bits of which all must be granted for it
                                      to pass; 0: it always may; CG_SUM_NEVER */
} cg_sum_vendor_t;

typedef struct {
    cg_str_t  id;
    uint32_t  bit;
} cg_sum_purpose_t;

typedef struct {
    cg_str_t                 states[CG_SUM_WORDS];
    cg_str_t                 lookups[CG_SUM_WORDS];
    cg_str_t                 walls[CG_SUM_WORDS];
    cg_str_t                 classes[CG_SUM_WORDS];
    cg_str_t                 forms[CG_SUM_FORMS];
    const cg_sum_purpose_t  *purposes;     /* those that can be granted */
    size_t                   n_purposes;
    const cg_sum_vendor_t   *vendors;      /* of the policy */
    size_t                   n_vendors;
    uint32_t                 strangers;    /* `need` of all others */
} cg_sum_conf_t;


/* One exchange; each number is an index into the words. */

typedef struct {
    unsigned  state;
    uint32_t  granted;
    unsigned  lookup;
    unsigned  walls;               /* 1 << index */
    unsigned  classes;             /* likewise */
    cg_str_t  rewrite;             /* "ok", or why not; absent: no document */
    unsigned  has_ip:1;            /* somebody asks for less than all of it */
    unsigned  combined:1;          /* all of it, with something else that tells
                                      who it is */
    unsigned  ip_site;
    unsigned  ip_log;
} cg_sum_exchange_t;

typedef enum {
    CG_SUM_REQUEST = 0,            /* cookies kept from the origin */
    CG_SUM_SET,                    /* Set-Cookie dropped */
    CG_SUM_EXPIRED,                /* expired in the browser */
    CG_SUM_CAPPED,                 /* given a shorter life */
    CG_SUM_KINDS
} cg_sum_kind_t;

typedef struct cg_sum_s  cg_sum_t;


/* `conf` is kept.  NULL: no memory. */
cg_sum_t *cg_sum_create(cg_arena_t *arena, const cg_sum_conf_t *conf);

/* Begins one exchange; `exchange->rewrite` is kept until it is told. */
void cg_sum_exchange(cg_sum_t *sum, const cg_sum_exchange_t *exchange);

/* Of the exchange that was begun last: elements of a vendor (kept until it is
 * told), or of vendors whose names are not known; a cookie; a clause that was
 * carried out (kept likewise). */
void cg_sum_tags(cg_sum_t *sum, cg_str_t vendor, uint64_t held,
    uint64_t passed);
void cg_sum_tags_more(cg_sum_t *sum, uint64_t held, uint64_t passed);
void cg_sum_cookie(cg_sum_t *sum, cg_sum_kind_t kind, cg_str_t name);
void cg_sum_clause(cg_sum_t *sum, cg_str_t clause);

/* 1 if nothing is to be told. */
int cg_sum_empty(const cg_sum_t *sum);

/* For the envelope; those beyond CG_SUM_CLAUSES are left out. */
const cg_str_t *cg_sum_clauses(const cg_sum_t *sum, size_t *n);

/* Writes the body of one line.  `*at` is 0 before the first call.  CG_MORE:
 * finish this line, begin another and call again: it goes on with further rows,
 * and all numbers of the lines add up.  Times in milliseconds since 1970. */
CG_MUST_CHECK cg_status_t cg_sum_write(const cg_sum_t *sum, cg_out_t *out,
    uint64_t from_ms, uint64_t to_ms, size_t *at);

/* The line that went on from `from` to `to` is kept by somebody: it is counted
 * no more.  A line of which that is not said is part of the next ones. */
void cg_sum_told(cg_sum_t *sum, size_t from, size_t to);

#endif /* CG_SUM_H */
