#include "cg_html_tree_impl.h"
#include "cg_html_charref.h"
#include "base/cg_ascii.h"

#define TREE_ENCODING     32     /* bytes of `encoding` that can matter */


/* The first attribute of this name, or NULL: duplicates do not count. */

static const cg_html_attr_t *
tree_attr(const cg_html_token_t *token, cg_str_t bytes, cg_str_t name)
{
    size_t                 i;
    const cg_html_attr_t  *attr;

    for (i = 0; i < token->nattrs; i++) {
        attr = &token->attrs[i];

        if (attr->value_end > bytes.len) {
            break;
        }

        if (cg_ascii_eq_nocase(cg_str_sub(bytes, attr->name, attr->name_end),
                               name))
        {
            return attr;
        }
    }

    return NULL;
}


/* An arena that gives its one block once. */

static void *
tree_lend(void *ctx, size_t size)
{
    return size <= TREE_ENCODING ? ctx : NULL;
}


/* Whether this annotation-xml holds HTML (13.2.6, "HTML integration point"). */

static int
tree_annotates_html(const cg_html_token_t *token, cg_str_t bytes)
{
    cg_out_t               out;
    cg_str_t               value;
    unsigned char          block[TREE_ENCODING];
    cg_arena_t             arena = { tree_lend, NULL, NULL };
    const cg_html_attr_t  *attr;

    attr = tree_attr(token, bytes, cg_str("encoding"));

    if (attr == NULL) {
        return 0;
    }

    arena.ctx = block;
    cg_out_init(&out, &arena, TREE_ENCODING);
    cg_html_charref_attr(&out, cg_str_sub(bytes, attr->value,
                                          attr->value_end));
    value = cg_out_slice(&out);              /* absent if longer */

    return cg_ascii_eq_nocase(value, cg_str("text/html"))
           || cg_ascii_eq_nocase(value, cg_str("application/xhtml+xml"));
}


static unsigned
tree_math_flags(const cg_html_token_t *token, cg_str_t bytes)
{
    if (!tree_has(token, NAME_MATH_POINT)) {
        return LEVEL_MATH;
    }

    if (!tree_is(token, cg_str("annotation-xml"))) {
        return LEVEL_MATH | LEVEL_TEXT_POINT;
    }

    return tree_annotates_html(token, bytes)
           ? LEVEL_MATH | LEVEL_ANNOTATION | LEVEL_HTML_POINT
           : LEVEL_MATH | LEVEL_ANNOTATION;
}


static unsigned
tree_foreign_flags(unsigned top, const cg_html_token_t *token,
    cg_str_t bytes)
{
    if (top & LEVEL_MATH) {
        return tree_math_flags(token, bytes);
    }

    return tree_has(token, NAME_SVG_POINT) ? LEVEL_SVG | LEVEL_HTML_POINT
                                    : LEVEL_SVG;
}


/* Which rules a start tag follows (13.2.6, "tree construction dispatcher"). */

static int
tree_start_is_html(unsigned top, const cg_html_token_t *token)
{
    if (!(top & LEVEL_FOREIGN) || (top & LEVEL_HTML_POINT)) {
        return 1;
    }

    if (top & LEVEL_TEXT_POINT) {
        return !tree_is(token, cg_str("mglyph"))
               && !tree_is(token, cg_str("malignmark"));
    }

    return (top & LEVEL_ANNOTATION) && tree_is(token, cg_str("svg"));
}


/* Pops SVG and MathML until an integration point or HTML is on top. */

static void
tree_break_out(cg_html_tree_t *tree)
{
    if (cg_html_tree_is_plain(tree)) {
        tree->depth = 0;

    } else {
        cg_html_tree_doubt(tree);
    }
}


/* Preload scanners know no CDATA section. */

cg_html_cdata_t
cg_html_tree_cdata(const cg_html_tree_t *tree)
{
    return tree->doubt || tree->points || tree->depth
           ? CG_HTML_CDATA_EITHER : CG_HTML_CDATA_NONE;
}


static cg_html_feedback_t
tree_feedback(const cg_html_tree_t *tree, cg_html_mode_t mode, int foreign)
{
    cg_html_feedback_t  feedback;

    feedback.mode = mode;
    feedback.foreign = foreign != 0;
    feedback.doubt = 0;
    feedback.ignored = 0;
    feedback.cdata = cg_html_tree_cdata(tree);

    return feedback;
}


/* Whoever knows no CDATA section in it takes its content for text.  Behind a
 * tag that is ignored, what CDATA is has not changed. */

static cg_html_feedback_t
tree_text_foreign(cg_html_feedback_t feedback)
{
    if (feedback.doubt && feedback.foreign && !feedback.ignored) {
        feedback.cdata = CG_HTML_CDATA_SECTION;
    }

    return feedback;
}


cg_html_feedback_t
cg_html_tree_other(const cg_html_token_t *token, cg_html_feedback_t feedback)
{
    feedback.mode = feedback.foreign ? cg_html_tree_mode(token)
                                     : CG_HTML_DATA;
    feedback.foreign = !feedback.foreign;

    return tree_text_foreign(feedback);
}


/* Start tags. */

/* Elements that change which start tags are ignored. */

static void
tree_start_context(cg_html_tree_t *tree, const cg_html_token_t *token)
{
    if (tree_is(token, cg_str("select"))) {
        tree->select = 1;

    } else if (tree_is(token, cg_str("frameset"))) {
        cg_html_tree_give_up_modes(tree);

    } else if (tree_is(token, cg_str("template"))) {
        tree->templates += tree->templates < UINT32_MAX;

        if (tree->select) {
            cg_html_tree_give_up_modes(tree);
        }

    } else if (tree_is(token, cg_str("col")) && tree->templates) {
        cg_html_tree_give_up_modes(tree);  /* "in column group" of it */
    }
}


/* A root in a doubt: one more end tag to wait for. */

static void
tree_start_root(cg_html_tree_t *tree, const cg_html_token_t *token)
{
    if (!tree_is_level(token, &tree->root)) {
        cg_html_tree_give_up(tree);

    } else if (!token->self_closing) {
        tree->doubt++;
    }
}


/* A tag that breaks out of SVG and MathML ends a doubt about them, unless an
 * integration point may be open, which it does not leave. */

static void
tree_start_doubt(cg_html_tree_t *tree, const cg_html_token_t *token)
{
    unsigned  flags = cg_html_tree_flags(token);

    if (flags & (NAME_SVG_POINT | NAME_MATH_POINT)) {
        tree->points = 1;
        tree->pointed = 1;
    }

    if (tree->doubt == TREE_FOR_EVER) {
        tree->lost |= (flags & NAME_ROOT) && !token->self_closing;
        return;
    }

    if (flags & NAME_ROOT) {
        tree_start_root(tree, token);

    } else if ((flags & NAME_BREAKOUT) && !tree->pointed) {
        tree->doubt = 0;

    } else {
        tree_start_context(tree, token);
    }
}


/* An element of SVG or MathML, for sure. */

static void
tree_enter(cg_html_tree_t *tree, const cg_html_token_t *token, unsigned flags)
{
    if (!token->self_closing && !cg_html_tree_push(tree, token, flags)) {
        tree_start_doubt(tree, token);
    }
}


/* By HTML's rules, for sure: outside, or in an integration point. */

static void
tree_start_sure(cg_html_tree_t *tree, const cg_html_token_t *token)
{
    if (!tree_has(token, NAME_ROOT)) {
        tree_start_context(tree, token);
        return;
    }

    tree_enter(tree, token, tree_is(token, cg_str("svg")) ? LEVEL_SVG
                                                          : LEVEL_MATH);

    if (tree->select && tree->depth && !token->self_closing) {
        cg_html_tree_doubt(tree);
    }
}


static cg_html_feedback_t
tree_start_html(cg_html_tree_t *tree, const cg_html_token_t *token)
{
    int                 doubt = tree->doubt || !cg_html_tree_is_plain(tree);
    int                 ignored = tree->doubt == TREE_FOR_EVER;
    cg_html_mode_t      mode = cg_html_tree_mode(token);
    cg_html_feedback_t  feedback;

    if (tree->select && !tree_is(token, cg_str("script"))
        && !tree_is(token, cg_str("textarea")))
    {
        doubt = 1;
        ignored = 1;
    }

    if (tree->doubt) {
        tree_start_doubt(tree, token);

    } else {
        tree_start_sure(tree, token);
    }

    feedback = tree_feedback(tree, mode, tree_has(token, NAME_ROOT));
    feedback.doubt = doubt && mode != CG_HTML_DATA;
    feedback.ignored = feedback.doubt && ignored;
    tree->text = mode != CG_HTML_DATA && !doubt;

    return feedback;
}


/* Preload scanners take all content for HTML's. */

static cg_html_feedback_t
tree_start_foreign(cg_html_tree_t *tree, const cg_html_token_t *token,
    cg_str_t bytes)
{
    cg_html_feedback_t  feedback;

    tree->text = 0;

    tree_enter(tree, token, tree_foreign_flags(tree_top(tree), token, bytes));

    feedback = tree_feedback(tree, CG_HTML_DATA, 1);
    feedback.doubt = cg_html_tree_mode(token) != CG_HTML_DATA;

    return tree_text_foreign(feedback);
}


cg_html_feedback_t
cg_html_tree_start(cg_html_tree_t *tree, const cg_html_token_t *token,
    cg_str_t bytes)
{
    if (tree_start_is_html(tree_top(tree), token)) {
        return tree_start_html(tree, token);
    }

    if (tree_is(token, cg_str("font"))) {
        cg_html_tree_doubt(tree);    /* by its attributes, or not */

    } else if (tree_has(token, NAME_BREAKOUT)) {
        tree_break_out(tree);

    } else {
        return tree_start_foreign(tree, token, bytes);
    }

    return tree_start_html(tree, token);
}


/* End tags. */

static void
tree_end_context(cg_html_tree_t *tree, const cg_html_token_t *token)
{
    if (tree_is(token, cg_str("select"))) {
        tree->select = 0;

    } else if (tree_is(token, cg_str("template"))) {
        tree->templates -= tree->templates != 0;
    }
}


/* In the stack for sure, or not: 0 for none, else the level, from 1. */

static uint32_t
tree_find(const cg_html_tree_t *tree, const cg_html_token_t *token)
{
    uint32_t  i;

    for (i = tree->depth; i > 0; i--) {
        if (tree_is_level(token, &tree->stack[i - 1])) {
            break;
        }
    }

    return i;
}


/* It names nothing in the stack.  It may be HTML's, outside; an integration
 * point hides what is outside, except from the parts of tables. */

static void
tree_end_nothing(cg_html_tree_t *tree, const cg_html_token_t *token)
{
    unsigned  flags = cg_html_tree_flags(token);
    unsigned  hidden = tree_top(tree) & LEVEL_POINT;

    if ((flags & NAME_TABLE) || !(hidden || (flags & NAME_VOID))
        || (!hidden && tree_is(token, cg_str("br"))))
    {
        cg_html_tree_doubt(tree);
    }
}


static void
tree_end_inside(cg_html_tree_t *tree, const cg_html_token_t *token)
{
    uint32_t  level = tree_find(tree, token);
    unsigned  flags = tree_top(tree);

    if (level == 0) {
        tree_end_nothing(tree, token);

    } else if (level == tree->depth && !(flags & LEVEL_POINT)) {
        tree->depth--;

    } else if (level == tree->depth) {
        cg_html_tree_doubt(tree);    /* there may be HTML in it */

    } else if (cg_html_tree_is_plain(tree)) {
        tree->depth = level - 1;

    } else {
        cg_html_tree_doubt(tree);
    }
}


static void
tree_end_doubt(cg_html_tree_t *tree, const cg_html_token_t *token)
{
    if (tree->doubt != TREE_FOR_EVER && tree_is_level(token, &tree->root)) {
        tree->doubt--;
    }

    tree_end_context(tree, token);
}


/* From HTML content for sure, only the end of an integration point that
 * everybody took for left leads back into SVG or MathML. */

static void
tree_end_sure(cg_html_tree_t *tree, const cg_html_token_t *token)
{
    if (tree->points && !tree->text
        && tree_has(token, NAME_SVG_POINT | NAME_MATH_POINT))
    {
        cg_html_tree_give_up(tree);
    }

    tree_end_context(tree, token);
}


cg_html_feedback_t
cg_html_tree_end(cg_html_tree_t *tree, const cg_html_token_t *token)
{
    if (tree->doubt) {
        tree_end_doubt(tree, token);

    } else if (tree->depth) {
        tree_end_inside(tree, token);

    } else {
        tree_end_sure(tree, token);
    }

    tree->text = 0;

    return tree_feedback(tree, CG_HTML_DATA, 0);
}
