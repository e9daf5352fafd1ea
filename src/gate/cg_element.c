#include "cg_element.h"
#include "cg_headers.h"
#include "base/cg_ascii.h"
#include "html/cg_html_charref.h"


typedef enum {
    ELEMENT_URL = 0,
    ELEMENT_LINK,                  /* a URL, if the link types fetch */
    ELEMENT_SRCSET,
    ELEMENT_LIST,                  /* URLs between spaces */
    ELEMENT_REFRESH                /* of a meta with http-equiv=refresh */
} element_kind_t;

struct cg_element_row_s {
    cg_str_t         element;
    cg_str_t         attribute;
    cg_group_t       group;
    element_kind_t   kind;
};


/* By length of the element's name, the rows of one element together. */

#define ELEMENT(e, a, g, k)                                                  \
    { { sizeof(e) - 1, (const unsigned char *) (e) },                        \
      { sizeof(a) - 1, (const unsigned char *) (a) }, (g), (k) }

static const cg_element_row_t  element_rows[] = {
    ELEMENT("a", "ping", CG_GROUP_PING, ELEMENT_LIST),
    ELEMENT("td", "background", CG_GROUP_BACKGROUND, ELEMENT_URL),
    ELEMENT("th", "background", CG_GROUP_BACKGROUND, ELEMENT_URL),
    ELEMENT("tr", "background", CG_GROUP_BACKGROUND, ELEMENT_URL),
    ELEMENT("img", "src", CG_GROUP_SRC, ELEMENT_URL),
    ELEMENT("img", "srcset", CG_GROUP_SRCSET, ELEMENT_SRCSET),
    ELEMENT("use", "href", CG_GROUP_HREF, ELEMENT_URL),
    ELEMENT("use", "xlink:href", CG_GROUP_HREF, ELEMENT_URL),
    ELEMENT("area", "ping", CG_GROUP_PING, ELEMENT_LIST),
    ELEMENT("base", "href", CG_GROUP_HREF, ELEMENT_URL),
    ELEMENT("body", "background", CG_GROUP_BACKGROUND, ELEMENT_URL),
    ELEMENT("link", "href", CG_GROUP_HREF, ELEMENT_LINK),
    ELEMENT("link", "imagesrcset", CG_GROUP_SRCSET, ELEMENT_SRCSET),
    ELEMENT("meta", "content", CG_GROUP_CONTENT, ELEMENT_REFRESH),
    ELEMENT("audio", "src", CG_GROUP_SRC, ELEMENT_URL),
    ELEMENT("embed", "src", CG_GROUP_SRC, ELEMENT_URL),
    ELEMENT("frame", "src", CG_GROUP_SRC, ELEMENT_URL),
    ELEMENT("image", "src", CG_GROUP_SRC, ELEMENT_URL),
    ELEMENT("image", "srcset", CG_GROUP_SRCSET, ELEMENT_SRCSET),
    ELEMENT("image", "href", CG_GROUP_HREF, ELEMENT_URL),
    ELEMENT("image", "xlink:href", CG_GROUP_HREF, ELEMENT_URL),
    ELEMENT("input", "src", CG_GROUP_SRC, ELEMENT_URL),
    ELEMENT("table", "background", CG_GROUP_BACKGROUND, ELEMENT_URL),
    ELEMENT("tbody", "background", CG_GROUP_BACKGROUND, ELEMENT_URL),
    ELEMENT("tfoot", "background", CG_GROUP_BACKGROUND, ELEMENT_URL),
    ELEMENT("thead", "background", CG_GROUP_BACKGROUND, ELEMENT_URL),
    ELEMENT("track", "src", CG_GROUP_SRC, ELEMENT_URL),
    ELEMENT("video", "src", CG_GROUP_SRC, ELEMENT_URL),
    ELEMENT("video", "poster", CG_GROUP_POSTER, ELEMENT_URL),
    ELEMENT("iframe", "src", CG_GROUP_SRC, ELEMENT_URL),
    ELEMENT("object", "data", CG_GROUP_DATA, ELEMENT_URL),
    ELEMENT("script", "src", CG_GROUP_SRC, ELEMENT_URL),
    ELEMENT("script", "href", CG_GROUP_HREF, ELEMENT_URL),
    ELEMENT("script", "xlink:href", CG_GROUP_HREF, ELEMENT_URL),
    ELEMENT("source", "src", CG_GROUP_SRC, ELEMENT_URL),
    ELEMENT("source", "srcset", CG_GROUP_SRCSET, ELEMENT_SRCSET),
    ELEMENT("feimage", "href", CG_GROUP_HREF, ELEMENT_URL),
    ELEMENT("feimage", "xlink:href", CG_GROUP_HREF, ELEMENT_URL),
};

#define ELEMENT_ROWS  (sizeof(element_rows) / sizeof(element_rows[0]))


/* Link types that make no browser fetch.  `next` is none of them: it was a
 * prefetch in Firefox. */

static const char *const  element_quiet_rels[] = {
    "alternate", "amphtml", "archives", "author", "bookmark", "canonical",
    "edituri", "first", "help", "index", "last", "license", "me", "nofollow",
    "noopener", "noreferrer", "pingback", "prev", "privacy-policy", "profile",
    "publisher", "search", "self", "shortlink", "start", "tag",
    "terms-of-service", "up", "wlwmanifest", "https://api.w.org/",
};


/* JavaScript MIME types (MIME Sniffing 4.6) and the types that act. */

static const char *const  element_types[] = {
    "text/javascript", "application/javascript", "module", "importmap",
    "speculationrules", "application/ecmascript", "application/x-ecmascript",
    "application/x-javascript", "text/ecmascript", "text/javascript1.0",
    "text/javascript1.1", "text/javascript1.2", "text/javascript1.3",
    "text/javascript1.4", "text/javascript1.5", "text/jscript",
    "text/livescript", "text/x-ecmascript", "text/x-javascript",
};


static int
element_is_listed(cg_str_t word, const char *const *list, size_t n)
{
    size_t  i;

    for (i = 0; i < n; i++) {
        if (cg_ascii_eq_nocase(word, cg_str_from(list[i]))) {
            return 1;
        }
    }

    return 0;
}


cg_str_t
cg_element_name(const cg_html_token_t *token, cg_str_t bytes, size_t i)
{
    const cg_html_attr_t  *attr = &token->attrs[i];

    return cg_str_sub(bytes, attr->name, attr->name_end);
}


cg_str_t
cg_element_value(const cg_html_token_t *token, cg_str_t bytes, size_t i)
{
    const cg_html_attr_t  *attr = &token->attrs[i];

    return attr->has_value ? cg_str_sub(bytes, attr->value, attr->value_end)
                           : cg_str("");
}


/* Absent: no memory. */

static cg_str_t
element_decode(cg_arena_t *scratch, cg_str_t raw)
{
    cg_out_t  out;

    if (raw.len == 0 || memchr(raw.data, '&', raw.len) == NULL) {
        return raw;
    }

    cg_out_init(&out, scratch, 2 * CG_MAX_TAG);
    cg_html_charref_attr(&out, raw);

    return cg_out_slice(&out);
}


const cg_element_row_t *
cg_element_find(const cg_html_token_t *token)
{
    size_t    i = 0;
    cg_str_t  name;

    while (i < ELEMENT_ROWS && element_rows[i].element.len < token->name_len) {
        i++;
    }

    for ( ; i < ELEMENT_ROWS; i++) {
        name = element_rows[i].element;

        if (name.len != token->name_len) {
            break;
        }

        if (name.data[0] == token->name[0]
            && memcmp(name.data, token->name, name.len) == 0)
        {
            return &element_rows[i];
        }
    }

    return NULL;
}


static const cg_element_row_t *
element_row(const cg_element_row_t *rows, cg_str_t name)
{
    cg_str_t                 element = rows->element;
    const cg_element_row_t  *end = element_rows + ELEMENT_ROWS;

    for ( ; rows != end && cg_str_eq(rows->element, element); rows++) {
        if (cg_ascii_eq_nocase(name, rows->attribute)) {
            return rows;
        }
    }

    return NULL;
}


unsigned
cg_element_group(const cg_element_row_t *rows, cg_str_t name)
{
    const cg_element_row_t  *row = element_row(rows, name);

    if (row != NULL) {
        return row->group;
    }

    if (cg_str_eq(rows->element, cg_str("script"))
        && cg_ascii_eq_nocase(name, cg_str("type")))
    {
        return CG_GROUP_TYPE;
    }

    return 0;
}


/* The first one that is held, else the first one that counts. */

static void
element_add(cg_verdict_t *sum, cg_verdict_t verdict)
{
    if ((!verdict.pass && sum->pass)
        || (verdict.counted && !sum->counted && sum->pass))
    {
        *sum = verdict;
    }
}


static cg_str_t
element_word(cg_str_t *rest)
{
    size_t    n;
    cg_str_t  word;

    while (rest->len && cg_ascii_is_space(rest->data[0])) {
        *rest = cg_str_sub(*rest, 1, rest->len);
    }

    for (n = 0; n < rest->len && !cg_ascii_is_space(rest->data[n]); n++) {
        /* void */
    }

    word = cg_str_sub(*rest, 0, n);
    *rest = cg_str_sub(*rest, n, rest->len);

    return word;
}


int
cg_element_rel_fetches(cg_str_t rel)
{
    cg_str_t  word;

    while ((word = element_word(&rel)).len) {
        if (!element_is_listed(word, element_quiet_rels,
                               sizeof(element_quiet_rels)
                               / sizeof(element_quiet_rels[0])))
        {
            return 1;
        }
    }

    return 0;
}


/* The descriptors of one candidate: up to a comma outside parentheses. */

static size_t
element_srcset_descriptors(cg_str_t value, size_t i)
{
    int  parens = 0;

    for ( ; i < value.len; i++) {
        if (value.data[i] == '(') {
            parens = 1;

        } else if (value.data[i] == ')') {
            parens = 0;

        } else if (value.data[i] == ',' && !parens) {
            break;
        }
    }

    return i;
}


cg_verdict_t
cg_element_srcset(const cg_judge_t *judge, cg_arena_t *scratch,
    cg_str_t value)
{
    size_t        from, to, i = 0;
    cg_verdict_t  sum;

    memset(&sum, 0, sizeof(sum));
    sum.pass = 1;

    for ( ;; ) {
        while (i < value.len
               && (cg_ascii_is_space(value.data[i]) || value.data[i] == ','))
        {
            i++;
        }

        if (i == value.len) {
            return sum;
        }

        for (from = i; i < value.len && !cg_ascii_is_space(value.data[i]); i++)
        {
            /* void */
        }

        for (to = i; value.data[to - 1] == ','; to--) {
            /* void: the candidate ends here, without descriptors */
        }

        element_add(&sum, cg_judge_url(judge, scratch,
                                       cg_str_sub(value, from, to)));

        if (to == i) {
            i = element_srcset_descriptors(value, i);
        }
    }
}


static cg_verdict_t
element_list(const cg_judge_t *judge, cg_arena_t *scratch, cg_str_t value)
{
    cg_str_t      word;
    cg_verdict_t  sum;

    memset(&sum, 0, sizeof(sum));
    sum.pass = 1;

    while ((word = element_word(&value)).len) {
        element_add(&sum, cg_judge_url(judge, scratch, word));
    }

    return sum;
}


/* A `data:` image may be long and full of "&": what it is shows before. */

static int
element_is_opaque(cg_arena_t *scratch, cg_str_t raw)
{
    cg_out_t              out;
    cg_url_t              url;
    const unsigned char  *amp = memchr(raw.data, '&', raw.len);

    if (amp == NULL || memchr(raw.data, ':', (size_t) (amp - raw.data)) == NULL)
    {
        return 0;
    }

    cg_out_init(&out, scratch, 2 * CG_MAX_URL);
    raw.len = (size_t) (amp - raw.data);

    return cg_url_read(raw, &out, &url) == CG_OK && url.kind == CG_URL_OPAQUE;
}


/* Whether any duplicate of an attribute satisfies `test`. */

static int
element_any(cg_arena_t *scratch, const cg_html_token_t *token,
    cg_str_t bytes, cg_str_t name, int (*test)(cg_str_t value))
{
    size_t    i;
    cg_str_t  value;

    for (i = 0; i < token->nattrs; i++) {
        if (cg_ascii_eq_nocase(cg_element_name(token, bytes, i), name)) {
            value = element_decode(scratch,
                                   cg_element_value(token, bytes, i));

            if (value.data == NULL || test(value)) {
                return 1;
            }
        }
    }

    return 0;
}


static int
element_is_refresh(cg_str_t value)
{
    return cg_ascii_eq_nocase(cg_ascii_trim(value), cg_str("refresh"));
}


static cg_verdict_t
element_judge_value(const cg_element_row_t *row, const cg_judge_t *judge,
    cg_arena_t *scratch, const cg_html_token_t *token, cg_str_t bytes,
    cg_str_t raw)
{
    cg_str_t      value;
    cg_verdict_t  nothing;

    memset(&nothing, 0, sizeof(nothing));
    nothing.pass = 1;

    if (raw.len == 0
        || (row->kind == ELEMENT_URL && element_is_opaque(scratch, raw))
        || (row->kind == ELEMENT_LINK
            && !element_any(scratch, token, bytes, cg_str("rel"),
                            cg_element_rel_fetches))
        || (row->kind == ELEMENT_REFRESH
            && !element_any(scratch, token, bytes, cg_str("http-equiv"),
                            element_is_refresh)))
    {
        return nothing;
    }

    value = element_decode(scratch, raw);
    if (value.data == NULL) {
        return cg_judge_unlisted(judge);
    }

    switch (row->kind) {

    case ELEMENT_SRCSET:
        return cg_element_srcset(judge, scratch, value);

    case ELEMENT_LIST:
        return element_list(judge, scratch, value);

    case ELEMENT_REFRESH:
        return cg_headers_refresh(judge, scratch, value);

    default:
        return cg_judge_url(judge, scratch, value);
    }
}


void
cg_element_judge(const cg_element_row_t *rows, const cg_judge_t *judge,
    cg_arena_t *scratch, const cg_html_token_t *token, cg_str_t bytes,
    cg_element_t *element)
{
    size_t                   i;
    cg_verdict_t             verdict;
    const cg_element_row_t  *row;

    memset(element, 0, sizeof(*element));
    element->verdict.pass = 1;

    for (i = 0; i < token->nattrs; i++) {
        row = element_row(rows, cg_element_name(token, bytes, i));

        if (row == NULL) {
            continue;
        }

        verdict = element_judge_value(row, judge, scratch, token, bytes,
                                      cg_element_value(token, bytes, i));
        element_add(&element->verdict, verdict);
        element->present |= row->group;

        if (!verdict.pass) {
            element->held |= row->group;
        }
    }
}


static int
element_is_js(cg_str_t value)
{
    const unsigned char  *parameters;

    if (value.len == 0) {
        return 1;
    }

    parameters = memchr(value.data, ';', value.len);

    if (parameters != NULL) {
        value.len = (size_t) (parameters - value.data);
    }

    value = cg_ascii_trim(value);

    return value.len == 0
           || element_is_listed(value, element_types,
                                sizeof(element_types)
                                / sizeof(element_types[0]));
}


/* The value of `language` is what follows "text/" in a type. */

static int
element_is_js_language(cg_str_t value)
{
    size_t    i;
    cg_str_t  type;

    for (i = 0; i < sizeof(element_types) / sizeof(element_types[0]); i++) {
        type = cg_str_from(element_types[i]);

        if (cg_str_starts(type, cg_str("text/"))
            && cg_ascii_eq_nocase(cg_str_sub(type, 5, type.len), value))
        {
            return 1;
        }
    }

    return value.len == 0;
}


static int
element_is_anything(cg_str_t value)
{
    (void) value;

    return 1;
}


int
cg_element_is_executable(cg_arena_t *scratch, const cg_html_token_t *token,
    cg_str_t bytes)
{
    cg_str_t  type = cg_str("type"), language = cg_str("language");

    if (element_any(scratch, token, bytes, type, element_is_anything)) {
        return element_any(scratch, token, bytes, type, element_is_js);
    }

    if (element_any(scratch, token, bytes, language, element_is_anything)) {
        return element_any(scratch, token, bytes, language,
                           element_is_js_language);
    }

    return 1;
}
