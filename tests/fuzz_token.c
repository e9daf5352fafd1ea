/* Tokens: what verifies has one spelling; what does not grants nothing; a merge
 * never grants more than one of its tokens. */

#include "fuzz.h"
#include "visit.h"

#include "consent/cg_token.h"


static cg_status_t
token_read(const cg_keys_t *keys, const cg_binding_t *binding, cg_str_t text,
    cg_token_t *token)
{
    heap_t       heap;
    cg_out_t     out;
    cg_str_t     exact = heap_exact(text);
    cg_token_t   zero;
    cg_status_t  rc;

    memset(token, 0xA5, sizeof(*token));
    memset(&zero, 0, sizeof(zero));
    rc = cg_token_read(exact, keys, binding, token);

    if (rc != CG_OK) {
        must(memcmp(token, &zero, sizeof(zero)) == 0,
             "what does not verify grants nothing");

    } else if (token->key == 0) {
        heap_init(&heap);
        cg_out_init(&out, &heap.arena, CG_MAX_TOKEN);
        cg_token_write(&out, keys, binding, token);
        must(cg_str_eq(cg_out_slice(&out), text),
             "what verifies has one spelling");
        heap_drop(&heap);
    }

    free((void *) exact.data);

    return rc;
}


/* Tokens between blanks, as of several cookies. */

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t        n = 0;
    uint32_t      all = 0;
    unsigned      line;
    cg_str_t      rest = { size, data };
    cg_keys_t     keys;
    cg_token_t    token, have;
    cg_policy_t   policy;
    cg_binding_t  binding;

    visit_keys(&keys, VISIT_KEY_A "\n" VISIT_KEY_B "\n");
    visit_policy(&policy);
    binding = visit_binding(&policy);
    memset(&have, 0, sizeof(have));

    must(cg_keys_read(&keys, rest, &line) == CG_OK || keys.n == 0,
         "a key file that is refused verifies nothing");
    visit_keys(&keys, VISIT_KEY_A "\n" VISIT_KEY_B "\n");

    while (rest.len) {
        if (token_read(&keys, &binding, fuzz_field(&rest, ' '), &token)
            == CG_OK)
        {
            all |= token.bits;
            cg_token_merge(&have, &n, &token);
        }
    }

    must((have.bits & ~all) == 0, "together they grant what one of them did");

    return 0;
}
