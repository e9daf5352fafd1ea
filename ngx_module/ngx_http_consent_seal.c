/*
 * A worker's seals: after so many lines, after so long, and at the lane's ends.
 * Those that time asks for name the last lines of other lanes, as the file has
 * them, so that the end of a lane which was cut off shows; a thread looks them
 * up.  The first of them comes at a random moment: workers that begin together
 * would not find each other's.
 */

#include "ngx_http_consent_module.h"

#define CONSENT_SEAL_TAIL  (256 * 1024)    /* bytes searched for heads */


struct ngx_http_consent_seal_look_s {
    ngx_http_consent_log_t  *log;
    ngx_thread_task_t        task;
    ngx_fd_t                 fd;           /* invalid: nobody looks */
    unsigned char            own[CG_LANE_LEN];
    size_t                   n;
    cg_head_t                heads[CG_MAX_HEADS];
};

typedef struct ngx_http_consent_seal_look_s  consent_seal_look_t;


/* In a thread: the end of the file that nginx has open, wherever it may stand
 * by now; another one's heads may not stand before our line. */

static void
consent_seal_read(consent_seal_look_t *look, u_char *tail)
{
    u_char       path[sizeof("/proc/self/fd/") + NGX_INT_T_LEN];
    ssize_t      n = -1;
    ngx_fd_t     fd;
    struct stat  info;

    (void) ngx_sprintf(path, "/proc/self/fd/%d%Z", look->fd);

    fd = ngx_open_file(path, NGX_FILE_RDONLY|NGX_FILE_NONBLOCK|O_CLOEXEC,
                       NGX_FILE_OPEN, 0);

    if (fd == NGX_INVALID_FILE) {
        return;
    }

    if (fstat(fd, &info) == 0) {
        n = pread(fd, tail, CONSENT_SEAL_TAIL,
                  ngx_max(info.st_size - CONSENT_SEAL_TAIL, 0));
    }

    if (n > 0
        && cg_heads_read((cg_str_t) { (size_t) n, tail }, look->heads,
                         &look->n)
           != CG_OK)
    {
        look->n = 0;
    }

    (void) ngx_close_file(fd);
}


static void
consent_seal_run(void *data, ngx_log_t *log)
{
    u_char               *tail = malloc(CONSENT_SEAL_TAIL);
    consent_seal_look_t  *look = data;

    (void) log;

    if (tail) {
        consent_seal_read(look, tail);
        free(tail);
    }
}


/* The last heads that are not our own. */

static size_t
consent_seal_others(consent_seal_look_t *look)
{
    size_t  i, n;

    for (i = 0, n = 0; i < look->n; i++) {
        if (ngx_memcmp(look->heads[i].ch, look->own, CG_LANE_LEN) != 0) {
            look->heads[n++] = look->heads[i];
        }
    }

    return n;
}


static void
consent_seal_looked(ngx_event_t *ev)
{
    size_t                   n, from;
    consent_seal_look_t     *look = ev->data;
    ngx_http_consent_log_t  *log = look->log;

    (void) ngx_close_file(look->fd);
    look->fd = NGX_INVALID_FILE;

    n = consent_seal_others(look);
    from = n > NGX_HTTP_CONSENT_SEAL_HEADS
           ? n - NGX_HTTP_CONSENT_SEAL_HEADS : 0;

    ngx_http_consent_seal_make(log, look->heads + from, n - from);
}


/* NGX_ERROR: nobody can look now. */

static ngx_int_t
consent_seal_look(ngx_http_consent_log_t *log)
{
    consent_seal_look_t  *look = log->seals.look;

    if (look == NULL || look->fd != NGX_INVALID_FILE) {
        return NGX_ERROR;
    }

    look->n = 0;
    ngx_memcpy(look->own, log->chain.ch, CG_LANE_LEN);
    look->fd = dup(log->file->fd);

    if (look->fd == NGX_INVALID_FILE) {
        return NGX_ERROR;
    }

    if (ngx_thread_task_post(log->seals.threads, &look->task) != NGX_OK) {
        (void) ngx_close_file(look->fd);
        look->fd = NGX_INVALID_FILE;
        return NGX_ERROR;
    }

    return NGX_OK;
}


/* A log that cannot be written waits with what it has, and is not filled with
 * seals of nothing. */

static void
consent_seal_tick(ngx_event_t *ev)
{
    ngx_http_consent_log_t  *log = ev->data;

    ngx_add_timer(ev, log->seals.seconds * 1000);

    if (!ngx_http_consent_journal_ok(log->journal)
        && log->seals.unsealed == 0)
    {
        return;
    }

    if (consent_seal_look(log) != NGX_OK) {
        ngx_http_consent_seal_make(log, NULL, 0);
    }
}


/* A line of the lane's own went into the journal. */

void
ngx_http_consent_seal_line(ngx_http_consent_log_t *log)
{
    ngx_http_consent_seals_t  *seals = &log->seals;

    seals->unsealed++;

    if (seals->on
        && (seals->unsealed >= seals->lines
            || ngx_current_msec - seals->sealed >= seals->seconds * 1000))
    {
        ngx_http_consent_seal_make(log, NULL, 0);
    }
}


/* Its key is forgotten. */

void
ngx_http_consent_seal_made(ngx_http_consent_log_t *log, const cg_seal_t *next)
{
    log->seals.seal = *next;
    log->seals.unsealed = 0;
    log->seals.sealed = ngx_current_msec;
}


static ngx_int_t
consent_seal_looker(ngx_cycle_t *cycle, ngx_http_consent_log_t *log)
{
    ngx_str_t             name = ngx_string("default");
    consent_seal_look_t  *look;

    look = ngx_calloc(sizeof(consent_seal_look_t), cycle->log);
    log->seals.threads = ngx_thread_pool_get(cycle, &name);

    if (look == NULL || log->seals.threads == NULL) {
        ngx_free(look);
        return NGX_ERROR;
    }

    look->log = log;
    look->fd = NGX_INVALID_FILE;
    look->task.ctx = look;
    look->task.handler = consent_seal_run;
    look->task.event.handler = consent_seal_looked;
    look->task.event.data = look;
    look->task.event.log = cycle->log;
    log->seals.look = look;

    return NGX_OK;
}


/* The keys of this process, whose first lane was just named. */

ngx_int_t
ngx_http_consent_seal_open(ngx_cycle_t *cycle, ngx_http_consent_log_t *log)
{
    cg_status_t                rc;
    ngx_http_consent_seals_t  *seals = &log->seals;

    seals->on = 0;

    if (!seals->has_root) {
        return NGX_OK;                 /* the master has said why */
    }

    seals->seal.lines = seals->lines;
    seals->seal.seconds = seals->seconds;

    rc = cg_seal_begin(&seals->seal, &seals->root, &log->chain);
    ngx_http_consent_root_wipe(log);

    if (rc != CG_OK || consent_seal_looker(cycle, log) != NGX_OK) {
        return NGX_ERROR;
    }

    seals->on = 1;
    seals->tick.handler = consent_seal_tick;
    seals->tick.data = log;
    seals->tick.log = cycle->log;
    seals->tick.cancelable = 1;
    ngx_add_timer(&seals->tick,
                  (ngx_msec_t) ngx_random() % (seals->seconds * 1000) + 1);

    return NGX_OK;
}


/* The thread pool has ended; who looked had no answer. */

void
ngx_http_consent_seal_close(ngx_http_consent_log_t *log)
{
    ngx_http_consent_seals_t  *seals = &log->seals;

    if (seals->tick.timer_set) {
        ngx_del_timer(&seals->tick);
    }

    if (seals->look && seals->look->fd != NGX_INVALID_FILE) {
        (void) ngx_close_file(seals->look->fd);
    }

    ngx_free(seals->look);
    seals->look = NULL;
    seals->on = 0;
    cg_crypto_wipe(&seals->seal, sizeof(cg_seal_t));
}
