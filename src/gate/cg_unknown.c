#include "cg_unknown.h"

#include "base/cg_ascii.h"

/* The notes: a host, with its row behind; the element that those before it
 * stand in, with the place behind; cg_unknown_open(), and that it passed. */

#define NOTE_HOST   0x80
#define NOTE_OPEN   0x90
#define NOTE_PASS   0x91
#define NOTE_PLACE  0xA0
#define NOTE_OTHER  0xBF           /* a place that has no name here */

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
cg_unknown_write(cg_unknown_t *unknown, unsigned byte)
{
    unsigned char  c = (unsigned char) byte;

    if (unknown->notes) {
        cg_out_bytes(unknown->notes, &c, 1);
    }
}


void
cg_unknown_lose(cg_unknown_t *unknown)
{
    if (unknown->notes) {
        unknown->notes->status = CG_ELIMIT;
    }
}


/* The row of that host, or the next one. */

static unsigned
unknown_find(const cg_unknown_t *unknown, cg_str_t host)
{
    unsigned                 i;
    const cg_unknown_row_t  *row;

    for (i = 0; i < unknown->n; i++) {
        row = &unknown->rows[i];

        if (row->len == host.len && !row->passes
            && memcmp(row->name, host.data, host.len) == 0)
        {
            break;
        }
    }

    return i;
}


static void
unknown_add(cg_unknown_t *unknown, cg_str_t host, cg_str_t vendor)
{
    cg_unknown_row_t  *row = &unknown->rows[unknown->n++];

    row->vendor = vendor;
    row->where = "other";
    row->passes = 0;
    row->len = (unsigned char) host.len;
    memcpy(row->name, host.data, host.len);
}


/* A host that is cut already. */

static void
unknown_enter(cg_unknown_t *unknown, cg_str_t host, cg_str_t vendor)
{
    unsigned  i = unknown_find(unknown, host);

    if (i == CG_UNKNOWN_ROWS) {
        unknown->more++;
        cg_unknown_lose(unknown);
        return;
    }

    if (i == unknown->n) {
        unknown_add(unknown, host, vendor);

    } else if (!cg_str_eq(unknown->rows[i].vendor, vendor)) {
        cg_unknown_lose(unknown);      /* by its path it is another's */
    }

    unknown->noted = unknown->notes != NULL;
    cg_unknown_write(unknown, NOTE_HOST | i);
}


void
cg_unknown_note(cg_unknown_t *unknown, cg_str_t host, cg_str_t vendor)
{
    unknown_enter(unknown, unknown_cut(host), vendor);
}


/* Where those stand that came since the last time. */

static void
unknown_place(cg_unknown_t *unknown, size_t place)
{
    const char  *where = "other";

    if (place < sizeof(unknown_places) / sizeof(unknown_places[0])) {
        where = unknown_places[place].where;
    }

    while (unknown->placed < unknown->n) {
        unknown->rows[unknown->placed++].where = where;
    }
}


void
cg_unknown_place_new(cg_unknown_t *unknown, cg_str_t element)
{
    size_t  i, n = sizeof(unknown_places) / sizeof(unknown_places[0]);

    for (i = 0; i < n; i++) {
        if (cg_str_eq(unknown_places[i].element, element)) {
            break;
        }
    }

    unknown_place(unknown, i);
    unknown->noted = 0;
    cg_unknown_write(unknown, i < n ? NOTE_PLACE | (unsigned) i : NOTE_OTHER);
}


/* One within another cannot be told from what is written down. */

unsigned
cg_unknown_open(cg_unknown_t *unknown)
{
    if (unknown->opened) {
        cg_unknown_lose(unknown);
    }

    unknown->opened = 1;
    cg_unknown_write(unknown, NOTE_OPEN);

    return unknown->n;
}


void
cg_unknown_close(cg_unknown_t *unknown, unsigned from, int pass)
{
    unknown->opened = 0;

    if (!pass) {
        return;
    }

    cg_unknown_write(unknown, NOTE_PASS);

    for ( /* void */ ; from < unknown->n; from++) {
        unknown->rows[from].passes = 1;
    }
}


void
cg_unknown_again(cg_unknown_t *unknown, const cg_unknown_t *of, unsigned byte)
{
    const cg_unknown_row_t  *row;

    if (byte < NOTE_OPEN) {
        row = &of->rows[byte - NOTE_HOST];
        unknown_enter(unknown, (cg_str_t) { row->len, row->name },
                      row->vendor);

    } else if (byte == NOTE_OPEN) {
        unknown->from = unknown->n;

    } else if (byte == NOTE_PASS) {
        cg_unknown_close(unknown, unknown->from, 1);

    } else {
        unknown_place(unknown, byte - NOTE_PLACE);
    }
}
