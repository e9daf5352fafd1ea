#include "tap.h"
#include "heap.h"

#include "cookie/cg_cookie.h"

#define N(table)  (sizeof(table) / sizeof((table)[0]))

typedef struct {
    const char  *drop;             /* names, each with a space behind */
    size_t       asked;
} keeper_t;


static int
keep(void *ctx, cg_str_t name)
{
    size_t       i;
    keeper_t    *keeper = ctx;
    const char  *p;

    keeper->asked++;

    for (p = keeper->drop; *p; p += i + 1) {
        i = strcspn(p, " ");

        if (cg_str_eq(name, (cg_str_t) { i, (const unsigned char *) p })) {
            return 0;
        }
    }

    return 1;
}


static void
a_cookie_line_is_read_pair_by_pair(void)
{
    static const struct {
        const char  *line;
        const char  *pairs;        /* name|value, each with a line feed */
    } cases[] = {
        { "", "" },
        { "a=1", "a|1\n" },
        { "a=1; b=2", "a|1\nb|2\n" },
        { "a=1;b=2;", "a|1\nb|2\n" },
        { "; ;a=1;\t; ", "a|1\n" },
        { "  a = 1 ; b\t=\t2 ", "a|1\nb|2\n" },
        { "a=b=c", "a|b=c\n" },
        { "a=", "a|\n" },
        { "=v; w", "|v\n|w\n" },
        { "=", "|\n" },
        { "a=\"1; b=2\"", "a|\"1\nb|2\"\n" },
        { "a=1,b=2", "a|1,b=2\n" },
        { "_ga=GA1.1.1.2; _ga=x", "_ga|GA1.1.1.2\n_ga|x\n" },
    };

    size_t       i, at;
    heap_t       heap;
    cg_out_t     out;
    cg_str_t     line;
    cg_cookie_t  pair;

    heap_init(&heap);

    for (i = 0; i < N(cases); i++) {
        line = heap_exact(cg_str_from(cases[i].line));
        cg_out_init(&out, &heap.arena, 1024);

        for (at = 0; cg_cookie_next(line, &at, &pair) == CG_OK; /* void */) {
            cg_out_str(&out, pair.name);
            cg_out_byte(&out, '|');
            cg_out_str(&out, pair.value);
            cg_out_byte(&out, '\n');
        }

        is_str(cg_out_slice(&out), cg_str_from(cases[i].pairs),
               "pairs of \"%s\"", cases[i].line);
        is_int(cg_cookie_next(line, &at, &pair), CG_NONE, "and then none");
        free((void *) line.data);
    }

    heap_drop(&heap);
}


static void
a_filtered_line_has_the_kept_bytes(void)
{
    static const struct {
        const char  *line, *drop;
        const char  *want;         /* NULL: nothing stays; line: untouched */
        size_t       asked;
    } cases[] = {
        { "a=1; _ga=2; b=3", "_ga ", "a=1; b=3", 3 },
        { "_ga=2; a=1;b=3", "_ga ", "a=1;b=3", 3 },
        { "a=1; b=3; _ga=2", "_ga ", "a=1; b=3", 3 },
        { "a=1; b=3; _ga=2;", "_ga ", "a=1; b=3", 3 },
        { "a=1;;  b = 3 ;_ga=2", "_ga ", "a=1;  b = 3", 3 },
        { "_ga=2", "_ga ", NULL, 1 },
        { "_ga=2; _gid=3;", "_ga _gid ", NULL, 2 },
        { "_ga=2; _ga=3; a=1", "_ga ", "a=1", 3 },
        { "a=1; b=2", "_ga ", "a=1; b=2", 2 },
        { "a=1;; b=2; ", "_ga ", "a=1;; b=2; ", 2 },
        { "_gab=1; x_ga=2; a=_ga=3", "_ga ", "_gab=1; x_ga=2; a=_ga=3", 3 },
        { " _ga =2; a=1", "_ga ", "a=1", 2 },
        { "_ga; a=1", "_ga ", "a=1", 2 },
        { "=_ga=1; a=1", "_ga ", "a=1", 2 },
        { "", "_ga ", "", 0 },
        { " ; ", "_ga ", " ; ", 0 },
    };

    size_t       i;
    heap_t       heap;
    cg_out_t     out;
    cg_str_t     line, kept;
    keeper_t     keeper;
    cg_status_t  status;

    heap_init(&heap);

    for (i = 0; i < N(cases); i++) {
        line = heap_exact(cg_str_from(cases[i].line));
        cg_out_init(&out, &heap.arena, 1024);
        cg_out_text(&out, "before");
        keeper.drop = cases[i].drop;
        keeper.asked = 0;

        status = cg_cookie_filter(line, keep, &keeper, &out, &kept);

        is_str(kept, cases[i].want ? cg_str_from(cases[i].want) : cg_str_null,
               "\"%s\" without %s", cases[i].line, cases[i].drop);
        ok(status == (cases[i].want ? CG_OK : CG_NONE)
           && keeper.asked == cases[i].asked, "and each pair was asked once");

        if (cases[i].want && strcmp(cases[i].line, cases[i].want) == 0) {
            ok(kept.data == line.data && out.len == 6,
               "nothing dropped: nothing copied");
        }

        free((void *) line.data);
    }

    keeper.drop = "_ga ";
    heap.fail_at = heap.count + 1;
    cg_out_init(&out, &heap.arena, 1024);
    ok(cg_cookie_filter(cg_str("a=1; _ga=2"), keep, &keeper, &out, &kept)
       == CG_ENOMEM && kept.data == NULL, "no memory: the line must go");

    heap.fail_at = 0;
    cg_out_init(&out, &heap.arena, 2);
    ok(cg_cookie_filter(cg_str("a=1; _ga=2"), keep, &keeper, &out, &kept)
       == CG_ELIMIT && kept.data == NULL, "no room: the line must go");

    heap_drop(&heap);
}


static void
a_set_cookie_line_is_read(void)
{
    cg_str_t         line;
    cg_set_cookie_t  set;

    line = heap_exact(cg_str(
        " _ga =GA1; DOMAIN=.Example.org ; path=/a;Max-Age=63072000;secure; "
        "HttpOnly; sameSITE=lax; Partitioned; "
        "expires=Thu, 01 Jan 1970 00:01:00 GMT"));

    ok(cg_set_cookie_read(line, &set) == CG_OK, "all attributes at once");
    is_str(set.name, cg_str("_ga"), "name");
    is_str(set.sent, cg_str("_ga"), "name that comes back");
    is_str(set.value, cg_str("GA1"), "value");
    is_str(set.domain, cg_str("Example.org"), "domain");
    is_str(set.path, cg_str("/a"), "path");
    ok(set.has_max_age && set.max_age == 63072000, "max-age");
    ok(set.has_expires && set.expires == 60, "expires");
    ok(set.secure && set.http_only && set.partitioned
       && set.samesite == CG_SAMESITE_LAX, "flags");
    free((void *) line.data);

    ok(cg_set_cookie_read(cg_str("a=1"), &set) == CG_OK
       && set.domain.data == NULL && set.path.data == NULL && !set.secure
       && !set.has_max_age && !set.has_expires && !set.http_only
       && set.samesite == CG_SAMESITE_UNSET, "no attributes");

    ok(cg_set_cookie_read(cg_str("a=1; domain=x; domain=; path=/; path=q;"
                                 "samesite=strict; samesite=?"), &set)
       == CG_OK && set.domain.data == NULL && set.path.data == NULL
       && set.samesite == CG_SAMESITE_UNSET, "the last attribute counts");

    ok(cg_set_cookie_read(cg_str("a=1; Secure=no; =path=/; max-age=1; "
                                 "max-age=x; expires=never"), &set) == CG_OK
       && set.secure && set.path.data == NULL && set.max_age == 1
       && !set.has_expires, "a value that cannot be read is no attribute");
}


static void
names_are_those_that_come_back(void)
{
    static const struct {
        const char  *line, *name, *value, *sent;
    } cases[] = {
        { "a=1", "a", "1", "a" },
        { "v", "", "v", "v" },
        { "=v", "", "v", "v" },
        { "=_ga=1", "", "_ga=1", "_ga" },
        { " = _ga =1; path=/", "", "_ga =1", "_ga" },
        { "a=", "a", "", "a" },
        { "==", "", "=", "" },
        { "a=b=c; x", "a", "b=c", "a" },
        { "\xe3\x81\x82=1", "\xe3\x81\x82", "1", "\xe3\x81\x82" },
        { "a\t=\t1", "a", "1", "a" },
    };

    size_t           i;
    cg_str_t         line;
    cg_set_cookie_t  set;

    for (i = 0; i < N(cases); i++) {
        line = heap_exact(cg_str_from(cases[i].line));

        ok(cg_set_cookie_read(line, &set) == CG_OK
           && cg_str_eq(set.name, cg_str_from(cases[i].name))
           && cg_str_eq(set.value, cg_str_from(cases[i].value))
           && cg_str_eq(set.sent, cg_str_from(cases[i].sent)),
           "\"%s\" comes back as \"%s\"", cases[i].line, cases[i].sent);

        free((void *) line.data);
    }
}


static void
what_browsers_do_not_store_is_refused(void)
{
    static const cg_str_t  lines[] = {
        cg_str(""), cg_str(" "), cg_str(";"), cg_str("="), cg_str(" = ; a=1"),
        cg_str("; a=1"), cg_str("a=\0"), cg_str("a\n=1"), cg_str("a=1; b\r"),
        cg_str("a=\x7f"), cg_str("a=1\x1b; path=/"), cg_str("a=1\n"),
    };

    size_t           i;
    cg_str_t         line;
    unsigned char    big[4200];
    cg_set_cookie_t  set;

    for (i = 0; i < N(lines); i++) {
        line = heap_exact(lines[i]);
        memset(&set, 0xFF, sizeof(set));
        ok(cg_set_cookie_read(line, &set) == CG_EINVAL
           && set.name.data == NULL && !set.secure, "refused: line %zu", i);
        free((void *) line.data);
    }

    memset(big, 'v', sizeof(big));
    big[1] = '=';
    line.data = big;

    line.len = 4097;
    ok(cg_set_cookie_read(line, &set) == CG_OK && set.value.len == 4095,
       "4096 bytes of name and value are stored");

    line.len = 4098;
    is_int(cg_set_cookie_read(line, &set), CG_EINVAL, "one more is not");

    memcpy(big, "a=1;path=/", 10);
    line.len = 9 + 1024;
    ok(cg_set_cookie_read(line, &set) == CG_OK && set.path.len == 1024,
       "an attribute of 1024 bytes counts");

    line.len++;
    ok(cg_set_cookie_read(line, &set) == CG_OK && set.path.data == NULL,
       "a longer one does not");
}


static void
lifetimes_are_clamped_and_max_age_wins(void)
{
    static const struct {
        const char   *line;
        cg_status_t   status;
        int64_t       seconds;
    } cases[] = {
        { "a=1", CG_NONE, 0 },
        { "a=1; max-age=60", CG_OK, 60 },
        { "a=1; max-age=60; expires=Thu, 01 Jan 1970 00:00:01 GMT", CG_OK,
          60 },
        { "a=1; expires=Thu, 01 Jan 1970 00:01:40 GMT", CG_OK, 90 },
        { "a=1; expires=Thu, 01 Jan 1970 00:00:00 GMT", CG_OK, -10 },
        { "a=1; max-age=-1", CG_OK, -1 },
        { "a=1; max-age=0", CG_OK, 0 },
        { "a=1; max-age=", CG_NONE, 0 },
        { "a=1; max-age=-", CG_NONE, 0 },
        { "a=1; max-age=+1", CG_NONE, 0 },
        { "a=1; max-age=1.5", CG_NONE, 0 },
        { "a=1; max-age=9223372036854775807", CG_OK, INT64_MAX },
        { "a=1; max-age=9223372036854775808", CG_OK, INT64_MAX },
        { "a=1; max-age=99999999999999999999999", CG_OK, INT64_MAX },
        { "a=1; max-age=-99999999999999999999999", CG_OK, -INT64_MAX },
        { "a=1; max-age=9999999999999999999999x", CG_NONE, 0 },
    };

    size_t           i;
    int64_t          seconds;
    cg_status_t      status;
    cg_set_cookie_t  set;

    for (i = 0; i < N(cases); i++) {
        seconds = 0;
        status = cg_set_cookie_read(cg_str_from(cases[i].line), &set);

        if (status == CG_OK) {
            status = cg_set_cookie_lifetime(&set, 10, &seconds);
        }

        ok(status == cases[i].status && seconds == cases[i].seconds,
           "lifetime of \"%s\"", cases[i].line);
    }
}


static void
dates_are_read(void)
{
    static const struct {
        const char  *text;
        int64_t      want;         /* 1: no date */
    } cases[] = {
        { "Thu, 01 Jan 1970 00:00:00 GMT", 0 },
        { "Wed, 31 Dec 1969 23:59:59 GMT", -1 },
        { "29 Feb 2000 12:00:00", 951825600 },
        { "29 Feb 2100 12:00:00", 1 },
        { "29 Feb 2024 00:00:00", 1709164800 },
        { "1 Mar 2100 00:00:00", 4107542400 },
        { "31 Apr 2020 00:00:00", 1 },
        { "Tue, 19 Jan 2038 03:14:08 GMT", 2147483648 },
        { "Fri, 31 Dec 9999 23:59:59 GMT", 253402300799 },
        { "1 Jan 1601 0:0:0", -11644473600 },
        { "1 Jan 1600 0:0:0", 1 },
        { "1 Jan 69 0:0:0", 3124224000 },
        { "1 Jan 70 0:0:0", 0 },
        { "1 Jan 1970 24:00:00", 1 },
        { "1 Jan 1970 00:60:00", 1 },
        { "1 Jan 1970 00:00:60", 1 },
        { "0 Jan 1970 00:00:00", 1 },
        { "1 Jan 1970", 1 },
        { "1 1970 00:00:00", 1 },
        { "Jan 1970 00:00:00", 1 },
        { "1 Jan 00:00:00", 1 },
        { "1st JANUARY 1970am 00:00:00x", 0 },
        { "", 1 },
    };

    size_t       i;
    int64_t      when;
    cg_str_t     text;
    cg_status_t  status;

    for (i = 0; i < N(cases); i++) {
        when = 1;
        text = heap_exact(cg_str_from(cases[i].text));
        status = cg_cookie_date(text, &when);
        ok(when == cases[i].want && (status == CG_OK) == (when != 1),
           "date \"%s\"", cases[i].text);
        free((void *) text.data);
    }
}


/* Views must not leave the line, whatever it holds. */

static void
every_cut_is_read_within_its_bytes(void)
{
    static const char  line[] =
        "a=1; =b;c ; d = \"e;f\";;expires=Thu, 01 Jan 1970 00:01:00 GMT"
        ";max-age=-12; domain=.x; path=/y; samesite=none;secure";

    size_t           i, at, bad = 0;
    heap_t           heap;
    keeper_t         keeper = { "c ", 0 };
    cg_out_t         out;
    cg_str_t         cut, kept;
    cg_cookie_t      pair;
    cg_set_cookie_t  set;

    heap_init(&heap);
    cg_out_init(&out, &heap.arena, 1024);

    for (i = 0; i <= 2 * sizeof(line) - 2; i++) {
        cut = i < sizeof(line)
              ? (cg_str_t) { i, (const unsigned char *) line }
              : cg_str_from(line + (i + 1 - sizeof(line)));
        cut = heap_exact(cut);

        for (at = 0; cg_cookie_next(cut, &at, &pair) == CG_OK; /* void */) {
            bad += pair.end > cut.len || pair.start >= pair.end;
        }

        cg_out_reset(&out);
        bad += cg_cookie_filter(cut, keep, &keeper, &out, &kept) < 0;
        bad += cg_set_cookie_read(cut, &set) == CG_OK && set.sent.len > cut.len;
        free((void *) cut.data);
    }

    is_int(bad, 0, "every prefix and every suffix of a line is read");
    heap_drop(&heap);
}


int
main(void)
{
    a_cookie_line_is_read_pair_by_pair();
    a_filtered_line_has_the_kept_bytes();
    a_set_cookie_line_is_read();
    names_are_those_that_come_back();
    what_browsers_do_not_store_is_refused();
    lifetimes_are_clamped_and_max_age_wins();
    dates_are_read();
    every_cut_is_read_within_its_bytes();

    return tap_done();
}
