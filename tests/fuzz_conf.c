/* Configuration text through consentctl's reader and the policy builder: what
 * it refuses, it says; what it takes can be matched and shown. */

#define _DEFAULT_SOURCE            /* fmemopen */

#include "fuzz.h"

#include <glob.h>

#include "gate/cg_head.h"

#define FUZZ_OPEN  4               /* times that the file may include itself */


static cg_str_t  conf_text;
static size_t    conf_opened;


/* The one file that there is. */

static FILE *
conf_fopen(const char *name, const char *mode)
{
    if (strcmp(name, "nginx.conf") != 0 || conf_opened++ == FUZZ_OPEN
        || conf_text.len == 0)
    {
        return NULL;
    }

    return fmemopen((void *) conf_text.data, conf_text.len, mode);
}


#define fopen  conf_fopen
#define glob(pattern, flags, error, found)  ((void) (found), GLOB_NOMATCH)
#include "ctl/dump.c"
#include "ctl/conf.c"
#undef fopen
#undef glob


static void
conf_match(heap_t *heap, const cg_policy_t *policy)
{
    size_t      n;
    uint32_t    bits;
    cg_out_t    out;
    cg_str_t    script;
    cg_head_text_t  *head;
    cg_match_t  matches[8];

    script = cg_str("document.cookie='_ga=1';"
                    "a='https://www.googletagmanager.com/gtag/js?id=1'");

    (void) cg_policy_match_url(policy, cg_str("www.googletagmanager.com"),
                               cg_str("/gtag/js?id=1"), matches);
    (void) cg_policy_match_path(policy, cg_str("/g/collect?v=2"), matches);
    (void) cg_policy_match_cookie(policy, cg_str("_ga_X"), matches);

    n = cg_policy_match_inline(policy, script, matches, 8);
    must(n <= 8, "no more matches than room");

    head = cg_head_create(&heap->arena, policy);
    must(head != NULL, "a policy has a head");

    for (bits = 0; bits < 4; bits++) {
        cg_out_init(&out, &heap->arena, 1 << 22);
        cg_head_write(&out, head, bits, policy->advanced & ~bits,
                      cg_str_null);
        must(out.status == CG_OK
             && (out.len == 0 || fuzz_is_ascii(cg_out_slice(&out))),
             "the head is ASCII");
    }
}


/* Every child knows its block, and has its first word. */

static void
conf_check_tree(const ctl_node_t *block)
{
    const ctl_node_t  *at;

    for (at = block->first; at; at = at->next) {
        must(at->up == block && at->n > 0 && at->words[0].data && at->line
             && (at->next || block->last == at), "a tree holds together");
        conf_check_tree(at);
    }
}


/* The same text as a tree, or as what `nginx -T` prints. */

static void
conf_tree(void)
{
    heap_t             heap;
    cg_diag_t          diag;
    cg_policies_t     *set;
    const ctl_node_t  *root = NULL;

    heap_init(&heap);
    memset(&diag, 0, sizeof(diag));
    set = cg_policies_create(&heap.arena);
    conf_opened = 0;

    if (ctl_conf_tree("nginx.conf", set, &diag, &root) == 0) {
        conf_check_tree(root);

    } else {
        must(diag.text[0] != '\0', "what is refused is told why");
    }

    cg_policies_free(set);
    heap_drop(&heap);
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int                 rc;
    heap_t              heap;
    size_t              i;
    cg_diag_t           diag;
    cg_policies_t      *set;
    const cg_policy_t  *policy;

    heap_init(&heap);
    memset(&diag, 0, sizeof(diag));
    set = cg_policies_create(&heap.arena);
    conf_text.data = data;
    conf_text.len = size;
    conf_opened = 0;

    rc = ctl_conf_load("nginx.conf", set, &diag);
    conf_tree();

    if (rc == 0) {
        rc = cg_policies_freeze(set, &diag) == CG_OK ? 0 : -1;
    }

    if (rc != 0) {
        must(diag.text[0] && memchr(diag.text, 0, sizeof(diag.text)),
             "what is refused is told why");

    } else {
        for (i = 0; (policy = cg_policies_at(set, i)) != NULL; i++) {
            must(cg_policies_find(set, policy->id) == policy,
                 "a policy is found by its id");
            conf_match(&heap, policy);
        }
    }

    cg_policies_free(set);
    heap_drop(&heap);

    return 0;
}
