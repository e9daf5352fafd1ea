/*
 * Writes the fields of one evidence line into an out whose object is open.
 * Commas are placed by themselves; strings are escaped by cg_out_json(), so
 * no value ends a line or a string early.  Errors stick to the out.
 *
 * `key` is a word of our own (never a visitor's); use the _key calls for
 * names that come from a configuration or a request.  An absent string
 * writes no field at all.
 */

#ifndef CG_FIELD_H
#define CG_FIELD_H

#include "base/cg_out.h"


void cg_field_str(cg_out_t *out, const char *key, cg_str_t value);
void cg_field_uint(cg_out_t *out, const char *key, uint64_t value);
void cg_field_bool(cg_out_t *out, const char *key, int value);

/* Lower-case hexadecimal of `bytes`. */
void cg_field_hex(cg_out_t *out, const char *key, cg_str_t bytes);

/* RFC 3339, UTC, milliseconds: "2026-11-22T04:20:01.532Z".  `ms` since 1970;
 * what lies behind the year 9999 is written as its last millisecond. */
void cg_field_time(cg_out_t *out, const char *key, uint64_t ms);

/* Its day in UTC: "2026-11-22". */
void cg_field_day(cg_out_t *out, const char *key, uint64_t ms);

/* An array of strings. */
void cg_field_list(cg_out_t *out, const char *key, const cg_str_t *list,
    size_t n);

/* `"ref":{"ch":...,"seq":...}`: a line of a lane. */
void cg_field_ref(cg_out_t *out, cg_str_t ch, uint64_t seq);

/* `"key":{` and `"key":[`; a key of NULL: an element of an array. */
void cg_field_object_begin(cg_out_t *out, const char *key);
void cg_field_object_end(cg_out_t *out);
void cg_field_array_begin(cg_out_t *out, const char *key);
void cg_field_array_end(cg_out_t *out);

/* An escaped name and its colon; the value is written by the next call with
 * a key of NULL or by cg_field_object_begin(out, NULL). */
void cg_field_key(cg_out_t *out, cg_str_t key);

/* A value alone: an element of an array, or what a cg_field_key() names. */
void cg_field_item_str(cg_out_t *out, cg_str_t value);
void cg_field_item_uint(cg_out_t *out, uint64_t value);

#endif /* CG_FIELD_H */
