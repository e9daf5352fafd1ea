#include "cg_memo.h"


/* A document takes the slot of its key; the one that was there leaves it,
 * unless it was of use since the last one that came. */

typedef struct {
    uint64_t     hash;                 /* of the key that was asked for last */
    cg_memo_t   *memo;
    unsigned     used:1;
    unsigned     misses:8;
    unsigned     rest:16;
} memo_slot_t;

struct cg_memos_s {
    cg_arena_t   heap;
    size_t       max;
    size_t       piece;
    size_t       size;
    size_t       hand;                 /* the slot to be emptied next */
    unsigned     drafts;
    memo_slot_t  slots[CG_MEMO_SLOTS];
};


cg_memos_t *
cg_memos_create(const cg_arena_t *heap, size_t max, size_t piece)
{
    cg_arena_t   arena = *heap;
    cg_memos_t  *memos = cg_arena_zero(&arena, sizeof(*memos));

    if (memos) {
        memos->heap = arena;
        memos->max = max;
        memos->piece = piece;
    }

    return memos;
}


static void
memo_begin_free(cg_memos_t *memos, cg_memo_t *memo)
{
    if (memo->begin) {
        memos->size -= memo->begin->size;
        cg_arena_outgrown(&memos->heap, memo->begin);
        memo->begin = NULL;
    }
}


static void
memo_free(cg_memos_t *memos, cg_memo_t *memo)
{
    memo_begin_free(memos, memo);
    memos->size -= memo->size;
    cg_arena_outgrown(&memos->heap, memo);
}


static void
memo_evict(cg_memos_t *memos, memo_slot_t *slot)
{
    cg_memo_t  *memo = slot->memo;

    slot->memo = NULL;

    if (memo == NULL) {
        return;
    }

    memo->kept = 0;

    if (memo->refs == 0) {
        memo_free(memos, memo);
    }
}


void
cg_memos_drop(cg_memos_t *memos)
{
    size_t      i;
    cg_arena_t  heap = memos->heap;

    for (i = 0; i < CG_MEMO_SLOTS; i++) {
        memo_evict(memos, &memos->slots[i]);
    }

    cg_arena_outgrown(&heap, memos);
}


size_t
cg_memos_piece(const cg_memos_t *memos)
{
    return memos->piece;
}


size_t
cg_memos_size(const cg_memos_t *memos)
{
    return memos->size;
}


/* It only finds a slot: what is in it is compared by its bytes. */

static uint64_t
memo_mix(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);

    return hash ^ hash >> 32;
}


static uint64_t
memo_word(const unsigned char *p)
{
    uint64_t  word;

    memcpy(&word, p, sizeof(word));

    return word;
}


/* Eight at a time, the last of which may be there twice. */

CG_HOT static uint64_t
memo_hash_bytes(uint64_t hash, cg_str_t bytes)
{
    size_t  i;

    hash = memo_mix(hash, bytes.len);

    if (bytes.len < sizeof(uint64_t)) {
        for (i = 0; i < bytes.len; i++) {
            hash = hash << 8 ^ hash >> 56 ^ bytes.data[i];
        }

        return memo_mix(hash, 0);
    }

    for (i = 0; i + sizeof(uint64_t) < bytes.len; i += sizeof(uint64_t)) {
        hash = memo_mix(hash, memo_word(bytes.data + i));
    }

    return memo_mix(hash, memo_word(bytes.data + bytes.len
                                    - sizeof(uint64_t)));
}


static uint64_t
memo_hash(const cg_memo_key_t *key)
{
    size_t    i;
    uint64_t  hash = 0;

    for (i = 0; i < CG_MEMO_WORDS; i++) {
        hash = memo_mix(hash, key->words[i]);
    }

    return memo_hash_bytes(memo_hash_bytes(hash, key->host), key->path);
}


static int
memo_is(const cg_memo_t *memo, const cg_memo_key_t *key)
{
    return memcmp(memo->key.words, key->words, sizeof(key->words)) == 0
           && cg_str_eq(memo->key.path, key->path)
           && cg_str_eq(memo->key.host, key->host);
}


static memo_slot_t *
memo_slot(cg_memos_t *memos, uint64_t hash)
{
    return &memos->slots[hash % CG_MEMO_SLOTS];
}


CG_HOT cg_memo_t *
cg_memos_find(cg_memos_t *memos, const cg_memo_key_t *key)
{
    uint64_t      hash = memo_hash(key);
    memo_slot_t  *slot = memo_slot(memos, hash);

    if (slot->memo == NULL || slot->memo->hash != hash
        || !memo_is(slot->memo, key))
    {
        return NULL;
    }

    slot->used = 1;
    slot->memo->refs++;

    return slot->memo;
}


CG_HOT void
cg_memos_release(cg_memos_t *memos, cg_memo_t *memo)
{
    if (--memo->refs == 0 && !memo->kept) {
        memo_free(memos, memo);
    }
}


int
cg_memos_wants(cg_memos_t *memos, const cg_memo_key_t *key)
{
    uint64_t      hash = memo_hash(key);
    memo_slot_t  *slot = memo_slot(memos, hash);

    if (slot->hash != hash) {
        if (slot->memo && slot->used) {
            slot->used = 0;
            return 0;
        }

        memo_evict(memos, slot);
        memset(slot, 0, sizeof(*slot));
        slot->hash = hash;
        return 0;
    }

    if (slot->rest) {
        slot->rest--;
        return 0;
    }

    if (memos->drafts == CG_MEMO_DRAFTS) {
        return 0;
    }

    memos->drafts++;

    return 1;
}


void
cg_memos_drafted(cg_memos_t *memos)
{
    memos->drafts--;
}


/* Room for `size` bytes, by whatever was of no use of late. */

static int
memo_room(cg_memos_t *memos, size_t size)
{
    size_t        i;
    memo_slot_t  *slot;

    for (i = 0; i < 2 * CG_MEMO_SLOTS && memos->size + size > memos->max; i++) {
        slot = &memos->slots[memos->hand];
        memos->hand = (memos->hand + 1) % CG_MEMO_SLOTS;

        if (slot->used) {
            slot->used = 0;

        } else {
            memo_evict(memos, slot);
        }
    }

    return memos->size + size <= memos->max;
}


/* One block: what needs alignment first. */

static cg_str_t
memo_part(unsigned char **at, cg_str_t part)
{
    cg_str_t  copy = { part.len, *at };

    if (part.len) {
        memcpy(*at, part.data, part.len);
    }

    *at += part.len;

    return copy;
}


static cg_memo_t *
memo_freeze(cg_memos_t *memos, const cg_memo_key_t *key,
    const cg_memo_draft_t *draft)
{
    size_t          size;
    cg_memo_t      *memo;
    unsigned char  *at;

    size = sizeof(*memo) + draft->edits.len + draft->points.len
           + draft->rests.len + draft->notes.len + draft->page_lang.len
           + key->host.len + key->path.len + draft->texts.len
           + draft->lang.len + draft->document.len;

    if (!memo_room(memos, size)) {
        return NULL;
    }

    memo = cg_arena_zero(&memos->heap, size);
    if (memo == NULL) {
        return NULL;
    }

    at = (unsigned char *) (memo + 1);
    memo->edits = (const void *)
                  memo_part(&at, cg_out_slice(&draft->edits)).data;
    memo->points = (const void *)
                   memo_part(&at, cg_out_slice(&draft->points)).data;
    memo->rests = (const void *)
                  memo_part(&at, cg_out_slice(&draft->rests)).data;
    memo->nrests = draft->rests.len / sizeof(*memo->rests);
    memo->notes = memo_part(&at, cg_out_slice(&draft->notes));
    memo->page_lang = memo_part(&at, cg_out_slice(&draft->page_lang));
    memo->key = *key;
    memo->key.host = memo_part(&at, key->host);
    memo->key.path = memo_part(&at, key->path);
    memo->texts = memo_part(&at, cg_out_slice(&draft->texts));
    memo->lang = memo_part(&at, cg_out_slice(&draft->lang));
    memo->based = draft->based;
    memo->banner_at = draft->banner_at;
    memo->document = memo_part(&at, cg_out_slice(&draft->document));
    memo->size = size;
    memos->size += size;

    return memo;
}


/* Without notes of all that the tally counts there are no rests. */

static void
draft_check_rests(cg_memo_draft_t *draft, const cg_tally_t *tally)
{
    if (draft->rests.status != CG_OK || draft->notes.status != CG_OK
        || draft->page_lang.status != CG_OK || tally->withheld
        || draft->rests.len == 0)
    {
        cg_out_reset(&draft->rests);
        cg_out_reset(&draft->notes);
        cg_out_reset(&draft->page_lang);
    }
}


void
cg_memos_keep(cg_memos_t *memos, const cg_memo_key_t *key,
    cg_memo_draft_t *draft, const cg_gate_t *gate)
{
    uint64_t      hash = memo_hash(key);
    cg_memo_t    *memo;
    memo_slot_t  *slot = memo_slot(memos, hash);

    if (slot->hash != hash || slot->memo || draft->document.len == 0
        || cg_memo_draft_status(draft) != CG_OK || cg_gate_is_cut(gate))
    {
        return;
    }

    draft_check_rests(draft, cg_gate_tally(gate));
    memo = memo_freeze(memos, key, draft);

    if (memo == NULL) {
        return;
    }

    memo->tally = *cg_gate_tally(gate);
    memo->tally.unknown.notes = NULL;
    memo->open = draft->open;
    memo->hash = hash;
    memo->kept = 1;
    slot->memo = memo;
    slot->used = 1;
}


CG_HOT void
cg_memos_met(cg_memos_t *memos, const cg_memo_t *memo)
{
    memo_slot_t  *slot = memo_slot(memos, memo->hash);

    if (slot->memo == memo) {
        slot->misses = 0;
    }
}


void
cg_memos_missed(cg_memos_t *memos, const cg_memo_t *memo)
{
    memo_slot_t  *slot = memo_slot(memos, memo->hash);

    if (slot->memo != memo) {
        return;
    }

    memo_evict(memos, slot);

    if (++slot->misses == CG_MEMO_MISSES) {
        slot->misses = 0;
        slot->rest = CG_MEMO_REST;
    }
}


cg_memo_begin_t *
cg_memos_begin(cg_memos_t *memos, cg_memo_t *memo, size_t size)
{
    cg_memo_begin_t  *begin = memo->begin;

    if (begin && (memo->refs != 1 || begin->credit--)) {
        return NULL;
    }

    size += sizeof(*begin);
    memo_begin_free(memos, memo);

    if (!memo_room(memos, size)) {
        return NULL;
    }

    begin = cg_arena_zero(&memos->heap, size);

    if (begin) {
        begin->size = size;
        begin->credit = CG_MEMO_CREDIT;
        begin->text.data = (const unsigned char *) (begin + 1);
        memos->size += size;
        memo->begin = begin;
    }

    return begin;
}


void
cg_memo_begin_used(cg_memo_begin_t *begin)
{
    begin->credit = CG_MEMO_CREDIT;
}


/* Drafts. */

void
cg_memo_draft_init(cg_memo_draft_t *draft, cg_arena_t *arena)
{
    size_t  max = CG_MEMO_DOCUMENT;

    draft->settled = 0;
    draft->rested = 0;
    draft->banner_at = CG_MEMO_NOWHERE;
    draft->open = 0;
    draft->based = 0;
    cg_out_init(&draft->document, arena, max);
    cg_out_init(&draft->edits, arena, max);
    cg_out_init(&draft->texts, arena, max);
    cg_out_init(&draft->lang, arena, CG_MAX_URL);
    cg_out_init(&draft->points, arena, max);
    cg_out_init(&draft->rests, arena, max);
    cg_out_init(&draft->notes, arena, max);
    cg_out_init(&draft->page_lang, arena, CG_MAX_URL);
}


cg_status_t
cg_memo_draft_status(const cg_memo_draft_t *draft)
{
    size_t           i;
    const cg_out_t  *outs[] = { &draft->document, &draft->edits,
                                &draft->points, &draft->texts, &draft->lang };

    for (i = 0; i < sizeof(outs) / sizeof(outs[0]); i++) {
        if (outs[i]->status != CG_OK) {
            return outs[i]->status;
        }
    }

    return CG_OK;
}


/* Edits so near to each other that what stands between costs less to put in
 * anew than to leave in place are one, where no point stands between. */

static int
draft_joins(cg_memo_draft_t *draft, uint64_t at, uint64_t drop, cg_str_t text)
{
    uint64_t         end;
    cg_str_t         between;
    cg_memo_edit_t   last;
    unsigned char   *p;

    if (draft->edits.len == draft->settled || draft->edits.status != CG_OK) {
        return 0;
    }

    p = draft->edits.data + draft->edits.len - sizeof(last);
    memcpy(&last, p, sizeof(last));
    end = (uint64_t) last.at + last.drop;

    if (last.kind != CG_MEMO_TEXT || at - end > CG_MEMO_NEAR
        || at > draft->document.len || draft->document.status != CG_OK)
    {
        return 0;
    }

    between = cg_str_sub(cg_out_slice(&draft->document), (size_t) end,
                         (size_t) at);
    last.len += (uint32_t) (between.len + text.len);
    last.drop = (uint32_t) (at + drop - last.at);
    memcpy(p, &last, sizeof(last));

    cg_out_str(&draft->texts, between);
    cg_out_str(&draft->texts, text);

    return 1;
}


void
cg_memo_draft_edit(cg_memo_draft_t *draft, uint64_t at, uint64_t drop,
    cg_memo_kind_t kind, cg_str_t text)
{
    cg_memo_edit_t  edit;

    if (kind == CG_MEMO_TEXT && draft_joins(draft, at, drop, text)) {
        return;
    }

    memset(&edit, 0, sizeof(edit));
    edit.at = (uint32_t) at;
    edit.drop = (uint32_t) drop;
    edit.kind = kind;
    edit.text = (uint32_t) draft->texts.len;
    edit.len = (uint32_t) text.len;

    if (kind == CG_MEMO_BANNER) {
        draft->banner_at = edit.at;
    }

    cg_out_bytes(&draft->edits, &edit, sizeof(edit));
    cg_out_str(&draft->texts, text);
}


void
cg_memo_draft_rest(cg_memo_draft_t *draft, const cg_rest_t *rest)
{
    cg_memo_rest_t  one;

    if (draft->rests.len == 0) {
        cg_out_str(&draft->page_lang, rest->lang);

    } else if (!cg_str_eq(cg_out_slice(&draft->page_lang), rest->lang)) {
        return;
    }

    one.at = (uint32_t) rest->at;
    one.edits = (uint32_t) (draft->edits.len / sizeof(cg_memo_edit_t));
    one.notes = (uint32_t) draft->notes.len;
    one.embeds = rest->embeds;
    one.tree = (uint16_t) rest->tree;
    one.place = (uint16_t) rest->place;

    draft->rested = rest->at;
    draft->settled = draft->edits.len;
    cg_out_bytes(&draft->rests, &one, sizeof(one));
}


void
cg_memo_draft_point(cg_memo_draft_t *draft, uint64_t sent)
{
    cg_memo_point_t  point;

    point.edits = (uint32_t) (draft->edits.len / sizeof(cg_memo_edit_t));
    point.sent = (uint32_t) sent;
    draft->settled = draft->edits.len;

    cg_out_bytes(&draft->points, &point, sizeof(point));
}
