/*
 * One socket to Redis on nginx's events.
 */

#include "ngx_http_consent_redis_link.h"

#define CONSENT_REDIS_OUT_FIRST  4096
#define CONSENT_REDIS_IN         (16 * 1024)    /* bytes of one read */


void
ngx_http_consent_link_hang_up(ngx_http_consent_link_t *link)
{
    ngx_pool_t  *pool;

    if (link->connection) {
        pool = link->connection->pool;

        ngx_http_consent_tls_end(link->connection);
        ngx_close_connection(link->connection);
        link->connection = NULL;

        if (pool) {
            ngx_destroy_pool(pool);
        }
    }

    ngx_http_consent_wire_close(link->wire);
    link->wire = NULL;

    if (link->out) {
        ngx_explicit_memzero(link->out, link->size);   /* may hold AUTH */
        ngx_free(link->out);
        link->out = NULL;
    }

    link->size = link->used = 0;
    link->open = 0;
}


static ngx_int_t
consent_redis_reserve(ngx_http_consent_link_t *link, size_t len)
{
    size_t   size = link->size ? link->size : CONSENT_REDIS_OUT_FIRST;
    u_char  *out;

    if (len > NGX_HTTP_CONSENT_LINK_OUT - link->used) {
        return NGX_ERROR;
    }

    while (size < link->used + len) {
        size *= 2;
    }

    if (size == link->size) {
        return NGX_OK;
    }

    out = ngx_alloc(size, link->log);
    if (out == NULL) {
        return NGX_ERROR;
    }

    if (link->out) {
        ngx_memcpy(out, link->out, link->used);
        ngx_explicit_memzero(link->out, link->size);
        ngx_free(link->out);
    }

    link->out = out;
    link->size = size;

    return NGX_OK;
}


/* Not sent from here: an error would have to call back into whoever asked,
 * and commands of one round of the loop leave together.  What is queued before
 * the line is open leaves when it is. */

ngx_int_t
ngx_http_consent_link_bytes(ngx_http_consent_link_t *link,
    const ngx_str_t *bytes)
{
    if (consent_redis_reserve(link, bytes->len) != NGX_OK) {
        return NGX_ERROR;
    }

    ngx_memcpy(link->out + link->used, bytes->data, bytes->len);
    link->used += bytes->len;

    if (link->open) {
        ngx_post_event(link->connection->write, &ngx_posted_events);
    }

    return NGX_OK;
}


ngx_int_t
ngx_http_consent_link_queue(ngx_http_consent_link_t *link,
    const cg_command_t *command)
{
    ngx_int_t  rc;
    ngx_str_t  bytes;

    if (ngx_http_consent_wire_format(command, &bytes) != NGX_OK) {
        return NGX_ERROR;
    }

    rc = ngx_http_consent_link_bytes(link, &bytes);
    ngx_http_consent_wire_free(&bytes);

    return rc;
}


static ngx_http_consent_fault_e
consent_redis_refusal(ngx_err_t err)
{
    /* EAGAIN: a Unix socket whose backlog is full */

    return err == NGX_ECONNREFUSED || err == NGX_ENOENT || err == NGX_EAGAIN
           ? NGX_HTTP_CONSENT_FAULT_REFUSED
           : NGX_HTTP_CONSENT_FAULT_UNREACHABLE;
}


static void  consent_redis_read(ngx_event_t *ev);
static void  consent_redis_write(ngx_event_t *ev);


static void
consent_redis_begin(ngx_http_consent_link_t *link)
{
    link->open = 1;
    ngx_post_event(link->connection->write, &ngx_posted_events);
}


/* What came behind the handshake may be in OpenSSL's hands already: no event
 * tells of it. */

static void
consent_redis_secured(ngx_connection_t *c)
{
    ngx_http_consent_link_t   *link = c->data;
    ngx_http_consent_fault_e   fault = NGX_HTTP_CONSENT_FAULT_TLS;

    c->read->handler = consent_redis_read;
    c->write->handler = consent_redis_write;

    if (ngx_http_consent_tls_done(c, &link->said) == NGX_OK) {
        fault = NGX_HTTP_CONSENT_FAULT_NONE;
        consent_redis_begin(link);
        ngx_post_event(c->read, &ngx_posted_events);
    }

    if (fault) {
        link->lost(link->data, fault);
    }
}


static ngx_http_consent_fault_e
consent_redis_secure(ngx_http_consent_link_t *link)
{
    switch (ngx_http_consent_tls_begin(link->tls, link->connection, link->host,
                                       &link->said, consent_redis_secured))
    {
    case NGX_OK:
        consent_redis_begin(link);
        return NGX_HTTP_CONSENT_FAULT_NONE;

    case NGX_AGAIN:
        return NGX_HTTP_CONSENT_FAULT_NONE;

    default:
        return NGX_HTTP_CONSENT_FAULT_TLS;
    }
}


static ngx_http_consent_fault_e
consent_redis_connected(ngx_http_consent_link_t *link)
{
    int                err = 0;
    socklen_t          len = sizeof(int);
    ngx_connection_t  *c = link->connection;

    if (getsockopt(c->fd, SOL_SOCKET, SO_ERROR, (void *) &err, &len) == -1) {
        err = ngx_socket_errno;
    }

    if (err) {
        return consent_redis_refusal(err);
    }

    if (ngx_tcp_nodelay(c) != NGX_OK) {
        return NGX_HTTP_CONSENT_FAULT_RESOURCES;
    }

    if (link->tls->ssl) {
        return consent_redis_secure(link);
    }

    consent_redis_begin(link);

    return NGX_HTTP_CONSENT_FAULT_NONE;
}


static ngx_http_consent_fault_e
consent_redis_digest(ngx_http_consent_link_t *link, const u_char *data,
    size_t len)
{
    ngx_int_t                  rc;
    ngx_http_consent_answer_t  answer;
    ngx_http_consent_fault_e   fault;

    if (ngx_http_consent_wire_feed(link->wire, data, len) != NGX_OK) {
        return NGX_HTTP_CONSENT_FAULT_PROTOCOL;
    }

    for ( ;; ) {
        rc = ngx_http_consent_wire_next(link->wire, link->owed(link->data),
                                        &answer);

        if (rc == NGX_AGAIN) {
            return NGX_HTTP_CONSENT_FAULT_NONE;
        }

        if (rc != NGX_OK) {
            return NGX_HTTP_CONSENT_FAULT_PROTOCOL;
        }

        fault = link->answer(link->data, &answer);
        if (fault) {
            return fault;
        }
    }
}


/* Edge-triggered events: until there is nothing left. */

static ngx_http_consent_fault_e
consent_redis_receive(ngx_http_consent_link_t *link)
{
    u_char                     buf[CONSENT_REDIS_IN];
    ssize_t                    n;
    ngx_connection_t          *c = link->connection;
    ngx_http_consent_fault_e   fault;

    do {
        n = c->recv(c, buf, sizeof(buf));

        if (n == NGX_AGAIN) {
            break;
        }

        if (n <= 0) {
            return NGX_HTTP_CONSENT_FAULT_CLOSED;
        }

        fault = consent_redis_digest(link, buf, (size_t) n);
        if (fault) {
            return fault;
        }

    } while (c->read->ready);

    return ngx_handle_read_event(c->read, 0) == NGX_OK
           ? NGX_HTTP_CONSENT_FAULT_NONE : NGX_HTTP_CONSENT_FAULT_RESOURCES;
}


static ngx_http_consent_fault_e
consent_redis_flush(ngx_http_consent_link_t *link)
{
    size_t             sent = 0;
    ssize_t            n;
    ngx_connection_t  *c = link->connection;

    while (sent < link->used) {
        n = c->send(c, link->out + sent, link->used - sent);

        if (n == NGX_AGAIN) {
            break;
        }

        if (n <= 0) {
            return NGX_HTTP_CONSENT_FAULT_CLOSED;
        }

        sent += (size_t) n;
    }

    if (sent) {
        ngx_memmove(link->out, link->out + sent, link->used - sent);
        link->used -= sent;
        ngx_explicit_memzero(link->out + link->used, sent);
    }

    return ngx_handle_write_event(c->write, 0) == NGX_OK
           ? NGX_HTTP_CONSENT_FAULT_NONE : NGX_HTTP_CONSENT_FAULT_RESOURCES;
}


static void
consent_redis_write(ngx_event_t *ev)
{
    ngx_connection_t          *c = ev->data;
    ngx_http_consent_link_t   *link = c->data;
    ngx_http_consent_fault_e   fault = NGX_HTTP_CONSENT_FAULT_NONE;

    if (!link->open) {
        fault = consent_redis_connected(link);
    }

    if (fault == NGX_HTTP_CONSENT_FAULT_NONE && link->open) {
        fault = consent_redis_flush(link);
    }

    if (fault) {
        link->lost(link->data, fault);
    }
}


static void
consent_redis_read(ngx_event_t *ev)
{
    ngx_connection_t          *c = ev->data;
    ngx_http_consent_link_t   *link = c->data;
    ngx_http_consent_fault_e   fault = NGX_HTTP_CONSENT_FAULT_NONE;

    if (c->close) {

        /* worker_shutdown_timeout: nginx gives up on all connections */

        fault = NGX_HTTP_CONSENT_FAULT_CLOSED;

    } else if (!link->open) {
        fault = consent_redis_connected(link);
    }

    if (fault == NGX_HTTP_CONSENT_FAULT_NONE && link->open) {
        fault = consent_redis_receive(link);
    }

    if (fault) {
        link->lost(link->data, fault);
    }
}


static ngx_int_t
consent_redis_watch(ngx_http_consent_link_t *link, ngx_uint_t local)
{
    ngx_connection_t  *c = link->connection;

    c->data = link;
    c->recv = ngx_recv;
    c->send = ngx_send;
    c->log_error = NGX_ERROR_INFO;
    c->type = SOCK_STREAM;
    c->number = ngx_atomic_fetch_add(ngx_connection_counter, 1);
    c->start_time = ngx_current_msec;

    c->read->handler = consent_redis_read;
    c->write->handler = consent_redis_write;
    c->read->log = link->log;
    c->write->log = link->log;

    if (local) {
        c->tcp_nodelay = NGX_TCP_NODELAY_DISABLED;
    }

    if (ngx_add_conn) {
        return ngx_add_conn(c);
    }

    if (ngx_handle_read_event(c->read, 0) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_handle_write_event(c->write, 0);
}


static ngx_http_consent_fault_e
consent_redis_open(ngx_http_consent_link_t *link, const ngx_addr_t *addr)
{
    ngx_err_t     err;
    ngx_socket_t  fd;

    if (ngx_cycle->free_connections == NULL) {
        return NGX_HTTP_CONSENT_FAULT_RESOURCES;   /* else an [alert] */
    }

    fd = ngx_socket(addr->sockaddr->sa_family, SOCK_STREAM, 0);
    if (fd == (ngx_socket_t) -1) {
        return NGX_HTTP_CONSENT_FAULT_RESOURCES;
    }

    link->connection = ngx_get_connection(fd, link->log);
    if (link->connection == NULL) {
        (void) ngx_close_socket(fd);
        return NGX_HTTP_CONSENT_FAULT_RESOURCES;
    }

    link->wire = ngx_http_consent_wire_open(link->log, link->items);

    if (link->wire == NULL || ngx_nonblocking(fd) == -1) {
        return NGX_HTTP_CONSENT_FAULT_RESOURCES;
    }

    if (connect(fd, addr->sockaddr, addr->socklen) == -1) {
        err = ngx_socket_errno;

        if (err != NGX_EINPROGRESS) {
            return consent_redis_refusal(err);
        }
    }

    return consent_redis_watch(link, addr->sockaddr->sa_family == AF_UNIX)
           == NGX_OK ? NGX_HTTP_CONSENT_FAULT_NONE
                     : NGX_HTTP_CONSENT_FAULT_RESOURCES;
}


socklen_t
ngx_http_consent_link_address(ngx_sockaddr_t *address, const ngx_str_t *host,
    ngx_int_t port)
{
    if (port < 1 || port > 65535) {
        return 0;
    }

    ngx_memzero(address, sizeof(ngx_sockaddr_t));

    address->sockaddr_in.sin_addr.s_addr = ngx_inet_addr(host->data,
                                                         host->len);

    if (address->sockaddr_in.sin_addr.s_addr != INADDR_NONE) {
        address->sockaddr.sa_family = AF_INET;
        address->sockaddr_in.sin_port = htons((in_port_t) port);
        return sizeof(struct sockaddr_in);
    }

#if (NGX_HAVE_INET6)

    if (ngx_inet6_addr(host->data, host->len,
                       address->sockaddr_in6.sin6_addr.s6_addr) == NGX_OK)
    {
        address->sockaddr.sa_family = AF_INET6;
        address->sockaddr_in6.sin6_port = htons((in_port_t) port);
        return sizeof(struct sockaddr_in6);
    }

#endif

    return 0;
}


/* Not ngx_event_connect_peer(): it logs every failure, up to [crit]; here an
 * outage is one line. */

ngx_http_consent_fault_e
ngx_http_consent_link_dial(ngx_http_consent_link_t *link,
    const ngx_addr_t *addr, const ngx_str_t *host)
{
    ngx_http_consent_fault_e  fault;

    link->host = host;
    link->said.text.len = 0;

    fault = consent_redis_open(link, addr);

    if (fault) {
        ngx_http_consent_link_hang_up(link);
    }

    return fault;
}
