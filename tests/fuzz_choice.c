/* What a visitor POSTs, as a form and as JSON; where it says it comes from. */

#include "fuzz.h"
#include "visit.h"

#include "consent/cg_choice.h"


static void
choice_path(cg_str_t path)
{
    size_t  i;

    must(path.len && path.data[0] == '/'
         && (path.len == 1 || path.data[1] != '/'),
         "the way back is a path of this origin");

    for (i = 0; i < path.len; i++) {
        must(path.data[i] >= 0x20 && path.data[i] != 0x7F
             && path.data[i] != '\\', "the way back is fit for a header");
    }
}


static void
choice_try(cg_str_t type, cg_str_t body)
{
    heap_t        heap;
    const char   *error = NULL;
    cg_choice_t   choice;
    cg_policy_t   policy;
    cg_status_t   rc;

    heap_init(&heap);
    visit_policy(&policy);
    memset(&choice, 0xA5, sizeof(choice));

    rc = cg_choice_read(&heap.arena, &policy, type, body, &choice, &error);
    choice_path(choice.back);

    must(rc == CG_OK || rc == CG_EINVAL || rc == CG_ELIMIT || rc == CG_NONE,
         "a choice is read or refused");

    if (rc == CG_OK) {
        must(choice.kind != CG_CHOICE_NONE, "a choice is one");
        must((choice.granted & ~policy.optional) == 0,
             "nobody grants what the policy has not");
        must(choice.granted == 0 || choice.kind == CG_CHOICE_ACCEPT
             || choice.kind == CG_CHOICE_SAVE
             || choice.kind == CG_CHOICE_ADD, "a refusal grants nothing");

    } else {
        must(choice.granted == 0 && choice.kind == CG_CHOICE_NONE,
             "what is refused grants nothing");
        must(rc == CG_NONE || error != NULL, "it is told why");
    }

    rc = cg_choice_read_show(&heap.arena, &policy, type, body, &choice,
                             &error);
    choice_path(choice.back);
    must(choice.granted == 0 && (rc == CG_OK) == (choice.src.len != 0),
         "a frame that is shown has a source, and grants nothing");

    heap_drop(&heap);
}


/* The whole as both kinds of body; its lines as header fields. */

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    cg_str_t  body = { size, data }, rest = body;
    cg_str_t  type, origin, host;

    body = heap_exact(body);
    choice_try(cg_str("application/x-www-form-urlencoded"), body);
    choice_try(cg_str("application/json"), body);
    choice_path(cg_choice_back(body));
    free((void *) body.data);

    type = fuzz_field(&rest, '\n');
    origin = heap_exact(fuzz_field(&rest, '\n'));
    host = heap_exact(rest);

    choice_try(type, rest);
    (void) cg_choice_origin(type, origin, host, size & 1);
    must(cg_choice_origin(cg_str_null, cg_str("https://evil.example"),
                          cg_str("www.example.org"), 1) == CG_ORIGIN_CROSS,
         "another site is another site");

    free((void *) origin.data);
    free((void *) host.data);

    return 0;
}
