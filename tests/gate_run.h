/*
 * A page through a gate, in pieces, and what came out of it: output, tally, and
 * whether the spans were the input's own.
 */

#ifndef GATE_RUN_H
#define GATE_RUN_H

#include "tap.h"
#include "heap.h"
#include "site.h"

#include "gate/cg_recall.h"


/* Shorthands in what is wanted: what our marks look like. */

#define HOLD(vendor, purpose)                                                \
    "data-ngxc-hold=\"" vendor "\" data-ngxc-purpose=\"" purpose "\""

#define GA    HOLD("google-analytics", "analytics")
#define GTM   HOLD("google-tag-manager", "analytics")
#define META  HOLD("meta-pixel", "marketing")
#define TUBE  HOLD("youtube", "marketing")
#define MARKED(purpose)  HOLD("marked", purpose)
#define NOBODY  "data-ngxc-hold=\"unlisted\""
#define PLAIN "type=\"text/plain\" "
#define T     "https://www.google-analytics.com/a"


/* A sink that copies, and watches over what it is given. */

typedef struct {
    char         *data;
    size_t        len;
    size_t        cap;
    cg_str_t      input;           /* being fed */
    size_t        spans;
    size_t        held;            /* bytes */
    size_t        left;            /* calls until it fails; 0: never */
    int           stray;           /* a span from elsewhere */
} sink_t;

typedef struct {
    cg_gate_conf_t  conf;
    cg_memos_t     *memos;         /* NULL: nothing is remembered */
    int             now;           /* see cg_recall_feed() */
    cg_str_t        out;           /* malloc'd */
    cg_tally_t      tally;
    size_t          spans;
    size_t          held;
    size_t          allocs;
    cg_status_t     status;
    int             stray;
} run_t;


__attribute__((unused)) static cg_str_t
say_b(void *ctx, cg_str_t lang, int based)
{
    (void) ctx;
    (void) lang;
    (void) based;

    return cg_str("[B]");
}


static cg_status_t
sink_add(sink_t *sink, cg_str_t bytes)
{
    if (sink->left && --sink->left == 0) {
        return CG_ELIMIT;
    }

    if (sink->len + bytes.len > sink->cap) {
        sink->cap = 2 * (sink->len + bytes.len);
        sink->data = realloc(sink->data, sink->cap);
    }

    memcpy(sink->data + sink->len, bytes.data, bytes.len);
    sink->len += bytes.len;

    return CG_OK;
}


static cg_status_t
sink_span(void *ctx, cg_str_t bytes)
{
    sink_t  *sink = ctx;

    sink->spans++;
    sink->stray |= bytes.data < sink->input.data
                   || bytes.data + bytes.len
                      > sink->input.data + sink->input.len;

    return sink_add(sink, bytes);
}


static cg_status_t
sink_held(void *ctx, cg_str_t bytes)
{
    ((sink_t *) ctx)->held += bytes.len;

    return sink_add(ctx, bytes);
}


static cg_status_t
sink_text(void *ctx, cg_str_t bytes)
{
    return sink_add(ctx, bytes);
}


/* Feeds `in` in pieces: the first `first` bytes, then pieces of `piece`
 * bytes (0: all the rest), each in a block of its own that dies at once. */

static void
run_in_pieces(run_t *run, heap_t *heap, cg_str_t in, size_t first,
    size_t piece, size_t fail_sink)
{
    size_t      at, n;
    sink_t      state;
    cg_str_t    block;
    cg_recall_t  *gate;
    const cg_tally_t  *tally;
    cg_sink_t   sink = { sink_span, sink_held, sink_text, NULL, NULL, NULL };

    memset(&state, 0, sizeof(state));
    state.left = fail_sink;
    state.cap = 64;
    state.data = malloc(state.cap);
    sink.ctx = &state;
    run->status = CG_ENOMEM;
    memset(&run->tally, 0, sizeof(run->tally));

    gate = cg_recall_create(&heap->arena, &run->conf, &sink, run->memos);

    if (gate) {
        run->status = CG_OK;

        for (at = 0; at < in.len && run->status == CG_OK; at += n) {
            n = at == 0 && first ? first : piece ? piece : in.len - at;
            n = n < in.len - at ? n : in.len - at;
            block = heap_exact(cg_str_sub(in, at, at + n));
            state.input = block;
            run->status = cg_recall_feed(gate, block, run->now);
            free((void *) block.data);
        }

        state.input = cg_str_null;

        if (run->status == CG_OK) {
            run->status = cg_recall_end(gate);
        }

        tally = cg_recall_tally(gate);
        run->tally = tally ? *tally : run->tally;
        cg_recall_close(gate);
    }

    run->out.data = (unsigned char *) state.data;
    run->out.len = state.len;
    run->spans = state.spans;
    run->held = state.held;
    run->stray = state.stray;
}


static void
run_pieces(run_t *run, cg_str_t in, size_t first, size_t piece)
{
    heap_t  heap;

    heap_init(&heap);
    run_in_pieces(run, &heap, in, first, piece, 0);
    run->allocs = heap.count;
    heap_drop(&heap);
}


static void
run_free(run_t *run)
{
    free((void *) run->out.data);
    run->out = cg_str_null;
}


static int
same_unknown(const cg_unknown_t *a, const cg_unknown_t *b)
{
    size_t  i;

    if (a->n != b->n || (a->more == 0) != (b->more == 0)) {
        return 0;
    }

    for (i = 0; i < a->n; i++) {
        if (a->rows[i].len != b->rows[i].len
            || memcmp(a->rows[i].name, b->rows[i].name, a->rows[i].len) != 0
            || strcmp(a->rows[i].where, b->rows[i].where) != 0
            || !cg_str_eq(a->rows[i].vendor, b->rows[i].vendor)
            || a->rows[i].passes != b->rows[i].passes)
        {
            return 0;
        }
    }

    return 1;
}


static int
same_tally(const cg_tally_t *a, const cg_tally_t *b)
{
    size_t  i;

    if (a->n != b->n || a->more_held != b->more_held
        || a->more_passed != b->more_passed || a->withheld != b->withheld
        || a->banner != b->banner || !same_unknown(&a->unknown, &b->unknown))
    {
        return 0;
    }

    for (i = 0; i < a->n; i++) {
        if (!cg_str_eq(a->rows[i].vendor, b->rows[i].vendor)
            || !cg_str_eq(a->rows[i].clause, b->rows[i].clause)
            || a->rows[i].held != b->rows[i].held
            || a->rows[i].passed != b->rows[i].passed)
        {
            return 0;
        }
    }

    return 1;
}


/* One way of feeding against the wanted output and the tally of the whole. */

static int
is_run(run_t *run, const run_t *whole, cg_str_t in, cg_str_t want,
    size_t first, size_t piece)
{
    int  good;

    run_pieces(run, in, first, piece);
    good = run->status == CG_OK && !run->stray && cg_str_eq(run->out, want)
           && (whole == NULL || same_tally(&run->tally, &whole->tally));

    if (!good) {
        printf("# status %d, stray %d, first piece %zu, others %zu, "
               "withheld %u\n", run->status, run->stray, first, piece,
               run->tally.withheld);
        tap_show("in  ", in);
        tap_show("got ", run->out);
        tap_show("want", want);
    }

    run_free(run);

    return good;
}


/* Likewise, by a process that has met the document before. */

static int
is_recalled(const run_t *whole, cg_str_t in, cg_str_t want)
{
    int     good = 1;
    run_t   run = *whole;
    size_t  cut;
    heap_t  heap;

    heap_init(&heap);
    run.memos = cg_memos_create(&heap.arena, 1 << 24, 5);

    for (cut = 0; cut < in.len + 3 && good; cut++) {
        run.now = cut & 1;
        good = is_run(&run, whole, in, want, cut < in.len ? cut : 0,
                      cut < in.len ? 0 : 1 + cut - in.len);
    }

    cg_memos_drop(run.memos);
    heap_drop(&heap);

    return good;
}


/* Whole, in every two pieces, byte by byte. */

__attribute__((unused)) static int
is_gated(const cg_gate_conf_t *conf, cg_str_t in, cg_str_t want)
{
    int     good;
    run_t   whole, run;
    size_t  cut;

    memset(&whole, 0, sizeof(whole));
    memset(&run, 0, sizeof(run));
    whole.conf = *conf;
    run.conf = *conf;
    good = is_run(&whole, NULL, in, want, 0, 0);

    for (cut = 1; cut < in.len && good; cut++) {
        good = is_run(&run, &whole, in, want, cut, 0);
    }

    return good && is_run(&run, &whole, in, want, 0, 1)
           && is_run(&run, &whole, in, want, 0, 3)
           && is_recalled(&whole, in, want);
}


/* Without what says that marks are not this gate's. */

static cg_str_t
without_stays(char *to, cg_str_t page)
{
    size_t    i;
    cg_str_t  out = { 0, (unsigned char *) to };
    cg_str_t  mark = cg_str(" data-ngxc-stays");

    for (i = 0; i < page.len; i++) {
        if (cg_str_starts(cg_str_sub(page, i, page.len), mark)) {
            i += mark.len - 1;

        } else {
            to[out.len++] = (char) page.data[i];
        }
    }

    return out;
}


/* What a gate has edited, once more: nothing else is held, and no mark of the
 * first one is taken for one of the second. */

__attribute__((unused)) static int
is_edited_no_more(const cg_gate_conf_t *conf, cg_str_t page)
{
    int    good;
    char  *before = malloc(page.len + 1), *behind;
    run_t  run;

    memset(&run, 0, sizeof(run));
    run.conf = *conf;
    run_pieces(&run, page, 0, 0);
    behind = malloc(run.out.len + 1);
    good = cg_str_eq(without_stays(before, page),
                     without_stays(behind, run.out));

    if (!good) {
        tap_show("once ", page);
        tap_show("twice", run.out);
    }

    run_free(&run);
    free(before);
    free(behind);

    return good;
}

#endif
