/*
 * One way to read the document: a tokenizer, what it knows of the tree, and
 * what it is within.  There is one on ordinary pages.  Where browsers would
 * read on in different ways, or only a tree could tell which, another branches
 * off; what any of them holds is held (WHATWG HTML 13.2.6, see cg_html_tree.h).
 * Private to the room, and so is the gate's struct.
 */

#ifndef CG_READING_H
#define CG_READING_H

#include "cg_edit.h"
#include "cg_noscript.h"
#include "cg_place.h"
#include "html/cg_html_tree.h"

#define CG_READINGS   8        /* more are not followed: the document is cut */
#define CG_GATE_LANG  16       /* bytes of a language tag that we look at */


typedef struct {
    cg_gate_t             *gate;
    cg_html_tok_t         *tok;
    cg_html_tree_t         tree;
    cg_html_mode_t         mode;       /* of the text that follows */
    cg_html_cdata_t        cdata;
    cg_script_t            script;
    cg_noscript_t          noscript;
    unsigned               cut:1;      /* the input ends within a comment or a
                                          doctype, which takes all behind */
    unsigned               scanner:1;  /* no tree builder reads so */
} cg_reading_t;


struct cg_gate_s {
    const cg_gate_conf_t  *conf;
    cg_arena_t            *arena;
    cg_flow_t              flow;
    cg_scratch_t           scratch;
    cg_edit_t              edit;       /* works on flow and scratch */
    cg_place_t             place;

    cg_reading_t          *readings[CG_READINGS];    /* in use, then spare */
    size_t                 n;

    unsigned char          lang[CG_GATE_LANG];       /* of <html> */
    size_t                 lang_len;

    unsigned               all_open:1;
    unsigned               bypass:1;
    unsigned               ending:1;
    unsigned               stopped:1;  /* at a rest */
    unsigned               often:1;    /* nothing is skimmed: for rests */
    unsigned               over:1;     /* the document was cut, and read up to
                                          where that may end it */
};


/* The handler of a reading's tokenizer. */
cg_status_t cg_reading_token(void *ctx, const cg_html_token_t *token);

/* Before the first byte of a document that was read in part: what follows is
 * as its tree and the gate say. */
void cg_reading_begin(cg_reading_t *reading);

/* What follows is skimmed, if it may be. */
void cg_reading_skim(cg_reading_t *reading);

/* Behind each token, if somebody asks for rests. */
void cg_reading_rest(cg_reading_t *reading, const cg_html_token_t *token);

/* All up to `end` was read.  What outgrew its limit is withheld; the offset of
 * the first byte that must not leave yet. */
uint64_t cg_reading_settle(cg_reading_t *reading, uint64_t end);

/* The document ends. */
void cg_reading_end(cg_reading_t *reading, uint64_t end);

/* `other` has come to the same place and goes on alike: from here on `reading`
 * stands for both. */
void cg_reading_join(cg_reading_t *reading, const cg_reading_t *other);

/* Whether two readings that have come to the same place go on alike. */
int cg_reading_agrees(const cg_reading_t *a, const cg_reading_t *b);


/* Of the gate, for its readings. */

/* A reading more, behind the token that `from` handles, as a copy of it but for
 * the text mode; `at` is the token's end.  NULL: the document was cut at the
 * token, or an error is in the flow. */
cg_reading_t *cg_gate_branch(cg_gate_t *gate, const cg_reading_t *from,
    const cg_html_token_t *token, cg_html_mode_t mode);

/* The language of the page: a copy of what there is room for. */
void cg_gate_set_lang(cg_gate_t *gate, cg_str_t lang);

/* Makes insertions where their place was found. */
void cg_gate_insert(cg_gate_t *gate, const cg_places_t *places);

/* Nothing must be searched for before `at` any more. */
void cg_gate_place_now(cg_gate_t *gate, uint64_t at);

/* The end of the document for the insertions; `at`: where the last bytes that
 * a browser reads end. */
void cg_gate_finish(cg_gate_t *gate, const cg_reading_t *reading,
    uint64_t at);

#endif /* CG_READING_H */
