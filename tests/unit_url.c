#include "tap.h"
#include "heap.h"

#include "url/cg_host.h"
#include "url/cg_url.h"

#define N(table)  (sizeof(table) / sizeof((table)[0]))

typedef struct {
    const char  *promise;
    cg_str_t     in;
} spelling_t;

typedef struct {
    const char      *promise;
    cg_str_t         in;
    cg_url_kind_t    kind;
    const char      *scheme;       /* NULL: absent */
    const char      *host;         /* NULL: absent */
    const char      *path;         /* NULL: absent */
    unsigned         bad;
    unsigned         lax;
} reading_t;

static const cg_str_t  tracker = cg_str("www.google-analytics.com");


/* Every way to write one host that browsers were seen to connect to; character
 * references are decoded by then (&#9; is a tab, &colon; a colon). */

static const spelling_t  spellings[] = {
    { "as it should be", cg_str("https://www.google-analytics.com/h") },
    { "tabs and newlines in it",
      cg_str("ht\ttps:/\n/www.goo\rgle-analytics\t.com/h") },
    { "a tab between the slashes", cg_str("/\t/www.google-analytics.com/h") },
    { "C0 controls and spaces around it",
      cg_str("\x01\x1f  https://www.google-analytics.com/h \x0c\x02") },
    { "a NUL before it", cg_str("\0 https://www.google-analytics.com/h") },
    { "scheme-relative", cg_str("//www.google-analytics.com/h") },
    { "backslashes", cg_str("\\\\www.google-analytics.com\\h") },
    { "mixed slashes", cg_str("/\\www.google-analytics.com/h") },
    { "mixed slashes, the other way", cg_str("\\/www.google-analytics.com/h") },
    { "many slashes", cg_str("////www.google-analytics.com/h") },
    { "no slash", cg_str("https:www.google-analytics.com/h") },
    { "one slash", cg_str("https:/www.google-analytics.com/h") },
    { "three slashes", cg_str("https:///www.google-analytics.com/h") },
    { "backslashes after the scheme",
      cg_str("https:\\\\www.google-analytics.com/h") },
    { "upper case", cg_str("HTTPS://WWW.GOOGLE-ANALYTICS.COM/h") },
    { "%2d", cg_str("https://www.google%2danalytics.com/h") },
    { "%77ww", cg_str("https://%77ww.google-analytics.com/h") },
    { "%2E", cg_str("https://www%2Egoogle-analytics%2ecom/h") },
    { "U+3002",
      cg_str("//www\xe3\x80\x82google-analytics\xe3\x80\x82" "com/h") },
    { "U+FF0E", cg_str("//www\xef\xbc\x8egoogle-analytics.com/h") },
    { "U+FF61", cg_str("//www\xef\xbd\xa1google-analytics.com/h") },
    { "%E3%80%82", cg_str("//www%E3%80%82google-analytics.com/h") },
    { "full-width letters",
      cg_str("//\xef\xbd\x97\xef\xbd\x97\xef\xbc\xb7.google-analytics.com/h") },
    { "a full-width hyphen",
      cg_str("//www.google\xef\xbc\x8d" "analytics.com/h") },
    { "long s", cg_str("//www.google-analytic\xc5\xbf.com/h") },
    { "soft hyphen", cg_str("//www.goo\xc2\xadgle-analytics.com/h") },
    { "%-encoded soft hyphen", cg_str("//www.goo%C2%ADgle-analytics.com/h") },
    { "zero width space", cg_str("//www.goo\xe2\x80\x8bgle-analytics.com/h") },
    { "U+2060", cg_str("//www.goo\xe2\x81\xa0gle-analytics.com/h") },
    { "U+FE0F", cg_str("//www.goo\xef\xb8\x8fgle-analytics.com/h") },
    { "a trailing dot", cg_str("https://www.google-analytics.com./h") },
    { "two trailing dots", cg_str("https://www.google-analytics.com../h") },
    { "a port", cg_str("https://www.google-analytics.com:443/h") },
    { "an empty port", cg_str("https://www.google-analytics.com:/h") },
    { "a port with leading zeros",
      cg_str("//www.google-analytics.com:00443/h") },
    { "a dot segment", cg_str("https://www.google-analytics.com/a/../h") },
    { "an encoded dot segment",
      cg_str("https://www.google-analytics.com/a/%2e%2E/./h") },
    { "userinfo", cg_str("https://user:pass@www.google-analytics.com/h") },
    { "userinfo that looks like the own host",
      cg_str("https://www.example.org@www.google-analytics.com/h") },
    { "two at signs", cg_str("https://a@b@www.google-analytics.com/h") },
    { "an empty userinfo", cg_str("https://@www.google-analytics.com/h") },
    { "a fragment", cg_str("https://www.google-analytics.com/h#/../x") },
    { "web sockets", cg_str("WSS://www.google-analytics.com/h") },
};


static const reading_t  readings[] = {
    { "empty", cg_str(""), CG_URL_RELATIVE, NULL, NULL, "", 0, 0 },
    { "blank", cg_str(" \n\t "), CG_URL_RELATIVE, NULL, NULL, "", 0, 0 },
    { "a path", cg_str("/x?q#f"), CG_URL_RELATIVE, NULL, NULL, "/x?q", 0, 0 },
    { "a relative path", cg_str("x/../y"), CG_URL_RELATIVE, NULL, NULL,
      "x/../y", 0, 0 },
    { "a query", cg_str("?q"), CG_URL_RELATIVE, NULL, NULL, "?q", 0, 0 },
    { "a fragment", cg_str("#//x"), CG_URL_RELATIVE, NULL, NULL, "", 0, 0 },
    { "one backslash", cg_str("\\a\\..\\b"), CG_URL_RELATIVE, NULL, NULL,
      "/b", 0, 0 },
    { "a colon after a slash", cg_str("/a:b//c"), CG_URL_RELATIVE, NULL, NULL,
      "/a:b//c", 0, 0 },
    { "a colon first", cg_str("://x"), CG_URL_RELATIVE, NULL, NULL, "://x",
      0, 0 },
    { "a digit before the colon", cg_str("1a://x"), CG_URL_RELATIVE, NULL,
      NULL, "1a://x", 0, 0 },
    { "a path with a newline", cg_str("/a\nb"), CG_URL_RELATIVE, NULL, NULL,
      "/ab", 0, 0 },
    { "a tracker in the path", cg_str("/r?u=https://www.google-analytics.com/"),
      CG_URL_RELATIVE, NULL, NULL, "/r?u=https://www.google-analytics.com/",
      0, 0 },
    { "a tracker in the query", cg_str("//e.example?x=google-analytics.com"),
      CG_URL_HOST, NULL, "e.example", "?x=google-analytics.com", 0, 0 },
    { "a tracker in the fragment", cg_str("https://e.example#@t.example/"),
      CG_URL_HOST, "https", "e.example", "/", 0, 0 },
    { "an at sign in the path", cg_str("https://e.example/@t.example/"),
      CG_URL_HOST, "https", "e.example", "/@t.example/", 0, 0 },
    { "an at sign behind a backslash", cg_str("https://e.example\\@t.example"),
      CG_URL_HOST, "https", "e.example", "/@t.example", 0, 0 },
    { "no path", cg_str("http://e.example"), CG_URL_HOST, "http", "e.example",
      "/", 0, 0 },
    { "dots beyond the root", cg_str("//e.example/../../a/."), CG_URL_HOST,
      NULL, "e.example", "/a/", 0, 0 },
    { "three dots are a name", cg_str("//e.example/.../%2e%2e%2e/.a"),
      CG_URL_HOST, NULL, "e.example", "/.../%2e%2e%2e/.a", 0, 0 },
    { "dots in the query stay", cg_str("//e.example/a?b/../c\\d"), CG_URL_HOST,
      NULL, "e.example", "/a?b/../c\\d", 0, 0 },
    { "dots before the query go", cg_str("//e.example/a/..?b"), CG_URL_HOST,
      NULL, "e.example", "/?b", 0, 0 },
    { "no slashes: lax", cg_str("https:x/y"), CG_URL_HOST, "https", "x", "/y",
      0, 1 },
    { "one slash: lax", cg_str("http:/x"), CG_URL_HOST, "http", "x", "/",
      0, 1 },
    { "IPv4 in hexadecimal", cg_str("//0x7f.1/"), CG_URL_HOST, NULL,
      "127.0.0.1", "/", 0, 0 },
    { "IPv4 in one number", cg_str("//2130706433/"), CG_URL_HOST, NULL,
      "127.0.0.1", "/", 0, 0 },
    { "IPv4 in octal, full-width", cg_str("//\xef\xbc\x90" "177.0.1"),
      CG_URL_HOST, NULL, "127.0.0.1", "/", 0, 0 },
    { "IPv6", cg_str("//[2001:DB8:0:0:1:0:0:0]:8080/x"), CG_URL_HOST, NULL,
      "[2001:db8:0:0:1::]", "/x", 0, 0 },
    { "IPv6 of zeros", cg_str("//[0:0:0:0:0:0:0:0]"), CG_URL_HOST, NULL,
      "[::]", "/", 0, 0 },
    { "IPv6 with an IPv4 tail", cg_str("//[::ffff:1.2.3.4]"), CG_URL_HOST,
      NULL, "[::ffff:102:304]", "/", 0, 0 },
    { "a name in kanji", cg_str("//\xe6\x97\xa5\xe6\x9c\xac.example/"),
      CG_URL_HOST, NULL, "xn--wgv71a.example", "/", 0, 0 },
    { "not transitional", cg_str("//fa\xc3\x9f.example/"), CG_URL_HOST, NULL,
      "xn--fa-hia.example", "/", 0, 0 },

    { "no host", cg_str("//"), CG_URL_HOST, NULL, NULL, "/", 1, 0 },
    { "no host behind a scheme", cg_str("https://"), CG_URL_HOST, "https",
      NULL, "/", 1, 0 },
    { "no host but a port", cg_str("//:80/x"), CG_URL_HOST, NULL, NULL, "/x",
      1, 0 },
    { "userinfo without host", cg_str("//a@/x"), CG_URL_HOST, NULL, NULL, "/x",
      1, 0 },
    { "a port that is none", cg_str("//t.example:8x/x"), CG_URL_HOST, NULL,
      "t.example", "/x", 1, 0 },
    { "a port too big", cg_str("//t.example:65536"), CG_URL_HOST, NULL,
      "t.example", "/", 1, 0 },
    { "a space in the host", cg_str("//a b/"), CG_URL_HOST, NULL, NULL, "/",
      1, 0 },
    { "an encoded slash in the host", cg_str("//a%2fb/"), CG_URL_HOST, NULL,
      NULL, "/", 1, 0 },
    { "a double encoding", cg_str("//www%252egoogle/"), CG_URL_HOST, NULL,
      NULL, "/", 1, 0 },
    { "a NUL in the host", cg_str("//own.example\0.t.example/"), CG_URL_HOST,
      NULL, NULL, "/", 1, 0 },
    { "an encoded NUL before kanji", cg_str("//own.example%00\xe6\x97\xa5/"),
      CG_URL_HOST, NULL, NULL, "/", 1, 0 },
    { "a character that maps to a slash", cg_str("//a\xe2\x84\x80" "b/"),
      CG_URL_HOST, NULL, NULL, "/", 1, 0 },
    { "soft hyphens only", cg_str("//\xc2\xad/"), CG_URL_HOST, NULL, NULL, "/",
      1, 0 },
    { "an IPv4 number too many", cg_str("//1.2.3.4.5/"), CG_URL_HOST, NULL,
      NULL, "/", 1, 0 },
    { "a name that ends in a number", cg_str("//own.example.1/"), CG_URL_HOST,
      NULL, NULL, "/", 1, 0 },
    { "a number before two dots", cg_str("//foo.09../"), CG_URL_HOST, NULL,
      NULL, "/", 1, 0 },
    { "an open bracket", cg_str("//[::1/"), CG_URL_HOST, NULL, NULL, "/",
      1, 0 },
    { "a zone", cg_str("//[fe80::1%25eth0]/"), CG_URL_HOST, NULL, NULL, "/",
      1, 0 },
    { "Shift_JIS in the host", cg_str("//own\x83\x5c.t.example/"), CG_URL_HOST,
      NULL, NULL, "/.t.example/", 1, 0 },
    { "Shift_JIS that eats an at sign", cg_str("//t\x83@own.example/"),
      CG_URL_HOST, NULL, NULL, "/", 1, 0 },

    { "data:", cg_str("data:text/html,<x>"), CG_URL_OPAQUE, "data", NULL, NULL,
      0, 0 },
    { "javascript: in any case", cg_str(" JavaScript:a()"), CG_URL_OPAQUE,
      "javascript", NULL, NULL, 0, 0 },
    { "javascript: with a tab", cg_str("java\tscript\n:a()"), CG_URL_OPAQUE,
      "javascript", NULL, NULL, 0, 0 },
    { "blob:", cg_str("blob:https://t.example/1"), CG_URL_OPAQUE, "blob", NULL,
      NULL, 0, 0 },
    { "file:", cg_str("file://t.example/x"), CG_URL_OPAQUE, "file", NULL, NULL,
      0, 0 },
    { "mailto:", cg_str("mailto:a@t.example"), CG_URL_OPAQUE, "mailto", NULL,
      NULL, 0, 0 },
    { "a longer scheme", cg_str("httpsx://t.example"), CG_URL_OPAQUE, "httpsx",
      NULL, NULL, 0, 0 },
};


static cg_str_t
text(const char *s)
{
    return s ? cg_str_from(s) : cg_str_null;
}


static int
same(cg_str_t a, cg_str_t b)
{
    return cg_str_eq(a, b) && (a.data == NULL) == (b.data == NULL);
}


static void
every_spelling_of_a_tracker_is_read(void)
{
    size_t       i, bad = 0;
    heap_t       heap;
    cg_out_t     scratch;
    cg_str_t     in;
    cg_url_t     url;
    cg_status_t  status;

    heap_init(&heap);
    cg_out_init(&scratch, &heap.arena, 2 * CG_MAX_URL);

    for (i = 0; i < N(spellings); i++) {
        in = heap_exact(spellings[i].in);
        status = cg_url_read(in, &scratch, &url);

        if (status != CG_OK || url.kind != CG_URL_HOST || url.bad_host
            || !same(url.host, tracker) || !same(url.path, cg_str("/h")))
        {
            printf("# %s: kind %d, bad %d\n", spellings[i].promise,
                   (int) url.kind, url.bad_host);
            tap_show("host", url.host);
            tap_show("path", url.path);
            bad++;
        }

        free((void *) in.data);
    }

    is_int(bad, 0, "each of %zu spellings of a tracker's URL gives its host "
           "and path", N(spellings));
    heap_drop(&heap);
}


static void
lookalikes_are_other_hosts(void)
{
    static const char  *others[] = {
        "https://google-analytics.com.evil.example/",
        "https://notgoogle-analytics.com/",
        "https://google-analytics.com@evil.example/",
        "https://google-analytics.co/",
        "https://google-analytics-com.example/",
        "https://example/google-analytics.com",
    };

    size_t    i;
    heap_t    heap;
    cg_out_t  scratch;
    cg_url_t  url;

    heap_init(&heap);
    cg_out_init(&scratch, &heap.arena, 2 * CG_MAX_URL);

    for (i = 0; i < N(others); i++) {
        ok(cg_url_read(cg_str_from(others[i]), &scratch, &url) == CG_OK
           && url.kind == CG_URL_HOST && !url.bad_host
           && !cg_host_under(url.host, cg_str("google-analytics.com")),
           "not google-analytics.com: %s", others[i]);
    }

    heap_drop(&heap);
}


static void
values_are_read_as_browsers_do(void)
{
    size_t            i, bad = 0;
    heap_t            heap;
    cg_out_t          scratch;
    cg_str_t          in;
    cg_url_t          url;
    cg_status_t       status;
    const reading_t  *want;

    heap_init(&heap);
    cg_out_init(&scratch, &heap.arena, 2 * CG_MAX_URL);

    for (i = 0; i < N(readings); i++) {
        want = &readings[i];
        in = heap_exact(want->in);
        status = cg_url_read(in, &scratch, &url);

        if (status != CG_OK || url.kind != want->kind
            || !same(url.scheme, text(want->scheme))
            || !same(url.host, text(want->host))
            || !same(url.path, text(want->path)) || url.bad_host != want->bad
            || url.lax != want->lax)
        {
            printf("# %s: kind %d, bad %d, lax %d\n", want->promise,
                   (int) url.kind, url.bad_host, url.lax);
            tap_show("scheme", url.scheme);
            tap_show("host", url.host);
            tap_show("path", url.path);
            bad++;
        }

        free((void *) in.data);
    }

    is_int(bad, 0, "%zu values are read as browsers do", N(readings));
    heap_drop(&heap);
}


/* A host that was read needs no second normalising. */

static int
is_final(cg_str_t host)
{
    int       good;
    heap_t    heap;
    cg_out_t  out;
    cg_str_t  name;

    heap_init(&heap);
    cg_out_init(&out, &heap.arena, CG_MAX_HOST);
    good = cg_host_normalise(host, &out, &name) == CG_OK && same(name, host);
    heap_drop(&heap);

    return good;
}


/* What must hold of any bytes. */

static int
is_sound(cg_status_t status, const cg_url_t *url)
{
    if (status != CG_OK) {
        return url->kind == CG_URL_HOST && url->bad_host
               && url->host.data == NULL;
    }

    if (url->kind == CG_URL_HOST) {
        return url->path.len
               && (url->host.len ? is_final(url->host) : url->bad_host);
    }

    return url->host.data == NULL && !url->bad_host
           && (url->kind == CG_URL_OPAQUE) == (url->path.data == NULL);
}


static void
every_cut_and_every_byte_is_sound(void)
{
    size_t          i, n, bad = 0;
    heap_t          heap;
    cg_out_t        scratch;
    cg_str_t        in;
    cg_url_t        url;
    unsigned char  *byte;

    heap_init(&heap);
    cg_out_init(&scratch, &heap.arena, 2 * CG_MAX_URL);

    for (i = 0; i < N(spellings); i++) {
        for (n = 0; n <= spellings[i].in.len; n++) {
            in = heap_exact(cg_str_sub(spellings[i].in, 0, n));
            bad += !is_sound(cg_url_read(in, &scratch, &url), &url);
            free((void *) in.data);

            in = heap_exact(cg_str_sub(spellings[i].in, n,
                                       spellings[i].in.len));
            bad += !is_sound(cg_url_read(in, &scratch, &url), &url);
            free((void *) in.data);
        }
    }

    in = heap_exact(spellings[0].in);
    byte = (unsigned char *) in.data;

    for (i = 0; i < in.len; i++) {
        for (n = 0; n < 256; n++) {
            byte[i] = (unsigned char) n;
            bad += !is_sound(cg_url_read(in, &scratch, &url), &url);
        }

        byte[i] = spellings[0].in.data[i];
    }

    free(byte);
    is_int(bad, 0, "any cut and any byte: a host, or a bad host, or none");
    heap_drop(&heap);
}


static void
limits_fail_closed(void)
{
    heap_t          heap;
    size_t          count;
    cg_out_t        scratch;
    cg_str_t        in;
    cg_url_t        url;
    unsigned char  *data = malloc(CG_MAX_URL + 1);

    heap_init(&heap);
    cg_out_init(&scratch, &heap.arena, 2 * CG_MAX_URL);
    memset(data, 'a', CG_MAX_URL + 1);
    memcpy(data, "//a.example/\t/../", 17);
    in.data = data;

    in.len = CG_MAX_URL + 1;
    ok(cg_url_read(in, &scratch, &url) == CG_ELIMIT && url.bad_host
       && url.kind == CG_URL_HOST && url.path.data == NULL,
       "a URL longer than CG_MAX_URL is a bad host");

    in.len = CG_MAX_URL;
    ok(cg_url_read(in, &scratch, &url) == CG_OK
       && same(url.host, cg_str("a.example"))
       && url.path.len == CG_MAX_URL - 16, "one of CG_MAX_URL bytes is read");

    memcpy(data, "data:", 5);
    count = heap.count;
    in.len = CG_MAX_URL + 1;
    ok(cg_url_read(in, &scratch, &url) == CG_OK && url.kind == CG_URL_OPAQUE
       && heap.count == count, "a long data: URL is told by its first bytes");

    memset(data, 'a', CG_MAX_URL);
    memcpy(data, "//", 2);
    in.len = CG_MAX_URL;
    ok(cg_url_read(in, &scratch, &url) == CG_OK && url.bad_host,
       "a host longer than CG_MAX_HOST is a bad host");

    heap.fail_at = heap.count + 1;
    cg_out_init(&scratch, &heap.arena, 2 * CG_MAX_URL);
    ok(cg_url_read(cg_str("//A.example/x"), &scratch, &url) == CG_ENOMEM
       && is_sound(CG_ENOMEM, &url), "no memory: a bad host");
    ok(cg_url_read(cg_str("DATA:"), &scratch, &url) == CG_ENOMEM
       && is_sound(CG_ENOMEM, &url), "no memory for a scheme: a bad host");
    ok(cg_url_read(cg_str("//a.example/x"), &scratch, &url) == CG_OK
       && same(url.host, cg_str("a.example")),
       "what needs no normalising needs no memory");

    free(data);
    heap_drop(&heap);
}


static void
relative_paths_resolve(void)
{
    static const struct {
        const char  *base, *value, *want;
    } cases[] = {
        { "/a/b?q", "../g/collect?x", "/g/collect?x" },
        { "/a/b?q", "g/collect", "/a/g/collect" },
        { "/a/b/", "./c/..", "/a/b/" },
        { "/a/b?q", "", "/a/b?q" },
        { "/a/b?q#f", "#x", "/a/b?q" },
        { "/a/b?q", "?r", "/a/b?r" },
        { "/a?x/y", "c", "/c" },
        { "/a/b", "/c/../d", "/d" },
        { "/a/b", "c\\..\\d", "/a/d" },
        { "/", "..", "/" },
        { "", "x", "/x" },
        { "/a/b", "//h.example/x", "/x" },
    };

    size_t    i;
    heap_t    heap;
    cg_out_t  scratch, more;
    cg_str_t  path;
    cg_url_t  url;

    heap_init(&heap);
    cg_out_init(&scratch, &heap.arena, 2 * CG_MAX_URL);
    cg_out_init(&more, &heap.arena, 2 * CG_MAX_URL);

    for (i = 0; i < N(cases); i++) {
        ok(cg_url_read(cg_str_from(cases[i].value), &scratch, &url) == CG_OK
           && cg_url_path(cg_str_from(cases[i].base), &url, &more, &path)
              == CG_OK
           && cg_str_eq(path, cg_str_from(cases[i].want)),
           "\"%s\" against %s is %s", cases[i].value, cases[i].base,
           cases[i].want);
    }

    heap_drop(&heap);
}


int
main(void)
{
    every_spelling_of_a_tracker_is_read();
    lookalikes_are_other_hosts();
    values_are_read_as_browsers_do();
    every_cut_and_every_byte_is_sound();
    limits_fail_closed();
    relative_paths_resolve();

    return tap_done();
}
