/*
 * HTML tokenizer: pushed bytes in, tokens out, resumable at every byte
 * (WHATWG HTML 13.2.5, on the bytes of any ASCII-compatible encoding).
 *
 * A token is a pair of stream offsets, never a copy: the bytes stay with the
 * caller, who keeps what cg_html_tok_pending() still needs.  Nothing is
 * decoded, lower-cased or normalised but `name`.  It refuses to know the tree:
 * after a start tag the caller says which text mode follows (cg_html_tree.h).
 *
 * Memory: one attribute table, at most CG_MAX_ATTRS rows, whatever the input.
 *
 * In Shift_JIS, Big5 and GBK a trail byte may be 0x5D: a CDATA section in such
 * a page is read as ended where "]>" follows such a character.  No other byte
 * that matters here occurs in trail bytes.
 */

#ifndef CG_HTML_TOK_H
#define CG_HTML_TOK_H

#include "base/cg_arena.h"

#define CG_HTML_NAME  24         /* bytes of `name` kept; longer ones are cut */


/* The state that a token or a fragment begins in. */

typedef enum {
    CG_HTML_DATA = 0,
    CG_HTML_RCDATA,
    CG_HTML_RAWTEXT,
    CG_HTML_SCRIPT,
    CG_HTML_PLAINTEXT,
    CG_HTML_CDATA,
    CG_HTML_BOGUS                /* bogus comment, already opened; no text */
} cg_html_mode_t;


typedef enum {
    CG_HTML_TEXT = 0,            /* a run of text; cut at every feed */
    CG_HTML_START_TAG,
    CG_HTML_END_TAG,
    CG_HTML_COMMENT,             /* bogus ones too, and a CDATA that is none */
    CG_HTML_DOCTYPE,
    CG_HTML_IGNORED              /* bytes that make no token: "</>", "]]>",
                                    "<![CDATA[", a tag cut by the end */
} cg_html_kind_t;


/* Offsets are relative to the start of their token. */

typedef struct {
    uint32_t         name;       /* [name, name_end) */
    uint32_t         name_end;
    uint32_t         value;      /* [value, value_end), without the quotes */
    uint32_t         value_end;
    unsigned char    quote;      /* '"', '\'', or 0: unquoted or no value */
    unsigned char    has_value;  /* there was a '=' */
} cg_html_attr_t;


typedef struct {
    cg_html_kind_t   kind;
    cg_html_mode_t   mode;       /* of CG_HTML_TEXT: how it is to be decoded */
    uint64_t         start;      /* [start, end) in the stream */
    uint64_t         end;

    /* tags only */
    unsigned char    name[CG_HTML_NAME];     /* ASCII lower case */
    size_t           name_len;   /* of the whole name, may exceed the array */
    uint32_t         name_end;   /* offset behind the name in the tag */
    cg_html_attr_t  *attrs;      /* all, duplicates too, in source order;
                                    borrowed until the handler returns */
    size_t           nattrs;
    unsigned         self_closing:1;
    unsigned         overflow:1; /* attributes or offsets were lost: whoever
                                    gates must withhold the tag */

    /* comments and doctypes, with keep_text only: [data, data_end) is the
     * comment's text; for a doctype see cg_html_doctype_t */
    uint32_t         data;
    uint32_t         data_end;
} cg_html_token_t;


/* What becomes of the token.  Anything but CG_OK ends the tokenizer: feed and
 * end return it from then on. */
typedef cg_status_t (*cg_html_handler_t)(void *ctx,
    const cg_html_token_t *token);

typedef struct cg_html_tok_s  cg_html_tok_t;


/* A tokenizer at offset 0, in the data state.  `arena` is kept for the
 * attribute table.  keep_text: comments and doctypes are pending as a whole
 * and carry their offsets; without it they pass through unremembered, however
 * long.  NULL: no memory. */
cg_html_tok_t *cg_html_tok_create(cg_arena_t *arena,
    cg_html_handler_t handler, void *ctx, int keep_text);

/* Feeds the next bytes (any number, borrowed for the call); calls the handler
 * for each token that they complete, and for the text up to their end, unless
 * it is paused: then cg_html_tok_fed() tells how many of them were read.
 * CG_OK, CG_ENOMEM, or what the handler returned. */
CG_MUST_CHECK cg_status_t cg_html_tok_feed(cg_html_tok_t *tok,
    const unsigned char *data, size_t len);

/* The end of the input: what was begun is emitted as the specification says
 * (a cut comment is a comment, a cut tag is CG_HTML_IGNORED).  Afterwards feed
 * and end return CG_EINVAL. */
CG_MUST_CHECK cg_status_t cg_html_tok_end(cg_html_tok_t *tok);

/* From the handler: the feed ends behind this token.  The next one goes on. */
void cg_html_tok_pause(cg_html_tok_t *tok);

/* The offset of the next byte to be fed. */
uint64_t cg_html_tok_fed(const cg_html_tok_t *tok);

/* Makes `tok` read on behind the token that `from` is handling, as if it had
 * read all before, in `mode`.  To be called from the handler of `from`; what
 * `tok` did before is forgotten. */
void cg_html_tok_branch(cg_html_tok_t *tok, const cg_html_tok_t *from,
    uint64_t at, cg_html_mode_t mode);

/* Whether two tokenizers that were fed up to the same offset will read on
 * alike.  Asked of text states only: within a tag or a comment the answer is
 * no. */
int cg_html_tok_agree(const cg_html_tok_t *a, const cg_html_tok_t *b);

/* The offset of the first byte that a later token may still refer to: bytes
 * from here on must stay readable for the caller.  Equal to the number of
 * bytes fed if nothing is pending.  To be asked between feeds. */
uint64_t cg_html_tok_pending(const cg_html_tok_t *tok);

/* Switches the text mode.  To be called from the handler of a start tag, for
 * what follows it (the tag becomes the "appropriate end tag"), or before the
 * first byte; `last_start_tag` may be absent. */
void cg_html_tok_set_mode(cg_html_tok_t *tok, cg_html_mode_t mode,
    cg_str_t last_start_tag);

/* Of the text that is being read, or that would follow here. */
cg_html_mode_t cg_html_tok_mode(const cg_html_tok_t *tok);

/* Whether `<![CDATA[` opens a CDATA section: the adjusted current node is in
 * SVG or MathML (13.2.5.42).  From a handler, like set_mode. */
void cg_html_tok_set_cdata(cg_html_tok_t *tok, int allowed);


/* The parts of a doctype token out of its bytes (13.2.5.53 to 68); each is a
 * view, absent where it is missing. */

typedef struct {
    cg_str_t  name;
    cg_str_t  public_id;
    cg_str_t  system_id;
    int       force_quirks;
} cg_html_doctype_t;

/* `bytes` are the token's [start, end); `eof`: the input ended in it. */
void cg_html_doctype_read(cg_str_t bytes, int eof, cg_html_doctype_t *doctype);

#endif /* CG_HTML_TOK_H */
