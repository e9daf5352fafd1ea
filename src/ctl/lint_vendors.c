/* Who receives what under a policy, and what stands behind that (L2 to L4, L6,
 * L16, L17). */

#include "lint.h"


static const lint_rule_t  vendors_unnamed = { "L2", LINT_ERROR,
    "name the recipient in the privacy policy and cite that clause, or take "
    "the vendor out" };
static const lint_rule_t  vendors_uncited = { "L3", LINT_WARNING,
    "cite with clause= the sentence that covers this use" };
static const lint_rule_t  vendors_scrub = { "L4", LINT_WARNING,
    "name the keys that may hold who it is: scrub email tel;" };
static const lint_rule_t  vendors_joint = { "L6", LINT_ERROR,
    "add the item to items= of a joint_use, if the privacy policy lists it, or "
    "give the vendor role=third" };
static const lint_rule_t  vendors_contract = { "L16", LINT_WARNING,
    "add contract=REFERENCE" };
static const lint_rule_t  vendors_approval = { "L17", LINT_ERROR,
    "add approval=REFERENCE, who allowed it and when, or tie the vendor to a "
    "purpose with slot=" };

static const lint_rule_t  vendors_advanced = { "L21", LINT_ERROR,
    "take mode=advanced out, so that the vendor waits for consent" };


static int
vendors_outside(const cg_recipient_t *r)
{
    return r->role == CG_ROLE_THIRD || r->role == CG_ROLE_JOINT;
}


static cg_str_t
vendors_clause_text(const cg_policy_t *policy, cg_str_t id)
{
    size_t  i;

    for (i = 0; id.len && i < policy->nclauses; i++) {
        if (cg_str_eq(policy->clauses[i].id, id)) {
            return policy->clauses[i].text;
        }
    }

    return cg_str("");
}


static void
vendors_check_named(lint_t *lint, const cg_policy_t *policy,
    const cg_recipient_t *r)
{
    cg_str_t  text = vendors_clause_text(policy, r->clause);

    if (!vendors_outside(r) || lint_text_holds(text, r->vendor->name)
        || lint_text_holds(text, r->vendor->provider))
    {
        return;
    }

    lint_find(lint, &vendors_unnamed, r->file, r->line, r->clause,
              "vendor \"%.*s\" receives data under policy \"%.*s\", and %s "
              "names neither it nor its provider", LINT_STR(r->vendor->id),
              LINT_STR(policy->id), r->clause.len ? "the clause that is cited"
                                                  : "no clause that is cited");
}


/* Whether any vendor of the purpose cites what the purpose does; *first is the
 * first one. */

static int
vendors_agree(const cg_policy_t *policy, const cg_purpose_t *purpose,
    const cg_recipient_t **first)
{
    int                    agree = 0;
    size_t                 i;
    const cg_recipient_t  *r = policy->recipients;

    *first = NULL;

    for (i = 0; i < policy->nrecipients; i++, r++) {
        if (r->purpose == purpose) {
            *first = *first ? *first : r;
            agree |= cg_str_eq(r->clause, purpose->clause);
        }
    }

    return agree;
}


static void
vendors_check_purpose(lint_t *lint, const cg_policy_t *policy,
    const cg_purpose_t *purpose)
{
    int                    agree;
    const ctl_node_t      *line;
    const cg_recipient_t  *first;

    agree = vendors_agree(policy, purpose, &first);
    line = lint_policy_line(lint, policy, "purpose", purpose->id);

    if (first == NULL) {
        return;
    }

    if (purpose->clause.len == 0) {
        lint_find(lint, &vendors_uncited, line->file, line->line, cg_str_null,
                  "purpose \"%.*s\" of policy \"%.*s\" has vendors, and cites "
                  "no clause", LINT_STR(purpose->id), LINT_STR(policy->id));

    } else if (!agree) {
        lint_find(lint, &vendors_uncited, line->file, line->line,
                  purpose->clause, "purpose \"%.*s\" of policy \"%.*s\" cites "
                  "another clause than all of its vendors: one of them does "
                  "not cover the use", LINT_STR(purpose->id),
                  LINT_STR(policy->id));
    }
}


static int
vendors_reads_url(const cg_vendor_t *vendor)
{
    size_t  i;

    for (i = 0; i < vendor->nreceives; i++) {
        if (cg_str_eq(vendor->receives[i], cg_str("url"))
            || cg_str_eq(vendor->receives[i], cg_str("referrer")))
        {
            return 1;
        }
    }

    return 0;
}


static void
vendors_check_scrub(lint_t *lint, const cg_policy_t *policy)
{
    size_t                 i;
    const cg_recipient_t  *r = policy->recipients;

    for (i = 0; policy->nscrub == 0 && i < policy->nrecipients; i++, r++) {
        if (vendors_outside(r) && vendors_reads_url(r->vendor)) {
            lint_find(lint, &vendors_scrub, r->file, r->line, r->clause,
                      "vendor \"%.*s\" reads addresses of pages, and policy "
                      "\"%.*s\" takes nothing out of them: ?email= would get "
                      "there", LINT_STR(r->vendor->id), LINT_STR(policy->id));
            return;
        }
    }
}


static void
vendors_check_joint(lint_t *lint, const cg_policy_t *policy)
{
    size_t                 i;
    cg_str_t               item;
    const cg_recipient_t  *r;

    for (i = 0; cg_policy_unshared(policy, i, &r, &item) == CG_OK; i++) {
        lint_find(lint, &vendors_joint, r->file, r->line, r->clause,
                  "vendor \"%.*s\" of role=joint receives \"%.*s\", which no "
                  "joint_use of policy \"%.*s\" lists",
                  LINT_STR(r->vendor->id), LINT_STR(item),
                  LINT_STR(policy->id));
    }
}


static void
vendors_check_basis(lint_t *lint, const cg_policy_t *policy,
    const cg_recipient_t *r)
{
    if (r->role == CG_ROLE_PROCESSOR && r->contract.len == 0) {
        lint_find(lint, &vendors_contract, r->file, r->line, r->clause,
                  "vendor \"%.*s\" works on the controller's behalf under "
                  "policy \"%.*s\", and no contract is named",
                  LINT_STR(r->vendor->id), LINT_STR(policy->id));
    }

    if (r->advanced) {
        lint_find(lint, &vendors_advanced, r->file, r->line, r->clause,
                  "vendor \"%.*s\" has mode=advanced under policy \"%.*s\": "
                  "browsers send requests to it before visitors consent, "
                  "whatever the banner says", LINT_STR(r->vendor->id),
                  LINT_STR(policy->id));
    }

    if (vendors_outside(r) && r->purpose->required && r->approval.len == 0) {
        lint_find(lint, &vendors_approval, r->file, r->line, r->clause,
                  "vendor \"%.*s\" is open to every visitor without consent "
                  "under policy \"%.*s\", and nobody is named who allowed it",
                  LINT_STR(r->vendor->id), LINT_STR(policy->id));
    }
}


void
lint_vendors(lint_t *lint, const lint_server_t *server)
{
    size_t              i;
    const cg_policy_t  *policy = server->policy;

    for (i = 0; i < policy->npurposes; i++) {
        vendors_check_purpose(lint, policy, &policy->purposes[i]);
    }

    for (i = 0; i < policy->nrecipients; i++) {
        vendors_check_named(lint, policy, &policy->recipients[i]);
        vendors_check_basis(lint, policy, &policy->recipients[i]);
    }

    vendors_check_scrub(lint, policy);
    vendors_check_joint(lint, policy);
}
