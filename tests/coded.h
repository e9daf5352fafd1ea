/* Encoders, a table of coded pages, and a decoder that is fed in pieces. */

#ifndef CODED_H
#define CODED_H

#include <zlib.h>

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


__attribute__((unused)) static cg_str_t
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


__attribute__((unused)) static cg_str_t
gzip(cg_str_t in)
{
    return encode_zlib(in, 16 + 15);
}


__attribute__((unused)) static cg_str_t
wrapped(cg_str_t in)
{
    return encode_zlib(in, 15);
}


__attribute__((unused)) static cg_str_t
raw(cg_str_t in)
{
    return encode_zlib(in, -15);
}


__attribute__((unused)) static cg_str_t
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


__attribute__((unused)) static cg_str_t
members(cg_str_t in)
{
    return halves(in, gzip);
}


__attribute__((unused)) static cg_str_t
stack(cg_str_t in, encode_t first, encode_t second)
{
    cg_str_t  a = first(in);
    cg_str_t  b = second(a);

    free((void *) a.data);

    return b;
}


__attribute__((unused)) static cg_str_t
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


__attribute__((unused)) static cg_str_t
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


__attribute__((unused)) static cg_str_t
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


__attribute__((unused)) static void
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


__attribute__((unused)) static void
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


__attribute__((unused)) static cg_status_t
run_end(run_t *run)
{
    if (run->status == CG_MORE) {
        run->status = cg_coding_end(run->coding);
    }

    return run->status;
}

#endif /* CODED_H */
