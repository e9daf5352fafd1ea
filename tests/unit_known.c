#include "tap.h"
#include "visit.h"

#include "consent/cg_known.h"

#define SLOTS  8


typedef struct {
    heap_t        heap;
    cg_keys_t     keys;
    cg_policy_t   policy;
    cg_binding_t  binding;
    cg_known_t    *tokens;
} bench_t;


static void
bench_init(bench_t *b)
{
    heap_init(&b->heap);
    visit_keys(&b->keys, VISIT_KEY_A "\n");
    visit_policy(&b->policy);
    b->binding = visit_binding(&b->policy);
    b->tokens = cg_known_create(&b->heap.arena, SLOTS);
}


/* The i-th visitor's grant. */

static cg_str_t
bench_write(bench_t *b, unsigned i)
{
    cg_out_t       out;
    cg_token_t     token;
    unsigned char  cid[CG_CID_LEN] = { 1 };

    cid[1] = (unsigned char) i;
    cid[2] = (unsigned char) (i >> 8);
    cg_token_grant(&token, cid, 3, 3, 1700000000, 86400);
    cg_out_init(&out, &b->heap.arena, CG_MAX_TOKEN);
    cg_token_write(&out, &b->keys, &b->binding, &token);

    return cg_out_slice(&out);
}


/* In a block of exactly its size. */

static cg_status_t
bench_read(bench_t *b, const void *owner, cg_str_t text, cg_token_t *token,
    cg_known_token_t **known)
{
    cg_str_t     exact = heap_exact(text);
    cg_status_t  rc;

    rc = cg_known_read(b->tokens, owner, exact, &b->keys, &b->binding, token,
                      known);
    free((void *) exact.data);

    return rc;
}


static void
a_token_is_verified_once(void)
{
    bench_t           b;
    cg_str_t          text;
    cg_token_t        first, second;
    cg_known_token_t  *known;

    bench_init(&b);
    text = bench_write(&b, 1);

    ok(bench_read(&b, &b, text, &first, &known) == CG_OK && known
       && !known->named, "a new one is verified, and not named yet");

    known->named = 1;
    known->name.text[0] = 'n';
    b.keys.n = 0;                      /* nothing verifies from here on */

    ok(bench_read(&b, &b, text, &second, &known) == CG_OK
       && memcmp(&first, &second, sizeof(first)) == 0,
       "the same bytes again: the same token, without a key");
    ok(known && known->named && known->name.text[0] == 'n',
       "what the caller kept with it is there");
    ok(bench_read(&b, &text, text, &second, &known) == CG_EINVAL && !known,
       "under another owner it is not known");

    heap_drop(&b.heap);
}


/* Each single byte of a token changed, also the ones that choose its place. */

static void
another_byte_is_another_token(void)
{
    int               refused = 1;
    size_t            i;
    bench_t           b;
    cg_str_t          text;
    cg_token_t        token;
    unsigned char     copy[CG_MAX_TOKEN];
    cg_known_token_t  *known;

    bench_init(&b);
    text = bench_write(&b, 1);
    refused = bench_read(&b, &b, text, &token, &known) == CG_OK;

    for (i = 0; i < text.len; i++) {
        memcpy(copy, text.data, text.len);
        copy[i] ^= 1;

        refused &= bench_read(&b, &b, (cg_str_t) { text.len, copy }, &token,
                              &known) == CG_EINVAL && known == NULL;
        refused &= bench_read(&b, &b, cg_str_sub(text, 0, i), &token, &known)
                   == CG_EINVAL;
    }

    ok(refused, "no changed and no shortened one passes");
    ok(bench_read(&b, &b, text, &token, &known) == CG_OK && token.has_cid,
       "nor do they spoil what is known");

    heap_drop(&b.heap);
}


static void
later_tokens_take_the_place_of_earlier_ones(void)
{
    unsigned          i, right = 0;
    bench_t           b;
    cg_token_t        token;
    cg_known_token_t  *known;

    bench_init(&b);

    for (i = 0; i < 40 * SLOTS; i++) {
        right += bench_read(&b, &b, bench_write(&b, i), &token, &known)
                 == CG_OK && known && !known->named
                 && token.cid[1] == (i & 0xFF) && token.cid[2] == i >> 8;
        known->named = 1;
    }

    ok(right == 40 * SLOTS, "each is itself, and without another's names");

    heap_drop(&b.heap);
}


static void
odd_lengths_are_left_to_the_reader(void)
{
    size_t            n;
    int               refused = 1;
    bench_t           b;
    cg_token_t        token;
    unsigned char     text[2 * CG_MAX_TOKEN];
    cg_known_token_t  *known;

    bench_init(&b);
    memset(text, '.', sizeof(text));

    for (n = 0; n < sizeof(text); n++) {
        refused &= bench_read(&b, &b, (cg_str_t) { n, text }, &token, &known)
                   == CG_EINVAL && known == NULL;
    }

    ok(refused, "from nothing to twice the longest token");

    heap_drop(&b.heap);
}


/* A line in a block of exactly its size. */

static cg_status_t
bench_line(bench_t *b, const void *owner, const char *before, cg_str_t text,
    const char *behind)
{
    char               line[512];
    cg_str_t           exact;
    cg_token_t         token;
    cg_status_t        rc;
    cg_known_token_t  *known;

    snprintf(line, sizeof(line), "%s%.*s%s", before, (int) text.len,
             (const char *) text.data, behind);
    exact = heap_exact(cg_str_from(line));
    rc = cg_known_line(b->tokens, owner, exact, cg_str("ngxc"), &token,
                       &known);
    free((void *) exact.data);

    return rc;
}


static void
a_line_of_one_token_is_known_as_that(void)
{
    size_t             i;
    bench_t            b;
    cg_str_t           text;
    cg_token_t         token;
    cg_known_token_t  *known;

    bench_init(&b);
    text = bench_write(&b, 1);
    ok(bench_line(&b, &b, "ngxc=", text, "") == CG_NONE, "not before it is");
    ok(bench_read(&b, &b, text, &token, &known) == CG_OK
       && bench_line(&b, &b, "ngxc=", text, "") == CG_OK, "then it is");
    ok(bench_line(&b, &text, "ngxc=", text, "") == CG_NONE,
       "not under another owner");
    ok(bench_line(&b, &b, "ngxd=", text, "") == CG_NONE
       && bench_line(&b, &b, "NGXC=", text, "") == CG_NONE
       && bench_line(&b, &b, "ngxc:", text, "") == CG_NONE
       && bench_line(&b, &b, "a=b; ngxc=", text, "") == CG_NONE
       && bench_line(&b, &b, " ngxc=", text, "") == CG_NONE
       && bench_line(&b, &b, "ngxc=", text, " ") == CG_NONE
       && bench_line(&b, &b, "ngxc=", text, "; a=b") == CG_NONE
       && bench_line(&b, &b, "ngxc=", text, "A") == CG_NONE,
       "a line that holds anything else is somebody else's to read");

    for (i = 0; i < text.len; i++) {
        if (bench_line(&b, &b, "ngxc=", cg_str_sub(text, 0, i), "") == CG_OK
            || bench_line(&b, &b, "ngxc=", cg_str_sub(text, i + 1, text.len),
                          "") == CG_OK)
        {
            break;
        }
    }

    ok(i == text.len, "nor is any part of one a token");
    heap_drop(&b.heap);
}


int
main(void)
{
    a_token_is_verified_once();
    another_byte_is_another_token();
    later_tokens_take_the_place_of_earlier_ones();
    odd_lengths_are_left_to_the_reader();
    a_line_of_one_token_is_known_as_that();

    return tap_done();
}
