/* consentctl withdrawals: was every withdrawal effective, and how fast? */

#include "ask.h"

#include <stdlib.h>


/* Milliseconds, in no order until they are asked for. */

typedef struct {
    int64_t  *ms;
    size_t    n;
    size_t    cap;
} delays_t;

typedef struct {
    int       latency;                       /* --latency */
    int64_t   handled;
    int64_t   probed;
    delays_t  recorded;                      /* decision to Redis */
    delays_t  stopped;                       /* decision to provision.stop */
    delays_t  waited;                        /* to Redis, if it was away */
} withdrawals_t;


static int
withdrawals_options(ctl_ask_t *ask)
{
    withdrawals_t  *state = ctl_ask_state(ask, sizeof(*state));

    state->latency = ctl_take_option(ask->run->ctl, "--latency");

    return 0;
}


static void
delays_add(ctl_ask_t *ask, delays_t *delays, int64_t ms)
{
    int64_t  *more;

    if (delays->n == delays->cap) {
        delays->cap = delays->cap ? delays->cap * 2 : 256;
        more = realloc(delays->ms, delays->cap * sizeof(*more));

        if (more == NULL) {
            ask->run->people.failed = 1;
            return;
        }

        delays->ms = more;
    }

    delays->ms[delays->n++] = ms < 0 ? 0 : ms;
}


static int
delays_order(const void *a, const void *b)
{
    const int64_t  *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}


/* The smallest that so many in a hundred do not exceed. */

static json_t *
delays_part(const delays_t *delays, size_t percent)
{
    size_t  rank = (delays->n * percent + 99) / 100;

    return delays->n ? json_integer((json_int_t)
                                    delays->ms[rank ? rank - 1 : 0])
                     : json_null();
}


/* How many took so long at most, and longer than the one before. */

static json_t *
delays_histogram(const delays_t *delays)
{
    size_t   i, k, n;
    json_t  *list = json_array();

    static const int64_t  bounds[] = {
        10, 20, 50, 100, 200, 500, 1000, 2000, 5000, INT64_MAX
    };

    for (i = 0, k = 0; i < sizeof(bounds) / sizeof(bounds[0]); i++) {
        for (n = 0; k < delays->n && delays->ms[k] <= bounds[i]; k++) {
            n++;
        }

        json_array_append_new(list, json_pack("{s:o, s:I}", "ms",
            bounds[i] == INT64_MAX ? json_null() : json_integer(bounds[i]),
            "n", (json_int_t) n));
    }

    return list;
}


static json_t *
delays_answer(delays_t *delays)
{
    if (delays->n) {
        qsort(delays->ms, delays->n, sizeof(*delays->ms), delays_order);
    }

    return json_pack("{s:I, s:o, s:o, s:o, s:o, s:o}",
                     "n", (json_int_t) delays->n,
                     "histogram", delays_histogram(delays),
                     "p50", delays_part(delays, 50),
                     "p95", delays_part(delays, 95),
                     "p99", delays_part(delays, 99),
                     "max", delays_part(delays, 100));
}


/* What came of each */


static int
withdrawals_closes(const ctl_decision_t *decision)
{
    return (decision->before & ~decision->granted) != 0
           || strcmp(decision->act, "withdraw") == 0
           || strcmp(decision->act, "erase") == 0;
}


static void
withdrawals_settled(ctl_ask_t *ask, const ctl_event_t *event,
    const ctl_decision_t *decision)
{
    withdrawals_t  *state = ctl_ask_state(ask, sizeof(*state));

    if (!decision->within || !withdrawals_closes(decision)) {
        return;
    }

    /* an erasure that a legal hold forbids is followed by a withdrawal */

    if (decision->person && ctl_decision_counts(decision)) {
        decision->person->failed.line = 0;
    }

    if (decision->replayed) {
        delays_add(ask, &state->waited, event->t - decision->t);

    } else if (decision->result == CTL_RESULT_RECORDED) {
        ctl_ask_count(ask, "withdrawals", 1);
        delays_add(ask, &state->recorded, event->t - decision->t);

    } else if (decision->result == CTL_RESULT_PENDING) {
        ctl_ask_count(ask, "withdrawals", 1);
        ctl_ask_count(ask, "pending", 1);

    } else if (decision->result == CTL_RESULT_KEPT) {
        ctl_ask_count(ask, "withdrawals", 1);

    } else if (strcmp(decision->act, "change") != 0) {
        decision->person->failed = decision->place;
    }
}


static void
withdrawals_stop(ctl_ask_t *ask, const ctl_event_t *event)
{
    size_t                i;
    json_t               *to;
    withdrawals_t        *state = ctl_ask_state(ask, sizeof(*state));
    const ctl_flow_t     *flow;
    const ctl_person_t   *person = ctl_people_of(&ask->run->people, event);

    json_array_foreach(json_object_get(event->body, "to"), i, to) {
        flow = person ? ctl_person_flow(person, ctl_text(to, "vendor"))
                      : NULL;

        if (flow == NULL || flow->closing == 0) {
            continue;
        }

        if (!flow->waited) {
            delays_add(ask, &state->stopped, event->t - flow->closing);
        }

        if (event->t > flow->bound) {
            ctl_ask_finding(ask, event->place, "provision to %s stops %lld ms"
                            " after the withdrawal, %lld ms beyond the cache"
                            " bound", flow->vendor,
                            (long long) (event->t - flow->closing),
                            (long long) (event->t - flow->bound));
        }
    }
}


/* Who refused or withdrew gets nothing */


static void
withdrawals_row(void *ctx, const ctl_event_t *event, const ctl_row_t *row)
{
    json_t         *tag;
    ctl_ask_t      *ask = ctx;
    const char     *vendor, *purpose;
    const json_t   *config = ctl_world_config(&ask->run->world, event);
    withdrawals_t  *state = ctl_ask_state(ask, sizeof(*state));

    state->handled += row->n;

    if (strcmp(row->state, "refused") != 0) {
        return;
    }

    ctl_ask_count(ask, "refused_exchanges", row->n);

    json_object_foreach((json_t *) (uintptr_t) row->tags, vendor, tag) {
        purpose = ctl_text(ctl_config_vendor(config, event->policy, vendor),
                           "purpose");

        if (ctl_number(tag, "passed") > 0 && purpose[0]
            && ctl_row_opens(row, config, event->policy, purpose) == 0)
        {
            ctl_ask_finding(ask, event->place, "%lld passed to %s of visitors"
                            " who had refused or withdrawn",
                            (long long) ctl_number(tag, "passed"), vendor);
        }
    }
}


static void
withdrawals_probe(ctl_ask_t *ask, const ctl_event_t *event)
{
    withdrawals_t  *state = ctl_ask_state(ask, sizeof(*state));
    const char     *name = ctl_text(event->body, "state");

    if (strcmp(name, "refused") != 0) {
        return;
    }

    state->probed = event->t;

    if (json_array_size(json_object_get(event->body, "hosts"))) {
        ctl_ask_finding(ask, event->place, "a probe after a refusal or"
                        " withdrawal reached %s", json_string_value(
                        json_array_get(json_object_get(event->body, "hosts"),
                                       0)));
    }
}


static void
withdrawals_event(ctl_ask_t *ask, const ctl_event_t *event)
{
    if (!event->within) {
        return;
    }

    if (ctl_is_handling(event)) {
        ctl_rows(event, withdrawals_row, ask);

    } else if (strcmp(event->type, "provision.stop") == 0) {
        withdrawals_stop(ask, event);

    } else if (strcmp(event->type, "probe") == 0) {
        withdrawals_probe(ask, event);
    }
}


/* What never stopped, or waits still */


static void
withdrawals_left(ctl_ask_t *ask)
{
    size_t               at = 0;
    const ctl_run_t     *run = ask->run;
    const ctl_flow_t    *flow;
    const ctl_person_t  *person;

    while ((person = ctl_table_next(&run->people.persons, &at, NULL))) {
        if (person->failed.line) {
            ctl_ask_finding(ask, person->failed, "a withdrawal that was not"
                            " carried out");
        }

        for (flow = person->flows; flow; flow = flow->next) {
            if (flow->stop == 0 && flow->closing
                && person->erased < flow->start
                && ctl_flow_stands(&run->people, flow)
                && flow->bound < run->events.end
                && flow->closing >= run->events.from
                && flow->closing < run->events.to)
            {
                ctl_ask_finding(ask, flow->place, "provision to %s goes on"
                                " behind the withdrawal", flow->vendor);
            }
        }
    }
}


static void
withdrawals_waiting(ctl_ask_t *ask)
{
    size_t                 at = 0;
    const ctl_decision_t  *open;

    while ((open = ctl_table_next(&ask->run->people.waiting, &at, NULL))) {
        if (open->within && open->result == CTL_RESULT_PENDING) {
            ctl_ask_missing(ask, "the withdrawal at %s:%lld still waits for"
                            " Redis", open->place.file,
                            (long long) open->place.line);

        } else if (open->within && open->granted == 0) {
            ctl_ask_missing(ask, "the withdrawal at %s:%lld has no outcome",
                            open->place.file, (long long) open->place.line);
        }
    }
}


static void
withdrawals_end(ctl_ask_t *ask)
{
    withdrawals_t  *state = ctl_ask_state(ask, sizeof(*state));

    withdrawals_left(ask);
    withdrawals_waiting(ask);

    ctl_ask_count(ask, "withdrawals", 0);
    ctl_ask_set(ask, "recorded_ms", delays_answer(&state->recorded));
    ctl_ask_set(ask, "stopped_ms", delays_answer(&state->stopped));
    ctl_ask_set(ask, "waited_ms", delays_answer(&state->waited));
    free(state->waited.ms);
    free(state->recorded.ms);
    free(state->stopped.ms);

    if (state->handled == 0) {
        ctl_ask_missing(ask, "no handling in this period");
    }

    if (ask->run->world.lost) {
        ctl_ask_missing(ask, "%llu events for which there was no room while"
                        " the log could not be written",
                        (unsigned long long) ask->run->world.lost);
    }

    if (state->probed == 0) {
        ctl_ask_missing(ask, "no probe of a visitor who had refused or"
                        " withdrawn in this period (consentctl record"
                        " probe)");
    }
}


static void
withdrawals_print_delays(const char *what, const json_t *delays)
{
    printf("%-28s n %lld, p50 %lld ms, p95 %lld ms, p99 %lld ms, max %lld"
           " ms\n", what, (long long) ctl_number(delays, "n"),
           (long long) ctl_number(delays, "p50"),
           (long long) ctl_number(delays, "p95"),
           (long long) ctl_number(delays, "p99"),
           (long long) ctl_number(delays, "max"));
}


static void
withdrawals_print(const ctl_ask_t *ask)
{
    const withdrawals_t  *state = ask->state;

    printf("%lld withdrawals, %lld of them waited for Redis, %lld exchanges"
           " with visitors who had refused\n",
           (long long) ctl_number(ask->data, "withdrawals"),
           (long long) ctl_number(ask->data, "pending"),
           (long long) ctl_number(ask->data, "refused_exchanges"));

    if (state->latency) {
        withdrawals_print_delays("decision to Redis:",
                                 json_object_get(ask->data, "recorded_ms"));
        withdrawals_print_delays("decision to provision.stop:",
                                 json_object_get(ask->data, "stopped_ms"));
        withdrawals_print_delays("where Redis was away:",
                                 json_object_get(ask->data, "waited_ms"));
    }
}


const ctl_question_t  ctl_question_withdrawals = {
    "withdrawals", "Was every withdrawal effective, and how fast?",
    withdrawals_options, withdrawals_event, withdrawals_settled,
    withdrawals_end, withdrawals_print
};
