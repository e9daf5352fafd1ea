/*
 * A gate with a memory (cg_memo.h): as cg_gate, to the byte and to the tally,
 * but for a document that it has met before under the same configuration it
 * only compares bytes.
 *
 * While it compares, what leaves is what the gate had let leave when it had
 * read as much, or up to CG_MEMO_PIECE bytes less.  At the first byte that is
 * another one, a gate reads again what came since the last rest (cg_gate.h),
 * its output is dropped as far as it has left already, and it goes on.  Where
 * it comes to a rest with the same state and the same bytes behind it as one of
 * the document that is known, comparing goes on from there.  So nothing leaves
 * that the bytes which are there do not warrant.
 */

#ifndef CG_RECALL_H
#define CG_RECALL_H

#include "cg_memo.h"


typedef struct cg_recall_s  cg_recall_t;

/* Who reads: a gate, without a memory or since it knew no better; a gate in
 * places; or nobody, as long as all is as before. */

typedef enum {
    CG_RECALL_NONE = 0,
    CG_RECALL_MISS,
    CG_RECALL_PART,
    CG_RECALL_HIT
} cg_recall_memory_t;


/* As cg_gate_create().  `memos` is kept; NULL: nothing is remembered of this
 * document.  Documents are told apart by host and path of the judge.
 * `sink->drop` is not asked. */
cg_recall_t *cg_recall_create(cg_arena_t *arena, const cg_gate_conf_t *conf,
    const cg_sink_t *sink, cg_memos_t *memos);

/* To be called once at last, ended or not, if there are memos: texts that were
 * given to the sink may be theirs. */
void cg_recall_close(cg_recall_t *recall);

/* As with cg_gate.  `now`: what can leave must not wait for more. */
CG_MUST_CHECK cg_status_t cg_recall_feed(cg_recall_t *recall, cg_str_t bytes,
    int now);
CG_MUST_CHECK cg_status_t cg_recall_end(cg_recall_t *recall);
int cg_recall_done(const cg_recall_t *recall);

/*
 * How long all that leaves will be, the document being `len` bytes: a promise,
 * for the begin of a page that is known and with nothing to hold, if nothing
 * but the banner is still to be put in; 0: nobody knows.  What stands before
 * its place leaves now.  Should other bytes come before that, all of them pass,
 * uncounted, and it stands at the end.
 */
uint64_t cg_recall_promise(cg_recall_t *recall, uint64_t len);

/* Behind a promise: what comes next, up to the banner's place, if the page is
 * still the one that is known; absent: nobody knows.  As much as came and was
 * this may leave as it came, around feed and sink, if its length is told before
 * anything else is done here. */
cg_str_t cg_recall_expected(const cg_recall_t *recall);
void cg_recall_passed(cg_recall_t *recall, uint64_t len);

cg_recall_memory_t cg_recall_memory(const cg_recall_t *recall);

/* Of what was read until now.  NULL: no memory. */
const cg_tally_t *cg_recall_tally(cg_recall_t *recall);

#endif /* CG_RECALL_H */
