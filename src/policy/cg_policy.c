#include "cg_policy.h"
#include "cg_matcher.h"


typedef struct {
    const cg_matcher_t  *matcher;
    cg_match_t          *matches;
    size_t               n;
    size_t               max;
} policy_found_t;


static cg_match_t
policy_match(const cg_matcher_t *matcher, size_t vendor)
{
    cg_match_t             match;
    const cg_recipient_t  *recipient = matcher->recipients[vendor];

    memset(&match, 0, sizeof(match));
    match.vendor = matcher->index->vendors[vendor]->vendor.id;

    if (recipient) {
        match.purpose = recipient->purpose;
        match.clause = recipient->clause;
        match.outside = recipient->role == CG_ROLE_THIRD
                        || recipient->role == CG_ROLE_JOINT;
        match.advanced = recipient->advanced;
    }

    return match;
}


cg_status_t
cg_policy_match_url(const cg_policy_t *policy, cg_str_t host, cg_str_t path,
    cg_match_t *match)
{
    ptrdiff_t  vendor;

    if (policy->matcher == NULL) {
        return CG_NONE;
    }

    vendor = cg_index_url(policy->matcher->index, host, path);
    if (vendor < 0) {
        return CG_NONE;
    }

    *match = policy_match(policy->matcher, (size_t) vendor);

    return CG_OK;
}


cg_status_t
cg_policy_endpoint(const cg_policy_t *policy, size_t i,
    cg_endpoint_t *endpoint)
{
    const cg_mark_t     *mark;
    const cg_matcher_t  *matcher = policy->matcher;

    if (matcher == NULL || i >= matcher->index->nurls) {
        return CG_NONE;
    }

    mark = matcher->index->urls[i];

    endpoint->host = mark->host;
    endpoint->path = mark->text;
    endpoint->match = policy_match(matcher, mark->vendor);

    return CG_OK;
}


CG_HOT cg_status_t
cg_policy_match_path(const cg_policy_t *policy, cg_str_t path,
    cg_match_t *match)
{
    size_t             i;
    const cg_index_t  *index;

    if (path.len > 1 && path.data[0] == '/'
        && (policy->starts[path.data[1] / 32] >> path.data[1] % 32 & 1) == 0)
    {
        return CG_NONE;                /* as nearly always */
    }

    if (policy->matcher == NULL) {
        return CG_NONE;
    }

    index = policy->matcher->index;

    for (i = 0; i < index->npaths; i++) {
        if (cg_pattern_match(&index->paths[i]->pattern, cg_str_null, path)) {
            *match = policy_match(policy->matcher, index->paths[i]->vendor);
            return CG_OK;
        }
    }

    return CG_NONE;
}


/* Returns 0 when there is no room for more. */

static int
policy_found(void *ctx, size_t vendor)
{
    size_t           i;
    cg_match_t       match;
    policy_found_t  *found = ctx;

    match = policy_match(found->matcher, vendor);

    for (i = 0; i < found->n; i++) {
        if (cg_str_eq(found->matches[i].vendor, match.vendor)) {
            return 1;
        }
    }

    if (found->n < found->max) {
        found->matches[found->n++] = match;
    }

    return found->n < found->max;
}


size_t
cg_policy_match_inline(const cg_policy_t *policy, cg_str_t script,
    cg_match_t *matches, size_t max)
{
    size_t             i;
    policy_found_t     found = { policy->matcher, matches, 0, max };
    const cg_index_t  *index;

    if (policy->matcher == NULL || max == 0) {
        return 0;
    }

    index = policy->matcher->index;
    cg_scan_run(index, script, policy_found, &found);

    for (i = 0; i < index->nregexes && found.n < max; i++) {
        if (cg_re_search(index->regexes[i].re, script) != CG_NONE) {
            (void) policy_found(&found, index->regexes[i].vendor);
        }
    }

    return found.n;
}


cg_status_t
cg_policy_own_cookie(const cg_policy_t *policy, size_t i,
    cg_own_cookie_t *cookie)
{
    const cg_matcher_t  *matcher = policy->matcher;

    if (matcher == NULL || i >= matcher->nties) {
        return CG_NONE;
    }

    cookie->name = matcher->ties[i].name;
    cookie->is_pattern = matcher->ties[i].re != NULL;
    cookie->purpose = matcher->cookies[i].purpose;

    return CG_OK;
}


static const cg_match_t *
policy_own_cookie(const cg_matcher_t *matcher, cg_str_t name)
{
    size_t  i;

    for (i = 0; i < matcher->nties; i++) {
        if (matcher->ties[i].re == NULL
            && cg_str_eq(matcher->ties[i].name, name))
        {
            return &matcher->cookies[i];
        }
    }

    for (i = 0; i < matcher->nties; i++) {
        if (matcher->ties[i].re
            && cg_re_search(matcher->ties[i].re, name) != CG_NONE)
        {
            return &matcher->cookies[i];
        }
    }

    return NULL;
}


/* Where several vendors set one name, those that the policy names come first:
 * the vendor, or -1. */

static ptrdiff_t
policy_exact_cookie(const cg_matcher_t *matcher, cg_str_t name)
{
    size_t             low = 0, high = matcher->index->nnames, middle;
    ptrdiff_t          vendor = -1;
    const cg_mark_t  **names = matcher->index->names;

    while (low < high) {
        middle = low + (high - low) / 2;

        if (cg_build_order(names[middle]->text, name) < 0) {
            low = middle + 1;

        } else {
            high = middle;
        }
    }

    for ( ; low < matcher->index->nnames; low++) {
        if (!cg_str_eq(names[low]->text, name)) {
            break;
        }

        if (matcher->recipients[names[low]->vendor]) {
            return (ptrdiff_t) names[low]->vendor;
        }

        if (vendor < 0) {
            vendor = (ptrdiff_t) names[low]->vendor;
        }
    }

    return vendor;
}


static ptrdiff_t
policy_pattern_cookie(const cg_matcher_t *matcher, cg_str_t name)
{
    size_t            i;
    ptrdiff_t         vendor = -1;
    const cg_mark_t  *mark;

    for (i = 0; i < matcher->index->npatterns; i++) {
        mark = matcher->index->patterns[i];

        if (vendor >= 0 && matcher->recipients[mark->vendor] == NULL) {
            continue;
        }

        if (cg_re_search(mark->re, name) == CG_NONE) {
            continue;
        }

        if (matcher->recipients[mark->vendor]) {
            return (ptrdiff_t) mark->vendor;
        }

        vendor = (ptrdiff_t) mark->vendor;
    }

    return vendor;
}


cg_status_t
cg_policy_match_cookie(const cg_policy_t *policy, cg_str_t name,
    cg_match_t *match)
{
    ptrdiff_t           vendor;
    const cg_match_t   *own;

    if (policy->matcher == NULL) {
        return CG_NONE;
    }

    own = policy_own_cookie(policy->matcher, name);

    if (own) {
        *match = *own;
        return CG_OK;
    }

    vendor = policy_exact_cookie(policy->matcher, name);

    if (vendor < 0) {
        vendor = policy_pattern_cookie(policy->matcher, name);
    }

    if (vendor < 0) {
        return CG_NONE;
    }

    *match = policy_match(policy->matcher, (size_t) vendor);

    return CG_OK;
}


cg_address_forms_t
cg_policy_address(const cg_policy_t *policy, uint32_t granted, int identified)
{
    cg_address_forms_t          forms;
    const cg_policy_address_t  *address = &policy->address;

    forms.site = address->form;
    forms.log = address->form;

    if (address->combine && !identified) {
        forms.site = CG_ADDRESS_FULL;
    }

    if (address->purpose && (address->purpose->bit & granted)) {
        forms.site = CG_ADDRESS_FULL;

        if (address->combine) {
            forms.log = CG_ADDRESS_FULL;
        }
    }

    return forms;
}


const cg_purpose_t *
cg_policy_purpose(const cg_policy_t *policy, cg_str_t id)
{
    size_t  i;

    for (i = 0; i < policy->npurposes; i++) {
        if (cg_str_eq(policy->purposes[i].id, id)) {
            return &policy->purposes[i];
        }
    }

    return NULL;
}


cg_str_t
cg_policy_clause(const cg_policy_t *policy, cg_str_t directive)
{
    size_t  i;

    for (i = 0; i < policy->ncites; i++) {
        if (cg_str_eq(policy->cites[i].directive, directive)) {
            return policy->cites[i].clause;
        }
    }

    return cg_str_null;
}


static int
policy_is_shared(const cg_policy_t *policy, cg_str_t item)
{
    size_t  i, k;

    for (i = 0; i < policy->njoint_uses; i++) {
        for (k = 0; k < policy->joint_uses[i].nitems; k++) {
            if (cg_str_eq(policy->joint_uses[i].items[k], item)) {
                return 1;
            }
        }
    }

    return 0;
}


cg_status_t
cg_policy_unshared(const cg_policy_t *policy, size_t i,
    const cg_recipient_t **recipient, cg_str_t *item)
{
    size_t                 k;
    const cg_recipient_t  *r = policy->recipients;
    const cg_recipient_t  *end = r + policy->nrecipients;

    for ( ; r < end; r++) {
        for (k = 0; r->role == CG_ROLE_JOINT && k < r->vendor->nreceives; k++)
        {
            if (!policy_is_shared(policy, r->vendor->receives[k]) && i-- == 0)
            {
                *recipient = r;
                *item = r->vendor->receives[k];
                return CG_OK;
            }
        }
    }

    return CG_NONE;
}


cg_str_t
cg_policy_text(const cg_policy_t *policy, cg_str_t lang, cg_str_t key)
{
    size_t  i;

    for (i = 0; i < policy->ntexts; i++) {
        if (cg_str_eq(policy->texts[i].lang, lang)
            && cg_str_eq(policy->texts[i].key, key))
        {
            return policy->texts[i].text;
        }
    }

    return cg_str_null;
}
