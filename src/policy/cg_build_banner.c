/*
 * `banner` of consent_policy: how the banner stands in the page.  What it says
 * is not its business, and no choice here makes it cover the page.
 */

#include "cg_build.h"
#include "cg_words.h"


static cg_status_t
banner_position(cg_layout_t layout, cg_str_t word, unsigned *top,
    cg_diag_t *diag)
{
    static const char *const  words[] = { "bottom", "top", NULL };

    int  which = word.data ? cg_word_index(word, words) : 0;

    if (which < 0) {
        return cg_build_say(diag, "unknown position=%, known are bottom top",
                            word);
    }

    if (word.data && layout != CG_LAYOUT_BAR) {
        return cg_build_say(diag, "position=% is for a bar alone, take it away "
                            "or write: banner bar position=%", word, word);
    }

    *top = which != 0;

    return CG_OK;
}


cg_status_t
cg_build_banner(cg_policies_t *set, const cg_line_t *line, cg_diag_t *diag)
{
    static const char *const  layouts[] = { "bar", "box", "center", NULL };

    int           which = cg_word_index(line->args[0], layouts);
    unsigned      top = 0;
    cg_policy_t  *policy = &set->policy->policy;

    if (which < 0) {
        return cg_build_say(diag, "unknown layout \"%\", known are bar box "
                            "center", line->args[0]);
    }

    if (banner_position((cg_layout_t) which, line->options[0], &top, diag)
        != CG_OK)
    {
        return CG_EINVAL;
    }

    if (line->options[1].data && !cg_word_is_path(line->options[1])) {
        return cg_build_say(diag, "style=% is no path of this website, write "
                            "/path", line->options[1]);
    }

    policy->layout = (cg_layout_t) which;
    policy->layout_top = top & 1;
    policy->style = line->options[1];

    return CG_OK;
}
