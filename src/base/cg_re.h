/*
 * Regular expressions: the only file that includes pcre2.h.  Compiled once
 * when the configuration is loaded; matched with limits, so that no text and
 * no pattern holds a worker.
 */

#ifndef CG_RE_H
#define CG_RE_H

#include "cg_arena.h"


typedef struct cg_re_s  cg_re_t;

/* Compiles `pattern` (bytes, no UTF mode; PCRE2 with JIT where it is there).
 * NULL: malformed, then `error` holds a sentence with the offset; or no memory,
 * then `error` is empty.  The code is in the arena, what JIT made is not:
 * cg_re_free() before the arena is dropped. */
cg_re_t *cg_re_compile(cg_arena_t *arena, cg_str_t pattern, int nocase,
    char *error, size_t error_len);

/* `re` may be NULL. */
void cg_re_free(cg_re_t *re);

/* CG_OK: found.  CG_NONE: not in there.  CG_ELIMIT: the limits ended the
 * search, whose work may grow with the subject's length but no faster; or no
 * memory; the caller must take it for found where finding denies.
 * Several threads may search with one `re`. */
CG_MUST_CHECK cg_status_t cg_re_search(const cg_re_t *re, cg_str_t subject);

#endif /* CG_RE_H */
