/*
 * Host names: the form that compares, sub-domains, and which of them are the
 * site's own (Public Suffix List, as libpsl carries it).
 */

#ifndef CG_HOST_H
#define CG_HOST_H

#include "base/cg_out.h"


/*
 * The URL Standard's host parser for special schemes, less a trailing dot:
 * percent-decoded, UTS 46 (not transitional) to ASCII, lower case, IPv4 in any
 * number form to dotted decimals, [IPv6] compressed.  For configured names too.
 *   host  borrowed; without port and userinfo
 *   name  out, only on CG_OK: `host` itself if it has this form already, else a
 *         view of what was appended to `out`
 * CG_EINVAL: no host that a browser would connect to, or a name beyond ASCII
 * that IDNA 2008 refuses (libidn2 is stricter than browsers: no symbols, no
 * hyphens at a label's end); CG_ELIMIT: longer than CG_MAX_HOST, or `out` is
 * full; CG_ENOMEM.
 */
CG_MUST_CHECK cg_status_t cg_host_normalise(cg_str_t host, cg_out_t *out,
    cg_str_t *name);


/* Appends "https://host:port", or "http://..", of a Host field (RFC 9110, 7.2),
 * its letters as they came.  Nothing, if it is absent or has a byte that ends a
 * host in a URL, or is no part of one: letters, digits and "-._:[]" are. */
void cg_host_origin(cg_out_t *out, int tls, cg_str_t field);


/* All below take normalised hosts. */

/* 1 if it is nothing but letters, digits, "-", "_" and ".": one word in a list,
 * and no more, wherever it is written.  Others that a browser would go to have
 * ";", "," or "*" in them, or are IPv6. */
int cg_host_is_word(cg_str_t host);

/* 1 if host is domain, or a sub-domain of it.  An empty domain has none. */
int cg_host_under(cg_str_t host, cg_str_t domain);

/* The registrable domain, a view of host; absent if it has none: address
 * literals, single labels, public suffixes. */
cg_str_t cg_host_registrable(cg_str_t host);

/* 1 if both have one registrable domain, or are equal. */
int cg_host_same_site(cg_str_t a, cg_str_t b);


/* The list is slow to ask, and a page names the same hosts again and again: the
 * last answers.  Zeroed: none yet.  All fields private. */

#define CG_DOMAINS       8             /* hosts */
#define CG_DOMAINS_HOST  62            /* bytes of one; longer ones are asked
                                          for each time */

typedef struct {
    struct {
        unsigned char  len;            /* 0: free */
        unsigned char  at;             /* of the domain; `len`: there is none */
        unsigned char  host[CG_DOMAINS_HOST];
    }         hosts[CG_DOMAINS];
    unsigned  next;                    /* to be overwritten */
} cg_domains_t;

/* As cg_host_registrable().  `domains` may be NULL. */
cg_str_t cg_domains_registrable(cg_domains_t *domains, cg_str_t host);


/* The site's own hosts; made at configuration, read-only afterwards.  A zeroed
 * one owns nothing.  All fields private. */

typedef struct cg_site_name_s  cg_site_name_t;

typedef struct {
    cg_arena_t      *arena;
    cg_site_name_t  *names;
} cg_site_t;

/* Starts empty.  `arena` is kept and must live as long as the site. */
void cg_site_init(cg_site_t *site, cg_arena_t *arena);

/* A name of the server, as nginx's server_name: "*.d" and ".d" count as d;
 * names that say no host ("example.*", "~regex", "_", "", malformed ones) are
 * skipped.  The whole registrable domain becomes own; a name without wildcard
 * is one of its own as well, so that cg_site_at() tells it.  CG_ENOMEM. */
CG_MUST_CHECK cg_status_t cg_site_add_name(cg_site_t *site, cg_str_t name);

/* An `own_host`: a host; "*.d": the sub-domains of d, at any depth; ".d": these
 * and d.  CG_EINVAL: *error (a constant text) says why: malformed, or a
 * wildcard under a public suffix, which belongs to everybody.  CG_ENOMEM. */
CG_MUST_CHECK cg_status_t cg_site_add_own(cg_site_t *site, cg_str_t pattern,
    const char **error);

/* 1 if every host that a server_name of nginx stands for ("*.d" and ".d" count
 * as d) is `domain` or below it; 0 if it says no host.  `domain` normalised;
 * `arena` for a name that is not. */
int cg_site_name_within(cg_arena_t *arena, cg_str_t name, cg_str_t domain);

/* 1 if host is the site's own.
 *   request  the host that the request came for, normalised, without port; one
 *            more name of the server.  May be absent */
int cg_site_owns(const cg_site_t *site, cg_str_t request, cg_str_t host);

/* The same for whoever asks often.  `domains` may be NULL. */
int cg_site_owns_again(const cg_site_t *site, cg_str_t request, cg_str_t host,
    cg_domains_t *domains);

/* The i-th own name, for whoever has to list them. */

typedef struct {
    cg_str_t  host;
    unsigned  itself:1;            /* it is own */
    unsigned  below:1;             /* so are its sub-domains */
} cg_own_t;

/* CG_NONE: behind the last one. */
cg_status_t cg_site_at(const cg_site_t *site, size_t i, cg_own_t *own);

#endif /* CG_HOST_H */
