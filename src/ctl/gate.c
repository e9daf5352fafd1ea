/* consentctl gate: what a visitor would get of a page. */

#include "ctl.h"
#include "conf.h"
#include "gate/cg_wide.h"
#include "gate/cg_head.h"

#include <errno.h>
#include <stdio.h>

#include <jansson.h>

#define GATE_CONF    "/etc/nginx/nginx.conf"
#define GATE_PIECE   (64 * 1024)         /* bytes read at once */
#define GATE_INLINE  (1024 * 1024)       /* as consent_inline_limit */
#define GATE_HEAD    (16 * 1024)


typedef struct {
    const char         *conf;
    const char         *policy;          /* NULL: the only one */
    const char         *host;            /* NULL: no host is own */
    const char         *grant;           /* NULL: none */
    cg_site_t           site;
    cg_gate_conf_t      gate;
} gate_run_t;

typedef struct {
    const cg_gate_conf_t  *conf;
    cg_gate_t             *gate;
    cg_wide_t             *wide;       /* NULL: ASCII by the byte */
    cg_sink_t              sink;
} gate_reader_t;



static int
gate_read_options(const ctl_t *ctl, gate_run_t *run)
{
    int           i;
    size_t        k;
    struct {
        const char   *name;
        const char  **value;
    } options[] = {
        { "--conf", &run->conf }, { "--policy", &run->policy },
        { "--site", &run->host }, { "--grant", &run->grant },
    };

    for (i = 0; i < ctl->argc; i += 2) {
        for (k = 0; k < 4 && strcmp(ctl->argv[i], options[k].name); k++) {
            /* void */
        }

        if (k == 4) {
            return ctl_complain(ctl, "unknown argument %s", ctl->argv[i]);
        }

        if (ctl->argv[i + 1] == NULL) {
            return ctl_complain(ctl, "%s needs a value", ctl->argv[i]);
        }

        *options[k].value = ctl->argv[i + 1];
    }

    return CTL_PASS;
}


static int
gate_read_policy(const ctl_t *ctl, gate_run_t *run)
{
    cg_diag_t           diag;
    cg_policies_t      *set = cg_policies_create(ctl->arena);
    const cg_policy_t  *policy;

    memset(&diag, 0, sizeof(diag));

    if (set == NULL) {
        return ctl_complain(ctl, "out of memory");
    }

    if (ctl_conf_load(run->conf, set, &diag) != 0
        || cg_policies_freeze(set, &diag) != CG_OK)
    {
        return ctl_complain(ctl, "%s:%u: %s",
                            diag.file ? diag.file : run->conf, diag.line,
                            diag.text);
    }

    policy = run->policy ? cg_policies_find(set, cg_str_from(run->policy))
                         : cg_policies_at(set, 0);

    if (policy == NULL) {
        return ctl_complain(ctl, "no policy %s in %s",
                            run->policy ? run->policy : "at all", run->conf);
    }

    if (run->policy == NULL && cg_policies_at(set, 1) != NULL) {
        return ctl_complain(ctl, "%s has several policies: name one with "
                            "--policy", run->conf);
    }

    run->gate.judge.policy = policy;

    return CTL_PASS;
}


static int
gate_read_site(const ctl_t *ctl, gate_run_t *run)
{
    size_t              i;
    const char         *error = "out of memory";
    const cg_policy_t  *policy = run->gate.judge.policy;

    cg_site_init(&run->site, ctl->arena);
    run->gate.judge.site = &run->site;

    if (run->host != NULL
        && cg_site_add_name(&run->site, cg_str_from(run->host)) != CG_OK)
    {
        return ctl_complain(ctl, "out of memory");
    }

    for (i = 0; i < policy->nown_hosts; i++) {
        if (cg_site_add_own(&run->site, policy->own_hosts[i], &error)
            != CG_OK)
        {
            return ctl_complain(ctl, "own_host %.*s: %s",
                                (int) policy->own_hosts[i].len,
                                policy->own_hosts[i].data, error);
        }
    }

    return CTL_PASS;
}


/* "all", or purposes between commas. */

static int
gate_read_grant(const ctl_t *ctl, gate_run_t *run)
{
    size_t               n;
    const char          *p;
    const cg_purpose_t  *purpose;
    const cg_policy_t   *policy = run->gate.judge.policy;

    if (run->grant == NULL) {
        run->gate.judge.ahead = policy->advanced;
    }

    if (run->grant != NULL && strcmp(run->grant, "all") == 0) {
        run->gate.judge.granted = policy->optional;
        return CTL_PASS;
    }

    for (p = run->grant; p != NULL && *p; p += n + (p[n] == ',')) {
        n = strcspn(p, ",");
        purpose = cg_policy_purpose(policy, (cg_str_t) {
                                        n, (const unsigned char *) p });
        if (purpose == NULL) {
            return ctl_complain(ctl, "the policy has no purpose %.*s",
                                (int) n, p);
        }

        run->gate.judge.granted |= purpose->bit;
    }

    return CTL_PASS;
}


static cg_status_t
gate_write(void *ctx, cg_str_t bytes)
{
    FILE  *to = ctx;

    if (to != NULL && fwrite(bytes.data, 1, bytes.len, to) != bytes.len) {
        return CG_EINVAL;
    }

    return CG_OK;
}


/* The gate of the page's encoding, which only the page can say here. */

static int
gate_open(const ctl_t *ctl, gate_reader_t *reader, cg_str_t begin)
{
    const cg_charset_t  *charset = cg_charset_bom(begin);

    if (charset == NULL) {
        charset = cg_charset_prescan(begin);
    }

    if (cg_charset_is_wide(charset)) {
        reader->wide = cg_wide_create(ctl->arena, reader->conf, &reader->sink,
                                      charset);
        reader->gate = reader->wide ? cg_wide_gate(reader->wide) : NULL;

    } else {
        reader->gate = cg_gate_create(ctl->arena, reader->conf, &reader->sink);
    }

    return reader->gate != NULL;
}


static int
gate_filter(const ctl_t *ctl, const gate_run_t *run, cg_tally_t *tally)
{
    size_t          n;
    cg_str_t        bytes = cg_str("");
    cg_status_t     rc = CG_OK;
    gate_reader_t   reader = { &run->gate, NULL, NULL,
                               { gate_write, gate_write, gate_write, NULL,
                                 NULL, NULL } };
    unsigned char  *piece = cg_arena_raw(ctl->arena, GATE_PIECE);

    reader.sink.ctx = ctl->json ? NULL : stdout;

    while (rc == CG_OK && piece != NULL
           && (n = fread(piece, 1, GATE_PIECE, stdin)) > 0)
    {
        bytes = (cg_str_t) { n, piece };

        if (reader.gate == NULL && !gate_open(ctl, &reader, bytes)) {
            return ctl_complain(ctl, "out of memory");
        }

        rc = reader.wide ? cg_wide_feed(reader.wide, bytes)
                         : cg_gate_feed(reader.gate, bytes);
    }

    if (rc == CG_OK && ferror(stdin)) {
        return ctl_complain(ctl, "cannot read the page: %s",
                            strerror(errno));
    }

    if (piece == NULL
        || (reader.gate == NULL && !gate_open(ctl, &reader, bytes)))
    {
        return ctl_complain(ctl, "out of memory");
    }

    if (rc == CG_OK) {
        rc = reader.wide ? cg_wide_end(reader.wide) : cg_gate_end(reader.gate);
    }

    if (rc != CG_OK) {
        return ctl_complain(ctl, rc == CG_ENOMEM ? "out of memory"
                                                 : "cannot write the page");
    }

    *tally = *cg_gate_tally(reader.gate);

    return CTL_PASS;
}


static json_t *
gate_text(cg_str_t s)
{
    return s.data ? json_stringn((const char *) s.data, s.len) : json_null();
}


static int
gate_answer(const ctl_t *ctl, const gate_run_t *run, const cg_tally_t *tally)
{
    size_t                 i;
    json_t                *answer, *vendors = json_array();
    const cg_tally_row_t  *row;

    for (i = 0; i < tally->n; i++) {
        row = &tally->rows[i];
        (void) json_array_append_new(vendors,
            json_pack("{s:o, s:o, s:I, s:I}", "vendor",
                      gate_text(row->vendor), "clause",
                      gate_text(row->clause), "held", (json_int_t) row->held,
                      "passed", (json_int_t) row->passed));
    }

    answer = json_pack("{s:o, s:o, s:I, s:I}", "policy",
                       gate_text(run->gate.judge.policy->id), "vendors",
                       vendors, "more", (json_int_t) tally->more_held
                       + (json_int_t) tally->more_passed, "withheld",
                       (json_int_t) tally->withheld);

    if (answer == NULL || json_array_size(vendors) != tally->n
        || json_dumpf(answer, stdout, JSON_COMPACT) != 0)
    {
        return ctl_complain(ctl, "cannot write the answer");
    }

    putchar('\n');
    json_decref(answer);

    return CTL_PASS;
}


static cg_status_t
gate_head(ctl_t *ctl, gate_run_t *run)
{
    cg_out_t    out;
    cg_head_text_t  *head = cg_head_create(ctl->arena, run->gate.judge.policy);

    if (head == NULL) {
        return CG_ENOMEM;
    }

    cg_out_init(&out, ctl->arena, GATE_HEAD);
    cg_head_write(&out, head, run->gate.judge.granted,
                  run->gate.judge.ahead, cg_str_null);
    run->gate.head = cg_out_slice(&out);

    return out.status;
}


int
ctl_gate(ctl_t *ctl)
{
    int         code;
    cg_tally_t  tally;
    gate_run_t  run;

    memset(&run, 0, sizeof(run));
    memset(&tally, 0, sizeof(tally));
    run.conf = GATE_CONF;
    run.gate.inline_limit = GATE_INLINE;

    if ((code = gate_read_options(ctl, &run)) != CTL_PASS
        || (code = gate_read_policy(ctl, &run)) != CTL_PASS
        || (code = gate_read_site(ctl, &run)) != CTL_PASS
        || (code = gate_read_grant(ctl, &run)) != CTL_PASS)
    {
        return code;
    }

    if (gate_head(ctl, &run) != CG_OK) {
        return ctl_complain(ctl, "out of memory");
    }

    code = gate_filter(ctl, &run, &tally);

    return code == CTL_PASS && ctl->json ? gate_answer(ctl, &run, &tally)
                                         : code;
}
