/* What a line says, once it is known to be whole. */

#include "cg_json.h"
#include "cg_verify_state.h"

#include <stdio.h>


/* Heads that a line names */


/* A lane that is not here at all may have been purged. */

static int
verify_is_awaited(cg_verify_t *v, const cg_line_t *head, const char *kind,
    const char *text)
{
    verify_missing_t  missing = { *head, 0, v->line, head->seq, kind, text };

    return cg_verify_await(v, &missing);
}


/* Not `strict`: what is too old to be compared is named again by and by. */

static void
verify_head(cg_verify_t *v, const cg_line_t *head, int strict)
{
    const char         *kind = "follows", *text;
    cg_lane_t          *lane = cg_lane_find(&v->lanes, head->ch);
    cg_status_t         rc = CG_NONE;
    cg_finding_level_t  level = CG_FINDING_FAULT;

    if (lane) {
        rc = cg_lane_compare(&v->lanes, lane, head->seq, head->h);
    }

    if (rc == CG_OK) {
        return;
    }

    if (rc == CG_MORE) {
        text = "this line names a head of a lane that ends before it:"
               " the end of that lane was cut off";

    } else if (rc == CG_EINVAL) {
        text = "this line names a head of a lane that is another line now:"
               " that lane was written anew";

    } else if (lane) {
        if (!strict) {
            return;
        }

        level = CG_FINDING_UNSURE;
        text = "this line names a head too old to be compared";

        if (verify_is_awaited(v, head, kind, text)) {
            return;
        }

    } else if (v->complete) {
        text = "this line names a lane that is not here: it was taken out,"
               " since the log is here from its first line on";

    } else {
        level = CG_FINDING_UNSURE;
        text = "this line names a lane that is not here: an earlier file is"
               " needed, or the lane was taken out";

        if (verify_is_awaited(v, head, kind, text)) {
            return;
        }
    }

    cg_verify_report(v, level, kind, head->ch, v->line, head->seq, text);
}


int
cg_verify_head(const json_t *json, cg_line_t *head)
{
    json_t      *seq = json_object_get(json, "seq");
    const char  *ch = json_string_value(json_object_get(json, "ch"));
    const char  *h = json_string_value(json_object_get(json, "h"));

    memset(head, 0, sizeof(*head));

    if (ch == NULL || strlen(ch) != CG_LANE_LEN || h == NULL
        || cg_hex_read(cg_str_from(h), head->h, sizeof(head->h)) != CG_OK
        || !json_is_integer(seq) || json_integer_value(seq) < 0)
    {
        return 0;
    }

    memcpy(head->ch, ch, CG_LANE_LEN);
    head->seq = (uint64_t) json_integer_value(seq);

    return 1;
}


static void
verify_heads(cg_verify_t *v, const cg_line_t *line, const json_t *heads,
    int strict)
{
    size_t     i;
    cg_line_t  head;

    for (i = 0; i < json_array_size(heads); i++) {
        if (cg_verify_head(json_array_get(heads, i), &head)) {
            verify_head(v, &head, strict);

        } else {
            cg_verify_fault(v, "body", line,
                            "a head that it names is malformed");
        }
    }
}


int
cg_verify_place(const json_t *json, const unsigned char *own, cg_place_t *place)
{
    json_t      *seq = json_object_get(json, "seq");
    json_t      *lane = json_object_get(json, "ch");
    const char  *ch = json_string_value(lane);

    if (!json_is_integer(seq) || json_integer_value(seq) < 0) {
        return 0;
    }

    place->seq = (uint64_t) json_integer_value(seq);

    if (lane == NULL && own) {
        memcpy(place->ch, own, CG_LANE_LEN);
        return 1;
    }

    if (ch == NULL || strlen(ch) != CG_LANE_LEN) {
        return 0;
    }

    memcpy(place->ch, ch, CG_LANE_LEN);

    return 1;
}


/* The decision may stand in a lane that was left behind, or in a file that is
 * not here. */

static void
verify_outcome(cg_verify_t *v, const cg_line_t *line, const json_t *json)
{
    int          waited;
    cg_lane_t   *lane;
    cg_place_t   place;
    const char  *result = json_string_value(json_object_get(json, "result"));

    if (!cg_verify_place(json_object_get(json, "ref"), line->ch, &place)) {
        cg_verify_fault(v, "body", line, "an outcome without ref.seq");
        return;
    }

    lane = cg_lane_find(&v->lanes, place.ch);

    if (lane == NULL) {
        return;
    }

    waited = cg_lane_settle(&lane->open, place.seq) == CG_OK;

    /* who closed while nobody could look has no pseudonym here */

    if (result && strcmp(result, "pending") == 0) {
        v->status = cg_lane_expect(&v->lanes, lane, &lane->pending, place.seq,
                                   v->line);
        return;
    }

    if (waited || place.seq < lane->known || lane->crowded || lane->left) {
        return;
    }

    cg_verify_report(v, CG_FINDING_NOTE, "outcome", line->ch, v->line,
                     line->seq, "an outcome of no open decision");
}


/* It may come twice, if a process ended in between, and its decision may stand
 * in an older file. */

static void
verify_replay(cg_verify_t *v, const cg_line_t *line, const json_t *json)
{
    cg_lane_t   *lane;
    cg_place_t   place;
    const char  *result = json_string_value(json_object_get(json, "result"));

    if (!cg_verify_place(json_object_get(json, "ref"), NULL, &place)
        || result == NULL
        || (strcmp(result, "recorded") != 0 && strcmp(result, "absent") != 0
            && strcmp(result, "superseded") != 0))
    {
        cg_verify_fault(v, "body", line, "a replay that does not say of which"
                        " decision, and what became of it");
        return;
    }

    lane = cg_lane_find(&v->lanes, place.ch);

    if (lane) {
        (void) (cg_lane_settle(&lane->pending, place.seq) == CG_OK);
    }
}


/* A sync failed: from a line on, a lane counts no more. */

static void
verify_instead(cg_verify_t *v, const cg_line_t *line, const json_t *json)
{
    cg_lane_t   *lane;
    cg_place_t   place;

    if (!cg_verify_place(json, NULL, &place)) {
        cg_verify_fault(v, "body", line,
                        "the lines that it stands in for are not named");
        return;
    }

    lane = cg_lane_find(&v->lanes, place.ch);

    if (lane) {
        cg_lane_leave(lane, place.seq);
    }
}


/* Its outcome names the place where it stood first. */

static void
verify_decision(cg_verify_t *v, cg_lane_t *lane, const cg_line_t *line,
    const json_t *json)
{
    uint64_t     seq = line->seq;
    cg_lane_t   *first;
    cg_place_t   place;

    v->sum.decisions++;

    if (json_object_get(json, "sub") == NULL) {
        return;
    }

    if (cg_verify_place(json_object_get(json, "first_at"), NULL, &place)) {
        first = cg_lane_find(&v->lanes, place.ch);

        if (first) {
            lane = first;
            seq = place.seq;
        }
    }

    v->status = cg_lane_expect(&v->lanes, lane, &lane->open, seq,
                               v->line);
}


static void
verify_seen(cg_verify_t *v, const cg_line_t *line, const json_t *json)
{
    json_t      *n = json_object_get(json, "n");
    const char  *kind = json_string_value(json_object_get(json, "kind"));

    if (kind == NULL || !json_is_integer(n) || json_integer_value(n) < 1
        || (strcmp(kind, "host") == 0
            && !json_is_string(json_object_get(json, "name"))))
    {
        cg_verify_fault(v, "body", line,
                        "an unknown.seen that does not say what"
                        " was seen, and how often");
    }
}


/* Figures that cannot be read add up to nothing, and nobody would see it. */

static void
verify_sum(cg_verify_t *v, const cg_line_t *line, const json_t *json)
{
    if (!json_is_integer(json_object_get(json, "n"))
        || !json_is_integer(json_object_get(json, "without_basis"))
        || !json_is_string(json_object_get(json, "from"))
        || !json_is_string(json_object_get(json, "to"))
        || !json_is_array(json_object_get(json, "by")))
    {
        cg_verify_fault(v, "body", line, "a handling.sum that does not say of"
                        " what time, and how much");
    }
}


static void
verify_provision(cg_verify_t *v, const cg_line_t *line, const json_t *json)
{
    cg_place_t  place;

    if (!cg_verify_place(json_object_get(json, "ref"), line->ch, &place)
        || !json_is_string(json_object_get(json, "day"))
        || json_array_size(json_object_get(json, "to")) == 0)
    {
        cg_verify_fault(v, "body", line, "a provision that does not say by"
                        " which decision, from when, and to whom");
    }
}


static void
verify_show(cg_verify_t *v, const cg_line_t *line, const json_t *json)
{
    const json_t  *notice = json_object_get(json, "notice");

    if (!json_is_string(json_object_get(json, "rid"))
        || !json_is_string(json_object_get(json, "vendor"))
        || !json_is_string(json_object_get(notice, "hash")))
    {
        cg_verify_fault(v, "body", line, "a show_once that does not say whose"
                        " it was, and what was said before");
    }
}


static void
verify_body(cg_verify_t *v, cg_lane_t *lane, const cg_line_t *line,
    const json_t *json)
{
    int          opens;
    const char  *type = json_string_value(json_object_get(json, "ty"));

    opens = strcmp(type, "chain.open") == 0;

    if (opens != (line->seq == 0)) {
        cg_verify_fault(v, "open", line,
                        opens ? "a chain.open that is not the first of its lane"
                              : "the first of a lane, but no chain.open");
    }

    if (opens) {
        verify_heads(v, line, json_object_get(json, "follows"), 1);

        if (json_object_get(json, "instead")) {
            verify_instead(v, line, json_object_get(json, "instead"));
        }

    } else if (strcmp(type, "chain.close") == 0) {
        verify_heads(v, line, json_object_get(json, "heads"), 1);
        v->sum.closed += !lane->closed;
        lane->closed = 1;

    } else if (strcmp(type, "seal") == 0) {
        verify_heads(v, line, json_object_get(json, "heads"), 0);

    } else if (strcmp(type, "outcome") == 0) {
        verify_outcome(v, line, json);

    } else if (strcmp(type, "replay") == 0) {
        verify_replay(v, line, json);

    } else if (strcmp(type, "handling.sum") == 0) {
        verify_sum(v, line, json);

    } else if (strcmp(type, "provision.start") == 0
               || strcmp(type, "provision.stop") == 0)
    {
        verify_provision(v, line, json);

    } else if (strcmp(type, "show_once") == 0) {
        verify_show(v, line, json);

    } else if (strcmp(type, "segment.purge") == 0) {
        cg_verify_purged(v, line, json);

    } else if (strcmp(type, "unknown.seen") == 0) {
        verify_seen(v, line, json);

    } else if (strcmp(type, "decision") == 0) {
        verify_decision(v, lane, line, json);
    }
}


static void
verify_tell(cg_verify_t *v, const cg_line_t *line, const json_t *json)
{
    cg_verify_event_t  event;

    if (v->event) {
        event.json = json;
        event.line = v->line;
        event.lane = (cg_str_t) { CG_LANE_LEN, line->ch };
        event.seq = line->seq;
        v->event(v->event_ctx, &event);
    }
}


void
cg_verify_content(cg_verify_t *v, cg_lane_t *lane, const cg_line_t *line,
    cg_str_t text)
{
    char          message[64];
    json_t       *json;
    const char   *field;
    json_error_t  error;

    json = json_loadb((const char *) text.data, text.len,
                      JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &error);
    if (json == NULL) {
        cg_verify_fault(v, "json", line, "the hash fits, but this is no JSON"
                        " object with one value for each name");
        return;
    }

    field = cg_json_envelope(json);

    if (field) {
        snprintf(message, sizeof(message),
                 "the field %s is missing or malformed", field);
        cg_verify_fault(v, "envelope", line, message);

    } else {
        cg_verify_sealing(v, lane, line, json, text);
        verify_body(v, lane, line, json);
        verify_tell(v, line, json);
    }

    json_decref(json);
}
