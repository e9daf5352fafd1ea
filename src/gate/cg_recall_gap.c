/* A document that is the memo's but for places in it.  In such a gap a gate
 * reads, from the last rest before it on; where it comes to a rest with the
 * same state and the same bytes behind it as one of the memo's, the memo is
 * followed again from there. */

#include "cg_recall_impl.h"
#include "cg_place.h"

/* A document may have so many gaps, and one more for so many bytes that were
 * known: the next one goes on to the end. */

#define GAP_FREE  4
#define GAP_EACH  2048

/* Bytes that tell a rest from others: where it is expected; and elsewhere,
 * among so many to either side, once a gap is so many bytes long. */

#define GAP_SAME  32
#define GAP_MOST  64
#define GAP_NEAR  8
#define GAP_LONG  512

#define GAP_WIDE  4096             /* bytes: in a longer one tags are skimmed */


/* Late: the gate comes to a document that has left in part. */

static cg_str_t
late_rest(cg_recall_t *recall, cg_str_t bytes)
{
    uint64_t  n = recall->put < bytes.len ? recall->put : bytes.len;

    recall->put -= n;

    return cg_str_sub(bytes, (size_t) n, bytes.len);
}


static cg_status_t
late_span(void *ctx, cg_str_t bytes)
{
    cg_recall_t  *recall = ctx;

    bytes = late_rest(recall, bytes);

    return recall->late ? recall->sink.text(recall->sink.ctx, bytes)
                        : recall->sink.span(recall->sink.ctx, bytes);
}


static cg_status_t
late_held(void *ctx, cg_str_t bytes)
{
    cg_recall_t  *recall = ctx;

    return recall->sink.held(recall->sink.ctx, late_rest(recall, bytes));
}


static cg_status_t
late_text(void *ctx, cg_str_t bytes)
{
    cg_recall_t  *recall = ctx;

    return recall->sink.text(recall->sink.ctx, late_rest(recall, bytes));
}


static cg_status_t
late_note(void *ctx, cg_str_t bytes)
{
    return cg_recall_note(ctx, late_rest(ctx, bytes));
}


/* The tally up to where the memo's notes are `to` bytes; 0: no memory. */

static int
gap_count(cg_recall_t *recall, size_t to)
{
    cg_memo_t  *memo = recall->memo;

    if (recall->run == NULL) {
        recall->run = cg_arena_zero(recall->arena, sizeof(*recall->run));

        if (recall->run == NULL) {
            return 0;
        }
    }

    recall->run->banner |= recall->bannered;
    cg_tally_again(recall->run, &memo->tally,
                   cg_str_sub(memo->notes, recall->noted, to));
    recall->noted = to;

    return 1;
}


cg_str_t
cg_recall_read(const cg_recall_t *recall)
{
    size_t  from = recall->rests ? recall->memo->rests[recall->rests - 1].at
                                 : 0;

    return cg_str_sub(recall->memo->document, from,
                      (size_t) (recall->broken ? recall->same : recall->at));
}


/* The same for one gate after the other. */

static cg_arena_t *
gap_memory(cg_recall_t *recall)
{
    if (recall->scratch.from == NULL) {
        cg_scratch_init(&recall->scratch, recall->arena);
    }

    cg_scratch_reset(&recall->scratch);

    return &recall->scratch.arena;
}


cg_gate_t *
cg_recall_resume(cg_recall_t *recall, const cg_sink_t *sink, cg_rest_at_t rest)
{
    cg_rest_t              at;
    cg_arena_t            *arena = gap_memory(recall);
    cg_gate_conf_t        *conf = cg_recall_conf(recall, arena);
    const cg_memo_rest_t  *last;

    if (conf == NULL) {
        return NULL;
    }

    conf->rest = rest;
    conf->rest_ctx = recall;

    if (recall->rests == 0) {
        return cg_gate_create(arena, conf, sink);
    }

    last = &recall->memo->rests[recall->rests - 1];
    at.at = recall->known + recall->other - (recall->at - last->at);
    at.tree = last->tree;
    at.place = last->place;
    at.embeds = last->embeds;
    at.lang = recall->memo->page_lang;

    return gap_count(recall, last->notes)
           ? cg_gate_resume(arena, conf, sink, &at, recall->run) : NULL;
}


size_t
cg_recall_rests(const cg_memo_t *memo, uint64_t at)
{
    size_t  low = 0, high = memo->nrests, i;

    while (low < high) {
        i = low + (high - low) / 2;

        if (memo->rests[i].at < at) {
            low = i + 1;

        } else {
            high = i;
        }
    }

    return low;
}


size_t
cg_recall_same(cg_str_t a, cg_str_t b)
{
    size_t    i = 0, n = a.len < b.len ? a.len : b.len;
    uint64_t  x, y;

    for ( ; i + sizeof(x) <= n; i += sizeof(x)) {
        memcpy(&x, a.data + i, sizeof(x));
        memcpy(&y, b.data + i, sizeof(y));

        if (x != y) {
            break;
        }
    }

    while (i < n && a.data[i] == b.data[i]) {
        i++;
    }

    return i;
}


/* Small pieces are for tests. */

static size_t
gap_least(const cg_recall_t *recall, size_t n)
{
    return recall->piece < n ? recall->piece : n;
}


/* Whether the banner will be where it is in the memo's document: the limit is
 * one of all bytes before, in either of them. */

static int
gap_has_place(const cg_recall_t *recall, const cg_memo_rest_t *rest,
    const cg_rest_t *at)
{
    uint64_t  here = recall->before + at->at;
    uint32_t  banner = recall->memo->banner_at;

    return !cg_place_is_open(at->place)
           || (banner < CG_PLACE_LIMIT && banner >= rest->at
               && here + (banner - rest->at) < CG_PLACE_LIMIT);
}


/* How many bytes behind a rest of the memo's are those behind this one; 0: they
 * would not be read alike. */

static size_t
gap_same(const cg_recall_t *recall, const cg_memo_rest_t *rest,
    const cg_rest_t *at, cg_str_t behind)
{
    const cg_memo_t  *memo = recall->memo;

    if (rest->tree != at->tree || rest->place != at->place
        || rest->embeds != at->embeds || !gap_has_place(recall, rest, at))
    {
        return 0;
    }

    return cg_recall_same(cg_str_sub(memo->document, rest->at,
                                     memo->document.len), behind);
}


/* Where it is if a part was changed for one as long: mostly so. */

static const cg_memo_rest_t *
gap_find_here(const cg_recall_t *recall, const cg_rest_t *at, size_t i,
    cg_str_t behind)
{
    const cg_memo_t  *memo = recall->memo;

    return i < memo->nrests
           && memo->rests[i].at == recall->gap_at + at->at
           && gap_same(recall, &memo->rests[i], at, behind)
              >= gap_least(recall, GAP_SAME)
           ? &memo->rests[i] : NULL;
}


/* Elsewhere, the one with the most of the bytes behind it. */

static const cg_memo_rest_t *
gap_find_near(const cg_recall_t *recall, const cg_rest_t *at, size_t i,
    cg_str_t behind)
{
    size_t                 n, end, most = gap_least(recall, GAP_MOST) - 1;
    const cg_memo_t       *memo = recall->memo;
    const cg_memo_rest_t  *found = NULL;

    end = i + GAP_NEAR < memo->nrests ? i + GAP_NEAR : memo->nrests;
    i = i > GAP_NEAR ? i - GAP_NEAR : 0;

    for ( ; i < end; i++) {
        n = gap_same(recall, &memo->rests[i], at, behind);

        if (n > most) {
            found = &memo->rests[i];
            most = n;
        }
    }

    return found;
}


/* By a gate, at each rest of the document's. */

static int
gap_rest(void *ctx, const cg_rest_t *at)
{
    size_t        i;
    cg_str_t      behind;
    cg_recall_t  *recall = ctx;

    if (recall->late || recall->put
        || !cg_str_eq(recall->memo->page_lang, at->lang))
    {
        return 0;
    }

    behind = cg_str_sub(recall->input, (size_t) (at->at - recall->fed),
                        recall->input.len);
    behind.len = behind.len < 2 * GAP_MOST ? behind.len : 2 * GAP_MOST;
    i = cg_recall_rests(recall->memo, recall->gap_at + at->at);
    recall->rest = gap_find_here(recall, at, i, behind);

    if (recall->rest == NULL
        && at->at >= recall->gap_first + gap_least(recall, GAP_LONG))
    {
        recall->rest = gap_find_near(recall, at, i, behind);
    }

    return recall->rest != NULL;
}


cg_status_t
cg_recall_gap_start(cg_recall_t *recall)
{
    int          ends;
    cg_sink_t    sink = {
        late_span, late_held, late_text, recall, late_note, NULL
    };
    cg_memo_t   *memo = recall->memo;

    ends = memo->nrests
           && recall->gaps < GAP_FREE + recall->known / GAP_EACH;

    if (memo->nrests == 0) {
        cg_memos_missed(recall->memos, memo);
    }

    recall->gaps++;
    recall->gap_at = recall->rests ? memo->rests[recall->rests - 1].at : 0;
    recall->before = recall->known + recall->other
                     - (recall->at - recall->gap_at);
    recall->gate = cg_recall_resume(recall, &sink, ends ? gap_rest : NULL);

    if (recall->gate == NULL || (ends && !gap_count(recall, recall->noted))) {
        recall->status = CG_ENOMEM;
        return CG_ENOMEM;
    }

    recall->late = 1;
    recall->status = cg_gate_feed(recall->gate, cg_recall_read(recall));
    recall->late = 0;
    recall->gap_first = cg_gate_fed(recall->gate);
    cg_gate_rest_often(recall->gate, ends);

    return recall->status;
}


/* The memo goes on from its rest. */

static void
gap_close(cg_recall_t *recall)
{
    const cg_memo_rest_t  *rest = recall->rest;

    *recall->run = *cg_gate_tally(recall->gate);
    recall->noted = rest->notes;
    recall->gate = NULL;
    recall->rest = NULL;

    recall->rests = (size_t) (rest - recall->memo->rests) + 1;
    recall->at = rest->at;
    recall->sent = rest->at;
    recall->edits = rest->edits;
    recall->put = 0;
}


/* As much as is to be read one way. */

static cg_str_t
gap_input(cg_recall_t *recall, cg_str_t bytes)
{
    if (recall->fed >= recall->gap_first + GAP_WIDE) {
        cg_gate_rest_often(recall->gate, 0);
        return bytes;
    }

    return cg_str_sub(bytes, 0, bytes.len < GAP_WIDE ? bytes.len : GAP_WIDE);
}


size_t
cg_recall_gap_feed(cg_recall_t *recall, cg_str_t bytes)
{
    size_t  n;

    recall->fed = cg_gate_fed(recall->gate);
    bytes = gap_input(recall, bytes);
    n = bytes.len;
    recall->input = bytes;
    recall->status = cg_gate_feed(recall->gate, bytes);
    recall->input = cg_str_null;

    if (recall->rest && recall->status == CG_OK) {
        n = (size_t) (cg_gate_fed(recall->gate) - recall->fed);
        gap_close(recall);
    }

    recall->other += n;

    return n;
}


/* Followed in the greater part, the memo was of use. */

void
cg_recall_gap_end(cg_recall_t *recall)
{
    cg_memo_t  *memo = recall->memo;

    if (memo->nrests == 0) {
        return;                        /* they heard of it */
    }

    if (recall->known > recall->other) {
        cg_memos_met(recall->memos, memo);

    } else {
        cg_memos_missed(recall->memos, memo);
    }

    if (recall->gate == NULL) {
        (void) gap_count(recall, memo->notes.len);
        recall->tally = recall->run;
    }
}
