#include "cg_recall_impl.h"


/* Asked once, whoever wants to know. */

cg_str_t
cg_recall_banner(void *ctx, cg_str_t lang)
{
    cg_recall_t  *recall = ctx;

    if (!recall->asked) {
        recall->asked = 1;
        recall->banner = recall->ask(recall->ask_ctx, lang);
    }

    if (recall->draft) {
        cg_out_str(&recall->draft->lang, lang);
    }

    return recall->banner;
}


/* One that is missing is missing here, and is not learnt. */

cg_str_t
cg_recall_embed(void *ctx, const cg_embed_t *embed)
{
    cg_str_t      text;
    cg_recall_t  *recall = ctx;

    text = recall->embed(recall->embed_ctx, embed);

    if (recall->draft && text.len == 0) {
        recall->draft->edits.status = CG_ENOMEM;

    } else if (recall->draft) {
        cg_out_init(&recall->embed_of, recall->arena, CG_MEMO_DOCUMENT);
        cg_embed_write(&recall->embed_of, embed);
        recall->embedded = text;
    }

    return text;
}


cg_status_t
cg_recall_note(cg_recall_t *recall, cg_str_t bytes)
{
    return recall->sink.note ? recall->sink.note(recall->sink.ctx, bytes)
                             : recall->sink.held(recall->sink.ctx, bytes);
}


/* All that the gate's work depends on but the bytes.  Where the policy and the
 * site are tells which they are, as long as the memos live no longer. */

static void
recall_key(cg_recall_t *recall)
{
    cg_out_t          *key = &recall->key;
    const cg_judge_t  *judge = &recall->conf.judge;
    const void        *owners[2];
    uint64_t           numbers[6];

    owners[0] = judge->policy;
    owners[1] = judge->site;
    numbers[0] = judge->granted;
    numbers[1] = (uint64_t) recall->conf.inline_limit;
    numbers[2] = judge->legacy | (uint64_t) recall->conf.xml << 1
                 | (uint64_t) (recall->conf.head.len != 0) << 2
                 | (uint64_t) (recall->conf.banner != NULL) << 3
                 | (uint64_t) judge->closed << 4
                 | (uint64_t) (recall->conf.embed != NULL) << 6;
    numbers[3] = judge->request_host.len;
    numbers[4] = judge->request_path.len;
    numbers[5] = judge->ahead;

    cg_out_init(key, recall->arena, 4 * CG_MAX_URL);
    cg_out_reserve(key, sizeof(owners) + sizeof(numbers)
                        + judge->request_host.len + judge->request_path.len);
    cg_out_bytes(key, owners, sizeof(owners));
    cg_out_bytes(key, numbers, sizeof(numbers));
    cg_out_str(key, judge->request_host);
    cg_out_str(key, judge->request_path);
}


/* A memo, a gate that learns, or just a gate. */

static int
recall_start(cg_recall_t *recall)
{
    int       wanted = 0;
    cg_str_t  key;

    if (recall->memos) {
        recall_key(recall);
        key = cg_out_slice(&recall->key);

        recall->memo = key.data ? cg_memos_find(recall->memos, key) : NULL;

        if (recall->memo) {
            recall->tally = &recall->memo->tally;
            return 1;
        }

        wanted = key.data && cg_memos_wants(recall->memos, key);
    }

    recall->gate = wanted ? cg_recall_learn(recall)
                          : cg_gate_create(recall->arena, &recall->conf,
                                           &recall->sink);

    return recall->gate != NULL;
}


cg_recall_t *
cg_recall_create(cg_arena_t *arena, const cg_gate_conf_t *conf,
    const cg_sink_t *sink, cg_memos_t *memos)
{
    cg_recall_t  *recall = cg_arena_zero(arena, sizeof(*recall));

    if (recall == NULL) {
        return NULL;
    }

    recall->conf = *conf;
    recall->sink = *sink;
    recall->sink.drop = NULL;
    recall->arena = arena;

    recall->memos = memos;
    recall->piece = memos ? cg_memos_piece(memos) : 0;

    if (conf->banner) {
        recall->ask = conf->banner;
        recall->ask_ctx = conf->banner_ctx;
        recall->conf.banner = cg_recall_banner;
        recall->conf.banner_ctx = recall;
    }

    if (conf->embed) {
        recall->embed = conf->embed;
        recall->embed_ctx = conf->embed_ctx;
        recall->conf.embed = cg_recall_embed;
        recall->conf.embed_ctx = recall;
    }

    if (recall_start(recall)) {
        return recall;
    }

    cg_recall_close(recall);

    return NULL;
}


void
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


cg_status_t
cg_recall_feed(cg_recall_t *recall, cg_str_t bytes, int now)
{
    if (recall->status != CG_OK || bytes.len == 0) {
        return recall->status;
    }

    if (recall->gate == NULL) {
        return cg_recall_follow_feed(recall, bytes, now);
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

    if (recall->gate == NULL) {
        return cg_recall_follow_end(recall);
    }

    return recall->draft ? cg_recall_learn_end(recall)
                         : cg_gate_end(recall->gate);
}


int
cg_recall_done(const cg_recall_t *recall)
{
    if (recall->gate == NULL) {
        return recall->memo->open && recall->ended
               && recall->status == CG_OK;
    }

    return recall->draft == NULL && recall->put == 0
           && cg_gate_done(recall->gate);
}


cg_recall_memory_t
cg_recall_memory(const cg_recall_t *recall)
{
    if (recall->memos == NULL) {
        return CG_RECALL_NONE;
    }

    return recall->gate || recall->broken ? CG_RECALL_MISS : CG_RECALL_HIT;
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

    gate = cg_gate_create(recall->arena, &recall->conf, &sink);

    return gate && cg_gate_feed(gate, cg_recall_read(recall)) == CG_OK
           ? cg_gate_tally(gate) : NULL;
}


const cg_tally_t *
cg_recall_tally(cg_recall_t *recall)
{
    if (recall->gate) {
        return cg_gate_tally(recall->gate);
    }

    return recall->ended && !recall->broken ? recall->tally
                                            : recall_count(recall);
}
