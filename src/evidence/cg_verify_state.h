/*
 * The verifier's own state: what its two files share.  cg_verify.c finds lines
 * and their places, cg_verify_body.c reads what they say.
 */

#ifndef CG_VERIFY_STATE_H
#define CG_VERIFY_STATE_H

#include "cg_lane.h"

#define VERIFY_BUFFER  (CG_MAX_LINE + CG_LINE_START_LEN)


struct cg_verify_s {
    cg_lanes_t       lanes;
    cg_finding_fn    report;
    void            *ctx;
    cg_verify_sum_t  sum;
    cg_status_t      status;       /* sticky */
    uint64_t         line;         /* the one being read */
    uint64_t         stray;        /* line of a piece too short for a lane */
    size_t           len;          /* bytes in buffer */
    size_t           start;        /* bytes of CG_LINE_START just seen */
    int              long_line;    /* the buffer was full */
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

#endif /* CG_VERIFY_STATE_H */
