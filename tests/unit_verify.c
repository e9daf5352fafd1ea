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

static cg_status_t
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


static result_t
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

static void
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


static void
an_honest_log_passes(const sample_t *s)
{
    result_t  r = verdict(s->bytes);

    ok(r.blamed == 0 && r.sum.faults == 0 && r.sum.unsure == 0,
       "an honest log of several lanes gives no finding %s", r.first);
    is_int(r.sum.lines, s->n, "every line is counted");
    is_int(r.sum.lanes, 6, "every lane is counted");
    is_int(r.sum.closed, 3, "lanes with a clean end");
    is_int(r.sum.decisions, 4, "decisions");
    is_int(r.sum.open, 1, "a decision with a subject and without outcome is"
           " an open intent; a refusal without a subject is not");

    r = verdict(cg_str(""));
    ok(r.sum.faults == 0 && r.sum.unsure == 1, "an empty log proves nothing");
}


static int
same_for_all_cuts(cg_str_t bytes)
{
    heap_t     heap;
    size_t     cut, *all;
    cg_out_t   whole, trace;
    result_t   r;
    int        same = 1;

    heap_init(&heap);
    cg_out_init(&whole, &heap.arena, 65536);
    cg_out_init(&trace, &heap.arena, 65536);

    r.trace = &whole;
    same = run(&r, bytes, NULL, 0) == CG_OK;

    all = malloc(bytes.len * sizeof(*all));
    r.trace = &trace;

    for (cut = 0; same && cut < bytes.len; cut++) {
        cg_out_reset(&trace);
        same = run(&r, bytes, &cut, 1) == CG_OK
               && cg_str_eq(cg_out_slice(&whole), cg_out_slice(&trace));
        all[cut] = cut;
    }

    cg_out_reset(&trace);
    same = same && run(&r, bytes, all, bytes.len) == CG_OK
           && cg_str_eq(cg_out_slice(&whole), cg_out_slice(&trace));

    free(all);
    heap_drop(&heap);

    return same;
}


static void
cuts_of_the_input_do_not_matter(const sample_t *s)
{
    heap_t    heap;
    cg_out_t  bad;

    heap_init(&heap);
    cg_out_init(&bad, &heap.arena, 65536);

    /* faults of every kind: torn, altered, empty, no line, repeated */

    cg_out_str(&bad, s->lines[0]);
    cg_out_str(&bad, cg_str_sub(s->lines[1], 0, 90));
    cg_out_str(&bad, s->lines[1]);
    cg_out_text(&bad, "\nnonsense\n");
    cg_out_str(&bad, s->lines[3]);
    cg_out_str(&bad, s->lines[3]);
    bad.data[bad.len - 200] ^= 1;
    cg_out_str(&bad, cg_str_sub(s->lines[4], 0, 99));

    ok(same_for_all_cuts(cg_out_slice(&bad)),
       "every two-way split and single bytes give the same findings");

    heap_drop(&heap);
}


/* Flips, and bytes that mean something to JSON and to lines. */

static void
every_altered_byte_is_found(const sample_t *s)
{
    static const unsigned char  puts[] = { '"', '\\', '\n', '}', '{', '0' };

    size_t          i, k, at, line, end = 0, missed = 0, wrong = 0, tried = 0;
    cg_str_t        copy = heap_exact(s->bytes);
    result_t        r;
    unsigned char  *data = (unsigned char *) copy.data, was;

    for (line = 0, at = 0; line < s->n; line++) {
        end += s->lines[line].len;

        for (i = 0; i < s->lines[line].len; i++, at++) {
            was = data[at];

            /* one flip for every byte; the others where two lanes end, since
             * nothing but the line itself tells there */

            for (k = 0; k <= sizeof(puts); k++) {
                if (k && line + 1 < s->n && line != 15) {
                    break;
                }

                data[at] = (unsigned char)
                           (k ? puts[k - 1] : was ^ 1 << at % 8);

                if (data[at] == was) {
                    continue;
                }

                /* the log up to there: the line has to be found by itself */

                r = verdict(cg_str_sub(copy, 0, end));
                tried++;

                if (r.sum.faults == 0 && missed++ == 0) {
                    printf("# missed: line %zu byte %zu: %02x for %02x\n",
                           line + 1, i, data[at], was);

                } else if (r.sum.faults
                           && !(r.faulty >> (line + 1) & 3)
                           && wrong++ == 0)
                {
                    printf("# line %zu byte %zu: %02x for %02x: %s\n",
                           line + 1, i, data[at], was, r.first);
                }
            }

            data[at] = was;
        }
    }

    is_int(missed, 0, "each of %zu altered bytes is found", tried);
    is_int(wrong, 0, "and its line is named (a byte made a line feed: that"
           " line or its second half)");

    free(data);
}


/* Builds a log out of lines by number; n times. */

static cg_str_t
arrange(const sample_t *s, cg_out_t *out, const size_t *order, size_t n)
{
    size_t  i;

    cg_out_reset(out);

    for (i = 0; i < n; i++) {
        cg_out_str(out, s->lines[order[i]]);
    }

    return cg_out_slice(out);
}


/* The next line of the same lane, or the first one behind that opens the
 * last lane, which names every head. */

static size_t
witness(const sample_t *s, size_t line)
{
    size_t  i;

    for (i = line + 1; i < s->n; i++) {
        if (s->lane[i] == s->lane[line]) {
            return i;
        }
    }

    for (i = line + 1; i < s->n && s->lane[i] != '6'; i++) { /* void */ }

    return i;
}


static void
every_deleted_line_is_found(const sample_t *s)
{
    size_t    i, k, n, order[MAX_LINES], bad = 0;
    heap_t    heap;
    cg_out_t  out;
    result_t  r;

    heap_init(&heap);
    cg_out_init(&out, &heap.arena, 65536);

    for (i = 0; i + 1 < s->n; i++) {
        for (k = 0, n = 0; k < s->n; k++) {
            if (k != i) {
                order[n++] = k;
            }
        }

        r = verdict(arrange(s, &out, order, n));

        /* numbers behind the deleted line are one less */

        if (!(r.blamed >> witness(s, i) & 1) && bad++ == 0) {
            printf("# without line %zu: %s\n", i + 1, r.first);
        }
    }

    is_int(bad, 0, "each deleted line is found, where its lane goes on or"
           " where its head is named");

    n = s->n - 1;
    for (k = 0; k < n; k++) {
        order[k] = k;
    }

    r = verdict(arrange(s, &out, order, n));
    is_int(r.blamed, 0, "but for the last line of the log, as documented");

    heap_drop(&heap);
}


static void
every_repeated_or_moved_line_is_found(const sample_t *s)
{
    size_t    i, j, k, n, order[MAX_LINES], bad = 0, swapped = 0;
    heap_t    heap;
    cg_out_t  out;
    result_t  r;

    heap_init(&heap);
    cg_out_init(&out, &heap.arena, 65536);

    for (i = 0; i < s->n; i++) {
        for (j = i; j < s->n; j++) {
            for (k = 0, n = 0; k < s->n; k++) {
                order[n++] = k;

                if (k == j) {
                    order[n++] = i;
                }
            }

            r = verdict(arrange(s, &out, order, n));

            if (!(r.faulty >> (j + 2) & 1) && bad++ == 0) {
                printf("# line %zu again behind %zu: %s\n", i + 1, j + 1,
                       r.first);
            }
        }
    }

    is_int(bad, 0, "a line put in again, anywhere, is found and named");

    for (i = 0, bad = 0; i < s->n; i++) {
        for (j = i + 1; j < s->n; j++) {
            if (s->lane[i] != s->lane[j]) {
                continue;
            }

            for (k = 0; k < s->n; k++) {
                order[k] = k == i ? j : k == j ? i : k;
            }

            r = verdict(arrange(s, &out, order, s->n));
            swapped++;
            bad += !(r.blamed >> (i + 1) & 1) || !(r.faulty >> (j + 1) & 1);
        }
    }

    ok(bad == 0 && swapped > 10, "two lines of a lane that changed places are"
       " found and both named (%zu of %zu missed)", bad, swapped);

    heap_drop(&heap);
}


static void
a_line_cut_short_in_the_middle_is_found(const sample_t *s)
{
    size_t    i, keep_bytes, bad = 0, k;
    heap_t    heap;
    cg_out_t  out;
    result_t  r;

    heap_init(&heap);
    cg_out_init(&out, &heap.arena, 65536);

    for (i = 0; i + 1 < s->n; i++) {
        for (keep_bytes = 0; keep_bytes + 1 < s->lines[i].len;
             keep_bytes += 7)
        {
            cg_out_reset(&out);

            for (k = 0; k < s->n; k++) {
                cg_out_str(&out, cg_str_sub(s->lines[k], 0, k == i
                                            ? keep_bytes : s->lines[k].len));

                if (k == i) {
                    cg_out_byte(&out, '\n');
                }
            }

            r = verdict(cg_out_slice(&out));

            if (!(r.blamed >> (i + 1) & 1)
                && !(r.blamed >> (witness(s, i) + 1) & 1) && bad++ == 0)
            {
                printf("# line %zu cut to %zu: %s\n", i + 1, keep_bytes,
                       r.first);
            }
        }
    }

    is_int(bad, 0, "a line cut short is found: it is named, or the line that"
           " misses it");

    heap_drop(&heap);
}


static void
a_line_written_anew_is_found(void)
{
    log_t       log;
    cg_str_t    says;
    result_t    r;
    cg_chain_t  lane;

    log_init(&log);
    log_open(&log, &lane, 0x11, CG_OPEN_START);
    log_handling(&log, &lane);
    lane.prev[7] ^= 1;
    log_handling(&log, &lane);
    r = verdict(cg_out_slice(&log.bytes));
    ok(r.sum.faults == 1 && r.faulty == 1 << 3,
       "right hash, wrong prev: line 3 is named, once (%s)", r.first);
    log_drop(&log);

    /* what the second lane says of the first, then another first lane */

    log_init(&log);
    log_open(&log, &lane, 0x11, CG_OPEN_START);
    log_decision(&log, &lane, CG_ACT_REFUSE);
    log_open(&log, &lane, 0x22, CG_OPEN_START);
    says = cg_arena_copy(&log.heap.arena, cg_out_slice(&log.line));

    cg_out_reset(&log.bytes);
    log_open(&log, &lane, 0x11, CG_OPEN_START);
    log_handling(&log, &lane);
    cg_out_str(&log.bytes, says);
    r = verdict(cg_out_slice(&log.bytes));
    ok(r.sum.faults == 1 && r.faulty == 1 << 3,
       "a lane written anew contradicts the head that a later lane names"
       " (%s)", r.first);
    log_drop(&log);

    log_init(&log);
    log_open(&log, &lane, 0x11, CG_OPEN_START);
    log_close(&log, &lane);
    log_handling(&log, &lane);
    r = verdict(cg_out_slice(&log.bytes));
    ok(r.faulty == 1 << 3, "a lane does not go on behind its chain.close");
    log_drop(&log);
}


static void
a_crash_is_no_finding(const sample_t *s)
{
    size_t    i, cut, bad = 0, again = 0;
    heap_t    heap;
    cg_out_t  out;
    result_t  r;

    heap_init(&heap);
    cg_out_init(&out, &heap.arena, 65536);

    for (cut = 1; cut < s->bytes.len; cut++) {
        r = verdict(cg_str_sub(s->bytes, 0, cut));

        if ((r.sum.faults || (r.sum.unsure && cut >= s->lines[0].len))
            && bad++ == 0)
        {
            printf("# log cut to %zu bytes: %s\n", cut, r.first);
        }
    }

    is_int(bad, 0, "a log that ends at any byte gives no finding");

    /* line 16 is the last of its lane: a piece of it, then another lane */

    for (cut = 1, bad = 0; cut < s->lines[15].len; cut++) {
        cg_out_reset(&out);

        for (i = 0; i < 17; i++) {
            cg_out_str(&out, cg_str_sub(s->lines[i], 0, i == 15
                                        ? cut : s->lines[i].len));
        }

        r = verdict(cg_out_slice(&out));

        if ((r.sum.faults || r.sum.unsure || r.sum.torn != 1) && bad++ == 0) {
            printf("# torn after %zu bytes: %s\n", cut, r.first);
        }

        /* a short write, made again; another lane came between */

        cg_out_reset(&out);

        for (i = 0; i < 15; i++) {
            cg_out_str(&out, s->lines[i]);
        }

        cg_out_str(&out, cg_str_sub(s->lines[15], 0, cut));

        if (cut % 2) {
            cg_out_str(&out, s->lines[16]);
        }

        cg_out_str(&out, s->lines[15]);
        r = verdict(cg_out_slice(&out));

        if ((r.sum.faults || r.sum.unsure || r.sum.torn != 1) && again++ == 0) {
            printf("# written again after %zu bytes: %s\n", cut, r.first);
        }
    }

    is_int(bad, 0, "a torn piece in front of another lane's line is explained");
    is_int(again, 0, "a line written again after a short write is explained");

    heap_drop(&heap);
}


static void
a_rotated_log_verifies_as_one(const sample_t *s)
{
    size_t    line, cut, bad = 0, doubt = 0;
    result_t  r;

    for (line = 1, cut = 0; line < s->n - 3; line++) {
        cut += s->lines[line - 1].len;
        r.trace = NULL;
        bad += run(&r, s->bytes, &cut, 1) != CG_OK || r.blamed;

        r = verdict(cg_str_sub(s->bytes, cut, s->bytes.len));
        doubt += r.sum.faults || !r.sum.unsure;
    }

    is_int(bad, 0, "files of a rotated log, in order, give no finding");
    is_int(doubt, 0, "the later file alone: cannot tell, never a pass and"
           " never an accusation");
}


static void
hostile_input_is_bounded(const sample_t *s)
{
    size_t        i;
    heap_t        heap;
    result_t      r;
    cg_out_t      out;
    cg_status_t   rc = CG_OK;
    cg_verify_t  *verify;

    heap_init(&heap);
    cg_out_init(&out, &heap.arena, 1 << 20);

    for (i = 0; i < 200000; i++) {
        cg_out_byte(&out, '[');
    }

    cg_out_byte(&out, '\n');
    cg_out_str(&out, s->lines[0]);
    r = verdict(cg_out_slice(&out));
    ok(r.faulty == 1 << 1 && r.sum.lines == 1,
       "a line without end is one finding, and what follows is read");

    for (i = 1; i < 200; i++) {
        memset(&r, 0, sizeof(r));
        heap.fail_at = heap.count + i;
        verify = cg_verify_new(&heap.arena, keep, &r);
        rc = verify ? cg_verify_feed(verify, s->bytes) : CG_ENOMEM;

        if (rc != CG_ENOMEM) {
            break;
        }

        if (verify && cg_verify_end(verify, &r.sum) != CG_ENOMEM) {
            break;
        }
    }

    ok(rc == CG_OK && i > 7, "each allocation that fails is an error that"
       " sticks, not a pass (%zu)", i);

    heap_drop(&heap);
}


int
main(void)
{
    sample_t  sample;

    sample_init(&sample);

    an_honest_log_passes(&sample);
    cuts_of_the_input_do_not_matter(&sample);
    every_altered_byte_is_found(&sample);
    every_deleted_line_is_found(&sample);
    every_repeated_or_moved_line_is_found(&sample);
    a_line_cut_short_in_the_middle_is_found(&sample);
    a_line_written_anew_is_found();
    a_crash_is_no_finding(&sample);
    a_rotated_log_verifies_as_one(&sample);
    hostile_input_is_bounded(&sample);

    log_drop(&sample.log);

    return tap_done();
}
