#include "cg_expiry.h"
#include "base/cg_ascii.h"

#define EXPIRY_HEADER  14          /* "Set-Cookie: " and the line's end */
#define EXPIRY_TIERS   3


typedef struct {
    cg_str_t  domain;              /* empty: host-only */
    cg_str_t  path;
} expiry_place_t;


/* The k-th of: host-only, the registrable domain, the host. */

static cg_status_t
expiry_domain(const cg_expiry_t *expiry, size_t k, cg_str_t *domain)
{
    *domain = cg_str("");

    if (k == 0) {
        return CG_OK;
    }

    if (expiry->domain.len == 0
        || k > (cg_str_eq(expiry->host, expiry->domain) ? 1u : 2u))
    {
        return CG_NONE;
    }

    *domain = k == 1 ? expiry->domain : expiry->host;

    return CG_OK;
}


/* The k-th domain above the host and below the registrable one. */

static cg_status_t
expiry_parent(const cg_expiry_t *expiry, size_t k, cg_str_t *domain)
{
    cg_str_t              parent = expiry->host;
    const unsigned char  *dot;

    if (expiry->domain.len == 0) {
        return CG_NONE;
    }

    do {
        dot = memchr(parent.data, '.', parent.len);

        if (dot == NULL) {
            return CG_NONE;
        }

        parent = cg_str_sub(parent, (size_t) (dot + 1 - parent.data),
                            parent.len);

        if (parent.len <= expiry->domain.len) {
            return CG_NONE;
        }
    } while (k--);

    *domain = parent;

    return CG_OK;
}


/* What can stand in a Path attribute. */

static int
expiry_is_path(cg_str_t path)
{
    size_t  i;

    for (i = 0; i < path.len; i++) {
        if (path.data[i] <= ' ' || path.data[i] >= 0x7F
            || path.data[i] == ';')
        {
            return 0;
        }
    }

    return path.len && path.data[0] == '/';
}


/* The k-th of "/a/b", "/a/b/", "/a", "/a/" out of "/a/b/c". */

static cg_status_t
expiry_path(const cg_expiry_t *expiry, size_t k, cg_str_t *path)
{
    size_t                n;
    cg_str_t              whole = expiry->path;
    const unsigned char  *query = memchr(whole.data, '?', whole.len);

    if (query) {
        whole.len = (size_t) (query - whole.data);
    }

    if (!expiry_is_path(whole)) {
        return CG_NONE;
    }

    for (n = whole.len; n > 1; n--) {
        if (whole.data[n - 1] != '/') {
            continue;
        }

        if (k < 2) {
            *path = cg_str_sub(whole, 0, n - 1 + k);
            return CG_OK;
        }

        k -= 2;
    }

    return CG_NONE;
}


static cg_status_t
expiry_place(const cg_expiry_t *expiry, unsigned tier, size_t k,
    expiry_place_t *place)
{
    size_t  domains;

    place->domain = cg_str("");
    place->path = cg_str("/");

    switch (tier) {

    case 0:
        return expiry_domain(expiry, k, &place->domain);

    case 1:
        return expiry_parent(expiry, k, &place->domain);

    default:
        for (domains = 0;
             expiry_domain(expiry, domains, &place->domain) == CG_OK;
             domains++)
        {
            /* void */
        }

        (void) expiry_domain(expiry, k % domains, &place->domain);

        return expiry_path(expiry, k / domains, &place->path);
    }
}


/* A name with a prefix binds the cookie (bis, 4.1.3). */

static int
expiry_prefixed(cg_str_t name, const char *prefix)
{
    size_t  len = strlen(prefix);

    return name.len >= len
           && cg_ascii_eq_nocase(cg_str_sub(name, 0, len),
                                 cg_str_from(prefix));
}


static void
expiry_line(cg_out_t *out, cg_str_t name, const expiry_place_t *place)
{
    int  host = expiry_prefixed(name, "__Host-");

    cg_out_reset(out);

    if (host && (place->domain.len || place->path.len != 1)) {
        return;
    }

    cg_out_str(out, name);
    cg_out_text(out, "=; Path=");
    cg_out_str(out, place->path);
    cg_out_text(out, "; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0");

    if (place->domain.len) {
        cg_out_text(out, "; Domain=");
        cg_out_str(out, place->domain);
    }

    if (host || expiry_prefixed(name, "__Secure-")) {
        cg_out_text(out, "; Secure");
    }
}


typedef struct {
    const cg_expiry_t  *expiry;
    cg_out_t            line;
    unsigned            round;     /* that is being filled */
    unsigned            lines;
    size_t              bytes;

    unsigned            wanted;
    cg_expiry_emit_pt   emit;      /* NULL: only to count */
    void               *ctx;
} expiry_walk_t;


/* CG_NONE: no round after this one is of interest. */

static cg_status_t
expiry_take(expiry_walk_t *walk)
{
    size_t  len = walk->line.len + EXPIRY_HEADER;

    if (walk->line.status == CG_ENOMEM) {
        return CG_ENOMEM;
    }

    if (walk->line.status != CG_OK || walk->line.len == 0) {
        return CG_OK;              /* no round has room for it */
    }

    if (walk->lines == CG_EXPIRY_LINES
        || walk->bytes + len > CG_EXPIRY_BYTES)
    {
        if (walk->round == walk->wanted) {
            return CG_NONE;
        }

        walk->round++;
        walk->lines = 0;
        walk->bytes = 0;
    }

    walk->lines++;
    walk->bytes += len;

    return walk->emit && walk->round == walk->wanted
           ? walk->emit(walk->ctx, cg_out_slice(&walk->line)) : CG_OK;
}


static cg_status_t
expiry_walk(expiry_walk_t *walk)
{
    size_t              i, k;
    unsigned            tier;
    cg_status_t         rc = CG_OK;
    expiry_place_t      place;
    const cg_expiry_t  *expiry = walk->expiry;

    for (tier = 0; tier < EXPIRY_TIERS; tier++) {
        for (i = 0; i < expiry->nnames; i++) {
            for (k = 0; expiry_place(expiry, tier, k, &place) == CG_OK; k++) {
                expiry_line(&walk->line, expiry->names[i], &place);
                rc = expiry_take(walk);

                if (rc != CG_OK) {
                    return rc == CG_NONE ? CG_OK : rc;
                }
            }
        }
    }

    return CG_OK;
}


static void
expiry_begin(expiry_walk_t *walk, const cg_expiry_t *expiry,
    cg_arena_t *arena)
{
    memset(walk, 0, sizeof(*walk));
    walk->expiry = expiry;
    walk->wanted = CG_EXPIRY_ROUNDS - 1;
    cg_out_init(&walk->line, arena, CG_EXPIRY_BYTES - EXPIRY_HEADER);
}


cg_status_t
cg_expiry_emit(const cg_expiry_t *expiry, unsigned round, cg_arena_t *arena,
    cg_expiry_emit_pt emit, void *ctx)
{
    expiry_walk_t  walk;

    if (round >= CG_EXPIRY_ROUNDS) {
        return CG_OK;
    }

    expiry_begin(&walk, expiry, arena);
    walk.wanted = round;
    walk.emit = emit;
    walk.ctx = ctx;

    return expiry_walk(&walk);
}


unsigned
cg_expiry_rounds(const cg_expiry_t *expiry, cg_arena_t *arena)
{
    expiry_walk_t  walk;

    expiry_begin(&walk, expiry, arena);

    if (expiry_walk(&walk) != CG_OK) {
        return 1;
    }

    return walk.round + (walk.lines ? 1 : 0);
}
