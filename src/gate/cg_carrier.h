/*
 * What stands inside a value or a script element: a style, a script, a whole
 * document (srcdoc, data:), rules in JSON; and what the judge says of it.
 * Private to the room.
 *
 * Documents are read by a gate of their own, two deep at most: what is deeper
 * is held, and so is what can't be decoded.
 */

#ifndef CG_CARRIER_H
#define CG_CARRIER_H

#include "cg_css.h"
#include "cg_judge.h"

#define CG_CARRIER_DEPTH  2            /* documents within documents */


typedef struct {
    const cg_judge_t  *judge;
    cg_arena_t        *arena;          /* gets no memory back */
    size_t             inline_limit;   /* as in cg_gate_conf_t */
    unsigned           depth;          /* 0: the page itself */
} cg_reader_t;


/* Held for want of an answer, whatever the policy allows to others. */
cg_verdict_t cg_carrier_unread(void);

/* One URL of a style sheet. */
cg_verdict_t cg_carrier_css_url(const cg_reader_t *reader,
    const cg_css_url_t *url, cg_status_t rc);

/* All of a style sheet, or of a style attribute: CSS it is in the end. */
cg_verdict_t cg_carrier_css(const cg_reader_t *reader, cg_str_t css);

/* An import map or speculation rules, by the type of the script: JSON, and any
 * string of it may be a URL that is fetched. */
int cg_carrier_is_rules(cg_str_t type);
cg_verdict_t cg_carrier_rules(const cg_reader_t *reader, cg_str_t json);

/* A document: strictest verdict on whatever its gate would hold. */
cg_verdict_t cg_carrier_document(const cg_reader_t *reader, cg_str_t html);

/* A URL that leads to a document or a script: `data:` and `javascript:` are
 * read, all others judged. */
cg_verdict_t cg_carrier_url(const cg_reader_t *reader, cg_str_t value);

#endif /* CG_CARRIER_H */
