/* A nested reply out of its text: words, arrays in brackets, "-" for a nil and
 * "." for an empty string.  Never more than it says: each word in a heap block
 * of its size. */

#ifndef SLOTS_REPLY_H
#define SLOTS_REPLY_H

#include "heap.h"

#include "consent/cg_slots.h"

#define SLOTS_ITEMS   1024
#define SLOTS_LEVELS  6

typedef struct {
    cg_str_t    items[SLOTS_ITEMS];
    size_t      inside[SLOTS_ITEMS];
    cg_reply_t  reply;
} slots_reply_t;


static cg_str_t
slots_reply_word(cg_str_t text, size_t *at)
{
    size_t    from = *at;
    cg_str_t  word;

    while (*at < text.len && !memchr("[] ", text.data[*at], 3)) {
        ++*at;
    }

    word = cg_str_sub(text, from, *at);

    if (cg_str_eq(word, cg_str("-"))) {
        return cg_str_null;
    }

    return heap_exact(cg_str_eq(word, cg_str(".")) ? cg_str("") : word);
}


/* The outermost array is the reply itself. */

static void
slots_reply_parse(slots_reply_t *r, cg_str_t text)
{
    size_t  at = 0, n = 0, level = 0, i, open[SLOTS_LEVELS];

    if (text.len && text.data[0] == '[') {
        at = 1;
    }

    while (at < text.len && n < SLOTS_ITEMS) {
        switch (text.data[at]) {

        case '[':
            if (level < SLOTS_LEVELS) {
                r->items[n] = cg_str_null;
                r->inside[n] = 0;
                open[level++] = n++;
            }

            at++;
            break;

        case ']':
            if (level) {
                level--;
                r->inside[open[level]] = n - open[level] - 1;
            }

            at++;
            break;

        case ' ':
            at++;
            break;

        default:
            r->items[n] = slots_reply_word(text, &at);
            r->inside[n++] = 0;
        }
    }

    for (i = 0; i < level; i++) {
        r->inside[open[i]] = n - open[i] - 1;
    }

    r->reply.items = r->items;
    r->reply.inside = r->inside;
    r->reply.n = n;
}


static void
slots_reply_drop(slots_reply_t *r)
{
    size_t  i;

    for (i = 0; i < r->reply.n; i++) {
        free((void *) r->items[i].data);
    }
}

#endif /* SLOTS_REPLY_H */
