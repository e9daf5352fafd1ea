/*
 * A week of two sites, as a consent log: 2026-11-16 to 2026-11-22.  Written
 * through the library's own code and the same on every run, so that an
 * auditor's twelve questions have answers that are known beforehand.
 *
 *     week [--visitors N] DIR [PLANT]
 *
 * writes DIR/consent.log and the archive DIR/consent.log.d.  PLANT is one thing
 * that is wrong or missing; `week --plants` lists them.
 *
 * What happens: every hour visitors of both sites come, look, decide; on
 * Tuesday Redis is away for twenty minutes; on Wednesday two visitors have
 * themselves erased; on Thursday the Japanese site gets another vendor under a
 * purpose that many had granted, so that they are asked again; requests of
 * individuals of each kind, one of them refused; a probe a day.
 */

#include "week_desk.h"
#include "week_hours.h"
#include "week_people.h"

#define VISITORS   24              /* who decide, a site and a day */
#define HOURS      12              /* of a day, from 08:00 on */


static const char *const  plants[] = {
    /* findings */
    "altered", "text-other", "shown-after", "no-notice", "passed-refused",
    "without-basis", "not-listed", "probe-dirty", "baseless-start",
    "not-consent", "no-stop", "no-start", "stray-stop", "terms-unreadable",
    "terms-other", "stretched", "old-terms", "late-stop", "not-done",
    "withdrawn-dirty", "overdue",
    "late-answer", "unverified", "no-reason", "not-notified", "no-ack",
    "no-final", "salt-left", "early-final", "combined", "full-address",
    "served-open", "uncounted", "nobody-refuses", "too-fast", "one-more-step",
    "unknown-open", "shared-sub", "foreign-policy", "foreign-ref",
    /* what is missing */
    "text-gone", "terms-gone", "no-probe", "old-probe", "no-withdrawn-probe",
    "no-handling", "no-address", "no-config", "no-unsaved", "outage-open",
    "few", "waiting", "lost", "no-received", "no-outcome"
};


static void
hour(week_t *week, int day, int h)
{
    int      site, i;
    int64_t  from = WEEK_MONDAY + day * WEEK_DAY + (8 + h) * WEEK_HOUR;

    for (site = 0; site < 2; site++) {
        week->log.t = from + site * 60000;

        for (i = 0; i < week->visitors / HOURS; i++) {
            if (!planted(week, "few") || week->numbers < 4) {
                visit(week, site);
            }
        }
    }

    for (site = 0; site < 2 && !planted(week, "no-handling"); site++) {
        week->log.t = from + WEEK_HOUR - 60000;
        hours_single(week, &week->workers[0], site);
        hours_sum(week, &week->workers[0], site, from, 0);
        hours_sum(week, &week->workers[1], site, from, 0);
    }
}


/* Redis is away for twenty minutes: nobody is looked up, three grants cannot be
 * recorded, one withdrawal waits. */


static void
degraded(week_t *week, int i, int stop)
{
    week_log_t  *log = &week->log;

    log->host = NULL;
    week_begin(log, &week->workers[i], stop ? CG_EVENT_DEGRADED_STOP
                                            : CG_EVENT_DEGRADED_START);
    week_str(log, "cause", "connection refused");
    week_uint(log, "n", stop ? 41 : 3);

    if (stop && !planted(week, "no-unsaved")) {
        week_uint(log, "unsaved", planted(week, "uncounted") ? 0 : 3);
    }

    week_finish(log, &week->workers[i]);
}


static void
turned_down(week_t *week, int site)
{
    visitor_t     v;
    week_lane_t  *lane = worker(week);

    memset(&v, 0, sizeof(v));
    v.site = site;
    v.granted = ANALYTICS;
    numbered(v.sub, 22, "subject", ++week->numbers);
    numbered(v.rid, 32, "receipt", week->numbers);
    week->log.t += 30000;

    decision(week, lane, &v, CG_ACT_GRANT, CG_MEANS_CUSTOM, 1);
    outcome(week, lane, &v, CG_RESULT_FAILED);
}


static void
replay(week_t *week, visitor_t *v)
{
    week_log_t        *log = &week->log;
    cg_event_replay_t  event = { { CG_LANE_LEN, v->place.ch }, v->place.seq,
                                 cg_str_from(v->rid), CG_REPLAY_RECORDED, 2 };

    on_site(week, v->site);
    week_begin(log, &week->workers[0], CG_EVENT_REPLAY);
    cg_event_replay(&log->line, &event);
    week_finish(log, &week->workers[0]);
    provision(week, &week->workers[0], v, 0, v->granted, v->heatmap);
}


static void
outage(week_t *week)
{
    int        i;
    visitor_t  v;

    memset(&v, 0, sizeof(v));
    week->log.t = WEEK_MONDAY + WEEK_DAY + 10 * WEEK_HOUR;
    degraded(week, 0, 0);
    degraded(week, 1, 0);

    for (i = 0; i < 3; i++) {
        turned_down(week, i & 1);
    }

    withdraw(week, 0, CG_ACT_WITHDRAW, CG_RESULT_PENDING, &v);
    week->log.t = WEEK_MONDAY + WEEK_DAY + 10 * WEEK_HOUR + 1200000;

    for (i = 0; i < 2; i++) {
        if (!planted(week, "outage-open")) {
            degraded(week, i, 1);
        }

        hours_sum(week, &week->workers[i], 0, week->log.t - 1200000, 44);
    }

    if (v.sub[0] && !planted(week, "waiting")) {
        replay(week, &v);
    }
}


/* Who is erased */


static void
erase(week_t *week, int site)
{
    visitor_t     v;
    week_log_t   *log = &week->log;
    week_lane_t  *lane = &week->workers[site];

    memset(&v, 0, sizeof(v));
    withdraw(week, site, CG_ACT_ERASE, CG_RESULT_RECORDED, &v);

    if (v.sub[0] == '\0') {
        return;
    }

    on_site(week, site);
    week_begin(log, lane, "erase");
    week_str(log, "sub", v.sub);
    week_str(log, "rid", v.rid);
    week_str(log, "scope", "all");
    week_str(log, "means", "delete");
    cg_field_bool(&log->line, "aof_pending", 1);
    week_finish(log, lane);

    if (planted(week, "salt-left")) {
        log->t += 60000;
        v.granted = ANALYTICS;
        decision(week, lane, &v, CG_ACT_GRANT, CG_MEANS_CUSTOM, 1);
        outcome(week, lane, &v, CG_RESULT_RECORDED);
    }
}


/* What a worker sees that nobody has named. */

static void
unknown(week_t *week, int day)
{
    week_log_t       *log = &week->log;
    cg_event_seen_t   seen;

    memset(&seen, 0, sizeof(seen));
    seen.name = cg_str("cdn.widget.example");
    seen.owner = cg_str("Widget Ltd");
    seen.directive = cg_str("script-src");
    seen.where = cg_str("csp");
    seen.action = planted(week, "unknown-open") ? CG_SEEN_PASSED
                                                : CG_SEEN_BLOCKED;
    seen.count = 7;

    if (day == 0 || planted(week, "unknown-open")) {
        on_site(week, 0);
        week_begin(log, &week->workers[0], CG_EVENT_UNKNOWN_SEEN);
        cg_event_seen(&log->line, &seen);
        week_finish(log, &week->workers[0]);
    }
}


/* What is wrong by itself */


static void
wrong_provisions(week_t *week)
{
    visitor_t  v = week->open[week->n_open - 1];

    if (planted(week, "baseless-start")) {
        v.place.seq = 9999;
        provision(week, &week->workers[0], &v, 1, MARKETING, 0);
    }

    if (planted(week, "stray-stop")) {
        numbered(v.sub, 22, "subject", 999999);
        provision(week, &week->workers[0], &v, 0, MARKETING, 0);
    }

    if (planted(week, "old-terms")) {
        for (v = week->open[0]; v.site; v = week->open[week->chance]) {
            week->chance = (week->chance + 1) % (uint32_t) week->n_open;
        }

        v.heatmap = 1;
        provision(week, &week->workers[0], &v, 1, ANALYTICS, 1);
    }
}


static void
wrong_tenants(week_t *week)
{
    visitor_t     v = week->open[week->n_open - 1];
    week_log_t   *log = &week->log;
    week_lane_t  *lane = &week->workers[0];

    if (planted(week, "shared-sub")) {
        v.site = !v.site;
        decision(week, lane, &v, CG_ACT_CHANGE, CG_MEANS_CUSTOM, 1);
        outcome(week, lane, &v, CG_RESULT_RECORDED);
    }

    if (planted(week, "foreign-ref")) {
        v.site = !v.site;
        outcome(week, lane, &v, CG_RESULT_RECORDED);
    }

    if (planted(week, "foreign-policy")) {
        on_site(week, 0);
        log->policy = "de";
        log->version = 3;
        week_begin(log, lane, CG_EVENT_UNKNOWN_SEEN);
        week_str(log, "kind", "more");
        week_uint(log, "n", 1);
        week_finish(log, lane);
    }

    if (planted(week, "lost")) {
        cg_event_resumed_t  resumed = { 5, 0 };

        log->host = NULL;
        week_begin(log, lane, CG_EVENT_LOG_RESUMED);
        cg_event_resumed(&log->line, &resumed);
        week_finish(log, lane);
    }
}


/* Days */


static void
revise(week_t *week)
{
    int  i;

    week->log.t = WEEK_MONDAY + 3 * WEEK_DAY + 7 * WEEK_HOUR;
    week->revised = 1;
    load(week, CG_OPEN_RELOAD);

    if (week->n_open && !planted(week, "few")) {
        wrong_provisions(week);
    }

    if (planted(week, "stretched")) {
        hours_sum(week, &week->workers[0], 0, week->log.t - 1000, 0);
    }

    for (i = 0; i < 6 && !planted(week, "few"); i++) {
        grant_again(week, 0);
    }
}


static void
day(week_t *week, int d)
{
    int        h, site;
    visitor_t  v;

    if (d == 3) {
        revise(week);
    }

    for (h = 0; h < HOURS; h++) {
        hour(week, d, h);

        if (d == 1 && h == 1) {
            outage(week);
        }
    }

    week->log.t = WEEK_MONDAY + d * WEEK_DAY + 21 * WEEK_HOUR;
    unknown(week, d);

    for (site = 0; site < 2; site++) {
        withdraw(week, site, CG_ACT_WITHDRAW, planted(week, "not-done")
                 ? CG_RESULT_FAILED : CG_RESULT_RECORDED, &v);
    }

    if (d == 2) {
        erase(week, 0);
        erase(week, 1);
        desk_requests(week);
    }

    if (d == 5 && !planted(week, "no-final")) {
        desk_final(week);
    }

    desk_probes(week, d);
}


static void
alter(const char *path)
{
    char   line[CG_MAX_LINE + 2], *digit;
    long   at = 0;
    FILE  *file = fopen(path, "r+b");

    while (file && fgets(line, sizeof(line), file)) {
        digit = strstr(line, "\"without_basis\":0");

        if (digit) {
            (void) fseek(file, at + (digit - line) + 16, SEEK_SET);
            (void) fputc('1', file);
            break;
        }

        at = ftell(file);
    }

    if (file == NULL || fclose(file) != 0) {
        perror(path);
        exit(1);
    }
}


static void
story(week_t *week)
{
    int   d;
    char  path[512];
    FILE *out;

    snprintf(path, sizeof(path), "%s/consent.log", week->dir);
    out = fopen(path, "wb");

    if (out == NULL) {
        perror(path);
        exit(1);
    }

    week_log_init(&week->log, out);
    archive(week);
    load(week, CG_OPEN_START);

    for (d = 0; d < 7; d++) {
        day(week, d);
    }

    if (week->n_open) {
        wrong_tenants(week);
    }

    week_close(&week->log, &week->workers[0], "exit");
    week_close(&week->log, &week->workers[1], "exit");

    if (fclose(out) != 0) {
        perror(path);
        exit(1);
    }

    if (planted(week, "altered")) {
        alter(path);
    }
}


static int
is_plant(const char *plant)
{
    size_t  i;

    for (i = 0; i < sizeof(plants) / sizeof(plants[0]); i++) {
        if (strcmp(plants[i], plant) == 0) {
            return 1;
        }
    }

    return 0;
}


int
main(int argc, char **argv)
{
    size_t  i;
    week_t  week;

    memset(&week, 0, sizeof(week));
    week.visitors = VISITORS;
    week.chance = 2026;

    if (argc == 2 && strcmp(argv[1], "--plants") == 0) {
        for (i = 0; i < sizeof(plants) / sizeof(plants[0]); i++) {
            puts(plants[i]);
        }

        return 0;
    }

    if (argc > 3 && strcmp(argv[1], "--visitors") == 0) {
        week.visitors = atoi(argv[2]);
        argc -= 2;
        argv += 2;
    }

    if (argc < 2 || argc > 3 || (argc == 3 && !is_plant(argv[2]))) {
        fputs("usage: week [--visitors N] DIR [PLANT] | --plants\n", stderr);
        return 2;
    }

    week.dir = argv[1];
    week.plant = argc == 3 ? argv[2] : NULL;
    week.open = calloc(MAX_OPEN, sizeof(*week.open));

    if (week.open == NULL) {
        return 1;
    }

    story(&week);
    free(week.open);

    return 0;
}
