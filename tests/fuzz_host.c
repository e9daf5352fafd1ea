/* Host names: one normal form each, and what belongs to a site. */

#include "fuzz.h"

#include "url/cg_host.h"


static void
host_normal(heap_t *heap, cg_str_t host, cg_str_t *name)
{
    size_t       i;
    cg_out_t     out;
    cg_str_t     again;
    cg_status_t  rc;

    cg_out_init(&out, &heap->arena, 4096);
    *name = cg_str_null;
    rc = cg_host_normalise(host, &out, name);

    if (rc != CG_OK) {
        must(rc == CG_EINVAL || rc == CG_ELIMIT, "a host is bad or too long");
        *name = cg_str_null;
        return;
    }

    must(name->len > 0 && name->len <= CG_MAX_HOST, "a name has a length");

    for (i = 0; i < name->len; i++) {
        must(name->data[i] > 0x20 && name->data[i] < 0x7F
             && !(name->data[i] >= 'A' && name->data[i] <= 'Z')
             && memchr("#/:<>?@[\\]^|%", name->data[i], 13) == NULL
             ? 1 : name->data[0] == '[', "a name has a host's bytes only");
    }

    cg_out_init(&out, &heap->arena, 4096);
    must(cg_host_normalise(*name, &out, &again) == CG_OK
         && cg_str_eq(again, *name), "the normal form of a name is itself");
}


static void
host_is_remembered(cg_str_t name, cg_str_t other)
{
    size_t        i;
    cg_str_t      host;
    cg_domains_t  domains;

    memset(&domains, 0, sizeof(domains));

    for (i = 0; i < 4; i++) {
        host = i & 1 ? other : name;
        must(cg_str_eq(cg_domains_registrable(&domains, host),
                       cg_host_registrable(host)),
             "a host that was asked for has the same domain");
    }
}


static void
host_belongs(heap_t *heap, cg_str_t name, cg_str_t other)
{
    cg_site_t    site;
    const char  *error = NULL;
    cg_str_t     domain = cg_host_registrable(name);

    must(fuzz_within(domain, name) && cg_host_under(name, name),
         "a domain is the end of its host");
    must(domain.data == NULL || cg_host_under(name, domain),
         "a host is under its registrable domain");
    must(cg_host_same_site(name, name)
         && cg_host_same_site(name, other) == cg_host_same_site(other, name),
         "same site goes both ways");

    host_is_remembered(name, other);

    cg_site_init(&site, &heap->arena);
    must(!cg_site_owns(&site, cg_str_null, name), "an empty site owns nothing");
    must(cg_site_owns(&site, name, name), "a request's own host is own");
    must(cg_site_add_name(&site, name) == CG_OK, "a name is added or skipped");
    must(cg_site_add_own(&site, other, &error) != CG_EINVAL || error,
         "a bad own_host is told why");
    (void) cg_site_owns(&site, cg_str_null, other);
}


/* A host; behind a line feed another one, behind that a server_name. */

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    heap_t       heap;
    cg_str_t     text = { size, data }, host, name, other;
    cg_site_t    site;
    const char  *error = NULL;

    heap_init(&heap);
    host = heap_exact(fuzz_field(&text, '\n'));
    host_normal(&heap, host, &name);
    host_normal(&heap, fuzz_field(&text, '\n'), &other);

    if (name.data && other.data) {
        host_belongs(&heap, name, other);
    }

    cg_site_init(&site, &heap.arena);
    must(cg_site_add_name(&site, text) == CG_OK, "any server_name is read");
    must(cg_site_add_own(&site, text, &error) == CG_OK || error,
         "any own_host is read, or told why");

    if (name.data) {
        (void) cg_site_owns(&site, other, name);
    }

    free((void *) host.data);
    heap_drop(&heap);

    return 0;
}
