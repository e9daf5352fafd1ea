/*
 * The second wall: a Content-Security-Policy (CSP Level 3) that names every
 * host which a page may reach while something is shut.  And the site's own
 * policies, as far as they concern us: their nonces, and where they report to.
 *
 * Ours is a list of its own beside the site's: browsers enforce each one, so
 * that nothing of theirs is weakened.  It says where requests may go, nothing
 * else: scripts and styles of the page, inline and evaluated ones too, go on
 * as in a page without a policy.
 *
 * One list for all kinds of requests (default-src), and base-uri, which does
 * not fall back on it.  What a CSP cannot tell apart:
 *   - there is no "all but": where unlisted third parties are allowed, no list
 *     shuts a vendor out, and there is no wall
 *   - "*.example.org" with a shut vendor below it: then the site's hosts are
 *     named one by one; likewise a vendor's host with a shut vendor below it
 *     is let through without its sub-domains but for "www"
 *   - the paths of the page's own host: a relayed endpoint is the gate's affair
 *   - a redirect from a listed host: browsers leave out the path then
 * No form-action: it would have to name every payment and sign-on page of the
 * world, since browsers apply it to redirects behind a form as well.  A form
 * into a frame meets the list; where the whole page leads is no request of it.
 */

#ifndef CG_CSP_H
#define CG_CSP_H

#include "cg_judge.h"

#define CG_MAX_CSP  4096           /* bytes of our policy */


/*
 * The vendors that are open, as a source list: " a.example *.a.example ...".
 * The same for every request with these grants; grows with the square of their
 * number, so keep it.
 *   arena  for work memory, which it gets back
 *   out    is appended to
 * CG_OK; CG_NONE: no wall in this state, everything is open or unlisted third
 * parties pass; CG_ENOMEM; `out` keeps its own errors.
 */
CG_MUST_CHECK cg_status_t cg_csp_vendors(const cg_judge_t *judge,
    cg_arena_t *arena, cg_out_t *out);

/*
 * The whole policy, for the grants that `vendors` was made for.
 *   report  path that violations are reported to; empty: none
 * The request's host, if it is no name of the server, counts with its
 * registrable domain, as for the judge.  Errors stick to `out`.
 */
void cg_csp_write(const cg_judge_t *judge, cg_str_t vendors, cg_str_t report,
    cg_out_t *out);

/* 1 if a vendor's host stands among the site's own hosts, so that its
 * sub-domains cannot be allowed as a whole while the vendor is shut.
 *   endpoint  out: the first one */
int cg_csp_crowded(const cg_judge_t *judge, cg_endpoint_t *endpoint);


/* The nonces of a page's scripts and styles, from its policies. */

typedef struct {
    cg_str_t  script;              /* views of the lines; absent: none */
    cg_str_t  style;
} cg_csp_nonces_t;

/* Reads one header line, which may hold several policies; what an earlier line
 * said stays. */
void cg_csp_nonces(cg_str_t line, cg_csp_nonces_t *nonces);

/*
 * A site's policy without the report-uri that lead to a held host; its other
 * bytes stay.  For both headers, with and without "-Report-Only".
 *   CG_OK     something was dropped; `out` has what stays (empty: the line
 *             goes).  `verdict` is of the last one dropped
 *   CG_NONE   leave the line as it is
 *   else      an error of `out`: the line goes
 */
cg_status_t cg_csp_reports(const cg_judge_t *judge, cg_arena_t *arena,
    cg_str_t line, cg_out_t *out, cg_verdict_t *verdict);


/*
 * What of ours a page of the site's is to let in where its policy forbids
 * inline scripts and styles and gives no nonce: these very bytes, by their
 * hashes, and our own files and endpoints, each by its whole path.  Nothing
 * else gets through for it.  Behind a redirect a path counts for nothing (CSP
 * 3, 6.7.2.8), so nothing that may redirect a GET is to be among them: through
 * it a page could load any file of the host.  Source lists, each source with a
 * blank before it; any but the hashes may be empty.
 */

typedef struct {
    cg_str_t  scripts;             /* hashes of inline ones */
    cg_str_t  styles;
    cg_str_t  script_files;
    cg_str_t  style_files;
    cg_str_t  endpoints;           /* of requests and forms */
} cg_csp_ours_t;

/* Appends the hash source of every inline element `tag` ("script", "style") in
 * markup of ours, which has neither of them within a text.  Errors stick to
 * `out`. */
void cg_csp_hashes(cg_str_t markup, const char *tag, cg_out_t *out);

/*
 * A header line of the site's, with what ours needs beside the nonces that it
 * carries; directives that let it in already stay as they are.
 *   CG_OK     `out` has the line
 *   CG_NONE   leave the line as it is
 *   else      an error of `out`: leave it, too
 */
cg_status_t cg_csp_admit(cg_str_t line, const cg_csp_nonces_t *nonces,
    const cg_csp_ours_t *ours, cg_out_t *out);

#endif /* CG_CSP_H */
