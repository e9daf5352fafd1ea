#include "cg_transmission.h"

#include "cg_messages.h"
#include "policy/cg_owner.h"


/* A comma where one belongs; behind it the key, if there is one. */

static void
json_key(cg_out_t *out, const char *key)
{
    unsigned char  last = out->len ? out->data[out->len - 1] : '{';

    if (last != '{' && last != '[' && last != ':') {
        cg_out_byte(out, ',');
    }

    if (key) {
        cg_out_byte(out, '"');
        cg_out_text(out, key);
        cg_out_text(out, "\":");
    }
}


static void
json_open(cg_out_t *out, const char *key, unsigned char bracket)
{
    json_key(out, key);
    cg_out_byte(out, bracket);
}


/* An absent value writes nothing. */

static void
json_str(cg_out_t *out, const char *key, cg_str_t value)
{
    if (value.len) {
        json_key(out, key);
        cg_out_json(out, value);
    }
}


static void
json_uint(cg_out_t *out, const char *key, uint64_t value)
{
    json_key(out, key);
    cg_out_uint(out, value);
}


/* The message `group``word``rest`; absent if there is none. */

static cg_str_t
json_message(const cg_policy_t *policy, cg_str_t lang, const char *group,
    cg_str_t word, const char *rest)
{
    char    key[CG_MESSAGE_KEY];
    size_t  head = strlen(group), tail = strlen(rest);

    if (head + word.len + tail > sizeof(key)) {
        return cg_str_null;
    }

    memcpy(key, group, head);
    memcpy(key + head, word.data, word.len);
    memcpy(key + head + word.len, rest, tail);

    return cg_message(policy, lang,
                      (cg_str_t) { head + word.len + tail,
                                   (unsigned char *) key });
}


static void
json_items(cg_out_t *out, const cg_policy_t *policy, cg_str_t lang,
    const cg_vendor_t *vendor)
{
    size_t  i;

    json_open(out, "items", '[');

    for (i = 0; i < vendor->nreceives; i++) {
        json_open(out, NULL, '{');
        json_str(out, "id", vendor->receives[i]);
        json_str(out, "name", json_message(policy, lang, "item.",
                                           vendor->receives[i], ""));
        cg_out_byte(out, '}');
    }

    cg_out_byte(out, ']');
}


static void
json_cookies(cg_out_t *out, cg_str_t lang, const cg_vendor_t *vendor)
{
    size_t                     i;
    const cg_vendor_cookie_t  *cookie = vendor->cookies;

    json_open(out, "cookies", '[');

    for (i = 0; i < vendor->ncookies; i++, cookie++) {
        json_open(out, NULL, '{');
        json_str(out, cookie->name.data ? "name" : "pattern",
                 cookie->name.data ? cookie->name : cookie->pattern);
        json_uint(out, "seconds", cookie->lifetime > 0
                                  ? (uint64_t) cookie->lifetime : 0);
        json_str(out, "purpose",
                 cg_message_described(lang, cookie->description));
        cg_out_byte(out, '}');
    }

    cg_out_byte(out, ']');
    json_open(out, "storage", '[');

    for (i = 0; i < vendor->nstorages; i++) {
        json_open(out, NULL, '{');
        json_str(out, "key", vendor->storages[i].key);
        json_str(out, "purpose",
                 cg_message_described(lang, vendor->storages[i].description));
        cg_out_byte(out, '}');
    }

    cg_out_byte(out, ']');
}


static void
json_vendor(cg_out_t *out, const cg_policy_t *policy, cg_str_t lang,
    const cg_recipient_t *who)
{
    static const char *const  roles[] = {
        "third", "self", "processor", "joint"
    };

    const cg_vendor_t   *vendor = who->vendor;
    const cg_purpose_t  *purpose = who->purpose;

    json_open(out, NULL, '{');
    json_str(out, "id", vendor->id);
    json_str(out, "name", vendor->name);
    json_str(out, "provider", vendor->provider);
    json_str(out, "country", vendor->country);
    json_str(out, "country_name", json_message(policy, lang, "country.",
                                               vendor->country, ""));
    json_str(out, "privacy", vendor->privacy);
    json_str(out, "info", who->info);
    json_str(out, "role", cg_str_from(roles[who->role]));
    json_str(out, "purpose", purpose->id);
    json_str(out, "purpose_name", json_message(policy, lang, "purpose.",
                                               purpose->id, ".name"));
    json_str(out, "clause", who->clause);
    json_str(out, "route", who->path == CG_PATH_RELAYED ? cg_str("relayed")
                                                        : cg_str("direct"));
    json_str(out, "mode", who->advanced ? cg_str("advanced") : cg_str_null);
    json_items(out, policy, lang, vendor);
    json_cookies(out, lang, vendor);
    json_str(out, "opt_out", purpose->bit ? cg_str("./") : cg_str_null);
    cg_out_byte(out, '}');
}


static void
json_head(cg_out_t *out, const cg_policy_t *policy, cg_str_t lang,
    const unsigned char hash[CG_SHA256_LEN])
{
    json_open(out, NULL, '{');
    json_str(out, "policy", policy->id);
    json_uint(out, "version", policy->version);
    json_str(out, "enacted", policy->enacted);
    json_str(out, "revised", policy->revised);
    json_str(out, "language", lang);
    json_key(out, "hash");
    cg_out_byte(out, '"');
    cg_out_hex(out, (cg_str_t) { CG_TRANSMISSION_HASH, hash });
    cg_out_byte(out, '"');
    json_str(out, "controller", policy->controller);
    json_str(out, "contact", policy->contact_name);
    json_str(out, "contact_url", policy->contact_url);
    json_str(out, "privacy_policy", policy->notice);
}


/* "hold", "allow", or the purpose that opens. */

static void
json_unlisted(cg_out_t *out, const cg_policy_t *policy)
{
    cg_str_t  unlisted = cg_str("hold");

    if (policy->unlisted_host == CG_UNLISTED_PURPOSE) {
        unlisted = policy->unlisted_host_purpose->id;

    } else if (policy->unlisted_host == CG_UNLISTED_ALLOW) {
        unlisted = cg_str("allow");
    }

    json_str(out, "unlisted", unlisted);
}


void
cg_transmission_json(cg_out_t *out, const cg_policy_t *policy, cg_str_t lang,
    const unsigned char hash[CG_SHA256_LEN])
{
    size_t  i;

    json_head(out, policy, lang, hash);
    json_open(out, "vendors", '[');

    for (i = 0; i < policy->nrecipients; i++) {
        json_vendor(out, policy, lang, &policy->recipients[i]);
    }

    cg_out_byte(out, ']');

    json_unlisted(out, policy);
    cg_out_text(out, "}\n");
}


void
cg_transmission_seen_json(cg_out_t *out, const cg_policy_t *policy,
    const cg_str_t *hosts, size_t n)
{
    size_t      i;
    cg_owner_t  owner;

    json_open(out, NULL, '{');
    json_str(out, "policy", policy->id);
    json_unlisted(out, policy);
    json_open(out, "hosts", '[');

    for (i = 0; i < n; i++) {
        (void) cg_owner_of(hosts[i], &owner);
        json_open(out, NULL, '{');
        json_str(out, "host", hosts[i]);
        json_str(out, "owner", owner.name);
        json_str(out, "category", owner.category);
        cg_out_byte(out, '}');
    }

    cg_out_text(out, "]}\n");
}
