#include "tap.h"
#include "heap.h"

#include "base/cg_ascii.h"
#include "base/cg_crypto.h"
#include "base/cg_out.h"
#include "base/cg_utf8.h"


static void
out_is_bounded_and_its_error_sticks(void)
{
    heap_t    heap;
    cg_out_t  out;

    heap_init(&heap);
    cg_out_init(&out, &heap.arena, 8);

    cg_out_text(&out, "12345678");
    is_str(cg_out_slice(&out), cg_str("12345678"), "out takes up to max bytes");

    cg_out_text(&out, "9");
    is_int(out.status, CG_ELIMIT, "one byte more is a limit error");
    is_str(cg_out_slice(&out), cg_str_null, "an out in error has no slice");

    cg_out_reset(&out);
    is_str(cg_out_slice(&out), cg_str(""), "reset: empty, not absent");

    heap.fail_at = heap.count + 1;
    cg_out_init(&out, &heap.arena, 8);
    cg_out_text(&out, "x");
    is_int(out.status, CG_ENOMEM, "no memory is an error, not a crash");

    heap_drop(&heap);
}


static void
out_escapes(void)
{
    static const struct {
        const char  *promise;
        cg_str_t     in;
        cg_str_t     html;
        cg_str_t     json;
    } cases[] = {
        { "markup", cg_str("<a b=\"c\">'&"),
          cg_str("&#60;a b=&#34;c&#34;&#62;&#39;&#38;"),
          cg_str("\"\\u003ca b=\\\"c\\\">'&\"") },
        { "Japanese", cg_str("\xe5\x90\x8c"),
          cg_str("&#x540c;"), cg_str("\"\\u540c\"") },
        { "beyond the BMP", cg_str("\xf0\x9f\x8d\xaa"),
          cg_str("&#x1f36a;"), cg_str("\"\\ud83c\\udf6a\"") },
        { "malformed, overlong, surrogate", cg_str("\xff\xc0\x80\xed\xa0\x80"),
          cg_str("&#xfffd;&#xfffd;&#xfffd;&#xfffd;&#xfffd;&#xfffd;"),
          cg_str("\"\\ufffd\\ufffd\\ufffd\\ufffd\\ufffd\\ufffd\"") },
        { "cut sequence", cg_str("a\xe5\x90"),
          cg_str("a&#xfffd;"), cg_str("\"a\\ufffd\"") },
        { "controls", cg_str("\r\n\x1b\x7f"),
          cg_str("\r\n&#xfffd;&#xfffd;"),
          cg_str("\"\\u000d\\u000a\\u001b\\u007f\"") },
    };

    heap_t    heap;
    size_t    i;
    cg_out_t  out;
    cg_str_t  in;

    heap_init(&heap);

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        in = heap_exact(cases[i].in);

        cg_out_init(&out, &heap.arena, 1024);
        cg_out_html(&out, in);
        is_str(cg_out_slice(&out), cases[i].html, "html: %s",
               cases[i].promise);

        cg_out_reset(&out);
        cg_out_json(&out, in);
        is_str(cg_out_slice(&out), cases[i].json, "json: %s",
               cases[i].promise);

        free((void *) in.data);
    }

    heap_drop(&heap);
}


/* The rules once more, in other words than the table's. */

static void
each_ascii_byte_stands_or_is_escaped(void)
{
    char           want[16];
    heap_t         heap;
    cg_out_t       out;
    unsigned       c;
    unsigned char  byte;

    heap_init(&heap);
    cg_out_init(&out, &heap.arena, 64);

    for (c = 0; c < 0x80; c++) {
        byte = (unsigned char) c;
        snprintf(want, sizeof(want), "%c", c);

        if (c && strchr("&<>\"'", (int) c)) {
            snprintf(want, sizeof(want), "&#%u;", c);

        } else if ((c < 0x20 && c != 9 && c != 10 && c != 13) || c == 0x7F) {
            snprintf(want, sizeof(want), "&#xfffd;");
        }

        cg_out_reset(&out);
        cg_out_html(&out, (cg_str_t) { 1, &byte });
        is_str(cg_out_slice(&out), cg_str_from(want), "html: byte %02x", c);

        snprintf(want, sizeof(want), "\"%c\"", c);

        if (c == '"' || c == '\\') {
            snprintf(want, sizeof(want), "\"\\%c\"", c);

        } else if (c < 0x20 || c == '<' || c == 0x7F) {
            snprintf(want, sizeof(want), "\"\\u%04x\"", c);
        }

        cg_out_reset(&out);
        cg_out_json(&out, (cg_str_t) { 1, &byte });
        is_str(cg_out_slice(&out), cg_str_from(want), "json: byte %02x", c);
    }

    heap_drop(&heap);
}


static void
a_reserved_out_grows_once(void)
{
    heap_t          heap;
    cg_out_t        out;
    unsigned char  *data;

    heap_init(&heap);
    cg_out_init(&out, &heap.arena, 1000);
    cg_out_reserve(&out, 900);
    data = out.data;

    while (out.len < 900) {
        cg_out_text(&out, "123456789");
    }

    ok(out.status == CG_OK && out.data == data, "the bytes stay in place");

    cg_out_reserve(&out, 101);
    ok(out.status == CG_ELIMIT, "no room beyond max");

    heap_drop(&heap);
}


static void
base64url_and_hex_round_trip(void)
{
    heap_t         heap;
    size_t         len;
    cg_out_t       out;
    unsigned char  raw[33], back[33];

    heap_init(&heap);

    for (len = 0; len < sizeof(raw); len++) {
        raw[len] = (unsigned char) (len * 37 + 11);

        cg_out_init(&out, &heap.arena, 128);
        cg_out_base64url(&out, (cg_str_t) { len, raw });
        ok(cg_base64url_read(cg_out_slice(&out), back, len) == CG_OK
           && memcmp(raw, back, len) == 0, "base64url: %zu bytes", len);

        cg_out_reset(&out);
        cg_out_hex(&out, (cg_str_t) { len, raw });
        ok(cg_hex_read(cg_out_slice(&out), back, len) == CG_OK
           && memcmp(raw, back, len) == 0, "hex: %zu bytes", len);
    }

    ok(cg_base64url_read(cg_str("AB"), back, 1) != CG_OK,
       "base64url with spare bits set is refused: one spelling per value");
    ok(cg_base64url_read(cg_str("A="), back, 1) != CG_OK,
       "base64url with padding is refused");
    ok(cg_hex_read(cg_str("0g"), back, 1) != CG_OK, "no hex digit");

    heap_drop(&heap);
}


static void
digests_are_the_published_ones(void)
{
    cg_str_t       parts[2] = { cg_str("a"), cg_str("bc") };
    unsigned char  got[32], want[32];

    ok(cg_sha256(parts, 2, got) == CG_OK
       && cg_hex_read(cg_str("ba7816bf8f01cfea414140de5dae2223"
                             "b00361a396177a9cb410ff61f20015ad"), want, 32)
          == CG_OK
       && memcmp(got, want, 32) == 0, "SHA-256 of \"abc\" (FIPS 180-4)");

    parts[0] = cg_str("what do ya want ");
    parts[1] = cg_str("for nothing?");

    ok(cg_hmac(cg_str("Jefe"), parts, 2, got) == CG_OK
       && cg_hex_read(cg_str("5bdcc146bf60754e6a042426089575c7"
                             "5a003f089d2739839dec58b964ec3843"), want, 32)
          == CG_OK
       && memcmp(got, want, 32) == 0, "HMAC-SHA-256 (RFC 4231, case 2)");

    ok(cg_crypto_eq(cg_str("same"), cg_str("same"))
       && !cg_crypto_eq(cg_str("same"), cg_str("sane"))
       && !cg_crypto_eq(cg_str("same"), cg_str("sam")), "compare");
}


static void
utf8_round_trips_every_code_point(void)
{
    size_t                n;
    uint32_t              code;
    unsigned char         bytes[4];
    const unsigned char  *p;

    for (code = 0; code < 0x110000; code++) {
        if (code >= 0xD800 && code < 0xE000) {
            continue;
        }

        n = cg_utf8_put(code, bytes);
        p = bytes;

        if (cg_utf8_next(&p, bytes + n) != code || p != bytes + n) {
            break;
        }
    }

    is_int(code, 0x110000, "every code point is read as it was written");
}


int
main(void)
{
    out_is_bounded_and_its_error_sticks();
    out_escapes();
    each_ascii_byte_stands_or_is_escaped();
    a_reserved_out_grows_once();
    base64url_and_hex_round_trip();
    digests_are_the_published_ones();
    utf8_round_trips_every_code_point();

    ok(cg_ascii_eq_nocase(cg_str("ScRiPt"), cg_str("script")), "no case");
    is_str(cg_ascii_trim(cg_str("\t a \r\n")), cg_str("a"), "trim");

    return tap_done();
}
