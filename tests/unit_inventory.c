#define _DEFAULT_SOURCE            /* MAP_ANONYMOUS */

/* The inventory in shared memory: names, counted by whoever comes. */

#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tap.h"
#include "heap.h"

#include "evidence/cg_inventory.h"

#define PROCESSES  4
#define ROUNDS     5000
#define N_ROWS     CG_INVENTORY_ROWS


static cg_inventory_t *
table(void)
{
    void  *block = mmap(NULL, CG_INVENTORY_SIZE, PROT_READ|PROT_WRITE,
                        MAP_SHARED|MAP_ANONYMOUS, -1, 0);

    return cg_inventory_init(block);
}


static void
note(cg_inventory_t *inventory, int64_t now, cg_seen_kind_t kind,
    cg_seen_action_t action, const char *name)
{
    cg_str_t  copy = heap_exact(cg_str_from(name));

    cg_inventory_note(inventory, now, 1, kind, action, copy);
    free((void *) copy.data);
}


/* "name held/passed/blocked ..." */

static cg_str_t
listed(const cg_inventory_t *inventory, cg_seen_kind_t kind)
{
    static char                text[65536];
    static cg_inventory_row_t  rows[CG_INVENTORY_ROWS];

    size_t  i, len = 0, n;

    n = cg_inventory_list(inventory, 0, kind, rows, CG_INVENTORY_ROWS);
    text[0] = '\0';

    for (i = 0; i < n; i++) {
        len += (size_t) snprintf(text + len, sizeof(text) - len,
                                 "%s%.*s %d/%d/%d", i ? " " : "",
                                 (int) rows[i].len, rows[i].name,
                                 (int) rows[i].n[CG_SEEN_HELD],
                                 (int) rows[i].n[CG_SEEN_PASSED],
                                 (int) rows[i].n[CG_SEEN_BLOCKED]);
    }

    return cg_str_from(text);
}


static void
names_are_counted(void)
{
    static cg_inventory_row_t  rows[N_ROWS];

    cg_inventory_t  *inventory = table();

    is_str(listed(inventory, CG_SEEN_HOST), cg_str(""), "at first: nothing");
    note(inventory, 1, CG_SEEN_HOST, CG_SEEN_HELD, "a.example");
    note(inventory, 1, CG_SEEN_HOST, CG_SEEN_PASSED, "b.example");
    note(inventory, 2, CG_SEEN_HOST, CG_SEEN_BLOCKED, "b.example");
    note(inventory, 2, CG_SEEN_COOKIE, CG_SEEN_PASSED, "a.example");

    is_str(listed(inventory, CG_SEEN_HOST),
           cg_str("b.example 0/1/1 a.example 1/0/0"),
           "hosts, the commonest first");
    is_str(listed(inventory, CG_SEEN_COOKIE), cg_str("a.example 0/1/0"),
           "a cookie is no host");

    note(inventory, 3, CG_SEEN_ENDPOINT, CG_SEEN_HELD,
         "0123456789012345678901234567890123456789012345678901234567890123456");
    is_str(listed(inventory, CG_SEEN_ENDPOINT),
           cg_str("01234567890123456789012345678901234567890123456789012345678"
                  "90123 1/0/0"), "a long name is cut");
    cg_inventory_note(inventory, 4, 2, CG_SEEN_HOST, CG_SEEN_PASSED,
                      cg_str("a.example"));
    is_str(listed(inventory, CG_SEEN_HOST),
           cg_str("a.example 1/1/0 b.example 0/1/1"),
           "what is seen on several sites is one");
    is_int(cg_inventory_list(inventory, 2, CG_SEEN_HOST, rows, N_ROWS), 1,
           "of one site only its own");
    is_int(cg_inventory_lost(inventory), 0, "nothing is lost");
}


static void
there_is_an_end_to_it(void)
{
    char             name[32];
    int              i;
    cg_inventory_t  *inventory = table();

    for (i = 0; i < 4 * CG_INVENTORY_ROWS; i++) {
        snprintf(name, sizeof(name), "c%d", i);
        note(inventory, 1000, CG_SEEN_COOKIE, CG_SEEN_PASSED, name);
    }

    ok(cg_inventory_lost(inventory) >= 3 * CG_INVENTORY_ROWS,
       "what finds no room is counted");

    note(inventory, 1000 + CG_INVENTORY_OLD + 1, CG_SEEN_HOST, CG_SEEN_HELD,
         "new.example");
    is_str(listed(inventory, CG_SEEN_HOST), cg_str("new.example 1/0/0"),
           "what was not seen for a day makes way");
}


/* Names that all of them meet at once; each sighting is in the sum. */

static void
processes_count_together(void)
{
    int              i, k, want = PROCESSES * ROUNDS / 8;
    char             name[32];
    cg_inventory_t  *inventory = table();
    static char      text[1024];

    for (i = 0; i < PROCESSES; i++) {
        if (fork() == 0) {
            for (k = 0; k < ROUNDS; k++) {
                snprintf(name, sizeof(name), "h%d.example", (k + i) % 8);
                cg_inventory_note(inventory, k, 1, CG_SEEN_HOST, CG_SEEN_HELD,
                                  cg_str_from(name));
            }

            _exit(0);
        }
    }

    while (wait(NULL) > 0) {
        /* void: all of them */
    }

    for (i = 0, k = 0; i < 8; i++) {
        k += snprintf(text + k, sizeof(text) - (size_t) k,
                      "%sh%d.example %d/0/0", i ? " " : "", i, want);
    }

    is_str(listed(inventory, CG_SEEN_HOST), cg_str_from(text),
           "several processes count together");
}


int
main(void)
{
    names_are_counted();
    there_is_an_end_to_it();
    processes_count_together();

    return tap_done();
}
