/*
 * What is skimmed must be nothing that the gate would hold: every attribute
 * that anything is known about, on every element, fed whole (where tags are
 * skimmed) and byte by byte (where none is) gives the same page and tally.
 */

#include "gate_run.h"


static const char *const  elements[] = {
    "a", "abbr", "address", "area", "article", "aside", "audio", "b", "base",
    "bdi", "bdo", "big", "blockquote", "body", "br", "button", "caption",
    "center", "cite", "code", "col", "colgroup", "data", "datalist", "dd",
    "del", "details", "dfn", "dialog", "div", "dl", "dt", "em", "embed",
    "fieldset", "figcaption", "figure", "font", "footer", "form", "h1", "h6",
    "header", "hgroup", "hr", "html", "i", "image", "img", "input", "ins",
    "kbd", "label", "legend", "li", "link", "main", "map", "mark", "menu",
    "meta", "meter", "model", "nav", "nobr", "object", "ol", "optgroup",
    "option", "output", "p", "param", "picture", "portal", "pre", "progress",
    "q", "rp", "rt", "ruby", "s", "samp", "search", "section", "small",
    "source", "span", "strike", "strong", "sub", "summary", "sup", "table",
    "tbody", "td", "tfoot", "th", "thead", "time", "tr", "track", "tt", "u",
    "ul", "var", "video", "wbr", "x-element", "fencedframe", "divx"
};

static const char *const  attributes[] = {
    "action", "alt", "aria-label", "attributionsrc", "background", "bgcolor",
    "by", "class", "clip-path", "content", "cursor", "data", "data-ngxc",
    "data-ngxc-hold", "data-src", "DATA-NGXC-STYLE", "fill", "filter",
    "formaction", "from", "height", "href", "id",
    "imagesrcset", "lang", "marker", "marker-end", "marker-mid",
    "marker-start", "mask", "name", "onclick", "onerror", "onload", "open",
    "ping", "placeholder", "poster", "property", "rel", "scope", "size",
    "src", "srcdoc", "srcset", "stroke", "style", "styles", "title", "to",
    "type", "value", "values", "width", "xlink:href"
};

static const char *const  values[] = {
    T, "background:url(" T ")", "s.src='" T "'", "fill: red", "#x"
};

#define N(table)  (sizeof(table) / sizeof((table)[0]))


static size_t
make_page(char *page, size_t size, const char *attribute, const char *value)
{
    size_t  i, n;

    n = (size_t) snprintf(page, size, "<!doctype html><body>x<p>");

    for (i = 0; i < N(elements); i++) {
        n += (size_t) snprintf(page + n, size - n,
                               "<%s id=%zu %s=\"%s\" title>y</%s>",
                               elements[i], i, attribute, value, elements[i]);
    }

    return n;
}


static void
skimming_changes_nothing(const site_t *site)
{
    int       good = 1;
    run_t     run = { 0 }, whole = { 0 };
    size_t    i, v, held = 0;
    cg_str_t  in;

    static char  page[65536];

    memset(&whole, 0, sizeof(whole));
    whole.conf.judge = site_judge(site, 0);
    whole.conf.banner = say_b;
    whole.conf.inline_limit = 4096;
    run = whole;

    for (i = 0; i < N(attributes); i++) {
        for (v = 0; v < N(values); v++) {
            in.data = (const unsigned char *) page;
            in.len = make_page(page, sizeof(page), attributes[i], values[v]);
            run_pieces(&whole, in, 0, 0);
            held += whole.tally.n ? whole.tally.rows[0].held : 0;

            if (!is_run(&run, &whole, in, whole.out, 0, 1)) {
                printf("# %s\n", attributes[i]);
                good = 0;
            }

            run_free(&whole);
        }
    }

    ok(good, "skimmed or not, each attribute of each element is treated alike");
    ok(held > 1000, "and many of them are held (%zu)", held);
}


/* As many attributes as a tag may have, and more. */

static void
skimming_bounds_a_tag(const site_t *site)
{
    int       good = 1;
    run_t     run = { 0 }, whole = { 0 };
    size_t    i, k, n;
    cg_str_t  in;

    static char               page[8192];
    static const char *const  bits[] = { " id", "/a", " class=x", " id=''" };

    whole.conf.judge = site_judge(site, 0);
    whole.conf.banner = say_b;
    whole.conf.inline_limit = 4096;
    run = whole;

    for (k = 0; k < N(bits) && good; k++) {
        for (n = CG_MAX_ATTRS - 2; n < CG_MAX_ATTRS + 3 && good; n++) {
            strcpy(page, "<!doctype html><body>x<p><div");

            for (i = 0; i < n; i++) {
                strcat(page, bits[k]);
            }

            strcat(page, "><p>text");
            in = cg_str_from(page);
            run_pieces(&whole, in, 0, 0);
            good = is_run(&run, &whole, in, whole.out, 0, 1)
                   && whole.tally.withheld == (n > CG_MAX_ATTRS);
            run_free(&whole);
        }
    }

    ok(good, "skimmed or not, a tag has so many attributes at most");
}


int
main(void)
{
    site_t  site;

    site_init(&site, "hold");
    skimming_changes_nothing(&site);
    skimming_bounds_a_tag(&site);
    site_drop(&site);

    return tap_done();
}
