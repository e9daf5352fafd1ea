/*
 * What marks an inline script as loading or setting something.  The script is
 * read as its strings would hold it, without escapes: as it is if it has none,
 * else window by window.  Where a vendor's host stands, the URL around it is
 * cut out and matched as any other.
 */

#include "cg_matcher.h"

#include "base/cg_ascii.h"

#define RUN_PATH    (2 * CG_BUILD_PATH)    /* bytes of a path looked at */
#define RUN_PORT    128                    /* bytes of a port */

/* Bytes around an anchor that are ever looked at: a text of 256, and the rest
 * of a host before it; a port and a path behind it.  */

#define RUN_BEFORE  1024
#define RUN_AFTER   1024
#define RUN_WINDOW  16384


typedef enum {
    RUN_ENDS = 0,
    RUN_GOES_ON,
    RUN_ODD
} run_end_t;

typedef struct {
    const cg_index_t      *index;
    cg_scan_found_t        found;
    void                  *ctx;
    const unsigned char   *begin;
    const unsigned char   *p;      /* behind what was found */
    const unsigned char   *end;
    unsigned               jar:1;          /* ".cookie" was seen */
    unsigned               stop:1;
} run_t;


/* The byte `back` bytes before `p`; 0 where there is none. */

static unsigned char
run_past(const run_t *run, size_t back)
{
    return back <= (size_t) (run->p - run->begin) ? *(run->p - back) : 0;
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


/* What follows; 0 at the end. */

static unsigned char
run_peek(const unsigned char **p, const unsigned char *end)
{
    return *p == end ? 0 : *(*p)++;
}


/* Steps over the root's dot and a port.  RUN_GOES_ON: the host does not end
 * here; RUN_ODD: such a port that what follows it is out of sight. */

static run_end_t
run_end_of_host(const unsigned char **p, const unsigned char *end)
{
    size_t                n = 0;
    unsigned char         c;
    const unsigned char  *at = *p;

    c = run_peek(&at, end);

    if (run_is_word(c)) {
        return RUN_GOES_ON;
    }

    if (c == '.') {
        *p = at;
        c = run_peek(&at, end);

        if (run_is_word(c) || c == '.') {
            return RUN_GOES_ON;
        }
    }

    if (c == ':') {
        do {
            *p = at;
            c = run_peek(&at, end);
        } while (cg_ascii_is_digit(c) && ++n < RUN_PORT);
    }

    return n == RUN_PORT ? RUN_ODD : RUN_ENDS;
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

    run_end_t             ends = run_end_of_host(&p, run->end);

    if (needle->text.len > CG_MAX_HOST || ends == RUN_GOES_ON) {
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

    vendor = ends == RUN_ODD ? (ptrdiff_t) needle->vendor
                             : cg_index_url(run->index, host, path);

    if (vendor >= 0) {
        run->stop = !run->found(run->ctx, (size_t) vendor);
    }
}


/* "NAME" or NAME=. */

static int
run_is_cookie(const run_t *run, const cg_needle_t *needle)
{
    unsigned char         before, after;
    const unsigned char  *p = run->p;

    before = run_past(run, needle->text.len + 1);
    after = run_peek(&p, run->end);

    return after == '=' ? !run_is_word(before) && before != '$'
           : run_is_quote(after) && run_is_quote(before);
}


static void
run_at_needle(run_t *run, const cg_needle_t *needle)
{
    const unsigned char  *p = run->p;

    switch (needle->kind) {

    case CG_NEEDLE_COOKIE:
        if (!run_is_cookie(run, needle)) {
            return;
        }

        /* fall through */

    case CG_NEEDLE_MARK:
        run->stop = !run->found(run->ctx, needle->vendor);
        return;

    case CG_NEEDLE_JAR:
        run->jar |= !run_is_word(run_peek(&p, run->end));
        return;

    default:
        run_at_host(run, needle);
    }
}


/* Whether the needle stands around the anchor at `p`. */

static int
run_is_needle(const run_t *run, const cg_needle_t *needle,
    const unsigned char *p)
{
    size_t         i;
    unsigned char  c;

    if ((size_t) (p - run->begin) < needle->anchor
        || (size_t) (run->end - p) < needle->text.len - needle->anchor)
    {
        return 0;
    }

    p -= needle->anchor;

    for (i = 0; i < needle->text.len; i++) {
        c = needle->kind == CG_NEEDLE_COOKIE ? p[i] : cg_ascii_lower(p[i]);

        if (c != needle->text.data[i]) {
            return 0;
        }
    }

    return 1;
}


static void
run_chain(run_t *run, const cg_scan_t *scan, uint32_t number,
    const unsigned char *p)
{
    const cg_needle_t  *needle;

    for ( ; number && !run->stop; number = needle->next) {
        needle = &scan->needles[number - 1];

        if (run_is_needle(run, needle, p)) {
            run->p = p - needle->anchor + needle->text.len;
            run_at_needle(run, needle);
        }
    }
}


/* Whether the window with `before` bytes before the anchor lies in the text. */

static int
run_has_window(const run_t *run, const unsigned char *p, size_t before)
{
    return (size_t) (p - run->begin) >= before
           && (size_t) (run->end - p) >= CG_SCAN_WINDOW - before;
}


static inline void
run_at_anchor(run_t *run, const cg_scan_t *scan, const unsigned char *p)
{
    int       inside = p - run->begin >= CG_SCAN_WINDOW
                       && run->end - p >= CG_SCAN_WINDOW;
    size_t    before;
    uint32_t  number;
    unsigned  windows = scan->windows[*p] & ~(unsigned) CG_SCAN_LOOSE;

    for ( ; windows; windows &= windows - 1) {
        before = (unsigned) __builtin_ctz(windows);

        if (inside || run_has_window(run, p, before)) {
            number = scan->heads[cg_scan_hash(p - before)];

            if (number) {
                run_chain(run, scan, number, p);
            }
        }
    }

    if (scan->windows[*p] & CG_SCAN_LOOSE) {
        run_chain(run, scan, scan->loose, p);
    }
}


/* All anchors in [from, to); begin and end are set. */

static void
run_text(run_t *run, const cg_scan_t *scan, const unsigned char *from,
    const unsigned char *to)
{
    size_t    n;
    uint64_t  mask;

    for ( ; from != to; from += n) {
        n = (size_t) (to - from);
        n = n < CG_FIND_BLOCK ? n : CG_FIND_BLOCK;
        mask = scan->dense ? ~UINT64_C(0) >> (CG_FIND_BLOCK - n)
                           : cg_find_mask(&scan->anchors, from, n);

        for ( ; mask; mask &= mask - 1) {
            run_at_anchor(run, scan, from + __builtin_ctzll(mask));

            if (run->stop) {
                return;
            }
        }
    }
}


/* The next backslash in [p, to) that may stand for anything but itself, or
 * `to`. */

static const unsigned char *
run_escape(const unsigned char *p, const unsigned char *to,
    const unsigned char *end)
{
    static const cg_set_t  backslash = {
        .low = { [12] = 0x20 }, .high = { [5] = 0x20 }
    };

    size_t                n;
    uint64_t              mask;
    const unsigned char  *at;

    for ( ; p != to; p += n) {
        n = (size_t) (to - p);
        n = n < CG_FIND_BLOCK ? n : CG_FIND_BLOCK;

        for (mask = cg_find_mask(&backslash, p, n); mask; mask &= mask - 1) {
            at = p + __builtin_ctzll(mask);

            if (cg_scan_is_escape(at, end)) {
                return at;
            }
        }
    }

    return to;
}


/* Fills up the window behind its first `n` bytes; returns how many it has. */

static size_t
run_fill(unsigned char *window, size_t n, const unsigned char **p,
    const unsigned char *end)
{
    size_t                len;
    const unsigned char  *to, *escape;

    while (*p != end && n < RUN_WINDOW) {
        len = (size_t) (end - *p);
        to = *p + (len < RUN_WINDOW - n ? len : RUN_WINDOW - n);
        escape = run_escape(*p, to, end);
        len = (size_t) (escape - *p);

        memcpy(window + n, *p, len);
        n += len;
        *p = escape;

        if (escape != to) {
            window[n++] = cg_scan_next(p, end);
        }
    }

    return n;
}


static void
run_escaped(run_t *run, const cg_scan_t *scan, cg_str_t script)
{
    size_t                n = 0, from = 0, to = 0;
    unsigned char         window[RUN_WINDOW];
    const unsigned char  *p = script.data;
    const unsigned char  *end = p + script.len;

    do {
        if (to) {
            from = RUN_BEFORE;
            n -= to - RUN_BEFORE;
            memmove(window, window + to - RUN_BEFORE, n);
        }

        n = run_fill(window, n, &p, end);
        to = p == end ? n : n - RUN_AFTER;
        run->begin = window;
        run->end = window + n;
        run_text(run, scan, window + from, window + to);
    } while (p != end && !run->stop);
}


static void
run_pass(run_t *run, const cg_scan_t *scan, cg_str_t script)
{
    run->begin = script.data;
    run->end = script.data + script.len;

    if (run_escape(run->begin, run->end, run->end) != run->end) {
        run_escaped(run, scan, script);
        return;
    }

    run_text(run, scan, run->begin, run->end);
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

    run_pass(&run, &index->scan, script);

    /* the name of a cookie says nothing but where cookies are at hand */

    if (run.jar && !run.stop) {
        run_pass(&run, &index->jar, script);
    }
}
