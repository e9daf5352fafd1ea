/*
 * Reads files in nginx's configuration syntax: words, quotes, comments, blocks,
 * `include`.  consent_vendor and consent_policy are fed to the builder; all
 * else is read over, or kept as a tree for whoever wants to look at it.
 */

#ifndef CTL_CONF_H
#define CTL_CONF_H

#include "policy/cg_policy_build.h"


/* A directive of the configuration; a block has children.  Words are without
 * quotes and escapes; the first one is the directive's name. */

typedef struct ctl_node_s  ctl_node_t;

struct ctl_node_s {
    const cg_str_t  *words;
    size_t           n;            /* 0: the root, outside of all files */
    const char      *file;
    unsigned         line;
    ctl_node_t      *up;
    ctl_node_t      *first;        /* child; in source order, what is included
                                      where it is included */
    ctl_node_t      *last;
    ctl_node_t      *next;
};


/*
 * Feeds all consent_vendor and consent_policy blocks of `file`, wherever they
 * stand, and of what it includes, to `set`; does not freeze it.  As in nginx,
 * the names of `include` are relative to the folder of `file`, also inside of
 * included files; a name with wildcards may match nothing.
 *   diag  out on failure: sentence, file and line; the names live as long as
 *         the arena of the set
 * Returns 0, or -1.
 */
int ctl_conf_load(const char *file, cg_policies_t *set, cg_diag_t *diag);

/*
 * The same, and a tree of all directives, ours too, in the arena of the set.
 * `file` may also be what `nginx -T` prints, then nothing else is read; "-" is
 * standard input.  *root is written on 0 only.
 */
int ctl_conf_tree(const char *file, cg_policies_t *set, cg_diag_t *diag,
    const ctl_node_t **root);

#endif /* CTL_CONF_H */
