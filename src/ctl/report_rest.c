/* The sections of a report: withdrawals, outages, requests, addresses,
 * policies. */

#include "report.h"

#include <stdlib.h>


static const json_t *
rest_data(const report_t *report, const char *question, const char *key)
{
    return json_object_get(report_ask(report, question)->data, key);
}


static void
rest_none(report_t *report, const char *sentence)
{
    report_html(report, "<p class=\"none\">");
    report_text(report, sentence);
    report_html(report, "</p>\n");
}


/* Withdrawals */


static void
rest_delays(report_t *report, const char *what, const json_t *delays)
{
    size_t  i;

    static const char *const  parts[] = { "p50", "p95", "p99", "max" };

    if (ctl_number(delays, "n") == 0) {
        return;
    }

    report_html(report, "<tr><th scope=\"row\">");
    report_text(report, what);
    report_html(report, "</th>");
    report_cell_number(report, ctl_number(delays, "n"));

    for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        report_html(report, "<td class=\"n\">");
        report_duration(report, ctl_number(delays, parts[i]));
        report_html(report, "</td>");
    }

    report_html(report, "</tr>\n");
}


static int64_t
rest_bound(const report_t *report)
{
    const json_t  *config, *lease;

    config = ctl_world_at(&report->run->world, report->run->events.last);
    lease = json_object_get(config, "lease");

    return lease ? json_integer_value(lease) : CTL_LEASE_MS;
}


void
report_part_withdrawals(report_t *report)
{
    const json_t  *stopped = rest_data(report, "withdrawals", "stopped_ms");

    static const report_column_t  columns[] = {
        { "From the decision", "" }, { "n", "n" }, { "median", "n" },
        { "95 of 100", "n" }, { "99 of 100", "n" }, { "slowest", "n" },
        { NULL, NULL }
    };

    report_open(report, "withdrawals", "Withdrawals", "How long it took until a"
                " withdrawal was recorded, and until provision to vendors had"
                " ended. The visitor&rsquo;s own browser is shut at once.");

    if (ctl_number(report_ask(report, "withdrawals")->data, "withdrawals")
        == 0)
    {
        rest_none(report, "Nobody withdrew in this period.");
        report_close(report);
        return;
    }

    if (ctl_number(stopped, "n")) {
        report_chart_delays(report, stopped, rest_bound(report));
    }

    report_table(report, "Time it took", columns);
    rest_delays(report, "recorded",
                rest_data(report, "withdrawals", "recorded_ms"));
    rest_delays(report, "provision ended", stopped);
    rest_delays(report, "recorded, where Redis was away",
                rest_data(report, "withdrawals", "waited_ms"));
    report_table_end(report);
    report_html(report, "<p class=\"note\">Bound of the cache: ");
    report_duration(report, rest_bound(report));
    report_html(report, ". What a worker believes without asking is never"
                " older.</p>\n");
    report_close(report);
}


/* Outages */


static void
rest_outage(report_t *report, const json_t *row)
{
    int64_t  from;

    report_html(report, "<tr><th scope=\"row\">");
    report_text(report, strcmp(ctl_text(row, "kind"), "log") == 0
                        ? "evidence log" : "Redis");
    report_html(report, "</th>");
    report_cell(report, ctl_text(row, "cause"));
    report_html(report, "<td>");

    if (ctl_time(row, "from", &from)) {
        report_time(report, from);
    }

    report_html(report, "</td><td class=\"n\">");

    if (json_is_integer(json_object_get(row, "ms"))) {
        report_duration(report, ctl_number(row, "ms"));

    } else {
        report_html(report, "no end");
    }

    report_html(report, "</td>");
    report_cell_number(report, ctl_number(row, "n"));
    report_cell_number(report, ctl_number(row, "unsaved"));
    report_html(report, "</tr>\n");
}


void
report_part_outages(report_t *report)
{
    size_t         i;
    json_t        *row;
    const json_t  *outages = rest_data(report, "outages", "outages");

    static const report_column_t  columns[] = {
        { "What", "" }, { "Cause", "" }, { "From (UTC)", "" },
        { "Lasted", "n" }, { "Served shut", "n" }, { "Not recorded", "n" },
        { NULL, NULL }
    };

    report_open(report, "outages", "Outages", "When the gate could not look"
                " anybody up, or could not write its evidence: visitors were"
                " served with everything optional shut, and whoever could not"
                " be recorded was told. One row for each worker.");

    if (json_array_size(outages) == 0) {
        rest_none(report, "None in this period.");
        report_close(report);
        return;
    }

    report_strip(report, "Outages over the period", outages);
    report_table(report, "Outages", columns);

    json_array_foreach(outages, i, row) {
        rest_outage(report, row);
    }

    report_table_end(report);
    report_close(report);
}


/* Requests of individuals */


typedef struct {
    int64_t  all;
    int64_t  fulfilled;
    int64_t  refused;
    int64_t  open;
    int64_t  overdue;
} rest_requests_t;


static rest_requests_t
rest_count_requests(const report_t *report, const char *type)
{
    size_t           i;
    json_t          *row;
    const char      *state;
    rest_requests_t  n = { 0, 0, 0, 0, 0 };

    json_array_foreach(rest_data(report, "dsr", "requests"), i, row) {
        if (strcmp(ctl_text(row, "type"), type) == 0) {
            state = ctl_text(row, "state");
            n.all++;
            n.fulfilled += strcmp(state, "fulfilled") == 0;
            n.refused += strcmp(state, "refused") == 0;
            n.open += strcmp(state, "open") == 0;
            n.overdue += json_is_true(json_object_get(row, "overdue"));
        }
    }

    return n;
}


static void
rest_request(report_t *report, const char *type, const char *words)
{
    rest_requests_t  n = rest_count_requests(report, type);

    if (n.all) {
        report_html(report, "<tr><th scope=\"row\">");
        report_text(report, words);
        report_html(report, "</th>");
        report_cell_number(report, n.all);
        report_cell_few(report, n.fulfilled);
        report_cell_few(report, n.refused);
        report_cell_few(report, n.open);
        report_cell_few(report, n.overdue);
        report_html(report, "</tr>\n");
    }
}


void
report_part_requests(report_t *report)
{
    size_t  i;

    static const char *const      types[][2] = {
        { "disclose", "disclosure" }, { "purpose", "purpose of use" },
        { "correct", "correction" }, { "add", "addition" },
        { "delete", "deletion" }, { "stop_use", "stop of use" },
        { "stop_provision", "stop of provision" },
        { "complaint", "complaint" }
    };
    static const report_column_t  columns[] = {
        { "Request", "" }, { "All", "n" }, { "Fulfilled", "n" },
        { "Refused", "n" }, { "Open", "n" }, { "Late", "n" }, { NULL, NULL }
    };

    report_open(report, "requests", "Requests of individuals", "What people"
                " asked for about themselves, and what came of it.");

    if (json_array_size(rest_data(report, "dsr", "requests")) == 0) {
        rest_none(report, "None is recorded in this period.");

    } else {
        report_table(report, "Requests by kind", columns);

        for (i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
            rest_request(report, types[i][0], types[i][1]);
        }

        report_table_end(report);
    }

    report_html(report, "<p class=\"note\">");
    report_number(report, ctl_number(report_ask(report, "erasure")->data,
                                     "erased"));
    report_html(report, " erasures; what the log still holds of them leads to"
                " nobody.</p>\n");
    report_close(report);
}


/* Addresses */


static void
rest_form(report_t *report, const char *form)
{
    static const char *const  words[][2] = {
        { "full", "whole" }, { "t24", "/24, /48" }, { "t16", "/16, /32" },
        { "drop", "none" }
    };

    size_t  i;

    for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (strcmp(words[i][0], form) == 0) {
            report_cell(report, words[i][1]);
            return;
        }
    }

    report_cell(report, form);
}


static void
rest_address(report_t *report, const json_t *row, int64_t most)
{
    int64_t  n = ctl_number(row, "n");
    int      combined = json_is_true(json_object_get(row, "combined"));

    static const char *const  classes[] = { "address" };

    report_html(report, "<tr><th scope=\"row\">");
    report_text(report, ctl_text(row, "state"));
    report_html(report, "</th>");
    rest_form(report, ctl_text(row, "up"));
    rest_form(report, ctl_text(row, "log"));
    report_cell(report, combined ? "yes" : "no");
    report_html(report, "<td class=\"wide\">");
    report_bar(report, "Exchanges", &n, classes, 1, most);
    report_html(report, "</td>");
    report_cell_number(report, n);
    report_html(report, "</tr>\n");
}


/* Rows in the order in which consent grows. */

static void
rest_addresses_of(report_t *report, const char *id, const json_t *address,
    json_t *by, int64_t most)
{
    char         caption[200];
    size_t       i;
    json_t      *row;
    const char  *key;

    static const char *const      states[] = {
        "none", "refused", "gpc", "stale", "expired", "unknown", "partial",
        "granted"
    };
    static const report_column_t  columns[] = {
        { "Consent", "" }, { "Site got", "" }, { "Logs have", "" },
        { "Combined", "" }, { "", "wide" }, { "Exchanges", "n" },
        { NULL, NULL }
    };

    snprintf(caption, sizeof(caption), "Policy %s: address %s%s%s", id,
             ctl_text(address, "form"),
             ctl_text(address, "clause")[0] ? ", clause " : "",
             ctl_text(address, "clause"));
    report_table(report, caption, columns);

    for (i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
        json_object_foreach(by, key, row) {
            if (strcmp(ctl_text(row, "policy"), id) == 0
                && strcmp(ctl_text(row, "state"), states[i]) == 0)
            {
                rest_address(report, row, most);
            }
        }
    }

    report_table_end(report);
}


static int
rest_has_addresses(json_t *by, const char *id)
{
    json_t      *row;
    const char  *key;

    json_object_foreach(by, key, row) {
        if (strcmp(ctl_text(row, "policy"), id) == 0) {
            return 1;
        }
    }

    return 0;
}


static void
rest_addresses(report_t *report, json_t *by, int64_t most)
{
    json_t        *policy;
    const char    *id;
    const json_t  *config = ctl_world_at(&report->run->world,
                                         report->run->events.last);

    json_object_foreach(json_object_get(config, "policies"), id, policy) {
        if (rest_has_addresses(by, id)) {
            rest_addresses_of(report, id, json_object_get(policy, "address"),
                              by, most);
        }
    }
}


void
report_part_addresses(report_t *report)
{
    json_t      *by, *row;
    int64_t      most = 1;
    const char  *key;

    report_open(report, "addresses", "Addresses", "How much of a"
                " visitor&rsquo;s address the site got and the server&rsquo;s"
                " logs have. Reduced addresses may still lead to a person."
                " <i>Combined</i>: a whole address together with something that"
                " tells who it is.");

    by = (json_t *) (uintptr_t) rest_data(report, "ip", "by");

    json_object_foreach(by, key, row) {
        most = ctl_number(row, "n") > most ? ctl_number(row, "n") : most;
    }

    if (json_object_size(by) == 0) {
        rest_none(report, "No policy promises anything of addresses.");

    } else {
        rest_addresses(report, by, most);
    }

    report_close(report);
}


/* Policies */


static void
rest_hash(report_t *report, const char *what, const char *hash)
{
    report_html(report, "<div><dt>");
    report_text(report, what);
    report_html(report, "</dt><dd><code>");
    report_text(report, hash);
    report_html(report, "</code></dd></div>\n");
}


static void
rest_fact(report_t *report, const char *what, const char *value)
{
    if (value[0]) {
        report_html(report, "<div><dt>");
        report_text(report, what);
        report_html(report, "</dt><dd>");
        report_text(report, value);
        report_html(report, "</dd></div>\n");
    }
}


static void
rest_policy(report_t *report, const json_t *policy)
{
    char         what[64];
    json_t      *hash;
    const char  *lang;

    report_html(report, "<article class=\"policy\"><h3>");
    report_text(report, ctl_text(policy, "id"));
    report_html(report, " <small>version ");
    report_number(report, ctl_number(policy, "ver"));
    report_html(report, "</small></h3>\n<dl>\n");

    rest_fact(report, "Controller", ctl_text(policy, "controller"));
    rest_fact(report, "Operator", ctl_text(policy, "operator"));
    rest_fact(report, "Jurisdiction", ctl_text(policy, "jur"));
    rest_fact(report, "Enacted", ctl_text(policy, "enacted"));
    rest_fact(report, "Revised", ctl_text(policy, "revised"));
    rest_fact(report, "Effective", ctl_text(policy, "effective"));
    rest_fact(report, "Approved by", ctl_text(policy, "approver"));
    rest_hash(report, "Terms", ctl_text(policy, "terms"));
    rest_hash(report, "Text", ctl_text(policy, "text"));

    json_object_foreach(json_object_get(policy, "notice"), lang, hash) {
        snprintf(what, sizeof(what), "Notice, %s", lang);
        rest_hash(report, what, json_string_value(hash));
    }

    report_html(report, "</dl></article>\n");
}


void
report_part_policies(report_t *report)
{
    size_t         i;
    json_t        *policy;
    const json_t  *policies = rest_data(report, "policy", "policies");

    report_open(report, "policies", "Policies in force", "At the end of the"
                " period. The hashes name the texts in the archive: who has a"
                " text can tell that it is the one.");

    if (json_array_size(policies) == 0) {
        rest_none(report, "The log names none.");
    }

    report_html(report, "<div class=\"multiples\">\n");

    json_array_foreach(policies, i, policy) {
        rest_policy(report, policy);
    }

    report_html(report, "</div>\n");
    report_close(report);
}
