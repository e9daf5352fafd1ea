/*
 * Pages that this worker read lately (cg_memo.h): how much memory they may
 * take, and which of them are remembered.
 */

#include "ngx_http_consent_body.h"

#define CONSENT_PAGES_DEFAULT  (8 * 1024 * 1024)
#define CONSENT_PAGES_MIN      (1024 * 1024)
#define CONSENT_PAGES_MAX      (1024 * 1024 * 1024)


/* consent_page_memory size | off; */

char *
ngx_http_consent_page_memory(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ssize_t                        size;
    ngx_str_t                     *value = cf->args->elts;
    ngx_http_consent_main_conf_t  *mcf = conf;

    if (mcf->page_memory != NGX_CONF_UNSET_SIZE) {
        return "is duplicate";
    }

    if (ngx_strcmp(value[1].data, "off") == 0) {
        mcf->page_memory = 0;
        return NGX_CONF_OK;
    }

    size = ngx_parse_size(&value[1]);

    if (size < CONSENT_PAGES_MIN || size > CONSENT_PAGES_MAX) {
        return "must be a size from 1m to 1024m, or off";
    }

    mcf->page_memory = (size_t) size;

    return NGX_CONF_OK;
}


/* Memory of the process, since pages come and go. */

static void *
consent_pages_alloc(void *ctx, size_t size)
{
    return ngx_alloc(size, ngx_cycle->log);
}


static void
consent_pages_free(void *ctx, void *block)
{
    ngx_free(block);
}


static void
consent_pages_drop(void *data)
{
    cg_memos_drop(data);
}


ngx_int_t
ngx_http_consent_pages_init(ngx_conf_t *cf, ngx_http_consent_main_conf_t *mcf)
{
    cg_arena_t           heap;
    ngx_pool_cleanup_t  *cln;

    ngx_conf_init_size_value(mcf->page_memory, CONSENT_PAGES_DEFAULT);

    if (mcf->page_memory == 0) {
        return NGX_OK;
    }

    heap.alloc = consent_pages_alloc;
    heap.free = consent_pages_free;
    heap.ctx = NULL;

    cln = ngx_pool_cleanup_add(cf->pool, 0);
    if (cln == NULL) {
        return NGX_ERROR;
    }

    mcf->pages = cg_memos_create(&heap, mcf->page_memory, CG_MEMO_PIECE);
    if (mcf->pages == NULL) {
        return NGX_ERROR;
    }

    cln->handler = consent_pages_drop;
    cln->data = mcf->pages;

    return NGX_OK;
}


/* The gate of a page.  What is somebody's own is not remembered: the origin
 * said so, or asked who it is, or the request was more than one for a page. */

CG_HOT cg_recall_t *
ngx_http_consent_pages_gate(ngx_http_consent_ctx_t *ctx,
    const cg_gate_conf_t *conf, const cg_sink_t *sink)
{
    cg_memos_t                    *pages;
    ngx_http_request_t            *r = ctx->request;
    ngx_http_consent_main_conf_t  *mcf;

    mcf = ngx_http_get_module_main_conf(r, ngx_http_consent_module);

    pages = ctx->personal || r->method != NGX_HTTP_GET
            || r->headers_out.status != NGX_HTTP_OK
            || r->headers_in.authorization ? NULL : mcf->pages;

    return cg_recall_create(&ctx->arena, conf, sink, pages);
}
