/* consentctl export: what Redis holds of one person, for whoever asks an
 * operator: the same that the person would be handed, and no secret. */

#include "sought.h"

#include <stdio.h>

#include <jansson.h>


/* What only nginx needs, and what would prove something to it. */

static int
export_is_private(const char *field)
{
    return strcmp(field, "mac") == 0 || strcmp(field, "nonce") == 0
           || strcmp(field, "rid") == 0;
}


static json_t *
export_json(const ctl_sought_t *sought, const redisReply *fields)
{
    size_t   i;
    json_t  *json = json_object(), *record = json_object();

    for (i = 0; i + 1 < fields->elements; i += 2) {
        if (!export_is_private(fields->element[i]->str)) {
            json_object_set_new(record, fields->element[i]->str,
                                json_stringn(fields->element[i + 1]->str,
                                             (size_t)
                                             fields->element[i + 1]->len));
        }
    }

    json_object_set_new(record, "receipt", json_string(sought->rid));
    json_object_set_new(json, "record", record);

    return json;
}


int
ctl_export(ctl_t *ctl)
{
    int            code;
    json_t        *json;
    redisReply    *fields;
    ctl_sought_t   sought;

    code = ctl_sought_find(ctl, &sought);
    fields = code == CTL_PASS ? ctl_sought_fields(&sought) : NULL;

    if (fields) {
        json = export_json(&sought, fields);
        code = json_dumpf(json, stdout, JSON_INDENT(2) | JSON_ENSURE_ASCII) == 0
               ? CTL_PASS : ctl_complain(ctl, "cannot print the answer");
        putchar('\n');
        json_decref(json);

    } else if (code == CTL_PASS) {
        code = CTL_CANNOT_TELL;
    }

    freeReplyObject(fields);
    ctl_sought_end(&sought);

    return code;
}
