/* Feeds configuration text to the policy builder: words, "quoted words", `;`,
 * `{` and `}`, one line number per `;`.  No comments, no escapes. */

#ifndef FEED_H
#define FEED_H

#include "heap.h"

#include "base/cg_ascii.h"
#include "policy/cg_policy_build.h"

#define FEED_WORDS  40

typedef struct {
    heap_t          heap;
    cg_policies_t  *set;
    cg_diag_t       diag;
    cg_status_t     status;
} feed_t;


/* The next word, in a heap block of its size; absent at `;`, `{` and `}`. */

__attribute__((unused)) static cg_str_t
feed_word(const char **p, char *end)
{
    int          quoted;
    cg_str_t     word;
    const char  *from;

    while (cg_ascii_is_space((unsigned char) **p)) {
        (*p)++;
    }

    quoted = **p == '"';
    from = *p += quoted;

    if (!quoted && (**p == '\0' || strchr(";{}", **p))) {
        *end = **p;
        *p += **p != '\0';
        return cg_str_null;
    }

    while (**p && (quoted ? **p != '"' : !strchr(" \n;{}", **p))) {
        (*p)++;
    }

    word.data = (const unsigned char *) from;
    word.len = (size_t) (*p - from);
    *p += quoted;

    return heap_exact(word);
}


__attribute__((unused)) static cg_status_t
feed_directive(feed_t *feed, const cg_str_t *words, size_t n, char end,
    unsigned line)
{
    if (end == '}') {
        return cg_policies_end(feed->set, &feed->diag);
    }

    if (end == '{') {
        return cg_policies_begin(feed->set,
                                 words[0].data[8] == 'v' ? CG_BLOCK_VENDOR
                                                         : CG_BLOCK_POLICY,
                                 words[1], "test.conf", line, &feed->diag);
    }

    return cg_policies_line(feed->set, words, n, "test.conf", line,
                            &feed->diag);
}


/* Feeds and freezes; afterwards feed->status and feed->diag say how it went.
 * feed->heap is set up by the caller; feed_drop() ends it. */

__attribute__((unused)) static void
feed_text(feed_t *feed, const char *text)
{
    char      end = ';';
    size_t    n, i;
    unsigned  line = 0;
    cg_str_t  words[FEED_WORDS];

    feed->set = cg_policies_create(&feed->heap.arena);
    feed->status = feed->set ? CG_OK : CG_ENOMEM;

    while (feed->status == CG_OK) {
        for (n = 0; n < FEED_WORDS; n++) {
            words[n] = feed_word(&text, &end);

            if (words[n].data == NULL) {
                break;
            }
        }

        if (end == '\0') {
            break;
        }

        feed->status = feed_directive(feed, words, n, end, ++line);

        for (i = 0; i < n; i++) {
            free((void *) words[i].data);
        }
    }

    if (feed->status == CG_OK) {
        feed->status = cg_policies_freeze(feed->set, &feed->diag);
    }
}


__attribute__((unused)) static void
feed_drop(feed_t *feed)
{
    cg_policies_free(feed->set);
    heap_drop(&feed->heap);
}

#endif /* FEED_H */
