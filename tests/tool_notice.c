/*
 * Prints what a visitor sees of an example policy:
 *
 *   notice banner|settings|page|confirm [lang=L] [state=0..7] [message=KEY]
 *          [bad=KEY] [nonce=N] [layout=bar|top|box|center] [purposes=3|5]
 *   notice vendors|vendors.json [lang=L]
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "heap.h"
#include "notice_policy.h"

#include "notice/cg_notice.h"
#include "notice/cg_transmission.h"


static const char *
option(int argc, char **argv, const char *name)
{
    int     i;
    size_t  len = strlen(name);

    for (i = 2; i < argc; i++) {
        if (strncmp(argv[i], name, len) == 0 && argv[i][len] == '=') {
            return argv[i] + len + 1;
        }
    }

    return NULL;
}


static void
set_layout(cg_policy_t *policy, const char *word)
{
    if (word && strcmp(word, "bar") != 0) {
        policy->layout_top = strcmp(word, "top") == 0;
        policy->layout = strcmp(word, "box") == 0 ? CG_LAYOUT_BOX
                         : policy->layout_top ? CG_LAYOUT_BAR
                         : CG_LAYOUT_CENTER;
    }
}


static int
show(cg_out_t *out, const char *what, const cg_view_t *view,
    const cg_page_t *page)
{
    if (strcmp(what, "banner") == 0) {
        cg_notice_banner(out, view);

    } else if (strcmp(what, "settings") == 0) {
        cg_notice_settings(out, view);

    } else if (strcmp(what, "page") == 0 || strcmp(what, "confirm") == 0) {
        cg_notice_page(out, view, page);

    } else if (strcmp(what, "vendors") == 0) {
        cg_transmission(out, view->policy, view->lang);

    } else if (strcmp(what, "vendors.json") == 0) {
        cg_transmission_json(out, view->policy, view->lang,
                             (const unsigned char *) "0123456789012345678901"
                                                     "234567890");

    } else {
        return 2;
    }

    return out->status == CG_OK
           && fwrite(out->data, 1, out->len, stdout) == out->len ? 0 : 1;
}


int
main(int argc, char **argv)
{
    int           rc;
    heap_t        heap;
    cg_out_t      out;
    cg_view_t     view;
    cg_page_t     page;
    cg_token_t    token = { .has_cid = 1, .bits = 3, .version = 3,
                            .issued = 1700000000, .expires = 1715552000 };
    cg_policy_t   policy;
    cg_consent_t  consent = { CG_STATE_NONE, 0, 1 };
    const char   *lang = option(argc, argv, "lang");
    const char   *state = option(argc, argv, "state");
    const char   *nonce = option(argc, argv, "nonce");
    const char   *many = option(argc, argv, "purposes");

    policy = many && atoi(many) == 5 ? np_policy_of_five() : np_policy();
    set_layout(&policy, option(argc, argv, "layout"));

    heap_init(&heap);
    cg_out_init(&out, &heap.arena, 1024 * 1024);
    memset(&view, 0, sizeof(view));
    memset(&page, 0, sizeof(page));

    consent.state = state ? (cg_state_t) atoi(state) : CG_STATE_NONE;
    consent.granted = consent.state == CG_STATE_GRANTED ? 7
                      : consent.state == CG_STATE_PARTIAL ? 3 : 0;
    token.has_cid = consent.state != CG_STATE_REFUSED;

    view.policy = &policy;
    view.consent = &consent;
    view.lang = cg_str_from(lang ? lang : "en");
    view.uri = cg_str("/.consent/");
    view.back = cg_str("/products/?page=2");
    view.notice = cg_str("en.banner.1700000000.0123456789abcdef."
                         "AAAAAAAAAAAAAAAAAAAAAA");
    view.once = cg_str("q3Zr0-Xw_k8");
    view.nonce = nonce ? cg_str_from(nonce) : cg_str_null;
    view.style_nonce = view.nonce;

    page.message = option(argc, argv, "message");

    if (page.message == NULL) {
        page.message = option(argc, argv, "bad");
        page.error = page.message != NULL;
    }

    page.token = consent.state == CG_STATE_NONE ? NULL : &token;
    page.confirm = argc > 1 && strcmp(argv[1], "confirm") == 0;
    page.asked = 5;

    rc = show(&out, argc > 1 ? argv[1] : "", &view, &page);
    heap_drop(&heap);

    return rc;
}
