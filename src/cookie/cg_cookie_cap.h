/*
 * A Set-Cookie line whose cookie would live longer than it may.
 */

#ifndef CG_COOKIE_CAP_H
#define CG_COOKIE_CAP_H

#include "cg_cookie.h"


/*
 * Where the cookie of a Set-Cookie line would live longer than `longest`
 * seconds from `now` (seconds since 1970, before the year 10000), appends the
 * line with that life to `out`: of all its bytes, only the value of the
 * attribute that decides is another one: the last Max-Age that browsers
 * understand, or, where there is none, the last such Expires (RFC 6265, 5.3,
 * step 3).
 *
 * CG_OK: `out` has the line.  CG_NONE: the line may stay as it is; it ends with
 * the session, deletes, is short enough, or no browser stores it.  Else an
 * error of `out`.
 */
CG_MUST_CHECK cg_status_t cg_set_cookie_cap(cg_str_t line, int64_t now,
    int64_t longest, cg_out_t *out);

#endif /* CG_COOKIE_CAP_H */
