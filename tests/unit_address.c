/* Addresses in less detail: forms, texts, headers. */

#include "tap.h"
#include "heap.h"
#include "address/cg_address.h"


/* The text in each form; NULL: no address. */

static const struct {
    const char  *text;
    const char  *t24;
    const char  *t16;
    const char  *drop;
    const char  *what;
} texts[] = {
    { "192.0.2.77", "192.0.2.0", "192.0.0.0", "0.0.0.0", "IPv4" },
    { "255.255.255.255", "255.255.255.0", "255.255.0.0", "0.0.0.0",
      "all ones" },
    { "192.0.2.77:4711", "192.0.2.0", "192.0.0.0", "0.0.0.0",
      "IPv4, with a port: a port and a minute tell whose" },
    { "2001:db8:1:2:3:4:5:6", "2001:db8:1::", "2001:db8::", "::", "IPv6" },
    { "2001:DB8:FFFF:FFFF::1", "2001:db8:ffff::", "2001:db8::", "::",
      "IPv6 in capitals" },
    { "[2001:db8:1:2::3]", "2001:db8:1::", "2001:db8::", "::",
      "IPv6 in brackets" },
    { "[2001:db8:1:2::3]:443", "2001:db8:1::", "2001:db8::", "::",
      "IPv6 in brackets, with a port" },
    { "fe80::1:2%eth0", "fe80::", "fe80::", "::", "IPv6 with a zone" },
    { "::1", "::", "::", "::", "this host" },
    { "::ffff:192.0.2.77", "::ffff:192.0.2.0", "::ffff:192.0.0.0", "::",
      "IPv4-mapped" },
    { "::FFFF:c000:24d", "::ffff:192.0.2.0", "::ffff:192.0.0.0", "::",
      "IPv4-mapped, in hexadecimal" },
    { "64:ff9b::192.0.2.77", "64:ff9b::c000:200", "64:ff9b::c000:0", "::",
      "NAT64" },
    { "2002:c000:24d:1::1", "2002:c000:200::", "2002:c000::", "::",
      "6to4, whose /48 is the whole IPv4 address" },
    { "64:ff9b:1:2::192.0.2.77", "64:ff9b:1::", "64:ff9b::", "::",
      "NAT64 of a local prefix" },
    { "2001:0:c000:24d:0:0:3fff:fdb2", "2001:0:c000::", "2001::", "::",
      "Teredo" },
    { "::192.0.2.77", "::", "::", "::", "IPv4-compatible" },
    { "", NULL, NULL, NULL, "nothing" },
    { "unknown", NULL, NULL, NULL, "a word" },
    { "192.0.2", NULL, NULL, NULL, "three numbers" },
    { "192.0.2.256", NULL, NULL, NULL, "a number too big" },
    { "192.0.2.077", NULL, NULL, NULL, "a number with a zero before it" },
    { "0xc0.0.2.1", NULL, NULL, NULL, "a hexadecimal number" },
    { "192.0.2.1 ", NULL, NULL, NULL, "a blank behind" },
    { "[192.0.2.1", NULL, NULL, NULL, "half a bracket" },
    { "[2001:db8::1]x", NULL, NULL, NULL, "a letter behind the bracket" },
    { "2001:db8::1::2", NULL, NULL, NULL, "two gaps" },
    { "1:2:3:4:5:6:7:8:9", NULL, NULL, NULL, "nine groups" },
    { "[]", NULL, NULL, NULL, "empty brackets" },
    { ":80", NULL, NULL, NULL, "a port alone" },
    { "%eth0", NULL, NULL, NULL, "a zone alone" },
    { "2001:0db8:0000:0000:0000:0000:0000:0000:0000:0001", NULL, NULL, NULL,
      "more than any address" },
    { "unix:", NULL, NULL, NULL, "a unix socket" },
};


static void
is_reduced(heap_t *heap, cg_str_t text, cg_address_form_t form,
    const char *want, const char *what)
{
    cg_out_t     out;
    cg_status_t  rc;

    cg_out_init(&out, &heap->arena, 256);
    rc = cg_address_text(&out, text, form);

    if (want == NULL) {
        ok(rc == CG_NONE && out.len == 0, "%s is no address", what);
        return;
    }

    ok(rc == CG_OK && cg_str_eq(cg_out_slice(&out), cg_str_from(want)),
       "%s: %s is %s", what, cg_address_form_name(form), want);
}


static void
texts_are_reduced(heap_t *heap)
{
    size_t    i;
    cg_str_t  text;

    for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        text = heap_exact(cg_str_from(texts[i].text));

        is_reduced(heap, text, CG_ADDRESS_T24, texts[i].t24, texts[i].what);
        is_reduced(heap, text, CG_ADDRESS_T16, texts[i].t16, texts[i].what);
        is_reduced(heap, text, CG_ADDRESS_DROP, texts[i].drop, texts[i].what);
        free((void *) text.data);
    }
}


static void
a_form_is_its_own_fix_point(heap_t *heap)
{
    size_t     i, form, wrong = 0;
    cg_out_t   once, twice;

    for (i = 0; texts[i].t24; i++) {
        for (form = CG_ADDRESS_DROP; form <= CG_ADDRESS_FULL; form++) {
            cg_out_init(&once, &heap->arena, 256);
            cg_out_init(&twice, &heap->arena, 256);
            wrong += cg_address_text(&once, cg_str_from(texts[i].text),
                                     (cg_address_form_t) form) != CG_OK
                     || cg_address_text(&twice, cg_out_slice(&once),
                                        (cg_address_form_t) form) != CG_OK
                     || !cg_str_eq(cg_out_slice(&once), cg_out_slice(&twice));
        }
    }

    is_int(wrong, 0, "what is reduced is not reduced further by the same form");
}


static void
zeroed_memory_tells_nothing(void)
{
    cg_address_form_t  form;
    unsigned char      address[16], none[16] = { 0 };

    memset(&form, 0, sizeof(form));
    memset(address, 0xA5, sizeof(address));
    cg_address_reduce(address, sizeof(address), form);
    ok(memcmp(address, none, sizeof(none)) == 0,
       "by a form that nobody set nothing of an address is left");
}


static const struct {
    const char  *value;
    const char  *want;
    const char  *what;
} lists[] = {
    { "192.0.2.77", "192.0.2.0", "one" },
    { "192.0.2.77, 198.51.100.9", "192.0.2.0, 198.51.100.0", "every hop" },
    { "192.0.2.77,198.51.100.9", "192.0.2.0, 198.51.100.0", "without blanks" },
    { "  192.0.2.77 \t,\t2001:db8:1:2::3", "192.0.2.0, 2001:db8:1::",
      "of both kinds" },
    { "192.0.2.77:80, [2001:db8:1:2::3]:81", "192.0.2.0, 2001:db8:1::",
      "with ports" },
    { "unknown, _hidden.9, 192.0.2.77", "unknown, _hidden.9, 192.0.2.0",
      "what says that it tells nothing" },
    { "192.0.2.77 198.51.100.9", "unknown", "no commas" },
    { "192.0.2.77;198.51.100.9, 192.0.2.1", "unknown, 192.0.2.0",
      "other separators" },
    { "\"192.0.2.77, x", "unknown", "a quote that does not end" },
    { "jane@example.org", "unknown", "no address at all" },
    { "_192.0.2.77 ", "_192.0.2.77", "one that is hidden, by its name" },
    { "", "", "nothing" },
    { ", ,192.0.2.77,", ", , 192.0.2.0, ", "empty hops" },
};

static const struct {
    const char  *value;
    const char  *want;
    const char  *what;
} forwarded[] = {
    { "for=192.0.2.77", "for=192.0.2.0", "IPv4" },
    { "For=\"192.0.2.77:4711\"", "for=192.0.2.0", "with a port" },
    { "for=\"[2001:db8:1:2::3]\"", "for=\"[2001:db8:1::]\"", "IPv6" },
    { "for=\"[2001:db8:1:2::3]:4711\"", "for=\"[2001:db8:1::]\"",
      "IPv6 with a port" },
    { "for=192.0.2.77;proto=http;by=203.0.113.43",
      "for=192.0.2.0;proto=http;by=203.0.113.43", "what proxies say else" },
    { "for=192.0.2.77, for=198.51.100.17;host=\"a,b;c\"",
      "for=192.0.2.0, for=198.51.100.0;host=\"a,b;c\"",
      "separators in quotes are none" },
    { "for=unknown, for=_gazonk", "for=unknown, for=_gazonk",
      "who tells nothing" },
    { "for=\"_a\\b\"", "for=_ab", "escapes" },
    { "for=\"19\\2.0.2.77\"", "for=192.0.2.0", "an address with an escape" },
    { "for=\"192.0.2.77", "for=unknown", "a quote that does not end" },
    { "for=", "for=unknown", "no node" },
    { "192.0.2.77", "", "no name" },
    { "for=192.0.2.77;secret=192.0.2.77", "for=192.0.2.0;",
      "names that nobody knows are left out" },
    { "for=\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
      "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"",
      "for=unknown", "what is longer than any" },
};


static void
is_value(heap_t *heap, const char *value, cg_address_header_t header,
    const char *want, const char *what)
{
    cg_out_t  out;
    cg_str_t  text = heap_exact(cg_str_from(value));

    cg_out_init(&out, &heap->arena, 4096);
    cg_address_value(&out, text, header, CG_ADDRESS_T24);

    if (!cg_str_eq(cg_out_slice(&out), cg_str_from(want))
        && !(out.len == 0 && *want == '\0'))
    {
        printf("# %.*s\n", (int) out.len, (const char *) out.data);
        ok(0, "%s", what);

    } else {
        ok(out.status == CG_OK, "%s", what);
    }

    free((void *) text.data);
}


static void
headers_are_reduced(heap_t *heap)
{
    size_t  i;

    for (i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
        is_value(heap, lists[i].value, CG_ADDRESS_HEADER_LIST, lists[i].want,
                 lists[i].what);
    }

    for (i = 0; i < sizeof(forwarded) / sizeof(forwarded[0]); i++) {
        is_value(heap, forwarded[i].value, CG_ADDRESS_HEADER_FORWARDED,
                 forwarded[i].want, forwarded[i].what);
    }
}


static void
headers_are_known(void)
{
    is_int(cg_address_header(cg_str("X-Forwarded-For")),
           CG_ADDRESS_HEADER_LIST, "X-Forwarded-For is a list");
    is_int(cg_address_header(cg_str("cf-connecting-ip")),
           CG_ADDRESS_HEADER_LIST, "CF-Connecting-IP, too");
    is_int(cg_address_header(cg_str("FORWARDED")),
           CG_ADDRESS_HEADER_FORWARDED, "Forwarded is its own kind");
    is_int(cg_address_header(cg_str("X-Forwarded-Host")),
           CG_ADDRESS_HEADER_NONE, "X-Forwarded-Host has no address");
    is_int(cg_address_header(cg_str("")), CG_ADDRESS_HEADER_NONE,
           "nor what has no name");
}


static void
memory_may_be_short(heap_t *heap)
{
    cg_out_t  out;

    heap->fail_at = 1;
    cg_out_init(&out, &heap->arena, 4096);
    cg_address_value(&out, cg_str("192.0.2.77"), CG_ADDRESS_HEADER_LIST,
                     CG_ADDRESS_T24);
    is_int(out.status, CG_ENOMEM, "no memory is told");
    is_int(cg_address_text(&out, cg_str("192.0.2.77"), CG_ADDRESS_T24),
           CG_ENOMEM, "of one address, too");
    heap->fail_at = 0;
}


int
main(void)
{
    heap_t  heap;

    heap_init(&heap);
    texts_are_reduced(&heap);
    a_form_is_its_own_fix_point(&heap);
    zeroed_memory_tells_nothing();
    headers_are_reduced(&heap);
    headers_are_known();
    memory_may_be_short(&heap);
    heap_drop(&heap);

    return tap_done();
}
