/* How often one sender may do something. */

#include "tap.h"
#include "heap.h"
#include "consent/cg_limit.h"

#define NOW  UINT64_C(1000000)         /* ms */


static const unsigned char  seed[CG_LIMIT_SEED] = "0123456789abcde";
static const cg_rate_t      rate = { 500000, 4 };      /* 2 a second */


static unsigned
takes(cg_limit_t *table, const char *sender, uint64_t now)
{
    unsigned  n = 0;

    while (cg_limit_take(table, &rate, cg_str_from(sender), now) == 0) {
        n++;
    }

    return n;
}


static void
a_bucket_leaks(cg_limit_t *table)
{
    is_int(takes(table, "a", NOW), 5, "one, and the burst behind it");
    is_int(cg_limit_take(table, &rate, cg_str("a"), NOW), 500,
           "then so many milliseconds are to be waited");
    is_int(cg_limit_take(table, &rate, cg_str("a"), NOW + 499), 1,
           "to the last of them");
    is_int(takes(table, "a", NOW + 500), 1, "one leaks in each interval");
    is_int(takes(table, "a", NOW + 500 + 1500), 3, "three in three");
    is_int(takes(table, "a", NOW + 3600000), 5, "an idle bucket holds no more");
    is_int(takes(table, "b", NOW + 500), 5, "another sender has its own");
    is_int(takes(table, "a", NOW), 0, "a clock that goes back gives nothing");
}


static void
no_rate_is_no_limit(cg_limit_t *table)
{
    int              i, taken = 0;
    const cg_rate_t  none = { 0, 0 };

    for (i = 0; i < 1000; i++) {
        taken += cg_limit_take(table, &none, cg_str("a"), NOW) == 0;
    }

    is_int(taken, 1000, "without a rate all may");
}


/* Of many that asked once, none costs the one that asks all the time its row:
 * it is never the first whose bucket is empty. */

static void
many_senders_do_not_free_one(cg_limit_t *table)
{
    char      name[32];
    int       i;
    unsigned  taken = takes(table, "flood", NOW);

    for (i = 0; i < 100000; i++) {
        snprintf(name, sizeof(name), "n%d", i);
        (void) cg_limit_take(table, &rate, cg_str_from(name), NOW);

        if (i % 1000 == 0) {
            taken += takes(table, "flood", NOW);
        }
    }

    is_int(taken, 5, "a flood from many does not open the way for one of them");
}


int
main(void)
{
    cg_limit_t     *table;
    unsigned char  *block = malloc(CG_LIMIT_SIZE);

    table = cg_limit_init(block, seed);
    a_bucket_leaks(table);
    no_rate_is_no_limit(table);

    table = cg_limit_init(block, seed);
    many_senders_do_not_free_one(table);
    free(block);

    return tap_done();
}
