/* consentctl verify: is a consent log whole and unaltered, as far as its
 * chain, and its seals if their key is given, can show? */

#include "ctl.h"
#include "consent/cg_pending.h"
#include "evidence/cg_verify.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include <jansson.h>

#define VERIFY_CHUNK   65536     /* bytes read at a time */
#define VERIFY_LISTED  1000      /* findings; the rest is counted */
#define VERIFY_WAITS   (4096 * CG_PENDING_LINE)    /* bytes of pending */


typedef struct {
    const char  *path;
    uint64_t     before;         /* line feeds in front of this file */
} verify_file_t;

typedef struct {
    ctl_t            *ctl;
    verify_file_t    *files;
    size_t            n_files;
    json_t           *findings;
    uint64_t          unlisted;
    uint64_t          lines;     /* line feeds read so far */
    int               failed;    /* no memory for a finding */
    int               keyed;     /* a seal's key was given */
    json_int_t        waiting;   /* in the state directory; -1: not known */
    cg_verify_sum_t   sum;
} verify_run_t;

static const char *const  verify_levels[] = { "note", "cannot tell",
                                              "finding" };
static const char *const  verify_verdicts[] = { "pass", "finding",
                                                "cannot tell" };


/* The file that a line of the whole stands in; its own number in `line`. */

static const char *
verify_place(const verify_run_t *run, uint64_t *line)
{
    size_t  i = run->n_files;

    while (--i) {
        if (run->files[i].before < *line) {
            break;
        }
    }

    *line -= run->files[i].before;

    return run->files[i].path;
}


static void
verify_keep(void *ctx, const cg_finding_t *finding)
{
    json_t        *item;
    uint64_t       line = finding->line;
    const char    *path;
    verify_run_t  *run = ctx;

    if (json_array_size(run->findings) == VERIFY_LISTED) {
        run->unlisted++;
        return;
    }

    path = verify_place(run, &line);
    item = json_object();

    if (json_object_set_new(item, "file", json_string(path)) != 0) {
        (void) json_object_set_new(item, "file", json_string("?"));
    }

    if (json_object_set_new(item, "line", json_integer((json_int_t) line))
        || json_object_set_new(item, "lane", finding->lane.data
               ? json_stringn((const char *) finding->lane.data,
                              finding->lane.len) : json_null())
        || json_object_set_new(item, "seq", finding->lane.data
               ? json_integer((json_int_t) finding->seq) : json_null())
        || json_object_set_new(item, "level",
                               json_string(verify_levels[finding->level]))
        || json_object_set_new(item, "kind", json_string(finding->kind))
        || json_object_set_new(item, "text", json_string(finding->text)))
    {
        run->failed = 1;
    }

    if (json_array_append_new(run->findings, item) != 0) {
        run->failed = 1;
    }
}


static int
verify_stream(verify_run_t *run, cg_verify_t *verify, FILE *in,
    const char *path)
{
    size_t         i, n;
    cg_status_t    rc;
    unsigned char  chunk[VERIFY_CHUNK];

    while ((n = fread(chunk, 1, sizeof(chunk), in)) != 0) {
        rc = cg_verify_feed(verify, (cg_str_t) { n, chunk });

        if (rc != CG_OK) {
            return ctl_complain(run->ctl, "%s: %s", path, rc == CG_ELIMIT
                                ? "more lanes than can be kept in memory"
                                : "no memory");
        }

        for (i = 0; i < n; i++) {
            run->lines += chunk[i] == '\n';
        }
    }

    return ferror(in) ? ctl_complain(run->ctl, "%s: %s", path,
                                     strerror(errno)) : 0;
}


static int
verify_files(verify_run_t *run, cg_verify_t *verify)
{
    int          i, code = 0;
    FILE        *in;
    const char  *path;

    for (i = 0; i < run->ctl->argc && code == 0; i++) {
        path = run->ctl->argv[i];
        in = strcmp(path, "-") == 0 ? stdin : fopen(path, "rb");

        if (in == NULL) {
            return ctl_complain(run->ctl, "%s: %s", path, strerror(errno));
        }

        run->files[run->n_files].path = path;
        run->files[run->n_files].before = run->lines;
        run->n_files++;

        code = verify_stream(run, verify, in, path);

        if (in != stdin) {
            (void) fclose(in);
        }
    }

    return code;
}


/* The keys in `path`, one a line. */

static int
verify_key_file(verify_run_t *run, cg_verify_t *verify, const char *path)
{
    char            line[CG_SEAL_ROOT_TEXT];
    FILE           *in = path ? fopen(path, "rb") : NULL;
    cg_status_t     rc = CG_OK;
    cg_seal_root_t  root;

    if (in == NULL) {
        return ctl_complain(run->ctl, path ? "%s: %s" : "--seal-key needs a"
                            " file", path, strerror(errno));
    }

    while (rc == CG_OK && fgets(line, sizeof(line), in)) {
        rc = cg_seal_root_read(cg_str_from(line), &root);
        rc = rc == CG_OK ? cg_verify_key(verify, &root) : rc;
        run->keyed += rc == CG_OK;
    }

    (void) fclose(in);

    return rc == CG_OK && run->keyed ? CTL_PASS
           : ctl_complain(run->ctl, "%s: no keys, as \"consentctl key --seal\""
                          " prints them", path);
}


static int
verify_keys(verify_run_t *run, cg_verify_t *verify)
{
    int          code = CTL_PASS;
    const char  *path;

    while (code == CTL_PASS
           && ctl_take_value(run->ctl, "--seal-key", &path))
    {
        code = verify_key_file(run, verify, path);
    }

    return code;
}


/* What still waits for Redis beside the newest file, where that may be read. */

static void
verify_waiting(verify_run_t *run)
{
    char           path[4096];
    FILE          *in = NULL;
    size_t         at = 0, place;
    cg_str_t       bytes;
    cg_pending_t   pending;
    unsigned char *block = cg_arena_raw(run->ctl->arena, VERIFY_WAITS);

    run->waiting = -1;

    if (block && snprintf(path, sizeof(path), "%s.d/pending",
                          run->ctl->argv[run->ctl->argc - 1])
                 < (int) sizeof(path))
    {
        in = fopen(path, "rb");
    }

    if (in) {
        bytes = (cg_str_t) { fread(block, 1, VERIFY_WAITS, in), block };
        (void) fclose(in);

        for (run->waiting = 0;
             cg_pending_next(bytes, &at, &pending, &place) == CG_OK;
             run->waiting++) { /* void */ }
    }
}


static int
verify_print_json(const verify_run_t *run, int code)
{
    json_t                 *json;
    const cg_verify_sum_t  *sum = &run->sum;

    json = json_pack("{s:s, s:O, s:I, s:o, s:{s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,"
                     "s:I,s:I,s:I}}",
                     "verdict", verify_verdicts[code],
                     "findings", run->findings,
                     "unlisted", (json_int_t) run->unlisted,
                     "waiting", run->waiting < 0 ? json_null()
                                : json_integer(run->waiting),
                     "summary",
                     "lines", (json_int_t) sum->lines,
                     "lanes", (json_int_t) sum->lanes,
                     "closed", (json_int_t) sum->closed,
                     "decisions", (json_int_t) sum->decisions,
                     "open", (json_int_t) sum->open,
                     "torn", (json_int_t) sum->torn,
                     "pending", (json_int_t) sum->pending,
                     "seals", (json_int_t) sum->seals,
                     "proven", (json_int_t) sum->proven,
                     "faults", (json_int_t) sum->faults,
                     "unsure", (json_int_t) sum->unsure);

    if (json == NULL || json_dumpf(json, stdout, JSON_ENSURE_ASCII) != 0) {
        json_decref(json);
        return ctl_complain(run->ctl, "cannot print the answer");
    }

    json_decref(json);
    putchar('\n');

    return code;
}


static void
verify_print_finding(const json_t *item)
{
    const char  *lane = json_string_value(json_object_get(item, "lane"));

    printf("%s: %s line %lld: %s",
           json_string_value(json_object_get(item, "level")),
           json_string_value(json_object_get(item, "file")),
           (long long) json_integer_value(json_object_get(item, "line")),
           json_string_value(json_object_get(item, "text")));

    if (lane) {
        printf(" (lane %s, seq %lld)", lane,
               (long long) json_integer_value(json_object_get(item, "seq")));
    }

    putchar('\n');
}


static int
verify_print_text(const verify_run_t *run, int code)
{
    static const char *const  sentences[] = {
        "pass: nothing was altered, as far as the chain can show",
        "finding: this is not what was written",
        "cannot tell: what is here is not the whole log",
    };

    size_t                  i;
    const cg_verify_sum_t  *sum = &run->sum;

    printf("%s\n", run->keyed && code == CTL_PASS
           ? "pass: nothing was altered, as far as the seals can show"
           : sentences[code]);

    for (i = 0; i < json_array_size(run->findings); i++) {
        verify_print_finding(json_array_get(run->findings, i));
    }

    if (run->unlisted) {
        printf("and %llu more\n", (unsigned long long) run->unlisted);
    }

    printf("%llu lines, %llu lanes (%llu closed), %llu decisions, %llu open"
           " intents, %llu torn",
           (unsigned long long) sum->lines, (unsigned long long) sum->lanes,
           (unsigned long long) sum->closed,
           (unsigned long long) sum->decisions,
           (unsigned long long) sum->open, (unsigned long long) sum->torn);

    if (sum->seals) {
        printf(", %llu seals (%llu proven)", (unsigned long long) sum->seals,
               (unsigned long long) sum->proven);
    }

    if (sum->pending || run->waiting > 0) {
        printf(", %llu pending", (unsigned long long) sum->pending);
    }

    if (run->waiting > 0) {
        printf(" (%lld in the state directory)", (long long) run->waiting);
    }

    putchar('\n');

    return code;
}


static int
verify_log(verify_run_t *run, cg_verify_t *verify)
{
    int  code = verify_files(run, verify);

    if (code == 0
        && (cg_verify_end(verify, &run->sum) != CG_OK || run->failed))
    {
        code = ctl_complain(run->ctl, "no memory");
    }

    if (code) {
        return code;
    }

    verify_waiting(run);

    code = run->sum.faults ? CTL_FINDING
                           : run->sum.unsure ? CTL_CANNOT_TELL : CTL_PASS;

    return run->ctl->json ? verify_print_json(run, code)
                          : verify_print_text(run, code);
}


int
ctl_verify(ctl_t *ctl)
{
    int            code;
    cg_verify_t   *verify;
    verify_run_t   run;

    memset(&run, 0, sizeof(run));
    run.ctl = ctl;
    run.findings = json_array();
    run.files = calloc((size_t) ctl->argc + 1, sizeof(*run.files));
    verify = cg_verify_new(ctl->arena, verify_keep, &run);

    if (run.findings == NULL || run.files == NULL || verify == NULL) {
        return ctl_complain(ctl, "no memory");
    }

    code = verify_keys(&run, verify);

    if (code || ctl_has_unknown_option(ctl)) {
        code = CTL_CANNOT_TELL;

    } else if (ctl->argc == 0) {
        code = ctl_complain(ctl, "which FILE? the oldest first, or - for"
                            " standard input");
    } else {
        code = verify_log(&run, verify);
    }

    json_decref(run.findings);
    free(run.files);

    return code;
}
