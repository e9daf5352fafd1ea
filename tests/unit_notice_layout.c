/*
 * How banner and pages are laid out: by style alone, in the direction of the
 * language.
 */

#include "notice_shown.h"


/* Which of the four a style sheet lays out. */

static void
a_layout_is_rules_alone(void)
{
    static const struct {
        cg_layout_t  layout;
        unsigned     top;
        const char  *rule;
        const char  *title;
    } cases[] = {
        { CG_LAYOUT_BAR, 0, "grid-template:auto auto/1fr 12em", "a bar" },
        { CG_LAYOUT_BAR, 1, "inset:0 0 auto", "a bar at the top" },
        { CG_LAYOUT_BOX, 0, "inset-inline:auto 1.25em", "a box" },
        { CG_LAYOUT_CENTER, 0, "height:fit-content", "a box in the middle" },
    };

    char         bar[16384];
    shown_t      s;
    size_t       i, j;
    const char  *html;

    shown_init(&s);
    (void) snprintf(bar, sizeof(bar), "%s", strstr(shown(&s, 'b'), "</style>"));

    for (i = 0; i < N(cases); i++) {
        s.policy.layout = cases[i].layout;
        s.policy.layout_top = cases[i].top & 1;
        html = shown(&s, 'b');

        for (j = 0; j < N(cases); j++) {
            is_int(strstr(html, cases[j].rule) != NULL,
                   j == i || (i == 1 && j == 0), cases[i].title);
        }

        is_int(strcmp(strstr(html, "</style>"), bar), 0,
               "... and nothing but style tells it from another one");
        is_int(count(html, "position:fixed"), 1, "... the root alone is fixed");
        ok(!strstr(html, "sticky") && !strstr(html, "backdrop")
           && !strstr(html, "100vh"), "... it is no wall");
    }

    heap_drop(&s.heap);
}


static void
lines_begin_where_the_language_does(void)
{
    static const struct {
        const char  *lang;
        int          rtl;
    } rtl[] = {
        { "he", 1 }, { "fa-IR", 1 }, { "ckb", 1 }, { "ku-Arab-IQ", 1 },
        { "pa-arab", 1 }, { "ku", 0 }, { "az-Latn", 0 }, { "ur-Latn", 0 },
        { "arn", 0 }, { "zh-Hant-TW", 0 }, { "", 0 },
    };

    shown_t  s;
    size_t   i;

    shown_init(&s);

    for (i = 0; i < N(rtl); i++) {
        s.view.lang = cg_str_from(rtl[i].lang);
        is_int(count(shown(&s, 'b'), " dir=\"rtl\">"), rtl[i].rtl, rtl[i].lang);
    }

    heap_drop(&s.heap);
}


static void
pages_take_a_style_of_the_site(void)
{
    shown_t      s;
    const char  *html;

    shown_init(&s);
    is_int(count(shown(&s, 'p'), "<link rel=\"stylesheet\""), 1,
           "pages have one style sheet");

    s.policy.style = cg_str("/css/consent.css?a&b");
    html = shown(&s, 'p');
    ok(strstr(html, ".css\"><link rel=\"stylesheet\" "
                    "href=\"/css/consent.css?a&#38;b\"></head>") != NULL,
       "a policy's own one comes after it");

    heap_drop(&s.heap);
}


int
main(void)
{
    a_layout_is_rules_alone();
    lines_begin_where_the_language_does();
    pages_take_a_style_of_the_site();

    return tap_done();
}
