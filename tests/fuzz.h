/*
 * What all fuzz targets share.  A target is tests/fuzz_NAME.c, its inputs are
 * the files of tests/corpus/NAME: `make fuzz` runs it with libFuzzer, `make
 * unit` once for each of those files, with tests/fuzz_main.c around it.
 *
 * A target does more than not crash: it says what must hold for any input.
 */

#ifndef FUZZ_H
#define FUZZ_H

#include <stdio.h>
#include <stdlib.h>

#include "heap.h"

#define must(cond, promise)                                                  \
    ((cond) ? (void) 0 : fuzz_fail(__FILE__, __LINE__, (promise)))

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


__attribute__((noreturn, unused)) static void
fuzz_fail(const char *file, int line, const char *promise)
{
    fprintf(stderr, "%s:%d: broken promise: %s\n", file, line, promise);
    abort();
}


/* Cuts and places that depend on the input alone, so that a crash repeats.
 * FNV-1a, then xorshift. */

__attribute__((unused)) static uint64_t
fuzz_seed(const uint8_t *data, size_t size)
{
    size_t    i;
    uint64_t  seed = UINT64_C(0xCBF29CE484222325);

    for (i = 0; i < size; i++) {
        seed = (seed ^ data[i]) * UINT64_C(0x100000001B3);
    }

    return seed | 1;
}


/* 0 .. limit - 1. */

__attribute__((unused)) static size_t
fuzz_next(uint64_t *seed, size_t limit)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;

    return (size_t) ((*seed >> 11) % limit);
}


/* The next piece of what is left, in a block of its size: free() its data.
 * Mostly a few bytes; sometimes none. */

__attribute__((unused)) static cg_str_t
fuzz_piece(uint64_t *seed, cg_str_t *rest)
{
    size_t    n = fuzz_next(seed, fuzz_next(seed, 8) ? 5 : 200);
    cg_str_t  piece;

    n = n < rest->len ? n : rest->len;
    piece = heap_exact(cg_str_sub(*rest, 0, n));
    *rest = cg_str_sub(*rest, n, rest->len);

    return piece;
}


/* The next field of the input: up to `end`, which is skipped. */

__attribute__((unused)) static cg_str_t
fuzz_field(cg_str_t *rest, unsigned char end)
{
    size_t    n;
    cg_str_t  field;

    for (n = 0; n < rest->len && rest->data[n] != end; n++) {
        /* void */
    }

    field = cg_str_sub(*rest, 0, n);
    *rest = cg_str_sub(*rest, n + (n < rest->len), rest->len);

    return field;
}


/* 1 if the view lies within the bytes, or is absent or empty. */

__attribute__((unused)) static int
fuzz_within(cg_str_t view, cg_str_t bytes)
{
    return view.len == 0
           || (view.data >= bytes.data
               && view.data + view.len <= bytes.data + bytes.len);
}


__attribute__((unused)) static int
fuzz_is_ascii(cg_str_t s)
{
    size_t  i;

    for (i = 0; i < s.len && s.data[i] < 0x80; i++) {
        /* void */
    }

    return i == s.len;
}

#endif /* FUZZ_H */
