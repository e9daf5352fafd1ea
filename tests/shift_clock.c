/*
 * A clock that is set at will, for t/faults.t: preloaded into Redis, whose own
 * allocator libfaketime does not bear.  The file that SHIFT_CLOCK names is
 * shared with the test: a number, the seconds by which the time of day is off.
 * The monotonic clock stays what it is.
 */

#define _GNU_SOURCE

#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>


static volatile int64_t  *shift_shared;


__attribute__((constructor)) static void
shift_begin(void)
{
    int          fd;
    void        *shared;
    const char  *path = getenv("SHIFT_CLOCK");

    fd = path ? open(path, O_RDONLY) : -1;
    if (fd == -1) {
        return;
    }

    shared = mmap(NULL, sizeof(int64_t), PROT_READ, MAP_SHARED, fd, 0);
    (void) close(fd);

    if (shared != MAP_FAILED) {
        shift_shared = shared;
    }
}


int
clock_gettime(clockid_t clock, struct timespec *ts)
{
    long  rc = syscall(SYS_clock_gettime, clock, ts);

    if (rc == 0 && shift_shared
        && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
    {
        ts->tv_sec += *shift_shared;
    }

    return (int) rc;
}


int
gettimeofday(struct timeval *restrict tv, void *restrict zone)
{
    struct timespec  ts;

    (void) zone;
    (void) clock_gettime(CLOCK_REALTIME, &ts);

    tv->tv_sec = ts.tv_sec;
    tv->tv_usec = ts.tv_nsec / 1000;

    return 0;
}


time_t
time(time_t *now)
{
    struct timespec  ts;

    (void) clock_gettime(CLOCK_REALTIME, &ts);

    if (now) {
        *now = ts.tv_sec;
    }

    return ts.tv_sec;
}
