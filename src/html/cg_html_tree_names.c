#include "cg_html_tree_impl.h"
#include "cg_html_name.h"

/* short, so that the table can be read */

#define VO  NAME_VOID
#define BR  NAME_BREAKOUT
#define TA  NAME_TABLE
#define RO  NAME_ROOT
#define SP  NAME_SVG_POINT
#define MP  NAME_MATH_POINT


typedef struct {
    char            name[15];
    unsigned char   flags;
} tree_name_t;


/* Sorted by name.  Breakout: 13.2.6.5; integration points: 13.2.6. */

static const tree_name_t  tree_names[] = {
    { "annotation-xml", MP },
    { "area", VO },
    { "b", BR },
    { "base", VO },
    { "basefont", VO },
    { "bgsound", VO },
    { "big", BR },
    { "blockquote", BR },
    { "body", BR },
    { "br", VO | BR },
    { "caption", TA },
    { "center", BR },
    { "code", BR },
    { "col", VO | TA },
    { "colgroup", TA },
    { "dd", BR },
    { "desc", SP },
    { "div", BR },
    { "dl", BR },
    { "dt", BR },
    { "em", BR },
    { "embed", VO | BR },
    { "foreignobject", SP },
    { "frame", VO },
    { "h1", BR },
    { "h2", BR },
    { "h3", BR },
    { "h4", BR },
    { "h5", BR },
    { "h6", BR },
    { "head", BR },
    { "hr", VO | BR },
    { "i", BR },
    { "image", VO },
    { "img", VO | BR },
    { "input", VO },
    { "keygen", VO },
    { "li", BR },
    { "link", VO },
    { "listing", BR },
    { "math", RO },
    { "menu", BR },
    { "meta", VO | BR },
    { "mi", MP },
    { "mn", MP },
    { "mo", MP },
    { "ms", MP },
    { "mtext", MP },
    { "nobr", BR },
    { "ol", BR },
    { "p", BR },
    { "param", VO },
    { "pre", BR },
    { "ruby", BR },
    { "s", BR },
    { "small", BR },
    { "source", VO },
    { "span", BR },
    { "strike", BR },
    { "strong", BR },
    { "sub", BR },
    { "sup", BR },
    { "svg", RO },
    { "table", BR | TA },
    { "tbody", TA },
    { "td", TA },
    { "template", TA },
    { "tfoot", TA },
    { "th", TA },
    { "thead", TA },
    { "title", SP },
    { "tr", TA },
    { "track", VO },
    { "tt", BR },
    { "u", BR },
    { "ul", BR },
    { "var", BR },
    { "wbr", VO }
};


typedef struct {
    char            name[11];
    unsigned char   len;
    cg_html_mode_t  mode;
} tree_mode_t;


static const tree_mode_t  tree_modes[] = {
    { "script", 6, CG_HTML_SCRIPT },
    { "style", 5, CG_HTML_RAWTEXT },
    { "title", 5, CG_HTML_RCDATA },
    { "textarea", 8, CG_HTML_RCDATA },
    { "iframe", 6, CG_HTML_RAWTEXT },
    { "noembed", 7, CG_HTML_RAWTEXT },
    { "noframes", 8, CG_HTML_RAWTEXT },
    { "xmp", 3, CG_HTML_RAWTEXT },
    { "plaintext", 9, CG_HTML_PLAINTEXT }
};


/* The row where the name would be: it may be another's.  Swapped, words stand
 * in the order of names; all names of the table differ in them. */

static const tree_name_t *
tree_row(const cg_html_token_t *token)
{
    size_t    mid, low = 0;
    size_t    high = sizeof(tree_names) / sizeof(tree_names[0]) - 1;
    uint64_t  word, wanted;

    wanted = __builtin_bswap64(cg_html_word(token->name, token->name_len));

    while (low < high) {
        mid = low + (high - low) / 2;
        word = cg_html_word((const unsigned char *) tree_names[mid].name,
                            CG_NAME_WORD);

        if (__builtin_bswap64(word) < wanted) {
            low = mid + 1;

        } else {
            high = mid;
        }
    }

    return &tree_names[low];
}


unsigned
cg_html_tree_flags(const cg_html_token_t *token)
{
    const tree_name_t  *row = tree_row(token);

    return token->name_len < sizeof(row->name)
           && row->name[token->name_len] == '\0'
           && memcmp(row->name, token->name, token->name_len) == 0
           ? row->flags : 0;
}


/* 13.2.6.4.4 and 13.2.6.4.7, scripting off. */

cg_html_mode_t
cg_html_tree_mode(const cg_html_token_t *token)
{
    size_t  i;

    if (token->name_len < 3) {               /* most tags */
        return CG_HTML_DATA;
    }

    for (i = 0; i < sizeof(tree_modes) / sizeof(tree_modes[0]); i++) {

        if (token->name_len == tree_modes[i].len
            && token->name[0] == (unsigned char) tree_modes[i].name[0]
            && memcmp(token->name, tree_modes[i].name, token->name_len) == 0)
        {
            return tree_modes[i].mode;
        }
    }

    return CG_HTML_DATA;
}
