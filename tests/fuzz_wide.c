/* The gate of UTF-16 and ISO-2022-JP: any cut gives the same document; what a
 * browser reads is what a gate makes of the decoded page; the origin's bytes
 * leave as they are.  The first byte of the input says which encoding, and
 * whether anything is shut. */

#include "fuzz.h"
#include "wide_run.h"

#define INLINE_LIMIT  256          /* bytes of an inline script */


static cg_str_t
page_banner(void *ctx, cg_str_t lang, int based)
{
    (void) ctx;
    (void) lang;
    (void) based;

    return cg_str("<section>banner</section>");
}


static void
run_in_pieces(heap_t *heap, const cg_gate_conf_t *conf,
    const cg_charset_t *charset, cg_str_t input, wide_page_t *page)
{
    uint64_t    seed = fuzz_seed(input.data, input.len);
    cg_str_t    rest = input, piece;
    cg_sink_t   sink;
    cg_wide_t  *wide;

    wide_begin(heap, page, &sink);
    wide = cg_wide_create(&heap->arena, conf, &sink, charset);

    while (rest.len) {
        piece = fuzz_piece(&seed, &rest);
        page->input = piece;
        must(cg_wide_feed(wide, piece) == CG_OK, "any bytes are a page");
        free((void *) piece.data);
    }

    page->input = cg_str_null;
    must(cg_wide_end(wide) == CG_OK, "any page ends");
    page->tally = *cg_gate_tally(cg_wide_gate(wide));
}


static void
try(const cg_gate_conf_t *conf, const cg_charset_t *charset, cg_str_t input)
{
    heap_t       heap;
    cg_str_t     block = heap_exact(input);
    const char  *broken;
    wide_page_t  whole, cut;

    heap_init(&heap);
    wide_run(&heap, conf, charset, block, 0, 0, &whole);
    run_in_pieces(&heap, conf, charset, block, &cut);

    must(cg_str_eq(cg_out_slice(&whole.all), cg_out_slice(&cut.all))
         && wide_same_tally(&whole.tally, &cut.tally) && !cut.stray,
         "any cut gives the same document and tally");

    broken = wide_broken(&heap, conf, charset, block, &whole);
    must(broken == NULL, broken ? broken : "");

    free((void *) block.data);
    heap_drop(&heap);
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const  labels[] = {
        "iso-2022-jp", "utf-16le", "utf-16be", "iso-2022-jp"
    };
    static site_t  site;

    cg_str_t        input = { size, data };
    cg_gate_conf_t  conf;

    if (site.policy == NULL) {
        site_init(&site, "hold");
    }

    if (size == 0) {
        return 0;
    }

    memset(&conf, 0, sizeof(conf));
    conf.judge = site_judge(&site, data[0] & 4
                            ? SITE_ANALYTICS | SITE_MARKETING : 0);
    conf.inline_limit = INLINE_LIMIT;

    if (data[0] & 8) {
        conf.head = cg_str("<script>/* head */</script>");
        conf.banner = page_banner;
    }

    try(&conf, cg_charset_find(cg_str_from(labels[data[0] & 3])),
        cg_str_sub(input, 1, size));

    return 0;
}
