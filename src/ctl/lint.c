/* consentctl lint: reads the configuration, runs the checks, prints. */

#include "lint.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <jansson.h>

#define LINT_CONF  "/etc/nginx/nginx.conf"


static const char *const  lint_severities[] = { "error", "warning", "note" };


/* What several servers share is said once. */

static int
lint_is_new(const lint_t *lint, const lint_finding_t *finding)
{
    const lint_finding_t  *f;

    for (f = lint->first; f; f = f->next) {
        if (f->line == finding->line && strcmp(f->id, finding->id) == 0
            && strcmp(f->file, finding->file) == 0
            && strcmp(f->says, finding->says) == 0)
        {
            return 0;
        }
    }

    return 1;
}


static void
lint_append(lint_t *lint, lint_finding_t *finding)
{
    if (!lint_is_new(lint, finding)) {
        return;
    }

    if (lint->last) {
        lint->last->next = finding;

    } else {
        lint->first = finding;
    }

    lint->last = finding;
    lint->n++;
}


void
lint_find(lint_t *lint, const lint_rule_t *rule, const char *file,
    unsigned line, cg_str_t clause, const char *format, ...)
{
    va_list          args;
    lint_finding_t  *finding = cg_arena_zero(lint->arena, sizeof(*finding));

    if (finding == NULL) {
        lint->failed = 1;
        return;
    }

    finding->id = rule->id;
    finding->severity = rule->severity;
    finding->mend = rule->mend;
    finding->file = file ? file : "?";
    finding->line = line;
    finding->clause = clause;

    va_start(args, format);
    (void) vsnprintf(finding->says, sizeof(finding->says), format, args);
    va_end(args);

    lint_append(lint, finding);
}


/* A server, with the policy that holds in it; one that is not there is the
 * affair of `nginx -t`. */

static int
lint_add_server(lint_t *lint, const ctl_node_t *http, const ctl_node_t *node)
{
    cg_str_t        id;
    lint_server_t  *server = &lint->servers[lint->nservers++];

    server->http = http;
    server->server = node;
    server->consent = lint_effective(node, "consent");

    if (server->consent == NULL) {
        return CTL_PASS;
    }

    id = lint_word(server->consent, 1);
    server->policy = cg_policies_find(lint->set, id);

    return server->policy || cg_str_eq(id, cg_str("off")) ? CTL_PASS
           : ctl_complain(lint->ctl, "%s:%u: there is no policy \"%.*s\"",
                          server->consent->file, server->consent->line,
                          LINT_STR(id));
}


static size_t
lint_count(const ctl_node_t *root)
{
    size_t             n = 0;
    const ctl_node_t  *at;

    for (at = lint_next(root, NULL); at; at = lint_next(root, at)) {
        n += lint_is(at, "server") != 0;
    }

    return n;
}


static int
lint_collect(lint_t *lint)
{
    int                code = CTL_PASS;
    const ctl_node_t  *http, *at;

    lint->servers = cg_arena_zero(lint->arena, (lint_count(lint->root) + 1)
                                               * sizeof(*lint->servers));
    if (lint->servers == NULL) {
        return ctl_complain(lint->ctl, "out of memory");
    }

    for (http = lint->root->first; http; http = http->next) {
        for (at = lint_is(http, "http") ? http->first : NULL;
             at && code == CTL_PASS; at = at->next)
        {
            if (lint_is(at, "server")) {
                code = lint_add_server(lint, http, at);
            }
        }
    }

    return code;
}


static void
lint_run(lint_t *lint)
{
    size_t  i;

    for (i = 0; i < lint->nservers; i++) {
        lint_server(lint, &lint->servers[i]);

        if (lint->servers[i].policy == NULL) {
            continue;
        }

        lint_logs(lint, &lint->servers[i]);

        if (!lint_policy_seen(lint, i)) {
            lint_policy(lint, &lint->servers[i]);
            lint_vendors(lint, &lint->servers[i]);
        }
    }

    lint_sites(lint);
}


static void
lint_print(const lint_t *lint)
{
    const lint_finding_t  *f;

    for (f = lint->first; f; f = f->next) {
        printf("%s:%u: %s: %s", f->file, f->line,
               lint_severities[f->severity], f->says);

        if (f->clause.len) {
            printf(" (clause %.*s)", (int) f->clause.len,
                   (const char *) f->clause.data);
        }

        printf("; %s [%s]\n", f->mend, f->id);
    }
}


static void
lint_print_json(const lint_t *lint)
{
    json_t                *all = json_array(), *one;
    const lint_finding_t  *f;

    for (f = lint->first; f; f = f->next) {
        one = json_pack("{s:s, s:s, s:s, s:i, s:s, s:s}", "id", f->id,
                        "severity", lint_severities[f->severity],
                        "file", f->file, "line", (int) f->line,
                        "says", f->says, "mend", f->mend);

        if (f->clause.len) {
            json_object_set_new(one, "clause",
                                json_stringn((const char *) f->clause.data,
                                             f->clause.len));
        }

        json_array_append_new(all, one);
    }

    one = json_pack("{s:s, s:i, s:o}", "command", "lint", "n", (int) lint->n,
                    "findings", all);
    json_dumpf(one, stdout, JSON_COMPACT|JSON_SORT_KEYS);
    fputc('\n', stdout);
    json_decref(one);
}


static int
lint_read(lint_t *lint, const char *file)
{
    cg_diag_t  diag;

    memset(&diag, 0, sizeof(diag));
    lint->set = cg_policies_create(lint->arena);

    if (lint->set == NULL) {
        return ctl_complain(lint->ctl, "out of memory");
    }

    if (ctl_conf_tree(file, lint->set, &diag, &lint->root) != 0
        || cg_policies_freeze(lint->set, &diag) != CG_OK)
    {
        return ctl_complain(lint->ctl, "%s:%u: %s",
                            diag.file ? diag.file : file, diag.line,
                            diag.text);
    }

    return CTL_PASS;
}


int
ctl_lint(ctl_t *ctl)
{
    int          code;
    lint_t       lint;
    const char  *file = ctl->argc ? ctl->argv[0] : LINT_CONF;

    if (ctl_has_unknown_option(ctl)) {
        return CTL_CANNOT_TELL;
    }

    if (ctl->argc > 1) {
        return ctl_complain(ctl, "one file at most");
    }

    memset(&lint, 0, sizeof(lint));
    lint.ctl = ctl;
    lint.arena = ctl->arena;
    code = lint_read(&lint, file);

    if (code == CTL_PASS) {
        code = lint_collect(&lint);
    }

    if (code != CTL_PASS) {
        return code;
    }

    lint_run(&lint);

    if (lint.nservers == 0 || lint.failed) {
        return ctl_complain(ctl, lint.failed ? "out of memory"
                            : "%s has no server {} in an http {}", file);
    }

    if (ctl->json) {
        lint_print_json(&lint);

    } else {
        lint_print(&lint);
    }

    return lint.n ? CTL_FINDING : CTL_PASS;
}
