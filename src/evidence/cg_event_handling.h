/*
 * handling: what was withheld or let through in one exchange.  Names of
 * cookies, never values.
 */

#ifndef CG_EVENT_HANDLING_H
#define CG_EVENT_HANDLING_H

#include "base/cg_out.h"

/* What one line lists at most; the rest is counted in "..._more". */

#define CG_EVENT_NAMES       32      /* cookie names of one list */
#define CG_EVENT_NAME_LEN    64      /* bytes of one; a longer one is cut
                                        and ends in "..." */
#define CG_EVENT_LIST_BYTES  2048    /* of the line, for one list */


/* Put the executed clauses into the envelope. */

typedef struct {
    cg_str_t  vendor;
    uint64_t  held;
    uint64_t  passed;
} cg_event_tag_t;

typedef struct {
    const cg_str_t  *names;
    size_t           n;
} cg_event_names_t;

typedef struct {
    cg_str_t               state;        /* $consent_state */
    const cg_str_t        *granted;      /* purposes that are open for it */
    size_t                 n_granted;
    uint64_t               status;       /* of the answer */
    const cg_event_tag_t  *tags;         /* each vendor once */
    size_t                 n_tags;
    cg_event_tag_t         more;         /* of vendors that are not known */
    cg_event_names_t       request;      /* cookies kept from the origin */
    cg_event_names_t       set;          /* Set-Cookie dropped */
    cg_event_names_t       expired;      /* expired in the browser */
    cg_event_names_t       capped;       /* let through with a shorter life */
    cg_str_t               bypass;       /* why the body was not edited;
                                            absent: "rewrite":"ok" */
    cg_str_t               lookup;       /* $consent_lookup */
    const cg_str_t        *walls;        /* "markup" "headers" "csp" ... */
    size_t                 n_walls;
    const cg_str_t        *classes;      /* of the location; may be none */
    size_t                 n_classes;
    cg_str_t               ip_up;        /* form of the address that the site
                                            got; absent: nobody asked for less
                                            than all of it */
    cg_str_t               ip_log;       /* and that nginx's logs have */
} cg_event_handling_t;

void cg_event_handling(cg_out_t *out, const cg_event_handling_t *handling);

#endif /* CG_EVENT_HANDLING_H */
