#include "cg_recall_impl.h"


/* The memo's time. */

static void
memo_text(cg_recall_t *recall, cg_str_t text)
{
    if (recall->status == CG_OK && text.len) {
        recall->status = recall->sink.text(recall->sink.ctx, text);
        recall->put += text.len;
    }
}


/* The document's own bytes: of this call, or what waited, which is the same in
 * the memo. */

CG_HOT static void
memo_send(cg_recall_t *recall, uint64_t to)
{
    uint64_t  input = recall->at - recall->input.len;
    uint64_t  end = to < input ? to : input;
    cg_str_t  span;

    if (recall->sent < end) {
        memo_text(recall, cg_str_sub(recall->memo->document,
                                     (size_t) recall->sent, (size_t) end));
        recall->sent = end;
    }

    if (recall->sent >= to || recall->status != CG_OK) {
        return;
    }

    span = cg_str_sub(recall->input, (size_t) (recall->sent - input),
                      (size_t) (to - input));
    recall->status = recall->sink.span(recall->sink.ctx, span);
    recall->put += span.len;
    recall->sent = to;
}


/* The memo's tally, but for the banner. */

CG_COLD static void
memo_bare(cg_recall_t *recall)
{
    cg_tally_t  *bare = cg_arena_raw(recall->arena, sizeof(*bare));

    if (bare == NULL) {
        recall->status = CG_ENOMEM;
        return;
    }

    *bare = recall->memo->tally;
    bare->banner = 0;
    recall->tally = bare;
}


CG_HOT cg_str_t
cg_recall_ask(cg_recall_t *recall)
{
    cg_str_t  lang = recall->memo->lang;

    return cg_recall_banner(recall, lang.len ? lang : cg_str_null,
                            recall->memo->based);
}


static void
memo_banner(cg_recall_t *recall)
{
    memo_text(recall, cg_recall_ask(recall));

    if (recall->banner.len == 0) {
        memo_bare(recall);
        return;
    }

    recall->bannered = 1;

    if (recall->run) {
        recall->run->banner = 1;
    }
}


/* Without one the page would be another one than the gate's. */

static cg_str_t
memo_embed(cg_recall_t *recall, cg_str_t what)
{
    cg_str_t    text;
    cg_embed_t  embed;

    cg_embed_read(what, &embed);
    text = recall->conf->embed(recall->conf->embed_ctx, &embed);

    if (text.len == 0 && recall->status == CG_OK) {
        recall->status = CG_ENOMEM;
    }

    return text;
}


/* What is put in: the visitor's own, or the memo's. */

static cg_str_t
memo_edit_text(cg_recall_t *recall, const cg_memo_edit_t *edit)
{
    cg_str_t  text = cg_str_sub(recall->memo->texts, edit->text,
                                edit->text + edit->len);

    switch (edit->kind) {

    case CG_MEMO_HEAD:
        return recall->conf->head;

    case CG_MEMO_BANNER:
        return cg_recall_ask(recall);

    case CG_MEMO_EMBED:
        return memo_embed(recall, text);

    default:
        return text;
    }
}


static void
memo_edit(cg_recall_t *recall, const cg_memo_edit_t *edit)
{
    memo_send(recall, edit->at);

    if (edit->kind == CG_MEMO_BANNER) {
        memo_banner(recall);

    } else {
        memo_text(recall, memo_edit_text(recall, edit));
        recall->sent += edit->drop;
    }
}


static void
memo_edits(cg_recall_t *recall, size_t to)
{
    while (recall->edits < to && recall->status == CG_OK) {
        memo_edit(recall, &recall->memo->edits[recall->edits++]);
    }
}


static void
memo_point(cg_recall_t *recall, size_t n)
{
    const cg_memo_point_t  *point = &recall->memo->points[n];

    memo_edits(recall, point->edits);
    memo_send(recall, point->sent);
}


/* Points of the whole document: one a piece, the last of which may be short. */

static size_t
memo_pieces(const cg_recall_t *recall)
{
    size_t  len = recall->memo->document.len;

    return recall->at < len ? (size_t) (recall->at / recall->piece)
                            : (len + recall->piece - 1) / recall->piece;
}


static int
memo_goes_on(const cg_recall_t *recall, cg_str_t bytes)
{
    cg_str_t  rest = recall->memo->document;

    if (recall->at >= rest.len) {
        return recall->memo->open;
    }

    rest = cg_str_sub(rest, (size_t) recall->at, rest.len);

    if (recall->memo->open && bytes.len > rest.len) {
        bytes.len = rest.len;
    }

    return cg_str_starts(rest, bytes);
}


/* All that the memo knows was there. */

static void
memo_met(cg_recall_t *recall)
{
    if (!recall->ended) {
        recall->ended = 1;
        cg_memos_met(recall->memos, recall->memo);
    }
}


/* A promise: as long as the memo says, whatever comes.  The banner, where it is
 * all that is still to be put in; NULL: it is not. */

static const cg_memo_edit_t *
promise_place(const cg_recall_t *recall)
{
    const cg_memo_t  *memo = recall->memo;
    size_t            last = (memo->document.len + recall->piece - 1)
                             / recall->piece;

    return memo->points[last].edits == recall->edits + 1
           && memo->edits[recall->edits].kind == CG_MEMO_BANNER
           ? &memo->edits[recall->edits] : NULL;
}


/* What stands before the banner's place need not wait for the next point, nor
 * need what stands behind it. */

static void
promise_follow(cg_recall_t *recall)
{
    size_t  n = memo_pieces(recall);

    if (recall->place && n
        && recall->memo->points[n - 1].edits > recall->edits)
    {
        memo_point(recall, n - 1);
        recall->place = NULL;
    }

    memo_send(recall, recall->place && recall->place->at < recall->at
                      ? recall->place->at : recall->at);
}


uint64_t
cg_recall_promise(cg_recall_t *recall, uint64_t len)
{
    uint64_t               all;
    const cg_memo_edit_t  *place;

    if (recall->gate || recall->status != CG_OK || recall->ended
        || !cg_judge_all_open(&recall->conf->judge) || len < recall->at)
    {
        return 0;
    }

    place = promise_place(recall);
    if (place == NULL) {
        return 0;
    }

    if (cg_recall_ask(recall).len == 0) {
        return 0;
    }

    recall->promised = 1;
    recall->place = place;
    all = recall->put + len - recall->sent + recall->banner.len;
    promise_follow(recall);

    return all;
}


/* What came until now and waited. */

CG_COLD static void
promise_break(cg_recall_t *recall)
{
    cg_memos_missed(recall->memos, recall->memo);
    recall->broken = 1;
    recall->same = recall->at;
    memo_send(recall, recall->at);
}


cg_str_t
cg_recall_expected(const cg_recall_t *recall)
{
    if (!recall->promised || recall->broken || recall->place == NULL
        || recall->status != CG_OK || recall->sent != recall->at
        || recall->place->at < recall->at)
    {
        return cg_str_null;
    }

    return cg_str_sub(recall->memo->document, (size_t) recall->at,
                      recall->place->at);
}


void
cg_recall_passed(cg_recall_t *recall, uint64_t len)
{
    recall->at += len;
    recall->sent += len;
    recall->put += len;
}


static cg_status_t
promise_pass(cg_recall_t *recall, cg_str_t bytes)
{
    if (recall->status == CG_OK) {
        recall->status = recall->sink.span(recall->sink.ctx, bytes);
        cg_recall_passed(recall, bytes.len);
    }

    return recall->status;
}


CG_COLD static cg_status_t
promise_end(cg_recall_t *recall)
{
    if (!recall->broken) {
        promise_break(recall);
    }

    memo_text(recall, recall->banner);
    recall->ended = 1;

    return recall->status;
}


/* Bytes of output behind a rest. */

static uint64_t
follow_put(cg_recall_t *recall, const cg_memo_rest_t *rest)
{
    size_t                 i;
    uint64_t               put = recall->sent - rest->at;
    const cg_memo_edit_t  *edit;

    for (i = rest->edits; i < recall->edits; i++) {
        edit = &recall->memo->edits[i];
        put += memo_edit_text(recall, edit).len;
        put -= edit->drop;
    }

    return put;
}


/* The last rest before what was read.  A gate that has read so much has let
 * leave all before it; between two points this did not, yet. */

static void
follow_rest(cg_recall_t *recall)
{
    size_t                 i = cg_recall_rests(recall->memo, recall->at + 1);
    const cg_memo_rest_t  *rest;

    if (i <= recall->rests) {
        return;
    }

    rest = &recall->memo->rests[i - 1];
    memo_edits(recall, rest->edits);
    memo_send(recall, rest->at);
    recall->put = follow_put(recall, rest);
    recall->rests = i;
}


/* What was read until now, and what comes next, is a gate's. */

static void
follow_gate(cg_recall_t *recall)
{
    follow_rest(recall);

    if (recall->status == CG_OK) {
        (void) cg_recall_gap_start(recall);
    }
}


/* No more than is known: what can leave now does. */

static void
follow_now(cg_recall_t *recall)
{
    if (recall->at % recall->piece && recall->at < recall->memo->document.len) {
        follow_gate(recall);
    }
}


/* As far as the last point that was reached. */

static void
follow_points(cg_recall_t *recall)
{
    size_t  n = memo_pieces(recall);

    if (n) {
        memo_point(recall, n - 1);
    }
}


/* These are as in the memo. */

CG_HOT static void
follow_bytes(cg_recall_t *recall, cg_str_t bytes)
{
    int  whole = cg_recall_begin(recall, bytes);

    recall->input = bytes;
    recall->at += bytes.len;
    recall->known += bytes.len;

    if (recall->promised) {
        promise_follow(recall);

    } else if (!whole) {
        follow_points(recall);
    }

    if (recall->memo->open && recall->at >= recall->memo->document.len) {
        memo_send(recall, recall->at);
        memo_met(recall);
    }

    recall->input = cg_str_null;
}


/* These are not: up to where they differ, then a gate. */

CG_COLD static size_t
follow_another(cg_recall_t *recall, cg_str_t bytes)
{
    size_t  n = 0;

    if (recall->promised) {
        promise_break(recall);
        (void) promise_pass(recall, bytes);
        return bytes.len;
    }

    if (recall->memo->nrests) {
        n = cg_recall_same(cg_str_sub(recall->memo->document,
                                      (size_t) recall->at,
                                      recall->memo->document.len), bytes);
    }

    if (n) {
        follow_bytes(recall, cg_str_sub(bytes, 0, n));
    }

    follow_gate(recall);

    return n;
}


CG_HOT size_t
cg_recall_follow_feed(cg_recall_t *recall, cg_str_t bytes, int now)
{
    if (recall->broken) {
        (void) promise_pass(recall, bytes);

    } else if (!memo_goes_on(recall, bytes)) {
        return follow_another(recall, bytes);

    } else {
        follow_bytes(recall, bytes);

        if (recall->status == CG_OK && now && !recall->promised) {
            follow_now(recall);
        }
    }

    return bytes.len;
}


static cg_status_t
follow_gate_end(cg_recall_t *recall)
{
    if (recall->status == CG_OK) {
        recall->status = cg_gate_end(recall->gate);
        cg_recall_gap_end(recall);
    }

    return recall->status;
}


cg_status_t
cg_recall_follow_end(cg_recall_t *recall)
{
    if (recall->gate) {
        return follow_gate_end(recall);
    }

    if (recall->at < recall->memo->document.len || recall->broken) {
        if (recall->promised) {
            return promise_end(recall);
        }

        follow_gate(recall);
        return follow_gate_end(recall);
    }

    memo_point(recall, memo_pieces(recall));

    if (recall->gaps) {
        recall->ended = 1;
        cg_recall_gap_end(recall);

    } else {
        memo_met(recall);
    }

    return recall->status;
}
