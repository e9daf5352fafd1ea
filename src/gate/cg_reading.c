#include "cg_reading.h"
#include "cg_element.h"
#include "cg_foreign.h"
#include "cg_hold.h"
#include "base/cg_ascii.h"
#include "html/cg_html_skim.h"

#define READING_CDATA  9           /* bytes of "<![CDATA[" */


static int
reading_is_wide(const cg_html_token_t *token)
{
    return token->end - token->start > CG_MAX_TAG;
}


/* Inside SVG or MathML, or maybe so. */

static int
reading_is_foreign(const cg_reading_t *reading)
{
    return !cg_html_tree_is_html(&reading->tree);
}


/* XML has no text modes, and CDATA sections anywhere. */

static cg_html_feedback_t
reading_feedback(const cg_reading_t *reading, cg_html_feedback_t feedback)
{
    if (reading->gate->conf->xml) {
        feedback.mode = CG_HTML_DATA;
        feedback.cdata = CG_HTML_CDATA_SECTION;
        feedback.foreign = 1;
        feedback.doubt = 0;
    }

    return feedback;
}


/* Where there are several, nothing goes in: one that takes it for text may find
 * the end of that text in it, and read on as none of them would have. */

static int
reading_may_place(const cg_reading_t *reading)
{
    return reading->gate->n == 1;
}


/* The language of the page, where its <html> tag names one. */

static void
reading_learn_lang(cg_gate_t *gate, const cg_html_token_t *token,
    cg_str_t bytes)
{
    size_t    i;
    cg_str_t  value;

    if (gate->lang_len || !cg_edit_is(token, cg_str("html"))) {
        return;
    }

    for (i = 0; i < token->nattrs; i++) {
        value = cg_element_value(token, bytes, i);

        if (cg_ascii_eq_nocase(cg_element_name(token, bytes, i),
                               cg_str("lang"))
            && value.len <= CG_GATE_LANG)
        {
            cg_gate_set_lang(gate, value);
            return;
        }
    }
}


static void
reading_place_start(cg_reading_t *reading, const cg_html_token_t *token,
    cg_str_t bytes, int foreign)
{
    cg_gate_t    *gate = reading->gate;
    cg_places_t   places;

    if (!reading_may_place(reading)) {
        if (reading == gate->readings[0]) {
            cg_place_nest(&gate->place, token);
        }

        return;
    }

    reading_learn_lang(gate, token, bytes);
    memset(&places, 0, sizeof(places));
    cg_place_start(&gate->place, token, bytes, foreign, &places);
    cg_gate_insert(gate, &places);
}


static void
reading_place_end(cg_reading_t *reading, const cg_html_token_t *token,
    int foreign)
{
    cg_gate_t    *gate = reading->gate;
    cg_places_t   places;

    if (!reading_may_place(reading)) {
        if (reading == gate->readings[0]) {
            cg_place_unnest(&gate->place, token);
        }

        return;
    }

    memset(&places, 0, sizeof(places));
    cg_place_end_tag(&gate->place, token, foreign, &places);
    cg_gate_insert(gate, &places);
}


/* A tag that can't be judged: no browser will see it, so neither the tree nor
 * the text mode hears of it. */

static void
reading_withhold(cg_reading_t *reading, const cg_html_token_t *token)
{
    cg_gate_t  *gate = reading->gate;

    cg_gate_place_now(gate, token->start);

    if (cg_flow_drop(&gate->flow, token->start, token->end)) {
        gate->edit.tally.withheld++;
    }
}


/* Start tags. */

static void
reading_hold(cg_reading_t *reading, const cg_html_token_t *token,
    cg_str_t bytes, const cg_html_feedback_t *feedback)
{
    cg_gate_t  *gate = reading->gate;
    cg_hold_t   hold;

    reading->mode = feedback->mode;
    reading->cdata = feedback->cdata;

    if (gate->all_open) {
        if (cg_edit_is(token, cg_str("base"))) {
            cg_scratch_reset(&gate->scratch);
            cg_hold_base(&gate->edit, token, bytes);
        }

        return;
    }

    gate->edit.second = reading != gate->readings[0];
    gate->edit.scanner = reading->scanner;

    if (cg_hold_judge(&gate->edit, token, bytes, &hold)) {
        cg_gate_place_now(gate, token->start);    /* edits let it leave */
        cg_hold_edit(&gate->edit, token, bytes, &hold, feedback->foreign);

    } else if (cg_hold_has_body(&gate->edit, token, bytes, &hold,
                                feedback->foreign))
    {
        cg_script_open(&reading->script, &gate->edit, token, bytes,
                       feedback->foreign);
        reading->script.noscript = reading->noscript.inside;
        reading->script.forged = hold.element.forged;
        reading->script.marked = hold.marked;

    } else if (hold.element.forged) {
        cg_gate_place_now(gate, token->start);
        cg_edit_disown(&gate->edit, token->start + token->name_end);
    }

    if (cg_edit_is(token, cg_str("noscript"))) {
        cg_noscript_open(&reading->noscript, token->end);
    }
}


/* A tag by the answer that was given, and by the other one where that may be
 * right instead: for preload scanners only, in what is SVG or MathML for
 * sure. */

static void
reading_open(cg_reading_t *reading, const cg_html_token_t *token,
    cg_str_t bytes, cg_html_feedback_t feedback)
{
    cg_reading_t        *branch = NULL;
    cg_html_feedback_t   other = cg_html_tree_other(token, feedback);

    if (feedback.doubt && !reading->gate->all_open) {
        branch = cg_gate_branch(reading->gate, reading, token, other.mode);
    }

    reading_hold(reading, token, bytes, &feedback);

    if (branch) {
        branch->scanner |= feedback.foreign && reading->tree.doubt == 0;
        reading_hold(branch, token, bytes, &other);
        cg_html_tok_set_cdata(branch->tok, other.cdata != CG_HTML_CDATA_NONE);
    }
}


static void
reading_start(cg_reading_t *reading, const cg_html_token_t *token)
{
    int                 foreign = reading_is_foreign(reading);
    cg_str_t            bytes = cg_str("");
    cg_gate_t          *gate = reading->gate;
    cg_html_token_t     bare = *token;
    cg_html_feedback_t  feedback;

    if (reading_is_wide(token)) {
        bare.nattrs = 0;

    } else {
        bytes = cg_flow_bytes(&gate->flow, token->start, token->end);
    }

    if ((reading_is_wide(token) || token->overflow) && !gate->all_open) {
        reading_withhold(reading, token);
        return;
    }

    if (gate->flow.status != CG_OK) {
        return;
    }

    feedback = reading_feedback(reading, cg_html_tree_start(&reading->tree,
                                                            &bare, bytes));

    if (!reading_is_wide(token)) {
        reading_place_start(reading, token, bytes, foreign);
    }

    reading_open(reading, token, bytes, feedback);

    if (feedback.mode != CG_HTML_DATA) {
        cg_html_tok_set_mode(reading->tok, feedback.mode, cg_str_null);
    }

    cg_html_tok_set_cdata(reading->tok, feedback.cdata != CG_HTML_CDATA_NONE);
}


/* End tags. */

static int
reading_is_ascii(const cg_html_token_t *token)
{
    size_t  i;

    for (i = 0; i < token->name_len; i++) {
        if (token->name[i] >= 0x80) {
            return 0;
        }
    }

    return 1;
}


/* A monstrous end tag is as good without its attributes.  One of another name
 * than HTML's, which could not be written in every encoding, is none. */

static void
reading_trim(cg_reading_t *reading, const cg_html_token_t *token)
{
    cg_flow_t  *flow = &reading->gate->flow;

    reading_withhold(reading, token);

    if (token->name_len <= CG_HTML_NAME && reading_is_ascii(token)
        && !flow->deferred)
    {
        cg_flow_text(flow, cg_str("</"));
        cg_flow_held(flow, (cg_str_t) { token->name_len, token->name });
        cg_flow_text(flow, cg_str(">"));
    }
}


static void
reading_end_tag(cg_reading_t *reading, const cg_html_token_t *token)
{
    int                 foreign = reading_is_foreign(reading);
    cg_gate_t          *gate = reading->gate;
    cg_html_feedback_t  feedback;

    if (reading->script.active) {
        cg_script_close(&reading->script, &gate->edit, token->start);
    }

    feedback = reading_feedback(reading, cg_html_tree_end(&reading->tree,
                                                          token));
    cg_html_tok_set_cdata(reading->tok, feedback.cdata != CG_HTML_CDATA_NONE);
    reading->cdata = feedback.cdata;
    reading->mode = CG_HTML_DATA;

    if (reading_is_wide(token) || token->start < gate->flow.sent) {
        if (!gate->all_open && token->end > gate->flow.sent) {
            reading_trim(reading, token);
        }

        return;
    }

    reading_place_end(reading, token, foreign);
}


/* The first byte of a text that is neither white space nor of a BOM, with which
 * a document may begin. */

static uint64_t
reading_skip_space(const cg_gate_t *gate, uint64_t at, uint64_t end)
{
    static const unsigned char  bom[] = { 0xEF, 0xBB, 0xBF };

    const cg_flow_t  *flow = &gate->flow;

    while (at < end && at < sizeof(bom) && gate->place.before == 0
           && cg_flow_byte(flow, at) == bom[at])
    {
        at++;
    }

    return cg_flow_skip_space(flow, at, end);
}


static void
reading_text(cg_reading_t *reading, const cg_html_token_t *token)
{
    uint64_t      at;
    cg_gate_t    *gate = reading->gate;
    cg_places_t   places;

    if (token->mode != CG_HTML_DATA || reading->script.active
        || token->start < gate->flow.sent || !reading_may_place(reading)
        || (!gate->place.head && gate->place.banner >= CG_PLACE_LATE))
    {
        return;
    }

    at = reading_skip_space(gate, token->start, token->end);

    if (at != token->end) {
        memset(&places, 0, sizeof(places));
        cg_place_text(&gate->place, at, reading_is_foreign(reading), &places);
        cg_gate_insert(gate, &places);
    }
}


/* Where a CDATA section may have begun, or a bogus comment. */

static void
reading_cdata(cg_reading_t *reading, const cg_html_token_t *token)
{
    if (token->end - token->start == READING_CDATA
        && reading->cdata == CG_HTML_CDATA_EITHER && !reading->gate->all_open)
    {
        (void) cg_gate_branch(reading->gate, reading, token, CG_HTML_BOGUS);
    }
}


static void
reading_ignored(cg_reading_t *reading, const cg_html_token_t *token)
{
    cg_gate_t  *gate = reading->gate;

    if (!gate->ending) {
        reading_cdata(reading, token);

    } else if (reading->script.active) {
        cg_script_close(&reading->script, &gate->edit, token->start);
    }

    if (!reading_is_wide(token)) {
        if (gate->ending) {
            cg_gate_finish(gate, reading, token->start);
        }

    } else if (gate->all_open) {
        reading->cut = gate->ending;

    } else {
        reading_withhold(reading, token);
    }
}


/* What ends a script or style is an end tag, or as much of one as there is at
 * the end. */

static int
reading_ends_text(const cg_reading_t *reading, const cg_html_token_t *token)
{
    return token->kind == CG_HTML_END_TAG
           || (token->kind == CG_HTML_IGNORED && reading->gate->ending);
}


/* 1: the token hides the end of a noscript, and is dealt with.  What is dropped
 * lets all before it leave: a script is judged first. */

static int
reading_hidden(cg_reading_t *reading, const cg_html_token_t *token)
{
    int         hides;
    cg_gate_t  *gate = reading->gate;

    if (reading->script.active && reading_ends_text(reading, token)) {
        cg_script_close(&reading->script, &gate->edit, token->start);
    }

    hides = cg_noscript_token(&reading->noscript, &gate->flow, token);
    gate->edit.tally.withheld += reading->noscript.hidden;

    if (!hides) {
        return 0;
    }

    if (token->kind == CG_HTML_END_TAG) {
        reading_trim(reading, token);
        return 0;                  /* the tree hears of it */
    }

    reading_withhold(reading, token);

    return 1;
}


static void
reading_dispatch(cg_reading_t *reading, const cg_html_token_t *token)
{
    switch (token->kind) {

    case CG_HTML_TEXT:
        reading_text(reading, token);
        break;

    case CG_HTML_START_TAG:
        reading_start(reading, token);
        break;

    case CG_HTML_END_TAG:
        reading_end_tag(reading, token);
        break;

    case CG_HTML_COMMENT:
        reading->cut = reading->gate->ending;
        break;

    case CG_HTML_DOCTYPE:
        reading->gate->place.document = 1;
        reading->cut = reading->gate->ending;
        break;

    case CG_HTML_IGNORED:
        reading_ignored(reading, token);
        break;
    }
}


/* Both insertions have their place and the text that follows is read one way:
 * from here on only tags that could fetch matter. */

static int
reading_may_skim(const cg_reading_t *reading)
{
    const cg_place_t  *place = &reading->gate->place;

    return reading->mode == CG_HTML_DATA
           && cg_html_tree_may_skim(&reading->tree)
           && !reading->script.active && !reading->noscript.inside
           && !place->head && place->banner >= CG_PLACE_LATE
           && !reading->gate->often;
}


void
cg_reading_skim(cg_reading_t *reading)
{
    cg_html_skim_set(reading->tok, reading_may_skim(reading));
}


cg_status_t
cg_reading_token(void *ctx, const cg_html_token_t *token)
{
    cg_reading_t  *reading = ctx;
    cg_gate_t     *gate = reading->gate;

    gate->edit.second = reading != gate->readings[0];

    if (reading->script.active && reading->script.foreign) {
        cg_foreign_token(&reading->script, &gate->edit, token);
    }

    if (!reading->noscript.inside || !reading_hidden(reading, token)) {
        reading_dispatch(reading, token);
    }

    if (gate->flow.status == CG_OK && gate->all_open && !gate->place.head
        && gate->place.banner == CG_PLACE_SETTLED)
    {
        gate->bypass = 1;

        return CG_NONE;            /* ends the tokenizer */
    }

    cg_reading_skim(reading);

    if (gate->conf->rest && gate->flow.status == CG_OK) {
        cg_reading_rest(reading, token);
    }

    return gate->flow.status;
}


/* What is kept outgrew its limit: it won't be judged. */

static void
reading_overrun(cg_reading_t *reading, uint64_t pending, uint64_t keep,
    uint64_t end)
{
    cg_gate_t  *gate = reading->gate;

    if (reading->script.active) {
        reading->script.odd |= reading->script.foreign;
        cg_script_close(&reading->script, &gate->edit, pending);
    }

    cg_gate_place_now(gate, end);

    if (gate->all_open) {
        cg_flow_emit(&gate->flow, end);

    } else {
        (void) cg_flow_drop(&gate->flow, keep, end);
    }
}


uint64_t
cg_reading_settle(cg_reading_t *reading, uint64_t end)
{
    uint64_t      pending = cg_html_tok_pending(reading->tok);
    uint64_t      keep = pending;
    cg_gate_t    *gate = reading->gate;
    cg_script_t  *script = &reading->script;

    gate->edit.second = reading != gate->readings[0];

    if (script->active && pending > script->body
        && pending - script->body > gate->conf->inline_limit)
    {
        cg_script_close(script, &gate->edit, pending);
    }

    if (reading->noscript.inside && keep > reading->noscript.calm) {
        keep = reading->noscript.calm;
    }

    if (end - keep > CG_MAX_TAG) {
        reading_overrun(reading, pending, keep, end);
        keep = end;
    }

    if (script->active && keep > script->start) {
        keep = script->start;
    }

    return keep;
}


void
cg_reading_end(cg_reading_t *reading, uint64_t end)
{
    cg_gate_t    *gate = reading->gate;
    cg_status_t   rc;

    rc = cg_html_tok_end(reading->tok);

    if (gate->flow.status == CG_OK && rc != CG_OK && !gate->bypass) {
        gate->flow.status = rc;
    }

    if (reading->script.active) {
        cg_script_close(&reading->script, &gate->edit, end);
    }

    if (!gate->bypass) {
        cg_noscript_finish(&reading->noscript, &gate->flow, end);
        gate->edit.tally.withheld += reading->noscript.hidden;
    }
}


static int
reading_same_script(const cg_script_t *a, const cg_script_t *b)
{
    return a->active == b->active
           && (!a->active
               || (a->start == b->start && a->foreign == b->foreign
                   && a->odd == b->odd && a->noscript == b->noscript));
}


int
cg_reading_agrees(const cg_reading_t *a, const cg_reading_t *b)
{
    return cg_html_tok_agree(a->tok, b->tok)
           && reading_same_script(&a->script, &b->script)
           && a->noscript.inside == b->noscript.inside
           && a->noscript.calm == b->noscript.calm;
}


void
cg_reading_begin(cg_reading_t *reading)
{
    reading->cdata = cg_html_tree_cdata(&reading->tree);
    cg_html_tok_set_cdata(reading->tok, reading->cdata != CG_HTML_CDATA_NONE);
    cg_reading_skim(reading);
}


void
cg_reading_join(cg_reading_t *reading, const cg_reading_t *other)
{
    cg_html_tree_join(&reading->tree, &other->tree);
    reading->scanner &= other->scanner;
    cg_reading_begin(reading);
}
