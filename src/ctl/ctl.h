/*
 * consentctl: what an operator and an auditor do beside nginx.  Each command
 * is a function in a file of its own and a row in the table of main.c.
 *
 * Exit codes: 0 pass, 1 finding, 2 cannot tell (wrong usage included).
 * Results go to standard output, complaints to standard error.  Every command
 * takes --json and then prints one JSON object.
 */

#ifndef CTL_H
#define CTL_H

#include "base/cg_arena.h"

#define CTL_PASS         0
#define CTL_FINDING      1
#define CTL_CANNOT_TELL  2


typedef struct {
    const char   *name;                      /* of the command */
    int           json;                      /* --json was given */
    int           argc;                      /* what is left, options first */
    char        **argv;                      /* NULL behind the last */
    cg_arena_t   *arena;                     /* malloc; freed by the exit */
} ctl_t;

typedef struct {
    const char   *name;
    const char   *usage;                     /* arguments */
    const char   *does;                      /* one line */
    int         (*run)(ctl_t *ctl);          /* returns an exit code */
} ctl_command_t;


int ctl_erase(ctl_t *ctl);
int ctl_export(ctl_t *ctl);
int ctl_gate(ctl_t *ctl);
int ctl_inventory(ctl_t *ctl);
int ctl_key(ctl_t *ctl);
int ctl_key_seal(ctl_t *ctl);
int ctl_lint(ctl_t *ctl);
int ctl_purge(ctl_t *ctl);
int ctl_record(ctl_t *ctl);
int ctl_report(ctl_t *ctl);
int ctl_verify(ctl_t *ctl);

/* `consentctl dsr` with a word that writes; 1: it has one. */
int ctl_dsr_writes(const ctl_t *ctl);
int ctl_dsr_write(ctl_t *ctl);

/* One line on standard error, "consentctl COMMAND: ..."; returns
 * CTL_CANNOT_TELL. */
__attribute__((format(printf, 2, 3))) int ctl_complain(const ctl_t *ctl,
    const char *format, ...);

/* For commands without options of their own: complains about the first
 * argument that looks like one and returns 1.  "-" is an argument. */
int ctl_has_unknown_option(const ctl_t *ctl);

/* Takes an option without a value out of the arguments; 1: it was there. */
int ctl_take_option(ctl_t *ctl, const char *name);

/* Takes an option and its value, the first of that name.  1: it was there;
 * without a value: *value is NULL. */
int ctl_take_value(ctl_t *ctl, const char *name, const char **value);

/* A new file for its owner only; -1, with errno: it was not made. */
int ctl_write_secret(const char *path, cg_str_t content);

#endif /* CTL_H */
