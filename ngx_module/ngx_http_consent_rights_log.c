/* The events of a request: dsr.*, and erase. */

#include "ngx_http_consent_rights.h"
#include "ngx_http_consent_evidence.h"
#include "evidence/cg_field.h"

#define CONSENT_RIGHT_DATE  10         /* of an RFC 3339 time: its day */


cg_str_t
ngx_http_consent_right_sub(ngx_http_consent_choice_t *c)
{
    u_char  *sub;

    if (!c->known || !c->has_salt || c->salt_failed) {
        return cg_str_null;
    }

    sub = ngx_pnalloc(c->ctx->request->pool, 22);

    if (sub == NULL
        || cg_record_sub(c->salt, ngx_http_consent_str(c->ctx->conf->site),
                         &c->token, sub) != CG_OK)
    {
        return cg_str_null;
    }

    return (cg_str_t) { 22, sub };
}


static cg_str_t
consent_right_hex(ngx_http_consent_choice_t *c, const u_char *bytes,
    size_t len)
{
    cg_out_t  out;

    cg_out_init(&out, &c->ctx->arena, 2 * len);
    cg_out_hex(&out, (cg_str_t) { len, bytes });

    return cg_out_slice(&out);
}


void
ngx_http_consent_right_log(ngx_http_consent_choice_t *c, const char *type,
    ngx_http_consent_right_pt more, const void *data)
{
    cg_out_t                           out;
    cg_event_t                         event;
    cg_event_dsr_t                     dsr;
    ngx_http_consent_ctx_t            *ctx = c->ctx;
    ngx_http_consent_log_t            *log = ctx->conf->log;
    struct ngx_http_consent_right_s   *right = c->right;

    if (right->kind == CG_RIGHT_NONE || c->unlogged) {
        return;
    }

    ngx_memzero(&dsr, sizeof(cg_event_dsr_t));

    dsr.id = (cg_str_t) { sizeof(right->id), right->id };
    dsr.sub = ngx_http_consent_right_sub(c);
    dsr.rid = c->old.rev ? consent_right_hex(c, c->old.rid,
                                             sizeof(c->old.rid))
                         : cg_str_null;
    dsr.right = cg_str_from(cg_right_name(right->kind));
    dsr.by = cg_str("subject");

    cg_out_init(&out, &ctx->arena, CG_MAX_LINE);
    ngx_http_consent_log_event(log, &event, type);

    event.host = ngx_http_consent_str(ctx->conf->site);
    event.policy = ctx->conf->policy->id;
    event.version = ctx->conf->policy->version;

    cg_chain_begin(&log->chain, &out, &event);
    cg_event_dsr(&out, &dsr);

    if (more) {
        more(&out, data);
    }

    (void) ngx_http_consent_log_append(log, &out, NGX_HTTP_CONSENT_LINE_KEEP,
                                       NULL, NULL, NULL);
}


static void
consent_right_due(cg_out_t *out, const void *data)
{
    cg_out_t                          day;
    const ngx_http_consent_choice_t  *c = data;

    cg_out_init(&day, &c->ctx->arena, 64);
    cg_field_object_begin(&day, NULL);
    cg_field_time(&day, "t", (uint64_t) (ngx_time() + CG_RIGHT_DUE) * 1000);

    if (day.status == CG_OK) {
        cg_field_str(out, "due", cg_str_sub(cg_out_slice(&day),
                                            sizeof("{\"t\":\"") - 1,
                                            sizeof("{\"t\":\"") - 1
                                            + CONSENT_RIGHT_DATE));
    }
}


static void
consent_right_method(cg_out_t *out, const void *data)
{
    (void) data;
    cg_field_str(out, "method", cg_str("cookie"));
}


void
ngx_http_consent_right_received(ngx_http_consent_choice_t *c)
{
    ngx_http_consent_right_log(c, CG_EVENT_DSR_RECEIVED, consent_right_due, c);

    if (c->ctx->has_token) {
        ngx_http_consent_right_log(c, CG_EVENT_DSR_VERIFIED,
                                   consent_right_method, NULL);
    }
}


static void
consent_right_hash(cg_out_t *out, const void *data)
{
    cg_field_hex(out, "hash", (cg_str_t) { CG_SHA256_LEN, data });
}


void
ngx_http_consent_right_explained(ngx_http_consent_choice_t *c)
{
    ngx_http_consent_right_log(c, CG_EVENT_DSR_EXPLAINED, consent_right_hash,
                               c->right->ack.hash);
}


static void
consent_right_reason(cg_out_t *out, const void *data)
{
    cg_field_str(out, "reason", cg_str_from(data));
    cg_field_bool(out, "notified", 1);
}


void
ngx_http_consent_right_refused(ngx_http_consent_choice_t *c,
    const char *reason)
{
    ngx_http_consent_right_log(c, CG_EVENT_DSR_REFUSED, consent_right_reason,
                               reason);
}


typedef struct {
    const char           *format;
    const unsigned char  *sha256;
} consent_right_file_t;


static void
consent_right_file(cg_out_t *out, const void *data)
{
    const consent_right_file_t  *file = data;

    if (file->format) {
        cg_field_str(out, "format", cg_str_from(file->format));
        cg_field_hex(out, "sha256",
                     (cg_str_t) { CG_SHA256_LEN, file->sha256 });
    }
}


static void
consent_right_page(cg_out_t *out, const void *data)
{
    (void) data;
    cg_field_str(out, "how", cg_str("page"));
}


/* The page that says so is the notification. */

void
ngx_http_consent_right_fulfilled(ngx_http_consent_choice_t *c,
    const char *format, const unsigned char *sha256)
{
    consent_right_file_t  file = { format, sha256 };

    ngx_http_consent_right_log(c, CG_EVENT_DSR_FULFILLED, consent_right_file,
                               &file);
    ngx_http_consent_right_log(c, CG_EVENT_DSR_NOTIFIED, consent_right_page,
                               NULL);
}


/* Also from where no request is: what waited for Redis has been carried out. */

void
ngx_http_consent_log_erase(ngx_http_consent_log_t *log, cg_str_t site,
    cg_str_t sub, const unsigned char rid[16])
{
    cg_out_t           out, hex;
    cg_arena_t         arena;
    cg_event_t         event;
    ngx_pool_t        *pool = ngx_create_pool(4096, ngx_cycle->log);
    cg_event_erase_t   erase;

    if (pool == NULL) {
        return;
    }

    ngx_http_consent_arena(&arena, pool);
    cg_out_init(&hex, &arena, 32);
    cg_out_hex(&hex, (cg_str_t) { 16, rid });
    cg_out_init(&out, &arena, CG_MAX_LINE);

    erase.sub = sub;
    erase.rid = cg_out_slice(&hex);
    erase.scope = cg_str("all");
    erase.means = cg_str("delete");

    ngx_http_consent_log_event(log, &event, CG_EVENT_ERASE);
    event.host = site;
    cg_chain_begin(&log->chain, &out, &event);
    cg_event_erase(&out, &erase);

    (void) ngx_http_consent_log_append(log, &out, NGX_HTTP_CONSENT_LINE_KEEP,
                                       NULL, NULL, NULL);
    ngx_destroy_pool(pool);
}


void
ngx_http_consent_log_erased(ngx_http_consent_log_t *log,
    ngx_http_consent_srv_conf_t *conf, const unsigned char rid[16])
{
    cg_out_t         out;
    u_char           id[2 * CG_RIGHT_ID];
    cg_arena_t       arena;
    cg_event_t       event;
    ngx_pool_t      *pool;
    cg_event_dsr_t   dsr;

    ngx_http_consent_log_erase(log, ngx_http_consent_str(conf->site),
                               cg_str_null, rid);

    pool = ngx_create_pool(4096, ngx_cycle->log);
    if (pool == NULL) {
        return;
    }

    (void) ngx_hex_dump(id, (u_char *) rid, CG_RIGHT_ID);
    ngx_memzero(&dsr, sizeof(cg_event_dsr_t));
    dsr.id = (cg_str_t) { sizeof(id), id };
    dsr.right = cg_str_from(cg_right_name(CG_RIGHT_DELETE));
    dsr.by = cg_str("subject");

    ngx_http_consent_arena(&arena, pool);
    cg_out_init(&out, &arena, CG_MAX_LINE);
    ngx_http_consent_log_event(log, &event, CG_EVENT_DSR_FULFILLED);
    event.host = ngx_http_consent_str(conf->site);
    cg_chain_begin(&log->chain, &out, &event);
    cg_event_dsr(&out, &dsr);

    (void) ngx_http_consent_log_append(log, &out, NGX_HTTP_CONSENT_LINE_KEEP,
                                       NULL, NULL, NULL);
    ngx_destroy_pool(pool);
}
