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
    "page.title",
    "page.intro",
    "page.current",
    "page.decided",
    "page.purposes",
    "page.services",
    "page.no_services",
    "page.unlisted",
    "page.clause",
    "page.clause_text",
    "page.record_title",
    "page.record_text",
    "page.record",
    "page.withdraw_text",
    "page.withdraw",
    "page.erase_text",
    "page.erase",
    "page.contact_title",
    "page.contact",
    "page.languages",
    "page.back",
    "state.none",
    "state.granted",
    "state.partial",
    "state.refused",
    "state.stale",
    "state.expired",
    "state.unknown",
    "state.gpc",
    "page.saved",
    "page.refused",
    "page.withdrawn",
    "page.erased",
    "page.erase_failed",
    "page.record_missing",
    "confirm.title",
    "confirm.text",
    "confirm.accept",
    "confirm.reject",
    "error.not_recorded",
    "error.bad_request",
    "error.not_found",
    "error.cross_site",
    "error.too_large",
    "error.unsupported",
    "error.too_many",
    "error.cookies",
    "vendor.provider",
    "vendor.role",
    "vendor.receives",
    "vendor.cookies",
    "vendor.no_cookies",
    "vendor.privacy",
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
    "country.CA",
    "country.CN",
    "country.DE",
    "country.FR",
    "country.GB",
    "country.IE",
    "country.JP",
    "country.KR",
    "country.NL",
    "country.SG",
    "country.TW",
    "country.US",
    "time.session",
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
};

#define MESSAGE_KEYS  (sizeof(message_keys) / sizeof(message_keys[0]))


const char *
cg_message_key(size_t i)
{
    return i < MESSAGE_KEYS ? message_keys[i] : NULL;
}


cg_str_t
cg_message_file(cg_str_t lang)
{
    size_t  n = 0;

    while (n < lang.len && lang.data[n] != '-') {
        n++;
    }

    lang.len = n;

    if (cg_ascii_eq_nocase(lang, cg_str("en"))) {
        return cg_embedded_en_msg;
    }

    if (cg_ascii_eq_nocase(lang, cg_str("ja"))) {
        return cg_embedded_ja_msg;
    }

    return cg_str_null;
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


cg_str_t
cg_message(const cg_policy_t *policy, cg_str_t lang, cg_str_t key)
{
    cg_str_t  rest, name;
    cg_str_t  text = cg_policy_text(policy, lang, key);

    if (text.data) {
        return text;
    }

    rest = cg_message_file(lang);

    while (cg_message_next(&rest, &name, &text) == CG_OK) {
        if (cg_str_eq(name, key)) {
            return text;
        }
    }

    return cg_str_null;
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
