/* consentctl record: what happened beside nginx and belongs into its log. */

#include "fields.h"

#define RECORD_ITEMS  "ip cookie_id url referrer ua form record history"
#define RECORD_STATES  "none granted partial refused stale expired unknown gpc"


typedef struct {
    const char   *type;
    ctl_field_t   fields[8];
} record_type_t;

static const record_type_t  record_types[] = {
    { "disclosure.legal", {
        { "authority", CTL_FIELD_TEXT, 1, NULL },
        { "basis", CTL_FIELD_ONE_OF, 1, "a b c" },
        { "items", CTL_FIELD_LIST, 1, RECORD_ITEMS },
        { "count", CTL_FIELD_NUMBER, 1, NULL },
        { "case", CTL_FIELD_TEXT, 1, NULL },
        { "operator", CTL_FIELD_TEXT, 1, NULL },
        { NULL, 0, 0, NULL } } },
    { "incident", {
        { "cause", CTL_FIELD_TEXT, 1, NULL },
        { "action", CTL_FIELD_TEXT, 1, NULL },
        { "reported", CTL_FIELD_DATE, 0, NULL },
        { NULL, 0, 0, NULL } } },
    { "controller.change", {
        { "old", CTL_FIELD_TEXT, 1, NULL },
        { "new", CTL_FIELD_TEXT, 1, NULL },
        { "date", CTL_FIELD_DATE, 1, NULL },
        { "case", CTL_FIELD_TEXT, 1, NULL },
        { NULL, 0, 0, NULL } } },
    { "probe", {
        { "state", CTL_FIELD_ONE_OF, 1, RECORD_STATES },
        { "hosts", CTL_FIELD_LIST, 1, NULL },
        { "cookies", CTL_FIELD_LIST, 1, NULL },
        { "ip", CTL_FIELD_ONE_OF, 1, "full t24 t16 drop none" },
        { NULL, 0, 0, NULL } } },
    { "access", {
        { "who", CTL_FIELD_TEXT, 1, NULL },
        { "why", CTL_FIELD_TEXT, 1, NULL },
        { "command", CTL_FIELD_TEXT, 1, NULL },
        { "rid", CTL_FIELD_HEX32, 0, NULL },
        { NULL, 0, 0, NULL } } },
};

#define RECORD_TYPES  (sizeof(record_types) / sizeof(record_types[0]))


static const record_type_t *
record_type(const ctl_t *ctl)
{
    size_t  i;

    for (i = 0; ctl->argc && i < RECORD_TYPES; i++) {
        if (strcmp(ctl->argv[0], record_types[i].type) == 0) {
            return &record_types[i];
        }
    }

    return NULL;
}


int
ctl_record(ctl_t *ctl)
{
    int                   code;
    ctl_append_t          append;
    ctl_append_where_t    where;
    const record_type_t  *type;

    code = ctl_append_where(ctl, &where);
    if (code != CTL_PASS) {
        return code;
    }

    type = record_type(ctl);
    if (type == NULL) {
        return ctl_complain(ctl, "say which event: disclosure.legal, incident,"
                            " controller.change, probe or access");
    }

    ctl->argc--;
    ctl->argv++;

    code = ctl_fields_check(ctl, type->fields);

    if (code == CTL_PASS) {
        code = ctl_append_open(&append, ctl, where.log, where.state);
    }

    if (code != CTL_PASS) {
        return code;
    }

    ctl_fields_put(ctl, type->fields,
                   ctl_append_begin(&append, type->type, where.site));
    code = ctl_append_end(&append);

    return ctl_append_tell(&append, ctl_append_close(&append, code));
}
