#include "cg_json.h"
#include "cg_line.h"
#include "base/cg_ascii.h"


static int
envelope_is_time(const char *s)
{
    const char  *shape = "0000-00-00T00:00:00.000Z";

    for ( /* void */ ; *shape && *s; shape++, s++) {
        if (*shape == '0' ? !cg_ascii_is_digit((unsigned char) *s)
                          : *shape != *s)
        {
            return 0;
        }
    }

    return *shape == *s;
}


static int
envelope_is_strings(const json_t *array)
{
    size_t  i;

    for (i = 0; i < json_array_size(array); i++) {
        if (!json_is_string(json_array_get(array, i))) {
            return 0;
        }
    }

    return json_is_array(array) && i;
}


const char *
cg_json_envelope(const json_t *json)
{
    static const struct {
        const char  *key;
        json_type    type;
        int          needed;
    } fields[] = {
        { "t",    JSON_STRING,  1 },
        { "mono", JSON_INTEGER, 1 },
        { "ty",   JSON_STRING,  1 },
        { "host", JSON_STRING,  0 },
        { "pol",  JSON_STRING,  0 },
        { "pv",   JSON_INTEGER, 0 },
        { "cl",   JSON_ARRAY,   0 },
    };

    size_t   i;
    json_t  *value;

    for (i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
        value = json_object_get(json, fields[i].key);

        if (value ? json_typeof(value) != fields[i].type : fields[i].needed) {
            return fields[i].key;
        }
    }

    if (!envelope_is_time(json_string_value(json_object_get(json, "t")))) {
        return "t";
    }

    value = json_object_get(json, "cl");

    return value && !envelope_is_strings(value) ? "cl" : NULL;
}


int
cg_json_is_piece(cg_str_t text)
{
    size_t        i, n;
    json_t       *json;
    cg_str_t      key = cg_str(",\"prev\":\"");
    json_error_t  error;

    n = text.len < CG_LINE_START_LEN ? text.len : CG_LINE_START_LEN;

    if (memcmp(text.data, CG_LINE_START, n) != 0) {
        return 0;
    }

    json = json_loadb((const char *) text.data, text.len, JSON_ALLOW_NUL,
                      &error);

    if (json || error.position < 0 || (size_t) error.position != text.len) {
        json_decref(json);
        return 0;
    }

    for (i = text.len > key.len ? text.len - key.len : 0; i; i--) {
        if (cg_str_starts(cg_str_sub(text, i, text.len), key)) {
            return cg_line_is_cut_tail(cg_str_sub(text, i + key.len,
                                                  text.len));
        }
    }

    return 1;
}
