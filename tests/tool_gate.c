/*
 * The gate over many pages, for the differential fuzzer: each page on standard
 * input behind its length (4 bytes, big endian), each answer likewise, with the
 * number of what was withheld behind the length.  The site is tests/site.h's;
 * third parties are held, nothing is granted.
 *
 *   gate [--insert] <pages >answers
 *
 * With --insert, a head insertion and a banner go in.
 */

#include "site.h"

#include "gate/cg_gate.h"

#define PAGE_MAX  (1 << 24)


static cg_status_t
page_write(void *ctx, cg_str_t bytes)
{
    cg_out_str(ctx, bytes);

    return ((cg_out_t *) ctx)->status;
}


/* -1: no further page. */

static long
page_length(void)
{
    unsigned char  b[4];

    if (fread(b, 1, 4, stdin) != 4) {
        return -1;
    }

    return (long) b[0] << 24 | (long) b[1] << 16 | (long) b[2] << 8 | b[3];
}


static int
page_number(size_t n)
{
    unsigned char  b[4] = { (unsigned char) (n >> 24),
                            (unsigned char) (n >> 16),
                            (unsigned char) (n >> 8), (unsigned char) n };

    return fwrite(b, 1, 4, stdout) == 4;
}


static int
page_answer(const cg_out_t *out, uint32_t withheld)
{
    return page_number(out->len) && page_number(withheld)
           && fwrite(out->data, 1, out->len, stdout) == out->len;
}


/* Ends as the real one does: with what may end a text. */

static cg_str_t
page_banner(void *ctx, cg_str_t lang, int based)
{
    (void) ctx;
    (void) lang;
    (void) based;

    return cg_str("<section>banner</section><script></script>");
}


static int
page_gate(const cg_gate_conf_t *conf, cg_str_t page)
{
    int         good;
    heap_t      heap;
    cg_out_t    out;
    cg_gate_t  *gate;
    cg_sink_t   sink = { page_write, page_write, page_write, NULL, NULL, NULL };

    heap_init(&heap);
    cg_out_init(&out, &heap.arena, 2 * PAGE_MAX);
    sink.ctx = &out;
    gate = cg_gate_create(&heap.arena, conf, &sink);
    good = gate != NULL && cg_gate_feed(gate, page) == CG_OK
           && cg_gate_end(gate) == CG_OK
           && page_answer(&out, cg_gate_tally(gate)->withheld);
    heap_drop(&heap);

    return good;
}


int
main(int argc, char **argv)
{
    int             good = 1;
    long            len;
    site_t          site;
    cg_str_t        page;
    unsigned char  *data = malloc(PAGE_MAX);
    cg_gate_conf_t  conf;

    site_init(&site, "hold");
    memset(&conf, 0, sizeof(conf));
    conf.judge = site_judge(&site, 0);
    conf.inline_limit = 1024 * 1024;

    if (argc > 1 && strcmp(argv[1], "--insert") == 0) {
        conf.head = cg_str("<script>/* head */</script>");
        conf.banner = page_banner;
    }

    while (good && (len = page_length()) >= 0) {
        page.data = data;
        page.len = (size_t) len;
        good = len <= PAGE_MAX && fread(data, 1, page.len, stdin) == page.len
               && page_gate(&conf, page);
    }

    free(data);
    site_drop(&site);

    return !good;
}
