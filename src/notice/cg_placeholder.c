#include "cg_placeholder.h"
#include "cg_part.h"

#define PLACEHOLDER_MAX   (64 * 1024)  /* bytes of one */
#define PLACEHOLDER_MOST  4096         /* bytes of most */
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

/* A document is put together from pieces, which are written and quoted when the
 * configuration is loaded; gaps are left for what differs from frame to frame
 * and from visitor to visitor. */

typedef enum {
    PIECE_HEAD = 0,
    PIECE_LISTED,
    PIECE_UNLISTED,
    PIECE_FORMS,
    PIECE_SHOW,
    PIECE_ALWAYS,
    PIECE_FORMS_END,
    PIECE_LINK,
    PIECE_SCRIPT,
    PIECE_END,
    PIECES
} placeholder_piece_e;

/* In a text under way, a gap is this byte and its letter: what is escaped has
 * no such byte. */
#define GAP  "\001"

#define GAP_SERVICE      'a'
#define GAP_HOST         'b'
#define GAP_PURPOSE      'c'           /* its name */
#define GAP_URL          'd'
#define GAP_SANDBOX      'e'           /* the field, if there is one */
#define GAP_NOTICE       'f'
#define GAP_BACK         'g'
#define GAP_ONCE         'h'
#define GAP_ID           'i'           /* of the purpose */
#define GAP_NONCE        'j'           /* the attribute, if there is one */
#define GAP_STYLE_NONCE  'k'
#define GAP_ORIGIN       'l'           /* before our paths, if needed */

#define PIECE_GAPS  16

typedef struct {
    cg_str_t    text;
    size_t      at[PIECE_GAPS];        /* ascending offsets */
    char        gap[PIECE_GAPS];
    size_t      n;
} placeholder_piece_t;

typedef struct {
    cg_str_t             lang;
    cg_str_t             texts[PLACEHOLDER_TEXTS];
    cg_str_t            *purposes;     /* names, as HTML, in the policy's
                                          order */
    placeholder_piece_t  pieces[PIECES];
} placeholder_lang_t;

struct cg_placeholders_s {
    placeholder_lang_t  *langs;
    size_t               n;
    cg_str_t             style;        /* names of assets */
    cg_str_t             script;
    cg_str_t             release;
};

/* Pieces under way. */

typedef struct {
    cg_out_t                  *out;
    cg_view_t                  view;   /* policy, language and uri of it */
    const placeholder_lang_t  *lang;
    const cg_placeholders_t   *all;
    cg_word_t                  words[3];
} placeholder_doc_t;

/* One document. */

typedef struct {
    cg_out_t                  *out;
    cg_out_t                  *scratch;
    const cg_view_t           *view;
    const placeholder_lang_t  *lang;
    const cg_placeholder_t    *what;
    cg_str_t                   service;
} placeholder_fill_t;


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


/* In a value between double quotes; "<" is none of those that noscript, or a
 * reader of the source, could take for a tag. */

static const char *
placeholder_code(unsigned char c)
{
    switch (c) {
    case '&':  return "&amp;";
    case '"':  return "&quot;";
    case '<':  return "&lt;";
    case '>':  return "&gt;";
    default:   return NULL;
    }
}


static void
placeholder_quote(cg_out_t *out, cg_str_t text)
{
    size_t       i, from = 0;
    const char  *code;

    for (i = 0; i < text.len; i++) {
        code = placeholder_code(text.data[i]);

        if (code) {
            cg_out_str(out, cg_str_sub(text, from, i));
            cg_out_text(out, code);
            from = i + 1;
        }
    }

    cg_out_str(out, cg_str_sub(text, from, text.len));
}


/* Pieces, when the configuration is loaded.  Attributes stand in single quotes:
 * the whole document goes into double ones. */

static void
piece_say(placeholder_doc_t *doc, placeholder_text_t text)
{
    cg_part_fill(doc->out, &doc->view, doc->lang->texts[text], doc->words, 3);
}


static void
piece_hidden(cg_out_t *out, const char *name, const char *value)
{
    cg_out_text(out, "<input type='hidden' name='");
    cg_out_text(out, name);
    cg_out_text(out, "' value='");
    cg_out_text(out, value);
    cg_out_text(out, "'>");
}


/* Sent from a frame, answered in its window. */

static void
piece_form(placeholder_doc_t *doc, const char *name)
{
    cg_out_text(doc->out, "<form method='post' target='_top' action='"
                          GAP "l");
    cg_out_html(doc->out, doc->view.uri);
    cg_out_text(doc->out, name);
    cg_out_text(doc->out, "'>");
    piece_hidden(doc->out, "notice", GAP "f");
    piece_hidden(doc->out, "return", GAP "g");
}


static void
piece_button(placeholder_doc_t *doc, placeholder_text_t text)
{
    cg_out_text(doc->out, "<button type='submit' class='ngxc-k'>");
    piece_say(doc, text);
    cg_out_text(doc->out, "</button></form>");
}


static void
piece_asset(placeholder_doc_t *doc, const char *name, cg_str_t asset)
{
    cg_out_byte(doc->out, ' ');
    cg_out_text(doc->out, name);
    cg_out_text(doc->out, "='" GAP "l");
    cg_out_html(doc->out, doc->view.uri);
    cg_out_str(doc->out, asset);
    cg_out_byte(doc->out, '\'');
}


static void
piece_head(placeholder_doc_t *doc)
{
    cg_out_text(doc->out, "<!DOCTYPE html><html");
    cg_part_lang(doc->out, doc->lang->lang);
    cg_out_text(doc->out, "><head><meta charset='utf-8'><meta "
                          "name='color-scheme' content='light dark'><title>");
    piece_say(doc, PLACEHOLDER_TITLE);
    cg_out_text(doc->out, "</title><link rel='stylesheet'");
    piece_asset(doc, "href", doc->all->style);
    cg_out_text(doc->out, GAP "k></head><body><main><h1>");
    piece_say(doc, PLACEHOLDER_TITLE);
    cg_out_text(doc->out, "</h1><p>");
}


static void
piece_write(placeholder_doc_t *doc, placeholder_piece_e piece)
{
    cg_out_t  *out = doc->out;

    switch (piece) {

    case PIECE_HEAD:
        piece_head(doc);
        break;

    case PIECE_LISTED:
        piece_say(doc, PLACEHOLDER_TEXT);
        break;

    case PIECE_UNLISTED:
        piece_say(doc, PLACEHOLDER_UNLISTED);
        break;

    case PIECE_FORMS:
        cg_out_text(out, "</p><div>");
        break;

    case PIECE_SHOW:
        piece_form(doc, "show");
        piece_hidden(out, "src", GAP "d");
        cg_out_text(out, GAP "e");
        piece_button(doc, PLACEHOLDER_SHOW);
        break;

    case PIECE_ALWAYS:
        piece_form(doc, "choice");
        piece_hidden(out, "choice", "add");
        piece_hidden(out, "once", GAP "h");
        piece_hidden(out, "p", GAP "i");
        piece_button(doc, PLACEHOLDER_ALWAYS);
        break;

    case PIECE_FORMS_END:
        cg_out_text(out, "</div>");
        break;

    case PIECE_LINK:
        cg_out_text(out, "<p><a target='_blank' rel='noopener noreferrer' "
                         "href='" GAP "d'>");
        piece_say(doc, PLACEHOLDER_LINK);
        cg_out_text(out, "</a></p>");
        break;

    case PIECE_SCRIPT:
        cg_out_text(out, "<script async");
        piece_asset(doc, "src", doc->all->script);
        piece_asset(doc, "data-ngxc-release", doc->all->release);
        cg_out_text(out, GAP "j></script>");
        break;

    default:
        cg_out_text(out, "</main></body></html>");
    }
}


/* Quoted, its gaps noted. */

static cg_status_t
piece_make(cg_arena_t *arena, cg_str_t text, placeholder_piece_t *piece)
{
    size_t    i, from = 0;
    cg_out_t  out;

    cg_out_init(&out, arena, PLACEHOLDER_MAX);

    for (i = 0; i < text.len; i++) {
        if (text.data[i] != GAP[0] || i + 1 == text.len) {
            continue;
        }

        if (piece->n == PIECE_GAPS) {
            return CG_ELIMIT;
        }

        placeholder_quote(&out, cg_str_sub(text, from, i));
        piece->at[piece->n] = out.len;
        piece->gap[piece->n++] = (char) text.data[i + 1];
        from = i + 2;
    }

    placeholder_quote(&out, cg_str_sub(text, from, text.len));
    piece->text = cg_out_slice(&out);

    return out.status;
}


static cg_status_t
placeholder_pieces(cg_arena_t *arena, const cg_placeholders_t *all,
    const cg_view_t *view, placeholder_lang_t *lang)
{
    cg_out_t             text;
    cg_status_t          rc = CG_OK;
    placeholder_doc_t    doc;
    placeholder_piece_e  i;

    memset(&doc, 0, sizeof(doc));
    doc.out = &text;
    doc.view = *view;
    doc.lang = lang;
    doc.all = all;
    doc.words[0].name = "service";
    doc.words[0].html = cg_str(GAP "a");
    doc.words[1].name = "host";
    doc.words[1].html = cg_str(GAP "b");
    doc.words[2].name = "purpose";
    doc.words[2].html = cg_str(GAP "c");

    for (i = 0; i < PIECES && rc == CG_OK; i++) {
        cg_out_init(&text, arena, PLACEHOLDER_MAX);
        piece_write(&doc, i);
        rc = text.status == CG_OK ? piece_make(arena, cg_out_slice(&text),
                                               &lang->pieces[i])
                                  : text.status;
    }

    return rc;
}


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
placeholder_lang(cg_arena_t *arena, const cg_placeholders_t *all,
    const cg_policy_t *policy, cg_str_t uri, placeholder_lang_t *lang)
{
    size_t       i;
    cg_view_t    view;
    cg_status_t  rc;

    memset(&view, 0, sizeof(view));
    view.policy = policy;
    view.lang = lang->lang;
    view.uri = uri;

    for (i = 0; i < PLACEHOLDER_TEXTS; i++) {
        lang->texts[i] = cg_part_message(&view, placeholder_keys[i]);
    }

    rc = placeholder_purposes(arena, &view, lang);

    return rc == CG_OK ? placeholder_pieces(arena, all, &view, lang) : rc;
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
cg_placeholders_create(cg_arena_t *arena, const cg_policy_t *policy,
    cg_str_t uri)
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

        if (placeholder_lang(arena, all, policy, uri, &all->langs[i])
            != CG_OK)
        {
            return NULL;
        }
    }

    return all;
}


/* One document: what goes into a gap, as HTML. */

static cg_str_t
fill_purpose(const placeholder_fill_t *fill)
{
    size_t              i;
    const cg_policy_t  *policy = fill->view->policy;

    for (i = 0; i < policy->npurposes; i++) {
        if (cg_str_eq(policy->purposes[i].id, fill->what->purpose)) {
            return fill->lang->purposes[i];
        }
    }

    return cg_str("");
}


static void
fill_attr(cg_out_t *out, const char *before, cg_str_t value,
    const char *behind)
{
    if (value.data) {
        cg_out_text(out, before);
        cg_out_html(out, value);
        cg_out_text(out, behind);
    }
}


static void
fill_gap(const placeholder_fill_t *fill, char gap)
{
    cg_out_t                *out = fill->scratch;
    const cg_view_t         *view = fill->view;
    const cg_placeholder_t  *what = fill->what;

    switch (gap) {
    case GAP_SERVICE:      cg_out_html(out, fill->service); break;
    case GAP_HOST:         cg_out_html(out, what->host); break;
    case GAP_PURPOSE:      cg_out_str(out, fill_purpose(fill)); break;
    case GAP_URL:          cg_out_html(out, what->url); break;
    case GAP_NOTICE:       cg_out_html(out, view->notice); break;
    case GAP_BACK:         cg_out_html(out, view->back); break;
    case GAP_ONCE:         cg_out_html(out, view->once); break;
    case GAP_ID:           cg_out_html(out, what->purpose); break;
    case GAP_ORIGIN:       cg_out_html(out, view->origin); break;

    case GAP_SANDBOX:
        fill_attr(out, "<input type='hidden' name='sandbox' value='",
                  what->sandbox, "'>");
        break;

    case GAP_NONCE:
        fill_attr(out, " nonce='", view->nonce, "'");
        break;

    case GAP_STYLE_NONCE:
        fill_attr(out, " nonce='", view->style_nonce, "'");
    }
}


/* What a gap has no room for is not left out: a sandbox would be lost. */

static void
fill_piece(const placeholder_fill_t *fill, placeholder_piece_e which)
{
    size_t                      i, at = 0;
    const placeholder_piece_t  *piece = &fill->lang->pieces[which];

    for (i = 0; i < piece->n; i++) {
        if (piece->gap[i] == GAP_ORIGIN && fill->view->origin.len == 0) {
            continue;
        }

        cg_out_str(fill->out, cg_str_sub(piece->text, at, piece->at[i]));
        at = piece->at[i];

        cg_out_reset(fill->scratch);
        fill_gap(fill, piece->gap[i]);
        placeholder_quote(fill->out, cg_out_slice(fill->scratch));

        if (fill->scratch->status != CG_OK && fill->out->status == CG_OK) {
            fill->out->status = fill->scratch->status;
        }
    }

    cg_out_str(fill->out, cg_str_sub(piece->text, at, piece->text.len));
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
fill_document(const placeholder_fill_t *fill)
{
    const cg_placeholder_t  *what = fill->what;
    const cg_policy_t       *policy = fill->view->policy;

    fill_piece(fill, PIECE_HEAD);
    fill_piece(fill, placeholder_recipient(policy, what->vendor)
                     ? PIECE_LISTED : PIECE_UNLISTED);
    fill_piece(fill, PIECE_FORMS);

    if (what->url.len && !what->shut) {
        fill_piece(fill, PIECE_SHOW);
    }

    if (placeholder_may_open(policy, what) && !what->shut) {
        fill_piece(fill, PIECE_ALWAYS);
    }

    fill_piece(fill, PIECE_FORMS_END);

    if (what->url.len) {
        fill_piece(fill, PIECE_LINK);
    }

    /* where the page may go on with what is opened, in place */

    if (fill->view->live) {
        fill_piece(fill, PIECE_SCRIPT);
    }

    fill_piece(fill, PIECE_END);
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


static void
fill_title(const placeholder_fill_t *fill)
{
    cg_word_t  service;

    memset(&service, 0, sizeof(service));
    service.name = "service";
    service.text = fill->service;

    cg_out_text(fill->out, " title=\"");
    cg_part_fill(fill->out, fill->view, fill->lang->texts[PLACEHOLDER_TITLE],
                 &service, 1);
    cg_out_byte(fill->out, '"');
}


void
cg_placeholder_write(cg_out_t *out, cg_arena_t *arena,
    const cg_placeholders_t *all, const cg_view_t *view,
    const cg_placeholder_t *placeholder)
{
    cg_out_t            scratch;
    placeholder_fill_t  fill;

    fill.service = cg_placeholder_service(view->policy, placeholder);

    if (fill.service.len == 0) {
        return;
    }

    cg_out_init(&scratch, arena, PLACEHOLDER_MAX);
    cg_out_reserve(out, PLACEHOLDER_MOST);

    fill.out = out;
    fill.scratch = &scratch;
    fill.view = view;
    fill.what = placeholder;
    fill.lang = placeholder_find(all, view->lang);

    cg_out_text(out, placeholder->own && placeholder->inside
                     ? "<iframe data-ngxc-ui=\"in\" frameborder=\"0\" srcdoc=\""
                     : placeholder->own
                     ? "<iframe data-ngxc-ui frameborder=\"0\" srcdoc=\""
                     : placeholder->titled
                     ? " data-ngxc-added=\"srcdoc\" srcdoc=\""
                     : " data-ngxc-added=\"srcdoc title\" srcdoc=\"");
    fill_document(&fill);
    cg_out_byte(out, '"');

    if (placeholder->own || !placeholder->titled) {
        fill_title(&fill);
    }

    if (placeholder->own) {
        fill_attr(out, " width=\"", placeholder->width, "\"");
        fill_attr(out, " height=\"", placeholder->height, "\"");
        cg_out_text(out, "></iframe>");
    }
}
