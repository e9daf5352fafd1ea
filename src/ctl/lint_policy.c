/* What a policy says, leaves open or contradicts by itself (L1, L5, L7 to
 * L10). */

#include "lint.h"


static const lint_rule_t  policy_single = { "L1", LINT_WARNING,
    "write handling=60s in consent_log, which counts groups" };
static const lint_rule_t  policy_law = { "L5", LINT_NOTE,
    "let the policy say that law comes first, as a clause, or know that none "
    "can be cited" };
static const lint_rule_t  policy_personal = { "L7", LINT_NOTE,
    "say which items the policy means by personal information: personal "
    "ITEM...;" };
static const lint_rule_t  policy_material = { "L8", LINT_WARNING,
    "add material_since=VERSION, the last version that changed what is "
    "promised" };
static const lint_rule_t  policy_refusal = { "L9", LINT_WARNING,
    "let banner and settings stand, and a clause say that consent is asked "
    "for and can be withdrawn on the site" };
static const lint_rule_t  policy_example = { "L10", LINT_WARNING,
    "write the site's own, which is not in the profile" };


static int
policy_has_item(const cg_policy_t *policy, const char *item)
{
    size_t  i;

    for (i = 0; i < policy->npersonal; i++) {
        if (cg_str_eq(policy->personal[i], cg_str_from(item))) {
            return 1;
        }
    }

    return 0;
}


/* Numbers that count single exchanges are no statistics where what exchanges
 * carry is called personal. */

static void
policy_check_single(lint_t *lint, const lint_server_t *server)
{
    const ctl_node_t   *log = lint_effective(server->server, "consent_log");
    const cg_policy_t  *policy = server->policy;

    if (log && lint_has(log, "handling=each", NULL)
        && (policy_has_item(policy, "ip")
            || policy_has_item(policy, "cookie_id")))
    {
        lint_find(lint, &policy_single, log->file, log->line,
                  cg_policy_clause(policy, cg_str("personal")),
                  "policy \"%.*s\" calls addresses or cookies personal "
                  "information, and the log has a line for each exchange: "
                  "figures out of it are not of groups",
                  LINT_STR(policy->id));
    }
}


static int
policy_any_clause(const cg_policy_t *policy, int (*is)(cg_str_t text))
{
    size_t  i;

    for (i = 0; i < policy->nclauses; i++) {
        if (is(policy->clauses[i].text)) {
            return 1;
        }
    }

    return 0;
}


static void
policy_check_law(lint_t *lint, const cg_policy_t *policy,
    const ctl_node_t *block)
{
    if (policy->nclauses && !policy_any_clause(policy, lint_text_law)) {
        lint_find(lint, &policy_law, block->file, block->line, cg_str_null,
                  "no clause of policy \"%.*s\" provides for disclosure that "
                  "law obliges to: one that happens breaks the policy as it "
                  "stands", LINT_STR(policy->id));
    }
}


static int
policy_gives_ids(const cg_policy_t *policy)
{
    size_t              i, k;
    const cg_vendor_t  *vendor;

    for (i = 0; i < policy->nrecipients; i++) {
        vendor = policy->recipients[i].vendor;

        for (k = 0; policy->recipients[i].role == CG_ROLE_THIRD
                    && k < vendor->nreceives; k++)
        {
            if (cg_str_eq(vendor->receives[k], cg_str("ip"))
                || cg_str_eq(vendor->receives[k], cg_str("cookie_id")))
            {
                return 1;
            }
        }
    }

    return 0;
}


static void
policy_check_personal(lint_t *lint, const cg_policy_t *policy,
    const ctl_node_t *block)
{
    if (policy->npersonal == 0 && policy_gives_ids(policy)) {
        lint_find(lint, &policy_personal, block->file, block->line,
                  cg_str_null, "policy \"%.*s\" does not say whether addresses "
                  "and cookie identifiers, which third parties receive, are "
                  "personal information: all of it is held until consent",
                  LINT_STR(policy->id));
    }
}


static void
policy_check_version(lint_t *lint, const cg_policy_t *policy)
{
    const ctl_node_t  *line = lint_policy_line(lint, policy, "version",
                                               cg_str_null);

    if (policy->version > 1 && policy->material_since == 0) {
        lint_find(lint, &policy_material, line->file, line->line,
                  cg_policy_clause(policy, cg_str("version")),
                  "version %u of policy \"%.*s\" asks nobody again who agreed "
                  "to an earlier one, whatever its text changed",
                  (unsigned) policy->version, LINT_STR(policy->id));
    }
}


static int
policy_serves_eea(const cg_policy_t *policy)
{
    size_t  i;

    for (i = 0; i < policy->nregions; i++) {
        if (lint_text_eea(policy->regions[i].code)) {
            return 1;
        }
    }

    return lint_text_eea(policy->jurisdiction);
}


/* What shuts the visitor's way to refuse: a directive, or NULL. */

static const ctl_node_t *
policy_shut_off(const lint_server_t *server)
{
    size_t             i;
    const ctl_node_t  *at;
    static const char *const  names[] = { "consent_banner",
                                          "consent_settings" };

    for (i = 0; i < 2; i++) {
        at = lint_effective(server->server, names[i]);

        if (at && cg_str_eq(lint_word(at, 1), cg_str("off"))) {
            return at;
        }
    }

    return NULL;
}


/* A browser's settings refuse all cookies or none: where the law of the EU
 * counts, that is no refusal. */

static void
policy_check_refusal(lint_t *lint, const lint_server_t *server)
{
    size_t              i;
    const ctl_node_t   *line, *off = policy_shut_off(server);
    const cg_policy_t  *policy = server->policy;

    if (!policy_serves_eea(policy)
        || (off == NULL && policy_any_clause(policy, lint_text_choice)))
    {
        return;
    }

    for (i = 0; i < policy->nclauses; i++) {
        if (lint_text_browser(policy->clauses[i].text)) {
            line = off ? off : lint_policy_line(lint, policy, "clause",
                                                policy->clauses[i].id);
            lint_find(lint, &policy_refusal, line->file, line->line,
                      policy->clauses[i].id, "the only refusal that policy "
                      "\"%.*s\" %s is by the browser's settings, which does "
                      "not do in the EU", LINT_STR(policy->id),
                      off ? "leaves" : "tells of");
            return;
        }
    }
}


static void
policy_check_url(lint_t *lint, const cg_policy_t *policy, const char *name,
    cg_str_t argument, cg_str_t url)
{
    const ctl_node_t  *line;

    if (lint_text_example(url)) {
        line = lint_policy_line(lint, policy, name, argument);
        lint_find(lint, &policy_example, line->file, line->line, cg_str_null,
                  "\"%.*s\" of policy \"%.*s\" is an example, nobody is there",
                  LINT_STR(url), LINT_STR(policy->id));
    }
}


static void
policy_check_examples(lint_t *lint, const cg_policy_t *policy)
{
    size_t               i;
    const cg_contact_t  *contact = policy->contacts;

    policy_check_url(lint, policy, "notice", cg_str_null, policy->notice);

    for (i = 0; i < policy->ncontacts; i++, contact++) {
        policy_check_url(lint, policy, "contact", contact->name, contact->url);
        policy_check_url(lint, policy, "contact", contact->name,
                         contact->email);
    }

    for (i = 0; i < policy->nregions; i++) {
        policy_check_url(lint, policy, "region", policy->regions[i].code,
                         policy->regions[i].url);
    }
}


void
lint_policy(lint_t *lint, const lint_server_t *server)
{
    const cg_policy_t  *policy = server->policy;
    const ctl_node_t   *block = lint_policy_line(lint, policy, "controller",
                                                 cg_str_null)->up;

    policy_check_single(lint, server);
    policy_check_law(lint, policy, block);
    policy_check_personal(lint, policy, block);
    policy_check_version(lint, policy);
    policy_check_refusal(lint, server);
    policy_check_examples(lint, policy);
}
