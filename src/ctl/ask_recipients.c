/* consentctl recipients: who received what about the person of a receipt, from
 * when to when, in which country?  Without a receipt: of everybody. */

#include "ask.h"

#define RECIPIENTS_START_MS  60000    /* a start follows its decision by then */


/* 1: policy `decision` was made under has somebody for what it opens anew. */

static int
recipients_expected(const ctl_ask_t *ask, const ctl_decision_t *decision)
{
    json_t      *vendor;
    uint64_t     opens = decision->granted & ~decision->before;
    const char  *id;

    json_object_foreach(json_object_get(json_object_get(decision->config,
                                                        "vendors"),
                                        decision->policy), id, vendor)
    {
        if (opens & ctl_people_bit(&ask->run->people,
                                   ctl_text(vendor, "purpose")))
        {
            return 1;
        }
    }

    return 0;
}


static void
recipients_settled(ctl_ask_t *ask, const ctl_event_t *event,
    const ctl_decision_t *decision)
{
    ctl_person_t  *person = decision->person;

    if (ask->run->rid && strcmp(ask->run->rid, decision->rid) == 0) {
        ctl_ask_count(ask, "found", 1);
    }

    if (person && decision->within && !decision->replayed
        && decision->result == CTL_RESULT_RECORDED && !decision->recovered
        && recipients_expected(ask, decision))
    {
        person->awaits = decision->place;
        person->awaits_t = event->t;
    }
}


/* A stop is for whatever the policy ties to the purpose by now: also what came
 * after the grant, and never began.  One of which only a receipt is known says
 * nothing if that is in an older file. */

static void
recipients_stop(ctl_ask_t *ask, const ctl_event_t *event)
{
    size_t               i;
    json_t              *to;
    uint64_t             bit;
    const ctl_person_t  *person = ctl_people_of(&ask->run->people, event);

    if (person == NULL && ctl_text(event->body, "sub")[0] == '\0') {
        return;
    }

    json_array_foreach(json_object_get(event->body, "to"), i, to) {
        bit = ctl_people_bit(&ask->run->people, ctl_text(to, "purpose"));

        if (person == NULL
            || (ctl_person_flow(person, ctl_text(to, "vendor")) == NULL
                && (person->last[0].before & bit) == 0
                && !ctl_people_waits(&ask->run->people, person, bit)))
        {
            ctl_ask_finding(ask, event->place, "provision to %s stops, but"
                            " never began", ctl_text(to, "vendor"));
        }
    }
}


/* Somebody of whom nothing is kept had a frame shown, that once. */

static void
recipients_once(ctl_ask_t *ask, const ctl_event_t *event)
{
    size_t                    i;
    json_t                   *row;
    const char               *rid = ask->run->rid;
    static const char *const  keys[] = {
        "vendor", "name", "role", "country", "purpose", "path", "items"
    };

    if (rid && strcmp(rid, ctl_text(event->body, "rid")) != 0) {
        return;
    }

    ctl_ask_count(ask, "shown_once", 1);

    if (rid == NULL) {
        return;
    }

    ctl_ask_count(ask, "found", 1);
    row = ctl_ask_row(event->place);

    for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        json_object_set(row, keys[i], json_object_get(event->body, keys[i]));
    }

    json_object_set_new(row, "from", ctl_ask_when(event->t));
    json_object_set_new(row, "to", ctl_ask_when(event->t));
    json_array_append_new(ctl_ask_list(ask, "recipients"), row);
}


static void
recipients_event(ctl_ask_t *ask, const ctl_event_t *event)
{
    const ctl_run_t  *run = ask->run;

    if (event->within && strcmp(event->type, "provision.stop") == 0
        && (run->rid == NULL || ctl_people_of(&run->people, event)))
    {
        recipients_stop(ask, event);

    } else if (event->within && strcmp(event->type, "show_once") == 0) {
        recipients_once(ask, event);

    } else if (strcmp(event->type, "disclosure.legal") == 0
               && event->within)
    {
        ctl_ask_count(ask, "disclosures_by_law", 1);
    }
}


static void
recipients_list(ctl_ask_t *ask, const ctl_flow_t *flow)
{
    json_t  *row = ctl_ask_row(flow->place);

    json_object_set_new(row, "vendor", json_string(flow->vendor));
    json_object_set_new(row, "role", json_string(flow->role));
    json_object_set_new(row, "country", json_string(flow->country));
    json_object_set_new(row, "purpose", json_string(flow->purpose));
    json_object_set_new(row, "path", json_string(flow->path));
    json_object_set_new(row, "items", flow->items ? json_incref(flow->items)
                                                  : json_null());
    json_object_set_new(row, "from", ctl_ask_when(flow->start));
    json_object_set_new(row, "to", ctl_ask_when(flow->stop));
    json_object_set_new(row, "ends", ctl_ask_when(flow->exp));

    if (flow->stop) {
        json_object_set_new(row, "stopped", ctl_ask_row(flow->ended));
    }

    json_array_append_new(ctl_ask_list(ask, "recipients"), row);
}


/* Open: is it consented to, now that the log ends? */

static void
recipients_open(ctl_ask_t *ask, const ctl_person_t *person,
    const ctl_flow_t *flow)
{
    const ctl_run_t  *run = ask->run;
    uint64_t          bit = ctl_people_bit(&run->people, flow->purpose);

    if ((flow->exp && flow->exp <= run->events.end)
        || person->erased >= flow->start
        || !ctl_flow_stands(&run->people, flow))
    {
        return;                    /* it ended by itself, or with the record */
    }

    ctl_ask_count(ask, "open", 1);

    if ((person->last[0].granted & bit) == 0
        && run->events.end > flow->bound)
    {
        ctl_ask_finding(ask, flow->place, "provision to %s never stops, though"
                        " %s is not granted any more", flow->vendor,
                        flow->purpose);
    }
}


static void
recipients_person(ctl_ask_t *ask, const ctl_person_t *person)
{
    const ctl_run_t   *run = ask->run;
    const ctl_flow_t  *flow;

    for (flow = person->flows; flow; flow = flow->next) {
        if (run->rid) {
            recipients_list(ask, flow);
        }

        if (flow->stop == 0) {
            recipients_open(ask, person, flow);
        }
    }

    if (person->awaits_t && person->erased < person->awaits_t
        && run->events.end - person->awaits_t > RECIPIENTS_START_MS)
    {
        if (run->people.provides) {
            ctl_ask_finding(ask, person->awaits, "a grant behind which no"
                            " provision.start stands");
        } else {
            ctl_ask_missing(ask, "the log has no provision.* events");
        }
    }
}


static void
recipients_end(ctl_ask_t *ask)
{
    size_t               at = 0;
    const ctl_run_t     *run = ask->run;
    const ctl_person_t  *person;

    while ((person = ctl_table_next(&run->people.persons, &at, NULL))) {
        recipients_person(ask, person);
    }

    ctl_ask_sort(ask, "recipients", "from");

    if (run->rid && ctl_number(ask->data, "found") == 0) {
        ctl_ask_missing(ask, "no decision with this receipt stands in these"
                        " files");
    }
}


static void
recipients_print(const ctl_ask_t *ask)
{
    static const ctl_column_t  columns[] = {
        { "vendor", "vendor" }, { "role", "role" },
        { "country", "country" }, { "purpose", "purpose" },
        { "items", "items" }, { "path", "path" }, { "from", "from" },
        { "to", "to" }, { "evidence", "file" }, { NULL, NULL }
    };

    if (json_object_get(ask->data, "recipients")) {
        ctl_print_table(json_object_get(ask->data, "recipients"), columns);

    } else if (ask->run->rid) {
        printf("nobody received anything\n");
    }

    if (ask->run->rid == NULL && ctl_number(ask->data, "shown_once")) {
        printf("%lld frames were shown once, to persons of whom nothing is"
               " kept\n", (long long) ctl_number(ask->data, "shown_once"));
    }
}


const ctl_question_t  ctl_question_recipients = {
    "recipients", "Who received what, from when to when, in which country?",
    NULL, recipients_event, recipients_settled, recipients_end,
    recipients_print
};
