#include "tap.h"
#include "feed.h"

#define V(lines)                                                             \
    "consent_vendor v { name V; provider \"V Inc.\" US; receives ip; "       \
    "host v.example.com; " lines " }"
#define P(lines)                                                             \
    "consent_policy p { controller C; notice /privacy/; version 3; "         \
    "languages en ja; clause C-1 \"text\"; purpose necessary required; "     \
    "purpose analytics slot=1; " lines " }"

#define TEN    "0123456789"
#define SIXTY  TEN TEN TEN TEN TEN TEN

typedef struct {
    const char  *text;
    const char  *message;          /* NULL: accepted */
} case_t;


static const case_t  bad_vendors[] = {
    { "consent_vendor V_ { }", "bad name \"V_\" of consent_vendor: write "
      "lower-case letters, digits and \"-\", at most 64" },
    { "consent_vendor -v { }", "bad name \"-v\" of consent_vendor: write "
      "lower-case letters, digits and \"-\", at most 64" },
    { "consent_vendor unlisted { }", "consent_vendor \"unlisted\": the name is "
      "reserved, take another" },
    { V("") V(""), "consent_vendor \"v\" is defined twice, first in "
      "test.conf:1, rename or remove one" },
    { "consent_vendor v { }", "consent_vendor \"v\" has no \"name\", add: name "
      "TEXT" },
    { "consent_vendor v { name V; }", "consent_vendor \"v\" has no "
      "\"provider\", add: provider NAME COUNTRY [URL]" },
    { "consent_vendor v { name V; provider P US; }", "consent_vendor \"v\" has "
      "no \"receives\", add: receives ITEM..." },
    { "consent_vendor v { name V; provider P US; receives ip; }",
      "consent_vendor \"v\" cannot be recognised, add a host, url, path, "
      "inline or cookie" },
    { V("colour red;"), "unknown directive \"colour\" in consent_vendor, known "
      "are name provider receives host url path inline cookie storage "
      "stub" },
    { V("name W;"), "\"name\" stands twice in consent_vendor \"v\", keep one" },
    { V("name;"), "\"name\" is written: name TEXT" },
    { V("name A B;"), "unexpected \"B\", \"name\" is written: name TEXT" },
    { V("name \"\";"), "empty word in \"name\", it is written: name TEXT" },
    { V("host \xff;"), "\"?\" in \"host\" is no UTF-8 text, save the "
      "file as UTF-8, without control characters" },
    { V("cookie \"" SIXTY SIXTY "\xc3\xa9\" 1d;"), "\"" SIXTY SIXTY "...\" is "
      "no cookie name, a pattern is written: cookie ~ REGEX" },
    { V("cookie \"" SIXTY SIXTY "x\xc3\xa9\" 1d;"), "\"" SIXTY SIXTY "...\" is "
      "no cookie name, a pattern is written: cookie ~ REGEX" },
    { V("cookie \"-" SIXTY TEN TEN TEN TEN TEN "01234567\xc3\xa9\" 1d;"),
      "\"-" SIXTY TEN TEN TEN TEN TEN "01234567...\" is no cookie name, a "
      "pattern is written: cookie ~ REGEX" },
    { V("stub \"a\x1b\";"), "\"a?\" in \"stub\" is no UTF-8 text, save the "
      "file as UTF-8, without control characters" },
    { "consent_vendor v { provider P UK; }", "\"UK\" is no country code of "
      "ISO 3166-1, write one such as JP, US, DE" },
    { "consent_vendor v { provider P us; }", "\"us\" is no country code of "
      "ISO 3166-1, write one such as JP, US, DE" },
    { "consent_vendor v { provider P; }", "\"provider\" is written: provider "
      "NAME COUNTRY [URL]" },
    { "consent_vendor v { provider P US ftp://x/; }", "\"ftp://x/\" is no "
      "http or https URL, write https://host/path" },
    { V("receives mac;"), "unknown item \"mac\" in \"receives\", known are ip "
      "cookie_id url referrer ua form" },
    { V("receives url url;"), "\"url\" stands twice in \"receives\", keep "
      "one" },
    { V("host https://x.example.com;"), "host \"https://x.example.com\": "
      "must be written without scheme, as in host/path" },
    { V("host x.example.com/a;"), "host \"x.example.com/a\": a host has no "
      "path, write: url x.example.com/a" },
    { V("host *.example.com;"), "host \"*.example.com\": must be written "
      "without \"*\", its sub-domains match" },
    { V("host com;"), "host \"com\": a public suffix or a single label "
      "belongs to no vendor, write a host below it" },
    { V("host co.jp;"), "host \"co.jp\": a public suffix or a single label "
      "belongs to no vendor, write a host below it" },
    { V("host V.Example.com;"), "host \"v.example.com\" stands in "
      "consent_vendor \"v\" already, keep one" },
    { V("url v.example.com/;"), "url \"v.example.com\" stands in "
      "consent_vendor \"v\" already, keep one" },
    { V("url a.example.com/b?c;"), "url \"a.example.com/b?c\": must end "
      "before \"?\" and \"#\"" },
    { V("url v.example.com/" SIXTY SIXTY SIXTY SIXTY SIXTY ";"), "the path of "
      "url \"/" SIXTY TEN TEN TEN TEN TEN "012345678...\" is longer than 256 "
      "bytes, end it earlier" },
    { V("path g/collect;"), "path \"g/collect\": must begin with \"/\"" },
    { V("path /;"), "path \"/\": would match every page, write more of the "
      "path" },
    { V("path /g /g;"), "path \"/g\" stands in consent_vendor \"v\" already, "
      "keep one" },
    { V("inline abc;"), "inline \"abc\" is too short, write 4 bytes at least" },
    { V("inline ~ \"a(b\";"), "regular expression \"a(b\" must be mended: "
      "missing closing parenthesis at offset 3" },
    { V("inline ~ .*;"), "inline ~ \".*\" matches every script, name what "
      "only the vendor's hold" },
    { V("inline ~ (*UTF)a;"), "regular expression \"(*UTF)a\" must be "
      "mended: using UTF is disabled by the application at offset 6" },
    { V("inline abcd calls;"), "unexpected \"calls\", \"inline\" is written: "
      "inline [~] TEXT" },
    { V("cookie a;"), "\"cookie\" is written: cookie NAME|~ REGEX "
      "LIFETIME|session [DESCRIPTION]" },
    { V("cookie a 2;cookie a 3;"), "cookie \"a\" stands twice in "
      "consent_vendor \"v\", keep one" },
    { V("cookie a=b 2y;"), "\"a=b\" is no cookie name, a pattern is written: "
      "cookie ~ REGEX" },
    { V("cookie ~^_ga 2y;"), "a blank is missing behind \"~\" in \"~^_ga\", "
      "add it" },
    { V("cookie ~ a* 2y;"), "cookie ~ \"a*\" matches every cookie, name what "
      "begins with ^, or write in a policy: unlisted cookie=hold" },
    { V("cookie ngxc 2y;"), "cookie \"ngxc\" is the token of ngx-consent "
      "itself, remove it" },
    { V("cookie ~ [ 2y;"), "regular expression \"[\" must be mended: missing "
      "terminating ] for character class at offset 1" },
    { V("cookie a 2x;"), "bad lifetime \"2x\" of cookie \"a\": write "
      "\"session\" or a time from 1s to 100y, such as 90d" },
    { V("cookie a 1h1d;"), "bad lifetime \"1h1d\" of cookie \"a\": write "
      "\"session\" or a time from 1s to 100y, such as 90d" },
    { V("cookie a 0;"), "bad lifetime \"0\" of cookie \"a\": write "
      "\"session\" or a time from 1s to 100y, such as 90d" },
    { V("cookie a 101y;"), "bad lifetime \"101y\" of cookie \"a\": write "
      "\"session\" or a time from 1s to 100y, such as 90d" },
    { V("storage;"), "\"storage\" is written: storage KEY [DESCRIPTION]" },
    { V("storage *;"), "storage \"*\" is too short, write 2 bytes at least "
      "besides \"*\"" },
    { V("storage *_*;"), "storage \"*_*\" is too short, write 2 bytes at "
      "least besides \"*\"" },
    { V("storage _v text more;"), "unexpected \"more\", \"storage\" is "
      "written: storage KEY [DESCRIPTION]" },
    { V("storage _v*; storage _v* text;"), "storage \"_v*\" stands twice in "
      "consent_vendor \"v\", keep one" },
    { "consent_vendor v { name V; provider P US; receives ip; storage _v; }",
      "consent_vendor \"v\" cannot be recognised, add a host, url, path, "
      "inline or cookie" },
    { V("stub a-b;"), "stub \"a-b\" is no name of a global, write it as "
      "gtag, or dataLayer[] for an array" },
    { V("stub [];"), "stub \"[]\" is no name of a global, write it as gtag, "
      "or dataLayer[] for an array" },
    { V("stub a..b;"), "stub \"a..b\" is no name of a global, write it as "
      "gtag, or dataLayer[] for an array" },
    { V("stub a.1b[];"), "stub \"a.1b[]\" is no name of a global, write it "
      "as gtag, or dataLayer[] for an array" },
    { V("stub ga ga;"), "\"ga\" stands twice in \"stub\", keep one" },
    { V("stub a b c d e f g h i j k l m n o p q r s t u v w x y z A B C D E F "
        "G H;"), "more than 32 words in \"stub\", write it in several lines" },
};


static const case_t  bad_policies[] = {
    { "consent_policy off { }", "consent_policy \"off\": the name is reserved, "
      "take another" },
    { "consent_policy p { }",
      "consent_policy \"p\" has no \"controller\", add: controller NAME "
      "[clause=ID]" },
    { "consent_policy p { controller C; }",
      "consent_policy \"p\" has no \"notice\", add: notice URL|PATH "
      "[clause=ID]" },
    { "consent_policy p { controller C; notice /; }",
      "consent_policy \"p\" has no \"version\", add: version NUMBER "
      "[enacted=DATE] [revised=DATE] [effective=DATE] [approver=NAME] "
      "[material_since=NUMBER] [clause=ID]" },
    { "consent_policy p { controller C; notice /; version 1; }",
      "consent_policy \"p\" has no \"languages\", add: languages "
      "LANG... [clause=ID]" },
    { "consent_policy p { controller C; notice /; version 1; languages en; }",
      "consent_policy \"p\" has no \"purpose\", add: purpose ID "
      "required|slot=NUMBER [clause=ID] [signal=NAME,...] [sensitive]" },
    { P("adress combine;"),
      "unknown directive \"adress\" in consent_policy, known are "
      "controller operator contact notice version jurisdiction region "
      "languages clause personal purpose roles vendor joint_use cookie "
      "own_host unlisted lifetime signals address referrer scrub banner text" },
    { P("controller D;"), "\"controller\" stands twice in consent_policy "
      "\"p\", keep one" },
    { P("contact D mailto:x;"), "contact \"mailto:x\" is neither an http or "
      "https URL nor a path, write https://host/path or /path" },
    { "consent_policy p { notice //x; }", "notice \"//x\" is neither an http "
      "or https URL nor a path, write https://host/path or /path" },
    { "consent_policy p { version 0; }", "version \"0\" must be a number "
      "from 1 to 4294967295" },
    { "consent_policy p { version 4294967296; }", "version \"4294967296\" "
      "must be a number from 1 to 4294967295" },
    { "consent_policy p { version 1 enacted=2023-02-29; }",
      "enacted=2023-02-29 is no day, write YYYY-MM-DD" },
    { "consent_policy p { version 1 revised=; }", "revised= is no day, write "
      "YYYY-MM-DD" },
    { "consent_policy p { version 1 enacted=2023-02-02 revised=2023-02-01; }",
      "revised=2023-02-01 lies before enacted=2023-02-02, write that day or "
      "a later one" },
    { "consent_policy p { version 2 material_since=3; }", "material_since=3 "
      "must be a version from 1 to 2" },
    { "consent_policy p { version 1 since=1; }",
      "unexpected \"since=1\", \"version\" is written: version NUMBER "
      "[enacted=DATE] [revised=DATE] [effective=DATE] [approver=NAME] "
      "[material_since=NUMBER] [clause=ID]" },
    { "consent_policy p { languages zh-Hant-TW zh-hant; }", "\"zh-hant\" is "
      "no language, write en, zh-TW or zh-Hant" },
    { "consent_policy p { languages en en; }", "\"en\" stands twice in "
      "\"languages\", keep one" },
    { P("clause C-1 again;"), "clause \"C-1\" stands twice, keep one" },
    { P("clause C/1 again;"), "bad clause ID \"C/1\": write letters, digits, "
      "\".\", \"_\" and \"-\", at most 64" },
    { P("purpose Media slot=2;"), "bad purpose \"Media\": write lower-case "
      "letters, digits and \"_\", at most 32" },
    { P("purpose hold slot=2;"), "purpose \"hold\": the word is reserved, take "
      "another" },
    { P("purpose media;"), "purpose \"media\" needs slot=1 to slot=32, or "
      "\"required\" if the site cannot do without" },
    { P("purpose media required slot=2;"), "purpose \"media\" is required and "
      "needs no slot, remove slot=2" },
    { P("purpose media slot=33;"), "slot=33 must be a number from 1 to 32" },
    { P("purpose media slot=0;"), "slot=0 must be a number from 1 to 32" },
    { P("purpose media slot=1;"), "slot=1 of purpose \"media\" is taken by "
      "purpose \"analytics\", take another number" },
    { P("purpose analytics slot=2;"), "purpose \"analytics\" stands twice, "
      "keep one" },
    { P("purpose media slot=2 clause=C-2;"), "clause \"C-2\" is not declared "
      "in consent_policy \"p\", add: clause C-2 \"TEXT\"" },
    { P("purpose media slot=2 signal=ad_storage,ads;"), "unknown signal "
      "\"ads\", known are ad_storage analytics_storage ad_user_data "
      "ad_personalization functionality_storage personalization_storage "
      "security_storage" },
    { P("purpose m slot=2 signal=ad_storage; purpose n slot=3 "
        "signal=ad_user_data,ad_storage;"), "signal \"ad_storage\" of "
      "purpose \"n\" belongs to purpose \"m\" already, keep one" },
    { P("purpose m slot=2 signal=ad_storage,;"), "unknown signal \"\", known "
      "are ad_storage analytics_storage ad_user_data ad_personalization "
      "functionality_storage personalization_storage security_storage" },
    { P("vendor v purpose=analytics;"), "vendor \"v\" of consent_policy \"p\" "
      "is not defined, include conf/vendors/v.conf or define consent_vendor "
      "\"v\"" },
    { V("") P("vendor v;"), "vendor \"v\" has no purpose, add purpose=ID" },
    { V("") P("vendor v purpose=media;"), "purpose \"media\" is not declared "
      "in consent_policy \"p\", add: purpose media slot=NUMBER" },
    { V("") P("vendor v purpose=analytics role=friend;"), "unknown role=friend,"
      " known are self processor joint third" },
    { V("") P("vendor v purpose=analytics clause=X;"), "clause \"X\" is not "
      "declared in consent_policy \"p\", add: clause X \"TEXT\"" },
    { V("") P("vendor v purpose=analytics; vendor v purpose=necessary;"),
      "vendor \"v\" stands twice in consent_policy \"p\", keep one" },
    { P("cookie sid;"), "cookie \"sid\" has no purpose, add purpose=ID" },
    { P("cookie sid purpose=x;"), "purpose \"x\" is not declared in "
      "consent_policy \"p\", add: purpose x slot=NUMBER" },
    { P("cookie sid purpose=necessary; cookie sid purpose=necessary;"),
      "cookie \"sid\" stands twice in consent_policy \"p\", keep one" },
    { P("cookie ~ (?<n purpose=necessary;"), "regular expression \"(?<n\" "
      "must be mended: syntax error in subpattern name (missing terminator?) "
      "at offset 4" },
    { P("own_host *.co.jp;"), NULL },
    { P("own_host a.example.net a.example.net;"), "own_host "
      "\"a.example.net\" stands twice, keep one" },
    { P("unlisted;"), "\"unlisted\" is written: unlisted "
      "[third_party=hold|allow|PURPOSE] [cookie=hold|allow|PURPOSE] "
      "[clause=ID]" },
    { P("unlisted third_party=media;"), "purpose \"media\" is not declared in "
      "consent_policy \"p\", add: purpose media slot=NUMBER" },
    { P("unlisted cookie=media;"), "purpose \"media\" is not declared in "
      "consent_policy \"p\", add: purpose media slot=NUMBER" },
    { P("lifetime;"),
      "\"lifetime\" is written: lifetime [grant=TIME] [refusal=TIME] "
      "[cookie=TIME] [clause=ID]" },
    { P("lifetime grant=396d;"), "grant=396d must be a time from 1d to 395d" },
    { P("lifetime grant=1h;"), "grant=1h must be a time from 1d to 395d" },
    { P("lifetime refusal=179d;"), "a refusal must last as long as a grant at "
      "least, raise refusal= or lower grant= (both are 180d where not set)" },
    { P("lifetime script=395d;"),
      "unexpected \"script=395d\", \"lifetime\" is written: lifetime "
      "[grant=TIME] [refusal=TIME] [cookie=TIME] [clause=ID]" },
    { P("signals gps;"), "unknown signal \"gps\", known are gpc dnt off" },
    { P("signals gpc off;"), "\"signals\" is written: gpc, dnt, gpc dnt, or "
      "off alone" },
    { P("address t25;"), "unknown form \"t25\" of addresses, known are full "
      "t24 t16 drop combine" },
    { P("address full purpose=analytics;"), "\"address full\" with "
      "purpose=analytics: there is nothing left that it could open, take "
      "purpose= away or write t24" },
    { P("address t24 purpose=media;"), "purpose \"media\" is not declared in "
      "consent_policy \"p\", add: purpose media slot=NUMBER" },
    { P("address t24 purpose=necessary;"), "address is opened by purpose "
      "\"necessary\", which is required: nobody is asked, name one with "
      "slot=" },
    { P("address combine clause=C-9;"), "clause \"C-9\" is not declared in "
      "consent_policy \"p\", add: clause C-9 \"TEXT\"" },
    { P("address t24; address full;"), "\"address\" stands twice in "
      "consent_policy \"p\", keep one" },
    { P("text en title. T;"), "text \"en title.\" must begin with a language "
      "and a key, as in: text en banner.title \"TEXT\"" },
    { P("text de banner.title T;"), "text in \"de\", which is not among the "
      "languages of consent_policy \"p\", add it to them" },
    { P("text en banner.title T; text en banner.title U;"), "text \"en "
      "banner.title\" stands twice, keep one" },
    { P("text en banner.title;"), "\"text\" is written: text LANG KEY TEXT" },
};


static void
mistakes_are_sentences(const char *promise, const case_t *cases, size_t n)
{
    size_t  i, failed = 0;
    feed_t  feed;

    for (i = 0; i < n; i++) {
        if (cases[i].message == NULL) {
            continue;
        }

        memset(&feed, 0, sizeof(feed));
        heap_init(&feed.heap);
        feed_text(&feed, cases[i].text);

        if (feed.status != CG_EINVAL
            || strcmp(feed.diag.text, cases[i].message) != 0)
        {
            failed++;
            printf("# case %zu, status %d: %s\n#   want %s\n", i, feed.status,
                   feed.diag.text, cases[i].message);
        }

        feed_drop(&feed);
    }

    is_int(failed, 0, "%s (%zu lines)", promise, n);
}


static void
own_hosts_are_checked(void)
{
    feed_t  feed;

    memset(&feed, 0, sizeof(feed));
    heap_init(&feed.heap);
    feed_text(&feed, P("own_host *.co.jp;"));
    ok(feed.status == CG_EINVAL
       && strncmp(feed.diag.text, "own_host \"*.co.jp\": ", 20) == 0,
       "own_host: a wildcard under a public suffix is refused");
    feed_drop(&feed);
}


static void
freeze_names_the_place(void)
{
    feed_t  feed;

    memset(&feed, 0, sizeof(feed));
    heap_init(&feed.heap);
    feed_text(&feed, P("vendor v purpose=analytics;"));
    ok(feed.diag.file && strcmp(feed.diag.file, "test.conf") == 0,
       "what shows at the freeze names its file");
    is_int(feed.diag.line, 9, "and its line");
    feed_drop(&feed);

    memset(&feed, 0, sizeof(feed));
    heap_init(&feed.heap);
    feed_text(&feed, P("colour red;"));
    ok(feed.diag.file == NULL && feed.diag.line == 0,
       "a fault in a line leaves the place to the feeder");
    feed_drop(&feed);
}


#define GOOD                                                                 \
    V("receives url; cookie ~ ^_v 1d12h text; cookie sess session; "         \
      "storage _vs; storage \"v:*\" \"Keeps a visit\"; "                     \
      "stub go q[] _c.d o.q[]; path /v/c;")                                  \
    P("contact Desk https://c.example/; vendor v purpose=analytics "         \
      "role=joint clause=C-1; cookie sid purpose=necessary clause=C-1; "     \
      "own_host *.example-cdn.net; lifetime grant=1d refusal=395d; "         \
      "unlisted third_party=analytics cookie=hold; signals dnt; "            \
      "address t16 purpose=analytics clause=C-1; "                           \
      "text ja banner.title \"\xe5\x90\x8c\xe6\x84\x8f\"; "                  \
      "text en country.US USA; "                                             \
      "purpose media slot=32 signal=ad_storage,ad_user_data clause=C-1;")


static void
what_was_said_is_there(void)
{
    feed_t              feed;
    const cg_vendor_t  *v;
    const cg_policy_t  *p;

    memset(&feed, 0, sizeof(feed));
    heap_init(&feed.heap);
    feed_text(&feed, GOOD);
    is_int(feed.status, CG_OK, "a complete policy is accepted");

    p = cg_policies_find(feed.set, cg_str("p"));
    ok(p && cg_policies_at(feed.set, 0) == p
       && cg_policies_at(feed.set, 1) == NULL
       && cg_policies_find(feed.set, cg_str("q")) == NULL, "and found again");

    v = p->recipients[0].vendor;
    is_str(v->id, cg_str("v"), "vendor");
    is_str(v->provider, cg_str("V Inc."), "provider");
    is_str(v->privacy, cg_str_null, "a privacy URL may be absent");
    is_int(v->nreceives, 2, "receives adds up");
    is_int(v->cookies[0].lifetime, 129600, "1d12h in seconds");
    ok(v->cookies[0].re && v->cookies[0].name.data == NULL, "cookie regex");
    is_str(v->cookies[0].pattern, cg_str("^_v"), "its pattern");
    is_int(v->cookies[1].lifetime, 0, "session");
    is_int(v->nstorages, 2, "storage adds up");
    is_str(v->storages[0].key, cg_str("_vs"), "key of web storage");
    is_str(v->storages[0].description, cg_str_null, "a text may be absent");
    is_str(v->storages[1].key, cg_str("v:*"), "key with a star");
    is_str(v->storages[1].description, cg_str("Keeps a visit"), "its text");
    is_str(v->stubs[1], cg_str("q[]"), "stub of an array");
    is_str(v->stubs[2], cg_str("_c.d"), "stub within an object");

    is_int(p->recipients[0].role, CG_ROLE_JOINT, "role");
    is_str(p->recipients[0].clause, cg_str("C-1"), "clause of the recipient");
    ok(p->recipients[0].purpose == cg_policy_purpose(p, cg_str("analytics")),
       "purpose of the recipient");
    is_int(p->optional, 0x80000001u, "optional bits are 1 << (slot - 1)");
    is_int(p->purposes[0].bit, 0, "a required purpose has no bit");
    is_str(p->purposes[2].signal, cg_str("ad_storage,ad_user_data"), "signal");
    is_str(p->contact_url, cg_str("https://c.example/"), "contact");
    is_int(p->version, 3, "version");
    is_int(p->nlanguages, 2, "languages");
    is_str(p->own_hosts[0], cg_str("*.example-cdn.net"), "own host");
    ok(p->unlisted_host == CG_UNLISTED_PURPOSE
       && p->unlisted_host_purpose == &p->purposes[1]
       && p->unlisted_cookie == CG_UNLISTED_HOLD, "unlisted");
    ok(p->grant_lifetime == 86400 && p->refusal_lifetime == 395 * 86400,
       "lifetimes in seconds");
    ok(!p->signal_gpc && p->signal_dnt, "signals");
    ok(p->address.form == CG_ADDRESS_T16 && !p->address.combine
       && p->address.purpose == &p->purposes[1], "addresses");
    is_str(p->address.clause, cg_str("C-1"), "their clause");
    is_str(cg_policy_text(p, cg_str("ja"), cg_str("banner.title")),
           cg_str("\xe5\x90\x8c\xe6\x84\x8f"), "text");
    is_str(cg_policy_text(p, cg_str("en"), cg_str("banner.title")),
           cg_str_null, "no text in another language");

    feed_drop(&feed);
}


static void
defaults_are_the_strict_ones(void)
{
    feed_t              feed;
    const cg_policy_t  *p;

    memset(&feed, 0, sizeof(feed));
    heap_init(&feed.heap);
    feed_text(&feed, V("") P("vendor v purpose=analytics;"));
    p = cg_policies_find(feed.set, cg_str("p"));

    ok(p && p->unlisted_host == CG_UNLISTED_HOLD, "unlisted hosts are held");
    ok(p && p->unlisted_cookie == CG_UNLISTED_ALLOW, "unlisted cookies pass");
    ok(p && p->grant_lifetime == 180 * 86400
       && p->refusal_lifetime == 180 * 86400, "180 days");
    ok(p && p->signal_gpc && !p->signal_dnt, "GPC counts, DNT does not");
    ok(p && p->recipients[0].role == CG_ROLE_THIRD, "a vendor is a third");
    ok(p && p->address.form == CG_ADDRESS_FULL && !p->address.combine,
       "addresses are left as they are");

    feed_drop(&feed);
}


typedef struct {
    unsigned char  slots[CG_SHA256_LEN];
    unsigned char  terms[CG_SHA256_LEN];
    unsigned char  text[CG_SHA256_LEN];
} hashes_t;


static hashes_t
hashes_of(const char *text)
{
    feed_t              feed;
    hashes_t            h;
    const cg_policy_t  *p;

    memset(&h, 0, sizeof(h));
    memset(&feed, 0, sizeof(feed));
    heap_init(&feed.heap);
    feed_text(&feed, text);
    p = feed.status == CG_OK ? cg_policies_find(feed.set, cg_str("p")) : NULL;

    if (p) {
        memcpy(h.slots, p->slots_hash, CG_SHA256_LEN);
        memcpy(h.terms, p->terms_hash, CG_SHA256_LEN);
        memcpy(h.text, p->text_hash, CG_SHA256_LEN);

    } else {
        printf("# %s\n", feed.diag.text);
    }

    feed_drop(&feed);

    return h;
}


#define W(lines)                                                             \
    "consent_vendor w { name W; provider W JP; receives ip; "                \
    "host w.example.com; " lines " }"
#define TWO  "vendor v purpose=analytics; vendor w purpose=analytics;"


static void
hashes_tell_terms_from_text(void)
{
    enum { SLOTS = 1, TERMS = 2, TEXT = 4 };

    static const struct {
        const char  *promise;
        const char  *text;
        int          changes;
    } cases[] = {
        { "the same again", V("") W("") P(TWO), 0 },
        { "vendor blocks in another order", W("") V("") P(TWO), 0 },
        { "vendor lines in another order", V("") W("")
          P("vendor w purpose=analytics; vendor v purpose=analytics;"), TEXT },
        { "one more item", V("receives ua;") W("") P(TWO), TERMS },
        { "one vendor less", V("") W("") P("vendor v purpose=analytics;"),
          TERMS|TEXT },
        { "another role", V("") W("") P("vendor v purpose=analytics role=self;"
          "vendor w purpose=analytics;"), TERMS },
        { "another country", "consent_vendor v { name V; provider \"V Inc.\" "
          "CA; receives ip; host v.example.com; }" W("") P(TWO), TERMS },
        { "a purpose that is no choice any more", V("") W("")
          "consent_policy p { controller C; notice /privacy/; version 3; "
          "languages en ja; clause C-1 \"text\"; purpose necessary required; "
          "purpose analytics required; " TWO " }", SLOTS|TERMS },
        { "another purpose of a vendor", V("") W("") P("vendor v "
          "purpose=necessary; vendor w purpose=analytics;"), TERMS },
        { "one more purpose", V("") W("") P(TWO "purpose m slot=2;"),
          SLOTS|TERMS|TEXT },
        { "unlisted hosts under a purpose", V("") W("")
          P(TWO "unlisted third_party=analytics;"), TERMS|TEXT },
        { "a text", V("") W("") P(TWO "text en a.b c;"), TEXT },
        { "a cookie of a vendor", V("cookie a 1d;") W("") P(TWO), TEXT },
        { "a key of web storage", V("storage _v;") W("") P(TWO), TEXT },
        { "a cookie of the site", V("") W("")
          P(TWO "cookie a purpose=necessary;"), TEXT },
        { "a clause", V("") W("") P(TWO "clause C-2 x;"), TEXT },
        { "a lifetime", V("") W("") P(TWO "lifetime grant=90d;"), TEXT },
        { "the form of addresses", V("") W("") P(TWO "address t24;"), TEXT },
        { "who opens them", V("") W("")
          P(TWO "address t24 purpose=analytics;"), TEXT },
        { "how a vendor is recognised", V("host x.example.com;") W("") P(TWO),
          0 },
    };

    int       got;
    size_t    i;
    hashes_t  base = hashes_of(V("") W("") P(TWO)), h;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        h = hashes_of(cases[i].text);
        got = (memcmp(h.slots, base.slots, CG_SHA256_LEN) ? SLOTS : 0)
              | (memcmp(h.terms, base.terms, CG_SHA256_LEN) ? TERMS : 0)
              | (memcmp(h.text, base.text, CG_SHA256_LEN) ? TEXT : 0);
        is_int(got, cases[i].changes, "hashes: %s", cases[i].promise);
    }
}


/* The matrix of DESIGN.md 11: what the site gets, what the logs get. */

static void
who_learns_what_of_an_address(void)
{
    static const struct {
        const char         *text;
        uint32_t            granted;
        int                 identified;
        cg_address_form_t   site, log;
        const char         *promise;
    } cases[] = {
        { P(""), 0, 1, CG_ADDRESS_FULL, CG_ADDRESS_FULL,
          "nothing was asked for: all" },
        { P("address t24;"), 1, 0, CG_ADDRESS_T24, CG_ADDRESS_T24,
          "t24: whatever was granted" },
        { P("address t24 purpose=analytics;"), 0, 0, CG_ADDRESS_T24,
          CG_ADDRESS_T24, "t24 with a purpose: reduced before the grant" },
        { P("address t24 purpose=analytics;"), 1, 0, CG_ADDRESS_FULL,
          CG_ADDRESS_T24, "and all of it for the site after it" },
        { P("address t24 purpose=analytics;"), 2, 0, CG_ADDRESS_T24,
          CG_ADDRESS_T24, "but not for the grant of another purpose" },
        { P("address drop;"), 1, 0, CG_ADDRESS_DROP, CG_ADDRESS_DROP, "drop" },
        { P("address combine;"), 1, 0, CG_ADDRESS_FULL, CG_ADDRESS_T24,
          "combine: all where nothing else tells who it is" },
        { P("address combine;"), 1, 1, CG_ADDRESS_T24, CG_ADDRESS_T24,
          "reduced where something does" },
        { P("purpose ip_combine slot=2; address combine;"), 1, 1,
          CG_ADDRESS_T24, CG_ADDRESS_T24,
          "the purpose ip_combine opens it: not granted" },
        { P("purpose ip_combine slot=2; address combine;"), 2, 1,
          CG_ADDRESS_FULL, CG_ADDRESS_FULL, "granted" },
    };

    size_t              i;
    feed_t              feed;
    cg_address_forms_t  forms;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        memset(&feed, 0, sizeof(feed));
        heap_init(&feed.heap);
        feed_text(&feed, cases[i].text);
        forms = cg_policy_address(cg_policies_find(feed.set, cg_str("p")),
                                  cases[i].granted, cases[i].identified);
        ok(forms.site == cases[i].site && forms.log == cases[i].log, "%s",
           cases[i].promise);
        feed_drop(&feed);
    }
}


static void
every_missing_allocation_is_survived(void)
{
    size_t  n;
    feed_t  feed;

    for (n = 1; ; n++) {
        memset(&feed, 0, sizeof(feed));
        heap_init(&feed.heap);
        feed.heap.fail_at = n;
        feed_text(&feed, GOOD);

        if (feed.status != CG_ENOMEM
            || (feed.set && cg_policies_at(feed.set, 0) != NULL)
            || (feed.set && strcmp(feed.diag.text, "no memory") != 0))
        {
            break;
        }

        feed_drop(&feed);
    }

    ok(feed.status == CG_OK && feed.heap.count < n,
       "the n-th allocation fails: CG_ENOMEM and no policy (%zu times)", n - 1);
    printf("# status %d, %s\n", feed.status, feed.diag.text);
    feed_drop(&feed);
}


static void
blocks_are_closed_in_order(void)
{
    cg_str_t   name[2] = { cg_str("name"), cg_str("x") };
    feed_t     feed;

    memset(&feed, 0, sizeof(feed));
    heap_init(&feed.heap);
    feed.set = cg_policies_create(&feed.heap.arena);

    ok(cg_policies_line(feed.set, name, 2, "f", 1, &feed.diag) == CG_EINVAL,
       "a directive outside of its block is refused");
    ok(cg_policies_end(feed.set, &feed.diag) == CG_EINVAL,
       "nothing is closed that is not open");
    ok(cg_policies_begin(feed.set, CG_BLOCK_VENDOR, cg_str("a"), "f", 1,
                         &feed.diag) == CG_OK
       && cg_policies_begin(feed.set, CG_BLOCK_VENDOR, cg_str("b"), "f", 1,
                            &feed.diag) == CG_EINVAL,
       "no block inside of a block");
    ok(cg_policies_freeze(feed.set, &feed.diag) == CG_EINVAL,
       "no freeze with a block open");
    feed_drop(&feed);

    memset(&feed, 0, sizeof(feed));
    heap_init(&feed.heap);
    feed_text(&feed, "");
    ok(feed.status == CG_OK && cg_policies_at(feed.set, 0) == NULL,
       "no block at all is no fault");
    ok(cg_policies_freeze(feed.set, &feed.diag) == CG_EINVAL,
       "frozen once");
    feed_drop(&feed);

    cg_policies_free(NULL);
}


int
main(void)
{
    mistakes_are_sentences("mistakes in consent_vendor: word and mend",
                           bad_vendors,
                           sizeof(bad_vendors) / sizeof(bad_vendors[0]));
    mistakes_are_sentences("mistakes in consent_policy: word and mend",
                           bad_policies,
                           sizeof(bad_policies) / sizeof(bad_policies[0]));
    own_hosts_are_checked();
    freeze_names_the_place();
    what_was_said_is_there();
    defaults_are_the_strict_ones();
    hashes_tell_terms_from_text();
    who_learns_what_of_an_address();
    every_missing_allocation_is_survived();
    blocks_are_closed_in_order();

    return tap_done();
}
