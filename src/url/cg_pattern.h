/*
 * Where a vendor lives, from the policy: `url www.example.com/tag/js` (host and
 * path) and `path /g/collect` (path on the site's own host).  Made once, then
 * read-only.
 *
 * The host matches itself and its sub-domains.  The path is a prefix that ends
 * at a boundary: what follows is the end, one of / ? # . ; or anything if the
 * prefix itself ends in "/".  So "/gtag/js" matches "/gtag/js?id=1",
 * "/gtag/js/x" and "/gtag/js.map", not "/gtag/jsx".  "*" stands for any run of
 * bytes, possibly empty, without / ? and #.  Case matters in paths.  Percent
 * escapes are compared by meaning: of unreserved characters and of bytes beyond
 * ASCII they equal the character (RFC 3986, 6.2.2), others equal only
 * themselves, whatever the case of their digits.
 */

#ifndef CG_PATTERN_H
#define CG_PATTERN_H

#include "base/cg_out.h"


typedef struct {
    cg_str_t         host;         /* normalised; absent: a `path` pattern */
    const uint16_t  *code;         /* private: the path, compiled */
    size_t           n;            /* private; 0: every path of the host */
} cg_pattern_t;


/*
 * Compile "host/path" ("host" alone means every path) and "/path".  What must
 * live as long as the pattern comes from `arena`.
 *   pattern  out, only on CG_OK
 *   error    out, only on CG_EINVAL: a constant text, lower case, no full stop,
 *            which says what is wrong
 * CG_EINVAL, CG_ENOMEM.
 */
CG_MUST_CHECK cg_status_t cg_pattern_url(cg_arena_t *arena, cg_str_t text,
    cg_pattern_t *pattern, const char **error);
CG_MUST_CHECK cg_status_t cg_pattern_path(cg_arena_t *arena, cg_str_t text,
    cg_pattern_t *pattern, const char **error);

/* 1 if it matches.  Allocates nothing.
 *   host  as cg_url_t has it; ignored by a `path` pattern: whether the host is
 *         the site's own is the caller's question (cg_site_owns)
 *   path  as cg_url_t has it ("/..." or "?...") */
int cg_pattern_match(const cg_pattern_t *pattern, cg_str_t host,
    cg_str_t path);

#endif /* CG_PATTERN_H */
