#include "cg_noscript.h"
#include "base/cg_ascii.h"


/* The byte behind a tag's name, in a raw text too. */

static int
noscript_ends_name(unsigned char c)
{
    return cg_ascii_is_space(c) || c == '/' || c == '>';
}


/* Is there an end tag of noscript in [from, to)?  What is too long to be
 * looked at, or has been dropped in part, counts as such; so does what `to`
 * cuts behind the name. */

static int
noscript_hides(cg_flow_t *flow, uint64_t from, uint64_t to)
{
    size_t                i;
    cg_str_t              bytes, tag = cg_str("</noscript");
    const unsigned char  *p;

    if (from >= to) {
        return 0;
    }

    if (to - from > CG_MAX_TAG || from < flow->sent) {
        return 1;
    }

    bytes = cg_flow_bytes(flow, from, to);

    for (i = 0; i + tag.len <= bytes.len; i++) {
        p = memchr(bytes.data + i, '<', bytes.len - tag.len + 1 - i);
        if (p == NULL) {
            return 0;
        }

        i = (size_t) (p - bytes.data);

        if (cg_ascii_eq_nocase(cg_str_sub(bytes, i, i + tag.len), tag)
            && (i + tag.len == bytes.len
                || noscript_ends_name(bytes.data[i + tag.len])))
        {
            return 1;
        }
    }

    return 0;
}


static void
noscript_check(cg_noscript_t *noscript, cg_flow_t *flow, uint64_t to)
{
    if (noscript_hides(flow, noscript->calm, to)
        && cg_flow_drop(flow, noscript->calm, to))
    {
        noscript->hidden = 1;
    }

    noscript->calm = to;
}


int
cg_noscript_token(cg_noscript_t *noscript, cg_flow_t *flow,
    const cg_html_token_t *token)
{
    noscript->hidden = 0;

    if (!noscript->inside) {
        return 0;
    }

    if (token->kind == CG_HTML_TEXT) {

        /* in the data state, an end tag would be none of the text's */

        if (token->mode == CG_HTML_DATA && token->start == noscript->calm) {
            noscript->calm = token->end;
        }

        return 0;
    }

    noscript_check(noscript, flow, token->start);

    if (token->kind == CG_HTML_END_TAG && token->name_len == 8
        && memcmp(token->name, "noscript", 8) == 0)
    {
        noscript->inside = 0;
        return 0;
    }

    noscript->calm = token->end;

    return noscript_hides(flow, token->start, token->end);
}


void
cg_noscript_open(cg_noscript_t *noscript, uint64_t at)
{
    if (!noscript->inside) {
        noscript->inside = 1;
        noscript->calm = at;
    }
}


void
cg_noscript_finish(cg_noscript_t *noscript, cg_flow_t *flow, uint64_t end)
{
    noscript->hidden = 0;

    if (noscript->inside) {
        noscript_check(noscript, flow, end);
    }
}
