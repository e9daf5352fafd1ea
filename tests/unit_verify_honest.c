/* Logs that nobody touched, whatever happened to their writers. */

#include "evidence_sample.h"


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


static void
a_crash_is_no_finding(const sample_t *s)
{
    size_t    cut, bad = 0;
    result_t  r;

    for (cut = 1; cut < s->bytes.len; cut++) {
        r = verdict(cg_str_sub(s->bytes, 0, cut));

        if ((r.sum.faults || (r.sum.unsure && cut >= s->lines[0].len))
            && bad++ == 0)
        {
            printf("# log cut to %zu bytes: %s\n", cut, r.first);
        }
    }

    is_int(bad, 0, "a log that ends at any byte gives no finding");
}


static void
a_torn_line_is_explained(const sample_t *s)
{
    size_t    i, cut, bad = 0, again = 0, twice = 0;
    heap_t    heap;
    cg_out_t  out;
    result_t  r;

    heap_init(&heap);
    cg_out_init(&out, &heap.arena, 65536);

    /* line 16 is the last of its lane: a piece of it, then another lane */

    for (cut = 1; cut < s->lines[15].len; cut++) {
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

        /* which was cut as well, before anything tells that a line began */

        cg_out_reset(&out);

        for (i = 0; i < 15; i++) {
            cg_out_str(&out, s->lines[i]);
        }

        cg_out_str(&out, cg_str_sub(s->lines[15], 0, cut));
        cg_out_str(&out, cg_str_sub(s->lines[15], 0, cut % 12 + 1));
        cg_out_str(&out, s->lines[15]);
        r = verdict(cg_out_slice(&out));

        if ((r.sum.faults || r.sum.unsure || r.sum.torn == 0)
            && cut + 2 < s->lines[15].len && twice++ == 0)
        {
            printf("# and cut again after %zu bytes: %s\n", cut, r.first);
        }
    }

    is_int(bad, 0, "a torn piece in front of another lane's line is explained");
    is_int(again, 0, "a line written again after a short write is explained");
    is_int(twice, 0, "and so is one whose second write was cut, too");

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


/* A sync failed: nobody knows what the disk holds of the last lines, so they
 * are void and stand in another lane once more, unless nobody needs them. */

static void
a_lane_left_behind_is_explained(void)
{
    log_t             log;
    uint64_t          proven, doubtful;
    cg_str_t          said, decided;
    cg_out_t          out;
    result_t          r;
    cg_head_t         head;
    cg_chain_t        old, sound, fresh;
    cg_event_open_t   open;
    unsigned char     seed[CG_LANE_SEED] = { 0x22 };

    log_init(&log);
    cg_out_init(&out, &log.heap.arena, CG_MAX_LINE);
    log_open(&log, &old, 0x11, CG_OPEN_START);
    proven = log_decision(&log, &old, CG_ACT_GRANT);
    sound = old;
    doubtful = log_decision(&log, &old, CG_ACT_GRANT);
    decided = cg_arena_copy(&log.heap.arena, cg_out_slice(&log.line));
    log_handling(&log, &old);
    said = cg_arena_copy(&log.heap.arena, cg_out_slice(&log.line));

    memset(&open, 0, sizeof(open));
    open.reason = CG_OPEN_FAULT;
    open.build = cg_str("test");
    open.follows = &head;
    open.n_follows = cg_heads_of(&sound, &head) == CG_OK;
    cg_chain_place(&sound, &open.instead);

    cg_chain_open(&fresh, seed);
    log_begin(&log, &fresh, CG_EVENT_CHAIN_OPEN);
    cg_event_open(&log.line, &open);
    log_finish(&log, &fresh);

    if (cg_chain_again(&fresh, said, &out) != CG_OK) {
        abort();
    }

    cg_out_str(&log.bytes, cg_out_slice(&out));
    r = verdict(cg_out_slice(&log.bytes));
    ok(r.sum.faults == 0 && r.sum.unsure == 0 && r.sum.open == 1,
       "what is void waits for no outcome, what was proven does %s", r.first);

    log_outcome_of(&log, &fresh, &old, proven);
    r = verdict(cg_out_slice(&log.bytes));
    ok(r.sum.faults == 0 && r.sum.open == 0,
       "which may stand in another lane %s", r.first);

    said = cg_arena_copy(&log.heap.arena, decided);

    if (cg_chain_again(&fresh, said, &out) != CG_OK) {
        abort();
    }

    cg_out_str(&log.bytes, cg_out_slice(&out));
    r = verdict(cg_out_slice(&log.bytes));
    ok(r.sum.faults == 0 && r.sum.open == 1,
       "a void decision that was acknowledged stands there again %s", r.first);

    log_outcome_of(&log, &fresh, &old, doubtful);
    r = verdict(cg_out_slice(&log.bytes));
    ok(r.sum.faults == 0 && r.sum.open == 0,
       "its outcome names the place where it stood first %s", r.first);

    log_handling(&log, &old);
    r = verdict(cg_out_slice(&log.bytes));
    ok(r.sum.faults == 1, "the lane that was left does not go on");
    log_drop(&log);
}


int
main(void)
{
    sample_t  sample;

    sample_init(&sample);

    an_honest_log_passes(&sample);
    cuts_of_the_input_do_not_matter(&sample);
    a_crash_is_no_finding(&sample);
    a_torn_line_is_explained(&sample);
    a_rotated_log_verifies_as_one(&sample);
    hostile_input_is_bounded(&sample);
    a_lane_left_behind_is_explained();

    log_drop(&sample.log);

    return tap_done();
}
