/* Cookie and Set-Cookie lines: nothing that may not stay does, for whoever
 * reads the line after us; all else stays as it is. */

#include "fuzz.h"

#include "cookie/cg_cookie_cap.h"


static int
cookie_stays(void *ctx, cg_str_t name)
{
    size_t  *asked = ctx;

    ++*asked;

    return name.len == 0 || name.data[0] != '_';
}


/* The simplest server: pairs between semicolons, name up to the "=", blanks
 * and tabs around it off.  (No browser stores other control characters.) */

static cg_str_t
cookie_trim(cg_str_t s)
{
    while (s.len && (s.data[0] == ' ' || s.data[0] == '\t')) {
        s = cg_str_sub(s, 1, s.len);
    }

    while (s.len && (s.data[s.len - 1] == ' ' || s.data[s.len - 1] == '\t')) {
        s.len--;
    }

    return s;
}


static int
cookie_server_sees(cg_str_t line)
{
    cg_str_t  pair, name;

    while (line.len) {
        pair = fuzz_field(&line, ';');
        name = cookie_trim(fuzz_field(&pair, '='));

        if (name.len && name.data[0] == '_') {
            return 1;
        }
    }

    return 0;
}


static void
cookie_filter(heap_t *heap, cg_str_t line)
{
    size_t       at = 0, n = 0, asked = 0;
    cg_out_t     out;
    cg_str_t     kept;
    cg_cookie_t  pair;
    cg_status_t  rc;

    while (cg_cookie_next(line, &at, &pair) == CG_OK) {
        must(pair.start < pair.end && pair.end <= line.len
             && fuzz_within(pair.name, line) && fuzz_within(pair.value, line),
             "a pair lies in its line");
        n++;
    }

    cg_out_init(&out, &heap->arena, 1 << 20);
    rc = cg_cookie_filter(line, cookie_stays, &asked, &out, &kept);

    must(rc == CG_OK || rc == CG_NONE, "any line is filtered");
    must(asked == n, "each pair is asked for once");
    must(rc == CG_OK || kept.len == 0, "a line that must go is gone");

    if (rc == CG_OK) {
        must(!cookie_server_sees(kept), "what may not stay does not");
        must(kept.len <= line.len, "nothing is added");
        must(kept.data == line.data || kept.len < line.len || n == 0,
             "a line without loss is the line itself");
    }
}


static void
cookie_set(cg_str_t line)
{
    int64_t          seconds;
    cg_status_t      rc;
    cg_set_cookie_t  set, zero;

    memset(&zero, 0, sizeof(zero));
    memset(&set, 0xA5, sizeof(set));

    if (cg_set_cookie_read(line, &set) != CG_OK) {
        must(memcmp(&set, &zero, sizeof(set)) == 0, "no cookie is zeroed");
        return;
    }

    must(fuzz_within(set.name, line) && fuzz_within(set.value, line)
         && fuzz_within(set.sent, line) && fuzz_within(set.domain, line)
         && fuzz_within(set.path, line), "a cookie's parts lie in its line");
    must(set.name.len + set.value.len > 0
         && set.name.len + set.value.len <= 4096, "a cookie has a size");
    must(set.path.data == NULL || set.path.data[0] == '/',
         "a path is absolute");

    rc = cg_set_cookie_lifetime(&set, 1790000000, &seconds);
    must(rc == CG_OK || rc == CG_NONE, "a cookie lives for a time");
    must(rc == CG_NONE || set.has_max_age || set.has_expires,
         "a lifetime is what was said");
}


/* What lives too long lives as long as it may, and is the same cookie. */

static void
cookie_cap(heap_t *heap, cg_str_t line)
{
    int64_t          now = 1790000000, seconds, longest = 395 * 86400;
    cg_out_t         out;
    cg_status_t      rc;
    cg_set_cookie_t  before, after;

    cg_out_init(&out, &heap->arena, 1 << 20);
    rc = cg_set_cookie_cap(line, now, longest, &out);

    must(rc == CG_OK || (rc == CG_NONE && out.len == 0), "any line is capped");

    if (rc == CG_NONE) {
        must(cg_set_cookie_read(line, &before) != CG_OK
             || cg_set_cookie_lifetime(&before, now, &seconds) != CG_OK
             || seconds <= longest, "what lives too long does not stay so");
        return;
    }

    must(cg_set_cookie_read(line, &before) == CG_OK
         && cg_set_cookie_read(cg_out_slice(&out), &after) == CG_OK
         && cg_set_cookie_lifetime(&after, now, &seconds) == CG_OK
         && seconds == longest, "it lives as long as it may");
    must(cg_str_eq(before.name, after.name)
         && cg_str_eq(before.value, after.value)
         && cg_str_eq(before.domain, after.domain)
         && cg_str_eq(before.path, after.path)
         && before.secure == after.secure
         && before.http_only == after.http_only
         && before.samesite == after.samesite, "and is the same cookie");
}


/* Both kinds of line, and a date. */

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    heap_t    heap;
    int64_t   when;
    cg_str_t  line = { size, data };

    heap_init(&heap);
    line = heap_exact(line);

    cookie_filter(&heap, line);
    cookie_set(line);
    cookie_cap(&heap, line);

    if (cg_cookie_date(line, &when) == CG_OK) {
        must(when >= INT64_C(-11644473600) && when <= INT64_C(253402300799),
             "a date is of the years 1601 to 9999");
    }

    free((void *) line.data);
    heap_drop(&heap);

    return 0;
}
