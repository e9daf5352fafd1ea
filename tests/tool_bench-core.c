/*
 * Times the core on whole pages: each file is fed in 32 KiB pieces, as nginx
 * does, as often as a quarter of a second allows; prints the best time and GB/s
 * of each stage.  `--once STAGE FILE` runs one stage once, for whoever counts
 * instructions (tests/bench-core); `--stages` prints their names.
 *
 *   tokenizer    every token
 *   tree         and what the tree would say to the tokenizer
 *   scanner      the same with tags skimmed, as the gate has it
 *   first-visit  the gate, with a head insertion and a banner
 *   refused      the gate, with nothing to insert
 */

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "site.h"

#include "gate/cg_gate.h"
#include "html/cg_html_skim.h"
#include "html/cg_html_tree.h"

#define PIECE   (32 * 1024)
#define ROUNDS  40
#define POOL    (256 * 1024)

typedef enum {
    TOKENIZER = 0,
    TREE,
    SCANNER,
    FIRST_VISIT,
    REFUSED,
    STAGES
} stage_t;

static const char *const  stages[] = {
    "tokenizer", "tree", "scanner", "first-visit", "refused"
};


/* Memory as nginx's pools give it: a step, and gone as a whole. */

typedef struct block_s  block_t;

struct block_s {
    block_t  *next;
    size_t    left;
};

typedef struct {
    cg_arena_t   arena;
    block_t     *blocks;
} pool_t;

typedef struct {
    cg_html_tok_t   *tok;
    cg_html_tree_t   tree;
    cg_str_t         page;
    stage_t          stage;
} scan_t;


static void *
pool_alloc(void *ctx, size_t size)
{
    size_t    all = size + 64 > POOL ? size + 64 : POOL;
    pool_t   *pool = ctx;
    block_t  *block = pool->blocks;

    size = (size + 15) & ~(size_t) 15;

    if (block == NULL || block->left < size) {
        block = malloc(all);
        block->left = (all - sizeof(*block)) & ~(size_t) 15;
        block->next = pool->blocks;
        pool->blocks = block;
    }

    block->left -= size;

    return (unsigned char *) (block + 1) + block->left;
}


static void
pool_init(pool_t *pool)
{
    memset(pool, 0, sizeof(*pool));
    pool->arena.alloc = pool_alloc;
    pool->arena.ctx = pool;
}


static void
pool_drop(pool_t *pool)
{
    block_t  *block;

    while ((block = pool->blocks) != NULL) {
        pool->blocks = block->next;
        free(block);
    }
}


static cg_status_t
bench_token(void *ctx, const cg_html_token_t *token)
{
    scan_t              *scan = ctx;
    cg_html_feedback_t   feedback;

    if (scan->stage == TOKENIZER || token->kind > CG_HTML_END_TAG
        || token->kind == CG_HTML_TEXT)
    {
        return CG_OK;
    }

    feedback = token->kind == CG_HTML_START_TAG
               ? cg_html_tree_start(&scan->tree, token,
                                    cg_str_sub(scan->page, token->start,
                                               token->end))
               : cg_html_tree_end(&scan->tree, token);

    if (feedback.mode != CG_HTML_DATA) {
        cg_html_tok_set_mode(scan->tok, feedback.mode, cg_str_null);
    }

    cg_html_skim_set(scan->tok, scan->stage == SCANNER
                                && feedback.mode == CG_HTML_DATA
                                && scan->tree.depth == 0);

    return CG_OK;
}


static void
bench_scan(cg_str_t page, stage_t stage)
{
    size_t  at, n;
    pool_t  pool;
    scan_t  scan;

    pool_init(&pool);
    memset(&scan, 0, sizeof(scan));
    scan.page = page;
    scan.stage = stage;
    scan.tok = cg_html_tok_create(&pool.arena, bench_token, &scan, 0);

    for (at = 0; at < page.len; at += n) {
        n = page.len - at < PIECE ? page.len - at : PIECE;

        if (cg_html_tok_feed(scan.tok, page.data + at, n) != CG_OK) {
            abort();
        }
    }

    pool_drop(&pool);
}


static cg_status_t
bench_sink(void *ctx, cg_str_t bytes)
{
    *(size_t *) ctx += bytes.len;

    return CG_OK;
}


static cg_str_t
bench_banner(void *ctx, cg_str_t lang, int based)
{
    (void) ctx;
    (void) lang;
    (void) based;

    return cg_str("<section>banner</section>");
}


static void
bench_gate(cg_str_t page, const site_t *site, stage_t stage)
{
    size_t          at, n, total = 0;
    pool_t          pool;
    cg_gate_t      *gate;
    cg_sink_t       sink = { bench_sink, bench_sink, bench_sink, &total,
                             NULL, NULL };
    cg_gate_conf_t  conf;

    pool_init(&pool);
    memset(&conf, 0, sizeof(conf));
    conf.judge = site_judge(site, 0);
    conf.inline_limit = 1024 * 1024;

    if (stage == FIRST_VISIT) {
        conf.head = cg_str("<script>head</script>");
        conf.banner = bench_banner;
    }

    gate = cg_gate_create(&pool.arena, &conf, &sink);

    for (at = 0; at < page.len; at += n) {
        n = page.len - at < PIECE ? page.len - at : PIECE;

        if (cg_gate_feed(gate, cg_str_sub(page, at, at + n)) != CG_OK) {
            abort();
        }
    }

    if (cg_gate_end(gate) != CG_OK) {
        abort();
    }

    pool_drop(&pool);
}


/* Not inlined: tests/bench-core counts what is done in here. */

__attribute__((noinline)) static void
bench_stage(stage_t stage, cg_str_t page, const site_t *site)
{
    if (stage <= SCANNER) {
        bench_scan(page, stage);

    } else {
        bench_gate(page, site, stage);
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
        fprintf(stderr, "bench-core: cannot read %s\n", name);
        exit(1);
    }

    size = ftell(file);
    rewind(file);
    data = malloc((size_t) size + 1);
    page.len = fread(data, 1, (size_t) size, file);
    page.data = data;
    fclose(file);

    return page;
}


/* The best of many rounds: ns for one pass. */

static double
bench_time(stage_t stage, cg_str_t page, const site_t *site)
{
    double    start, took, best = 1e18;
    unsigned  i, k, passes = 1 + (unsigned) (4000000 / (page.len + 1));

    for (i = 0; i < ROUNDS; i++) {
        start = bench_now();

        for (k = 0; k < passes; k++) {
            bench_stage(stage, page, site);
        }

        took = (bench_now() - start) / passes;
        best = took < best ? took : best;
    }

    return best;
}


static void
bench_file(const char *name, const site_t *site)
{
    double    ns;
    stage_t   stage;
    cg_str_t  page = bench_read(name);

    for (stage = 0; stage < STAGES; stage++) {
        ns = bench_time(stage, page, site);
        printf("%8zu bytes  %-12s %8.1f us  %5.2f GB/s\n", page.len,
               stages[stage], ns / 1000, (double) page.len / ns);
    }

    free((void *) page.data);
}


static void
bench_once(const char *name, const char *file, const site_t *site)
{
    stage_t   stage = 0;
    cg_str_t  page = bench_read(file);

    while (stage < STAGES && strcmp(stages[stage], name) != 0) {
        stage++;
    }

    if (stage == STAGES) {
        fprintf(stderr, "bench-core: no stage \"%s\"\n", name);
        exit(1);
    }

    bench_stage(stage, page, site);
    free((void *) page.data);
}


int
main(int argc, char **argv)
{
    int     i;
    site_t  site;

    if (argc == 2 && strcmp(argv[1], "--stages") == 0) {
        for (i = 0; i < STAGES; i++) {
            printf("%s\n", stages[i]);
        }

        return 0;
    }

    site_init(&site, "hold");

    if (argc == 4 && strcmp(argv[1], "--once") == 0) {
        bench_once(argv[2], argv[3], &site);

    } else {
        for (i = 1; i < argc; i++) {
            bench_file(argv[i], &site);
        }
    }

    site_drop(&site);

    return 0;
}
