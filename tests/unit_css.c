#include "tap.h"
#include "heap.h"

#include "gate/cg_css.h"


/* What is found: name's offset, URL (bare ones in parentheses, unknown ones
 * "?"), "s" for sheets; one line each with a "|" between. */

static void
show(cg_str_t text, char *line, size_t size)
{
    heap_t        heap;
    size_t        n = 0;
    cg_css_t      css;
    cg_out_t      scratch;
    cg_css_url_t  url;

    heap_init(&heap);
    cg_out_init(&scratch, &heap.arena, 65536);
    cg_css_start(&css, text);
    line[0] = '\0';

    while (cg_css_next(&css, &scratch, &url) == CG_OK && n < size - 100) {
        n += (size_t) snprintf(line + n, size - n, "%s%zu%s %s%.*s%s",
                               n ? "|" : "", url.name, url.sheet ? "s" : "",
                               url.unknown ? "?" : url.to ? "(" : "",
                               (int) url.url.len, url.url.data,
                               url.to ? ")" : "");
    }

    heap_drop(&heap);
}


#define S(text)  { sizeof(text) - 1, (const unsigned char *) (text) }

static const struct {
    const char  *promise;
    cg_str_t     text;
    const char  *want;
} cases[] = {
    { "nothing", S(""), "" },
    { "rules without a URL", S("p{color:red}/* url(x) */ a:hover{b:calc(1px)}"),
      "" },
    { "url without quotes, with spaces", S("a{b:url(  //t/x  )}"),
      "4 (//t/x)" },
    { "url with either quote", S("a:url(\"//t/x\") url( '//t/y' )"),
      "2 //t/x|15 //t/y" },
    { "names in any case", S("URL(x) uRl(y)"), "0 (x)|7 (y)" },
    { "names with escapes", S("\\75 rl(x) u\\72l(y) \\55\r\nRL(z)"),
      "0 (x)|10 (y)|19 (z)" },
    { "an escape of six digits needs no space", S("\\000075rl(x)"), "0 (x)" },
    { "URLs with escapes", S("url(https\\3a //t) url('https:\\2f\\2ft')"
                             "url(\"https:/\\/t\")"),
      "0 (https://t)|18 https://t|38 https://t" },
    { "a line that goes on in a string", S("url('ht\\\ntps://t\\\r\n/x')"),
      "0 https://t/x" },
    { "a name behind what is no part of it",
      S("<!--url(a)-->url(b)1.url(c)1e+url(d)+url(e)%url(f)"),
      "4 (a)|13 (b)|21 (c)|30 (d)|37 (e)|44 (f)" },
    { "a name that only ends like it",
      S("#url(a)@url(b)1url(c)1.5url(d)1e3url(e)--url(f)-url(g)xurl(h)"), "" },
    { "escapes behind what is no part of the name",
      S("<!--\\75rl(a)#\\75rl(b)1\\75rl(c)1.5\\75rl(d)x\\75rl(e)"),
      "4 (a)" },
    { "functions that end like ours", S("rotate(url(a))calc(1)translate(1)"),
      "7 (a)" },
    { "not cut by the end of the text", S("url(//t/x"), "0 (//t/x)" },
    { "... nor in a string", S("url('//t/x"), "0 //t/x" },
    { "a line break behind an escape's digits is its blank",
      S("a:'\\62\n\"';b:url(c)'\\000062\r\nd'url(e)"), "12 (c)|30 (e)" },
    { "a string ends at a line break", S("url('//t\n/x) url(y)"),
      "0 //t|13 (y)" },
    { "what no browser takes for a URL", S("url(a b) url(a'b) url(a(b) url(c)"),
      "27 (c)" },
    { "a closing parenthesis with a backslash", S("url(a\\)b)"), "0 (a)b)" },
    { "other functions, and names that end so", S("-url(x) xurl(x) url (x) "
      "local(x) url-prefix(x) #url(x) 1url(x) 1e3url(x) .5url(x) @url(x)"),
      "" },
    { "behind signs and numbers", S("+url(a)-1 url(b)<!--url(c)-->url(d)"),
      "1 (a)|10 (b)|20 (c)|29 (d)" },
    { "an escaped parenthesis makes no function", S("url\\(x)"), "" },
    { "a comment is no part of a name", S("u/**/rl(x)/*url(y)*/url(z)"),
      "20 (z)" },
    { "a comment that never ends", S("url(x)/* url(y)"), "0 (x)" },
    { "strings hide what stands in them", S("a{content:'url(x)';b:\"/*\";"
      "c:url(y)}"), "28 (y)" },
    { "import by string and by url", S("@import 'a';@import\"b\" print;"
      "@IMPORT url(c);@import url('d') x"),
      "1s a|13s b|30s c|45s d" },
    { "import without a semicolon, in a comment of HTML, behind a comment",
      S("<!-- @import/**/ 'a'"), "6s a" },
    { "import with escapes", S("@\\69mport 'a';@imp\\6f rt 'b'"),
      "1s a|15s b" },
    { "import's second string is none", S("@import 'a' supports('b')"),
      "1s a" },
    { "a semicolon or a block ends an import", S("@import; 'a' @import{} 'b'"),
      "" },
    { "in an import, a bad URL counts", S("@import url(a'b)"), "1s a" },
    { "NUL is passed over by who looks ahead for imports",
      S("@imp\0ort 'a\0b'; @import u\0rl(c)"), "1s ?|17s ?" },
    { "... and makes another name to all others",
      S("p{a:\0url(a\"x)\");b:url(c)}"), "18 (c)" },
    { "a URL with NUL in it is not to be known",
      S("url('a\0b') url(c\0d) @import 'data:,\0url('"), "0 ?|11 ?)|21s ?" },
    { "namespaces are names", S("@namespace x url(//t); @namespace '//t';"
      "a{b:url(c)}"), "44 (c)" },
    { "image-set, image, src: strings", S("image-set('a' 1x,\"b\" 2x) "
      "-webkit-image-set( 'c' ) src('d') image('e') x('f')"),
      "0 a|0 b|25 c|50 d|59 e" },
    { "image-set: with functions inside", S("image-set(url(a) type('b/c'),"
      "linear-gradient(red,calc((1))),'d') 'e'"), "10 (a)|0 b/c|0 d" },
    { "image-set: quoted url inside", S("image-set(url('a')) 'b'"), "10 a" },
    { "an import in an image function: no image, edits go forth",
      S("image-set(@import 'a' 1x,'b')"), "0 ?|11s a|0 b" },
    { "image-set of what is not known", S("image-set(var(--x) 1x) var(--y)"),
      "0 ?" },
    { "an escape at the end", S("url(a\\"), "0 (a\xEF\xBF\xBD)" },
    { "lone backslashes", S("\\\nurl(a) '\\"), "2 (a)" },
    { "bytes beyond ASCII", S("\xE3\x81\x82url(a) \xFF{b:url(\xE3\x81\x82)}"),
      "14 (\xE3\x81\x82)" },
};


static void
finds_what_a_browser_fetches(void)
{
    char      line[4096];
    size_t    i;
    cg_str_t  text;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        text = heap_exact(cases[i].text);
        show(text, line, sizeof(line));
        is_str(cg_str_from(line), cg_str_from(cases[i].want), "%s",
               cases[i].promise);
        free((void *) text.data);
    }
}


/* Whatever follows the cut must neither be read nor matter before it. */

static void
reads_no_byte_behind_the_end(void)
{
    int       good = 1;
    char      line[4096];
    size_t    i, to;
    cg_str_t  text;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        for (to = 0; to < cases[i].text.len; to++) {
            text = heap_exact(cg_str_sub(cases[i].text, 0, to));
            show(text, line, sizeof(line));
            good = good && strlen(line) < sizeof(line) - 100;
            free((void *) text.data);
        }
    }

    ok(good, "every beginning of every case, in exactly its memory");
}


static void
no_memory_is_said(void)
{
    heap_t        heap;
    cg_css_t      css;
    cg_out_t      scratch;
    cg_css_url_t  url;

    heap_init(&heap);
    heap.fail_at = 1;
    cg_out_init(&scratch, &heap.arena, 65536);
    cg_css_start(&css, cg_str("a{b:url(\\61)}"));
    is_int(cg_css_next(&css, &scratch, &url), CG_ENOMEM,
           "no memory for an escaped URL: an error");
    is_int((int) url.name, 4, "with the place that is to be made inert");
    is_int(cg_css_next(&css, &scratch, &url), CG_NONE, "and it goes on");
    heap_drop(&heap);
}


/* What is passed over in strides does not change what is found behind it, nor
 * how the text is cut. */

static int
same_behind(cg_str_t text, cg_str_t before)
{
    int            same = 1;
    heap_t         heap;
    cg_css_t       near, far;
    cg_out_t       out[2];
    cg_str_t       both;
    cg_status_t    rc;
    cg_css_url_t   a, b;
    unsigned char  bytes[1024];

    memcpy(bytes, before.data, before.len);
    memcpy(bytes + before.len, text.data, text.len);
    both = heap_exact((cg_str_t) { before.len + text.len, bytes });

    heap_init(&heap);
    cg_out_init(&out[0], &heap.arena, 65536);
    cg_out_init(&out[1], &heap.arena, 65536);
    cg_css_start(&near, text);
    cg_css_start(&far, both);

    do {
        rc = cg_css_next(&near, &out[0], &a);
        same &= cg_css_next(&far, &out[1], &b) == rc;

        if (rc == CG_OK && same) {
            same = a.name + before.len == b.name && cg_str_eq(a.url, b.url)
                   && a.sheet == b.sheet && a.unknown == b.unknown;
        }
    } while (rc == CG_OK && same);

    heap_drop(&heap);
    free((void *) both.data);

    return same;
}


static void
strides_change_nothing(void)
{
    int       same = 1;
    size_t    i, n;
    cg_str_t  inert = cg_str("a.b>c:hover{color:#fff;margin:0 auto -1.5em;"
                             "transform:rotate(3deg)scale(2)}@media(x){p{}}"
                             "/**/q::after{content:'x(\\\'url(y)'}");

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        for (n = 0; n <= inert.len; n++) {
            if (inert.data[inert.len - n] == '}'
                && !same_behind(cases[i].text,
                                cg_str_sub(inert, inert.len - n + 1,
                                           inert.len)))
            {
                tap_show("case", cases[i].text);
                same = 0;
            }
        }

        same &= same_behind(cases[i].text, inert);
    }

    ok(same, "what goes before, at any length, changes nothing");
}


int
main(void)
{
    finds_what_a_browser_fetches();
    reads_no_byte_behind_the_end();
    no_memory_is_said();
    strides_change_nothing();

    return tap_done();
}
