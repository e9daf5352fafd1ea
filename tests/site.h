/*
 * A policy for tests out of the words that ops write, and the site around it:
 * www.example.org, with two shops of trackers and one nobody promised.
 */

#ifndef SITE_H
#define SITE_H

#include <stdio.h>
#include <stdlib.h>

#include "heap.h"
#include "gate/cg_judge.h"
#include "policy/cg_policy_build.h"

#define SITE_ANALYTICS  1u             /* bits of the optional purposes */
#define SITE_MARKETING  2u

typedef struct {
    heap_t              heap;
    cg_policies_t      *policies;
    const cg_policy_t  *policy;
    cg_site_t           site;
} site_t;


/* Blocks begin with "consent_..."; `%` is what unlisted third parties get. */

static const char *const  site_lines[] = {
    "consent_vendor google-analytics",
    "name \"Google Analytics\"",
    "provider \"Google LLC\" US https://policies.google.com/privacy",
    "receives ip cookie_id url referrer ua",
    "host google-analytics.com",
    "url www.googletagmanager.com/gtag/js",
    "path /g/collect",
    "inline googletagmanager.com/gtag/js",
    "inline google-analytics.com/analytics.js",
    "cookie _ga 2y \"Distinguishes visitors\"",
    "cookie ~ ^_ga_ 2y \"Keeps session state\"",
    "stub ga gtag dataLayer",
    "consent_vendor google-tag-manager",
    "name \"Google Tag Manager\"",
    "provider \"Google LLC\" US https://policies.google.com/privacy",
    "receives ip url ua",
    "host googletagmanager.com",
    "inline googletagmanager.com/gtm.js",
    "stub dataLayer",
    "consent_vendor meta-pixel",
    "name \"Meta Pixel\"",
    "provider \"Meta Platforms, Inc.\" US https://www.facebook.com/policy",
    "receives ip cookie_id url",
    "host facebook.net",
    "url www.facebook.com/tr",
    "inline connect.facebook.net",
    "cookie _fbp 90d \"Tells browsers apart\"",
    "stub fbq _fbq",
    "consent_vendor youtube",
    "name YouTube",
    "provider \"Google LLC\" US https://policies.google.com/privacy",
    "receives ip cookie_id url",
    "host youtube.com",
    "consent_vendor stray",
    "name Stray",
    "provider \"Stray Ltd\" GB https://stray.example/privacy",
    "receives ip",
    "host stray.example",
    "url shared.example/stray",
    "cookie _stray 1y \"Tells browsers apart\"",
    "consent_policy test",
    "controller \"Test K.K.\"",
    "contact \"Test K.K.\" https://www.example.org/contact/",
    "notice /privacy/",
    "version 1 enacted=2024-04-01",
    "languages en",
    "clause T-1 \"Google Analytics is used\"",
    "clause T-2 \"Advertisements are measured\"",
    "purpose necessary required",
    "purpose analytics slot=1 clause=T-1 signal=analytics_storage",
    "purpose marketing slot=2 clause=T-2 signal=ad_storage",
    "vendor google-analytics purpose=analytics role=third clause=T-1",
    "vendor google-tag-manager purpose=analytics role=third clause=T-1",
    "vendor meta-pixel purpose=marketing role=third",
    "vendor youtube purpose=marketing role=third",
    "cookie PHPSESSID purpose=necessary",
    "own_host *.example-cdn.net",
    "unlisted third_party=% cookie=allow",
    NULL
};


static void
site_check(cg_status_t rc, const char *line, const cg_diag_t *diag)
{
    if (rc != CG_OK) {
        printf("Bail out! test policy: %s: %s\n", line, diag->text);
        exit(1);
    }
}


/* Words between spaces, or between double quotes. */

static size_t
site_words(char *line, cg_str_t *words)
{
    size_t  n = 0;
    char   *p = line;
    char    stop;

    for ( ;; ) {
        while (*p == ' ') {
            p++;
        }

        if (*p == '\0') {
            return n;
        }

        stop = ' ';

        if (*p == '"') {
            stop = '"';
            p++;
        }

        words[n].data = (unsigned char *) p;

        while (*p && *p != stop) {
            p++;
        }

        words[n].len = (size_t) (p - (const char *) words[n].data);
        n++;

        if (*p) {
            p++;
        }
    }
}


static void
site_feed(site_t *site, const char *text, const char *unlisted, int *open)
{
    char       line[256];
    char      *mark;
    size_t     n;
    cg_str_t   words[CG_MAX_WORDS];
    cg_diag_t  diag;

    memset(&diag, 0, sizeof(diag));
    snprintf(line, sizeof(line), "%s", text);
    mark = strchr(line, '%');

    if (mark) {
        snprintf(line, sizeof(line), "%.*s%s%s", (int) (mark - line), text,
                 unlisted, text + (mark - line) + 1);
    }

    n = site_words(line, words);

    if (strncmp(line, "consent_", 8) != 0) {
        site_check(cg_policies_line(site->policies, words, n, "test", 1,
                                    &diag), text, &diag);
        return;
    }

    if (*open) {
        site_check(cg_policies_end(site->policies, &diag), text, &diag);
    }

    *open = 1;
    site_check(cg_policies_begin(site->policies,
                                 line[8] == 'v' ? CG_BLOCK_VENDOR
                                                : CG_BLOCK_POLICY,
                                 words[1], "test", 1, &diag), text, &diag);
}


/* `unlisted`: hold, allow or a purpose. */

__attribute__((unused)) static void
site_init(site_t *site, const char *unlisted)
{
    int         open = 0;
    size_t      i;
    cg_diag_t   diag;
    const char *error = NULL;

    memset(site, 0, sizeof(*site));
    memset(&diag, 0, sizeof(diag));
    heap_init(&site->heap);
    site->policies = cg_policies_create(&site->heap.arena);

    for (i = 0; site_lines[i]; i++) {
        site_feed(site, site_lines[i], unlisted, &open);
    }

    site_check(cg_policies_end(site->policies, &diag), "end", &diag);
    site_check(cg_policies_freeze(site->policies, &diag), "freeze", &diag);
    site->policy = cg_policies_find(site->policies, cg_str("test"));

    cg_site_init(&site->site, &site->heap.arena);
    site_check(cg_site_add_name(&site->site, cg_str("www.example.org")),
               "name", &diag);

    for (i = 0; i < site->policy->nown_hosts; i++) {
        site_check(cg_site_add_own(&site->site, site->policy->own_hosts[i],
                                   &error), "own_host", &diag);
    }
}


__attribute__((unused)) static cg_judge_t
site_judge(const site_t *site, uint32_t granted)
{
    cg_judge_t  judge;

    memset(&judge, 0, sizeof(judge));
    judge.policy = site->policy;
    judge.site = &site->site;
    judge.request_host = cg_str("www.example.org");
    judge.granted = granted;

    return judge;
}


__attribute__((unused)) static void
site_drop(site_t *site)
{
    heap_drop(&site->heap);
}

#endif /* SITE_H */
