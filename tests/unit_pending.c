#define _DEFAULT_SOURCE            /* MAP_ANONYMOUS */

/* Decisions that close while Redis is away: the lines of their file, and the
 * table of names that are shut. */

#include "tap.h"
#include "visit.h"

#include "consent/cg_pending.h"
#include "consent/cg_shut.h"

#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define NAMES  3000


static cg_record_name_t
name_of(uint32_t n)
{
    cg_keys_t         keys;
    cg_token_t        token;
    cg_record_name_t  name;

    visit_keys(&keys, VISIT_KEY_A "\n");
    visit_grant(&token, 7, 5);
    memcpy(token.cid, &n, sizeof(n));

    if (cg_record_name(&keys, VISIT_SITE, &token, &name) != CG_OK) {
        abort();
    }

    return name;
}


static cg_pending_t
pending_of(uint32_t n)
{
    cg_str_t      site = VISIT_SITE;
    cg_pending_t  pending;

    memset(&pending, 0, sizeof(pending));

    pending.name = name_of(n);
    pending.at = VISIT_NOW + n;
    pending.expires = VISIT_NOW + 180 * VISIT_DAY;
    pending.how = CG_HOW_WITHDRAW;
    memset(pending.rid, 0xA5, sizeof(pending.rid));

    if (cg_pending_where(&site, 1, pending.where) != CG_OK
        || cg_pending_line_of(cg_str("0123456789abcdef:4711"), &pending)
           != CG_OK)
    {
        abort();
    }

    return pending;
}


static void
line_of(uint32_t n, unsigned char line[CG_PENDING_LINE])
{
    cg_pending_t  pending = pending_of(n);

    if (cg_pending_write(&pending, line) != CG_OK) {
        abort();
    }
}


/* How many lines `bytes` hold, each of them pending_of(its number). */

static size_t
lines_in(const unsigned char *bytes, size_t len)
{
    size_t        at = 0, n = 0, place;
    cg_str_t      copy = heap_exact((cg_str_t) { len, bytes });
    cg_pending_t  got, want;

    while (cg_pending_next(copy, &at, &got, &place) == CG_OK) {
        want = pending_of((uint32_t) (got.at - VISIT_NOW));
        n += memcmp(&got, &want, sizeof(got)) == 0;
    }

    free((void *) copy.data);

    return n;
}


static void
lines_come_back_whole(void)
{
    size_t         at = 0, place;
    cg_str_t       bytes;
    cg_how_t       hows[] = { CG_HOW_WITHDRAW, CG_HOW_REJECT_ALL,
                              CG_HOW_ERASE };
    unsigned       i, good = 0;
    cg_pending_t   pending, got;
    unsigned char  line[CG_PENDING_LINE];

    for (i = 0; i < 3; i++) {
        pending = pending_of(i);
        pending.how = hows[i];
        at = 0;
        bytes = (cg_str_t) { CG_PENDING_LINE, line };
        good += cg_pending_write(&pending, line) == CG_OK
                && cg_pending_next(bytes, &at, &got, &place) == CG_OK
                && memcmp(&got, &pending, sizeof(got)) == 0
                && place == 0 && at == CG_PENDING_LINE;
    }

    is_int(good, 3, "what closes comes back as it was written");

    pending.how = CG_HOW_ACCEPT_ALL;
    ok(cg_pending_write(&pending, line) == CG_EINVAL,
       "what opens is never written");
    ok(cg_pending_line_of(cg_str("0123456789abcdef:x"), &got) == CG_EINVAL
       && cg_pending_line_of(cg_str("0123:4"), &got) == CG_EINVAL
       && cg_pending_line_of(cg_str_null, &got) == CG_EINVAL,
       "a place in the log is lane:seq");
}


static void
torn_lines_are_nobodys(void)
{
    size_t         i, cut = 0, changed = 0, behind = 0;
    unsigned char  bytes[2 * CG_PENDING_LINE], line[CG_PENDING_LINE];

    line_of(1, line);

    for (i = 0; i < CG_PENDING_LINE; i++) {
        cut += lines_in(line, i);
        memcpy(bytes, line, CG_PENDING_LINE);
        bytes[i] ^= 1;
        changed += lines_in(bytes, CG_PENDING_LINE);

        line_of(2, bytes + i);
        memcpy(bytes, line, i);
        behind += lines_in(bytes, i + CG_PENDING_LINE);
    }

    is_int(cut, 0, "a line cut anywhere is none");
    is_int(changed, 0, "one with any byte changed is none");
    is_int(behind, CG_PENDING_LINE, "a piece of any length hides no line "
                                    "behind it");
}


static void
blank_lines_are_passed_over(void)
{
    unsigned       i;
    unsigned char  bytes[5 * CG_PENDING_LINE];

    for (i = 0; i < 5; i++) {
        line_of(i, bytes + i * CG_PENDING_LINE);
    }

    is_int(lines_in(bytes, sizeof(bytes)), 5, "five lines");
    memset(bytes + CG_PENDING_LINE, ' ', CG_PENDING_LINE);
    memset(bytes + 4 * CG_PENDING_LINE, ' ', 20);
    is_int(lines_in(bytes, sizeof(bytes)), 3, "one blanked, and one half-way: "
                                              "three");
}


static cg_shut_t *
table_of(void)
{
    void  *block = mmap(NULL, CG_SHUT_SIZE, PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    if (block == MAP_FAILED) {
        abort();
    }

    return cg_shut_init(block);
}


static void
names_stay_until_removed(void)
{
    uint32_t          n, there = 0, others = 0;
    cg_shut_t        *table = table_of();
    cg_record_name_t  name = name_of(1), none;

    memset(&none, 0, sizeof(none));

    ok(!cg_shut_has(table, &name), "an empty table shuts nobody");
    ok(cg_shut_add(table, &name) == CG_OK && cg_shut_add(table, &name) == CG_OK
       && cg_shut_has(table, &name) && cg_shut_count(table) == 1,
       "a name is in once");
    ok(cg_shut_add(table, &none) == CG_EINVAL && !cg_shut_has(table, &none),
       "what is no name is not");

    for (n = 0; n < NAMES; n++) {
        name = name_of(n);
        there += cg_shut_add(table, &name) == CG_OK;
    }

    is_int(there, NAMES, "three thousand find room");

    for (n = 0; n < NAMES; n += 2) {
        name = name_of(n);
        cg_shut_remove(table, &name);
    }

    for (there = 0, n = 0; n < 2 * NAMES; n++) {
        name = name_of(n);
        there += n < NAMES && n % 2 && cg_shut_has(table, &name);
        others += (n >= NAMES || n % 2 == 0) && cg_shut_has(table, &name);
    }

    is_int(there, NAMES / 2, "those that were not removed are there");
    is_int(others, 0, "and nobody else");
    is_int(cg_shut_count(table), NAMES / 2, "and counted");

    (void) munmap(table, CG_SHUT_SIZE);
}


static void
full_table_says_so(void)
{
    uint32_t          n, refused = 0;
    cg_shut_t        *table = table_of();
    cg_record_name_t  name;

    for (n = 0; n < CG_SHUT_MOST; n++) {
        name = name_of(n);
        refused += cg_shut_add(table, &name) != CG_OK;
    }

    is_int(refused, 0, "it holds as many as it promises");
    name = name_of(n);
    ok(cg_shut_add(table, &name) == CG_ELIMIT && !cg_shut_has(table, &name),
       "one more is refused, not forgotten silently");

    name = name_of(0);
    cg_shut_remove(table, &name);
    name = name_of(n);
    ok(cg_shut_add(table, &name) == CG_OK && cg_shut_has(table, &name),
       "where one left another comes in");

    (void) munmap(table, CG_SHUT_SIZE);
}


/* A process adds and removes; `added` counts those from `from` on that stay. */

static void
busy(cg_shut_t *table, uint32_t from, uint32_t *added)
{
    uint32_t          n;
    cg_record_name_t  name, guest = name_of(from);

    for (n = from; n < from + 400; n++) {
        name = name_of(n);

        if (n != from && cg_shut_add(table, &name) == CG_OK) {
            __atomic_store_n(added, n - from, __ATOMIC_RELEASE);
        }

        if (cg_shut_add(table, &guest) == CG_OK) {
            cg_shut_remove(table, &guest);
        }
    }
}


static void
killed_writers_lose_nothing(void)
{
    int               status;
    pid_t             pid;
    uint32_t          i, n, lost = 0, *added;
    cg_shut_t        *table = table_of();
    cg_record_name_t  name;

    added = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
                 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    fflush(stdout);

    for (i = 0; i < 10; i++) {
        pid = fork();

        if (pid == 0) {
            busy(table, i * 1000, &added[i]);
            _exit(0);
        }

        usleep(2000 + 1777 * i % 5000);
        kill(pid, SIGKILL);
        waitpid(pid, &status, 0);
    }

    for (i = 0; i < 10; i++) {
        for (n = 1; n <= added[i]; n++) {
            name = name_of(i * 1000 + n);
            lost += !cg_shut_has(table, &name);
        }
    }

    is_int(lost, 0, "no name is lost, with its writers killed at any instant");

    (void) munmap(added, 4096);
    (void) munmap(table, CG_SHUT_SIZE);
}


int
main(void)
{
    lines_come_back_whole();
    torn_lines_are_nobodys();
    blank_lines_are_passed_over();
    names_stay_until_removed();
    full_table_says_so();
    killed_writers_lose_nothing();

    return tap_done();
}
