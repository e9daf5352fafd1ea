/* One log of several lanes, what a verifier says of it, and a ledger of
 * findings, for the units of the verifier. */

#ifndef EVIDENCE_SAMPLE_H
#define EVIDENCE_SAMPLE_H

#include "tap.h"
#include "evidence_log.h"

#include "evidence/cg_verify.h"

#define MAX_LINES  64

typedef struct {
    cg_verify_sum_t  sum;
    uint64_t         blamed;       /* lines up to 63 that a fault or doubt
                                      names, as bits */
    uint64_t         faulty;       /* likewise, faults only */
    cg_out_t        *trace;        /* every finding as text, or NULL */
    char             first[160];
} result_t;

/* A log and where its lines are. */

typedef struct {
    log_t           log;
    cg_str_t        bytes;
    size_t          n;
    cg_str_t        lines[MAX_LINES];        /* with their line feeds */
    unsigned char   lane[MAX_LINES];         /* its first hex digit */
} sample_t;


static void
keep(void *ctx, const cg_finding_t *finding)
{
    result_t  *result = ctx;

    if (finding->level != CG_FINDING_NOTE && finding->line < 64) {
        result->blamed |= (uint64_t) 1 << finding->line;
    }

    if (finding->level == CG_FINDING_FAULT && finding->line < 64) {
        result->faulty |= (uint64_t) 1 << finding->line;
    }

    if (finding->level != CG_FINDING_NOTE && result->first[0] == '\0') {
        snprintf(result->first, sizeof(result->first), "line %d: %s",
                 (int) finding->line, finding->text);
    }

    if (result->trace) {
        cg_out_uint(result->trace, finding->line);
        cg_out_byte(result->trace, ' ');
        cg_out_text(result->trace, finding->kind);
        cg_out_str(result->trace, finding->lane);
        cg_out_uint(result->trace, finding->seq);
        cg_out_text(result->trace, finding->text);
        cg_out_byte(result->trace, '\n');
    }
}


/* Feeds the pieces, each in a block of exactly its size. */

__attribute__((unused)) static cg_status_t
run(result_t *result, cg_str_t bytes, const size_t *cuts, size_t n_cuts)
{
    heap_t        heap;
    size_t        i, from = 0, to;
    cg_str_t      piece;
    cg_out_t     *trace = result->trace;
    cg_status_t   rc = CG_OK;
    cg_verify_t  *verify;

    memset(result, 0, sizeof(*result));
    result->trace = trace;
    heap_init(&heap);
    verify = cg_verify_new(&heap.arena, keep, result);

    for (i = 0; i <= n_cuts && rc == CG_OK; i++) {
        to = i < n_cuts ? cuts[i] : bytes.len;
        piece = heap_exact(cg_str_sub(bytes, from, to));
        rc = cg_verify_feed(verify, piece);
        free((void *) piece.data);
        from = to;
    }

    if (rc == CG_OK) {
        rc = cg_verify_end(verify, &result->sum);
    }

    heap_drop(&heap);

    return rc;
}


__attribute__((unused)) static result_t
verdict(cg_str_t bytes)
{
    result_t  result;

    result.trace = NULL;

    if (run(&result, bytes, NULL, 0) != CG_OK) {
        abort();
    }

    return result;
}


static void
sample_index(sample_t *s)
{
    size_t    i, from = 0;

    s->bytes = cg_out_slice(&s->log.bytes);

    for (i = 0; i < s->bytes.len; i++) {
        if (s->bytes.data[i] == '\n') {
            s->lines[s->n] = cg_str_sub(s->bytes, from, i + 1);
            s->lane[s->n] = s->bytes.data[from + 13];
            s->n++;
            from = i + 1;
        }
    }
}


/* Start, two workers, a reload with two more, the old ones leave; the last
 * lane names the heads of all others. */

__attribute__((unused)) static void
sample_init(sample_t *s)
{
    uint64_t    a, b;
    cg_chain_t  one, two, three, four, five, last;

    memset(s, 0, sizeof(*s));
    log_init(&s->log);

    log_open(&s->log, &one, 0x11, CG_OPEN_START);
    log_open(&s->log, &two, 0x22, CG_OPEN_START);
    log_open(&s->log, &three, 0x33, CG_OPEN_START);
    a = log_decision(&s->log, &two, CG_ACT_GRANT);
    b = log_decision(&s->log, &three, CG_ACT_GRANT);
    log_handling(&s->log, &three);
    log_outcome(&s->log, &three, b);
    log_outcome(&s->log, &two, a);
    log_decision(&s->log, &two, CG_ACT_REFUSE);
    log_open(&s->log, &four, 0x44, CG_OPEN_RELOAD);
    log_handling(&s->log, &two);
    log_open(&s->log, &five, 0x55, CG_OPEN_RELOAD);
    log_close(&s->log, &two);
    log_handling(&s->log, &four);
    log_close(&s->log, &three);
    log_decision(&s->log, &five, CG_ACT_GRANT);
    log_handling(&s->log, &four);
    log_open(&s->log, &last, 0x66, CG_OPEN_START);
    log_handling(&s->log, &last);
    log_close(&s->log, &last);

    sample_index(s);
}

#endif /* EVIDENCE_SAMPLE_H */
