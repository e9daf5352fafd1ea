/*
 * consentctl dsr open|verify|investigate|explain|ack|fulfil|refuse|notify:
 * what an operator writes of requests that came by letter, telephone or
 * e-mail.  `consentctl dsr` without such a word lists (dsr.c).
 */

#include "fields.h"
#include "sought.h"

#include "consent/cg_right.h"
#include "evidence/cg_event_rights.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>

#define DSR_RIGHTS  "disclose purpose correct add delete stop_use"             \
                    " stop_provision complaint"


typedef struct {
    const char   *verb;
    const char   *type;
    ctl_field_t   fields[4];           /* beyond those that all have */
} dsr_verb_t;

/* `id` is not needed by the first: it gives one. */

static const ctl_field_t  dsr_common[] = {
    { "id", CTL_FIELD_HEX16, 1, NULL },
    { "sub", CTL_FIELD_WORD, 0, NULL },
    { "rid", CTL_FIELD_HEX32, 0, NULL },
    { "type", CTL_FIELD_ONE_OF, 1, DSR_RIGHTS },
};

#define DSR_COMMON  (sizeof(dsr_common) / sizeof(dsr_common[0]))

static const dsr_verb_t  dsr_verbs[] = {
    { "open", CG_EVENT_DSR_RECEIVED, {
        { "due", CTL_FIELD_DATE, 0, NULL }, { NULL, 0, 0, NULL } } },
    { "verify", CG_EVENT_DSR_VERIFIED, {
        { "method", CTL_FIELD_ONE_OF, 1, "receipt operator" },
        { "who", CTL_FIELD_TEXT, 1, NULL }, { NULL, 0, 0, NULL } } },
    { "investigate", CG_EVENT_DSR_INVESTIGATED, {
        { "finding", CTL_FIELD_TEXT, 1, NULL }, { NULL, 0, 0, NULL } } },
    { "explain", CG_EVENT_DSR_EXPLAINED, {
        { "hash", CTL_FIELD_HEX64, 1, NULL }, { NULL, 0, 0, NULL } } },
    { "ack", CG_EVENT_DSR_ACK, { { NULL, 0, 0, NULL } } },
    { "fulfil", CG_EVENT_DSR_FULFILLED, {
        { "format", CTL_FIELD_WORD, 0, NULL },
        { "sha256", CTL_FIELD_HEX64, 0, NULL }, { NULL, 0, 0, NULL } } },
    { "refuse", CG_EVENT_DSR_REFUSED, {
        { "reason", CTL_FIELD_ONE_OF, 1,
          "harm hindrance illegal unverified disposed" },
        { "notified", CTL_FIELD_FLAG, 1, NULL }, { NULL, 0, 0, NULL } } },
    { "notify", CG_EVENT_DSR_NOTIFIED, {
        { "how", CTL_FIELD_TEXT, 1, NULL }, { NULL, 0, 0, NULL } } },
};

#define DSR_VERBS  (sizeof(dsr_verbs) / sizeof(dsr_verbs[0]))


static const dsr_verb_t *
dsr_verb(const ctl_t *ctl)
{
    size_t  i;

    for (i = 0; ctl->argc && i < DSR_VERBS; i++) {
        if (strcmp(ctl->argv[0], dsr_verbs[i].verb) == 0) {
            return &dsr_verbs[i];
        }
    }

    return NULL;
}


int
ctl_dsr_writes(const ctl_t *ctl)
{
    return dsr_verb(ctl) != NULL;
}


/* The common fields and the verb's own, as one table. */

static void
dsr_table(const dsr_verb_t *verb, int open, ctl_field_t *fields)
{
    memcpy(fields, dsr_common, sizeof(dsr_common));
    memcpy(fields + DSR_COMMON, verb->fields, sizeof(verb->fields));
    fields[0].needed = !open;
    fields[DSR_COMMON - 1].needed = open;
}


static int
dsr_id(const ctl_t *ctl, char id[2 * CG_RIGHT_ID + 1])
{
    unsigned char  bytes[CG_RIGHT_ID];
    cg_str_t       given = ctl_fields_get(ctl, "id");

    if (given.data) {
        memcpy(id, given.data, 2 * CG_RIGHT_ID);
        id[2 * CG_RIGHT_ID] = '\0';
        return CTL_PASS;
    }

    if (getrandom(bytes, sizeof(bytes), 0) != (ssize_t) sizeof(bytes)) {
        return ctl_complain(ctl, "no randomness");
    }

    ctl_sought_hex(bytes, sizeof(bytes), id);

    return CTL_PASS;
}


static void
dsr_body(const ctl_t *ctl, const dsr_verb_t *verb, const char *id,
    cg_out_t *out)
{
    char             due[16];
    cg_event_dsr_t   dsr;

    dsr.id = cg_str_from(id);
    dsr.sub = ctl_fields_get(ctl, "sub");
    dsr.rid = ctl_fields_get(ctl, "rid");
    dsr.right = ctl_fields_get(ctl, "type");
    dsr.by = cg_str("operator");
    cg_event_dsr(out, &dsr);

    if (verb == dsr_verbs && ctl_fields_get(ctl, "due").data == NULL) {
        ctl_append_day(ctl_append_now() + (uint64_t) CG_RIGHT_DUE * 1000, due);
        cg_field_str(out, "due", cg_str_from(due));
    }

    ctl_fields_put(ctl, verb->fields, out);
}


int
ctl_dsr_write(ctl_t *ctl)
{
    int                  code;
    char                 id[2 * CG_RIGHT_ID + 1];
    ctl_field_t          fields[DSR_COMMON + 4];
    ctl_append_t         append;
    const dsr_verb_t    *verb = dsr_verb(ctl);
    ctl_append_where_t   where;

    ctl->argc--;
    ctl->argv++;
    dsr_table(verb, verb == dsr_verbs, fields);

    if (ctl_append_where(ctl, &where) != CTL_PASS
        || ctl_fields_check(ctl, fields) != CTL_PASS
        || dsr_id(ctl, id) != CTL_PASS)
    {
        return CTL_CANNOT_TELL;
    }

    code = ctl_append_open(&append, ctl, where.log, where.state);
    if (code != CTL_PASS) {
        return code;
    }

    dsr_body(ctl, verb, id, ctl_append_begin(&append, verb->type, where.site));
    code = ctl_append_close(&append, ctl_append_end(&append));

    if (code == CTL_PASS && verb == dsr_verbs && !ctl->json) {
        printf("id=%s\n", id);
    }

    return ctl_append_tell(&append, code);
}
