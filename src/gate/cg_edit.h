/*
 * What the gate writes: marks, renamed attributes, the tally; and the inline
 * script that is held back until it can be judged.  Private to the room.
 */

#ifndef CG_EDIT_H
#define CG_EDIT_H

#include "cg_flow.h"
#include "cg_scratch.h"
#include "html/cg_html_tok.h"

#define CG_SCRIPT_TYPES  8         /* duplicates of `type` that are renamed;
                                      the first one decides, and that is ours */


typedef struct {
    const cg_gate_conf_t  *conf;
    cg_flow_t             *flow;
    cg_scratch_t          *scratch;
    cg_tally_t             tally;
} cg_edit_t;

/* One element, if the verdict counts. */
void cg_edit_count(cg_edit_t *edit, const cg_verdict_t *verdict);

/* The marks at `at`, right behind a tag's name; a script gets a type, too. */
void cg_edit_mark(cg_edit_t *edit, uint64_t at, const cg_verdict_t *verdict,
    int script);

/* The attribute whose name begins at `at` becomes data-ngxc-... */
void cg_edit_rename(cg_edit_t *edit, uint64_t at);


/* Zeroed: none. */

typedef struct {
    uint64_t         start;        /* of its start tag; nothing behind that
                                      leaves while `active` */
    uint64_t         body;
    uint32_t         name_end;
    uint32_t         types[CG_SCRIPT_TYPES];
    size_t           ntypes;
    unsigned         active:1;
    unsigned         foreign:1;    /* in SVG: references are decoded */
    unsigned         odd:1;        /* there is markup in it: not readable */
} cg_script_t;

/* A start tag whose body must be judged. */
void cg_script_open(cg_script_t *script, const cg_html_token_t *token,
    cg_str_t bytes, int foreign);

/* It ends at `end`, or the body is longer than the limit there: judged,
 * counted, marked if it is held, and active no more. */
void cg_script_close(cg_script_t *script, cg_edit_t *edit, uint64_t end);

#endif /* CG_EDIT_H */
