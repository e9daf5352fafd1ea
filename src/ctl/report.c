/* consentctl report: runs the twelve questions over a log and writes their
 * answers as a page. */

#include "report.h"

#include <errno.h>
#include <stdlib.h>

static const ctl_question_t *const  report_questions[] = {
    &ctl_question_figures, &ctl_question_show, &ctl_question_leaks,
    &ctl_question_recipients, &ctl_question_policy, &ctl_question_stale,
    &ctl_question_withdrawals, &ctl_question_dsr, &ctl_question_erasure,
    &ctl_question_ip, &ctl_question_outages, &ctl_question_stats,
    &ctl_question_isolation
};

#define REPORT_ASKS  (sizeof(report_questions) / sizeof(report_questions[0]))


const ctl_ask_t *
report_ask(const report_t *report, const char *name)
{
    size_t  i;

    for (i = 0; i < report->run->n; i++) {
        if (strcmp(report->run->asks[i].question->name, name) == 0) {
            return &report->run->asks[i];
        }
    }

    return &report->run->asks[0];
}


/* A finding weighs more than what cannot be told. */

static int
report_worse(int a, int b)
{
    return a == CTL_FINDING || b == CTL_FINDING ? CTL_FINDING
           : a == CTL_CANNOT_TELL || b == CTL_CANNOT_TELL ? CTL_CANNOT_TELL
                                                          : CTL_PASS;
}


static void
report_judge(report_t *report)
{
    size_t           i;
    ctl_run_t       *run = report->run;
    cg_verify_sum_t *sum = &run->events.sum;

    report->verdicts[0] = sum->faults ? CTL_FINDING
                          : sum->unsure ? CTL_CANNOT_TELL : CTL_PASS;

    for (i = 1; i < 11; i++) {
        report->verdicts[i] = run->asks[i].verdict;
    }

    report->verdicts[11] = report_worse(run->asks[11].verdict,
                                        run->asks[12].verdict);

    for (i = 0; i < 12; i++) {
        report->verdict = report_worse(report->verdict, report->verdicts[i]);
    }
}


static int
report_options(ctl_run_t *run, const char **out)
{
    size_t       i;
    int          code = 0;
    const char  *text;
    ctl_t       *ctl = run->ctl;

    if (ctl_take_value(ctl, "--out", out) && *out == NULL) {
        return ctl_complain(ctl, "--out needs a file");
    }

    if (ctl_take_value(ctl, "--texts", &run->texts) && run->texts == NULL) {
        return ctl_complain(ctl, "--texts needs a directory");
    }

    if (ctl_take_value(ctl, "--now", &text)
        && (text == NULL || !ctl_when_read(text, &run->now)))
    {
        return ctl_complain(ctl, "--now needs a time");
    }

    for (i = 0; i < run->n && code == 0; i++) {
        if (run->asks[i].question->options) {
            code = run->asks[i].question->options(&run->asks[i]);
        }
    }

    if (code || ctl_has_unknown_option(ctl)) {
        return CTL_CANNOT_TELL;
    }

    return ctl->argc ? 0 : ctl_complain(ctl, "which FILE? the oldest first,"
                                        " or - for standard input");
}


static int
report_write(report_t *report, const char *out)
{
    ctl_t  *ctl = report->run->ctl;

    report->out = out ? fopen(out, "wb") : stdout;

    if (report->out == NULL) {
        return ctl_complain(ctl, "%s: %s", out, strerror(errno));
    }

    report_figures(report);
    report_page(report);

    if (out && (ferror(report->out) || fclose(report->out) != 0)) {
        return ctl_complain(ctl, "%s: %s", out, strerror(errno));
    }

    return report->verdict;
}


static json_t *
report_answers(const report_t *report)
{
    size_t            i;
    json_t           *list = json_array();
    const ctl_ask_t  *ask;

    static const char *const  verdicts[] = {
        "pass", "finding", "cannot tell"
    };

    json_array_append_new(list, json_pack("{s:s, s:s, s:O}", "command",
        "verify", "verdict", verdicts[report->verdicts[0]], "findings",
        report->run->events.findings));

    for (i = 0; i < report->run->n; i++) {
        ask = &report->run->asks[i];
        json_array_append_new(list, json_pack("{s:s, s:s, s:O, s:O, s:O}",
            "command", ask->question->name, "verdict",
            verdicts[ask->verdict], "findings", ask->findings, "missing",
            ask->missing, "data", ask->data));
    }

    return list;
}


static int
report_print_json(const report_t *report)
{
    json_t  *json;

    static const char *const  verdicts[] = {
        "pass", "finding", "cannot tell"
    };

    json = json_pack("{s:s, s:s, s:{s:o, s:o}, s:o}", "command", "report",
                     "verdict", verdicts[report->verdict], "period",
                     "first", ctl_ask_when(report->run->events.first),
                     "last", ctl_ask_when(report->run->events.last),
                     "answers", report_answers(report));

    if (json == NULL || json_dumpf(json, stdout, JSON_ENSURE_ASCII) != 0) {
        json_decref(json);
        return ctl_complain(report->run->ctl, "cannot print the answer");
    }

    json_decref(json);
    putchar('\n');

    return report->verdict;
}


int
ctl_report(ctl_t *ctl)
{
    int          code;
    ctl_run_t    run;
    report_t     report;
    const char  *out = NULL;

    memset(&report, 0, sizeof(report));
    report.run = &run;
    code = ctl_run_begin(&run, ctl, report_questions, REPORT_ASKS);

    if (code == 0) {
        code = report_options(&run, &out);
    }

    if (code == 0) {
        code = ctl_run_read(&run);
    }

    if (code == 0) {
        report_judge(&report);
        code = ctl->json ? report_print_json(&report)
                         : report_write(&report, out);
    }

    ctl_run_end(&run);

    return code;
}
