#include "cg_messages.h"

#include "base/cg_ascii.h"
#include "cg_notice.h"
#include "cg_embedded.h"


static const char *const  message_keys[] = {
    "language.name",
    "date",
    "month.1",
    "month.2",
    "month.3",
    "month.4",
    "month.5",
    "month.6",
    "month.7",
    "month.8",
    "month.9",
    "month.10",
    "month.11",
    "month.12",
    "list.next",
    "list.value",
    "banner.title",
    "banner.text",
    "banner.reject",
    "banner.accept",
    "banner.save",
    "banner.settings",
    "banner.purposes",
    "banner.always",
    "banner.services",
    "banner.notice",
    "banner.contact",
    "banner.more",
    "banner.version",
    "banner.version_undated",
    "settings.link",
    "settings.signal",
    "settings.saved",
    "page.title",
    "page.intro",
    "page.current",
    "page.decided",
    "page.purposes",
    "page.services",
    "page.no_services",
    "page.own_cookies",
    "page.token",
    "page.unlisted",
    "page.clause",
    "page.clause_text",
    "page.record_title",
    "page.record_text",
    "page.record",
    "page.record_json",
    "page.withdraw_text",
    "page.withdraw",
    "page.erase_text",
    "page.erase",
    "page.contact_title",
    "page.contact",
    "page.operator",
    "page.jurisdiction",
    "page.approver",
    "page.effective",
    "page.regions",
    "page.personal",
    "page.languages",
    "page.change",
    "page.back",
    "contact.email",
    "contact.tel",
    "contact.fax",
    "contact.postal",
    "joint.title",
    "joint.text",
    "joint.items",
    "joint.responsible",
    "state.none",
    "state.granted",
    "state.partial",
    "state.refused",
    "state.stale",
    "state.expired",
    "state.unknown",
    "state.gpc",
    "page.signal_over",
    "page.saved",
    "page.refused",
    "page.withdrawn",
    "page.erased",
    "page.erase_waits",
    "page.erase_failed",
    "page.record_missing",
    "history.title",
    "history.when",
    "history.what",
    "history.how",
    "history.time",
    "history.same",
    "history.accept_all",
    "history.reject_all",
    "history.custom",
    "history.withdraw",
    "history.end",
    "history.none",
    "history.unread",
    "rights.title",
    "rights.text",
    "rights.number",
    "rights.disclose",
    "rights.purpose",
    "rights.correct",
    "rights.add",
    "rights.stop_use",
    "rights.stop_provision",
    "rights.complaint",
    "rights.purpose_told",
    "rights.correct_text",
    "rights.add_text",
    "rights.correct_ack",
    "rights.changed",
    "rights.stop_use_text",
    "rights.stop_use_kept",
    "rights.stop_use_ack",
    "rights.stopped_use",
    "rights.stopped_provision",
    "rights.complained",
    "rights.leave",
    "rights.unverified",
    "rights.held",
    "rights.waiting",
    "receipt.title",
    "receipt.text",
    "receipt.number",
    "receipt.sub",
    "receipt.lane",
    "receipt.seq",
    "receipt.hash",
    "receipt.shown",
    "receipt.notice",
    "receipt.withdraw",
    "receipt.yes",
    "receipt.no",
    "receipt.day",
    "receipt.token_only",
    "frame.title",
    "frame.text",
    "frame.text_unlisted",
    "frame.show",
    "frame.always",
    "frame.link",
    "show.text",
    "confirm.title",
    "confirm.text",
    "confirm.accept",
    "confirm.reject",
    "error.not_recorded",
    "error.bad_request",
    "error.not_found",
    "error.method",
    "error.cross_site",
    "error.too_large",
    "error.unsupported",
    "error.too_many",
    "error.show",
    "error.cookies",
    "transmission.title",
    "transmission.intro",
    "transmission.choice",
    "transmission.none",
    "transmission.link",
    "unlisted.title",
    "unlisted.hold",
    "unlisted.allow",
    "unlisted.purpose",
    "unlisted.seen",
    "unlisted.seen_text",
    "unlisted.none_seen",
    "vendor.route",
    "vendor.opt_out",
    "route.direct",
    "route.relayed",
    "opt_out.settings",
    "opt_out.required",
    "vendor.provider",
    "vendor.role",
    "vendor.receives",
    "vendor.cookies",
    "vendor.no_cookies",
    "vendor.privacy",
    "vendor.info",
    "cookie.name",
    "cookie.lifetime",
    "cookie.purpose",
    "role.third",
    "role.self",
    "role.processor",
    "role.joint",
    "item.ip",
    "item.cookie_id",
    "item.url",
    "item.referrer",
    "item.ua",
    "item.form",
    "item.company",
    "item.name",
    "item.address",
    "item.phone",
    "item.fax",
    "item.email",
    "time.session",
    "time.storage",
    "time.second",
    "time.seconds",
    "time.minute",
    "time.minutes",
    "time.hour",
    "time.hours",
    "time.day",
    "time.days",
    "time.month",
    "time.months",
    "time.year",
    "time.years",
    "purpose.unlisted_hosts",
    "purpose.unlisted_cookies",
    "purpose.ahead",
    "purpose.necessary.name",
    "purpose.necessary.text",
    "purpose.functional.name",
    "purpose.functional.text",
    "purpose.analytics.name",
    "purpose.analytics.text",
    "purpose.marketing.name",
    "purpose.marketing.text",
    "purpose.media.name",
    "purpose.media.text",
    "purpose.fonts.name",
    "purpose.fonts.text",
    "country.AE",
    "country.AR",
    "country.AT",
    "country.AU",
    "country.BE",
    "country.BG",
    "country.BR",
    "country.CA",
    "country.CH",
    "country.CL",
    "country.CN",
    "country.CO",
    "country.CY",
    "country.CZ",
    "country.DE",
    "country.DK",
    "country.EE",
    "country.ES",
    "country.EU",
    "country.FI",
    "country.FR",
    "country.GB",
    "country.GR",
    "country.HK",
    "country.HR",
    "country.HU",
    "country.ID",
    "country.IE",
    "country.IL",
    "country.IN",
    "country.IS",
    "country.IT",
    "country.JP",
    "country.KR",
    "country.LI",
    "country.LT",
    "country.LU",
    "country.LV",
    "country.MO",
    "country.MT",
    "country.MX",
    "country.MY",
    "country.NL",
    "country.NO",
    "country.NZ",
    "country.PH",
    "country.PL",
    "country.PT",
    "country.RO",
    "country.RU",
    "country.SA",
    "country.SE",
    "country.SG",
    "country.SI",
    "country.SK",
    "country.TH",
    "country.TR",
    "country.TW",
    "country.UA",
    "country.US",
    "country.VN",
    "country.ZA",
};

#define MESSAGE_KEYS  (sizeof(message_keys) / sizeof(message_keys[0]))


const char *
cg_message_key(size_t i)
{
    return i < MESSAGE_KEYS ? message_keys[i] : NULL;
}


/* The embedded files, in the order of message_langs. */

static const char *const  message_langs[] = {
    "en", "ja", "zh-Hans", "zh-Hant", "de", "fr"
};

#define MESSAGE_LANGS  (sizeof(message_langs) / sizeof(message_langs[0]))


const char *
cg_message_lang(size_t i)
{
    return i < MESSAGE_LANGS ? message_langs[i] : NULL;
}


static cg_str_t
message_embedded(size_t i)
{
    switch (i) {
    case 0:  return cg_embedded_en_msg;
    case 1:  return cg_embedded_ja_msg;
    case 2:  return cg_embedded_zh_Hans_msg;
    case 3:  return cg_embedded_zh_Hant_msg;
    case 4:  return cg_embedded_de_msg;
    default: return cg_embedded_fr_msg;
    }
}


static cg_str_t
message_cookies(size_t i)
{
    switch (i) {
    case 1:  return cg_embedded_cookies_ja_txt;
    case 2:  return cg_embedded_cookies_zh_Hans_txt;
    case 3:  return cg_embedded_cookies_zh_Hant_txt;
    case 4:  return cg_embedded_cookies_de_txt;
    case 5:  return cg_embedded_cookies_fr_txt;
    default: return cg_str_null;       /* they are English */
    }
}


/* Of the language that serves `lang`; MESSAGE_LANGS: none does. */

static size_t
message_index(cg_str_t lang)
{
    size_t    i = 0;
    cg_str_t  name = cg_lang_primary(lang);

    switch (cg_lang_chinese(lang)) {
    case CG_CHINESE_NOT:
        break;
    case CG_CHINESE_SIMPLIFIED:
        name = cg_str("zh-Hans");
        break;
    case CG_CHINESE_TRADITIONAL:
        name = cg_str("zh-Hant");
        break;
    }

    while (i < MESSAGE_LANGS
           && !cg_ascii_eq_nocase(name, cg_str_from(message_langs[i])))
    {
        i++;
    }

    return i;
}


cg_str_t
cg_message_file(cg_str_t lang)
{
    size_t  i = message_index(lang);

    return i < MESSAGE_LANGS ? message_embedded(i) : cg_str_null;
}


cg_str_t
cg_message_cookies(cg_str_t lang)
{
    return message_cookies(message_index(lang));
}


/* The next line without its end; `rest` is not empty. */

static cg_str_t
message_line(cg_str_t *rest)
{
    cg_str_t              line = *rest;
    const unsigned char  *end = memchr(rest->data, '\n', rest->len);

    if (end == NULL) {
        *rest = cg_str_sub(*rest, rest->len, rest->len);
        return line;
    }

    line.len = (size_t) (end - line.data);
    *rest = cg_str_sub(*rest, line.len + 1, rest->len);

    return line;
}


cg_status_t
cg_message_next(cg_str_t *rest, cg_str_t *key, cg_str_t *text)
{
    size_t                at;
    cg_str_t              line;
    const unsigned char  *equals;

    while (rest->len) {
        line = message_line(rest);

        if (line.len == 0 || line.data[0] == '#') {
            continue;
        }

        equals = memchr(line.data, '=', line.len);
        if (equals == NULL) {
            continue;
        }

        at = (size_t) (equals - line.data);
        *key = cg_ascii_trim(cg_str_sub(line, 0, at));
        *text = cg_ascii_trim(cg_str_sub(line, at + 1, line.len));

        return CG_OK;
    }

    return CG_NONE;
}


/* What a line says of `key`, with the "=" still before it; absent if it is of
 * another one. */

static cg_str_t
message_of(cg_str_t line, cg_str_t key)
{
    if (line.len <= key.len || line.data[0] != key.data[0]
        || memcmp(line.data, key.data, key.len) != 0)
    {
        return cg_str_null;
    }

    line = cg_ascii_trim(cg_str_sub(line, key.len, line.len));

    return line.len && line.data[0] == '=' ? line : cg_str_null;
}


/* Asked a few thousand times for a long page: lines of other keys are passed
 * over without being read as cg_message_next() does. */

static cg_str_t
message_find(cg_str_t rest, cg_str_t key)
{
    cg_str_t  line;

    while (rest.len && key.len) {
        line = message_of(message_line(&rest), key);

        if (line.data) {
            return cg_ascii_trim(cg_str_sub(line, 1, line.len));
        }
    }

    return cg_str_null;
}


cg_str_t
cg_message(const cg_policy_t *policy, cg_str_t lang, cg_str_t key)
{
    cg_str_t  text = cg_policy_text(policy, lang, key);

    if (text.data) {
        return text;
    }

    return message_find(cg_message_file(lang), key);
}


cg_str_t
cg_message_described(cg_str_t lang, cg_str_t text)
{
    cg_str_t  said = message_find(cg_message_cookies(lang), text);

    return said.data ? said : text;
}


int
cg_notice_complete(const cg_policy_t *policy, cg_str_t lang, const char **key)
{
    size_t  i;

    for (i = 0; i < MESSAGE_KEYS; i++) {
        if (cg_message(policy, lang, cg_str_from(message_keys[i])).len == 0) {
            *key = message_keys[i];
            return 0;
        }
    }

    return 1;
}


/* What stands between `group` and `rest` of a key; absent if it is another. */

static cg_str_t
message_inner(cg_str_t key, const char *group, const char *rest)
{
    size_t  head = strlen(group), tail = strlen(rest);

    if (key.len <= head + tail || memcmp(key.data, group, head) != 0
        || memcmp(key.data + key.len - tail, rest, tail) != 0)
    {
        return cg_str_null;
    }

    return cg_str_sub(key, head, key.len - tail);
}


static int
message_is_clause(const cg_policy_t *policy, cg_str_t key)
{
    size_t    i = policy->nclauses;
    cg_str_t  id = message_inner(key, "clause.", "");

    while (id.data && i-- > 0) {
        if (cg_str_eq(policy->clauses[i].id, id)) {
            return 1;
        }
    }

    return 0;
}


/* Keys that grow with the policy: names for its purposes, for countries and
 * for items of joint use; what its clauses say. */

static int
message_is_name(const cg_policy_t *policy, cg_str_t key)
{
    cg_str_t  purpose = message_inner(key, "purpose.", ".name");

    if (purpose.data == NULL) {
        purpose = message_inner(key, "purpose.", ".text");
    }

    return purpose.data ? cg_policy_purpose(policy, purpose) != NULL
           : message_inner(key, "country.", "").len == 2
             || message_inner(key, "item.", "").len > 0
             || message_is_clause(policy, key);
}


static int
message_is_known(cg_str_t key)
{
    size_t  i;

    for (i = 0; i < MESSAGE_KEYS; i++) {
        if (cg_str_eq(key, cg_str_from(message_keys[i]))) {
            return 1;
        }
    }

    return 0;
}


/* The next "{word}" of `rest`, which is moved behind it; absent: no further
 * one.  Other braces are text. */

static cg_str_t
message_gap(cg_str_t *rest)
{
    size_t         i, open = 0;
    cg_str_t       word;
    unsigned char  c;

    for (i = 0; i < rest->len; i++) {
        c = rest->data[i];

        if (c == '}' && open && i > open) {
            word = cg_str_sub(*rest, open, i);
            *rest = cg_str_sub(*rest, i + 1, rest->len);
            return word;
        }

        open = c == '{' ? i + 1
               : (c >= 'a' && c <= 'z') || c == '_' ? open : 0;
    }

    return cg_str_null;
}


/* Whether a built-in text of `key` has the word. */

static int
message_fills(cg_str_t key, cg_str_t word)
{
    size_t    i;
    cg_str_t  rest, name, text, gap;

    for (i = 0; i < MESSAGE_LANGS; i++) {
        rest = message_embedded(i);

        while (cg_message_next(&rest, &name, &text) == CG_OK) {
            while (cg_str_eq(name, key)
                   && (gap = message_gap(&text)).data != NULL)
            {
                if (cg_str_eq(gap, word)) {
                    return 1;
                }
            }
        }
    }

    return 0;
}


cg_status_t
cg_notice_check(const cg_policy_t *policy, const cg_text_t *text,
    cg_str_t *word)
{
    int       name = message_is_name(policy, text->key);
    cg_str_t  rest = text->text;

    *word = cg_str_null;

    if (!name && !message_is_known(text->key)) {
        return CG_EINVAL;
    }

    while ((*word = message_gap(&rest)).data != NULL) {
        if (name || (!message_fills(text->key, *word)
                     && !cg_str_eq(*word, cg_str("controller"))
                     && !cg_str_eq(*word, cg_str("version"))))
        {
            return CG_EINVAL;
        }
    }

    return CG_OK;
}
