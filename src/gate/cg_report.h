/*
 * Violation reports of a Content-Security-Policy, as browsers POST them: one as
 * application/csp-report (CSP 2 and 3, 5.3), several as
 * application/reports+json (Reporting API), either as application/json.
 *
 * A report is what somebody sent, browser or not: only which host, by which
 * directive, blocked or not, is read out of it, no URL, no page, no sample.
 */

#ifndef CG_REPORT_H
#define CG_REPORT_H

#include "policy/cg_policy.h"
#include "url/cg_url.h"

#define CG_REPORTS  16             /* of one body; the rest is ignored */

typedef struct {
    cg_str_t     host;             /* normalised, in the arena */
    cg_str_t     vendor;           /* id; absent: nobody declared it */
    const char  *directive;        /* a constant: "img-src"; "other" */
    unsigned     blocked:1;        /* 0: it went through, and was reported */
} cg_report_t;


/*
 * The reports that name a host; what was inline, evaluated or local is left
 * out, as are reports about anything else than a policy.
 *   content_type  as sent, may be absent
 *   enforced      what a report is that does not say it
 *   reports       CG_REPORTS of them
 *   n             out: how many
 *   error         out, on CG_EINVAL: a constant sentence
 * CG_OK; CG_NONE: a content type that we do not read; CG_EINVAL: malformed;
 * CG_ENOMEM.
 */
CG_MUST_CHECK cg_status_t cg_report_read(cg_arena_t *arena,
    const cg_policy_t *policy, cg_str_t content_type, cg_str_t body,
    int enforced, cg_report_t *reports, size_t *n, const char **error);

#endif /* CG_REPORT_H */
