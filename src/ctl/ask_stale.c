/*
 * consentctl stale: after a revision, was old consent stretched to what it did
 * not cover?
 *
 * Handling names no person.  So two things are asked: whether a vendor was let
 * through although nobody had granted its purpose since it stands there under
 * these terms; and whether a provision began on a decision that was made under
 * other terms.
 */

#include "ask.h"


typedef struct {
    size_t       dated;                /* configurations read so far */
    ctl_table_t  grants;               /* "POLICY PURPOSE": the last one */
    int          begun;
} stale_t;

typedef struct {
    int64_t  t;
    int64_t  version;
} stale_grant_t;


static stale_t *
stale_state(ctl_ask_t *ask)
{
    stale_t  *stale = ctl_ask_state(ask, sizeof(*stale));

    if (!stale->begun) {
        stale->begun = 1;
        ctl_table_init(&stale->grants, sizeof(stale_grant_t));
    }

    return stale;
}


/* Since when a vendor stands under the terms that it has now */


static int
stale_same_terms(const json_t *a, const json_t *b)
{
    size_t  i;

    static const char *const  keys[] = {
        "role", "country", "purpose", "path"
    };

    for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        if (strcmp(ctl_text(a, keys[i]), ctl_text(b, keys[i])) != 0) {
            return 0;
        }
    }

    return json_object_get(a, "items") == NULL
           || json_equal(json_object_get(a, "items"),
                         json_object_get(b, "items"));
}


/* NULL: it stood under others, or nowhere. */

static const json_t *
stale_since(const ctl_ask_t *ask, const json_t *config, const char *policy,
    const char *vendor)
{
    size_t         i;
    const json_t  *since = NULL, *other, *was;
    const json_t  *now = ctl_config_vendor(config, policy, vendor);
    const json_t  *configs = ask->run->world.configs;

    for (i = json_array_size(configs); now && i; i--) {
        other = json_array_get(configs, i - 1);

        if (ctl_number(other, "ms") > ctl_number(config, "ms")) {
            continue;
        }

        was = ctl_config_vendor(other, policy, vendor);

        if (was == NULL || !stale_same_terms(now, was)) {
            break;
        }

        since = other;
    }

    return since;
}


static int64_t
stale_material(const ctl_ask_t *ask, const json_t *config, const char *policy)
{
    char           key[256];
    const json_t  *stands = ctl_config_policy(config, policy);

    snprintf(key, sizeof(key), "%s %lld %s", policy,
             (long long) ctl_number(stands, "ver"), ctl_text(stands, "text"));

    return ctl_number(json_object_get(ask->run->world.published, key),
                      "material_since");
}


/* What was let through */


static void
stale_passed(ctl_ask_t *ask, const ctl_event_t *event, const char *vendor)
{
    char                  key[160], at[CTL_WHEN_LEN];
    stale_t              *stale = stale_state(ask);
    const char           *purpose;
    const json_t         *config = ctl_world_config(&ask->run->world, event);
    const json_t         *since;
    const stale_grant_t  *grant;

    since = stale_since(ask, config, event->policy, vendor);
    purpose = ctl_text(ctl_config_vendor(config, event->policy, vendor),
                       "purpose");

    if (since == NULL
        || json_is_true(json_object_get(ctl_config_purpose(
                            config, event->policy, purpose), "required")))
    {
        return;
    }

    snprintf(key, sizeof(key), "%s %s", event->policy, purpose);
    grant = ctl_table_find(&stale->grants, key);

    if (grant == NULL) {
        ctl_ask_missing(ask, "%s was let through under %s, but no grant of %s"
                        " stands in these files", vendor, event->policy,
                        purpose);

    } else if (grant->t < ctl_number(since, "ms")
               && json_array_get(ask->run->world.configs, 0) != since)
    {
        ctl_when_write(ctl_number(since, "ms"), at);
        ctl_ask_finding(ask, event->place, "%s was let through, though nobody"
                        " has granted %s since it stands under these terms"
                        " (%s)", vendor, purpose, at);

    } else if (grant->version < stale_material(ask, config, event->policy)) {
        ctl_ask_finding(ask, event->place, "%s was let through on grants of"
                        " version %lld, which the policy does not take any"
                        " more", vendor, (long long) grant->version);
    }
}


static void
stale_row(void *ctx, const ctl_event_t *event, const ctl_row_t *row)
{
    json_t      *tag;
    ctl_ask_t   *ask = ctx;
    const char  *vendor;

    json_object_foreach((json_t *) (uintptr_t) row->tags, vendor, tag) {
        if (ctl_number(tag, "passed") > 0) {
            ctl_ask_count(ask, "passed", ctl_number(tag, "passed"));
            stale_passed(ask, event, vendor);
        }
    }

    ctl_ask_count(ask, "exchanges", row->n);

    if (strcmp(row->state, "stale") == 0) {
        ctl_ask_count(ask, "stale", row->n);
    }
}


/* A provision, and the decision under it */


static void
stale_start_one(ctl_ask_t *ask, const ctl_event_t *event,
    const ctl_decision_t *decision, const char *vendor)
{
    const json_t  *was, *now;

    was = ctl_config_vendor(decision->config, event->policy, vendor);
    now = ctl_config_vendor(ctl_world_config(&ask->run->world, event),
                            event->policy, vendor);

    if (now && (was == NULL || !stale_same_terms(now, was))) {
        ctl_ask_finding(ask, event->place, "provision to %s on a decision that"
                        " was made when it %s (%s:%lld)", vendor,
                        was ? "stood under other terms" : "was not listed",
                        decision->place.file,
                        (long long) decision->place.line);
    }
}


static void
stale_start(ctl_ask_t *ask, const ctl_event_t *event)
{
    int                   k;
    char                  lane[CG_LANE_LEN + 1];
    size_t                i;
    json_t               *to;
    int64_t               seq;
    const ctl_person_t   *person = ctl_people_of(&ask->run->people, event);

    if (person == NULL || !ctl_ref(event, lane, &seq)) {
        return;
    }

    for (k = 0; k < 2; k++) {
        if (strcmp(person->last[k].lane, lane) == 0
            && person->last[k].seq == seq)
        {
            json_array_foreach(json_object_get(event->body, "to"), i, to) {
                stale_start_one(ask, event, &person->last[k],
                                ctl_text(to, "vendor"));
            }

            return;
        }
    }
}


static void
stale_event(ctl_ask_t *ask, const ctl_event_t *event)
{
    if (event->within && ctl_is_handling(event)) {
        ctl_rows(event, stale_row, ask);

    } else if (event->within && strcmp(event->type, "provision.start") == 0) {
        stale_start(ask, event);
    }
}


static void
stale_settled(ctl_ask_t *ask, const ctl_event_t *event,
    const ctl_decision_t *decision)
{
    char            key[160];
    unsigned        bit;
    stale_t        *stale = stale_state(ask);
    stale_grant_t  *grant;

    (void) event;

    for (bit = 0; ctl_decision_counts(decision) && bit < CTL_PURPOSES; bit++) {
        if ((decision->granted >> bit & 1) == 0) {
            continue;
        }

        snprintf(key, sizeof(key), "%s %s", decision->policy,
                 ctl_people_purpose(&ask->run->people, bit));
        grant = ctl_table_take(&stale->grants, key);

        if (grant && decision->t >= grant->t) {
            grant->t = decision->t;
            grant->version = decision->version;
        }
    }
}


static void
stale_end(ctl_ask_t *ask)
{
    stale_t  *stale = stale_state(ask);

    ctl_table_free(&stale->grants);

    if (json_array_size(ask->run->world.configs) == 0) {
        ctl_ask_missing(ask, "no config.load stands in these files");
    }

    if (ctl_number(ask->data, "exchanges") == 0) {
        ctl_ask_missing(ask, "no handling in this period");
    }

    ctl_ask_set(ask, "configurations", json_integer((json_int_t)
                json_array_size(ask->run->world.configs)));
}


static void
stale_print(const ctl_ask_t *ask)
{
    printf("%lld configurations, %lld exchanges (%lld of visitors whose consent"
           " was stale), %lld let through\n",
           (long long) ctl_number(ask->data, "configurations"),
           (long long) ctl_number(ask->data, "exchanges"),
           (long long) ctl_number(ask->data, "stale"),
           (long long) ctl_number(ask->data, "passed"));
}


const ctl_question_t  ctl_question_stale = {
    "stale", "Was old consent stretched to what it did not cover?",
    NULL, stale_event, stale_settled, stale_end, stale_print
};
