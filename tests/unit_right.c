#include "tap.h"
#include "visit.h"

#include "consent/cg_choice.h"

#define LEN(a)  (sizeof(a) / sizeof((a)[0]))


/* An acknowledgement as one visitor was given it. */

typedef struct {
    heap_t          heap;
    cg_keys_t       keys;
    cg_policy_t     policy;
    cg_binding_t    binding;
    cg_token_t      token;
    cg_right_ack_t  ack;
    cg_str_t        text;
} given_t;


static void
given(given_t *g)
{
    cg_out_t  out;

    memset(g, 0, sizeof(*g));
    heap_init(&g->heap);
    visit_keys(&g->keys, VISIT_KEY_A "\n");
    visit_policy(&g->policy);
    g->binding = visit_binding(&g->policy);
    visit_grant(&g->token, 7, 5);

    g->ack.kind = CG_RIGHT_STOP_USE;
    g->ack.shown = VISIT_NOW;
    memset(g->ack.id, 0xA5, sizeof(g->ack.id));
    memset(g->ack.hash, 0x5A, sizeof(g->ack.hash));

    cg_out_init(&out, &g->heap.arena, CG_RIGHT_ACK);
    cg_right_ack_write(&out, &g->keys, &g->binding, &g->token, &g->ack);
    g->text = cg_out_slice(&out);
}


static cg_status_t
read_by(const given_t *g, cg_str_t text, const cg_token_t *token,
    cg_right_kind_t kind, int64_t now, cg_right_ack_t *ack)
{
    cg_str_t     copy = heap_exact(text);
    cg_status_t  rc;

    memset(ack, 0, sizeof(*ack));
    ack->kind = kind;
    rc = cg_right_ack_read(copy, &g->keys, &g->binding, token, now, ack);
    free((void *) copy.data);

    return rc;
}


static void
an_acknowledgement_is_for_one_visitor_and_right(void)
{
    given_t         g;
    cg_token_t      other;
    cg_right_ack_t  ack;

    given(&g);

    ok(read_by(&g, g.text, &g.token, CG_RIGHT_STOP_USE, VISIT_NOW + 60, &ack)
       == CG_OK && ack.shown == VISIT_NOW
       && memcmp(ack.id, g.ack.id, sizeof(ack.id)) == 0
       && memcmp(ack.hash, g.ack.hash, sizeof(ack.hash)) == 0,
       "what was acknowledged is what was explained");

    visit_grant(&other, 8, 5);
    is_int(read_by(&g, g.text, &other, CG_RIGHT_STOP_USE, VISIT_NOW, &ack),
           CG_EINVAL, "another visitor's is none");
    is_int(read_by(&g, g.text, &g.token, CG_RIGHT_CORRECT, VISIT_NOW, &ack),
           CG_EINVAL, "another right's is none");
    is_int(read_by(&g, g.text, &g.token, CG_RIGHT_STOP_USE, VISIT_NOW - 1,
                   &ack), CG_EINVAL, "one from the future is none");
    is_int(read_by(&g, g.text, &g.token, CG_RIGHT_STOP_USE,
                   VISIT_NOW + CG_RIGHT_VALID + 1, &ack), CG_EINVAL,
           "one that took more than a day is none");

    heap_drop(&g.heap);
}


static void
any_other_byte_or_length_is_none(void)
{
    size_t          i, taken = 0;
    given_t         g;
    cg_right_ack_t  ack;
    unsigned char   text[CG_RIGHT_ACK];

    given(&g);

    for (i = 0; i < g.text.len; i++) {
        memcpy(text, g.text.data, g.text.len);
        text[i] ^= 1;
        taken += read_by(&g, (cg_str_t) { g.text.len, text }, &g.token,
                         CG_RIGHT_STOP_USE, VISIT_NOW, &ack) == CG_OK;
        taken += read_by(&g, (cg_str_t) { i, g.text.data }, &g.token,
                         CG_RIGHT_STOP_USE, VISIT_NOW, &ack) == CG_OK;
    }

    is_int(taken, 0, "no other byte, no other length");
    heap_drop(&g.heap);
}


static void
requests_are_read_strictly(void)
{
    static const struct {
        const char       *body;
        cg_status_t       rc;
        cg_right_kind_t   right;
        uint32_t          granted;
    } cases[] = {
        { "right=disclose", CG_OK, CG_RIGHT_DISCLOSE, 0 },
        { "right=correct&p=analytics&ack=x", CG_OK, CG_RIGHT_CORRECT, 1 },
        { "right=stop_use&choice=accept", CG_OK, CG_RIGHT_STOP_USE, 0 },
        { "right=none", CG_EINVAL, CG_RIGHT_NONE, 0 },
        { "right=DELETE", CG_EINVAL, CG_RIGHT_NONE, 0 },
        { "right=delete&right=add", CG_EINVAL, CG_RIGHT_NONE, 0 },
        { "right=add&ack=1&ack=2", CG_EINVAL, CG_RIGHT_NONE, 0 },
        { "right=add&p=nothing", CG_EINVAL, CG_RIGHT_NONE, 0 },
        { "", CG_EINVAL, CG_RIGHT_NONE, 0 },
    };

    size_t       i, bad = 0;
    heap_t       heap;
    cg_choice_t  choice;
    cg_policy_t  policy;
    cg_status_t  rc;
    const char  *error;

    heap_init(&heap);
    visit_policy(&policy);

    for (i = 0; i < LEN(cases); i++) {
        rc = cg_choice_read_right(&heap.arena, &policy,
                                  cg_str("application/x-www-form-urlencoded"),
                                  cg_str_from(cases[i].body), &choice, &error);

        if (rc != cases[i].rc || choice.right != cases[i].right
            || choice.granted != cases[i].granted)
        {
            printf("# case %zu: rc %d right %d\n", i, rc, choice.right);
            bad++;
        }
    }

    is_int(bad, 0, "a request names one right that there is");
    is_int(cg_choice_read_right(&heap.arena, &policy,
                                cg_str("application/json"),
                                cg_str("{\"right\":\"delete\"}"), &choice,
                                &error), CG_NONE, "in a form");
    heap_drop(&heap);
}


int
main(void)
{
    an_acknowledgement_is_for_one_visitor_and_right();
    any_other_byte_or_length_is_none();
    requests_are_read_strictly();

    return tap_done();
}
