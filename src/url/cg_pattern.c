#include "cg_pattern.h"
#include "cg_host.h"

#include "base/cg_ascii.h"

/* A code is a byte; or a byte whose escape means something else than the byte;
 * or a star. */

#define PATTERN_ESCAPED  0x100u
#define PATTERN_STAR     0x200u


/* RFC 3986, 2.3. */

static int
pattern_is_unreserved(unsigned c)
{
    return c < 0x80 && (cg_ascii_is_alpha((unsigned char) c)
                        || cg_ascii_is_digit((unsigned char) c) || c == '-'
                        || c == '.' || c == '_' || c == '~');
}


/* The code at *at (< path.len); moves *at behind it. */

static unsigned
pattern_next(cg_str_t path, size_t *at)
{
    int                   high, low;
    unsigned              code;
    const unsigned char  *p = path.data + *at;

    if (p[0] == '%' && path.len - *at >= 3) {
        high = cg_ascii_hex(p[1]);
        low = cg_ascii_hex(p[2]);

        if (high >= 0 && low >= 0) {
            *at += 3;
            code = (unsigned) (high << 4 | low);

            return pattern_is_unreserved(code) || code >= 0x80
                   ? code : code | PATTERN_ESCAPED;
        }
    }

    (*at)++;

    return p[0];
}


static int
pattern_ends_segment(unsigned code)
{
    return code == '/' || code == '?' || code == '#';
}


static int
pattern_has(cg_str_t s, const char *what)
{
    size_t  i, n = strlen(what);

    for (i = 0; i + n <= s.len; i++) {
        if (memcmp(s.data + i, what, n) == 0) {
            return 1;
        }
    }

    return 0;
}


/* Patterns that could never match are mistakes. */

static const char *
pattern_path_error(cg_str_t path)
{
    size_t  i;

    for (i = 0; i < path.len; i++) {
        if (path.data[i] <= ' ' || path.data[i] == 0x7F) {
            return "blanks and controls never stand in a path, write %20";
        }

        if (path.data[i] == '?' || path.data[i] == '#') {
            return "must end before \"?\" and \"#\"";
        }

        if (path.data[i] == '\\') {
            return "must be written with \"/\", not \"\\\"";
        }
    }

    if (pattern_has(path, "/./") || pattern_has(path, "/../")) {
        return "must be written without \"/./\" and \"/../\", as browsers "
               "send it";
    }

    return NULL;
}


static cg_status_t
pattern_compile(cg_arena_t *arena, cg_str_t path, cg_pattern_t *pattern)
{
    size_t     at = 0, n = 0;
    uint16_t  *code;

    code = cg_arena_raw(arena, (path.len + 1) * sizeof(*code));
    if (code == NULL) {
        return CG_ENOMEM;
    }

    while (at < path.len) {
        if (path.data[at] == '*') {
            code[n++] = PATTERN_STAR;
            at++;

        } else {
            code[n++] = (uint16_t) pattern_next(path, &at);
        }
    }

    pattern->code = code;
    pattern->n = n;

    return CG_OK;
}


static cg_status_t
pattern_host(cg_arena_t *arena, cg_str_t text, cg_str_t *host,
    const char **error)
{
    cg_out_t     out;
    cg_status_t  status = CG_EINVAL;

    cg_out_init(&out, arena, CG_MAX_HOST);

    if (text.len && memchr(text.data, '*', text.len)) {
        *error = "must be written without \"*\", its sub-domains match";
        return CG_EINVAL;
    }

    if (text.len && text.data[0] != '.') {
        status = cg_host_normalise(text, &out, host);
    }

    if (status == CG_ENOMEM) {
        return status;
    }

    if (status != CG_OK) {
        *error = "must begin with a host name, as in example.com";
        return CG_EINVAL;
    }

    *host = cg_arena_copy(arena, *host);

    return host->data ? CG_OK : CG_ENOMEM;
}


cg_status_t
cg_pattern_url(cg_arena_t *arena, cg_str_t text, cg_pattern_t *pattern,
    const char **error)
{
    size_t        slash;
    cg_str_t      path;
    cg_status_t   status;
    cg_pattern_t  made = { { 0, NULL }, NULL, 0 };

    if (pattern_has(text, "//")) {
        *error = "must be written without scheme, as in host/path";
        return CG_EINVAL;
    }

    for (slash = 0; slash < text.len && text.data[slash] != '/'; slash++) {
        /* void */
    }

    path = cg_str_sub(text, slash, text.len);
    *error = pattern_path_error(path);

    if (*error) {
        return CG_EINVAL;
    }

    status = pattern_host(arena, cg_str_sub(text, 0, slash), &made.host,
                          error);

    if (status == CG_OK && path.len > 1) {
        status = pattern_compile(arena, path, &made);
    }

    if (status == CG_OK) {
        *pattern = made;
    }

    return status;
}


/* A path of the own host that says nothing would hold the site itself. */

static int
pattern_says_something(const cg_pattern_t *pattern)
{
    size_t  i;

    for (i = 0; i < pattern->n; i++) {
        if (pattern->code[i] != '/' && pattern->code[i] != PATTERN_STAR) {
            return 1;
        }
    }

    return 0;
}


cg_status_t
cg_pattern_path(cg_arena_t *arena, cg_str_t text, cg_pattern_t *pattern,
    const char **error)
{
    cg_status_t   status;
    cg_pattern_t  made = { { 0, NULL }, NULL, 0 };

    if (text.len == 0 || text.data[0] != '/') {
        *error = "must begin with \"/\"";
        return CG_EINVAL;
    }

    *error = pattern_path_error(text);
    if (*error) {
        return CG_EINVAL;
    }

    status = pattern_compile(arena, text, &made);
    if (status != CG_OK) {
        return status;
    }

    if (!pattern_says_something(&made)) {
        *error = "would match every page, write more of the path";
        return CG_EINVAL;
    }

    *pattern = made;

    return CG_OK;
}


/* 1 if the pattern, matched up to path[at], may end here. */

static int
pattern_may_end(const cg_pattern_t *pattern, cg_str_t path, size_t at)
{
    unsigned  code;

    if (at == path.len || pattern->code[pattern->n - 1] == '/') {
        return 1;
    }

    code = pattern_next(path, &at);

    return pattern_ends_segment(code) || code == '.' || code == ';';
}


/* Only the last star need be tried again: it stays inside its segment, and
 * segments before it matched as wholes. */

static int
pattern_match_path(const cg_pattern_t *pattern, cg_str_t path)
{
    size_t  p = 0, at = 0, next, star = 0, star_at = 0;

    for ( ;; ) {
        if (p == pattern->n) {
            if (pattern_may_end(pattern, path, at)) {
                return 1;
            }

        } else if (pattern->code[p] == PATTERN_STAR) {
            star = ++p;
            star_at = at;
            continue;

        } else if (at < path.len) {
            next = at;

            if (pattern_next(path, &next) == pattern->code[p]) {
                at = next;
                p++;
                continue;
            }
        }

        if (star == 0 || star_at == path.len
            || pattern_ends_segment(pattern_next(path, &star_at)))
        {
            return 0;
        }

        at = star_at;
        p = star;
    }
}


/* Of many patterns most differ in the first letter. */

static int
pattern_begins_otherwise(const cg_pattern_t *pattern, cg_str_t path)
{
    return pattern->n > 1 && pattern->code[1] != PATTERN_STAR
           && path.len > 1 && path.data[1] != '%'
           && path.data[1] != pattern->code[1];
}


int
cg_pattern_match(const cg_pattern_t *pattern, cg_str_t host, cg_str_t path)
{
    if (pattern->host.data ? !cg_host_under(host, pattern->host)
                           : pattern->n == 0)
    {
        return 0;
    }

    if (path.len == 0 || path.data[0] == '?') {
        path = cg_str("/");
    }

    return pattern->n == 0
           || (!pattern_begins_otherwise(pattern, path)
               && pattern_match_path(pattern, path));
}
