#include "cg_placeholder.h"
#include "cg_part.h"

#define PLACEHOLDER_MAX   (64 * 1024)  /* bytes of one */
#define PLACEHOLDER_NAME  64           /* bytes of an asset's name */


typedef enum {
    PLACEHOLDER_TITLE = 0,
    PLACEHOLDER_TEXT,
    PLACEHOLDER_UNLISTED,
    PLACEHOLDER_SHOW,
    PLACEHOLDER_ALWAYS,
    PLACEHOLDER_LINK,
    PLACEHOLDER_TEXTS
} placeholder_text_t;

static const char *const  placeholder_keys[PLACEHOLDER_TEXTS] = {
    "frame.title", "frame.text", "frame.text_unlisted", "frame.show",
    "frame.always", "frame.link"
};

typedef struct {
    cg_str_t    lang;
    cg_str_t    texts[PLACEHOLDER_TEXTS];
    cg_str_t   *purposes;              /* names, as HTML, in the policy's
                                          order */
} placeholder_lang_t;

struct cg_placeholders_s {
    placeholder_lang_t  *langs;
    size_t               n;
    cg_str_t             style;        /* names of assets */
    cg_str_t             script;
    cg_str_t             release;
};

/* One document under way. */

typedef struct {
    cg_out_t                  *out;
    const cg_view_t           *view;
    const placeholder_lang_t  *lang;
    const cg_placeholder_t    *what;
    cg_word_t                  words[3];
} placeholder_doc_t;


static const cg_recipient_t *
placeholder_recipient(const cg_policy_t *policy, cg_str_t vendor)
{
    size_t  i;

    for (i = 0; i < policy->nrecipients; i++) {
        if (cg_str_eq(policy->recipients[i].vendor->id, vendor)) {
            return &policy->recipients[i];
        }
    }

    return NULL;
}


cg_str_t
cg_placeholder_service(const cg_policy_t *policy,
    const cg_placeholder_t *placeholder)
{
    const cg_recipient_t  *who;

    who = placeholder_recipient(policy, placeholder->vendor);

    return who ? who->vendor->name : placeholder->host;
}


/* When the configuration is loaded. */

static cg_status_t
placeholder_purposes(cg_arena_t *arena, const cg_view_t *view,
    placeholder_lang_t *lang)
{
    size_t    i, n = view->policy->npurposes;
    cg_out_t  out;

    lang->purposes = cg_arena_zero(arena, (n + 1) * sizeof(cg_str_t));
    if (lang->purposes == NULL) {
        return CG_ENOMEM;
    }

    for (i = 0; i < n; i++) {
        cg_out_init(&out, arena, PLACEHOLDER_MAX);
        cg_part_purpose_name(&out, view, &view->policy->purposes[i]);

        if (out.status != CG_OK) {
            return out.status;
        }

        lang->purposes[i] = cg_out_slice(&out);
    }

    return CG_OK;
}


static cg_status_t
placeholder_lang(cg_arena_t *arena, const cg_policy_t *policy,
    placeholder_lang_t *lang)
{
    size_t     i;
    cg_view_t  view;

    memset(&view, 0, sizeof(view));
    view.policy = policy;
    view.lang = lang->lang;

    for (i = 0; i < PLACEHOLDER_TEXTS; i++) {
        lang->texts[i] = cg_part_message(&view, placeholder_keys[i]);
    }

    return placeholder_purposes(arena, &view, lang);
}


static cg_str_t
placeholder_asset(cg_arena_t *arena, cg_asset_kind_t kind)
{
    cg_out_t  out;

    cg_out_init(&out, arena, PLACEHOLDER_NAME);
    cg_notice_asset_name(&out, kind);

    return cg_out_slice(&out);
}


cg_placeholders_t *
cg_placeholders_create(cg_arena_t *arena, const cg_policy_t *policy)
{
    size_t              i, n = policy->nlanguages ? policy->nlanguages : 1;
    cg_placeholders_t  *all = cg_arena_zero(arena, sizeof(*all));

    if (all == NULL) {
        return NULL;
    }

    all->n = n;
    all->langs = cg_arena_zero(arena, n * sizeof(placeholder_lang_t));
    all->style = placeholder_asset(arena, CG_ASSET_FRAME);
    all->script = placeholder_asset(arena, CG_ASSET_EMBED);
    all->release = placeholder_asset(arena, CG_ASSET_RELEASE);

    if (all->langs == NULL || all->style.data == NULL
        || all->script.data == NULL || all->release.data == NULL)
    {
        return NULL;
    }

    for (i = 0; i < n; i++) {
        all->langs[i].lang = policy->nlanguages ? policy->languages[i]
                                                : cg_str("en");

        if (placeholder_lang(arena, policy, &all->langs[i]) != CG_OK) {
            return NULL;
        }
    }

    return all;
}


/* Pieces.  Attributes stand in single quotes: the whole document goes into
 * double ones. */

static void
placeholder_say(placeholder_doc_t *doc, placeholder_text_t text)
{
    cg_part_fill(doc->out, doc->view, doc->lang->texts[text], doc->words, 3);
}


static void
placeholder_attr(cg_out_t *out, const char *name, cg_str_t value)
{
    cg_out_byte(out, ' ');
    cg_out_text(out, name);
    cg_out_text(out, "='");
    cg_out_html(out, value);
    cg_out_byte(out, '\'');
}


static void
placeholder_hidden(cg_out_t *out, const char *name, cg_str_t value)
{
    cg_out_text(out, "<input type='hidden'");
    placeholder_attr(out, "name", cg_str_from(name));
    placeholder_attr(out, "value", value);
    cg_out_byte(out, '>');
}


/* Sent from a frame, answered in its window. */

static void
placeholder_form(cg_out_t *out, const cg_view_t *view, const char *name)
{
    cg_out_text(out, "<form method='post' target='_top' action='");
    cg_out_html(out, view->uri);
    cg_out_text(out, name);
    cg_out_text(out, "'>");
    placeholder_hidden(out, "notice", view->notice);
    placeholder_hidden(out, "return", view->back);
}


static void
placeholder_show(cg_out_t *out, const cg_view_t *view,
    const cg_placeholder_t *what)
{
    placeholder_form(out, view, "show");
    placeholder_hidden(out, "src", what->url);

    if (what->sandbox.data) {
        placeholder_hidden(out, "sandbox", what->sandbox);
    }

    cg_out_text(out, "<button type='submit' class='ngxc-k'>");
}


static void
placeholder_always(cg_out_t *out, const cg_view_t *view,
    const cg_placeholder_t *what)
{
    placeholder_form(out, view, "choice");
    placeholder_hidden(out, "choice", cg_str("add"));
    placeholder_hidden(out, "once", view->once);
    placeholder_hidden(out, "p", what->purpose);
    cg_out_text(out, "<button type='submit' class='ngxc-k'>");
}


static int
placeholder_may_open(const cg_policy_t *policy, const cg_placeholder_t *what)
{
    const cg_purpose_t  *purpose = what->purpose.len
                                   ? cg_policy_purpose(policy, what->purpose)
                                   : NULL;

    return purpose != NULL && purpose->bit != 0;
}


static void
placeholder_link(placeholder_doc_t *doc)
{
    cg_out_t  *out = doc->out;

    cg_out_text(out, "<p><a target='_blank' rel='noopener noreferrer'");
    placeholder_attr(out, "href", doc->what->url);
    cg_out_byte(out, '>');
    placeholder_say(doc, PLACEHOLDER_LINK);
    cg_out_text(out, "</a></p>");
}


static void
placeholder_asset_attr(placeholder_doc_t *doc, const char *name,
    cg_str_t asset)
{
    cg_out_byte(doc->out, ' ');
    cg_out_text(doc->out, name);
    cg_out_text(doc->out, "='");
    cg_out_html(doc->out, doc->view->uri);
    cg_out_str(doc->out, asset);
    cg_out_byte(doc->out, '\'');
}


static void
placeholder_nonce(cg_out_t *out, cg_str_t nonce)
{
    if (nonce.data) {
        placeholder_attr(out, "nonce", nonce);
    }
}


static void
placeholder_head(placeholder_doc_t *doc, const cg_placeholders_t *all)
{
    cg_out_t  *out = doc->out;

    cg_out_text(out, "<!DOCTYPE html><html");
    cg_part_lang(out, doc->lang->lang);
    cg_out_text(out, "><head><meta charset='utf-8'><meta name='color-scheme' "
                     "content='light dark'><title>");
    placeholder_say(doc, PLACEHOLDER_TITLE);
    cg_out_text(out, "</title><link rel='stylesheet'");
    placeholder_asset_attr(doc, "href", all->style);
    placeholder_nonce(out, doc->view->style_nonce);
    cg_out_text(out, "></head><body><main>");
}


/* Where the page may go on with what is opened, a script does it in place. */

static void
placeholder_script(placeholder_doc_t *doc, const cg_placeholders_t *all)
{
    if (!doc->view->live) {
        return;
    }

    cg_out_text(doc->out, "<script async");
    placeholder_asset_attr(doc, "src", all->script);
    placeholder_asset_attr(doc, "data-ngxc-release", all->release);
    placeholder_nonce(doc->out, doc->view->nonce);
    cg_out_text(doc->out, "></script>");
}


static void
placeholder_body(placeholder_doc_t *doc)
{
    cg_out_t                *out = doc->out;
    const cg_placeholder_t  *what = doc->what;
    const cg_policy_t       *policy = doc->view->policy;

    cg_out_text(out, "<h1>");
    placeholder_say(doc, PLACEHOLDER_TITLE);
    cg_out_text(out, "</h1><p>");
    placeholder_say(doc, placeholder_recipient(policy, what->vendor)
                         ? PLACEHOLDER_TEXT : PLACEHOLDER_UNLISTED);
    cg_out_text(out, "</p><div>");

    if (what->url.len && !what->shut) {
        placeholder_show(out, doc->view, what);
        placeholder_say(doc, PLACEHOLDER_SHOW);
        cg_out_text(out, "</button></form>");
    }

    if (placeholder_may_open(policy, what) && !what->shut) {
        placeholder_always(out, doc->view, what);
        placeholder_say(doc, PLACEHOLDER_ALWAYS);
        cg_out_text(out, "</button></form>");
    }

    cg_out_text(out, "</div>");

    if (what->url.len) {
        placeholder_link(doc);
    }
}


/* In a value between double quotes; "<" is none of those that noscript, or a
 * reader of the source, could take for a tag. */

static void
placeholder_quote(cg_out_t *out, cg_str_t text)
{
    size_t       i, from = 0;
    const char  *code;

    for (i = 0; i < text.len; i++) {
        switch (text.data[i]) {
        case '&':  code = "&amp;"; break;
        case '"':  code = "&quot;"; break;
        case '<':  code = "&lt;"; break;
        case '>':  code = "&gt;"; break;
        default:   continue;
        }

        cg_out_str(out, cg_str_sub(text, from, i));
        cg_out_text(out, code);
        from = i + 1;
    }

    cg_out_str(out, cg_str_sub(text, from, text.len));
}


static void
placeholder_value(cg_out_t *out, const char *name, cg_str_t value)
{
    cg_out_byte(out, ' ');
    cg_out_text(out, name);
    cg_out_text(out, "=\"");
    placeholder_quote(out, value);
    cg_out_byte(out, '"');
}


/* The name of a purpose is HTML already, in the words it is text. */

static void
placeholder_words(placeholder_doc_t *doc, cg_str_t service)
{
    size_t              i;
    const cg_policy_t  *policy = doc->view->policy;

    memset(doc->words, 0, sizeof(doc->words));

    doc->words[0].name = "service";
    doc->words[0].text = service;
    doc->words[1].name = "host";
    doc->words[1].text = doc->what->host;
    doc->words[2].name = "purpose";
    doc->words[2].text = cg_str("");

    for (i = 0; i < policy->npurposes; i++) {
        if (cg_str_eq(policy->purposes[i].id, doc->what->purpose)) {
            doc->words[2].html = doc->lang->purposes[i];
        }
    }
}


static const placeholder_lang_t *
placeholder_find(const cg_placeholders_t *all, cg_str_t lang)
{
    size_t  i;

    for (i = all->n - 1; i; i--) {
        if (cg_str_eq(all->langs[i].lang, lang)) {
            break;
        }
    }

    return &all->langs[i];
}


static cg_str_t
placeholder_document(placeholder_doc_t *doc, const cg_placeholders_t *all)
{
    placeholder_head(doc, all);
    placeholder_body(doc);
    placeholder_script(doc, all);
    cg_out_text(doc->out, "</main></body></html>");

    return cg_out_slice(doc->out);
}


static cg_str_t
placeholder_title(placeholder_doc_t *doc)
{
    cg_out_reset(doc->out);
    placeholder_say(doc, PLACEHOLDER_TITLE);

    return cg_out_slice(doc->out);
}


static void
placeholder_element(cg_out_t *out, const cg_placeholder_t *what)
{
    if (what->width.len) {
        cg_out_text(out, " width=\"");
        cg_out_html(out, what->width);
        cg_out_byte(out, '"');
    }

    if (what->height.len) {
        cg_out_text(out, " height=\"");
        cg_out_html(out, what->height);
        cg_out_byte(out, '"');
    }

    cg_out_text(out, "></iframe>");
}


void
cg_placeholder_write(cg_out_t *out, cg_arena_t *arena,
    const cg_placeholders_t *all, const cg_view_t *view,
    const cg_placeholder_t *placeholder)
{
    cg_out_t           text;
    cg_str_t           service, document;
    placeholder_doc_t  doc;

    service = cg_placeholder_service(view->policy, placeholder);

    if (service.len == 0) {
        return;
    }

    cg_out_init(&text, arena, PLACEHOLDER_MAX);

    doc.out = &text;
    doc.view = view;
    doc.what = placeholder;
    doc.lang = placeholder_find(all, view->lang);
    placeholder_words(&doc, service);

    document = placeholder_document(&doc, all);

    cg_out_reserve(out, document.len + document.len / 2);
    cg_out_text(out, placeholder->own
                     ? "<iframe data-ngxc-ui frameborder=\"0\""
                     : placeholder->titled ? " data-ngxc-added=\"srcdoc\""
                     : " data-ngxc-added=\"srcdoc title\"");
    placeholder_value(out, "srcdoc", document);

    if (placeholder->own || !placeholder->titled) {

        /* of text that is HTML already, only the quotes are left */

        document = placeholder_title(&doc);
        cg_out_text(out, " title=\"");
        cg_out_str(out, document);
        cg_out_byte(out, '"');
    }

    if (placeholder->own) {
        placeholder_element(out, placeholder);
    }

    if (text.status != CG_OK && out->status == CG_OK) {
        out->status = text.status;
    }
}
