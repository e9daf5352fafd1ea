/*
 * Characters of UTF-16 and ISO-2022-JP: code points and bytes of each, by
 * tables; the same whether all bytes are shown or just enough of them.
 */

#include "tap.h"
#include "heap.h"

#include "base/cg_out.h"
#include "base/cg_utf8.h"
#include "charset/cg_units.h"


static cg_str_t
decode(heap_t *heap, const cg_charset_t *charset, cg_str_t bytes, size_t shown)
{
    size_t         at = 0, n = shown;
    cg_out_t       out;
    cg_str_t       block;
    cg_unit_t      unit;
    cg_units_t     units;
    cg_status_t    rc;
    unsigned char  utf8[4];

    cg_out_init(&out, &heap->arena, 65536);
    cg_out_str(&out, cg_str(""));
    cg_units_init(&units, charset);

    do {
        n = n < bytes.len - at ? n : bytes.len - at;
        block = heap_exact(cg_str_sub(bytes, at, at + n));
        rc = cg_units_next(&units, block.data, n, at + n == bytes.len, &unit);
        free((void *) block.data);
        n++;

        if (rc == CG_OK) {
            cg_out_bytes(&out, utf8, cg_utf8_put(unit.code, utf8));
            at += unit.len;
            n = shown;
        }

    } while (rc == CG_OK || (rc == CG_MORE && n <= CG_UNITS_SHOWN));

    at += rc == CG_NONE ? unit.len : 0;

    if (at != bytes.len) {
        cg_out_text(&out, "[bytes are left]");
    }

    return cg_out_slice(&out);
}


#define BAD  "\xEF\xBF\xBD"
#define JIS(bytes)   "\x1B$B" bytes "\x1B(B"

typedef struct {
    const char  *label;
    cg_str_t     bytes;
    const char  *text;
    const char  *promise;
} row_t;

static void
test_rows(void)
{
    const row_t  rows[] = {
        { "utf-16le", cg_str("a\0B0<\0"), "a\xE3\x81\x82<", "little-endian" },
        { "utf-16be", cg_str("\0a0B\0<"), "a\xE3\x81\x82<", "big-endian" },
        { "utf-16le", cg_str("\xFF\xFE" "a\0"), "\xEF\xBB\xBF" "a",
          "the mark is a character" },
        { "utf-16le", cg_str("\x3D\xD8\x00\xDE"), "\xF0\x9F\x98\x80",
          "a pair of surrogates" },
        { "utf-16le", cg_str("\x3D\xD8" "<\0"), BAD "<",
          "a lone lead takes nothing with it" },
        { "utf-16be", cg_str("\xDE\x00\0<"), BAD "<", "a lone trail" },
        { "utf-16le", cg_str("\x3D\xD8\x3D\xD8\x00\xDE"),
          BAD "\xF0\x9F\x98\x80", "two leads: the second one pairs" },
        { "utf-16le", cg_str("a\0<"), "a" BAD, "half a character at the end" },
        { "utf-16le", cg_str("\x3D\xD8<"), BAD, "a lead and a half" },
        { "utf-16be", cg_str("\xD8\x3D"), BAD, "a lead at the end" },

        { "iso-2022-jp", cg_str("a<b"), "a<b", "ASCII" },
        { "iso-2022-jp", cg_str(JIS("$\"") "<"), "\xE3\x81\x82<", "kanji" },
        { "iso-2022-jp", cg_str("\x1B$@$\"\x1B(J<"), "\xE3\x81\x82<",
          "their older set, and back by Roman" },
        { "iso-2022-jp", cg_str("\x1B(J\\~a\x1B(B\\~"),
          "\xC2\xA5\xE2\x80\xBE" "a\\~", "Roman has no backslash, no tilde" },
        { "iso-2022-jp", cg_str("\x1B(I1<"), "\xEF\xBD\xB1\xEF\xBD\xBC",
          "half-width katakana: '<' is one" },
        { "iso-2022-jp", cg_str("\x1B(Ia\x1B(Ba"), BAD "a", "and 'a' is none" },
        { "iso-2022-jp", cg_str(JIS("<!--")), "\xE6\xAC\xA1\xE2\x91\xAC",
          "'<!' and '--' are characters" },
        { "iso-2022-jp", cg_str(JIS("!#")), "\xE3\x80\x82",
          "the full stop that IDNA reads as a dot" },
        { "iso-2022-jp", cg_str(JIS("#g#A")), "\xEF\xBD\x87\xEF\xBC\xA1",
          "full-width letters" },
        { "iso-2022-jp", cg_str("<im\x1B(Bg>"), "<img>",
          "an escape sequence is no character" },
        { "iso-2022-jp", cg_str("\x1B(B\x1B(Ba"), BAD "a",
          "two of them are one" },
        { "iso-2022-jp", cg_str("\x1B(B\x1B$B\x1B(Ba"), BAD BAD "a",
          "three of them two" },
        { "iso-2022-jp", cg_str("\x1B(B\x1B$B$\"\x1B(B"), BAD "\xE3\x81\x82",
          "though each one switches" },
        { "iso-2022-jp", cg_str("\x1B(Xa"), BAD "(Xa", "one that is none" },
        { "iso-2022-jp", cg_str("\x1B" "a"), BAD "a", "nor is this" },
        { "iso-2022-jp", cg_str("a\x1B"), "a" BAD, "cut behind its first" },
        { "iso-2022-jp", cg_str("a\x1B("), "a" BAD "(", "and second byte" },
        { "iso-2022-jp", cg_str("a\x1B(B"), "a", "nothing follows: nothing" },
        { "iso-2022-jp", cg_str("\x1B$B$\x1B(B<"), BAD "<",
          "half a kanji before an escape" },
        { "iso-2022-jp", cg_str("\x1B$B$"), BAD, "half a kanji at the end" },
        { "iso-2022-jp", cg_str("\x1B$B$\n<\"\x1B(B<"), BAD "\xE6\xBB\x8B<",
          "half a kanji takes a line end with it" },
        { "iso-2022-jp", cg_str("\x1B$B\n$\""), BAD "\xE3\x81\x82",
          "a line end by itself is malformed and switches nothing" },
        { "iso-2022-jp", cg_str("\x0E\x0F\x80\xFF<"), BAD BAD BAD BAD "<",
          "shifts and high bytes" },
        { "iso-2022-jp", cg_str(JIS(")!")), BAD, "a cell that is empty" },
        { "iso-2022-jp", cg_str(JIS("-!y!")),
          "\xE2\x91\xA0\xE7\xBA\x8A", "NEC's and IBM's rows" },
    };

    size_t               i, shown;
    heap_t               heap;
    const cg_charset_t  *charset;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        charset = cg_charset_find(cg_str_from(rows[i].label));

        for (shown = 0; shown <= CG_UNITS_SHOWN; shown += CG_UNITS_SHOWN / 2) {
            heap_init(&heap);
            is_str(decode(&heap, charset, rows[i].bytes, shown),
                   cg_str_from(rows[i].text), "%s, %s, %zu bytes shown",
                   rows[i].label, rows[i].promise, shown);
            heap_drop(&heap);
        }
    }
}


static void
test_escapes(void)
{
    heap_t  heap;

    heap_init(&heap);
    is_str(decode(&heap, cg_charset_find(cg_str("csiso2022jp")),
                  cg_units_escape(CG_UNITS_KANJI), 8), cg_str(""),
           "an escape sequence is complete");
    is_str(cg_units_escape(CG_UNITS_ASCII), cg_str("\x1B(B"), "to ASCII");
    is_str(cg_units_escape(CG_UNITS_ROMAN), cg_str("\x1B(J"), "to Roman");
    is_str(cg_units_escape(CG_UNITS_KATAKANA), cg_str("\x1B(I"),
           "to katakana");
    heap_drop(&heap);
}


int
main(void)
{
    test_rows();
    test_escapes();

    return tap_done();
}
