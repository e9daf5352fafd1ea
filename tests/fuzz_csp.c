/* A site's Content-Security-Policy, and what is POSTed as a report of ours. */

#include "fuzz.h"
#include "site.h"

#include "gate/cg_csp.h"
#include "gate/cg_report.h"


static int
fuzz_is_nonce(cg_str_t nonce)
{
    size_t  i;

    for (i = 0; i < nonce.len && nonce.data[i] > ' '
                && memchr("\"'<>&;,", nonce.data[i], 7) == NULL; i++)
    {
        /* void */
    }

    return i == nonce.len && (nonce.data == NULL || nonce.len);
}


static void
fuzz_policy(heap_t *heap, const cg_judge_t *judge, cg_str_t line)
{
    cg_out_t         out, again;
    cg_status_t      rc;
    cg_verdict_t     verdict;
    cg_csp_nonces_t  nonces;

    memset(&nonces, 0, sizeof(nonces));
    cg_csp_nonces(line, &nonces);
    must(fuzz_within(nonces.script, line) && fuzz_within(nonces.style, line),
         "a nonce is a view of its line");
    must(fuzz_is_nonce(nonces.script) && fuzz_is_nonce(nonces.style),
         "a nonce ends no attribute and no source");

    cg_out_init(&out, &heap->arena, line.len + 1);
    cg_out_init(&again, &heap->arena, line.len + 1);
    rc = cg_csp_reports(judge, &heap->arena, line, &out, &verdict);
    must(rc == CG_OK || rc == CG_NONE, "any line is read");

    if (rc == CG_OK) {
        must(!verdict.pass && out.len < line.len, "what is held is dropped");
        must(out.len == 0
             || cg_csp_reports(judge, &heap->arena, cg_out_slice(&out), &again,
                               &verdict) == CG_NONE,
             "what stays is not held");
    }
}


static void
fuzz_report(heap_t *heap, const cg_policy_t *policy, cg_str_t body)
{
    size_t        i, k, n;
    const char   *error;
    cg_status_t   rc;
    cg_report_t   reports[CG_REPORTS];

    rc = cg_report_read(&heap->arena, policy, cg_str("application/json"),
                        body, 1, reports, &n, &error);
    must(rc == CG_OK || rc == CG_EINVAL, "any body is read or refused");
    must((rc == CG_EINVAL) == (error != NULL), "what is refused, with a word");
    must(n <= CG_REPORTS && (rc == CG_OK || n == 0), "no more than fit");

    for (i = 0; i < n; i++) {
        must(reports[i].host.len && reports[i].host.len <= CG_MAX_HOST,
             "each one names a host");

        for (k = 0; k < reports[i].host.len; k++) {
            must(reports[i].host.data[k] > ' ' && reports[i].host.data[k] < 127
                 && memchr("/?#@\\", reports[i].host.data[k], 5) == NULL,
                 "a host, and nothing of a URL");
        }
    }
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static site_t  site;

    heap_t      heap;
    cg_str_t    line = { size, data };
    cg_judge_t  judge;

    if (site.policy == NULL) {
        site_init(&site, "hold");
    }

    heap_init(&heap);
    line = heap_exact(line);
    judge = site_judge(&site, 0);

    fuzz_policy(&heap, &judge, line);
    fuzz_report(&heap, site.policy, line);

    free((void *) line.data);
    heap_drop(&heap);

    return 0;
}
