#include "tap.h"
#include "coded.h"


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
    bombs_are_capped();
    no_memory_is_an_error();
    memory_stays_flat();

    return tap_done();
}
