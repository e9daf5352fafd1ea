/*
 * Which groups of header names a response may have, by length and first letter
 * of each: one look at the list where several would find nothing.  A bit too
 * many costs time, one too few would be an open door: every name that a reader
 * of headers knows stands here.
 */

#include "ngx_http_consent_module.h"

#define CONSENT_LINES_GATED    NGX_HTTP_CONSENT_LINES_GATED
#define CONSENT_LINES_CACHE    NGX_HTTP_CONSENT_LINES_CACHE
#define CONSENT_LINES_CODED    NGX_HTTP_CONSENT_LINES_CODED
#define CONSENT_LINES_TYPE     NGX_HTTP_CONSENT_LINES_TYPE
#define CONSENT_LINES_LONGEST  40          /* bytes of a name; a longer one may
                                              be any */
#define CONSENT_LINES_ANY      (CONSENT_LINES_GATED | CONSENT_LINES_CACHE      \
                                | CONSENT_LINES_CODED | CONSENT_LINES_TYPE)


static const struct {
    const char  *name;
    ngx_uint_t   groups;
} consent_lines_names[] = {

    /* gated.c, csp.c; a response that sets a cookie is somebody's */
    { "Set-Cookie", CONSENT_LINES_GATED | CONSENT_LINES_CACHE },
    { "Link", CONSENT_LINES_GATED },
    { "Refresh", CONSENT_LINES_GATED },
    { "Report-To", CONSENT_LINES_GATED },
    { "Reporting-Endpoints", CONSENT_LINES_GATED },
    { "NEL", CONSENT_LINES_GATED },
    { "Expect-CT", CONSENT_LINES_GATED },
    { "Speculation-Rules", CONSENT_LINES_GATED },
    { "Content-Security-Policy", CONSENT_LINES_GATED },
    { "Content-Security-Policy-Report-Only", CONSENT_LINES_GATED },

    /* headers.c */
    { "Cache-Control", CONSENT_LINES_CACHE },
    { "Vary", CONSENT_LINES_CACHE },
    { "Expires", CONSENT_LINES_CACHE },
    { "Surrogate-Control", CONSENT_LINES_CACHE },
    { "CDN-Cache-Control", CONSENT_LINES_CACHE },
    { "Cloudflare-CDN-Cache-Control", CONSENT_LINES_CACHE },
    { "ETag", CONSENT_LINES_CACHE },
    { "Last-Modified", CONSENT_LINES_CACHE },

    /* decode.c, charset.c */
    { "Content-Encoding", CONSENT_LINES_CODED },
    { "Content-Type", CONSENT_LINES_TYPE }
};


/* By the length of a name: first letters, a bit each, and groups. */

static struct {
    uint32_t    letters;
    ngx_uint_t  groups;
} consent_lines_rows[CONSENT_LINES_LONGEST + 1];


static uint32_t
consent_lines_letter(u_char c)
{
    return (uint32_t) 1 << (c & 31);       /* of any case */
}


void
ngx_http_consent_lines_init(void)
{
    size_t       len;
    ngx_uint_t   i;
    const char  *name;

    for (i = 0; i < sizeof(consent_lines_names)
                    / sizeof(consent_lines_names[0]); i++)
    {
        name = consent_lines_names[i].name;
        len = ngx_strlen(name);

        if (len > CONSENT_LINES_LONGEST) {
            continue;
        }

        consent_lines_rows[len].letters |= consent_lines_letter(
                                               (u_char) name[0]);
        consent_lines_rows[len].groups |= consent_lines_names[i].groups;
    }
}


static ngx_uint_t
consent_lines_groups(ngx_table_elt_t *h)
{
    if (h->key.len > CONSENT_LINES_LONGEST) {
        return CONSENT_LINES_ANY;
    }

    return h->key.len
           && consent_lines_rows[h->key.len].letters
              & consent_lines_letter(h->key.data[0])
           ? consent_lines_rows[h->key.len].groups : 0;
}


CG_HOT ngx_uint_t
ngx_http_consent_lines(ngx_http_request_t *r)
{
    ngx_uint_t        i, groups = 0;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    for (part = &r->headers_out.headers.part; part; part = part->next) {
        h = part->elts;

        for (i = 0; i < part->nelts; i++) {
            if (&h[i] != r->headers_out.etag
                && &h[i] != r->headers_out.last_modified)
            {
                groups |= consent_lines_groups(&h[i]);
            }
        }
    }

    return groups;
}
