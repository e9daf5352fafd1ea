/* Who promises what under which law, and to whom else it goes: the lines of
 * consent_policy that cg_build_promise.c reads. */

#include "tap.h"
#include "feed.h"

#define V(lines)                                                             \
    "consent_vendor v { name V; provider \"V Inc.\" US; "                    \
    "receives ip cookie_id; host v.example.com; " lines " }"
#define P(lines)                                                             \
    "consent_policy p { controller C; notice /privacy/; version 3; "         \
    "languages en ja; clause C-1 \"text\"; purpose necessary required; "     \
    "purpose analytics slot=1; " lines " }"
#define T(vendor)  V("") P("vendor v purpose=analytics " vendor ";")

#define WEB   "is neither an http or https URL nor a path, write "           \
              "https://host/path or /path"
#define TEN   "0123456789"
#define SIXTY TEN TEN TEN TEN TEN TEN


static const struct {
    const char  *text;
    const char  *message;
} mistakes[] = {
    { P("contact D mailto:x;"), "contact \"mailto:x\" " WEB },
    { P("contact D tel=none;"), "tel=none is no telephone number, write "
      "digits, such as +81-3-1234-5678" },
    { P("contact D tel=12+3456;"), "tel=12+3456 is no telephone number, write "
      "digits, such as +81-3-1234-5678" },
    { P("contact D fax=12;"), "fax=12 is no telephone number, write digits, "
      "such as +81-3-1234-5678" },
    { P("contact D email=d;"), "email=d is no e-mail address, write "
      "name@host" },
    { P("contact D email=d@;"), "email=d@ is no e-mail address, write "
      "name@host" },
    { P("contact D email=d@x?cc=e@y;"), "email=d@x?cc=e@y is no e-mail "
      "address, write name@host" },
    { P("contact D postal=;"), "postal= in \"contact\" is empty, write a value "
      "behind it" },
    { P("contact D postal=\"1, A Street;"), "\"postal=\"1,\" in \"contact\" "
      "has no closing quote, add it, or write the option in quotes as a "
      "whole: \"postal=...\"" },
    { P("contact D tel=123 tel=456;"), "\"tel=456\" stands twice in "
      "\"contact\", keep one" },
    { P("contact D clause=C-9;"), "clause \"C-9\" is not declared in "
      "consent_policy \"p\", add: clause C-9 \"TEXT\"" },
    { "consent_policy p { version 1 effective=soon; }", "effective=soon is no "
      "day, write YYYY-MM-DD" },
    { "consent_policy p { version 1 enacted=2023-02-02 effective=2023-02-01; }",
      "effective=2023-02-01 lies before enacted=2023-02-02, write that day or "
      "a later one" },
    { "consent_policy p { version 1 approver=; }", "approver= in \"version\" "
      "is empty, write a value behind it" },
    { P("clause C-2 text organizational;"), "unexpected \"organizational\", "
      "\"clause\" is written: clause ID TEXT [organisational]" },
    { P("jurisdiction Japan;"), "jurisdiction \"Japan\" is no country code of "
      "ISO 3166-1, write one such as JP or DE, or EU" },
    { P("jurisdiction JP; jurisdiction EU;"), "\"jurisdiction\" stands twice "
      "in consent_policy \"p\", keep one" },
    { P("region eu Europe /eu/;"), "bad region \"eu\": write 2 to 8 capital "
      "letters or digits, such as EU, US, APAC" },
    { P("region EU Europe eu.example;"), "region \"eu.example\" " WEB },
    { P("region EU Europe /eu/; region EU Europa /de/;"), "region \"EU\" "
      "stands twice, keep one" },
    { P("personal name;"), "unknown item \"name\" in \"personal\", known are "
      "ip cookie_id url referrer ua form" },
    { P("personal ip; personal url ip;"), "\"ip\" stands twice in "
      "\"personal\", keep one" },
    { P("roles self friend;"), "unknown role \"friend\", known are self "
      "processor joint third" },
    { P("roles self self;"), "\"self\" stands twice in \"roles\", keep one" },
    { V("") P("roles self processor third; vendor v purpose=analytics "
      "role=joint;"), "vendor \"v\" has role=joint, which consent_policy "
      "\"p\" does not provide for, give it another role or add that one to "
      "\"roles\"" },
    { V("") P("vendor v purpose=analytics; roles self processor;"), "vendor "
      "\"v\" has role=third, which consent_policy \"p\" does not provide for, "
      "give it another role or add that one to \"roles\"" },
    { P("joint_use G Taiwan items=name responsible=R;"), "\"Taiwan\" is no "
      "country code of ISO 3166-1, write one such as JP, US, DE" },
    { P("joint_use G TW items=name;"), "joint_use with \"G\" must say of what "
      "and who answers for it, add items=ITEM,... and responsible=\"NAME\"" },
    { P("joint_use G TW responsible=R;"), "joint_use with \"G\" must say of "
      "what and who answers for it, add items=ITEM,... and "
      "responsible=\"NAME\"" },
    { P("joint_use G TW items=name, responsible=R;"), "bad item \"\" in "
      "items=: write lower-case letters, digits and \"_\", commas between "
      "them, such as name,email,cookie_id" },
    { P("joint_use G TW items=ip,ip responsible=R;"), "\"ip\" stands twice in "
      "items=, keep one" },
    { P("joint_use G TW items=ip responsible=R; joint_use G DE items=ua "
      "responsible=R;"), "joint_use with \"G\" stands twice, keep one with "
      "the items of both" },
    { P("operator O contract=;"), "contract= in \"operator\" is empty, write a "
      "value behind it" },
    { P("operator O; operator P;"), "\"operator\" stands twice in "
      "consent_policy \"p\", keep one" },
    { T("path=tunnel"), "unknown path=tunnel, known are direct relayed" },
    { T("mode=fast"), "unknown mode=fast, known are basic advanced" },
    { T("info=/law/"), "info=/law/ is no http or https URL, write "
      "https://host/path" },
    { T("contract="), "an empty contract= or approval= of vendor \"v\" refers "
      "to nothing, write a reference or remove it" },
    { T("approval="), "an empty contract= or approval= of vendor \"v\" refers "
      "to nothing, write a reference or remove it" },
    { P("lifetime cookie=1x;"), "cookie=1x must be a time from 1s to 100y, "
      "such as 395d" },
    { P("referrer none;"), "unknown referrer policy \"none\", known are "
      "no-referrer no-referrer-when-downgrade same-origin origin "
      "strict-origin origin-when-cross-origin "
      "strict-origin-when-cross-origin unsafe-url" },
    { P("banner modal;"), "unknown layout \"modal\", known are bar box "
      "center" },
    { P("banner box position=top;"), "position=top is for a bar alone, take "
      "it away or write: banner bar position=top" },
    { P("banner bar position=left;"), "unknown position=left, known are "
      "bottom top" },
    { P("banner bar style=//x;"), "style=//x is no path of this website, "
      "write /path" },
    { P("banner bar; banner box;"), "\"banner\" stands twice in "
      "consent_policy \"p\", keep one" },
    { P("scrub e[mail];"), "bad key \"e[mail]\" in \"scrub\": write letters, "
      "digits and \"-._~\", at most 64" },
    { P("scrub email; scrub tel email;"), "\"email\" stands twice in "
      "\"scrub\", keep one" },
    { P("scrub a" SIXTY " b" SIXTY " cdef;"), "the keys of \"scrub\" in "
      "consent_policy \"p\" take more than 128 bytes, name fewer: they travel "
      "in every page and must be short" },
};


static void
mistakes_are_sentences(void)
{
    size_t  i, n = sizeof(mistakes) / sizeof(mistakes[0]), failed = 0;
    feed_t  feed;

    for (i = 0; i < n; i++) {
        memset(&feed, 0, sizeof(feed));
        heap_init(&feed.heap);
        feed_text(&feed, mistakes[i].text);

        if (feed.status != CG_EINVAL
            || strcmp(feed.diag.text, mistakes[i].message) != 0)
        {
            failed++;
            printf("# case %zu, status %d: %s\n#   want %s\n", i, feed.status,
                   feed.diag.text, mistakes[i].message);
        }

        feed_drop(&feed);
    }

    is_int(failed, 0, "mistakes are sentences: word and mend (%zu lines)", n);
}


#define GOOD                                                                 \
    V("")                                                                    \
    "consent_policy p { controller C clause=C-1; notice /privacy/ "          \
    "clause=C-1; version 3 enacted=2005-04-01 effective=2005-04-02 "         \
    "approver=\"Taro  Yamada\" clause=C-1; languages en ja clause=C-1; "     \
    "clause C-1 text; clause O-1 text organisational; "                      \
    "purpose necessary required; "                                           \
    "purpose analytics slot=1 sensitive; "                                   \
    "operator \"Host K.K.\" contract=\"K 7\" clause=C-1; "                   \
    "contact Desk /contact/ postal=\"1 A Street, Tokyo\" "                   \
    "tel=\"+81 3 1234\" fax=03-1235 email=d@c.example clause=C-1; "          \
    "contact Complaints \"postal=2 B  Street\"; "                            \
    "jurisdiction JP clause=C-1; region EU Europe https://eu.example/ "      \
    "clause=C-1; region US America /us/; personal ip cookie_id clause=C-1; " \
    "personal form; roles processor joint third clause=C-1; "                \
    "joint_use \"G Ltd.\" TW items=name,ip responsible=\"Head of G\" "       \
    "clause=C-1; joint_use H DE items=cookie_id responsible=H; "             \
    "vendor v purpose=analytics role=joint contract=K-1 approval=\"B 2\" "   \
    "info=https://law.example/us path=relayed clause=C-1; "                  \
    "own_host a.example.net clause=C-1; unlisted cookie=hold clause=C-1; "   \
    "lifetime cookie=395d clause=C-1; signals gpc clause=C-1; "              \
    "address t24 clause=C-1; referrer no-referrer clause=C-1; "              \
    "scrub email tel clause=C-1; scrub id; }"


static void
who_promises_is_there(const cg_policy_t *p)
{
    is_str(p->approver, cg_str("Taro Yamada"), "words in quotes are one word");
    is_str(p->effective, cg_str("2005-04-02"), "the day it takes effect");
    ok(!p->clauses[0].organisational && p->clauses[1].organisational,
       "an organisational clause is told from one that is enforced");
    is_str(p->operator_name, cg_str("Host K.K."), "operator");
    is_str(p->operator_contract, cg_str("K 7"), "its contract");
    is_int(p->ncontacts, 2, "contacts add up");
    is_str(p->contact_name, cg_str("Desk"), "the first one is the main one");
    is_str(p->contacts[0].postal, cg_str("1 A Street, Tokyo"), "postal");
    is_str(p->contacts[0].tel, cg_str("+81 3 1234"), "tel");
    is_str(p->contacts[0].fax, cg_str("03-1235"), "fax");
    is_str(p->contacts[0].email, cg_str("d@c.example"), "email");
    is_str(p->contacts[1].postal, cg_str("2 B  Street"),
           "a whole word in quotes keeps its blanks");
    is_str(p->contacts[1].url, cg_str_null, "a contact without a page");
    is_str(p->jurisdiction, cg_str("JP"), "jurisdiction");
    is_int(p->nregions, 2, "regions add up");
    is_str(p->regions[0].code, cg_str("EU"), "region");
    is_str(p->regions[0].name, cg_str("Europe"), "its name");
    is_str(p->regions[1].url, cg_str("/us/"), "its site");
    is_int(p->npersonal, 3, "personal items add up");
}


static void
what_was_said_is_there(void)
{
    feed_t              feed;
    const cg_policy_t  *p;

    memset(&feed, 0, sizeof(feed));
    heap_init(&feed.heap);
    feed_text(&feed, GOOD);
    is_int(feed.status, CG_OK, "every line is accepted, %s", feed.diag.text);
    p = cg_policies_find(feed.set, cg_str("p"));

    who_promises_is_there(p);

    is_int(p->roles, 1 << CG_ROLE_PROCESSOR | 1 << CG_ROLE_JOINT
                     | 1 << CG_ROLE_THIRD, "roles");
    is_int(p->njoint_uses, 2, "joint uses add up");
    is_str(p->joint_uses[0].party, cg_str("G Ltd."), "party");
    is_str(p->joint_uses[0].country, cg_str("TW"), "its country");
    is_str(p->joint_uses[0].items[1], cg_str("ip"), "its items");
    is_str(p->joint_uses[0].responsible, cg_str("Head of G"), "responsible");
    is_str(p->recipients[0].contract, cg_str("K-1"), "contract of a vendor");
    is_str(p->recipients[0].approval, cg_str("B 2"), "approval");
    is_str(p->recipients[0].info, cg_str("https://law.example/us"), "info");
    is_int(p->recipients[0].path, CG_PATH_RELAYED, "path");
    ok(p->recipients[0].file && p->recipients[0].line, "place of the line");
    ok(p->purposes[1].sensitive && !p->purposes[0].sensitive, "sensitive");
    is_int(p->cookie_lifetime, 395 * 86400, "lifetime of cookies");
    is_str(p->referrer, cg_str("no-referrer"), "referrer");
    is_int(p->nscrub, 3, "keys of queries add up");
    is_str(p->scrub[1], cg_str("tel"), "key");
    is_int(p->ncites, 19, "every line that cites a clause is known");
    is_str(cg_policy_clause(p, cg_str("lifetime")), cg_str("C-1"),
           "the clause of a line is found");
    is_str(cg_policy_clause(p, cg_str("text")), cg_str_null,
           "a line that cites none has none");

    feed_drop(&feed);
}


static void
silence_promises_nothing(void)
{
    feed_t              feed;
    const cg_policy_t  *p;

    memset(&feed, 0, sizeof(feed));
    heap_init(&feed.heap);
    feed_text(&feed, T(""));
    p = cg_policies_find(feed.set, cg_str("p"));

    ok(p && p->ncontacts == 0 && p->contact_name.data == NULL, "no contact");
    ok(p && p->roles == (1 << CG_ROLES) - 1, "every role is allowed");
    ok(p && p->cookie_lifetime == 0, "no cookie is shortened");
    ok(p && p->referrer.data == NULL && p->nscrub == 0, "nothing is hidden");
    ok(p && p->layout == CG_LAYOUT_BAR && !p->layout_top
       && p->style.data == NULL, "the banner is a bar at the bottom");
    ok(p && !p->purposes[1].sensitive, "no purpose opens sensitive places");
    ok(p && p->recipients[0].path == CG_PATH_DIRECT, "a vendor is asked by "
       "the browser");
    ok(p && p->jurisdiction.data == NULL && p->nregions == 0, "no law");

    feed_drop(&feed);
}


static void
joint_use_is_a_closed_list(void)
{
    feed_t                 feed;
    cg_str_t               item = cg_str_null;
    const cg_policy_t     *p;
    const cg_recipient_t  *r = NULL;

    memset(&feed, 0, sizeof(feed));
    heap_init(&feed.heap);
    feed_text(&feed, V("receives url;")
              P("vendor v purpose=analytics role=joint; "
                "joint_use G TW items=name,ip responsible=R; "
                "joint_use H DE items=url responsible=R;"));
    p = cg_policies_find(feed.set, cg_str("p"));

    ok(cg_policy_unshared(p, 0, &r, &item) == CG_OK
       && r == &p->recipients[0], "an item that no joint_use names is found");
    is_str(item, cg_str("cookie_id"), "it is this one");
    is_int(cg_policy_unshared(p, 1, &r, &item), CG_NONE, "and no other");
    feed_drop(&feed);

    memset(&feed, 0, sizeof(feed));
    heap_init(&feed.heap);
    feed_text(&feed, T("role=third"));
    p = cg_policies_find(feed.set, cg_str("p"));
    is_int(cg_policy_unshared(p, 0, &r, &item), CG_NONE,
           "a third party is no joint use");
    feed_drop(&feed);

    memset(&feed, 0, sizeof(feed));
    heap_init(&feed.heap);
    feed_text(&feed, T("role=joint"));
    p = cg_policies_find(feed.set, cg_str("p"));
    ok(cg_policy_unshared(p, 1, &r, &item) == CG_OK,
       "without any joint_use no item is covered");
    feed_drop(&feed);
}


typedef struct {
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
        memcpy(h.terms, p->terms_hash, CG_SHA256_LEN);
        memcpy(h.text, p->text_hash, CG_SHA256_LEN);

    } else {
        printf("# %s\n", feed.diag.text);
    }

    feed_drop(&feed);

    return h;
}


#define J(items, who)  "joint_use G TW items=" items " responsible=" who ";"
#define JOINT          V("") P("vendor v purpose=analytics; " J("name", "R"))


static void
hashes_tell_terms_from_text(void)
{
    enum { TERMS = 1, TEXT = 2 };

    static const struct {
        const char  *promise;
        const char  *text;
        int          changes;
    } cases[] = {
        { "the same again", JOINT, 0 },
        { "one more party, and lines in another order", JOINT
          "joint_use A JP items=name responsible=R; }", TERMS|TEXT },
        { "one more item of a joint use", V("")
          P("vendor v purpose=analytics; " J("name,ip", "R")), TERMS },
        { "who answers for it", V("")
          P("vendor v purpose=analytics; " J("name", "S")), TEXT },
        { "how a vendor is reached", V("")
          P("vendor v purpose=analytics path=relayed; " J("name", "R")),
          TERMS },
        { "its contract", V("")
          P("vendor v purpose=analytics contract=K; " J("name", "R")), TEXT },
        { "who allowed it", V("")
          P("vendor v purpose=analytics approval=K; " J("name", "R")), TEXT },
        { "its law", V("") P("vendor v purpose=analytics info=https://l/; "
          J("name", "R")), TEXT },
        { "operator", JOINT "operator O; }", TEXT },
        { "contact", JOINT "contact D; }", TEXT },
        { "contact's telephone", JOINT "contact D tel=123; }", TEXT },
        { "jurisdiction", JOINT "jurisdiction JP; }", TEXT },
        { "region", JOINT "region EU E /e/; }", TEXT },
        { "personal", JOINT "personal ip; }", TEXT },
        { "roles", JOINT "roles third; }", TEXT },
        { "life of cookies", JOINT "lifetime cookie=1d; }", TEXT },
        { "referrer", JOINT "referrer origin; }", TEXT },
        { "scrub", JOINT "scrub email; }", TEXT },
        { "layout of the banner", JOINT "banner box; }", TEXT },
        { "place of the banner", JOINT "banner bar position=top; }", TEXT },
        { "style", JOINT "banner bar style=/x.css; }", TEXT },
        { "a clause that is cited", JOINT "signals gpc clause=C-1; }", TEXT },
        { "sensitive", V("") "consent_policy p { controller C; "
          "notice /privacy/; version 3; languages en ja; "
          "clause C-1 \"text\"; purpose necessary required; "
          "purpose analytics slot=1 sensitive; "
          "vendor v purpose=analytics; " J("name", "R") " }", TEXT },
    };

    int       got;
    char      text[2048];
    size_t    i;
    hashes_t  base = hashes_of(JOINT), h;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char  *end;

        (void) snprintf(text, sizeof(text), "%s", cases[i].text);
        end = strstr(text, "R; }");

        if (end && end[4]) {               /* one more line in the block */
            end[3] = ' ';
        }

        h = hashes_of(text);
        got = (memcmp(h.terms, base.terms, CG_SHA256_LEN) ? TERMS : 0)
              | (memcmp(h.text, base.text, CG_SHA256_LEN) ? TEXT : 0);
        is_int(got, cases[i].changes, "hashes: %s", cases[i].promise);
    }
}


static void
terms_have_no_order(void)
{
    hashes_t  a = hashes_of(P("joint_use G TW items=ip,ua responsible=R; "
                              "joint_use H DE items=url responsible=R;"));
    hashes_t  b = hashes_of(P("joint_use H DE items=url responsible=R; "
                              "joint_use G TW items=ua,ip responsible=R;"));

    ok(memcmp(a.terms, b.terms, CG_SHA256_LEN) == 0,
       "parties and items in another order are the same terms");
}


/* Written out by the release before these lines: whoever agreed then is not
 * asked again because the gate was updated. */

static void
terms_outlive_an_update(void)
{
    static const unsigned char  before[] = {
        0xa7, 0x46, 0xf8, 0xbd, 0x1e, 0xc7, 0x4c, 0x93
    };

    hashes_t  h = hashes_of(T(""));

    ok(memcmp(h.terms, before, sizeof(before)) == 0,
       "a policy without the new lines has the terms that it had");
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


int
main(void)
{
    mistakes_are_sentences();
    what_was_said_is_there();
    silence_promises_nothing();
    joint_use_is_a_closed_list();
    hashes_tell_terms_from_text();
    terms_have_no_order();
    terms_outlive_an_update();
    every_missing_allocation_is_survived();

    return tap_done();
}
