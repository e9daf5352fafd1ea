#include "tap.h"
#include "heap.h"

#include "cookie/cg_cookie_cap.h"

#define DAY  INT64_C(86400)
#define NOW  INT64_C(1764230400)       /* Thu, 27 Nov 2025 08:00:00 GMT */


/* NULL: the line stays. */

static const struct {
    const char  *promise;
    const char  *line;
    int64_t      longest;
    const char  *capped;
} cases[] = {
    { "a session cookie stays", "a=1; Path=/", DAY, NULL },
    { "a short Max-Age stays", "a=1; Max-Age=86400", DAY, NULL },
    { "a long Max-Age is capped, all else stays",
      "a=max-age=9;  MAX-AGE = 99999999 ;Path=/; x=y;;Secure ", DAY,
      "a=max-age=9;  MAX-AGE = 86400 ;Path=/; x=y;;Secure " },
    { "one beyond all numbers, too",
      "a=1; max-age=99999999999999999999999999; HttpOnly", 395 * DAY,
      "a=1; max-age=34128000; HttpOnly" },
    { "a Max-Age of 0 deletes", "a=1; Max-Age=0; Expires=Fri, 01 Jan 2100 "
      "00:00:00 GMT", DAY, NULL },
    { "one below 0, too", "a=; Max-Age=-1", DAY, NULL },
    { "a short Max-Age wins over a long Expires",
      "a=1; Expires=Fri, 01 Jan 2100 00:00:00 GMT; Max-Age=60", DAY, NULL },
    { "a long Max-Age wins over a short Expires",
      "a=1; Max-Age=999999; Expires=Thu, 27 Nov 2025 08:00:01 GMT", DAY,
      "a=1; Max-Age=86400; Expires=Thu, 27 Nov 2025 08:00:01 GMT" },
    { "of two the last one decides",
      "a=1; Max-Age=999999; Max-Age=888888", DAY,
      "a=1; Max-Age=999999; Max-Age=86400" },
    { "one that is no number decides nothing",
      "a=1; Max-Age=999999; Max-Age=forever", DAY,
      "a=1; Max-Age=86400; Max-Age=forever" },
    { "a long Expires is capped", "a=1; expires=Fri, 01-Jan-2100 00:00:00 GMT; "
      "path=/", DAY, "a=1; expires=Fri, 28 Nov 2025 08:00:00 GMT; path=/" },
    { "over the end of a year and of February",
      "a=1; Expires=Fri, 01 Jan 2100 00:00:00 GMT", 824 * DAY + 4271,
      "a=1; Expires=Tue, 29 Feb 2028 09:11:11 GMT" },
    { "an Expires in the past deletes",
      "a=; Expires=Thu, 01 Jan 1970 00:00:00 GMT", DAY, NULL },
    { "an Expires that is no date is none", "a=1; Expires=forever", DAY, NULL },
    { "a line that no browser stores stays", "a=\x01; Max-Age=999999", DAY,
      NULL },
    { "a cookie without a name is one", "v; Max-Age=999999", DAY,
      "v; Max-Age=86400" },
};


static void
lives_are_capped(void)
{
    size_t       i;
    heap_t       heap;
    cg_out_t     out;
    cg_str_t     line;
    cg_status_t  status;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        heap_init(&heap);
        cg_out_init(&out, &heap.arena, 4096);
        line = heap_exact(cg_str_from(cases[i].line));
        status = cg_set_cookie_cap(line, NOW, cases[i].longest, &out);

        if (cases[i].capped == NULL) {
            ok(status == CG_NONE && out.len == 0, "%s", cases[i].promise);

        } else {
            is_int(status, CG_OK, "%s", cases[i].promise);
            is_str(cg_out_slice(&out), cg_str_from(cases[i].capped),
                   "... as it is to be");
        }

        heap_drop(&heap);
        free((void *) line.data);
    }
}


/* What was capped is not capped again, at any second of 30 years. */

static void
a_capped_life_is_the_longest(void)
{
    int          good = 1;
    heap_t       heap;
    int64_t      now, lives;
    cg_out_t     out;
    cg_str_t     line = cg_str("a=1; Expires=Fri, 31 Dec 9999 23:59:59 GMT");
    cg_set_cookie_t  set;

    for (now = 0; now < 11000 * DAY; now += 5 * DAY + 12347) {
        heap_init(&heap);
        cg_out_init(&out, &heap.arena, 4096);

        good &= cg_set_cookie_cap(line, now, 395 * DAY, &out) == CG_OK
                && cg_set_cookie_read(cg_out_slice(&out), &set) == CG_OK
                && cg_set_cookie_lifetime(&set, now, &lives) == CG_OK
                && lives == 395 * DAY;

        heap_drop(&heap);
    }

    ok(good, "the date that is written is the date that browsers read");
}


static void
no_memory_is_an_error(void)
{
    heap_t    heap;
    cg_out_t  out;

    heap_init(&heap);
    cg_out_init(&out, &heap.arena, 8);
    is_int(cg_set_cookie_cap(cg_str("a=1; Max-Age=999999"), NOW, DAY, &out),
           CG_ELIMIT, "no room: an error, so that the line goes");
    heap_drop(&heap);
}


int
main(void)
{
    lives_are_capped();
    a_capped_life_is_the_longest();
    no_memory_is_an_error();

    return tap_done();
}
