#include "tap.h"
#include "heap.h"

#include "html/cg_html_charref.h"

#define BAD  "\xEF\xBF\xBD"

typedef struct {
    cg_str_t  in;
    cg_str_t  want;
} case_t;

typedef void (*decode_t)(cg_out_t *out, cg_str_t raw);


static void
check(const char *promise, decode_t decode, const case_t *cases, size_t n)
{
    int       good = 1;
    size_t    i;
    heap_t    heap;
    cg_out_t  out;
    cg_str_t  in;

    heap_init(&heap);

    for (i = 0; i < n && good; i++) {
        in = heap_exact(cases[i].in);

        cg_out_init(&out, &heap.arena, 1024);
        decode(&out, in);
        good = cg_str_eq(cg_out_slice(&out), cases[i].want);
        free((void *) in.data);

        if (!good) {
            tap_show("in", cases[i].in);
            tap_show("got", cg_out_slice(&out));
            tap_show("want", cases[i].want);
        }
    }

    ok(good, "%s", promise);
    heap_drop(&heap);
}

#define CHECK(promise, decode, cases)                                        \
    check(promise, decode, cases, sizeof(cases) / sizeof(cases[0]))
#define CASE(in, want)  { cg_str(in), cg_str(want) }


static const case_t  both[] = {
    CASE("", ""),
    CASE("plain", "plain"),
    CASE("&amp;&lt;&gt;&quot;", "&<>\""),
    CASE("&AMP &amp", "& &"),
    CASE("&", "&"),
    CASE("&&amp;&", "&&&"),
    CASE("&;&#;&#x;&#xg;&#-1;&nonsense;", "&;&#;&#x;&#xg;&#-1;&nonsense;"),
    CASE("&colon;&sol;&period;&Tab;&NewLine;", ":/.\t\n"),
    CASE("&NotEqualTilde;", "\xE2\x89\x82\xCC\xB8"),
    CASE("&bne;", "=\xE2\x83\xA5"),
    CASE("&Aopf;", "\xF0\x9D\x94\xB8"),
    CASE("&CounterClockwiseContourIntegral;", "\xE2\x88\xB3"),
    CASE("&CounterClockwiseContourIntegral",
         "&CounterClockwiseContourIntegral"),
    CASE("&zwj;&zwnj;", "\xE2\x80\x8D\xE2\x80\x8C"),
    CASE("&AElig;", "\xC3\x86"),
    CASE("&Amp;&aMP;", "&Amp;&aMP;"),
    CASE("&notin;&not;&not ", "\xE2\x88\x89\xC2\xAC\xC2\xAC "),
};

static const case_t  numbers[] = {
    CASE("&#65;&#x41;&#X41;&#65&#x41", "AAAAA"),
    CASE("&#x4a;&#x4A;&#0000000000000074;", "JJJ"),
    CASE("&#0;&#x0;", BAD BAD),
    CASE("&#xD800;&#xDFFF;", BAD BAD),
    CASE("&#x110000;&#1114112;", BAD BAD),
    CASE("&#x10FFFF;", "\xF4\x8F\xBF\xBF"),
    CASE("&#4294967361;&#x100000041;", BAD BAD),
    CASE("&#99999999999999999999999999999999;", BAD),
    CASE("&#x80;&#128;", "\xE2\x82\xAC\xE2\x82\xAC"),
    CASE("&#x81;&#x9F;", "\xC2\x81\xC5\xB8"),
    CASE("&#13;&#10;&#x1;", "\r\n\x01"),
    CASE("&#xFFFE;", "\xEF\xBF\xBE"),
    CASE("&#65g", "Ag"),
    CASE("&#x41g", "Ag"),
};

static const case_t  text[] = {
    CASE("&ampx&amp=&amp1", "&x&=&1"),
    CASE("&notit;", "\xC2\xACit;"),
    CASE("&notin", "\xC2\xACin"),
    CASE("a\0b&amp\0;", "a\0b&\0;"),
};

static const case_t  attr[] = {
    CASE("&ampx&amp=&amp1&ampX", "&ampx&amp=&amp1&ampX"),
    CASE("&amp-&amp &amp\"", "&-& &\""),
    CASE("&amp;x&amp;=", "&x&="),
    CASE("?a=1&copy=2&lt", "?a=1&copy=2<"),
    CASE("&notit;", "&notit;"),
    CASE("&notin", "&notin"),
    CASE("a\0b", "a" BAD "b"),
};

static const case_t  newlines[] = {
    CASE("a\r\nb\rc\nd\r", "a\nb\nc\nd\n"),
    CASE("\r\r\n\n\r", "\n\n\n\n"),
    CASE("\xE3\x81\x82\xFF\x83\x5C", "\xE3\x81\x82\xFF\x83\x5C"),
};


/* Every name is found through its own reference only if the table is sorted
 * as the search expects: see also html5lib's namedEntities. */

static void
longest_name_wins(void)
{
    size_t              i;
    heap_t              heap;
    cg_out_t            out;
    static const char  *names[] = {
        "&not", "&not;", "&notin;", "&notinE;", "&notindot;", "&notinva;"
    };
    static const char  *texts[] = {
        "\xC2\xAC", "\xC2\xAC", "\xE2\x88\x89", "\xE2\x8B\xB9\xCC\xB8",
        "\xE2\x8B\xB5\xCC\xB8", "\xE2\x88\x89"
    };

    heap_init(&heap);
    cg_out_init(&out, &heap.arena, 1024);

    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        cg_out_reset(&out);
        cg_html_charref_text(&out, cg_str_from(names[i]));

        if (!cg_str_eq(cg_out_slice(&out), cg_str_from(texts[i]))) {
            break;
        }
    }

    is_int(i, sizeof(names) / sizeof(names[0]), "the longest name wins");
    heap_drop(&heap);
}


static void
errors_stick(void)
{
    heap_t    heap;
    cg_out_t  out;

    heap_init(&heap);

    cg_out_init(&out, &heap.arena, 2);
    cg_html_charref_attr(&out, cg_str("&euro;x"));
    is_int(out.status, CG_ELIMIT, "what does not fit is a limit error");

    heap.fail_at = heap.count + 1;
    cg_out_init(&out, &heap.arena, 64);
    cg_html_charref_text(&out, cg_str("&lt;"));
    is_int(out.status, CG_ENOMEM, "no memory is an error");

    heap_drop(&heap);
}


int
main(void)
{
    CHECK("references, in text", cg_html_charref_text, both);
    CHECK("references, in attributes", cg_html_charref_attr, both);
    CHECK("numbers, in text", cg_html_charref_text, numbers);
    CHECK("numbers, in attributes", cg_html_charref_attr, numbers);
    CHECK("newlines and foreign bytes, in text", cg_html_charref_text,
          newlines);
    CHECK("newlines and foreign bytes, in attributes", cg_html_charref_attr,
          newlines);
    CHECK("text takes a name without semicolon whatever follows",
          cg_html_charref_text, text);
    CHECK("an attribute keeps it before \"=\" and alphanumerics",
          cg_html_charref_attr, attr);

    longest_name_wins();
    errors_stick();

    return tap_done();
}
