/*
 * The one judge, for tags, scripts, cookies and headers: a policy's match and
 * a visitor's grants in, pass or hold out, with the clause that it executes.
 */

#ifndef CG_JUDGE_H
#define CG_JUDGE_H

#include "cg_unknown.h"
#include "policy/cg_policy.h"
#include "url/cg_host.h"
#include "url/cg_url.h"


#define CG_BASES  2                    /* foreign bases told apart */

/* Whether third and joint parties of an optional purpose get anything, whatever
 * was granted. */

typedef enum {
    CG_CLOSED_NOT = 0,
    CG_CLOSED_SENSITIVE,               /* only for purposes that say so */
    CG_CLOSED_ALL
} cg_closed_t;

typedef struct {
    const cg_policy_t  *policy;
    const cg_site_t    *site;          /* the server's own hosts */
    cg_str_t            request_host;  /* one more own name; may be absent */
    cg_domains_t       *domains;       /* of hosts asked for; may be NULL */
    cg_str_t            request_path;  /* of the document, for relayed endpoints
                                          behind "../x"; may be absent */
    uint32_t            granted;       /* bits; zero grants nothing */
    uint32_t            ahead;         /* purposes that the visitor has not yet
                                          decided about: vendors of
                                          mode=advanced pass, their cookies do
                                          not */
    cg_str_t            bases[CG_BASES];   /* "host/path" of each <base> that
                                          is not own: relative URLs may lead
                                          there as well */
    size_t              nbases;
    cg_unknown_t       *unknown;       /* gets the hosts that the policy does
                                          not promise; may be NULL */
    unsigned            closed:2;      /* cg_closed_t */
    unsigned            legacy:1;      /* the document's bytes are those of an
                                          encoding other than UTF-8 */
} cg_judge_t;

typedef struct {
    unsigned   pass:1;                 /* zeroed: held */
    unsigned   counted:1;              /* a vendor, a cookie or an unlisted
                                          third party: evidence */
    unsigned   unlisted:1;             /* the policy promises nothing of it */
    unsigned   stays:1;                /* held, and something in it would be,
                                          whatever purpose is granted */
    cg_str_t   vendor;                 /* as in cg_match_t */
    cg_str_t   purpose;                /* id; absent: no purpose covers it */
    cg_str_t   clause;                 /* may be absent */
} cg_verdict_t;


/* Nobody is concerned. */
cg_verdict_t cg_judge_free(void);

/* The first one that is held, else the first one that counts; it stays held if
 * any of them does. */
void cg_verdict_add(cg_verdict_t *sum, cg_verdict_t verdict);

/* Whether everything that could be held passes: all optional purposes granted
 * and unlisted hosts allowed or tied to a granted purpose. */
int cg_judge_all_open(const cg_judge_t *judge);

/* A third party that nobody declared, or that cannot be read. */
cg_verdict_t cg_judge_unlisted(const cg_judge_t *judge);

/* What the page's author says that something is for: ids of purposes, blanks
 * between.  Held, as vendor "marked", unless each of them is open; one that the
 * policy does not have is like an unlisted third party.  A mark opens nothing:
 * where it holds nothing it is free. */
cg_verdict_t cg_judge_marked(const cg_judge_t *judge, cg_str_t purposes);

/* What cg_policy_match_url() or cg_policy_endpoint() found, or another one but
 * a cookie. */
cg_verdict_t cg_judge_match(const cg_judge_t *judge, const cg_match_t *match);

/* An attribute value: character references are decoded already.  Own hosts,
 * relative and host-less URLs pass, except a relayed endpoint (vendor `path`).
 * What can't be read is an unlisted third party, and so, but for its name, is
 * a vendor that the policy does not name.  `arena` is asked only for hosts and
 * paths that must be normalised, and gets the memory back. */
cg_verdict_t cg_judge_url(const cg_judge_t *judge, cg_arena_t *arena,
    cg_str_t value);

/* Whether the value of a <base> that passes leads to a foreign host; then
 * "host/path" of it is appended to `base`, for cg_judge_t.  Nothing appended:
 * not to be read. */
int cg_judge_base(const cg_judge_t *judge, cg_arena_t *arena, cg_str_t value,
    cg_out_t *base);

/* An inline script, whole.  Held if any vendor that it loads is shut; data
 * (cg_data.h) names vendors, but loads none. */
cg_verdict_t cg_judge_inline(const cg_judge_t *judge, cg_str_t script);

/* A cookie by name, in either direction.  One that nobody declared is counted,
 * too, as "unlisted", so that it can be listed.  One of a vendor that the
 * policy does not name passes only where the vendor itself would, too. */
cg_verdict_t cg_judge_cookie(const cg_judge_t *judge, cg_str_t name);

/* A request for a path of the own host: vendor `path` endpoints. */
cg_verdict_t cg_judge_path(const cg_judge_t *judge, cg_str_t path);

#endif /* CG_JUDGE_H */
