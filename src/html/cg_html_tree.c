#include "cg_html_tree_impl.h"
#include "cg_html_charref.h"
#include "base/cg_ascii.h"

/* A level of the stack: flags below, 24 bits of the name's hash above. */

#define LEVEL_SVG         0x01
#define LEVEL_MATH        0x02
#define LEVEL_FOREIGN     (LEVEL_SVG | LEVEL_MATH)       /* neither: HTML */
#define LEVEL_HTML_POINT  0x04   /* HTML integration point */
#define LEVEL_TEXT_POINT  0x08   /* MathML text integration point */
#define LEVEL_ANNOTATION  0x10   /* annotation-xml */
#define LEVEL_SPECIAL     0x20
#define LEVEL_SCOPE       0x40
#define LEVEL_FORMAT      0x80
#define LEVEL_POINT       (LEVEL_HTML_POINT | LEVEL_TEXT_POINT)
#define LEVEL_NAME        0xFFFFFF00u

#define TREE_ENCODING     32     /* bytes of `encoding` that can matter */


/* FNV-1a; two names with one hash only make the guess at a misnested page
 * worse. */

static uint32_t
tree_hash(const cg_html_token_t *token)
{
    size_t    i;
    size_t    n = token->name_len;
    uint32_t  hash = CG_HTML_TREE_HASH;

    if (n > CG_HTML_NAME) {
        n = CG_HTML_NAME;
    }

    for (i = 0; i < n; i++) {
        hash = cg_html_tree_hash_step(hash, token->name[i]);
    }

    return hash & LEVEL_NAME;
}


static uint32_t
tree_level(const cg_html_tree_t *tree, uint32_t depth)
{
    if (depth == 0) {
        return 0;
    }

    return tree->stack[(depth < CG_HTML_DEPTH ? depth : CG_HTML_DEPTH) - 1];
}


static uint32_t
tree_top(const cg_html_tree_t *tree)
{
    return tree_level(tree, tree->depth);
}


static void
tree_push(cg_html_tree_t *tree, uint32_t level)
{
    if (tree->depth < CG_HTML_DEPTH) {
        tree->stack[tree->depth] = level;
    }

    if (tree->depth < UINT32_MAX) {
        tree->depth++;
    }
}


/* Takes out level `i` (from 0) and leaves those above. */

static void
tree_remove(cg_html_tree_t *tree, uint32_t i)
{
    memmove(&tree->stack[i], &tree->stack[i + 1],
            (tree->depth - i - 1) * sizeof(tree->stack[0]));
    tree->depth--;
}


static uint16_t *
tree_open(cg_html_tree_t *tree, uint32_t hash)
{
    return &tree->open[(hash >> 8 ^ hash >> 20) % CG_HTML_OPEN];
}


void
cg_html_tree_count(cg_html_tree_t *tree, uint32_t hash, int closing)
{
    uint16_t  *open = tree_open(tree, hash & LEVEL_NAME);

    if (closing) {
        *open = (uint16_t) (*open - (*open != 0));

    } else if (*open < UINT16_MAX) {
        ++*open;
    }
}


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


static uint32_t
tree_svg_flags(const cg_html_token_t *token)
{
    if (tree_is(token, cg_str("foreignobject"))
        || tree_is(token, cg_str("desc"))
        || tree_is(token, cg_str("title")))
    {
        return LEVEL_SVG | LEVEL_HTML_POINT;
    }

    return LEVEL_SVG;
}


static uint32_t
tree_math_flags(const cg_html_token_t *token, cg_str_t bytes)
{
    if (tree_is(token, cg_str("mi")) || tree_is(token, cg_str("mo"))
        || tree_is(token, cg_str("mn")) || tree_is(token, cg_str("ms"))
        || tree_is(token, cg_str("mtext")))
    {
        return LEVEL_MATH | LEVEL_TEXT_POINT;
    }

    if (tree_is(token, cg_str("annotation-xml"))) {
        return tree_annotates_html(token, bytes)
               ? LEVEL_MATH | LEVEL_ANNOTATION | LEVEL_HTML_POINT
               : LEVEL_MATH | LEVEL_ANNOTATION;
    }

    return LEVEL_MATH;
}


/* Which rules a start tag follows (13.2.6, "tree construction dispatcher"). */

static int
tree_start_is_html(uint32_t top, const cg_html_token_t *token)
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


static int
tree_breaks_out(const cg_html_token_t *token, cg_str_t bytes)
{
    if (tree_is(token, cg_str("font"))) {
        return tree_attr(token, bytes, cg_str("color"))
               || tree_attr(token, bytes, cg_str("face"))
               || tree_attr(token, bytes, cg_str("size"));
    }

    return (cg_html_tree_flags(token) & NAME_BREAKOUT) != 0;
}


/* Pops SVG and MathML until an integration point or HTML is on top. */

static void
tree_break_out(cg_html_tree_t *tree)
{
    uint32_t  top = tree_top(tree);

    while ((top & LEVEL_FOREIGN) && !(top & LEVEL_POINT)) {

        if (tree->depth > CG_HTML_DEPTH) {
            tree->depth = CG_HTML_DEPTH;     /* they are all alike */
        }

        tree->depth--;
        top = tree_top(tree);
    }
}


/* An open `p` in button scope ends where a block begins. */

static void
tree_close_p(cg_html_tree_t *tree)
{
    uint32_t         i, level;
    cg_html_token_t  p;

    if (tree->depth > CG_HTML_DEPTH) {
        return;
    }

    p.name[0] = 'p';
    p.name_len = 1;

    for (i = tree->depth; i > 0; i--) {
        level = tree->stack[i - 1];

        if (level & (LEVEL_FOREIGN | LEVEL_SCOPE)) {
            return;
        }

        if ((level & LEVEL_NAME) == tree_hash(&p)) {
            tree->depth = i - 1;
            return;
        }
    }
}


/* An HTML element inside an integration point. */

static void
tree_push_html(cg_html_tree_t *tree, const cg_html_token_t *token)
{
    unsigned  flags = cg_html_tree_flags(token);
    uint32_t  level = tree_hash(token);

    if (flags & NAME_CLOSES_P) {
        tree_close_p(tree);
    }

    if (flags & (NAME_VOID | NAME_IGNORED)) {
        return;
    }

    level |= flags & NAME_SPECIAL ? LEVEL_SPECIAL : 0;
    level |= flags & NAME_SCOPE ? LEVEL_SCOPE : 0;
    level |= flags & NAME_FORMAT ? LEVEL_FORMAT : 0;

    tree_push(tree, level);
}


static void
tree_start_html(cg_html_tree_t *tree, const cg_html_token_t *token)
{
    if (tree->depth) {
        tree_push_html(tree, token);
        return;
    }

    if (cg_html_tree_flags(token) & NAME_VOID) {
        return;                              /* its end tag is nothing */
    }

    cg_html_tree_count(tree, tree_hash(token), 0);
}


static void
tree_push_foreign(cg_html_tree_t *tree, const cg_html_token_t *token,
    uint32_t flags)
{
    if (!token->self_closing) {
        tree_push(tree, tree_hash(token) | flags);
    }
}


static cg_html_feedback_t
tree_feedback(const cg_html_tree_t *tree, cg_html_mode_t mode, int foreign)
{
    cg_html_feedback_t  feedback;

    feedback.mode = mode;
    feedback.foreign = foreign != 0;
    feedback.cdata = (tree_top(tree) & LEVEL_FOREIGN) != 0;

    return feedback;
}


cg_html_feedback_t
cg_html_tree_start(cg_html_tree_t *tree, const cg_html_token_t *token,
    cg_str_t bytes)
{
    uint32_t  top = tree_top(tree);

    if (!tree_start_is_html(top, token)) {

        if (!tree_breaks_out(token, bytes)) {
            tree_push_foreign(tree, token,
                              top & LEVEL_SVG ? tree_svg_flags(token)
                                              : tree_math_flags(token, bytes));
            return tree_feedback(tree, CG_HTML_DATA, 1);
        }

        tree_break_out(tree);
    }

    if (tree_is(token, cg_str("svg"))) {
        tree_push_foreign(tree, token, LEVEL_SVG);
        return tree_feedback(tree, CG_HTML_DATA, 1);
    }

    if (tree_is(token, cg_str("math"))) {
        tree_push_foreign(tree, token, LEVEL_MATH);
        return tree_feedback(tree, CG_HTML_DATA, 1);
    }

    tree_start_html(tree, token);

    return tree_feedback(tree, cg_html_tree_mode(token), 0);
}


/* The element of this name among the SVG and MathML elements on top.  0: there
 * is none, the end tag is HTML's. */

static int
tree_end_foreign(cg_html_tree_t *tree, uint32_t hash)
{
    uint32_t  i;

    for (i = tree->depth; i > 0; i--) {

        if (!(tree->stack[i - 1] & LEVEL_FOREIGN)) {
            return 0;
        }

        if ((tree->stack[i - 1] & LEVEL_NAME) == hash) {
            tree->depth = i - 1;
            return 1;
        }
    }

    return 0;
}


/* Level `i` is the HTML element that an end tag names.  A formatting element
 * goes alone if a special one is above it (the adoption agency's outcome). */

static void
tree_end_level(cg_html_tree_t *tree, uint32_t i, unsigned flags, int special)
{
    if ((flags & NAME_STAYS) || ((flags & NAME_FORMAT) && special)) {
        tree_remove(tree, i);
        return;
    }

    if (!special || (flags & NAME_SPECIAL)) {
        tree->depth = i;
    }
}


/* An end tag by HTML's rules.  Integration points and some HTML elements hide
 * what is outside of them, except from the tables' end tags. */

static void
tree_end_html(cg_html_tree_t *tree, const cg_html_token_t *token,
    uint32_t hash)
{
    int        special = 0;
    uint32_t   i, level;
    unsigned   flags = cg_html_tree_flags(token);
    uint16_t  *open = tree_open(tree, hash);

    for (i = tree->depth; i > 0; i--) {
        level = tree->stack[i - 1];

        if (!(level & LEVEL_FOREIGN) && (level & LEVEL_NAME) == hash) {
            tree_end_level(tree, i - 1, flags, special);
            return;
        }

        if (!(flags & NAME_TABLE)
            && (level & (LEVEL_POINT | LEVEL_ANNOTATION | LEVEL_SCOPE)))
        {
            return;
        }

        special |= (level & LEVEL_SPECIAL) != 0;
    }

    if (*open) {
        --*open;

        if (!(flags & NAME_STAYS)) {
            tree->depth = 0;
        }
    }
}


cg_html_feedback_t
cg_html_tree_end(cg_html_tree_t *tree, const cg_html_token_t *token)
{
    uint32_t  hash = tree_hash(token);

    if (tree->depth == 0) {
        cg_html_tree_count(tree, hash, 1);

        return tree_feedback(tree, CG_HTML_DATA, 0);
    }

    if (tree_is(token, cg_str("p")) || tree_is(token, cg_str("br"))) {
        tree_break_out(tree);
    }

    if (tree->depth > CG_HTML_DEPTH) {
        tree->depth--;                       /* its name is not known */
        return tree_feedback(tree, CG_HTML_DATA, 0);
    }

    if (tree_end_foreign(tree, hash)) {
        return tree_feedback(tree, CG_HTML_DATA, 1);
    }

    tree_end_html(tree, token, hash);

    return tree_feedback(tree, CG_HTML_DATA, 0);
}
