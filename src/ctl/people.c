#include "people.h"
#include "evidence/cg_event.h"

#include <stdlib.h>

#define PEOPLE_KEY  40                       /* "LANE SEQ" */


int
ctl_people_begin(ctl_people_t *people, ctl_world_t *world)
{
    memset(people, 0, sizeof(*people));
    people->world = world;
    people->purposes = json_array();
    ctl_table_init(&people->persons, sizeof(ctl_person_t));
    ctl_table_init(&people->waiting, sizeof(ctl_decision_t));
    ctl_table_init(&people->grants, sizeof(ctl_person_t *));

    return people->purposes != NULL;
}


static void
people_drop_flow(ctl_flow_t **at)
{
    ctl_flow_t  *flow = *at;

    *at = flow->next;
    json_decref(flow->items);
    free(flow);
}


void
ctl_people_end(ctl_people_t *people)
{
    size_t         at = 0;
    ctl_person_t  *person;

    while ((person = ctl_table_next(&people->persons, &at, NULL)) != NULL) {
        while (person->flows) {
            people_drop_flow(&person->flows);
        }
    }

    json_decref(people->purposes);
    ctl_table_free(&people->persons);
    ctl_table_free(&people->waiting);
    ctl_table_free(&people->grants);
}


const char *
ctl_people_purpose(const ctl_people_t *people, unsigned bit)
{
    return json_string_value(json_array_get(people->purposes, bit));
}


uint64_t
ctl_people_bit(const ctl_people_t *people, const char *purpose)
{
    size_t   i;
    json_t  *name;

    json_array_foreach(people->purposes, i, name) {
        if (strcmp(json_string_value(name), purpose) == 0) {
            return UINT64_C(1) << i;
        }
    }

    return 0;
}


static uint64_t
people_number(ctl_people_t *people, const char *purpose)
{
    size_t    n = json_array_size(people->purposes);
    uint64_t  bit = ctl_people_bit(people, purpose);

    if (bit) {
        return bit;
    }

    if (n == CTL_PURPOSES) {
        people->crowded = 1;
        return 0;
    }

    if (json_array_append_new(people->purposes, json_string(purpose)) != 0) {
        people->failed = 1;
        return 0;
    }

    return UINT64_C(1) << n;
}


int
ctl_decision_counts(const ctl_decision_t *decision)
{
    return decision->result == CTL_RESULT_RECORDED
           || decision->result == CTL_RESULT_PENDING
           || decision->result == CTL_RESULT_KEPT;
}


ctl_person_t *
ctl_people_of(const ctl_people_t *people, const ctl_event_t *event)
{
    const char     *sub = ctl_text(event->body, "sub");
    ctl_person_t  **was;

    if (sub[0]) {
        return ctl_table_find(&people->persons, sub);
    }

    was = ctl_table_find(&people->grants, ctl_text(event->body, "was"));

    return was ? *was : NULL;
}


int
ctl_flow_stands(const ctl_people_t *people, const ctl_flow_t *flow)
{
    const json_t  *config = ctl_world_at(people->world, INT64_MAX);

    return config == NULL
           || ctl_config_vendor(config, flow->policy, flow->vendor) != NULL;
}


/* What a decision says */


static void
people_purposes(ctl_people_t *people, ctl_decision_t *decision,
    const json_t *body)
{
    uint64_t     bit;
    json_t      *value;
    const char  *name;

    json_object_foreach(json_object_get(body, "p"), name, value) {
        bit = people_number(people, name);
        decision->named |= bit;
        decision->granted |= json_integer_value(value) == 1 ? bit : 0;
    }
}


static void
people_read(ctl_people_t *people, const ctl_event_t *event,
    ctl_decision_t *decision)
{
    const json_t  *body = event->body;
    const json_t  *notice = json_object_get(body, "notice");

    memset(decision, 0, sizeof(*decision));
    decision->place = event->place;
    memcpy(decision->lane, event->at_lane, sizeof(decision->lane));
    decision->seq = event->at_seq;
    decision->t = event->t;
    decision->within = event->within;
    decision->version = event->version;
    decision->config = ctl_world_config(people->world, event);
    decision->gpc = json_is_true(json_object_get(body, "gpc"));

    snprintf(decision->rid, sizeof(decision->rid), "%s",
             ctl_text(body, "rid"));
    decision->host = ctl_world_name(people->world, event->host);
    decision->policy = ctl_world_name(people->world, event->policy);
    decision->act = ctl_world_name(people->world, ctl_text(body, "act"));
    decision->means = ctl_world_name(people->world, ctl_text(body, "m"));
    decision->notice = ctl_world_name(people->world, ctl_text(notice, "hash"));
    decision->lang = ctl_world_name(people->world, ctl_text(notice, "lang"));
    decision->control = ctl_world_name(people->world,
                                       ctl_text(notice, "control"));
    people_purposes(people, decision, body);

    (void) ctl_time(notice, "shown_at", &decision->shown);
    (void) ctl_time(body, "exp", &decision->expires);
}


static ctl_person_t *
people_take(ctl_people_t *people, const ctl_event_t *event)
{
    const char    *sub = ctl_text(event->body, "sub");
    ctl_person_t  *person;

    if (sub[0] == '\0' || strlen(sub) > CTL_SUB
        || (people->only && strcmp(sub, people->only) != 0))
    {
        return NULL;
    }

    person = ctl_table_take(&people->persons, sub);

    if (person == NULL) {
        people->failed = 1;

    } else if (person->host == NULL) {
        person->host = ctl_world_name(people->world, event->host);
    }

    return person;
}


static void
people_decision(ctl_people_t *people, const ctl_event_t *event,
    ctl_settled_fn fn, void *ctx)
{
    char             key[PEOPLE_KEY];
    ctl_decision_t  *waits, decision;

    people_read(people, event, &decision);
    decision.person = people_take(people, event);

    if (json_object_get(event->body, "sub") == NULL) {
        decision.result = CTL_RESULT_KEPT;
        decision.settled = event->t;
        fn(ctx, event, &decision);
        return;
    }

    if (decision.person == NULL) {
        return;
    }

    snprintf(key, sizeof(key), "%s %lld", decision.lane,
             (long long) decision.seq);
    waits = ctl_table_take(&people->waiting, key);

    if (waits) {
        *waits = decision;

    } else {
        people->failed = 1;
    }
}


/* What became of it */


static ctl_result_t
people_result(const char *result)
{
    static const struct {
        const char    *name;
        ctl_result_t   result;
    } results[] = {
        { "recorded", CTL_RESULT_RECORDED },
        { "pending",  CTL_RESULT_PENDING },
        { "failed",   CTL_RESULT_FAILED },
    };

    size_t  i;

    for (i = 0; i < sizeof(results) / sizeof(results[0]); i++) {
        if (strcmp(results[i].name, result) == 0) {
            return results[i].result;
        }
    }

    return CTL_RESULT_UNKNOWN;
}


static int64_t
people_lease(const ctl_decision_t *decision)
{
    const json_t  *lease = json_object_get(decision->config, "lease");

    return lease ? json_integer_value(lease) : CTL_LEASE_MS;
}


/* What a decision closes has to stop within the cache bound; one that waits
 * for Redis is not known to other hosts before it is replayed, and one that
 * also opens counts from when it is recorded. */

static int64_t
people_bound(const ctl_decision_t *decision)
{
    if (decision->result == CTL_RESULT_PENDING) {
        return INT64_MAX;
    }

    return people_lease(decision) + (strcmp(decision->act, "change") == 0
                                     ? decision->settled : decision->t);
}


static void
people_settle_flows(ctl_people_t *people, ctl_decision_t *decision)
{
    ctl_flow_t  *flow;

    for (flow = decision->person->flows; flow; flow = flow->next) {
        if (flow->stop == 0 && flow->closing == 0
            && (decision->granted & ctl_people_bit(people, flow->purpose))
               == 0)
        {
            flow->closing = decision->t;
            flow->bound = people_bound(decision);
            flow->waited = decision->result == CTL_RESULT_PENDING;
        }
    }
}


/* A process that was killed while it closed may have written no provision.stop:
 * then the replay is what ends. */

static void
people_replay_flows(const ctl_people_t *people, const ctl_event_t *event,
    ctl_decision_t *decision)
{
    ctl_flow_t  **at = &decision->person->flows, *flow;

    while (*at) {
        flow = *at;

        if (flow->stop == 0 && flow->closing == decision->t) {
            flow->bound = decision->replayed + people_lease(decision);

            if (decision->recovered) {
                flow->stop = event->t;
                flow->ended = event->place;
            }
        }

        if (flow->stop && people->only == NULL) {
            people_drop_flow(at);

        } else {
            at = &flow->next;
        }
    }
}


/* Whose a grant is, by its receipt. */

static void
people_index(ctl_people_t *people, ctl_decision_t *decision)
{
    ctl_person_t  **known, *person = decision->person;

    if (decision->granted == 0) {
        return;
    }

    ctl_table_drop(&people->grants, person->grant);
    memcpy(person->grant, decision->rid, sizeof(person->grant));
    known = ctl_table_take(&people->grants, person->grant);

    if (known) {
        *known = person;

    } else {
        people->failed = 1;
    }
}


/* The person as of now. */

static void
people_settle(ctl_people_t *people, ctl_decision_t *decision)
{
    ctl_person_t  *person = decision->person;

    decision->before = person->last[0].granted;

    /* another worker may have been faster with a later one */

    if (decision->rev && decision->rev < person->last[0].rev) {
        person->last[1] = *decision;
        person->last[1].person = NULL;
        return;
    }

    if (ctl_decision_counts(decision)) {
        people_index(people, decision);
        people_settle_flows(people, decision);
        person->last[1] = person->last[0];
        person->last[0] = *decision;
        person->last[0].person = NULL;
    }
}


int
ctl_people_waits(const ctl_people_t *people, const ctl_person_t *person,
    uint64_t bit)
{
    size_t                 at = 0;
    const ctl_decision_t  *decision;

    while ((decision = ctl_table_next(&people->waiting, &at, NULL)) != NULL) {
        if (decision->person == person && decision->granted & bit) {
            return 1;
        }
    }

    return 0;
}


static ctl_decision_t *
people_waiting(ctl_people_t *people, const ctl_event_t *event,
    char key[PEOPLE_KEY])
{
    char     lane[CG_LANE_LEN + 1];
    int64_t  seq;

    if (!ctl_ref(event, lane, &seq)) {
        return NULL;
    }

    snprintf(key, PEOPLE_KEY, "%s %lld", lane, (long long) seq);

    return ctl_table_find(&people->waiting, key);
}


static void
people_outcome(ctl_people_t *people, const ctl_event_t *event,
    ctl_settled_fn fn, void *ctx)
{
    char             key[PEOPLE_KEY];
    ctl_decision_t  *decision = people_waiting(people, event, key);

    if (decision == NULL || decision->result != CTL_RESULT_NONE) {
        return;
    }

    decision->result = people_result(ctl_text(event->body, "result"));
    decision->settled = event->t;
    decision->rev = ctl_number(event->body, "rev");
    decision->recovered = !ctl_world_same_process(people->world, event->lane,
                                                  decision->lane);
    people_settle(people, decision);
    fn(ctx, event, decision);

    if (decision->result != CTL_RESULT_PENDING) {
        ctl_table_drop(&people->waiting, key);
    }
}


static void
people_replay(ctl_people_t *people, const ctl_event_t *event,
    ctl_settled_fn fn, void *ctx)
{
    char             key[PEOPLE_KEY];
    ctl_decision_t  *decision = people_waiting(people, event, key);

    if (decision && decision->result == CTL_RESULT_PENDING) {
        decision->replayed = event->t;
        people_replay_flows(people, event, decision);
        fn(ctx, event, decision);
        ctl_table_drop(&people->waiting, key);
    }
}


/* What vendors were given */


ctl_flow_t *
ctl_person_flow(const ctl_person_t *person, const char *vendor)
{
    ctl_flow_t  *flow;

    for (flow = person->flows; flow; flow = flow->next) {
        if (flow->stop == 0 && strcmp(flow->vendor, vendor) == 0) {
            return flow;
        }
    }

    return NULL;
}


static void
people_start_one(ctl_people_t *people, ctl_person_t *person,
    const ctl_event_t *event, const json_t *to)
{
    ctl_flow_t   *flow = calloc(1, sizeof(*flow));
    ctl_world_t  *world = people->world;

    if (flow == NULL) {
        people->failed = 1;
        return;
    }

    flow->place = event->place;
    flow->start = event->t;
    flow->vendor = ctl_world_name(world, ctl_text(to, "vendor"));
    flow->role = ctl_world_name(world, ctl_text(to, "role"));
    flow->country = ctl_world_name(world, ctl_text(to, "country"));
    flow->path = ctl_world_name(world, ctl_text(to, "path"));
    flow->purpose = ctl_world_name(world, ctl_text(to, "purpose"));
    flow->policy = ctl_world_name(world, event->policy);
    flow->items = json_incref(json_object_get(to, "items"));

    if (ctl_time(event->body, "exp", &flow->exp)) {
        flow->exp += ctl_when_is_day(ctl_text(event->body, "exp"))
                     ? CTL_DAY_MS : 0;
    }

    flow->next = person->flows;
    person->flows = flow;

    /* told behind what has closed it already */

    if ((person->last[0].granted & ctl_people_bit(people, flow->purpose)) == 0)
    {
        flow->stop = event->t;
        flow->ended = event->place;
    }
}


/* A second start without a stop between, of a grant that was given again, is
 * the same flow, prolonged. */

static void
people_start(ctl_people_t *people, ctl_person_t *person,
    const ctl_event_t *event)
{
    size_t       i;
    json_t      *to;
    ctl_flow_t  *flow;

    json_array_foreach(json_object_get(event->body, "to"), i, to) {
        flow = ctl_person_flow(person, ctl_text(to, "vendor"));

        if (flow == NULL) {
            people_start_one(people, person, event, to);

        } else {
            flow->closing = 0;
            (void) ctl_time(event->body, "exp", &flow->exp);
        }
    }

    person->awaits_t = 0;
}


static void
people_stop(ctl_people_t *people, ctl_person_t *person,
    const ctl_event_t *event)
{
    size_t        i;
    json_t       *to;
    ctl_flow_t  **at;

    json_array_foreach(json_object_get(event->body, "to"), i, to) {
        for (at = &person->flows; *at; at = &(*at)->next) {
            if ((*at)->stop == 0
                && strcmp((*at)->vendor, ctl_text(to, "vendor")) == 0)
            {
                (*at)->stop = event->t;
                (*at)->ended = event->place;

                if (people->only == NULL) {
                    people_drop_flow(at);
                }

                break;
            }
        }
    }
}


static void
people_provision(ctl_people_t *people, const ctl_event_t *event)
{
    ctl_person_t  *person = people_take(people, event);

    people->provides = 1;
    person = person ? person : ctl_people_of(people, event);

    if (person && strcmp(event->type, "provision.start") == 0) {
        people_start(people, person, event);

    } else if (person) {
        people_stop(people, person, event);
    }
}


/* An operator erases by receipt: that of the last grant. */

static ctl_person_t *
people_erased(const ctl_people_t *people, const ctl_event_t *event)
{
    ctl_person_t  **grant, *person = ctl_people_of(people, event);

    grant = ctl_table_find(&people->grants, ctl_text(event->body, "rid"));

    return person == NULL && grant ? *grant : person;
}


void
ctl_people_event(ctl_people_t *people, const ctl_event_t *event,
    ctl_settled_fn fn, void *ctx)
{
    ctl_person_t  *person;

    if (strcmp(event->type, CG_EVENT_DECISION) == 0) {
        people_decision(people, event, fn, ctx);

    } else if (strcmp(event->type, CG_EVENT_OUTCOME) == 0) {
        people_outcome(people, event, fn, ctx);

    } else if (strcmp(event->type, CG_EVENT_REPLAY) == 0) {
        people_replay(people, event, fn, ctx);

    } else if (strncmp(event->type, "provision.", 10) == 0) {
        people_provision(people, event);

    } else if (strcmp(event->type, "erase") == 0) {
        person = people_erased(people, event);

        if (person) {
            person->erased = event->t;
        }
    }
}
