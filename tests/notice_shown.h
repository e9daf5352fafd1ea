/* What visitors are shown of an example policy, and what stands in it. */

#ifndef NOTICE_SHOWN_H
#define NOTICE_SHOWN_H

#include "tap.h"
#include "heap.h"
#include "notice_policy.h"

#include "notice/cg_notice.h"

#define NOW   INT64_C(1700000000)

typedef struct {
    heap_t        heap;
    cg_out_t      out;
    cg_policy_t   policy;
    cg_consent_t  consent;
    cg_token_t    token;
    cg_view_t     view;
    cg_page_t     page;
} shown_t;


__attribute__((unused)) static void
shown_init(shown_t *s)
{
    memset(s, 0, sizeof(*s));

    heap_init(&s->heap);
    cg_out_init(&s->out, &s->heap.arena, 1024 * 1024);

    s->policy = np_policy();
    s->token.version = 3;
    s->token.issued = NOW;
    s->token.expires = NOW + 180 * 86400;

    s->view.policy = &s->policy;
    s->view.consent = &s->consent;
    s->view.lang = cg_str("en");
    s->view.uri = cg_str("/.consent/");
    s->view.back = cg_str("/a?b=1&c=2");
    s->view.notice = cg_str("en.banner.1.00.AA");
    s->view.once = cg_str("AAAAAAAAAAA");
}


/* What is shown, NUL-terminated; valid until the next one. */

__attribute__((unused)) static const char *
shown(shown_t *s, char what)
{
    cg_out_reset(&s->out);

    switch (what) {
    case 'b':
        cg_notice_banner(&s->out, &s->view);
        break;
    case 's':
        cg_notice_settings(&s->out, &s->view);
        break;
    default:
        s->page.confirm = what == 'c';
        cg_notice_page(&s->out, &s->view, &s->page);
    }

    cg_out_byte(&s->out, '\0');

    return s->out.status == CG_OK ? (const char *) s->out.data : "";
}


__attribute__((unused)) static int
count(const char *text, const char *part)
{
    int  n = 0;

    for (text = strstr(text, part); text; text = strstr(text + 1, part)) {
        n++;
    }

    return n;
}

#endif /* NOTICE_SHOWN_H */
