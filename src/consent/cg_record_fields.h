/*
 * For this room: a record's fields as Redis holds them.
 */

#ifndef CG_RECORD_FIELDS_H
#define CG_RECORD_FIELDS_H

#include "cg_record.h"
#include "cg_frame.h"


enum {
    RECORD_V = 0,
    RECORD_RID,
    RECORD_SITE,
    RECORD_POLICY,
    RECORD_VERSION,
    RECORD_PURPOSES,
    RECORD_BITS,
    RECORD_HOW,
    RECORD_STATE,
    RECORD_DECIDED,
    RECORD_EXPIRES,
    RECORD_REV,
    RECORD_TERMS,
    RECORD_LANG,
    RECORD_NOTICE,
    RECORD_SHOWN,
    RECORD_NONCE,
    RECORD_EVIDENCE,
    RECORD_MAC,
    RECORD_FIELDS
};

#define RECORD_VALUE  4096         /* bytes of a value, at most */
#define RECORD_TEXT   64           /* bytes of lang, notice */
#define RECORD_PLACE  128          /* bytes of evidence */


/* Names of the fields, of `how` (CG_HOW_NONE: NULL). */
extern const char *const cg_record_fields[RECORD_FIELDS];
extern const char *const cg_record_hows[CG_HOW_WITHDRAW + 1];

/* The key `prefix`:{shard}:`kind`, with `:name` behind it if that is not NULL;
 * `kind` is "v", "s", "log" or "shown". */
CG_MUST_CHECK cg_status_t cg_record_key(cg_arena_t *arena, cg_str_t prefix,
    const char *shard, const char *kind, const cg_record_name_t *name,
    cg_str_t *key);

/* MAC under the i-th key over the name and all values before RECORD_MAC. */
CG_MUST_CHECK cg_status_t cg_record_mac(const cg_keys_t *keys, size_t i,
    const cg_record_name_t *name, const cg_str_t values[RECORD_FIELDS],
    unsigned char mac[CG_SHA256_LEN]);

/* The `how` of that name.  CG_EINVAL: none. */
CG_MUST_CHECK cg_status_t cg_record_how(cg_str_t name, cg_how_t *how);

/* Whether `how` may grant these bits. */
int cg_record_how_fits(cg_how_t how, uint32_t granted);

/* A value of lang, notice or evidence, of at most `max` bytes. */
int cg_record_is_text(cg_str_t value, size_t max);

#endif /* CG_RECORD_FIELDS_H */
