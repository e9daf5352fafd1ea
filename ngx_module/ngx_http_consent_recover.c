/*
 * A worker that is killed in the middle of a decision leaves an intent without
 * an outcome.  The worker that was elected (pending.c) finds it, and says in
 * its own lane what became of it:
 *
 *   opens:   Redis is asked.  The record that is there names the line that
 *            announced it: this one, then it is recorded; an older one or none,
 *            then it failed, and nobody has a token for it; a later one, then
 *            nobody can tell.
 *   closes:  it is carried out, like any that Redis did not take at once: kept
 *            in `pending`, shut on this host, replayed.
 *
 * What cannot be said now is left where it is; what is said twice was said by
 * somebody who died in between, and is looked for first.
 */

#include "ngx_http_consent_evidence.h"
#include "ngx_http_consent_intents.h"
#include "ngx_http_consent_pending.h"

#define CONSENT_RECOVER_TICK   1000        /* ms */
#define CONSENT_RECOVER_TELLS  3600        /* seconds: Redis is waited for */
#define CONSENT_RECOVER_ARENA  4096


struct ngx_http_consent_recover_s {
    ngx_http_consent_main_conf_t    *mcf;
    ngx_http_consent_log_t          *conf;
    ngx_log_t                       *log;
    ngx_thread_pool_t               *threads;
    ngx_thread_task_t                task;
    ngx_http_consent_recover_job_t   job;
    ngx_uint_t                       busy;     /* a thread has the job */
    ngx_event_t                      tick;
    ngx_event_t                      next;

    /* of the orphan at hand */
    size_t                           at;
    ngx_http_consent_srv_conf_t     *server;
    ngx_pool_t                      *pool;
    cg_arena_t                       arena;
    ngx_http_consent_ticket_t       *ticket;
    ngx_http_consent_waiter_t       *waiter;
    struct ngx_http_consent_keep_s  *keep;
};

typedef struct ngx_http_consent_recover_s  consent_recover_t;


static ngx_http_consent_orphan_t *
consent_recover_orphan(consent_recover_t *r)
{
    return &r->job.orphans[r->at];
}


/* The next one, from the loop. */

static void
consent_recover_leave(consent_recover_t *r, ngx_uint_t done)
{
    consent_recover_orphan(r)->done = done;
    r->at++;
    ngx_post_event(&r->next, &ngx_posted_events);
}


static void
consent_recover_on_log(void *data, ngx_int_t rc)
{
    consent_recover_t  *r = data;

    r->waiter = NULL;
    consent_recover_leave(r, rc == NGX_OK);
}


static void
consent_recover_say(consent_recover_t *r, cg_result_t result, uint32_t rev)
{
    cg_out_t             out;
    cg_event_t           event;
    cg_pending_t        *decision = &consent_recover_orphan(r)->intent.decision;
    cg_event_outcome_t   outcome;

    outcome.ch = (cg_str_t) { CG_PENDING_LANE, decision->lane };
    outcome.seq = decision->seq;
    outcome.result = result;
    outcome.rev = rev;

    ngx_http_consent_log_event(r->conf, &event, CG_EVENT_OUTCOME);

    if (r->server) {
        event.host = ngx_http_consent_str(r->server->site);
        event.policy = r->server->policy->id;
        event.version = r->server->policy->version;
    }

    cg_out_init(&out, &r->arena, CG_MAX_LINE);
    cg_chain_begin(&r->conf->chain, &out, &event);
    cg_event_outcome(&out, &outcome);

    if (!ngx_http_consent_journal_ok(r->conf->journal)
        || ngx_http_consent_log_append(r->conf, &out,
                                       NGX_HTTP_CONSENT_LINE_KEEP,
                                       consent_recover_on_log, r, &r->waiter)
           != NGX_OK)
    {
        consent_recover_leave(r, 0);
    }
}


/* It closes */


static void
consent_recover_on_keep(void *data, ngx_int_t rc)
{
    consent_recover_t  *r = data;

    r->keep = NULL;

    if (rc == NGX_OK) {
        consent_recover_say(r, CG_RESULT_PENDING, 0);

    } else {
        consent_recover_leave(r, 0);
    }
}


static void
consent_recover_close(consent_recover_t *r)
{
    cg_pending_t               *decision;
    ngx_http_consent_shared_t  *shared = r->mcf->zone->data;

    decision = &consent_recover_orphan(r)->intent.decision;

    /* no room in the table: until Redis has it, Redis decides */

    (void) (cg_shut_add(shared->shut, &decision->name) == CG_OK);

    r->keep = ngx_http_consent_pending_keep(r->conf, decision,
                                            consent_recover_on_keep, r);
    if (r->keep == NULL) {
        consent_recover_leave(r, 0);
    }
}


/* It opens */


/* Whether a record was announced by the intent's own line. */

static ngx_uint_t
consent_recover_is_ours(const cg_intent_t *intent, const cg_record_t *record)
{
    cg_pending_t  place;

    return cg_pending_line_of(record->evidence, &place) == CG_OK
           && place.seq == intent->decision.seq
           && ngx_memcmp(place.lane, intent->decision.lane, CG_PENDING_LANE)
              == 0;
}


/* `rc` as of cg_record_read().  A name that nobody had before is this
 * decision's alone. */

static cg_result_t
consent_recover_judge(const cg_intent_t *intent, cg_status_t rc,
    const cg_record_t *record)
{
    if (rc == CG_NONE) {
        return intent->rev == 1 ? CG_RESULT_FAILED : CG_RESULT_UNKNOWN;
    }

    if (rc != CG_OK) {
        return CG_RESULT_UNKNOWN;
    }

    if (consent_recover_is_ours(intent, record)) {
        return CG_RESULT_RECORDED;
    }

    return record->rev <= intent->rev ? CG_RESULT_FAILED : CG_RESULT_UNKNOWN;
}


static void
consent_recover_on_record(void *data, ngx_http_consent_redis_e status,
    const cg_reply_t *reply, const ngx_str_t *error)
{
    cg_status_t         rc;
    cg_record_t         record;
    const cg_intent_t  *intent;
    consent_recover_t  *r = data;

    (void) error;
    r->ticket = NULL;

    if (status != NGX_HTTP_CONSENT_REDIS_OK) {
        consent_recover_leave(r, 0);
        return;
    }

    intent = &consent_recover_orphan(r)->intent;
    rc = cg_record_read(reply, r->server->keys,
                        ngx_http_consent_str(r->server->site),
                        r->server->policy->id, &intent->decision.name,
                        &record);

    consent_recover_say(r, consent_recover_judge(intent, rc, &record),
                        record.rev);
}


static ngx_uint_t
consent_recover_waits(consent_recover_t *r)
{
    return ngx_time() - consent_recover_orphan(r)->intent.decision.at
           < CONSENT_RECOVER_TELLS;
}


static void
consent_recover_open_intent(consent_recover_t *r)
{
    cg_status_t    rc;
    cg_command_t   command;
    cg_intent_t   *intent = &consent_recover_orphan(r)->intent;

    if (r->server
        && ngx_http_consent_redis_ready(r->server->redis,
                                        intent->decision.name.at))
    {
        rc = cg_record_lookup(&r->arena,
                              ngx_http_consent_str(r->server->redis->prefix),
                              &intent->decision.name, &command);

        if (rc == CG_OK) {
            r->ticket = ngx_http_consent_redis_send(r->server->redis, &command,
                                                    consent_recover_on_record,
                                                    r);
        }
    }

    if (r->ticket) {
        return;
    }

    if (r->server && consent_recover_waits(r)) {
        consent_recover_leave(r, 0);

    } else {
        consent_recover_say(r, CG_RESULT_UNKNOWN, 0);
    }
}


/* One after the other */


static void
consent_recover_forget(consent_recover_t *r)
{
    if (r->pool) {
        ngx_destroy_pool(r->pool);
        r->pool = NULL;
    }
}


static ngx_uint_t
consent_recover_all_done(consent_recover_t *r)
{
    size_t  i;

    for (i = 0; i < r->job.n; i++) {
        if (!r->job.orphans[i].done) {
            return 0;
        }
    }

    return 1;
}


static void
consent_recover_run(ngx_event_t *ev)
{
    cg_intent_t        *intent;
    consent_recover_t  *r = ev->data;

    consent_recover_forget(r);

    if (r->at < r->job.n) {
        r->pool = ngx_create_pool(CONSENT_RECOVER_ARENA, r->log);
    }

    if (r->pool == NULL) {
        ngx_http_consent_recover_drop(&r->job, consent_recover_all_done(r));
        return;
    }

    ngx_http_consent_arena(&r->arena, r->pool);
    intent = &consent_recover_orphan(r)->intent;
    r->server = ngx_http_consent_pending_server(r->mcf, r->conf,
                                                &intent->decision);

    if (cg_intent_opens(intent)) {
        consent_recover_open_intent(r);

    } else {
        consent_recover_close(r);
    }
}


static void
consent_recover_work(void *data, ngx_log_t *log)
{
    (void) log;

    ngx_http_consent_recover_work(data);
}


static void
consent_recover_done(ngx_event_t *ev)
{
    consent_recover_t  *r = ev->data;

    r->busy = 0;
    r->at = 0;

    if (r->job.fd != NGX_INVALID_FILE) {
        ngx_post_event(&r->next, &ngx_posted_events);
    }
}


static void
consent_recover_tick(ngx_event_t *ev)
{
    consent_recover_t  *r = ev->data;

    if (!r->busy && r->job.fd == NGX_INVALID_FILE && !ngx_exiting
        && ngx_http_consent_pending_elected(r->conf))
    {
        r->busy = ngx_thread_task_post(r->threads, &r->task) == NGX_OK;
    }

    ngx_add_timer(ev, CONSENT_RECOVER_TICK);
}


static void
consent_recover_event(consent_recover_t *r, ngx_event_t *ev,
    ngx_event_handler_pt handler)
{
    ev->handler = handler;
    ev->data = r;
    ev->log = r->log;
    ev->cancelable = 1;
}


ngx_int_t
ngx_http_consent_recover_open(ngx_cycle_t *cycle,
    ngx_http_consent_main_conf_t *mcf, ngx_http_consent_log_t *log)
{
    ngx_str_t           name = ngx_string("default");
    consent_recover_t  *r = ngx_calloc(sizeof(consent_recover_t), cycle->log);

    if (r == NULL) {
        return NGX_ERROR;
    }

    r->mcf = mcf;
    r->conf = log;
    r->log = cycle->log;
    r->threads = ngx_thread_pool_get(cycle, &name);
    r->job.fd = NGX_INVALID_FILE;
    r->job.folder = log->state.data;
    r->job.log = log->path.data;

    r->task.ctx = &r->job;
    r->task.handler = consent_recover_work;
    consent_recover_event(r, &r->task.event, consent_recover_done);
    consent_recover_event(r, &r->tick, consent_recover_tick);
    consent_recover_event(r, &r->next, consent_recover_run);

    log->recover = r;
    ngx_add_timer(&r->tick, CONSENT_RECOVER_TICK);

    return NGX_OK;
}


/* The thread pool has ended. */

void
ngx_http_consent_recover_close(ngx_http_consent_log_t *log)
{
    consent_recover_t  *r = log->recover;

    if (r == NULL) {
        return;
    }

    log->recover = NULL;

    ngx_http_consent_redis_abandon(r->ticket);
    ngx_http_consent_journal_abandon(r->waiter);
    ngx_http_consent_pending_abandon(r->keep);
    consent_recover_forget(r);

    if (r->tick.timer_set) {
        ngx_del_timer(&r->tick);
    }

    if (r->next.posted) {
        ngx_delete_posted_event(&r->next);
    }

    ngx_http_consent_recover_drop(&r->job, 0);
    ngx_free(r);
}
