/* consentctl outages: when was enforcement degraded, and what happened to
 * visitors? */

#include "ask.h"


/* What goes on in a lane. */

typedef struct {
    ctl_place_t  place;                      /* of degraded.start; line 0: it
                                                does not */
    int64_t      from;
    int64_t      n;                          /* served as unknown so far */
    int64_t      failed;                     /* openings not recorded */
    const char  *cause;
    ctl_place_t  log_place;                  /* of log.failed, likewise */
    int64_t      log_from;
    const char  *log_cause;
} outage_t;

typedef struct {
    ctl_table_t  lanes;
    int          begun;
} outages_t;


static outage_t *
outages_lane(ctl_ask_t *ask, const char *lane)
{
    outage_t   *outage;
    outages_t  *state = ctl_ask_state(ask, sizeof(*state));

    if (!state->begun) {
        state->begun = 1;
        ctl_table_init(&state->lanes, sizeof(outage_t));
    }

    outage = ctl_table_take(&state->lanes, lane);

    if (outage == NULL) {
        ask->run->people.failed = 1;
    }

    return outage;
}


static json_t *
outages_list(ctl_ask_t *ask, ctl_place_t place, const char *kind,
    const char *cause, int64_t from, int64_t to)
{
    json_t  *row = ctl_ask_row(place);

    json_object_set_new(row, "kind", json_string(kind));
    json_object_set_new(row, "cause", json_string(cause));
    json_object_set_new(row, "from", ctl_ask_when(from));
    json_object_set_new(row, "to", ctl_ask_when(to));
    json_object_set_new(row, "ms", to ? json_integer((json_int_t) (to - from))
                                      : json_null());
    json_array_append_new(ctl_ask_list(ask, "outages"), row);

    return row;
}


/* Redis */


static void
outages_start(ctl_ask_t *ask, const ctl_event_t *event, outage_t *outage)
{
    if (outage->place.line == 0) {
        outage->place = event->place;
        outage->from = event->t;
        outage->failed = 0;
        outage->n = 0;
        outage->cause = ctl_world_name(&ask->run->world,
                                       ctl_text(event->body, "cause"));
    }

    outage->n += ctl_number(event->body, "n");
}


static void
outages_unsaved(ctl_ask_t *ask, const ctl_event_t *event,
    const outage_t *outage, json_t *row)
{
    json_t  *unsaved = json_object_get(event->body, "unsaved");

    if (unsaved == NULL) {
        ctl_ask_missing(ask, "%s:%lld does not say how many decisions could"
                        " not be recorded", event->place.file,
                        (long long) event->place.line);
        return;
    }

    json_object_set(row, "unsaved", unsaved);
    ctl_ask_count(ask, "unsaved", json_integer_value(unsaved));

    if (outage->failed > json_integer_value(unsaved)) {
        ctl_ask_finding(ask, event->place, "%lld decisions were not recorded"
                        " meanwhile, of which it counts %lld",
                        (long long) outage->failed,
                        (long long) json_integer_value(unsaved));
    }
}


/* A stop without a start closes what was told before this log begins, or
 * before its worker did. */

static void
outages_stop(ctl_ask_t *ask, const ctl_event_t *event, outage_t *outage)
{
    json_t       *row;
    int64_t       n = outage->n + ctl_number(event->body, "n");
    ctl_place_t   place = outage->place.line ? outage->place : event->place;

    row = outages_list(ask, place, "redis", outage->place.line
                       ? outage->cause : ctl_text(event->body, "cause"),
                       outage->place.line ? outage->from : event->t,
                       event->t);

    json_object_set_new(row, "n", json_integer(n));
    ctl_ask_count(ask, "served_as_unknown", n);
    outages_unsaved(ask, event, outage, row);
    outage->place.line = 0;
}


/* The log itself */


static void
outages_log(ctl_ask_t *ask, const ctl_event_t *event, outage_t *outage)
{
    json_t  *row;

    if (strcmp(event->type, "log.failed") == 0) {
        outage->log_place = event->place;
        outage->log_from = event->t;
        outage->log_cause = ctl_world_name(&ask->run->world,
                                           ctl_text(event->body, "cause"));
        return;
    }

    row = outages_list(ask, outage->log_place.line ? outage->log_place
                                                   : event->place,
                       "log", outage->log_place.line ? outage->log_cause : "",
                       outage->log_place.line ? outage->log_from : event->t,
                       event->t);
    json_object_set_new(row, "unsaved", json_integer(
        ctl_number(event->body, "refused")));
    ctl_ask_count(ask, "unsaved", ctl_number(event->body, "refused"));
    outage->log_place.line = 0;
}


/* Visitors */


static void
outages_row(void *ctx, const ctl_event_t *event, const ctl_row_t *row)
{
    int64_t  *shut = ctx;

    (void) event;

    if (ctl_state_is_shut(row->state)) {
        *shut += row->n;
    }
}


/* Whoever could not be looked up is served with everything shut. */

static void
outages_handling(ctl_ask_t *ask, const ctl_event_t *event)
{
    int64_t        shut = 0, unknown;
    const json_t  *lookup = json_object_get(event->body, "lookup");
    const char    *how = ctl_text(event->body, "lookup");

    unknown = json_is_object(lookup)
              ? ctl_number(lookup, "timeout") + ctl_number(lookup, "error")
              : strcmp(how, "timeout") == 0 || strcmp(how, "error") == 0;

    ctl_rows(event, outages_row, &shut);
    ctl_ask_count(ask, "handlings", 1);
    ctl_ask_count(ask, "not_looked_up", unknown);

    if (unknown > shut) {
        ctl_ask_finding(ask, event->place, "%lld visitors could not be looked"
                        " up, but only %lld were served with everything shut",
                        (long long) unknown, (long long) shut);
    }
}


static void
outages_event(ctl_ask_t *ask, const ctl_event_t *event)
{
    outage_t  *outage;

    if (!event->within) {
        return;
    }

    if (ctl_is_handling(event)) {
        outages_handling(ask, event);
        return;
    }

    if (strncmp(event->type, "degraded.", 9) != 0
        && strncmp(event->type, "log.", 4) != 0)
    {
        return;
    }

    outage = outages_lane(ask, event->lane);

    if (outage == NULL) {
        return;
    }

    if (strcmp(event->type, "degraded.start") == 0) {
        outages_start(ask, event, outage);

    } else if (strcmp(event->type, "degraded.stop") == 0) {
        outages_stop(ask, event, outage);

    } else {
        outages_log(ask, event, outage);
    }
}


static void
outages_settled(ctl_ask_t *ask, const ctl_event_t *event,
    const ctl_decision_t *decision)
{
    outage_t  *outage;

    if (!decision->within || (decision->result != CTL_RESULT_FAILED
                              && decision->result != CTL_RESULT_UNKNOWN))
    {
        return;
    }

    ctl_ask_count(ask, "failed_decisions", 1);
    outage = outages_lane(ask, event->lane);

    if (outage && outage->place.line) {
        outage->failed++;
    }
}


static void
outages_end(ctl_ask_t *ask)
{
    size_t      at = 0;
    json_t     *row;
    outage_t   *outage;
    outages_t  *state = ctl_ask_state(ask, sizeof(*state));

    (void) ctl_ask_list(ask, "outages");

    while ((outage = ctl_table_next(&state->lanes, &at, NULL)) != NULL) {
        if (outage->place.line) {
            row = outages_list(ask, outage->place, "redis", outage->cause,
                               outage->from, 0);
            json_object_set_new(row, "n", json_integer(outage->n));
            ctl_ask_missing(ask, "the outage at %s:%lld has no end in these"
                            " files", outage->place.file,
                            (long long) outage->place.line);
        }

        if (outage->log_place.line) {
            (void) outages_list(ask, outage->log_place, "log",
                                outage->log_cause, outage->log_from, 0);
            ctl_ask_missing(ask, "the log fails at %s:%lld, and nothing says"
                            " that it could be written again",
                            outage->log_place.file,
                            (long long) outage->log_place.line);
        }
    }

    ctl_ask_sort(ask, "outages", "from");
    ctl_table_free(&state->lanes);

    if (ctl_number(ask->data, "handlings") == 0) {
        ctl_ask_missing(ask, "no handling in this period");
    }

    if (ask->run->world.lost) {
        ctl_ask_missing(ask, "%llu events for which there was no room while"
                        " the log could not be written",
                        (unsigned long long) ask->run->world.lost);
    }
}


static void
outages_print(const ctl_ask_t *ask)
{
    static const ctl_column_t  columns[] = {
        { "what", "kind" }, { "cause", "cause" }, { "from", "from" },
        { "to", "to" }, { "ms", "ms" }, { "served as unknown", "n" },
        { "unsaved", "unsaved" }, { "evidence", "file" }, { NULL, NULL }
    };

    printf("%lld visitors were not looked up, %lld decisions could not be"
           " recorded\n", (long long) ctl_number(ask->data, "not_looked_up"),
           (long long) ctl_number(ask->data, "unsaved"));
    ctl_print_table(json_object_get(ask->data, "outages"), columns);
}


const ctl_question_t  ctl_question_outages = {
    "outages", "When was enforcement degraded, and what became of visitors?",
    NULL, outages_event, outages_settled, outages_end, outages_print
};
