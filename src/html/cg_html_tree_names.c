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
    uint64_t        word;
    unsigned char   len;
    unsigned char   flags;
} tree_name_t;


/* A table without collisions: the multiplier was found by trying, the compiler
 * says so where a new name takes the slot of another. */

#define TREE_SLOT(word)  ((word) * UINT64_C(0xC484227562ED1B9D) >> 56)

#define ROW(word, len, flags)                                                \
    [TREE_SLOT(word)] = { (word), (len), (flags) }

/* Breakout: 13.2.6.5; integration points: 13.2.6. */

static const tree_name_t  tree_names[256] = {
    ROW(CG_N8('a', 'n', 'n', 'o', 't', 'a', 't', 'i'), 14, MP),
    ROW(CG_N4('a', 'r', 'e', 'a'), 4, VO),
    ROW(CG_N1('b'), 1, BR),
    ROW(CG_N4('b', 'a', 's', 'e'), 4, VO),
    ROW(CG_N8('b', 'a', 's', 'e', 'f', 'o', 'n', 't'), 8, VO),
    ROW(CG_N7('b', 'g', 's', 'o', 'u', 'n', 'd'), 7, VO),
    ROW(CG_N3('b', 'i', 'g'), 3, BR),
    ROW(CG_N8('b', 'l', 'o', 'c', 'k', 'q', 'u', 'o'), 10, BR),
    ROW(CG_N4('b', 'o', 'd', 'y'), 4, BR),
    ROW(CG_N2('b', 'r'), 2, VO | BR),
    ROW(CG_N7('c', 'a', 'p', 't', 'i', 'o', 'n'), 7, TA),
    ROW(CG_N6('c', 'e', 'n', 't', 'e', 'r'), 6, BR),
    ROW(CG_N4('c', 'o', 'd', 'e'), 4, BR),
    ROW(CG_N3('c', 'o', 'l'), 3, VO | TA),
    ROW(CG_N8('c', 'o', 'l', 'g', 'r', 'o', 'u', 'p'), 8, TA),
    ROW(CG_N2('d', 'd'), 2, BR),
    ROW(CG_N4('d', 'e', 's', 'c'), 4, SP),
    ROW(CG_N3('d', 'i', 'v'), 3, BR),
    ROW(CG_N2('d', 'l'), 2, BR),
    ROW(CG_N2('d', 't'), 2, BR),
    ROW(CG_N2('e', 'm'), 2, BR),
    ROW(CG_N5('e', 'm', 'b', 'e', 'd'), 5, VO | BR),
    ROW(CG_N8('f', 'o', 'r', 'e', 'i', 'g', 'n', 'o'), 13, SP),
    ROW(CG_N5('f', 'r', 'a', 'm', 'e'), 5, VO),
    ROW(CG_N2('h', '1'), 2, BR),
    ROW(CG_N2('h', '2'), 2, BR),
    ROW(CG_N2('h', '3'), 2, BR),
    ROW(CG_N2('h', '4'), 2, BR),
    ROW(CG_N2('h', '5'), 2, BR),
    ROW(CG_N2('h', '6'), 2, BR),
    ROW(CG_N4('h', 'e', 'a', 'd'), 4, BR),
    ROW(CG_N2('h', 'r'), 2, VO | BR),
    ROW(CG_N1('i'), 1, BR),
    ROW(CG_N5('i', 'm', 'a', 'g', 'e'), 5, VO),
    ROW(CG_N3('i', 'm', 'g'), 3, VO | BR),
    ROW(CG_N5('i', 'n', 'p', 'u', 't'), 5, VO),
    ROW(CG_N6('k', 'e', 'y', 'g', 'e', 'n'), 6, VO),
    ROW(CG_N2('l', 'i'), 2, BR),
    ROW(CG_N4('l', 'i', 'n', 'k'), 4, VO),
    ROW(CG_N7('l', 'i', 's', 't', 'i', 'n', 'g'), 7, BR),
    ROW(CG_N4('m', 'a', 't', 'h'), 4, RO),
    ROW(CG_N4('m', 'e', 'n', 'u'), 4, BR),
    ROW(CG_N4('m', 'e', 't', 'a'), 4, VO | BR),
    ROW(CG_N2('m', 'i'), 2, MP),
    ROW(CG_N2('m', 'n'), 2, MP),
    ROW(CG_N2('m', 'o'), 2, MP),
    ROW(CG_N2('m', 's'), 2, MP),
    ROW(CG_N5('m', 't', 'e', 'x', 't'), 5, MP),
    ROW(CG_N4('n', 'o', 'b', 'r'), 4, BR),
    ROW(CG_N2('o', 'l'), 2, BR),
    ROW(CG_N1('p'), 1, BR),
    ROW(CG_N5('p', 'a', 'r', 'a', 'm'), 5, VO),
    ROW(CG_N3('p', 'r', 'e'), 3, BR),
    ROW(CG_N4('r', 'u', 'b', 'y'), 4, BR),
    ROW(CG_N1('s'), 1, BR),
    ROW(CG_N5('s', 'm', 'a', 'l', 'l'), 5, BR),
    ROW(CG_N6('s', 'o', 'u', 'r', 'c', 'e'), 6, VO),
    ROW(CG_N4('s', 'p', 'a', 'n'), 4, BR),
    ROW(CG_N6('s', 't', 'r', 'i', 'k', 'e'), 6, BR),
    ROW(CG_N6('s', 't', 'r', 'o', 'n', 'g'), 6, BR),
    ROW(CG_N3('s', 'u', 'b'), 3, BR),
    ROW(CG_N3('s', 'u', 'p'), 3, BR),
    ROW(CG_N3('s', 'v', 'g'), 3, RO),
    ROW(CG_N5('t', 'a', 'b', 'l', 'e'), 5, BR | TA),
    ROW(CG_N5('t', 'b', 'o', 'd', 'y'), 5, TA),
    ROW(CG_N2('t', 'd'), 2, TA),
    ROW(CG_N8('t', 'e', 'm', 'p', 'l', 'a', 't', 'e'), 8, TA),
    ROW(CG_N5('t', 'f', 'o', 'o', 't'), 5, TA),
    ROW(CG_N2('t', 'h'), 2, TA),
    ROW(CG_N5('t', 'h', 'e', 'a', 'd'), 5, TA),
    ROW(CG_N5('t', 'i', 't', 'l', 'e'), 5, SP),
    ROW(CG_N2('t', 'r'), 2, TA),
    ROW(CG_N5('t', 'r', 'a', 'c', 'k'), 5, VO),
    ROW(CG_N2('t', 't'), 2, BR),
    ROW(CG_N1('u'), 1, BR),
    ROW(CG_N2('u', 'l'), 2, BR),
    ROW(CG_N3('v', 'a', 'r'), 3, BR),
    ROW(CG_N3('w', 'b', 'r'), 3, VO),
};


unsigned
cg_html_tree_flags(const cg_html_token_t *token)
{
    uint64_t            word = cg_html_word(token->name, token->name_len);
    const tree_name_t  *row = &tree_names[TREE_SLOT(word)];

    return row->word == word && row->len == token->name_len ? row->flags : 0;
}


/* 13.2.6.4.4 and 13.2.6.4.7, scripting off. */

cg_html_mode_t
cg_html_tree_mode(const cg_html_token_t *token)
{
    if (token->name_len > CG_NAME_WORD) {
        return token->name_len == 9
               && memcmp(token->name, "plaintext", 9) == 0
               ? CG_HTML_PLAINTEXT : CG_HTML_DATA;
    }

    switch (cg_html_word(token->name, token->name_len)) {

    case CG_N6('s', 'c', 'r', 'i', 'p', 't'):
        return CG_HTML_SCRIPT;

    case CG_N5('t', 'i', 't', 'l', 'e'):
    case CG_N8('t', 'e', 'x', 't', 'a', 'r', 'e', 'a'):
        return CG_HTML_RCDATA;

    case CG_N5('s', 't', 'y', 'l', 'e'):
    case CG_N6('i', 'f', 'r', 'a', 'm', 'e'):
    case CG_N7('n', 'o', 'e', 'm', 'b', 'e', 'd'):
    case CG_N8('n', 'o', 'f', 'r', 'a', 'm', 'e', 's'):
    case CG_N3('x', 'm', 'p'):
        return CG_HTML_RAWTEXT;

    default:
        return CG_HTML_DATA;
    }
}
