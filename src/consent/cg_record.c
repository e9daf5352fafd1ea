#include "cg_record_fields.h"

#define RECORD_PREFIX  64        /* bytes of the configured prefix, at most */


const char *const cg_record_fields[RECORD_FIELDS] = {
    "v", "rid", "site", "policy", "version", "purposes", "bits", "how",
    "state", "decided", "expires", "rev", "terms", "lang", "notice", "shown",
    "nonce", "evidence", "mac"
};

const char *const cg_record_hows[CG_HOW_WITHDRAW + 1] = {
    NULL, "accept_all", "reject_all", "custom", "withdraw"
};

/* Of each range of 256 hash slots the label nearest to its middle (Redis
 * Cluster: CRC16 of what stands between the braces, modulo 16384). */

static const char  record_shards[CG_SHARDS][4] = {
    "464", "65b", "4b0", "6af", "574", "74b", "5c0", "ef6",
    "96a", "f12", "9be", "fe6", "094", "56b", "8ce", "5bf",
    "5a3", "7be", "557", "76a", "ffc", "6ce", "447", "67a",
    "8af", "fd8", "85b", "28a", "ddc", "4ae", "94b", "39a",
    "712", "52d", "7e6", "b37", "602", "43d", "6d6", "fa0",
    "532", "d49", "781", "eb0", "f4b", "931", "4f6", "8e8",
    "7d8", "4ec", "621", "f77", "6e8", "5dc", "731", "be0",
    "fbe", "da3", "f6a", "912", "5e5", "8d6", "511", "802"
};


const char *
cg_record_shard(size_t i)
{
    return record_shards[i % CG_SHARDS];
}


static void
record_shard_of(cg_record_name_t *name, unsigned char first)
{
    name->at = (unsigned char) (first >> 2);
    memcpy(name->shard, record_shards[name->at], sizeof(name->shard));
}


/* Two of the ids that are made from site and cid: under our key, the name in
 * Redis; under the person's salt, the pseudonym. */

static cg_status_t
record_id(cg_str_t key, cg_str_t site, const cg_token_t *token,
    unsigned char mac[CG_SHA256_LEN])
{
    cg_str_t  parts[2];

    memset(mac, 0, CG_SHA256_LEN);

    if (!token->has_cid) {
        return CG_EINVAL;
    }

    parts[0] = site;
    parts[1].len = CG_CID_LEN;
    parts[1].data = token->cid;

    return cg_frame_mac(key, parts, 2, mac);
}


cg_status_t
cg_record_name(const cg_keys_t *keys, cg_str_t site, const cg_token_t *token,
    cg_record_name_t *name)
{
    cg_status_t    rc;
    unsigned char  mac[CG_SHA256_LEN];

    memset(name, 0, sizeof(*name));

    rc = record_id(cg_keys_get(keys, token->key, CG_KEY_NAME), site, token,
                   mac);
    if (rc != CG_OK) {
        return rc;
    }

    cg_frame_text(mac, name->text);
    record_shard_of(name, mac[0]);

    return CG_OK;
}


cg_status_t
cg_record_name_read(cg_str_t text, cg_record_name_t *name)
{
    unsigned char  mac[16];

    memset(name, 0, sizeof(*name));

    if (cg_base64url_read(text, mac, sizeof(mac)) != CG_OK) {
        return CG_EINVAL;
    }

    memcpy(name->text, text.data, CG_RECORD_NAME);
    record_shard_of(name, mac[0]);

    return CG_OK;
}


cg_status_t
cg_record_sub(const unsigned char salt[CG_SALT_LEN], cg_str_t site,
    const cg_token_t *token, unsigned char sub[22])
{
    cg_status_t    rc;
    unsigned char  mac[CG_SHA256_LEN];

    memset(sub, 0, 22);

    rc = record_id((cg_str_t) { CG_SALT_LEN, salt }, site, token, mac);
    if (rc == CG_OK) {
        cg_frame_text(mac, sub);
    }

    return rc;
}


cg_status_t
cg_record_key(cg_arena_t *arena, cg_str_t prefix, const char *shard,
    const char *kind, const cg_record_name_t *name, cg_str_t *key)
{
    cg_out_t  out;

    if (prefix.len > RECORD_PREFIX) {
        return CG_ELIMIT;
    }

    cg_out_init(&out, arena, 2 * RECORD_PREFIX);

    cg_out_str(&out, prefix);
    cg_out_text(&out, ":{");
    cg_out_text(&out, shard);
    cg_out_text(&out, "}:");
    cg_out_text(&out, kind);

    if (name) {
        cg_out_byte(&out, ':');
        cg_out_bytes(&out, name->text, CG_RECORD_NAME);
    }

    *key = cg_out_slice(&out);

    return out.status;
}


cg_status_t
cg_record_mac(const cg_keys_t *keys, size_t i, const cg_record_name_t *name,
    const cg_str_t values[RECORD_FIELDS], unsigned char mac[CG_SHA256_LEN])
{
    cg_str_t  parts[1 + RECORD_MAC];

    parts[0].len = CG_RECORD_NAME;
    parts[0].data = name->text;
    memcpy(parts + 1, values, RECORD_MAC * sizeof(values[0]));

    return cg_frame_mac(cg_keys_get(keys, i, CG_KEY_RECORD), parts,
                        1 + RECORD_MAC, mac);
}


cg_status_t
cg_record_how(cg_str_t name, cg_how_t *how)
{
    int  i;

    for (i = CG_HOW_ACCEPT_ALL; i <= CG_HOW_WITHDRAW; i++) {
        if (cg_str_eq(name, cg_str_from(cg_record_hows[i]))) {
            *how = (cg_how_t) i;
            return CG_OK;
        }
    }

    return CG_EINVAL;
}


int
cg_record_how_fits(cg_how_t how, uint32_t granted)
{
    switch (how) {

    case CG_HOW_ACCEPT_ALL:
        return granted != 0;

    case CG_HOW_REJECT_ALL:
    case CG_HOW_WITHDRAW:
        return granted == 0;

    case CG_HOW_CUSTOM:
        return 1;

    case CG_HOW_NONE:
    case CG_HOW_ERASE:
        break;
    }

    return 0;
}


int
cg_record_is_text(cg_str_t value, size_t max)
{
    size_t  i;

    for (i = 0; i < value.len; i++) {
        if (value.data[i] <= 0x20 || value.data[i] >= 0x7F) {
            return 0;
        }
    }

    return value.len <= max;
}


cg_status_t
cg_record_lookup(cg_arena_t *arena, cg_str_t prefix,
    const cg_record_name_t *name, cg_command_t *command)
{
    size_t       i;
    cg_str_t     key;
    cg_status_t  rc;

    cg_command_start(command, RECORD_FIELDS);
    command->shard = name->at;

    rc = cg_record_key(arena, prefix, name->shard, "v", name, &key);
    if (rc != CG_OK) {
        return rc;
    }

    cg_command_word(command, cg_str("HMGET"));
    cg_command_word(command, key);

    for (i = 0; i < RECORD_FIELDS; i++) {
        cg_command_word(command, cg_str_from(cg_record_fields[i]));
    }

    return CG_OK;
}


cg_status_t
cg_record_salt(cg_arena_t *arena, cg_str_t prefix,
    const cg_record_name_t *name, cg_command_t *command)
{
    cg_str_t     key;
    cg_status_t  rc;

    cg_command_start(command, 1);
    command->shard = name->at;

    rc = cg_record_key(arena, prefix, name->shard, "s", name, &key);
    if (rc != CG_OK) {
        return rc;
    }

    cg_command_word(command, cg_str("GET"));
    cg_command_word(command, key);

    return CG_OK;
}


cg_status_t
cg_record_salt_read(cg_str_t text, unsigned char salt[CG_SALT_LEN])
{
    memset(salt, 0, CG_SALT_LEN);

    if (text.data == NULL) {
        return CG_NONE;
    }

    if (cg_base64url_read(text, salt, CG_SALT_LEN) != CG_OK) {
        memset(salt, 0, CG_SALT_LEN);
        return CG_EINVAL;
    }

    return CG_OK;
}


cg_commit_t
cg_record_committed(const cg_reply_t *reply)
{
    uint64_t  rev;

    if (reply->n != 2
        || cg_frame_uint(reply->items[1], UINT32_MAX, &rev) != CG_OK)
    {
        return CG_COMMIT_FAILED;
    }

    if (cg_str_eq(reply->items[0], cg_str("OK"))
        || cg_str_eq(reply->items[0], cg_str("DUP")))
    {
        return CG_COMMIT_DONE;
    }

    if (cg_str_eq(reply->items[0], cg_str("HELD"))) {
        return CG_COMMIT_HELD;
    }

    return cg_str_eq(reply->items[0], cg_str("STALE")) ? CG_COMMIT_STALE
                                                       : CG_COMMIT_FAILED;
}
