/* A page that differs from the one that is known in places: a gate reads there,
 * the memory the rest; output and tally are those of a gate alone. */

#include "recall_world.h"
#include "gate/cg_place.h"

#define PARTS(a)  "<p>" a "</p>"                                             \
    "<img src=" T "?" a "><div class=\"c\"><a href=\"/" a "\">link</a></div>" \
    "<script>var " a " = '<b>'; if (a < b) run();</script>"                  \
    "<img alt=\"" a "\" src=\"/own/" a ".png\">"


static const char *const  documents[] = {
    "<!doctype html><html lang=ja><head><meta name=token content=abcdef>"
    "<title>a</title></head><body>" PARTS("one")
    "<script src=https://connect.facebook.net/x.js></script>" PARTS("two")
    "<form action=https://unknown.example/a><input name=token value=123>"
    "</form><img src=https://other.example/b>" PARTS("three")
    "<iframe width=3 src=https://www.youtube.com/embed/x></iframe>"
    "<iframe src=https://www.youtube.com/embed/y></iframe>" PARTS("four")
    "<style>a{background:url(" T ")}</style>"
    "<img src=https://unknown.example/c>" PARTS("five"),

    "<html><body>" PARTS("a") "<svg><title>t</title><path d='M0 0'/></svg>"
    PARTS("b") "<noscript><img src=" T "></noscript>" PARTS("c")
    "<select><option>x</select><template><img src=" T "></template>" PARTS("d")
    "<svg><desc>x</desc><style>a{}</style></svg>" PARTS("e")
    "<table><tr><td><input type=image src=" T "></table><!-- c -->" PARTS("f")
    "<![CDATA[<img src=" T "?cdata>]]><p>text</p></desc><title>x</title>"
    "<style>b{}</style><img src=" T "?end>",

    "<html><head><meta name=token content=123><meta name=two content=of>"
    "<link rel=x href=/y><link rel=stylesheet href=/own.css><meta name=three>"
    "<link rel=preload as=image href=" T "><meta name=four content=of-four>"
    "<title>a page</title><body><p>text</p>" PARTS("g") PARTS("h")
    "<![CDATA[ a > <!-- ]]> <img src=" T "?cdata> --><p>text</p>" PARTS("i"),
};

#define DASHES  "----------------------------------------------------"       \
                "----------------------------------------------------"

static const char *const  pieces[] = {
    "", "x", "0123456789", "\"", "'", ">", "<", "<!--", "-->", "</div>",
    "<b>", "<img src=" T ">", "<img src=https://unknown.example/z>",
    "<form action=https://new.example/f><input></form>", "<script>",
    "<img src=https://a.33333333333333333333333333333333333333333333333333333"
    "333333333333333333333.example>",
    "</script>", "<script>connect.facebook.net</script>", "<style>", "<svg>",
    "</svg>", "<svg><title>x</title></svg>", "<select>", "<template>",
    "</template>", "<noscript>",
    "<textarea>", "<plaintext>", "<base href=https://b.example/>",
    "<base href=/own/>", "<html lang=de>", "<frameset>", "<body onload=x>",
    "<iframe src=https://www.youtube.com/embed/z></iframe>", "<![CDATA[",
    "<p data-ngxc-hold=x>", "\xEF\xBB\xBF",
};


/* By what a gate remembers of the page. */

static cg_str_t
say_embed(void *ctx, const cg_embed_t *embed)
{
    (void) ctx;

    return embed->lang.len == 0 ? cg_str("[frame]")
           : embed->lang.data[0] == 'd' ? cg_str("[Rahmen]")
                                        : cg_str("[frame of a language]");
}


static cg_str_t
spliced(cg_str_t document, size_t from, cg_str_t piece, size_t drop)
{
    cg_str_t        tail = cg_str_sub(document,
                                      from + drop < document.len
                                      ? from + drop : document.len,
                                      document.len);
    unsigned char  *data = malloc(from + piece.len + tail.len + 1);

    memcpy(data, document.data, from);
    memcpy(data + from, piece.data, piece.len);
    memcpy(data + from + piece.len, tail.data, tail.len);

    return (cg_str_t) { from + piece.len + tail.len, data };
}


/* In two places at once: the second one is at a third of what is behind. */

static cg_str_t
spliced_twice(cg_str_t document, size_t from, cg_str_t piece, size_t drop)
{
    cg_str_t  once = spliced(document, from, piece, drop), twice;

    from += piece.len;
    twice = spliced(once, from + (once.len - from) / 3, cg_str("-"), 1);
    free((void *) once.data);

    return twice;
}


static int
is_live_with(world_t *world, cg_str_t document, size_t from, cg_str_t piece,
    size_t drop)
{
    int       good;
    cg_str_t  one, two;

    one = spliced(document, from, piece, drop);
    two = spliced_twice(document, from, piece, drop);
    good = is_live(world, one, 0, 0) && is_live(world, two, 0, 0)
           && is_live(world, two, from % 40, 1 + from % 97);
    free((void *) one.data);
    free((void *) two.data);

    return good;
}


/* What is learnt of the document may be forgotten: it is met again. */

static int
is_live_at(world_t *world, cg_str_t document, size_t from)
{
    int       good = 1;
    size_t    i;
    cg_str_t  piece;

    for (i = 0; i < sizeof(pieces) / sizeof(pieces[0]) && good; i++) {
        piece = cg_str_from(pieces[i]);
        world->run.now = (from + i) % 3 == 0;

        meet(world, document);
        good = is_live_with(world, document, from, piece, 0)
               && is_live_with(world, document, from, piece, piece.len)
               && is_live_with(world, document, from, piece,
                               200 + piece.len);
    }

    return good;
}


static int
is_tag(cg_str_t document, size_t at, int asked)
{
    return asked && at < document.len && document.data[at] == '<';
}


static void
gap_world(world_t *world, size_t piece)
{
    world_init(world, KNOWN_MAX, piece);
    world->run.conf.embed = say_embed;
}


static void
gaps_are_gated_as_if_nothing_were_known(size_t piece, size_t step, int tags)
{
    int       good = 1;
    size_t    i, from;
    world_t   world;
    cg_str_t  document;

    for (i = 0; i < sizeof(documents) / sizeof(documents[0]); i++) {
        document = cg_str_from(documents[i]);
        gap_world(&world, piece);

        for (from = 0; from <= document.len && good; from++) {
            good = (from % step && !is_tag(document, from, tags))
                   || is_live_at(&world, document, from);
        }

        world_drop(&world);
    }

    ok(good, "a page with something else in it, anywhere (%zu)", piece);
}


/* As many placeholders as there may be, but for one: what is put in or left out
 * decides which of the last ones there are. */

static void
what_is_bounded_is_bounded_across_gaps(void)
{
    int       i, good = 1;
    heap_t    heap;
    world_t   world;
    cg_out_t  out;
    cg_str_t  document;
    cg_str_t  frame = cg_str("<iframe src=https://www.youtube.com/embed/x>"
                             "</iframe>");

    gap_world(&world, 16);
    heap_init(&heap);
    cg_out_init(&out, &heap.arena, 1 << 16);
    cg_out_text(&out, "<html><body><p>text");

    for (i = 0; i < CG_EMBED_MAX + 2; i++) {
        cg_out_str(&out, frame);
        cg_out_text(&out, i % 20 ? "" : "<p>more of the text of this page</p>");
    }

    cg_out_text(&out, "<p>and so on, to the end of this page<img src=" T ">");
    document = cg_out_slice(&out);

    for (i = 20; i < 500 && good; i += 7) {
        meet(&world, document);
        good = is_live_with(&world, document, (size_t) i, frame, 0)
               && is_live_with(&world, document, (size_t) i, cg_str("<p>"),
                               frame.len);
    }

    ok(good, "placeholders are as many as a gate puts in");
    world_drop(&world);
    heap_drop(&heap);
}


/* With a head of so many bytes, or a few more. */

static cg_str_t
with_a_head_of(heap_t *heap, size_t len)
{
    int       i;
    cg_out_t  out;

    cg_out_init(&out, &heap->arena, 1 << 20);
    cg_out_text(&out, "<html><head><meta name=token content=" DASHES DASHES
                      "><link rel=x>");

    for (i = 0; out.len < len; i++) {
        cg_out_text(&out, "<meta name=\"one of many\" content=\"");
        cg_out_uint(&out, (uint64_t) i);
        cg_out_text(&out, "\">\n");
    }

    cg_out_text(&out, "</head>\n<body><p>text</p><img src=" T "></body>");

    return cg_out_slice(&out);
}


/* The banner is looked for in so many bytes, whoever reads them. */

static void
the_banner_has_its_place_across_gaps(void)
{
    int       i, good = 1;
    heap_t    heap;
    world_t   world;
    cg_str_t  short_one, long_one;

    gap_world(&world, 256);
    heap_init(&heap);
    short_one = with_a_head_of(&heap, CG_PLACE_LIMIT - 90);
    long_one = with_a_head_of(&heap, CG_PLACE_LIMIT + 5);

    for (i = 0; i < 100 && good; i += 3) {
        meet(&world, short_one);
        good = is_live_with(&world, short_one, 35,
                            cg_str_sub(cg_str(DASHES), 0, (size_t) i), 0);
        meet(&world, long_one);
        good &= is_live_with(&world, long_one, 35, cg_str(""),
                             2 * (size_t) i);
    }

    ok(good, "the banner has the place that it has in a gate's");
    world_drop(&world);
    heap_drop(&heap);
}


/* Whose a host is may depend on the path: who is named is who is met first, and
 * here the first one is gone. */

static void
a_host_is_whose_it_is_across_gaps(void)
{
    world_t        world;
    run_t          live;
    cg_str_t       gone;
    const cg_str_t first = cg_str("<img src=https://shared.example/stray>");
    const cg_str_t page = cg_str("<html><body><p>text</p>"
                                 "<img src=https://shared.example/stray>"
                                 PARTS("a") PARTS("b")
                                 "<img src=https://shared.example/other>"
                                 PARTS("c"));

    gap_world(&world, 16);
    gone = spliced(page, strlen("<html><body><p>text</p>"), cg_str(""),
                   first.len);
    live = world.run;
    live.memos = NULL;
    meet(&world, page);
    run_pieces(&world.run, gone, 0, 0);
    run_pieces(&live, gone, 0, 0);

    ok(same_tally(&world.run.tally, &live.tally),
       "a host is whose it is by what is there of it");

    run_free(&world.run);
    run_free(&live);
    free((void *) gone.data);
    world_drop(&world);
}


/* As long as a document is known it takes room. */

static void
what_differs_in_places_stays_known(void)
{
    int       i, good = 1;
    char      text[4096];
    world_t   world;
    cg_str_t  in = { 0, (unsigned char *) text };

    in.len = (size_t) snprintf(text, sizeof(text), "%s", documents[0]);
    world_init(&world, KNOWN_MAX, 16);
    meet(&world, in);

    for (i = 0; i < 20; i++) {
        *(strstr(text, "content=") + 8) = (char) ('a' + i);
        *(strstr(text, "value=") + 6) = (char) ('a' + i);
        good &= is_live(&world, in, 0, i & 1 ? 0 : 100)
                && cg_memos_size(world.run.memos) != 0;
    }

    ok(good, "a page with a token or two that always change stays known");
    world_drop(&world);
}


int
main(void)
{
    gaps_are_gated_as_if_nothing_were_known(16, 37, 1);
    gaps_are_gated_as_if_nothing_were_known(1, 157, 0);
    gaps_are_gated_as_if_nothing_were_known(256, 81, 0);
    what_is_bounded_is_bounded_across_gaps();
    the_banner_has_its_place_across_gaps();
    a_host_is_whose_it_is_across_gaps();
    what_differs_in_places_stays_known();

    return tap_done();
}
