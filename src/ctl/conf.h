/*
 * Reads files in nginx's configuration syntax, as far as the policies in them
 * need it: words, quotes, comments, blocks, `include`.  Everything that is not
 * consent_vendor or consent_policy is read over.
 */

#ifndef CTL_CONF_H
#define CTL_CONF_H

#include "policy/cg_policy_build.h"


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

#endif /* CTL_CONF_H */
