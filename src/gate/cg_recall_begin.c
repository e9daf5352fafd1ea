#include "cg_recall_impl.h"

#define BEGIN_MAX  65536               /* bytes of one */


/* Writing one: the edits, as cg_recall_follow.c makes them. */

typedef struct {
    cg_recall_t    *recall;
    unsigned char  *at;
} begin_writer_t;


static void
begin_copy(begin_writer_t *writer, cg_str_t bytes)
{
    if (bytes.len) {
        memcpy(writer->at, bytes.data, bytes.len);
        writer->at += bytes.len;
    }
}


/* Bytes of the document that it drops. */

static size_t
begin_edit(begin_writer_t *writer, const cg_memo_edit_t *edit)
{
    cg_recall_t  *recall = writer->recall;

    switch (edit->kind) {

    case CG_MEMO_HEAD:
        begin_copy(writer, recall->conf->head);
        return 0;

    case CG_MEMO_BANNER:
        begin_copy(writer, recall->banner);
        return 0;

    default:
        begin_copy(writer, cg_str_sub(recall->memo->texts, edit->text,
                                      edit->text + edit->len));
        return edit->drop;
    }
}


static void
begin_write(cg_recall_t *recall, cg_memo_begin_t *begin, size_t edits)
{
    size_t            i, sent = 0;
    begin_writer_t    writer = { recall, (unsigned char *) (begin + 1) };
    const cg_memo_t  *memo = recall->memo;

    for (i = 0; i < edits; i++) {
        begin_copy(&writer, cg_str_sub(memo->document, sent,
                                       memo->edits[i].at));
        sent = memo->edits[i].at + begin_edit(&writer, &memo->edits[i]);
    }

    begin_copy(&writer, cg_str_sub(memo->document, sent, memo->document.len));
    begin->text.len = (size_t) (writer.at - begin->text.data);
    begin->edits = edits;
}


/* Edits of the whole: none is made behind the last piece of what is open. */

static size_t
begin_edits(const cg_recall_t *recall)
{
    const cg_memo_t  *memo = recall->memo;

    return memo->points[(memo->document.len - 1) / recall->piece].edits;
}


/* Each insertion stands once, and no placeholder is among them. */

static int
begin_is_plain(const cg_recall_t *recall, size_t edits)
{
    size_t  i, heads = 0, banners = 0;

    for (i = 0; i < edits; i++) {
        heads += recall->memo->edits[i].kind == CG_MEMO_HEAD;
        banners += recall->memo->edits[i].kind == CG_MEMO_BANNER;

        if (recall->memo->edits[i].kind == CG_MEMO_EMBED) {
            return 0;
        }
    }

    return heads <= 1 && banners <= 1;
}


CG_COLD static void
begin_make(cg_recall_t *recall, uint64_t edition)
{
    size_t            size, edits = begin_edits(recall);
    cg_memo_begin_t  *begin;

    if (recall->conf->banner && cg_recall_ask(recall).len == 0) {
        return;
    }

    size = recall->memo->document.len + recall->memo->texts.len
           + recall->conf->head.len + recall->banner.len;

    if (size > BEGIN_MAX || !begin_is_plain(recall, edits)) {
        return;
    }

    begin = cg_memos_begin(recall->memos, recall->memo, size);

    if (begin) {
        begin->edition = edition;
        begin_write(recall, begin, edits);
    }
}


CG_HOT int
cg_recall_begin(cg_recall_t *recall, cg_str_t bytes)
{
    uint64_t               edition;
    cg_memo_t             *memo = recall->memo;
    const cg_gate_conf_t  *conf = recall->conf;

    if (!memo->open || recall->at || bytes.len < memo->document.len
        || memo->document.len == 0 || conf->edition == NULL)
    {
        return 0;
    }

    edition = conf->edition(conf->banner_ctx, memo->lang, memo->based);

    if (edition && memo->begin && memo->begin->edition == edition) {
        cg_memo_begin_used(memo->begin);
        recall->edits = memo->begin->edits;
        recall->sent = memo->document.len;
        recall->put = memo->begin->text.len;
        recall->status = recall->sink.text(recall->sink.ctx,
                                           memo->begin->text);
        return 1;
    }

    if (edition) {
        begin_make(recall, edition);
    }

    return 0;
}
