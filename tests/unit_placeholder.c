/* What stands where a frame is held: in which words, and that nothing in an
 * address or an attribute gets out of its place. */

#include "tap.h"
#include "heap.h"
#include "notice_policy.h"

#include "base/cg_ascii.h"
#include "html/cg_html_charref.h"
#include "html/cg_html_tok.h"
#include "notice/cg_messages.h"
#include "notice/cg_placeholder.h"

#define EVIL  "\"'><script>alert(1)</script></noscript></iframe><!--&amp;&#34;"

typedef struct {
    heap_t              heap;
    cg_out_t            out;
    cg_out_t            text;
    cg_policy_t         policy;
    cg_consent_t        consent;
    cg_view_t           view;
    cg_placeholder_t    what;
    cg_placeholders_t  *all;
} shown_t;


static void
shown_init(shown_t *s)
{
    memset(s, 0, sizeof(*s));
    heap_init(&s->heap);
    cg_out_init(&s->out, &s->heap.arena, 1024 * 1024);
    cg_out_init(&s->text, &s->heap.arena, 1024 * 1024);

    s->policy = np_policy();
    s->view.policy = &s->policy;
    s->view.consent = &s->consent;
    s->view.lang = cg_str("en");
    s->view.uri = cg_str("/.consent/");
    s->view.back = cg_str("/a?b=1&c=2");
    s->view.notice = cg_str("en.frame.1.00.AA");
    s->view.once = cg_str("AAAAAAAAAAA");
    s->what.vendor = cg_str("youtube");
    s->what.purpose = cg_str("media");
    s->what.url = cg_str("https://www.youtube.com/embed/x?a=1&b='\"<>");
    s->what.host = cg_str("www.youtube.com");
    s->all = cg_placeholders_create(&s->heap.arena, &s->policy, s->view.uri);
}


/* The attributes, or the element. */

static cg_str_t
shown(shown_t *s)
{
    cg_out_reset(&s->out);
    cg_placeholder_write(&s->out, &s->heap.arena, s->all, &s->view, &s->what);

    return s->out.status == CG_OK && s->out.len ? cg_out_slice(&s->out)
                                                : cg_str("");
}


/* Tags of a document: how many, and the attributes of those asked for. */

typedef struct {
    shown_t     *s;
    cg_str_t     bytes;
    const char  *tag;              /* to look at */
    const char  *attr;
    size_t       n;                /* start tags of any kind */
    size_t       found;            /* of that tag, with the attribute */
    size_t       names;            /* attributes of all of them */
    cg_str_t     value;            /* of the last one found, decoded */
} look_t;

static cg_status_t
look_token(void *ctx, const cg_html_token_t *token)
{
    size_t                 i;
    look_t                *look = ctx;
    const cg_html_attr_t  *attr;

    if (token->kind != CG_HTML_START_TAG) {
        return CG_OK;
    }

    look->n++;

    for (i = 0; i < token->nattrs; i++) {
        attr = &token->attrs[i];
        look->names++;

        if (token->name_len == strlen(look->tag)
            && memcmp(token->name, look->tag, token->name_len) == 0
            && cg_str_eq(cg_str_sub(look->bytes, token->start + attr->name,
                                    token->start + attr->name_end),
                         cg_str_from(look->attr)))
        {
            look->found++;
            cg_out_reset(&look->s->text);
            cg_html_charref_attr(&look->s->text,
                                 cg_str_sub(look->bytes,
                                            token->start + attr->value,
                                            token->start + attr->value_end));
            look->value = cg_arena_copy(&look->s->heap.arena,
                                        cg_out_slice(&look->s->text));
        }
    }

    return CG_OK;
}


static look_t
look_for(shown_t *s, cg_str_t html, const char *tag, const char *attr)
{
    look_t          look = { s, html, tag, attr, 0, 0, 0, { 0, NULL } };
    cg_html_tok_t  *tok;

    tok = cg_html_tok_create(&s->heap.arena, look_token, &look, 0);

    if (cg_html_tok_feed(tok, html.data, html.len) != CG_OK
        || cg_html_tok_end(tok) != CG_OK)
    {
        look.n = 0;
    }

    return look;
}


/* The frame as a browser meets it, and the document in it. */

static cg_str_t
document(shown_t *s)
{
    cg_out_t  html;

    cg_out_init(&html, &s->heap.arena, 1024 * 1024);
    cg_out_text(&html, s->what.own ? "" : "<iframe");
    cg_out_str(&html, shown(s));
    cg_out_text(&html, s->what.own ? "" : ">");

    return look_for(s, cg_out_slice(&html), "iframe", "srcdoc").value;
}


static int
has(cg_str_t text, const char *part)
{
    size_t  i, len = strlen(part);

    for (i = 0; i + len <= text.len; i++) {
        if (memcmp(text.data + i, part, len) == 0) {
            return 1;
        }
    }

    return 0;
}


static void
it_says_what_and_why(shown_t *s)
{
    cg_str_t  doc = document(s);

    ok(has(doc, "<h1>Content from YouTube</h1>"), "it names the service");
    ok(has(doc, "Not loaded. YouTube would receive"), "it says why");
    ok(has(doc, "action='/.consent/show'")
       && has(doc, "action='/.consent/choice'"), "two forms");
    ok(has(doc, "Always allow: "), "the purpose by its name");
    is_str(look_for(s, doc, "a", "href").value, s->what.url,
           "a link to the original, to the byte");
    ok(has(doc, "rel='noopener noreferrer'"), "... that tells nothing");
    ok(!has(doc, "<script"), "no script where the page cannot go on");

    s->view.live = 1;
    s->view.nonce = cg_str("n1'\"");
    s->view.style_nonce = cg_str("n2");
    doc = document(s);
    is_str(look_for(s, doc, "script", "nonce").value, cg_str("n1'\""),
           "with a script, that has the page's nonce");
    is_str(look_for(s, doc, "link", "nonce").value, cg_str("n2"),
           "and the style its own");
    memset(&s->view.nonce, 0, sizeof(s->view.nonce));
    memset(&s->view.style_nonce, 0, sizeof(s->view.style_nonce));
    s->view.live = 0;
}


static void
with_an_origin_every_path_has_it(shown_t *s)
{
    cg_str_t  doc;

    s->view.live = 1;
    s->view.origin = cg_str("https://a.example");
    doc = document(s);
    ok(has(doc, "action='https://a.example/.consent/show'")
       && has(doc, "action='https://a.example/.consent/choice'")
       && has(doc, "src='https://a.example/.consent/ngx-")
       && has(doc, "release='https://a.example/.consent/ngx-")
       && has(doc, "href='https://a.example/.consent/ngx-")
       && !has(doc, "='/."),
       "where the page's <base> leads elsewhere all of it names the host");
    s->view.live = 0;
    s->view.origin = cg_str_null;
}


static void
what_is_not_there_is_not_offered(shown_t *s)
{
    cg_str_t          doc;
    cg_placeholder_t  what = s->what;

    s->what.purpose = cg_str_null;
    doc = document(s);
    ok(has(doc, "Show once") && !has(doc, "Always"),
       "no purpose opens it: shown once, or not at all");

    s->what = what;
    s->what.purpose = cg_str("necessary");
    ok(!has(document(s), "Always"), "a purpose without a choice is none");

    s->what = what;
    s->what.shut = 1;
    doc = document(s);
    ok(!has(doc, "<form") && has(doc, "<a "),
       "where nothing opens it, a link is all");

    s->what = what;
    s->what.url = cg_str_null;
    doc = document(s);
    ok(!has(doc, "Show once") && !has(doc, "<a ") && has(doc, "Always"),
       "without an address it cannot be shown by itself");

    s->what.vendor = cg_str("unlisted");
    s->what.host = cg_str_null;
    is_int((int) shown(s).len, 0, "nothing to call it by: nothing");

    s->what = what;
    s->what.vendor = cg_str("unlisted");
    s->what.purpose = cg_str_null;
    doc = document(s);
    ok(has(doc, "Content from www.youtube.com")
       && has(doc, "which our privacy policy does not name"),
       "a host that nobody declared");
    s->what = what;
}


static void
titles_and_sizes(shown_t *s)
{
    cg_placeholder_t  what = s->what;

    ok(has(shown(s), " data-ngxc-added=\"srcdoc title\" srcdoc=\"")
       && has(shown(s), "\" title=\"Content from YouTube\""),
       "a frame without a title gets one, and says so");

    s->what.titled = 1;
    ok(has(shown(s), " data-ngxc-added=\"srcdoc\" srcdoc=\"")
       && !has(shown(s), " title="), "one with a title keeps it");

    s->what.own = 1;
    s->what.width = cg_str("50%\">" EVIL);
    s->what.height = cg_str("300");
    ok(has(shown(s), "<iframe data-ngxc-ui frameborder=\"0\" srcdoc=\"")
       && has(shown(s), " height=\"300\"></iframe>"), "an element of its own");
    is_str(look_for(s, shown(s), "iframe", "width").value, s->what.width,
           "... of the size that was asked for");
    is_int((int) look_for(s, shown(s), "", "").n, 1, "... and nothing else");

    s->what.inside = 1;
    ok(has(shown(s), "<iframe data-ngxc-ui=\"in\" frameborder=\"0\" srcdoc="),
       "... which says when it stands within what it is for");
    s->what = what;
}


static void
nothing_gets_out_of_its_place(shown_t *s)
{
    size_t            i, tags, names;
    look_t            look;
    cg_str_t          doc, out;
    cg_placeholder_t  what = s->what;
    cg_view_t         view = s->view;

    s->what.sandbox = cg_str("a");
    doc = document(s);
    look = look_for(s, doc, "", "");
    tags = look.n;
    names = look.names;

    s->what.url = cg_str("https://h.example/" EVIL);
    s->what.sandbox = cg_str(EVIL);
    s->view.notice = cg_str(EVIL);
    s->view.once = cg_str(EVIL);
    s->view.back = cg_str("/" EVIL);

    doc = document(s);
    out = shown(s);
    look = look_for(s, doc, "", "");
    ok(look.n == tags && look.names == names,
       "hostile words make no tag and no attribute more");
    is_str(look_for(s, doc, "a", "href").value, s->what.url,
           "and arrive as they are");
    is_int((int) look_for(s, out, "", "").n, 0, "no tag in the frame's");

    for (i = 0; i < out.len; i++) {
        if (out.data[i] >= 0x80 || out.data[i] == '<' || out.data[i] == '>') {
            break;
        }
    }

    is_int((int) i, (int) out.len, "ASCII, and no bracket, for noscript");

    s->what = what;
    s->view = view;
}


/* Everybody reads it. */

static void
in_every_language(shown_t *s)
{
    size_t             i;
    cg_str_t           lang, doc;
    cg_policy_t        policy = s->policy;
    cg_placeholders_t  *all = s->all;

    for (i = 0; cg_message_lang(i); i++) {
        lang = cg_str_from(cg_message_lang(i));
        s->policy.languages = &lang;
        s->policy.nlanguages = 1;
        s->all = cg_placeholders_create(&s->heap.arena, &s->policy,
                                        s->view.uri);
        s->view.lang = lang;
        doc = document(s);

        ok(has(doc, "YouTube") && !has(doc, "{service}")
           && !has(doc, "{purpose}") && !has(doc, "{host}"),
           "in %s", cg_message_lang(i));
    }

    s->policy = policy;
    s->all = all;
    s->view.lang = cg_str("en");
}


static void
the_page_shows_one_frame(shown_t *s)
{
    look_t  look;

    s->what.sandbox = cg_str("allow-scripts");
    cg_out_reset(&s->out);
    cg_placeholder_page(&s->out, &s->heap.arena, &s->view, &s->what, 0);
    look = look_for(s, cg_out_slice(&s->out), "iframe", "src");
    is_int((int) look.found, 1, "the page: one frame");
    is_str(look.value, s->what.url, "... that one");
    is_str(look_for(s, cg_out_slice(&s->out), "iframe", "sandbox").value,
           s->what.sandbox, "... in its sandbox");
    ok(has(cg_out_slice(&s->out), "value=\"add\"")
       && has(cg_out_slice(&s->out), "href=\"/a?b=1&"),
       "it leads to allowing it for good, and back");

    cg_out_reset(&s->out);
    cg_placeholder_page(&s->out, &s->heap.arena, &s->view, &s->what, 1);
    is_int((int) look_for(s, cg_out_slice(&s->out), "iframe", "src").found, 0,
           "asked again, nothing is shown yet");
    is_str(look_for(s, cg_out_slice(&s->out), "form", "action").value,
           cg_str("/.consent/choice"), "and both forms are there");
    s->what.sandbox = cg_str_null;
}


static void
without_memory(void)
{
    size_t   n;
    int      good = 1;
    shown_t  s;

    for (n = 1; n < 200; n++) {
        shown_init(&s);
        s.heap.fail_at = s.heap.count + n;
        good = good && (shown(&s).len == 0 || s.out.status == CG_OK);
        n = s.heap.count < s.heap.fail_at ? 200 : n;
        heap_drop(&s.heap);
    }

    ok(good, "the n-th allocation fails: a placeholder is whole, or none");
}


static void
what_does_not_fit_is_not_left_out(void)
{
    shown_t               s;
    static unsigned char  quotes[20000];

    memset(quotes, '"', sizeof(quotes));
    shown_init(&s);
    s.what.sandbox = (cg_str_t) { sizeof(quotes), quotes };
    is_int((int) shown(&s).len, 0, "a sandbox too long to be told: no "
           "placeholder, not one without it");
    heap_drop(&s.heap);
}


int
main(void)
{
    shown_t  s;

    shown_init(&s);
    it_says_what_and_why(&s);
    with_an_origin_every_path_has_it(&s);
    what_is_not_there_is_not_offered(&s);
    titles_and_sizes(&s);
    nothing_gets_out_of_its_place(&s);
    in_every_language(&s);
    the_page_shows_one_frame(&s);
    heap_drop(&s.heap);
    without_memory();
    what_does_not_fit_is_not_left_out();

    return tap_done();
}
