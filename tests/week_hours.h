/* What workers count, hour by hour. */

#ifndef WEEK_HOURS_H
#define WEEK_HOURS_H

#include "week_config.h"


/* One row of a sum: a state, what is open in it, how many. */

typedef struct {
    const char  *state;
    const char  *granted;
    uint64_t     n;
    int          site;
    int          open;                       /* bits of purposes */
} hours_row_t;


static void
hours_tag(week_log_t *log, const char *vendor, uint64_t held, uint64_t passed)
{
    if (held + passed) {
        cg_field_key(&log->line, cg_str_from(vendor));
        cg_field_object_begin(&log->line, NULL);
        week_uint(log, "held", held);
        week_uint(log, "passed", passed);
        cg_field_object_end(&log->line);
    }
}


static void
hours_tags(week_t *week, const hours_row_t *row)
{
    int          analytics = row->open & week->granted_ever[row->site] & 1;
    int          marketing = row->open & week->granted_ever[row->site] & 2;
    int          heatmap = row->open & 1
                           && (week->granted_now[row->site]
                               || planted(week, "stretched"));
    uint64_t     n = row->n;
    week_log_t  *log = &week->log;

    if (planted(week, "passed-refused") && strcmp(row->state, "refused") == 0)
    {
        marketing = 1;
    }

    cg_field_object_begin(&log->line, "tags");
    hours_tag(log, row->site ? "matomo" : "google-analytics",
              analytics ? 0 : n, analytics ? n : 0);

    if (row->site == 0 && week->revised) {
        hours_tag(log, "heatmap", heatmap ? 0 : n, heatmap ? n : 0);
    }

    hours_tag(log, "adnet", marketing ? 0 : n, marketing ? n : 0);
    hours_tag(log, "unlisted", n / 4, 0);

    if (planted(week, "not-listed") && analytics) {
        hours_tag(log, "spy", 0, 1);
    }

    cg_field_object_end(&log->line);
}


static void
hours_row(week_t *week, const hours_row_t *row)
{
    week_log_t  *log = &week->log;

    if (row->n == 0) {
        return;
    }

    cg_field_object_begin(&log->line, NULL);
    week_str(log, "state", row->state);
    week_words(log, "granted", row->granted);
    week_uint(log, "n", row->n);
    hours_tags(week, row);

    cg_field_object_begin(&log->line, "ck_req");
    week_named(log, "_ga", row->open & 1 ? 0 : row->n / 3);
    cg_field_object_end(&log->line);
    cg_field_object_begin(&log->line, "ck_set");
    week_named(log, "adnet_id", row->open & 2 ? 0 : row->n / 2);
    cg_field_object_end(&log->line);
    cg_field_object_begin(&log->line, "ck_expired");
    week_named(log, "_ga", row->open & 1 ? 0 : row->n / 5);
    cg_field_object_end(&log->line);
    cg_field_object_end(&log->line);
}


static void
hours_ip(week_t *week, const hours_row_t *row, const char *up, const char *seen,
    int combined, uint64_t n)
{
    week_log_t  *log = &week->log;

    if (n == 0) {
        return;
    }

    if (planted(week, "combined") && strcmp(row->state, "none") == 0) {
        combined = 1;
    }

    if (planted(week, "full-address") && row->site == 1) {
        up = "full";
    }

    cg_field_object_begin(&log->line, NULL);
    week_str(log, "state", row->state);
    week_str(log, "up", up);
    week_str(log, "log", seen);
    cg_field_bool(&log->line, "combined", combined);
    week_uint(log, "n", n);
    cg_field_object_end(&log->line);
}


/* Whole addresses of those who bring nothing that tells who they are. */

static void
hours_ips(week_t *week, const hours_row_t *rows, size_t n)
{
    size_t  i;

    cg_field_array_begin(&week->log.line, "ip");

    for (i = 0; i < n; i++) {
        if (rows[i].site) {
            hours_ip(week, &rows[i], "t24", "t24", 0, rows[i].n);

        } else if (rows[i].open & 4) {
            hours_ip(week, &rows[i], "full", "full", 1, rows[i].n);

        } else {
            hours_ip(week, &rows[i], "full", "t24", 0, rows[i].n / 2);
            hours_ip(week, &rows[i], "t24", "t24", 0,
                     rows[i].n - rows[i].n / 2);
        }
    }

    cg_field_array_end(&week->log.line);
}


static void
hours_counts(week_t *week, uint64_t n, uint64_t away)
{
    week_log_t  *log = &week->log;

    cg_field_object_begin(&log->line, "rewrite");
    week_named(log, "ok", n);
    cg_field_object_end(&log->line);
    cg_field_object_begin(&log->line, "lookup");
    week_named(log, "none", n / 2);
    week_named(log, "cache", n - n / 2 > away ? n - n / 2 - away : 0);
    week_named(log, "redis", 0);
    week_named(log, "timeout", away / 4);
    week_named(log, "error", away - away / 4);
    cg_field_object_end(&log->line);
    cg_field_object_begin(&log->line, "walls");
    week_named(log, "headers", n);
    week_named(log, "markup", n);
    week_named(log, "csp", n);
    cg_field_object_end(&log->line);
    cg_field_object_begin(&log->line, "class");
    week_named(log, "form", n / 20);
    cg_field_object_end(&log->line);
}


static void
hours_sum(week_t *week, week_lane_t *lane, int site, int64_t from,
    uint64_t away)
{
    size_t       i;
    uint64_t     n = 0;
    week_log_t  *log = &week->log;
    const char  *all = site ? "analytics marketing"
                            : "analytics marketing ip_combine";
    hours_row_t  rows[] = {
        { "none", "", 40 + chance(week, 40), site, 0 },
        { "refused", "", 50 + chance(week, 50), site, 0 },
        { "granted", all, 60 + chance(week, 60), site, site ? 3 : 7 },
        { "partial", "analytics", 20 + chance(week, 20), site, 1 },
        { "stale", "", week->revised && site == 0 ? 15 : 0, site, 0 },
        { "unknown", "", away, site, 0 },
    };

    if (planted(week, "no-handling")) {
        return;
    }

    if (planted(week, "served-open")) {
        away *= 20;
    }

    on_site(week, site);
    week_begin(log, lane, "handling.sum");
    week_time(log, "from", from);
    week_time(log, "to", log->t);

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        n += rows[i].n;
    }

    week_uint(log, "n", n);
    cg_field_array_begin(&log->line, "by");

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        hours_row(week, &rows[i]);
    }

    cg_field_array_end(&log->line);
    hours_counts(week, n, away);
    hours_ips(week, rows, sizeof(rows) / sizeof(rows[0]));
    week_uint(log, "without_basis", planted(week, "without-basis") ? 2 : 0);
    week_finish(log, lane);
}


/* One exchange by itself, as with handling=each. */

static void
hours_single(week_t *week, week_lane_t *lane, int site)
{
    week_log_t  *log = &week->log;

    on_site(week, site);
    week_begin(log, lane, CG_EVENT_HANDLING);
    week_str(log, "state", "none");
    week_words(log, "granted", "");
    week_uint(log, "status", 200);
    cg_field_object_begin(&log->line, "tags");
    hours_tag(log, "adnet", 1, 0);
    cg_field_object_end(&log->line);
    week_words(log, "ck_req", "_ga");
    week_str(log, "rewrite", "ok");
    week_str(log, "lookup", "none");
    week_words(log, "walls", "headers markup");
    cg_field_object_begin(&log->line, "ip");
    week_str(log, "up", "t24");
    week_str(log, "log", "t24");
    cg_field_object_end(&log->line);
    week_finish(log, lane);
}

#endif /* WEEK_HOURS_H */
