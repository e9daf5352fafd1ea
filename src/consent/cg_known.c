#include "cg_known.h"


struct cg_known_s {
    size_t             mask;
    cg_known_token_t  *slots;
};


cg_known_t *
cg_known_create(cg_arena_t *arena, size_t slots)
{
    cg_known_t  *tokens = cg_arena_zero(arena, sizeof(*tokens));

    if (tokens == NULL) {
        return NULL;
    }

    tokens->mask = slots - 1;
    tokens->slots = cg_arena_zero(arena, slots * sizeof(cg_known_token_t));

    return tokens->slots ? tokens : NULL;
}


/* A token ends in its MAC, whose bits are evenly spread. */

static cg_known_token_t *
known_slot(cg_known_t *tokens, cg_str_t text)
{
    uint64_t  tail;

    memcpy(&tail, text.data + text.len - sizeof(tail), sizeof(tail));
    tail *= UINT64_C(0x9e3779b97f4a7c15);

    return &tokens->slots[(size_t) (tail >> 32) & tokens->mask];
}


static void
known_keep(cg_known_token_t *slot, const void *owner, cg_str_t text,
    const cg_token_t *token)
{
    slot->named = 0;
    memset(&slot->sight, 0, sizeof(slot->sight));
    slot->token = *token;
    slot->owner = owner;
    slot->len = text.len;
    memcpy(slot->text, text.data, text.len);
}


static int
known_is(const cg_known_token_t *slot, const void *owner, cg_str_t text)
{
    return slot->owner == owner
           && cg_crypto_eq((cg_str_t) { slot->len, slot->text }, text);
}


CG_HOT cg_status_t
cg_known_line(cg_known_t *tokens, const void *owner, cg_str_t line,
    cg_str_t name, cg_token_t *token, cg_known_token_t **known)
{
    cg_str_t           text;
    cg_known_token_t  *slot;

    if (line.len < name.len + 1 + sizeof(uint64_t)
        || line.data[name.len] != '=' || !cg_str_starts(line, name))
    {
        return CG_NONE;
    }

    text = cg_str_sub(line, name.len + 1, line.len);
    slot = known_slot(tokens, text);

    if (!known_is(slot, owner, text)) {
        return CG_NONE;
    }

    *token = slot->token;
    *known = slot;

    return CG_OK;
}


cg_status_t
cg_known_read(cg_known_t *tokens, const void *owner, cg_str_t text,
    const cg_keys_t *keys, const cg_binding_t *binding, cg_token_t *token,
    cg_known_token_t **known)
{
    cg_status_t        rc;
    cg_known_token_t  *slot;

    *known = NULL;

    if (text.len < sizeof(uint64_t) || text.len > CG_KNOWN_TEXT) {
        return cg_token_read(text, keys, binding, token);
    }

    slot = known_slot(tokens, text);

    if (!known_is(slot, owner, text)) {
        rc = cg_token_read(text, keys, binding, token);
        if (rc != CG_OK) {
            return rc;
        }

        known_keep(slot, owner, text, token);
    }

    *token = slot->token;
    *known = slot;

    return CG_OK;
}
