#include "cg_rights.h"
#include "cg_part.h"


/* For conciseness: a key of this right. */

typedef struct {
    cg_right_kind_t  kind;
    const char      *ask;          /* its button on the preferences page */
    const char      *explain;      /* heading of the page that explains it */
    const char      *effects;      /* first sentence there */
    const char      *ack;          /* its button there */
} rights_row_t;

static const rights_row_t  rights_rows[] = {
    { CG_RIGHT_DISCLOSE, "rights.disclose", NULL, NULL, NULL },
    { CG_RIGHT_PURPOSE, "rights.purpose", NULL, NULL, NULL },
    { CG_RIGHT_CORRECT, "rights.correct", "rights.correct",
      "rights.correct_text", "rights.correct_ack" },
    { CG_RIGHT_ADD, "rights.add", "rights.add", "rights.add_text",
      "rights.correct_ack" },
    { CG_RIGHT_STOP_USE, "rights.stop_use", "rights.stop_use",
      "rights.stop_use_text", "rights.stop_use_ack" },
    { CG_RIGHT_STOP_PROVISION, "rights.stop_provision", NULL, NULL, NULL },
    { CG_RIGHT_COMPLAINT, "rights.complaint", NULL, NULL, NULL },
};

#define RIGHTS_ROWS  (sizeof(rights_rows) / sizeof(rights_rows[0]))


static const rights_row_t *
rights_row(cg_right_kind_t kind)
{
    size_t  i;

    for (i = 0; i < RIGHTS_ROWS - 1; i++) {
        if (rights_rows[i].kind == kind) {
            break;
        }
    }

    return &rights_rows[i];
}


static void
rights_hidden(cg_out_t *out, const char *name, cg_str_t value)
{
    cg_out_text(out, "<input type=\"hidden\" name=\"");
    cg_out_text(out, name);
    cg_out_text(out, "\" value=\"");
    cg_out_html(out, value);
    cg_out_text(out, "\">");
}


static void
rights_form_open(cg_out_t *out, const cg_view_t *view)
{
    cg_out_text(out, "<form method=\"post\" action=\"");
    cg_out_html(out, view->uri);
    cg_out_text(out, "rights\">");
    rights_hidden(out, "notice", view->notice);
}


static void
rights_button(cg_out_t *out, const cg_view_t *view, cg_right_kind_t kind,
    const char *key)
{
    cg_out_text(out, "<button type=\"submit\" class=\"ngxc-k\" name=\"right\""
                     " value=\"");
    cg_out_text(out, cg_right_name(kind));
    cg_out_text(out, "\">");
    cg_part_say(out, view, key);
    cg_out_text(out, "</button>");
}


void
cg_rights_section(cg_out_t *out, const cg_view_t *view)
{
    size_t  i;

    cg_out_text(out, "<section id=\"rights\">");
    cg_part_tag(out, view, "h2", "rights.title");
    cg_part_tag(out, view, "p", "rights.text");
    rights_form_open(out, view);
    cg_out_text(out, "<ul class=\"rights\">");

    for (i = 0; i < RIGHTS_ROWS; i++) {
        cg_out_text(out, "<li>");
        rights_button(out, view, rights_rows[i].kind, rights_rows[i].ask);
        cg_out_text(out, "</li>");
    }

    cg_out_text(out, "</ul></form></section>");
}


void
cg_rights_number(cg_out_t *out, const cg_view_t *view,
    const struct cg_page_right_s *right)
{
    cg_word_t  word;

    if (right->id.data == NULL) {
        return;
    }

    memset(&word, 0, sizeof(word));
    word.name = "id";
    word.text = right->id;

    cg_out_text(out, "<p>");
    cg_part_say_with(out, view, "rights.number", &word, 1);

    if (right->receipt.len) {
        cg_out_text(out, "<br>");
        cg_part_say(out, view, "receipt.number");
        cg_part_colon(out, view);
        cg_out_text(out, "<code>");
        cg_out_html(out, right->receipt);
        cg_out_text(out, "</code>");
    }

    cg_out_text(out, "</p>");
}


static void
rights_purpose_item(cg_out_t *out, const cg_view_t *view,
    const cg_purpose_t *purpose)
{
    cg_out_text(out, "<li><b>");
    cg_part_purpose_name(out, view, purpose);
    cg_out_text(out, "</b><br>");
    cg_part_purpose_text(out, view, purpose);
    cg_out_text(out, "</li>");
}


/* The services that stop, each with what it is for. */

static void
rights_stopped(cg_out_t *out, const cg_view_t *view)
{
    size_t  i;

    cg_out_text(out, "<ul>");

    for (i = 0; i < view->policy->npurposes; i++) {
        if (view->policy->purposes[i].bit) {
            rights_purpose_item(out, view, &view->policy->purposes[i]);
        }
    }

    cg_out_text(out, "</ul>");
    cg_part_tag(out, view, "p", "rights.stop_use_kept");
}


void
cg_rights_effects(cg_out_t *out, const cg_view_t *view, cg_right_kind_t kind)
{
    cg_part_tag(out, view, "p", rights_row(kind)->effects);

    if (kind == CG_RIGHT_STOP_USE) {
        rights_stopped(out, view);
    }
}


static void
rights_boxes(cg_out_t *out, const cg_view_t *view, uint32_t ticked)
{
    size_t               i;
    const cg_purpose_t  *purpose;

    for (i = 0; i < view->policy->npurposes; i++) {
        purpose = &view->policy->purposes[i];

        if (purpose->bit) {
            cg_out_text(out, "<p><label>");
            cg_part_purpose_box(out, purpose, (purpose->bit & ticked) != 0);
            cg_out_text(out, " <span id=\"ngxc-d-");
            cg_out_html(out, purpose->id);
            cg_out_text(out, "\">");
            cg_part_purpose_name(out, view, purpose);
            cg_out_text(out, "</span></label></p>");
        }
    }
}


void
cg_rights_explain(cg_out_t *out, const cg_view_t *view,
    const struct cg_page_right_s *right)
{
    const rights_row_t  *row = rights_row(right->kind);

    cg_out_text(out, "<section>");
    cg_part_tag(out, view, "h2", row->explain);
    cg_rights_effects(out, view, right->kind);
    rights_form_open(out, view);
    rights_hidden(out, "once", view->once);
    rights_hidden(out, "ack", right->ack);

    if (right->kind != CG_RIGHT_STOP_USE) {
        rights_boxes(out, view, right->ticked);
    }

    cg_out_text(out, "<div class=\"buttons\">");
    rights_button(out, view, right->kind, row->ack);
    cg_out_text(out, "</div></form><p><a href=\"");
    cg_out_html(out, view->uri);
    cg_out_text(out, "\">");
    cg_part_say(out, view, "rights.leave");
    cg_out_text(out, "</a></p></section>");
}


static int
rights_is_outside(const cg_recipient_t *recipient)
{
    return recipient->role == CG_ROLE_THIRD
           || recipient->role == CG_ROLE_JOINT;
}


/* What a purpose opens beyond its vendors may be anybody's. */

uint32_t
cg_rights_own(const cg_policy_t *policy)
{
    size_t    i;
    uint32_t  own = policy->optional;

    for (i = 0; i < policy->nrecipients; i++) {
        if (rights_is_outside(&policy->recipients[i])) {
            own &= ~policy->recipients[i].purpose->bit;
        }
    }

    if (policy->unlisted_host == CG_UNLISTED_PURPOSE) {
        own &= ~policy->unlisted_host_purpose->bit;
    }

    return own;
}
