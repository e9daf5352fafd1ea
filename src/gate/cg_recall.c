#include "cg_recall_impl.h"

#define RECALL_KEY  (4 * CG_MAX_URL)   /* bytes of host and path */


/* Asked once, whoever wants to know. */

CG_HOT cg_str_t
cg_recall_banner(void *ctx, cg_str_t lang, int based)
{
    cg_recall_t  *recall = ctx;

    if (!recall->asked) {
        recall->asked = 1;
        recall->banner = recall->conf->banner(recall->conf->banner_ctx,
                                              lang, based);
    }

    if (recall->draft) {
        cg_out_str(&recall->draft->lang, lang);
        recall->draft->based = based ? 1 : 0;
    }

    return recall->banner;
}


/* One that is missing is missing here, and is not learnt. */

cg_str_t
cg_recall_embed(void *ctx, const cg_embed_t *embed)
{
    cg_str_t      text;
    cg_recall_t  *recall = ctx;

    text = recall->conf->embed(recall->conf->embed_ctx, embed);

    if (recall->draft == NULL) {
        return text;
    }

    cg_out_init(&recall->embed_of, recall->arena, CG_MEMO_DOCUMENT);
    cg_embed_write(&recall->embed_of, embed);
    recall->embedded = text;

    if (text.len == 0 || recall->embed_of.status != CG_OK) {
        recall->draft->edits.status = CG_ENOMEM;
    }

    return text;
}


cg_gate_conf_t *
cg_recall_conf(cg_recall_t *recall, cg_arena_t *arena)
{
    cg_gate_conf_t  *conf = cg_arena_raw(arena, sizeof(*conf));

    if (conf == NULL) {
        return NULL;
    }

    *conf = *recall->conf;

    if (conf->banner) {
        conf->banner = cg_recall_banner;
        conf->banner_ctx = recall;
    }

    if (conf->embed) {
        conf->embed = cg_recall_embed;
        conf->embed_ctx = recall;
    }

    return conf;
}


cg_status_t
cg_recall_note(cg_recall_t *recall, cg_str_t bytes)
{
    return recall->sink.note ? recall->sink.note(recall->sink.ctx, bytes)
                             : recall->sink.held(recall->sink.ctx, bytes);
}


/* Where the policy and the site are tells which they are, as long as the memos
 * live no longer. */

static void
recall_key(const cg_gate_conf_t *conf, cg_memo_key_t *key)
{
    const cg_judge_t  *judge = &conf->judge;

    key->words[0] = (uintptr_t) judge->policy;
    key->words[1] = (uintptr_t) judge->site;
    key->words[2] = conf->inline_limit;
    key->words[3] = judge->granted | (uint64_t) judge->ahead << 32;
    key->words[4] = judge->legacy | (uint64_t) judge->closed << 8
                    | (uint64_t) conf->xml << 16
                    | (uint64_t) (conf->head.len != 0) << 24
                    | (uint64_t) (conf->banner != NULL) << 32
                    | (uint64_t) (conf->embed != NULL) << 40;
    key->host = judge->request_host;
    key->path = judge->request_path;
}


/* A gate, and nothing is known nor learnt. */

static cg_gate_t *
recall_gate(cg_recall_t *recall)
{
    cg_gate_conf_t  *conf = cg_recall_conf(recall, recall->arena);

    return conf ? cg_gate_create(recall->arena, conf, &recall->sink) : NULL;
}


/* A memo, a gate that learns, or just a gate. */

static int
recall_start(cg_recall_t *recall)
{
    int             wanted = 0;
    cg_memo_key_t  *key = &recall->key;

    recall_key(recall->conf, key);

    if (recall->memos && key->host.len + key->path.len <= RECALL_KEY) {
        recall->memo = cg_memos_find(recall->memos, key);

        if (recall->memo) {
            recall->tally = &recall->memo->tally;
            return 1;
        }

        wanted = cg_memos_wants(recall->memos, key);
    }

    recall->gate = wanted ? cg_recall_learn(recall) : recall_gate(recall);

    return recall->gate != NULL;
}


CG_HOT cg_recall_t *
cg_recall_create(cg_arena_t *arena, const cg_gate_conf_t *conf,
    const cg_sink_t *sink, cg_memos_t *memos)
{
    cg_recall_t  *recall = cg_arena_zero(arena, sizeof(*recall));

    if (recall == NULL) {
        return NULL;
    }

    recall->conf = conf;
    recall->sink = *sink;
    recall->sink.drop = NULL;
    recall->arena = arena;

    recall->memos = memos;
    recall->piece = memos ? cg_memos_piece(memos) : 0;

    if (recall_start(recall)) {
        return recall;
    }

    cg_recall_close(recall);

    return NULL;
}


CG_HOT void
cg_recall_close(cg_recall_t *recall)
{
    if (recall->memo) {
        cg_memos_release(recall->memos, recall->memo);
        recall->memo = NULL;
    }

    if (recall->drafting) {
        cg_memos_drafted(recall->memos);
        recall->drafting = 0;
    }
}


/* By the memo and by gates in turn. */

CG_HOT static cg_status_t
recall_feed_known(cg_recall_t *recall, cg_str_t bytes, int now)
{
    size_t  n;

    while (bytes.len && recall->status == CG_OK) {
        n = recall->gate ? cg_recall_gap_feed(recall, bytes)
                         : cg_recall_follow_feed(recall, bytes, now);
        bytes = cg_str_sub(bytes, n, bytes.len);
    }

    return recall->status;
}


CG_HOT cg_status_t
cg_recall_feed(cg_recall_t *recall, cg_str_t bytes, int now)
{
    if (recall->memo) {
        return recall_feed_known(recall, bytes, now);
    }

    if (recall->status != CG_OK || bytes.len == 0) {
        return recall->status;
    }

    return recall->draft ? cg_recall_learn_feed(recall, bytes)
                         : cg_gate_feed(recall->gate, bytes);
}


cg_status_t
cg_recall_end(cg_recall_t *recall)
{
    if (recall->status != CG_OK) {
        return recall->status;
    }

    if (recall->memo) {
        return cg_recall_follow_end(recall);
    }

    return recall->draft ? cg_recall_learn_end(recall)
                         : cg_gate_end(recall->gate);
}


CG_HOT int
cg_recall_done(const cg_recall_t *recall)
{
    if (recall->gate == NULL) {
        return recall->memo->open && recall->ended
               && recall->status == CG_OK;
    }

    return recall->draft == NULL && recall->put == 0
           && cg_gate_done(recall->gate);
}


CG_HOT cg_recall_memory_t
cg_recall_memory(const cg_recall_t *recall)
{
    if (recall->memos == NULL) {
        return CG_RECALL_NONE;
    }

    if (recall->gaps && recall->known > recall->other) {
        return CG_RECALL_PART;
    }

    return recall->gate || recall->gaps || recall->broken ? CG_RECALL_MISS
                                                          : CG_RECALL_HIT;
}


/* A memo knows what is found in the whole; of a part, a gate must tell. */

static cg_status_t
count_bytes(void *ctx, cg_str_t bytes)
{
    (void) ctx;
    (void) bytes;

    return CG_OK;
}


static const cg_tally_t *
recall_count(cg_recall_t *recall)
{
    cg_gate_t  *gate;
    cg_sink_t   sink = {
        count_bytes, count_bytes, count_bytes, NULL, count_bytes, NULL
    };

    gate = cg_recall_resume(recall, &sink, NULL);

    return gate && cg_gate_feed(gate, cg_recall_read(recall)) == CG_OK
           ? cg_gate_tally(gate) : NULL;
}


CG_HOT const cg_tally_t *
cg_recall_tally(cg_recall_t *recall)
{
    if (recall->gate) {
        return cg_gate_tally(recall->gate);
    }

    return recall->ended && !recall->broken ? recall->tally
                                            : recall_count(recall);
}
