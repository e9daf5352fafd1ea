/* The steps of a choice up to the record; their order and promises stand in
 * the header, the later ones in commit_resolve.c and commit_done.c. */

#include "ngx_http_consent_rights.h"
#include "ngx_http_consent_evidence.h"

#include <openssl/rand.h>


void
ngx_http_consent_choice_resume(ngx_http_request_t *r)
{
    ngx_http_consent_ctx_t  *ctx = ngx_http_consent_get_ctx(r);

    if (ctx->choice->waiting == 0 && !ctx->choice->done) {
        ngx_http_consent_choice_run(ctx->choice);
    }
}


void
ngx_http_consent_choice_answered(ngx_http_consent_choice_t *c)
{
    c->waiting--;

    if (c->waiting == 0) {
        ngx_post_event(c->ctx->request->connection->write,
                       &ngx_posted_events);
    }
}


void
ngx_http_consent_choice_finish(ngx_http_consent_choice_t *c, ngx_int_t rc)
{
    c->done = 1;
    ngx_http_consent_once_drop(c);
    ngx_http_finalize_request(c->ctx->request, rc);
}


/* read */

/* The reply dies with the call; whoever asks is shown what it says. */

static void
consent_commit_keep(cg_arena_t *arena, cg_record_t *record)
{
    record->lang = cg_arena_copy(arena, record->lang);
    record->notice = cg_arena_copy(arena, record->notice);
    record->evidence = cg_arena_copy(arena, record->evidence);
}


static void
consent_commit_on_record(void *data, ngx_http_consent_redis_e status,
    const cg_reply_t *reply, const ngx_str_t *error)
{
    cg_status_t                   rc = CG_EINVAL;
    ngx_http_consent_choice_t    *c = data;
    ngx_http_consent_srv_conf_t  *conf = c->ctx->conf;

    c->ticket[0] = NULL;

    if (status == NGX_HTTP_CONSENT_REDIS_OK) {
        rc = cg_record_read(reply, conf->keys,
                            ngx_http_consent_str(conf->site),
                            conf->policy->id, &c->name, &c->old);
    }

    if (rc != CG_OK) {
        ngx_memzero(&c->old, sizeof(cg_record_t));

    } else if (c->right) {
        consent_commit_keep(&c->ctx->arena, &c->old);
    }

    c->unusable = rc == CG_EINVAL && status == NGX_HTTP_CONSENT_REDIS_OK;
    c->reading_failed |= rc < CG_OK && !c->unusable;
    ngx_http_consent_choice_answered(c);
}


static void
consent_commit_on_salt(void *data, ngx_http_consent_redis_e status,
    const cg_reply_t *reply, const ngx_str_t *error)
{
    ngx_http_consent_choice_t  *c = data;

    c->ticket[1] = NULL;

    if (status == NGX_HTTP_CONSENT_REDIS_OK && reply->n == 1
        && cg_record_salt_read(reply->items[0], c->salt) == CG_OK)
    {
        c->has_salt = 1;
    }

    c->salt_failed = status != NGX_HTTP_CONSENT_REDIS_OK;
    ngx_http_consent_choice_answered(c);
}


static void
consent_commit_on_beside(void *data, ngx_http_consent_redis_e status,
    const cg_reply_t *reply, const ngx_str_t *error)
{
    cg_str_t                          history;
    ngx_http_consent_choice_t        *c = data;
    struct ngx_http_consent_right_s  *right = c->right;

    c->ticket[2] = NULL;

    if (status == NGX_HTTP_CONSENT_REDIS_OK
        && cg_record_beside_read(reply, &right->hold, &history) == CG_OK)
    {
        right->history = cg_arena_copy(&c->ctx->arena, history);
        right->read = 1;
    }

    ngx_http_consent_choice_answered(c);
}


static ngx_http_consent_ticket_t *
consent_commit_ask(ngx_http_consent_choice_t *c,
    ngx_http_consent_redis_conf_t *redis, cg_status_t rc,
    const cg_command_t *command, ngx_http_consent_redis_handler_pt handler)
{
    ngx_http_consent_ticket_t  *ticket;

    if (rc != CG_OK) {
        return NULL;
    }

    ticket = ngx_http_consent_redis_send(redis, command, handler, c);

    if (ticket) {
        c->waiting++;
    }

    return ticket;
}


static ngx_int_t
consent_commit_read(ngx_http_consent_choice_t *c)
{
    cg_str_t                        prefix;
    cg_arena_t                     *arena = &c->ctx->arena;
    cg_status_t                     rc;
    cg_command_t                    command;
    ngx_http_consent_redis_conf_t  *redis = c->ctx->conf->redis;

    c->step = NGX_HTTP_CONSENT_STEP_INTENT;
    c->lost = 0;
    c->unsure = 0;
    c->sending = 0;

    if (!c->known && !c->derived) {
        return NGX_OK;                 /* nothing is kept of this visitor */
    }

    c->reading_failed = 0;
    c->has_salt = 0;

    prefix = ngx_http_consent_str(redis->prefix);

    rc = cg_record_lookup(arena, prefix, &c->name, &command);
    c->ticket[0] = consent_commit_ask(c, redis, rc, &command,
                                      consent_commit_on_record);
    if (c->ticket[0] == NULL) {
        c->reading_failed = 1;
        return NGX_OK;
    }

    rc = cg_record_salt(arena, prefix, &c->name, &command);
    c->ticket[1] = consent_commit_ask(c, redis, rc, &command,
                                      consent_commit_on_salt);
    c->salt_failed = c->ticket[1] == NULL;

    if (c->right) {
        rc = cg_record_beside(arena, prefix, &c->name, &command);
        c->ticket[2] = consent_commit_ask(c, redis, rc, &command,
                                          consent_commit_on_beside);
    }

    return NGX_AGAIN;
}


/* intent */

static cg_how_t
consent_commit_how(ngx_http_consent_choice_t *c)
{
    switch (c->choice.kind) {
    case CG_CHOICE_ACCEPT:
        return CG_HOW_ACCEPT_ALL;
    case CG_CHOICE_ADD:
        return CG_HOW_CUSTOM;
    case CG_CHOICE_SAVE:
        return c->opening ? CG_HOW_CUSTOM : CG_HOW_REJECT_ALL;
    case CG_CHOICE_WITHDRAW:
        return CG_HOW_WITHDRAW;
    default:
        return CG_HOW_REJECT_ALL;
    }
}


static ngx_int_t
consent_commit_compose(ngx_http_consent_choice_t *c)
{
    cg_out_t             hash;
    cg_str_t             bytes;
    cg_record_t         *record = &c->record;
    const cg_policy_t   *policy = c->ctx->conf->policy;

    ngx_memzero(record, sizeof(cg_record_t));

    record->granted = c->choice.granted;
    record->version = policy->version;
    record->rev = c->old.rev + 1;
    record->decided = ngx_time();
    record->expires = c->opening && !(c->right && c->right->narrows)
                      ? ngx_time() + policy->grant_lifetime : c->old.expires;
    record->hold = c->right && c->right->suspends ? CG_HOLD_SUSPEND
                                                  : CG_HOLD_NONE;
    record->how = consent_commit_how(c);
    ngx_memcpy(record->terms, policy->terms_hash, CG_SHA256_LEN);

    if (RAND_bytes(record->rid, sizeof(record->rid)) != 1
        || RAND_bytes(record->nonce, sizeof(record->nonce)) != 1
        || (!c->has_salt && RAND_bytes(c->salt, sizeof(c->salt)) != 1))
    {
        return NGX_ERROR;
    }

    if (c->has_notice) {
        bytes.data = c->notice.hash;
        bytes.len = 8;
        cg_out_init(&hash, &c->ctx->arena, 32);
        cg_out_hex(&hash, bytes);
        record->notice = cg_out_slice(&hash);
        record->lang = c->notice.lang;
        record->shown = c->notice.shown;
    }

    if (ngx_http_consent_once_record(c) != NGX_OK) {
        return NGX_ERROR;
    }

    /* a request's number is the beginning of its decision's receipt */

    if (c->right) {
        ngx_memcpy(record->rid, c->right->ack.id, CG_RIGHT_ID);
    }

    return NGX_OK;
}


/* The request is in the log; what it opens is no more than what is open now. */

static void
consent_commit_right(ngx_http_consent_choice_t *c)
{
    ngx_http_consent_right_begin(c);

    if (!c->right->narrows || !c->opening || c->reading_failed) {
        return;
    }

    c->choice.granted &= c->old.granted;

    if (c->choice.granted == 0) {
        c->opening = 0;
        c->choice.kind = CG_CHOICE_WITHDRAW;
    }
}


/* What is added comes to what stands by now, if that stands. */

static void
consent_commit_add(ngx_http_consent_choice_t *c)
{
    cg_consent_t  stands;

    if (c->choice.adds == 0) {
        return;
    }

    c->choice.granted = c->choice.adds;

    if (c->known && c->old.rev && !c->reading_failed) {
        stands = cg_consent_confirm(c->ctx->conf->policy, &c->token, CG_OK,
                                    &c->old, ngx_time());
        c->choice.granted |= stands.granted;
    }
}


static ngx_int_t
consent_commit_purposes(ngx_http_consent_choice_t *c,
    cg_event_decision_t *decision)
{
    size_t               i, n = 0;
    const cg_policy_t   *policy = c->ctx->conf->policy;
    cg_event_purpose_t  *rows;

    rows = cg_arena_zero(&c->ctx->arena, policy->npurposes * sizeof(*rows));
    if (rows == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < policy->npurposes; i++) {
        if (policy->purposes[i].bit) {
            rows[n].id = policy->purposes[i].id;
            rows[n++].granted = (c->choice.granted
                                 & policy->purposes[i].bit) != 0;
        }
    }

    decision->purposes = rows;
    decision->n_purposes = n;

    return NGX_OK;
}


cg_act_t
ngx_http_consent_choice_act(ngx_http_consent_choice_t *c)
{
    if (c->erase) {
        return CG_ACT_ERASE;
    }

    if (c->opening) {
        return c->old.rev && c->old.granted ? CG_ACT_CHANGE : CG_ACT_GRANT;
    }

    return c->ctx->has_token && c->ctx->token.has_cid ? CG_ACT_WITHDRAW
                                                      : CG_ACT_REFUSE;
}


static cg_means_t
consent_commit_means(ngx_http_consent_choice_t *c)
{
    switch (c->record.how) {
    case CG_HOW_ACCEPT_ALL:
        return CG_MEANS_ACCEPT_ALL;
    case CG_HOW_CUSTOM:
        return CG_MEANS_CUSTOM;
    case CG_HOW_WITHDRAW:
        return CG_MEANS_WITHDRAW;
    default:
        return CG_MEANS_REJECT_ALL;
    }
}


ngx_uint_t
ngx_http_consent_choice_records(ngx_http_consent_choice_t *c)
{
    return c->opening || (c->old.rev && !c->reading_failed);
}


static void
consent_commit_on_log(void *data, ngx_int_t rc)
{
    ngx_http_consent_choice_t  *c = data;

    c->waiter = NULL;
    c->logged = rc == NGX_OK;
    ngx_http_consent_choice_answered(c);
}


static ngx_int_t
consent_commit_decision(ngx_http_consent_choice_t *c,
    cg_event_decision_t *decision, unsigned char sub[22])
{
    cg_str_t  slice;

    ngx_memzero(decision, sizeof(cg_event_decision_t));

    /* a salt that is not this person's would name nobody */

    if (ngx_http_consent_choice_records(c) && !c->salt_failed
        && cg_record_sub(c->salt, ngx_http_consent_str(c->ctx->conf->site),
                         &c->token, sub) == CG_OK)
    {
        slice.data = sub;
        slice.len = 22;
        decision->sub = slice;
    }

    slice.data = c->record.rid;
    slice.len = sizeof(c->record.rid);

    decision->rid = slice;
    decision->act = ngx_http_consent_choice_act(c);
    decision->means = consent_commit_means(c);
    decision->notice = c->record.notice;
    decision->lang = c->record.lang;
    decision->control = c->notice.control;
    decision->shown_ms = (uint64_t) c->record.shown * 1000;
    decision->rev = ngx_http_consent_choice_records(c) ? c->record.rev : 0;
    decision->expires_ms = (uint64_t) (c->opening ? c->record.expires
                           : ngx_time()
                             + c->ctx->conf->policy->refusal_lifetime) * 1000;
    decision->tls = ngx_http_consent_choice_tls(c);
    decision->gpc = c->ctx->signal;

    return consent_commit_purposes(c, decision);
}


/* For whoever comes after us, if we are killed: what opens, and what closes a
 * record that may be there. */

static void
consent_commit_beside(ngx_http_consent_choice_t *c)
{
    cg_intent_t              intent;
    ngx_http_consent_log_t  *log = c->ctx->conf->log;

    ngx_memzero(&intent, sizeof(cg_intent_t));

    if ((!c->opening && !c->known)
        || ngx_http_consent_choice_line_of(c, &intent.decision) != NGX_OK)
    {
        return;
    }

    intent.rev = c->record.rev;
    ngx_http_consent_journal_at(log->journal, &intent.file, &intent.size);
    c->intent = ngx_http_consent_intents_put(log, &intent);
}


/* Where the decision's line stands, and what it is: with it the record is a
 * witness of the log. */

static ngx_int_t
consent_commit_place(ngx_http_consent_choice_t *c, cg_str_t h)
{
    cg_out_t  out;

    cg_out_init(&out, &c->ctx->arena, 128);

    if (h.data) {
        cg_out_str(&out, c->record.evidence);
        cg_out_byte(&out, ':');
        cg_out_str(&out, h);

    } else {
        cg_out_bytes(&out, c->ctx->conf->log->chain.ch, CG_LANE_LEN);
        cg_out_byte(&out, ':');
        cg_out_uint(&out, c->ctx->conf->log->chain.seq);
        c->seq = c->ctx->conf->log->chain.seq;
    }

    c->record.evidence = cg_out_slice(&out);

    return ngx_http_consent_rc(out.status);
}


static ngx_int_t
consent_commit_intent(ngx_http_consent_choice_t *c)
{
    cg_str_t             h;
    cg_out_t             out;
    cg_event_decision_t  decision;
    unsigned char        sub[22];

    c->step = NGX_HTTP_CONSENT_STEP_COMMIT;

    if (c->right) {
        consent_commit_right(c);
    }

    consent_commit_add(c);

    if (c->ask) {
        c->step = NGX_HTTP_CONSENT_STEP_DONE;
        return NGX_OK;
    }

    if (ngx_http_consent_once_found(c) != NGX_OK) {
        return NGX_ERROR;
    }

    if (c->again) {
        c->step = NGX_HTTP_CONSENT_STEP_DONE;
        return NGX_OK;
    }

    if (c->opening && (c->reading_failed || c->salt_failed)) {
        c->step = NGX_HTTP_CONSENT_STEP_DONE;      /* shut, and told so */
        return NGX_OK;
    }

    /* a record that is not ours has no revision to build on, and a name that
     * was closed is never opened again */

    if (c->opening && (c->unusable || (c->old.rev && c->old.granted == 0))
        && ngx_http_consent_choice_identity(c) != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (consent_commit_compose(c) != NGX_OK
        || consent_commit_decision(c, &decision, sub) != NGX_OK)
    {
        return NGX_ERROR;
    }

    cg_out_init(&out, &c->ctx->arena, 128);
    cg_out_hex(&out, decision.rid);
    decision.rid = cg_out_slice(&out);

    if (consent_commit_place(c, cg_str_null) != NGX_OK) {
        return NGX_ERROR;
    }

    consent_commit_beside(c);

    if (ngx_http_consent_log_decision(c->ctx, &decision, &h,
                                      consent_commit_on_log, c, &c->waiter)
        != NGX_OK)
    {
        c->logged = 0;
        return NGX_OK;
    }

    c->waiting++;

    return consent_commit_place(c, h) == NGX_OK ? NGX_AGAIN : NGX_ERROR;
}


/* commit */

static void
consent_commit_on_commit(void *data, ngx_http_consent_redis_e status,
    const cg_reply_t *reply, const ngx_str_t *error)
{
    cg_commit_t                 result = CG_COMMIT_FAILED;
    ngx_http_consent_choice_t  *c = data;

    c->ticket[0] = NULL;
    c->lost = 0;

    switch (status) {

    case NGX_HTTP_CONSENT_REDIS_OK:
        result = cg_record_committed(reply);
        break;

    case NGX_HTTP_CONSENT_REDIS_ERROR:
        if (ngx_http_consent_choice_moving(c, error)) {
            break;
        }

        ngx_log_error(NGX_LOG_ERR, c->ctx->request->connection->log, 0,
                      "consent: redis refused a decision: \"%V\"", error);
        break;

    default:
        ngx_http_consent_choice_lost(c);
    }

    c->committed = result == CG_COMMIT_DONE;
    c->stale = result == CG_COMMIT_STALE;
    c->held = result == CG_COMMIT_HELD;

    ngx_http_consent_choice_answered(c);
}


ngx_int_t
ngx_http_consent_choice_send(ngx_http_consent_choice_t *c)
{
    ngx_http_consent_redis_conf_t  *line = ngx_http_consent_choice_line(c);

    c->ticket[0] = consent_commit_ask(c, line, CG_OK, &c->command,
                                      consent_commit_on_commit);

    if (c->ticket[0] == NULL) {
        return NGX_ERROR;
    }

    ngx_http_consent_choice_wait(c, line);

    return NGX_OK;
}


static ngx_int_t
consent_commit_commit(ngx_http_consent_choice_t *c)
{
    cg_str_t                      prefix, salt;
    cg_status_t                   rc;
    ngx_http_consent_srv_conf_t  *conf = c->ctx->conf;

    c->step = NGX_HTTP_CONSENT_STEP_RESOLVE;

    if (!ngx_http_consent_choice_records(c) || (c->opening && !c->logged)) {
        return NGX_OK;
    }

    c->sent_ms = ngx_http_consent_now_ms();
    c->epoch = cg_cache_epoch(ngx_http_consent_shared(c->ctx)->cache,
                              &c->cached);

    prefix = ngx_http_consent_str(conf->redis->prefix);
    salt.data = c->salt;
    salt.len = sizeof(c->salt);

    if (c->erase) {
        rc = cg_record_erase(&c->ctx->arena, prefix, &c->name,
                             c->record.nonce, &c->command);
    } else {
        rc = cg_record_commit(&c->ctx->arena, prefix, conf->keys,
                              ngx_http_consent_str(conf->site), conf->policy,
                              &c->name, c->old.rev, &c->record, salt,
                              ngx_time(), &c->command);
    }

    return rc == CG_OK && ngx_http_consent_choice_send(c) == NGX_OK
           ? NGX_AGAIN : NGX_OK;
}


void
ngx_http_consent_choice_run(ngx_http_consent_choice_t *c)
{
    ngx_int_t  rc;

    for ( ;; ) {
        switch (c->step) {

        case NGX_HTTP_CONSENT_STEP_CLAIM:
            rc = ngx_http_consent_once_claim(c);
            break;

        case NGX_HTTP_CONSENT_STEP_READ:
            rc = consent_commit_read(c);
            break;

        case NGX_HTTP_CONSENT_STEP_INTENT:
            rc = consent_commit_intent(c);
            break;

        case NGX_HTTP_CONSENT_STEP_COMMIT:
            rc = consent_commit_commit(c);
            break;

        case NGX_HTTP_CONSENT_STEP_RESOLVE:
            rc = ngx_http_consent_choice_resolve(c);
            break;

        case NGX_HTTP_CONSENT_STEP_PEND:
            rc = ngx_http_consent_choice_pend(c);
            break;

        default:
            rc = ngx_http_consent_choice_done(c);

            if (c->step == NGX_HTTP_CONSENT_STEP_DONE) {
                ngx_http_consent_choice_finish(c, rc);
                return;
            }

            continue;                  /* somebody was faster: read again */
        }

        if (rc == NGX_ERROR) {
            ngx_http_consent_choice_finish(c, NGX_HTTP_INTERNAL_SERVER_ERROR);
            return;
        }

        if (rc == NGX_AGAIN) {
            return;
        }
    }
}
