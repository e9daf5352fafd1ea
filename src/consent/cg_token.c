#include "cg_token.h"
#include "cg_frame.h"

#define TOKEN_FIELDS  7
#define TOKEN_DAY     86400
#define TOKEN_MAC     16         /* bytes */


void
cg_token_grant(cg_token_t *token, const unsigned char cid[CG_CID_LEN],
    uint32_t bits, uint32_t version, int64_t now, int64_t lifetime)
{
    memset(token, 0, sizeof(*token));
    memcpy(token->cid, cid, CG_CID_LEN);

    token->has_cid = 1;
    token->bits = bits;
    token->version = version;
    token->issued = now;
    token->expires = now + lifetime;
}


/* Idempotent: a rounded token stays as it is. */

static void
token_round(cg_token_t *token)
{
    token->issued -= token->issued % TOKEN_DAY;
    token->expires += TOKEN_DAY - 1;
    token->expires -= token->expires % TOKEN_DAY;
}


void
cg_token_refusal(cg_token_t *token, uint32_t version, int64_t now,
    int64_t lifetime)
{
    memset(token, 0, sizeof(*token));

    token->version = version;
    token->issued = now;
    token->expires = now + lifetime;

    token_round(token);
}


/* What is written and read alike: ids grant, refusals have none. */

static int
token_is_sane(const cg_token_t *token)
{
    return (token->has_cid != 0) == (token->bits != 0)
           && token->issued >= 0
           && token->issued < token->expires
           && token->expires <= CG_TIME_MAX;
}


static cg_status_t
token_mac(const cg_keys_t *keys, size_t i, const cg_binding_t *binding,
    cg_str_t text, unsigned char mac[CG_SHA256_LEN])
{
    cg_str_t  parts[4];

    parts[0] = binding->site;
    parts[1] = binding->policy;
    parts[2].len = CG_SHA256_LEN;
    parts[2].data = binding->slots_hash;
    parts[3] = text;

    return cg_frame_mac(cg_keys_get(keys, i, CG_KEY_TOKEN), parts, 4, mac);
}


static void
token_fail(cg_out_t *out, cg_status_t rc)
{
    if (out->status == CG_OK) {
        out->status = rc;
    }
}


static void
token_put(cg_out_t *out, const cg_token_t *token)
{
    cg_out_text(out, "1.");

    if (token->has_cid) {
        cg_out_base64url(out, (cg_str_t) { CG_CID_LEN, token->cid });

    } else {
        cg_out_byte(out, '-');
    }

    cg_out_byte(out, '.');
    cg_frame_put_hex32(out, token->bits);
    cg_out_byte(out, '.');
    cg_out_uint(out, token->version);
    cg_out_byte(out, '.');
    cg_out_uint(out, (uint64_t) token->issued);
    cg_out_byte(out, '.');
    cg_out_uint(out, (uint64_t) token->expires);
}


void
cg_token_write(cg_out_t *out, const cg_keys_t *keys,
    const cg_binding_t *binding, const cg_token_t *token)
{
    size_t         start = out->len;
    cg_token_t     copy = *token;
    cg_status_t    rc;
    unsigned char  mac[CG_SHA256_LEN];

    if (!copy.has_cid && copy.issued >= 0 && copy.expires <= CG_TIME_MAX) {
        token_round(&copy);
    }

    if (!token_is_sane(&copy)) {
        token_fail(out, CG_EINVAL);
        return;
    }

    token_put(out, &copy);

    if (out->status != CG_OK) {
        return;
    }

    rc = token_mac(keys, 0, binding,
                   (cg_str_t) { out->len - start, out->data + start }, mac);
    if (rc != CG_OK) {
        token_fail(out, rc);
        return;
    }

    cg_out_byte(out, '.');
    cg_out_base64url(out, (cg_str_t) { TOKEN_MAC, mac });
}


/* Exactly TOKEN_FIELDS fields between dots. */

static cg_status_t
token_split(cg_str_t text, cg_str_t fields[TOKEN_FIELDS])
{
    size_t  i, n = 0, start = 0;

    for (i = 0; i <= text.len; i++) {
        if (i < text.len && text.data[i] != '.') {
            continue;
        }

        if (n == TOKEN_FIELDS) {
            return CG_EINVAL;
        }

        fields[n++] = cg_str_sub(text, start, i);
        start = i + 1;
    }

    return n == TOKEN_FIELDS ? CG_OK : CG_EINVAL;
}


static cg_status_t
token_parse(const cg_str_t fields[TOKEN_FIELDS], cg_token_t *token)
{
    uint64_t  version, issued, expires;

    if (!cg_str_eq(fields[0], cg_str("1"))
        || cg_frame_hex32(fields[2], &token->bits) != CG_OK
        || cg_frame_uint(fields[3], UINT32_MAX, &version) != CG_OK
        || cg_frame_uint(fields[4], CG_TIME_MAX, &issued) != CG_OK
        || cg_frame_uint(fields[5], CG_TIME_MAX, &expires) != CG_OK)
    {
        return CG_EINVAL;
    }

    if (!cg_str_eq(fields[1], cg_str("-"))) {
        token->has_cid = 1;

        if (cg_base64url_read(fields[1], token->cid, CG_CID_LEN) != CG_OK) {
            return CG_EINVAL;
        }
    }

    token->version = (uint32_t) version;
    token->issued = (int64_t) issued;
    token->expires = (int64_t) expires;

    return token_is_sane(token) ? CG_OK : CG_EINVAL;
}


static cg_status_t
token_verify(const cg_keys_t *keys, const cg_binding_t *binding,
    cg_str_t text, cg_str_t mac_text, size_t *key)
{
    size_t         i;
    unsigned char  got[TOKEN_MAC], want[CG_SHA256_LEN];

    if (cg_base64url_read(mac_text, got, sizeof(got)) != CG_OK) {
        return CG_EINVAL;
    }

    for (i = 0; i < keys->n; i++) {
        if (token_mac(keys, i, binding, text, want) == CG_OK
            && cg_crypto_eq((cg_str_t) { TOKEN_MAC, got },
                            (cg_str_t) { TOKEN_MAC, want }))
        {
            *key = i;
            return CG_OK;
        }
    }

    return CG_EINVAL;
}


cg_status_t
cg_token_read(cg_str_t text, const cg_keys_t *keys,
    const cg_binding_t *binding, cg_token_t *token)
{
    size_t    signed_len;
    cg_str_t  fields[TOKEN_FIELDS];

    memset(token, 0, sizeof(*token));

    if (text.data == NULL || text.len > CG_MAX_TOKEN
        || token_split(text, fields) != CG_OK)
    {
        return CG_EINVAL;
    }

    signed_len = text.len - fields[TOKEN_FIELDS - 1].len - 1;

    if (token_parse(fields, token) != CG_OK
        || token_verify(keys, binding, cg_str_sub(text, 0, signed_len),
                        fields[TOKEN_FIELDS - 1], &token->key) != CG_OK)
    {
        memset(token, 0, sizeof(*token));
        return CG_EINVAL;
    }

    return CG_OK;
}


/* One person's tokens. */

static void
token_newest(cg_token_t *have, const cg_token_t *token)
{
    if (token->issued > have->issued) {
        *have = *token;

    } else if (token->issued == have->issued) {
        have->bits &= token->bits;
    }
}


CG_HOT void
cg_token_merge(cg_token_t *have, size_t *n, const cg_token_t *token)
{
    cg_token_t  shut;

    if ((*n)++ == 0) {
        *have = *token;
        return;
    }

    if (have->has_cid && token->has_cid
        && memcmp(have->cid, token->cid, CG_CID_LEN) == 0)
    {
        token_newest(have, token);
        return;
    }

    memset(&shut, 0, sizeof(shut));

    shut.version = have->version > token->version ? have->version
                                                  : token->version;
    shut.issued = have->issued < token->issued ? have->issued : token->issued;
    shut.expires = have->expires > token->expires ? have->expires
                                                  : token->expires;
    *have = shut;
}
