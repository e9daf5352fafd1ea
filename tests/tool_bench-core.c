/*
 * Times the core on whole pages: each file is fed in 32 KiB pieces, as nginx
 * does, until a quarter of a second has gone by; prints nanoseconds and GB/s
 * for the tokenizer alone, with the tree, and for the gate of a first visit
 * and of a refusal with nothing to insert.  `--once STAGE FILE` runs one pass,
 * for whoever counts instructions.
 */

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "heap.h"
#include "site.h"

#include "gate/cg_gate.h"
#include "html/cg_html_tree.h"

#define PIECE  (32 * 1024)

typedef struct {
    cg_html_tok_t   *tok;
    cg_html_tree_t   tree;
    cg_str_t         page;
    unsigned         with_tree;
    uint64_t         tokens;
} scan_t;


static cg_status_t
bench_token(void *ctx, const cg_html_token_t *token)
{
    scan_t              *scan = ctx;
    cg_html_feedback_t   feedback;

    scan->tokens++;

    if (!scan->with_tree) {
        return CG_OK;
    }

    if (token->kind == CG_HTML_START_TAG) {
        feedback = cg_html_tree_start(&scan->tree, token,
                                      cg_str_sub(scan->page, token->start,
                                                 token->end));
        if (feedback.mode != CG_HTML_DATA) {
            cg_html_tok_set_mode(scan->tok, feedback.mode, cg_str_null);
        }

    } else if (token->kind == CG_HTML_END_TAG) {
        cg_html_tree_end(&scan->tree, token);
    }

    return CG_OK;
}


static void
bench_scan(cg_str_t page, unsigned with_tree)
{
    size_t  at, n;
    heap_t  heap;
    scan_t  scan;

    heap_init(&heap);
    memset(&scan, 0, sizeof(scan));
    scan.page = page;
    scan.with_tree = with_tree;
    scan.tok = cg_html_tok_create(&heap.arena, bench_token, &scan, 0);

    for (at = 0; at < page.len; at += n) {
        n = page.len - at < PIECE ? page.len - at : PIECE;

        if (cg_html_tok_feed(scan.tok, page.data + at, n) != CG_OK) {
            abort();
        }
    }

    heap_drop(&heap);
}


static cg_status_t
bench_sink(void *ctx, cg_str_t bytes)
{
    *(size_t *) ctx += bytes.len;

    return CG_OK;
}


static cg_str_t
bench_banner(void *ctx, cg_str_t lang)
{
    (void) ctx;
    (void) lang;

    return cg_str("<section>banner</section>");
}


static void
bench_gate(cg_str_t page, site_t *site, int insert)
{
    size_t          at, n, total = 0;
    heap_t          heap;
    cg_gate_t      *gate;
    cg_sink_t       sink = { bench_sink, bench_sink, bench_sink, &total,
                             NULL, NULL };
    cg_gate_conf_t  conf;

    heap_init(&heap);
    memset(&conf, 0, sizeof(conf));
    conf.judge = site_judge(site, 0);
    conf.inline_limit = 1024 * 1024;

    if (insert) {
        conf.head = cg_str("<script>head</script>");
        conf.banner = bench_banner;
    }

    gate = cg_gate_create(&heap.arena, &conf, &sink);

    for (at = 0; at < page.len; at += n) {
        n = page.len - at < PIECE ? page.len - at : PIECE;

        if (cg_gate_feed(gate, cg_str_sub(page, at, at + n)) != CG_OK) {
            abort();
        }
    }

    if (cg_gate_end(gate) != CG_OK) {
        abort();
    }

    heap_drop(&heap);
}


__attribute__((noinline)) static void
bench_stage(int stage, cg_str_t page, site_t *site)
{
    switch (stage) {
    case 0:
        bench_scan(page, 0);
        break;
    case 1:
        bench_scan(page, 1);
        break;
    case 2:
        bench_gate(page, site, 1);
        break;
    case 3:
        bench_gate(page, site, 0);
        break;
    default:
        break;
    }
}


static double
bench_now(void)
{
    struct timespec  t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);

    return (double) t.tv_sec * 1e9 + (double) t.tv_nsec;
}


static cg_str_t
bench_read(const char *name)
{
    long            size;
    FILE           *file = fopen(name, "rb");
    cg_str_t        page = cg_str_null;
    unsigned char  *data;

    if (file == NULL || fseek(file, 0, SEEK_END) != 0) {
        return page;
    }

    size = ftell(file);
    rewind(file);
    data = malloc((size_t) size + 1);
    page.len = fread(data, 1, (size_t) size, file);
    page.data = data;
    fclose(file);

    return page;
}


static void
bench_file(const char *name, site_t *site)
{
    int       stage;
    double    start, took, best;
    unsigned  i, rounds;
    cg_str_t  page = bench_read(name);

    static const char  *stages[] = {
        "tokenizer", "with tree", "first visit", "refused, no insertion"
    };

    if (page.data == NULL) {
        fprintf(stderr, "cannot read %s\n", name);
        exit(1);
    }

    for (stage = 0; stage < 4; stage++) {
        rounds = 1 + (unsigned) (4000000 / (page.len + 1));
        best = 1e18;

        for (i = 0; i < 40; i++) {
            unsigned  k;

            start = bench_now();

            for (k = 0; k < rounds; k++) {
                bench_stage(stage, page, site);
            }

            took = (bench_now() - start) / rounds;
            best = took < best ? took : best;
        }

        printf("%8zu bytes  %-22s %8.1f us  %5.2f GB/s\n", page.len,
               stages[stage], best / 1000, (double) page.len / best);
    }

    free((void *) page.data);
}


int
main(int argc, char **argv)
{
    int     i;
    site_t  site;

    site_init(&site, "hold");

    if (argc == 4 && strcmp(argv[1], "--once") == 0) {
        cg_str_t  page = bench_read(argv[3]);

        if (page.data == NULL) {
            return 1;
        }

        bench_stage(atoi(argv[2]), page, &site);
        free((void *) page.data);
        site_drop(&site);
        return 0;
    }

    for (i = 1; i < argc; i++) {
        bench_file(argv[i], &site);
    }

    site_drop(&site);

    return 0;
}
