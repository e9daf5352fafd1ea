/* The sections of a report: what was decided, withheld, stopped. */

#include "report.h"

#include <stdlib.h>

#define PARTS_COOKIES  16              /* listed */


static const json_t *
parts_data(const report_t *report, const char *question, const char *key)
{
    return json_object_get(report_ask(report, question)->data, key);
}


static void
parts_none(report_t *report, const char *sentence)
{
    report_html(report, "<p class=\"none\">");
    report_text(report, sentence);
    report_html(report, "</p>\n");
}


static void
parts_key(report_t *report, const char *const (*words)[2], size_t n)
{
    size_t  i;

    report_html(report, "<ul class=\"key\">");

    for (i = 0; i < n; i++) {
        fprintf(report->out, "<li class=\"%s\">%s</li>", words[i][0],
                words[i][1]);
    }

    report_html(report, "</ul>\n");
}


/* Decisions over time */


static void
parts_bucket(report_t *report, size_t i)
{
    int64_t                 t = report->from + (int64_t) i * report->width;
    const report_bucket_t  *bucket = &report->buckets[i];

    report_html(report, "<tr><th scope=\"row\">");

    if (report->width < CTL_DAY_MS) {
        report_time(report, t);

    } else {
        report_day_short(report, t);
    }

    report_html(report, "</th>");
    report_cell_few(report, bucket->grants);
    report_cell_few(report, bucket->changes);
    report_cell_few(report, bucket->refusals);
    report_cell_few(report, bucket->withdrawals);
    report_html(report, "</tr>\n");
}


static int
parts_bucket_is_empty(const report_bucket_t *bucket)
{
    return bucket->grants + bucket->changes + bucket->refusals
           + bucket->withdrawals == 0;
}


void
report_part_decisions(report_t *report)
{
    size_t  i;

    static const char *const      key[][2] = {
        { "grant", "granted" }, { "change", "changed" },
        { "refuse", "refused" }, { "withdraw", "withdrawn or erased" }
    };
    static const report_column_t  columns[] = {
        { "From", "" }, { "Granted", "n" }, { "Changed", "n" },
        { "Refused", "n" }, { "Withdrawn", "n" }, { NULL, NULL }
    };

    report_open(report, "decisions", "Decisions", "What visitors chose, as it"
                " was recorded. A decision that could not be recorded is not"
                " among them: it opened nothing.");

    if (report->n_buckets == 0) {
        parts_none(report, "No decision in this period.");
        report_close(report);
        return;
    }

    report_html(report, "<div class=\"beside\"><figure>\n");
    parts_key(report, key, sizeof(key) / sizeof(key[0]));
    report_chart_decisions(report);
    report_html(report, "</figure>\n");
    report_table(report, "Decisions over time", columns);

    for (i = 0; i < report->n_buckets; i++) {
        if (!parts_bucket_is_empty(&report->buckets[i])) {
            parts_bucket(report, i);
        }
    }

    report_table_end(report);
    report_html(report, "</div>\n");
    report_close(report);
}


/* Consent rates */


static void
parts_rate(report_t *report, const json_t *row)
{
    int64_t        parts[1] = { ctl_number(row, "granted") };
    const json_t  *rate = json_object_get(row, "rate");

    static const char *const  classes[] = { "grant" };

    report_html(report, "<tr><th scope=\"row\">");
    report_text(report, ctl_text(row, "purpose"));
    report_html(report, "</th><td class=\"wide\">");

    if (json_is_real(rate)) {
        report_bar(report, ctl_text(row, "purpose"), parts, classes, 1,
                   ctl_number(row, "asked"));
        fprintf(report->out, "</td><td class=\"n\"><b>%.0f</b>&#8239;%%</td>",
                json_real_value(rate));
        report_cell_json(report, json_object_get(row, "asked"));

    } else {
        report_html(report, "<span class=\"few\">too few to be told</span>"
                    "</td><td></td>");
        report_cell_json(report, json_object_get(row, "asked"));
    }

    report_html(report, "</tr>\n");
}


static void
parts_rates_of(report_t *report, const json_t *site)
{
    size_t   i;
    json_t  *row;

    static const report_column_t  columns[] = {
        { "Purpose", "" }, { "", "wide" }, { "Granted", "n" }, { "Asked", "n" },
        { NULL, NULL }
    };

    report_html(report, "<div class=\"multiple\">\n");
    report_table(report, ctl_text(site, "site"), columns);

    json_array_foreach(parts_data(report, "stats", "rates"), i, row) {
        if (strcmp(ctl_text(row, "site"), ctl_text(site, "site")) == 0
            && strcmp(ctl_text(row, "policy"), ctl_text(site, "policy")) == 0)
        {
            parts_rate(report, row);
        }
    }

    report_table_end(report);
    report_html(report, "</div>\n");
}


void
report_part_rates(report_t *report)
{
    size_t         i;
    json_t        *site;
    const json_t  *sites = parts_data(report, "stats", "sites");

    report_open(report, "rates", "Consent rates", "Of those who chose, how many"
                " allowed a purpose. First choices only: who changed or"
                " withdrew later counts once.");

    if (json_array_size(sites) == 0) {
        parts_none(report, "Nobody chose in this period.");
    }

    report_html(report, "<div class=\"multiples\">\n");

    json_array_foreach(sites, i, site) {
        parts_rates_of(report, site);
    }

    report_html(report, "</div>\n");
    report_close(report);
}


/* Vendors, by state */


static int64_t
parts_total(const json_t *states)
{
    int64_t      n = 0;
    json_t      *value;
    const char  *state;

    json_object_foreach((json_t *) (uintptr_t) states, state, value) {
        n += json_integer_value(value);
    }

    return n;
}


/* In one cell: what passed of all, or how much was held where nothing did. */

static void
parts_state(report_t *report, const json_t *held, const json_t *passed,
    const char *state)
{
    int64_t  h = ctl_number(held, state), p = ctl_number(passed, state);

    if (h + p == 0) {
        report_html(report, "<td class=\"n nil\">&middot;</td>");
        return;
    }

    fprintf(report->out, "<td class=\"n %s\">", p ? "passed" : "held");
    report_number(report, p ? p : h);
    report_html(report, "</td>");
}


static const char *const  parts_states[][2] = {
    { "none", "none yet" }, { "refused", "refused" }, { "gpc", "signal" },
    { "stale", "stale" }, { "expired", "expired" }, { "unknown", "unknown" },
    { "other", "other" }, { "partial", "partial" }, { "granted", "granted" }
};

#define PARTS_STATES  (sizeof(parts_states) / sizeof(parts_states[0]))


static int
parts_is_met(const json_t *met, size_t state)
{
    return ctl_number(met, parts_states[state][0]) != 0;
}


static void
parts_vendor(report_t *report, const char *vendor, const json_t *held,
    const json_t *passed, const json_t *met)
{
    size_t   i;
    int64_t  parts[2] = { parts_total(passed), parts_total(held) };

    static const char *const  classes[] = { "passed", "held" };

    report_html(report, "<tr><th scope=\"row\">");
    report_text(report, vendor);
    report_html(report, "</th><td class=\"wide\">");
    report_bar(report, vendor, parts, classes, 2, parts[0] + parts[1]);
    report_html(report, "</td>");

    for (i = 0; i < PARTS_STATES; i++) {
        if (parts_is_met(met, i)) {
            parts_state(report, held, passed, parts_states[i][0]);
        }
    }

    report_html(report, "</tr>\n");
}


/* A column for each state that anybody was in. */

static void
parts_vendors_of(report_t *report, const char *policy, json_t *vendors)
{
    size_t           i, n = 2;
    char             caption[160];
    json_t          *held;
    const char      *vendor;
    const json_t    *passed, *met;
    report_column_t  columns[PARTS_STATES + 3] = {
        { "Vendor", "" }, { "", "wide" }
    };

    met = json_object_get(parts_data(report, "figures", "states"), policy);
    passed = json_object_get(parts_data(report, "figures", "passed"), policy);

    for (i = 0; i < PARTS_STATES; i++) {
        if (parts_is_met(met, i)) {
            columns[n++] = (report_column_t) { parts_states[i][1], "n" };
        }
    }

    snprintf(caption, sizeof(caption), "Policy %s: elements by the state of the"
             " visitor's consent", policy);
    report_table(report, caption, columns);

    json_object_foreach(vendors, vendor, held) {
        parts_vendor(report, vendor, held, json_object_get(passed, vendor),
                     met);
    }

    report_table_end(report);
}


void
report_part_vendors(report_t *report)
{
    json_t      *held, *vendors;
    const char  *policy;

    static const char *const  key[][2] = {
        { "passed", "let through" }, { "held", "withheld" }
    };

    report_open(report, "vendors", "Vendors", "Elements of pages that would"
                " have reached a vendor. A column is what the visitor had"
                " decided: only the two last may let anything through.");

    held = (json_t *) (uintptr_t) parts_data(report, "figures", "held");

    if (json_object_size(held) == 0) {
        parts_none(report, "No vendor was met in this period.");

    } else {
        parts_key(report, key, 2);
    }

    json_object_foreach(held, policy, vendors) {
        parts_vendors_of(report, policy, vendors);
    }

    report_close(report);
}


/* Cookies */


typedef struct {
    const char    *name;
    const json_t  *counts;
    int64_t        n;
} parts_cookie_t;


static int
parts_cookie_order(const void *a, const void *b)
{
    const parts_cookie_t  *x = a, *y = b;

    return x->n == y->n ? strcmp(x->name, y->name) : x->n < y->n ? 1 : -1;
}


/* One that few visitors have might tell who they are. */

static size_t
parts_cookies(report_t *report, parts_cookie_t *list, int64_t k)
{
    size_t       n = 0;
    json_t      *counts, *cookies;
    const char  *name;

    cookies = (json_t *) (uintptr_t) parts_data(report, "figures", "cookies");

    json_object_foreach(cookies, name, counts) {
        list[n] = (parts_cookie_t) { name, counts, parts_total(counts) };
        n += list[n].n >= k;
    }

    qsort(list, n, sizeof(*list), parts_cookie_order);

    return n;
}


static void
parts_cookie(report_t *report, const parts_cookie_t *cookie, int64_t most)
{
    int64_t  parts[3] = { ctl_number(cookie->counts, "ck_req"),
                          ctl_number(cookie->counts, "ck_set"),
                          ctl_number(cookie->counts, "ck_expired") };

    static const char *const  classes[] = { "req", "set", "expired" };

    report_html(report, "<tr><th scope=\"row\"><code>");
    report_text(report, cookie->name);
    report_html(report, "</code></th><td class=\"wide\">");
    report_bar(report, cookie->name, parts, classes, 3, most);
    report_html(report, "</td>");
    report_cell_few(report, parts[0]);
    report_cell_few(report, parts[1]);
    report_cell_few(report, parts[2]);
    report_html(report, "</tr>\n");
}


void
report_part_cookies(report_t *report)
{
    size_t           i, n, all;
    parts_cookie_t  *list;

    static const char *const      key[][2] = {
        { "req", "kept from the site" }, { "set", "not set" },
        { "expired", "expired" }
    };
    static const report_column_t  columns[] = {
        { "Cookie", "" }, { "", "wide" }, { "Kept from the site", "n" },
        { "Not set", "n" }, { "Expired", "n" }, { NULL, NULL }
    };

    report_open(report, "cookies", "Cookies", "Cookies of purposes that were"
                " not granted: kept from the site, not set in the browser, or"
                " taken out of it. Names only, as the log has no values.");

    all = json_object_size(parts_data(report, "figures", "cookies"));
    list = calloc(all + 1, sizeof(*list));
    n = list ? parts_cookies(report, list,
                             ctl_number(report_ask(report, "stats")->data,
                                        "k")) : 0;

    if (n == 0) {
        parts_none(report, "No cookie was withheld in this period.");

    } else {
        parts_key(report, key, 3);
        report_table(report, "Cookies withheld, the most frequent first",
                     columns);

        for (i = 0; i < n && i < PARTS_COOKIES; i++) {
            parts_cookie(report, &list[i], list[0].n);
        }

        report_table_end(report);
    }

    free(list);
    report_close(report);
}
