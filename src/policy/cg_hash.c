/*
 * What a policy promises, as three digests (DESIGN.md 7, "Stale").  Every item
 * goes in as "length:bytes,", an absent one as "-,", a list behind its count:
 * no two contents write the same bytes.
 */

#include "cg_build.h"
#include "base/cg_out.h"

#define HASH_MAX  (16 * 1024 * 1024)       /* bytes of a policy written out */


static void
hash_str(cg_out_t *out, cg_str_t s)
{
    if (s.data) {
        cg_out_uint(out, s.len);
        cg_out_byte(out, ':');
        cg_out_str(out, s);

    } else {
        cg_out_byte(out, '-');
    }

    cg_out_byte(out, ',');
}


static void
hash_num(cg_out_t *out, uint64_t n)
{
    cg_out_uint(out, n);
    cg_out_byte(out, ';');
}


static cg_status_t
hash_end(cg_out_t *out, unsigned char digest[CG_SHA256_LEN])
{
    cg_str_t     all = cg_out_slice(out);
    cg_status_t  status = out->status;

    if (status == CG_OK) {
        status = cg_sha256(&all, 1, digest);
    }

    cg_out_reset(out);

    return status;
}


/* The next id behind `last` in the order of bytes, without sorting anything:
 * lists are short and this runs once per configuration. */

static const cg_purpose_t *
hash_next_purpose(const cg_policy_t *policy, cg_str_t last)
{
    size_t               i;
    const cg_purpose_t  *best = NULL, *p;

    for (i = 0; i < policy->npurposes; i++) {
        p = &policy->purposes[i];

        if (cg_build_order(p->id, last) > 0
            && (best == NULL || cg_build_order(p->id, best->id) < 0))
        {
            best = p;
        }
    }

    return best;
}


static const cg_recipient_t *
hash_next_recipient(const cg_policy_t *policy, const cg_purpose_t *purpose,
    cg_str_t last)
{
    size_t                 i;
    const cg_recipient_t  *best = NULL, *r;

    for (i = 0; i < policy->nrecipients; i++) {
        r = &policy->recipients[i];

        if (r->purpose == purpose && cg_build_order(r->vendor->id, last) > 0
            && (best == NULL
                || cg_build_order(r->vendor->id, best->vendor->id) < 0))
        {
            best = r;
        }
    }

    return best;
}


static cg_str_t
hash_next_item(const cg_str_t *items, size_t n, cg_str_t last)
{
    size_t    i;
    cg_str_t  best = cg_str_null;

    for (i = 0; i < n; i++) {
        if (cg_build_order(items[i], last) > 0
            && (best.data == NULL || cg_build_order(items[i], best) < 0))
        {
            best = items[i];
        }
    }

    return best;
}


/* In the order of bytes, behind their number. */

static void
hash_items(cg_out_t *out, const cg_str_t *items, size_t n)
{
    cg_str_t  item;

    hash_num(out, n);

    for (item = hash_next_item(items, n, cg_str("")); item.data;
         item = hash_next_item(items, n, item))
    {
        hash_str(out, item);
    }
}


static void
hash_recipients(cg_out_t *out, const cg_policy_t *policy,
    const cg_purpose_t *purpose)
{
    cg_str_t               last = cg_str("");
    const cg_recipient_t  *r;

    for ( ;; ) {
        r = hash_next_recipient(policy, purpose, last);
        if (r == NULL) {
            break;
        }

        last = r->vendor->id;
        hash_str(out, last);
        hash_num(out, (uint64_t) r->role);

        if (r->path != CG_PATH_DIRECT) {
            hash_num(out, (uint64_t) r->path);
        }

        hash_str(out, r->vendor->country);
        hash_items(out, r->vendor->receives, r->vendor->nreceives);
    }

    hash_str(out, cg_str_null);
}


static const cg_joint_use_t *
hash_next_joint(const cg_policy_t *policy, cg_str_t last)
{
    size_t                 i;
    const cg_joint_use_t  *best = NULL, *use = policy->joint_uses;

    for (i = 0; i < policy->njoint_uses; i++, use++) {
        if (cg_build_order(use->party, last) > 0
            && (best == NULL || cg_build_order(use->party, best->party) < 0))
        {
            best = use;
        }
    }

    return best;
}


/* Each behind an absent id, which no purpose has; a policy without joint use
 * has the terms that it had before there was such a line. */

static void
hash_joint_uses(cg_out_t *out, const cg_policy_t *policy)
{
    const cg_joint_use_t  *use;

    for (use = hash_next_joint(policy, cg_str("")); use;
         use = hash_next_joint(policy, use->party))
    {
        hash_str(out, cg_str_null);
        hash_str(out, use->party);
        hash_str(out, use->country);
        hash_items(out, use->items, use->nitems);
    }
}


static void
hash_terms(cg_out_t *out, const cg_policy_t *policy)
{
    const cg_purpose_t  *p;

    for (p = hash_next_purpose(policy, cg_str("")); p;
         p = hash_next_purpose(policy, p->id))
    {
        hash_str(out, p->id);
        hash_num(out, p->required);
        hash_num(out, policy->unlisted_host == CG_UNLISTED_PURPOSE
                      && policy->unlisted_host_purpose == p);
        hash_recipients(out, policy, p);
    }

    hash_joint_uses(out, policy);
}


static void
hash_slots(cg_out_t *out, const cg_policy_t *policy)
{
    size_t    i;
    unsigned  slot;

    for (slot = 1; slot <= CG_MAX_PURPOSES; slot++) {
        for (i = 0; i < policy->npurposes; i++) {
            if (policy->purposes[i].slot == slot) {
                hash_num(out, slot);
                hash_str(out, policy->purposes[i].id);
            }
        }
    }
}


static void
hash_strs(cg_out_t *out, const cg_str_t *list, size_t n)
{
    size_t  i;

    hash_num(out, n);

    for (i = 0; i < n; i++) {
        hash_str(out, list[i]);
    }
}


static void
hash_contacts(cg_out_t *out, const cg_policy_t *policy)
{
    size_t               i;
    const cg_contact_t  *contact = policy->contacts;

    hash_num(out, policy->ncontacts);

    for (i = 0; i < policy->ncontacts; i++, contact++) {
        hash_str(out, contact->name);
        hash_str(out, contact->url);
        hash_str(out, contact->postal);
        hash_str(out, contact->tel);
        hash_str(out, contact->fax);
        hash_str(out, contact->email);
    }
}


static void
hash_cites(cg_out_t *out, const cg_policy_t *policy)
{
    size_t  i;

    hash_num(out, policy->ncites);

    for (i = 0; i < policy->ncites; i++) {
        hash_str(out, policy->cites[i].directive);
        hash_str(out, policy->cites[i].clause);
    }
}


/* Who promises it, under which law, and what else was promised. */

static void
hash_promises(cg_out_t *out, const cg_policy_t *policy)
{
    size_t  i;

    hash_str(out, policy->operator_name);
    hash_str(out, policy->operator_contract);
    hash_str(out, policy->effective);
    hash_str(out, policy->approver);
    hash_str(out, policy->jurisdiction);
    hash_num(out, policy->roles);
    hash_num(out, (uint64_t) policy->cookie_lifetime);
    hash_str(out, policy->referrer);
    hash_strs(out, policy->personal, policy->npersonal);
    hash_strs(out, policy->scrub, policy->nscrub);
    hash_contacts(out, policy);
    hash_cites(out, policy);
    hash_num(out, policy->nregions);

    for (i = 0; i < policy->nregions; i++) {
        hash_str(out, policy->regions[i].code);
        hash_str(out, policy->regions[i].name);
        hash_str(out, policy->regions[i].url);
    }

    hash_num(out, policy->njoint_uses);

    for (i = 0; i < policy->njoint_uses; i++) {
        hash_str(out, policy->joint_uses[i].responsible);
    }
}


static void
hash_policy_text(cg_out_t *out, const cg_policy_t *policy)
{
    size_t  i;

    hash_str(out, policy->id);
    hash_str(out, policy->controller);
    hash_str(out, policy->notice);
    hash_num(out, policy->version);
    hash_num(out, policy->material_since);
    hash_str(out, policy->enacted);
    hash_str(out, policy->revised);
    hash_num(out, (uint64_t) policy->grant_lifetime);
    hash_num(out, (uint64_t) policy->refusal_lifetime);
    hash_num(out, policy->signal_gpc);
    hash_num(out, policy->signal_dnt);
    hash_num(out, (uint64_t) policy->unlisted_host);
    hash_num(out, (uint64_t) policy->unlisted_cookie);
    hash_str(out, policy->unlisted_cookie_purpose
                  ? policy->unlisted_cookie_purpose->id : cg_str_null);

    hash_num(out, (uint64_t) policy->address.form);
    hash_num(out, policy->address.combine);
    hash_str(out, policy->address.purpose ? policy->address.purpose->id
                                          : cg_str_null);
    hash_str(out, policy->address.clause);
    hash_strs(out, policy->languages, policy->nlanguages);

    hash_num(out, policy->nclauses);

    for (i = 0; i < policy->nclauses; i++) {
        hash_str(out, policy->clauses[i].id);
        hash_str(out, policy->clauses[i].text);
        hash_num(out, policy->clauses[i].organisational);
    }

    hash_num(out, policy->ntexts);

    for (i = 0; i < policy->ntexts; i++) {
        hash_str(out, policy->texts[i].lang);
        hash_str(out, policy->texts[i].key);
        hash_str(out, policy->texts[i].text);
    }
}


static void
hash_storages(cg_out_t *out, const cg_vendor_t *vendor)
{
    size_t  i;

    hash_num(out, vendor->nstorages);

    for (i = 0; i < vendor->nstorages; i++) {
        hash_str(out, vendor->storages[i].key);
        hash_str(out, vendor->storages[i].description);
    }
}


static void
hash_vendor_text(cg_out_t *out, const cg_recipient_t *r)
{
    size_t                     i;
    const cg_vendor_cookie_t  *cookie;

    hash_str(out, r->vendor->id);
    hash_str(out, r->vendor->name);
    hash_str(out, r->vendor->provider);
    hash_str(out, r->vendor->privacy);
    hash_str(out, r->clause);
    hash_str(out, r->contract);
    hash_str(out, r->approval);
    hash_str(out, r->info);

    if (r->advanced) {
        hash_str(out, cg_str("advanced"));
    }

    hash_num(out, r->vendor->ncookies);

    for (i = 0; i < r->vendor->ncookies; i++) {
        cookie = &r->vendor->cookies[i];
        hash_num(out, cookie->re != NULL);
        hash_str(out, cookie->pattern);
        hash_num(out, (uint64_t) cookie->lifetime);
        hash_str(out, cookie->description);
    }

    hash_storages(out, r->vendor);
}


/* At the very end, so that a policy without the line has the text that it had
 * before there was one. */

static void
hash_banner(cg_out_t *out, const cg_policy_t *policy)
{
    if (policy->layout != CG_LAYOUT_BAR || policy->layout_top
        || policy->style.data)
    {
        hash_num(out, (uint64_t) policy->layout);
        hash_num(out, policy->layout_top);
        hash_str(out, policy->style);
    }
}


static void
hash_text(cg_out_t *out, const cg_policy_t *policy, const cg_vec_t *cookies)
{
    size_t           i;
    const cg_tie_t  *tie;

    hash_policy_text(out, policy);
    hash_promises(out, policy);
    hash_num(out, policy->npurposes);

    for (i = 0; i < policy->npurposes; i++) {
        hash_str(out, policy->purposes[i].id);
        hash_str(out, policy->purposes[i].clause);
        hash_str(out, policy->purposes[i].signal);
        hash_num(out, policy->purposes[i].sensitive);
    }

    hash_num(out, policy->nrecipients);

    for (i = 0; i < policy->nrecipients; i++) {
        hash_vendor_text(out, &policy->recipients[i]);
    }

    hash_num(out, cookies->n);

    for (i = 0; i < cookies->n; i++) {
        tie = cg_vec_at(cookies, cg_tie_t, i);
        hash_num(out, tie->re != NULL);
        hash_str(out, tie->name);
        hash_str(out, tie->purpose);
        hash_str(out, tie->clause);
    }

    hash_banner(out, policy);
}


cg_status_t
cg_build_hash(cg_arena_t *arena, cg_policy_t *policy,
    const cg_policy_def_t *def)
{
    cg_out_t     out;
    cg_status_t  status;

    cg_out_init(&out, arena, HASH_MAX);

    hash_slots(&out, policy);
    status = hash_end(&out, policy->slots_hash);

    if (status == CG_OK) {
        hash_terms(&out, policy);
        status = hash_end(&out, policy->terms_hash);
    }

    if (status == CG_OK) {
        hash_text(&out, policy, &def->cookies);
        status = hash_end(&out, policy->text_hash);
    }

    cg_arena_outgrown(arena, out.data);

    return status;
}
