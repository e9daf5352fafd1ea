/* The Test Anything Protocol in a screen: every unit is a program that `prove`
 * runs.  A failing test says where. */

#ifndef TAP_H
#define TAP_H

#include <stdio.h>
#include <string.h>

#include "base/cg_base.h"

static int  tap_count;
static int  tap_failed;

#define ok(cond, ...)       tap_ok((cond) != 0, __FILE__, __LINE__, __VA_ARGS__)
#define is_str(got, want, ...)                                               \
    tap_is_str((got), (want), __FILE__, __LINE__, __VA_ARGS__)
#define is_int(got, want, ...)                                               \
    tap_is_int((long long) (got), (long long) (want), __FILE__, __LINE__,    \
               __VA_ARGS__)


__attribute__((format(printf, 4, 5), unused)) static int
tap_ok(int good, const char *file, int line, const char *title, ...)
{
    __builtin_va_list  args;

    tap_count++;
    tap_failed += !good;

    printf("%sok %d - ", good ? "" : "not ", tap_count);
    __builtin_va_start(args, title);
    vprintf(title, args);
    __builtin_va_end(args);
    printf("\n");

    if (!good) {
        printf("# at %s:%d\n", file, line);
    }

    return good;
}


/* Diagnostics are one line each, whatever the bytes. */

__attribute__((unused)) static void
tap_show(const char *label, cg_str_t s)
{
    size_t  i;

    printf("# %s: %s", label, s.data ? "\"" : "(absent)\n");

    if (s.data == NULL) {
        return;
    }

    for (i = 0; i < s.len; i++) {
        if (s.data[i] >= 0x20 && s.data[i] < 0x7F) {
            putchar(s.data[i]);

        } else {
            printf("\\x%02x", s.data[i]);
        }
    }

    printf("\"\n");
}


#define tap_is_str(got, want, file, line, ...)                               \
    do {                                                                     \
        cg_str_t  tap_got = (got), tap_want = (want);                        \
                                                                             \
        if (!tap_ok(cg_str_eq(tap_got, tap_want)                             \
                    && (tap_got.data == NULL) == (tap_want.data == NULL),    \
                    file, line, __VA_ARGS__))                                \
        {                                                                    \
            tap_show("got", tap_got);                                        \
            tap_show("want", tap_want);                                      \
        }                                                                    \
    } while (0)

#define tap_is_int(got, want, file, line, ...)                               \
    do {                                                                     \
        long long  tap_g = (got), tap_w = (want);                            \
                                                                             \
        if (!tap_ok(tap_g == tap_w, file, line, __VA_ARGS__)) {              \
            printf("# got %lld, want %lld\n", tap_g, tap_w);                 \
        }                                                                    \
    } while (0)


/* Data beside the checkout may be absent.  Then 1, and a skip; said on stderr,
 * too, since prove shows no skip of a part. */

__attribute__((unused)) static int
tap_lacks(const char *path)
{
    FILE  *file = fopen(path, "r");

    if (file) {
        fclose(file);
        return 0;
    }

    tap_count++;
    printf("ok %d # SKIP no %s\n", tap_count, path);
    fprintf(stderr, "# skipped: no %s\n", path);

    return 1;
}


/* The last line of every main(). */

__attribute__((unused)) static int
tap_done(void)
{
    printf("1..%d\n", tap_count);

    return tap_failed ? 1 : 0;
}

#endif /* TAP_H */
