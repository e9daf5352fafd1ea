#include "world.h"
#include "evidence/cg_event.h"


/* Of a lane. */

typedef struct {
    size_t  config;                          /* how many stood when it began */
    char    first[CG_LANE_LEN + 1];          /* lane of its process */
} world_lane_t;


int
ctl_world_begin(ctl_world_t *world)
{
    memset(world, 0, sizeof(*world));
    world->configs = json_array();
    world->published = json_object();
    ctl_table_init(&world->lanes, sizeof(world_lane_t));
    ctl_table_init(&world->partial, sizeof(json_t *));
    ctl_table_init(&world->names, 0);

    return world->configs && world->published;
}


void
ctl_world_end(ctl_world_t *world)
{
    size_t    at = 0;
    json_t  **partial;

    while ((partial = ctl_table_next(&world->partial, &at, NULL)) != NULL) {
        json_decref(*partial);
    }

    json_decref(world->configs);
    json_decref(world->published);
    ctl_table_free(&world->lanes);
    ctl_table_free(&world->partial);
    ctl_table_free(&world->names);
}


const char *
ctl_world_name(ctl_world_t *world, const char *name)
{
    const char  *copy = name[0] ? ctl_table_name(&world->names, name) : "";

    if (copy == NULL) {
        world->failed = 1;
    }

    return copy ? copy : "";
}


/* Configurations, out of one or several lines */


static json_t *
world_new_config(const ctl_event_t *event)
{
    char  t[CTL_WHEN_LEN];

    ctl_when_write(event->t, t);

    return json_pack("{s:s, s:s, s:I, s:s, s:I, s:{}, s:{}, s:{}, s:{}}",
                     "hash", ctl_text(event->body, "hash"), "t", t,
                     "ms", (json_int_t) event->t, "file", event->place.file,
                     "line", (json_int_t) event->place.line,
                     "servers", "policies", "vendors", "purposes");
}


/* Rows of a list go under the name of their policy, where they have one. */

static int
world_file(json_t *group, const json_t *list, const char *by)
{
    size_t   i;
    json_t  *row, *under;

    json_array_foreach(list, i, row) {
        under = group;

        if (by) {
            under = json_object_get(group, ctl_text(row, by));
        }

        if (under == NULL) {
            under = json_object();

            if (json_object_set_new(group, ctl_text(row, by), under) != 0) {
                return 0;
            }
        }

        if (json_object_set(under, ctl_text(row, "id"), row) != 0) {
            return 0;
        }
    }

    return 1;
}


static int
world_servers(json_t *servers, const json_t *list)
{
    size_t   i;
    json_t  *row;

    json_array_foreach(list, i, row) {
        if (json_object_set_new(servers, ctl_text(row, "host"),
                                json_string(ctl_text(row, "policy"))) != 0)
        {
            return 0;
        }
    }

    return 1;
}


static int
world_add(json_t *config, const json_t *body)
{
    size_t       i;
    json_t      *value;

    static const char *const  plain[] = { "ungated", "handling", "lease" };

    for (i = 0; i < sizeof(plain) / sizeof(plain[0]); i++) {
        value = json_object_get(body, plain[i]);

        if (value && json_object_set(config, plain[i], value) != 0) {
            return 0;
        }
    }

    if (json_object_get(body, "purposes")
        && json_object_set_new(config, "said", json_true()) != 0)
    {
        return 0;
    }

    return world_servers(json_object_get(config, "servers"),
                         json_object_get(body, "servers"))
           && world_file(json_object_get(config, "policies"),
                         json_object_get(body, "policies"), NULL)
           && world_file(json_object_get(config, "vendors"),
                         json_object_get(body, "vendors"), "policy")
           && world_file(json_object_get(config, "purposes"),
                         json_object_get(body, "purposes"), "policy");
}


static void
world_config(ctl_world_t *world, const ctl_event_t *event)
{
    json_t  **partial = ctl_table_take(&world->partial, event->lane);

    if (partial && *partial == NULL) {
        *partial = world_new_config(event);
    }

    if (partial == NULL || *partial == NULL
        || !world_add(*partial, event->body))
    {
        world->failed = 1;
        return;
    }

    if (json_is_false(json_object_get(event->body, "last"))) {
        return;
    }

    if (json_array_append(world->configs, *partial) != 0) {
        world->failed = 1;
    }

    json_decref(*partial);
    ctl_table_drop(&world->partial, event->lane);
}


/* A lane is of the configuration that stood when it began; one that goes on
 * for another is of the same. */

static void
world_open(ctl_world_t *world, const ctl_event_t *event)
{
    world_lane_t        *lane = ctl_table_take(&world->lanes, event->lane);
    const json_t        *instead = json_object_get(event->body, "instead");
    const world_lane_t  *before;

    if (lane == NULL) {
        world->failed = 1;
        return;
    }

    lane->config = json_array_size(world->configs);
    memcpy(lane->first, event->lane, sizeof(lane->first));
    before = ctl_table_find(&world->lanes, ctl_text(instead, "ch"));

    if (before) {
        *lane = *before;
    }
}


int
ctl_world_same_process(const ctl_world_t *world, const char *a, const char *b)
{
    const world_lane_t  *x = ctl_table_find(&world->lanes, a);
    const world_lane_t  *y = ctl_table_find(&world->lanes, b);

    return strcmp(a, b) == 0 || (x && y && strcmp(x->first, y->first) == 0);
}


static void
world_publish(ctl_world_t *world, const ctl_event_t *event)
{
    char  key[256];

    snprintf(key, sizeof(key), "%s %lld %s", ctl_text(event->body, "id"),
             (long long) ctl_number(event->body, "ver"),
             ctl_text(event->body, "text"));

    if (json_object_set(world->published, key, (json_t *) (uintptr_t)
                        event->body) != 0)
    {
        world->failed = 1;
    }
}


void
ctl_world_event(ctl_world_t *world, const ctl_event_t *event)
{
    if (strcmp(event->type, CG_EVENT_CHAIN_OPEN) == 0) {
        world_open(world, event);

    } else if (strcmp(event->type, CG_EVENT_CONFIG_LOAD) == 0) {
        world_config(world, event);

    } else if (strcmp(event->type, CG_EVENT_POLICY_PUBLISH) == 0) {
        world_publish(world, event);

    } else if (strcmp(event->type, CG_EVENT_LOG_RESUMED) == 0
               && event->within)
    {
        world->lost += (uint64_t) ctl_number(event->body, "lost");
    }
}


static int
world_fits(const json_t *config, const ctl_event_t *event)
{
    const json_t  *policy = ctl_config_policy(config, event->policy);

    return event->policy[0] == '\0'
           || (policy && ctl_number(policy, "ver") == event->version);
}


const json_t *
ctl_world_config(const ctl_world_t *world, const ctl_event_t *event)
{
    size_t               i;
    const json_t        *config;
    const world_lane_t  *lane = ctl_table_find(&world->lanes, event->lane);

    i = lane && lane->config ? lane->config : json_array_size(world->configs);
    config = json_array_get(world->configs, i - 1);

    if (config && world_fits(config, event)) {
        return config;
    }

    for (i = json_array_size(world->configs); i; i--) {
        config = json_array_get(world->configs, i - 1);

        if (world_fits(config, event)) {
            return config;
        }
    }

    return NULL;
}


const json_t *
ctl_world_at(const ctl_world_t *world, int64_t t)
{
    size_t         i;
    const json_t  *config;

    for (i = json_array_size(world->configs); i; i--) {
        config = json_array_get(world->configs, i - 1);

        if (ctl_number(config, "ms") <= t) {
            return config;
        }
    }

    return NULL;
}


const json_t *
ctl_config_policy(const json_t *config, const char *policy)
{
    return json_object_get(json_object_get(config, "policies"), policy);
}


const json_t *
ctl_config_vendor(const json_t *config, const char *policy, const char *vendor)
{
    return json_object_get(json_object_get(json_object_get(config, "vendors"),
                                           policy), vendor);
}


const json_t *
ctl_config_purpose(const json_t *config, const char *policy,
    const char *purpose)
{
    return json_object_get(json_object_get(json_object_get(config, "purposes"),
                                           policy), purpose);
}


ctl_place_t
ctl_config_place(const json_t *config)
{
    return (ctl_place_t) { ctl_text(config, "file"),
                           ctl_number(config, "line") };
}


/* Rows of handling */


int
ctl_has(const json_t *list, const char *text)
{
    size_t   i;
    json_t  *item;

    json_array_foreach(list, i, item) {
        if (json_is_string(item)
            && strcmp(json_string_value(item), text) == 0)
        {
            return 1;
        }
    }

    return 0;
}


int
ctl_state_is_shut(const char *state)
{
    return strcmp(state, "granted") != 0 && strcmp(state, "partial") != 0;
}


int
ctl_is_handling(const ctl_event_t *event)
{
    return strcmp(event->type, "handling") == 0
           || strcmp(event->type, "handling.sum") == 0;
}


static void
world_row(const ctl_event_t *event, const json_t *json, ctl_row_fn fn,
    void *ctx)
{
    ctl_row_t      row;
    const json_t  *n = json_object_get(json, "n");
    const json_t  *more = json_object_get(json, "tags_more");

    row.state = ctl_text(json, "state");
    row.granted = json_object_get(json, "granted");
    row.n = n ? json_integer_value(n) : 1;
    row.tags = json_object_get(json, "tags");
    row.more_passed = ctl_number(more, "passed");
    row.more_held = ctl_number(more, "held");

    fn(ctx, event, &row);
}


void
ctl_rows(const ctl_event_t *event, ctl_row_fn fn, void *ctx)
{
    size_t   i;
    json_t  *row;

    if (strcmp(event->type, "handling") == 0) {
        world_row(event, event->body, fn, ctx);
        return;
    }

    json_array_foreach(json_object_get(event->body, "by"), i, row) {
        world_row(event, row, fn, ctx);
    }

    if (json_object_get(event->body, "by_more")) {
        world_row(event, json_object_get(event->body, "by_more"), fn, ctx);
    }
}


int
ctl_row_opens(const ctl_row_t *row, const json_t *config, const char *policy,
    const char *purpose)
{
    const json_t  *declared = ctl_config_purpose(config, policy, purpose);

    if (json_is_true(json_object_get(declared, "required"))) {
        return 1;
    }

    if (row->granted && ctl_has(row->granted, purpose)) {
        return 1;
    }

    if (row->state[0] == '\0') {
        return -1;                           /* all sorts of them, in one */
    }

    if (row->granted == NULL && !ctl_state_is_shut(row->state)) {
        return strcmp(row->state, "granted") == 0 ? 1 : -1;
    }

    /* not open; or required, and the log is too old to say so */

    return json_object_get(config, "said") ? 0 : -1;
}
