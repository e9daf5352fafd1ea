/* Style sheets against a reader of its own: the tokens of CSS Syntax 3, one
 * production at a time and without strides.  What it finds, ours finds. */

#include "fuzz.h"

#include "base/cg_ascii.h"
#include "base/cg_utf8.h"
#include "gate/cg_css.h"

#define SHEET_URLS   256
#define SHEET_DEPTH  64


typedef enum {
    TOKEN_END = 0,
    TOKEN_OTHER,
    TOKEN_SPACE,
    TOKEN_STRING,
    TOKEN_URL,
    TOKEN_FUNCTION,
    TOKEN_AT,
    TOKEN_OPEN,
    TOKEN_CLOSE,
    TOKEN_STOP                     /* ends an at-rule's prelude */
} token_t;

typedef struct {
    cg_str_t  text;                /* preprocessed */
    size_t    at;
    cg_out_t  value;               /* of the last token */
} sheet_t;


static int
sheet_peek(const sheet_t *sheet, size_t n)
{
    return sheet->text.len - sheet->at > n ? sheet->text.data[sheet->at + n]
                                           : -1;
}


/* 3.3: one kind of newline, no NUL. */

static void
sheet_preprocess(cg_out_t *out, cg_str_t raw)
{
    size_t  i;

    for (i = 0; i < raw.len; i++) {
        switch (raw.data[i]) {

        case '\0':
            cg_out_text(out, "\xEF\xBF\xBD");
            break;

        case '\r':
            i += i + 1 < raw.len && raw.data[i + 1] == '\n';
            cg_out_byte(out, '\n');
            break;

        default:
            cg_out_byte(out, raw.data[i] == '\f' ? '\n' : raw.data[i]);
        }
    }
}


static int
is_space(int c)
{
    return c == ' ' || c == '\t' || c == '\n';
}


static int
is_start(int c)
{
    return c >= 0x80 || c == '_'
           || (c >= 0 && cg_ascii_is_alpha((unsigned char) c));
}


static int
is_name(int c)
{
    return is_start(c) || c == '-' || (c >= '0' && c <= '9');
}


static int
is_digit(int c)
{
    return c >= '0' && c <= '9';
}


/* 4.3.8, at the next byte but `n`. */

static int
is_escape(const sheet_t *sheet, size_t n)
{
    return sheet_peek(sheet, n) == '\\' && sheet_peek(sheet, n + 1) != '\n';
}


/* 4.3.9 */

static int
is_ident(const sheet_t *sheet, size_t n)
{
    int  c = sheet_peek(sheet, n);

    if (c == '-') {
        return is_start(sheet_peek(sheet, n + 1))
               || sheet_peek(sheet, n + 1) == '-' || is_escape(sheet, n + 1);
    }

    return is_start(c) || is_escape(sheet, n);
}


/* 4.3.7, behind the backslash. */

static void
sheet_escape(sheet_t *sheet)
{
    int            c = sheet_peek(sheet, 0);
    size_t         n;
    uint32_t       code = 0;
    unsigned char  utf8[4];

    for (n = 0; n < 6 && c >= 0 && cg_ascii_hex((unsigned char) c) >= 0; n++) {
        code = code * 16 + (uint32_t) cg_ascii_hex((unsigned char) c);
        sheet->at++;
        c = sheet_peek(sheet, 0);
    }

    if (n == 0) {
        code = c < 0 ? 0xFFFD : (uint32_t) c;
        sheet->at += c >= 0;

        if (code >= 0x80 && c >= 0) {
            cg_out_byte(&sheet->value, (unsigned char) code);
            return;
        }

    } else {
        sheet->at += is_space(c) ? 1 : 0;
    }

    if (code == 0 || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) {
        code = 0xFFFD;
    }

    cg_out_bytes(&sheet->value, utf8, cg_utf8_put(code, utf8));
}


/* 4.3.11 */

static void
sheet_name(sheet_t *sheet)
{
    while (is_name(sheet_peek(sheet, 0)) || is_escape(sheet, 0)) {
        if (sheet_peek(sheet, 0) == '\\') {
            sheet->at++;
            sheet_escape(sheet);

        } else {
            cg_out_byte(&sheet->value, sheet->text.data[sheet->at++]);
        }
    }
}


/* 4.3.5 */

static token_t
sheet_string(sheet_t *sheet)
{
    int  c, quote = sheet->text.data[sheet->at++];

    while ((c = sheet_peek(sheet, 0)) >= 0) {
        if (c == '\n') {
            return TOKEN_OTHER;
        }

        sheet->at++;

        if (c == quote) {
            break;
        }

        if (c != '\\') {
            cg_out_byte(&sheet->value, (unsigned char) c);

        } else if (sheet_peek(sheet, 0) == '\n') {
            sheet->at++;

        } else if (sheet_peek(sheet, 0) >= 0) {
            sheet_escape(sheet);
        }
    }

    return TOKEN_STRING;
}


/* 4.3.14 */

static token_t
sheet_bad_url(sheet_t *sheet)
{
    int  c;

    while ((c = sheet_peek(sheet, 0)) >= 0) {
        sheet->at += is_escape(sheet, 0) && sheet_peek(sheet, 1) >= 0 ? 2 : 1;

        if (c == ')') {
            break;
        }
    }

    return TOKEN_OTHER;
}


static void
sheet_spaces(sheet_t *sheet)
{
    while (is_space(sheet_peek(sheet, 0))) {
        sheet->at++;
    }
}


/* 4.3.6 */

static token_t
sheet_url(sheet_t *sheet)
{
    int  c;

    cg_out_reset(&sheet->value);
    sheet_spaces(sheet);

    while ((c = sheet_peek(sheet, 0)) >= 0 && c != ')') {
        if (is_space(c)) {
            sheet_spaces(sheet);
            c = sheet_peek(sheet, 0);

            if (c >= 0 && c != ')') {
                return sheet_bad_url(sheet);
            }

        } else if (c == '"' || c == '\'' || c == '(' || c < 9 || c == 11
                   || (c > 13 && c < 32) || c == 127
                   || (c == '\\' && !is_escape(sheet, 0)))
        {
            return sheet_bad_url(sheet);

        } else if (c == '\\') {
            sheet->at++;
            sheet_escape(sheet);

        } else {
            cg_out_byte(&sheet->value, (unsigned char) c);
            sheet->at++;
        }
    }

    sheet->at += c == ')';

    return TOKEN_URL;
}


/* 4.3.4 */

static token_t
sheet_ident(sheet_t *sheet)
{
    size_t  n = 1;

    sheet_name(sheet);

    if (sheet_peek(sheet, 0) != '(') {
        return TOKEN_OTHER;
    }

    while (is_space(sheet_peek(sheet, n))) {
        n++;
    }

    if (cg_ascii_eq_nocase(cg_out_slice(&sheet->value), cg_str("url"))
        && sheet_peek(sheet, n) != '"' && sheet_peek(sheet, n) != '\'')
    {
        sheet->at++;
        return sheet_url(sheet);
    }

    sheet->at++;

    return TOKEN_FUNCTION;
}


/* 4.3.3, 4.3.13 */

static token_t
sheet_number(sheet_t *sheet)
{
    size_t  n;

    do {
        sheet->at++;
    } while (is_digit(sheet_peek(sheet, 0)));

    if (sheet->text.data[sheet->at - 1] != '.'
        && sheet_peek(sheet, 0) == '.' && is_digit(sheet_peek(sheet, 1)))
    {
        do {
            sheet->at++;
        } while (is_digit(sheet_peek(sheet, 0)));
    }

    n = sheet_peek(sheet, 1) == '+' || sheet_peek(sheet, 1) == '-' ? 2 : 1;

    if ((sheet_peek(sheet, 0) == 'e' || sheet_peek(sheet, 0) == 'E')
        && is_digit(sheet_peek(sheet, n)))
    {
        sheet->at += n;

        while (is_digit(sheet_peek(sheet, 0))) {
            sheet->at++;
        }
    }

    if (is_ident(sheet, 0)) {
        sheet_name(sheet);
    }

    return TOKEN_OTHER;
}


static int
sheet_is_number(const sheet_t *sheet)
{
    size_t  n = sheet_peek(sheet, 0) == '+' || sheet_peek(sheet, 0) == '-';

    return is_digit(sheet_peek(sheet, n))
           || (sheet_peek(sheet, n) == '.'
               && is_digit(sheet_peek(sheet, n + 1)));
}


static int
sheet_is(const sheet_t *sheet, const char *text)
{
    return cg_str_starts(cg_str_sub(sheet->text, sheet->at, sheet->text.len),
                         cg_str_from(text));
}


static token_t
sheet_mark(sheet_t *sheet)
{
    int  c = sheet->text.data[sheet->at++];

    if ((c == '#' && (is_name(sheet_peek(sheet, 0)) || is_escape(sheet, 0)))
        || (c == '@' && is_ident(sheet, 0)))
    {
        sheet_name(sheet);
        return c == '@' ? TOKEN_AT : TOKEN_OTHER;
    }

    return c == '(' ? TOKEN_OPEN : c == ')' ? TOKEN_CLOSE
           : c == ';' || c == '{' ? TOKEN_STOP : TOKEN_OTHER;
}


/* 4.3.1; comments are spaces, which makes no difference to what is asked. */

static token_t
sheet_token(sheet_t *sheet)
{
    int  c = sheet_peek(sheet, 0);

    cg_out_reset(&sheet->value);
    cg_out_str(&sheet->value, cg_str(""));

    if (c < 0) {
        return TOKEN_END;
    }

    if (is_space(c)) {
        sheet->at++;
        return TOKEN_SPACE;
    }

    if (sheet_is(sheet, "/*")) {
        sheet->at += 2;

        while (sheet_peek(sheet, 0) >= 0 && !sheet_is(sheet, "*/")) {
            sheet->at++;
        }

        sheet->at += sheet_is(sheet, "*/") ? 2 : 0;
        return TOKEN_SPACE;
    }

    if (c == '"' || c == '\'') {
        return sheet_string(sheet);
    }

    if (sheet_is_number(sheet)) {
        return sheet_number(sheet);
    }

    if (sheet_is(sheet, "-->") || sheet_is(sheet, "<!--")) {
        sheet->at += c == '-' ? 3 : 4;
        return TOKEN_OTHER;
    }

    return is_ident(sheet, 0) ? sheet_ident(sheet) : sheet_mark(sheet);
}


/* What ours found. */

typedef struct {
    cg_str_t  urls[SHEET_URLS];    /* without what is not ASCII */
    size_t    n;
    int       unknown;             /* one is not to be known */
} found_t;


static cg_str_t
found_plain(heap_t *heap, cg_str_t url)
{
    size_t          i, len = 0;
    unsigned char  *plain = cg_arena_raw(&heap->arena, url.len + 1);

    for (i = 0; i < url.len; i++) {
        if (url.data[i] > 0 && url.data[i] < 0x80) {
            plain[len++] = url.data[i];
        }
    }

    return (cg_str_t) { len, plain };
}


static void
found_all(heap_t *heap, cg_str_t text, found_t *found)
{
    cg_css_t      css;
    cg_out_t      scratch;
    cg_css_url_t  url;

    cg_out_init(&scratch, &heap->arena, 1 << 20);
    cg_css_start(&css, text);
    found->n = 0;
    found->unknown = 0;

    while (found->n < SHEET_URLS && cg_css_next(&css, &scratch, &url) == CG_OK)
    {
        must(url.name < text.len, "a name stands in the text");
        must(url.from <= url.to && url.to <= text.len, "a URL does");
        must(fuzz_within(url.url, text)
             || fuzz_within(url.url, cg_out_slice(&scratch)),
             "a URL is a view");
        found->urls[found->n++] = found_plain(heap, url.url);
        found->unknown |= url.unknown;
    }
}


/* What NUL stands for may be in one that is not to be known. */

static int
found_has(heap_t *heap, const found_t *found, cg_str_t url)
{
    size_t    i;
    cg_str_t  plain = found_plain(heap, url);

    for (i = 0; i < url.len && found->unknown; i++) {
        if (cg_str_starts(cg_str_sub(url, i, url.len),
                          cg_str("\xEF\xBF\xBD")))
        {
            return 1;
        }
    }

    for (i = 0; i < found->n; i++) {
        if (cg_str_eq(found->urls[i], plain)) {
            return 1;
        }
    }

    return 0;
}


/* What fetches, of the other reader's tokens. */

static int
is_image(cg_str_t name)
{
    return cg_ascii_eq_nocase(name, cg_str("image-set"))
           || cg_ascii_eq_nocase(name, cg_str("-webkit-image-set"))
           || cg_ascii_eq_nocase(name, cg_str("image"))
           || cg_ascii_eq_nocase(name, cg_str("src"));
}


typedef enum { RULE_NONE = 0, RULE_IMPORT, RULE_NAMES } rule_t;

static rule_t
sheet_rule(cg_str_t name)
{
    if (cg_ascii_eq_nocase(name, cg_str("import"))) {
        return RULE_IMPORT;
    }

    return cg_ascii_eq_nocase(name, cg_str("namespace"))
           || (name.len > 7
               && cg_ascii_eq_nocase(cg_str_sub(name, 0, 7),
                                     cg_str("x-ngxc-")))
           ? RULE_NAMES : RULE_NONE;
}


static void
sheet_compare(heap_t *heap, sheet_t *sheet, const found_t *found)
{
    int      takes[SHEET_DEPTH] = { 0 };       /* by depth: 1 for one string,
                                                  2 for all of them */
    rule_t   rule = RULE_NONE;
    size_t   depth = 0;
    token_t  token;

    while ((token = sheet_token(sheet)) != TOKEN_END) {
        cg_str_t  value = cg_out_slice(&sheet->value);
        int       url = cg_ascii_eq_nocase(value, cg_str("url"));

        if (token == TOKEN_FUNCTION || token == TOKEN_OPEN) {
            if (++depth == SHEET_DEPTH) {
                return;
            }

            takes[depth] = token != TOKEN_FUNCTION ? 0 : url ? 1
                           : is_image(value) ? 2 : 0;
            rule = rule == RULE_IMPORT && !takes[depth] ? RULE_NONE : rule;

        } else if (token == TOKEN_CLOSE) {
            depth -= depth > 0;

        } else if (token == TOKEN_AT) {
            rule = sheet_rule(value);

        } else if (token == TOKEN_STOP) {
            rule = RULE_NONE;

        } else if (rule != RULE_NAMES
                   && (token == TOKEN_URL
                       || (token == TOKEN_STRING
                           && (rule == RULE_IMPORT || takes[depth]))))
        {
            must(found->n == SHEET_URLS || found_has(heap, found, value),
                 "what another reader finds, ours finds");
            rule = RULE_NONE;
        }

        if (token == TOKEN_SPACE || token == TOKEN_FUNCTION
            || token == TOKEN_OPEN)
        {
            continue;
        }

        takes[depth] &= 2;
        rule = rule == RULE_IMPORT && token != TOKEN_AT ? RULE_NONE : rule;
    }
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    heap_t    heap;
    found_t   found;
    sheet_t   sheet;
    cg_out_t  plain;
    cg_str_t  text = heap_exact((cg_str_t) { size, data });

    heap_init(&heap);
    found_all(&heap, text, &found);

    cg_out_init(&plain, &heap.arena, 1 << 20);
    cg_out_str(&plain, cg_str(""));
    sheet_preprocess(&plain, text);

    memset(&sheet, 0, sizeof(sheet));
    sheet.text = cg_out_slice(&plain);
    cg_out_init(&sheet.value, &heap.arena, 1 << 20);
    sheet_compare(&heap, &sheet, &found);

    free((void *) text.data);
    heap_drop(&heap);

    return 0;
}
