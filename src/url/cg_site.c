#include "cg_host.h"

#include <libpsl.h>


typedef enum {
    SITE_EXACT = 0,           /* the host */
    SITE_DOMAIN,              /* hosts whose registrable domain it is */
    SITE_BELOW,               /* the sub-domains */
    SITE_UNDER                /* the host and the sub-domains */
} site_kind_t;

struct cg_site_name_s {
    cg_site_name_t  *next;
    site_kind_t      kind;
    cg_str_t         host;
};


void
cg_site_init(cg_site_t *site, cg_arena_t *arena)
{
    site->arena = arena;
    site->names = NULL;
}


static cg_status_t
site_add(cg_site_t *site, site_kind_t kind, cg_str_t host)
{
    cg_site_name_t  *name;

    for (name = site->names; name; name = name->next) {
        if (name->kind == kind && cg_str_eq(name->host, host)) {
            return CG_OK;
        }
    }

    name = cg_arena_zero(site->arena, sizeof(*name));
    if (name == NULL) {
        return CG_ENOMEM;
    }

    name->kind = kind;
    name->host = cg_arena_copy(site->arena, host);
    if (name->host.data == NULL) {
        return CG_ENOMEM;
    }

    name->next = site->names;
    site->names = name;

    return CG_OK;
}


/* Takes "*." or "." off; what it meant, if not a plain host. */

static site_kind_t
site_wildcard(cg_str_t *pattern)
{
    if (cg_str_starts(*pattern, cg_str("*."))) {
        *pattern = cg_str_sub(*pattern, 2, pattern->len);
        return SITE_BELOW;
    }

    if (cg_str_starts(*pattern, cg_str("."))) {
        *pattern = cg_str_sub(*pattern, 1, pattern->len);
        return SITE_UNDER;
    }

    return SITE_EXACT;
}


/* A host that may stand in a configuration: "*" is allowed in URLs. */

static cg_status_t
site_normalise(cg_str_t text, cg_out_t *out, cg_str_t *host)
{
    if (text.len == 0 || text.data[0] == '.'
        || memchr(text.data, '*', text.len) != NULL)
    {
        return CG_EINVAL;
    }

    return cg_host_normalise(text, out, host);
}


cg_status_t
cg_site_add_name(cg_site_t *site, cg_str_t name)
{
    cg_out_t     out;
    cg_str_t     host, domain;
    cg_status_t  status;
    site_kind_t  kind;

    if (name.len == 0 || name.data[0] == '~'
        || cg_str_eq(name, cg_str("_")))
    {
        return CG_OK;
    }

    cg_out_init(&out, site->arena, CG_MAX_HOST);
    kind = site_wildcard(&name);
    status = site_normalise(name, &out, &host);

    if (status != CG_OK) {
        return status == CG_ENOMEM ? CG_ENOMEM : CG_OK;
    }

    domain = cg_host_registrable(host);

    if (domain.data) {
        status = site_add(site, SITE_DOMAIN, domain);
    }

    /* last in, first asked, and at no cost */

    return status == CG_OK && (domain.data == NULL || kind == SITE_EXACT)
           ? site_add(site, SITE_EXACT, host) : status;
}


int
cg_site_name_within(cg_arena_t *arena, cg_str_t name, cg_str_t domain)
{
    cg_out_t  out;
    cg_str_t  host;

    if (name.len == 0 || name.data[0] == '~') {
        return 0;
    }

    cg_out_init(&out, arena, CG_MAX_HOST);
    (void) site_wildcard(&name);

    return site_normalise(name, &out, &host) == CG_OK
           && cg_host_under(host, domain);
}


/* 1 if the list names it a public suffix; unknown top-level domains, such as
 * those of an intranet, are not. */

static int
site_is_public(cg_str_t host)
{
    char             text[CG_MAX_HOST + 1];
    const psl_ctx_t  *psl = psl_builtin();

    memcpy(text, host.data, host.len);
    text[host.len] = '\0';

    return psl == NULL
           || psl_is_public_suffix2(psl, text,
                                    PSL_TYPE_ANY | PSL_TYPE_NO_STAR_RULE);
}


cg_status_t
cg_site_add_own(cg_site_t *site, cg_str_t pattern, const char **error)
{
    cg_out_t     out;
    cg_str_t     host;
    cg_status_t  status;
    site_kind_t  kind;

    cg_out_init(&out, site->arena, CG_MAX_HOST);
    kind = site_wildcard(&pattern);
    status = site_normalise(pattern, &out, &host);

    if (status == CG_ENOMEM) {
        return status;
    }

    if (status != CG_OK) {
        *error = "must be a host, or one behind \"*.\" or \".\"";
        return CG_EINVAL;
    }

    if (kind != SITE_EXACT && site_is_public(host)) {
        *error = "a public suffix, write a domain below it";
        return CG_EINVAL;
    }

    return site_add(site, kind, host);
}


/* The list is asked last: a registrable domain is a suffix of the host. */

static int
site_name_owns(const cg_site_name_t *name, cg_str_t host,
    cg_domains_t *domains)
{
    switch (name->kind) {

    case SITE_EXACT:
        return cg_str_eq(host, name->host);

    case SITE_DOMAIN:
        return cg_host_under(host, name->host)
               && cg_str_eq(cg_domains_registrable(domains, host),
                            name->host);

    case SITE_BELOW:
        return host.len > name->host.len && cg_host_under(host, name->host);

    case SITE_UNDER:
        return cg_host_under(host, name->host);
    }

    return 0;
}


cg_status_t
cg_site_at(const cg_site_t *site, size_t i, cg_own_t *own)
{
    const cg_site_name_t  *name;

    for (name = site->names; name && i; name = name->next) {
        i--;
    }

    if (name == NULL) {
        return CG_NONE;
    }

    own->host = name->host;
    own->itself = name->kind != SITE_BELOW;
    own->below = name->kind != SITE_EXACT;

    return CG_OK;
}


/* The last two labels: what two hosts of one registrable domain share at
 * least. */

static cg_str_t
site_tail(cg_str_t host)
{
    size_t    at = host.len;
    unsigned  dots = 0;

    while (at && (host.data[at - 1] != '.' || ++dots < 2)) {
        at--;
    }

    return cg_str_sub(host, at, host.len);
}


/* Whether two hosts, not equal, have one registrable domain. */

static int
site_is_same(cg_str_t request, cg_str_t host, cg_domains_t *domains)
{
    cg_str_t  domain;

    if (request.len == 0 || !cg_host_under(request, site_tail(host))) {
        return 0;
    }

    domain = cg_domains_registrable(domains, host);

    return domain.data
           && cg_str_eq(domain, cg_domains_registrable(domains, request));
}


int
cg_site_owns_again(const cg_site_t *site, cg_str_t request, cg_str_t host,
    cg_domains_t *domains)
{
    const cg_site_name_t  *name;

    if (host.len == 0) {
        return 0;
    }

    if (cg_str_eq(host, request)) {
        return 1;
    }

    for (name = site->names; name; name = name->next) {
        if (site_name_owns(name, host, domains)) {
            return 1;
        }
    }

    return site_is_same(request, host, domains);
}


int
cg_site_owns(const cg_site_t *site, cg_str_t request, cg_str_t host)
{
    return cg_site_owns_again(site, request, host, NULL);
}
