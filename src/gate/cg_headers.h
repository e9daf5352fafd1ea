/*
 * Response header lines that make a browser fetch or report: Link (RFC 8288),
 * Refresh, and those that hold URLs in quotes.
 */

#ifndef CG_HEADERS_H
#define CG_HEADERS_H

#include "cg_judge.h"


/* A Link line without the link-values whose target is held.
 *   CG_OK     something was dropped; `out` has what stays (empty: the line
 *             goes).  `verdict` is of the last one dropped.
 *   CG_NONE   nothing to drop: leave the line as it is
 *   else      an error of `out`: the line goes
 * A line that cannot be read is dropped whole.  `out` is handed in empty. */
cg_status_t cg_headers_link(const cg_judge_t *judge, cg_arena_t *arena,
    cg_str_t line, cg_out_t *out, cg_verdict_t *verdict);

/* Where a Refresh line (also the content of a meta refresh) leads: a view of
 * it, may be empty. */
cg_str_t cg_headers_refresh_url(cg_str_t line);

/* A Refresh line: pass or hold. */
cg_verdict_t cg_headers_refresh(const cg_judge_t *judge, cg_arena_t *arena,
    cg_str_t line);

/* A line with URLs in quotes: Report-To (JSON), Reporting-Endpoints (RFC 8941),
 * Expect-CT (RFC 9163).  Every quoted string is judged as a URL, names among
 * them too: they are relative.  An escape could hide one, and no URL needs
 * it: such a line passes where all is open. */
cg_verdict_t cg_headers_quoted(const cg_judge_t *judge, cg_arena_t *arena,
    cg_str_t line);

#endif /* CG_HEADERS_H */
