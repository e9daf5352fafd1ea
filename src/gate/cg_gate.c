#include "cg_reading.h"


/* Insertions. */

static void
gate_insert_banner(cg_gate_t *gate, uint64_t at)
{
    cg_str_t  banner;
    cg_str_t  lang = { gate->lang_len, gate->lang };

    banner = gate->conf->banner(gate->conf->banner_ctx,
                                lang.len ? lang : cg_str_null,
                                gate->edit.based);

    if (banner.data && banner.len) {
        (void) cg_flow_insert(&gate->flow, at, &banner, 1);
        gate->edit.tally.banner = 1;
    }
}


void
cg_gate_insert(cg_gate_t *gate, const cg_places_t *places)
{
    if (places->head) {
        (void) cg_flow_insert(&gate->flow, places->head_at,
                              &gate->conf->head, 1);
    }

    if (places->banner) {
        gate_insert_banner(gate, places->banner_at);
    }
}


static void
gate_place_fed(cg_gate_t *gate, uint64_t end, int force)
{
    cg_places_t  places;

    memset(&places, 0, sizeof(places));
    cg_place_fed(&gate->place, end, force, &places);
    cg_gate_insert(gate, &places);
}


void
cg_gate_place_now(cg_gate_t *gate, uint64_t at)
{
    gate_place_fed(gate, at, 1);
}


/* All but the first take what follows for text, and show nothing. */

static int
gate_others_are_blind(const cg_gate_t *gate)
{
    size_t  i;

    for (i = 1; i < gate->n; i++) {
        if (!gate->readings[i]->scanner
            || gate->readings[i]->mode == CG_HTML_DATA)
        {
            return 0;
        }
    }

    return 1;
}


/* If it would be read as markup there; nothing of the page follows that others
 * could read otherwise behind it.  Before a cut tag: it is nothing as long as
 * nothing follows. */

void
cg_gate_finish(cg_gate_t *gate, const cg_reading_t *reading, uint64_t at)
{
    int          usable;
    cg_places_t  places;

    usable = reading->mode == CG_HTML_DATA
             && cg_html_tok_mode(reading->tok) == CG_HTML_DATA && !reading->cut
             && cg_html_tree_is_html(&reading->tree) && at >= gate->flow.sent
             && reading == gate->readings[0] && gate_others_are_blind(gate);

    memset(&places, 0, sizeof(places));
    cg_place_finish(&gate->place, at, usable, &places);
    cg_gate_insert(gate, &places);
}


void
cg_gate_set_lang(cg_gate_t *gate, cg_str_t lang)
{
    if (lang.len && lang.len <= CG_GATE_LANG) {
        memcpy(gate->lang, lang.data, lang.len);
        gate->lang_len = lang.len;
        gate->edit.lang = (cg_str_t) { lang.len, gate->lang };
    }
}


/* Readings. */

static cg_reading_t *
gate_reading(cg_gate_t *gate)
{
    cg_reading_t  *reading = gate->readings[gate->n];

    if (reading) {
        return reading;
    }

    reading = cg_arena_zero(gate->arena, sizeof(*reading));
    if (reading == NULL) {
        return NULL;
    }

    reading->gate = gate;
    reading->tok = cg_html_tok_create(gate->arena, cg_reading_token, reading,
                                      0);
    if (reading->tok == NULL) {
        return NULL;
    }

    gate->readings[gate->n] = reading;

    return reading;
}


cg_reading_t *
cg_gate_branch(cg_gate_t *gate, const cg_reading_t *from,
    const cg_html_token_t *token, cg_html_mode_t mode)
{
    cg_html_tok_t  *tok;
    cg_reading_t   *branch;

    cg_gate_place_now(gate, token->start);
    cg_flow_defer(&gate->flow);

    if (gate->n == CG_READINGS) {
        cg_flow_cut(&gate->flow, token->start);
        return NULL;
    }

    branch = gate_reading(gate);
    if (branch == NULL) {
        gate->flow.status = CG_ENOMEM;
        return NULL;
    }

    gate->n++;
    tok = branch->tok;
    *branch = *from;
    branch->tok = tok;
    branch->mode = CG_HTML_DATA;

    cg_html_tok_branch(tok, from->tok, token->end, mode);
    cg_html_tok_pause(from->tok);

    return branch;
}


/* Readings that go on alike are one. */

static void
gate_join(cg_gate_t *gate)
{
    size_t         i, k;
    cg_reading_t  *spare;

    for (i = 0; i < gate->n; i++) {
        for (k = gate->n - 1; k > i; k--) {
            if (!cg_reading_agrees(gate->readings[i], gate->readings[k])) {
                continue;
            }

            cg_reading_join(gate->readings[i], gate->readings[k]);
            spare = gate->readings[k];
            gate->readings[k] = gate->readings[--gate->n];
            gate->readings[gate->n] = spare;
        }
    }
}


/* Feeds. */

/* Whatever it was cut for, and how often: one thing is withheld. */

static void
gate_end_cut(cg_gate_t *gate)
{
    if (gate->flow.cut) {
        gate->over = 1;
        gate->edit.tally.withheld++;
    }
}


static void
gate_feed_one(cg_gate_t *gate, cg_reading_t *reading, uint64_t to)
{
    uint64_t              at = cg_html_tok_fed(reading->tok);
    cg_status_t           rc;
    const unsigned char  *data;

    data = gate->flow.input.data + (at - gate->flow.input_at);
    rc = cg_html_tok_feed(reading->tok, data, (size_t) (to - at));

    if (gate->flow.status == CG_OK && !gate->bypass) {
        gate->flow.status = rc;
    }
}


/* Each reading up to `to`; those that branch off on the way, too. */

static void
gate_feed_all(cg_gate_t *gate, uint64_t to)
{
    size_t  i;

    for (i = 0; i < gate->n; i++) {
        while (gate->flow.status == CG_OK
               && cg_html_tok_fed(gate->readings[i]->tok) < to)
        {
            gate_feed_one(gate, gate->readings[i], to);
        }
    }
}


/* What can leave, leaves; the rest stays from the offset that is returned.
 * Tags end there, and so do most differences of readings: only there they may
 * become one, and a document that was cut ends, since any cut of the input must
 * give the same output. */

static uint64_t
gate_settle(cg_gate_t *gate, uint64_t end, int whole)
{
    size_t    i;
    uint64_t  one, keep = end;

    for (i = 0; i < gate->n; i++) {
        one = cg_reading_settle(gate->readings[i], end);
        keep = one < keep ? one : keep;
    }

    gate_place_fed(gate, end, 0);

    if (gate->place.banner == CG_PLACE_LOOKING && keep > gate->place.at) {
        keep = gate->place.at;
    }

    if (whole) {
        gate_join(gate);
        gate_end_cut(gate);
    }

    cg_flow_settle(&gate->flow, keep, whole && gate->n == 1);

    return keep;
}


/* Several readings go from ">" to ">".  1: all are behind such a byte. */

static int
gate_read_piece(cg_gate_t *gate, uint64_t *at, uint64_t end)
{
    const unsigned char  *data, *p;

    data = gate->flow.input.data + (*at - gate->flow.input_at);
    p = memchr(data, '>', (size_t) (end - *at));
    *at = p ? *at + (uint64_t) (p - data) + 1 : end;

    gate_feed_all(gate, *at);

    return p != NULL;
}


static void
gate_read(cg_gate_t *gate)
{
    int       whole;
    uint64_t  at = gate->flow.input_at, end = cg_flow_end(&gate->flow);
    uint64_t  keep;

    do {
        whole = 0;

        if (gate->flow.deferred) {
            whole = gate_read_piece(gate, &at, end);

        } else {
            gate_feed_one(gate, gate->readings[0], end);
            at = cg_html_tok_fed(gate->readings[0]->tok);
        }

        if (gate->flow.status != CG_OK || gate->bypass) {
            return;
        }

        keep = gate_settle(gate, at, whole);

    } while (at < end && !gate->over && !gate->stopped);

    cg_flow_keep(&gate->flow, gate->over || gate->stopped ? end : keep);
}


static int
gate_nothing_left(const cg_gate_t *gate)
{
    return gate->all_open && !gate->place.head
           && gate->place.banner == CG_PLACE_SETTLED;
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
    gate->arena = arena;
    gate->all_open = cg_judge_all_open(&conf->judge) ? 1 : 0;

    cg_place_init(&gate->place, conf->head.len != 0, conf->banner != NULL);
    cg_scratch_init(&gate->scratch, arena);
    cg_edit_init(&gate->edit, conf, &gate->flow, &gate->scratch, arena);
    cg_flow_init(&gate->flow, arena, sink,
                 2 * CG_MAX_TAG + CG_PLACE_LOOK + conf->inline_limit);

    gate->flow.blank = 1;

    if (gate_reading(gate) == NULL) {
        return NULL;
    }

    gate->n = 1;
    cg_html_tok_set_cdata(gate->readings[0]->tok, conf->xml);
    gate->bypass = gate_nothing_left(gate) ? 1 : 0;

    return gate;
}


cg_status_t
cg_gate_feed(cg_gate_t *gate, cg_str_t bytes)
{
    if (gate->flow.status != CG_OK || bytes.len == 0) {
        return gate->flow.status;
    }

    cg_flow_open(&gate->flow, bytes);

    if (!gate->bypass && !gate->over) {
        gate_read(gate);
    }

    if (gate->bypass) {
        cg_flow_emit(&gate->flow, cg_flow_end(&gate->flow));
    }

    cg_flow_close(&gate->flow);

    return gate->flow.status;
}


cg_status_t
cg_gate_end(cg_gate_t *gate)
{
    size_t    i;
    uint64_t  at, end = cg_flow_end(&gate->flow);

    if (gate->flow.status != CG_OK || gate->bypass || gate->over) {
        return gate->flow.status;
    }

    gate->ending = 1;
    at = cg_html_tok_pending(gate->readings[0]->tok);

    for (i = 0; i < gate->n; i++) {
        cg_reading_end(gate->readings[i], end);
    }

    /* before a "</" that is but text at the end, unless it was dropped */

    cg_gate_finish(gate, gate->readings[0],
                   at < gate->flow.sent ? end : at);
    cg_flow_settle(&gate->flow, end, 0);
    gate_end_cut(gate);
    gate->bypass = !gate->over;

    return gate->flow.status;
}


int
cg_gate_done(const cg_gate_t *gate)
{
    return gate->flow.status == CG_OK && gate->bypass;
}


int
cg_gate_is_cut(const cg_gate_t *gate)
{
    return gate->over
           || (gate->flow.cut && gate->flow.sent >= gate->flow.cut_at);
}


uint64_t
cg_gate_fed(const cg_gate_t *gate)
{
    return cg_html_tok_fed(gate->readings[0]->tok);
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
