#include "tap.h"
#include "heap.h"

#include "url/cg_pattern.h"

#define N(table)  (sizeof(table) / sizeof((table)[0]))


static void
paths_match_by_prefix_and_boundary(void)
{
    static const struct {
        const char  *pattern, *path;
        int          want;
    } cases[] = {
        { "/gtag/js", "/gtag/js", 1 },
        { "/gtag/js", "/gtag/js?id=1", 1 },
        { "/gtag/js", "/gtag/js/x", 1 },
        { "/gtag/js", "/gtag/js.map", 1 },
        { "/gtag/js", "/gtag/js;v=1", 1 },
        { "/gtag/js", "/gtag/jsx", 0 },
        { "/gtag/js", "/gtag/j", 0 },
        { "/gtag/js", "/x/gtag/js", 0 },
        { "/gtag/js", "/GTAG/js", 0 },
        { "/gtag/js", "/gt%61g/%6As", 1 },
        { "/gtag/js", "/gtag%2Fjs", 0 },
        { "/gt%61g/js", "/gtag/js", 1 },
        { "/a%2fb", "/a%2Fb", 1 },
        { "/a%2fb", "/a/b", 0 },
        { "/%E3%81%82", "/\xe3\x81\x82?x", 1 },
        { "/a%", "/a%", 1 },
        { "/a%2", "/a%2?", 1 },
        { "/tag/", "/tag/anything", 1 },
        { "/tag/", "/tag", 0 },
        { "/tag/*/x.js", "/tag/1.2/x.js", 1 },
        { "/tag/*/x.js", "/tag//x.js", 1 },
        { "/tag/*/x.js", "/tag/1/2/x.js", 0 },
        { "/tag/*/x.js", "/tag/1?/x.js", 0 },
        { "/tag/v*.*/x", "/tag/v1.2.3/x", 1 },
        { "/tag/v*.*/x", "/tag/v1/x", 0 },
        { "/*ab", "/aababx/", 0 },
        { "/*ab", "/aabab/", 1 },
        { "/*ab", "/abc/ab", 0 },
        { "/*/collect", "/g/collect?v=2", 1 },
        { "/*/collect", "/collect", 0 },
        { "/x*", "/xyz/q", 1 },
        { "/x*", "/y", 0 },
        { "/x", "?x", 0 },
        { "/x", "", 0 },
    };

    size_t        i;
    heap_t        heap;
    cg_str_t      path;
    const char   *error;
    cg_pattern_t  pattern;

    heap_init(&heap);

    for (i = 0; i < N(cases); i++) {
        path = heap_exact(cg_str_from(cases[i].path));

        ok(cg_pattern_path(&heap.arena, cg_str_from(cases[i].pattern),
                           &pattern, &error) == CG_OK
           && cg_pattern_match(&pattern, cg_str_null, path) == cases[i].want,
           "%s %s %s", cases[i].pattern,
           cases[i].want ? "matches" : "does not match", cases[i].path);

        free((void *) path.data);
    }

    heap_drop(&heap);
}


static void
urls_match_by_host_and_path(void)
{
    static const struct {
        const char  *pattern, *host, *path;
        int          want;
    } cases[] = {
        { "www.t.example/gtag/js", "www.t.example", "/gtag/js?id=1", 1 },
        { "www.t.example/gtag/js", "a.www.t.example", "/gtag/js", 1 },
        { "www.t.example/gtag/js", "t.example", "/gtag/js", 0 },
        { "www.t.example/gtag/js", "xwww.t.example", "/gtag/js", 0 },
        { "www.t.example/gtag/js", "www.t.example", "/", 0 },
        { "WWW.T.example./a", "www.t.example", "/a", 1 },
        { "t.example", "t.example", "/any", 1 },
        { "t.example/", "t.example", "?q", 1 },
        { "t.example/*", "t.example", "?q", 1 },
        { "t.example/a", "t.example", "?a", 0 },
        { "\xe6\x97\xa5.example/a", "xn--wgv.example", "/a", 1 },
        { "t.example/a", "", "/a", 0 },
    };

    size_t        i;
    heap_t        heap;
    const char   *error;
    cg_pattern_t  pattern;

    heap_init(&heap);

    for (i = 0; i < N(cases); i++) {
        ok(cg_pattern_url(&heap.arena, cg_str_from(cases[i].pattern),
                          &pattern, &error) == CG_OK
           && cg_pattern_match(&pattern, cg_str_from(cases[i].host),
                               cg_str_from(cases[i].path)) == cases[i].want,
           "%s %s %s%s", cases[i].pattern,
           cases[i].want ? "matches" : "does not match", cases[i].host,
           cases[i].path);
    }

    heap_drop(&heap);
}


static void
mistakes_are_named(void)
{
    static const char  *urls[] = {
        "", "/x", "https://t.example/x", "//t.example/x", "*.t.example/x",
        "t.example:80/x", ".t.example/x", "t.example/a?b", "t.example/a#b",
        "t.example/a b", "t.example/a/../b", "t.example\\a", "t_ex ample",
    };
    static const char  *paths[] = {
        "", "x", "/", "//", "/*", "/*/", "/a?b", "/a#", "/./a", "/a\tb",
    };

    size_t        i, n;
    heap_t        heap;
    const char   *error;
    cg_status_t   status;
    cg_pattern_t  pattern;

    heap_init(&heap);
    memset(&pattern, 0, sizeof(pattern));

    for (i = 0; i < N(urls); i++) {
        error = NULL;
        ok(cg_pattern_url(&heap.arena, cg_str_from(urls[i]), &pattern, &error)
           == CG_EINVAL && error, "url \"%s\" is refused, with a reason",
           urls[i]);
    }

    for (i = 0; i < N(paths); i++) {
        error = NULL;
        ok(cg_pattern_path(&heap.arena, cg_str_from(paths[i]), &pattern,
                           &error)
           == CG_EINVAL && error, "path \"%s\" is refused, with a reason",
           paths[i]);
    }

    ok(!cg_pattern_match(&pattern, cg_str("a.example"), cg_str("/a")),
       "a zeroed pattern matches nothing, and refusals leave it alone");

    for (n = 1; n < 8; n++) {
        heap.fail_at = heap.count + n;
        status = cg_pattern_url(&heap.arena, cg_str("T.example/x"), &pattern,
                                &error);
        heap.fail_at = 0;

        if (status == CG_OK) {
            break;
        }

        is_int(status, CG_ENOMEM, "memory fails at allocation %zu", n);
    }

    ok(n > 1 && n < 8, "memory was tried");
    heap_drop(&heap);
}


int
main(void)
{
    paths_match_by_prefix_and_boundary();
    urls_match_by_host_and_path();
    mistakes_are_named();

    return tap_done();
}
