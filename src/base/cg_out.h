/*
 * A bounded append buffer with a sticky error: appends return nothing, one
 * look at the status at the end tells whether all of them fitted.
 *
 * The bytes live in the arena.  `data` moves when the buffer grows: take
 * slices of it only when nothing more will be appended.
 */

#ifndef CG_OUT_H
#define CG_OUT_H

#include "cg_arena.h"


typedef struct {
    unsigned char  *data;          /* read freely; written by this room only */
    size_t          len;

    size_t          cap;           /* private */
    size_t          max;           /* private: bytes, never exceeded */
    cg_arena_t     *arena;         /* private, kept */
    cg_status_t     status;        /* CG_OK, CG_ENOMEM or CG_ELIMIT, sticky */
} cg_out_t;


/* Starts empty; allocates nothing yet.  `arena` is kept, `max` in bytes. */
void cg_out_init(cg_out_t *out, cg_arena_t *arena, size_t max);

/* Forgets the content and the error, keeps the memory. */
void cg_out_reset(cg_out_t *out);

/* Room for `len` more bytes at one time, instead of growing by and by. */
void cg_out_reserve(cg_out_t *out, size_t len);

/* Each appends all or nothing; after an error all are no-ops. */
void cg_out_uint(cg_out_t *out, uint64_t n);
void cg_out_hex(cg_out_t *out, cg_str_t bytes);

/* base64url without padding (RFC 4648, 5). */
void cg_out_base64url(cg_out_t *out, cg_str_t bytes);

/* HTML text or quoted attribute value out of UTF-8: & < > " ' and everything
 * that is not ASCII become numeric character references, so that the result
 * is right in any ASCII-compatible charset.  Malformed bytes become U+FFFD,
 * C0 controls other than tab, LF and CR too. */
void cg_out_html(cg_out_t *out, cg_str_t utf8);

/* A JSON string with its quotes (RFC 8259): controls, quotes, backslash, DEL
 * and everything that is not ASCII are escaped as \uXXXX; malformed UTF-8
 * becomes \ufffd.  Pure ASCII, without line breaks: one event stays one line.
 * `<` is escaped as well, so that it may stand inside a script element. */
void cg_out_json(cg_out_t *out, cg_str_t utf8);

/* The whole content as a slice; absent if the buffer is in error. */
cg_str_t cg_out_slice(const cg_out_t *out);


/* These are inline for their many callers: most pieces are short and fit, and
 * most texts are literals, whose length is then known. */

void cg_out_more(cg_out_t *out, const void *data, size_t len);   /* private */

static inline void
cg_out_bytes(cg_out_t *out, const void *data, size_t len)
{
    if (out->status != CG_OK || len > out->cap - out->len) {
        cg_out_more(out, data, len);

    } else if (len) {
        memcpy(out->data + out->len, data, len);
        out->len += len;
    }
}


static inline void
cg_out_byte(cg_out_t *out, unsigned char c)
{
    cg_out_bytes(out, &c, 1);
}


static inline void
cg_out_str(cg_out_t *out, cg_str_t s)
{
    cg_out_bytes(out, s.data, s.len);
}


static inline void
cg_out_text(cg_out_t *out, const char *text)
{
    cg_out_bytes(out, text, strlen(text));
}

#endif /* CG_OUT_H */
