/* What a report counts beside the answers: by the hour, by vendor and state, by
 * the name of a cookie. */

#include "report.h"
#include "evidence/cg_event.h"

#include <stdlib.h>

#define FIGURES_HOUR   3600000
#define FIGURES_NAMES  4096            /* cookies told apart */


typedef struct {
    ctl_table_t  hours;                /* "N": report_bucket_t */
    int          begun;
} figures_t;


static figures_t *
figures_state(ctl_ask_t *ask)
{
    figures_t  *figures = ctl_ask_state(ask, sizeof(*figures));

    if (!figures->begun) {
        figures->begun = 1;
        ctl_table_init(&figures->hours, sizeof(report_bucket_t));
    }

    return figures;
}


static report_bucket_t *
figures_hour(ctl_ask_t *ask, int64_t t)
{
    char              key[24];
    report_bucket_t  *hour;

    static report_bucket_t  none;

    snprintf(key, sizeof(key), "%lld", (long long) (t / FIGURES_HOUR));
    hour = ctl_table_take(&figures_state(ask)->hours, key);

    if (hour == NULL) {
        ask->run->people.failed = 1;
        return &none;
    }

    return hour;
}


static void
figures_settled(ctl_ask_t *ask, const ctl_event_t *event,
    const ctl_decision_t *decision)
{
    report_bucket_t  *hour;

    (void) event;

    if (!decision->within || decision->replayed
        || !ctl_decision_counts(decision))
    {
        return;
    }

    hour = figures_hour(ask, decision->t);

    if (strcmp(decision->act, "withdraw") == 0
        || strcmp(decision->act, "erase") == 0)
    {
        hour->withdrawals++;

    } else if (strcmp(decision->act, "change") == 0) {
        hour->changes++;

    } else if (decision->granted) {
        hour->grants++;

    } else {
        hour->refusals++;
    }
}


/* ask->data[group][a][b][key] += n */

static void
figures_add(ctl_ask_t *ask, const char *group, const char *a, const char *b,
    const char *key, int64_t n)
{
    size_t       i;
    json_t      *at = ask->data, *next;
    const char  *path[] = { group, a, b };

    for (i = 0; i < sizeof(path) / sizeof(path[0]); i++) {
        if (path[i] == NULL) {
            continue;
        }

        next = json_object_get(at, path[i]);

        if (next == NULL) {
            next = json_object();
            json_object_set_new(at, path[i], next);
        }

        at = next;
    }

    json_object_set_new(at, key, json_integer((json_int_t)
                                              (ctl_number(at, key) + n)));
}


static void
figures_row(void *ctx, const ctl_event_t *event, const ctl_row_t *row)
{
    json_t      *tag;
    ctl_ask_t   *ask = ctx;
    const char  *vendor, *state = row->state[0] ? row->state : "other";

    figures_hour(ask, event->t)->exchanges += row->n;
    figures_add(ask, "states", event->policy, NULL, state, row->n);

    json_object_foreach((json_t *) (uintptr_t) row->tags, vendor, tag) {
        figures_add(ask, "held", event->policy, vendor, state,
                    ctl_number(tag, "held"));
        figures_add(ask, "passed", event->policy, vendor, state,
                    ctl_number(tag, "passed"));
    }
}


/* Visitors bring what names they like. */

static void
figures_cookie(ctl_ask_t *ask, const char *name, const char *kind, int64_t n)
{
    const json_t  *known = json_object_get(ask->data, "cookies");

    if (json_object_size(known) < FIGURES_NAMES
        || json_object_get(known, name))
    {
        figures_add(ask, "cookies", name, NULL, kind, n);
    }
}


/* Names in a list count one, in an object as often as it says. */

static void
figures_cookies(ctl_ask_t *ask, const json_t *json)
{
    size_t       i, k;
    json_t      *list, *n;
    const char  *name;

    static const char *const  kinds[] = {
        "ck_req", "ck_set", "ck_expired", "ck_capped"
    };

    for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        list = json_object_get(json, kinds[i]);

        json_array_foreach(list, k, n) {
            figures_cookie(ask, json_string_value(n), kinds[i], 1);
        }

        json_object_foreach(json_is_object(list) ? list : NULL, name, n) {
            if (json_integer_value(n)) {
                figures_cookie(ask, name, kinds[i], json_integer_value(n));
            }
        }
    }
}


static void
figures_event(ctl_ask_t *ask, const ctl_event_t *event)
{
    size_t   i;
    json_t  *row;

    if (!event->within || !ctl_is_handling(event)) {
        return;
    }

    ctl_rows(event, figures_row, ask);
    figures_cookies(ask, event->body);
    figures_cookies(ask, json_object_get(event->body, "by_more"));

    json_array_foreach(json_object_get(event->body, "by"), i, row) {
        figures_cookies(ask, row);
    }
}


/* Columns of a width that people know: hours of a day or two, days of weeks,
 * weeks of months. */

static int64_t
figures_width(int64_t span)
{
    size_t  i;

    static const struct {
        int64_t  upto;                       /* days */
        int64_t  width;
    } widths[] = {
        { 2, FIGURES_HOUR }, { 4, 6 * FIGURES_HOUR }, { 35, CTL_DAY_MS },
        { 35 * 7, 7 * (int64_t) CTL_DAY_MS },
        { 35 * 28, 28 * (int64_t) CTL_DAY_MS }
    };

    for (i = 0; i < sizeof(widths) / sizeof(widths[0]); i++) {
        if (span <= widths[i].upto * CTL_DAY_MS) {
            return widths[i].width;
        }
    }

    return 364 * (int64_t) CTL_DAY_MS;
}


static void
figures_buckets(report_t *report)
{
    int64_t  first = report->run->events.first;
    int64_t  last = report->run->events.last, unit;

    report->width = figures_width(last - first);
    unit = report->width < CTL_DAY_MS ? report->width : CTL_DAY_MS;
    report->from = first - first % unit;
    report->n_buckets = (size_t) ((last - report->from) / report->width + 1);

    if (report->n_buckets > REPORT_BUCKETS) {
        report->n_buckets = REPORT_BUCKETS;
    }

    report->to = report->from + (int64_t) report->n_buckets * report->width;
}


void
report_figures(report_t *report)
{
    size_t                  at = 0, i;
    const char             *key;
    figures_t              *figures;
    ctl_ask_t              *ask;
    const report_bucket_t  *hour;

    if (report->run->events.first > report->run->events.last) {
        return;                              /* nothing happened */
    }

    ask = (ctl_ask_t *) (uintptr_t) report_ask(report, "figures");
    figures = figures_state(ask);
    figures_buckets(report);

    while ((hour = ctl_table_next(&figures->hours, &at, &key)) != NULL) {
        i = (size_t) ((strtoll(key, NULL, 10) * FIGURES_HOUR - report->from)
                      / report->width);

        if (i < report->n_buckets) {
            report->buckets[i].grants += hour->grants;
            report->buckets[i].changes += hour->changes;
            report->buckets[i].refusals += hour->refusals;
            report->buckets[i].withdrawals += hour->withdrawals;
            report->buckets[i].exchanges += hour->exchanges;
        }
    }

    ctl_table_free(&figures->hours);
}


const ctl_question_t  ctl_question_figures = {
    "figures", "What happened?",
    NULL, figures_event, figures_settled, NULL, NULL
};
