#include "cg_record_fields.h"


cg_status_t
cg_record_feed(cg_arena_t *arena, cg_str_t prefix, size_t shard,
    cg_str_t after, cg_command_t *command)
{
    cg_str_t     key;
    cg_status_t  rc;

    cg_command_start(command, CG_REPLY_NESTED);

    rc = cg_record_key(arena, prefix, cg_record_shard(shard), "log", NULL,
                       &key);
    if (rc != CG_OK) {
        return rc;
    }

    cg_command_word(command, cg_str("XREAD"));
    cg_command_word(command, cg_str("COUNT"));
    cg_command_word(command, cg_str("100"));
    cg_command_word(command, cg_str("STREAMS"));
    cg_command_word(command, key);
    cg_command_word(command, after);

    return CG_OK;
}


/* The value of a field, absent if there is none. */

static cg_str_t
record_feed_value(const cg_reply_t *fields, cg_str_t name)
{
    size_t  i;

    for (i = 0; i + 1 < fields->n; i += 2) {
        if (cg_str_eq(fields->items[i], name)) {
            return fields->items[i + 1];
        }
    }

    return cg_str_null;
}


static cg_status_t
record_feed_name(size_t shard, cg_str_t text, cg_record_name_t *name)
{
    unsigned char  mac[16];

    /* the shard is in the name: an entry of another one is forged */

    if (cg_base64url_read(text, mac, sizeof(mac)) != CG_OK
        || shard >= CG_SHARDS || mac[0] >> 2 != (int) shard)
    {
        return CG_EINVAL;
    }

    memcpy(name->text, text.data, CG_RECORD_NAME);
    memcpy(name->shard, cg_record_shard(shard), sizeof(name->shard));

    return CG_OK;
}


static cg_status_t
record_feed_parse(size_t shard, const cg_reply_t *fields, cg_feed_t *feed)
{
    uint64_t  rev;
    cg_str_t  op = record_feed_value(fields, cg_str("op"));

    feed->policy = record_feed_value(fields, cg_str("policy"));

    if (record_feed_name(shard, record_feed_value(fields, cg_str("k")),
                         &feed->name) != CG_OK
        || cg_frame_uint(record_feed_value(fields, cg_str("rev")), UINT32_MAX,
                         &rev) != CG_OK
        || cg_frame_hex32(record_feed_value(fields, cg_str("bits")),
                          &feed->granted) != CG_OK
        || feed->policy.data == NULL)
    {
        return CG_EINVAL;
    }

    feed->rev = (uint32_t) rev;

    if (cg_str_eq(op, cg_str("erase"))) {
        feed->how = CG_HOW_ERASE;
        return feed->granted == 0 ? CG_OK : CG_EINVAL;
    }

    return cg_record_how(op, &feed->how);
}


cg_status_t
cg_record_feed_read(size_t shard, const cg_reply_t *fields, cg_feed_t *feed)
{
    cg_status_t  rc;

    memset(feed, 0, sizeof(*feed));

    rc = record_feed_parse(shard, fields, feed);

    if (rc != CG_OK) {
        memset(feed, 0, sizeof(*feed));
    }

    return rc;
}
