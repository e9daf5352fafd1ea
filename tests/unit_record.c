#include "tap.h"
#include "visit.h"

#include "consent/cg_frame.h"

#define LEN(a)  (sizeof(a) / sizeof((a)[0]))

#define FIRST_FIELD  10          /* word of a commit: the first field's name */
#define N_FIELDS     19


typedef struct {
    heap_t            heap;
    cg_keys_t         keys;
    cg_token_t        token;
    cg_policy_t       policy;
    cg_record_name_t  name;
} bench_t;


static void
bench_init(bench_t *b)
{
    heap_init(&b->heap);
    visit_keys(&b->keys, VISIT_KEY_A "\n");
    visit_policy(&b->policy);
    visit_grant(&b->token, 7, 5);

    if (cg_record_name(&b->keys, VISIT_SITE, &b->token, &b->name) != CG_OK) {
        abort();
    }
}


static cg_status_t
bench_commit(bench_t *b, const cg_record_t *record, cg_command_t *command)
{
    return cg_record_commit(&b->heap.arena, cg_str("cg"), &b->keys,
                            VISIT_SITE, &b->policy, &b->name,
                            record->rev - 1, record, cg_str_null, VISIT_NOW,
                            command);
}


/* The values that a commit would store, as a look-up would answer them. */

static void
bench_stored(bench_t *b, const cg_record_t *record, cg_str_t *items)
{
    size_t        i;
    cg_command_t  command;

    if (bench_commit(b, record, &command) != CG_OK
        || command.n != FIRST_FIELD + 2 * N_FIELDS)
    {
        abort();
    }

    for (i = 0; i < N_FIELDS; i++) {
        items[i] = command.words[FIRST_FIELD + 2 * i + 1];
    }
}


static cg_status_t
bench_read(bench_t *b, const cg_str_t *items, size_t n, cg_record_t *record)
{
    size_t        i;
    cg_str_t      exact[CG_RECORD_FIELDS];
    cg_reply_t    reply = { exact, n, NULL };
    cg_record_t   zero;
    cg_status_t   rc;

    for (i = 0; i < n; i++) {
        exact[i] = items[i].data ? heap_exact(items[i]) : cg_str_null;
    }

    memset(&zero, 0, sizeof(zero));
    memset(record, 0xA5, sizeof(*record));

    rc = cg_record_read(&reply, &b->keys, VISIT_SITE, b->policy.id, &b->name,
                        record);

    record->lang = record->notice = record->evidence = cg_str_null;

    for (i = 0; i < n; i++) {
        free((void *) exact[i].data);
    }

    if (rc != CG_OK && memcmp(record, &zero, sizeof(zero)) != 0) {
        return CG_MORE;            /* not what the header says */
    }

    return rc;
}


/* CRC16/XMODEM, as the cluster specification of Redis computes hash slots. */

static unsigned
shard_slot(const char *label)
{
    int       bit;
    unsigned  crc = 0;

    for ( ; *label; label++) {
        crc ^= (unsigned) (unsigned char) *label << 8;

        for (bit = 0; bit < 8; bit++) {
            crc = crc & 0x8000 ? crc << 1 ^ 0x1021 : crc << 1;
        }

        crc &= 0xFFFF;
    }

    return crc & 16383;
}


static void
shards_are_evenly_spaced(void)
{
    size_t       i, wrong = 0;
    unsigned     slot;
    const char  *label;

    is_int(shard_slot("123456789"), 0x31C3 & 16383, "the test knows CRC16");

    for (i = 0; i < CG_SHARDS; i++) {
        label = cg_record_shard(i);
        slot = shard_slot(label);

        if (strlen(label) != 3 || strspn(label, "0123456789abcdef") != 3
            || slot / 256 != i || slot % 256 < 96 || slot % 256 > 160)
        {
            printf("# label %zu: %s in slot %u\n", i, label, slot);
            wrong++;
        }
    }

    is_int(wrong, 0, "64 labels, one in the middle of each 256 hash slots");
}


static void
names_tell_people_apart_and_nothing_else(bench_t *b)
{
    int               who;
    size_t            i, same = 0;
    unsigned char     seen[CG_SHARDS] = { 0 };
    size_t            shards = 0;
    cg_keys_t         ring;
    cg_token_t        token = b->token;
    cg_record_name_t  name, other;

    for (who = 0; who < 256; who++) {
        visit_grant(&token, (unsigned char) who, 5);

        if (cg_record_name(&b->keys, VISIT_SITE, &token, &name) != CG_OK) {
            same++;
        }

        same += who != 7
                && memcmp(name.text, b->name.text, CG_RECORD_NAME) == 0;

        for (i = 0; i < CG_SHARDS; i++) {
            seen[i] |= strcmp(name.shard, cg_record_shard(i)) == 0;
        }
    }

    for (i = 0; i < CG_SHARDS; i++) {
        shards += seen[i];
    }

    is_int(same, 0, "each visitor has a record name of their own");
    ok(shards > 55, "names spread over the shards (%zu of 64)", shards);

    ok(cg_record_name(&b->keys, cg_str("a.example"), &b->token, &name)
       == CG_OK && memcmp(name.text, b->name.text, CG_RECORD_NAME) != 0,
       "one visitor, another site: another name");

    visit_keys(&ring, VISIT_KEY_B "\n" VISIT_KEY_A "\n");
    token = b->token;
    token.key = 1;
    ok(cg_record_name(&ring, VISIT_SITE, &token, &other) == CG_OK
       && memcmp(&other, &b->name, sizeof(other)) == 0,
       "after a rotation the name is found by the key of the token");

    token.key = 2;
    ok(cg_record_name(&ring, VISIT_SITE, &token, &other) == CG_EINVAL,
       "no name without its key");

    cg_token_refusal(&token, 3, VISIT_NOW, VISIT_DAY);
    ok(cg_record_name(&b->keys, VISIT_SITE, &token, &other) == CG_EINVAL,
       "a refusal has no record");
}


static void
record_round_trips(bench_t *b)
{
    cg_str_t     items[N_FIELDS];
    cg_reply_t   reply = { items, N_FIELDS, NULL };
    cg_record_t  record, back;

    visit_record(&b->policy, &record, 4);
    bench_stored(b, &record, items);

    ok(cg_record_read(&reply, &b->keys, VISIT_SITE, b->policy.id, &b->name,
                      &back) == CG_OK
       && back.granted == 4 && back.version == 3 && back.rev == 1
       && back.decided == record.decided && back.expires == record.expires
       && back.how == CG_HOW_CUSTOM && back.shown == record.shown
       && memcmp(back.terms, record.terms, sizeof(back.terms)) == 0
       && memcmp(back.rid, record.rid, sizeof(back.rid)) == 0
       && memcmp(back.nonce, record.nonce, sizeof(back.nonce)) == 0
       && cg_str_eq(back.lang, record.lang)
       && cg_str_eq(back.notice, record.notice)
       && cg_str_eq(back.evidence, record.evidence),
       "a record is read back whole");

    record.lang = record.notice = record.evidence = cg_str_null;
    record.shown = 0;
    bench_stored(b, &record, items);

    ok(cg_record_read(&reply, &b->keys, VISIT_SITE, b->policy.id, &b->name,
                      &back) == CG_OK
       && back.lang.data == NULL && back.notice.data == NULL
       && back.evidence.data == NULL && back.shown == 0,
       "what was absent is absent again");

    items[13] = cg_str_null;
    is_int(bench_read(b, items, N_FIELDS, &back), CG_EINVAL,
           "but a field that is gone is not an empty one");
}


static void
record_with_any_bit_flipped_grants_nothing(bench_t *b)
{
    size_t         i, k, taken = 0;
    cg_str_t       items[N_FIELDS], whole;
    cg_record_t    record;
    unsigned char  copy[256];

    visit_record(&b->policy, &record, 5);
    bench_stored(b, &record, items);

    for (i = 0; i < N_FIELDS; i++) {
        whole = items[i];
        items[i].data = copy;

        for (k = 0; k < whole.len * 8; k++) {
            memcpy(copy, whole.data, whole.len);
            copy[k / 8] = (unsigned char) (copy[k / 8] ^ (1 << k % 8));

            if (bench_read(b, items, N_FIELDS, &record) != CG_EINVAL) {
                printf("# taken: field %zu, bit %zu\n", i, k);
                taken++;
            }
        }

        items[i].len = whole.len - 1;
        memcpy(copy, whole.data, whole.len);
        taken += bench_read(b, items, N_FIELDS, &record) != CG_EINVAL;

        items[i] = cg_str_null;
        taken += bench_read(b, items, N_FIELDS, &record) != CG_EINVAL;
        items[i] = whole;
    }

    is_int(taken, 0, "a record with a bit flipped, a byte or a field less "
                     "is refused");

    is_int(bench_read(b, items, N_FIELDS, &record), CG_OK,
           "and without any of that it is taken");
}


static void
record_boundaries_cannot_move(bench_t *b)
{
    cg_str_t     items[N_FIELDS];
    cg_record_t  record;

    visit_record(&b->policy, &record, 5);
    bench_stored(b, &record, items);

    /* lang "ja" + notice "0123…": the same bytes, cut elsewhere */

    items[13] = cg_str("ja0");
    items[14] = cg_str("123456789abcdef");
    is_int(bench_read(b, items, N_FIELDS, &record), CG_EINVAL,
           "bytes moved from one field to the next are noticed");
}


static void
record_is_worth_nothing_elsewhere(bench_t *b)
{
    cg_str_t          items[N_FIELDS];
    cg_keys_t         keys = b->keys;
    cg_reply_t        reply = { items, N_FIELDS, NULL };
    cg_token_t        token;
    cg_record_t       record, back;
    cg_record_name_t  other;

    visit_record(&b->policy, &record, 5);
    bench_stored(b, &record, items);
    visit_grant(&token, 8, 5);

    ok(cg_record_name(&b->keys, VISIT_SITE, &token, &other) == CG_OK
       && cg_record_read(&reply, &b->keys, VISIT_SITE, b->policy.id, &other,
                         &back) == CG_EINVAL,
       "a record copied under another visitor's name is refused");
    ok(cg_record_read(&reply, &b->keys, cg_str("a.example"), b->policy.id,
                      &b->name, &back) == CG_EINVAL,
       "one of another site, too");
    ok(cg_record_read(&reply, &b->keys, VISIT_SITE, cg_str("hop"), &b->name,
                      &back) == CG_EINVAL,
       "one of another policy, too");

    visit_keys(&b->keys, VISIT_KEY_B "\n" VISIT_KEY_A "\n");
    ok(bench_read(b, items, N_FIELDS, &back) == CG_OK,
       "after a rotation the old key still verifies");
    visit_keys(&b->keys, VISIT_KEY_B "\n");
    ok(bench_read(b, items, N_FIELDS, &back) == CG_EINVAL,
       "until it leaves the ring");
    memset(&b->keys, 0, sizeof(b->keys));
    ok(bench_read(b, items, N_FIELDS, &back) == CG_EINVAL,
       "an empty ring verifies nothing");

    b->keys = keys;
}


static void
reply_of_another_shape_grants_nothing(bench_t *b)
{
    static unsigned char  big[5000];

    size_t       i, taken = 0;
    cg_str_t     items[CG_RECORD_FIELDS];
    cg_record_t  record;

    for (i = 0; i < CG_RECORD_FIELDS; i++) {
        items[i] = cg_str_null;
    }

    is_int(bench_read(b, items, N_FIELDS, &record), CG_NONE,
           "all fields nil: no record");

    for (i = 0; i <= CG_RECORD_FIELDS; i++) {
        taken += i != N_FIELDS
                 && bench_read(b, items, i, &record) != CG_EINVAL;
    }

    visit_record(&b->policy, &record, 5);
    bench_stored(b, &record, items);
    items[5] = (cg_str_t) { sizeof(big), big };
    taken += bench_read(b, items, N_FIELDS, &record) != CG_EINVAL;

    is_int(taken, 0, "too few, too many or too long: refused");
}


static void
record_that_is_none_is_not_written(bench_t *b)
{
    static const char  blank[] = "w1 42";

    size_t        i, written = 0;
    cg_str_t      salt = cg_str("0123456789abcde");
    cg_record_t   records[14];
    cg_command_t  command;

    for (i = 0; i < LEN(records); i++) {
        visit_record(&b->policy, &records[i], 5);
    }

    records[0].granted = 2;                        /* no purpose's bit */
    records[1].granted = 0;                        /* accepted nothing */
    records[1].how = CG_HOW_ACCEPT_ALL;
    records[2].how = CG_HOW_WITHDRAW;              /* withdrawn, yet granted */
    records[3].how = CG_HOW_REJECT_ALL;
    records[4].how = CG_HOW_ERASE;
    records[5].how = CG_HOW_NONE;
    records[6].how = (cg_how_t) 99;
    records[7].expires = VISIT_NOW;                /* over */
    records[8].decided = records[8].expires;
    records[9].expires = CG_TIME_MAX + 1;
    records[10].rev = 0;                           /* expected + 1 = 0 */
    records[11].evidence = cg_str_from(blank);
    records[12].lang = cg_str("0123456789012345678901234567890123456789"
                              "0123456789012345678901234");
    records[13].shown = -1;

    for (i = 0; i < LEN(records); i++) {
        if (bench_commit(b, &records[i], &command) != CG_EINVAL
            || command.n != 0)
        {
            printf("# written: case %zu\n", i);
            written++;
        }
    }

    visit_record(&b->policy, &records[0], 5);
    written += cg_record_commit(&b->heap.arena, cg_str("cg"), &b->keys,
                                VISIT_SITE, &b->policy, &b->name, 1,
                                &records[0], cg_str_null, VISIT_NOW, &command)
               != CG_EINVAL;
    written += cg_record_commit(&b->heap.arena, cg_str("cg"), &b->keys,
                                VISIT_SITE, &b->policy, &b->name, 0,
                                &records[0], salt, VISIT_NOW, &command)
               != CG_EINVAL;

    is_int(written, 0, "a record that is none is not written");
}


static void
commands_name_their_script_and_reply(bench_t *b)
{
    size_t         wrong = 0;
    cg_str_t       scripts[CG_RECORD_SCRIPTS];
    cg_record_t    record;
    cg_command_t   command;
    unsigned char  nonce[16] = { 0 };

    wrong += cg_record_scripts(&b->heap.arena, scripts) != CG_OK;

    visit_record(&b->policy, &record, 5);
    wrong += bench_commit(b, &record, &command) != CG_OK
             || command.script != 1 || command.answers != 2
             || !cg_str_eq(command.words[1], scripts[0]);

    record.granted = 0;
    record.how = CG_HOW_WITHDRAW;
    wrong += bench_commit(b, &record, &command) != CG_OK
             || command.script != 2 || command.answers != 2
             || !cg_str_eq(command.words[1], scripts[1]);

    wrong += cg_record_erase(&b->heap.arena, cg_str("cg"), &b->name, nonce,
                             &command) != CG_OK
             || command.script != 3 || command.answers != 2
             || !cg_str_eq(command.words[1], scripts[2]);

    wrong += cg_record_lookup(&b->heap.arena, cg_str("cg"), &b->name,
                              &command) != CG_OK
             || command.script != 0 || command.answers != N_FIELDS;

    is_int(wrong, 0, "a command names its script, and the shape of its reply");
}


static void
no_memory_is_no_command(bench_t *b)
{
    size_t         i, wrong = 0;
    unsigned char  nonce[16] = { 0 };
    cg_record_t    record;
    cg_status_t    rc = CG_ENOMEM;
    cg_command_t   command;

    visit_record(&b->policy, &record, 5);

    for (i = 1; rc != CG_OK && i < 100; i++) {
        b->heap.fail_at = b->heap.count + i;
        rc = bench_commit(b, &record, &command);
        wrong += rc != CG_OK && (rc != CG_ENOMEM || command.n != 0);
    }

    wrong += rc != CG_OK || i < 5;

    for (i = 1, rc = CG_ENOMEM; rc != CG_OK && i < 100; i++) {
        b->heap.fail_at = b->heap.count + i;
        rc = cg_record_erase(&b->heap.arena, cg_str("cg"), &b->name, nonce,
                             &command);
        wrong += rc != CG_OK && (rc != CG_ENOMEM || command.n != 0);
    }

    wrong += rc != CG_OK;

    b->heap.fail_at = b->heap.count + 1;
    wrong += cg_record_lookup(&b->heap.arena, cg_str("cg"), &b->name,
                              &command) != CG_ENOMEM;
    b->heap.fail_at = b->heap.count + 1;
    wrong += cg_record_salt(&b->heap.arena, cg_str("cg"), &b->name, &command)
             != CG_ENOMEM;
    b->heap.fail_at = 0;

    is_int(wrong, 0, "whichever allocation fails, there is no half command");
}


static void
commands_have_keys_of_one_slot(bench_t *b)
{
    char          want[128];
    cg_record_t   record;
    cg_command_t  command;

    snprintf(want, sizeof(want), "cg:{%s}:v:%.22s", b->name.shard,
             (const char *) b->name.text);

    ok(cg_record_lookup(&b->heap.arena, cg_str("cg"), &b->name, &command)
       == CG_OK && command.n == 2 + N_FIELDS
       && cg_str_eq(command.words[0], cg_str("HMGET"))
       && cg_str_eq(command.words[1], cg_str_from(want)),
       "a look-up asks for every field of the record");

    visit_record(&b->policy, &record, 5);
    ok(bench_commit(b, &record, &command) == CG_OK
       && cg_str_eq(command.words[3], cg_str_from(want))
       && cg_str_starts(command.words[4], cg_str_sub(cg_str_from(want), 0, 9))
       && cg_str_starts(command.words[5], cg_str_sub(cg_str_from(want), 0, 9))
       && cg_str_eq(command.words[7], cg_str("15552000")),
       "a commit's keys share their hash tag; its TTL is the decision's");

    ok(cg_record_lookup(&b->heap.arena,
                        cg_str("01234567890123456789012345678901234567890"
                               "123456789012345678901234"), &b->name,
                        &command) == CG_ELIMIT, "a prefix has its limit");
}


static void
salt_and_pseudonym(bench_t *b)
{
    cg_token_t     token;
    unsigned char  salt[CG_SALT_LEN], sub[22], other[22];

    ok(cg_record_salt_read(cg_str("c3Nzc3Nzc3Nzc3Nzc3Nzcw"), salt) == CG_OK
       && salt[0] == 's' && salt[15] == 's', "a salt is read");
    ok(cg_record_salt_read(cg_str_null, salt) == CG_NONE, "or absent");
    ok(cg_record_salt_read(cg_str("c3Nzc3Nz"), salt) == CG_EINVAL
       && salt[0] == 0, "or refused");

    memset(salt, 's', sizeof(salt));
    ok(cg_record_sub(salt, VISIT_SITE, &b->token, sub) == CG_OK
       && memcmp(sub, b->name.text, sizeof(sub)) != 0,
       "a pseudonym is not the record's name");

    salt[15] ^= 1;
    ok(cg_record_sub(salt, VISIT_SITE, &b->token, other) == CG_OK
       && memcmp(sub, other, sizeof(sub)) != 0, "it hangs on the salt");

    cg_token_refusal(&token, 3, VISIT_NOW, VISIT_DAY);
    ok(cg_record_sub(salt, VISIT_SITE, &token, sub) == CG_EINVAL,
       "a refusal has none");
}


int
main(void)
{
    bench_t  b;

    bench_init(&b);

    shards_are_evenly_spaced();
    names_tell_people_apart_and_nothing_else(&b);
    record_round_trips(&b);
    record_with_any_bit_flipped_grants_nothing(&b);
    record_boundaries_cannot_move(&b);
    record_is_worth_nothing_elsewhere(&b);
    reply_of_another_shape_grants_nothing(&b);
    record_that_is_none_is_not_written(&b);
    commands_name_their_script_and_reply(&b);
    no_memory_is_no_command(&b);
    commands_have_keys_of_one_slot(&b);
    salt_and_pseudonym(&b);

    heap_drop(&b.heap);

    return tap_done();
}
