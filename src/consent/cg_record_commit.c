#include "cg_record_fields.h"
#include "cg_embedded.h"

#define RECORD_KEYS     "3"      /* record, salt, log */
#define RECORD_ANSWERS  2        /* word, revision */


/* cg_command_t's script */

typedef enum {
    RECORD_OPEN = 1,
    RECORD_CLOSE,
    RECORD_ERASE
} record_script_e;


static int
record_is_sane(const cg_policy_t *policy, uint32_t expected,
    const cg_record_t *record, cg_str_t salt, int64_t now)
{
    return record->rev == expected + 1
           && record->rev != 0
           && cg_record_how_fits(record->how, record->granted)
           && (record->granted & ~policy->optional) == 0
           && record->decided >= 0
           && record->decided < record->expires
           && record->expires > now
           && record->expires <= CG_TIME_MAX
           && record->shown >= 0
           && record->shown <= CG_TIME_MAX
           && cg_record_is_text(record->lang, RECORD_TEXT)
           && cg_record_is_text(record->notice, RECORD_TEXT)
           && cg_record_is_text(record->evidence, RECORD_PLACE)
           && (salt.data == NULL || salt.len == CG_SALT_LEN);
}


static const char *
record_state(const cg_policy_t *policy, const cg_record_t *record)
{
    if (record->granted == 0) {
        return record->how == CG_HOW_WITHDRAW ? "withdrawn" : "refused";
    }

    return record->granted == policy->optional ? "granted" : "partial";
}


static void
record_put_purposes(cg_out_t *out, const cg_policy_t *policy,
    uint32_t granted)
{
    size_t               i, n = 0;
    const cg_purpose_t  *purpose;

    for (i = 0; i < policy->npurposes; i++) {
        purpose = &policy->purposes[i];

        if (purpose->bit == 0) {
            continue;
        }

        if (n++) {
            cg_out_byte(out, ' ');
        }

        cg_out_str(out, purpose->id);
        cg_out_text(out, granted & purpose->bit ? "=1" : "=0");
    }
}


static void
record_put(cg_out_t *out, int field, cg_str_t site,
    const cg_policy_t *policy, const cg_record_t *record)
{
    switch (field) {

    case RECORD_V:
        cg_out_text(out, "1");
        break;

    case RECORD_RID:
        cg_out_base64url(out, (cg_str_t) { 16, record->rid });
        break;

    case RECORD_SITE:
        cg_out_str(out, site);
        break;

    case RECORD_POLICY:
        cg_out_str(out, policy->id);
        break;

    case RECORD_VERSION:
        cg_out_uint(out, record->version);
        break;

    case RECORD_PURPOSES:
        record_put_purposes(out, policy, record->granted);
        break;

    case RECORD_BITS:
        cg_frame_put_hex32(out, record->granted);
        break;

    case RECORD_HOW:
        cg_out_text(out, cg_record_hows[record->how]);
        break;

    case RECORD_STATE:
        cg_out_text(out, record_state(policy, record));
        break;

    case RECORD_DECIDED:
        cg_frame_put_time(out, record->decided);
        break;

    case RECORD_EXPIRES:
        cg_frame_put_time(out, record->expires);
        break;
    }
}


static void
record_put_rest(cg_out_t *out, int field, const cg_record_t *record)
{
    switch (field) {

    case RECORD_REV:
        cg_out_uint(out, record->rev);
        break;

    case RECORD_TERMS:
        cg_out_hex(out, (cg_str_t) { CG_SHA256_LEN, record->terms });
        break;

    case RECORD_LANG:
        cg_out_str(out, record->lang);
        break;

    case RECORD_NOTICE:
        cg_out_str(out, record->notice);
        break;

    case RECORD_SHOWN:
        if (record->shown) {
            cg_frame_put_time(out, record->shown);
        }

        break;

    case RECORD_NONCE:
        cg_out_base64url(out, (cg_str_t) { 16, record->nonce });
        break;

    case RECORD_EVIDENCE:
        cg_out_str(out, record->evidence);
        break;
    }
}


/* All values but the MAC, one behind the other in one buffer. */

static cg_status_t
record_values(cg_arena_t *arena, cg_str_t site, const cg_policy_t *policy,
    const cg_record_t *record, cg_str_t values[RECORD_FIELDS])
{
    int       i;
    size_t    ends[RECORD_MAC], start = 0;
    cg_out_t  out;

    cg_out_init(&out, arena, RECORD_VALUE);

    for (i = 0; i < RECORD_MAC; i++) {
        if (i < RECORD_REV) {
            record_put(&out, i, site, policy, record);

        } else {
            record_put_rest(&out, i, record);
        }

        ends[i] = out.len;
    }

    if (out.status != CG_OK) {
        return out.status;
    }

    for (i = 0; i < RECORD_MAC; i++) {
        values[i] = (cg_str_t) { ends[i] - start, out.data + start };
        start = ends[i];
    }

    return CG_OK;
}


static cg_status_t
record_sign(cg_arena_t *arena, const cg_keys_t *keys,
    const cg_record_name_t *name, cg_str_t values[RECORD_FIELDS])
{
    cg_status_t     rc;
    unsigned char   mac[CG_SHA256_LEN];
    unsigned char  *text = cg_arena_raw(arena, CG_FRAME_TEXT);

    if (text == NULL) {
        return CG_ENOMEM;
    }

    rc = cg_record_mac(keys, 0, name, values, mac);
    if (rc != CG_OK) {
        return rc;
    }

    cg_frame_text(mac, text);
    values[RECORD_MAC] = (cg_str_t) { CG_FRAME_TEXT, text };

    return CG_OK;
}


/* A closing record is written when memory is out, too (Redis 7 and later read
 * the flags off the first line). */

static cg_status_t
record_script(cg_arena_t *arena, record_script_e script, cg_str_t *text)
{
    cg_out_t  out;
    cg_str_t  body = script == RECORD_ERASE ? cg_embedded_erase_lua
                                            : cg_embedded_commit_lua;

    cg_out_init(&out, arena, body.len + 64);
    cg_out_text(&out, script == RECORD_OPEN ? "#!lua\n"
                                            : "#!lua flags=allow-oom\n");
    cg_out_str(&out, body);

    *text = cg_out_slice(&out);

    return out.status;
}


cg_status_t
cg_record_scripts(cg_arena_t *arena, cg_str_t scripts[CG_RECORD_SCRIPTS])
{
    size_t       i;
    cg_status_t  rc = CG_OK;

    for (i = 0; i < CG_RECORD_SCRIPTS && rc == CG_OK; i++) {
        rc = record_script(arena, (record_script_e) (i + 1), &scripts[i]);
    }

    return rc;
}


/* EVAL, script and keys. */

static cg_status_t
record_eval(cg_arena_t *arena, cg_str_t prefix, const cg_record_name_t *name,
    record_script_e script, cg_command_t *command)
{
    cg_str_t     text, log = cg_str_null;
    cg_str_t     record = cg_str_null, salt = cg_str_null;
    cg_status_t  rc;

    rc = record_script(arena, script, &text);

    if (rc == CG_OK) {
        rc = cg_record_key(arena, prefix, name->shard, "v", name, &record);
    }

    if (rc == CG_OK) {
        rc = cg_record_key(arena, prefix, name->shard, "s", name, &salt);
    }

    if (rc == CG_OK) {
        rc = cg_record_key(arena, prefix, name->shard, "log", NULL, &log);
    }

    if (rc != CG_OK) {
        return rc;
    }

    command->script = script;

    cg_command_word(command, cg_str("EVAL"));
    cg_command_word(command, text);
    cg_command_word(command, cg_str(RECORD_KEYS));
    cg_command_word(command, record);
    cg_command_word(command, salt);
    cg_command_word(command, log);

    return CG_OK;
}


/* Two numbers and a salt in one buffer, as words. */

static cg_status_t
record_arguments(cg_arena_t *arena, uint32_t expected, int64_t ttl,
    cg_str_t salt, cg_command_t *command)
{
    size_t    first, second;
    cg_out_t  out;
    cg_str_t  text;

    cg_out_init(&out, arena, 64);

    cg_out_uint(&out, expected);
    first = out.len;
    cg_out_uint(&out, (uint64_t) ttl);
    second = out.len;
    cg_out_base64url(&out, salt);

    if (out.status != CG_OK) {
        return out.status;
    }

    text = cg_out_slice(&out);

    cg_command_word(command, cg_str_sub(text, 0, first));
    cg_command_word(command, cg_str_sub(text, first, second));
    cg_command_word(command, cg_str_sub(text, second, text.len));

    return CG_OK;
}


static cg_status_t
record_name_word(cg_arena_t *arena, const cg_record_name_t *name,
    cg_command_t *command)
{
    cg_str_t  text = { CG_RECORD_NAME, name->text };

    text = cg_arena_copy(arena, text);

    if (text.data == NULL) {
        return CG_ENOMEM;
    }

    cg_command_word(command, text);

    return CG_OK;
}


cg_status_t
cg_record_commit(cg_arena_t *arena, cg_str_t prefix, const cg_keys_t *keys,
    cg_str_t site, const cg_policy_t *policy, const cg_record_name_t *name,
    uint32_t expected, const cg_record_t *record, cg_str_t salt, int64_t now,
    cg_command_t *command)
{
    size_t       i;
    cg_str_t     values[RECORD_FIELDS];
    cg_status_t  rc;

    cg_command_start(command, RECORD_ANSWERS);
    command->shard = name->at;

    if (!record_is_sane(policy, expected, record, salt, now)) {
        return CG_EINVAL;
    }

    rc = record_values(arena, site, policy, record, values);

    if (rc == CG_OK) {
        rc = record_sign(arena, keys, name, values);
    }

    if (rc == CG_OK) {
        rc = record_eval(arena, prefix, name,
                         record->granted ? RECORD_OPEN : RECORD_CLOSE,
                         command);
    }

    if (rc == CG_OK) {
        rc = record_arguments(arena, expected, record->expires - now, salt,
                              command);
    }

    if (rc == CG_OK) {
        rc = record_name_word(arena, name, command);
    }

    if (rc != CG_OK) {
        command->n = 0;
        return rc;
    }

    for (i = 0; i < RECORD_FIELDS; i++) {
        cg_command_word(command, cg_str_from(cg_record_fields[i]));
        cg_command_word(command, values[i]);
    }

    if (record->hold == CG_HOLD_SUSPEND) {
        cg_command_word(command, cg_str("hold"));
        cg_command_word(command, cg_str("suspend"));
    }

    return CG_OK;
}


cg_status_t
cg_record_erase(cg_arena_t *arena, cg_str_t prefix,
    const cg_record_name_t *name, const unsigned char nonce[16],
    cg_command_t *command)
{
    cg_out_t     out;
    cg_status_t  rc;

    cg_command_start(command, RECORD_ANSWERS);
    command->shard = name->at;

    cg_out_init(&out, arena, CG_FRAME_TEXT);
    cg_out_base64url(&out, (cg_str_t) { 16, nonce });

    rc = out.status;

    if (rc == CG_OK) {
        rc = record_eval(arena, prefix, name, RECORD_ERASE, command);
    }

    if (rc == CG_OK) {
        cg_command_word(command, cg_out_slice(&out));
        rc = record_name_word(arena, name, command);
    }

    if (rc != CG_OK) {
        command->n = 0;
    }

    return rc;
}
