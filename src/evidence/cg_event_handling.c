#include "cg_event_handling.h"
#include "cg_field.h"


static void
event_name(cg_out_t *out, cg_str_t name)
{
    unsigned char  cut[CG_EVENT_NAME_LEN + 3];

    if (name.len > CG_EVENT_NAME_LEN) {
        memcpy(cut, name.data, CG_EVENT_NAME_LEN);
        memcpy(cut + CG_EVENT_NAME_LEN, "...", 3);
        name = (cg_str_t) { sizeof(cut), cut };
    }

    cg_field_item_str(out, name);
}


/* Names come from visitors: a flood of them must not make the line too long
 * and so get rid of the event. */

static void
event_names(cg_out_t *out, const char *key, const char *more,
    const cg_event_names_t *names)
{
    size_t  i, start = out->len;

    if (names->n == 0) {
        return;
    }

    cg_field_array_begin(out, key);

    for (i = 0; i < names->n && i < CG_EVENT_NAMES; i++) {
        if (out->len - start > CG_EVENT_LIST_BYTES) {
            break;
        }

        event_name(out, names->names[i]);
    }

    cg_field_array_end(out);

    if (i < names->n) {
        cg_field_uint(out, more, names->n - i);
    }
}


static void
event_counts(cg_out_t *out, uint64_t held, uint64_t passed)
{
    cg_field_uint(out, "held", held);
    cg_field_uint(out, "passed", passed);
    cg_field_object_end(out);
}


static void
event_tags(cg_out_t *out, const cg_event_handling_t *handling)
{
    size_t                 i, start = out->len, n = handling->n_tags;
    cg_event_tag_t         more = handling->more;
    const cg_event_tag_t  *tags = handling->tags;

    cg_field_object_begin(out, "tags");

    for (i = 0; i < n && out->len - start <= CG_EVENT_LIST_BYTES; i++) {
        cg_field_key(out, tags[i].vendor);
        cg_field_object_begin(out, NULL);
        event_counts(out, tags[i].held, tags[i].passed);
    }

    cg_field_object_end(out);

    if (i == n && more.held + more.passed == 0) {
        return;
    }

    cg_field_object_begin(out, "tags_more");
    cg_field_uint(out, "vendors", n - i);

    for ( /* void */ ; i < n; i++) {
        more.held += tags[i].held;
        more.passed += tags[i].passed;
    }

    event_counts(out, more.held, more.passed);
}


void
cg_event_handling(cg_out_t *out, const cg_event_handling_t *handling)
{
    cg_field_str(out, "state", handling->state);
    cg_field_list(out, "granted", handling->granted, handling->n_granted);
    cg_field_uint(out, "status", handling->status);
    event_tags(out, handling);
    event_names(out, "ck_req", "ck_req_more", &handling->request);
    event_names(out, "ck_set", "ck_set_more", &handling->set);
    event_names(out, "ck_expired", "ck_expired_more", &handling->expired);
    event_names(out, "ck_capped", "ck_capped_more", &handling->capped);
    cg_field_str(out, "rewrite", handling->bypass.data ? handling->bypass
                                                       : cg_str("ok"));
    cg_field_str(out, "lookup", handling->lookup);

    cg_field_list(out, "walls", handling->walls, handling->n_walls);

    if (handling->n_classes) {
        cg_field_list(out, "class", handling->classes, handling->n_classes);
    }

    if (handling->ip_up.data) {
        cg_field_object_begin(out, "ip");
        cg_field_str(out, "up", handling->ip_up);
        cg_field_str(out, "log", handling->ip_log);
        cg_field_object_end(out);
    }
}
