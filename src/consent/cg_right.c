#include "cg_right.h"
#include "cg_frame.h"

#define RIGHT_NUMBER  13           /* digits of a time, at most */
#define RIGHT_HEAD    (2 * CG_RIGHT_ID + 1)
#define RIGHT_TAIL    (1 + 2 * CG_RIGHT_HASH + 1 + CG_FRAME_TEXT)


static const char *const  right_names[] = {
    "none", "disclose", "purpose", "correct", "add", "delete", "stop_use",
    "stop_provision", "complaint"
};


const char *
cg_right_name(cg_right_kind_t kind)
{
    return right_names[kind];
}


cg_right_kind_t
cg_right_kind(cg_str_t name)
{
    int  i;

    for (i = CG_RIGHT_DISCLOSE; i <= CG_RIGHT_COMPLAINT; i++) {
        if (cg_str_eq(name, cg_str_from(right_names[i]))) {
            return (cg_right_kind_t) i;
        }
    }

    return CG_RIGHT_NONE;
}


int
cg_right_is_explained(cg_right_kind_t kind)
{
    return kind == CG_RIGHT_CORRECT || kind == CG_RIGHT_ADD
           || kind == CG_RIGHT_STOP_USE;
}


/* Over all that it is for, and its text before the MAC. */

static cg_status_t
right_mac(const cg_keys_t *keys, size_t key, const cg_binding_t *binding,
    const cg_token_t *token, cg_right_kind_t kind, cg_str_t text,
    unsigned char mac[CG_SHA256_LEN])
{
    cg_str_t  parts[6];

    parts[0] = cg_str("ngxc right 1");
    parts[1] = binding->site;
    parts[2] = binding->policy;
    parts[3] = (cg_str_t) { token->has_cid ? CG_CID_LEN : 0, token->cid };
    parts[4] = cg_str_from(right_names[kind]);
    parts[5] = text;

    return cg_frame_mac(cg_keys_get(keys, key, CG_KEY_NOTICE), parts, 6, mac);
}


void
cg_right_ack_write(cg_out_t *out, const cg_keys_t *keys,
    const cg_binding_t *binding, const cg_token_t *token,
    const cg_right_ack_t *ack)
{
    cg_str_t       head;
    size_t         start = out->len;
    unsigned char  mac[CG_SHA256_LEN], text[CG_FRAME_TEXT];

    cg_out_hex(out, (cg_str_t) { CG_RIGHT_ID, ack->id });
    cg_out_byte(out, '.');
    cg_out_uint(out, (uint64_t) ack->shown);
    cg_out_byte(out, '.');
    cg_out_hex(out, (cg_str_t) { CG_RIGHT_HASH, ack->hash });

    if (out->status != CG_OK) {
        return;
    }

    head = cg_str_sub(cg_out_slice(out), start, out->len);
    out->status = right_mac(keys, 0, binding, token, ack->kind, head, mac);

    cg_frame_text(mac, text);
    cg_out_byte(out, '.');
    cg_out_bytes(out, text, sizeof(text));
}


static cg_status_t
right_verify(cg_str_t text, const cg_keys_t *keys, const cg_binding_t *binding,
    const cg_token_t *token, cg_right_kind_t kind)
{
    size_t         i;
    cg_str_t       head = cg_str_sub(text, 0, text.len - CG_FRAME_TEXT - 1);
    cg_str_t       tail = cg_str_sub(text, head.len + 1, text.len);
    unsigned char  mac[CG_SHA256_LEN], want[CG_FRAME_TEXT];

    for (i = 0; i < keys->n; i++) {
        if (right_mac(keys, i, binding, token, kind, head, mac) == CG_OK) {
            cg_frame_text(mac, want);

            if (cg_crypto_eq((cg_str_t) { sizeof(want), want }, tail)) {
                return CG_OK;
            }
        }
    }

    return CG_EINVAL;
}


cg_status_t
cg_right_ack_read(cg_str_t text, const cg_keys_t *keys,
    const cg_binding_t *binding, const cg_token_t *token, int64_t now,
    cg_right_ack_t *ack)
{
    size_t    at;
    uint64_t  shown;

    if (text.data == NULL || text.len <= RIGHT_HEAD + RIGHT_TAIL
        || text.len > RIGHT_HEAD + RIGHT_TAIL + RIGHT_NUMBER)
    {
        return CG_EINVAL;
    }

    at = text.len - RIGHT_TAIL;

    if (text.data[RIGHT_HEAD - 1] != '.' || text.data[at] != '.'
        || text.data[text.len - CG_FRAME_TEXT - 1] != '.'
        || cg_hex_read(cg_str_sub(text, 0, RIGHT_HEAD - 1), ack->id,
                       CG_RIGHT_ID) != CG_OK
        || cg_frame_uint(cg_str_sub(text, RIGHT_HEAD, at),
                         (uint64_t) CG_TIME_MAX, &shown) != CG_OK
        || cg_hex_read(cg_str_sub(text, at + 1, at + 1 + 2 * CG_RIGHT_HASH),
                       ack->hash, CG_RIGHT_HASH) != CG_OK
        || right_verify(text, keys, binding, token, ack->kind) != CG_OK)
    {
        return CG_EINVAL;
    }

    ack->shown = (int64_t) shown;

    return ack->shown > now || now - ack->shown > CG_RIGHT_VALID ? CG_EINVAL
                                                                 : CG_OK;
}
