/* Addresses: no text and no header tells more than its form. */

#include "fuzz.h"

#include "address/cg_address.h"


static cg_str_t
address_value(heap_t *heap, cg_str_t value, cg_address_header_t header,
    cg_address_form_t form)
{
    cg_out_t  out;

    cg_out_init(&out, &heap->arena, 64 * 1024);
    cg_address_value(&out, value, header, form);
    must(out.status == CG_OK, "a header is written out");

    return out.len ? cg_out_slice(&out) : cg_str("");
}


/* The form, the kind of header, and its value. */

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    heap_t               heap;
    cg_out_t             out;
    cg_str_t             text, once, twice;
    cg_address_form_t    form;
    cg_address_header_t  header;

    if (size < 1 || size > 8192) {
        return 0;
    }

    heap_init(&heap);
    form = (cg_address_form_t) (data[0] & 3);
    header = data[0] & 4 ? CG_ADDRESS_HEADER_FORWARDED : CG_ADDRESS_HEADER_LIST;
    text = heap_exact((cg_str_t) { size - 1, data + 1 });

    once = address_value(&heap, text, header, form);
    twice = address_value(&heap, once, header, form);
    must(cg_str_eq(once, twice), "what is reduced stays as it is");

    cg_out_init(&out, &heap.arena, 256);

    if (cg_address_text(&out, text, form) == CG_OK) {
        must(out.len > 1 && out.len < CG_ADDRESS_TEXT, "an address has a text");
        must(form != CG_ADDRESS_DROP || out.data[0] == '0'
             || out.data[0] == ':', "one that is dropped says nothing");
    }

    free((void *) text.data);
    heap_drop(&heap);

    return 0;
}
