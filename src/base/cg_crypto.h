/*
 * The few primitives we use, from libcrypto: SHA-256, HMAC-SHA-256, constant
 * time compare.  The only file that includes OpenSSL.  Randomness is handed
 * in by the caller, never made here.
 */

#ifndef CG_CRYPTO_H
#define CG_CRYPTO_H

#include "cg_base.h"

#define CG_SHA256_LEN  32


/* SHA-256 over the concatenation of `n` slices.  CG_ENOMEM: libcrypto failed;
 * `digest` is zeroed. */
CG_MUST_CHECK cg_status_t cg_sha256(const cg_str_t *parts, size_t n,
    unsigned char digest[CG_SHA256_LEN]);

/* HMAC-SHA-256 over the concatenation of `n` slices.  As above. */
CG_MUST_CHECK cg_status_t cg_hmac(cg_str_t key, const cg_str_t *parts,
    size_t n, unsigned char mac[CG_SHA256_LEN]);

/* 1 if equal; takes a time that depends on the length only. */
int cg_crypto_eq(cg_str_t a, cg_str_t b);

/* Overwrites a secret; not optimised away. */
void cg_crypto_wipe(void *secret, size_t len);

/* Reads base64url without padding (RFC 4648, 5) into exactly `len` bytes.
 * CG_EINVAL: another alphabet, another length, or non-zero spare bits. */
CG_MUST_CHECK cg_status_t cg_base64url_read(cg_str_t text, unsigned char *dst,
    size_t len);

/* Reads lower- or upper-case hexadecimal into exactly `len` bytes. */
CG_MUST_CHECK cg_status_t cg_hex_read(cg_str_t text, unsigned char *dst,
    size_t len);

#endif /* CG_CRYPTO_H */
