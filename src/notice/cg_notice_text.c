/* What visitors are shown, whole and by itself: what a receipt refers to. */

#include "cg_part.h"
#include "cg_people.h"
#include "cg_vendors.h"


/* Which text it is; with the policy's hashes, whatever of it stands below. */

static void
text_meta(cg_out_t *out, const char *name, cg_str_t digest)
{
    cg_out_text(out, "<meta name=\"");
    cg_out_text(out, name);
    cg_out_text(out, "\" content=\"");
    cg_out_hex(out, digest);
    cg_out_text(out, "\">");
}


static void
text_head(cg_out_t *out, const cg_view_t *view)
{
    cg_out_text(out, "<!DOCTYPE html>\n<html");
    cg_part_lang(out, view->lang);
    cg_out_text(out, "><head><meta charset=\"utf-8\">"
                     "<meta name=\"ngxc-policy\" content=\"");
    cg_out_html(out, view->policy->id);
    cg_out_text(out, "\">");
    text_meta(out, "ngxc-terms",
              (cg_str_t) { CG_SHA256_LEN, view->policy->terms_hash });
    text_meta(out, "ngxc-text",
              (cg_str_t) { CG_SHA256_LEN, view->policy->text_hash });
    cg_part_tag(out, view, "title", "banner.title");
    cg_out_text(out, "</head>\n<body>");
}


/* What can be pressed, by its words. */

static void
text_choices(cg_out_t *out, const cg_view_t *view)
{
    static const char *const  keys[] = {
        "banner.reject", "banner.accept", "banner.settings", "banner.save",
        "page.withdraw", "page.erase"
    };

    size_t  i;

    cg_out_text(out, "<ul>");

    for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        cg_part_tag(out, view, "li", keys[i]);
    }

    cg_out_text(out, "</ul>");
}


static void
text_banner(cg_out_t *out, const cg_view_t *view)
{
    cg_part_tag(out, view, "h1", "banner.title");
    cg_part_tag(out, view, "p", "banner.text");
    cg_out_text(out, "<p>");
    cg_part_link_say(out, view, view->policy->notice, "banner.notice");
    cg_out_text(out, "</p>");
    text_choices(out, view);
}


static void
text_purpose(cg_out_t *out, const cg_view_t *view,
    const cg_purpose_t *purpose)
{
    cg_out_text(out, "\n<section><h2>");
    cg_part_purpose_name(out, view, purpose);

    if (purpose->bit == 0) {
        cg_out_text(out, " (");
        cg_part_say(out, view, "banner.always");
        cg_out_byte(out, ')');
    }

    cg_out_text(out, "</h2><p>");
    cg_part_purpose_text(out, view, purpose);
    cg_part_purpose_more(out, view, purpose, "<br>");
    cg_out_text(out, "</p>");

    if (purpose->clause.len) {
        cg_out_text(out, "<p>");
        cg_part_clause_say(out, view, purpose->clause);
        cg_out_text(out, "</p>");
    }

    cg_vendors_own(out, view, purpose);
    cg_vendors_of(out, view, purpose);
    cg_out_text(out, "</section>");
}


/* What stands where a frame is held, of whatever service. */

static void
text_frames(cg_out_t *out, const cg_view_t *view)
{
    static const char *const  keys[] = {
        "frame.text", "frame.text_unlisted", "show.text"
    };

    size_t     i;
    cg_word_t  service;

    memset(&service, 0, sizeof(service));
    service.name = "service";
    service.text = cg_str("\xE2\x80\xA6");

    for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        cg_out_text(out, "<p>");
        cg_part_say_with(out, view, keys[i], &service, 1);
        cg_out_text(out, "</p>");
    }
}


/* The page, beside what it says of one visitor. */

static void
text_page(cg_out_t *out, const cg_view_t *view)
{
    static const char *const  keys[] = {
        "page.intro", "page.withdraw_text", "page.record_text",
        "page.erase_text", "confirm.text"
    };

    size_t  i;

    cg_out_text(out, "\n<section>");
    cg_part_tag(out, view, "h2", "page.title");

    for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        cg_part_tag(out, view, "p", keys[i]);
    }

    if (view->policy->unlisted_host == CG_UNLISTED_ALLOW) {
        cg_part_tag(out, view, "p", "page.unlisted");
    }

    text_frames(out, view);
    cg_people_personal(out, view);
    cg_out_text(out, "</section>");
}


static void
text_write(cg_out_t *out, const cg_policy_t *policy, cg_str_t lang)
{
    size_t     i;
    cg_view_t  view;

    memset(&view, 0, sizeof(view));
    view.policy = policy;
    view.lang = lang;
    view.uri = cg_str("");

    text_head(out, &view);
    text_banner(out, &view);

    for (i = 0; i < policy->npurposes; i++) {
        text_purpose(out, &view, &policy->purposes[i]);
    }

    text_page(out, &view);
    cg_people_joint(out, &view);
    cg_out_text(out, "\n<footer>");
    cg_people_contact(out, &view);
    cg_out_text(out, "<p>");
    cg_part_version(out, &view);
    cg_out_text(out, "</p></footer></body></html>\n");
}


static cg_status_t
text_make(cg_arena_t *arena, const cg_policy_t *policy,
    cg_notice_text_t *text)
{
    cg_out_t  out;

    cg_out_init(&out, arena, CG_NOTICE_HTML);
    text_write(&out, policy, text->lang);

    if (out.status != CG_OK) {
        return out.status;
    }

    text->html = cg_arena_copy(arena, cg_out_slice(&out));
    cg_arena_outgrown(arena, out.data);

    return text->html.data ? cg_sha256(&text->html, 1, text->hash)
                           : CG_ENOMEM;
}


const cg_notice_texts_t *
cg_notice_texts(cg_arena_t *arena, const cg_policy_t *policy)
{
    size_t              i;
    cg_notice_texts_t  *texts = cg_arena_zero(arena, sizeof(*texts));

    if (texts == NULL) {
        return NULL;
    }

    texts->n = policy->nlanguages ? policy->nlanguages : 1;
    texts->texts = cg_arena_zero(arena, texts->n * sizeof(cg_notice_text_t));
    if (texts->texts == NULL) {
        return NULL;
    }

    for (i = 0; i < texts->n; i++) {
        texts->texts[i].lang = policy->nlanguages ? policy->languages[i]
                                                  : cg_str("en");

        if (text_make(arena, policy, &texts->texts[i]) != CG_OK) {
            return NULL;
        }
    }

    return texts;
}


const cg_notice_text_t *
cg_notice_text(const cg_notice_texts_t *texts, cg_str_t lang)
{
    size_t  i;

    for (i = 0; i + 1 < texts->n; i++) {
        if (cg_str_eq(texts->texts[i].lang, lang)) {
            break;
        }
    }

    return &texts->texts[i];
}
