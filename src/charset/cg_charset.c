#include "cg_charset.h"
#include "cg_charset_labels.h"

#include "base/cg_ascii.h"

#define CHARSET_ALL     (sizeof(charset_all) / sizeof(charset_all[0]))
#define CHARSET_LABELS  (sizeof(charset_labels) / sizeof(charset_labels[0]))


static int
charset_compare(cg_str_t label, const char *other)
{
    size_t         i;
    unsigned char  c;

    for (i = 0; i < label.len; i++) {
        c = cg_ascii_lower(label.data[i]);

        if (c != (unsigned char) other[i]) {
            return c < (unsigned char) other[i] ? -1 : 1;
        }
    }

    return other[i] ? -1 : 0;
}


const cg_charset_t *
cg_charset_find(cg_str_t label)
{
    int     order;
    size_t  low = 0, high = CHARSET_LABELS, middle;

    label = cg_ascii_trim(label);

    while (low < high) {
        middle = low + (high - low) / 2;
        order = charset_compare(label, charset_labels[middle].label);

        if (order == 0) {
            return &charset_all[charset_labels[middle].charset];
        }

        if (order < 0) {
            high = middle;

        } else {
            low = middle + 1;
        }
    }

    return NULL;
}


CG_HOT const cg_charset_t *
cg_charset_bom(cg_str_t begin)
{
    if (cg_str_starts(begin, cg_str("\xEF\xBB\xBF"))) {
        return cg_charset_find(cg_str("utf-8"));
    }

    if (cg_str_starts(begin, cg_str("\xFE\xFF"))) {
        return cg_charset_find(cg_str("utf-16be"));
    }

    if (cg_str_starts(begin, cg_str("\xFF\xFE"))) {
        return cg_charset_find(cg_str("utf-16le"));
    }

    return NULL;
}


/* Content-Type. */

/* How often the word stands there, wherever. */

static size_t
charset_count(cg_str_t type)
{
    size_t    i, n = 0;
    cg_str_t  word = cg_str("charset");

    for (i = 0; i + word.len <= type.len; i++) {
        n += cg_ascii_eq_nocase(cg_str_sub(type, i, i + word.len), word) != 0;
    }

    return n;
}


/* Where a parameter that begins at `at` ends: behind its semicolon, or at the
 * end; a quoted string (from `quote` on) may hold semicolons. */

static size_t
charset_parameter_end(cg_str_t type, size_t at, size_t quote)
{
    int     quoted = 0;
    size_t  i;

    for (i = at; i < type.len; i++) {
        if (quoted && type.data[i] == '\\') {
            i++;

        } else if (type.data[i] == '"' && (quoted || i == quote)) {
            quoted = !quoted;

        } else if (type.data[i] == ';' && !quoted) {
            return i;
        }
    }

    return type.len;
}


/* Blanks behind a parameter are none of it. */

static cg_str_t
charset_rest(cg_str_t parameter, size_t from)
{
    cg_str_t  rest = cg_str_sub(parameter, from, parameter.len);

    while (rest.len && (rest.data[rest.len - 1] == ' '
                        || rest.data[rest.len - 1] == '\t'))
    {
        rest.len--;
    }

    return rest;
}


/* The value, as far as it could be a label; quotes are off. */

static cg_str_t
charset_value(cg_str_t parameter, size_t from)
{
    size_t    to;
    cg_str_t  value = charset_rest(parameter, from);

    if (value.len == 0 || value.data[0] != '"') {
        return value;
    }

    for (to = 1; to < value.len && value.data[to] != '"'; to++) {
        /* void */
    }

    return cg_str_sub(value, 1, to);
}


/* A label and nothing around it but quotes. */

static int
charset_is_clear(cg_str_t parameter, size_t from, cg_str_t label)
{
    size_t    quotes = label.data == parameter.data + from ? 0 : 2;

    return label.len
           && charset_rest(parameter, from).len == label.len + quotes
           && !cg_ascii_is_space(label.data[0])
           && !cg_ascii_is_space(label.data[label.len - 1]);
}


cg_charset_type_t
cg_charset_type(cg_str_t type)
{
    size_t             at, end, equals;
    cg_str_t           name, parameter, label;
    cg_charset_type_t  read = { NULL, 0 };

    at = charset_parameter_end(type, 0, type.len);

    for ( /* void */ ; at < type.len; at = end) {
        for (equals = ++at; equals < type.len && type.data[equals] != ';'
                            && type.data[equals] != '='; equals++)
        {
            /* void */
        }

        end = charset_parameter_end(type, at, equals + 1);
        parameter = cg_str_sub(type, at, end);
        name = cg_str_sub(type, at, equals);

        while (name.len && cg_ascii_is_space(name.data[0])) {
            name.data++;
            name.len--;
        }

        if (equals == end || !cg_ascii_eq_nocase(name, cg_str("charset"))) {
            continue;
        }

        equals += 1 - at;
        label = charset_value(parameter, equals);
        read.charset = cg_charset_find(label);
        read.clear = charset_count(type) == 1 && read.charset != NULL
                     && charset_is_clear(parameter, equals, label);
        return read;
    }

    read.clear = charset_count(type) == 0;

    return read;
}
