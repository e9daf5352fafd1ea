/*
 * What failed, and what then becomes of a line:
 *
 *   write: lines that are whole in the file are as good as the sync that
 *          follows; the others are tried again.
 *   sync:  nobody knows what the disk holds of what was written since the last
 *          sync, and a later one that succeeds proves nothing about it: all of
 *          it is made again.
 *   place: nothing is written to a file that nobody will find.
 *   slow:  the group is in flight, whatever comes of it.
 *
 * In each case whoever waits hears NGX_ERROR, and the journal is not ok until
 * something is written and synced.  A decision that opens and was not
 * acknowledged is void: it is not written, or not again.
 *
 * Where lines are void or made again their lane is left behind.  A new one says
 * from which line on, and goes on with what counts: no place in a lane is ever
 * given to two events, and outcomes name places.
 */

#include "ngx_http_consent_count.h"
#include "ngx_http_consent_module.h"
#include "ngx_http_consent_journal_fate.h"

#define CONSENT_FATE_RETRY  1000           /* ms; of a sync, the first time */
#define CONSENT_FATE_REST   60000          /* ms; of a sync, at most */


void
ngx_http_consent_journal_free(ngx_queue_t *lines)
{
    ngx_queue_t  *q;

    while (!ngx_queue_empty(lines)) {
        q = ngx_queue_head(lines);
        ngx_queue_remove(q);
        ngx_free(ngx_http_consent_journal_line(q));
    }
}


ngx_http_consent_waiter_t *
ngx_http_consent_journal_take(ngx_http_consent_journal_t *journal,
    cg_str_t line, ngx_http_consent_line_e kind, const cg_chain_t *before)
{
    ngx_http_consent_waiter_t  *w;

    w = ngx_alloc(sizeof(ngx_http_consent_waiter_t) + line.len, journal->log);
    if (w == NULL) {
        return NULL;
    }

    ngx_memzero(w, sizeof(ngx_http_consent_waiter_t));

    w->kind = kind;
    w->before = *before;
    w->len = line.len;
    ngx_memcpy(w->bytes, line.data, line.len);

    ngx_queue_insert_tail(&journal->lines, &w->queue);
    journal->bytes += line.len;

    return w;
}


/* One line */


static void
consent_fate_tell(ngx_http_consent_waiter_t *line, ngx_int_t rc)
{
    ngx_http_consent_waiter_pt  handler = line->handler;

    line->handler = NULL;
    line->failed |= rc != NGX_OK;

    if (handler) {
        handler(line->data, rc);
    }
}


/* It is on disk, as sync= promises it: from here on it stands. */

static void
consent_fate_keep(ngx_http_consent_journal_t *journal,
    ngx_http_consent_waiter_t *line)
{
    cg_place_t  place;

    if (line->kind == NGX_HTTP_CONSENT_LINE_OPENING) {
        line->kind = NGX_HTTP_CONSENT_LINE_KEEP;

        if (line->failed) {
            cg_chain_place(&line->before, &place);
            journal->owner->late(journal->data, &place);
        }
    }

    consent_fate_tell(line, NGX_OK);
}


static void
consent_fate_drop(ngx_http_consent_journal_t *journal,
    ngx_http_consent_waiter_t *line)
{
    journal->bytes -= line->len;
    ngx_queue_remove(&line->queue);
    ngx_free(line);
}


/* All of them */


static void
consent_fate_move(ngx_queue_t *to, ngx_queue_t *from)
{
    if (!ngx_queue_empty(from)) {
        ngx_queue_add(to, from);
        ngx_queue_init(from);
    }
}


static void
consent_fate_proven(ngx_http_consent_journal_t *journal)
{
    ngx_queue_t                *q;
    ngx_http_consent_waiter_t  *line;

    while (!ngx_queue_empty(&journal->unproven)) {
        q = ngx_queue_head(&journal->unproven);
        line = ngx_http_consent_journal_line(q);
        consent_fate_keep(journal, line);
        consent_fate_drop(journal, line);
    }

    journal->doubtful = 0;
}


/* Whoever waits is told.  Whether anything was dropped that has its place in
 * the chain. */

static ngx_uint_t
consent_fate_fail(ngx_http_consent_journal_t *journal)
{
    ngx_uint_t                  dropped = 0;
    ngx_queue_t                *q, *next;
    ngx_http_consent_waiter_t  *line;

    for (q = ngx_queue_head(&journal->lines);
         q != ngx_queue_sentinel(&journal->lines);
         q = next)
    {
        next = ngx_queue_next(q);
        line = ngx_http_consent_journal_line(q);
        consent_fate_tell(line, NGX_ERROR);

        if (line->kind == NGX_HTTP_CONSENT_LINE_OPENING) {
            consent_fate_drop(journal, line);
            dropped = 1;
        }
    }

    return dropped;
}


/* The lines of `old` as the next of the chain. */

static void
consent_fate_again(ngx_http_consent_journal_t *journal, ngx_queue_t *old)
{
    cg_out_t                    out;
    ngx_pool_t                 *pool = ngx_create_pool(4096, journal->log);
    cg_arena_t                  arena;
    cg_chain_t                  before;
    ngx_queue_t                *q;
    ngx_http_consent_waiter_t  *line;

    if (pool) {
        ngx_http_consent_arena(&arena, pool);
        cg_out_init(&out, &arena, CG_MAX_LINE);
    }

    while (!ngx_queue_empty(old)) {
        q = ngx_queue_head(old);
        line = ngx_http_consent_journal_line(q);
        before = *journal->chain;

        if (line->kind == NGX_HTTP_CONSENT_LINE_LANE) {
            consent_fate_drop(journal, line);
            continue;
        }

        if (pool == NULL
            || cg_chain_again(journal->chain,
                              (cg_str_t) { line->len, line->bytes }, &out)
               != CG_OK
            || ngx_http_consent_journal_take(journal, cg_out_slice(&out),
                                             line->kind, &before)
               == NULL)
        {
            *journal->chain = before;
            ngx_log_error(NGX_LOG_ERR, journal->log, 0,
                          "consent log \"%V\": no memory, a line is lost",
                          &journal->file->name);
        }

        consent_fate_drop(journal, line);
    }

    if (pool) {
        ngx_destroy_pool(pool);
    }
}


ngx_int_t
ngx_http_consent_journal_renew(ngx_http_consent_journal_t *journal)
{
    ngx_queue_t  old;

    if (!journal->stale) {
        return NGX_OK;
    }

    ngx_queue_init(&old);
    consent_fate_move(&old, &journal->lines);

    if (journal->owner->lane(journal->data, &journal->left) != NGX_OK) {
        consent_fate_move(&journal->lines, &old);
        return NGX_ERROR;
    }

    journal->stale = 0;
    consent_fate_again(journal, &old);

    return NGX_OK;
}


/* From `before` on the lane counts no more; unless it is itself one that goes
 * on for another and was not proven. */

static void
consent_fate_leave(ngx_http_consent_journal_t *journal,
    const cg_chain_t *before)
{
    if (!journal->doubt) {
        journal->doubt = 1;
        journal->left = *before;
    }

    journal->stale = 1;
}


/* Nobody waits any more, and what is void by that goes. */

static void
consent_fate_close_ranks(ngx_http_consent_journal_t *journal)
{
    cg_chain_t  before;

    journal->hopeless = 0;

    if (ngx_queue_empty(&journal->lines)) {
        return;
    }

    before = ngx_http_consent_journal_line(ngx_queue_head(&journal->lines))
                 ->before;

    if (consent_fate_fail(journal)) {
        consent_fate_leave(journal, &before);
    }

    (void) ngx_http_consent_journal_renew(journal);
}


/* What was written, and what was not */


static void
consent_fate_collect(ngx_http_consent_journal_t *journal)
{
    ngx_queue_t                *q;
    ngx_queue_t                 rest;
    ngx_http_consent_group_t   *group = &journal->group;
    ngx_http_consent_waiter_t  *line;

    ngx_queue_init(&rest);

    while (!ngx_queue_empty(&group->lines)) {
        q = ngx_queue_head(&group->lines);
        ngx_queue_remove(q);
        line = ngx_http_consent_journal_line(q);

        if (!line->written) {
            ngx_queue_insert_tail(&rest, q);
            continue;
        }

        ngx_queue_insert_tail(&journal->unproven, q);
        journal->doubtful += line->len;

        ngx_http_consent_count(NGX_HTTP_CONSENT_COUNT_LINES);
        ngx_http_consent_count_add(NGX_HTTP_CONSENT_COUNT_BYTES, line->len);
    }

    /* in front of what came meanwhile */

    consent_fate_move(&rest, &journal->lines);
    consent_fate_move(&journal->lines, &rest);
}


/* Not synced yet: enough only where nothing else was promised. */

static void
consent_fate_written(ngx_http_consent_journal_t *journal)
{
    ngx_queue_t  *q;

    if (journal->sync != NGX_HTTP_CONSENT_SYNC_EVERYSEC) {
        return;
    }

    for (q = ngx_queue_head(&journal->unproven);
         q != ngx_queue_sentinel(&journal->unproven);
         q = ngx_queue_next(q))
    {
        consent_fate_keep(journal, ngx_http_consent_journal_line(q));
    }
}


static void
consent_fate_doubt(ngx_http_consent_journal_t *journal)
{
    ngx_queue_t  *q = ngx_queue_head(&journal->unproven);

    consent_fate_leave(journal, &ngx_http_consent_journal_line(q)->before);
    journal->doubtful = 0;

    consent_fate_move(&journal->unproven, &journal->lines);
    consent_fate_move(&journal->lines, &journal->unproven);

    for (q = ngx_queue_head(&journal->lines);
         q != ngx_queue_sentinel(&journal->lines);
         q = ngx_queue_next(q))
    {
        ngx_http_consent_journal_line(q)->written = 0;
    }
}


static void
consent_fate_say(ngx_http_consent_journal_t *journal,
    ngx_http_consent_journal_fault_e fault, ngx_err_t err)
{
    static const char *const  texts[] = {
        "is written again", "cannot be written", "cannot be synced",
        "was deleted or moved without USR1", "waits for its disk"
    };

    ngx_uint_t  level = fault ? NGX_LOG_ERR : NGX_LOG_NOTICE;

    ngx_log_error(level, journal->log, err, "consent log \"%V\" %s",
                  &journal->file->name, texts[fault]);
}


static void
consent_fate_judge(ngx_http_consent_journal_t *journal,
    ngx_http_consent_journal_fault_e fault, ngx_err_t err)
{
    ngx_http_consent_journal_fault_e  was = journal->fault;

    journal->fault = fault;

    if (fault == NGX_HTTP_CONSENT_JOURNAL_SYNC) {
        journal->retry = was == fault ? ngx_min(journal->retry * 2,
                                                CONSENT_FATE_REST)
                                      : CONSENT_FATE_RETRY;
    } else {
        journal->retry = CONSENT_FATE_RETRY;
    }

    if (was != fault) {
        consent_fate_say(journal, fault, err);
    }

    if (!was && fault) {
        ngx_http_consent_count(NGX_HTTP_CONSENT_COUNT_LOG_FAULTS);
    }

    if (!was != !fault) {
        journal->owner->fault(journal->data, fault);
    }
}


void
ngx_http_consent_journal_settle(ngx_http_consent_journal_t *journal)
{
    ngx_uint_t                 wrote;
    ngx_http_consent_group_t  *group = &journal->group;

    journal->busy = 0;
    journal->inode = group->inode;
    journal->size = group->size;
    consent_fate_collect(journal);
    wrote = !ngx_queue_empty(&journal->unproven);

    ngx_http_consent_count(NGX_HTTP_CONSENT_COUNT_GROUPS);
    ngx_http_consent_count_add(NGX_HTTP_CONSENT_COUNT_SYNCS,
                               group->sync && group->synced);

    if (group->fault == NGX_HTTP_CONSENT_JOURNAL_SYNC && wrote) {
        consent_fate_doubt(journal);

    } else if (group->synced || group->never) {
        journal->doubt &= !wrote;
        journal->synced = ngx_current_msec;
        consent_fate_proven(journal);

    } else {
        consent_fate_written(journal);
    }

    if (group->fault || journal->hopeless) {
        consent_fate_close_ranks(journal);
    }

    consent_fate_judge(journal, group->fault, group->err);
}


/* Lines keep their places as long as it is not known which of the group are
 * in the file. */

void
ngx_http_consent_journal_despair(ngx_http_consent_journal_t *journal)
{
    ngx_uint_t    i;
    ngx_queue_t  *q;
    ngx_queue_t  *all[2];

    all[0] = &journal->group.lines;
    all[1] = &journal->lines;

    for (i = 0; i < 2; i++) {
        for (q = ngx_queue_head(all[i]);
             q != ngx_queue_sentinel(all[i]);
             q = ngx_queue_next(q))
        {
            consent_fate_tell(ngx_http_consent_journal_line(q), NGX_ERROR);
        }
    }

    journal->hopeless = 1;
    consent_fate_judge(journal, NGX_HTTP_CONSENT_JOURNAL_SLOW, 0);
}
