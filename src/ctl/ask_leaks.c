/* consentctl leaks: did anything reach a third party without basis? */

#include "ask.h"

#include <stdlib.h>

#define LEAKS_PROBE_DAYS  7            /* a probe may be so old */


typedef struct {
    const char   *days;                /* --probe-days */
    int64_t       handled;             /* exchanges */
    int64_t       probed;              /* the last probe in a shut state */
} leaks_t;


static int
leaks_options(ctl_ask_t *ask)
{
    leaks_t  *leaks = ctl_ask_state(ask, sizeof(*leaks));

    if (ctl_take_value(ask->run->ctl, "--probe-days", &leaks->days)
        && (leaks->days == NULL || atoi(leaks->days) < 1))
    {
        return ctl_complain(ask->run->ctl, "--probe-days needs a number");
    }

    return 0;
}


/* One vendor in one row */


static void
leaks_count(ctl_ask_t *ask, const ctl_event_t *event, const char *vendor,
    const json_t *tag)
{
    char     key[160];
    json_t  *rows = json_object_get(ask->data, "by"), *row;

    if (rows == NULL) {
        rows = json_object();
        ctl_ask_set(ask, "by", rows);
    }

    snprintf(key, sizeof(key), "%s %s", event->policy, vendor);
    row = json_object_get(rows, key);

    if (row == NULL) {
        row = json_pack("{s:s, s:s, s:i, s:i}", "policy", event->policy,
                        "vendor", vendor, "held", 0, "passed", 0);
        json_object_set_new(rows, key, row);
    }

    json_object_set_new(row, "held", json_integer(
        ctl_number(row, "held") + ctl_number(tag, "held")));
    json_object_set_new(row, "passed", json_integer(
        ctl_number(row, "passed") + ctl_number(tag, "passed")));
}


/* Hosts of nobody who is named: what the policy says of them. */

static const char *
leaks_unlisted(ctl_ask_t *ask, const ctl_event_t *event, const json_t *config,
    int64_t passed)
{
    const json_t  *policy = ctl_config_policy(config, event->policy);
    const char    *rule = ctl_text(json_object_get(policy, "unlisted"),
                                   "third_party");

    if (rule[0] == '\0') {
        ctl_ask_missing(ask, "the configuration does not say what becomes of"
                        " unlisted hosts");

    } else if (strcmp(rule, "hold") == 0) {
        ctl_ask_finding(ask, event->place, "%lld to hosts that policy %s does"
                        " not list, which it holds", (long long) passed,
                        event->policy);

    } else if (strcmp(rule, "allow") == 0) {
        ctl_ask_count(ask, "unlisted_allowed", passed);

    } else {
        return rule;
    }

    return NULL;
}


/* What went to a vendor whose purpose was not granted. */

static void
leaks_without(ctl_ask_t *ask, const ctl_event_t *event, const ctl_row_t *row,
    const json_t *known, const char *vendor, int64_t passed)
{
    const char  *why = "";

    if (strcmp(ctl_text(known, "mode"), "advanced") == 0) {
        why = ", ahead of the choice, since it has mode=advanced";
    }

    ctl_ask_finding(ask, event->place, "%lld passed to %s in state %s, where"
                    " purpose %s was not granted%s", (long long) passed,
                    vendor, row->state, ctl_text(known, "purpose"), why);
}


static void
leaks_judge(ctl_ask_t *ask, const ctl_event_t *event, const ctl_row_t *row,
    const char *vendor, int64_t passed)
{
    int            opens;
    const char    *purpose;
    const json_t  *config = ctl_world_config(&ask->run->world, event), *known;

    known = ctl_config_vendor(config, event->policy, vendor);
    purpose = ctl_text(known, "purpose");

    if (config == NULL) {
        ctl_ask_missing(ask, "no config.load stands before %s:%lld",
                        event->place.file, (long long) event->place.line);
        return;
    }

    if (known == NULL && strcmp(vendor, "unlisted") == 0) {
        purpose = leaks_unlisted(ask, event, config, passed);

        if (purpose == NULL) {
            return;
        }

    } else if (known == NULL) {
        ctl_ask_finding(ask, event->place, "%lld passed to %s, which policy %s"
                        " version %lld does not list", (long long) passed,
                        vendor, event->policy, (long long) event->version);
        return;
    }

    opens = ctl_row_opens(row, config, event->policy, purpose);

    if (opens == 0 && known) {
        leaks_without(ask, event, row, known, vendor, passed);

    } else if (opens == 0) {
        ctl_ask_finding(ask, event->place, "%lld passed to %s in state %s,"
                        " where purpose %s was not granted",
                        (long long) passed, vendor, row->state, purpose);

    } else if (opens < 0) {
        ctl_ask_missing(ask, "state %s does not say whether purpose %s was"
                        " granted (no \"granted\", or no list of purposes)",
                        row->state, purpose);
    }
}


static void
leaks_row(void *ctx, const ctl_event_t *event, const ctl_row_t *row)
{
    json_t      *tag;
    leaks_t     *leaks;
    const char  *vendor;
    ctl_ask_t   *ask = ctx;

    leaks = ctl_ask_state(ask, sizeof(*leaks));
    leaks->handled += row->n;

    json_object_foreach((json_t *) (uintptr_t) row->tags, vendor, tag) {
        leaks_count(ask, event, vendor, tag);

        if (ctl_number(tag, "passed") > 0) {
            leaks_judge(ask, event, row, vendor, ctl_number(tag, "passed"));
        }
    }

    if (row->more_passed) {
        ctl_ask_missing(ask, "%s:%lld: %lld passed to vendors for whose names"
                        " there was no room", event->place.file,
                        (long long) event->place.line,
                        (long long) row->more_passed);
    }
}


/* A sum has its own count, made beside the judge. */

static void
leaks_sum(ctl_ask_t *ask, const ctl_event_t *event)
{
    const json_t  *n = json_object_get(event->body, "without_basis");

    if (n == NULL) {
        ctl_ask_missing(ask, "a handling.sum without \"without_basis\"");

    } else if (json_integer_value(n) != 0) {
        ctl_ask_finding(ask, event->place, "the module itself counted %lld"
                        " that passed without basis",
                        (long long) json_integer_value(n));
    }
}


/* A provision has to stand on a decision that grants its purpose. */

static int
leaks_granted(ctl_ask_t *ask, const ctl_event_t *event, const char *purpose)
{
    int                    i;
    char                   lane[CG_LANE_LEN + 1];
    int64_t                seq;
    uint64_t               bit;
    const ctl_decision_t  *last;
    const ctl_person_t    *person = ctl_people_of(&ask->run->people, event);

    if (person == NULL || !ctl_ref(event, lane, &seq)) {
        return 0;
    }

    bit = ctl_people_bit(&ask->run->people, purpose);

    for (i = 0; i < 2; i++) {
        last = &person->last[i];

        if (strcmp(last->lane, lane) == 0 && last->seq == seq) {
            return (last->granted & bit) != 0;
        }
    }

    return 0;
}


static void
leaks_start(ctl_ask_t *ask, const ctl_event_t *event)
{
    size_t         i;
    json_t        *to;
    const char    *vendor, *purpose;
    const json_t  *config = ctl_world_config(&ask->run->world, event);

    if (strcmp(ctl_text(event->body, "basis"), "consent") != 0) {
        ctl_ask_finding(ask, event->place, "a provision whose basis is not"
                        " consent");
    }

    json_array_foreach(json_object_get(event->body, "to"), i, to) {
        vendor = ctl_text(to, "vendor");
        purpose = ctl_text(to, "purpose");

        if (config && !ctl_config_vendor(config, event->policy, vendor)) {
            ctl_ask_finding(ask, event->place, "provision to %s, which policy"
                            " %s does not list", vendor, event->policy);
        }

        if (!leaks_granted(ask, event, purpose)) {
            ctl_ask_finding(ask, event->place, "provision to %s without a"
                            " recorded decision that grants %s", vendor,
                            purpose);
        }
    }
}


/* A frame that was shown once needs no grant, but a notice, and a vendor that
 * the policy names, or nobody. */

static void
leaks_once(ctl_ask_t *ask, const ctl_event_t *event)
{
    const char    *vendor = ctl_text(event->body, "vendor");
    const json_t  *config = ctl_world_config(&ask->run->world, event);

    if (config && ctl_text(event->body, "purpose")[0]
        && !ctl_config_vendor(config, event->policy, vendor))
    {
        ctl_ask_finding(ask, event->place, "shown once: %s, which policy %s"
                        " does not list", vendor, event->policy);
    }

    if (ctl_text(json_object_get(event->body, "notice"), "hash")[0] == '\0') {
        ctl_ask_finding(ask, event->place, "shown once: %s, without a notice",
                        vendor);
    }
}


/* An independent client's word. */

static void
leaks_probe(ctl_ask_t *ask, const ctl_event_t *event)
{
    size_t        i;
    json_t       *host;
    leaks_t      *leaks = ctl_ask_state(ask, sizeof(*leaks));
    const char   *state = ctl_text(event->body, "state");

    if (!ctl_state_is_shut(state)) {
        return;
    }

    leaks->probed = event->t > leaks->probed ? event->t : leaks->probed;

    json_array_foreach(json_object_get(event->body, "hosts"), i, host) {
        ctl_ask_finding(ask, event->place, "a probe in state %s reached %s",
                        state, json_string_value(host));
    }
}


static void
leaks_event(ctl_ask_t *ask, const ctl_event_t *event)
{
    if (!event->within) {
        return;
    }

    if (ctl_is_handling(event)) {
        ctl_rows(event, leaks_row, ask);

        if (strcmp(event->type, "handling.sum") == 0) {
            leaks_sum(ask, event);
        }

    } else if (strcmp(event->type, "provision.start") == 0) {
        leaks_start(ask, event);

    } else if (strcmp(event->type, "show_once") == 0) {
        leaks_once(ask, event);

    } else if (strcmp(event->type, "probe") == 0) {
        leaks_probe(ask, event);

    } else if (strcmp(event->type, "disclosure.legal") == 0) {
        ctl_ask_count(ask, "disclosures_by_law", 1);
    }
}


static void
leaks_ungated(ctl_ask_t *ask)
{
    const ctl_run_t  *run = ask->run;
    const json_t     *config = ctl_world_at(&run->world, run->events.last);
    json_t           *hosts = json_object_get(config, "ungated");

    if (json_array_size(hosts)) {
        ctl_ask_set(ask, "ungated", json_incref(hosts));
    }
}


static void
leaks_end(ctl_ask_t *ask)
{
    char      text[CTL_WHEN_LEN];
    leaks_t  *leaks = ctl_ask_state(ask, sizeof(*leaks));
    int       days = leaks->days ? atoi(leaks->days) : LEAKS_PROBE_DAYS;

    leaks_ungated(ask);
    ctl_ask_set(ask, "exchanges", json_integer(leaks->handled));

    if (leaks->handled == 0) {
        ctl_ask_missing(ask, "no handling in this period");
    }

    if (ask->run->world.lost) {
        ctl_ask_missing(ask, "%llu events for which there was no room while"
                        " the log could not be written",
                        (unsigned long long) ask->run->world.lost);
    }

    if (leaks->probed == 0) {
        ctl_ask_missing(ask, "no probe of a visitor without a grant in this"
                        " period (consentctl record probe)");

    } else if (ask->run->events.last - leaks->probed > days * (int64_t)
                                                       CTL_DAY_MS)
    {
        ctl_when_write(leaks->probed, text);
        ctl_ask_missing(ask, "the last probe is older than %d days (%s)",
                        days, text);
    }
}


static void
leaks_print(const ctl_ask_t *ask)
{
    json_t      *rows = json_array(), *row;
    const char  *key;

    static const ctl_column_t  columns[] = {
        { "policy", "policy" }, { "vendor", "vendor" }, { "held", "held" },
        { "passed", "passed" }, { NULL, NULL }
    };

    json_object_foreach(json_object_get(ask->data, "by"), key, row) {
        json_array_append(rows, row);
    }

    printf("%lld exchanges, %lld disclosures by law\n",
           (long long) ctl_number(ask->data, "exchanges"),
           (long long) ctl_number(ask->data, "disclosures_by_law"));
    ctl_print_table(rows, columns);
    json_decref(rows);
}


const ctl_question_t  ctl_question_leaks = {
    "leaks", "Did anything reach a third party without basis?",
    leaks_options, leaks_event, NULL, leaks_end, leaks_print
};
