/* What visitors decide, and what vendors are given for it. */

#ifndef WEEK_PEOPLE_H
#define WEEK_PEOPLE_H

#include "week_config.h"

#define ANALYTICS  1
#define MARKETING  2
#define COMBINE    4
#define MAX_OPEN   100000


static week_lane_t *
worker(week_t *week)
{
    return &week->workers[chance(week, 2)];
}


/* Decisions */


static void
numbered(char *text, size_t len, const char *what, uint64_t n)
{
    static const char  digits[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    cg_str_t       parts[2];
    unsigned char  digest[CG_SHA256_LEN];
    size_t         i;

    parts[0] = cg_str_from(what);
    parts[1] = (cg_str_t) { sizeof(n), (const unsigned char *) &n };

    if (cg_sha256(parts, 2, digest) != CG_OK) {
        abort();
    }

    for (i = 0; i < len; i++) {
        text[i] = what[0] == 's' ? digits[digest[i] & 63]
                                 : "0123456789abcdef"[digest[i] & 15];
    }

    text[len] = '\0';
}


static void
decision(week_t *week, week_lane_t *lane, visitor_t *v, cg_act_t act,
    cg_means_t means, int kept)
{
    size_t               i;
    week_log_t          *log = &week->log;
    cg_event_purpose_t   purposes[3];
    cg_event_decision_t  d;

    static const char *const  names[] = {
        "analytics", "marketing", "ip_combine"
    };

    memset(&d, 0, sizeof(d));
    d.sub = kept ? cg_str_from(v->sub) : cg_str_null;
    d.rid = cg_str_from(v->rid);
    d.act = act;
    d.means = means;
    d.purposes = purposes;
    d.n_purposes = v->site ? 2 : 3;

    for (i = 0; i < d.n_purposes; i++) {
        purposes[i] = (cg_event_purpose_t) { cg_str_from(names[i]),
                                             v->granted >> i & 1 };
    }

    if (v->granted && !(planted(week, "no-notice") && week->n_open == 10)) {
        d.notice = cg_str_from(week->texts[v->site][v->site == 0
                                                    && week->revised]);
        d.lang = cg_str_from(sites[v->site].lang);
        d.shown_ms = (uint64_t) (log->t - (planted(week, "too-fast") ? 200
                                 : 6000 + chance(week, 30000)));

        if (planted(week, "shown-after") && week->n_open == 10) {
            d.shown_ms = (uint64_t) (log->t + 1000);
        }
    }

    d.rev = 1;
    d.expires_ms = (uint64_t) (log->t + 180 * WEEK_DAY);
    d.tls = cg_str("TLSv1.3");
    d.gpc = v->granted == 0 && chance(week, 6) == 0;

    on_site(week, v->site);
    cg_chain_place(&lane->chain, &v->place);
    week_begin(log, lane, CG_EVENT_DECISION);
    cg_event_decision(&log->line, &d);
    week_finish(log, lane);
}


static void
outcome(week_t *week, week_lane_t *lane, const visitor_t *v,
    cg_result_t result)
{
    week_log_t         *log = &week->log;
    cg_event_outcome_t  event = { { CG_LANE_LEN, v->place.ch }, v->place.seq,
                                  result, 1 };

    log->t += 12 + chance(week, 30);
    on_site(week, v->site);
    week_begin(log, lane, CG_EVENT_OUTCOME);
    cg_event_outcome(&log->line, &event);
    week_finish(log, lane);
}


/* Provisions */


static void
provision_to(week_log_t *log, const char *vendor, const char *role,
    const char *country, const char *purpose)
{
    cg_field_object_begin(&log->line, NULL);
    week_str(log, "vendor", vendor);
    week_str(log, "role", role);
    week_str(log, "country", country);
    week_words(log, "items", "ip cookie_id url");
    week_str(log, "path", "direct");
    week_str(log, "purpose", purpose);
    cg_field_object_end(&log->line);
}


static void
provision_list(week_t *week, int site, int bits, int heatmap)
{
    week_log_t  *log = &week->log;

    cg_field_array_begin(&log->line, "to");

    if (bits & ANALYTICS) {
        provision_to(log, site ? "matomo" : "google-analytics",
                     site ? "processor" : "third", site ? "DE" : "US",
                     "analytics");
    }

    if (bits & ANALYTICS && site == 0 && heatmap) {
        provision_to(log, "heatmap", "third", "MT", "analytics");
    }

    if (bits & MARKETING) {
        provision_to(log, "adnet", "third", "US", "marketing");
    }

    cg_field_array_end(&log->line);
}


static void
provision(week_t *week, week_lane_t *lane, const visitor_t *v, int start,
    int bits, int heatmap)
{
    char         day[32];
    week_log_t  *log = &week->log;

    if ((bits & (ANALYTICS | MARKETING)) == 0) {
        return;
    }

    on_site(week, v->site);
    week_begin(log, lane, start ? "provision.start" : "provision.stop");
    week_str(log, "sub", v->sub);
    week_str(log, "rid", v->rid);
    week_ref(log, &v->place);
    snprintf(day, sizeof(day), "2026-11-%02d",
             16 + (int) ((log->t - WEEK_MONDAY) / WEEK_DAY));
    week_str(log, "day", day);
    provision_list(week, v->site, bits, heatmap);
    week_str(log, "basis", planted(week, "not-consent") && start
                           ? "contract" : "consent");

    if (start) {
        week_str(log, "exp", "2027-05-20");
    }

    week_finish(log, lane);
}


/* Visitors */


static void
grant(week_t *week, visitor_t *v)
{
    week_lane_t  *lane = worker(week);
    int           all = v->site ? 3 : 7;

    v->granted = chance(week, 3) == 0 ? ANALYTICS : all;
    v->heatmap = week->revised;
    decision(week, lane, v, CG_ACT_GRANT, v->granted == all
             ? CG_MEANS_ACCEPT_ALL : CG_MEANS_CUSTOM, 1);

    if (planted(week, "no-outcome") && week->n_open == 0) {
        week->open[week->n_open++] = *v;
        return;
    }

    outcome(week, lane, v, CG_RESULT_RECORDED);

    if (!(planted(week, "no-start") && week->n_open == 5)) {
        provision(week, lane, v, 1, v->granted, v->heatmap);
    }

    if (week->n_open < MAX_OPEN) {
        week->open[week->n_open++] = *v;
    }

    week->granted_ever[v->site] |= v->granted;
    week->granted_now[v->site] = week->revised;
}


static void
visit(week_t *week, int site)
{
    visitor_t  v;

    memset(&v, 0, sizeof(v));
    v.site = site;
    numbered(v.sub, 22, "subject", ++week->numbers);
    numbered(v.rid, 32, "receipt", week->numbers);
    week->log.t += 1000 + chance(week, 20000);

    if (chance(week, 100) < 58 || planted(week, "nobody-refuses")) {
        grant(week, &v);

    } else {
        decision(week, worker(week), &v, CG_ACT_REFUSE,
                 planted(week, "one-more-step") ? CG_MEANS_CUSTOM
                                                : CG_MEANS_REJECT_ALL, 0);
    }
}


/* Out of the middle, so that everybody's turn comes. */

static int
take_open(week_t *week, int site, visitor_t *v)
{
    size_t  i, k;

    for (k = 0; k < week->n_open; k++) {
        i = (k + week->n_open / 2) % week->n_open;

        if (week->open[i].site == site && week->open[i].granted) {
            *v = week->open[i];
            week->open[i] = week->open[--week->n_open];
            return 1;
        }
    }

    return 0;
}


/* `result` other than recorded: Redis is away. */

static void
withdraw(week_t *week, int site, cg_act_t act, cg_result_t result,
    visitor_t *v)
{
    int           bits, heatmap;
    week_lane_t  *lane = worker(week);

    week->log.t += 5000;

    if (!take_open(week, site, v)) {
        return;
    }

    bits = v->granted;
    heatmap = v->heatmap;
    v->granted = 0;
    numbered(v->rid, 32, "receipt", ++week->numbers);
    decision(week, lane, v, act, CG_MEANS_WITHDRAW, 1);
    outcome(week, lane, v, result);

    if (planted(week, "no-stop")) {
        return;
    }

    week->log.t += planted(week, "late-stop") ? 20000 : 20;

    if (result == CG_RESULT_RECORDED) {
        provision(week, lane, v, 0, bits, heatmap);
    }

    v->granted = bits;
}


/* After the revision, who had granted is asked anew. */

static void
grant_again(week_t *week, int site)
{
    visitor_t     v;
    week_lane_t  *lane = worker(week);

    week->log.t += 3000;

    if (!take_open(week, site, &v)) {
        return;
    }

    numbered(v.rid, 32, "receipt", ++week->numbers);
    decision(week, lane, &v, CG_ACT_CHANGE, CG_MEANS_CUSTOM, 1);
    outcome(week, lane, &v, CG_RESULT_RECORDED);
    provision(week, lane, &v, 1, v.granted, 1);

    v.heatmap = 1;
    week->granted_now[site] = 1;
    week->open[week->n_open++] = v;
}

#endif /* WEEK_PEOPLE_H */
