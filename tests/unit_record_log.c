#include "tap.h"
#include "visit.h"

#define LEN(a)  (sizeof(a) / sizeof((a)[0]))


static void
script_replies_are_read_strictly(void)
{
    static const struct {
        size_t       n;
        cg_str_t     items[3];
        cg_commit_t  want;
    } cases[] = {
        { 2, { { 2, (const unsigned char *) "OK" },
               { 1, (const unsigned char *) "1" } }, CG_COMMIT_DONE },
        { 2, { { 3, (const unsigned char *) "DUP" },
               { 1, (const unsigned char *) "1" } }, CG_COMMIT_DONE },
        { 2, { { 5, (const unsigned char *) "STALE" },
               { 1, (const unsigned char *) "0" } }, CG_COMMIT_STALE },
        { 0, { { 0, NULL } }, CG_COMMIT_FAILED },
        { 1, { { 2, (const unsigned char *) "OK" } }, CG_COMMIT_FAILED },
        { 3, { { 2, (const unsigned char *) "OK" },
               { 1, (const unsigned char *) "1" } }, CG_COMMIT_FAILED },
        { 2, { { 2, (const unsigned char *) "OK" }, { 0, NULL } },
          CG_COMMIT_FAILED },
        { 2, { { 0, NULL }, { 1, (const unsigned char *) "1" } },
          CG_COMMIT_FAILED },
        { 2, { { 2, (const unsigned char *) "ok" },
               { 1, (const unsigned char *) "1" } }, CG_COMMIT_FAILED },
    };

    size_t      i, wrong = 0;
    cg_reply_t  reply;

    for (i = 0; i < LEN(cases); i++) {
        reply.items = cases[i].items;
        reply.n = cases[i].n;

        if (cg_record_committed(&reply) != cases[i].want) {
            printf("# case %zu\n", i);
            wrong++;
        }
    }

    is_int(wrong, 0, "only what we understand is done");
}


static void
log_entries_are_read_strictly(heap_t *heap, const cg_record_name_t *name)
{
    size_t      i, shard = 0, taken = 0;
    cg_str_t    text = { CG_RECORD_NAME, name->text }, good[12], items[12];
    cg_feed_t   feed;
    cg_reply_t  reply = { items, 12, NULL };
    cg_command_t  command;

    while (strcmp(cg_record_shard(shard), name->shard) != 0) {
        shard++;
    }

    good[0] = cg_str("op");
    good[1] = cg_str("withdraw");
    good[2] = cg_str("k");
    good[3] = text;
    good[4] = cg_str("rev");
    good[5] = cg_str("7");
    good[6] = cg_str("policy");
    good[7] = cg_str("shop");
    good[8] = cg_str("bits");
    good[9] = cg_str("0");
    good[10] = cg_str("evidence");
    good[11] = cg_str("w1:42");
    memcpy(items, good, sizeof(items));

    ok(cg_record_feed_read(shard, &reply, &feed) == CG_OK
       && memcmp(&feed.name, name, sizeof(feed.name)) == 0
       && feed.how == CG_HOW_WITHDRAW && feed.rev == 7 && feed.granted == 0
       && cg_str_eq(feed.policy, cg_str("shop")),
       "a log entry says who, what, under which policy");

    items[1] = cg_str("erase");
    ok(cg_record_feed_read(shard, &reply, &feed) == CG_OK
       && feed.how == CG_HOW_ERASE, "an erasure, too");

    taken += cg_record_feed_read((shard + 1) % CG_SHARDS, &reply, &feed)
             != CG_EINVAL;
    taken += cg_record_feed_read(shard + CG_SHARDS, &reply, &feed)
             != CG_EINVAL;

    for (i = 0; i < 10; i++) {
        memcpy(items, good, sizeof(items));
        items[i] = i == 7 ? cg_str_null : cg_str("!");
        taken += cg_record_feed_read(shard, &reply, &feed) != CG_EINVAL
                 || feed.name.text[0] != 0;
    }

    memcpy(items, good, sizeof(items));

    for (reply.n = 0; reply.n < 10; reply.n++) {
        taken += cg_record_feed_read(shard, &reply, &feed) != CG_EINVAL;
    }

    is_int(taken, 0, "an entry that is not whole or of another shard is none");

    ok(cg_record_feed(&heap->arena, cg_str("cg"), shard,
                      CG_FEED_ID(1790000000123) | 42, &command) == CG_OK
       && command.n == 6 && cg_str_starts(command.words[1], cg_str("cg:{"))
       && cg_str_eq(command.words[2], cg_str("1790000000123-42")),
       "a shard's log is read from an entry on");
}


/* As Redis sends them: an entry is id and fields.  Any item left out, put
 * beside, or called an array of other length is no such reply. */

static void
log_replies_are_read_strictly(void)
{
    size_t      i, at = 0, wrong = 0;
    uint64_t    id = 0;
    cg_str_t    items[10];
    size_t      whole[10] = { 4, 0, 2, 0, 0, 4, 0, 2, 0, 0 }, inside[10];
    cg_feed_t   feed;
    cg_reply_t  reply = { items, 10, inside };

    for (i = 0; i < 10; i++) {
        items[i] = cg_str("x");
    }

    items[0] = items[2] = items[5] = items[7] = cg_str_null;
    items[1] = cg_str("1790000000123-0");
    items[6] = cg_str("1790000000123-1");
    memcpy(inside, whole, sizeof(inside));

    ok(cg_record_feed_next(3, &reply, &at, &id, &feed) == CG_OK
       && id == CG_FEED_ID(1790000000123) && feed.how == CG_HOW_NONE
       && cg_record_feed_next(3, &reply, &at, &id, &feed) == CG_OK
       && id == (CG_FEED_ID(1790000000123) | 1)
       && CG_FEED_ID_MS(id) == 1790000000123
       && cg_record_feed_next(3, &reply, &at, &id, &feed) == CG_NONE,
       "a log's reply is entry by entry, strangers' among them");

    for (i = 0; i < 5; i++) {
        inside[i] = whole[i] + 1;
        at = 0;
        wrong += i != 1 && i != 3 && i != 4
                 && cg_record_feed_next(3, &reply, &at, &id, &feed)
                    != CG_EINVAL;
        inside[i] = whole[i];
    }

    for (reply.n = 1; reply.n < 5; reply.n++) {
        at = 0;
        wrong += cg_record_feed_next(3, &reply, &at, &id, &feed) != CG_EINVAL;
    }

    reply.inside = NULL;
    reply.n = 10;
    at = 0;
    wrong += cg_record_feed_next(3, &reply, &at, &id, &feed) != CG_EINVAL;

    is_int(wrong, 0, "one of another shape is none");
}


static void
log_ids_and_times_are_read_strictly(void)
{
    size_t       i, at, inside[3] = { 2, 0, 0 }, wrong = 0;
    int64_t      ms = 0;
    uint64_t     id;
    cg_str_t     items[3] = { { 0, NULL }, { 0, NULL }, { 0, NULL } };
    cg_str_t     clock[2];
    cg_feed_t    feed;
    cg_reply_t   reply = { items, 3, inside }, time = { clock, 2, NULL };

    static const char *const  bad[] = {
        "", "-", "1", "1-", "-1", "1-1-1", "x-1", "1-x", "01-1", "1-1048576",
        "8796093022208-0", "18446744073709551616-0"
    };

    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        items[1] = cg_str_from(bad[i]);
        at = 0;
        wrong += cg_record_feed_next(0, &reply, &at, &id, &feed) != CG_EINVAL;
    }

    is_int(wrong, 0, "an id is two numbers");

    clock[0] = cg_str("1790000000");
    clock[1] = cg_str("987654");
    ok(cg_record_time_read(&time, &ms) == CG_OK && ms == 1790000000987,
       "Redis' clock is read in milliseconds");
    clock[1] = cg_str("1000000");
    ok(cg_record_time_read(&time, &ms) == CG_EINVAL, "no other than TIME says");
}


int
main(void)
{
    heap_t            heap;
    cg_keys_t         keys;
    cg_token_t        token;
    cg_record_name_t  name;

    heap_init(&heap);
    visit_keys(&keys, VISIT_KEY_A "\n");
    visit_grant(&token, 7, 5);

    script_replies_are_read_strictly();
    log_replies_are_read_strictly();
    log_ids_and_times_are_read_strictly();

    if (ok(cg_record_name(&keys, VISIT_SITE, &token, &name) == CG_OK,
           "the visitor has a record"))
    {
        log_entries_are_read_strictly(&heap, &name);
    }

    heap_drop(&heap);

    return tap_done();
}
