#include "cg_embed_find.h"
#include "cg_hold.h"
#include "base/cg_ascii.h"


/* One attribute of an element that is held. */

static void
hold_content(cg_edit_t *edit, const cg_html_token_t *token, cg_str_t bytes,
    size_t i)
{
    cg_str_t               raw = cg_element_value(token, bytes, i);
    cg_content_t           content;
    const cg_html_attr_t  *attr = &token->attrs[i];

    content = cg_element_content(cg_element_name(token, bytes, i));

    if (content == CG_CONTENT_NONE || content == CG_CONTENT_MARK
        || cg_element_judge_content(&edit->reader, content, raw).pass)
    {
        return;
    }

    if (content == CG_CONTENT_SCRIPT
        || !cg_edit_css_value(edit, token->start + attr->value, raw))
    {
        cg_edit_rename(edit, token->start + attr->name);
    }
}


/* A placeholder: before the element, in its tag or behind that. */

static void
hold_place(cg_edit_t *edit, const cg_html_token_t *token,
    const cg_embed_t *embed, cg_embed_kind_t kind, cg_str_t text)
{
    uint64_t  at = kind == CG_EMBED_EMBED ? token->start
                   : kind == CG_EMBED_OBJECT ? token->end
                   : token->start + token->name_end;

    if (embed->kind == kind && text.len) {
        (void) cg_flow_insert(edit->flow, at, &text, 1);
    }
}


/* What has forged marks in it must not be restored, so it gets no placeholder
 * that would. */

static cg_str_t
hold_embed(cg_edit_t *edit, const cg_html_token_t *token, cg_str_t bytes,
    const cg_element_t *element, int foreign, cg_embed_t *embed)
{
    if (element->forged) {
        memset(embed, 0, sizeof(*embed));
        return cg_str_null;
    }

    return cg_embed_find(edit, token, bytes, element, foreign, embed)
           ? edit->conf->embed(edit->conf->embed_ctx, embed) : cg_str_null;
}


/* Attributes that a further tag of these names brings go to the one element
 * (HTML, 13.2.6.4.7), marks among them. */

static int
hold_is_merged(const cg_html_token_t *token)
{
    return cg_edit_is(token, cg_str("body"))
           || cg_edit_is(token, cg_str("html"));
}


/* What stands in one that is held for its tag was not looked at, and may
 * act. */

static int
hold_hides_body(cg_edit_t *edit, const cg_html_token_t *token, cg_str_t bytes,
    const cg_hold_t *hold, int foreign)
{
    if (hold->element.present & CG_GROUP_SRC) {
        return 0;
    }

    return !(edit->scanner && cg_edit_is(token, cg_str("script")))
           && cg_hold_has_body(edit, token, bytes, hold, foreign);
}


static void
hold_mark(cg_edit_t *edit, const cg_html_token_t *token, cg_str_t bytes,
    const cg_hold_t *hold, int typed, int foreign)
{
    int           forged = hold->element.forged;
    cg_verdict_t  verdict = hold->element.verdict;

    if (forged || (typed && hold_hides_body(edit, token, bytes, hold, foreign)))
    {
        verdict.stays = 1;
    }

    (void) cg_edit_mark(edit, token->start + token->name_end, &verdict, typed,
                        forged || hold_is_merged(token)
                        || cg_edit_names_purpose(token, bytes));
}


/* A script or a style with anything in it that is held is held as a whole. */

void
cg_hold_edit(cg_edit_t *edit, const cg_html_token_t *token, cg_str_t bytes,
    const cg_hold_t *hold, int foreign)
{
    int       style = cg_edit_is(token, cg_str("style"));
    int       typed = style || cg_edit_is(token, cg_str("script"));
    size_t    i;
    cg_str_t  name, text;
    cg_embed_t  embed;

    text = hold_embed(edit, token, bytes, &hold->element, foreign, &embed);
    hold_place(edit, token, &embed, CG_EMBED_EMBED, text);
    hold_mark(edit, token, bytes, hold, typed, foreign);
    hold_place(edit, token, &embed, CG_EMBED_FRAME, text);

    for (i = 0; i < token->nattrs; i++) {
        name = cg_element_name(token, bytes, i);

        if ((cg_element_group(hold->rows, name) & hold->element.held)
            || (typed && cg_ascii_eq_nocase(name, cg_str("type")))
            || (text.len && cg_embed_replaces(&embed, name)))
        {
            cg_edit_rename(edit, token->start + token->attrs[i].name);

        } else if (hold->element.content
                   && cg_element_group(hold->rows, name) == 0)
        {
            hold_content(edit, token, bytes, i);
        }
    }

    hold_place(edit, token, &embed, CG_EMBED_OBJECT, text);

    if (style && !(foreign && token->self_closing)) {
        cg_edit_css_stop(edit, token->end);
    }
}


/* What of it cannot be read may lead anywhere. */

void
cg_hold_base(cg_edit_t *edit, const cg_html_token_t *token, cg_str_t bytes)
{
    size_t    i;
    cg_out_t  scratch;
    cg_str_t  value;
    cg_url_t  url;

    edit->based |= bytes.len == 0 || token->overflow;

    for (i = 0; i < token->nattrs && !edit->based; i++) {
        if (!cg_ascii_eq_nocase(cg_element_name(token, bytes, i),
                                cg_str("href")))
        {
            continue;
        }

        value = cg_element_decode(edit->reader.arena,
                                  cg_element_value(token, bytes, i));
        cg_out_init(&scratch, edit->reader.arena, 2 * CG_MAX_URL);

        edit->based = cg_url_read(value, &scratch, &url) != CG_OK
                      || url.kind != CG_URL_RELATIVE;
    }
}


/* A base that passes and is not own: relative URLs may lead there.  One that
 * can't be remembered is held. */

static void
hold_learn_base(cg_edit_t *edit, const cg_html_token_t *token,
    cg_str_t bytes, cg_element_t *element)
{
    size_t       i;
    cg_out_t     base;
    cg_str_t     value;
    cg_judge_t  *judge = &edit->judge;

    for (i = 0; i < token->nattrs && !element->held; i++) {
        if (!cg_ascii_eq_nocase(cg_element_name(token, bytes, i),
                                cg_str("href")))
        {
            continue;
        }

        value = cg_element_decode(edit->reader.arena,
                                  cg_element_value(token, bytes, i));
        cg_out_init(&base, edit->arena, 2 * CG_MAX_URL);

        if (!cg_judge_base(judge, edit->reader.arena, value, &base)) {
            continue;
        }

        if (base.len && base.status == CG_OK && judge->nbases < CG_BASES) {
            judge->bases[judge->nbases++] = cg_out_slice(&base);

        } else {
            element->verdict = cg_carrier_unread();
            element->held = element->present;
        }
    }
}


/* data-ngxc-purpose: what the page's author says that it is for.  Beside
 * data-ngxc-hold it is a gate's own, and held already. */

static cg_verdict_t
hold_marked(cg_edit_t *edit, const cg_html_token_t *token, cg_str_t bytes)
{
    size_t        i;
    cg_str_t      name, value;
    cg_verdict_t  sum = cg_judge_free();

    static const cg_str_t  mark = {
        17, (const unsigned char *) "data-ngxc-purpose"
    };
    static const cg_str_t  held = {
        14, (const unsigned char *) "data-ngxc-hold"
    };

    for (i = 0; i < token->nattrs; i++) {
        name = cg_element_name(token, bytes, i);

        if (name.len == held.len && cg_ascii_eq_nocase(name, held)) {
            return cg_judge_free();
        }

        if (name.len == mark.len && cg_ascii_eq_nocase(name, mark)) {
            value = cg_element_decode(edit->reader.arena,
                                      cg_element_value(token, bytes, i));
            cg_verdict_add(&sum, value.data
                                 ? cg_judge_marked(&edit->judge, value)
                                 : cg_judge_unlisted(&edit->judge));
        }
    }

    return sum;
}


/* All that it fetches.  0: there is nothing of the kind; what stands in it is
 * looked at before it is held. */

static int
hold_all(cg_hold_t *hold, cg_verdict_t verdict)
{
    cg_element_t  *element = &hold->element;

    if (element->present == 0 && !element->content) {
        hold->marked = verdict;
        return 0;
    }

    element->held = element->present;
    cg_verdict_add(&element->verdict, verdict);

    return 1;
}


int
cg_hold_judge(cg_edit_t *edit, const cg_html_token_t *token, cg_str_t bytes,
    cg_hold_t *hold)
{
    int            whole = 0;
    cg_verdict_t   marked;
    cg_element_t  *element = &hold->element;

    hold->rows = cg_element_find(token);
    hold->marked.vendor = cg_str_null;

    if (hold->rows == NULL && token->nattrs == 0) {
        memset(element, 0, sizeof(*element));
        return 0;
    }

    cg_scratch_reset(edit->scratch);
    cg_element_judge(hold->rows, &edit->reader, token, bytes, element);

    if (cg_edit_is(token, cg_str("base"))) {
        cg_hold_base(edit, token, bytes);
        hold_learn_base(edit, token, bytes, element);
    }

    marked = hold_marked(edit, token, bytes);

    if (!marked.pass) {
        whole = hold_all(hold, marked);
    }

    if (token->name_len <= CG_HTML_NAME) {
        cg_unknown_place(edit->judge.unknown,
                         (cg_str_t) { token->name_len, token->name });
    }

    cg_edit_count(edit, &element->verdict);

    whole |= element->held || element->content;

    if (whole || hold_is_merged(token)) {
        element->forged |= cg_edit_has_word(edit, token, bytes) ? 1 : 0;
    }

    return whole;
}


int
cg_hold_has_body(cg_edit_t *edit, const cg_html_token_t *token, cg_str_t bytes,
    const cg_hold_t *hold, int foreign)
{
    if (foreign && token->self_closing) {
        return 0;
    }

    if (!cg_edit_is(token, cg_str("script"))) {
        return cg_edit_is(token, cg_str("style"));
    }

    return !(hold->element.present & (foreign ? CG_GROUP_HREF : CG_GROUP_SRC))
           && cg_element_is_executable(edit->reader.arena, token, bytes);
}
