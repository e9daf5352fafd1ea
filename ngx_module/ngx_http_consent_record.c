/*
 * Everything that is kept of a visitor, as one file: JSON, with the field names
 * of ISO/IEC TS 27560, or a page that needs nothing but itself.  No cookie
 * value and nothing that a form would accept is in it: it may be sent by
 * e-mail.
 */

#include "ngx_http_consent_rights.h"
#include "evidence/cg_field.h"

#define CONSENT_FILE_MAX  (512 * 1024)


static void
consent_record_kept(const cg_record_t *record, cg_str_t receipt, cg_out_t *out)
{
    static const char  *hows[] = {
        "", "accept_all", "reject_all", "custom", "withdraw", "erase"
    };

    cg_field_object_begin(out, "record");
    cg_field_str(out, "receipt", receipt);
    cg_field_uint(out, "revision", record->rev);
    cg_field_str(out, "how", cg_str_from(hows[record->how]));
    cg_field_time(out, "decided", (uint64_t) record->decided * 1000);
    cg_field_time(out, "expires", (uint64_t) record->expires * 1000);
    cg_field_uint(out, "version", record->version);
    cg_field_str(out, "language", record->lang);
    cg_field_str(out, "notice", record->notice);

    if (record->shown) {
        cg_field_time(out, "shown", (uint64_t) record->shown * 1000);
    }

    cg_field_str(out, "evidence", record->evidence);
    cg_field_object_end(out);
}


static void
consent_record_history(cg_str_t history, cg_out_t *out)
{
    cg_record_past_t  past;

    cg_field_array_begin(out, "history");

    while (cg_record_past_next(&history, &past) == CG_OK) {
        cg_field_object_begin(out, NULL);
        cg_field_str(out, "decided", past.decided);
        cg_field_str(out, "how", past.how);
        cg_field_str(out, "purposes", past.purposes);
        cg_field_str(out, "evidence", past.evidence);
        cg_field_object_end(out);
    }

    cg_field_array_end(out);
}


/* The receipt */


static void
consent_receipt_url(cg_out_t *out, const char *key,
    ngx_http_consent_ctx_t *ctx, cg_str_t origin, const char *path,
    cg_str_t rest)
{
    cg_out_t  url;

    cg_out_init(&url, &ctx->arena, 4096);
    cg_out_str(&url, origin);
    cg_out_str(&url, ngx_http_consent_str(ctx->conf->uri));
    cg_out_text(&url, path);
    cg_out_str(&url, rest);
    cg_field_str(out, key, cg_out_slice(&url));
}


static void
consent_receipt_recipients(const cg_policy_t *policy,
    const cg_purpose_t *purpose, cg_out_t *out)
{
    size_t                 i, k;
    const cg_vendor_t     *vendor;
    const cg_recipient_t  *recipient;

    static const char  *roles[] = { "third", "self", "processor", "joint" };

    cg_field_array_begin(out, "recipient_third_parties");

    for (i = 0; i < policy->nrecipients; i++) {
        recipient = &policy->recipients[i];
        vendor = recipient->vendor;

        if (recipient->purpose != purpose) {
            continue;
        }

        cg_field_object_begin(out, NULL);
        cg_field_str(out, "party_name", vendor->provider);
        cg_field_str(out, "service", vendor->name);
        cg_field_str(out, "party_role", cg_str_from(roles[recipient->role]));
        cg_field_str(out, "country", vendor->country);
        cg_field_str(out, "privacy_notice", vendor->privacy);
        cg_field_array_begin(out, "pii_information");

        for (k = 0; k < vendor->nreceives; k++) {
            cg_field_item_str(out, vendor->receives[k]);
        }

        cg_field_array_end(out);
        cg_field_object_end(out);
    }

    cg_field_array_end(out);
}


static void
consent_receipt_purpose(ngx_http_consent_choice_t *c,
    const cg_receipt_t *receipt, const cg_purpose_t *purpose, cg_out_t *out)
{
    int                  yes = (c->old.granted & purpose->bit) != 0;
    const cg_policy_t   *policy = c->ctx->conf->policy;

    cg_field_object_begin(out, NULL);
    cg_field_str(out, "purpose", purpose->id);
    cg_field_str(out, "purpose_type", purpose->clause);
    cg_field_str(out, "lawful_basis", cg_str("consent"));
    cg_field_str(out, "event_state", yes ? cg_str("given") : cg_str("refused"));
    cg_field_array_begin(out, "pii_controllers");
    cg_field_item_str(out, policy->controller);
    cg_field_array_end(out);
    consent_receipt_recipients(policy, purpose, out);
    cg_field_time(out, "retention_period",
                  (uint64_t) c->old.expires * 1000);
    consent_receipt_url(out, "withdrawal_method", c->ctx, receipt->origin, "",
                        cg_str(""));
    cg_field_object_end(out);
}


static void
consent_receipt_processing(ngx_http_consent_choice_t *c,
    const cg_receipt_t *receipt, cg_out_t *out)
{
    size_t              i;
    const cg_policy_t  *policy = c->ctx->conf->policy;

    cg_field_object_begin(out, "pii_processing");

    if (c->old.notice.len) {
        consent_receipt_url(out, "privacy_notice", c->ctx, receipt->origin,
                            "notice/", c->old.notice);
        cg_field_str(out, "language", c->old.lang);
    }

    cg_field_str(out, "policy_url", policy->notice);
    cg_field_str(out, "service", receipt->site);
    cg_field_array_begin(out, "purposes");

    for (i = 0; i < policy->npurposes; i++) {
        if (policy->purposes[i].bit) {
            consent_receipt_purpose(c, receipt, &policy->purposes[i], out);
        }
    }

    cg_field_array_end(out);
    cg_field_object_end(out);
}


static void
consent_receipt_parties(const cg_policy_t *policy, cg_out_t *out)
{
    cg_field_array_begin(out, "party_identification");
    cg_field_object_begin(out, NULL);
    cg_field_str(out, "party_id", cg_str("controller"));
    cg_field_str(out, "party_name", policy->controller);
    cg_field_str(out, "party_role", cg_str("pii_controller"));
    cg_field_str(out, "party_contact", policy->contact_name);
    cg_field_str(out, "party_url", policy->contact_url);
    cg_field_object_end(out);
    cg_field_array_end(out);
}


static void
consent_receipt_event(const cg_record_t *record, cg_str_t sub, cg_out_t *out)
{
    cg_field_array_begin(out, "event");
    cg_field_object_begin(out, NULL);
    cg_field_time(out, "event_time", (uint64_t) record->decided * 1000);
    cg_field_str(out, "event_type", cg_str("explicit"));
    cg_field_str(out, "event_state", record->granted ? cg_str("given")
                                     : record->how == CG_HOW_WITHDRAW
                                     ? cg_str("withdrawn")
                                     : cg_str("refused"));
    cg_field_time(out, "valid_until", (uint64_t) record->expires * 1000);
    cg_field_str(out, "entity_id", sub);
    cg_field_object_end(out);
    cg_field_array_end(out);
}


/* What makes of it a witness of the log. */

static void
consent_receipt_evidence(ngx_http_consent_ctx_t *ctx,
    const cg_receipt_t *receipt, cg_out_t *out)
{
    cg_str_t            lane, seq, h, terms;
    const cg_record_t  *record = receipt->record;

    cg_receipt_place(record->evidence, &lane, &seq, &h);

    terms.data = record->terms;
    terms.len = sizeof(record->terms);

    cg_field_object_begin(out, "evidence");
    cg_field_str(out, "rid", receipt->receipt);
    cg_field_str(out, "ch", lane);

    if (seq.data) {
        cg_field_uint(out, "seq", (uint64_t) ngx_atoi((u_char *) seq.data,
                                                      seq.len));
    }

    cg_field_str(out, "h", h);
    cg_field_str(out, "sub", receipt->sub);
    cg_field_str(out, "policy", ctx->conf->policy->id);
    cg_field_uint(out, "version", record->version);
    cg_field_hex(out, "terms", terms);
    cg_field_str(out, "notice", record->notice);
    cg_field_object_end(out);
}


static void
consent_receipt(ngx_http_consent_choice_t *c, const cg_receipt_t *receipt,
    cg_out_t *out)
{
    cg_field_object_begin(out, "receipt");
    cg_field_str(out, "schema_version", cg_str("ISO/IEC TS 27560:2023"));
    cg_field_str(out, "record_id", receipt->receipt);
    cg_field_str(out, "pii_principal_id", receipt->sub);
    consent_receipt_processing(c, receipt, out);
    consent_receipt_parties(c->ctx->conf->policy, out);
    consent_receipt_event(receipt->record, receipt->sub, out);
    consent_receipt_evidence(c->ctx, receipt, out);
    cg_field_object_end(out);
}


/* The file */


static cg_str_t
consent_record_json(ngx_http_consent_choice_t *c, const cg_receipt_t *receipt)
{
    cg_out_t                 out;
    ngx_http_consent_ctx_t  *ctx = c->ctx;
    const cg_policy_t       *policy = ctx->conf->policy;

    static const char  *holds[] = { "none", "suspend", "legal" };

    cg_out_init(&out, &ctx->arena, CONSENT_FILE_MAX);
    cg_field_object_begin(&out, NULL);
    cg_field_str(&out, "site", receipt->site);
    cg_field_str(&out, "controller", policy->controller);
    cg_field_str(&out, "contact", policy->contact_name);
    cg_field_str(&out, "policy", policy->id);
    cg_field_str(&out, "state",
                 cg_str_from(cg_state_name(ctx->consent.state)));
    ngx_http_consent_answer_purposes(ctx, &out);

    cg_field_object_begin(&out, "token");
    cg_field_bool(&out, "identifier", ctx->token.has_cid);
    cg_field_time(&out, "issued", (uint64_t) ctx->token.issued * 1000);
    cg_field_time(&out, "expires", (uint64_t) ctx->token.expires * 1000);
    cg_field_uint(&out, "version", ctx->token.version);
    cg_field_object_end(&out);

    if (c->old.rev) {
        consent_record_kept(&c->old, receipt->receipt, &out);
        cg_field_str(&out, "hold", cg_str_from(holds[receipt->hold]));
        consent_record_history(receipt->history, &out);
        consent_receipt(c, receipt, &out);
    }

    cg_field_object_end(&out);

    return cg_out_slice(&out);
}


static cg_str_t
consent_record_page(ngx_http_consent_choice_t *c, const cg_receipt_t *receipt)
{
    cg_out_t   out;
    cg_view_t  view;

    ngx_http_consent_view(c->ctx, &view, cg_str_null);
    cg_out_init(&out, &c->ctx->arena, CONSENT_FILE_MAX);
    cg_receipt_page(&out, &view, receipt);

    return cg_out_slice(&out);
}


static cg_str_t
consent_record_origin(ngx_http_consent_ctx_t *ctx)
{
    cg_out_t    out;
    ngx_str_t  *host = ngx_http_consent_header_in(ctx->request, "host");

    cg_out_init(&out, &ctx->arena, 512);
    cg_out_text(&out, ngx_http_consent_is_tls(ctx) ? "https://" : "http://");
    cg_out_str(&out, host ? ngx_http_consent_str(*host)
                          : ngx_http_consent_str(ctx->conf->site));

    return cg_out_slice(&out);
}


static void
consent_record_receipt(ngx_http_consent_choice_t *c, cg_receipt_t *receipt)
{
    cg_out_t  hex;

    ngx_memzero(receipt, sizeof(cg_receipt_t));

    cg_out_init(&hex, &c->ctx->arena, 64);
    cg_out_hex(&hex, (cg_str_t) { sizeof(c->old.rid), c->old.rid });

    receipt->site = ngx_http_consent_str(c->ctx->conf->site);
    receipt->origin = consent_record_origin(c->ctx);
    receipt->token = &c->ctx->token;
    receipt->record = &c->old;
    receipt->receipt = cg_out_slice(&hex);
    receipt->sub = ngx_http_consent_right_sub(c);
    receipt->hold = c->right->hold;
    receipt->history = c->right->history;
}


/* A file for whoever asked for one; a page that is shown, for whoever asked on
 * a page. */

ngx_int_t
ngx_http_consent_send_file(ngx_http_consent_choice_t *c)
{
    cg_str_t           body;
    ngx_str_t          json = ngx_string("attachment; "
                                         "filename=\"consent-record.json\"");
    ngx_str_t          html = ngx_string("attachment; "
                                         "filename=\"consent-record.html\"");
    ngx_uint_t         as_json = c->right->as_json;
    cg_receipt_t       receipt;
    unsigned char      sha256[CG_SHA256_LEN];

    consent_record_receipt(c, &receipt);
    body = as_json ? consent_record_json(c, &receipt)
                   : consent_record_page(c, &receipt);

    if (body.data == NULL || cg_sha256(&body, 1, sha256) != CG_OK
        || ((as_json || c->right->kind == CG_RIGHT_NONE)
            && ngx_http_consent_add_header(c->ctx->request,
                                           "Content-Disposition",
                                           as_json ? json : html) != NGX_OK))
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ngx_http_consent_right_fulfilled(c, as_json ? "json" : "html", sha256);

    return as_json
           ? ngx_http_consent_send(c->ctx, NGX_HTTP_OK, "application/json",
                                   body)
           : ngx_http_consent_send_alone(c->ctx, body);
}
