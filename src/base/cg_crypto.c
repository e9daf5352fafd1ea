#include "cg_crypto.h"
#include "cg_ascii.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>


/* What the library looks up by name, with locks, is looked up once a process:
 * an algorithm is nobody's state.  `made` of a thread that lost the race is
 * given back. */

static EVP_MD *
crypto_sha256(void)
{
    static EVP_MD  *sha256;

    EVP_MD  *none = NULL, *made, *md = __atomic_load_n(&sha256,
                                                       __ATOMIC_ACQUIRE);
    if (md != NULL) {
        return md;
    }

    made = EVP_MD_fetch(NULL, "SHA256", NULL);

    if (made == NULL
        || __atomic_compare_exchange_n(&sha256, &none, made, 0,
                                       __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
    {
        return made;
    }

    EVP_MD_free(made);

    return none;
}


cg_status_t
cg_sha256(const cg_str_t *parts, size_t n,
    unsigned char digest[CG_SHA256_LEN])
{
    int          ok;
    size_t       i;
    EVP_MD      *sha256 = crypto_sha256();
    EVP_MD_CTX  *md = EVP_MD_CTX_new();

    memset(digest, 0, CG_SHA256_LEN);

    ok = sha256 != NULL && md != NULL && EVP_DigestInit_ex(md, sha256, NULL);

    for (i = 0; ok && i < n; i++) {
        ok = EVP_DigestUpdate(md, parts[i].data, parts[i].len);
    }

    ok = ok && EVP_DigestFinal_ex(md, digest, NULL);

    EVP_MD_CTX_free(md);

    return ok ? CG_OK : CG_ENOMEM;
}


static EVP_MAC_CTX *
crypto_hmac_make(void)
{
    char          digest[] = "SHA256";
    EVP_MAC      *mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    EVP_MAC_CTX  *ctx = mac ? EVP_MAC_CTX_new(mac) : NULL;
    OSSL_PARAM    params[2];

    EVP_MAC_free(mac);             /* the context holds a reference */

    params[0] = OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST,
                                                 digest, 0);
    params[1] = OSSL_PARAM_construct_end();

    if (ctx != NULL && !EVP_MAC_CTX_set_params(ctx, params)) {
        EVP_MAC_CTX_free(ctx);
        ctx = NULL;
    }

    return ctx;
}


/* Without a key, to be copied; see crypto_sha256(). */

static EVP_MAC_CTX *
crypto_hmac(void)
{
    static EVP_MAC_CTX  *hmac;

    EVP_MAC_CTX  *none = NULL, *made, *ctx = __atomic_load_n(&hmac,
                                                             __ATOMIC_ACQUIRE);
    if (ctx != NULL) {
        return ctx;
    }

    made = crypto_hmac_make();

    if (made == NULL
        || __atomic_compare_exchange_n(&hmac, &none, made, 0, __ATOMIC_ACQ_REL,
                                       __ATOMIC_ACQUIRE))
    {
        return made;
    }

    EVP_MAC_CTX_free(made);

    return none;
}


static EVP_MAC_CTX *
crypto_hmac_start(cg_str_t key)
{
    EVP_MAC_CTX  *hmac = crypto_hmac();
    EVP_MAC_CTX  *ctx = hmac ? EVP_MAC_CTX_dup(hmac) : NULL;

    if (ctx != NULL && !EVP_MAC_init(ctx, key.data, key.len, NULL)) {
        EVP_MAC_CTX_free(ctx);
        ctx = NULL;
    }

    return ctx;
}


cg_status_t
cg_hmac(cg_str_t key, const cg_str_t *parts, size_t n,
    unsigned char mac[CG_SHA256_LEN])
{
    int           ok;
    size_t        i, len = 0;
    EVP_MAC_CTX  *ctx = crypto_hmac_start(key);

    memset(mac, 0, CG_SHA256_LEN);

    ok = ctx != NULL;

    for (i = 0; ok && i < n; i++) {
        ok = EVP_MAC_update(ctx, parts[i].data, parts[i].len);
    }

    ok = ok && EVP_MAC_final(ctx, mac, &len, CG_SHA256_LEN)
         && len == CG_SHA256_LEN;

    EVP_MAC_CTX_free(ctx);

    return ok ? CG_OK : CG_ENOMEM;
}


static uint64_t
crypto_word(const unsigned char *p)
{
    uint64_t  word;

    memcpy(&word, p, sizeof(word));

    return word;
}


/* The compiler is not to know what it holds, so it can't leave a loop by it. */

static void
crypto_opaque(uint64_t *word)
{
    __asm__ ("" : "+r" (*word));
}


/* By the word, to the end whatever differs: the time tells the length only. */

CG_HOT int
cg_crypto_eq(cg_str_t a, cg_str_t b)
{
    size_t    i = 0;
    uint64_t  differs = 0;

    if (a.len != b.len) {
        return 0;
    }

    for ( /* void */ ; i + sizeof(uint64_t) <= a.len; i += sizeof(uint64_t)) {
        differs |= crypto_word(a.data + i) ^ crypto_word(b.data + i);
        crypto_opaque(&differs);
    }

    for ( /* void */ ; i < a.len; i++) {
        differs |= (uint64_t) (a.data[i] ^ b.data[i]);
        crypto_opaque(&differs);
    }

    return differs == 0;
}


void
cg_crypto_wipe(void *secret, size_t len)
{
    OPENSSL_cleanse(secret, len);
}


static int
crypto_base64url_value(unsigned char c)
{
    if (c >= 'A' && c <= 'Z') {
        return c - 'A';
    }

    if (c >= 'a' && c <= 'z') {
        return c - 'a' + 26;
    }

    if (cg_ascii_is_digit(c)) {
        return c - '0' + 52;
    }

    return c == '-' ? 62 : c == '_' ? 63 : -1;
}


cg_status_t
cg_base64url_read(cg_str_t text, unsigned char *dst, size_t len)
{
    int       value;
    size_t    i;
    uint32_t  bits = 0;
    unsigned  have = 0;

    if (text.len != (len * 8 + 5) / 6) {
        return CG_EINVAL;
    }

    for (i = 0; i < text.len; i++) {
        value = crypto_base64url_value(text.data[i]);

        if (value < 0) {
            return CG_EINVAL;
        }

        bits = bits << 6 | (uint32_t) value;
        have += 6;

        if (have >= 8) {
            have -= 8;
            *dst++ = (unsigned char) (bits >> have);
            bits &= (1u << have) - 1;
        }
    }

    return bits == 0 ? CG_OK : CG_EINVAL;
}


cg_status_t
cg_hex_read(cg_str_t text, unsigned char *dst, size_t len)
{
    int     high, low;
    size_t  i;

    if (text.len != len * 2) {
        return CG_EINVAL;
    }

    for (i = 0; i < len; i++) {
        high = cg_ascii_hex(text.data[2 * i]);
        low = cg_ascii_hex(text.data[2 * i + 1]);

        if (high < 0 || low < 0) {
            return CG_EINVAL;
        }

        dst[i] = (unsigned char) (high << 4 | low);
    }

    return CG_OK;
}
