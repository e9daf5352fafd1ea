/*
 * The gate: a document's bytes in, the same bytes out, but for its edits
 * (DESIGN.md 6): what a shut vendor would be fetched by stays in place, inert
 * and marked; a head insertion and the banner go in.
 *
 * Push, any cut of the input gives the same output.  Untouched bytes leave as
 * spans of the caller's input.  Held back are only an unfinished tag (at most
 * CG_MAX_TAG) and an inline script that is not judged yet (inline_limit);
 * whatever exceeds its limit is withheld, never passed: a tag (longer than
 * CG_MAX_TAG or with more than CG_MAX_ATTRS attributes) is dropped, a script is
 * held under the mark data-ngxc-hold="inline-limit", as is an SVG script with
 * markup in it.  Dropped as well: what hides a "</noscript" from one of the two
 * kinds of browser.  A blank stands for what was dropped.
 *
 * A held element is edited by insertions only: the marks right behind the tag's
 * name, and "data-ngxc-" before the name of every attribute whose verdict is
 * hold (URLs, event handlers, srcdoc), with all duplicates and stand-ins.  In
 * a style, "x-ngxc-" before a function or an at-rule makes it one that no
 * browser knows; the rest of the style stays active.  Marks are the gate's
 * alone: a tag that brings one, data-ngxc-purpose excepted, gets
 * "data-ngxc-stays", which tells the client to leave it as it is.  Where head
 * insertion and banner go: cg_place.h.
 */

#ifndef CG_GATE_H
#define CG_GATE_H

#include "cg_embed.h"
#include "cg_tally.h"


/* Where output goes, in document order.  The document's own bytes:
 *   span   inside the input being fed: alias them
 *   held   of earlier input, in the gate's memory: copy them during the call
 *   drop   so many bytes that will never leave; NULL: nobody counts them
 * Additions:
 *   text   of the configuration (insertions, marks): outlive the gate
 *   note   in memory of this call: copy them; NULL: `held` gets them
 * A status other than CG_OK ends the gate. */

typedef struct {
    cg_status_t  (*span)(void *ctx, cg_str_t bytes);
    cg_status_t  (*held)(void *ctx, cg_str_t bytes);
    cg_status_t  (*text)(void *ctx, cg_str_t bytes);
    void          *ctx;
    cg_status_t  (*note)(void *ctx, cg_str_t bytes);
    cg_status_t  (*drop)(void *ctx, uint64_t n);
} cg_sink_t;

/* The banner, asked for once, when its place is reached.  `lang` is of the
 * <html> tag, as written, absent without one, valid during the call.  `based`:
 * a <base> before it may lead to another origin, so that a relative URL in it
 * would.  The answer outlives the gate, an absent one inserts nothing. */
typedef cg_str_t (*cg_banner_t)(void *ctx, cg_str_t lang, int based);

/* Which head and banner a page that calls itself `lang` gets: the same number
 * stands for the same bytes, as long as the policy lives; 0: for bytes of this
 * page alone. */
typedef uint64_t (*cg_edition_t)(void *ctx, cg_str_t lang, int based);


/* A place behind a tag where nothing that came before decides how the rest is
 * read, but for this: a rest.  Which of them there are depends on the bytes
 * alone. */

typedef struct {
    uint64_t     at;           /* bytes of the document before it */
    uint32_t     tree;         /* what it remembers (cg_html_tree_memory()) */
    uint32_t     place;        /* likewise (cg_place_memory()) */
    uint32_t     embeds;       /* placeholders so far */
    cg_str_t     lang;         /* of the page, if it is known; good while the
                                  gate is, and the memory that it was given */
} cg_rest_t;

/* Told of each.  1: here the gate stops, the feed ends, and there is nothing
 * but to ask how much it read, and its tally. */
typedef int (*cg_rest_at_t)(void *ctx, const cg_rest_t *rest);


typedef struct {
    cg_judge_t   judge;
    cg_str_t     head;         /* goes before the first thing that could run
                                  or fetch; absent: nothing */
    cg_banner_t  banner;       /* goes behind <body>; NULL: nothing */
    void        *banner_ctx;
    cg_edition_t  edition;     /* asked with banner_ctx; NULL: none lasts */
    cg_embed_text_t  embed;    /* stands for a frame that is held; NULL:
                                  nothing does */
    void        *embed_ctx;
    cg_rest_at_t rest;         /* NULL: nobody asks */
    void        *rest_ctx;
    cg_out_t    *notes;        /* gets what is counted (cg_tally.h); NULL:
                                  nobody asks */
    size_t       inline_limit; /* bytes of an inline script or style that are
                                  held */
    unsigned     depth;        /* 0; set by the gate for documents that stand
                                  in values of the page */
    unsigned     xml:1;        /* 0; likewise: no text modes, CDATA anywhere */
} cg_gate_conf_t;

typedef struct cg_gate_s  cg_gate_t;


/* `conf` and what it points at are kept.  NULL: no memory. */
cg_gate_t *cg_gate_create(cg_arena_t *arena, const cg_gate_conf_t *conf,
    const cg_sink_t *sink);

/* The same, as if it had read, and let leave, all up to a rest of a document
 * that was begun under the same configuration; `tally` is copied, NULL: zeroed.
 * Its offsets begin there. */
cg_gate_t *cg_gate_resume(cg_arena_t *arena, const cg_gate_conf_t *conf,
    const cg_sink_t *sink, const cg_rest_t *rest, const cg_tally_t *tally);

/* After an error nothing more leaves: the document ends where it was. */
CG_MUST_CHECK cg_status_t cg_gate_feed(cg_gate_t *gate, cg_str_t bytes);
CG_MUST_CHECK cg_status_t cg_gate_end(cg_gate_t *gate);

/* 1 if nothing is left to do: nothing can be held any more and all insertions
 * are made.  The rest of the document may bypass the gate. */
int cg_gate_done(const cg_gate_t *gate);

/* 1 if the document was cut, since readings of it that cannot be reconciled
 * would hold what the others let pass: nothing leaves any more. */
int cg_gate_is_cut(const cg_gate_t *gate);

/* From here on: rests at tags as well that would be skimmed, or not. */
void cg_gate_rest_often(cg_gate_t *gate, int often);

/* Bytes that were read. */
uint64_t cg_gate_fed(const cg_gate_t *gate);

const cg_tally_t *cg_gate_tally(const cg_gate_t *gate);

/* The first verdict that held something, else the first one that counted. */
const cg_verdict_t *cg_gate_verdict(const cg_gate_t *gate);

#endif /* CG_GATE_H */
