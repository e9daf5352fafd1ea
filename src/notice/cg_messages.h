/*
 * The messages: which ones there are, and what each says in a language.  They
 * are plain UTF-8 text without markup; "{word}" is filled in by whoever shows
 * them.  The built-in ones are the files of conf/messages, embedded when the
 * library is built; a policy's `text` lines come before them.
 */

#ifndef CG_MESSAGES_H
#define CG_MESSAGES_H

#include "policy/cg_policy.h"

#define CG_MESSAGE_KEY  96         /* bytes of a key, at most */


/* The i-th key that every language must have; NULL behind the last one. */
const char *cg_message_key(size_t i);

/* The i-th language that has a built-in file; NULL behind the last one. */
const char *cg_message_lang(size_t i);

/* The embedded file for `lang`: by its primary subtag ("en" for "en-GB"),
 * Chinese by its script; absent if there is none. */
cg_str_t cg_message_file(cg_str_t lang);

/* What shipped vendor files say of cookies, in `lang`: lines "English =
 * translation"; absent if there is none. */
cg_str_t cg_message_cookies(cg_str_t lang);

/* A description of a cookie in `lang`, if it is one that is translated; else
 * `text` itself: a site's own words are in a language of its choice. */
cg_str_t cg_message_described(cg_str_t lang, cg_str_t text);

/* "zh" of "zh-Hant-TW". */
cg_str_t cg_lang_primary(cg_str_t lang);

/* In which of its two scripts a Chinese tag is written, as BCP 47 has it: by
 * its script, else by its region ("zh-TW"), else simplified. */

typedef enum {
    CG_CHINESE_NOT = 0,
    CG_CHINESE_SIMPLIFIED,
    CG_CHINESE_TRADITIONAL
} cg_chinese_t;

cg_chinese_t cg_lang_chinese(cg_str_t lang);

/* The next message of a file; moves `rest` behind it.  Lines are "key = text";
 * blank ones, those that begin with '#' and malformed ones are passed over.
 * CG_NONE: no further one. */
cg_status_t cg_message_next(cg_str_t *rest, cg_str_t *key, cg_str_t *text);

/* What `key` says in `lang` under the policy; absent if nothing does.  Lives as
 * long as the policy. */
cg_str_t cg_message(const cg_policy_t *policy, cg_str_t lang, cg_str_t key);

#endif /* CG_MESSAGES_H */
