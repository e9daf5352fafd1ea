/* What a visitor chose before, as the preferences page and the file tell it. */

#include "tap.h"
#include "heap.h"
#include "notice_policy.h"

#include "notice/cg_rights.h"

#define NOW  INT64_C(1700000000)       /* 2023-11-14T22:13:20Z */

typedef struct {
    heap_t               heap;
    cg_out_t             out;
    cg_policy_t          policy;
    cg_consent_t         consent;
    cg_record_t          record;
    struct cg_history_s  history;
    cg_page_t            page;
    cg_view_t            view;
} told_t;


static void
told_init(told_t *t, const char *past)
{
    memset(t, 0, sizeof(*t));
    heap_init(&t->heap);
    cg_out_init(&t->out, &t->heap.arena, 1024 * 1024);

    t->policy = np_policy();
    t->record.rev = 2;
    t->record.granted = 1;
    t->record.how = CG_HOW_CUSTOM;
    t->record.decided = NOW;
    t->record.expires = NOW + 180 * 86400;
    t->history.record = &t->record;
    t->history.past = heap_exact(cg_str_from(past));
    t->page.past = CG_PAST_READ;
    t->page.history = &t->history;

    t->view.policy = &t->policy;
    t->view.consent = &t->consent;
    t->view.lang = cg_str("en");
    t->view.uri = cg_str("/.consent/");
}


static const char *
told(told_t *t)
{
    cg_out_reset(&t->out);
    cg_history_section(&t->out, &t->view, &t->page);
    cg_out_byte(&t->out, '\0');

    return t->out.status == CG_OK ? (const char *) t->out.data : "";
}


static void
told_drop(told_t *t)
{
    free((void *) t->history.past.data);
    heap_drop(&t->heap);
}


static int
rows(const char *html)
{
    int  n = 0;

    while ((html = strstr(html, "<tr><th scope=\"row\">")) != NULL) {
        html++;
        n++;
    }

    return n;
}


static void
each_choice_says_when_what_and_how(void)
{
    told_t       t;
    const char  *html;

    told_init(&t, "2023-11-13T01:02:03Z accept_all "
                  "analytics=1,marketing=1,media=1 lane:4:hash");
    html = told(&t);

    ok(strstr(html, "<tbody><tr><th scope=\"row\">14 November 2023, 22:13 "
                    "(UTC)</th><td><ul><li>Advertising: not allowed</li>"
                    "<li>Videos and maps: not allowed</li></ul></td>"
                    "<td>purposes selected</td></tr>") != NULL,
       "the latest comes first, with what it changed alone");
    ok(strstr(html, "<tr><th scope=\"row\">13 November 2023, 01:02 (UTC)</th>"
                    "<td><ul><li>Statistics: allowed</li><li>Advertising: "
                    "allowed</li><li>Videos and maps: allowed</li></ul></td>"
                    "<td>everything accepted</td></tr>") != NULL,
       "the first one that is known, with all of it");
    ok(strstr(html, "at most 8 before it. They are kept as long as your "
                    "record, until 12 May 2024.") != NULL,
       "it says where it ends");
    ok(strstr(html, "lane:4") == NULL, "no word of the log");

    t.record.granted = 7;
    ok(strstr(told(&t), "<td>Nothing; confirmed</td>") != NULL,
       "the same again is told as such");

    cg_out_reset(&t.out);
    cg_history_table(&t.out, &t.view, &t.history, 1);
    cg_out_byte(&t.out, '\0');
    ok(strstr((const char *) t.out.data, "<small>lane:4:hash</small>") != NULL,
       "but in the file, which proves it");

    told_drop(&t);
}


static void
as_many_as_are_kept(void)
{
    told_t       t;
    size_t       i;
    char         past[1024] = "";
    const char  *html;

    for (i = 0; i < 12; i++) {
        snprintf(past + strlen(past), sizeof(past) - strlen(past),
                 "%s2023-01-%02uT00:00:00Z withdraw analytics=0 a:1",
                 i ? ";" : "", (unsigned) i + 1);
    }

    told_init(&t, past);
    html = told(&t);
    is_int(rows(html), CG_HISTORY_PAST + 1, "eight at most, and the current");
    ok(strstr(html, ">12 January 2023") && strstr(html, ">5 January 2023")
       && !strstr(html, ">4 January 2023"), "the latest eight");
    told_drop(&t);
}


/* Whoever can write to Redis can write this. */

static void
what_makes_no_sense_is_text(void)
{
    static const char *const  pasts[] = {
        "", ";", "   ", "x y z w", "2023-13-41T00:00:00Z a b c",
        "<b> <script> <i>=1,=,==,analytics=,analytics=2,analytics <s>",
        "2023-01-01T<><>00Z h p e", "2023-01-01T00:00:00Z custom analytics=1"
    };

    int          good = 1;
    size_t       i;
    told_t       t;
    const char  *html;

    for (i = 0; i < N(pasts); i++) {
        told_init(&t, pasts[i]);
        html = told(&t);
        good &= html[0] && !strstr(html, "<b>") && !strstr(html, "<script")
                && !strstr(html, "<i>") && !strstr(html, "<>");
        told_drop(&t);
    }

    ok(good, "what is no history never becomes markup");
}


static void
why_there_is_none(void)
{
    told_t  t;

    told_init(&t, "");

    t.record.rev = 0;
    ok(strstr(told(&t), "There is no record of your choices") != NULL,
       "a record that is gone");
    t.page.history = NULL;
    ok(strstr(told(&t), "Nothing is recorded of you but the cookie") != NULL,
       "a refusal: nothing is recorded of it");
    t.page.past = CG_PAST_FAILED;
    ok(strstr(told(&t), "cannot be shown at the moment") != NULL,
       "Redis did not answer");

    told_drop(&t);
}


int
main(void)
{
    each_choice_says_when_what_and_how();
    as_many_as_are_kept();
    what_makes_no_sense_is_text();
    why_there_is_none();

    return tap_done();
}
