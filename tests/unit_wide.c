/*
 * Documents in UTF-16 and ISO-2022-JP through their gate: gated as their UTF-8
 * selves are, every byte that is not edited as it came, at every cut.
 */

#include "tap.h"
#include "wide_run.h"

#include "base/cg_ascii.h"

#define T  "https://www.google-analytics.com/a"
#define BUFFER  65536

static const char *const  encodings[] = {
    "utf-16le", "utf-16be", "iso-2022-jp", NULL
};

static site_t  site;


static cg_str_t
say_banner(void *ctx, cg_str_t lang, int based)
{
    (void) ctx;
    (void) lang;
    (void) based;

    return cg_str("<section id=b>\\~</section>");
}


static cg_gate_conf_t
conf_of(uint32_t granted, int insert)
{
    cg_gate_conf_t  conf;

    memset(&conf, 0, sizeof(conf));
    conf.judge = site_judge(&site, granted);
    conf.inline_limit = 4096;

    if (insert) {
        conf.head = cg_str("<script>'\\x~'</script>");
        conf.banner = say_banner;
    }

    return conf;
}


/* UTF-8 in one of the encodings; ISO-2022-JP ends every run in ASCII. */

static void
encode_jis(cg_out_t *out, const cg_charset_t *charset, uint32_t code,
    int *kanji)
{
    cg_unit_t      unit;
    cg_units_t     units;
    unsigned char  bytes[5] = { 0x1B, '$', 'B', 0x21, 0x21 };

    if (code < 0x80) {
        cg_out_str(out, *kanji ? cg_str("\x1B(B") : cg_str(""));
        cg_out_byte(out, (unsigned char) code);
        *kanji = 0;
        return;
    }

    for ( /* void */ ; bytes[3] < 0x7F; bytes[3]++) {
        for (bytes[4] = 0x21; bytes[4] < 0x7F; bytes[4]++) {
            cg_units_init(&units, charset);

            if (cg_units_next(&units, bytes, 5, 1, &unit) == CG_OK
                && unit.code == code)
            {
                cg_out_bytes(out, bytes + (*kanji ? 3 : 0), *kanji ? 2 : 5);
                *kanji = 1;
                return;
            }
        }
    }
}


static cg_str_t
encode(heap_t *heap, const cg_charset_t *charset, cg_str_t utf8)
{
    int                   kanji = 0, big;
    cg_out_t              out;
    uint32_t              code;
    const unsigned char  *p = utf8.data, *end = utf8.data + utf8.len;

    big = charset->form == CG_CHARSET_UTF16BE;
    cg_out_init(&out, &heap->arena, BUFFER);

    while (p != end) {
        code = cg_utf8_next(&p, end);

        if (charset->form == CG_CHARSET_ISO2022JP) {
            encode_jis(&out, charset, code, &kanji);

        } else {
            cg_out_byte(&out, (unsigned char) (big ? code >> 8 : code));
            cg_out_byte(&out, (unsigned char) (big ? code : code >> 8));
        }
    }

    cg_out_str(&out, kanji ? cg_str("\x1B(B") : cg_str(""));

    return cg_out_slice(&out);
}


/* One way of feeding; 1 if all holds and the output is that of `whole`. */

static int
is_good(const cg_gate_conf_t *conf, const cg_charset_t *charset, cg_str_t in,
    size_t first, size_t piece, const wide_page_t *whole)
{
    heap_t       heap;
    const char  *broken;
    wide_page_t  page;

    heap_init(&heap);
    wide_run(&heap, conf, charset, in, first, piece, &page);
    broken = wide_broken(&heap, conf, charset, in, &page);

    if (broken == NULL && whole
        && !cg_str_eq(cg_out_slice(&page.all), cg_out_slice(&whole->all)))
    {
        broken = "every cut gives the same";
    }

    if (broken) {
        printf("# %s; first piece %zu, others %zu\n", broken, first, piece);
        tap_show("in ", in);
        tap_show("got", cg_out_slice(&page.all));
    }

    heap_drop(&heap);

    return broken == NULL;
}


static void
try(const cg_gate_conf_t *conf, const cg_charset_t *charset, cg_str_t in,
    const char *promise)
{
    int          good;
    heap_t       heap;
    size_t       i;
    wide_page_t  whole;

    heap_init(&heap);
    wide_run(&heap, conf, charset, in, 0, 0, &whole);
    good = is_good(conf, charset, in, 0, 0, NULL);

    for (i = 1; good && i < in.len; i++) {
        good = is_good(conf, charset, in, i, 0, &whole);
    }

    for (i = 1; good && i < 8; i++) {
        good = is_good(conf, charset, in, 0, i, &whole);
    }

    ok(good, "%s: %s", charset->name, promise);
    heap_drop(&heap);
}


#define JA  "\xE6\x97\xA5\xE6\x9C\xAC"         /* "Japan" */

static void
test_pages(void)
{
    static const struct {
        const char  *page;
        const char  *promise;
    } rows[] = {
        { "", "an empty page" },
        { "<p>" JA "<p>", "nothing to hold" },
        { "<!doctype html><html lang=ja><head><title>" JA "</title></head>"
          "<body>" JA "<script src=" T "></script>" JA "<img src=\"" T "\">"
          "</body></html>", "a page with trackers" },
        { "<!doctype html><body><script>ga('" JA "');\n"
          "load('//www.google-analytics.com/analytics.js')</script>" JA,
          "an inline script" },
        { "<!doctype html><title>" JA "</title>" JA "<style>a{background:"
          "url(" T ")}</style>", "no body, a style" },
        { "<!doctype html><body><a href=#x>" JA "</a>" JA "<img title='" JA
          "'src='" T "'>", "a link before the banner, a cramped attribute" },
        { "<!doctype html><body><noscript><img title='" JA "' src=" T ">"
          "</noscript>" JA, "noscript" },
        { "<!doctype html><body>" JA "<script src=" T, "a tag that is cut" },
        { "<!doctype html><body><!-- <img src=" T "> " JA "-->" JA,
          "a comment" },
        { "<!doctype html><body><img src=\"https://www\xE3\x80\x82google-"
          "analytics.com/a\"><img src=\"//\xEF\xBD\x87oogle-analytics.com\">",
          "hosts beyond ASCII" },
    };

    size_t               i, k;
    heap_t               heap;
    cg_str_t             page;
    cg_gate_conf_t       shut = conf_of(0, 1), bare = conf_of(0, 0);
    cg_gate_conf_t       open = conf_of(SITE_ANALYTICS | SITE_MARKETING, 1);
    const cg_charset_t  *charset;

    for (i = 0; encodings[i]; i++) {
        charset = cg_charset_find(cg_str_from(encodings[i]));

        for (k = 0; k < sizeof(rows) / sizeof(rows[0]); k++) {
            heap_init(&heap);
            page = encode(&heap, charset, cg_str_from(rows[k].page));
            page = page.data ? page : cg_str("");
            try(&shut, charset, page, rows[k].promise);
            try(&bare, charset, page, rows[k].promise);
            try(&open, charset, page, rows[k].promise);
            heap_drop(&heap);
        }
    }
}


#define DOC  "<!doctype html><body>"

static void
test_hostile(void)
{
    static const struct {
        const char  *label;
        cg_str_t     page;
        const char  *promise;
    } rows[] = {
        { "iso-2022-jp", cg_str("<a title=\"\x1B$B\"><!--\x1B(B\"><img src="
                                T "> -->"), "markup behind kanji of quotes" },
        { "iso-2022-jp", cg_str(DOC "\x1B$B<img src=" T ">\x1B(B"),
          "kanji that look like a tag" },
        { "iso-2022-jp", cg_str(DOC "<im\x1B(Bg s\x1B(Jrc=" T "\x1B(B>"),
          "escapes in names" },
        { "iso-2022-jp", cg_str(DOC "<img alt=a\x1B(J src=\"" T "\"\x1B(B>"),
          "an edit among Roman bytes" },
        { "iso-2022-jp", cg_str("\x1B(J<!doctype html><p>\\x"),
          "a page in Roman" },
        { "iso-2022-jp", cg_str(DOC "\x1B$B$\"\x1B(I1\x1B(J~<p>\x1B$B"),
          "an escape at the end" },
        { "iso-2022-jp", cg_str(DOC "\x1B(B\x1B(B\x1B$B\x1B(B<img src=" T ">"),
          "idle escapes" },
        { "iso-2022-jp", cg_str(DOC "\x1B(Xa\x1B\x1B$\x1B(B<img src=" T ">"),
          "escapes that are none" },
        { "iso-2022-jp", cg_str(DOC "\x1B$B$\x1B(B<img\x1B$B\x1B(Bsrc=" T ">"),
          "half a kanji" },
        { "utf-16le", cg_str("\xFF\xFE<\0p\0>\0\x3D\xD8<\0b\0>\0\x3D"),
          "surrogates alone, half a character" },
        { "utf-16le", cg_str("<\0h\0t\0m\0l\0>\0x"),
          "half a character before what goes in at the end" },
        { "utf-16be", cg_str("\xFE\xFF\0<\0p\0>\xDE\0\0<\0i\0\0"),
          "a trail alone, zeros" },
        { "utf-16le", cg_str("<script src=" T "></script>"),
          "ASCII that is none" },
    };

    size_t               i;
    cg_gate_conf_t       shut = conf_of(0, 1);
    cg_gate_conf_t       open = conf_of(SITE_ANALYTICS | SITE_MARKETING, 1);
    const cg_charset_t  *charset;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        charset = cg_charset_find(cg_str_from(rows[i].label));
        try(&shut, charset, rows[i].page, rows[i].promise);
        try(&open, charset, rows[i].page, rows[i].promise);
    }
}


/* What is dropped takes its escapes along: the text behind it is not lost. */

static void
test_drop(void)
{
    size_t               i;
    heap_t               heap;
    cg_out_t             page;
    cg_gate_conf_t       shut = conf_of(0, 1);
    wide_page_t          out;
    const cg_charset_t  *charset = cg_charset_find(cg_str("iso-2022-jp"));

    heap_init(&heap);
    cg_out_init(&page, &heap.arena, BUFFER);
    cg_out_text(&page, DOC "\x1B(Jx<img src=" T);

    for (i = 0; i <= CG_MAX_ATTRS; i++) {
        cg_out_text(&page, " \x1B$B$\"\x1B(B");
        cg_out_uint(&page, i);
    }

    cg_out_text(&page, ">\\\x1B$B$\"");
    try(&shut, charset, cg_out_slice(&page), "a tag of too many attributes");
    wide_run(&heap, &shut, charset, cg_out_slice(&page), 0, 0, &out);
    is_int(out.tally.withheld, 1, "it is withheld");
    is_str(cg_str_sub(cg_out_slice(&out.all), out.all.len - 11, out.all.len),
           cg_str("x\x1B(B \\\x1B$B$\""), "what follows has its own state");
    heap_drop(&heap);
}


/* Any bytes: nobody's page is changed for who granted everything. */

static void
test_random(void)
{
    int             good = 1;
    size_t          i, k, n, len;
    uint32_t        seed = 4711;
    cg_gate_conf_t  conf[2];
    unsigned char   bytes[200];

    static const char  *const  likely[] = {
        "\x1B(B", "\x1B$B", "\x1B(J", "\x1B", "<img src=" T ">", "<p>", "\0<"
    };

    conf[0] = conf_of(SITE_ANALYTICS | SITE_MARKETING, 0);
    conf[1] = conf_of(0, 1);

    for (i = 0; i < 3000 && good; i++) {
        seed = seed * 1103515245 + 12345;
        len = (seed >> 8) % sizeof(bytes);

        for (k = 0; k < len; k++) {
            seed = seed * 1103515245 + 12345;
            bytes[k] = (unsigned char) (seed >> 16);
            n = strlen(likely[(seed >> 8) % 7]);

            if ((seed >> 12) % 5 == 0 && k + n < len) {
                memcpy(bytes + k, likely[(seed >> 8) % 7], n);
                k += n - 1;
            }
        }

        good = is_good(&conf[i & 1],
                       cg_charset_find(cg_str_from(encodings[i % 3])),
                       (cg_str_t) { len, bytes }, 0, i % 9, NULL);
    }

    ok(good, "any bytes leave as they came, at any cut");
}


/* Additions: widened, or in the state of ASCII. */

static void
test_additions(void)
{
    heap_t          heap;
    cg_gate_conf_t  conf = conf_of(0, 1);
    wide_page_t     page;

    heap_init(&heap);
    wide_run(&heap, &conf, cg_charset_find(cg_str("utf-16be")),
             cg_str("\0<\0b\0o\0d\0y\0>\0x"), 0, 3, &page);
    is_str(cg_str_sub(cg_out_slice(&page.all),
                      page.all.len - 2 * sizeof("\\~</section>x") + 2,
                      page.all.len),
           cg_str("\0\\\0~\0<\0/\0s\0e\0c\0t\0i\0o\0n\0>\0x"),
           "inject_utf16_widened");

    wide_run(&heap, &conf, cg_charset_find(cg_str("iso-2022-jp")),
             cg_str("<body>\x1B(J\\"), 0, 0, &page);
    is_str(cg_str_sub(cg_out_slice(&page.all), page.all.len - 14,
                      page.all.len), cg_str("</section>\x1B(J\\"),
           "inject_iso2022_ascii_state: what follows had its own escape");

    wide_run(&heap, &conf, cg_charset_find(cg_str("iso-2022-jp")),
             cg_str("\x1B(J<body>\\"), 0, 0, &page);
    is_str(cg_str_sub(cg_out_slice(&page.all), page.all.len - 14,
                      page.all.len), cg_str("</section>\x1B(J\\"),
           "inject_iso2022_ascii_state: and gets one where it had none");
    heap_drop(&heap);
}


/* Without memory, and with a sink that fails: an error that stays. */

static void
test_failures(void)
{
    int             good = 1;
    size_t          n;
    heap_t          heap;
    cg_str_t        in = cg_str(DOC "\x1B$B$\"\x1B(B<script>load('//www.google"
                                "-analytics.com/x')</script>");
    cg_gate_conf_t  conf = conf_of(0, 1);
    wide_page_t     page;

    for (n = 1; n < 200 && good; n++) {
        heap_init(&heap);
        heap.fail_at = n;
        wide_run(&heap, &conf, cg_charset_find(cg_str("iso-2022-jp")), in, 0,
                 7, &page);
        good = page.status == CG_ENOMEM || heap.count < n;
        heap_drop(&heap);
    }

    ok(good, "no memory, however far: said, and nothing else happens");
}


/* Flat memory over a long page of any kind. */

static size_t
allocations(const cg_charset_t *charset, cg_str_t part, size_t times)
{
    size_t           i;
    heap_t           heap;
    cg_sink_t        sink;
    cg_wide_t       *wide;
    wide_page_t      page;
    cg_gate_conf_t   conf = conf_of(0, 1);

    heap_init(&heap);
    wide_begin(&heap, &page, &sink);
    wide = cg_wide_create(&heap.arena, &conf, &sink, charset);

    for (i = 0; i < times; i++) {
        page.input = part;
        cg_out_reset(&page.all);
        cg_out_reset(&page.own);

        if (cg_wide_feed(wide, part) != CG_OK) {
            return 0;
        }
    }

    i = heap.count;
    heap_drop(&heap);

    return i;
}


static void
test_memory(void)
{
    cg_str_t             part = cg_str("<p title=\x1B$B$\"\x1B(B>"
                                       "\x1B$B$\"\x1B(B");
    const cg_charset_t  *charset = cg_charset_find(cg_str("iso-2022-jp"));

    is_int(allocations(charset, part, 40000), allocations(charset, part, 4000),
           "a page ten times as long takes no more memory");
}


int
main(void)
{
    site_init(&site, "hold");
    test_pages();
    test_hostile();
    test_drop();
    test_random();
    test_additions();
    test_failures();
    test_memory();
    site_drop(&site);

    return tap_done();
}
