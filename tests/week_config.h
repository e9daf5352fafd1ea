/* The two sites of the week: their archive, and what the master says. */

#ifndef WEEK_CONFIG_H
#define WEEK_CONFIG_H

#include "week.h"

#include <sys/stat.h>


typedef struct {
    char        sub[24];
    char        rid[33];
    cg_place_t  place;             /* of the decision */
    int         site;
    int         granted;           /* bits: 1 analytics 2 marketing 4 combine */
    int         heatmap;           /* it was among them */
} visitor_t;

typedef struct {
    week_log_t   log;
    week_lane_t  master;
    week_lane_t  workers[2];
    const char  *dir;
    const char  *plant;
    int          visitors;         /* a site and a day */
    int          revised;
    uint32_t     chance;
    uint64_t     numbers;          /* of visitors so far */
    visitor_t   *open;             /* with a grant */
    size_t       n_open;
    int          granted_ever[2];  /* bits */
    int          granted_now[2];   /* since the revision */
    cg_place_t   erased;
    char         texts[2][2][17];  /* hash, of site and version */
} week_t;

typedef struct {
    const char  *host;
    const char  *policy;
    const char  *lang;
    const char  *form;             /* of addresses */
    const char  *clause;
} site_t;

static const site_t  sites[] = {
    { "www.example.jp", "jp", "ja", "combine", "CC-6.4c" },
    { "shop.example.de", "de", "de", "t24", "DE-7" },
};


static int
planted(const week_t *week, const char *plant)
{
    return week->plant && strcmp(week->plant, plant) == 0;
}


/* The same numbers on every run. */

static uint32_t
chance(week_t *week, uint32_t below)
{
    week->chance = week->chance * 1664525 + 1013904223;

    return (week->chance >> 8) % below;
}


static uint64_t
version_of(const week_t *week, int site)
{
    return site == 0 && week->revised ? 4 : 3;
}


static void
on_site(week_t *week, int site)
{
    week->log.host = sites[site].host;
    week->log.policy = sites[site].policy;
    week->log.version = version_of(week, site);
    week->log.clause = sites[site].clause;
}


/* The archive */


static void
write_file(const char *path, const char *text)
{
    FILE  *file = fopen(path, "wb");

    if (file == NULL || fputs(text, file) < 0 || fclose(file) != 0) {
        perror(path);
        exit(1);
    }
}


static void
archive_text(week_t *week, int site, int revised)
{
    int            i;
    char           path[512], *hash = week->texts[site][revised];
    char           text[512];
    cg_str_t       slice;
    unsigned char  digest[CG_SHA256_LEN];

    snprintf(text, sizeof(text), "<!doctype html><html lang=\"%s\"><title>%s"
             "</title><p>Version %d.</p><form method=\"post\"><button"
             " name=\"choice\" value=\"reject\">Reject all</button></form>\n",
             sites[site].lang, sites[site].host, 3 + revised);
    slice = cg_str_from(text);

    if (cg_sha256(&slice, 1, digest) != CG_OK) {
        abort();
    }

    for (i = 0; i < 8; i++) {
        snprintf(hash + 2 * i, 3, "%02x", digest[i]);
    }

    snprintf(path, sizeof(path), "%s/consent.log.d/texts/%s.html", week->dir,
             hash);

    if (!planted(week, "text-gone")) {
        write_file(path, planted(week, "text-other") ? "another" : text);
    }
}


static void
terms_hash(int site, int revised, char hex[65])
{
    memset(hex, site ? 'd' : 'a', 64);
    hex[0] = revised ? '4' : '3';
    hex[64] = '\0';
}


static void
config_vendor(week_log_t *log, const char *policy, const char *id,
    const char *role, const char *country, const char *purpose)
{
    cg_field_object_begin(&log->line, NULL);
    week_str(log, "policy", policy);
    week_str(log, "id", id);
    week_str(log, "role", role);
    week_str(log, "country", country);
    week_str(log, "purpose", purpose);
    week_words(log, "items", "ip cookie_id url");
    week_str(log, "path", "direct");
    cg_field_object_end(&log->line);
}


/* Of one site, or of both (-1). */

static void
config_vendors(week_t *week, int site, int revised)
{
    week_log_t  *log = &week->log;

    cg_field_array_begin(&log->line, "vendors");

    if (site != 1) {
        config_vendor(log, "jp", "google-analytics", "third", "US",
                      "analytics");
        config_vendor(log, "jp", "adnet", "third", "US", "marketing");
    }

    if (site != 1 && revised) {
        config_vendor(log, "jp", "heatmap", "third", "MT", "analytics");
    }

    if (site != 0) {
        config_vendor(log, "de", "matomo", "processor", "DE", "analytics");
        config_vendor(log, "de", "adnet", "third", "US", "marketing");
    }

    cg_field_array_end(&log->line);
}


static void
config_purposes(week_t *week, int of)
{
    int          site;
    size_t       i;
    week_log_t  *log = &week->log;

    static const char *const  names[] = {
        "necessary", "analytics", "marketing", "ip_combine"
    };

    cg_field_array_begin(&log->line, "purposes");

    for (site = 0; site < 2; site++) {
        for (i = 0; i < (site ? 3u : 4u) && (of < 0 || of == site); i++) {
            cg_field_object_begin(&log->line, NULL);
            week_str(log, "policy", sites[site].policy);
            week_str(log, "id", names[i]);
            cg_field_bool(&log->line, "required", i == 0);

            if (i) {
                week_uint(log, "slot", i);
            }

            cg_field_object_end(&log->line);
        }
    }

    cg_field_array_end(&log->line);
}


/* The policy of a site, as its terms are archived. */

static void
archive_terms(week_t *week, int site, int revised)
{
    char         path[512], hex[65];
    FILE        *file;
    cg_str_t     json;
    week_log_t  *log = &week->log;

    terms_hash(site, revised, hex);
    snprintf(path, sizeof(path), "%s/consent.log.d/policies/%s.json",
             week->dir, hex);

    cg_out_reset(&log->line);
    cg_field_object_begin(&log->line, NULL);
    week_str(log, "id", sites[site].policy);
    week_str(log, "terms", hex);
    config_purposes(week, site);
    config_vendors(week, site, revised && !planted(week, "terms-other"));
    cg_field_object_end(&log->line);

    json = cg_out_slice(&log->line);
    json.len = planted(week, "terms-unreadable") ? 5 : json.len;
    file = fopen(path, "wb");

    if (file == NULL || fwrite(json.data, 1, json.len, file) != json.len
        || fclose(file) != 0)
    {
        perror(path);
        exit(1);
    }
}


static void
archive(week_t *week)
{
    int   site, revised;
    char  path[512];

    snprintf(path, sizeof(path), "%s/consent.log.d", week->dir);
    (void) mkdir(path, 0755);
    snprintf(path, sizeof(path), "%s/consent.log.d/texts", week->dir);
    (void) mkdir(path, 0755);
    snprintf(path, sizeof(path), "%s/consent.log.d/policies", week->dir);
    (void) mkdir(path, 0755);

    for (site = 0; site < 2; site++) {
        for (revised = 0; revised < 2; revised++) {
            archive_text(week, site, revised);

            if (!planted(week, "terms-gone")) {
                archive_terms(week, site, revised);
            }
        }
    }
}


/* The master: configurations */


static void
config_policy(week_t *week, int site)
{
    int           revised = site == 0 && week->revised;
    char          hex[65];
    week_log_t   *log = &week->log;

    terms_hash(site, revised, hex);
    cg_field_object_begin(&log->line, NULL);
    week_str(log, "id", sites[site].policy);
    week_uint(log, "ver", version_of(week, site));
    week_str(log, "terms", hex);
    week_str(log, "text", hex);
    week_str(log, "controller", site ? "Example GmbH" : "Example K.K.");

    if (!planted(week, "no-address")) {
        cg_field_object_begin(&log->line, "address");
        week_str(log, "form", sites[site].form);
        week_str(log, "clause", site ? "DE-9" : "CC-6.4e");

        if (site == 0) {
            week_str(log, "purpose", "ip_combine");
        }

        cg_field_object_end(&log->line);
    }

    cg_field_object_begin(&log->line, "unlisted");
    week_str(log, "third_party", "hold");
    week_str(log, "cookie", "allow");
    cg_field_object_end(&log->line);
    cg_field_object_begin(&log->line, "notice");
    week_str(log, sites[site].lang, week->texts[site][revised]);
    cg_field_object_end(&log->line);
    cg_field_object_end(&log->line);
}


static void
config_load(week_t *week)
{
    int          site;
    week_log_t  *log = &week->log;

    week_begin(log, &week->master, CG_EVENT_CONFIG_LOAD);
    week_str(log, "hash", week->revised ? "c0ffee04" : "c0ffee03");
    week_uint(log, "part", 0);
    cg_field_array_begin(&log->line, "servers");

    for (site = 0; site < 2; site++) {
        cg_field_object_begin(&log->line, NULL);
        week_str(log, "host", sites[site].host);
        week_str(log, "policy", sites[site].policy);
        cg_field_object_end(&log->line);
    }

    cg_field_array_end(&log->line);
    cg_field_array_begin(&log->line, "policies");

    for (site = 0; site < 2; site++) {
        config_policy(week, site);
    }

    cg_field_array_end(&log->line);
    config_vendors(week, -1, week->revised);
    config_purposes(week, -1);
    week_words(log, "ungated", "");
    week_uint(log, "handling", 3600);
    week_uint(log, "lease", 5000);
    cg_field_bool(&log->line, "last", 1);
    week_finish(log, &week->master);
}


static void
publish(week_t *week)
{
    int          site;
    char         hex[65];
    week_log_t  *log = &week->log;

    for (site = 0; site < 2; site++) {
        terms_hash(site, site == 0 && week->revised, hex);
        week_begin(log, &week->master, CG_EVENT_POLICY_PUBLISH);
        week_str(log, "id", sites[site].policy);
        week_uint(log, "ver", version_of(week, site));
        week_str(log, "enacted", "2005-04-01");
        week_str(log, "revised", week->revised ? "2026-11-19" : "2023-04-01");
        week_str(log, "terms", hex);
        week_str(log, "text", hex);
        week_str(log, "approver", "A. Example, privacy officer");
        week_uint(log, "material_since", version_of(week, site));
        week_finish(log, &week->master);
    }
}


static void
load(week_t *week, cg_open_reason_t reason)
{
    int          i;
    week_log_t  *log = &week->log;

    week_open(log, &week->master, reason);

    if (!planted(week, "no-config")) {
        config_load(week);
        publish(week);
    }

    week_close(log, &week->master, "published");

    for (i = 0; i < 2; i++) {
        if (reason == CG_OPEN_RELOAD) {
            week_close(log, &week->workers[i], "reload");
        }

        week_open(log, &week->workers[i], reason);
    }
}


#endif /* WEEK_CONFIG_H */
