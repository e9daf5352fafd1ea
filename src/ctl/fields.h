/*
 * The fields of an event that an operator writes, as NAME=VALUE on the command
 * line: a table says what there is, what must be there, and what each may hold.
 */

#ifndef CTL_FIELDS_H
#define CTL_FIELDS_H

#include "append.h"

typedef enum {
    CTL_FIELD_TEXT = 0,            /* ctl_plain_text() */
    CTL_FIELD_WORD,                /* ctl_plain_word() */
    CTL_FIELD_ONE_OF,              /* of `words` */
    CTL_FIELD_LIST,                /* words with commas between; of `words`, if
                                      there are any; may be empty */
    CTL_FIELD_NUMBER,
    CTL_FIELD_DATE,
    CTL_FIELD_FLAG,                /* true false */
    CTL_FIELD_HEX16,
    CTL_FIELD_HEX32,
    CTL_FIELD_HEX64
} ctl_field_kind_t;

typedef struct {
    const char        *name;       /* NULL: behind the last */
    ctl_field_kind_t   kind;
    int                needed;
    const char        *words;      /* "a b c" */
} ctl_field_t;


/* Checks all arguments that are left: each of them one of the table's fields,
 * once, and well; all that are needed are there.  CTL_PASS, or
 * CTL_CANNOT_TELL after a complaint. */
int ctl_fields_check(const ctl_t *ctl, const ctl_field_t *fields);

/* Appends them to a body, in the table's order; they were checked. */
void ctl_fields_put(const ctl_t *ctl, const ctl_field_t *fields,
    cg_out_t *out);

/* The value of a field; absent if it was not given. */
cg_str_t ctl_fields_get(const ctl_t *ctl, const char *name);

#endif /* CTL_FIELDS_H */
