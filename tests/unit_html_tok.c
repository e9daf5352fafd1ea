#include "tap.h"
#include "heap.h"

#include "base/cg_out.h"
#include "html/cg_html_tok.h"

/*
 * Tokens are shown as one line, separated by "|":
 *
 *   D:text R:text W:text S:text P:text C:text   by text mode
 *   +name[attr][attr=value][attr="value"]/      a start tag, self-closing
 *   -name[...]/                                 an end tag
 *   #data                                       a comment
 *   !bytes                                      a doctype
 *   ~bytes                                      ignored
 *
 * Adjacent text of one mode is shown as one run.
 */

typedef struct {
    cg_str_t         in;
    cg_out_t         out;
    uint64_t         at;         /* end of the token before */
    uint64_t         pending;    /* asked after the last feed */
    int              bad;        /* a gap, or a token behind `pending` */
    int              text;       /* mode of the run being shown, or -1 */
} trace_t;

typedef struct {
    cg_html_mode_t   mode;
    const char      *last;
    cg_str_t         in;
    cg_str_t         want;
} case_t;

#define CASE(in, want)                                                       \
    { CG_HTML_DATA, NULL, cg_str(in), cg_str(want) }
#define MODE(mode, last, in, want)                                           \
    { CG_HTML_##mode, last, cg_str(in), cg_str(want) }


static void
show_attrs(trace_t *trace, const cg_html_token_t *token, cg_str_t bytes)
{
    size_t                 i;
    const cg_html_attr_t  *attr;

    for (i = 0; i < token->nattrs; i++) {
        attr = &token->attrs[i];

        cg_out_byte(&trace->out, '[');
        cg_out_str(&trace->out,
                   cg_str_sub(bytes, attr->name, attr->name_end));

        if (attr->has_value) {
            cg_out_byte(&trace->out, '=');
        }

        if (attr->quote) {
            cg_out_byte(&trace->out, attr->quote);
        }

        cg_out_str(&trace->out,
                   cg_str_sub(bytes, attr->value, attr->value_end));

        if (attr->quote) {
            cg_out_byte(&trace->out, attr->quote);
        }

        cg_out_byte(&trace->out, ']');
    }
}


static void
show_tag(trace_t *trace, const cg_html_token_t *token, cg_str_t bytes)
{
    size_t  kept = token->name_len < CG_HTML_NAME ? token->name_len
                                                  : CG_HTML_NAME;

    cg_out_byte(&trace->out, token->kind == CG_HTML_END_TAG ? '-' : '+');
    cg_out_bytes(&trace->out, token->name, kept);
    show_attrs(trace, token, bytes);

    if (token->self_closing) {
        cg_out_byte(&trace->out, '/');
    }

    if (token->overflow) {
        cg_out_text(&trace->out, "(overflow)");
    }

    trace->bad |= token->name_end
                  != token->name_len + (token->kind == CG_HTML_END_TAG) + 1;
}


static void
show_text(trace_t *trace, const cg_html_token_t *token, cg_str_t bytes)
{
    if (trace->text != (int) token->mode) {
        if (trace->out.len) {
            cg_out_byte(&trace->out, '|');
        }

        cg_out_byte(&trace->out, (unsigned char) "DRWSPC"[token->mode]);
        cg_out_byte(&trace->out, ':');
        trace->text = (int) token->mode;
    }

    cg_out_str(&trace->out, bytes);
}


static cg_status_t
on_token(void *ctx, const cg_html_token_t *token)
{
    trace_t   *trace = ctx;
    cg_str_t   bytes;

    if (token->start != trace->at || token->end <= token->start
        || token->start < trace->pending || token->end > trace->in.len)
    {
        trace->bad = 1;
        return CG_EINVAL;
    }

    trace->at = token->end;
    bytes = cg_str_sub(trace->in, (size_t) token->start, (size_t) token->end);

    if (token->kind == CG_HTML_TEXT) {
        show_text(trace, token, bytes);
        return CG_OK;
    }

    trace->text = -1;

    if (trace->out.len) {
        cg_out_byte(&trace->out, '|');
    }

    switch (token->kind) {

    case CG_HTML_COMMENT:
        cg_out_byte(&trace->out, '#');
        cg_out_str(&trace->out,
                   cg_str_sub(bytes, token->data, token->data_end));
        break;

    case CG_HTML_DOCTYPE:
    case CG_HTML_IGNORED:
        cg_out_byte(&trace->out, token->kind == CG_HTML_DOCTYPE ? '!' : '~');
        cg_out_str(&trace->out, bytes);
        break;

    default:
        show_tag(trace, token, bytes);
    }

    return CG_OK;
}


/* Each piece is a heap block of its own, gone when the next one is fed. */

static void
feed(trace_t *trace, cg_html_tok_t *tok, size_t from, size_t to)
{
    cg_str_t  piece = heap_exact(cg_str_sub(trace->in, from, to));

    if (cg_html_tok_feed(tok, piece.data, piece.len) != CG_OK) {
        trace->bad = 1;
    }

    trace->pending = cg_html_tok_pending(tok);

    if (trace->pending > to || trace->pending < trace->at) {
        trace->bad = 1;
    }

    free((void *) piece.data);
}


/* `first`: bytes of the first piece; 0: byte by byte.  1: as it should be. */

static int
run(const case_t *c, size_t first)
{
    int             good;
    size_t          at, len;
    heap_t          heap;
    trace_t         trace;
    cg_html_tok_t  *tok;

    heap_init(&heap);
    memset(&trace, 0, sizeof(trace));
    cg_out_init(&trace.out, &heap.arena, 4096);
    trace.in = c->in;
    trace.text = -1;

    tok = cg_html_tok_create(&heap.arena, on_token, &trace, 1);
    cg_html_tok_set_mode(tok, c->mode, c->last ? cg_str_from(c->last)
                                               : cg_str_null);
    cg_html_tok_set_cdata(tok, c->mode == CG_HTML_CDATA);

    for (at = 0; at < c->in.len; at += len) {
        len = first == 0 ? 1 : at == 0 ? first : c->in.len - first;
        feed(&trace, tok, at, at + len);
    }

    good = cg_html_tok_end(tok) == CG_OK && !trace.bad
           && trace.at == c->in.len
           && cg_str_eq(cg_out_slice(&trace.out), c->want);

    if (!good) {
        printf("# first piece of %zu bytes%s\n", first,
               trace.bad ? ", tokens do not tile or pending() is wrong" : "");
        tap_show("in", c->in);
        tap_show("got", cg_out_slice(&trace.out));
        tap_show("want", c->want);
    }

    heap_drop(&heap);

    return good;
}


static void
check(const char *promise, const case_t *cases, size_t n)
{
    int     good = 1;
    size_t  i, first;

    for (i = 0; i < n && good; i++) {
        for (first = 0; first <= cases[i].in.len && good; first++) {
            good = run(&cases[i], first);
        }
    }

    ok(good, "%s", promise);
}

#define CHECK(promise, cases)                                                \
    check(promise, cases, sizeof(cases) / sizeof(cases[0]))


static const case_t  data[] = {
    CASE("", ""),
    CASE("text", "D:text"),
    CASE("a<b>c</b>d", "D:a|+b|D:c|-b|D:d"),
    CASE("a < b <1> <", "D:a < b <1> <"),
    CASE("<<b>", "D:<|+b"),
    CASE("a</>b", "D:a|~</>|D:b"),
    CASE("a</ b>c", "D:a|# b|D:c"),
    CASE("a</", "D:a</"),
    CASE("a</1>", "D:a|#1"),
    CASE("a<?x?>b", "D:a|#?x?|D:b"),
    CASE("<\xE3\x81\x82>", "D:<\xE3\x81\x82>"),
    CASE("a\0b", "D:a\0b"),
};

static const case_t  tags[] = {
    CASE("<A>", "+a"),
    CASE("<a/>", "+a/"),
    CASE("<a / >", "+a"),
    CASE("<a//>", "+a/"),
    CASE("<a/><b>", "+a/|+b"),
    CASE("</A x=1/>", "-a[x=1/]"),
    CASE("</a/>", "-a/"),
    CASE("<a\tb\nc\fd\re f>", "+a[b][c][d][e][f]"),
    CASE("<a\vb>", "+a\vb"),
    CASE("<a b=c>", "+a[b=c]"),
    CASE("<a B = \"C\" D='e'F=g>", "+a[B=\"C\"][D='e'][F=g]"),
    CASE("<a b=\"\" c=''>", "+a[b=\"\"][c='']"),
    CASE("<a b=>", "+a[b=]"),
    CASE("<a b= >", "+a[b=]"),
    CASE("<a =b=c>", "+a[=b=c]"),
    CASE("<a b==c>", "+a[b==c]"),
    CASE("<a b/c=d/>", "+a[b][c=d/]"),
    CASE("<a/b=c>", "+a[b=c]"),
    CASE("<a b \"c\" d'=<>", "+a[b][\"c\"][d'=<]"),
    CASE("<a b=\">\" c='>'>x", "+a[b=\">\"][c='>']|D:x"),
    CASE("<a b=`>`>", "+a[b=`]|D:`>"),
    CASE("<a b c=d b e>", "+a[b][c=d][b][e]"),
    CASE("<a\0b c\0=\0>", "+a\0b[c\0=\0]"),
    CASE("<a<b>", "+a<b"),
    CASE("<abcdefghijklmnopqrstuvwxyz0 x>", "+abcdefghijklmnopqrstuvwx[x]"),
    CASE("<a b  =  c  d>", "+a[b=c][d]"),
    CASE("x<a", "D:x|~<a"),
    CASE("x<a ", "D:x|~<a "),
    CASE("x<a b", "D:x|~<a b"),
    CASE("x<a b=", "D:x|~<a b="),
    CASE("x<a b='>", "D:x|~<a b='>"),
    CASE("x<a b='c'", "D:x|~<a b='c'"),
    CASE("x<a /", "D:x|~<a /"),
    CASE("x</a", "D:x|~</a"),
};

static const case_t  raw[] = {
    MODE(RCDATA, "title", "a<b></title>c", "R:a<b>|-title|D:c"),
    MODE(RCDATA, "title", "</TiTlE x='>'>", "-title[x='>']"),
    MODE(RCDATA, "title", "</title/>", "-title/"),
    MODE(RCDATA, "title", "</title\f>", "-title"),
    MODE(RCDATA, "title", "</titles></titl></ti</ti", "R:</titles></titl></ti"
         "</ti"),
    MODE(RCDATA, "title", "</title", "R:</title"),
    MODE(RCDATA, "title", "x</title ", "R:x|~</title "),
    MODE(RCDATA, "title", "<</title>", "R:<|-title"),
    MODE(RCDATA, "title", "</</title>", "R:</|-title"),
    MODE(RCDATA, "title", "</style></title1></title=>",
         "R:</style></title1></title=>"),
    MODE(RCDATA, NULL, "</title></>", "R:</title></>"),
    MODE(RAWTEXT, "style", "<!--</style>-->", "W:<!--|-style|D:-->"),
    MODE(RAWTEXT, "style", "a</style/>b", "W:a|-style/|D:b"),
    MODE(RAWTEXT, "STYLE", "</style>", "-style"),
    MODE(RAWTEXT, "abcdefghijklmnopqrstuvwxyz", "</abcdefghijklmnopqrstuvwxyz>",
         "W:</abcdefghijklmnopqrstuvwxyz>"),
    MODE(PLAINTEXT, "plaintext", "a</plaintext><b>",
         "P:a</plaintext><b>"),
};

static const case_t  script[] = {
    MODE(SCRIPT, "script", "a<b</script>c", "S:a<b|-script|D:c"),
    MODE(SCRIPT, "script", "</script x></SCRIPT>", "-script[x]|-script"),
    MODE(SCRIPT, "script", "<!--</script>", "S:<!--|-script"),
    MODE(SCRIPT, "script", "<!--<script></script>--></script>",
         "S:<!--<script></script>-->|-script"),
    MODE(SCRIPT, "script", "<!--<SCRIPT x</scriPt/x</script>",
         "S:<!--<SCRIPT x</scriPt/x|-script"),
    MODE(SCRIPT, "script", "<!--<scripts></script>x",
         "S:<!--<scripts>|-script|D:x"),
    MODE(SCRIPT, "script", "<!--<scrip></script>x",
         "S:<!--<scrip>|-script|D:x"),
    MODE(SCRIPT, "script", "<!--<script></scripts></script></script>",
         "S:<!--<script></scripts></script>|-script"),
    MODE(SCRIPT, "script", "<!--><script></script>x",
         "S:<!--><script>|-script|D:x"),
    MODE(SCRIPT, "script", "<!---><script></script>x",
         "S:<!---><script>|-script|D:x"),
    MODE(SCRIPT, "script", "<!--<script>--></script>x",
         "S:<!--<script>-->|-script|D:x"),
    MODE(SCRIPT, "script", "<!--<script>- -- ---></script>x",
         "S:<!--<script>- -- --->|-script|D:x"),
    MODE(SCRIPT, "script", "<!--<script>-<-/--<</script>x</script>",
         "S:<!--<script>-<-/--<</script>x|-script"),
    MODE(SCRIPT, "script", "<!- -<script></script>x",
         "S:<!- -<script>|-script|D:x"),
    MODE(SCRIPT, "script", "<!-<script></script>x",
         "S:<!-<script>|-script|D:x"),
    MODE(SCRIPT, "script", "<!-- - -- <<1</scrip</script>x",
         "S:<!-- - -- <<1</scrip|-script|D:x"),
    MODE(SCRIPT, "script", "<!--0123456789abcdef-0123456789abcdef<x",
         "S:<!--0123456789abcdef-0123456789abcdef<x"),
    MODE(SCRIPT, "script", "<!--<script>0123456789abcdef</script",
         "S:<!--<script>0123456789abcdef</script"),
    MODE(SCRIPT, "script", "<!--\x80\xBC\xAD<script>\xBC</script>\xAD</script>",
         "S:<!--\x80\xBC\xAD<script>\xBC</script>\xAD|-script"),
    MODE(SCRIPT, "script", "<!--</script", "S:<!--</script"),
    MODE(SCRIPT, "script", "x</script ", "S:x|~</script "),
};

static const case_t  comments[] = {
    CASE("a<!--b-->c", "D:a|#b|D:c"),
    CASE("<!---->", "#"),
    CASE("<!-->x", "#|D:x"),
    CASE("<!--->x", "#|D:x"),
    CASE("<!-- --!>x", "# |D:x"),
    CASE("<!----!>x", "#|D:x"),
    CASE("<!-- --!-->x", "# --!|D:x"),
    CASE("<!-- --!->x-->", "# --!->x"),
    CASE("<!-- --!x-->", "# --!x"),
    CASE("<!--a--->", "#a-"),
    CASE("<!-----x-->", "#---x"),
    CASE("<!--a-b--c-->", "#a-b--c"),
    CASE("<!--<!-- a -->b-->", "#<!-- a |D:b-->"),
    CASE("<!--<!-->x", "#<!|D:x"),
    CASE("<!--<!->-->", "#<!->"),
    CASE("<!-- > -- >-->", "# > -- >"),
    CASE("<!--a", "#a"),
    CASE("<!--", "#"),
    CASE("<!---", "#"),
    CASE("<!--a-", "#a"),
    CASE("<!--a--", "#a"),
    CASE("<!--a--!", "#a"),
    CASE("<!--a--!-", "#a--!"),
    CASE("<!", "#"),
    CASE("<!-", "#-"),
    CASE("<!-x>y", "#-x|D:y"),
    CASE("<!>x", "#|D:x"),
    CASE("<!x-->y", "#x--|D:y"),
    CASE("<!doc>x", "#doc|D:x"),
    CASE("<!DOCTYP", "#DOCTYP"),
    CASE("<![CDATA[x]]>", "#[CDATA[x]]"),
    CASE("<![cdata[>", "#[cdata["),
    CASE("<?", "#?"),
};

static const case_t  doctypes[] = {
    CASE("<!DOCTYPE html>x", "!<!DOCTYPE html>|D:x"),
    CASE("<!dOcTyPe>x", "!<!dOcTyPe>|D:x"),
    CASE("<!doctype html public '>'>", "!<!doctype html public '>|D:'>"),
    CASE("<!doctypehtml", "!<!doctypehtml"),
};

static const case_t  cdata[] = {
    MODE(CDATA, NULL, "a<b>]]>c", "C:a<b>|~]]>|D:c"),
    MODE(CDATA, NULL, "]]]]>c", "C:]]|~]]>|D:c"),
    MODE(CDATA, NULL, "] ]>]] >]>", "C:] ]>]] >]>"),
    MODE(CDATA, NULL, "]", "C:]"),
    MODE(CDATA, NULL, "]]", "C:]]"),
    MODE(CDATA, NULL, "]]>a<![CDATA[b]]>c",
         "~]]>|D:a|~<![CDATA[|C:b|~]]>|D:c"),
    MODE(CDATA, NULL, "]]><![CDATA", "~]]>|#[CDATA"),
    MODE(CDATA, NULL, "]]><![cdata[x>", "~]]>|#[cdata[x"),
    MODE(CDATA, NULL, "]]><![CDATA[]]>", "~]]>|~<![CDATA[|~]]>"),
};


/* What must stay readable after `in` was fed, with and without keep_text. */

static const struct {
    cg_html_mode_t   mode;
    const char      *in;
    uint64_t         keeping;
    uint64_t         passing;
}  pendings[] = {
    { CG_HTML_DATA, "abc", 3, 3 },
    { CG_HTML_DATA, "abc<", 3, 3 },
    { CG_HTML_DATA, "abc<1", 5, 5 },
    { CG_HTML_DATA, "abc</", 3, 3 },
    { CG_HTML_DATA, "abc<a b='", 3, 3 },
    { CG_HTML_DATA, "abc<a b='>'>", 12, 12 },
    { CG_HTML_DATA, "abc<!", 3, 5 },
    { CG_HTML_DATA, "abc<!-", 3, 6 },
    { CG_HTML_DATA, "abc<!--xyz-", 3, 11 },
    { CG_HTML_DATA, "abc<!--xyz-->", 13, 13 },
    { CG_HTML_DATA, "<!doctype h", 0, 11 },
    { CG_HTML_DATA, "<?x", 0, 3 },
    { CG_HTML_RCDATA, "a</titl", 1, 1 },
    { CG_HTML_RCDATA, "a</tito", 7, 7 },
    { CG_HTML_RCDATA, "a</title ", 1, 1 },
    { CG_HTML_SCRIPT, "a<!--", 5, 5 },
    { CG_HTML_SCRIPT, "a<!--<", 5, 5 },
    { CG_HTML_SCRIPT, "a<!--</t", 5, 5 },
    { CG_HTML_SCRIPT, "a<!--</x", 8, 8 },
    { CG_HTML_PLAINTEXT, "a</t", 4, 4 },
    { CG_HTML_CDATA, "a]", 1, 1 },
    { CG_HTML_CDATA, "a]]]", 2, 2 },
    { CG_HTML_CDATA, "a]]>", 4, 4 },
};


static void
pending_is_exact(void)
{
    int             keep, good = 1;
    size_t          i;
    heap_t          heap;
    trace_t         trace;
    uint64_t        want;
    cg_html_tok_t  *tok;

    for (i = 0; good && i < 2 * sizeof(pendings) / sizeof(pendings[0]); i++) {
        keep = i & 1;
        want = keep ? pendings[i / 2].keeping : pendings[i / 2].passing;

        heap_init(&heap);
        memset(&trace, 0, sizeof(trace));
        cg_out_init(&trace.out, &heap.arena, 4096);
        trace.in = cg_str_from(pendings[i / 2].in);

        tok = cg_html_tok_create(&heap.arena, on_token, &trace, keep);
        cg_html_tok_set_mode(tok, pendings[i / 2].mode, cg_str("title"));
        feed(&trace, tok, 0, trace.in.len);

        good = !trace.bad && trace.pending == want;

        if (!good) {
            printf("# %s: got %d, want %d\n", pendings[i / 2].in,
                   (int) trace.pending, (int) want);
        }

        heap_drop(&heap);
    }

    ok(good, "pending() is the first byte that is still open, no later, no"
       " earlier");
}


static int
is_text(cg_str_t got, const char *want)
{
    if (want == NULL) {
        return got.data == NULL;
    }

    return got.data != NULL && cg_str_eq(got, cg_str_from(want));
}


static const struct {
    const char  *in;
    int          eof;
    const char  *name;
    const char  *public_id;
    const char  *system_id;
    int          quirks;
}  doctype_parts[] = {
    { "<!DOCTYPE html>", 0, "html", NULL, NULL, 0 },
    { "<!doctypeHTML >", 0, "HTML", NULL, NULL, 0 },
    { "<!DOCTYPE>", 0, NULL, NULL, NULL, 1 },
    { "<!DOCTYPE >", 0, NULL, NULL, NULL, 1 },
    { "<!DOCTYPE html x>", 0, "html", NULL, NULL, 1 },
    { "<!DOCTYPE html PUBLIC \"a\" 'b'>", 0, "html", "a", "b", 0 },
    { "<!DOCTYPE html public'a''b'>", 0, "html", "a", "b", 0 },
    { "<!DOCTYPE html PUBLIC \"\">", 0, "html", "", NULL, 0 },
    { "<!DOCTYPE html PUBLIC>", 0, "html", NULL, NULL, 1 },
    { "<!DOCTYPE html PUBLIC \"a>", 0, "html", "a", NULL, 1 },
    { "<!DOCTYPE html PUBLIC 'a' b>", 0, "html", "a", NULL, 1 },
    { "<!DOCTYPE html PUBLIC a 'b'>", 0, "html", NULL, NULL, 1 },
    { "<!DOCTYPE html SYSTEM \"about:legacy-compat\">", 0, "html", NULL,
      "about:legacy-compat", 0 },
    { "<!DOCTYPE html SYSTEM 'a' b>", 0, "html", NULL, "a", 0 },
    { "<!DOCTYPE html SYSTEM 'a' b", 1, "html", NULL, "a", 0 },
    { "<!DOCTYPE html SYSTEM 'a'", 1, "html", NULL, "a", 1 },
    { "<!DOCTYPE html SYSTEM>", 0, "html", NULL, NULL, 1 },
    { "<!DOCTYPE html", 1, "html", NULL, NULL, 1 },
    { "<!DOCTYPE", 1, NULL, NULL, NULL, 1 },
    { "", 0, NULL, NULL, NULL, 1 },
    { "<!DOC", 0, NULL, NULL, NULL, 1 },
};


static void
doctype_is_read(void)
{
    int                good = 1;
    size_t             i;
    size_t             n = sizeof(doctype_parts) / sizeof(doctype_parts[0]);
    cg_str_t           in;
    cg_html_doctype_t  doctype;

    for (i = 0; good && i < n; i++) {
        in = heap_exact(cg_str_from(doctype_parts[i].in));
        cg_html_doctype_read(in, doctype_parts[i].eof, &doctype);

        good = doctype.force_quirks == doctype_parts[i].quirks;

        good &= is_text(doctype.name, doctype_parts[i].name)
                && is_text(doctype.public_id, doctype_parts[i].public_id)
                && is_text(doctype.system_id, doctype_parts[i].system_id);

        if (!good) {
            printf("# %s: quirks %d\n", doctype_parts[i].in,
                   doctype.force_quirks);
            tap_show("name", doctype.name);
            tap_show("public", doctype.public_id);
            tap_show("system", doctype.system_id);
        }

        free((void *) in.data);
    }

    ok(good, "a doctype is taken apart as a browser does it");
}


int
main(void)
{
    CHECK("data: text is text, in every split", data);
    CHECK("tags and attributes, in every split", tags);
    CHECK("RCDATA, RAWTEXT, PLAINTEXT: only the appropriate end tag ends"
          " them, in every split", raw);
    CHECK("script data with its escapes, in every split", script);
    CHECK("comments, in every split", comments);
    CHECK("doctypes, in every split", doctypes);
    CHECK("CDATA sections, in every split", cdata);

    pending_is_exact();
    doctype_is_read();

    return tap_done();
}
