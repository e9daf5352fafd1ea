/* What Redis answers: records, salts, feeds, scripts.  A record that verifies
 * is the one that was written; nothing else grants. */

#include "fuzz.h"
#include "visit.h"

#include "consent/cg_record.h"

#define ITEMS  64


/* Lines are items: "-" is a nil. */

static size_t
reply_items(cg_str_t text, cg_str_t *items)
{
    size_t    n;
    cg_str_t  line;

    for (n = 0; n < ITEMS && text.len; n++) {
        line = fuzz_field(&text, '\n');
        items[n] = cg_str_eq(line, cg_str("-")) ? cg_str_null
                                                : heap_exact(line);
    }

    return n;
}


static void
reply_record(const cg_reply_t *reply)
{
    cg_keys_t         keys;
    cg_token_t        token;
    cg_policy_t       policy;
    cg_record_t       record, zero;
    cg_status_t       rc;
    cg_record_name_t  name;

    visit_keys(&keys, VISIT_KEY_A "\n");
    visit_policy(&policy);
    visit_grant(&token, 7, 5);
    memset(&record, 0xA5, sizeof(record));
    memset(&zero, 0, sizeof(zero));

    must(cg_record_name(&keys, VISIT_SITE, &token, &name) == CG_OK, "a name");
    rc = cg_record_read(reply, &keys, VISIT_SITE, policy.id, &name, &record);

    must(rc == CG_OK || rc == CG_NONE || rc == CG_EINVAL,
         "a reply is a record or none");
    must(rc != CG_EINVAL || memcmp(&record, &zero, sizeof(zero)) == 0,
         "what does not verify grants nothing");

    if (rc == CG_OK) {
        must(record.rev >= 1 && record.decided <= record.expires,
             "a record makes sense");
        must(record.granted == 0 || record.how == CG_HOW_ACCEPT_ALL
             || record.how == CG_HOW_CUSTOM, "a refusal grants nothing");
    }
}


static void
reply_feed(const cg_reply_t *reply)
{
    size_t     shard;
    cg_feed_t  feed, zero;

    memset(&zero, 0, sizeof(zero));

    for (shard = 0; shard < CG_SHARDS; shard += 9) {
        memset(&feed, 0xA5, sizeof(feed));

        if (cg_record_feed_read(shard, reply, &feed) != CG_OK) {
            must(memcmp(&feed, &zero, sizeof(zero)) == 0,
                 "an entry that is not ours says nothing");
        }
    }
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t         i, n;
    cg_str_t       items[ITEMS], text = { size, data };
    cg_reply_t     reply = { items, 0, NULL };
    unsigned char  salt[CG_SALT_LEN];

    reply.n = n = reply_items(text, items);

    reply_record(&reply);
    reply_feed(&reply);
    (void) cg_record_committed(&reply);

    for (i = 0; i < n; i++) {
        must(cg_record_salt_read(items[i], salt) <= CG_NONE,
             "a salt is one, absent or bad");
        free((void *) items[i].data);
    }

    return 0;
}
