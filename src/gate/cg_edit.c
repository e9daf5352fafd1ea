#include "cg_edit.h"
#include "cg_element.h"
#include "cg_foreign.h"
#include "base/cg_ascii.h"


void
cg_edit_init(cg_edit_t *edit, const cg_gate_conf_t *conf, cg_flow_t *flow,
    cg_scratch_t *scratch, cg_arena_t *arena)
{
    edit->conf = conf;
    edit->arena = arena;
    edit->flow = flow;
    edit->scratch = scratch;
    edit->judge = conf->judge;
    edit->judge.domains = &edit->domains;

    if (edit->judge.unknown == NULL) {
        edit->judge.unknown = &edit->tally.unknown;
    }

    edit->tally.unknown.notes = conf->notes;

    edit->reader.judge = &edit->judge;
    edit->reader.arena = &scratch->arena;
    edit->reader.inline_limit = conf->inline_limit;
    edit->reader.depth = conf->depth;
    edit->verdict = cg_judge_free();
}


void
cg_edit_count(cg_edit_t *edit, const cg_verdict_t *verdict)
{
    cg_verdict_add(&edit->verdict, *verdict);

    if (verdict->counted && !edit->second
        && (verdict->pass || !edit->flow->deferred))
    {
        cg_tally_count(&edit->tally, verdict);
    }
}


static void
edit_insert(cg_edit_t *edit, uint64_t at, cg_str_t text)
{
    (void) cg_flow_insert(edit->flow, at, &text, 1);
}


/* data-ngxc-purpose, from the page's author. */

int
cg_edit_names_purpose(const cg_html_token_t *token, cg_str_t bytes)
{
    size_t    i;
    cg_str_t  name;

    for (i = 0; i < token->nattrs; i++) {
        name = cg_element_name(token, bytes, i);

        if (name.len == 17
            && cg_ascii_eq_nocase(name, cg_str("data-ngxc-purpose")))
        {
            return 1;
        }
    }

    return 0;
}


/* An "=" that comes next begins a name (HTML, 13.2.5.32); behind a bare
 * attribute it would begin that one's value (13.2.5.34), and what follows would
 * be read otherwise. */

static int
edit_meets_equals(const cg_flow_t *flow, uint64_t at)
{
    uint64_t  end = cg_flow_end(flow);

    if (at < flow->sent) {
        return 1;
    }

    at = cg_flow_skip_space(flow, at, end);

    return at < end && cg_flow_byte(flow, at) == '=';
}


static cg_str_t
edit_stays(const cg_flow_t *flow, uint64_t at)
{
    if (!edit_meets_equals(flow, at)) {
        return cg_str(" data-ngxc-stays");
    }

    return flow->deferred ? cg_str(" data-ngxc-stays=1")
                          : cg_str(" data-ngxc-stays=\"\"");
}


/* What stays says so where a purpose is named, too, here, by the page or by
 * another reading: the client must not release it.
 *
 * With quotes; and without, where another reading may see an attribute's value
 * in quotes here.  There, what is held counts where its mark goes in first. */

int
cg_edit_mark(cg_edit_t *edit, uint64_t at, const cg_verdict_t *verdict,
    int type, int named)
{
    int       first, bare = edit->flow->deferred;
    int       stays = verdict->purpose.len ? verdict->stays
                      : named || (bare && verdict->stays);
    size_t    n = 0;
    cg_str_t  texts[CG_FLOW_TEXTS];

    if (type) {
        texts[n++] = bare ? cg_str(" type=text/plain")
                          : cg_str(" type=\"text/plain\"");
    }

    texts[n++] = bare ? cg_str(" data-ngxc-hold=")
                      : cg_str(" data-ngxc-hold=\"");
    texts[n++] = verdict->vendor;

    if (verdict->purpose.len) {
        texts[n++] = bare ? cg_str(" data-ngxc-purpose=")
                          : cg_str("\" data-ngxc-purpose=\"");
        texts[n++] = verdict->purpose;
    }

    if (!bare) {
        texts[n++] = cg_str("\"");
    }

    if (stays) {
        texts[n++] = edit_stays(edit->flow, at);
    }

    if (bare) {
        texts[n++] = cg_str(" ");
    }

    first = cg_flow_insert(edit->flow, at, texts, n);

    /* and so does the value that this document stands in, if it does */

    edit->verdict.stays |= verdict->stays;

    if (first && bare && verdict->counted) {
        cg_tally_count(&edit->tally, verdict);
    }

    return first;
}


void
cg_edit_disown(cg_edit_t *edit, uint64_t at)
{
    edit_insert(edit, at, edit_stays(edit->flow, at));
}


void
cg_edit_rename(cg_edit_t *edit, uint64_t at)
{
    edit_insert(edit, at, cg_str("data-ngxc-"));
}


/* Styles. */

void
cg_edit_css_stop(cg_edit_t *edit, uint64_t at)
{
    edit_insert(edit, at, cg_str("x-ngxc-{}"));
}


int
cg_edit_css_forged(cg_str_t text)
{
    cg_str_t              word = cg_str("x-ngxc-");
    const unsigned char  *p = text.data, *end = p + text.len;

    while ((size_t) (end - p) >= word.len
           && (p = memchr(p, 'x', (size_t) (end - p) - word.len + 1)) != NULL)
    {
        if (p[1] == '-' && memcmp(p, word.data, word.len) == 0) {
            return 1;
        }

        p++;
    }

    return 0;
}


int
cg_edit_has_word(cg_edit_t *edit, const cg_html_token_t *token, cg_str_t bytes)
{
    size_t    i;
    cg_str_t  value;

    for (i = 0; i < token->nattrs; i++) {
        value = cg_element_decode(edit->reader.arena,
                                  cg_element_value(token, bytes, i));

        if (value.data == NULL || cg_edit_css_forged(value)) {
            return 1;
        }
    }

    return 0;
}


/* A held URL without quotes becomes arguments: there, a comment could begin. */

static void
edit_css_bare(cg_edit_t *edit, uint64_t at, cg_str_t url)
{
    size_t  i;

    for (i = 1; i < url.len; i++) {
        if (url.data[i] == '*' && url.data[i - 1] == '/') {
            edit_insert(edit, at + i, cg_str("x-ngxc-"));
        }
    }
}


void
cg_edit_css(cg_edit_t *edit, uint64_t at, cg_str_t text)
{
    cg_css_t      css;
    cg_out_t      scratch;
    uint64_t      done = 0;            /* offset of the last edit, + 1 */
    cg_status_t   rc;
    cg_css_url_t  url;

    cg_css_start(&css, text);
    cg_out_init(&scratch, edit->reader.arena, 2 * CG_MAX_TAG);

    while ((rc = cg_css_next(&css, &scratch, &url)) != CG_NONE) {
        if (cg_carrier_css_url(&edit->reader, &url, rc).pass
            || url.name + 1 <= done)
        {
            continue;
        }

        done = url.name + 1;
        edit_insert(edit, at + url.name, cg_str("x-ngxc-"));
        edit_css_bare(edit, at + url.from, cg_str_sub(text, url.from, url.to));
    }

    cg_arena_outgrown(edit->reader.arena, scratch.data);
}


int
cg_edit_css_value(cg_edit_t *edit, uint64_t at, cg_str_t raw)
{
    if (memchr(raw.data, '&', raw.len) != NULL) {
        return 0;
    }

    cg_edit_css(edit, at, raw);

    return 1;
}


/* Inline scripts. */

static int
script_is_plain(cg_str_t body)
{
    return body.len == 0
           || (memchr(body.data, '&', body.len) == NULL
               && memchr(body.data, '<', body.len) == NULL);
}


static cg_verdict_t
script_judge_text(const cg_script_t *script, cg_edit_t *edit, cg_str_t text)
{
    cg_verdict_t  verdict = cg_judge_inline(&edit->judge, text);

    if (script->rules && !verdict.stays) {
        cg_verdict_add(&verdict, cg_carrier_rules(&edit->reader, text));
    }

    return verdict;
}


static cg_verdict_t
script_judge(const cg_script_t *script, cg_edit_t *edit, cg_str_t body)
{
    cg_verdict_t  verdict = script_judge_text(script, edit, body);

    if (!script->foreign || script_is_plain(body)) {
        return verdict;
    }

    if (!verdict.pass) {
        verdict.stays = 1;             /* its other reading is not looked at */
        return verdict;
    }

    body = cg_foreign_text(&edit->scratch->arena, body);

    return body.data ? script_judge_text(script, edit, body)
                     : cg_carrier_unread();
}


/* Without a parenthesis and an at-rule, no style fetches. */

static int
style_is_inert(cg_str_t body)
{
    return body.len == 0
           || (memchr(body.data, '(', body.len) == NULL
               && memchr(body.data, '@', body.len) == NULL
               && memchr(body.data, '&', body.len) == NULL);
}


/* Where the body is markup to the tokenizer, CDATA and references stand for
 * text: then it is read without them, and can only be held as a whole. */

static cg_verdict_t
style_judge(const cg_script_t *style, cg_edit_t *edit, cg_str_t body,
    int *whole)
{
    cg_verdict_t  verdict;

    *whole = style->noscript || style->odd;

    if (style->odd) {
        if (!style->nested && style_is_inert(body)) {
            return cg_judge_free();
        }

        return cg_carrier_unread();
    }

    if (style->foreign && !script_is_plain(body)) {
        *whole = 1;
        body = cg_foreign_text(&edit->scratch->arena, body);
    }

    if (body.data == NULL) {
        return cg_carrier_unread();
    }

    verdict = cg_carrier_css(&edit->reader, body);

    if ((style->marked.vendor.len || (verdict.purpose.len && !verdict.pass))
        && cg_edit_css_forged(body))
    {
        verdict.stays = 1;
    }

    return verdict;
}


/* What stands in it counts even if it is held anyway: something may have to
 * stay. */

static cg_verdict_t
script_judge_body(const cg_script_t *script, cg_edit_t *edit, cg_str_t body,
    int *whole)
{
    cg_verdict_t  verdict, sum = script->marked;

    cg_scratch_reset(edit->scratch);
    verdict = script->style ? style_judge(script, edit, body, whole)
                            : script_judge(script, edit, body);
    cg_unknown_place(edit->judge.unknown, script->style ? cg_str("style")
                                                        : cg_str("script"));
    if (sum.vendor.len == 0) {
        return verdict;
    }

    *whole = 1;
    cg_verdict_add(&sum, verdict);

    return sum;
}


/* The whole element: by its type, and by a first rule, since browsers that
 * look ahead for imports ask for no type. */

static void
script_hold(const cg_script_t *script, cg_edit_t *edit,
    const cg_verdict_t *verdict)
{
    size_t  i;
    int     first;

    first = cg_edit_mark(edit, script->start + script->name_end, verdict, 1,
                         script->named || script->forged);

    if (!verdict->counted) {
        edit->tally.withheld += first != 0;    /* it could not be read */
    }

    for (i = 0; i < script->ntypes; i++) {
        cg_edit_rename(edit, script->start + script->types[i]);
    }

    if (script->style) {
        cg_edit_css_stop(edit, script->body);
    }
}


void
cg_script_close(cg_script_t *script, cg_edit_t *edit, uint64_t end)
{
    int           whole = 1;
    cg_str_t      body;
    cg_verdict_t  verdict;

    script->active = 0;

    if ((script->odd && !script->style)
        || end - script->body > edit->conf->inline_limit) {
        verdict = cg_carrier_unread();
        cg_edit_count(edit, &verdict);
        script_hold(script, edit, &verdict);
        return;
    }

    body = cg_flow_bytes(edit->flow, script->body, end);
    if (body.data == NULL) {
        return;
    }

    verdict = script_judge_body(script, edit, body, &whole);
    cg_edit_count(edit, &verdict);

    if (verdict.pass) {
        if (script->forged) {
            cg_edit_disown(edit, script->start + script->name_end);
        }

        return;
    }

    verdict.stays |= script->forged | script->worded;

    if (whole) {
        script_hold(script, edit, &verdict);
        return;
    }

    (void) cg_edit_mark(edit, script->start + script->name_end, &verdict, 0,
                        script->named || script->forged);
    cg_edit_css(edit, script->body, body);
}


void
cg_script_open(cg_script_t *script, cg_edit_t *edit,
    const cg_html_token_t *token, cg_str_t bytes, int foreign)
{
    size_t    i;
    cg_str_t  type;

    memset(script, 0, sizeof(*script));
    script->active = 1;
    script->style = cg_edit_is(token, cg_str("style")) ? 1 : 0;
    script->foreign = foreign ? 1 : 0;
    script->start = token->start;
    script->body = token->end;
    script->name_end = token->name_end;
    script->named = cg_edit_names_purpose(token, bytes) ? 1 : 0;
    script->worded = cg_edit_has_word(edit, token, bytes) ? 1 : 0;

    for (i = 0; i < token->nattrs && script->ntypes < CG_SCRIPT_TYPES; i++) {
        if (cg_ascii_eq_nocase(cg_element_name(token, bytes, i),
                               cg_str("type")))
        {
            script->types[script->ntypes++] = token->attrs[i].name;
            type = cg_element_decode(edit->reader.arena,
                                     cg_element_value(token, bytes, i));
            script->rules |= cg_carrier_is_rules(type) ? 1 : 0;
        }
    }
}
