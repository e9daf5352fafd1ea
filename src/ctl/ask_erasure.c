/* consentctl erasure: was the person of a receipt erased, by what means, is
 * anything left?  Without a receipt: every erasure. */

#include "ask.h"


/* One `erase` of the log. */

typedef struct {
    ctl_place_t  place;
    int64_t      t;
    const char  *host;
    const char  *means;
    const char  *scope;
    char         sub[CTL_SUB + 1];
    char         rid[CTL_RID + 1];
    ctl_place_t  final;
    int64_t      rewritten;                  /* by Redis; 0: not final */
    int64_t      backups;                    /* expire at; 0: not said */
} erasure_t;

typedef struct {
    ctl_table_t  erasures;                   /* by "LANE SEQ" */
    ctl_table_t  erased;                     /* pseudonym: when */
    int64_t      finals;                     /* newest aof_rewritten_at */
    int          begun;
} erasure_state_t;


static erasure_state_t *
erasure_state(ctl_ask_t *ask)
{
    erasure_state_t  *state = ctl_ask_state(ask, sizeof(*state));

    if (!state->begun) {
        state->begun = 1;
        ctl_table_init(&state->erasures, sizeof(erasure_t));
        ctl_table_init(&state->erased, sizeof(int64_t));
    }

    return state;
}


static void
erasure_erase(ctl_ask_t *ask, const ctl_event_t *event)
{
    char              key[CTL_SUB];
    int64_t          *at;
    const char       *sub = ctl_text(event->body, "sub");
    erasure_t        *erasure;
    erasure_state_t  *state = erasure_state(ask);

    snprintf(key, sizeof(key), "%s %lld", event->at_lane,
             (long long) event->at_seq);
    erasure = ctl_table_take(&state->erasures, key);
    at = sub[0] ? ctl_table_take(&state->erased, sub) : NULL;

    if (erasure == NULL || (sub[0] && at == NULL)) {
        ask->run->people.failed = 1;
        return;
    }

    if (at) {
        *at = event->t;
    }

    erasure->place = event->place;
    erasure->t = event->t;
    erasure->host = ctl_world_name(&ask->run->world, event->host);
    erasure->means = ctl_world_name(&ask->run->world,
                                    ctl_text(event->body, "means"));
    erasure->scope = ctl_world_name(&ask->run->world,
                                    ctl_text(event->body, "scope"));
    snprintf(erasure->sub, sizeof(erasure->sub), "%s", sub);
    snprintf(erasure->rid, sizeof(erasure->rid), "%s",
             ctl_text(event->body, "rid"));
}


/* Redis has written its files anew. */


static void
erasure_finish(ctl_ask_t *ask, const ctl_event_t *event, erasure_t *erasure)
{
    int64_t  rewritten = 0;

    (void) ctl_time(event->body, "aof_rewritten_at", &rewritten);

    if (rewritten < erasure->t) {
        ctl_ask_finding(ask, event->place, "an erase.final whose files were"
                        " rewritten before the erasure at %s:%lld",
                        erasure->place.file, (long long) erasure->place.line);
        return;
    }

    erasure->final = event->place;
    erasure->rewritten = rewritten;
    (void) ctl_time(event->body, "backups_expire_at", &erasure->backups);
}


static void
erasure_final(ctl_ask_t *ask, const ctl_event_t *event)
{
    char              lane[CG_LANE_LEN + 1], key[CTL_SUB];
    size_t            at = 0;
    int64_t           seq, until = INT64_MAX, rewritten = 0;
    erasure_t        *erasure;
    erasure_state_t  *state = erasure_state(ask);

    (void) ctl_time(event->body, "aof_rewritten_at", &rewritten);
    state->finals = rewritten > state->finals ? rewritten : state->finals;

    if (json_object_get(event->body, "ref") && ctl_ref(event, lane, &seq)) {
        snprintf(key, sizeof(key), "%s %lld", lane, (long long) seq);
        erasure = ctl_table_find(&state->erasures, key);

        if (erasure) {
            erasure_finish(ask, event, erasure);
        }

        return;
    }

    (void) ctl_time(event->body, "until", &until);
    until = until < rewritten ? until : rewritten;

    while ((erasure = ctl_table_next(&state->erasures, &at, NULL)) != NULL) {
        if (erasure->t <= until && erasure->rewritten == 0) {
            erasure_finish(ask, event, erasure);
        }
    }
}


/* What names a person behind the erasure: what was under way then does, and
 * what belongs to it. */

static void
erasure_residue(ctl_ask_t *ask, const ctl_event_t *event)
{
    const int64_t  *at;
    const char     *sub = ctl_text(event->body, "sub");

    if (sub[0] == '\0' || strcmp(event->type, "provision.stop") == 0
        || strncmp(event->type, "dsr.", 4) == 0
        || strcmp(event->type, "erase") == 0)
    {
        return;
    }

    at = ctl_table_find(&erasure_state(ask)->erased, sub);

    if (at && event->t > *at && event->within) {
        ctl_ask_finding(ask, event->place, "a %s of a person who was erased"
                        " before: the salt was still there", event->type);
    }
}


static void
erasure_event(ctl_ask_t *ask, const ctl_event_t *event)
{
    if (strcmp(event->type, "erase") == 0) {
        erasure_erase(ask, event);

    } else if (strcmp(event->type, "erase.final") == 0) {
        erasure_final(ask, event);

    } else if (strcmp(event->type, "segment.purge") == 0) {
        ctl_ask_count(ask, "purged_segments", 1);

    } else {
        erasure_residue(ask, event);
    }
}


static void
erasure_settled(ctl_ask_t *ask, const ctl_event_t *event,
    const ctl_decision_t *decision)
{
    (void) event;

    if (ask->run->rid && strcmp(ask->run->rid, decision->rid) == 0) {
        ctl_ask_count(ask, "found", 1);

        if (decision->person == NULL) {
            ctl_ask_count(ask, "nothing_kept", 1);
        }
    }
}


/* The answer */


static void
erasure_list(ctl_ask_t *ask, const erasure_t *erasure)
{
    json_t  *row = ctl_ask_row(erasure->place);

    json_object_set_new(row, "t", ctl_ask_when(erasure->t));
    json_object_set_new(row, "site", json_string(erasure->host));
    json_object_set_new(row, "scope", json_string(erasure->scope));
    json_object_set_new(row, "means", json_string(erasure->means));
    json_object_set_new(row, "rewritten", ctl_ask_when(erasure->rewritten));
    json_object_set_new(row, "backups_until",
                        ctl_ask_when(erasure->backups));

    if (erasure->rewritten) {
        json_object_set_new(row, "final", ctl_ask_row(erasure->final));
    }

    json_array_append_new(ctl_ask_list(ask, "erasures"), row);
}


static void
erasure_judge(ctl_ask_t *ask, const erasure_t *erasure)
{
    char  text[CTL_WHEN_LEN];

    ctl_ask_count(ask, "erased", 1);
    erasure_list(ask, erasure);

    if (erasure->rewritten == 0) {
        ctl_ask_finding(ask, erasure->place, "erased, but nothing says that"
                        " Redis has rewritten its files since (consentctl"
                        " erase --final)");

    } else if (erasure->backups > ask->run->now) {
        ctl_when_write(erasure->backups, text);
        ctl_ask_finding(ask, erasure->final, "a backup keeps what was erased"
                        " until %s", text);
    }
}


/* Not erased: did the record end by itself? */

static void
erasure_expired(ctl_ask_t *ask, const ctl_decision_t *last)
{
    char              text[CTL_WHEN_LEN];
    erasure_state_t  *state = erasure_state(ask);

    ctl_when_write(last->expires, text);

    if (last->expires == 0 || last->expires > ask->run->events.end) {
        ctl_ask_finding(ask, last->place, "not erased: the record stands until"
                        " %s", text);
        return;
    }

    ctl_ask_set(ask, "expired", json_string(text));

    if (state->finals < last->expires) {
        ctl_ask_missing(ask, "the record ended by itself on %s, but nothing"
                        " says that Redis has rewritten its files since",
                        text);
    }
}


/* It names the pseudonym, or where an operator did it the receipt of the last
 * decision. */

static int
erasure_is_of(const ctl_run_t *run, const erasure_t *erasure)
{
    const char          *sub = run->events.sub;
    const ctl_person_t  *person;

    if (strcmp(erasure->rid, run->rid) == 0) {
        return 1;
    }

    person = sub[0] ? ctl_table_find(&run->people.persons, sub) : NULL;

    return sub[0] && (strcmp(erasure->sub, sub) == 0
                      || (person && strcmp(erasure->rid, person->last[0].rid)
                                    == 0));
}


static void
erasure_receipt(ctl_ask_t *ask)
{
    const ctl_run_t     *run = ask->run;
    const ctl_person_t  *person;

    if (ctl_number(ask->data, "found") == 0) {
        ctl_ask_missing(ask, ctl_number(ask->data, "purged_segments")
                        ? "no decision with this receipt stands in these files;"
                          " older ones were purged"
                        : "no decision with this receipt stands in these"
                          " files");
        return;
    }

    person = run->events.sub[0]
             ? ctl_table_find(&run->people.persons, run->events.sub) : NULL;

    if (person && ctl_number(ask->data, "erased") == 0) {
        erasure_expired(ask, &person->last[0]);
    }
}


static void
erasure_end(ctl_ask_t *ask)
{
    size_t            at = 0;
    erasure_t        *erasure;
    const ctl_run_t  *run = ask->run;
    erasure_state_t  *state = erasure_state(ask);

    ctl_ask_count(ask, "erased", 0);
    (void) ctl_ask_list(ask, "erasures");

    while ((erasure = ctl_table_next(&state->erasures, &at, NULL)) != NULL) {
        if (run->rid ? erasure_is_of(run, erasure)
                     : erasure->t >= run->events.from
                       && erasure->t < run->events.to)
        {
            erasure_judge(ask, erasure);
        }
    }

    if (run->rid) {
        erasure_receipt(ask);
    }

    ctl_ask_sort(ask, "erasures", "t");
    ctl_table_free(&state->erasures);
    ctl_table_free(&state->erased);
}


static void
erasure_print(const ctl_ask_t *ask)
{
    static const ctl_column_t  columns[] = {
        { "erased", "t" }, { "site", "site" }, { "scope", "scope" },
        { "means", "means" }, { "files rewritten", "rewritten" },
        { "backups until", "backups_until" }, { "evidence", "file" },
        { NULL, NULL }
    };

    if (ctl_number(ask->data, "nothing_kept")) {
        printf("a refusal: nothing was ever kept of this person\n");
    }

    if (json_object_get(ask->data, "expired")) {
        printf("the record ended by itself: %s\n",
               ctl_text(ask->data, "expired"));
    }

    printf("%lld erasures; what the log still holds of them leads to nobody"
           " without the salt\n", (long long) ctl_number(ask->data, "erased"));
    ctl_print_table(json_object_get(ask->data, "erasures"), columns);
}


const ctl_question_t  ctl_question_erasure = {
    "erasure", "Was the person erased, by what means, is anything left?",
    NULL, erasure_event, erasure_settled, erasure_end, erasure_print
};
