/*
 * Private to the tokenizer: its states, its struct, and what the files of the
 * state groups share.  A state is a function that takes the bytes from `p` to
 * `end` (at least one), consumes what it can and returns how far it came; it
 * never looks at a byte twice unless it hands it to another state.
 */

#ifndef CG_HTML_TOK_IMPL_H
#define CG_HTML_TOK_IMPL_H

#include "cg_html_tok.h"
#include "base/cg_ascii.h"


/* The order carries meaning: see tok_certain() and cg_html_tok_end(). */

typedef enum {

    /* all bytes so far are text, or are accounted for */

    TOK_DATA = 0,
    TOK_RAW,                     /* RCDATA and RAWTEXT: they end alike */
    TOK_SCRIPT,
    TOK_PLAINTEXT,
    TOK_CDATA,
    TOK_ESCAPE_START,
    TOK_ESCAPE_START_DASH,
    TOK_ESCAPED,
    TOK_ESCAPED_DASH,
    TOK_ESCAPED_DASH_DASH,
    TOK_DOUBLE_START,
    TOK_DOUBLE,
    TOK_DOUBLE_DASH,
    TOK_DOUBLE_DASH_DASH,
    TOK_DOUBLE_LT,
    TOK_DOUBLE_END,

    /* from `mark` on it is text or the start of something else */

    TOK_TAG_OPEN,
    TOK_END_TAG_OPEN,
    TOK_RAW_LT,
    TOK_SCRIPT_LT,
    TOK_ESCAPED_LT,
    TOK_RAW_END_OPEN,
    TOK_RAW_END_NAME,
    TOK_CDATA_BRACKET,
    TOK_CDATA_END,

    /* from `mark` on it is a tag; the text before it is out */

    TOK_TAG_NAME,
    TOK_BEFORE_ATTR,
    TOK_ATTR_NAME,
    TOK_AFTER_ATTR,
    TOK_BEFORE_VALUE,
    TOK_QUOTED,
    TOK_UNQUOTED,
    TOK_SELF_CLOSING,

    /* from `mark` on it is a comment, a doctype or "<![CDATA[" */

    TOK_MARKUP,
    TOK_MARKUP_DASH,
    TOK_MARKUP_WORD,
    TOK_BOGUS,
    TOK_COMMENT_START,
    TOK_COMMENT_START_DASH,
    TOK_COMMENT,
    TOK_COMMENT_END_DASH,
    TOK_COMMENT_END,
    TOK_COMMENT_END_BANG,
    TOK_DOCTYPE,

    TOK_STATES
} cg_html_tok_state_t;


struct cg_html_tok_s {
    cg_arena_t            *arena;
    cg_html_handler_t      handler;
    void                  *ctx;
    cg_status_t            status;       /* not CG_OK: ended */
    unsigned               keep_text:1;
    unsigned               cdata:1;      /* "<![CDATA[" opens a section */
    unsigned               skim:1;       /* see cg_html_skim.h */
    unsigned               paused:1;

    cg_html_tok_state_t    state;
    cg_html_tok_state_t    raw;          /* where "</x" falls back to */
    cg_html_mode_t         mode;

    uint64_t               fed;          /* offset of `chunk` */
    const unsigned char   *chunk;        /* being fed */
    uint64_t               text;         /* first byte of text not emitted */
    uint64_t               mark;         /* first byte of what is begun */

    cg_str_t               word;         /* that TOK_MARKUP_WORD compares */
    size_t                 matched;      /* bytes of a word seen so far */

    unsigned char          last[CG_HTML_NAME];   /* last start tag */
    size_t                 last_len;

    cg_html_token_t        run;          /* of text; zero but for its place */
    cg_html_token_t        token;        /* that was begun */
    cg_html_attr_t        *attr;         /* being read: a row or `spare` */
    cg_html_attr_t         spare;        /* takes what does not fit */
    cg_html_attr_t        *rows;
    size_t                 nrows;
};


/* The offset in the stream of a byte in the chunk. */

static inline uint64_t
tok_at(const cg_html_tok_t *tok, const unsigned char *p)
{
    return tok->fed + (uint64_t) (p - tok->chunk);
}


/* The offset in the token; one that does not fit is said, never wrapped. */

static inline uint32_t
tok_rel64(cg_html_tok_t *tok, uint64_t at)
{
    uint64_t  rel = at - tok->mark;

    if (rel > UINT32_MAX) {
        tok->token.overflow = 1;
        return UINT32_MAX;
    }

    return (uint32_t) rel;
}


static inline uint32_t
tok_rel(cg_html_tok_t *tok, const unsigned char *p)
{
    return tok_rel64(tok, tok_at(tok, p));
}


/* Hands the byte at `p` to another state. */

static inline const unsigned char *
tok_again(cg_html_tok_t *tok, cg_html_tok_state_t state,
    const unsigned char *p)
{
    tok->state = state;

    return p;
}


/* Consumes the byte at `p` and goes on in another state. */

static inline const unsigned char *
tok_next(cg_html_tok_t *tok, cg_html_tok_state_t state,
    const unsigned char *p)
{
    tok->state = state;

    return p + 1;
}


/* The next `c`, or `end`. */

static inline const unsigned char *
tok_find(const unsigned char *p, const unsigned char *end, unsigned char c)
{
    p = memchr(p, c, (size_t) (end - p));

    return p ? p : end;
}


/* Emits the text up to `end`, if there is any and nothing is skimmed. */
void cg_html_tok_text(cg_html_tok_t *tok, uint64_t end);

/* Emits the text before the mark and begins a token there. */
void cg_html_tok_begin(cg_html_tok_t *tok, cg_html_kind_t kind);

/* Emits the token that was begun, up to `end`, and returns to data. */
void cg_html_tok_emit(cg_html_tok_t *tok, uint64_t end);


typedef const unsigned char *(*cg_html_tok_state_pt)(cg_html_tok_t *tok,
    const unsigned char *p, const unsigned char *end);

#define TOK_STATE(name)                                                      \
    const unsigned char *cg_html_tok_##name(cg_html_tok_t *tok,              \
        const unsigned char *p, const unsigned char *end)

/* cg_html_tok_text.c */
TOK_STATE(data);
TOK_STATE(raw);
TOK_STATE(plaintext);
TOK_STATE(cdata);
TOK_STATE(cdata_bracket);
TOK_STATE(cdata_end);
TOK_STATE(raw_lt);
TOK_STATE(raw_end_open);
TOK_STATE(raw_end_name);

/* cg_html_tok_script.c */
TOK_STATE(script);
TOK_STATE(script_lt);
TOK_STATE(escape_start);
TOK_STATE(escape_start_dash);
TOK_STATE(escaped);
TOK_STATE(escaped_dash);
TOK_STATE(escaped_dash_dash);
TOK_STATE(escaped_lt);
TOK_STATE(double_start);
TOK_STATE(double_escaped);
TOK_STATE(double_dash);
TOK_STATE(double_dash_dash);
TOK_STATE(double_lt);
TOK_STATE(double_end);

/* cg_html_tok_tag.c */
TOK_STATE(tag_open);
TOK_STATE(end_tag_open);
TOK_STATE(tag_name);
TOK_STATE(before_attr);
TOK_STATE(attr_name);
TOK_STATE(after_attr);
TOK_STATE(before_value);
TOK_STATE(quoted);
TOK_STATE(unquoted);
TOK_STATE(self_closing);

/* cg_html_tok_comment.c */
TOK_STATE(markup);
TOK_STATE(markup_dash);
TOK_STATE(markup_word);
TOK_STATE(bogus);
TOK_STATE(comment_start);
TOK_STATE(comment_start_dash);
TOK_STATE(comment);
TOK_STATE(comment_end_dash);
TOK_STATE(comment_end);
TOK_STATE(comment_end_bang);
TOK_STATE(doctype);

/* Emits the comment that was begun; it ends at `end`, its data `tail` bytes
 * before. */
void cg_html_tok_emit_comment(cg_html_tok_t *tok, uint64_t end,
    uint64_t tail);

/* Emits the comment or the doctype that the end of the input cut. */
void cg_html_tok_cut_markup(cg_html_tok_t *tok);

#endif /* CG_HTML_TOK_IMPL_H */
