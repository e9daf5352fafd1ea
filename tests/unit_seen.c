/* The table of hosts that were reported: each told once, then counted. */

#include "tap.h"
#include "heap.h"

#include "evidence/cg_seen.h"


static heap_t     heap;
static cg_seen_t  seen;
static int        site_a, site_b;


static cg_status_t
note(int64_t now, const void *owner, const char *host, const char *directive,
    int blocked)
{
    cg_str_t       copy = heap_exact(cg_str_from(host));
    cg_status_t    rc;
    cg_seen_key_t  key;

    memset(&key, 0, sizeof(key));
    key.owner = owner;
    key.name = copy;
    key.where = "csp";
    key.directive = directive;
    key.action = blocked ? CG_SEEN_BLOCKED : CG_SEEN_PASSED;

    rc = cg_seen_note(&seen, now, &key);
    free((void *) copy.data);

    return rc;
}


/* "host*n host*n ..." */

static cg_str_t
taken(void)
{
    static char  text[4096];

    size_t                at = 0, len = 0;
    const cg_seen_row_t  *row;

    text[0] = '\0';

    while ((row = cg_seen_take(&seen, &at)) != NULL) {
        len += (size_t) snprintf(text + len, sizeof(text) - len, "%.*s*%u ",
                                 (int) row->key.name.len, row->key.name.data,
                                 row->n);
    }

    return cg_str_from(text);
}


static void
told_once_then_counted(void)
{
    heap_init(&heap);
    ok(cg_seen_init(&seen, &heap.arena, CG_SEEN_REPORTS) == CG_OK, "a table");

    ok(cg_seen_empty(&seen), "at first it is empty");
    is_int(note(60, &site_a, "a.example", "img-src", 1), CG_OK,
           "a new host is told");
    is_int(note(60, &site_a, "a.example", "img-src", 1), CG_NONE,
           "the second time it is counted");
    is_int(note(61, &site_a, "a.example", "img-src", 1), CG_NONE,
           "and the third");
    is_int(note(61, &site_b, "a.example", "img-src", 1), CG_OK,
           "another site's is another");
    is_int(note(61, &site_a, "a.example", "font-src", 1), CG_OK,
           "so is another directive");
    is_int(note(61, &site_a, "a.example", "img-src", 0), CG_OK,
           "and one that went through");
    is_str(taken(), cg_str("a.example*2 "), "then how often");
    ok(!cg_seen_empty(&seen), "what was busy stays");
    is_int(note(700, &site_a, "a.example", "img-src", 1), CG_NONE,
           "so that it is not told anew");
    is_int(note(700, &site_b, "a.example", "img-src", 1), CG_OK,
           "what was quiet was forgotten");
    is_str(taken(), cg_str("a.example*1 "), "the rest is told as a number");
    is_str(taken(), cg_str(""), "nothing twice");
    ok(cg_seen_empty(&seen), "and at last it is empty");
    heap_drop(&heap);
}


static void
a_flood_is_a_number(void)
{
    char    host[300];
    int     i, told = 0, early;
    size_t  n = 0;

    heap_init(&heap);
    ok(cg_seen_init(&seen, &heap.arena, CG_SEEN_REPORTS) == CG_OK, "a table");

    for (i = 0; i < 1000; i++) {
        snprintf(host, sizeof(host), "h%d.example", i);
        told += note(600, &site_a, host, "img-src", 1) == CG_OK;
    }

    early = told;
    is_int(early, CG_SEEN_FIRST, "so many lines a minute, no more");
    is_int(note(660, &site_a, "late.example", "img-src", 1), CG_NONE,
           "a full table takes none, a minute later either");

    for (i = 0; taken().data[0] == 'h' && i < 2; i++) {
        n++;
    }

    is_int(n, 1, "what waited is told once");
    is_int(cg_seen_lost(&seen), 1001 - CG_SEEN_REPORTS,
           "what found no room is counted");
    is_int(cg_seen_lost(&seen), 0, "once");
    is_int(note(720, &site_a, "new.example", "img-src", 1), CG_OK,
           "then there is room again");

    memset(host, 'h', sizeof(host));
    host[CG_MAX_HOST + 1] = '\0';
    is_int(note(780, &site_a, host, "img-src", 1), CG_NONE,
           "a host longer than any is lost");
    is_int(cg_seen_lost(&seen), 1, "and counted");
    host[CG_MAX_HOST] = '\0';
    is_int(note(780, &site_a, host, "img-src", 1), CG_OK,
           "the longest fits");
    heap_drop(&heap);
}


int
main(void)
{
    told_once_then_counted();
    a_flood_is_a_number();

    return tap_done();
}
