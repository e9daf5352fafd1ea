/* The commands that ask a question of an auditor, in the order of the list of
 * questions (docs/log.md). */

#include "ask.h"

#define CTL_PERIOD  "[--from TIME] [--to TIME]"


/* What is asked of a log: its files, the oldest first; - is standard input. */

static const ctl_question_row_t  questions[] = {
    { "[--receipt RID] [--texts DIR] " CTL_PERIOD " FILE...",
                "the consent behind a receipt, and the text that was shown for"
                " it, out of the archive (FILE.d/texts)",
      &ctl_question_show },
    { "[--probe-days N] " CTL_PERIOD " FILE...",
                "did anything reach a third party without basis? A probe may"
                " be N days old (7)",
      &ctl_question_leaks },
    { "[--receipt RID] " CTL_PERIOD " FILE...",
                "who received what about the person of a receipt, from when to"
                " when, in which country?",
      &ctl_question_recipients },
    { "[--at TIME] [--diff] [--texts DIR] FILE...",
                "which policies and vendors were in force, who approved them,"
                " what changed?",
      &ctl_question_policy },
    { CTL_PERIOD " FILE...",
                "was old consent stretched, after a revision, to what it did"
                " not cover?",
      &ctl_question_stale },
    { "[--latency] " CTL_PERIOD " FILE...",
                "was every withdrawal effective, and how fast?",
      &ctl_question_withdrawals },
    { "[--overdue] [--now TIME] " CTL_PERIOD " FILE...",
                "were requests of individuals verified, answered in time,"
                " refused with a reason?",
      &ctl_question_dsr },
    { "[--receipt RID] [--now TIME] " CTL_PERIOD " FILE...",
                "was the person of a receipt erased, by what means, is anything"
                " left?",
      &ctl_question_erasure },
    { "[--by state,clause] " CTL_PERIOD " FILE...",
                "how were addresses handled; were they ever combined with"
                " an identifier without consent?",
      &ctl_question_ip },
    { CTL_PERIOD " FILE...",
                "when was enforcement degraded, and what happened to"
                " visitors?",
      &ctl_question_outages },
    { "[--k N] [--unknown-days N] " CTL_PERIOD " FILE...",
                "are the consent rates plausible; are unknown trackers found"
                " and closed? Numbers below N (10) are not given",
      &ctl_question_stats },
    { CTL_PERIOD " FILE...",
                "are tenants separate?",
      &ctl_question_isolation },
};


const ctl_question_row_t *
ctl_question_rows(size_t *n)
{
    *n = sizeof(questions) / sizeof(questions[0]);

    return questions;
}
