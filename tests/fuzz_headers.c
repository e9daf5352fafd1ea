/* Link and Refresh lines: what stays of a Link line is not held, and a second
 * look drops nothing more. */

#include "fuzz.h"
#include "site.h"

#include "gate/cg_element.h"
#include "gate/cg_headers.h"


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static site_t  site;

    heap_t        heap;
    cg_str_t      line = { size, data };
    cg_out_t      out, again;
    cg_judge_t    judge;
    cg_status_t   rc;
    cg_verdict_t  verdict;

    if (site.policy == NULL) {
        site_init(&site, "hold");
    }

    heap_init(&heap);
    line = heap_exact(line);
    judge = site_judge(&site, 0);

    cg_out_init(&out, &heap.arena, 1 << 20);
    cg_out_init(&again, &heap.arena, 1 << 20);
    rc = cg_headers_link(&judge, &heap.arena, line, &out, &verdict);
    must(rc == CG_OK || rc == CG_NONE, "any Link line is read");

    if (rc == CG_OK) {
        must(!verdict.pass && out.len < line.len, "what is held is dropped");
    }

    if (rc == CG_OK && out.len) {
        must(cg_headers_link(&judge, &heap.arena, cg_out_slice(&out), &again,
                             &verdict) == CG_NONE,
             "what stays of a line is not held");
    }

    (void) cg_headers_refresh(&judge, &heap.arena, line);
    (void) cg_headers_quoted(&judge, &heap.arena, line);
    (void) cg_element_rel_fetches(line);

    free((void *) line.data);
    heap_drop(&heap);

    return 0;
}
