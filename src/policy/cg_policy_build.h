/*
 * The one place that knows what the words of consent_vendor and consent_policy
 * blocks mean.  nginx's configuration parser and consentctl both feed it: a
 * block's name, then its directives word by word.
 *
 * Every mistake is a sentence in cg_diag_t that names the word and the mend;
 * the feeder adds file and line, except for what shows only at the freeze.
 */

#ifndef CG_POLICY_BUILD_H
#define CG_POLICY_BUILD_H

#include "cg_policy.h"
#include "base/cg_arena.h"


typedef struct {
    char        text[512];         /* the sentence, NUL-terminated, no stop */
    const char *file;              /* where the fault lies; NULL: where the */
    unsigned    line;              /*   feeder is; both set by the freeze */
} cg_diag_t;

typedef enum { CG_BLOCK_VENDOR = 0, CG_BLOCK_POLICY } cg_block_t;

typedef struct cg_policies_s  cg_policies_t;   /* a configuration's blocks */


/* NULL: no memory.  `arena` is kept; all that is fed is copied into it. */
cg_policies_t *cg_policies_create(cg_arena_t *arena);

/* Releases what is not in the arena (the JIT code of regular expressions).
 * Before the arena is dropped; its policies are not used any more.  NULL is
 * allowed. */
void cg_policies_free(cg_policies_t *set);

/* The arena of cg_policies_create(), for what must live as long as the set: a
 * feeder's file names. */
cg_arena_t *cg_policies_arena(const cg_policies_t *set);

/* Opens a block.  `file` is kept as long as the set, and in diag->file.
 * CG_EINVAL: bad or duplicate id (the message says where the first one stands).
 * After an error the set is of no use but for cg_policies_free(). */
CG_MUST_CHECK cg_status_t cg_policies_begin(cg_policies_t *set,
    cg_block_t block, cg_str_t id, const char *file, unsigned line,
    cg_diag_t *diag);

/* One directive of the open block: words[0] is its name. */
CG_MUST_CHECK cg_status_t cg_policies_line(cg_policies_t *set,
    const cg_str_t *words, size_t n, const char *file, unsigned line,
    cg_diag_t *diag);

/* Closes the block: what it must have, it has. */
CG_MUST_CHECK cg_status_t cg_policies_end(cg_policies_t *set,
    cg_diag_t *diag);

/* Resolves names between blocks, compiles the matchers, computes the hashes.
 * Once, after the last block; diag->file and line name the faulty directive. */
CG_MUST_CHECK cg_status_t cg_policies_freeze(cg_policies_t *set,
    cg_diag_t *diag);

/* After the freeze.  NULL: no such policy. */
const cg_policy_t *cg_policies_find(const cg_policies_t *set, cg_str_t id);

/* The i-th policy, NULL behind the last one. */
const cg_policy_t *cg_policies_at(const cg_policies_t *set, size_t i);

#endif /* CG_POLICY_BUILD_H */
