/*
 * consentctl isolation: are tenants separate?
 *
 * A site is a tenant.  No pseudonym may appear on two of them, nothing may
 * refer to another's decision, and what happens on a site happens under its
 * own policy.
 */

#include "ask.h"


typedef struct {
    int64_t  events;
    int64_t  decisions;
    int64_t  people;
} isolation_site_t;

typedef struct {
    ctl_table_t  sites;
    ctl_table_t  subs;                       /* pseudonym: const char *site */
    ctl_table_t  places;                     /* "LANE SEQ": const char *site */
    int          begun;
} isolation_t;


static isolation_t *
isolation_state(ctl_ask_t *ask)
{
    isolation_t  *state = ctl_ask_state(ask, sizeof(*state));

    if (!state->begun) {
        state->begun = 1;
        ctl_table_init(&state->sites, sizeof(isolation_site_t));
        ctl_table_init(&state->subs, sizeof(const char *));
        ctl_table_init(&state->places, sizeof(const char *));
    }

    return state;
}


/* Remembers whose a key is; says whose it was if that is another one's. */

static const char *
isolation_owner(ctl_ask_t *ask, ctl_table_t *table, const char *key,
    const char *host, int *first)
{
    const char  **site = ctl_table_take(table, key);

    if (site == NULL) {
        ask->run->people.failed = 1;
        return NULL;
    }

    *first = *site == NULL;

    if (*first) {
        *site = ctl_world_name(&ask->run->world, host);
    }

    return strcmp(*site, host) == 0 ? NULL : *site;
}


static void
isolation_sub(ctl_ask_t *ask, const ctl_event_t *event,
    isolation_site_t *site)
{
    int          first;
    const char  *other, *sub = ctl_text(event->body, "sub");

    if (sub[0] == '\0') {
        return;
    }

    other = isolation_owner(ask, &isolation_state(ask)->subs, sub,
                            event->host, &first);
    site->people += first;

    if (other) {
        ctl_ask_finding(ask, event->place, "a pseudonym of %s on %s", other,
                        event->host);
    }
}


/* Outcomes and provisions refer to a decision of their own site. */

static void
isolation_ref(ctl_ask_t *ask, const ctl_event_t *event)
{
    char          key[CTL_SUB], lane[CG_LANE_LEN + 1];
    int           first;
    int64_t       seq;
    const char   *other, **site;
    ctl_table_t  *places = &isolation_state(ask)->places;

    if (strcmp(event->type, "decision") == 0
        && json_object_get(event->body, "sub"))
    {
        snprintf(key, sizeof(key), "%s %lld", event->at_lane,
                 (long long) event->at_seq);
        (void) isolation_owner(ask, places, key, event->host, &first);

    } else if (json_object_get(event->body, "ref")
               && ctl_ref(event, lane, &seq))
    {
        snprintf(key, sizeof(key), "%s %lld", lane, (long long) seq);
        site = ctl_table_find(places, key);
        other = site ? *site : event->host;

        if (strcmp(other, event->host) != 0) {
            ctl_ask_finding(ask, event->place, "a %s of %s refers to a decision"
                            " of %s", event->type, event->host, other);
        }
    }
}


static void
isolation_policy(ctl_ask_t *ask, const ctl_event_t *event)
{
    const char    *own;
    const json_t  *config = ctl_world_config(&ask->run->world, event);

    if (config == NULL) {
        ctl_ask_missing(ask, "no config.load stands before %s:%lld",
                        event->place.file, (long long) event->place.line);
        return;
    }

    own = ctl_text(json_object_get(config, "servers"), event->host);

    if (own[0] && strcmp(own, event->policy) != 0) {
        ctl_ask_finding(ask, event->place, "a %s of %s under policy %s; its own"
                        " is %s", event->type, event->host, event->policy,
                        own);

    } else if (ctl_config_policy(config, event->policy) == NULL) {
        ctl_ask_finding(ask, event->place, "a %s under policy %s version %lld,"
                        " which no configuration has", event->type,
                        event->policy, (long long) event->version);
    }
}


static void
isolation_event(ctl_ask_t *ask, const ctl_event_t *event)
{
    isolation_site_t  *site;

    if (event->host[0] == '\0') {
        return;
    }

    site = ctl_table_take(&isolation_state(ask)->sites, event->host);

    if (site == NULL) {
        ask->run->people.failed = 1;
        return;
    }

    isolation_ref(ask, event);
    isolation_sub(ask, event, site);

    if (event->within) {
        site->events++;
        site->decisions += strcmp(event->type, "decision") == 0;

        if (event->policy[0]) {
            isolation_policy(ask, event);
        }
    }
}


static void
isolation_end(ctl_ask_t *ask)
{
    size_t             at = 0;
    const char        *host;
    isolation_t       *state = isolation_state(ask);
    isolation_site_t  *site;

    while ((site = ctl_table_next(&state->sites, &at, &host)) != NULL) {
        json_array_append_new(ctl_ask_list(ask, "sites"),
            json_pack("{s:s, s:I, s:I, s:I}", "site", host,
                      "events", (json_int_t) site->events,
                      "decisions", (json_int_t) site->decisions,
                      "pseudonyms", (json_int_t) site->people));
    }

    if (state->sites.n == 0) {
        ctl_ask_missing(ask, "no event names a site");
    }

    ctl_ask_sort(ask, "sites", "site");
    ctl_table_free(&state->sites);
    ctl_table_free(&state->subs);
    ctl_table_free(&state->places);
}


static void
isolation_print(const ctl_ask_t *ask)
{
    static const ctl_column_t  columns[] = {
        { "site", "site" }, { "events", "events" },
        { "decisions", "decisions" }, { "pseudonyms", "pseudonyms" },
        { NULL, NULL }
    };

    ctl_print_table(json_object_get(ask->data, "sites"), columns);
}


const ctl_question_t  ctl_question_isolation = {
    "isolation", "Are tenants separate?",
    NULL, isolation_event, NULL, isolation_end, isolation_print
};
