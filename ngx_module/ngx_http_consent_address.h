/*
 * What nginx prints and forwards of a visitor's address, where a policy asks
 * for less than all of it.  The binary address stays exact: limits, geo and
 * access rules go by it.
 *
 *   accepted         the text of the connection is reduced before anything can
 *                    print it, where any server of the listener asks for that
 *   SERVER_REWRITE   it gets the form of the server's logs
 *   ACCESS           headers that carry addresses are reduced, as realip has
 *                    read them by now; from here on $remote_addr and
 *                    $proxy_add_x_forwarded_for have the site's form
 *   PRECONTENT       what the visitor granted is known: once more
 *   LOG, first       all of it has the form of the logs
 *
 * realip sets the text anew in between: whoever prints it, reduces it first.
 *
 *   address.c         one request
 *   address_listen.c  listeners and their connections
 *   address_vars.c    nginx's variables
 */

#ifndef NGX_HTTP_CONSENT_ADDRESS_H
#define NGX_HTTP_CONSENT_ADDRESS_H

#include "ngx_http_consent_module.h"


struct ngx_http_consent_address_s {
    ngx_connection_t          *connection;
    ngx_str_t                  before;     /* the connection's own text */
    cg_address_forms_t         forms;
    ngx_str_t                  log;        /* what its text is now */
    ngx_str_t                  site;
    ngx_array_t                lines;      /* headers, private to address.c */
    unsigned                   serving:1;  /* the site asks, not a log */
    unsigned                   identified:1;   /* something else tells who it
                                              is */
};


/* For the rest of the glue. */

/* In postconfiguration, behind the merge of all servers; in init_module. */
ngx_int_t ngx_http_consent_address_init(ngx_conf_t *cf,
    ngx_http_consent_main_conf_t *mcf);
ngx_int_t ngx_http_consent_address_listen(ngx_cycle_t *cycle,
    ngx_http_consent_main_conf_t *mcf);
ngx_int_t ngx_http_consent_address_vars(ngx_cycle_t *cycle,
    ngx_http_consent_main_conf_t *mcf);

/* The site is asked next: what it learns of the address. */
void ngx_http_consent_address_serve(ngx_http_consent_ctx_t *ctx);

/* For the evidence: what was told of the address. */
void ngx_http_consent_address_forms(ngx_http_consent_ctx_t *ctx,
    cg_event_handling_t *handling);

/* 1 if the site or a log got all of it, with something else that tells who it
 * is.  Where ctx->address is there. */
ngx_uint_t ngx_http_consent_address_combined(ngx_http_consent_ctx_t *ctx);

/* $consent_remote_addr */
void ngx_http_consent_address_write(cg_out_t *out,
    ngx_http_consent_ctx_t *ctx);


/* Among the three. */

/* The address that the connection is known by, as text in `form`, in `pool`;
 * without memory it is "unknown". */
ngx_str_t ngx_http_consent_address_print(ngx_connection_t *c,
    cg_address_form_t form, ngx_pool_t *pool);

/* The text of the connection is the log's, whoever has set it since. */
void ngx_http_consent_address_again(ngx_http_consent_ctx_t *ctx);

/* Connections of the listener are reduced when they are accepted. */
ngx_int_t ngx_http_consent_address_reduces(ngx_listening_t *ls);

/* In postconfiguration: the addresses that servers listen at and ask for
 * less. */
ngx_int_t ngx_http_consent_address_binds(ngx_conf_t *cf,
    ngx_http_consent_main_conf_t *mcf);

/* In postconfiguration: nginx's variables are answered by us, and nginx. */
void ngx_http_consent_address_take(ngx_conf_t *cf);

/* Behind the phases: values that were read are read anew by logs. */
void ngx_http_consent_address_forget(ngx_http_request_t *r);

#endif /* NGX_HTTP_CONSENT_ADDRESS_H */
