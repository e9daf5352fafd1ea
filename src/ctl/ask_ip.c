/*
 * consentctl ip: how were addresses handled, by state and clause; were they
 * ever combined with an identifier without consent?
 *
 * The matrix (docs/policy.md, address): the logs have the policy's form; the
 * site has it too, all of the address where the purpose is granted or the
 * location is of class security.  `combine`: reduced where something tells who
 * it is, all of it elsewhere; together only where the purpose is granted.
 */

#include "ask.h"


typedef struct {
    int64_t  seen;                           /* exchanges with a form */
    int64_t  promised;                       /* under a policy with one */
} ip_t;

/* One form in one state. */

typedef struct {
    const char    *state;
    const char    *up;
    const char    *log;
    int            combined;
    int64_t        n;
    int            opens;                    /* the purpose: 1, 0, -1 */
    int            secure;                   /* 1, or -1: not said */
} ip_row_t;


static int
ip_options(ctl_ask_t *ask)
{
    const char  *by;

    if (ctl_take_value(ask->run->ctl, "--by", &by)
        && (by == NULL || strcmp(by, "state,clause") != 0))
    {
        return ctl_complain(ask->run->ctl, "--by state,clause is all there"
                            " is");
    }

    return 0;
}


static void
ip_count(ctl_ask_t *ask, const ctl_event_t *event, const json_t *address,
    const ip_row_t *ip)
{
    char         key[256];
    json_t      *by = json_object_get(ask->data, "by"), *row;
    const char  *clause = ctl_text(address, "clause");

    if (by == NULL) {
        by = json_object();
        ctl_ask_set(ask, "by", by);
    }

    snprintf(key, sizeof(key), "%s %s %s %s %s %d", event->policy, clause,
             ip->state, ip->up, ip->log, ip->combined);
    row = json_object_get(by, key);

    if (row == NULL) {
        row = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:b, s:i}",
                        "policy", event->policy, "clause", clause,
                        "promised", ctl_text(address, "form"),
                        "state", ip->state, "up", ip->up, "log", ip->log,
                        "combined", ip->combined, "n", 0);
        json_object_set_new(by, key, row);
    }

    json_object_set_new(row, "n", json_integer(ctl_number(row, "n") + ip->n));
}


/* How much of an address a form tells. */

static int
ip_rank(const char *form)
{
    size_t  i;

    static const char *const  forms[] = { "drop", "t16", "t24", "full" };

    for (i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        if (strcmp(forms[i], form) == 0) {
            return (int) i;
        }
    }

    return 3;
}


static void
ip_judge_combine(ctl_ask_t *ask, const ctl_event_t *event,
    const ip_row_t *ip)
{
    if (ip->combined && ip->opens == 0) {
        ctl_ask_finding(ask, event->place, "%lld with a whole address and an"
                        " identifier together in state %s, without consent",
                        (long long) ip->n, ip->state);

    } else if (ip->combined && ip->opens < 0) {
        ctl_ask_missing(ask, "state %s does not say whether addresses might be"
                        " combined", ip->state);
    }
}


static void
ip_judge(ctl_ask_t *ask, const ctl_event_t *event, const json_t *address,
    const ip_row_t *ip)
{
    const char  *form = ctl_text(address, "form");
    int          combine = strcmp(form, "combine") == 0;
    int          most = ip_rank(combine ? "t24" : form);

    if (combine) {
        ip_judge_combine(ask, event, ip);
    }

    if (ip_rank(ip->log) > most && !(combine && ip->opens)) {
        ctl_ask_finding(ask, event->place, "%lld whose logs have the address as"
                        " %s in state %s, where the policy says %s",
                        (long long) ip->n, ip->log, ip->state, form);
    }

    if (ip_rank(ip->up) > most && !combine && ip->opens == 0
        && ip->secure == 0)
    {
        ctl_ask_finding(ask, event->place, "%lld whose site had the address as"
                        " %s in state %s, where the policy says %s",
                        (long long) ip->n, ip->up, ip->state, form);
    }
}


/* Whether the purpose that opens the address was granted. */

static int
ip_opens(const ctl_row_t *row, const json_t *config, const char *policy,
    const json_t *address)
{
    const char  *purpose = ctl_text(address, "purpose");

    return purpose[0] ? ctl_row_opens(row, config, policy, purpose) : 0;
}


/* Rows of addresses in a sum have the state alone: granted where every row of
 * that state has the purpose, not where none has. */

static int
ip_sum_opens(const ctl_event_t *event, const json_t *config,
    const json_t *address, const char *state)
{
    int        opens, all = -2;
    size_t     i;
    json_t    *item;
    ctl_row_t  row;

    memset(&row, 0, sizeof(row));

    json_array_foreach(json_object_get(event->body, "by"), i, item) {
        if (strcmp(ctl_text(item, "state"), state) != 0) {
            continue;
        }

        row.state = state;
        row.granted = json_object_get(item, "granted");
        opens = ip_opens(&row, config, event->policy, address);
        all = all == -2 || all == opens ? opens : -1;
    }

    return all == -2 ? 0 : all;
}


static void
ip_one(ctl_ask_t *ask, const ctl_event_t *event, const json_t *config,
    const json_t *json, ip_row_t *ip)
{
    ip_t          *state = ctl_ask_state(ask, sizeof(*state));
    const json_t  *policy = ctl_config_policy(config, event->policy);
    const json_t  *address = json_object_get(policy, "address");

    ip->up = ctl_text(json, "up");
    ip->log = ctl_text(json, "log");
    ip->combined = json_is_true(json_object_get(json, "combined"));
    state->seen += ip->n;

    if (config == NULL || policy == NULL) {
        ctl_ask_missing(ask, "no config.load stands before %s:%lld",
                        event->place.file, (long long) event->place.line);

    } else if (address == NULL) {
        ctl_ask_missing(ask, "the configuration does not say what policy %s"
                        " promises of addresses", event->policy);

    } else {
        ip_count(ask, event, address, ip);
        ip_judge(ask, event, address, ip);
    }
}


static void
ip_handling(ctl_ask_t *ask, const ctl_event_t *event, const json_t *config)
{
    ctl_row_t      row;
    ip_row_t       ip;
    const json_t  *json = json_object_get(event->body, "ip");
    const json_t  *policy = ctl_config_policy(config, event->policy);

    if (json == NULL) {
        return;
    }

    memset(&row, 0, sizeof(row));
    memset(&ip, 0, sizeof(ip));
    row.state = ip.state = ctl_text(event->body, "state");
    row.granted = json_object_get(event->body, "granted");
    ip.n = 1;
    ip.secure = ctl_has(json_object_get(event->body, "class"), "security");
    ip.opens = ip_opens(&row, config, event->policy,
                        json_object_get(policy, "address"));

    ip_one(ask, event, config, json, &ip);
}


static void
ip_sum(ctl_ask_t *ask, const ctl_event_t *event, const json_t *config)
{
    size_t         i;
    json_t        *json;
    ip_row_t       ip;
    const json_t  *policy = ctl_config_policy(config, event->policy);

    json_array_foreach(json_object_get(event->body, "ip"), i, json) {
        memset(&ip, 0, sizeof(ip));
        ip.state = ctl_text(json, "state");
        ip.n = ctl_number(json, "n");
        ip.secure = ctl_number(json_object_get(event->body, "class"),
                               "security") ? -1 : 0;
        ip.opens = ip_sum_opens(event, config,
                                json_object_get(policy, "address"), ip.state);

        ip_one(ask, event, config, json, &ip);
    }
}


static void
ip_event(ctl_ask_t *ask, const ctl_event_t *event)
{
    ip_t          *state = ctl_ask_state(ask, sizeof(*state));
    const json_t  *config, *n = json_object_get(event->body, "n");
    const char    *form;

    if (!event->within || !ctl_is_handling(event)) {
        return;
    }

    config = ctl_world_config(&ask->run->world, event);
    form = ctl_text(json_object_get(ctl_config_policy(config, event->policy),
                                    "address"), "form");
    ctl_ask_count(ask, "exchanges", n ? json_integer_value(n) : 1);

    if (form[0] && strcmp(form, "full") != 0) {
        state->promised += n ? json_integer_value(n) : 1;
    }

    if (strcmp(event->type, "handling") == 0) {
        ip_handling(ask, event, config);

    } else {
        ip_sum(ask, event, config);
    }
}


static void
ip_end(ctl_ask_t *ask)
{
    ip_t  *state = ctl_ask_state(ask, sizeof(*state));

    ctl_ask_set(ask, "with_form", json_integer(state->seen));

    if (ctl_number(ask->data, "exchanges") == 0) {
        ctl_ask_missing(ask, "no handling in this period");

    } else if (state->promised && state->seen == 0) {
        ctl_ask_missing(ask, "no handling says which form the address had");
    }

    if (ask->run->world.lost) {
        ctl_ask_missing(ask, "%llu events for which there was no room while"
                        " the log could not be written",
                        (unsigned long long) ask->run->world.lost);
    }
}


static void
ip_print(const ctl_ask_t *ask)
{
    json_t      *rows = json_array(), *row;
    const char  *key;

    static const ctl_column_t  columns[] = {
        { "policy", "policy" }, { "clause", "clause" },
        { "promised", "promised" }, { "state", "state" },
        { "site got", "up" }, { "logs have", "log" },
        { "combined", "combined" }, { "exchanges", "n" }, { NULL, NULL }
    };

    json_object_foreach(json_object_get(ask->data, "by"), key, row) {
        json_array_append(rows, row);
    }

    printf("%lld exchanges, %lld of them under a reduced form\n",
           (long long) ctl_number(ask->data, "exchanges"),
           (long long) ctl_number(ask->data, "with_form"));
    ctl_print_table(rows, columns);
    json_decref(rows);
}


const ctl_question_t  ctl_question_ip = {
    "ip", "How were addresses handled; were they combined without consent?",
    ip_options, ip_event, NULL, ip_end, ip_print
};
