/*
 * Our policy: which hosts it names.
 */

#include "cg_csp.h"
#include "base/cg_ascii.h"


/* What one source expression allows. */

typedef struct {
    cg_str_t  host;
    cg_str_t  path;                /* without a slash at its end; empty: all */
    size_t    weight;              /* bytes of the vendor's path; 0: wider */
    unsigned  below:1;             /* the sub-domains, not the host */
    unsigned  www:1;               /* the host with "www." before it */
    unsigned  beneath:1;           /* what is beneath the path, not the path */
    unsigned  own:1;
    unsigned  out:1;               /* not to be written */
} csp_source_t;

#define CSP_FORMS  6               /* source expressions of one endpoint */


static int
csp_strictly_under(cg_str_t host, cg_str_t domain)
{
    return host.len > domain.len && cg_host_under(host, domain);
}


static int
csp_is_www(cg_str_t host, cg_str_t domain)
{
    return host.len == domain.len + 4 && cg_str_starts(host, cg_str("www."))
           && cg_host_under(host, domain);
}


/* RFC 3986's host and path characters that end no source expression. */

static int
csp_is_plain(cg_str_t s, const char *also)
{
    size_t  i;

    for (i = 0; i < s.len; i++) {
        if (!cg_ascii_is_alpha(s.data[i]) && !cg_ascii_is_digit(s.data[i])
            && (s.data[i] == '\0' || strchr(also, s.data[i]) == NULL))
        {
            return 0;
        }
    }

    return s.len != 0;
}


/* How much of a vendor's path is the same in every URL that it matches. */

static cg_str_t
csp_literal(cg_str_t path)
{
    size_t  n = 0;

    while (n < path.len && path.data[n] != '*') {
        n++;
    }

    return cg_str_sub(path, 0, n);
}


/* Whether a shut vendor's path may lie in what the source allows. */

static int
csp_paths_meet(const csp_source_t *source, cg_str_t path)
{
    size_t    n;
    cg_str_t  literal = csp_literal(path);

    if (source->path.len == 0 || literal.len == 0) {
        return 1;
    }

    if (!source->beneath) {
        return cg_str_starts(source->path, literal);
    }

    n = literal.len < source->path.len ? literal.len : source->path.len;

    return memcmp(literal.data, source->path.data, n) == 0
           && (n == literal.len || literal.data[n] == '/');
}


/* Whether the source would let something through that belongs to this shut
 * vendor: the longest host wins, then the longest path. */

static int
csp_reaches(const csp_source_t *source, const cg_endpoint_t *shut)
{
    int  same = cg_str_eq(source->host, shut->host);

    if (source->own) {
        return cg_host_under(source->host, shut->host)
               || (source->below && cg_host_under(shut->host, source->host));
    }

    if (same ? shut->path.len < source->weight
        : source->www ? !csp_is_www(shut->host, source->host)
        : !source->below || !csp_strictly_under(shut->host, source->host))
    {
        return 0;
    }

    return csp_paths_meet(source, shut->path);
}


static int
csp_is_shut(const cg_judge_t *judge, const cg_endpoint_t *endpoint)
{
    return !cg_judge_match(judge, &endpoint->match).pass;
}


/* Sources that reach a shut vendor are out. */

static void
csp_shut_out(const cg_judge_t *judge, csp_source_t *sources, size_t n)
{
    size_t         i, k;
    cg_endpoint_t  endpoint;

    for (i = 0; cg_policy_endpoint(judge->policy, i, &endpoint) == CG_OK; i++)
    {
        if (!csp_is_shut(judge, &endpoint)) {
            continue;
        }

        for (k = 0; k < n; k++) {
            if (csp_reaches(&sources[k], &endpoint)) {
                sources[k].out = 1;
            }
        }
    }
}


static int
csp_covers_host(const csp_source_t *wide, const csp_source_t *source)
{
    if (wide->below) {
        return source->below || source->www
               ? cg_host_under(source->host, wide->host)
               : csp_strictly_under(source->host, wide->host);
    }

    if (source->below) {
        return 0;
    }

    if (wide->www == source->www) {
        return cg_str_eq(source->host, wide->host);
    }

    return wide->www ? csp_is_www(source->host, wide->host)
                     : csp_is_www(wide->host, source->host);
}


static int
csp_covers(const csp_source_t *wide, const csp_source_t *source)
{
    if (!csp_covers_host(wide, source)) {
        return 0;
    }

    if (wide->path.len == 0) {
        return 1;
    }

    if (cg_str_eq(source->path, wide->path)) {
        return source->beneath == wide->beneath;
    }

    return wide->beneath && source->path.len > wide->path.len
           && cg_str_starts(source->path, wide->path)
           && source->path.data[wide->path.len] == '/';
}


/* What another one allows as well need not be said.  Of two that say the same
 * one stays, since the other is out by then. */

static void
csp_shorten(csp_source_t *sources, size_t n)
{
    size_t  i, k;

    for (i = 0; i < n; i++) {
        for (k = 0; k < n && !sources[i].out; k++) {
            sources[i].out = k != i && !sources[k].out
                             && csp_covers(&sources[k], &sources[i]);
        }
    }
}


static void
csp_put(cg_out_t *out, const csp_source_t *source, const char *scheme)
{
    cg_out_byte(out, ' ');
    cg_out_text(out, scheme);

    if (source->below || source->www) {
        cg_out_text(out, source->www ? "www." : "*.");
    }

    cg_out_str(out, source->host);

    if (source->own) {
        cg_out_text(out, ":*");
    }

    cg_out_str(out, source->path);

    if (source->path.len && source->beneath) {
        cg_out_byte(out, '/');
    }
}


/* A vendor is met by the page's own scheme or a safer one, on its usual port.
 * The site's hosts may mix schemes and ports as they ever did.  No scheme but
 * "ws" and "wss" matches a WebSocket (CSP 3, 6.7.2.9). */

static void
csp_put_all(cg_out_t *out, const csp_source_t *sources, size_t n, int sockets)
{
    size_t  i;

    for (i = 0; i < n; i++) {
        if (sources[i].out || !csp_is_plain(sources[i].host, "-._")) {
            continue;
        }

        csp_put(out, &sources[i], sources[i].own ? "http://" : "");

        if (sockets && sources[i].path.len == 0) {
            csp_put(out, &sources[i], sources[i].own ? "ws://" : "wss://");
        }
    }
}


/* The forms of one vendor's host or URL: host, sub-domains, and the commonest
 * of these where not all of them can be let through, each with the path and
 * what is beneath it.  A path that no source expression can say is cut back to
 * the directory around it.  Returns how many. */

static size_t
csp_forms(const cg_endpoint_t *endpoint, csp_source_t *sources)
{
    size_t    n, weight;
    unsigned  form, beneath, directory;
    cg_str_t  path = endpoint->path;

    n = csp_literal(path).len;
    weight = n < path.len ? 0 : path.len;
    directory = n < path.len;

    while (directory && n && path.data[n - 1] != '/') {
        n--;
    }

    if (n && path.data[n - 1] == '/') {
        directory = 1;
        n--;
    }

    path = cg_str_sub(path, 0, n);

    for (n = 0, form = 0; form < 3; form++) {
        for (beneath = directory || path.len == 0; beneath < 2; beneath++) {
            sources[n].host = endpoint->host;
            sources[n].path = path;
            sources[n].weight = weight;
            sources[n].below = form == 1;
            sources[n].www = form == 2;
            sources[n].beneath = beneath & 1;
            sources[n].out = path.len
                             && !csp_is_plain(path, "-._~/%:@!$&'()+=");
            n++;
        }
    }

    return n;
}


cg_status_t
cg_csp_vendors(const cg_judge_t *judge, cg_arena_t *arena, cg_out_t *out)
{
    size_t         i, n = 0;
    csp_source_t  *sources;
    cg_endpoint_t  endpoint;

    if (cg_judge_all_open(judge) || cg_judge_unlisted(judge).pass) {
        return CG_NONE;
    }

    for (i = 0; cg_policy_endpoint(judge->policy, i, &endpoint) == CG_OK; i++)
    {
        /* void */
    }

    sources = cg_arena_zero(arena, (i + 1) * CSP_FORMS * sizeof(*sources));
    if (sources == NULL) {
        return CG_ENOMEM;
    }

    for (i = 0; cg_policy_endpoint(judge->policy, i, &endpoint) == CG_OK; i++)
    {
        if (!csp_is_shut(judge, &endpoint)) {
            n += csp_forms(&endpoint, &sources[n]);
        }
    }

    csp_shut_out(judge, sources, n);
    csp_shorten(sources, n);
    csp_put_all(out, sources, n, 1);
    cg_arena_outgrown(arena, sources);

    return CG_OK;
}


/* One own name at a time: whether another one covers it is asked of the list
 * again, which is short. */

static void
csp_own_forms(const cg_own_t *own, csp_source_t sources[2])
{
    unsigned  below;

    memset(sources, 0, 2 * sizeof(*sources));

    for (below = 0; below < 2; below++) {
        sources[below].host = own->host;
        sources[below].below = below & 1;
        sources[below].own = 1;
        sources[below].out = below ? !own->below : !own->itself;
    }
}


static int
csp_own_at(const cg_judge_t *judge, size_t i, cg_own_t *own)
{
    cg_str_t  domain;

    if (judge->site && cg_site_at(judge->site, i, own) == CG_OK) {
        return 1;
    }

    /* behind the names: the request's own domain, if they have it or not */

    if (judge->request_host.len == 0
        || (i && (judge->site == NULL
                  || cg_site_at(judge->site, i - 1, own) != CG_OK)))
    {
        return 0;
    }

    domain = cg_host_registrable(judge->request_host);

    own->host = domain.data ? domain : judge->request_host;
    own->itself = 1;
    own->below = domain.data != NULL;

    return 1;
}


static int
csp_own_is_covered(const cg_judge_t *judge, size_t at,
    const csp_source_t *source)
{
    size_t        i, k;
    cg_own_t      own;
    csp_source_t  wide[2];

    for (i = 0; csp_own_at(judge, i, &own); i++) {
        csp_own_forms(&own, wide);
        csp_shut_out(judge, wide, 2);

        for (k = 0; k < 2; k++) {
            if (!wide[k].out && csp_covers(&wide[k], source)
                && (i < at || !csp_covers(source, &wide[k])))
            {
                return 1;
            }
        }
    }

    return 0;
}


static void
csp_put_own(const cg_judge_t *judge, cg_out_t *out, int sockets)
{
    size_t        i, k;
    cg_own_t      own;
    csp_source_t  sources[2];

    for (i = 0; csp_own_at(judge, i, &own); i++) {
        csp_own_forms(&own, sources);
        csp_shut_out(judge, sources, 2);

        for (k = 0; k < 2; k++) {
            sources[k].out |= !sources[k].out
                              && csp_own_is_covered(judge, i, &sources[k]);
        }

        csp_put_all(out, sources, 2, sockets);
    }
}


void
cg_csp_write(const cg_judge_t *judge, cg_str_t vendors, cg_str_t report,
    cg_out_t *out)
{
    cg_out_text(out, "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: "
                     "blob:");
    csp_put_own(judge, out, 1);
    cg_out_str(out, vendors);
    cg_out_text(out, "; base-uri 'self'");
    csp_put_own(judge, out, 0);

    if (report.len) {
        cg_out_text(out, "; report-uri ");
        cg_out_str(out, report);
    }
}


int
cg_csp_crowded(const cg_judge_t *judge, cg_endpoint_t *endpoint)
{
    size_t    i, k;
    cg_own_t  own;

    for (i = 0; cg_policy_endpoint(judge->policy, i, endpoint) == CG_OK; i++) {
        if (!csp_is_shut(judge, endpoint)) {
            continue;
        }

        for (k = 0; csp_own_at(judge, k, &own); k++) {
            if (own.below && (cg_host_under(endpoint->host, own.host)
                              || cg_host_under(own.host, endpoint->host)))
            {
                return 1;
            }
        }
    }

    return 0;
}
