/*
 * The verifier's own state: what its files share.  cg_verify.c finds lines and
 * their places, cg_verify_body.c reads what they say, cg_verify_seal.c what
 * seals prove.
 */

#ifndef CG_VERIFY_STATE_H
#define CG_VERIFY_STATE_H

#include "cg_lane.h"

#include <jansson.h>

#define VERIFY_BUFFER  (CG_MAX_LINE + CG_LINE_START_LEN)


/* A root that lanes name, and one that was given. */

typedef struct {
    unsigned char    id[CG_SEAL_ID];
    uint64_t         announced;    /* the last epoch that may open lanes */
    int              seen;         /* an announcement was */
} verify_root_t;

typedef struct {
    cg_seal_root_t   first;        /* as it was given */
    cg_seal_root_t   last;         /* the last that was asked for */
} verify_key_t;

/* What stood in front of what is here, or elsewhere. */

typedef struct {
    cg_line_t        head;         /* the line that is missing */
    int              begins;       /* its lane goes on here right behind it */
    uint64_t         line;         /* where that shows */
    uint64_t         seq;
    const char      *kind;
    const char      *text;         /* what is told unless it was purged */
} verify_missing_t;

struct cg_verify_s {
    cg_lanes_t          lanes;
    cg_finding_fn       report;
    void               *ctx;
    cg_verify_event_fn  event;     /* NULL: nobody reads along */
    void               *event_ctx;
    cg_verify_sum_t  sum;
    cg_status_t      status;       /* sticky */
    uint64_t         line;         /* the one being read */
    uint64_t         stray;        /* line of a piece too short for a lane */
    size_t           len;          /* bytes in buffer */
    size_t           start;        /* bytes of CG_LINE_START just seen */
    int              long_line;    /* the buffer was full */
    int              complete;     /* it begins with the first line ever */
    verify_root_t    roots[CG_VERIFY_ROOTS];
    size_t           n_roots;
    verify_key_t     keys[CG_VERIFY_ROOTS];
    size_t           n_keys;
    cg_line_t       *purged;       /* heads of segments that were removed */
    size_t           n_purged;
    size_t           cap_purged;
    verify_missing_t *missing;
    size_t           n_missing;
    size_t           cap_missing;
    uint64_t         steps;        /* of keys, beyond one for each seal */
    unsigned char    buffer[VERIFY_BUFFER];
};


/* One finding, counted and told; `ch` may be NULL. */
void cg_verify_report(cg_verify_t *v, cg_finding_level_t level,
    const char *kind, const unsigned char *ch, uint64_t line, uint64_t seq,
    const char *text);

/* A fault of the line that is being read. */
void cg_verify_fault(cg_verify_t *v, const char *kind, const cg_line_t *line,
    const char *text);

/* `text` has taken its place in `lane`: reads it.  Errors stick to v. */
void cg_verify_content(cg_verify_t *v, cg_lane_t *lane, const cg_line_t *line,
    cg_str_t text);

/* What a line means for the seals of its lane; every line of a lane, in turn.
 * Errors stick to v. */
void cg_verify_sealing(cg_verify_t *v, cg_lane_t *lane, const cg_line_t *line,
    const json_t *json, cg_str_t text);

/* A head as a line names it; `head` has lane, seq and h.  0: malformed. */
int cg_verify_head(const json_t *json, cg_line_t *head);

/* A segment.purge.  Errors stick to v. */
void cg_verify_purged(cg_verify_t *v, const cg_line_t *line,
    const json_t *json);

/* Something is missing, and may have been purged: told at the end.  0: there is
 * no room, tell it now.  Errors stick to v. */
int cg_verify_await(cg_verify_t *v, const verify_missing_t *missing);
void cg_verify_purge_end(cg_verify_t *v);

/* Whether the keys that were given proved anything. */
void cg_verify_keys_end(cg_verify_t *v);

/* The place that a line names: {"ch":LANE,"seq":N} or, for `own`, {"seq":N} of
 * that lane.  0: malformed. */
int cg_verify_place(const json_t *json, const unsigned char *own,
    cg_place_t *place);

#endif /* CG_VERIFY_STATE_H */
