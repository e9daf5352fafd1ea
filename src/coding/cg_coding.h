/*
 * Content codings undone (RFC 9110, 8.4): a coded body's bytes in, what was
 * coded out.  The decoders are the libraries'; here stands which of them, in
 * which order, and how much they may make.
 *
 *   gzip, x-gzip   one member or several (RFC 1952); what follows the last one
 *                  and is none is ignored, as browsers do
 *   deflate        in zlib's wrapper (RFC 1950), or raw (RFC 1951)
 *   br             RFC 7932; CG_HAVE_BROTLI
 *   zstd           RFC 8878, one frame or several, windows up to 8 MiB as RFC
 *                  9659 has it; CG_HAVE_ZSTD
 *   identity       nothing
 *
 * Memory is bounded by the codings' windows, whatever the length of the body:
 * 44 KiB for gzip and deflate, up to 18 MiB for br, up to 9 MiB for zstd; and
 * 16 KiB between two codings.
 */

#ifndef CG_CODING_H
#define CG_CODING_H

#include "base/cg_arena.h"

#define CG_MAX_CODINGS         4               /* of one body */
#define CG_MAX_DECODED         (1ULL << 30)    /* bytes out of one body */
#define CG_MAX_DECODED_RATIO   250             /* bytes out per byte in... */
#define CG_MAX_DECODED_FREE    (4ULL << 20)    /* ...beyond these */


/* What any one coding of a body may make.  A page that exceeds it was made to
 * exhaust its reader: markup is seldom coded 100 : 1, and what deflate makes of
 * zeros is 1029 : 1. */

typedef struct {
    uint64_t  total;               /* bytes */
    uint64_t  ratio;               /* made : taken, once more than `free` */
    uint64_t  free;                /* bytes were made */
} cg_coding_limits_t;

#define cg_coding_limits                                                     \
    ((cg_coding_limits_t) { CG_MAX_DECODED, CG_MAX_DECODED_RATIO,            \
                            CG_MAX_DECODED_FREE })

typedef struct cg_coding_s  cg_coding_t;


/* Reads a Content-Encoding: a comma-separated list, in the order in which the
 * codings were applied; several lines are one list.
 *   n       out: how many there are to undo; 0: identity
 * CG_NONE: one of them is unknown, or not in this build.
 * CG_ELIMIT: more than CG_MAX_CODINGS. */
CG_MUST_CHECK cg_status_t cg_coding_read(cg_str_t content_encoding, size_t *n);

/* A decoder for all of them.
 *   arena     kept; bigger blocks are handed back when outgrown
 *   limits    copied
 *   coding    out, only on CG_OK
 * CG_NONE, CG_ELIMIT: as above.  CG_ENOMEM. */
CG_MUST_CHECK cg_status_t cg_coding_create(cg_arena_t *arena,
    cg_str_t content_encoding, const cg_coding_limits_t *limits,
    cg_coding_t **coding);

/* Takes bytes from the front of `in`, which is moved on, and writes what they
 * decode to, at most `size` bytes at `out`.  Whoever calls may stop at any time
 * and go on later: what was not taken stays in `in`.
 *   in      borrowed; when it is empty, the next piece of the body may come
 *   len     out: bytes written, more than 0 if CG_OK
 * CG_OK: written; call again, there may be more, even if `in` is empty.
 * CG_MORE: `in` is used up, and all that it decodes to was written.
 * CG_EINVAL: not of the coding.  CG_ELIMIT: beyond the limits.  CG_ENOMEM.
 * What was written before an error is not to be trusted to be a document. */
CG_MUST_CHECK cg_status_t cg_coding_next(cg_coding_t *coding, cg_str_t *in,
    unsigned char *out, size_t size, size_t *len);

/* The body has ended, after CG_MORE.  CG_OK: it was whole, or empty.
 * CG_EINVAL: it was cut short. */
CG_MUST_CHECK cg_status_t cg_coding_end(cg_coding_t *coding);

#endif /* CG_CODING_H */
