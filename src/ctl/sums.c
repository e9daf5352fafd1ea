#include "sums.h"


typedef struct {
    ctl_event_t  event;                /* of the first line */
    json_t      *body;                 /* its own, grown by the others */
} sums_part_t;


void
ctl_sums_begin(ctl_sums_t *sums)
{
    sums->failed = 0;
    ctl_table_init(&sums->parts, sizeof(sums_part_t));
}


static int
sums_is_whole(const json_t *body)
{
    size_t    i;
    json_t   *row;
    int64_t   n = ctl_number(json_object_get(body, "by_more"), "n");

    json_array_foreach(json_object_get(body, "by"), i, row) {
        n += ctl_number(row, "n");
    }

    return n >= ctl_number(body, "n");
}


static int
sums_goes_on(const sums_part_t *part, const ctl_event_t *event)
{
    return strcmp(event->type, "handling.sum") == 0
           && strcmp(ctl_text(part->body, "from"),
                     ctl_text(event->body, "from")) == 0
           && strcmp(ctl_text(part->body, "host"), event->host) == 0
           && ctl_number(event->body, "n") == 0;
}


static void
sums_tell(ctl_sums_t *sums, sums_part_t *part, ctl_event_fn fn, void *ctx)
{
    json_t       *body = part->body;
    ctl_event_t   event = part->event;

    part->body = NULL;
    ctl_table_drop(&sums->parts, event.lane);

    /* texts of an event are those of its body */

    event.body = body;
    event.type = ctl_text(body, "ty");
    event.host = ctl_text(body, "host");
    event.policy = ctl_text(body, "pol");

    fn(ctx, &event);
    json_decref(body);
}


static int
sums_keep(ctl_sums_t *sums, const ctl_event_t *event)
{
    json_t       *rows;
    sums_part_t  *part = ctl_table_take(&sums->parts, event->lane);

    if (part == NULL) {
        return 0;
    }

    part->event = *event;
    part->body = json_copy((json_t *) (uintptr_t) event->body);
    rows = json_copy(json_object_get(event->body, "by"));

    return json_object_set_new(part->body, "by", rows ? rows : json_array())
           == 0;
}


static int
sums_add(sums_part_t *part, const json_t *body)
{
    json_t  *rows = json_object_get(body, "by");
    json_t  *more = json_object_get(body, "by_more");

    return (rows == NULL
            || json_array_extend(json_object_get(part->body, "by"), rows) == 0)
           && (more == NULL
               || json_object_set(part->body, "by_more", more) == 0);
}


void
ctl_sums_event(ctl_sums_t *sums, const ctl_event_t *event, ctl_event_fn fn,
    void *ctx)
{
    sums_part_t  *part = ctl_table_find(&sums->parts, event->lane);

    if (part && sums_goes_on(part, event)) {
        sums->failed |= !sums_add(part, event->body);

        if (sums_is_whole(part->body)) {
            sums_tell(sums, part, fn, ctx);
        }

        return;
    }

    if (part) {
        sums_tell(sums, part, fn, ctx);
    }

    if (strcmp(event->type, "handling.sum") == 0
        && !sums_is_whole(event->body))
    {
        sums->failed |= !sums_keep(sums, event);
        return;
    }

    fn(ctx, event);
}


void
ctl_sums_end(ctl_sums_t *sums, ctl_event_fn fn, void *ctx)
{
    size_t        at = 0;
    sums_part_t  *part;

    while ((part = ctl_table_next(&sums->parts, &at, NULL)) != NULL) {
        sums_tell(sums, part, fn, ctx);
        at = 0;
    }

    ctl_table_free(&sums->parts);
}
