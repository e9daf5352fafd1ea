/* The text that a receipt refers to. */

#include "tap.h"
#include "heap.h"

#include "notice/cg_notice.h"
#include "notice_policy.h"


static int
has(cg_str_t html, const char *text)
{
    size_t  i, n = strlen(text);

    for (i = 0; i + n <= html.len; i++) {
        if (memcmp(html.data + i, text, n) == 0) {
            return 1;
        }
    }

    return 0;
}


static void
a_text_has_all_that_is_shown(void)
{
    size_t                    i, bad = 0;
    heap_t                    heap;
    cg_str_t                  html;
    cg_policy_t               policy = np_policy();
    unsigned char             hash[CG_SHA256_LEN];
    const cg_notice_texts_t  *texts;

    static const char *const  words[] = {
        "<html lang=\"en\"", "Example Corporation", "Privacy Desk",
        "https://example.org/contact/", "href=\"/privacy/\"",
        "Google Analytics", "Google LLC", "Distinguishes visitors", "_gid",
        "Cookies that the website needs", "Videos of products come from",
        "2023"
    };

    heap_init(&heap);
    texts = cg_notice_texts(&heap.arena, &policy);
    ok(texts && texts->n == 2, "a text in each language");

    html = cg_notice_text(texts, cg_str("en"))->html;

    for (i = 0; i < N(words); i++) {
        ok(has(html, words[i]), "it has %s", words[i]);
    }

    for (i = 0; i < html.len; i++) {
        bad += html.data[i] > 0x7E || (html.data[i] < 0x20
                                       && html.data[i] != '\n');
    }

    ok(bad == 0 && !has(html, "<script") && !has(html, "<link")
       && !has(html, "src="), "in ASCII, and needs nothing else");

    for (i = 0; i < texts->n; i++) {
        ok(cg_sha256(&texts->texts[i].html, 1, hash) == CG_OK
           && memcmp(hash, texts->texts[i].hash, sizeof(hash)) == 0,
           "text %zu: its hash is that of its bytes", i);
    }

    ok(memcmp(texts->texts[0].hash, texts->texts[1].hash, CG_SHA256_LEN) != 0,
       "another language is another text");
    heap_drop(&heap);
}


/* Whether it is another one under a policy that differs somewhere. */

static int
differs(heap_t *heap, const cg_policy_t *policy)
{
    cg_policy_t               same = np_policy();
    const cg_notice_texts_t  *one = cg_notice_texts(&heap->arena, &same);
    const cg_notice_texts_t  *two = cg_notice_texts(&heap->arena, policy);

    return memcmp(cg_notice_text(one, cg_str("en"))->hash,
                  cg_notice_text(two, cg_str("en"))->hash, CG_SHA256_LEN) != 0;
}


static void
another_promise_is_another_text(void)
{
    heap_t       heap;
    cg_policy_t  policy = np_policy();
    cg_text_t    text = { S("en"), S("banner.title"), S("x"), "x", 1 };

    heap_init(&heap);
    ok(!differs(&heap, &policy), "the same policy has the same text");

    policy.texts = &text;
    policy.ntexts = 1;
    ok(differs(&heap, &policy), "a message in other words");
    policy = np_policy();
    policy.version = 4;
    ok(differs(&heap, &policy), "another version");
    policy = np_policy();
    policy.controller = cg_str("Another Corporation");
    ok(differs(&heap, &policy), "another controller");
    policy = np_policy();
    policy.nrecipients--;
    ok(differs(&heap, &policy), "a vendor less");
    policy = np_policy();
    policy.unlisted_host = CG_UNLISTED_ALLOW;
    ok(differs(&heap, &policy), "unlisted hosts that are let through");
    policy = np_policy();
    policy.text_hash[31] ^= 1;
    ok(differs(&heap, &policy), "anything else that the policy says");
    policy = np_policy();
    policy.terms_hash[0] ^= 1;
    ok(differs(&heap, &policy), "other terms");
    heap_drop(&heap);
}


static void
without_memory_there_is_none(void)
{
    heap_t       heap;
    size_t       fail;
    cg_policy_t  policy = np_policy();

    for (fail = 1; fail < 40; fail++) {
        heap_init(&heap);
        heap.fail_at = fail;

        if (cg_notice_texts(&heap.arena, &policy)) {
            heap_drop(&heap);
            break;
        }

        heap_drop(&heap);
    }

    ok(fail > 4 && fail < 40, "no memory, no text");

    heap_init(&heap);
    policy.nlanguages = 0;
    ok(cg_notice_texts(&heap.arena, &policy)->n == 1,
       "a policy without languages speaks English");
    heap_drop(&heap);
}


int
main(void)
{
    a_text_has_all_that_is_shown();
    another_promise_is_another_text();
    without_memory_there_is_none();

    return tap_done();
}
