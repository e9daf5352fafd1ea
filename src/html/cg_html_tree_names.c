#include "cg_html_tree_impl.h"

/* short, so that the table can be read */

#define SP  NAME_SPECIAL
#define SC  NAME_SCOPE
#define FO  NAME_FORMAT
#define VO  NAME_VOID
#define IG  NAME_IGNORED
#define BR  NAME_BREAKOUT
#define CP  NAME_CLOSES_P
#define TA  NAME_TABLE
#define ST  NAME_STAYS


typedef struct {
    char            name[12];
    uint16_t        flags;
} tree_name_t;


/* Sorted by name.  Special: 13.2.4.2; breakout: 13.2.6.5; what closes a `p`:
 * 13.2.6.4.7. */

static const tree_name_t  tree_names[] = {
    { "a", FO },
    { "address", SP | CP },
    { "applet", SP | SC },
    { "area", SP | VO },
    { "article", SP | CP },
    { "aside", SP | CP },
    { "b", FO | BR },
    { "base", SP | VO },
    { "basefont", SP | VO },
    { "bgsound", SP | VO },
    { "big", FO | BR },
    { "blockquote", SP | BR | CP },
    { "body", SP | IG | BR | ST },
    { "br", SP | VO | BR },
    { "button", SP | SC },
    { "caption", SP | IG | TA },
    { "center", SP | BR | CP },
    { "code", FO | BR },
    { "col", SP | VO | IG },
    { "colgroup", SP | IG | TA },
    { "dd", SP | BR | CP },
    { "details", SP | CP },
    { "dialog", CP },
    { "dir", SP | CP },
    { "div", SP | BR | CP },
    { "dl", SP | BR | CP },
    { "dt", SP | BR | CP },
    { "em", FO | BR },
    { "embed", SP | VO | BR },
    { "fieldset", SP | CP },
    { "figcaption", SP | CP },
    { "figure", SP | CP },
    { "font", FO },
    { "footer", SP | CP },
    { "form", SP | CP | ST },
    { "frame", SP | VO | IG },
    { "frameset", SP | IG },
    { "h1", SP | BR | CP },
    { "h2", SP | BR | CP },
    { "h3", SP | BR | CP },
    { "h4", SP | BR | CP },
    { "h5", SP | BR | CP },
    { "h6", SP | BR | CP },
    { "head", SP | IG | BR | ST },
    { "header", SP | CP },
    { "hgroup", SP | CP },
    { "hr", SP | VO | BR | CP },
    { "html", SP | IG | ST },
    { "i", FO | BR },
    { "iframe", SP },
    { "image", VO },
    { "img", SP | VO | BR },
    { "input", SP | VO },
    { "keygen", SP | VO },
    { "li", SP | BR | CP },
    { "link", SP | VO },
    { "listing", SP | BR | CP },
    { "main", SP | CP },
    { "marquee", SP | SC },
    { "menu", SP | BR | CP },
    { "meta", SP | VO | BR },
    { "nav", SP | CP },
    { "nobr", FO | BR },
    { "noembed", SP },
    { "noframes", SP },
    { "noscript", SP },
    { "object", SP | SC },
    { "ol", SP | BR | CP },
    { "p", SP | BR | CP },
    { "param", SP | VO },
    { "plaintext", SP | CP },
    { "pre", SP | BR | CP },
    { "ruby", BR },
    { "s", FO | BR },
    { "script", SP },
    { "search", SP | CP },
    { "section", SP | CP },
    { "select", SP },
    { "small", FO | BR },
    { "source", SP | VO },
    { "span", BR },
    { "strike", FO | BR },
    { "strong", FO | BR },
    { "style", SP },
    { "sub", BR },
    { "summary", SP | CP },
    { "sup", BR },
    { "table", SP | SC | BR | CP | TA },
    { "tbody", SP | IG | TA },
    { "td", SP | IG | TA },
    { "template", SP | SC | TA },
    { "textarea", SP },
    { "tfoot", SP | IG | TA },
    { "th", SP | IG | TA },
    { "thead", SP | IG | TA },
    { "title", SP },
    { "tr", SP | IG | TA },
    { "track", SP | VO },
    { "tt", FO | BR },
    { "u", FO | BR },
    { "ul", SP | BR | CP },
    { "var", BR },
    { "wbr", SP | VO },
    { "xmp", SP | CP }
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


unsigned
cg_html_tree_flags(const cg_html_token_t *token)
{
    int     order;
    char    name[CG_HTML_NAME + 1];
    size_t  mid;
    size_t  low = 0;
    size_t  high = sizeof(tree_names) / sizeof(tree_names[0]);

    if (token->name_len > CG_HTML_NAME) {
        return 0;
    }

    memcpy(name, token->name, token->name_len);
    name[token->name_len] = '\0';

    while (low < high) {
        mid = low + (high - low) / 2;
        order = strcmp(name, tree_names[mid].name);

        if (order == 0) {
            return tree_names[mid].flags;
        }

        if (order < 0) {
            high = mid;

        } else {
            low = mid + 1;
        }
    }

    return 0;
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
            && memcmp(token->name, tree_modes[i].name, token->name_len) == 0)
        {
            return tree_modes[i].mode;
        }
    }

    return CG_HTML_DATA;
}
