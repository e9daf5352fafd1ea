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

/* The request has come to its location, or another one answers it. */
void ngx_http_consent_class_note(ngx_http_consent_ctx_t *ctx);
ngx_uint_t ngx_http_consent_class_is(ngx_http_consent_ctx_t *ctx,
    ngx_http_consent_class_e class);
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

/* What counts where the request is; before that is known: everywhere. */
uint32_t ngx_http_consent_granted(ngx_http_consent_ctx_t *ctx);

/* The judge goes by it, from now on. */
void ngx_http_consent_purposes_judge(ngx_http_consent_ctx_t *ctx);
void ngx_http_consent_purposes_note(ngx_http_consent_ctx_t *ctx);

/* referrer.c */
ngx_int_t ngx_http_consent_referrer(ngx_http_consent_ctx_t *ctx);

#endif /* NGX_HTTP_CONSENT_CLASS_H */
