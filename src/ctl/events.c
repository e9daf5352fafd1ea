#include "events.h"
#include "evidence/cg_event.h"
#include "evidence/cg_line.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define EVENTS_CHUNK  65536            /* bytes read at a time */


/* Options */


static int
events_time(ctl_events_t *events, const char *name, int64_t *ms)
{
    int          found;
    const char  *text;

    found = ctl_take_value(events->ctl, name, &text);

    if (found && (text == NULL || !ctl_when_read(text, ms))) {
        return ctl_complain(events->ctl, "%s needs a time, as 2026-11-22 or"
                            " 2026-11-22T04:20:01Z", name);
    }

    if (found && ctl_when_is_day(text) && strcmp(name, "--to") == 0) {
        *ms += CTL_DAY_MS;
    }

    return 0;
}


int
ctl_events_begin(ctl_events_t *events, ctl_t *ctl)
{
    memset(events, 0, sizeof(*events));
    events->ctl = ctl;
    events->from = INT64_MIN;
    events->to = INT64_MAX;
    events->first = INT64_MAX;
    events->last = INT64_MIN;
    events->end = INT64_MIN;
    events->findings = json_array();
    ctl_table_init(&events->left, sizeof(int64_t));

    if (events->findings == NULL) {
        return ctl_complain(ctl, "no memory");
    }

    return events_time(events, "--from", &events->from)
           || events_time(events, "--to", &events->to) ? CTL_CANNOT_TELL : 0;
}


/* Members */


const char *
ctl_text(const json_t *json, const char *key)
{
    const char  *text = json_string_value(json_object_get(json, key));

    return text ? text : "";
}


int64_t
ctl_number(const json_t *json, const char *key)
{
    return json_integer_value(json_object_get(json, key));
}


int
ctl_time(const json_t *json, const char *key, int64_t *ms)
{
    return ctl_when_read(ctl_text(json, key), ms);
}


static int
events_place(const json_t *json, char lane[CG_LANE_LEN + 1], int64_t *seq)
{
    const char  *ch = ctl_text(json, "ch");

    if (!json_is_integer(json_object_get(json, "seq"))) {
        return 0;
    }

    if (strlen(ch) == CG_LANE_LEN) {
        memcpy(lane, ch, CG_LANE_LEN + 1);
    }

    *seq = ctl_number(json, "seq");

    return 1;
}


int
ctl_ref(const ctl_event_t *event, char lane[CG_LANE_LEN + 1], int64_t *seq)
{
    memcpy(lane, event->lane, CG_LANE_LEN + 1);

    return events_place(json_object_get(event->body, "ref"), lane, seq);
}


/* Findings of the verifier */


/* The file that a line of the whole stands in; its own number there. */

static ctl_place_t
events_where(const ctl_events_t *events, uint64_t line)
{
    size_t       i = events->n_files;
    ctl_place_t  place;

    while (--i) {
        if (events->files[i].before < line) {
            break;
        }
    }

    place.file = events->files[i].path;
    place.line = (int64_t) (line - events->files[i].before);

    return place;
}


static void
events_keep(void *ctx, const cg_finding_t *finding)
{
    static const char *const  levels[] = { "note", "cannot tell", "finding" };

    json_t        *item;
    ctl_place_t    place;
    ctl_events_t  *events = ctx;

    if (json_array_size(events->findings) == CTL_FINDINGS) {
        events->unlisted++;
        return;
    }

    place = events_where(events, finding->line);
    item = json_pack("{s:s, s:I, s:o, s:o, s:s, s:s, s:s}",
                     "file", place.file, "line", (json_int_t) place.line,
                     "lane", finding->lane.data
                     ? json_stringn((const char *) finding->lane.data,
                                    finding->lane.len) : json_null(),
                     "seq", finding->lane.data
                     ? json_integer((json_int_t) finding->seq) : json_null(),
                     "level", levels[finding->level],
                     "kind", finding->kind, "text", finding->text);

    if (item == NULL || json_array_append_new(events->findings, item) != 0) {
        events->failed = 1;
    }
}


/* Events */


static int
events_is_void(const ctl_events_t *events, const ctl_event_t *event)
{
    const int64_t  *from = ctl_table_find(&events->left, event->lane);

    return from && event->seq >= *from;
}


static void
events_period(ctl_events_t *events, ctl_event_t *event)
{
    event->within = event->t >= events->from && event->t < events->to;

    if (event->t > events->end) {
        events->end = event->t;
    }

    if (event->within) {
        events->first = event->t < events->first ? event->t : events->first;
        events->last = event->t > events->last ? event->t : events->last;
    }
}


static void
events_tell(void *ctx, const cg_verify_event_t *line)
{
    ctl_event_t    event;
    ctl_events_t  *events = ctx;

    memset(&event, 0, sizeof(event));
    event.body = (const json_t *) line->json;
    event.place = events_where(events, line->line);
    event.seq = event.at_seq = (int64_t) line->seq;
    memcpy(event.lane, line->lane.data, CG_LANE_LEN);
    memcpy(event.at_lane, line->lane.data, CG_LANE_LEN);

    if (events_is_void(events, &event)
        || !ctl_time(event.body, "t", &event.t))
    {
        return;
    }

    (void) events_place(json_object_get(event.body, "first_at"),
                        event.at_lane, &event.at_seq);
    event.type = ctl_text(event.body, "ty");
    event.host = ctl_text(event.body, "host");
    event.policy = ctl_text(event.body, "pol");
    event.version = ctl_number(event.body, "pv");

    events_period(events, &event);
    events->event(events->ctx, &event);
}


/* What has to be known before the first event: which lines are void, and whose
 * a receipt is. */


static json_t *
events_parse(const char *line, size_t len)
{
    json_error_t  error;

    return json_loadb(line, len, JSON_ALLOW_NUL, &error);
}


static void
events_left(ctl_events_t *events, const json_t *json)
{
    char            lane[CG_LANE_LEN + 1] = "";
    int64_t         seq, *from;
    const json_t   *place = json_object_get(json, "instead");

    if (!events_place(place, lane, &seq) || lane[0] == '\0') {
        return;
    }

    from = ctl_table_find(&events->left, lane);

    if (from && *from <= seq) {
        return;
    }

    from = ctl_table_take(&events->left, lane);

    if (from) {
        *from = seq;

    } else {
        events->failed = 1;
    }
}


static void
events_receipt(ctl_events_t *events, const json_t *json)
{
    if (strcmp(ctl_text(json, "ty"), CG_EVENT_DECISION) == 0
        && strcmp(ctl_text(json, "rid"), events->rid) == 0)
    {
        snprintf(events->sub, sizeof(events->sub), "%s",
                 ctl_text(json, "sub"));
    }
}


/* Only what has the words in it is read as JSON.  A torn piece may stand in
 * front of a line. */

static void
events_glance_line(ctl_events_t *events, char *line, size_t len)
{
    char    *start, *next;
    json_t  *json;

    if (strstr(line, "\"instead\":{") == NULL
        && (events->rid == NULL || strstr(line, events->rid) == NULL))
    {
        return;
    }

    for (start = line, next = line; next; ) {
        next = strstr(start + 1, CG_LINE_START);
        start = next ? next : start;
    }

    json = events_parse(start, len - (size_t) (start - line));

    if (json) {
        events_left(events, json);

        if (events->rid) {
            events_receipt(events, json);
        }

        json_decref(json);
    }
}


static int
events_glance(ctl_events_t *events, const ctl_file_t *file)
{
    int      wrong;
    char    *line = NULL;
    size_t   size = 0;
    ssize_t  len;

    while ((len = getline(&line, &size, file->in)) > 0) {
        events_glance_line(events, line, (size_t) len);
    }

    wrong = ferror(file->in);
    free(line);
    rewind(file->in);

    return wrong ? ctl_complain(events->ctl, "%s: %s", file->path,
                                strerror(errno)) : 0;
}


/* Files */


/* Standard input is read twice, so it is kept: in a file without a name. */

static FILE *
events_spool(void)
{
    char    chunk[EVENTS_CHUNK];
    FILE   *file = tmpfile();
    size_t  n;

    while (file && (n = fread(chunk, 1, sizeof(chunk), stdin)) != 0) {
        if (fwrite(chunk, 1, n, file) != n) {
            (void) fclose(file);
            return NULL;
        }
    }

    if (file) {
        rewind(file);
    }

    return file;
}


static int
events_open(ctl_events_t *events)
{
    int          i, code = 0;
    ctl_t       *ctl = events->ctl;
    ctl_file_t  *file;

    events->files = calloc((size_t) ctl->argc + 1, sizeof(*events->files));

    if (events->files == NULL) {
        return ctl_complain(ctl, "no memory");
    }

    for (i = 0; i < ctl->argc && code == 0; i++) {
        file = &events->files[i];
        file->path = ctl->argv[i];
        file->in = strcmp(file->path, "-") == 0 ? events_spool()
                                                : fopen(file->path, "rb");

        if (file->in == NULL) {
            return ctl_complain(ctl, "%s: %s", file->path, strerror(errno));
        }

        code = events_glance(events, file);
    }

    return code;
}


static int
events_feed(ctl_events_t *events, cg_verify_t *verify, ctl_file_t *file)
{
    size_t         i, n;
    cg_status_t    rc;
    unsigned char  chunk[EVENTS_CHUNK];

    file->before = events->lines;
    events->n_files++;

    while ((n = fread(chunk, 1, sizeof(chunk), file->in)) != 0) {
        rc = cg_verify_feed(verify, (cg_str_t) { n, chunk });

        if (rc != CG_OK) {
            return ctl_complain(events->ctl, "%s: %s", file->path,
                                rc == CG_ELIMIT ? "more lanes than can be kept"
                                                  " in memory" : "no memory");
        }

        for (i = 0; i < n; i++) {
            events->lines += chunk[i] == '\n';
        }
    }

    return ferror(file->in) ? ctl_complain(events->ctl, "%s: %s", file->path,
                                           strerror(errno)) : 0;
}


int
ctl_events_read(ctl_events_t *events, ctl_event_fn event, void *ctx)
{
    int           i, code;
    ctl_t        *ctl = events->ctl;
    cg_verify_t  *verify = cg_verify_new(ctl->arena, events_keep, events);

    if (verify == NULL) {
        return ctl_complain(ctl, "no memory");
    }

    events->event = event;
    events->ctx = ctx;
    cg_verify_events(verify, events_tell, events);

    code = events_open(events);

    for (i = 0; i < ctl->argc && code == 0; i++) {
        code = events_feed(events, verify, &events->files[i]);
    }

    if (code == 0 && (cg_verify_end(verify, &events->sum) != CG_OK
                      || events->failed))
    {
        code = ctl_complain(ctl, "no memory");
    }

    return code;
}


void
ctl_events_end(ctl_events_t *events)
{
    int  i;

    for (i = 0; events->files && i < events->ctl->argc; i++) {
        if (events->files[i].in) {
            (void) fclose(events->files[i].in);
        }
    }

    free(events->files);
    json_decref(events->findings);
    ctl_table_free(&events->left);
}
