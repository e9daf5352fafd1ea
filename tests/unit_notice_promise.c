#include "tap.h"
#include "heap.h"
#include "notice_policy.h"

#include "notice/cg_notice.h"
#include "notice/cg_messages.h"
#include "notice/cg_part.h"

#define NOW   INT64_C(1700000000)
#define SITE  cg_str("www.example.org")


static void
days_are_those_of_the_calendar(void)
{
    static const struct {
        int64_t   time;
        cg_str_t  text;
    } cases[] = {
        { 0, S("1970-01-01") }, { 86399, S("1970-01-01") },
        { 86400, S("1970-01-02") }, { 951782400, S("2000-02-29") },
        { 951868800, S("2000-03-01") }, { 1709164800, S("2024-02-29") },
        { 1735603200, S("2024-12-31") }, { 4107542400, S("2100-03-01") },
        { 253402300799, S("9999-12-31") },
    };
    static const char *const  bad[] = {
        "", "2023-04-1", "2023-13-01", "2023-00-10", "2023-02-29",
        "2100-02-29", "2023-04-31", "2023-04-00", "2023/04/01", "20x3-04-01",
        "0000-01-01", "2023-04-011"
    };

    size_t    i;
    int       good = 1;
    cg_day_t  a, b;
    cg_str_t  text;

    for (i = 0; i < N(cases); i++) {
        a = cg_part_day(cases[i].time);
        b = cg_part_day_read(cases[i].text);
        good &= a.year == b.year && a.month == b.month && a.day == b.day
                && a.month != 0;
    }

    ok(good, "seconds since the epoch are the right days");

    good = cg_part_day(-1).month == 0 && cg_part_day(253402300800).month == 0
           && cg_part_day(INT64_MAX).month == 0
           && cg_part_day_read(cg_str_null).month == 0;

    for (i = 0; i < N(bad); i++) {
        text = heap_exact(cg_str_from(bad[i]));
        good &= cg_part_day_read(text).month == 0;
        free((void *) text.data);
    }

    ok(good, "what is no date is none");
}


static void
the_reader_gets_a_language(void)
{
    static const cg_str_t  langs[] = { S("en"), S("ja"), S("zh-Hant") };

    static const struct {
        const char  *promise;
        const char  *page;
        const char  *accept;
        const char  *want;
    } cases[] = {
        { "the page's own first", "ja", "en", "ja" },
        { "a region is its language", "ja-JP", "en", "ja" },
        { "case does not matter", "JA-jp", NULL, "ja" },
        { "a longer word is another language", "jav", "en", "en" },
        { "any script of the language is better than another", "zh", "ja",
          "zh-Hant" },
        { "the page's unknown one counts as none", "fr", "ja", "ja" },
        { "an empty page language counts as none", "", "ja", "ja" },
        { "neither: the policy's first", NULL, NULL, "en" },
        { "the highest quality", NULL, "en;q=0.5, ja;q=0.8", "ja" },
        { "the first of equals", NULL, "fr, ja, en", "ja" },
        { "no weight is 1", NULL, "en;q=0.999,ja-JP", "ja" },
        { "q=0 is a no", NULL, "ja;q=0", "en" },
        { "q=0 with decimals is a no", NULL, "ja;q=0.000, zh-TW;q=0.001",
          "zh-Hant" },
        { "any", NULL, "fr, *;q=0.5", "en" },
        { "any is what the others do not name", NULL, "en;q=0.1, *;q=0.5",
          "ja" },
        { "not even by a no", NULL, "*, en;q=0, ja-JP;q=0", "zh-Hant" },
        { "any of none that is left", NULL, "*, en;q=0, ja;q=0, zh;q=0",
          "en" },
        { "a Brazilian's Portuguese is none of them, his English is", NULL,
          "pt-BR,pt;q=0.9,en-US;q=0.8", "en" },
        { "blanks", NULL, " ja ; q=0.7 ,\ten ; q=0.3", "ja" },
        { "malformed items are passed over", NULL,
          "ja;q=2,ja;q=,ja;q=0.x,ja;q=0.1234,ja;level=1,;q=1,,ja;q=1.5,en",
          "en" },
        { "nothing but separators", NULL, ",;,;;==,", "en" },
        { "an overlong weight", NULL, "ja;q=0.00000000001", "en" },
    };

    size_t       i;
    cg_str_t     page, accept;
    cg_policy_t  policy = np_policy();

    policy.languages = langs;
    policy.nlanguages = N(langs);

    for (i = 0; i < N(cases); i++) {
        page = cases[i].page ? heap_exact(cg_str_from(cases[i].page))
                             : cg_str_null;
        accept = cases[i].accept ? heap_exact(cg_str_from(cases[i].accept))
                                 : cg_str_null;
        is_str(cg_notice_lang(&policy, page, accept),
               cg_str_from(cases[i].want), "language: %s", cases[i].promise);
        free((void *) page.data);
        free((void *) accept.data);
    }

    policy.nlanguages = 0;
    is_str(cg_notice_lang(&policy, cg_str("ja"), cg_str("*")), cg_str("en"),
           "language: English where a policy has none");
}


static void
keys_init(cg_keys_t *keys, size_t n)
{
    size_t  i;

    memset(keys, 0, sizeof(*keys));
    keys->n = n;

    for (i = 0; i < n; i++) {
        memset(keys->key[i], (int) ('A' + i), sizeof(keys->key[i]));
    }
}


static cg_str_t
promise(heap_t *heap, cg_out_t *out, const cg_keys_t *keys, cg_str_t site,
    const cg_policy_t *policy, int64_t shown_at)
{
    cg_notice_t               notice;
    const cg_notice_texts_t  *texts = cg_notice_texts(&heap->arena, policy);

    memset(&notice, 0, sizeof(notice));
    notice.lang = cg_str("ja");
    notice.control = cg_str("banner");
    notice.shown = shown_at;

    memcpy(notice.hash, cg_notice_text(texts, notice.lang)->hash,
           CG_SHA256_LEN);

    cg_out_init(out, &heap->arena, 1024);
    cg_notice_write(out, keys, site, policy, &notice);

    return cg_out_slice(out);
}


/* A policy and its texts. */

#define OWN    &policy, texts
#define OTHER  &other, cg_notice_texts(&heap.arena, &other)

static void
a_notice_is_worth_what_it_says(void)
{
    size_t         i;
    unsigned       bit;
    int            good = 1;
    heap_t         heap;
    cg_out_t       out;
    cg_str_t       text, copy;
    cg_keys_t      keys, more;
    cg_policy_t    policy = np_policy(), other = np_policy();
    cg_notice_t    notice;

    const cg_notice_texts_t  *texts;

    heap_init(&heap);
    keys_init(&keys, 1);
    texts = cg_notice_texts(&heap.arena, &policy);
    text = promise(&heap, &out, &keys, SITE, &policy, NOW);

    ok(cg_notice_read(text, &keys, SITE, OWN, NOW + 1, &notice) == CG_OK
       && cg_str_eq(notice.lang, cg_str("ja"))
       && cg_str_eq(notice.control, cg_str("banner")) && notice.shown == NOW
       && memcmp(notice.hash, cg_notice_text(texts, cg_str("ja"))->hash,
                 CG_SHA256_LEN) == 0,
       "what was written is read: language, control, time, hash");

    for (i = 0; i < text.len; i++) {
        for (bit = 0; bit < 8; bit++) {
            copy = heap_exact(text);
            ((unsigned char *) copy.data)[i] ^= (unsigned char) (1u << bit);
            good &= cg_notice_read(copy, &keys, SITE, OWN, NOW + 1,
                                   &notice) == CG_EINVAL
                    && notice.lang.data == NULL && notice.shown == 0;
            free((void *) copy.data);
        }
    }

    ok(good, "with any bit flipped it is worth nothing");

    for (i = 0, good = 1; i < text.len; i++) {
        copy = heap_exact(cg_str_sub(text, 0, i));
        good &= cg_notice_read(copy, &keys, SITE, OWN, NOW + 1, &notice)
                == CG_EINVAL;
        free((void *) copy.data);
    }

    ok(good && cg_notice_read(cg_str_null, &keys, SITE, OWN, NOW, &notice)
               == CG_EINVAL,
       "cut short or absent it is worth nothing");

    ok(cg_notice_read(text, &keys, cg_str("www.example.com"), OWN, NOW,
                      &notice) == CG_EINVAL, "nor at another site");

    other.id = cg_str("exampl");
    ok(cg_notice_read(text, &keys, SITE, OTHER, NOW, &notice) == CG_EINVAL
       && cg_notice_read(text, &keys, cg_str("www.example.orge"), OTHER, NOW,
                         &notice) == CG_EINVAL,
       "nor under another policy, wherever site ends and policy begins");

    other = policy;
    other.text_hash[31] ^= 1;
    is_int(cg_notice_read(text, &keys, SITE, OTHER, NOW, &notice), CG_EINVAL,
           "nor once the text is another");
    other = policy;
    other.terms_hash[0] ^= 1;
    is_int(cg_notice_read(text, &keys, SITE, OTHER, NOW, &notice), CG_EINVAL,
           "nor once the terms are");
    other = policy;
    other.nlanguages = 1;
    is_int(cg_notice_read(text, &keys, SITE, OTHER, NOW, &notice), CG_EINVAL,
           "nor once its language is gone");

    ok(cg_notice_read(text, &keys, SITE, OWN, NOW, &notice) == CG_OK
       && cg_notice_read(text, &keys, SITE, OWN, NOW - 1, &notice)
          == CG_EINVAL, "nor before it was shown");
    ok(cg_notice_read(text, &keys, SITE, OWN, NOW + CG_NOTICE_VALID,
                      &notice) == CG_OK
       && cg_notice_read(text, &keys, SITE, OWN, NOW + CG_NOTICE_VALID + 1,
                         &notice) == CG_EINVAL, "nor after 24 hours");

    keys_init(&more, 2);
    memcpy(more.key[1], keys.key[0], sizeof(more.key[1]));
    memset(more.key[0], 'z', sizeof(more.key[0]));
    is_int(cg_notice_read(text, &more, SITE, OWN, NOW, &notice), CG_OK,
           "any key of the ring verifies it");
    memset(more.key[1], 'y', sizeof(more.key[1]));
    is_int(cg_notice_read(text, &more, SITE, OWN, NOW, &notice), CG_EINVAL,
           "a key that is gone does not");

    keys_init(&keys, 0);
    ok(cg_notice_read(text, &keys, SITE, OWN, NOW, &notice) == CG_EINVAL
       && promise(&heap, &out, &keys, SITE, &policy, NOW).data == NULL,
       "without keys nothing is written or believed");

    heap_drop(&heap);
}


static void
what_was_said_names_nobody(void)
{
    size_t         i;
    unsigned       bit;
    int            good = 1;
    heap_t         heap;
    cg_out_t       out;
    cg_str_t       text, copy;
    cg_keys_t      keys;
    cg_said_t      said = { CG_SAID_WITHDRAWN, NOW };
    cg_policy_t    policy = np_policy(), other = np_policy();

    heap_init(&heap);
    keys_init(&keys, 1);
    other.id = cg_str("another");

    cg_out_init(&out, &heap.arena, CG_SAID_TEXT);
    cg_said_write(&out, &keys, SITE, &policy, &said);
    text = heap_exact(cg_out_slice(&out));

    ok(cg_said_read(text, &keys, SITE, &policy, NOW + CG_SAID_VALID, &said)
       == CG_OK && said.kind == CG_SAID_WITHDRAWN && said.at == NOW,
       "what was said a moment ago is read: what, and when");
    ok(cg_said_read(text, &keys, SITE, &policy, NOW + CG_SAID_VALID + 1, &said)
       == CG_EINVAL && said.kind == CG_SAID_NONE
       && cg_said_read(text, &keys, SITE, &policy, NOW - 1, &said)
          == CG_EINVAL,
       "what was said long ago, or will be, is not");
    ok(cg_said_read(text, &keys, cg_str("www.example.com"), &policy, NOW,
                    &said) == CG_EINVAL
       && cg_said_read(text, &keys, SITE, &other, NOW, &said) == CG_EINVAL,
       "nor what another site said, or another policy");

    copy = heap_exact(text);

    for (i = 0; i < text.len * 8; i++) {
        bit = 1u << i % 8;
        ((unsigned char *) copy.data)[i / 8] ^= (unsigned char) bit;
        good &= cg_said_read(copy, &keys, SITE, &policy, NOW, &said)
                == CG_EINVAL;
        ((unsigned char *) copy.data)[i / 8] ^= (unsigned char) bit;
    }

    for (i = 0; i < text.len; i++) {
        good &= cg_said_read(cg_str_sub(text, 0, i), &keys, SITE, &policy,
                             NOW, &said) == CG_EINVAL;
    }

    ok(good, "nor anything with a bit or its end lost");

    free((void *) text.data);
    free((void *) copy.data);
    heap_drop(&heap);
}


static void
assets_are_named_by_content(void)
{
    static const char *const  none[] = {
        "", "ngx-consent.js", "ngx-consent..js", "ngx-consent.0123.js",
        "ngx-consent.0123456789abcdef.map", "ngx-consent.0123456789abcdefg.js",
        "ngx-consent.0123456789abcdex.js", "ngx-consent.0123456789abcdef",
        "ngx-consent.0123456789abcdef.js/", "x-consent.0123456789abcdef.js"
    };

    size_t           i;
    int              good = 1;
    heap_t           heap;
    cg_out_t         out;
    cg_str_t         name;
    cg_asset_t       asset;
    cg_asset_kind_t  kind;

    heap_init(&heap);

    for (kind = CG_ASSET_SCRIPT; kind <= CG_ASSET_STYLE; kind++) {
        cg_out_init(&out, &heap.arena, 64);
        cg_notice_asset_name(&out, kind);

        ok(cg_notice_asset(cg_out_slice(&out), &asset) == CG_OK
           && asset.current && asset.body.len > 500
           && strstr((const char *) asset.type.data,
                     kind == CG_ASSET_STYLE ? "text/css" : "text/javascript"),
           "the %s is found under its name",
           kind == CG_ASSET_STYLE ? "style sheet" : "script");
    }

    ok(cg_notice_asset(cg_str("ngx-consent.0123456789abcdef.css"), &asset)
       == CG_OK && !asset.current && asset.body.len > 500,
       "another hash answers the current content, and says so");

    for (i = 0; i < N(none); i++) {
        name = heap_exact(cg_str_from(none[i]));
        good &= cg_notice_asset(name, &asset) == CG_NONE;
        free((void *) name.data);
    }

    ok(good, "other names are none");
    heap_drop(&heap);
}


/* Prints every key that one of both lacks: whoever adds one adds it in all
 * languages, in the code's order. */

static size_t
language_faults(const char *lang)
{
    size_t    n, faults = 0;
    cg_str_t  file, rest, key, text;

    file = cg_message_file(cg_str_from(lang));
    rest = file;

    for (n = 0; cg_message_key(n); n++) {
        if (cg_message_next(&rest, &key, &text) == CG_OK
            && cg_str_eq(key, cg_str_from(cg_message_key(n))) && text.len)
        {
            continue;
        }

        printf("# %s.msg: \"%s\" is missing here", lang, cg_message_key(n));
        printf(", there is \"%.*s\"\n", (int) key.len, key.data);

        return faults + 1;
    }

    while (cg_message_next(&rest, &key, &text) == CG_OK) {
        printf("# %s.msg: the code knows no \"%.*s\"\n", lang,
               (int) key.len, key.data);
        faults++;
    }

    return faults;
}


static void
languages_have_exactly_the_keys_of_the_code(void)
{
    size_t  i;

    for (i = 0; cg_message_lang(i); i++) {
        is_int(language_faults(cg_message_lang(i)), 0,
               "%s.msg has exactly the keys of the code, each with a text",
               cg_message_lang(i));
    }

    is_int(i, 6, "there are six languages");
}


/* Which words a message fills in, as one text: "controller,n,". */

static void
message_words(cg_str_t lang, cg_str_t key, char *words, size_t size)
{
    size_t       i, from = 0, n = 0;
    cg_str_t     text;
    cg_policy_t  policy;

    memset(&policy, 0, sizeof(policy));
    text = cg_message(&policy, lang, key);
    words[0] = '\0';

    for (i = 0; i < text.len; i++) {
        if (text.data[i] == '{') {
            from = i + 1;

        } else if (text.data[i] == '}' && from) {
            n += (size_t) snprintf(words + n, size - n, "%.*s,",
                                   (int) (i - from), text.data + from);
            from = 0;
        }
    }
}


static int
message_same_words(char *a, const char *b)
{
    char  *word;

    if (strlen(a) != strlen(b)) {
        return 0;
    }

    for (word = strtok(a, ","); word; word = strtok(NULL, ",")) {
        if (strstr(b, word) == NULL) {
            return 0;
        }
    }

    return 1;
}


static void
languages_fill_in_the_same_words(void)
{
    char      want[256], words[256];
    size_t    i, k, wrong = 0;
    cg_str_t  key;

    for (k = 0; cg_message_key(k); k++) {
        key = cg_str_from(cg_message_key(k));
        message_words(cg_str("en"), key, want, sizeof(want));

        for (i = 1; cg_message_lang(i); i++) {
            message_words(cg_str_from(cg_message_lang(i)), key, words,
                          sizeof(words));

            if (!message_same_words(words, want)) {
                printf("# %s: %s\n", cg_message_lang(i), cg_message_key(k));
                wrong++;
            }
        }
    }

    is_int(wrong, 0, "a message fills in the same words in each language");
}


static void
tags_name_a_file(void)
{
    static const struct {
        const char  *tag;
        const char  *file;         /* NULL: there is none */
    } cases[] = {
        { "en-GB", "en" }, { "JA", "ja" }, { "de-AT", "de" },
        { "fr-CA", "fr" }, { "zh", "zh-Hans" }, { "zh-CN", "zh-Hans" },
        { "zh-SG", "zh-Hans" }, { "zh-Hans-HK", "zh-Hans" },
        { "zh-TW", "zh-Hant" }, { "zh-hk", "zh-Hant" },
        { "zh-MO", "zh-Hant" }, { "ZH-HANT", "zh-Hant" },
        { "zh-Hant-SG", "zh-Hant" }, { "zhu", NULL }, { "deu", NULL },
        { "nl", NULL }, { "", NULL },
    };

    size_t    i, wrong = 0;
    cg_str_t  tag, file, want;

    for (i = 0; i < N(cases); i++) {
        tag = heap_exact(cg_str_from(cases[i].tag));
        file = cg_message_file(tag);
        want = cases[i].file ? cg_message_file(cg_str_from(cases[i].file))
                             : cg_str_null;

        if (file.data != want.data || (cases[i].file && file.len == 0)) {
            printf("# %s\n", cases[i].tag);
            wrong++;
        }

        free((void *) tag.data);
    }

    is_int(wrong, 0, "a language has the file of its primary subtag, Chinese "
           "that of its script");
}


static void
cookies_are_described_in_the_readers_words(void)
{
    cg_str_t  own = heap_exact(cg_str("Counts shoes"));
    cg_str_t  day = heap_exact(cg_str("Distinguishes visitors for a day"));

    is_str(cg_message_described(cg_str("de-AT"), day),
           cg_str("Unterscheidet Besucher f\xC3\xBCr einen Tag"),
           "what a shipped vendor file says of a cookie is translated");
    ok(!cg_str_eq(cg_message_described(cg_str("zh-TW"), day),
                  cg_message_described(cg_str("zh"), day)),
       "into the script that is asked for");
    is_str(cg_message_described(cg_str("en"), day), day, "English it is");
    is_str(cg_message_described(cg_str("nl"), day), day,
           "a language without texts gets it as it stands");
    is_str(cg_message_described(cg_str("ja"), own), own,
           "so do a site's own words");
    is_int(cg_message_described(cg_str("ja"), cg_str_null).len, 0,
           "nothing stays nothing");

    free((void *) own.data);
    free((void *) day.data);
}


/* Of several Chinese languages, by script before anything else. */

static void
chinese_readers_get_their_script(void)
{
    static const cg_str_t  codes[] = { S("ja"), S("zh"), S("zh-Hant") };
    static const cg_str_t  regions[] = { S("ja"), S("zh-TW"), S("zh-HK"),
                                         S("zh-CN") };

    static const struct {
        int          regions;
        const char  *accept;
        const char  *want;
    } cases[] = {
        { 0, "zh-TW", "zh-Hant" }, { 0, "zh-HK", "zh-Hant" },
        { 0, "zh-Hant-TW", "zh-Hant" }, { 0, "zh", "zh" },
        { 0, "zh-CN", "zh" }, { 0, "zh-Hans-SG", "zh" },
        { 1, "zh-HK", "zh-HK" }, { 1, "zh-Hant-HK", "zh-TW" },
        { 1, "zh-Hant", "zh-TW" }, { 1, "zh", "zh-CN" },
        { 1, "zh-Hans", "zh-CN" }, { 1, "zh-MO", "zh-TW" },
        { 1, "zh-SG,ja;q=0.5", "zh-CN" },
    };

    size_t       i;
    cg_policy_t  policy = np_policy();

    for (i = 0; i < N(cases); i++) {
        policy.languages = cases[i].regions ? regions : codes;
        policy.nlanguages = cases[i].regions ? N(regions) : N(codes);

        is_str(cg_notice_lang(&policy, cg_str_null,
                              cg_str_from(cases[i].accept)),
               cg_str_from(cases[i].want), "Accept-Language: %s among %s",
               cases[i].accept, cases[i].regions ? "zh-TW zh-HK zh-CN"
                                                 : "zh zh-Hant");
    }
}


static void
message_files_are_read_line_by_line(void)
{
    cg_str_t  file, rest, key, text;

    file = heap_exact(cg_str("# a = b\n\nno equals sign\nk.1 =  x = y \r\n"
                             "k.2=z"));
    rest = file;

    is_int(cg_message_next(&rest, &key, &text), CG_OK, "a line is a message");
    is_str(key, cg_str("k.1"), "comments and malformed lines are passed over");
    is_str(text, cg_str("x = y"),
           "only the first = counts, blanks around do not");
    is_int(cg_message_next(&rest, &key, &text), CG_OK,
           "the last line needs no end");
    is_str(text, cg_str("z"), "nor blanks around the =");
    is_int(cg_message_next(&rest, &key, &text), CG_NONE, "then there is none");

    free((void *) file.data);
}


int
main(void)
{
    languages_have_exactly_the_keys_of_the_code();
    languages_fill_in_the_same_words();
    tags_name_a_file();
    chinese_readers_get_their_script();
    cookies_are_described_in_the_readers_words();
    message_files_are_read_line_by_line();
    days_are_those_of_the_calendar();
    the_reader_gets_a_language();
    a_notice_is_worth_what_it_says();
    what_was_said_names_nobody();
    assets_are_named_by_content();

    return tap_done();
}
