#include "dump.h"

#include <string.h>

#define DUMP_NAME  "# configuration file "


static cg_str_t
dump_line(cg_str_t text, size_t at)
{
    const unsigned char  *end = memchr(text.data + at, '\n', text.len - at);

    return cg_str_sub(text, at, end ? (size_t) (end - text.data) : text.len);
}


/* The name in "# configuration file NAME:", or absent. */

static cg_str_t
dump_named(cg_str_t line)
{
    size_t  n = sizeof(DUMP_NAME) - 1;

    if (line.len < n + 2 || !cg_str_starts(line, cg_str(DUMP_NAME))
        || line.data[line.len - 1] != ':')
    {
        return cg_str_null;
    }

    return cg_str_sub(line, n, line.len - 1);
}


static int
dump_add(ctl_dump_t *dump, cg_str_t name, cg_arena_t *arena)
{
    cg_str_t  kept = cg_arena_copy(arena, name);

    if (kept.data == NULL || dump->n == CTL_DUMP_FILES) {
        return -1;
    }

    dump->names[dump->n++] = (const char *) kept.data;

    return 0;
}


int
ctl_dump_split(ctl_dump_t *dump, cg_str_t text, const char *name,
    cg_arena_t *arena)
{
    size_t    at, from = 0;
    cg_str_t  line, named;

    for (at = 0; at < text.len; at += line.len + 1) {
        line = dump_line(text, at);
        named = dump_named(line);

        if (named.data == NULL) {
            continue;
        }

        if (dump->n) {
            dump->content[dump->n - 1] = cg_str_sub(text, from, at);
        }

        if (dump_add(dump, named, arena) != 0) {
            return -1;
        }

        from = at + line.len + 1 < text.len ? at + line.len + 1 : text.len;
    }

    dump->printed = dump->n != 0;

    if (dump->n == 0 && dump_add(dump, cg_str_from(name), arena) != 0) {
        return -1;
    }

    dump->content[dump->n - 1] = cg_str_sub(text, from, text.len);

    return 0;
}


cg_str_t
ctl_dump_file(const ctl_dump_t *dump, const char *name)
{
    size_t  i;

    for (i = 0; i < dump->n; i++) {
        if (strcmp(dump->names[i], name) == 0) {
            return dump->content[i];
        }
    }

    return cg_str_null;
}


const char *
ctl_dump_name(const ctl_dump_t *dump, size_t i)
{
    return i < dump->n ? dump->names[i] : NULL;
}
