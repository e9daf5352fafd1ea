/*
 * Lines wait in a queue; all that wait when the loop comes round are a group,
 * and one group at a time is written by a thread of the pool "default".  A
 * line that somebody waits for is written at once, and synced as promised; the
 * others linger for a moment, so that a busy worker makes one write of many,
 * and are synced with the next such line or after a second.
 *
 * What failed, and what then becomes of a line:
 *   write: lines that are whole in the file are as good as the sync that
 *          follows; the others stay in front, in order, and are tried again
 *          after a second or with the next line.  A line that was cut is
 *          written again from its beginning, with nothing before it.
 *   sync:  nobody knows what the disk holds.  The lines stay as they were
 *          written (a second copy would look like tampering), whoever waits
 *          hears NGX_ERROR, and the journal is not ok until a later sync is.
 *
 * While lines wait or are written, a timer keeps a worker that shuts down
 * alive, except between the attempts of a journal that failed: close() tries
 * once more.  The thread pool stops before our exit_process and finishes what
 * was posted to it; a disk that hangs is waited for 5 seconds.  close() calls
 * no handler: no loop runs after it.
 */

#include "ngx_http_consent_journal.h"
#include "ngx_http_consent_journal_group.h"

#include <ngx_event.h>
#include <ngx_thread_pool.h>

#if !(NGX_THREADS)
#error the consent log needs nginx built --with-threads
#endif

#define CONSENT_JOURNAL_WAITING  (1024 * 1024)      /* bytes */
#define CONSENT_JOURNAL_HOLD     60000              /* ms */
#define CONSENT_JOURNAL_LINGER   100                /* ms, at most */
#define CONSENT_JOURNAL_RETRY    1000               /* ms; of a sync, too */
#define CONSENT_JOURNAL_PATIENCE 5000               /* ms, in close() */


struct ngx_http_consent_journal_s {
    ngx_open_file_t          *file;
    ngx_http_consent_sync_e   sync;
    ngx_log_t                *log;
    ngx_thread_pool_t        *pool;
    ngx_thread_task_t         task;
    ngx_http_consent_group_t   group;

    ngx_queue_t               lines;       /* waiting, oldest first */
    size_t                    bytes;       /* waiting and in flight */
    ngx_msec_t                synced;      /* when */
    unsigned                  busy:1;
    unsigned                  failed:1;
    unsigned                  urgent:1;    /* of those waiting, one is */

    ngx_event_t               work;        /* keeps the worker alive */
    ngx_event_t               later;       /* cancelable */
};


/* In a thread; in close() in the main one. */

static void
consent_journal_run(void *data, ngx_log_t *log)
{
    ngx_http_consent_journal_t  *journal = data;

    (void) log;

    ngx_http_consent_group_write(&journal->group);
}


static ngx_err_t
consent_journal_error(ngx_http_consent_group_t *group)
{
    return group->write_err ? group->write_err : group->sync_err;
}


static void
consent_journal_judge(ngx_http_consent_journal_t *journal, ngx_err_t err)
{
    if (err && !journal->failed) {
        ngx_log_error(NGX_LOG_ERR, journal->log, err,
                      "consent log \"%V\" cannot be written",
                      &journal->file->name);

    } else if (err == 0 && journal->failed) {
        ngx_log_error(NGX_LOG_NOTICE, journal->log, 0,
                      "consent log \"%V\" is written again",
                      &journal->file->name);
    }

    journal->failed = err != 0;
}


/* Lines that are not in the file go back in front; the others to `done`. */

static void
consent_journal_collect(ngx_http_consent_journal_t *journal,
    ngx_queue_t *done)
{
    ngx_queue_t                *q;
    ngx_queue_t                *lines = &journal->group.lines;
    ngx_http_consent_waiter_t  *line;

    while (!ngx_queue_empty(lines)) {
        q = ngx_queue_last(lines);
        ngx_queue_remove(q);

        line = ngx_http_consent_journal_line(q);
        line->tried = 1;

        if (line->written) {
            journal->bytes -= line->len;
            ngx_queue_insert_head(done, q);

        } else {
            ngx_queue_insert_head(&journal->lines, q);
        }
    }
}


static void
consent_journal_tell(ngx_http_consent_waiter_t *line, ngx_int_t rc)
{
    ngx_http_consent_waiter_pt  handler = line->handler;

    line->handler = NULL;

    if (handler) {
        handler(line->data, rc);
    }
}


static void
consent_journal_tell_all(ngx_http_consent_journal_t *journal,
    ngx_queue_t *done, ngx_int_t rc)
{
    ngx_queue_t  *q;

    while (!ngx_queue_empty(done)) {
        q = ngx_queue_head(done);
        consent_journal_tell(ngx_http_consent_journal_line(q), rc);

        ngx_queue_remove(q);
        ngx_free(ngx_http_consent_journal_line(q));
    }

    /* what was tried and is still here stands in front of the untried */

    for (q = ngx_queue_head(&journal->lines);
         q != ngx_queue_sentinel(&journal->lines)
         && ngx_http_consent_journal_line(q)->tried;
         q = ngx_queue_next(q))
    {
        consent_journal_tell(ngx_http_consent_journal_line(q), NGX_ERROR);
    }
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

    if (journal->failed || journal->group.unsynced != NGX_INVALID_FILE) {
        ngx_add_timer(&journal->later, CONSENT_JOURNAL_RETRY);
    }

    if (!ngx_queue_empty(&journal->lines)
        && !ngx_http_consent_journal_line(ngx_queue_last(&journal->lines))
            ->tried)
    {
        consent_journal_hurry(journal);
    }
}


/* The group's fate is known; journal->busy is over. */

static void
consent_journal_settle(ngx_http_consent_journal_t *journal,
    ngx_queue_t *done)
{
    ngx_http_consent_group_t  *group = &journal->group;

    journal->busy = 0;

    if (group->sync && group->sync_err == 0) {
        journal->synced = ngx_current_msec;
    }

    ngx_queue_init(done);
    consent_journal_collect(journal, done);
    consent_journal_judge(journal, consent_journal_error(group));
}


static void
consent_journal_done(ngx_event_t *ev)
{
    ngx_int_t                    rc;
    ngx_queue_t                  done;
    ngx_http_consent_journal_t  *journal = ev->data;

    rc = journal->group.sync_err ? NGX_ERROR : NGX_OK;

    consent_journal_settle(journal, &done);
    consent_journal_plan(journal);
    consent_journal_tell_all(journal, &done, rc);
}


/* All that waits becomes the group.  After a failure its sync is the proof
 * that the disk is well again. */

static ngx_err_t
consent_journal_gather(ngx_http_consent_journal_t *journal)
{
    ngx_http_consent_group_t  *group = &journal->group;

    group->fd = dup(journal->file->fd);
    if (group->fd == NGX_INVALID_FILE) {
        return ngx_errno;
    }

    if (!ngx_queue_empty(&journal->lines)) {
        ngx_queue_add(&group->lines, &journal->lines);
        ngx_queue_init(&journal->lines);
    }

    group->later = journal->sync != NGX_HTTP_CONSENT_SYNC_OFF;
    group->sync = group->later
                  && (journal->failed
                      || ngx_current_msec - journal->synced
                         >= CONSENT_JOURNAL_RETRY
                      || (journal->sync == NGX_HTTP_CONSENT_SYNC_ALWAYS
                          && journal->urgent));
    journal->urgent = 0;
    group->write_err = 0;
    group->sync_err = 0;
    group->done = 0;
    journal->busy = 1;

    return 0;
}


/* No thread could be had: as if the write had failed. */

static void
consent_journal_give_up(ngx_http_consent_journal_t *journal, ngx_err_t err)
{
    ngx_queue_t               done;
    ngx_queue_t              *q;
    ngx_http_consent_group_t  *group = &journal->group;

    if (group->fd != NGX_INVALID_FILE) {
        (void) ngx_close_file(group->fd);
        group->fd = NGX_INVALID_FILE;
    }

    for (q = ngx_queue_head(&journal->lines);
         q != ngx_queue_sentinel(&journal->lines);
         q = ngx_queue_next(q))
    {
        ngx_http_consent_journal_line(q)->tried = 1;
    }

    group->write_err = err;
    group->sync_err = 0;
    group->sync = 0;

    consent_journal_settle(journal, &done);
    consent_journal_plan(journal);
    consent_journal_tell_all(journal, &done, NGX_ERROR);
}


static void
consent_journal_start(ngx_event_t *ev)
{
    ngx_err_t                    err;
    ngx_http_consent_journal_t  *journal = ev->data;

    if (!journal->busy) {
        err = consent_journal_gather(journal);
        if (err) {
            consent_journal_give_up(journal, err);
            return;
        }

        if (ngx_thread_task_post(journal->pool, &journal->task) != NGX_OK) {
            consent_journal_give_up(journal, NGX_EAGAIN);
            return;
        }
    }

    if (!journal->work.timer_set) {
        ngx_add_timer(&journal->work, CONSENT_JOURNAL_HOLD);
    }
}


static void
consent_journal_init(ngx_http_consent_journal_t *journal)
{
    journal->group.fd = NGX_INVALID_FILE;
    journal->group.unsynced = NGX_INVALID_FILE;

    ngx_queue_init(&journal->lines);
    ngx_queue_init(&journal->group.lines);

    journal->task.ctx = journal;
    journal->task.handler = consent_journal_run;
    journal->task.event.handler = consent_journal_done;
    journal->task.event.data = journal;
    journal->task.event.log = journal->log;

    journal->work.handler = consent_journal_start;
    journal->work.data = journal;
    journal->work.log = journal->log;

    journal->later = journal->work;
    journal->later.cancelable = 1;
}


ngx_http_consent_journal_t *
ngx_http_consent_journal_open(ngx_cycle_t *cycle, ngx_open_file_t *file,
    ngx_http_consent_sync_e sync)
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


static void
consent_journal_free(ngx_queue_t *lines)
{
    ngx_queue_t  *q;

    while (!ngx_queue_empty(lines)) {
        q = ngx_queue_head(lines);
        ngx_queue_remove(q);
        ngx_free(ngx_http_consent_journal_line(q));
    }
}


/* The last attempt, in the main thread. */

static void
consent_journal_flush(ngx_http_consent_journal_t *journal)
{
    ngx_err_t    err;
    ngx_queue_t  done;

    if (ngx_queue_empty(&journal->lines)
        && journal->group.unsynced == NGX_INVALID_FILE)
    {
        return;
    }

    err = consent_journal_gather(journal);

    if (err == 0) {
        journal->group.later = 0;
        journal->group.sync = journal->sync != NGX_HTTP_CONSENT_SYNC_OFF;

        consent_journal_run(journal, journal->log);
        err = consent_journal_error(&journal->group);

        consent_journal_settle(journal, &done);
        consent_journal_free(&done);
    }

    if (!ngx_queue_empty(&journal->lines)) {
        ngx_log_error(NGX_LOG_ERR, journal->log, err,
                      "consent log \"%V\": %uz bytes could not be written",
                      &journal->file->name, journal->bytes);
    }
}


void
ngx_http_consent_journal_close(ngx_http_consent_journal_t *journal)
{
    ngx_queue_t  done;

    if (journal == NULL) {
        return;
    }

    consent_journal_stop(&journal->work);
    consent_journal_stop(&journal->later);

    if (journal->busy) {
        if (consent_journal_wait(journal) != NGX_OK) {
            ngx_log_error(NGX_LOG_ERR, journal->log, 0,
                          "consent log \"%V\": the disk does not answer, "
                          "%uz bytes are given up", &journal->file->name,
                          journal->bytes);
            return;                /* not freed: the thread has it */
        }

        consent_journal_settle(journal, &done);
        consent_journal_free(&done);
    }

    consent_journal_flush(journal);
    consent_journal_free(&journal->lines);
    ngx_free(journal);
}


ngx_uint_t
ngx_http_consent_journal_ok(ngx_http_consent_journal_t *journal)
{
    return journal != NULL && !journal->failed;
}


ngx_int_t
ngx_http_consent_journal_append(ngx_http_consent_journal_t *journal,
    ngx_str_t line, ngx_http_consent_waiter_pt handler, void *data,
    ngx_http_consent_waiter_t **waiter)
{
    ngx_http_consent_waiter_t  *w;

    if (journal == NULL
        || line.len > CONSENT_JOURNAL_WAITING - journal->bytes)
    {
        return NGX_ERROR;
    }

    w = ngx_alloc(sizeof(ngx_http_consent_waiter_t) + line.len, journal->log);
    if (w == NULL) {
        return NGX_ERROR;
    }

    ngx_memzero(w, sizeof(ngx_http_consent_waiter_t));

    w->handler = handler;
    w->data = data;
    w->len = line.len;
    ngx_memcpy(w->bytes, line.data, line.len);

    ngx_queue_insert_tail(&journal->lines, &w->queue);
    journal->bytes += line.len;

    /* not from here: the neighbours shall come along, and nobody be called */

    journal->urgent |= handler != NULL;

    if (!journal->busy && (handler || !journal->work.timer_set)) {
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
    }
}
