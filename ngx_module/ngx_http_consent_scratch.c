/*
 * What a request needs of memory for our own work: a block that goes from one
 * request to the next, and the request's pool for what does not fit.  The last
 * one that was used is the next one to be used: it is in the processor's cache.
 */

#include "ngx_http_consent_module.h"

#if (NGX_DEBUG_PALLOC)                 /* overruns are to be seen */
#define CONSENT_SCRATCH_BLOCK  sizeof(ngx_http_consent_scratch_t)
#else
#define CONSENT_SCRATCH_BLOCK  4080    /* bytes, a page with malloc's own */
#endif
#define CONSENT_SCRATCH_SPARE  32      /* blocks kept by an idle worker */
#define CONSENT_SCRATCH_ALIGN  16


struct ngx_http_consent_scratch_s {
    ngx_pool_t                  *pool;
    ngx_http_consent_scratch_t  *next;
    u_char                      *last;
    u_char                      *end;
};

static ngx_http_consent_scratch_t  *consent_scratch_spare;
static ngx_uint_t                   consent_scratch_spares;


CG_HOT static void *
consent_scratch_alloc(void *ctx, size_t size)
{
    u_char                      *p;
    size_t                       left;
    ngx_http_consent_scratch_t  *scratch = ctx;

    p = scratch->last;
    left = (size_t) (scratch->end - p);

    if (size > left) {
        return ngx_palloc(scratch->pool, size);
    }

    size = ngx_align(size, CONSENT_SCRATCH_ALIGN);
    scratch->last = p + ngx_min(size, left);

    return p;
}


static void
consent_scratch_free(void *ctx, void *block)
{
    ngx_http_consent_scratch_t  *scratch = ctx;

    if ((u_char *) block < (u_char *) scratch
        || (u_char *) block >= scratch->end)
    {
        (void) ngx_pfree(scratch->pool, block);
    }
}


CG_HOT ngx_http_consent_scratch_t *
ngx_http_consent_scratch_open(ngx_pool_t *pool, cg_arena_t *arena)
{
    ngx_http_consent_scratch_t  *scratch = consent_scratch_spare;

    if (scratch) {
        consent_scratch_spare = scratch->next;
        consent_scratch_spares--;

    } else {
        scratch = ngx_alloc(CONSENT_SCRATCH_BLOCK, pool->log);
        if (scratch == NULL) {
            return NULL;
        }
    }

    scratch->pool = pool;
    scratch->last = (u_char *) (scratch + 1);
    scratch->end = (u_char *) scratch + CONSENT_SCRATCH_BLOCK;

    arena->alloc = consent_scratch_alloc;
    arena->free = consent_scratch_free;
    arena->ctx = scratch;

    return scratch;
}


CG_HOT void
ngx_http_consent_scratch_close(ngx_http_consent_scratch_t *scratch)
{
    if (consent_scratch_spares == CONSENT_SCRATCH_SPARE) {
        ngx_free(scratch);
        return;
    }

    scratch->next = consent_scratch_spare;
    consent_scratch_spare = scratch;
    consent_scratch_spares++;
}
