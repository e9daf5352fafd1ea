#include "cg_record_fields.h"

#define SHOWN_WORDS  64            /* bytes of numbers and the receipt */


static void
shown_field(cg_command_t *command, const char *name, cg_str_t value)
{
    cg_command_word(command, cg_str_from(name));
    cg_command_word(command, value.data ? value : cg_str(""));
}


/* Receipt and version as text, in one buffer. */

static cg_status_t
shown_texts(cg_arena_t *arena, const cg_shown_t *shown, cg_str_t *rid,
    cg_str_t *version)
{
    size_t    end;
    cg_out_t  out;

    cg_out_init(&out, arena, SHOWN_WORDS);
    cg_out_hex(&out, (cg_str_t) { 16, shown->rid });
    end = out.len;
    cg_out_uint(&out, shown->version);

    if (out.status == CG_OK) {
        *rid = cg_str_sub(cg_out_slice(&out), 0, end);
        *version = cg_str_sub(cg_out_slice(&out), end, out.len);
    }

    return out.status;
}


cg_status_t
cg_record_shown(cg_arena_t *arena, cg_str_t prefix, const cg_shown_t *shown,
    cg_command_t *command)
{
    cg_str_t     key, rid, version;
    cg_status_t  rc;

    cg_command_start(command, 1);
    command->shard = shown->rid[0] % CG_SHARDS;

    rc = cg_record_key(arena, prefix, cg_record_shard(command->shard), "shown",
                       NULL, &key);
    if (rc == CG_OK) {
        rc = shown_texts(arena, shown, &rid, &version);
    }

    if (rc != CG_OK) {
        return rc;
    }

    cg_command_word(command, cg_str("XADD"));
    cg_command_word(command, key);
    cg_command_word(command, cg_str("MAXLEN"));
    cg_command_word(command, cg_str("~"));
    cg_command_word(command, cg_str(CG_RECORD_SHOWN));
    cg_command_word(command, cg_str("*"));

    shown_field(command, "rid", rid);
    shown_field(command, "site", shown->site);
    shown_field(command, "policy", shown->policy);
    shown_field(command, "version", version);
    shown_field(command, "vendor", shown->vendor);
    shown_field(command, "purpose", shown->purpose);
    shown_field(command, "notice", shown->notice);

    return CG_OK;
}
