/* The IETF's cookie cases, where they are at hand: a small cookie jar over what
 * we read must send what the data says. */

#include "tap.h"
#include "heap.h"

#include "base/cg_ascii.h"
#include "cookie/cg_cookie.h"
#include "url/cg_host.h"

#include <jansson.h>

#define DATA       "../shared/data/cookie-headers/"
#define N(table)   (sizeof(table) / sizeof((table)[0]))
#define HOST       cg_str("home.example.org")
#define RESULT     cg_str("/cookie-parser-result")
#define NOW        1514764800LL    /* 2018: what the data takes for today */
#define JAR_MAX    8

typedef struct {
    cg_set_cookie_t  set;
    int              used;
} slot_t;

typedef struct {
    slot_t    slots[JAR_MAX];
    size_t    n;
    size_t    nameless;
} jar_t;

typedef struct {
    const char  *test;
    const char  *why;
} exception_t;


static const exception_t  exceptions[] = {
    { "CHROMIUM0019", "more than 4096 bytes: bis refuses, RFC 6265 did not" },
    { "DISABLED_CHROMIUM0022", "NUL: bis refuses, older browsers cut there" },
};


static cg_str_t
as_slice(json_t *value)
{
    cg_str_t  s = cg_str_null;

    if (json_is_string(value)) {
        s.data = (const unsigned char *) json_string_value(value);
        s.len = json_string_length(value);
    }

    return s;
}


static int
is_excepted(cg_str_t test)
{
    size_t  i;

    for (i = 0; i < N(exceptions); i++) {
        if (cg_str_eq(test, cg_str_from(exceptions[i].test))) {
            return 1;
        }
    }

    return 0;
}


static int
is_same_cookie(const cg_set_cookie_t *a, const cg_set_cookie_t *b)
{
    return cg_str_eq(a->name, b->name) && cg_str_eq(a->path, b->path)
           && cg_ascii_eq_nocase(a->domain, b->domain);
}


/* The storage model, as far as the cases need it.  RFC 6265 ignored cookies
 * without a name; today's browsers keep them. */

static void
jar_store(jar_t *jar, cg_str_t line)
{
    size_t           i;
    int64_t          seconds;
    cg_set_cookie_t  set;

    if (cg_set_cookie_read(line, &set) != CG_OK) {
        return;
    }

    if (set.name.len == 0) {
        jar->nameless++;
        return;
    }

    if (set.domain.data
        && (!cg_host_under(HOST, set.domain)
            || cg_host_registrable(set.domain).data == NULL))
    {
        return;
    }

    for (i = 0; i < jar->n; i++) {
        if (jar->slots[i].used && is_same_cookie(&jar->slots[i].set, &set)) {
            break;
        }
    }

    if (i == jar->n) {
        jar->n++;
    }

    jar->slots[i].set = set;
    jar->slots[i].used = cg_set_cookie_lifetime(&set, NOW, &seconds) != CG_OK
                         || seconds > 0;
}


static int
path_matches(cg_str_t path, cg_str_t cookie)
{
    if (cookie.data == NULL || cg_str_eq(path, cookie)) {
        return 1;
    }

    return cg_str_starts(path, cookie)
           && (cookie.data[cookie.len - 1] == '/'
               || path.data[cookie.len] == '/');
}


static int
is_sent(const slot_t *slot, cg_str_t host, cg_str_t path)
{
    return slot->used && !slot->set.secure
           && path_matches(path, slot->set.path)
           && (slot->set.domain.data ? cg_host_under(host, slot->set.domain)
                                     : cg_str_eq(host, HOST));
}


/* "http://host:port/path?query" or "/path?query"; absent: the first host. */

static void
read_target(cg_str_t target, cg_str_t *host, cg_str_t *path)
{
    size_t  i;

    *host = HOST;
    *path = target.data ? target : RESULT;

    if (cg_str_starts(target, cg_str("http://"))) {
        target = cg_str_sub(target, 7, target.len);
        i = strcspn((const char *) target.data, ":/");
        *host = cg_str_sub(target, 0, i);
        i = strcspn((const char *) target.data, "/");
        *path = cg_str_sub(target, i, target.len);
    }

    for (i = 0; i < path->len && path->data[i] != '?'; i++) {
        /* void */
    }

    path->len = i;
}


static int
jar_sends(const jar_t *jar, json_t *test)
{
    size_t    i, n = 0;
    json_t   *sent = json_object_get(test, "sent"), *want;
    cg_str_t  host, path;

    read_target(as_slice(json_object_get(test, "sent-to")), &host, &path);

    for (i = 0; i < jar->n; i++) {
        if (!is_sent(&jar->slots[i], host, path)) {
            continue;
        }

        want = json_array_get(sent, n++);

        if (!cg_str_eq(jar->slots[i].set.name,
                       as_slice(json_object_get(want, "name")))
            || !cg_str_eq(jar->slots[i].set.value,
                          as_slice(json_object_get(want, "value"))))
        {
            return 0;
        }
    }

    return n == json_array_size(sent);
}


/* The header lines of a raw case, without their field name. */

static size_t
load_raw(cg_str_t test, char *bytes, size_t size, cg_str_t lines[JAR_MAX])
{
    FILE    *file;
    char     path[256], *p, *end;
    size_t   n = 0;

    snprintf(path, sizeof(path), DATA "parser-raw/%.*s-test", (int) test.len,
             (const char *) test.data);
    file = fopen(path, "rb");

    if (file == NULL) {
        return 0;
    }

    end = bytes + fread(bytes, 1, size, file);
    fclose(file);

    for (p = bytes; end - p > 11 && n < JAR_MAX; /* void */) {
        lines[n].data = (unsigned char *) p + 11;
        p = memchr(p, '\n', (size_t) (end - p));
        p = p ? p : end;
        lines[n].len = (size_t) ((unsigned char *) p - lines[n].data);
        n++;
        p++;
    }

    return n;
}


/* Both forms of a case, where there are two: 1 if both are right. */

static int
case_passes(json_t *test, size_t *nameless, size_t *raw)
{
    int          good;
    jar_t        jar;
    size_t       i, n;
    json_t      *line;
    cg_str_t     lines[JAR_MAX];
    char         bytes[16384];

    memset(&jar, 0, sizeof(jar));

    json_array_foreach(json_object_get(test, "received"), i, line) {
        jar_store(&jar, as_slice(line));
    }

    *nameless += jar.nameless;
    good = jar_sends(&jar, test);

    n = load_raw(as_slice(json_object_get(test, "test")), bytes,
                 sizeof(bytes), lines);
    *raw += n != 0;
    memset(&jar, 0, sizeof(jar));

    for (i = 0; i < n; i++) {
        jar_store(&jar, lines[i]);
    }

    return good && (n == 0 || jar_sends(&jar, test));
}


static void
a_jar_sends_what_the_cases_say(void)
{
    size_t        i, bad = 0, checked = 0, nameless = 0, raw = 0;
    json_t       *test, *all;
    cg_str_t      name;
    json_error_t  error;

    if (tap_lacks(DATA "parser.json")) {
        return;
    }

    all = json_load_file(DATA "parser.json", JSON_ALLOW_NUL, &error);
    if (all == NULL) {
        ok(0, DATA "parser.json is JSON: %s", error.text);
        return;
    }

    json_array_foreach(all, i, test) {
        name = as_slice(json_object_get(test, "test"));

        if (is_excepted(name)) {
            continue;
        }

        checked++;

        if (!case_passes(test, &nameless, &raw)) {
            tap_show("case", name);
            bad++;
        }
    }

    ok(bad == 0 && checked > 50, "%zu Set-Cookie cases, %zu as raw bytes too "
       "(%zu excepted, %zu cookies without a name set aside)", checked, raw,
       json_array_size(all) - checked, nameless);
    json_decref(all);
}


/* "Sat, 15 Apr 2017 21:01:22 GMT", as the data writes what it expects. */

static void
put_date(int64_t when, char text[64])
{
    static const char  days[] = "ThuFriSatSunMonTueWed";
    static const char  names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

    int      length, month = 0, year = 1970;
    long     day = (long) (when / 86400), second = (long) (when % 86400);
    long     weekday = day % 7;

    for ( ;; year++) {
        length = year % 4 == 0 ? 366 : 365;      /* 1970 to 2099 */
        if (day < length) {
            break;
        }

        day -= length;
    }

    for ( ;; month++) {
        length = month == 1 ? 28 + (year % 4 == 0)
                            : 30 + ((month + (month > 6)) % 2 == 0);
        if (day < length) {
            break;
        }

        day -= length;
    }

    snprintf(text, 64, "%.3s, %02ld %.3s %d %02ld:%02ld:%02ld GMT",
             days + 3 * weekday, day + 1, names + 3 * month, year,
             second / 3600, second / 60 % 60, second % 60);
}


static void
dates_are_those_of_the_data(const char *path)
{
    char          text[64];
    size_t        i, bad = 0;
    int64_t       when;
    json_t       *entry, *all;
    cg_str_t      in, want;
    json_error_t  error;

    if (tap_lacks(path)) {
        return;
    }

    all = json_load_file(path, 0, &error);
    if (all == NULL) {
        ok(0, "%s is JSON: %s", path, error.text);
        return;
    }

    json_array_foreach(all, i, entry) {
        in = heap_exact(as_slice(json_object_get(entry, "test")));
        want = as_slice(json_object_get(entry, "expected"));
        strcpy(text, "");

        if (cg_cookie_date(in, &when) == CG_OK) {
            put_date(when, text);
        }

        if (!cg_str_eq(cg_str_from(text), want)) {
            tap_show("date", in);
            tap_show("got", cg_str_from(text));
            bad++;
        }

        free((void *) in.data);
    }

    ok(bad == 0 && json_array_size(all) > 5, "%s: %zu dates", path,
       json_array_size(all));
    json_decref(all);
}


int
main(void)
{
    a_jar_sends_what_the_cases_say();
    dates_are_those_of_the_data(DATA "dates-examples.json");
    dates_are_those_of_the_data(DATA "dates-bsd-examples.json");

    return tap_done();
}
