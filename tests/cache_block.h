/*
 * For tests of the shared cache: a block that processes share, and names in a
 * set of choice.  Define _DEFAULT_SOURCE before anything else.
 */

#ifndef CACHE_BLOCK_H
#define CACHE_BLOCK_H

#include "visit.h"

#include "consent/cg_cache_set.h"

#include <sys/mman.h>

#define LAYOUT  77


__attribute__((unused)) static void *
block_of(size_t size)
{
    void  *block = mmap(NULL, size, PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    if (block == MAP_FAILED) {
        abort();
    }

    memset(block, 0xA5, size);

    return block;
}


__attribute__((unused)) static cg_cache_t *
cache_of(void)
{
    return cg_cache_init(block_of(CG_CACHE_MIN), CG_CACHE_MIN, LAYOUT);
}


__attribute__((unused)) static void
cache_drop(cg_cache_t *cache)
{
    munmap(cache, CG_CACHE_MIN);
}


/* The i-th name of set `set`. */

__attribute__((unused)) static cg_cache_name_t
name_in(const cg_cache_t *cache, uint64_t set, uint64_t i)
{
    uint64_t         words[2];
    cg_cache_name_t  name;

    words[0] = set + cache->nsets * i;
    words[1] = ~i;
    memcpy(name.name, words, sizeof(words));

    return name;
}

#endif /* CACHE_BLOCK_H */
