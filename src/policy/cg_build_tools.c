/*
 * The builder's tools: arrays, sentences, compiled words.
 */

#include "cg_build.h"
#include "cg_words.h"

#include "base/cg_utf8.h"

#include <stdarg.h>

#define BUILD_SHOWN  120           /* bytes of a word that a message shows */


void *
cg_vec_push(cg_arena_t *arena, cg_vec_t *vec, size_t size)
{
    void    *items;
    size_t   cap;

    if (vec->n == vec->cap) {
        cap = vec->cap ? vec->cap * 2 : 8;

        items = cg_arena_zero(arena, cap * size);
        if (items == NULL) {
            return NULL;
        }

        if (vec->n) {
            memcpy(items, vec->items, vec->n * size);
        }

        cg_arena_outgrown(arena, vec->items);
        vec->items = items;
        vec->cap = cap;
    }

    return (char *) vec->items + vec->n++ * size;
}


cg_status_t
cg_vec_push_str(cg_arena_t *arena, cg_vec_t *vec, cg_str_t s)
{
    cg_str_t  *slot = cg_vec_push(arena, vec, sizeof(*slot));

    if (slot == NULL) {
        return CG_ENOMEM;
    }

    *slot = s;

    return CG_OK;
}


int
cg_vec_has_str(const cg_vec_t *vec, cg_str_t s)
{
    size_t  i;

    for (i = 0; i < vec->n; i++) {
        if (cg_str_eq(*cg_vec_at(vec, cg_str_t, i), s)) {
            return 1;
        }
    }

    return 0;
}


int
cg_build_order(cg_str_t a, cg_str_t b)
{
    size_t  n = a.len < b.len ? a.len : b.len;
    int     order = n ? memcmp(a.data, b.data, n) : 0;

    return order ? order : a.len < b.len ? -1 : a.len > b.len;
}


/* Whatever stands in a word, a message is one line of UTF-8 text. */

static size_t
build_put(cg_diag_t *diag, size_t at, cg_str_t s)
{
    size_t                n;
    uint32_t              code;
    const unsigned char  *p = s.data, *end = s.len ? s.data + s.len : p, *from;

    while (p != end) {
        from = p;
        code = cg_utf8_next(&p, end);
        n = (size_t) (p - from);

        if (at + n >= sizeof(diag->text)) {
            break;
        }

        if (code == CG_UTF8_BAD || code < ' ' || code == 0x7F) {
            diag->text[at++] = '?';

        } else {
            memcpy(diag->text + at, from, n);
            at += n;
        }
    }

    return at;
}


/* A word as messages show it: the first bytes of a long one, no character
 * halved. */

static cg_str_t
build_shown(cg_str_t word)
{
    size_t  n = BUILD_SHOWN;

    while (n > BUILD_SHOWN - 4 && (word.data[n] & 0xC0) == 0x80) {
        n--;
    }

    return cg_str_sub(word, 0, n);
}


cg_status_t
cg_build_say(cg_diag_t *diag, const char *format, ...)
{
    size_t    at = 0;
    va_list   args;
    cg_str_t  s;

    va_start(args, format);

    for ( ; *format; format++) {
        if (*format != '%') {
            at = build_put(diag, at,
                           (cg_str_t) { 1, (const unsigned char *) format });
            continue;
        }

        s = va_arg(args, cg_str_t);

        if (s.len <= BUILD_SHOWN || format[1] == '\0') {
            at = build_put(diag, at, s);

        } else {
            at = build_put(diag, at, build_shown(s));
            at = build_put(diag, at, cg_str("..."));
        }
    }

    va_end(args);
    diag->text[at] = '\0';

    return CG_EINVAL;
}


void
cg_build_place(cg_diag_t *diag, const cg_place_t *place)
{
    diag->file = place->file;
    diag->line = place->line;
}


cg_status_t
cg_build_re(cg_policies_t *set, cg_str_t pattern, cg_re_t **re,
    cg_diag_t *diag)
{
    char       error[256];
    cg_re_t  **slot = cg_vec_push(set->arena, &set->codes, sizeof(*slot));

    if (slot == NULL) {
        return CG_ENOMEM;
    }

    *slot = cg_re_compile(set->arena, pattern, 0, error, sizeof(error));
    *re = *slot;

    if (*slot) {
        return CG_OK;
    }

    if (error[0] == '\0') {
        return CG_ENOMEM;
    }

    return cg_build_say(diag, "regular expression \"%\" must be mended: %",
                        pattern, cg_str_from(error));
}


/* A pattern that matches the empty name matches each. */

static cg_status_t
build_cookie_pattern(cg_policies_t *set, const cg_line_t *line, cg_re_t **re,
    cg_diag_t *diag)
{
    cg_status_t  status = cg_build_re(set, line->args[0], re, diag);

    if (status == CG_OK && cg_re_search(*re, cg_str("")) != CG_NONE) {
        return cg_build_say(diag, "cookie ~ \"%\" matches every cookie, name "
                            "what begins with ^, or write in a policy: "
                            "unlisted cookie=hold", line->args[0]);
    }

    return status;
}


cg_status_t
cg_build_cookie(cg_policies_t *set, const cg_line_t *line, cg_re_t **re,
    cg_diag_t *diag)
{
    if (line->is_re) {
        return build_cookie_pattern(set, line, re, diag);
    }

    if (line->args[0].data[0] == '~') {
        return cg_build_say(diag, "a blank is missing behind \"~\" in \"%\", "
                            "add it", line->args[0]);
    }

    if (!cg_word_is_token(line->args[0])) {
        return cg_build_say(diag, "\"%\" is no cookie name, a pattern is "
                            "written: cookie ~ REGEX", line->args[0]);
    }

    if (cg_str_eq(line->args[0], cg_str("ngxc"))
        || cg_str_eq(line->args[0], cg_str("__Host-ngxc"))
        || cg_str_eq(line->args[0], cg_str("__Secure-ngxc")))
    {
        return cg_build_say(diag, "cookie \"%\" is the token of ngx-consent "
                            "itself, remove it", line->args[0]);
    }

    return CG_OK;
}


int
cg_build_option(const cg_row_t *row, cg_str_t word)
{
    int       i;
    cg_str_t  name;

    for (i = 0; row->options[i]; i++) {
        name = cg_str_from(row->options[i]);

        if (name.data[name.len - 1] == '=' ? cg_str_starts(word, name)
                                           : cg_str_eq(word, name))
        {
            return i;
        }
    }

    return -1;
}


cg_status_t
cg_build_list(cg_policies_t *set, const cg_line_t *line, cg_vec_t *list,
    cg_diag_t *diag)
{
    size_t  i;

    for (i = 0; i < line->n; i++) {
        if (cg_vec_has_str(list, line->args[i])) {
            return cg_build_say(diag, "\"%\" stands twice in \"%\", keep one",
                                line->args[i], line->name);
        }

        if (cg_vec_push_str(set->arena, list, line->args[i]) != CG_OK) {
            return CG_ENOMEM;
        }
    }

    return CG_OK;
}


/* Where the value of an option begins with a quote: the length of what stands
 * before it; 0: it does not. */

static size_t
build_quoted(const cg_row_t *row, cg_str_t word)
{
    int     i = cg_build_option(row, word);
    size_t  n = i < 0 ? 0 : strlen(row->options[i]);

    return n && n < word.len && row->options[i][n - 1] == '='
           && word.data[n] == '"' ? n : 0;
}


static int
build_closes(cg_str_t word, size_t from)
{
    return word.len > from && word.data[word.len - 1] == '"';
}


/* The words `from` .. `to` without the two quotes. */

static cg_str_t
build_unquote(cg_arena_t *arena, const cg_str_t *words, size_t from, size_t to,
    size_t name)
{
    size_t          i, n = 0;
    cg_str_t        all, part;
    unsigned char  *p;

    for (i = from; i <= to; i++) {
        n += words[i].len + 1;
    }

    p = cg_arena_zero(arena, n);
    all.data = p;
    all.len = 0;

    for (i = from; p && i <= to; i++) {
        part = i == from ? cg_str_sub(words[i], name + 1, words[i].len)
                         : words[i];
        part.len -= i == to;

        if (i == from) {
            memcpy(p, words[i].data, name);
            all.len = name;

        } else {
            p[all.len++] = ' ';
        }

        if (part.len) {
            memcpy(p + all.len, part.data, part.len);
            all.len += part.len;
        }
    }

    return all;
}


cg_status_t
cg_build_join(cg_policies_t *set, const cg_row_t *row, const cg_str_t *words,
    size_t n, cg_str_t *joined, size_t *njoined, cg_diag_t *diag)
{
    size_t  i, to, name;

    for (i = 0, *njoined = 0; i < n; i++) {
        name = i ? build_quoted(row, words[i]) : 0;

        if (name == 0) {
            joined[(*njoined)++] = words[i];
            continue;
        }

        for (to = i; to < n; to++) {
            if (build_closes(words[to], to == i ? name + 1 : 0)) {
                break;
            }
        }

        if (to == n) {
            return cg_build_say(diag, "\"%\" in \"%\" has no closing quote, "
                                "add it, or write the option in quotes as a "
                                "whole: \"%...\"", words[i], words[0],
                                cg_str_sub(words[i], 0, name));
        }

        joined[*njoined] = build_unquote(set->arena, words, i, to, name);

        if (joined[(*njoined)++].data == NULL) {
            return CG_ENOMEM;
        }

        i = to;
    }

    return CG_OK;
}
