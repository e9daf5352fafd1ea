/*
 * What a consent log says, event by event, for the questions of an auditor:
 * works from the files alone.
 *
 * The log is checked (cg_verify.h) while it is read, so that nobody answers
 * from a log that was altered without knowing it.  Left out are lines that
 * count no more (the lane that a failing disk left, docs/log.md), so each event
 * comes once; one that was written again has the place where it stood first.
 *
 * Events come in the order of the files; within a lane that is the order in
 * which things happened, between lanes only `t` tells (order.h).
 *
 * Memory does not grow with the log, but for its lanes.
 */

#ifndef CTL_EVENTS_H
#define CTL_EVENTS_H

#include "ctl.h"
#include "evidence/cg_verify.h"
#include "table.h"
#include "when.h"

#include <stdio.h>

#include <jansson.h>

#define CTL_FINDINGS  1000             /* listed; the rest is counted */


/* Where something stands, for people: "consent.log:12". */

typedef struct {
    const char  *file;
    int64_t      line;                       /* 0: nowhere in particular */
} ctl_place_t;

typedef struct {
    ctl_place_t   place;
    char          lane[CG_LANE_LEN + 1];     /* that it stands in */
    int64_t       seq;
    char          at_lane[CG_LANE_LEN + 1];  /* and stood in first: what an */
    int64_t       at_seq;                    /* outcome names */
    int64_t       t;                         /* milliseconds since 1970 */
    int           within;                    /* the period asked for */
    const char   *type;                      /* never NULL, as the others */
    const char   *host;                      /* "": none */
    const char   *policy;
    int64_t       version;
    const json_t *body;                      /* the whole line */
} ctl_event_t;

typedef void (*ctl_event_fn)(void *ctx, const ctl_event_t *event);

typedef struct {
    const char  *path;
    FILE        *in;
    uint64_t     before;                     /* line feeds in front of it */
} ctl_file_t;

typedef struct {
    ctl_t            *ctl;
    int64_t           from;                  /* period, [from, to) */
    int64_t           to;
    int64_t           first;                 /* events in it; first > last: */
    int64_t           last;                  /* none */
    int64_t           end;                   /* last event of the log */
    const char       *rid;                   /* a receipt that is looked for */
    char              sub[64];               /* out: whose it is, or "" */
    cg_verify_sum_t   sum;                   /* out */
    json_t           *findings;              /* out: the verifier's */
    uint64_t          unlisted;              /* out: of them */

    ctl_file_t       *files;                 /* private from here on */
    size_t            n_files;
    uint64_t          lines;
    ctl_table_t       left;                  /* lane: void from this seq on */
    int               failed;
    ctl_event_fn      event;
    void             *ctx;
} ctl_events_t;


/* Takes --from and --to out of the arguments: RFC 3339 or a date, which `to`
 * includes.  An exit code other than 0: it has complained. */
int ctl_events_begin(ctl_events_t *events, ctl_t *ctl);

/* Reads the files that are left in the arguments, the oldest first, "-" is
 * standard input.  0, or CTL_CANNOT_TELL, and it has complained; whether the
 * log is whole is said by `sum`. */
int ctl_events_read(ctl_events_t *events, ctl_event_fn event, void *ctx);

void ctl_events_end(ctl_events_t *events);


/* Members of a JSON object, without a case for those that are missing. */

const char *ctl_text(const json_t *json, const char *key);       /* "" */
int64_t ctl_number(const json_t *json, const char *key);         /* 0 */
int ctl_time(const json_t *json, const char *key, int64_t *ms);  /* 0: none */

/* The place that a "ref" names; `lane` and `seq` are of the event's own lane
 * if it names none.  0: it is none. */
int ctl_ref(const ctl_event_t *event, char lane[CG_LANE_LEN + 1],
    int64_t *seq);

#endif /* CTL_EVENTS_H */
