/* What the access logs of a gated server keep (L13 to L15). */

#include "lint.h"

#include "base/cg_ascii.h"


static const lint_rule_t  logs_address = { "L13", LINT_ERROR,
    "write $remote_addr, which is reduced" };
static const lint_rule_t  logs_person = { "L14", LINT_ERROR,
    "take the variable out" };
static const lint_rule_t  logs_choices = { "L15", LINT_WARNING,
    "write \"location /.consent/ { access_log off; }\", with the site's "
    "consent_uri" };

/* Not reduced in a log (docs/operations.md, Addresses). */

static const char *const  logs_exact[] = {
    "binary_remote_addr", "remote_port", NULL
};

/* Reduced where a log writes them, but not where `set` or `map` had copied them
 * before. */

static const char *const  logs_addresses[] = {
    "remote_addr", "binary_remote_addr", "realip_remote_addr",
    "proxy_protocol_addr", "proxy_add_x_forwarded_for",
    "http_x_forwarded_for", "http_x_real_ip", "http_forwarded", NULL
};

/* They tell one visitor from all others. */

static const char *const  logs_persons[] = {
    "consent_visitor", "cookie_ngxc", "http_cookie", "sent_http_set_cookie",
    "upstream_http_set_cookie", NULL
};


static int
logs_in_name(unsigned char c)
{
    return cg_ascii_is_alpha(c) || cg_ascii_is_digit(c) || c == '_';
}


/* Whether "$name" or "${name}" stands in a word. */

static int
logs_uses(cg_str_t word, cg_str_t name)
{
    size_t  i, at;

    for (i = 0; i + name.len < word.len; i++) {
        if (word.data[i] != '$') {
            continue;
        }

        at = i + 1 + (word.data[i + 1] == '{');

        if (at + name.len <= word.len
            && cg_str_eq(cg_str_sub(word, at, at + name.len), name)
            && (at + name.len == word.len
                || !logs_in_name(word.data[at + name.len])))
        {
            return 1;
        }
    }

    return 0;
}


static int
logs_line_uses(const ctl_node_t *line, size_t from, cg_str_t name)
{
    size_t  i;

    for (i = from; i < line->n; i++) {
        if (logs_uses(line->words[i], name)) {
            return 1;
        }
    }

    return 0;
}


/* The first of `names` that the line uses, or absent. */

static cg_str_t
logs_first(const ctl_node_t *line, size_t from, const char *const *names)
{
    size_t    i;
    cg_str_t  name;

    for (i = 0; names[i]; i++) {
        name = cg_str_from(names[i]);

        if (logs_line_uses(line, from, name)) {
            return name;
        }
    }

    return cg_str_null;
}


/* `set $v "...$address..."` and `map $address $v`: $v, or absent. */

static cg_str_t
logs_copy(const ctl_node_t *line)
{
    cg_str_t  to;

    if (line->n != 3 || (!lint_is(line, "set") && !lint_is(line, "map"))) {
        return cg_str_null;
    }

    to = line->words[lint_is(line, "set") ? 1 : 2];

    if (to.len < 2 || to.data[0] != '$'
        || logs_first(line, lint_is(line, "set") ? 2 : 1, logs_addresses).data
           == NULL)
    {
        return cg_str_null;
    }

    return cg_str_sub(to, 1, to.len);
}


static cg_str_t
logs_copied(const lint_t *lint, const ctl_node_t *format)
{
    cg_str_t           to;
    const ctl_node_t  *at;

    for (at = lint_next(lint->root, NULL); at; at = lint_next(lint->root, at))
    {
        to = logs_copy(at);

        if (to.data && logs_line_uses(format, 2, to)) {
            return to;
        }
    }

    return cg_str_null;
}


static const ctl_node_t *
logs_format(const lint_server_t *server, cg_str_t name)
{
    const ctl_node_t  *at;

    for (at = server->http->first; at; at = at->next) {
        if (lint_is(at, "log_format") && cg_str_eq(lint_word(at, 1), name)) {
            return at;
        }
    }

    return NULL;
}


static int
logs_reduces(const cg_policy_t *policy)
{
    return policy->address.form != CG_ADDRESS_FULL;
}


static void
logs_check_format(lint_t *lint, const lint_server_t *server,
    const ctl_node_t *format)
{
    cg_str_t            name;
    const cg_policy_t  *policy = server->policy;

    name = logs_first(format, 2, logs_exact);
    name = name.data ? name : logs_copied(lint, format);

    if (name.data && logs_reduces(policy)) {
        lint_find(lint, &logs_address, format->file, format->line,
                  policy->address.clause, "log_format \"%.*s\" writes $%.*s, "
                  "which has more of an address than policy \"%.*s\" allows",
                  LINT_STR(lint_word(format, 1)), LINT_STR(name),
                  LINT_STR(policy->id));
    }

    name = logs_first(format, 2, logs_persons);

    if (name.data) {
        lint_find(lint, &logs_person, format->file, format->line, cg_str_null,
                  "log_format \"%.*s\" writes $%.*s, which ties every line to "
                  "one visitor", LINT_STR(lint_word(format, 1)),
                  LINT_STR(name));
    }
}


static int
logs_is_off(const ctl_node_t *line)
{
    return cg_str_eq(lint_word(line, 1), cg_str("off"));
}


static void
logs_check_line(lint_t *lint, const lint_server_t *server,
    const ctl_node_t *line)
{
    const ctl_node_t  *format = logs_is_off(line) ? NULL
                                : logs_format(server, lint_word(line, 2));

    if (format) {
        logs_check_format(lint, server, format);
    }
}


/* A location for our own pages that logs nothing, or some of it only. */

static int
logs_spare_choices(const lint_server_t *server)
{
    cg_str_t           path;
    const ctl_node_t  *at, *line, *uri;

    uri = lint_effective(server->server, "consent_uri");
    path = uri ? lint_word(uri, 1) : cg_str("/.consent/");

    for (at = lint_next(server->server, NULL); at;
         at = lint_next(server->server, at))
    {
        line = lint_is(at, "location") ? lint_child(at, "access_log") : NULL;

        if (line && cg_str_eq(lint_word(at, at->n - 1), path)
            && (logs_is_off(line) || lint_has(line, "if=", NULL)))
        {
            return 1;
        }
    }

    return 0;
}


static void
logs_check_choices(lint_t *lint, const lint_server_t *server)
{
    const ctl_node_t  *at, *line = lint_effective(server->server,
                                                  "access_log");

    if ((line && (logs_is_off(line) || lint_has(line, "if=", NULL)))
        || logs_spare_choices(server))
    {
        return;
    }

    at = line ? line : server->server;

    lint_find(lint, &logs_choices, at->file, at->line, cg_str_null,
              "the access log has a line for every choice on our own pages, "
              "with the visitor's address and time beside the evidence");
}


void
lint_logs(lint_t *lint, const lint_server_t *server)
{
    const ctl_node_t  *at, *http;

    for (at = lint_next(server->server, NULL); at;
         at = lint_next(server->server, at))
    {
        if (lint_is(at, "access_log")) {
            logs_check_line(lint, server, at);
        }
    }

    if (lint_child(server->server, "access_log") == NULL) {
        for (http = server->http->first; http; http = http->next) {
            if (lint_is(http, "access_log")) {
                logs_check_line(lint, server, http);
            }
        }
    }

    logs_check_choices(lint, server);
}
