/*
 * The words of a policy (CSP 3, 2.2.1 "parse a serialized CSP").  Private to
 * cg_csp_*.c.
 */

#ifndef CG_CSP_WORDS_H
#define CG_CSP_WORDS_H

#include "base/cg_base.h"


typedef struct {
    cg_str_t  name;                /* as written */
    cg_str_t  value;               /* with the blanks around it */
    int       last;                /* of its policy */
} csp_directive_t;

/* The next word at *at (<= s.len), or an empty one at the end. */
cg_str_t cg_csp_word(cg_str_t s, size_t *at);

/* The directive at *at; 0 behind the last one.  Policies are parted by commas,
 * which no directive holds. */
int cg_csp_directive(cg_str_t line, size_t *at, csp_directive_t *directive);

#endif /* CG_CSP_WORDS_H */
