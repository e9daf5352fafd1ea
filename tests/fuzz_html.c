/* The tokenizer, the tree behind it, and what reads its tokens: any cut gives
 * the same tokens, and the tokens are the whole stream, in order. */

#include "fuzz.h"

#include "html/cg_html_charref.h"
#include "html/cg_html_tok.h"
#include "html/cg_html_tree.h"


typedef struct {
    cg_html_tok_t   *tok;
    cg_html_tree_t   tree;
    cg_str_t         page;
    cg_arena_t      *arena;
    cg_out_t        *log;          /* what was seen, to be compared */
    uint64_t         end;          /* of the last token */
    uint64_t         fed;
    int              in_text;
    int              ending;
} run_t;


static void
run_say(run_t *run, const void *data, size_t len)
{
    cg_out_bytes(run->log, data, len);
}


static void
run_attr(run_t *run, const cg_html_attr_t *attr, cg_str_t bytes)
{
    cg_out_t  out;

    must(attr->name <= attr->name_end && attr->name_end <= bytes.len,
         "an attribute's name lies in its tag");
    must(!attr->has_value || (attr->value >= attr->name_end
                              && attr->value <= attr->value_end
                              && attr->value_end <= bytes.len),
         "an attribute's value lies behind its name");

    run_say(run, &attr->name, sizeof(attr->name));
    run_say(run, &attr->name_end, sizeof(attr->name_end));
    run_say(run, &attr->quote, 1);
    run_say(run, &attr->has_value, 1);

    if (attr->has_value) {
        run_say(run, &attr->value, sizeof(attr->value));
        run_say(run, &attr->value_end, sizeof(attr->value_end));

        cg_out_init(&out, run->arena, 1 << 20);
        cg_html_charref_attr(&out, cg_str_sub(bytes, attr->value,
                                              attr->value_end));
        must(out.status == CG_OK, "a value is decoded");
        cg_arena_outgrown(run->arena, out.data);
    }
}


static void
run_tag(run_t *run, const cg_html_token_t *token, cg_str_t bytes)
{
    size_t              i;
    unsigned            flags = token->self_closing + 2u * token->overflow;
    cg_html_feedback_t  feedback;

    must(token->name_len > 0 && token->name_end <= bytes.len,
         "a tag has a name");
    must(token->nattrs <= CG_MAX_ATTRS, "the table of attributes is bounded");

    run_say(run, token->name, token->name_len < CG_HTML_NAME
                              ? token->name_len : CG_HTML_NAME);
    run_say(run, &flags, sizeof(flags));

    for (i = 0; i < token->nattrs; i++) {
        run_attr(run, &token->attrs[i], bytes);
    }

    if (token->kind == CG_HTML_START_TAG) {
        feedback = cg_html_tree_start(&run->tree, token, bytes);

        if (feedback.mode != CG_HTML_DATA) {
            cg_html_tok_set_mode(run->tok, feedback.mode, cg_str_null);
        }

    } else {
        feedback = cg_html_tree_end(&run->tree, token);
    }

    cg_html_tok_set_cdata(run->tok, feedback.cdata != CG_HTML_CDATA_NONE);
    run_say(run, &run->tree.depth, sizeof(run->tree.depth));
}


static void
run_other(run_t *run, const cg_html_token_t *token, cg_str_t bytes)
{
    cg_out_t           out;
    cg_html_doctype_t  doctype;

    if (token->kind == CG_HTML_COMMENT) {
        must(token->data <= token->data_end && token->data_end <= bytes.len,
             "a comment's text lies in the comment");
        run_say(run, &token->data, sizeof(token->data));
        run_say(run, &token->data_end, sizeof(token->data_end));

    } else if (token->kind == CG_HTML_DOCTYPE) {
        cg_html_doctype_read(bytes, run->ending, &doctype);
        must(fuzz_within(doctype.name, bytes)
             && fuzz_within(doctype.public_id, bytes)
             && fuzz_within(doctype.system_id, bytes),
             "a doctype's parts lie in the doctype");

    } else if (token->kind == CG_HTML_TEXT) {
        cg_out_init(&out, run->arena, 1 << 20);
        cg_html_charref_text(&out, bytes);
        must(out.status == CG_OK, "text is decoded");
        cg_arena_outgrown(run->arena, out.data);
    }
}


static cg_status_t
run_token(void *ctx, const cg_html_token_t *token)
{
    run_t     *run = ctx;
    cg_str_t   bytes;

    must(token->start == run->end, "tokens leave no gap");
    must(token->end >= token->start && token->end <= run->page.len,
         "tokens lie in the stream");

    run->end = token->end;
    bytes = heap_exact(cg_str_sub(run->page, token->start, token->end));

    /* texts are cut at every feed: one, as far as the comparison goes */

    if (token->kind != CG_HTML_TEXT || !run->in_text) {
        run_say(run, &token->kind, sizeof(token->kind));
        run_say(run, &token->mode, sizeof(token->mode));
        run_say(run, &token->start, sizeof(token->start));
    }

    run->in_text = token->kind == CG_HTML_TEXT;

    if (token->kind == CG_HTML_START_TAG || token->kind == CG_HTML_END_TAG) {
        run_tag(run, token, bytes);

    } else {
        run_other(run, token, bytes);
    }

    free((void *) bytes.data);

    return CG_OK;
}


static void
run_page(heap_t *heap, cg_str_t page, cg_html_mode_t mode, int whole,
    cg_out_t *log)
{
    run_t     run;
    uint64_t  seed = fuzz_seed(page.data, page.len);
    cg_str_t  rest = page, piece;

    memset(&run, 0, sizeof(run));
    run.page = page;
    run.arena = &heap->arena;
    run.log = log;
    run.tok = cg_html_tok_create(&heap->arena, run_token, &run, 1);
    cg_html_tok_set_mode(run.tok, mode, cg_str("title"));

    while (rest.len) {
        piece = whole ? heap_exact(rest) : fuzz_piece(&seed, &rest);
        rest.len = whole ? 0 : rest.len;
        run.fed += piece.len;

        must(cg_html_tok_feed(run.tok, piece.data, piece.len) == CG_OK,
             "any bytes are HTML");
        must(cg_html_tok_pending(run.tok) <= run.fed
             && cg_html_tok_pending(run.tok) >= run.end,
             "what is pending begins behind the last token");
        free((void *) piece.data);
    }

    run.ending = 1;
    must(cg_html_tok_end(run.tok) == CG_OK, "any bytes end");
    must(run.end == page.len, "the tokens are the whole stream");
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    heap_t          heap;
    cg_out_t        whole, cut;
    cg_str_t        page = { size, data };
    cg_html_mode_t  mode;

    if (size == 0) {
        return 0;
    }

    /* the first byte says where to begin: mostly in data */

    mode = data[0] < CG_HTML_CDATA + 1 ? (cg_html_mode_t) data[0]
                                       : CG_HTML_DATA;
    page = data[0] <= CG_HTML_CDATA ? cg_str_sub(page, 1, size) : page;

    heap_init(&heap);
    cg_out_init(&whole, &heap.arena, 1 << 26);
    cg_out_init(&cut, &heap.arena, 1 << 26);

    run_page(&heap, page, mode, 1, &whole);
    run_page(&heap, page, mode, 0, &cut);

    must(cg_str_eq(cg_out_slice(&whole), cg_out_slice(&cut)),
         "any cut gives the same tokens");
    heap_drop(&heap);

    return 0;
}
