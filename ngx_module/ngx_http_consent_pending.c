/*
 * One job at a time is with a thread of the pool "default": what is to be put
 * into the file, what is to be dropped, and what else stands there.  A worker
 * looks once a second, so that lines of workers that died and of other masters
 * are known everywhere.
 *
 * While somebody waits for the disk, a timer keeps a worker that shuts down
 * alive; a disk that hangs is waited for 5 seconds.
 */

#include "ngx_http_consent_pending.h"

#define CONSENT_PENDING_TICK      1000         /* ms */
#define CONSENT_PENDING_PATIENCE  5000         /* ms */
#define CONSENT_PENDING_HOLD      60000        /* ms: the disk is not well */
#define CONSENT_PENDING_FILE      "/pending"
#define CONSENT_PENDING_LOCK      "/lock"


struct ngx_http_consent_keep_s {
    ngx_queue_t                queue;
    cg_pending_t               line;
    ngx_http_consent_keep_pt   handler;        /* NULL: nobody waits */
    void                      *data;
};


static void consent_pending_start(ngx_http_consent_pending_t *p);


/* A file of the state directory, in the pool of the cycle. */

static u_char *
consent_pending_path(ngx_cycle_t *cycle, ngx_http_consent_log_t *log,
    const char *behind)
{
    size_t   len = ngx_strlen(behind) + 1;
    u_char  *path = ngx_pnalloc(cycle->pool, log->state.len + len);

    if (path) {
        ngx_memcpy(ngx_cpymem(path, log->state.data, log->state.len), behind,
                   len);
    }

    return path;
}


static void
consent_pending_give(ngx_cycle_t *cycle, u_char *path)
{
    ngx_core_conf_t  *ccf;

    ccf = (ngx_core_conf_t *) ngx_get_conf(cycle->conf_ctx, ngx_core_module);

    if (ccf->master && ccf->user != (ngx_uid_t) NGX_CONF_UNSET_UINT
        && lchown((char *) path, ccf->user, (gid_t) -1) == -1
        && ngx_errno != NGX_ENOENT)
    {
        ngx_log_error(NGX_LOG_ERR, cycle->log, ngx_errno, "consent: \"%s\" "
                      "cannot be given to the workers' user", path);
    }
}


static ngx_int_t
consent_pending_paths(ngx_cycle_t *cycle, ngx_http_consent_main_conf_t *mcf,
    ngx_http_consent_log_t *log, ngx_http_consent_pending_job_t *job)
{
    ngx_http_consent_shared_t  *shared = mcf->zone->data;

    ngx_memzero(job, sizeof(ngx_http_consent_pending_job_t));

    job->elected = NGX_INVALID_FILE;
    job->shut = shared->shut;
    job->path = consent_pending_path(cycle, log, CONSENT_PENDING_FILE);
    job->lock = consent_pending_path(cycle, log, CONSENT_PENDING_LOCK);

    return job->path && job->lock ? NGX_OK : NGX_ERROR;
}


static void
consent_pending_load(ngx_cycle_t *cycle, ngx_http_consent_main_conf_t *mcf,
    ngx_http_consent_log_t *log)
{
    u_char                          *folder = log->state.data;
    ngx_http_consent_pending_job_t   job;

    if (consent_pending_paths(cycle, mcf, log, &job) != NGX_OK) {
        return;
    }

    if (mkdir((char *) folder, 0700) == -1 && ngx_errno != NGX_EEXIST) {
        ngx_log_error(NGX_LOG_ERR, cycle->log, ngx_errno, "consent: there is "
                      "no directory \"%s\" for keys of seals and for "
                      "withdrawals that wait for redis, create it", folder);
        return;
    }

    consent_pending_give(cycle, folder);
    ngx_http_consent_pending_work(&job);
    consent_pending_give(cycle, job.path);
    consent_pending_give(cycle, job.lock);

    if (job.err) {
        ngx_log_error(NGX_LOG_ERR, cycle->log, job.err, "consent: \"%s\" "
                      "cannot be read, withdrawals of before may be open",
                      job.path);
    }

    free(job.found);
}


void
ngx_http_consent_pending_prepare(ngx_cycle_t *cycle,
    ngx_http_consent_main_conf_t *mcf)
{
    ngx_uint_t                i;
    ngx_http_consent_log_t  **logs = mcf->logs.elts;

    for (i = 0; i < mcf->logs.nelts; i++) {
        consent_pending_load(cycle, mcf, logs[i]);
    }
}


ngx_int_t
ngx_http_consent_pending_where(ngx_http_consent_srv_conf_t *conf,
    unsigned char where[CG_PENDING_WHERE])
{
    u_char    db[NGX_INT_T_LEN];
    cg_str_t  parts[4];

    parts[0] = ngx_http_consent_str(conf->redis->prefix);
    parts[1].data = db;
    parts[1].len = (size_t) (ngx_sprintf(db, "%i", conf->redis->db) - db);
    parts[2] = ngx_http_consent_str(conf->site);
    parts[3] = conf->policy->id;

    return ngx_http_consent_rc(cg_pending_where(parts, 4, where));
}


ngx_http_consent_srv_conf_t *
ngx_http_consent_pending_server(ngx_http_consent_main_conf_t *mcf,
    ngx_http_consent_log_t *log, const cg_pending_t *line)
{
    ngx_uint_t                     i;
    unsigned char                  where[CG_PENDING_WHERE];
    ngx_http_consent_srv_conf_t  **servers = mcf->servers.elts;

    for (i = 0; i < mcf->servers.nelts; i++) {
        if (servers[i]->log == log
            && ngx_http_consent_pending_where(servers[i], where) == NGX_OK
            && ngx_memcmp(where, line->where, sizeof(where)) == 0)
        {
            return servers[i];
        }
    }

    return NULL;
}


ngx_uint_t
ngx_http_consent_pending_elected(ngx_http_consent_log_t *log)
{
    ngx_http_consent_pending_t  *p = log->pending;

    return p && p->elected;
}


/* The thread's work, and what becomes of it */


static void
consent_pending_run(void *data, ngx_log_t *log)
{
    (void) log;

    ngx_http_consent_pending_work(data);
}


static void
consent_pending_tell(ngx_http_consent_keep_t *keep, ngx_int_t rc)
{
    if (keep->handler) {
        keep->handler(keep->data, rc);
        keep->handler = NULL;
    }
}


static void
consent_pending_complain(ngx_http_consent_pending_t *p)
{
    ngx_http_consent_pending_job_t  *job = &p->job;

    if (job->err && job->nput) {
        ngx_log_error(NGX_LOG_ERR, p->log, job->err, "consent: \"%s\" cannot "
                      "be written, %uz withdrawals count until nginx is "
                      "started anew", job->path, job->nput);

    } else if (job->nfull) {
        ngx_log_error(NGX_LOG_ERR, p->log, 0, "consent: \"%s\" is full, %uz "
                      "withdrawals count until nginx is started anew",
                      job->path, job->nfull);
    }
}


/* The last ones found no room, or the disk did not take them. */

static void
consent_pending_settle(ngx_http_consent_pending_t *p)
{
    size_t                    i;
    ngx_queue_t              *q;
    ngx_http_consent_keep_t  *keep;

    consent_pending_complain(p);

    for (i = 0; !ngx_queue_empty(&p->writing); i++) {
        q = ngx_queue_head(&p->writing);
        keep = ngx_queue_data(q, ngx_http_consent_keep_t, queue);
        ngx_queue_remove(q);

        consent_pending_tell(keep, p->job.err
                                   || i >= p->job.nput - p->job.nfull
                                   ? NGX_ERROR : NGX_OK);
        ngx_free(keep);
    }

    ngx_free(p->job.put);
    p->job.put = NULL;
    p->job.nput = 0;
}


static void
consent_pending_done(ngx_event_t *ev)
{
    ngx_http_consent_pending_t  *p = ev->data;

    p->busy = 0;
    p->elected = p->job.elected != NGX_INVALID_FILE;

    if (p->patience.timer_set) {
        ngx_del_timer(&p->patience);
    }

    consent_pending_settle(p);

    if (p->job.ndrop) {
        p->job.ndrop = 0;
        ngx_http_consent_replay_stop(p);

        if (p->job.err) {              /* they would be replayed once more */
            p->hold = ngx_current_msec + CONSENT_PENDING_HOLD;
        }
    }

    if ((ngx_msec_int_t) (ngx_current_msec - p->hold) >= 0) {
        ngx_http_consent_replay_start(p);
    }

    free(p->job.found);
    p->job.found = NULL;

    if (p->replay.through || !ngx_queue_empty(&p->waiting)) {
        consent_pending_start(p);
    }
}


/* Whoever waits goes on; their lines are put in when they can be. */

static void
consent_pending_impatient(ngx_event_t *ev)
{
    ngx_uint_t                   i;
    ngx_queue_t                 *q;
    ngx_http_consent_pending_t  *p = ev->data;
    ngx_queue_t                 *queues[] = { &p->writing, &p->waiting };

    for (i = 0; i < 2; i++) {
        for (q = ngx_queue_head(queues[i]); q != ngx_queue_sentinel(queues[i]);
             q = ngx_queue_next(q))
        {
            consent_pending_tell(ngx_queue_data(q, ngx_http_consent_keep_t,
                                                queue), NGX_ERROR);
        }
    }
}


static void
consent_pending_fill(ngx_http_consent_pending_t *p)
{
    size_t                    n = 0;
    ngx_queue_t              *q;
    ngx_http_consent_keep_t  *keep;

    for (q = ngx_queue_head(&p->waiting); q != ngx_queue_sentinel(&p->waiting);
         q = ngx_queue_next(q))
    {
        n++;
    }

    p->job.put = n ? ngx_alloc(n * sizeof(cg_pending_t), p->log) : NULL;

    while (p->job.put && !ngx_queue_empty(&p->waiting)) {
        q = ngx_queue_head(&p->waiting);
        keep = ngx_queue_data(q, ngx_http_consent_keep_t, queue);
        ngx_queue_remove(q);
        ngx_queue_insert_tail(&p->writing, q);
        p->job.put[p->job.nput++] = keep->line;
    }
}


static void
consent_pending_start(ngx_http_consent_pending_t *p)
{
    if (p->busy) {
        return;
    }

    consent_pending_fill(p);

    if (p->replay.through) {
        p->job.drop = p->replay.lines;
        p->job.ndrop = p->replay.ndone;
    }

    if (ngx_thread_task_post(p->threads, &p->task) != NGX_OK) {
        p->job.err = NGX_EAGAIN;
        p->job.ndrop = 0;
        consent_pending_settle(p);
        return;
    }

    p->busy = 1;

    if (p->job.nput && !p->patience.timer_set) {
        ngx_add_timer(&p->patience, CONSENT_PENDING_PATIENCE);
    }
}


void
ngx_http_consent_pending_drop(ngx_http_consent_pending_t *p)
{
    if (p->replay.ndone == 0) {
        ngx_http_consent_replay_stop(p);
        return;
    }

    p->replay.through = 1;
    consent_pending_start(p);
}


/* Whoever leaves will not connect again: another one shall replay. */

static void
consent_pending_leave(ngx_http_consent_pending_t *p)
{
    if (p->busy) {
        return;
    }

    p->job.elect = 0;

    if (p->job.elected != NGX_INVALID_FILE) {
        (void) ngx_close_file(p->job.elected);
        p->job.elected = NGX_INVALID_FILE;
        p->elected = 0;
    }
}


static void
consent_pending_tick(ngx_event_t *ev)
{
    ngx_uint_t                   leaving;
    ngx_http_consent_pending_t  *p = ev->data;

    leaving = ngx_exiting || ngx_terminate || ngx_quit;

    if (leaving) {
        consent_pending_leave(p);
    }

    if (!leaving || !ngx_queue_empty(&p->waiting)) {
        consent_pending_start(p);
    }

    ngx_add_timer(&p->tick, CONSENT_PENDING_TICK);
}


ngx_http_consent_keep_t *
ngx_http_consent_pending_keep(ngx_http_consent_log_t *log,
    const cg_pending_t *line, ngx_http_consent_keep_pt handler, void *data)
{
    ngx_http_consent_keep_t     *keep;
    ngx_http_consent_pending_t  *p = log->pending;

    keep = ngx_alloc(sizeof(ngx_http_consent_keep_t), p->log);
    if (keep == NULL) {
        return NULL;
    }

    keep->line = *line;
    keep->handler = handler;
    keep->data = data;
    ngx_queue_insert_tail(&p->waiting, &keep->queue);

    if (!p->patience.timer_set) {
        ngx_add_timer(&p->patience, CONSENT_PENDING_PATIENCE);
    }

    /* not from here: nobody is called before this returns */

    ngx_post_event(&p->tick, &ngx_posted_events);

    return keep;
}


void
ngx_http_consent_pending_abandon(ngx_http_consent_keep_t *keep)
{
    if (keep) {
        keep->handler = NULL;
    }
}


static void
consent_pending_timer(ngx_http_consent_pending_t *p, ngx_event_t *ev,
    ngx_event_handler_pt handler)
{
    ev->handler = handler;
    ev->data = p;
    ev->log = p->log;
}


static void
consent_pending_init(ngx_http_consent_pending_t *p)
{
    ngx_queue_init(&p->waiting);
    ngx_queue_init(&p->writing);

    p->task.ctx = &p->job;
    p->task.handler = consent_pending_run;
    p->task.event.handler = consent_pending_done;
    p->task.event.data = p;
    p->task.event.log = p->log;

    consent_pending_timer(p, &p->tick, consent_pending_tick);
    consent_pending_timer(p, &p->patience, consent_pending_impatient);
    p->tick.cancelable = 1;

    p->job.elect = 1;
    p->hold = ngx_current_msec;
    ngx_add_timer(&p->tick, CONSENT_PENDING_TICK);
}


ngx_int_t
ngx_http_consent_pending_open(ngx_cycle_t *cycle,
    ngx_http_consent_main_conf_t *mcf, ngx_http_consent_log_t *log)
{
    ngx_str_t                    name = ngx_string("default");
    ngx_http_consent_pending_t  *p;

    p = ngx_calloc(sizeof(ngx_http_consent_pending_t), cycle->log);
    if (p == NULL) {
        return NGX_ERROR;
    }

    p->mcf = mcf;
    p->conf = log;
    p->log = cycle->log;
    p->threads = ngx_thread_pool_get(cycle, &name);

    if (p->threads == NULL
        || consent_pending_paths(cycle, mcf, log, &p->job) != NGX_OK)
    {
        ngx_free(p);
        return NGX_ERROR;
    }

    consent_pending_init(p);
    log->pending = p;

    return NGX_OK;
}


/* The thread pool has ended, and finished what was posted to it.  What waited
 * behind that is put in now. */

void
ngx_http_consent_pending_close(ngx_http_consent_log_t *log)
{
    ngx_http_consent_pending_t  *p = log->pending;

    if (p == NULL) {
        return;
    }

    log->pending = NULL;
    p->job.ndrop = 0;
    p->job.elect = 0;

    if (p->busy) {
        consent_pending_settle(p);
        free(p->job.found);
    }

    if (!ngx_queue_empty(&p->waiting)) {
        consent_pending_fill(p);
        ngx_http_consent_pending_work(&p->job);
        consent_pending_settle(p);
        free(p->job.found);
    }

    ngx_http_consent_replay_stop(p);

    if (p->job.elected != NGX_INVALID_FILE) {
        (void) ngx_close_file(p->job.elected);
    }

    if (p->tick.timer_set) {
        ngx_del_timer(&p->tick);
    }

    if (p->tick.posted) {
        ngx_delete_posted_event(&p->tick);
    }

    if (p->patience.timer_set) {
        ngx_del_timer(&p->patience);
    }

    ngx_free(p);
}
