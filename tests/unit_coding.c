#include <zlib.h>

#include "tap.h"
#include "heap.h"

#include "base/cg_out.h"
#include "coding/cg_coding.h"

#ifdef CG_HAVE_BROTLI
#include <brotli/encode.h>
#endif
#ifdef CG_HAVE_ZSTD
#include <zstd.h>
#endif

#define PAGE                                                                 \
    "<!doctype html><html><head><title>t</title>"                            \
    "<script src=\"https://analytics.example/a.js\"></script></head>"        \
    "<body><p>Hello, hello, hello.<p>Hello, hello, hello.</body></html>"


/* ---- encoders: the result is free()d by the caller */

typedef cg_str_t  (*encode_t)(cg_str_t in);


static cg_str_t
encode_zlib(cg_str_t in, int bits)
{
    cg_str_t        made;
    z_stream        z;
    unsigned char  *out;

    memset(&z, 0, sizeof(z));
    deflateInit2(&z, 9, Z_DEFLATED, bits, 8, Z_DEFAULT_STRATEGY);
    z.avail_out = (uInt) deflateBound(&z, in.len);
    out = malloc(z.avail_out);
    z.next_out = out;
    z.next_in = (unsigned char *) in.data;
    z.avail_in = (uInt) in.len;
    deflate(&z, Z_FINISH);
    made = heap_exact((cg_str_t) { z.total_out, out });
    deflateEnd(&z);
    free(out);

    return made;
}


static cg_str_t
gzip(cg_str_t in)
{
    return encode_zlib(in, 16 + 15);
}


static cg_str_t
wrapped(cg_str_t in)
{
    return encode_zlib(in, 15);
}


static cg_str_t
raw(cg_str_t in)
{
    return encode_zlib(in, -15);
}


static cg_str_t
join(cg_str_t a, cg_str_t b)
{
    cg_str_t        made;
    unsigned char  *out = malloc(a.len + b.len);

    memcpy(out, a.data, a.len);
    memcpy(out + a.len, b.data, b.len);
    made = heap_exact((cg_str_t) { a.len + b.len, out });
    free(out);

    return made;
}


/* Each half coded alone. */

static cg_str_t
halves(cg_str_t in, encode_t encode)
{
    cg_str_t  a = encode(cg_str_sub(in, 0, in.len / 2));
    cg_str_t  b = encode(cg_str_sub(in, in.len / 2, in.len));
    cg_str_t  made = join(a, b);

    free((void *) a.data);
    free((void *) b.data);

    return made;
}


static cg_str_t
members(cg_str_t in)
{
    return halves(in, gzip);
}


static cg_str_t
stack(cg_str_t in, encode_t first, encode_t second)
{
    cg_str_t  a = first(in);
    cg_str_t  b = second(a);

    free((void *) a.data);

    return b;
}


static cg_str_t
raw_then_gzip(cg_str_t in)
{
    return stack(in, raw, gzip);
}


#ifdef CG_HAVE_BROTLI

static cg_str_t
brotli(cg_str_t in)
{
    size_t          len = BrotliEncoderMaxCompressedSize(in.len) + 64;
    cg_str_t        made;
    unsigned char  *out = malloc(len);

    BrotliEncoderCompress(9, 22, BROTLI_MODE_TEXT, in.len, in.data, &len, out);
    made = heap_exact((cg_str_t) { len, out });
    free(out);

    return made;
}


static cg_str_t
gzip_then_brotli(cg_str_t in)
{
    return stack(in, gzip, brotli);
}

#endif


#ifdef CG_HAVE_ZSTD

static cg_str_t
zstd(cg_str_t in)
{
    size_t          len = ZSTD_compressBound(in.len);
    cg_str_t        made;
    unsigned char  *out = malloc(len);

    len = ZSTD_compress(out, len, in.data, in.len, 3);
    made = heap_exact((cg_str_t) { len, out });
    free(out);

    return made;
}


static cg_str_t
frames(cg_str_t in)
{
    return halves(in, zstd);
}

#endif


static const struct {
    const char  *name;             /* the Content-Encoding */
    encode_t     encode;
    unsigned     several:1;        /* the first half may be a whole body */
    unsigned     checked:1;        /* has a checksum over all */
} cases[] = {
    { "gzip", gzip, 0, 1 },
    { "X-GZip", gzip, 0, 1 },
    { "gzip", members, 1, 1 },
    { "deflate", wrapped, 0, 1 },
    { "deflate", raw, 0, 0 },
    { "deflate, gzip", raw_then_gzip, 0, 1 },
#ifdef CG_HAVE_BROTLI
    { "br", brotli, 0, 0 },
    { "gzip ,identity,, BR", gzip_then_brotli, 0, 1 },
#endif
#ifdef CG_HAVE_ZSTD
    { "zstd", zstd, 0, 0 },
    { "zstd", frames, 1, 0 },
#endif
};

#define NCASES  (sizeof(cases) / sizeof(cases[0]))


/* ---- decoding in pieces */

typedef struct {
    heap_t              heap;
    cg_coding_limits_t  limits;
    cg_coding_t        *coding;
    cg_status_t         status;
    size_t              room;      /* bytes of the output buffer */
    cg_out_t            out;
    uint64_t            total;
} run_t;


static void
run_start(run_t *run, const char *name, size_t room)
{
    memset(run, 0, sizeof(*run));
    heap_init(&run->heap);
    run->limits = cg_coding_limits;
    run->room = room;
    cg_out_init(&run->out, &run->heap.arena, 1 << 20);
    run->status = cg_coding_create(&run->heap.arena, cg_str_from(name),
                                   &run->limits, &run->coding);
}


static void
run_feed(run_t *run, cg_str_t piece)
{
    size_t          len;
    cg_str_t        exact, in;
    unsigned char  *room;

    if (run->status < CG_OK || run->status == CG_NONE) {
        return;
    }

    exact = heap_exact(piece);
    in = exact;
    room = malloc(run->room);

    do {
        run->status = cg_coding_next(run->coding, &in, room, run->room, &len);
        run->total += len;

        if (run->out.len + len <= run->out.max) {
            cg_out_bytes(&run->out, room, len);
        }
    } while (run->status == CG_OK);

    free(room);
    free((void *) exact.data);
}


static cg_status_t
run_end(run_t *run)
{
    if (run->status == CG_MORE) {
        run->status = cg_coding_end(run->coding);
    }

    return run->status;
}


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


/* ---- limits and memory */

static cg_str_t
zeros(size_t len)
{
    cg_str_t  s = { len, calloc(1, len) };

    return s;
}


static cg_str_t
gzip_twice(cg_str_t in)
{
    return stack(in, gzip, gzip);
}


/* Members of nothing: all that they make is work. */

static cg_str_t
hollow(cg_str_t in)
{
    size_t          i, n = in.len / 20;
    cg_str_t        one = gzip(cg_str("")), made;
    unsigned char  *all = malloc(n * one.len);

    for (i = 0; i < n; i++) {
        memcpy(all + i * one.len, one.data, one.len);
    }

    made = gzip((cg_str_t) { n * one.len, all });
    free(all);
    free((void *) one.data);

    return made;
}


/* A decoder with limits of its own in place of the usual one. */

static void
run_limit(run_t *run, const char *name, uint64_t total, uint64_t ratio)
{
    run->limits.total = total;
    run->limits.ratio = ratio;
    run->status = cg_coding_create(&run->heap.arena, cg_str_from(name),
                                   &run->limits, &run->coding);
}


static void
is_a_bomb(const char *name, encode_t encode, size_t len, uint64_t most,
    const char *promise)
{
    run_t     run;
    cg_str_t  plain = zeros(len);
    cg_str_t  in = encode(plain);

    run_start(&run, name, 16384);

    if (encode == hollow) {
        run_limit(&run, name, CG_MAX_DECODED, 100);
    }

    run_feed(&run, in);
    ok(run.status == CG_ELIMIT && run.total <= most, "%s", promise);
    heap_drop(&run.heap);

    free((void *) plain.data);
    free((void *) in.data);
}


static void
bombs_are_capped(void)
{
    run_t     run;
    cg_str_t  plain, in;
    uint64_t  most = CG_MAX_DECODED_FREE + 16384;

    is_a_bomb("gzip", gzip, 16 << 20, most, "gzip: 1 : 1029");
    is_a_bomb("gzip, gzip", gzip_twice, 16 << 20, most, "gzip in gzip");
    is_a_bomb("gzip, gzip", hollow, 8 << 20, 0, "gzip of hollow members");

#ifdef CG_HAVE_BROTLI
    is_a_bomb("br", brotli, 16 << 20, most, "br");
#endif
#ifdef CG_HAVE_ZSTD
    is_a_bomb("zstd", zstd, 16 << 20, most, "zstd");
#endif

    plain = zeros(CG_MAX_DECODED_FREE);
    in = gzip(plain);

    run_start(&run, "gzip", 16384);
    run_feed(&run, in);
    is_int(run_end(&run), CG_OK, "what is small may be as dense as it likes");
    is_int(run.total, plain.len, "and comes whole");
    heap_drop(&run.heap);

    run_start(&run, "gzip", 16384);
    run_limit(&run, "gzip", 1000, 1000);
    run_feed(&run, in);
    ok(run.status == CG_ELIMIT && run.total == 0, "a total may be set");
    heap_drop(&run.heap);

    free((void *) plain.data);
    free((void *) in.data);
}


/* Every allocation may be the one that fails. */

static void
no_memory_is_an_error(void)
{
    run_t     run;
    size_t    i, n;
    cg_str_t  in;

    for (i = 0; i < NCASES; i++) {
        in = cases[i].encode(cg_str(PAGE));

        for (n = 1; n < 100; n++) {
            run_start(&run, "identity", 16);
            run.heap.fail_at = run.heap.count + n;
            run.status = cg_coding_create(&run.heap.arena,
                                          cg_str_from(cases[i].name),
                                          &run.limits, &run.coding);
            run.out.max = 0;           /* its own memory is not meant */
            run_feed(&run, in);
            run_end(&run);
            heap_drop(&run.heap);

            if (run.status != CG_ENOMEM) {
                break;
            }
        }

        ok(run.status == CG_OK && n > 1 && n < 100,
           "%s (%zu): %zu allocations fail in turn", cases[i].name, i, n - 1);
        free((void *) in.data);
    }
}


/* The number of allocations for `n` copies of the page, coded one by one. */

static size_t
count_members(const char *name, encode_t encode, size_t n)
{
    run_t     run;
    size_t    count;
    cg_str_t  in = encode(cg_str(PAGE));

    run_start(&run, name, 256);
    run.out.max = 0;

    while (n--) {
        run_feed(&run, in);
    }

    count = run_end(&run) == CG_OK ? run.heap.count : 0;
    heap_drop(&run.heap);
    free((void *) in.data);

    return count;
}


#ifdef CG_HAVE_BROTLI

/* As a server streams: flushed again and again. */

static size_t
count_flushed(size_t n)
{
    run_t                run;
    size_t               in, room, count, i;
    uint8_t              out[4096], *next;
    const uint8_t       *from;
    BrotliEncoderState  *encoder;

    encoder = BrotliEncoderCreateInstance(NULL, NULL, NULL);
    run_start(&run, "br", 256);
    run.out.max = 0;

    for (i = 0; i <= n; i++) {
        in = i < n ? sizeof(PAGE) - 1 - i % 7 : 0;
        from = (const uint8_t *) PAGE;
        room = sizeof(out);
        next = out;
        BrotliEncoderCompressStream(encoder, i < n ? BROTLI_OPERATION_FLUSH
                                                   : BROTLI_OPERATION_FINISH,
                                    &in, &from, &room, &next, NULL);
        run_feed(&run, (cg_str_t) { sizeof(out) - room, out });
    }

    count = run_end(&run) == CG_OK ? run.heap.count : 0;
    BrotliEncoderDestroyInstance(encoder);
    heap_drop(&run.heap);

    return count;
}

#endif


static void
memory_stays_flat(void)
{
    is_int(count_members("gzip", gzip, 3000), count_members("gzip", gzip, 3),
           "3000 gzip members need what 3 need");

#ifdef CG_HAVE_ZSTD
    is_int(count_members("zstd", zstd, 3000), count_members("zstd", zstd, 3),
           "3000 zstd frames need what 3 need");
#endif
#ifdef CG_HAVE_BROTLI
    ok(count_flushed(300) && count_flushed(3000) <= count_flushed(300) + 4,
       "3000 flushes of br need what 300 need: %zu, %zu",
       count_flushed(300), count_flushed(3000));
#endif
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
    bombs_are_capped();
    no_memory_is_an_error();
    memory_stays_flat();

    return tap_done();
}
