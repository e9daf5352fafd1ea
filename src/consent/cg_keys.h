/*
 * The key ring of consent_key_file: the first key signs, all verify.  A key
 * never serves two ends: each use derives its own (HMAC over a label).
 */

#ifndef CG_KEYS_H
#define CG_KEYS_H

#include "base/cg_crypto.h"

#define CG_KEYS_MAX  8

typedef enum {
    CG_KEY_TOKEN = 0,              /* MAC of a token */
    CG_KEY_RECORD,                 /* MAC of a record */
    CG_KEY_NAME,                   /* name of a record in Redis */
    CG_KEY_NOTICE,                 /* MAC of a notice */
    CG_KEY_ONCE,                   /* what follows from a form */
    CG_KEY_USES
} cg_key_use_t;

typedef struct {
    unsigned char  key[CG_KEYS_MAX][CG_KEY_USES][CG_SHA256_LEN];
    size_t         n;              /* 0: nothing verifies */
} cg_keys_t;


/* Reads a key file: one key a line, 32 bytes in base64url (43 characters);
 * blanks around it do not count; blank lines and lines that begin with '#' are
 * skipped.  CG_EINVAL: malformed or no key at all (*line says where, 1-based,
 * 0: no key); CG_ELIMIT: too many; CG_ENOMEM: libcrypto failed.  On errors
 * `keys` is zeroed.  `file` holds secrets: the caller wipes it. */
CG_MUST_CHECK cg_status_t cg_keys_read(cg_keys_t *keys, cg_str_t file,
    unsigned *line);

/* 1 if a key of `file`, in line *line, is a few characters repeated, which
 * somebody typed: 43 random ones of 64 hold 31 on average and never fewer than
 * 16. */
int cg_keys_guessable(cg_str_t file, unsigned *line);

/* The derived key, a view into `keys`; absent if there is no i-th key. */
cg_str_t cg_keys_get(const cg_keys_t *keys, size_t i, cg_key_use_t use);

#endif /* CG_KEYS_H */
