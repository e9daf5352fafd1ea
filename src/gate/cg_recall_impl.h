/* What the files of cg_recall.h share.  Private to them. */

#ifndef CG_RECALL_IMPL_H
#define CG_RECALL_IMPL_H

#include "cg_recall.h"
#include "cg_scratch.h"


struct cg_recall_s {
    const cg_gate_conf_t  *conf;       /* the caller's */
    cg_str_t               banner;     /* what it answered */
    cg_str_t               embedded;   /* its last placeholder: learning */
    cg_out_t               embed_of;   /* and what it was asked for */
    cg_sink_t              sink;
    cg_arena_t            *arena;

    cg_memos_t            *memos;      /* NULL: a gate and nothing else */
    size_t                 piece;
    cg_memo_key_t          key;        /* of the caller's host and path */
    cg_gate_t             *gate;       /* NULL: the memo stands for it */
    cg_memo_t             *memo;

    cg_memo_draft_t       *draft;      /* being learnt */
    cg_arena_t             watch;      /* `arena`, for the gate meanwhile */
    unsigned               drafting:1; /* one of those that are counted */
    unsigned               asked:1;
    unsigned               bannered:1; /* by the memo */
    unsigned               late:1;     /* the gate reads what came before */
    unsigned               ended:1;
    unsigned               promised:1; /* how long all is */
    unsigned               broken:1;   /* and then another document came */
    cg_status_t            status;     /* of the memo's time, sticky */

    cg_str_t               input;      /* of this call, the memo's time */
    uint64_t               at;         /* bytes of the memo's document that are
                                          behind, at the end of it */
    uint64_t               same;       /* of them as in the memo, if broken */
    uint64_t               sent;       /* of the document, or dropped */
    uint64_t               put;        /* bytes of output behind the last of
                                          `rests` */
    size_t                 edits;      /* made */
    size_t                 rests;      /* so many are behind, as far as
                                          somebody asked */
    const cg_memo_edit_t  *place;      /* of the banner that was promised; NULL:
                                          it is put in */
    const cg_tally_t      *tally;      /* of the memo */

    /* a document with gaps in it; zeroed: none so far */

    unsigned               gaps;
    cg_scratch_t           scratch;    /* for the gate of one */
    uint64_t               gap_at;     /* where the gate's offsets begin: bytes
                                          of the memo's document before */
    uint64_t               before;     /* and of this document before that */
    uint64_t               gap_first;  /* and where the other bytes do */
    uint64_t               fed;        /* that the gate had read before input */
    const cg_memo_rest_t  *rest;       /* here the gap ends, and the gate has
                                          stopped */
    cg_tally_t            *run;        /* so far; NULL: as the memo's */
    size_t                 noted;      /* notes of the memo's counted in it */
    uint64_t               known;      /* bytes that were as in the memo */
    uint64_t               other;      /* and others */
};


/* The caller's banner, asked for once. */
cg_str_t cg_recall_banner(void *ctx, cg_str_t lang, int based);

/* The same, as the memo's page asked for it. */
cg_str_t cg_recall_ask(cg_recall_t *recall);

/* The caller's placeholder. */
cg_str_t cg_recall_embed(void *ctx, const cg_embed_t *embed);

/* The conf of a gate that asks for both here.  NULL: no memory. */
cg_gate_conf_t *cg_recall_conf(cg_recall_t *recall, cg_arena_t *arena);

/* A note goes where the sink wants it. */
cg_status_t cg_recall_note(cg_recall_t *recall, cg_str_t bytes);

/* A gate that notes what it does; absent without memory. */
cg_gate_t *cg_recall_learn(cg_recall_t *recall);
cg_status_t cg_recall_learn_feed(cg_recall_t *recall, cg_str_t bytes);
cg_status_t cg_recall_learn_end(cg_recall_t *recall);

/* As long as all is as the memo says: how many of the bytes were read; and then
 * `gate` reads. */
size_t cg_recall_follow_feed(cg_recall_t *recall, cg_str_t bytes, int now);
cg_status_t cg_recall_follow_end(cg_recall_t *recall);

/* All that a page which is open is known of has come at once, as `bytes`, or at
 * their begin, and nothing before: 1 if it left in one piece, as it did for the
 * visitor before.  If not, it may for the next one of the same edition. */
int cg_recall_begin(cg_recall_t *recall, cg_str_t bytes);

/* The document is another one than the memo's from here on: a gate, which has
 * read what came until now.  Then `bytes` to it, until the memo is followed
 * again, and `gate` is NULL; how many it read.  At the document's end the tally
 * is of all of it, and the memos hear of what use they were. */
cg_status_t cg_recall_gap_start(cg_recall_t *recall);
size_t cg_recall_gap_feed(cg_recall_t *recall, cg_str_t bytes);
void cg_recall_gap_end(cg_recall_t *recall);

/* Rests of the memo's that stand before `at`. */
size_t cg_recall_rests(const cg_memo_t *memo, uint64_t at);

/* Bytes that both begin with. */
size_t cg_recall_same(cg_str_t a, cg_str_t b);

/* What came until now, or until it was another document than the memo's, behind
 * the last rest that was passed; and a gate to read it, from there on, told of
 * rests if `rest` is not NULL.  NULL: no memory. */
cg_str_t cg_recall_read(const cg_recall_t *recall);
cg_gate_t *cg_recall_resume(cg_recall_t *recall, const cg_sink_t *sink,
    cg_rest_at_t rest);

#endif /* CG_RECALL_IMPL_H */
