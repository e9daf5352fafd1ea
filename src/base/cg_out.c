#include "cg_out.h"
#include "cg_utf8.h"

#define OUT_FIRST  256           /* bytes of the first block */
#define OUT_BAD    0xFFFD        /* what stands for a malformed byte */
#define OUT_HEX    32            /* bytes whose digits are made at one time */


CG_HOT void
cg_out_init(cg_out_t *out, cg_arena_t *arena, size_t max)
{
    memset(out, 0, sizeof(*out));
    out->arena = arena;
    out->max = max;
}


void
cg_out_reset(cg_out_t *out)
{
    out->len = 0;
    out->status = CG_OK;
}


static cg_status_t
out_move(cg_out_t *out, size_t cap)
{
    unsigned char  *data = cg_arena_raw(out->arena, cap);

    if (data == NULL) {
        return CG_ENOMEM;
    }

    if (out->len) {
        memcpy(data, out->data, out->len);
    }

    cg_arena_outgrown(out->arena, out->data);
    out->data = data;
    out->cap = cap;

    return CG_OK;
}


static cg_status_t
out_grow(cg_out_t *out, size_t need)
{
    size_t  cap = out->cap ? out->cap : OUT_FIRST;

    while (cap < need) {
        cap *= 2;
    }

    return out_move(out, cap < out->max ? cap : out->max);
}


/* The first block is as large as was asked for: what comes is known. */

static void
out_room(cg_out_t *out, size_t len, cg_status_t (*grow)(cg_out_t *, size_t))
{
    if (out->status == CG_OK && len > out->cap - out->len) {
        out->status = len > out->max - out->len
                      ? CG_ELIMIT : grow(out, out->len + len);
    }
}


void
cg_out_reserve(cg_out_t *out, size_t len)
{
    out_room(out, len, out->cap ? out_grow : out_move);
}


/* What did not fit, or comes after an error. */

void
cg_out_more(cg_out_t *out, const void *data, size_t len)
{
    out_room(out, len, out_grow);

    if (out->status == CG_OK) {
        memcpy(out->data + out->len, data, len);
        out->len += len;
    }
}


void
cg_out_uint(cg_out_t *out, uint64_t n)
{
    char    digits[20];
    size_t  at = sizeof(digits);

    do {
        digits[--at] = (char) ('0' + n % 10);
        n /= 10;
    } while (n);

    cg_out_bytes(out, digits + at, sizeof(digits) - at);
}


void
cg_out_hex(cg_out_t *out, cg_str_t bytes)
{
    static const char  digits[] = "0123456789abcdef";

    size_t         i, n;
    unsigned char  text[2 * OUT_HEX];

    for ( /* void */ ; bytes.len; bytes = cg_str_sub(bytes, n, bytes.len)) {
        n = bytes.len < OUT_HEX ? bytes.len : OUT_HEX;

        for (i = 0; i < n; i++) {
            text[2 * i] = (unsigned char) digits[bytes.data[i] >> 4];
            text[2 * i + 1] = (unsigned char) digits[bytes.data[i] & 15];
        }

        cg_out_bytes(out, text, 2 * n);
    }
}


void
cg_out_base64url(cg_out_t *out, cg_str_t bytes)
{
    static const char  digits[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    size_t    i;
    uint32_t  bits = 0;
    unsigned  have = 0;

    for (i = 0; i < bytes.len; i++) {
        bits = bits << 8 | bytes.data[i];

        for (have += 8; have >= 6; have -= 6) {
            cg_out_byte(out, (unsigned char) digits[bits >> (have - 6) & 63]);
        }
    }

    if (have) {
        cg_out_byte(out, (unsigned char) digits[bits << (6 - have) & 63]);
    }
}


/* What may stand as it is in HTML, in JSON, in both; the rest, all that is not
 * ASCII with it, is looked at one by one. */

#define H  1
#define J  2
#define B  (H|J)

static const unsigned char  out_plain[256] = {
    0, 0, 0, 0, 0, 0, 0, 0, 0, H, H, 0, 0, H, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    B, B, 0, B, B, B, J, J, B, B, B, B, B, B, B, B,
    B, B, B, B, B, B, B, B, B, B, B, B, 0, B, J, B,
    B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B,
    B, B, B, B, B, B, B, B, B, B, B, B, H, B, B, B,
    B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B,
    B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, 0
};


/* Appends the plain bytes at `p`; where they end. */

static const unsigned char *
out_run(cg_out_t *out, const unsigned char *p, const unsigned char *end,
    unsigned char plain)
{
    const unsigned char  *start = p;

    while (p != end && (out_plain[*p] & plain)) {
        p++;
    }

    cg_out_bytes(out, start, (size_t) (p - start));

    return p;
}


static void
out_hex_uint(cg_out_t *out, uint32_t n)
{
    int  shift = 28;

    while (shift > 0 && n >> shift == 0) {
        shift -= 4;
    }

    for ( ; shift >= 0; shift -= 4) {
        cg_out_byte(out, (unsigned char) "0123456789abcdef"[n >> shift & 0xF]);
    }
}


/* Ideographs in hexadecimal: as long, and gzip makes less of it. */

static void
out_html_code(cg_out_t *out, uint32_t code)
{
    if (code == CG_UTF8_BAD || code < 0x20 || code == 0x7F) {
        code = OUT_BAD;
    }

    if (code < 0x1000) {
        cg_out_text(out, "&#");
        cg_out_uint(out, code);

    } else {
        cg_out_text(out, "&#x");
        out_hex_uint(out, code);
    }

    cg_out_byte(out, ';');
}


void
cg_out_html(cg_out_t *out, cg_str_t utf8)
{
    const unsigned char  *p = utf8.data;
    const unsigned char  *end = utf8.len ? p + utf8.len : p;

    while (p != end) {
        p = out_run(out, p, end, H);

        if (p != end) {
            out_html_code(out, cg_utf8_next(&p, end));
        }
    }
}


static void
out_json_unit(cg_out_t *out, uint32_t unit)
{
    unsigned char  bytes[2];

    bytes[0] = (unsigned char) (unit >> 8);
    bytes[1] = (unsigned char) unit;

    cg_out_text(out, "\\u");
    cg_out_hex(out, (cg_str_t) { sizeof(bytes), bytes });
}


static void
out_json_code(cg_out_t *out, uint32_t code)
{
    if (code == CG_UTF8_BAD) {
        code = OUT_BAD;
    }

    if (code == '"' || code == '\\') {
        cg_out_byte(out, '\\');
        cg_out_byte(out, (unsigned char) code);

    } else if (code < 0x10000) {
        out_json_unit(out, code);

    } else {
        out_json_unit(out, 0xD800 + ((code - 0x10000) >> 10));
        out_json_unit(out, 0xDC00 + ((code - 0x10000) & 0x3FF));
    }
}


void
cg_out_json(cg_out_t *out, cg_str_t utf8)
{
    const unsigned char  *p = utf8.data;
    const unsigned char  *end = utf8.len ? p + utf8.len : p;

    cg_out_byte(out, '"');

    while (p != end) {
        p = out_run(out, p, end, J);

        if (p != end) {
            out_json_code(out, cg_utf8_next(&p, end));
        }
    }

    cg_out_byte(out, '"');
}


cg_str_t
cg_out_slice(const cg_out_t *out)
{
    cg_str_t  s = { out->len, out->data };

    if (out->status != CG_OK) {
        return cg_str_null;
    }

    if (s.data == NULL) {
        s.data = (const unsigned char *) "";
    }

    return s;
}
