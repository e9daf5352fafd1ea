/* What the operator's desk writes by consentctl: requests of individuals,
 * probes, the end of an erasure.  Each run of it is a lane. */

#ifndef WEEK_DESK_H
#define WEEK_DESK_H

#include "week_config.h"


static void
desk_event(week_t *week, week_lane_t *lane, const char *type, uint64_t id,
    const char *what)
{
    char         text[20];
    week_log_t  *log = &week->log;

    log->t += 60000;
    on_site(week, (int) (id & 1));
    log->clause = NULL;
    snprintf(text, sizeof(text), "%016llx", (unsigned long long) id);
    week_begin(log, lane, type);
    week_str(log, "id", text);
    week_str(log, "type", what);
    week_str(log, "by", "subject");
}


static void
desk_plain(week_t *week, week_lane_t *lane, const char *type, uint64_t id,
    const char *what)
{
    desk_event(week, lane, type, id, what);
    week_finish(&week->log, lane);
}


static void
desk_receive(week_t *week, week_lane_t *lane, uint64_t id, const char *what,
    const char *due)
{
    if (planted(week, "no-received") && id == 3) {
        return;
    }

    desk_event(week, lane, "dsr.received", id, what);
    week_str(&week->log, "due", due);
    week_finish(&week->log, lane);

    if (planted(week, "unverified") && id == 3) {
        return;
    }

    desk_event(week, lane, "dsr.verified", id, what);
    week_str(&week->log, "method", id & 1 ? "cookie" : "receipt");
    week_finish(&week->log, lane);
}


static void
desk_fulfil(week_t *week, week_lane_t *lane, uint64_t id, const char *what)
{
    desk_event(week, lane, "dsr.fulfilled", id, what);
    week_str(&week->log, "format", "json");
    week_finish(&week->log, lane);
    desk_plain(week, lane, "dsr.notified", id, what);
}


/* Effects first, then that they were understood, then it is done. */

static void
desk_suspend(week_t *week, week_lane_t *lane, uint64_t id)
{
    desk_receive(week, lane, id, "stop_use", "2026-12-16");
    desk_event(week, lane, "dsr.explained", id, "stop_use");
    week_str(&week->log, "hash", "0123456789abcdef");
    week_finish(&week->log, lane);

    if (!planted(week, "no-ack")) {
        desk_plain(week, lane, "dsr.ack", id, "stop_use");
    }

    desk_fulfil(week, lane, id, "stop_use");
}


static void
desk_refuse(week_t *week, week_lane_t *lane, uint64_t id)
{
    desk_receive(week, lane, id, "delete", "2026-12-16");
    desk_event(week, lane, "dsr.investigated", id, "delete");
    week_str(&week->log, "finding", "needed for a claim");
    week_finish(&week->log, lane);
    desk_event(week, lane, "dsr.refused", id, "delete");

    if (!planted(week, "no-reason")) {
        week_str(&week->log, "reason", "hindrance");
    }

    cg_field_bool(&week->log.line, "notified",
                  !planted(week, "not-notified"));
    week_finish(&week->log, lane);
}


static void
desk_requests(week_t *week)
{
    uint64_t     id;
    week_lane_t  lane;

    static const char *const  types[] = {
        "disclose", "purpose", "correct", "add", "delete", "stop_provision",
        "complaint"
    };

    week_open(&week->log, &lane, CG_OPEN_START);

    for (id = 1; id <= 7; id++) {
        desk_receive(week, &lane, id, types[id - 1], "2026-12-16");
        desk_fulfil(week, &lane, id, types[id - 1]);
    }

    desk_suspend(week, &lane, 8);
    desk_refuse(week, &lane, 9);

    if (planted(week, "overdue") || planted(week, "late-answer")) {
        desk_receive(week, &lane, 10, "disclose", "2026-11-17");
    }

    if (planted(week, "late-answer")) {
        desk_fulfil(week, &lane, 10, "disclose");
    }

    week_close(&week->log, &lane, "done");
}


/* Redis has written its files anew, and no backup is left. */

static void
desk_final(week_t *week)
{
    int64_t      early = planted(week, "early-final") ? 3 * WEEK_DAY : 0;
    week_lane_t  lane;
    week_log_t  *log = &week->log;

    week_open(log, &lane, CG_OPEN_START);
    week_begin(log, &lane, "erase.final");
    week_time(log, "until", log->t - 7200000);
    week_time(log, "aof_rewritten_at", log->t - 3600000 - early);
    week_time(log, "rdb_saved_at", log->t - 3600000);
    week_time(log, "backups_expire_at", log->t - 60000);
    week_finish(log, &lane);
    week_close(log, &lane, "done");
}


static void
desk_probe(week_t *week, week_lane_t *lane, int site, const char *state,
    const char *hosts, const char *cookies)
{
    week_log_t  *log = &week->log;

    log->t += 4000;
    on_site(week, site);
    log->clause = NULL;
    week_begin(log, lane, "probe");
    week_str(log, "state", state);
    week_words(log, "hosts", hosts);
    week_words(log, "cookies", cookies);
    week_str(log, "ip", "t24");
    week_finish(log, lane);
}


static void
desk_probes(week_t *week, int day)
{
    int          site;
    week_lane_t  lane;

    if (planted(week, "no-probe") || (planted(week, "old-probe") && day > 0)) {
        return;
    }

    week_open(&week->log, &lane, CG_OPEN_START);

    for (site = 0; site < 2; site++) {
        desk_probe(week, &lane, site, "none", planted(week, "probe-dirty")
                   ? "www.google-analytics.com" : "", "");

        if (!planted(week, "no-withdrawn-probe")) {
            desk_probe(week, &lane, site, "refused", "", "ngxc");
            desk_probe(week, &lane, site, "granted", "ad.adnet.example",
                       "ngxc adnet_id");
            desk_probe(week, &lane, site, "refused",
                       planted(week, "withdrawn-dirty") ? "ad.adnet.example"
                                                        : "", "ngxc");
        }
    }

    week_close(&week->log, &lane, "done");
}

#endif /* WEEK_DESK_H */
