#include "tap.h"
#include "visit.h"

#include "consent/cg_frame.h"

#define LEN(a)  (sizeof(a) / sizeof((a)[0]))


typedef struct {
    heap_t        heap;
    cg_keys_t     keys;
    cg_policy_t   policy;
    cg_binding_t  binding;
} bench_t;


static void
bench_init(bench_t *b)
{
    heap_init(&b->heap);
    visit_keys(&b->keys, VISIT_KEY_A "\n");
    visit_policy(&b->policy);
    b->binding = visit_binding(&b->policy);
}


static cg_str_t
bench_write(bench_t *b, const cg_token_t *token)
{
    cg_out_t  out;

    cg_out_init(&out, &b->heap.arena, CG_MAX_TOKEN);
    cg_token_write(&out, &b->keys, &b->binding, token);

    return cg_out_slice(&out);
}


/* In a block of exactly its size; a refused one must be zeroed. */

static cg_status_t
bench_read(bench_t *b, cg_str_t text, cg_token_t *token)
{
    cg_str_t     exact = heap_exact(text);
    cg_token_t   zero;
    cg_status_t  rc;

    memset(token, 0xA5, sizeof(*token));
    memset(&zero, 0, sizeof(zero));

    rc = cg_token_read(exact, &b->keys, &b->binding, token);
    free((void *) exact.data);

    if (rc != CG_OK && memcmp(token, &zero, sizeof(zero)) != 0) {
        return CG_MORE;            /* not what the header says */
    }

    return rc;
}


static void
token_round_trips(bench_t *b)
{
    cg_str_t    text;
    cg_token_t  token, back;

    visit_grant(&token, 7, 5);
    text = bench_write(b, &token);

    ok(cg_str_starts(text,
                     cg_str("1.BwcHBwcHBwcHBwcHBwcHBw.5.3.1790000000."
                            "1805552000.")),
       "a token reads as documented");
    ok(bench_read(b, text, &back) == CG_OK && back.has_cid
       && memcmp(back.cid, token.cid, CG_CID_LEN) == 0 && back.bits == 5
       && back.version == 3 && back.issued == token.issued
       && back.expires == token.expires && back.key == 0,
       "a token is read back");

    cg_token_refusal(&token, 3, VISIT_NOW, 180 * VISIT_DAY);
    text = bench_write(b, &token);

    ok(cg_str_starts(text, cg_str("1.-.0.3.1789948800.1805587200.")),
       "a refusal has no id, and days for times");
    ok(bench_read(b, text, &back) == CG_OK && !back.has_cid
       && back.bits == 0, "a refusal is read back");

    token.issued = VISIT_NOW;
    token.expires = VISIT_NOW + 180 * VISIT_DAY;
    is_str(bench_write(b, &token), text,
           "no exact time leaves in a refusal, whoever made the token");
}


static void
token_that_is_none_is_not_written(bench_t *b)
{
    size_t      i, written = 0;
    cg_token_t  tokens[6];
    cg_keys_t   none, keys = b->keys;

    visit_grant(&tokens[0], 7, 0);             /* a grant of nothing */
    cg_token_refusal(&tokens[1], 3, VISIT_NOW, VISIT_DAY);
    tokens[1].bits = 1;                        /* a refusal that grants */
    visit_grant(&tokens[2], 7, 5);
    tokens[2].expires = tokens[2].issued;      /* no time */
    visit_grant(&tokens[3], 7, 5);
    tokens[3].issued = -1;
    visit_grant(&tokens[4], 7, 5);
    tokens[4].expires = CG_TIME_MAX + 1;
    visit_grant(&tokens[5], 7, 5);             /* good, but no key */

    for (i = 0; i < LEN(tokens); i++) {
        if (i == 5) {
            memset(&none, 0, sizeof(none));
            b->keys = none;
        }

        if (bench_write(b, &tokens[i]).data != NULL) {
            printf("# written: case %zu\n", i);
            written++;
        }
    }

    b->keys = keys;
    is_int(written, 0, "what could not be read back is not written");
}


static void
token_with_any_bit_flipped_is_refused(bench_t *b)
{
    size_t         i, k, taken = 0;
    cg_str_t       text;
    cg_token_t     token;
    unsigned char  copy[CG_MAX_TOKEN];

    for (k = 0; k < 2; k++) {
        if (k) {
            cg_token_refusal(&token, 3, VISIT_NOW, VISIT_DAY);

        } else {
            visit_grant(&token, 7, 5);
        }

        text = bench_write(b, &token);

        for (i = 0; i < text.len * 8; i++) {
            memcpy(copy, text.data, text.len);
            copy[i / 8] = (unsigned char) (copy[i / 8] ^ (1 << i % 8));

            if (bench_read(b, (cg_str_t) { text.len, copy }, &token)
                != CG_EINVAL)
            {
                printf("# taken: token %zu, bit %zu\n", k, i);
                taken++;
            }
        }
    }

    is_int(taken, 0, "a token with any bit flipped is refused, and zeroed");
}


static void
token_cut_or_grown_is_refused(bench_t *b)
{
    size_t      i, taken = 0;
    char        grown[CG_MAX_TOKEN + 8];
    cg_str_t    text;
    cg_token_t  token;

    visit_grant(&token, 7, 5);
    text = bench_write(b, &token);

    for (i = 0; i < text.len; i++) {
        taken += bench_read(b, cg_str_sub(text, 0, i), &token) != CG_EINVAL;
        taken += bench_read(b, cg_str_sub(text, i + 1, text.len), &token)
                 != CG_EINVAL;
    }

    for (i = 0; i < 4; i++) {
        snprintf(grown, sizeof(grown), "%.*s%c", (int) text.len,
                 (const char *) text.data, ".= A"[i]);
        taken += bench_read(b, cg_str_from(grown), &token) != CG_EINVAL;
    }

    memset(grown, '1', sizeof(grown));
    taken += bench_read(b, (cg_str_t) { sizeof(grown),
                        (unsigned char *) grown }, &token) != CG_EINVAL;
    taken += cg_token_read(cg_str_null, &b->keys, &b->binding, &token)
             != CG_EINVAL;

    is_int(taken, 0, "a token cut or grown anywhere is refused");
}


/* Signed by the right key, but spelt in a way that we never use: only the
 * strict parser stands between. */

static void
token_has_one_spelling(bench_t *b)
{
    static const char *const  spellings[] = {
        "2.BwcHBwcHBwcHBwcHBwcHBw.5.3.1790000000.1805552000",
        "01.BwcHBwcHBwcHBwcHBwcHBw.5.3.1790000000.1805552000",
        "1.BwcHBwcHBwcHBwcHBwcHBx.5.3.1790000000.1805552000",
        "1.BwcHBwcHBwcHBwcHBwcHBw.05.3.1790000000.1805552000",
        "1.BwcHBwcHBwcHBwcHBwcHBw.F.3.1790000000.1805552000",
        "1.BwcHBwcHBwcHBwcHBwcHBw.5.03.1790000000.1805552000",
        "1.BwcHBwcHBwcHBwcHBwcHBw.5.+3.1790000000.1805552000",
        "1.BwcHBwcHBwcHBwcHBwcHBw.5.4294967296.1790000000.1805552000",
        "1.BwcHBwcHBwcHBwcHBwcHBw.5.3.-1.1805552000",
        "1.BwcHBwcHBwcHBwcHBwcHBw.5.3.1805552000.1790000000",
        "1.BwcHBwcHBwcHBwcHBwcHBw.5.3.1790000000.253402300800",
        "1.BwcHBwcHBwcHBwcHBwcHBw.0.3.1790000000.1805552000",
        "1..5.3.1790000000.1805552000",
        "1.-.5.3.1790000000.1805552000",
        "1.BwcHBwcHBwcHBwcHBwcHBw.5.3.1790000000",
        "1.BwcHBwcHBwcHBwcHBwcHBw.5.3.1790000000.1805552000.1",
    };

    size_t         i, taken = 0;
    cg_str_t       parts[4];
    cg_out_t       out;
    cg_token_t     token;
    unsigned char  mac[CG_SHA256_LEN];

    parts[0] = b->binding.site;
    parts[1] = b->binding.policy;
    parts[2] = (cg_str_t) { CG_SHA256_LEN, b->binding.slots_hash };
    parts[3] = cg_str("1.BwcHBwcHBwcHBwcHBwcHBw.5.3.1790000000.1805552000");

    for (i = 0; i <= LEN(spellings); i++) {
        if (i) {
            parts[3] = cg_str_from(spellings[i - 1]);
        }

        cg_out_init(&out, &b->heap.arena, CG_MAX_TOKEN);
        cg_out_str(&out, parts[3]);
        cg_out_byte(&out, '.');

        if (cg_frame_mac(cg_keys_get(&b->keys, 0, CG_KEY_TOKEN), parts, 4,
                         mac) == CG_OK)
        {
            cg_out_base64url(&out, (cg_str_t) { 16, mac });
        }

        if (i == 0) {
            ok(bench_read(b, cg_out_slice(&out), &token) == CG_OK,
               "the test signs as the room does");

        } else if (bench_read(b, cg_out_slice(&out), &token) != CG_EINVAL) {
            printf("# taken: %s\n", spellings[i - 1]);
            taken++;
        }
    }

    is_int(taken, 0, "a value has one spelling, even under a good MAC");
}


static void
token_is_worth_nothing_elsewhere(bench_t *b)
{
    size_t         i, taken = 0;
    cg_str_t       text;
    cg_token_t     token;
    cg_binding_t   bindings[4];
    unsigned char  slots[CG_SHA256_LEN];

    visit_grant(&token, 7, 5);
    text = bench_write(b, &token);

    memcpy(slots, b->policy.slots_hash, sizeof(slots));
    slots[31] ^= 1;

    for (i = 0; i < 4; i++) {
        bindings[i] = b->binding;
    }

    bindings[0].site = cg_str("www.example.com");
    bindings[1].policy = cg_str("shoq");
    bindings[2].slots_hash = slots;
    bindings[3].site = cg_str("www.example.orgs");     /* moved boundary */
    bindings[3].policy = cg_str("hop");

    for (i = 0; i < 4; i++) {
        if (cg_token_read(text, &b->keys, &bindings[i], &token)
            != CG_EINVAL)
        {
            printf("# taken: binding %zu\n", i);
            taken++;
        }
    }

    is_int(taken, 0, "a token of another site, policy or slots is refused");
}


static void
keys_rotate(bench_t *b)
{
    cg_str_t    text;
    cg_keys_t   saved = b->keys;
    cg_token_t  token;

    visit_grant(&token, 7, 5);
    text = bench_write(b, &token);

    visit_keys(&b->keys, VISIT_KEY_B "\n" VISIT_KEY_A "\n");
    ok(bench_read(b, text, &token) == CG_OK && token.key == 1,
       "a new first key: old tokens verify, and say by which key");

    text = bench_write(b, &token);
    visit_keys(&b->keys, VISIT_KEY_B "\n");
    ok(bench_read(b, text, &token) == CG_OK && token.key == 0,
       "the first key signs");

    visit_keys(&b->keys, VISIT_KEY_C "\n");
    ok(bench_read(b, text, &token) == CG_EINVAL,
       "a token of a key that left the ring is refused");

    memset(&b->keys, 0, sizeof(b->keys));
    ok(bench_read(b, text, &token) == CG_EINVAL,
       "an empty ring verifies nothing");

    b->keys = saved;
}


/* Every order of up to four tokens: what is believed is the same. */

static void
merge_grants_only_what_all_grant(void)
{
    static const struct {
        const char  *promise;
        size_t       n;
        struct { unsigned char who; uint32_t bits; int later; } tokens[4];
        int          has_cid;
        uint32_t     bits;
    } cases[] = {
        { "one grant is itself", 1, { { 7, 5, 0 } }, 1, 5 },
        { "one refusal is itself", 1, { { 0, 0, 0 } }, 0, 0 },
        { "same id: the newest counts", 3,
          { { 7, 5, 0 }, { 7, 4, 2 }, { 7, 1, 1 } }, 1, 4 },
        { "same id, same time: what both grant", 2,
          { { 7, 5, 0 }, { 7, 4, 0 } }, 1, 4 },
        { "different people: nothing", 2,
          { { 7, 5, 0 }, { 8, 5, 1 } }, 0, 0 },
        { "and the first one's next token does not mend it", 4,
          { { 7, 5, 0 }, { 8, 5, 1 }, { 7, 5, 2 }, { 7, 1, 3 } }, 0, 0 },
        { "a refusal among them: nothing", 3,
          { { 7, 5, 5 }, { 0, 0, 0 }, { 7, 5, 6 } }, 0, 0 },
    };

    size_t      i, n, order, at, k, wrong;
    unsigned    used;
    cg_token_t  have, token;

    for (i = 0; i < LEN(cases); i++) {
        for (wrong = 0, order = 0; order < 256; order++) {
            memset(&have, 0, sizeof(have));
            n = 0;
            used = 0;

            for (k = 0; k < cases[i].n; k++) {
                at = order >> 2 * k & 3;

                if (at >= cases[i].n || used & 1u << at) {
                    break;
                }

                used |= 1u << at;

                if (cases[i].tokens[at].who) {
                    visit_grant(&token, cases[i].tokens[at].who,
                                cases[i].tokens[at].bits);
                    token.issued += cases[i].tokens[at].later;

                } else {
                    cg_token_refusal(&token, 3, VISIT_NOW, VISIT_DAY);
                }

                cg_token_merge(&have, &n, &token);
            }

            wrong += k == cases[i].n
                     && (have.has_cid != (unsigned) cases[i].has_cid
                         || have.bits != cases[i].bits || n != cases[i].n);
        }

        is_int(wrong, 0, "several tokens, any order: %s", cases[i].promise);
    }
}


static void
merged_refusal_spans_all(void)
{
    size_t      n = 0;
    cg_token_t  have, a, b;

    memset(&have, 0, sizeof(have));
    visit_grant(&a, 7, 5);
    visit_grant(&b, 8, 5);
    b.issued += 10;
    b.expires -= 10;

    cg_token_merge(&have, &n, &b);
    cg_token_merge(&have, &n, &a);
    ok(have.issued == a.issued && have.expires == a.expires,
       "what is shut by conflict is shut as long as any of the tokens lives");
}


int
main(void)
{
    bench_t  b;

    bench_init(&b);

    token_round_trips(&b);
    token_that_is_none_is_not_written(&b);
    token_with_any_bit_flipped_is_refused(&b);
    token_cut_or_grown_is_refused(&b);
    token_has_one_spelling(&b);
    token_is_worth_nothing_elsewhere(&b);
    keys_rotate(&b);
    merge_grants_only_what_all_grant();
    merged_refusal_spans_all();

    heap_drop(&b.heap);

    return tap_done();
}
