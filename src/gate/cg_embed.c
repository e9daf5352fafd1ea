#include "cg_embed_find.h"
#include "base/cg_ascii.h"
#include "url/cg_host.h"
#include "url/cg_url.h"

#define EMBED_SLICES  8


/* The value of an attribute, decoded; absent if the tag has none.  Of several
 * the first one counts. */

static cg_str_t
embed_value(cg_edit_t *edit, const cg_html_token_t *token, cg_str_t bytes,
    const char *name)
{
    size_t  i;

    for (i = 0; i < token->nattrs; i++) {
        if (cg_ascii_eq_nocase(cg_element_name(token, bytes, i),
                               cg_str_from(name)))
        {
            return cg_element_decode(edit->reader.arena,
                                     cg_element_value(token, bytes, i));
        }
    }

    return cg_str_null;
}


/* A length of 0 or 1, in pixels if in anything; "100%" and "auto" are none. */

static int
embed_is_dot(cg_str_t value)
{
    size_t  i = 0;

    value = cg_ascii_trim(value);

    if (value.len == 0) {
        return 0;
    }

    while (i < value.len && value.data[i] == '0') {
        i++;
    }

    if (i < value.len && value.data[i] == '1') {
        i++;
    }

    value = cg_str_sub(value, i, value.len);

    return i != 0
           && (value.len == 0 || cg_ascii_eq_nocase(value, cg_str("px")));
}


static int
embed_declares(cg_str_t name, cg_str_t value)
{
    static const char *const  hidden[][2] = {
        { "display", "none" }, { "visibility", "hidden" },
        { "visibility", "collapse" }
    };

    size_t  i;

    name = cg_ascii_trim(name);
    value = cg_ascii_trim(value);

    for (i = 0; i < value.len && value.data[i] != '!'; i++) {
        /* void: "!important" */
    }

    value = cg_ascii_trim(cg_str_sub(value, 0, i));

    for (i = 0; i < sizeof(hidden) / sizeof(hidden[0]); i++) {
        if (cg_ascii_eq_nocase(name, cg_str_from(hidden[i][0]))
            && cg_ascii_eq_nocase(value, cg_str_from(hidden[i][1])))
        {
            return 1;
        }
    }

    return (cg_ascii_eq_nocase(name, cg_str("width"))
            || cg_ascii_eq_nocase(name, cg_str("height")))
           && embed_is_dot(value);
}


/* Plain declarations are enough: a placeholder too many does no harm. */

static int
embed_style_hides(cg_str_t style)
{
    size_t                to;
    cg_str_t              one;
    const unsigned char  *end, *colon;

    while (style.len) {
        end = memchr(style.data, ';', style.len);
        to = end ? (size_t) (end - style.data) : style.len;
        one = cg_str_sub(style, 0, to);
        colon = to ? memchr(one.data, ':', to) : NULL;

        if (colon
            && embed_declares(cg_str_sub(one, 0, (size_t) (colon - one.data)),
                              cg_str_sub(one, (size_t) (colon - one.data) + 1,
                                         to)))
        {
            return 1;
        }

        style = cg_str_sub(style, end ? to + 1 : to, style.len);
    }

    return 0;
}


static int
embed_shows(cg_edit_t *edit, const cg_html_token_t *token, cg_str_t bytes)
{
    cg_str_t  style = embed_value(edit, token, bytes, "style");

    return embed_value(edit, token, bytes, "hidden").data == NULL
           && !embed_is_dot(embed_value(edit, token, bytes, "width"))
           && !embed_is_dot(embed_value(edit, token, bytes, "height"))
           && !embed_style_hides(style);
}


/* Whether the document that it would have shown is among what is held. */

static int
embed_is_held(const cg_html_token_t *token, const cg_element_t *element,
    cg_embed_kind_t *kind)
{
    if (cg_edit_is(token, cg_str("iframe"))) {
        *kind = CG_EMBED_FRAME;

        return element->present & CG_GROUP_SRCDOC
               ? (element->held & CG_GROUP_SRCDOC)
                 && !(element->present & ~element->held & CG_GROUP_SRC)
               : (element->held & CG_GROUP_SRC) != 0;
    }

    *kind = CG_EMBED_OBJECT;

    if (cg_edit_is(token, cg_str("object"))) {
        return (element->held & CG_GROUP_DATA) != 0;
    }

    *kind = CG_EMBED_EMBED;

    return cg_edit_is(token, cg_str("embed"))
           && (element->held & CG_GROUP_SRC);
}


/* As a browser reads it, without what it passes over, and in ASCII. */

static cg_str_t
embed_clean(cg_edit_t *edit, cg_str_t value)
{
    static const char  digits[] = "0123456789ABCDEF";

    size_t         i;
    cg_out_t       out;
    unsigned char  c;

    cg_out_init(&out, edit->reader.arena, CG_EMBED_URL);

    while (value.len && value.data[0] <= ' ') {
        value = cg_str_sub(value, 1, value.len);
    }

    while (value.len && value.data[value.len - 1] <= ' ') {
        value.len--;
    }

    for (i = 0; i < value.len; i++) {
        c = value.data[i];

        if (c == '\t' || c == '\n' || c == '\r') {
            continue;
        }

        if (c <= ' ' || c >= 0x7F) {
            cg_out_byte(&out, '%');
            cg_out_byte(&out, (unsigned char) digits[c >> 4]);
            cg_out_byte(&out, (unsigned char) digits[c & 15]);

        } else {
            cg_out_byte(&out, c);
        }
    }

    return cg_out_slice(&out);
}


/* What names its host, and can be shown without this page around it; its host
 * must fit into a policy (frame-src). */

static void
embed_url(cg_edit_t *edit, cg_str_t value, cg_embed_t *embed)
{
    cg_out_t  scratch;
    cg_url_t  url;

    value = value.data ? embed_clean(edit, value) : value;

    cg_out_init(&scratch, edit->reader.arena, 2 * CG_MAX_URL);

    if (value.len && cg_url_read(value, &scratch, &url) == CG_OK
        && url.kind == CG_URL_HOST && !url.bad_host && !url.lax
        && cg_host_is_word(url.host)
        && (url.scheme.len == 0 || cg_str_eq(url.scheme, cg_str("https"))
            || cg_str_eq(url.scheme, cg_str("http"))))
    {
        embed->url = value;
        embed->host = url.host;
    }
}


int
cg_embed_find(cg_edit_t *edit, const cg_html_token_t *token, cg_str_t bytes,
    const cg_element_t *element, int foreign, cg_embed_t *embed)
{
    memset(embed, 0, sizeof(*embed));

    if (edit->conf->embed == NULL || foreign || edit->second
        || edit->flow->deferred || edit->embeds == CG_EMBED_MAX
        || !embed_is_held(token, element, &embed->kind)
        || !embed_shows(edit, token, bytes))
    {
        return 0;
    }

    edit->embeds++;
    embed->vendor = element->verdict.vendor;
    embed->purpose = element->verdict.stays ? cg_str_null
                                            : element->verdict.purpose;
    embed->lang = edit->lang;
    embed->sandbox = embed_value(edit, token, bytes, "sandbox");
    embed->titled = embed_value(edit, token, bytes, "title").len != 0;
    embed->based = edit->based;

    embed_url(edit, embed_value(edit, token, bytes,
                                embed->kind == CG_EMBED_OBJECT ? "data"
                                                               : "src"),
              embed);

    if (embed->kind != CG_EMBED_FRAME) {
        embed->width = embed_value(edit, token, bytes, "width");
        embed->height = embed_value(edit, token, bytes, "height");
    }

    return 1;
}


/* `csp` would be asked of the placeholder, too; of two titles the first one
 * counts, and that is ours. */

int
cg_embed_replaces(const cg_embed_t *embed, cg_str_t name)
{
    return embed->kind == CG_EMBED_FRAME
           && (cg_ascii_eq_nocase(name, cg_str("sandbox"))
               || cg_ascii_eq_nocase(name, cg_str("csp"))
               || (!embed->titled
                   && cg_ascii_eq_nocase(name, cg_str("title"))));
}


/* Bytes: kind and flags, how long each slice is, the slices. */

typedef struct {
    uint32_t  kind;
    uint32_t  titled;
    uint32_t  based;
    uint32_t  absent;                  /* bits of slices */
    uint32_t  len[EMBED_SLICES];
} embed_head_t;


static void
embed_slices(cg_embed_t *embed, cg_str_t *slices[EMBED_SLICES])
{
    slices[0] = &embed->vendor;
    slices[1] = &embed->purpose;
    slices[2] = &embed->url;
    slices[3] = &embed->host;
    slices[4] = &embed->sandbox;
    slices[5] = &embed->width;
    slices[6] = &embed->height;
    slices[7] = &embed->lang;
}


void
cg_embed_write(cg_out_t *out, const cg_embed_t *embed)
{
    size_t        i;
    cg_str_t     *slices[EMBED_SLICES];
    cg_embed_t    copy = *embed;
    embed_head_t  head;

    embed_slices(&copy, slices);
    memset(&head, 0, sizeof(head));

    head.kind = embed->kind;
    head.titled = embed->titled;
    head.based = embed->based;

    for (i = 0; i < EMBED_SLICES; i++) {
        head.len[i] = (uint32_t) slices[i]->len;
        head.absent |= slices[i]->data ? 0 : 1u << i;
    }

    cg_out_bytes(out, &head, sizeof(head));

    for (i = 0; i < EMBED_SLICES; i++) {
        cg_out_str(out, *slices[i]);
    }
}


void
cg_embed_read(cg_str_t bytes, cg_embed_t *embed)
{
    size_t        i, at = sizeof(embed_head_t);
    cg_str_t     *slices[EMBED_SLICES];
    embed_head_t  head;

    memset(embed, 0, sizeof(*embed));
    memcpy(&head, bytes.data, sizeof(head));
    embed_slices(embed, slices);

    embed->kind = (cg_embed_kind_t) head.kind;
    embed->titled = head.titled & 1;
    embed->based = head.based & 1;

    for (i = 0; i < EMBED_SLICES; i++) {
        if (!(head.absent & 1u << i)) {
            *slices[i] = cg_str_sub(bytes, at, at + head.len[i]);
        }

        at += head.len[i];
    }
}
