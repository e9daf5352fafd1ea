/* Roots as text, keys as docs/log.md defines them, and what a verifier says of
 * seals: what somebody may do to a sealed log, and what happens to one by
 * itself. */

#include "evidence_sample.h"

#define ROOT_TEXT                                                            \
    "cgs1 00112233aabbccdd 0 "                                               \
    "00112233445566778899aabbccddeeff0123456789abcdef0123456789abcdef\n"


static cg_seal_root_t
root_at(uint64_t epoch)
{
    cg_seal_root_t  root;

    if (cg_seal_root_read(cg_str(ROOT_TEXT), &root) != CG_OK) {
        abort();
    }

    while (root.epoch < epoch) {
        if (cg_seal_root_evolve(&root) != CG_OK) {
            abort();
        }
    }

    return root;
}


static void
a_root_is_one_line(void)
{
    static const char *const  bad[] = {
        "", "\n", "cgs1", "cgs1 00112233aabbccdd", "cgs1 00112233aabbccdd ",
        "cgs1 00112233AABBCCDD 0 00112233445566778899aabbccddeeff"
            "0123456789abcdef0123456789abcdef",
        "cgs1 00112233aabbccdd  00112233445566778899aabbccddeeff"
            "0123456789abcdef0123456789abcdef",
        "cgs1 00112233aabbccdd 1234567890123456789 0011223344556677"
            "8899aabbccddeeff0123456789abcdef0123456789abcdef",
        "cgs1 00112233aabbccdd 0 00112233445566778899aabbccddeeff"
            "0123456789abcdef0123456789abcde",
        "cgs2 00112233aabbccdd 0 00112233445566778899aabbccddeeff"
            "0123456789abcdef0123456789abcdef",
    };

    size_t          i;
    heap_t          heap;
    cg_out_t        out;
    cg_str_t        exact;
    cg_seal_root_t  root = root_at(0);

    heap_init(&heap);
    cg_out_init(&out, &heap.arena, CG_SEAL_ROOT_TEXT);
    cg_seal_root_write(&root, &out);
    ok(cg_str_eq(cg_out_slice(&out), cg_str(ROOT_TEXT)),
       "a root is written as it is read");

    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        exact = heap_exact(cg_str_from(bad[i]));
        memset(&root, 1, sizeof(root));
        ok(cg_seal_root_read(exact, &root) == CG_EINVAL && root.key[0] == 0,
           "what is no root is not read (%d)", (int) i);
        free((void *) exact.data);
    }

    root = root_at(99);
    cg_out_reset(&out);
    root.epoch = 999999999999999999u;
    cg_seal_root_write(&root, &out);
    is_int(out.status, CG_OK, "the longest root has room");
    heap_drop(&heap);
}


/* The same with the primitives alone. */

static void
step(const unsigned char key[32], const char *label, const char *name,
    unsigned char to[32])
{
    cg_str_t  parts[] = { cg_str_from(label), cg_str_from(name) };

    if (cg_hmac((cg_str_t) { 32, key }, parts, 2, to) != CG_OK) {
        abort();
    }
}


static void
keys_are_as_documented(void)
{
    cg_seal_t       seal;
    cg_chain_t      chain;
    unsigned char   seed[CG_LANE_SEED] = { 1, 2, 3, 4, 5, 6, 7, 8 };
    cg_seal_root_t  first = root_at(0), root = root_at(2);
    unsigned char   k[32], p[32], next[32];

    cg_chain_open(&chain, seed);

    step(first.key, "root", "", k);
    step(k, "root", "", next);
    ok(memcmp(next, root.key, 32) == 0 && root.epoch == 2, "a root evolves");

    memset(&seal, 0, sizeof(seal));
    is_int(cg_seal_begin(&seal, &root, &chain), CG_OK, "a lane has keys");
    step(root.key, "process", "0102030405060708", p);
    step(p, "lane", "0102030405060708", k);
    ok(memcmp(k, seal.key, 32) == 0, "the first of them");

    is_int(cg_seal_evolve(&seal), CG_OK, "which evolves");
    step(k, "next", "", next);
    ok(memcmp(next, seal.key, 32) == 0 && seal.index == 1, "one way");

    memset(seed, 9, sizeof(seed));
    cg_chain_open(&chain, seed);
    is_int(cg_seal_go_on(&seal, &chain), CG_OK, "a process has other lanes");
    step(p, "process", "", next);
    step(next, "lane", "0909090909090909", k);
    ok(memcmp(k, seal.key, 32) == 0 && seal.n == 1 && seal.index == 0,
       "with keys of their own");
}


/* A sealed log */

#define MANY  96

typedef struct {
    log_t     log;
    size_t    n;
    cg_str_t  lines[MANY];
    char      lane[MANY];
} story_t;


/* Start; two workers; one is killed and replaced; USR1; a reload, whose worker
 * has trouble with its disk; all leave. */

static void
story_tell(story_t *s, uint64_t first)
{
    sealed_t        master, one, two, three, four;
    cg_chain_t      left;
    cg_seal_root_t  root = root_at(first);

    log_sealed_open(&s->log, &master, 0x11, &root);
    log_sealed_close(&s->log, &master, first + 1);

    root = root_at(first + 1);
    log_sealed_open(&s->log, &one, 0x22, &root);
    log_sealed_open(&s->log, &two, 0x33, &root);
    log_sealed_handling(&s->log, &one, LOG_SEAL_LINES);
    log_seal(&s->log, &one);
    log_sealed_handling(&s->log, &two, 1);
    two.mono += 60000;
    log_seal(&s->log, &two);
    log_sealed_handling(&s->log, &one, 2);

    log_sealed_open(&s->log, &three, 0x44, &root);
    two.mono += 60000;
    log_seal(&s->log, &two);

    log_sealed_open(&s->log, &master, 0x55, &root);
    log_sealed_close(&s->log, &master, first + 2);
    log_sealed_handling(&s->log, &three, LOG_SEAL_LINES);
    log_seal(&s->log, &three);

    root = root_at(first + 2);
    log_sealed_open(&s->log, &master, 0x66, &root);
    log_sealed_close(&s->log, &master, first + 3);
    root = root_at(first + 3);
    log_sealed_open(&s->log, &four, 0x77, &root);
    log_sealed_close(&s->log, &two, 0);
    left = four.chain;
    log_sealed_handling(&s->log, &four, 1);
    log_sealed_go_on(&s->log, &four, 0x88, &left);
    log_sealed_handling(&s->log, &four, LOG_SEAL_LINES);
    four.mono += 60000;
    log_seal(&s->log, &four);
    log_sealed_close(&s->log, &three, 0);
    log_sealed_close(&s->log, &four, 0);
}


static void
story_index(story_t *s)
{
    size_t    i, from = 0;
    cg_str_t  bytes = cg_out_slice(&s->log.bytes);

    for (s->n = 0, i = 0; i < bytes.len; i++) {
        if (bytes.data[i] == '\n') {
            s->lines[s->n] = cg_str_sub(bytes, from, i + 1);
            s->lane[s->n++] = (char) bytes.data[from + 13];
            from = i + 1;
        }
    }
}


static void
story_init(story_t *s)
{
    memset(s, 0, sizeof(*s));
    log_init(&s->log);
    story_tell(s, 0);
    story_index(s);
}


/* Lines of the story but for those that `skip` has a one for. */

static cg_str_t
story_without(story_t *s, cg_out_t *out, uint64_t skip)
{
    size_t  i;

    cg_out_reset(out);

    for (i = 0; i < s->n; i++) {
        if (!(skip >> i & 1)) {
            cg_out_str(out, s->lines[i]);
        }
    }

    return cg_out_slice(out);
}


static result_t
told(cg_str_t bytes, const cg_seal_root_t *key)
{
    heap_t        heap;
    result_t      r;
    cg_verify_t  *verify;

    memset(&r, 0, sizeof(r));
    heap_init(&heap);
    verify = cg_verify_new(&heap.arena, keep, &r);

    if ((key && cg_verify_key(verify, key) != CG_OK)
        || cg_verify_feed(verify, bytes) != CG_OK
        || cg_verify_end(verify, &r.sum) != CG_OK)
    {
        abort();
    }

    heap_drop(&heap);

    return r;
}


static void
an_honest_log_is_proven(story_t *s)
{
    result_t        r;
    cg_out_t        out;
    uint64_t        i, bad = 0;
    cg_seal_root_t  key = root_at(0), later = root_at(2);

    cg_out_init(&out, &s->log.heap.arena, 65536);

    r = told(cg_out_slice(&s->log.bytes), NULL);
    ok(r.sum.faults == 0 && r.sum.unsure == 0 && r.sum.seals == 19
       && r.sum.proven == 0, "without a key nothing is found %s", r.first);

    r = told(cg_out_slice(&s->log.bytes), &key);
    ok(r.sum.faults == 0 && r.sum.unsure == 0 && r.sum.proven == 19,
       "with the first root key every seal fits %s", r.first);

    r = told(cg_out_slice(&s->log.bytes), &later);
    ok(r.sum.faults == 0 && r.sum.unsure > 0 && r.sum.proven > 0,
       "a later key proves what comes later, and says so");

    for (i = 1; i < s->n; i++) {
        r = told(story_without(s, &out, ~UINT64_C(0) << i), &key);
        bad += r.sum.faults || r.sum.unsure;
    }

    is_int(bad, 0, "a log that ends at any line gives no finding");

    for (i = 1, bad = 0; i < s->n; i++) {
        r = told(story_without(s, &out, (UINT64_C(1) << i) - 1), &key);
        bad += r.sum.faults != 0;
    }

    is_int(bad, 0, "one that begins at any line is not accused");
}


static void
what_goes_missing_is_found(story_t *s)
{
    size_t          i, k, bad = 0;
    result_t        r;
    cg_out_t        out;
    uint64_t        skip;
    cg_seal_root_t  key = root_at(0);

    cg_out_init(&out, &s->log.heap.arena, 65536);

    for (i = 0; i + 2 < s->n; i++) {
        r = told(story_without(s, &out, UINT64_C(1) << i), &key);

        if (r.sum.faults == 0 && (i || !r.sum.unsure) && bad++ == 0) {
            printf("# line %d\n", (int) i + 1);
        }
    }

    is_int(bad, 0, "each line taken out is found, but for the ends of the last"
           " two lanes; without the first one: cannot tell");

    /* lanes as a whole, but for the last one, that nobody names */

    for (bad = 0, i = '2'; i <= '7'; i++) {
        for (skip = 0, k = 0; k < s->n; k++) {
            skip |= (uint64_t) (s->lane[k] == (char) i) << k;
        }

        r = told(story_without(s, &out, skip), &key);

        if (r.sum.faults == 0 && bad++ == 0) {
            printf("# lane %c\n", (char) i);
        }
    }

    is_int(bad, 0, "a lane taken out as a whole is found, since the log is"
           " here from its first line on");

    /* the end of the lane that was killed, up to its seal */

    skip = 0;
    for (i = 0; i < s->n; i++) {
        skip |= (uint64_t) (s->lane[i] == '2' && i > 9) << i;
    }

    r = told(story_without(s, &out, skip), &key);
    ok(skip && r.sum.faults, "so is the end of a lane that ends without"
       " chain.close, where another lane's seal names its head");
}


static void
another_key_is_no_key(story_t *s)
{
    result_t        r;
    cg_seal_root_t  key = root_at(0);

    key.key[3] ^= 1;
    r = told(cg_out_slice(&s->log.bytes), &key);
    ok(r.sum.faults > 3 && r.sum.proven == 0, "a wrong key is told %s",
       r.first);

    key = root_at(0);
    key.id[0] = 'f';
    r = told(cg_out_slice(&s->log.bytes), &key);
    ok(r.sum.faults > 3 && r.sum.proven == 0, "another root's, too %s",
       r.first);

    r = told(cg_str(""), &key);
    ok(r.sum.unsure && r.sum.faults == 0, "no log, no proof");
}


/* Host A's log with host B's behind it. */

static void
a_foreign_log_is_found(story_t *s)
{
    story_t         other;
    result_t        r;
    cg_out_t        out;
    cg_seal_root_t  key = root_at(0), root = root_at(0);
    sealed_t        lane;

    log_init(&other.log);
    memcpy(root.id, "ffffffffffffffff", CG_SEAL_ID);
    root.key[0] ^= 1;
    log_sealed_open(&other.log, &lane, 0xAA, &root);
    log_sealed_handling(&other.log, &lane, 1);

    cg_out_init(&out, &s->log.heap.arena, 65536);
    cg_out_str(&out, cg_out_slice(&s->log.bytes));
    cg_out_str(&out, cg_out_slice(&other.log.bytes));

    r = told(cg_out_slice(&out), &key);
    ok(r.sum.faults == 1, "another host's log behind it is found %s", r.first);
    r = told(cg_out_slice(&out), NULL);
    ok(r.sum.faults == 0 && r.sum.unsure == 1, "without a key: cannot tell");

    cg_out_reset(&out);
    cg_out_str(&out, cg_out_slice(&other.log.bytes));
    cg_out_str(&out, cg_out_slice(&s->log.bytes));
    r = told(cg_out_slice(&out), &key);
    ok(r.sum.faults > 0, "in front of it, too %s", r.first);
    log_drop(&other.log);
}


/* Who has come by a newer key rewrites all of the log with it. */

static void
a_log_sealed_anew_is_found(void)
{
    story_t         s;
    result_t        r;
    cg_seal_root_t  key = root_at(0), root = root_at(0);
    sealed_t        master, lane;

    memset(&s, 0, sizeof(s));
    log_init(&s.log);
    story_tell(&s, 2);
    r = told(cg_out_slice(&s.log.bytes), &key);
    ok(r.sum.faults == 0, "the end of a log stands for itself %s", r.first);
    log_drop(&s.log);

    /* the true beginning, and then what a newer key can make */

    log_init(&s.log);
    log_sealed_open(&s.log, &master, 0x11, &root);
    log_sealed_close(&s.log, &master, 1);
    root = root_at(3);
    log_sealed_open(&s.log, &lane, 0x22, &root);
    r = told(cg_out_slice(&s.log.bytes), &key);
    ok(r.sum.faults == 1 && r.faulty == 1 << 3,
       "a lane of epoch 3 where only 1 was announced is found %s", r.first);
    log_drop(&s.log);

    /* a lane that says it is older than its key */

    log_init(&s.log);
    root = root_at(0);
    log_sealed_open(&s.log, &master, 0x11, &root);
    log_sealed_close(&s.log, &master, 1);
    root = root_at(3);
    root.epoch = 1;
    log_sealed_open(&s.log, &lane, 0x22, &root);
    r = told(cg_out_slice(&s.log.bytes), &key);
    ok(r.sum.faults == 1 && r.faulty == 1 << 3,
       "sealed with a newer key than it says: it does not fit %s", r.first);
    log_drop(&s.log);
}


/* Truncate and go on: who is in the process has its present key only. */

static void
a_lane_cut_and_continued_is_found(void)
{
    log_t           log;
    result_t        r;
    sealed_t        lane, cut;
    cg_seal_root_t  key = root_at(0);
    size_t          len;

    log_init(&log);
    log_sealed_open(&log, &lane, 0x11, &key);
    cut = lane;
    len = log.bytes.len;
    log_seal(&log, &lane);
    log_seal(&log, &lane);

    log.bytes.len = len;                     /* both were empty epochs */
    cut.seal = lane.seal;
    log_seal(&log, &cut);
    r = told(cg_out_slice(&log.bytes), &key);
    ok(r.faulty == 1 << 2, "with the key's own index: epochs are missing %s",
       r.first);
    r = told(cg_out_slice(&log.bytes), NULL);
    ok(r.faulty == 1 << 2, "which shows without a key, too");

    log_drop(&log);

    log_init(&log);
    log_sealed_open(&log, &lane, 0x11, &key);
    cut = lane;
    is_int(cg_seal_evolve(&cut.seal), CG_OK, "a key goes on");
    cut.seal.index = 1;
    log_seal(&log, &cut);
    r = told(cg_out_slice(&log.bytes), &key);
    ok(r.faulty == 1 << 2, "with an index that is due: the key does not fit %s",
       r.first);
    log_drop(&log);
}


static void
ends_and_gaps_are_exact(void)
{
    log_t             log;
    result_t          r;
    sealed_t          lane;
    cg_seal_root_t    key = root_at(0);
    cg_event_close_t  close;

    memset(&close, 0, sizeof(close));
    close.reason = cg_str("exit");

    log_init(&log);
    log_sealed_open(&log, &lane, 0x11, &key);
    log_begin(&log, &lane.chain, CG_EVENT_CHAIN_CLOSE);
    cg_event_close(&log.line, &close);
    log_finish(&log, &lane.chain);
    r = told(cg_out_slice(&log.bytes), NULL);
    ok(r.faulty == 1 << 2, "a chain.close without its seal is found");
    log_drop(&log);

    log_init(&log);
    log_sealed_open(&log, &lane, 0x11, &key);
    log_sealed_handling(&log, &lane, LOG_SEAL_LINES + 16);
    r = told(cg_out_slice(&log.bytes), &key);
    ok(r.sum.faults == 0, "a seal may be late");
    log_sealed_handling(&log, &lane, 9);
    r = told(cg_out_slice(&log.bytes), &key);
    ok(r.sum.faults == 1, "but not for long: one finding");
    log_drop(&log);

    /* SIGSTOP, a suspended machine: the seals of that time are not there */

    log_init(&log);
    log_sealed_open(&log, &lane, 0x11, &key);
    lane.mono += 86400000;
    log_sealed_handling(&log, &lane, 2);
    log_seal(&log, &lane);
    r = told(cg_out_slice(&log.bytes), &key);
    ok(r.sum.faults == 0 && r.sum.unsure == 0,
       "a process that was stopped for a day owes nothing");
    log_drop(&log);
}


static void
lanes_without_seals_are_not_vouched_for(void)
{
    log_t           log;
    result_t        r;
    sealed_t        lane;
    cg_chain_t      plain;
    cg_seal_root_t  key = root_at(0);

    log_init(&log);
    log_open(&log, &plain, 0x11, CG_OPEN_START);
    log_sealed_open(&log, &lane, 0x22, &key);
    r = told(cg_out_slice(&log.bytes), &key);
    ok(r.sum.faults == 0 && r.sum.unsure == 1,
       "a key and a lane without seals: cannot tell");
    r = told(cg_out_slice(&log.bytes), NULL);
    ok(r.sum.faults == 0 && r.sum.unsure == 0, "without a key it passes");

    memset(&lane.seal, 0, sizeof(lane.seal));
    lane.chain = plain;
    log_seal(&log, &lane);
    r = told(cg_out_slice(&log.bytes), NULL);
    ok(r.sum.faults == 1, "it does not begin to have some");
    log_drop(&log);
}


/* What is asked for is bounded, whatever a log says. */

static void
a_hostile_log_is_bounded(void)
{
    log_t           log;
    result_t        r;
    sealed_t        lane;
    cg_seal_root_t  key = root_at(0), root = root_at(0);

    log_init(&log);
    root.epoch = UINT64_C(1) << 60;
    log_sealed_open(&log, &lane, 0x11, &root);
    root.epoch = 1;
    log_sealed_open(&log, &lane, 0x22, &root);
    lane.seal.index = UINT64_C(1) << 61;
    log_seal(&log, &lane);
    r = told(cg_out_slice(&log.bytes), &key);
    ok(r.sum.unsure + r.sum.faults >= 2, "no key is evolved for ever");
    log_drop(&log);
}


static void
errors_stick(story_t *s)
{
    size_t          i;
    heap_t          heap;
    result_t        r;
    cg_status_t     rc = CG_ENOMEM;
    cg_verify_t    *verify;
    cg_seal_root_t  key = root_at(0);

    heap_init(&heap);

    for (i = 1; i < 200 && rc == CG_ENOMEM; i++) {
        memset(&r, 0, sizeof(r));
        heap.fail_at = heap.count + i;
        verify = cg_verify_new(&heap.arena, keep, &r);
        rc = verify ? cg_verify_key(verify, &key) : CG_ENOMEM;
        rc = rc == CG_OK ? cg_verify_feed(verify,
                                          cg_out_slice(&s->log.bytes)) : rc;
        rc = rc == CG_OK ? cg_verify_end(verify, &r.sum) : rc;
    }

    ok(rc == CG_OK && i > 15 && r.sum.faults == 0, "each allocation that fails"
       " is an error, not a pass (%zu)", i);
    heap_drop(&heap);
}


int
main(void)
{
    story_t  story;

    a_root_is_one_line();
    keys_are_as_documented();

    story_init(&story);
    an_honest_log_is_proven(&story);
    what_goes_missing_is_found(&story);
    another_key_is_no_key(&story);
    a_foreign_log_is_found(&story);
    a_log_sealed_anew_is_found();
    a_lane_cut_and_continued_is_found();
    ends_and_gaps_are_exact();
    lanes_without_seals_are_not_vouched_for();
    a_hostile_log_is_bounded();
    errors_stick(&story);
    log_drop(&story.log);

    return tap_done();
}
