/*
 * A document in a wide encoding through its gate, in pieces; and the oracle:
 * decoded, what leaves is what a gate makes of the decoded document.
 */

#ifndef WIDE_RUN_H
#define WIDE_RUN_H

#include "heap.h"
#include "site.h"

#include "base/cg_utf8.h"
#include "charset/cg_units.h"
#include "gate/cg_wide.h"

#define WIDE_MAX  (1 << 26)            /* bytes of a document that leaves */

typedef struct {
    cg_out_t    all;                   /* the document that leaves */
    cg_out_t    own;                   /* of it, the origin's bytes */
    cg_str_t    input;                 /* being fed */
    int         stray;                 /* a span from elsewhere */
    cg_tally_t  tally;
    cg_status_t status;
} wide_page_t;


static cg_status_t
wide_own(void *ctx, cg_str_t bytes)
{
    wide_page_t  *page = ctx;

    cg_out_str(&page->all, bytes);
    cg_out_str(&page->own, bytes);

    return page->all.status;
}


static cg_status_t
wide_span(void *ctx, cg_str_t bytes)
{
    wide_page_t  *page = ctx;

    page->stray |= bytes.data < page->input.data
                   || bytes.data + bytes.len
                      > page->input.data + page->input.len;

    return wide_own(ctx, bytes);
}


static cg_status_t
wide_added(void *ctx, cg_str_t bytes)
{
    wide_page_t  *page = ctx;

    cg_out_str(&page->all, bytes);

    return page->all.status;
}


static void
wide_begin(heap_t *heap, wide_page_t *page, cg_sink_t *sink)
{
    cg_sink_t  own = { wide_span, wide_own, wide_added, page, wide_added,
                       NULL };

    memset(page, 0, sizeof(*page));
    cg_out_init(&page->all, &heap->arena, WIDE_MAX);
    cg_out_init(&page->own, &heap->arena, WIDE_MAX);
    cg_out_str(&page->all, cg_str(""));
    cg_out_str(&page->own, cg_str(""));
    *sink = own;
}


/* Pieces of `first` bytes, then of `piece` (0: all the rest), each in a block
 * of its own that dies at once.  No charset: UTF-8, through the bare gate. */

static void
wide_run(heap_t *heap, const cg_gate_conf_t *conf, const cg_charset_t *charset,
    cg_str_t in, size_t first, size_t piece, wide_page_t *page)
{
    size_t      at, n;
    cg_str_t    block;
    cg_gate_t  *gate = NULL;
    cg_wide_t  *wide = NULL;
    cg_sink_t   sink;

    wide_begin(heap, page, &sink);

    if (charset) {
        wide = cg_wide_create(&heap->arena, conf, &sink, charset);

    } else {
        gate = cg_gate_create(&heap->arena, conf, &sink);
    }

    page->status = wide || gate ? CG_OK : CG_ENOMEM;

    for (at = 0; at < in.len && page->status == CG_OK; at += n) {
        n = at == 0 && first ? first : piece ? piece : in.len - at;
        n = n < in.len - at ? n : in.len - at;
        block = heap_exact(cg_str_sub(in, at, at + n));
        page->input = block;
        page->status = wide ? cg_wide_feed(wide, block)
                            : cg_gate_feed(gate, block);
        free((void *) block.data);
    }

    page->input = cg_str_null;

    if (page->status == CG_OK) {
        page->status = wide ? cg_wide_end(wide) : cg_gate_end(gate);
    }

    if (wide || gate) {
        page->tally = *cg_gate_tally(wide ? cg_wide_gate(wide) : gate);
    }
}


/* All of it as UTF-8. */

static cg_str_t
wide_decode(heap_t *heap, const cg_charset_t *charset, cg_str_t bytes)
{
    size_t         at = 0;
    cg_out_t       out;
    cg_unit_t      unit;
    cg_units_t     units;
    unsigned char  utf8[4];

    cg_out_init(&out, &heap->arena, WIDE_MAX);
    cg_out_str(&out, cg_str(""));
    cg_units_init(&units, charset);

    while (cg_units_next(&units, bytes.data + at, bytes.len - at, 1, &unit)
           == CG_OK)
    {
        cg_out_bytes(&out, utf8, cg_utf8_put(unit.code, utf8));
        at += unit.len;
    }

    return cg_out_slice(&out);
}


/* Without what malformed bytes stand for: where an addition parts two escape
 * sequences, the second one is not malformed any more. */

static cg_str_t
wide_sound(heap_t *heap, cg_str_t utf8)
{
    size_t    i;
    cg_out_t  out;

    cg_out_init(&out, &heap->arena, WIDE_MAX);
    cg_out_str(&out, cg_str(""));

    for (i = 0; i < utf8.len; i++) {
        if (cg_str_starts(cg_str_sub(utf8, i, utf8.len),
                          cg_str("\xEF\xBF\xBD")))
        {
            i += 2;

        } else {
            cg_out_byte(&out, utf8.data[i]);
        }
    }

    return cg_out_slice(&out);
}


__attribute__((unused)) static int
wide_same_tally(const cg_tally_t *a, const cg_tally_t *b)
{
    size_t  i;

    if (a->n != b->n || a->more_held != b->more_held
        || a->more_passed != b->more_passed || a->withheld != b->withheld
        || a->banner != b->banner)
    {
        return 0;
    }

    for (i = 0; i < a->n; i++) {
        if (!cg_str_eq(a->rows[i].vendor, b->rows[i].vendor)
            || a->rows[i].held != b->rows[i].held
            || a->rows[i].passed != b->rows[i].passed)
        {
            return 0;
        }
    }

    return 1;
}


/* What must hold of one way of feeding: NULL, or what does not. */

__attribute__((unused)) static const char *
wide_broken(heap_t *heap, const cg_gate_conf_t *conf,
    const cg_charset_t *charset, cg_str_t in, const wide_page_t *got)
{
    cg_str_t     decoded = wide_decode(heap, charset, in);
    wide_page_t  want;

    wide_run(heap, conf, NULL, decoded, 0, 0, &want);

    if (got->status != CG_OK || got->stray) {
        return "the page leaves, its spans are the input's";
    }

    if (!wide_same_tally(&got->tally, &want.tally)) {
        return "the tally is the decoded page's";
    }

    if (!got->tally.withheld && !cg_str_eq(cg_out_slice(&got->own), in)) {
        return "the origin's bytes leave as they are";
    }

    decoded = wide_decode(heap, charset, cg_out_slice(&got->all));

    if (!cg_str_eq(wide_sound(heap, decoded),
                   wide_sound(heap, cg_out_slice(&want.all))))
    {
        return "a browser reads what the gate let pass";
    }

    return NULL;
}

#endif /* WIDE_RUN_H */
