/* Bounds of the tokenizer: attributes, offsets, memory, errors. */

#include "tap.h"
#include "heap.h"

#include "base/cg_out.h"
#include "html/cg_html_tok.h"


/* Keeps what the last tag was. */

typedef struct {
    cg_html_tok_t    *tok;
    cg_html_token_t   token;
    size_t            tags;
    cg_status_t       answer;
    cg_html_mode_t    mode;
} last_t;


static cg_status_t
on_last(void *ctx, const cg_html_token_t *token)
{
    last_t  *last = ctx;

    if (token->kind == CG_HTML_START_TAG) {
        last->token = *token;
        last->tags++;
        cg_html_tok_set_mode(last->tok, last->mode, cg_str_null);
        return last->answer;
    }

    return CG_OK;
}


static cg_html_tok_t *
create_last(heap_t *heap, last_t *last)
{
    memset(last, 0, sizeof(*last));
    last->tok = cg_html_tok_create(&heap->arena, on_last, last, 0);

    return last->tok;
}


static size_t
blocks_held(const heap_t *heap)
{
    size_t               n = 0;
    const heap_block_t  *block;

    for (block = heap->blocks; block; block = block->next) {
        n++;
    }

    return n;
}


static void
attributes_are_bounded(void)
{
    size_t          i, held;
    heap_t          heap;
    last_t          last;
    cg_out_t        in;
    cg_status_t     rc;
    cg_html_tok_t  *tok;

    heap_init(&heap);
    cg_out_init(&in, &heap.arena, 1 << 20);
    tok = create_last(&heap, &last);

    cg_out_text(&in, "<a");

    for (i = 0; i < CG_MAX_ATTRS; i++) {
        cg_out_text(&in, " b=c");
    }

    held = blocks_held(&heap);
    rc = cg_html_tok_feed(tok, in.data, in.len);
    rc = rc ? rc : cg_html_tok_feed(tok, (const unsigned char *) ">", 1);

    is_int(blocks_held(&heap), held, "an outgrown table is handed back");
    ok(rc == CG_OK && last.tags == 1 && last.token.nattrs == CG_MAX_ATTRS
       && !last.token.overflow, "%d attributes fit", CG_MAX_ATTRS);

    rc = cg_html_tok_feed(tok, in.data, in.len);
    rc = rc ? rc : cg_html_tok_feed(tok,
                       (const unsigned char *) " d='e' f>", 9);

    ok(rc == CG_OK && last.tags == 2 && last.token.nattrs == CG_MAX_ATTRS
       && last.token.overflow, "one more is an overflow, and is said");

    rc = cg_html_tok_feed(tok, (const unsigned char *) "<a b>", 5);

    ok(rc == CG_OK && last.tags == 3 && last.token.nattrs == 1
       && !last.token.overflow, "which the next tag forgets");

    heap_drop(&heap);
}


static void
offsets_do_not_wrap(void)
{
    size_t          i;
    size_t          len = (size_t) 1 << 24;
    heap_t          heap;
    last_t          last;
    cg_status_t     rc;
    unsigned char  *fill = malloc(len);
    cg_html_tok_t  *tok;

    heap_init(&heap);
    tok = create_last(&heap, &last);
    memset(fill, 'x', len);

    rc = cg_html_tok_feed(tok, (const unsigned char *) "<a b='", 6);

    for (i = 0; i < 256 && rc == CG_OK; i++) {
        rc = cg_html_tok_feed(tok, fill, len);
    }

    rc = rc ? rc : cg_html_tok_feed(tok,
                       (const unsigned char *) "' c='d'>", 8);

    ok(rc == CG_OK && last.token.overflow
       && last.token.end - last.token.start == (UINT64_C(1) << 32) + 14,
       "a tag of 4 GiB is an overflow, and is said");
    ok(last.token.nattrs == 2 && last.token.attrs[0].value == 6
       && last.token.attrs[0].value_end == UINT32_MAX
       && last.token.attrs[1].name == UINT32_MAX,
       "offsets stop at the greatest");

    free(fill);
    heap_drop(&heap);
}


static void
memory_does_not_grow_with_the_page(void)
{
    size_t          i, count;
    heap_t          heap;
    last_t          last;
    cg_status_t     rc = CG_OK;
    cg_html_tok_t  *tok;

    static const char  page[] =
        "<p a=1 b='2'>text<!-- comment --><script>if (a<b)</script>";

    heap_init(&heap);
    tok = create_last(&heap, &last);
    count = heap.count;

    for (i = 0; i < 20000 && rc == CG_OK; i++) {
        rc = cg_html_tok_feed(tok, (const unsigned char *) page,
                              sizeof(page) - 1);
    }

    ok(rc == CG_OK && heap.count == count,
       "a megabyte of page allocates nothing");
    heap_drop(&heap);
}


static void
errors_stick(void)
{
    size_t          n;
    heap_t          heap;
    last_t          last;
    cg_out_t        in;
    cg_status_t     rc = CG_ENOMEM;
    heap_t          page;

    heap_init(&page);
    cg_out_init(&in, &page.arena, 1 << 20);
    cg_out_text(&in, "<a");

    for (n = 0; n < 100; n++) {
        cg_out_text(&in, " b");
    }

    cg_out_text(&in, "><b>");

    for (n = 1; rc == CG_ENOMEM; n++) {
        heap_init(&heap);
        heap.fail_at = n;

        if (create_last(&heap, &last) != NULL) {
            rc = cg_html_tok_feed(last.tok, in.data, in.len);

            if (rc == CG_ENOMEM
                && (last.tags || cg_html_tok_end(last.tok) != CG_ENOMEM))
            {
                rc = CG_EINVAL;
            }
        }

        heap_drop(&heap);
    }

    ok(rc == CG_OK && n == 5, "no memory, at each allocation: an error that"
       " stays, and no tag");

    heap_init(&heap);
    create_last(&heap, &last);
    last.answer = CG_ELIMIT;

    ok(cg_html_tok_feed(last.tok, in.data, in.len) == CG_ELIMIT
       && last.tags == 1
       && cg_html_tok_feed(last.tok, in.data, in.len) == CG_ELIMIT
       && cg_html_tok_end(last.tok) == CG_ELIMIT && last.tags == 1,
       "what the handler returns ends the tokenizer");

    create_last(&heap, &last);

    ok(cg_html_tok_end(last.tok) == CG_OK
       && cg_html_tok_end(last.tok) == CG_EINVAL
       && cg_html_tok_feed(last.tok, in.data, in.len) == CG_EINVAL
       && last.tags == 0, "nothing follows the end");

    heap_drop(&heap);
    heap_drop(&page);
}


static void
start_tag_sets_the_mode(void)
{
    heap_t    heap;
    last_t    last;
    cg_str_t  in = cg_str("<style><b></styles></style><i>");

    heap_init(&heap);
    create_last(&heap, &last);
    last.mode = CG_HTML_RAWTEXT;

    ok(cg_html_tok_feed(last.tok, in.data, in.len) == CG_OK
       && last.tags == 2 && last.token.name[0] == 'i',
       "the start tag whose handler sets a mode is the one that its end tag"
       " closes");

    heap_drop(&heap);
}


int
main(void)
{
    start_tag_sets_the_mode();
    attributes_are_bounded();
    offsets_do_not_wrap();
    memory_does_not_grow_with_the_page();
    errors_stick();

    return tap_done();
}
