/* consentctl dsr: were requests of individuals verified, answered in time,
 * refused with a reason? */

#include "ask.h"

#include <stdlib.h>


typedef struct {
    ctl_place_t  place;                      /* of dsr.received */
    ctl_place_t  end;                        /* of what answered it */
    char         type[20];
    char         by[12];
    char         reason[16];
    const char  *host;
    int64_t      received;
    int64_t      due;
    int64_t      verified;
    int64_t      explained;
    int64_t      acknowledged;
    int64_t      fulfilled;
    int64_t      refused;
    int          notified;
} dsr_t;

typedef struct {
    ctl_table_t  requests;                   /* by id */
    int          overdue;                    /* --overdue */
    int          begun;
} dsr_state_t;


static dsr_state_t *
dsr_state(ctl_ask_t *ask)
{
    dsr_state_t  *state = ctl_ask_state(ask, sizeof(*state));

    if (!state->begun) {
        state->begun = 1;
        ctl_table_init(&state->requests, sizeof(dsr_t));
    }

    return state;
}


static int
dsr_options(ctl_ask_t *ask)
{
    dsr_state(ask)->overdue = ctl_take_option(ask->run->ctl, "--overdue");

    return 0;
}


/* What the log says of each */


static void
dsr_received(ctl_ask_t *ask, const ctl_event_t *event, dsr_t *dsr)
{
    dsr->place = event->place;
    dsr->received = event->t;
    dsr->host = ctl_world_name(&ask->run->world, event->host);
    snprintf(dsr->type, sizeof(dsr->type), "%s",
             ctl_text(event->body, "type"));
    snprintf(dsr->by, sizeof(dsr->by), "%s", ctl_text(event->body, "by"));

    if (!ctl_time(event->body, "due", &dsr->due)) {
        ctl_ask_finding(ask, event->place, "a request without a day on which"
                        " its answer is due");

    } else if (ctl_when_is_day(ctl_text(event->body, "due"))) {
        dsr->due += CTL_DAY_MS;              /* until the end of that day */
    }
}


static void
dsr_refused(const ctl_event_t *event, dsr_t *dsr)
{
    dsr->refused = event->t;
    dsr->end = event->place;
    dsr->notified |= json_is_true(json_object_get(event->body, "notified"));
    snprintf(dsr->reason, sizeof(dsr->reason), "%s",
             ctl_text(event->body, "reason"));
}


static void
dsr_event(ctl_ask_t *ask, const ctl_event_t *event)
{
    dsr_t       *dsr;
    const char  *what = event->type + 4;

    if (strncmp(event->type, "dsr.", 4) != 0 || event->t >= ask->run->events.to)
    {
        return;
    }

    dsr = ctl_table_take(&dsr_state(ask)->requests,
                         ctl_text(event->body, "id"));

    if (dsr == NULL) {
        ask->run->people.failed = 1;

    } else if (strcmp(what, "received") == 0) {
        dsr_received(ask, event, dsr);

    } else if (strcmp(what, "verified") == 0) {
        dsr->verified = event->t;

    } else if (strcmp(what, "explained") == 0) {
        dsr->explained = event->t;

    } else if (strcmp(what, "ack") == 0) {
        dsr->acknowledged = event->t;

    } else if (strcmp(what, "fulfilled") == 0) {
        dsr->fulfilled = event->t;
        dsr->end = event->place;

    } else if (strcmp(what, "refused") == 0) {
        dsr_refused(event, dsr);

    } else if (strcmp(what, "notified") == 0) {
        dsr->notified = 1;
    }
}


/* What is wrong with one */


static void
dsr_check_fulfilled(ctl_ask_t *ask, const dsr_t *dsr)
{
    int  open = strcmp(dsr->type, "complaint") == 0;

    if (!open && (dsr->verified == 0 || dsr->verified > dsr->fulfilled)) {
        ctl_ask_finding(ask, dsr->end, "a request (%s) was fulfilled without"
                        " anybody having been verified", dsr->type);
    }

    if (strcmp(dsr->type, "stop_use") == 0
        && (dsr->explained == 0 || dsr->acknowledged < dsr->explained
            || dsr->acknowledged > dsr->fulfilled))
    {
        ctl_ask_finding(ask, dsr->end, "use was suspended before its effects"
                        " were explained and acknowledged");
    }
}


static void
dsr_check_refused(ctl_ask_t *ask, const dsr_t *dsr)
{
    if (dsr->reason[0] == '\0') {
        ctl_ask_finding(ask, dsr->end, "a request (%s) was refused without a"
                        " reason", dsr->type);
    }

    if (!dsr->notified) {
        ctl_ask_finding(ask, dsr->end, "a request (%s) was refused, and nobody"
                        " was notified", dsr->type);
    }
}


static int64_t
dsr_closed(const dsr_t *dsr)
{
    return dsr->fulfilled ? dsr->fulfilled : dsr->refused;
}


/* Nobody can say of what is due behind the end of the log. */

static int
dsr_is_overdue(ctl_ask_t *ask, const dsr_t *dsr)
{
    int64_t  closed = dsr_closed(dsr), end = ask->run->events.end;

    if (closed) {
        return closed > dsr->due;
    }

    if (dsr->due > end && dsr->due < ask->run->now) {
        ctl_ask_missing(ask, "the request at %s:%lld is open where the log"
                        " ends, and was due since", dsr->place.file,
                        (long long) dsr->place.line);
    }

    return dsr->due <= end;
}


static void
dsr_list(ctl_ask_t *ask, const char *id, const dsr_t *dsr, int overdue)
{
    json_t  *row = ctl_ask_row(dsr->place);

    json_object_set_new(row, "id", json_string(id));
    json_object_set_new(row, "site", json_string(dsr->host));
    json_object_set_new(row, "type", json_string(dsr->type));
    json_object_set_new(row, "by", json_string(dsr->by));
    json_object_set_new(row, "received", ctl_ask_when(dsr->received));
    json_object_set_new(row, "due", ctl_ask_when(dsr->due));
    json_object_set_new(row, "closed", ctl_ask_when(dsr_closed(dsr)));
    json_object_set_new(row, "state", json_string(
        dsr->fulfilled ? "fulfilled" : dsr->refused ? "refused" : "open"));
    json_object_set_new(row, "reason", json_string(dsr->reason));
    json_object_set_new(row, "overdue", json_boolean(overdue));

    json_array_append_new(ctl_ask_list(ask, "requests"), row);
}


static void
dsr_judge(ctl_ask_t *ask, const char *id, const dsr_t *dsr)
{
    int  overdue;

    if (dsr->received == 0) {
        ctl_ask_missing(ask, "request %s was received in a file that is not"
                        " here", id);
        return;
    }

    if (dsr_closed(dsr) && dsr_closed(dsr) < ask->run->events.from) {
        return;
    }

    overdue = dsr_is_overdue(ask, dsr);

    if (overdue) {
        ctl_ask_finding(ask, dsr_closed(dsr) ? dsr->end : dsr->place,
                        "a request (%s) %s", dsr->type, dsr_closed(dsr)
                        ? "was answered too late" : "is open and overdue");
    }

    if (dsr->fulfilled) {
        dsr_check_fulfilled(ask, dsr);

    } else if (dsr->refused) {
        dsr_check_refused(ask, dsr);
    }

    if (overdue || !dsr_state(ask)->overdue) {
        dsr_list(ask, id, dsr, overdue);
    }
}


static void
dsr_end(ctl_ask_t *ask)
{
    size_t        at = 0;
    dsr_t        *dsr;
    const char   *id;
    dsr_state_t  *state = dsr_state(ask);

    (void) ctl_ask_list(ask, "requests");

    while ((dsr = ctl_table_next(&state->requests, &at, &id)) != NULL) {
        dsr_judge(ask, id, dsr);
    }

    ctl_ask_set(ask, "recorded", json_integer((json_int_t)
                                              state->requests.n));
    ctl_ask_sort(ask, "requests", "received");
    ctl_table_free(&state->requests);

    if (ask->run->events.sum.lines == 0) {
        ctl_ask_missing(ask, "there is no event at all");
    }
}


static void
dsr_print(const ctl_ask_t *ask)
{
    static const ctl_column_t  columns[] = {
        { "request", "id" }, { "site", "site" }, { "type", "type" },
        { "by", "by" }, { "received", "received" }, { "due", "due" },
        { "state", "state" }, { "closed", "closed" }, { "reason", "reason" },
        { "overdue", "overdue" }, { "evidence", "file" }, { NULL, NULL }
    };

    printf("%lld requests are recorded\n",
           (long long) ctl_number(ask->data, "recorded"));
    ctl_print_table(json_object_get(ask->data, "requests"), columns);
}


const ctl_question_t  ctl_question_dsr = {
    "dsr", "Were requests of individuals verified and answered in time?",
    dsr_options, dsr_event, NULL, dsr_end, dsr_print
};
