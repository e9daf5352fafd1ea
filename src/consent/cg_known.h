/*
 * Tokens that this process verified lately.  A visitor's cookie comes with
 * every request for a page and for all that is on it; whether its MAC is right
 * and what the record is called are the same each time, and cost three HMACs.
 *
 * What is remembered is arithmetic, never a decision: clock, cache and Redis
 * are asked as if the token had just been verified.  Only tokens whose MAC was
 * right get in, and only the very same bytes find one, compared in constant
 * time.
 */

#ifndef CG_KNOWN_H
#define CG_KNOWN_H

#include "cg_cache.h"
#include "base/cg_arena.h"

#define CG_KNOWN_TEXT  128         /* bytes of a token; a longer one is not
                                      remembered */


typedef struct cg_known_s  cg_known_t;

/* All fields are the room's but these four: the first three the caller fills in
 * once it knows them, and the last is for the cache. */

typedef struct {
    unsigned          named:1;     /* name and cached are there */
    cg_record_name_t  name;
    cg_cache_name_t   cached;
    cg_cache_sight_t  sight;

    cg_token_t        token;       /* private: from here on */
    const void       *owner;
    size_t            len;
    unsigned char     text[CG_KNOWN_TEXT];
} cg_known_token_t;


/* Room for `slots` tokens, a power of two; about 300 bytes each.  NULL: no
 * memory. */
cg_known_t *cg_known_create(cg_arena_t *arena, size_t slots);

/* As cg_token_read(), which it asks about what it does not know.  `owner`
 * stands for keys and binding: one pointer must always mean the same ones.
 * *known: out on CG_OK, good until the next call; NULL: not remembered. */
CG_MUST_CHECK cg_status_t cg_known_read(cg_known_t *tokens, const void *owner,
    cg_str_t text, const cg_keys_t *keys, const cg_binding_t *binding,
    cg_token_t *token, cg_known_token_t **known);

/* The same for a Cookie line that is nothing but the cookie `name`, and that
 * cookie a token which is remembered; CG_NONE: it is not. */
CG_MUST_CHECK cg_status_t cg_known_line(cg_known_t *tokens, const void *owner,
    cg_str_t line, cg_str_t name, cg_token_t *token, cg_known_token_t **known);

#endif /* CG_KNOWN_H */
