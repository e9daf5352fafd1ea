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
