#define _DEFAULT_SOURCE            /* MAP_ANONYMOUS */

#include "tap.h"
#include "cache_block.h"

#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>


/* Several processes at once on few sets.  Every value written hangs together,
 * so a reader knows one that never was. */

#define HAMMER_NAMES  24
#define HAMMER_MS     1200

static int64_t
clock_ms(void)
{
    struct timespec  ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);

    return (int64_t) ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}


static cg_cached_t
hammer_value(uint32_t which, uint32_t rev, int64_t now)
{
    cg_cached_t  value;

    memset(&value, 0, sizeof(value));
    value.rev = rev;
    value.granted = rev * 2654435761u + which + 1;
    value.state = (uint8_t) (rev % 7);
    value.expires = (int64_t) rev << 8 | which;
    value.read_ms = now;

    return value;
}


static int
hammer_is_real(uint32_t which, const cg_cached_t *found, int64_t now)
{
    cg_cached_t  want = hammer_value(which, found->rev, found->read_ms);

    return found->granted == want.granted && found->state == want.state
           && found->expires == want.expires && found->read_ms <= now
           && found->read_ms > now - 60000;
}


static int
hammer(cg_cache_t *cache, uint32_t seed, int64_t end)
{
    int64_t           now;
    uint32_t          which, turn, epoch;
    uint64_t          reads = 0;
    cg_cached_t       value, found;
    cg_cache_name_t   name;
    cg_cache_sight_t  sights[HAMMER_NAMES];

    memset(sights, 0, sizeof(sights));

    for (turn = seed; (now = clock_ms()) < end; turn++) {
        seed = seed * 1664525u + 1013904223u;
        which = (seed >> 8) % HAMMER_NAMES;
        name = name_in(cache, which % 2, which);
        value = hammer_value(which, seed >> 4, now);
        epoch = cg_cache_epoch(cache, &name);

        if (turn % 4 == 0) {
            cg_cache_put(cache, &name, epoch, &value, now);

        } else if (turn % 64 == 1) {
            cg_cache_shut(cache, &name, &value, now);

        } else if (turn % 64 == 2) {
            cg_cache_heed(cache, &name, seed, 0, now);

        } else if (cg_cache_get_again(cache, &sights[which % HAMMER_NAMES],
                                      &name, 0, clock_ms(), 60000, 60000,
                                      &found) == CG_OK)
        {
            reads++;

            if (!hammer_is_real(which, &found, clock_ms())) {
                return 1;
            }
        }
    }

    return reads ? 0 : 2;
}


static void
readers_see_only_what_was_written(void)
{
    int           status, i, torn = 0, idle = 0, killed = 0;
    pid_t         pids[4], victim;
    int64_t       end = clock_ms() + HAMMER_MS;
    cg_cache_t   *cache = cache_of();
    uint32_t      which, real = 0;
    cg_cached_t   value, found;
    cg_cache_name_t  name;

    fflush(stdout);

    for (i = 0; i < 4; i++) {
        pids[i] = fork();

        if (pids[i] == 0) {
            _exit(hammer(cache, (uint32_t) i * 7919u + 1, end));
        }
    }

    /* processes die at any instant */

    while (clock_ms() < end - 200) {
        victim = fork();

        if (victim == 0) {
            _exit(hammer(cache, (uint32_t) killed + 99, end));
        }

        usleep(7000 + (useconds_t) killed * 131 % 5000);
        kill(victim, SIGKILL);
        waitpid(victim, &status, 0);
        killed++;
        torn += WIFEXITED(status) && WEXITSTATUS(status) == 1;
    }

    for (i = 0; i < 4; i++) {
        waitpid(pids[i], &status, 0);
        torn += !WIFEXITED(status) || WEXITSTATUS(status) == 1;
        idle += WIFEXITED(status) && WEXITSTATUS(status) == 2;
    }

    is_int(torn, 0, "no reader got a value that was never written, with "
                    "writers killed (%d) at any instant", killed);
    is_int(idle, 0, "and all of them got values");

    for (which = 0; which < 2; which++) {
        name = name_in(cache, which, which);
        value = hammer_value(which, UINT32_MAX, clock_ms() + 500);
        cg_cache_shut(cache, &name, &value, clock_ms() + 500);
        real += cg_cache_get(cache, &name, 0, clock_ms() + 500, 60000, 60000,
                             &found) == CG_OK && found.rev == UINT32_MAX;
    }

    is_int(real, 2, "whoever died, the sets serve again");
    cache_drop(cache);
}


int
main(void)
{
    readers_see_only_what_was_written();

    return tap_done();
}
