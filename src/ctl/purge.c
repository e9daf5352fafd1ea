/*
 * consentctl purge: removes whole files of a rotated log that are older than a
 * time, and leaves a segment.purge with the last line of each of their lanes,
 * so that what remains still verifies.
 */

#include "append.h"
#include "events.h"
#include "plain.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define PURGE_HEADS  96                /* in one line */


typedef struct {
    unsigned char  ch[CG_LANE_LEN];
    int64_t        seq;
    char           h[2 * CG_SHA256_LEN + 1];
} purge_lane_t;

typedef struct {
    ctl_t               *ctl;
    ctl_append_where_t   where;
    const char          *rule;
    int64_t              older;        /* milliseconds since 1970 */
    int64_t              last;         /* of the file being read */
    uint64_t             lines;
    int                  failed;
    ctl_table_t          lanes;        /* name: purge_lane_t */
} purge_t;


/* What an earlier purge removed is still named by what remains, perhaps. */

static void
purge_inherit(purge_t *purge, const json_t *heads)
{
    size_t         i;
    const char    *ch;
    const json_t  *head;
    purge_lane_t  *lane;

    for (i = 0; i < json_array_size(heads); i++) {
        head = json_array_get(heads, i);
        ch = ctl_text(head, "ch");

        if (strlen(ch) != CG_LANE_LEN || ctl_table_find(&purge->lanes, ch)) {
            continue;
        }

        lane = ctl_table_take(&purge->lanes, ch);

        if (lane == NULL) {
            purge->failed = 1;
            return;
        }

        memcpy(lane->ch, ch, CG_LANE_LEN);
        lane->seq = ctl_number(head, "seq");
        (void) snprintf(lane->h, sizeof(lane->h), "%s", ctl_text(head, "h"));
    }
}


static void
purge_event(void *ctx, const ctl_event_t *event)
{
    purge_t       *purge = ctx;
    purge_lane_t  *lane = ctl_table_take(&purge->lanes, event->lane);

    if (lane == NULL) {
        purge->failed = 1;
        return;
    }

    memcpy(lane->ch, event->lane, CG_LANE_LEN);
    lane->seq = event->seq;
    (void) snprintf(lane->h, sizeof(lane->h), "%s",
                    ctl_text(event->body, "h"));
    purge->lines++;

    if (strcmp(event->type, "segment.purge") == 0) {
        purge_inherit(purge, json_object_get(event->body, "heads"));
    }

    purge->last = event->t > purge->last ? event->t : purge->last;
}


/* Reads `n` files from `first` on, as one log: what is gone with them. */

static int
purge_read(purge_t *purge, int first, int n)
{
    int            code;
    ctl_t          ctl = *purge->ctl;
    ctl_events_t   events;

    ctl.argc = n;
    ctl.argv += first;
    purge->lines = 0;
    purge->last = INT64_MIN;

    code = ctl_events_begin(&events, &ctl);
    code = code ? code : ctl_events_read(&events, purge_event, purge);

    if (code == 0 && events.sum.faults) {
        code = ctl_complain(purge->ctl, "the log does not verify: nothing is"
                            " removed of it");
    }

    ctl_events_end(&events);

    return code ? code
           : purge->failed ? ctl_complain(purge->ctl, "no memory") : CTL_PASS;
}


/* How many of the files, from the oldest on, are old enough as a whole. */

static int
purge_count(purge_t *purge, int *n)
{
    int  code = CTL_PASS;

    for (*n = 0; *n < purge->ctl->argc && code == CTL_PASS; (*n)++) {
        code = purge_read(purge, *n, 1);

        if (purge->lines && purge->last >= purge->older) {
            break;
        }
    }

    return code;
}


static int
purge_is_current(const purge_t *purge, const char *path)
{
    struct stat  file, log;

    return stat(path, &file) != 0 || stat(purge->where.log, &log) != 0
           || (file.st_dev == log.st_dev && file.st_ino == log.st_ino);
}


static void
purge_head(cg_out_t *out, const purge_lane_t *lane)
{
    cg_field_object_begin(out, NULL);
    cg_field_str(out, "ch", (cg_str_t) { CG_LANE_LEN, lane->ch });
    cg_field_uint(out, "seq", (uint64_t) lane->seq);
    cg_field_str(out, "h", cg_str_from(lane->h));
    cg_field_object_end(out);
}


/* As many lines as it takes to name every lane. */

static int
purge_write(purge_t *purge, ctl_append_t *append)
{
    int            n, code = CTL_PASS;
    size_t         at = 0;
    cg_out_t      *out;
    const char    *name;
    purge_lane_t  *lane = ctl_table_next(&purge->lanes, &at, &name);

    do {
        out = ctl_append_begin(append, "segment.purge", purge->where.site);
        cg_field_str(out, "rule", cg_str_from(purge->rule));
        cg_field_uint(out, "lines", purge->lines);
        cg_field_time(out, "older", (uint64_t) purge->older);
        cg_field_array_begin(out, "heads");

        for (n = 0; lane && n < PURGE_HEADS; n++) {
            purge_head(out, lane);
            lane = ctl_table_next(&purge->lanes, &at, &name);
        }

        cg_field_array_end(out);
        code = ctl_append_end(append);

    } while (lane && code == CTL_PASS);

    return code;
}


/* Said before it is done: whatever ends us in between leaves too much. */

static int
purge_remove(purge_t *purge, int n)
{
    int            i, code;
    ctl_append_t   append;

    code = ctl_append_open(&append, purge->ctl, purge->where.log,
                           purge->where.state);
    if (code != CTL_PASS) {
        return code;
    }

    code = ctl_append_close(&append, purge_write(purge, &append));

    for (i = 0; i < n && code == CTL_PASS; i++) {
        if (unlink(purge->ctl->argv[i]) != 0) {
            code = ctl_complain(purge->ctl, "%s: %s", purge->ctl->argv[i],
                                strerror(errno));

        } else if (!purge->ctl->json) {
            printf("removed %s\n", purge->ctl->argv[i]);
        }
    }

    return ctl_append_tell(&append, code);
}


static int
purge_options(ctl_t *ctl, purge_t *purge)
{
    int          i;
    const char  *older = NULL, *fault;

    memset(purge, 0, sizeof(*purge));
    purge->ctl = ctl;
    purge->rule = "retention";
    ctl_table_init(&purge->lanes, sizeof(purge_lane_t));

    if (ctl_append_where(ctl, &purge->where) != CTL_PASS
        || (ctl_take_value(ctl, "--rule", &purge->rule) && !purge->rule)
        || !ctl_take_value(ctl, "--older", &older) || older == NULL
        || !ctl_when_read(older, &purge->older))
    {
        return ctl_complain(ctl, "what goes? --older TIME FILE..., the oldest"
                            " first");
    }

    fault = ctl_plain_text(cg_str_from(purge->rule));

    if (fault) {
        return ctl_complain(ctl, "--rule %s", fault);
    }

    for (i = 0; i < ctl->argc; i++) {
        if (purge_is_current(purge, ctl->argv[i])) {
            return ctl_complain(ctl, "%s is the log that is written, or not"
                                " there", ctl->argv[i]);
        }
    }

    return ctl_has_unknown_option(ctl) ? CTL_CANNOT_TELL : CTL_PASS;
}


int
ctl_purge(ctl_t *ctl)
{
    int       n, code;
    purge_t   purge;

    code = purge_options(ctl, &purge);
    code = code == CTL_PASS ? purge_count(&purge, &n) : code;

    if (code != CTL_PASS) {
        return code;
    }

    if (n == 0) {
        if (!ctl->json) {
            printf("nothing is old enough\n");
        }

        return CTL_PASS;
    }

    ctl_table_free(&purge.lanes);
    ctl_table_init(&purge.lanes, sizeof(purge_lane_t));
    code = purge_read(&purge, 0, n);

    return code == CTL_PASS ? purge_remove(&purge, n) : code;
}
