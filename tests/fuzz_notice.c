/* Notices, languages and asset names that come back from the outside. */

#include "fuzz.h"
#include "visit.h"

#include "notice/cg_notice.h"
#include "notice_policy.h"


/* Of the policy, made once. */

static const cg_notice_texts_t *
notice_texts(void)
{
    static heap_t                    heap;
    static cg_policy_t               policy;
    static const cg_notice_texts_t  *texts;

    if (texts == NULL) {
        heap_init(&heap);
        policy = np_policy();
        texts = cg_notice_texts(&heap.arena, &policy);
    }

    return texts;
}


static void
notice_read(cg_str_t text)
{
    heap_t       heap;
    cg_out_t     out;
    cg_str_t     exact = heap_exact(text);
    cg_keys_t    keys;
    cg_notice_t  notice;
    cg_policy_t  policy = np_policy();

    visit_keys(&keys, VISIT_KEY_A "\n");

    if (cg_notice_read(exact, &keys, VISIT_SITE, &policy, notice_texts(),
                       VISIT_NOW, &notice) == CG_OK)
    {
        must(notice.shown <= VISIT_NOW
             && notice.shown >= VISIT_NOW - CG_NOTICE_VALID,
             "a notice is of today");

        heap_init(&heap);
        cg_out_init(&out, &heap.arena, 4096);
        cg_notice_write(&out, &keys, VISIT_SITE, &policy, &notice);
        must(cg_str_eq(cg_out_slice(&out), text),
             "a notice that verifies has one spelling");
        heap_drop(&heap);
    }

    free((void *) exact.data);
}


static void
notice_lang(cg_str_t page, cg_str_t accept)
{
    cg_str_t     lang;
    cg_policy_t  policy = np_policy();

    page = heap_exact(page);
    accept = heap_exact(accept);

    lang = cg_notice_lang(&policy, page, accept);
    must(cg_str_eq(lang, cg_str("en")) || cg_str_eq(lang, cg_str("ja")),
         "a reader gets one of the policy's languages");

    free((void *) page.data);
    free((void *) accept.data);
}


/* The preferences page with a way back that somebody chose. */

static void
notice_page(cg_str_t back)
{
    heap_t        heap;
    cg_out_t      out;
    cg_page_t     page;
    cg_view_t     view;
    cg_policy_t   policy = np_policy();
    cg_consent_t  consent;

    heap_init(&heap);
    memset(&page, 0, sizeof(page));
    memset(&view, 0, sizeof(view));
    memset(&consent, 0, sizeof(consent));
    view.policy = &policy;
    view.consent = &consent;
    view.lang = cg_str("en");
    view.uri = cg_str("/.consent/");
    view.back = back;
    view.notice = back;
    cg_out_init(&out, &heap.arena, 1 << 20);

    cg_notice_page(&out, &view, &page);
    must(out.status == CG_OK && fuzz_is_ascii(cg_out_slice(&out)),
         "a page is ASCII, whatever it was asked for");
    heap_drop(&heap);
}


/* A notice, a page's language, an Accept-Language, by lines. */

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    cg_str_t    text = { size, data }, first, second;
    cg_asset_t  asset;

    first = fuzz_field(&text, '\n');
    second = fuzz_field(&text, '\n');

    notice_read(first);
    notice_lang(second, text);
    notice_page(first);

    if (cg_notice_asset(first, &asset) == CG_OK) {
        must(asset.body.len && asset.type.len, "an asset has a body");
    }

    return 0;
}
