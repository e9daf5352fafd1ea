/*
 * What the pages say of a person's rights, and the file that a person is handed
 * of what is recorded.  All of it works without JavaScript.
 */

#ifndef CG_RIGHTS_H
#define CG_RIGHTS_H

#include "cg_notice.h"
#include "consent/cg_record.h"
#include "consent/cg_right.h"


/* A request under way, or answered. */

struct cg_page_right_s {
    cg_right_kind_t  kind;
    cg_str_t         id;           /* its number; absent: none was given */
    cg_str_t         receipt;      /* of what was decided; absent: nothing */
    int              explain;      /* what follows is told, and waits for... */
    cg_str_t         ack;          /* ... this to be sent back */
    uint32_t         ticked;       /* purposes, where they are asked for */
};

/* The section of the preferences page. */
void cg_rights_section(cg_out_t *out, const cg_view_t *view);

/* The number, for the line behind a message. */
void cg_rights_number(cg_out_t *out, const cg_view_t *view,
    const struct cg_page_right_s *right);

/* What will follow from a request: the text that is hashed, and that the page
 * shows. */
void cg_rights_effects(cg_out_t *out, const cg_view_t *view,
    cg_right_kind_t kind);

/* The same with the form that acknowledges it. */
void cg_rights_explain(cg_out_t *out, const cg_view_t *view,
    const struct cg_page_right_s *right);

/* Bits of the purposes that stay if nothing is given to others any more: those
 * whose vendors are all the site's own or act on its behalf. */
uint32_t cg_rights_own(const cg_policy_t *policy);


/* A visitor's choices as far as they are kept. */

struct cg_history_s {
    const cg_record_t  *record;    /* the current one; rev 0: there is none */
    cg_str_t            past;      /* those before: cg_record_past_next() */
};

#define CG_HISTORY_PAST  8         /* choices before, at most */

/* A table of them, the latest first: when, what changed, how, and where it
 * stands in the log if that is asked for. */
void cg_history_table(cg_out_t *out, const cg_view_t *view,
    const struct cg_history_s *history, int evidence);

/* The section of the preferences page, which says where it ends. */
void cg_history_section(cg_out_t *out, const cg_view_t *view,
    const cg_page_t *page);


/* All that is recorded of one visitor. */

typedef struct {
    cg_str_t            site;
    cg_str_t            origin;    /* "https://www.example.org", for links */
    const cg_token_t   *token;
    const cg_record_t  *record;    /* rev 0: there is none */
    cg_str_t            receipt;   /* its number, hex */
    cg_str_t            sub;       /* pseudonym in the log; absent: not known */
    cg_hold_t           hold;
    cg_str_t            history;   /* cg_record_past_next() */
} cg_receipt_t;

/* The parts of record->evidence; absent ones are absent. */
void cg_receipt_place(cg_str_t evidence, cg_str_t *lane, cg_str_t *seq,
    cg_str_t *h);

/* A page that needs nothing but itself. */
void cg_receipt_page(cg_out_t *out, const cg_view_t *view,
    const cg_receipt_t *receipt);

#endif /* CG_RIGHTS_H */
