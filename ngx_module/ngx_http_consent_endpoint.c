/*
 * Our own pages under consent_uri: which one a request means, its body, and
 * what has to be known before it can be answered.
 */

#include "ngx_http_consent_expire.h"
#include "ngx_http_consent_archive.h"
#include "ngx_http_consent_embed.h"
#include "ngx_http_consent_rights.h"


typedef enum {
    CONSENT_PAGE_NONE = 0,
    CONSENT_PAGE_HOME,
    CONSENT_PAGE_CHOICE,
    CONSENT_PAGE_SHOW,
    CONSENT_PAGE_STATE,
    CONSENT_PAGE_RECORD,
    CONSENT_PAGE_ERASE,
    CONSENT_PAGE_RIGHTS,
    CONSENT_PAGE_REPORTS,
    CONSENT_PAGE_VENDORS,
    CONSENT_PAGE_SEEN,
    CONSENT_PAGE_NOTICE,
    CONSENT_PAGE_ASSET
} consent_page_e;

typedef struct {
    ngx_str_t       name;              /* behind consent_uri */
    consent_page_e  page;
    ngx_uint_t      methods;
    const char     *allow;
    unsigned        settled:1;         /* needs the visitor's consent */
} consent_route_t;


static const consent_route_t  consent_routes[] = {
    { ngx_string(""), CONSENT_PAGE_HOME, NGX_HTTP_GET|NGX_HTTP_HEAD,
      "GET, HEAD", 1 },
    { ngx_string("choice"), CONSENT_PAGE_CHOICE, NGX_HTTP_POST, "POST", 0 },
    { ngx_string("show"), CONSENT_PAGE_SHOW, NGX_HTTP_POST, "POST", 0 },
    { ngx_string("state"), CONSENT_PAGE_STATE, NGX_HTTP_GET|NGX_HTTP_HEAD,
      "GET, HEAD", 1 },
    { ngx_string("record"), CONSENT_PAGE_RECORD, NGX_HTTP_GET|NGX_HTTP_HEAD,
      "GET, HEAD", 1 },
    { ngx_string("erase"), CONSENT_PAGE_ERASE, NGX_HTTP_POST, "POST", 0 },
    { ngx_string("rights"), CONSENT_PAGE_RIGHTS, NGX_HTTP_POST, "POST", 0 },
    { ngx_string("csp"), CONSENT_PAGE_REPORTS, NGX_HTTP_POST, "POST", 0 },
    { ngx_string("vendors"), CONSENT_PAGE_VENDORS,
      NGX_HTTP_GET|NGX_HTTP_HEAD, "GET, HEAD", 0 },
    { ngx_string("seen"), CONSENT_PAGE_SEEN, NGX_HTTP_GET|NGX_HTTP_HEAD,
      "GET, HEAD", 0 },
};

static const consent_route_t  consent_route_notice = {
    ngx_string("notice/"), CONSENT_PAGE_NOTICE,
    NGX_HTTP_GET|NGX_HTTP_HEAD, "GET, HEAD", 0
};

static const consent_route_t  consent_route_asset = {
    ngx_string("ngx-consent."), CONSENT_PAGE_ASSET,
    NGX_HTTP_GET|NGX_HTTP_HEAD, "GET, HEAD", 0
};


/* By the normalised URI; "/.consent" without its slash is ours as well. */

CG_HOT ngx_int_t
ngx_http_consent_is_own(ngx_http_consent_ctx_t *ctx)
{
    ngx_str_t  uri = ctx->request->uri;
    ngx_str_t  own = ctx->conf->uri;

    if (uri.len + 1 == own.len) {
        return ngx_strncmp(uri.data, own.data, uri.len) == 0;
    }

    return uri.len >= own.len && ngx_strncmp(uri.data, own.data, own.len) == 0;
}


static const consent_route_t *
consent_endpoint_route(ngx_str_t *name)
{
    size_t  i;

    for (i = 0; i < sizeof(consent_routes) / sizeof(consent_routes[0]); i++) {
        if (consent_routes[i].name.len == name->len
            && ngx_strncmp(consent_routes[i].name.data, name->data, name->len)
               == 0)
        {
            return &consent_routes[i];
        }
    }

    if (name->len > consent_route_notice.name.len
        && ngx_strncmp(consent_route_notice.name.data, name->data,
                       consent_route_notice.name.len) == 0)
    {
        return &consent_route_notice;
    }

    if (name->len > consent_route_asset.name.len
        && ngx_strncmp(consent_route_asset.name.data, name->data,
                       consent_route_asset.name.len) == 0)
    {
        return &consent_route_asset;
    }

    return NULL;
}


static ngx_str_t
consent_endpoint_name(ngx_http_consent_ctx_t *ctx)
{
    ngx_str_t  name = ctx->request->uri;

    name.data += ctx->conf->uri.len;
    name.len -= ctx->conf->uri.len;

    return name;
}


/* What the gate would expire with a document of the site's, it expires here:
 * the page that follows a withdrawal may be the last one of this visit, and a
 * page asks for the state when a script of it has set what is shut. */

static ngx_int_t
consent_endpoint_expire(ngx_http_consent_ctx_t *ctx)
{
    ctx->decided = 1;

    return ngx_http_consent_cookies_apply(ctx) == NGX_OK
           ? ngx_http_consent_expire(ctx) : NGX_ERROR;
}


static ngx_int_t
consent_endpoint_answer(ngx_http_consent_ctx_t *ctx, consent_page_e page)
{
    ngx_str_t  name;

    switch (page) {

    case CONSENT_PAGE_HOME:
        return consent_endpoint_expire(ctx) == NGX_OK
               ? ngx_http_consent_home(ctx)
               : NGX_HTTP_INTERNAL_SERVER_ERROR;

    case CONSENT_PAGE_STATE:
        return consent_endpoint_expire(ctx) == NGX_OK
               ? ngx_http_consent_send_state(ctx, cg_str_null)
               : NGX_HTTP_INTERNAL_SERVER_ERROR;

    case CONSENT_PAGE_RECORD:
        return ngx_http_consent_record(ctx);

    case CONSENT_PAGE_VENDORS:
        return ngx_http_consent_send_transmission(ctx);

    case CONSENT_PAGE_SEEN:
        return ngx_http_consent_send_seen(ctx);

    case CONSENT_PAGE_NOTICE:
        name = consent_endpoint_name(ctx);
        name.data += consent_route_notice.name.len;
        name.len -= consent_route_notice.name.len;
        return ngx_http_consent_send_notice(ctx, ngx_http_consent_str(name));

    default:
        name = consent_endpoint_name(ctx);
        return ngx_http_consent_send_asset(ctx, ngx_http_consent_str(name));
    }
}


/* Redis has answered, or the event is somebody else's. */

static void
consent_endpoint_resume(ngx_http_request_t *r)
{
    ngx_int_t                rc;
    ngx_str_t                name;
    const consent_route_t   *route;
    ngx_http_consent_ctx_t  *ctx = ngx_http_consent_get_ctx(r);

    if (ngx_http_consent_settle(ctx) == NGX_AGAIN) {
        return;
    }

    r->read_event_handler = ngx_http_block_reading;
    r->write_event_handler = ngx_http_request_empty_handler;

    name = consent_endpoint_name(ctx);
    route = consent_endpoint_route(&name);

    rc = consent_endpoint_answer(ctx, route->page);

    if (rc != NGX_DONE) {              /* some ask Redis once more */
        ngx_http_finalize_request(r, rc);
    }
}


static ngx_int_t
consent_endpoint_get(ngx_http_consent_ctx_t *ctx, const consent_route_t *route)
{
    ngx_int_t            rc;
    ngx_http_request_t  *r = ctx->request;

    rc = ngx_http_discard_request_body(r);
    if (rc != NGX_OK) {
        return rc;
    }

    rc = route->page == CONSENT_PAGE_HOME ? ngx_http_consent_home_onward(ctx)
                                          : NGX_DECLINED;
    if (rc != NGX_DECLINED) {
        return rc;
    }

    /* the record is shown as it stands in Redis, not as it was cached */

    if ((route->page == CONSENT_PAGE_RECORD
         || route->page == CONSENT_PAGE_HOME)
        && ctx->has_token
        && ctx->lookup == NGX_HTTP_CONSENT_LOOKUP_CACHE)
    {
        ctx->consent.settled = 0;
    }

    if (route->settled && ngx_http_consent_settle(ctx) == NGX_AGAIN) {
        r->read_event_handler = ngx_http_test_reading;
        r->write_event_handler = consent_endpoint_resume;
        return NGX_DONE;
    }

    return consent_endpoint_answer(ctx, route->page);
}


/* A body that was coded is none that we read, even if it can be read. */

static ngx_int_t
consent_endpoint_coded(ngx_http_request_t *r)
{
    ngx_str_t  *coding = ngx_http_consent_header_in(r, "content-encoding");

    return coding && coding->len
           && (coding->len != 8
               || ngx_strncasecmp(coding->data, (u_char *) "identity", 8)
                  != 0);
}


/* Who sends JSON reads JSON, whatever becomes of it. */

static ngx_uint_t
consent_endpoint_is_json(ngx_http_request_t *r)
{
    ngx_str_t  *type = ngx_http_consent_header_in(r, "content-type");

    return type && type->len >= 16
           && ngx_strncasecmp(type->data, (u_char *) "application/json", 16)
              == 0;
}


/* A body of known length within the cap, read before anything is asked. */

static ngx_int_t
consent_endpoint_post(ngx_http_consent_ctx_t *ctx,
    const consent_route_t *route)
{
    ngx_int_t            rc;
    ngx_uint_t           json = consent_endpoint_is_json(ctx->request);
    ngx_http_request_t  *r = ctx->request;

    if (r->headers_in.content_length_n < 0) {
        if (r->headers_in.chunked || r->stream) {
            r->lingering_close = 1;
            r->keepalive = 0;
            return ngx_http_consent_send_error(ctx, NGX_HTTP_LENGTH_REQUIRED,
                                               "error.bad_request", json);
        }

        r->headers_in.content_length_n = 0;
    }

    if (r->headers_in.content_length_n > CG_MAX_CHOICE) {
        (void) ngx_http_discard_request_body(r);
        return ngx_http_consent_send_error(ctx,
                                           NGX_HTTP_REQUEST_ENTITY_TOO_LARGE,
                                           "error.too_large", json);
    }

    if (consent_endpoint_coded(r)) {
        (void) ngx_http_discard_request_body(r);
        return ngx_http_consent_send_error(ctx,
                                           NGX_HTTP_UNSUPPORTED_MEDIA_TYPE,
                                           "error.unsupported", json);
    }

    r->request_body_in_single_buf = 1;

    rc = ngx_http_read_client_request_body(r,
                               route->page == CONSENT_PAGE_CHOICE
                               ? ngx_http_consent_choose
                               : route->page == CONSENT_PAGE_SHOW
                               ? ngx_http_consent_show
                               : route->page == CONSENT_PAGE_RIGHTS
                               ? ngx_http_consent_rights
                               : route->page == CONSENT_PAGE_REPORTS
                               ? ngx_http_consent_reports
                               : ngx_http_consent_erase);

    return rc >= NGX_HTTP_SPECIAL_RESPONSE ? rc : NGX_DONE;
}


/* The site's own limits (client_body_buffer_size, client_body_in_file_only)
 * may have sent a body of a few bytes into a file. */

static ngx_int_t
consent_endpoint_spilt(ngx_buf_t *b, cg_out_t *out)
{
    u_char   bytes[CG_MAX_CHOICE];
    size_t   size = (size_t) (b->file_last - b->file_pos);
    ssize_t  n;

    if (size > sizeof(bytes)) {
        return NGX_ERROR;
    }

    n = ngx_read_file(b->file, bytes, size, b->file_pos);

    if (n != (ssize_t) size) {
        return NGX_ERROR;
    }

    cg_out_bytes(out, bytes, size);

    return NGX_OK;
}


/* The body that ngx_http_read_client_request_body() has read. */

ngx_int_t
ngx_http_consent_body(ngx_http_consent_ctx_t *ctx, cg_str_t *body)
{
    cg_out_t      out;
    ngx_buf_t    *b;
    ngx_chain_t  *cl;

    cg_out_init(&out, &ctx->arena, CG_MAX_CHOICE);

    if (ctx->request->request_body) {
        for (cl = ctx->request->request_body->bufs; cl; cl = cl->next) {
            b = cl->buf;

            if (ngx_buf_in_memory(b)) {
                cg_out_bytes(&out, b->pos, (size_t) (b->last - b->pos));

            } else if (b->in_file
                       && consent_endpoint_spilt(b, &out) != NGX_OK)
            {
                return NGX_ERROR;
            }
        }
    }

    *body = cg_out_slice(&out);

    return out.status == CG_OK ? NGX_OK : NGX_ERROR;
}


static ngx_int_t
consent_endpoint_dispatch(ngx_http_consent_ctx_t *ctx)
{
    ngx_str_t               allow, name;
    ngx_http_request_t     *r = ctx->request;
    const consent_route_t  *route;

    if (r->uri.len < ctx->conf->uri.len) {
        return ngx_http_consent_send_redirect(ctx,
                                    NGX_HTTP_MOVED_PERMANENTLY,
                                    ngx_http_consent_str(ctx->conf->uri));
    }

    name = consent_endpoint_name(ctx);
    route = consent_endpoint_route(&name);

    if (route == NULL) {
        (void) ngx_http_discard_request_body(r);
        return ngx_http_consent_send_error(ctx, NGX_HTTP_NOT_FOUND,
                                           "error.not_found", 0);
    }

    if (!(r->method & route->methods)) {
        allow.data = (u_char *) route->allow;
        allow.len = ngx_strlen(route->allow);
        (void) ngx_http_discard_request_body(r);

        if (ngx_http_consent_add_header(r, "Allow", allow) != NGX_OK) {
            return NGX_ERROR;
        }

        return ngx_http_consent_send_error(ctx, NGX_HTTP_NOT_ALLOWED,
                                           "error.method", 0);
    }

    return r->method == NGX_HTTP_POST ? consent_endpoint_post(ctx, route)
                                      : consent_endpoint_get(ctx, route);
}


/* Whatever the phase, NGX_DONE: the answer is sent, or will be. */

ngx_int_t
ngx_http_consent_endpoint(ngx_http_consent_ctx_t *ctx)
{
    ngx_int_t            rc;
    ngx_uint_t           post;
    ngx_http_request_t  *r = ctx->request;

    ctx->own = 1;

    /* asked before: an error_page makes a GET of whatever failed */

    post = r->method == NGX_HTTP_POST;
    rc = consent_endpoint_dispatch(ctx);

    if (rc == NGX_DONE && !post) {
        return NGX_DONE;               /* waits for Redis */
    }

    ngx_http_finalize_request(r, rc);

    return NGX_DONE;
}
