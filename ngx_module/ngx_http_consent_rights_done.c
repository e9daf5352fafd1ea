/* What a person is answered, and what the log has of it then. */

#include "ngx_http_consent_rights.h"


void
ngx_http_consent_right_begin(ngx_http_consent_choice_t *c)
{
    struct ngx_http_consent_right_s  *right = c->right;

    if (right->begun) {
        return;
    }

    right->begun = 1;

    if (right->acked) {
        ngx_http_consent_right_log(c, CG_EVENT_DSR_ACK, NULL, NULL);

    } else {
        ngx_http_consent_right_received(c);
    }
}


static ngx_int_t
consent_right_page(ngx_http_consent_choice_t *c, ngx_uint_t status,
    const char *message)
{
    cg_out_t                hex;
    cg_page_t               page;
    struct cg_page_right_s  right;

    ngx_memzero(&page, sizeof(cg_page_t));
    ngx_memzero(&right, sizeof(right));

    right.kind = c->right->kind;
    right.id = (cg_str_t) { sizeof(c->right->id), c->right->id };

    /* for whoever has no token any more: what an operator finds it by */

    if (c->committed) {
        cg_out_init(&hex, &c->ctx->arena, 64);
        cg_out_hex(&hex, (cg_str_t) { sizeof(c->record.rid), c->record.rid });
        right.receipt = cg_out_slice(&hex);
    }

    page.message = message;
    page.error = status >= NGX_HTTP_SPECIAL_RESPONSE;
    page.right = &right;

    return ngx_http_consent_send_page(c->ctx, status, &page);
}


static ngx_int_t
consent_right_wait(ngx_http_consent_choice_t *c)
{
    ngx_str_t  seconds = ngx_string("30");

    if (ngx_http_consent_add_header(c->ctx->request, "Retry-After", seconds)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    return c->right->kind == CG_RIGHT_NONE
           ? ngx_http_consent_send_error(c->ctx, NGX_HTTP_SERVICE_UNAVAILABLE,
                                         "state.unknown", 0)
           : consent_right_page(c, NGX_HTTP_SERVICE_UNAVAILABLE,
                                "rights.waiting");
}


/* The text that is shown is the text that is hashed. */

static ngx_int_t
consent_right_hash(ngx_http_consent_choice_t *c)
{
    cg_out_t   out;
    cg_str_t   text;
    cg_view_t  view;

    ngx_http_consent_view(c->ctx, &view, cg_str_null);
    cg_out_init(&out, &c->ctx->arena, 65536);
    cg_rights_effects(&out, &view, c->right->kind);
    text = cg_out_slice(&out);

    return text.data && cg_sha256(&text, 1, c->right->ack.hash) == CG_OK
           ? NGX_OK : NGX_ERROR;
}


static ngx_int_t
consent_right_explain(ngx_http_consent_choice_t *c)
{
    cg_out_t                      out;
    cg_page_t                     page;
    cg_binding_t                  binding;
    struct cg_page_right_s        right;
    ngx_http_consent_srv_conf_t  *conf = c->ctx->conf;

    if (consent_right_hash(c) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    binding.site = ngx_http_consent_str(conf->site);
    binding.policy = conf->policy->id;
    binding.slots_hash = conf->policy->slots_hash;
    c->right->ack.shown = ngx_time();

    cg_out_init(&out, &c->ctx->arena, CG_RIGHT_ACK);
    cg_right_ack_write(&out, conf->keys, &binding, &c->ctx->token,
                       &c->right->ack);

    ngx_memzero(&page, sizeof(cg_page_t));
    ngx_memzero(&right, sizeof(right));

    right.kind = c->right->kind;
    right.id = (cg_str_t) { sizeof(c->right->id), c->right->id };
    right.explain = 1;
    right.ack = cg_out_slice(&out);
    right.ticked = right.kind == CG_RIGHT_CORRECT ? c->ctx->consent.granted
                                                  : 0;
    page.right = &right;

    if (right.ack.data == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ngx_http_consent_right_explained(c);

    return ngx_http_consent_send_page(c->ctx, NGX_HTTP_OK, &page);
}


static const char *
consent_right_message(cg_right_kind_t kind)
{
    switch (kind) {
    case CG_RIGHT_PURPOSE:
        return "rights.purpose_told";
    case CG_RIGHT_STOP_USE:
        return "rights.stopped_use";
    case CG_RIGHT_STOP_PROVISION:
        return "rights.stopped_provision";
    case CG_RIGHT_COMPLAINT:
        return "rights.complained";
    case CG_RIGHT_DELETE:
        return "page.erased";
    default:
        return "rights.changed";
    }
}


static ngx_int_t
consent_right_fulfilled(ngx_http_consent_choice_t *c)
{
    ngx_http_consent_right_fulfilled(c, NULL, NULL);

    return consent_right_page(c, NGX_HTTP_OK,
                              consent_right_message(c->right->kind));
}


/* A question, or a step before a decision. */

static ngx_int_t
consent_right_answer(ngx_http_consent_choice_t *c)
{
    if (c->right->home) {
        return ngx_http_consent_send_home(c->ctx, c);
    }

    if (c->known && (c->reading_failed || c->salt_failed || !c->right->read)) {
        return consent_right_wait(c);
    }

    if (c->right->kind == CG_RIGHT_NONE
        || c->right->kind == CG_RIGHT_DISCLOSE)
    {
        return ngx_http_consent_send_file(c);
    }

    return cg_right_is_explained(c->right->kind) ? consent_right_explain(c)
                                                 : consent_right_fulfilled(c);
}


/* Record and salt are gone, or there was none. */

static ngx_int_t
consent_right_erased(ngx_http_consent_choice_t *c)
{
    ngx_http_consent_ctx_t  *ctx = c->ctx;

    if (c->pending) {
        return consent_right_page(c, NGX_HTTP_ACCEPTED, "page.erase_waits");
    }

    if (!c->committed
        && (c->reading_failed || ngx_http_consent_choice_records(c)))
    {
        return consent_right_page(c, NGX_HTTP_SERVICE_UNAVAILABLE,
                                  "page.erase_failed");
    }

    if (c->committed) {
        ngx_http_consent_log_erase(ctx->conf->log,
                                   ngx_http_consent_str(ctx->conf->site),
                                   ngx_http_consent_right_sub(c),
                                   c->record.rid);
    }

    return consent_right_fulfilled(c);
}


ngx_int_t
ngx_http_consent_right_done(ngx_http_consent_choice_t *c)
{
    if (c->ask) {
        return consent_right_answer(c);
    }

    if (c->right->held) {
        ngx_http_consent_right_refused(c, "illegal");
        return consent_right_page(c, NGX_HTTP_CONFLICT, "rights.held");
    }

    if (c->erase) {
        return consent_right_erased(c);
    }

    /* what closes is in effect here, and waits for Redis if it must */

    return c->opening || c->committed || c->pending
           || !ngx_http_consent_choice_records(c)
           ? consent_right_fulfilled(c) : consent_right_wait(c);
}
