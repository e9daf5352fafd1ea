/*
 * Documents that this process read lately, and what the gate made of them.
 *
 * Most pages of a site are the same bytes for every visitor, and what the gate
 * does with bytes depends on nothing but them and its configuration.  Where
 * both are the same as before, so are the edits.  "The same" is said by memcmp
 * with a copy, never by a hash: no page can be made to pass for another.
 *
 * What stays is bounded: `max` bytes, CG_MEMO_SLOTS documents, each at most
 * CG_MEMO_DOCUMENT.  A document is learnt when it is asked for the second
 * time; one that is mostly another each time is left alone for a while.
 */

#ifndef CG_MEMO_H
#define CG_MEMO_H

#include "cg_gate.h"

#define CG_MEMO_SLOTS     1024
#define CG_MEMO_DOCUMENT  (1024 * 1024)    /* bytes */
#define CG_MEMO_PIECE     256              /* bytes, see cg_memos_create() */
#define CG_MEMO_NEAR      256              /* bytes between edits that join */
#define CG_MEMO_DRAFTS    16               /* learnt at one time */
#define CG_MEMO_MISSES    2                /* in a row: it is left alone */
#define CG_MEMO_REST      1000             /* for so many requests */
#define CG_MEMO_NOWHERE   UINT32_MAX
#define CG_MEMO_CREDIT    8                /* others, before a begin goes */


typedef enum {
    CG_MEMO_TEXT = 0,                  /* of the memo */
    CG_MEMO_HEAD,                      /* the visitor's own head insertion */
    CG_MEMO_BANNER,                    /* and banner */
    CG_MEMO_EMBED                      /* a placeholder, for what `text` says
                                          (cg_embed_write()) */
} cg_memo_kind_t;

typedef struct {
    uint32_t        at;                /* bytes of the document before it */
    uint32_t        drop;              /* so many from there never leave */
    uint32_t        text;              /* put in: where it is in `texts` */
    uint32_t        len;
    cg_memo_kind_t  kind;
} cg_memo_edit_t;

/* What had left when the gate had read so much: one for each piece of the
 * document, the last of which may be short, and one for its end. */

typedef struct {
    uint32_t        edits;             /* so many were made */
    uint32_t        sent;              /* bytes of the document, or dropped */
} cg_memo_point_t;

/* A rest (cg_gate.h): where a document that is another one before it, but the
 * same behind, is the same again. */

typedef struct {
    uint32_t        at;
    uint32_t        edits;             /* so many were made before it */
    uint32_t        notes;             /* bytes of them, likewise */
    uint32_t        embeds;
    uint16_t        tree;
    uint16_t        place;
} cg_memo_rest_t;

/* How a document that is open leaves as far as it is known, with the head and
 * the banner of one edition (cg_gate.h). */

typedef struct {
    uint64_t               edition;
    cg_str_t               text;
    size_t                 edits;      /* that are made in it */

    unsigned               credit;     /* private: others whom it outlives */
    size_t                 size;       /* private */
} cg_memo_begin_t;

/* What a document is known by: all that the gate's work depends on but the
 * bytes. */

#define CG_MEMO_WORDS  5

typedef struct {
    uint64_t               words[CG_MEMO_WORDS];
    cg_str_t               host;
    cg_str_t               path;
} cg_memo_key_t;

typedef struct {
    cg_str_t               document;
    const cg_memo_edit_t  *edits;
    const cg_memo_point_t *points;
    const cg_memo_rest_t  *rests;
    size_t                 nrests;
    cg_str_t               notes;      /* of what the tally counts */
    cg_str_t               page_lang;  /* at all rests */
    uint32_t               banner_at;  /* CG_MEMO_NOWHERE: none is put in */
    cg_str_t               texts;
    cg_str_t               lang;       /* the banner was asked for with */
    unsigned               based:1;    /* likewise */
    unsigned               open:1;     /* whatever follows passes */
    cg_memo_begin_t       *begin;      /* NULL: none was made */

    unsigned               kept:1;     /* private, as far as `size` */
    unsigned               refs;
    uint64_t               hash;
    cg_memo_key_t          key;
    size_t                 size;

    cg_tally_t             tally;      /* long, and read in part: at last */
} cg_memo_t;

/* A memo as it is learnt, in an arena of its writer's.  `edits`, `points` and
 * `rests` are made of the types above.  Without room for rests or notes the
 * memo does without rests. */

typedef struct {
    cg_out_t     document;
    cg_out_t     edits;
    cg_out_t     points;
    cg_out_t     rests;
    cg_out_t     notes;
    cg_out_t     page_lang;
    cg_out_t     texts;
    cg_out_t     lang;
    unsigned     based:1;
    unsigned     open:1;

    uint32_t     banner_at;
    uint64_t     rested;               /* bytes before the last rest */
    size_t       settled;              /* private: of `edits`, before a point */
} cg_memo_draft_t;

typedef struct cg_memos_s  cg_memos_t;


/* `heap` is copied and must take back what it gave (cg_arena.h).  What had left
 * is known every `piece` bytes, and that many may have to wait.  NULL: no
 * memory.  cg_memos_drop() takes all: no memo may be in use. */
cg_memos_t *cg_memos_create(const cg_arena_t *heap, size_t max, size_t piece);
void cg_memos_drop(cg_memos_t *memos);

/* What is known by that key, to be read only; NULL: nothing.  It stays until it
 * is given back, whatever happens to the others. */
cg_memo_t *cg_memos_find(cg_memos_t *memos, const cg_memo_key_t *key);
void cg_memos_release(cg_memos_t *memos, cg_memo_t *memo);

/* Whether it is worth learning now what comes under that key: 1 takes one of
 * the drafts, until cg_memos_drafted(). */
int cg_memos_wants(cg_memos_t *memos, const cg_memo_key_t *key);
void cg_memos_drafted(cg_memos_t *memos);

/* Learns a document that was read to its end, or until the gate had nothing
 * left to do, unless there is no room. */
void cg_memos_keep(cg_memos_t *memos, const cg_memo_key_t *key,
    cg_memo_draft_t *draft, const cg_gate_t *gate);

/* How it ended: the document was the same once more, for the greater part at
 * least, or another one. */
void cg_memos_met(cg_memos_t *memos, const cg_memo_t *memo);
void cg_memos_missed(cg_memos_t *memos, const cg_memo_t *memo);

size_t cg_memos_piece(const cg_memos_t *memos);

/* A begin with room for `size` bytes of text, for the caller to fill; it lives
 * as the memo does.  NULL: no memory, or the memo has one of another edition,
 * for which somebody still has use. */
cg_memo_begin_t *cg_memos_begin(cg_memos_t *memos, cg_memo_t *memo,
    size_t size);

/* The memo's begin was of use. */
void cg_memo_begin_used(cg_memo_begin_t *begin);

/* Bytes in use, those of memos that are no longer found included. */
size_t cg_memos_size(const cg_memos_t *memos);


void cg_memo_draft_init(cg_memo_draft_t *draft, cg_arena_t *arena);

/* CG_OK, or why it is of no use any more. */
cg_status_t cg_memo_draft_status(const cg_memo_draft_t *draft);

/* An edit behind all others; `text` is absent for head and banner.  What came
 * before it is in `document`. */
void cg_memo_draft_edit(cg_memo_draft_t *draft, uint64_t at, uint64_t drop,
    cg_memo_kind_t kind, cg_str_t text);

/* A rest behind all others. */
void cg_memo_draft_rest(cg_memo_draft_t *draft, const cg_rest_t *rest);

/* So much has left by now. */
void cg_memo_draft_point(cg_memo_draft_t *draft, uint64_t sent);

#endif /* CG_MEMO_H */
