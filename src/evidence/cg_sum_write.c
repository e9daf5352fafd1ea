/* A sum as lines of the log. */

#include "cg_field.h"
#include "cg_sum_state.h"

#define SUM_LIST_BYTES  1536       /* of one list of a row */

/* A row has five lists, each over by an entry at most: where it begins below
 * this, it ends within a line. */

#define SUM_ROW_START   (CG_MAX_LINE - 6 * SUM_LIST_BYTES)


static const char *const  sum_kinds[CG_SUM_KINDS][2] = {
    { "ck_req", "ck_req_more" },
    { "ck_set", "ck_set_more" },
    { "ck_expired", "ck_expired_more" },
    { "ck_capped", "ck_capped_more" },
};


/* {word: n} of those that were counted. */

static void
sum_words(cg_out_t *out, const char *key, const cg_str_t *words,
    const uint64_t *counts)
{
    size_t  i;

    cg_field_object_begin(out, key);

    for (i = 0; i < CG_SUM_WORDS; i++) {
        if (counts[i]) {
            cg_field_key(out, words[i]);
            cg_field_item_uint(out, counts[i]);
        }
    }

    cg_field_object_end(out);
}


static void
sum_rewrite(const cg_sum_t *sum, cg_out_t *out)
{
    size_t  i;

    cg_field_object_begin(out, "rewrite");

    for (i = 0; i < sum->n_reasons; i++) {
        cg_field_key(out, sum->reasons[i].word);
        cg_field_item_uint(out, sum->reasons[i].n);
    }

    cg_field_object_end(out);

    if (sum->reasons_more) {
        cg_field_uint(out, "rewrite_more", sum->reasons_more);
    }
}


static void
sum_ip(const cg_sum_t *sum, cg_out_t *out, unsigned at, uint64_t n)
{
    const cg_sum_conf_t  *conf = sum->conf;

    cg_field_object_begin(out, NULL);
    cg_field_str(out, "state",
                 conf->states[at / 2 / CG_SUM_FORMS / CG_SUM_FORMS]);
    cg_field_str(out, "up", conf->forms[at / 2 / CG_SUM_FORMS % CG_SUM_FORMS]);
    cg_field_str(out, "log", conf->forms[at / 2 % CG_SUM_FORMS]);
    cg_field_bool(out, "combined", at % 2);
    cg_field_uint(out, "n", n);
    cg_field_object_end(out);
}


static void
sum_ips(const cg_sum_t *sum, cg_out_t *out)
{
    unsigned         i, told = 0;
    uint64_t         more = 0;
    const uint64_t  *counts = &sum->ips[0][0][0][0];

    cg_field_array_begin(out, "ip");

    for (i = 0; i < sizeof(sum->ips) / sizeof(counts[0]); i++) {
        if (counts[i] && told++ < CG_SUM_IPS) {
            sum_ip(sum, out, i, counts[i]);

        } else {
            more += counts[i];
        }
    }

    cg_field_array_end(out);

    if (more) {
        cg_field_uint(out, "ip_more", more);
    }
}


static void
sum_held(cg_out_t *out, const cg_sum_tags_t *tags)
{
    cg_field_uint(out, "held", tags->held);
    cg_field_uint(out, "passed", tags->passed);
    cg_field_object_end(out);
}


static void
sum_tags(const cg_sum_t *sum, cg_out_t *out, const cg_sum_row_t *row)
{
    size_t         i, told = 0, start = out->len;
    size_t         n = sum->conf->n_vendors;
    cg_str_t       id;
    cg_sum_tags_t  more = row->tags[n + CG_SUM_STRANGERS];

    cg_field_object_begin(out, "tags");

    for (i = 0; i < n + sum->n_strangers; i++) {
        if (row->tags[i].held + row->tags[i].passed == 0) {
            continue;
        }

        if (told++ >= CG_SUM_VENDORS || out->len - start > SUM_LIST_BYTES) {
            more.held += row->tags[i].held;
            more.passed += row->tags[i].passed;
            continue;
        }

        id = i < n ? sum->conf->vendors[i].id : sum->strangers[i - n];
        cg_field_key(out, id);
        cg_field_object_begin(out, NULL);
        sum_held(out, &row->tags[i]);
    }

    cg_field_object_end(out);

    if (more.held + more.passed) {
        cg_field_object_begin(out, "tags_more");
        sum_held(out, &more);
    }
}


static void
sum_cookies(const cg_sum_t *sum, cg_out_t *out, const cg_sum_row_t *row,
    cg_sum_kind_t kind)
{
    int              begun = 0;
    size_t           i, start = out->len;
    uint64_t         more = row->cookies[kind][CG_SUM_NAMES];
    const uint64_t  *counts = row->cookies[kind];

    for (i = 0; i < sum->n_names; i++) {
        if (counts[i] == 0) {
            continue;
        }

        if (out->len - start > SUM_LIST_BYTES) {
            more += counts[i];
            continue;
        }

        if (!begun) {
            cg_field_object_begin(out, sum_kinds[kind][0]);
            begun = 1;
        }

        cg_field_key(out, (cg_str_t) { sum->names[i].len,
                                       sum->names[i].text });
        cg_field_item_uint(out, counts[i]);
    }

    if (begun) {
        cg_field_object_end(out);
    }

    if (more) {
        cg_field_uint(out, sum_kinds[kind][1], more);
    }
}


/* What a row counts, wherever it is written. */

static void
sum_row(const cg_sum_t *sum, cg_out_t *out, const cg_sum_row_t *row)
{
    cg_sum_kind_t  kind;

    cg_field_uint(out, "n", row->n);
    sum_tags(sum, out, row);

    for (kind = CG_SUM_REQUEST; kind < CG_SUM_KINDS; kind++) {
        sum_cookies(sum, out, row, kind);
    }

    cg_field_object_end(out);
}


static void
sum_by(const cg_sum_t *sum, cg_out_t *out, const cg_sum_row_t *row)
{
    size_t                i;
    const cg_sum_conf_t  *conf = sum->conf;

    cg_field_object_begin(out, NULL);
    cg_field_str(out, "state", conf->states[row->state]);
    cg_field_array_begin(out, "granted");

    for (i = 0; i < conf->n_purposes; i++) {
        if (conf->purposes[i].bit & row->granted) {
            cg_field_item_str(out, conf->purposes[i].id);
        }
    }

    cg_field_array_end(out);
    sum_row(sum, out, row);
}


static void
sum_totals(const cg_sum_t *sum, cg_out_t *out)
{
    cg_field_uint(out, "n", sum->n);
    cg_field_uint(out, "without_basis", sum->without_basis);
    sum_rewrite(sum, out);
    sum_words(out, "lookup", sum->conf->lookups, sum->lookups);
    sum_words(out, "walls", sum->conf->walls, sum->walls);
    sum_words(out, "class", sum->conf->classes, sum->classes);
    sum_ips(sum, out);
}


/* Of those that have no room: what is over. */

static void
sum_over(const cg_sum_t *sum, cg_out_t *out)
{
    const cg_sum_row_t  *over = &sum->rows[CG_SUM_ROWS];

    if (over->n) {
        cg_field_object_begin(out, "by_more");
        sum_row(sum, out, over);
    }
}


static int
sum_has_room(const cg_out_t *out)
{
    return out->len < SUM_ROW_START;
}


/* Totals, what is over, the rows: one of them at least in each line. */

cg_status_t
cg_sum_write(const cg_sum_t *sum, cg_out_t *out, uint64_t from_ms,
    uint64_t to_ms, size_t *at)
{
    int     begun = *at != 0;
    size_t  end = SUM_AT_ROWS + sum->n_rows;

    cg_field_time(out, "from", from_ms);
    cg_field_time(out, "to", to_ms);

    if (*at == SUM_AT_TOTALS) {
        sum_totals(sum, out);
        ++*at;

    } else {
        cg_field_uint(out, "n", 0);
        cg_field_uint(out, "without_basis", 0);
    }

    if (*at == SUM_AT_OVER && (begun || sum_has_room(out))) {
        begun = 0;
        sum_over(sum, out);
        ++*at;
    }

    cg_field_array_begin(out, "by");

    for ( /* void */ ; *at >= SUM_AT_ROWS && *at < end; ++*at) {
        if (!begun && !sum_has_room(out)) {
            break;
        }

        if (sum->rows[*at - SUM_AT_ROWS].n) {
            begun = 0;
            sum_by(sum, out, &sum->rows[*at - SUM_AT_ROWS]);
        }
    }

    cg_field_array_end(out);

    return *at < end ? CG_MORE : CG_OK;
}
