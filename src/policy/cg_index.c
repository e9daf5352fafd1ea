/*
 * The index over all vendor blocks of a set, and the look-ups by host, path and
 * cookie name.
 */

#include "cg_matcher.h"

typedef int (*index_compare_t)(const cg_mark_t *a, const cg_mark_t *b);


static int
index_by_host(const cg_mark_t *a, const cg_mark_t *b)
{
    int  order = cg_build_order(a->host, b->host);

    return order ? order : a->weight > b->weight ? -1 : a->weight < b->weight;
}


static int
index_by_text(const cg_mark_t *a, const cg_mark_t *b)
{
    return cg_build_order(a->text, b->text);
}


/* Stable, so that equal marks keep the order of the source. */

static void
index_sort(const cg_mark_t **marks, size_t n, index_compare_t compare)
{
    size_t            i, at;
    const cg_mark_t  *mark;

    for (i = 1; i < n; i++) {
        mark = marks[i];

        for (at = i; at > 0 && compare(marks[at - 1], mark) > 0; at--) {
            marks[at] = marks[at - 1];
        }

        marks[at] = mark;
    }
}


/* Pointers to the marks that have a regular expression, or have none. */

static const cg_mark_t **
index_list(cg_arena_t *arena, const cg_vec_t *marks, int re, size_t *n)
{
    size_t             i;
    const cg_mark_t   *mark;
    const cg_mark_t  **list;

    list = cg_arena_zero(arena, (marks->n + 1) * sizeof(*list));

    for (i = 0, *n = 0; list && i < marks->n; i++) {
        mark = cg_vec_at(marks, cg_mark_t, i);

        if ((mark->re != NULL) == re) {
            list[(*n)++] = mark;
        }
    }

    return list;
}


static void
index_needle(cg_scan_t *scan, cg_needle_kind_t kind, size_t vendor,
    cg_str_t text)
{
    cg_needle_t  *needle = &scan->needles[scan->nneedles++];

    needle->kind = kind;
    needle->vendor = vendor;
    needle->text = text;
}


static int
index_room(cg_arena_t *arena, cg_scan_t *scan, size_t n)
{
    scan->needles = cg_arena_zero(arena, n * sizeof(*scan->needles));

    return scan->needles != NULL;
}


static cg_status_t
index_needles(cg_arena_t *arena, cg_index_t *index, const cg_vec_t *literals)
{
    size_t            i;
    cg_scan_t        *scan = &index->scan;
    const cg_mark_t  *mark;

    if (!index_room(arena, scan, literals->n + index->nurls + 1)
        || !index_room(arena, &index->jar, index->nnames + 1))
    {
        return CG_ENOMEM;
    }

    index_needle(scan, CG_NEEDLE_JAR, 0, cg_str(".cookie"));

    for (i = 0; i < literals->n; i++) {
        mark = cg_vec_at(literals, cg_mark_t, i);
        index_needle(scan, CG_NEEDLE_MARK, mark->vendor, mark->text);
    }

    for (i = 0; i < index->nurls; i++) {
        mark = index->urls[i];

        if (i == 0 || !cg_str_eq(mark->host, index->urls[i - 1]->host)) {
            index_needle(scan, CG_NEEDLE_HOST, mark->vendor, mark->host);
        }
    }

    for (i = 0; i < index->nnames; i++) {
        mark = index->names[i];
        index_needle(&index->jar, CG_NEEDLE_COOKIE, mark->vendor,
                     mark->text);
    }

    return cg_scan_build(arena, scan) == CG_OK
           ? cg_scan_build(arena, &index->jar) : CG_ENOMEM;
}


/* The slot of the host's last two labels, or of all of it. */

static size_t
index_tail(cg_str_t host)
{
    size_t    i = host.len;
    unsigned  dots = 0;
    uint32_t  hash = 0;

    for ( ; i > 0 && (host.data[i - 1] != '.' || ++dots < 2); i--) {
        hash = (hash ^ host.data[i - 1]) * 16777619u;
    }

    return hash >> 8 & (CG_INDEX_TAILS - 1);
}


/* The vendors' hosts mark their tails; one that is a single label could be the
 * end of any: it marks all. */

static void
index_tails(cg_index_t *index)
{
    size_t    i;
    cg_str_t  host;

    for (i = 0; i < index->nurls; i++) {
        host = index->urls[i]->host;

        if (memchr(host.data, '.', host.len) == NULL) {
            memset(index->tails, 1, sizeof(index->tails));
            return;
        }

        index->tails[index_tail(host)] = 1;
    }
}


static void
index_start(cg_index_t *index, unsigned char c)
{
    index->starts[c / 32] |= UINT32_C(1) << c % 32;
}


/* The bytes behind the slash that endpoints begin with; one that may be written
 * otherwise could be any. */

static void
index_starts(cg_index_t *index)
{
    size_t    i;
    cg_str_t  path;

    for (i = 0; i < index->npaths; i++) {
        path = index->paths[i]->text;

        if (path.len < 2 || path.data[1] == '%' || path.data[1] == '*') {
            memset(index->starts, 0xFF, sizeof(index->starts));
            return;
        }

        index_start(index, path.data[1]);
        index_start(index, '%');
    }
}


const cg_index_t *
cg_index_build(cg_policies_t *set)
{
    cg_index_t  *index;
    cg_arena_t  *arena = set->arena;

    index = cg_arena_zero(arena, sizeof(*index));
    if (index == NULL) {
        return NULL;
    }

    index->vendors = set->vendors.items;
    index->nvendors = set->vendors.n;
    index->regexes = set->regexes.items;
    index->nregexes = set->regexes.n;
    index->urls = index_list(arena, &set->urls, 0, &index->nurls);
    index->paths = index_list(arena, &set->paths, 0, &index->npaths);
    index->names = index_list(arena, &set->cookies, 0, &index->nnames);
    index->patterns = index_list(arena, &set->cookies, 1, &index->npatterns);

    if (index->urls == NULL || index->paths == NULL || index->names == NULL
        || index->patterns == NULL)
    {
        return NULL;
    }

    index_sort(index->urls, index->nurls, index_by_host);
    index_tails(index);
    index_starts(index);
    index_sort(index->paths, index->npaths, index_by_host);
    index_sort(index->names, index->nnames, index_by_text);

    return index_needles(arena, index, &set->literals) == CG_OK ? index : NULL;
}


static void
matcher_recipients(cg_matcher_t *matcher, const cg_policy_t *policy)
{
    size_t                  i, v;
    const cg_index_t       *index = matcher->index;
    const cg_recipient_t   *r;

    for (i = 0; i < policy->nrecipients; i++) {
        r = &policy->recipients[i];

        for (v = 0; v < index->nvendors; v++) {
            if (&index->vendors[v]->vendor == r->vendor) {
                matcher->recipients[v] = r;
            }
        }
    }
}


static void
matcher_cookies(cg_match_t *list, const cg_policy_t *policy,
    const cg_vec_t *cookies)
{
    size_t           i;
    const cg_tie_t  *tie;

    for (i = 0; i < cookies->n; i++) {
        tie = cg_vec_at(cookies, cg_tie_t, i);
        list[i].purpose = cg_policy_purpose(policy, tie->purpose);
        list[i].clause = tie->clause;

        if (tie->clause.data == NULL && list[i].purpose) {
            list[i].clause = list[i].purpose->clause;
        }
    }
}


cg_status_t
cg_matcher_build(cg_policies_t *set, cg_policy_def_t *def,
    const cg_index_t *index)
{
    cg_match_t    *cookies;
    cg_matcher_t  *matcher;

    matcher = cg_arena_zero(set->arena, sizeof(*matcher));
    cookies = cg_arena_zero(set->arena,
                            (def->cookies.n + 1) * sizeof(*cookies));
    if (matcher == NULL || cookies == NULL) {
        return CG_ENOMEM;
    }

    matcher->recipients = cg_arena_zero(set->arena, (index->nvendors + 1)
                                        * sizeof(*matcher->recipients));
    if (matcher->recipients == NULL) {
        return CG_ENOMEM;
    }

    matcher->index = index;
    matcher->cookies = cookies;
    matcher->ties = def->cookies.items;
    matcher->nties = def->cookies.n;

    matcher_recipients(matcher, &def->policy);
    matcher_cookies(cookies, &def->policy, &def->cookies);
    def->policy.matcher = matcher;
    memcpy(def->policy.starts, index->starts, sizeof(index->starts));

    return CG_OK;
}


/* The first mark of a host, or nurls. */

static size_t
index_host(const cg_index_t *index, cg_str_t host)
{
    size_t  low = 0, high = index->nurls, middle;

    while (low < high) {
        middle = low + (high - low) / 2;

        if (cg_build_order(index->urls[middle]->host, host) < 0) {
            low = middle + 1;

        } else {
            high = middle;
        }
    }

    return low < index->nurls && cg_str_eq(index->urls[low]->host, host)
           ? low : index->nurls;
}


ptrdiff_t
cg_index_url(const cg_index_t *index, cg_str_t host, cg_str_t path)
{
    size_t            i, at = 0;
    cg_str_t          domain;
    const cg_mark_t  *mark;

    if (!index->tails[index_tail(host)]) {
        return -1;
    }

    while (at < host.len) {
        domain = cg_str_sub(host, at, host.len);

        for (i = index_host(index, domain); i < index->nurls; i++) {
            mark = index->urls[i];

            if (!cg_str_eq(mark->host, domain)) {
                break;
            }

            if (cg_pattern_match(&mark->pattern, host, path)) {
                return (ptrdiff_t) mark->vendor;
            }
        }

        while (at < host.len && host.data[at++] != '.') {
            /* void */
        }
    }

    return -1;
}
