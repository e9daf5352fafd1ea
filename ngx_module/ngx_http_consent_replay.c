/*
 * What closed while Redis was away is brought to it, line by line: read, write
 * (by compare-and-set on the revision, like any decision), said in the log,
 * dropped from the file.  A worker that dies in between leaves the line to the
 * next one, which sees by the receipt what is done.
 *
 * A line has the record's name, not the visitor's id: nobody is to be known for
 * it.  One whose site is not configured, or whose Redis is away, is left.
 */

#include "ngx_http_consent_evidence.h"
#include "ngx_http_consent_pending.h"
#include "ngx_http_consent_provision.h"
#include "ngx_http_consent_rights.h"

#include <openssl/rand.h>

#define CONSENT_REPLAY_BATCH  64       /* lines done, then they are dropped */
#define CONSENT_REPLAY_TRIES  3        /* when another write was faster */
#define CONSENT_REPLAY_ARENA  4096

typedef enum {
    CONSENT_REPLAY_NEXT = 0,           /* a line is to be taken up */
    CONSENT_REPLAY_READ,
    CONSENT_REPLAY_WRITE,
    CONSENT_REPLAY_WAIT,               /* for replicas= */
    CONSENT_REPLAY_SAY,
    CONSENT_REPLAY_DONE
} consent_replay_step_e;


static cg_pending_t *
consent_replay_line(ngx_http_consent_replay_t *r)
{
    return &r->lines[r->at];
}


/* The answers: each says what comes next, and lets it come from the loop. */


static void
consent_replay_go(ngx_http_consent_replay_t *r, ngx_uint_t step)
{
    r->step = step;
    ngx_post_event(&r->next, &ngx_posted_events);
}


/* Not this time. */

static void
consent_replay_leave(ngx_http_consent_replay_t *r)
{
    r->at++;
    consent_replay_go(r, CONSENT_REPLAY_NEXT);
}


static void
consent_replay_result(ngx_http_consent_replay_t *r, cg_replay_result_t result,
    uint32_t rev)
{
    r->result.result = result;
    r->result.rev = rev;
    consent_replay_go(r, result == CG_REPLAY_RECORDED
                         && r->conf->redis->replicas
                         ? CONSENT_REPLAY_WAIT : CONSENT_REPLAY_SAY);
}


/* What Redis holds, against what closes it. */

static void
consent_replay_judge(ngx_http_consent_replay_t *r, cg_status_t rc)
{
    cg_pending_t  *line = consent_replay_line(r);
    ngx_uint_t     erases = line->how == CG_HOW_ERASE;

    if (rc == CG_OK
        && ngx_memcmp(r->old.rid, line->rid, sizeof(line->rid)) == 0)
    {
        consent_replay_result(r, CG_REPLAY_RECORDED, r->old.rev);

    } else if (rc == CG_OK && r->old.decided > line->at) {
        consent_replay_result(r, CG_REPLAY_SUPERSEDED, 0);

    } else if (!erases && (rc != CG_OK || r->old.granted == 0
                           || r->old.expires <= ngx_time()))
    {
        consent_replay_result(r, CG_REPLAY_ABSENT, 0);

    } else {
        consent_replay_go(r, CONSENT_REPLAY_WRITE);
    }
}


static void
consent_replay_on_record(void *data, ngx_http_consent_redis_e status,
    const cg_reply_t *reply, const ngx_str_t *error)
{
    cg_status_t                   rc;
    ngx_http_consent_replay_t    *r = data;
    ngx_http_consent_srv_conf_t  *conf = r->conf;

    r->ticket = NULL;

    if (status == NGX_HTTP_CONSENT_REDIS_ERROR
        && error->len >= sizeof("WRONGTYPE ") - 1
        && ngx_strncmp(error->data, "WRONGTYPE ", sizeof("WRONGTYPE ") - 1)
           == 0)
    {
        consent_replay_judge(r, CG_EINVAL);        /* it opens nothing */
        return;
    }

    if (status != NGX_HTTP_CONSENT_REDIS_OK) {
        consent_replay_leave(r);
        return;
    }

    rc = cg_record_read(reply, conf->keys, ngx_http_consent_str(conf->site),
                        conf->policy->id, &consent_replay_line(r)->name,
                        &r->old);

    /* slices die with the reply */

    r->old.lang = cg_str_null;
    r->old.notice = cg_str_null;
    r->old.evidence = cg_str_null;

    consent_replay_judge(r, rc);
}


static void
consent_replay_on_commit(void *data, ngx_http_consent_redis_e status,
    const cg_reply_t *reply, const ngx_str_t *error)
{
    cg_commit_t                 result = CG_COMMIT_FAILED;
    ngx_http_consent_replay_t  *r = data;

    (void) error;
    r->ticket = NULL;

    if (status == NGX_HTTP_CONSENT_REDIS_OK) {
        result = cg_record_committed(reply);
    }

    if (result == CG_COMMIT_DONE) {
        consent_replay_result(r, CG_REPLAY_RECORDED,
                              consent_replay_line(r)->how == CG_HOW_ERASE
                              ? 0 : r->old.rev + 1);

    } else if (result == CG_COMMIT_HELD) {

        /* it must be kept, but not be used */

        consent_replay_line(r)->how = CG_HOW_WITHDRAW;
        consent_replay_go(r, CONSENT_REPLAY_READ);

    } else if (result == CG_COMMIT_STALE && r->tries++ < CONSENT_REPLAY_TRIES) {
        consent_replay_go(r, CONSENT_REPLAY_READ);

    } else {
        consent_replay_leave(r);
    }
}


/* Who lacks replicas for this line lacks them for all. */

static void
consent_replay_on_wait(void *data, ngx_http_consent_redis_e status,
    const cg_reply_t *reply, const ngx_str_t *error)
{
    ngx_int_t                   have = NGX_ERROR;
    ngx_http_consent_replay_t  *r = data;

    (void) error;
    r->ticket = NULL;

    if (status == NGX_HTTP_CONSENT_REDIS_OK) {
        have = ngx_atoi((u_char *) reply->items[0].data, reply->items[0].len);
    }

    if (have >= r->conf->redis->replicas) {
        consent_replay_go(r, CONSENT_REPLAY_SAY);

    } else {
        r->at = r->n;
        consent_replay_go(r, CONSENT_REPLAY_NEXT);
    }
}


static void
consent_replay_on_log(void *data, ngx_int_t rc)
{
    ngx_http_consent_replay_t  *r = data;

    r->waiter = NULL;

    if (rc == NGX_OK) {
        consent_replay_go(r, CONSENT_REPLAY_DONE);

    } else {
        consent_replay_leave(r);
    }
}


/* The steps.  NGX_ERROR: the line is left for later. */


/* WAIT counts what was said on its connection, and is for nobody else's. */

static ngx_http_consent_redis_conf_t *
consent_replay_redis(ngx_http_consent_replay_t *r)
{
    ngx_http_consent_redis_conf_t  *redis = r->conf->redis;

    return redis->writer ? redis->writer : redis;
}


static ngx_int_t
consent_replay_ask(ngx_http_consent_replay_t *r, cg_status_t rc,
    const cg_command_t *command, ngx_http_consent_redis_handler_pt handler)
{
    if (rc == CG_OK) {
        r->ticket = ngx_http_consent_redis_send(consent_replay_redis(r),
                                                command, handler, r);
    }

    return r->ticket ? NGX_OK : NGX_ERROR;
}


static ngx_int_t
consent_replay_read(ngx_http_consent_replay_t *r)
{
    cg_status_t   rc;
    cg_command_t  command;

    ngx_memzero(&r->old, sizeof(cg_record_t));

    rc = cg_record_lookup(&r->arena,
                          ngx_http_consent_str(r->conf->redis->prefix),
                          &consent_replay_line(r)->name, &command);

    return consent_replay_ask(r, rc, &command, consent_replay_on_record);
}


static ngx_int_t
consent_replay_compose(ngx_http_consent_replay_t *r, cg_record_t *record)
{
    cg_out_t       out;
    cg_pending_t  *line = consent_replay_line(r);

    ngx_memzero(record, sizeof(cg_record_t));

    record->version = r->conf->policy->version;
    record->rev = r->old.rev + 1;
    record->decided = line->at;
    record->expires = r->old.expires;
    record->how = line->how;
    ngx_memcpy(record->terms, r->conf->policy->terms_hash, CG_SHA256_LEN);
    ngx_memcpy(record->rid, line->rid, sizeof(record->rid));

    cg_out_init(&out, &r->arena, 64);
    cg_out_bytes(&out, line->lane, CG_PENDING_LANE);
    cg_out_byte(&out, ':');
    cg_out_uint(&out, line->seq);
    record->evidence = cg_out_slice(&out);

    return RAND_bytes(record->nonce, sizeof(record->nonce)) == 1
           ? ngx_http_consent_rc(out.status) : NGX_ERROR;
}


static ngx_int_t
consent_replay_write(ngx_http_consent_replay_t *r)
{
    cg_str_t                      prefix;
    cg_status_t                   rc;
    cg_record_t                   record;
    cg_command_t                  command;
    cg_pending_t                 *line = consent_replay_line(r);
    ngx_http_consent_srv_conf_t  *conf = r->conf;

    if (consent_replay_compose(r, &record) != NGX_OK) {
        return NGX_ERROR;
    }

    prefix = ngx_http_consent_str(conf->redis->prefix);

    if (line->how == CG_HOW_ERASE) {
        rc = cg_record_erase(&r->arena, prefix, &line->name, record.nonce,
                             &command);
    } else {
        rc = cg_record_commit(&r->arena, prefix, conf->keys,
                              ngx_http_consent_str(conf->site), conf->policy,
                              &line->name, r->old.rev, &record, cg_str_null,
                              ngx_time(), &command);
    }

    return consent_replay_ask(r, rc, &command, consent_replay_on_commit);
}


/* What stands in the cache from before counts no more, when the name is open
 * to Redis again; what superseded it has to be read first. */

static void
consent_replay_cache(ngx_http_consent_pending_t *p)
{
    cg_cached_t                   value;
    cg_cache_name_t               cached;
    ngx_http_consent_replay_t    *r = &p->replay;
    ngx_http_consent_shared_t    *shared = p->mcf->zone->data;

    ngx_memzero(&value, sizeof(cg_cached_t));
    value.terms = r->conf->terms;
    value.state = CG_STATE_REFUSED;
    value.rev = r->result.rev;
    value.expires = consent_replay_line(r)->expires;
    value.read_ms = r->result.result == CG_REPLAY_SUPERSEDED
                    ? 0 : ngx_http_consent_now_ms();

    if (cg_cache_name(&consent_replay_line(r)->name, &cached) == CG_OK) {
        cg_cache_shut(shared->cache, &cached, &value,
                      ngx_http_consent_now_ms());
    }
}


static ngx_int_t
consent_replay_wait(ngx_http_consent_replay_t *r)
{
    r->ticket = ngx_http_consent_redis_wait(consent_replay_redis(r),
                                            consent_replay_line(r)->name.at,
                                            consent_replay_on_wait, r);

    return r->ticket ? NGX_OK : NGX_ERROR;
}


static ngx_int_t
consent_replay_say(ngx_http_consent_pending_t *p)
{
    cg_out_t                    rid, out;
    cg_event_t                  event;
    cg_pending_t               *line = consent_replay_line(&p->replay);
    ngx_http_consent_replay_t  *r = &p->replay;

    consent_replay_cache(p);

    cg_out_init(&rid, &r->arena, 64);
    cg_out_hex(&rid, (cg_str_t) { sizeof(line->rid), line->rid });

    r->result.ch = (cg_str_t) { CG_PENDING_LANE, line->lane };
    r->result.seq = line->seq;
    r->result.rid = cg_out_slice(&rid);

    ngx_http_consent_log_event(p->conf, &event, CG_EVENT_REPLAY);
    event.host = ngx_http_consent_str(r->conf->site);
    event.policy = r->conf->policy->id;
    event.version = r->conf->policy->version;

    cg_out_init(&out, &r->arena, CG_MAX_LINE);
    cg_chain_begin(&p->conf->chain, &out, &event);
    cg_event_replay(&out, &r->result);

    if (!ngx_http_consent_journal_ok(p->conf->journal)) {
        return NGX_ERROR;
    }

    if (ngx_http_consent_log_append(p->conf, &out, NGX_HTTP_CONSENT_LINE_KEEP,
                                    consent_replay_on_log, r, &r->waiter)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (r->result.result == CG_REPLAY_RECORDED
        && ngx_memcmp(r->old.rid, line->rid, sizeof(line->rid)) != 0)
    {
        ngx_http_consent_provision_replayed(p->conf, r, line);
    }

    return NGX_OK;
}


static void
consent_replay_forget(ngx_http_consent_replay_t *r)
{
    if (r->pool) {
        ngx_destroy_pool(r->pool);
        r->pool = NULL;
    }
}


/* The next line that can be replayed now; NGX_DONE: there is none. */

static ngx_int_t
consent_replay_next(ngx_http_consent_pending_t *p)
{
    ngx_http_consent_replay_t  *r = &p->replay;

    consent_replay_forget(r);

    for ( /* void */ ; r->at < r->n && r->ndone < CONSENT_REPLAY_BATCH; r->at++)
    {
        r->conf = ngx_http_consent_pending_server(p->mcf, p->conf,
                                                  consent_replay_line(r));

        if (r->conf
            && ngx_http_consent_redis_ready(consent_replay_redis(r),
                                            consent_replay_line(r)->name.at))
        {
            break;
        }
    }

    if (r->at >= r->n || r->ndone >= CONSENT_REPLAY_BATCH) {
        return NGX_DONE;
    }

    r->pool = ngx_create_pool(CONSENT_REPLAY_ARENA, p->log);
    if (r->pool == NULL) {
        return NGX_DONE;
    }

    ngx_http_consent_arena(&r->arena, r->pool);
    ngx_memzero(&r->old, sizeof(cg_record_t));
    r->tries = 0;

    return consent_replay_read(r);
}


static void
consent_replay_run(ngx_event_t *ev)
{
    ngx_int_t                    rc = NGX_OK;
    cg_pending_t                 line;
    ngx_http_consent_pending_t  *p = ev->data;
    ngx_http_consent_replay_t   *r = &p->replay;

    switch (r->step) {

    case CONSENT_REPLAY_READ:
        rc = consent_replay_read(r);
        break;

    case CONSENT_REPLAY_WRITE:
        rc = consent_replay_write(r);
        break;

    case CONSENT_REPLAY_WAIT:
        rc = consent_replay_wait(r);
        break;

    case CONSENT_REPLAY_SAY:
        rc = consent_replay_say(p);
        break;

    case CONSENT_REPLAY_DONE:
        line = *consent_replay_line(r);

        if (line.how == CG_HOW_ERASE
            && r->result.result == CG_REPLAY_RECORDED)
        {
            ngx_http_consent_log_erased(p->conf, r->conf, line.rid);
        }

        r->lines[r->at++] = r->lines[r->ndone];
        r->lines[r->ndone++] = line;

        /* fall through */

    default:
        rc = consent_replay_next(p);
    }

    if (rc == NGX_DONE) {
        ngx_http_consent_pending_drop(p);

    } else if (rc == NGX_ERROR) {
        consent_replay_leave(r);
    }
}


void
ngx_http_consent_replay_start(ngx_http_consent_pending_t *p)
{
    ngx_http_consent_replay_t  *r = &p->replay;

    if (r->lines || p->job.nfound == 0
        || p->job.elected == NGX_INVALID_FILE || ngx_exiting)
    {
        return;
    }

    r->lines = p->job.found;
    r->n = p->job.nfound;
    p->job.found = NULL;
    r->at = 0;
    r->ndone = 0;

    r->next.handler = consent_replay_run;
    r->next.data = p;
    r->next.log = p->log;

    consent_replay_go(r, CONSENT_REPLAY_NEXT);
}


void
ngx_http_consent_replay_stop(ngx_http_consent_pending_t *p)
{
    ngx_http_consent_replay_t  *r = &p->replay;

    ngx_http_consent_redis_abandon(r->ticket);
    ngx_http_consent_journal_abandon(r->waiter);
    consent_replay_forget(r);

    if (r->next.posted) {
        ngx_delete_posted_event(&r->next);
    }

    free(r->lines);
    ngx_memzero(r, sizeof(ngx_http_consent_replay_t));
}
