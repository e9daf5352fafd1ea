/* Attribute values as URLs: views and normal forms; what a browser strips
 * changes nothing; patterns match without crossing their ends. */

#include "fuzz.h"

#include "url/cg_host.h"
#include "url/cg_pattern.h"
#include "url/cg_url.h"


static void
url_host_is_stable(heap_t *heap, const cg_url_t *url)
{
    cg_out_t  out;
    cg_str_t  again = cg_str_null;

    cg_out_init(&out, &heap->arena, 2 * CG_MAX_URL);

    must(url->host.len > 0 && url->host.len <= CG_MAX_HOST,
         "a host is neither empty nor beyond its limit");
    must(cg_host_normalise(url->host, &out, &again) == CG_OK
         && cg_str_eq(again, url->host), "a host is in its normal form");
}


static void
url_read(heap_t *heap, cg_str_t value, cg_out_t *scratch, cg_url_t *url)
{
    cg_status_t  rc = cg_url_read(value, scratch, url);

    must(rc == CG_OK || rc == CG_ELIMIT, "a value is read, or too long");
    must(rc == CG_OK || (url->bad_host && url->kind == CG_URL_HOST
                         && url->host.data == NULL),
         "what is too long is a foreign host");

    if (url->kind == CG_URL_HOST) {
        must(url->host.data != NULL || url->bad_host,
             "an absent host is a bad one");
        must(url->path.len == 0 || url->path.data[0] == '/'
             || url->path.data[0] == '?', "a path begins like one");

        if (url->host.data != NULL) {
            url_host_is_stable(heap, url);
        }

    } else {
        must(url->host.data == NULL && !url->bad_host,
             "only absolute values have a host");
    }

    must(memchr(url->path.data ? url->path.data : value.data, '#',
                url->path.len) == NULL, "a path is without fragment");
}


/* Tabs and line ends between ASCII bytes do not exist for a browser. */

static void
url_ignores_tabs(heap_t *heap, cg_str_t value, const cg_url_t *url)
{
    size_t    i, n;
    uint64_t  seed = fuzz_seed(value.data, value.len);
    cg_out_t  text, scratch;
    cg_url_t  other;

    cg_out_init(&text, &heap->arena, 1 << 20);
    cg_out_init(&scratch, &heap->arena, 2 * CG_MAX_URL);

    for (i = 0; i < value.len; i++) {
        cg_out_byte(&text, value.data[i]);

        if (value.data[i] < 0x80
            && (i + 1 == value.len || value.data[i + 1] < 0x80))
        {
            n = fuzz_next(&seed, 12);
            cg_out_bytes(&text, "\t\n\r", n < 4 ? n : 0);
        }
    }

    if (text.len == 0 || text.len > CG_MAX_URL) {
        return;
    }

    url_read(heap, cg_out_slice(&text), &scratch, &other);
    must(other.kind == url->kind && cg_str_eq(other.host, url->host)
         && other.bad_host == url->bad_host && other.lax == url->lax,
         "tabs and line ends in a value change nothing");
    must(url->kind != CG_URL_HOST || cg_str_eq(other.path, url->path),
         "nor do they in a path");
}


/* Against a base of its own, and a path that is absolute already. */

static void
url_is_resolved(heap_t *heap, cg_str_t base, const cg_url_t *url)
{
    cg_out_t  out, more;
    cg_str_t  path, again;
    cg_url_t  whole;

    if (url->kind != CG_URL_RELATIVE || base.len == 0
        || base.data[0] != '/')
    {
        return;
    }

    cg_out_init(&out, &heap->arena, 2 * CG_MAX_URL);
    cg_out_init(&more, &heap->arena, 2 * CG_MAX_URL);

    if (cg_url_path(base, url, &out, &path) != CG_OK) {
        return;
    }

    must(path.len && path.data[0] == '/', "a resolved path is absolute");

    whole = *url;
    whole.path = path;
    must(cg_url_path(cg_str("/x/y"), &whole, &more, &again) == CG_OK
         && cg_str_eq(again, path), "a resolved path needs no base");
}


static void
url_matches(heap_t *heap, cg_str_t text, const cg_url_t *url)
{
    const char   *error = NULL;
    cg_pattern_t  pattern;

    if (cg_pattern_url(&heap->arena, text, &pattern, &error) == CG_OK) {
        if (cg_pattern_match(&pattern, url->host, url->path)) {
            must(cg_host_under(url->host, pattern.host),
                 "a pattern matches under its host only");
        }

    } else {
        must(error != NULL, "a bad pattern is told why");
    }

    error = NULL;

    if (cg_pattern_path(&heap->arena, text, &pattern, &error) == CG_OK) {
        (void) cg_pattern_match(&pattern, url->host, url->path);
        (void) cg_pattern_match(&pattern, cg_str_null, text);
    }
}


/* A value; behind a line feed a base, behind another one a pattern. */

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    heap_t    heap;
    cg_out_t  scratch;
    cg_str_t  value, base, text = { size, data };
    cg_url_t  url;

    heap_init(&heap);
    cg_out_init(&scratch, &heap.arena, 2 * CG_MAX_URL);

    value = heap_exact(fuzz_field(&text, '\n'));
    base = fuzz_field(&text, '\n');

    url_read(&heap, value, &scratch, &url);
    url_ignores_tabs(&heap, value, &url);
    url_is_resolved(&heap, base, &url);
    url_matches(&heap, text, &url);

    free((void *) value.data);
    heap_drop(&heap);

    return 0;
}
