/*
 * provision.start and provision.stop: the first and the last day on which what
 * a vendor receives of a person may be passed on, by that person's consent.
 */

#include "ngx_http_consent_evidence.h"
#include "ngx_http_consent_provision.h"

#include "evidence/cg_event_provision.h"


/* One decision, told of in one log. */

typedef struct {
    ngx_http_consent_log_t       *log;
    ngx_http_consent_srv_conf_t  *conf;
    cg_arena_t                   *arena;
    cg_event_provision_t          event;
} consent_provision_t;


/* Those of the policy whose purposes are among the bits. */

static ngx_int_t
consent_provision_vendors(consent_provision_t *p, uint32_t bits)
{
    size_t              i, n = 0;
    cg_event_vendor_t  *rows;
    const cg_policy_t  *policy = p->conf->policy;

    rows = cg_arena_zero(p->arena, (policy->nrecipients + 1) * sizeof(*rows));
    if (rows == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < policy->nrecipients; i++) {
        if (policy->recipients[i].purpose->bit & bits) {
            ngx_http_consent_publish_vendor(&rows[n++], policy,
                                            &policy->recipients[i]);
        }
    }

    p->event.to = rows;
    p->event.n_to = n;

    return NGX_OK;
}


static void
consent_provision_say(consent_provision_t *p, const char *type, uint32_t bits)
{
    size_t       at = 0;
    cg_out_t     out;
    cg_event_t   event;
    cg_status_t  more;

    if (bits == 0 || consent_provision_vendors(p, bits) != NGX_OK
        || p->event.n_to == 0)
    {
        return;
    }

    do {
        ngx_http_consent_log_event(p->log, &event, type);
        event.host = ngx_http_consent_str(p->conf->site);
        event.policy = p->conf->policy->id;
        event.version = p->conf->policy->version;

        cg_out_init(&out, p->arena, CG_MAX_LINE);
        cg_chain_begin(&p->log->chain, &out, &event);
        more = cg_event_provision(&out, &p->event, &at);

        (void) ngx_http_consent_log_append(p->log, &out,
                                           NGX_HTTP_CONSENT_LINE_KEEP,
                                           NULL, NULL, NULL);
    } while (more == CG_MORE);
}


static cg_str_t
consent_provision_rid(cg_arena_t *arena, const unsigned char rid[16])
{
    cg_out_t  out;

    cg_out_init(&out, arena, 64);
    cg_out_hex(&out, (cg_str_t) { 16, rid });

    return cg_out_slice(&out);
}


/* A grant of other terms opened other vendors: which, that policy's own
 * publication tells.  All that are open now begin. */

static void
consent_provision_choice(consent_provision_t *p, ngx_http_consent_choice_t *c)
{
    uint32_t  was, still;

    was = c->old.rev ? c->old.granted : 0;
    still = ngx_memcmp(c->old.terms, p->conf->policy->terms_hash,
                       CG_SHA256_LEN) == 0
            ? was : 0;

    consent_provision_say(p, CG_EVENT_PROVISION_STOP,
                          was & ~c->choice.granted);

    p->event.was = cg_str_null;
    p->event.expires_ms = (uint64_t) c->record.expires * 1000;
    consent_provision_say(p, CG_EVENT_PROVISION_START,
                          c->choice.granted & ~still);
}


void
ngx_http_consent_provision(ngx_http_consent_choice_t *c)
{
    unsigned char        sub[22];
    consent_provision_t  p;

    ngx_memzero(&p, sizeof(consent_provision_t));

    p.conf = c->ctx->conf;
    p.log = p.conf->log;
    p.arena = &c->ctx->arena;
    p.event.rid = consent_provision_rid(p.arena, c->record.rid);
    p.event.ch = c->record.evidence;
    p.event.ch.len = CG_LANE_LEN;
    p.event.seq = c->seq;
    p.event.at_ms = (uint64_t) c->record.decided * 1000;

    /* as in the decision */

    if (!c->salt_failed
        && cg_record_sub(c->salt, ngx_http_consent_str(p.conf->site),
                         &c->token, sub) == CG_OK)
    {
        p.event.sub = (cg_str_t) { sizeof(sub), sub };

    } else if (c->old.rev) {
        p.event.was = consent_provision_rid(p.arena, c->old.rid);
    }

    consent_provision_choice(&p, c);
}


void
ngx_http_consent_provision_replayed(ngx_http_consent_log_t *log,
    ngx_http_consent_replay_t *r, const cg_pending_t *line)
{
    consent_provision_t  p;

    ngx_memzero(&p, sizeof(consent_provision_t));

    p.conf = r->conf;
    p.log = log;
    p.arena = &r->arena;
    p.event.rid = consent_provision_rid(p.arena, line->rid);
    p.event.was = consent_provision_rid(p.arena, r->old.rid);
    p.event.ch = (cg_str_t) { CG_PENDING_LANE, line->lane };
    p.event.seq = line->seq;
    p.event.at_ms = (uint64_t) line->at * 1000;

    consent_provision_say(&p, CG_EVENT_PROVISION_STOP, r->old.granted);
}
