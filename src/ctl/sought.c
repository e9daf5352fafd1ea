#include "sought.h"
#include "plain.h"
#include "consent/cg_record_fields.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define SOUGHT_SCAN  "1000"            /* keys looked at in one step */


void
ctl_sought_hex(const unsigned char *bytes, size_t len, char *text)
{
    size_t  i;

    for (i = 0; i < len; i++) {
        (void) snprintf(text + 2 * i, 3, "%02x", (unsigned) bytes[i]);
    }
}


static cg_str_t
sought_str(const redisReply *reply)
{
    return reply && reply->type == REDIS_REPLY_STRING
           ? (cg_str_t) { (size_t) reply->len,
                          (const unsigned char *) reply->str }
           : cg_str_null;
}


/* The receipt of the record under `key`; an empty one: there is none here. */

static int
sought_receipt(ctl_redis_t *redis, cg_str_t key, char rid[33])
{
    redisReply    *reply;
    cg_str_t       words[3] = { cg_str("HGET"), key, cg_str("rid") };
    unsigned char  bytes[16];

    rid[0] = '\0';
    reply = ctl_redis_ask(redis, 3, words);

    if (reply == NULL) {
        return CTL_CANNOT_TELL;
    }

    if (cg_base64url_read(sought_str(reply), bytes, sizeof(bytes)) == CG_OK) {
        ctl_sought_hex(bytes, sizeof(bytes), rid);
    }

    freeReplyObject(reply);

    return CTL_PASS;
}


/* By name: in a cluster only one server has it. */

static int
sought_by_name(ctl_sought_t *sought)
{
    cg_str_t  key;

    if (cg_record_key(sought->ctl->arena, cg_str_from(sought->conf.prefix),
                      sought->name.shard, "v", &sought->name, &key) != CG_OK)
    {
        return ctl_complain(sought->ctl, "no key of that prefix");
    }

    return sought_receipt(sought->redis, key, sought->rid);
}


/* One key that a scan came upon: ...:v:NAME. */

static int
sought_key(ctl_sought_t *sought, cg_str_t key)
{
    int                code;
    cg_record_name_t   name;

    if (key.len < CG_RECORD_NAME
        || cg_record_name_read(cg_str_sub(key, key.len - CG_RECORD_NAME,
                                          key.len), &name) != CG_OK)
    {
        return CTL_PASS;
    }

    code = sought_receipt(sought->redis, key, sought->rid);

    if (strcmp(sought->rid, sought->receipt) == 0) {
        sought->name = name;

    } else {
        sought->rid[0] = '\0';
    }

    return code;
}


static int
sought_page(ctl_sought_t *sought, const redisReply *page)
{
    int     code = CTL_PASS;
    size_t  i;

    for (i = 0; i < page->elements && code == CTL_PASS && !sought->rid[0]; i++)
    {
        code = sought_key(sought, sought_str(page->element[i]));
    }

    return code;
}


/* By receipt: every record is looked at. */

static int
sought_by_receipt(ctl_sought_t *sought)
{
    int          code = CTL_PASS;
    char         cursor[32] = "0", match[128];
    cg_str_t     words[6];
    redisReply  *reply;

    (void) snprintf(match, sizeof(match), "%.64s:{*}:v:*",
                    sought->conf.prefix);

    words[0] = cg_str("SCAN");
    words[2] = cg_str("MATCH");
    words[3] = cg_str_from(match);
    words[4] = cg_str("COUNT");
    words[5] = cg_str(SOUGHT_SCAN);

    do {
        words[1] = cg_str_from(cursor);
        reply = ctl_redis_ask(sought->redis, 6, words);

        if (reply == NULL || reply->type != REDIS_REPLY_ARRAY
            || reply->elements != 2)
        {
            freeReplyObject(reply);
            return ctl_complain(sought->ctl, "redis does not list its keys");
        }

        code = sought_page(sought, reply->element[1]);
        (void) snprintf(cursor, sizeof(cursor), "%s",
                        reply->element[0]->str);
        freeReplyObject(reply);

    } while (code == CTL_PASS && !sought->rid[0] && strcmp(cursor, "0") != 0);

    return code;
}


static int
sought_options(ctl_t *ctl, ctl_sought_t *sought)
{
    const char  *record = NULL;

    memset(sought, 0, sizeof(*sought));
    sought->ctl = ctl;

    if (ctl_redis_options(ctl, &sought->conf) != CTL_PASS
        || ctl_append_where(ctl, &sought->where) != CTL_PASS)
    {
        return CTL_CANNOT_TELL;
    }

    (void) ctl_take_value(ctl, "--receipt", &sought->receipt);
    (void) ctl_take_value(ctl, "--record", &record);

    if (sought->receipt
        ? ctl_plain_hex(cg_str_from(sought->receipt), 32) != NULL
        : record == NULL || cg_record_name_read(cg_str_from(record),
                                                &sought->name) != CG_OK)
    {
        return ctl_complain(ctl, "whose? --receipt, 32 digits, or --record,"
                            " the name of its key in Redis");
    }

    return ctl_has_unknown_option(ctl) || ctl->argc
           ? ctl_complain(ctl, "one person at a time") : CTL_PASS;
}


int
ctl_sought_find(ctl_t *ctl, ctl_sought_t *sought)
{
    int     code = sought_options(ctl, sought);
    size_t  i;

    for (i = 0; i < sought->conf.n && code == CTL_PASS && !sought->rid[0]; i++)
    {
        ctl_redis_close(sought->redis);
        sought->redis = ctl_redis_open(ctl, &sought->conf,
                                       sought->conf.servers[i]);
        code = sought->redis == NULL ? CTL_CANNOT_TELL
               : sought->receipt ? sought_by_receipt(sought)
                                 : sought_by_name(sought);
    }

    if (code == CTL_PASS && !sought->rid[0]) {
        fprintf(stderr, "consentctl %s: there is no such record: it was erased,"
                        " it expired, or another decision has replaced the one"
                        " of this receipt\n", ctl->name);
        return CTL_FINDING;
    }

    return code;
}


void
ctl_sought_end(ctl_sought_t *sought)
{
    ctl_redis_close(sought->redis);
    sought->redis = NULL;
}


redisReply *
ctl_sought_fields(const ctl_sought_t *sought)
{
    cg_str_t  key;

    if (cg_record_key(sought->ctl->arena, cg_str_from(sought->conf.prefix),
                      sought->name.shard, "v", &sought->name, &key) != CG_OK)
    {
        (void) ctl_complain(sought->ctl, "no memory");
        return NULL;
    }

    return ctl_redis_say(sought->redis, "HGETALL", key);
}


cg_commit_t
ctl_sought_erase(const ctl_sought_t *sought)
{
    cg_str_t       items[2];
    cg_reply_t     parts = { items, 2, NULL };
    redisReply    *reply;
    cg_commit_t    result = CG_COMMIT_FAILED;
    cg_command_t   command;
    unsigned char  nonce[16];

    if (getrandom(nonce, sizeof(nonce), 0) != (ssize_t) sizeof(nonce)
        || cg_record_erase(sought->ctl->arena,
                           cg_str_from(sought->conf.prefix), &sought->name,
                           nonce, &command) != CG_OK)
    {
        return result;
    }

    reply = ctl_redis_ask(sought->redis, command.n, command.words);

    if (reply && reply->type == REDIS_REPLY_ARRAY && reply->elements == 2) {
        items[0] = sought_str(reply->element[0]);
        items[1] = sought_str(reply->element[1]);
        result = cg_record_committed(&parts);
    }

    freeReplyObject(reply);

    return result;
}


/* Logs of decisions */


static int
sought_is_erasure(const redisReply *entry)
{
    size_t             i;
    const redisReply  *fields = entry->elements == 2 ? entry->element[1] : NULL;

    for (i = 0; fields && i + 1 < fields->elements; i += 2) {
        if (cg_str_eq(sought_str(fields->element[i]), cg_str("op"))) {
            return cg_str_eq(sought_str(fields->element[i + 1]),
                             cg_str("erase"));
        }
    }

    return 0;
}


/* 1: something of it is to be forgotten, and may be. */

static int
sought_is_settled(const redisReply *list, int64_t before_ms, int *young)
{
    int     settled = 0;
    size_t  i;

    for (i = 0; i < list->elements; i++) {
        if (!sought_is_erasure(list->element[i])) {
            continue;
        }

        if (strtoll(list->element[i]->element[0]->str, NULL, 10) > before_ms) {
            *young = 1;
            return 0;
        }

        settled = 1;
    }

    return settled;
}


static int64_t
sought_time_ms(ctl_redis_t *redis)
{
    int64_t      ms = -1;
    redisReply  *reply = ctl_redis_say(redis, "TIME", cg_str_null);

    if (reply && reply->type == REDIS_REPLY_ARRAY && reply->elements == 2) {
        ms = strtoll(reply->element[0]->str, NULL, 10) * 1000;
    }

    freeReplyObject(reply);

    return ms;
}


/* An entry alone cannot be taken out: its bytes stay where they are. */

static int
sought_forget_shard(ctl_redis_t *redis, cg_str_t key, int64_t before_ms,
    int *young)
{
    cg_str_t     words[4] = { cg_str("XRANGE"), key, cg_str("-"),
                              cg_str("+") };
    redisReply  *reply = ctl_redis_ask(redis, 4, words);

    if (reply == NULL) {
        return CTL_CANNOT_TELL;
    }

    if (reply->type == REDIS_REPLY_ARRAY
        && sought_is_settled(reply, before_ms, young))
    {
        freeReplyObject(reply);
        reply = ctl_redis_say(redis, "DEL", key);
    }

    freeReplyObject(reply);

    return reply ? CTL_PASS : CTL_CANNOT_TELL;
}


int
ctl_sought_forget(ctl_redis_t *redis, const char *prefix, int64_t seconds,
    int *young)
{
    int      code = CTL_PASS;
    char     key[160];
    size_t   i;
    int64_t  before_ms = sought_time_ms(redis) - seconds * 1000;

    *young = 0;

    for (i = 0; i < CG_SHARDS && code == CTL_PASS; i++) {
        (void) snprintf(key, sizeof(key), "%.64s:{%s}:log", prefix,
                        cg_record_shard(i));
        code = sought_forget_shard(redis, cg_str_from(key), before_ms, young);
    }

    return before_ms < 0 ? CTL_CANNOT_TELL : code;
}
