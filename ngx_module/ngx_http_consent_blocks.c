#include "ngx_http_consent_module.h"

#define CONSENT_WORDS  (CG_MAX_WORDS + 1)  /* the builder refuses the last */


static void *
consent_arena_alloc(void *ctx, size_t size)
{
    return ngx_palloc(ctx, size);
}


static void
consent_arena_free(void *ctx, void *block)
{
    (void) ngx_pfree(ctx, block);
}


void
ngx_http_consent_arena(cg_arena_t *arena, ngx_pool_t *pool)
{
    arena->alloc = consent_arena_alloc;
    arena->free = consent_arena_free;
    arena->ctx = pool;
}


static char *
consent_block_error(ngx_conf_t *cf, cg_status_t rc, cg_diag_t *diag)
{
    if (rc == CG_ENOMEM) {
        return NGX_CONF_ERROR;
    }

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "%s", diag->text);

    return NGX_CONF_ERROR;
}


/* One directive inside a block.  A block's parser gets no "include" from
 * nginx, so it is handled here. */

static char *
consent_block_line(ngx_conf_t *cf, ngx_command_t *dummy, void *conf)
{
    cg_str_t                       words[CONSENT_WORDS];
    cg_diag_t                      diag;
    ngx_str_t                     *value = cf->args->elts;
    ngx_uint_t                     i;
    cg_status_t                    rc;
    ngx_http_consent_main_conf_t  *mcf = conf;

    if (ngx_strcmp(value[0].data, "include") == 0) {
        if (cf->args->nelts != 2) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "\"include\" needs one file, write a line for "
                               "each");
            return NGX_CONF_ERROR;
        }

        return ngx_conf_include(cf, dummy, conf);
    }

    for (i = 0; i < cf->args->nelts && i < CONSENT_WORDS; i++) {
        words[i] = ngx_http_consent_str(value[i]);
    }

    ngx_memzero(&diag, sizeof(cg_diag_t));

    rc = cg_policies_line(mcf->policies, words, i,
                          (char *) cf->conf_file->file.name.data,
                          (unsigned) cf->conf_file->line, &diag);

    return rc == CG_OK ? NGX_CONF_OK : consent_block_error(cf, rc, &diag);
}


static char *
consent_block(ngx_conf_t *cf, ngx_http_consent_main_conf_t *mcf,
    cg_block_t block)
{
    char         *rv;
    cg_diag_t     diag;
    ngx_str_t    *value = cf->args->elts;
    ngx_conf_t    save;
    cg_status_t   rc;

    ngx_memzero(&diag, sizeof(cg_diag_t));

    rc = cg_policies_begin(mcf->policies, block,
                           ngx_http_consent_str(value[1]),
                           (char *) cf->conf_file->file.name.data,
                           (unsigned) cf->conf_file->line, &diag);
    if (rc != CG_OK) {
        return consent_block_error(cf, rc, &diag);
    }

    save = *cf;
    cf->handler = consent_block_line;
    cf->handler_conf = (char *) mcf;

    rv = ngx_conf_parse(cf, NULL);

    *cf = save;

    if (rv != NGX_CONF_OK) {
        return rv;
    }

    rc = cg_policies_end(mcf->policies, &diag);

    return rc == CG_OK ? NGX_CONF_OK : consent_block_error(cf, rc, &diag);
}


char *
ngx_http_consent_vendor(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    return consent_block(cf, conf, CG_BLOCK_VENDOR);
}


char *
ngx_http_consent_policy(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    return consent_block(cf, conf, CG_BLOCK_POLICY);
}
