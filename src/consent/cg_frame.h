/*
 * For this room: how values become bytes, one spelling each, and a MAC over
 * a list of them.
 */

#ifndef CG_FRAME_H
#define CG_FRAME_H

#include "base/cg_crypto.h"
#include "base/cg_out.h"

#define CG_FRAME_PARTS  32         /* slices of one MAC, at most */
#define CG_FRAME_TEXT   22         /* characters of 128 bits in base64url */
#define CG_TIME_MAX     INT64_C(253402300799)  /* 9999-12-31T23:59:59Z */


/* HMAC-SHA-256 over the slices, each behind its length (8 bytes, big endian),
 * so that no two lists give the same bytes; an absent slice counts as empty.
 * CG_EINVAL: an empty key; CG_ELIMIT: too many; CG_ENOMEM: libcrypto failed.
 * On errors `mac` is zeroed. */
CG_MUST_CHECK cg_status_t cg_frame_mac(cg_str_t key, const cg_str_t *parts,
    size_t n, unsigned char mac[CG_SHA256_LEN]);

/* The first 128 bits of `mac` in base64url. */
void cg_frame_text(const unsigned char mac[CG_SHA256_LEN],
    unsigned char text[CG_FRAME_TEXT]);

/* Decimal without sign and leading zeros, at most `max`. */
CG_MUST_CHECK cg_status_t cg_frame_uint(cg_str_t text, uint64_t max,
    uint64_t *n);

/* Lower-case hexadecimal without leading zeros, 1 to 8 digits. */
CG_MUST_CHECK cg_status_t cg_frame_hex32(cg_str_t text, uint32_t *n);
void cg_frame_put_hex32(cg_out_t *out, uint32_t n);

/* RFC 3339 in UTC, exactly YYYY-MM-DDTHH:MM:SSZ, 1970 to 9999; seconds since
 * the epoch.  A time out of that range is written as the nearest end. */
CG_MUST_CHECK cg_status_t cg_frame_time(cg_str_t text, int64_t *t);
void cg_frame_put_time(cg_out_t *out, int64_t t);

#endif /* CG_FRAME_H */
