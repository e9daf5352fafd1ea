#include "cg_html_tok_impl.h"

#define TOK_ROWS  32             /* attribute rows to start with */


static const cg_html_tok_state_pt  tok_states[TOK_STATES] = {
    [TOK_DATA] = cg_html_tok_data,
    [TOK_RAW] = cg_html_tok_raw,
    [TOK_SCRIPT] = cg_html_tok_script,
    [TOK_PLAINTEXT] = cg_html_tok_plaintext,
    [TOK_CDATA] = cg_html_tok_cdata,
    [TOK_ESCAPE_START] = cg_html_tok_escape_start,
    [TOK_ESCAPE_START_DASH] = cg_html_tok_escape_start_dash,
    [TOK_ESCAPED] = cg_html_tok_escaped,
    [TOK_ESCAPED_DASH] = cg_html_tok_escaped_dash,
    [TOK_ESCAPED_DASH_DASH] = cg_html_tok_escaped_dash_dash,
    [TOK_DOUBLE_START] = cg_html_tok_double_start,
    [TOK_DOUBLE] = cg_html_tok_double_escaped,
    [TOK_DOUBLE_DASH] = cg_html_tok_double_dash,
    [TOK_DOUBLE_DASH_DASH] = cg_html_tok_double_dash_dash,
    [TOK_DOUBLE_LT] = cg_html_tok_double_lt,
    [TOK_DOUBLE_END] = cg_html_tok_double_end,

    [TOK_TAG_OPEN] = cg_html_tok_tag_open,
    [TOK_END_TAG_OPEN] = cg_html_tok_end_tag_open,
    [TOK_RAW_LT] = cg_html_tok_raw_lt,
    [TOK_SCRIPT_LT] = cg_html_tok_script_lt,
    [TOK_ESCAPED_LT] = cg_html_tok_escaped_lt,
    [TOK_RAW_END_OPEN] = cg_html_tok_raw_end_open,
    [TOK_RAW_END_NAME] = cg_html_tok_raw_end_name,
    [TOK_CDATA_BRACKET] = cg_html_tok_cdata_bracket,
    [TOK_CDATA_END] = cg_html_tok_cdata_end,

    [TOK_TAG_NAME] = cg_html_tok_tag_name,
    [TOK_BEFORE_ATTR] = cg_html_tok_before_attr,
    [TOK_ATTR_NAME] = cg_html_tok_attr_name,
    [TOK_AFTER_ATTR] = cg_html_tok_after_attr,
    [TOK_BEFORE_VALUE] = cg_html_tok_before_value,
    [TOK_QUOTED] = cg_html_tok_quoted,
    [TOK_UNQUOTED] = cg_html_tok_unquoted,
    [TOK_SELF_CLOSING] = cg_html_tok_self_closing,

    [TOK_MARKUP] = cg_html_tok_markup,
    [TOK_MARKUP_DASH] = cg_html_tok_markup_dash,
    [TOK_MARKUP_WORD] = cg_html_tok_markup_word,
    [TOK_BOGUS] = cg_html_tok_bogus,
    [TOK_COMMENT_START] = cg_html_tok_comment_start,
    [TOK_COMMENT_START_DASH] = cg_html_tok_comment_start_dash,
    [TOK_COMMENT] = cg_html_tok_comment,
    [TOK_COMMENT_END_DASH] = cg_html_tok_comment_end_dash,
    [TOK_COMMENT_END] = cg_html_tok_comment_end,
    [TOK_COMMENT_END_BANG] = cg_html_tok_comment_end_bang,
    [TOK_DOCTYPE] = cg_html_tok_doctype
};


cg_html_tok_t *
cg_html_tok_create(cg_arena_t *arena, cg_html_handler_t handler, void *ctx,
    int keep_text)
{
    cg_html_tok_t  *tok = cg_arena_zero(arena, sizeof(*tok));

    if (tok == NULL) {
        return NULL;
    }

    tok->rows = cg_arena_raw(arena, TOK_ROWS * sizeof(*tok->rows));
    if (tok->rows == NULL) {
        return NULL;
    }

    tok->nrows = TOK_ROWS;
    tok->arena = arena;
    tok->handler = handler;
    tok->ctx = ctx;
    tok->keep_text = keep_text != 0;
    tok->attr = &tok->spare;

    return tok;
}


void
cg_html_tok_set_mode(cg_html_tok_t *tok, cg_html_mode_t mode,
    cg_str_t last_start_tag)
{
    static const cg_html_tok_state_t  first[] = {
        [CG_HTML_DATA] = TOK_DATA,
        [CG_HTML_RCDATA] = TOK_RAW,
        [CG_HTML_RAWTEXT] = TOK_RAW,
        [CG_HTML_SCRIPT] = TOK_SCRIPT,
        [CG_HTML_PLAINTEXT] = TOK_PLAINTEXT,
        [CG_HTML_CDATA] = TOK_CDATA,
        [CG_HTML_BOGUS] = TOK_BOGUS
    };

    size_t  i;

    tok->mode = mode;
    tok->state = first[mode];

    if (last_start_tag.data) {
        tok->last_len = last_start_tag.len;

        for (i = 0; i < last_start_tag.len && i < CG_HTML_NAME; i++) {
            tok->last[i] = cg_ascii_lower(last_start_tag.data[i]);
        }
    }
}


void
cg_html_tok_set_cdata(cg_html_tok_t *tok, int allowed)
{
    tok->cdata = allowed != 0;
}


static void
tok_hand_over(cg_html_tok_t *tok, const cg_html_token_t *token)
{
    if (tok->status == CG_OK) {
        tok->status = tok->handler(tok->ctx, token);
    }
}


void
cg_html_tok_text(cg_html_tok_t *tok, uint64_t end)
{
    cg_html_token_t  *run = &tok->run;

    if (tok->text >= end) {
        return;
    }

    run->mode = tok->mode;
    run->start = tok->text;
    run->end = end;

    tok->text = end;

    if (!tok->skim) {
        tok_hand_over(tok, run);
    }
}


void
cg_html_tok_begin(cg_html_tok_t *tok, cg_html_kind_t kind)
{
    cg_html_token_t  *token = &tok->token;

    cg_html_tok_text(tok, tok->mark);

    /* one by one: clearing all of it showed in profiles */

    token->kind = kind;
    token->start = tok->mark;
    token->name_len = 0;
    token->name_end = 0;
    token->nattrs = 0;
    token->self_closing = 0;
    token->overflow = 0;
    token->data = 0;
    token->data_end = 0;

    tok->attr = &tok->spare;
}


/* The handler comes last: it may set the mode and the CDATA switch. */

void
cg_html_tok_emit(cg_html_tok_t *tok, uint64_t end)
{
    cg_html_token_t  *token = &tok->token;

    (void) tok_rel64(tok, end);              /* notes a token too long */

    token->end = end;
    token->attrs = tok->rows;

    tok->text = end;
    tok->state = TOK_DATA;
    tok->mode = CG_HTML_DATA;

    if (token->kind == CG_HTML_START_TAG) {
        memcpy(tok->last, token->name, CG_HTML_NAME);
        tok->last_len = token->name_len;
    }

    tok_hand_over(tok, token);
}


/* Up to where all that is not emitted yet is text for sure. */

static uint64_t
tok_certain(const cg_html_tok_t *tok)
{
    return tok->state < TOK_TAG_OPEN ? tok->fed : tok->mark;
}


cg_status_t
cg_html_tok_feed(cg_html_tok_t *tok, const unsigned char *data, size_t len)
{
    const unsigned char  *p = data;
    const unsigned char  *end;

    if (tok->status != CG_OK || len == 0) {
        return tok->status;
    }

    end = data + len;
    tok->chunk = data;
    tok->paused = 0;

    while (p != end && tok->status == CG_OK && !tok->paused) {
        p = tok_states[tok->state](tok, p, end);
    }

    tok->fed += (uint64_t) (p - data);
    tok->chunk = NULL;

    if (tok->status == CG_OK) {
        cg_html_tok_text(tok, tok_certain(tok));
    }

    return tok->status;
}


void
cg_html_tok_pause(cg_html_tok_t *tok)
{
    tok->paused = 1;
}


uint64_t
cg_html_tok_fed(const cg_html_tok_t *tok)
{
    return tok->fed;
}


cg_html_mode_t
cg_html_tok_mode(const cg_html_tok_t *tok)
{
    return tok->mode;
}


void
cg_html_tok_branch(cg_html_tok_t *tok, const cg_html_tok_t *from,
    uint64_t at, cg_html_mode_t mode)
{
    tok->status = CG_OK;
    tok->cdata = from->cdata;
    tok->skim = 0;
    tok->paused = 0;
    tok->fed = at;
    tok->text = at;
    tok->mark = at;
    tok->matched = 0;
    tok->last_len = from->last_len;
    memcpy(tok->last, from->last, sizeof(tok->last));

    if (mode == CG_HTML_BOGUS) {
        cg_html_tok_begin(tok, CG_HTML_COMMENT);
    }

    cg_html_tok_set_mode(tok, mode, cg_str_null);
}


int
cg_html_tok_agree(const cg_html_tok_t *a, const cg_html_tok_t *b)
{
    if (a->state != b->state || a->fed != b->fed) {
        return 0;
    }

    switch (a->state) {

    case TOK_DATA:
    case TOK_CDATA:
    case TOK_PLAINTEXT:
        return 1;

    case TOK_RAW:
    case TOK_SCRIPT:
        return a->mode == b->mode && a->last_len == b->last_len
               && a->last_len <= CG_HTML_NAME
               && memcmp(a->last, b->last, a->last_len) == 0;

    default:
        return 0;
    }
}


cg_status_t
cg_html_tok_end(cg_html_tok_t *tok)
{
    cg_status_t  rc;

    if (tok->status != CG_OK) {
        return tok->status;
    }

    if (tok->state < TOK_TAG_NAME) {
        cg_html_tok_text(tok, tok->fed);

    } else if (tok->state < TOK_MARKUP) {
        tok->token.kind = CG_HTML_IGNORED;
        cg_html_tok_emit(tok, tok->fed);

    } else {
        cg_html_tok_cut_markup(tok);
    }

    rc = tok->status;

    if (rc == CG_OK) {
        tok->status = CG_EINVAL;             /* nothing may follow */
    }

    return rc;
}


/* A CDATA section is told of where it begins; comments and doctypes are not. */

static int
tok_may_be_cdata(const cg_html_tok_t *tok)
{
    return tok->cdata
           && (tok->state == TOK_MARKUP || tok->state == TOK_MARKUP_WORD);
}


uint64_t
cg_html_tok_pending(const cg_html_tok_t *tok)
{
    if (tok->state < TOK_TAG_OPEN
        || (tok->state >= TOK_MARKUP && !tok->keep_text
            && !tok_may_be_cdata(tok)))
    {
        return tok->fed;
    }

    return tok->mark;
}
