#include "cg_choice.h"
#include "base/cg_ascii.h"

#include <jansson.h>

#define CHOICE_SEEN_CHOICE  1u
#define CHOICE_SEEN_NOTICE  2u
#define CHOICE_SEEN_RETURN  4u
#define CHOICE_SEEN_ONCE    8u
#define CHOICE_SEEN_RIGHT   16u
#define CHOICE_SEEN_ACK     32u
#define CHOICE_SEEN_SRC     64u

#define CHOICE_ONCE_LEAST   11     /* characters: 64 bits in base64url */
#define CHOICE_ONCE_MOST    64


/* What is read. */

typedef enum {
    CHOICE_OF_PURPOSES = 0,
    CHOICE_OF_RIGHT,               /* a right is asked for */
    CHOICE_OF_FRAME                /* to be shown once */
} choice_form_t;

typedef struct {
    cg_arena_t         *arena;
    const cg_policy_t  *policy;
    cg_choice_t        *choice;
    uint32_t            bits;      /* of the purposes named */
    int                 unknown;   /* a purpose that the policy has not */
    int                 listed;    /* purposes were named (JSON) */
    unsigned            seen;      /* CHOICE_SEEN_* */
    choice_form_t       form;
    const char         *error;
} choice_reader_t;


static cg_status_t
choice_bad(choice_reader_t *reader, const char *sentence)
{
    reader->error = sentence;

    return CG_EINVAL;
}


cg_str_t
cg_choice_back(cg_str_t value)
{
    size_t  i;

    if (value.len == 0 || value.data[0] != '/'
        || (value.len > 1 && value.data[1] == '/'))
    {
        return cg_str("/");
    }

    for (i = 0; i < value.len; i++) {
        if (value.data[i] < 0x20 || value.data[i] == 0x7F
            || value.data[i] == '\\')
        {
            return cg_str("/");
        }
    }

    return value;
}


static cg_status_t
choice_first(choice_reader_t *reader, unsigned field)
{
    if (reader->seen & field) {
        return choice_bad(reader, "a field is given twice");
    }

    reader->seen |= field;

    return CG_OK;
}


/* A short one would be somebody else's, too. */

static cg_status_t
choice_once(choice_reader_t *reader, cg_str_t value)
{
    size_t  i;

    for (i = 0; i < value.len; i++) {
        if (!cg_ascii_is_alpha(value.data[i])
            && !cg_ascii_is_digit(value.data[i])
            && value.data[i] != '-' && value.data[i] != '_')
        {
            break;
        }
    }

    if (i < value.len || value.len < CHOICE_ONCE_LEAST
        || value.len > CHOICE_ONCE_MOST)
    {
        return choice_bad(reader, "once must be 11 to 64 random letters, "
                                  "digits, \"-\" or \"_\"");
    }

    reader->choice->once = value;

    return choice_first(reader, CHOICE_SEEN_ONCE);
}


static cg_status_t
choice_kind(choice_reader_t *reader, cg_str_t value)
{
    static const struct {
        cg_choice_kind_t  kind;
        const char       *name;
    } kinds[] = {
        { CG_CHOICE_ACCEPT, "accept" },
        { CG_CHOICE_REJECT, "reject" },
        { CG_CHOICE_SAVE, "save" },
        { CG_CHOICE_WITHDRAW, "withdraw" },
        { CG_CHOICE_ADD, "add" },
    };

    size_t  i;

    for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        if (cg_str_eq(value, cg_str_from(kinds[i].name))) {
            reader->choice->kind = kinds[i].kind;
            return CG_OK;
        }
    }

    return choice_bad(reader, "the choice must be accept, reject, save, add "
                              "or withdraw");
}


static void
choice_purpose(choice_reader_t *reader, cg_str_t id, int granted)
{
    size_t               i;
    const cg_purpose_t  *purpose;

    for (i = 0; i < reader->policy->npurposes; i++) {
        purpose = &reader->policy->purposes[i];

        if (cg_str_eq(purpose->id, id)) {
            reader->bits |= granted ? purpose->bit : 0;
            return;
        }
    }

    reader->unknown = 1;
}


/* Form: "+" is a blank, %XX a byte (URL Standard, urlencoded parsing; but a
 * percent sign that begins no byte is an error here). */

static cg_status_t
choice_decode(choice_reader_t *reader, cg_str_t text, cg_str_t *value)
{
    int             high, low;
    size_t          i;
    unsigned char  *block = cg_arena_raw(reader->arena, text.len + 1);

    if (block == NULL) {
        return CG_ENOMEM;
    }

    value->data = block;
    value->len = 0;

    for (i = 0; i < text.len; i++) {
        if (text.data[i] != '%') {
            block[value->len++] = text.data[i] == '+' ? ' ' : text.data[i];
            continue;
        }

        if (text.len - i < 3) {
            return choice_bad(reader, "the form is malformed");
        }

        high = cg_ascii_hex(text.data[i + 1]);
        low = cg_ascii_hex(text.data[i + 2]);

        if (high < 0 || low < 0) {
            return choice_bad(reader, "the form is malformed");
        }

        block[value->len++] = (unsigned char) (high << 4 | low);
        i += 2;
    }

    block[value->len] = '\0';

    return CG_OK;
}


/* What only requests have. */

static cg_status_t
choice_right_field(choice_reader_t *reader, cg_str_t name, cg_str_t value)
{
    cg_status_t  rc = CG_OK;

    if (cg_str_eq(name, cg_str("right"))) {
        rc = choice_first(reader, CHOICE_SEEN_RIGHT);
        reader->choice->right = cg_right_kind(value);

    } else if (cg_str_eq(name, cg_str("ack"))) {
        rc = choice_first(reader, CHOICE_SEEN_ACK);
        reader->choice->ack = value;

    } else if (cg_str_eq(name, cg_str("format"))) {
        reader->choice->as_json = cg_str_eq(value, cg_str("json")) ? 1 : 0;
    }

    return rc;
}


/* What only frames have. */

static cg_status_t
choice_frame_field(choice_reader_t *reader, cg_str_t name, cg_str_t value)
{
    if (cg_str_eq(name, cg_str("src"))) {
        reader->choice->src = value;

        return choice_first(reader, CHOICE_SEEN_SRC);
    }

    if (cg_str_eq(name, cg_str("sandbox"))) {
        reader->choice->sandbox = value;
    }

    return CG_OK;
}


static cg_status_t
choice_field(choice_reader_t *reader, cg_str_t name, cg_str_t value)
{
    cg_status_t  rc = CG_OK;

    if (reader->form == CHOICE_OF_PURPOSES
        && cg_str_eq(name, cg_str("choice")))
    {
        rc = choice_first(reader, CHOICE_SEEN_CHOICE);

        return rc == CG_OK ? choice_kind(reader, value) : rc;
    }

    if (cg_str_eq(name, cg_str("p"))) {
        choice_purpose(reader, value, 1);
        reader->listed = 1;

    } else if (cg_str_eq(name, cg_str("notice"))) {
        rc = choice_first(reader, CHOICE_SEEN_NOTICE);
        reader->choice->notice = value;

    } else if (cg_str_eq(name, cg_str("once"))) {
        rc = choice_once(reader, value);

    } else if (cg_str_eq(name, cg_str("return"))) {
        rc = choice_first(reader, CHOICE_SEEN_RETURN);
        reader->choice->back = cg_choice_back(value);
        reader->choice->returns = 1;

    } else if (cg_str_eq(name, cg_str("mark"))) {
        reader->choice->marks = 1;

    } else if (reader->form == CHOICE_OF_RIGHT) {
        rc = choice_right_field(reader, name, value);

    } else if (reader->form == CHOICE_OF_FRAME) {
        rc = choice_frame_field(reader, name, value);
    }

    return rc;
}


static cg_status_t
choice_pair(choice_reader_t *reader, cg_str_t pair)
{
    size_t       at;
    cg_str_t     name, value = cg_str_null;
    cg_status_t  rc;

    for (at = 0; at < pair.len && pair.data[at] != '='; at++) {
        /* void */
    }

    rc = choice_decode(reader, cg_str_sub(pair, 0, at), &name);

    if (rc == CG_OK) {
        at = at < pair.len ? at + 1 : at;
        rc = choice_decode(reader, cg_str_sub(pair, at, pair.len), &value);
    }

    return rc == CG_OK ? choice_field(reader, name, value) : rc;
}


static cg_status_t
choice_read_form(choice_reader_t *reader, cg_str_t body)
{
    size_t       at, end;
    cg_status_t  rc = CG_OK;

    for (at = 0; rc == CG_OK && at < body.len; at = end + 1) {
        for (end = at; end < body.len && body.data[end] != '&'; end++) {
            /* void */
        }

        if (end != at) {
            rc = choice_pair(reader, cg_str_sub(body, at, end));
        }
    }

    reader->listed = 1;            /* no box ticked is an answer */

    return rc;
}


/* JSON: strings are copied, the tree is jansson's own and goes at the end. */

static cg_status_t
choice_string(choice_reader_t *reader, const json_t *value, cg_str_t *text)
{
    cg_str_t  view;

    if (!json_is_string(value)) {
        return choice_bad(reader, "choice, notice, once, return and src "
                                  "must be strings");
    }

    view.data = (const unsigned char *) json_string_value(value);
    view.len = json_string_length(value);

    *text = cg_arena_copy(reader->arena, view);

    return text->data ? CG_OK : CG_ENOMEM;
}


static cg_status_t
choice_purposes(choice_reader_t *reader, json_t *value)
{
    json_t      *granted;
    const char  *id;

    if (!json_is_object(value)) {
        return choice_bad(reader, "purposes must be an object of booleans");
    }

    reader->listed = 1;

    json_object_foreach(value, id, granted) {
        if (!json_is_boolean(granted)) {
            return choice_bad(reader, "purposes must be an object of booleans");
        }

        choice_purpose(reader, cg_str_from(id), json_is_true(granted));
    }

    return CG_OK;
}


static cg_status_t
choice_members(choice_reader_t *reader, json_t *object)
{
    json_t       *value;
    cg_str_t      text;
    cg_status_t   rc = CG_OK;
    const char   *key;

    json_object_foreach(object, key, value) {
        if (strcmp(key, "purposes") == 0) {
            rc = choice_purposes(reader, value);

        } else if (strcmp(key, "choice") == 0
                   || strcmp(key, "notice") == 0
                   || strcmp(key, "once") == 0
                   || strcmp(key, "return") == 0
                   || (reader->form == CHOICE_OF_FRAME
                       && (strcmp(key, "src") == 0
                           || strcmp(key, "sandbox") == 0)))
        {
            rc = choice_string(reader, value, &text);

            if (rc == CG_OK) {
                rc = choice_field(reader, cg_str_from(key), text);
            }
        }

        if (rc != CG_OK) {
            break;
        }
    }

    return rc;
}


static cg_status_t
choice_read_json(choice_reader_t *reader, cg_str_t body)
{
    json_t       *root;
    cg_status_t   rc;

    root = json_loadb((const char *) body.data, body.len,
                      JSON_REJECT_DUPLICATES, NULL);
    if (root == NULL) {
        return choice_bad(reader, "the JSON is malformed");
    }

    rc = json_is_object(root) ? choice_members(reader, root)
                              : choice_bad(reader, "the JSON is no object");
    json_decref(root);

    return rc;
}


/* What the choice grants, once all of it is read. */

static cg_status_t
choice_settle(choice_reader_t *reader)
{
    cg_choice_t  *choice = reader->choice;

    switch (choice->kind) {

    case CG_CHOICE_ACCEPT:
        choice->granted = reader->policy->optional;
        return CG_OK;

    case CG_CHOICE_SAVE:
        if (!reader->listed) {
            return choice_bad(reader, "save needs purposes");
        }

        if (reader->unknown) {
            return choice_bad(reader, "a purpose is unknown here");
        }

        choice->granted = reader->bits & reader->policy->optional;
        return CG_OK;

    case CG_CHOICE_ADD:
        choice->adds = reader->bits & reader->policy->optional;
        choice->granted = choice->adds;

        return choice->adds && !reader->unknown
               ? CG_OK : choice_bad(reader, "add needs a purpose");

    case CG_CHOICE_REJECT:
    case CG_CHOICE_WITHDRAW:
        return CG_OK;

    case CG_CHOICE_NONE:
        break;
    }

    return choice_bad(reader, "the choice is missing");
}


static cg_status_t
choice_settle_right(choice_reader_t *reader)
{
    cg_choice_t  *choice = reader->choice;

    if (choice->right == CG_RIGHT_NONE) {
        return choice_bad(reader, "the right is missing, or none that there"
                                  " is");
    }

    if (reader->unknown) {
        return choice_bad(reader, "a purpose is unknown here");
    }

    choice->granted = reader->bits & reader->policy->optional;

    return CG_OK;
}


static cg_status_t
choice_settle_frame(choice_reader_t *reader)
{
    return reader->choice->src.len
           ? CG_OK : choice_bad(reader, "src is missing");
}


/* The media type without its parameters. */

static cg_str_t
choice_type(cg_str_t content_type)
{
    size_t  end;

    if (content_type.data == NULL) {
        return cg_str("");
    }

    for (end = 0; end < content_type.len; end++) {
        if (content_type.data[end] == ';') {
            break;
        }
    }

    return cg_ascii_trim(cg_str_sub(content_type, 0, end));
}


static cg_status_t
choice_read_body(choice_reader_t *reader, cg_str_t type, cg_str_t body)
{
    cg_status_t  rc;

    if (reader->form != CHOICE_OF_RIGHT
        && cg_ascii_eq_nocase(type, cg_str("application/json")))
    {
        reader->choice->json = 1;

    } else if (!cg_ascii_eq_nocase(type,
                                 cg_str("application/x-www-form-urlencoded")))
    {
        return CG_NONE;
    }

    if (body.len > CG_MAX_CHOICE) {
        reader->error = "the choice is too long";
        return CG_ELIMIT;
    }

    rc = reader->choice->json ? choice_read_json(reader, body)
                              : choice_read_form(reader, body);

    if (rc != CG_OK) {
        return rc;
    }

    switch (reader->form) {
    case CHOICE_OF_RIGHT:  return choice_settle_right(reader);
    case CHOICE_OF_FRAME:  return choice_settle_frame(reader);
    default:               return choice_settle(reader);
    }
}


static cg_status_t
choice_read(cg_arena_t *arena, const cg_policy_t *policy,
    cg_str_t content_type, cg_str_t body, choice_form_t form,
    cg_choice_t *choice, const char **error)
{
    cg_status_t      rc;
    choice_reader_t  reader;

    memset(choice, 0, sizeof(*choice));
    choice->back = cg_str("/");

    memset(&reader, 0, sizeof(reader));
    reader.arena = arena;
    reader.policy = policy;
    reader.choice = choice;
    reader.form = form;

    rc = choice_read_body(&reader, choice_type(content_type), body);

    if (rc != CG_OK) {
        choice->kind = CG_CHOICE_NONE;
        choice->granted = 0;
        choice->adds = 0;
        choice->src = cg_str_null;
        choice->sandbox = cg_str_null;
        choice->notice = cg_str_null;
        choice->once = cg_str_null;
        choice->right = CG_RIGHT_NONE;
        choice->ack = cg_str_null;
    }

    *error = reader.error;

    return rc;
}


cg_status_t
cg_choice_read(cg_arena_t *arena, const cg_policy_t *policy,
    cg_str_t content_type, cg_str_t body, cg_choice_t *choice,
    const char **error)
{
    return choice_read(arena, policy, content_type, body, CHOICE_OF_PURPOSES,
                       choice, error);
}


cg_status_t
cg_choice_read_right(cg_arena_t *arena, const cg_policy_t *policy,
    cg_str_t content_type, cg_str_t body, cg_choice_t *choice,
    const char **error)
{
    return choice_read(arena, policy, content_type, body, CHOICE_OF_RIGHT,
                       choice, error);
}


cg_status_t
cg_choice_read_show(cg_arena_t *arena, const cg_policy_t *policy,
    cg_str_t content_type, cg_str_t body, cg_choice_t *choice,
    const char **error)
{
    return choice_read(arena, policy, content_type, body, CHOICE_OF_FRAME,
                       choice, error);
}


/* host[:port] without the scheme's default port. */

static cg_str_t
choice_authority(cg_str_t host, int https)
{
    cg_str_t  port = https ? cg_str(":443") : cg_str(":80");

    if (host.len > port.len
        && cg_str_eq(cg_str_sub(host, host.len - port.len, host.len), port))
    {
        host.len -= port.len;
    }

    return host;
}


cg_origin_t
cg_choice_origin(cg_str_t sec_fetch_site, cg_str_t origin, cg_str_t host,
    int https)
{
    cg_str_t  scheme = https ? cg_str("https://") : cg_str("http://");

    if (sec_fetch_site.data) {
        return cg_str_eq(sec_fetch_site, cg_str("same-origin"))
               ? CG_ORIGIN_SAME
               : cg_str_eq(sec_fetch_site, cg_str("none")) ? CG_ORIGIN_NONE
                                                           : CG_ORIGIN_CROSS;
    }

    if (origin.data == NULL || cg_str_eq(origin, cg_str("null"))) {
        return CG_ORIGIN_UNSURE;
    }

    if (host.len == 0 || origin.len <= scheme.len
        || !cg_ascii_eq_nocase(cg_str_sub(origin, 0, scheme.len), scheme))
    {
        return CG_ORIGIN_CROSS;
    }

    origin = cg_str_sub(origin, scheme.len, origin.len);

    return cg_ascii_eq_nocase(choice_authority(origin, https),
                              choice_authority(host, https))
           ? CG_ORIGIN_SAME : CG_ORIGIN_CROSS;
}
