#include "cg_recall_impl.h"


/* Learning: what leaves is noted on its way. */

static cg_status_t
learn_span(void *ctx, cg_str_t bytes)
{
    cg_recall_t  *recall = ctx;

    recall->sent += bytes.len;

    return recall->sink.span(recall->sink.ctx, bytes);
}


static cg_status_t
learn_held(void *ctx, cg_str_t bytes)
{
    cg_recall_t  *recall = ctx;

    recall->sent += bytes.len;

    return recall->sink.held(recall->sink.ctx, bytes);
}


static void
learn_edit(cg_recall_t *recall, uint64_t drop, cg_memo_kind_t kind,
    cg_str_t text)
{
    if (recall->draft) {
        cg_memo_draft_edit(recall->draft, recall->sent, drop, kind, text);
    }

    recall->sent += drop;
}


static cg_status_t
learn_text(void *ctx, cg_str_t bytes)
{
    cg_recall_t  *recall = ctx;

    if (bytes.data == recall->conf->head.data) {
        learn_edit(recall, 0, CG_MEMO_HEAD, cg_str_null);

    } else if (bytes.data == recall->banner.data) {
        learn_edit(recall, 0, CG_MEMO_BANNER, cg_str_null);

    } else if (bytes.data == recall->embedded.data) {
        learn_edit(recall, 0, CG_MEMO_EMBED, cg_out_slice(&recall->embed_of));
        recall->embedded = cg_str_null;

    } else {
        learn_edit(recall, 0, CG_MEMO_TEXT, bytes);
    }

    return recall->sink.text(recall->sink.ctx, bytes);
}


static cg_status_t
learn_note(void *ctx, cg_str_t bytes)
{
    learn_edit(ctx, 0, CG_MEMO_TEXT, bytes);

    return cg_recall_note(ctx, bytes);
}


static cg_status_t
learn_drop(void *ctx, uint64_t n)
{
    learn_edit(ctx, n, CG_MEMO_TEXT, cg_str_null);

    return CG_OK;
}


/* Too long, no memory, or no banner to be seen the place of. */

static void
learn_check(cg_recall_t *recall)
{
    if (recall->draft
        && (cg_memo_draft_status(recall->draft) != CG_OK
            || (recall->asked && recall->banner.len == 0)))
    {
        recall->draft = NULL;
        cg_gate_rest_often(recall->gate, 0);
    }
}


/* The document has come to its end, or as far as it concerns the gate. */

static void
learn_keep(cg_recall_t *recall)
{
    cg_memo_draft_point(recall->draft, recall->sent);
    cg_memos_keep(recall->memos, &recall->key, recall->draft, recall->gate);
    recall->draft = NULL;
}


static cg_status_t
learn_piece(cg_recall_t *recall, cg_str_t piece)
{
    cg_status_t  rc;

    cg_out_str(&recall->draft->document, piece);
    cg_gate_rest_often(recall->gate, 1);
    rc = cg_gate_feed(recall->gate, piece);
    recall->at += piece.len;

    if (recall->at % recall->piece == 0) {
        cg_memo_draft_point(recall->draft, recall->sent);
    }

    learn_check(recall);

    if (recall->draft && rc == CG_OK && recall->at % recall->piece == 0
        && cg_gate_done(recall->gate))
    {
        recall->draft->open = 1;
        learn_keep(recall);
    }

    return rc;
}


cg_status_t
cg_recall_learn_feed(cg_recall_t *recall, cg_str_t bytes)
{
    size_t       n;
    cg_status_t  rc = CG_OK;

    while (recall->draft && bytes.len && rc == CG_OK) {
        n = recall->piece - recall->at % recall->piece;
        n = n < bytes.len ? n : bytes.len;

        rc = learn_piece(recall, cg_str_sub(bytes, 0, n));
        bytes = cg_str_sub(bytes, n, bytes.len);
    }

    return rc == CG_OK ? cg_gate_feed(recall->gate, bytes) : rc;
}


cg_status_t
cg_recall_learn_end(cg_recall_t *recall)
{
    cg_status_t  rc;

    if (recall->draft && recall->at % recall->piece) {
        cg_memo_draft_point(recall->draft, recall->sent);
    }

    rc = cg_gate_end(recall->gate);
    learn_check(recall);

    if (recall->draft && rc == CG_OK) {
        learn_keep(recall);
    }

    return rc;
}


/* One in each piece is enough: the next tags may be skimmed. */

static int
learn_rest(void *ctx, const cg_rest_t *rest)
{
    cg_recall_t  *recall = ctx;

    if (recall->draft && recall->draft->rested <= recall->at) {
        cg_memo_draft_rest(recall->draft, rest);
        cg_gate_rest_often(recall->gate, 0);
    }

    return 0;
}


/* What a gate decides where memory is missing is for one visitor only. */

static void *
learn_alloc(void *ctx, size_t size)
{
    void         *block;
    cg_recall_t  *recall = ctx;

    block = cg_arena_raw(recall->arena, size);

    if (block == NULL && recall->draft) {
        recall->draft->edits.status = CG_ENOMEM;
    }

    return block;
}


static void
learn_free(void *ctx, void *block)
{
    cg_arena_outgrown(((cg_recall_t *) ctx)->arena, block);
}


cg_gate_t *
cg_recall_learn(cg_recall_t *recall)
{
    cg_sink_t        sink = {
        learn_span, learn_held, learn_text, recall, learn_note, learn_drop
    };
    cg_gate_conf_t  *conf = cg_recall_conf(recall, recall->arena);

    recall->watch = (cg_arena_t) { learn_alloc, learn_free, recall };
    recall->drafting = 1;
    recall->draft = cg_arena_raw(recall->arena, sizeof(*recall->draft));

    if (recall->draft && conf) {
        cg_memo_draft_init(recall->draft, recall->arena);
        conf->rest = learn_rest;
        conf->rest_ctx = recall;
        conf->notes = &recall->draft->notes;
    }

    return conf ? cg_gate_create(&recall->watch, conf, &sink) : NULL;
}
