/* What a successor finds out about decisions of a worker that was killed: what
 * it wrote down beside the log, and what the log says of it. */

#include "tap.h"
#include "evidence_log.h"
#include "visit.h"

#include "consent/cg_intent.h"
#include "evidence/cg_sought.h"


static cg_sought_t
sought_at(const cg_chain_t *lane, uint64_t seq)
{
    cg_sought_t  sought;

    memset(&sought, 0, sizeof(sought));
    memcpy(sought.place.ch, lane->ch, CG_LANE_LEN);
    sought.place.seq = seq;

    return sought;
}


/* "decided settled", of all of the log, in two stretches cut anywhere. */

static int
says(log_t *log, const cg_sought_t *what)
{
    int          answer = -1, now;
    size_t       cut, from;
    cg_str_t     all = cg_out_slice(&log->bytes), copy;
    cg_sought_t  sought;

    for (cut = 0; cut <= all.len; cut += 7) {
        sought = *what;
        copy = heap_exact(cg_str_sub(all, 0, cut));
        from = cg_sought_read(&sought, 1, copy);
        free((void *) copy.data);
        copy = heap_exact(cg_str_sub(all, from, all.len));
        (void) cg_sought_read(&sought, 1, copy);
        free((void *) copy.data);

        now = sought.decided * 2 + sought.settled;

        if (answer >= 0 && answer != now) {
            return -1;
        }

        answer = now;
    }

    return answer;
}


static void
open_intents_are_told_from_others(void)
{
    log_t        log;
    uint64_t     open, done;
    cg_chain_t   lane, other, none;
    cg_sought_t  first, second, third, fourth;

    log_init(&log);
    log_open(&log, &lane, 0x11, CG_OPEN_START);
    log_open(&log, &other, 0x22, CG_OPEN_START);
    open = log_decision(&log, &lane, CG_ACT_GRANT);
    done = log_decision(&log, &lane, CG_ACT_GRANT);
    log_handling(&log, &lane);
    (void) log_decision(&log, &other, CG_ACT_GRANT);
    log_outcome(&log, &lane, done);

    first = sought_at(&lane, open);
    second = sought_at(&lane, done);
    third = sought_at(&lane, done + 1);
    memset(&none, 0, sizeof(none));
    memset(none.ch, '7', CG_LANE_LEN);
    fourth = sought_at(&none, open);

    is_int(says(&log, &first), 2, "a decision without outcome");
    is_int(says(&log, &second), 3, "one that has its outcome");
    is_int(says(&log, &third), 0, "what is no decision");
    is_int(says(&log, &fourth), 0, "what never came into the log");

    log_outcome_of(&log, &other, &lane, open);
    is_int(says(&log, &first), 3, "an outcome in another lane counts");

    log.bytes.len -= 9;
    is_int(says(&log, &first), 2, "a torn one does not");
    log_handling(&log, &lane);
    log_outcome_of(&log, &other, &lane, open);
    is_int(says(&log, &first), 3, "a line behind a torn piece does");
    log_drop(&log);
}


/* The lane is left at `from`; what counts of it stands in `fresh`. */

static void
leave(log_t *log, const cg_chain_t *from, cg_chain_t *fresh, unsigned char id)
{
    cg_event_open_t  open;
    unsigned char    seed[CG_LANE_SEED];

    memset(&open, 0, sizeof(open));
    memset(seed, id, sizeof(seed));
    open.reason = CG_OPEN_FAULT;
    open.build = cg_str("test");
    cg_chain_place(from, &open.instead);
    cg_chain_open(fresh, seed);
    log_begin(log, fresh, CG_EVENT_CHAIN_OPEN);
    cg_event_open(&log->line, &open);
    log_finish(log, fresh);
}


static void
void_lines_do_not_count(void)
{
    log_t        log;
    uint64_t     seq;
    cg_str_t     decided;
    cg_out_t     again;
    cg_chain_t   lane, sound, fresh, fresher;
    cg_sought_t  sought;

    log_init(&log);
    cg_out_init(&again, &log.heap.arena, CG_MAX_LINE);
    log_open(&log, &lane, 0x11, CG_OPEN_START);
    sound = lane;
    seq = log_decision(&log, &lane, CG_ACT_GRANT);
    decided = cg_arena_copy(&log.heap.arena, cg_out_slice(&log.line));
    log_outcome(&log, &lane, seq);
    sought = sought_at(&lane, seq);
    is_int(says(&log, &sought), 3, "decided, and settled");

    leave(&log, &sound, &fresh, 0x22);
    is_int(says(&log, &sought), 0, "its lane was left before it: neither");

    sound = fresh;

    if (cg_chain_again(&fresh, decided, &again) != CG_OK) {
        abort();
    }

    cg_out_str(&log.bytes, cg_out_slice(&again));
    is_int(says(&log, &sought), 2, "made again in another lane: decided");
    log_outcome_of(&log, &fresh, &lane, seq);
    is_int(says(&log, &sought), 3, "and settled");

    leave(&log, &sound, &fresher, 0x33);
    is_int(says(&log, &sought), 0, "that lane was left, too");
    log_drop(&log);
}


static void
intents_are_read_as_written(void)
{
    size_t         i, bad = 0;
    cg_keys_t      keys;
    cg_token_t     token;
    cg_intent_t    intent, read;
    unsigned char  place[CG_INTENT_PLACE];

    memset(&intent, 0, sizeof(intent));
    visit_keys(&keys, VISIT_KEY_A "\n");
    visit_grant(&token, 7, 5);

    if (cg_record_name(&keys, VISIT_SITE, &token, &intent.decision.name)
        != CG_OK
        || cg_pending_line_of(cg_str("0123456789abcdef:18446744073709551615"),
                              &intent.decision) != CG_OK)
    {
        abort();
    }

    intent.decision.at = VISIT_NOW;
    intent.decision.expires = VISIT_NOW + VISIT_DAY;
    intent.decision.how = CG_HOW_CUSTOM;
    memset(intent.decision.rid, 0xA5, sizeof(intent.decision.rid));
    memset(intent.decision.where, 0x5A, sizeof(intent.decision.where));
    intent.rev = UINT32_MAX;
    intent.file = UINT64_MAX;
    intent.size = UINT64_MAX - 1;

    is_int(cg_intent_write(&intent, place), CG_OK, "an intent is written");
    ok(cg_intent_read(place, &read) == CG_OK
       && memcmp(&read, &intent, sizeof(read)) == 0 && cg_intent_opens(&read),
       "and read again, all of it");

    for (i = 0; i < sizeof(place); i++) {
        place[i] ^= 0x10;
        bad += cg_intent_read(place, &read) != CG_NONE;
        place[i] ^= 0x10;
    }

    is_int(bad, 0, "one that was torn is a free place");
    memset(place, 0, sizeof(place));
    is_int(cg_intent_read(place, &read), CG_NONE, "and so is an empty one");
}


int
main(void)
{
    open_intents_are_told_from_others();
    void_lines_do_not_count();
    intents_are_read_as_written();

    return tap_done();
}
