#include "cg_unknown.h"

#include "base/cg_ascii.h"

#define S(literal)  { sizeof(literal) - 1, (const unsigned char *) (literal) }


static const struct {
    cg_str_t     element;
    const char  *where;
} unknown_places[] = {
    { S("script"), "script" },
    { S("img"), "img" },
    { S("iframe"), "frame" },
    { S("link"), "link" },
    { S("style"), "style" },
    { S("form"), "form" },
    { S("button"), "form" },
    { S("input"), "form" },
    { S("source"), "img" },
    { S("video"), "img" },
    { S("audio"), "img" },
    { S("image"), "img" },
    { S("embed"), "frame" },
    { S("object"), "frame" },
    { S("frame"), "frame" },
    { S("a"), "link" },
    { S("area"), "link" },
    { S("meta"), "link" },
};


/* Host names have a letter in their last label, addresses do not (WHATWG URL,
 * "ends in a number"); an IPv6 one stands in brackets. */

static int
unknown_is_address(cg_str_t host)
{
    size_t  i = host.len;

    if (host.len == 0 || host.data[0] == '[') {
        return 1;
    }

    while (i && host.data[i - 1] != '.') {
        i--;
    }

    return cg_ascii_is_digit(host.data[i]);
}


/* The last labels, as many as there is room for. */

static cg_str_t
unknown_cut(cg_str_t host)
{
    const unsigned char  *dot;

    if (unknown_is_address(host)) {
        return cg_str("address");
    }

    if (host.len <= CG_UNKNOWN_NAME) {
        return host;
    }

    host = cg_str_sub(host, host.len - CG_UNKNOWN_NAME, host.len);
    dot = memchr(host.data, '.', host.len);

    return dot ? cg_str_sub(host, (size_t) (dot + 1 - host.data), host.len)
               : host;
}


void
cg_unknown_note(cg_unknown_t *unknown, cg_str_t host, cg_str_t vendor)
{
    unsigned           i;
    cg_unknown_row_t  *row;

    host = unknown_cut(host);

    for (i = 0; i < unknown->n; i++) {
        row = &unknown->rows[i];

        if (row->len == host.len && !row->passes
            && memcmp(row->name, host.data, host.len) == 0)
        {
            return;
        }
    }

    if (i == CG_UNKNOWN_ROWS) {
        unknown->more++;
        return;
    }

    row = &unknown->rows[unknown->n++];
    row->vendor = vendor;
    row->where = "other";
    row->passes = 0;
    row->len = (unsigned char) host.len;
    memcpy(row->name, host.data, host.len);
}


void
cg_unknown_place_new(cg_unknown_t *unknown, cg_str_t element)
{
    size_t       i;
    const char  *where = "other";

    for (i = 0; i < sizeof(unknown_places) / sizeof(unknown_places[0]); i++) {
        if (cg_str_eq(unknown_places[i].element, element)) {
            where = unknown_places[i].where;
        }
    }

    while (unknown->placed < unknown->n) {
        unknown->rows[unknown->placed++].where = where;
    }
}


void
cg_unknown_pass(cg_unknown_t *unknown, unsigned n)
{
    for ( /* void */ ; n < unknown->n; n++) {
        unknown->rows[n].passes = 1;
    }
}
