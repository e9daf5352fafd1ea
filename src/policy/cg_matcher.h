/*
 * Who is behind a host, a path, a script, a cookie: the index over all vendor
 * blocks, shared by the policies of a set, and what a policy adds to it.
 * Private to this room.
 */

#ifndef CG_MATCHER_H
#define CG_MATCHER_H

#include "cg_build.h"

#include "base/cg_find.h"


/* A text that is looked for in inline scripts. */

typedef enum {
    CG_NEEDLE_MARK = 0,            /* inline "text": marks its vendor */
    CG_NEEDLE_HOST,                /* of a `host` or `url`: the URL decides */
    CG_NEEDLE_COOKIE,              /* marks its vendor where `.cookie` stands */
    CG_NEEDLE_JAR                  /* ".cookie" */
} cg_needle_kind_t;

typedef struct {
    cg_needle_kind_t  kind;
    size_t            vendor;
    cg_str_t          text;        /* as written, until cg_scan_build() */
    size_t            anchor;      /* offset in the text */
    uint32_t          next;        /* one more in the chain, + 1; 0: none */
} cg_needle_t;


/* Texts that are looked for together: see cg_scan.c. */

#define CG_SCAN_WINDOW  4          /* bytes around an anchor */
#define CG_SCAN_HEADS   4096
#define CG_SCAN_LOOSE   0x80       /* there are texts shorter than a window */

typedef struct {
    cg_set_t       anchors;
    unsigned char  windows[256];   /* by anchor, bit n: there are texts with n
                                      bytes of the window before it; or
                                      CG_SCAN_LOOSE */
    unsigned       dense:1;        /* any byte may be an anchor */
    uint32_t       loose;          /* chain of those shorter than a window */
    uint32_t       heads[CG_SCAN_HEADS];   /* chains, by the window's hash */
    cg_needle_t   *needles;
    size_t         nneedles;
} cg_scan_t;


/* The case of letters does not count. */

static inline size_t
cg_scan_hash(const unsigned char *window)
{
    uint32_t  word;

    memcpy(&word, window, CG_SCAN_WINDOW);

    return (size_t) ((word | 0x20202020u) * 2654435761u >> 20);
}


#define CG_INDEX_TAILS  1024

typedef struct {
    const cg_vendor_def_t *const  *vendors;
    size_t             nvendors;
    const cg_mark_t  **urls;       /* by host, longest path first */
    size_t             nurls;
    unsigned char      tails[CG_INDEX_TAILS];  /* hosts with none of these
                                                  ends are nobody's */
    const cg_mark_t  **paths;      /* longest first */
    size_t             npaths;
    uint32_t           starts[8];  /* second bytes of theirs, a bit each */
    const cg_mark_t  **names;      /* exact cookie names, sorted */
    size_t             nnames;
    const cg_mark_t  **patterns;   /* cookie regexes, in source order */
    size_t             npatterns;
    const cg_mark_t   *regexes;    /* of scripts */
    size_t             nregexes;
    cg_scan_t          scan;       /* marks, hosts and ".cookie" */
    cg_scan_t          jar;        /* names of cookies */
} cg_index_t;

struct cg_matcher_s {
    const cg_index_t      *index;
    const cg_recipient_t **recipients;     /* by vendor; NULL: not named */
    const cg_tie_t        *ties;           /* the policy's own cookies */
    const cg_match_t      *cookies;        /* alongside */
    size_t                 nties;
};


/* NULL: no memory. */
const cg_index_t *cg_index_build(cg_policies_t *set);

/* After the policy's recipients and purposes are resolved.  CG_ENOMEM. */
cg_status_t cg_matcher_build(cg_policies_t *set, cg_policy_def_t *def,
    const cg_index_t *index);

/* The vendor of a host and path, or -1.  cg_match_host.c */
ptrdiff_t cg_index_url(const cg_index_t *index, cg_str_t host, cg_str_t path);

/* Out of the needles: CG_ENOMEM. */
cg_status_t cg_scan_build(cg_arena_t *arena, cg_scan_t *scan);

/* Whether the backslash at p (< end) begins more than itself. */
int cg_scan_is_escape(const unsigned char *p, const unsigned char *end);

/* What stands at p (< end) of a script: a byte as it is, or the ASCII
 * character of an escape (ECMA-262, 12.9.4 and B.1.2); a line that goes on is
 * nothing.  Moves *p behind it. */
unsigned char cg_scan_next(const unsigned char **p, const unsigned char *end);

/* Calls `found` for each vendor that the needles mark, possibly several times.
 * `found` may end the scan by returning 0. */
typedef int (*cg_scan_found_t)(void *ctx, size_t vendor);
void cg_scan_run(const cg_index_t *index, cg_str_t script,
    cg_scan_found_t found, void *ctx);

#endif /* CG_MATCHER_H */
