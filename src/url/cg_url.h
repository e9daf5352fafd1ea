/*
 * What a browser would fetch for an attribute value: kind, scheme, host and
 * path, read as the URL Standard's basic parser does for a document whose own
 * scheme is http or https.  No base URL is needed: what depends on it is said
 * to be relative.
 *
 * Fails closed: a host that cannot be read is a foreign one (bad_host).
 */

#ifndef CG_URL_H
#define CG_URL_H

#include "base/cg_out.h"


typedef enum {
    CG_URL_RELATIVE = 0,      /* host of the base: "/x", "x", "?q", "#f", "" */
    CG_URL_HOST,              /* http https ws wss ftp, or "//host" */
    CG_URL_OPAQUE             /* data: javascript: about: file: mailto: ... */
} cg_url_kind_t;


/*
 * scheme    lower case, no colon; absent if the value has none
 * host      only of CG_URL_HOST: lower case, percent-decoded, IDNA ASCII,
 *           IPv4 as dotted decimals, IPv6 in brackets and compressed, without
 *           userinfo, port and trailing dot.  Absent if it could not be read
 * path      path and query, without fragment.  Of CG_URL_HOST and of relative
 *           values that start with a slash: begins with "/", or is "?..." where
 *           the path is empty and a query follows; "\" reads as "/", dot
 *           segments are resolved, nothing is percent-decoded.  Of other
 *           relative values: as written, may be empty (see cg_url_path).  Of
 *           CG_URL_OPAQUE: absent; the value itself is what counts
 * bad_host  a browser would not connect, or we cannot read it: hold it like an
 *           unlisted third party.  host may be set even so (a bad port)
 * unsure    may read otherwise where the value is not UTF-8 and an ASCII byte
 *           is half of a character: bytes beyond ASCII in the authority, or
 *           before a "\" of a path with ".."
 * lax       "https:x", "https:/x": a special scheme without two slashes.  A
 *           browser takes it as relative where the base has this very scheme,
 *           as absolute elsewhere; it is told as CG_URL_HOST
 *
 * Slices are views of the value, of `scratch` or of constants.
 */

typedef struct {
    cg_url_kind_t  kind;
    cg_str_t       scheme;
    cg_str_t       host;
    cg_str_t       path;
    unsigned       bad_host:1;
    unsigned       unsure:1;
    unsigned       lax:1;
} cg_url_t;


/*
 * Reads one value: character references decoded, UTF-8 or the bytes of another
 * ASCII-compatible encoding (an authority with bytes that are not UTF-8 is a
 * bad_host).
 *   value    borrowed; any bytes; absent reads as empty
 *   scratch  reset first, written only where something must be normalised; the
 *            results live until it is used again.  2 * CG_MAX_URL suffice
 *   url      out, always written
 *
 * CG_OK, or CG_ELIMIT (longer than CG_MAX_URL and not opaque), or CG_ENOMEM:
 * then url is zeroed but for kind CG_URL_HOST and bad_host.  The kind of an
 * opaque value is found in its first bytes, however long it is.
 */
CG_MUST_CHECK cg_status_t cg_url_read(cg_str_t value, cg_out_t *scratch,
    cg_url_t *url);

/*
 * The path and query that a CG_URL_RELATIVE one has against a base path (of the
 * document or of its <base>: begins with "/", query allowed): "../g/collect"
 * against "/a/b?q" gives "/g/collect".
 *   scratch  not the one that `url` was read with; reset first
 *   path     out on CG_OK: a view of url->path, of base or of scratch
 * CG_ELIMIT, CG_ENOMEM: not known; hold.
 */
CG_MUST_CHECK cg_status_t cg_url_path(cg_str_t base, const cg_url_t *url,
    cg_out_t *scratch, cg_str_t *path);

#endif /* CG_URL_H */
