/*
 * Many texts looked for at once (Aho and Corasick, 1975), as a table: one step
 * per byte of the script, however many vendors there are.
 */

#include "cg_matcher.h"

#include "base/cg_ascii.h"


/* The value of `n` hexadecimal digits at p, or -1. */

static long
scan_hex(const unsigned char *p, const unsigned char *end, size_t n)
{
    int     digit;
    long    value = 0;
    size_t  i;

    if ((size_t) (end - p) < n) {
        return -1;
    }

    for (i = 0; i < n; i++) {
        digit = cg_ascii_hex(p[i]);

        if (digit < 0) {
            return -1;
        }

        value = value << 4 | digit;
    }

    return value;
}


/* ECMA-262, 12.9.4: the length of "\u{...}" behind the backslash, or 0. */

static size_t
scan_braced(const unsigned char *p, const unsigned char *end, long *value)
{
    size_t  n;

    for (n = 2; n < 10 && p + n < end; n++) {
        if (p[n] == '}') {
            *value = n > 2 ? scan_hex(p + 2, end, n - 2) : -1;
            return n + 1;
        }
    }

    return 0;
}


unsigned char
cg_scan_next(const unsigned char **p, const unsigned char *end)
{
    long                  value = -1;
    size_t                n = 0;
    const unsigned char  *at = *p;

    (*p)++;

    if (*at != '\\' || end - at < 2) {
        return *at;
    }

    if (at[1] == '/') {
        (*p)++;
        return '/';
    }

    if (at[1] == 'x') {
        n = 3;
        value = scan_hex(at + 2, end, 2);

    } else if (at[1] == 'u' && end - at > 2 && at[2] == '{') {
        n = scan_braced(at + 1, end, &value);

    } else if (at[1] == 'u') {
        n = 5;
        value = scan_hex(at + 2, end, 4);
    }

    if (value < 0 || value > 0x7F) {
        return '\\';
    }

    *p += n;

    return (unsigned char) value;
}


/* The classes of bytes, and the most nodes that the needles can need. */

static size_t
scan_classes(cg_scan_t *scan)
{
    size_t          i, at, total = 1;
    unsigned char   c;
    const cg_str_t *text;

    scan->nclasses = 1;

    for (i = 0; i < scan->nneedles; i++) {
        text = &scan->needles[i].text;
        total += text->len;

        for (at = 0; at < text->len; at++) {
            c = cg_ascii_lower(text->data[at]);

            if (scan->classes[c] == 0) {
                scan->classes[c] = (unsigned char) scan->nclasses++;
            }
        }
    }

    for (i = 'A'; i <= 'Z'; i++) {
        scan->classes[i] = scan->classes[i | 0x20];
    }

    return total;
}


static void
scan_insert(cg_scan_t *scan, uint32_t number)
{
    uint32_t              node = 0, *go;
    cg_needle_t          *needle = &scan->needles[number];
    const unsigned char  *p = needle->text.data;
    const unsigned char  *end = p + needle->text.len;

    while (p != end) {
        go = &scan->go[node * scan->nclasses
                       + scan->classes[cg_scan_next(&p, end)]];

        if (*go == 0) {
            *go = (uint32_t) scan->nnodes++;
        }

        node = *go;
    }

    needle->next = scan->needle[node];
    scan->needle[node] = number + 1;
}


/* Breadth first: what is missing at a node is what its longest proper suffix
 * has, which was finished before. */

static void
scan_link(cg_scan_t *scan, uint32_t *queue, uint32_t *suffix)
{
    size_t    class;
    uint32_t  node, child, *go;
    size_t    head = 0, tail = 1;

    while (head < tail) {
        node = queue[head++];

        for (class = 1; class < scan->nclasses; class++) {
            go = &scan->go[node * scan->nclasses + class];
            child = *go;

            if (child == 0) {
                *go = scan->go[suffix[node] * scan->nclasses + class];
                continue;
            }

            if (node) {
                suffix[child] = scan->go[suffix[node] * scan->nclasses + class];
            }

            scan->shorter[child] = scan->needle[suffix[child]]
                                   ? suffix[child]
                                   : scan->shorter[suffix[child]];
            queue[tail++] = child;
        }
    }
}


cg_status_t
cg_scan_build(cg_arena_t *arena, cg_scan_t *scan)
{
    size_t     max = scan_classes(scan);
    uint32_t   i, *queue, *suffix;

    scan->go = cg_arena_zero(arena, max * scan->nclasses * sizeof(*scan->go));
    scan->needle = cg_arena_zero(arena, max * sizeof(*scan->needle));
    scan->shorter = cg_arena_zero(arena, max * sizeof(*scan->shorter));
    scan->hit = cg_arena_zero(arena, max);
    queue = cg_arena_zero(arena, max * sizeof(*queue));
    suffix = cg_arena_zero(arena, max * sizeof(*suffix));

    if (scan->go == NULL || scan->needle == NULL || scan->shorter == NULL
        || scan->hit == NULL || queue == NULL || suffix == NULL)
    {
        return CG_ENOMEM;
    }

    scan->nnodes = 1;

    for (i = 0; i < scan->nneedles; i++) {
        scan_insert(scan, i);
    }

    scan_link(scan, queue, suffix);

    for (i = 0; i < scan->nnodes; i++) {
        scan->hit[i] = scan->needle[i] || scan->shorter[i];
    }

    cg_arena_outgrown(arena, queue);
    cg_arena_outgrown(arena, suffix);

    return CG_OK;
}
