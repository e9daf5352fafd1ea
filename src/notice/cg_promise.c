#include "cg_notice.h"

#include "base/cg_ascii.h"

#define PROMISE_HASH  8            /* bytes of the hash that are written */
#define PROMISE_MAC   16           /* bytes of the MAC that are written */
#define PROMISE_TIME  12           /* digits, far beyond any date */

#define PROMISE_NOTICE  "ngxc notice 1\n"
#define PROMISE_SAID    "ngxc said 1\n"


static const char *const  promise_controls[] = {
    "banner", "page", "confirm", "api", "frame"
};

#define PROMISE_CONTROLS  (sizeof(promise_controls) / sizeof(char *))


static void
promise_length(unsigned char bytes[8], cg_str_t s)
{
    size_t  i;

    for (i = 0; i < 8; i++) {
        bytes[i] = (unsigned char) ((uint64_t) s.len >> (8 * (7 - i)));
    }
}


/* Over site, policy and text, each behind its length; `label` keeps one kind of
 * promise from passing for another. */

static cg_status_t
promise_mac(cg_str_t key, const char *label, cg_str_t site, cg_str_t policy,
    cg_str_t text, unsigned char mac[CG_SHA256_LEN])
{
    size_t         i;
    cg_str_t       parts[7];
    unsigned char  lengths[3][8];

    parts[0] = cg_str_from(label);
    parts[2] = site;
    parts[4] = policy;
    parts[6] = text;

    for (i = 0; i < 3; i++) {
        promise_length(lengths[i], parts[2 * i + 2]);
        parts[2 * i + 1] = (cg_str_t) { sizeof(lengths[i]), lengths[i] };
    }

    return cg_hmac(key, parts, sizeof(parts) / sizeof(parts[0]), mac);
}


/* Signs what stands in `out` behind `from`. */

static void
promise_sign(cg_out_t *out, size_t from, const cg_keys_t *keys,
    const char *label, cg_str_t site, cg_str_t policy)
{
    cg_str_t       text;
    cg_status_t    rc;
    unsigned char  mac[CG_SHA256_LEN];

    if (out->status != CG_OK) {
        return;
    }

    text = (cg_str_t) { out->len - from, out->data + from };

    rc = keys->n ? promise_mac(cg_keys_get(keys, 0, CG_KEY_NOTICE), label,
                               site, policy, text, mac)
                 : CG_EINVAL;
    if (rc != CG_OK) {
        out->status = rc;
        return;
    }

    cg_out_byte(out, '.');
    cg_out_base64url(out, (cg_str_t) { PROMISE_MAC, mac });
}


static void
promise_put_time(cg_out_t *out, int64_t time)
{
    cg_out_byte(out, '.');
    cg_out_uint(out, time > 0 ? (uint64_t) time : 0);
}


void
cg_notice_write(cg_out_t *out, const cg_keys_t *keys, cg_str_t site,
    const cg_policy_t *policy, const cg_notice_t *notice)
{
    size_t  from = out->len;

    cg_out_str(out, notice->lang);
    cg_out_byte(out, '.');
    cg_out_str(out, notice->control);
    promise_put_time(out, notice->shown);
    cg_out_byte(out, '.');
    cg_out_hex(out, (cg_str_t) { PROMISE_HASH, notice->hash });

    promise_sign(out, from, keys, PROMISE_NOTICE, site, policy->id);
}


static int
promise_verifies(const cg_keys_t *keys, const char *label, cg_str_t site,
    cg_str_t policy, cg_str_t text, const unsigned char mac[PROMISE_MAC])
{
    int            good = 0;
    size_t         i;
    unsigned char  want[CG_SHA256_LEN];

    for (i = 0; i < keys->n; i++) {
        if (promise_mac(cg_keys_get(keys, i, CG_KEY_NOTICE), label, site,
                        policy, text, want) == CG_OK)
        {
            good |= cg_crypto_eq((cg_str_t) { PROMISE_MAC, want },
                                 (cg_str_t) { PROMISE_MAC, mac });
        }
    }

    return good;
}


/* Decimal, in its one spelling; -1: malformed. */

static int64_t
promise_time(cg_str_t text)
{
    size_t   i;
    int64_t  time = 0;

    if (text.len == 0 || text.len > PROMISE_TIME
        || (text.len > 1 && text.data[0] == '0'))
    {
        return -1;
    }

    for (i = 0; i < text.len; i++) {
        if (!cg_ascii_is_digit(text.data[i])) {
            return -1;
        }

        time = time * 10 + (text.data[i] - '0');
    }

    return time;
}


/* Exactly n fields. */

static cg_status_t
promise_split(cg_str_t text, cg_str_t *fields, size_t n)
{
    size_t                i;
    const unsigned char  *dot;

    for (i = 0; i < n - 1; i++) {
        dot = text.len ? memchr(text.data, '.', text.len) : NULL;
        if (dot == NULL) {
            return CG_EINVAL;
        }

        fields[i] = cg_str_sub(text, 0, (size_t) (dot - text.data));
        text = cg_str_sub(text, fields[i].len + 1, text.len);
    }

    fields[n - 1] = text;

    return CG_OK;
}


/* Language and control as slices that outlive the text. */

static cg_status_t
promise_words(const cg_policy_t *policy, cg_str_t fields[5],
    cg_notice_t *notice)
{
    size_t  i;

    for (i = 0; i < policy->nlanguages; i++) {
        if (cg_str_eq(policy->languages[i], fields[0])) {
            notice->lang = policy->languages[i];
        }
    }

    for (i = 0; i < PROMISE_CONTROLS; i++) {
        if (cg_str_eq(cg_str_from(promise_controls[i]), fields[1])) {
            notice->control = cg_str_from(promise_controls[i]);
        }
    }

    return notice->lang.data && notice->control.data ? CG_OK : CG_EINVAL;
}


static cg_status_t
promise_read(cg_str_t text, const cg_keys_t *keys, cg_str_t site,
    const cg_policy_t *policy, const cg_notice_texts_t *texts, int64_t now,
    cg_notice_t *notice)
{
    cg_str_t       fields[5];
    unsigned char  mac[PROMISE_MAC];
    unsigned char  hash[PROMISE_HASH];

    if (promise_split(text, fields, 5) != CG_OK
        || cg_base64url_read(fields[4], mac, sizeof(mac)) != CG_OK
        || cg_hex_read(fields[3], hash, sizeof(hash)) != CG_OK
        || promise_words(policy, fields, notice) != CG_OK)
    {
        return CG_EINVAL;
    }

    memcpy(notice->hash, cg_notice_text(texts, notice->lang)->hash,
           CG_SHA256_LEN);

    if (!promise_verifies(keys, PROMISE_NOTICE, site, policy->id,
                          cg_str_sub(text, 0, text.len - fields[4].len - 1),
                          mac)
        || memcmp(hash, notice->hash, sizeof(hash)) != 0)
    {
        return CG_EINVAL;
    }

    notice->shown = promise_time(fields[2]);

    return notice->shown >= 0 && notice->shown <= now
           && now - notice->shown <= CG_NOTICE_VALID ? CG_OK : CG_EINVAL;
}


cg_status_t
cg_notice_read(cg_str_t text, const cg_keys_t *keys, cg_str_t site,
    const cg_policy_t *policy, const cg_notice_texts_t *texts, int64_t now,
    cg_notice_t *notice)
{
    cg_status_t  rc;

    memset(notice, 0, sizeof(*notice));

    rc = promise_read(text, keys, site, policy, texts, now, notice);

    if (rc != CG_OK) {
        memset(notice, 0, sizeof(*notice));
    }

    return rc;
}


static const char *const  promise_saids[] = { "saved", "refused", "withdrawn" };

#define PROMISE_SAIDS  (sizeof(promise_saids) / sizeof(char *))


void
cg_said_write(cg_out_t *out, const cg_keys_t *keys, cg_str_t site,
    const cg_policy_t *policy, const cg_said_t *said)
{
    size_t  from = out->len;

    cg_out_text(out, promise_saids[said->kind - 1]);
    promise_put_time(out, said->at);
    promise_sign(out, from, keys, PROMISE_SAID, site, policy->id);
}


cg_status_t
cg_said_read(cg_str_t text, const cg_keys_t *keys, cg_str_t site,
    const cg_policy_t *policy, int64_t now, cg_said_t *said)
{
    size_t         i;
    cg_str_t       fields[3];
    unsigned char  mac[PROMISE_MAC];

    memset(said, 0, sizeof(*said));

    if (promise_split(text, fields, 3) != CG_OK
        || cg_base64url_read(fields[2], mac, sizeof(mac)) != CG_OK
        || !promise_verifies(keys, PROMISE_SAID, site, policy->id,
                             cg_str_sub(text, 0,
                                        text.len - fields[2].len - 1), mac))
    {
        return CG_EINVAL;
    }

    said->at = promise_time(fields[1]);

    if (said->at < 0 || said->at > now || now - said->at > CG_SAID_VALID) {
        return CG_EINVAL;
    }

    for (i = 0; i < PROMISE_SAIDS; i++) {
        if (cg_str_eq(cg_str_from(promise_saids[i]), fields[0])) {
            said->kind = (cg_said_kind_t) (i + 1);
            return CG_OK;
        }
    }

    return CG_EINVAL;
}
