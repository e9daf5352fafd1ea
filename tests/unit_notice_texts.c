#include "tap.h"
#include "heap.h"
#include "notice_policy.h"

#include "notice/cg_notice.h"


static void
texts_that_nobody_would_see_are_told(void)
{
    static const struct {
        const char   *key;
        const char   *text;
        cg_status_t   rc;
        const char   *word;        /* NULL: absent */
    } cases[] = {
        { "banner.title", "T", CG_OK, NULL },
        { "banner.titel", "T", CG_EINVAL, NULL },
        { "banner.version", "{version}: {date}, {controller}", CG_OK, NULL },
        { "banner.version", "{version} {verzion}", CG_EINVAL, "verzion" },
        { "banner.version", "{ version} {} {x {date} } {a b} {A}", CG_OK,
          NULL },
        { "banner.title", "{names}", CG_EINVAL, "names" },
        { "country.JP", "Japan", CG_OK, NULL },
        { "country.JPN", "Japan", CG_EINVAL, NULL },
        { "country.US", "{controller}", CG_EINVAL, "controller" },
        { "purpose.analytics.name", "Counting", CG_OK, NULL },
        { "purpose.analytics.hint", "Counting", CG_EINVAL, NULL },
        { "purpose.nobody.text", "Nothing", CG_EINVAL, NULL },
        { "purpose.media.text", "Films", CG_OK, NULL },
    };

    size_t       i, wrong = 0;
    cg_str_t     word, want;
    cg_text_t    text;
    cg_policy_t  policy = np_policy();

    memset(&text, 0, sizeof(text));
    text.lang = cg_str("en");

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        text.key = heap_exact(cg_str_from(cases[i].key));
        text.text = heap_exact(cg_str_from(cases[i].text));
        want = cases[i].word ? cg_str_from(cases[i].word) : cg_str_null;

        if (cg_notice_check(&policy, &text, &word) != cases[i].rc
            || !cg_str_eq(word, want)
            || (word.data == NULL) != (cases[i].word == NULL))
        {
            printf("# case %zu: %s\n", i, cases[i].key);
            wrong++;
        }

        free((void *) text.key.data);
        free((void *) text.text.data);
    }

    is_int(wrong, 0, "a text has a message, and its words are filled");
}


int
main(void)
{
    texts_that_nobody_would_see_are_told();

    return tap_done();
}
