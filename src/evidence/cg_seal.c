#include "cg_field.h"
#include "cg_seal.h"
#include "base/cg_ascii.h"

#define SEAL_TAG  "cgs1 "


/* HMAC(key, label || name); `to` may be `key`. */

static cg_status_t
seal_step(const unsigned char key[CG_SHA256_LEN], const char *label,
    const unsigned char *name, unsigned char to[CG_SHA256_LEN])
{
    cg_str_t       parts[2];
    cg_status_t    rc;
    unsigned char  next[CG_SHA256_LEN];

    parts[0] = cg_str_from(label);
    parts[1] = (cg_str_t) { name ? CG_LANE_LEN : 0, name };

    rc = cg_hmac((cg_str_t) { CG_SHA256_LEN, key }, parts, 2, next);

    if (rc == CG_OK) {
        memcpy(to, next, CG_SHA256_LEN);
    }

    cg_crypto_wipe(next, sizeof(next));

    return rc;
}


/* The root */


void
cg_seal_root_make(cg_seal_root_t *root,
    const unsigned char seed[CG_SEAL_SEED])
{
    static const char  digits[] = "0123456789abcdef";

    size_t  i;

    for (i = 0; i < CG_SEAL_ID / 2; i++) {
        root->id[2 * i] = (unsigned char) digits[seed[i] >> 4];
        root->id[2 * i + 1] = (unsigned char) digits[seed[i] & 15];
    }

    root->epoch = 0;
    memcpy(root->key, seed + CG_SEAL_ID / 2, CG_SHA256_LEN);
}


cg_status_t
cg_seal_root_evolve(cg_seal_root_t *root)
{
    cg_status_t  rc = seal_step(root->key, "root", NULL, root->key);

    root->epoch += rc == CG_OK;

    return rc;
}


void
cg_seal_root_write(const cg_seal_root_t *root, cg_out_t *out)
{
    cg_out_text(out, SEAL_TAG);
    cg_out_bytes(out, root->id, CG_SEAL_ID);
    cg_out_byte(out, ' ');
    cg_out_uint(out, root->epoch);
    cg_out_byte(out, ' ');
    cg_out_hex(out, (cg_str_t) { CG_SHA256_LEN, root->key });
    cg_out_byte(out, '\n');
}


static int
seal_is_hex(cg_str_t text)
{
    size_t  i;

    for (i = 0; i < text.len; i++) {
        if (!cg_ascii_is_digit(text.data[i])
            && (text.data[i] < 'a' || text.data[i] > 'f'))
        {
            return 0;
        }
    }

    return 1;
}


/* Takes a decimal number and the blank behind it off `text`. */

static int
seal_take_number(cg_str_t *text, uint64_t *number)
{
    size_t  i;

    *number = 0;

    for (i = 0; i < text->len && cg_ascii_is_digit(text->data[i]); i++) {
        if (i == 18) {
            return 0;
        }

        *number = *number * 10 + (uint64_t) (text->data[i] - '0');
    }

    if (i == 0 || i == text->len || text->data[i] != ' ') {
        return 0;
    }

    *text = cg_str_sub(*text, i + 1, text->len);

    return 1;
}


cg_status_t
cg_seal_root_read(cg_str_t text, cg_seal_root_t *root)
{
    size_t  head = sizeof(SEAL_TAG) - 1;

    memset(root, 0, sizeof(*root));

    if (text.len && text.data[text.len - 1] == '\n') {
        text.len--;
    }

    if (text.len < head + CG_SEAL_ID + 1
        || !cg_str_starts(text, cg_str(SEAL_TAG))
        || !seal_is_hex(cg_str_sub(text, head, head + CG_SEAL_ID))
        || text.data[head + CG_SEAL_ID] != ' ')
    {
        return CG_EINVAL;
    }

    memcpy(root->id, text.data + head, CG_SEAL_ID);
    text = cg_str_sub(text, head + CG_SEAL_ID + 1, text.len);

    if (!seal_take_number(&text, &root->epoch)
        || cg_hex_read(text, root->key, CG_SHA256_LEN) != CG_OK)
    {
        memset(root, 0, sizeof(*root));
        return CG_EINVAL;
    }

    return CG_OK;
}


/* A lane */


/* The lane's first key, and the process' next one. */

static cg_status_t
seal_lane(cg_seal_t *seal, const unsigned char ch[CG_LANE_LEN])
{
    cg_status_t  rc = seal_step(seal->process, "lane", ch, seal->key);

    if (rc == CG_OK) {
        rc = seal_step(seal->process, "process", NULL, seal->process);
    }

    seal->index = 0;

    return rc;
}


cg_status_t
cg_seal_begin(cg_seal_t *seal, const cg_seal_root_t *root,
    const cg_chain_t *chain)
{
    memcpy(seal->id, root->id, CG_SEAL_ID);
    memcpy(seal->of, chain->ch, CG_LANE_LEN);
    seal->root = root->epoch;
    seal->n = 0;

    return cg_seal_derive(seal, root, chain->ch);
}


cg_status_t
cg_seal_go_on(cg_seal_t *seal, const cg_chain_t *chain)
{
    cg_seal_t    next = *seal;
    cg_status_t  rc;

    next.n++;
    rc = seal_lane(&next, chain->ch);

    if (rc == CG_OK) {
        *seal = next;
    }

    cg_crypto_wipe(&next, sizeof(next));

    return rc;
}


cg_status_t
cg_seal_derive(cg_seal_t *seal, const cg_seal_root_t *root,
    const unsigned char ch[CG_LANE_LEN])
{
    uint64_t     n;
    cg_status_t  rc;

    rc = seal_step(root->key, "process", seal->of, seal->process);

    for (n = 0; rc == CG_OK && n < seal->n; n++) {
        rc = seal_step(seal->process, "process", NULL, seal->process);
    }

    return rc == CG_OK ? seal_lane(seal, ch) : rc;
}


void
cg_seal_field(const cg_seal_t *seal, cg_out_t *out)
{
    cg_field_object_begin(out, "seal");
    cg_field_str(out, "id", (cg_str_t) { CG_SEAL_ID, seal->id });
    cg_field_uint(out, "root", seal->root);
    cg_field_uint(out, "i", seal->index);
    cg_field_uint(out, "lines", seal->lines);
    cg_field_uint(out, "seconds", seal->seconds);

    if (seal->n) {
        cg_field_str(out, "of", (cg_str_t) { CG_LANE_LEN, seal->of });
        cg_field_uint(out, "n", seal->n);
    }

    cg_field_object_end(out);
}


void
cg_seal_sign(const cg_seal_t *seal, const cg_chain_t *chain, cg_out_t *out)
{
    unsigned char  mac[CG_SHA256_LEN];

    if (out->status != CG_OK) {
        return;
    }

    out->status = cg_seal_mac(seal->key, chain->ch, chain->prev,
                              cg_out_slice(out), mac);
    cg_field_hex(out, "mac", (cg_str_t) { sizeof(mac), mac });
}


cg_status_t
cg_seal_evolve(cg_seal_t *seal)
{
    cg_status_t  rc = seal_step(seal->key, "next", NULL, seal->key);

    seal->index += rc == CG_OK;

    return rc;
}


cg_status_t
cg_seal_mac(const unsigned char key[CG_SHA256_LEN],
    const unsigned char ch[CG_LANE_LEN],
    const unsigned char prev[CG_SHA256_LEN], cg_str_t text,
    unsigned char mac[CG_SHA256_LEN])
{
    cg_str_t  parts[4];

    parts[0] = cg_str("\x02");
    parts[1] = (cg_str_t) { CG_LANE_LEN, ch };
    parts[2] = (cg_str_t) { CG_SHA256_LEN, prev };
    parts[3] = text;

    return cg_hmac((cg_str_t) { CG_SHA256_LEN, key }, parts, 4, mac);
}
