/*
 * Memory that is short on demand, for t/faults_memory.t: preloaded into nginx.
 * The file that FAIL_MALLOC names is shared with the test: two numbers, how
 * many allocations are still granted and how many were refused.  While the
 * first is above zero each allocation takes one off, and the one that takes the
 * last is refused.  Zero: all are granted.
 */

#define _GNU_SOURCE

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>


static volatile int  *fail_shared;     /* [0] until it fails, [1] failures */

static void *(*fail_real_malloc)(size_t);
static void *(*fail_real_calloc)(size_t, size_t);
static void *(*fail_real_realloc)(void *, size_t);
static int (*fail_real_memalign)(void **, size_t, size_t);

/* dlsym() may allocate before we know whom to ask. */

static char    fail_early[65536];
static size_t  fail_used;


static void *
fail_from_early(size_t size)
{
    void  *p = fail_early + fail_used;

    fail_used += (size + 15) & ~(size_t) 15;

    if (fail_used > sizeof(fail_early)) {
        abort();
    }

    return p;
}


__attribute__((constructor)) static void
fail_begin(void)
{
    int          fd;
    void        *shared;
    const char  *path = getenv("FAIL_MALLOC");

    fail_real_malloc = (void *(*)(size_t)) dlsym(RTLD_NEXT, "malloc");
    fail_real_calloc = (void *(*)(size_t, size_t)) dlsym(RTLD_NEXT, "calloc");
    fail_real_realloc = (void *(*)(void *, size_t)) dlsym(RTLD_NEXT,
                                                          "realloc");
    fail_real_memalign = (int (*)(void **, size_t, size_t)) dlsym(RTLD_NEXT,
                                                        "posix_memalign");

    fd = path ? open(path, O_RDWR) : -1;
    if (fd == -1) {
        return;
    }

    shared = mmap(NULL, 2 * sizeof(int), PROT_READ|PROT_WRITE, MAP_SHARED, fd,
                  0);
    close(fd);

    if (shared != MAP_FAILED) {
        fail_shared = shared;
    }
}


static int
fail_now(void)
{
    if (fail_shared == NULL || fail_shared[0] <= 0
        || __sync_sub_and_fetch(&fail_shared[0], 1) != 0)
    {
        return 0;
    }

    __sync_fetch_and_add(&fail_shared[1], 1);
    errno = ENOMEM;

    return 1;
}


void *
malloc(size_t size)
{
    if (fail_real_malloc == NULL) {
        return fail_from_early(size);
    }

    return fail_now() ? NULL : fail_real_malloc(size);
}


void *
calloc(size_t n, size_t size)
{
    if (fail_real_calloc == NULL) {
        return fail_from_early(n * size);
    }

    return fail_now() ? NULL : fail_real_calloc(n, size);
}


void *
realloc(void *p, size_t size)
{
    if (fail_real_realloc == NULL) {
        return fail_from_early(size);
    }

    return fail_now() ? NULL : fail_real_realloc(p, size);
}


int
posix_memalign(void **p, size_t alignment, size_t size)
{
    return fail_now() ? ENOMEM : fail_real_memalign(p, alignment, size);
}
