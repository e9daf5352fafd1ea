/* Sums of what was handled: figures, bounds, and that nothing gets lost. */

#include "tap.h"
#include "evidence_log.h"

#include <jansson.h>

#include "evidence/cg_sum.h"

#define VENDORS  3
#define MANY     200               /* more vendors, rows and names than told */


typedef struct {
    log_t             log;
    cg_chain_t        chain;
    cg_sum_conf_t     conf;
    cg_sum_vendor_t   vendors[MANY];
    cg_sum_purpose_t  purposes[2];
    char              ids[MANY][8];
    cg_sum_t         *sum;
    size_t            lines;
    size_t            longest;
    size_t            bad;
    json_t           *first;       /* the first line of the last flush */
} sums_t;

/* What all lines say, added up. */

typedef struct {
    uint64_t  n;
    uint64_t  rows_n;
    uint64_t  held;
    uint64_t  passed;
    uint64_t  cookies;
    uint64_t  without_basis;
    uint64_t  ips;
    uint64_t  rewrites;
} figures_t;


static void
sums_words(cg_sum_conf_t *conf)
{
    static const char *const  states[] = {
        "none", "granted", "partial", "refused", "stale", "expired", "unknown",
        "gpc"
    };
    static const char *const  forms[] = { "drop", "t16", "t24", "full" };

    size_t  i;

    for (i = 0; i < 8; i++) {
        conf->states[i] = cg_str_from(states[i]);
        conf->lookups[i] = cg_str_from(states[i]);
        conf->walls[i] = cg_str_from(states[i]);
        conf->classes[i] = cg_str_from(states[i]);
    }

    for (i = 0; i < 4; i++) {
        conf->forms[i] = cg_str_from(forms[i]);
    }
}


static void
sums_init(sums_t *s, size_t vendors)
{
    size_t  i;

    memset(s, 0, sizeof(*s));
    log_init(&s->log);
    cg_chain_open(&s->chain, (const unsigned char *) "12345678");
    sums_words(&s->conf);

    for (i = 0; i < vendors; i++) {
        snprintf(s->ids[i], sizeof(s->ids[i]), "v%d", (int) i);
        s->vendors[i].id = cg_str_from(s->ids[i]);
        s->vendors[i].need = (uint32_t) (i % 3);     /* 0: required */
    }

    s->purposes[0] = (cg_sum_purpose_t) { cg_str("analytics"), 1 };
    s->purposes[1] = (cg_sum_purpose_t) { cg_str("marketing"), 2 };
    s->conf.purposes = s->purposes;
    s->conf.n_purposes = 2;
    s->conf.vendors = s->vendors;
    s->conf.n_vendors = vendors;
    s->conf.strangers = CG_SUM_NEVER;
    s->sum = cg_sum_create(&s->log.heap.arena, &s->conf);
}


static void
sums_drop(sums_t *s)
{
    json_decref(s->first);
    log_drop(&s->log);
}


static uint64_t
all_of(const json_t *object)
{
    void        *iter;
    uint64_t     n = 0;
    json_t      *o = (json_t *) (uintptr_t) object;

    for (iter = json_object_iter(o); iter;
         iter = json_object_iter_next(o, iter))
    {
        n += (uint64_t) json_integer_value(json_object_iter_value(iter));
    }

    return n;
}


static uint64_t
number(const json_t *object, const char *key)
{
    return (uint64_t) json_integer_value(json_object_get(object, key));
}


static void
add_row(figures_t *f, json_t *row)
{
    size_t       i;
    void        *iter;
    json_t      *tags = json_object_get(row, "tags");
    static const char *const  lists[] = {
        "ck_req", "ck_set", "ck_expired", "ck_capped"
    };
    static const char *const  more[] = {
        "ck_req_more", "ck_set_more", "ck_expired_more", "ck_capped_more"
    };

    f->rows_n += number(row, "n");

    for (iter = json_object_iter(tags); iter;
         iter = json_object_iter_next(tags, iter))
    {
        f->held += number(json_object_iter_value(iter), "held");
        f->passed += number(json_object_iter_value(iter), "passed");
    }

    f->held += number(json_object_get(row, "tags_more"), "held");
    f->passed += number(json_object_get(row, "tags_more"), "passed");

    for (i = 0; i < 4; i++) {
        f->cookies += all_of(json_object_get(row, lists[i]));
        f->cookies += number(row, more[i]);
    }
}


static void
add_line(figures_t *f, json_t *line)
{
    size_t   i;
    json_t  *list = json_object_get(line, "by");

    f->n += number(line, "n");
    f->without_basis += number(line, "without_basis");
    f->rewrites += all_of(json_object_get(line, "rewrite"))
                   + number(line, "rewrite_more");

    for (i = 0; i < json_array_size(list); i++) {
        add_row(f, json_array_get(list, i));
    }

    if (json_object_get(line, "by_more")) {
        add_row(f, json_object_get(line, "by_more"));
    }

    list = json_object_get(line, "ip");

    for (i = 0; i < json_array_size(list); i++) {
        f->ips += number(json_array_get(list, i), "n");
    }

    f->ips += number(line, "ip_more");
}


/* Writes all lines; `lose`: the one that nobody keeps, 0: none. */

static figures_t
flush(sums_t *s, size_t lose)
{
    size_t       n = 0, at = 0, from;
    json_t      *json;
    cg_str_t     line;
    cg_event_t   event;
    figures_t    f;
    cg_status_t  rc;

    memset(&f, 0, sizeof(f));

    do {
        memset(&event, 0, sizeof(event));
        event.type = "handling.sum";
        event.clauses = cg_sum_clauses(s->sum, &event.n_clauses);
        from = at;
        cg_chain_begin(&s->chain, &s->log.line, &event);
        rc = cg_sum_write(s->sum, &s->log.line, LOG_EPOCH, LOG_EPOCH + 60000,
                          &at);

        if (cg_chain_finish(&s->chain, &s->log.line) != CG_OK) {
            s->bad++;
            break;
        }

        if (++n == lose) {
            break;
        }

        line = cg_out_slice(&s->log.line);
        s->longest = line.len > s->longest ? line.len : s->longest;
        json = json_loadb((const char *) line.data, line.len,
                          JSON_REJECT_DUPLICATES, NULL);
        s->bad += json == NULL;
        add_line(&f, json);

        if (n == 1) {
            json_decref(s->first);
            s->first = json_incref(json);
        }

        json_decref(json);
        cg_sum_told(s->sum, from, at);
    } while (rc == CG_MORE && n < 100);

    s->lines = n;

    return f;
}


static void
a_sum_is_what_was_counted(void)
{
    char    *text;
    sums_t   s;

    sums_init(&s, VENDORS);
    cg_sum_exchange(s.sum, &(cg_sum_exchange_t) { .state = 0, .walls = 3,
        .rewrite = cg_str("ok"), .has_ip = 1, .ip_site = 2, .ip_log = 2 });
    cg_sum_tags(s.sum, s.vendors[1].id, 2, 0);
    cg_sum_tags(s.sum, cg_str("unlisted"), 1, 0);
    cg_sum_cookie(s.sum, CG_SUM_REQUEST, cg_str("_ga"));
    cg_sum_cookie(s.sum, CG_SUM_SET, cg_str("_ga"));
    cg_sum_clause(s.sum, cg_str("C-1"));
    cg_sum_exchange(s.sum, &(cg_sum_exchange_t) { .state = 2, .granted = 1,
        .lookup = 1, .walls = 1, .classes = 2 });
    cg_sum_tags(s.sum, s.vendors[1].id, 0, 3);
    cg_sum_clause(s.sum, cg_str("C-1"));
    cg_sum_exchange(s.sum, &(cg_sum_exchange_t) { .state = 0, .walls = 1,
        .rewrite = cg_str("coded body"), .has_ip = 1, .ip_site = 3,
        .ip_log = 2, .combined = 1 });
    cg_sum_cookie(s.sum, CG_SUM_EXPIRED, cg_str("a\"b\\c\x80"));
    cg_sum_cookie(s.sum, CG_SUM_CAPPED, cg_str("lang"));
    (void) flush(&s, 0);

    json_object_del(s.first, "prev");
    json_object_del(s.first, "h");
    json_object_del(s.first, "t");
    text = json_dumps(s.first, JSON_COMPACT);
    is_str(cg_str_from(text), cg_str(
        "{\"v\":1,\"ch\":\"3132333435363738\",\"seq\":0,\"mono\":0,"
        "\"ty\":\"handling.sum\",\"cl\":[\"C-1\"],"
        "\"from\":\"2026-11-22T04:20:01.532Z\","
        "\"to\":\"2026-11-22T04:21:01.532Z\",\"n\":3,\"without_basis\":0,"
        "\"rewrite\":{\"ok\":1,\"coded body\":1},"
        "\"lookup\":{\"none\":2,\"granted\":1},"
        "\"walls\":{\"none\":3,\"granted\":1},\"class\":{\"granted\":1},"
        "\"ip\":[{\"state\":\"none\",\"up\":\"t24\",\"log\":\"t24\","
        "\"combined\":false,\"n\":1},{\"state\":\"none\",\"up\":\"full\","
        "\"log\":\"t24\",\"combined\":true,\"n\":1}],"
        "\"by\":[{\"state\":\"none\",\"granted\":[],\"n\":2,"
        "\"tags\":{\"v1\":{\"held\":2,\"passed\":0},"
        "\"unlisted\":{\"held\":1,\"passed\":0}},"
        "\"ck_req\":{\"_ga\":1},\"ck_set\":{\"_ga\":1},"
        "\"ck_expired\":{\"a?b?c?\":1},\"ck_capped\":{\"lang\":1}},"
        "{\"state\":\"partial\",\"granted\":[\"analytics\"],\"n\":1,"
        "\"tags\":{\"v1\":{\"held\":0,\"passed\":3}}}]}"),
        "states, grants, vendors, cookies, addresses, clauses: as counted");
    free(text);

    ok(cg_sum_empty(s.sum), "what is told is counted no more");
    sums_drop(&s);
}


static void
what_passed_without_a_grant_shows(void)
{
    sums_t  s;

    sums_init(&s, VENDORS);
    s.vendors[2].need = CG_SUM_NEVER;

    cg_sum_exchange(s.sum, &(cg_sum_exchange_t) { .granted = 1 });
    cg_sum_tags(s.sum, s.vendors[0].id, 0, 5);
    cg_sum_tags(s.sum, s.vendors[1].id, 0, 7);
    is_int(flush(&s, 0).without_basis, 0,
           "what is required or granted has a basis");

    cg_sum_exchange(s.sum, &(cg_sum_exchange_t) { .granted = 2 });
    cg_sum_tags(s.sum, s.vendors[0].id, 0, 5);
    cg_sum_tags(s.sum, s.vendors[1].id, 4, 7);
    is_int(flush(&s, 0).without_basis, 7, "what another grant is for has none");

    cg_sum_exchange(s.sum, &(cg_sum_exchange_t) { .granted = 3 });
    cg_sum_tags(s.sum, s.vendors[2].id, 0, 11);
    cg_sum_tags(s.sum, cg_str("stranger"), 0, 13);
    is_int(flush(&s, 0).without_basis, 24, "nor has what nobody declared");

    s.conf.strangers = 2;
    cg_sum_exchange(s.sum, &(cg_sum_exchange_t) { .granted = 2 });
    cg_sum_tags(s.sum, cg_str("stranger"), 0, 13);
    cg_sum_exchange(s.sum, &(cg_sum_exchange_t) { .granted = 1 });
    cg_sum_tags(s.sum, cg_str("stranger"), 0, 17);
    is_int(flush(&s, 0).without_basis, 17, "unless a purpose covers it");
    sums_drop(&s);
}


/* Whatever comes: every line is one, and the totals are those counted. */

static void
a_flood_is_counted_to_the_last(void)
{
    char       name[200];
    sums_t     s;
    size_t     i, k;
    cg_str_t   slice;
    figures_t  f, want;

    memset(&want, 0, sizeof(want));
    sums_init(&s, MANY);

    for (i = 0; i < 5 * MANY; i++) {
        cg_sum_exchange(s.sum, &(cg_sum_exchange_t) { .state = i % 8,
            .granted = (uint32_t) (i % 40), .rewrite = s.vendors[i % MANY].id,
            .has_ip = 1, .ip_site = i % 4, .ip_log = i / 4 % 4,
            .combined = i % 3 == 0, .lookup = i % 8, .walls = 255,
            .classes = 255 });
        want.n++;

        for (k = 0; k < MANY; k++) {
            cg_sum_tags(s.sum, s.vendors[k].id, 1, k % 2);
            want.held++;
            want.passed += k % 2;
        }

        memset(name, 'a' + (char) (i % 26), sizeof(name));
        snprintf(name, sizeof(name), "%d", (int) (i % 150));
        name[3] = 'x';
        slice = heap_exact((cg_str_t) { i % sizeof(name),
                                        (unsigned char *) name });

        for (k = 0; k < CG_SUM_KINDS; k++) {
            cg_sum_cookie(s.sum, (cg_sum_kind_t) k, slice);
            want.cookies++;
        }

        free((void *) slice.data);
        slice = (cg_str_t) { 3, (unsigned char *) name };
        cg_sum_clause(s.sum, s.vendors[i % MANY].id);
        cg_sum_tags_more(s.sum, 3, 5);
        want.held += 3;
        want.passed += 5;
    }

    f = flush(&s, 0);
    is_int(s.bad, 0, "each of %zu lines is one, the longest of %zu bytes",
           s.lines, s.longest);
    ok(s.lines > 1 && f.n == want.n && f.rows_n == want.n
       && f.held == want.held && f.passed == want.passed
       && f.cookies == want.cookies && f.ips == want.n
       && f.rewrites == want.n,
       "200 vendors, 40 states, hundreds of names: totals lose nothing");
    ok(cg_sum_empty(s.sum), "and all of it is told");
    sums_drop(&s);
}


/* As chance has it, with the same numbers added up beside. */

static void
chance_counts_the_same(void)
{
    char       name[16];
    sums_t     s;
    size_t     i, k, wrong = 0, round;
    uint32_t   x = 1;
    figures_t  f, want;

    for (round = 0; round < 200; round++) {
        memset(&want, 0, sizeof(want));
        sums_init(&s, round % MANY);

        for (i = 0; i < round; i++) {
            x = x * 1664525u + 1013904223u;
            cg_sum_exchange(s.sum, &(cg_sum_exchange_t) {
                .state = x >> 8 & 7, .granted = x >> 12 & 3 });
            want.n++;

            for (k = x >> 20 & 7; k; k--) {
                cg_sum_tags(s.sum, s.conf.n_vendors
                            ? s.vendors[(x >> k) % s.conf.n_vendors].id
                            : cg_str("x"), k, 1);
                want.held += k;
                want.passed++;
                snprintf(name, sizeof(name), "c%d", (int) (x >> k & 127));
                cg_sum_cookie(s.sum, (cg_sum_kind_t) (k % CG_SUM_KINDS),
                              cg_str_from(name));
                want.cookies++;
            }
        }

        f = flush(&s, 0);
        wrong += s.bad || f.n != want.n || f.rows_n != want.n
                 || f.held != want.held || f.passed != want.passed
                 || f.cookies != want.cookies;
        sums_drop(&s);
    }

    is_int(wrong, 0, "200 periods of chance add up");
}


static void
a_line_that_nobody_kept_is_told_again(void)
{
    char       name[64];
    sums_t     s;
    size_t     i, k, lose, lines;
    figures_t  f, g;

    for (lose = 1; lose < 4; lose++) {
        sums_init(&s, VENDORS);

        for (i = 0; i < 16; i++) {
            cg_sum_exchange(s.sum, &(cg_sum_exchange_t) { .state = i % 8,
                .granted = i & 3 });

            for (k = 0; k < CG_SUM_NAMES; k++) {
                snprintf(name, sizeof(name), "%063d", (int) k);
                cg_sum_cookie(s.sum, CG_SUM_REQUEST, cg_str_from(name));
                cg_sum_cookie(s.sum, CG_SUM_SET, cg_str_from(name));
            }
        }

        f = flush(&s, lose);
        lines = s.lines;
        cg_sum_exchange(s.sum, &(cg_sum_exchange_t) { .state = 1 });
        g = flush(&s, 0);
        ok(lines == lose && f.n + g.n == 17 && f.rows_n + g.rows_n == 17
           && f.cookies + g.cookies == 16 * 2 * CG_SUM_NAMES
           && cg_sum_empty(s.sum),
           "line %zu was not taken: its figures are in the next ones", lose);
        sums_drop(&s);
    }
}


static void
no_memory_is_no_sum(void)
{
    heap_t         heap;
    size_t         fail;
    cg_sum_conf_t  conf;

    memset(&conf, 0, sizeof(conf));

    for (fail = 1; fail < 3; fail++) {
        heap_init(&heap);
        heap.fail_at = fail;
        ok(cg_sum_create(&heap.arena, &conf) == NULL, "allocation %zu fails",
           fail);
        heap_drop(&heap);
    }
}


int
main(void)
{
    a_sum_is_what_was_counted();
    what_passed_without_a_grant_shows();
    a_flood_is_counted_to_the_last();
    chance_counts_the_same();
    a_line_that_nobody_kept_is_told_again();
    no_memory_is_no_sum();

    return tap_done();
}
