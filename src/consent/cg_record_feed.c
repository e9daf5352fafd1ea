#include "cg_record_fields.h"

#define RECORD_FEED_MS   ((UINT64_C(1) << 43) - 1)
#define RECORD_FEED_SEQ  ((UINT64_C(1) << 20) - 1)


/* "ms-number" */

static cg_status_t
record_feed_put_id(cg_arena_t *arena, uint64_t id, cg_str_t *text)
{
    cg_out_t  out;

    cg_out_init(&out, arena, 32);
    cg_out_uint(&out, id >> 20);
    cg_out_byte(&out, '-');
    cg_out_uint(&out, id & RECORD_FEED_SEQ);

    *text = cg_out_slice(&out);

    return out.status;
}


cg_status_t
cg_record_feed(cg_arena_t *arena, cg_str_t prefix, size_t shard,
    uint64_t from, cg_command_t *command)
{
    cg_str_t     key, id = cg_str_null;
    cg_status_t  rc;

    cg_command_start(command, CG_REPLY_NESTED);
    command->shard = shard;

    rc = cg_record_key(arena, prefix, cg_record_shard(shard), "log", NULL,
                       &key);
    if (rc == CG_OK) {
        rc = record_feed_put_id(arena, from, &id);
    }

    if (rc != CG_OK) {
        return rc;
    }

    cg_command_word(command, cg_str("XRANGE"));
    cg_command_word(command, key);
    cg_command_word(command, id);
    cg_command_word(command, cg_str("+"));
    cg_command_word(command, cg_str("COUNT"));
    cg_command_word(command, cg_str("100"));

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
    /* the shard is in the name: an entry of another one is forged */

    if (shard >= CG_SHARDS || cg_record_name_read(text, name) != CG_OK
        || memcmp(name->shard, cg_record_shard(shard), sizeof(name->shard))
           != 0)
    {
        return CG_EINVAL;
    }

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


static cg_status_t
record_feed_id(cg_str_t text, uint64_t *id)
{
    size_t    dash = 0;
    uint64_t  ms, seq;

    while (dash < text.len && text.data[dash] != '-') {
        dash++;
    }

    if (dash == text.len
        || cg_frame_uint(cg_str_sub(text, 0, dash), RECORD_FEED_MS, &ms)
           != CG_OK
        || cg_frame_uint(cg_str_sub(text, dash + 1, text.len),
                         RECORD_FEED_SEQ, &seq) != CG_OK)
    {
        return CG_EINVAL;
    }

    *id = CG_FEED_ID(ms) | seq;

    return CG_OK;
}


/* An entry is an array of two: id, array of fields. */

cg_status_t
cg_record_feed_next(size_t shard, const cg_reply_t *reply, size_t *at,
    uint64_t *id, cg_feed_t *feed)
{
    size_t       i = *at;
    cg_reply_t   fields = { NULL, 0, NULL };
    cg_status_t  rc;

    memset(feed, 0, sizeof(*feed));

    if (i == reply->n) {
        return CG_NONE;
    }

    if (reply->inside == NULL || reply->n - i < 3 || reply->inside[i] < 2
        || reply->inside[i] != reply->inside[i + 2] + 2
        || reply->n - i - 1 < reply->inside[i]
        || record_feed_id(reply->items[i + 1], id) != CG_OK)
    {
        return CG_EINVAL;
    }

    fields.items = reply->items + i + 3;
    fields.n = reply->inside[i + 2];
    *at = i + 1 + reply->inside[i];

    /* one that is not ours stays zeroed */

    rc = cg_record_feed_read(shard, &fields, feed);

    return rc == CG_EINVAL ? CG_OK : rc;
}


void
cg_record_time(size_t shard, cg_command_t *command)
{
    cg_command_start(command, 2);
    command->shard = shard;
    cg_command_word(command, cg_str("TIME"));
}


cg_status_t
cg_record_time_read(const cg_reply_t *reply, int64_t *time_ms)
{
    uint64_t  seconds, micros;

    if (reply->n != 2
        || cg_frame_uint(reply->items[0], RECORD_FEED_MS / 1000, &seconds)
           != CG_OK
        || cg_frame_uint(reply->items[1], 999999, &micros) != CG_OK)
    {
        return CG_EINVAL;
    }

    *time_ms = (int64_t) (seconds * 1000 + micros / 1000);

    return CG_OK;
}
