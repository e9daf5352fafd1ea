/* Elements and their attributes that make a browser fetch. */

#include "cg_element_rows.h"
#include "html/cg_html_name.h"


static const cg_element_attr_t  rows_a[] = {
    { S("ping"), CG_GROUP_PING, ELEMENT_LIST },
    { S("attributionsrc"), CG_GROUP_PING, ELEMENT_LIST },
};

static const cg_element_attr_t  rows_table_parts[] = {
    { S("background"), CG_GROUP_BACKGROUND, ELEMENT_IMAGE },
};

static const cg_element_attr_t  rows_img[] = {
    { S("src"), CG_GROUP_SRC, ELEMENT_IMAGE },
    { S("srcset"), CG_GROUP_SRCSET, ELEMENT_SRCSET },
    { S("attributionsrc"), CG_GROUP_PING, ELEMENT_LIST },
};

static const cg_element_attr_t  rows_set[] = {
    { S("to"), CG_GROUP_ANIMATED, ELEMENT_VALUES },
};

static const cg_element_attr_t  rows_use[] = {
    { S("href"), CG_GROUP_HREF, ELEMENT_URL },
    { S("xlink:href"), CG_GROUP_HREF, ELEMENT_URL },
};

static const cg_element_attr_t  rows_area[] = {
    { S("ping"), CG_GROUP_PING, ELEMENT_LIST },
};

static const cg_element_attr_t  rows_base[] = {
    { S("href"), CG_GROUP_HREF, ELEMENT_URL },
};

static const cg_element_attr_t  rows_form[] = {
    { S("action"), CG_GROUP_ACTION, ELEMENT_ACTION },
};

static const cg_element_attr_t  rows_link[] = {
    { S("href"), CG_GROUP_HREF, ELEMENT_LINK },
    { S("imagesrcset"), CG_GROUP_SRCSET, ELEMENT_SRCSET },
};

static const cg_element_attr_t  rows_meta[] = {
    { S("content"), CG_GROUP_CONTENT, ELEMENT_REFRESH },
};

static const cg_element_attr_t  rows_audio[] = {
    { S("src"), CG_GROUP_SRC, ELEMENT_IMAGE },
};

static const cg_element_attr_t  rows_embed[] = {
    { S("src"), CG_GROUP_SRC, ELEMENT_URL },
};

static const cg_element_attr_t  rows_image[] = {
    { S("src"), CG_GROUP_SRC, ELEMENT_IMAGE },
    { S("srcset"), CG_GROUP_SRCSET, ELEMENT_SRCSET },
    { S("href"), CG_GROUP_HREF, ELEMENT_IMAGE },
    { S("xlink:href"), CG_GROUP_HREF, ELEMENT_IMAGE },
};

static const cg_element_attr_t  rows_input[] = {
    { S("src"), CG_GROUP_SRC, ELEMENT_IMAGE },
    { S("formaction"), CG_GROUP_ACTION, ELEMENT_ACTION },
};

static const cg_element_attr_t  rows_video[] = {
    { S("src"), CG_GROUP_SRC, ELEMENT_IMAGE },
    { S("poster"), CG_GROUP_POSTER, ELEMENT_IMAGE },
};

static const cg_element_attr_t  rows_button[] = {
    { S("formaction"), CG_GROUP_ACTION, ELEMENT_ACTION },
};

static const cg_element_attr_t  rows_iframe[] = {
    { S("src"), CG_GROUP_SRC, ELEMENT_URL },
    { S("srcdoc"), CG_GROUP_SRCDOC, ELEMENT_DOCUMENT },
};

static const cg_element_attr_t  rows_object[] = {
    { S("data"), CG_GROUP_DATA, ELEMENT_URL },
};

static const cg_element_attr_t  rows_script[] = {
    { S("src"), CG_GROUP_SRC, ELEMENT_URL },
    { S("attributionsrc"), CG_GROUP_PING, ELEMENT_LIST },
    { S("href"), CG_GROUP_HREF, ELEMENT_URL },
    { S("xlink:href"), CG_GROUP_HREF, ELEMENT_URL },
};

static const cg_element_attr_t  rows_source[] = {
    { S("src"), CG_GROUP_SRC, ELEMENT_IMAGE },
    { S("srcset"), CG_GROUP_SRCSET, ELEMENT_SRCSET },
};

static const cg_element_attr_t  rows_feimage[] = {
    { S("href"), CG_GROUP_HREF, ELEMENT_IMAGE },
    { S("xlink:href"), CG_GROUP_HREF, ELEMENT_IMAGE },
};

static const cg_element_attr_t  rows_animate[] = {
    { S("to"), CG_GROUP_ANIMATED, ELEMENT_VALUES },
    { S("from"), CG_GROUP_ANIMATED, ELEMENT_VALUES },
    { S("by"), CG_GROUP_ANIMATED, ELEMENT_VALUES },
    { S("values"), CG_GROUP_ANIMATED, ELEMENT_VALUES },
};


/* A table without collisions: the multiplier was found by trying, the compiler
 * says so where a new element takes the slot of another. */

#define ROWS_SLOT(word)  ((word) * UINT64_C(0x84D4CD1F47CA7883) >> 57)

#define ROW(word, attrs, len)                                                \
    [ROWS_SLOT(word)] = { (word), (len), attrs,                              \
                          sizeof(attrs) / sizeof((attrs)[0]) }

static const cg_element_row_t  rows_table[128] = {
    ROW(CG_N1('a'), rows_a, 1),
    ROW(CG_N2('t', 'd'), rows_table_parts, 2),
    ROW(CG_N2('t', 'h'), rows_table_parts, 2),
    ROW(CG_N2('t', 'r'), rows_table_parts, 2),
    ROW(CG_N3('i', 'm', 'g'), rows_img, 3),
    ROW(CG_N3('s', 'e', 't'), rows_set, 3),
    ROW(CG_N3('u', 's', 'e'), rows_use, 3),
    ROW(CG_N4('a', 'r', 'e', 'a'), rows_area, 4),
    ROW(CG_N4('b', 'a', 's', 'e'), rows_base, 4),
    ROW(CG_N4('f', 'o', 'r', 'm'), rows_form, 4),
    ROW(CG_N4('b', 'o', 'd', 'y'), rows_table_parts, 4),
    ROW(CG_N4('l', 'i', 'n', 'k'), rows_link, 4),
    ROW(CG_N4('m', 'e', 't', 'a'), rows_meta, 4),
    ROW(CG_N5('a', 'u', 'd', 'i', 'o'), rows_audio, 5),
    ROW(CG_N5('e', 'm', 'b', 'e', 'd'), rows_embed, 5),
    ROW(CG_N5('f', 'r', 'a', 'm', 'e'), rows_embed, 5),
    ROW(CG_N5('i', 'm', 'a', 'g', 'e'), rows_image, 5),
    ROW(CG_N5('i', 'n', 'p', 'u', 't'), rows_input, 5),
    ROW(CG_N5('m', 'o', 'd', 'e', 'l'), rows_embed, 5),
    ROW(CG_N5('t', 'a', 'b', 'l', 'e'), rows_table_parts, 5),
    ROW(CG_N5('t', 'b', 'o', 'd', 'y'), rows_table_parts, 5),
    ROW(CG_N5('t', 'f', 'o', 'o', 't'), rows_table_parts, 5),
    ROW(CG_N5('t', 'h', 'e', 'a', 'd'), rows_table_parts, 5),
    ROW(CG_N5('t', 'r', 'a', 'c', 'k'), rows_audio, 5),
    ROW(CG_N5('v', 'i', 'd', 'e', 'o'), rows_video, 5),
    ROW(CG_N6('b', 'u', 't', 't', 'o', 'n'), rows_button, 6),
    ROW(CG_N6('i', 'f', 'r', 'a', 'm', 'e'), rows_iframe, 6),
    ROW(CG_N6('p', 'o', 'r', 't', 'a', 'l'), rows_embed, 6),
    ROW(CG_N6('o', 'b', 'j', 'e', 'c', 't'), rows_object, 6),
    ROW(CG_N6('s', 'c', 'r', 'i', 'p', 't'), rows_script, 6),
    ROW(CG_N6('s', 'o', 'u', 'r', 'c', 'e'), rows_source, 6),
    ROW(CG_N7('f', 'e', 'i', 'm', 'a', 'g', 'e'), rows_feimage, 7),
    ROW(CG_N7('a', 'n', 'i', 'm', 'a', 't', 'e'), rows_animate, 7),
    ROW(CG_N8('f', 'e', 'n', 'c', 'e', 'd', 'f', 'r'), rows_embed, 11),
};


const cg_element_row_t *
cg_element_find(const cg_html_token_t *token)
{
    uint64_t                 word = cg_html_word(token->name, token->name_len);
    const cg_element_row_t  *row = &rows_table[ROWS_SLOT(word)];

    return row->word == word && row->len == token->name_len ? row : NULL;
}


int
cg_element_row_is_script(const cg_element_row_t *row)
{
    return row->attrs == rows_script;
}
