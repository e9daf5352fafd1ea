#include "cg_data.h"

#include "base/cg_ascii.h"


typedef struct {
    const unsigned char  *p;
    const unsigned char  *end;
    size_t                depth;
    unsigned char         kinds[CG_DATA_DEPTH];    /* '}' or ']' each */
} data_t;


static int
data_at(const data_t *data, unsigned char c)
{
    return data->p != data->end && *data->p == c;
}


static int
data_take(data_t *data, unsigned char c)
{
    if (!data_at(data, c)) {
        return 0;
    }

    data->p++;

    return 1;
}


/* Behind the comment that begins here; NULL: there is none, or no end of it. */

static const unsigned char *
data_comment(const data_t *data)
{
    const unsigned char  *p = data->p;

    if (data->end - p < 4 || p[0] != '/' || p[1] != '*') {
        return NULL;
    }

    for (p += 2; data->end - p > 1; p++) {
        if (p[0] == '*' && p[1] == '/') {
            return p + 2;
        }
    }

    return NULL;
}


/* White space and comments of several lines; others have many ways to end. */

static void
data_skip(data_t *data)
{
    const unsigned char  *p;

    for ( ;; ) {
        while (data->p != data->end && cg_ascii_is_space(*data->p)) {
            data->p++;
        }

        p = data_comment(data);

        if (p == NULL) {
            return;
        }

        data->p = p;
    }
}


static int
data_is_name(unsigned char c)
{
    return cg_ascii_is_alpha(c) || cg_ascii_is_digit(c) || c == '_' || c == '$';
}


static cg_str_t
data_name(data_t *data)
{
    const unsigned char  *from = data->p;

    if (data->p != data->end && !cg_ascii_is_digit(*data->p)) {
        while (data->p != data->end && data_is_name(*data->p)) {
            data->p++;
        }
    }

    return (cg_str_t) { (size_t) (data->p - from), from };
}


/* In some charsets a backslash is the second half of a character: behind a byte
 * that is not ASCII it must not matter which one it is. An escape character or
 * a zero would mean that bytes are not what they seem. */

static int
data_string(data_t *data)
{
    unsigned char  c, quote, before = 0;

    if (!data_at(data, '"') && !data_at(data, '\'')) {
        return 0;
    }

    for (quote = *data->p++; data->p != data->end; before = c) {
        c = *data->p++;

        if (c == quote) {
            return 1;
        }

        if (c == '\n' || c == '\r' || c == 0x1B || c == '\0') {
            return 0;
        }

        if (c == '\\') {
            if (data->p == data->end
                || (before >= 0x80
                    && (*data->p == quote || *data->p == '\\')))
            {
                return 0;
            }

            c = *data->p++;
        }
    }

    return 0;
}


static int
data_number(data_t *data)
{
    const unsigned char  *from = data->p;

    (void) data_take(data, '-');

    while (data->p != data->end
           && (cg_ascii_is_digit(*data->p) || *data->p == '.'
               || *data->p == 'e' || *data->p == 'E' || *data->p == '+'
               || *data->p == '-'))
    {
        data->p++;
    }

    return data->p != from && cg_ascii_is_digit(data->p[-1]);
}


/* What is no object and no array. */

static int
data_plain(data_t *data)
{
    cg_str_t  word;

    if (data_string(data)) {
        return 1;
    }

    word = data_name(data);

    if (word.len == 0) {
        return data_number(data);
    }

    return cg_str_eq(word, cg_str("true")) || cg_str_eq(word, cg_str("false"))
           || cg_str_eq(word, cg_str("null"));
}


static int
data_open(data_t *data)
{
    unsigned char  kind = data_at(data, '{') ? '}' : ']';

    if (!data_at(data, '{') && !data_at(data, '[')) {
        return 0;
    }

    data->p++;

    if (data->depth == CG_DATA_DEPTH) {
        return 0;
    }

    data->kinds[data->depth++] = kind;

    return 1;
}


/* "name:" or "'name':" before a member of an object. */

static int
data_key(data_t *data)
{
    if (!data_string(data) && data_name(data).len == 0 && !data_number(data)) {
        return 0;
    }

    data_skip(data);

    return data_take(data, ':');
}


/* Behind a value: closes what ends here, up to the next item. */

static int
data_close(data_t *data)
{
    do {
        data_skip(data);

        if (data_take(data, ',')) {
            data_skip(data);

            if (!data_at(data, data->kinds[data->depth - 1])) {
                return 1;
            }
        }

        if (!data_take(data, data->kinds[data->depth - 1])) {
            return 0;
        }

    } while (--data->depth);

    return 1;
}


/* One of an array's or an object's, or the end of an empty one. */

static int
data_item(data_t *data)
{
    unsigned char  kind = data->kinds[data->depth - 1];

    if (data_take(data, kind)) {
        return --data->depth == 0 || data_close(data);
    }

    if (kind == '}' && !data_key(data)) {
        return 0;
    }

    data_skip(data);

    return data_at(data, '{') || data_at(data, '[')
           ? data_open(data) : data_plain(data) && data_close(data);
}


/* An object or an array, whole. */

static int
data_value(data_t *data)
{
    data->depth = 0;

    if (!data_open(data)) {
        return 0;
    }

    while (data->depth) {
        data_skip(data);

        if (!data_item(data)) {
            return 0;
        }
    }

    return 1;
}


/* The name in "['name']", behind the bracket. */

static cg_str_t
data_index(data_t *data)
{
    cg_str_t  name = { 0, data->p + 1 };

    if (!data_string(data)) {
        return cg_str_null;
    }

    name.len = (size_t) (data->p - 1 - name.data);

    return data_take(data, ']') && !memchr(name.data, '\\', name.len)
           ? name : cg_str_null;
}


/* The global that is assigned to: "x", "window.x", "window['x']". */

static int
data_target(data_t *data)
{
    cg_str_t  name = data_name(data);

    if (cg_str_eq(name, cg_str("var")) || cg_str_eq(name, cg_str("let"))
        || cg_str_eq(name, cg_str("const")))
    {
        data_skip(data);
        name = data_name(data);

    } else if (cg_str_eq(name, cg_str("window"))
               || cg_str_eq(name, cg_str("self")))
    {
        name = data_take(data, '.') ? data_name(data)
               : data_take(data, '[') ? data_index(data) : cg_str_null;
    }

    return name.len != 0 && !cg_str_eq(name, cg_str("location"));
}


/* "target = value;", the semicolon optional at the end. */

static int
data_statement(data_t *data)
{
    if (!data_target(data)) {
        return 0;
    }

    data_skip(data);

    if (!data_take(data, '=')) {
        return 0;
    }

    data_skip(data);

    if (!data_value(data)) {
        return 0;
    }

    data_skip(data);

    return data->p == data->end || data_take(data, ';');
}


int
cg_data_is_all(cg_str_t script)
{
    data_t  data;

    data.p = script.data;
    data.end = script.data + script.len;

    do {
        data_skip(&data);

        if (!data_statement(&data)) {
            return 0;
        }

        data_skip(&data);

    } while (data.p != data.end);

    return 1;
}
