/* What somebody may do to a log, and that it shows. */

#include "evidence_sample.h"

#include "evidence/cg_event_seen.h"
#include "evidence/cg_recent.h"


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


static int
has_before(const sample_t *s, size_t line)
{
    size_t  i;

    for (i = 0; i < line && s->lane[i] != s->lane[line]; i++) { /* void */ }

    return i < line;
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
    size_t    i, keep_bytes, bad = 0, k, w, named;
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

            /* named itself, if its lane was known and goes on */

            w = witness(s, i);
            named = s->lane[w] == s->lane[i] && has_before(s, i)
                    ? i + 1 : w + 1;

            if (!(r.faulty >> named & 1) && !(keep_bytes == 0 && r.faulty)
                && !(named == w + 1 && r.blamed >> named & 1) && bad++ == 0)
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
what_was_seen_must_say_so(void)
{
    static const struct {
        cg_str_t  host;
        uint64_t  n;
        int       faults;
    } cases[] = {
        { cg_str("a.example"), 1, 0 },
        { { 0, NULL }, 3, 0 },
        { cg_str("a.example"), 0, 1 },
    };

    log_t            log;
    size_t           i;
    result_t         r;
    cg_chain_t       lane;
    cg_event_seen_t  seen;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        memset(&seen, 0, sizeof(seen));
        seen.name = cases[i].host;
        seen.count = cases[i].n;

        log_init(&log);
        log_open(&log, &lane, 0x11, CG_OPEN_START);
        log_begin(&log, &lane, CG_EVENT_UNKNOWN_SEEN);
        cg_event_seen(&log.line, &seen);
        log_finish(&log, &lane);
        r = verdict(cg_out_slice(&log.bytes));
        is_int(r.sum.faults, cases[i].faults,
               "an unknown.seen says what, and how often");
        log_drop(&log);
    }
}


/* One line with that body, which is JSON without its braces. */

static uint64_t
faults_of(const char *type, const char *body)
{
    log_t       log;
    result_t    r;
    cg_chain_t  lane;

    log_init(&log);
    log_open(&log, &lane, 0x11, CG_OPEN_START);
    log_begin(&log, &lane, type);
    cg_out_text(&log.line, body);
    log_finish(&log, &lane);
    r = verdict(cg_out_slice(&log.bytes));
    log_drop(&log);

    return r.sum.faults;
}


static void
sums_and_provisions_must_say_so(void)
{
    static const char  provision[] =
        ",\"rid\":\"9fq2\",\"ref\":{\"seq\":0},\"day\":\"2026-11-22\",\"to\":"
        "[{\"vendor\":\"ga\"}]";

    is_int(faults_of(CG_EVENT_HANDLING_SUM,
                     ",\"from\":\"x\",\"to\":\"y\",\"n\":0,"
                     "\"without_basis\":0,\"by\":[]"), 0,
           "a sum says of what time, and how much");
    is_int(faults_of(CG_EVENT_HANDLING_SUM,
                     ",\"from\":\"x\",\"to\":\"y\",\"n\":\"0\","
                     "\"without_basis\":0,\"by\":[]"), 1,
           "in a number that is one");
    is_int(faults_of(CG_EVENT_HANDLING_SUM,
                     ",\"from\":\"x\",\"to\":\"y\",\"n\":0,\"by\":[]"), 1,
           "and whether anything had no basis");
    is_int(faults_of(CG_EVENT_PROVISION_START, provision), 0,
           "a start says by which decision, from when, and to whom");
    is_int(faults_of(CG_EVENT_PROVISION_STOP, provision), 0,
           "and so does a stop");
    is_int(faults_of(CG_EVENT_PROVISION_STOP,
                     ",\"day\":\"2026-11-22\",\"to\":[1]"), 1,
           "one of no decision is none");
    is_int(faults_of(CG_EVENT_PROVISION_START,
                     ",\"ref\":{\"seq\":0},\"day\":\"x\",\"to\":[]"), 1,
           "nor is one to nobody");
}


/* Who closes while Redis is away may have no pseudonym: that nobody waits for
 * an outcome of theirs is no note. */

static void
pending_decisions_are_understood(void)
{
    log_t                log;
    result_t             r;
    cg_chain_t           lane;
    cg_event_replay_t    replay = { cg_str("0123456789abcdef"), 1,
                                    cg_str("9fq2"), CG_REPLAY_RECORDED, 2 };
    cg_event_outcome_t   outcome;
    cg_event_decision_t  decision;

    memset(&outcome, 0, sizeof(outcome));
    memset(&decision, 0, sizeof(decision));
    decision.rid = cg_str("9fq2");
    decision.act = CG_ACT_WITHDRAW;
    outcome.seq = 1;
    outcome.result = CG_RESULT_PENDING;

    log_init(&log);
    log_open(&log, &lane, 0x11, CG_OPEN_START);
    log_begin(&log, &lane, CG_EVENT_DECISION);
    cg_event_decision(&log.line, &decision);
    log_finish(&log, &lane);
    log_begin(&log, &lane, CG_EVENT_OUTCOME);
    cg_event_outcome(&log.line, &outcome);
    log_finish(&log, &lane);
    log_begin(&log, &lane, CG_EVENT_REPLAY);
    cg_event_replay(&log.line, &replay);
    log_finish(&log, &lane);
    r = verdict(cg_out_slice(&log.bytes));
    ok(r.sum.faults == 0 && r.blamed == 0,
       "a decision that waited and was replayed is no finding, and no note");

    log_begin(&log, &lane, CG_EVENT_REPLAY);
    replay.ch = cg_str("short");
    cg_event_replay(&log.line, &replay);
    log_finish(&log, &lane);
    r = verdict(cg_out_slice(&log.bytes));
    is_int(r.sum.faults, 1, "a replay says of what");
    log_drop(&log);
}


/* A lane `later` whose opening names the head of `lane`, `passed` lines after
 * it; every fourth of them is of the lane that is named. */

static result_t
named_after(size_t passed)
{
    log_t       log;
    size_t      i;
    cg_str_t    says;
    result_t    r;
    cg_chain_t  lane, other, later;

    log_init(&log);
    cg_out_init(&log.bytes, &log.heap.arena, 64u << 20);
    log_open(&log, &other, 0x33, CG_OPEN_START);
    log_open(&log, &lane, 0x11, CG_OPEN_START);
    log_open(&log, &later, 0x22, CG_OPEN_START);
    says = cg_arena_copy(&log.heap.arena, cg_out_slice(&log.line));
    log.bytes.len -= says.len;

    for (i = 0; i < passed; i++) {
        log_handling(&log, i % 4 ? &other : &lane);
    }

    cg_out_str(&log.bytes, says);
    r = verdict(cg_out_slice(&log.bytes));
    log_drop(&log);

    return r;
}


static void
an_old_head_is_not_vouched_for(void)
{
    static const size_t  compared[] = { 0, 63, 64, 65, 5000,
                                        CG_RECENT_LINES - 3 };

    size_t    i;
    result_t  r;

    for (i = 0; i < sizeof(compared) / sizeof(compared[0]); i++) {
        r = named_after(compared[i]);
        ok(r.sum.faults == 0 && r.sum.unsure == 0,
           "a head that was passed by %zu lines is compared %s", compared[i],
           r.first);
    }

    r = named_after(CG_RECENT_LINES);
    ok(r.sum.faults == 0 && r.sum.unsure == 2,
       "older ones: cannot tell, not a pass");
}


int
main(void)
{
    sample_t  sample;

    sample_init(&sample);

    every_altered_byte_is_found(&sample);
    every_deleted_line_is_found(&sample);
    every_repeated_or_moved_line_is_found(&sample);
    a_line_cut_short_in_the_middle_is_found(&sample);
    a_line_written_anew_is_found();
    sums_and_provisions_must_say_so();
    pending_decisions_are_understood();
    what_was_seen_must_say_so();
    an_old_head_is_not_vouched_for();

    log_drop(&sample.log);

    return tap_done();
}
