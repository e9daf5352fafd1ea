/* The page on which one frame is shown once. */

#include "cg_page.h"
#include "cg_part.h"
#include "cg_placeholder.h"


static void
shown_hidden(cg_out_t *out, const char *name, cg_str_t value)
{
    cg_out_text(out, "<input type=\"hidden\" name=\"");
    cg_out_text(out, name);
    cg_out_text(out, "\" value=\"");
    cg_out_html(out, value);
    cg_out_text(out, "\">");
}


/* What it may do is what the site's own frame might, and never to lead the
 * whole window away, unless it was no sandbox at all. */

static void
shown_frame(cg_out_t *out, const cg_view_t *view, const cg_word_t *words,
    const cg_placeholder_t *what)
{
    cg_out_text(out, "<iframe class=\"shown\" allowfullscreen allow=\""
                     "fullscreen; picture-in-picture; encrypted-media\" "
                     "referrerpolicy=\"strict-origin-when-cross-origin\" "
                     "title=\"");
    cg_part_say_with(out, view, "frame.title", words, 3);

    if (what->sandbox.data) {
        cg_out_text(out, "\" sandbox=\"");
        cg_out_html(out, what->sandbox);
    }

    cg_out_text(out, "\" src=\"");
    cg_out_html(out, what->url);
    cg_out_text(out, "\"></iframe><p>");
    cg_part_say_with(out, view, "show.text", words, 3);
    cg_out_text(out, "</p>");
}


static void
shown_button(cg_out_t *out, const cg_view_t *view, const cg_word_t *words,
    const char *key)
{
    cg_out_text(out, "<button type=\"submit\" class=\"ngxc-k\">");
    cg_part_say_with(out, view, key, words, 3);
    cg_out_text(out, "</button></form>");
}


static void
shown_ask(cg_out_t *out, const cg_view_t *view, const cg_word_t *words,
    const cg_placeholder_t *what, const char *text)
{
    cg_out_text(out, "<p>");
    cg_part_say_with(out, view, text, words, 3);
    cg_out_text(out, "</p><form method=\"post\" action=\"");
    cg_out_html(out, view->uri);
    cg_out_text(out, "show\">");
    shown_hidden(out, "notice", view->notice);
    shown_hidden(out, "return", view->back);
    shown_hidden(out, "src", what->url);

    if (what->sandbox.data) {
        shown_hidden(out, "sandbox", what->sandbox);
    }

    shown_button(out, view, words, "frame.show");
}


static void
shown_always(cg_out_t *out, const cg_view_t *view, const cg_word_t *words,
    const cg_placeholder_t *what)
{
    cg_part_choice_open(out, view);
    shown_hidden(out, "choice", cg_str("add"));
    shown_hidden(out, "p", what->purpose);
    shown_button(out, view, words, "frame.always");
}


/* The name of the purpose stands in the button as its message has it. */

static void
shown_words(cg_out_t *name, const cg_view_t *view,
    const cg_placeholder_t *what, cg_word_t words[3])
{
    const cg_purpose_t  *purpose = what->purpose.len
                                   ? cg_policy_purpose(view->policy,
                                                       what->purpose)
                                   : NULL;

    memset(words, 0, 3 * sizeof(words[0]));

    words[0].name = "service";
    words[0].text = cg_placeholder_service(view->policy, what);
    words[1].name = "host";
    words[1].text = what->host;
    words[2].name = "purpose";

    if (purpose && purpose->bit) {
        cg_part_purpose_name(name, view, purpose);
        words[2].html = cg_out_slice(name);
    }
}


void
cg_placeholder_page(cg_out_t *out, cg_arena_t *arena, const cg_view_t *view,
    const cg_placeholder_t *placeholder, int confirm)
{
    int         listed;
    cg_out_t    name;
    cg_word_t   words[3];

    cg_out_init(&name, arena, 4096);
    shown_words(&name, view, placeholder, words);

    cg_page_head_with(out, view, confirm ? "confirm.title" : "frame.title",
                      words, 3);
    cg_out_text(out, "<body><header><h1>");
    cg_part_say_with(out, view, confirm ? "confirm.title" : "frame.title",
                     words, 3);
    cg_out_text(out, "</h1></header><main>");

    listed = words[0].text.data != placeholder->host.data;

    if (confirm) {
        shown_ask(out, view, words, placeholder,
                  listed ? "frame.text" : "frame.text_unlisted");

    } else {
        shown_frame(out, view, words, placeholder);
    }

    if (words[2].html.data) {
        shown_always(out, view, words, placeholder);
    }

    cg_out_text(out, "<p>");
    cg_part_link_say(out, view, view->back, "page.back");
    cg_out_text(out, "</p></main></body></html>");
}
