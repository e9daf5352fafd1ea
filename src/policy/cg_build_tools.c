/*
 * The builder's tools: arrays, sentences, compiled words.
 */

#include "cg_build.h"
#include "cg_words.h"

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


static size_t
build_put(cg_diag_t *diag, size_t at, cg_str_t s)
{
    size_t         i;
    unsigned char  c;

    for (i = 0; i < s.len && at + 1 < sizeof(diag->text); i++) {
        c = s.data[i];
        diag->text[at++] = (char) (c < ' ' || c == 0x7F ? '?' : c);
    }

    return at;
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
            at = build_put(diag, at, cg_str_sub(s, 0, BUILD_SHOWN));
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

    return cg_build_say(diag, "regular expression \"%\": %", pattern,
                        cg_str_from(error));
}


cg_status_t
cg_build_cookie_name(const cg_line_t *line, cg_diag_t *diag)
{
    if (line->args[0].data[0] == '~') {
        return cg_build_say(diag, "a blank is missing behind \"~\" in \"%\"",
                            line->args[0]);
    }

    if (!cg_word_is_token(line->args[0])) {
        return cg_build_say(diag, "\"%\" is no cookie name, a pattern is "
                            "written: cookie ~ REGEX", line->args[0]);
    }

    return CG_OK;
}
