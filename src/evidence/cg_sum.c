#include "cg_sum_state.h"


/* A zeroed one counts nothing. */

cg_sum_t *
cg_sum_create(cg_arena_t *arena, const cg_sum_conf_t *conf)
{
    size_t          i, n = conf->n_vendors + CG_SUM_STRANGERS + 1;
    cg_sum_t       *sum = cg_arena_zero(arena, sizeof(*sum));
    cg_sum_tags_t  *tags;

    tags = cg_arena_zero(arena, (CG_SUM_ROWS + 1) * n * sizeof(*tags));

    if (sum == NULL || tags == NULL) {
        return NULL;
    }

    sum->conf = conf;

    for (i = 0; i <= CG_SUM_ROWS; i++) {
        sum->rows[i].tags = tags + i * n;
    }

    return sum;
}


/* Visitors come in runs of a kind. */

static cg_sum_row_t *
sum_row(cg_sum_t *sum, unsigned state, uint32_t granted)
{
    size_t         i;
    cg_sum_row_t  *row = sum->row;

    if (row && row != &sum->rows[CG_SUM_ROWS] && row->state == state
        && row->granted == granted)
    {
        return row;
    }

    for (i = 0, row = sum->rows; i < sum->n_rows; i++, row++) {
        if (row->state == state && row->granted == granted) {
            return row;
        }
    }

    if (i < CG_SUM_ROWS) {
        row->state = state;
        row->granted = granted;
        sum->n_rows++;
    }

    return row;
}


static void
sum_reason(cg_sum_t *sum, cg_str_t reason)
{
    size_t  i;

    for (i = 0; i < sum->n_reasons; i++) {
        if (cg_str_eq(sum->reasons[i].word, reason)) {
            sum->reasons[i].n++;
            return;
        }
    }

    if (i == CG_SUM_REASONS) {
        sum->reasons_more++;
        return;
    }

    sum->reasons[i].word = reason;
    sum->reasons[i].n = 1;
    sum->n_reasons++;
}


static void
sum_bits(uint64_t counts[CG_SUM_WORDS], unsigned bits)
{
    for ( /* void */ ; bits; bits >>= 1, counts++) {
        *counts += bits & 1;
    }
}


CG_HOT void
cg_sum_exchange(cg_sum_t *sum, const cg_sum_exchange_t *e)
{
    sum->row = sum_row(sum, e->state, e->granted);
    sum->row->n++;
    sum->granted = e->granted;
    sum->n++;
    sum->lookups[e->lookup]++;
    sum_bits(sum->walls, e->walls);
    sum_bits(sum->classes, e->classes);

    if (e->rewrite.data) {
        sum_reason(sum, e->rewrite);
    }

    if (e->has_ip) {
        sum->ips[e->state][e->ip_site][e->ip_log][e->combined]++;
    }
}


/* Most come as the very bytes that the policy has.  Behind all others: those
 * that have no room. */

static size_t
sum_vendor(cg_sum_t *sum, cg_str_t id)
{
    size_t                  i, n = sum->conf->n_vendors;
    const cg_sum_vendor_t  *vendors = sum->conf->vendors;

    for (i = 0; i < n; i++) {
        if (vendors[i].id.data == id.data && vendors[i].id.len == id.len) {
            return i;
        }
    }

    for (i = 0; i < n; i++) {
        if (cg_str_eq(vendors[i].id, id)) {
            return i;
        }
    }

    for (i = 0; i < sum->n_strangers; i++) {
        if (cg_str_eq(sum->strangers[i], id)) {
            return n + i;
        }
    }

    if (i < CG_SUM_STRANGERS) {
        sum->strangers[i] = id;
        sum->n_strangers++;
    }

    return n + i;
}


void
cg_sum_tags(cg_sum_t *sum, cg_str_t vendor, uint64_t held, uint64_t passed)
{
    size_t    i = sum_vendor(sum, vendor);
    uint32_t  need = sum->conf->strangers;

    if (i < sum->conf->n_vendors) {
        need = sum->conf->vendors[i].need;
    }

    sum->row->tags[i].held += held;
    sum->row->tags[i].passed += passed;

    if (need == CG_SUM_NEVER || (need & ~sum->granted)) {
        sum->without_basis += passed;
    }
}


void
cg_sum_tags_more(cg_sum_t *sum, uint64_t held, uint64_t passed)
{
    cg_sum_tags_t  *more;

    more = &sum->row->tags[sum->conf->n_vendors + CG_SUM_STRANGERS];
    more->held += held;
    more->passed += passed;
}


/* Cut, and without what a line would have to escape; returns a hash: FNV-1a. */

static uint32_t
sum_name(cg_sum_name_t *name, cg_str_t from)
{
    size_t         i;
    uint32_t       hash = 2166136261u;
    unsigned char  c;

    name->len = from.len < CG_SUM_NAME_LEN ? from.len : CG_SUM_NAME_LEN;

    for (i = 0; i < name->len; i++) {
        c = from.data[i];
        c = c > 0x20 && c < 0x7F && c != '"' && c != '\\' ? c : '?';
        name->text[i] = c;
        hash = (hash ^ c) * 16777619u;
    }

    if (from.len > CG_SUM_NAME_LEN) {
        memcpy(name->text + name->len, "...", 3);
        name->len += 3;
        hash = ~hash;
    }

    return hash;
}


static size_t
sum_cookie(cg_sum_t *sum, cg_str_t from)
{
    size_t         at, i;
    cg_sum_name_t  name;

    for (at = sum_name(&name, from) % CG_SUM_BUCKETS; sum->buckets[at];
         at = (at + 1) % CG_SUM_BUCKETS)
    {
        i = sum->buckets[at] - 1u;

        if (sum->names[i].len == name.len
            && memcmp(sum->names[i].text, name.text, name.len) == 0)
        {
            return i;
        }
    }

    if (sum->n_names == CG_SUM_NAMES) {
        return CG_SUM_NAMES;
    }

    sum->names[sum->n_names] = name;
    sum->buckets[at] = (unsigned char) ++sum->n_names;

    return sum->n_names - 1;
}


void
cg_sum_cookie(cg_sum_t *sum, cg_sum_kind_t kind, cg_str_t name)
{
    sum->row->cookies[kind][sum_cookie(sum, name)]++;
}


void
cg_sum_clause(cg_sum_t *sum, cg_str_t clause)
{
    size_t  i;

    for (i = 0; i < sum->n_clauses; i++) {
        if (cg_str_eq(sum->clauses[i], clause)) {
            return;
        }
    }

    if (clause.len && i < CG_SUM_CLAUSES) {
        sum->clauses[sum->n_clauses++] = clause;
    }
}


int
cg_sum_empty(const cg_sum_t *sum)
{
    return sum->n == 0 && sum->n_rows == 0;
}


const cg_str_t *
cg_sum_clauses(const cg_sum_t *sum, size_t *n)
{
    *n = sum->n_clauses;

    return sum->clauses;
}


static void
sum_forget_row(cg_sum_t *sum, cg_sum_row_t *row)
{
    row->n = 0;
    memset(row->tags, 0, (sum->conf->n_vendors + CG_SUM_STRANGERS + 1)
                         * sizeof(*row->tags));
    memset(row->cookies, 0, sizeof(row->cookies));
}


static void
sum_forget_totals(cg_sum_t *sum)
{
    sum->n = sum->without_basis = sum->reasons_more = 0;
    sum->n_reasons = sum->n_clauses = 0;

    memset(sum->lookups, 0, sizeof(sum->lookups));
    memset(sum->walls, 0, sizeof(sum->walls));
    memset(sum->classes, 0, sizeof(sum->classes));
    memset(sum->ips, 0, sizeof(sum->ips));
}


/* With all told the tables are empty; else names stay where rows count them. */

void
cg_sum_told(cg_sum_t *sum, size_t from, size_t to)
{
    size_t  i;

    if (from == SUM_AT_TOTALS) {
        sum_forget_totals(sum);
    }

    if (from <= SUM_AT_OVER && to > SUM_AT_OVER) {
        sum_forget_row(sum, &sum->rows[CG_SUM_ROWS]);
    }

    for (i = 0; i < sum->n_rows; i++) {
        if (SUM_AT_ROWS + i >= from && SUM_AT_ROWS + i < to) {
            sum_forget_row(sum, &sum->rows[i]);
        }
    }

    for (i = 0; i < sum->n_rows && sum->rows[i].n == 0; i++) { /* void */ }

    if (i == sum->n_rows && sum->rows[CG_SUM_ROWS].n == 0) {
        sum->row = NULL;
        sum->n_rows = sum->n_names = sum->n_strangers = 0;
        memset(sum->buckets, 0, sizeof(sum->buckets));
    }
}
