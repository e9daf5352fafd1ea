/*
 * consentctl stats: are the consent rates plausible and free of nudging; are
 * unknown trackers found and closed?
 *
 * Statistics tell of nobody: a number below k (--k, 10) is not given, nor one
 * that would let it be computed.
 */

#include "ask.h"

#include <stdlib.h>

#define STATS_K         10
#define STATS_DAYS      30             /* something unknown is seen, at most */
#define STATS_MANY      10             /* times k: enough for a judgement */
#define STATS_FAST_MS   1000           /* nobody reads as fast */
#define STATS_FAST_PART 10             /* of a hundred grants, at most */


typedef struct {
    int64_t   choices;                       /* grants and refusals */
    int64_t   grants;
    int64_t   refusals;
    int64_t   rejected;                      /* of them, in one step */
    int64_t   fast;                          /* of the grants */
    int64_t   changes;
    int64_t   withdrawals;
    int64_t   gpc;
    uint64_t  named;
    int64_t   granted[CTL_PURPOSES];
    int64_t   asked[CTL_PURPOSES];
    const char  *host;
    const char  *policy;
    ctl_place_t  place;                      /* of the last choice */
} stats_site_t;

typedef struct {
    int64_t      first;
    int64_t      last;
    int64_t      n;
    const char  *kind;
    const char  *action;
    const char  *owner;
    ctl_place_t  place;
} stats_seen_t;

typedef struct {
    const char   *k_text;
    const char   *days_text;
    int64_t       k;
    int64_t       days;
    ctl_table_t   sites;                     /* "HOST POLICY" */
    ctl_table_t   seen;                      /* "KIND NAME" */
    int           begun;
} stats_t;


static stats_t *
stats_state(ctl_ask_t *ask)
{
    stats_t  *stats = ctl_ask_state(ask, sizeof(*stats));

    if (!stats->begun) {
        stats->begun = 1;
        stats->k = STATS_K;
        stats->days = STATS_DAYS;
        ctl_table_init(&stats->sites, sizeof(stats_site_t));
        ctl_table_init(&stats->seen, sizeof(stats_seen_t));
    }

    return stats;
}


static int
stats_number(ctl_ask_t *ask, const char *name, int64_t *n)
{
    const char  *text;

    if (!ctl_take_value(ask->run->ctl, name, &text)) {
        return 0;
    }

    *n = text ? strtoll(text, NULL, 10) : 0;

    return *n > 0 ? 0 : ctl_complain(ask->run->ctl, "%s needs a number", name);
}


static int
stats_options(ctl_ask_t *ask)
{
    stats_t  *stats = stats_state(ask);

    return stats_number(ask, "--k", &stats->k)
           || stats_number(ask, "--unknown-days", &stats->days)
           ? CTL_CANNOT_TELL : 0;
}


/* Choices */


static void
stats_choice(const ctl_decision_t *decision, stats_site_t *site)
{
    unsigned  bit;

    site->choices++;
    site->grants += decision->granted != 0;
    site->refusals += decision->granted == 0;
    site->rejected += decision->granted == 0
                      && strcmp(decision->means, "reject_all") == 0;
    site->fast += decision->granted && decision->shown
                  && decision->t - decision->shown < STATS_FAST_MS;
    site->gpc += decision->gpc;
    site->named |= decision->named;
    site->place = decision->place;

    for (bit = 0; bit < CTL_PURPOSES; bit++) {
        site->asked[bit] += (int64_t) (decision->named >> bit & 1);
        site->granted[bit] += (int64_t) (decision->granted >> bit & 1);
    }
}


static void
stats_settled(ctl_ask_t *ask, const ctl_event_t *event,
    const ctl_decision_t *decision)
{
    char           key[192];
    stats_site_t  *site;

    (void) event;

    if (!decision->within || decision->replayed
        || !ctl_decision_counts(decision))
    {
        return;
    }

    snprintf(key, sizeof(key), "%s %s", decision->host, decision->policy);
    site = ctl_table_take(&stats_state(ask)->sites, key);

    if (site == NULL) {
        ask->run->people.failed = 1;
        return;
    }

    site->host = decision->host;
    site->policy = decision->policy;

    if (strcmp(decision->act, "change") == 0) {
        site->changes++;

    } else if (strcmp(decision->act, "withdraw") == 0
               || strcmp(decision->act, "erase") == 0)
    {
        site->withdrawals++;

    } else {
        stats_choice(decision, site);
    }
}


/* What nobody has named */


static void
stats_event(ctl_ask_t *ask, const ctl_event_t *event)
{
    char           key[384];
    ctl_world_t   *world = &ask->run->world;
    const char    *kind = ctl_text(event->body, "kind");
    stats_seen_t  *seen;

    if (strcmp(event->type, "unknown.seen") != 0
        || event->t >= ask->run->events.to || strcmp(kind, "more") == 0)
    {
        return;
    }

    snprintf(key, sizeof(key), "%s %s", kind, ctl_text(event->body, "name"));
    seen = ctl_table_take(&stats_state(ask)->seen, key);

    if (seen == NULL) {
        ask->run->people.failed = 1;
        return;
    }

    seen->first = seen->first ? seen->first : event->t;
    seen->last = event->t;
    seen->n += ctl_number(event->body, "n");
    seen->kind = ctl_world_name(world, kind);
    seen->action = ctl_world_name(world, ctl_text(event->body, "action"));
    seen->owner = ctl_world_name(world, ctl_text(event->body, "owner"));
    seen->place = event->place;
}


static void
stats_unknown(ctl_ask_t *ask, const char *name, const stats_seen_t *seen)
{
    json_t   *row = ctl_ask_row(seen->place);
    stats_t  *stats = stats_state(ask);
    int64_t   end = ask->run->events.last, days = stats->days * CTL_DAY_MS;

    json_object_set_new(row, "kind", json_string(seen->kind));
    json_object_set_new(row, "name", json_string(name));
    json_object_set_new(row, "owner", json_string(seen->owner));
    json_object_set_new(row, "n", json_integer(seen->n));
    json_object_set_new(row, "action", json_string(seen->action));
    json_object_set_new(row, "first", ctl_ask_when(seen->first));
    json_object_set_new(row, "last", ctl_ask_when(seen->last));
    json_array_append_new(ctl_ask_list(ask, "unknown"), row);

    if (seen->last - seen->first > days && seen->last >= end - days) {
        ctl_ask_finding(ask, seen->place, "the %s %s was seen for more than"
                        " %lld days and is not listed", seen->kind, name,
                        (long long) stats->days);
    }
}


/* The answer */


/* A number, or null where it would tell of too few. */

static json_t *
stats_cell(int64_t n, int64_t k)
{
    return n == 0 || n >= k ? json_integer((json_int_t) n) : json_null();
}


static void
stats_purposes(ctl_ask_t *ask, const stats_site_t *site)
{
    int64_t    k = stats_state(ask)->k, no;
    json_t    *row;
    unsigned   bit;

    for (bit = 0; bit < CTL_PURPOSES; bit++) {
        if ((site->named >> bit & 1) == 0) {
            continue;
        }

        no = site->asked[bit] - site->granted[bit];
        row = json_pack("{s:s, s:s, s:s, s:o}", "site", site->host,
                        "policy", site->policy, "purpose",
                        ctl_people_purpose(&ask->run->people, bit),
                        "asked", stats_cell(site->asked[bit], k));

        if (site->asked[bit] >= k && site->granted[bit] >= k && no >= k) {
            json_object_set_new(row, "granted",
                                json_integer(site->granted[bit]));
            json_object_set_new(row, "rate", json_real(
                100.0 * (double) site->granted[bit]
                / (double) site->asked[bit]));

        } else {
            json_object_set_new(row, "granted", json_null());
            json_object_set_new(row, "rate", json_null());
        }

        json_array_append_new(ctl_ask_list(ask, "rates"), row);
    }
}


static void
stats_judge(ctl_ask_t *ask, const stats_site_t *site)
{
    int64_t      k = stats_state(ask)->k;
    const char  *host = site->host;

    if (site->choices >= STATS_MANY * k && site->refusals == 0) {
        ctl_ask_finding(ask, site->place, "of %lld visitors of %s nobody"
                        " refused: can they?", (long long) site->choices,
                        host);
    }

    if (site->refusals >= k && site->rejected == 0) {
        ctl_ask_finding(ask, site->place, "nobody of %lld refused on %s in one"
                        " step: is there one?", (long long) site->refusals,
                        host);
    }

    if (site->fast >= k
        && site->fast * 100 > site->grants * STATS_FAST_PART)
    {
        ctl_ask_finding(ask, site->place, "%lld of %lld grants on %s came"
                        " within a second of the notice: nobody reads as fast",
                        (long long) site->fast, (long long) site->grants,
                        host);
    }
}


static void
stats_site(ctl_ask_t *ask, const stats_site_t *site)
{
    int64_t   k = stats_state(ask)->k;
    json_t   *row;

    row = json_pack("{s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o}",
                    "site", site->host, "policy", site->policy,
                    "choices", stats_cell(site->choices, k),
                    "grants", stats_cell(site->grants, k),
                    "refusals", stats_cell(site->refusals, k),
                    "changes", stats_cell(site->changes, k),
                    "withdrawals", stats_cell(site->withdrawals, k),
                    "gpc", stats_cell(site->gpc, k));
    json_array_append_new(ctl_ask_list(ask, "sites"), row);

    stats_purposes(ask, site);
    stats_judge(ask, site);
}


static void
stats_end(ctl_ask_t *ask)
{
    size_t         at = 0;
    int64_t        choices = 0;
    stats_t       *stats = stats_state(ask);
    const char    *key;
    stats_site_t  *site;
    stats_seen_t  *seen;

    ctl_ask_set(ask, "k", json_integer((json_int_t) stats->k));

    while ((site = ctl_table_next(&stats->sites, &at, NULL)) != NULL) {
        stats_site(ask, site);
        choices += site->choices;
    }

    for (at = 0; (seen = ctl_table_next(&stats->seen, &at, &key)); ) {
        stats_unknown(ask, key + strlen(seen->kind) + 1, seen);
    }

    ctl_ask_sort(ask, "sites", "site");
    ctl_ask_sort(ask, "rates", "site");
    ctl_ask_sort(ask, "unknown", "name");
    ctl_table_free(&stats->sites);
    ctl_table_free(&stats->seen);

    if (choices < stats->k) {
        ctl_ask_missing(ask, "fewer than %lld choices in this period: no rate"
                        " can be given", (long long) stats->k);
    }
}


static void
stats_print(const ctl_ask_t *ask)
{
    static const ctl_column_t  sites[] = {
        { "site", "site" }, { "policy", "policy" }, { "choices", "choices" },
        { "grants", "grants" }, { "refusals", "refusals" },
        { "changes", "changes" }, { "withdrawals", "withdrawals" },
        { "gpc", "gpc" }, { NULL, NULL }
    };
    static const ctl_column_t  rates[] = {
        { "site", "site" }, { "policy", "policy" }, { "purpose", "purpose" },
        { "asked", "asked" }, { "granted", "granted" }, { "%", "rate" },
        { NULL, NULL }
    };
    static const ctl_column_t  unknown[] = {
        { "unknown", "kind" }, { "name", "name" }, { "owner", "owner" },
        { "n", "n" }, { "was", "action" }, { "first", "first" },
        { "last", "last" }, { NULL, NULL }
    };

    ctl_print_table(json_object_get(ask->data, "sites"), sites);
    ctl_print_table(json_object_get(ask->data, "rates"), rates);
    ctl_print_table(json_object_get(ask->data, "unknown"), unknown);
    printf("\nnumbers below %lld are not given\n",
           (long long) ctl_number(ask->data, "k"));
}


const ctl_question_t  ctl_question_stats = {
    "stats", "Are the rates plausible, and unknown trackers closed?",
    stats_options, stats_event, stats_settled, stats_end, stats_print
};
