/* The gate: any cut, skimmed or not, gives the same document and tally; nothing
 * but edits changes; what is held does not fetch any more in the document that
 * leaves, whether scripts run in the browser or not, nor does the client let
 * out what no purpose opens; a banner is one. */

#include "fuzz.h"
#include "fuzz_release.h"
#include "site.h"

#include "base/cg_ascii.h"
#include "gate/cg_element.h"
#include "gate/cg_gate.h"
#include "html/cg_html_tree.h"

#define INLINE_LIMIT  256          /* bytes of an inline script */

#define HEAD    cg_str("<script>/* head */</script>")
#define BANNER  cg_str("<x-banner>banner</x-banner>")


typedef struct {
    cg_out_t    all;               /* the document that leaves */
    cg_out_t    own;               /* of it, the origin's bytes */
    cg_tally_t  tally;
} page_t;


static cg_status_t
page_origin(void *ctx, cg_str_t bytes)
{
    page_t  *page = ctx;

    cg_out_str(&page->all, bytes);
    cg_out_str(&page->own, bytes);

    return page->all.status;
}


static cg_status_t
page_text(void *ctx, cg_str_t bytes)
{
    page_t  *page = ctx;

    cg_out_str(&page->all, bytes);

    return page->all.status;
}


static cg_str_t
page_banner(void *ctx, cg_str_t lang, int based)
{
    (void) ctx;
    (void) based;
    must(lang.len <= 64, "a language is short");

    return BANNER;
}


/* As the real one: no tag to anybody who reads it as text. */

static cg_str_t
page_embed(void *ctx, const cg_embed_t *embed)
{
    (void) ctx;
    must(embed->vendor.len && (embed->url.len == 0) == (embed->host.len == 0),
         "a placeholder has a name, and where there is an address, a host");

    return embed->kind == CG_EMBED_FRAME
           ? cg_str(" data-ngxc-added=\"srcdoc\" srcdoc=\"&lt;p>held\"")
           : cg_str("<iframe data-ngxc-ui srcdoc=\"&lt;p>held\"></iframe>");
}


typedef enum {
    PAGE_CUT = 0,
    PAGE_WHOLE,
    PAGE_TOLD                      /* nothing is skimmed */
} page_way_e;

static void
page_gate(heap_t *heap, const cg_gate_conf_t *conf, cg_str_t input,
    page_way_e way, page_t *page)
{
    uint64_t    seed = fuzz_seed(input.data, input.len);
    cg_str_t    rest = input, piece;
    cg_gate_t  *gate;
    cg_sink_t   sink = { page_origin, page_origin, page_text, NULL,
                         NULL, NULL };

    sink.ctx = page;
    cg_out_init(&page->all, &heap->arena, 1 << 26);
    cg_out_init(&page->own, &heap->arena, 1 << 26);
    gate = cg_gate_create(&heap->arena, conf, &sink);
    cg_gate_rest_often(gate, way == PAGE_TOLD);

    while (rest.len) {
        piece = way == PAGE_CUT ? fuzz_piece(&seed, &rest) : heap_exact(rest);
        rest.len = way == PAGE_CUT ? rest.len : 0;

        must(cg_gate_feed(gate, piece) == CG_OK, "any bytes are a page");
        free((void *) piece.data);
    }

    must(cg_gate_end(gate) == CG_OK, "any page ends");
    page->tally = *cg_gate_tally(gate);
}


static void
page_compare(const page_t *a, const page_t *b)
{
    size_t  i;

    must(cg_str_eq(cg_out_slice(&a->all), cg_out_slice(&b->all)),
         "any cut, skimmed or not, gives the same document");
    must(a->tally.n == b->tally.n && a->tally.more_held == b->tally.more_held
         && a->tally.more_passed == b->tally.more_passed
         && a->tally.withheld == b->tally.withheld
         && a->tally.banner == b->tally.banner,
         "any cut gives the same tally");

    for (i = 0; i < a->tally.n; i++) {
        must(cg_str_eq(a->tally.rows[i].vendor, b->tally.rows[i].vendor)
             && a->tally.rows[i].held == b->tally.rows[i].held
             && a->tally.rows[i].passed == b->tally.rows[i].passed,
             "any cut gives the same rows of the tally");
    }
}


/* The document that leaves, read again: no live element names what is held. */

typedef enum {
    LOOK_ANYBODY = 0,
    LOOK_SCANNER,                  /* to which SVG's content is HTML's */
    LOOK_BUILDER                   /* to which it may be SVG's still */
} look_reader_e;

typedef struct {
    heap_t            *heap;
    const cg_judge_t  *judge;
    release_t          release;
    cg_str_t           page;
    cg_html_tok_t     *tok;
    cg_html_tree_t     tree;
    cg_out_t           text;       /* of a script or a style */
    int                scripting;  /* noscript is text */
    int                in_script;
    int                in_style;
    int                released;   /* as the client would leave it */
    int                banner;     /* one was seen */
    int                html;       /* noscript was text, and no end tag came */
    unsigned           doubts;     /* how the next ones are answered, by bit */
    look_reader_e      reads;
} look_t;


static void
look_reader(const look_t *look, cg_reader_t *reader)
{
    memset(reader, 0, sizeof(*reader));
    reader->judge = look->judge;
    reader->arena = &look->heap->arena;
    reader->inline_limit = INLINE_LIMIT;
}


/* Of a style that was edited, what stands within a function that no browser
 * knows is as dead as that; tests/fetches.mjs reads it so, ours does not. */

static int
look_is_edited(cg_str_t text)
{
    size_t  i;

    for (i = 0; i < text.len; i++) {
        if (cg_str_starts(cg_str_sub(text, i, text.len), cg_str("x-ngxc-"))) {
            return 1;
        }
    }

    return 0;
}


static void
look_text_end(look_t *look)
{
    cg_str_t     text = cg_out_slice(&look->text);
    cg_reader_t  reader;

    look_reader(look, &reader);

    if (look->released) {
        must(look->in_style ? release_css_passes(&look->release, text)
                            : cg_judge_inline(&look->release.judge, text).pass,
             "no body that is released fetches what stays shut");

    } else if (look->in_script) {
        must(cg_judge_inline(look->judge, text).pass,
             "no inline script that leaves alive is held");
    }

    if (!look->released && look->in_style && !look_is_edited(text)) {
        must(cg_carrier_css(&reader, text).pass,
             "no style that leaves alive fetches");
    }

    look->in_script = 0;
    look->in_style = 0;
    look->released = 0;
}


static void
look_text_start(look_t *look)
{
    cg_out_reset(&look->text);
    cg_out_str(&look->text, cg_str(""));
}


static void
look_element(look_t *look, const cg_html_token_t *token, cg_str_t bytes,
    const cg_html_feedback_t *feedback)
{
    cg_reader_t              reader;
    cg_element_t             element;
    const cg_element_row_t  *rows = cg_element_find(token);

    look_reader(look, &reader);
    cg_element_judge(rows, &reader, token, bytes, &element);
    look->banner |= token->name_len == 8
                    && memcmp(token->name, "x-banner", 8) == 0;
    must(element.held == 0 && (!element.content || look_is_edited(bytes)),
         "no element that leaves alive is held");

    if (token->name_len == 6 && memcmp(token->name, "script", 6) == 0
        && !feedback->foreign && !(element.present & CG_GROUP_SRC)
        && cg_element_is_executable(&look->heap->arena, token, bytes))
    {
        look_text_start(look);
        look->in_script = 1;
    }

    if (token->name_len == 5 && memcmp(token->name, "style", 5) == 0
        && !feedback->foreign)
    {
        look_text_start(look);
        look->in_style = 1;
    }
}


/* The same once it is released; a scanner's reading is no document's. */

static void
look_release(look_t *look, const cg_html_token_t *token, cg_str_t bytes,
    const cg_html_feedback_t *feedback)
{
    look->release.token = token;
    look->release.bytes = bytes;

    if (!look->scripting || look->reads == LOOK_SCANNER
        || !release_tag(&look->release) || feedback->foreign)
    {
        return;
    }

    look->in_style = release_is(&look->release, "style");
    look->in_script = release_is(&look->release, "script")
                      && !release_attr(&look->release,
                                       cg_str("data-ngxc-src"));
    look->released = look->in_style || look->in_script;

    if (look->released) {
        look_text_start(look);
    }
}


/* The next doubt: 1 for the other answer. */

static int
look_doubt(look_t *look)
{
    look->doubts = look->doubts >> 1 | look->doubts << 31;

    return (look->doubts & 0x80000000u) != 0;
}


/* Whether what comes is read the other way.  Preload scanners take text of SVG
 * for HTML's, a tree builder may take text of HTML for SVG's: nobody does both
 * in one document. */

static int
look_other(look_t *look, const cg_html_feedback_t *feedback)
{
    look_reader_e  reader = feedback->foreign ? LOOK_SCANNER : LOOK_BUILDER;

    if (!feedback->doubt || (look->html && !feedback->foreign)
        || !look_doubt(look)
        || (look->reads != LOOK_ANYBODY && look->reads != reader))
    {
        return 0;
    }

    look->reads = reader;

    return 1;
}


static void
look_cdata(look_t *look, cg_html_cdata_t cdata)
{
    cg_html_tok_set_cdata(look->tok, cdata == CG_HTML_CDATA_EITHER
                                     ? !look_doubt(look) : (int) cdata);
}


/* Where noscript is text, it stands in HTML, and so does what follows: as
 * behind a tag that breaks out of SVG. */

static void
look_noscript(look_t *look)
{
    cg_html_token_t  token;

    memset(&token, 0, sizeof(token));
    token.kind = CG_HTML_START_TAG;
    token.name[0] = 'p';
    token.name_len = 1;
    (void) cg_html_tree_start(&look->tree, &token, cg_str(""));
    look->html = 1;
}


static void
look_start(look_t *look, const cg_html_token_t *token, cg_str_t bytes)
{
    cg_html_feedback_t  feedback;

    feedback = cg_html_tree_start(&look->tree, token, bytes);

    if (look_other(look, &feedback)) {
        feedback = cg_html_tree_other(token, feedback);
    }

    look_element(look, token, bytes, &feedback);
    look_release(look, token, bytes, &feedback);

    if (look->scripting && !feedback.foreign && token->name_len == 8
        && memcmp(token->name, "noscript", 8) == 0)
    {
        look_noscript(look);
        feedback.mode = CG_HTML_RAWTEXT;
        feedback.cdata = cg_html_tree_cdata(&look->tree);
    }

    if (feedback.mode != CG_HTML_DATA) {
        cg_html_tok_set_mode(look->tok, feedback.mode, cg_str_null);
    }

    look_cdata(look, feedback.cdata);
}


static cg_status_t
look_token(void *ctx, const cg_html_token_t *token)
{
    look_t    *look = ctx;
    cg_str_t   bytes = cg_str_sub(look->page, token->start, token->end);

    if (token->kind == CG_HTML_TEXT && (look->in_script || look->in_style)) {
        cg_out_str(&look->text, bytes);
        return CG_OK;
    }

    look_text_end(look);

    if (token->kind == CG_HTML_START_TAG) {
        must(!token->overflow, "what cannot be judged does not leave");
        look_start(look, token, bytes);

    } else if (token->kind == CG_HTML_END_TAG) {
        look->html &= token->name_len == 8
                      && memcmp(token->name, "noscript", 8) == 0;
        look_cdata(look, cg_html_tree_end(&look->tree, token).cdata);
    }

    return CG_OK;
}


/* Whether a banner was seen. */

static int
look_at(heap_t *heap, const cg_judge_t *judge, cg_str_t page, int scripting,
    unsigned doubts)
{
    look_t  look;

    memset(&look, 0, sizeof(look));
    look.heap = heap;
    look.judge = judge;
    look.release.heap = heap;
    look.release.judge = *judge;
    look.release.judge.granted = SITE_ANALYTICS | SITE_MARKETING;
    look.page = page;
    look.scripting = scripting;
    look.doubts = doubts;
    cg_out_init(&look.text, &heap->arena, 1 << 26);
    look.tok = cg_html_tok_create(&heap->arena, look_token, &look, 0);

    must(cg_html_tok_feed(look.tok, page.data, page.len) == CG_OK
         && cg_html_tok_end(look.tok) == CG_OK, "what leaves can be read");
    look_text_end(&look);

    return look.banner;
}


/* What leaves, as browsers may read it; the first one reads as the gate does
 * first. */

static void
page_look(heap_t *heap, const cg_judge_t *judge, const page_t *page)
{
    static const unsigned  answers[] = { 0, UINT32_MAX, 0x5A5A5A5A,
                                         0x11114444 };

    int       seen;
    size_t    i;
    cg_str_t  text = cg_out_slice(&page->all);

    for (i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
        seen = look_at(heap, judge, text, 0, answers[i])
               & look_at(heap, judge, text, 1, answers[i]);
        must(i || seen || !page->tally.banner || page->tally.withheld,
             "a banner that went in is markup");
    }
}


/* Whole and in pieces, with insertions; `shut`: something may be held. */

static void
page_try(const cg_judge_t *judge, cg_str_t input, int shut, int insert)
{
    heap_t          heap;
    page_t          whole, cut, told;
    cg_gate_conf_t  conf;

    heap_init(&heap);
    memset(&conf, 0, sizeof(conf));
    conf.judge = *judge;
    conf.inline_limit = INLINE_LIMIT;

    if (insert) {
        conf.head = HEAD;
        conf.banner = page_banner;
        conf.embed = page_embed;
    }

    page_gate(&heap, &conf, input, PAGE_WHOLE, &whole);
    page_gate(&heap, &conf, input, PAGE_CUT, &cut);
    page_compare(&whole, &cut);
    page_gate(&heap, &conf, input, PAGE_TOLD, &told);
    page_compare(&whole, &told);

    if (whole.tally.withheld == 0) {
        must(input.len == 0 || cg_str_eq(cg_out_slice(&whole.own), input),
             "the origin's bytes leave as they are");
    }

    if (!shut) {
        must(whole.tally.withheld == 0, "nothing is withheld from who granted "
             "everything");
        must(insert || whole.own.len == whole.all.len,
             "nothing is added for who granted everything");

    } else if (whole.all.len) {
        page_look(&heap, judge, &whole);
    }

    heap_drop(&heap);
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static site_t  hold, allow;

    cg_str_t    input = { size, data };
    cg_judge_t  judge;

    if (hold.policy == NULL) {
        site_init(&hold, "hold");
        site_init(&allow, "allow");
    }

    judge = site_judge(&hold, 0);
    page_try(&judge, input, 1, size & 1);

    judge = site_judge(&allow, SITE_ANALYTICS);
    page_try(&judge, input, 1, 1);

    judge = site_judge(&allow, SITE_ANALYTICS | SITE_MARKETING);
    page_try(&judge, input, 0, size & 1);

    return 0;
}
