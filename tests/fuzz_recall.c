/* A gate with a memory: whatever document it knows, and however another one
 * differs from it, output and tally are those of a gate.  Where nothing can be
 * held and a length is promised, all that leaves is as long as that.  The first
 * byte of the input says how it is fed; a byte FF parts the document that is
 * known from what the other one has instead of its end, or in places of it.
 * With an edition, each visitor's head and banner are those of his own. */

#include "fuzz.h"
#include "gate_run.h"

#define INLINE_LIMIT  64           /* bytes of an inline script */


/* As run_pieces(), in any pieces. */

static void
run_any(run_t *run, cg_str_t in)
{
    heap_t        heap;
    sink_t        state;
    uint64_t      seed = fuzz_seed(in.data, in.len);
    cg_str_t      piece;
    cg_sink_t     sink = { sink_span, sink_held, sink_text, NULL, NULL, NULL };
    cg_recall_t  *recall;

    memset(&state, 0, sizeof(state));
    sink.ctx = &state;
    heap_init(&heap);
    recall = cg_recall_create(&heap.arena, &run->conf, &sink, run->memos);

    while (in.len) {
        piece = fuzz_piece(&seed, &in);
        state.input = piece;
        must(cg_recall_feed(recall, piece, run->now
                            && fuzz_next(&seed, 2)) == CG_OK,
             "any bytes are a page");
        free((void *) piece.data);
    }

    must(cg_recall_end(recall) == CG_OK && !state.stray, "any page ends");
    run->tally = *cg_recall_tally(recall);
    run->out = (cg_str_t) { state.len, (unsigned char *) state.data };
    cg_recall_close(recall);
    heap_drop(&heap);
}


static void
run_whole(run_t *run, cg_str_t in)
{
    run_pieces(run, in, 0, 0);
}


static void
try_as(run_t *run, cg_str_t in, void (*way)(run_t *run, cg_str_t in))
{
    run_t  live = *run;

    live.memos = NULL;
    run_whole(&live, in);
    way(run, in);

    must(cg_str_eq(run->out, live.out), "the output is a gate's");
    must(same_tally(&run->tally, &live.tally), "and so is the tally");

    run_free(&live);
    run_free(run);
}


static void
try(run_t *run, cg_str_t in)
{
    try_as(run, in, run_any);
}


/* Around the gate, now and then, if that is what is expected. */

static int
goes_around(cg_recall_t *recall, sink_t *state, cg_str_t bytes,
    uint64_t *seed)
{
    if (bytes.len == 0 || fuzz_next(seed, 4) == 0
        || !cg_str_starts(cg_recall_expected(recall), bytes))
    {
        return 0;
    }

    (void) sink_add(state, bytes);
    cg_recall_passed(recall, bytes.len);

    return 1;
}


/* A promise at any time, between any two pieces. */

static void
try_promise(run_t *run, cg_str_t in)
{
    heap_t        heap;
    sink_t        state;
    uint64_t      seed = fuzz_seed(in.data, in.len), promised = 0;
    cg_str_t      piece, rest = in;
    cg_sink_t     sink = { sink_span, sink_held, sink_text, &state, NULL,
                           NULL };
    cg_recall_t  *recall;

    memset(&state, 0, sizeof(state));
    heap_init(&heap);
    recall = cg_recall_create(&heap.arena, &run->conf, &sink, run->memos);

    while (rest.len) {
        piece = fuzz_piece(&seed, &rest);
        state.input = piece;
        must(goes_around(recall, &state, piece, &seed)
             || cg_recall_feed(recall, piece, run->now
                               && fuzz_next(&seed, 2)) == CG_OK,
             "any bytes are a page");
        free((void *) piece.data);

        if (promised == 0 && fuzz_next(&seed, 3) == 0) {
            promised = cg_recall_promise(recall, in.len);
        }
    }

    must(cg_recall_end(recall) == CG_OK && !state.stray, "any page ends");
    (void) cg_recall_tally(recall);

    must(promised == 0 || promised == state.len, "what is promised is kept");

    cg_recall_close(recall);
    free(state.data);
    heap_drop(&heap);
}


/* Two kinds of visitors: what is kept of one is not the other's. */

static unsigned  kind;

static cg_str_t
say_kind(void *ctx, cg_str_t lang, int based)
{
    (void) ctx;
    (void) lang;
    (void) based;

    return kind == 2 ? cg_str("[another banner]") : cg_str("[B]");
}


static uint64_t
say_edition(void *ctx, cg_str_t lang, int based)
{
    (void) ctx;
    (void) lang;

    return based ? 0 : kind;
}


static void
try_editions(run_t *run, cg_str_t known, cg_str_t in)
{
    unsigned  i;
    cg_str_t  head = run->conf.head;

    run->conf.banner = say_kind;
    run->conf.edition = say_edition;

    for (i = 0; i < 24; i++) {
        kind = i < 4 ? 1 : i < 20 ? 2 : i % 3;
        run->conf.head = kind == 2 ? cg_str("<script>/* hd */</script>") : head;
        try_as(run, known, run_whole);
        try(run, known);
    }

    try_promise(run, known);
    try_promise(run, in);
    try_as(run, in, run_whole);
    run->conf.head = head;
    run->conf.banner = say_b;
    run->conf.edition = NULL;
}


/* With `piece` somewhere: instead of the end, or of a part. */

static cg_str_t
spliced(cg_str_t document, cg_str_t piece, int is_end)
{
    uint64_t        seed = fuzz_seed(piece.data, piece.len);
    size_t          from = fuzz_next(&seed, document.len + 1), to;
    cg_str_t        tail;
    unsigned char  *data;

    to = from + fuzz_next(&seed, fuzz_next(&seed, 2) ? 8 : 200);
    tail = cg_str_sub(document, is_end || to > document.len ? document.len : to,
                      document.len);
    data = malloc(from + piece.len + tail.len + 1);

    memcpy(data, document.data ? document.data : data, from);
    memcpy(data + from, piece.data ? piece.data : data, piece.len);
    memcpy(data + from + piece.len, tail.data ? tail.data : data, tail.len);

    return (cg_str_t) { from + piece.len + tail.len, data };
}


/* Once by all that is left of the input, or by each of its fields. */

static cg_str_t
other(cg_str_t known, cg_str_t rest, int has_gaps)
{
    cg_str_t  piece, next, in;

    if (!has_gaps) {
        return spliced(known, rest, 1);
    }

    in = spliced(known, cg_str(""), 0);

    while (rest.len) {
        piece = fuzz_field(&rest, 0xFF);
        next = spliced(in, piece, 0);
        free((void *) in.data);
        in = next;
    }

    return in;
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static site_t  site, open;

    int       i, is_open;
    run_t     run;
    heap_t    heap;
    cg_str_t  known, in, rest = { size, data };

    if (site.policy == NULL) {
        site_init(&site, "hold");
        site_init(&open, "allow");
    }

    if (size == 0) {
        return 0;
    }

    rest = cg_str_sub(rest, 1, size);
    known = fuzz_field(&rest, 0xFF);
    in = other(known, rest, data[0] & 64);

    memset(&run, 0, sizeof(run));
    heap_init(&heap);
    is_open = (data[0] & 32) != 0;
    run.conf.judge = is_open
                     ? site_judge(&open, SITE_ANALYTICS | SITE_MARKETING)
                     : site_judge(&site, data[0] & 4 ? SITE_MARKETING : 0);
    run.conf.inline_limit = INLINE_LIMIT;
    run.now = data[0] & 8;
    run.memos = cg_memos_create(&heap.arena, 1 << 20,
                                (size_t[]) { 1, 5, 16, 64 }[data[0] & 3]);

    if (data[0] & 16) {
        run.conf.head = cg_str("<script>/* head */</script>");
        run.conf.banner = say_b;
    }

    for (i = 0; i < 3; i++) {
        try(&run, known);
    }

    if (is_open && run.conf.banner) {
        try_promise(&run, known);
        try_promise(&run, in);
        try_editions(&run, known, in);
    }

    try(&run, in);
    try_as(&run, in, run_whole);
    try(&run, known);
    cg_memos_drop(run.memos);
    free((void *) in.data);
    must(heap.blocks == NULL, "nothing of the memory is left behind");

    return 0;
}
