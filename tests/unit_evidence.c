#include "tap.h"
#include "evidence_log.h"

#include <jansson.h>

#include "evidence/cg_event_seen.h"
#include "evidence/cg_field.h"
#include "evidence/cg_line.h"


/* The two lines of docs/log.md; their hashes were computed by another
 * program. */

static const char  example_open[] =
    "{\"v\":1,\"ch\":\"0123456789abcdef\",\"seq\":0,\"t\":\"2026-11-22T"
    "04:20:01.532Z\",\"mono\":0,\"ty\":\"chain.open\",\"reason\":\"star"
    "t\",\"build\":\"0.1.0 nginx/1.22.1\",\"pid\":4711,\"follows\":[],"
    "\"prev\":\"0000000000000000000000000000000000000000000000000000000"
    "000000000\",\"h\":\"faad58a7f89df3da2b4cacc3f0df157db0c6615150cf21"
    "786d643eb44ad6cc66\"}"
    "\n";

static const char  example_decision[] =
    "{\"v\":1,\"ch\":\"0123456789abcdef\",\"seq\":1,\"t\":\"2026-11-22T"
    "04:20:03.077Z\",\"mono\":1545,\"ty\":\"decision\",\"host\":\"www.e"
    "xample.org\",\"pol\":\"cc-link\",\"pv\":3,\"cl\":[\"CC-6.4c\",\"CC"
    "-6.4e\"],\"sub\":\"uQ3kPb1Y2mT0aZ8vQw4x7A\",\"rid\":\"9fQ2\",\"act"
    "\":\"grant\",\"p\":{\"analytics\":1,\"ip_combine\":0},\"m\":\"cust"
    "om\",\"notice\":{\"hash\":\"5d7761c1\",\"lang\":\"ja\",\"shown_at"
    "\":\"2026-11-22T04:19:55.000Z\"},\"rev\":1,\"exp\":\"2027-05-21T04"
    ":20:03.000Z\",\"tls\":\"TLSv1.3\",\"gpc\":false,\"prev\":\"faad58a"
    "7f89df3da2b4cacc3f0df157db0c6615150cf21786d643eb44ad6cc66\",\"h\":"
    "\"053e059cb504b450e054760fdbbb3ddb20b436c3b43979f3b9f1e9ee5c9b6c47"
    "\"}"
    "\n";


static void
example_chain(cg_chain_t *chain)
{
    static const unsigned char  seed[] = { 0x01, 0x23, 0x45, 0x67,
                                           0x89, 0xAB, 0xCD, 0xEF };

    cg_chain_open(chain, seed);
}


static cg_status_t
example_write_open(cg_chain_t *chain, cg_out_t *out)
{
    cg_event_t       event;
    cg_event_open_t  open;

    memset(&event, 0, sizeof(event));
    memset(&open, 0, sizeof(open));

    event.type = CG_EVENT_CHAIN_OPEN;
    event.time_ms = LOG_EPOCH;
    open.build = cg_str("0.1.0 nginx/1.22.1");
    open.pid = 4711;

    cg_chain_begin(chain, out, &event);
    cg_event_open(out, &open);

    return cg_chain_finish(chain, out);
}


static cg_status_t
example_write_decision(cg_chain_t *chain, cg_out_t *out)
{
    cg_str_t             clauses[] = { cg_str("CC-6.4c"), cg_str("CC-6.4e") };
    cg_event_t           event;
    cg_event_purpose_t   purposes[] = { { cg_str("analytics"), 1 },
                                        { cg_str("ip_combine"), 0 } };
    cg_event_decision_t  decision;

    memset(&event, 0, sizeof(event));
    memset(&decision, 0, sizeof(decision));

    event.type = CG_EVENT_DECISION;
    event.time_ms = LOG_EPOCH + 1545;
    event.mono_ms = 1545;
    event.host = cg_str("www.example.org");
    event.policy = cg_str("cc-link");
    event.version = 3;
    event.clauses = clauses;
    event.n_clauses = 2;

    decision.sub = cg_str("uQ3kPb1Y2mT0aZ8vQw4x7A");
    decision.rid = cg_str("9fQ2");
    decision.act = CG_ACT_GRANT;
    decision.means = CG_MEANS_CUSTOM;
    decision.purposes = purposes;
    decision.n_purposes = 2;
    decision.notice = cg_str("5d7761c1");
    decision.lang = cg_str("ja");
    decision.shown_ms = LOG_EPOCH - 6532;
    decision.rev = 1;
    decision.expires_ms = LOG_EPOCH + 1468 + 180 * 86400000ull;
    decision.tls = cg_str("TLSv1.3");

    cg_chain_begin(chain, out, &event);
    cg_event_decision(out, &decision);

    return cg_chain_finish(chain, out);
}


static int
stands_in_the_docs(const char *line)
{
    int    found = 0;
    char   read[CG_MAX_LINE];
    FILE  *docs = fopen("docs/log.md", "r");

    while (docs && !found && fgets(read, sizeof(read), docs)) {
        found = strcmp(read, line) == 0;
    }

    if (docs) {
        fclose(docs);
    }

    return found;
}


static void
lines_are_those_of_the_specification(void)
{
    log_t       log;
    cg_chain_t  chain;

    log_init(&log);
    example_chain(&chain);

    ok(example_write_open(&chain, &log.line) == CG_OK, "a chain.open");
    is_str(cg_out_slice(&log.line), cg_str_from(example_open),
           "a lane's first line, hash computed elsewhere");

    ok(example_write_decision(&chain, &log.line) == CG_OK, "a decision");
    is_str(cg_out_slice(&log.line), cg_str_from(example_decision),
           "the next line, bound to the first");

    ok(stands_in_the_docs(example_open)
       && stands_in_the_docs(example_decision),
       "docs/log.md shows these lines");

    log_drop(&log);
}


static void
a_line_in_error_leaves_the_chain(void)
{
    heap_t      heap;
    size_t      fail, i;
    cg_out_t    out;
    cg_chain_t  chain, was;

    for (fail = 1; fail < 20; fail++) {
        heap_init(&heap);
        heap.fail_at = fail;
        cg_out_init(&out, &heap.arena, CG_MAX_LINE);
        example_chain(&chain);
        was = chain;

        if (example_write_open(&chain, &out) == CG_OK) {
            heap_drop(&heap);
            break;
        }

        if (memcmp(&chain, &was, sizeof(chain)) != 0) {
            fail = 100;
        }

        heap.fail_at = 0;

        if (example_write_open(&chain, &out) != CG_OK
            || !cg_str_eq(cg_out_slice(&out), cg_str_from(example_open)))
        {
            fail = 100;
        }

        heap_drop(&heap);
    }

    ok(fail > 1 && fail < 20, "no memory: the chain stays, and the line can"
       " be built again");

    heap_init(&heap);
    cg_out_init(&out, &heap.arena, 4 * CG_MAX_LINE);
    example_chain(&chain);
    was = chain;
    cg_chain_begin(&chain, &out, &(cg_event_t) { .type = "x" });

    for (i = 0; i < CG_MAX_LINE / 16; i++) {
        cg_field_str(&out, "k", cg_str("0123456789abcdef"));
    }

    ok(cg_chain_finish(&chain, &out) == CG_ELIMIT
       && memcmp(&chain, &was, sizeof(chain)) == 0,
       "a line longer than CG_MAX_LINE is none, whatever the out may hold");
    heap_drop(&heap);
}


static void
no_value_breaks_out_of_its_line(void)
{
    static const cg_str_t  hostile[] = {
        cg_str("\"}\n{\"v\":1,\"ch\":\""), cg_str("a\r\nb"), cg_str("\\"),
        cg_str("\\\""), cg_str("\0x"), cg_str("\x1b[2J"), cg_str("\xff\xfe"),
        cg_str("\xe2\x80\xa8"), cg_str("</script>"), cg_str("\x7f\xc2\x85"),
    };

    int                  bad = 0;
    log_t                log;
    size_t               i, k;
    json_t              *json;
    cg_str_t             line, value;
    cg_line_t            frame;
    cg_chain_t           chain;
    cg_event_t           event;
    cg_event_handling_t  handling;

    log_init(&log);
    example_chain(&chain);

    for (i = 0; i < sizeof(hostile) / sizeof(hostile[0]); i++) {
        value = heap_exact(hostile[i]);
        memset(&event, 0, sizeof(event));
        memset(&handling, 0, sizeof(handling));
        event.type = CG_EVENT_HANDLING;
        event.host = value;
        event.policy = value;
        event.clauses = &value;
        event.n_clauses = 1;
        handling.state = value;
        handling.bypass = value;
        handling.request.names = &value;
        handling.request.n = 1;
        handling.ip_up = handling.ip_log = value;
        handling.classes = &value;
        handling.n_classes = 1;

        cg_chain_begin(&chain, &log.line, &event);
        cg_event_handling(&log.line, &handling);
        bad += cg_chain_finish(&chain, &log.line) != CG_OK;
        free((void *) value.data);

        line = cg_out_slice(&log.line);

        for (k = 0; k < line.len - 1; k++) {
            bad += line.data[k] < 0x20 || line.data[k] > 0x7E;
        }

        bad += line.data[k] != '\n';
        line.len--;
        bad += cg_line_read(line, &frame) != CG_OK || frame.seq != i;

        json = json_loadb((const char *) line.data, line.len,
                          JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);
        bad += json_object_size(json) != 21
               || json_array_size(json_object_get(json, "ck_req")) != 1;
        json_decref(json);
    }

    is_int(bad, 0, "quotes, line breaks, NUL, controls, bad UTF-8 in any field"
           " leave one line of printable ASCII with the fields it had");
    log_drop(&log);
}


static void
lists_are_capped_and_the_rest_is_counted(void)
{
    log_t                log;
    size_t               i;
    json_t              *json, *first;
    cg_str_t             line, names[500];
    unsigned char        name[200];
    cg_chain_t           chain;
    cg_event_t           event;
    cg_event_tag_t       tags[500];
    cg_event_handling_t  handling;
    char                 ids[500][8];

    memset(name, 0x01, sizeof(name));          /* six bytes each, escaped */
    memset(&event, 0, sizeof(event));
    memset(&handling, 0, sizeof(handling));

    for (i = 0; i < 500; i++) {
        names[i] = (cg_str_t) { sizeof(name), name };
        snprintf(ids[i], sizeof(ids[i]), "v%d", (int) i);
        tags[i] = (cg_event_tag_t) { cg_str_from(ids[i]), 2, 1 };
    }

    log_init(&log);
    example_chain(&chain);
    event.type = CG_EVENT_HANDLING;
    event.host = names[0];
    event.clauses = names;
    event.n_clauses = 500;
    handling.tags = tags;
    handling.n_tags = 500;
    handling.more.held = 7;
    handling.more.passed = 8;
    handling.request.names = handling.set.names = names;
    handling.request.n = handling.set.n = 500;
    handling.expired = handling.capped = handling.request;

    cg_chain_begin(&chain, &log.line, &event);
    cg_event_handling(&log.line, &handling);
    ok(cg_chain_finish(&chain, &log.line) == CG_OK,
       "a flood of hostile names can't make a line too long");

    line = cg_out_slice(&log.line);
    json = json_loadb((const char *) line.data, line.len, 0, NULL);
    first = json_array_get(json_object_get(json, "ck_req"), 0);
    is_int(json_string_length(first), CG_EVENT_NAME_LEN + 3,
           "a long name is cut");
    ok(memcmp(json_string_value(first) + CG_EVENT_NAME_LEN, "...", 3) == 0,
       "and says so");
    is_int(json_array_size(json_object_get(json, "ck_req"))
           + (size_t) json_integer_value(json_object_get(json, "ck_req_more")),
           500, "names left out are counted");
    is_int(3 * json_object_size(json_object_get(json, "tags"))
           + (size_t) json_integer_value(json_object_get(
                          json_object_get(json, "tags_more"), "held"))
           + (size_t) json_integer_value(json_object_get(
                          json_object_get(json, "tags_more"), "passed")),
           1515, "tags of vendors left out are counted");
    json_decref(json);
    log_drop(&log);
}


static void
times_are_those_of_the_calendar(void)
{
    static const struct {
        uint64_t     ms;
        const char  *text;
    } cases[] = {
        { 0, "\"1970-01-01T00:00:00.000Z\"" },
        { 951782400000u, "\"2000-02-29T00:00:00.000Z\"" },
        { 951868799999u, "\"2000-02-29T23:59:59.999Z\"" },
        { 1709251199001u, "\"2024-02-29T23:59:59.001Z\"" },
        { 1709251200000u, "\"2024-03-01T00:00:00.000Z\"" },
        { 4107542399000u, "\"2100-02-28T23:59:59.000Z\"" },
        { 4107542400000u, "\"2100-03-01T00:00:00.000Z\"" },
        { 1798761599999u, "\"2026-12-31T23:59:59.999Z\"" },
        { LOG_EPOCH, "\"2026-11-22T04:20:01.532Z\"" },
        { UINT64_MAX, "\"9999-12-31T23:59:59.999Z\"" },
    };

    log_t   log;
    size_t  i;

    log_init(&log);

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        cg_out_reset(&log.line);
        cg_field_time(&log.line, NULL, cases[i].ms);
        is_str(cg_out_slice(&log.line), cg_str_from(cases[i].text),
               "time %s", cases[i].text);
    }

    log_drop(&log);
}


static void
pending_decision_has_a_replay(void)
{
    size_t                 i;
    log_t                  log;
    cg_str_t               line;
    cg_event_outcome_t     outcome;
    cg_event_replay_t      replay = { cg_str("0123456789abcdef"), 7,
                                      cg_str("9fq2"), CG_REPLAY_RECORDED, 2 };
    static const cg_str_t  want[] = {
        cg_str("\"ref\":{\"ch\":\"0123456789abcdef\",\"seq\":7},"
               "\"rid\":\"9fq2\",\"result\":\"recorded\",\"rev\":2"),
        cg_str("\"ref\":{\"ch\":\"0123456789abcdef\",\"seq\":7},"
               "\"rid\":\"9fq2\",\"result\":\"absent\""),
        cg_str("\"ref\":{\"ch\":\"0123456789abcdef\",\"seq\":7},"
               "\"rid\":\"9fq2\",\"result\":\"superseded\""),
    };

    log_init(&log);
    memset(&outcome, 0, sizeof(outcome));
    outcome.seq = 7;
    outcome.rev = 2;
    outcome.result = CG_RESULT_PENDING;
    cg_field_object_begin(&log.line, NULL);
    cg_event_outcome(&log.line, &outcome);
    line = cg_out_slice(&log.line);
    is_str(cg_str_sub(line, 1, line.len),
           cg_str("\"ref\":{\"seq\":7},\"result\":\"pending\""),
           "an outcome that waits names no revision");

    for (i = 0; i < 3; i++) {
        cg_out_reset(&log.line);
        replay.result = (cg_replay_result_t) i;
        replay.rev = i ? 0 : 2;
        cg_field_object_begin(&log.line, NULL);
        cg_event_replay(&log.line, &replay);
        line = cg_out_slice(&log.line);
        is_str(cg_str_sub(line, 1, line.len), want[i], "what became of it");
    }

    log_drop(&log);
}


static void
what_was_seen_is_a_host_and_a_number(void)
{
    log_t                  log;
    cg_str_t               line;
    cg_event_seen_t        seen = {
        .name = cg_str("a.example"), .vendor = cg_str("acme"),
        .owner = cg_str("Acme Ltd."), .category = cg_str("ad"),
        .where = cg_str("csp"), .directive = cg_str("img-src"),
        .action = CG_SEEN_BLOCKED, .count = 7
    };
    static const cg_str_t  want[] = {
        cg_str("\"kind\":\"host\",\"n\":7,\"name\":\"a.example\","
               "\"vendor\":\"acme\",\"owner\":\"Acme Ltd.\","
               "\"category\":\"ad\",\"where\":\"csp\",\"dir\":\"img-src\","
               "\"action\":\"blocked\""),
        cg_str("\"kind\":\"cookie\",\"n\":7,\"name\":\"a.example\","
               "\"where\":\"header\",\"action\":\"passed\""),
        cg_str("\"kind\":\"more\",\"n\":7"),
    };

    log_init(&log);
    cg_field_object_begin(&log.line, NULL);
    cg_event_seen(&log.line, &seen);
    line = cg_out_slice(&log.line);
    is_str(cg_str_sub(line, 1, line.len), want[0], "a vendor's, blocked");

    cg_out_reset(&log.line);
    seen.vendor = seen.owner = seen.category = cg_str_null;
    seen.directive = cg_str_null;
    seen.where = cg_str("header");
    seen.kind = CG_SEEN_COOKIE;
    seen.action = CG_SEEN_PASSED;
    cg_field_object_begin(&log.line, NULL);
    cg_event_seen(&log.line, &seen);
    line = cg_out_slice(&log.line);
    is_str(cg_str_sub(line, 1, line.len), want[1], "nobody's, let through");

    cg_out_reset(&log.line);
    seen.name = cg_str_null;
    cg_field_object_begin(&log.line, NULL);
    cg_event_seen(&log.line, &seen);
    line = cg_out_slice(&log.line);
    is_str(cg_str_sub(line, 1, line.len), want[2], "more than can be told");
    log_drop(&log);
}


static void
heads_are_read_off_any_tail(void)
{
    int         bad = 0;
    log_t       log;
    size_t      i, n = 0, from;
    cg_str_t    all, tail;
    cg_head_t   heads[CG_MAX_HEADS], own;
    cg_chain_t  one, two, other;

    log_init(&log);
    log_open(&log, &one, 0x11, CG_OPEN_START);
    ok(cg_heads_of(&one, &own) == CG_OK && own.seq == 0, "the own head");
    log_open(&log, &two, 0x22, CG_OPEN_START);
    log_handling(&log, &two);
    log_handling(&log, &one);
    all = cg_out_slice(&log.bytes);

    ok(cg_heads_read(all, heads, &n) == CG_OK && n == 2
       && heads[0].ch[0] == '2' && heads[0].seq == 1
       && memcmp(heads[0].h, two.prev, CG_SHA256_LEN) == 0
       && heads[1].ch[0] == '1' && heads[1].seq == 1
       && memcmp(heads[1].h, one.prev, CG_SHA256_LEN) == 0,
       "the last line of each lane, the newest last");

    for (from = 0; from <= all.len; from++) {
        tail = heap_exact(cg_str_sub(all, from, all.len));
        bad += cg_heads_read(tail, heads, &n) != CG_OK || n > 2
               || (n && heads[n - 1].ch[0] != '1');
        free((void *) tail.data);
    }

    is_int(bad, 0, "a tail that begins anywhere is read; n is 0 if no line is"
           " whole");

    cg_out_str(&log.bytes, cg_str_sub(all, 0, 100));
    log_handling(&log, &two);
    ok(cg_heads_read(cg_out_slice(&log.bytes), heads, &n) == CG_OK && n == 2
       && heads[1].ch[0] == '2' && heads[1].seq == 2,
       "the line behind a torn piece is seen");

    log.bytes.data[log.bytes.len - 90] ^= 1;
    ok(cg_heads_read(cg_out_slice(&log.bytes), heads, &n) == CG_OK && n == 2
       && heads[1].ch[0] == '1', "a line whose hash is wrong is not");

    for (i = 0; i < 20; i++) {
        log_open(&log, &other, (unsigned char) (0x80 + i), CG_OPEN_RELOAD);
    }

    ok(cg_heads_read(cg_out_slice(&log.bytes), heads, &n) == CG_OK
       && n == CG_MAX_HEADS && memcmp(heads[n - 1].ch, "9393", 4) == 0
       && memcmp(heads[0].ch, "8484", 4) == 0,
       "of many lanes the sixteen that wrote last");

    log_drop(&log);
}


/* What a line says stays, where it stands does not. */

static void
a_line_is_made_again_in_another_place(void)
{
    log_t        log;
    cg_out_t     out;
    cg_str_t     said, again;
    cg_str_t     first = cg_str(",\"first_at\":{\"ch\":\"1111111111111111\","
                                "\"seq\":1}");
    cg_line_t    line;
    cg_chain_t   one, two, before;
    cg_place_t   place;

    log_init(&log);
    log_open(&log, &one, 0x11, CG_OPEN_START);
    log_open(&log, &two, 0x22, CG_OPEN_START);

    while (two.seq < 12) {
        log_handling(&log, &two);
    }

    log_handling(&log, &one);
    said = cg_arena_copy(&log.heap.arena, cg_out_slice(&log.line));
    before = two;
    cg_chain_place(&two, &place);
    cg_out_init(&out, &log.heap.arena, CG_MAX_LINE);

    is_int(cg_chain_again(&two, said, &out), CG_OK,
           "a line is made again in another lane");
    again = cg_out_slice(&out);
    ok(cg_line_read(cg_str_sub(again, 0, again.len - 1), &line) == CG_OK
       && cg_line_check(cg_str_sub(again, 0, again.len - 1), &line) == CG_OK
       && line.seq == 12 && memcmp(line.ch, two.ch, CG_LANE_LEN) == 0
       && memcmp(line.prev, before.prev, CG_SHA256_LEN) == 0
       && memcmp(line.h, two.prev, CG_SHA256_LEN) == 0 && two.seq == 13,
       "it is the next one there");
    ok(place.seq == 12 && memcmp(place.ch, two.ch, CG_LANE_LEN) == 0,
       "where the next one would stand was known");
    ok(again.len == said.len + 1 + first.len
       && memcmp(again.data + again.len - 147 - first.len, first.data,
                 first.len) == 0
       && memcmp(again.data + again.len - 147 - first.len - 200,
                 said.data + said.len - 147 - 200, 200) == 0,
       "says the same, and where it stood first");

    again = cg_arena_copy(&log.heap.arena, again);
    ok(cg_chain_again(&one, again, &out) == CG_OK
       && out.len == again.len - 1
       && memcmp(out.data + out.len - 147 - first.len, first.data, first.len)
          == 0,
       "however often it is made again");

    before = two;
    ok(cg_chain_again(&two, cg_str_sub(said, 0, said.len - 9), &out)
       == CG_EINVAL
       && cg_chain_again(&two, cg_str_null, &out) == CG_EINVAL
       && two.seq == before.seq, "a piece of one is not made again");
    log_drop(&log);
}


int
main(void)
{
    lines_are_those_of_the_specification();
    a_line_in_error_leaves_the_chain();
    no_value_breaks_out_of_its_line();
    lists_are_capped_and_the_rest_is_counted();
    times_are_those_of_the_calendar();
    pending_decision_has_a_replay();
    what_was_seen_is_a_host_and_a_number();
    heads_are_read_off_any_tail();
    a_line_is_made_again_in_another_place();

    return tap_done();
}
