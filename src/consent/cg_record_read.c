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
record_text(cg_str_t value, cg_str_t *text)
{
    *text = value.len ? value : cg_str_null;

    return cg_record_is_text(value) ? CG_OK : CG_EINVAL;
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
        || record_text(values[RECORD_LANG], &record->lang) != CG_OK
        || record_text(values[RECORD_NOTICE], &record->notice) != CG_OK
        || record_text(values[RECORD_EVIDENCE], &record->evidence) != CG_OK)
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
