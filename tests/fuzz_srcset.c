/* srcset against a reader of its own: the specification's steps, one state at
 * a time (HTML, parse a srcset attribute). */

#include "fuzz.h"
#include "site.h"

#include "base/cg_ascii.h"
#include "gate/cg_element.h"


typedef enum { SET_BETWEEN, SET_DESCRIPTOR, SET_PARENS, SET_AFTER } set_t;


/* Step 8; returns where the candidate ends. */

static size_t
set_descriptors(cg_str_t value, size_t at)
{
    set_t          state = SET_DESCRIPTOR;
    unsigned char  c;

    for ( ; at < value.len; at++) {
        c = value.data[at];

        switch (state) {

        case SET_DESCRIPTOR:
            if (cg_ascii_is_space(c)) {
                state = SET_AFTER;

            } else if (c == ',') {
                return at + 1;

            } else if (c == '(') {
                state = SET_PARENS;
            }
            break;

        case SET_PARENS:
            state = c == ')' ? SET_DESCRIPTOR : SET_PARENS;
            break;

        default:
            if (!cg_ascii_is_space(c)) {
                state = SET_DESCRIPTOR;
                at--;
            }
            break;
        }
    }

    return at;
}


static int
set_passes(const cg_judge_t *judge, heap_t *heap, cg_str_t value)
{
    size_t  at = 0, from, to;

    for ( ;; ) {
        while (at < value.len
               && (value.data[at] == ',' || cg_ascii_is_space(value.data[at])))
        {
            at++;
        }

        if (at >= value.len) {
            return 1;
        }

        from = at;

        while (at < value.len && !cg_ascii_is_space(value.data[at])) {
            at++;
        }

        to = at;

        if (value.data[to - 1] == ',') {
            while (value.data[to - 1] == ',') {
                to--;
            }

        } else {
            at = set_descriptors(value, at);
        }

        if (!cg_judge_url(judge, &heap->arena,
                          cg_str_sub(value, from, to)).pass)
        {
            return 0;
        }
    }
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static site_t  site;

    heap_t      heap;
    cg_str_t    value = { size, data };
    cg_judge_t  judge;

    if (site.policy == NULL) {
        site_init(&site, "hold");
    }

    heap_init(&heap);
    value = heap_exact(value);
    judge = site_judge(&site, 0);

    must(cg_element_srcset(&judge, &heap.arena, value).pass
         == (unsigned) set_passes(&judge, &heap, value),
         "a srcset is held if one of its candidates is");

    free((void *) value.data);
    heap_drop(&heap);

    return 0;
}
