#include "fields.h"
#include "plain.h"
#include "base/cg_ascii.h"

#define FIELDS_LIST  32            /* words of one list */


/* The value of the i-th argument, if it is of that name. */

static cg_str_t
fields_value(const ctl_t *ctl, int i, const char *name)
{
    size_t       len = strlen(name);
    const char  *word = ctl->argv[i];

    return strncmp(word, name, len) == 0 && word[len] == '='
           ? cg_str_from(word + len + 1) : cg_str_null;
}


cg_str_t
ctl_fields_get(const ctl_t *ctl, const char *name)
{
    int       i;
    cg_str_t  value = cg_str_null;

    for (i = 0; i < ctl->argc && value.data == NULL; i++) {
        value = fields_value(ctl, i, name);
    }

    return value;
}


/* Takes the next piece of a list off `rest`. */

static cg_str_t
fields_next(cg_str_t *rest, unsigned char between)
{
    size_t    n;
    cg_str_t  piece;

    for (n = 0; n < rest->len && rest->data[n] != between; n++) { /* void */ }

    piece = cg_str_sub(*rest, 0, n);
    *rest = cg_str_sub(*rest, n < rest->len ? n + 1 : n, rest->len);

    return piece;
}


static int
fields_is_one_of(cg_str_t value, const char *words)
{
    cg_str_t  rest = cg_str_from(words);

    while (rest.len) {
        if (cg_str_eq(fields_next(&rest, ' '), value)) {
            return 1;
        }
    }

    return 0;
}


static const char *
fields_list_fault(cg_str_t list, const char *words)
{
    size_t       n = 0;
    cg_str_t     word;
    const char  *fault = NULL;

    while (list.len && fault == NULL) {
        word = fields_next(&list, ',');
        fault = words && !fields_is_one_of(word, words) ? "has an unknown word"
                : ++n > FIELDS_LIST ? "has too many words"
                : ctl_plain_word(word);
    }

    return fault;
}


static const char *
fields_number_fault(cg_str_t text)
{
    size_t  i;

    for (i = 0; i < text.len && cg_ascii_is_digit(text.data[i]); i++) {
        /* void */
    }

    return i && i == text.len && i < 16 ? NULL : "is no number";
}


static const char *
fields_fault(const ctl_field_t *field, cg_str_t value)
{
    switch (field->kind) {

    case CTL_FIELD_TEXT:
        return ctl_plain_text(value);

    case CTL_FIELD_WORD:
        return ctl_plain_word(value);

    case CTL_FIELD_ONE_OF:
        return fields_is_one_of(value, field->words) ? NULL
               : "is none of the words it may be";

    case CTL_FIELD_LIST:
        return fields_list_fault(value, field->words);

    case CTL_FIELD_NUMBER:
        return fields_number_fault(value);

    case CTL_FIELD_DATE:
        return ctl_plain_date(value);

    case CTL_FIELD_FLAG:
        return fields_is_one_of(value, "true false") ? NULL
               : "is neither true nor false";

    case CTL_FIELD_HEX16:
        return ctl_plain_hex(value, 16);

    case CTL_FIELD_HEX32:
        return ctl_plain_hex(value, 32);

    case CTL_FIELD_HEX64:
        return ctl_plain_hex(value, 64);
    }

    return "is of no kind";
}


/* 1: the i-th argument is a field that stands there for the first time. */

static int
fields_is_known(const ctl_t *ctl, const ctl_field_t *fields, int i)
{
    int  k;

    for ( /* void */ ; fields->name; fields++) {
        if (fields_value(ctl, i, fields->name).data) {
            break;
        }
    }

    if (fields->name == NULL) {
        (void) ctl_complain(ctl, "\"%s\" is no field of this event",
                            ctl->argv[i]);
        return 0;
    }

    for (k = 0; k < i; k++) {
        if (fields_value(ctl, k, fields->name).data) {
            (void) ctl_complain(ctl, "%s stands twice", fields->name);
            return 0;
        }
    }

    return 1;
}


int
ctl_fields_check(const ctl_t *ctl, const ctl_field_t *fields)
{
    int          i;
    cg_str_t     value;
    const char  *fault;

    if (ctl_has_unknown_option(ctl)) {
        return CTL_CANNOT_TELL;
    }

    for (i = 0; i < ctl->argc; i++) {
        if (!fields_is_known(ctl, fields, i)) {
            return CTL_CANNOT_TELL;
        }
    }

    for ( /* void */ ; fields->name; fields++) {
        value = ctl_fields_get(ctl, fields->name);
        fault = value.data ? fields_fault(fields, value)
                : fields->needed ? "is needed" : NULL;

        if (fault) {
            return ctl_complain(ctl, fields->words ? "%s %s: %s" : "%s %s",
                                fields->name, fault, fields->words);
        }
    }

    return CTL_PASS;
}


static uint64_t
fields_number(cg_str_t text)
{
    size_t    i;
    uint64_t  n = 0;

    for (i = 0; i < text.len; i++) {
        n = n * 10 + (uint64_t) (text.data[i] - '0');
    }

    return n;
}


static void
fields_put_list(cg_out_t *out, const char *name, cg_str_t list)
{
    cg_field_array_begin(out, name);

    while (list.len) {
        cg_field_item_str(out, fields_next(&list, ','));
    }

    cg_field_array_end(out);
}


void
ctl_fields_put(const ctl_t *ctl, const ctl_field_t *fields, cg_out_t *out)
{
    cg_str_t  value;

    for ( /* void */ ; fields->name; fields++) {
        value = ctl_fields_get(ctl, fields->name);

        if (value.data == NULL) {
            continue;
        }

        switch (fields->kind) {

        case CTL_FIELD_LIST:
            fields_put_list(out, fields->name, value);
            break;

        case CTL_FIELD_NUMBER:
            cg_field_uint(out, fields->name, fields_number(value));
            break;

        case CTL_FIELD_FLAG:
            cg_field_bool(out, fields->name, value.data[0] == 't');
            break;

        default:
            cg_field_str(out, fields->name, value);
        }
    }
}
