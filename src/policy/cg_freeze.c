/*
 * Names that a policy uses and others define: purposes, clauses, vendors,
 * languages.
 */

#include "cg_build.h"


static const cg_purpose_t *
freeze_purpose(const cg_policy_t *policy, cg_str_t id, const cg_place_t *place,
    cg_diag_t *diag)
{
    const cg_purpose_t  *purpose = cg_policy_purpose(policy, id);

    if (purpose == NULL) {
        cg_build_place(diag, place);
        (void) cg_build_say(diag, "purpose \"%\" is not declared in "
                            "consent_policy \"%\", add: purpose % slot=NUMBER",
                            id, policy->id, id);
    }

    return purpose;
}


/* An absent clause cites nothing. */

static cg_status_t
freeze_clause(const cg_policy_t *policy, cg_str_t id, const cg_place_t *place,
    cg_diag_t *diag)
{
    size_t  i;

    for (i = 0; i < policy->nclauses; i++) {
        if (cg_str_eq(policy->clauses[i].id, id)) {
            return CG_OK;
        }
    }

    if (id.data == NULL) {
        return CG_OK;
    }

    cg_build_place(diag, place);

    return cg_build_say(diag, "clause \"%\" is not declared in consent_policy "
                        "\"%\", add: clause % \"TEXT\"", id, policy->id, id);
}


static cg_status_t
freeze_purposes(cg_arena_t *arena, cg_policy_def_t *def, cg_diag_t *diag)
{
    size_t                   i;
    cg_status_t              status = CG_OK;
    cg_policy_t             *policy = &def->policy;
    cg_purpose_t            *purposes;
    const cg_purpose_def_t  *from;

    purposes = cg_arena_zero(arena, def->purposes.n * sizeof(*purposes));
    if (purposes == NULL) {
        return CG_ENOMEM;
    }

    for (i = 0; status == CG_OK && i < def->purposes.n; i++) {
        from = cg_vec_at(&def->purposes, cg_purpose_def_t, i);
        purposes[i] = from->purpose;
        status = freeze_clause(policy, purposes[i].clause, &from->place, diag);
    }

    policy->purposes = purposes;
    policy->npurposes = def->purposes.n;

    return status;
}


static const cg_vendor_t *
freeze_vendor(const cg_policies_t *set, const cg_policy_t *policy,
    const cg_tie_t *tie, cg_diag_t *diag)
{
    size_t                  i;
    const cg_vendor_def_t  *def;

    for (i = 0; i < set->vendors.n; i++) {
        def = *cg_vec_at(&set->vendors, cg_vendor_def_t *, i);

        if (cg_str_eq(def->vendor.id, tie->name)) {
            return &def->vendor;
        }
    }

    cg_build_place(diag, &tie->place);
    (void) cg_build_say(diag, "vendor \"%\" of consent_policy \"%\" is not "
                        "defined, include conf/vendors/%.conf or define "
                        "consent_vendor \"%\"", tie->name, policy->id,
                        tie->name, tie->name);

    return NULL;
}


static cg_status_t
freeze_recipients(cg_policies_t *set, cg_policy_def_t *def, cg_diag_t *diag)
{
    size_t           i;
    cg_tie_t        *tie;
    cg_policy_t     *policy = &def->policy;
    cg_recipient_t  *list, *to;

    list = cg_arena_zero(set->arena, def->vendors.n * sizeof(*list));
    if (list == NULL) {
        return CG_ENOMEM;
    }

    for (i = 0; i < def->vendors.n; i++) {
        tie = cg_vec_at(&def->vendors, cg_tie_t, i);
        to = &list[i];

        to->role = tie->role;
        to->vendor = freeze_vendor(set, policy, tie, diag);

        if (to->vendor) {
            to->purpose = freeze_purpose(policy, tie->purpose, &tie->place,
                                         diag);
        }

        if (to->purpose == NULL
            || freeze_clause(policy, tie->clause, &tie->place, diag) != CG_OK)
        {
            return CG_EINVAL;
        }

        to->clause = tie->clause.data ? tie->clause : to->purpose->clause;
    }

    policy->recipients = list;
    policy->nrecipients = def->vendors.n;

    return CG_OK;
}


static cg_status_t
freeze_cookies(const cg_policy_t *policy, const cg_vec_t *cookies,
    cg_diag_t *diag)
{
    size_t           i;
    const cg_tie_t  *tie;

    for (i = 0; i < cookies->n; i++) {
        tie = cg_vec_at(cookies, cg_tie_t, i);

        if (freeze_purpose(policy, tie->purpose, &tie->place, diag) == NULL
            || freeze_clause(policy, tie->clause, &tie->place, diag) != CG_OK)
        {
            return CG_EINVAL;
        }
    }

    return CG_OK;
}


static cg_status_t
freeze_unlisted(cg_policy_def_t *def, cg_diag_t *diag)
{
    cg_policy_t  *policy = &def->policy;

    if (policy->unlisted_host == CG_UNLISTED_PURPOSE) {
        policy->unlisted_host_purpose =
            freeze_purpose(policy, def->unlisted_host, &def->unlisted_place,
                           diag);

        if (policy->unlisted_host_purpose == NULL) {
            return CG_EINVAL;
        }
    }

    if (policy->unlisted_cookie == CG_UNLISTED_PURPOSE) {
        policy->unlisted_cookie_purpose =
            freeze_purpose(policy, def->unlisted_cookie, &def->unlisted_place,
                           diag);

        if (policy->unlisted_cookie_purpose == NULL) {
            return CG_EINVAL;
        }
    }

    return CG_OK;
}


/* Combining is what visitors allow by the purpose of that name, where no other
 * is named. */

static cg_status_t
freeze_address(cg_policy_def_t *def, cg_diag_t *diag)
{
    cg_policy_t          *policy = &def->policy;
    cg_policy_address_t  *address = &policy->address;

    if (def->address.data) {
        address->purpose = freeze_purpose(policy, def->address,
                                          &def->address_place, diag);

        if (address->purpose == NULL) {
            return CG_EINVAL;
        }

    } else if (address->combine) {
        address->purpose = cg_policy_purpose(policy, cg_str("ip_combine"));
    }

    if (address->purpose && address->purpose->required) {
        cg_build_place(diag, &def->address_place);

        return cg_build_say(diag, "address is opened by purpose \"%\", which "
                            "is required: nobody is asked, name one with "
                            "slot=", address->purpose->id);
    }

    return freeze_clause(policy, address->clause, &def->address_place, diag);
}


static cg_status_t
freeze_texts(const cg_policy_def_t *def, cg_diag_t *diag)
{
    size_t            i;
    const cg_text_t  *text;

    for (i = 0; i < def->texts.n; i++) {
        text = cg_vec_at(&def->texts, cg_text_t, i);

        if (!cg_vec_has_str(&def->languages, text->lang)) {
            cg_build_place(diag, &(cg_place_t) { text->file, text->line });

            return cg_build_say(diag, "text in \"%\", which is not among the "
                                "languages of consent_policy \"%\", add it to "
                                "them", text->lang, def->policy.id);
        }
    }

    return CG_OK;
}


static void
freeze_lists(cg_policy_def_t *def)
{
    cg_policy_t  *policy = &def->policy;

    policy->languages = def->languages.items;
    policy->nlanguages = def->languages.n;
    policy->clauses = def->clauses.items;
    policy->nclauses = def->clauses.n;
    policy->own_hosts = def->own_hosts.items;
    policy->nown_hosts = def->own_hosts.n;
    policy->texts = def->texts.items;
    policy->ntexts = def->texts.n;
}


cg_status_t
cg_build_freeze(cg_policies_t *set, cg_policy_def_t *def, cg_diag_t *diag)
{
    cg_status_t  status;

    freeze_lists(def);
    status = freeze_purposes(set->arena, def, diag);

    if (status == CG_OK) {
        status = freeze_recipients(set, def, diag);
    }

    if (status == CG_OK) {
        status = freeze_cookies(&def->policy, &def->cookies, diag);
    }

    if (status == CG_OK) {
        status = freeze_unlisted(def, diag);
    }

    if (status == CG_OK) {
        status = freeze_address(def, diag);
    }

    return status == CG_OK ? freeze_texts(def, diag) : status;
}
