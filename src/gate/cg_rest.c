/* Rests: where a document can be gone on with by who has not read what came
 * before. */

#include "cg_reading.h"


/* Nothing is open, or has an end that is to come. */

static int
rest_is_calm(const cg_reading_t *reading)
{
    return reading->mode == CG_HTML_DATA
           && cg_html_tok_mode(reading->tok) == CG_HTML_DATA
           && !reading->script.active && !reading->noscript.inside
           && cg_html_tree_rests(&reading->tree);
}


/* Nothing but tree and place depends on what was read: no other host that
 * relative addresses lead to. */

static int
rest_is_settled(const cg_gate_t *gate)
{
    const cg_unknown_t  *unknown = &gate->edit.tally.unknown;

    return gate->n == 1 && !gate->flow.deferred && !gate->flow.gap
           && cg_place_rests(&gate->place)
           && !gate->edit.based && gate->edit.judge.nbases == 0
           && unknown->placed == unknown->n && !unknown->noted
           && !gate->ending && !gate->all_open && !gate->conf->xml;
}


void
cg_reading_rest(cg_reading_t *reading, const cg_html_token_t *token)
{
    cg_rest_t   rest;
    cg_gate_t  *gate = reading->gate;

    if ((token->kind != CG_HTML_START_TAG && token->kind != CG_HTML_END_TAG)
        || !rest_is_settled(gate) || !rest_is_calm(reading))
    {
        return;
    }

    rest.at = token->end;
    rest.tree = cg_html_tree_memory(&reading->tree);
    rest.place = cg_place_memory(&gate->place);
    rest.embeds = gate->edit.embeds;
    rest.lang = gate->edit.lang;

    if (gate->conf->rest(gate->conf->rest_ctx, &rest)) {
        gate->stopped = 1;
        cg_html_tok_pause(reading->tok);
    }
}


void
cg_gate_rest_often(cg_gate_t *gate, int often)
{
    gate->often = often ? 1 : 0;
    cg_reading_skim(gate->readings[0]);
}


cg_gate_t *
cg_gate_resume(cg_arena_t *arena, const cg_gate_conf_t *conf,
    const cg_sink_t *sink, const cg_rest_t *rest, const cg_tally_t *tally)
{
    cg_gate_t     *gate = cg_gate_create(arena, conf, sink);
    cg_reading_t  *reading;

    if (gate == NULL) {
        return NULL;
    }

    reading = gate->readings[0];
    cg_place_remember(&gate->place, rest->place, rest->at);
    cg_html_tree_remember(&reading->tree, rest->tree);
    cg_reading_begin(reading);

    if (tally) {
        gate->edit.tally = *tally;
        gate->edit.tally.unknown.notes = conf->notes;
    }

    gate->edit.embeds = rest->embeds;
    cg_gate_set_lang(gate, rest->lang);

    return gate;
}
