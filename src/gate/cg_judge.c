#include "cg_judge.h"
#include "cg_data.h"
#include "base/cg_ascii.h"

#define JUDGE_INLINE  64         /* vendors looked at in one inline script */


static const cg_str_t  judge_nobody = { 8, (const unsigned char *) "unlisted" };


static int
judge_is_open(const cg_judge_t *judge, const cg_purpose_t *purpose)
{
    return purpose != NULL
           && (purpose->required || (purpose->bit & judge->granted) != 0);
}


static int
judge_closes(const cg_judge_t *judge, const cg_purpose_t *purpose)
{
    return judge->closed != CG_CLOSED_NOT && !purpose->required
           && (judge->closed != CG_CLOSED_SENSITIVE || !purpose->sensitive);
}


CG_HOT static int
judge_allows(const cg_judge_t *judge, cg_unlisted_t rule,
    const cg_purpose_t *purpose)
{
    return rule == CG_UNLISTED_ALLOW
           || (rule == CG_UNLISTED_PURPOSE && judge_is_open(judge, purpose)
               && !judge_closes(judge, purpose));
}


CG_HOT int
cg_judge_all_open(const cg_judge_t *judge)
{
    const cg_policy_t  *policy = judge->policy;

    return policy != NULL && !judge->closed
           && (policy->optional & ~judge->granted) == 0
           && judge_allows(judge, policy->unlisted_host,
                           policy->unlisted_host_purpose);
}


void
cg_verdict_add(cg_verdict_t *sum, cg_verdict_t verdict)
{
    unsigned  stays = sum->stays | verdict.stays;

    if ((!verdict.pass && sum->pass)
        || (verdict.counted && !sum->counted && sum->pass))
    {
        *sum = verdict;
    }

    sum->stays = stays & 1;
}


cg_verdict_t
cg_judge_free(void)
{
    cg_verdict_t  verdict;

    memset(&verdict, 0, sizeof(verdict));
    verdict.pass = 1;

    return verdict;
}


/* Somebody is concerned; what no purpose covers, the unlisted rule does. */

static cg_verdict_t
judge_match(const cg_judge_t *judge, const cg_match_t *match,
    cg_unlisted_t rule, const cg_purpose_t *unlisted)
{
    cg_verdict_t         verdict;
    const cg_purpose_t  *purpose = match->purpose;

    memset(&verdict, 0, sizeof(verdict));
    verdict.counted = 1;
    verdict.vendor = match->vendor;
    verdict.clause = match->clause;

    if (purpose != NULL) {
        verdict.pass = judge_is_open(judge, purpose)
                       && (!match->outside || !judge_closes(judge, purpose));

    } else {
        verdict.unlisted = 1;
        verdict.pass = judge_allows(judge, rule, unlisted) ? 1 : 0;

        if (rule == CG_UNLISTED_PURPOSE) {
            purpose = unlisted;
        }
    }

    verdict.stays = purpose == NULL && !verdict.pass;

    if (purpose != NULL) {
        verdict.purpose = purpose->id;

        if (verdict.clause.data == NULL) {
            verdict.clause = purpose->clause;
        }
    }

    return verdict;
}


/* A tag of Google's that waits, in the page, for what it may do. */

static int
judge_is_ahead(const cg_judge_t *judge, const cg_match_t *match)
{
    return match->advanced && (match->purpose->bit & judge->ahead) != 0
           && (!match->outside || !judge_closes(judge, match->purpose));
}


cg_verdict_t
cg_judge_match(const cg_judge_t *judge, const cg_match_t *match)
{
    cg_verdict_t  verdict;

    verdict = judge_match(judge, match, judge->policy->unlisted_host,
                          judge->policy->unlisted_host_purpose);

    if (!verdict.pass && judge_is_ahead(judge, match)) {
        verdict.pass = 1;
    }

    return verdict;
}


cg_verdict_t
cg_judge_unlisted(const cg_judge_t *judge)
{
    cg_match_t  match;

    memset(&match, 0, sizeof(match));
    match.vendor = judge_nobody;

    return cg_judge_match(judge, &match);
}


static cg_verdict_t
judge_mark(const cg_judge_t *judge, cg_str_t id)
{
    cg_match_t  match;

    memset(&match, 0, sizeof(match));
    match.vendor = cg_str("marked");
    match.purpose = cg_policy_purpose(judge->policy, id);
    match.outside = 1;

    return match.purpose ? cg_judge_match(judge, &match)
                         : cg_judge_unlisted(judge);
}


cg_verdict_t
cg_judge_marked(const cg_judge_t *judge, cg_str_t purposes)
{
    size_t        i, from;
    cg_verdict_t  one;

    for (i = 0; i < purposes.len; i++) {
        from = i;

        while (i < purposes.len && !cg_ascii_is_space(purposes.data[i])) {
            i++;
        }

        if (i > from) {
            one = judge_mark(judge, cg_str_sub(purposes, from, i));

            if (!one.pass) {
                return one;
            }
        }
    }

    return cg_judge_free();
}


CG_HOT cg_verdict_t
cg_judge_path(const cg_judge_t *judge, cg_str_t path)
{
    cg_match_t  match;

    if (cg_policy_match_path(judge->policy, path, &match) == CG_OK) {
        return cg_judge_match(judge, &match);
    }

    return cg_judge_free();
}


/* A relative value: on the own host, where an endpoint may be relayed. */

static cg_verdict_t
judge_own_relative(const cg_judge_t *judge, cg_arena_t *arena,
    const cg_url_t *url)
{
    cg_out_t      scratch;
    cg_str_t      path;
    cg_verdict_t  verdict;

    if (url->path.len == 0) {
        return cg_judge_free();
    }

    if (url->path.data[0] == '/' || judge->request_path.len == 0) {
        return cg_judge_path(judge, url->path);
    }

    cg_out_init(&scratch, arena, 2 * CG_MAX_URL);

    if (cg_url_path(judge->request_path, url, &scratch, &path) == CG_OK) {
        verdict = cg_judge_path(judge, path);

    } else {
        verdict = cg_judge_unlisted(judge);
    }

    cg_arena_outgrown(arena, scratch.data);

    return verdict;
}


/* A host that is a recipient of nothing under this policy. */

static void
judge_note(const cg_judge_t *judge, cg_str_t host, cg_str_t vendor)
{
    if (judge->unknown != NULL) {
        cg_unknown_note(judge->unknown, host, vendor);
    }
}


/* The recipient that a URL of a foreign host is fetched from; nobody: an
 * unlisted third party. */

static cg_verdict_t
judge_foreign(const cg_judge_t *judge, cg_str_t host, cg_str_t path)
{
    cg_match_t  match;

    if (cg_policy_match_url(judge->policy, host, path, &match) == CG_OK) {
        if (match.purpose == NULL) {
            judge_note(judge, host, match.vendor);
        }

        return cg_judge_match(judge, &match);
    }

    judge_note(judge, host, cg_str_null);

    return cg_judge_unlisted(judge);
}


/* The same value on the host of a foreign <base>: "host/path". */

static cg_verdict_t
judge_on_base(const cg_judge_t *judge, cg_arena_t *arena, cg_str_t base,
    const cg_url_t *url)
{
    cg_out_t              scratch;
    cg_str_t              host, path = url->path;
    cg_verdict_t          verdict = cg_judge_unlisted(judge);
    const unsigned char  *slash = memchr(base.data, '/', base.len);

    host = cg_str_sub(base, 0, (size_t) (slash - base.data));
    base = cg_str_sub(base, host.len, base.len);
    cg_out_init(&scratch, arena, 2 * CG_MAX_URL);

    if (path.len == 0 || path.data[0] == '/'
        || cg_url_path(base, url, &scratch, &path) == CG_OK)
    {
        verdict = judge_foreign(judge, host, path);
    }

    cg_arena_outgrown(arena, scratch.data);

    return verdict;
}


static cg_verdict_t
judge_relative(const cg_judge_t *judge, cg_arena_t *arena,
    const cg_url_t *url)
{
    size_t        i;
    cg_verdict_t  one, verdict = judge_own_relative(judge, arena, url);

    for (i = 0; i < judge->nbases && !verdict.stays && url->path.len; i++) {
        one = judge_on_base(judge, arena, judge->bases[i], url);
        cg_verdict_add(&verdict, one);
    }

    return verdict;
}


/* A vendor's host is never own, so vendors are asked first. */

static cg_verdict_t
judge_absolute(const cg_judge_t *judge, const cg_url_t *url)
{
    cg_match_t  match;

    if (url->host.data == NULL) {
        return cg_judge_unlisted(judge);
    }

    if (cg_policy_match_url(judge->policy, url->host, url->path, &match)
        == CG_OK)
    {
        if (match.purpose == NULL) {
            judge_note(judge, url->host, match.vendor);
        }

        return cg_judge_match(judge, &match);
    }

    if (!url->bad_host && judge->site != NULL
        && cg_site_owns_again(judge->site, judge->request_host, url->host,
                              judge->domains))
    {
        return cg_judge_path(judge, url->path);
    }

    judge_note(judge, url->host, cg_str_null);

    return cg_judge_unlisted(judge);
}


cg_verdict_t
cg_judge_url(const cg_judge_t *judge, cg_arena_t *arena, cg_str_t value)
{
    cg_out_t      scratch;
    cg_url_t      url;
    cg_verdict_t  verdict;

    cg_out_init(&scratch, arena, 2 * CG_MAX_URL);

    if (cg_url_read(value, &scratch, &url) != CG_OK
        || (judge->legacy && url.unsure))
    {
        verdict = cg_judge_unlisted(judge);

    } else if (url.kind == CG_URL_OPAQUE) {
        verdict = cg_judge_free();

    } else if (url.kind == CG_URL_RELATIVE) {
        verdict = judge_relative(judge, arena, &url);

    } else {
        verdict = judge_absolute(judge, &url);
    }

    cg_arena_outgrown(arena, scratch.data);

    return verdict;
}


int
cg_judge_base(const cg_judge_t *judge, cg_arena_t *arena, cg_str_t value,
    cg_out_t *base)
{
    int       foreign;
    cg_out_t  scratch;
    cg_url_t  url;

    cg_out_init(&scratch, arena, 2 * CG_MAX_URL);

    foreign = cg_url_read(value, &scratch, &url) != CG_OK
              || (url.kind == CG_URL_HOST
                  && (url.host.data == NULL || judge->site == NULL
                      || !cg_site_owns_again(judge->site, judge->request_host,
                                             url.host, judge->domains)));

    if (foreign && url.host.data != NULL) {
        cg_out_str(base, url.host);

        if (url.path.len == 0 || url.path.data[0] != '/') {
            cg_out_byte(base, '/');
        }

        cg_out_str(base, url.path);
    }

    cg_arena_outgrown(arena, scratch.data);

    return foreign;
}


/* A script that handles cookies itself waits for nobody's word. */

static int
judge_may_set(cg_str_t script)
{
    size_t    i;
    cg_str_t  word = cg_str("cookie");

    for (i = 0; i + word.len <= script.len; i++) {
        if (script.data[i] == 'c'
            && memcmp(script.data + i, word.data, word.len) == 0)
        {
            return 1;
        }
    }

    return 0;
}


static cg_verdict_t
judge_inline(const cg_judge_t *judge, cg_str_t script)
{
    size_t        i, n;
    cg_judge_t    strict;
    cg_match_t    matches[JUDGE_INLINE];
    cg_verdict_t  sum = cg_judge_free();

    if (judge->ahead && judge_may_set(script)) {
        strict = *judge;
        strict.ahead = 0;
        judge = &strict;
    }

    n = cg_policy_match_inline(judge->policy, script, matches, JUDGE_INLINE);

    for (i = 0; i < n && !sum.stays; i++) {
        cg_verdict_add(&sum, cg_judge_match(judge, &matches[i]));
    }

    /* more vendors than room: the rest was not looked at */

    if (n == JUDGE_INLINE && !cg_judge_all_open(judge)) {
        cg_verdict_add(&sum, cg_judge_unlisted(judge));
    }

    return sum;
}


cg_verdict_t
cg_judge_inline(const cg_judge_t *judge, cg_str_t script)
{
    cg_verdict_t  verdict = judge_inline(judge, script);

    return verdict.pass || !cg_data_is_all(script) ? verdict : cg_judge_free();
}


cg_verdict_t
cg_judge_cookie(const cg_judge_t *judge, cg_str_t name)
{
    cg_match_t          match;
    cg_verdict_t        verdict;
    const cg_policy_t  *policy = judge->policy;

    if (cg_policy_match_cookie(policy, name, &match) != CG_OK) {
        memset(&match, 0, sizeof(match));
        match.vendor = judge_nobody;

        return judge_match(judge, &match, policy->unlisted_cookie,
                           policy->unlisted_cookie_purpose);
    }

    verdict = judge_match(judge, &match, policy->unlisted_cookie,
                          policy->unlisted_cookie_purpose);

    if (match.purpose == NULL
        && !judge_allows(judge, policy->unlisted_host,
                         policy->unlisted_host_purpose))
    {
        verdict.pass = 0;
    }

    return verdict;
}
