#include "lint.h"

#include <string.h>


int
lint_is(const ctl_node_t *node, const char *name)
{
    return node->n && cg_str_eq(node->words[0], cg_str_from(name));
}


const ctl_node_t *
lint_child(const ctl_node_t *node, const char *name)
{
    const ctl_node_t  *child;

    for (child = node ? node->first : NULL; child; child = child->next) {
        if (lint_is(child, name)) {
            return child;
        }
    }

    return NULL;
}


const ctl_node_t *
lint_next(const ctl_node_t *top, const ctl_node_t *at)
{
    if (at == NULL) {
        return top->first;
    }

    if (at->first) {
        return at->first;
    }

    while (at != top) {
        if (at->next) {
            return at->next;
        }

        at = at->up;
    }

    return NULL;
}


const ctl_node_t *
lint_effective(const ctl_node_t *block, const char *name)
{
    const ctl_node_t  *found;

    for ( ; block; block = block->up) {
        found = lint_child(block, name);

        if (found) {
            return found;
        }
    }

    return NULL;
}


cg_str_t
lint_word(const ctl_node_t *node, size_t i)
{
    return i < node->n ? node->words[i] : cg_str("");
}


int
lint_has(const ctl_node_t *node, const char *start, cg_str_t *word)
{
    size_t  i;

    for (i = 1; i < node->n; i++) {
        if (cg_str_starts(node->words[i], cg_str_from(start))) {
            if (word) {
                *word = node->words[i];
            }

            return 1;
        }
    }

    return 0;
}


static const ctl_node_t *
tree_policy(const lint_t *lint, const cg_policy_t *policy)
{
    const ctl_node_t  *at;

    for (at = lint_next(lint->root, NULL); at; at = lint_next(lint->root, at))
    {
        if (lint_is(at, "consent_policy")
            && cg_str_eq(lint_word(at, 1), policy->id))
        {
            return at;
        }
    }

    return NULL;
}


const ctl_node_t *
lint_policy_line(const lint_t *lint, const cg_policy_t *policy,
    const char *name, cg_str_t argument)
{
    const ctl_node_t  *at, *block = tree_policy(lint, policy);

    for (at = block ? block->first : NULL; at; at = at->next) {
        if (lint_is(at, name)
            && (argument.data == NULL
                || cg_str_eq(lint_word(at, 1), argument)))
        {
            return at;
        }
    }

    return block;
}


int
lint_policy_seen(const lint_t *lint, size_t server)
{
    size_t  i;

    for (i = 0; i < server; i++) {
        if (lint->servers[i].policy == lint->servers[server].policy) {
            return 1;
        }
    }

    return 0;
}
