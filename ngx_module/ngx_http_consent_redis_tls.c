#include "ngx_http_consent_redis_tls.h"

#if (NGX_SSL)

#define CONSENT_TLS_POOL  512                      /* bytes at first */


static ngx_int_t
consent_tls_files(ngx_conf_t *cf, ngx_http_consent_tls_t *tls)
{
    ngx_ssl_t  *ssl = tls->ssl;

    if (tls->certificate.len
        && ngx_ssl_certificate(cf, ssl, &tls->certificate, &tls->key, NULL)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (tls->ca.len) {
        return ngx_ssl_trusted_certificate(cf, ssl, &tls->ca, 9);
    }

    if (SSL_CTX_set_default_verify_paths(ssl->ctx) != 1) {
        ngx_ssl_error(NGX_LOG_EMERG, cf->log, 0,
                      "SSL_CTX_set_default_verify_paths() failed");
        return NGX_ERROR;
    }

    return NGX_OK;
}


/* After nginx's ngx_ssl_trusted_certificate(), whose callback would let a
 * handshake pass and leave the verdict to be asked for.  What is not yet sent
 * may grow, and move, between two attempts to send it. */

static void
consent_tls_rules(ngx_http_consent_tls_t *tls)
{
    SSL_CTX_set_verify(tls->ssl->ctx,
                       tls->blind ? SSL_VERIFY_NONE : SSL_VERIFY_PEER, NULL);
    SSL_CTX_set_mode(tls->ssl->ctx, SSL_MODE_ENABLE_PARTIAL_WRITE
                                    |SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
}


ngx_int_t
ngx_http_consent_tls_create(ngx_conf_t *cf, ngx_http_consent_tls_t *tls)
{
    ngx_pool_cleanup_t  *cln;

    tls->ssl = ngx_pcalloc(cf->pool, sizeof(ngx_ssl_t));
    if (tls->ssl == NULL) {
        return NGX_ERROR;
    }

    tls->ssl->log = cf->log;

    if (ngx_ssl_create(tls->ssl, NGX_SSL_TLSv1_2|NGX_SSL_TLSv1_3, NULL)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    cln = ngx_pool_cleanup_add(cf->pool, 0);
    if (cln == NULL) {
        ngx_ssl_cleanup_ctx(tls->ssl);
        return NGX_ERROR;
    }

    cln->handler = ngx_ssl_cleanup_ctx;
    cln->data = tls->ssl;

    if (consent_tls_files(cf, tls) != NGX_OK) {
        return NGX_ERROR;
    }

    consent_tls_rules(tls);

    return NGX_OK;
}


static void
consent_tls_say(ngx_http_consent_tls_said_t *said, const u_char *text,
    size_t len)
{
    said->text.len = ngx_min(len, sizeof(said->buf));
    said->text.data = said->buf;
    ngx_memcpy(said->buf, text, said->text.len);
}


/* A line of nginx's log begins "time [level] process#thread: *connection ". */

static size_t
consent_tls_head(const u_char *line, size_t len)
{
    size_t  i;

    for (i = 0; i < len && line[i] != '#'; i++) { /* void */ }
    for ( /* void */ ; i < len && line[i] != ' '; i++) { /* void */ }

    if (i + 1 < len && line[i + 1] == '*') {
        for (i++; i < len && line[i] != ' '; i++) { /* void */ }
    }

    return i < len ? i + 1 : 0;
}


static void
consent_tls_heard(ngx_log_t *log, ngx_uint_t level, u_char *buf, size_t len)
{
    size_t                        head;
    ngx_http_consent_tls_said_t  *said = log->wdata;

    while (len && buf[len - 1] == LF) {
        len--;
    }

    head = consent_tls_head(buf, len);

    if (level <= NGX_LOG_ALERT) {
        ngx_log_error(level, said->real, 0, "%*s", len - head, buf + head);
        return;
    }

    consent_tls_say(said, buf + head, len - head);
}


static void
consent_tls_listen(ngx_connection_t *c, ngx_http_consent_tls_said_t *said)
{
    ngx_memzero(said, sizeof(ngx_http_consent_tls_said_t));

    said->real = c->log;
    said->log.log_level = NGX_LOG_INFO;
    said->log.writer = consent_tls_heard;
    said->log.wdata = said;

    c->log = &said->log;
    c->read->log = &said->log;
    c->write->log = &said->log;
    c->pool->log = &said->log;
}


/* Whom we want, by name (told to the server as well) or by address. */

static ngx_int_t
consent_tls_name(SSL *connection, const ngx_str_t *name)
{
    const char  *text = (const char *) name->data;

    if (X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(connection), text) == 1) {
        return NGX_OK;
    }

    return SSL_set_tlsext_host_name(connection, text) == 1
           && SSL_set1_host(connection, text) == 1 ? NGX_OK : NGX_ERROR;
}


ngx_int_t
ngx_http_consent_tls_begin(const ngx_http_consent_tls_t *tls,
    ngx_connection_t *c, const ngx_str_t *host,
    ngx_http_consent_tls_said_t *said, void (*done)(ngx_connection_t *c))
{
    ngx_int_t  rc;

    c->pool = ngx_create_pool(CONSENT_TLS_POOL, c->log);
    if (c->pool == NULL) {
        return NGX_ERROR;
    }

    consent_tls_listen(c, said);

    if (ngx_ssl_create_connection(tls->ssl, c, NGX_SSL_CLIENT) != NGX_OK
        || consent_tls_name(c->ssl->connection,
                            tls->name.len ? &tls->name : host) != NGX_OK)
    {
        return NGX_ERROR;
    }

    rc = ngx_ssl_handshake(c);

    if (rc == NGX_AGAIN) {
        c->ssl->handler = done;
        return NGX_AGAIN;
    }

    return ngx_http_consent_tls_done(c, said);
}


ngx_int_t
ngx_http_consent_tls_done(ngx_connection_t *c,
    ngx_http_consent_tls_said_t *said)
{
    long         verdict = SSL_get_verify_result(c->ssl->connection);
    const char  *text;

    if (c->ssl->handshaked) {
        return NGX_OK;
    }

    if (verdict != X509_V_OK
        && SSL_get_verify_mode(c->ssl->connection) != SSL_VERIFY_NONE)
    {
        text = X509_verify_cert_error_string(verdict);
        consent_tls_say(said, (const u_char *) text, ngx_strlen(text));
    }

    return NGX_ERROR;
}


void
ngx_http_consent_tls_end(ngx_connection_t *c)
{
    if (c->ssl) {
        c->ssl->no_wait_shutdown = 1;
        c->ssl->no_send_shutdown = 1;
        (void) ngx_ssl_shutdown(c);
    }
}

#else

ngx_int_t
ngx_http_consent_tls_create(ngx_conf_t *cf, ngx_http_consent_tls_t *tls)
{
    (void) tls;

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "\"tls\" needs an nginx with "
                       "OpenSSL, build it --with-http_ssl_module");
    return NGX_ERROR;
}


/* Of what tls_create() never made. */

ngx_int_t
ngx_http_consent_tls_begin(const ngx_http_consent_tls_t *tls,
    ngx_connection_t *c, const ngx_str_t *host,
    ngx_http_consent_tls_said_t *said, void (*done)(ngx_connection_t *c))
{
    (void) tls;
    (void) c;
    (void) host;
    (void) said;
    (void) done;

    return NGX_ERROR;
}


ngx_int_t
ngx_http_consent_tls_done(ngx_connection_t *c,
    ngx_http_consent_tls_said_t *said)
{
    (void) c;
    (void) said;

    return NGX_ERROR;
}


void
ngx_http_consent_tls_end(ngx_connection_t *c)
{
    (void) c;
}

#endif
