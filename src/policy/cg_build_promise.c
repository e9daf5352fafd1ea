/*
 * The directives of consent_policy that say who promises what, under which
 * law, and to whom else it goes.
 */

#include "cg_build.h"
#include "cg_words.h"

#include "base/cg_ascii.h"

#define PROMISE_SCRUB  128         /* bytes of all keys of `scrub`; the script
                                      that takes them out is small */


static cg_status_t
promise_check_url(const char *what, cg_str_t word, cg_diag_t *diag)
{
    return cg_word_is_url(word) || cg_word_is_path(word) ? CG_OK
           : cg_build_say(diag, "% \"%\" is neither an http or https URL nor "
                          "a path, write https://host/path or /path",
                          cg_str_from(what), word);
}


/* An option that was written, but with nothing behind the "=". */

static cg_status_t
promise_check_empty(const cg_line_t *line, cg_str_t word, const char *name,
    cg_diag_t *diag)
{
    return word.data == NULL || word.len ? CG_OK
           : cg_build_say(diag, "%= in \"%\" is empty, write a value behind it",
                          cg_str_from(name), line->name);
}


/* "+81 3 1234-5678", "03 (1234) 5678" */

static int
promise_is_number(cg_str_t word)
{
    size_t  i, digits = 0;

    for (i = 0; i < word.len; i++) {
        if (cg_ascii_is_digit(word.data[i])) {
            digits++;

        } else if (strchr(" -.()", word.data[i]) == NULL
                   && (word.data[i] != '+' || i > 0))
        {
            return 0;
        }
    }

    return digits >= 3 && digits <= 20;
}


/* One "@" within, nothing that a mailto: URL or a header would read as its
 * own. */

static int
promise_is_email(cg_str_t word)
{
    size_t  i, at = 0, ats = 0;

    for (i = 0; i < word.len; i++) {
        if (word.data[i] == '@') {
            at = i;
            ats++;

        } else if (word.data[i] <= ' ' || word.data[i] > 0x7E
                   || strchr("\"%&,:;<>?\\()[]", word.data[i]))
        {
            return 0;
        }
    }

    return ats == 1 && at > 0 && at + 1 < word.len && word.len <= 254;
}


static cg_status_t
promise_check_contact(const cg_line_t *line, const cg_contact_t *contact,
    cg_diag_t *diag)
{
    if (line->n == 2 && promise_check_url("contact", contact->url, diag)
                        != CG_OK)
    {
        return CG_EINVAL;
    }

    if (contact->tel.data && !promise_is_number(contact->tel)) {
        return cg_build_say(diag, "tel=% is no telephone number, write digits, "
                            "such as +81-3-1234-5678", contact->tel);
    }

    if (contact->fax.data && !promise_is_number(contact->fax)) {
        return cg_build_say(diag, "fax=% is no telephone number, write digits, "
                            "such as +81-3-1234-5678", contact->fax);
    }

    if (contact->email.data && !promise_is_email(contact->email)) {
        return cg_build_say(diag, "email=% is no e-mail address, write "
                            "name@host", contact->email);
    }

    return promise_check_empty(line, contact->postal, "postal", diag);
}


cg_status_t
cg_build_contact(cg_policies_t *set, const cg_line_t *line, cg_diag_t *diag)
{
    cg_status_t    status;
    cg_contact_t   contact, *slot;
    cg_policy_t   *policy = &set->policy->policy;

    memset(&contact, 0, sizeof(contact));
    contact.name = line->args[0];
    contact.url = line->n == 2 ? line->args[1] : cg_str_null;
    contact.postal = line->options[0];
    contact.tel = line->options[1];
    contact.fax = line->options[2];
    contact.email = line->options[3];

    status = promise_check_contact(line, &contact, diag);
    if (status != CG_OK) {
        return status;
    }

    slot = cg_vec_push(set->arena, &set->policy->contacts, sizeof(*slot));
    if (slot == NULL) {
        return CG_ENOMEM;
    }

    *slot = contact;

    if (set->policy->contacts.n == 1) {
        policy->contact_name = contact.name;
        policy->contact_url = contact.url;
    }

    return CG_OK;
}


static cg_status_t
promise_date(const char *name, cg_str_t word, cg_str_t *date, cg_diag_t *diag)
{
    if (word.data && !cg_word_is_date(word)) {
        return cg_build_say(diag, "%=% is no day, write YYYY-MM-DD",
                            cg_str_from(name), word);
    }

    *date = word;

    return CG_OK;
}


/* A text is not revised, nor in force, before there is one. */

static cg_status_t
promise_check_order(const char *name, cg_str_t date, cg_str_t enacted,
    cg_diag_t *diag)
{
    if (date.data && enacted.data && memcmp(enacted.data, date.data, 10) > 0) {
        return cg_build_say(diag, "%=% lies before enacted=%, write that day "
                            "or a later one", cg_str_from(name), date,
                            enacted);
    }

    return CG_OK;
}


static cg_status_t
promise_dates(cg_policy_t *policy, const cg_line_t *line, cg_diag_t *diag)
{
    if (promise_date("enacted", line->options[0], &policy->enacted, diag)
        != CG_OK
        || promise_date("revised", line->options[1], &policy->revised, diag)
           != CG_OK
        || promise_date("effective", line->options[2], &policy->effective,
                        diag) != CG_OK
        || promise_check_order("revised", policy->revised, policy->enacted,
                               diag) != CG_OK)
    {
        return CG_EINVAL;
    }

    return promise_check_order("effective", policy->effective,
                               policy->enacted, diag);
}


cg_status_t
cg_build_version(cg_policies_t *set, const cg_line_t *line, cg_diag_t *diag)
{
    cg_str_t      since = line->options[4];
    cg_policy_t  *policy = &set->policy->policy;

    if (!cg_word_number(line->args[0], 1, UINT32_MAX, &policy->version)) {
        return cg_build_say(diag, "version \"%\" must be a number from 1 to "
                            "4294967295", line->args[0]);
    }

    if (promise_dates(policy, line, diag) != CG_OK) {
        return CG_EINVAL;
    }

    if (since.data
        && !cg_word_number(since, 1, policy->version,
                           &policy->material_since))
    {
        return cg_build_say(diag, "material_since=% must be a version from 1 "
                            "to %", since, line->args[0]);
    }

    policy->approver = line->options[3];

    return promise_check_empty(line, policy->approver, "approver", diag);
}


cg_status_t
cg_build_jurisdiction(cg_policies_t *set, const cg_line_t *line,
    cg_diag_t *diag)
{
    cg_str_t  word = line->args[0];

    if (!cg_word_is_country(word) && !cg_str_eq(word, cg_str("EU"))) {
        return cg_build_say(diag, "jurisdiction \"%\" is no country code of "
                            "ISO 3166-1, write one such as JP or DE, or EU",
                            word);
    }

    set->policy->policy.jurisdiction = word;

    return CG_OK;
}


/* "EU", "US", "APAC", "419" */

static int
promise_is_region(cg_str_t word)
{
    size_t  i;

    for (i = 0; i < word.len; i++) {
        if (!cg_ascii_is_digit(word.data[i])
            && (word.data[i] < 'A' || word.data[i] > 'Z'))
        {
            return 0;
        }
    }

    return word.len >= 2 && word.len <= 8;
}


static cg_status_t
promise_check_region(const cg_vec_t *regions, const cg_line_t *line,
    cg_diag_t *diag)
{
    size_t  i;

    if (!promise_is_region(line->args[0])) {
        return cg_build_say(diag, "bad region \"%\": write 2 to 8 capital "
                            "letters or digits, such as EU, US, APAC",
                            line->args[0]);
    }

    for (i = 0; i < regions->n; i++) {
        if (cg_str_eq(cg_vec_at(regions, cg_region_t, i)->code,
                      line->args[0]))
        {
            return cg_build_say(diag, "region \"%\" stands twice, keep one",
                                line->args[0]);
        }
    }

    return promise_check_url("region", line->args[2], diag);
}


cg_status_t
cg_build_region(cg_policies_t *set, const cg_line_t *line, cg_diag_t *diag)
{
    cg_status_t   status;
    cg_region_t  *region;
    cg_vec_t     *list = &set->policy->regions;

    status = promise_check_region(list, line, diag);
    if (status != CG_OK) {
        return status;
    }

    region = cg_vec_push(set->arena, list, sizeof(*region));
    if (region == NULL) {
        return CG_ENOMEM;
    }

    region->code = line->args[0];
    region->name = line->args[1];
    region->url = line->args[2];

    return CG_OK;
}


cg_status_t
cg_build_personal(cg_policies_t *set, const cg_line_t *line, cg_diag_t *diag)
{
    size_t  i;

    for (i = 0; i < line->n; i++) {
        if (!cg_word_is_item(line->args[i])) {
            return cg_build_say(diag, "unknown item \"%\" in \"personal\", "
                                "known are ip cookie_id url referrer ua form",
                                line->args[i]);
        }
    }

    return cg_build_list(set, line, &set->policy->personal, diag);
}


cg_status_t
cg_build_roles(cg_policies_t *set, const cg_line_t *line, cg_diag_t *diag)
{
    int       role;
    size_t    i;
    unsigned  roles = 0;

    for (i = 0; i < line->n; i++) {
        role = cg_word_role(line->args[i]);

        if (role < 0) {
            return cg_build_say(diag, "unknown role \"%\", known are self "
                                "processor joint third", line->args[i]);
        }

        if (roles & 1u << role) {
            return cg_build_say(diag, "\"%\" stands twice in \"roles\", keep "
                                "one", line->args[i]);
        }

        roles |= 1u << role;
    }

    set->policy->policy.roles = roles;

    return CG_OK;
}


/* "a,b,c", each a name of data. */

static cg_status_t
promise_items(cg_policies_t *set, cg_str_t list, cg_vec_t *items,
    cg_diag_t *diag)
{
    size_t    i, from = 0;
    cg_str_t  item;

    for (i = 0; i <= list.len; i++) {
        if (i < list.len && list.data[i] != ',') {
            continue;
        }

        item = cg_str_sub(list, from, i);
        from = i + 1;

        if (!cg_word_is_purpose(item)) {
            return cg_build_say(diag, "bad item \"%\" in items=: write lower-"
                                "case letters, digits and \"_\", commas "
                                "between them, such as name,email,cookie_id",
                                item);
        }

        if (cg_vec_has_str(items, item)) {
            return cg_build_say(diag, "\"%\" stands twice in items=, keep one",
                                item);
        }

        if (cg_vec_push_str(set->arena, items, item) != CG_OK) {
            return CG_ENOMEM;
        }
    }

    return CG_OK;
}


static cg_status_t
promise_check_joint(const cg_vec_t *uses, const cg_line_t *line,
    cg_diag_t *diag)
{
    size_t  i;

    for (i = 0; i < uses->n; i++) {
        if (cg_str_eq(cg_vec_at(uses, cg_joint_use_t, i)->party,
                      line->args[0]))
        {
            return cg_build_say(diag, "joint_use with \"%\" stands twice, "
                                "keep one with the items of both",
                                line->args[0]);
        }
    }

    if (!cg_word_is_country(line->args[1])) {
        return cg_build_say(diag, "\"%\" is no country code of ISO 3166-1, "
                            "write one such as JP, US, DE", line->args[1]);
    }

    if (line->options[0].data == NULL || line->options[1].len == 0) {
        return cg_build_say(diag, "joint_use with \"%\" must say of what and "
                            "who answers for it, add items=ITEM,... and "
                            "responsible=\"NAME\"", line->args[0]);
    }

    return CG_OK;
}


cg_status_t
cg_build_joint_use(cg_policies_t *set, const cg_line_t *line, cg_diag_t *diag)
{
    cg_vec_t         items;
    cg_status_t      status;
    cg_joint_use_t  *use;

    memset(&items, 0, sizeof(items));
    status = promise_check_joint(&set->policy->joint_uses, line, diag);

    if (status == CG_OK) {
        status = promise_items(set, line->options[0], &items, diag);
    }

    if (status != CG_OK) {
        return status;
    }

    use = cg_vec_push(set->arena, &set->policy->joint_uses, sizeof(*use));
    if (use == NULL) {
        return CG_ENOMEM;
    }

    use->party = line->args[0];
    use->country = line->args[1];
    use->items = items.items;
    use->nitems = items.n;
    use->responsible = line->options[1];

    return CG_OK;
}


cg_status_t
cg_build_operator(cg_policies_t *set, const cg_line_t *line, cg_diag_t *diag)
{
    set->policy->policy.operator_name = line->args[0];
    set->policy->policy.operator_contract = line->options[0];

    return promise_check_empty(line, line->options[0], "contract", diag);
}


cg_status_t
cg_build_referrer(cg_policies_t *set, const cg_line_t *line, cg_diag_t *diag)
{
    /* Referrer Policy, 3 */

    static const char *const  words[] = {
        "no-referrer", "no-referrer-when-downgrade", "same-origin", "origin",
        "strict-origin", "origin-when-cross-origin",
        "strict-origin-when-cross-origin", "unsafe-url", NULL
    };

    if (cg_word_index(line->args[0], words) < 0) {
        return cg_build_say(diag, "unknown referrer policy \"%\", known are "
                            "no-referrer no-referrer-when-downgrade "
                            "same-origin origin strict-origin "
                            "origin-when-cross-origin "
                            "strict-origin-when-cross-origin unsafe-url",
                            line->args[0]);
    }

    set->policy->policy.referrer = line->args[0];

    return CG_OK;
}


/* What stands in a URL as it is, so that a script compares bytes. */

static int
promise_is_query_key(cg_str_t word)
{
    size_t  i;

    for (i = 0; i < word.len; i++) {
        if (!cg_ascii_is_digit(word.data[i])
            && !cg_ascii_is_alpha(word.data[i])
            && strchr("-._~", word.data[i]) == NULL)
        {
            return 0;
        }
    }

    return word.len <= 64;
}


cg_status_t
cg_build_scrub(cg_policies_t *set, const cg_line_t *line, cg_diag_t *diag)
{
    size_t     i, bytes = 0;
    cg_vec_t  *list = &set->policy->scrub;

    for (i = 0; i < line->n; i++) {
        if (!promise_is_query_key(line->args[i])) {
            return cg_build_say(diag, "bad key \"%\" in \"scrub\": write "
                                "letters, digits and \"-._~\", at most 64",
                                line->args[i]);
        }
    }

    if (cg_build_list(set, line, list, diag) != CG_OK) {
        return diag->text[0] ? CG_EINVAL : CG_ENOMEM;
    }

    for (i = 0; i < list->n; i++) {
        bytes += cg_vec_at(list, cg_str_t, i)->len + 1;
    }

    return bytes <= PROMISE_SCRUB ? CG_OK
           : cg_build_say(diag, "the keys of \"scrub\" in consent_policy \"%\" "
                          "take more than 128 bytes, name fewer: they travel "
                          "in every page and must be short",
                          set->policy->policy.id);
}
