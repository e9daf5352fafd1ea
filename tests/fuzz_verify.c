/* The verifier of logs, with the key that corpus/verify/sealed has, and the
 * heads read off their ends: any cut gives the same findings, and no key ever
 * takes one away. */

#include "fuzz.h"

#include "evidence/cg_heads.h"
#include "evidence/cg_verify.h"


static void
verify_note(void *ctx, const cg_finding_t *finding)
{
    cg_out_t  *out = ctx;

    must(finding->kind && finding->text, "a finding says what it is");
    must(fuzz_is_ascii(finding->lane) && finding->lane.len <= CG_LANE_LEN,
         "a lane is named in ASCII");

    cg_out_uint(out, (uint64_t) finding->level);
    cg_out_byte(out, ' ');
    cg_out_uint(out, finding->line);
    cg_out_byte(out, ' ');
    cg_out_text(out, finding->text);
    cg_out_str(out, finding->lane);
    cg_out_uint(out, finding->seq);
    cg_out_byte(out, '\n');
}


#define ROOT_TEXT                                                            \
    "cgs1 00112233aabbccdd 0 "                                               \
    "00112233445566778899aabbccddeeff0123456789abcdef0123456789abcdef\n"


static void
verify_key(cg_verify_t *v)
{
    cg_seal_root_t  root;

    must(cg_seal_root_read(cg_str(ROOT_TEXT), &root) == CG_OK
         && cg_verify_key(v, &root) == CG_OK, "a key is taken");
}


static cg_verify_sum_t
verify_log(heap_t *heap, cg_str_t log, int whole, int keyed, cg_out_t *out)
{
    uint64_t          seed = fuzz_seed(log.data, log.len);
    cg_str_t          rest = log, piece;
    cg_verify_t      *v;
    cg_verify_sum_t   sum;

    cg_out_init(out, &heap->arena, 1 << 24);
    v = cg_verify_new(&heap->arena, verify_note, out);

    if (keyed) {
        verify_key(v);
    }

    while (rest.len) {
        piece = whole ? heap_exact(rest) : fuzz_piece(&seed, &rest);
        rest.len = whole ? 0 : rest.len;

        must(cg_verify_feed(v, piece) == CG_OK, "any bytes can be verified");
        free((void *) piece.data);
    }

    must(cg_verify_end(v, &sum) == CG_OK, "any log ends");
    must(sum.lines || sum.unsure || sum.faults, "no log is no proof");
    must(keyed || sum.proven == 0, "without a key nothing is proven");
    cg_out_bytes(out, &sum, sizeof(sum));

    return sum;
}


static void
verify_heads(cg_str_t tail)
{
    size_t     i, n = 99;
    cg_str_t   exact = heap_exact(tail);
    cg_head_t  heads[CG_MAX_HEADS];

    must(cg_heads_read(exact, heads, &n) == CG_OK && n <= CG_MAX_HEADS,
         "heads are read off any bytes");

    for (i = 0; i < n; i++) {
        must(fuzz_is_ascii((cg_str_t) { CG_LANE_LEN, heads[i].ch }),
             "a head has a lane");
    }

    free((void *) exact.data);
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    heap_t           heap;
    cg_str_t         log = { size, data };
    cg_out_t         whole, cut;
    cg_verify_sum_t  sum;

    heap_init(&heap);
    sum = verify_log(&heap, log, 1, 0, &whole);
    must(verify_log(&heap, log, 1, 1, &whole).faults >= sum.faults,
         "a key finds what the chain finds");
    (void) verify_log(&heap, log, 0, 1, &cut);
    must(cg_str_eq(cg_out_slice(&whole), cg_out_slice(&cut)),
         "any cut gives the same findings");

    verify_heads(log);
    verify_heads(cg_str_sub(log, size / 3, size));
    heap_drop(&heap);

    return 0;
}
