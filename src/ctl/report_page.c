/* The page: its head, the key figures, the twelve answers, what was found. */

#include "report.h"
#include "cg_embedded.h"

#include <stdlib.h>

#define PAGE_PLACES  8                 /* named under one sentence */


static const char *const  page_verdicts[] = {
    "pass", "finding", "cannot tell"
};

static const char *const  page_classes[] = { "pass", "finding", "unsure" };


/* The head */


/* "16 - 22 November 2026": what both ends share is said once. */

static void
page_period(report_t *report)
{
    char                 first[CTL_WHEN_LEN], last[CTL_WHEN_LEN];
    const ctl_events_t  *events = &report->run->events;

    if (events->first > events->last) {
        report_html(report, "No event in the period");
        return;
    }

    ctl_when_write(events->first, first);
    ctl_when_write(events->last, last);

    if (strncmp(first, last, 10) != 0) {
        if (strncmp(first, last, 7) == 0) {
            fprintf(report->out, "%d", atoi(first + 8));

        } else {
            report_day(report, events->first, strncmp(first, last, 4) != 0);
        }

        report_html(report, "&ndash;");
    }

    report_day(report, events->last, 1);
}


static void
page_sites(report_t *report)
{
    size_t   i, n;
    json_t  *sites, *site;

    sites = json_object_get(report_ask(report, "isolation")->data, "sites");
    n = json_array_size(sites);

    json_array_foreach(sites, i, site) {
        report_html(report, i == 0 ? "" : i + 1 == n ? " and " : ", ");
        report_text(report, ctl_text(site, "site"));
    }
}


static void
page_head(report_t *report)
{
    report_html(report, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
                "<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\""
                "width=device-width, initial-scale=1\">\n<meta name=\""
                "color-scheme\" content=\"light dark\">\n<meta name=\"referrer"
                "\" content=\"no-referrer\">\n<title>Consent report, ");
    page_period(report);
    report_html(report, "</title>\n<style>\n");
    fwrite(cg_embedded_report_css.data, 1, cg_embedded_report_css.len,
           report->out);
    report_html(report, "</style>\n</head>\n<body>\n");
}


static void
page_sentence(report_t *report)
{
    static const char *const  words[] = {
        "Pass.", "Finding.", "Cannot tell."
    };
    static const char *const  sentences[] = {
        "All twelve questions of an audit are answered, and nothing was"
        " found.",
        "What was promised was not kept in every case: see what was found.",
        "Some of the twelve questions cannot be answered with what is here."
    };

    fprintf(report->out, "<p class=\"verdict %s\"><b>%s</b> %s</p>\n",
            page_classes[report->verdict], words[report->verdict],
            sentences[report->verdict]);
}


static void
page_title(report_t *report)
{
    report_html(report, "<header>\n<p class=\"kicker\">Consent report</p>\n"
                "<h1>");
    page_period(report);
    report_html(report, "</h1>\n<p class=\"sites\">");
    page_sites(report);
    report_html(report, "</p>\n");
    page_sentence(report);
    report_html(report, "</header>\n\n");
}


/* Key figures */


static void
page_figure_begin(report_t *report)
{
    report_html(report, "<div><dd>");
}


static void
page_figure_end(report_t *report, const char *what, const char *note)
{
    fprintf(report->out, "</dd><dt>%s<small>%s</small></dt></div>\n", what,
            note);
}


static int64_t
page_sum_vendors(const report_t *report, const char *key)
{
    int64_t      n = 0;
    json_t      *row;
    const char  *name;

    json_object_foreach(json_object_get(report_ask(report, "leaks")->data,
                                        "by"), name, row)
    {
        n += ctl_number(row, key);
    }

    return n;
}


static int64_t
page_decisions(const report_t *report)
{
    size_t   i;
    int64_t  n = 0;

    for (i = 0; i < report->n_buckets; i++) {
        n += report->buckets[i].grants + report->buckets[i].changes
             + report->buckets[i].refusals + report->buckets[i].withdrawals;
    }

    return n;
}


static void
page_figures(report_t *report)
{
    const json_t  *delays;

    delays = json_object_get(report_ask(report, "withdrawals")->data,
                             "stopped_ms");

    report_html(report, "<dl class=\"figures\">\n");

    page_figure_begin(report);
    report_number(report, ctl_number(report_ask(report, "leaks")->data,
                                     "exchanges"));
    page_figure_end(report, "exchanges", "handled by the gate");

    page_figure_begin(report);
    report_number(report, page_sum_vendors(report, "held"));
    page_figure_end(report, "elements withheld", "of vendors without consent");

    page_figure_begin(report);
    report_number(report, page_sum_vendors(report, "passed"));
    page_figure_end(report, "let through", "with consent, or required");

    page_figure_begin(report);
    report_number(report, page_decisions(report));
    page_figure_end(report, "decisions", "grants, changes, refusals,"
                    " withdrawals");

    page_figure_begin(report);

    if (ctl_number(delays, "n")) {
        report_duration(report, ctl_number(delays, "p99"));

    } else {
        report_html(report, "&ndash;");
    }

    page_figure_end(report, "to withdraw", "99 of 100 took no longer");
    report_html(report, "</dl>\n\n");
}


/* The twelve */


static void
page_row(report_t *report, unsigned number, const char *command,
    const char *asks)
{
    int  verdict = report->verdicts[number];

    fprintf(report->out, "<tr><td class=\"n\">%u</td><th scope=\"row\">",
            number + 1);
    report_text(report, asks);
    fprintf(report->out, "</th><td><code>%s</code></td><td class=\"mark %s\">"
            "%s</td></tr>\n", command, page_classes[verdict],
            page_verdicts[verdict]);
}


static void
page_questions(report_t *report)
{
    unsigned          i;
    const ctl_ask_t  *ask;

    static const report_column_t  columns[] = {
        { "", "n" }, { "Question", "" }, { "Command", "" }, { "Answer", "" },
        { NULL, NULL }
    };

    report_open(report, "questions", "Twelve questions", "What an auditor asks,"
                " answered from the log alone. <code>consentctl</code> with"
                " the command gives each answer with its evidence.");
    report_table(report, "The questions and their answers", columns);
    page_row(report, 0, "verify", "Is the log whole and unaltered?");

    for (i = 1; i < 12; i++) {
        ask = &report->run->asks[i];
        page_row(report, i, i == 11 ? "stats, isolation"
                                    : ask->question->name,
                 i == 11 ? "Are the rates plausible, unknown trackers closed,"
                           " tenants separate?" : ask->question->asks);
    }

    report_table_end(report);
    report_close(report);
}


/* What was found, and what is missing */


static const char *
page_base(const char *path)
{
    const char  *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}


/* Places under one sentence, so that what happened often is said once. */

static json_t *
page_grouped(const char *command, const json_t *findings)
{
    char         where[256];
    size_t       i;
    json_t      *item, *places, *groups = json_object();
    const char  *text;

    json_array_foreach(findings, i, item) {
        if (strcmp(command, "verify") == 0
            && strcmp(ctl_text(item, "level"), "note") == 0)
        {
            continue;
        }

        text = ctl_text(item, "text");
        places = json_object_get(groups, text);

        if (places == NULL) {
            places = json_array();
            json_object_set_new(groups, text, places);
        }

        snprintf(where, sizeof(where), "%s:%lld",
                 page_base(ctl_text(item, "file")),
                 (long long) ctl_number(item, "line"));
        json_array_append_new(places, json_string(where));
    }

    return groups;
}


static void
page_places(report_t *report, const json_t *places)
{
    size_t   i, n = json_array_size(places);
    json_t  *place;

    json_array_foreach(places, i, place) {
        if (i == PAGE_PLACES) {
            report_format(report, " and %zu more", n - i);
            return;
        }

        report_html(report, i ? ", " : " ");
        report_text(report, json_string_value(place));
    }
}


static void
page_found(report_t *report, const char *command, const json_t *findings)
{
    json_t      *places, *groups = page_grouped(command, findings);
    const char  *text;

    json_object_foreach(groups, text, places) {
        report_html(report, "<li><p>");
        report_text(report, text);
        fprintf(report->out, "</p><p class=\"where\"><code>%s</code>",
                command);
        page_places(report, places);
        report_html(report, "</p></li>\n");
    }

    json_decref(groups);
}


static void
page_missing(report_t *report, const ctl_ask_t *ask)
{
    size_t   i;
    json_t  *item;

    json_array_foreach(ask->missing, i, item) {
        report_html(report, "<li><p>");
        report_text(report, json_string_value(item));
        fprintf(report->out, "</p><p class=\"where\"><code>%s</code> cannot"
                " tell</p></li>\n", ask->question->name);
    }
}


static void
page_findings(report_t *report)
{
    size_t  i;

    if (report->verdict == CTL_PASS) {
        return;
    }

    report_open(report, "found", "What was found", "Each with the line of the"
                " log that it stands on, and what is missing for an answer.");
    report_html(report, "<ul class=\"found\">\n");
    page_found(report, "verify", report->run->events.findings);

    for (i = 1; i < report->run->n; i++) {
        page_found(report, report->run->asks[i].question->name,
                   report->run->asks[i].findings);
    }

    for (i = 1; i < report->run->n; i++) {
        page_missing(report, &report->run->asks[i]);
    }

    report_html(report, "</ul>\n");
    report_close(report);
}


/* The foot */


static void
page_foot(report_t *report)
{
    const cg_verify_sum_t  *sum = &report->run->events.sum;

    report_html(report, "<footer>\n<p>Made by <code>consentctl report</code>"
                " from ");
    report_number(report, (int64_t) sum->lines);
    report_html(report, " lines of evidence in ");
    report_number(report, (int64_t) sum->lanes);
    report_html(report, " lanes, written from ");
    report_time(report, report->run->events.first);
    report_html(report, " to ");
    report_time(report, report->run->events.last);
    report_html(report, " UTC. Counters are the gate&rsquo;s own testimony;"
                " probes are what an independent client saw. The page holds no"
                " personal data: rates of fewer than ");
    report_number(report, ctl_number(report_ask(report, "stats")->data, "k"));
    report_html(report, " people, and cookies seen less often, are not"
                " given.</p>\n"
                "</footer>\n</body>\n</html>\n");
}


void
report_page(report_t *report)
{
    page_head(report);
    page_title(report);
    report_html(report, "<main>\n");
    page_figures(report);
    page_questions(report);
    page_findings(report);
    report_part_decisions(report);
    report_part_rates(report);
    report_part_vendors(report);
    report_part_cookies(report);
    report_part_withdrawals(report);
    report_part_outages(report);
    report_part_requests(report);
    report_part_addresses(report);
    report_part_policies(report);
    report_html(report, "</main>\n");
    page_foot(report);
}
