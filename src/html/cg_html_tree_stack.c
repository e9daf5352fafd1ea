/* What is open of SVG and MathML, and the doubts about it. */

#include "cg_html_tree_impl.h"


void
cg_html_tree_give_up(cg_html_tree_t *tree)
{
    tree->doubt = TREE_FOR_EVER;
    tree->depth = 0;
    tree->lost = 1;
}


void
cg_html_tree_give_up_modes(cg_html_tree_t *tree)
{
    if (tree->doubt != TREE_FOR_EVER) {
        tree->lost = tree->doubt || tree->depth;
        tree->doubt = TREE_FOR_EVER;
        tree->depth = 0;
    }
}


/* Nothing but SVG, none of its integration points and no `math`: all trees are
 * alike there. */

int
cg_html_tree_is_plain(const cg_html_tree_t *tree)
{
    uint32_t                i;
    const cg_html_level_t  *level;

    for (i = 0; i < tree->depth; i++) {
        level = &tree->stack[i];

        if ((level->flags & ~LEVEL_ROOT) != LEVEL_SVG
            || ((level->flags & LEVEL_ROOT) && level->name[0] != 's'))
        {
            return 0;
        }
    }

    return 1;
}


/* How many `svg` or `math` are open.  Not to be told where there are both: the
 * end tag of one may be hidden by the other. */

static uint32_t
tree_roots(const cg_html_tree_t *tree)
{
    uint32_t                i, n = 0;
    const cg_html_level_t  *level, *root = &tree->stack[0];

    for (i = 0; i < tree->depth; i++) {
        level = &tree->stack[i];

        if (level->flags & LEVEL_ROOT) {
            if (level->name_len != root->name_len) {
                return TREE_FOR_EVER;
            }

            n++;
        }
    }

    return n;
}


/* Inside of SVG or behind it: its own end tag will tell, once for each of the
 * `svg` elements that are open. */

void
cg_html_tree_doubt(cg_html_tree_t *tree)
{
    tree->doubt = tree_roots(tree);
    tree->pointed = !cg_html_tree_is_plain(tree);
    tree->root = tree->stack[0];
    tree->depth = 0;
    tree->lost = 1;
}


int
cg_html_tree_push(cg_html_tree_t *tree, const cg_html_token_t *token,
    unsigned flags)
{
    cg_html_level_t  *level;

    if (tree->depth == CG_HTML_DEPTH || token->name_len > CG_HTML_NAME) {
        cg_html_tree_doubt(tree);
        return 0;
    }

    flags |= tree_has(token, NAME_ROOT) ? LEVEL_ROOT : 0;
    tree->points |= (flags & LEVEL_POINT) != 0;

    level = &tree->stack[tree->depth++];
    memset(level, 0, sizeof(*level));
    level->flags = (unsigned char) flags;
    level->name_len = (unsigned char) token->name_len;
    memcpy(level->name, token->name, token->name_len);

    return 1;
}


static int
tree_differ(const cg_html_tree_t *a, const cg_html_tree_t *b)
{
    return a->doubt != b->doubt || a->depth != b->depth
           || (a->doubt && memcmp(&a->root, &b->root, sizeof(a->root)) != 0)
           || memcmp(a->stack, b->stack,
                     a->depth * sizeof(a->stack[0])) != 0;
}


int
cg_html_tree_may_skim(const cg_html_tree_t *tree)
{
    return tree->depth == 0
           && (tree->doubt == 0 || tree->doubt == TREE_FOR_EVER);
}


int
cg_html_tree_is_html(const cg_html_tree_t *tree)
{
    return cg_html_tree_may_skim(tree) && (tree->doubt == 0 || !tree->lost);
}


int
cg_html_tree_rests(const cg_html_tree_t *tree)
{
    return tree->depth == 0 && tree->doubt == 0 && tree->templates == 0
           && !tree->select && !tree->text;
}


#define TREE_POINTS   0x01
#define TREE_POINTED  0x02
#define TREE_LOST     0x04

uint32_t
cg_html_tree_memory(const cg_html_tree_t *tree)
{
    return (tree->points ? TREE_POINTS : 0) | (tree->pointed ? TREE_POINTED : 0)
           | (tree->lost ? TREE_LOST : 0);
}


void
cg_html_tree_remember(cg_html_tree_t *tree, uint32_t memory)
{
    tree->points = (memory & TREE_POINTS) != 0;
    tree->pointed = (memory & TREE_POINTED) != 0;
    tree->lost = (memory & TREE_LOST) != 0;
}


/* Of two doubts about one root the longer one holds for both, and any holds
 * for HTML content as well. */

static void
tree_join_doubts(cg_html_tree_t *tree, cg_html_tree_t other)
{
    if (tree->depth) {
        cg_html_tree_doubt(tree);
    }

    if (other.depth) {
        cg_html_tree_doubt(&other);
    }

    if (tree->doubt && other.doubt
        && memcmp(&tree->root, &other.root, sizeof(tree->root)) != 0)
    {
        cg_html_tree_give_up(tree);

    } else if (other.doubt > tree->doubt) {
        tree->doubt = other.doubt;
        tree->root = other.root;
    }

    tree->pointed |= other.pointed;
    tree->lost |= other.lost;
}


void
cg_html_tree_join(cg_html_tree_t *tree, const cg_html_tree_t *other)
{
    if (tree_differ(tree, other)) {
        tree_join_doubts(tree, *other);
    }

    tree->select |= other->select;
    tree->points |= other->points;
    tree->lost |= other->lost;
    tree->text = 0;

    if (tree->templates < other->templates) {
        tree->templates = other->templates;
    }
}
