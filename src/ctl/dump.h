/*
 * What `nginx -T` prints: all files of a configuration, each behind a line that
 * names it.
 */

#ifndef CTL_DUMP_H
#define CTL_DUMP_H

#include "base/cg_arena.h"

#define CTL_DUMP_FILES  1000


typedef struct {
    const char  *names[CTL_DUMP_FILES];
    cg_str_t     content[CTL_DUMP_FILES];
    size_t       n;
    int          printed;          /* there is a line that names a file */
} ctl_dump_t;


/* Tells the files apart; what stands before the first name is no part of any.
 * Without a name all of `text` is one file, `name`.  Contents are views of
 * `text`, names live in `arena`.  Returns 0; -1: no memory, too many files. */
int ctl_dump_split(ctl_dump_t *dump, cg_str_t text, const char *name,
    cg_arena_t *arena);

/* Absent: it was not printed. */
cg_str_t ctl_dump_file(const ctl_dump_t *dump, const char *name);

/* The i-th one, NULL behind the last. */
const char *ctl_dump_name(const ctl_dump_t *dump, size_t i);

#endif /* CTL_DUMP_H */
