#include "cg_notice.h"

#include "base/cg_ascii.h"
#include "cg_messages.h"

#define LANG_Q_FULL  1000          /* q=1, in thousandths */


/* Everything before `c`, which is taken off `rest` together with it. */

static cg_str_t
lang_cut(cg_str_t *rest, unsigned char c)
{
    cg_str_t              part = *rest;
    const unsigned char  *at = NULL;

    if (rest->len) {
        at = memchr(rest->data, c, rest->len);
    }

    if (at) {
        part.len = (size_t) (at - part.data);
    }

    *rest = cg_str_sub(*rest, part.len + (at != NULL), rest->len);

    return cg_ascii_trim(part);
}


cg_str_t
cg_lang_primary(cg_str_t lang)
{
    return lang_cut(&lang, '-');
}


cg_chinese_t
cg_lang_chinese(cg_str_t lang)
{
    static const char *const  traditional[] = { "Hant", "TW", "HK", "MO" };

    size_t    i;
    cg_str_t  word;

    if (!cg_ascii_eq_nocase(lang_cut(&lang, '-'), cg_str("zh"))) {
        return CG_CHINESE_NOT;
    }

    while (lang.len) {
        word = lang_cut(&lang, '-');

        if (cg_ascii_eq_nocase(word, cg_str("Hans"))) {
            break;                     /* whatever the region */
        }

        for (i = 0; i < sizeof(traditional) / sizeof(char *); i++) {
            if (cg_ascii_eq_nocase(word, cg_str_from(traditional[i]))) {
                return CG_CHINESE_TRADITIONAL;
            }
        }
    }

    return CG_CHINESE_SIMPLIFIED;
}


static cg_str_t
lang_exact(const cg_policy_t *policy, cg_str_t range)
{
    size_t  i;

    for (i = 0; i < policy->nlanguages; i++) {
        if (cg_ascii_eq_nocase(policy->languages[i], range)) {
            return policy->languages[i];
        }
    }

    return cg_str_null;
}


/* RFC 4647, 3.4 (lookup): the range, then the range without its last subtag,
 * and so on.  Absent: the policy has none of them. */

static cg_str_t
lang_lookup(const cg_policy_t *policy, cg_str_t range, cg_chinese_t script)
{
    cg_str_t  lang;

    while (range.len && cg_lang_chinese(range) == script) {
        lang = lang_exact(policy, range);

        if (lang.data) {
            return lang;
        }

        do {
            range.len--;
        } while (range.len && range.data[range.len] != '-');
    }

    return cg_str_null;
}


/* The first of the same primary subtag and, in Chinese, of that script. */

static cg_str_t
lang_kin(const cg_policy_t *policy, cg_str_t range, cg_chinese_t script)
{
    size_t    i;
    cg_str_t  primary = cg_lang_primary(range);

    for (i = 0; primary.len && i < policy->nlanguages; i++) {
        if (cg_ascii_eq_nocase(cg_lang_primary(policy->languages[i]), primary)
            && cg_lang_chinese(policy->languages[i]) == script)
        {
            return policy->languages[i];
        }
    }

    return cg_str_null;
}


/* The lookup; without an answer any language of the same primary subtag: to
 * whoever reads one Chinese script, the other is better than another language.
 * "zh-TW" is "zh-Hant" before it is "zh". */

static cg_str_t
lang_find(const cg_policy_t *policy, cg_str_t range)
{
    cg_str_t      lang = lang_exact(policy, range);
    cg_chinese_t  script;

    if (lang.data) {
        return lang;                   /* as nearly always */
    }

    script = cg_lang_chinese(range);
    lang = lang_lookup(policy, range, script);

    if (lang.data == NULL) {
        lang = lang_kin(policy, range, script);
    }

    if (lang.data == NULL && script != CG_CHINESE_NOT) {
        lang = lang_kin(policy, range, script == CG_CHINESE_SIMPLIFIED
                                       ? CG_CHINESE_TRADITIONAL
                                       : CG_CHINESE_SIMPLIFIED);
    }

    return lang;
}


/* RFC 9110, 12.4.2: "0", "1" and up to three decimals, in thousandths; -1:
 * malformed. */

static int
lang_quality(cg_str_t text)
{
    int     q, unit = 100;
    size_t  i;

    if (text.len == 0 || text.len > 5 || text.data[0] < '0'
        || text.data[0] > '1' || (text.len > 1 && text.data[1] != '.'))
    {
        return -1;
    }

    q = (text.data[0] - '0') * LANG_Q_FULL;

    for (i = 2; i < text.len; i++, unit /= 10) {
        if (!cg_ascii_is_digit(text.data[i])) {
            return -1;
        }

        q += (text.data[i] - '0') * unit;
    }

    return q <= LANG_Q_FULL ? q : -1;
}


/* One item of Accept-Language: *range and its quality; -1: not usable. */

static int
lang_item(cg_str_t item, cg_str_t *range)
{
    cg_str_t  weight;

    *range = lang_cut(&item, ';');

    if (item.len == 0) {
        return LANG_Q_FULL;
    }

    weight = cg_ascii_trim(item);

    if (weight.len < 2 || cg_ascii_lower(weight.data[0]) != 'q'
        || weight.data[1] != '=')
    {
        return -1;
    }

    return lang_quality(cg_str_sub(weight, 2, weight.len));
}


/* Whether the header names the language, but for "*". */

static int
lang_is_named(const cg_policy_t *policy, cg_str_t rest, cg_str_t lang)
{
    cg_str_t  range;

    while (rest.len) {
        if (lang_item(lang_cut(&rest, ','), &range) >= 0
            && !cg_str_eq(range, cg_str("*"))
            && cg_str_eq(lang_find(policy, range), lang))
        {
            return 1;
        }
    }

    return 0;
}


/* What "*" stands for: the first that the header does not name (RFC 9110,
 * 12.5.4). */

static cg_str_t
lang_any(const cg_policy_t *policy, cg_str_t header)
{
    size_t  i;

    for (i = 0; i < policy->nlanguages; i++) {
        if (!lang_is_named(policy, header, policy->languages[i])) {
            return policy->languages[i];
        }
    }

    return cg_str_null;
}


static cg_str_t
lang_accepted(const cg_policy_t *policy, cg_str_t rest)
{
    cg_str_t  header = rest;
    int       q, best = 0;
    cg_str_t  range, lang, found = cg_str_null;

    while (rest.len) {
        q = lang_item(lang_cut(&rest, ','), &range);

        if (q <= best) {
            continue;
        }

        lang = cg_str_eq(range, cg_str("*")) ? lang_any(policy, header)
                                             : lang_find(policy, range);
        if (lang.data) {
            found = lang;
            best = q;
        }
    }

    return found;
}


cg_str_t
cg_notice_lang_of(const cg_policy_t *policy, cg_str_t lang)
{
    return lang_find(policy, cg_ascii_trim(lang));
}


cg_str_t
cg_notice_lang(const cg_policy_t *policy, cg_str_t page_lang,
    cg_str_t accept_language)
{
    cg_str_t  lang;

    if (policy->nlanguages == 0) {
        return cg_str("en");
    }

    if (policy->nlanguages == 1) {
        return policy->languages[0];
    }

    lang = lang_find(policy, cg_ascii_trim(page_lang));

    if (lang.data == NULL) {
        lang = lang_accepted(policy, accept_language);
    }

    return lang.data ? lang : policy->languages[0];
}
