#include "cg_gate.h"
#include "cg_element.h"
#include "cg_hold.h"
#include "cg_noscript.h"
#include "cg_place.h"
#include "cg_scratch.h"
#include "base/cg_ascii.h"
#include "html/cg_html_charref.h"
#include "html/cg_html_skim.h"
#include "html/cg_html_tree.h"

#define GATE_LANG  16          /* bytes of a language tag that we look at */


struct cg_gate_s {
    const cg_gate_conf_t  *conf;
    cg_flow_t              flow;
    cg_edit_t              edit;       /* works on flow and scratch */
    cg_html_tok_t         *tok;
    cg_html_tree_t         tree;
    cg_html_mode_t         mode;       /* of the text that follows */
    cg_place_t             place;
    cg_scratch_t           scratch;
    cg_script_t            script;
    cg_noscript_t          noscript;

    unsigned char          lang[GATE_LANG];    /* of <html> */
    size_t                 lang_len;

    unsigned               all_open:1;
    unsigned               bypass:1;
    unsigned               ending:1;
    unsigned               cut:1;      /* the input ends within a comment */
};


static int
gate_is_wide(const cg_html_token_t *token)
{
    return token->end - token->start > CG_MAX_TAG;
}


/* Edits. */

static void
gate_insert_banner(cg_gate_t *gate, uint64_t at)
{
    cg_str_t  banner;
    cg_str_t  lang = { gate->lang_len, gate->lang };

    banner = gate->conf->banner(gate->conf->banner_ctx,
                                lang.len ? lang : cg_str_null);

    if (banner.data && banner.len) {
        cg_flow_emit(&gate->flow, at);
        cg_flow_text(&gate->flow, banner);
        gate->edit.tally.banner = 1;
    }
}


static void
gate_insert(cg_gate_t *gate, const cg_places_t *places)
{
    if (places->head) {
        cg_flow_emit(&gate->flow, places->head_at);
        cg_flow_text(&gate->flow, gate->conf->head);
    }

    if (places->banner) {
        gate_insert_banner(gate, places->banner_at);
    }
}


/* The language of the page, where its <html> tag names one. */

static void
gate_learn_lang(cg_gate_t *gate, const cg_html_token_t *token, cg_str_t bytes)
{
    size_t    i;
    cg_str_t  value;

    if (gate->lang_len || token->name_len != 4
        || memcmp(token->name, "html", 4) != 0)
    {
        return;
    }

    for (i = 0; i < token->nattrs; i++) {
        value = cg_element_value(token, bytes, i);

        if (cg_ascii_eq_nocase(cg_element_name(token, bytes, i),
                               cg_str("lang"))
            && value.len <= GATE_LANG)
        {
            memcpy(gate->lang, value.data, value.len);
            gate->lang_len = value.len;
            return;
        }
    }
}


/* In SVG, markup inside a script is markup: an end tag of something else may be
 * nothing, and the script goes on behind it. */

static void
gate_script_token(cg_gate_t *gate, const cg_html_token_t *token)
{
    cg_script_t  *script = &gate->script;

    if (token->kind == CG_HTML_START_TAG || token->kind == CG_HTML_COMMENT
        || (token->kind == CG_HTML_END_TAG
            && !cg_edit_is(token, script->style ? cg_str("style")
                                                : cg_str("script")))
        || gate_is_wide(token))
    {
        script->odd = 1;
    }

    if (token->kind == CG_HTML_START_TAG || token->kind == CG_HTML_END_TAG) {
        cg_script_close(&gate->script, &gate->edit, token->start);
    }
}


/* Tokens. */

/* A tag that can't be judged: no browser will see it, so neither the tree nor
 * the text mode hears of it. */

static void
gate_withhold(cg_gate_t *gate, const cg_html_token_t *token)
{
    cg_places_t  places;

    memset(&places, 0, sizeof(places));
    cg_place_fed(&gate->place, token->start, 1, &places);
    gate_insert(gate, &places);

    cg_flow_drop(&gate->flow, token->start, token->end);
    gate->edit.tally.withheld++;
}


static void
gate_start(cg_gate_t *gate, const cg_html_token_t *token)
{
    int                 foreign = gate->tree.depth != 0;
    cg_str_t            bytes = cg_str("");
    cg_places_t         places;
    cg_html_token_t     bare = *token;
    cg_html_feedback_t  feedback;

    if (gate_is_wide(token)) {
        bare.nattrs = 0;

    } else {
        bytes = cg_flow_bytes(&gate->flow, token->start, token->end);
    }

    if ((gate_is_wide(token) || token->overflow) && !gate->all_open) {
        gate_withhold(gate, token);
        return;
    }

    if (gate->flow.status != CG_OK) {
        return;
    }

    feedback = cg_html_tree_start(&gate->tree, &bare, bytes);
    gate->mode = feedback.mode;

    if (!gate_is_wide(token)) {
        gate_learn_lang(gate, token, bytes);
        memset(&places, 0, sizeof(places));
        cg_place_start(&gate->place, token, bytes, foreign, &places);
        gate_insert(gate, &places);
    }

    if (!gate->all_open) {
        if (cg_hold_element(&gate->edit, token, bytes, feedback.foreign)) {
            cg_script_open(&gate->script, token, bytes, feedback.foreign);
            gate->script.noscript = gate->noscript.inside;
        }

        if (!feedback.foreign && cg_edit_is(token, cg_str("noscript"))) {
            cg_noscript_open(&gate->noscript, token->end);
        }
    }

    if (feedback.mode != CG_HTML_DATA) {
        cg_html_tok_set_mode(gate->tok, feedback.mode, cg_str_null);
    }

    cg_html_tok_set_cdata(gate->tok, feedback.cdata);
}


/* A monstrous end tag is as good without its attributes. */

static void
gate_trim(cg_gate_t *gate, const cg_html_token_t *token)
{
    cg_places_t  places;

    memset(&places, 0, sizeof(places));
    cg_place_fed(&gate->place, token->start, 1, &places);
    gate_insert(gate, &places);

    cg_flow_drop(&gate->flow, token->start, token->end);
    gate->edit.tally.withheld++;

    if (token->name_len <= CG_HTML_NAME) {
        cg_flow_text(&gate->flow, cg_str("</"));
        cg_flow_held(&gate->flow, (cg_str_t) { token->name_len, token->name });
        cg_flow_text(&gate->flow, cg_str(">"));
    }
}


static void
gate_end_tag(cg_gate_t *gate, const cg_html_token_t *token)
{
    int                 foreign = gate->tree.depth != 0;
    cg_places_t         places;
    cg_html_feedback_t  feedback;

    if (gate->script.active) {
        cg_script_close(&gate->script, &gate->edit, token->start);
    }

    feedback = cg_html_tree_end(&gate->tree, token);
    cg_html_tok_set_cdata(gate->tok, feedback.cdata);
    gate->mode = CG_HTML_DATA;

    if (gate_is_wide(token) || token->start < gate->flow.sent) {
        if (!gate->all_open && token->end > gate->flow.sent) {
            gate_trim(gate, token);
        }

        return;
    }

    memset(&places, 0, sizeof(places));
    cg_place_end_tag(&gate->place, token, foreign, &places);
    gate_insert(gate, &places);
}


static int
gate_is_space(const cg_gate_t *gate, uint64_t at)
{
    static const unsigned char  bom[] = { 0xEF, 0xBB, 0xBF };

    unsigned char  c = cg_flow_byte(&gate->flow, at);

    return cg_ascii_is_space(c) || (at < sizeof(bom) && c == bom[at]);
}


static void
gate_text(cg_gate_t *gate, const cg_html_token_t *token)
{
    uint64_t     at;
    cg_places_t  places;

    if (token->mode != CG_HTML_DATA || gate->script.active
        || token->start < gate->flow.sent
        || (!gate->place.head && gate->place.banner >= CG_PLACE_LATE))
    {
        return;
    }

    for (at = token->start; at < token->end; at++) {
        if (!gate_is_space(gate, at)) {
            memset(&places, 0, sizeof(places));
            cg_place_text(&gate->place, at, gate->tree.depth != 0, &places);
            gate_insert(gate, &places);
            return;
        }
    }
}


/* Insertions at the end of the document, if they would be read as markup
 * there.  Before a cut tag: it is nothing as long as nothing follows. */

static void
gate_finish(cg_gate_t *gate, uint64_t at)
{
    int          usable = gate->mode == CG_HTML_DATA && !gate->cut
                          && gate->tree.depth == 0 && at >= gate->flow.sent;
    cg_places_t  places;

    memset(&places, 0, sizeof(places));
    cg_place_finish(&gate->place, at, usable, &places);
    gate_insert(gate, &places);
}


static void
gate_ignored(cg_gate_t *gate, const cg_html_token_t *token)
{
    if (gate->ending && gate->script.active) {
        cg_script_close(&gate->script, &gate->edit, token->start);
    }

    if (!gate_is_wide(token)) {
        if (gate->ending) {
            gate_finish(gate, token->start);
        }

    } else if (gate->all_open) {
        gate->cut = gate->ending;

    } else {
        gate_withhold(gate, token);
    }
}


static int
gate_nothing_left(const cg_gate_t *gate)
{
    return gate->all_open && !gate->place.head
           && gate->place.banner == CG_PLACE_SETTLED;
}


/* 1: the token hides the end of a noscript, and is dealt with. */

static int
gate_hidden(cg_gate_t *gate, const cg_html_token_t *token)
{
    int  hides;

    if (gate->script.active && token->kind == CG_HTML_END_TAG) {
        cg_script_close(&gate->script, &gate->edit, token->start);
    }

    hides = cg_noscript_token(&gate->noscript, &gate->flow, token);
    gate->edit.tally.withheld += gate->noscript.hidden;

    if (!hides) {
        return 0;
    }

    if (token->kind == CG_HTML_END_TAG) {
        gate_trim(gate, token);
        return 0;                  /* the tree hears of it */
    }

    gate_withhold(gate, token);

    return 1;
}


static void
gate_dispatch(cg_gate_t *gate, const cg_html_token_t *token)
{
    switch (token->kind) {

    case CG_HTML_TEXT:
        gate_text(gate, token);
        break;

    case CG_HTML_START_TAG:
        gate_start(gate, token);
        break;

    case CG_HTML_END_TAG:
        gate_end_tag(gate, token);
        break;

    case CG_HTML_COMMENT:
        gate->cut = gate->ending;
        break;

    case CG_HTML_DOCTYPE:
        gate->place.document = 1;
        break;

    case CG_HTML_IGNORED:
        gate_ignored(gate, token);
        break;
    }
}


/* Both insertions have their place and the text that follows is read one way:
 * from here on only tags that could fetch matter. */

static int
gate_may_skim(const cg_gate_t *gate)
{
    return gate->mode == CG_HTML_DATA && gate->tree.depth == 0
           && !gate->script.active && !gate->noscript.inside
           && !gate->place.head && gate->place.banner >= CG_PLACE_LATE;
}


static cg_status_t
gate_token(void *ctx, const cg_html_token_t *token)
{
    cg_gate_t  *gate = ctx;

    if (gate->script.active && gate->script.foreign) {
        gate_script_token(gate, token);
    }

    if (!gate->noscript.inside || !gate_hidden(gate, token)) {
        gate_dispatch(gate, token);
    }

    if (gate->flow.status == CG_OK && gate_nothing_left(gate)) {
        gate->bypass = 1;

        return CG_NONE;            /* ends the tokenizer */
    }

    cg_html_skim_set(gate->tok, gate_may_skim(gate) ? &gate->tree : NULL);

    return gate->flow.status;
}


/* What is kept outgrew its limit: it won't be judged. */

static void
gate_overrun(cg_gate_t *gate, uint64_t pending, uint64_t keep, uint64_t end)
{
    cg_places_t  places;

    if (gate->script.active) {
        gate->script.odd |= gate->script.foreign;
        cg_script_close(&gate->script, &gate->edit, pending);
    }

    memset(&places, 0, sizeof(places));
    cg_place_fed(&gate->place, end, 1, &places);
    gate_insert(gate, &places);

    if (gate->all_open) {
        cg_flow_emit(&gate->flow, end);

    } else {
        cg_flow_drop(&gate->flow, keep, end);
    }
}


/* The input goes away: what can leave, leaves. */

static void
gate_settle(cg_gate_t *gate)
{
    uint64_t     end = cg_flow_end(&gate->flow);
    uint64_t     pending = cg_html_tok_pending(gate->tok);
    uint64_t     keep = pending;
    cg_places_t  places;

    if (gate->script.active && pending > gate->script.body
        && pending - gate->script.body > gate->conf->inline_limit)
    {
        cg_script_close(&gate->script, &gate->edit, pending);
    }

    if (gate->noscript.inside && keep > gate->noscript.calm) {
        keep = gate->noscript.calm;
    }

    if (end - keep > CG_MAX_TAG) {
        gate_overrun(gate, pending, keep, end);
        keep = end;

    } else {
        memset(&places, 0, sizeof(places));
        cg_place_fed(&gate->place, end, 0, &places);
        gate_insert(gate, &places);
    }

    if (gate->script.active && keep > gate->script.start) {
        keep = gate->script.start;
    }

    if (gate->place.banner == CG_PLACE_LOOKING && keep > gate->place.at) {
        keep = gate->place.at;
    }

    cg_flow_emit(&gate->flow, keep);
    cg_flow_keep(&gate->flow, keep);
}


cg_gate_t *
cg_gate_create(cg_arena_t *arena, const cg_gate_conf_t *conf,
    const cg_sink_t *sink)
{
    cg_gate_t  *gate = cg_arena_zero(arena, sizeof(*gate));

    if (gate == NULL) {
        return NULL;
    }

    gate->conf = conf;
    gate->all_open = cg_judge_all_open(&conf->judge) ? 1 : 0;

    cg_place_init(&gate->place, conf->head.len != 0, conf->banner != NULL);
    cg_scratch_init(&gate->scratch, arena);
    cg_edit_init(&gate->edit, conf, &gate->flow, &gate->scratch, arena);
    cg_flow_init(&gate->flow, arena, sink,
                 2 * CG_MAX_TAG + CG_PLACE_LOOK + conf->inline_limit);

    gate->tok = cg_html_tok_create(arena, gate_token, gate, 0);
    gate->bypass = gate_nothing_left(gate) ? 1 : 0;

    return gate->tok ? gate : NULL;
}


cg_status_t
cg_gate_feed(cg_gate_t *gate, cg_str_t bytes)
{
    cg_status_t  rc = CG_OK;

    if (gate->flow.status != CG_OK || bytes.len == 0) {
        return gate->flow.status;
    }

    cg_flow_open(&gate->flow, bytes);

    if (!gate->bypass) {
        rc = cg_html_tok_feed(gate->tok, bytes.data, bytes.len);
    }

    if (gate->bypass) {
        cg_flow_emit(&gate->flow, cg_flow_end(&gate->flow));

    } else if (rc == CG_OK) {
        gate_settle(gate);

    } else if (gate->flow.status == CG_OK) {
        gate->flow.status = rc;
    }

    cg_flow_close(&gate->flow);

    return gate->flow.status;
}


cg_status_t
cg_gate_end(cg_gate_t *gate)
{
    uint64_t     end = cg_flow_end(&gate->flow);
    cg_status_t  rc;

    if (gate->flow.status != CG_OK || gate->bypass) {
        return gate->flow.status;
    }

    gate->ending = 1;
    rc = cg_html_tok_end(gate->tok);

    if (gate->flow.status == CG_OK && rc != CG_OK && !gate->bypass) {
        gate->flow.status = rc;
    }

    if (gate->script.active) {
        cg_script_close(&gate->script, &gate->edit, end);
    }

    if (gate->bypass == 0) {
        cg_noscript_finish(&gate->noscript, &gate->flow, end);
        gate->edit.tally.withheld += gate->noscript.hidden;
    }

    gate_finish(gate, end);
    cg_flow_emit(&gate->flow, end);
    gate->bypass = 1;

    return gate->flow.status;
}


int
cg_gate_done(const cg_gate_t *gate)
{
    return gate->flow.status == CG_OK && gate->bypass;
}


const cg_tally_t *
cg_gate_tally(const cg_gate_t *gate)
{
    return &gate->edit.tally;
}


const cg_verdict_t *
cg_gate_verdict(const cg_gate_t *gate)
{
    return &gate->edit.verdict;
}
