#include "tap.h"
#include "feed.h"

#include <sys/stat.h>

#include "policy/cg_policy.h"

/* The reader belongs to the program, not to the library. */
#include "ctl/dump.c"
#include "ctl/conf.c"

#define DIR  "build/tests/ctl_conf"

#define V  "consent_vendor v { name V; provider V US; receives ip; " \
           "host v.example.com; }\n"
#define P  "consent_policy p { controller C; notice /; version 1; " \
           "languages en; purpose necessary required; purpose a slot=1; " \
           "vendor v purpose=a; }\n"


static void
put(const char *name, const char *text)
{
    FILE  *out = fopen(name, "w");

    if (out) {
        fputs(text, out);
        fclose(out);
    }
}


static int
load(feed_t *feed, const char *name)
{
    memset(feed, 0, sizeof(*feed));
    heap_init(&feed->heap);
    feed->set = cg_policies_create(&feed->heap.arena);

    return ctl_conf_load(name, feed->set, &feed->diag);
}


static void
blocks_are_found_anywhere(void)
{
    static const struct {
        const char  *promise;
        const char  *text;
    } cases[] = {
        { "at the top", V P },
        { "inside of http", "user www;\nevents { }\nhttp {\n" V
          "  server { listen 80; location / { return 204; } }\n" P "}\n" },
        { "between comments", "# consent_vendor x {\n" V "# }\n" P "#" },
        { "with lines that end as on Windows", "http {\r\n" V P "}\r\n" },
        { "behind long lines of others", "map $a $b { a b; \"}\" '{'; "
          "\"~^x{2}\" y; }\nlog_format f '$remote_addr \"$request\" ' '; { }' "
          "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 "
          "26 27 28 29 30 31 32 33 34 35 36;\nset $x ${y}z;\n" V P },
        { "with blanks in all places", "consent_vendor\n\nv{name\tV;provider"
          "\n\"V\"\n\nUS\n;receives ip;host v.example.com\n;}" P },
    };

    size_t  i;
    feed_t  feed;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        put(DIR "/main.conf", cases[i].text);

        if (!ok(load(&feed, DIR "/main.conf") == 0
                && cg_policies_freeze(feed.set, &feed.diag) == CG_OK
                && cg_policies_find(feed.set, cg_str("p")) != NULL,
                "blocks are found %s", cases[i].promise))
        {
            printf("# line %u: %s\n", feed.diag.line, feed.diag.text);
        }

        feed_drop(&feed);
    }
}


static void
words_are_read_as_nginx_does(void)
{
    feed_t              feed;
    const cg_policy_t  *p;

    put(DIR "/main.conf",
        "consent_vendor v { name 'It''s'; provider V US; receives ip; host "
        "v.example.com; }");
    ok(load(&feed, DIR "/main.conf") != 0
       && strcmp(feed.diag.text, "unexpected \"'\" behind a closing quote")
          == 0, "a quote ends its word");
    feed_drop(&feed);

    put(DIR "/main.conf", V
        "consent_policy p { controller \"a \\\"b\\\" \\\\ \\t;{#\"; "
        "notice /#x; version 1; languages en; purpose n required; "
        "contact 'say \"x\"' /a\\{b; text en a.b \"two\nlines\"; }");
    (void) load(&feed, DIR "/main.conf");
    ok(strstr(feed.diag.text, "contact \"/a\\{b\"") != NULL,
       "a backslash stays where it escapes nothing");
    feed_drop(&feed);

    put(DIR "/main.conf", V
        "consent_policy p { controller \"a \\\"b\\\" \\\\ \\t;{#\"; "
        "notice /#x; version 1; languages en; purpose n required; "
        "contact 'say \"x\"'; text en a.b \"two\nlines\"; }");
    p = load(&feed, DIR "/main.conf") == 0
        && cg_policies_freeze(feed.set, &feed.diag) == CG_OK
        ? cg_policies_find(feed.set, cg_str("p")) : NULL;

    if (ok(p != NULL, "quotes and escapes")) {
        is_str(p->controller, cg_str("a \"b\" \\ \t;{#"), "double quotes");
        is_str(p->contact_name, cg_str("say \"x\""), "single quotes");
        is_str(p->notice, cg_str("/#x"), "# inside of a word");
        is_str(p->texts[0].text, cg_str("two\nlines"), "a line end in quotes");

    } else {
        printf("# %s\n", feed.diag.text);
    }

    feed_drop(&feed);
}


static void
files_are_included(void)
{
    char      many[] = DIR "/many/00.conf";
    feed_t    feed;
    unsigned  i;

    put(DIR "/inc/v.conf", V);
    put(DIR "/inc/p.conf", "include inc/body.inc;" P);
    put(DIR "/inc/body.inc", "# nothing\n");
    put(DIR "/main.conf", "http { include inc/*.conf; include none/*.conf; }");
    ok(load(&feed, DIR "/main.conf") == 0
       && cg_policies_freeze(feed.set, &feed.diag) == CG_OK
       && cg_policies_find(feed.set, cg_str("p")),
       "include: names are relative to the main file, wildcards may be empty");
    feed_drop(&feed);

    put(DIR "/inc/body.inc", "receives ip; host v.example.com;");
    put(DIR "/main.conf", "consent_vendor v { name V; provider V US; include "
        "inc/body.inc; }");
    ok(load(&feed, DIR "/main.conf") == 0, "include inside of a block");
    feed_drop(&feed);

    put(DIR "/main.conf", "\ninclude none.conf;");
    ok(load(&feed, DIR "/main.conf") != 0 && feed.diag.line == 2
       && strstr(feed.diag.text, "cannot read"), "a missing file is named");
    feed_drop(&feed);

    put(DIR "/main.conf", "include main.conf;");
    ok(load(&feed, DIR "/main.conf") != 0
       && strstr(feed.diag.text, "too many files"),
       "a file that includes itself ends");
    feed_drop(&feed);

    for (i = 0; i < 100; i++) {
        many[sizeof(DIR) + 5] = (char) ('0' + i / 10);
        many[sizeof(DIR) + 6] = (char) ('0' + i % 10);
        put(many, "# one of many\n");
    }

    put(DIR "/main.conf", "include many/*.conf;" V P);
    ok(load(&feed, DIR "/main.conf") == 0, "a hundred files");
    feed_drop(&feed);
}


static void
faults_name_file_and_line(void)
{
    static const struct {
        const char  *text;
        const char  *message;
        unsigned     line;
    } cases[] = {
        { "a\nb", "a \";\" is missing at the end of the file", 2 },
        { "http {\n\n", "a \"}\" is missing at the end of the file", 3 },
        { "a;\n}", "unexpected \"}\"", 2 },
        { ";", "unexpected \";\"", 1 },
        { "a \"b\n\n;", "a closing \" is missing", 3 },
        { "include;", "\"include\" takes one name", 1 },
        { "consent_vendor {\n}", "\"consent_vendor\" takes one name", 1 },
        { "consent_vendor v { a { } }", "a block inside of a consent block",
          1 },
        { "\nconsent_vendor v {\n\n name\nV\nW; }",
          "unexpected \"W\", \"name\" is written: name TEXT", 4 },
        { "consent_vendor v {\n}", "consent_vendor \"v\" has no \"name\", add: "
          "name TEXT", 2 },
        { "\n" V "\n" V, "consent_vendor \"v\" is defined twice, first in "
          DIR "/main.conf:2, rename or remove one", 4 },
    };

    size_t  i, failed = 0;
    feed_t  feed;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        put(DIR "/main.conf", cases[i].text);

        if (load(&feed, DIR "/main.conf") == 0
            || strcmp(feed.diag.text, cases[i].message) != 0
            || feed.diag.line != cases[i].line
            || strcmp(feed.diag.file, DIR "/main.conf") != 0)
        {
            failed++;
            printf("# case %zu: line %u: %s\n", i, feed.diag.line,
                   feed.diag.text);
        }

        feed_drop(&feed);
    }

    is_int(failed, 0, "faults name file and line");

    ok(load(&feed, DIR "/none.conf") != 0 && feed.diag.file, "no such file");
    feed_drop(&feed);

    put(DIR "/main.conf", V P);
    memset(&feed, 0, sizeof(feed));
    heap_init(&feed.heap);
    feed.set = cg_policies_create(&feed.heap.arena);
    feed.heap.fail_at = feed.heap.count + 1;
    ok(ctl_conf_load(DIR "/main.conf", feed.set, &feed.diag) != 0
       && strcmp(feed.diag.text, "no memory") == 0, "no memory");
    feed_drop(&feed);
}


/* Whatever is cut off, there is an answer and no overrun. */

static void
cut_files_are_survived(void)
{
    char         text[] = "http { include inc/*.conf; # c\n consent_vendor v {"
                          " name 'V \\' x'; provider \"V\\\\\" US; } } ";
    char         cut[sizeof(text)];
    size_t       n;
    feed_t       feed;

    for (n = 0; n < sizeof(text); n++) {
        memcpy(cut, text, n);
        cut[n] = '\0';
        put(DIR "/main.conf", cut);
        (void) load(&feed, DIR "/main.conf");
        feed_drop(&feed);
    }

    ok(n == sizeof(text), "a file cut off at every byte");
}


static void
what_we_ship_loads(void)
{
    static const char *const  names[] = {
        "example", "heidenhain", "jspe", "hitachi", "cc-link", "hennge", NULL
    };

    size_t              i, n;
    feed_t              feed;
    const cg_policy_t  *p;

    put(DIR "/main.conf", "http { include ../../../conf/vendors/*.conf;\n"
        "include ../../../conf/policies/*.conf; }");

    if (!ok(load(&feed, DIR "/main.conf") == 0
            && cg_policies_freeze(feed.set, &feed.diag) == CG_OK,
            "the shipped vendors and policies load"))
    {
        printf("# %s:%u: %s\n", feed.diag.file, feed.diag.line,
               feed.diag.text);
    }

    for (i = 0; names[i]; i++) {
        p = cg_policies_find(feed.set, cg_str_from(names[i]));
        ok(p != NULL && p->optional != 0, "policy %s", names[i]);

        for (n = 0; p && n < p->nrecipients; n++) {
            if (p->recipients[n].clause.data == NULL) {
                break;
            }
        }

        ok(p && n == p->nrecipients && n >= 3,
           "%s: every vendor cites a clause", names[i]);
    }

    feed_drop(&feed);
}


int
main(void)
{
    mkdir(DIR, 0777);
    mkdir(DIR "/inc", 0777);
    mkdir(DIR "/many", 0777);

    blocks_are_found_anywhere();
    words_are_read_as_nginx_does();
    files_are_included();
    faults_name_file_and_line();
    cut_files_are_survived();
    what_we_ship_loads();

    return tap_done();
}
