/*
 * What a single word of a policy may look like.  Private to this room.
 * Everything here answers 1 (yes) or 0 (no) and writes its result only on 1.
 */

#ifndef CG_WORDS_H
#define CG_WORDS_H

#include "base/cg_base.h"


/* [a-z0-9][a-z0-9-]*, 64 bytes at most: a vendor, a policy. */
int cg_word_is_name(cg_str_t word);

/* [a-z][a-z0-9_]*, 32 bytes at most: a purpose. */
int cg_word_is_purpose(cg_str_t word);

/* [A-Za-z0-9][A-Za-z0-9._-]*, 64 bytes at most: a clause. */
int cg_word_is_clause(cg_str_t word);

/* RFC 9110 token: a cookie's name. */
int cg_word_is_token(cg_str_t word);

/* [A-Za-z_$][A-Za-z0-9_$]* and optionally "[]": a global of a script. */
int cg_word_is_stub(cg_str_t word);

/* A language, perhaps with its script, perhaps with a region (BCP 47): "ja",
 * "zh-TW", "zh-Hant-TW". */
int cg_word_is_language(cg_str_t word);

/* "banner.title", "date": words of [A-Za-z0-9_], dots between them. */
int cg_word_is_key(cg_str_t word);

/* An ISO 3166-1 alpha-2 code that is in force. */
int cg_word_is_country(cg_str_t word);

/* A day of the calendar, YYYY-MM-DD. */
int cg_word_is_date(cg_str_t word);

/* "http://..." or "https://...", without blanks, quotes, angle brackets. */
int cg_word_is_url(cg_str_t word);

/* "/..." but not "//...". */
int cg_word_is_path(cg_str_t word);

/* Decimal digits only, low .. high. */
int cg_word_number(cg_str_t word, uint32_t low, uint32_t high,
    uint32_t *number);

/* As nginx writes times: "180d", "1d12h", "90" (seconds); units s m h d w
 * M (30 days) y (365 days), each once, the largest first.  Seconds, 1 .. 100
 * years. */
int cg_word_duration(cg_str_t word, int64_t *seconds);

/* The place of `word` in a NULL-terminated list; -1: not in it. */
int cg_word_index(cg_str_t word, const char *const *list);

/* What a vendor may receive: ip cookie_id url referrer ua form. */
int cg_word_is_item(cg_str_t word);

/* A role of a vendor as cg_role_t; -1: none. */
int cg_word_role(cg_str_t word);

/* Well-formed UTF-8 without controls other than tab and LF, not empty. */
int cg_word_is_text(cg_str_t word);

#endif /* CG_WORDS_H */
