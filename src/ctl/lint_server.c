/* What the servers are and do around the gate (L11, L12, L18 to L20). */

#include "lint.h"


static const lint_rule_t  server_law = { "L11", LINT_WARNING,
    "give those visitors a server with a policy of their law, and name it with "
    "region" };
static const lint_rule_t  server_shared = { "L11", LINT_ERROR,
    "give each a consent_site of its own" };
static const lint_rule_t  server_ungated = { "L12", LINT_WARNING,
    "write \"consent POLICY;\", or \"consent off;\" if no page of it is for "
    "visitors" };
static const lint_rule_t  server_wall = { "L18", LINT_WARNING,
    "write \"consent_csp enforce;\", after \"report\" has shown what it would "
    "shut" };
static const lint_rule_t  server_password = { "L19", LINT_ERROR,
    "add password_file=FILE, and user= with few rights" };
static const lint_rule_t  server_plain = { "L20", LINT_ERROR,
    "add tls, or bring Redis behind unix: or a loopback address" };


/* Anything that sends pages. */

static int
server_serves(const ctl_node_t *server)
{
    size_t             i;
    const ctl_node_t  *at;

    static const char *const  names[] = {
        "proxy_pass", "fastcgi_pass", "uwsgi_pass", "scgi_pass", "root",
        "alias", "index", "autoindex", NULL
    };

    for (at = lint_next(server, NULL); at; at = lint_next(server, at)) {
        for (i = 0; names[i]; i++) {
            if (lint_is(at, names[i])) {
                return 1;
            }
        }
    }

    return 0;
}


static void
server_check_gated(lint_t *lint, const lint_server_t *server)
{
    cg_str_t           name;
    const ctl_node_t  *names;

    if (server->consent || lint_child(server->server, "return")
        || !server_serves(server->server))
    {
        return;
    }

    names = lint_child(server->server, "server_name");
    name = names ? lint_word(names, 1) : cg_str("");

    lint_find(lint, &server_ungated, server->server->file,
              server->server->line, cg_str_null, "server \"%.*s\" serves pages "
              "without a policy: nothing in them is held", LINT_STR(name));
}


/* Off where it says so, and everywhere where nothing does. */

static void
server_check_wall(lint_t *lint, const lint_server_t *server)
{
    const ctl_node_t  *at, *csp = lint_effective(server->server,
                                                 "consent_csp");

    if (csp == NULL || cg_str_eq(lint_word(csp, 1), cg_str("off"))) {
        at = csp ? csp : server->server;
        lint_find(lint, &server_wall, at->file, at->line, cg_str_null,
                  "consent_csp is off: what scripts that pass ask vendors for "
                  "is not held");
    }

    for (at = lint_next(server->server, NULL); at;
         at = lint_next(server->server, at))
    {
        if (at != csp && lint_is(at, "consent_csp")
            && cg_str_eq(lint_word(at, 1), cg_str("off")))
        {
            lint_find(lint, &server_wall, at->file, at->line, cg_str_null,
                      "consent_csp is off in a location: what scripts that "
                      "pass there ask vendors for is not held");
        }
    }
}


static int
server_is_near(cg_str_t address)
{
    return cg_str_starts(address, cg_str("unix:"))
           || cg_str_starts(address, cg_str("127."))
           || cg_str_starts(address, cg_str("[::1]"))
           || cg_str_eq(address, cg_str("localhost"))
           || cg_str_starts(address, cg_str("localhost:"));
}


/* The first address that is on another machine, or absent. */

static cg_str_t
server_far_redis(const ctl_node_t *redis)
{
    size_t    i;
    cg_str_t  word;

    for (i = 1; i < redis->n; i++) {
        word = redis->words[i];

        if (memchr(word.data, '=', word.len) || server_is_near(word)
            || cg_str_eq(word, cg_str("tls"))
            || cg_str_eq(word, cg_str("cluster")))
        {
            continue;
        }

        return word;
    }

    return cg_str_null;
}


static void
server_check_redis(lint_t *lint, const ctl_node_t *redis)
{
    cg_str_t  far = server_far_redis(redis);

    if (far.data && !lint_has(redis, "password_file=", NULL)) {
        lint_find(lint, &server_password, redis->file, redis->line,
                  cg_str_null, "Redis at %.*s is asked without a password: "
                  "whoever reaches it reads and erases what visitors decided",
                  LINT_STR(far));
    }

    if (far.data && !lint_has(redis, "tls", NULL)) {
        lint_find(lint, &server_plain, redis->file, redis->line, cg_str_null,
                  "decisions travel to Redis at %.*s in the clear",
                  LINT_STR(far));
    }
}


void
lint_server(lint_t *lint, const lint_server_t *server)
{
    server_check_gated(lint, server);

    if (server->policy) {
        server_check_wall(lint, server);
    }
}


/* The last label of a name that says a country of the EEA. */

static int
server_is_eea_name(cg_str_t name)
{
    size_t  i = name.len;

    while (i > 0 && name.data[i - 1] != '.') {
        i--;
    }

    return i > 0 && lint_text_eea(cg_str_sub(name, i, name.len));
}


static void
sites_check_names(lint_t *lint, const lint_server_t *server)
{
    size_t              i;
    const ctl_node_t   *names = lint_child(server->server, "server_name");
    const cg_policy_t  *policy = server->policy;

    if (policy->jurisdiction.len == 0 || lint_text_eea(policy->jurisdiction)) {
        return;
    }

    for (i = 1; names && i < names->n; i++) {
        if (server_is_eea_name(names->words[i])) {
            lint_find(lint, &server_law, names->file, names->line,
                      cg_policy_clause(policy, cg_str("jurisdiction")),
                      "%.*s speaks to visitors in the EU under policy "
                      "\"%.*s\", which is made for the law of %.*s",
                      LINT_STR(names->words[i]), LINT_STR(policy->id),
                      LINT_STR(policy->jurisdiction));
        }
    }
}


static int
sites_differ(const cg_policy_t *a, const cg_policy_t *b)
{
    return a && b && a->jurisdiction.len && b->jurisdiction.len
           && !cg_str_eq(a->jurisdiction, b->jurisdiction);
}


/* A choice is not carried from one law into another one. */

static void
sites_check_pair(lint_t *lint, const lint_server_t *a, const lint_server_t *b)
{
    const ctl_node_t  *line;
    const ctl_node_t  *one = lint_effective(a->server, "consent_site");
    const ctl_node_t  *two = lint_effective(b->server, "consent_site");

    if (!sites_differ(a->policy, b->policy)) {
        return;
    }

    if (one && two && cg_str_eq(lint_word(one, 1), lint_word(two, 1))) {
        lint_find(lint, &server_shared, two->file, two->line, cg_str_null,
                  "site \"%.*s\" carries one choice between the law of %.*s "
                  "and that of %.*s", LINT_STR(lint_word(one, 1)),
                  LINT_STR(a->policy->jurisdiction),
                  LINT_STR(b->policy->jurisdiction));
    }

    if (b->policy->nregions == 0) {
        line = lint_policy_line(lint, b->policy, "jurisdiction", cg_str_null);
        lint_find(lint, &server_law, line->file, line->line,
                  cg_policy_clause(b->policy, cg_str("jurisdiction")),
                  "policy \"%.*s\" of %.*s stands beside one of %.*s, and "
                  "leads no visitor to the site of another region",
                  LINT_STR(b->policy->id), LINT_STR(b->policy->jurisdiction),
                  LINT_STR(a->policy->jurisdiction));
    }
}


void
lint_sites(lint_t *lint)
{
    size_t             i, k;
    const ctl_node_t  *at;

    for (at = lint_next(lint->root, NULL); at; at = lint_next(lint->root, at))
    {
        if (lint_is(at, "consent_redis")) {
            server_check_redis(lint, at);
        }
    }

    for (i = 0; i < lint->nservers; i++) {
        if (lint->servers[i].policy) {
            sites_check_names(lint, &lint->servers[i]);
        }

        for (k = 0; k < lint->nservers; k++) {
            if (k != i && !lint_policy_seen(lint, i)
                && !lint_policy_seen(lint, k))
            {
                sites_check_pair(lint, &lint->servers[k], &lint->servers[i]);
            }
        }
    }
}
