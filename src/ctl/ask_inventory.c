/* consentctl inventory: what was seen that no policy names, whose is it, and
 * is it closed? */

#include "inventory.h"

#include <stdlib.h>

#define INVENTORY_DAYS  14             /* something may be open, at most */


static int
inventory_options(ctl_ask_t *ask)
{
    const char   *text;
    inventory_t  *inventory = ctl_inventory_state(ask);

    inventory->draft |= ctl_take_option(ask->run->ctl, "--draft");

    if (ctl_take_value(ask->run->ctl, "--days", &text)) {
        inventory->days = text ? strtoll(text, NULL, 10) : 0;

        if (inventory->days < 1) {
            return ctl_complain(ask->run->ctl, "--days needs a number");
        }
    }

    return 0;
}


inventory_t *
ctl_inventory_state(ctl_ask_t *ask)
{
    inventory_t  *inventory = ctl_ask_state(ask, sizeof(*inventory));

    if (inventory->days == 0) {
        inventory->days = INVENTORY_DAYS;
        ctl_table_init(&inventory->rows, sizeof(inventory_row_t));
    }

    return inventory;
}


static void
inventory_name(ctl_ask_t *ask, const ctl_event_t *event, inventory_row_t *row)
{
    ctl_world_t  *world = &ask->run->world;

    row->first = event->t;
    row->kind = ctl_world_name(world, ctl_text(event->body, "kind"));
    row->name = ctl_world_name(world, ctl_text(event->body, "name"));
    row->site = ctl_world_name(world, event->host);
    row->where = ctl_world_name(world, ctl_text(event->body, "where"));
    row->vendor = ctl_world_name(world, ctl_text(event->body, "vendor"));
    row->owner = ctl_world_name(world, ctl_text(event->body, "owner"));
    row->category = ctl_world_name(world, ctl_text(event->body, "category"));
}


/* A log of an older release has one kind of sighting, reports of browsers,
 * which say "blocked" or "passed" as well. */

static void
inventory_count(ctl_world_t *world, const ctl_event_t *event,
    inventory_row_t *row)
{
    int64_t      n = ctl_number(event->body, "n");
    const char  *action = ctl_text(event->body, "action");

    row->last = event->t;
    row->n += n;
    row->place = event->place;

    if (strcmp(action, "passed") == 0) {
        row->opened = row->passed ? row->opened : event->t;
        row->open = event->t;
        row->passed += n;
    }

    row->action = row->passed ? "passed" : ctl_world_name(world, action);
}


static void
inventory_event(ctl_ask_t *ask, const ctl_event_t *event)
{
    char              key[640];
    inventory_t      *inventory = ctl_inventory_state(ask);
    inventory_row_t  *row;

    if (!event->within) {
        return;
    }

    if (ctl_is_handling(event)) {
        ctl_ask_count(ask, "handlings", 1);
        return;
    }

    if (strcmp(event->type, "unknown.seen") != 0) {
        return;
    }

    if (strcmp(ctl_text(event->body, "kind"), "more") == 0) {
        ctl_ask_count(ask, "lost", ctl_number(event->body, "n"));
        return;
    }

    snprintf(key, sizeof(key), "%s %s %s", event->host,
             ctl_text(event->body, "kind"), ctl_text(event->body, "name"));
    row = ctl_table_take(&inventory->rows, key);

    if (row == NULL) {
        ask->run->people.failed = 1;
        return;
    }

    if (row->kind == NULL) {
        inventory_name(ask, event, row);
    }

    row->policy = ctl_world_name(&ask->run->world, event->policy);
    inventory_count(&ask->run->world, event, row);
}


static json_t *
inventory_text(const char *text)
{
    return text[0] ? json_string(text) : json_null();
}


static void
inventory_row(ctl_ask_t *ask, const inventory_row_t *seen)
{
    json_t       *row = ctl_ask_row(seen->place);
    inventory_t  *inventory = ctl_inventory_state(ask);

    json_object_set_new(row, "kind", json_string(seen->kind));
    json_object_set_new(row, "name", json_string(seen->name));
    json_object_set_new(row, "site", inventory_text(seen->site));
    json_object_set_new(row, "vendor", inventory_text(seen->vendor));
    json_object_set_new(row, "owner", inventory_text(seen->owner));
    json_object_set_new(row, "category", inventory_text(seen->category));
    json_object_set_new(row, "where", inventory_text(seen->where));
    json_object_set_new(row, "first", ctl_ask_when(seen->first));
    json_object_set_new(row, "last", ctl_ask_when(seen->last));
    json_object_set_new(row, "n", json_integer((json_int_t) seen->n));
    json_object_set_new(row, "passed", json_integer((json_int_t) seen->passed));
    json_object_set_new(row, "action", json_string(seen->action));
    json_array_append_new(ctl_ask_list(ask, "unknown"), row);

    if (seen->passed && seen->open - seen->opened
                        > inventory->days * CTL_DAY_MS)
    {
        ctl_ask_finding(ask, seen->place, "the %s %s passed for more than %lld"
                        " days on %s, and the policy does not name it",
                        seen->kind, seen->name, (long long) inventory->days,
                        seen->site);
    }
}


static int
inventory_order(const void *a, const void *b)
{
    int                     order;
    const inventory_row_t  *x = *(const inventory_row_t *const *) a;
    const inventory_row_t  *y = *(const inventory_row_t *const *) b;

    order = strcmp(y->kind, x->kind);          /* hosts before cookies */

    if (order == 0 && x->n != y->n) {
        return x->n < y->n ? 1 : -1;
    }

    return order ? order : strcmp(x->name, y->name);
}


const inventory_row_t **
ctl_inventory_rows(ctl_ask_t *ask, size_t *n)
{
    size_t                   at = 0;
    inventory_t             *inventory = ctl_inventory_state(ask);
    const inventory_row_t   *row, **rows;

    *n = 0;
    rows = malloc((inventory->rows.n + 1) * sizeof(*rows));

    if (rows == NULL) {
        ask->run->people.failed = 1;
        return NULL;
    }

    while ((row = ctl_table_next(&inventory->rows, &at, NULL)) != NULL) {
        rows[(*n)++] = row;
    }

    qsort(rows, *n, sizeof(*rows), inventory_order);

    return rows;
}


static void
inventory_end(ctl_ask_t *ask)
{
    size_t                   i, n;
    inventory_t             *inventory = ctl_inventory_state(ask);
    const inventory_row_t  **rows = ctl_inventory_rows(ask, &n);

    (void) ctl_ask_list(ask, "unknown");

    for (i = 0; rows && i < n; i++) {
        inventory_row(ask, rows[i]);
    }

    if (rows && inventory->draft) {
        ctl_ask_set(ask, "draft", ctl_inventory_draft(rows, n));
    }

    free(rows);
    ctl_table_free(&inventory->rows);

    if (n == 0 && ctl_number(ask->data, "handlings") == 0) {
        ctl_ask_missing(ask, "no traffic in this period: neither a handling"
                        " nor an unknown.seen");
    }
}


static void
inventory_print(const ctl_ask_t *ask)
{
    static const ctl_column_t  columns[] = {
        { "kind", "kind" }, { "name", "name" }, { "owner", "owner" },
        { "category", "category" }, { "where", "where" },
        { "first seen", "first" }, { "last seen", "last" }, { "n", "n" },
        { "action", "action" }, { "site", "site" }, { "evidence", "file" },
        { NULL, NULL }
    };

    if (json_object_get(ask->data, "lost")) {
        printf("%lld sightings more, for which there was no room\n",
               (long long) ctl_number(ask->data, "lost"));
    }

    ctl_print_table(json_object_get(ask->data, "unknown"), columns);
}


const ctl_question_t  ctl_question_inventory = {
    "inventory", "What was seen that no policy names, and is it closed?",
    inventory_options, inventory_event, NULL, inventory_end, inventory_print
};


/* The draft alone, for a file; with --json it is one member of the answer. */

static int
inventory_print_draft(ctl_t *ctl)
{
    int                    code;
    size_t                 i;
    json_t                *item;
    ctl_run_t              run;
    const ctl_question_t  *question = &ctl_question_inventory;

    code = ctl_run_begin(&run, ctl, &question, 1);

    if (code == 0) {
        ctl_inventory_state(run.asks)->draft = 1;
        code = inventory_options(run.asks);
    }

    if (code == 0 && (ctl_has_unknown_option(ctl) || ctl->argc == 0)) {
        code = ctl->argc ? CTL_CANNOT_TELL
                         : ctl_complain(ctl, "which FILE? the oldest first, or"
                                        " - for standard input");
    }

    if (code == 0) {
        code = ctl_run_read(&run);
    }

    if (code == 0) {
        fputs(ctl_text(run.asks->data, "draft"), stdout);
        code = run.asks->verdict;

        json_array_foreach(run.asks->missing, i, item) {
            (void) ctl_complain(ctl, "%s", json_string_value(item));
        }
    }

    ctl_run_end(&run);

    return code;
}


int
ctl_inventory(ctl_t *ctl)
{
    return !ctl->json && ctl_take_option(ctl, "--draft")
           ? inventory_print_draft(ctl)
           : ctl_ask(ctl, &ctl_question_inventory);
}
