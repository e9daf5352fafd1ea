#include "tap.h"
#include "heap.h"

#include "base/cg_out.h"
#include "html/cg_html_tree.h"

/*
 * A page is shown as what the tokenizer and the tree make of it together:
 *
 *   +name  start tag in HTML        *name  start tag in SVG or MathML
 *   -name  end tag                  #      comment
 *   name?  the other answer may be right
 *   D R W S P C   text of data, RCDATA, RAWTEXT, script, PLAINTEXT, CDATA
 */

typedef struct {
    cg_html_tok_t   *tok;
    cg_html_tree_t   tree;
    cg_str_t         in;
    char             shown[512];
    size_t           len;
} page_t;


static void
show(page_t *page, char mark, const void *name, size_t len)
{
    if (page->len + len + 3 > sizeof(page->shown)) {
        return;
    }

    if (page->len) {
        page->shown[page->len++] = ' ';
    }

    page->shown[page->len++] = mark;
    memcpy(&page->shown[page->len], name, len);
    page->len += len;
    page->shown[page->len] = '\0';
}


static void
show_doubt(page_t *page, int doubt)
{
    if (doubt && page->len + 2 < sizeof(page->shown)) {
        page->shown[page->len++] = '?';
        page->shown[page->len] = '\0';
    }
}


static cg_status_t
on_token(void *ctx, const cg_html_token_t *token)
{
    page_t              *page = ctx;
    cg_str_t             bytes;
    cg_html_feedback_t   feedback;

    bytes = cg_str_sub(page->in, (size_t) token->start, (size_t) token->end);

    switch (token->kind) {

    case CG_HTML_TEXT:
        show(page, "DRWSPC"[token->mode], "", 0);
        return CG_OK;

    case CG_HTML_COMMENT:
        show(page, '#', "", 0);
        return CG_OK;

    case CG_HTML_START_TAG:
        feedback = cg_html_tree_start(&page->tree, token, bytes);
        show(page, feedback.foreign ? '*' : '+', token->name,
             token->name_len < CG_HTML_NAME ? token->name_len : CG_HTML_NAME);
        show_doubt(page, feedback.doubt);
        cg_html_tok_set_mode(page->tok, feedback.mode, cg_str_null);
        cg_html_tok_set_cdata(page->tok,
                              feedback.cdata != CG_HTML_CDATA_NONE);
        return CG_OK;

    case CG_HTML_END_TAG:
        feedback = cg_html_tree_end(&page->tree, token);
        show(page, '-', token->name, token->name_len);
        cg_html_tok_set_cdata(page->tok,
                              feedback.cdata != CG_HTML_CDATA_NONE);
        return CG_OK;

    default:
        return CG_OK;
    }
}


static void
read_page(heap_t *heap, page_t *page, cg_str_t in)
{
    memset(page, 0, sizeof(*page));

    page->in = in;
    page->tok = cg_html_tok_create(&heap->arena, on_token, page, 1);

    if (cg_html_tok_feed(page->tok, in.data, in.len) != CG_OK
        || cg_html_tok_end(page->tok) != CG_OK)
    {
        show(page, '!', "error", 5);
    }
}


typedef struct {
    const char  *in;
    const char  *want;
} case_t;


static void
check(const char *promise, const case_t *cases, size_t n)
{
    int       good = 1;
    size_t    i;
    heap_t    heap;
    page_t    page;
    cg_str_t  in;

    heap_init(&heap);

    for (i = 0; i < n && good; i++) {
        in = heap_exact(cg_str_from(cases[i].in));
        read_page(&heap, &page, in);
        good = strcmp(page.shown, cases[i].want) == 0;
        free((void *) in.data);

        if (!good) {
            printf("# in   %s\n# got  %s\n# want %s\n", cases[i].in,
                   page.shown, cases[i].want);
        }
    }

    ok(good, "%s", promise);
    heap_drop(&heap);
}

#define CHECK(promise, cases)                                                \
    check(promise, cases, sizeof(cases) / sizeof(cases[0]))


static const case_t  modes[] = {
    { "<title><b></title>", "+title R -title" },
    { "<TEXTAREA><b></textArea>", "+textarea R -textarea" },
    { "<style><b></style>", "+style W -style" },
    { "<xmp><b></xmp>", "+xmp W -xmp" },
    { "<iframe><b></iframe>", "+iframe W -iframe" },
    { "<noembed><b></noembed>", "+noembed W -noembed" },
    { "<noframes><b></noframes>", "+noframes W -noframes" },
    { "<script><b></script>", "+script S -script" },
    { "<plaintext></plaintext>", "+plaintext P" },
    { "<noscript><b></noscript>", "+noscript +b -noscript" },
    { "<style/><b></style>", "+style W -style" },
    { "<scripts><b>", "+scripts +b" },
    { "<b>x</b>", "+b D -b" },
};

static const case_t  foreign[] = {
    { "<svg><style><!--</style><b>", "*svg *style? #" },
    { "<svg><title><style></title></style></svg>",
      "*svg *title? +style? W -style -svg" },
    { "<svg><script><g></script></svg><script><g></script>",
      "*svg *script? *g -script -svg +script S -script" },
    { "<math><xmp><mi></xmp>", "*math *xmp? *mi -xmp" },
    { "<svg><textarea><g>", "*svg *textarea? *g" },
    { "<svg><plaintext><g>", "*svg *plaintext? *g" },
    { "<math><svg><title><style></style>",
      "*math *svg *title? *style? -style" },
    { "<math><mi><svg><title><style></style>",
      "*math *mi *svg *title? +style? -style" },
    { "<math><mtext><mglyph><style><g>", "*math *mtext *mglyph *style? *g" },
    { "<math><mo><malignmark><style><g>",
      "*math *mo *malignmark *style? *g" },
    { "<math><mn><style><g></style>", "*math *mn +style? W -style" },
    { "<math><ms><style><g></style>", "*math *ms +style? W -style" },
    { "<math><annotation-xml><svg><desc><style><g></style>",
      "*math *annotation-xml *svg *desc +style? W -style" },
    { "<svg><foreignObject><style><g></style></foreignObject><style><g>",
      "*svg *foreignobject +style? W -style -foreignobject +style? W" },
};

static const case_t  self_closed[] = {
    { "<svg/><style><!--</style>", "*svg +style W -style" },
    { "<math/><style><!--</style>", "*math +style W -style" },
    { "<svg><svg/><style><g>", "*svg *svg *style? *g" },
    { "<svg><foreignObject/><style><g>", "*svg *foreignobject *style? *g" },
    { "<svg><script/><g>", "*svg *script? *g" },
    { "<svg/ ><style><g>", "*svg *style? *g" },
    { "<svg><desc><svg/><style><g></style>",
      "*svg *desc *svg +style? W -style" },
};

static const case_t  breakout[] = {
    { "<svg><svg><p><style><!--</style>", "*svg *svg +p +style W -style" },
    { "<svg><g><svg></p><style><!--</style>",
      "*svg *g *svg -p +style? W -style" },
    { "<math><mrow></br><style><!--</style>",
      "*math *mrow -br +style? W -style" },
    { "<svg><font><style><g></style></svg><style>x</style>",
      "*svg +font +style? W -style -svg +style W -style" },
    { "<svg><font COLOR><style><g></style>", "*svg +font +style? W -style" },
    { "<svg><a><style><g>", "*svg *a *style? *g" },
    { "<svg><desc><svg><g><img><style><g></style></desc><style><g>",
      "*svg *desc *svg *g +img +style? W -style -desc +style? W" },
    { "<math><mi><svg><b><style><g></style>",
      "*math *mi *svg +b +style? W -style" },
    { "<math><annotation-xml><div><style><g></style>",
      "*math *annotation-xml +div +style? W -style" },
};

static const case_t  annotation[] = {
    { "<math><annotation-xml encoding=text/html><style><g></style>",
      "*math *annotation-xml +style? W -style" },
    { "<math><annotation-xml encoding='text&#47;html'><style><g></style>",
      "*math *annotation-xml +style? W -style" },
    { "<math><annotation-xml ENCODING=\"Application/XHTML&plus;xml\"><style>"
      "<g></style>", "*math *annotation-xml +style? W -style" },
    { "<math><annotation-xml encoding=\"text/html \"><style><g>",
      "*math *annotation-xml *style? *g" },
    { "<math><annotation-xml encoding=text/xml encoding=text/html><style><g>",
      "*math *annotation-xml *style? *g" },
    { "<math><annotation-xml encoding=text/html-and-much-more-than-fits-there>"
      "<style><g>", "*math *annotation-xml *style? *g" },
    { "<math><annotation-xml encoding><style><g>",
      "*math *annotation-xml *style? *g" },
    { "<svg><annotation-xml encoding=text/html><style><g>",
      "*svg *annotation-xml *style? *g" },
};

static const case_t  cdata[] = {
    { "<![CDATA[x]]>", "#" },
    { "<svg><![CDATA[<b>]]>x", "*svg C D" },
    { "<svg><desc><![CDATA[<b>]]>", "*svg *desc C" },
    { "<svg><desc><b><![CDATA[x]]></b><![CDATA[x]]>",
      "*svg *desc +b C -b C" },
    { "<svg><desc><br><![CDATA[x]]>", "*svg *desc +br C" },
    { "<math><mi><![CDATA[x]]></math><![CDATA[x]]>", "*math *mi C -math C" },
    { "<svg/><![CDATA[x]]>", "*svg #" },
    { "<svg></svg><![CDATA[x]]>", "*svg -svg #" },
    { "<svg><p><![CDATA[x]]>", "*svg +p #" },
};

static const case_t  ends[] = {
    { "<br><svg></br><style><b></style>", "+br *svg -br +style? W -style" },
    { "<base><svg></base><style><g>", "+base *svg -base *style? *g" },
    { "<svg><g></svg><style><g></style>", "*svg *g -svg +style W -style" },
    { "<svg><g></math><style><g>", "*svg *g -math +style? W" },
    { "<svg><title>x</svg><style><g></style>",
      "*svg *title? D -svg +style? W -style" },
    { "<svg></foreignobject><style><g>",
      "*svg -foreignobject +style? W" },
    { "<div><svg></div><style><g></style>",
      "+div *svg -div +style? W -style" },
    { "<svg></div><style><g>", "*svg -div +style? W" },
    { "<div></div><svg></div><style><g>",
      "+div -div *svg -div +style? W" },
    { "<body><svg></body><style><g>", "+body *svg -body +style? W" },
    { "<div><svg><desc></div><style><g></style>",
      "+div *svg *desc -div +style? W -style" },
    { "<svg><desc><div></desc><style><g></style>",
      "*svg *desc +div -desc +style? W -style" },
    { "<svg><desc><p>x<p>x</p></desc><style><g>",
      "*svg *desc +p D +p D -p -desc +style? W" },
    { "<svg><desc><div><p>x</div></desc><style><g>",
      "*svg *desc +div +p D -div -desc +style? W" },
    { "<svg><desc><span><i></span></desc><style><g>",
      "*svg *desc +span +i -span -desc +style? W" },
    { "<svg><desc><b><div></b></desc><style><g></style>",
      "*svg *desc +b +div -b -desc +style? W -style" },
    { "<svg><desc><span><div></span></desc><style><g></style>",
      "*svg *desc +span +div -span -desc +style? W -style" },
    { "<table><td><svg><desc><p></td><style><g></style>",
      "+table +td *svg *desc +p -td +style? W -style" },
    { "<svg><desc><table><tr><td></table></desc><style><g>",
      "*svg *desc +table +tr +td -table -desc +style? W" },
    { "<mtext><math></h1><style><g>", "+mtext *math -h1 +style? W" },
    { "</svg></p></div><style><g></style>",
      "-svg -p -div +style W -style" },
};


static const case_t  doubts[] = {
    { "<svg></div><title>x</title></svg><style><g></style>",
      "*svg -div +title? R -title -svg +style W -style" },
    { "<svg></div><style>x</style></svg><style><g></style>",
      "*svg -div +style? W -style -svg +style W -style" },
    { "<svg><svg></div></svg><style>x</style></svg><style>x</style>",
      "*svg *svg -div -svg +style? W -style -svg +style W -style" },
    { "<svg></div><svg></svg><style>x</style></svg><style>x</style>",
      "*svg -div *svg -svg +style? W -style -svg +style W -style" },
    { "<svg></div><svg/></svg><style>x</style>",
      "*svg -div *svg -svg +style W -style" },
    { "<svg></div><foreignObject></svg><style>x</style>",
      "*svg -div +foreignobject -svg +style W -style" },
    { "<svg></div><style>x</style><p><style>x</style>",
      "*svg -div +style? W -style +p +style W -style" },
    { "<svg></div><desc><p><style>x</style></svg><style>x</style>",
      "*svg -div +desc +p +style? W -style -svg +style W -style" },
    { "<svg><a-name-of-26-bytes-in-svg></g><style>x</style><p><style>x</style>",
      "*svg *a-name-of-26-bytes-in-sv -g +style? W -style"
      " +p +style W -style" },
    { "<svg><a-name-of-26-bytes-in-svg></svg><style>x</style>",
      "*svg *a-name-of-26-bytes-in-sv -svg +style W -style" },
    { "<svg></img></path></svg><style>x</style>",
      "*svg -img -path -svg +style W -style" },
    { "<svg><math></svg><style>x</style>",
      "*svg *math -svg +style? W -style" },
    { "<svg><desc>x</desc></svg><b></desc><style>x</style>",
      "*svg *desc D -desc -svg +b -desc +style? W -style" },
    { "<svg><title>x</title></svg><title>x</title><style>x</style>",
      "*svg *title? D -title -svg +title R -title +style W -style" },
    { "<svg><g><div><title>x</title></g></svg>",
      "*svg *g +div +title R -title -g -svg" },
    { "<div><math><mi>x</mi></math><style>x</style>",
      "+div *math *mi D -mi -math +style W -style" },
    { "<svg><foreignObject><div><br><i>x</i></div></foreignObject></svg>"
      "<title>x</title>",
      "*svg *foreignobject +div +br +i D -i -div -foreignobject -svg"
      " +title R -title" },
};

#define EIGHT(what)  what what what what what what what what
#define DEEP         "<svg>" EIGHT("<g><g><g><g>")
#define DEEP_SHOWN   "*svg " EIGHT("*g *g *g *g ")

static const case_t  deep[] = {
    { DEEP "<style>x</style><p><style>x</style>",
      DEEP_SHOWN "+style? W -style +p +style W -style" },
    { DEEP "</g></svg><style>x</style>",
      DEEP_SHOWN "-g -svg +style W -style" },
    { DEEP "<svg></svg><style>x</style></svg><style>x</style>",
      DEEP_SHOWN "*svg -svg +style? W -style -svg +style W -style" },
    { DEEP "<desc><p><style>x</style>",
      DEEP_SHOWN "+desc +p +style? W -style" },
    { DEEP "<math><p><style>x</style>",
      DEEP_SHOWN "*math +p +style? W -style" },
    { "<svg>" EIGHT("<g><g><g>") EIGHT("<g>") "<p><style>x</style>",
      "*svg " EIGHT("*g *g *g ") EIGHT("*g ") "+p +style W -style" },
    { "<svg>" EIGHT("<g><g><g><g>") "</svg></svg><svg><desc><style>x</style>",
      DEEP_SHOWN "-svg -svg *svg *desc +style? W -style" },
};

static const case_t  ignored[] = {
    { "<select><style>x</style><option></select><style>x</style>",
      "+select +style? W -style +option -select +style W -style" },
    { "<select><script>x</script><textarea>x</textarea>",
      "+select +script S -script +textarea R -textarea" },
    { "<select><svg><style>x</style></svg><g></select><title>x</title>",
      "+select *svg +style? W -style -svg +g -select +title R -title" },
    { "<select><template><style>x</style></template></select>"
      "<style>x</style>",
      "+select +template +style? W -style -template -select +style? W -style"
    },
    { "<template><style>x</style><col><style>x</style>",
      "+template +style W -style +col +style? W -style" },
    { "<table><col><style>x</style>", "+table +col +style W -style" },
    { "<template></template><col><style>x</style>",
      "+template -template +col +style W -style" },
    { "<frameset><style>x</style></frameset><script>x</script>",
      "+frameset +style? W -style -frameset +script? S -script" },
};


static void
repeat(cg_out_t *out, const char *text, size_t n)
{
    while (n--) {
        cg_out_text(out, text);
    }
}


static void
depth_is_bounded(void)
{
    heap_t          heap;
    page_t         *page = malloc(sizeof(*page));
    cg_out_t        out;

    heap_init(&heap);
    cg_out_init(&out, &heap.arena, 1 << 22);

    repeat(&out, "<svg>", 100000);
    repeat(&out, "</svg>", 99999);
    read_page(&heap, page, cg_out_slice(&out));
    is_int(page->tree.depth, 0, "100,000 nested svg have no depth");
    ok(page->tree.doubt, "and they are a doubt");

    cg_out_text(&out, "</svg>");
    read_page(&heap, page, cg_out_slice(&out));
    is_int(page->tree.doubt, 0, "that the end of the last one ends");

    free(page);
    heap_drop(&heap);
}


/* A tag too long to keep has offsets that point behind its bytes. */

static cg_status_t
on_cut_tag(void *ctx, const cg_html_token_t *token)
{
    cg_html_tree_t      *tree = ctx;
    cg_str_t             bytes = heap_exact(cg_str("<annotation-xml enc"));
    cg_html_feedback_t   feedback;

    if (token->kind == CG_HTML_START_TAG) {
        feedback = cg_html_tree_start(tree, token, bytes);
        tree->templates = feedback.foreign ? 1 : 2;
    }

    free((void *) bytes.data);

    return CG_OK;
}


static void
bytes_may_be_cut(void)
{
    heap_t           heap;
    cg_str_t         in = cg_str("<math><annotation-xml encoding=text/html>"
                                   "<style>");
    cg_html_tok_t   *tok;
    cg_html_tree_t   tree;

    memset(&tree, 0, sizeof(tree));
    heap_init(&heap);
    tok = cg_html_tok_create(&heap.arena, on_cut_tag, &tree, 0);

    ok(cg_html_tok_feed(tok, in.data, in.len) == CG_OK && tree.templates == 1,
       "attributes beyond the bytes that were kept are not read");

    heap_drop(&heap);
}


int
main(void)
{
    CHECK("each text mode follows its start tag, self-closed or not", modes);
    CHECK("in SVG there are no text modes; in MathML and in integration points"
          " browsers may differ", foreign);
    CHECK("what is self-closed in SVG and MathML is not entered",
          self_closed);
    CHECK("a breakout tag leaves all levels up to HTML or an integration"
          " point", breakout);
    CHECK("annotation-xml is decoded and compared as a whole", annotation);
    CHECK("CDATA is allowed where the current node is SVG or MathML", cdata);
    CHECK("end tags pop what they name; one that may be HTML's is a doubt",
          ends);
    CHECK("a doubt about SVG ends with it, or with what breaks out of it",
          doubts);
    CHECK("what is deeper than is told apart is such a doubt", deep);
    CHECK("select, frameset, columns of a template: start tags may be ignored",
          ignored);

    depth_is_bounded();
    bytes_may_be_cut();

    return tap_done();
}
