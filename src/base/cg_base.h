/*
 * The ground that every room stands on: byte slices, status codes, limits.
 *
 * The core (everything under src/) is handed memory, time and randomness; it
 * never logs, exits, blocks or reads a clock.  It knows nothing of nginx.
 */

#ifndef CG_BASE_H
#define CG_BASE_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>


/* A view of bytes that somebody else owns; may hold any byte, NUL included.
 * data == NULL means "absent", which is not the same as empty. */

typedef struct {
    size_t                len;
    const unsigned char  *data;
} cg_str_t;

#define cg_str(literal)                                                      \
    ((cg_str_t) { sizeof(literal) - 1, (const unsigned char *) (literal) })
#define cg_str_null     ((cg_str_t) { 0, NULL })


/* Positive: no error, but no result either.  Negative: an error; whoever
 * returned it is in a terminal state and repeats it. */

typedef enum {
    CG_OK = 0,
    CG_MORE = 1,              /* feed me: the answer needs further input */
    CG_NONE = 2,              /* there is no such thing, or no further one */
    CG_ENOMEM = -1,           /* the arena gave no memory */
    CG_ELIMIT = -2,           /* a CG_MAX_* would be exceeded */
    CG_EINVAL = -3            /* malformed, forged or not allowed here */
} cg_status_t;

#define CG_MUST_CHECK   __attribute__((warn_unused_result))

/* On the way of every page: these stand together in memory, on a few pages of
 * it.  Where they were spread among all others, the module cost a request a
 * third more. */
#define CG_HOT          __attribute__((hot))

/* In the midst of those, and rarely called: stands elsewhere. */
#define CG_COLD         __attribute__((cold, noinline))


/* Every limit, with its unit. */

#define CG_MAX_TAG          (1024 * 1024)    /* bytes held for one tag */
#define CG_MAX_ATTRS        512              /* attributes of one tag */
#define CG_MAX_URL          (16 * 1024)      /* bytes of a URL looked at */
#define CG_MAX_HOST         255              /* bytes of a host name */
#define CG_MAX_WORDS        32               /* words of one policy line */
#define CG_MAX_PURPOSES     32               /* purposes of one policy */
#define CG_MAX_LINE         (16 * 1024)      /* bytes of an evidence line */
#define CG_MAX_TOKEN        256              /* bytes of a token */
#define CG_MAX_CHOICE       4096             /* bytes of a POSTed choice */


static inline int
cg_str_eq(cg_str_t a, cg_str_t b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}


static inline int
cg_str_starts(cg_str_t s, cg_str_t prefix)
{
    return s.len >= prefix.len
           && (prefix.len == 0
               || memcmp(s.data, prefix.data, prefix.len) == 0);
}


static inline cg_str_t
cg_str_from(const char *text)
{
    cg_str_t  s = { strlen(text), (const unsigned char *) text };

    return s;
}


static inline cg_str_t
cg_str_sub(cg_str_t s, size_t from, size_t to)
{
    cg_str_t  part = { to - from, s.data + from };

    return part;
}

#endif /* CG_BASE_H */
