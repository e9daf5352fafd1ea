/*
 * TLS to Redis on nginx's own functions.  The server is verified in the
 * handshake, by OpenSSL: nothing is said to one that is not who it should be.
 */

#ifndef NGX_HTTP_CONSENT_REDIS_TLS_H
#define NGX_HTTP_CONSENT_REDIS_TLS_H

#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_event.h>

#define NGX_HTTP_CONSENT_TLS_SAID  160         /* bytes of what went wrong */


/* As configured.  Strings end in NUL; empty: not given. */

typedef struct {
    ngx_str_t    ca;               /* file; else what the system trusts */
    ngx_str_t    name;             /* the server's, else its host */
    ngx_str_t    certificate;      /* files; ours */
    ngx_str_t    key;
    ngx_uint_t   blind;            /* nobody is verified */
    ngx_ssl_t   *ssl;              /* NULL: plain */
} ngx_http_consent_tls_t;


/* Reads the files and fills `ssl`, which lives as long as cf->pool.  NGX_ERROR:
 * it is told. */
ngx_int_t ngx_http_consent_tls_create(ngx_conf_t *cf,
    ngx_http_consent_tls_t *tls);

/* What went wrong on one connection, in OpenSSL's words, for one line in our
 * log instead of many in nginx's. */

typedef struct {
    ngx_log_t    log;              /* of the connection */
    ngx_log_t   *real;             /* for alerts */
    ngx_str_t    text;             /* empty: nothing */
    u_char       buf[NGX_HTTP_CONSENT_TLS_SAID];
} ngx_http_consent_tls_said_t;


/* Begins the handshake on a connected socket.  `host` is whom was dialled, with
 * NUL.  NGX_OK: it is done.  NGX_AGAIN: `done` is called when it ends; then
 * ngx_http_consent_tls_done() tells how.  `said` outlives the connection. */
ngx_int_t ngx_http_consent_tls_begin(const ngx_http_consent_tls_t *tls,
    ngx_connection_t *c, const ngx_str_t *host,
    ngx_http_consent_tls_said_t *said, void (*done)(ngx_connection_t *c));

ngx_int_t ngx_http_consent_tls_done(ngx_connection_t *c,
    ngx_http_consent_tls_said_t *said);

/* Before a connection is closed, plain or not; never waits. */
void ngx_http_consent_tls_end(ngx_connection_t *c);

#endif /* NGX_HTTP_CONSENT_REDIS_TLS_H */
