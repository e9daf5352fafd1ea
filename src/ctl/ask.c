#include "ask.h"

#include <stdarg.h>
#include <stdlib.h>

#define ASK_SENTENCE  512


/* What a question says */


void *
ctl_ask_state(ctl_ask_t *ask, size_t size)
{
    if (ask->state == NULL) {
        ask->state = calloc(1, size);
    }

    if (ask->state == NULL) {
        exit(ctl_complain(ask->run->ctl, "no memory"));
    }

    return ask->state;
}


json_t *
ctl_ask_row(ctl_place_t place)
{
    return json_pack("{s:s, s:I}", "file", place.file ? place.file : "?",
                     "line", (json_int_t) place.line);
}


void
ctl_ask_finding(ctl_ask_t *ask, ctl_place_t place, const char *format, ...)
{
    char     text[ASK_SENTENCE];
    json_t  *item;
    va_list  args;

    if (json_array_size(ask->findings) == CTL_FINDINGS) {
        ask->unlisted++;
        return;
    }

    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);

    item = ctl_ask_row(place);
    json_object_set_new(item, "text", json_string(text));

    if (json_array_append_new(ask->findings, item) != 0) {
        ask->run->people.failed = 1;
    }
}


void
ctl_ask_missing(ctl_ask_t *ask, const char *format, ...)
{
    char     text[ASK_SENTENCE];
    va_list  args;

    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);

    if (!ctl_has(ask->missing, text)
        && json_array_append_new(ask->missing, json_string(text)) != 0)
    {
        ask->run->people.failed = 1;
    }
}


void
ctl_ask_set(ctl_ask_t *ask, const char *key, json_t *value)
{
    if (json_object_set_new(ask->data, key, value) != 0) {
        ask->run->people.failed = 1;
    }
}


json_t *
ctl_ask_list(ctl_ask_t *ask, const char *key)
{
    json_t  *list = json_object_get(ask->data, key);

    if (list == NULL) {
        list = json_array();
        ctl_ask_set(ask, key, list);
    }

    return list;
}


void
ctl_ask_count(ctl_ask_t *ask, const char *key, int64_t n)
{
    ctl_ask_set(ask, key, json_integer((json_int_t)
                                       (ctl_number(ask->data, key) + n)));
}


json_t *
ctl_ask_when(int64_t ms)
{
    char  text[CTL_WHEN_LEN];

    if (ms == 0) {
        return json_null();
    }

    ctl_when_write(ms, text);

    return json_string(text);
}


json_t *
ctl_ask_purposes(const ctl_ask_t *ask, uint64_t bits)
{
    unsigned  bit;
    json_t   *list = json_array();

    for (bit = 0; bit < CTL_PURPOSES; bit++) {
        if (bits >> bit & 1) {
            json_array_append_new(list, json_string(
                ctl_people_purpose(&ask->run->people, bit)));
        }
    }

    return list;
}


/* A run over a log */


int
ctl_run_begin(ctl_run_t *run, ctl_t *ctl,
    const ctl_question_t *const *questions, size_t n)
{
    size_t  i;
    int     code;

    memset(run, 0, sizeof(*run));
    run->ctl = ctl;
    run->now = ctl_when_now();
    run->asks = calloc(n, sizeof(*run->asks));
    run->n = n;
    code = ctl_events_begin(&run->events, ctl);

    if (run->asks == NULL || !ctl_world_begin(&run->world)
        || !ctl_people_begin(&run->people, &run->world))
    {
        return ctl_complain(ctl, "no memory");
    }

    for (i = 0; i < n; i++) {
        run->asks[i].question = questions[i];
        run->asks[i].run = run;
        run->asks[i].findings = json_array();
        run->asks[i].missing = json_array();
        run->asks[i].data = json_object();
    }

    return code;
}


static void
run_settled(void *ctx, const ctl_event_t *event,
    const ctl_decision_t *decision)
{
    size_t      i;
    ctl_run_t  *run = ctx;

    for (i = 0; i < run->n; i++) {
        if (run->asks[i].question->settled) {
            run->asks[i].question->settled(&run->asks[i], event, decision);
        }
    }
}


static void
run_whole(void *ctx, const ctl_event_t *event)
{
    size_t      i;
    ctl_run_t  *run = ctx;

    ctl_world_event(&run->world, event);

    for (i = 0; i < run->n; i++) {
        if (run->asks[i].question->event) {
            run->asks[i].question->event(&run->asks[i], event);
        }
    }

    ctl_people_event(&run->people, event, run_settled, run);
}


static void
run_event(void *ctx, const ctl_event_t *event)
{
    ctl_run_t  *run = ctx;

    ctl_sums_event(&run->sums, event, run_whole, run);
}


static void
run_line(void *ctx, const ctl_event_t *event)
{
    ctl_run_t  *run = ctx;

    ctl_order_event(&run->order, event);
}


static void
run_judge(ctl_ask_t *ask)
{
    ctl_events_t  *events = &ask->run->events;

    ctl_ask_sort_findings(ask);

    if (events->sum.faults) {
        ctl_ask_missing(ask, "the log does not verify: run consentctl"
                        " verify");

    } else if (events->sum.unsure) {
        ctl_ask_missing(ask, "the log is not whole: run consentctl verify");
    }

    if (ask->run->people.crowded) {
        ctl_ask_missing(ask, "the log names more than %d purposes",
                        CTL_PURPOSES);
    }

    ask->verdict = events->sum.faults ? CTL_CANNOT_TELL
                   : json_array_size(ask->findings) ? CTL_FINDING
                   : json_array_size(ask->missing) ? CTL_CANNOT_TELL
                                                   : CTL_PASS;
}


int
ctl_run_read(ctl_run_t *run)
{
    size_t  i;
    int     code;

    run->events.rid = run->rid;
    run->people.only = run->rid ? run->events.sub : NULL;
    if (!ctl_order_begin(&run->order, run_event, run)) {
        return ctl_complain(run->ctl, "no memory");
    }

    ctl_sums_begin(&run->sums);
    code = ctl_events_read(&run->events, run_line, run);
    ctl_order_end(&run->order);
    ctl_sums_end(&run->sums, run_whole, run);

    if (code == 0 && (run->world.failed || run->people.failed
                      || run->sums.failed || run->order.failed))
    {
        code = ctl_complain(run->ctl, "no memory");
    }

    for (i = 0; i < run->n && code == 0; i++) {
        if (run->asks[i].question->end) {
            run->asks[i].question->end(&run->asks[i]);
        }

        run_judge(&run->asks[i]);
    }

    return code;
}


void
ctl_run_end(ctl_run_t *run)
{
    size_t  i;

    for (i = 0; run->asks && i < run->n; i++) {
        json_decref(run->asks[i].findings);
        json_decref(run->asks[i].missing);
        json_decref(run->asks[i].data);
        free(run->asks[i].state);
    }

    free(run->asks);
    ctl_people_end(&run->people);
    ctl_world_end(&run->world);
    ctl_events_end(&run->events);
}


/* The command */


static int
ask_time_option(ctl_run_t *run)
{
    const char  *text;

    if (ctl_take_value(run->ctl, "--now", &text)
        && (text == NULL || !ctl_when_read(text, &run->now)))
    {
        return ctl_complain(run->ctl, "--now needs a time, as 2026-11-22 or"
                            " 2026-11-22T04:20:01Z");
    }

    return 0;
}


static int
ask_options(ctl_ask_t *ask)
{
    int         code;
    ctl_t      *ctl = ask->run->ctl;
    ctl_run_t  *run = ask->run;

    if (ctl_take_value(ctl, "--receipt", &run->rid) && run->rid == NULL) {
        return ctl_complain(ctl, "whose receipt? --receipt needs its number");
    }

    if (ctl_take_value(ctl, "--texts", &run->texts) && run->texts == NULL) {
        return ctl_complain(ctl, "--texts needs a directory");
    }

    code = ask_time_option(run);

    if (code == 0 && ask->question->options) {
        code = ask->question->options(ask);
    }

    if (code || ctl_has_unknown_option(ctl)) {
        return CTL_CANNOT_TELL;
    }

    return ctl->argc ? 0 : ctl_complain(ctl, "which FILE? the oldest first,"
                                        " or - for standard input");
}


static int
ask_print_json(const ctl_ask_t *ask)
{
    static const char *const  verdicts[] = { "pass", "finding",
                                             "cannot tell" };

    json_t              *json;
    const ctl_events_t  *events = &ask->run->events;
    int                  any = events->first <= events->last;

    json = json_pack("{s:s, s:s, s:s, s:{s:o, s:o, s:o, s:o}, s:O, s:I, s:O,"
                     " s:O, s:{s:I, s:I, s:I, s:I}}",
                     "command", ask->question->name,
                     "verdict", verdicts[ask->verdict],
                     "question", ask->question->asks,
                     "period",
                     "from", events->from == INT64_MIN
                             ? json_null() : ctl_ask_when(events->from),
                     "to", events->to == INT64_MAX
                           ? json_null() : ctl_ask_when(events->to),
                     "first", any ? ctl_ask_when(events->first) : json_null(),
                     "last", any ? ctl_ask_when(events->last) : json_null(),
                     "findings", ask->findings,
                     "unlisted", (json_int_t) ask->unlisted,
                     "missing", ask->missing, "data", ask->data,
                     "log",
                     "lines", (json_int_t) events->sum.lines,
                     "lanes", (json_int_t) events->sum.lanes,
                     "faults", (json_int_t) events->sum.faults,
                     "unsure", (json_int_t) events->sum.unsure);

    if (json == NULL || json_dumpf(json, stdout, JSON_ENSURE_ASCII) != 0) {
        json_decref(json);
        return ctl_complain(ask->run->ctl, "cannot print the answer");
    }

    json_decref(json);
    putchar('\n');

    return ask->verdict;
}


static int
ask_print_text(const ctl_ask_t *ask)
{
    size_t   i;
    json_t  *item;

    static const char *const  verdicts[] = { "pass", "finding",
                                             "cannot tell" };

    printf("%s: %s\n", verdicts[ask->verdict], ask->question->asks);

    json_array_foreach(ask->missing, i, item) {
        printf("missing: %s\n", json_string_value(item));
    }

    json_array_foreach(ask->findings, i, item) {
        printf("finding: %s:%lld: %s\n", ctl_text(item, "file"),
               (long long) ctl_number(item, "line"), ctl_text(item, "text"));
    }

    if (ask->unlisted) {
        printf("and %llu more\n", (unsigned long long) ask->unlisted);
    }

    if (ask->question->print) {
        ask->question->print(ask);
    }

    return ask->verdict;
}


int
ctl_ask(ctl_t *ctl, const ctl_question_t *question)
{
    int        code;
    ctl_run_t  run;

    code = ctl_run_begin(&run, ctl, &question, 1);

    if (code == 0) {
        code = ask_options(run.asks);
    }

    if (code == 0) {
        code = ctl_run_read(&run);
    }

    if (code == 0) {
        code = ctl->json ? ask_print_json(run.asks)
                         : ask_print_text(run.asks);
    }

    ctl_run_end(&run);

    return code;
}
