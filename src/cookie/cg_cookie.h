/*
 * Cookie and Set-Cookie lines as views, read as browsers and servers do
 * (RFC 6265 and its successor, draft-ietf-httpbis-rfc6265bis: "bis").
 * Allocates nothing but what cg_cookie_filter() writes.
 */

#ifndef CG_COOKIE_H
#define CG_COOKIE_H

#include "base/cg_out.h"


/* One pair of a Cookie line.  "v" without "=" is a cookie without a name: name
 * is empty, value is "v".  Both are trimmed of blanks and tabs. */

typedef struct {
    cg_str_t  name;
    cg_str_t  value;
    size_t    start;               /* the pair is line[start, end), trimmed */
    size_t    end;
} cg_cookie_t;


/* The next pair of a Cookie line; empty ones ("a=1;;") are skipped.
 *   at    in and out: 0 at first, then left alone
 *   pair  out, only on CG_OK: views of line
 * CG_NONE: no further pair. */
CG_MUST_CHECK cg_status_t cg_cookie_next(cg_str_t line, size_t *at,
    cg_cookie_t *pair);

/* Non-zero if the cookie may stay.  The name of a cookie without one is what a
 * server that knows no such cookies takes for its name: the whole "v". */
typedef int (*cg_cookie_keep_pt)(void *ctx, cg_str_t name);

/*
 * A Cookie line without the pairs that may not stay.  `keep` is asked once per
 * pair, in order.
 *   kept  out: `line` itself (same data) if nothing was dropped; else a view of
 *         what was appended to `out`: the kept pairs, byte for byte, each with
 *         the blanks that stood before it
 * CG_OK, or CG_NONE: pairs were dropped and none stays, so the line must go; or
 * CG_ENOMEM, CG_ELIMIT: `kept` is absent, the line must go.
 */
CG_MUST_CHECK cg_status_t cg_cookie_filter(cg_str_t line,
    cg_cookie_keep_pt keep, void *ctx, cg_out_t *out, cg_str_t *kept);


typedef enum {
    CG_SAMESITE_UNSET = 0,         /* none given, or an unknown word */
    CG_SAMESITE_NONE,
    CG_SAMESITE_LAX,
    CG_SAMESITE_STRICT
} cg_samesite_t;


/*
 * One Set-Cookie line.  Slices are views of it.
 *   name      empty for "v" and "=v"
 *   sent      the name under which it will come back in a Cookie line: `name`,
 *             but of a cookie without a name what stands before the "=" in its
 *             value, or all of it ("=_ga=1" comes back as "_ga=1").  Judge it
 *   domain    without a leading dot, case as written; absent: host-only
 *   path      absent unless it begins with "/": the default path
 *   max_age   seconds, clamped to int64; zero and less: expire now
 *   expires   seconds since 1970-01-01T00:00:00Z
 *   ..._text  the attribute's value as it stands there, where has_...
 */

typedef struct {
    cg_str_t       name;
    cg_str_t       value;
    cg_str_t       sent;
    cg_str_t       domain;
    cg_str_t       path;
    int64_t        max_age;
    int64_t        expires;
    cg_str_t       max_age_text;
    cg_str_t       expires_text;
    cg_samesite_t  samesite;
    unsigned       has_max_age:1;
    unsigned       has_expires:1;
    unsigned       secure:1;
    unsigned       http_only:1;
    unsigned       partitioned:1;
} cg_set_cookie_t;


/* Reads a Set-Cookie line's value (bis, 5.6).  CG_EINVAL: a browser stores
 * nothing: control characters, neither name nor value, more than 4096 bytes of
 * name and value; `set` is zeroed. */
CG_MUST_CHECK cg_status_t cg_set_cookie_read(cg_str_t line,
    cg_set_cookie_t *set);

/* How long the cookie lives from `now` (seconds since 1970): Max-Age, else
 * Expires.  CG_OK: *seconds, zero or less where the line deletes the cookie.
 * CG_NONE: to the end of the session. */
CG_MUST_CHECK cg_status_t cg_set_cookie_lifetime(const cg_set_cookie_t *set,
    int64_t now, int64_t *seconds);

/* The cookie-date algorithm (RFC 6265, 5.1.1).  *when in seconds since
 * 1970-01-01T00:00:00Z, only on CG_OK.  CG_EINVAL: no date. */
CG_MUST_CHECK cg_status_t cg_cookie_date(cg_str_t text, int64_t *when);

#endif /* CG_COOKIE_H */
