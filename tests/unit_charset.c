/*
 * Which encoding: labels, marks, Content-Type and what a page says, by tables;
 * a prescan of every beginning of a page never reads past it.
 */

#include "tap.h"
#include "heap.h"

#include "charset/cg_charset.h"


static const char *
name_of(const cg_charset_t *charset)
{
    return charset ? charset->name : "none";
}


static void
test_labels(void)
{
    static const char *const  rows[][2] = {
        { "utf-8", "UTF-8" }, { "UTF8", "UTF-8" },
        { "unicode-1-1-utf-8", "UTF-8" }, { " Shift_JIS\t", "Shift_JIS" },
        { "sjis", "Shift_JIS" }, { "x-sjis", "Shift_JIS" },
        { "windows-31j", "Shift_JIS" }, { "ms_kanji", "Shift_JIS" },
        { "x-euc-jp", "EUC-JP" }, { "cseucpkdfmtjapanese", "EUC-JP" },
        { "csISO2022JP", "ISO-2022-JP" }, { "iso-2022-jp", "ISO-2022-JP" },
        { "gb2312", "GBK" }, { "gb18030", "gb18030" },
        { "big5-hkscs", "Big5" }, { "ks_c_5601-1987", "EUC-KR" },
        { "utf-16", "UTF-16LE" }, { "ucs-2", "UTF-16LE" },
        { "unicode", "UTF-16LE" }, { "unicodefffe", "UTF-16BE" },
        { "iso-2022-kr", "replacement" }, { "hz-gb-2312", "replacement" },
        { "iso-2022-cn-ext", "replacement" }, { "latin1", "windows-1252" },
        { "us-ascii", "windows-1252" }, { "x-user-defined", "x-user-defined" },
        { "dos-874", "windows-874" }, { "866", "IBM866" },
        { "utf-7", "none" }, { "utf-32", "none" }, { "", "none" },
        { "utf-8x", "none" }, { "utf", "none" }, { "utf_8", "none" },
    };

    size_t    i;
    cg_str_t  label;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        label = heap_exact(cg_str_from(rows[i][0]));
        ok(strcmp(name_of(cg_charset_find(label)), rows[i][1]) == 0,
           "label \"%s\": %s", rows[i][0], rows[i][1]);
        free((void *) label.data);
    }

    ok(cg_charset_is_wide(cg_charset_find(cg_str("utf-16")))
       && cg_charset_is_wide(cg_charset_find(cg_str("utf-16be")))
       && cg_charset_is_wide(cg_charset_find(cg_str("iso-2022-jp")))
       && !cg_charset_is_wide(cg_charset_find(cg_str("utf-8")))
       && !cg_charset_is_wide(cg_charset_find(cg_str("big5")))
       && !cg_charset_is_wide(cg_charset_find(cg_str("hz-gb-2312")))
       && !cg_charset_is_wide(NULL), "three of them are wide");
}


static void
test_marks(void)
{
    const struct {
        cg_str_t     begin;
        const char  *name;
    } rows[] = {
        { cg_str("\xEF\xBB\xBF"), "UTF-8" }, { cg_str("\xEF\xBB"), "none" },
        { cg_str("\xFF\xFE<"), "UTF-16LE" }, { cg_str("\xFE\xFF"), "UTF-16BE" },
        { cg_str("\xFF"), "none" }, { cg_str(""), "none" },
        { cg_str("\0\0\xFE\xFF"), "none" }, { cg_str("+/v8"), "none" },
    };

    size_t    i;
    cg_str_t  begin;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        begin = heap_exact(rows[i].begin);
        ok(strcmp(name_of(cg_charset_bom(begin)), rows[i].name) == 0,
           "mark %zu: %s", i, rows[i].name);
        free((void *) begin.data);
    }
}


static void
test_types(void)
{
    static const struct {
        const char  *type;
        const char  *name;
        int          clear;
    } rows[] = {
        { "", "none", 1 },
        { "text/html", "none", 1 },
        { "text/html;", "none", 1 },
        { "text/html; a=b; c", "none", 1 },
        { "text/html; charset=utf-8", "UTF-8", 1 },
        { "text/html;charset=Shift_JIS", "Shift_JIS", 1 },
        { "text/html;\tCHARSET=EUC-JP ; a=b", "EUC-JP", 1 },
        { "text/html; charset=\"iso-2022-jp\"", "ISO-2022-JP", 1 },
        { "text/html; a=\";\"; charset=\"big5\"; c=d", "Big5", 1 },
        { "text/html; charset=\" utf-16 \"", "UTF-16LE", 0 },
        { "text/html; charset=utf-8; charset=utf-16", "UTF-8", 0 },
        { "text/html; charset=utf-16; charset=utf-8", "UTF-16LE", 0 },
        { "text/html; y=\"; charset=utf-8\"; charset=utf-16", "UTF-16LE", 0 },
        { "text/html; y=\"; charset=utf-16\"", "none", 0 },
        { "text/html; y=\"\\\"; charset=utf-16; \"", "none", 0 },
        { "text/html; y=a\"; charset=utf-16", "UTF-16LE", 1 },
        { "text/html; charset=utf-7", "none", 0 },
        { "text/html; charset=", "none", 0 },
        { "text/html; charset", "none", 0 },
        { "text/html; charset='utf-16'", "none", 0 },
        { "text/html; charset=utf-16(x)", "none", 0 },
        { "text/html; charset=utf-16, a", "none", 0 },
        { "text/html; charset =utf-16", "none", 0 },
        { "text/html; charset= utf-16", "UTF-16LE", 0 },
        { "text/html; charset=\"utf-8", "UTF-8", 0 },
        { "text/html; charset=\"utf-8\"x", "UTF-8", 0 },
        { "text/html; xcharset=utf-16", "none", 0 },
        { "text/html charset=utf-16", "none", 0 },
        { "text/html, charset=utf-16", "none", 0 },
        { "charset=utf-16", "none", 0 },
        { ";charset=utf-8", "UTF-8", 1 },
    };

    size_t             i;
    cg_str_t           type;
    cg_charset_type_t  read;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        type = heap_exact(cg_str_from(rows[i].type));
        read = cg_charset_type(type);
        ok(strcmp(name_of(read.charset), rows[i].name) == 0
           && (int) read.clear == rows[i].clear, "type \"%s\": %s, %s",
           rows[i].type, name_of(read.charset),
           read.clear ? "clear" : "not clear");
        free((void *) type.data);
    }
}


static void
test_prescan(void)
{
    const struct {
        cg_str_t     page;
        const char  *name;
    } rows[] = {
        { cg_str("<meta charset=shift_jis>"), "Shift_JIS" },
        { cg_str("<META\tCharSet = 'EUC-JP' >"), "EUC-JP" },
        { cg_str("<meta/charset=\"big5\"/>"), "Big5" },
        { cg_str("<meta charset=utf-16>"), "UTF-8" },
        { cg_str("<meta charset=unicodefffe>"), "UTF-8" },
        { cg_str("<meta charset=x-user-defined>"), "windows-1252" },
        { cg_str("<meta charset=utf-7><meta charset=sjis>"), "Shift_JIS" },
        { cg_str("<meta charset=iso-2022-kr>"), "replacement" },
        { cg_str("<meta http-equiv=content-type content='text/html; "
                 "charset=iso-2022-jp'>"), "ISO-2022-JP" },
        { cg_str("<meta content='a charset charset = \"euc-jp\" b' "
                 "http-equiv=Content-Type>"), "EUC-JP" },
        { cg_str("<meta content='text/html; charset=euc-jp'>"), "none" },
        { cg_str("<meta http-equiv=refresh content='1; charset=euc-jp'>"),
          "none" },
        { cg_str("<meta http-equiv=content-type content='charset=\"utf-8'>"),
          "none" },
        { cg_str("<meta charset=sjis content='x;charset=euc-jp'>"),
          "Shift_JIS" },
        { cg_str("<meta charset=x charset=sjis>"), "none" },
        { cg_str("<meta charset=sjis"), "none" },
        { cg_str("<metax charset=sjis>"), "none" },
        { cg_str("<!-- <meta charset=sjis> --><meta charset=euc-jp>"),
          "EUC-JP" },
        { cg_str("<!--><meta charset=sjis>"), "Shift_JIS" },
        { cg_str("<!-- <meta charset=sjis>"), "none" },
        { cg_str("<!a <meta charset=sjis><meta charset=euc-jp>"), "EUC-JP" },
        { cg_str("</a <meta charset=sjis>"), "none" },
        { cg_str("<a title='<meta charset=sjis>'><meta charset=euc-jp>"),
          "EUC-JP" },
        { cg_str("<a b=<meta charset=sjis><meta charset=euc-jp>"), "EUC-JP" },
        { cg_str("<1<meta charset=sjis>"), "Shift_JIS" },
        { cg_str("<script>'<meta charset=sjis>'</script>"), "Shift_JIS" },
        { cg_str("<?xml version='1.0' encoding='euc-jp'?><p>"), "EUC-JP" },
        { cg_str("<?xml encoding = \"utf-16\"?>"), "UTF-8" },
        { cg_str("<?xml encoding='euc-jp'?><meta charset=sjis>"), "Shift_JIS" },
        { cg_str("<?xml encoding='euc-jp'"), "none" },
        { cg_str("<?xml encoding=euc-jp?>"), "none" },
        { cg_str("<\0?\0x\0m\0"), "UTF-16LE" },
        { cg_str("\0<\0?\0x\0m"), "UTF-16BE" },
        { cg_str("<\0h\0t\0m\0"), "none" },
        { cg_str(""), "none" },
    };

    size_t    i, k;
    cg_str_t  page;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        for (k = 0; k <= rows[i].page.len; k++) {
            page = heap_exact(cg_str_sub(rows[i].page, 0, k));
            (void) cg_charset_xml(page);

            if (k < rows[i].page.len) {
                (void) cg_charset_prescan(page);

            } else {
                ok(strcmp(name_of(cg_charset_prescan(page)), rows[i].name)
                   == 0, "prescan %zu: %s, not %s", i, rows[i].name,
                   name_of(cg_charset_prescan(page)));
            }

            free((void *) page.data);
        }
    }
}


static void
test_limit(void)
{
    char      page[2 * CG_CHARSET_PRESCAN];
    size_t    at, meta = sizeof("<meta charset=sjis>") - 1;
    cg_str_t  s = { sizeof(page), (unsigned char *) page };

    for (at = CG_CHARSET_PRESCAN - meta; at <= CG_CHARSET_PRESCAN; at++) {
        memset(page, ' ', sizeof(page));
        memcpy(page + at, "<meta charset=sjis>", meta);

        if ((cg_charset_prescan(s) != NULL)
            != (at == CG_CHARSET_PRESCAN - meta))
        {
            break;
        }
    }

    ok(at == CG_CHARSET_PRESCAN + 1, "1,024 bytes are searched, no more");
}


static void
test_xml(void)
{
    ok(cg_charset_xml(cg_str("<meta charset=sjis>"))
       == cg_charset_find(cg_str("utf-8")), "XML knows no meta");
    ok(cg_charset_xml(cg_str("<?xml version='1.0' encoding='sjis'?>"))
       == cg_charset_find(cg_str("shift_jis")), "its declaration counts");
}


int
main(void)
{
    test_labels();
    test_marks();
    test_types();
    test_prescan();
    test_limit();
    test_xml();

    return tap_done();
}
