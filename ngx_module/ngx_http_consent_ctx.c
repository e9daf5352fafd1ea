#include "ngx_http_consent_body.h"

#define CONSENT_NOTES  64              /* words of one list, for the evidence */
#define CONSENT_FEW    4               /* words that a list has room for */


/* With the request goes its context. */

CG_HOT static void
consent_ctx_cleanup(void *data)
{
    ngx_http_consent_ctx_t  *ctx = data;

    ngx_http_consent_flight_leave(ctx);
    ngx_http_consent_bodies_close(ctx);
    ngx_http_consent_scratch_close(ctx->scratch);
}


/* An internal redirect clears r->ctx; the clean-up record survives it. */

CG_HOT ngx_http_consent_ctx_t *
ngx_http_consent_get_ctx(ngx_http_request_t *r)
{
    ngx_pool_cleanup_t      *cln;
    ngx_http_consent_ctx_t  *ctx;

    r = r->main;
    ctx = ngx_http_get_module_ctx(r, ngx_http_consent_module);

    if (ctx) {
        return ctx;
    }

    for (cln = r->pool->cleanup; cln; cln = cln->next) {
        if (cln->handler == consent_ctx_cleanup) {
            ngx_http_set_ctx(r, cln->data, ngx_http_consent_module);
            return cln->data;
        }
    }

    return NULL;
}


/* Most requests have a cookie line or two. */

static ngx_int_t
consent_ctx_cookies(ngx_http_consent_ctx_t *ctx, cg_arena_t *arena,
    ngx_pool_t *pool)
{
    ngx_array_t  *list = &ctx->cookies;

    list->elts = cg_arena_raw(arena, CONSENT_FEW
                                     * sizeof(ngx_http_consent_cookie_t));
    list->size = sizeof(ngx_http_consent_cookie_t);
    list->nalloc = CONSENT_FEW;
    list->pool = pool;

    return list->elts ? NGX_OK : NGX_ERROR;
}


/* Most requests come for the host of the one before. */

static struct {
    size_t  len;                       /* 0: none yet */
    u_char  name[64];                  /* in its final form */
} consent_ctx_last;


static void
consent_ctx_host_keep(cg_str_t host)
{
    if (host.len <= sizeof(consent_ctx_last.name)) {
        ngx_memcpy(consent_ctx_last.name, host.data, host.len);
        consent_ctx_last.len = host.len;
    }
}


/* A host that the request came for is the server's own, if it can be read. */

static cg_str_t
consent_ctx_host(ngx_http_request_t *r, cg_arena_t *arena)
{
    cg_out_t  out;
    cg_str_t  name, host = ngx_http_consent_str(r->headers_in.server);

    if (host.len && host.len == consent_ctx_last.len
        && ngx_memcmp(host.data, consent_ctx_last.name, host.len) == 0)
    {
        return host;
    }

    cg_out_init(&out, arena, 2 * CG_MAX_HOST);

    if (host.len == 0 || cg_host_normalise(host, &out, &name) != CG_OK) {
        return cg_str_null;
    }

    if (cg_str_eq(name, host)) {
        consent_ctx_host_keep(host);
    }

    return name;
}


/* NULL: no memory. */

static ngx_http_consent_ctx_t *
consent_ctx_create(ngx_http_request_t *r)
{
    cg_arena_t                   arena;
    ngx_pool_cleanup_t          *cln = ngx_pool_cleanup_add(r->pool, 0);
    ngx_http_consent_ctx_t      *ctx;
    ngx_http_consent_scratch_t  *scratch;

    if (cln == NULL) {
        return NULL;
    }

    scratch = ngx_http_consent_scratch_open(r->pool, &arena);
    if (scratch == NULL) {
        return NULL;
    }

    ctx = cg_arena_zero(&arena, sizeof(ngx_http_consent_ctx_t));

    if (ctx == NULL || consent_ctx_cookies(ctx, &arena, r->pool) != NGX_OK) {
        ngx_http_consent_scratch_close(scratch);
        return NULL;
    }

    ctx->scratch = scratch;
    ctx->arena = arena;
    ctx->request = r;

    cln->handler = consent_ctx_cleanup;
    cln->data = ctx;

    return ctx;
}


/* The context of the main request, made where there is none.  NULL: the
 * server is under no policy, or no memory (then the caller must fail). */

CG_HOT ngx_http_consent_ctx_t *
ngx_http_consent_need_ctx(ngx_http_request_t *r)
{
    ngx_http_consent_ctx_t       *ctx = ngx_http_consent_get_ctx(r);
    ngx_http_consent_srv_conf_t  *conf;

    if (ctx) {
        return ctx;
    }

    r = r->main;
    conf = ngx_http_get_module_srv_conf(r, ngx_http_consent_module);

    ctx = consent_ctx_create(r);
    if (ctx == NULL) {
        return NULL;
    }

    ctx->conf = conf;
    ctx->judge.policy = conf->policy;
    ctx->judge.site = &conf->hosts;
    ctx->judge.request_host = consent_ctx_host(r, &ctx->arena);
    ctx->judge.request_path = ngx_http_consent_str(r->unparsed_uri);

    ngx_http_set_ctx(r, ctx, ngx_http_consent_module);

    return ctx;
}


/* Adds a word once, to a list that stands empty in most requests: zeroed, it
 * has no room yet.  Beyond CONSENT_NOTES words, or without memory, the
 * evidence is shorter, nothing else: thousands of cookies cost no more. */

void
ngx_http_consent_note(ngx_http_consent_ctx_t *ctx, ngx_array_t *list,
    cg_str_t word)
{
    cg_str_t    *known = list->elts;
    ngx_uint_t   i;

    if (word.data == NULL || word.len == 0 || list->nelts == CONSENT_NOTES
        || (known == NULL
            && ngx_array_init(list, ctx->request->pool, CONSENT_FEW,
                              sizeof(cg_str_t))
               != NGX_OK))
    {
        return;
    }

    for (i = 0; i < list->nelts; i++) {
        if (cg_str_eq(known[i], word)) {
            return;
        }
    }

    known = ngx_array_push(list);

    if (known) {
        *known = word;
    }
}


CG_HOT ngx_int_t
ngx_http_consent_is_tls(ngx_http_consent_ctx_t *ctx)
{
    ngx_str_t  value;

    switch (ctx->conf->tls) {

    case NGX_HTTP_CONSENT_TLS_ON:
        return 1;

    case NGX_HTTP_CONSENT_TLS_VARIABLE:
        return ngx_http_complex_value(ctx->request, ctx->conf->tls_value,
                                      &value) == NGX_OK
               && ((value.len == 2 && ngx_strncmp(value.data, "on", 2) == 0)
                   || (value.len == 5
                       && ngx_strncmp(value.data, "https", 5) == 0)
                   || (value.len == 1 && value.data[0] == '1'));

    default:
#if (NGX_HTTP_SSL)
        return ctx->request->connection->ssl != NULL;
#else
        return 0;
#endif
    }
}


CG_HOT ngx_str_t *
ngx_http_consent_header_named(ngx_http_request_t *r, const char *lowcase,
    size_t len)
{
    ngx_uint_t        i;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    for (part = &r->headers_in.headers.part; part; part = part->next) {
        h = part->elts;

        for (i = 0; i < part->nelts; i++) {
            if (h[i].key.len == len
                && h[i].lowcase_key[0] == (u_char) *lowcase
                && ngx_memcmp(h[i].lowcase_key, lowcase, len) == 0)
            {
                return &h[i].value;
            }
        }
    }

    return NULL;
}


/* A response header by its name in any case, the first that is sent, or NULL.
 * Not those that nginx writes by itself. */

ngx_table_elt_t *
ngx_http_consent_header_out(ngx_http_request_t *r, const char *name)
{
    ngx_uint_t        i;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    for (part = &r->headers_out.headers.part; part; part = part->next) {
        h = part->elts;

        for (i = 0; i < part->nelts; i++) {
            if (ngx_http_consent_header_is(&h[i], name)) {
                return &h[i];
            }
        }
    }

    return NULL;
}


/* The first letters of names, a bit each: most headers have another one. */

static uint32_t
consent_ctx_letters(const ngx_str_t *names)
{
    uint32_t  letters = 0;

    for ( /* void */ ; names->len; names++) {
        letters |= (uint32_t) 1 << (names->data[0] & 31);
    }

    return letters;
}


static ngx_uint_t
consent_ctx_is_one(ngx_table_elt_t *h, const ngx_str_t *names)
{
    for ( /* void */ ; names->len; names++) {
        if (h->key.len == names->len
            && ngx_memcmp(h->lowcase_key, names->data, names->len) == 0)
        {
            return 1;
        }
    }

    return 0;
}


static ngx_inline ngx_uint_t
consent_ctx_named(ngx_table_elt_t *h, const ngx_str_t *names,
    uint32_t letters)
{
    return h->key.len && (letters >> (h->lowcase_key[0] & 31) & 1)
           && consent_ctx_is_one(h, names);
}


/* Takes element `i` out of its part, and leaves it where it is. */

CG_HOT static ngx_int_t
consent_ctx_cut(ngx_pool_t *pool, ngx_list_part_t *part, ngx_uint_t i)
{
    ngx_list_part_t  *rest;
    ngx_table_elt_t  *h = part->elts;

    if (i == 0) {
        part->elts = &h[1];
        part->nelts--;
        return NGX_OK;
    }

    if (i + 1 < part->nelts) {
        rest = ngx_palloc(pool, sizeof(ngx_list_part_t));
        if (rest == NULL) {
            return NGX_ERROR;
        }

        rest->elts = &h[i + 1];
        rest->nelts = part->nelts - i - 1;
        rest->next = part->next;
        part->next = rest;
    }

    part->nelts = i;

    return NGX_OK;
}


/* Who reads a list expects an element in each part but the first.  The last
 * part is full whatever stands behind it: what was taken out is not written
 * over. */

CG_HOT static ngx_int_t
consent_ctx_close(ngx_pool_t *pool, ngx_list_t *list)
{
    ngx_list_part_t  *part = &list->part;

    while (part->next) {
        if (part->next->nelts == 0) {
            part->next = part->next->next;

        } else {
            part = part->next;
        }
    }

    if (part->nelts == 0) {
        return ngx_list_init(list, pool, 1, sizeof(ngx_table_elt_t));
    }

    list->last = part;
    list->nalloc = part->nelts;

    return NGX_OK;
}


/*
 * Takes the request headers of these names (lower case, an empty one behind
 * the last) out of the list that is forwarded.  No element moves:
 * headers_in.host or another known pointer may refer to one that stays, or to
 * one that goes.
 */

ngx_int_t
ngx_http_consent_headers_drop(ngx_http_request_t *r, const ngx_str_t *names)
{
    uint32_t          letters = consent_ctx_letters(names);
    ngx_uint_t        i, found = 0;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    for (part = &r->headers_in.headers.part; part; part = part->next) {
        h = part->elts;

        for (i = 0; i < part->nelts; /* void */ ) {
            if (!consent_ctx_named(&h[i], names, letters)) {
                i++;
                continue;
            }

            if (consent_ctx_cut(r->pool, part, i) != NGX_OK) {
                return NGX_ERROR;
            }

            h = part->elts;
            found = 1;
        }
    }

    return found ? consent_ctx_close(r->pool, &r->headers_in.headers) : NGX_OK;
}


/* The same with one header, which may be in the list or not. */

CG_HOT ngx_int_t
ngx_http_consent_header_drop(ngx_http_request_t *r, const ngx_table_elt_t *one)
{
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    for (part = &r->headers_in.headers.part; part; part = part->next) {
        h = part->elts;

        if (one >= h && one < h + part->nelts) {
            return consent_ctx_cut(r->pool, part, (ngx_uint_t) (one - h))
                   == NGX_OK
                   ? consent_ctx_close(r->pool, &r->headers_in.headers)
                   : NGX_ERROR;
        }
    }

    return NGX_OK;
}
