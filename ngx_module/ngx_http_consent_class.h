/*
 * What the place that a request came to says of it: its class, which purposes
 * apply, what its documents tell other sites.
 */

#ifndef NGX_HTTP_CONSENT_CLASS_H
#define NGX_HTTP_CONSENT_CLASS_H

#include "ngx_http_consent_module.h"


/* consent_class */

typedef enum {
    NGX_HTTP_CONSENT_CLASS_NONE = 0,
    NGX_HTTP_CONSENT_CLASS_FORM,
    NGX_HTTP_CONSENT_CLASS_SENSITIVE,
    NGX_HTTP_CONSENT_CLASS_IDENTIFIED,
    NGX_HTTP_CONSENT_CLASS_SECURITY
} ngx_http_consent_class_e;


/* class.c */
#define NGX_HTTP_CONSENT_CLASSES  4        /* that a request may have */

char *ngx_http_consent_class(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);

cg_closed_t ngx_http_consent_class_closes(ngx_http_consent_ctx_t *ctx);

/* For the evidence; up to NGX_HTTP_CONSENT_CLASSES. */
size_t ngx_http_consent_class_list(ngx_http_consent_ctx_t *ctx,
    cg_str_t *names);
const char *ngx_http_consent_class_name(ngx_http_consent_class_e class);

/* purposes.c */
char *ngx_http_consent_purposes(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/* NGX_CONF_ERROR: one of them is none of the policy's; it is told. */
char *ngx_http_consent_purposes_merge(ngx_conf_t *cf,
    ngx_http_consent_loc_conf_t *prev, ngx_http_consent_loc_conf_t *conf,
    ngx_http_consent_srv_conf_t *scf);

/* Bits that don't count where the request is; before that is known: in some
 * place. */

static ngx_inline uint32_t
ngx_http_consent_narrowed(ngx_http_consent_ctx_t *ctx)
{
    return ctx->classes ? ctx->narrowed : ctx->conf->narrowed;
}


/* What counts where the request is; before that is known: everywhere. */

static ngx_inline uint32_t
ngx_http_consent_granted(ngx_http_consent_ctx_t *ctx)
{
    return ctx->consent.granted & ~ngx_http_consent_narrowed(ctx);
}


/* The judge goes by it, from now on.  Who refused, by word or by signal, and
 * whose choice nobody can tell, have nobody go ahead of them; nor has who
 * agreed to other terms than today's, and sends the signal. */

static ngx_inline void
ngx_http_consent_purposes_judge(ngx_http_consent_ctx_t *ctx)
{
    ctx->judge.granted = ngx_http_consent_granted(ctx);
    ctx->judge.ahead = cg_consent_undecided(&ctx->consent) && !ctx->signal
                       ? ctx->conf->policy->advanced
                         & ~ngx_http_consent_narrowed(ctx)
                       : 0;
}


/* The request has come to its location, or another one answers it. */

static ngx_inline void
ngx_http_consent_class_note(ngx_http_consent_ctx_t *ctx)
{
    ngx_http_consent_loc_conf_t  *lcf;

    lcf = ngx_http_get_module_loc_conf(ctx->request, ngx_http_consent_module);

    ctx->narrowed |= lcf->narrowed;
    ctx->classes |= 1u << lcf->class;
}


static ngx_inline ngx_uint_t
ngx_http_consent_class_is(ngx_http_consent_ctx_t *ctx,
    ngx_http_consent_class_e class)
{
    return (ctx->classes & 1u << class) != 0;
}

/* referrer.c */
ngx_int_t ngx_http_consent_referrer_send(ngx_http_consent_ctx_t *ctx);

static ngx_inline ngx_int_t
ngx_http_consent_referrer(ngx_http_consent_ctx_t *ctx)
{
    const cg_policy_t  *policy = ctx->conf->policy;

    return policy->referrer.len || policy->nscrub
           || ngx_http_consent_class_is(ctx, NGX_HTTP_CONSENT_CLASS_SENSITIVE)
           ? ngx_http_consent_referrer_send(ctx) : NGX_OK;
}

#endif /* NGX_HTTP_CONSENT_CLASS_H */
