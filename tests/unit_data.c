/* Which inline scripts are data, and which only look so. */

#include "tap.h"
#include "heap.h"

#include "gate/cg_data.h"

#define S(text)  { sizeof(text) - 1, (const unsigned char *) (text) }

typedef struct {
    const char  *promise;
    cg_str_t     script;
} case_t;

static const case_t  data_cases[] = {
    { "a state of an application",
      S(" window.__STATE__ = {\"a\": [1, -2.5e3, true, null, {\"b\": {}}]};"
        "\n") },
    { "by index", S("self['a-b']=[];window[\"x\"]={}") },
    { "declared", S("var a={};let $b=[[]];const _c={x:1}") },
    { "keys without quotes and of numbers, quotes of either kind",
      S("x={a:'b',$c:\"d\",1:2,'e':[\"f\",]}") },
    { "hosts, markup and calls within strings",
      S("x={\"u\":\"//www.google-analytics.com/a.js\",\"m\":\"<b onclick='f()'>"
        "\",\"s\":\"document.write(1)\"}") },
    { "escapes", S("x=['a\\'b\\\\','\\u003c',\"\\\"\"]") },
    { "characters beyond ASCII", S("x=[\"\xe6\x97\xa5\",'\x95\x61']") },
    { "an escape behind such a character, where it makes no difference",
      S("x=[\"\xc3\xbc\\n\",'\x95\\u0022']") },
    { "comments of several lines", S("/* a */x/**/=/* ; */{/*}*/}/**/;/* */") },
    { "a trailing comma", S("x={a:[1,],}") },
};

static const case_t  code_cases[] = {
    { "nothing", S("") },
    { "blanks", S("  /* x */ ") },
    { "a call", S("f({})") },
    { "a call as a value", S("x=[f()]") },
    { "a name as a value", S("x=[y]") },
    { "a call behind data", S("x={};f()") },
    { "a member of data", S("x=[f][0]") },
    { "a call on data", S("x=[1].map(f)") },
    { "a string alone: who is assigned to may act on it",
      S("x='//www.google-analytics.com/a.gif'") },
    { "a navigation", S("location=['//www.google-analytics.com/']") },
    { "... of the window", S("window.location=['//t']") },
    { "... by index", S("window['location']=['//t']") },
    { "... with an escape", S("window['\\x6cocation']=['//t']") },
    { "... in an escape of a name", S("loc\\u0061tion=['//t']") },
    { "... declared", S("var location=['//t']") },
    { "an element's property", S("img.src=['//www.google-analytics.com/a']") },
    { "... of the window", S("window.img.src=['//t']") },
    { "a cookie", S("document.cookie=['_ga=1']") },
    { "the window itself", S("window={}") },
    { "a template", S("x=[`${f()}`]") },
    { "a function", S("x={a(){}}") },
    { "a getter", S("x={get a(){return 1}}") },
    { "an arrow", S("x=[()=>1]") },
    { "a computed key", S("x={[f()]:1}") },
    { "a shorthand", S("x={y}") },
    { "spread", S("x=[...y]") },
    { "another operator", S("x=={}") },
    { "... that adds", S("x+=[]") },
    { "an alternative", S("x={}||f()") },
    { "a sequence", S("x={},f()") },
    { "two without a semicolon", S("x={}\ny={}") },
    { "a regular expression", S("x=[/'/]") },
    { "a comment of one line", S("x=[//]\nf()]") },
    { "a comment as HTML has them", S("<!-- x\nx={}") },
    { "a comment without an end", S("x={}/* ;f()") },
    { "brackets that do not match", S("x=[}") },
    { "... that stay open", S("x=[[]") },
    { "a string that stays open", S("x=['a") },
    { "a string over two lines", S("x=['a\n']") },
    { "a backslash that may be half a character",
      S("x=['\x95\\',f(),'']") },
    { "... twice", S("x=['\x95\\\\',f(),'']") },
    { "bytes that an escape may give another meaning",
      S("x=['\x1b$B',f(),'']") },
    { "a zero", { 7, (const unsigned char *) "x=['\0']" } },
    { "two numbers in one", S("x=[1e]") },
    { "an object of a request", S("fetch('//t')") },
    { "an import map", S("{\"imports\":{\"a\":\"//t\"}}") },
};


static void
run(const case_t *cases, size_t n, int want)
{
    size_t    i;
    cg_str_t  block;

    for (i = 0; i < n; i++) {
        block = heap_exact(cases[i].script);
        ok(cg_data_is_all(block) == want, cases[i].promise);
        free((void *) block.data);
    }
}


/* Every beginning of data is none, or ends at a semicolon. */

static void
what_is_cut_is_not_data(void)
{
    int       good = 1;
    size_t    i;
    cg_str_t  whole = S("window.a = {\"b\": [1, 'c', {d: null}], 'e': {}}");
    cg_str_t  block;

    for (i = 0; i < whole.len; i++) {
        block = heap_exact(cg_str_sub(whole, 0, i));
        good = good && !cg_data_is_all(block);
        free((void *) block.data);
    }

    ok(good && cg_data_is_all(whole), "what is cut is not data");
}


static void
depth_is_bounded(void)
{
    size_t  i, depth;
    char    text[2 * CG_DATA_DEPTH + 8];

    for (depth = CG_DATA_DEPTH; depth <= CG_DATA_DEPTH + 1; depth++) {
        memcpy(text, "x=", 2);

        for (i = 0; i < depth; i++) {
            text[2 + i] = '[';
            text[2 + depth + i] = ']';
        }

        ok(cg_data_is_all((cg_str_t) { 2 + 2 * depth,
                                       (const unsigned char *) text })
           == (depth == CG_DATA_DEPTH), "depth is bounded");
    }
}


int
main(void)
{
    run(data_cases, sizeof(data_cases) / sizeof(data_cases[0]), 1);
    run(code_cases, sizeof(code_cases) / sizeof(code_cases[0]), 0);
    what_is_cut_is_not_data();
    depth_is_bounded();

    return tap_done();
}
