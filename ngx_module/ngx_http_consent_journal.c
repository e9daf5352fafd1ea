/*
 * Lines wait in a queue; all that wait when the loop comes round are a group,
 * and one group at a time is written by a thread of the pool "default".  A
 * line that somebody waits for is written at once, and synced as promised; the
 * others linger for a moment, so that a busy worker makes one write of many,
 * and are synced with the next such line or after a second.
 *
 * After a failure (journal_fate.c) nobody waits, and what is queued is tried
 * again by and by; in a lane that goes on for another first the line that opens
 * it, alone.
 *
 * While lines wait or are written, a timer keeps a worker that shuts down
 * alive, except between the attempts of a journal that failed: close() tries
 * once more.  The thread pool stops before our exit_process and finishes what
 * was posted to it; a disk that hangs is waited for 5 seconds.
 */

#include "ngx_http_consent_journal_fate.h"

#if !(NGX_THREADS)
#error the consent log needs nginx built --with-threads
#endif

#define CONSENT_JOURNAL_ROOM     (2 * 1024 * 1024)  /* bytes of all lines */
#define CONSENT_JOURNAL_SPARE    (1024 * 1024)      /* of it, for all kinds */
#define CONSENT_JOURNAL_DOUBTFUL (256 * 1024)       /* bytes; then a sync */
#define CONSENT_JOURNAL_HOLD     60000              /* ms */
#define CONSENT_JOURNAL_LINGER   100                /* ms, at most */
#define CONSENT_JOURNAL_SYNC     1000               /* ms without one */
#define CONSENT_JOURNAL_PATIENCE 5000               /* ms */


/* In a thread; in close() in the main one. */

static void
consent_journal_run(void *data, ngx_log_t *log)
{
    ngx_http_consent_journal_t  *journal = data;

    (void) log;

    journal->owner->beside(journal->data);
    ngx_http_consent_group_write(&journal->group);
}


static void
consent_journal_stop(ngx_event_t *ev)
{
    if (ev->timer_set) {
        ngx_del_timer(ev);
    }
}


static void
consent_journal_hurry(ngx_http_consent_journal_t *journal)
{
    /* a timer that is set would not be moved by less than its laziness */

    consent_journal_stop(&journal->work);
    ngx_add_timer(&journal->work,
                  journal->urgent ? 0 : CONSENT_JOURNAL_LINGER);
}


static void
consent_journal_plan(ngx_http_consent_journal_t *journal)
{
    consent_journal_stop(&journal->work);
    consent_journal_stop(&journal->later);

    if (journal->fault) {
        ngx_add_timer(&journal->later, journal->retry);
        return;
    }

    if (!ngx_queue_empty(&journal->unproven)) {
        ngx_add_timer(&journal->later, CONSENT_JOURNAL_SYNC);
    }

    if (!ngx_queue_empty(&journal->lines)) {
        consent_journal_hurry(journal);
    }
}


static void
consent_journal_done(ngx_event_t *ev)
{
    ngx_http_consent_journal_t  *journal = ev->data;

    consent_journal_stop(&journal->patience);
    ngx_http_consent_journal_settle(journal);
    consent_journal_plan(journal);
}


static void
consent_journal_impatient(ngx_event_t *ev)
{
    ngx_http_consent_journal_despair(ev->data);
}


/* All that waits, or the one line that will show whether the disk is well. */

static void
consent_journal_fill(ngx_http_consent_journal_t *journal, ngx_uint_t all)
{
    ngx_queue_t               *q;
    ngx_http_consent_group_t  *group = &journal->group;

    if (ngx_queue_empty(&journal->lines)) {
        return;
    }

    if (all) {
        ngx_queue_add(&group->lines, &journal->lines);
        ngx_queue_init(&journal->lines);

    } else {
        q = ngx_queue_head(&journal->lines);
        ngx_queue_remove(q);
        ngx_queue_insert_tail(&group->lines, q);
    }
}


static ngx_uint_t
consent_journal_due(ngx_http_consent_journal_t *journal)
{
    switch (journal->sync) {

    case NGX_HTTP_CONSENT_SYNC_OFF:
        return 0;

    case NGX_HTTP_CONSENT_SYNC_ALWAYS:
        if (journal->urgent) {
            return 1;
        }

        /* fall through */

    default:
        return journal->fault || journal->doubt
               || journal->doubtful > CONSENT_JOURNAL_DOUBTFUL
               || ngx_current_msec - journal->synced >= CONSENT_JOURNAL_SYNC;
    }
}


static ngx_err_t
consent_journal_gather(ngx_http_consent_journal_t *journal, ngx_uint_t all)
{
    ngx_http_consent_group_t  *group = &journal->group;

    if (ngx_http_consent_journal_renew(journal) != NGX_OK) {
        return NGX_ENOMEM;
    }

    group->file = dup(journal->file->fd);
    if (group->file == NGX_INVALID_FILE) {
        return ngx_errno;
    }

    consent_journal_fill(journal, all);
    journal->owner->gather(journal->data, all && !journal->fault);

    group->path = journal->file->name.data;
    group->never = journal->sync == NGX_HTTP_CONSENT_SYNC_OFF;
    group->sync = consent_journal_due(journal);
    group->done = 0;
    journal->urgent &= !all;
    journal->busy = 1;

    return 0;
}


/* No thread could be had: as if the write had failed. */

static void
consent_journal_give_up(ngx_http_consent_journal_t *journal, ngx_err_t err)
{
    ngx_http_consent_group_t  *group = &journal->group;

    if (group->file != NGX_INVALID_FILE) {
        (void) ngx_close_file(group->file);
        group->file = NGX_INVALID_FILE;
    }

    group->fault = NGX_HTTP_CONSENT_JOURNAL_WRITE;
    group->err = err;
    group->synced = 0;

    ngx_http_consent_journal_settle(journal);
    consent_journal_plan(journal);
}


static void
consent_journal_start(ngx_event_t *ev)
{
    ngx_err_t                    err;
    ngx_http_consent_journal_t  *journal = ev->data;

    if (!journal->busy) {
        err = consent_journal_gather(journal, !journal->doubt);
        if (err) {
            consent_journal_give_up(journal, err);
            return;
        }

        if (ngx_thread_task_post(journal->pool, &journal->task) != NGX_OK) {
            consent_journal_give_up(journal, NGX_EAGAIN);
            return;
        }

        ngx_add_timer(&journal->patience, CONSENT_JOURNAL_PATIENCE);
    }

    if (!journal->work.timer_set) {
        ngx_add_timer(&journal->work, CONSENT_JOURNAL_HOLD);
    }
}


static void
consent_journal_timer(ngx_http_consent_journal_t *journal, ngx_event_t *ev,
    ngx_event_handler_pt handler)
{
    ev->handler = handler;
    ev->data = journal;
    ev->log = journal->log;
    ev->cancelable = 1;
}


static void
consent_journal_init(ngx_http_consent_journal_t *journal)
{
    journal->group.fd = NGX_INVALID_FILE;
    journal->group.file = NGX_INVALID_FILE;

    ngx_queue_init(&journal->lines);
    ngx_queue_init(&journal->unproven);
    ngx_queue_init(&journal->group.lines);

    journal->task.ctx = journal;
    journal->task.handler = consent_journal_run;
    journal->task.event.handler = consent_journal_done;
    journal->task.event.data = journal;
    journal->task.event.log = journal->log;

    consent_journal_timer(journal, &journal->work, consent_journal_start);
    consent_journal_timer(journal, &journal->later, consent_journal_start);
    consent_journal_timer(journal, &journal->patience,
                          consent_journal_impatient);
    journal->work.cancelable = 0;
}


ngx_http_consent_journal_t *
ngx_http_consent_journal_open(ngx_cycle_t *cycle, ngx_open_file_t *file,
    ngx_http_consent_sync_e sync, cg_chain_t *chain,
    const ngx_http_consent_owner_t *owner, void *data)
{
    ngx_str_t                    name = ngx_string("default");
    ngx_thread_pool_t           *pool;
    ngx_http_consent_journal_t  *journal;

    pool = ngx_thread_pool_get(cycle, &name);
    if (pool == NULL) {
        return NULL;
    }

    journal = ngx_calloc(sizeof(ngx_http_consent_journal_t), cycle->log);
    if (journal == NULL) {
        return NULL;
    }

    journal->file = file;
    journal->sync = sync;
    journal->log = cycle->log;
    journal->pool = pool;
    journal->chain = chain;
    journal->owner = owner;
    journal->data = data;
    journal->synced = ngx_current_msec;

    consent_journal_init(journal);

    return journal;
}


static ngx_int_t
consent_journal_wait(ngx_http_consent_journal_t *journal)
{
    ngx_msec_t  waited;

    for (waited = 0; journal->group.done == 0; waited++) {
        if (waited == CONSENT_JOURNAL_PATIENCE) {
            return NGX_ERROR;
        }

        ngx_msleep(1);
    }

    ngx_memory_barrier();

    return NGX_OK;
}


/* The last attempts, in the main thread: what failed may leave a line behind
 * that says so. */

static void
consent_journal_flush(ngx_http_consent_journal_t *journal)
{
    ngx_uint_t  tries;

    for (tries = 0; journal->bytes && tries < 3; tries++) {
        if (consent_journal_gather(journal, 1) != 0) {
            break;
        }

        journal->group.sync = journal->sync != NGX_HTTP_CONSENT_SYNC_OFF;
        consent_journal_run(journal, journal->log);
        ngx_http_consent_journal_settle(journal);

        if (journal->fault) {
            break;
        }
    }

    if (journal->bytes) {
        ngx_log_error(NGX_LOG_ERR, journal->log, 0,
                      "consent log \"%V\": %uz bytes could not be written",
                      &journal->file->name, journal->bytes);
    }
}


ngx_int_t
ngx_http_consent_journal_close(ngx_http_consent_journal_t *journal)
{
    ngx_int_t  rc;

    if (journal == NULL) {
        return NGX_OK;
    }

    if (journal->busy) {
        if (consent_journal_wait(journal) != NGX_OK) {
            ngx_log_error(NGX_LOG_ERR, journal->log, 0,
                          "consent log \"%V\": the disk does not answer, "
                          "%uz bytes are given up", &journal->file->name,
                          journal->bytes);
            return NGX_AGAIN;      /* not freed: the thread has it */
        }

        ngx_http_consent_journal_settle(journal);
    }

    consent_journal_flush(journal);
    rc = journal->bytes ? NGX_ERROR : NGX_OK;

    /* by now: settling may have set them */

    consent_journal_stop(&journal->work);
    consent_journal_stop(&journal->later);
    consent_journal_stop(&journal->patience);

    if (journal->group.fd != NGX_INVALID_FILE) {
        (void) ngx_close_file(journal->group.fd);
    }

    ngx_http_consent_journal_free(&journal->lines);
    ngx_http_consent_journal_free(&journal->unproven);
    ngx_free(journal);

    return rc;
}


ngx_uint_t
ngx_http_consent_journal_ok(ngx_http_consent_journal_t *journal)
{
    return journal != NULL && !journal->fault;
}


void
ngx_http_consent_journal_at(ngx_http_consent_journal_t *journal,
    uint64_t *file, uint64_t *size)
{
    *file = journal ? journal->inode : 0;
    *size = journal ? journal->size : 0;
}


static ngx_uint_t
consent_journal_has_room(ngx_http_consent_journal_t *journal, size_t len,
    ngx_http_consent_line_e kind)
{
    size_t  room = CONSENT_JOURNAL_ROOM;

    if (kind == NGX_HTTP_CONSENT_LINE_SPARE) {
        room = CONSENT_JOURNAL_SPARE;

    } else if (kind == NGX_HTTP_CONSENT_LINE_LANE) {
        room += CONSENT_JOURNAL_SPARE; /* no line lacks its seal for that */
    }

    return journal->bytes <= room && len <= room - journal->bytes;
}


ngx_int_t
ngx_http_consent_journal_append(ngx_http_consent_journal_t *journal,
    cg_out_t *line, ngx_http_consent_line_e kind,
    ngx_http_consent_waiter_pt handler, void *data,
    ngx_http_consent_waiter_t **waiter)
{
    cg_str_t                    text;
    cg_chain_t                  before;
    ngx_http_consent_waiter_t  *w = NULL;

    if (journal == NULL) {
        return NGX_ERROR;
    }

    before = *journal->chain;

    if (cg_chain_finish(journal->chain, line) == CG_OK) {
        text = cg_out_slice(line);

        if (consent_journal_has_room(journal, text.len, kind)) {
            w = ngx_http_consent_journal_take(journal, text, kind, &before);
        }
    }

    if (w == NULL) {
        *journal->chain = before;
        return NGX_ERROR;
    }

    w->handler = handler;
    w->data = data;

    /* not from here: the neighbours shall come along, and nobody be called */

    journal->urgent |= handler != NULL;

    if (!journal->busy && !journal->fault
        && (handler || !journal->work.timer_set))
    {
        consent_journal_hurry(journal);
    }

    if (waiter) {
        *waiter = w;
    }

    return NGX_OK;
}


void
ngx_http_consent_journal_abandon(ngx_http_consent_waiter_t *waiter)
{
    if (waiter) {
        waiter->handler = NULL;
        waiter->failed = 1;
    }
}
