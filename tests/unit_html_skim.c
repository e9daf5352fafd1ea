/*
 * Skimming against tokenizing: the same input through both, whole, at every
 * two-way split and byte by byte.  What is skimmed is nothing but tags of the
 * lists; every other tag comes at the same place; the tree is the same.  Text
 * is not told.
 */

#include "tap.h"
#include "heap.h"

#include "base/cg_ascii.h"
#include "html/cg_html_skim.h"
#include "html/cg_html_tree.h"

#define TAGS  64

typedef struct {
    cg_html_tok_t   *tok;
    cg_html_tree_t   tree;
    unsigned         skim:1;
    unsigned         on:1;         /* skims now */
    unsigned         told:1;       /* text, all the same */
    size_t           n;
    struct {
        uint64_t         start;
        uint64_t         end;
        cg_html_kind_t   kind;
    } tags[TAGS];
} seen_t;


static cg_status_t
see(void *ctx, const cg_html_token_t *token)
{
    seen_t              *seen = ctx;
    cg_html_feedback_t   feedback;

    if (token->kind != CG_HTML_START_TAG && token->kind != CG_HTML_END_TAG) {
        seen->told |= token->kind == CG_HTML_TEXT && seen->on;
        return CG_OK;
    }

    if (token->kind == CG_HTML_START_TAG) {
        feedback = cg_html_tree_start(&seen->tree, token, cg_str(""));

        if (feedback.mode != CG_HTML_DATA) {
            cg_html_tok_set_mode(seen->tok, feedback.mode, cg_str_null);
        }

    } else {
        feedback = cg_html_tree_end(&seen->tree, token);
    }

    cg_html_tok_set_cdata(seen->tok,
                          feedback.cdata != CG_HTML_CDATA_NONE);
    seen->on = seen->skim && seen->tree.depth == 0;
    cg_html_skim_set(seen->tok, seen->on);

    if (seen->n < TAGS) {
        seen->tags[seen->n].start = token->start;
        seen->tags[seen->n].end = token->end;
        seen->tags[seen->n++].kind = token->kind;
    }

    return CG_OK;
}


static int
run(seen_t *seen, cg_str_t in, size_t first, size_t piece, int skim)
{
    int       good = 1;
    size_t    at, n;
    heap_t    heap;
    cg_str_t  part;

    heap_init(&heap);
    memset(seen, 0, sizeof(*seen));
    seen->skim = skim != 0;
    seen->tok = cg_html_tok_create(&heap.arena, see, seen, 0);

    if (skim) {
        seen->on = 1;
        cg_html_skim_set(seen->tok, 1);
    }

    for (at = 0; at < in.len && good; at += n) {
        n = at == 0 && first ? first : piece ? piece : in.len - at;
        n = n < in.len - at ? n : in.len - at;
        part = heap_exact(cg_str_sub(in, at, at + n));
        good = cg_html_tok_feed(seen->tok, part.data, part.len) == CG_OK;
        free((void *) part.data);
    }

    good = good && cg_html_tok_end(seen->tok) == CG_OK;
    heap_drop(&heap);

    return good;
}


/* Every tag that skimming still saw, tokenizing saw; `must` of them at least:
 * those that are in no list. */

static int
agree(cg_str_t in, size_t first, size_t piece, const seen_t *all, size_t must)
{
    size_t  i, k = 0;
    seen_t  some;

    if (!run(&some, in, first, piece, 1)
        || memcmp(&some.tree, &all->tree, sizeof(all->tree)) != 0
        || some.n < must || some.told)
    {
        return 0;
    }

    for (i = 0; i < some.n; i++) {
        while (k < all->n && all->tags[k].start < some.tags[i].start) {
            k++;
        }

        if (k == all->n || all->tags[k].start != some.tags[i].start
            || all->tags[k].end != some.tags[i].end
            || all->tags[k].kind != some.tags[i].kind)
        {
            return 0;
        }
    }

    return 1;
}


static const struct {
    cg_str_t  in;
    size_t    must;                /* tags that must not be skimmed */
    size_t    whole;               /* tags seen when fed whole */
} cases[] = {
    { cg_str("<div><p class=a>x</p></div><img src=//t>"), 1, 1 },
    { cg_str("<DIV CLASS=\"a>b\"><SpAn id='<img src=//t>'></SPAN>"), 0, 0 },
    { cg_str("<a href=/x/>y</a><a href='/' ping=//t>z</a>"), 1, 1 },
    { cg_str("<div style='background:url(//t)'></div>"), 1, 1 },
    { cg_str("<div onclick=a()></div><p data-x=1 aria-label=\"<b>\">"), 1, 1 },
    { cg_str("<p data-ngxc-x=\"1\" title=\"a long one, for room behind it\">"
             "<p DATA-Ngxc-X><p data-ngx=1 data-n data-ng-xc=\"2\" dir=ltr>"
             "<p id=a data-ngxc-hold>"), 3, 3 },
    { cg_str("<td background=//t><table BACKGROUND=//t><th id=x>"), 2, 2 },
    { cg_str("<button formaction=//t><button type=submit>"), 1, 1 },
    { cg_str("<div class=\"a\"id=b><div class=a/b></div>"), 0, 0 },
    { cg_str("<p STYLE='a:b'><p style=\"a:b(c)\"><p style='&#40;'>"), 2, 2 },
    { cg_str("<p style=a=b><p style='a'=\"><img src=//t>\">"), 0, 2 },
    { cg_str("<p style><p style =a:b(c)><p style = 'a'><p src=//t>"), 3, 4 },
    { cg_str("<p styles=//t><p ping><p data-onclick=a OnClick=b>"), 2, 3 },
    { cg_str("<Blockquote Cite=a><INPUT NAME=b TYPE=text><wbr/>"), 0, 0 },
    { cg_str("<input src=//t><input formaction=//t><col><col></col>"), 5, 5 },
    { cg_str("<p\x01 id=a><p id\x01=b><p id=c\x01><p 1=a><p \"=b>"), 4, 4 },
    { cg_str("<p a\xC3\xA9><p \xC3\xA9><p id =\"a\"title = b/><p id=>"), 3, 3 },
    { cg_str("<div/><br/><br / ><hr/x>"), 0, 0 },
    { cg_str("<div class = 'a' id = b title><p =x><p a\"b>"), 0, 2 },
    { cg_str("<svg><p></p><style><!--</style></svg><div><b>"), 0, 5 },
    { cg_str("<div><svg></div><style><img></style>"), 0, 4 },
    { cg_str("<div><textarea><div></textarea><div><title><p></title>"), 4, 4 },
    { cg_str("<script>'<div>'</script><div id=1><iframe src=//t></iframe>"),
      4, 4 },
    { cg_str("<divx><div\x00y><d\xC3iv><section-a><blockquote>"), 4, 4 },
    { cg_str("<!--<div>--><div><!-- --><img></ div></div x></div\n>"), 1, 2 },
    { cg_str("<div class='unclosed><img src=//t>"), 0, 0 },
    { cg_str("<div class=\"a\" <img src=//t>"), 0, 1 },
    { cg_str("< div><1><img><div"), 1, 1 },
};


int
main(void)
{
    int       whole = 1, split = 1;
    size_t    i, cut;
    seen_t    all, some;
    cg_str_t  in;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        in = cases[i].in;
        run(&all, in, 0, 0, 0);
        run(&some, in, 0, 0, 1);

        if (some.n != cases[i].whole) {
            tap_show("case", in);
            printf("# %zu tags were seen\n", some.n);
            whole = 0;
        }

        for (cut = 0; cut <= in.len; cut++) {
            if (!agree(in, cut, 0, &all, cases[i].must)
                || !agree(in, 0, cut, &all, cases[i].must))
            {
                tap_show("case", in);
                printf("# cut at %zu\n", cut);
                split = 0;
                break;
            }
        }
    }

    ok(whole, "what may be skimmed is skimmed, and nothing else");
    ok(split, "at every cut the other tags stand where they stood, and the "
       "tree is the same");

    return tap_done();
}
