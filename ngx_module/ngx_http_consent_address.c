#include "ngx_http_consent_address.h"
#include "ngx_http_consent_class.h"


/* A request header that carries addresses, as it came. */

typedef struct {
    ngx_table_elt_t           *elt;
    ngx_str_t                  full;
    cg_address_header_t        kind;
} consent_address_line_t;

static ngx_log_handler_pt  consent_address_error;  /* nginx's own */


ngx_str_t
ngx_http_consent_address_print(ngx_connection_t *c, cg_address_form_t form,
    ngx_pool_t *pool)
{
    ngx_str_t       text = ngx_string("unknown");
    u_char         *p = ngx_pnalloc(pool, NGX_SOCKADDR_STRLEN);
    ngx_sockaddr_t  copy;

    if (p == NULL) {
        return text;
    }

    ngx_memcpy(&copy, c->sockaddr, c->socklen);

    switch (copy.sockaddr.sa_family) {

    case AF_INET:
        cg_address_reduce((u_char *) &copy.sockaddr_in.sin_addr, 4, form);
        break;

#if (NGX_HAVE_INET6)
    case AF_INET6:
        cg_address_reduce(copy.sockaddr_in6.sin6_addr.s6_addr, 16, form);
        break;
#endif

    default:                           /* a unix socket is nobody's */
        break;
    }

    text.data = p;
    text.len = ngx_sock_ntop(&copy.sockaddr, c->socklen, p,
                             NGX_SOCKADDR_STRLEN, 0);

    return text;
}


/* Something else than the address tells who it is: what a login leaves, any
 * cookie that the site gets, what is asked for there. */

static ngx_int_t
consent_address_identified(ngx_http_consent_ctx_t *ctx)
{
    ngx_uint_t                  i;
    ngx_http_request_t         *r = ctx->request;
    ngx_http_consent_cookie_t  *cookies = ctx->cookies.elts;

    if (r->headers_in.authorization
        || ngx_http_consent_class_is(ctx, NGX_HTTP_CONSENT_CLASS_FORM)
        || ngx_http_consent_class_is(ctx, NGX_HTTP_CONSENT_CLASS_SENSITIVE)
        || ngx_http_consent_class_is(ctx, NGX_HTTP_CONSENT_CLASS_IDENTIFIED))
    {
        return 1;
    }

    for (i = 0; i < ctx->cookies.nelts; i++) {
        if (cookies[i].elt->value.len) {
            return 1;
        }
    }

    return 0;
}


/* The texts for what is known now. */

static void
consent_address_set(ngx_http_consent_ctx_t *ctx)
{
    ngx_pool_t                  *pool = ctx->request->pool;
    ngx_http_consent_address_t  *a = ctx->address;

    a->identified = consent_address_identified(ctx) != 0;
    a->forms = cg_policy_address(ctx->conf->policy,
                                 ngx_http_consent_granted(ctx), a->identified);

    if (ngx_http_consent_class_is(ctx, NGX_HTTP_CONSENT_CLASS_SECURITY)) {
        a->forms.site = CG_ADDRESS_FULL;
    }

    a->log = ngx_http_consent_address_print(a->connection, a->forms.log, pool);
    a->site = ngx_http_consent_address_print(a->connection, a->forms.site,
                                             pool);
    a->connection->addr_text = a->log;
}


void
ngx_http_consent_address_again(ngx_http_consent_ctx_t *ctx)
{
    ngx_http_consent_address_t  *a = ctx->address;

    if (a->connection->addr_text.data != a->log.data) {
        consent_address_set(ctx);
    }
}


static u_char *
consent_address_log_error(ngx_log_t *log, u_char *buf, size_t len)
{
    ngx_http_log_ctx_t      *at = log->data;
    ngx_http_consent_ctx_t  *ctx;

    ctx = at->request ? ngx_http_consent_get_ctx(at->request) : NULL;

    if (ctx && ctx->address) {
        ngx_http_consent_address_again(ctx);
    }

    return consent_address_error(log, buf, len);
}


static void
consent_address_cleanup(void *data)
{
    ngx_http_consent_address_t  *a = data;

    a->connection->addr_text = a->before;
}


static ngx_http_consent_address_t *
consent_address_begin(ngx_http_request_t *r)
{
    ngx_pool_cleanup_t          *cln;
    ngx_http_consent_address_t  *a;

    cln = ngx_pool_cleanup_add(r->pool, sizeof(ngx_http_consent_address_t));
    if (cln == NULL) {
        return NULL;
    }

    a = cln->data;
    ngx_memzero(a, sizeof(ngx_http_consent_address_t));
    a->connection = r->connection;
    a->before = r->connection->addr_text;
    cln->handler = consent_address_cleanup;

    return a;
}


/* A server that asks for nothing, at a listener where another one does. */

static ngx_int_t
consent_address_restore(ngx_http_request_t *r)
{
    if (!ngx_http_consent_address_reduces(r->connection->listening)) {
        return NGX_DECLINED;
    }

    if (consent_address_begin(r) == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    r->connection->addr_text =
        ngx_http_consent_address_print(r->connection, CG_ADDRESS_FULL,
                                       r->pool);

    return NGX_DECLINED;
}


static ngx_int_t
consent_address_aside(ngx_http_consent_ctx_t *ctx)
{
    ngx_uint_t               i;
    ngx_list_part_t         *part;
    ngx_table_elt_t         *h;
    cg_address_header_t      kind;
    consent_address_line_t  *line;

    if (ngx_array_init(&ctx->address->lines, ctx->request->pool, 2,
                       sizeof(consent_address_line_t)) != NGX_OK)
    {
        return NGX_ERROR;
    }

    part = &ctx->request->headers_in.headers.part;

    for ( /* void */ ; part; part = part->next) {
        h = part->elts;

        for (i = 0; i < part->nelts; i++) {
            kind = cg_address_header(ngx_http_consent_str(h[i].key));

            if (kind == CG_ADDRESS_HEADER_NONE) {
                continue;
            }

            line = ngx_array_push(&ctx->address->lines);
            if (line == NULL) {
                return NGX_ERROR;
            }

            line->elt = &h[i];
            line->full = h[i].value;
            line->kind = kind;
        }
    }

    return NGX_OK;
}


static ngx_str_t
consent_address_value(ngx_http_consent_ctx_t *ctx,
    consent_address_line_t *line, cg_address_form_t form)
{
    cg_out_t   out;
    ngx_str_t  value;

    if (form == CG_ADDRESS_FULL) {
        return line->full;
    }

    cg_out_init(&out, &ctx->arena, 64 * 1024);
    cg_address_value(&out, ngx_http_consent_str(line->full), line->kind, form);
    cg_out_byte(&out, '\0');           /* nginx's header values end so */

    if (out.status != CG_OK) {
        ngx_str_set(&value, "unknown");
        return value;
    }

    value.data = out.data;
    value.len = out.len - 1;

    return value;
}


/* The lines as they came, and the list that is forwarded, which may have been
 * made anew: what carries addresses stands in both in one order. */

static void
consent_address_lines(ngx_http_consent_ctx_t *ctx, cg_address_form_t form)
{
    ngx_uint_t               i, n = 0;
    ngx_list_part_t         *part;
    ngx_table_elt_t         *h;
    consent_address_line_t  *lines = ctx->address->lines.elts;

    for (i = 0; i < ctx->address->lines.nelts; i++) {
        lines[i].elt->value = consent_address_value(ctx, &lines[i], form);
    }

    part = &ctx->request->headers_in.headers.part;

    for ( /* void */ ; part; part = part->next) {
        h = part->elts;

        for (i = 0; i < part->nelts && n < ctx->address->lines.nelts; i++) {
            if (cg_address_header(ngx_http_consent_str(h[i].key))) {
                h[i].value = lines[n++].elt->value;
            }
        }
    }
}


/* ---- phases */

static ngx_int_t
consent_address_asked(ngx_http_request_t *r)
{
    ngx_http_consent_srv_conf_t  *conf;

    conf = ngx_http_get_module_srv_conf(r, ngx_http_consent_module);

    return conf->policy && conf->policy->address.form != CG_ADDRESS_FULL;
}


static ngx_int_t
consent_address_enter(ngx_http_request_t *r)
{
    ngx_http_consent_ctx_t  *ctx = ngx_http_consent_need_ctx(r);

    if (ctx == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (ctx->address) {                /* an internal redirect */
        ngx_http_consent_address_again(ctx);
        return NGX_DECLINED;
    }

    ctx->address = consent_address_begin(r);

    if (ctx->address == NULL || consent_address_aside(ctx) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    consent_address_set(ctx);

    if (r->connection->log->handler != consent_address_log_error) {
        consent_address_error = r->connection->log->handler;
        r->connection->log->handler = consent_address_log_error;
    }

    ngx_http_consent_note(ctx, &ctx->clauses,
                          ctx->conf->policy->address.clause);

    return NGX_DECLINED;
}


static ngx_int_t
consent_address_rewrite(ngx_http_request_t *r)
{
    if (r != r->main || r->connection->addr_text.data == NULL) {
        return NGX_DECLINED;
    }

    return consent_address_asked(r) ? consent_address_enter(r)
                                    : consent_address_restore(r);
}


/* Before realip, in a location that a redirect led to. */

static ngx_int_t
consent_address_preaccess(ngx_http_request_t *r)
{
    ngx_http_consent_ctx_t  *ctx = ngx_http_consent_get_ctx(r);

    if (r == r->main && ctx && ctx->address && ctx->address->serving) {
        consent_address_lines(ctx, CG_ADDRESS_FULL);
    }

    return NGX_DECLINED;
}


CG_HOT void
ngx_http_consent_address_serve(ngx_http_consent_ctx_t *ctx)
{
    if (ctx->address) {
        consent_address_set(ctx);
        consent_address_lines(ctx, ctx->address->forms.site);
        ctx->address->serving = 1;
    }
}


static ngx_int_t
consent_address_access(ngx_http_request_t *r)
{
    ngx_http_consent_ctx_t  *ctx = ngx_http_consent_get_ctx(r);

    if (r == r->main && ctx) {
        ngx_http_consent_class_note(ctx);
        ngx_http_consent_address_serve(ctx);
    }

    return NGX_DECLINED;
}


/* Requests that nginx gave up before the phases come here first. */

static ngx_int_t
consent_address_log(ngx_http_request_t *r)
{
    ngx_http_consent_ctx_t  *ctx;

    if (r != r->main || r->connection->addr_text.data == NULL
        || !consent_address_asked(r)
        || consent_address_enter(r) != NGX_DECLINED)
    {
        return NGX_OK;
    }

    ctx = ngx_http_consent_get_ctx(r);
    ctx->address->serving = 0;
    consent_address_lines(ctx, ctx->address->forms.log);
    ngx_http_consent_address_forget(r);

    return NGX_OK;
}


ngx_uint_t
ngx_http_consent_address_combined(ngx_http_consent_ctx_t *ctx)
{
    ngx_http_consent_address_t  *a = ctx->address;

    return a->identified && (a->forms.site == CG_ADDRESS_FULL
                             || a->forms.log == CG_ADDRESS_FULL);
}


void
ngx_http_consent_address_forms(ngx_http_consent_ctx_t *ctx,
    cg_event_handling_t *handling)
{
    cg_address_forms_t  forms;

    if (ctx->address) {
        forms = ctx->address->forms;
        handling->ip_up = cg_str_from(cg_address_form_name(forms.site));
        handling->ip_log = cg_str_from(cg_address_form_name(forms.log));
    }
}


/* ---- configuration */

/* The last one runs first, but for those of LOG. */

static ngx_int_t
consent_address_phase(ngx_conf_t *cf, ngx_uint_t phase,
    ngx_http_handler_pt pt)
{
    ngx_array_t                *handlers;
    ngx_http_handler_pt        *h;
    ngx_http_core_main_conf_t  *cmcf;

    cmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);
    handlers = &cmcf->phases[phase].handlers;
    h = ngx_array_push(handlers);

    if (h == NULL) {
        return NGX_ERROR;
    }

    if (phase == NGX_HTTP_LOG_PHASE) {
        h = handlers->elts;
        ngx_memmove(h + 1, h, (handlers->nelts - 1) * sizeof(*h));
    }

    *h = pt;

    return NGX_OK;
}


ngx_int_t
ngx_http_consent_address_init(ngx_conf_t *cf,
    ngx_http_consent_main_conf_t *mcf)
{
    if (ngx_http_consent_address_binds(cf, mcf) != NGX_OK) {
        return NGX_ERROR;
    }

    if (mcf->binds.nelts == 0) {
        return NGX_OK;
    }

    ngx_http_consent_address_take(cf);

    if (consent_address_phase(cf, NGX_HTTP_SERVER_REWRITE_PHASE,
                              consent_address_rewrite) != NGX_OK
        || consent_address_phase(cf, NGX_HTTP_PREACCESS_PHASE,
                                 consent_address_preaccess) != NGX_OK
        || consent_address_phase(cf, NGX_HTTP_ACCESS_PHASE,
                                 consent_address_access) != NGX_OK)
    {
        return NGX_ERROR;
    }

    return consent_address_phase(cf, NGX_HTTP_LOG_PHASE, consent_address_log);
}
