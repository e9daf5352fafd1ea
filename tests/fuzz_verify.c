/* The verifier of logs, and the heads read off their ends: any cut gives the
 * same findings. */

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


static void
verify_log(heap_t *heap, cg_str_t log, int whole, cg_out_t *out)
{
    uint64_t          seed = fuzz_seed(log.data, log.len);
    cg_str_t          rest = log, piece;
    cg_verify_t      *v;
    cg_verify_sum_t   sum;

    cg_out_init(out, &heap->arena, 1 << 24);
    v = cg_verify_new(&heap->arena, verify_note, out);

    while (rest.len) {
        piece = whole ? heap_exact(rest) : fuzz_piece(&seed, &rest);
        rest.len = whole ? 0 : rest.len;

        must(cg_verify_feed(v, piece) == CG_OK, "any bytes can be verified");
        free((void *) piece.data);
    }

    must(cg_verify_end(v, &sum) == CG_OK, "any log ends");
    must(sum.lines || sum.unsure || sum.faults, "no log is no proof");
    cg_out_bytes(out, &sum, sizeof(sum));
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
    heap_t    heap;
    cg_str_t  log = { size, data };
    cg_out_t  whole, cut;

    heap_init(&heap);
    verify_log(&heap, log, 1, &whole);
    verify_log(&heap, log, 0, &cut);
    must(cg_str_eq(cg_out_slice(&whole), cg_out_slice(&cut)),
         "any cut gives the same findings");

    verify_heads(log);
    verify_heads(cg_str_sub(log, size / 3, size));
    heap_drop(&heap);

    return 0;
}
