#include "cg_element_rows.h"
#include "cg_headers.h"
#include "base/cg_ascii.h"
#include "base/cg_find.h"
#include "html/cg_html_charref.h"


/* Link types that make no browser fetch.  `next` is none of them: it was a
 * prefetch in Firefox. */

static const cg_str_t  element_quiet_rels[] = {
    S("alternate"), S("amphtml"), S("archives"), S("author"), S("bookmark"),
    S("canonical"), S("edituri"), S("first"), S("help"), S("index"), S("last"),
    S("license"), S("me"), S("nofollow"), S("noopener"), S("noreferrer"),
    S("pingback"), S("prev"), S("privacy-policy"), S("profile"),
    S("publisher"), S("search"), S("self"), S("shortlink"), S("start"),
    S("tag"), S("terms-of-service"), S("up"), S("wlwmanifest"),
    S("https://api.w.org/"),
};


/* JavaScript MIME types (MIME Sniffing 4.6) and the types that act. */

static const cg_str_t  element_types[] = {
    S("text/javascript"), S("application/javascript"), S("module"),
    S("importmap"), S("speculationrules"), S("application/ecmascript"),
    S("application/x-ecmascript"), S("application/x-javascript"),
    S("text/ecmascript"), S("text/javascript1.0"), S("text/javascript1.1"),
    S("text/javascript1.2"), S("text/javascript1.3"), S("text/javascript1.4"),
    S("text/javascript1.5"), S("text/jscript"), S("text/livescript"),
    S("text/x-ecmascript"), S("text/x-javascript"),
};


static int
element_is_listed(cg_str_t word, const cg_str_t *list, size_t n)
{
    size_t         i;
    unsigned char  first = word.len ? cg_ascii_lower(word.data[0]) : 0;

    for (i = 0; i < n; i++) {
        if (word.len == list[i].len && first == list[i].data[0]
            && cg_ascii_eq_nocase(word, list[i]))
        {
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


cg_str_t
cg_element_decode(cg_arena_t *scratch, cg_str_t raw)
{
    cg_out_t  out;

    if (raw.len == 0 || memchr(raw.data, '&', raw.len) == NULL) {
        return raw;
    }

    cg_out_init(&out, scratch, 2 * CG_MAX_TAG);
    cg_html_charref_attr(&out, raw);

    return cg_out_slice(&out);
}


static const cg_element_attr_t *
element_attr(const cg_element_row_t *row, cg_str_t name)
{
    size_t  i;

    for (i = 0; i < row->nattrs; i++) {
        if (cg_ascii_eq_nocase(name, row->attrs[i].name)) {
            return &row->attrs[i];
        }
    }

    return NULL;
}


unsigned
cg_element_group(const cg_element_row_t *rows, cg_str_t name)
{
    const cg_element_attr_t  *attr;

    if (rows == NULL) {
        return 0;
    }

    attr = element_attr(rows, name);

    if (attr != NULL) {
        return attr->group;
    }

    return cg_element_row_is_script(rows)
           && cg_ascii_eq_nocase(name, cg_str("type")) ? CG_GROUP_TYPE : 0;
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


/* Tab LF FF CR space. */

static const cg_set_t  element_space = {
    .low = { [0] = 0x04, [9] = 0x01, [10] = 0x01, [12] = 0x01, [13] = 0x01 },
    .high = { [0] = 0x01, [2] = 0x04 }
};


cg_verdict_t
cg_element_srcset(const cg_judge_t *judge, cg_arena_t *scratch,
    cg_str_t value)
{
    size_t        from, to, i = 0;
    cg_verdict_t  sum = cg_judge_free();

    for ( ;; ) {
        while (i < value.len
               && (cg_ascii_is_space(value.data[i]) || value.data[i] == ','))
        {
            i++;
        }

        if (i == value.len) {
            return sum;
        }

        from = i;
        i = (size_t) (cg_find_any(&element_space, value.data + i,
                                  value.data + value.len) - value.data);

        for (to = i; value.data[to - 1] == ','; to--) {
            /* void: the candidate ends here, without descriptors */
        }

        cg_verdict_add(&sum, cg_judge_url(judge, scratch,
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
    cg_verdict_t  sum = cg_judge_free();

    while ((word = element_word(&value)).len) {
        cg_verdict_add(&sum, cg_judge_url(judge, scratch, word));
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
            value = cg_element_decode(scratch,
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


/* Values of an animation lie between semicolons; what they animate does not
 * matter.  Paths and numbers can be long, and are no URLs. */

static cg_verdict_t
element_values(const cg_reader_t *reader, cg_str_t value)
{
    size_t                to;
    cg_str_t              one;
    cg_verdict_t          sum = cg_carrier_css(reader, value);
    const unsigned char  *end;

    while (value.len) {
        end = memchr(value.data, ';', value.len);
        to = end ? (size_t) (end - value.data) : value.len;
        one = cg_str_sub(value, 0, to);

        if (to && (memchr(one.data, '/', to) || memchr(one.data, '\\', to)
                   || memchr(one.data, ':', to)))
        {
            cg_verdict_add(&sum, cg_judge_url(reader->judge, reader->arena,
                                              one));
        }

        value = cg_str_sub(value, end ? to + 1 : to, value.len);
    }

    return sum;
}


/* Where a form leads, the visitor goes: like a link, unless it is a declared
 * vendor's. */

static cg_verdict_t
element_action(const cg_reader_t *reader, cg_str_t value)
{
    int            listed;
    cg_unknown_t  *unknown = reader->judge->unknown;
    unsigned       from = unknown ? cg_unknown_open(unknown) : 0;
    cg_verdict_t   verdict = cg_carrier_url(reader, value);

    listed = !cg_str_eq(verdict.vendor, cg_str("unlisted"));

    if (unknown) {
        cg_unknown_close(unknown, from, !listed);
    }

    return listed ? verdict : cg_judge_free();
}


static int
element_is_idle(const cg_element_attr_t *row, const cg_reader_t *reader,
    const cg_html_token_t *token, cg_str_t bytes, cg_str_t raw)
{
    if (raw.len == 0) {
        return 1;
    }

    if (row->kind == ELEMENT_IMAGE) {
        return element_is_opaque(reader->arena, raw);
    }

    if (row->kind == ELEMENT_LINK) {
        return !element_any(reader->arena, token, bytes, cg_str("rel"),
                            cg_element_rel_fetches);
    }

    return row->kind == ELEMENT_REFRESH
           && !element_any(reader->arena, token, bytes, cg_str("http-equiv"),
                           element_is_refresh);
}


static cg_verdict_t
element_judge_value(const cg_element_attr_t *row, const cg_reader_t *reader,
    const cg_html_token_t *token, cg_str_t bytes, cg_str_t raw)
{
    cg_str_t  value;

    if (element_is_idle(row, reader, token, bytes, raw)) {
        return cg_judge_free();
    }

    value = cg_element_decode(reader->arena, raw);
    if (value.data == NULL) {
        return cg_judge_unlisted(reader->judge);
    }

    switch (row->kind) {

    case ELEMENT_IMAGE:
        return cg_judge_url(reader->judge, reader->arena, value);

    case ELEMENT_ACTION:
        return element_action(reader, value);

    case ELEMENT_DOCUMENT:
        return cg_carrier_document(reader, value);

    case ELEMENT_VALUES:
        return element_values(reader, value);

    case ELEMENT_SRCSET:
        return cg_element_srcset(reader->judge, reader->arena, value);

    case ELEMENT_LIST:
        return element_list(reader->judge, reader->arena, value);

    case ELEMENT_REFRESH:
        return cg_carrier_url(reader, cg_headers_refresh_url(value));

    default:
        return cg_carrier_url(reader, value);
    }
}


/* data-ngxc-..., but for data-ngxc-purpose, which is the page's to set.  Most
 * names that begin like it are told by their sixth letter. */

static int
element_is_mark(cg_str_t name)
{
    cg_str_t  mark = cg_str("data-ngxc-"), own = cg_str("data-ngxc-purpose");

    return name.len > mark.len && (name.data[5] | 0x20) == 'n'
           && cg_ascii_eq_nocase(cg_str_sub(name, 0, mark.len), mark)
           && !cg_ascii_eq_nocase(name, own);
}


/* Presentation attributes that take a URL (SVG 2, 6.6), and the rest. */

cg_content_t
cg_element_content(cg_str_t name)
{
    static const cg_str_t  styles[] = {
        S("style"), S("fill"), S("stroke"), S("filter"), S("mask"),
        S("clip-path"), S("cursor"), S("marker"), S("marker-start"),
        S("marker-mid"), S("marker-end")
    };

    unsigned char  c = name.len > 2 ? cg_ascii_lower(name.data[0]) : 0;

    if (c == 'o') {
        return cg_ascii_lower(name.data[1]) == 'n' ? CG_CONTENT_SCRIPT
                                                   : CG_CONTENT_NONE;
    }

    if (c != 's' && c != 'f' && c != 'm' && c != 'c') {
        return c == 'd' && element_is_mark(name) ? CG_CONTENT_MARK
                                                 : CG_CONTENT_NONE;
    }

    return element_is_listed(name, styles, sizeof(styles) / sizeof(styles[0]))
           ? CG_CONTENT_CSS : CG_CONTENT_NONE;
}


cg_verdict_t
cg_element_judge_content(const cg_reader_t *reader, cg_content_t content,
    cg_str_t raw)
{
    cg_str_t  value;

    /* without a parenthesis, no style fetches */

    if (raw.len == 0
        || (content == CG_CONTENT_CSS
            && memchr(raw.data, '(', raw.len) == NULL
            && memchr(raw.data, '&', raw.len) == NULL))
    {
        return cg_judge_free();
    }

    value = cg_element_decode(reader->arena, raw);
    if (value.data == NULL) {
        return cg_carrier_unread();
    }

    return content == CG_CONTENT_CSS ? cg_carrier_css(reader, value)
                                     : cg_judge_inline(reader->judge, value);
}


void
cg_element_judge(const cg_element_row_t *rows, const cg_reader_t *reader,
    const cg_html_token_t *token, cg_str_t bytes, cg_element_t *element)
{
    size_t                   i;
    cg_str_t                 name, value;
    cg_content_t             content;
    cg_verdict_t             verdict;
    const cg_element_attr_t  *row;

    memset(element, 0, sizeof(*element));
    element->verdict.pass = 1;

    for (i = 0; i < token->nattrs; i++) {
        name = cg_element_name(token, bytes, i);
        value = cg_element_value(token, bytes, i);
        row = rows ? element_attr(rows, name) : NULL;
        content = row ? CG_CONTENT_NONE : cg_element_content(name);

        if (row != NULL) {
            verdict = element_judge_value(row, reader, token, bytes, value);
            element->present |= row->group;
            element->held |= verdict.pass ? 0 : row->group;

        } else if (content == CG_CONTENT_NONE) {
            continue;

        } else if (content == CG_CONTENT_MARK) {
            element->forged = 1;
            continue;

        } else {
            verdict = cg_element_judge_content(reader, content, value);
            element->content |= !verdict.pass;
        }

        cg_verdict_add(&element->verdict, verdict);
    }
}


/* Cloudflare's Rocket Loader puts 24 hexadecimal digits and a dash before the
 * type of a script that it runs later. */

static cg_str_t
element_unwrap(cg_str_t value)
{
    size_t  i = 0;

    while (i < 24 && i < value.len && cg_ascii_hex(value.data[i]) >= 0) {
        i++;
    }

    return i == 24 && i < value.len && value.data[i] == '-'
           ? cg_str_sub(value, i + 1, value.len) : value;
}


static int
element_is_js(cg_str_t value)
{
    const unsigned char  *parameters;

    value = element_unwrap(value);

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
        type = element_types[i];

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
