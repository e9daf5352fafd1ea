#include "cg_url.h"
#include "cg_url_path.h"
#include "base/cg_find.h"


/* How many dots a segment is: 1, 2, or 0: it is an ordinary one.  A dot may be
 * written "%2e". */

static unsigned
url_dots(const unsigned char *p, const unsigned char *end)
{
    unsigned  dots = 0;

    while (p != end) {
        if (*p == '.') {
            p++;

        } else if (end - p >= 3 && p[0] == '%' && p[1] == '2'
                   && (p[2] | 0x20) == 'e')
        {
            p += 3;

        } else {
            return 0;
        }

        if (++dots > 2) {
            return 0;
        }
    }

    return dots;
}


/* % . ? \ */

static const cg_set_t  url_rough = {
    .low = { [5] = 0x04, [12] = 0x20, [14] = 0x04, [15] = 0x08 },
    .high = { [2] = 0x04, [3] = 0x08, [5] = 0x20 }
};


int
cg_url_path_is_rough(cg_str_t path)
{
    const unsigned char  *p = path.data;
    const unsigned char  *end = p + path.len;

    for ( ; (p = cg_find_any(&url_rough, p, end)) != end && *p != '?'; p++) {
        if (*p == '\\' || (p != path.data && p[-1] == '/')) {
            return 1;
        }
    }

    return 0;
}


/* Resolves dot segments of p[0, len) in place; p[0] is a slash.  Returns the
 * new length.  What is written never overtakes what is read. */

static size_t
url_resolve_dots(unsigned char *p, size_t len)
{
    size_t    i, end, w = 0;
    unsigned  dots;

    for (i = 0; i < len; i = end) {
        for (end = i + 1; end < len && !cg_url_is_slash(p[end]); end++) {
            /* void */
        }

        dots = url_dots(p + i + 1, p + end);

        if (dots == 2) {
            while (w && p[--w] != '/') {
                /* void */
            }
        }

        if (dots == 0) {
            p[w++] = '/';
            memmove(p + w, p + i + 1, end - i - 1);
            w += end - i - 1;

        } else if (end == len) {
            p[w++] = '/';
        }
    }

    return w;
}


cg_str_t
cg_url_path_resolve(unsigned char *p, size_t len)
{
    size_t    n;
    cg_str_t  path = cg_url_cut((cg_str_t) { len, p }, '?');

    n = url_resolve_dots(p, path.len);
    memmove(p + n, p + path.len, len - path.len);

    return (cg_str_t) { n + len - path.len, p };
}


/* What of the base path a relative one keeps: all, all but the query, or all
 * up to the last slash (relative state). */

static cg_str_t
url_base_part(cg_str_t base, cg_str_t relative)
{
    if (relative.len == 0) {
        return cg_url_cut(base, '#');
    }

    base = cg_url_cut(cg_url_cut(base, '#'), '?');

    if (relative.data[0] != '?') {
        while (base.data[base.len - 1] != '/') {
            base.len--;
        }
    }

    return base;
}


cg_status_t
cg_url_path(cg_str_t base, const cg_url_t *url, cg_out_t *scratch,
    cg_str_t *path)
{
    cg_str_t       part;
    unsigned char  buf[CG_MAX_URL];

    *path = url->path;
    cg_out_reset(scratch);

    if (url->kind != CG_URL_RELATIVE
        || (url->path.len && cg_url_is_slash(url->path.data[0])))
    {
        return CG_OK;
    }

    if (base.len == 0 || base.data[0] != '/') {
        base = cg_str("/");
    }

    part = url_base_part(base, url->path);

    if (part.len > CG_MAX_URL - url->path.len) {
        return CG_ELIMIT;
    }

    memcpy(buf, part.data, part.len);

    if (url->path.len) {
        memcpy(buf + part.len, url->path.data, url->path.len);
    }

    cg_out_str(scratch,
               cg_url_path_resolve(buf, part.len + url->path.len));
    *path = cg_out_slice(scratch);

    return scratch->status;
}
