#include "tap.h"
#include "coded.h"


/* Whether `in`, cut at `a`, gives PAGE; step: pieces of that size behind. */

static int
gives_page(const char *name, cg_str_t in, size_t a, size_t step, size_t room)
{
    int     good;
    run_t   run;
    size_t  to;

    run_start(&run, name, room);
    run_feed(&run, cg_str_sub(in, 0, a));

    for ( /* void */ ; a < in.len; a = to) {
        to = in.len - a < step ? in.len : a + step;
        run_feed(&run, cg_str_sub(in, a, to));
    }

    good = run_end(&run) == CG_OK
           && cg_str_eq(cg_out_slice(&run.out), cg_str(PAGE));
    heap_drop(&run.heap);

    return good;
}


static void
every_cut_gives_the_page(void)
{
    int       good;
    size_t    i, a;
    cg_str_t  in;

    for (i = 0; i < NCASES; i++) {
        in = cases[i].encode(cg_str(PAGE));

        ok(gives_page(cases[i].name, in, in.len, 1, 16384),
           "%s (%zu): whole", cases[i].name, i);

        for (a = 0, good = 1; good && a <= in.len; a++) {
            good = gives_page(cases[i].name, in, a, in.len, 16384)
                   && gives_page(cases[i].name, in, a, in.len, 7);
        }

        ok(good, "%s (%zu): every split, at %zu", cases[i].name, i, a - 1);
        ok(gives_page(cases[i].name, in, 0, 1, 16384)
           && gives_page(cases[i].name, in, 0, 1, 1)
           && gives_page(cases[i].name, in, in.len, 1, 1),
           "%s (%zu): byte by byte, in and out", cases[i].name, i);

        free((void *) in.data);
    }
}


/* What came out is the front of the page, and it is not called whole. */

static int
is_cut(size_t i, cg_str_t in, size_t len)
{
    int          good;
    run_t        run;
    cg_str_t     half = cg_str_sub(cg_str(PAGE), 0, (sizeof(PAGE) - 1) / 2);
    cg_status_t  rc;

    run_start(&run, cases[i].name, 64);
    run_feed(&run, cg_str_sub(in, 0, len));
    rc = run_end(&run);

    good = cg_str_starts(cg_str(PAGE), cg_out_slice(&run.out))
           && (rc == CG_EINVAL
               || (rc == CG_OK && cases[i].several
                   && cg_str_eq(cg_out_slice(&run.out), half)));
    heap_drop(&run.heap);

    return good;
}


static void
a_truncated_body_is_not_whole(void)
{
    size_t    i, len;
    cg_str_t  in;

    for (i = 0; i < NCASES; i++) {
        in = cases[i].encode(cg_str(PAGE));

        for (len = 1; len < in.len && is_cut(i, in, len); len++) {
            /* void */
        }

        is_int(len, in.len, "%s (%zu): cut at every byte, never whole",
               cases[i].name, i);
        ok(gives_page(cases[i].name, in, in.len, 1, 64), "and then it is");
        free((void *) in.data);
    }
}


/* One byte wrong: an error, or the page where it was in a name or a time. */

static int
survives(size_t i, cg_str_t in, size_t at, unsigned char flip)
{
    int             good;
    run_t           run;
    cg_str_t        bad = heap_exact(in);
    cg_status_t     rc;
    unsigned char  *p = (unsigned char *) bad.data;

    p[at] ^= flip;
    run_start(&run, cases[i].name, 64);
    run_feed(&run, bad);
    rc = run_end(&run);

    good = rc == CG_EINVAL || rc == CG_ELIMIT
           || (rc == CG_OK
               && (!cases[i].checked || cases[i].several
                   || cg_str_eq(cg_out_slice(&run.out), cg_str(PAGE))));

    heap_drop(&run.heap);
    free(p);

    return good;
}


static void
a_flipped_byte_does_no_harm(void)
{
    size_t    i, at;
    cg_str_t  in;

    for (i = 0; i < NCASES; i++) {
        in = cases[i].encode(cg_str(PAGE));

        for (at = 0; at < in.len; at++) {
            if (!survives(i, in, at, 0x01) || !survives(i, in, at, 0x10)
                || !survives(i, in, at, 0x80) || !survives(i, in, at, 0xFF))
            {
                break;
            }
        }

        is_int(at, in.len, "%s (%zu): a byte flipped", cases[i].name, i);
        free((void *) in.data);
    }
}


static void
what_is_not_of_the_coding_is_refused(void)
{
    run_t   run;
    size_t  i;

    static const char  *names[] = {
        "gzip", "x-gzip", "deflate", "gzip, deflate",
#ifdef CG_HAVE_BROTLI
        "br",
#endif
#ifdef CG_HAVE_ZSTD
        "zstd",
#endif
    };

    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        run_start(&run, names[i], 64);
        run_feed(&run, cg_str(PAGE));
        is_int(run_end(&run), CG_EINVAL, "a plain page said to be %s",
               names[i]);
        is_int(run.total, 0, "nothing comes of it");
        run_feed(&run, cg_str(PAGE));
        is_int(run.status, CG_EINVAL, "the error stays");
        heap_drop(&run.heap);

        run_start(&run, names[i], 64);
        is_int(run.status = CG_MORE, CG_MORE, "%s, no byte", names[i]);
        is_int(run_end(&run), CG_OK, "an empty body is an empty page");
        heap_drop(&run.heap);
    }
}


static void
what_follows_is_ignored(void)
{
    size_t    i, j;
    cg_str_t  in, more;

    static const struct {
        const char  *name;
        encode_t     encode;
    } kinds[] = {
        { "gzip", gzip },
        { "gzip", members },
        { "deflate", wrapped },
        { "deflate", raw },
#ifdef CG_HAVE_BROTLI
        { "br", brotli },
#endif
    };

    static const char  *tails[] = { "\1", "<p>", "\x1f", "\x1f\x1f\x8b\x08" };

    for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        for (j = 0; j < sizeof(tails) / sizeof(tails[0]); j++) {
            in = kinds[i].encode(cg_str(PAGE));
            more = join(in, cg_str_from(tails[j]));

            ok(gives_page(kinds[i].name, more, more.len, 1, 16384)
               && gives_page(kinds[i].name, more, 0, 1, 5)
               && gives_page(kinds[i].name, more, in.len, 1, 16384),
               "%s: tail %zu is no part of the page", kinds[i].name, j);

            free((void *) in.data);
            free((void *) more.data);
        }
    }
}


static void
names_are_read(void)
{
    static const struct {
        const char   *list;
        cg_status_t   rc;
        size_t        n;
    } rows[] = {
        { "", CG_OK, 0 },
        { "identity", CG_OK, 0 },
        { " , ,Identity", CG_OK, 0 },
        { "gzip", CG_OK, 1 },
        { "\tGZIP ", CG_OK, 1 },
        { "deflate,gzip,x-gzip,deflate", CG_OK, 4 },
        { "gzip,gzip,gzip,gzip,gzip", CG_ELIMIT, 0 },
        { "foo", CG_NONE, 0 },
        { "gzip, foo", CG_NONE, 0 },
        { "gzip;q=1", CG_NONE, 0 },
        { "gzip gzip", CG_NONE, 0 },
        { "compress", CG_NONE, 0 },
        { "gzi", CG_NONE, 0 },
#ifdef CG_HAVE_BROTLI
        { "br", CG_OK, 1 },
#else
        { "br", CG_NONE, 0 },
#endif
#ifdef CG_HAVE_ZSTD
        { "zstd", CG_OK, 1 },
#else
        { "zstd", CG_NONE, 0 },
#endif
    };

    size_t              i, n;
    heap_t              heap;
    cg_str_t            list;
    cg_status_t         rc;
    cg_coding_t        *coding;
    cg_coding_limits_t  limits = cg_coding_limits;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        heap_init(&heap);
        list = heap_exact(cg_str_from(rows[i].list));
        rc = cg_coding_read(list, &n);

        ok(rc == rows[i].rc && (rc != CG_OK || n == rows[i].n)
           && cg_coding_create(&heap.arena, list, &limits, &coding)
              == rows[i].rc, "Content-Encoding: %s", rows[i].list);

        free((void *) list.data);
        heap_drop(&heap);
    }

    ok(gives_page("identity", cg_str(PAGE), 5, 3, 2), "no coding: as it is");
}


int
main(void)
{
    names_are_read();
    every_cut_gives_the_page();
    a_truncated_body_is_not_whole();
    a_flipped_byte_does_no_harm();
    what_is_not_of_the_coding_is_refused();
    what_follows_is_ignored();

    return tap_done();
}
