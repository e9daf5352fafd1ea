#include "tap.h"
#include "heap.h"

#include "url/cg_host.h"

#define PSL       "../shared/data/url/test_psl.txt"
#define N(table)  (sizeof(table) / sizeof((table)[0]))


static void
sub_domains_end_at_a_dot(void)
{
    static const struct {
        const char  *host, *domain;
        int          want;
    } cases[] = {
        { "a.example", "a.example", 1 },
        { "b.a.example", "a.example", 1 },
        { "ba.example", "a.example", 0 },
        { "a.example", "b.a.example", 0 },
        { "a.example.b", "a.example", 0 },
        { "a.example", "", 0 },
        { "", "", 0 },
        { ".a.example", "a.example", 1 },
    };

    size_t    i;
    cg_str_t  host, domain;

    for (i = 0; i < N(cases); i++) {
        host = heap_exact(cg_str_from(cases[i].host));
        domain = heap_exact(cg_str_from(cases[i].domain));

        is_int(cg_host_under(host, domain), cases[i].want,
               "\"%s\" %s under \"%s\"", cases[i].host,
               cases[i].want ? "is" : "is not", cases[i].domain);

        free((void *) host.data);
        free((void *) domain.data);
    }
}


static void
a_site_is_a_registrable_domain(void)
{
    static const struct {
        const char  *a, *b;
        int          want;
    } cases[] = {
        { "www.example.org", "cdn.example.org", 1 },
        { "www.example.org", "www.example.com", 0 },
        { "a.example.co.jp", "b.example.co.jp", 1 },
        { "a.co.jp", "b.co.jp", 0 },
        { "co.jp", "co.jp", 1 },
        { "co.jp", "a.co.jp", 0 },
        { "a.github.io", "b.github.io", 0 },
        { "x.a.github.io", "a.github.io", 1 },
        { "localhost", "localhost", 1 },
        { "localhost", "a.localhost", 0 },
        { "10.0.0.1", "10.0.0.1", 1 },
        { "10.0.0.1", "11.0.0.1", 0 },
        { "[::1]", "[::1]", 1 },
        { "[::1]", "[::2]", 0 },
        { "", "", 0 },
    };

    size_t  i;

    for (i = 0; i < N(cases); i++) {
        is_int(cg_host_same_site(cg_str_from(cases[i].a),
                                 cg_str_from(cases[i].b)),
               cases[i].want, "\"%s\" and \"%s\" are %s", cases[i].a,
               cases[i].b, cases[i].want ? "one site" : "two");
    }
}


static void
an_origin_is_the_host_as_it_came(void)
{
    static const struct {
        const char  *field;
        int          tls;
        const char  *want;
    } cases[] = {
        { "www.example.org", 1, "https://www.example.org" },
        { "www.example.org:8080", 0, "http://www.example.org:8080" },
        { "WWW.Example.ORG", 1, "https://WWW.Example.ORG" },
        { "[2001:db8::1]:8443", 1, "https://[2001:db8::1]:8443" },
        { "192.0.2.1", 0, "http://192.0.2.1" },
        { "xn--bcher-kva.example", 1, "https://xn--bcher-kva.example" },
        { "a_b.example", 1, "https://a_b.example" },
        { "", 1, "" },
        { "a@b.example", 1, "" },
        { "a.example/b", 1, "" },
        { "a.example\\b", 1, "" },
        { "a.example?b", 1, "" },
        { "a.example#b", 1, "" },
        { "a\"b", 1, "" },
        { "a b", 1, "" },
        { "%61.example", 1, "" },
        { "b\xC3\xBC.example", 1, "" },
    };

    size_t    i;
    heap_t    heap;
    cg_out_t  out;
    cg_str_t  field;

    heap_init(&heap);
    cg_out_init(&out, &heap.arena, 256);

    for (i = 0; i < N(cases); i++) {
        cg_out_reset(&out);
        field = heap_exact(cg_str_from(cases[i].field));
        cg_host_origin(&out, cases[i].tls, field);
        is_str(cg_out_slice(&out), cg_str_from(cases[i].want),
               "Host: %s", cases[i].field);
        free((void *) field.data);
    }

    cg_out_reset(&out);
    cg_host_origin(&out, 1, cg_str_null);
    ok(out.len == 0, "no Host field: nothing");

    cg_out_reset(&out);
    cg_host_origin(&out, 1, (cg_str_t) { 3, (const unsigned char *) "a\0b" });
    ok(out.len == 0, "a NUL: nothing");

    heap_drop(&heap);
}


/* checkPublicSuffix('host', 'domain'); or null.  Returns how many quoted words
 * were found. */

static int
psl_words(char *line, char *word[2])
{
    int    n = 0;
    char  *p = strchr(line, '\'');

    word[0] = word[1] = NULL;

    while (p && n < 2) {
        word[n++] = p + 1;
        p = strchr(p + 1, '\'');
        if (p == NULL) {
            return 0;
        }

        *p = '\0';
        p = strchr(p + 1, '\'');
    }

    return n;
}


static void
registrable_domains_are_the_published_ones(void)
{
    FILE      *file;
    heap_t     heap;
    size_t     checked = 0, bad = 0;
    cg_out_t   out;
    cg_str_t   host, want, got;
    char       line[512], *word[2];

    if (tap_lacks(PSL)) {
        return;
    }

    file = fopen(PSL, "r");
    if (file == NULL) {
        ok(0, PSL " can be read");
        return;
    }

    heap_init(&heap);
    cg_out_init(&out, &heap.arena, 1 << 20);

    while (fgets(line, sizeof(line), file)) {
        if (strncmp(line, "checkPublicSuffix(", 18) != 0
            || psl_words(line, word) == 0
            || cg_host_normalise(cg_str_from(word[0]), &out, &host) != CG_OK)
        {
            continue;
        }

        got = cg_host_registrable(host);
        want = cg_str_null;

        if (word[1] && cg_host_normalise(cg_str_from(word[1]), &out, &want)
                       != CG_OK)
        {
            bad++;
        }

        checked++;

        if (!cg_str_eq(got, want)) {
            tap_show("host", host);
            tap_show("got", got);
            tap_show("want", want);
            bad++;
        }
    }

    ok(bad == 0 && checked > 20, "%zu registrable domains as published",
       checked);
    fclose(file);
    heap_drop(&heap);
}


/* In an order that finds, forgets and finds again; more hosts than places. */

static void
a_host_asked_for_again_has_the_same_domain(void)
{
    static const char  *hosts[] = {
        "a.example.org", "b.example.org", "example.org", "co.jp", "x.co.jp",
        "y.x.co.jp", "10.0.0.1", "[::1]", "intranet", "", "me.github.io",
        "x.me.github.io", "github.io", "aa.example.org", "a.example.or",
        "sixty-two-bytes.a-label-that-is-rather-long.and-one-more.co.uk",
        "sixty-three-byte.a-label-that-is-rather-long.and-one-more.co.uk",
    };

    int           good = 1;
    size_t        i, k;
    cg_str_t      host, got, want;
    cg_domains_t  domains, before;

    memset(&domains, 0, sizeof(domains));

    for (i = 0; i < 40 * N(hosts); i++) {
        k = (i * i + i / 3) % N(hosts);
        host = heap_exact(cg_str_from(hosts[k]));
        want = cg_host_registrable(host);
        got = cg_domains_registrable(&domains, host);
        good &= got.data == want.data && got.len == want.len;

        before = domains;
        got = cg_domains_registrable(&domains, host);
        good &= got.data == want.data && got.len == want.len
                && memcmp(&before, &domains, sizeof(before)) == 0;
        free((void *) host.data);
    }

    ok(good && domains.next > CG_DOMAINS,
       "a host asked for again has the same domain, and takes no place");
}


static void
own_hosts_are_those_of_the_site(void)
{
    static const char  *names[] = {
        "www.example.org", "*.example.co.jp", ".Example.com", "~^(www|m)\\.x$",
        "_", "", "example.*", "www.wild.*", "intranet", "10.0.0.1",
        "me.github.io", "co.jp", "a b", "[::1]",
    };
    static const char  *patterns[] = {
        "*.example-cdn.net", ".both.example", "plain.example.net",
        "*.corp",
    };
    static const struct {
        const char  *host;
        int          want;
    } cases[] = {
        { "www.example.org", 1 }, { "example.org", 1 },
        { "a.b.example.org", 1 }, { "notexample.org", 0 },
        { "example.org.evil.example", 0 },
        { "example.co.jp", 1 }, { "x.example.co.jp", 1 },
        { "example.com", 1 }, { "cdn.example.com", 1 },
        { "x", 0 }, { "www.x", 0 }, { "_", 0 },
        { "example.net", 0 }, { "www.wild.com", 0 },
        { "intranet", 1 }, { "a.intranet", 0 },
        { "10.0.0.1", 1 }, { "10.0.0.2", 0 }, { "0.0.1", 0 },
        { "me.github.io", 1 }, { "x.me.github.io", 1 },
        { "you.github.io", 0 }, { "github.io", 0 },
        { "co.jp", 1 }, { "other.co.jp", 0 },
        { "[::1]", 1 }, { "[::2]", 0 },
        { "a.example-cdn.net", 1 }, { "a.b.example-cdn.net", 1 },
        { "example-cdn.net", 0 }, { "xexample-cdn.net", 0 },
        { "both.example", 1 }, { "a.both.example", 1 },
        { "plain.example.net", 1 }, { "a.plain.example.net", 0 },
        { "a.corp", 1 }, { "", 0 },
    };

    size_t        i;
    heap_t        heap;
    cg_str_t      host;
    cg_site_t     site;
    const char   *error = NULL;
    cg_domains_t  domains;

    heap_init(&heap);
    memset(&site, 0, sizeof(site));
    memset(&domains, 0, sizeof(domains));
    ok(!cg_site_owns(&site, cg_str_null, cg_str("a.example")),
       "a zeroed site owns nothing");

    cg_site_init(&site, &heap.arena);

    for (i = 0; i < N(names); i++) {
        ok(cg_site_add_name(&site, cg_str_from(names[i])) == CG_OK,
           "server name \"%s\" is taken or skipped", names[i]);
    }

    for (i = 0; i < N(patterns); i++) {
        ok(cg_site_add_own(&site, cg_str_from(patterns[i]), &error) == CG_OK,
           "own_host %s", patterns[i]);
    }

    for (i = 0; i < N(cases); i++) {
        host = heap_exact(cg_str_from(cases[i].host));
        is_int(cg_site_owns(&site, cg_str("shop.example.net"), host),
               cases[i].want || cg_host_under(host, cg_str("example.net")),
               "\"%s\": %s", cases[i].host, cases[i].want ? "own" : "foreign");
        is_int(cg_site_owns(&site, cg_str_null, host), cases[i].want,
               "the same without a host of the request");
        is_int(cg_site_owns_again(&site, cg_str("shop.example.net"), host,
                                  &domains)
               + 2 * cg_site_owns_again(&site, cg_str_null, host, &domains),
               cg_site_owns(&site, cg_str("shop.example.net"), host)
               + 2 * cases[i].want, "the same with what was asked before");
        free((void *) host.data);
    }

    ok(cg_site_owns(&site, cg_str("10.9.9.9"), cg_str("10.9.9.9"))
       && !cg_site_owns(&site, cg_str("10.9.9.9"), cg_str("9.9.9.9"))
       && !cg_site_owns(&site, cg_str("a.co.uk"), cg_str("b.co.uk")),
       "an odd host of the request is the same site only with itself");

    heap_drop(&heap);
}


static void
a_cookie_of_a_domain_needs_all_names_in_it(void)
{
    static const struct {
        const char  *name;
        int          want;
    } cases[] = {
        { "shop.example", 1 }, { "www.shop.example", 1 },
        { "*.shop.example", 1 }, { ".shop.example", 1 },
        { "*.a.shop.example", 1 }, { "WWW.Shop.Example.", 1 },
        { "myshop.example", 0 }, { "shop.example.net", 0 },
        { "example", 0 }, { "*.example", 0 }, { "shop.*", 0 },
        { "www.*.shop.example", 0 }, { "~shop.example", 0 }, { "~", 0 },
        { "_", 0 }, { "", 0 }, { "127.0.0.1", 0 }, { "a b.shop.example", 0 },
    };

    size_t    i;
    heap_t    heap;
    cg_str_t  name;

    heap_init(&heap);

    for (i = 0; i < N(cases); i++) {
        name = heap_exact(cg_str_from(cases[i].name));
        is_int(cg_site_name_within(&heap.arena, name, cg_str("shop.example")),
               cases[i].want, "server_name \"%s\" is %s the domain",
               cases[i].name, cases[i].want ? "within" : "beyond");
        free((void *) name.data);
    }

    heap_drop(&heap);
}


static void
wrong_own_hosts_are_refused(void)
{
    static const char  *patterns[] = {
        "", "*", "*.", ".", "*.com", ".co.jp", "*.github.io", "a b", "a.*.b",
        "https://a.example", "a.example:80", "*.*.a.example", "..a.example",
    };

    size_t       i, count;
    heap_t       heap;
    cg_site_t    site;
    const char  *error;

    heap_init(&heap);
    cg_site_init(&site, &heap.arena);

    for (i = 0; i < N(patterns); i++) {
        error = NULL;
        ok(cg_site_add_own(&site, cg_str_from(patterns[i]), &error)
           == CG_EINVAL && error, "own_host \"%s\" is refused, with a reason",
           patterns[i]);
    }

    for (count = 1; count < 8; count++) {
        heap.fail_at = heap.count + count;
        cg_site_init(&site, &heap.arena);

        if (cg_site_add_own(&site, cg_str("*.Example.NET"), &error) == CG_OK) {
            break;
        }

        ok(!cg_site_owns(&site, cg_str_null, cg_str("a.example.net")),
           "memory fails at allocation %zu: nothing is own", count);
        heap.fail_at = 0;
    }

    ok(count > 1, "memory was tried");
    heap_drop(&heap);
}


int
main(void)
{
    sub_domains_end_at_a_dot();
    an_origin_is_the_host_as_it_came();
    a_site_is_a_registrable_domain();
    registrable_domains_are_the_published_ones();
    a_host_asked_for_again_has_the_same_domain();
    own_hosts_are_those_of_the_site();
    a_cookie_of_a_domain_needs_all_names_in_it();
    wrong_own_hosts_are_refused();

    return tap_done();
}
