/* The gate over saved pages of the world, where they are present. */

#include "tap.h"
#include "heap.h"
#include "site.h"

#include "gate/cg_gate.h"

#define PAGES   "../shared/data/pages/"
#define MAX     (8 * 1024 * 1024)
#define MARKS   20000


/* Keeps the origin's bytes and the additions apart. */

typedef struct {
    char      *data;               /* of the origin */
    size_t     len;
    char      *all;                /* with additions */
    size_t     all_len;
    size_t     marks[MARKS];       /* where in the origin there are additions */
    size_t     nmarks;
    size_t     banners;
} sink_t;

typedef struct {
    size_t     pages;
    size_t     banners;
    size_t     rows;               /* of elements that must be held */
    size_t     held;
    size_t     inline_rows;        /* Google's inline scripts */
    size_t     inline_held;
    unsigned   changed:1;          /* a page lost or gained a byte */
    unsigned   split:1;            /* cuts made a difference */
    unsigned   missed:1;
} sum_t;


static cg_str_t
say_b(void *ctx, cg_str_t lang, int based)
{
    (void) ctx;
    (void) lang;
    (void) based;

    return cg_str("[B]");
}



static cg_status_t
sink_origin(void *ctx, cg_str_t bytes)
{
    sink_t  *sink = ctx;

    memcpy(sink->data + sink->len, bytes.data, bytes.len);
    sink->len += bytes.len;
    memcpy(sink->all + sink->all_len, bytes.data, bytes.len);
    sink->all_len += bytes.len;

    return CG_OK;
}


static cg_status_t
sink_text(void *ctx, cg_str_t bytes)
{
    sink_t  *sink = ctx;

    sink->banners += cg_str_eq(bytes, cg_str("[B]")) ? 1 : 0;

    if (sink->nmarks < MARKS) {
        sink->marks[sink->nmarks++] = sink->len;
    }

    memcpy(sink->all + sink->all_len, bytes.data, bytes.len);
    sink->all_len += bytes.len;

    return CG_OK;
}


static sink_t *
sink_new(void)
{
    sink_t  *sink = calloc(1, sizeof(*sink));

    sink->data = malloc(MAX);
    sink->all = malloc(2 * MAX);

    return sink;
}


static void
sink_free(sink_t *sink)
{
    free(sink->data);
    free(sink->all);
    free(sink);
}


/* In pieces of 1 to `max` bytes, by a generator that is the same each time;
 * 0: whole. */

static cg_status_t
feed(const cg_gate_conf_t *conf, cg_str_t in, size_t max, sink_t *sink,
    cg_tally_t *tally)
{
    size_t       at, n;
    heap_t       heap;
    uint32_t     seed = 12345;
    cg_str_t     block;
    cg_gate_t   *gate;
    cg_status_t  rc = CG_OK;
    cg_sink_t    to = { sink_origin, sink_origin, sink_text, NULL, NULL, NULL };

    heap_init(&heap);
    to.ctx = sink;
    sink->len = 0;
    sink->all_len = 0;
    sink->nmarks = 0;
    sink->banners = 0;
    gate = cg_gate_create(&heap.arena, conf, &to);

    for (at = 0; at < in.len && rc == CG_OK; at += n) {
        seed = seed * 1103515245 + 12345;
        n = max ? 1 + (seed >> 8) % max : in.len;
        n = n < in.len - at ? n : in.len - at;
        block = heap_exact(cg_str_sub(in, at, at + n));
        rc = cg_gate_feed(gate, block);
        free((void *) block.data);
    }

    if (rc == CG_OK) {
        rc = cg_gate_end(gate);
    }

    *tally = *cg_gate_tally(gate);
    heap_drop(&heap);

    return rc;
}


/* The whole of a file, or of what a command prints. */

static cg_str_t
load(const char *name, int zipped)
{
    char      command[512];
    FILE     *file;
    size_t    n;
    cg_str_t  s = cg_str_null;
    char     *data;

    snprintf(command, sizeof(command), zipped ? "gzip -dc '" PAGES "%s'"
             : PAGES "%s", name);
    file = zipped ? popen(command, "r") : fopen(command, "r");

    if (file == NULL) {
        return s;
    }

    data = malloc(MAX + 1);

    while ((n = fread(data + s.len, 1, MAX - s.len, file)) > 0) {
        s.len += n;
    }

    data[s.len] = '\0';
    s.data = (unsigned char *) data;

    if (zipped) {
        pclose(file);

    } else {
        fclose(file);
    }

    return s;
}


/* Is there an addition right behind the name of the tag at `start`? */

static int
is_marked(const sink_t *sink, size_t start, const char *tag)
{
    size_t  i;

    for (i = 0; i < sink->nmarks; i++) {
        if (sink->marks[i] == start + 1 + strlen(tag)) {
            return 1;
        }
    }

    return 0;
}


static int
is_plain_kind(const char *kind, const char *attr)
{
    static const char *const  kinds[] = {
        "script-src", "iframe", "img", "img-pixel", "noscript>iframe",
        "noscript>img", "noscript>img-pixel", "video", "link:preconnect",
        "link:dns-prefetch", "link:stylesheet", "link:preload",
        "link:prefetch", "link:icon", NULL
    };

    size_t  i;

    if (strncmp(attr, "data-", 5) == 0) {
        return 0;
    }

    for (i = 0; kinds[i]; i++) {
        if (strcmp(kind, kinds[i]) == 0) {
            return 1;
        }
    }

    return 0;
}


/* The rows of elements.tsv for one page:
 * file unit start end tag kind attr host vendors */

static void
check_rows(sum_t *sum, const char *rows, const char *name,
    const sink_t *sink)
{
    char           tag[32], kind[64], attr[32], host[256], vendors[256];
    size_t         len = strlen(name);
    const char    *line;
    unsigned long  start;

    for (line = rows; line; line = strchr(line, '\n')) {
        line += *line == '\n';

        if (strncmp(line, name, len) != 0 || line[len] != '\t'
            || sscanf(line + len, "\tbyte\t%lu\t%*u\t%31s\t%63s\t%31s"
                      "\t%255s\t%255s", &start, tag, kind, attr, host,
                      vendors) != 6)
        {
            continue;
        }

        if (strcmp(kind, "inline-script") == 0
            && strncmp(vendors, "google-analytics", 16) == 0)
        {
            sum->inline_rows++;
            sum->inline_held += (size_t) is_marked(sink, start, tag);
        }

        if (!is_plain_kind(kind, attr)) {
            continue;
        }

        sum->rows++;

        if (is_marked(sink, start, tag)) {
            sum->held++;

        } else {
            sum->missed = 1;
            printf("# passes: %s at %lu: %s %s %s\n", name, start, kind,
                   attr, host);
        }
    }
}


static void
check_page(sum_t *sum, const char *name, const char *rows,
    const site_t *hold, const site_t *allow, sink_t *one, sink_t *two)
{
    cg_str_t        in = load(name, 1);
    cg_tally_t      tally, again;
    cg_gate_conf_t  conf;

    memset(&conf, 0, sizeof(conf));
    conf.inline_limit = 1024 * 1024;
    conf.head = cg_str("[H]");
    conf.banner = say_b;

    sum->pages++;
    conf.judge = site_judge(hold, 0);

    if (feed(&conf, in, 0, one, &tally) != CG_OK
        || one->len != in.len || memcmp(one->data, in.data, in.len) != 0
        || one->banners > 1 || tally.withheld)
    {
        sum->changed = 1;
        printf("# %s: shut, the origin's bytes differ\n", name);
    }

    check_rows(sum, rows, name, one);
    sum->banners += one->banners;

    if (feed(&conf, in, 3000, two, &again) != CG_OK
        || one->all_len != two->all_len
        || memcmp(one->all, two->all, one->all_len) != 0
        || memcmp(&tally, &again, sizeof(tally)) != 0)
    {
        sum->split = 1;
        printf("# %s: cuts make a difference\n", name);
    }

    conf.judge = site_judge(allow, 3);

    if (feed(&conf, in, 20000, two, &again) != CG_OK
        || two->len != in.len || memcmp(two->data, in.data, in.len) != 0
        || two->nmarks > 2 || two->banners != one->banners)
    {
        sum->changed = 1;
        printf("# %s: open, the origin's bytes differ\n", name);
    }

    free((void *) in.data);
}


int
main(void)
{
    char        name[256];
    sum_t       sum;
    site_t      hold, allow;
    sink_t     *one, *two;
    cg_str_t    index, rows;
    const char *line;

    if (tap_lacks(PAGES "index.tsv")) {
        return tap_done();
    }

    index = load("index.tsv", 0);

    memset(&sum, 0, sizeof(sum));
    site_init(&hold, "hold");
    site_init(&allow, "allow");
    rows = load("elements.tsv", 0);
    one = sink_new();
    two = sink_new();

    line = strchr((const char *) index.data, '\n');

    for ( ; line && sscanf(line + 1, "%255s", name) == 1;
         line = strchr(line + 1, '\n'))
    {
        check_page(&sum, name, (const char *) rows.data, &hold, &allow, one,
                   two);
    }

    printf("# %zu pages, %zu with a banner; %zu of %zu elements held; "
           "%zu of %zu inline scripts of Google Analytics\n", sum.pages,
           sum.banners, sum.held, sum.rows, sum.inline_held,
           sum.inline_rows);

    ok(sum.pages > 100, "there are pages to look at");
    ok(!sum.changed, "edits are insertions: the origin's bytes leave whole "
       "and in order, with at most one banner");
    ok(!sum.split, "any cut of a page gives the same output and tally");
    ok(sum.rows > 100 && !sum.missed,
       "every element that fetches from a tracker is held");

    sink_free(one);
    sink_free(two);
    free((void *) index.data);
    free((void *) rows.data);
    site_drop(&hold);
    site_drop(&allow);

    return tap_done();
}
