#include "cg_record_fields.h"

#define RECORD_MAC_LEN  16       /* bytes */


/* CG_NONE: nothing there.  CG_EINVAL: some of it, or more than it can be. */

static cg_status_t
record_is_whole(const cg_reply_t *reply)
{
    size_t  i, present = 0;

    if (reply->n != RECORD_FIELDS) {
        return CG_EINVAL;
    }

    for (i = 0; i < RECORD_FIELDS; i++) {
        present += reply->items[i].data != NULL;

        if (reply->items[i].len > RECORD_VALUE) {
            return CG_EINVAL;
        }
    }

    return present == RECORD_FIELDS ? CG_OK
           : present == 0 ? CG_NONE : CG_EINVAL;
}


static cg_status_t
record_verify(const cg_keys_t *keys, const cg_record_name_t *name,
    const cg_str_t *values)
{
    size_t         i;
    unsigned char  got[RECORD_MAC_LEN], want[CG_SHA256_LEN];

    if (cg_base64url_read(values[RECORD_MAC], got, sizeof(got)) != CG_OK) {
        return CG_EINVAL;
    }

    for (i = 0; i < keys->n; i++) {
        if (cg_record_mac(keys, i, name, values, want) == CG_OK
            && cg_crypto_eq((cg_str_t) { RECORD_MAC_LEN, got },
                            (cg_str_t) { RECORD_MAC_LEN, want }))
        {
            return CG_OK;
        }
    }

    return CG_EINVAL;
}


static cg_status_t
record_numbers(const cg_str_t *values, cg_record_t *record)
{
    uint64_t  version, rev;

    if (cg_frame_uint(values[RECORD_VERSION], UINT32_MAX, &version) != CG_OK
        || cg_frame_uint(values[RECORD_REV], UINT32_MAX, &rev) != CG_OK
        || rev == 0
        || cg_frame_hex32(values[RECORD_BITS], &record->granted) != CG_OK
        || cg_frame_time(values[RECORD_DECIDED], &record->decided) != CG_OK
        || cg_frame_time(values[RECORD_EXPIRES], &record->expires) != CG_OK
        || record->decided >= record->expires)
    {
        return CG_EINVAL;
    }

    if (values[RECORD_SHOWN].len
        && cg_frame_time(values[RECORD_SHOWN], &record->shown) != CG_OK)
    {
        return CG_EINVAL;
    }

    record->version = (uint32_t) version;
    record->rev = (uint32_t) rev;

    return CG_OK;
}


static cg_status_t
record_bytes(const cg_str_t *values, cg_record_t *record)
{
    if (cg_base64url_read(values[RECORD_RID], record->rid, 16) != CG_OK
        || cg_base64url_read(values[RECORD_NONCE], record->nonce, 16) != CG_OK
        || cg_hex_read(values[RECORD_TERMS], record->terms, CG_SHA256_LEN)
           != CG_OK)
    {
        return CG_EINVAL;
    }

    return CG_OK;
}


/* An empty value was absent when it was written. */

static cg_status_t
record_text(cg_str_t value, size_t max, cg_str_t *text)
{
    *text = value.len ? value : cg_str_null;

    return cg_record_is_text(value, max) ? CG_OK : CG_EINVAL;
}


static cg_status_t
record_parse(const cg_str_t *values, cg_str_t site, cg_str_t policy,
    cg_record_t *record)
{
    if (!cg_str_eq(values[RECORD_V], cg_str("1"))
        || !cg_str_eq(values[RECORD_SITE], site)
        || !cg_str_eq(values[RECORD_POLICY], policy)
        || record_numbers(values, record) != CG_OK
        || record_bytes(values, record) != CG_OK
        || cg_record_how(values[RECORD_HOW], &record->how) != CG_OK
        || !cg_record_how_fits(record->how, record->granted)
        || record_text(values[RECORD_LANG], RECORD_TEXT, &record->lang) != CG_OK
        || record_text(values[RECORD_NOTICE], RECORD_TEXT, &record->notice)
           != CG_OK
        || record_text(values[RECORD_EVIDENCE], RECORD_PLACE,
                       &record->evidence) != CG_OK)
    {
        return CG_EINVAL;
    }

    return CG_OK;
}


cg_status_t
cg_record_read(const cg_reply_t *reply, const cg_keys_t *keys, cg_str_t site,
    cg_str_t policy, const cg_record_name_t *name, cg_record_t *record)
{
    cg_status_t  rc;

    memset(record, 0, sizeof(*record));

    rc = record_is_whole(reply);

    if (rc == CG_OK) {
        rc = record_verify(keys, name, reply->items);
    }

    if (rc == CG_OK) {
        rc = record_parse(reply->items, site, policy, record);
    }

    if (rc != CG_OK) {
        memset(record, 0, sizeof(*record));
    }

    return rc;
}


/* What stands beside the record's own fields. */

cg_status_t
cg_record_beside(cg_arena_t *arena, cg_str_t prefix,
    const cg_record_name_t *name, cg_command_t *command)
{
    cg_str_t     key;
    cg_status_t  rc;

    cg_command_start(command, 2);
    command->shard = name->at;

    rc = cg_record_key(arena, prefix, name->shard, "v", name, &key);
    if (rc != CG_OK) {
        return rc;
    }

    cg_command_word(command, cg_str("HMGET"));
    cg_command_word(command, key);
    cg_command_word(command, cg_str("hold"));
    cg_command_word(command, cg_str("history"));

    return CG_OK;
}


cg_status_t
cg_record_beside_read(const cg_reply_t *reply, cg_hold_t *hold,
    cg_str_t *history)
{
    *hold = CG_HOLD_NONE;
    *history = cg_str_null;

    if (reply->n != 2) {
        return CG_EINVAL;
    }

    if (cg_str_eq(reply->items[0], cg_str("legal"))) {
        *hold = CG_HOLD_LEGAL;

    } else if (cg_str_eq(reply->items[0], cg_str("suspend"))) {
        *hold = CG_HOLD_SUSPEND;
    }

    *history = reply->items[1];

    return CG_OK;
}


/* The next piece up to `end`; absent where that is missing. */

static cg_str_t
record_past_word(cg_str_t *rest, unsigned char end)
{
    size_t    n;
    cg_str_t  word;

    for (n = 0; n < rest->len && rest->data[n] != end; n++) { /* void */ }

    word = cg_str_sub(*rest, 0, n);
    *rest = cg_str_sub(*rest, n < rest->len ? n + 1 : n, rest->len);

    return word;
}


cg_status_t
cg_record_past_next(cg_str_t *history, cg_record_past_t *past)
{
    cg_str_t  entry;

    memset(past, 0, sizeof(*past));

    if (history->len == 0) {
        return CG_NONE;
    }

    entry = record_past_word(history, ';');

    past->decided = record_past_word(&entry, ' ');
    past->how = record_past_word(&entry, ' ');
    past->purposes = record_past_word(&entry, ' ');
    past->evidence = entry;

    return CG_OK;
}
