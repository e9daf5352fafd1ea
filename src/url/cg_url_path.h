/*
 * Paths inside this room: slashes, dot segments.
 */

#ifndef CG_URL_PATH_H
#define CG_URL_PATH_H

#include "base/cg_base.h"


/* Of special schemes a backslash is a slash. */

static inline int
cg_url_is_slash(unsigned char c)
{
    return c == '/' || c == '\\';
}


/* What stands before the first `at`. */

static inline cg_str_t
cg_url_cut(cg_str_t s, unsigned char at)
{
    const unsigned char  *p = s.len ? memchr(s.data, at, s.len) : NULL;

    if (p) {
        s.len = (size_t) (p - s.data);
    }

    return s;
}


/* 1 if the path (query allowed) has backslashes or what may be a dot segment:
 * then it must be resolved. */
int cg_url_path_is_rough(cg_str_t path);

/* Resolves backslashes and dot segments of p[0, len), a path with an optional
 * query, in place; p[0] is a slash.  Returns the result: not longer, at p. */
cg_str_t cg_url_path_resolve(unsigned char *p, size_t len);

#endif /* CG_URL_PATH_H */
