/*
 * What the gate writes: marks, renamed attributes, the tally; and the inline
 * script or style that is held back until it can be judged.  Private to the
 * room.
 */

#ifndef CG_EDIT_H
#define CG_EDIT_H

#include "cg_carrier.h"
#include "cg_flow.h"
#include "cg_scratch.h"
#include "html/cg_html_tok.h"

#define CG_SCRIPT_TYPES  8         /* duplicates of `type` that are renamed;
                                      the first one decides, and that is ours */


typedef struct {
    const cg_gate_conf_t  *conf;
    cg_flow_t             *flow;
    cg_scratch_t          *scratch;
    cg_arena_t            *arena;      /* of the document */
    cg_judge_t             judge;      /* of conf, with the bases seen */
    cg_domains_t           domains;    /* that it asked for */
    cg_reader_t            reader;
    cg_tally_t             tally;
    cg_verdict_t           verdict;    /* cg_gate_verdict() */
    cg_str_t               lang;       /* of the page, where it is known */
    unsigned               embeds;     /* placeholders so far */
    unsigned               based:1;    /* a <base> may lead to another
                                          origin */
    unsigned               second:1;   /* edits of another reading: what the
                                          first one sees, too, counts once */
    unsigned               scanner:1;  /* ... that no tree builder shares: it
                                          fetches, and runs nothing */
} cg_edit_t;

/* Zeroed before.  `scratch` must have been initialised. */
void cg_edit_init(cg_edit_t *edit, const cg_gate_conf_t *conf,
    cg_flow_t *flow, cg_scratch_t *scratch, cg_arena_t *arena);

/* One element, if the verdict counts. */
void cg_edit_count(cg_edit_t *edit, const cg_verdict_t *verdict);

/* Whether the page itself says what the element is for: its data-ngxc-purpose
 * counts for the client where a mark of ours names no purpose. */
int cg_edit_names_purpose(const cg_html_token_t *token, cg_str_t bytes);

/* The marks at `at`, right behind a tag's name; with `type`, for scripts and
 * styles, one that does not run; with `named` if the page names a purpose, has
 * forged marks, or may bring either in a tag that is merged with this one.
 * 0: another reading has put in the same. */
int cg_edit_mark(cg_edit_t *edit, uint64_t at, const cg_verdict_t *verdict,
    int type, int named);

/* Likewise for a tag that is not held: the marks that the page itself put into
 * it are not ours, and the client must not release it by them. */
void cg_edit_disown(cg_edit_t *edit, uint64_t at);

/* The attribute whose name begins at `at` becomes data-ngxc-... */
void cg_edit_rename(cg_edit_t *edit, uint64_t at);

/* Makes what is held of a style unknown to browsers; it begins at `at`. */
void cg_edit_css(cg_edit_t *edit, uint64_t at, cg_str_t css);

/* The value of a style attribute at `at`, as written.  0: its references are
 * in the way, nothing was done: rename it. */
int cg_edit_css_value(cg_edit_t *edit, uint64_t at, cg_str_t raw);

/* Whether the word that does so stands in a style of the page's already: the
 * client takes it out of what it releases, whoever wrote it. */
int cg_edit_css_forged(cg_str_t text);

/* Whether it stands in any attribute of a tag: likewise. */
int cg_edit_has_word(cg_edit_t *edit, const cg_html_token_t *token,
    cg_str_t bytes);

/* What stops a style sheet that must not act at all, at its first byte. */
void cg_edit_css_stop(cg_edit_t *edit, uint64_t at);


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
    unsigned         nested:1;     /* ... a tag: its text may go on behind that,
                                      unseen */
    unsigned         style:1;      /* a style, no script */
    unsigned         rules:1;      /* a script of rules in JSON */
    unsigned         named:1;      /* it says itself what it is for */
    unsigned         forged:1;     /* there are marks of ours in its tag */
    unsigned         worded:1;     /* ... our word for what a style hides */
    cg_verdict_t     marked;       /* held anyway; no vendor: it is not */
    unsigned         noscript:1;   /* inside noscript: the body is edited by
                                      nobody else */
} cg_script_t;

/* A start tag whose body must be judged. */
void cg_script_open(cg_script_t *script, cg_edit_t *edit,
    const cg_html_token_t *token, cg_str_t bytes, int foreign);

/* Whether a tag's name is this one. */
static inline int
cg_edit_is(const cg_html_token_t *token, cg_str_t name)
{
    return token->name_len == name.len
           && memcmp(token->name, name.data, name.len) == 0;
}

/* It ends at `end`, or the body is longer than the limit there: judged,
 * counted, marked if it is held, and active no more. */
void cg_script_close(cg_script_t *script, cg_edit_t *edit, uint64_t end);

#endif /* CG_EDIT_H */
