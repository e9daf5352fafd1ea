/*
 * The directive `purpose` of consent_policy.
 */

#include "cg_build.h"
#include "cg_words.h"


/* Words with another meaning: of `unlisted`, of the choice, and variables of
 * the module that $consent_PURPOSE would hide. */

static int
purpose_is_reserved(cg_str_t id)
{
    static const char *const  words[] = {
        "hold", "allow", "unlisted", "state", "purposes", "policy", "version",
        "visitor", "lookup", "held", "cookies", "page", "remote_addr", NULL
    };

    return cg_word_index(id, words) >= 0;
}


static cg_status_t
purpose_check_signal(cg_str_t list, cg_diag_t *diag)
{
    static const char *const  names[] = {
        "ad_storage", "analytics_storage", "ad_user_data",
        "ad_personalization", "functionality_storage",
        "personalization_storage", "security_storage", NULL
    };

    size_t    i, from = 0;
    cg_str_t  name;

    for (i = 0; i <= list.len; i++) {
        if (i < list.len && list.data[i] != ',') {
            continue;
        }

        name = cg_str_sub(list, from, i);
        from = i + 1;

        if (cg_word_index(name, names) < 0) {
            return cg_build_say(diag, "unknown signal \"%\", known are "
                                "ad_storage analytics_storage ad_user_data "
                                "ad_personalization functionality_storage "
                                "personalization_storage security_storage",
                                name);
        }
    }

    return CG_OK;
}


/* A signal of two purposes would follow one of them only. */

static int
purpose_shares(cg_str_t a, cg_str_t b, cg_str_t *shared)
{
    size_t  i, k, from = 0, other;

    for (i = 0; i <= a.len; i++) {
        if (i < a.len && a.data[i] != ',') {
            continue;
        }

        *shared = cg_str_sub(a, from, i);
        from = i + 1;

        for (k = 0, other = 0; k <= b.len; k++) {
            if (k < b.len && b.data[k] != ',') {
                continue;
            }

            if (cg_str_eq(*shared, cg_str_sub(b, other, k))) {
                return 1;
            }

            other = k + 1;
        }
    }

    return 0;
}


/* A purpose is required, or it has a slot that no other one has. */

static cg_status_t
purpose_check_slot(const cg_vec_t *purposes, const cg_purpose_t *purpose,
    cg_str_t slot, cg_diag_t *diag)
{
    size_t               i;
    cg_str_t             shared;
    const cg_purpose_t  *other;

    if (purpose->required && slot.data) {
        return cg_build_say(diag, "purpose \"%\" is required and needs no slot,"
                            " remove slot=%", purpose->id, slot);
    }

    if (!purpose->required && purpose->slot == 0) {
        return cg_build_say(diag, "purpose \"%\" needs slot=1 to slot=32, or "
                            "\"required\" if the site cannot do without",
                            purpose->id);
    }

    for (i = 0; i < purposes->n; i++) {
        other = &cg_vec_at(purposes, cg_purpose_def_t, i)->purpose;

        if (cg_str_eq(other->id, purpose->id)) {
            return cg_build_say(diag, "purpose \"%\" stands twice, keep one",
                                purpose->id);
        }

        if (purpose->slot && other->slot == purpose->slot) {
            return cg_build_say(diag, "slot=% of purpose \"%\" is taken by "
                                "purpose \"%\", take another number", slot,
                                purpose->id, other->id);
        }

        if (other->signal.data && purpose->signal.data
            && purpose_shares(purpose->signal, other->signal, &shared))
        {
            return cg_build_say(diag, "signal \"%\" of purpose \"%\" belongs "
                                "to purpose \"%\" already, keep one", shared,
                                purpose->id, other->id);
        }
    }

    return CG_OK;
}


static cg_status_t
purpose_check_purpose(cg_policies_t *set, const cg_line_t *line,
    cg_purpose_t *purpose, cg_diag_t *diag)
{
    uint32_t  slot = 0;
    cg_str_t  word = line->options[1];

    if (!cg_word_is_purpose(purpose->id)) {
        return cg_build_say(diag, "bad purpose \"%\": write lower-case "
                            "letters, digits and \"_\", at most 32",
                            purpose->id);
    }

    if (purpose_is_reserved(purpose->id)) {
        return cg_build_say(diag, "purpose \"%\": the word is reserved, take "
                            "another", purpose->id);
    }

    if (word.data && !cg_word_number(word, 1, 32, &slot)) {
        return cg_build_say(diag, "slot=% must be a number from 1 to 32", word);
    }

    purpose->slot = slot;
    purpose->bit = slot ? (uint32_t) 1 << (slot - 1) : 0;

    if (purpose->signal.data
        && purpose_check_signal(purpose->signal, diag) != CG_OK)
    {
        return CG_EINVAL;
    }

    return purpose_check_slot(&set->policy->purposes, purpose, word, diag);
}


cg_status_t
cg_build_purpose(cg_policies_t *set, const cg_line_t *line, cg_diag_t *diag)
{
    cg_status_t        status;
    cg_purpose_t       purpose;
    cg_purpose_def_t  *slot;

    memset(&purpose, 0, sizeof(purpose));
    purpose.id = line->args[0];
    purpose.required = line->options[0].data != NULL;
    purpose.clause = line->options[2];
    purpose.signal = line->options[3];
    purpose.sensitive = line->options[4].data != NULL;

    status = purpose_check_purpose(set, line, &purpose, diag);
    if (status != CG_OK) {
        return status;
    }

    if (set->policy->purposes.n == CG_MAX_PURPOSES) {
        return cg_build_say(diag, "more than 32 purposes, merge some");
    }

    slot = cg_vec_push(set->arena, &set->policy->purposes, sizeof(*slot));
    if (slot == NULL) {
        return CG_ENOMEM;
    }

    slot->purpose = purpose;
    slot->place = line->place;
    set->policy->policy.optional |= purpose.bit;

    return CG_OK;
}
