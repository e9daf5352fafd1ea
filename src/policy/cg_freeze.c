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


static int
freeze_has_clause(const cg_policy_t *policy, cg_str_t id)
{
    size_t  i;

    for (i = 0; i < policy->nclauses; i++) {
        if (cg_str_eq(policy->clauses[i].id, id)) {
            return 1;
        }
    }

    return 0;
}


static cg_status_t
freeze_cites(const cg_policy_t *policy, cg_diag_t *diag)
{
    size_t            i;
    const cg_cite_t  *cite = policy->cites;

    for (i = 0; i < policy->ncites; i++, cite++) {
        if (!freeze_has_clause(policy, cite->clause)) {
            cg_build_place(diag, &(cg_place_t) { cite->file, cite->line });

            return cg_build_say(diag, "clause \"%\" is not declared in "
                                "consent_policy \"%\", add: clause % \"TEXT\"",
                                cite->clause, policy->id, cite->clause);
        }
    }

    return CG_OK;
}


static cg_status_t
freeze_purposes(cg_arena_t *arena, cg_policy_def_t *def)
{
    size_t         i;
    cg_purpose_t  *purposes;

    purposes = cg_arena_zero(arena, def->purposes.n * sizeof(*purposes));
    if (purposes == NULL) {
        return CG_ENOMEM;
    }

    for (i = 0; i < def->purposes.n; i++) {
        purposes[i] = cg_vec_at(&def->purposes, cg_purpose_def_t, i)->purpose;
    }

    def->policy.purposes = purposes;
    def->policy.npurposes = def->purposes.n;

    return CG_OK;
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


/* A role that the policy does not provide for would be a promise broken from
 * the first day. */

static cg_status_t
freeze_role(const cg_policy_t *policy, const cg_tie_t *tie, cg_diag_t *diag)
{
    static const char *const  roles[] = { "third", "self", "processor",
                                          "joint" };

    if (policy->roles & 1u << tie->role) {
        return CG_OK;
    }

    cg_build_place(diag, &tie->place);

    return cg_build_say(diag, "vendor \"%\" has role=%, which consent_policy "
                        "\"%\" does not provide for, give it another role or "
                        "add that one to \"roles\"", tie->name,
                        cg_str_from(roles[tie->role]), policy->id);
}


/* Whether its code waits for what Google Consent Mode says. */

static int
freeze_listens(const cg_vendor_t *vendor)
{
    size_t  i;

    for (i = 0; i < vendor->nstubs; i++) {
        if (cg_str_eq(vendor->stubs[i], cg_str("gtag"))
            || cg_str_eq(vendor->stubs[i], cg_str("dataLayer"))
            || cg_str_eq(vendor->stubs[i], cg_str("dataLayer[]")))
        {
            return 1;
        }
    }

    return 0;
}


/* What loads before anybody agreed has to be told so, and to listen. */

static cg_status_t
freeze_advanced(const cg_tie_t *tie, const cg_recipient_t *to,
    cg_diag_t *diag)
{
    cg_build_place(diag, &tie->place);

    if (to->purpose->required) {
        return cg_build_say(diag, "vendor \"%\" has mode=advanced, and its "
                            "purpose \"%\" is required: nobody is asked, "
                            "remove mode=", tie->name, to->purpose->id);
    }

    if (to->purpose->signal.len == 0) {
        return cg_build_say(diag, "vendor \"%\" has mode=advanced, and "
                            "nothing tells it that nothing is granted: add "
                            "signal= to purpose \"%\"", tie->name,
                            to->purpose->id);
    }

    if (!freeze_listens(to->vendor)) {
        return cg_build_say(diag, "vendor \"%\" has mode=advanced, and no "
                            "\"stub gtag\" or \"stub dataLayer[]\" says that "
                            "it heeds Google Consent Mode: remove mode=",
                            tie->name);
    }

    return CG_OK;
}


static cg_status_t
freeze_recipient(cg_policies_t *set, const cg_policy_t *policy,
    const cg_tie_t *tie, cg_recipient_t *to, cg_diag_t *diag)
{
    to->role = tie->role;
    to->path = tie->path;
    to->contract = tie->contract;
    to->approval = tie->approval;
    to->info = tie->info;
    to->file = tie->place.file;
    to->line = tie->place.line;
    to->vendor = freeze_vendor(set, policy, tie, diag);

    if (to->vendor) {
        to->purpose = freeze_purpose(policy, tie->purpose, &tie->place, diag);
    }

    if (to->purpose == NULL) {
        return CG_EINVAL;
    }

    to->clause = tie->clause.data ? tie->clause : to->purpose->clause;
    to->advanced = tie->advanced != 0;

    if (tie->advanced && freeze_advanced(tie, to, diag) != CG_OK) {
        return CG_EINVAL;
    }

    return freeze_role(policy, tie, diag);
}


static cg_status_t
freeze_recipients(cg_policies_t *set, cg_policy_def_t *def, cg_diag_t *diag)
{
    size_t           i;
    cg_status_t      status = CG_OK;
    cg_policy_t     *policy = &def->policy;
    cg_recipient_t  *list;

    list = cg_arena_zero(set->arena, def->vendors.n * sizeof(*list));
    if (list == NULL) {
        return CG_ENOMEM;
    }

    for (i = 0; status == CG_OK && i < def->vendors.n; i++) {
        status = freeze_recipient(set, policy,
                                  cg_vec_at(&def->vendors, cg_tie_t, i),
                                  &list[i], diag);

        if (list[i].advanced) {
            policy->advanced |= list[i].purpose->bit;
        }
    }

    policy->recipients = list;
    policy->nrecipients = def->vendors.n;

    return status;
}


static cg_status_t
freeze_cookies(const cg_policy_t *policy, const cg_vec_t *cookies,
    cg_diag_t *diag)
{
    size_t           i;
    const cg_tie_t  *tie;

    for (i = 0; i < cookies->n; i++) {
        tie = cg_vec_at(cookies, cg_tie_t, i);

        if (freeze_purpose(policy, tie->purpose, &tie->place, diag) == NULL) {
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

    return CG_OK;
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
    policy->cites = def->cites.items;
    policy->ncites = def->cites.n;
    policy->contacts = def->contacts.items;
    policy->ncontacts = def->contacts.n;
    policy->regions = def->regions.items;
    policy->nregions = def->regions.n;
    policy->personal = def->personal.items;
    policy->npersonal = def->personal.n;
    policy->joint_uses = def->joint_uses.items;
    policy->njoint_uses = def->joint_uses.n;
    policy->scrub = def->scrub.items;
    policy->nscrub = def->scrub.n;
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
    status = freeze_cites(&def->policy, diag);

    if (status == CG_OK) {
        status = freeze_purposes(set->arena, def);
    }

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
