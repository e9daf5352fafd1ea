/*
 * The lane that a worker writes in the consent log: how it begins and ends, how
 * another goes on for it, and what is said of a log that could not be written.
 */

#include "ngx_http_consent_evidence.h"
#include "ngx_http_consent_unknown.h"
#include "ngx_http_consent_intents.h"
#include "ngx_http_consent_sum.h"

#include <openssl/rand.h>

#define CONSENT_TAIL  (256 * 1024)         /* bytes searched for heads */


/* A lane of its own for whoever writes. */

ngx_int_t
ngx_http_consent_log_lane(cg_chain_t *chain)
{
    unsigned char  seed[CG_LANE_SEED];

    if (RAND_bytes(seed, sizeof(seed)) != 1) {
        return NGX_ERROR;
    }

    cg_chain_open(chain, seed);

    return NGX_OK;
}


/* The end of the file as it stands: what a new lane follows.  A worker that may
 * not read it keeps what the master read. */

void
ngx_http_consent_log_heads(ngx_http_consent_log_t *log, ngx_pool_t *pool)
{
    off_t        size;
    ssize_t      n = 0;
    ngx_fd_t     fd;
    u_char      *tail = ngx_pnalloc(pool, CONSENT_TAIL);
    struct stat  info;
    cg_str_t     bytes;

    fd = ngx_open_file(log->path.data, NGX_FILE_RDONLY|NGX_FILE_NONBLOCK,
                       NGX_FILE_OPEN, 0);

    if (fd == NGX_INVALID_FILE) {
        return;
    }

    log->nheads = 0;

    if (tail && fstat(fd, &info) == 0) {
        size = info.st_size;
        n = pread(fd, tail, CONSENT_TAIL,
                  size > CONSENT_TAIL ? size - CONSENT_TAIL : 0);
    }

    if (n > 0) {
        bytes.data = tail;
        bytes.len = (size_t) n;

        if (cg_heads_read(bytes, log->heads, &log->nheads) != CG_OK) {
            log->nheads = 0;
        }
    }

    ngx_close_file(fd);
}


/* A line that is made for no request, in memory of its own. */

typedef struct {
    ngx_pool_t  *pool;
    cg_arena_t   arena;
    cg_out_t     out;
} consent_lane_line_t;


static ngx_int_t
consent_lane_begin(consent_lane_line_t *line, ngx_http_consent_log_t *log,
    const char *type)
{
    cg_event_t  event;

    line->pool = ngx_create_pool(4096, ngx_cycle->log);
    if (line->pool == NULL) {
        return NGX_ERROR;
    }

    ngx_http_consent_arena(&line->arena, line->pool);
    cg_out_init(&line->out, &line->arena, CG_MAX_LINE);

    ngx_http_consent_log_event(log, &event, type);
    cg_chain_begin(&log->chain, &line->out, &event);

    return NGX_OK;
}


static ngx_int_t
consent_lane_end(consent_lane_line_t *line, ngx_http_consent_log_t *log,
    ngx_http_consent_line_e kind)
{
    ngx_int_t  rc;

    rc = ngx_http_consent_log_append(log, &line->out, kind, NULL, NULL, NULL);
    ngx_destroy_pool(line->pool);

    return rc;
}


/* The same for a line that has a seal: another lane would have its own, so it
 * is never made again. */

static ngx_int_t
consent_lane_end_sealed(consent_lane_line_t *line, ngx_http_consent_log_t *log)
{
    ngx_int_t  rc = NGX_ERROR;
    cg_seal_t  next = log->seals.seal;

    if (cg_seal_evolve(&next) == CG_OK) {
        cg_seal_sign(&log->seals.seal, &log->chain, &line->out);
        rc = ngx_http_consent_journal_append(log->journal, &line->out,
                                             NGX_HTTP_CONSENT_LINE_LANE, NULL,
                                             NULL, NULL);
    }

    if (rc == NGX_OK) {
        ngx_http_consent_seal_made(log, &next);
    }

    cg_crypto_wipe(&next, sizeof(cg_seal_t));
    ngx_destroy_pool(line->pool);

    return rc;
}


static const cg_seal_t *
consent_lane_seal(ngx_http_consent_log_t *log)
{
    return log->seals.on ? &log->seals.seal : NULL;
}


/* The line that opens a lane which was just made. */

static ngx_int_t
consent_lane_open(ngx_http_consent_log_t *log, cg_event_open_t *open)
{
    consent_lane_line_t  line;

    if (consent_lane_begin(&line, log, CG_EVENT_CHAIN_OPEN) != NGX_OK) {
        return NGX_ERROR;
    }

    open->build = cg_str(NGX_HTTP_CONSENT_BUILD);
    open->pid = (uint64_t) ngx_pid;
    open->seal = consent_lane_seal(log);
    cg_event_open(&line.out, open);

    return open->seal ? consent_lane_end_sealed(&line, log)
                      : consent_lane_end(&line, log,
                                         NGX_HTTP_CONSENT_LINE_LANE);
}


/* One that cannot be had now is made behind the next line. */

void
ngx_http_consent_seal_make(ngx_http_consent_log_t *log, const cg_head_t *heads,
    size_t n)
{
    cg_event_seal_t      seal;
    consent_lane_line_t  line;

    if (!log->seals.on
        || consent_lane_begin(&line, log, CG_EVENT_SEAL) != NGX_OK)
    {
        return;
    }

    seal.seal = &log->seals.seal;
    seal.heads = heads;
    seal.n_heads = n;
    cg_event_seal(&line.out, &seal);

    (void) consent_lane_end_sealed(&line, log);
}


/* What the journal asks for */


/* `mono` counts on: its zero is the worker's first lane. */

static ngx_int_t
consent_lane_anew(void *data, const cg_chain_t *left)
{
    ngx_int_t                rc;
    cg_head_t                head;
    cg_seal_t                seal;
    cg_chain_t               was;
    cg_event_open_t          open;
    ngx_http_consent_log_t  *log = data;

    ngx_memzero(&open, sizeof(cg_event_open_t));

    open.reason = CG_OPEN_FAULT;
    open.follows = &head;
    open.n_follows = cg_heads_of(left, &head) == CG_OK;
    cg_chain_place(left, &open.instead);

    was = log->chain;
    seal = log->seals.seal;
    rc = ngx_http_consent_log_lane(&log->chain);

    if (rc == NGX_OK && log->seals.on) {
        rc = ngx_http_consent_rc(cg_seal_go_on(&log->seals.seal, &log->chain));
    }

    if (rc == NGX_OK) {
        rc = consent_lane_open(log, &open);
    }

    if (rc != NGX_OK) {
        log->chain = was;
        log->seals.seal = seal;
    }

    cg_crypto_wipe(&seal, sizeof(cg_seal_t));

    return rc;
}


static void
consent_lane_fault(void *data, ngx_http_consent_journal_fault_e fault)
{
    static const char *const  causes[] = {
        "none", "write", "sync", "place", "slow"
    };

    cg_event_resumed_t       resumed;
    consent_lane_line_t      line;
    ngx_http_consent_log_t  *log = data;

    if (consent_lane_begin(&line, log, fault ? CG_EVENT_LOG_FAILED
                                             : CG_EVENT_LOG_RESUMED)
        != NGX_OK)
    {
        return;
    }

    if (fault) {
        cg_event_failed(&line.out, cg_str_from(causes[fault]));

    } else {
        resumed.lost = log->lost;
        resumed.refused = log->turned_down;
        cg_event_resumed(&line.out, &resumed);
    }

    if (consent_lane_end(&line, log, NGX_HTTP_CONSENT_LINE_KEEP) == NGX_OK
        && !fault)
    {
        log->lost = 0;
        log->turned_down = 0;
    }
}


/* The visitor was told that nothing was recorded; nothing will be. */

static void
consent_lane_late(void *data, const cg_place_t *place)
{
    cg_event_outcome_t       outcome;
    consent_lane_line_t      line;
    ngx_http_consent_log_t  *log = data;

    if (consent_lane_begin(&line, log, CG_EVENT_OUTCOME) != NGX_OK) {
        return;
    }

    ngx_memzero(&outcome, sizeof(cg_event_outcome_t));

    outcome.ch.data = place->ch;
    outcome.ch.len = CG_LANE_LEN;
    outcome.seq = place->seq;
    outcome.result = CG_RESULT_FAILED;
    cg_event_outcome(&line.out, &outcome);

    (void) consent_lane_end(&line, log, NGX_HTTP_CONSENT_LINE_KEEP);
}


static void
consent_lane_gather(void *data, ngx_uint_t well)
{
    ngx_http_consent_intents_gather(data, well);
}


static void
consent_lane_beside(void *data)
{
    ngx_http_consent_intents_write(data);
}


static const ngx_http_consent_owner_t  consent_lane_owner = {
    consent_lane_anew,
    consent_lane_fault,
    consent_lane_late,
    consent_lane_gather,
    consent_lane_beside
};


ngx_int_t
ngx_http_consent_log_open(ngx_cycle_t *cycle, ngx_http_consent_log_t *log)
{
    ngx_pool_t       *pool;
    cg_event_open_t   open;

    log->opened = ngx_current_msec;
    log->journal = ngx_http_consent_journal_open(cycle, log->file, log->sync,
                                                 &log->chain,
                                                 &consent_lane_owner, log);

    if (log->journal == NULL
        || ngx_http_consent_log_lane(&log->chain) != NGX_OK
        || ngx_http_consent_seal_open(cycle, log) != NGX_OK)
    {
        return NGX_ERROR;
    }

    pool = ngx_create_pool(4096, cycle->log);
    if (pool == NULL) {
        return NGX_ERROR;
    }

    ngx_http_consent_log_heads(log, pool);
    ngx_destroy_pool(pool);

    ngx_memzero(&open, sizeof(cg_event_open_t));
    open.follows = log->heads;
    open.n_follows = log->nheads;

    return consent_lane_open(log, &open);
}


static void
consent_lane_close(ngx_http_consent_log_t *log)
{
    cg_event_close_t     close;
    consent_lane_line_t  line;

    if (consent_lane_begin(&line, log, CG_EVENT_CHAIN_CLOSE) != NGX_OK) {
        return;
    }

    ngx_memzero(&close, sizeof(cg_event_close_t));
    close.reason = cg_str("exit");
    close.seal = consent_lane_seal(log);
    cg_event_close(&line.out, &close);

    if (close.seal) {
        (void) consent_lane_end_sealed(&line, log);

    } else {
        (void) consent_lane_end(&line, log, NGX_HTTP_CONSENT_LINE_KEEP);
    }
}


void
ngx_http_consent_log_close(ngx_http_consent_log_t *log)
{
    ngx_int_t  rc;

    if (log->journal == NULL) {
        return;
    }

    ngx_http_consent_sums_close(log);
    ngx_http_consent_unknown_close(log);
    consent_lane_close(log);

    rc = ngx_http_consent_journal_close(log->journal);

    if (rc != NGX_AGAIN) {
        ngx_http_consent_intents_close(log, rc == NGX_OK);
    }

    ngx_http_consent_seal_close(log);
    log->journal = NULL;
}
