/*
 * For tests/record.t: the words of a command for Redis, each ended by a NUL
 * byte, as the room consent makes them for a fixed visitor and policy.
 *
 *   record-argv commit EXPECTED REV GRANTED HOW NONCE SALT
 *       numbers; HOW 1..4 as cg_how_t; NONCE and SALT one character each, that
 *       fill them; SALT "-": none
 *   record-argv erase NONCE
 *   record-argv lookup | salt
 *   record-argv log               its key
 *   record-argv read              judges a look-up's reply, one value a line
 *   record-argv feed              judges a log entry, a field or value a line
 *   record-argv committed W REV   judges a script's reply
 */

#include "visit.h"

#include <stdio.h>


static int
argv_print(cg_status_t rc, const cg_command_t *command)
{
    size_t  i;

    if (rc != CG_OK) {
        fprintf(stderr, "record-argv: status %d\n", rc);
        return 1;
    }

    for (i = 0; i < command->n; i++) {
        fwrite(command->words[i].data, 1, command->words[i].len, stdout);
        putchar('\0');
    }

    return 0;
}


static int
argv_commit(cg_arena_t *arena, const cg_keys_t *keys,
    const cg_policy_t *policy, const cg_record_name_t *name, char **arg)
{
    cg_str_t       salt = cg_str_null;
    cg_record_t    record;
    cg_command_t   command;
    unsigned char  bytes[CG_SALT_LEN];

    visit_record(policy, &record, (uint32_t) strtoul(arg[2], NULL, 10));
    record.rev = (uint32_t) strtoul(arg[1], NULL, 10);
    record.how = (cg_how_t) strtoul(arg[3], NULL, 10);
    memset(record.nonce, arg[4][0], sizeof(record.nonce));

    if (arg[5][0] != '-') {
        memset(bytes, arg[5][0], sizeof(bytes));
        salt.data = bytes;
        salt.len = sizeof(bytes);
    }

    return argv_print(cg_record_commit(arena, cg_str("cg"), keys, VISIT_SITE,
                                       policy, name,
                                       (uint32_t) strtoul(arg[0], NULL, 10),
                                       &record, salt, VISIT_NOW, &command),
                      &command);
}


/* Standard input, one item a line. */

static cg_reply_t
argv_lines(cg_arena_t *arena, cg_str_t *items, size_t max)
{
    char        line[8192];
    cg_reply_t  reply = { items, 0, NULL };

    while (reply.n < max && fgets(line, sizeof(line), stdin)) {
        line[strcspn(line, "\n")] = '\0';
        items[reply.n++] = cg_arena_copy(arena, cg_str_from(line));
    }

    return reply;
}


static int
argv_read(cg_arena_t *arena, const cg_keys_t *keys,
    const cg_policy_t *policy, const cg_record_name_t *name)
{
    cg_str_t     items[CG_RECORD_FIELDS];
    cg_reply_t   reply = argv_lines(arena, items, CG_RECORD_FIELDS);
    cg_status_t  rc;
    cg_record_t  record;

    rc = cg_record_read(&reply, keys, VISIT_SITE, policy->id, name, &record);
    printf("%d %u %u %d\n", rc, record.rev, record.granted, record.how);

    return 0;
}


static int
argv_feed(cg_arena_t *arena, const cg_record_name_t *name)
{
    size_t       shard = 0;
    cg_str_t     items[CG_RECORD_FIELDS];
    cg_feed_t    feed;
    cg_reply_t   reply = argv_lines(arena, items, CG_RECORD_FIELDS);
    cg_status_t  rc;

    while (strcmp(cg_record_shard(shard), name->shard) != 0) {
        shard++;
    }

    rc = cg_record_feed_read(shard, &reply, &feed);
    printf("%d %u %u %d %s\n", rc, feed.rev, feed.granted, feed.how,
           memcmp(&feed.name, name, sizeof(*name)) ? "other" : "same");

    return 0;
}


static int
argv_committed(char **arg)
{
    cg_str_t    items[2];
    cg_reply_t  reply = { items, 2, NULL };

    items[0] = cg_str_from(arg[0]);
    items[1] = cg_str_from(arg[1]);
    printf("%d\n", cg_record_committed(&reply));

    return 0;
}


static int
argv_run(cg_arena_t *arena, int argc, char **argv)
{
    cg_keys_t         keys;
    cg_token_t        token;
    cg_policy_t       policy;
    cg_command_t      command;
    unsigned char     nonce[16];
    cg_record_name_t  name;

    visit_keys(&keys, VISIT_KEY_A "\n");
    visit_policy(&policy);
    visit_grant(&token, 7, 5);

    if (cg_record_name(&keys, VISIT_SITE, &token, &name) != CG_OK) {
        return 1;
    }

    if (argc == 8 && strcmp(argv[1], "commit") == 0) {
        return argv_commit(arena, &keys, &policy, &name, argv + 2);
    }

    if (argc == 3 && strcmp(argv[1], "erase") == 0) {
        memset(nonce, argv[2][0], sizeof(nonce));
        return argv_print(cg_record_erase(arena, cg_str("cg"), &name, nonce,
                                          &command), &command);
    }

    if (argc == 2 && strcmp(argv[1], "lookup") == 0) {
        return argv_print(cg_record_lookup(arena, cg_str("cg"), &name,
                                           &command), &command);
    }

    if (argc == 2 && strcmp(argv[1], "salt") == 0) {
        return argv_print(cg_record_salt(arena, cg_str("cg"), &name,
                                         &command), &command);
    }

    if (argc == 2 && strcmp(argv[1], "log") == 0) {
        printf("cg:{%s}:log", name.shard);
        return 0;
    }

    if (argc == 2 && strcmp(argv[1], "read") == 0) {
        return argv_read(arena, &keys, &policy, &name);
    }

    if (argc == 2 && strcmp(argv[1], "feed") == 0) {
        return argv_feed(arena, &name);
    }

    if (argc == 4 && strcmp(argv[1], "committed") == 0) {
        return argv_committed(argv + 2);
    }

    fprintf(stderr, "record-argv: see tests/tool_record-argv.c\n");

    return 2;
}


int
main(int argc, char **argv)
{
    int     rc;
    heap_t  heap;

    heap_init(&heap);
    rc = argv_run(&heap.arena, argc, argv);
    heap_drop(&heap);

    return rc;
}
