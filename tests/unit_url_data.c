/* The URL Standard's own test data, where it is at hand. */

#include "tap.h"
#include "heap.h"

#include "url/cg_host.h"
#include "url/cg_url.h"

#include <jansson.h>

#define DATA      "../shared/data/url/"
#define N(table)  (sizeof(table) / sizeof((table)[0]))

typedef struct {
    const char  *input;
    const char  *why;
} exception_t;

typedef struct {
    heap_t    heap;
    cg_out_t  scratch;
    cg_out_t  more;
    size_t    checked;
    size_t    excepted;
    size_t    bad;
} run_t;


/* Where we differ from the data, and may. */

static const exception_t  exceptions[] = {
    { "http://foo.09..", "no name that DNS knows: two dots at the end" },
};


static cg_str_t
member(json_t *object, const char *name)
{
    json_t    *value = json_object_get(object, name);
    cg_str_t   s = cg_str_null;

    if (json_is_string(value)) {
        s.data = (const unsigned char *) json_string_value(value);
        s.len = json_string_length(value);
    }

    return s;
}


static int
is_one_of(cg_str_t s, const char *const *names)
{
    for ( /* void */ ; *names; names++) {
        if (cg_str_eq(s, cg_str_from(*names))) {
            return 1;
        }
    }

    return 0;
}


static int
is_excepted(cg_str_t input)
{
    size_t  i;

    for (i = 0; i < N(exceptions); i++) {
        if (cg_str_eq(input, cg_str_from(exceptions[i].input))) {
            return 1;
        }
    }

    return 0;
}


/* A page comes over http or https; its URL is one. */

static int
has_foreign_base(run_t *run, cg_str_t base)
{
    cg_url_t  url;

    if (base.data == NULL) {
        return 0;
    }

    return (!cg_str_starts(base, cg_str("http:"))
            && !cg_str_starts(base, cg_str("https:")))
           || cg_url_read(base, &run->scratch, &url) != CG_OK || url.bad_host;
}


/* The browser's path has escapes where ours is as written: skip from the first
 * byte that it would write otherwise. */

static int
path_agrees(json_t *entry, cg_str_t ours)
{
    size_t      i;
    cg_str_t    path = member(entry, "pathname");
    cg_str_t    query = member(entry, "search");
    cg_str_t    want;
    char        joined[4096];

    memcpy(joined, path.data, path.len);
    memcpy(joined + path.len, query.data, query.len);
    want.data = (unsigned char *) joined;
    want.len = path.len + query.len;

    if (ours.len && ours.data[0] == '?') {
        want.data++;
        want.len--;
    }

    /* "x?" has an empty search, which is told as "" */

    if (ours.len && ours.data[ours.len - 1] == '?') {
        ours.len--;
    }

    for (i = 0; i < want.len && i < ours.len; i++) {
        if (want.data[i] != ours.data[i]) {
            return want.data[i] == '%';
        }
    }

    return want.len == ours.len;
}


static int
relative_agrees(run_t *run, json_t *entry, const cg_url_t *url)
{
    cg_out_t   scratch;
    cg_str_t   path, base = member(entry, "base");
    cg_url_t   parsed;

    if (base.data == NULL) {
        return json_is_true(json_object_get(entry, "failure"));
    }

    cg_out_init(&scratch, &run->heap.arena, 2 * CG_MAX_URL);

    return cg_url_read(base, &scratch, &parsed) == CG_OK
           && cg_str_eq(parsed.host, member(entry, "hostname"))
           && cg_url_path(parsed.path, url, &run->more, &path) == CG_OK
           && path_agrees(entry, path);
}


static int
agrees(run_t *run, json_t *entry)
{
    static const char *const  special[] = { "http:", "https:", "ws:", "wss:",
                                            "ftp:", NULL };

    cg_url_t     url;
    cg_str_t     in = heap_exact(member(entry, "input"));
    cg_status_t  status = cg_url_read(in, &run->scratch, &url);
    int          good;

    if (status != CG_OK) {
        good = 0;

    } else if (url.kind == CG_URL_RELATIVE) {
        good = relative_agrees(run, entry, &url);

    } else if (url.kind == CG_URL_OPAQUE) {
        good = !is_one_of(member(entry, "protocol"), special);

    } else if (json_is_true(json_object_get(entry, "failure"))) {
        good = url.bad_host;

    } else {
        good = is_one_of(member(entry, "protocol"), special)
               && !url.bad_host
               && cg_str_eq(url.host, member(entry, "hostname"))
               && path_agrees(entry, url.path);
    }

    if (!good) {
        tap_show("input", member(entry, "input"));
        tap_show("want", member(entry, "hostname"));
        printf("# kind %d, bad %d\n", (int) url.kind, url.bad_host);
        tap_show("host", url.host);
        tap_show("path", url.path);
    }

    free((void *) in.data);

    return good;
}


/* "http:x" on an http page is relative: we say host, and lax. */

static int
is_same_scheme_lax(run_t *run, json_t *entry)
{
    cg_url_t  url;
    cg_str_t  base = member(entry, "base");

    return base.data
           && cg_url_read(member(entry, "input"), &run->scratch, &url) == CG_OK
           && url.lax && cg_str_starts(base, url.scheme)
           && base.data[url.scheme.len] == ':';
}


static json_t *
load(const char *path)
{
    json_t       *all;
    json_error_t  error;

    if (tap_lacks(path)) {
        return NULL;
    }

    all = json_load_file(path, JSON_ALLOW_NUL, &error);
    if (all == NULL) {
        ok(0, "%s is JSON: %s", path, error.text);
    }

    return all;
}


static void
start(run_t *run)
{
    memset(run, 0, sizeof(*run));
    heap_init(&run->heap);
    cg_out_init(&run->scratch, &run->heap.arena, 2 * CG_MAX_URL);
    cg_out_init(&run->more, &run->heap.arena, 2 * CG_MAX_URL);
}


static void
the_standard_agrees(const char *path)
{
    run_t    run;
    size_t   i;
    json_t  *entry, *all = load(path);

    if (all == NULL) {
        return;
    }

    start(&run);

    json_array_foreach(all, i, entry) {
        if (!json_is_object(entry)) {
            continue;
        }

        if (has_foreign_base(&run, member(entry, "base"))
            || is_excepted(member(entry, "input"))
            || is_same_scheme_lax(&run, entry))
        {
            run.excepted++;
            continue;
        }

        run.checked++;
        run.bad += !agrees(&run, entry);
    }

    ok(run.bad == 0 && run.checked > 0,
       "%s: kind, host and path agree in %zu cases (%zu excepted)", path,
       run.checked, run.excepted);

    json_decref(all);
    heap_drop(&run.heap);
}


/* A bad host is always allowed: it is the strict side.  Another name never. */

static void
idna_never_gives_another_name(const char *path)
{
    run_t        run;
    size_t       i, refused = 0;
    json_t      *entry, *all = load(path);
    cg_str_t     name;
    cg_status_t  status;

    if (all == NULL) {
        return;
    }

    start(&run);

    json_array_foreach(all, i, entry) {
        cg_out_reset(&run.scratch);
        status = cg_host_normalise(member(entry, "input"), &run.scratch,
                                   &name);
        run.checked++;

        if (status != CG_OK) {
            if (member(entry, "output").data) {
                tap_show("refused", member(entry, "input"));
                refused++;
            }

        } else if (!cg_str_eq(name, member(entry, "output"))) {
            tap_show("input", member(entry, "input"));
            tap_show("got", name);
            tap_show("want", member(entry, "output"));
            run.bad++;
        }
    }

    ok(run.bad == 0, "%s: %zu names, %zu refused that browsers take, none "
       "mistaken", path, run.checked, refused);
    ok(refused <= 8, "few names are refused that browsers take");

    json_decref(all);
    heap_drop(&run.heap);
}


int
main(void)
{
    the_standard_agrees(DATA "urltestdata.json");
    the_standard_agrees(DATA "ada_extra_urltestdata.json");
    idna_never_gives_another_name(DATA "toascii.json");

    return tap_done();
}
