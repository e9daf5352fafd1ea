/* A thousand logs as honest writers leave them, whatever befell these, of which
 * none is accused; and what somebody may do to one, which always shows. */

#include "evidence_sample.h"

#include "evidence/cg_line.h"

#include <stdlib.h>

#define HISTORIES  1000
#define WORKERS    4
#define LINES      400


/* xorshift: the same every time; a history is its number. */

static uint64_t
dice(uint64_t *seed, uint64_t limit)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;

    return (*seed >> 11) % limit;
}


typedef struct {
    sealed_t    lane;
    uint64_t    lines;             /* since its last seal */
    int         lives;
    uint64_t    open;              /* seq of a decision without outcome; 0 */
} worker_t;

typedef struct {
    log_t           log;
    cg_seal_root_t  root;
    worker_t        workers[WORKERS];
    uint64_t        seed;
    uint32_t        id;            /* of the next lane */
} history_t;


/* No two lanes of a history have one name. */

static unsigned char
history_id(history_t *h)
{
    return (unsigned char) ++h->id;
}


static void
history_master(history_t *h)
{
    sealed_t  master;

    if (h->id > 240) {
        return;
    }

    log_sealed_open(&h->log, &master, history_id(h), &h->root);
    log_sealed_close(&h->log, &master, h->root.epoch + 1);

    if (cg_seal_root_evolve(&h->root) != CG_OK) {
        abort();
    }
}


static void
worker_start(history_t *h, worker_t *w)
{
    if (h->id <= 240) {
        log_sealed_open(&h->log, &w->lane, history_id(h), &h->root);
        w->lines = 0;
        w->open = 0;
        w->lives = 1;
    }
}


static void
worker_seal(history_t *h, worker_t *w)
{
    log_seal(&h->log, &w->lane);
    w->lines = 0;
}


/* As a worker does it: the line, then the seal that is due behind it. */

static void
worker_line(history_t *h, worker_t *w)
{
    if (w->open && dice(&h->seed, 2)) {
        log_outcome(&h->log, &w->lane.chain, w->open);
        w->open = 0;

    } else if (!w->open && dice(&h->seed, 3) == 0) {
        w->open = log_decision(&h->log, &w->lane.chain, CG_ACT_GRANT);

    } else {
        log_handling(&h->log, &w->lane.chain);
    }

    if (++w->lines >= LOG_SEAL_LINES) {
        worker_seal(h, w);
    }
}


/* It dies in the middle of a line, or between two. */

static void
worker_die(history_t *h, worker_t *w)
{
    cg_chain_t  was = w->lane.chain;
    size_t      len = h->log.bytes.len;

    if (dice(&h->seed, 2)) {
        log_handling(&h->log, &w->lane.chain);
        h->log.bytes.len = len + dice(&h->seed, h->log.line.len);
        w->lane.chain = was;
    }

    w->lives = 0;
}


/* A write that is cut short, and made again; another one's may come between. */

static void
worker_stumble(history_t *h, worker_t *w)
{
    size_t      i, len = h->log.bytes.len;
    cg_str_t    whole;
    worker_t   *other = &h->workers[dice(&h->seed, WORKERS)];

    log_handling(&h->log, &w->lane.chain);
    whole = cg_arena_copy(&h->log.heap.arena, cg_out_slice(&h->log.line));
    h->log.bytes.len = len + dice(&h->seed, whole.len);

    if (other != w && other->lives) {
        worker_line(h, other);
    }

    for (i = dice(&h->seed, 2); i; i--) {
        cg_out_str(&h->log.bytes, cg_str_sub(whole, 0, 9));
    }

    cg_out_str(&h->log.bytes, whole);

    if (++w->lines >= LOG_SEAL_LINES) {
        worker_seal(h, w);
    }
}


/* A sync fails: what is in doubt is void, and counts no more. */

static void
worker_go_on(history_t *h, worker_t *w)
{
    cg_chain_t  left = w->lane.chain;

    if (h->id > 240) {
        return;
    }

    log_handling(&h->log, &w->lane.chain);
    log_sealed_go_on(&h->log, &w->lane, history_id(h), &left);
    w->lines = 0;
}


static void
history_worker(history_t *h, worker_t *w)
{
    switch (dice(&h->seed, 16)) {
    case 0:
        worker_die(h, w);
        break;
    case 1:
        worker_go_on(h, w);
        break;
    case 2:
        worker_stumble(h, w);
        break;
    case 3:                        /* time passes, or it was stopped */
        w->lane.mono += (LOG_SEAL_TIME + dice(&h->seed, 86400)) * 1000;
        worker_seal(h, w);
        break;
    case 4:
        log_sealed_close(&h->log, &w->lane, 0);
        w->lives = 0;
        break;
    default:
        worker_line(h, w);
    }
}


static void
history_tell(history_t *h, uint64_t number)
{
    size_t     i, steps;
    worker_t  *w;

    memset(h, 0, sizeof(*h));
    log_init(&h->log);
    h->seed = (number + 1) * UINT64_C(0x9E3779B97F4A7C15);
    memset(h->root.id, 'a', CG_SEAL_ID);
    memset(h->root.key, (int) number, sizeof(h->root.key));
    history_master(h);

    for (steps = 20 + dice(&h->seed, 60); steps; steps--) {
        w = &h->workers[dice(&h->seed, WORKERS)];

        if (w->lives) {
            history_worker(h, w);

        } else {
            worker_start(h, w);
        }

        if (dice(&h->seed, 25) == 0) {
            history_master(h);
        }
    }

    for (i = 0; i < WORKERS && dice(&h->seed, 2); i++) {
        if (h->workers[i].lives) {
            log_sealed_close(&h->log, &h->workers[i].lane, 0);
            h->workers[i].lives = 0;
        }
    }
}


static result_t
told(uint64_t number, cg_str_t bytes)
{
    heap_t          heap;
    result_t        r;
    cg_verify_t    *verify;
    cg_seal_root_t  key;

    memset(&key, 0, sizeof(key));
    memset(key.id, 'a', CG_SEAL_ID);
    memset(key.key, (int) number, sizeof(key.key));

    memset(&r, 0, sizeof(r));
    heap_init(&heap);
    verify = cg_verify_new(&heap.arena, keep, &r);

    if (cg_verify_key(verify, &key) != CG_OK
        || cg_verify_feed(verify, bytes) != CG_OK
        || cg_verify_end(verify, &r.sum) != CG_OK)
    {
        abort();
    }

    heap_drop(&heap);

    return r;
}


/* Whole lines of a log; a torn piece belongs to the line behind it. */

static size_t
lines_of(cg_str_t bytes, cg_str_t lines[LINES])
{
    size_t  i, n = 0, from = 0;

    for (i = 0; i < bytes.len && n < LINES; i++) {
        if (bytes.data[i] == '\n') {
            lines[n++] = cg_str_sub(bytes, from, i + 1);
            from = i + 1;
        }
    }

    return n;
}


static int
same_lane(cg_str_t a, cg_str_t b)
{
    return a.len > 30 && b.len > 30
           && memcmp(a.data, b.data, CG_LINE_START_LEN + CG_LANE_LEN) == 0;
}


/* Nothing torn stands in it. */

static int
is_whole(cg_str_t line)
{
    cg_line_t  read;

    return cg_line_read(cg_str_sub(line, 0, line.len - 1), &read) == CG_OK
           && cg_line_check(cg_str_sub(line, 0, line.len - 1), &read) == CG_OK;
}


/* Something that shows: 0, a line that its lane goes on behind is taken out;
 * 1, one is repeated; 2, a byte is flipped; 3, two of a lane change places. */

static int
tamper(history_t *h, cg_out_t *out, uint64_t what)
{
    size_t    i, k, n, at, next;
    cg_str_t  lines[LINES];

    n = lines_of(cg_out_slice(&h->log.bytes), lines);
    at = dice(&h->seed, n);

    for (next = at + 1; next < n && !same_lane(lines[at], lines[next]); next++)
    { /* void */ }

    if (n == LINES || next == n || !is_whole(lines[at])
        || !is_whole(lines[next]))
    {
        return 0;
    }

    cg_out_reset(out);

    for (i = 0; i < n; i++) {
        k = what == 3 && i == at ? next : what == 3 && i == next ? at : i;

        if (!(what == 0 && i == at)) {
            cg_out_str(out, lines[k]);
        }

        if (what == 1 && i == at) {
            cg_out_str(out, lines[k]);
        }

        if (what == 2 && i == at) {
            out->data[out->len - 2 - dice(&h->seed, lines[k].len - 2)] ^= 1;
        }
    }

    return 1;
}


typedef struct {
    uint64_t  lines;
    uint64_t  seals;
    uint64_t  torn;
    uint64_t  open;
    uint64_t  accused;
    uint64_t  changed;
    uint64_t  missed;
} ledger_t;


static void
history_judge(history_t *h, uint64_t number, ledger_t *ledger)
{
    result_t  r = told(number, cg_out_slice(&h->log.bytes));

    ledger->lines += r.sum.lines;
    ledger->seals += r.sum.proven;
    ledger->torn += r.sum.torn;
    ledger->open += r.sum.open;

    if ((r.sum.faults || r.sum.unsure || r.sum.proven != r.sum.seals)
        && ledger->accused++ == 0)
    {
        printf("# history %d: %s\n", (int) number, r.first);
    }
}


static void
history_change(history_t *h, uint64_t number, ledger_t *ledger)
{
    result_t  r;
    cg_out_t  out;

    cg_out_init(&out, &h->log.heap.arena, 1 << 20);

    if (!tamper(h, &out, number % 4)) {
        return;
    }

    ledger->changed++;
    r = told(number, cg_out_slice(&out));

    if (r.sum.faults == 0 && r.sum.unsure == 0 && ledger->missed++ == 0) {
        printf("# history %d\n", (int) number);
    }
}


int
main(void)
{
    uint64_t   number;
    ledger_t   ledger = { 0 };
    history_t  h;

    for (number = 0; number < HISTORIES; number++) {
        history_tell(&h, number);
        history_judge(&h, number, &ledger);
        history_change(&h, number, &ledger);
        log_drop(&h.log);
    }

    is_int(ledger.accused, 0, "of %d logs that honest writers left, whatever"
           " befell them, none is accused", HISTORIES);
    ok(ledger.seals > 10000 && ledger.torn > 500 && ledger.open > 300,
       "with %d lines, %d seals, %d torn pieces and %d open intents in them",
       (int) ledger.lines, (int) ledger.seals, (int) ledger.torn,
       (int) ledger.open);
    is_int(ledger.missed, 0, "of %d changes to such logs, none is missed",
           (int) ledger.changed);
    ok(ledger.changed > HISTORIES / 2, "and there were many");

    return tap_done();
}
