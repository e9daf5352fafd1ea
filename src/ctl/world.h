/*
 * What stood where while the log was written: configurations, as the log says
 * them, and under which of them each lane was opened.
 *
 * A configuration is a JSON object: {"hash", "t", "file", "line", "servers"
 * {HOST: POLICY}, "policies" {ID: as in the log}, "vendors" {POLICY: {ID: as in
 * the log}}, "purposes" {POLICY: {ID: as in the log}}, "ungated" [HOST],
 * "handling", "lease"}; the last three, and purposes, may be missing in older
 * logs.
 */

#ifndef CTL_WORLD_H
#define CTL_WORLD_H

#include "events.h"


typedef struct {
    json_t       *configs;                   /* in the order of the log */
    json_t       *published;                 /* "ID VER TEXT": the event's */
    ctl_table_t   lanes;                     /* which configuration it is of */
    ctl_table_t   partial;                   /* lane: json_t *, not complete */
    ctl_table_t   names;                     /* one copy of each */
    uint64_t      lost;                      /* events without room, in the
                                                period */
    int           failed;                    /* no memory */
} ctl_world_t;


int ctl_world_begin(ctl_world_t *world);     /* 0: no memory */
void ctl_world_end(ctl_world_t *world);

/* Every event, before anybody asks about it. */
void ctl_world_event(ctl_world_t *world, const ctl_event_t *event);

/* A copy of a name that lives as long as the world; "": none, or no memory. */
const char *ctl_world_name(ctl_world_t *world, const char *name);

/* Under which configuration something was written: the one that its lane was
 * opened under; another one of the log if only that has the policy in that
 * version.  NULL: none is known. */
const json_t *ctl_world_config(const ctl_world_t *world,
    const ctl_event_t *event);

/* 1: two lanes of one process, that went on in the other. */
int ctl_world_same_process(const ctl_world_t *world, const char *a,
    const char *b);

/* The last one that took effect up to `t`; NULL: none is known. */
const json_t *ctl_world_at(const ctl_world_t *world, int64_t t);

/* Members of a configuration; NULL: it has none of that name. */
const json_t *ctl_config_policy(const json_t *config, const char *policy);
const json_t *ctl_config_vendor(const json_t *config, const char *policy,
    const char *vendor);
const json_t *ctl_config_purpose(const json_t *config, const char *policy,
    const char *purpose);

/* Where it took effect. */
ctl_place_t ctl_config_place(const json_t *config);


/* One row of what was handled: a `handling`, or a row of a `handling.sum`. */

typedef struct {
    const char    *state;                    /* "": several, for want of room */
    const json_t  *granted;                  /* purposes; NULL: not said */
    int64_t        n;                        /* exchanges */
    const json_t  *tags;                     /* {vendor: {held, passed}} */
    int64_t        more_passed;              /* of vendors that are not named */
    int64_t        more_held;
} ctl_row_t;

typedef void (*ctl_row_fn)(void *ctx, const ctl_event_t *event,
    const ctl_row_t *row);

/* 1: the event is one of the two. */
int ctl_is_handling(const ctl_event_t *event);

/* Calls `fn` for each row. */
void ctl_rows(const ctl_event_t *event, ctl_row_fn fn, void *ctx);

/* Whether a purpose was open in a row: 1, 0, or -1: the log does not say. */
int ctl_row_opens(const ctl_row_t *row, const json_t *config,
    const char *policy, const char *purpose);

/* 1: a state in which nothing optional is open. */
int ctl_state_is_shut(const char *state);

/* 1: `list` is an array that holds the text. */
int ctl_has(const json_t *list, const char *text);

#endif /* CTL_WORLD_H */
