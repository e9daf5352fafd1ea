/* consentctl policy: which policies and vendors were in force at a time, who
 * approved them, what changed? */

#include "ask.h"


typedef struct {
    int64_t  at;
    int      given;                          /* --at */
    int      diff;                           /* --diff */
} policy_t;


static int
policy_options(ctl_ask_t *ask)
{
    policy_t    *policy = ctl_ask_state(ask, sizeof(*policy));
    const char  *text;

    policy->given = ctl_take_value(ask->run->ctl, "--at", &text);
    policy->diff = ctl_take_option(ask->run->ctl, "--diff");

    if (policy->given && (text == NULL || !ctl_when_read(text, &policy->at))) {
        return ctl_complain(ask->run->ctl, "--at needs a time, as 2026-11-22"
                            " or 2026-11-22T04:20:01Z");
    }

    return 0;
}


/* What an archive has */


static void
policy_texts(ctl_ask_t *ask, const json_t *config, const char *id,
    json_t *hashes, const char *what)
{
    int          found;
    json_t      *hash;
    const char  *lang;

    json_object_foreach(hashes, lang, hash) {
        found = ctl_archive_check(ask->run, json_string_value(hash));

        if (found < 0) {
            ctl_ask_missing(ask, "the archive does not have %s %s of policy %s"
                            " in %s (--texts DIR)", what,
                            json_string_value(hash), id, lang);

        } else if (found == 0) {
            ctl_ask_finding(ask, ctl_config_place(config), "the archived %s %s"
                            " of policy %s is another one: its hash does not"
                            " fit", what, json_string_value(hash), id);
        }
    }
}


/* Two rows of a list, by what the terms are made of: other policies may have
 * the same. */

static int
policy_same_row(const json_t *a, const json_t *b)
{
    size_t  i;

    static const char *const  keys[] = {
        "id", "role", "country", "purpose", "path", "items", "required"
    };

    for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        json_t  *x = json_object_get(a, keys[i]);
        json_t  *y = json_object_get(b, keys[i]);

        if (x ? !json_equal(x, y) : y != NULL) {
            return 0;
        }
    }

    return 1;
}


/* Rows in the archive (a list) are those of the log (by id). */

static int
policy_same_rows(const json_t *list, const json_t *rows)
{
    size_t   i;
    json_t  *row;

    json_array_foreach(list, i, row) {
        if (!policy_same_row(row, json_object_get(rows, ctl_text(row, "id"))))
        {
            return 0;
        }
    }

    return i == json_object_size(rows);
}


static void
policy_terms(ctl_ask_t *ask, const json_t *config, const json_t *policy)
{
    int          found;
    json_t      *terms;
    const char  *id = ctl_text(policy, "id");

    terms = ctl_archive_policy(ask->run, ctl_text(policy, "terms"), &found);

    if (!found) {
        ctl_ask_missing(ask, "the archive does not have the terms of policy"
                        " %s, policies/%s.json", id,
                        ctl_text(policy, "terms"));

    } else if (terms == NULL) {
        ctl_ask_finding(ask, ctl_config_place(config), "the archived terms of"
                        " policy %s cannot be read", id);

    } else if (strcmp(ctl_text(terms, "terms"), ctl_text(policy, "terms")) != 0
               || !policy_same_rows(json_object_get(terms, "vendors"),
                                    json_object_get(json_object_get(
                                        config, "vendors"), id))
               || !policy_same_rows(json_object_get(terms, "purposes"),
                                    json_object_get(json_object_get(
                                        config, "purposes"), id)))
    {
        ctl_ask_finding(ask, ctl_config_place(config), "the archived terms of"
                        " policy %s are not those of the log", id);
    }

    json_decref(terms);
}


static void
policy_archived(ctl_ask_t *ask, const json_t *config, const json_t *policy)
{
    const char  *id = ctl_text(policy, "id");

    if (json_object_get(policy, "notice") == NULL) {
        ctl_ask_missing(ask, "the log does not name the texts of policy %s",
                        id);
    }

    policy_texts(ask, config, id, json_object_get(policy, "notice"),
                 "notice");

    policy_texts(ask, config, id, json_object_get(policy, "transmission"),
                 "notice of external transmission");
    policy_terms(ask, config, policy);
}


/* What was published with it. */

static const json_t *
policy_published(const ctl_ask_t *ask, const json_t *policy)
{
    char  key[256];

    snprintf(key, sizeof(key), "%s %lld %s", ctl_text(policy, "id"),
             (long long) ctl_number(policy, "ver"), ctl_text(policy, "text"));

    return json_object_get(ask->run->world.published, key);
}


static void
policy_copy(json_t *row, const json_t *from, const char *const *keys)
{
    json_t  *value;

    for ( /* void */ ; *keys; keys++) {
        value = json_object_get(from, *keys);

        if (value) {
            json_object_set(row, *keys, value);
        }
    }
}


static void
policy_one(ctl_ask_t *ask, const json_t *config, const json_t *policy)
{
    json_t        *row = ctl_ask_row(ctl_config_place(config));
    const json_t  *published = policy_published(ask, policy);

    static const char *const  stands[] = {
        "id", "ver", "terms", "text", "controller", "operator", "jur",
        "notice", "address", "unlisted", NULL
    };
    static const char *const  said[] = {
        "enacted", "revised", "effective", "approver", "material_since", NULL
    };

    policy_copy(row, policy, stands);
    policy_copy(row, published, said);
    json_array_append_new(ctl_ask_list(ask, "policies"), row);

    if (published == NULL) {
        ctl_ask_missing(ask, "no policy.publish of policy %s version %lld"
                        " stands in these files", ctl_text(policy, "id"),
                        (long long) ctl_number(policy, "ver"));
    }

    policy_archived(ask, config, policy);
}


static void
policy_vendors(ctl_ask_t *ask, const json_t *config)
{
    json_t      *vendors, *vendor;
    const char  *policy, *id;

    json_object_foreach(json_object_get(config, "vendors"), policy, vendors) {
        json_object_foreach(vendors, id, vendor) {
            json_array_append(ctl_ask_list(ask, "vendors"), vendor);
        }
    }
}


/* What changed */


static void
policy_change(ctl_ask_t *ask, const char *kind, const char *policy,
    const char *id, const char *change)
{
    json_array_append_new(ctl_ask_list(ask, "changes"),
                          json_pack("{s:s, s:s, s:s, s:s}", "kind", kind,
                                    "policy", policy, "id", id,
                                    "change", change));
}


static void
policy_compare(ctl_ask_t *ask, const char *kind, const char *policy,
    json_t *old, json_t *new)
{
    json_t      *row, *was;
    const char  *id;

    json_object_foreach(new, id, row) {
        was = json_object_get(old, id);

        if (was == NULL || !json_equal(was, row)) {
            policy_change(ask, kind, policy, id, was ? "changed" : "added");
        }
    }

    json_object_foreach(old, id, row) {
        if (json_object_get(new, id) == NULL) {
            policy_change(ask, kind, policy, id, "removed");
        }
    }
}


static void
policy_compare_groups(ctl_ask_t *ask, const char *kind, json_t *old,
    json_t *new)
{
    json_t      *group;
    const char  *policy;

    json_object_foreach(new, policy, group) {
        policy_compare(ask, kind, policy, json_object_get(old, policy),
                       group);
    }

    json_object_foreach(old, policy, group) {
        if (json_object_get(new, policy) == NULL) {
            policy_compare(ask, kind, policy, group, NULL);
        }
    }
}


static void
policy_diff(ctl_ask_t *ask, const json_t *before, const json_t *config)
{
    (void) ctl_ask_list(ask, "changes");
    policy_compare(ask, "policy", "", json_object_get(before, "policies"),
                   json_object_get(config, "policies"));
    policy_compare(ask, "site", "", json_object_get(before, "servers"),
                   json_object_get(config, "servers"));
    policy_compare_groups(ask, "vendor", json_object_get(before, "vendors"),
                          json_object_get(config, "vendors"));
    policy_compare_groups(ask, "purpose", json_object_get(before, "purposes"),
                          json_object_get(config, "purposes"));
}


/* The configuration before the one in force that differs from it. */

static const json_t *
policy_before(const ctl_ask_t *ask, const json_t *config)
{
    size_t         i;
    const json_t  *other, *configs = ask->run->world.configs;

    for (i = json_array_size(configs); i; i--) {
        other = json_array_get(configs, i - 1);

        if (ctl_number(other, "ms") <= ctl_number(config, "ms")
            && strcmp(ctl_text(other, "hash"), ctl_text(config, "hash")) != 0)
        {
            return other;
        }
    }

    return NULL;
}


static void
policy_unique(ctl_ask_t *ask, const json_t *config)
{
    size_t   i;
    json_t  *other;

    json_array_foreach(ask->run->world.configs, i, other) {
        if (ctl_number(other, "ms") == ctl_number(config, "ms")
            && strcmp(ctl_text(other, "hash"), ctl_text(config, "hash")) != 0)
        {
            ctl_ask_finding(ask, ctl_config_place(other), "two configurations"
                            " took effect in the same millisecond");
        }
    }
}


static void
policy_answer(ctl_ask_t *ask, const json_t *config)
{
    json_t      *policy;
    policy_t    *state = ctl_ask_state(ask, sizeof(*state));
    const char  *id;

    ctl_ask_set(ask, "since", json_string(ctl_text(config, "t")));
    ctl_ask_set(ask, "hash", json_string(ctl_text(config, "hash")));
    ctl_ask_set(ask, "evidence", ctl_ask_row(ctl_config_place(config)));
    json_object_set(ask->data, "sites", json_object_get(config, "servers"));

    policy_unique(ask, config);

    json_object_foreach(json_object_get(config, "policies"), id, policy) {
        policy_one(ask, config, policy);
    }

    policy_vendors(ask, config);

    if (state->diff) {
        policy_diff(ask, policy_before(ask, config), config);
    }
}


static void
policy_end(ctl_ask_t *ask)
{
    char           text[CTL_WHEN_LEN];
    policy_t      *policy = ctl_ask_state(ask, sizeof(*policy));
    const json_t  *config;

    if (!policy->given) {
        policy->at = ask->run->events.last;
    }

    config = ctl_world_at(&ask->run->world, policy->at);
    ctl_ask_set(ask, "at", ctl_ask_when(policy->at));

    if (config) {
        policy_answer(ask, config);
        return;
    }

    ctl_when_write(policy->at, text);
    ctl_ask_missing(ask, "no config.load up to %s stands in these files",
                    text);
}


static void
policy_print(const ctl_ask_t *ask)
{
    static const ctl_column_t  policies[] = {
        { "policy", "id" }, { "ver", "ver" }, { "enacted", "enacted" },
        { "revised", "revised" }, { "approved by", "approver" },
        { "controller", "controller" }, { "terms", "terms" },
        { "evidence", "file" }, { NULL, NULL }
    };
    static const ctl_column_t  vendors[] = {
        { "policy", "policy" }, { "vendor", "id" }, { "role", "role" },
        { "country", "country" }, { "purpose", "purpose" },
        { "items", "items" }, { NULL, NULL }
    };
    static const ctl_column_t  changes[] = {
        { "change", "change" }, { "what", "kind" }, { "policy", "policy" },
        { "name", "id" }, { NULL, NULL }
    };

    if (json_object_get(ask->data, "hash")) {
        printf("in force since %s, configuration %s\n",
               ctl_text(ask->data, "since"), ctl_text(ask->data, "hash"));
    }

    ctl_print_table(json_object_get(ask->data, "policies"), policies);
    ctl_print_table(json_object_get(ask->data, "vendors"), vendors);
    ctl_print_table(json_object_get(ask->data, "changes"), changes);
}


const ctl_question_t  ctl_question_policy = {
    "policy", "Which policies and vendors were in force?",
    policy_options, NULL, NULL, policy_end, policy_print
};
