#include "cg_keys.h"
#include "base/cg_ascii.h"

#define KEYS_SECRET    32        /* bytes */
#define KEYS_DISTINCT  16        /* characters among a key's 43, at least */


/* The uses' labels.  Changing one makes all that it made worthless. */

static const char *const  keys_labels[CG_KEY_USES] = {
    "ngx-consent 1 token",
    "ngx-consent 1 record",
    "ngx-consent 1 name",
    "ngx-consent 1 notice",
    "ngx-consent 1 once"
};


static cg_status_t
keys_derive(cg_keys_t *keys, cg_str_t text)
{
    size_t         use;
    cg_str_t       label;
    cg_status_t    rc;
    unsigned char  secret[KEYS_SECRET];

    rc = cg_base64url_read(text, secret, sizeof(secret));

    for (use = 0; rc == CG_OK && use < CG_KEY_USES; use++) {
        label = cg_str_from(keys_labels[use]);
        rc = cg_hmac((cg_str_t) { sizeof(secret), secret }, &label, 1,
                     keys->key[keys->n][use]);
    }

    cg_crypto_wipe(secret, sizeof(secret));

    return rc;
}


static cg_status_t
keys_line(cg_keys_t *keys, cg_str_t text)
{
    cg_status_t  rc;

    if (text.len == 0 || text.data[0] == '#') {
        return CG_OK;
    }

    if (keys->n == CG_KEYS_MAX) {
        return CG_ELIMIT;
    }

    rc = keys_derive(keys, text);

    if (rc == CG_OK) {
        keys->n++;
    }

    return rc;
}


/* The next line of `rest`, which is moved behind it. */

static cg_str_t
keys_next(cg_str_t *rest)
{
    size_t    end;
    cg_str_t  text;

    for (end = 0; end < rest->len && rest->data[end] != '\n'; end++) {
        /* void */
    }

    text = cg_ascii_trim(cg_str_sub(*rest, 0, end));
    *rest = cg_str_sub(*rest, end < rest->len ? end + 1 : end, rest->len);

    return text;
}


cg_status_t
cg_keys_read(cg_keys_t *keys, cg_str_t file, unsigned *line)
{
    cg_status_t  rc = CG_OK;

    memset(keys, 0, sizeof(*keys));

    for (*line = 0; rc == CG_OK && file.len; ++*line) {
        rc = keys_line(keys, keys_next(&file));
    }

    if (rc == CG_OK && keys->n == 0) {
        *line = 0;
        rc = CG_EINVAL;
    }

    if (rc != CG_OK) {
        cg_crypto_wipe(keys, sizeof(*keys));
    }

    return rc;
}


int
cg_keys_guessable(cg_str_t file, unsigned *line)
{
    size_t         i, n;
    cg_str_t       text;
    unsigned char  seen[256];

    for (*line = 1; file.len; ++*line) {
        text = keys_next(&file);
        memset(seen, 0, sizeof(seen));

        for (i = 0, n = 0; i < text.len; i++) {
            n += seen[text.data[i]]++ == 0;
        }

        if (text.len && text.data[0] != '#' && n < KEYS_DISTINCT) {
            return 1;
        }
    }

    return 0;
}


cg_str_t
cg_keys_get(const cg_keys_t *keys, size_t i, cg_key_use_t use)
{
    if (i >= keys->n || i >= CG_KEYS_MAX || (unsigned) use >= CG_KEY_USES) {
        return cg_str_null;
    }

    return (cg_str_t) { CG_SHA256_LEN, keys->key[i][use] };
}
