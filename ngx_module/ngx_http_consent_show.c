/*
 * POST show: one held frame is shown once, to somebody of whom nothing is kept.
 *
 * The address is judged again: what the gate would not hold is none of ours to
 * show.  Then as with what opens (choice.h): into Redis, onto replicas, into
 * the log, and only then the answer; whatever fails, nothing is shown.  The
 * line in the log comes last: it says what was shown, not what was asked for.
 */

#include "ngx_http_consent_choice.h"
#include "ngx_http_consent_embed.h"
#include "ngx_http_consent_evidence.h"
#include "ngx_http_consent_texts.h"

#include "evidence/cg_field.h"

#include <openssl/rand.h>

#define CONSENT_SHOW_MAX      (512 * 1024)     /* bytes of the page */
#define CONSENT_SHOW_SANDBOX  512              /* bytes of its words */
#define CONSENT_SHOW_HASH     8                /* bytes of a text's hash */


typedef enum {
    CONSENT_SHOW_RECORD = 0,
    CONSENT_SHOW_LOG,
    CONSENT_SHOW_ANSWER
} consent_show_step_e;

typedef struct ngx_http_consent_show_s {
    consent_show_step_e    step;
    cg_placeholder_t       what;
    cg_verdict_t           verdict;
    cg_str_t               source;             /* for the answer's policy */
    cg_str_t               notice;             /* hash, hex */
    unsigned char          rid[16];
    unsigned               recorded:1;
} consent_show_t;


/* Whose it is. */

static const cg_recipient_t *
consent_show_recipient(ngx_http_consent_choice_t *c)
{
    size_t              i;
    const cg_policy_t  *policy = c->ctx->conf->policy;

    for (i = 0; i < policy->nrecipients; i++) {
        if (cg_str_eq(policy->recipients[i].vendor->id,
                      c->show->verdict.vendor))
        {
            return &policy->recipients[i];
        }
    }

    return NULL;
}


/* Whether the authority of a URL names a port. */

static ngx_uint_t
consent_show_has_port(cg_str_t url)
{
    size_t      i;
    ngx_uint_t  port = 0;

    for (i = 0; i + 1 < url.len && (url.data[i] != '/'
                                    || url.data[i + 1] != '/'); i++)
    {
        /* void */
    }

    for (i += 2; i < url.len && url.data[i] != '/' && url.data[i] != '?'
                 && url.data[i] != '#'; i++)
    {
        if (url.data[i] == ':') {
            port = 1;

        } else if (url.data[i] == '@' || url.data[i] == ']') {
            port = 0;
        }
    }

    return port;
}


/* The frame's site: services lead from one of their hosts to another. */

static cg_str_t
consent_show_source(ngx_http_consent_ctx_t *ctx, const cg_url_t *url,
    cg_str_t value)
{
    cg_out_t     out;
    cg_str_t     domain = cg_host_registrable(url->host);
    const char  *scheme, *port = consent_show_has_port(value) ? ":*" : "";

    scheme = url->scheme.len == 4
             || (url->scheme.len == 0 && !ngx_http_consent_is_tls(ctx))
             ? "http://" : "https://";

    cg_out_init(&out, &ctx->arena, 4 * CG_MAX_HOST);
    cg_out_text(&out, scheme);
    cg_out_str(&out, domain.len ? domain : url->host);
    cg_out_text(&out, port);

    if (domain.len) {
        cg_out_byte(&out, ' ');
        cg_out_text(&out, scheme);
        cg_out_text(&out, "*.");
        cg_out_str(&out, domain);
        cg_out_text(&out, port);
    }

    return cg_out_slice(&out);
}


/* NGX_DECLINED: it is nothing that is held here, or its host would be more than
 * one word of the answer's policy. */

static ngx_int_t
consent_show_judge(ngx_http_consent_choice_t *c)
{
    cg_out_t                 scratch;
    cg_url_t                 url;
    cg_judge_t               judge = c->ctx->judge;
    consent_show_t          *show = c->show;
    ngx_http_consent_ctx_t  *ctx = c->ctx;

    judge.granted = 0;
    judge.unknown = NULL;
    judge.domains = NULL;

    cg_out_init(&scratch, &ctx->arena, 2 * CG_MAX_URL);

    if (c->choice.src.len > CG_EMBED_URL
        || cg_url_read(c->choice.src, &scratch, &url) != CG_OK
        || url.kind != CG_URL_HOST || url.bad_host || url.lax
        || url.unsure || !cg_host_is_word(url.host)
        || !(url.scheme.len == 0 || cg_str_eq(url.scheme, cg_str("https"))
             || cg_str_eq(url.scheme, cg_str("http"))))
    {
        return NGX_DECLINED;
    }

    show->verdict = cg_judge_url(&judge, &ctx->arena, c->choice.src);

    if (show->verdict.pass) {
        return NGX_DECLINED;
    }

    show->what.vendor = show->verdict.vendor;
    show->what.purpose = show->verdict.purpose;
    show->what.url = c->choice.src;
    show->what.host = cg_arena_copy(&ctx->arena, url.host);
    show->source = consent_show_source(ctx, &url, c->choice.src);

    return show->what.host.data && show->source.data ? NGX_OK : NGX_ERROR;
}


/* Words that narrow a sandbox less, as far as they keep the frame in its place:
 * it never leads the window away. */

static cg_str_t
consent_show_sandbox(ngx_http_consent_choice_t *c)
{
    size_t    i, from = 0;
    cg_out_t  out;
    cg_str_t  word, value = c->choice.sandbox;

    if (value.data == NULL) {
        return cg_str_null;
    }

    cg_out_init(&out, &c->ctx->arena, CONSENT_SHOW_SANDBOX);

    for (i = 0; i <= value.len; i++) {
        if (i < value.len && value.data[i] > ' ') {
            continue;
        }

        word = cg_str_sub(value, from, i);
        from = i + 1;

        if (cg_str_starts(word, cg_str("allow-"))
            && !cg_str_starts(word, cg_str("allow-top"))
            && out.len + word.len < CONSENT_SHOW_SANDBOX)
        {
            cg_out_str(&out, word);
            cg_out_byte(&out, ' ');
        }
    }

    return out.len ? cg_out_slice(&out) : cg_str("");
}


/* The answer. */

static ngx_int_t
consent_show_page(ngx_http_consent_choice_t *c, ngx_uint_t confirm)
{
    cg_out_t                 out, csp;
    cg_view_t                view;
    ngx_http_consent_ctx_t  *ctx = c->ctx;

    ngx_http_consent_view(ctx, &view, cg_str_null);
    view.lang = c->notice.lang;
    view.back = c->choice.back;
    view.notice = ngx_http_consent_notice(ctx, view.lang,
                                          confirm ? "confirm" : "page");
    view.once = ngx_http_consent_once_form(&ctx->arena);

    if (view.notice.data == NULL || view.once.data == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    cg_out_init(&out, &ctx->arena, CONSENT_SHOW_MAX);
    cg_placeholder_page(&out, &ctx->arena, &view, &c->show->what,
                        (int) confirm);

    cg_out_init(&csp, &ctx->arena, CG_MAX_CSP);
    cg_out_text(&csp, "default-src 'none'; style-src 'self'; form-action "
                      "'self'; base-uri 'none'; frame-ancestors 'none'");

    if (!confirm) {
        cg_out_text(&csp, "; frame-src ");
        cg_out_str(&csp, c->show->source);
    }

    cg_out_byte(&csp, '\0');

    return csp.status == CG_OK
           ? ngx_http_consent_send_under(ctx, cg_out_slice(&out),
                                         cg_out_slice(&csp))
           : NGX_HTTP_INTERNAL_SERVER_ERROR;
}


static cg_str_t
consent_show_receipt(ngx_http_consent_choice_t *c)
{
    cg_out_t  out;

    cg_out_init(&out, &c->ctx->arena, 64);
    cg_out_hex(&out, (cg_str_t) { sizeof(c->show->rid), c->show->rid });

    return cg_out_slice(&out);
}


static ngx_int_t
consent_show_json(ngx_http_consent_choice_t *c)
{
    cg_out_t  out;

    cg_out_init(&out, &c->ctx->arena, 4096);
    cg_field_object_begin(&out, NULL);
    cg_field_str(&out, "shown", c->show->verdict.vendor);
    cg_field_str(&out, "receipt", consent_show_receipt(c));
    cg_field_object_end(&out);

    return ngx_http_consent_send(c->ctx, NGX_HTTP_OK, "application/json",
                                 cg_out_slice(&out));
}


static ngx_int_t
consent_show_answer(ngx_http_consent_choice_t *c)
{
    ngx_str_t  seconds = ngx_string("30");

    if (c->logged) {
        return c->choice.json ? consent_show_json(c) : consent_show_page(c, 0);
    }

    c->ctx->conf->log->unsaved += !c->show->recorded;

    return ngx_http_consent_add_header(c->ctx->request, "Retry-After", seconds)
           == NGX_OK
           ? ngx_http_consent_send_error(c->ctx, NGX_HTTP_SERVICE_UNAVAILABLE,
                                         "error.not_recorded", c->choice.json)
           : NGX_HTTP_INTERNAL_SERVER_ERROR;
}


/* The log. */

static void
consent_show_on_log(void *data, ngx_int_t rc)
{
    ngx_http_consent_choice_t  *c = data;

    c->waiter = NULL;
    c->logged = rc == NGX_OK;
    ngx_http_consent_choice_answered(c);
}


static ngx_int_t
consent_show_log(ngx_http_consent_choice_t *c)
{
    cg_event_show_t        event;
    cg_event_vendor_t      vendor;
    const cg_recipient_t  *recipient = consent_show_recipient(c);

    c->show->step = CONSENT_SHOW_ANSWER;
    c->show->recorded = c->committed && c->kept;

    if (!c->show->recorded) {
        return NGX_OK;
    }

    ngx_memzero(&event, sizeof(cg_event_show_t));
    ngx_memzero(&vendor, sizeof(cg_event_vendor_t));

    if (recipient) {
        ngx_http_consent_publish_vendor(&vendor, c->ctx->conf->policy,
                                        recipient);
        event.to = &vendor;
    }

    event.rid = consent_show_receipt(c);
    event.name = c->show->what.host;
    event.notice = c->show->notice;
    event.lang = c->notice.lang;
    event.shown_ms = (uint64_t) c->notice.shown * 1000;
    event.tls = ngx_http_consent_choice_tls(c);
    event.gpc = c->ctx->signal;

    if (ngx_http_consent_log_show(c->ctx, &event, c->show->verdict.clause,
                                  consent_show_on_log, c, &c->waiter)
        != NGX_OK)
    {
        return NGX_OK;
    }

    c->waiting++;

    return NGX_AGAIN;
}


/* Redis. */

static void
consent_show_on_record(void *data, ngx_http_consent_redis_e status,
    const cg_reply_t *reply, const ngx_str_t *error)
{
    ngx_http_consent_choice_t  *c = data;

    c->ticket[0] = NULL;
    c->committed = status == NGX_HTTP_CONSENT_REDIS_OK;

    if (status == NGX_HTTP_CONSENT_REDIS_ERROR) {
        ngx_log_error(NGX_LOG_ERR, c->ctx->request->connection->log, 0,
                      "consent: redis refused a frame that was to be shown: "
                      "\"%V\"", error);
    }

    ngx_http_consent_choice_answered(c);
}


static ngx_int_t
consent_show_record(ngx_http_consent_choice_t *c)
{
    cg_shown_t                      shown;
    ngx_http_consent_srv_conf_t    *conf = c->ctx->conf;
    ngx_http_consent_redis_conf_t  *line;

    c->show->step = CONSENT_SHOW_LOG;

    ngx_memzero(&shown, sizeof(cg_shown_t));

    shown.site = ngx_http_consent_str(conf->site);
    shown.policy = conf->policy->id;
    shown.version = conf->policy->version;
    shown.vendor = c->show->verdict.vendor;
    shown.purpose = c->show->verdict.purpose;
    shown.notice = c->show->notice;
    shown.rid = c->show->rid;

    if (cg_record_shown(&c->ctx->arena,
                        ngx_http_consent_str(conf->redis->prefix), &shown,
                        &c->command) != CG_OK)
    {
        return NGX_ERROR;
    }

    line = ngx_http_consent_choice_line(c);
    c->ticket[0] = ngx_http_consent_redis_send(line, &c->command,
                                               consent_show_on_record, c);
    if (c->ticket[0] == NULL) {
        return NGX_OK;
    }

    c->waiting++;
    ngx_http_consent_choice_wait(c, line);

    return NGX_AGAIN;
}


static void
consent_show_run(ngx_http_consent_choice_t *c)
{
    ngx_int_t  rc = NGX_OK;

    while (rc == NGX_OK) {
        switch (c->show->step) {

        case CONSENT_SHOW_RECORD:
            rc = consent_show_record(c);
            break;

        case CONSENT_SHOW_LOG:
            rc = consent_show_log(c);
            break;

        default:
            ngx_http_consent_choice_finish(c, consent_show_answer(c));
            return;
        }
    }

    if (rc == NGX_ERROR) {
        ngx_http_consent_choice_finish(c, NGX_HTTP_INTERNAL_SERVER_ERROR);
    }
}


static void
consent_show_resume(ngx_http_request_t *r)
{
    ngx_http_consent_choice_t  *c = ngx_http_consent_get_ctx(r)->choice;

    if (c->waiting == 0 && !c->done) {
        consent_show_run(c);
    }
}


/* NGX_OK: it may be shown.  Else *rc is the answer. */

static ngx_int_t
consent_show_allowed(ngx_http_consent_choice_t *c, ngx_int_t *rc)
{
    cg_out_t     hash;
    ngx_uint_t   status = NGX_HTTP_BAD_REQUEST;
    const char  *message = NULL;
    cg_origin_t  origin = ngx_http_consent_choice_origin(c->ctx);

    if (origin == CG_ORIGIN_CROSS) {
        status = NGX_HTTP_FORBIDDEN;
        message = "error.cross_site";

    } else if (!ngx_http_consent_choice_promised(c)) {
        message = "error.bad_request";

    } else {
        *rc = consent_show_judge(c);
        message = *rc == NGX_DECLINED ? "error.show" : NULL;
    }

    if (message) {
        *rc = ngx_http_consent_send_error(c->ctx, status, message,
                                          c->choice.json);
        return NGX_DONE;
    }

    cg_out_init(&hash, &c->ctx->arena, 32);
    cg_out_hex(&hash, (cg_str_t) { CONSENT_SHOW_HASH, c->notice.hash });

    c->show->what.sandbox = consent_show_sandbox(c);
    c->show->notice = cg_out_slice(&hash);

    if (*rc != NGX_OK || hash.status != CG_OK
        || RAND_bytes(c->show->rid, sizeof(c->show->rid)) != 1)
    {
        *rc = NGX_HTTP_INTERNAL_SERVER_ERROR;
        return NGX_DONE;
    }

    if (origin == CG_ORIGIN_UNSURE
        && !cg_str_eq(c->notice.control, cg_str("confirm")))
    {
        *rc = consent_show_page(c, 1);
        return NGX_DONE;
    }

    return ngx_http_consent_limited(c, rc);
}


void
ngx_http_consent_show(ngx_http_request_t *r)
{
    cg_str_t                    body;
    ngx_int_t                   rc;
    const char                 *error;
    cg_status_t                 status;
    ngx_http_consent_ctx_t     *ctx = ngx_http_consent_get_ctx(r);
    ngx_http_consent_choice_t  *c = ngx_http_consent_choice_create(ctx);

    if (c == NULL || ngx_http_consent_body(ctx, &body) != NGX_OK) {
        ngx_http_finalize_request(r, NGX_HTTP_INTERNAL_SERVER_ERROR);
        return;
    }

    c->opening = 1;
    c->show = cg_arena_zero(&ctx->arena, sizeof(consent_show_t));

    status = c->show == NULL ? CG_ENOMEM
             : cg_choice_read_show(&ctx->arena, ctx->conf->policy,
                          ngx_http_consent_choice_header(r, "content-type"),
                          body, &c->choice, &error);

    if (status != CG_OK) {
        ngx_http_consent_choice_finish(c,
                              ngx_http_consent_choice_refused(c, status));
        return;
    }

    if (consent_show_allowed(c, &rc) != NGX_OK) {
        ngx_http_consent_choice_finish(c, rc);
        return;
    }

    r->write_event_handler = consent_show_resume;
    consent_show_run(c);
}
