/*
 * What marks an inline script as loading or setting something.  Bytes go
 * through the machine of cg_scan.c as a script's strings would hold them; where
 * a vendor's host ends, the URL around it is cut out and matched as any other.
 */

#include "cg_matcher.h"

#include "base/cg_ascii.h"

#define RUN_PAST  512              /* bytes remembered: a host and a little */
#define RUN_PATH  (2 * CG_BUILD_PATH)      /* bytes of a path looked at */


typedef struct {
    const cg_index_t      *index;
    cg_scan_found_t        found;
    void                  *ctx;
    const unsigned char   *p;      /* behind the last byte read */
    const unsigned char   *end;
    unsigned char          past[RUN_PAST];     /* a ring */
    size_t                 n;      /* bytes put into it */
    unsigned               jar:1;          /* ".cookie" was seen */
    unsigned               names:1;        /* a cookie's name was seen */
    unsigned               only_names:1;   /* second pass */
    unsigned               stop:1;
} run_t;


/* The byte `back` bytes before the next one; 0 where there is none. */

static unsigned char
run_past(const run_t *run, size_t back)
{
    return back <= run->n && back <= RUN_PAST
           ? run->past[(run->n - back) % RUN_PAST] : 0;
}


static int
run_is_word(unsigned char c)
{
    return cg_ascii_is_alpha(c) || cg_ascii_is_digit(c) || c == '_' || c == '-';
}


static int
run_is_quote(unsigned char c)
{
    return c == '"' || c == '\'' || c == '`';
}


/* What follows, without reading it; 0 at the end. */

static unsigned char
run_peek(const unsigned char **p, const unsigned char *end)
{
    return *p == end ? 0 : cg_scan_next(p, end);
}


/* Steps over the root's dot and a port; 0 if the host goes on instead. */

static int
run_end_of_host(const unsigned char **p, const unsigned char *end)
{
    unsigned char         c;
    const unsigned char  *at = *p;

    c = run_peek(&at, end);

    if (run_is_word(c)) {
        return 0;
    }

    if (c == '.') {
        *p = at;
        c = run_peek(&at, end);

        if (run_is_word(c) || c == '.') {
            return 0;
        }
    }

    if (c == ':') {
        do {
            *p = at;
            c = run_peek(&at, end);
        } while (cg_ascii_is_digit(c));
    }

    return 1;
}


static cg_str_t
run_path(const unsigned char *p, const unsigned char *end,
    unsigned char path[RUN_PATH])
{
    size_t         n = 0;
    unsigned char  c;

    while (n < RUN_PATH) {
        c = run_peek(&p, end);

        if (c <= ' ' || c == 0x7F || run_is_quote(c) || c == '\\' || c == '#'
            || c == '<' || c == '>' || (n == 0 && c != '/' && c != '?'))
        {
            break;
        }

        path[n++] = c;
    }

    return (cg_str_t) { n, path };
}


/* The host that ends here, at least `least` bytes of it, to the left as far as
 * it goes.  *before is how far back it begins. */

static cg_str_t
run_host(const run_t *run, size_t least, unsigned char host[CG_MAX_HOST],
    size_t *before)
{
    size_t         n = least, at;
    unsigned char  c;

    for ( ;; ) {
        c = run_past(run, n + 1);

        if (n == CG_MAX_HOST || (!run_is_word(c) && c != '.')) {
            break;
        }

        n++;
    }

    *before = n;

    while (n > least && run_past(run, n) == '.') {
        n--;
    }

    for (at = 0; at < n; at++) {
        host[at] = cg_ascii_lower(run_past(run, n - at));
    }

    return (cg_str_t) { n, host };
}


/* "//host", with or without a path; and "host/", behind what ends a string's
 * other half or begins one: quote, dot, slash, "@", "}". */

static void
run_at_host(run_t *run, const cg_needle_t *needle)
{
    int                   slashes;
    size_t                before;
    cg_str_t              host, path;
    ptrdiff_t             vendor;
    unsigned char         c, host_bytes[CG_MAX_HOST], path_bytes[RUN_PATH];
    const unsigned char  *p = run->p;

    if (needle->text.len > CG_MAX_HOST || !run_end_of_host(&p, run->end)) {
        return;
    }

    host = run_host(run, needle->text.len, host_bytes, &before);
    path = run_path(p, run->end, path_bytes);

    c = run_past(run, before + 1);
    slashes = c == '@' || (c == '/' && run_past(run, before + 2) == '/');

    if (path.len == 0 ? !slashes
                      : (before == host.len && !slashes && !run_is_quote(c)
                         && c != '/' && c != '}'))
    {
        return;
    }

    vendor = cg_index_url(run->index, host, path);

    if (vendor >= 0) {
        run->stop = !run->found(run->ctx, (size_t) vendor);
    }
}


/* "NAME" or NAME=, letters in the case that counts. */

static int
run_is_cookie(const run_t *run, const cg_needle_t *needle)
{
    size_t                i, len = needle->text.len;
    unsigned char         before, after;
    const unsigned char  *p = run->p;

    if (len >= RUN_PAST) {
        return 0;
    }

    for (i = 0; i < len; i++) {
        if (run_past(run, len - i) != needle->text.data[i]) {
            return 0;
        }
    }

    before = run_past(run, len + 1);
    after = run_peek(&p, run->end);

    return after == '=' ? !run_is_word(before) && before != '$'
           : run_is_quote(after) && run_is_quote(before);
}


static void
run_at_needle(run_t *run, const cg_needle_t *needle)
{
    const unsigned char  *p = run->p;

    if (needle->kind == CG_NEEDLE_COOKIE) {
        if (!run_is_cookie(run, needle)) {
            return;
        }

        if (run->jar) {
            run->stop = !run->found(run->ctx, needle->vendor);
        }

        run->names = 1;

    } else if (run->only_names) {
        return;

    } else if (needle->kind == CG_NEEDLE_JAR) {
        run->jar |= !run_is_word(run_peek(&p, run->end));

    } else if (needle->kind == CG_NEEDLE_MARK) {
        run->stop = !run->found(run->ctx, needle->vendor);

    } else {
        run_at_host(run, needle);
    }
}


static void
run_at_node(run_t *run, uint32_t node)
{
    uint32_t            i;
    const cg_scan_t    *scan = &run->index->scan;
    const cg_needle_t  *needle;

    for ( ; node && !run->stop; node = scan->shorter[node]) {
        for (i = scan->needle[node]; i && !run->stop; i = needle->next) {
            needle = &scan->needles[i - 1];
            run_at_needle(run, needle);
        }
    }
}


/* The loop that every byte of every inline script goes through: what it works
 * with stays in registers, the run hears of it where a needle ends. */

static void
run_pass(run_t *run, cg_str_t script)
{
    size_t                n = 0;
    uint32_t              node = 0;
    unsigned char         c;
    const cg_scan_t      *scan = &run->index->scan;
    const size_t          nclasses = scan->nclasses;
    const uint32_t       *go = scan->go;
    const unsigned char  *hit = scan->hit;
    const unsigned char  *p = script.data;
    const unsigned char  *end = script.data + script.len;

    run->end = end;

    while (p != end && !run->stop) {
        if (*p == '\\') {
            c = cg_scan_next(&p, end);

        } else {
            c = *p++;
        }

        run->past[n++ % RUN_PAST] = c;
        node = go[node * nclasses + scan->classes[c]];

        if (hit[node]) {
            run->p = p;
            run->n = n;
            run_at_node(run, node);
        }
    }
}


void
cg_scan_run(const cg_index_t *index, cg_str_t script, cg_scan_found_t found,
    void *ctx)
{
    run_t  run;

    if (script.len == 0) {
        return;
    }

    memset(&run, 0, sizeof(run));
    run.index = index;
    run.found = found;
    run.ctx = ctx;

    run_pass(&run, script);

    /* names that stood before the first ".cookie" */

    if (run.jar && run.names && !run.stop) {
        run.only_names = 1;
        run_pass(&run, script);
    }
}
