/* The last step of a choice: outcome, cache, token, answer. */

#include "ngx_http_consent_rights.h"
#include "ngx_http_consent_evidence.h"
#include "ngx_http_consent_provision.h"


static void
consent_commit_outcome(ngx_http_consent_choice_t *c)
{
    cg_event_outcome_t  outcome;

    /* what closes goes on without its line, which is written by and by */

    if (c->again || (c->opening && !c->logged)
        || !(ngx_http_consent_choice_records(c) || c->pending))
    {
        return;
    }

    ngx_memzero(&outcome, sizeof(cg_event_outcome_t));

    outcome.seq = c->seq;
    outcome.rev = c->record.rev;
    outcome.result = c->committed ? CG_RESULT_RECORDED
                     : c->pending ? CG_RESULT_PENDING
                     : c->unsure ? CG_RESULT_UNKNOWN : CG_RESULT_FAILED;

    (void) ngx_http_consent_log_outcome(c->ctx, &outcome);

    if (c->committed) {
        ngx_http_consent_provision(c);
    }
}


static void
consent_commit_cached(ngx_http_consent_choice_t *c, uint32_t rev,
    cg_cached_t *value)
{
    const cg_consent_t  *consent = &c->ctx->consent;

    ngx_memzero(value, sizeof(cg_cached_t));

    value->rev = rev;
    value->terms = c->ctx->conf->terms;
    value->granted = consent->granted;
    value->state = (uint8_t) consent->state;
    value->expires = c->opening ? c->record.expires : c->token.expires;
    value->read_ms = ngx_http_consent_now_ms();
}


void
ngx_http_consent_choice_shut(ngx_http_consent_choice_t *c, uint32_t rev)
{
    cg_cached_t  value;

    consent_commit_cached(c, rev, &value);
    cg_cache_shut(ngx_http_consent_shared(c->ctx)->cache, &c->cached, &value,
                  value.read_ms);
}


/* As Redis has it, on this host at once. */

static void
consent_commit_cache(ngx_http_consent_choice_t *c)
{
    cg_cached_t  value;

    if (!c->opening) {
        ngx_http_consent_choice_shut(c, c->record.rev);
        return;
    }

    consent_commit_cached(c, c->record.rev, &value);
    value.read_ms = c->sent_ms;
    cg_cache_grant(ngx_http_consent_shared(c->ctx)->cache, &c->cached,
                   c->epoch, &value, ngx_http_consent_now_ms());
}


void
ngx_http_consent_choice_believe(ngx_http_consent_choice_t *c)
{
    cg_consent_t  *consent = &c->ctx->consent;

    ngx_memzero(consent, sizeof(cg_consent_t));

    consent->settled = 1;
    consent->granted = c->choice.granted;
    consent->state = c->erase ? CG_STATE_NONE : CG_STATE_REFUSED;

    if (c->opening) {
        consent->state = c->choice.granted == c->ctx->conf->policy->optional
                         ? CG_STATE_GRANTED : CG_STATE_PARTIAL;
    }
}


static ngx_int_t
consent_commit_token(ngx_http_consent_choice_t *c)
{
    cg_token_t           token;
    const cg_policy_t   *policy = c->ctx->conf->policy;

    if (c->ctx->has_token && (c->ctx->token.bits & ~c->choice.granted)
        && ngx_http_consent_clear_site(c->ctx) != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (c->erase) {
        c->ctx->has_token = 0;
        return ngx_http_consent_set_token(c->ctx, NULL);
    }

    if (c->opening) {
        cg_token_grant(&token, c->token.cid, c->choice.granted,
                       policy->version, ngx_time(),
                       c->right && c->right->narrows
                       ? c->record.expires - ngx_time()
                       : policy->grant_lifetime);
    } else {
        cg_token_refusal(&token, policy->version, ngx_time(),
                         policy->refusal_lifetime);
    }

    c->ctx->token = token;
    c->ctx->has_token = 1;

    return ngx_http_consent_set_token(c->ctx, &token);
}


static ngx_int_t
consent_commit_answer(ngx_http_consent_choice_t *c)
{
    cg_out_t  receipt;
    cg_str_t  rid;

    if (c->choice.json) {
        rid.data = c->record.rid;
        rid.len = sizeof(c->record.rid);

        cg_out_init(&receipt, &c->ctx->arena, 64);
        cg_out_hex(&receipt, rid);

        return ngx_http_consent_send_state(c->ctx, c->unlogged
                                           ? cg_str_null
                                           : cg_out_slice(&receipt));
    }

    if (c->right) {
        return ngx_http_consent_right_done(c);
    }

    return ngx_http_consent_send_back(c);
}


static ngx_int_t
consent_commit_not_recorded(ngx_http_consent_choice_t *c)
{
    ngx_str_t  seconds = ngx_string("30");

    if (ngx_http_consent_add_header(c->ctx->request, "Retry-After", seconds)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_http_consent_send_error(c->ctx, NGX_HTTP_SERVICE_UNAVAILABLE,
                                       "error.not_recorded", c->choice.json);
}


/* As far as it is known now: what waits may be recorded later. */

static ngx_http_consent_end_e
consent_commit_end(ngx_http_consent_choice_t *c)
{
    if (c->again) {
        return NGX_HTTP_CONSENT_END_REPEATED;
    }

    if (c->unlogged) {
        return NGX_HTTP_CONSENT_END_UNLOGGED;
    }

    if (c->committed) {
        return NGX_HTTP_CONSENT_END_RECORDED;
    }

    if (c->pending) {
        return NGX_HTTP_CONSENT_END_PENDING;
    }

    if (!ngx_http_consent_choice_records(c) && !c->reading_failed) {
        return NGX_HTTP_CONSENT_END_LOGGED;
    }

    return c->unsure ? NGX_HTTP_CONSENT_END_UNKNOWN
                     : NGX_HTTP_CONSENT_END_FAILED;
}


/* Its visitor was told so.  One that the log did not take is another matter. */

static ngx_uint_t
consent_commit_unsaved(ngx_http_consent_choice_t *c,
    ngx_http_consent_end_e end)
{
    return (end == NGX_HTTP_CONSENT_END_FAILED
            || end == NGX_HTTP_CONSENT_END_UNKNOWN)
           && (!c->opening || c->logged || c->reading_failed
               || c->salt_failed);
}


static void
consent_commit_count(ngx_http_consent_choice_t *c)
{
    cg_act_t                act = ngx_http_consent_choice_act(c);
    ngx_http_consent_end_e  end = consent_commit_end(c);

    c->ctx->conf->log->unsaved += consent_commit_unsaved(c, end);

    if (c->again && act == CG_ACT_CHANGE && c->record.rev == 1) {
        act = CG_ACT_GRANT;            /* what it is a change of is itself */
    }

    ngx_http_consent_count(NGX_HTTP_CONSENT_COUNT_DECISIONS
                           + act * NGX_HTTP_CONSENT_ENDS
                           + end);
}


/* What the law keeps is not used all the same: closed instead of erased. */

static ngx_int_t
consent_commit_held(ngx_http_consent_choice_t *c)
{
    c->held = 0;
    c->erase = 0;
    c->right->held = 1;
    c->step = NGX_HTTP_CONSENT_STEP_READ;

    return NGX_AGAIN;
}


ngx_int_t
ngx_http_consent_choice_done(ngx_http_consent_choice_t *c)
{
    if (c->ask) {
        return ngx_http_consent_right_done(c);
    }

    consent_commit_outcome(c);

    ngx_http_consent_intents_leave(c->ctx->conf->log, c->intent);
    c->intent = 0;

    if (c->held) {
        return consent_commit_held(c);
    }

    /* a decision that came behind one whose answer was lost may be later, too:
     * nothing is opened over it */

    if (c->stale && !(c->opening && c->unsure)
        && c->tries++ < NGX_HTTP_CONSENT_TRIES)
    {
        c->stale = 0;
        c->step = NGX_HTTP_CONSENT_STEP_READ;
        return NGX_AGAIN;
    }

    consent_commit_count(c);

    if (c->opening && !c->committed) {
        return consent_commit_not_recorded(c);
    }

    ngx_http_consent_choice_believe(c);

    if (c->committed && !(c->again && c->opening)) {
        consent_commit_cache(c);
    }

    if (consent_commit_token(c) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return consent_commit_answer(c);
}
