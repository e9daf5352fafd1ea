/*
 * consentctl report: the answers of a period as one page of HTML, complete in
 * itself: no script, nothing to be fetched, no personal data.
 *
 * Files: report.c runs the questions, report_figures.c counts over time,
 * report_page.c and report_parts.c, report_rest.c write the sections,
 * report_svg.c the charts, report_html.c the words.
 */

#ifndef CTL_REPORT_H
#define CTL_REPORT_H

#include "ask.h"

#define REPORT_BUCKETS    64           /* columns of a chart over time */


/* What the charts are drawn from: counted by the hour, given in buckets. */

extern const ctl_question_t  ctl_question_figures;

typedef struct {
    int64_t  grants;
    int64_t  changes;
    int64_t  refusals;
    int64_t  withdrawals;
    int64_t  exchanges;
} report_bucket_t;

typedef struct {
    FILE             *out;
    ctl_run_t        *run;
    int               verdicts[12];    /* by number of the question, from 0 */
    int               verdict;         /* of all */
    int64_t           from;            /* of the page, for the charts */
    int64_t           to;
    int64_t           width;           /* of a bucket, ms */
    size_t            n_buckets;
    report_bucket_t   buckets[REPORT_BUCKETS];
    unsigned          charts;          /* numbers their ids */
} report_t;


/* The answer of a question; never NULL. */
const ctl_ask_t *report_ask(const report_t *report, const char *name);

/* Fills the buckets out of what was counted. */
void report_figures(report_t *report);

/* The page. */
void report_page(report_t *report);

/* Its sections, in the order of the page. */
void report_part_decisions(report_t *report);
void report_part_rates(report_t *report);
void report_part_vendors(report_t *report);
void report_part_cookies(report_t *report);
void report_part_outages(report_t *report);
void report_part_withdrawals(report_t *report);
void report_part_requests(report_t *report);
void report_part_addresses(report_t *report);
void report_part_policies(report_t *report);


/* Words: text is escaped. */

void report_text(report_t *report, const char *text);
__attribute__((format(printf, 2, 3)))
void report_format(report_t *report, const char *format, ...);

/* Raw HTML. */
void report_html(report_t *report, const char *html);

/* "87,801"; "1.2 s"; "16 November 2026, 08:00 UTC" or the day alone. */
void report_number(report_t *report, int64_t n);
void report_duration(report_t *report, int64_t ms);
void report_time(report_t *report, int64_t ms);
void report_day(report_t *report, int64_t ms, int year);
void report_day_short(report_t *report, int64_t ms);     /* "16 Nov" */

/* A part: its heading, and a sentence that says what it shows. */
void report_open(report_t *report, const char *id, const char *title,
    const char *says);
void report_close(report_t *report);

/* A table: columns {title, kind}, kind "n" for numbers, "wide" for a bar,
 * "" for text; the last title is NULL. */
typedef struct {
    const char  *title;
    const char  *kind;
} report_column_t;

void report_table(report_t *report, const char *caption,
    const report_column_t *columns);
void report_table_end(report_t *report);
void report_cell(report_t *report, const char *text);
void report_cell_number(report_t *report, int64_t n);
void report_cell_few(report_t *report, int64_t n);   /* 0 is faint */
void report_cell_json(report_t *report, const json_t *value);


/* Charts: SVG that takes the width of where it stands. */

/* Columns over time, each stacked: grants, changes, refusals, withdrawals. */
void report_chart_decisions(report_t *report);

/* A bar of parts of a whole; `classes` name their colours. */
void report_bar(report_t *report, const char *title, const int64_t *parts,
    const char *const *classes, size_t n, int64_t whole);

/* When something was so: spans of the period, {"from", "to"}. */
void report_strip(report_t *report, const char *title, const json_t *spans);

/* How many took how long: "histogram" of withdrawals, with its bound. */
void report_chart_delays(report_t *report, const json_t *delays,
    int64_t bound);

#endif /* CTL_REPORT_H */
